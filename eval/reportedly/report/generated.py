"""Tables of README and DATASHEET that are computed from the corpus at each build."""

from __future__ import annotations

from collections import Counter

import msgspec

from ..agreement import Agreement, agreement
from ..annotate import two_passes
from ..baselines.rules import predict, read_lexicon
from ..corpus import Corpus
from ..counts import count
from ..dataset import sources
from ..errors import UsageError
from ..files import read_json

BASELINE_METRICS = (
    "mention_f1",
    "coref_conll",
    "trigger_f1",
    "argument_f1",
    "attribution_f1",
    "attribution_overlap_f1",
)
PASSES = ("forward", "hunter")
TARGETS = (
    ("mentions, span and coarse type (F1)", "mention_coarse_f1", 0.93),
    ("triggers with type (F1)", "trigger_f1", 0.88),
    ("arguments (F1)", "argument_f1", 0.85),
    ("attributions, overlapping (F1)", "attribution_overlap_f1", 0.95),
    ("attributions, exact (F1)", "attribution_f1", 0.75),
    ("coreference (CoNLL)", "coref_conll", 0.90),
    ("factuality, author (kappa)", "factuality.author", 0.85),
    ("factuality, sources (kappa)", "factuality.sources", 0.75),
)


def baselines_table(corpus: Corpus) -> str:
    """Return the scores of the rules system on the splits whose text the corpus holds."""
    by_split = {s: list(sources(corpus, s)) for s in corpus.splits if s != "published"}
    train = by_split.get("train", [])
    lexicon = read_lexicon({s.record.doc: s.record for s in train}, {s.record.doc: s.text or "" for s in train})
    lines = [
        "| split | "
        + " | ".join(f"`{m}`" for m in BASELINE_METRICS)
        + " |\n|---|"
        + "--:|" * len(BASELINE_METRICS)
        + "\n"
    ]
    for split, found in by_split.items():
        gold = {s.record.doc: s.record for s in found}
        system = {s.record.doc: predict(s.record.doc, s.text or "", s.record.sentences or (), lexicon) for s in found}
        scores = count(gold, system, BASELINE_METRICS).scores()
        lines.append(f"| {split} | " + " | ".join(_figure(scores[m]["f1"]) for m in BASELINE_METRICS) + " |\n")
    return "".join(lines)


def agreement_table(corpus: Corpus) -> str:
    """Return the consistency of the two passes of the documents that have gold: of all, by collection, by document."""
    done = [d for docs in corpus.splits.values() for d in docs if corpus.gold_path(d).is_file()]
    try:
        first, second = two_passes(corpus, PASSES, done)
    except UsageError:
        return ""
    groups: dict[str, list[str]] = {"all": sorted(first)}
    for doc in sorted(first):
        groups.setdefault(corpus.article(doc).collection, []).append(doc)
    groups |= {doc: [doc] for doc in sorted(first)}
    lines = [
        "| | " + " | ".join(title for title, _, _ in TARGETS) + " |\n|---|" + "--:|" * len(TARGETS) + "\n",
        "| to reach | " + " | ".join(f"{target:.2f}" for _, _, target in TARGETS) + " |\n",
    ]
    for name, docs in groups.items():
        found = agreement({d: first[d] for d in docs}, {d: second[d] for d in docs})
        figures = " | ".join(_figure(_value(found, measure)) for _, measure, _ in TARGETS)
        lines.append(f"| {name} | {figures} |\n")
    return "".join(lines)


def _value(found: Agreement, name: str) -> float | None:
    return found.kappa[name].kappa if name in found.kappa else found.f1.get(name)


def origins_table(corpus: Corpus) -> str:
    """Return where the items of gold come from, by layer."""
    layers = ("mentions", "events", "attributions", "factuality", "claims")
    counts: dict[str, Counter[str]] = {layer: Counter() for layer in layers}
    for record in corpus.all_gold():
        for layer in layers:
            counts[layer].update(item.origin or "unknown" for item in getattr(record, layer) or ())
    names = ("both", *PASSES, "new")
    lines = [
        "| layer | both passes | forward alone | hunter alone | new in adjudication or third reading |\n|---|--:|--:|--:|--:|\n"
    ]
    lines += [f"| {layer} | " + " | ".join(f"{counts[layer][n]:,}" for n in names) + " |\n" for layer in layers]
    return "".join(lines)


class ReadingFinding(msgspec.Struct, frozen=True):
    """What a third reader found: the layer, and what became of it."""

    layer: str
    outcome: str


class Reading(msgspec.Struct, frozen=True):
    """A third reading of one document."""

    findings: tuple[ReadingFinding, ...]


def readings_table(corpus: Corpus) -> str:
    """Return how many findings the third readings have, by document: mended and left."""
    lines = ["| document | findings | mended | left | layers |\n|---|--:|--:|--:|---|\n"]
    for path in sorted((corpus.root / "annotations" / "readings").glob("*.json")):
        found = read_json(path, Reading, "see annotations/README.md").findings
        mended = sum(f.outcome.startswith("mended") for f in found)
        layers = ", ".join(f"{layer} {n}" for layer, n in sorted(Counter(f.layer for f in found).items()))
        lines.append(f"| {path.stem} | {len(found)} | {mended} | {len(found) - mended} | {layers} |\n")
    return "".join(lines)


def _figure(x: float | None) -> str:
    return "–" if x is None else f"{x:.3f}"
