"""Matching of gold with system: keys packed into integers, spans one to one by overlap, clusters by shared mentions.

Everything is written once here and used by all metrics. No result depends on the order of items: spans are sorted
first, and an optimal assignment is optimal whatever comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .columns import Column, Table
from .records import Spans

LARGEST = 1_000
"""The most pairs that one group of overlapping spans may come to; `metrics.spans` weighs pairs by it."""

_LARGEST_TABLE = 50_000_000


def join(gold: Table, system: Table, key: Sequence[str]) -> tuple[Column, Column, int]:
    """Return the rows of both as single integers: equal exactly where document and key are equal.

    The document is the most significant part: `code // base` gives it back. Returns gold codes, system codes, `base`.
    Numbers are packed by mixed radix; where that would pass 63 bits, the parts are numbered first.
    """
    return pack([(gold[n], system[n]) for n in key], gold["doc"], system["doc"])


def pack(parts: Sequence[tuple[Column, Column]], gold_doc: Column, system_doc: Column) -> tuple[Column, Column, int]:
    """Return `join` of columns that are given themselves."""
    base = 1
    g, s = np.zeros(len(gold_doc), np.int64), np.zeros(len(system_doc), np.int64)
    for a, b in parts:
        low = int(min(a.min(initial=0), b.min(initial=0)))
        size = int(max(a.max(initial=0), b.max(initial=0))) - low + 1
        if base * size > 2**40:
            g, s, base = _renumber(g, s)
        g, s, base = g * size + (a - low), s * size + (b - low), base * size
    return gold_doc * base + g, system_doc * base + s, base


def _renumber(g: Column, s: Column) -> tuple[Column, Column, int]:
    values, codes = np.unique(np.concatenate((g, s)), return_inverse=True)
    return codes[: len(g)].astype(np.int64), codes[len(g) :].astype(np.int64), max(len(values), 1)


def first_rows(codes: Column) -> Column:
    """Return the row of the first item of each different code, in the order of codes."""
    return np.unique(codes, return_index=True)[1].astype(np.int64)


def lookup(keys: Column, values: Column, wanted: Column, default: int) -> Column:
    """Return for each wanted key its value, `default` where no key is equal; keys must not repeat."""
    if not len(keys):
        return np.full(len(wanted), default, np.int64)
    order = np.argsort(keys, kind="stable")
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    hit = keys[order][at] == wanted
    return np.where(hit, values[order][at], default)


def overlap(a: Spans, b: Spans) -> int:
    """Return how many characters two fragment lists share."""
    return sum(max(0, min(x[1], y[1]) - max(x[0], y[0])) for x in a for y in b)


class Pairs(NamedTuple):
    """Rows of gold and system that belong together, and how many characters they share."""

    gold: Column
    system: Column
    shared: Column


def overlapping(gold: Table, system: Table) -> Pairs:
    """Return all pairs of spans of one document that share a character.

    Spans that touch do not overlap. Sorted by gold row, then system row.
    """
    g_start, g_end = _place(gold)
    s_start, s_end = _place(system)
    order = np.argsort(s_start, kind="stable")
    widest = int((s_end - s_start).max(initial=0))
    low = np.searchsorted(s_start[order], g_start - widest, "right")
    high = np.searchsorted(s_start[order], g_end, "left")
    n = np.maximum(high - low, 0)
    g = np.repeat(np.arange(len(g_start)), n)
    within = np.arange(int(n.sum())) - np.repeat(np.cumsum(n) - n, n)
    s = order[np.repeat(low, n) + within]
    shared = np.minimum(g_end[g], s_end[s]) - np.maximum(g_start[g], s_start[s])
    keep = shared > 0
    return Pairs(g[keep], s[keep], shared[keep])


def _place(table: Table) -> tuple[Column, Column]:
    return table["doc"] * 2**32 + table["start"], table["doc"] * 2**32 + table["end"]


def assign(pairs: Pairs, weight: npt.NDArray[np.int64], sizes: tuple[int, int]) -> Pairs:
    """Return the one-to-one pairs with the greatest total weight (integers below 2**53 in sum, all positive).

    `sizes` are the numbers of rows on both sides. Groups of items that overlap are found first (connected
    components); a pair that is alone with itself is taken, the others are assigned by the Hungarian method
    (Kuhn 1955, `scipy.optimize.linear_sum_assignment`).

    Raises:
        ValueError: more than `LARGEST` items of both sides hang together.
    """
    alone = (np.bincount(pairs.gold, minlength=sizes[0])[pairs.gold] == 1) & (
        np.bincount(pairs.system, minlength=sizes[1])[pairs.system] == 1
    )
    chosen = [np.flatnonzero(alone)]
    rest = np.flatnonzero(~alone)
    for group in _components(pairs.gold[rest], pairs.system[rest]):
        at = rest[group]
        rows, r = np.unique(pairs.gold[at], return_inverse=True)
        columns, c = np.unique(pairs.system[at], return_inverse=True)
        if min(len(rows), len(columns)) > LARGEST or len(rows) * len(columns) > _LARGEST_TABLE:
            raise ValueError(f"{len(rows):,} spans of gold overlap {len(columns):,} of the system in one chain")
        weights = np.zeros((len(rows), len(columns)))
        which = np.full(weights.shape, -1, np.int64)
        weights[r, c] = weight[at]
        which[r, c] = at
        taken = which[_hungarian(weights)]
        chosen.append(taken[taken >= 0])
    at = np.sort(np.concatenate(chosen))
    return Pairs(pairs.gold[at], pairs.system[at], pairs.shared[at])


def _components(gold: Column, system: Column) -> Iterator[Column]:
    """Yield the positions of the pairs of each connected component."""
    if not len(gold):
        return
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, r = np.unique(gold, return_inverse=True)
    columns, c = np.unique(system, return_inverse=True)
    n = len(rows) + len(columns)
    graph = coo_array((np.ones(len(r), np.int8), (r, c + len(rows))), shape=(n, n))
    labels = connected_components(graph, directed=False)[1][r]
    order = np.argsort(labels, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def _hungarian(weights: npt.NDArray[np.float64]) -> tuple[Column, Column]:
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(weights, maximize=True)
    return rows.astype(np.int64), columns.astype(np.int64)


def best_total(rows: Column, columns: Column, weight: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return for each entry of a sparse table its weight where it is in the best one-to-one assignment, else 0.

    Rows and columns are cluster numbers; every component is assigned on its own, without a dense table of all.
    """
    taken = np.zeros(len(rows))
    degree_r = np.unique(rows, return_inverse=True, return_counts=True)
    degree_c = np.unique(columns, return_inverse=True, return_counts=True)
    alone = (degree_r[2][degree_r[1]] == 1) & (degree_c[2][degree_c[1]] == 1)
    taken[alone] = weight[alone]
    rest = np.flatnonzero(~alone)
    for group in _components(rows[rest], columns[rest]):
        at = rest[group]
        _, r = np.unique(rows[at], return_inverse=True)
        _, c = np.unique(columns[at], return_inverse=True)
        weights = np.zeros((int(r.max()) + 1, int(c.max()) + 1))
        which = np.full(weights.shape, -1, np.int64)
        weights[r, c] = weight[at]
        which[r, c] = at
        found = which[_hungarian(weights)]
        found = found[found >= 0]
        taken[found] = weight[found]
    return taken
