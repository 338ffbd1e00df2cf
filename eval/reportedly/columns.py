"""Records as columns: one flat table a layer, with a document column, for a block of documents.

Values become codes of a vocabulary that gold and system share, so that equality of codes is equality of values. Ids
become row numbers of the table that they name. A record is taken as it is: `predictions.check_prediction` says what
is wrong with one.

Rows stand in the order of the text (`order`), whatever the order of items in the record, so that whoever takes the
first of several takes the same one. A span in fragments is the set of its characters. Of attributions with equal
source, cue and content one is kept, of events with equal trigger and type the first stands for all in what names them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from .labels import coarse
from .order import in_order, union
from .records import ATTRIBUTION_ATTRIBUTES, AUTHOR, OUTLET, SPAN_FIELDS, Attribution, Document, Spans, factuality_tag

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
        self._rows: _Rows = {layer: [array("q") for _ in names] for layer, names in LAYOUTS.items()}

    def add(self, at: int, record: Document) -> None:
        """Add the rows of a record, with this value of `doc`."""
        self.clusters.begin()
        ordered = in_order(record)
        numbers = _numbers(ordered, len(self._rows["events"][0]), len(self._rows["attributions"][0]))
        for add in _LAYERS:
            add(at, ordered, self._rows, self._codes, self.clusters, numbers)

    def tables(self) -> Tables:
        """Return the tables of all records so far."""
        found = {
            layer: {n: np.array(c, np.int64) for n, c in zip(LAYOUTS[layer], columns, strict=True)}
            for layer, columns in self._rows.items()
        }
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


_Rows = dict[str, "list[array[int]]"]

_EVENT = attrgetter(*EVENT_ATTRIBUTES)
_ATTRIBUTION = attrgetter(*SPAN_FIELDS, *ATTRIBUTION_ATTRIBUTES)


class Clusters:
    """Numbers of the clusters of a side; ids are those of one record, of entities or of events."""

    def __init__(self) -> None:
        self._first = 0
        self.known: dict[tuple[str, ...], int] = {}

    def begin(self) -> None:
        """Begin with another record."""
        self._first += len(self.known)
        self.known = {}

    def numbers(self, ids: Iterable[str | None], *kind: str) -> dict[str | None, int]:
        """Return the numbers of clusters by id; `kind` is `"event"` for those of events."""
        known, first = self.known, self._first
        return {
            i: NOTHING if i is None else known.setdefault((i, *kind), first + len(known)) for i in dict.fromkeys(ids)
        }


class _Numbers(NamedTuple):
    """Rows of events and of sources by id, and the attributions that differ in source, cue or content."""

    events: dict[str, int]
    sources: dict[str, int]
    attributions: list[Attribution]


def _numbers(record: Document, first_event: int, first_attribution: int) -> _Numbers:
    alike: dict[tuple[int, int, str], int] = {}
    events = {
        v.id: alike.setdefault((v.start, v.end, v.type), n) for n, v in enumerate(record.events or (), first_event)
    }
    known: dict[tuple[Spans, ...], int] = {}
    sources = {AUTHOR: NOTHING}
    found: list[Attribution] = []
    for a in record.attributions or ():
        new = first_attribution + len(found)
        sources[a.id] = row = known.setdefault((union(a.source), union(a.cue), union(a.content)), new)
        if row == new:
            found.append(a)
    return _Numbers(events, sources, found)


def _spans(record: Document) -> dict[str, tuple[int, int]]:
    """Return the spans of mentions and triggers by id."""
    return {i.id: (i.start, i.end) for layer in (record.mentions, record.events) for i in layer or ()}


def _mentions(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Clusters, numbers: _Numbers) -> None:
    ms = record.mentions
    if not ms:
        return
    doc, start, end, kind, _, level, head_start, head_end, cluster = rows["mentions"]
    entities = [m.entity for m in ms]
    number = clusters.numbers(entities)
    doc.fromlist([at] * len(ms))
    start.fromlist([m.start for m in ms])
    end.fromlist([m.end for m in ms])
    kind.fromlist([codes[m.type] for m in ms])
    level.fromlist([codes[m.level] for m in ms])
    head_start.fromlist([m.start if m.head is None else m.head[0] for m in ms])
    head_end.fromlist([m.end if m.head is None else m.head[1] for m in ms])
    cluster.fromlist([number[e] for e in entities])


def _events(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Clusters, numbers: _Numbers) -> None:
    vs = record.events
    if not vs:
        return
    doc, start, end, kind, cluster, *attributes = rows["events"]
    first = len(doc)
    number = clusters.numbers([v.event for v in vs], "event")
    doc.fromlist([at] * len(vs))
    start.fromlist([v.start for v in vs])
    end.fromlist([v.end for v in vs])
    kind.fromlist([codes[v.type] for v in vs])
    cluster.fromlist([number[v.event] for v in vs])
    for column, given in zip(attributes, zip(*map(_EVENT, vs), strict=True), strict=True):
        column.fromlist([codes[x] for x in given])
    spans = _spans(record)
    targets = [spans[a.target] for v in vs for a in v.arguments]
    _, event, _, _, _, role, target_start, target_end = rows["arguments"]
    event.fromlist([n for n, v in enumerate(vs, first) for _ in v.arguments])
    role.fromlist([codes[a.role] for v in vs for a in v.arguments])
    target_start.fromlist([s for s, _ in targets])
    target_end.fromlist([e for _, e in targets])


def _attributions(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Clusters, numbers: _Numbers) -> None:
    found = numbers.attributions
    if not found:
        return
    doc, *columns, entity, parent = rows["attributions"]
    first = len(doc)
    number = clusters.numbers([a.source_entity for a in found])
    doc.fromlist([at] * len(found))
    entity.fromlist([number[a.source_entity] for a in found])
    parent.fromlist([NOTHING if a.parent is None else numbers.sources[a.parent] for a in found])
    values = list(zip(*map(_ATTRIBUTION, found), strict=True))
    parts_of = [[union(x) if len(x) > 1 else x for x in fields] for fields in values[: len(SPAN_FIELDS)]]
    values_of = values[len(SPAN_FIELDS) :]
    for column, spans in zip(columns, parts_of, strict=False):
        column.fromlist([-1 - codes[x] if len(x) > 1 else x[0][0] << 31 | x[0][1] if x else NO_SPAN for x in spans])
    for column, given in zip(columns[len(SPAN_FIELDS) :], values_of, strict=True):
        column.fromlist([codes[x] for x in given])
    fragments = [
        (n, part, x) for part, fields in enumerate(parts_of) for n, spans in enumerate(fields, first) for x in spans
    ]
    _, attribution, parts, start, end = rows["fragments"]
    attribution.fromlist([n for n, _, _ in fragments])
    parts.fromlist([p for _, p, _ in fragments])
    start.fromlist([x[0] for _, _, x in fragments])
    end.fromlist([x[1] for _, _, x in fragments])
    _, attribution, step, node, status = rows["chains"]
    stations = [(n, k, x) for n, a in enumerate(found, first) for k, x in enumerate(a.chain)]
    number = clusters.numbers([x.node for _, _, x in stations if x.node != OUTLET]) | {OUTLET: OUTLET_CODE}
    attribution.fromlist([n for n, _, _ in stations])
    step.fromlist([k for _, k, _ in stations])
    node.fromlist([number[x.node] for _, _, x in stations])
    status.fromlist([codes[x.status] for _, _, x in stations])


def attributions_in_order(record: Document) -> list[Attribution]:
    """Return the attributions of a record as they stand in its table, row by row."""
    return _numbers(in_order(record), 0, 0).attributions


def _factuality(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Clusters, numbers: _Numbers) -> None:
    if not record.factuality:
        return
    events, sources = numbers.events, numbers.sources
    told = sorted(
        [(events[f.event], sources[f.source], str(factuality_tag(f.certainty, f.polarity))) for f in record.factuality]
    )
    _, event, source, tag = rows["factuality"]
    event.fromlist([e for e, _, _ in told])
    source.fromlist([s for _, s, _ in told])
    tag.fromlist([codes[None if t == "None" else t] for _, _, t in told])


def _claims(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Clusters, numbers: _Numbers) -> None:
    cs = record.claims
    if not cs:
        return
    spans = _spans(record)
    doc, source, start, end = rows["claims"]
    doc.fromlist([at] * len(cs))
    source.fromlist([numbers.sources[c.source] for c in cs])
    start.fromlist([spans[c.head][0] for c in cs])
    end.fromlist([spans[c.head][1] for c in cs])


_TAKEN = (
    ("arguments", "events", ("doc", "start", "end", "type")),
    ("fragments", "attributions", ("doc",)),
    ("chains", "attributions", ("doc",)),
    ("factuality", "events", ("doc",)),
)
"""Columns of a table that are those of the event or attribution that its rows name."""

_ROW_OF = {"events": "event", "attributions": "attribution"}

_LAYERS: tuple[Callable[[int, Document, _Rows, Codes, Clusters, _Numbers], None], ...] = (
    _mentions,
    _events,
    _attributions,
    _factuality,
    _claims,
)
