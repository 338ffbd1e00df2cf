"""Each format by hand: what is read from a short file, what is written of the made-up article, what does not fit."""

from __future__ import annotations

import json
from collections import Counter

import msgspec
import pytest

from converting import IOB2, clusters, events, mentions, parse, renamed, there_and_back
from reportedly.convert import FORMATS, Content, Lost, Options
from reportedly.convert.base import Texted, escape, unescape
from reportedly.convert.words import document_of
from reportedly.errors import DataError, UsageError
from reportedly.records import Argument, Attribution, Document, Entity, Event, Mention, Node
from reportedly.stories import Group, Link, Member, Story

CONLL = """-DOCSTART- -X- O O

Rebels NNP B-NP B-PER
left VBD B-VP O
Kessar NNP B-NP B-LOC
Gate NNP I-NP I-LOC

Nobody NN B-NP O

-DOCSTART- (second) O

Orlen NNP B-NP B-LOC
"""


@pytest.fixture(scope="module")
def orlen(record: Document, text: str) -> Texted:
    return Texted(record, text)


def explained(lost: Lost, what: str) -> dict[str, int]:
    """Return the counts of a field by reason, without those that have no place at all."""
    return {why: n for (w, why), n in lost.items() if w == what}


def outputs(name: str, *documents: Texted, story: Story | None = None, options: Options = IOB2) -> dict[str, str]:
    return FORMATS[name].write(Content(documents, story), options, Counter())


def test_conll_columns_become_text_tokens_and_mentions() -> None:
    content, lost = parse("conll", CONLL)
    (first, text), (second, _) = content.documents
    assert text == "Rebels left Kessar Gate\nNobody\n"
    assert [(m.start, m.end, m.type) for m in first.mentions or ()] == [(0, 6, "PER"), (12, 23, "LOC")]
    assert first.doc == "x-1" and second.doc == "second"
    assert [(s.start, s.end) for s in first.sentences or ()] == [(0, 23), (24, 30)]
    assert lost == {("columns", "stands between the token and its tag"): 2 * 6}


def test_conll_keeps_the_longest_of_nested_mentions(orlen: Texted) -> None:
    """23 mentions, of which Shield, two, Orlen (headline), the Northern Shield, two and Orlen (body) stand in others."""
    back, lost = there_and_back("conll", orlen)
    assert explained(lost, "mentions") == {"stands in or overlaps a longer one, or an equal one before it": 6}
    assert len(back.documents[0].record.mentions or ()) == 23 - 6
    assert mentions(back.documents[0].record, "type") <= mentions(orlen.record, "type")


def test_conll_under_conlleval_shows_its_repairs() -> None:
    body = "a I-PER\nb I-PER\nc O\n"
    assert parse("conll", body, options=Options(scheme="conlleval"))[0].repairs == 1
    with pytest.raises(DataError, match="f:1: 'I-PER' cannot stand here in iob2, where 'B-PER' would be valid"):
        parse("conll", body)
    with pytest.raises(UsageError, match="--scheme"):
        parse("conll", body, options=Options())


@pytest.mark.parametrize("scheme", ["iob1", "iob2", "iobes", "bilou"])
def test_conll_gives_the_same_mentions_under_every_scheme(scheme: str, orlen: Texted) -> None:
    back, _ = there_and_back("conll", orlen, options=Options(scheme=scheme))
    assert mentions(back.documents[0].record, "type") == mentions(
        there_and_back("conll", orlen)[0].documents[0].record, "type"
    )


CONLL2012 = """#begin document (wire/0001); part 001
wire/0001 1 0 She - - - - - - * (5)
wire/0001 1 1 left NN - - - - - * -
wire/0001 1 2 the - - - - - - * (0|(5
wire/0001 1 3 city - - - - - - * 0)|5)

wire/0001 1 0 It - - - - - - * (0)
#end document
"""


def test_conll2012_brackets_become_entities() -> None:
    content, lost = parse("conll2012", CONLL2012)
    record, text = content.documents[0]
    assert record.doc == "wire/0001#001" and text == "She left the city\nIt\n"
    assert clusters(record) == {"e5": frozenset({(0, 1), (2, 4)}), "e0": frozenset({(2, 4), (4, 5)})}
    assert lost == {("columns", "stands between the word and its coreference"): 1}


