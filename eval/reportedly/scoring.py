"""Scoring of predictions against gold: counts of chunks, their sums, figures with intervals, and what to know beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

import msgspec
import numpy as np

from .columns import Block, Codes, Side
from .counts import count_block
from .engines import Engine, run
from .errors import LimitError, UsageError
from .kept import Kept, text_length
from .metrics import ALL_METRICS, HEAD, METRICS, STORY_METRICS
from .metrics.base import Counts, Figures, Scored, plain_value, prf
from .metrics.slices import SLICES, name_of
from .metrics.spans import labels_of
from .predictions import attempted, needed, read_gold, read_system
from .records import LAYERS, Document
from .resample import Sums, interval
from .signature import Settings, Signature, parts_of
from .stream import Chunk, Line, Lines, OutOfOrderError, chunks, lines

NAMED = 1_000
"""How many missing documents are named; all are counted."""

_PARTS = ("tp", "gold", "system")


class Part(NamedTuple):
    """The outcome of one chunk: names of documents, their units and lengths, counts `[documents, fields]`; what sums besides.

    Of a chunk of stories: the stories for documents and units, and those of them for which the system has no record.
    """

    documents: list[str]
    units: list[str]
    lengths: list[int]
    fields: list[tuple[str, str]]
    rows: Counts
    missing: list[str]
    layers: frozenset[str]
    predicted: int
    stories: frozenset[str]
    digest: int


def digest_of(line: Line) -> int:
    """Return the SHA-256 of a line as a number; those of all lines add up, so that their order does not matter."""
    return int.from_bytes(hashlib.sha256(line.data.strip()).digest(), "little")


def count_chunk(chunk: Chunk, metrics: Sequence[str], stories: Mapping[str, str], known_labels: bool = False) -> Part:
    """Return the counts of one chunk: decode, check, drop what stands outside the regions, count.

    A record is dropped when its rows are taken: to keep the records of a chunk costs more time than to decode them.
    """
    codes = Codes()
    sides = Side(codes), Side(codes)
    layers: set[str] = set()
    told: dict[str, str] = {}
    digest = 0
    lengths: list[int] = []
    some = set(metrics) < METRICS.keys()
    read = needed(n for m in metrics for n in METRICS[m].layers) if some else frozenset(LAYERS)
    of_system = {line.doc: line for line in chunk.system}
    for at, line in enumerate(chunk.gold):
        gold = read_gold(line, read)
        digest += digest_of(line)
        sides[0].add(at, gold)
        lengths.append(text_length(gold))
        if story := stories.get(line.doc) or gold.story:
            told[line.doc] = story
        if line.doc in of_system:
            system = read_system(of_system[line.doc], gold, read, known_labels=known_labels)
            if len(layers) < len(LAYERS):
                layers.update(attempted([system]))
            sides[1].add(at, system)
    names = [line.doc for line in chunk.gold]
    try:
        table = count_block(Block(tuple(names), sides[0].tables(), sides[1].tables(), codes), metrics)
    except LimitError as error:
        raise LimitError(f"{chunk.gold[0].place}: in the {len(names)} documents from here on, {error}") from None
    fields = [(name, f) for name, c in table.rows.items() for f in c.fields]
    rows = np.concatenate([np.zeros((len(names), 0), np.int64), *(c.rows for c in table.rows.values())], axis=1)
    used = np.flatnonzero(rows.any(axis=0) | np.array(["|" not in f for _, f in fields], bool))
    return Part(
        documents=names,
        units=[told.get(d, d) for d in names],
        lengths=lengths,
        fields=[fields[n] for n in used],
        rows=rows[:, used],
        missing=[d for d in names if d not in of_system],
        layers=frozenset(layers),
        predicted=len(of_system),
        stories=frozenset(told.values()),
        digest=digest,
    )


@dataclass
class StoryRun:
    """What is known of the stories of a run, where they are scored: how many, which the system left out, its layers."""

    scored: bool = False
    stories: int = 0
    predicted: int = 0
    missing: list[str] = field(default_factory=list)
    layers: set[str] = field(default_factory=set)
    digest: int = 0

    def add(self, part: Part) -> None:
        """Add the outcome of a chunk of stories."""
        self.stories += len(part.units)
        self.predicted += part.predicted
        self.missing = sorted([*self.missing, *part.missing])
        self.layers |= part.layers
        self.digest += part.digest


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
    kept: Kept | None = None
    across: StoryRun = field(default_factory=lambda: StoryRun())

    def add(self, part: Part) -> None:
        """Add the outcome of a chunk."""
        self.sums.add(part.units, part.fields, part.rows)
        self.documents += len(part.units)
        self.predicted += part.predicted
        if part.missing:
            self.missing = sorted((*self.missing, *part.missing))[:NAMED]
        self.unnamed += len(part.missing)
        self.layers |= part.layers
        self.stories |= part.stories
        self.without_story += sum(u not in part.stories for u in part.units)
        self.digest += part.digest
        if self.kept is not None:
            self.kept.add(part)

    def expect_stories(self, metrics: Sequence[str]) -> None:
        """Add metrics over stories, whose counts `add_stories` is to bring."""
        self.metrics += tuple(metrics)
        self.across.scored = True

    def add_stories(self, part: Part) -> None:
        """Add the outcome of a chunk of stories."""
        self.sums.add(part.units, part.fields, part.rows)
        self.across.add(part)
        if self.kept is not None:
            self.kept.add_stories(part)

    @property
    def attempted(self) -> tuple[str, ...]:
        """The metrics whose layers the system attempted; all where it has no document, or no story."""
        layers = (self.layers if self.predicted else set(LAYERS)) | self.across.layers
        return tuple(n for n in self.metrics if layers.issuperset(self._needed(n)))

    def _needed(self, metric: str) -> set[str]:
        needed = set(ALL_METRICS[metric].layers)
        return needed if self.across.predicted else {n for n in needed if not n.startswith("stories.")}

    @property
    def skipped(self) -> tuple[str, ...]:
        """The metrics whose layers the system did not attempt."""
        return tuple(n for n in self.metrics if n not in self.attempted)

    @property
    def units(self) -> int:
        """How many stories (documents, where they have none) are resampled."""
        return len(self.stories) + self.without_story

    def units_of(self, metric: str) -> int:
        """Return how many units are resampled for a metric: of those over stories, the stories with gold across documents."""
        return self.across.stories if metric in STORY_METRICS else self.units

    @property
    def signature(self) -> Signature:
        """The signature of the result."""
        spans = self.totals("mention_span_f1") if "mention_span_f1" in self.metrics else {}
        given = bool(spans.get("gold")) and spans.get("tp") == spans.get("gold") == spans.get("system")
        digest = hashlib.sha256(str(self.digest).encode()).hexdigest()
        unit = "story" if not self.without_story else "document" if not self.stories else "story-or-document"
        mentions = "gold" if given else "predicted"
        stories = hashlib.sha256(str(self.across.digest).encode()).hexdigest() if self.across.scored else ""
        return Signature(
            self.settings, digest, self.documents, unit, self.units, mentions, stories, self.across.stories
        )

    def totals(self, metric: str) -> dict[str, int]:
        """Return the counts of a metric summed over all documents."""
        return {field: int(v[0]) for field, v in self.sums.of(metric).items()}

    def figures(self, metric: str) -> Figures:
        """Return the figures of a metric, each an array `[1 + resamples]` with the whole first."""
        return ALL_METRICS[metric].score(self.sums.of(metric))

    def scores(self) -> dict[str, dict[str, float | None]]:
        """Return the figures of every metric that was attempted, `None` where undefined."""
        return {n: {k: plain_value(v[0]) for k, v in self.figures(n).items()} for n in self.attempted}

    def summary(self) -> Figures:
        """Return the mean of the head figures of the layers; nothing where one was not attempted or is undefined."""
        if not set(HEAD) <= set(self.attempted):
            return {}
        heads = [self.figures(name)["f1"] for name in HEAD]
        return {"f1": sum(heads, np.zeros(1)) / len(heads)}

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        summary = self.summary()
        intervals, _ = self._intervals(summary, self.units)
        return {
            "summary": {k: {"value": plain_value(v[0]), "interval": intervals[k]} for k, v in summary.items()},
            "metrics": {name: self._metric(name) for name in self.attempted},
            "documents": self.documents,
            "units": self.units,
            "missing": self.missing,
            "missing_documents": self.unnamed,
            **({"stories": self.across.stories, "missing_stories": self.across.missing} if self.across.scored else {}),
            "not_attempted": list(self.skipped),
            "signature": str(self.signature),
            "signature_short": self.signature.short,
        }

    def _metric(self, name: str) -> dict[str, Any]:
        sums = self.sums.of(name)
        figures = ALL_METRICS[name].score(sums)
        units = self.units_of(name)
        found: dict[str, Any] = {k: plain_value(v[0]) for k, v in figures.items()}
        found["intervals"], found["undefined"] = self._intervals(figures, units)
        found["counts"] = {k: int(v[0]) for k, v in sums.items() if "|" not in k}
        labels = labels_of(sums)
        if labels:
            found["labels"] = {label: self._label(c, units) for label, c in labels.items()}
        return found

    def _label(self, counts: Mapping[str, Counts], units: int) -> dict[str, Any]:
        tp, gold, system = (counts[p] for p in _PARTS)
        figures = prf(tp, gold, system)
        values: dict[str, Any] = {k: plain_value(v[0]) for k, v in figures.items()}
        intervals, _ = self._intervals({"f1": figures["f1"]}, units)
        return values | {"interval": intervals["f1"], "tp": int(tp[0]), "gold": int(gold[0]), "system": int(system[0])}

    def _intervals(self, figures: Figures, units: int) -> tuple[dict[str, list[float] | None], dict[str, int]]:
        found: dict[str, list[float] | None] = {}
        undefined: dict[str, int] = {}
        for k, v in figures.items():
            width = self.settings.resamples + 1
            pair, missing = interval(np.broadcast_to(v, (width,)), units)
            found[k] = None if pair is None else list(pair)
            if missing:
                undefined[k] = missing
        return found, undefined


def chosen(layer: str, table: Mapping[str, Scored] = METRICS) -> tuple[str, ...]:
    """Return the metrics of a table that are of a layer, or all; raises `UsageError` for a layer that no table has."""

    def of(table: Mapping[str, Scored]) -> tuple[str, ...]:
        return tuple(
            n for n, m in table.items() if not layer or m.layers[0].partition(".")[0] == layer or n.startswith(layer)
        )

    if not of(ALL_METRICS):
        raise UsageError(f"no metric is of the layer {layer!r}: `reportedly metrics` lists them")
    return of(table)


Keep = Literal["sums", "units", "slices"]
"""What a run keeps beside sums."""


def score(
    gold: Lines,
    system: Lines,
    settings: Settings,
    stories: Mapping[str, str] | None = None,
    known_labels: bool = False,
    engine: Engine = "serial",
    workers: int = 2,
    scheduler: str = "",
    progress: Callable[[int], None] | None = None,
    metrics: Sequence[str] | None = None,
    keep: Keep = "sums",
) -> Scores:
    """Return the scores of lines of predictions against lines of gold; missing documents count as empty.

    Args:
        gold: the lines of gold.
        system: the lines of the system.
        settings: what the user chose.
        stories: story by document, before what gold itself says.
        engine: where chunks are counted, with so many `workers`, by this `scheduler`.
        workers: see `engine`.
        scheduler: see `engine`.
        progress: is told the number of documents after each chunk.
        metrics: names of `METRICS`; those of the layer of the settings where left out.
        known_labels: types and roles of predictions have to be those of the inventory.
        keep: `units` keeps the counts of each story, `slices` also those of documents and of labels of items.

    Raises what `stream.chunks`, `predictions.check_prediction` and `engines.run` raise.
    """
    names = chosen(settings.layer) if metrics is None else tuple(metrics)
    cut = [name_of(m, by) for by, metrics_of in SLICES.items() for m in metrics_of if m in names]
    counted = (*names, *(cut if keep == "slices" else ()))
    work = partial(count_chunk, metrics=counted, stories=stories or {}, known_labels=known_labels)

    def empty() -> Scores:
        kept = None if keep == "sums" else Kept(slices=keep == "slices")
        return Scores(settings, names, Sums(settings.resamples, settings.seed), kept=kept)

    return gather(empty, work, (gold, system), engine=engine, workers=workers, scheduler=scheduler, progress=progress)


class Gathered(Protocol):
    """What the outcomes of chunks are added to."""

    documents: int

    def add(self, part: Any, /) -> None:
        """Add the outcome of a chunk."""


Found = TypeVar("Found", bound=Gathered)


def gather(
    empty: Callable[[], Found],
    work: Callable[[Chunk], Any],
    sides: tuple[Lines, Lines],
    *,
    engine: Engine = "serial",
    workers: int = 2,
    scheduler: str = "",
    progress: Callable[[int], None] | None = None,
) -> Found:
    """Return the outcomes of all chunks of gold and system added up; begun anew where files are not in order."""
    for in_step in (True, False):
        found = empty()
        try:
            for part in run(work, chunks(*sides, in_step=in_step), engine, workers, scheduler):
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
    parts = parts_of(signature)
    stories = parts_of(str(scores.signature)).get("stories", "none")
    if parts.get("stories", "none") != stories:
        raise UsageError(
            f"the signature has cross-document records {parts.get('stories', 'none')}, this run {stories}: "
            "give the same ones by --stories and --gold-stories"
        )
    wanted = parts["gold"]
    if wanted != scores.signature.digest[:12]:
        raise UsageError(
            f"gold has the digest {scores.signature.digest[:12]}, the signature {wanted}: check out its data"
        )
