"""What a metric is: whole-number counts for each document of a block, and a score of their sums.

Counts are whole numbers, so that a sum does not depend on the order or the grouping of documents: any number of
partitions, processes or machines give the same bits. Rational sums (B3, CEAFe, Dice, ...) are held in fixed point
with 48 binary places, in two columns (`fixed`, `total_of`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ..columns import Block, Column
from ..story_columns import StoryBlock

Counts = npt.NDArray[np.int64]
Totals = Mapping[str, Counts]
"""Summed counts by field, each an array `[replicates]`: the whole first, then resamples."""

Figure = npt.NDArray[np.float64]
Figures = dict[str, Figure]
"""Figures by name, each an array `[replicates]`; NaN is what is undefined (`None` in all output)."""

MOST_LABELS = 2_000
"""How many different labels of one metric the documents that are counted together may have."""

ZERO = np.zeros(1, np.int64)

PLACES = 24
_UNIT = 2**PLACES


class Counted(NamedTuple):
    """Counts of a metric: names of the fields, and an array `[documents, fields]`."""

    fields: tuple[str, ...]
    rows: Counts


class Scored(Protocol):
    """What any metric has: the layers that a system must have attempted, and the figures of summed counts."""

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers without which the metric is not scored."""

    def score(self, totals: Totals) -> Figures:
        """Return the figures of summed counts, the head figure (`f1`) first; NaN where one is undefined."""


class Metric(Scored, Protocol):
    """A metric whose unit is a document."""

    def count(self, block: Block) -> Counted:
        """Return the counts of each document of the block."""


class StoryMetric(Scored, Protocol):
    """A metric whose unit is a story."""

    def count(self, block: StoryBlock) -> Counted:
        """Return the counts of each story of the block."""


def per_document(docs: Column, size: int) -> Counts:
    """Return how many items each document has: `[documents]`."""
    return np.bincount(docs, minlength=size).astype(np.int64)


def sums(docs: Column, values: npt.ArrayLike, size: int) -> Figure:
    """Return the sum of values for each document: `[documents]`."""
    return np.bincount(docs, np.asarray(values, np.float64), minlength=size).astype(np.float64, copy=False)


def whole_sums(docs: Column, values: npt.ArrayLike, size: int) -> Counts:
    """Return the sum of whole numbers for each document: `[documents]`, exact below 2**53."""
    return np.rint(sums(docs, values, size)).astype(np.int64)


def per_label(docs: Column, labels: Column, size: int, known: Column) -> Counts:
    """Return how many items each document has of each of the known label codes (sorted): `[documents, labels]`."""
    rank = np.zeros(int(known.max(initial=-1)) + 1, np.int64)
    rank[known] = np.arange(len(known))
    at = rank[labels]
    return np.bincount(docs * len(known) + at, minlength=size * len(known)).reshape(size, len(known)).astype(np.int64)


def fixed(docs: Column, values: Figure, size: int) -> tuple[Counts, Counts]:
    """Return the sums of values of 0 or more for each document, in two parts of 24 binary places each.

    Every value is rounded at the last place before the sum, so that the order of items does not matter.
    """
    high = np.floor(values * _UNIT)
    low = np.rint((values * _UNIT - high) * _UNIT)
    return whole_sums(docs, high, size), whole_sums(docs, low, size)


def fixed_fields(name: str) -> tuple[str, str]:
    """Return the names of the two columns of a rational sum."""
    return f"{name}.high", f"{name}.low"


def total_of(totals: Totals, name: str) -> Figure:
    """Return the value of a rational sum."""
    high, low = fixed_fields(name)
    return ratio(totals.get(high, ZERO), _UNIT) + ratio(totals.get(low, ZERO), _UNIT**2)


def get(totals: Totals, *names: str) -> list[Counts]:
    """Return some counts, 0 for a field that no block had."""
    return [totals.get(n, ZERO) for n in names]


def plain_value(x: float | np.floating[Any]) -> float | None:
    """Return one value of a figure for output, `None` where it is undefined."""
    return None if np.isnan(x) else float(x)


def chance_corrected(equal: Counts | Figure, n: Counts | Figure, chance: Counts | Figure) -> Figure:
    """Return Cohen's kappa (1960), (observed - expected)/(1 - expected), of n items.

    Args:
        equal: how many items both sides gave one value.
        n: how many items there are.
        chance: for each value how often each side gave it, multiplied, summed over the values.
    """
    return ratio(n * equal - chance, n * n - chance)


def ratio(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> Figure:
    """Return a quotient, NaN where the denominator is 0."""
    n, d = np.broadcast_arrays(np.asarray(numerator, np.float64), np.asarray(denominator, np.float64))
    found: Figure = np.divide(n, d, out=np.full(d.shape, np.nan), where=d != 0)
    return found


def prf(hits: npt.ArrayLike, gold: npt.ArrayLike, system: npt.ArrayLike) -> Figures:
    """Return F1 = 2·hits/(gold + system), precision and recall; each is NaN where its denominator is 0.

    F1 is the harmonic mean of the two where both are defined, and 0 where only one is.
    """
    both = np.asarray(gold, np.float64) + np.asarray(system, np.float64)
    return {
        "f1": ratio(2 * np.asarray(hits, np.float64), both),
        "precision": ratio(hits, system),
        "recall": ratio(hits, gold),
    }


def harmonic(p: Figure, r: Figure) -> Figure:
    """Return the harmonic mean of precision and recall: NaN where both are undefined, 0 where one is or both are 0."""
    a, b = np.nan_to_num(p), np.nan_to_num(r)
    both = np.where(np.isnan(p) & np.isnan(r), np.nan, 1.0)
    return both * np.nan_to_num(ratio(2 * a * b, a + b))


def mean(values: Sequence[Figure]) -> Figure:
    """Return the mean of the values that are defined, NaN where none is."""
    if not values:
        return np.full(1, np.nan)
    stacked = np.stack(np.broadcast_arrays(*values))
    return ratio(np.nansum(stacked, axis=0), (~np.isnan(stacked)).sum(axis=0))
