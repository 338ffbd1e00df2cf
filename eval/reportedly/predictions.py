"""Records of gold and system, decoded from lines and refused by file, line and field."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache
from operator import itemgetter, lt
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import msgspec

from .checks.base import View
from .checks.structure import cycle_of, event_arguments, ids_resolve, ids_unique, parents_acyclic
from .errors import RecordError
from .files import SHAPE, decode_json
from .labels import coarse, entity_types, event_types
from .offsets import Tokens, tokens_of
from .records import AUTHOR, LAYERS, OUTLET, SPAN_FIELDS, Document, Event, Mention, Record, Span
from .stream import Chunk, Line, lines

SHIFTED_FROM = 10
_START, _END = itemgetter(0), itemgetter(1)

_NAMED_BY = {
    "events": ("mentions",),
    "factuality": ("events", "attributions", "mentions"),
    "claims": ("events", "attributions", "mentions"),
}
"""Layers whose items a layer names."""

_KEPT = ("doc", "story", "text_sha256", "regions", "sentences")
_NULL = msgspec.Raw(b"null")


class Predictions(NamedTuple):
    """Records by document, and the layers that the system attempted."""

    records: dict[str, Document]
    layers: tuple[str, ...]


def needed(layers: Iterable[str]) -> frozenset[str]:
    """Return some layers and those whose items they name."""
    return frozenset(n for layer in layers for n in (layer, *_NAMED_BY.get(layer, ())))


def decode(line: Line, layers: frozenset[str] | None = None) -> Document:
    """Return the record of a line; raises `RecordError` for what does not have the shape of a record.

    With layers, as a scorer needs it: its tokens are `offsets.Tokens`, and other layers are passed over unread and left out.
    """
    if layers is not None:
        try:
            return _scored(line, layers)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
            pass  # to be refused by name below, or read in full
    record = decode_json(line.data, line.place, Document, SHAPE)
    if record.doc != line.doc:
        raise RecordError(f"{line.place}: doc: is given twice, as {line.doc!r} and {record.doc!r}: name it once")
    return record


@cache
def _decoder_of(layers: frozenset[str]) -> tuple[msgspec.json.Decoder[Any], tuple[str, ...]]:
    """Return a decoder of records in which tokens and other layers stay bytes, and the fields that it decodes."""
    types = get_type_hints(Document, include_extras=True)
    read = tuple(n for n in types if n != "tokens" and (n in _KEPT or n in layers or layers.issuperset(LAYERS)))
    fields = [
        (f.name, types[f.name] if f.name in read else msgspec.Raw, *(() if f.name == "doc" else (None,)))
        for f in msgspec.structs.fields(Document)
    ]
    return msgspec.json.Decoder(msgspec.defstruct("Scored", fields, bases=(Record,), frozen=True)), read


def _scored(line: Line, layers: frozenset[str]) -> Document:
    decoder, fields = _decoder_of(layers)
    found = decoder.decode(line.data)
    if found.doc != line.doc:
        raise ValueError("doc is given twice")
    tokens: Any = None if found.tokens in (None, _NULL) else tokens_of(found.tokens)
    return Document(tokens=tokens, **{n: getattr(found, n) for n in fields})


def read_predictions(path: Path, gold: Mapping[str, Document]) -> Predictions:
    """Return the predictions of a file, checked against the documents of gold.

    A file without any document counts as an empty attempt at every layer.

    Raises:
        UsageError: the file does not exist or is a folder.
        RecordError: a line is cut off, a field is unknown or of the wrong type, a document is unknown or stands there
            twice, an offset is past the end, an id is used twice or names nothing. All is named by file, line, field.
    """
    records = read_records(path, gold)
    return Predictions(records, attempted(records.values()))


def attempted(records: Iterable[Document]) -> tuple[str, ...]:
    """Return the layers that some record has; all layers where there is no record."""
    found = list(records)
    return tuple(n for n in LAYERS if not found or any(getattr(r, n) is not None for r in found))


def read_records(path: Path, gold: Mapping[str, Document] | None = None) -> dict[str, Document]:
    """Return the records of a file by document, checked against gold where it is given."""
    records: dict[str, Document] = {}
    for line in lines(path):
        record = decode(line)
        if record.doc in records:
            raise RecordError(f"{line.place}: doc: {record.doc!r} stands there twice: give one row a document")
        if gold is not None and record.doc not in gold:
            known = ", ".join(sorted(gold)[:6])
            raise RecordError(
                f"{line.place}: doc: {record.doc[:60]!r} is no document of gold: the documents are {known}"
            )
        check_prediction(record, record if gold is None else gold[record.doc], line.place)
        records[record.doc] = record
    return records


def read_gold(line: Line, layers: frozenset[str] = frozenset(LAYERS)) -> Document:
    """Return the gold record of a line, checked."""
    record = decode(line, layers)
    check_prediction(record, record, line.place)
    return record


def read_system(
    line: Line, gold: Document, layers: frozenset[str] = frozenset(LAYERS), *, known_labels: bool = False
) -> Document:
    """Return the system's record of a line, checked, without what stands outside the regions of gold."""
    record = decode(line, layers)
    check_prediction(record, gold, line.place)
    check_shift(record, gold, line.place)
    if known_labels:
        check_labels(record, line.place)
    return inside_regions(record, gold)


