"""Items that repeat or share a span: what counts once, what counts apart, and that no order of input shows."""

from __future__ import annotations

from msgspec.structs import replace

from reportedly.agreement import match
from reportedly.counts import count
from reportedly.order import union
from reportedly.records import Attribution, Document, Entity, Event, Factuality, Mention, Node, Spans


def f1(gold: Document, system: Document, metric: str) -> float | None:
    return count({"d": gold}, {"d": system}, [metric]).scores()[metric]["f1"]


def event(name: str, kind: str) -> Event:
    return Event(id=name, start=0, end=4, type=kind, polarity="+")


def fact(name: str, certainty: str = "certain") -> Factuality:
    return Factuality(event=name, source="AUTHOR", certainty=certainty, polarity="+")  # type: ignore[arg-type]


def said(name: str, source: Spans = ((0, 2),), content: Spans = ((3, 9),)) -> Attribution:
    return Attribution(id=name, source=source, cue=((2, 3),), content=content)


def test_fragments_are_the_set_of_their_characters() -> None:
    assert union(((5, 9), (0, 2), (2, 3), (6, 7))) == ((0, 3), (5, 9))


def test_fragments_in_another_order_or_cut_otherwise_are_the_same_content() -> None:
    gold = Document(doc="d", attributions=(said("a1", content=((3, 6), (7, 9))),))
    system = Document(doc="d", attributions=(said("a1", content=((7, 9), (3, 5), (4, 6))),))
    found = count({"d": gold}, {"d": system}).scores()["attribution_content_f1"]
    assert (found["f1"], found["dice"]) == (1.0, 1.0)


def test_an_attribution_that_stands_twice_counts_once() -> None:
    gold = Document(doc="d", attributions=(said("a1"),))
    assert f1(gold, replace(gold, attributions=(said("a1"), said("a2"))), "attribution_overlap_f1") == 1.0


def test_of_attributions_with_one_cue_the_equal_one_is_matched() -> None:
    gold = Document(doc="d", attributions=(said("a1"),))
    both = (said("a1", source=((0, 1),)), said("a2"))
    for attributions in (both, both[::-1]):
        # source right once, of one in gold and two in the system: 2·1/(1 + 2)
        assert f1(gold, replace(gold, attributions=attributions), "attribution_source_f1") == 2 / 3


def test_two_events_on_one_trigger_have_their_own_factuality() -> None:
    gold = Document(
        doc="d", events=(event("v1", "A"), event("v2", "B")), factuality=(fact("v1"), fact("v2", "possible"))
    )
    assert f1(gold, gold, "factuality_author") == 1.0
    assert f1(gold, replace(gold, events=(gold.events or ())[::-1]), "event_polarity") == 1.0


def test_events_on_one_trigger_are_paired_by_type_before_anything_else() -> None:
    gold = Document(doc="d", events=(event("v1", "A"), replace(event("v2", "B"), polarity="-")))
    system = Document(doc="d", events=(replace(event("v1", "B"), polarity="-"), event("v2", "C")))
    # B with B: equal; A with C: equal
    assert f1(gold, system, "event_polarity") == 1.0


def test_a_mention_that_stands_twice_has_one_level() -> None:
    m = Mention(id="m1", start=0, end=4, type="A", level="NAM")
    assert f1(*[Document(doc="d", mentions=(m, replace(m, id="m2")))] * 2, "mention_level") == 1.0


def test_a_span_in_two_clusters_of_equal_beginning_belongs_to_the_same_one_in_any_order() -> None:
    spans = [(0, "x"), (0, "y"), (2, "y")]
    ms = [Mention(id=f"m{n}", start=s, end=s + 1, type="A", entity=e) for n, (s, e) in enumerate(spans)]
    names = (Entity(id="x", type="A"), Entity(id="y", type="A"))
    other = Document(doc="d", entities=names, mentions=(ms[0], replace(ms[2], entity="x")))
    found = {
        f1(other, Document(doc="d", entities=names, mentions=tuple(order)), "coref_conll")
        for order in (ms, ms[::-1], [ms[1], ms[0], ms[2]])
    }
    assert len(found) == 1


def test_an_attribution_with_a_source_alone_matches_itself() -> None:
    gold = Document(doc="d", attributions=(Attribution(id="a1", source=((0, 2),)),))
    assert f1(gold, gold, "attribution_overlap_f1") == 1.0


def test_a_parent_where_gold_has_no_attribution_is_wrong() -> None:
    gold = Document(doc="d", attributions=())
    system = replace(gold, attributions=(said("a1"), replace(said("a2", content=((4, 6),)), parent="a1")))
    assert f1(gold, system, "attribution_parent_f1") == 0.0


def test_two_entities_of_one_span_are_both_stations() -> None:
    ms = tuple(Mention(id=f"m{n}", start=0, end=4, type="A", entity=f"e{n}") for n in (1, 2))
    names = tuple(Entity(id=f"e{n}", type="A") for n in (1, 2))
    chain = (Node(node="e2"), Node(node="OUTLET"))
    gold = Document(doc="d", entities=names, mentions=ms, attributions=(replace(said("a1"), chain=chain),))
    assert f1(gold, gold, "attribution_chain_f1") == 1.0


def test_attributions_in_another_order_are_matched_with_their_own() -> None:
    made = tuple(Attribution(id=f"a{n}", source=((s, s + 1),), cue=((s + 1, s + 2),)) for n, s in enumerate((9, 0, 5)))
    gold = Document(doc="d", attributions=made)
    found = match(gold, replace(gold, attributions=made[::-1])).attributions
    assert [a for a, _ in found] == [b for _, b in found]
    assert len(found) == 3
