"""Variety as pictures of the datasheet, one file a measure, by collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..corpus import COLLECTIONS
from .bars import bars

FOLDER = "guidelines/pictures"
LENGTHS = ((0, 300), (300, 500), (500, 700), (700, 900), (900, 10_000))
CUES = 20


def pictures(found: Mapping[str, Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the pictures by path; cues are those of the collections whose texts the corpus holds."""
    kinds = [c for c in COLLECTIONS if c in found]
    own = [c for c in kinds if found[c]["cues"]]
    cues: dict[str, int] = {}
    for c in own:
        for cue, n in found[c]["cues"].items():
            cues[cue] = cues.get(cue, 0) + n
    common = sorted(cues, key=lambda c: (-cues[c], c))[:CUES]
    charts = {
        "lengths": (
            "Documents by length in tokens",
            [f"{low} to {high - 1}" if high < 10_000 else f"{low} and more" for low, high in LENGTHS],
            {c: [_share(found[c]["lengths"].values(), low, high) for low, high in LENGTHS] for c in kinds},
        ),
        "cues": (
            f"The {CUES} commonest cues of {len(cues)}",
            common,
            {c: [found[c]["cues"].get(cue, 0) / sum(found[c]["cues"].values()) for cue in common] for c in own},
        ),
        "sources": _counts("Attributions by kind of source", "source_kinds", kinds, found, by_name=False),
        "nesting": _counts("Attributions by how many others they stand in", "nesting", kinds, found),
        "chains": _counts("Attributions by stations of the chain before the outlet", "chains", kinds, found),
    }
    return {f"{FOLDER}/variety-{name}.svg": bars(*chart) for name, chart in charts.items()}


def _counts(
    title: str, measure: str, kinds: Sequence[str], found: Mapping[str, Mapping[str, Any]], by_name: bool = True
) -> tuple[str, list[str], dict[str, list[float]]]:
    names = list(found["all"][measure])
    rows = sorted(names) if by_name else names
    whole = {c: sum(found[c][measure].values()) or 1 for c in kinds}
    return title, rows, {c: [found[c][measure].get(r, 0) / whole[c] for r in rows] for c in kinds}


def _share(lengths: Any, low: int, high: int) -> float:
    values = list(lengths)
    return sum(low <= n < high for n in values) / len(values) if values else 0.0
