"""Scoring of predictions against gold: counts of chunks, their sums, figures with intervals, and what to know beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from .columns import Block, Codes, Side
from .counts import count_block
from .engines import Engine, run
from .errors import RecordError, UsageError
from .metrics import HEAD, METRICS
from .metrics.base import Counts, Figures, prf
from .metrics.spans import labels_of
from .predictions import attempted, check_prediction, decode, inside_regions, needed
from .records import LAYERS, Document
from .resample import Sums, interval
from .signature import Settings, Signature, parts_of
from .stream import Chunk, Line, Lines, OutOfOrderError, chunks, lines

NAMED = 1_000
"""How many missing documents are named; all are counted."""

_PARTS = ("tp", "gold", "system")


class Part(NamedTuple):
    """The outcome of one chunk: for each document its unit, and counts `[documents, fields]`; and what sums besides."""

    units: list[str]
    fields: list[tuple[str, str]]
    rows: Counts
    missing: list[str]
    layers: frozenset[str]
    predicted: int
    stories: frozenset[str]
    digest: int


def count_chunk(chunk: Chunk, metrics: Sequence[str], stories: Mapping[str, str]) -> Part:
    """Return the counts of one chunk: decode, check, drop what stands outside the regions, count.

    A record is dropped when its rows are taken: to keep the records of a chunk costs more time than to decode them.
    """
    codes = Codes()
    sides = Side(codes), Side(codes)
    layers: set[str] = set()
    told: dict[str, str] = {}
    digest = 0
    read = needed(n for m in metrics for n in METRICS[m].layers)
    of_system = {line.doc: line for line in chunk.system}
    for at, line in enumerate(chunk.gold):
        gold = decode(line, read)
        check_prediction(gold, gold, line.place)
        digest += int.from_bytes(hashlib.sha256(line.data.strip()).digest(), "little")
        sides[0].add(at, gold)
        if story := stories.get(line.doc) or gold.story:
            told[line.doc] = story
        if line.doc in of_system:
            system = decode(of_system[line.doc], read)
            check_prediction(system, gold, of_system[line.doc].place)
            layers.update(attempted([system]))
            sides[1].add(at, inside_regions(system, gold))
    names = [line.doc for line in chunk.gold]
    try:
        table = count_block(Block(tuple(names), sides[0].tables(), sides[1].tables(), codes), metrics)
    except ValueError as error:
        raise RecordError(f"{chunk.gold[0].place}: in the {len(names)} documents from here on, {error}") from None
    fields = [(name, f) for name, c in table.rows.items() for f in c.fields]
    rows = np.concatenate([c.rows for c in table.rows.values()], axis=1)
    used = np.flatnonzero(rows.any(axis=0) | np.array(["|" not in f for _, f in fields]))
    return Part(
        units=[told.get(d, d) for d in names],
        fields=[fields[n] for n in used],
        rows=rows[:, used],
        missing=[d for d in names if d not in of_system],
        layers=frozenset(layers),
        predicted=len(of_system),
        stories=frozenset(told.values()),
        digest=digest,
    )


@dataclass
class Scores:
    """Sums of all counts, and what is known of the run; figures are computed from the sums."""

    settings: Settings
    metrics: tuple[str, ...]
    sums: Sums
    documents: int = 0
    predicted: int = 0
    unnamed: int = 0
    missing: list[str] = field(default_factory=list)
    layers: set[str] = field(default_factory=set)
    stories: set[str] = field(default_factory=set)
    without_story: int = 0
    digest: int = 0

    def add(self, part: Part) -> None:
        """Add the outcome of a chunk."""
        self.sums.add(part.units, part.fields, part.rows)
        self.documents += len(part.units)
        self.predicted += part.predicted
        self.missing += part.missing[: NAMED - len(self.missing)]
        self.unnamed += len(part.missing)
        self.layers |= part.layers
        self.stories |= part.stories
        self.without_story += sum(u not in part.stories for u in part.units)
        self.digest += part.digest

    @property
    def attempted(self) -> tuple[str, ...]:
        """The metrics whose layers the system attempted; all where it has no document."""
        layers = self.layers if self.predicted else set(LAYERS)
        return tuple(n for n in self.metrics if layers.issuperset(METRICS[n].layers))

    @property
    def skipped(self) -> tuple[str, ...]:
        """The metrics whose layers the system did not attempt."""
        return tuple(n for n in self.metrics if n not in self.attempted)

    @property
    def units(self) -> int:
        """How many stories (documents, where they have none) are resampled."""
        return len(self.stories) + self.without_story

    @property
    def signature(self) -> Signature:
        """The signature of the result."""
        spans = self.totals("mention_span_f1") if "mention_span_f1" in self.metrics else {}
        given = bool(spans.get("gold")) and spans.get("tp") == spans.get("gold") == spans.get("system")
        digest = hashlib.sha256(str(self.digest).encode()).hexdigest()
        unit = "story" if not self.without_story else "document" if not self.stories else "story-or-document"
        mentions = "gold" if given else "predicted"
        return Signature(self.settings, digest, self.documents, unit, self.units, mentions)

    def totals(self, metric: str) -> dict[str, int]:
        """Return the counts of a metric summed over all documents."""
        return {field: int(v[0]) for field, v in self.sums.of(metric).items()}

    def figures(self, metric: str) -> Figures:
        """Return the figures of a metric, each an array `[1 + resamples]` with the whole first."""
        return METRICS[metric].score(self.sums.of(metric))

    def scores(self) -> dict[str, dict[str, float | None]]:
        """Return the figures of every metric that was attempted, `None` where undefined."""
        return {n: {k: _value(v[0]) for k, v in self.figures(n).items()} for n in self.attempted}

    def summary(self) -> Figures:
        """Return the mean of the head figures of the layers; nothing where one was not attempted or is undefined."""
        if not set(HEAD) <= set(self.attempted):
            return {}
        heads = [self.figures(name)["f1"] for name in HEAD]
        return {"f1": sum(heads, np.zeros(1)) / len(heads)}

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        summary = self.summary()
        intervals, _ = self._intervals(summary)
        return {
            "summary": {k: {"value": _value(v[0]), "interval": intervals[k]} for k, v in summary.items()},
            "metrics": {name: self._metric(name) for name in self.attempted},
            "documents": self.documents,
            "units": self.units,
            "missing": self.missing,
            "missing_documents": self.unnamed,
            "not_attempted": list(self.skipped),
            "signature": str(self.signature),
            "signature_short": self.signature.short,
        }

    def _metric(self, name: str) -> dict[str, Any]:
        sums = self.sums.of(name)
        figures = METRICS[name].score(sums)
        found: dict[str, Any] = {k: _value(v[0]) for k, v in figures.items()}
        found["intervals"], found["undefined"] = self._intervals(figures)
        found["counts"] = {k: int(v[0]) for k, v in sums.items() if "|" not in k}
        labels = labels_of(sums)
        if labels:
            found["labels"] = {label: self._label(c) for label, c in labels.items()}
        return found

    def _label(self, counts: Mapping[str, Counts]) -> dict[str, Any]:
        tp, gold, system = (counts[p] for p in _PARTS)
        figures = prf(tp, gold, system)
        values: dict[str, Any] = {k: _value(v[0]) for k, v in figures.items()}
        intervals, _ = self._intervals({"f1": figures["f1"]})
        return values | {"interval": intervals["f1"], "tp": int(tp[0]), "gold": int(gold[0]), "system": int(system[0])}

    def _intervals(self, figures: Figures) -> tuple[dict[str, list[float] | None], dict[str, int]]:
        found: dict[str, list[float] | None] = {}
        undefined: dict[str, int] = {}
        for k, v in figures.items():
            width = self.settings.resamples + 1
            pair, missing = interval(np.broadcast_to(v, (width,)) if len(v) == 1 else v)
            found[k] = None if pair is None or self.units < 2 else list(pair)
            if missing:
                undefined[k] = missing
        return found, undefined


def _value(x: np.floating[Any] | float) -> float | None:
    return None if np.isnan(x) else float(x)


def chosen(layer: str) -> tuple[str, ...]:
    """Return the metrics of a layer, or all; raises `UsageError` for an unknown layer."""
    found = tuple(n for n, m in METRICS.items() if not layer or m.layers[0] == layer or n.startswith(layer))
    if not found:
        raise UsageError(f"no metric is of the layer {layer!r}: `reportedly metrics` lists them")
    return found


def score(
    gold: Lines,
    system: Lines,
    settings: Settings,
    stories: Mapping[str, str] | None = None,
    engine: Engine = "serial",
    workers: int = 2,
    scheduler: str = "",
    progress: Callable[[int], None] | None = None,
) -> Scores:
    """Return the scores of lines of predictions against lines of gold; missing documents count as empty.

    Raises what `stream.chunks`, `predictions.check_prediction` and `engines.run` raise.
    """
    metrics = chosen(settings.layer)
    work = partial(count_chunk, metrics=metrics, stories=stories or {})
    for in_step in (True, False):
        found = Scores(settings, metrics, Sums(settings.resamples, settings.seed))
        try:
            for part in run(work, chunks(gold, system, in_step=in_step), engine, workers, scheduler):
                found.add(part)
                if progress:
                    progress(found.documents)
            break
        except OutOfOrderError:
            continue
    return found


def lines_of(records: Mapping[str, Document], name: str = "gold") -> Lines:
    """Return records in memory as lines."""
    return lambda: (Line(d, msgspec.json.encode(records[d]), f"{name}: {d}") for d in sorted(records))


def score_file(
    path: Path | str, gold: Mapping[str, Document] | Path | str, settings: Settings, **options: Any
) -> Scores:
    """Return the scores of a prediction file against gold in memory or in a file; options are those of `score`."""
    source = partial(lines, gold) if isinstance(gold, Path | str) else lines_of(gold)
    return score(source, partial(lines, path), settings, **options)


def check_signature(scores: Scores, signature: str) -> None:
    """Raise `UsageError` where a run does not have the gold that a signature was made with."""
    wanted = parts_of(signature)["gold"]
    if wanted != scores.signature.digest[:12]:
        raise UsageError(
            f"gold has the digest {scores.signature.digest[:12]}, the signature {wanted}: check out its data"
        )
