"""Events with arguments: OneIE, DyGIE++ and TextEE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..metrics.rules import Input, Value
from ..records import Argument, Document, Event, Mention
from .base import Against, Case, Missing, against, scored, spread

_METRICS = {
    "TI": "trigger_span_f1",
    "TC": "trigger_f1",
    "AI": "argument_identified_f1",
    "AC": "argument_classified_f1",
    "AI+": "argument_attached_f1",
    "AC+": "argument_f1",
}
_KEYS = {
    "TI": ("start", "end"),
    "TC": ("start", "end", "type"),
    "AI": ("start", "end", "type"),
    "AC": ("start", "end", "type", "role"),
    "AI+": ("start", "end", "type", "trigger"),
    "AC+": ("start", "end", "type", "trigger", "role"),
}
_COUNTS = ("gold", "system", "tp")


def compare(case: Case) -> Iterator[Against | Missing]:
    """Yield ours against each recorded scorer of events."""
    scores = scored([_document(case["gold"])], [_document(case["pred"])])

    def ours(metric: str, name: str) -> Value:
        return scores if isinstance(scores, str) else scores.totals(_METRICS[metric])[name]

    for scorer, recorded in case["recorded"].items():
        values = recorded if isinstance(recorded, dict) else dict.fromkeys(("TI", "TC"), recorded)
        rows: list[tuple[str, object, Value, Input]] = []
        for key, found in values.items():
            metric = {"trig": "TC", "arg": "AC"}.get(key, key)
            if metric not in _METRICS:
                yield Missing(f"{scorer} {key}")
                continue
            names = _COUNTS[:2] if key in ("trig", "arg") else _COUNTS if isinstance(found, list) else ("tp",)
            rows += [
                (f"{key} {n}", v, ours(metric, n), _input(case, metric, wide=n == "tp"))
                for n, v in spread(names, found)
            ]
        yield against(scorer, "counts of " + ", ".join(dict.fromkeys(_METRICS.values())), rows)


def _document(side: dict[str, Any]) -> Document:
    spans = sorted({(s, e) for _, s, e, _ in side["args"]})
    ids = {span: f"m{n}" for n, span in enumerate(spans)}
    events = [
        Event(
            id=f"v{n}",
            start=s,
            end=e,
            type=t,
            arguments=tuple(Argument(role=r, target=ids[a, b]) for at, a, b, r in side["args"] if at == n),
        )
        for n, (s, e, t) in enumerate(side["trig"])
    ]
    mentions = tuple(Mention(id=ids[x], start=x[0], end=x[1], type="_") for x in spans)
    return Document(doc="d", mentions=mentions, events=tuple(events))


def _input(case: Case, metric: str, *, wide: bool) -> Input:
    """Return the items that a metric counts; places are those of all that differ in type or role, if `wide`."""
    items, places = [], []
    for side in (case["gold"], case["pred"]):
        if metric in ("TI", "TC"):
            rows = [{"start": s, "end": e, "type": t} for s, e, t in side["trig"]]
        else:
            rows = [
                {"start": s, "end": e, "role": r, "type": side["trig"][at][2], "trigger": tuple(side["trig"][at][:2])}
                for at, s, e, r in side["args"]
            ]
        items.append(tuple(tuple(row[k] for k in _KEYS[metric]) for row in rows))
        different = {tuple(row.items()): (0, row["start"], row["end"]) for row in rows}
        places.append(tuple(different.values()) if wide else ())
    return Input(gold=items[0], system=items[1], gold_places=places[0], system_places=places[1])
