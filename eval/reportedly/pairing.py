"""Two records of one text under common ids, so that they can be laid side by side item by item.

What both have gets the ids of the first: mentions of equal span, then of equal head; triggers of equal span, then those
that overlap; attributions as the scorer matches them; entities and events that share the most mentions. What only the
second has keeps its id where that is free, else gets the next free one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from .align import Pairs, assign
from .columns import attributions_in_order, block
from .metrics.relations import match_attributions
from .records import AUTHOR, OUTLET, Document, Event, Mention

Names = dict[str, str]
KINDS = {
    "E": "entities",
    "M": "mentions",
    "V": "events",
    "L": "event_links",
    "A": "attributions",
    "F": "factuality",
    "C": "claims",
}
"""The kinds of items by their letter in quoted annotation, with the field of a record that holds them."""


class Both(NamedTuple):
    """One item as two records have it under one name (`None`: not there): its kind, a key of `KINDS`, and its id."""

    kind: str
    name: str
    first: Any
    second: Any


def side_by_side(first: Document, second: Document) -> Iterator[Both]:
    """Yield every item of two records, the second named as `renamed` names it, in order of kind and place."""
    for kind, layer in KINDS.items():
        left, right = ({name_of(x): x for x in getattr(r, layer) or ()} for r in (first, second))
        both = right | left if kind in "MV" else left | right
        if kind in "MV":
            both = dict(sorted(both.items(), key=lambda item: (item[1].start, -item[1].end)))
        yield from (Both(kind, name, left.get(name), right.get(name)) for name in both)


def name_of(item: Any) -> str:
    """Return the name of an item in its document: its id, event and source of a factuality value, the ends of a link."""
    if hasattr(item, "id"):
        return str(item.id)
    if hasattr(item, "event"):
        return f"{item.event} {item.source}"
    return f"{item.source} {item.target}"


def renamed(first: Document, second: Document) -> Document:
    """Return the second record under the ids that the first has for the same things."""
    mentions = _pairs(first.mentions or (), second.mentions or (), (_span_and_type, _span, _head))
    events = _pairs(first.events or (), second.events or (), (_span_and_type, _span))
    events |= _overlapping(first.events or (), second.events or (), events)
    acts = _attributions(first, second)
    entities = _clusters(first.mentions, second.mentions, mentions, "entity")
    entities |= _by_key(first.entities or (), second.entities or (), entities, lambda e: (e.type, e.name))
    clusters = _clusters(first.events, second.events, events, "event")
    taken = {x.id for r in (first, second) for k in "EMVAC" for x in getattr(r, KINDS[k]) or ()}
    taken_events = {v.event for r in (first, second) for v in r.events or () if v.event is not None}
    used = {x.id for k in "EMVAC" for x in getattr(first, KINDS[k]) or ()}
    used_events = {v.event for v in first.events or () if v.event is not None}
    found = _complete(entities, (e.id for e in second.entities or ()), used, taken)
    found |= _complete(mentions, (m.id for m in second.mentions or ()), used, taken)
    found |= _complete(events, (v.id for v in second.events or ()), used, taken)
    found |= _complete(acts, (a.id for a in second.attributions or ()), used, taken)
    named = _complete(
        clusters, (v.event for v in second.events or () if v.event is not None), used_events, taken_events
    )
    made = _apply(second, found, named)
    claims = _claims(first, made)
    return msgspec.structs.replace(
        made,
        claims=None
        if made.claims is None
        else tuple(
            msgspec.structs.replace(c, id=n)
            for c, n in zip(
                made.claims, _complete(claims, (c.id for c in made.claims), used, taken).values(), strict=True
            )
        ),
    )


def _span_and_type(item: Mention | Event) -> Any:
    return item.start, item.end, item.type


def _span(item: Mention | Event) -> Any:
    return item.start, item.end


def _head(item: Mention | Event) -> Any:
    return getattr(item, "head", None) or (item.start, item.end)


def _pairs(first: Sequence[Any], second: Sequence[Any], keys: Iterable[Callable[[Any], Any]]) -> Names:
    found: Names = {}
    for key in keys:
        found |= _by_key(first, second, found, key)
    return found


def _by_key(first: Sequence[Any], second: Sequence[Any], done: Mapping[str, str], key: Callable[[Any], Any]) -> Names:
    """Return ids of the second to those of the first for items not done yet that have one key, each once."""
    taken = set(done.values())
    open_: dict[Any, list[str]] = {}
    for x in first:
        if x.id not in taken:
            open_.setdefault(key(x), []).append(x.id)
    return {y.id: open_[key(y)].pop(0) for y in second if y.id not in done and open_.get(key(y))}


def _overlapping(first: Sequence[Event], second: Sequence[Event], done: Names) -> Names:
    taken = set(done.values())
    cells = [
        (i, j, min(x.end, y.end) - max(x.start, y.start))
        for i, x in enumerate(first)
        for j, y in enumerate(second)
        if x.id not in taken and y.id not in done and x.start < y.end and y.start < x.end
    ]
    return {second[j].id: first[i].id for i, j in _best(cells, len(first), len(second))}


def _clusters(first: Sequence[Any] | None, second: Sequence[Any] | None, pairs: Names, field: str) -> Names:
    """Return clusters of the second to those of the first with which they share the most items, one to one."""
    of_first = {x.id: getattr(x, field) for x in first or ()}
    shared = Counter(
        (of_first[pairs[y.id]], getattr(y, field))
        for y in second or ()
        if y.id in pairs and getattr(y, field) is not None and of_first[pairs[y.id]] is not None
    )
    left, right = (list(dict.fromkeys(cell[n] for cell in shared)) for n in (0, 1))
    cells = [(left.index(a), right.index(b), n) for (a, b), n in shared.items()]
    return {right[j]: left[i] for i, j in _best(cells, len(left), len(right))}


def _best(cells: Sequence[tuple[int, int, int]], rows: int, columns: int) -> list[tuple[int, int]]:
    """Return the one-to-one cells with the greatest total weight."""
    if not cells:
        return []
    i, j, n = (np.array(c, np.int64) for c in zip(*sorted(cells), strict=True))
    found = assign(Pairs(i, j, n), n * 2**10, (rows, columns))
    return list(zip(found.gold.tolist(), found.system.tolist(), strict=True))


def _attributions(first: Document, second: Document) -> Names:
    a, b = attributions_in_order(first), attributions_in_order(second)
    pairs = match_attributions(block([first.doc], {first.doc: first}, {first.doc: second}))
    return {b[j].id: a[i].id for i, j in zip(pairs.gold.tolist(), pairs.system.tolist(), strict=True)}


def _claims(first: Document, second: Document) -> Names:
    keys: tuple[Callable[[Any], Any], ...] = (lambda c: (c.source, c.head), lambda c: c.head)
    return _pairs(first.claims or (), second.claims or (), keys)


def _complete(found: Names, ids: Iterable[str], used: set[str], taken: set[str]) -> Names:
    """Return a name for each id: the one found, else its own where it is free, else the next free one; `used` grows."""
    made: Names = {}
    for name in ids:
        if name in found or name in made:
            made[name] = found.get(name) or made[name]
            continue
        free = name if name not in used else _free(name, taken)
        used.add(free)
        taken.add(free)
        made[name] = free
    return made


def _free(name: str, taken: set[str]) -> str:
    prefix = re.sub(r"\d+$", "", name)
    numbers = (int(n[len(prefix) :]) for n in taken if re.fullmatch(rf"{re.escape(prefix)}\d{{1,9}}", n))
    return f"{prefix}{max(numbers, default=0) + 1}"


def _apply(record: Document, names: Names, events: Names) -> Document:
    replace = msgspec.structs.replace

    def to(name: str | None) -> Any:
        return name if name is None else names.get(name, name)

    made: dict[str, Any] = {
        "entities": (replace(e, id=to(e.id)) for e in record.entities or ()),
        "mentions": (replace(m, id=to(m.id), entity=to(m.entity)) for m in record.mentions or ()),
        "events": (
            replace(
                v,
                id=to(v.id),
                event=None if v.event is None else events[v.event],
                arguments=tuple(replace(a, target=to(a.target)) for a in v.arguments),
            )
            for v in record.events or ()
        ),
        "event_links": (
            replace(k, source=events.get(k.source, k.source), target=events.get(k.target, k.target))
            for k in record.event_links or ()
        ),
        "attributions": (
            replace(
                a,
                id=to(a.id),
                source_entity=to(a.source_entity),
                parent=to(a.parent),
                chain=tuple(n if n.node == OUTLET else replace(n, node=to(n.node)) for n in a.chain),
            )
            for a in record.attributions or ()
        ),
        "factuality": (
            replace(f, event=to(f.event), source=f.source if f.source == AUTHOR else to(f.source))
            for f in record.factuality or ()
        ),
        "claims": (
            replace(c, source=c.source if c.source == AUTHOR else to(c.source), head=to(c.head))
            for c in record.claims or ()
        ),
    }
    return replace(record, **{k: tuple(v) for k, v in made.items() if getattr(record, k) is not None})
