"""Documents of made-up mentions with types and clusters, and a system that errs on them; seeded, in tokens.

Mentions are flat and lie within sentences, so that they can be written as tags. The system drops mentions, shifts an
end, changes types, adds spurious mentions, and moves, merges and splits clusters.
"""

from __future__ import annotations

import random
from typing import NamedTuple

SENTENCE = 20
TYPES = ("PER", "ORG", "LOC", "MISC")


class Item(NamedTuple):
    start: int
    end: int
    type: str
    cluster: int


class Pair(NamedTuple):
    """Gold and system mentions of one document of `tokens` tokens, in order of the text."""

    doc: str
    tokens: int
    gold: list[Item]
    system: list[Item]


def documents(n: int, seed: int, sentences: int = 15, mentions: int = 30, clusters: int = 10) -> list[Pair]:
    rng = random.Random(seed)
    return [_document(rng, f"d{k:05}", sentences, mentions, clusters) for k in range(n)]


def _document(rng: random.Random, name: str, sentences: int, mentions: int, clusters: int) -> Pair:
    kinds = [rng.choice(TYPES) for _ in range(clusters)]
    taken: set[int] = set()
    gold = []
    for _ in range(mentions):
        span = _place(rng, sentences, taken)
        if span:
            cluster = min(int(rng.expovariate(0.25)), clusters - 1)
            gold.append(Item(*span, kinds[cluster], cluster))
    return Pair(name, sentences * SENTENCE, sorted(gold), sorted(_predicted(rng, gold, sentences, clusters)))


def _place(rng: random.Random, sentences: int, taken: set[int]) -> tuple[int, int] | None:
    """Return a free span within one sentence and take it, `None` where the one tried is not free."""
    length = rng.choice((1, 1, 2, 3))
    start = rng.randrange(sentences) * SENTENCE + rng.randrange(SENTENCE - length)
    return _take(start, start + length, taken)


def _take(start: int, end: int, taken: set[int]) -> tuple[int, int] | None:
    if taken & set(range(start, end)):
        return None
    taken.update(range(start, end))
    return start, end


def _predicted(rng: random.Random, gold: list[Item], sentences: int, clusters: int) -> list[Item]:
    merged = {c: rng.randrange(clusters) for c in range(clusters) if rng.random() < 0.1}
    taken: set[int] = set()
    found = []
    for start, end, kind, cluster in gold:
        if rng.random() < 0.12:
            continue
        if rng.random() < 0.1 and end % SENTENCE:
            end += 1
        if rng.random() < 0.08:
            kind = rng.choice(TYPES)
        if rng.random() < 0.1:
            cluster = rng.randrange(2 * clusters)
        span = _take(start, end, taken)
        if span:
            found.append(Item(*span, kind, merged.get(cluster, cluster)))
    for _ in range(len(gold) // 12):
        span = _place(rng, sentences, taken)
        if span:
            found.append(Item(*span, rng.choice(TYPES), rng.randrange(3 * clusters)))
    return found


def tags(items: list[Item], tokens: int) -> list[list[str]]:
    """Return the IOB2 tags of each sentence."""
    flat = ["O"] * tokens
    for start, end, kind, _ in items:
        flat[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - start - 1)]
    return [flat[k : k + SENTENCE] for k in range(0, tokens, SENTENCE)]


def broken(sentences: list[list[str]], seed: int, share: float = 0.1) -> list[list[str]]:
    """Return tags of which a share of the `B-` has become `I-`."""
    rng = random.Random(seed)
    return [["I" + t[1:] if t[0] == "B" and rng.random() < share else t for t in s] for s in sentences]


def conll(pairs: list[Pair], side: str) -> str:
    """Return the columns of CoNLL-2012, with a tab between them and the clusters in the last."""
    lines = []
    for pair in pairs:
        lines.append(f"#begin document ({pair.doc}); part 000")
        column: list[list[str]] = [[] for _ in range(pair.tokens)]
        for start, end, _, cluster in getattr(pair, side):
            if end - start == 1:
                column[start].append(f"({cluster})")
            else:
                column[start].append(f"({cluster}")
                column[end - 1].append(f"{cluster})")
        lines += [f"{pair.doc}\t0\t{k}\tw\t{'|'.join(c) or '-'}" for k, c in enumerate(column)]
        lines += ["", "#end document"]
    return "\n".join(lines) + "\n"
