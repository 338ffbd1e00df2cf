"""Records as columns: one flat table a layer, with a document column, for a block of documents.

Values become codes of a vocabulary that gold and system share, so that equality of codes is equality of values. Ids
become row numbers of the table that they name. A record is taken as it is: `predictions.check_prediction` says what
is wrong with one.

Rows stand in the order of the text (`order`), whatever the order of items in the record, so that whoever takes the
first of several takes the same one. A span in fragments is the set of its characters. Of attributions with equal
source, cue and content one is kept, of events with equal trigger and type the first stands for all in what names them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

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

    def __missing__(self, value: Hashable) -> int:
        self[value] = code = len(self)
        return code

    def names(self, codes: Column) -> list[str]:
        """Return the values of some codes as strings, `(none)` for an absent one."""
        values = list(self)
        return ["(none)" if values[c] is None else str(values[c]) for c in codes]


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
    rows: dict[str, list[list[Any]]] = {layer: [[] for _ in names] for layer, names in LAYOUTS.items()}
    clusters = Codes() if clusters is None else clusters
    for at, record in enumerate(records):
        if record is not None:
            ordered = in_order(record)
            numbers = _numbers(ordered, len(rows["events"][0]), len(rows["attributions"][0]))
            for add in _LAYERS:
                add(at, ordered, rows, codes, clusters, numbers)
    found = {
        layer: {n: np.array(c, dtype=np.int64) for n, c in zip(LAYOUTS[layer], columns, strict=True) if n != "coarse"}
        for layer, columns in rows.items()
    }
    found["mentions"]["coarse"] = _coarse(found["mentions"]["type"], codes)
    attributions = found["attributions"]
    with_cue = attributions["cue"] != codes[()]
    found["cues"] = {n: attributions[n][with_cue] for n in ("doc", "cue")}
    return found


def _coarse(types: Column, codes: Codes) -> Column:
    known, at = np.unique(types, return_inverse=True)
    return np.array([codes[coarse(name)] for name in codes.names(known)], dtype=np.int64)[at]


_Rows = dict[str, list[list[Any]]]


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


def _mentions(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Codes, numbers: _Numbers) -> None:
    ms = record.mentions
    if not ms:
        return
    doc, start, end, kind, _, level, head_start, head_end, cluster = rows["mentions"]
    doc += [at] * len(ms)
    start += [m.start for m in ms]
    end += [m.end for m in ms]
    kind += [codes[m.type] for m in ms]
    level += [codes[m.level] for m in ms]
    head_start += [m.start if m.head is None else m.head[0] for m in ms]
    head_end += [m.end if m.head is None else m.head[1] for m in ms]
    cluster += [NOTHING if m.entity is None else clusters[at, m.entity] for m in ms]


def _events(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Codes, numbers: _Numbers) -> None:
    vs = record.events
    if not vs:
        return
    doc, start, end, kind, cluster, *attributes = rows["events"]
    first = len(doc)
    doc += [at] * len(vs)
    start += [v.start for v in vs]
    end += [v.end for v in vs]
    kind += [codes[v.type] for v in vs]
    cluster += [NOTHING if v.event is None else clusters[at, v.event, "event"] for v in vs]
    for name, column in zip(EVENT_ATTRIBUTES, attributes, strict=True):
        column += [codes[getattr(v, name)] for v in vs]
    spans = {i.id: (i.start, i.end) for layer in (record.mentions, vs) for i in layer or ()}
    adoc, event, astart, aend, atype, role, tstart, tend = rows["arguments"]
    for n, v in enumerate(vs, first):
        for a in v.arguments:
            target = spans[a.target]
            adoc.append(at)
            event.append(n)
            astart.append(v.start)
            aend.append(v.end)
            atype.append(codes[v.type])
            role.append(codes[a.role])
            tstart.append(target[0])
            tend.append(target[1])


def _attributions(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Codes, numbers: _Numbers) -> None:
    if not record.attributions:
        return
    columns = rows["attributions"]
    first = len(columns[0])
    found = numbers.attributions
    spans = [[union(getattr(a, name)) for name in SPAN_FIELDS] for a in found]
    columns[0] += [at] * len(found)
    for p in range(len(SPAN_FIELDS)):
        columns[1 + p] += [codes[x[p]] for x in spans]
    for column, name in zip(columns[1 + len(SPAN_FIELDS) :], ATTRIBUTION_ATTRIBUTES, strict=False):
        column += [codes[getattr(a, name)] for a in found]
    columns[-2] += [NOTHING if a.source_entity is None else clusters[at, a.source_entity] for a in found]
    columns[-1] += [NOTHING if a.parent is None else numbers.sources[a.parent] for a in found]
    doc, attribution, part, start, end = rows["fragments"]
    for n, parts in enumerate(spans, first):
        for p, fragments in enumerate(parts):
            for s, e in fragments:
                doc.append(at)
                attribution.append(n)
                part.append(p)
                start.append(s)
                end.append(e)
    cdoc, cattribution, step, node, status = rows["chains"]
    for n, a in enumerate(found, first):
        for k, x in enumerate(a.chain):
            cdoc.append(at)
            cattribution.append(n)
            step.append(k)
            node.append(OUTLET_CODE if x.node == OUTLET else clusters[at, x.node])
            status.append(codes[x.status])


def attributions_in_order(record: Document) -> list[Attribution]:
    """Return the attributions of a record as they stand in its table, row by row."""
    return _numbers(in_order(record), 0, 0).attributions


def _factuality(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Codes, numbers: _Numbers) -> None:
    if not record.factuality:
        return
    doc, event, source, tag = rows["factuality"]
    told = [
        (numbers.events[f.event], numbers.sources[f.source], str(factuality_tag(f.certainty, f.polarity)))
        for f in record.factuality
    ]
    for e, s, t in sorted(told):
        doc.append(at)
        event.append(e)
        source.append(s)
        tag.append(codes[None if t == "None" else t])


def _claims(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Codes, numbers: _Numbers) -> None:
    if not record.claims:
        return
    spans = {i.id: (i.start, i.end) for layer in (record.mentions, record.events) for i in layer or ()}
    doc, source, start, end = rows["claims"]
    for c in record.claims:
        span = spans[c.head]
        doc.append(at)
        source.append(numbers.sources[c.source])
        start.append(span[0])
        end.append(span[1])


_LAYERS: tuple[Callable[[int, Document, _Rows, Codes, Codes, _Numbers], None], ...] = (
    _mentions,
    _events,
    _attributions,
    _factuality,
    _claims,
)
