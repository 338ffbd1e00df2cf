"""Counts that are kept apart: by story for permutation tests, by document for slices of documents.

Memory is 8 bytes for each unit and field, whatever the number of resamples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .columns import Column
from .metrics.base import Counts
from .records import Document
from .resample import by_unit

if TYPE_CHECKING:
    from .scoring import Part

Field = tuple[str, str]
"""Name of a metric, and of one of its counts."""


class Rows:
    """Counts by name, gathered part by part; what one part lacks counts 0 there."""

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._fields: dict[Field, int] = {}
        self._parts: list[tuple[Column, Column, Counts]] = []

    def add(self, names: Sequence[str], fields: Sequence[Field], rows: Counts) -> None:
        """Add counts `[names, fields]`; a name may come again, and its counts add up."""
        known, summed = by_unit(names, rows)
        at = np.array([self._names.setdefault(n, len(self._names)) for n in known], np.int64)
        columns = np.array([self._fields.setdefault(f, len(self._fields)) for f in fields], np.int64)
        self._parts.append((at, columns, summed))

    @property
    def names(self) -> list[str]:
        """The names, sorted."""
        return sorted(self._names)

    def fields(self, metric: str) -> list[Field]:
        """Return the counts that a metric has, sorted."""
        return sorted(f for f in self._fields if f[0] == metric)

    def matrix(self, fields: Sequence[Field]) -> Counts:
        """Return the counts `[names, fields]`, names sorted; a field that never came counts 0."""
        wanted = {self._fields[f]: n for n, f in enumerate(fields) if f in self._fields}
        row_of = np.empty(len(self._names), np.int64)
        row_of[[self._names[n] for n in self.names]] = np.arange(len(self._names))
        found = np.zeros((len(self._names), len(fields)), np.int64)
        for at, columns, rows in self._parts:
            held = [n for n, c in enumerate(columns.tolist()) if c in wanted]
            into = np.array([wanted[int(columns[n])] for n in held], np.int64)
            found[np.ix_(row_of[at], into)] += rows[:, held]
        return found


class Kept:
    """Counts of a run by story (by document, where there is none); with slices also the plain counts by document.

    `by_story` has those of the metrics whose unit is a story itself.
    """

    def __init__(self, *, slices: bool = False) -> None:
        self.slices = slices
        self.by_unit, self.by_document, self.by_story = Rows(), Rows(), Rows()
        self.unit_of: dict[str, str] = {}
        self.story_of: dict[str, str] = {}
        self.length_of: dict[str, int] = {}

    def add(self, part: Part) -> None:
        """Add the counts of a chunk."""
        self.by_unit.add(part.units, part.fields, part.rows)
        if self.slices:
            plain = [n for n, (_, field) in enumerate(part.fields) if "|" not in field]
            self.by_document.add(part.documents, [part.fields[n] for n in plain], part.rows[:, plain])
            self.unit_of |= zip(part.documents, part.units, strict=True)
            self.story_of |= {d: u for d, u in zip(part.documents, part.units, strict=True) if u in part.stories}
            self.length_of |= zip(part.documents, part.lengths, strict=True)

    def add_stories(self, part: Part) -> None:
        """Add the counts of a chunk of stories."""
        self.by_story.add(part.units, part.fields, part.rows)


def text_length(record: Document) -> int:
    """Return how long the text of a gold record is, in characters: to its last token, region, sentence or item."""
    if record.tokens:
        return record.tokens[-1][1]
    layers = (record.regions, record.sentences) if record.regions or record.sentences else ()
    items = (record.mentions, record.events) if not layers else ()
    return max((x.end for layer in (*layers, *items) for x in layer or ()), default=0)
