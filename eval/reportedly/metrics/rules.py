"""Where our figures part from those of other scorers on purpose: the rules, each stated in terms of the input.

A rule names what the input has and what is compared, never a case. `reportedly.conformance` compares recorded figures
of other scorers with ours; a difference that no rule explains is a fault of one of the two.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

Value = float | int | str | None
"""A figure; `None` where undefined; the message where the input was refused or the scorer broke."""

Place = tuple[int, int, int]
"""Document, start, end; half-open."""


@dataclass(frozen=True, kw_only=True)
class Input:
    """What a figure is computed from, as far as rules ask: items with repeats, their places, labels, tags."""

    gold: tuple[Hashable, ...] = ()
    system: tuple[Hashable, ...] = ()
    gold_places: tuple[Place, ...] = ()
    system_places: tuple[Place, ...] = ()
    gold_labels: frozenset[str] = frozenset()
    system_labels: frozenset[str] = frozenset()
    tags: tuple[str, ...] = ()
    prefixes: str = ""
    empty: bool = False
    absent: bool = False
    reordered: bool = False
    one_kind: bool = False
    unknown_document: bool = False


class Compared(NamedTuple):
    """One figure of another scorer and ours; `step` is the last place where theirs is printed, 0 where it is whole."""

    scorer: str
    what: str
    theirs: Value
    ours: Value
    input: Input
    step: float = 0.0


class Rule(NamedTuple):
    """A rule: what we do, why that is better than what it departs from, and when it explains a difference."""

    id: str
    statement: str
    why: str
    explains: Callable[[Compared], bool]


def _repeats(items: tuple[Hashable, ...]) -> bool:
    return len(set(items)) < len(items)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not math.isnan(value)


def _pairs(i: Input) -> Iterable[tuple[Place, Place]]:
    return ((g, s) for g, s in itertools.product(i.gold_places, i.system_places) if g[0] == s[0])


def _several(i: Input) -> bool:
    """Say whether some span shares a character with two or more items of the other side."""
    meeting = [(g, s) for g, s in _pairs(i) if max(g[1], s[1]) < min(g[2], s[2])]
    return len({g for g, _ in meeting}) < len(meeting) or len({s for _, s in meeting}) < len(meeting)


def _touching(i: Input) -> bool:
    return any(g[2] == s[1] or s[2] == g[1] for g, s in _pairs(i))


def _letters(tags: tuple[str, ...]) -> set[str]:
    return {tag[:1] for tag in tags}


def _known_tag(tag: str, prefixes: str) -> bool:
    return tag == "O" or (tag[:1] in prefixes and (len(tag) == 1 or (tag[1] == "-" and len(tag) > 2)))


_MEANS = ("macro", "weighted")
_PARTS = ("cue", "source", "content", "quote")

RULES: tuple[Rule, ...] = (
    Rule(
        "unknown-document",
        "A predicted document that gold has not is refused.",
        "Passed over, its errors vanish; counted, a mistaken file name looks like low precision.",
        lambda c: c.input.unknown_document and isinstance(c.ours, str),
    ),
    Rule(
        "empty-span",
        "A span without a character is refused.",
        "It overlaps nothing, so that it is right by one evaluation and spurious by another.",
        lambda c: isinstance(c.ours, str) and any(e <= s for _, s, e in c.input.gold_places + c.input.system_places),
    ),
    Rule(
        "named-scheme",
        "A tag that is none of the named scheme is refused.",
        "Read as something else, it makes spans that nobody annotated, without a word.",
        lambda c: isinstance(c.ours, str) and not all(_known_tag(t, c.input.prefixes) for t in c.input.tags),
    ),
    Rule(
        "undefined",
        "Where there is nothing to divide by, a figure is undefined; a mean is taken over what is defined.",
        "0 reads as failure and 1 as success where nothing was there to find; a message hides the other figures.",
        lambda c: c.input.empty and (c.ours is None or c.what.startswith(_MEANS)),
    ),
    Rule(
        "well-formed",
        "What is well formed is scored: no type, no item, several documents, mended tags under a scheme that mends.",
        "A message in place of a figure says nothing of the system.",
        lambda c: (c.theirs is None or isinstance(c.theirs, str)) and not isinstance(c.ours, str),
    ),
    Rule(
        "labels-of-gold",
        "A macro average is taken over the labels that gold has.",
        "One stray prediction of a label that nobody asked for would weigh as much as all that is right of another.",
        lambda c: c.what.startswith("macro") and not c.input.system_labels <= c.input.gold_labels,
    ),
    Rule(
        "full-precision",
        "Figures are rounded to nearest where they are printed, never cut off.",
        "Cut off, 69 of 100 is printed as 68.99.",
        lambda c: (
            bool(c.step)
            and isinstance(c.ours, float)
            and isinstance(c.theirs, float)
            and 0 < c.ours - c.theirs <= c.step * (1 + 1e-6)
        ),
    ),
    Rule(
        "half-open",
        "Spans are half-open, and spans that only touch do not overlap.",
        "They share no character, and overlap has to be the same from both sides.",
        lambda c: _is_number(c.theirs) and c.what.startswith(_PARTS) and _touching(c.input),
    ),
    Rule(
        "single-and-last",
        "In tags with E and S, E ends its span and S is a span of one token.",
        "That is what the tags say; read as inner tags, two spans become one.",
        lambda c: c.scorer.startswith("conlleval") and bool(_letters(c.input.tags) & set("ES")),
    ),
    Rule(
        "kinds-of-links",
        "BLANC is the mean over coreferent and other pairs, and the one kind alone where gold has no other.",
        "A kind that gold has not cannot be found, so that half of the figure would be lost (Recasens and Hovy 2011).",
        lambda c: c.what.startswith("blanc") and c.input.one_kind,
    ),
    Rule(
        "absent-part",
        "A part that an attribution has not is no item.",
        "To say nothing where there is nothing would otherwise raise precision and recall of sources.",
        lambda c: _is_number(c.theirs) and c.input.absent,
    ),
    Rule(
        "fragments",
        "A part in fragments is the set of its characters, in whatever order and however cut.",
        "The order in a file says nothing of the text.",
        lambda c: _is_number(c.theirs) and c.input.reordered,
    ),
    Rule(
        "types-apart",
        "A span that carries two types is two items.",
        "Keyed by span alone, the last type in the file takes the place of the others.",
        lambda c: (
            _is_number(c.theirs)
            and c.what.startswith("trig")
            and any(len(set(items)) > len({i[:2] for i in items}) for items in _spans(c.input))
        ),
    ),
    Rule(
        "one-to-one",
        "Items are matched one to one and as well as can be, not in the order of the input.",
        "Otherwise one item makes several right, or a better pair is lost to an earlier one.",
        lambda c: _is_number(c.theirs) and _several(c.input),
    ),
    Rule(
        "once",
        "An item that stands twice in one document counts once; a mention of two clusters belongs to the earlier one.",
        "To repeat an answer, or an annotation, is no second answer, and gold must score 1 against itself.",
        lambda c: _is_number(c.theirs) and (_repeats(c.input.gold) or _repeats(c.input.system)),
    ),
)
"""The rules in the order in which they are asked."""


def _spans(i: Input) -> tuple[list[tuple[Hashable, ...]], ...]:
    return tuple([x for x in side if isinstance(x, tuple)] for side in (i.gold, i.system))


def rule_for(compared: Compared) -> Rule | None:
    """Return the first rule that explains a difference, `None` where none does."""
    return next((r for r in RULES if r.explains(compared)), None)