def test_conll2012_is_written_as_it_was_read() -> None:
    content, _ = parse("conll2012", CONLL2012)
    written = outputs("conll2012", *content.documents)[""]
    assert written.splitlines()[:4] == [
        "#begin document (wire/0001); part 001",
        "wire/0001\t1\t0\tShe\t-\t*\t-\t-\t-\t-\t*\t(5)",
        "wire/0001\t1\t1\tleft\t-\t*\t-\t-\t-\t-\t*\t-",
        "wire/0001\t1\t2\tthe\t-\t*\t-\t-\t-\t-\t*\t(0|(5",
    ]
    assert parse("conll2012", written)[0] == content


def test_conll2012_leaves_out_what_belongs_to_no_entity(orlen: Texted) -> None:
    """Of 23 mentions two counts and two dates belong to none."""
    back, lost = there_and_back("conll2012", orlen)
    assert explained(lost, "mentions") == {"belongs to no entity": 4}
    assert set(clusters(back.documents[0].record).values()) == set(clusters(orlen.record).values())


def test_brackets_of_one_entity_cannot_cross() -> None:
    base = document_of("d", [["a", "b", "c", "d"]], "here")

    def mention(n: int, start: int, end: int) -> Mention:
        return Mention(id=f"m{n}", start=2 * start, end=2 * end - 1, type="PER", entity="e1")

    spans = [(0, 3), (1, 4), (1, 2), (1, 2)]
    record = msgspec.structs.replace(base.record, mentions=tuple(mention(n, *s) for n, s in enumerate(spans)))
    for name in ("conll2012", "corefud"):
        back, lost = there_and_back(name, Texted(record, base.text))
        assert clusters(back.documents[0].record) == {"e1": frozenset({(0, 3), (1, 2)})}
        assert explained(lost, "mentions") == {
            "crosses a longer or earlier mention of its entity": 1,
            "has the span of another mention of its entity": 1,
        }


def row(number: str, form: str, misc: str = "_") -> str:
    return "\t".join((number, form, *"_______", misc)) + "\n"


COREFUD = (
    "# newdoc id = d1\n# global.Entity = eid-etype-head-other\n"
    + row("1", "The", "Entity=(e1-person-2-infstat:new")
    + row("2", "guard", "Entity=e1)")
    + row("3", "saw", "Bridge=e1<e2")
    + row("4", "gate", "Entity=(e2[1/2]-place-1)")
    + row("4.1", "_", "Entity=(e1-person-1)")
    + row("5", "and", "_")
    + row("6", "wall", "SpaceAfter=No|Entity=(e2[2/2]-place-1)")
    + "\n"
)


def test_corefud_entities_are_read_and_parts_that_records_cannot_hold_are_counted() -> None:
    content, lost = parse("corefud", COREFUD)
    record = content.documents[0].record
    assert mentions(record, "type", "head") == Counter([((0, 2), "person", (1, 2)), ((3, 4), "place", (3, 4))])
    assert record.doc == "d1" and record.entities == (Entity(id="e1", type="person"), Entity(id="e2", type="place"))
    assert lost == {
        ("mentions", "has several parts: the one with its head is kept"): 1,
        ("mentions", "stands on empty nodes alone"): 1,
        ("mentions.fields", "is a field of Entity that records do not have"): 1,
        ("columns", "says something else than the form and Entity"): 2,
    }


def test_corefud_holds_type_head_level_and_value(orlen: Texted) -> None:
    back, lost = there_and_back("corefud", orlen)
    kept = {m: n for m, n in mentions(orlen.record, "type", "head", "level", "value", "entity").items() if m[-1]}
    assert mentions(back.documents[0].record, "type", "head", "level", "value", "entity") == kept
    assert explained(lost, "mentions") == {"belongs to no entity": 4}


