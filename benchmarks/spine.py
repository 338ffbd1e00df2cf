"""How fast `check`, `build`, `import` and `hydrate` are on a generated corpus, in CPU time; printed, never asserted.

    python benchmarks/spine.py [--docs 10000] [--annotated 8] [--articles DIR]

The generated documents repeat one made-up article eight times, about 600 tokens with all layers; `--annotated 3` leaves
five copies without annotation, which gives some 60 mentions. `--articles` names a folder with
copies of the published articles, to time hydration.
"""

from __future__ import annotations

import argparse
import re
import resource
import sys
import time
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from measured import run

from conftest import QUOTES, TEXT, annotate
from reportedly.checks import check_record
from reportedly.corpus import Article, Corpus
from reportedly.dataset import parquet_bytes, table
from reportedly.labels import data_root
from reportedly.records import Document
from reportedly.tables import CONFIGS, Source

COPIES = 8


def big_document(annotated: int = COPIES) -> tuple[Document, str]:
    """Return the made-up article repeated to about 600 tokens, so many copies of it annotated."""
    text = (TEXT + "\n") * COPIES
    lines = TEXT.count("\n") + 1
    parts = [
        f"{kind}={n * lines + at}{rest.format(n * lines + 5)}"
        for n in range(COPIES)
        for kind, at, rest in (("headline", 1, ""), ("dateline", 3, "@KESSAR, 9 May"), ("body", 3, "-{}"))
    ]
    return annotate(text, "\n".join(_renumber(QUOTES, n) for n in range(annotated)), parts), text


def _renumber(quotes: str, n: int) -> str:
    lines = []
    for line in quotes.strip().split("\n"):
        if line.startswith("E |") and n:
            continue
        line = re.sub(
            r"(?<![\w-])(\d+)((?:-\d+)?(?:#\d+)?):(?=\S)", lambda m: f"{int(m[1]) + 7 * n}{_shift(m[2], n)}:", line
        )
        line = re.sub(r"\b([mvacE])(\d+)\b", lambda m: f"{m[1]}{int(m[2]) + 100 * n}", line)
        lines.append(line)
    return "\n".join(lines)


def _shift(tail: str, n: int) -> str:
    if tail.startswith("-"):
        high, _, rest = tail[1:].partition("#")
        return f"-{int(high) + 7 * n}" + (f"#{rest}" if rest else "")
    return tail


def main() -> None:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--docs", type=int, default=10_000)
    parser.add_argument("--annotated", type=int, choices=range(1, COPIES + 1), default=COPIES, metavar="N")
    parser.add_argument("--articles", type=Path)
    args = parser.parse_args()
    record, text = big_document(args.annotated)
    print(
        f"document: {len(record.tokens or ())} tokens, {len(record.mentions or ())} mentions, {len(record.events or ())} events"
    )
    start = time.process_time()
    found = sum(len(check_record(msgspec.structs.replace(record, doc=f"d{i}"), text)) for i in range(args.docs))
    _print("check", args.docs, time.process_time() - start, f"{found} findings")
    row = Article(doc="d", collection="reports", world="w", story="s", outlet="o", date="2031-05-09", register="r", authored_by="x", derived_from="", text_license="x", annotation_license="x", characters=len(text), text_sha256="")  # fmt: skip
    start = time.process_time()
    size = 0
    step = 500
    for low in range(0, args.docs, step):
        documents = [
            Source(msgspec.structs.replace(record, doc=f"d{i}"), row, text)
            for i in range(low, min(low + step, args.docs))
        ]
        size += sum(len(parquet_bytes(table(config, documents))) for config in CONFIGS)
    _print("build", args.docs, time.process_time() - start, f"{size / 1e6:.1f} MB of Parquet, all configs")
    for name, command in (
        ("import", ["-c", "import reportedly"]),
        ("score --help", ["-m", "reportedly.cli", "score", "-h"]),
    ):
        seconds = min(run((sys.executable, *command)).cpu for _ in range(10))
        print(f"{name}: {seconds * 1000:.0f} ms with the interpreter, best of 10")
    if args.articles:
        from reportedly.hydrate import hydrate

        start = time.perf_counter()
        outcome = hydrate(args.articles, Corpus(data_root()))
        print(f"hydrate: {len(outcome.placed)} articles in {time.perf_counter() - start:.2f} s")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _print(name: str, docs: int, seconds: float, note: str) -> None:
    print(f"{name}: {docs / seconds:,.0f} documents a second ({seconds:.1f} s; {note})")


if __name__ == "__main__":
    main()