def records_of(chunk: Chunk) -> tuple[dict[str, Document], dict[str, Document]]:
    """Return gold and system of a chunk by document (`read_gold`, `read_system`)."""
    gold = {line.doc: read_gold(line) for line in chunk.gold}
    return gold, {line.doc: read_system(line, gold[line.doc]) for line in chunk.system}


def check_prediction(record: Document, gold: Document, place: str) -> None:
    """Raise `RecordError` for offsets past the end, empty spans, ids used twice or naming nothing."""
    length = _length(gold)
    if record.text_sha256 is not None and gold.text_sha256 is not None and record.text_sha256 != gold.text_sha256:
        raise RecordError(
            f"{place}: text_sha256: is not that of {record.doc}: predict on the text of this version of the corpus"
        )
    if _spans_fit(record, length) and _ids_fit(record):
        return
    view = View(record, None)
    for where, (start, end) in view.spans:
        if start >= end:
            raise RecordError(f"{place}: {where}: start {start} is not before end {end}: offsets are half-open")
        if end > length:
            raise RecordError(f"{place}: {where}: end {end} is past the end of {record.doc} ({length} characters)")
    for check in (ids_unique, ids_resolve, parents_acyclic):
        for hit in check(view):
            raise RecordError(f"{place}: {hit.place}: {hit.problem}: {hit.remedy}")


def check_shift(record: Document, gold: Document, place: str) -> None:
    """Raise `RecordError` where most mentions and triggers do not begin and end at the tokens of gold."""
    spans = [(x.start, x.end) for layer in (record.mentions, record.events) for x in layer or ()]
    tokens = gold.tokens
    if not tokens or len(spans) < SHIFTED_FROM or (isinstance(tokens, Tokens) and tokens.hold_most(spans)):
        return
    starts, ends = map(frozenset, zip(*tokens, strict=True))
    off = [s for s in spans if s[0] not in starts or s[1] not in ends]
    if 2 * len(off) > len(spans):
        raise RecordError(
            f"{place}: {len(off)} of {len(spans)} mentions and triggers, such as {list(off[0])}, do not begin and end at "
            f"the tokens of {record.doc}: count in code points of the exact text; are the offsets shifted?"
        )


@cache
def _known_labels() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    entities, events = entity_types(), event_types()
    roles = frozenset(role for t in events.values() for role in t.roles)
    return frozenset(entities) | {*map(coarse, entities)}, frozenset(events) | {*map(coarse, events)}, roles


def check_labels(record: Document, place: str) -> None:
    """Raise `RecordError` for a type or role that is none of the inventory; the coarse part of a type will do."""
    entities, events, roles = _known_labels()
    for named, label, known in (
        *((f"mentions[{m.id}].type", m.type, entities) for m in record.mentions or ()),
        *((f"entities[{e.id}].type", e.type, entities) for e in record.entities or ()),
        *((f"events[{v.id}].type", v.type, events) for v in record.events or ()),
        *((f"events[{v.id}].arguments", a.role, roles) for v in record.events or () for a in v.arguments),
    ):
        if label not in known:
            raise RecordError(f"{place}: {named}: {label!r} is not in the inventory: see annotations/labels.json")


def _length(gold: Document) -> int:
    return gold.tokens[-1][1] if gold.tokens else 2**31