def test_corefud_numbers_entities_through_the_file(orlen: Texted) -> None:
    """Tools read one file as one set of entities, so two documents must not share an id."""
    other = orlen._replace(record=msgspec.structs.replace(orlen.record, doc="orlen-02"))
    back, _ = there_and_back("corefud", orlen, other)
    first, second = (set(clusters(d.record)) for d in back.documents)
    assert len(first) == len(second) == 10 and not first & second


BRAT = """T1\tRebels 0 6\tRebels
T2\tLeave 7 11\tleft
T3\tCity 12 18\tKessar
T4\tCity 24 26;30 34\tof town
E1\tLeave:T2 Who:T1 From:T3 From2:T4
A1\tNegation E1
A2\tlevel T1 NOM
R1\tpart-of Arg1:T3 Arg2:T4
*\tEquiv T3 T4
N1\tReference T3 wiki:1\tKessar
#1\tAnnotatorNotes T1\tunsure
"""
BRAT_TEXT = "Rebels left Kessar gate of the town."


def test_brat_is_read_and_what_records_cannot_hold_is_counted() -> None:
    content, lost = parse("brat", BRAT, text=BRAT_TEXT.replace("the town", "dustown"))
    record = content.documents[0].record
    assert [(m.start, m.end, m.level, m.entity) for m in record.mentions or ()] == [
        (0, 6, "NOM", None), (12, 18, None, "e1"), (30, 34, None, "e1"),
    ]  # fmt: skip
    assert (record.events or ())[0].arguments == (
        Argument(role="Who", target="m1"), Argument(role="From", target="m2"), Argument(role="From", target="m3"),
    )  # fmt: skip
    assert lost == {
        ("mentions", "has several fragments: the longest is kept"): 1,
        ("attributes", "is none of a record"): 1,
        ("relations", "is no link between events"): 1,
        ("normalisations", "has no place in a record"): 1,
        ("notes", "is no name of an entity"): 1,
    }


def test_brat_holds_all_but_factuality_claims_and_layout(orlen: Texted) -> None:
    back, lost = there_and_back("brat", orlen)
    without = ("regions", "sentences", "tokens", "factuality", "claims", "guidelines")
    assert renamed(back.documents[0].record, without=without) == renamed(orlen.record, without=without)
    assert {what: n for (what, _), n in lost.items()} == {
        "regions": 3, "sentences": 7, "tokens": len(orlen.record.tokens or ()), "factuality": 12, "claims": 6, "guidelines": 1,
    }  # fmt: skip


def test_brat_leaves_out_entities_without_a_mention_and_who_names_them() -> None:
    record = Document(
        doc="d",
        entities=(Entity(id="e1", type="PER", name="a 100% %41 man"), Entity(id="e2", type="ORG")),
        mentions=(Mention(id="m1", start=0, end=1, type="PER", entity="e1"),),
        attributions=(
            Attribution(
                id="a1",
                cue=((2, 3),),
                source_entity="e2",
                chain=(Node(node="e1"), Node(node="e2"), Node(node="OUTLET")),
            ),
            Attribution(id="a2", parent="a1"),
        ),
    )
    back, lost = there_and_back("brat", Texted(record, "a b"))
    assert back.documents[0].record.entities == record.entities[:1]  # type: ignore[index]
    assert {(w, n) for (w, _), n in lost.items()} == {
        ("entities", 1), ("attributions", 1), ("attributions.source_entity", 1), ("attributions.chain", 1), ("attributions.parent", 1),
    }  # fmt: skip


def test_polnear_attributions_are_read_with_their_fragments() -> None:
    text = '"Go," "now." said Holen X.'
    body = (
        'T1\tContent 0 5;6 12\t"Go," "now."\nT2\tCue 13 17\tsaid\nT3\tSource 18 25\tHolen X\nT4\tAttribution 13 17\tsaid\n'
        "E1\tAttribution:T4 Source:T3 Cue:T2 Content:T1\nT5\tDiscard 25 26\t.\n"
    )
    content, lost = parse("polnear", body, text=text)
    assert content.documents[0].record.attributions == (
        Attribution(id="a1", source=((18, 25),), cue=((13, 17),), content=((0, 5), (6, 12))),
    )
    assert lost == {("spans", "belongs to no attribution"): 1}


