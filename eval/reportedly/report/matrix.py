"""Tables of confusions for pages: rows are one side's values, columns the other's; only values that were ever confused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

MOST = 24
"""How many values a table of confusions shows."""

LISTED = 30
"""How many confusions are listed below a table."""

Cell = tuple[str | None, str | None]


class Sides(NamedTuple):
    """What the total of a row is called, the column of rows without partner and the row of columns without, if any."""

    all: str
    missed: tuple[str, ...] = ()
    spurious: tuple[str, ...] = ()


SCORED = Sides("all of gold", ("missed",), ("spurious",))


def confusion(title: str, cells: Counter[Cell], opened: bool = False, sides: Sides = SCORED) -> str:
    """Return the pairs of values as a table of those that are confused, the most frequent confusions, and the rest in words."""
    wrong = {(g, s): n for (g, s), n in cells.items() if g is not None and s is not None and g != s}
    equal = sum(n for (g, s), n in cells.items() if g == s)
    pairs = equal + sum(wrong.values())
    weight: Counter[str] = Counter()
    for (g, s), n in wrong.items():
        weight[g] += n
        weight[s] += n
    shown = sorted(sorted(weight, key=lambda v: (-weight[v], v))[:MOST])
    left = len(weight) - len(shown)
    more = f" The {MOST} values that are confused most are shown, {left} others are not." if left else ""
    never = sorted(
        ((n, g) for (g, s), n in cells.items() if g is not None and g == s and g not in weight),
        key=lambda x: (-x[0], x[1]),
    )
    alone = f"<p>Never confused: {escape(', '.join(f'{g} ({n:,})' for n, g in never))}.</p>" if never else ""
    sentence = (
        f"<p>{equal:,} of {pairs:,} pairs have equal values{f' ({equal / pairs:.3f})' if pairs else ''}.{more}</p>"
    )
    inside = sentence + (_matrix(shown, cells, sides) + _frequent(wrong) if shown else "") + alone
    return f"<details{' open' if opened else ''}><summary>{escape(title)} <small>{equal:,} of {pairs:,}</small></summary>{inside}</details>"


def _matrix(values: Sequence[str], cells: Counter[Cell], sides: Sides) -> str:
    rows: dict[str | None, int] = Counter()
    for (g, _), n in cells.items():
        rows[g] += n
    top = max((n for (g, s), n in cells.items() if g in values and s in values), default=1)
    heads = "".join(f"<th scope=col><span>{escape(v)}</span></th>" for v in (*values, *sides.missed))
    lines = "".join(
        f"<tr><th scope=row>{escape(sides.spurious[0] if g is None else g)}</th><td class=n>{rows[g]:,}"
        + "".join(_cell(cells[g, s], top, g, s) for s in (*values, *(None for _ in sides.missed)))
        + "</tr>"
        for g in (*values, *(None for _ in sides.spurious))
    )
    return f"<div class=scroll tabindex=0><table class=matrix><thead><tr><th></th><th scope=col><span>{escape(sides.all)}</span></th>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"


def _cell(n: int, top: int, gold: str | None, system: str | None) -> str:
    if not n:
        return "<td>"
    kind = "none" if gold is None or system is None else "equal" if gold == system else "other"
    depth = min(round(0.12 + 0.5 * (n / top) ** 0.5, 2), 0.62)
    return f'<td class="{kind}" style="--d:{depth}">{n:,}'


def _frequent(wrong: dict[tuple[str, str], int]) -> str:
    ordered = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))
    rows = "".join(f"<li>{escape(g)} → {escape(s)} <b>{n:,}</b></li>" for (g, s), n in ordered[:LISTED])
    rest = sum(n for _, n in ordered[LISTED:])
    more = f"<li>{len(ordered) - LISTED:,} others <b>{rest:,}</b></li>" if rest else ""
    return f"<ul class=pairs>{rows}{more}</ul>"
