"""Records as columns: one flat table a layer, with a document column, for a block of documents.

Values become codes of a vocabulary that gold and system share, so that equality of codes is equality of values. Ids
become row numbers of the table that they name. A record is taken as it is: `predictions.check_prediction` says what
is wrong with one.

Rows stand in the order of the text (`order`), whatever the order of items in the record, so that whoever takes the
first of several takes the same one. A span in fragments is the set of its characters. Of attributions with equal
source, cue and content one is kept, of events with equal trigger and type the first stands for all in what names them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from operator import attrgetter
from struct import Struct
from typing import NamedTuple, Protocol, get_args

import numpy as np
import numpy.typing as npt

from .labels import coarse
from .order import in_order, union
from .records import (
    ATTRIBUTION_ATTRIBUTES,
    AUTHOR,
    OUTLET,
    SPAN_FIELDS,
    Attribution,
    Certainty,
    Document,
    Event,
    FactPolarity,
    Mention,
    Spans,
    factuality_tag,
)

Column = npt.NDArray[np.int64]
Table = dict[str, Column]
Tables = dict[str, Table]

NOTHING = -1
"""The code of what is absent: no entity, no parent, no value of an id."""

NO_SPAN = 0
"""The code of a field without spans. One span is `start * 2**31 + end`, several are a code of the vocabulary, negative."""

OUTLET_CODE = -2
"""The code of the outlet as a station of a chain."""

EVENT_ATTRIBUTES = ("genericity", "tense", "polarity", "degree", "detail")

LAYOUTS: dict[str, tuple[str, ...]] = {
    "mentions": ("doc", "start", "end", "type", "coarse", "level", "head_start", "head_end", "cluster"),
    "events": ("doc", "start", "end", "type", "cluster", *EVENT_ATTRIBUTES),
    "arguments": ("doc", "event", "start", "end", "type", "role", "target_start", "target_end"),
    "attributions": ("doc", *SPAN_FIELDS, *ATTRIBUTION_ATTRIBUTES, "entity", "parent"),
    "fragments": ("doc", "attribution", "part", "start", "end"),
    "chains": ("doc", "attribution", "step", "node", "status"),
    "factuality": ("doc", "event", "source", "tag"),
    "claims": ("doc", "source", "start", "end"),
}
"""Columns of each table. `event`, `attribution`, `source` and `parent` are row numbers; `source` is -1 for the author.

`tables` adds `cues`: document and cue of the attributions that have one."""


class Codes(dict[Hashable, int]):
    """Codes for values: asking for a value gives it one."""

    def __init__(self) -> None:
        self._values: list[Hashable] = []

    def __missing__(self, value: Hashable) -> int:
        self[value] = code = len(self)
        return code

    def names(self, codes: Column) -> list[str]:
        """Return the values of some codes as strings, `(none)` for an absent one."""
        if len(self._values) != len(self):
            self._values = list(self)
        values = [self._values[c] for c in codes]
        return ["(none)" if v is None else str(v) for v in values]


class Units(Protocol):
    """What counts are made for: documents, or stories; `size` is how many rows of counts there are."""

    @property
    def codes(self) -> Codes:
        """The vocabulary that gold and system share."""

    @property
    def size(self) -> int:
        """How many units there are."""


@dataclass(frozen=True)
class Block:
    """Gold and system of the same documents as tables; `codes` are shared, `memo` keeps matchings that metrics share."""

    documents: tuple[str, ...]
    gold: Tables
    system: Tables
    codes: Codes
    memo: dict[str, object] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many documents the block has."""
        return len(self.documents)


def block(
    documents: Sequence[str], gold: Mapping[str, Document], system: Mapping[str, Document], codes: Codes | None = None
) -> Block:
    """Return the block of some documents; a document that a side lacks has no rows there."""
    shared = Codes() if codes is None else codes
    names = tuple(documents)
    return Block(names, tables(map(gold.get, names), shared), tables(map(system.get, names), shared), shared)


def tables(records: Iterable[Document | None], codes: Codes, clusters: Codes | None = None) -> Tables:
    """Return the tables of records (`None` where there is none); `doc` is the position in it.

    `clusters` receives the number of each cluster, by (position, id) for entities and (position, id, "event") for events.
    """
    side = Side(codes)
    for at, record in enumerate(records):
        if record is not None:
            side.add(at, record)
            if clusters is not None:
                clusters |= {(at, *key): number for key, number in side.clusters.known.items()}
    return side.tables()


