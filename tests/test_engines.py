"""All engines give the same bytes, whatever the parts and whoever dies on the way."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from functools import partial
from pathlib import Path

import msgspec
import pytest

from reportedly import engines, stream
from reportedly.engines import Engine, run
from reportedly.errors import RecordError, UsageError
from reportedly.records import Document
from reportedly.scoring import score_file
from reportedly.signature import Settings

replace = msgspec.structs.replace
SETTINGS = Settings("own", resamples=50)


def write(path: Path, records: list[Document]) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in records))
    return path


@pytest.fixture
def files(record: Document, tmp_path: Path) -> tuple[Path, Path]:
    names = [f"d{n:02}" for n in range(30)]
    gold = [replace(record, doc=d, story=f"s{n // 4}") for n, d in enumerate(names)]
    rng = random.Random(5)
    bare = replace(record, events=(), event_links=(), factuality=(), claims=())
    system = [replace(bare, doc=d, mentions=tuple(rng.sample(record.mentions or (), 15))) for d in names[:-3]]
    return write(tmp_path / "gold.jsonl", gold), write(tmp_path / "system.jsonl", system)


def outcome(gold: Path, system: Path, engine: Engine = "serial") -> bytes:
    return json.dumps(score_file(system, gold, SETTINGS, engine=engine).to_json()).encode()


@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_engines_give_the_same_bytes(files: tuple[Path, Path], engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = outcome(*files)
    monkeypatch.setattr(stream, "CHUNK", 4)
    assert outcome(*files, engine) == whole


def test_parts_and_order_of_documents_do_not_matter(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = outcome(*files)
    shuffled = []
    for n, path in enumerate(files):
        lines = path.read_bytes().splitlines(keepends=True)
        random.Random(n).shuffle(lines)
        shuffled.append(tmp_path / f"{path.stem}-shuffled.jsonl")
        shuffled[-1].write_bytes(b"".join(lines))
    for chunk, bucket in ((512, 64_000_000), (3, 64_000_000), (7, 20_000)):
        monkeypatch.setattr(stream, "CHUNK", chunk)
        monkeypatch.setattr(stream, "BUCKET_BYTES", bucket)
        for pair in (files, tuple(shuffled)):
            assert json.loads(outcome(*pair)) == json.loads(whole)


@pytest.mark.parametrize("sort", [True, False])
@pytest.mark.parametrize("side", [0, 1])
def test_a_document_that_stands_twice_is_named(files: tuple[Path, Path], sort: bool, side: int) -> None:
    lines = files[side].read_bytes().splitlines(keepends=True)
    lines.insert(3 if sort else 20, lines[2])
    files[side].write_bytes(b"".join(lines))
    with pytest.raises(RecordError, match=r"jsonl:\d+: doc: 'd02' stands there twice"):
        outcome(*files)


def test_a_document_that_gold_has_not_is_named(files: tuple[Path, Path], record: Document) -> None:
    files[1].write_bytes(files[1].read_bytes() + msgspec.json.encode(replace(record, doc="a stranger")) + b"\n")
    with pytest.raises(RecordError, match=r"system.jsonl:28: doc: 'a stranger' is no document of gold"):
        outcome(*files)


def die_once(part: int, folder: Path) -> int:
    """Kill this very process the first time that part 5 comes by."""
    mark = folder / "died"
    if part == 5 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return part * part


@pytest.mark.parametrize("engine", ["processes", "dask"])
@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_is_killed_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    found = list(run(partial(die_once, folder=tmp_path), range(20), engine))
    assert found == [n * n for n in range(20)] and (tmp_path / "died").exists()


def signed(part: int, folder: Path) -> int:
    """Leave the number of this process."""
    (folder / str(os.getpid())).touch()
    return part


@pytest.mark.filterwarnings("ignore")
def test_no_part_is_lost_when_workers_die_between_two_outcomes(tmp_path: Path) -> None:
    found = run(partial(signed, folder=tmp_path), range(40), "processes")
    first = next(found)
    for mark in tmp_path.iterdir():
        os.kill(int(mark.name), signal.SIGKILL)
    time.sleep(0.5)
    assert [first, *found] == list(range(40))


def test_an_error_of_a_part_reaches_the_caller(files: tuple[Path, Path]) -> None:
    lines = files[1].read_bytes().splitlines(keepends=True)
    lines[4] = lines[4][:-9] + b"\n"
    files[1].write_bytes(b"".join(lines))
    with pytest.raises(RecordError, match=r"system.jsonl:5: JSON is malformed"):
        outcome(*files, "processes")


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "REACHED_WITHIN", "1s")
    with pytest.raises(UsageError, match=r"tcp://127\.0\.0\.1:9"):
        list(run(abs, [1], "dask", scheduler="tcp://127.0.0.1:9"))


def test_files_can_be_named_by_uri(files: tuple[Path, Path]) -> None:
    gold, system = (f"file://{p}" for p in files)
    assert score_file(system, gold, SETTINGS).to_json()["metrics"] == json.loads(outcome(*files))["metrics"]
