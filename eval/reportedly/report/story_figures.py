"""Figures of a reporting graph as inline SVG: a column for each document in the order of time, a row for each source or claim."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from ..reporting import Graph, Source, Told
from ..stories import COPIES

COLUMN, ROW, HEAD, LANE = 56, 26, 34, 30
"""Width of a column, heights of a row, of the dates and of an outlet, in pixels."""

SHARED = ("same-utterance", "same-source", "same-network")

_KEYS = {
    "sources": (
        ('<i class="key ring"></i>', "a document in the row of its outlet"),
        ('<i class="key copied"></i>', "derives wholly from, (broken) partly from; grey: undecided"),
        ('<i class="key dot"></i>', "the source speaks in this document; larger for more claims"),
        ('<i class="key dot red"></i>', "one of the claims is contradicted"),
        ('<i class="key chain"></i>', "passes on what the other says"),
    ),
    "claims": (
        ('<i class="key dot"></i>', "told as a source's"),
        ('<i class="key ring"></i>', "told in the outlet's own voice"),
        ('<i class="key copied"></i>', "copied; with a tick where something changed on the way"),
        ('<i class="key shared"></i>', "from the same source or utterance"),
        ('<i class="key against"></i>', "contradict each other"),
    ),
}


def legend(name: str) -> str:
    """Return what the marks of the figures of sources or of claims mean."""
    return f'<p class="keys">{"".join(f"<span>{mark} {escape(said)}</span>" for mark, said in _KEYS[name])}</p>'


def sources_figure(graph: Graph, sources: Sequence[Source], outlets: bool = True) -> str:
    """Return outlets with their documents and derivations, and below the sources in the documents where they speak."""
    lanes = list(dict.fromkeys(d.outlet for d in graph.documents)) if outlets else []
    top = HEAD + LANE * len(lanes)
    place = {s.id: top + ROW * n + ROW // 2 for n, s in enumerate(sources)}
    contradicted = graph.contradicted()
    counts: dict[tuple[str, str], list[str]] = {}
    steps: set[tuple[str, str, str]] = set()
    for claim in graph.claims:
        for t in claim.tellings:
            stations = [s.at for s in t.chain if s.at != t.doc] or [x for x in (t.source,) if x]
            for at in dict.fromkeys(stations):
                counts.setdefault((at, t.doc), []).append(claim.id)
            steps |= {(t.doc, a, b) for a, b in itertools.pairwise(stations)}
    marks: list[str] = []
    if outlets:
        marks += _derivations(graph, lanes)
        for n, d in enumerate(graph.documents, 1):
            y = HEAD + LANE * lanes.index(d.outlet) + LANE // 2
            said = escape(f"{d.outlet}, {d.date}: {d.register}")
            marks.append(f'<g class="report"><title>{said}</title><circle cx="{_x(n)}" cy="{y}" r="11"/>')
            marks.append(f'<text x="{_x(n)}" y="{y + 4}">{n}</text></g>')
    columns = {d.doc: n for n, d in enumerate(graph.documents, 1)}
    for s in sources:
        ends = [columns[d] for d in s.documents]
        if len(ends) > 1:
            y = place[s.id]
            marks.append(f'<line class="row" x1="{_x(ends[0])}" x2="{_x(ends[-1])}" y1="{y}" y2="{y}"/>')
    for doc, one, other in sorted(steps):
        if one in place and other in place:
            x, a, b = _x(columns[doc]), place[one], place[other]
            marks.append(f'<path class="chain" d="M{x + 4} {a} C{x + 22} {a} {x + 22} {b} {x + 5} {b}"/>')
    for s in sources:
        for doc in s.documents:
            claims = list(dict.fromkeys(counts.get((s.id, doc), ())))
            red = " red" if contradicted.intersection(claims) else ""
            said = escape(f"{s.name} in {doc}: {len(claims)} claims")
            size = 3 + min(len(claims), 9) ** 0.5 * 1.6
            x, y = _x(columns[doc]), place[s.id]
            marks.append(f'<circle class="dot{red}" cx="{x}" cy="{y}" r="{size:.1f}"><title>{said}</title></circle>')
    labels = [("outlet", LANE, name, name) for name in lanes]
    labels += [("source", ROW, s.name, f"{s.name}: {', '.join((*s.kinds, *s.roles))}") for s in sources]
    return _figure(graph, labels, marks, top + ROW * len(sources))


def claims_figure(graph: Graph, claims: Sequence[Told]) -> str:
    """Return claims in the documents that tell them, with what was copied from where and what contradicts what."""
    if not claims:
        return ""
    place = {c.id: HEAD + ROW * n + ROW // 2 for n, c in enumerate(claims)}
    columns = {d.doc: n for n, d in enumerate(graph.documents, 1)}
    row = {(t.doc, t.claim): place[c.id] for c in claims for t in c.tellings}
    marks: list[str] = []
    for d in graph.dependence:
        one, other = (d.source.doc, d.source.id), (d.target.doc, d.target.id)
        kind = "copied" if d.kind in COPIES else "shared" if d.kind in SHARED else ""
        if kind and one in row and other in row:
            said = escape(f"{d.source.doc} to {d.target.doc}: {d.kind}" + "".join(f", {m}" for m in d.mutations))
            marks += _arc((_x(columns[d.source.doc]), row[one]), (_x(columns[d.target.doc]), row[other]), kind, said)
            if d.mutations and kind == "copied":
                x, y = _middle((_x(columns[d.source.doc]), row[one]), (_x(columns[d.target.doc]), row[other]))
                marks.append(f'<path class="tick" d="M{x - 3:g} {y - 5:g}l6 10"><title>{said}</title></path>')
    brackets = [r for r in graph.relations if r.relation == "contradicts" and r.source in place and r.target in place]
    for n, r in enumerate(sorted(brackets, key=lambda r: abs(place[r.source] - place[r.target]))):
        x, a, b = 20 - n % 4 * 5, place[r.source], place[r.target]
        said = escape(f"{r.facet}, {r.status}")
        marks.append(f'<path class="against {r.status}" d="M24 {a}H{x}V{b}H24"><title>{said}</title></path>')
    for c in claims:
        for doc in dict.fromkeys(t.doc for t in c.tellings):
            own = all(t.attribution is None for t in c.tellings if t.doc == doc)
            said = escape(f"{c.name}: {doc}")
            marks.append(
                f'<circle class="{"ring" if own else "dot"}" cx="{_x(columns[doc])}" cy="{place[c.id]}" r="5"><title>{said}</title></circle>'
            )
    labels = [("claim", ROW, c.name, c.id) for c in claims]
    return _figure(graph, labels, marks, HEAD + ROW * len(claims))


def _derivations(graph: Graph, lanes: Sequence[str]) -> Iterator[str]:
    at = {d.doc: (_x(n), HEAD + LANE * lanes.index(d.outlet) + LANE // 2) for n, d in enumerate(graph.documents, 1)}
    for d in (d for d in graph.derivations if d.extent != "none"):
        said = escape(f"{d.doc} derives {d.extent} from {d.derived_from}")
        (x1, y1), (x2, y2) = at[d.derived_from], at[d.doc]
        if y1 == y2:
            yield from _arc((x1, y1), (x2, y2), f"copied {d.extent}", said)
        else:  # along the lane and then to it, so that it passes no other document
            bend = f"M{x1} {y1} C{x1 + (x2 - x1) * 0.75:g} {y1} {x2} {y1 + (y2 - y1) * 0.25:g} {x2} {y2}"
            yield f'<path class="copied {d.extent}" d="{bend}"><title>{said}</title></path>'


def _arc(start: tuple[int, int], end: tuple[int, int], kind: str, said: str) -> Iterator[str]:
    (x1, y1), (x2, y2) = start, end
    lift = 9 if y1 == y2 and abs(x1 - x2) > COLUMN else 0
    yield (
        f'<path class="{kind}" d="M{x1} {y1} C{(x1 + x2) / 2:g} {y1 - lift} {(x1 + x2) / 2:g} {y2 - lift} {x2} {y2}">'
        f"<title>{said}</title></path>"
    )


def _middle(start: tuple[int, int], end: tuple[int, int]) -> tuple[float, float]:
    lift = 6.75 if start[1] == end[1] and abs(start[0] - end[0]) > COLUMN else 0
    return (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - lift


def _x(column: int) -> int:
    return COLUMN * column


def _figure(graph: Graph, labels: Iterable[tuple[str, int, str, str]], marks: Iterable[str], height: int) -> str:
    width = COLUMN * (len(graph.documents) + 1)
    head = [
        f'<line class="column" x1="{_x(n)}" x2="{_x(n)}" y1="{HEAD}" y2="{height}"/>'
        for n, _ in enumerate(graph.documents, 1)
    ]
    for n, d in enumerate(graph.documents, 1):
        head.append(
            f'<text class="date" x="{_x(n)}" y="12">{n}</text><text class="date" x="{_x(n)}" y="27">{escape(_day(d.date))}</text>'
        )
    names = "".join(
        f'<div class="{kind}" style="height:{tall}px" title="{escape(more)}">'
        + (f'<a href="#{escape(more)}">{escape(name)}</a>' if kind == "claim" else escape(name))
        + "</div>"
        for kind, tall, name, more in labels
    )
    return (
        f'<div class="graph"><div class="names" style="padding-top:{HEAD}px">{names}</div><div class="scroll">'
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="documents from left to right by time">'
        f"{''.join(head)}{''.join(marks)}</svg></div></div>"
    )


def _day(date: str) -> str:
    """Return day and month of an ISO date."""
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    _, month, day = date.split("-")
    return f"{int(day)} {months[int(month) - 1]}"
