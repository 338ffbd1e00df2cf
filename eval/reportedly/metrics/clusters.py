"""Coreference: MUC, B3, CEAFm, CEAFe, BLANC, LEA and the CoNLL average, on clusters of spans.

All are computed from one sparse table that says how many mentions a gold cluster and a system cluster share; there is
no table of all pairs, so that clusters across documents cost as little as those within. MUC: Vilain et al. 1995; B3:
Bagga and Baldwin 1998; CEAF: Luo 2005; BLANC: Recasens and Hovy 2011 as Luo et al. 2014 extend it to predicted
mentions; LEA: Moosavi and Strube 2016; average: Pradhan et al. 2011. Conventions: singletons are kept; items without a
cluster are left out; a span that stands in two clusters of one side belongs to the one whose first mention comes
first in the text; MUC is undefined where no side has a link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..align import best_total, pack
from ..columns import Block, Column, Table
from .base import Counted, Counts, Figures, Totals, fixed, fixed_fields, harmonic, mean, ratio, total_of

Floats = npt.NDArray[np.float64]


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


def clustering(gold: Table, system: Table, size: int, singletons: bool = True) -> Clustering:
    """Return the clusters of two tables with the columns doc, start, end, cluster."""
    g, s, _ = pack([(gold[n], system[n]) for n in ("start", "end")], gold["doc"], system["doc"])
    g_key, g_cluster, g_doc, g_size = _side(g, gold, singletons)
    s_key, s_cluster, s_doc, s_size = _side(s, system, singletons)
    _, i, j = np.intersect1d(g_key, s_key, assume_unique=True, return_indices=True)
    cells, shared = np.unique(g_cluster[i] * max(len(s_size), 1) + s_cluster[j], return_counts=True)
    rows, columns = cells // max(len(s_size), 1), cells % max(len(s_size), 1)
    return Clustering(size, g_doc, g_size, s_doc, s_size, rows, columns, shared.astype(np.int64))


def _side(keys: Column, table: Table, singletons: bool) -> tuple[Column, Column, Column, Column]:
    """Return keys in order without repeats, their clusters, and of each cluster the document and the size."""
    rows = np.flatnonzero(table["cluster"] >= 0)
    rows = rows[np.lexsort((table["cluster"][rows], keys[rows]))]
    _, first = np.unique(table["cluster"][rows], return_index=True)
    rank = np.zeros(int(table["cluster"].max(initial=-1)) + 1, np.int64)
    rank[table["cluster"][rows[first]]] = keys[rows[first]]
    rows = rows[np.lexsort((table["cluster"][rows], rank[table["cluster"][rows]], keys[rows]))]
    rows = rows[np.unique(keys[rows], return_index=True)[1]]
    names, cluster, sizes = np.unique(table["cluster"][rows], return_inverse=True, return_counts=True)
    if not singletons:
        keep = sizes[cluster] > 1
        rows = rows[keep]
        names, cluster, sizes = np.unique(table["cluster"][rows], return_inverse=True, return_counts=True)
    doc = np.zeros(len(names), np.int64)
    doc[cluster] = table["doc"][rows]
    return keys[rows], cluster.astype(np.int64), doc, sizes.astype(np.int64)


def _sum(docs: Column, values: npt.NDArray[np.generic], size: int) -> Floats:
    return np.bincount(docs, values, minlength=size)


def _whole(docs: Column, values: Column, size: int) -> Counts:
    return np.rint(_sum(docs, values, size)).astype(np.int64)


SIMPLE = ("muc", "b3", "ceafm", "ceafe", "lea")
_LINKS = ("muc", "blanc_links", "blanc_apart")


@dataclass(frozen=True)
class Clusters:
    """All cluster metrics of a table with a column of clusters; the head figure is the CoNLL average."""

    table: str
    layers: tuple[str, ...] = ()
    singletons: bool = True

    def count(self, block: Block) -> Counted:
        """Return the sums of each document."""
        return count_clusters(
            clustering(block.gold[self.table], block.system[self.table], block.size, self.singletons)
        )

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

    def rational(name: str, values: Floats) -> None:
        fields.extend(fixed_fields(name))
        columns.extend(fixed(values))

    g_doc, s_doc = c.gold_doc[c.gold], c.system_doc[c.system]
    n, g_size, s_size = c.shared, c.gold_size, c.system_size
    for side, doc, sizes, at, cells in (
        ("gold", c.gold_doc, g_size, c.gold, g_doc),
        ("system", c.system_doc, s_size, c.system, s_doc),
    ):
        whole(f"muc_{side}", _whole(doc, sizes - 1, c.size))
        whole(f"mentions_{side}", _whole(doc, sizes, c.size))
        whole(f"clusters_{side}", np.bincount(doc, minlength=c.size).astype(np.int64))
        whole(f"muc_{side}_hits", _whole(cells, n - 1, c.size))
        rational(f"b3_{side}_hits", _sum(cells, n * n / sizes[at], c.size))
        rational(f"lea_{side}_hits", _sum(cells, _lea(c, n, sizes[at]) * sizes[at], c.size))
        whole(f"links_{side}", _whole(doc, _links(sizes), c.size))
        all_mentions = _sum(doc, sizes, c.size)
        whole(f"pairs_{side}", np.rint(all_mentions * (all_mentions - 1) / 2).astype(np.int64))
    whole("ceafm_hits", _whole(g_doc, best_total(c.gold, c.system, n.astype(np.float64)).astype(np.int64), c.size))
    phi = 2 * n / (g_size[c.gold] + s_size[c.system])
    rational("ceafe_hits", _sum(g_doc, best_total(c.gold, c.system, phi), c.size))
    both = _sum(g_doc, n, c.size)
    whole("links_both", _whole(g_doc, _links(n), c.size))
    whole("pairs_both", np.rint(both * (both - 1) / 2).astype(np.int64))
    within = [np.zeros(c.size, np.int64), np.zeros(c.size, np.int64)]
    for k, (at, cells) in enumerate(((c.gold, g_doc), (c.system, s_doc))):
        shared = np.bincount(at, n, minlength=len((g_size, s_size)[k]))
        within[k] = _whole((c.gold_doc, c.system_doc)[k], _links(shared), c.size)
    whole("links_gold_on_shared", within[0])
    whole("links_system_on_shared", within[1])
    return Counted(tuple(fields), np.stack(columns, axis=1))


def _links(sizes: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    return sizes * (sizes - 1) / 2  # type: ignore[operator, no-any-return]


def _lea(c: Clustering, n: Column, size: Column) -> Floats:
    """Return the resolution of a cluster by each cell: links shared of links; a singleton is its own link (LEA, 3.2)."""
    alone = (c.gold_size[c.gold] == 1) & (c.system_size[c.system] == 1)
    links = np.where(size > 1, _links(n) / np.maximum(_links(size), 1), 0.0)  # type: ignore[operator]
    return np.where(size == 1, alone.astype(np.float64), links)


def score_clusters(totals: Totals) -> Figures:
    """Return the figures of all cluster metrics from their sums."""
    found: Figures = {}

    def put(name: str, r: float | None, p: float | None) -> None:
        found.update({f"{name}_f1": harmonic(p, r), f"{name}_precision": p, f"{name}_recall": r})

    t = {k: totals.get(k, 0) for k in ("mentions_gold", "mentions_system", "clusters_gold", "clusters_system")}
    put("muc", *(ratio(totals.get(f"muc_{x}_hits", 0), totals.get(f"muc_{x}", 0)) for x in ("gold", "system")))
    put("b3", *(ratio(total_of(totals, f"b3_{x}_hits"), t[f"mentions_{x}"]) for x in ("gold", "system")))
    put("ceafm", *(ratio(totals.get("ceafm_hits", 0), t[f"mentions_{x}"]) for x in ("gold", "system")))
    put("ceafe", *(ratio(total_of(totals, "ceafe_hits"), t[f"clusters_{x}"]) for x in ("gold", "system")))
    put("lea", *(ratio(total_of(totals, f"lea_{x}_hits"), t[f"mentions_{x}"]) for x in ("gold", "system")))
    found |= _blanc(totals)
    three = [found[f"{m}_f1"] for m in ("muc", "b3", "ceafe")]
    return {"f1": None if None in three else mean(three)} | found


def _blanc(totals: Totals) -> Figures:
    """Return BLANC: the mean over coreferent and other pairs of mentions; the one alone that exists where only one does."""
    get = lambda name: totals.get(name, 0)  # noqa: E731
    links = (get("links_both"), get("links_gold"), get("links_system"))
    apart_both = (
        get("pairs_both") - get("links_gold_on_shared") - get("links_system_on_shared") + get("links_both")
    )
    apart = (
        apart_both,
        get("pairs_gold") - get("links_gold"),
        get("pairs_system") - get("links_system"),
    )
    kinds = [k for k in (links, apart) if k[1]] or [k for k in (links, apart) if k[2]]
    recall = mean([ratio(hits, gold) or 0.0 for hits, gold, _ in kinds])
    precision = mean([ratio(hits, system) or 0.0 for hits, _, system in kinds])
    f = mean([harmonic(ratio(h, s), ratio(h, g)) for h, g, s in kinds])
    return {"blanc_f1": f, "blanc_precision": precision, "blanc_recall": recall}
