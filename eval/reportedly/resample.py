"""Resampling of stories: weights that are a pure function of story, replicate and seed, so that partitions add up.

Each story gets in each replicate a weight drawn from the Poisson distribution with mean 1 (Poisson bootstrap: Hanley
and MacGibbon 2006; Chamandy et al. 2012), and in each permutation a bit that says whether the two systems change places there
(approximate randomisation: Noreen 1989). Both come from a hash with a key and a counter. Counts are whole numbers, so
any split of the work gives the same sums bit for bit.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from .errors import LimitError
from .metrics.base import Counts, Figure

MOST_SUMS = 2**27
"""How many sums are held in memory: one for each field and replicate, 1 GiB in all."""

WEIGHT, SWAP = b"weight", b"swap"
_MIX = tuple(np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def weights(units: Sequence[str], replicates: int, seed: int) -> npt.NDArray[np.int8]:
    """Return Poisson weights `[units, replicates]`, from 16 bits each: probabilities are right to 2**-17."""
    words = _stream(units, -(-replicates // 4), seed, WEIGHT)
    return _POISSON[words.view(np.uint16)[:, :replicates]]


def swaps(units: Sequence[str], replicates: int, seed: int) -> npt.NDArray[np.int8]:
    """Return bits `[units, replicates]`: 1 where two systems change places."""
    words = _stream(units, -(-replicates // 8), seed, SWAP)
    return (words.view(np.uint8)[:, :replicates] & 1).astype(np.int8)


def _stream(units: Sequence[str], words: int, seed: int, purpose: bytes) -> npt.NDArray[np.uint64]:
    """Return 64-bit words `[units, words]`: SplitMix64 (Steele et al. 2014) of a keyed hash of the unit, little-endian."""
    key = seed.to_bytes(16, "little", signed=True) + purpose
    digests = b"".join(hashlib.blake2b(u.encode(), digest_size=8, key=key).digest() for u in units)
    base = np.frombuffer(digests, dtype="<u8").astype(np.uint64)[:, None]
    with np.errstate(over="ignore"):
        z = base + _MIX[0] * np.arange(1, words + 1, dtype=np.uint64)[None, :]
        z = (z ^ (z >> np.uint64(30))) * _MIX[1]
        z = (z ^ (z >> np.uint64(27))) * _MIX[2]
        return np.ascontiguousarray((z ^ (z >> np.uint64(31))).astype("<u8"))


def _poisson_table() -> npt.NDArray[np.int8]:
    """Return the weight of each of the 65,536 values of 16 bits."""
    steps = np.cumsum([math.exp(-1) / math.factorial(k) for k in range(12)])
    return np.searchsorted(steps, (np.arange(2**16) + 0.5) / 2**16, side="right").astype(np.int8)


_POISSON = _poisson_table()


class Sums:
    """Sums of counts over documents, for the whole and for each replicate; `values` are arrays `[1 + replicates]` by metric and field."""

    def __init__(self, replicates: int, seed: int) -> None:
        self.replicates, self.seed = replicates, seed
        self.values: dict[str, dict[str, Counts]] = {}
        self._size = 0

    def add(self, units: Sequence[str], fields: Sequence[tuple[str, str]], rows: Counts) -> None:
        """Add the counts `[documents, fields]` of some documents that belong to the units; raises `LimitError`."""
        names, rows = by_unit(units, rows)
        size = self._size + sum(field not in self.values.get(name, ()) for name, field in fields)
        if size * (1 + self.replicates) > MOST_SUMS:
            raise LimitError(
                f"resampling: {size:,} counts with {self.replicates:,} resamples are more than "
                f"{MOST_SUMS:,} numbers: give fewer different labels, or fewer resamples"
            )
        columns, at = different_columns(rows)
        total = np.empty((columns.shape[1], 1 + self.replicates), np.int64)
        total[:, 0] = columns.sum(axis=0)
        if self.replicates:
            total[:, 1:] = exact_product(columns, weights(names, self.replicates, self.seed))
        for n, (name, field) in zip(at, fields, strict=True):
            sums = self.values.setdefault(name, {})
            if field in sums:
                sums[field] += total[n]
            else:
                sums[field] = total[n].copy()
        self._size = size

    def of(self, metric: str) -> dict[str, Counts]:
        """Return the sums of one metric by field."""
        return self.values.get(metric, {})


def by_unit(units: Sequence[str], rows: Counts) -> tuple[list[str], Counts]:
    """Return the different units in order of first appearance and the sums of their rows."""
    at: dict[str, int] = {}
    index = np.array([at.setdefault(u, len(at)) for u in units], dtype=np.int64)
    if len(at) == len(units):
        return list(at), rows
    found = np.zeros((len(at), rows.shape[1]), np.int64)
    np.add.at(found, index, rows)
    return list(at), found


def different_columns(rows: Counts) -> tuple[Counts, list[int]]:
    """Return the columns that differ, and for each column which of them it is: metrics of one layer share about half."""
    by_bytes: dict[bytes, int] = {}
    at = [by_bytes.setdefault(c.tobytes(), len(by_bytes)) for c in np.ascontiguousarray(rows.T)]
    return rows[:, np.unique(at, return_index=True)[1]], at


def exact_product(rows: Counts, factors: npt.NDArray[np.int8]) -> Counts:
    """Return `rows.T @ factors` in whole numbers, by the narrowest type in which no sum of a column can be rounded."""
    highest = np.abs(rows).sum(axis=0).astype(np.float64) * max(int(factors.max(initial=1)), 1)
    kinds = np.searchsorted((2**24, 2**53), highest, side="right")
    found = np.empty((rows.shape[1], factors.shape[1]), np.int64)
    for kind, exact in enumerate((np.float32, np.float64, np.int64)):
        columns = np.flatnonzero(kinds == kind)
        if len(columns):
            found[columns] = rows[:, columns].T.astype(exact) @ factors.astype(exact)
    return found


def interval(figure: Figure, units: int, *, level: float = 0.95) -> tuple[tuple[float, float] | None, int]:
    """Return the expanded percentile interval of a figure over its replicates, and in how many it was undefined.

    Percentiles of a bootstrap are too narrow for few units: their variance lacks the factor n/(n - 1), and they take the
    normal distribution for Student's. The expanded interval takes the percentiles at which both are made good (Hesterberg
    2015, What Teachers Should Know About the Bootstrap, The American Statistician 69: 371-386); it never leaves the
    range of the figure. `benchmarks/coverage.py` measures both kinds. For four units or fewer these percentiles are, with a thousand
    replicates, the least and the greatest of them.

    Args:
        figure: the whole first, then the replicates: `[1 + replicates]`.
        units: how many stories (or documents) were resampled.
        level: the coverage that is aimed at.

    The interval is `None` where there are fewer than two units, where no replicate was made, and where the figure is
    undefined in the whole or in half of the replicates or more.
    """
    known = figure[1:][~np.isnan(figure[1:])]
    undefined = len(figure) - 1 - len(known)
    if units < 2 or np.isnan(figure[0]) or len(known) <= undefined:
        return None, undefined
    tail = expanded_tail(units, level)
    low, high = np.quantile(known, (tail, 1 - tail))
    return (float(low), float(high)), undefined


@cache
def expanded_tail(units: int, level: float) -> float:
    """Return the share of replicates to leave out at either end: Phi(-sqrt(n/(n - 1)) t), t of n - 1 degrees of freedom."""
    from scipy.special import ndtr, stdtrit

    return float(ndtr(math.sqrt(units / (units - 1)) * stdtrit(units - 1, (1 - level) / 2)))


FEW = 6
"""From so many units on, resampled figures can lie beyond those of the units often enough for 95 %."""


def caution(units: int) -> str | None:
    """Return what to say of intervals from few units: all of n lie on one side of the truth with probability 2**(1 - n)."""
    if units < 2:
        return "no intervals: there is one story, and they come from resampling stories"
    if units < FEW:
        at_best = 1 - 2.0 ** (1 - units)
        return (
            f"intervals from {units} stories lie between the worst and the best story: they cover {at_best:.0%} at best"
        )
    return None


def p_value(observed: float, permuted: Figure) -> float | None:
    """Return the two-sided p of a difference: (1 + how many permuted are at least as great) / (1 + how many)."""
    known = permuted[~np.isnan(permuted)]
    if math.isnan(observed) or not len(known):
        return None
    return (1 + int((np.abs(known) >= abs(observed) - 1e-12).sum())) / (1 + len(known))


def holm(values: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return p values adjusted for the number of tests (Holm 1979); undefined ones stay so and do not count."""
    known = sorted((p, name) for name, p in values.items() if p is not None)
    found: dict[str, float | None] = dict.fromkeys(values)
    highest = 0.0
    for rank, (p, name) in enumerate(known):
        highest = max(highest, min(1.0, p * (len(known) - rank)))
        found[name] = highest
    return found
