"""Consistency of two passes over the same documents, by layer and attribute, and the list of their differences.

F1 figures are those of the scoring harness (they are symmetric); kappa (Cohen 1960) is taken over matched items:
mentions and triggers of equal span, attributions matched by overlapping cue, factuality values of matched events and
sources. A figure that is undefined is `None`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .columns import EVENT_ATTRIBUTES as _EVENT
from .columns import attributions_in_order, block
from .counts import count
from .metrics.relations import match_attributions
from .records import ATTRIBUTION_ATTRIBUTES, AUTHOR, Attribution, Document, Event, Mention, Span, Spans, factuality_tag

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
    """Yield the FactBank tags of matched events for the author and for matched attributions."""
    events = {v.id: w.id for v, w in found.events}
    sources = {AUTHOR: AUTHOR} | {a.id: b.id for a, b in found.attributions}
    other = {(f.event, f.source): factuality_tag(f.certainty, f.polarity) for f in second.factuality or ()}
    for f in first.factuality or ():
        key = (events.get(f.event), sources.get(f.source))
        if key in other:
            name = "factuality.author" if f.source == AUTHOR else "factuality.sources"
            yield name, (factuality_tag(f.certainty, f.polarity), other[key])


def kappa(pairs: Sequence[tuple[Any, Any]]) -> Kappa:
    """Return Cohen's kappa of pairs of labels: (observed - expected) / (1 - expected), `None` where expected is 1."""
    n = len(pairs)
    if not n:
        return Kappa(0, None, None)
    observed = sum(a == b for a, b in pairs) / n
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(left[x] * right[x] for x in left) / n**2
    return Kappa(n, observed, (observed - expected) / (1 - expected) if expected < 1 else None)


class Difference(NamedTuple):
    """One thing on which two records differ: layer, offset, kind, what the first says, what the second says."""

    layer: str
    at: int
    kind: str
    first: str
    second: str


def differences(first: Document, second: Document, text: str) -> list[Difference]:
    """Return all differences of two records of one text, in order of layer and text."""
    found = match(first, second)
    return [
        *_only(first.mentions or (), second.mentions or (), "mentions", text),
        *_attributes(found.mentions, "mentions", (*MENTION_ATTRIBUTES,), text),
        *_coreference(first, second, text),
        *_only(first.events or (), second.events or (), "events", text),
        *_attributes(found.events, "events", EVENT_ATTRIBUTES, text),
        *_arguments(first, second, found, text),
        *_attributions(first, second, found, text),
        *_factuality(first, second, found, text),
        *_claims(first, second, found, text),
    ]


def _only(a: Sequence[Any], b: Sequence[Any], layer: str, text: str) -> Iterator[Difference]:
    left, right = {(x.start, x.end): x for x in a}, {(x.start, x.end): x for x in b}
    for key in sorted(left.keys() ^ right.keys()):
        x = left.get(key) or right[key]
        said = f"{x.id} {x.type} {text[x.start : x.end]!r}"
        yield Difference(layer, key[0], "only one", said if key in left else "", "" if key in left else said)


def _attributes(pairs: Sequence[tuple[Any, Any]], layer: str, names: Sequence[str], text: str) -> Iterator[Difference]:
    for x, y in pairs:
        for name in names:
            a, b = getattr(x, name), getattr(y, name)
            if a != b:
                where = f"{x.id} {text[x.start : x.end]!r}"
                a, b = (text[v[0] : v[1]] if name == "head" and v else v for v in (a, b))
                yield Difference(layer, x.start, name, f"{where} {a}", f"{y.id} {b}")


def _coreference(first: Document, second: Document, text: str) -> Iterator[Difference]:
    left = {(m.start, m.end): m for m in first.mentions or () if m.entity}
    right = {(m.start, m.end): m for m in second.mentions or () if m.entity}
    shared = sorted(left.keys() & right.keys())
    for mine, other, side in ((left, right, 0), (right, left, 1)):
        groups: dict[str, dict[str, list[str]]] = {}
        for key in shared:
            at = groups.setdefault(str(mine[key].entity), {}).setdefault(str(other[key].entity), [])
            at.append(f"{mine[key].id} {text[key[0] : key[1]]!r}")
        for entity, parts in groups.items():
            if len(parts) > 1:
                said = "; ".join(f"{o}: {', '.join(v[:6])}{' ...' if len(v) > 6 else ''}" for o, v in parts.items())
                yield Difference(
                    "entities",
                    0,
                    "one entity here, several there",
                    *((f"{entity}", said) if side == 0 else (said, f"{entity}")),
                )


