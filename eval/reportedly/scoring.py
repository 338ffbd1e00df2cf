"""Scoring of predictions against gold: the counts table, its figures and what the reader has to know beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from .counts import CountsTable, count
from .metrics import METRICS
from .predictions import Predictions, inside_regions, read_predictions
from .records import Document
from .signature import signature

_NEEDS = {"mentions": "mentions", "events": "events", "arguments": "events", "attributions": "attributions", "cues": "attributions"}


class Scores(NamedTuple):
    """Figures by metric, the counts below them, missing documents, layers not attempted, signature."""

    table: CountsTable
    missing: tuple[str, ...]
    skipped: tuple[str, ...]
    signature: str

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        figures = self.table.scores()
        return {
            "metrics": {n: {**figures[n], **{k: _whole(v) for k, v in self.table.totals(n).items()}} for n in figures},
            "documents": len(self.table.documents),
            "missing": list(self.missing),
            "not_attempted": list(self.skipped),
            "signature": self.signature,
        }


def _whole(x: float) -> float | int:
    return int(x) if x == int(x) else x


def score_file(path: Path, gold: Mapping[str, Document], split: str, layer: str | None = None) -> Scores:
    """Return the scores of a prediction file; raises what `read_predictions` raises."""
    return score(read_predictions(path, gold), gold, split, layer)


def score(predictions: Predictions, gold: Mapping[str, Document], split: str, layer: str | None = None) -> Scores:
    """Return the scores of predictions against gold; missing documents count as empty."""
    system = {d: inside_regions(r, gold[d]) for d, r in predictions.records.items()}
    attempted = set(predictions.layers)
    chosen = [n for n, m in METRICS.items() if _NEEDS[m.layer] in attempted and layer in (None, m.layer)]
    if "entities" not in attempted and not any(m.entity for r in system.values() for m in r.mentions or ()):
        chosen = [n for n in chosen if not n.startswith("coref_") or not system]
    trimmed = {d: msgspec.structs.replace(r, factuality=None, claims=None) for d, r in gold.items()}
    table = count(trimmed, system, chosen)
    skipped = tuple(n for n in METRICS if n not in chosen and layer in (None, METRICS[n].layer))
    return Scores(table, tuple(d for d in table.documents if d not in system), skipped, signature(gold, split))
