"""How time and memory of `reportedly score` grow with the number of documents: files that never lie on a disk.

    python benchmarks/scale.py [--docs 10000 100000 1000000] [--size issue] [--layer L] [--engine processes] [--limit 600]

One thousand generated documents are written again and again under other names into two pipes, from which `score` reads
gold and predictions in step. Past `--limit` seconds the pipes end early: what was scored is then a
part, from which the rest can be extrapolated, and is printed as such.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from pathlib import Path

from generated import sizes, write
from measured import OURS, run

BASE = 1_000


class Feed:
    """Writes the same number of documents into the pipes of gold and system; the number may be lowered meanwhile."""

    def __init__(self, docs: int) -> None:
        self.docs = docs
        self.written = [0, 0]

    def write(self, side: int, lines: list[bytes], pipe: Path) -> None:
        """Write all documents of one side."""
        with pipe.open("wb", buffering=2**20) as stream:
            while (n := self.written[side]) < self.docs:
                # every line begins with {"doc":"doc00000000"
                stream.write(b'{"doc":"doc%012d"' % n + lines[n % len(lines)][len(b'{"doc":"doc00000000"') :])
                self.written[side] += 1

    def end(self) -> None:
        """Let both sides end soon, at the same document."""
        self.docs = min(self.docs, max(self.written) + BASE)


def measure(folder: Path, docs: int, options: list[str], limit: float, cores: tuple[int, ...]) -> dict[str, float]:
    """Return documents scored, CPU and wall seconds and peak memory in MB of one run."""
    feed = Feed(docs)
    with tempfile.TemporaryDirectory(prefix="reportedly-scale-") as temporary:
        pipes = []
        for side, name in enumerate(("gold.jsonl", "system.jsonl")):
            pipes.append(Path(temporary) / name)
            os.mkfifo(pipes[-1])
            lines = (folder / name).read_bytes().splitlines(keepends=True)
            threading.Thread(target=feed.write, args=(side, lines, pipes[-1]), daemon=True).start()
        timer = threading.Timer(limit, feed.end)
        timer.start()
        start = time.perf_counter()
        cost = run((*OURS, "score", pipes[1], "--gold", pipes[0], "--json", *options), cores)
        timer.cancel()
    scored = json.loads(cost.output)["documents"]
    return {"documents": scored, "cpu": cost.cpu, "wall": time.perf_counter() - start, "memory": cost.memory}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--docs", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--size", choices=("issue", "spans", "corpus"), default="issue")
    parser.add_argument("--layer", default="")
    parser.add_argument("--engine", choices=("serial", "processes"), default="serial")
    parser.add_argument("--limit", type=float, default=600.0)
    args = parser.parse_args()
    options = ["--engine", args.engine, *(["--layer", args.layer] if args.layer else [])]
    cores = (0,) if args.engine == "serial" else (0, 1)
    with tempfile.TemporaryDirectory(prefix="reportedly-scale-") as temporary:
        write(Path(temporary), BASE, sizes()[args.size])
        print(
            "| documents | scored | CPU seconds | documents a CPU second | wall | peak memory, MB |\n|---|---|---|---|---|---|"
        )
        for docs in args.docs:
            m = measure(Path(temporary), docs, options, args.limit, cores)
            rate = m["documents"] / m["cpu"]
            print(
                f"| {docs:,} | {m['documents']:,} | {m['cpu']:.1f} | {rate:,.0f} | {m['wall']:.1f} | {m['memory']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
