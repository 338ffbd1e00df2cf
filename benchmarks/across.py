"""Coreference of one instance of 18,000 mentions in 6,000 clusters, as clusters across documents make them.

    taskset -c 0 python benchmarks/across.py [--mentions 18000] [--clusters 6000] [--rounds 5]

Mentions are lost, moved, clusters split and merged as in `generated.py`. Prints CPU seconds of all cluster metrics.
"""

from __future__ import annotations

import argparse
import random
import time

from reportedly.counts import count
from reportedly.records import Document, Entity, Mention


def instance(mentions: int, clusters: int, seed: int = 13) -> tuple[Document, Document]:
    """Return gold and system as one document."""
    rng = random.Random(seed)
    names = list(range(clusters))
    ids = names + rng.choices(names, [1 / (k + 1) ** 0.8 for k in names], k=mentions - clusters)
    rng.shuffle(ids)
    merged = [rng.choice(names) if rng.random() < 0.04 else k for k in names]
    moved = [rng.choice(names) if rng.random() < 0.08 else merged[k] for k in ids]
    kept = [n for n in range(mentions) if rng.random() < 0.88]
    return _document(dict(enumerate(ids))), _document({n: moved[n] for n in kept})


def _document(cluster_of: dict[int, int]) -> Document:
    found = [
        Mention(id=f"m{n}", start=2 * n, end=2 * n + 1, type="PER.Individual", level="NAM", entity=f"e{k}")
        for n, k in cluster_of.items()
    ]
    return Document(
        doc="all",
        entities=tuple(Entity(id=f"e{k}", type="PER.Individual") for k in set(cluster_of.values())),
        mentions=tuple(found),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mentions", type=int, default=18_000)
    parser.add_argument("--clusters", type=int, default=6_000)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    gold, system = instance(args.mentions, args.clusters)
    seconds = []
    for _ in range(args.rounds):
        start = time.process_time()
        found = count({"all": gold}, {"all": system}, ["coref_conll"]).scores()["coref_conll"]
        seconds.append(time.process_time() - start)
    print(
        f"{args.mentions:,} mentions, {args.clusters:,} clusters: {min(seconds):.2f} s, CoNLL average {found['f1']:.4f}"
    )


if __name__ == "__main__":
    main()
