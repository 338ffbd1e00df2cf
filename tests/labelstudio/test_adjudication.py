"""Adjudication by a project of a server: both passes there, what was decided back, and a message for what does not fit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

pytest.importorskip("label_studio_sdk", reason="needs .label-studio/venv: scripts/test makes it and runs these tests")

from fake import TOKEN, Fake, serve

from annotators import annotated
from conftest import TEXT
from labelling import record
from reportedly import cli
from reportedly.corpus import Corpus, encode, read_record
from reportedly.labelstudio.parts import ADJUDICATION, as_pass
from reportedly.labelstudio.tasks import task

START = ("start", "orlen-01", "--passes", "anna", "ben", "--push")
FINISH = ("finish", "--pull", "-o", "gold")


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serve(Fake()) as running:
        yield running


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    made = annotated(tmp_path)
    monkeypatch.setattr(cli, "_corpus", lambda: made)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", TOKEN)
    return made


@pytest.fixture
def run(fake: Fake, corpus: Corpus, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that runs `reportedly adjudicate`, and gives its status, its JSON and what it said."""

    def run(*arguments: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        status = cli.main(["adjudicate", *arguments, "--url", fake.address, "--json"])
        captured = capsys.readouterr()
        return status, json.loads(captured.out or "null"), captured.err

    return run


def submit(fake: Fake, results: list[dict[str, Any]], doc: str = "orlen-01") -> None:
    """Let somebody submit a decision."""
    (found,) = (t for t in fake.tasks.values() if t["data"]["doc"] == doc)
    found["annotations"] = [
        {"id": 1, "completed_by": {"id": 3, "email": "clare@example.org"}, "result": results, "was_cancelled": False}
    ]


def decided() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = task(record(), TEXT, ADJUDICATION)["predictions"][0]["result"]
    return found


def test_start_pushes_each_document_once_to_one_adjudicator(fake: Fake, run: Any) -> None:
    status, made, said = run(*START)
    (project,) = fake.projects.values()
    assert (status, made["created"], made["kept"]) == (0, ["orlen-01"], [])
    assert (project["title"], project["maximum_annotations"]) == ("Reportedly: adjudication", 1)
    assert project["model_version"] == "agreed", (
        "what both say is what one starts from, whatever the names of the passes"
    )
    assert made["documents"][0]["open"] == 9 and "9 to decide" in said and made["stream"] in said
    before = dict(fake.tasks)
    status, made, _ = run(*START)
    assert (status, made["created"], made["kept"]) == (0, [], ["orlen-01"]) and fake.tasks == before


def test_finish_makes_gold_of_what_was_decided_there(fake: Fake, corpus: Corpus, run: Any) -> None:
    run(*START)
    submit(fake, decided())
    status, (made,), _ = run(*FINISH)
    gold = read_record(corpus.gold_path("orlen-01"))
    assert (status, made["status"]) == (0, "new") and as_pass(gold) == record()
    # m95 and m11 stand as ben has them, m18 and v7 as anna has them; only anna has a4
    origins = {m.id: m.origin for m in gold.mentions or ()}
    assert {origins["m1"], origins["m11"], origins["m18"]} == {"both", "ben", "anna"}
    assert {a.id: a.origin for a in gold.attributions or ()}["a4"] == "anna"
    assert run(*FINISH)[1][0]["status"] == "unchanged"


def test_nothing_undecided_becomes_gold(fake: Fake, corpus: Corpus, run: Any) -> None:
    run(*START)
    (there,) = fake.tasks.values()
    said = [run(*FINISH)[2]]
    for prediction in there["predictions"]:
        submit(fake, prediction["result"])
        said.append(run(*FINISH)[2])
    assert "/projects/1: orlen-01 has no submitted annotation: submit it" in said[0]
    assert len(said) == 4, "whoever starts from one of the passes alone has the same rows to decide"
    for one in said[1:]:
        assert one.count("is not decided") == 9
        assert "'M m17: level NAM / NOM' is not decided: decide it, and delete its row" in one
    there["annotations"], there["drafts"] = [], [{"user": "clare@example.org"}]
    assert "a draft of 'clare@example.org': it was not submitted" in run(*FINISH)[2]
    assert not corpus.gold_path("orlen-01").exists()


def test_passes_that_changed_since_start_are_refused(fake: Fake, corpus: Corpus, run: Any) -> None:
    run(*START)
    submit(fake, decided())
    (number,) = fake.tasks
    path = corpus.pass_path("ben", "orlen-01")
    old = read_record(path)
    path.write_bytes(encode(msgspec.structs.replace(old, claims=(old.claims or ())[1:])))
    status, _, said = run(*FINISH)
    assert status == 1 and "/projects/1: orlen-01: a pass has changed since this was started: start it anew" in said
    status, _, said = run(*START)
    assert status == 1 and f"/projects/1/data?task={number}: orlen-01: it was started from other passes" in said
    assert not corpus.gold_path("orlen-01").exists()
    del fake.tasks[number]
    assert run(*START)[1]["created"] == ["orlen-01"]


def test_tasks_of_another_project_are_refused(fake: Fake, corpus: Corpus, run: Any) -> None:
    """One of entities, and one of the right layer that holds no passes."""
    for layer, start_says, finish_says in (
        ("entities", "was made with another configuration", "was made with another configuration"),
        (
            ADJUDICATION,
            "it was started from other passes, or from none",
            "was not made by `reportedly adjudicate start`",
        ),
    ):
        run(*START)
        submit(fake, decided())
        (held,) = fake.tasks.values()
        held["data"] = task(record(), TEXT, layer)["data"]
        for step, message in ((START, start_says), (FINISH, finish_says)):
            status, _, said = run(*step)
            assert status == 1 and message in said
        fake.tasks.clear()
    assert not corpus.gold_path("orlen-01").exists()


def test_documents_that_are_not_there_are_named(fake: Fake, run: Any) -> None:
    status, _, said = run(*FINISH)
    assert status == 2 and "no project is named 'Reportedly: adjudication'" in said
    run(*START)
    submit(fake, decided())
    status, _, said = run(*FINISH, "--doc", "orlen-02")
    assert status == 1 and "/projects/1: orlen-02: there is no task of it" in said
    fake.tasks.clear()
    status, _, said = run(*FINISH)
    assert status == 1 and "1 of 1 documents have no task" in said


def test_documents_are_chosen_on_a_server_alone(run: Any) -> None:
    status, _, said = run("finish", "export.json", "--doc", "orlen-01", "-o", "gold")
    assert status == 2 and "leave it out, or give --pull" in said
