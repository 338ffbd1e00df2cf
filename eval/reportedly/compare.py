"""Comparison of systems on the same gold: paired differences, permutation tests, ranks.

Every system is resampled by the same weights, so that what makes a story hard for all of them cancels in a difference.
The test is approximate randomisation (Noreen 1989; Yeh 2000): whole stories change places between two systems. All
p values of a comparison, over metrics and pairs, are adjusted together (Holm 1979).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .corpus import Article
from .errors import UsageError
from .kept import Rows
from .metrics import ALL_METRICS, HEAD, METRICS, STORY_HEAD, STORY_METRICS
from .metrics.base import Counts, Figure, plain_value
from .records import Document
from .resample import caution, exact_product, expanded_tail, holm, interval, p_value, swaps
from .scoring import Keep, Scores, chosen, score_file
from .signature import Settings
from .slicing import ALL_SLICES, Cell, Slices, slices_of
from .story_scoring import GoldStories, score_stories

_CHUNK = 1_024
_SAME_MENTIONS = "mention_span_f1"
"""Counted in every run, since the signature says whether mentions were those of gold."""


class Difference(NamedTuple):
    """First minus second system in one metric; interval and p values are `None` where there can be none."""

    metric: str
    first: str
    second: str
    difference: float | None
    interval: tuple[float, float] | None
    undefined: int
    p: float | None
    p_holm: float | None


class Place(NamedTuple):
    """The rank of a system in a metric (1 is best, equals share the better rank), and its range over the resamples."""

    rank: int | None
    between: tuple[int, int] | None


class Across(NamedTuple):
    """Cross-document records: gold's, and a file for each system in the order of the systems."""

    gold: GoldStories
    files: Sequence[Path]


@dataclass(frozen=True)
class Comparison:
    """Runs of all systems by name, and what was compared."""

    files: dict[str, Path]
    scores: dict[str, Scores]
    metrics: tuple[str, ...]
    differences: tuple[Difference, ...]
    places: dict[tuple[str, str], Place]
    slices: dict[str, Slices] = field(default_factory=dict)

    @property
    def units(self) -> int:
        """How many stories (documents, where they have none) are resampled and change places."""
        return next(iter(self.scores.values())).units

    @property
    def settings(self) -> Settings:
        """The settings that all runs share."""
        return next(iter(self.scores.values())).settings

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """All pairs of systems, in the order that they were named."""
        return list(itertools.combinations(self.scores, 2))

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        found: dict[str, Any] = {
            "metrics": list(self.metrics),
            "units": self.units,
            "documents": next(iter(self.scores.values())).documents,
            "resamples": self.settings.resamples,
            "seed": self.settings.seed,
            "systems": [self._system(name) for name in self.scores],
            "differences": [_plain(d._asdict()) for d in self.differences],
            "test": "approximate randomisation of whole stories, two-sided; Holm's correction over all tests",
            "tests": sum(d.p is not None for d in self.differences),
            "notes": self.notes(),
        }
        return found | ({"slices": self._slices()} if self.slices else {})

    def _system(self, name: str) -> dict[str, Any]:
        scores = self.scores[name]
        whole = scores.to_json()
        figures = {}
        for m in self.metrics:
            if m in scores.attempted:
                place = self.places[m, name]
                between = None if place.between is None else list(place.between)
                kept = {
                    k: whole["metrics"][m][k]
                    for k in ("f1", "precision", "recall", "counts")
                    if k in whole["metrics"][m]
                }
                figures[m] = kept | {
                    "interval": whole["metrics"][m]["intervals"]["f1"],
                    "rank": place.rank,
                    "rank_range": between,
                }
        known = ("missing", "missing_documents", "signature", "signature_short")
        skipped = [m for m in self.metrics if m not in scores.attempted]
        return {
            "name": name,
            "file": str(self.files[name]),
            "metrics": figures,
            "not_attempted": skipped,
            **{k: whole[k] for k in known},
        }

    def _slices(self) -> dict[str, Any]:
        return {
            by: {
                metric: {
                    label: {
                        "systems": {name: c.to_json() for name, c in cells.items()},
                        "differences": [_plain(d) for d in cell_differences(cells)],
                    }
                    for label, cells in labels.items()
                }
                for metric, labels in metrics.items()
            }
            for by, metrics in cells_by_label(self.slices).items()
        }

    def notes(self) -> list[str]:
        """Return what has to be known beside the figures."""
        found = []
        if not self.settings.resamples:
            found.append("no intervals and no tests: no resamples were asked for")
        elif said := caution(self.units):
            test = (
                f"no test can give a p value below about {2.0 ** (1 - self.units):g}" if self.units > 1 else "no tests"
            )
            found += [said, f"{test}: whole stories change places"]
        across = next(iter(self.scores.values())).across
        if self.settings.resamples and across.scored and (said := caution(across.stories)):
            found.append(f"across documents: {said}")
        for name, scores in self.scores.items():
            if skipped := [m for m in self.metrics if m not in scores.attempted]:
                found.append(f"{name} did not attempt {', '.join(skipped)}")
            if scores.unnamed:
                found.append(
                    f"{name} lacks {scores.unnamed:,} documents, counted as empty: {', '.join(scores.missing[:20])}"
                )
        return found


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}


