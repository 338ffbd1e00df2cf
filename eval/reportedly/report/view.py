"""An annotated article as a self-contained page: no network, everything escaped.

Mentions nest as elements; triggers, cues, sources and contents mark the segments between their boundaries. What a
segment belongs to stands in its `data-i`, and the script shows those items; without the script, and in print, the tables
below the text say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import msgspec

from ..labels import coarse
from ..records import Attribution, Document, Event, Mention, Spans, factuality_tag
from .marks import Mark, html, lines, segments
from .sources import Shown

LAYERS = (("m", "mentions"), ("v", "events"), ("c", "contents"), ("s", "sources"), ("q", "cues"), ("l", "claims"))


def page(shown: Sequence[Shown]) -> str:
    """Return one HTML page with all documents."""
    title = shown[0].record.doc if len(shown) == 1 else f"{len(shown)} documents"
    toggles = "".join(
        f'<label><input type="checkbox" checked data-layer="{k}"> <span class="key {k}">{name}</span> <kbd>{n}</kbd></label>'
        for n, (k, name) in enumerate(LAYERS, 1)
    )
    links = (
        "".join(f'<li><a href="#{escape(s.record.doc)}">{escape(s.record.doc)}</a></li>' for s in shown)
        if len(shown) > 1
        else ""
    )
    body = (
        f'<header><strong>Reportedly</strong><div class="toggles" role="group" aria-label="Layers">{toggles}</div></header>'
        + (f'<nav aria-label="Documents"><ul>{links}</ul></nav>' if links else "")
        + "<main>"
        + "\n".join(_Article(s).html() for s in shown)
        + '</main><aside id="details" aria-live="polite" hidden></aside>'
    )
    return html(title, "view", body)


class _Article:
    """One document as HTML."""

    def __init__(self, shown: Shown):
        self.r: Document = shown.record
        self.text = shown.text
        self.caption = shown.caption
        self.names = {e.id: e.name for e in self.r.entities or ()}
        self.heads = {x.id: x for layer in (self.r.mentions, self.r.events) for x in layer or ()}
        self.marks: list[Mark] = self._marks()

    def _marks(self) -> list[Mark]:
        claimed = {c.head for c in self.r.claims or ()}
        marks = [Mark(v.start, v.end, "v" + (" l" if v.id in claimed else ""), v.id) for v in self.r.events or ()]
        marks += [Mark(m.start, m.end, "l", m.id) for m in self.r.mentions or () if m.id in claimed]
        for a in self.r.attributions or ():
            for name, kind in (("content", "c"), ("source", "s"), ("cue", "q")):
                marks += [Mark(s, e, kind, a.id) for s, e in getattr(a, name)]
            for name in ("recipient", "channel", "basis", "anonymity_reason"):
                marks += [Mark(s, e, "s", a.id) for s, e in getattr(a, name)]
        return marks

    def html(self) -> str:
        doc = escape(self.r.doc)
        body = "\n".join(
            f'<{x.tag} class="r {x.kind}">{self._line(x.start, x.end)}</{x.tag}>'
            for x in lines(self.text, self.r.regions or ())
        )
        return (
            f'<article id="{doc}"><h2>{doc}</h2><p class="caption">{escape(self.caption)}</p>'
            f'<div class="text">{body}</div>{self._tables()}'
            f'<script type="application/json" class="items">{self._items()}</script></article>'
        )

    def _line(self, start: int, end: int) -> str:
        inside = sorted(
            (m for m in self.r.mentions or () if start <= m.start and m.end <= end), key=lambda m: (m.start, -m.end)
        )
        return "".join(self._nested(start, end, inside))

    def _nested(self, start: int, end: int, mentions: list[Mention]) -> Iterator[str]:
        at = start
        while mentions:
            m = mentions.pop(0)
            if m.start < at:
                continue
            inner = [x for x in mentions if x.end <= m.end]
            mentions[:] = [x for x in mentions if x.end > m.end]
            yield from self._segments(at, m.start)
            label = escape(m.type)
            yield f'<span class="m t-{escape(coarse(m.type))}" data-i="{escape(m.id)}" title="{label}">'
            yield from self._nested(m.start, m.end, inner)
            yield "</span>"
            at = m.end
        yield from self._segments(at, end)

    def _segments(self, start: int, end: int) -> Iterator[str]:
        for words, over in segments(self.text, start, end, self.marks):
            if not over:
                yield words
                continue
            kinds = " ".join(dict.fromkeys(k for m in over for k in m.kind.split()))
            ids = " ".join(dict.fromkeys(escape(m.item) for m in over))
            focus = ' tabindex="0" role="button"' if {"v", "q"} & set(kinds.split()) else ""
            yield f'<span class="g {kinds}" data-i="{ids}"{focus}>{words}</span>'

    def cut(self, spans: Spans) -> str:
        """Return the words of fragments."""
        return " … ".join(" ".join(self.text[s:e].split()) for s, e in spans)

    def chain(self, a: Attribution) -> str:
        """Return the chain of an attribution by names."""
        return " → ".join(
            f"{self.names.get(n.node, n.node)}{'' if n.status == 'explicit' else f' ({n.status})'}" for n in a.chain
        )

    def _facts(self, v: Event) -> list[str]:
        return [
            f"{f.source} {factuality_tag(f.certainty, f.polarity) or f.certainty}"
            for f in self.r.factuality or ()
            if f.event == v.id
        ]

    def _roles(self, v: Event) -> list[str]:
        found = ((a.role, self.heads.get(a.target)) for a in v.arguments)
        return [f"{role}: {self.text[x.start : x.end]}" for role, x in found if x is not None]

    def _claims(self, head: str) -> list[str]:
        return [f"{c.id} of {c.source}" for c in self.r.claims or () if c.head == head]

    def _items(self) -> str:
        """Return what the details panel says of each item, as JSON that no text can break out of."""
        items: dict[str, Any] = {}
        for m in self.r.mentions or ():
            what = [m.type, m.level, self.names.get(m.entity or ""), m.value]
            items[m.id] = ["mention", self.text[m.start : m.end], *(x for x in what if x), *self._claims(m.id)]
        for v in self.r.events or ():
            what = [v.genericity, v.tense, v.polarity, v.degree, v.detail]
            attributes = " ".join(x for x in what if x)
            items[v.id] = [
                "event",
                self.text[v.start : v.end],
                v.type,
                attributes,
                *self._roles(v),
                *self._facts(v),
                *self._claims(v.id),
            ]
        for a in self.r.attributions or ():
            kinds = [a.relation, a.cue_type, a.source_kind, a.source_role, a.basis_type, a.author_stance, a.status]
            inside = [f"inside {a.parent}"] if a.parent else []
            extra = [
                f"{n}: {self.cut(getattr(a, n))}"
                for n in ("recipient", "channel", "basis", "anonymity_reason")
                if getattr(a, n)
            ]
            items[a.id] = [
                "attribution",
                self.cut(a.content),
                self.chain(a),
                " · ".join(k for k in kinds if k),
                *inside,
                *extra,
            ]
        return msgspec.json.encode(items).decode().replace("<", "\\u003c").replace("&", "\\u0026")

    def _tables(self) -> str:
        acts = [
            (
                a.id,
                self.cut(a.source) or "–",
                self.cut(a.cue) or "–",
                self.cut(a.content),
                self.chain(a),
                a.parent or "",
            )
            for a in self.r.attributions or ()
        ]
        events = [
            (
                v.id,
                self.text[v.start : v.end],
                v.type,
                "; ".join(self._roles(v)),
                ", ".join(self._facts(v)),
                ", ".join(self._claims(v.id)),
            )
            for v in self.r.events or ()
        ]
        return (
            _table("Attributions", ("id", "source", "cue", "content", "chain", "inside"), acts)
            + _table("Events", ("id", "trigger", "type", "arguments", "factuality", "claims"), events)
            + _table("Entities", ("id", "name", "type", "mentions"), self._entities())
        )

    def _entities(self) -> list[tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for m in self.r.mentions or ():
            found.setdefault(m.entity or "", []).append(self.text[m.start : m.end])
        return [(e.id, e.name, e.type, ", ".join(dict.fromkeys(found.get(e.id, ())))) for e in self.r.entities or ()]


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    cells = "".join(f"<th scope=col>{h}</th>" for h in head)
    lines = "".join(
        "<tr>" + "".join(f'<td data-h="{h}">{escape(c)}</td>' for h, c in zip(head, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f"<details><summary>{title} ({len(rows)})</summary><table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table></details>"
