"""Typed spans with inclusive ends: nervaluate (SemEval-2013), and exact match of sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..metrics.rules import Input, Value
from ..records import Document, Mention
from ..scoring import Scores
from .base import Against, Case, Missing, against, scored

_FATES = {"COR": "correct", "INC": "incorrect", "PAR": "partial", "MIS": "missing", "SPU": "spurious"}
_FIGURES = {"P": "precision", "R": "recall", "F": "f1"}
_NAMES = {"ent_type": "type"}
_Docs = list[list[list[Any]]]


def compare(case: Case) -> Iterator[Against | Missing]:
    """Yield ours against each recorded scorer of spans."""
    gold, pred = case["gold"], case["pred"]
    for scorer, recorded in case["recorded"].items():
        if scorer == "nervaluate":
            parts = recorded if isinstance(recorded, dict) else {"overall": recorded}
            yield _nervaluate("nervaluate", parts.get("overall"), gold, pred)
            for label, found in (parts.get("by_type") or {}).items():
                sides = ([[s for s in doc if s[2] == label] for doc in side] for side in (gold, pred))
                yield _nervaluate(f"nervaluate {label}", found, *sides)
        elif scorer == "set_exact":
            yield _sets(recorded, gold, pred)
        else:
            yield Missing(scorer)


def _documents(docs: _Docs) -> list[Document]:
    return [
        Document(
            doc=f"d{n:06}",
            mentions=tuple(Mention(id=f"m{k}", start=s, end=e + 1, type=t) for k, (s, e, t) in enumerate(doc, 1)),
        )
        for n, doc in enumerate(docs)
    ]


def _score(gold: _Docs, pred: _Docs) -> Scores | str:
    try:
        return scored(_documents(gold), _documents(pred))
    except OverflowError as error:
        return str(error)


def _input(gold: _Docs, pred: _Docs, name: str) -> Input:
    items = [tuple((n, s, e + 1, t) for n, doc in enumerate(docs) for s, e, t in doc) for docs in (gold, pred)]
    places = [tuple(i[:3] for i in dict.fromkeys(side)) for side in items]
    divisor = {"precision": len(items[1]), "recall": len(items[0]), "f1": len(items[0]) + len(items[1])}
    empty = divisor.get(name, 1) == 0
    return Input(gold=items[0], system=items[1], gold_places=places[0], system_places=places[1], empty=empty)


def _nervaluate(scorer: str, recorded: object, gold: _Docs, pred: _Docs) -> Against:
    ours = _score(gold, pred)
    convention = "mention_semeval, optimal matching, inclusive ends"
    if not isinstance(recorded, dict):
        found: Value = ours if isinstance(ours, str) else ours.scores()["mention_semeval"]["f1"]
        return against(scorer, convention, [("f1", recorded, found, _input(gold, pred, "f1"))])
    rows = []
    for strategy, values in recorded.items():
        name = _NAMES.get(strategy, strategy)
        for key, theirs in values.items():
            what = _FATES.get(key) or _FIGURES[key]
            rows.append((f"{name} {what}", theirs, _ours(ours, f"{name}_{what}"), _input(gold, pred, what)))
    return against(scorer, convention, rows)


def _ours(scores: Scores | str, field: str) -> Value:
    if isinstance(scores, str):
        return scores
    counts = scores.totals("mention_semeval")
    return counts[field] if field in counts else scores.scores()["mention_semeval"][field]


def _sets(recorded: object, gold: _Docs, pred: _Docs) -> Against:
    scores = _score(gold, pred)
    names = {"gold": "gold", "pred": "system", "match": "tp", "P": "precision", "R": "recall"}
    values = recorded if isinstance(recorded, dict) else dict.fromkeys(names, recorded)
    rows = []
    for key, theirs in values.items():
        name = names[key]
        if isinstance(scores, str):
            ours: Value = scores
        else:
            ours = scores.totals("mention_f1").get(name, scores.scores()["mention_f1"].get(name))
        rows.append((name, theirs, ours, _input(gold, pred, name)))
    return against("set_exact", "mention_f1", rows)
