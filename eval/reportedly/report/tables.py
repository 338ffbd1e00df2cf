"""Tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from ..agreement import Agreement
from ..metrics import HEAD
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


def print_scores(scores: Scores) -> None:
    """Print F1 with its interval, precision, recall and counts of each metric, then what is missing, then the signature."""
    rows = []
    found = scores.to_json()
    for name, m in found["metrics"].items():
        counts = [f"{m['counts'][k]:,}" if k in m["counts"] else "" for k in ("tp", "gold", "system")]
        between = m["intervals"]["f1"]
        shown = f"{between[0]:.3f}-{between[1]:.3f}" if between else ""
        rows.append((name, figure(m["f1"]), shown, figure(m.get("precision")), figure(m.get("recall")), *counts))
    print_table(("metric", "F1", "95 %", "precision", "recall", "tp", "gold", "system"), rows)
    for s in found["summary"].values():
        print(f"summary, the mean of F1 of {', '.join(HEAD)}: {figure(s['value'])}")
    for line in notes(scores):
        print(line)


def notes(scores: Scores) -> list[str]:
    """Return what has to be known beside the figures: intervals that cannot be, missing documents, layers, signature."""
    found = [said] if scores.settings.resamples and (said := caution(scores.units)) else []
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
    return [*found, f"signature: {scores.signature}"]


def print_agreement(found: Agreement, annotators: Sequence[str]) -> None:
    """Print F1 by metric and kappa by attribute."""
    print(f"{annotators[0]} and {annotators[1]}, {len(found.documents)} documents: {', '.join(found.documents)}")
    print_table(("metric", "F1"), [(name, figure(x)) for name, x in found.f1.items()])
    print()
    rows = [(name, str(k.items), figure(k.observed), figure(k.kappa)) for name, k in found.kappa.items()]
    print_table(("attribute of matched items", "items", "agreement", "kappa"), rows)
