"""What a metric is: whole-number counts for each document of a block, and a score of their sums.

Counts are whole numbers, so that a sum does not depend on the order or the grouping of documents: any number of
partitions, processes or machines give the same bits. Rational sums (B3, CEAFe, Dice, ...) are held in fixed point
with 48 binary places, in two columns (`fixed`, `total_of`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ..columns import Block, Column

Counts = npt.NDArray[np.int64]
Figures = dict[str, float | None]
Totals = Mapping[str, int]

PLACES = 24
_UNIT = 2**PLACES


class Counted(NamedTuple):
    """Counts of a metric: names of the fields, and an array `[documents, fields]`."""

    fields: tuple[str, ...]
    rows: Counts


class Metric(Protocol):
    """A metric: the layers that a system must have attempted, the counts of a block, the figures of summed counts."""

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers without which the metric is not scored."""

    def count(self, block: Block) -> Counted:
        """Return the counts of each document of the block."""

    def score(self, totals: Totals) -> Figures:
        """Return the figures of summed counts, the head figure first; `None` where one is undefined."""


def per_document(docs: Column, size: int) -> Counts:
    """Return how many items each document has: `[documents]`."""
    return np.bincount(docs, minlength=size).astype(np.int64)


def per_label(docs: Column, labels: Column, size: int, known: Column) -> Counts:
    """Return how many items each document has of each of the known label codes (sorted): `[documents, labels]`."""
    at = np.searchsorted(known, labels)
    return np.bincount(docs * len(known) + at, minlength=size * len(known)).reshape(size, len(known)).astype(np.int64)


def fixed(values: npt.NDArray[np.float64]) -> tuple[Counts, Counts]:
    """Return values of 0 or more as whole numbers in two parts of 24 binary places each, rounded at the last."""
    high = np.floor(values * _UNIT)
    low = np.rint((values * _UNIT - high) * _UNIT)
    return high.astype(np.int64), low.astype(np.int64)


def fixed_fields(name: str) -> tuple[str, str]:
    """Return the names of the two columns of a rational sum."""
    return f"{name}.high", f"{name}.low"


def total_of(totals: Totals, name: str) -> float:
    """Return the value of a rational sum."""
    return (totals.get(f"{name}.high", 0) * _UNIT + totals.get(f"{name}.low", 0)) / 2 ** (2 * PLACES)


def ratio(numerator: float, denominator: float) -> float | None:
    """Return a quotient, `None` where the denominator is 0."""
    return numerator / denominator if denominator else None


def prf(hits: float, gold: float, system: float, precision_hits: float | None = None) -> Figures:
    """Return F1, precision and recall; each is `None` where its denominator is 0.

    F1 is 2·hits/(gold + system), which is the harmonic mean of the two where both are defined, and 0 where only one is.
    `precision_hits` is given where the sums for precision and recall differ; F1 is then the harmonic mean.
    """
    p, r = ratio(hits if precision_hits is None else precision_hits, system), ratio(hits, gold)
    if precision_hits is None:
        return {"f1": ratio(2 * hits, gold + system), "precision": p, "recall": r}
    return {"f1": harmonic(p, r), "precision": p, "recall": r}


def harmonic(p: float | None, r: float | None) -> float | None:
    """Return the harmonic mean of precision and recall: `None` where both are undefined, 0 where one is or both are 0."""
    if p is None and r is None:
        return None
    a, b = p or 0.0, r or 0.0
    return 2 * a * b / (a + b) if a + b else 0.0


def mean(values: Sequence[float | None]) -> float | None:
    """Return the mean of the values that are defined, `None` where none is."""
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None
