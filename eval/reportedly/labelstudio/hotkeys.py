"""The hotkeys of every configuration as a card for annotators, read from the configurations themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree as ET

from ..labels import coarse
from .config import make
from .controls import ATTRIBUTION, CLAIM, DETAIL, MENTION, TRIGGER
from .parts import LAYERS


class Hotkey(NamedTuple):
    """A key, the value that it gives, and the group of values that this one belongs to."""

    group: str
    value: str
    key: str


def hotkeys(layer: str) -> Iterator[Hotkey]:
    """Yield the hotkeys of a layer in the order of its palette."""
    for control in ET.fromstring(make(layer)).iter():
        if control.tag not in ("Labels", "Choices"):
            continue
        name = control.get("name", "")
        for element in control.iter():
            key, value = element.get("hotkey"), element.get("value", "")
            if key:
                yield Hotkey(_group(name, value), value, key)


def hotkey_card() -> str:
    """Return a table of hotkeys for each layer that has any, as Markdown."""
    parts = []
    for layer in LAYERS:
        groups: dict[str, list[str]] = {}
        for hotkey in hotkeys(layer):
            shown = hotkey.value.removeprefix(f"{hotkey.group}.")
            groups.setdefault(hotkey.group, []).append(f"`{hotkey.key}` {shown}")
        if groups:
            rows = "".join(f"| {group} | {', '.join(keys)} |\n" for group, keys in groups.items())
            parts.append(f"**{layer.capitalize()}**\n\n| | key and value |\n|---|---|\n{rows}")
    return "\n".join(parts)


def _group(control: str, value: str) -> str:
    if control in (MENTION, TRIGGER):
        return coarse(value)
    if control in (ATTRIBUTION, CLAIM):
        return control
    return "detail" if control.startswith(DETAIL) else control.replace("_", " ")