class Side:
    """The tables of gold or system in the making; records are added one by one and not kept."""

    def __init__(self, codes: Codes) -> None:
        self.clusters = Clusters()
        self._codes = codes
        self._rows: _Rows = {layer: bytearray() for layer in _PACKED}

    def add(self, at: int, record: Document) -> None:
        """Add the rows of a record, with this value of `doc`."""
        self.clusters.begin()
        ordered = in_order(record)
        first = {layer: len(self._rows[layer]) // _PACKED[layer].size for layer in _ROW_OF}
        numbers = _numbers(ordered, first["events"], first["attributions"])
        for add in _LAYERS:
            add(at, ordered, self._rows, self._codes, self.clusters, numbers)

    def tables(self) -> Tables:
        """Return the tables of all records so far."""
        found: Tables = {}
        for layer, names in _GIVEN.items():
            rows = np.frombuffer(bytes(self._rows[layer]), np.int64).reshape(-1, len(names))
            found[layer] = dict(zip(names, rows.T.copy(), strict=True))
        for layer, of, columns in _TAKEN:
            row = found[layer][_ROW_OF[of]]
            found[layer] |= {n: found[of][n][row] for n in columns}
        found["mentions"]["coarse"] = _coarse(found["mentions"]["type"], self._codes)
        attributions = found["attributions"]
        with_cue = attributions["cue"] != NO_SPAN
        found["cues"] = {n: attributions[n][with_cue] for n in ("doc", "cue")}
        return found


def _coarse(types: Column, codes: Codes) -> Column:
    known, at = np.unique(types, return_inverse=True)
    return np.array([codes[coarse(name)] for name in codes.names(known)], dtype=np.int64)[at]


_TAKEN = (
    ("arguments", "events", ("doc", "start", "end", "type")),
    ("fragments", "attributions", ("doc",)),
    ("chains", "attributions", ("doc",)),
    ("factuality", "events", ("doc",)),
)
"""Columns of a table that are those of the event or attribution that its rows name."""

_ROW_OF = {"events": "event", "attributions": "attribution"}

_LATER = {"mentions": ("coarse",)} | {layer: columns for layer, _, columns in _TAKEN}
_GIVEN = {layer: tuple(n for n in names if n not in _LATER.get(layer, ())) for layer, names in LAYOUTS.items()}
"""The columns that a record gives; the others are made of them in `tables`."""

_PACKED = {layer: Struct(f"{len(names)}q") for layer, names in _GIVEN.items()}
"""How a row of these columns is written: to pack rows takes half the time of filling each column."""

_Rows = dict[str, bytearray]

_EVENT = attrgetter(*EVENT_ATTRIBUTES)
_FIELDS = attrgetter(*SPAN_FIELDS)
_ATTRIBUTION = attrgetter(*ATTRIBUTION_ATTRIBUTES)


class _Numbered(dict["str | None", int]):
    """Numbers for ids: asking for an id gives it the next; no id has `NOTHING`."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self._numbers = numbers
        self.begin()

    def begin(self) -> None:
        self.clear()
        self[None] = NOTHING

    def __missing__(self, name: str | None) -> int:
        self[name] = number = next(self._numbers)
        return number


class Clusters:
    """Numbers of the clusters of a side; ids are those of one record, of entities or of events."""

    def __init__(self) -> None:
        numbers = count()
        self.entities, self.events = _Numbered(numbers), _Numbered(numbers)

    def begin(self) -> None:
        """Begin with another record."""
        self.entities.begin()
        self.events.begin()

    @property
    def known(self) -> dict[tuple[str, ...], int]:
        """The numbers so far: by id for entities, by id and "event" for events."""
        entities = {(i,): n for i, n in self.entities.items() if i is not None}
        return entities | {(i, "event"): n for i, n in self.events.items() if i is not None}


class _Numbers(NamedTuple):
    """Rows of events and of sources by id, attributions that differ in source, cue or content, mentions and events by id.

    `parts` are the fragments of each of the attributions, field by field.
    """

    events: dict[str, int]
    sources: dict[str, int]
    attributions: list[Attribution]
    parts: list[list[Spans]]
    targets: dict[str, Mention | Event]


def _numbers(record: Document, first_event: int, first_attribution: int) -> _Numbers:
    alike: dict[tuple[int, int, str], int] = {}
    events = {
        v.id: alike.setdefault((v.start, v.end, v.type), n) for n, v in enumerate(record.events or (), first_event)
    }
    known: dict[tuple[Spans, ...], int] = {}
    sources = {AUTHOR: NOTHING}
    found: list[Attribution] = []
    parts: list[list[Spans]] = []
    for a in record.attributions or ():
        new = first_attribution + len(found)
        fields = [union(x) if len(x) > 1 else x for x in _FIELDS(a)]  # source, cue and content first
        sources[a.id] = row = known.setdefault(tuple(fields[:3]), new)
        if row == new:
            found.append(a)
            parts.append(fields)
    targets: dict[str, Mention | Event] = {}
    if record.events or record.claims:
        targets = {m.id: m for m in record.mentions or ()} | {v.id: v for v in record.events or ()}
    return _Numbers(events, sources, found, parts, targets)


def _mentions(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Clusters, numbers: _Numbers) -> None:
    pack, number = _PACKED["mentions"].pack, clusters.entities
    rows["mentions"] += b"".join(
        [
            pack(
                at,
                m.start,
                m.end,
                codes[m.type],
                codes[m.level],
                (head := m.head or (m.start, m.end))[0],
                head[1],
                number[m.entity],
            )
            for m in record.mentions or ()
        ]
    )


def _events(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Clusters, numbers: _Numbers) -> None:
    if not record.events:
        return
    pack, number, targets, code = _PACKED["events"].pack, clusters.events, numbers.targets, codes.__getitem__
    first = len(rows["events"]) // _PACKED["events"].size
    rows["events"] += b"".join(
        [pack(at, v.start, v.end, codes[v.type], number[v.event], *map(code, _EVENT(v))) for v in record.events]
    )
    pack = _PACKED["arguments"].pack
    rows["arguments"] += b"".join(
        [
            pack(n, codes[a.role], (target := targets[a.target]).start, target.end)
            for n, v in enumerate(record.events, first)
            for a in v.arguments
        ]
    )


def _attributions(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Clusters, numbers: _Numbers) -> None:
    found = numbers.attributions
    if not found:
        return
    pack, number, code = _PACKED["attributions"].pack, clusters.entities, codes.__getitem__
    first = len(rows["attributions"]) // _PACKED["attributions"].size
    rows["attributions"] += b"".join(
        [
            pack(
                at,
                *[(-1 - codes[x] if len(x) > 1 else x[0][0] << 31 | x[0][1]) if x else NO_SPAN for x in parts],
                *map(code, _ATTRIBUTION(a)),
                number[a.source_entity],
                NOTHING if a.parent is None else numbers.sources[a.parent],
            )
            for a, parts in zip(found, numbers.parts, strict=True)
        ]
    )
    pack = _PACKED["fragments"].pack
    rows["fragments"] += b"".join(
        [
            pack(n, part, start, end)
            for n, parts in enumerate(numbers.parts, first)
            for part, spans in enumerate(parts)
            for start, end in spans
        ]
    )
    pack = _PACKED["chains"].pack
    rows["chains"] += b"".join(
        [
            pack(n, step, OUTLET_CODE if x.node == OUTLET else number[x.node], codes[x.status])
            for n, a in enumerate(found, first)
            for step, x in enumerate(a.chain)
        ]
    )


def attributions_in_order(record: Document) -> list[Attribution]:
    """Return the attributions of a record as they stand in its table, row by row."""
    return _numbers(in_order(record), 0, 0).attributions


def _factuality(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Clusters, numbers: _Numbers) -> None:
    if not record.factuality:
        return
    pack, events, sources = _PACKED["factuality"].pack, numbers.events, numbers.sources
    told = sorted([(events[f.event], sources[f.source], _TAGS[f.certainty, f.polarity]) for f in record.factuality])
    rows["factuality"] += b"".join(
        [pack(event, source, codes[None if tag == "None" else tag]) for event, source, tag in told]
    )


_TAGS = {(c, p): str(factuality_tag(c, p)) for c in get_args(Certainty) for p in get_args(FactPolarity)}
"""The tag of a certainty and a polarity as a string, so that there is an order."""


def _claims(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Clusters, numbers: _Numbers) -> None:
    if not record.claims:
        return
    pack, sources, targets = _PACKED["claims"].pack, numbers.sources, numbers.targets
    rows["claims"] += b"".join(
        [pack(at, sources[c.source], (head := targets[c.head]).start, head.end) for c in record.claims]
    )


_LAYERS: tuple[Callable[[int, Document, _Rows, Codes, Clusters, _Numbers], None], ...] = (
    _mentions,
    _events,
    _attributions,
    _factuality,
    _claims,
)
