"""Made-up gold and predictions in all layers, as records and in the formats of other scorers.

    python benchmarks/generated.py OUT [--docs 10000] [--size issue|spans|corpus] [--formats bio,conll] [--seed 13]

A document has 600 tokens in sentences of 20. Sizes: `issue` has 60 mentions in 20 clusters and 5 types, and of the other
layers what the corpus has for as many mentions; `spans` has the same mentions alone; `corpus` has of everything as much
as the corpus has in 600 tokens, and all types. Proportions are counted in the corpus (`reportedly stats`).

The system finds 88 in 100 items, with errors of span, type, attribute, cluster and attachment, and adds 6 in 100.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from reportedly.corpus import Corpus
from reportedly.labels import data_root, event_types, inventory
from reportedly.records import (
    ATTRIBUTION_ATTRIBUTES,
    AUTHOR,
    FACTUALITY_TAGS,
    OUTLET,
    Argument,
    Attribution,
    Claim,
    Document,
    Entity,
    Event,
    Factuality,
    Mention,
    Node,
    Sentence,
)
from reportedly.stats import statistics

TOKENS, SENTENCE = 600, 20
WIDTH = 6
"""A token is five characters and a space."""

FOUND, SHIFTED, RETYPED, SPURIOUS, MOVED = 0.88, 0.05, 0.04, 0.06, 0.08

replace = msgspec.structs.replace


@dataclass(frozen=True)
class Size:
    """How many items a document has in each layer, and how many types mentions have."""

    mentions: int
    clusters: int
    types: int
    events: int = 0
    arguments: int = 0
    attributions: int = 0
    factuality: int = 0
    claims: int = 0


@cache
def sizes() -> dict[str, Size]:
    """Return the sizes by name."""
    total = statistics(Corpus(data_root()))["total"]
    rest = ("events", "arguments", "attributions", "factuality", "claims")
    of_mentions = {n: round(60 * total[n] / total["mentions"]) for n in rest}
    of_tokens = {n: round(TOKENS * total[n] / total["tokens"]) for n in ("mentions", "entities", *rest)}
    return {
        "issue": Size(60, 20, 5, **of_mentions),
        "spans": Size(60, 20, 5),
        "corpus": Size(
            of_tokens["mentions"],
            of_tokens["entities"],
            len(inventory().entity_types),
            **{n: of_tokens[n] for n in rest},
        ),
    }


class Pair(NamedTuple):
    """A document as gold and as the system has it."""

    gold: Document
    system: Document


def pairs(docs: int, size: Size, seed: int = 13) -> Iterator[Pair]:
    """Yield made-up documents in the order of their names."""
    rng = random.Random(seed)
    for n in range(docs):
        gold = _gold(rng, f"doc{n:08d}", size)
        yield Pair(gold, _system(rng, gold))


def _place(rng: random.Random, n: int, used: bytearray) -> list[tuple[int, int]]:
    """Return up to n spans of tokens that are free, inside sentences, and mark them as used."""
    found: list[tuple[int, int]] = []
    for _ in range(60 * n):
        if len(found) == n:
            break
        length = rng.choice((1, 1, 1, 2, 2, 3, 4))
        start = rng.randrange(TOKENS - length + 1)
        end = start + length
        if start // SENTENCE == (end - 1) // SENTENCE and not any(used[start:end]):
            used[start:end] = b"\1" * length
            found.append((start, end))
    return sorted(found)


def _span(tokens: tuple[int, int]) -> tuple[int, int]:
    return tokens[0] * WIDTH, tokens[1] * WIDTH - 1


def _gold(rng: random.Random, doc: str, size: Size) -> Document:
    spans = [_span(s) for s in _place(rng, size.mentions, bytearray(TOKENS))]
    ids = list(range(size.clusters))
    ids += rng.choices(ids, [1 / (k + 1) ** 0.8 for k in ids], k=max(0, len(spans) - len(ids)))
    rng.shuffle(ids)
    types = [t.type for t in inventory().entity_types]
    kinds = [rng.choice(types[: size.types]) for _ in range(size.clusters)]
    mentions = tuple(
        Mention(
            id=f"m{n}",
            start=start,
            end=end,
            head=(end - WIDTH + 1, end),
            type=kinds[k],
            level=rng.choice(("NAM", "NOM", "PRO")),
            entity=f"e{k}",
        )
        for n, ((start, end), k) in enumerate(zip(spans, ids, strict=False), 1)
    )
    record = Document(
        doc=doc,
        sentences=tuple(Sentence(start=s * WIDTH, end=(s + SENTENCE) * WIDTH - 1) for s in range(0, TOKENS, SENTENCE)),
        tokens=tuple((t * WIDTH, t * WIDTH + WIDTH - 1) for t in range(TOKENS)),
        entities=tuple(Entity(id=f"e{k}", type=kinds[k], name=f"Name {k}") for k in range(size.clusters)),
        mentions=mentions,
    )
    return _other_layers(rng, record, size) if size.events else record


def _other_layers(rng: random.Random, record: Document, size: Size) -> Document:
    mentions = record.mentions or ()
    known = list(event_types().values())
    of_event = Counter(rng.randrange(size.events) for _ in range(size.arguments))
    events = []
    for n, start in enumerate(sorted(rng.sample(range(TOKENS), size.events))):
        kind = rng.choice(known)
        events.append(
            Event(
                id=f"v{n}",
                start=start * WIDTH,
                end=start * WIDTH + WIDTH - 1,
                type=kind.type,
                event=f"E{rng.randrange(max(1, size.events * 2 // 3))}",
                genericity=rng.choice(("specific", "specific", "generic")),
                tense=rng.choice(("past", "past", "ongoing", "future")),
                polarity=rng.choice("+++-"),
                degree=rng.choice(("full", "partial")) if kind.degree else None,
                arguments=tuple(
                    Argument(role=rng.choice(kind.roles or ("Place",)), target=rng.choice(mentions).id)
                    for _ in range(of_event[n])
                ),
            )
        )
    attributions: list[Attribution] = []
    for n, first in enumerate(sorted(rng.sample(range(0, TOKENS - SENTENCE), size.attributions))):
        who = rng.choice(mentions).entity or "e0"
        parent = attributions[-1].id if attributions and rng.random() < 0.1 else None
        values = {k: rng.choice(inventory().attribution[k]) for k in ATTRIBUTION_ATTRIBUTES}
        attributions.append(
            Attribution(
                id=f"a{n}",
                source=(_span((first, first + 2)),),
                cue=(_span((first + 2, first + 3)),),
                content=(_span((first + 3, first + rng.randint(8, SENTENCE))),),
                source_entity=who,
                parent=parent,
                chain=(Node(node=who), Node(node=OUTLET)),
                **values,
            )
        )
    sources = [AUTHOR, *(a.id for a in attributions)]
    held = list(
        dict.fromkeys((rng.choice(events).id, rng.choice(sources)) for _ in range(size.factuality - size.events))
    )
    held = [(v.id, AUTHOR) for v in events] + [h for h in held if h[1] != AUTHOR]
    tags = list(FACTUALITY_TAGS.values())
    factuality = []
    for event, source in held:
        certainty, polarity = rng.choice(tags)
        evidence = () if (certainty, polarity) == ("certain", "+") else (_span((n := rng.randrange(TOKENS), n + 1)),)
        factuality.append(
            Factuality(event=event, source=source, certainty=certainty, polarity=polarity, evidence=evidence)
        )
    claims = tuple(
        Claim(id=f"c{n}", source=rng.choice(sources), head=rng.choice(events).id) for n in range(size.claims)
    )
    return replace(
        record, events=tuple(events), attributions=tuple(attributions), factuality=tuple(factuality), claims=claims
    )


def _system(rng: random.Random, gold: Document) -> Document:
    mentions, entities = _system_mentions(rng, gold)
    found: dict[str, Any] = {"mentions": mentions, "entities": entities, "tokens": None, "sentences": None}
    if gold.events is not None:
        found |= _system_layers(rng, gold, {m.id for m in mentions}, {e.id for e in entities})
    return replace(gold, **found)


def _system_mentions(rng: random.Random, gold: Document) -> tuple[tuple[Mention, ...], tuple[Entity, ...]]:
    entities = gold.entities or ()
    names = [e.id for e in entities]
    to = {e: rng.choice(names) if rng.random() < 0.04 else e for e in names}
    split = {e for e in names if rng.random() < 0.04}
    kinds = sorted({e.type for e in entities})
    used = bytearray(TOKENS)
    found: list[Mention] = []
    for m in gold.mentions or ():
        if rng.random() > FOUND:
            continue
        start, end, kind, entity = m.start // WIDTH, (m.end + 1) // WIDTH, m.type, to[m.entity or ""]
        if rng.random() < SHIFTED:
            start, end = max(0, start + rng.choice((-1, 0, 1))), min(TOKENS, end + rng.choice((-1, 0, 1)))
        if rng.random() < RETYPED:
            kind = rng.choice(kinds)
        if m.entity in split and rng.random() < 0.5:
            entity = f"split-{entity}"
        if rng.random() < MOVED:
            entity = rng.choice(names)
        if start < end and start // SENTENCE == (end - 1) // SENTENCE and not any(used[start:end]):
            used[start:end] = b"\1" * (end - start)
            span = _span((start, end))
            found.append(
                replace(m, start=span[0], end=span[1], head=(span[1] - WIDTH + 1, span[1]), type=kind, entity=entity)
            )
    for n, tokens in enumerate(_place(rng, round(SPURIOUS * len(gold.mentions or ())), used)):
        start, end = _span(tokens)
        found.append(
            Mention(
                id=f"s{n}",
                start=start,
                end=end,
                type=rng.choice(kinds),
                level="NOM",
                entity=rng.choice((*names, f"new-{n}")),
            )
        )
    found.sort(key=lambda m: m.start)
    return tuple(found), tuple(Entity(id=e, type=kinds[0]) for e in dict.fromkeys(m.entity or "" for m in found))


def _system_layers(rng: random.Random, gold: Document, mentions: set[str], entities: set[str]) -> dict[str, Any]:
    def kept(items: tuple[Any, ...] | None) -> list[Any]:
        return [x for x in items or () if rng.random() < FOUND]

    types = [t.type for t in inventory().event_types]
    events = [
        replace(
            v,
            type=rng.choice(types) if rng.random() < RETYPED else v.type,
            tense="past" if rng.random() < RETYPED else v.tense,
            polarity="+" if rng.random() < RETYPED else v.polarity,
            event=f"E{rng.randrange(9)}" if rng.random() < MOVED else v.event,
            arguments=tuple(a for a in kept(v.arguments) if a.target in mentions),
        )
        for v in kept(gold.events)
    ]
    acts = [
        replace(
            a,
            content=((a.content[0][0], max(a.content[0][0] + 1, a.content[0][1] - WIDTH * (rng.random() < 0.2))),),
            relation="indirect" if rng.random() < RETYPED else a.relation,
            source_entity=a.source_entity if a.source_entity in entities else None,
            chain=tuple(n for n in a.chain if n.node == OUTLET or n.node in entities),
        )
        for a in kept(gold.attributions)
    ]
    triggers, sources = {v.id for v in events}, {a.id for a in acts}
    acts = [a if a.parent in sources else replace(a, parent=None) for a in acts]
    sources |= {AUTHOR}
    return {
        "events": tuple(events),
        "attributions": tuple(acts),
        "factuality": tuple(f for f in kept(gold.factuality) if f.event in triggers and f.source in sources),
        "claims": tuple(c for c in kept(gold.claims) if c.head in triggers and c.source in sources),
    }


class Unit(NamedTuple):
    """A mention as other scorers see it: tokens `[start, end)`, coarse type, number of the cluster in the document."""

    start: int
    end: int
    type: str
    cluster: int


def units(record: Document) -> list[Unit]:
    """Return the mentions of a generated record."""
    at: dict[str | None, int] = {}
    return [
        Unit(m.start // WIDTH, (m.end + 1) // WIDTH, m.type, at.setdefault(m.entity, len(at)))
        for m in record.mentions or ()
    ]


def _bio(mentions: list[Unit]) -> list[str]:
    tags = ["O"] * TOKENS
    for m in mentions:
        tags[m.start : m.end] = [f"B-{m.type}"] + [f"I-{m.type}"] * (m.end - m.start - 1)
    return tags


def _conll(doc: str, mentions: list[Unit]) -> str:
    """Return a document as CoNLL-2012 coreference columns."""
    opened: list[list[str]] = [[] for _ in range(TOKENS)]
    for m in mentions:
        if m.end - m.start == 1:
            opened[m.start].append(f"({m.cluster})")
        else:
            opened[m.start].append(f"({m.cluster}")
            opened[m.end - 1].append(f"{m.cluster})")
    lines = [f"#begin document ({doc}); part 000"]
    for low in range(0, TOKENS, SENTENCE):
        lines += [f"{doc}\t0\t{t - low}\tword\t{'|'.join(opened[t]) or '-'}" for t in range(low, low + SENTENCE)]
        lines.append("")
    return "\n".join([*lines, "#end document", ""])


def write(folder: Path, docs: int, size: Size, *, formats: tuple[str, ...] = (), seed: int = 13) -> None:
    """Write gold.jsonl and system.jsonl; `bio`: tags.bio; `conll`: key.conll, response.conll; `clusters`: scorch's JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        names = ["gold.jsonl", "system.jsonl"]
        names += ["tags.bio"] * ("bio" in formats) + ["key.conll", "response.conll"] * ("conll" in formats)
        names += ["key.clusters", "response.clusters"] * ("clusters" in formats)
        to = {n: stack.enter_context((folder / n).open("w")) for n in names}
        encode = msgspec.json.Encoder().encode
        for pair in pairs(docs, size, seed):
            to["gold.jsonl"].write(_line(encode, pair.gold))
            to["system.jsonl"].write(_line(encode, pair.system))
            gold, system = units(pair.gold), units(pair.system)
            if "bio" in formats:
                tags = [f"word {a} {b}\n" for a, b in zip(_bio(gold), _bio(system), strict=True)]
                to["tags.bio"].write(
                    "".join("".join(s) + "\n" for s in (tags[n : n + SENTENCE] for n in range(0, TOKENS, SENTENCE)))
                )
            for name, mentions in (("key", gold), ("response", system)):
                if "conll" in formats:
                    to[f"{name}.conll"].write(_conll(pair.gold.doc, mentions))
                if "clusters" in formats:
                    clusters: dict[str, list[str]] = {}
                    for m in mentions:
                        clusters.setdefault(str(m.cluster), []).append(f"{m.start}-{m.end}")
                    to[f"{name}.clusters"].write(json.dumps({"type": "clusters", "clusters": clusters}) + "\n")


def _line(encode: Any, record: Document) -> str:
    """Return a record as a line without what is absent, as the files of people are."""
    fields = {k: v for k, v in msgspec.to_builtins(record).items() if v is not None}
    for layer in ("mentions", "events", "attributions", "factuality", "claims"):
        if layer in fields:
            fields[layer] = [{k: v for k, v in item.items() if v is not None and v != []} for item in fields[layer]]
    return encode(fields).decode() + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--docs", type=int, default=10_000)
    parser.add_argument("--size", choices=("issue", "spans", "corpus"), default="issue")
    parser.add_argument("--formats", default="")
    parser.add_argument("--seed", type=int, default=13)
    args = parser.parse_args()
    write(args.out, args.docs, sizes()[args.size], formats=tuple(args.formats.split(",")), seed=args.seed)
    print(f"{args.docs:,} documents of {sizes()[args.size]}")


if __name__ == "__main__":
    main()
