"""The command as people run it: exit status, messages, no tracebacks, nothing half-written."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from reportedly.cli import main
from reportedly.corpus import write_atomically
from reportedly.dataset import gold
from reportedly.records import Document

HEAVY = ("datasets", "pandas", "label_studio_sdk", "sklearn", "spacy", "scipy", "pyarrow", "trafilatura")


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = f"import sys, reportedly, reportedly.cli; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def write(path: Path, *records: Document) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in records))
    return path


def test_gold_against_itself_scores_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "p.jsonl", *gold("test").values())
    assert main(["score", str(path), "--split", "test", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {m["f1"] for n, m in found["metrics"].items() if m["counts"].get("gold") != 0} == {1.0}
    assert found["missing"] == [] and found["signature"].startswith("reportedly:")


def test_missing_documents_are_named_and_count_as_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, *rest = gold("test").values()
    assert main(["score", str(write(tmp_path / "p.jsonl", first))]) == 0
    assert rest[0].doc in capsys.readouterr().out


BAD = {
    "cut off": (b'{"doc": "headquarters-01", "mentions": [{"id": "m1", "st', "p.jsonl:1:"),
    "unknown field": (b'{"doc": "headquarters-01", "mention": []}', "unknown field `mention`"),
    "wrong type": (b'{"doc": "headquarters-01", "mentions": [{"id": "m1", "start": "1", "end": 2, "type": "WEA"}]}', "mentions[0].start"),
    "negative": (b'{"doc": "headquarters-01", "mentions": [{"id": "m1", "start": -1, "end": 2, "type": "WEA"}]}', "mentions[0].start"),
    "past the end": (b'{"doc": "headquarters-01", "mentions": [{"id": "m1", "start": 1, "end": 99999, "type": "WEA"}]}', "past the end of headquarters-01"),
    "backwards": (b'{"doc": "headquarters-01", "mentions": [{"id": "m1", "start": 9, "end": 2, "type": "WEA"}]}', "is not before end"),
    "unknown document": (b'{"doc": "nowhere-01"}', "is no document of gold"),
    "twice": (b'{"doc": "headquarters-01"}\n{"doc": "headquarters-01"}', "p.jsonl:2: doc:"),
    "ids twice": (b'{"doc": "headquarters-01", "mentions": [{"id": "m1", "start": 1, "end": 2, "type": "WEA"}, {"id": "m1", "start": 3, "end": 4, "type": "WEA"}]}', "used 2 times"),
    "dangling": (b'{"doc": "headquarters-01", "events": [{"id": "v1", "start": 1, "end": 2, "type": "Other", "arguments": [{"role": "Agent", "target": "m9"}]}]}', "there is no m9"),
    "cycle": (b'{"doc": "headquarters-01", "attributions": [{"id": "a1", "parent": "a2"}, {"id": "a2", "parent": "a1"}]}', "form a cycle"),
    "invalid UTF-8": (b'{"doc": "headquarters-01\xff"}', "p.jsonl:1:"),
    "byte-order mark": (b'\xef\xbb\xbf{"doc": "headquarters-01"}', "byte-order mark"),
    "not JSON": (b"hello", "p.jsonl:1:"),
    "another text": (b'{"doc": "headquarters-01", "text_sha256": "00"}', "text_sha256"),
    "deep": (b"[" * 100_000, "p.jsonl:1:"),
    "Latin-1": (b'{"doc": "headquarters-01", "guidelines": "caf\xe9"}', "byte 45 (0xe9) is not UTF-8"),
    "unknown type": (b'{"doc": "headquarters-01", "mentions": [{"id": "m1", "start": 1, "end": 2, "type": "WEA.Wand"}]}', "mentions[m1].type: 'WEA.Wand'"),
    "unknown role": (b'{"doc": "headquarters-01", "events": [{"id": "v1", "start": 1, "end": 2, "type": "Other", "arguments": [{"role": "Wizard", "target": "v2"}]}, {"id": "v2", "start": 3, "end": 4, "type": "Other"}]}', "'Wizard'"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_predictions_are_refused_by_file_line_and_field(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, message = BAD[name]
    (tmp_path / "p.jsonl").write_bytes(data)
    assert main(["score", str(tmp_path / "p.jsonl")]) == 1
    captured = capsys.readouterr()
    assert message in captured.err and captured.out == ""


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["score", "nowhere.jsonl"], 2, "no such file"),
        (["score", "."], 2, "is a folder"),
        (["view", "nowhere-01", "-o", "x.html"], 2, "no such document"),
        (["view", "-o", "x.html"], 2, "name a document"),
        (["view", "published-000", "-o", "x.html"], 2, "hydrate"),
        (["predict", "--split", "published", "-o", "p.jsonl"], 2, "hydrate"),
        (["hydrate", "nowhere", "-o", "out"], 2, "is no folder"),
        (["quote", "nowhere.quotes", "--doc", "azaz-01"], 1, "cannot be read"),
        (["layout", "azaz-01", "title=1"], 2, "write a part as"),
        (["layout", "azaz-01", "body=900"], 2, "the text has lines"),
        (["agreement", "nobody", "hunter"], 2, "holds no pass"),
        (["check", "nowhere.json"], 1, "cannot be read"),
        (["agreement", "--doc", "azaz-01", "--doc", "nowhere-01"], 2, "over nowhere-01"),
        (["agreement", "hunter"], 2, "name two annotators"),
        (["agreement", "--text", "x.txt"], 2, "is one text"),
        (["agreement", "--hydrated", "nowhere"], 2, "is no folder"),
        (["adjudicate", "start", "azaz-01", "--passes", "forward", "nobody", "-o", "x"], 2, "holds no pass"),
        (["adjudicate", "start", "azaz-01", "azaz-02", "--passes", "forward", "hunter", "-o", "x"], 2, "name one"),
        (["adjudicate", "finish", "nowhere.txt", "-o", "x"], 1, "cannot be read"),
        (["adjudicate", "finish", __file__, "-o", "x"], 1, "the line D"),
        (["adjudicate", "finish", "nowhere.json", "-o", "x"], 2, "no such file"),
        (["sentences", "nowhere-01"], 2, "has no layout"),
        (["sentences", "azaz-01", "--text", __file__], 1, "is not the text of azaz-01"),
        (["runs", "azaz-01", "--text", __file__], 1, "is not the text of azaz-01"),
        (["quote", __file__, "--doc", "azaz-01", "--text", __file__], 1, "is not the text of azaz-01"),
        (["view", "n" * 300, "-o", "x.html"], 1, "too long"),
        (["view", "azaz-01", "-o", "."], 1, "is a folder"),
    ],
)
def test_wrong_use_is_answered_by_a_message(
    arguments: list[str],
    status: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == status
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_demo_runs_to_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "-o", str(tmp_path / "demo")]) == 0
    assert {p.name for p in (tmp_path / "demo").iterdir()} == {
        "predictions.jsonl",
        "scores.html",
        "gold.html",
        "predictions.html",
    }
    assert "Next:" in capsys.readouterr().out


def test_statistics_are_whole_numbers_that_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    for name, total in found["total"].items():
        assert isinstance(total, int)
        assert (
            total == sum(d[name] for d in found["documents"].values()) == sum(s[name] for s in found["splits"].values())
        )


def test_every_prediction_of_the_rules_is_a_valid_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for split in ("train", "validation", "test"):
        path = tmp_path / f"{split}.jsonl"
        assert main(["predict", "--split", split, "-o", str(path)]) == 0
        assert main(["score", str(path), "--split", split, "--json"]) == 0
        capsys.readouterr()


def test_shifted_predictions_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One code point to the right, hardly any mention begins and ends at tokens."""
    record = next(iter(gold("test").values()))
    moved = tuple(msgspec.structs.replace(m, start=m.start + 1, end=m.end + 1) for m in record.mentions or ())
    path = write(tmp_path / "p.jsonl", Document(doc=record.doc, mentions=moved))
    assert main(["score", str(path)]) == 1
    assert "are the offsets shifted?" in capsys.readouterr().err


