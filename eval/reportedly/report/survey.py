"""What a page needs beside the scores: kinds of errors, confusions and slices of all documents, errors of the first ones.

One more reading of the two files, by the same chunks and engines as the score. Everything adds up over chunks, so that it
does not depend on how the work is split.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..align import overlapping
from ..columns import Block, Column, block
from ..counts import count_block
from ..errors import LimitError, RecordError
from ..metrics import HEAD, METRICS
from ..metrics.base import Counts, per_label, plain_value, ratio
from ..predictions import records_of
from ..records import Document, Region
from ..resample import Sums, interval
from ..scoring import Scores, gather, lines_of
from ..stream import Chunk, lines
from .errors import LAYERS, Aligned, Confusions, Error, align_layers, confusions, errors, tally
from .worked import steps

Groups = Mapping[str, Mapping[str, str]]
"""For each document what it is by some dimensions: `{"orlen-01": {"outlet": "Kessar Post"}}`."""

DOCUMENTS = 20
"""How many documents of errors a page shows where nothing else is said."""


class Found(NamedTuple):
    """The errors of one document, and what is needed to show them on the text."""

    doc: str
    regions: tuple[Region, ...]
    text_sha256: str | None
    errors: tuple[Error, ...]


class Slice(NamedTuple):
    """A figure of a part of the data: F1 of documents of one kind, or (`documents` is 0) the recall of gold items of one kind."""

    title: str
    value: str
    metric: str
    figure: float | None
    between: tuple[float, float] | None
    expression: str
    documents: int
    items: int


class Part(NamedTuple):
    """The outcome of one chunk."""

    kinds: dict[str, Counter[str]]
    confusions: Confusions
    units: list[str]
    fields: list[tuple[str, str]]
    rows: Counts
    found: list[Found]
    with_errors: int


def survey_chunk(
    chunk: Chunk, layers: frozenset[str], heads: tuple[str, ...], first: int, stories: Mapping[str, str], groups: Groups
) -> Part:
    """Return kinds, confusions and slices of a chunk, and the errors of its first documents by name that have any."""
    gold, system = records_of(chunk)
    names = sorted(gold)
    pair = block(names, gold, system)
    try:
        aligned = align_layers(pair, layers)
        fields, rows = _sliced(pair, aligned, heads, [groups.get(d, {}) for d in names])
    except LimitError as error:
        raise RecordError(f"{chunk.gold[0].place}: in the {len(names)} documents from here on, {error}") from None
    wrong = np.zeros(len(names), bool)
    for a in aligned.values():
        wrong[a.docs[a.kind != 0]] = True
    found = [
        Found(names[d], gold[names[d]].regions or (), gold[names[d]].text_sha256, tuple(errors(pair, aligned, int(d))))
        for d in np.flatnonzero(wrong)[:first]
    ]
    return Part(
        kinds={name: tally(a) for name, a in aligned.items()},
        confusions=confusions(pair, aligned),
        units=[stories.get(d) or gold[d].story or d for d in names],
        fields=fields,
        rows=rows,
        found=found,
        with_errors=int(wrong.sum()),
    )


def _sliced(
    pair: Block, aligned: Mapping[str, Aligned], heads: tuple[str, ...], groups: list[Mapping[str, str]]
) -> tuple[list[tuple[str, str]], Counts]:
    """Return counts `[documents, fields]`; a field is a slice (`kind`, title, value, metric, joined by tabs) and a count."""
    fields: list[tuple[str, str]] = []
    columns: list[Counts] = []
    counted = count_block(pair, heads).rows
    for title, value in sorted({item for g in groups for item in g.items()}):
        inside = np.array([g.get(title) == value for g in groups])[:, None]
        for metric, c in counted.items():
            plain = [n for n, f in enumerate(c.fields) if "|" not in f]
            name = "\t".join(("f1", title, value, metric))
            fields += [(name, "documents"), *((name, c.fields[n]) for n in plain)]
            columns += [inside.astype(np.int64), np.where(inside, c.rows[:, plain], 0)]
    for title, metric, docs, values, hit in _recalled(pair, aligned):
        known = np.unique(values)
        names = pair.codes.names(known)
        for n, part in enumerate((hit, np.ones(len(hit), bool))):
            columns.append(per_label(docs[part], values[part], pair.size, known))
            fields += [("\t".join(("recall", title, v, metric)), ("tp", "gold")[n]) for v in names]
    if not columns:
        return [], np.zeros((pair.size, 0), np.int64)
    return fields, np.concatenate(columns, axis=1)


def _recalled(pair: Block, aligned: Mapping[str, Aligned]) -> list[tuple[str, str, Column, Column, Any]]:
    """Return for each slice of items its title, metric, and of each gold item document, value and whether it is found."""
    found = []

    def add(name: str, title: str, column: Column) -> None:
        a = aligned[name]
        rows, hit = a.gold_rows[a.gold_rows >= 0], a.kind[a.gold_rows >= 0] == 0
        found.append((title, LAYERS[name][0], a.gold["doc"][rows], column[rows], hit))

    code = pair.codes
    if "mention" in aligned:
        gold = aligned["mention"].gold
        add("mention", "level of the mention", gold["level"])
        inner = overlapping(gold, gold)
        length = gold["end"] - gold["start"]
        within = (inner.shared == length[inner.gold]) & (length[inner.gold] < length[inner.system])
        nested = np.isin(np.arange(len(gold["doc"])), inner.gold[within])
        add("mention", "nesting of the mention", np.where(nested, code["inside another"], code["outermost"]))
    if "attribution" in aligned:
        gold = aligned["attribution"].gold
        for title, column in (
            ("relation of the attribution", "relation"),
            ("kind of source", "source_kind"),
            ("type of cue", "cue_type"),
        ):
            add("attribution", title, gold[column])
        inside = np.where(gold["parent"] >= 0, code["inside another"], code["outermost"])
        add("attribution", "nesting of the attribution", inside)
        steps = np.bincount(pair.gold["chains"]["attribution"], minlength=len(gold["doc"]))
        add("attribution", "stations of the chain", np.array([code[str(n)] for n in steps.tolist()], np.int64))
    return found


@dataclass
class Survey:
    """Sums over all documents, and the first documents with errors by name."""

    sums: Sums
    first: int
    documents: int = 0
    with_errors: int = 0
    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    confusions: Confusions = field(default_factory=Counter)
    found: list[Found] = field(default_factory=list)
    _units: dict[str, set[str]] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Add the outcome of a chunk."""
        self.documents += len(part.units)
        self.with_errors += part.with_errors
        for layer, counts in part.kinds.items():
            self.kinds.setdefault(layer, Counter()).update(counts)
        self.confusions.update(part.confusions)
        self.sums.add(part.units, part.fields, part.rows)
        self.found = sorted((*self.found, *part.found), key=lambda f: f.doc)[: self.first]
        for n, (name, count) in enumerate(part.fields):
            known = self._units.setdefault(name, set())
            if count in ("documents", "gold") and len(known) < 1_000:
                known.update(part.units[d] for d in np.flatnonzero(part.rows[:, n])[:1_000].tolist())

    def slices(self) -> list[Slice]:
        """Return the figures of all slices, each with an interval where it has two stories."""
        return [self._slice(name, sums) for name, sums in self.sums.values.items()]

    def _slice(self, name: str, sums: dict[str, Counts]) -> Slice:
        measure, title, rest = name.split("\t", 2)
        value, _, metric = rest.rpartition("\t")
        figure = METRICS[metric].score(sums)["f1"] if measure == "f1" else ratio(sums["tp"], sums["gold"])
        between, _ = interval(figure, len(self._units.get(name, ())))
        whole = {k: int(v[0]) for k, v in sums.items()}
        expression = steps(metric, whole)[0].expression if measure == "f1" else f"{whole['tp']}/{whole['gold']}"
        return Slice(
            title,
            value,
            metric,
            plain_value(figure[0]),
            between,
            expression,
            whole.get("documents", 0),
            whole.get("gold", 0),
        )


def survey(
    path: Path | str,
    gold: Mapping[str, Document] | Path | str,
    scores: Scores,
    *,
    first: int = DOCUMENTS,
    stories: Mapping[str, str] | None = None,
    groups: Groups | None = None,
    **options: Any,
) -> Survey:
    """Return the survey of a prediction file that was scored, of the layers that were scored; raises what `score` raises.

    Args:
        first: how many documents with errors are kept, the first by name.
        groups: what documents are, for slices of documents.
        options: engine, workers, scheduler and progress, as `scoring.gather` takes them.
    """
    layers = frozenset(name for name, (metric, _) in LAYERS.items() if metric in scores.attempted)
    heads = tuple(m for m in HEAD if m in scores.attempted)
    source = partial(lines, gold) if isinstance(gold, Path | str) else lines_of(gold)
    settings = scores.settings
    work = partial(survey_chunk, layers=layers, heads=heads, first=first, stories=stories or {}, groups=groups or {})
    return gather(
        lambda: Survey(Sums(settings.resamples, settings.seed), first), work, (source, partial(lines, path)), **options
    )
