"""Parquet schemas and dataset-card features, generated from the structs of `records.py`; rows of every config."""

from __future__ import annotations

import types
import typing
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal, NamedTuple, get_args, get_origin

import msgspec
import pyarrow as pa

from .corpus import Article
from .labels import coarse
from .records import ATTRIBUTION_ATTRIBUTES, SPAN_FIELDS, Document, Record, Spans, factuality_tag
from .tags import encode, outermost

_SCALARS: dict[Any, tuple[pa.DataType, str]] = {
    str: (pa.string(), "string"),
    int: (pa.int32(), "int32"),
    bool: (pa.bool_(), "bool"),
}


def arrow_type(annotation: Any) -> pa.DataType:
    """Return the Arrow type of a field: structs become structs, tuples lists, literals strings."""
    annotation = _plain(annotation)
    if annotation in _SCALARS:
        return _SCALARS[annotation][0]
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return pa.struct([pa.field(name, arrow_type(kind)) for name, kind in _fields(annotation)])
    return pa.list_(arrow_type(get_args(annotation)[0]))


def card_feature(name: str, annotation: Any) -> dict[str, Any]:
    """Return a field as the YAML of a dataset card writes it: `list:`, never `sequence:`, for lists of structs."""
    annotation = _plain(annotation)
    if annotation in _SCALARS:
        return {"name": name, "dtype": _SCALARS[annotation][1]}
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return {"name": name, "struct": [card_feature(n, kind) for n, kind in _fields(annotation)]}
    inner = card_feature("", get_args(annotation)[0])
    del inner["name"]
    return {"name": name, "list": inner.get("dtype", inner.get("struct", inner))}


@cache
def _fields(struct: type[Any]) -> list[tuple[str, Any]]:
    hints = typing.get_type_hints(struct)
    return [(f.encode_name, hints[f.name]) for f in msgspec.structs.fields(struct)]


def _plain(annotation: Any) -> Any:
    """Take off `Annotated`, `| None` and `Literal`."""
    if hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    if get_origin(annotation) in (typing.Union, types.UnionType):
        annotation = next(a for a in get_args(annotation) if a is not type(None))
        return _plain(annotation)
    return str if get_origin(annotation) is Literal else annotation


class Meta(Record, frozen=True):
    """What every row of every config says of its document."""

    doc: str
    collection: str
    story: str


class DocumentRow(Document, kw_only=True, frozen=True):
    """A row of the config `documents`: the record, what is known of the article, and its text where that is free."""

    collection: str
    world: str
    story: str
    outlet: str
    date: str
    register: str
    authored_by: str
    derived_from: str
    text_license: str
    annotation_license: str
    text: str | None


class EntityRow(Meta, kw_only=True, frozen=True):
    """An entity with its mentions as spans."""

    id: str
    type: str
    name: str
    mentions: Spans


class MentionRow(Meta, kw_only=True, frozen=True):
    """A mention."""

    id: str
    start: int
    end: int
    text: str | None
    head_start: int | None
    head_end: int | None
    type: str
    coarse_type: str
    level: str | None
    entity: str | None
    value: str | None
    sentence: int | None
    origin: str | None


class EventRow(Meta, kw_only=True, frozen=True):
    """An event mention."""

    id: str
    start: int
    end: int
    text: str | None
    type: str
    coarse_type: str
    event: str | None
    genericity: str | None
    tense: str | None
    polarity: str | None
    degree: str | None
    detail: str | None
    sentence: int | None
    origin: str | None


class ArgumentRow(Meta, kw_only=True, frozen=True):
    """One filled role of an event mention."""

    event: str
    event_type: str
    trigger_start: int
    trigger_end: int
    role: str
    target: str
    target_kind: str
    start: int
    end: int
    text: str | None
    type: str


class AttributionRow(Meta, kw_only=True, frozen=True):
    """An attribution, spans as fragment lists; texts of the fragments joined by ` ... `."""

    id: str
    source: Spans
    cue: Spans
    content: Spans
    recipient: Spans
    channel: Spans
    basis: Spans
    anonymity_reason: Spans
    source_text: str | None
    cue_text: str | None
    content_text: str | None
    source_entity: str | None
    source_entity_name: str | None
    relation: str | None
    content_form: str | None
    cue_type: str | None
    source_kind: str | None
    source_role: str | None
    basis_type: str | None
    author_stance: str | None
    status: str | None
    parent: str | None
    depth: int
    chain: tuple[str, ...]
    chain_status: tuple[str, ...]
    origin: str | None


class FactualityRow(Meta, kw_only=True, frozen=True):
    """The commitment of one source to one event mention."""

    event: str
    event_type: str
    start: int
    end: int
    text: str | None
    source: str
    certainty: str
    polarity: str
    tag: str | None
    evidence: Spans
    sentence_text: str | None
    origin: str | None