def test_predictions_can_be_looked_at(tmp_path: Path) -> None:
    """A file of predictions, which have no regions of their own, becomes a page with the text of the corpus."""
    record = Document(doc="azaz-01", mentions=())
    assert main(["view", str(write(tmp_path / "p.jsonl", record)), "-o", str(tmp_path / "p.html")]) == 0
    assert 'class="r headline"' in (tmp_path / "p.html").read_text("utf-8")


def test_broken_records_are_neither_shown_nor_unquoted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = gold("train")["azaz-01"]
    broken = msgspec.structs.replace(record, entities=())
    (tmp_path / "r.json").write_bytes(msgspec.json.encode(broken))
    for command in (
        ["view", str(tmp_path / "r.json"), "-o", str(tmp_path / "x.html")],
        ["unquote", str(tmp_path / "r.json")],
    ):
        assert main(command) == 1
        assert "there is no e" in capsys.readouterr().err
    assert not (tmp_path / "x.html").exists()


def test_a_link_is_followed_and_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_atomically(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "target").read_bytes() == b"x"
    write_atomically(Path("/dev/null"), b"x")
    assert not Path("/dev/null").is_file()


def test_adjudication_runs_from_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, gold = tmp_path / "a.txt", tmp_path / "gold.json"
    start = ["adjudicate", "start", "azaz-03", "--passes", "forward", "hunter"]
    assert main([*start, "-o", str(file), "--json"]) == 0
    (started,) = json.loads(capsys.readouterr().out)
    finish = ["adjudicate", "finish", str(file), "-o", str(gold), "--json"]
    assert main(finish) == 1 and not gold.exists()
    assert capsys.readouterr().err.count("is undecided") == started["open"]
    file.write_text(re.sub("(?m)^[?] ", "2 ", file.read_text("utf-8")), "utf-8")
    assert main(finish) == 0
    (finished,) = json.loads(capsys.readouterr().out)
    assert finished["status"] == "new" and finished["origins"].keys() == {"both", "hunter"}


def test_agreement_writes_a_page_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    assert main(["agreement", "--doc", "azaz-01", "--resamples", "0", "--html", str(page), "--json"]) == 0
    (pair,) = json.loads(capsys.readouterr().out)["pairs"]
    assert pair["annotators"] == ["forward", "hunter"] and pair["layers"]["entities"]["unit"] == "document"
    assert page.read_text("utf-8").count("<li id=") == len(pair["differences"])
