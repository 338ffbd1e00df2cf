"""Figures drawn as inline SVG: no text inside, so that they stretch to any width; what they show stands beside them."""

from __future__ import annotations

from collections.abc import Sequence

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
