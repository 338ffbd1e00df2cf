"""What two records of one text differ in: field by field, with the place in the text and the guideline page that settles it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any, NamedTuple

from .guide import pages
from .pairing import Both, renamed, side_by_side
from .records import (
    ANNOTATED,
    ATTRIBUTION_ATTRIBUTES,
    SPAN_FIELDS,
    Attribution,
    Document,
    Event,
    Mention,
    Span,
    Spans,
    factuality_tag,
)

LAYER_OF = {
    "E": "coreference",
    "M": "entities",
    "V": "events",
    "L": "coreference",
    "A": "attribution",
    "F": "factuality",
    "C": "claims",
}
_AROUND = 40


class Value(NamedTuple):
    """What one record says: a label, and words of the text where it is about words."""

    label: str
    spans: Spans = ()


class Difference(NamedTuple):
    """One thing on which two records differ.

    `item` is its id in the first record, or the one that it gets beside it; `field` is `item` where only one record has
    it (the other is `None`); `spans` say where it stands; `labels` are the sections of the guidelines that are concerned.
    """

    doc: str
    layer: str
    item: str
    field: str
    first: Value | None
    second: Value | None
    spans: Spans
    labels: tuple[str, ...] = ()

    @property
    def pages(self) -> tuple[str, ...]:
        """The places in `guidelines/` that settle it."""
        return pages(self.layer, self.field, self.labels)


def differences(first: Document, second: Document, layers: Container[str] = ANNOTATED) -> list[Difference]:
    """Return all differences of two records of one text in some layers, in order of layer and text."""
    found = list(_Laid(first, renamed(first, second)).all())
    return sorted((d for d in found if d.layer in layers), key=lambda d: ANNOTATED.index(d.layer))


def of_item(both: Both, first: Document, second: Document) -> list[Difference]:
    """Return what an item differs in; the second record is named as `renamed` names it."""
    return list(_Laid(first, second).of(both))


def said(value: object) -> str:
    """Return a value in words, `(none)` where it is absent."""
    return "(none)" if value is None else str(value)


def show(value: Value | None, text: str | None) -> str:
    """Return a value in words, `-` for none; offsets where the text is not at hand."""
    if value is None:
        return "-"
    words = " ++ ".join(f"[{s}-{e}]" if text is None else repr(" ".join(text[s:e].split())) for s, e in value.spans)
    return " ".join(part for part in (words, value.label) if part) or "-"


def around(spans: Spans, text: str | None) -> str:
    """Return the words where something stands with what is around them, on one line."""
    if text is None or not spans:
        return ", ".join(f"{s}-{e}" for s, e in spans)
    start, end = spans[0][0], spans[0][1]
    before, after = text[max(start - _AROUND, 0) : start], text[end : end + _AROUND]
    return " ".join(f"...{before}[{text[start:end]}]{after}...".split())


class _Laid:
    def __init__(self, first: Document, second: Document):
        self.first, self.second = first, second
        self.places = [_spans_of(r) for r in (first, second)]
        self.anchors: list[Mapping[str, Spans]] = [_anchors(r) for r in (first, second)]
        self.names = {e.id: e.name for r in (second, first) for e in r.entities or ()}

    def all(self) -> Iterator[Difference]:
        for both in side_by_side(self.first, self.second):
            yield from self.of(both)

    def of(self, both: Both) -> Iterator[Difference]:
        kind, x, y = both.kind, both.first, both.second
        layer = LAYER_OF[kind]
        spans = self._where(both)
        if x is None or y is None:
            if kind == "E":  # entities are seen in the mentions that belong to them
                return
            side = 0 if y is None else 1
            value, labels = self._whole(kind, y if x is None else x, side)
            field = "link" if kind == "L" else "item"
            a, b = (value, None) if y is None else (None, value)
            yield Difference(self.first.doc, layer, both.name, field, a, b, spans, labels)
            return
        for field, a, b, labels in _FIELDS[kind](self, x, y):
            if a != b:
                at = "coreference" if field in ("entity", "event") else layer
                yield Difference(self.first.doc, at, both.name, field, a, b, spans, labels)

    def _where(self, both: Both) -> Spans:
        x, side = (both.first, 0) if both.first is not None else (both.second, 1)
        if both.kind in "MV":
            return ((x.start, x.end),)
        if both.kind == "A":
            return _anchor(x)
        if both.kind == "F":
            return self.anchors[side].get(x.event, ())
        if both.kind == "C":
            return self.anchors[side].get(x.head, ())
        if both.kind == "L":
            return self.anchors[side].get(x.source, ())
        return self.anchors[side].get(x.id, ()) or self.anchors[1 - side].get(x.id, ())

    def _whole(self, kind: str, x: Any, side: int) -> tuple[Value, tuple[str, ...]]:
        if kind in "MV":
            return Value(x.type, ((x.start, x.end),)), (x.type,)
        if kind == "A":
            return Value("", (*x.source, *x.cue, *x.content)), ()
        if kind == "F":
            return self._tag(x), (f"tag={factuality_tag(x.certainty, x.polarity)}",)
        if kind == "C":
            return Value(f"of {x.source}", self.anchors[side].get(x.head, ())), ()
        return Value(f"{x.source} {x.relation} {x.target}"), (f"link={x.relation}",)

    def _tag(self, x: Any) -> Value:
        return Value(f"{x.source} {factuality_tag(x.certainty, x.polarity) or f'{x.certainty} {x.polarity}'}")

    def entity(self, x: Any, y: Any) -> Iterator[_Field]:
        yield "type", Value(x.type), Value(y.type), (x.type, y.type)

    def mention(self, x: Mention, y: Mention) -> Iterator[_Field]:
        yield "span", Value("", ((x.start, x.end),)), Value("", ((y.start, y.end),)), ()
        yield "type", Value(x.type), Value(y.type), (x.type, y.type)
        yield "head", Value("", _one(x.head)), Value("", _one(y.head)), ()
        yield _plain("level", x, y)
        yield "value", Value(said(x.value)), Value(said(y.value)), ()
        yield "entity", self._named(x.entity), self._named(y.entity), ()

    def event(self, x: Event, y: Event) -> Iterator[_Field]:
        yield "span", Value("", ((x.start, x.end),)), Value("", ((y.start, y.end),)), ()
        yield "type", Value(x.type), Value(y.type), (x.type, y.type)
        for name in ("genericity", "tense", "polarity", "degree", "detail"):
            yield _plain(name, x, y)
        yield "event", Value(said(x.event)), Value(said(y.event)), ()
        left, right = {(a.role, a.target) for a in x.arguments}, {(a.role, a.target) for a in y.arguments}
        for role, target in sorted(left ^ right):
            side = 0 if (role, target) in left else 1
            value = Value(role, _one(self.places[side].get(target)))
            yield "argument", *((value, None) if side == 0 else (None, value)), (f"role:{role}",)

    def attribution(self, x: Attribution, y: Attribution) -> Iterator[_Field]:
        for name in SPAN_FIELDS:
            yield name, Value("", getattr(x, name)), Value("", getattr(y, name)), (f"span:{name}",)
        for name in ATTRIBUTION_ATTRIBUTES:
            yield _plain(name, x, y)
        yield "source_entity", self._named(x.source_entity), self._named(y.source_entity), ()
        yield "parent", Value(said(x.parent)), Value(said(y.parent)), ()
        statuses = {n.status for n in (*x.chain, *y.chain)} - {"explicit"}
        yield "chain", self._chain(x), self._chain(y), tuple(f"chain={s}" for s in sorted(statuses))

    def value(self, x: Any, y: Any) -> Iterator[_Field]:
        tags = tuple(f"tag={factuality_tag(f.certainty, f.polarity)}" for f in (x, y))
        yield "tag", self._tag(x), self._tag(y), tags
        yield "evidence", Value("", x.evidence), Value("", y.evidence), ()

    def claim(self, x: Any, y: Any) -> Iterator[_Field]:
        yield "source", Value(x.source), Value(y.source), ()

    def link(self, x: Any, y: Any) -> Iterator[_Field]:
        yield "link", Value(x.relation), Value(y.relation), (f"link={x.relation}", f"link={y.relation}")

    def _named(self, name: str | None) -> Value:
        return Value(said(None) if name is None else f"{name} {self.names.get(name, '')}".strip())

    def _chain(self, a: Attribution) -> Value:
        nodes = (
            f"{f'{n.node} {self.names[n.node]}' if n.node in self.names else n.node}{'' if n.status == 'explicit' else f' ({n.status})'}"
            for n in a.chain
        )
        return Value(" > ".join(nodes))


_Field = tuple[str, Value | None, Value | None, tuple[str, ...]]
_FIELDS = {
    "E": _Laid.entity,
    "M": _Laid.mention,
    "V": _Laid.event,
    "L": _Laid.link,
    "A": _Laid.attribution,
    "F": _Laid.value,
    "C": _Laid.claim,
}


def _plain(name: str, x: Any, y: Any) -> _Field:
    a, b = getattr(x, name), getattr(y, name)
    return name, Value(said(a)), Value(said(b)), tuple(f"{name}={v}" for v in (a, b) if v is not None)


def _one(span: Span | None) -> Spans:
    return () if span is None else (span,)


def _spans_of(record: Document) -> dict[str, Span]:
    return {x.id: (x.start, x.end) for layer in (record.mentions, record.events) for x in layer or ()}


def _anchor(a: Attribution) -> Spans:
    return a.cue or a.content


def _anchors(record: Document) -> dict[str, Spans]:
    """Return where each item stands; an entity or event at its first mention."""
    found: dict[str, Spans] = {a.id: _anchor(a) for a in record.attributions or ()}
    for layer, field in ((record.mentions, "entity"), (record.events, "event")):
        for x in layer or ():
            found[x.id] = ((x.start, x.end),)
            group = getattr(x, field)
            if group is not None:
                found.setdefault(group, ((x.start, x.end),))
    return found
