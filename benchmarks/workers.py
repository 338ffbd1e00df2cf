"""Two processes against one: wall seconds of `reportedly score` on the same generated files; printed, never asserted.

    python benchmarks/workers.py [--docs 10000] [--rounds 3] [--size issue]

Needs two cores that nothing else uses: with less, the ratio says how busy the machine was. CPU seconds stand beside it.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from generated import sizes, write
from measured import score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--docs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", choices=("issue", "spans", "corpus"), default="issue")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reportedly-workers-") as temporary:
        folder = Path(temporary)
        write(folder, args.docs, sizes()[args.size])
        for _ in range(args.rounds):
            one = score(folder)
            two = score(folder, "", "--engine", "processes", "--workers", "2", cores=(0, 1))
            same = one.output == two.output
            print(
                f"one {one.wall:.1f} s (CPU {one.cpu:.1f}), two {two.wall:.1f} s (CPU {two.cpu:.1f}): "
                f"{one.wall / two.wall:.2f} times; output {'equal' if same else 'DIFFERS'}",
                flush=True,
            )


if __name__ == "__main__":
    main()
