"""The inventory of labels, roles and attribute values, read from `annotations/labels.json`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from .files import read_json

_HERE = Path(__file__).resolve().parent


class EntityType(msgspec.Struct, frozen=True):
    """A type of entity, with a definition of one line and the nearest labels of other schemes."""

    type: str
    definition: str
    nearest: str


class EventType(msgspec.Struct, frozen=True):
    """A type of event: its roles, the values that its detail may take, whether it has a degree, mapping codes."""

    type: str
    definition: str
    roles: tuple[str, ...]
    details: tuple[str, ...]
    degree: bool
    codes: dict[str, tuple[str, ...]]


class Inventory(msgspec.Struct, frozen=True):
    """All labels of the corpus."""

    version: str
    entity_types: tuple[EntityType, ...]
    event_types: tuple[EventType, ...]
    mention: dict[str, tuple[str, ...]]
    event: dict[str, tuple[str, ...]]
    event_link: tuple[str, ...]
    region: tuple[str, ...]
    attribution: dict[str, tuple[str, ...]]
    attribution_spans: tuple[str, ...]
    chain: tuple[str, ...]
    factuality: dict[str, tuple[str, ...]]
    cross_document: dict[str, tuple[str, ...]]


def data_root() -> Path:
    """Return the folder that holds `corpus/` and `annotations/`: the checkout, or the data packed in the wheel."""
    checkout = _HERE.parents[1]
    if (checkout / "annotations" / "labels.json").is_file() and (checkout / "corpus").is_dir():
        return checkout
    return _HERE / "data"


@cache
def inventory() -> Inventory:
    """Return the inventory, read once."""
    return read_json(data_root() / "annotations" / "labels.json", Inventory, "restore it, or mend the field")


@cache
def event_types() -> dict[str, EventType]:
    """Return the types of events by name."""
    return {t.type: t for t in inventory().event_types}


@cache
def entity_types() -> dict[str, EntityType]:
    """Return the types of entities by name."""
    return {t.type: t for t in inventory().entity_types}


def coarse(label: str) -> str:
    """Return the coarse part of a type: `ORG` of `ORG.ArmedGroup`."""
    return label.partition(".")[0]
