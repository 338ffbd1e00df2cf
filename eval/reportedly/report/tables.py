"""Tables for a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ..metrics import HEAD
from ..metrics.base import plain_value
from ..resample import caution
from ..scoring import Scores


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a head, the first column to the left and the others to the right."""
    widths = [max(len(str(r[i])) for r in (head, *rows)) for i in range(len(head))]
    for row in (head, *rows):
        cells = [
            str(c).ljust(w) if i == 0 else str(c).rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def figure(x: float | None) -> str:
    """Return a figure with three digits, `-` where it is undefined."""
    return "-" if x is None else f"{x:.3f}"


HEADS = ("metric", "F1", "95 %", "precision", "recall", "tp", "gold", "system")


def score_rows(scores: Scores) -> list[tuple[str, ...]]:
    """Return the cells of each metric under `HEADS`: figures with three digits, counts; empty where there is none."""
    rows = []
    for name, m in scores.to_json()["metrics"].items():
        counts = m["counts"]
        tp = counts.get("tp", counts.get("equal"))
        cells = [tp, counts.get("gold"), counts.get("system")]
        rows.append(
            (
                name,
                figure(m["f1"]),
                between(m["intervals"]["f1"]),
                figure(m["precision"]) if "precision" in m else "",
                figure(m["recall"]) if "recall" in m else "",
                *("" if c is None else f"{c:,}" for c in cells),
            )
        )
    return rows


def between(interval: Sequence[float] | None) -> str:
    """Return an interval as `0.412-0.507`, empty where there is none."""
    return f"{interval[0]:.3f}-{interval[1]:.3f}" if interval else ""


def print_scores(scores: Scores) -> None:
    """Print F1 with its interval, precision, recall and counts of each metric, then what is missing, then the signature.

    On a terminal by `rich` where it is installed (extra `report`), head figures bold; else as plain text.
    """
    rows = score_rows(scores)
    if not (sys.stdout.isatty() and _print_rich(rows)):
        print_table(HEADS, rows)
    for line in notes(scores):
        print(line)


def _print_rich(rows: Sequence[Sequence[str]]) -> bool:
    """Print rows by `rich` and return whether it is installed and the terminal wide enough."""
    try:
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ImportError:
        return False
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for n, title in enumerate(HEADS):
        table.add_column(
            title, justify="right" if n else "left", no_wrap=True, style="dim" if n in (2, 5, 6, 7) else ""
        )
    for row in rows:
        table.add_row(*map(Text, row), style="bold" if row[0] in HEAD else "")
    console = Console()
    room = console.options.update(max_width=10_000)
    if console.measure(table, options=room).maximum > console.width:
        return False
    console.print(table)
    return True


def printable(text: str) -> str:
    """Return text with control characters, which could steer a terminal, written as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def notes(scores: Scores) -> list[str]:
    """Return what has to be known beside the figures: summary, intervals that cannot be, missing documents, signature."""
    found = [
        f"summary, the mean of F1 of {', '.join(HEAD)}: {figure(plain_value(v[0]))}" for v in scores.summary().values()
    ]
    if scores.settings.resamples and (said := caution(scores.units)):
        found.append(said)
    if scores.unnamed:
        more = scores.unnamed - len(scores.missing)
        names = ", ".join(scores.missing[:20]) + (
            f" and {more + len(scores.missing[20:]):,} more" if more or scores.missing[20:] else ""
        )
        found.append(f"missing documents, counted as empty: {names}")
    if scores.across.missing:
        found.append(
            f"missing stories, in which nothing goes across documents: {', '.join(scores.across.missing[:20])}"
        )
    across = scores.across
    if (
        scores.settings.resamples
        and across.scored
        and across.stories != scores.units
        and (said := caution(across.stories))
    ):
        found.append(f"across documents: {said}")
    if scores.skipped:
        found.append(f"not attempted: {', '.join(scores.skipped)}")
    return [printable(line) for line in (*found, f"signature: {scores.signature}")]
