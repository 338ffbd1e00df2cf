"""The records of the corpus: one JSON object a document, alike for gold, passes and predictions.

This module is the one source of the shape. `annotations/schema.json`, the Parquet schema and the features of the
dataset card are generated from it. Records are frozen; a layer that is `None` was not attempted.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Offset = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Span = tuple[Offset, Offset]
Spans = tuple[Span, ...]

RegionKind = Literal["headline", "subheadline", "crosshead", "caption", "credit", "dateline", "body"]
Level = Literal["NAM", "NOM", "PRO"]
NodeStatus = Literal["explicit", "implicit", "inferred"]
Certainty = Literal["certain", "probable", "possible", "uncommitted"]
FactPolarity = Literal["+", "-", "unspecified"]

AUTHOR = "AUTHOR"
OUTLET = "OUTLET"


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Base of all records: frozen, unknown fields are refused; what is frozen makes no cycles, so none are looked for."""


class Region(Record, frozen=True):
    """A stretch of text that is annotated, and what it is."""

    kind: RegionKind
    start: Offset
    end: Offset


class Sentence(Record, frozen=True):
    """A sentence inside a region."""

    start: Offset
    end: Offset


class Entity(Record, frozen=True):
    """Something that mentions of the document refer to."""

    id: str
    type: str
    name: str = ""


class Mention(Record, frozen=True):
    """A span that refers to an entity or states a time or a number."""

    id: str
    start: Offset
    end: Offset
    type: str
    head: Span | None = None
    level: Level | None = None
    entity: str | None = None
    value: str | None = None
    surface: str | None = None
    origin: str | None = None


class Argument(Record, frozen=True):
    """A role of an event, filled by a mention or by another event mention."""

    role: str
    target: str


class Event(Record, frozen=True):
    """A mention of an event: its trigger, type, attributes and arguments."""

    id: str
    start: Offset
    end: Offset
    type: str
    event: str | None = None
    genericity: Literal["specific", "generic"] | None = None
    tense: Literal["past", "ongoing", "future"] | None = None
    polarity: Literal["+", "-"] | None = None
    degree: Literal["full", "partial", "attempted", "unmarked"] | None = None
    detail: str | None = None
    arguments: tuple[Argument, ...] = ()
    surface: str | None = None
    origin: str | None = None


class EventLink(Record, rename={"source": "from", "target": "to"}, frozen=True):
    """A link between two events of a document."""

    source: str
    target: str
    relation: Literal["subevent", "near-identity"]


class Node(Record, frozen=True):
    """One station of a reporting chain: an entity or `OUTLET`."""

    node: str
    status: NodeStatus = "explicit"


class Attribution(Record, frozen=True):
    """One speech act: who says what to whom, on what basis, and by which way it reached the outlet."""

    id: str
    source: Spans = ()
    cue: Spans = ()
    content: Spans = ()
    recipient: Spans = ()
    channel: Spans = ()
    basis: Spans = ()
    anonymity_reason: Spans = ()
    source_entity: str | None = None
    relation: str | None = None
    content_form: str | None = None
    cue_type: str | None = None
    source_kind: str | None = None
    source_role: str | None = None
    basis_type: str | None = None
    author_stance: str | None = None
    status: str | None = None
    parent: str | None = None
    chain: tuple[Node, ...] = ()
    cue_surface: str | None = None
    origin: str | None = None


class Factuality(Record, frozen=True):
    """How certain a source (an attribution or `AUTHOR`) presents an event mention to be."""

    event: str
    source: str
    certainty: Certainty
    polarity: FactPolarity
    evidence: Spans = ()
    origin: str | None = None


class Claim(Record, frozen=True):
    """A minimal proposition of a source, named by its head event or mention."""

    id: str
    source: str
    head: str
    origin: str | None = None


class Document(Record, frozen=True):
    """One document in all layers; `None` means that a layer was not attempted."""

    doc: str
    story: str | None = None
    text_sha256: str | None = None
    guidelines: str | None = None
    verified_by_human: bool | None = None
    regions: tuple[Region, ...] | None = None
    sentences: tuple[Sentence, ...] | None = None
    tokens: Spans | None = None
    entities: tuple[Entity, ...] | None = None
    mentions: tuple[Mention, ...] | None = None
    events: tuple[Event, ...] | None = None
    event_links: tuple[EventLink, ...] | None = None
    attributions: tuple[Attribution, ...] | None = None
    factuality: tuple[Factuality, ...] | None = None
    claims: tuple[Claim, ...] | None = None


ANNOTATED = ("entities", "events", "coreference", "attribution", "factuality", "claims")
"""The layers as annotators work on them, one after the other: `entities` are mentions, `coreference` joins them."""

LAYERS = ("entities", "mentions", "events", "attributions", "factuality", "claims")
SPAN_FIELDS = ("source", "cue", "content", "recipient", "channel", "basis", "anonymity_reason")
ATTRIBUTION_ATTRIBUTES = (
    "relation",
    "content_form",
    "cue_type",
    "source_kind",
    "source_role",
    "basis_type",
    "author_stance",
    "status",
)

FACTUALITY_TAGS: dict[str, tuple[Certainty, FactPolarity]] = {
    "CT+": ("certain", "+"),
    "CT-": ("certain", "-"),
    "CTu": ("certain", "unspecified"),
    "PR+": ("probable", "+"),
    "PR-": ("probable", "-"),
    "PS+": ("possible", "+"),
    "PS-": ("possible", "-"),
    "Uu": ("uncommitted", "unspecified"),
}


def factuality_tag(certainty: Certainty, polarity: FactPolarity) -> str | None:
    """Return the FactBank tag of a certainty and a polarity, `None` where FactBank has none."""
    return _TAG_OF.get((certainty, polarity))


_TAG_OF: dict[tuple[str, str], str] = {value: tag for tag, value in FACTUALITY_TAGS.items()}
