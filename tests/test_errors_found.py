"""Every item has one kind, counted by hand, and the kinds add up to the counts of the score."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import annotate
from damaged import KINDS, at, damage
from reportedly.columns import block
from reportedly.counts import count
from reportedly.errors import LimitError
from reportedly.records import Document
from reportedly.report.errors import LAYERS, Error, Item, align_layers, confusions, errors, tally

replace = msgspec.structs.replace


def aligned(gold: Document, system: Document) -> dict[str, dict[str, int]]:
    pair = block([gold.doc], {gold.doc: gold}, {system.doc: system})
    return {name: dict(tally(a)) for name, a in align_layers(pair).items()}


def test_kinds_of_a_damaged_copy_are_those_counted_by_hand(record: Document) -> None:
    assert aligned(record, damage(record)) == KINDS


def test_a_perfect_copy_has_no_errors(record: Document) -> None:
    assert all(kinds.keys() == {"correct"} for kinds in aligned(record, record).values())


def test_errors_say_both_sides(record: Document) -> None:
    pair = block(["d"], {"d": record}, {"d": damage(record)})
    found = list(errors(pair, align_layers(pair), 0))
    assert len(found) == sum(n for kinds in KINDS.values() for k, n in kinds.items() if k != "correct")
    assert Error("mention", "spurious", None, Item((at("hurt"),), "GPE.City")) in found
    army, denied = at("The army"), at("denied")
    role = [e for e in found if e.kind == "wrong role"]
    accuse = "Politics.AccuseDeny"
    assert role == [
        Error(
            "argument",
            "wrong role",
            Item((army,), "Speaker", (denied,), accuse),
            Item((army,), "Target", (denied,), accuse),
        )
    ]
    (event,) = [e for e in found if e.kind == "wrong event"]
    assert event.gold is not None and event.system is not None
    assert (event.gold.of, event.system.of) == ((at("shelled"),), (at("hurt"),))
    (tag,) = [e for e in found if e.kind == "wrong tag"]
    assert tag.gold is not None and tag.system is not None
    assert (tag.gold.label, tag.system.label, tag.gold.of_label) == ("CT+", "PR+", "AUTHOR")


def test_confusions_have_the_sums_of_gold_and_system(record: Document) -> None:
    pair = block(["d"], {"d": record}, {"d": damage(record)})
    found = confusions(pair, align_layers(pair))
    types = {(g, s): n for (title, g, s), n in found.items() if title == "mention type"}
    assert types["ORG.Media", "ORG.Other"] == 1 and types["TIME.Date", "TIME.Duration"] == 1
    assert types["ORG.StateForces", None] == 1 and types[None, "GPE.City"] == 1
    assert sum(n for (g, _), n in types.items() if g is not None) == 23
    assert found["argument role", "Speaker", "Target"] == 1
    assert found["factuality, author", "CT+", "PR+"] == 1
    # three attributions are matched, one is missed, one spurious
    relation = {(g, s): n for (title, g, s), n in found.items() if title == "attribution relation"}
    assert relation == {("indirect", "indirect"): 3, ("direct", None): 1, (None, "(none)"): 1}


def test_no_value_is_not_the_polarity_minus(record: Document) -> None:
    bare = replace(record, events=tuple(replace(v, polarity=None) for v in record.events or ()))
    pair = block(["d"], {"d": record}, {"d": bare})
    found = confusions(pair, align_layers(pair))
    assert {(g, s): n for (t, g, s), n in found.items() if t == "trigger polarity"} == {
        ("+", "(none)"): 6,
        ("-", "(none)"): 1,
    }


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_kinds_add_up_to_the_counts_of_the_metric(seed: int) -> None:
    gold = annotate()
    system = shaken(gold, random.Random(seed))
    totals = count({gold.doc: gold}, {gold.doc: system}, [m for m, _ in LAYERS.values()])
    for layer, kinds in aligned(gold, system).items():
        counts = totals.totals(LAYERS[layer][0])
        everything = sum(kinds.values())
        found = (
            kinds.get("correct", 0),
            everything - kinds.get("spurious", 0),
            everything - kinds.get("missed", 0),
        )
        tp = counts["equal"] if "equal" in counts else counts["tp"]
        assert (layer, *found) == (layer, tp, counts["gold"], counts["system"])


def shaken(gold: Document, rng: random.Random) -> Document:
    """Return a copy with some items doubled, moved, typed otherwise or dropped, and with arguments that went elsewhere."""

    def moved(item: object, **changes: object) -> object:
        return replace(item, **changes) if rng.random() < 0.4 else item

    mentions = [moved(m, end=m.end + 1) for m in gold.mentions or ()]
    mentions += [replace(m, id=f"{m.id}x") for m in rng.sample(mentions, 4)]
    targets = [m.id for m in mentions]
    events = [
        moved(
            moved(v, type=rng.choice(("Force.Withdraw", "Conflict.Shelling"))),
            arguments=tuple(replace(a, target=rng.choice(targets)) for a in v.arguments),
        )
        for v in gold.events or ()
    ]
    attributions = [moved(a, cue=rng.choice(gold.attributions or ()).cue) for a in gold.attributions or ()]
    attributions = [moved(a, source=()) for a in attributions]
    return replace(
        gold,
        mentions=tuple(mentions),
        events=tuple(moved(v, start=v.start - 1) for v in events),
        attributions=tuple(attributions),
        factuality=tuple(f for f in gold.factuality or () if rng.random() < 0.8),
    )


def test_more_arguments_than_can_be_matched_are_refused_by_a_reason(record: Document) -> None:
    mention = (record.mentions or ())[0]
    event = (record.events or ())[0]

    # 1,001 triggers share one argument, each typed otherwise on the other side
    def many(kind: str) -> Document:
        return replace(
            record,
            mentions=(mention,),
            attributions=(),
            factuality=(),
            claims=(),
            events=tuple(
                replace(
                    event,
                    id=f"w{n}",
                    start=60 + n,
                    end=61 + n,
                    type=kind,
                    arguments=(replace(event.arguments[0], target=mention.id),),
                )
                for n in range(1_001)
            ),
        )

    gold, system = many("Force.Withdraw"), many("Force.Advance")
    with pytest.raises(LimitError, match="hang together"):
        align_layers(block(["d"], {"d": gold}, {"d": system}))
