"""`python -m tests.fuzz --seconds 3600 --seed 1`: prints counts, the slowest case and peak memory; exit status 1 for failures."""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
import warnings
from pathlib import Path

from . import run
from .judge import MEMORY, Report


def main() -> int:
    """Run the fuzzer for some time."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=("all", "records", "files", "verbs", "stories", "shapes"), default="all")
    parser.add_argument("--items", type=int, nargs="*", default=[1_000, 10_000, 100_000], help="of the large documents")
    parser.add_argument("--save", type=Path, default=Path("build/fuzz"), help="folder for failing inputs")
    args = parser.parse_args()
    report = Report(args.save)
    resource.setrlimit(resource.RLIMIT_AS, (2 * MEMORY * 10**6,) * 2)
    at = random.Random(args.seed)
    warnings.simplefilter("error")
    ends = time.monotonic() + args.seconds
    with tempfile.TemporaryDirectory(prefix="reportedly-fuzz-") as name:
        folder = Path(name)
        warm = Report(None)
        while not warm.outcomes["scored"]:  # so that no case pays for the imports
            run.stories(random.Random(warm.outcomes.total()), warm, folder)
        if args.mode in ("all", "shapes"):
            for n in args.items:
                run.shapes(report, folder, n, seconds=5)
            run.bombs(report, folder, megabytes=500)
        while time.monotonic() < ends and args.mode != "shapes":
            if args.mode in ("all", "records"):
                run.records(at, report)
            for _ in range(4):
                if args.mode in ("all", "files"):
                    run.files(at, report, folder)
            if args.mode in ("all", "verbs"):
                run.verbs(at, report, folder)
            if args.mode in ("all", "stories"):
                run.stories(at, report, folder)
    json.dump({"seed": args.seed} | report.to_json(), sys.stdout, indent=1)
    print()
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
