"""The counts table: one row of whole numbers a document and metric, from which every figure is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from .columns import Block, Codes, block
from .metrics import METRICS
from .metrics.base import Counted, Figures, Metric, Totals, plain_value
from .metrics.slices import SLICED
from .records import Document

COUNTED: dict[str, Metric] = {**METRICS, **SLICED}
"""What can be counted: all metrics, and those that slices cut."""


class CountsTable(NamedTuple):
    """Counts of some metrics: `rows[metric]` has one row for each of `documents`."""

    documents: tuple[str, ...]
    rows: dict[str, Counted]

    def totals(self, metric: str) -> dict[str, int]:
        """Return the counts of a metric summed over the documents."""
        found = self.rows[metric]
        return dict(zip(found.fields, (int(x) for x in found.rows.sum(axis=0)), strict=True))

    def scores(self) -> dict[str, dict[str, float | None]]:
        """Return the figures of every metric, `None` where undefined: a pure function of the summed counts."""
        return {name: point(METRICS[name].score(as_totals(self.totals(name)))) for name in self.rows}


def as_totals(totals: Mapping[str, int]) -> Totals:
    """Return summed counts in the form that metrics take."""
    return {k: np.array([v], np.int64) for k, v in totals.items()}


def point(figures: Figures) -> dict[str, float | None]:
    """Return the figures of the whole, `None` where undefined."""
    return {k: plain_value(v[0]) for k, v in figures.items()}


def count(
    gold: Mapping[str, Document], system: Mapping[str, Document], metrics: Iterable[str] | None = None
) -> CountsTable:
    """Return the counts of system against gold, over all documents of gold; missing documents count as empty."""
    order = tuple(sorted(gold))
    return count_block(block(order, gold, system, Codes()), tuple(METRICS if metrics is None else metrics))


def count_block(pair: Block, metrics: Sequence[str]) -> CountsTable:
    """Return the counts of a block, for names of `COUNTED`."""
    return CountsTable(pair.documents, {name: COUNTED[name].count(pair) for name in metrics})
