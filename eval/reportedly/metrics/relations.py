"""Metrics over relations: arguments of events, attributions, their nesting and their reporting chains.

Arguments: identified and classified, free (AI, AC) and attached to their trigger (AI+, AC+), after Huang et al. 2024
(TextEE); through coreference after Li, Ji and Han 2021 (any mention of the entity counts). Attributions: exact and by
overlap of cue, parts given a matched cue after Pareti 2016; parents and chains as edges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..align import Pairs, assign, first_rows, join, lookup, match_equal, overlapping, pack, same_keys
from ..columns import NOTHING, OUTLET_CODE, Block, Column, Table
from ..records import SPAN_FIELDS
from .base import Counted, Figures, Totals, fixed, fixed_fields, get, per_document, prf, total_of
from .spans import count_equal, score_labels

_PARTS = ("tp", "gold", "system")


@dataclass(frozen=True)
class CoreferentArguments:
    """Arguments of one trigger and role match where the system's span is any gold mention of the entity that gold names."""

    layers: tuple[str, ...] = ("events", "mentions")

    def count(self, block: Block) -> Counted:
        """Return tp, gold and system, and the same for each role."""
        gold, system = block.gold["arguments"], block.system["arguments"]
        entities = (_referent(block.gold["mentions"], gold), _referent(block.gold["mentions"], system))
        parts = [(gold[n], system[n]) for n in ("start", "end", "type", "role")]
        g, s, base = pack([*parts, entities], gold["doc"], system["doc"])
        return count_equal(block, match_equal(g, s, base), (gold["role"], system["role"]))

    def score(self, totals: Totals) -> Figures:
        """Return F1, precision, recall and macro F1 over roles."""
        return score_labels(totals)


def _referent(mentions: Table, arguments: Table) -> Column:
    """Return what an argument refers to: the gold entity of its span, or the span itself as a number below -1."""
    known, wanted, _ = pack(
        [(mentions["start"], arguments["target_start"]), (mentions["end"], arguments["target_end"])],
        mentions["doc"],
        arguments["doc"],
    )
    rows = first_rows(known)
    rows = rows[mentions["cluster"][rows] >= 0]
    span = -2 - (arguments["target_start"] * 2**31 + arguments["target_end"])
    found = lookup(known[rows], mentions["cluster"][rows], wanted, NOTHING)
    return np.where(found >= 0, found, span)


def match_attributions(block: Block) -> Pairs:
    """Return the one-to-one pairs of attributions whose cues overlap or, where both have none, whose contents do.

    Optimal: the most pairs of equal cue, then the most pairs, then the most shared characters of content. Those equal
    in cue, content and source are paired first, as some best matching does; so are those that have neither cue nor content.
    """
    if "attributions" in block.memo:
        return block.memo["attributions"]  # type: ignore[return-value]
    gold, system = block.gold, block.system
    cue, content = SPAN_FIELDS.index("cue"), SPAN_FIELDS.index("content")
    sizes = (len(gold["attributions"]["doc"]), len(system["attributions"]["doc"]))
    by_cue = pairs_of_part(gold["fragments"], system["fragments"], cue)
    by_content = pairs_of_part(gold["fragments"], system["fragments"], content)
    bare = [
        ~np.isin(np.arange(n), t["fragments"]["attribution"][t["fragments"]["part"] == cue])
        for n, t in zip(sizes, (gold, system), strict=True)
    ]
    keep = bare[0][by_content.gold] & bare[1][by_content.system]
    key = max(sizes[1], 1)
    shared = lookup(by_content.gold * key + by_content.system, by_content.shared, by_cue.gold * key + by_cue.system, 0)
    pairs = Pairs(
        np.concatenate((by_cue.gold, by_content.gold[keep])),
        np.concatenate((by_cue.system, by_content.system[keep])),
        np.concatenate((shared, by_content.shared[keep])),
    )
    g, s, _ = join(gold["attributions"], system["attributions"], ("cue", "content", "source"))
    _, same_g, same_s = np.intersect1d(g, s, assume_unique=True, return_indices=True)
    whole = Pairs(same_g, same_s, _length(gold["fragments"], content, sizes[0])[same_g])
    open_ = ~(np.isin(pairs.gold, same_g) | np.isin(pairs.system, same_s))
    equal = gold["attributions"]["cue"][pairs.gold] == system["attributions"]["cue"][pairs.system]
    weight = equal * 2**42 + 2**28 + np.minimum(pairs.shared, 2**17)
    rest = assign(Pairs(*(c[open_] for c in pairs)), weight[open_], sizes)
    found = Pairs(*(np.concatenate(both) for both in zip(whole, rest, strict=True)))
    block.memo["attributions"] = found
    return found


