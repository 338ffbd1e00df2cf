"""What may come of an input: figures in their range, or a refusal that names file, fact and remedy."""

from __future__ import annotations

import contextlib
import io
import json
import re
import resource
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from reportedly.errors import LONGEST_MESSAGE, ReportedlyError

SMALL = 100_000
"""Bytes up to which a file is small: it is judged within `SECONDS` of processor time."""
SECONDS = 1.0
MEMORY = 2_000
"""Megabytes that the process may come to."""


class FailedError(Exception):
    """An input had an outcome that is neither scored nor well refused."""


class Report:
    """Counts of outcomes, the slowest case, and failing inputs, saved beside."""

    def __init__(self, folder: Path | None):
        self.folder = folder
        self.outcomes: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.slowest = (0.0, "")

    def took(self, seconds: float, name: str) -> None:
        """Note how long a case took."""
        self.slowest = max(self.slowest, (seconds, name))

    def fail(self, reason: str, name: str, files: dict[str, bytes]) -> None:
        """Count a failure and save the first three inputs of each reason."""
        self.failures[reason] += 1
        if self.folder is not None and self.failures[reason] <= 3:
            folder = self.folder / re.sub(r"\W+", "-", reason)[:80]
            folder.mkdir(parents=True, exist_ok=True)
            for file, data in files.items():
                (folder / f"{self.failures[reason]}-{file}").write_bytes(data)
            (folder / f"{self.failures[reason]}.txt").write_text(f"{name}\n{reason}\n", "utf-8")

    def to_json(self) -> dict[str, Any]:
        """Return all as plain values."""
        return {
            "inputs": self.outcomes.total(),
            "outcomes": dict(self.outcomes),
            "failures": dict(self.failures.most_common()),
            "kinds_of_refusal": len(self.refusals),
            "slowest_seconds": round(self.slowest[0], 3),
            "slowest": self.slowest[1],
            "peak_megabytes": peak(),
        }


def peak() -> int:
    """Return the most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000


@contextlib.contextmanager
def judged(report: Report, name: str, files: dict[str, bytes], count: bool = True) -> Iterator[None]:
    """Note what comes of a case: scored, refused, or a failure with its reason."""
    began, before = time.process_time(), peak()
    outcome = "scored"
    try:
        yield
    except ReportedlyError as error:
        outcome = "refused"
        message = str(error)
        report.refusals[re.sub(r"'[^']*'|\[[^]]*\]|\d+", "_", message)[:80]] += 1
        if flaw := flaw_of(message):
            report.fail(flaw, f"{name}: {message[:300]}", files)
    except FailedError as error:
        outcome = "failed"
        report.fail(str(error), name, files)
    except (Exception, RecursionError) as error:
        outcome = "failed"
        frame = traceback.extract_tb(error.__traceback__)[-1]
        report.fail(
            f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}: {str(error)[:60]}", name, files
        )
    if count:
        report.outcomes[outcome] += 1
    seconds = time.process_time() - began
    report.took(seconds, name)
    if seconds > SECONDS and sum(map(len, files.values())) <= SMALL:
        report.fail("took more than a second", f"{name}: {seconds:.2f} s", files)
    if peak() > MEMORY > before:
        report.fail("took more memory than the bound", f"{name}: {peak()} MB", files)


def flaw_of(message: str) -> str | None:
    """Return what is wrong with a message: it has to name a place, a fact and a remedy, on one line of moderate length."""
    if len(message) > LONGEST_MESSAGE:
        return "a message is too long"
    try:
        message.encode()
    except UnicodeEncodeError:
        return "a message holds a surrogate"
    if not message.isprintable():
        return "a message holds a control character"
    if message.count(": ") < 2:
        return f"a message without place, fact and remedy: {message[:60]}"
    return None


_SHARES = ("f1", "precision", "recall", "accuracy", "dice")


def check_scores(found: dict[str, Any]) -> None:
    """Raise `FailedError` for a figure outside its range, and for counts that cannot be."""
    for name, m in found["metrics"].items():
        for key, value in m.items():
            share = key in _SHARES or key.endswith("_f1")
            if share and value is not None and not -1e-9 <= value <= 1 + 1e-9:
                raise FailedError(f"{name}.{key} is {value}")
        counts = m["counts"]
        if counts.get("tp", 0) > min(counts.get("gold", 0), counts.get("system", 0)):
            raise FailedError(f"{name}: more are right than there are")


def command(argv: list[str], main: Callable[[list[str]], int]) -> str:
    """Run the command; return what it printed, or raise what a message says; `FailedError` where output is half or mixed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(argv)
        except SystemExit as error:
            raise FailedError(f"the command ended by SystemExit {error.code}") from None
    said = err.getvalue()
    if status == 0:
        return out.getvalue()
    if status not in (1, 2):
        raise FailedError(f"the command ended with {status}")
    if argv[0] == "score" and out.getvalue():
        raise FailedError("the command printed a result and refused the input")
    if argv[0] in ("check", "hydrate") and out.getvalue():
        return out.getvalue()
    if not said.startswith("reportedly: "):
        raise FailedError("the command refused without a message")
    raise ReportedlyError(said.removeprefix("reportedly: ").rstrip("\n"))


def strict_json(text: str) -> Any:
    """Return JSON; raises `FailedError` for NaN, Infinity and what is cut."""

    def refuse(name: str) -> None:
        raise FailedError(f"the output holds {name}")

    try:
        return json.loads(text, parse_constant=refuse)
    except ValueError:
        raise FailedError("the output is no JSON") from None