def test_polnear_holds_source_cue_and_content(orlen: Texted) -> None:
    back, _ = there_and_back("polnear", orlen)

    def spans(record: Document) -> list[object]:
        return [(a.source, a.cue, a.content) for a in record.attributions or ()]

    assert spans(back.documents[0].record) == spans(orlen.record)


def test_polnear_says_when_there_is_no_source() -> None:
    record = Document(doc="d", attributions=(Attribution(id="a1", content=((0, 1),)), Attribution(id="a2")))
    written = outputs("polnear", Texted(record, "x"))["d.ann"]
    assert written == "T1\tContent 0 1\tx\nT2\tAttribution-no-source 0 1\tx\nE1\tAttribution-no-source:T2 Content:T1\n"


ONEIE = {
    "doc_id": "d", "sent_id": "d-0", "tokens": ["Rebels", "left", "it"], "relation_mentions": [{}],
    "entity_mentions": [
        {"id": "d-E1-7", "start": 0, "end": 1, "entity_type": "PER", "entity_subtype": "Group", "mention_type": "NOM", "text": "Rebels"},
        {"id": "d-E2-8", "start": 2, "end": 3, "entity_type": "GPE", "mention_type": "UNK", "text": "it"},
    ],
    "event_mentions": [
        {"id": "d-V1", "event_type": "Movement:Transport", "trigger": {"start": 1, "end": 2, "text": "left"},
         "arguments": [{"entity_id": "d-E1-7", "role": "Agent", "text": "Rebels"}]},
    ],
}  # fmt: skip
GRAPH = {
    "doc_id": "d", "sent_id": "d-0", "tokens": ["Rebels", "left", "it"], "token_ids": ["d:0-5", "d:7-10", "d:12-13"],
    "graph": {
        "entities": [[0, 1, "PER.Group", "NOM", 0.9], [2, 3, "GPE", "UNK", 1.0]], "triggers": [[1, 2, "Movement:Transport", 0.5]],
        "relations": [[0, 1, "PHYS", 0.2]], "roles": [[0, 0, "Agent", 0.7]],
    },
}  # fmt: skip


def test_oneie_graphs_and_mentions_say_the_same() -> None:
    (one, lost), (two, also) = (parse("oneie", json.dumps(line)) for line in (ONEIE, GRAPH))
    first, second = one.documents[0].record, two.documents[0].record
    assert mentions(first, "type", "level") == mentions(second, "type", "level")
    assert events(first, "type", "arguments") == events(second, "type", "arguments")
    assert mentions(first, "type", "level") == Counter([((0, 1), "PER.Group", "NOM"), ((2, 3), "GPE", None)])
    assert lost == also == {("relations", "has no place in a record"): 1}


def test_oneie_holds_mentions_and_the_arguments_of_a_sentence(orlen: Texted) -> None:
    """The only argument that does not fit is what is denied: an event."""
    back, lost = there_and_back("oneie", orlen)
    record = back.documents[0].record
    assert mentions(record, "id", "type", "level", "entity") == mentions(orlen.record, "id", "type", "level", "entity")
    assert explained(lost, "events.arguments") == {"is an event, or a mention that is left out": 1}
    assert (
        sum(len(v.arguments) for v in record.events or ())
        == sum(len(v.arguments) for v in orlen.record.events or ()) - 1
    )


DYGIE = {
    "doc_key": "d", "sentences": [["Rebels", "left", "it"], ["They", "rest"]],
    "ner": [[[0, 0, "PER"], [2, 2, "GPE"]], [[3, 3, "PER"]]], "relations": [[[0, 0, 2, 2, "PHYS"]], []],
    "events": [[[[1, "Move"], [0, 0, "Agent"], [2, 2, "Origin"]]], []], "clusters": [[[0, 0], [3, 3]]],
}  # fmt: skip


