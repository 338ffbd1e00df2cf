"""Slices of items: which label an item gets, so that a head metric can be scored for each label apart.

A gold item carries its own label, a matched system item that of its gold item, an unmatched one its own: precision of
a label is over what the system took for it or found of it, recall over what gold has of it. Counts of all labels add
up to the counts of the metric.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..align import join, overlapping
from ..columns import Block, Codes, Column, Tables
from . import METRICS
from .base import Counted, Figures, Totals, per_document
from .relations import Attributions, match_attributions
from .spans import Exact, score_labels, with_labels

Labels = Callable[[Tables, Codes], Column]
"""The codes of the labels of the items of a layer, row by row of its table."""

DEPTHS = ("depth 0", "depth 1", "depth 2 or more")
STATIONS = ("no chain", "1 station", "2 stations", "3 stations", "4 stations or more")

ANONYMITY = {
    "person-named": "named",
    "person-pseudonym": "named",
    "institution": "named",
    "outlet": "named",
    "person-anonymous": "anonymous",
    "group-anonymous": "anonymous",
}
"""Kinds of source that are named or anonymous; another kind (a document, the author, unstated) is a label itself."""


def _column(table: str, name: str) -> Labels:
    return lambda tables, codes: tables[table][name]


def _coded(names: Sequence[str], which: Column, codes: Codes) -> Column:
    return np.array([codes[n] for n in names], np.int64)[np.minimum(which, len(names) - 1)]


def mention_nesting(tables: Tables, codes: Codes) -> Column:
    """Return how many other spans of mentions of its document contain a mention's span."""
    mentions = tables["mentions"]
    key, _, _ = join(mentions, mentions, ("start", "end"))
    _, first, at = np.unique(key, return_index=True, return_inverse=True)
    spans = {n: mentions[n][first] for n in ("doc", "start", "end")}
    inner, outer, shared = overlapping(spans, spans)
    within = (shared == (spans["end"] - spans["start"])[inner]) & (inner != outer)
    return _coded(DEPTHS, np.bincount(inner[within], minlength=len(first)).astype(np.int64)[at], codes)


def attribution_nesting(tables: Tables, codes: Codes) -> Column:
    """Return in how many other attributions an attribution stands."""
    parent = tables["attributions"]["parent"]
    once = parent >= 0
    return _coded(DEPTHS, once.astype(np.int64) + (once & once[parent] if len(parent) else once), codes)


def anonymity(tables: Tables, codes: Codes) -> Column:
    """Return whether the source of an attribution is named or anonymous (`ANONYMITY`), or its kind."""
    kinds, at = np.unique(tables["attributions"]["source_kind"], return_inverse=True)
    names = (ANONYMITY.get(k, k) for k in codes.names(kinds))
    return np.array([codes[n] for n in names], np.int64)[at]


def chain_length(tables: Tables, codes: Codes) -> Column:
    """Return how many stations the reporting chain of an attribution has, the outlet included."""
    size = len(tables["attributions"]["doc"])
    return _coded(STATIONS, np.bincount(tables["chains"]["attribution"], minlength=size).astype(np.int64), codes)


SLICES: dict[str, dict[str, Labels]] = {
    "type": {"mention_f1": _column("mentions", "type"), "trigger_f1": _column("events", "type")},
    "role": {"argument_f1": _column("arguments", "role")},
    "level": {"mention_f1": _column("mentions", "level")},
    "nesting": {"mention_f1": mention_nesting, "attribution_overlap_f1": attribution_nesting},
    "source": {"attribution_overlap_f1": anonymity},
    "relation": {"attribution_overlap_f1": _column("attributions", "relation")},
    "chain": {"attribution_overlap_f1": chain_length},
}
"""Slices of items: for each the metrics that it cuts, and how the items of their layer get a label."""


@dataclass(frozen=True)
class Sliced:
    """A metric cut by labels of items; the items match as they do for the metric."""

    whole: Exact | Attributions
    labels: Labels

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers without which the metric is not scored."""
        return self.whole.layers

    def count(self, block: Block) -> Counted:
        """Return tp, gold and system, and the same for each label."""
        table = self.whole.table if isinstance(self.whole, Exact) else "attributions"
        gold, system = block.gold[table]["doc"], block.system[table]["doc"]
        of_gold, of_system = (self.labels(t, block.codes).copy() for t in (block.gold, block.system))
        if isinstance(self.whole, Exact):
            g, s, _ = join(block.gold[table], block.system[table], self.whole.key)
            i, j = _once(g, of_gold, block.codes), _once(s, of_system, block.codes)
            _, a, b = np.intersect1d(g[i], s[j], assume_unique=True, return_indices=True)
        else:
            i, j = np.arange(len(gold)), np.arange(len(system))
            a, b, _ = match_attributions(block)
        gold, system, of_gold, of_system = gold[i], system[j], of_gold[i], of_system[j]
        of_system[b] = of_gold[a]
        docs = [gold[a], gold, system]
        whole = np.stack([per_document(d, block.size) for d in docs], axis=1)
        return with_labels(block, whole, docs, [of_gold[a], of_gold, of_system])

    def score(self, totals: Totals) -> Figures:
        """Return F1, precision, recall, and the macro average of F1 over the labels of gold."""
        return score_labels(totals)


def _once(keys: Column, labels: Column, codes: Codes) -> Column:
    """Return one row for each different key: of equal items the one whose label comes first by name."""
    known, at = np.unique(labels, return_inverse=True)
    rank = np.empty(len(known), np.int64)
    rank[np.argsort(np.array(codes.names(known), dtype=object), kind="stable")] = np.arange(len(known))
    order = np.lexsort((rank[at], keys))
    return order[np.unique(keys[order], return_index=True)[1]]


def _sliced(metric: str, labels: Labels) -> Sliced:
    whole = METRICS[metric]
    if not isinstance(whole, Exact | Attributions):
        raise TypeError(metric)
    return Sliced(whole, labels)


def name_of(metric: str, by: str) -> str:
    """Return the name of a metric that is cut by a slice."""
    return f"{metric} by {by}"


SLICED: dict[str, Sliced] = {
    name_of(metric, by): _sliced(metric, labels) for by, cut in SLICES.items() for metric, labels in cut.items()
}
"""The metrics behind `SLICES`; they are counted beside `METRICS` where slices are asked for."""
