"""A record cut into the layers that annotators work on one after the other, and put together again.

`join(split(record))` is the record, without what annotators do not make: surfaces, origins, `verified_by_human`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from ..records import ANNOTATED, Attribution, Claim, Document, Entity, Event, EventLink, Factuality, Mention

LAYERS = ANNOTATED
ALL = "all"
ADJUDICATION = "adjudication"
PASSES = "passes_sha256"
"""What the data of a task of adjudication know its passes by (`Laid.sha256`)."""


class Coreference(NamedTuple):
    """Entities, the entity of each mention, the event of each event mention, links between events."""

    entities: tuple[Entity, ...]
    entity_of: dict[str, str]
    event_of: dict[str, str]
    links: tuple[EventLink, ...]


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """The layers of a record; `None` where one was not attempted."""

    entities: tuple[Mention, ...] | None = None
    events: tuple[Event, ...] | None = None
    coreference: Coreference | None = None
    attribution: tuple[Attribution, ...] | None = None
    factuality: tuple[Factuality, ...] | None = None
    claims: tuple[Claim, ...] | None = None

    @property
    def attempted(self) -> tuple[str, ...]:
        """The layers that are not `None`."""
        return tuple(name for name in LAYERS if getattr(self, name) is not None)

    def only(self, layers: Iterable[str]) -> Parts:
        """Return these layers alone."""
        return Parts(**{name: getattr(self, name) for name in layers})

    def replace(self, other: Mapping[str, Any]) -> Parts:
        """Return the parts with some layers put in place of theirs."""
        return msgspec.structs.replace(self, **other)


def below(layer: str) -> tuple[str, ...]:
    """Return the layers that an annotator of a layer builds on."""
    return LAYERS[: LAYERS.index(layer)] if layer in LAYERS else ()


def split(record: Document) -> Parts:
    """Return the layers of a record."""
    replace = msgspec.structs.replace
    mentions, events = record.mentions, record.events
    return Parts(
        entities=None
        if mentions is None
        else tuple(replace(m, entity=None, surface=None, origin=None) for m in mentions),
        events=None if events is None else tuple(replace(v, event=None, surface=None, origin=None) for v in events),
        coreference=None
        if record.entities is None and record.event_links is None
        else Coreference(
            record.entities or (),
            {m.id: m.entity for m in mentions or () if m.entity is not None},
            {v.id: v.event for v in events or () if v.event is not None},
            record.event_links or (),
        ),
        attribution=None
        if record.attributions is None
        else tuple(replace(a, cue_surface=None, origin=None) for a in record.attributions),
        factuality=None if record.factuality is None else tuple(replace(f, origin=None) for f in record.factuality),
        claims=None if record.claims is None else tuple(replace(c, origin=None) for c in record.claims),
    )


def join(parts: Parts, frame: Document) -> Document:
    """Return the layers as a record; `frame` gives document, hash, guidelines, regions, sentences and tokens."""
    replace = msgspec.structs.replace
    links = parts.coreference
    mentions, events = parts.entities, parts.events
    if links is not None:
        mentions = mentions and tuple(replace(m, entity=links.entity_of.get(m.id)) for m in mentions)
        events = events and tuple(replace(v, event=links.event_of.get(v.id)) for v in events)
    return replace(
        frame,
        verified_by_human=None,
        entities=None if links is None else links.entities,
        mentions=mentions,
        events=events,
        event_links=None if links is None else links.links,
        attributions=parts.attribution,
        factuality=parts.factuality,
        claims=parts.claims,
    )


def as_pass(record: Document) -> Document:
    """Return a record as an annotator makes it: without surfaces, origins and `verified_by_human`."""
    return join(split(record), record)
