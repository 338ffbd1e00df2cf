"""The counts table: one row of numbers a document and metric, from which every figure is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .align import Vocabulary, flatten
from .metrics import METRICS
from .metrics.spans import Counts, Pair
from .records import Document


class CountsTable(NamedTuple):
    """Counts of all metrics: `rows[metric]` has the shape `[documents, fields]`, rows in the order of `documents`."""

    documents: tuple[str, ...]
    rows: dict[str, Counts]

    def totals(self, metric: str) -> dict[str, float]:
        """Return the counts of a metric summed over the documents."""
        return dict(zip(METRICS[metric].fields, (float(x) for x in self.rows[metric].sum(axis=0)), strict=True))

    def scores(self) -> dict[str, dict[str, float | None]]:
        """Return the figures of every metric: a pure function of the summed counts."""
        return {name: METRICS[name].score(self.totals(name)) for name in self.rows}


def count(
    gold: Mapping[str, Document], system: Mapping[str, Document], metrics: Iterable[str] | None = None
) -> CountsTable:
    """Return the counts of system against gold, over all documents of gold; missing documents count as empty."""
    order = tuple(sorted(gold))
    vocabulary = Vocabulary()
    pair = Pair(order, gold, system, flatten(gold, order, vocabulary), flatten(system, order, vocabulary))
    return CountsTable(order, {name: METRICS[name].count(pair) for name in (METRICS if metrics is None else metrics)})
