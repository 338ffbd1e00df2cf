"""What annotators draw, and what servers spoil: put right and reported, or refused by project, task and region."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import TEXT
from labelling import arc, exported, field, layered, orlen, plain, read, record, region, results_of
from reportedly import GUIDELINES
from reportedly.cli import main
from reportedly.corpus import Corpus, read_record
from reportedly.errors import DataError, UsageError
from reportedly.labelstudio.exports import Imported, decode_tasks, read_export
from reportedly.labelstudio.passes import write
from reportedly.records import Attribution, Claim, Document, Event, Mention

Results = list[dict[str, Any]]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return orlen(tmp_path)


def imported(corpus: Corpus, layer: str, results: Results) -> Imported:
    return read(corpus, exported(layered(layer), results))


def only(corpus: Corpus, layer: str, results: Results) -> tuple[Document, str]:
    """Return the record that results make, and what was repaired."""
    found = imported(corpus, layer, results)
    return found.passes[0].record, "\n".join(map(str, found.repairs))


def refused(corpus: Corpus, layer: str, results: Results) -> str:
    with pytest.raises(DataError) as error:
        imported(corpus, layer, results)
    message = str(error.value)
    assert message.startswith("project 3, task 7 (orlen-01), annotation 77 by anna, region ")
    return message


def by_id(items: Any, name: str) -> Any:
    return next(x for x in items or () if x.id == name)


def test_white_space_at_the_ends_is_trimmed(corpus: Corpus) -> None:
    made, said = only(corpus, "entities", [region("x1", "mention", "GPE.City", " Orlen ", origin="manual")])
    start = TEXT.index(" Orlen ")
    assert plain(made.mentions)[0] | {"surface": None} == plain(
        Mention(id="m1", start=start + 1, end=start + 6, head=(start + 1, start + 6), type="GPE.City")
    )
    assert (
        f"region 'x1': [{start}, {start + 7}) had white space at its ends: taken as [{start + 1}, {start + 6})" in said
    )


def test_a_cut_word_is_widened(corpus: Corpus) -> None:
    made, said = only(corpus, "entities", [region("x1", "mention", "GPE.City", "KESS")])
    assert [(m.start, TEXT[m.start : m.end]) for m in made.mentions or ()] == [(TEXT.index("KESSAR"), "KESSAR")]
    assert "cut a word" in said


def test_what_annotators_draw_gets_the_next_ids_and_ours_stay(corpus: Corpus) -> None:
    late, early = region("Zz9", "mention", "WEA", "troops"), region("Aa1", "mention", "WEA", "villages, monitor")
    made, said = only(corpus, "entities", [late, *results_of("entities"), early])
    new = {m.id: TEXT[m.start : m.end] for m in made.mentions or () if m.type == "WEA"}
    assert new == {"m24": "villages, monitor", "m25": "troops"}
    assert {m.id for m in made.mentions or ()} == {f"m{n}" for n in range(1, 26)} and said == ""


def test_a_region_of_two_layers_becomes_two_items(corpus: Corpus) -> None:
    both = [region("x1", "mention", "PER.Group", "troops"), region("x1", "trigger", "Other", "troops")]
    made, _ = only(corpus, "all", both)
    assert [m.id for m in made.mentions or ()] == ["m1"] and [v.id for v in made.events or ()] == ["v1"]
    other = region("x2", "trigger", "Other", "send")
    assert "an end of the arc has two labels" in refused(corpus, "all", [*both, other, arc("x2", "x1", "Theme")])


def test_an_attribute_that_its_label_does_not_have_is_left_out(corpus: Corpus) -> None:
    level = {"id": "x1", "from_name": "level", "to_name": "text", "type": "choices", "value": {"choices": ["NAM"]}}
    made, said = only(corpus, "entities", [region("x1", "mention", "TIME.Date", "Friday"), level])
    assert plain(made.mentions)[0]["level"] is None and "level left out: TIME.Date has none" in said


def test_heads_are_quoted(corpus: Corpus) -> None:
    drawn = region("x1", "mention", "GPE.City", "two villages near Orlen")
    made, _ = only(corpus, "entities", [drawn, field("x1", "head", "villages")])
    assert TEXT[slice(*plain(made.mentions)[0]["head"])] == "villages"
    assert "'towns' does not stand there as whole words" in refused(
        corpus, "entities", [drawn, field("x1", "head", "towns")]
    )


def events_with(change: Callable[[Results], Results]) -> Results:
    return change([r for r in results_of("events") if r["type"] != "relation"])


def arguments(made: Document, name: str) -> list[tuple[str, str]]:
    event: Event = by_id(made.events, name)
    return [(a.role, a.target) for a in event.arguments]


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (arc("m9", "v2", "Force"), "the arc was drawn from PER.Group to Force.Withdraw: turned"),
        (arc("m9", "v2", "Force", direction="left"), "its arrow pointed back: turned"),
        (arc("v2", "m9", "Force", direction="bi"), ""),
    ],
)
def test_arcs_drawn_backwards_are_turned(drawn: dict[str, Any], said: str, corpus: Corpus) -> None:
    made, repairs = only(corpus, "events", events_with(lambda found: [*found, drawn]))
    assert arguments(made, "v2") == [("Force", "m9")] and said in repairs


def test_an_arc_between_events_is_turned_where_the_role_decides(corpus: Corpus) -> None:
    made, said = only(corpus, "events", events_with(lambda found: [*found, arc("v6", "v5", "Act")]))
    assert arguments(made, "v5") == [("Act", "v6")] and "from Conflict.Shelling to Politics.AccuseDeny: turned" in said


def test_a_role_that_the_ends_decide_is_inferred(corpus: Corpus) -> None:
    made, said = only(corpus, "events", events_with(lambda found: [*found, arc("v2", "m14")]))
    assert arguments(made, "v2") == [("Time", "m14")] and "had no role: taken as Time" in said


def test_one_arc_holds_two_roles_of_one_target(corpus: Corpus) -> None:
    made, _ = only(corpus, "events", events_with(lambda found: [*found, arc("v6", "m21", "Target", "Place")]))
    assert arguments(made, "v6") == [("Target", "m21"), ("Place", "m21")]


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (arc("v2", "m11"), "the arc from Force.Withdraw to GPE.City has no role"),
        (arc("v2", "m11", "Attacker"), "Force.Withdraw has no role Attacker: choose one of Force Origin"),
        (arc("v2", "m99", "Force"), "the arc leads to 'm99', which is no region here"),
        (arc("v2", "v2", "Force"), "from a region to itself"),
        (arc("v2", "m9", "Agressor"), "'Agressor' is no label of an arc in this layer"),
        (arc("m9", "m10"), "no arc without a label can join PER.Group and ORG.ArmedGroup"),
        (arc("m9", "m10", "Force"), "no arc Force can join PER.Group and ORG.ArmedGroup"),
        (arc("v5", "v6", "Act", direction="bi"), "the arc Act points both ways"),
        (region("new", "mention", "WEA", "troops"), "a new mention in the layer events"),
        (region("new", "trigger", "Conflict.Flood", "troops"), "'Conflict.Flood': give it one label of trigger"),
        (region("new", "trigger", "Other", "troops") | {"from_name": "verb"}, "the control 'verb' is none of this"),
        (region("new", "trigger", "Other", "troops") | {"type": "choices"}, "trigger holds 'choices'"),
        (field("v2", "polarity", "+"), "polarity holds 'textarea'"),
        ({"type": "labels", "id": "new", "value": {"start": "4"}}, "Expected `int | null`, got `str`"),
        ("region", "Expected `object`, got `str`"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_in_events_is_refused(drawn: Any, said: str, corpus: Corpus) -> None:
    assert said in refused(corpus, "events", events_with(lambda found: [*found, drawn]))


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (3, 9_999, "[3, 9999) is no span of the text"),
        (9, 3, "[9, 3) is no span"),
        (-3, 3, "[-3, 3) is no span"),
        (TEXT.index("\n"), TEXT.index("\n") + 2, "is white space alone"),
        (0, TEXT.index("KESSAR") + 6, "stands outside the annotated regions"),
    ],
)
def test_a_span_that_is_none_is_refused(start: int, end: int, said: str, corpus: Corpus) -> None:
    drawn = region("x1", "mention", "WEA", "troops")
    drawn["value"] |= {"start": start, "end": end}
    assert said in refused(corpus, "entities", [drawn])


def test_two_values_of_a_field_are_refused(corpus: Corpus) -> None:
    drawn = region("x1", "mention", "NUM.Count", "two")
    assert "value has two values: '2', '3'" in refused(corpus, "entities", [drawn, field("x1", "value", "2", "3")])
    assert "two regions of mention have this id" in refused(corpus, "entities", [drawn, drawn])
    assert "head stands on no region of mention" in refused(corpus, "entities", [field("x9", "head", "two")])


def test_regions_of_the_layers_below_stay_as_they_were(corpus: Corpus) -> None:
    def change(found: Results) -> Results:
        moved = next(r for r in found if r["id"] == "m9")
        moved["value"]["end"] -= 3
        return [r for r in found if r["id"] != "m8"]

    made, said = only(corpus, "events", events_with(change))
    assert [m.id for m in made.mentions or ()] == [m.id for m in record().mentions or ()]
    assert (
        "region 'm9': was changed" in said and "1 regions of the layers below events were deleted and stay: m8" in said
    )


DRAWN = [
    region("s", "attribution", "source", "a resident"),
    region("q", "attribution", "cue", "told"),
    region("c1", "attribution", "content", '"They are gone.'),
    region("c2", "attribution", "content", 'Nobody was hurt,"'),
    region("r", "attribution", "recipient", "the Kessar Post"),
]


def spans(made: Document, name: str = "a1") -> dict[str, list[str]]:
    act: Attribution = by_id(made.attributions, name)
    fields = ("source", "cue", "content", "recipient")
    return {f: [TEXT[s:e] for s, e in getattr(act, f)] for f in fields}


WHOLE = {"source": ["a resident"], "cue": ["told"], "content": ['"They are gone.', 'Nobody was hurt,"'], "recipient": ["the Kessar Post"]}  # fmt: skip


@pytest.mark.parametrize(
    "arcs",
    [
        [arc("q", "s"), arc("q", "c1"), arc("q", "c2"), arc("q", "r")],
        [arc("s", "q"), arc("c1", "q"), arc("r", "q", direction="bi"), arc("c1", "c2", "fragment")],
        [arc("q", "c1"), arc("c1", "s"), arc("r", "c2"), arc("c2", "c1", "fragment")],
    ],
)
def test_an_attribution_is_found_however_its_parts_are_joined(arcs: Results, corpus: Corpus) -> None:
    made, _ = only(corpus, "attribution", [*DRAWN, *arcs])
    assert spans(made) == WHOLE and len(made.attributions or ()) == 1


def test_without_a_cue_the_content_is_the_record(corpus: Corpus) -> None:
    without = [r for r in DRAWN if r["id"] != "q"]
    arcs = [arc("c1", "s"), arc("c1", "c2", "fragment"), arc("c1", "r")]
    made, _ = only(corpus, "attribution", [*without, *arcs])
    assert spans(made) == WHOLE | {"cue": []}


def test_two_cues_may_share_a_source(corpus: Corpus) -> None:
    other = [region("q2", "attribution", "cue", "said"), region("c3", "attribution", "content", "Fighters")]
    arcs = [arc("q", "s"), arc("q", "c1"), arc("q", "c2"), arc("q", "r"), arc("q2", "c3"), arc("q2", "s")]
    made, _ = only(corpus, "attribution", [*DRAWN, *other, *arcs])
    found = {TEXT[slice(*a.cue[0])]: a.source for a in made.attributions or ()}
    assert found["told"] == found["said"] != ()


def test_attributes_on_the_content_are_taken_over(corpus: Corpus) -> None:
    stance = {
        "id": "c1",
        "from_name": "author_stance",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": ["neutral"]},
    }
    arcs = [arc("q", "s"), arc("q", "c1"), arc("q", "c2"), arc("q", "r")]
    made, said = only(corpus, "attribution", [*DRAWN, *arcs, stance])
    assert plain(made.attributions)[0]["author_stance"] == "neutral" and "was not on the cue: taken over" in said
    other = stance | {"id": "q", "value": {"choices": ["disputing"]}}
    assert "author_stance is 'disputing' and 'neutral' on its parts" in refused(
        corpus, "attribution", [*DRAWN, *arcs, stance, other]
    )


JOINED = [*DRAWN, arc("q", "s"), arc("q", "c1"), arc("q", "c2"), arc("q", "r")]


@pytest.mark.parametrize(
    ("results", "said"),
    [
        (DRAWN, "region 's': this source belongs to no attribution"),
        ([*JOINED, region("q2", "attribution", "cue", "said"), arc("q", "q2")], "an arc between two cues is parent or fragment"),
        ([*JOINED, arc("c1", "s", "fragment")], "a content and a source are no fragments of one"),
        ([*JOINED, arc("q", "c1", "parent")], "does not lead from one record to another"),
        ([*JOINED, region("q2", "attribution", "cue", "said"), region("s2", "attribution", "source", "The army"), arc("q2", "s2"), arc("s2", "c1")], "the arc joins two records"),
        ([*JOINED, field("q", "chain", "e6 to OUTLET")], "a chain reads e4 > e7~implicit > OUTLET"),
        ([*JOINED, field("q", "chain", "e99 > OUTLET")], "there is no e99 in the document"),
        ([*JOINED, field("q", "source_entity", "a resident")], "name an entity by its id"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_in_attribution_is_refused(results: Results, said: str, corpus: Corpus) -> None:
    assert said in refused(corpus, "attribution", results)


def test_a_parent_drawn_from_the_outer_record_is_turned(corpus: Corpus) -> None:
    inner = [region("q2", "attribution", "cue", "gone"), region("c3", "attribution", "content", "They")]
    arcs = [arc("q2", "c3"), arc("q", "q2", "parent")]
    made, said = only(corpus, "attribution", [*DRAWN[:1], DRAWN[1], DRAWN[2], *JOINED[5:7], *inner, *arcs])
    told = next(a for a in made.attributions or () if TEXT[slice(*a.cue[0])] == "told")
    gone = next(a for a in made.attributions or () if TEXT[slice(*a.cue[0])] == "gone")
    assert (gone.parent, told.parent) == (told.id, None) and "from the outer to the inner record: turned" in said


def coreference_with(*more: dict[str, Any], entities: list[str] | None = None) -> Results:
    found = [r for r in results_of("coreference") if r.get("from_name") not in ("entity", "entities")]
    rows = [field("entities", "entities", *entities)] if entities else []
    return [*found, *more, *rows]


def test_new_entities_are_made_from_the_names_that_annotators_type(corpus: Corpus) -> None:
    named = [
        field("m2", "entity", "Northern Shield"),
        field("m10", "entity", "Northern Shield"),
        field("m7", "entity", "e4"),
    ]
    made, said = only(corpus, "coreference", coreference_with(*named, entities=["e3 | GPE.City | Orlen"]))
    assert plain(made.entities) == [
        {"id": "e3", "type": "GPE.City", "name": "Orlen"},
        {"id": "e5", "type": "ORG.ArmedGroup", "name": "Northern Shield"},
        {"id": "e4", "type": "GPE.City", "name": "KESSAR"},
    ]
    assert [by_id(made.mentions, m).entity for m in ("m2", "m10", "m7")] == ["e5", "e5", "e4"]
    assert "entity 'Northern Shield' was new" in said


def test_an_entity_may_be_given_by_its_name_unless_two_have_it(corpus: Corpus) -> None:
    rows = ["e3 | GPE.City | Orlen", "e8 | ORG.Monitor | Orlen"]
    made, said = only(corpus, "coreference", coreference_with(field("m5", "entity", "Orlen"), entities=rows[:1]))
    assert by_id(made.mentions, "m5").entity == "e3" and said == ""
    assert "entity 'Orlen': e3, e8 have this name" in refused(
        corpus, "coreference", coreference_with(field("m5", "entity", "Orlen"), entities=rows)
    )
    assert "give each entity one row" in refused(
        corpus, "coreference", coreference_with(entities=["e3 | CITY | Orlen"])
    )
    assert "a row reads id | type | name" in refused(corpus, "coreference", coreference_with(entities=["Orlen"]))


def test_a_link_gives_its_events_an_id(corpus: Corpus) -> None:
    found = [r for r in results_of("coreference") if r["type"] != "relation" and r.get("from_name") != "event"]
    made, said = only(corpus, "coreference", [*found, arc("v3", "v1", "near-identity")])
    assert plain(made.event_links) == [{"from": "E1", "to": "E2", "relation": "near-identity"}]
    assert (by_id(made.events, "v3").event, by_id(made.events, "v1").event) == ("E1", "E2")
    assert "had a link and no event: made E1" in said


def factuality_of(*rows: str) -> Results:
    return [r for r in results_of("factuality") if r["type"] == "labels"] + [field("v7", "factuality", *rows)]


def test_evidence_is_a_quote_of_the_sentence_a_cue_or_offsets(corpus: Corpus) -> None:
    at = TEXT.index("troops")
    made, _ = only(corpus, "factuality", factuality_of(f"AUTHOR PS+ may ++ @a4 ++ 3:Friday ++ [{at}-{at + 6}]"))
    words = [TEXT[slice(*s)] for s in plain(made.factuality)[0]["evidence"]]
    assert words == ["may", "denied", "Friday", "troops"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("AUTHOR ?", "AUTHOR has no tag yet"),
        ("AUTHOR maybe", "a row reads source, tag, evidence"),
        ("AUTHOR", "a row reads source, tag, evidence"),
        ("a9 CT+", "there is no attribution 'a9'"),
        ("AUTHOR Uu @a9", "there is no attribution a9"),
        ("AUTHOR Uu nowhere", "'nowhere' does not stand there"),
        ("AUTHOR Uu [4-99999]", "is no span of the text"),
    ],
)
def test_a_row_that_is_none_is_refused_by_region(row: str, said: str, corpus: Corpus) -> None:
    message = refused(corpus, "factuality", factuality_of(row))
    assert said in message and "region 'v7'" in message
    assert "AUTHOR has two values" in refused(corpus, "factuality", factuality_of("AUTHOR CT+", "AUTHOR Uu"))


def claims_with(*more: dict[str, Any]) -> Results:
    return [r for r in results_of("claims") if r["type"] == "labels" and r["from_name"] != "claim"] + [*more]


def test_claims_find_their_head_and_their_source(corpus: Corpus) -> None:
    drawn = [region("x", "claim", "claim", "shelled"), region("y", "claim", "claim", "send")]
    made, said = only(corpus, "claims", claims_with(*drawn, arc("a4", "x")))
    assert made.claims == (Claim(id="c1", source="a4", head="v6"), Claim(id="c2", source="AUTHOR", head="v7"))
    assert "from cue to claim: turned" in said
    piece, _ = only(corpus, "claims", claims_with(drawn[0], arc("x", "a4-content-1")))
    assert piece.claims == (Claim(id="c1", source="a4", head="v6"),)
    pointed, _ = only(corpus, "claims", claims_with(region("x", "claim", "claim", "denied"), arc("x", "v6")))
    assert pointed.claims == (Claim(id="c1", source="AUTHOR", head="v6"),)


def test_a_claim_without_a_head_or_with_two_sources_is_refused(corpus: Corpus) -> None:
    assert "the claim has no head" in refused(corpus, "claims", claims_with(region("x", "claim", "claim", "that it")))
    two = claims_with(region("x", "claim", "claim", "shelled"), arc("x", "a4"), arc("x", "a2"))
    assert "the claim has two sources, a4 and a2" in refused(corpus, "claims", two)


def test_the_same_thing_said_twice_is_refused(corpus: Corpus) -> None:
    twice = [region("x", "mention", "WEA", "troops"), region("y", "mention", "WEA", "troops")]
    assert "stands there 2 times" in refused(corpus, "entities", twice)


SPOILED: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "another project": (lambda t: t["data"].pop("config_digest"), "was not made by `reportedly labelstudio export`"),
    "another configuration": (lambda t: t["data"].update(config_digest="0" * 64), "made with another configuration of entities"),
    "another layer": (lambda t: t["data"].update(layer="<b>"), "layer '<b>': is no layer"),
    "another corpus": (lambda t: t["data"].update(doc="../../etc"), "'../../etc': is no document of the corpus"),
    "text edited": (lambda t: t["data"].update(text=TEXT.replace("two", "ten")), "its offsets cannot be trusted"),
    "hash edited": (lambda t: t["data"].update(text_sha256="0" * 64), "its offsets cannot be trusted"),
    "line ends changed": (lambda t: t["data"].update(text=TEXT.replace("\n", "\r\n")), "its offsets cannot be trusted"),
    "no user": (lambda t: t["annotations"][0].update(completed_by=None), "annotation 77: has no user"),
    "user without a name": (lambda t: t["annotations"][0].update(completed_by={"first_name": "A"}), "has no user"),
    "hostile user": (lambda t: t["annotations"][0]["completed_by"].update(email="../<script>\x1b[2J@x.org"), r"user '../<script>\x1b[2J@x.org': cannot name a pass"),
    "user named gold": (lambda t: t["annotations"][0]["completed_by"].update(email="gold@x.org"), "cannot name a pass"),
    "no result": (lambda t: t["annotations"][0].update(result=None), "has no result"),
    "twice by one user": (lambda t: t["annotations"].append(t["annotations"][0] | {"id": 99}), "annotation 99 by anna: a second one beside project 3, task 7 (orlen-01), annotation 77"),
    "one name of two users": (lambda t: t["annotations"].append(t["annotations"][0] | {"completed_by": {"email": "anna@other.org"}}), "would both be anna"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_export_is_refused_by_project_and_task(name: str, corpus: Corpus) -> None:
    spoil, said = SPOILED[name]
    made = exported(layered("entities"))
    spoil(made)
    with pytest.raises(DataError) as error:
        read(corpus, made)
    assert said in str(error.value) and str(error.value).startswith("project 3, task 7")


def test_skipped_tasks_and_drafts_stay_out_and_are_named(corpus: Corpus) -> None:
    made = exported(layered("entities"), was_cancelled=True)
    made["drafts"] = [{"id": 5, "user": "bert@example.org", "result": []}]
    found = read(corpus, made)
    assert found.passes == ()
    assert found.left_out == (
        "project 3, task 7 (orlen-01): a draft of 'bert@example.org': it was not submitted",
        "project 3, task 7 (orlen-01), annotation 77 by anna: skipped",
    )


def test_users_are_named_by_number_by_e_mail_or_as_told(corpus: Corpus) -> None:
    made = layered("entities")
    assert read(corpus, exported(made, user=4)).passes[0].annotator == "user-4"
    assert read(corpus, exported(made, user="Anna.B@x.org")).passes[0].annotator == "anna.b"
    assert read(corpus, exported(made, user=4), names={"4": "dora"}).passes[0].annotator == "dora"
    changed = read(corpus, exported(made, updated_by=9))
    assert "was last changed by another user, number 9" in str(changed.repairs[0])


def test_notes_are_shown_without_control_characters(corpus: Corpus) -> None:
    drawn = region("x1", "mention", "WEA", "troops", meta={"text": ["<script>\x1b[2J"]})
    assert r"its note is not part of the record: '<script>\x1b[2J'" in only(corpus, "entities", [drawn])[1]


def test_an_export_that_is_cut_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    whole = json.dumps([exported(layered("entities"))]).encode()
    with pytest.raises(DataError, match=r"x\.json: .*cut off"):
        decode_tasks(whole[:-20], "x.json")
    with pytest.raises(DataError, match="JSON_MIN and CSV"):
        decode_tasks(b'[{"id": 1, "text": "x", "mention": []}]', "x.json")
    with pytest.raises(DataError, match="cut off"):
        decode_tasks(b"\xff\xfe", "x.json")
    with pytest.raises(UsageError, match="no such file"):
        read_export(tmp_path / "none.json")


def test_a_pass_is_never_changed_once_it_is_there(corpus: Corpus) -> None:
    first = imported(corpus, "entities", results_of("entities"))
    (placed,) = write(corpus, first.passes)
    before = placed.path.read_bytes()
    other = imported(corpus, "entities", results_of("entities")[:-3])
    with pytest.raises(DataError, match="has other entities, and a pass is never changed"):
        write(corpus, other.passes)
    assert placed.path.read_bytes() == before


def test_nothing_is_written_where_one_pass_is_refused(corpus: Corpus) -> None:
    anna = imported(corpus, "entities", results_of("entities"))
    write(corpus, anna.passes)
    bert = read(corpus, exported(layered("entities"), user="bert@example.org"))
    changed = imported(corpus, "entities", [])
    with pytest.raises(DataError, match="anna"):
        write(corpus, (*bert.passes, *changed.passes))
    assert not corpus.pass_path("bert", "orlen-01").exists()
    assert [p.status for p in write(corpus, bert.passes, dry=True)] == ["new"]
    assert not corpus.pass_path("bert", "orlen-01").exists()


def test_the_commands_export_and_import(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("reportedly.cli._corpus", lambda: corpus)
    tasks, back = tmp_path / "tasks.json", tmp_path / "back.json"
    assert main(["labelstudio", "export", "--layer", "entities", "--from", "layout", "-o", str(tasks)]) == 0
    (made,) = json.loads(tasks.read_text("utf-8"))
    assert made["data"]["title"] == "orlen-01 · The Post · 2031-05-09" and made["predictions"] == []
    back.write_text(json.dumps([exported(made, [region("x", "mention", "PER.Group", " troops")])]), "utf-8")
    capsys.readouterr()
    assert main(["labelstudio", "import", str(back), "--annotator", "anna@example.org=one", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(p["annotator"], p["status"]) for p in found["passes"]] == [("one", "new")]
    assert found["repairs"][0]["region"] == "x"
    assert read_record(corpus.pass_path("one", "orlen-01")).guidelines == GUIDELINES
    assert main(["labelstudio", "import", str(back), "--annotator", "one"]) == 2
    assert main(["labelstudio", "export", "--layer", "events", "--from", "nobody", "-o", str(tasks)]) == 2
    assert main(["labelstudio", "export", "--layer", "events", "--from", "layout", "-o", str(tasks)]) == 1
