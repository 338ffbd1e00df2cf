"""What the baselines across documents reach on gold's own documents, as tables of the README."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec

from ..baselines.cross import LemmaPairs, System, Told, by_world, lemma_pairs, lines_of
from ..corpus import Corpus
from ..dataset import sources
from ..signature import Settings
from ..stories import read_story
from ..story_scoring import gold_stories, score_stories
from .tables import figure

METRICS = (
    "cross_entity_conll",
    "cross_entity_linked_conll",
    "cross_event_conll",
    "cross_event_linked_conll",
    "claim_group_conll",
    "dependence_f1",
    "corroboration",
    "derivation_f1",
)


def cross_table(corpus: Corpus) -> str:
    """Return a row for each split whose text the corpus holds and each system; empty where no story has a record."""
    known = gold_stories(None, corpus.root)
    units = {doc: article.story for doc, article in corpus.articles.items()}
    lines = [
        "| split | baseline | " + " | ".join(f"`{m}`" for m in METRICS) + " |\n|---|---|" + "--:|" * len(METRICS) + "\n"
    ]
    for split, worlds in _worlds(corpus):
        truth = {t.record.doc: t.record for told in worlds.values() for t in told}
        with tempfile.TemporaryDirectory() as folder:
            documents, across = Path(folder) / "documents.jsonl", Path(folder) / "stories.jsonl"
            documents.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in truth.values()))
            for system in get_args(System):
                across.write_bytes(lines_of(worlds, system))
                scores = score_stories(documents, truth, Settings(split, "stories", 0), known, across, units=units)
                found = scores.to_json()["metrics"]
                cells = " | ".join(figure(found[m]["f1"]) for m in METRICS)
                lines.append(f"| {split} | `{system}` | {cells} |\n")
    return "".join(lines)


def lemma_table(corpus: Corpus) -> str:
    """Return how often the lemma of a trigger misleads: of all stories whose text the corpus holds, and by split."""
    heads = ("one event, one lemma", "one event, other lemmas", "other events, one lemma", "F1 of pairs")
    lines = ["| split | " + " | ".join(heads) + " |\n|---|" + "--:|" * len(heads) + "\n"]
    found: dict[str, list[LemmaPairs]] = {}
    for split, worlds in _worlds(corpus):
        for world, told in worlds.items():
            groups = read_story(corpus.root / "annotations" / "stories" / f"{world}.json").events
            pairs = lemma_pairs(told, groups)
            found.setdefault("all", []).append(pairs)
            found.setdefault(split, []).append(pairs)
    for name, counted in found.items():
        total = LemmaPairs(*map(sum, zip(*counted, strict=True)))
        either = 2 * total.found + total.missed + total.wrong
        f1 = 2 * total.found / either if either else None
        lines.append(f"| {name} | " + " | ".join(f"{n:,}" for n in total) + f" | {figure(f1)} |\n")
    return "".join(lines)


def _worlds(corpus: Corpus) -> Iterator[tuple[str, dict[str, list[Told]]]]:
    """Yield the documents of each split by story world, as gold has them now; splits without any are left out."""
    for split in (s for s in corpus.splits if s != "published"):
        told = (Told(s.record, s.text or "", s.article) for s in sources(corpus, split))
        if worlds := by_world(told, corpus.root):
            yield split, worlds
