"""What the baselines across documents reach on gold's own documents, as a table of the README."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import get_args

import msgspec

from ..baselines.cross import LemmaPairs, System, lemma_pairs, predict_stories, told_by_world
from ..corpus import Corpus
from ..dataset import gold, stories
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
    lines = [
        "| split | baseline | " + " | ".join(f"`{m}`" for m in METRICS) + " |\n|---|---|" + "--:|" * len(METRICS) + "\n"
    ]
    for split in (s for s in corpus.splits if s != "published"):
        truth = gold(split)
        told = [r for d, r in truth.items() if corpus.article(d).world in known.lines]
        if not told:
            continue
        with tempfile.TemporaryDirectory() as folder:
            documents, across = Path(folder) / "documents.jsonl", Path(folder) / "stories.jsonl"
            documents.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in told))
            for system in get_args(System):
                predict_stories(split, "gold", across, system)
                scores = score_stories(documents, truth, Settings(split, "stories", 0), known, across, units=stories())
                found = scores.to_json()["metrics"]
                cells = " | ".join(figure(found[m]["f1"]) for m in METRICS)
                lines.append(f"| {split} | `{system}` | {cells} |\n")
    return "".join(lines)


def lemma_table(corpus: Corpus) -> str:
    """Return a row for each split whose text the corpus holds: how often the lemma of its trigger misleads about an event."""
    lines = [
        "| split | one event, one lemma | one event, other lemmas | other events, one lemma | F1 of pairs |\n|---|--:|--:|--:|--:|\n"
    ]
    for split in (s for s in corpus.splits if s != "published"):
        counted = [
            lemma_pairs(told, read_story(corpus.root / "annotations" / "stories" / f"{world}.json").events)
            for world, told in told_by_world(split, gold(split)).items()
        ]
        if counted:
            total = LemmaPairs(*map(sum, zip(*counted, strict=True)))
            either = 2 * total.found + total.missed + total.wrong
            f1 = 2 * total.found / either if either else None
            lines.append(f"| {split} | " + " | ".join(f"{n:,}" for n in total) + f" | {figure(f1)} |\n")
    return "".join(lines)
