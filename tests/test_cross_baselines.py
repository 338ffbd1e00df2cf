"""Baselines across documents, on made-up text and on gold of the corpus."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from conftest import TEXT
from reportedly.baselines.cross import Told, lemma, lemma_pairs, lemmas, predict_story
from reportedly.cli import main
from reportedly.corpus import Article
from reportedly.dataset import gold
from reportedly.records import Document
from reportedly.stories import Group, Member


@pytest.mark.parametrize(
    ("words", "same"),
    [
        (("seized", "seizing", "seize", "seizes"), "seiz"),
        (("carried", "carries", "carry", "carrying"), "carry"),
        (("stopped", "stops", "stopping"), "stop"),
        (("shelled", "shelling", "shells"), "shell"),
        (("pulled out", "Pulling out of"), "pull"),
        (("air strikes", "strike"), "strik"),
        (("crosses", "crossed"), "cross"),
        (("rebel-held",), "held"),
        (("siege", "bus"), None),
    ],
)
def test_lemmas_strip_english_endings(words: tuple[str, ...], same: str | None) -> None:
    assert {lemma(w) for w in words} == ({same} if same else {"sieg", "bus"})


def told(record: Document, doc: str, date: str, outlet: str) -> Told:
    values = {f.name: "" for f in msgspec.structs.fields(Article)}
    article = msgspec.convert(values | {"doc": doc, "date": date, "outlet": outlet, "characters": 0}, Article)
    return Told(msgspec.structs.replace(record, doc=doc), TEXT, article)


def test_the_same_text_twice_is_joined_and_copied(record: Document) -> None:
    later, first = told(record, "a", "2031-05-10", "Post"), told(record, "b", "2031-05-09", "Wire")
    found = json.loads(msgspec.json.encode(predict_story("orlen", [later, first], "first-published")))
    groups = {g["name"]: [(m["doc"], m["id"]) for m in g["members"]] for g in found["entities"]}
    # Shield and the Northern Shield stand there once each, Shield first
    assert groups["shield"] == [("b", "e1"), ("a", "e1")]
    # the event of leave, left and gone goes by leave, the first of three lemmas that stand there once
    assert [(m["doc"], m["id"]) for m in {g["name"]: g for g in found["events"]}["leav"]["members"]] == [
        ("b", "E1"),
        ("a", "E1"),
    ]
    assert {(d["source"]["doc"], d["target"]["doc"]) for d in found["dependence"]} == {("b", "a")}
    assert {d["source"]["id"] for d in found["dependence"] if d["target"]["id"] == "c5"} == {"c5"}
    assert found["derivations"][0] | {"note": ""} == {
        "doc": "a",
        "derived_from": "b",
        "extent": "partially",
        "note": "",
    }
    assert {g["independent_low"] for g in found["claims"]} == {1}
    outlets = predict_story("orlen", [later, first], "every-outlet")
    assert {(g.independent_low, g.independent_high) for g in outlets["claims"]} == {(2, 2)}
    assert outlets["dependence"] == [] and "claim_relations" not in outlets


def test_the_whole_way_on_gold_of_a_split(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stories, documents = tmp_path / "stories.jsonl", tmp_path / "documents.jsonl"
    documents.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in gold("test").values()))
    assert main(["predict-stories", "--split", "test", "--predictions", "gold", "-o", str(stories)]) == 0
    command = ["score", str(documents), "--split", "test", "--stories", str(stories), "--layer", "stories", "--json"]
    assert main([*command, "--resamples", "0"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert 0 < found["metrics"]["cross_event_conll"]["f1"] < 1
    assert "claim_relation_f1" in found["not_attempted"]
    assert main(["predict-stories", "--split", "published", "--predictions", "gold", "-o", str(stories)]) == 2


def test_lemmas_mislead_by_pairs_of_two_documents(record: Document) -> None:
    one, two = told(record, "a", "2031-05-10", "Post"), told(record, "b", "2031-05-09", "Wire")
    words = lemmas(one)
    assert len(set(words.values())) == len(words)  # no two events of the text share a lemma
    first, second, *_ = words
    group = Group(id="H1", name="", members=(Member(doc="a", id=first), Member(doc="b", id=first)))
    crossed = Group(id="H2", name="", members=(Member(doc="a", id=first), Member(doc="b", id=second)))
    assert lemma_pairs([one, two], [group]) == (1, 0, len(words) - 1)
    assert lemma_pairs([one, two], [crossed]) == (0, 1, len(words))
    assert lemma_pairs([one], [group]) == (0, 0, 0)
