"""Records as columns: one flat table a layer, with a document column, for a block of documents.

Values become codes of a vocabulary that gold and system share, so that equality of codes is equality of values. Ids
become row numbers of the table that they name. A record is taken as it is: `predictions.check_prediction` says what
is wrong with one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .labels import coarse
from .records import ATTRIBUTION_ATTRIBUTES, AUTHOR, OUTLET, SPAN_FIELDS, Document, factuality_tag

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
        """Return the values of some codes as strings (`-` for an absent one)."""
        values = list(self)
        return ["-" if values[c] is None else str(values[c]) for c in codes]


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


def tables(records: Iterable[Document | None], codes: Codes) -> Tables:
    """Return the tables of records (`None` where there is none); `doc` is the position in it."""
    side = Side(codes)
    for at, record in enumerate(records):
        if record is not None:
            side.add(at, record)
    return side.tables()


class Side:
    """The tables of gold or system in the making; records are added one by one and not kept."""

    def __init__(self, codes: Codes) -> None:
        self._codes, self._clusters = codes, Codes()
        self._rows: _Rows = {layer: [[] for _ in names] for layer, names in LAYOUTS.items()}

    def add(self, at: int, record: Document) -> None:
        """Add the rows of a record, with this value of `doc`."""
        for add in _LAYERS:
            add(at, record, self._rows, self._codes, self._clusters)

    def tables(self) -> Tables:
        """Return the tables of all records so far."""
        found = {
            layer: {
                n: np.array(c, dtype=np.int64) for n, c in zip(LAYOUTS[layer], columns, strict=True) if n != "coarse"
            }
            for layer, columns in self._rows.items()
        }
        found["mentions"]["coarse"] = _coarse(found["mentions"]["type"], self._codes)
        attributions = found["attributions"]
        with_cue = attributions["cue"] != self._codes[()]
        found["cues"] = {n: attributions[n][with_cue] for n in ("doc", "cue")}
        return found


def _coarse(types: Column, codes: Codes) -> Column:
    known, at = np.unique(types, return_inverse=True)
    return np.array([codes[coarse(name)] for name in codes.names(known)], dtype=np.int64)[at]


_Rows = dict[str, list[list[Any]]]


def _mentions(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Codes) -> None:
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


def _events(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Codes) -> None:
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


def _attributions(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Codes) -> None:
    found = record.attributions
    if not found:
        return
    columns = rows["attributions"]
    first = len(columns[0])
    columns[0] += [at] * len(found)
    for column, name in zip(columns[1:], (*SPAN_FIELDS, *ATTRIBUTION_ATTRIBUTES), strict=False):
        column += [codes[getattr(a, name)] for a in found]
    at_row = {a.id: n for n, a in enumerate(found, first)}
    columns[-2] += [NOTHING if a.source_entity is None else clusters[at, a.source_entity] for a in found]
    columns[-1] += [NOTHING if a.parent is None else at_row[a.parent] for a in found]
    doc, attribution, part, start, end = rows["fragments"]
    for n, a in enumerate(found, first):
        for p, name in enumerate(SPAN_FIELDS):
            for s, e in getattr(a, name):
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


def _factuality(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Codes) -> None:
    if not record.factuality:
        return
    events, sources = _row_numbers(rows, record)
    doc, event, source, tag = rows["factuality"]
    for f in record.factuality:
        doc.append(at)
        event.append(events[f.event])
        source.append(sources[f.source])
        tag.append(codes[factuality_tag(f.certainty, f.polarity)])


def _claims(at: int, record: Document, rows: _Rows, codes: Codes, clusters: Codes) -> None:
    if not record.claims:
        return
    _, sources = _row_numbers(rows, record)
    spans = {i.id: (i.start, i.end) for layer in (record.mentions, record.events) for i in layer or ()}
    doc, source, start, end = rows["claims"]
    for c in record.claims:
        span = spans[c.head]
        doc.append(at)
        source.append(sources[c.source])
        start.append(span[0])
        end.append(span[1])


def _row_numbers(rows: _Rows, record: Document) -> tuple[dict[str, int], dict[str, int]]:
    events, attributions = record.events or (), record.attributions or ()
    first_event = len(rows["events"][0]) - len(events)
    first_source = len(rows["attributions"][0]) - len(attributions)
    return (
        {v.id: n for n, v in enumerate(events, first_event)},
        {AUTHOR: NOTHING} | {a.id: n for n, a in enumerate(attributions, first_source)},
    )


_LAYERS: tuple[Callable[[int, Document, _Rows, Codes, Codes], None], ...] = (
    _mentions,
    _events,
    _attributions,
    _factuality,
    _claims,
)
