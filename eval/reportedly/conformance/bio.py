"""Tags of tokens: conlleval and the default of seqeval repair (`conlleval`), its strict mode drops (`discard`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..bio import tagged
from ..errors import TagError
from ..metrics.base import mean, plain_value, prf, ratio
from ..metrics.rules import Input, Value
from ..metrics.spans import labels_of
from ..records import Document
from ..tags import PREFIXES
from .base import Against, Case, Missing, against, scored, spread

_PRF = ("precision", "recall", "f1")
_AVERAGES = ("micro", "macro", "weighted")
_MAKES = {"conlleval": "conlleval", "discard": "discard"}


class _Side:
    """The spans of one case under a scheme: figures of ours, and what rules ask of the input."""

    def __init__(self, case: Case, scheme: str) -> None:
        tags = tuple(t for side in ("gold", "pred") for sentence in case[side] for t in sentence)
        self.refused = ""
        self.gold, self.pred = Document(doc="d"), Document(doc="d")
        try:
            self.gold, self.pred = (tagged("d", case[side], scheme).record for side in ("gold", "pred"))
        except TagError as error:
            self.refused = error.problem
        found = scored([self.gold], [self.pred])
        self.totals = {} if isinstance(found, str) else found.totals("mention_f1")
        labels = [frozenset(m.type for m in d.mentions or ()) for d in (self.gold, self.pred)]
        self.input = Input(tags=tags, prefixes=PREFIXES[scheme], gold_labels=labels[0], system_labels=labels[1])

    def count(self, name: str) -> Value:
        return self.refused or self.totals.get(name, 0)

    def figure(self, average: str, name: str) -> tuple[Value, Input]:
        """Return precision, recall or F1 in an average, and the input with whether something of it has no divisor."""
        counts = labels_of({k: np.array([v]) for k, v in self.totals.items()})
        used = {
            "micro": {"": {p: np.array([self.totals.get(p, 0)]) for p in ("tp", "gold", "system")}},
            "macro": {n: c for n, c in counts.items() if c["gold"][0]},
            "weighted": counts,
        }[average]
        empty = self._empty(average, name)
        if self.refused:
            return self.refused, replace(self.input, empty=empty)
        values = {n: prf(c["tp"], c["gold"], c["system"])[name] for n, c in used.items()}
        if average == "weighted":
            weight = {n: float(counts[n]["gold"][0]) for n, v in values.items() if not np.isnan(v[0])}
            whole = ratio(sum(weight[n] * float(values[n][0]) for n in weight), sum(weight.values()))
        else:
            whole = mean(list(values.values()))[0]
        return plain_value(float(whole)), replace(self.input, empty=empty)

    def _empty(self, average: str, name: str) -> bool:
        """Say whether a divisor is 0: of the whole, or in a mean of any label of either side."""
        sides = [[m.type for m in d.mentions or ()] for d in (self.gold, self.pred)]
        if average == "weighted" and not sides[0]:
            return True
        labels = [None] if average == "micro" else sorted({*sides[0], *sides[1]})
        for label in labels:
            gold, system = (len([t for t in side if label in (None, t)]) for side in sides)
            if not {"precision": system, "recall": gold, "f1": gold + system}[name]:
                return True
        return not labels


def compare(case: Case) -> Iterator[Against | Missing]:
    """Yield ours against each recorded scorer of tags."""
    for scorer, recorded in case["recorded"].items():
        if scorer == "conlleval":
            yield from _conlleval(case, recorded)
        elif scorer in ("seqeval_default", "seqeval_strict"):
            yield _seqeval(case, scorer, recorded)
        elif scorer == "seqscore":
            yield from (_seqscore(case, mode, found) for mode, found in recorded.items())
        else:
            yield Missing(scorer)


def _conlleval(case: Case, recorded: object) -> Iterator[Against]:
    side = _Side(case, "conlleval")
    parts = recorded if isinstance(recorded, dict) else {"counts": recorded, "pct": recorded}
    tokens = [
        (g, p) for gold, pred in zip(case["gold"], case["pred"], strict=True) for g, p in zip(gold, pred, strict=True)
    ]
    counts = {"tokens": len(tokens), "gold": side.count("gold"), "system": side.count("system"), "tp": side.count("tp")}
    rows = [(n, v, counts[n], side.input) for n, v in spread(tuple(counts), parts.get("counts"))]
    yield against("conlleval", "spans under conlleval", rows)
    right = None if not tokens else sum(g == p for g, p in tokens) / len(tokens)
    of_tokens = right, replace(side.input, empty=not tokens)
    shares = {"accuracy": of_tokens} | {n: side.figure("micro", n) for n in _PRF}
    percent = [(n, v, *_percent(shares[n])) for n, v in spread(tuple(shares), parts.get("pct"))]
    yield against("conlleval printed", "spans under conlleval, in percent", percent, 0.01)


def _percent(figure: tuple[Value, Input]) -> tuple[Value, Input]:
    return (100 * figure[0] if isinstance(figure[0], int | float) else figure[0]), figure[1]


def _seqeval(case: Case, scorer: str, recorded: object) -> Against:
    scheme = "conlleval" if scorer == "seqeval_default" else "discard"
    side = _Side(case, scheme)
    rows = []
    parts = recorded if isinstance(recorded, dict) else dict.fromkeys(_AVERAGES, recorded)
    for average, found in parts.items():
        for name, theirs in spread((*_PRF, "support"), found):
            ours = (side.count("gold"), side.input) if name == "support" else side.figure(average, name)
            rows.append((f"{average} {name}", theirs, *ours))
    return against(scorer, f"mention_f1 under {scheme}", rows)


def _seqscore(case: Case, mode: str, recorded: object) -> Against:
    scheme = _MAKES.get(mode) or _scheme_of(case)
    side = _Side(case, scheme)
    names = (*_PRF, "gold", "system", "tp")
    found = spread(names, [_number(v) for v in recorded] if isinstance(recorded, list) else recorded)
    rows = []
    for name, theirs in found:
        ours = _percent(side.figure("micro", name)) if name in _PRF else (side.count(name), side.input)
        rows.append((name, theirs, *ours))
    return against(f"seqscore {mode}", f"mention_f1 under {scheme}", rows, 0.01)


def _number(recorded: object) -> object:
    """Return a number that is recorded as text, anything else as it is."""
    try:
        return float(recorded) if isinstance(recorded, str) else recorded
    except ValueError:
        return recorded


def _scheme_of(case: Case) -> str:
    """Return the scheme that the user of seqscore names: that of the prefixes of gold and system."""
    letters = {t[:1] for side in ("gold", "pred") for sentence in case[side] for t in sentence}
    return "bilou" if letters & set("LU") else "iobes" if letters & set("ES") else "iob2"
