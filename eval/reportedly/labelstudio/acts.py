"""Attributions put together from their regions: a record is a cue with its parts, or a content without a cue.

A region belongs to the records of the cues to which an arc joins it. A fragment of a content, and a source, recipient
or the like that is joined to a content, belongs where the content does. A content that no cue has makes a record of its
own. What then belongs to no record is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..records import SPAN_FIELDS, Spans
from .arcs import Meant
from .controls import FRAGMENT, PARENT
from .results import Log, Region


class Act(NamedTuple):
    """A record in the making: its anchor and all its regions."""

    anchor: Region
    regions: tuple[Region, ...]

    def spans(self, field: str) -> Spans:
        """Return the fragments of a field, in order of the text."""
        return tuple(sorted({r.span for r in self.regions if r.label == field}))


def acts(regions: list[Region], joins: Iterable[Meant], log: Log) -> list[Act]:
    """Return the records that regions and the arcs between them make; problems go to the log."""
    return _Acts(regions, list(joins), log).acts()


class _Acts:
    def __init__(self, regions: list[Region], joins: list[Meant], log: Log):
        self.regions = regions
        self.log = log
        self.group = {r: r for r in regions}
        self.joins = [self._checked(j) for j in joins]
        self.owners: dict[Region, dict[Region, None]] = {}

    def _checked(self, join: Meant) -> Meant:
        a, b = join.source, join.target
        if join.kind == FRAGMENT and a.label != b.label:
            self.log.refuse(
                f"{a.id} -> {b.id}", f"a {a.label} and a {b.label} are no fragments of one: take fragment off"
            )
        elif join.kind == FRAGMENT or (a.label == b.label and a.label not in ("cue", "content")):
            self.group[self._root(b)] = self._root(a)
        elif a.label == b.label == "cue":
            self.log.refuse(f"{a.id} -> {b.id}", f"an arc between two cues is {PARENT} or {FRAGMENT}: label it")
        return join

    def _root(self, region: Region) -> Region:
        while self.group[region] != region:
            region = self.group[region]
        return region

    def acts(self) -> list[Act]:
        pairs = [(self._root(j.source), self._root(j.target)) for j in self.joins]
        pairs = [(x, y) for a, b in pairs if a != b for x, y in ((a, b), (b, a))]
        for r in self.regions:
            if r.label == "cue":
                self._own(self._root(r), self._root(r))
        for cue, part in pairs:
            if cue.label == "cue" and part.label != "cue":
                self._own(part, cue)
        self._spread(pairs)
        for r in self.regions:
            if r.label == "content" and not self.owners.get(self._root(r)):
                self._own(self._root(r), self._root(r))
        self._spread(pairs)
        self._contradictions(pairs)
        return self._made()

    def _own(self, part: Region, record: Region) -> None:
        self.owners.setdefault(part, {})[record] = None

    def _spread(self, pairs: list[tuple[Region, Region]]) -> None:
        """Hand the records of a content on to what is joined to it and has none."""
        todo = True
        while todo:
            todo = False
            for content, part in pairs:
                if content.label == "content" and self.owners.get(content) and not self.owners.get(part):
                    self.owners[part] = dict(self.owners[content])
                    todo = True

    def _contradictions(self, pairs: list[tuple[Region, Region]]) -> None:
        for a, b in pairs:
            mine, other = self.owners.get(a, {}), self.owners.get(b, {})
            if a.id < b.id and "cue" not in (a.label, b.label) and mine and other and not mine.keys() & other.keys():
                self.log.refuse(
                    f"{a.id} -> {b.id}", f"the arc joins two records: label it {PARENT} or {FRAGMENT}, or delete it"
                )

    def _made(self) -> list[Act]:
        members: dict[Region, list[Region]] = {}
        for r in self.regions:
            owners = self.owners.get(self._root(r), {})
            if not owners:
                self.log.refuse(r.id, f"this {r.label} belongs to no attribution: draw an arc to it from its cue")
            for record in owners:
                members.setdefault(record, []).append(r)
        return [
            Act(self._anchor([r for r in found if self._root(r) == record]), tuple(found))
            for record, found in sorted(members.items(), key=lambda m: min(map(self.regions.index, m[1])))
        ]

    def _anchor(self, fragments: list[Region]) -> Region:
        """Return the fragment that names the record: the one that is no numbered piece, else the first of the text."""
        return min(fragments, key=lambda r: (r.manual, any(f"-{f}-" in r.id for f in SPAN_FIELDS), r.start, r.end))