def pairs_of_part(gold: Table, system: Table, part: int) -> Pairs:
    """Return the pairs of attributions of which one part shares characters, and how many."""
    g, s = ({n: c[t["part"] == part] for n, c in t.items()} for t in (gold, system))
    pairs = overlapping(g, s)
    width = int(s["attribution"].max(initial=0)) + 1
    keys, at = np.unique(g["attribution"][pairs.gold] * width + s["attribution"][pairs.system], return_inverse=True)
    shared = np.bincount(at, pairs.shared, minlength=len(keys)).astype(np.int64)
    return Pairs(keys // width, keys % width, shared)


@dataclass(frozen=True)
class Attributions:
    """Attributions matched by overlapping cue; with a part, its exactness and Dice given the matched cue."""

    part: str | None = None
    layers: tuple[str, ...] = ("attributions",)

    def count(self, block: Block) -> Counted:
        """Return tp, gold and system; with a part also the sum of Dice coefficients."""
        gold, system = block.gold["attributions"], block.system["attributions"]
        pairs = match_attributions(block)
        docs = gold["doc"][pairs.gold]
        if self.part is None:
            columns = [per_document(d, block.size) for d in (docs, gold["doc"], system["doc"])]
            return Counted(_PARTS, np.stack(columns, axis=1))
        at = SPAN_FIELDS.index(self.part)
        of_gold, of_system = (
            _length(t["fragments"], at, len(t["attributions"]["doc"])) for t in (block.gold, block.system)
        )
        equal = gold[self.part][pairs.gold] == system[self.part][pairs.system]
        filled = (of_gold[pairs.gold] > 0) & (of_system[pairs.system] > 0)
        shared = pairs_of_part(block.gold["fragments"], block.system["fragments"], at)
        key = max(len(system["doc"]), 1)
        common = lookup(shared.gold * key + shared.system, shared.shared, pairs.gold * key + pairs.system, 0)
        size = np.maximum(of_gold[pairs.gold] + of_system[pairs.system], 1)
        columns = [
            per_document(docs[equal & filled], block.size),
            per_document(gold["doc"][of_gold > 0], block.size),
            per_document(system["doc"][of_system > 0], block.size),
            *fixed(docs, 2 * common / size, block.size),
        ]
        return Counted((*_PARTS, *fixed_fields("dice")), np.stack(columns, axis=1))

    def score(self, totals: Totals) -> Figures:
        """Return F1, precision and recall; with a part also the F1 of character Dice."""
        tp, gold, system = get(totals, *_PARTS)
        found = prf(tp, gold, system)
        return found if self.part is None else found | {"dice": prf(total_of(totals, "dice"), gold, system)["f1"]}


def _length(fragments: Table, part: int, size: int) -> Column:
    rows = fragments["part"] == part
    length = (fragments["end"] - fragments["start"])[rows]
    return np.bincount(fragments["attribution"][rows], length, minlength=size).astype(np.int64)


def rows_in_gold(pairs: Pairs, size: int) -> Column:
    """Return for each system row the gold row it is paired with, -1 where it has none."""
    found = np.full(size, NOTHING, np.int64)
    found[pairs.system] = pairs.gold
    return found


@dataclass(frozen=True)
class Parents:
    """Nesting: edges from an attribution to the one that contains it, between matched attributions."""

    layers: tuple[str, ...] = ("attributions",)

    def count(self, block: Block) -> Counted:
        """Return tp, gold and system edges."""
        gold, system = block.gold["attributions"], block.system["attributions"]
        twin = rows_in_gold(match_attributions(block), len(system["doc"]))
        g, s = np.flatnonzero(gold["parent"] >= 0), np.flatnonzero(system["parent"] >= 0)
        child, parent = twin[s], twin[system["parent"][s]]
        both = (child >= 0) & (parent >= 0)
        hit = both.copy()
        hit[both] = gold["parent"][child[both]] == parent[both]
        columns = [per_document(d, block.size) for d in (system["doc"][s[hit]], gold["doc"][g], system["doc"][s])]
        return Counted(_PARTS, np.stack(columns, axis=1))

    def score(self, totals: Totals) -> Figures:
        """Return F1, precision and recall."""
        return prf(*get(totals, *_PARTS))


def entities_in_gold(block: Block) -> Column:
    """Return for each system cluster the gold cluster with which it shares the most mention spans, -1 for none.

    One to one: the pairs with the greatest number of shared mentions in all. Ties go to the cluster that comes first. An
    entity without a mention has no place in the text, so it is matched with none.
    """
    if "entities" in block.memo:
        return block.memo["entities"]  # type: ignore[return-value]
    gold, system = block.gold["mentions"], block.system["mentions"]
    size = max((int(t["mentions"]["cluster"].max(initial=-1)) for t in (block.gold, block.system)), default=-1) + 1
    g, s, _ = join(gold, system, ("start", "end"))
    g, at_gold = _spans_of_entities(g, gold["cluster"])
    s, at_system = _spans_of_entities(s, system["cluster"])
    i, j = same_keys(g, s)
    a, b = at_gold[i], at_system[j]
    cells, n = np.unique(a * max(size, 1) + b, return_counts=True)
    pairs = Pairs(cells // max(size, 1), cells % max(size, 1), n.astype(np.int64))
    best = assign(pairs, pairs.shared * 2**10, (size, size))
    twin = np.full(size, NOTHING, np.int64)
    twin[best.system] = best.gold
    block.memo["entities"] = twin
    return twin


def _spans_of_entities(keys: Column, clusters: Column) -> tuple[Column, Column]:
    """Return the different pairs of a span and the entity that it names, sorted by span."""
    rows = np.flatnonzero(clusters >= 0)
    rows = rows[np.lexsort((clusters[rows], keys[rows]))]
    k, c = keys[rows], clusters[rows]
    new = np.ones(len(rows), bool)
    new[1:] = (k[1:] != k[:-1]) | (c[1:] != c[:-1])
    return k[new], c[new]


@dataclass(frozen=True)
class Chains:
    """Reporting chains: steps from one station to the next, of matched attributions, stations named as gold's entities."""

    layers: tuple[str, ...] = ("attributions", "mentions")

    def count(self, block: Block) -> Counted:
        """Return tp, gold and system steps."""
        gold, system = block.gold["chains"], block.system["chains"]
        twin = rows_in_gold(match_attributions(block), len(block.system["attributions"]["doc"]))
        known = entities_in_gold(block)
        mapped = np.where(system["node"] >= 0, _known(known, system["node"]), system["node"])
        g = _steps(gold["attribution"], gold["node"], gold["doc"])
        s = _steps(twin[system["attribution"]], mapped, system["doc"], system["attribution"])
        missing = (s[:, 1] == NOTHING) | (s[:, 2] == NOTHING) | (s[:, 3] == NOTHING)
        s[missing, 1] = -3 - np.arange(int(missing.sum()))
        a, b, base = pack([(g[:, k], s[:, k]) for k in (1, 2, 3)], g[:, 0], s[:, 0])
        return count_equal(block, match_equal(a, b, base))

    def score(self, totals: Totals) -> Figures:
        """Return F1, precision and recall."""
        return prf(*get(totals, *_PARTS))


def _known(found: Column, nodes: Column) -> Column:
    return (
        np.where(nodes < len(found), found[np.minimum(np.maximum(nodes, 0), len(found) - 1)], NOTHING)
        if len(found)
        else np.full(len(nodes), NOTHING, np.int64)
    )


def _steps(attribution: Column, node: Column, doc: Column, group: Column | None = None) -> Column:
    """Return rows of document, attribution, station, next station."""
    key = attribution if group is None else group
    same = key[:-1] == key[1:]
    columns = (doc[:-1], attribution[:-1], node[:-1], node[1:])
    return np.stack([c[same] for c in columns], axis=1)


__all__ = [
    "OUTLET_CODE",
    "Attributions",
    "Chains",
    "CoreferentArguments",
    "Parents",
    "entities_in_gold",
    "match_attributions",
    "pairs_of_part",
    "rows_in_gold",
]
