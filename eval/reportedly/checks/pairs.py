"""Examples of two reports: fenced blocks with the info string `pair`, as `guidelines/stories/README.md` describes them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..labels import inventory

_BLOCK = re.compile(r"^```pair\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SNIPPETS = re.compile(r"A: (?P<A>[^\n]+)\nB: (?P<B>[^\n]+)\n---\n(?P<statement>[^\n]+)\n")
_STATEMENT = re.compile(
    r'(?P<left>[AB])(?: "(?P<words>[^"]+)")? (?P<value>\S+) (?P<right>[AB])(?: "(?P<others>[^"]+)")?'
)


def pair_problems(section: str, markdown: str) -> Iterator[str]:
    """Yield what is wrong with the pairs of a section headed `attribute=value`."""
    for match in _BLOCK.finditer(markdown):
        block = _SNIPPETS.fullmatch(match[1])
        if block is None:
            yield "a pair is a line A:, a line B:, a line --- and one statement"
            continue
        yield from _statement(section, block)


def _statement(section: str, block: re.Match[str]) -> Iterator[str]:
    known = inventory().cross_document
    parts = dict(p.partition(": ")[::2] for p in block["statement"].split("; "))
    attribute, relation = next(iter(parts.items()))
    match = _STATEMENT.fullmatch(relation)
    if match is None:
        yield f'{relation!r} does not read A "words" value B "words"'
        return
    shown = {attribute: [match["value"]], **{k: v.split(", ") for k, v in parts.items() if k != attribute}}
    for name, values in shown.items():
        yield from (f"{v!r} is no value of {name}" for v in values if v not in known.get(name, ()))
    for side, words in ((match["left"], match["words"]), (match["right"], match["others"])):
        if words and len(re.findall(rf"(?<!\w){re.escape(words)}(?!\w)", block[side])) != 1:
            yield f"{words!r} does not stand once in {side}"
    if (match["value"] == "contradicts") != ({"contradiction_facet", "conflict_status"} <= shown.keys()):
        yield "a contradiction has facet and status, and only it"
    name, _, value = section.partition("=")
    if value not in shown.get(name, ()):
        yield f"the pair does not show {section}"
