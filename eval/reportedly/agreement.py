"""Consistency of two passes over the same documents, by metric and attribute.

F1 figures are those of the scoring harness (they are symmetric); kappa (Cohen 1960) is taken over matched items:
mentions and triggers of equal span, attributions matched by overlapping cue, factuality values of matched events and
sources. A figure that is undefined is `None`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .columns import EVENT_ATTRIBUTES as _EVENT
from .columns import attributions_in_order, block
from .counts import count
from .metrics.base import plain_value
from .metrics.relations import match_attributions
from .records import ATTRIBUTION_ATTRIBUTES, AUTHOR, Attribution, Document, Event, Mention, factuality_tag
from .reliability import cohen

EVENT_ATTRIBUTES = ("type", *_EVENT)
MENTION_ATTRIBUTES = ("type", "head", "level", "value")


class Kappa(NamedTuple):
    """Agreement on one attribute of matched items: how many, observed agreement, Cohen's kappa."""

    items: int
    observed: float | None
    kappa: float | None


class Agreement(NamedTuple):
    """Figures of two annotators: F1 by metric, and kappa by attribute."""

    documents: tuple[str, ...]
    f1: dict[str, float | None]
    kappa: dict[str, Kappa]


class Match(NamedTuple):
    """Matched items of two records of one document."""

    mentions: list[tuple[Mention, Mention]]
    events: list[tuple[Event, Event]]
    attributions: list[tuple[Attribution, Attribution]]


def agreement(first: Mapping[str, Document], second: Mapping[str, Document]) -> Agreement:
    """Return the figures over the documents that both have."""
    both = tuple(sorted(first.keys() & second.keys()))
    table = count({d: first[d] for d in both}, {d: second[d] for d in both})
    pairs: dict[str, list[tuple[Any, Any]]] = {}
    for doc in both:
        for name, pair in attribute_pairs(first[doc], second[doc]):
            pairs.setdefault(name, []).append(pair)
    return Agreement(both, {n: s["f1"] for n, s in table.scores().items()}, {n: kappa(p) for n, p in pairs.items()})


def match(first: Document, second: Document) -> Match:
    """Match mentions and triggers of equal span, and attributions one to one by overlapping cue."""
    mentions = {(m.start, m.end): m for m in second.mentions or ()}
    events = {(v.start, v.end): v for v in second.events or ()}
    a, b = attributions_in_order(first), attributions_in_order(second)
    pairs = match_attributions(block([first.doc], {first.doc: first}, {first.doc: second}))
    return Match(
        [(m, mentions[m.start, m.end]) for m in first.mentions or () if (m.start, m.end) in mentions],
        [(v, events[v.start, v.end]) for v in first.events or () if (v.start, v.end) in events],
        [(a[i], b[j]) for i, j in zip(pairs.gold, pairs.system, strict=True)],
    )


def attribute_pairs(first: Document, second: Document) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Yield the name of an attribute and the two values that matched items have."""
    found = match(first, second)
    for m, n in found.mentions:
        yield from ((f"mention.{k}", (getattr(m, k), getattr(n, k))) for k in MENTION_ATTRIBUTES)
    for v, w in found.events:
        yield from ((f"event.{k}", (getattr(v, k), getattr(w, k))) for k in EVENT_ATTRIBUTES)
    for a, b in found.attributions:
        yield from ((f"attribution.{k}", (getattr(a, k), getattr(b, k))) for k in ATTRIBUTION_ATTRIBUTES)
    yield from factuality_pairs(first, second, found)


def factuality_pairs(
    first: Document, second: Document, found: Match
) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    """Yield FactBank tag, certainty and polarity of matched events for the author and for matched attributions."""
    events = {v.id: w.id for v, w in found.events}
    sources = {AUTHOR: AUTHOR} | {a.id: b.id for a, b in found.attributions}
    other = {(f.event, f.source): f for f in second.factuality or ()}
    for f in first.factuality or ():
        key = (events.get(f.event), sources.get(f.source))
        if key in other:
            name = "factuality.author" if f.source == AUTHOR else "factuality.sources"
            twin = other[key]
            yield name, (factuality_tag(f.certainty, f.polarity), factuality_tag(twin.certainty, twin.polarity))
            yield f"{name}.certainty", (f.certainty, twin.certainty)
            yield f"{name}.polarity", (f.polarity, twin.polarity)


def kappa(pairs: Sequence[tuple[Any, Any]]) -> Kappa:
    """Return Cohen's kappa of pairs of labels: (observed - expected) / (1 - expected), `None` where expected is 1."""
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    values = list(left | right)
    margins = (np.array([[c[v]] for v in values], np.int64).reshape(-1, 1) for c in (left, right))
    found = cohen(np.array([sum(a == b for a, b in pairs)]), *margins)
    return Kappa(len(pairs), *(plain_value(x[0]) for x in found))
