"""What the baselines across documents reach on gold's own documents, as tables of the README."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import msgspec

from ..baselines.cross import LemmaPairs, System, Told, by_world, encoded, lemma_pairs
from ..corpus import Corpus
from ..dataset import sources
from ..signature import Settings
from ..story_predictions import decode_story
from ..story_scoring import GoldStories, gold_stories, score_stories
from .tables import figure

Worlds = Mapping[str, Mapping[str, list[Told]]]
"""Documents by split and story world."""

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


def cross_tables(corpus: Corpus) -> dict[str, str]:
    """Return what the baselines reach, and how often the lemma of a trigger misleads, on splits whose text is at hand.

    Documents are taken as gold has them now, not from the data built before.
    """
    known = gold_stories(None, corpus.root)
    worlds = {split: found for split in corpus.splits if (found := by_world(_told(corpus, split), known.lines))}
    units = {doc: article.story for doc, article in corpus.articles.items()}
    return {"cross-baselines": _baselines(worlds, known, units), "lemma-pairs": _lemmas(worlds, known)}


def _told(corpus: Corpus, split: str) -> Iterator[Told]:
    return (Told(s.record, s.text, s.article) for s in sources(corpus, split) if s.text is not None)


def _baselines(worlds: Worlds, known: GoldStories, units: Mapping[str, str]) -> str:
    """Return a row for each split and each system."""
    lines = [
        "| split | baseline | " + " | ".join(f"`{m}`" for m in METRICS) + " |\n|---|---|" + "--:|" * len(METRICS) + "\n"
    ]
    for split, found in worlds.items():
        truth = {t.record.doc: t.record for told in found.values() for t in told}
        with tempfile.TemporaryDirectory() as folder:
            documents, across = Path(folder) / "documents.jsonl", Path(folder) / "stories.jsonl"
            documents.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in truth.values()))
            for system in get_args(System):
                across.write_bytes(encoded(found, system))
                scores = score_stories(documents, truth, Settings(split, "stories", 0), known, across, units=units)
                reached = scores.to_json()["metrics"]
                cells = " | ".join(figure(reached[m]["f1"]) for m in METRICS)
                lines.append(f"| {split} | `{system}` | {cells} |\n")
    return "".join(lines)


def _lemmas(worlds: Worlds, known: GoldStories) -> str:
    """Return a row for all documents and for each split."""
    heads = ("one event, one lemma", "one event, other lemmas", "other events, one lemma", "F1 of pairs")
    lines = ["| split | " + " | ".join(heads) + " |\n|---|" + "--:|" * len(heads) + "\n"]
    rows: dict[str, list[LemmaPairs]] = {}
    for split, found in worlds.items():
        for world, told in found.items():
            pairs = lemma_pairs(told, decode_story(known.lines[world]).events)
            rows.setdefault("all", []).append(pairs)
            rows.setdefault(split, []).append(pairs)
    for name, counted in rows.items():
        total = LemmaPairs(*map(sum, zip(*counted, strict=True)))
        either = 2 * total.found + total.missed + total.wrong
        f1 = 2 * total.found / either if either else None
        lines.append(f"| {name} | " + " | ".join(f"{n:,}" for n in total) + f" | {figure(f1)} |\n")
    return "".join(lines)
