"""Metrics over stories: clusters, relations and dependence of claims across documents, their corroboration, derivation.

A unit is a story, and counts are whole numbers a story. Claims of both sides are aligned first, once, one to one: same
document, equal span of the head, and matched source (the author with the author, attributions as `match_attributions`
pairs them). Whatever names a claim that is not aligned is wrong, or missed. A relation between two groups of claims is
that of all pairs of their members, and pairs of claims are counted; a pair within a group is `equivalent`. `broader` is
read as `narrower` the other way round, `unrelated` as no relation; the order of the two does not matter where a relation
is symmetric. Where gold is silent about a claim (no interval), the system is not asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..align import match_equal, pack
from ..columns import NOTHING, Column, Table
from ..stories import COPIES
from ..story_columns import OPEN, StoryBlock
from .base import ZERO, Counted, Counts, Figure, Figures, Totals, get, per_document, prf, ratio, whole_sums
from .clusters import clustering, count_clusters, score_clusters
from .relations import match_attributions, rows_in_gold
from .spans import count_equal, labels_of, macro_f1, with_labels

_PARTS = ("tp", "gold", "system")
SYMMETRIC = ("equivalent", "overlaps", "contradicts")
ONE_ORIGIN = (*COPIES, "same-utterance", "same-source")
"""The kinds of dependence that add no source (guidelines/stories/dependence.md)."""
DEPENDENT = (*ONE_ORIGIN, "same-network")
DERIVED = ("wholly", "partially")


def align_claims(block: StoryBlock) -> Column:
    """Return the gold row of each claim of the system, -1 where it has none.

    Claims of one side that stand alike (source and head equal) are paired in the order of their ids.
    """
    if "claims" in block.memo:
        return block.memo["claims"]
    gold, system = block.documents.gold["claims"], block.documents.system["claims"]
    twin = rows_in_gold(match_attributions(block.documents), len(block.documents.system["attributions"]["doc"]))
    by_author = system["source"] == NOTHING
    source = np.full(len(by_author), NOTHING, np.int64)
    source[~by_author] = twin[system["source"][~by_author]]
    source = np.where(by_author | (source >= 0), source, -2 - np.arange(len(source)))
    parts = [(gold[n], system[n]) for n in ("start", "end")]
    g, s, _ = pack([*parts, (gold["source"], source)], gold["doc"], system["doc"])
    nth = (_occurrence(g, block.gold["claims"]["rank"]), _occurrence(s, block.system["claims"]["rank"]))
    g, s, _ = pack([(g, s), nth], np.zeros(len(g), np.int64), np.zeros(len(s), np.int64))
    _, a, b = np.intersect1d(g, s, assume_unique=True, return_indices=True)
    found = np.full(len(s), NOTHING, np.int64)
    found[b] = a
    block.memo["claims"] = found
    return found


def _occurrence(keys: Column, rank: Column) -> Column:
    """Return for each key how many equal ones stand before it, in the order of rank."""
    order = np.lexsort((rank, keys))
    _, first, counts = np.unique(keys[order], return_index=True, return_counts=True)
    found = np.empty(len(keys), np.int64)
    found[order] = np.arange(len(keys)) - np.repeat(first, counts)
    return found


def _names(block: StoryBlock) -> Column:
    """Return the name of each claim of the system: the row of gold, or a number past all rows of gold."""
    twin = align_claims(block)
    own = len(block.documents.gold["claims"]["doc"]) + np.arange(len(twin))
    return np.where(twin >= 0, twin, own)


def _named(block: StoryBlock, table: str, ends: tuple[str, str]) -> tuple[Table, Table]:
    """Return the rows of a table of both sides, with claims named as gold's."""
    names, system = _names(block), block.system[table]
    return block.gold[table], system | {n: names[system[n]] for n in ends}


