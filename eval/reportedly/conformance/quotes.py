"""Attributions of source, cue and content: Citron."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..metrics.rules import Input, Place, Value
from ..order import union
from ..records import Attribution, Document, Mention, Spans
from .base import Against, Case, Missing, against, scored, spread

_METRICS = {
    "cue": "attribution_cue_f1",
    "source": "attribution_source_f1",
    "content": "attribution_content_f1",
    "quote": "attribution_f1",
}
_PARTS = ("cue", "source", "content")
_FATES = ("tp", "fp", "fn")
_OVERLAP = tuple(f"{part} tokens {of}" for of in ("tp", "system", "gold") for part in _PARTS)

Quote = dict[str, list[tuple[int, int]]]


def compare(case: Case) -> Iterator[Against | Missing]:
    """Yield ours against each recorded scorer of attributions."""
    sides = [[_quote(q) for q in case[side]] for side in ("gold", "pred")]
    for scorer, recorded in case["recorded"].items():
        if scorer == "citron":
            values = recorded if isinstance(recorded, dict) else dict.fromkeys(_METRICS, recorded)
            yield _parts(sides, {k: v for k, v in values.items() if k in _METRICS})
            yield _tokens(sides, values)
        else:
            yield Missing(scorer)


def _quote(given: list[Any]) -> Quote:
    cue, source, content = given
    return {
        "cue": [(cue[0], cue[1])] if cue else [],
        "source": [(s, e) for s, e in source or ()],
        "content": [(s, e) for s, e in content or ()],
    }


def _document(side: list[Quote]) -> Document:
    made = tuple(
        Attribution(id=f"a{n}", cue=tuple(q["cue"]), source=tuple(q["source"]), content=tuple(q["content"]))
        for n, q in enumerate(side)
    )
    return Document(doc="d", attributions=made)


def _parts(sides: list[list[Quote]], recorded: dict[str, object]) -> Against:
    scores = scored(*([_document(side)] for side in sides))
    rows = []
    for name, found in recorded.items():
        for fate, theirs in spread(_FATES, found):
            if isinstance(scores, str):
                ours: Value = scores
            else:
                c = scores.totals(_METRICS[name])
                ours = {"tp": c["tp"], "fp": c["system"] - c["tp"], "fn": c["gold"] - c["tp"]}[fate]
            rows.append((f"{name} {fate}", theirs, ours, _input(sides, name)))
    return against("citron", "counts of " + ", ".join(_METRICS.values()), rows)


def _input(sides: list[list[Quote]], part: str) -> Input:
    items = [tuple(tuple(union(tuple(q[p])) for p in _PARTS) for q in side) for side in sides]
    asked = _PARTS if part == "quote" else (part,)
    places: list[tuple[Place, ...]] = [
        tuple((0, s, e) for cue, _, _ in dict.fromkeys(side) for s, e in cue) for side in items
    ]
    counted = [tuple(i[0] for i in side) if part == "cue" else side for side in items]
    return Input(
        gold=counted[0],
        system=counted[1],
        gold_places=places[0],
        system_places=places[1],
        absent=any(not q[p] for side in sides for q in side for p in asked),
        reordered=any(_as_given(a[p], b[p]) for a in sides[0] for b in sides[1] for p in asked),
    )


def _as_given(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> bool:
    """Say whether two lists of fragments have the same characters and are not the same lists."""
    return a != b and union(tuple(a)) == union(tuple(b))


def _tokens(sides: list[list[Quote]], recorded: dict[str, object]) -> Against:
    """Return the overlap of parts in tokens: each token of a part is an item of its own."""
    rows: list[tuple[str, object, Value, Input]] = []
    counts, inputs = {}, {}
    for part in _PARTS:
        tokens = [[t for q in side for s, e in q[part] for t in range(s, e)] for side in sides]
        found = scored(*([_of_tokens(side)] for side in tokens))
        inputs[part] = Input(gold=tuple(tokens[0]), system=tuple(tokens[1]))
        counts[part] = found if isinstance(found, str) else found.totals("mention_span_f1")
        if part == "content":
            figures = found if isinstance(found, str) else found.scores()["mention_span_f1"]
    for what, theirs in spread(_OVERLAP, recorded["overlap"]) if "overlap" in recorded else ():
        part, _, of = what.split()
        made = counts[part]
        rows.append((what, theirs, made if isinstance(made, str) else made[of], inputs[part]))
    kinds = ("precision", "recall", "f1")
    for kind, theirs in spread(kinds, recorded["content_overlap_prf"]) if "content_overlap_prf" in recorded else ():
        i = inputs["content"]
        n = {"precision": len(i.system), "recall": len(i.gold), "f1": len(i.gold) + len(i.system)}[kind]
        given = Input(gold=i.gold, system=i.system, empty=n == 0)
        rows.append((f"content tokens {kind}", theirs, figures if isinstance(figures, str) else figures[kind], given))
    return against("citron overlap", "mention_span_f1 of tokens", rows)


def _of_tokens(tokens: list[int]) -> Document:
    spans: Spans = tuple((t, t + 1) for t in tokens)
    return Document(
        doc="d", mentions=tuple(Mention(id=f"m{n}", start=s, end=e, type="_") for n, (s, e) in enumerate(spans))
    )
