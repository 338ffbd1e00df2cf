"""The one order of the items of a record, whatever the order in which they were given, and fragments as sets of characters.

Items stand in the order of the text. Where several have one span, their values decide, and then what they name, told by
its spans; ids never do. Items that are still equal cannot be told apart by any figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import islice
from operator import attrgetter, lt
from typing import Any, TypeVar

import msgspec

from .records import ATTRIBUTION_ATTRIBUTES, SPAN_FIELDS, Attribution, Document, Event, Mention, Span, Spans

Item = TypeVar("Item")
_span = attrgetter("start", "end")
_start = attrgetter("start")


def union(fragments: Spans) -> Spans:
    """Return the characters of some fragments as fragments that neither overlap nor touch, in order."""
    if len(fragments) < 2:
        return fragments
    found: list[Span] = []
    for start, end in sorted(fragments):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def in_order(record: Document) -> Document:
    """Return a record with mentions, events and attributions in order; the record itself where they are."""
    mentions = _sorted(record.mentions, _start, _span, lambda: _mention_key(record))
    events = _sorted(record.events, _start, _span, lambda: _event_key(record))
    attributions = _sorted(record.attributions, _record_key, _record_key, lambda: _attribution_key(record))
    if mentions is record.mentions and events is record.events and attributions is record.attributions:
        return record
    return msgspec.structs.replace(record, mentions=mentions, events=events, attributions=attributions)


def _sorted(
    items: tuple[Item, ...] | None,
    first: Callable[[Item], Any],
    place: Callable[[Item], Any],
    full: Callable[[], Callable[[Item], Any]],
) -> tuple[Item, ...] | None:
    """Return items by place; by their full key where two have one place. `first` is what begins a place."""
    if not items or len(items) < 2:
        return items
    firsts = list(map(first, items))
    if all(map(lt, firsts, islice(firsts, 1, None))):
        return items
    places = list(map(place, items))
    if len(set(places)) == len(places):
        return tuple(sorted(items, key=place))
    key = full()
    return tuple(sorted(items, key=lambda i: (place(i), key(i))))


def _record_key(a: Attribution) -> tuple[Spans, Spans, Spans]:
    return union(a.cue), union(a.content), union(a.source)


def _texts(item: object, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(getattr(item, n)) for n in names)


def _places(record: Document) -> dict[str | None, list[Span]]:
    """Return the spans of the mentions of each entity, of each event, and of each mention."""
    found: dict[str | None, list[Span]] = defaultdict(list)
    for m in sorted(record.mentions or (), key=_span):
        found[m.id].append((m.start, m.end))
        found[m.entity].append((m.start, m.end))
    for v in sorted(record.events or (), key=_span):
        found[v.id].append((v.start, v.end))
        found[v.event].append((v.start, v.end))
    return found


def _mention_key(record: Document) -> Callable[[Mention], Any]:
    places = _places(record)
    return lambda m: (_texts(m, ("type", "level")), m.head or (m.start, m.end), m.entity is None, places[m.entity])


def _event_key(record: Document) -> Callable[[Event], Any]:
    places = _places(record)

    def key(v: Event) -> Any:
        arguments = sorted((a.role, places[a.target]) for a in v.arguments)
        values = _texts(v, ("type", "genericity", "tense", "polarity", "degree", "detail"))
        return values, v.event is None, places[v.event], arguments

    return key


def _attribution_key(record: Document) -> Callable[[Attribution], Any]:
    places = _places(record)
    known = {a.id: _record_key(a) for a in record.attributions or ()}

    def key(a: Attribution) -> Any:
        parts = [union(getattr(a, n)) for n in SPAN_FIELDS]
        parent = () if a.parent is None else known[a.parent]
        chain = [(places[x.node], x.node == "OUTLET", x.status) for x in a.chain]
        return parts, _texts(a, ATTRIBUTION_ATTRIBUTES), places[a.source_entity], parent, chain

    return key
