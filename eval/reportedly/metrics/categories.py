"""Metrics over categories: attributes of matched items, and factuality per source.

Of matched items: accuracy, macro F1 over the values that gold has, Cohen's kappa (1960). In the pipeline an unmatched
item counts as wrong. Factuality (FactBank tags, Sauri and Pustejovsky 2009) is taken over pairs of an event and a source;
mean absolute error and Pearson's r on the scale from -3 to 3 (Stanovsky et al. 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..align import first_rows, join
from ..columns import NOTHING, Block, Column, Table
from .base import Counted, Counts, Figures, Totals, chance_corrected, get, per_document, prf, ratio, whole_sums
from .relations import match_attributions, rows_in_gold
from .spans import equal, labels_of, macro_f1, with_labels

SCALE = {"CT+": 3, "PR+": 2, "PS+": 1, "Uu": 0, "CTu": 0, "PS-": -1, "PR-": -2, "CT-": -3}


class Matched(NamedTuple):
    """Rows of gold and system that belong together, and the rows of all items, each item once."""

    gold: Column
    system: Column
    gold_items: Column
    system_items: Column


def matched(block: Block, table: str) -> Matched:
    """Return the items of equal span, one to one and of equal type as far as may be; attributions as they match.

    Items of equal span and type are one. Where several types stand on one span, those of both sides are paired first,
    then the others in the order of their names.
    """
    gold, system = block.gold[table], block.system[table]
    if table == "attributions":
        pairs = match_attributions(block)
        return Matched(pairs.gold, pairs.system, *(np.arange(len(t["doc"])) for t in (gold, system)))
    key = f"same span of {table}"
    if key not in block.memo:
        items = equal(block, table, ("start", "end", "type"))
        i, j, a, b = items.gold_rows, items.system_rows, items.gold_hits, items.system_hits
        rest = np.sort(np.delete(i, a)), np.sort(np.delete(j, b))
        u, v, _ = join(_turns(gold, rest[0]), _turns(system, rest[1]), ("start", "end", "turn"))
        _, c, d = np.intersect1d(u, v, assume_unique=True, return_indices=True)
        block.memo[key] = Matched(np.append(i[a], rest[0][c]), np.append(j[b], rest[1][d]), i, j)
    return block.memo[key]  # type: ignore[return-value]


def _turns(table: Table, rows: Column) -> Table:
    """Return the spans of some rows, and of each how many equal ones stand before it."""
    spans = {n: table[n][rows] for n in ("doc", "start", "end")}
    at = np.arange(len(rows))
    new = np.ones(len(rows), bool)
    new[1:] = np.any([c[1:] != c[:-1] for c in spans.values()], axis=0)
    return spans | {"turn": at - np.maximum.accumulate(np.where(new, at, 0))}


@dataclass(frozen=True)
class Attribute:
    """One attribute of items that are matched; the pipeline figure divides by all items of gold and system."""

    table: str
    attribute: str
    layers: tuple[str, ...] = ()

    def count(self, block: Block) -> Counted:
        """Return equal pairs, pairs, and all items of gold and system, and the confusions of values as margins."""
        g, s, gold_items, system_items = matched(block, self.table)
        gold, system = block.gold[self.table], block.system[self.table]
        a, b = gold[self.attribute][g], system[self.attribute][s]
        docs = gold["doc"][g]
        whole = np.stack(
            [
                per_document(docs[a == b], block.size),
                per_document(docs, block.size),
                per_document(gold["doc"][gold_items], block.size),
                per_document(system["doc"][system_items], block.size),
            ],
            axis=1,
        )
        found = with_labels(block, whole[:, :3], [docs[a == b], docs, docs], [a[a == b], a, b])
        fields = ("equal", "pairs", "gold", "system", *found.fields[3:])
        return Counted(fields, np.concatenate((whole, found.rows[:, 3:]), axis=1))

    def score(self, totals: Totals) -> Figures:
        """Return the pipeline's F1, then accuracy, macro F1 and kappa of matched items."""
        equal, pairs, gold, system = get(totals, "equal", "pairs", "gold", "system")
        return prf(equal, gold, system) | _of_matched(equal, pairs, totals)


def _of_matched(equal: Counts, pairs: Counts, totals: Totals) -> Figures:
    n = pairs.astype(np.float64)
    expected = sum((c["gold"].astype(np.float64) * c["system"] for c in labels_of(totals).values()), np.zeros(1))
    return {
        "accuracy": ratio(equal, pairs),
        "macro_f1": macro_f1(totals),
        "kappa": chance_corrected(equal, n, expected),
    }


