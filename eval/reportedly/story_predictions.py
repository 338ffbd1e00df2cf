"""Cross-document records of gold and of systems: decoded from lines, refused by file, line and field, cut to a split."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

import msgspec

from .errors import RecordError
from .files import SHAPE, decode_json
from .labels import inventory
from .records import Document
from .stories import Group, Member, Story
from .stream import Line

LARGEST_COUNT = 1_000_000
"""The most independent sources that an interval may name."""

LARGEST_PAIRS = 2_000_000
"""The most pairs of claims that the relations and groups of one story may come to."""

LAYERS = tuple(f.name for f in msgspec.structs.fields(Story) if f.name != "story")
GROUPS = ("entities", "events", "claims")
_LINKS = (("entity_links", "entities"), ("event_links", "events"), ("claim_relations", "claims"))

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Problem(NamedTuple):
    """Where something is wrong in a record, what it is, and how to mend it."""

    place: str
    fact: str
    remedy: str


def decode_story(line: Line) -> Story:
    """Return the record of a line, its own shape checked; raises `RecordError`."""
    story = decode_json(line.data, line.place, Story, SHAPE)
    if story.story != line.doc:
        raise RecordError(f"{line.place}: story: is given twice, as {line.doc!r} and {story.story!r}: name it once")
    _refuse(line.place, chain(_groups(story), _links(story), _edges(story), _labels(story), _size(story)))
    return story


def attempted_layers(line: Line) -> frozenset[str]:
    """Return the layers that the record of a line has, as `stories.NAME`; an empty list is an attempt."""
    return frozenset(f"stories.{n}" for n in _fields.decode(line.data) if n != "story")


def _refuse(place: str, problems: Iterable[Problem]) -> None:
    for p in problems:
        raise RecordError(f"{place}: {p.place}: {p.fact}: {p.remedy}")


def _groups(story: Story) -> Iterator[Problem]:
    for layer in GROUPS:
        names: set[str] = set()
        homes: dict[Member, str] = {}
        for g in getattr(story, layer):
            at = f"{layer}[{g.id}]"
            if g.id in names:
                yield Problem(f"{at}.id", "the id is used twice", "give every group an id of its own")
            if not g.members:
                yield Problem(f"{at}.members", "the group is empty", "name its members or leave it out")
            for m in g.members:
                if m in homes:
                    fact = f"{m.doc} {m.id} stands in {homes[m]} already"
                    yield Problem(f"{at}.members", fact, "an item belongs to one group: merge the groups")
                homes[m] = g.id
            names.add(g.id)
            yield from _interval(at, g)


def _interval(at: str, group: Group) -> Iterator[Problem]:
    low, high = group.independent_low, group.independent_high
    for name, value in (("independent_low", low), ("independent_high", high)):
        if value is not None and not 0 <= value <= LARGEST_COUNT:
            yield Problem(f"{at}.{name}", f"is not between 0 and {LARGEST_COUNT:,}", "count independent sources")
    if high is not None and (low is None or low > high):
        fact = f"{high} is the upper end of an interval from {low}"
        yield Problem(f"{at}.independent_high", fact, "give a lower end that is not above it")


def _links(story: Story) -> Iterator[Problem]:
    for field, layer in _LINKS:
        known = {g.id for g in getattr(story, layer)}
        seen: set[frozenset[object]] = set()
        for n, link in enumerate(getattr(story, field)):
            for end in ("source", "target"):
                if getattr(link, end) not in known:
                    fact = f"there is no group {getattr(link, end)!r} in {layer}"
                    yield Problem(f"{field}[{n}].{end}", fact, "name a group of this story")
            pair = frozenset((link.source, link.target))
            yield from _pair(f"{field}[{n}]", pair, seen, f"{link.source} and {link.target}")


def _pair(at: str, pair: frozenset[object], seen: set[frozenset[object]], names: str) -> Iterator[Problem]:
    if len(pair) == 1:
        yield Problem(at, "both ends are the same", "let it run between two")
    if pair in seen:
        yield Problem(at, f"{names} are joined twice", "give one record for each pair")
    seen.add(pair)


def _edges(story: Story) -> Iterator[Problem]:
    seen: set[frozenset[object]] = set()
    for n, d in enumerate(story.dependence):
        names = f"{d.source.doc} {d.source.id} and {d.target.doc} {d.target.id}"
        yield from _pair(f"dependence[{n}]", frozenset((d.source, d.target)), seen, names)
    for n, x in enumerate(story.derivations):
        yield from _pair(f"derivations[{n}]", frozenset((x.doc, x.derived_from)), seen, f"{x.doc} and {x.derived_from}")


def _labels(story: Story) -> Iterator[Problem]:
    used: list[tuple[str, str, str | None]] = []
    for field, kind in (
        ("entity_links", "entity_link"),
        ("event_links", "event_link"),
        ("claim_relations", "claim_relation"),
    ):
        used += [(f"{field}[{n}].relation", kind, x.relation) for n, x in enumerate(getattr(story, field))]
    for n, r in enumerate(story.claim_relations):
        used += [(f"claim_relations[{n}].facet", "contradiction_facet", r.facet)]
        used += [(f"claim_relations[{n}].status", "conflict_status", r.status)]
    for n, d in enumerate(story.dependence):
        used += [(f"dependence[{n}].kind", "dependence", d.kind)]
        used += [(f"dependence[{n}].mutations", "mutation", m) for m in d.mutations]
    used += [(f"derivations[{n}].extent", "document_derivation", x.extent) for n, x in enumerate(story.derivations)]
    known = inventory().cross_document
    for at, kind, value in used:
        if value is not None and value not in known[kind]:
            yield Problem(at, f"{value!r} is no value of {kind}", f"choose one of {' '.join(known[kind])}")


def _size(story: Story) -> Iterator[Problem]:
    sizes = {g.id: len(g.members) for g in story.claims}
    pairs = sum(n * (n - 1) // 2 for n in sizes.values())
    pairs += sum(sizes[r.source] * sizes[r.target] for r in story.claim_relations)
    if pairs > LARGEST_PAIRS:
        fact = f"the relations come to {pairs:,} pairs of claims, more than {LARGEST_PAIRS:,}"
        yield Problem("claim_relations", fact, "make groups of claims that say the same, no larger ones")


def within(story: Story, elsewhere: Collection[str]) -> Story:
    """Return the record without what lies in other documents: for a split that holds a part of a story.

    A group loses its members there, and with one of them its interval, which speaks of the whole; a group without members
    goes with its links; an edge goes with either end.
    """
    if not elsewhere:
        return story
    kept = {layer: tuple(_cut(g, elsewhere) for g in getattr(story, layer)) for layer in GROUPS}
    kept = {layer: tuple(g for g in groups if g.members) for layer, groups in kept.items()}
    links = {}
    for field, layer in _LINKS:
        known = {g.id for g in kept[layer]}
        links[field] = tuple(x for x in getattr(story, field) if x.source in known and x.target in known)
    return msgspec.structs.replace(
        story,
        **kept,
        **links,
        dependence=tuple(
            d for d in story.dependence if d.source.doc not in elsewhere and d.target.doc not in elsewhere
        ),
        derivations=tuple(d for d in story.derivations if d.doc not in elsewhere and d.derived_from not in elsewhere),
    )


def _cut(group: Group, elsewhere: Collection[str]) -> Group:
    members = tuple(m for m in group.members if m.doc not in elsewhere)
    if len(members) == len(group.members):
        return group
    return msgspec.structs.replace(group, members=members, independent_low=None, independent_high=None)


def documents_of(story: Story) -> set[str]:
    """Return every document that the record names."""
    return {m.doc for _, m, _ in _members(story)} | {x for d in story.derivations for x in (d.doc, d.derived_from)}


def check_members(
    story: Story, records: Mapping[str, Document], story_of: Mapping[str, str], place: str, *, gold: bool = False
) -> None:
    """Raise `RecordError` where a member is not in the documents of its own side.

    Args:
        story: the record, cut to the documents at hand.
        records: the documents of the story, as gold or the system has them.
        story_of: the story of every document of gold at hand.
        place: where the record stands.
        gold: whether the record is gold's; else it refers to the ids of the system's own documents.
    """
    whose = "gold" if gold else "the predictions"
    for doc in sorted(documents_of(story) - set(records)):
        at = next((a for a, m, _ in _members(story) if m.doc == doc), "derivations")
        if doc not in story_of:
            _refuse(place, [Problem(at, f"{doc!r} is no document of gold", "give only documents that gold has")])
        if story_of[doc] != story.story:
            fact = f"{doc} belongs to the story {story_of[doc]}"
            _refuse(place, [Problem(at, fact, "name documents of this story only")])
        if at != "derivations":
            _refuse(place, [Problem(at, f"{whose} have no record of {doc}", "members name ids of your own records")])
    known: dict[str, set[tuple[str, str | None]]] = {
        "entities": {(d, e.id) for d, r in records.items() for e in r.entities or ()},
        "events": {(d, v.event) for d, r in records.items() for v in r.events or ()},
        "claims": {(d, c.id) for d, r in records.items() for c in r.claims or ()},
    }
    noun = {"entities": "entity", "events": "event", "claims": "claim"}
    for at, m, layer in _members(story):
        if (m.doc, m.id) not in known[layer]:
            fact = f"{m.doc} has no {noun[layer]} {m.id!r} in {whose}"
            _refuse(place, [Problem(at, fact, "members name ids of gold" if gold else "name an id of your own record")])


def _members(story: Story) -> Iterator[tuple[str, Member, str]]:
    """Yield every item that the record names, with its place and its layer."""
    for layer in GROUPS:
        for g in getattr(story, layer):
            yield from ((f"{layer}[{g.id}].members", m, layer) for m in g.members)
    for n, d in enumerate(story.dependence):
        yield f"dependence[{n}].source", d.source, "claims"
        yield f"dependence[{n}].target", d.target, "claims"
