"""What all layers share: scoring of records in memory, recorded values, and the verdict on two figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ..errors import DataError
from ..metrics.rules import Compared, Input, Value, rule_for
from ..records import Document
from ..scoring import Scores, lines_of, score
from ..signature import Settings

SAME, DIFFERS = "same", "differs"
_CLOSE = 1e-12

Case = dict[str, Any]
Layer = Callable[[Case], Iterator["Against"]]


class Against(NamedTuple):
    """The figures of one recorded scorer and ours, and under which convention ours are made."""

    scorer: str
    convention: str
    figures: list[Compared]


class Missing(NamedTuple):
    """A recorded scorer for which there is no convention of ours."""

    scorer: str


def scored(gold: Sequence[Document], system: Sequence[Document]) -> Scores | str:
    """Return the scores of records, the message where they are refused; read and checked as a file of predictions is."""
    g, s = (lines_of({d.doc: d for d in records}, name) for records, name in ((gold, "gold"), (system, "system")))
    try:
        return score(g, s, Settings("conformance", resamples=0))
    except DataError as error:
        return str(error)


def value(recorded: object) -> Value:
    """Return a recorded value; what is no number stays a message, NaN becomes undefined."""
    if isinstance(recorded, str):
        return None if recorded.startswith("nan") else recorded
    if isinstance(recorded, float):
        return None if math.isnan(recorded) else recorded
    return recorded if isinstance(recorded, int) else f"recorded as {recorded!r}"


def against(
    scorer: str, convention: str, rows: Sequence[tuple[str, object, Value, Input]], step: float = 0.0
) -> Against:
    """Return the comparison of rows of name, recorded value, ours, input."""
    found = [Compared(scorer, what, value(theirs), ours, i, step) for what, theirs, ours, i in rows]
    return Against(scorer, convention, found)


def spread(names: Sequence[str], recorded: object) -> list[tuple[str, object]]:
    """Return names with recorded values: one each from a list of that length, else what is recorded for each."""
    if isinstance(recorded, list) and len(recorded) == len(names):
        return list(zip(names, recorded, strict=True))
    return [(n, recorded) for n in names]


def verdict(c: Compared) -> str:
    """Return `same`, the id of the rule that explains the difference, or `differs`."""
    if _same(c):
        return SAME
    rule = rule_for(c)
    return DIFFERS if rule is None else rule.id


def _same(c: Compared) -> bool:
    """Whole numbers exactly, others to 1e-12 relative, printed ones to half of the last place; refusals are alike."""
    a, b = c.theirs, c.ours
    if isinstance(a, int | float) and isinstance(b, int | float):
        if c.step:
            return abs(a - b) <= c.step * (0.5 + 1e-6)
        whole = float(a).is_integer() and float(b).is_integer()
        return a == b if whole else abs(a - b) <= _CLOSE * max(abs(a), abs(b))
    return type(a) is type(b)