@dataclass(frozen=True)
class Factuality:
    """FactBank tags of pairs of event and source: `which` is `author`, `sources` or `all`."""

    which: str
    layers: tuple[str, ...] = ("factuality", "events")

    def count(self, block: Block) -> Counted:
        """Return equal and matched pairs, all pairs of both sides, sums for error and correlation, margins of tags."""
        found = match_factuality(block, self.which)
        gold, system = block.gold["factuality"], block.system["factuality"]
        x, y = gold["tag"][found.gold_rows], system["tag"][found.system_rows]
        docs = gold["doc"][found.gold_rows]
        scale = np.zeros(len(block.codes), np.int64)
        for name, value in SCALE.items():
            if name in block.codes:
                scale[block.codes[name]] = value
        u, v = (scale[x], scale[y]) if len(x) else (x, y)
        whole = [per_document(docs[x == y], block.size), per_document(docs, block.size)]
        whole += [
            per_document(t["doc"][r], block.size) for t, r in ((gold, found.all_gold), (system, found.all_system))
        ]
        whole += [whole_sums(docs, m, block.size) for m in moments(u, v)]
        margins = with_labels(block, np.stack(whole[:3], axis=1), [docs[x == y], docs, docs], [x[x == y], x, y])
        rows = np.concatenate((np.stack(whole, axis=1), margins.rows[:, 3:]), axis=1)
        return Counted(("equal", "pairs", "gold", "system", *_SUMS, *margins.fields[3:]), rows)

    def score(self, totals: Totals) -> Figures:
        """Return the pipeline's F1; of matched pairs accuracy, macro F1, kappa, mean absolute error and Pearson's r."""
        equal, pairs, gold, system = get(totals, "equal", "pairs", "gold", "system")
        return prf(equal, gold, system) | _of_matched(equal, pairs, totals) | on_scale(pairs, get(totals, *_SUMS))


_SUMS = ("error", "x", "y", "xx", "yy", "xy")


def moments(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], ...]:
    """Return what `on_scale` takes the sums of: `|x - y|, x, y, x*x, y*y, x*y`, for each pair of values."""
    return np.abs(x - y), x, y, x * x, y * y, x * y


def on_scale(pairs: npt.ArrayLike, sums: Sequence[npt.ArrayLike]) -> Figures:
    """Return mean absolute error and Pearson's r from the number of pairs and the sums of `moments`."""
    n, error, x, y, xx, yy, xy = (np.asarray(c, np.float64) for c in (pairs, *sums))
    spread = np.sqrt(np.maximum((n * xx - x * x) * (n * yy - y * y), 0))
    return {"mae": ratio(error, n), "pearson": ratio(n * xy - x * y, spread)}


def _twins(block: Block, table: str) -> Column:
    pairs = matched(block, table)
    found = np.full(len(block.system[table]["doc"]), NOTHING, np.int64)
    found[pairs.system] = pairs.gold
    return found


class MatchedFactuality(NamedTuple):
    """Rows of factuality that are matched, and all rows that count: a pair of event and source that stands twice counts once."""

    gold_rows: Column
    system_rows: Column
    all_gold: Column
    all_system: Column


def match_factuality(block: Block, which: str) -> MatchedFactuality:
    """Return the pairs of event and source that both sides have: events of equal span, sources as attributions match."""
    gold = _values(block.gold["factuality"], which, None, None)
    twins = rows_in_gold(match_attributions(block), len(block.system["attributions"]["doc"]))
    system = _values(block.system["factuality"], which, _twins(block, "events"), twins)
    g, s, _ = join(gold, system, ("event", "source"))
    i, j = first_rows(g), first_rows(s)
    _, a, b = np.intersect1d(g[i], s[j], assume_unique=True, return_indices=True)
    return MatchedFactuality(gold["row"][i[a]], system["row"][j[b]], gold["row"][i], system["row"][j])


def _values(table: Table, which: str, events: Column | None, sources: Column | None) -> Table:
    """Return the values of author, of sources or of all, events and sources named by rows of gold.

    A source or event that gold has not gets a number below -1 of its own, so that it matches nothing.
    """
    author = table["source"] == NOTHING
    keep = {"author": author, "sources": ~author, "all": np.ones(len(author), bool)}[which]
    t = {n: c[keep] for n, c in table.items()} | {"row": np.flatnonzero(keep)}
    if events is not None and sources is not None:
        own = -3 - np.arange(len(t["doc"]))
        twin = events[t["event"]] if len(events) else t["event"]
        source = np.where(t["source"] == NOTHING, NOTHING, sources[t["source"]] if len(sources) else NOTHING)
        unknown = (source == NOTHING) & (t["source"] != NOTHING)
        t = t | {"event": np.where(twin == NOTHING, own, twin), "source": np.where(unknown, own, source)}
    return t