def test_dygie_documents_are_read() -> None:
    content, lost = parse("dygie", json.dumps(DYGIE))
    record, text = content.documents[0]
    assert text == "Rebels left it\nThey rest\n"
    assert clusters(record) == {"e1": frozenset({(0, 1), (3, 4)})}
    assert events(record, "type", "arguments") == Counter(
        [((1, 2), "Move", frozenset({("Agent", (0, 1)), ("Origin", (2, 3))}))]
    )
    assert lost == {("relations", "is not read into records"): 1}
    assert json.loads(outputs("dygie", *content.documents)[""]) == {**DYGIE, "relations": [[], []]}


def test_dygie_shortens_triggers_and_keeps_one_mention_a_span() -> None:
    base = document_of("d", [["air", "strikes", "hit"]], "here")
    twice = tuple(Mention(id=f"m{n}", start=12, end=15, type=t) for n, t in enumerate(("PER", "ORG")))
    record = msgspec.structs.replace(
        base.record, mentions=twice, events=(Event(id="v1", start=0, end=11, type="Strike"),)
    )
    back, lost = there_and_back("dygie", Texted(record, base.text))
    assert events(back.documents[0].record, "type") == Counter([((0, 1), "Strike")])
    assert explained(lost, "mentions") == {"has the span of another mention": 1}
    assert explained(lost, "events.trigger") == {"has several tokens: the first is kept": 1}


ECB = """<?xml version="1.0" encoding="UTF-8"?>
<Document doc_name="1_2ecb.xml" doc_id="D1">
<token t_id="1" sentence="0" number="0">Rebels</token>
<token t_id="2" sentence="0" number="1">left</token>
<token t_id="3" sentence="0" number="2">&amp;</token>
<token t_id="4" sentence="1" number="0">They</token>
<Markables>
<HUMAN_PART_PER m_id="1"><token_anchor t_id="1"/></HUMAN_PART_PER>
<NEG_ACTION_OCCURRENCE m_id="2"><token_anchor t_id="2"/></NEG_ACTION_OCCURRENCE>
<HUMAN_PART_PER m_id="3"><token_anchor t_id="4"/></HUMAN_PART_PER>
<HUMAN_PART_PER m_id="4"><token_anchor t_id="1"/><token_anchor t_id="3"/><token_anchor t_id="4"/></HUMAN_PART_PER>
<HUMAN_PART_PER m_id="9" RELATED_TO="" TAG_DESCRIPTOR="rebels" instance_id="HUM1"/>
<UNKNOWN_INSTANCE_TAG m_id="8" RELATED_TO="" TAG_DESCRIPTOR=""/>
</Markables>
<Relations>
<CROSS_DOC_COREF r_id="1" note="HUM1"><source m_id="1"/><source m_id="3"/><target m_id="9"/></CROSS_DOC_COREF>
<INTRA_DOC_COREF r_id="2"><source m_id="2"/><target m_id="8"/></INTRA_DOC_COREF>
<TLINK r_id="3"/>
</Relations>
</Document>
"""


def test_ecb_markables_become_mentions_events_and_a_story() -> None:
    content, lost = parse("ecb", ECB)
    record = content.documents[0].record
    assert record.doc == "1_2ecb" and content.documents[0].text == "Rebels left &\nThey\n"
    assert mentions(record, "type") == Counter(
        [((0, 1), "HUMAN_PART_PER"), ((3, 4), "HUMAN_PART_PER"), ((2, 4), "HUMAN_PART_PER")]
    )
    assert record.entities == (Entity(id="e1", type="HUMAN_PART_PER", name="rebels"),)
    assert [(v.type, v.polarity, v.event) for v in record.events or ()] == [("OCCURRENCE", "-", "E1")]
    assert content.story and content.story.entities == (
        Group(id="HUM1", name="rebels", members=(Member(doc="1_2ecb", id="e1"),)),
    )
    assert lost == {
        ("relations", "is no coreference"): 1,
        ("mentions", "stands on tokens that are not consecutive: the longest run is kept"): 1,
    }


