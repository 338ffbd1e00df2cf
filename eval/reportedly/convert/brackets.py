"""Coreference in brackets: which mentions brackets can hold, and where they open and close.

Brackets of one entity close in the order in which stacks do, so mentions of one entity may nest but not cross.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..errors import DataError
from ..records import Entity, Mention
from .base import UNTYPED, Lost, Texted
from .words import OFF_TOKENS, Words


class Bracketed(NamedTuple):
    """A mention from token `start` to before token `end`."""

    start: int
    end: int
    entity: str
    mention: Mention


def bracketed(document: Texted, words: Words, lost: Lost, *, one_sentence: bool) -> list[Bracketed]:
    """Return the mentions of entities that brackets hold, outer before inner; the others are counted."""
    found: list[Bracketed] = []
    for m in document.record.mentions or ():
        if m.entity is None:
            lost["mentions", "belongs to no entity"] += 1
            continue
        span = words.inside(m.start, m.end, lost, "mentions") if one_sentence else words.span(m.start, m.end)
        if span is None and not one_sentence:
            lost["mentions", OFF_TOKENS] += 1
        if span is not None:
            found.append(Bracketed(*span, m.entity, m))
    kept: dict[str, list[Bracketed]] = {}
    for b in sorted(found, key=lambda b: (b.start - b.end, b.start, b.entity, b.mention.id)):
        others = kept.setdefault(b.entity, [])
        if any((o.start, o.end) == (b.start, b.end) for o in others):
            lost["mentions", "has the span of another mention of its entity"] += 1
        elif any(o.start < b.start < o.end < b.end or b.start < o.start < b.end < o.end for o in others):
            lost["mentions", "crosses a longer or earlier mention of its entity"] += 1
        else:
            others.append(b)
    return sorted((b for bs in kept.values() for b in bs), key=lambda b: (b.start, -b.end, b.entity))


def cells(mentions: list[Bracketed], n: int) -> Iterator[tuple[list[Bracketed], list[Bracketed], list[Bracketed]]]:
    """Yield for each of `n` tokens what closes there (inner first), what opens (outer first), and what is one token."""
    closing: list[list[Bracketed]] = [[] for _ in range(n)]
    opening: list[list[Bracketed]] = [[] for _ in range(n)]
    single: list[list[Bracketed]] = [[] for _ in range(n)]
    for b in mentions:
        if b.end - b.start == 1:
            single[b.start].append(b)
        else:
            opening[b.start].append(b)
            closing[b.end - 1].append(b)
    for close, open_, one in zip(closing, opening, single, strict=True):
        yield sorted(close, key=lambda b: (-b.start, b.entity)), open_, one


class Stacks:
    """Brackets that are open while a document is read: for each entity the places and tokens where they opened."""

    def __init__(self) -> None:
        self.open: dict[str, list[tuple[str, int, str]]] = {}

    def push(self, entity: str, place: str, token: int, chunk: str) -> None:
        """Open a bracket; `chunk` is given back when it closes."""
        self.open.setdefault(entity, []).append((place, token, chunk))

    def pop(self, entity: str, place: str) -> tuple[int, str]:
        """Return token and chunk of the last bracket of an entity; raises `DataError` where none is open."""
        if not self.open.get(entity):
            raise DataError(f"{place}: {entity + ')'!r} closes a bracket that is not open: open it, or take it out")
        _, token, chunk = self.open[entity].pop()
        return token, chunk

    def finish(self) -> None:
        """Raise `DataError` where a bracket is still open."""
        for stack in self.open.values():
            for place, _, chunk in stack:
                raise DataError(f"{place}: {chunk!r} opens a bracket that never closes: close it in this document")


def entities_of(mentions: list[Mention]) -> tuple[Entity, ...]:
    """Return the entities of mentions in order of the text, each with the type of its first mention that has one."""
    types: dict[str, str] = {}
    for m in mentions:
        if m.entity is not None and types.get(m.entity, UNTYPED) == UNTYPED:
            types[m.entity] = m.type
    return tuple(Entity(id=name, type=kind) for name, kind in types.items())
