"""Per-slice figures: head metrics for labels of items (`metrics.slices.SLICES`) and for groups of documents.

Figures of a slice have intervals from the same resampled stories as the whole; only stories that the slice has count
as units. A slice of one story has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .corpus import Article
from .kept import Field, Kept
from .metrics import HEAD, METRICS
from .metrics.base import Counts, Figures, plain_value, prf
from .metrics.slices import SLICES, name_of
from .metrics.spans import labels_of
from .resample import Sums, interval
from .scoring import Scores

_SHOWN = ("f1", "precision", "recall")

DOCUMENT_SLICES: dict[str, Callable[[Article], str]] = {
    "outlet": lambda article: article.outlet,
    "collection": lambda article: article.collection,
}
"""Slices of documents that need the list of articles; story and length come from the run itself."""

ALL_SLICES = (*SLICES, *DOCUMENT_SLICES, "story", "length")


@dataclass(frozen=True)
class Cell:
    """One label of a slice: figures `[1 + resamples]`, how many stories it has, how many documents or items of gold."""

    figures: Figures
    units: int
    size: int

    def to_json(self) -> dict[str, Any]:
        """Return the figures with the interval of F1 as plain values."""
        values = {k: plain_value(v[0]) for k, v in self.figures.items()}
        between, _ = interval(self.figures["f1"], self.units)
        return values | {"interval": None if between is None else list(between), "units": self.units, "size": self.size}


Slices = dict[str, dict[str, dict[str, Cell]]]
"""Cells by slice, metric and label."""


def slices_of(scores: Scores, articles: Mapping[str, Article]) -> Slices:
    """Return the slices of a run that kept them (`keep="slices"`); those without any label are left out.

    Raises:
        ValueError: the run did not keep slices.
    """
    if scores.kept is None or not scores.kept.slices:
        raise ValueError("the run kept no slices")
    found: Slices = {}
    for by, metrics in SLICES.items():
        found[by] = {m: _of_items(scores, scores.kept, name_of(m, by)) for m in metrics if m in scores.attempted}
    for by, groups in document_groups(scores.kept, articles).items():
        heads = [m for m in HEAD if m in scores.attempted]
        found[by] = {m: _of_documents(scores, scores.kept, m, groups) for m in heads}
    return {
        by: {m: cells for m, cells in metrics.items() if cells}
        for by, metrics in found.items()
        if any(metrics.values())
    }


def slices_json(slices: Slices) -> dict[str, Any]:
    """Return slices as plain values: slice, metric, label, figures."""
    return {
        by: {m: {label: c.to_json() for label, c in cells.items()} for m, cells in metrics.items()}
        for by, metrics in slices.items()
    }


def _of_items(scores: Scores, kept: Kept, name: str) -> dict[str, Cell]:
    fields = kept.by_unit.fields(name)
    present = kept.by_unit.matrix(fields) > 0
    found = {}
    for label, counts in labels_of(scores.sums.of(name)).items():
        has = present[:, [n for n, (_, field) in enumerate(fields) if field.rpartition("|")[0] == label]]
        figures = _whole_width(prf(counts["tp"], counts["gold"], counts["system"]), scores.settings.resamples)
        found[label] = Cell(figures, int(has.any(axis=1).sum()), int(counts["gold"][0]))
    return found


def _whole_width(figures: Figures, resamples: int) -> Figures:
    return {k: np.broadcast_to(figures[k], (1 + resamples,)) for k in _SHOWN if k in figures}


def document_groups(kept: Kept, articles: Mapping[str, Article]) -> dict[str, dict[str, list[str]]]:
    """Return the documents of each label of each slice of documents."""
    found = {}
    documents = sorted(kept.length_of)
    if all(d in articles for d in documents):
        found = {by: _grouped((label(articles[d]), d) for d in documents) for by, label in DOCUMENT_SLICES.items()}
    found["story"] = _grouped((kept.story_of[d], d) for d in documents if d in kept.story_of)
    lengths = {d: articles[d].characters if d in articles else kept.length_of[d] for d in documents}
    found["length"] = thirds(lengths)
    return found


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for label, document in sorted(pairs):
        found.setdefault(label, []).append(document)
    return found


def thirds(lengths: Mapping[str, int]) -> dict[str, list[str]]:
    """Return the documents in three parts by length, as even as ties allow; the labels name the greatest length."""
    if not lengths:
        return {}
    low, high = (int(x) for x in np.quantile(list(lengths.values()), (1 / 3, 2 / 3), method="inverted_cdf"))
    longest = max(lengths.values())
    bounds = {f"short (to {low:,})": low, f"middle (to {high:,})": high, f"long (to {longest:,})": longest}
    found: dict[str, list[str]] = {}
    below = -1
    for label, bound in bounds.items():
        if inside := [d for d, n in sorted(lengths.items()) if below < n <= bound]:
            found[label] = inside
        below = max(below, bound)
    return found


def _of_documents(scores: Scores, kept: Kept, metric: str, groups: Mapping[str, list[str]]) -> dict[str, Cell]:
    fields = kept.by_document.fields(metric)
    rows = kept.by_document.matrix(fields)
    at = {d: n for n, d in enumerate(kept.by_document.names)}
    found: dict[str, Cell] = {}
    single: dict[str, list[int]] = {}
    for label, docs in groups.items():
        own, units = [at[d] for d in docs], [kept.unit_of[d] for d in docs]
        if len(set(units)) > 1:
            sums = Sums(scores.settings.resamples, scores.settings.seed)
            sums.add(units, fields, rows[own])
            figures = _whole_width(METRICS[metric].score(sums.of(metric)), sums.replicates)
            found[label] = Cell(figures, len(set(units)), len(docs))
        else:
            single[label] = own
    found |= _single(metric, fields, rows, single)
    return {label: found[label] for label in groups}


def _single(metric: str, fields: list[Field], rows: Counts, groups: Mapping[str, list[int]]) -> dict[str, Cell]:
    """Return the cells of labels of one story each, which have no replicates: all are scored at once."""
    if not groups:
        return {}
    sums = np.stack([rows[own].sum(axis=0) for own in groups.values()])
    figures = METRICS[metric].score({field: sums[:, n] for n, (_, field) in enumerate(fields)})
    wide = {k: np.broadcast_to(figures[k], (len(groups),)) for k in _SHOWN if k in figures}
    return {
        label: Cell({k: v[n : n + 1] for k, v in wide.items()}, 1, len(own))
        for n, (label, own) in enumerate(groups.items())
    }
