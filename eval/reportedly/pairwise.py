"""Agreement between annotators, pair by pair: figures a layer and attribute with intervals, confusions, differences, drift.

Only the layers that are both annotators' own are compared (see `own.py`). F1 and CoNLL are those of the scoring harness,
which are symmetric; kappa and alpha are taken over matched items (see `agreement.py`). Intervals come from resampling
stories, or documents where all are of one story.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .agreement import attribute_pairs
from .align import match_equal, pack
from .annotate import passes_of
from .columns import NOTHING, Block, block
from .corpus import Corpus
from .counts import as_totals, point
from .differences import Difference, around, differences, said, show
from .errors import UsageError
from .metrics import METRICS
from .metrics.base import Counted, Counts, Figures, Metric, Totals, plain_value
from .metrics.base import Figure as Values
from .metrics.relations import match_attributions, rows_in_gold
from .metrics.spans import Overlap, count_equal, score_labels
from .own import Own, own_layers, path_of, read_own
from .records import ANNOTATED, Document
from .reliability import alpha, cohen, ordinal_alpha
from .resample import Sums, caution, interval
from .text import text_of


@dataclass(frozen=True)
class Claims:
    """Claims match where sources match (the author, or attributions by overlapping cue) and heads have one span."""

    layers: tuple[str, ...] = ("claims",)

    def count(self, block: Block) -> Counted:
        """Return tp, gold and system."""
        gold, system = block.gold["claims"], block.system["claims"]
        twin = rows_in_gold(match_attributions(block), len(block.system["attributions"]["doc"]))
        author = system["source"] == NOTHING
        source = np.where(author, NOTHING, np.append(twin, NOTHING)[system["source"]])
        source = np.where((source == NOTHING) & ~author, -3 - np.arange(len(source)), source)
        parts = [(gold["source"], source), *((gold[n], system[n]) for n in ("start", "end"))]
        return count_equal(block, match_equal(*pack(parts, gold["doc"], system["doc"])))

    def score(self, totals: Totals) -> Figures:
        """Return F1, precision and recall."""
        return score_labels(totals)


def _of(*names: str) -> dict[str, Metric]:
    return {name: METRICS[name] for name in names}


FIGURES: dict[str, dict[str, Metric]] = {
    "entities": _of("mention_f1", "mention_coarse_f1", "mention_span_f1", "mention_overlap_f1"),
    "events": {
        **_of("trigger_f1", "trigger_span_f1"),
        "trigger_overlap_f1": Overlap("events"),
        **_of("argument_f1", "argument_classified_f1"),
    },
    "coreference": _of("coref_conll", "event_coref_conll"),
    "attribution": _of(
        "attribution_overlap_f1",
        "attribution_f1",
        "attribution_cue_f1",
        "attribution_source_f1",
        "attribution_content_f1",
        "attribution_parent_f1",
        "attribution_chain_f1",
    ),
    "factuality": _of("factuality_all", "factuality_author", "factuality_sources"),
    "claims": {"claim_f1": Claims()},
}
"""What is measured on each layer, its head figure first."""

_PREFIX = {"mention": "entities", "event": "events", "attribution": "attribution", "factuality": "factuality"}
OPEN = ("mention.head", "mention.value")
"""Attributes without a fixed set of values: their confusions are no table, they stand among the differences."""

ORDERED = {
    "certainty": ("uncommitted", "possible", "probable", "certain"),
    "author_stance": ("endorsing", "neutral", "distancing", "disputing"),
}
"""The attributes whose values stand in an order: their alpha is ordinal."""


class Work(NamedTuple):
    """A pass over one document, and the layers of it that are the annotator's own."""

    record: Document
    own: Own


class Figure(NamedTuple):
    """A figure with its interval of 95 %, and in how many resamples it was undefined."""

    value: float | None
    interval: tuple[float, float] | None
    undefined: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "value": self.value,
            "interval": list(self.interval) if self.interval else None,
            "undefined": self.undefined,
        }


class Attribute(NamedTuple):
    """Agreement on an attribute of matched items; `confusions` counts pairs of values that differ, the first's first."""

    items: int
    observed: Figure
    kappa: Figure
    alpha: Figure
    scale: str
    values: dict[tuple[str, str], int]

    @property
    def confusions(self) -> dict[tuple[str, str], int]:
        """The pairs of values that differ, the most frequent first."""
        wrong = [(pair, n) for pair, n in self.values.items() if pair[0] != pair[1]]
        return dict(sorted(wrong, key=lambda item: (-item[1], item[0])))


