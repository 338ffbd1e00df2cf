"""Coreference: the Perl scorer of CoNLL, coval, the scorer of Universal Anaphora, scorch and neleval."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..counts import as_totals
from ..metrics.base import total_of
from ..metrics.clusters import kinds_of_links
from ..metrics.rules import Input, Value
from ..records import Document, Entity, Mention
from ..scoring import Scores
from .base import Against, Case, Missing, against, scored, spread

_OURS = {"muc": "muc", "bcub": "b3", "ceafm": "ceafm", "ceafe": "ceafe", "lea": "lea", "blanc": "blanc"}
_KINDS = ("recall", "precision", "f1")
_COUNTS = ("recall numerator", "recall denominator", "precision numerator", "precision denominator")
_BLANC = tuple(f"{kind} {c}" for kind in ("links", "other pairs") for c in _COUNTS)
_PERCENT = re.compile(r"([\d.]+)%")
_Clusters = list[list[list[int]]]


class _Case:
    """A case as records, our scores of it, and what rules ask of the input."""

    def __init__(self, case: Case) -> None:
        docs = case["docs"]
        self.sides: list[dict[str, _Clusters]] = [
            {d["id"]: d[side] for d in docs if d[side] is not None} for side in ("key", "resp")
        ]
        found = scored(*([_document(n, c) for n, c in side.items()] for side in self.sides))
        self.refused = found if isinstance(found, str) else ""
        self.scores = None if isinstance(found, str) else found

    def input(self, metric: str, kind: str) -> Input:
        gold, system = (_mentions(side) for side in self.sides)
        n = [_units(side, metric) for side in self.sides]
        divisor = {"recall": n[0], "precision": n[1], "f1": n[0] + n[1]}
        empty = n[0] + n[1] == 0 if metric == "blanc" else divisor.get(kind.split()[-1], 1) == 0
        return Input(
            gold=gold,
            system=system,
            gold_places=tuple((0, s, e) for _, s, e in gold if e <= s),
            system_places=tuple((0, s, e) for _, s, e in system if e <= s),
            empty=empty,
            one_kind=any(0 in _kinds(side) for side in self.sides),
            unknown_document=bool(self.sides[1].keys() - self.sides[0].keys()),
        )

    def figure(self, metric: str, kind: str) -> Value:
        if self.scores is None:
            return self.refused
        return self.scores.scores()["coref_conll"][f"{_OURS[metric]}_{kind}"]

    def counts(self, metric: str) -> list[Value]:
        """Return numerator and denominator of recall, then of precision; for BLANC those of links, then of other pairs."""
        if self.scores is None:
            return [self.refused] * (8 if metric == "blanc" else 4)
        return _counts(self.scores, metric)


def _document(name: str, clusters: _Clusters) -> Document:
    mentions = [
        Mention(id=f"m{n}.{k}", start=s, end=e + 1, type="_", entity=f"e{n}")
        for n, c in enumerate(clusters)
        for k, (s, e) in enumerate(c)
    ]
    entities = tuple(Entity(id=f"e{n}", type="_") for n in range(len(clusters)))
    return Document(doc=name, entities=entities, mentions=tuple(mentions))


def _mentions(side: dict[str, _Clusters]) -> tuple[Any, ...]:
    return tuple((doc, s, e + 1) for doc, clusters in side.items() for c in clusters for s, e in c)


def _kinds(side: dict[str, _Clusters]) -> tuple[int, int]:
    """Return how many pairs of mentions are coreferent and how many are not."""
    links = pairs = 0
    for clusters in side.values():
        n = sum(map(len, clusters))
        together = sum(len(c) * (len(c) - 1) // 2 for c in clusters)
        links += together
        pairs += n * (n - 1) // 2 - together
    return links, pairs


def _units(side: dict[str, _Clusters], metric: str) -> int:
    """Return what recall of a side is divided by."""
    if metric == "blanc":
        return sum(_kinds(side))
    clusters = [c for found in side.values() for c in found]
    if metric == "muc":
        return sum(len(c) - 1 for c in clusters)
    return len(clusters) if metric == "ceafe" else sum(map(len, clusters))


def _counts(scores: Scores, metric: str) -> list[Value]:
    whole = scores.totals("coref_conll")
    totals = as_totals(whole)
    if metric == "blanc":
        return [int(k[n][0]) for k in kinds_of_links(totals) for n in (0, 1, 0, 2)]
    if metric == "muc":
        return [whole[n] for n in ("muc_gold_hits", "muc_gold", "muc_system_hits", "muc_system")]
    below = "clusters" if metric == "ceafe" else "mentions"
    if metric == "ceafm":
        hits: list[Value] = [whole["ceafm_hits"]] * 2
    else:
        names = ["ceafe_hits"] * 2 if metric == "ceafe" else [f"{_OURS[metric]}_{x}_hits" for x in ("gold", "system")]
        hits = [float(np.asarray(total_of(totals, n))[0]) for n in names]
    return [hits[0], whole[f"{below}_gold"], hits[1], whole[f"{below}_system"]]


def compare(case: Case) -> Iterator[Against | Missing]:
    """Yield ours against each recorded scorer of coreference."""
    made = _Case(case)
    for scorer, recorded in case["recorded"].items():
        metrics = recorded if isinstance(recorded, dict) else {"muc": recorded}
        if not metrics.keys() <= _OURS.keys():
            yield Missing(scorer)
        elif scorer == "perl":
            yield from _perl(made, metrics)
        elif scorer in ("coval", "ua", "scorch"):
            yield _shares(made, scorer, metrics)
        elif scorer == "neleval":
            yield _neleval(made, metrics)
        else:
            yield Missing(scorer)


def _perl(made: _Case, metrics: dict[str, Any]) -> Iterator[Against]:
    for metric, found in metrics.items():
        record = found if isinstance(found, dict) else {"err": found}
        names = _BLANC if metric == "blanc" else _COUNTS
        theirs = record.get("counts") or str(record.get("err") or "no counts")
        rows = [
            (f"{metric} {n}", v, ours, made.input(metric, n))
            for (n, v), ours in zip(spread(names, theirs), made.counts(metric), strict=True)
        ]
        yield against(f"perl {metric}", "coref_conll", rows)
        percents = [float(p) for p in _PERCENT.findall(str(record.get("printed")))]
        if len(percents) == len(_KINDS):
            printed = [
                (f"{metric} {k}", v, _percent(made.figure(metric, k)), made.input(metric, k))
                for k, v in zip(_KINDS, percents, strict=True)
            ]
            yield against(f"perl {metric} printed", "coref_conll, in percent", printed, 0.01)


def _percent(found: Value) -> Value:
    return 100 * found if isinstance(found, int | float) else found


def _shares(made: _Case, scorer: str, metrics: dict[str, Any]) -> Against:
    rows = [
        (f"{metric} {kind}", v, made.figure(metric, kind), made.input(metric, kind))
        for metric, found in metrics.items()
        for kind, v in spread(_KINDS, found)
    ]
    return against(scorer, "coref_conll", rows)


def _neleval(made: _Case, metrics: dict[str, Any]) -> Against:
    rows = []
    for metric, found in metrics.items():
        ours = made.counts(metric)
        turned = dict(zip(_COUNTS, ours, strict=True))
        for name, v in spread((*_COUNTS[2:], *_COUNTS[:2]), found):
            rows.append((f"{metric} {name}", v, turned[name], made.input(metric, name)))
    return against("neleval", "coref_conll", rows)