def metrics_of(layer: str, named: Sequence[str], *, across: bool = False) -> tuple[str, ...]:
    """Return the head figures (of a layer, where one is given) and the metrics that are named beside them.

    `across` says that cross-document records are compared too.

    Raises:
        UsageError: there is no such layer or metric, or the layer has no head figure and none is named.
    """
    for name in named:
        if name not in ALL_METRICS:
            raise UsageError(f"{name!r} is no metric: `reportedly metrics` lists them")
        if name in STORY_METRICS and not across:
            raise UsageError(f"{name} is over stories: name the cross-document records of the systems by --stories")
    known = (*chosen(layer), *(chosen(layer, STORY_METRICS) if across else ()))
    found = tuple(dict.fromkeys((*(m for m in (*HEAD, *STORY_HEAD) if m in known), *named)))
    if not found:
        raise UsageError(f"the layer {layer!r} has no head figure: name what to compare by --metric")
    return found


def compare_files(
    files: Sequence[Path],
    gold: Mapping[str, Document] | Path,
    settings: Settings,
    *,
    stories: Mapping[str, str] | None = None,
    metrics: Sequence[str] = (),
    slices: bool = False,
    articles: Mapping[str, Article] | None = None,
    progress: Callable[[int], None] | None = None,
    across: Across | None = None,
) -> Comparison:
    """Return the comparison of prediction files on the same gold.

    Args:
        files: prediction files, two or more.
        gold: gold in memory or in a file.
        settings: as for `score`; the layer restricts the head figures.
        stories: story by document, before what gold itself says.
        metrics: names of metrics beside the head figures.
        slices: whether to make per-slice tables.
        articles: what is known of the documents, for slices by outlet and collection.
        progress: is told the number of documents after each chunk.
        across: the cross-document records of gold and of the systems, where those are compared too.

    Raises:
        UsageError: fewer than two files; an unknown metric or layer; not one file of stories for each system.
    """
    if len(files) < 2:
        raise UsageError("a comparison needs two prediction files or more: `reportedly score` is for one")
    if across is not None and len(across.files) != len(files):
        raise UsageError(f"compare: {len(across.files)} files of stories for {len(files)} systems: name one for each")
    compared = metrics_of(settings.layer, metrics, across=across is not None)
    counted = tuple(dict.fromkeys((*compared, _SAME_MENTIONS)))
    by_name = dict(zip(names_of(files), files, strict=True))
    keep: Keep = "slices" if slices else "units"
    of_documents = [m for m in counted if m in METRICS]
    scores = {}
    for n, (name, path) in enumerate(by_name.items()):
        if across is None or len(of_documents) == len(counted):
            scores[name] = score_file(
                path, gold, settings, stories=stories, metrics=of_documents, keep=keep, progress=progress
            )
        else:
            scores[name] = score_stories(
                path, gold, settings, across.gold, across.files[n],
                units=stories, metrics=counted, keep=keep, progress=progress,
            )  # fmt: skip
    return Comparison(
        files=by_name,
        scores=scores,
        metrics=compared,
        differences=differences(scores, compared),
        places={(m, name): p for m in compared for name, p in places(scores, m).items()},
        slices={name: slices_of(s, articles or {}) for name, s in scores.items()} if slices else {},
    )


def names_of(files: Sequence[Path]) -> list[str]:
    """Return a different name for each file: without its folder and suffixes where that tells them apart."""
    short = [p.name.partition(".")[0] or p.name for p in files]
    names = [s if short.count(s) == 1 else str(p) for s, p in zip(short, files, strict=True)]
    found: list[str] = []
    for name in names:
        again = sum(f == name or f.startswith(f"{name} (") for f in found)
        found.append(f"{name} ({again + 1})" if again else name)
    return found


def head(scores: Scores, metric: str) -> Figure:
    """Return the head figure of a metric: `[1 + resamples]`."""
    return np.broadcast_to(scores.figures(metric)["f1"], (1 + scores.settings.resamples,))


