"""Two ways to try inputs: records by the hundred in this process, and whole files through the command."""

from __future__ import annotations

import json
import random
import shutil
import time
from functools import cache
from pathlib import Path

import msgspec

from reportedly.cli import main
from reportedly.metrics import METRICS
from reportedly.predictions import check_prediction, check_shift, decode
from reportedly.resample import Sums
from reportedly.scoring import Scores, count_chunk
from reportedly.signature import Settings
from reportedly.stream import Chunk, Line, named

from . import containers, seeds
from .judge import FailedError, Report, check_scores, command, judged, strict_json
from .mutate import broken, flipped, mutated, text_of

BATCH = 200
_ALL = tuple(METRICS)
_SETTINGS = Settings("fuzz", resamples=10)


def line_of(data: bytes, place: str) -> Line:
    """Return the line of a record, as a file would give it."""
    return Line(named(data, place), data, place)


@cache
def _pool(gold: bool) -> tuple[bytes, ...]:
    at = random.Random(1)
    return tuple(msgspec.json.encode(seeds.gold(at, "@") if gold else seeds.record(at, "@")) for _ in range(1_000))


def sound(at: random.Random, doc: str, *, gold: bool) -> bytes:
    """Return one valid record as a line."""
    return at.choice(_pool(gold)).replace(b'"@"', b'"%s"' % doc.encode(), 1)


def one(at: random.Random, doc: str, *, gold: bool) -> bytes:
    """Return one record, most often mutated, as a line."""
    data = sound(at, doc, gold=gold)
    kind = at.random()
    if kind < 0.05:
        return data
    value = msgspec.json.decode(data)
    if kind < 0.85:
        return text_of(at, mutated(at, value)).encode("utf-8", "surrogatepass")
    if kind < 0.95:
        return broken(at, text_of(at, value)).encode("utf-8", "surrogatepass").replace(b"\n", b" ")
    return flipped(at, text_of(at, value).encode("utf-8", "surrogatepass")).replace(b"\n", b" ")


def records(at: random.Random, report: Report, size: int = BATCH) -> None:
    """Try some pairs of records: each is refused, or stands in a chunk that is counted as a whole."""
    kept: list[tuple[Line, Line]] = []
    for n in range(size):
        doc = f"d{n}"
        turned = at.random() < 0.3
        sides = [
            make(at, doc, gold=gold)
            for make, gold in ((one if turned else sound, True), (sound if turned else one, False))
        ]
        with judged(report, f"record {n}", {"gold.jsonl": sides[0], "system.jsonl": sides[1]}):
            gold, system = (
                line_of(s, f"{side}.jsonl:{n + 1}") for s, side in zip(sides, ("gold", "system"), strict=True)
            )
            g, s = decode(gold), decode(system)
            check_prediction(g, g, gold.place)
            check_prediction(s, g, system.place)
            check_shift(s, g, system.place)
            if gold.doc == system.doc == doc:
                kept.append((gold, system))
    _count(report, kept)


def _count(report: Report, kept: list[tuple[Line, Line]]) -> None:
    """Count a chunk; where it fails, count each pair alone to find which it is."""
    failures = report.failures.total()
    files = {name: b"\n".join(line.data for line in side) for name, side in zip(("gold.jsonl", "system.jsonl"), zip(*kept, strict=True), strict=True)}  # fmt: skip
    quiet = Report(None)
    target = report if len(kept) == 1 else quiet
    with judged(target, f"chunk of {len(kept)}", files, count=False):
        found = Scores(_SETTINGS, _ALL, Sums(_SETTINGS.resamples, _SETTINGS.seed))
        found.add(count_chunk(Chunk(tuple(g for g, _ in kept), tuple(s for _, s in kept)), _ALL, {}))
        check_scores(strict_json(json.dumps(found.to_json())))
    if quiet.failures and len(kept) > 1:
        for pair in kept:
            _count(report, [pair])
        if report.failures.total() == failures:
            report.fail(f"only together: {next(iter(quiet.failures))}", "chunk", files)


def files(at: random.Random, report: Report, folder: Path) -> None:
    """Try one pair of files through `score`, or one record through another verb."""
    folder = _emptied(folder)
    names = [f"d{n}" for n in range(at.choice((0, 1, 1, 2, 5)))]
    gold = [sound(at, n, gold=True) for n in names]
    system = [sound(at, n, gold=False) for n in names]
    for side in (gold, system):
        if side and at.random() < 0.5:
            side[at.randrange(len(side))] = one(at, at.choice((*names, "other", "d0")), gold=side is gold)
        if at.random() < 0.2:
            at.shuffle(side)
    paths = [containers.write(at, folder / name, lines) for name, lines in (("gold", gold), ("system", system))]
    other = folder / "other.jsonl"
    other.write_bytes(b"\n".join(sound(at, n, gold=False) for n in names))
    given = {p.name: p.read_bytes() for p in (*paths, other)}
    before = set(folder.iterdir())
    verb = at.choice((["score", str(paths[1])], ["score", str(paths[1])], ["compare", str(other), str(paths[1])]))
    argv = [*verb, "--gold", str(paths[0]), "--resamples", at.choice(("0", "10")), "--json"]
    with judged(report, " ".join(argv), given):
        found = strict_json(command(argv, main))
        if argv[0] == "score":
            check_scores(found)
    _only(report, folder, before, given)


