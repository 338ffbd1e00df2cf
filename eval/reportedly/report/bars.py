"""Bar charts as SVG files for Markdown pages: a bar a row, side by side for a few groups, figures written beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

COLOURS = {"published": "#1565c0", "reports": "#c25e00", "theatre": "#2e7d32"}
OTHER = "#6a1b9a"
LABEL, WIDTH, BAR, GAP = 190, 720, 11, 8


def bars(title: str, rows: Sequence[str], groups: Mapping[str, Sequence[float]]) -> bytes:
    """Return a chart: for each row one bar a group; values are shares from 0 to 1."""
    tall = BAR * len(groups) + GAP
    top = 58
    height = top + tall * len(rows) + 8
    most = max((v for values in groups.values() for v in values), default=0) or 1
    scale = (WIDTH - LABEL - 70) / most
    marks = [f'<text x="12" y="24" class="title">{escape(title)}</text>']
    x = 12.0
    for name in groups:
        marks.append(f'<rect x="{x:g}" y="36" width="10" height="10" fill="{COLOURS.get(name, OTHER)}"/>')
        marks.append(f'<text x="{x + 15:g}" y="45">{escape(name)}</text>')
        x += 30 + 7.2 * len(name)
    for n, row in enumerate(rows):
        y = top + tall * n
        marks.append(f'<text x="{LABEL - 8}" y="{y + (tall - GAP) / 2 + 4:g}" class="row">{escape(row)}</text>')
        for k, (name, values) in enumerate(groups.items()):
            wide = values[n] * scale
            marks.append(
                f'<rect x="{LABEL}" y="{y + BAR * k}" width="{wide:.1f}" height="{BAR - 2}" fill="{COLOURS.get(name, OTHER)}"/>'
            )
            marks.append(f'<text x="{LABEL + wide + 5:.1f}" y="{y + BAR * k + 8}" class="n">{values[n]:.1%}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{escape(title)}</title><style>text{{font:12px sans-serif;fill:#1b1b1f}}.title{{font-size:15px;font-weight:bold}}"
        ".row{text-anchor:end}.n{font-size:9.5px;fill:#5c5f66}</style>"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>{"".join(marks)}</svg>\n'
    ).encode()
