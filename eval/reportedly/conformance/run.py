"""A file of cases, each compared in its layer: `scripts/conformance`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import DataError, RecordError, UsageError
from ..metrics.rules import RULES, Compared, Value
from . import bio, coref, events, factuality, quotes, spans
from .base import DIFFERS, SAME, Case, Missing, verdict

LAYERS = {
    "bio": bio.compare,
    "span": spans.compare,
    "coref": coref.compare,
    "event": events.compare,
    "quote": quotes.compare,
    "factuality": factuality.compare,
}


class Result(NamedTuple):
    """One recorded scorer on one case: ours under a convention, and the verdict on each figure."""

    case: str
    scorer: str
    convention: str
    figures: list[tuple[Compared, str]]

    @property
    def verdict(self) -> str:
        """`same`, `differs by rule` with the ids of the rules, or `differs` where no rule explains a figure."""
        found = [v for _, v in self.figures if v != SAME]
        if DIFFERS in found or not self.figures:
            return DIFFERS
        return f"differs by rule {', '.join(dict.fromkeys(found))}" if found else SAME

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain values."""
        figures = [{"what": c.what, "ours": c.ours, "theirs": c.theirs, "verdict": v} for c, v in self.figures]
        return {
            "case": self.case, "scorer": self.scorer, "convention": self.convention, "verdict": self.verdict,
            "figures": figures,
        }  # fmt: skip

    def lines(self) -> Iterator[str]:
        """Yield a line with ours and the verdict, then a line for each figure that differs."""
        ours = ", ".join(f"{c.what} {_text(c.ours)}" for c, _ in self.figures) or self.convention
        if len({c.ours for c, _ in self.figures}) == 1 and isinstance(self.figures[0][0].ours, str):
            ours = f"refused: {self.figures[0][0].ours}"
        yield f"{self.case} · {self.scorer} · {self.verdict} · {self.convention}: {ours}"
        for c, v in self.figures:
            if v != SAME:
                rule = "" if v == DIFFERS else f" ({v})"
                yield f"    {c.what}: ours {_text(c.ours)}, theirs {_text(c.theirs)}{rule}"


def _text(value: Value) -> str:
    return "undefined" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def read_cases(path: Path) -> Iterator[tuple[str, Case]]:
    """Yield place and case of each line; raises `UsageError` for no such file, `RecordError` for another shape."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}): name a file of cases") from None
    except UnicodeDecodeError:
        raise DataError(f"{path}: is not UTF-8: save the file as UTF-8") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            place = f"{path}:{number}"
            try:
                case = json.loads(line)
            except ValueError as error:
                raise RecordError(f"{place}: is no JSON ({error}): give one case a line") from None
            if not isinstance(case, dict) or not {"id", "layer", "recorded"} <= case.keys():
                raise RecordError(f"{place}: is no case: give id, layer, the input and recorded")
            if case["layer"] not in LAYERS:
                raise RecordError(
                    f"{place}: layer: {case['layer']!r} is none of {', '.join(LAYERS)}: name one of these"
                )
            yield place, case


def results(path: Path) -> list[Result]:
    """Return the comparison of every case of a file with every scorer that is recorded for it."""
    found = []
    for place, case in read_cases(path):
        try:
            made = list(LAYERS[case["layer"]](case))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise RecordError(f"{place}: {type(error).__name__}: {error}: see the form of the other cases") from error
        for a in made:
            if isinstance(a, Missing):
                found.append(Result(case["id"], a.scorer, "no convention of ours stands against this", []))
            elif a.figures:
                found.append(Result(case["id"], a.scorer, a.convention, [(c, verdict(c)) for c in a.figures]))
    return found


def main(argv: Sequence[str]) -> int:
    """Print the comparison of a file of cases; return 1 where a figure differs and no rule explains it."""
    import argparse

    parser = argparse.ArgumentParser(prog="conformance", description="Recorded figures of other scorers against ours.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    found = results(args.file)
    rules = {r.id: r for r in RULES if any(r.id == v for x in found for _, v in x.figures)}
    tally = Counter("differs by rule" if x.verdict.startswith("differs by") else x.verdict for x in found)
    if args.json:
        told = {i: {"statement": r.statement, "why": r.why} for i, r in rules.items()}
        whole = {"results": [x.to_json() for x in found], "rules": told, "verdicts": dict(tally)}
        print(json.dumps(whole, indent=1, ensure_ascii=False))
    else:
        for x in found:
            print("\n".join(x.lines()))
        for r in rules.values():
            print(f"rule {r.id}: {r.statement} {r.why}")
        print(", ".join(f"{n} {v}" for v, n in sorted(tally.items())))
    return int(any(x.verdict == DIFFERS for x in found))
