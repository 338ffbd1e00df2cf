"""Marks on a text that pages share: lines of regions, and the stretches between the boundaries of marks."""

from __future__ import annotations

import itertools
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import NamedTuple

from ..records import Region


class Mark(NamedTuple):
    """A stretch of text, of what kind it is, and the id of the item that it belongs to."""

    start: int
    end: int
    kind: str
    item: str


class Line(NamedTuple):
    """A line of a region that is not empty, and the element that shows it."""

    tag: str
    kind: str
    start: int
    end: int


def lines(text: str, regions: Iterable[Region]) -> Iterator[Line]:
    """Yield the lines of all regions, in order."""
    for region in regions:
        at = region.start
        for line in text[region.start : region.end].split("\n"):
            if line.strip():
                tag = {"headline": "h3", "crosshead": "h4"}.get(region.kind, "p")
                yield Line(tag, region.kind, at, at + len(line))
            at += len(line) + 1


def segments(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[tuple[str, list[Mark]]]:
    """Yield the escaped words between the boundaries of marks, with the marks that they stand under."""
    near = [m for m in marks if m.start < end and start < m.end]
    cuts = sorted({start, end} | {p for m in near for p in (m.start, m.end) if start < p < end})
    for low, high in itertools.pairwise(cuts):
        yield escape(text[low:high]), [m for m in near if m.start <= low and high <= m.end]


def html(title: str, name: str, body: str) -> str:
    """Return a page with the style sheets `base` and `name` and the script `name`.

    It fetches nothing, and its policy lets nothing run but this script.
    """
    here = files("reportedly.report")
    css = "".join((here / f"{sheet}.css").read_text("utf-8") for sheet in ("base", name))
    js = (here / f"{name}.js").read_text("utf-8")
    allowed = b64encode(sha256(js.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Reportedly</title><style>{css}</style></head>\n<body>{body}"
        f"<script>{js}</script></body></html>\n"
    )