def stories(at: random.Random, report: Report, folder: Path) -> None:
    """Try cross-document records, of gold or of a system, through `score --stories`."""
    folder = _emptied(folder)
    lines = [sound(at, f"d{n}", gold=True) for n in range(at.choice((1, 2, 3)))]
    documents = [msgspec.json.decode(line) | {"story": "s"} for line in lines]
    paths = {name: folder / f"{name}.jsonl" for name in ("gold", "system", "gold-stories", "stories")}
    for name in ("gold", "system"):
        paths[name].write_bytes(b"\n".join(msgspec.json.encode(d) for d in documents) + b"\n")
    mutant = at.choice(("gold-stories", "stories"))
    for name in ("gold-stories", "stories"):
        value = seeds.story(at, "s", documents)
        text = json.dumps(value)
        if name == mutant and at.random() < 0.9:
            text = text_of(at, mutated(at, value)) if at.random() < 0.85 else broken(at, text_of(at, value))
        paths[name].write_bytes(text.encode("utf-8", "surrogatepass").replace(b"\n", b" ") + b"\n")
    given = {p.name: p.read_bytes() for p in paths.values()}
    argv = ["score", str(paths["system"]), "--gold", str(paths["gold"]), "--stories", str(paths["stories"])]
    argv += ["--gold-stories", str(paths["gold-stories"]), "--resamples", "10", "--layer", "stories", "--json"]
    before = set(folder.iterdir())
    with judged(report, mutant, given):
        check_scores(strict_json(command(argv, main)))
    _only(report, folder, before, given)


def _emptied(folder: Path) -> Path:
    """Return a new folder inside, without that of the case before."""
    shutil.rmtree(folder / "case", ignore_errors=True)
    (folder / "case").mkdir()
    return folder / "case"


def verbs(at: random.Random, report: Report, folder: Path) -> None:
    """Try one record with its text through a verb that writes or checks: no half-written file stays."""
    folder = _emptied(folder)
    record, text = folder / "d.json", folder / "d.txt"
    record.write_bytes(one(at, "d", gold=True))
    words = ("word " * 80).encode()
    text.write_bytes(words if at.random() < 0.7 else flipped(at, words))
    page, lines, out = folder / "page.html", folder / "out.jsonl", folder / "hydrated"
    argv = at.choice((
        ["hydrate", str(folder), "-o", str(out), "--json"],
        ["view", str(record), "--text", str(text), "-o", str(page)],
        ["check", str(record), "--text", str(text), "--json"],
        ["convert", str(record), "--from", "records", "--to", at.choice(("conll", "corefud", "brat", "oneie", "polnear")), "-o", str(lines)],
    ))  # fmt: skip
    given = {p.name: p.read_bytes() for p in (record, text)}
    before = set(folder.iterdir())
    with judged(report, " ".join(argv), given):
        printed = command(argv, main)
        if argv[0] in ("check", "hydrate"):
            strict_json(printed)
    _only(
        report,
        folder,
        before | ({page, lines, lines.with_suffix(".txt")} if argv[0] in ("view", "convert") else set()),
        given,
    )


def _only(report: Report, folder: Path, expected: set[Path], given: dict[str, bytes]) -> None:
    if more := sorted(p.name for p in set(folder.iterdir()) - expected):
        report.fail("files are left behind", ", ".join(more), given)


def shapes(report: Report, folder: Path, n: int, seconds: float) -> None:
    """Try large documents of the shapes that cost most; each is scored or refused in some seconds."""
    for name, gold, system in seeds.large(n):
        paths = [folder / "gold.jsonl", folder / "system.jsonl"]
        for path, value in zip(paths, (gold, system), strict=True):
            path.write_text(json.dumps(value) + "\n", "utf-8")
        began = time.process_time()
        title = f"{name}, {n:,}"
        argv = ["score", str(paths[1]), "--gold", str(paths[0]), "--resamples", "1000", "--json"]
        with judged(
            report, title, {p.name: p.read_bytes() for p in paths} if n <= 2_000 else {"large": b" " * 200_000}
        ):
            check_scores(strict_json(command(argv, main)))
        if time.process_time() - began > seconds:
            report.fail(f"took more than {seconds} seconds", title, {})


def bombs(report: Report, folder: Path, megabytes: int) -> None:
    """Try small files that unpack to many megabytes: each stops at a limit, within ten seconds."""
    gold = folder / "gold.jsonl"
    gold.write_text('{"doc":"d"}\n', "utf-8")
    for name, path in containers.bombs(folder, megabytes):
        began = time.process_time()
        argv = ["score", str(path), "--gold", str(gold), "--resamples", "0", "--json"]
        with judged(report, name, {"large": b" " * 200_000}):
            command(argv, main)
            raise FailedError("a bomb is scored")
        if time.process_time() - began > 10:
            report.fail("a bomb took more than 10 seconds", name, {})
