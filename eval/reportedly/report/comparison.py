"""Comparisons and per-slice figures as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..compare import Comparison, cell_differences, cells_by_label
from ..metrics.slices import SLICES
from ..resample import interval
from ..slicing import Cell, Slices
from .tables import figure, print_table

LONGEST = 40
"""How many labels of a slice are printed; JSON has all."""


def print_comparison(found: Comparison) -> None:
    """Print figures and ranks of each system, then the differences with their tests, then slices and signatures."""
    rows = []
    whole = found.to_json()
    for metric in found.metrics:
        for system in whole["systems"]:
            if m := system["metrics"].get(metric):
                ranks = m["rank_range"]
                shown = f"{ranks[0]}-{ranks[1]}" if ranks else ""
                rank = "-" if m["rank"] is None else str(m["rank"])
                rows.append((metric, system["name"], figure(m["f1"]), _between(m["interval"]), rank, shown))
    print_table(("metric", "system", "F1", "95 %", "rank", "95 %"), rows)
    print()
    tests = [
        (
            d.metric,
            f"{d.first} - {d.second}",
            _signed(d.difference),
            _between(d.interval),
            _probability(d.p),
            _probability(d.p_holm),
        )
        for d in found.differences
    ]
    print_table(("metric", "systems", "difference", "95 %", "p", "p (Holm)"), tests)
    _print_cells(cells_by_label(found.slices))
    print()
    n = whole["tests"]
    if n:
        print(f"p: whole stories change places, {found.settings.resamples:,} times; Holm's correction over {n} tests")
    for line in whole["notes"]:
        print(line)
    for system in whole["systems"]:
        print(f"signature of {system['name']}: {system['signature']}")


def print_slices(slices: Slices, name: str = "F1") -> None:
    """Print the per-slice figures of one run."""
    _print_cells(cells_by_label({name: slices}))


def _print_cells(found: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Cell]]]]) -> None:
    for by, metrics in found.items():
        for metric, labels in metrics.items():
            systems = list(dict.fromkeys(name for cells in labels.values() for name in cells))
            print(f"\n{metric} by {by}")
            head = [by, "gold" if by in SLICES else "documents", "stories"]
            head += [h for name in systems for h in (name, "95 %")] + (
                ["difference", "95 %"] if len(systems) == 2 else []
            )
            print_table(head, [_row(label, cells, systems) for label, cells in list(labels.items())[:LONGEST]])
            if len(labels) > LONGEST:
                print(f"and {len(labels) - LONGEST:,} more: see --json")


def _row(label: str, cells: Mapping[str, Cell], systems: Sequence[str]) -> list[str]:
    row = [label, f"{max(c.size for c in cells.values()):,}", f"{max(c.units for c in cells.values()):,}"]
    for name in systems:
        cell = cells.get(name)
        row += (
            ["", ""]
            if cell is None
            else [figure(cell.to_json()["f1"]), _between(interval(cell.figures["f1"], cell.units)[0])]
        )
    if len(systems) == 2:
        apart = cell_differences(cells)
        row += [_signed(apart[0]["difference"]), _between(apart[0]["interval"])] if apart else ["", ""]
    return row


def _between(pair: Sequence[float] | None) -> str:
    return "" if pair is None else f"{pair[0]:.3f} to {pair[1]:.3f}"


def _signed(x: float | None) -> str:
    return "-" if x is None else f"{x:+.3f}"


def _probability(p: float | None) -> str:
    return "-" if p is None else f"{p:.4f}"
