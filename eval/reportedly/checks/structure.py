"""Level structure: offsets, ids, parents, chains."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ..records import AUTHOR, OUTLET, SPAN_FIELDS, Document, Event, Mention
from .base import Hit, View


def offsets_in_text(view: View) -> Iterator[Hit]:
    """Every span is not empty and ends inside the text."""
    length = len(view.text) if view.text is not None else max((e for _, e in view.tokens), default=2**31)
    for place, (start, end) in view.spans:
        if start >= end:
            yield Hit(place, f"start {start} is not before end {end}", "give a half-open span with start < end")
        elif end > length:
            yield Hit(
                place,
                f"end {end} is past the end of the text ({length} characters)",
                "count in code points of the exact text",
            )


def offsets_on_tokens(view: View) -> Iterator[Hit]:
    """Every span begins and ends at a token boundary, never inside a word."""
    if not view.tokens:
        return
    limit = view.tokens[-1][1]
    for place, (start, end) in view.spans:
        if start < end <= limit and not (start in view.token_starts and end in view.token_ends):
            yield Hit(place, f"[{start}, {end}) does not begin and end at tokens", "take whole words")


def spans_in_regions(view: View) -> Iterator[Hit]:
    """Every span stands inside one region."""
    if view.record.regions is None or not view.tokens:
        return
    limit = view.tokens[-1][1]
    for place, (start, end) in view.spans:
        if start < end <= limit and not view.in_region(start, end):
            yield Hit(
                place,
                f"[{start}, {end}) stands outside the regions",
                "annotate only headline, body and the other regions",
            )


def sentences_in_order(view: View) -> Iterator[Hit]:
    """Regions and sentences are in order and do not overlap; each sentence stands in a region."""
    layers: tuple[tuple[str, Sequence[Any]], ...] = (
        ("regions", view.record.regions or ()),
        ("sentences", view.record.sentences or ()),
    )
    for name, items in layers:
        last = 0
        for n, item in enumerate(items):
            if item.start < last or item.end <= item.start:
                yield Hit(
                    f"{name}[{n}]",
                    f"[{item.start}, {item.end}) overlaps what stands before it or is empty",
                    "sort them and part them",
                )
            last = item.end
        if view.text is not None and last > len(view.text):
            yield Hit(
                f"{name}[{len(items) - 1}]",
                f"end {last} is past the end of the text ({len(view.text)} characters)",
                "run `reportedly layout` again",
            )
    if view.record.regions is not None:
        for n, s in enumerate(view.record.sentences or ()):
            if not view.in_region(s.start, s.end):
                yield Hit(
                    f"sentences[{n}]", f"[{s.start}, {s.end}) stands in no region", "run `reportedly layout` again"
                )


def fragments_in_order(view: View) -> Iterator[Hit]:
    """Fragments of one field are in order of the text and do not overlap."""
    for a in view.record.attributions or ():
        for field in SPAN_FIELDS:
            spans = getattr(a, field)
            if any(x[1] > y[0] for x, y in itertools.pairwise(spans)):
                yield Hit(
                    f"attributions[{a.id}].{field}",
                    "fragments overlap or are out of order",
                    "give them in order of the text",
                )


def ids_unique(view: View) -> Iterator[Hit]:
    """No id is used twice in a document."""
    record = view.record
    layers: tuple[Iterable[object], ...] = (
        record.entities or (), record.mentions or (), record.events or (), record.attributions or (), record.claims or (),
    )  # fmt: skip
    counts = Counter(getattr(item, "id", "") for layer in layers for item in layer)
    for name, n in counts.items():
        if n > 1:
            yield Hit(name, f"the id is used {n} times", "give every item an id of its own")


def ids_resolve(view: View) -> Iterator[Hit]:
    """Whatever names another item names one that exists."""
    r = view.record
    entities = {e.id for e in r.entities or ()}
    groups = {v.event for v in r.events or ()}
    sources = set(view.attributions) | {AUTHOR}
    targets = set(view.mentions) | set(view.events)
    for m in r.mentions or ():
        if m.entity is not None and r.entities is not None and m.entity not in entities:
            yield _unknown(f"mentions[{m.id}].entity", m.entity)
    for v in r.events or ():
        for a in v.arguments:
            if a.target not in targets:
                yield _unknown(f"events[{v.id}].arguments[{a.role}]", a.target)
    for k in r.event_links or ():
        for name in (k.source, k.target):
            if name not in groups:
                yield _unknown(f"event_links[{k.source} {k.target}]", name)
    for t in r.attributions or ():
        if t.parent is not None and t.parent not in view.attributions:
            yield _unknown(f"attributions[{t.id}].parent", t.parent)
        names = [(n.node, "chain") for n in t.chain if n.node != OUTLET]
        if t.source_entity is not None:
            names.append((t.source_entity, "source_entity"))
        if r.entities is not None:
            yield from (_unknown(f"attributions[{t.id}].{field}", n) for n, field in names if n not in entities)
    for f in r.factuality or ():
        if f.event not in view.events or f.source not in sources:
            yield _unknown(f"factuality[{f.event} {f.source}]", f.source if f.event in view.events else f.event)
    for c in r.claims or ():
        if c.source not in sources or c.head not in targets:
            yield _unknown(f"claims[{c.id}]", c.head if c.source in sources else c.source)


def _unknown(place: str, name: str) -> Hit:
    return Hit(place, f"there is no {name} in the document", "define it, or name an item that exists")


def parents_acyclic(view: View) -> Iterator[Hit]:
    """No attribution is its own ancestor, and no event is an argument of itself."""
    record = view.record
    if cycle := cycle_of({a.id: (a.parent,) for a in record.attributions or () if a.parent is not None}):
        yield Hit(
            f"attributions[{cycle[0]}].parent",
            "the parents form a cycle",
            "a parent is the record whose content holds this one",
        )
    if cycle := cycle_of(event_arguments(record)):
        yield Hit(
            f"events[{cycle[0]}].arguments", "the event is an argument of itself", "point to the other event only"
        )


def event_arguments(record: Document) -> dict[str, tuple[str, ...]]:
    """Return for each event mention the event mentions that are arguments of it."""
    events = {v.id for v in record.events or ()}
    found = {v.id: tuple(a.target for a in v.arguments if a.target in events) for v in record.events or ()}
    return {v: targets for v, targets in found.items() if targets}


def cycle_of(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the nodes of one cycle of a graph, the first alphabetically in front; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return sorted(set(error.args[1]))
    return []


def chain_ends_at_outlet(view: View) -> Iterator[Hit]:
    """A chain ends at the outlet, and the outlet stands nowhere else in it."""
    for a in view.record.attributions or ():
        nodes = [n.node for n in a.chain]
        if nodes and (nodes[-1] != OUTLET or OUTLET in nodes[:-1]):
            yield Hit(
                f"attributions[{a.id}].chain",
                f"{' > '.join(nodes)} does not end at {OUTLET}",
                f"let it run from the origin to {OUTLET}",
            )


def chain_starts_at_source(view: View) -> Iterator[Hit]:
    """A chain begins with the entity of the source."""
    for a in view.record.attributions or ():
        if a.chain and a.source_entity is not None and a.chain[0].node != a.source_entity:
            yield Hit(
                f"attributions[{a.id}].chain",
                f"the chain begins with {a.chain[0].node}, the source is {a.source_entity}",
                "begin with the source of this record; who passed it on follows",
            )


def no_duplicates(view: View) -> Iterator[Hit]:
    """No layer says the same thing twice."""
    r = view.record
    keys = (
        [(f"mentions {m.start}-{m.end} {m.type}", m.id) for m in r.mentions or ()]
        + [(f"events {v.start}-{v.end} {v.type}", v.id) for v in r.events or ()]
        + [(f"factuality {f.event} {f.source}", f.source) for f in r.factuality or ()]
        + [(f"attributions {a.cue} {a.content} {a.source_entity}", a.id) for a in r.attributions or ()]
        + [(f"claims {c.source} {c.head}", c.id) for c in r.claims or ()]
        + [(f"arguments {v.id} {a.role} {a.target}", v.id) for v in r.events or () for a in v.arguments]
    )
    for key, n in Counter(k for k, _ in keys).items():
        if n > 1:
            yield Hit(key, f"stands there {n} times", "keep one")


def surface_equal(view: View) -> Iterator[Hit]:
    """A stored surface is what stands at the offsets."""
    if view.text is None:
        return
    items: tuple[Mention | Event, ...] = (*(view.record.mentions or ()), *(view.record.events or ()))
    for m in items:
        if m.surface is not None and view.text[m.start : m.end] != m.surface:
            yield Hit(
                m.id,
                f"the text reads {view.text[m.start : m.end]!r}, the record {m.surface!r}",
                "resolve the quote again",
            )
    for a in view.record.attributions or ():
        cue = view.words(a.cue)
        if a.cue_surface is not None and cue != a.cue_surface:
            yield Hit(a.id, f"the cue reads {cue!r}, the record {a.cue_surface!r}", "resolve the quote again")
