"""Rows of figures for pages, drawn as inline SVG: no text inside, so that they stretch to any width, what they show beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from .tables import figure

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)

AXIS = '<span class="axis" aria-hidden="true">' + "".join(f"<i>{t:g}</i>" for t in TICKS) + "</span>"
"""The head of a column of plots."""


def plot(value: float | None, interval: Sequence[float] | None) -> str:
    """Return a figure as a tick on a scale from 0 to 1, its interval as a bar; only the scale where it is undefined."""
    grid = "".join(f'<line class="grid" x1="{100 * t:g}" x2="{100 * t:g}" y1="0" y2="16"/>' for t in TICKS)
    bar, tick = "", ""
    if interval:
        start, end = (_at(x) for x in interval)
        bar = f'<rect class="interval" x="{start:.2f}" y="4" width="{max(end - start, 0.4):.2f}" height="8"/>'
    if value is not None:
        x = _at(value)
        tick = f'<line class="value" x1="{x:.2f}" x2="{x:.2f}" y1="1" y2="15"/>'
    return (
        f'<svg class="plot" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">{grid}{bar}{tick}</svg>'
    )


def _at(value: float) -> float:
    return 100 * min(max(value, 0.0), 1.0)


def section(name: str, title: str, inside: str) -> str:
    """Return a section of a page under a heading."""
    return f'<section id="{name}"><h2>{title}</h2>{inside}</section>'


def plots(
    title: str,
    heads: tuple[str, str, str],
    rows: Iterable[tuple[str, float | None, Sequence[float] | None, str]],
    opened: bool = False,
) -> str:
    """Return rows of a label, a figure, its interval and a note."""
    body = "".join(row(*cells) for cells in rows)
    head = f'<div class="row head"><span>{heads[0]}</span><span>{heads[1]}</span><span>95 %</span>{AXIS}<span>{heads[2]}</span></div>'
    return f"<details{' open' if opened else ''}><summary>{escape(title)}</summary><div class=family>{head}{body}</div></details>"


def row(label: str, value: float | None, interval: Sequence[float] | None, note: str) -> str:
    """Return a label, a figure, its interval, both drawn, and a note."""
    return (
        f"<div class=row><span class=name>{escape(label)}</span><span class=n>{figure(value)}</span>"
        f"<span class=n>{between(interval)}</span>{plot(value, interval)}<span class=math>{math(note)}</span></div>"
    )


def between(interval: Sequence[float] | None) -> str:
    """Return an interval, a dash where there is none."""
    return f"{interval[0]:.3f}–{interval[1]:.3f}" if interval else "–"


def math(expression: str) -> str:
    """Return an expression that may break after its operators."""
    return escape(expression).replace("/", "/<wbr>").replace("·", "·<wbr>")
