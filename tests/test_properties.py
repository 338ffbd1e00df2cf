"""What every metric keeps, on whole records in all layers."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from reportedly import stream
from reportedly.columns import Codes, block
from reportedly.counts import count
from reportedly.metrics import METRICS
from reportedly.metrics.spans import labels_of, match_spans
from reportedly.predictions import check_prediction
from reportedly.records import SPAN_FIELDS, Document, Event, Mention
from reportedly.scoring import score
from reportedly.signature import Settings
from reportedly.stream import Line
from strategies import LENGTH, TYPES, pairs, records

quick = settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
Scores = dict[str, dict[str, float | None]]

ASYMMETRIC = ("argument_coref_f1",)
"""Arguments through coreference take the entities of gold; BLANC asks which kinds of links gold has."""

TIED = ("attribution_chain_f1", "attribution_parent_f1", "factuality_sources", "factuality_all")
"""Equally good matchings of attributions or entities may lead to different edges and sources, so these may differ
when the sides change place."""


def scores(gold: Document, system: Document) -> Scores:
    return count({gold.doc: gold}, {gold.doc: system}).scores()


def shuffled(record: Document, rng: random.Random) -> Document:
    """Return a record with the items of every layer, and fragments and arguments, in another order."""

    def mix(items: Iterable[Any] | None) -> Any:
        found = list(items or ())
        rng.shuffle(found)
        return tuple(found)

    return replace(
        record,
        entities=mix(record.entities),
        mentions=mix(record.mentions),
        events=mix(replace(v, arguments=mix(v.arguments)) for v in record.events or ()),
        attributions=mix(replace(a, **{n: mix(getattr(a, n)) for n in SPAN_FIELDS}) for a in record.attributions or ()),
        factuality=mix(record.factuality),
        claims=mix(record.claims),
    )


def renamed(record: Document, rng: random.Random) -> Document:
    """Return a record with other ids, one to one."""
    found = {x.id for n in ("entities", "mentions", "events", "attributions", "claims") for x in getattr(record, n)}
    found |= {v.event for v in record.events or () if v.event}
    numbers = rng.sample(range(100), len(found))
    new: dict[str | None, Any] = {old: f"x{n}" for old, n in zip(sorted(found), numbers, strict=True)}
    new |= {None: None, "AUTHOR": "AUTHOR", "OUTLET": "OUTLET"}
    return replace(
        record,
        entities=tuple(replace(e, id=new[e.id]) for e in record.entities or ()),
        mentions=tuple(replace(m, id=new[m.id], entity=new[m.entity]) for m in record.mentions or ()),
        events=tuple(
            replace(
                v,
                id=new[v.id],
                event=new[v.event],
                arguments=tuple(replace(a, target=new[a.target]) for a in v.arguments),
            )
            for v in record.events or ()
        ),
        attributions=tuple(
            replace(
                a,
                id=new[a.id],
                source_entity=new[a.source_entity],
                parent=new[a.parent],
                chain=tuple(replace(x, node=new[x.node]) for x in a.chain),
            )
            for a in record.attributions or ()
        ),
        factuality=tuple(replace(f, event=new[f.event], source=new[f.source]) for f in record.factuality or ()),
        claims=tuple(replace(c, id=new[c.id], source=new[c.source], head=new[c.head]) for c in record.claims or ()),
    )


@given(records())
@quick
def test_records_of_the_strategy_are_valid(record: Document) -> None:
    check_prediction(record, record, "d")


@given(records())
@quick
def test_gold_against_itself_is_one_or_undefined(record: Document) -> None:
    for name, figures in scores(record, record).items():
        for key, value in figures.items():
            assert value is None or value == pytest.approx(0 if key == "mae" else 1, abs=1e-9), (name, key)


@given(pairs(), st.integers(0, 99))
@quick
def test_the_order_of_items_is_irrelevant(both: tuple[Document, Document], seed: int) -> None:
    rng = random.Random(seed)
    assert scores(*both) == scores(*(shuffled(r, rng) for r in both))


@given(pairs(), st.integers(0, 99))
@quick
def test_ids_are_irrelevant(both: tuple[Document, Document], seed: int) -> None:
    rng = random.Random(seed)
    assert scores(*both) == scores(*(renamed(r, rng) for r in both))


@given(pairs())
@quick
def test_gold_and_system_change_places_as_recall_and_precision_do(both: tuple[Document, Document]) -> None:
    there, back = scores(*both), scores(*both[::-1])
    for name in set(METRICS) - set(ASYMMETRIC) - set(TIED):
        for key, value in there[name].items():
            twin = {"precision": "recall", "recall": "precision"}
            other = back[name]["_".join(twin.get(part, part) for part in key.split("_"))]
            if "blanc" not in key and key != "macro_f1":
                assert value == (None if other is None else pytest.approx(other, rel=1e-12)), (name, key)


def precisions(found: Scores, *layers: str) -> Iterable[tuple[str, str, float]]:
    return _those(found, "precision", *layers)


def _those(found: Scores, kind: str, *layers: str) -> Iterable[tuple[str, str, float]]:
    for name, figures in found.items():
        if name.startswith(layers):
            for key, value in figures.items():
                if key.endswith(kind) and value is not None:
                    yield name, key, value


@given(pairs())
@quick
def test_a_wrong_item_more_never_raises_precision(both: tuple[Document, Document]) -> None:
    gold, system = both
    at = {"start": LENGTH + 1, "end": LENGTH + 2}
    wrong = Mention(id="wrong", type=TYPES[0], level="NAM", entity=None, **at)
    event = Event(id="wrong", type="Other", **at)
    for layer, item in (("mention", wrong), ("trigger", event)):
        name = f"{layer}s" if layer == "mention" else "events"
        worse = scores(gold, replace(system, **{name: (*getattr(system, name), item)}))
        before = scores(gold, system)
        for metric, key, value in precisions(before, layer):
            after = worse[metric][key]
            assert after is not None and after <= value, (metric, key)


@given(pairs())
@quick
def test_a_right_item_more_never_lowers_recall(both: tuple[Document, Document]) -> None:
    gold, system = both
    before = scores(gold, system)
    for layer, name in (("mention", "mentions"), ("trigger", "events")):
        for item in getattr(gold, name):
            known = {(i.start, i.end, i.type) for i in getattr(system, name)}
            if (item.start, item.end, item.type) in known:
                continue
            right = replace(item, id="right", **({"entity": None} if name == "mentions" else {"arguments": ()}))
            better = scores(gold, replace(system, **{name: (*getattr(system, name), right)}))
            for metric, key, value in _those(before, "recall", layer):
                after = better[metric][key]
                assert after is not None and after >= value - 1e-12, (metric, key)


@given(pairs("a"), pairs("b"))
@quick
def test_counts_of_documents_and_labels_add_up(a: tuple[Document, Document], b: tuple[Document, Document]) -> None:
    gold, system = {"a": a[0], "b": b[0]}, {"a": a[1], "b": b[1]}
    whole = count(gold, system)
    parts = [count({d: gold[d]}, {d: system[d]}) for d in gold]
    for name in METRICS:
        totals = whole.totals(name)
        assert totals == {k: sum(p.totals(name).get(k, 0) for p in parts) for k in totals}
        labels = labels_of({k: np.array([v]) for k, v in totals.items()})
        for field in ("tp", "gold", "system") if labels and "tp" in totals else ():
            assert sum(int(c[field][0]) for c in labels.values()) == totals[field], (name, field)
    found = whole.totals("mention_semeval")
    size = whole.totals("mention_f1")
    for kind in ("strict", "exact", "partial", "type"):
        matched = sum(found[f"{kind}_{f}"] for f in ("correct", "incorrect", "partial"))
        assert (matched + found[f"{kind}_missing"], matched + found[f"{kind}_spurious"]) == (
            size["gold"],
            size["system"],
        )


@given(pairs("a"), pairs("b"))
@quick
def test_the_order_of_documents_is_irrelevant(a: tuple[Document, Document], b: tuple[Document, Document]) -> None:
    gold, system = {"a": a[0], "b": b[0]}, {"a": a[1], "b": b[1]}

    def total(names: str) -> dict[str, dict[str, int]]:
        found = block(tuple(names), gold, system, Codes())
        made = {n: m.count(found) for n, m in METRICS.items()}
        return {n: {f: int(v) for f, v in zip(c.fields, c.rows.sum(axis=0), strict=True) if v} for n, c in made.items()}

    assert total("ab") == total("ba")


def best_by_hand(gold: list[tuple[int, int, str]], system: list[tuple[int, int, str]]) -> tuple[int, int, int, int]:
    """Return the greatest (strict, equal span, equal type, pairs) over all one-to-one matchings."""
    cells = [
        (i, j, g[:2] == s[:2], g[2] == s[2])
        for i, g in enumerate(gold)
        for j, s in enumerate(system)
        if g[0] < s[1] and s[0] < g[1]
    ]
    best = (0, 0, 0, 0)
    for n in range(1, min(len(gold), len(system)) + 1):
        for chosen in itertools.combinations(cells, n):
            if len({c[0] for c in chosen}) == len({c[1] for c in chosen}) == n:
                strict = sum(c[2] and c[3] for c in chosen)
                best = max(best, (strict, sum(c[2] for c in chosen), sum(c[3] for c in chosen), n))
    return best


@given(pairs(size=4))
@quick
def test_matching_of_spans_is_as_good_as_any(both: tuple[Document, Document]) -> None:
    gold_record, system_record = (replace(r, doc="d") for r in both)
    found, gold, system = match_spans(block(["d"], {"d": gold_record}, {"d": system_record}), "mentions")
    span = (gold["start"][found.gold] == system["start"][found.system]) & (
        gold["end"][found.gold] == system["end"][found.system]
    )
    kind = gold["type"][found.gold] == system["type"][found.system]
    made = (int((span & kind).sum()), int(span.sum()), int(kind.sum()), len(span))
    items = [sorted({(m.start, m.end, m.type) for m in r.mentions or ()}) for r in both]
    assert made == best_by_hand(*items)


def clusters_of(record: Document) -> list[frozenset[tuple[int, int]]]:
    found: dict[str, set[tuple[int, int]]] = {}
    for m in record.mentions or ():
        if m.entity:
            found.setdefault(m.entity, set()).add((m.start, m.end))
    return [frozenset(c) for c in found.values()]


def coreference_by_definition(
    key: list[frozenset[Any]], response: list[frozenset[Any]]
) -> dict[str, tuple[float, float]]:
    """Return numerator and denominator of recall, each as the paper defines it, by loops."""

    def parts(c: frozenset[Any]) -> int:
        return sum(bool(c & r) for r in response) + len(c - frozenset().union(*response))

    def of(m: Any, side: list[frozenset[Any]]) -> frozenset[Any]:
        return next((c for c in side if m in c), frozenset())

    def best(phi: Any) -> float:
        short, long = sorted((key, response), key=len)
        return max(
            (sum(phi(a, b) for a, b in zip(short, p, strict=True)) for p in itertools.permutations(long, len(short))),
            default=0,
        )

    def links(c: frozenset[Any]) -> set[frozenset[Any]]:
        return {frozenset(p) for p in itertools.combinations(sorted(c), 2)}

    def resolved(c: frozenset[Any]) -> float:
        if len(c) == 1:
            return float(c in response)
        return len(links(c) & set().union(*(links(r) for r in response))) / len(links(c))

    n = sum(map(len, key))
    return {
        "muc": (sum(len(c) - parts(c) for c in key), sum(len(c) - 1 for c in key)),
        "b3": (sum(len(c & of(m, response)) / len(c) for c in key for m in c), n),
        "ceafm": (best(lambda a, b: len(a & b)), n),
        "ceafe": (best(lambda a, b: 2 * len(a & b) / (len(a) + len(b))), len(key)),
        "lea": (sum(len(c) * resolved(c) for c in key), n),
    }


@given(pairs())
@quick
def test_coreference_is_as_its_papers_define_it(both: tuple[Document, Document]) -> None:
    different = [
        Document(doc="d", mentions=tuple({(m.start, m.end): m for m in r.mentions or ()}.values())) for r in both
    ]
    found = scores(*different)["coref_conll"]
    sides = [clusters_of(r) for r in different]
    for kind, order in (("recall", sides), ("precision", sides[::-1])):
        for name, (numerator, denominator) in coreference_by_definition(*order).items():
            wanted = None if not denominator else pytest.approx(numerator / denominator, abs=1e-12)
            assert found[f"{name}_{kind}"] == wanted, (name, kind)


def as_lines(records: Iterable[Document]) -> list[Line]:
    return [Line(r.doc, msgspec.json.encode(r), r.doc) for r in records]


@given(st.tuples(*(pairs(f"d{n}") for n in range(4))))
@settings(quick, max_examples=15)
def test_any_split_gives_the_same_json(documents: tuple[tuple[Document, Document], ...]) -> None:
    gold, system = (as_lines(d[side] for d in documents) for side in (0, 1))
    found = set()
    for size in (1, 2, 3, 4):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stream, "CHUNK", size)
            for order in (slice(None), slice(None, None, -1)):
                made = score(lambda: iter(gold), lambda: iter(system[order]), Settings("own", resamples=20))  # noqa: B023
                found.add(json.dumps(made.to_json(), sort_keys=True))
    assert len(found) == 1


def test_processes_give_the_same_json_as_one(record: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "CHUNK", 3)
    gold = [replace(record, doc=f"d{n}", story=f"s{n % 4}") for n in range(8)]
    system = [
        replace(r, attributions=(r.attributions or ())[n % 3 :], factuality=(), claims=()) for n, r in enumerate(gold)
    ]
    sides = as_lines(gold), as_lines(system)
    made = [
        score(lambda: iter(sides[0]), lambda: iter(sides[1]), Settings("own", resamples=50), engine=engine).to_json()
        for engine in ("serial", "processes")
    ]
    assert json.dumps(made[0]) == json.dumps(made[1])
