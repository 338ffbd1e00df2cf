"""A bounded part of the fuzzer, and the inputs that it found."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fuzz import containers, run, seeds
from fuzz.judge import Report
from reportedly import align, stream
from reportedly.align import overlapping, pack
from reportedly.cli import main
from reportedly.errors import LimitError, RecordError
from reportedly.resample import Sums


def scored(folder: Path, gold: object, system: object) -> int:
    paths = [folder / "gold.jsonl", folder / "system.jsonl"]
    for path, value in zip(paths, (gold, system), strict=True):
        path.write_text(json.dumps(value), "utf-8")
    return main(["score", str(paths[1]), "--gold", str(paths[0]), "--resamples", "0", "--json"])


def test_records_are_scored_or_well_refused() -> None:
    report = Report(None)
    run.records(random.Random(1), report, 600)
    assert not report.failures
    assert report.outcomes["scored"] > 100 and report.outcomes["refused"] > 100


@pytest.mark.parametrize("way", [run.files, run.verbs, run.stories])
def test_files_are_scored_or_well_refused(way: object, tmp_path: Path) -> None:
    report, at = Report(None), random.Random(1)
    for _ in range(40):
        way(at, report, tmp_path)  # type: ignore[operator]
    assert not report.failures
    assert report.outcomes["scored"] and report.outcomes["refused"]


def test_documents_of_costly_shapes_are_scored_or_refused(tmp_path: Path) -> None:
    report = Report(None)
    run.shapes(report, tmp_path, 500, seconds=5)
    assert not report.failures
    assert report.outcomes.total() == len(list(seeds.large(10)))


def test_small_files_that_unpack_to_much_stop_at_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, small in (("MAX_LINE", 2_000_000), ("MAX_LINES", 100_000), ("MAX_RATIO", 20)):
        monkeypatch.setattr(stream, name, small)
    report = Report(None)
    run.bombs(report, tmp_path, megabytes=6)
    assert not report.failures
    assert report.outcomes == {"refused": 10}


@pytest.mark.parametrize("kind", [".jsonl.gz", ".jsonl.zst"])
def test_a_compressed_file_may_unpack_to_a_multiple_of_its_size(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2,000 equal lines of 1,012 bytes shrink more than 50 times; the limit names itself and what to do."""
    path = tmp_path / f"p{kind}"
    path.write_bytes(containers.packed(b'{"doc":"d"%s}\n' % (b" " * 1_000) * 2_000, kind))
    monkeypatch.setattr(stream, "MAX_LINE", 10_000)
    monkeypatch.setattr(stream, "MAX_RATIO", 100_000)
    assert len(list(stream.lines(path))) == 2_000
    monkeypatch.setattr(stream, "MAX_RATIO", 50)
    with pytest.raises(LimitError, match=r"unpacks to more than .* bytes: .* unpack it first"):
        list(stream.lines(path))


def test_the_judge_finds_what_is_wrong() -> None:
    """The fuzzer itself can fail: an exception that is no refusal, and a refusal that does not help."""
    report = Report(None)
    with run.judged(report, "crash", {}):
        raise KeyError("x")
    with run.judged(report, "no remedy", {}):
        raise RecordError("file.jsonl:1: wrong")
    assert report.outcomes == {"failed": 1, "refused": 1} and report.failures.total() == 2


def test_a_message_is_printable_and_of_moderate_length() -> None:
    assert str(RecordError("f:1: a\nb\x1b \ud800: mend")) == r"f:1: a\nb\x1b \ud800: mend"
    long = str(RecordError(f"f:1: {'x' * 10_000}: mend it"))
    assert len(long) < 810 and long.startswith("f:1: x") and long.endswith("x: mend it")
    assert str(RecordError("one", "two")) == "one\ntwo"


def test_overlapping_pairs_are_those_that_share_a_character() -> None:
    """Spans 0-4, 2-9 and 9-12 against 3-5, 0-20 and 4-9; those that touch do not overlap."""
    gold, system = (
        {"doc": np.zeros(3, np.int64), "start": np.array(a), "end": np.array(b)}
        for a, b in (((0, 2, 9), (4, 9, 12)), ((3, 0, 4), (5, 20, 9)))
    )
    found = overlapping(gold, system)
    assert list(zip(*(c.tolist() for c in found), strict=True)) == [
        (0, 0, 1), (0, 1, 4), (1, 0, 2), (1, 1, 7), (1, 2, 5), (2, 1, 3),
    ]  # fmt: skip


def test_more_overlapping_pairs_than_the_limit_are_refused_before_they_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spans = {"doc": np.zeros(3, np.int64), "start": np.zeros(3, np.int64), "end": np.ones(3, np.int64)}
    monkeypatch.setattr(align, "MOST_PAIRS", 9)
    assert len(overlapping(spans, spans).gold) == 9
    monkeypatch.setattr(align, "MOST_PAIRS", 8)
    with pytest.raises(LimitError, match="9 pairs of spans overlap, more than 8"):
        overlapping(spans, spans)


def test_wide_values_are_packed_without_overflow() -> None:
    """Two columns of numbers near 2**62 in 100,000 documents: equal codes exactly where all is equal."""
    doc = np.array([0, 99_999, 99_999])
    wide, other = np.array([-(2**62), 5, 5]), np.array([2**62 - 1, 7, 8])
    g, s, base = pack([(wide, wide[::-1].copy()), (other, other[::-1].copy())], doc, doc[::-1].copy())
    assert len({*g.tolist()}) == 3 and g.tolist() == s[::-1].tolist() and (g // base).tolist() == doc.tolist()


def test_as_many_labels_as_items_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shape = {name: (gold, system) for name, gold, system in seeds.large(2_500)}["as many types as spans"]
    assert scored(tmp_path, *shape) == 1
    assert "2,501 different labels, more than 2,000" in capsys.readouterr().err


def test_sums_that_memory_does_not_hold_are_refused() -> None:
    sums = Sums(100_000, 1)
    with pytest.raises(LimitError, match="fewer resamples"):
        sums.add(["d"], [("m", f"f{n}") for n in range(1_500)], np.zeros((1, 1_500), np.int64))


def test_parquet_with_strings_that_are_not_utf8_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.array([0, 1], pa.int32()).buffers()[1], pa.py_buffer(b"\xff")]
    )
    pq.write_table(pa.table({"doc": ["d"], "story": text}), tmp_path / "p.parquet")
    (tmp_path / "gold.jsonl").write_text('{"doc":"d"}\n')
    assert main(["score", str(tmp_path / "p.parquet"), "--gold", str(tmp_path / "gold.jsonl")]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_row_of_parquet_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MAX_LINE", 50_000)
    pq.write_table(pa.table({"doc": ["d", "e"], "tokens": [[[0, 1]], [[0, 0]] * 5_000]}), tmp_path / "p.parquet")
    (tmp_path / "gold.jsonl").write_text('{"doc":"d"}\n{"doc":"e"}\n')
    assert main(["score", str(tmp_path / "p.parquet"), "--gold", str(tmp_path / "gold.jsonl")]) == 1
    assert "p.parquet: row 2: is longer than 50,000 bytes" in capsys.readouterr().err


def test_files_of_the_fuzzer_are_of_all_kinds(tmp_path: Path) -> None:
    at = random.Random(2)
    made = {containers.write(at, tmp_path / "f", [b'{"doc":"d"}']).name for _ in range(60)}
    assert made == {f"f{kind}" for kind in containers.KINDS}
