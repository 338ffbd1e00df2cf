"""What a system did wrong, item by item: the alignment of the score, with every item given one kind.

Each layer pairs items as its metric does (`LAYERS` names it), so that `correct` is its tp, and the items of gold (all but the
spurious) and of the system (all but the missed) are its gold and system. An item has exactly one kind:

* `missed`, `spurious`: no partner on the other side;
* `type`: the same span with another type; of an argument, the same span of trigger and argument under another type of event;
* `boundary`: overlapping spans, all else equal; `boundary and type`: overlapping spans of another type;
* `wrong role`, `wrong event`: an argument of the right event in another role, or in the right role at another trigger;
* `elsewhere`: a part of a matched attribution that shares no character with gold's;
* `wrong tag`: the factuality of a matched event and source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..align import Pairs, assign, first_rows, join, overlapping
from ..columns import EVENT_ATTRIBUTES, NO_SPAN, NOTHING, Block, Column, Table
from ..metrics.categories import match_factuality, matched
from ..metrics.relations import match_attributions, pairs_of_part
from ..metrics.spans import match_spans
from ..records import ATTRIBUTION_ATTRIBUTES, AUTHOR, SPAN_FIELDS, Spans

KINDS = (
    "correct",
    "missed",
    "spurious",
    "boundary",
    "type",
    "boundary and type",
    "wrong role",
    "wrong event",
    "elsewhere",
    "wrong tag",
)
_CODE = {kind: n for n, kind in enumerate(KINDS)}
_Mask = npt.NDArray[np.bool_]


class Item(NamedTuple):
    """An item of one side: its spans and label, and what it hangs on (the trigger of an argument, the cue of a part)."""

    spans: Spans
    label: str
    of: Spans = ()
    of_label: str = ""


class Error(NamedTuple):
    """One error; `gold` is `None` where it is spurious, `system` where it is missed."""

    layer: str
    kind: str
    gold: Item | None
    system: Item | None


class Aligned(NamedTuple):
    """A layer of a block with the kind of every item.

    `gold_rows` and `system_rows` are rows of the two tables, -1 where one side has none; `kind` are codes of `KINDS`.
    """

    layer: str
    gold: Table
    system: Table
    gold_rows: Column
    system_rows: Column
    kind: Column

    @property
    def docs(self) -> Column:
        """The document of each item."""
        g, s = self.gold_rows, self.system_rows
        found = np.zeros(len(g), np.int64)
        found[g >= 0] = self.gold["doc"][g[g >= 0]]
        found[g < 0] = self.system["doc"][s[g < 0]]
        return found


def _aligned(
    layer: str, sides: tuple[Table, Table], all_rows: tuple[Column, Column], pairs: Pairs, kind: Column
) -> Aligned:
    """Return the pairs, then the missed, then the spurious; `all_rows` are the items that count on each side."""
    missed, spurious = (np.setdiff1d(r, p) for r, p in zip(all_rows, (pairs.gold, pairs.system), strict=True))
    none_g, none_s = (np.full(len(x), NOTHING, np.int64) for x in (spurious, missed))
    codes = [np.full(len(missed), _CODE["missed"]), np.full(len(spurious), _CODE["spurious"])]
    return Aligned(
        layer,
        *sides,
        np.concatenate((pairs.gold, missed, none_g)),
        np.concatenate((pairs.system, none_s, spurious)),
        np.concatenate((kind, *codes)).astype(np.int64),
    )


def _kinds(*cases: tuple[_Mask, str], otherwise: str) -> Column:
    found = np.select([mask for mask, _ in cases], [_CODE[kind] for _, kind in cases], _CODE[otherwise])
    return found.astype(np.int64)


def _spans(block: Block, layer: str, table: str) -> Aligned:
    pairs, gold, system = match_spans(block, table)
    span = _equal(gold, system, pairs, "start", "end")
    kind = _equal(gold, system, pairs, "type")
    codes = _kinds((span & kind, "correct"), (span, "type"), (kind, "boundary"), otherwise="boundary and type")
    return _aligned(layer, (gold, system), (_rows(gold), _rows(system)), pairs, codes)


def _equal(gold: Table, system: Table, pairs: Pairs, *columns: str) -> _Mask:
    found = np.ones(len(pairs.gold), bool)
    for name in columns:
        found &= gold[name][pairs.gold] == system[name][pairs.system]
    return found


def _rows(table: Table) -> Column:
    return np.arange(len(table["doc"]), dtype=np.int64)


_ARGUMENT = ("start", "end", "type", "target_start", "target_end", "role")


def _arguments(block: Block) -> Aligned:
    """Pair equal arguments, then the most of: wrong role, then type of event, then wrong event, then boundary."""
    gold, system = block.gold["arguments"], block.system["arguments"]
    g, s, _ = join(gold, system, _ARGUMENT)
    rows = (first_rows(g), first_rows(s))
    _, i, j = np.intersect1d(g[rows[0]], s[rows[1]], assume_unique=True, return_indices=True)
    done = (rows[0][i], rows[1][j])
    rest = tuple(np.setdiff1d(r, d) for r, d in zip(rows, done, strict=True))
    near = overlapping(*(_targets(t, r) for t, r in zip((gold, system), rest, strict=True)))
    near = Pairs(rest[0][near.gold], rest[1][near.system], near.shared)
    trigger, target, kind, role = (
        _equal(gold, system, near, *names)
        for names in (("start", "end"), ("target_start", "target_end"), ("type",), ("role",))
    )
    codes = _kinds(
        (trigger & kind & target, "wrong role"),
        (trigger & target, "type"),
        (target & role, "wrong event"),
        (trigger & kind & role, "boundary"),
        otherwise="correct",
    )
    may = codes != _CODE["correct"]
    near, codes = Pairs(*(c[may] for c in near)), codes[may]
    order = np.zeros(len(KINDS), np.int64)
    for rank, name in enumerate(("boundary", "wrong event", "type", "wrong role")):
        order[_CODE[name]] = 2 ** (10 * rank)
    best = assign(near, order[codes], (len(g), len(s)))
    width = max(len(s), 1)
    at = np.searchsorted(near.gold * width + near.system, best.gold * width + best.system)
    pairs = Pairs(*(np.concatenate(x) for x in zip((*done, np.zeros(len(i), np.int64)), best, strict=True)))
    kinds = np.concatenate((np.full(len(i), _CODE["correct"]), codes[at]))
    return _aligned("argument", (gold, system), rows, pairs, kinds)


def _targets(table: Table, rows: Column) -> Table:
    return {"doc": table["doc"][rows], "start": table["target_start"][rows], "end": table["target_end"][rows]}


def _attributions(block: Block) -> Aligned:
    gold, system = block.gold["attributions"], block.system["attributions"]
    pairs = match_attributions(block)
    codes = np.full(len(pairs.gold), _CODE["correct"])
    return _aligned("attribution", (gold, system), (_rows(gold), _rows(system)), pairs, codes)


def _part(block: Block, part: str) -> Aligned:
    """A part of attributions that are matched; of one that is not matched, the part is missed or spurious too."""
    gold, system = block.gold["attributions"], block.system["attributions"]
    rows = (np.flatnonzero(gold[part] != NO_SPAN), np.flatnonzero(system[part] != NO_SPAN))
    pairs = match_attributions(block)
    both = (gold[part][pairs.gold] != NO_SPAN) & (system[part][pairs.system] != NO_SPAN)
    pairs = Pairs(*(c[both] for c in pairs))
    return _aligned(part, (gold, system), rows, pairs, _part_kinds(block, part, pairs))


def _part_kinds(block: Block, part: str, pairs: Pairs) -> Column:
    gold, system = block.gold, block.system
    shared = pairs_of_part(gold["fragments"], system["fragments"], SPAN_FIELDS.index(part))
    width = max(len(system["attributions"]["doc"]), 1)
    touching = np.isin(pairs.gold * width + pairs.system, shared.gold * width + shared.system)
    equal = _equal(gold["attributions"], system["attributions"], pairs, part)
    return _kinds((equal, "correct"), (touching, "boundary"), otherwise="elsewhere")


def _cues(block: Block) -> Aligned:
    """Cues as `attribution_cue_f1` has them: one that stands twice in a document counts once."""
    gold, system = block.gold["attributions"], block.system["attributions"]
    g, s, _ = join(gold, system, ("cue",))
    rows = [first_rows(k) for k in (g, s)]
    rows = [r[t["cue"][r] != NO_SPAN] for r, t in zip(rows, (gold, system), strict=True)]
    _, i, j = np.intersect1d(g[rows[0]], s[rows[1]], assume_unique=True, return_indices=True)
    equal = (rows[0][i], rows[1][j])
    pairs = match_attributions(block)
    open_ = [np.isin(p, r) & ~np.isin(p, e) for p, r, e in zip((pairs.gold, pairs.system), rows, equal, strict=True)]
    keep = open_[0] & open_[1]
    rest = Pairs(*(c[keep] for c in pairs))
    whole = Pairs(*(np.concatenate(x) for x in zip((*equal, np.zeros(len(i), np.int64)), rest, strict=True)))
    return _aligned("cue", (gold, system), (rows[0], rows[1]), whole, _part_kinds(block, "cue", whole))


def _factuality(block: Block) -> Aligned:
    found = match_factuality(block, "all")
    gold, system = block.gold["factuality"], block.system["factuality"]
    pairs = Pairs(found.gold_rows, found.system_rows, found.gold_rows)
    codes = _kinds((_equal(gold, system, pairs, "tag"), "correct"), otherwise="wrong tag")
    return _aligned("factuality", (gold, system), (found.all_gold, found.all_system), pairs, codes)


LAYERS: dict[str, tuple[str, Callable[[Block], Aligned]]] = {
    "mention": ("mention_f1", lambda b: _spans(b, "mention", "mentions")),
    "trigger": ("trigger_f1", lambda b: _spans(b, "trigger", "events")),
    "argument": ("argument_f1", _arguments),
    "attribution": ("attribution_overlap_f1", _attributions),
    "source": ("attribution_source_f1", lambda b: _part(b, "source")),
    "cue": ("attribution_cue_f1", _cues),
    "content": ("attribution_content_f1", lambda b: _part(b, "content")),
    "factuality": ("factuality_all", _factuality),
}
"""For each layer of errors the metric whose counts its errors add up to, and its alignment."""


def align_layers(block: Block, layers: Container[str] = LAYERS) -> dict[str, Aligned]:
    """Return the alignment of each layer; raises `ValueError` for more than `align.LARGEST` items that hang together."""
    return {name: make(block) for name, (_, make) in LAYERS.items() if name in layers}


def tally(aligned: Aligned) -> Counter[str]:
    """Return how many items there are of each kind, `correct` with the rest."""
    return Counter({KINDS[k]: int(n) for k, n in enumerate(np.bincount(aligned.kind, minlength=len(KINDS))) if n})


Confusions = Counter[tuple[str, str | None, str | None]]
"""How often gold and system have which values: by table of confusions, gold's value, the system's; `None` is no partner."""


def confusions(block: Block, layers: dict[str, Aligned]) -> Confusions:
    """Return the values of paired items, and of the missed and spurious: a row adds up to gold, a column to the system."""
    found: Confusions = Counter()
    for name, column in (("mention", "type"), ("trigger", "type"), ("argument", "role"), ("factuality", "tag")):
        if name not in layers:
            continue
        a = layers[name]
        if name != "factuality":
            _confuse(found, block, f"{name} {column}", column, a, a.gold_rows, a.system_rows)
            continue
        author = _author(a)
        for title, mask in (("factuality, author", author), ("factuality, sources", ~author)):
            _confuse(found, block, title, "tag", a, a.gold_rows[mask], a.system_rows[mask])
    if "attribution" in layers:
        a = layers["attribution"]
        for name in ATTRIBUTION_ATTRIBUTES:
            _confuse(found, block, f"attribution {name}", name, a, a.gold_rows, a.system_rows)
    for layer, table, names in (("mention", "mentions", ("level",)), ("trigger", "events", EVENT_ATTRIBUTES)):
        if layer in layers:
            b = _same_span(block, table)
            for name in names:
                _confuse(found, block, f"{layer} {name}", name, b, b.gold_rows, b.system_rows)
    return found


def _author(a: Aligned) -> _Mask:
    g, s = a.gold_rows, a.system_rows
    source = np.zeros(len(g), np.int64)
    source[g >= 0] = a.gold["source"][g[g >= 0]]
    source[g < 0] = a.system["source"][s[g < 0]]
    found: _Mask = source == NOTHING
    return found


def _same_span(block: Block, table: str) -> Aligned:
    gold, system = block.gold[table], block.system[table]
    g, s, *items = matched(block, table)
    pairs = Pairs(g, s, g)
    return _aligned(table, (gold, system), (items[0], items[1]), pairs, np.zeros(len(g), np.int64))


def _confuse(into: Confusions, block: Block, title: str, column: str, a: Aligned, g: Column, s: Column) -> None:
    values = []
    for table, rows in ((a.gold, g), (a.system, s)):
        found = np.full(len(rows), NOTHING, np.int64)
        found[rows >= 0] = table[column][rows[rows >= 0]]
        values.append(found)
    cells, counts = np.unique(np.stack(values), axis=1, return_counts=True)
    known = sorted(set(cells.ravel().tolist()) - {NOTHING})
    name: dict[int, str | None] = dict(zip(known, block.codes.names(np.array(known, np.int64)), strict=True))
    for x, y, n in zip(*cells.tolist(), counts.tolist(), strict=True):
        into[title, name.get(x), name.get(y)] += n


def errors(block: Block, layers: dict[str, Aligned], doc: int) -> Iterator[Error]:
    """Yield the errors of a document of the block, given by its position, in the order of layers and text."""
    for a in layers.values():
        at = np.flatnonzero((a.docs == doc) & (a.kind != _CODE["correct"]))
        make = _ITEMS[a.layer]
        found = [
            Error(
                a.layer,
                KINDS[int(a.kind[n])],
                make(block, block.gold, a.gold, int(a.gold_rows[n])) if a.gold_rows[n] >= 0 else None,
                make(block, block.system, a.system, int(a.system_rows[n])) if a.system_rows[n] >= 0 else None,
            )
            for n in at
        ]
        yield from sorted(found, key=_place)


def _place(error: Error) -> tuple[Spans, str, Spans]:
    first = error.gold or error.system
    return (first.spans or first.of, first.label, first.of) if first else ((), "", ())


def _name(block: Block, code: int) -> str:
    return block.codes.names(np.array([code]))[0]


def _span_item(block: Block, side: dict[str, Table], t: Table, n: int) -> Item:
    return Item(((int(t["start"][n]), int(t["end"][n])),), _name(block, t["type"][n]))


def _argument_item(block: Block, side: dict[str, Table], t: Table, n: int) -> Item:
    target, trigger = ((int(t[f"{p}start"][n]), int(t[f"{p}end"][n])) for p in ("target_", ""))
    return Item((target,), _name(block, t["role"][n]), (trigger,), _name(block, t["type"][n]))


def _attribution_item(block: Block, side: dict[str, Table], t: Table, n: int) -> Item:
    cue, content, source = (_fragments(side, n, p) for p in ("cue", "content", "source"))
    return Item(cue or content, "", source if cue else (), "source" if cue and source else "")


def _part_item(part: str) -> Callable[[Block, dict[str, Table], Table, int], Item]:
    def make(block: Block, side: dict[str, Table], t: Table, n: int) -> Item:
        cue = () if part == "cue" else _fragments(side, n, "cue")
        return Item(_fragments(side, n, part), "", cue, "cue" if cue else "")

    return make


def _factuality_item(block: Block, side: dict[str, Table], t: Table, n: int) -> Item:
    event, source = int(t["event"][n]), int(t["source"][n])
    span = (int(side["events"]["start"][event]), int(side["events"]["end"][event]))
    tag = _name(block, t["tag"][n])
    if source == NOTHING:
        return Item((span,), tag, (), AUTHOR)
    return Item((span,), tag, _fragments(side, source, "cue") or _fragments(side, source, "content"), "source")


def _fragments(side: dict[str, Table], attribution: int, part: str) -> Spans:
    t = side["fragments"]
    rows = np.flatnonzero((t["attribution"] == attribution) & (t["part"] == SPAN_FIELDS.index(part)))
    return tuple((int(t["start"][n]), int(t["end"][n])) for n in rows)


_ITEMS: dict[str, Callable[[Block, dict[str, Table], Table, int], Item]] = {
    "mention": _span_item,
    "trigger": _span_item,
    "argument": _argument_item,
    "attribution": _attribution_item,
    "factuality": _factuality_item,
} | {part: _part_item(part) for part in ("source", "cue", "content")}
