"""Adjudication: two damaged copies of a record become that record again, and nothing undecided becomes gold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from annotators import anna, annotated
from conftest import TEXT
from labelling import arc, exported, record
from reportedly import GUIDELINES
from reportedly.adjudicate.files import write
from reportedly.adjudicate.laid import lay_out
from reportedly.adjudicate.run import finish, start
from reportedly.corpus import Corpus, encode, read_record
from reportedly.errors import DataError, ReportedlyError, UsageError
from reportedly.labelstudio.parts import ADJUDICATION, as_pass
from reportedly.labelstudio.tasks import task
from reportedly.own import encode_own, path_of
from reportedly.pairing import renamed
from reportedly.quoting import Writer
from reportedly.records import Document

NAMES = ("anna", "ben")
# What gold says of each open item: the version of anna (1), of ben (2), none (0) or its own (+). The Orlen of the headline is
# m95 of ben, for anna has none.
DECISIONS = {
    "M m95": "2",
    "M m11": "2",
    "M m17": "2",
    "M m18": "1",
    "V v7": "1",
    "A a1": "2",
    "A a4": "1",
    "F v7 AUTHOR": "2",
    "C c6": "1",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return annotated(tmp_path)


def started(corpus: Corpus) -> Path:
    path = corpus.root / "orlen-01.txt"
    start(corpus, ["orlen-01"], NAMES, None, path)
    return path


def decide(path: Path, decisions: dict[str, str]) -> None:
    """Write the decisions in place of the question marks."""
    lines = path.read_text("utf-8").split("\n")
    for n, line in enumerate(lines):
        if line.startswith("? "):
            name = line[2:].partition(": ")[0]
            lines[n] = decisions.get(name, "?") + line[1:]
    path.write_text("\n".join(lines), "utf-8")


def decided(corpus: Corpus) -> Path:
    path = started(corpus)
    decide(path, DECISIONS)
    return path


def finished(corpus: Corpus, path: Path, **options: Any) -> Document:
    finish(corpus, path, None, "gold", GUIDELINES, **options)
    return read_record(corpus.gold_path("orlen-01"))


def refused(corpus: Corpus, path: Path) -> str:
    with pytest.raises(ReportedlyError) as caught:
        finish(corpus, path, None, "gold", GUIDELINES)
    assert not corpus.gold_path("orlen-01").exists()
    return str(caught.value)


def test_the_open_items_are_those_that_were_damaged(corpus: Corpus) -> None:
    heads = [line for line in started(corpus).read_text("utf-8").split("\n") if line.startswith("? ")]
    assert {h[2:].partition(": ")[0] for h in heads} == DECISIONS.keys()
    assert (
        "? M m17: level NAM / NOM (entities/README.md#levels entities/README.md#levelnam entities/README.md#levelnom)"
        in heads
    )
    assert next(h for h in heads if "A a4" in h).startswith("? A a4: only anna 'The army' ++ 'denied' ++")


def test_what_hangs_on_an_open_item_follows_it(corpus: Corpus) -> None:
    lines = started(corpus).read_text("utf-8").split("\n")
    assert [line for line in lines if line.startswith("~>")] == ["~> F | v6 | a4 CT- 6:denied", "~> C | c5 | a4 | v6"]
    assert "M | m1 | 1:Shield fighters | fighters | e2 | NOM" in lines


def test_two_damaged_copies_become_gold_again(corpus: Corpus) -> None:
    made = finished(corpus, decided(corpus))
    assert renamed(record(), as_pass(made)) == record()
    assert [m.id for m in made.mentions or () if m.start == TEXT.index("Orlen")] == ["m95"]


def test_every_item_says_where_it_comes_from(corpus: Corpus) -> None:
    made = finished(corpus, decided(corpus))
    origins = {m.id: m.origin for m in made.mentions or ()}
    assert {k: v for k, v in origins.items() if v != "both"} == {"m95": "ben", "m11": "ben", "m18": "anna"}
    assert {v.id: v.origin for v in made.events or () if v.origin != "both"} == {"v2": "ben", "v7": "anna"}
    assert {a.id: a.origin for a in made.attributions or ()} == {"a1": "both", "a2": "both", "a3": "both", "a4": "anna"}
    assert [(f.event, f.source, f.origin) for f in made.factuality or () if f.origin != "both"] == [
        ("v6", "a4", "anna"),
        ("v7", "AUTHOR", "ben"),
    ]
    assert {c.id: c.origin for c in made.claims or () if c.origin != "both"} == {"c5": "anna", "c6": "anna"}
    assert made.mentions and made.mentions[0].surface == "Shield fighters" and made.verified_by_human is False


def test_a_version_of_ones_own_is_new(corpus: Corpus) -> None:
    path = started(corpus)
    decide(path, DECISIONS | {"M m17": "+"})
    content = path.read_text("utf-8")
    path.write_text(content.replace("~> C |", "M | m17 | 5:resident | = | e6 | NOM\n~> C |"), "utf-8")
    made = {m.id: m for m in finished(corpus, path).mentions or ()}
    assert made["m17"].origin == "new" and made["m17"].surface == "resident"


def test_what_hangs_on_a_dropped_item_goes_with_it(corpus: Corpus) -> None:
    path = started(corpus)
    decide(path, DECISIONS | {"A a4": "0"})
    made = finished(corpus, path)
    assert [c.id for c in made.claims or ()] == ["c1", "c2", "c3", "c4", "c6"]
    assert not [f for f in made.factuality or () if f.source == "a4"]


def test_an_undecided_item_is_refused_by_line_and_item(corpus: Corpus) -> None:
    path = started(corpus)
    decide(path, {k: v for k, v in DECISIONS.items() if k not in ("M m18", "C c6")})
    lines = path.read_text("utf-8").split("\n")
    number = 1 + next(n for n, line in enumerate(lines) if line.startswith("? M m18"))
    said = refused(corpus, path).split("\n")
    assert said[0] == f"{path}:{number}: M m18 is undecided: write 1, 2, 0 or + in place of ?"
    assert len(said) == 2 and "C c6 is undecided" in said[1]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("1 M m18:", "3 M m18:", "M m18: '3' is no decision"),
        ("1 M m18:", "+ M m18:", "M m18: + needs the item on a line of its own"),
        ("1 M m18:", "# M m18:", "M m18 is open and has no line here: put its lines back"),
        ("1 M m18:", "1 M m19:", "M m19 is not open between these passes"),
        ("1 V v7:", "0 V v7:", "v7"),
        ("D | orlen-01", "D orlen-01", "the line D"),
        ("| anna |", "| nobody |", "holds no pass"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(corpus: Corpus, old: str, new: str, message: str) -> None:
    path = decided(corpus)
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), "utf-8")
    assert message in refused(corpus, path)


def test_what_was_dropped_and_is_still_named_is_refused_by_line(corpus: Corpus) -> None:
    path = started(corpus)
    decide(path, DECISIONS | {"M m11": "0"})
    said = refused(corpus, path)
    number = 1 + next(n for n, x in enumerate(path.read_text("utf-8").split("\n")) if x.startswith("V | v2"))
    assert said.startswith(f"{path}:{number}: ") and "m11" in said


def test_other_gold_is_not_replaced_unasked(corpus: Corpus) -> None:
    path = corpus.gold_path("orlen-01")
    path.parent.mkdir(parents=True)
    path.write_bytes(encode(anna(record())))
    before = path.read_bytes()
    file = decided(corpus)
    with pytest.raises(DataError, match="holds other gold: give --replace"):
        finish(corpus, file, None, "gold", GUIDELINES)
    assert path.read_bytes() == before
    (done,) = finish(corpus, file, None, "gold", GUIDELINES, replace=True)
    assert done.status == "replaced" and path.read_bytes() != before
    (again,) = finish(corpus, file, None, "gold", GUIDELINES)
    assert again.status == "unchanged" and again.origins["anna"] == 6


def test_decisions_are_not_written_over(corpus: Corpus) -> None:
    before = decided(corpus).read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        started(corpus)
    assert (corpus.root / "orlen-01.txt").read_bytes() == before


def test_passes_made_on_different_layers_below_are_refused(corpus: Corpus) -> None:
    for name in NAMES:
        path_of(corpus, name).write_bytes(encode_own({"orlen-01": {"attribution": None}}))
    with pytest.raises(DataError, match="differ in entities, which is not the work of both"):
        lay_out(corpus, "orlen-01", NAMES)


def test_a_given_layer_keeps_the_origin_it_has_in_gold(corpus: Corpus) -> None:
    whole = record()
    old = msgspec.structs.replace(
        whole, mentions=tuple(msgspec.structs.replace(m, origin="clare") for m in whole.mentions or ())
    )
    corpus.gold_path("orlen-01").parent.mkdir(parents=True)
    corpus.gold_path("orlen-01").write_bytes(encode(old))
    for name in NAMES:
        corpus.pass_path(name, "orlen-01").write_bytes(encode(whole))
        path_of(corpus, name).write_bytes(encode_own({"orlen-01": {"events": None}}))
    made = finished(corpus, started(corpus), replace=True)
    assert {m.origin for m in made.mentions or ()} == {"clare"} and {v.origin for v in made.events or ()} == {"both"}


def test_two_different_annotators_are_needed(corpus: Corpus) -> None:
    for names in (("anna", "anna"), ("anna", "gold")):
        with pytest.raises(UsageError, match="name two annotators"):
            lay_out(corpus, "orlen-01", names)


def test_layers_that_quotes_cannot_write_are_sent_to_label_studio(corpus: Corpus) -> None:
    for name in NAMES:
        corpus.pass_path(name, "orlen-01").write_bytes(
            encode(msgspec.structs.replace(record(), entities=None, event_links=None))
        )
    with pytest.raises(DataError, match="adjudicate with --label-studio"):
        write(lay_out(corpus, "orlen-01", NAMES), TEXT)


def studio(corpus: Corpus) -> dict[str, Any]:
    path = corpus.root / "tasks.json"
    start(corpus, ["orlen-01"], NAMES, None, path, tasks=True)
    (made,) = json.loads(path.read_bytes())
    return dict(made)


def test_the_task_shows_both_passes_and_what_is_open(corpus: Corpus) -> None:
    data, predictions = (studio(corpus)[k] for k in ("data", "predictions"))
    assert [p["model_version"] for p in predictions] == ["agreed", "anna", "ben"]
    assert data["passes"] == ["anna", "ben"] and data["disagreements"]["M m17"].startswith("level NAM / NOM")
    (rows,) = [r["value"]["text"] for r in predictions[0]["result"] if r.get("from_name") == "undecided"]
    assert len(rows) == len(data["disagreements"]) == 9
    regions = {r["id"] for r in predictions[0]["result"] if r["type"] == "labels"}
    assert {"m95", "m18", "a4", "c6", "v7"} <= regions


def export(corpus: Corpus, *tasks: dict[str, Any]) -> Path:
    path = corpus.root / "export.json"
    path.write_text(json.dumps(tasks), "utf-8")
    return path


def test_label_studio_brings_the_damaged_copies_back_to_gold(corpus: Corpus) -> None:
    results = task(record(), TEXT, ADJUDICATION)["predictions"][0]["result"]
    made = finished(corpus, export(corpus, exported(studio(corpus), results)))
    assert as_pass(made) == record()
    assert {a.id: a.origin for a in made.attributions or ()}["a4"] == "anna"


def test_a_task_with_a_row_left_is_refused(corpus: Corpus) -> None:
    said = refused(corpus, export(corpus, exported(studio(corpus))))
    assert "'M m17: level NAM / NOM' is not decided: decide it, and delete its row" in said


def test_a_task_without_a_submitted_annotation_is_refused(corpus: Corpus) -> None:
    made = studio(corpus) | {"annotations": [], "id": 1}
    assert "orlen-01 has no submitted annotation" in refused(corpus, export(corpus, made))
    skipped = exported(studio(corpus), [arc("a", "b")], was_cancelled=True)
    assert "skipped" in refused(corpus, export(corpus, skipped))


def test_an_item_alone_reads_back_from_its_line() -> None:
    whole = Writer(record(), TEXT)
    assert [whole.line(m) for m in record().mentions or ()] == [x for x in whole.lines() if x.startswith("M ")]
