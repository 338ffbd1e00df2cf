"""Where the time of `reportedly score` goes, in CPU microseconds a document, best of several rounds.

    taskset -c 0 python benchmarks/phases.py [--docs 1000] [--rounds 5] [--size issue] [--layer L]

Phases are measured in this process, after one round to warm up. `decode` is the floor: what msgspec takes for the records
of both sides and nothing else.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from generated import sizes, write

from reportedly import predictions, scoring
from reportedly.resample import Sums
from reportedly.signature import Settings
from reportedly.stream import chunks, lines

INSIDE = (
    (predictions, "decode", "decode"),
    (predictions, "check_prediction", "check"),
    (scoring.Side, "add", "columns"),
    (scoring.Side, "tables", "columns"),
    (scoring, "count_block", "metrics"),
)
"""Functions that are called while a chunk is counted, and the phase that they are."""


def watch(times: dict[str, float]) -> None:
    """Let each of the functions add its time to its phase."""
    for owner, name, phase in INSIDE:
        setattr(owner, name, _timed(getattr(owner, name), phase, times))


def _timed(function: Callable[..., Any], phase: str, times: dict[str, float]) -> Callable[..., Any]:
    def timed(*args: Any, **options: Any) -> Any:
        start = time.process_time()
        found = function(*args, **options)
        times[phase] = times.get(phase, 0.0) + time.process_time() - start
        return found

    return timed


def one_round(folder: Path, layer: str, times: dict[str, float]) -> dict[str, float]:
    """Return the seconds of each phase."""
    times.clear()
    marks = [time.process_time()]
    sides = (partial(lines, folder / f"{name}.jsonl") for name in ("gold", "system"))
    found = list(chunks(*sides, in_step=True))
    marks.append(time.process_time())
    metrics = scoring.chosen(layer)
    parts = [scoring.count_chunk(chunk, metrics, {}) for chunk in found]
    marks.append(time.process_time())
    settings = Settings("generated", layer)
    scores = scoring.Scores(settings, metrics, Sums(settings.resamples, settings.seed))
    for part in parts:
        scores.add(part)
    marks.append(time.process_time())
    scores.to_json()
    marks.append(time.process_time())
    inside = dict(times)
    read, counted, summed, told = (b - a for a, b in itertools.pairwise(marks))
    other = counted - sum(inside.values())
    return {"read": read, **inside, "digest and the rest": other, "resamples": summed, "figures (once a run)": told}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--docs", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", choices=("issue", "spans", "corpus"), default="issue")
    parser.add_argument("--layer", default="")
    args = parser.parse_args()
    times: dict[str, float] = {}
    watch(times)
    with tempfile.TemporaryDirectory(prefix="reportedly-phases-") as folder:
        write(Path(folder), args.docs, sizes()[args.size])
        rounds = [one_round(Path(folder), args.layer, times) for _ in range(args.rounds + 1)][1:]
    best = min(rounds, key=lambda r: sum(r.values()))
    print("| phase | microseconds a document |\n|---|---|")
    for phase, seconds in best.items():
        print(f"| {phase} | {seconds / args.docs * 1e6:.0f} |")
    steady = sum(v for k, v in best.items() if not k.startswith("figures")) / args.docs
    print(f"| all but figures | {steady * 1e6:.0f}: {1 / steady:,.0f} documents a second |")


if __name__ == "__main__":
    main()
