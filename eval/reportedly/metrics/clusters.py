"""Coreference within documents: MUC, B3, CEAFe and their average, on clusters of mention spans.

Clusters are those of `entity`; mentions without an entity (times, numbers) are left out, singletons are kept. A span
that stands in two clusters of one side belongs to the first in order of the text. MUC: Vilain et al. 1995; B3: Bagga
and Baldwin 1998; CEAFe: Luo 2005; average: CoNLL-2012 (Pradhan et al.).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..align import best_pairs
from ..records import Document, Span
from .spans import Counts, Pair

_NAMES = ("muc", "b3", "ceafe")


@dataclass(frozen=True)
class Clusters:
    """The CoNLL average of MUC, B3 and CEAFe."""

    @property
    def layer(self) -> str:
        """Mentions."""
        return "mentions"

    @property
    def fields(self) -> tuple[str, ...]:
        """Numerator and denominator of recall and precision for each of the three."""
        return tuple(f"{m}_{f}" for m in _NAMES for f in ("recall_sum", "gold", "precision_sum", "system"))

    def count(self, pair: Pair) -> Counts:
        """Return sums a document: shape `[documents, 12]`."""
        rows = [_row(clusters(pair.gold.get(d)), clusters(pair.system.get(d))) for d in pair.order]
        return np.array(rows, dtype=np.float64).reshape(len(rows), 12)

    def score(self, totals: Mapping[str, float]) -> dict[str, float | None]:
        """Return precision, recall and F1 of each and their average as `f1`; `None` where one is undefined."""
        found: dict[str, float | None] = {}
        for m in _NAMES:
            recall, precision = (
                totals[f"{m}_{side}_sum"] / totals[f"{m}_{total}"] if totals[f"{m}_{total}"] else None
                for side, total in (("recall", "gold"), ("precision", "system"))
            )
            found |= {f"{m}_precision": precision, f"{m}_recall": recall, f"{m}_f1": _harmonic(precision, recall)}
        scores = [found[f"{m}_f1"] for m in _NAMES]
        known = [x for x in scores if x is not None]
        found["f1"] = sum(known) / 3 if len(known) == 3 else None
        return found


def _harmonic(precision: float | None, recall: float | None) -> float | None:
    if precision is None and recall is None:
        return None
    p, r = precision or 0.0, recall or 0.0
    return 2 * p * r / (p + r) if p + r else 0.0


def clusters(record: Document | None) -> list[set[Span]]:
    """Return the clusters of mention spans of a document."""
    found: dict[str, set[Span]] = {}
    seen: set[Span] = set()
    for m in sorted((record.mentions or ()) if record is not None else (), key=lambda m: (m.start, m.end, m.id)):
        if m.entity is not None and (m.start, m.end) not in seen:
            seen.add((m.start, m.end))
            found.setdefault(m.entity, set()).add((m.start, m.end))
    return list(found.values())


def _row(gold: list[set[Span]], system: list[set[Span]]) -> tuple[float, ...]:
    of_gold = {s: i for i, c in enumerate(gold) for s in c}
    of_system = {s: j for j, c in enumerate(system) for s in c}
    table = np.zeros((len(gold), len(system)))
    for span, i in of_gold.items():
        if span in of_system:
            table[i, of_system[span]] += 1
    sizes = np.array([len(c) for c in gold], dtype=np.float64), np.array([len(c) for c in system], dtype=np.float64)
    return (*_muc(table, *sizes), *_b3(table, *sizes), *_ceafe(table, *sizes))


_Row = tuple[float, float, float, float]


def _muc(table: Counts, gold: Counts, system: Counts) -> _Row:
    present = (table > 0).astype(np.float64)
    recall = table.sum(axis=1) - present.sum(axis=1)
    precision = table.sum(axis=0) - present.sum(axis=0)
    return float(recall.sum()), float((gold - 1).sum()), float(precision.sum()), float((system - 1).sum())


def _b3(table: Counts, gold: Counts, system: Counts) -> _Row:
    squares = table**2
    recall = float((squares.sum(axis=1) / gold).sum()) if len(gold) else 0.0
    precision = float((squares.sum(axis=0) / system).sum()) if len(system) else 0.0
    return recall, float(gold.sum()), precision, float(system.sum())


def _ceafe(table: Counts, gold: Counts, system: Counts) -> _Row:
    similarity = 2 * table / (gold[:, None] + system[None, :]) if table.size else table
    total = float(sum(similarity[i, j] for i, j in best_pairs(similarity)))
    return total, float(len(gold)), total, float(len(system))