def test_ecb_holds_clusters_across_documents_and_counts_the_rest_of_a_story(orlen: Texted) -> None:
    other = orlen._replace(record=msgspec.structs.replace(orlen.record, doc="orlen-02"))
    both = ("orlen-01", "orlen-02")
    story = Story(
        story="orlen",
        entities=(
            Group(id="G1", name="Orlen & <co>", members=tuple(Member(doc=d, id="e4") for d in (*both, "orlen-03"))),
        ),
        events=(Group(id="V1", name="", members=tuple(Member(doc=d, id="E1") for d in both)),),
        entity_links=(Link(source="G1", target="G1", relation="part-of"),),
    )
    back, lost = there_and_back("ecb", orlen, other, story=story)
    for d in back.documents:
        assert mentions(d.record, "type", "entity") == mentions(orlen.record, "type", "entity")
        assert events(d.record, "type", "polarity", "event") == events(orlen.record, "type", "polarity", "event")
        assert {e.name for e in d.record.entities or ()} == {e.name for e in orlen.record.entities or ()}
    assert back.story is not None

    def spans(group: Group) -> set[object]:
        return {
            (m.doc, clusters(d.record)[m.id]) for m in group.members for d in back.documents if d.record.doc == m.doc
        }

    assert spans(back.story.entities[0]) == {(d, clusters(orlen.record)["e4"]) for d in both}
    assert len(back.story.events[0].members) == 2
    assert explained(lost, "story.entities") == {"is a member in a document that is not here": 1}
    assert explained(lost, "story.entity_links") == {"has no place in ECB+": 1}


