"""Factuality on a scale: mean absolute error and Pearson's r."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..metrics.base import plain_value
from ..metrics.categories import moments, on_scale
from ..metrics.rules import Input, Value
from .base import Against, Case, Missing, against


def compare(case: Case) -> Iterator[Against | Missing]:
    """Yield ours against each recorded figure."""
    gold, pred = case["gold"], case["pred"]
    for name, recorded in case["recorded"].items():
        if name not in ("mae", "pearson"):
            yield Missing(name)
            continue
        constant = any(len(set(side)) < 2 for side in (gold, pred))
        empty = len(gold) == 0 if name == "mae" else constant
        given = Input(gold=tuple(enumerate(gold)), system=tuple(enumerate(pred)), empty=empty)
        yield against(name, "factuality on -3..3", [(name, recorded, _ours(gold, pred, name), given)])


def _ours(gold: list[float], pred: list[float], name: str) -> Value:
    if len(gold) != len(pred):
        return f"{len(gold)} values of gold, {len(pred)} of the system: give one for each"
    x, y = np.array(gold, np.float64), np.array(pred, np.float64)
    return plain_value(on_scale([len(x)], [[m.sum()] for m in moments(x, y)])[name][0])