class ClaimRow(Meta, kw_only=True, frozen=True):
    """A claim: its source and its head."""

    id: str
    source: str
    source_entity_name: str | None
    head: str
    head_start: int
    head_end: int
    head_text: str | None
    head_type: str
    sentence_text: str | None
    origin: str | None


class TokenRow(Meta, kw_only=True, frozen=True):
    """A sentence as tokens with IOB2 tags of named entities, times and numbers, and of triggers."""

    sentence: int
    tokens: tuple[str, ...] | None
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    ner_tags: tuple[str, ...]
    trigger_tags: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """A document as the makers of rows see it."""

    record: Document
    article: Article
    text: str | None

    def cut(self, start: int, end: int) -> str | None:
        """Return the words of a span, `None` without a text."""
        return None if self.text is None else self.text[start:end]

    def join(self, spans: Spans) -> str | None:
        """Return the words of fragments joined by ` ... `."""
        return None if self.text is None else " ... ".join(self.text[s:e] for s, e in spans)

    def sentence(self, start: int) -> int | None:
        """Return the number of the sentence that holds an offset, from 1."""
        at = bisect_right(self._starts, start)
        return at if at and start < self._ends[at - 1] else None

    @cached_property
    def _starts(self) -> list[int]:
        return [s.start for s in self.record.sentences or ()]

    @cached_property
    def _ends(self) -> list[int]:
        return [s.end for s in self.record.sentences or ()]

    def sentence_text(self, start: int) -> str | None:
        """Return the text of the sentence that holds an offset."""
        n = self.sentence(start)
        s = (self.record.sentences or ())[n - 1] if n else None
        return self.cut(s.start, s.end) if s else None

    @cached_property
    def meta(self) -> dict[str, Any]:
        """What every row says of its document."""
        return {"doc": self.record.doc, "collection": self.article.collection, "story": self.article.story}


def document_rows(s: Source) -> Iterator[DocumentRow]:
    """Yield the one row of a document."""
    of_article, of_record = _document_fields()
    row = {n: getattr(s.article, n) for n in of_article} | {n: getattr(s.record, n) for n in of_record}
    yield DocumentRow(**row, text=s.text)


