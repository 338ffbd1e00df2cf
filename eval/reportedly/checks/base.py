"""What a check sees and what it yields."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from ..records import SPAN_FIELDS, Attribution, Document, Event, Mention, Span
from ..text import tokens


class Finding(NamedTuple):
    """Something wrong: which check found it, where, what is wrong and how to mend it."""

    check: str
    level: str
    doc: str
    place: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.doc}: {self.place}: {self.problem}: {self.remedy} [{self.check}]"


class Hit(NamedTuple):
    """What the function of a check yields; the runner adds id, level and document."""

    place: str
    problem: str
    remedy: str


class View:
    """A record with its text, where there is one, and look-ups that several checks share."""

    def __init__(self, record: Document, text: str | None, *, gold: bool = False):
        self.record = record
        self.text = text
        self.gold = gold

    @cached_property
    def mentions(self) -> dict[str, Mention]:
        """Mentions by id."""
        return {m.id: m for m in self.record.mentions or ()}

    @cached_property
    def events(self) -> dict[str, Event]:
        """Event mentions by id."""
        return {v.id: v for v in self.record.events or ()}

    @cached_property
    def attributions(self) -> dict[str, Attribution]:
        """Attributions by id."""
        return {a.id: a for a in self.record.attributions or ()}

    @cached_property
    def tokens(self) -> tuple[Span, ...]:
        """Tokens: the stored ones, else those of the rule."""
        if self.record.tokens is not None:
            return self.record.tokens
        return tuple(tokens(self.text)) if self.text is not None else ()

    @cached_property
    def token_starts(self) -> frozenset[int]:
        """Offsets at which a token starts."""
        return frozenset(s for s, _ in self.tokens)

    @cached_property
    def token_ends(self) -> frozenset[int]:
        """Offsets at which a token ends."""
        return frozenset(e for _, e in self.tokens)

    @cached_property
    def region_starts(self) -> list[int]:
        """Starts of the regions, in order."""
        return sorted(r.start for r in self.record.regions or ())

    @cached_property
    def region_ends(self) -> list[int]:
        """Ends of the regions, in order."""
        return sorted(r.end for r in self.record.regions or ())

    @cached_property
    def contents(self) -> dict[str, tuple[str, ...]]:
        """For each event mention the attributions in whose content its trigger stands."""
        fragments = [(low, high, a.id) for a in self.record.attributions or () for low, high in a.content]
        return {
            v.id: tuple(dict.fromkeys(name for low, high, name in fragments if low <= v.start and v.end <= high))
            for v in self.record.events or ()
        }

    def words(self, spans: tuple[Span, ...]) -> str:
        """Return the words of fragments, joined by a blank; only where there is a text."""
        assert self.text is not None
        return " ".join(self.text[start:end] for start, end in spans)

    def in_region(self, start: int, end: int) -> bool:
        """Say whether a span stands inside one region."""
        at = bisect_right(self.region_starts, start) - 1
        return at >= 0 and end <= self.region_ends[at]

    @cached_property
    def spans(self) -> tuple[tuple[str, Span], ...]:
        """Every annotated span with its place, heads and sentences apart."""
        r = self.record
        return (*mention_spans(r), *event_spans(r), *attribution_spans(r), *evidence_spans(r))


def mention_spans(record: Document) -> Iterator[tuple[str, Span]]:
    """Yield the spans of mentions."""
    return ((f"mentions[{m.id}]", (m.start, m.end)) for m in record.mentions or ())


def event_spans(record: Document) -> Iterator[tuple[str, Span]]:
    """Yield the spans of triggers."""
    return ((f"events[{v.id}]", (v.start, v.end)) for v in record.events or ())


def attribution_spans(record: Document) -> Iterator[tuple[str, Span]]:
    """Yield the fragments of attributions."""
    return (
        (f"attributions[{a.id}].{f}", s) for a in record.attributions or () for f in SPAN_FIELDS for s in getattr(a, f)
    )


def evidence_spans(record: Document) -> Iterator[tuple[str, Span]]:
    """Yield the spans of evidence."""
    return ((f"factuality[{f.event} {f.source}].evidence", s) for f in record.factuality or () for s in f.evidence)


def covers(spans: tuple[Span, ...], start: int, end: int) -> bool:
    """Say whether one of the spans holds all of `[start, end)`."""
    for low, high in spans:  # noqa: SIM110 - a plain loop: this is the hot spot of `check`
        if low <= start and end <= high:
            return True
    return False
