"""Matching of gold with system: keys packed into integers, spans one to one by overlap, clusters by shared mentions.

Everything is written once here and used by all metrics. No result depends on the order of items: spans are sorted
first, and an optimal assignment is optimal whatever comes first.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from .columns import Column, Table
from .errors import LimitError

LARGEST = 1_000
"""The most pairs that one group of overlapping spans may come to; `metrics.spans` weighs pairs by it."""

MOST_PAIRS = 4_000_000
"""The most pairs of overlapping spans in the documents that are counted together: about 500 MB of memory."""

_LARGEST_TABLE = 50_000_000

_WIDEST = 2**20
"""The widest range of values that is packed as it is."""

_SMALL = 3
_CHOICES = np.array(list(itertools.permutations(range(_SMALL))))
_ROW = np.arange(_SMALL)
_CLOSE = 1e-9
"""Components of up to three rows and columns are looked at all together: all their assignments are tried."""

_DENSE = 100_000
"""From how many cells on the table of a component is not written out."""


def join(gold: Table, system: Table, key: Sequence[str]) -> tuple[Column, Column, int]:
    """Return the rows of both as single integers: equal exactly where document and key are equal.

    The document is the most significant part: `code // base` gives it back. Returns gold codes, system codes, `base`.
    Numbers are packed by mixed radix; where that could pass 63 bits, the values are numbered first, in their order.
    """
    return pack([(gold[n], system[n]) for n in key], gold["doc"], system["doc"])


def pack(parts: Sequence[tuple[Column, Column]], gold_doc: Column, system_doc: Column) -> tuple[Column, Column, int]:
    """Return `join` of columns that are given themselves."""
    base = 1
    g, s = np.zeros(len(gold_doc), np.int64), np.zeros(len(system_doc), np.int64)
    for a, b in parts:
        low = int(min(a.min(initial=0), b.min(initial=0)))
        size = int(max(a.max(initial=0), b.max(initial=0))) - low + 1
        if size > _WIDEST:
            (a, b, size), low = _renumber(a, b), 0
        if base * size > 2**40:
            g, s, base = _renumber(g, s)
        g, s, base = g * size + (a - low), s * size + (b - low), base * size
    return gold_doc * base + g, system_doc * base + s, base


def _renumber(g: Column, s: Column) -> tuple[Column, Column, int]:
    values, codes = np.unique(np.concatenate((g, s)), return_inverse=True)
    return codes[: len(g)].astype(np.int64), codes[len(g) :].astype(np.int64), max(len(values), 1)


def different(codes: Column) -> tuple[Column, Column]:
    """Return the different codes in order, and the row of the first item of each; at once where they are so already."""
    if (codes[1:] > codes[:-1]).all():
        return codes, np.arange(len(codes))
    values, rows = np.unique(codes, return_index=True)
    return values, rows.astype(np.int64)


def first_rows(codes: Column) -> Column:
    """Return the row of the first item of each different code, in the order of codes."""
    return different(codes)[1]


class Equal(NamedTuple):
    """The different items of both sides in the order of their codes: first row and document of each, and which are equal.

    `gold_hits` and `system_hits` are positions among the different items.
    """

    gold_rows: Column
    system_rows: Column
    gold_docs: Column
    system_docs: Column
    gold_hits: Column
    system_hits: Column


def match_equal(gold: Column, system: Column, base: int) -> Equal:
    """Return the items of packed codes (see `join`)."""
    g, g_rows = different(gold)
    s, s_rows = different(system)
    _, i, j = np.intersect1d(g, s, assume_unique=True, return_indices=True)
    return Equal(g_rows, s_rows, g // base, s // base, i, j)


def lookup(keys: Column, values: Column, wanted: Column, default: int) -> Column:
    """Return for each wanted key its value, `default` where no key is equal; keys must not repeat."""
    if not len(keys):
        return np.full(len(wanted), default, np.int64)
    order = np.argsort(keys, kind="stable")
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    hit = keys[order][at] == wanted
    return np.where(hit, values[order][at], default)


def same_keys(gold: Column, system: Column) -> tuple[Column, Column]:
    """Return the rows of all pairs of equal keys; the keys of the system are sorted, and keys may repeat."""
    low, high = np.searchsorted(system, gold, "left"), np.searchsorted(system, gold, "right")
    n = high - low
    within = np.arange(int(n.sum())) - np.repeat(np.cumsum(n) - n, n)
    return np.repeat(np.arange(len(gold)), n), np.repeat(low, n) + within


class Pairs(NamedTuple):
    """Rows of gold and system that belong together, and how many characters they share."""

    gold: Column
    system: Column
    shared: Column


def overlapping(gold: Table, system: Table) -> Pairs:
    """Return all pairs of spans of one document that share a character.

    Two spans overlap where one begins inside the other, so that no more pairs are looked at than there are. Spans that
    touch do not overlap. Sorted by gold row, then system row.

    Raises:
        LimitError: there are more than `MOST_PAIRS`.
    """
    g_start, g_end = _place(gold)
    s_start, s_end = _place(system)
    inside = _beginning_in(g_start, g_end, s_start, "left"), _beginning_in(s_start, s_end, g_start, "right")
    if (total := sum(int(n.sum()) for n, _, _ in inside)) > MOST_PAIRS:
        raise LimitError(
            f"{total:,} pairs of spans overlap, more than {MOST_PAIRS:,}: give fewer, or split long documents"
        )
    (g_outer, s_inner), (s_outer, g_inner) = (_repeated(*counted) for counted in inside)
    g, s = np.concatenate((g_outer, g_inner)), np.concatenate((s_inner, s_outer))
    order = np.lexsort((s, g))
    g, s = g[order], s[order]
    shared = np.minimum(g_end[g], s_end[s]) - np.maximum(g_start[g], s_start[s])
    keep = shared > 0
    return Pairs(g[keep], s[keep], shared[keep])


def _beginning_in(
    start: Column, end: Column, beginnings: Column, side: Literal["left", "right"]
) -> tuple[Column, Column, Column]:
    """Return for each span how many beginnings stand inside, and the first of them in the order that comes third.

    With `right`, one at the start of the span is left out.
    """
    order = np.argsort(beginnings, kind="stable")
    low = np.searchsorted(beginnings[order], start, side)
    return np.maximum(np.searchsorted(beginnings[order], end, "left") - low, 0), low, order


def _repeated(n: Column, low: Column, order: Column) -> tuple[Column, Column]:
    """Return all pairs of a row of spans and a row of beginnings."""
    within = np.arange(int(n.sum())) - np.repeat(np.cumsum(n) - n, n)
    return np.repeat(np.arange(len(n)), n), order[np.repeat(low, n) + within]


def _place(table: Table) -> tuple[Column, Column]:
    return table["doc"] * 2**32 + table["start"], table["doc"] * 2**32 + table["end"]


def assign(pairs: Pairs, weight: npt.NDArray[np.int64], sizes: tuple[int, int]) -> Pairs:
    """Return the one-to-one pairs with the greatest total weight (whole numbers below 2**53 in sum, all positive).

    Raises:
        LimitError: more than `LARGEST` items of both sides hang together.
    """
    taken = np.flatnonzero(best_cells(pairs.gold, pairs.system, weight.astype(np.float64), LARGEST))
    return Pairs(pairs.gold[taken], pairs.system[taken], pairs.shared[taken])


def best_totals(rows: Column, columns: Column, *weights: npt.NDArray[np.float64]) -> list[npt.NDArray[np.float64]]:
    """Return for each cell of a sparse table its weight where it is in the best one-to-one assignment, else 0."""
    if not len(rows):
        return list(weights)
    order = np.lexsort((columns, rows))
    groups = _grouped(rows[order], columns[order])
    found = []
    for weight in weights:
        total = np.zeros(len(rows))
        taken = order[_best_of_groups(groups, weight[order], None)]
        total[taken] = weight[taken]
        found.append(total)
    return found


def best_cells(
    rows: Column, columns: Column, weight: npt.NDArray[np.float64], largest: int | None = None
) -> npt.NDArray[np.bool_]:
    """Return which cells of a sparse table are in the one-to-one assignment with the greatest total weight.

    Every connected component is assigned on its own, so that no dense table of all rows and columns is made. One with a
    single row or column takes its heaviest cell; the others go to the Hungarian method (Kuhn 1955, by
    `scipy.optimize.linear_sum_assignment`), large ones to its sparse kin. Cells are sorted first, so that their order
    does not matter.
    """
    taken: npt.NDArray[np.bool_] = np.zeros(len(rows), bool)
    if not len(rows):
        return taken
    order = np.lexsort((columns, rows))
    taken[order[_best_of_groups(_grouped(rows[order], columns[order]), weight[order], largest)]] = True
    return taken


class _Groups(NamedTuple):
    """Cells of a sorted sparse table by connected component.

    `alone` have their row and column to themselves; `star` (with the label of each cell) are in components with a single
    row or column; `many` are in others, sorted by component: `bounds` are where each begins, `sizes` its rows and columns,
    `place` the place of each cell in the table of its component.
    """

    alone: Column
    star: Column
    star_label: Column
    many: Column
    place: Column
    bounds: list[int]
    sizes: list[tuple[int, int]]


def _grouped(rows: Column, columns: Column) -> _Groups:
    r, c = (np.unique(x, return_inverse=True)[1] for x in (rows, columns))
    alone = (np.bincount(r)[r] == 1) & (np.bincount(c)[c] == 1)
    rest = np.flatnonzero(~alone)
    if not len(rest):
        return _Groups(np.flatnonzero(alone), rest, rest, rest, rest, [0], [])
    label = _components(r[rest], c[rest])
    r_local, heights = _local(r[rest], label)
    c_local, widths = _local(c[rest], label)
    star = (np.minimum(heights, widths) == 1)[label]
    many = np.flatnonzero(~star)
    many = many[np.argsort(label[many], kind="stable")]
    of = label[many]
    starts = np.flatnonzero(np.diff(of, prepend=-1))
    sizes = list(zip(heights[of[starts]].tolist(), widths[of[starts]].tolist(), strict=True))
    place = r_local[many] * widths[of] + c_local[many]
    bounds = [*starts.tolist(), len(of)]
    return _Groups(np.flatnonzero(alone), rest[star], label[star], rest[many], place, bounds, sizes)


def _best_of_groups(groups: _Groups, weight: npt.NDArray[np.float64], largest: int | None) -> Column:
    """Return the cells of the best assignment."""
    heaviest = np.lexsort((-weight[groups.star], groups.star_label))
    first = np.unique(groups.star_label[heaviest], return_index=True)[1]
    taken = [groups.alone, groups.star[heaviest[first]]]
    if groups.sizes:
        from scipy.optimize import linear_sum_assignment

        weights = weight[groups.many]
        settled, small = _best_of_small(groups, weights)
        taken.append(groups.many[small])
        pieces = zip(itertools.pairwise(groups.bounds), groups.sizes, settled.tolist(), strict=True)
        for (low, high), (height, width), done in pieces:
            if done:
                continue
            if largest is not None and (min(height, width) > largest or height * width > _LARGEST_TABLE):
                raise LimitError(
                    f"{height:,} items of gold and {width:,} of the system hang together by what they share, more than "
                    f"{largest:,}: give items that stand apart, or split long documents"
                )
            cells, place = groups.many[low:high], groups.place[low:high]
            if height * width > _DENSE:
                found = _sparse_assignment(place // width, place % width, weights[low:high], (height, width))
                taken.append(cells[found])
                continue
            table = np.zeros(height * width)
            table[place] = weights[low:high]
            chosen = np.zeros(height * width, bool)
            rows, columns = linear_sum_assignment(table.reshape(height, width), maximize=True)
            chosen[rows * width + columns] = True
            taken.append(cells[chosen[place]])
    return np.concatenate(taken)


def _best_of_small(groups: _Groups, weight: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.bool_], Column]:
    """Return which components are small and have one best assignment, and which of `groups.many` are the cells of these."""
    sizes = np.array(groups.sizes)
    small = sizes.max(axis=1) <= _SMALL
    of = np.repeat(np.arange(len(sizes)), np.diff(groups.bounds))
    cells = np.flatnonzero(small[of])
    of = of[cells]
    row, column = np.divmod(groups.place[cells], sizes[of, 1])
    tables = np.zeros((2, len(sizes), _SMALL, _SMALL))
    tables[0, of, row, column] = weight[cells]
    tables[1, of, row, column] = 2.0 ** (row * _SMALL + column)
    totals, names = tables[:, :, _ROW, _CHOICES].sum(axis=3)
    best = totals.argmax(axis=1)[:, None]
    near = totals >= np.take_along_axis(totals, best, 1) - _CLOSE
    settled = small & (~near | (names == np.take_along_axis(names, best, 1))).all(axis=1)
    return settled, cells[settled[of] & (_CHOICES[best[of, 0], row] == column)]


def _sparse_assignment(
    rows: Column, columns: Column, weight: npt.NDArray[np.float64], size: tuple[int, int]
) -> npt.NDArray[np.bool_]:
    """Return which cells of a large component are in its best assignment, without a dense table of it.

    Every row has a column of its own that stands for no partner, so that a full matching exists (Jonker and Volgenant 1987, by
    `scipy.sparse.csgraph.min_weight_full_bipartite_matching`). That column weighs 1 and every cell 1 more, since a
    sparse table cannot hold the weight 0; whole numbers stay exact.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    height, width = size
    alone = np.arange(height)
    cells = (
        np.concatenate((weight + 1, np.ones(height))),
        (np.concatenate((rows, alone)), np.concatenate((columns, width + alone))),
    )
    r, c = min_weight_full_bipartite_matching(csr_array(cells, shape=(height, width + height)), maximize=True)
    partner = np.full(height, -1, np.int64)
    partner[r] = c
    found: npt.NDArray[np.bool_] = partner[rows] == columns
    return found


def _components(rows: Column, columns: Column) -> Column:
    """Return for each cell the number of its connected component, from 0 without gaps."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    shift = int(rows.max()) + 1
    n = shift + int(columns.max()) + 1
    graph = coo_array((np.ones(len(rows), np.int8), (rows, columns + shift)), shape=(n, n))
    label = connected_components(graph, directed=False)[1][rows]
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def _local(items: Column, label: Column) -> tuple[Column, Column]:
    """Return the number of each item within its component, from 0, and how many items each component has."""
    names, first, at = np.unique(items, return_index=True, return_inverse=True)
    of_item = label[first]
    order = np.argsort(of_item, kind="stable")
    counts = np.bincount(of_item)
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(names)) - np.repeat(np.cumsum(counts) - counts, counts)
    return rank[at], counts.astype(np.int64)
