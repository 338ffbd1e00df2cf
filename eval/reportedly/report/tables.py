"""Tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from ..agreement import Agreement
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


def print_scores(scores: Scores) -> None:
    """Print precision, recall, F1 and counts of each metric, then what is missing, then the signature."""
    rows = []
    figures = scores.table.scores()
    for name in scores.table.rows:
        totals = scores.table.totals(name)
        counts = [f"{totals[k]:.0f}" if k in totals else "" for k in ("tp", "gold", "system")]
        rows.append(
            (
                name,
                figure(figures[name].get("precision")),
                figure(figures[name].get("recall")),
                figure(figures[name]["f1"]),
                *counts,
            )
        )
    print_table(("metric", "precision", "recall", "F1", "tp", "gold", "system"), rows)
    if scores.missing:
        print(f"missing documents, counted as empty: {', '.join(scores.missing)}")
    if scores.skipped:
        print(f"not attempted: {', '.join(scores.skipped)}")
    print(f"signature: {scores.signature}")


def print_agreement(found: Agreement, annotators: Sequence[str]) -> None:
    """Print F1 by metric and kappa by attribute."""
    print(f"{annotators[0]} and {annotators[1]}, {len(found.documents)} documents: {', '.join(found.documents)}")
    print_table(("metric", "F1"), [(name, figure(x)) for name, x in found.f1.items()])
    print()
    rows = [(name, str(k.items), figure(k.observed), figure(k.kappa)) for name, k in found.kappa.items()]
    print_table(("attribute of matched items", "items", "agreement", "kappa"), rows)
