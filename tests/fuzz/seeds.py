"""Valid records to start from: small ones drawn at random, and large ones of shapes that cost most."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

Value = Any
TYPES = ("PER.Individual", "ORG.Media", "GPE.City", "NUM.Count")
EVENTS = ("Force.Withdraw", "Conflict.Shelling", "Politics.AccuseDeny")
TAGS = (("certain", "+"), ("certain", "-"), ("probable", "+"), ("possible", "-"), ("uncommitted", "unspecified"))


def span(at: random.Random) -> list[int]:
    """Return a span of whole tokens: these are four characters, each with one blank after it."""
    start = 5 * at.randrange(55)
    return [start, start + 4 + 5 * at.choice((0, 0, 0, 1, 2))]


def record(at: random.Random, doc: str) -> dict[str, Value]:
    """Return a small valid record with all layers, as plain values."""
    n = at.randrange(1, 5)
    entities = [{"id": f"e{k}", "type": at.choice(TYPES), "name": f"name {k}"} for k in range(n)]
    mentions: list[Value] = []
    for k in range(at.randrange(1, 8)):
        start, end = span(at)
        head = [start, end] if at.random() < 0.5 else None
        level = at.choice(("NAM", "NOM", "PRO", None))
        entity = f"e{at.randrange(n)}" if at.random() < 0.8 else None
        mentions.append(
            {"id": f"m{k}", "start": start, "end": end, "type": at.choice(TYPES), "head": head, "level": level, "entity": entity}
        )  # fmt: skip
    events: list[Value] = []
    for k in range(at.randrange(1, 4)):
        start, end = span(at)
        arguments = [
            {"role": at.choice(("Agent", "Target")), "target": at.choice(mentions)["id"]}
            for _ in range(at.randrange(3))
        ]
        if k:
            arguments.append({"role": "Act", "target": f"v{at.randrange(k)}"})
        events.append(
            {"id": f"v{k}", "start": start, "end": end, "type": at.choice(EVENTS), "event": f"E{at.randrange(2)}",
             "tense": "past", "polarity": at.choice(("+", "-")), "detail": at.choice((None, "deny")), "arguments": arguments}
        )  # fmt: skip
    attributions: list[Value] = []
    for k in range(at.randrange(1, 4)):
        attributions.append(
            {"id": f"a{k}", "source": [span(at)], "cue": [span(at)] if at.random() < 0.8 else [],
             "content": [span(at), span(at)], "source_entity": f"e{at.randrange(n)}", "relation": "indirect",
             "source_kind": "institution", "parent": f"a{at.randrange(k)}" if k and at.random() < 0.5 else None,
             "chain": [{"node": f"e{at.randrange(n)}"}, {"node": "OUTLET", "status": "explicit"}]}
        )  # fmt: skip
    sources = ["AUTHOR", *(a["id"] for a in attributions)]
    factuality = []
    for v in events:
        certainty, polarity = at.choice(TAGS)
        factuality.append(
            {"event": v["id"], "source": at.choice(sources), "certainty": certainty, "polarity": polarity,
             "evidence": [span(at)]}
        )  # fmt: skip
    claims = [{"id": f"c{k}", "source": at.choice(sources), "head": at.choice(events)["id"]} for k in range(2)]
    return {
        "doc": doc, "entities": entities, "mentions": mentions, "events": events,
        "event_links": [{"from": events[0]["event"], "to": events[-1]["event"], "relation": "near-identity"}],
        "attributions": attributions, "factuality": factuality, "claims": claims,
    }  # fmt: skip


def gold(at: random.Random, doc: str) -> dict[str, Value]:
    """Return a record with tokens, regions and a story besides."""
    tokens = [[k, k + 4] for k in range(0, 300, 5)] if at.random() < 0.5 else None
    regions = [{"kind": "body", "start": 0, "end": at.choice((150, 300))}] if at.random() < 0.3 else None
    found = record(at, doc)
    if tokens:
        found["tokens"] = [*tokens, [300, 400]]
    if regions:
        found["regions"] = regions
    return found | {"story": f"s{at.randrange(5)}"}


def story(at: random.Random, name: str, records: list[dict[str, Value]]) -> dict[str, Value]:
    """Return a valid cross-document record of some documents."""

    def members(layer: str, field: str) -> list[dict[str, str]]:
        found = {(r["doc"], str(x[field])) for r in records for x in r[layer]}
        return [{"doc": d, "id": i} for d, i in sorted(found)]

    def groups(prefix: str, items: list[dict[str, str]]) -> list[dict[str, Value]]:
        at.shuffle(items)
        cuts = sorted(at.sample(range(1, len(items)), min(2, len(items) - 1))) if len(items) > 1 else []
        parts = [items[a:b] for a, b in zip([0, *cuts], [*cuts, len(items)], strict=True)]
        return [{"id": f"{prefix}{n}", "name": f"name {n}", "members": p} for n, p in enumerate(parts, 1) if p]

    def link(prefix: str, relation: str) -> dict[str, str]:
        return {"source": f"{prefix}1", "target": f"{prefix}2", "relation": relation}

    claims = members("claims", "id")
    grouped = groups("K", claims)
    for g in grouped:
        low = at.randrange(3)
        g |= {"independent_low": low, "independent_high": at.choice((None, low, low + 1))}
    relations = [link("K", "contradicts") | {"facet": "time", "status": "hard"}] if len(grouped) > 1 else []
    pairs = [(at.choice(claims), at.choice(claims)) for _ in range(3)] if claims else []
    docs = [r["doc"] for r in records]
    return {
        "story": name,
        "entities": groups("G", members("entities", "id")),
        "events": groups("H", members("events", "event")),
        "claims": grouped,
        "claim_relations": relations,
        "dependence": [
            {
                "source": a,
                "target": b,
                "kind": at.choice(("verbatim", "same-source")),
                "mutations": ["quantity-changed"],
            }
            for a, b in pairs
            if a != b
        ],
        "derivations": [{"doc": docs[1], "derived_from": docs[0], "extent": "wholly"}] if len(docs) > 1 else [],
    }


def _mentions(n: int, place: Callable[[int], tuple[int, int]], **fields: Callable[[int], Value]) -> dict[str, Value]:
    items = []
    for k in range(n):
        start, end = place(k)
        given = {name: make(k) for name, make in fields.items()}
        items.append({"id": f"m{k}", "start": start, "end": end, "type": "GPE.City"} | given)
    return {"doc": "d", "mentions": items, "entities": None}


def _events(n: int, arguments: Callable[[int], list[str]]) -> dict[str, Value]:
    items = [
        {"id": f"v{k}", "start": k, "end": k + 1, "type": "Conflict.Shelling", "event": f"E{k % 7}",
         "arguments": [{"role": "Act", "target": t} for t in arguments(k)]}
        for k in range(n)
    ]  # fmt: skip
    return {"doc": "d", "events": items, "mentions": []}


def _attributions(n: int, fields: Callable[[int], dict[str, Value]]) -> dict[str, Value]:
    return {"doc": "d", "attributions": [{"id": f"a{k}"} | fields(k) for k in range(n)]}


def large(n: int) -> Iterator[tuple[str, dict[str, Value], dict[str, Value]]]:
    """Yield name, gold and system of documents with about n items of the shapes that cost most."""
    apart = _mentions(n, lambda k: (3 * k, 3 * k + 2))
    pairs = {
        "spans apart": (apart, apart),
        "one span over all": (apart, _mentions(n, lambda k: (0, 3 * n) if not k else (3 * k, 3 * k + 2))),
        "the same span": (_mentions(n, lambda k: (0, 9)), _mentions(n, lambda k: (0, 9))),
        "the same span, other types": (
            _mentions(n, lambda k: (0, 9), type=lambda k: f"A.{k % 900}"),
            _mentions(n, lambda k: (0, 9), type=lambda k: f"B.{k % 900}"),
        ),
        "spans that begin together": (_mentions(n, lambda k: (0, k + 1)), _mentions(n, lambda k: (0, k + 2))),
        "spans in steps": (_mentions(n, lambda k: (k, k + 40)), _mentions(n, lambda k: (k + 7, k + 45))),
        "a chain of spans": (_mentions(n, lambda k: (4 * k, 4 * k + 4)), _mentions(n, lambda k: (4 * k + 2, 4 * k + 6))),
        "as many types as spans": (apart, _mentions(n, lambda k: (3 * k, 3 * k + 2), type=lambda k: f"T.{k}")),
        "one cluster": tuple([_mentions(n, lambda k: (3 * k, 3 * k + 2), entity=lambda k: "e")] * 2),
        "clusters in a chain": (
            _mentions(n, lambda k: (3 * k, 3 * k + 2), entity=lambda k: f"e{k // 2}"),
            _mentions(n, lambda k: (3 * k, 3 * k + 2), entity=lambda k: f"e{(k + 1) // 2}"),
        ),
        "clusters in a thicket": (
            _mentions(n, lambda k: (3 * k, 3 * k + 2), entity=lambda k: f"e{k % (n // 3)}"),
            _mentions(n, lambda k: (3 * k, 3 * k + 2), entity=lambda k: f"e{k * 7919 % (n // 3 + 1)}"),
        ),
        "events in a chain": tuple([_events(n, lambda k: [f"v{k - 1}"] if k else [])] * 2),
        "an event with all arguments": tuple([_events(n, lambda k: [] if k else [f"v{j}" for j in range(1, n)])] * 2),
        "parents in a chain": tuple(
            [_attributions(n, lambda k: {"cue": [[3 * k, 3 * k + 2]], "parent": f"a{k - 1}" if k else None})] * 2
        ),
        "a cycle of parents": tuple([_attributions(n, lambda k: {"parent": f"a{(k + 1) % n}"})] * 2),
        "the same cue": tuple([_attributions(n, lambda k: {"cue": [[0, 9]]})] * 2),
        "contents over all": tuple([_attributions(n, lambda k: {"content": [[0, n + k]]})] * 2),
        "fragments": tuple([_attributions(1, lambda k: {"cue": [[0, 1]], "content": [[3 * j, 3 * j + 2] for j in range(n)]})] * 2),
        "stations": tuple([_attributions(1, lambda k: {"cue": [[0, 1]], "chain": [{"node": f"e{j}"} for j in range(n)]})] * 2),
        "regions": (apart | {"regions": [{"kind": "body", "start": 3 * k, "end": 3 * k + 2} for k in range(n)]}, apart),
        "links": tuple([_events(7, lambda k: []) | {"event_links": [{"from": f"E{k % 7}", "to": "E1", "relation": "subevent"} for k in range(n)]}] * 2),
    }  # fmt: skip
    for name, (a, b) in pairs.items():
        yield name, a, b
