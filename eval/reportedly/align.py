"""Gold and system as columns, and the matching of one with the other.

`flatten` turns documents into one flat table a layer (NumPy arrays, with a document column). Strings and fragment
lists become codes of a vocabulary that gold and system share, so that equality of codes is equality of values.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from .labels import coarse
from .records import Document, Span, Spans

Column = npt.NDArray[np.int64]
Table = dict[str, Column]


class Vocabulary:
    """Codes for values, shared by everything that is compared."""

    def __init__(self) -> None:
        self.codes: dict[Hashable, int] = {}

    def __call__(self, value: Hashable) -> int:
        """Return the code of a value, a new one where it has none yet."""
        return self.codes.setdefault(value, len(self.codes))


def flatten(documents: Mapping[str, Document], order: Sequence[str], vocabulary: Vocabulary) -> dict[str, Table]:
    """Return one table a layer; `doc` is the position of the document in `order`.

    Documents that are missing have no rows. Layers: mentions, events, arguments, attributions, and
    the cues of those that have one.
    """
    rows: dict[str, list[tuple[int, ...]]] = {layer: [] for layer in LAYOUTS}
    for at, name in enumerate(order):
        record = documents.get(name)
        if record is not None:
            for layer, make in _MAKERS.items():
                rows[layer].extend((at, *row) for row in make(record, vocabulary))
    return {layer: _table(("doc", *LAYOUTS[layer]), rows[layer]) for layer in LAYOUTS}


def _table(names: Sequence[str], rows: list[tuple[int, ...]]) -> Table:
    values = np.array(rows, dtype=np.int64).reshape(len(rows), len(names))
    return {name: values[:, n] for n, name in enumerate(names)}


LAYOUTS = {
    "mentions": ("start", "end", "type", "coarse"),
    "events": ("start", "end", "type"),
    "arguments": ("start", "end", "type", "role", "target"),
    "attributions": ("source", "cue", "content"),
    "cues": ("cue",),
}


def _mentions(record: Document, code: Vocabulary) -> Iterable[tuple[int, ...]]:
    return ((m.start, m.end, code(m.type), code(coarse(m.type))) for m in record.mentions or ())


def _events(record: Document, code: Vocabulary) -> Iterable[tuple[int, ...]]:
    return ((v.start, v.end, code(v.type)) for v in record.events or ())


def _arguments(record: Document, code: Vocabulary) -> Iterable[tuple[int, ...]]:
    spans: dict[str, Span] = {i.id: (i.start, i.end) for layer in (record.mentions, record.events) for i in layer or ()}
    for v in record.events or ():
        for a in v.arguments:
            yield v.start, v.end, code(v.type), code(a.role), code(spans.get(a.target))


def _attributions(record: Document, code: Vocabulary) -> Iterable[tuple[int, ...]]:
    return ((code(a.source), code(a.cue), code(a.content)) for a in record.attributions or ())


def _cues(record: Document, code: Vocabulary) -> Iterable[tuple[int, ...]]:
    return ((code(a.cue),) for a in record.attributions or () if a.cue)


_MAKERS: dict[str, Callable[[Document, Vocabulary], Iterable[tuple[int, ...]]]] = {
    "mentions": _mentions,
    "events": _events,
    "arguments": _arguments,
    "attributions": _attributions,
    "cues": _cues,
}


def join(gold: Table, system: Table, key: Sequence[str]) -> tuple[Column, Column, int]:
    """Return the rows of both as single integers: equal exactly where document and key are equal.

    The document is the most significant part: `code // base` gives it back. Returns gold codes, system codes, `base`.
    Numbers are packed by mixed radix; where that would pass 63 bits, the parts are numbered first.
    """
    columns = [(gold[name], system[name]) for name in key]
    base = 1
    g, s = np.zeros(len(gold["doc"]), np.int64), np.zeros(len(system["doc"]), np.int64)
    for a, b in columns:
        size = int(max(a.max(initial=0), b.max(initial=0))) + 1
        if base * size > 2**40:
            g, s, base = _renumber(g, s)
        g, s, base = g * size + a, s * size + b, base * size
    return gold["doc"] * base + g, system["doc"] * base + s, base


def _renumber(g: Column, s: Column) -> tuple[Column, Column, int]:
    values, codes = np.unique(np.concatenate((g, s)), return_inverse=True)
    return codes[: len(g)].astype(np.int64), codes[len(g) :].astype(np.int64), max(len(values), 1)


def overlap(a: Spans, b: Spans) -> int:
    """Return how many characters two fragment lists share."""
    return sum(max(0, min(x[1], y[1]) - max(x[0], y[0])) for x in a for y in b)


def best_pairs(weights: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the one-to-one pairs of rows and columns with the greatest total weight; pairs of weight 0 are left out.

    Optimal, so independent of the order of items (Kuhn 1955, by `scipy.optimize.linear_sum_assignment`).
    """
    if not weights.size:
        return []
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(weights, maximize=True)
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if weights[r, c] > 0]