def _is(block: StoryBlock, values: Column, wanted: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.isin(values, np.array([block.codes[w] for w in wanted]))


def _sorted_ends(a: Column, b: Column, symmetric: npt.NDArray[np.bool_]) -> tuple[Column, Column]:
    """Return the ends of edges, the smaller first where the order does not matter."""
    return np.where(symmetric, np.minimum(a, b), a), np.where(symmetric, np.maximum(a, b), b)


@dataclass(frozen=True)
class CrossClusters:
    """Clusters of mentions over a whole story: groups, and every cluster of a document that is in no group.

    With `linked` only those of two documents and more, on either side: what coreference within a document and lone
    mentions give for nothing is left out.
    """

    table: str
    layers: tuple[str, ...]
    linked: bool = False

    def count(self, block: StoryBlock) -> Counted:
        """Return the sums of each story."""
        gold, system = block.gold[self.table], block.system[self.table]
        if self.linked:
            gold, system = _across_documents(gold), _across_documents(system)
        return count_clusters(clustering(gold, system, block.size, key=("document", "start", "end")))

    def score(self, totals: Totals) -> Figures:
        """Return the CoNLL average, then F1, precision and recall of each metric."""
        return score_clusters(totals)


def _across_documents(table: Table) -> Table:
    """Return a table in which only clusters of two documents and more are clusters."""
    cluster, document = table["cluster"], table["document"]
    names, at = np.unique(cluster, return_inverse=True)
    seen = np.unique(at * (int(document.max(initial=0)) + 1) + document)
    documents = np.bincount(seen // (int(document.max(initial=0)) + 1), minlength=len(names))
    return table | {"cluster": np.where((documents > 1)[at] & (cluster >= 0), cluster, NOTHING)}


@dataclass(frozen=True)
class ClaimClusters:
    """Clusters of claims: their groups, or what hangs together by edges of some kinds (claims without one left out).

    `edges` is a table (`relations`, `dependence`), or empty for the groups; a claim in no group is a cluster of its own.
    """

    edges: str = ""
    kinds: tuple[str, ...] = ()
    layers: tuple[str, ...] = ("stories.claims", "claims")

    def count(self, block: StoryBlock) -> Counted:
        """Return the sums of each story."""
        gold, system = (
            {"doc": t["doc"], "cluster": self._clusters(block, t, edges)}
            for t, edges in ((s["claims"], s.get(self.edges)) for s in (block.gold, block.system))
        )
        gold["claim"], system["claim"] = np.arange(len(gold["doc"])), _names(block)
        return count_clusters(clustering(gold, system, block.size, key=("claim",)))

    def _clusters(self, block: StoryBlock, claims: Table, edges: Table | None) -> Column:
        if edges is None:
            return claims["cluster"]
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        a, b, kind = (edges[n] for n in (("left", "right", "relation") if "left" in edges else _EDGE))
        kept = _is(block, kind, self.kinds)
        size = len(claims["doc"])
        cells = (np.ones(int(kept.sum()), np.int8), (a[kept], b[kept]))
        label = connected_components(coo_array(cells, shape=(size, size)), directed=False)[1] if size else np.zeros(0)
        linked = np.isin(np.arange(size), np.concatenate((a[kept], b[kept])))
        return np.where(linked, label, NOTHING).astype(np.int64)

    def score(self, totals: Totals) -> Figures:
        """Return the CoNLL average, then F1, precision and recall of each metric."""
        return score_clusters(totals)


_EDGE = ("source", "target", "kind")


def _related(block: StoryBlock) -> tuple[Table, Table]:
    """Return the related pairs of both sides, claims named as gold's, the smaller first where a relation is symmetric."""
    found = []
    for t in _named(block, "relations", ("left", "right")):
        left, right = _sorted_ends(t["left"], t["right"], _is(block, t["relation"], SYMMETRIC))
        found.append(t | {"left": left, "right": right})
    return found[0], found[1]


def _taken(table: Table, rows: npt.NDArray[np.bool_]) -> Table:
    return {n: c[rows] for n, c in table.items()}


@dataclass(frozen=True)
class ClaimRelations:
    """Pairs of claims match where both claims are aligned and the relation is equal.

    F1 is over pairs across groups; pairs within a group are the label `equivalent`, which the macro average has beside
    the others.
    """

    layers: tuple[str, ...] = ("stories.claim_relations", "stories.claims", "claims")

    def count(self, block: StoryBlock) -> Counted:
        """Return tp, gold and system of pairs across groups, and those of each relation."""
        gold, system = _related(block)
        all_ = _count_pairs(block, gold, system, by_relation=True)
        across = [_taken(t, ~_is(block, t["relation"], ("equivalent",))) for t in (gold, system)]
        whole = _count_pairs(block, across[0], across[1], by_relation=False)
        return Counted(all_.fields, np.concatenate((whole.rows, all_.rows[:, len(_PARTS) :]), axis=1))

    def score(self, totals: Totals) -> Figures:
        """Return F1, precision, recall, the macro average over the relations of gold, and F1 of `equivalent`."""
        same = labels_of(totals).get("equivalent", dict.fromkeys(_PARTS, ZERO))
        found = prf(*get(totals, *_PARTS)) | {"macro_f1": macro_f1(totals)}
        return found | {"equivalent_f1": prf(same["tp"], same["gold"], same["system"])["f1"]}


def _count_pairs(block: StoryBlock, gold: Table, system: Table, *, by_relation: bool) -> Counted:
    parts = [(gold[n], system[n]) for n in ("left", "right", "relation")]
    g, s, base = pack(parts, gold["doc"], system["doc"])
    return count_equal(block, match_equal(g, s, base), (gold["relation"], system["relation"]) if by_relation else None)


@dataclass(frozen=True)
class Contradictions:
    """Pairs of claims that contradict each other; facet and status are right where the pair is and they are equal."""

    layers: tuple[str, ...] = ("stories.claim_relations", "stories.claims", "claims")

    def count(self, block: StoryBlock) -> Counted:
        """Return tp, gold, system, pairs of equal facet and of equal status, and the same by facet."""
        gold, system = (_taken(t, _is(block, t["relation"], ("contradicts",))) for t in _related(block))
        parts = [(gold[n], system[n]) for n in ("left", "right")]
        g, s, _ = pack(parts, gold["doc"], system["doc"])
        _, i, j = np.intersect1d(g, s, return_indices=True)
        hits = gold["doc"][i]
        facet = gold["facet"][i] == system["facet"][j]
        status = gold["status"][i] == system["status"][j]
        whole = [per_document(d, block.size) for d in (hits, gold["doc"], system["doc"], hits[facet], hits[status])]
        docs = [hits[facet], gold["doc"], system["doc"]]
        labels = [gold["facet"][i[facet]], gold["facet"], system["facet"]]
        found = with_labels(block, np.stack(whole, axis=1), docs, labels)
        return Counted((*_PARTS, "facet", "status", *found.fields[len(_PARTS) :]), found.rows)

    def score(self, totals: Totals) -> Figures:
        """Return F1, precision, recall; F1 with facet, with status; their accuracy on pairs found; macro F1 over facets."""
        tp, gold, system, facet, status = get(totals, *_PARTS, "facet", "status")
        return prf(tp, gold, system) | {
            "facet_f1": prf(facet, gold, system)["f1"],
            "facet_accuracy": ratio(facet, tp),
            "facet_macro_f1": macro_f1(totals),
            "status_f1": prf(status, gold, system)["f1"],
            "status_accuracy": ratio(status, tp),
        }


@dataclass(frozen=True)
class Edges:
    """Edges between claims (`dependence`) or documents (`derivations`), by kind.

    F1 is over pairs that one of the kinds `asserting` joins, of whatever kind: a pair is found where the system has it
    and does not turn it round; kinds outside `directed` have no direction. `kind_f1` is over edges of all kinds, also those
    that say that nothing depends, and asks for the kind and its direction.
    """

    table: str
    asserting: tuple[str, ...]
    directed: tuple[str, ...]
    layers: tuple[str, ...]

    def count(self, block: StoryBlock) -> Counted:
        """Return tp, gold and system of pairs, and those of each kind of edge."""
        between_documents = self.table == "derivations"
        sides = _raw(block) if between_documents else _named(block, self.table, ("source", "target"))
        gold, system = (self._ordered(block, t) for t in sides)
        parts = [(gold[n], system[n]) for n in ("low", "high", "way", "kind")]
        by_kind = count_equal(
            block, match_equal(*pack(parts, gold["doc"], system["doc"])), (gold["kind"], system["kind"])
        )
        gold, system = (_taken(t, _is(block, t["kind"], self.asserting)) for t in (gold, system))
        g, s, _ = pack([(gold[n], system[n]) for n in ("low", "high")], gold["doc"], system["doc"])
        _, i, j = np.intersect1d(g, s, return_indices=True)
        a, b = gold["way"][i], system["way"][j]
        hit = (a == b) | (a == 0) | (b == 0)
        whole = [per_document(d, block.size) for d in (gold["doc"][i[hit]], gold["doc"], system["doc"])]
        return Counted(
            by_kind.fields, np.concatenate((np.stack(whole, axis=1), by_kind.rows[:, len(_PARTS) :]), axis=1)
        )

    def _ordered(self, block: StoryBlock, table: Table) -> Table:
        """Return the ends sorted, and the way of the edge: 1 up, 2 down, 0 where it has none."""
        a, b = table["source"], table["target"]
        way = np.where(_is(block, table["kind"], self.directed), np.where(a < b, 1, 2), 0)
        return table | {"low": np.minimum(a, b), "high": np.maximum(a, b), "way": way}

    def score(self, totals: Totals) -> Figures:
        """Return F1, precision and recall of pairs, then F1 of edges with kind and its macro average over gold's kinds."""
        counts = list(labels_of(totals).values())
        kinds = [sum((c[p] for c in counts), ZERO) for p in _PARTS]
        return prf(*get(totals, *_PARTS)) | {"kind_f1": prf(*kinds)["f1"], "kind_macro_f1": macro_f1(totals)}


def _raw(block: StoryBlock) -> tuple[Table, Table]:
    """Return the derivations: documents have the same rows on both sides."""
    return block.gold["derivations"], block.system["derivations"]


@dataclass(frozen=True)
class Mutations:
    """What changed on the way: an edge of dependence, in its direction, with one mutation."""

    layers: tuple[str, ...] = ("stories.dependence", "claims")

    def count(self, block: StoryBlock) -> Counted:
        """Return tp, gold and system, and the same for each mutation."""
        gold, system = _named(block, "mutations", ("source", "target"))
        g, s, base = pack([(gold[n], system[n]) for n in _EDGE], gold["doc"], system["doc"])
        return count_equal(block, match_equal(g, s, base), (gold["kind"], system["kind"]))

    def score(self, totals: Totals) -> Figures:
        """Return F1, precision, recall and macro F1 over the mutations of gold."""
        return prf(*get(totals, *_PARTS)) | {"macro_f1": macro_f1(totals)}


@dataclass(frozen=True)
class Corroboration:
    """How many independent sources a claim has: the interval of its group, for every claim that has one in gold.

    Error is taken at the lower end: it is what a reader may count on, and always given, while the upper end may be open
    and then has no distance to another; the error at the upper end is over the pairs where both are closed. Order is
    Kendall's tau-b (1945) of lower ends, from pairs of claims of one story: Spearman's coefficient ranks over
    all stories at once and is no function of sums over stories.
    """

    layers: tuple[str, ...] = ("stories.claims", "claims")

    def count(self, block: StoryBlock) -> Counted:
        """Return equal intervals, aligned claims, claims with an interval, sums of errors, and pairs in and out of order."""
        gold, system = block.gold["claims"], block.system["claims"]
        twin = align_claims(block)
        told = gold["low"] >= 0
        asked = np.ones(len(twin), bool)
        asked[twin >= 0] = told[twin[twin >= 0]]
        given = asked & (system["low"] >= 0)
        s = np.flatnonzero(given & (twin >= 0))
        g = twin[s]
        docs, low, high = gold["doc"][g], (gold["low"][g], system["low"][s]), (gold["high"][g], system["high"][s])
        closed = (high[0] != OPEN) & (high[1] != OPEN)
        equal = (low[0] == low[1]) & (high[0] == high[1])
        whole = [per_document(d, block.size) for d in (docs[equal], docs, gold["doc"][told], system["doc"][given])]
        whole += [
            whole_sums(docs, np.abs(low[0] - low[1]), block.size),
            whole_sums(docs[closed], np.abs(high[0] - high[1])[closed], block.size),
            per_document(docs[closed], block.size),
        ]
        return Counted(
            _CORROBORATION, np.concatenate((np.stack(whole, axis=1), _order(docs, *low, block.size)), axis=1)
        )

    def score(self, totals: Totals) -> Figures:
        """Return the pipeline's F1 of equal intervals; accuracy, mean absolute errors and tau-b of aligned claims."""
        equal, pairs, gold, system, error, error_high, closed = get(totals, *_CORROBORATION[:7])
        ways, in_gold, in_system, concordant, discordant = (
            c.astype(np.float64) for c in get(totals, *_CORROBORATION[7:])
        )
        below = np.sqrt((ways - in_gold) * (ways - in_system))
        tau: Figure = ratio(concordant - discordant, below)
        return prf(equal, gold, system) | {
            "accuracy": ratio(equal, pairs),
            "mae": ratio(error, pairs),
            "mae_high": ratio(error_high, closed),
            "tau_b": tau,
        }


_CORROBORATION = (
    *("equal", "pairs", "gold", "system", "error", "error_high", "closed"),
    *("ranked", "tied_gold", "tied_system", "concordant", "discordant"),
)


def _order(docs: Column, x: Column, y: Column, size: int) -> Counts:
    """Return for each unit the pairs of items, those tied in x, those tied in y, concordant and discordant ones."""
    found = np.zeros((size, 5), np.int64)
    for unit in np.unique(docs):
        rows = docs == unit
        a, b = (np.unique(v[rows], return_inverse=True)[1] for v in (x, y))
        width = int(b.max()) + 1
        before = np.zeros(width, np.int64)
        for value in range(int(a.max()) + 1):
            here = np.bincount(b[a == value], minlength=width)
            below = np.cumsum(before) - before
            found[unit, 3] += int((here * below).sum())
            found[unit, 4] += int((here * (before.sum() - before - below)).sum())
            before += here
        found[unit, :3] = _twos(np.array([len(a)])), _twos(np.bincount(a)), _twos(np.bincount(b))
    return found


def _twos(counts: Column) -> int:
    return int((counts * (counts - 1) // 2).sum())
