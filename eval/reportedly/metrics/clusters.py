"""Coreference: MUC, B3, CEAFm, CEAFe, BLANC, LEA and the CoNLL average, on clusters of spans.

All are computed from one sparse table that says how many mentions a gold cluster and a system cluster share; there is
no table of all pairs, so that clusters across documents cost as little as those within. MUC: Vilain et al. 1995; B3:
Bagga and Baldwin 1998; CEAF: Luo 2005; BLANC: Recasens and Hovy 2011 as Luo et al. 2014 extend it to predicted
mentions; LEA: Moosavi and Strube 2016; average: Pradhan et al. 2011. Conventions: singletons are kept; items without a
cluster are left out; a span that stands in two clusters of one side belongs to the one whose first mention comes
first in the text; MUC is undefined where no side has a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..align import best_totals, first_rows, join
from ..columns import Block, Column, Table
from .base import (
    Counted,
    Counts,
    Figure,
    Figures,
    Totals,
    fixed,
    fixed_fields,
    get,
    harmonic,
    mean,
    ratio,
    sums,
    total_of,
    whole_sums,
)

_SPAN = ("start", "end")


class Clustering(NamedTuple):
    """Mentions of both sides as clusters, numbered from 0 in each side, and the table of what they share.

    `gold_doc` and `system_doc` say in which row of counts a cluster is counted; `size` is the number of rows.
    """

    size: int
    gold_doc: Column
    gold_size: Column
    system_doc: Column
    system_size: Column
    gold: Column
    system: Column
    shared: Column


def clustering(
    gold: Table, system: Table, size: int, singletons: bool = True, key: Sequence[str] = _SPAN
) -> Clustering:
    """Return the clusters of two tables with the columns doc, cluster and those of the key.

    Mentions are one where document and key are; `doc` is the row in which they are counted: a document, or a story, where
    the key holds the document.
    """
    return _shared(sides(gold, system, key), size, singletons)


def sides(gold: Table, system: Table, key: Sequence[str]) -> tuple[_Side, _Side]:
    """Return the clusters of both sides, singletons among them."""
    g, s, _ = join(gold, system, key)
    return _side(g, gold), _side(s, system)


def _shared(both: tuple[_Side, _Side], size: int, singletons: bool) -> Clustering:
    """Return what the clusters of both sides share, with or without singletons."""
    gold, system = both if singletons else map(_linked, both)
    g_key, g_cluster, g_doc, g_size = gold
    s_key, s_cluster, s_doc, s_size = system
    _, i, j = np.intersect1d(g_key, s_key, assume_unique=True, return_indices=True)
    cells, shared = np.unique(g_cluster[i] * max(len(s_size), 1) + s_cluster[j], return_counts=True)
    rows, columns = cells // max(len(s_size), 1), cells % max(len(s_size), 1)
    return Clustering(size, g_doc, g_size, s_doc, s_size, rows, columns, shared.astype(np.int64))


class _Side(NamedTuple):
    """Keys in order without repeats, their clusters, and of each cluster the document and the size."""

    keys: Column
    cluster: Column
    doc: Column
    size: Column


def _side(keys: Column, table: Table) -> _Side:
    rows = np.flatnonzero(table["cluster"] >= 0)
    if not (keys[rows][1:] > keys[rows][:-1]).all():
        rows = _first_clusters(rows, keys, table["cluster"])
    names, cluster, sizes = np.unique(table["cluster"][rows], return_inverse=True, return_counts=True)
    doc = np.zeros(len(names), np.int64)
    doc[cluster] = table["doc"][rows]
    return _Side(keys[rows], cluster.astype(np.int64), doc, sizes.astype(np.int64))


def _first_clusters(rows: Column, keys: Column, clusters: Column) -> Column:
    """Return one row of each key in order: of the cluster whose first key comes first."""
    rows = rows[np.lexsort((clusters[rows], keys[rows]))]
    _, first = np.unique(clusters[rows], return_index=True)
    rank = np.zeros(int(clusters.max(initial=-1)) + 1, np.int64)
    rank[clusters[rows[first]]] = keys[rows[first]]
    rows = rows[np.lexsort((clusters[rows], rank[clusters[rows]], keys[rows]))]
    return rows[first_rows(keys[rows])]


def _linked(side: _Side) -> _Side:
    """Return a side without singletons."""
    kept = side.size > 1
    within = kept[side.cluster]
    number = np.cumsum(kept) - 1
    return _Side(side.keys[within], number[side.cluster[within]], side.doc[kept], side.size[kept])


@dataclass(frozen=True)
class Clusters:
    """All cluster metrics of a table with a column of clusters; the head figure is the CoNLL average."""

    table: str
    layers: tuple[str, ...] = ()
    singletons: bool = True

    def count(self, block: Block) -> Counted:
        """Return the sums of each document."""
        name = f"clusters of {self.table}"
        if name not in block.memo:
            block.memo[name] = sides(block.gold[self.table], block.system[self.table], _SPAN)
        return count_clusters(_shared(block.memo[name], block.size, self.singletons))  # type: ignore[arg-type]

    def score(self, totals: Totals) -> Figures:
        """Return the CoNLL average, then F1, precision and recall of each metric."""
        return score_clusters(totals)


def count_clusters(c: Clustering) -> Counted:
    """Return the sums below every cluster metric, for each row of counts."""
    fields: list[str] = []
    columns: list[Counts] = []

    def whole(name: str, values: Counts) -> None:
        fields.append(name)
        columns.append(values)

    def rational(name: str, docs: Column, values: Figure) -> None:
        fields.extend(fixed_fields(name))
        columns.extend(fixed(docs, values, c.size))

    g_doc, s_doc = c.gold_doc[c.gold], c.system_doc[c.system]
    n, g_size, s_size = c.shared, c.gold_size, c.system_size
    for side, doc, sizes, at, cells in (
        ("gold", c.gold_doc, g_size, c.gold, g_doc),
        ("system", c.system_doc, s_size, c.system, s_doc),
    ):
        whole(f"muc_{side}", whole_sums(doc, sizes - 1, c.size))
        whole(f"mentions_{side}", whole_sums(doc, sizes, c.size))
        whole(f"clusters_{side}", np.bincount(doc, minlength=c.size).astype(np.int64))
        whole(f"muc_{side}_hits", whole_sums(cells, n - 1, c.size))
        rational(f"b3_{side}_hits", cells, n * n / sizes[at])
        rational(f"lea_{side}_hits", cells, _lea(c, n, sizes[at]) * sizes[at])
        whole(f"links_{side}", whole_sums(doc, _links(sizes), c.size))
        all_mentions = sums(doc, sizes, c.size)
        whole(f"pairs_{side}", np.rint(all_mentions * (all_mentions - 1) / 2).astype(np.int64))
    phi = 2 * n / (g_size[c.gold] + s_size[c.system])
    ceafm, ceafe = best_totals(c.gold, c.system, n.astype(np.float64), phi)
    whole("ceafm_hits", whole_sums(g_doc, ceafm, c.size))
    rational("ceafe_hits", g_doc, ceafe)
    both = sums(g_doc, n, c.size)
    whole("links_both", whole_sums(g_doc, _links(n), c.size))
    whole("pairs_both", np.rint(both * (both - 1) / 2).astype(np.int64))
    within = [np.zeros(c.size, np.int64), np.zeros(c.size, np.int64)]
    for k, at in enumerate((c.gold, c.system)):
        shared = np.bincount(at, n, minlength=len((g_size, s_size)[k]))
        within[k] = whole_sums((c.gold_doc, c.system_doc)[k], _links(shared), c.size)
    whole("links_gold_on_shared", within[0])
    whole("links_system_on_shared", within[1])
    return Counted(tuple(fields), np.stack(columns, axis=1))


def _links(sizes: Column | Figure) -> Figure:
    n = np.asarray(sizes, np.float64)
    return n * (n - 1) / 2


def _lea(c: Clustering, n: Column, size: Column) -> Figure:
    """Return the resolution of a cluster by each cell: links shared of links; a singleton is its own link (LEA, 3.2)."""
    alone = (c.gold_size[c.gold] == 1) & (c.system_size[c.system] == 1)
    links = np.where(size > 1, _links(n) / np.maximum(_links(size), 1), 0.0)
    return np.where(size == 1, alone.astype(np.float64), links)


def score_clusters(totals: Totals) -> Figures:
    """Return the figures of all cluster metrics from their sums."""
    mentions, clusters = (get(totals, f"{x}_gold", f"{x}_system") for x in ("mentions", "clusters"))
    both = ("gold", "system")
    below: dict[str, tuple[Sequence[npt.ArrayLike], Sequence[npt.ArrayLike]]] = {
        "muc": (get(totals, *(f"muc_{x}_hits" for x in both)), get(totals, "muc_gold", "muc_system")),
        "b3": ([total_of(totals, f"b3_{x}_hits") for x in both], mentions),
        "ceafm": (get(totals, "ceafm_hits", "ceafm_hits"), mentions),
        "ceafe": ([total_of(totals, "ceafe_hits")] * 2, clusters),
        "lea": ([total_of(totals, f"lea_{x}_hits") for x in both], mentions),
    }
    found: Figures = {}
    for name, (hits, sizes) in below.items():
        r, p = ratio(hits[0], sizes[0]), ratio(hits[1], sizes[1])
        found |= {f"{name}_f1": harmonic(p, r), f"{name}_precision": p, f"{name}_recall": r}
    average = (found["muc_f1"] + found["b3_f1"] + found["ceafe_f1"]) / 3
    return {"f1": average} | found | _blanc(totals)


def kinds_of_links(totals: Totals) -> tuple[list[Counts], list[Counts]]:
    """Return for pairs of coreferent and of other mentions how many both sides, gold and the system have."""
    links = get(totals, "links_both", "links_gold", "links_system")
    pairs = get(totals, "pairs_both", "pairs_gold", "pairs_system")
    on_shared = sum(get(totals, "links_gold_on_shared", "links_system_on_shared"), np.zeros(1, np.int64))
    return links, [pairs[0] - on_shared + links[0], pairs[1] - links[1], pairs[2] - links[2]]


def _blanc(totals: Totals) -> Figures:
    """Return BLANC: the mean over coreferent and other pairs of mentions; the kind alone that exists where only one does."""
    links, apart = kinds_of_links(totals)
    in_gold = (links[1] > 0) | (apart[1] > 0)
    found: dict[str, list[Figure]] = {"f1": [], "precision": [], "recall": []}
    for hits, gold, system in (links, apart):
        r, p = ratio(hits, gold), ratio(hits, system)
        counted = np.where(in_gold, gold > 0, system > 0)
        for name, value in (("f1", harmonic(p, r)), ("precision", p), ("recall", r)):
            found[name].append(np.where(counted, np.nan_to_num(value), np.nan))
    return {f"blanc_{name}": mean(values) for name, values in found.items()}