def differences(scores: Mapping[str, Scores], metrics: Sequence[str]) -> tuple[Difference, ...]:
    """Return the differences of all pairs in all metrics that both attempted, with p values adjusted together."""
    found: dict[str, Difference] = {}
    for first, second in itertools.combinations(scores, 2):
        a, b = scores[first], scores[second]
        both = [m for m in metrics if m in a.attempted and m in b.attempted]
        permuted = _permuted(a, b, both)
        for m in both:
            apart = head(a, m) - head(b, m)
            between, undefined = interval(apart, a.units_of(m))
            p = p_value(float(apart[0]), permuted[m]) if m in permuted else None
            row = Difference(m, first, second, plain_value(apart[0]), between, undefined, p, None)
            found[f"{metrics.index(m):06} {len(found):06}"] = row
    adjusted = holm({key: d.p for key, d in found.items()})
    return tuple(found[key]._replace(p_holm=adjusted[key]) for key in sorted(found))


def _permuted(a: Scores, b: Scores, metrics: Sequence[str]) -> dict[str, Figure]:
    if a.kept is None or b.kept is None or not a.settings.resamples:
        return {}
    found: dict[str, Figure] = {}
    for table, first, second in (
        (METRICS, a.kept.by_unit, b.kept.by_unit),
        (STORY_METRICS, a.kept.by_story, b.kept.by_story),
    ):
        own = [m for m in metrics if m in table and a.units_of(m) > 1]
        if own:
            found |= permuted_differences(first, second, own, a.settings.resamples, a.settings.seed)
    return found


def permuted_differences(
    first: Rows, second: Rows, metrics: Sequence[str], replicates: int, seed: int
) -> dict[str, Figure]:
    """Return for each metric the differences `[replicates]` after units changed places at random.

    The units of both must be the same.
    """
    fields = sorted({f for m in metrics for rows in (first, second) for f in rows.fields(m)})
    a, b = first.matrix(fields), second.matrix(fields)
    moved = _moved(first.names, b - a, replicates, seed)
    sums = (a.sum(axis=0)[:, None] + moved, b.sum(axis=0)[:, None] - moved)
    found = {}
    for m in metrics:
        one, other = (
            ALL_METRICS[m].score({f: s[n] for n, (name, f) in enumerate(fields) if name == m})["f1"] for s in sums
        )
        found[m] = np.broadcast_to(one - other, (replicates,))
    return found


def _moved(units: Sequence[str], apart: Counts, replicates: int, seed: int) -> Counts:
    """Return what the first system gains in each permutation, `[fields, replicates]`."""
    found = np.zeros((apart.shape[1], replicates), np.int64)
    for low in range(0, len(units), _CHUNK):
        high = low + _CHUNK
        found += exact_product(apart[low:high], swaps(units[low:high], replicates, seed))
    return found


def places(scores: Mapping[str, Scores], metric: str) -> dict[str, Place]:
    """Return the rank of each system and its 95 % range over the resamples, at the percentiles of `resample.interval`.

    A system whose figure is undefined has no rank; in a resample it is then left out.
    """
    names = [n for n, s in scores.items() if metric in s.attempted]
    if not names:
        return {}
    ranks = ranks_of(np.stack([head(scores[n], metric) for n in names]))
    units = scores[names[0]].units_of(metric)
    found = {}
    for name, r in zip(names, ranks, strict=True):
        known = r[1:][~np.isnan(r[1:])]
        between = None
        if units > 1 and len(known) * 2 > len(r) - 1 and not np.isnan(r[0]):
            tail = expanded_tail(units, 0.95)
            low, high = np.quantile(known, (tail, 1 - tail), method="inverted_cdf")
            between = (int(low), int(high))
        found[name] = Place(None if np.isnan(r[0]) else int(r[0]), between)
    return found


def ranks_of(figures: Figure) -> Figure:
    """Return the ranks of systems `[systems, replicates]`: 1 + how many are better; NaN where a figure is."""
    better = (figures[None, :, :] > figures[:, None, :] + 1e-12).sum(axis=1)
    return np.where(np.isnan(figures), np.nan, 1.0 + better)


def cells_by_label(slices: Mapping[str, Slices]) -> dict[str, dict[str, dict[str, dict[str, Cell]]]]:
    """Return the cells by slice, metric, label and system; a label comes where some system or gold has it."""
    found: dict[str, dict[str, dict[str, dict[str, Cell]]]] = {}
    for name, own in slices.items():
        for by, metrics in own.items():
            for metric, labels in metrics.items():
                for label, cell in labels.items():
                    found.setdefault(by, {}).setdefault(metric, {}).setdefault(label, {})[name] = cell
    return {by: found[by] for by in ALL_SLICES if by in found}


def cell_differences(cells: Mapping[str, Cell]) -> list[dict[str, Any]]:
    """Return the paired differences of F1 in one label of a slice; they are not tested."""
    found = []
    for first, second in itertools.combinations(cells, 2):
        a, b = cells[first], cells[second]
        apart = a.figures["f1"] - b.figures["f1"]
        between, undefined = interval(apart, max(a.units, b.units))
        found.append(
            {
                "first": first,
                "second": second,
                "difference": plain_value(apart[0]),
                "interval": between,
                "undefined": undefined,
            }
        )
    return found
