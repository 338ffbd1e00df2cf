"""Metrics over items that match where a key is equal, and over spans that match by overlap.

An item that stands twice in one document counts once. Exact: precision tp/system, recall tp/gold,
F1 2·tp/(gold + system), with the item counted right where document and key are equal (CoNLL-2003, Tjong Kim Sang and
De Meulder 2003). Overlap: one matching for all figures, see `match_spans`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..align import Equal, Pairs, assign, join, match_equal, overlapping
from ..columns import Block, Column, Table, Units
from ..errors import LimitError
from .base import (
    MOST_LABELS,
    ZERO,
    Counted,
    Counts,
    Figure,
    Figures,
    Totals,
    fixed,
    fixed_fields,
    get,
    mean,
    per_document,
    per_label,
    prf,
    total_of,
)

_PARTS = ("tp", "gold", "system")


@dataclass(frozen=True)
class Exact:
    """Items of a table match where document and all columns of the key are equal; `by` names the column of labels."""

    table: str
    key: tuple[str, ...]
    by: str | None = None
    layers: tuple[str, ...] = ()

    def count(self, block: Block) -> Counted:
        """Return tp, gold and system, and the same for each label."""
        gold, system = block.gold[self.table], block.system[self.table]
        found = equal(block, self.table, self.key)
        return count_equal(block, found, None if self.by is None else (gold[self.by], system[self.by]))

    def score(self, totals: Totals) -> Figures:
        """Return F1, precision, recall, and the macro average of F1 over the labels of gold."""
        return score_labels(totals) if self.by else prf(*get(totals, *_PARTS))


def equal(block: Block, table: str, key: tuple[str, ...]) -> Equal:
    """Return the different items of a table by a key, found once for all metrics."""
    name = f"equal {table} by {key}"
    if name not in block.memo:
        block.memo[name] = match_equal(*join(block.gold[table], block.system[table], key))
    return block.memo[name]  # type: ignore[return-value]


def count_equal(block: Units, found: Equal, labels: tuple[Column, Column] | None = None) -> Counted:
    """Return tp, gold and system of items by key, in all and for each label."""
    docs = [found.gold_docs[found.gold_hits], found.gold_docs, found.system_docs]
    whole = np.stack([per_document(d, block.size) for d in docs], axis=1)
    if labels is None:
        return Counted(_PARTS, whole)
    of_gold, of_system = labels[0][found.gold_rows], labels[1][found.system_rows]
    return with_labels(block, whole, docs, [of_gold[found.gold_hits], of_gold, of_system])


def with_labels(block: Units, whole: Counts, docs: Sequence[Column], labels: Sequence[Column]) -> Counted:
    """Return tp, gold and system with columns for each label; labels are those of the hits, of gold and of system."""
    known = np.unique(np.concatenate((labels[1], labels[2])))
    if len(known) > MOST_LABELS:
        raise LimitError(
            f"one field has {len(known):,} different labels, more than {MOST_LABELS:,}: give types or values"
        )
    names = block.codes.names(known)
    parts = [per_label(d, x, block.size, known) for d, x in zip(docs, labels, strict=True)]
    fields = tuple(f"{n}|{p}" for p in _PARTS for n in names)
    return Counted(_PARTS + fields, np.concatenate((whole, *parts), axis=1))


def labels_of(totals: Totals) -> dict[str, dict[str, Counts]]:
    """Return tp, gold and system of each label."""
    names = sorted({label for label, bar, _ in (f.rpartition("|") for f in totals) if bar})
    return {n: {p: totals.get(f"{n}|{p}", ZERO) for p in _PARTS} for n in names}


def macro_f1(totals: Totals) -> Figure:
    """Return the mean of F1 over the labels that gold has."""
    counts = labels_of(totals).values()
    return mean([np.where(c["gold"] > 0, prf(c["tp"], c["gold"], c["system"])["f1"], np.nan) for c in counts])


def score_labels(totals: Totals) -> Figures:
    """Return micro figures, and `macro_f1` over the labels of gold."""
    return prf(*get(totals, *_PARTS)) | {"macro_f1": macro_f1(totals)}


def match_spans(block: Block, table: str) -> tuple[Pairs, Table, Table]:
    """Return the one-to-one matching of spans with types, and the tables without repeated items that it refers to.

    The matching has, in this order, the most pairs of equal span and type, of equal span, of equal type, the most
    pairs at all, and the most shared characters. Equal items are paired first, since every best matching does so.
    The weights keep this order for up to `align.LARGEST` pairs that hang together.
    """
    name = f"spans of {table}"
    if name in block.memo:
        return block.memo[name]  # type: ignore[return-value]
    items = equal(block, table, ("start", "end", "type"))
    gold, system = _take(block.gold[table], items.gold_rows), _take(block.system[table], items.system_rows)
    pairs = overlapping(gold, system)
    same_span = (gold["start"][pairs.gold] == system["start"][pairs.system]) & (
        gold["end"][pairs.gold] == system["end"][pairs.system]
    )
    same_type = gold["type"][pairs.gold] == system["type"][pairs.system]
    strict = same_span & same_type
    done_g, done_s = np.zeros(len(gold["doc"]), bool), np.zeros(len(system["doc"]), bool)
    done_g[pairs.gold[strict]] = done_s[pairs.system[strict]] = True
    open_ = ~(done_g[pairs.gold] | done_s[pairs.system])
    size = _length(gold)[pairs.gold] + _length(system)[pairs.system]
    weight = same_span * 2**38 + same_type * 2**28 + 2**18 + 2 * pairs.shared * 2**8 // size
    rest = assign(Pairs(*(c[open_] for c in pairs)), weight[open_], (len(done_g), len(done_s)))
    found = Pairs(*(np.concatenate((a[strict], b)) for a, b in zip(pairs, rest, strict=True)))
    block.memo[name] = found, gold, system
    return found, gold, system


def _take(table: Table, rows: Column) -> Table:
    return {name: column[rows] for name, column in table.items()}


def _length(table: Table) -> Column:
    return table["end"] - table["start"]


@dataclass(frozen=True)
class Overlap:
    """Spans match one to one where they overlap and have one type; `dice` says how much of the characters they share."""

    table: str
    layers: tuple[str, ...] = ()

    def count(self, block: Block) -> Counted:
        """Return tp, gold, system, and the sum of the Dice coefficients of all pairs, typed alike or not."""
        pairs, gold, system = match_spans(block, self.table)
        typed = gold["type"][pairs.gold] == system["type"][pairs.system]
        docs = gold["doc"][pairs.gold]
        dice = 2 * pairs.shared / (_length(gold)[pairs.gold] + _length(system)[pairs.system])
        columns = (
            per_document(docs[typed], block.size),
            per_document(gold["doc"], block.size),
            per_document(system["doc"], block.size),
            *fixed(docs, dice, block.size),
        )
        return Counted((*_PARTS, *fixed_fields("dice")), np.stack(columns, axis=1))

    def score(self, totals: Totals) -> Figures:
        """Return F1, precision, recall by overlap, and the F1 of character Dice."""
        tp, gold, system = get(totals, *_PARTS)
        return prf(tp, gold, system) | {"dice": prf(total_of(totals, "dice"), gold, system)["f1"]}


SEMEVAL = ("strict", "exact", "partial", "type")
_FATES = ("correct", "incorrect", "partial", "missing", "spurious")


@dataclass(frozen=True)
class SemEval:
    """The four evaluations of SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013), on the matching of `match_spans`.

    A pair is correct, incorrect or partial: `strict` needs span and type, `exact` the span, `partial` counts a pair
    of other span half, `type` needs the type. Unmatched gold is missing, unmatched system spurious.
    """

    table: str
    layers: tuple[str, ...] = ()

    def count(self, block: Block) -> Counted:
        """Return the five fates for each of the four evaluations."""
        pairs, gold, system = match_spans(block, self.table)
        same_span = (gold["start"][pairs.gold] == system["start"][pairs.system]) & (
            gold["end"][pairs.gold] == system["end"][pairs.system]
        )
        same_type = gold["type"][pairs.gold] == system["type"][pairs.system]
        right = {"strict": same_span & same_type, "exact": same_span, "partial": same_span, "type": same_type}
        docs = gold["doc"][pairs.gold]
        matched = per_document(docs, block.size)
        missing = per_document(gold["doc"], block.size) - matched
        spurious = per_document(system["doc"], block.size) - matched
        fields, columns = [], []
        for name in SEMEVAL:
            correct = per_document(docs[right[name]], block.size)
            other, none = matched - correct, np.zeros(block.size, np.int64)
            wrong, partial = (none, other) if name == "partial" else (other, none)
            fields += [f"{name}_{f}" for f in _FATES]
            columns += [correct, wrong, partial, missing, spurious]
        return Counted(tuple(fields), np.stack(columns, axis=1))

    def score(self, totals: Totals) -> Figures:
        """Return F1 of each evaluation (`f1` is that of `strict`), then precision and recall of each."""
        found: Figures = {}
        for name in SEMEVAL:
            correct, wrong, partial, missing, spurious = get(totals, *(f"{name}_{f}" for f in _FATES))
            pair = correct + wrong + partial
            for key, value in prf(correct + partial / 2, pair + missing, pair + spurious).items():
                found[f"{name}_{key}"] = value
        return {"f1": found["strict_f1"]} | found
