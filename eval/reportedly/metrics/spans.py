"""Metrics over spans and tuples of spans: exact equality of a key, and overlap with optimal matching.

Both yield the integers tp, gold and system for each document; precision is tp/system, recall tp/gold and
F1 2·tp/(gold + system). An item that stands twice in one document counts once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ..align import Column, Table, best_pairs, join, overlap
from ..records import Attribution, Document

Counts = npt.NDArray[np.float64]


class Pair(NamedTuple):
    """What is compared: the same documents in the same order, as records and as columns."""

    order: tuple[str, ...]
    gold: Mapping[str, Document]
    system: Mapping[str, Document]
    gold_tables: Mapping[str, Table]
    system_tables: Mapping[str, Table]


class Metric(Protocol):
    """A metric: the layer it needs, the names of its counts, the counts a document, and a score of summed counts."""

    @property
    def layer(self) -> str:
        """The layer that a system has to have attempted."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the columns that `count` gives."""

    def count(self, pair: Pair) -> Counts:
        """Return the counts, an array `[documents, fields]`."""

    def score(self, totals: Mapping[str, float]) -> dict[str, float | None]:
        """Return the figures of summed counts; `None` where a figure is undefined."""


FIELDS = ("tp", "gold", "system")


@dataclass(frozen=True)
class Exact:
    """Items match where document and all columns of the key are equal (conventions of CoNLL-2003 for entities)."""

    layer: str
    key: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """tp, gold, system."""
        return FIELDS

    def count(self, pair: Pair) -> Counts:
        """Return tp, gold and system a document: shape `[documents, 3]`."""
        g, s, base = join(pair.gold_tables[self.layer], pair.system_tables[self.layer], self.key)
        g, s = np.unique(g), np.unique(s)
        both = np.intersect1d(g, s, assume_unique=True)
        return np.stack([_per_document(x, base, len(pair.order)) for x in (both, g, s)], axis=1)

    def score(self, totals: Mapping[str, float]) -> dict[str, float | None]:
        """Return precision, recall and F1."""
        return f1(totals["tp"], totals["gold"], totals["system"])


def _per_document(codes: Column, base: int, documents: int) -> Counts:
    return np.bincount(codes // base, minlength=documents).astype(np.float64)


@dataclass(frozen=True)
class Overlap:
    """Attributions match one to one where their cues overlap; without cues, where their contents do.

    The matching is optimal: it has the most pairs and, among those, shares the most characters of content.
    """

    @property
    def layer(self) -> str:
        """Attributions."""
        return "attributions"

    @property
    def fields(self) -> tuple[str, ...]:
        """tp, gold, system."""
        return FIELDS

    def count(self, pair: Pair) -> Counts:
        """Return tp, gold and system a document: shape `[documents, 3]`."""
        rows = []
        for doc in pair.order:
            g, s = _attributions(pair.gold, doc), _attributions(pair.system, doc)
            rows.append((len(match_attributions(g, s)), len(g), len(s)))
        return np.array(rows, dtype=np.float64).reshape(len(rows), 3)

    def score(self, totals: Mapping[str, float]) -> dict[str, float | None]:
        """Return precision, recall and F1."""
        return f1(totals["tp"], totals["gold"], totals["system"])


def _attributions(documents: Mapping[str, Document], doc: str) -> tuple[Attribution, ...]:
    record = documents.get(doc)
    return (record.attributions or ()) if record is not None else ()


def match_attributions(gold: Sequence[Attribution], system: Sequence[Attribution]) -> list[tuple[int, int]]:
    """Return the optimal one-to-one pairs of attributions, as positions."""
    weights = np.zeros((len(gold), len(system)))
    for i, g in enumerate(gold):
        for j, s in enumerate(system):
            shared = overlap(g.content, s.content)
            if overlap(g.cue, s.cue) or (not g.cue and not s.cue and shared):
                weights[i, j] = 1 + _share(shared, g, s)
    return best_pairs(weights)


def _share(shared: int, g: Attribution, s: Attribution) -> float:
    size = sum(e - b for b, e in g.content) + sum(e - b for b, e in s.content)
    return 2 * shared / size / 1000 if size else 0.0


def f1(tp: float, gold: float, system: float) -> dict[str, float | None]:
    """Return precision, recall and F1; `None` where a denominator is 0."""
    return {
        "precision": tp / system if system else None,
        "recall": tp / gold if gold else None,
        "f1": 2 * tp / (gold + system) if gold + system else None,
    }