class Layer(NamedTuple):
    """Agreement on a layer over the documents in which it is both annotators' own."""

    documents: tuple[str, ...]
    unit: str
    units: int
    figures: dict[str, Figure]
    attributes: dict[str, Attribute]
    head: Counted


class Pair(NamedTuple):
    """Agreement of two annotators, and all in which they differ."""

    first: str
    second: str
    layers: dict[str, Layer]
    differences: tuple[Difference, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents of all layers."""
        return tuple(sorted({d for layer in self.layers.values() for d in layer.documents}))


class Drift(NamedTuple):
    """The head figure of a layer for one annotator against all the others, over the documents of one period."""

    layer: str
    annotator: str
    period: str
    documents: int
    metric: str
    value: float | None


class Report(NamedTuple):
    """Agreement of all pairs, drift, and what has to be said beside the figures."""

    pairs: tuple[Pair, ...]
    drift: tuple[Drift, ...]
    notes: tuple[str, ...]
    resamples: int
    seed: int
    records: dict[str, dict[str, Work]]

    def to_json(self, texts: Mapping[str, str | None]) -> dict[str, Any]:
        """Return plain values; differences quote the texts that there are."""
        return {
            "resamples": self.resamples,
            "seed": self.seed,
            "notes": list(self.notes),
            "pairs": [_pair_json(p, texts) for p in self.pairs],
            "drift": [d._asdict() for d in self.drift],
        }


def report(
    corpus: Corpus,
    annotators: Sequence[str],
    docs: Sequence[str] | None = None,
    *,
    resamples: int = 1_000,
    seed: int = 13,
) -> Report:
    """Return the agreement of all pairs of the annotators (`gold` is one), of all that made passes where none is named.

    Raises:
        UsageError: fewer than two annotators, one without a pass, or no two with a document in common.
    """
    names = list(dict.fromkeys(annotators)) or corpus.all_annotators()
    if len(names) < 2:
        raise UsageError("agreement: name two annotators or more, such as: forward hunter")
    works = {name: _works(corpus, name, docs) for name in names}
    stories = {doc: corpus.article(doc).story or doc for found in works.values() for doc in found}
    found = [_pair(a, b, works[a], works[b], stories, resamples, seed) for a, b in combinations(names, 2)]
    pairs = tuple(p for p in found if p.layers)
    missing = sorted(set(docs or ()) - {d for p in pairs for d in p.documents})
    if not pairs or missing:
        listed = " and ".join(names) if len(names) == 2 else ", ".join(names)
        raise UsageError(
            f"agreement: {listed} have no two passes over {', '.join(missing) or 'any document'}: name others"
        )
    notes = [
        *(f"{p.first} and {p.second}: no layer of a document is the work of both" for p in found if not p.layers),
        *_notes(pairs, resamples),
    ]
    drifts = tuple(drift(pairs, works))
    if not drifts:
        versions = sorted({w.record.guidelines or "unknown" for found in works.values() for w in found.values()})
        notes.append(
            "no drift is shown: no pass has a time of submission, and "
            f"all follow guidelines {versions[0] if versions else 'unknown'}"
        )
    return Report(pairs, drifts, tuple(dict.fromkeys(notes)), resamples, seed, works)


def texts_of(corpus: Corpus, report: Report, given: Path | None, hydrated: Path | None) -> dict[str, str | None]:
    """Return the texts of the documents of a report as far as they are at hand.

    Raises:
        UsageError: a text is given for several documents, or `hydrated` is no folder or has another text.
        TextError: the text given is another one.
    """
    docs = sorted({doc for pair in report.pairs for doc in pair.documents})
    if given is not None and len(docs) != 1:
        raise UsageError(f"--text: is one text, and these are {len(docs)} documents: name one by --doc")
    if given is not None:
        return {docs[0]: text_of(report.records[report.pairs[0].first][docs[0]].record, given)}
    return {doc: corpus.hydrated_text(doc, hydrated) for doc in docs}


def _works(corpus: Corpus, name: str, docs: Sequence[str] | None) -> dict[str, Work]:
    noted = read_own(path_of(corpus, name))
    return {doc: Work(r, own_layers(r, noted.get(doc))) for doc, r in passes_of(corpus, name, docs).items()}


def _notes(pairs: Sequence[Pair], resamples: int) -> Iterator[str]:
    """Yield what has to be said of intervals, once for all layers of which it is true."""
    for p in pairs:
        found: dict[str, list[str]] = {}
        for name, layer in p.layers.items():
            note = (caution(layer.units) if resamples else None) or ""
            if layer.unit == "document":
                note = note.replace("stories", "documents").replace("story", "document")
                note = f"all documents are of one story, so documents are resampled; {note}".removesuffix("; ")
            if note:
                found.setdefault(note, []).append(name)
        for note, names in found.items():
            yield f"{p.first} and {p.second}{'' if len(names) == len(p.layers) else ', ' + ', '.join(names)}: {note}"


def _pair(
    first: str,
    second: str,
    a: Mapping[str, Work],
    b: Mapping[str, Work],
    stories: Mapping[str, str],
    resamples: int,
    seed: int,
) -> Pair:
    both = sorted(a.keys() & b.keys())
    layers: dict[str, Layer] = {}
    own = {doc: [layer for layer in a[doc].own if layer in b[doc].own] for doc in both}
    for name in ANNOTATED:
        docs = tuple(doc for doc in both if name in own[doc])
        if docs:
            mine, other = ({d: w[d].record for d in docs} for w in (a, b))
            layers[name] = _layer(name, docs, mine, other, stories, resamples, seed)
    found = (d for doc in both if own[doc] for d in differences(a[doc].record, b[doc].record, own[doc]))
    return Pair(first, second, layers, tuple(found))


def _layer(
    name: str,
    docs: tuple[str, ...],
    first: Mapping[str, Document],
    second: Mapping[str, Document],
    stories: Mapping[str, str],
    resamples: int,
    seed: int,
) -> Layer:
    named = [stories[d] for d in docs]
    unit, units = ("story", named) if len(set(named)) > 1 else ("document", list(docs))
    size = len(set(units))
    whole = block(docs, first, second)
    sums = Sums(resamples, seed)
    head = None
    for metric, how in FIGURES[name].items():
        counted = how.count(whole)
        head = counted if head is None else head
        sums.add(units, [(metric, f) for f in counted.fields], counted.rows)
    figures = {
        metric: _figure(np.broadcast_to(how.score(sums.of(metric))["f1"], 1 + resamples), size)
        for metric, how in FIGURES[name].items()
    }
    pairs: dict[str, dict[int, Counter[tuple[str, str]]]] = {}
    for n, doc in enumerate(docs):
        for attribute, (x, y) in attribute_pairs(first[doc], second[doc]):
            if _PREFIX[attribute.partition(".")[0]] == name:
                pairs.setdefault(attribute, {}).setdefault(n, Counter())[said(x), said(y)] += 1
    attributes = {k: _attribute(k, v, units, resamples, seed) for k, v in pairs.items()}
    if head is None:
        raise UsageError(f"{name}: is no layer that is measured")
    return Layer(docs, unit, size, figures, attributes, head)


def _attribute(
    name: str, pairs: Mapping[int, Counter[tuple[str, str]]], units: Sequence[str], resamples: int, seed: int
) -> Attribute:
    total: Counter[tuple[str, str]] = Counter()
    for found in pairs.values():
        total.update(found)
    seen = {v for pair in total for v in pair}
    order = [v for v in ORDERED.get(name.rpartition(".")[2], ()) if v in seen]
    ordinal = set(order) == seen
    sums = Sums(resamples, seed)
    fields, rows = _counted(pairs, order if ordinal else sorted(seen), len(units), cells=ordinal)
    sums.add(units, fields, rows)
    of = {field: sums.of(field) for field in ("equal", "first", "second", "pair")}
    first, second = (np.stack(list(of[side].values())) for side in ("first", "second"))
    observed, kappa = cohen(of["equal"][""], first, second)
    if ordinal:
        table = np.stack(list(of["pair"].values())).reshape(len(seen), len(seen), -1)
        alphas = ordinal_alpha(table + table.transpose(1, 0, 2))
    else:
        both = first + second
        alphas = alpha(both.sum(axis=0) - 2 * of["equal"][""], both)
    number = len(set(units))
    return Attribute(
        items=sum(total.values()),
        observed=_figure(observed, number),
        kappa=_figure(kappa, number),
        alpha=_figure(alphas, number),
        scale="ordinal" if ordinal else "nominal",
        values=dict(sorted(total.items())),
    )


def _counted(
    pairs: Mapping[int, Counter[tuple[str, str]]], values: Sequence[str], size: int, *, cells: bool
) -> tuple[list[tuple[str, str]], Counts]:
    """Return counts `[documents, fields]`: equal pairs, each side's values, and, with `cells`, each pair of values."""
    fields = [("equal", ""), *((side, v) for side in ("first", "second") for v in values)]
    fields += [("pair", f"{a}\t{b}") for a in values for b in values] if cells else []
    at = {field: n for n, field in enumerate(fields)}
    rows = np.zeros((size, len(fields)), np.int64)
    for doc, found in pairs.items():
        for (a, b), n in found.items():
            rows[doc, at["equal", ""]] += n * (a == b)
            rows[doc, at["first", a]] += n
            rows[doc, at["second", b]] += n
            if cells:
                rows[doc, at["pair", f"{a}\t{b}"]] += n
    return fields, rows


def _figure(values: Values, units: int) -> Figure:
    between, undefined = interval(values, units) if len(values) > 1 else (None, 0)
    return Figure(plain_value(values[0]), between, undefined)


def drift(pairs: Sequence[Pair], works: Mapping[str, Mapping[str, Work]]) -> Iterator[Drift]:
    """Yield head figures by annotator and period, nothing where all is of one period that nobody dated.

    The period of a document is the day on which the annotator submitted the layer, where that is known, else the version of
    the guidelines; counts of all pairs of the annotator are added up.
    """
    for layer in ANNOTATED:
        metric = next(iter(FIGURES[layer]))
        for name, found in works.items():
            sums: dict[str, dict[str, int]] = {}
            docs: dict[str, set[str]] = {}
            for pair in pairs:
                if name not in (pair.first, pair.second) or layer not in pair.layers:
                    continue
                made = pair.layers[layer]
                for doc, row in zip(made.documents, made.head.rows.tolist(), strict=True):
                    period = _period(found[doc], layer)
                    docs.setdefault(period, set()).add(doc)
                    total = sums.setdefault(period, {})
                    for field, n in zip(made.head.fields, row, strict=True):
                        total[field] = total.get(field, 0) + n
            if len(sums) < 2 and all(p.startswith("guidelines") for p in sums):
                continue
            for period, total in sorted(sums.items()):
                value = point(FIGURES[layer][metric].score(as_totals(total)))["f1"]
                yield Drift(layer, name, period, len(docs[period]), metric, value)


def _period(work: Work, layer: str) -> str:
    at = work.own.get(layer)
    return at[:10] if at else f"guidelines {work.record.guidelines or 'unknown'}"


def _pair_json(pair: Pair, texts: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        "annotators": [pair.first, pair.second],
        "documents": list(pair.documents),
        "layers": {
            name: {
                "documents": list(layer.documents),
                "unit": layer.unit,
                "units": layer.units,
                "f1": {n: f.to_json() for n, f in layer.figures.items()},
                "attributes": {n: _attribute_json(x) for n, x in layer.attributes.items()},
            }
            for name, layer in pair.layers.items()
        },
        "differences": [difference_json(d, texts.get(d.doc)) for d in pair.differences],
    }


def _attribute_json(x: Attribute) -> dict[str, Any]:
    return {
        "items": x.items,
        "observed": x.observed.to_json(),
        "kappa": x.kappa.to_json(),
        "alpha": x.alpha.to_json(),
        "scale": x.scale,
        "values": [{"first": a, "second": b, "items": n} for (a, b), n in x.values.items()],
    }


def difference_json(d: Difference, text: str | None) -> dict[str, Any]:
    """Return a difference as plain values, quoted where there is a text."""
    return {
        "doc": d.doc,
        "layer": d.layer,
        "item": d.item,
        "field": d.field,
        "first": None if d.first is None else show(d.first, text),
        "second": None if d.second is None else show(d.second, text),
        "spans": [list(s) for s in d.spans],
        "around": around(d.spans, text),
        "guidelines": list(d.pages),
    }