def _spans_fit(record: Document, length: int) -> bool:
    """Return whether all spans are in order and inside the text; the same as the slow look that names the place."""
    items: list[Mention | Event] = [*(record.mentions or ()), *(record.events or ())]
    starts, ends = [x.start for x in items], [x.end for x in items]
    spans: list[Span] = []
    for a in record.attributions or ():
        spans += a.source + a.cue + a.content + a.recipient + a.channel + a.basis + a.anonymity_reason
    for f in record.factuality or ():
        spans += f.evidence
    if spans:
        starts += map(_START, spans)
        ends += map(_END, spans)
    return not ends or (max(ends) <= length and all(map(lt, starts, ends)))


def _ids_fit(record: Document) -> bool:
    """Return whether surely all ids are used once, name something and make no cycle; `False` asks for the slow look."""
    mentions, events, attributions = record.mentions or (), record.events or (), record.attributions or ()
    layers = [{x.id for x in layer} for layer in (mentions, events, attributions, record.claims or ())]
    entities = None if record.entities is None else {e.id for e in record.entities}
    items = len(mentions) + len(events) + len(attributions) + len(record.claims or ()) + len(record.entities or ())
    if len(set().union(*layers, entities or ())) < items or record.event_links:
        return False
    targets, sources = layers[0] | layers[1], layers[2] | {AUTHOR}
    if entities is not None:
        named = {m.entity for m in mentions} | {a.source_entity for a in attributions}
        named |= {n.node for a in attributions for n in a.chain}
        if not named <= entities | {None, OUTLET}:
            return False
    used = {a.target for v in events for a in v.arguments}
    return (
        used <= targets
        and {a.parent for a in attributions} <= layers[2] | {None}
        and not _cyclic({a.id: a.parent for a in attributions if a.parent is not None})
        and (used.isdisjoint(layers[1]) or not cycle_of(event_arguments(record)))
        and {f.event for f in record.factuality or ()} <= layers[1]
        and {f.source for f in record.factuality or ()} <= sources
        and {c.source for c in record.claims or ()} <= sources
        and {c.head for c in record.claims or ()} <= targets
    )


def _cyclic(parents: Mapping[str, str]) -> bool:
    """Return whether some item is its own ancestor; every item is passed once."""
    seen: set[str] = set()
    for at in parents:
        path = set()
        while at in parents and at not in seen:
            seen.add(at)
            path.add(at)
            at = parents[at]
        if at in path:
            return True
    return False


def inside_regions(record: Document, gold: Document) -> Document:
    """Return the record without the items that stand outside the annotated regions, which a scorer passes over."""
    if not gold.regions:
        return record
    regions = sorted((r.start, r.end) for r in gold.regions)
    starts = [r[0] for r in regions]

    def keep(*spans: Span) -> bool:
        return all((n := bisect_right(starts, s) - 1) >= 0 and e <= regions[n][1] for s, e in spans)

    replace = msgspec.structs.replace
    mentions = None if record.mentions is None else tuple(m for m in record.mentions if keep((m.start, m.end)))
    events = None if record.events is None else tuple(v for v in record.events if keep((v.start, v.end)))
    attributions = (
        None
        if record.attributions is None
        else tuple(a for a in record.attributions if keep(*(s for f in SPAN_FIELDS for s in getattr(a, f))))
    )
    before = sum(len(x or ()) for x in (record.mentions, record.events, record.attributions))
    if sum(len(x or ()) for x in (mentions, events, attributions)) == before:
        return record
    known = {x.id for layer in (mentions, events) for x in layer or ()}
    sources = {None, AUTHOR} | {a.id for a in attributions or ()}
    if events is not None:
        events = tuple(replace(v, arguments=tuple(a for a in v.arguments if a.target in known)) for v in events)
    if attributions is not None:
        attributions = tuple(a if a.parent in sources else replace(a, parent=None) for a in attributions)
    factuality, claims = record.factuality, record.claims
    if factuality is not None:
        factuality = tuple(f for f in factuality if f.event in known and f.source in sources)
    if claims is not None:
        claims = tuple(c for c in claims if c.head in known and c.source in sources)
    return replace(
        record, mentions=mentions, events=events, attributions=attributions, factuality=factuality, claims=claims
    )
