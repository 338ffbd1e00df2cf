"""How fast all cluster metrics are on one large story, from generated documents; printed, never asserted.

    python benchmarks/cross_document.py [--documents 300] [--mentions 60] [--clusters 6000] [--seed 13] [--repeat 5]

With the default there are 18,000 gold mentions in 6,000 clusters across 300 documents. The system keeps 88 % of the
mentions, moves 8 % of them to another cluster, splits 4 % of the clusters, merges 4 % in pairs, and adds 6 %
spurious mentions. Timed apart: clusters to counts to figures (MUC, B3, CEAFm, CEAFe, BLANC, LEA, CoNLL), and the
whole way from records in memory with all metrics over stories. `--many N` scores N stories of a hundredth of the
size as well, and prints stories a second.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from reportedly.columns import Table
from reportedly.metrics import STORY_METRICS
from reportedly.metrics.clusters import clustering, count_clusters, score_clusters
from reportedly.records import Document, Entity, Mention
from reportedly.resample import Sums
from reportedly.stories import Group, Member, Story
from reportedly.story_columns import Side, StoryBlock, story_block


def gold_side(rng: np.random.Generator, documents: int, mentions: int, clusters: int) -> Table:
    """Return mentions without overlap; cluster sizes follow Zipf's law, each cluster has a mention."""
    n = documents * mentions
    weight = 1 / np.arange(1, clusters + 1) ** 0.8
    more = rng.choice(clusters, max(n - clusters, 0), p=weight / weight.sum())
    cluster = rng.permutation(np.concatenate((np.arange(clusters), more))[:n])
    start = np.tile(np.arange(mentions) * 12, documents)
    document = np.repeat(np.arange(documents), mentions)
    length = rng.integers(1, 10, n)
    return {
        "doc": np.zeros(n, np.int64),
        "document": document,
        "start": start,
        "end": start + length,
        "cluster": cluster,
    }


def damaged(rng: np.random.Generator, gold: Table, clusters: int) -> Table:
    """Return the system's side."""
    keep = rng.random(len(gold["doc"])) < 0.88
    system = {name: column[keep].copy() for name, column in gold.items()}
    cluster = system["cluster"]
    moved = rng.random(len(cluster)) < 0.08
    cluster[moved] = rng.integers(0, clusters, int(moved.sum()))
    split = rng.random(clusters) < 0.04
    half = split[cluster] & (rng.random(len(cluster)) < 0.5)
    cluster[half] += clusters
    into = np.arange(2 * clusters)
    merged = np.flatnonzero(rng.random(clusters) < 0.04)
    into[merged[1::2]] = merged[: len(merged) - len(merged) % 2 : 2]
    system["cluster"] = into[cluster]
    extra = rng.random(len(cluster)) < 0.06
    spurious = {name: column[extra].copy() for name, column in system.items()}
    spurious["start"] = spurious["end"] + 1
    spurious["end"] = spurious["start"] + 1
    return {name: np.concatenate((column, spurious[name])) for name, column in system.items()}


def records(table: Table, story: str) -> Side:
    """Return a side as documents, with a cluster in several of them as a group."""
    documents: dict[str, Document] = {}
    where: dict[int, list[Member]] = {}
    for number in np.unique(table["document"]):
        rows = np.flatnonzero(table["document"] == number)
        name = f"{story}-{number:05}"
        ids = sorted(set(table["cluster"][rows].tolist()))
        for c in ids:
            where.setdefault(c, []).append(Member(doc=name, id=f"e{c}"))
        spans = zip(*(table[n][rows].tolist() for n in ("start", "end", "cluster")), strict=True)
        mentions = (
            Mention(id=f"m{n}", start=s, end=e, type="GPE.City", entity=f"e{c}") for n, (s, e, c) in enumerate(spans)
        )
        documents[name] = Document(
            doc=name, entities=tuple(Entity(id=f"e{c}", type="GPE.City") for c in ids), mentions=tuple(mentions)
        )
    groups = [Group(id=f"G{c}", name="", members=tuple(m)) for c, m in where.items() if len(m) > 1]
    return Side(documents, {story: Story(story=story, entities=tuple(groups))})


def timed(call: Callable[[], object], repeat: int) -> str:
    found = []
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return f"median {statistics.median(found):.3f} s, from {min(found):.3f} to {max(found):.3f}"


def figures(gold: Table, system: Table) -> dict[str, float]:
    counted = count_clusters(clustering(gold, system, 1, key=("document", "start", "end")))
    totals = {f: counted.rows[:, n] for n, f in enumerate(counted.fields)}
    return {k: float(v[0]) for k, v in score_clusters(totals).items()}


def all_metrics(block: StoryBlock, resamples: int) -> None:
    sums = Sums(resamples, 13)
    for name, metric in STORY_METRICS.items():
        counted = metric.count(block)
        sums.add(block.stories, [(name, f) for f in counted.fields], counted.rows)
        metric.score(sums.of(name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (
        ("documents", 300),
        ("mentions", 60),
        ("clusters", 6_000),
        ("seed", 13),
        ("repeat", 5),
        ("many", 0),
    ):
        parser.add_argument(f"--{name}", type=int, default=value)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    gold = gold_side(rng, args.documents, args.mentions, args.clusters)
    system = damaged(rng, gold, args.clusters)
    sizes = [len(t["doc"]) for t in (gold, system)] + [len(np.unique(t["cluster"])) for t in (gold, system)]
    print(f"mentions: gold {sizes[0]:,}, system {sizes[1]:,}; clusters: {sizes[2]:,} and {sizes[3]:,}")
    figures(gold, system)
    print(f"all cluster metrics: {timed(lambda: figures(gold, system), args.repeat)}")
    for name, value in figures(gold, system).items():
        if name.endswith("f1"):
            print(f"  {name:10} {value:.6f}")
    sides = [records(t, "made-up") for t in (gold, system)]
    story_of = dict.fromkeys(sides[0].documents, "made-up")

    def whole() -> None:
        all_metrics(story_block(story_of, *sides), 1_000)

    print(f"records to figures, all metrics over stories, 1,000 resamples: {timed(whole, args.repeat)}")
    if args.many:
        many_stories(rng, args.many, args.repeat)


def many_stories(rng: np.random.Generator, count: int, repeat: int) -> None:
    """Time stories of 5 documents, 40 mentions and 60 clusters each, in one block."""
    story_of: dict[str, str] = {}
    sides = [Side({}, {}), Side({}, {})]
    for n in range(count):
        gold = gold_side(rng, 5, 40, 60)
        for side, table in zip(sides, (gold, damaged(rng, gold, 60)), strict=True):
            made = records(table, f"s{n:05}")
            side.documents.update(made.documents)  # type: ignore[attr-defined]
            side.stories.update(made.stories)  # type: ignore[attr-defined]
            story_of |= dict.fromkeys(made.documents, f"s{n:05}")
    print(
        f"{count:,} stories of 5 documents: {timed(lambda: all_metrics(story_block(story_of, *sides), 1_000), repeat)}"
    )


if __name__ == "__main__":
    main()