def _filled(record: Document, ids: Mapping[str, Span]) -> dict[str, set[tuple[str, Span | None]]]:
    return {v.id: {(a.role, ids.get(a.target)) for a in v.arguments} for v in record.events or ()}


def _spans_of(record: Document) -> dict[str, Span]:
    return {x.id: (x.start, x.end) for layer in (record.mentions, record.events) for x in layer or ()}


def _arguments(first: Document, second: Document, found: Match, text: str) -> Iterator[Difference]:
    a, b = _filled(first, _spans_of(first)), _filled(second, _spans_of(second))
    for v, w in found.events:
        for role, span in sorted(a[v.id] ^ b[w.id], key=str):
            said = f"{role}={text[span[0] : span[1]] if span else '?'}"
            here = (role, span) in a[v.id]
            yield Difference(
                "arguments", v.start, f"{v.id} {text[v.start : v.end]!r}", said if here else "", "" if here else said
            )


def _show(spans: Spans, text: str) -> str:
    return " ++ ".join(text[s:e] for s, e in spans) or "-"


def _attributions(first: Document, second: Document, found: Match, text: str) -> Iterator[Difference]:
    done = {a.id for a, _ in found.attributions}, {b.id for _, b in found.attributions}
    parents = {a.id: b.id for a, b in found.attributions}
    for side, record in enumerate((first, second)):
        for a in record.attributions or ():
            if a.id not in done[side]:
                said = f"{a.id} [{_show(a.source, text)}] [{_show(a.cue, text)}] [{_show(a.content, text)}]"
                yield Difference(
                    "attributions", _at(a), "only one", said if side == 0 else "", "" if side == 0 else said
                )
    for a, b in found.attributions:
        for name in ("source", "cue", "content", "recipient", "channel", "basis", "anonymity_reason"):
            if getattr(a, name) != getattr(b, name):
                yield Difference(
                    "attributions",
                    _at(a),
                    name,
                    f"{a.id} {_show(getattr(a, name), text)}",
                    f"{b.id} {_show(getattr(b, name), text)}",
                )
        for name in ATTRIBUTION_ATTRIBUTES:
            if getattr(a, name) != getattr(b, name):
                yield Difference(
                    "attributions", _at(a), name, f"{a.id} {getattr(a, name)}", f"{b.id} {getattr(b, name)}"
                )
        if parents.get(a.parent or "", a.parent) != b.parent:
            yield Difference("attributions", _at(a), "parent", f"{a.id} {a.parent}", f"{b.id} {b.parent}")
        if len(a.chain) != len(b.chain):
            yield Difference(
                "attributions", _at(a), "chain", f"{a.id} {_chain(first, a)}", f"{b.id} {_chain(second, b)}"
            )


def _chain(record: Document, a: Attribution) -> str:
    names = {e.id: e.name for e in record.entities or ()}
    return " > ".join(names.get(n.node, n.node) for n in a.chain)


def _at(a: Attribution) -> int:
    return min((s for s, _ in (*a.cue, *a.content)), default=0)


def _factuality(first: Document, second: Document, found: Match, text: str) -> Iterator[Difference]:
    events = {v.id: w.id for v, w in found.events}
    at = {v.id: v for v in first.events or ()}
    sources = {AUTHOR: AUTHOR} | {a.id: b.id for a, b in found.attributions}
    other = {(f.event, f.source): factuality_tag(f.certainty, f.polarity) for f in second.factuality or ()}
    for f in first.factuality or ():
        tag = factuality_tag(f.certainty, f.polarity)
        said = other.get((events.get(f.event, ""), sources.get(f.source, "")))
        if said is not None and said != tag:
            v = at[f.event]
            yield Difference("factuality", v.start, f"{v.id} {text[v.start : v.end]!r} {f.source}", str(tag), said)


def _claims(first: Document, second: Document, found: Match, text: str) -> Iterator[Difference]:
    a, b = _spans_of(first), _spans_of(second)
    sources = {AUTHOR: AUTHOR} | {y.id: x.id for x, y in found.attributions}
    left = {(c.source, a.get(c.head)): c for c in first.claims or ()}
    right = {(sources.get(c.source, f"second {c.source}"), b.get(c.head)): c for c in second.claims or ()}
    for key in sorted(left.keys() ^ right.keys(), key=str):
        span = key[1] or (0, 0)
        c = left.get(key) or right[key]
        said = f"{c.id} {c.source} {text[span[0] : span[1]]!r}"
        yield Difference("claims", span[0], "only one", said if key in left else "", "" if key in left else said)