BAD = {
    "no tag": ("conll", "a B-PER\nb\n", "f:2: 'b' has 1 columns"),
    "widths differ": ("conll", "a X O\nb O\n", "f:2: 'b O' has 2 columns, not 3"),
    "bad tag": ("conll", "a B-PER\n\nb I-PER\n", "f:3: 'I-PER' cannot stand here"),
    "no token": ("conll", "\n\n", "f:1: holds no token"),
    "document without tokens": ("conll", "-DOCSTART- O\n\n-DOCSTART- O\na O\n", "f:1: document 'x-1' has no tokens"),
    "outside a document": ("conll2012", "d 0 0 a (0)\n", r"f:1: 'd 0 0 a \(0\)' stands outside"),
    "document not closed": ("conll2012", "#begin document (d); part 000\nd 0 0 a -\n", "f:1: document 'd' does not end"),
    "document in a document": ("conll2012", "#begin document (d);\n#begin document (e);\n", "f:2: a document begins inside"),
    "bracket not closed": ("conll2012", "#begin document (d);\nd 0 0 a (0\n#end document\n", r"f:2: '\(0' opens a bracket"),
    "bracket not open": ("conll2012", "#begin document (d);\nd 0 0 a 0)\n#end document\n", r"f:2: '0\)' closes a bracket"),
    "no bracket": ("conll2012", "#begin document (d);\nd 0 0 a x\n#end document\n", "f:2: 'x' is no coreference"),
    "too few columns": ("conll2012", "#begin document (d);\na (0)\n#end document\n", "f:2: .* has 2 columns"),
    "not CoNLL-U": ("corefud", "1\ta\n", "f:1: .* has 2 columns, not 10"),
    "numbers": ("corefud", row("2", "a"), "f:1: '2' is not the number"),
    "no header": ("corefud", row("1", "a", "Entity=(e1)"), "f:1: Entity= without its fields"),
    "bad entity": ("corefud", "# global.Entity = eid\n" + row("1", "a", "Entity=e1"), "f:2: 'e1' is no Entity"),
    "header without eid": ("corefud", "# global.Entity = etype\n", "f:1: 'etype' has no field eid"),
    "head outside": ("corefud", "# global.Entity = eid-head\n" + row("1", "a", "Entity=(e1-2)"), "f:2: '2' is no word of e1"),
    "part missing": ("corefud", "# global.Entity = eid\n" + row("1", "a", "Entity=(e1[1/2])"), "f:2: .* lacks its later parts"),
    "not JSON": ("oneie", "{", "f:1: Input data was truncated"),
    "wrong type": ("oneie", '{"doc_id": "d", "tokens": "a"}', "f:1: .*tokens"),
    "neither shape": ("oneie", '{"doc_id": "d", "tokens": ["a"]}', "f:1: has neither graph"),
    "span past the end": ("oneie", json.dumps({**ONEIE, "tokens": ["a", "b"]}), "f:1: 2-3 is no span of the 2 tokens"),
    "bad graph": ("oneie", '{"doc_id": "d", "tokens": ["a"], "graph": {"roles": [[0, 0, "x"]]}}', "f:1: graph: "),
    "empty token": ("oneie", '{"doc_id": "d", "tokens": [" "], "graph": {}}', "f:1: ' ' is no token"),
    "dygie span": ("dygie", json.dumps({**DYGIE, "ner": [[[0, 9, "PER"]], []]}), r"f:1: d: \[0, 9\] is no span"),
    "dygie lists": ("dygie", json.dumps({**DYGIE, "ner": [[]]}), "f:1: d: ner has not one list"),
    "dygie event": ("dygie", json.dumps({**DYGIE, "events": [[[[0, 0, "A"]]], []]}), "f:1: d: events: .* is no event"),
    "dygie clusters": ("dygie", json.dumps({**DYGIE, "clusters": [[[0, 0]], [[0, 0]]]}), "stands in two clusters"),
    "not XML": ("ecb", "<Document>\n<token", "f:2: is no XML"),
    "document type": ("ecb", "<!DOCTYPE a [<!ENTITY b 'c'>]>\n<a>&b;</a>", "f:1: has a document type"),
    "attribute missing": ("ecb", "<Document>\n<token/></Document>", "f:2: <token> has no t_id"),
    "token unknown": ("ecb", ECB.replace('anchor t_id="2"', 'anchor t_id="7"'), "f:9: there is no token '7'"),
    "markable unknown": ("ecb", ECB.replace('source m_id="3"', 'source m_id="7"'), "f:16: there is no markable '7'"),
    "two clusters": ("ecb", ECB.replace('<source m_id="2"/>', '<source m_id="1"/>'), "f:17: source '1' stands in another cluster"),
    "no annotation": ("brat", "hello", "f:1: 'hello' is no annotation"),
    "no span": ("brat", "T1\tA 0 x\tab", "f:1: 'A 0 x' is no type and span"),
    "past the end": ("brat", "T1\tA 0 99\tab", "f:1: 0-99 is empty, overlaps, or is past the end"),
    "another text": ("brat", "T1\tA 0 2\tzz", "f:1: reads 'zz', the text there 'ab'"),
    "unknown id": ("brat", "E1\tA:T1", "f:1: there is no T1"),
    "id twice": ("brat", "T1\tA 0 1\ta\nT1\tA 0 1\ta", "f:2: T1 stands there twice"),
    "bad level": ("brat", "T1\tA 0 1\ta\nA1\tlevel T1 BIG", "f:1: T1: Invalid enum value 'BIG'.*f:2"),
    "bad head": ("brat", "T1\tA 0 1\ta\nA1\thead T1 0:9", "f:2: '0:9' is no span"),
    "two entities": ("brat", "T1\tA 0 1\ta\nT2\tA 1 2\tb\nA1\tentity T1 e1\nA2\tentity T2 e2\n*\tEquiv T1 T2", "f:5: makes e1 and e2 one"),
    "cycle": ("brat", "T1\tA 0 1\ta\nE1\tA:T1 B:E1", "is an argument of itself"),
    "other events": ("polnear", "T1\tA 0 1\ta\nE1\tAttack:T1", "f:2: 'Attack' is no event of PolNeAR"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_malformed_input_is_refused_with_file_line_and_value(case: str) -> None:
    name, body, message = BAD[case]
    with pytest.raises(DataError, match=message):
        parse(name, body, text="ab" if FORMATS[name].texts else None)


@pytest.mark.parametrize("value", ["a b", "100 %", "%41", "e-1|x", "line\nfeed", "ünï-çödé", "\u2028", ""])
def test_escapes_come_back(value: str) -> None:
    assert unescape(escape(value, "-|")) == value
    assert not set(escape(value, "-|")) & set("-| \n")