@cache
def _document_fields() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the fields of a row of the config `documents` that the article has, and those that the record has."""
    known, article, record = ([f.name for f in msgspec.structs.fields(t)] for t in (DocumentRow, Article, Document))
    return tuple(n for n in article if n in known), tuple(n for n in record if n != "story")


def entity_rows(s: Source) -> Iterator[EntityRow]:
    """Yield a row an entity."""
    for e in s.record.entities or ():
        spans = tuple((m.start, m.end) for m in s.record.mentions or () if m.entity == e.id)
        yield EntityRow(**s.meta, id=e.id, type=e.type, name=e.name, mentions=spans)


def mention_rows(s: Source) -> Iterator[MentionRow]:
    """Yield a row a mention."""
    for m in s.record.mentions or ():
        head = m.head or (None, None)
        yield MentionRow(
            **s.meta, id=m.id, start=m.start, end=m.end, text=s.cut(m.start, m.end), head_start=head[0], head_end=head[1],
            type=m.type, coarse_type=coarse(m.type), level=m.level, entity=m.entity, value=m.value,
            sentence=s.sentence(m.start), origin=m.origin,
        )  # fmt: skip


def event_rows(s: Source) -> Iterator[EventRow]:
    """Yield a row an event mention."""
    for v in s.record.events or ():
        yield EventRow(
            **s.meta, id=v.id, start=v.start, end=v.end, text=s.cut(v.start, v.end), type=v.type, coarse_type=coarse(v.type),
            event=v.event, genericity=v.genericity, tense=v.tense, polarity=v.polarity, degree=v.degree, detail=v.detail,
            sentence=s.sentence(v.start), origin=v.origin,
        )  # fmt: skip


def argument_rows(s: Source) -> Iterator[ArgumentRow]:
    """Yield a row a filled role."""
    mentions = {m.id: m for m in s.record.mentions or ()}
    events = {v.id: v for v in s.record.events or ()}
    for v in s.record.events or ():
        for a in v.arguments:
            target = mentions.get(a.target) or events[a.target]
            yield ArgumentRow(
                **s.meta, event=v.id, event_type=v.type, trigger_start=v.start, trigger_end=v.end, role=a.role,
                target=a.target, target_kind="mention" if a.target in mentions else "event", start=target.start,
                end=target.end, text=s.cut(target.start, target.end), type=target.type,
            )  # fmt: skip


def attribution_rows(s: Source) -> Iterator[AttributionRow]:
    """Yield a row an attribution."""
    names = {e.id: e.name for e in s.record.entities or ()}
    parents = {a.id: a.parent for a in s.record.attributions or ()}
    for a in s.record.attributions or ():
        depth, at = 0, a.parent
        while at is not None:
            depth, at = depth + 1, parents.get(at)
        same: dict[str, Any] = {n: getattr(a, n) for n in (*SPAN_FIELDS, *ATTRIBUTION_ATTRIBUTES)}
        yield AttributionRow(
            **s.meta, **same, id=a.id, source_text=s.join(a.source), cue_text=s.join(a.cue),
            content_text=s.join(a.content), source_entity=a.source_entity,
            source_entity_name=names.get(a.source_entity or ""), parent=a.parent, depth=depth,
            chain=tuple(names.get(n.node, n.node) for n in a.chain), chain_status=tuple(n.status for n in a.chain),
            origin=a.origin,
        )  # fmt: skip


def factuality_rows(s: Source) -> Iterator[FactualityRow]:
    """Yield a row an event mention and source."""
    events = {v.id: v for v in s.record.events or ()}
    for f in s.record.factuality or ():
        v = events[f.event]
        yield FactualityRow(
            **s.meta, event=f.event, event_type=v.type, start=v.start, end=v.end, text=s.cut(v.start, v.end),
            source=f.source, certainty=f.certainty, polarity=f.polarity, tag=factuality_tag(f.certainty, f.polarity),
            evidence=f.evidence, sentence_text=s.sentence_text(v.start), origin=f.origin,
        )  # fmt: skip


def claim_rows(s: Source) -> Iterator[ClaimRow]:
    """Yield a row a claim."""
    heads = {x.id: x for layer in (s.record.mentions, s.record.events) for x in layer or ()}
    names = {e.id: e.name for e in s.record.entities or ()}
    sources = {a.id: names.get(a.source_entity or "") for a in s.record.attributions or ()}
    for c in s.record.claims or ():
        head = heads[c.head]
        yield ClaimRow(
            **s.meta, id=c.id, source=c.source, source_entity_name=sources.get(c.source), head=c.head,
            head_start=head.start, head_end=head.end, head_text=s.cut(head.start, head.end), head_type=head.type,
            sentence_text=s.sentence_text(head.start), origin=c.origin,
        )  # fmt: skip


def token_rows(s: Source) -> Iterator[TokenRow]:
    """Yield a row a sentence: outermost names, times and numbers as IOB2 tags of coarse types, triggers of full types."""
    spans = s.record.tokens or ()
    named = [(m.start, m.end, coarse(m.type)) for m in s.record.mentions or () if m.level in ("NAM", None)]
    ner = _iob(spans, named)
    triggers = _iob(spans, [(v.start, v.end, v.type) for v in s.record.events or ()])
    for n, sentence in enumerate(s.record.sentences or (), 1):
        inside = slice(bisect_left(spans, (sentence.start, 0)), bisect_left(spans, (sentence.end, 0)))
        words = None if s.text is None else tuple([s.text[a:b] for a, b in spans[inside]])
        yield TokenRow(
            **s.meta, sentence=n, tokens=words, starts=tuple([a for a, _ in spans[inside]]),
            ends=tuple([b for _, b in spans[inside]]), ner_tags=tuple(ner[inside]), trigger_tags=tuple(triggers[inside]),
        )  # fmt: skip


def _iob(tokens: Spans, spans: list[tuple[int, int, str]]) -> list[str]:
    starts = {start: i for i, (start, _) in enumerate(tokens)}
    ends = {end: i + 1 for i, (_, end) in enumerate(tokens)}
    on_tokens = [(starts[low], ends[high], label) for low, high, label in spans if low in starts and high in ends]
    return encode(outermost(on_tokens), len(tokens), "iob2")


class Config(NamedTuple):
    """A config of the dataset: its row struct, what makes the rows, and a description."""

    row: type[Record]
    make: Any
    description: str


CONFIGS: dict[str, Config] = {
    "documents": Config(DocumentRow, document_rows, "every document in all layers, nested"),
    "entities": Config(EntityRow, entity_rows, "entities with the spans of their mentions"),
    "mentions": Config(MentionRow, mention_rows, "mentions of entities, times and numbers"),
    "events": Config(EventRow, event_rows, "event mentions with type and attributes"),
    "arguments": Config(ArgumentRow, argument_rows, "filled roles of event mentions"),
    "attributions": Config(AttributionRow, attribution_rows, "who says what: source, cue, content, chain"),
    "factuality": Config(FactualityRow, factuality_rows, "commitment of each source to each event mention"),
    "claims": Config(ClaimRow, claim_rows, "minimal propositions with source and head"),
    "tokens": Config(TokenRow, token_rows, "sentences as tokens with IOB2 tags"),
}


def schema(config: str) -> pa.Schema:
    """Return the Arrow schema of a config, without metadata."""
    return pa.schema([pa.field(name, arrow_type(kind)) for name, kind in _fields(CONFIGS[config].row)])


def features(config: str) -> list[dict[str, Any]]:
    """Return the features of a config for the dataset card."""
    return [card_feature(name, kind) for name, kind in _fields(CONFIGS[config].row)]
