"""The lines of brat stand-off: `T` spans, `E` frames, `R` relations, `A`/`M` attributes, `#` notes, `*` equivalences.

Offsets are half-open and count code points, fragments are parted by `;`. What the lines mean is for `brat` and
`polnear` to say. Source: http://brat.nlplab.org/standoff.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from ..errors import DataError
from ..records import Spans
from .base import File, Lost


class Bound(NamedTuple):
    """A `T` line: a type on the fragments of a span."""

    place: str
    type: str
    spans: Spans


class Frame(NamedTuple):
    """An `E` line: type, trigger and arguments, each a role and what fills it, without the numbers of brat."""

    place: str
    type: str
    trigger: str
    arguments: tuple[tuple[str, str], ...]


class Edge(NamedTuple):
    """An `R` line: a relation from one item to another."""

    place: str
    type: str
    first: str
    second: str


class Mark(NamedTuple):
    """An `A` or `M` line, or a `#` line: a name, what it stands on, and the value."""

    place: str
    name: str
    target: str
    value: str


class Standoff:
    """The lines of one file by kind."""

    def __init__(self, file: File, lost: Lost):
        if file.text is None:
            raise DataError(
                f"{file.path}: the text of {file.doc!r} is missing: put {file.doc}.txt beside it, or name --texts"
            )
        self.text = file.text
        self.bounds: dict[str, Bound] = {}
        self.frames: dict[str, Frame] = {}
        self.edges: dict[str, Edge] = {}
        self.marks: list[Mark] = []
        self.notes: list[Mark] = []
        self.equal: list[tuple[str, tuple[str, ...]]] = []
        self._names: set[str] = set()
        for place, line in file.lines():
            if line.strip():
                self._line(place, line, lost)
        self._check()

    def _line(self, place: str, line: str, lost: Lost) -> None:
        name, tab, rest = line.partition("\t")
        reader = _READERS.get(name[:1])
        if not tab or (reader is None and name[:1] != "N"):
            raise DataError(f"{place}: {line[:60]!r} is no annotation: begin with T, E, R, A, M, N, # or * and a tab")
        if name != "*" and name in self._names:
            raise DataError(f"{place}: {name} stands there twice: give each line an id of its own")
        self._names.add(name)
        if reader is None:
            lost["normalisations", "has no place in a record"] += 1
        else:
            reader(self, place, name, rest)

    def _bound(self, place: str, name: str, rest: str) -> None:
        head, tab, words = rest.partition("\t")
        match = re.fullmatch(r"(\S+) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)", head, re.ASCII)
        if match is None:
            raise DataError(f"{place}: {head!r} is no type and span: write TYPE START END, fragments parted by ;")
        fragments = [f.split(" ") for f in match[2].split(";")]
        spans = tuple(sorted((int(low), int(high)) for low, high in fragments))
        for (_, before), (low, high) in pairwise([(0, 0), *spans]):
            if low >= high or high > len(self.text) or low < before:
                raise DataError(
                    f"{place}: {low}-{high} is empty, overlaps, or is past the end ({len(self.text)} characters): "
                    "count code points of the text"
                )
        here = " ".join(self.text[low:high] for low, high in spans)
        if tab and here.split() != words.split():
            raise DataError(f"{place}: reads {words[:40]!r}, the text there {here[:40]!r}: is this the right text?")
        self.bounds[name] = Bound(place, match[1], spans)

    def _frame(self, place: str, name: str, rest: str) -> None:
        parts = [part.rpartition(":") for part in rest.split()]
        if not parts or not all(role and target for role, _, target in parts):
            raise DataError(f"{place}: {rest!r} is no event: write TYPE:TRIGGER ROLE:ARGUMENT ...")
        roles = {role for role, _, _ in parts[1:]}
        arguments = tuple((_without_number(role, roles), target) for role, _, target in parts[1:])
        self.frames[name] = Frame(place, parts[0][0], parts[0][2], arguments)

    def _edge(self, place: str, name: str, rest: str) -> None:
        match = re.fullmatch(r"(\S+) \S+?:(\S+) \S+?:(\S+)\s*", rest)
        if match is None:
            raise DataError(f"{place}: {rest!r} is no relation: write TYPE Arg1:ID Arg2:ID")
        self.edges[name] = Edge(place, match[1], match[2], match[3])

    def _mark(self, place: str, name: str, rest: str) -> None:
        parts = rest.split(" ", 2)
        if len(parts) < 2:
            raise DataError(f"{place}: {rest!r} is no attribute: write NAME ID VALUE")
        self.marks.append(Mark(place, parts[0], parts[1], parts[2] if len(parts) > 2 else ""))

    def _note(self, place: str, name: str, rest: str) -> None:
        head, _, text = rest.partition("\t")
        parts = head.split(" ")
        if len(parts) != 2:
            raise DataError(f"{place}: {head!r} is no note: write TYPE ID, a tab and the text")
        self.notes.append(Mark(place, parts[0], parts[1], text))

    def _equal(self, place: str, name: str, rest: str) -> None:
        kind, *members = rest.split()
        if name != "*" or kind != "Equiv" or not members:
            raise DataError(f"{place}: {rest!r} is no equivalence: write Equiv ID ID ...")
        self.equal.append((place, tuple(members)))

    def _check(self) -> None:
        """Raise `DataError` where a line names an id that is not there."""
        named = [(f.place, t) for f in self.frames.values() for t in (f.trigger, *(a for _, a in f.arguments))]
        named += [(e.place, t) for e in self.edges.values() for t in (e.first, e.second)]
        named += [(m.place, m.target) for m in (*self.marks, *self.notes)]
        named += [(place, t) for place, members in self.equal for t in members]
        for place, target in named:
            if target not in self._names:
                raise DataError(f"{place}: there is no {target}: define it, or name an id of this file")
        for frame in self.frames.values():
            if frame.trigger not in self.bounds:
                raise DataError(f"{frame.place}: the trigger {frame.trigger} is no span: name a T line")

    @property
    def triggers(self) -> set[str]:
        """Spans that are triggers of events."""
        return {f.trigger for f in self.frames.values()}


_READERS: dict[str, Callable[[Standoff, str, str, str], None]] = {
    "T": Standoff._bound,
    "E": Standoff._frame,
    "R": Standoff._edge,
    "A": Standoff._mark,
    "M": Standoff._mark,
    "#": Standoff._note,
    "*": Standoff._equal,
}


def _without_number(role: str, roles: set[str]) -> str:
    """Return `Target` for `Target2` where the event has a `Target` too: brat numbers roles that are filled again."""
    for cut in range(1, len(role)):
        if role[:cut] in roles and re.fullmatch(r"[2-9]|[1-9]\d+", role[cut:], re.ASCII):
            return role[:cut]
    return role


def with_numbers(roles: list[str]) -> list[str]:
    """Return the roles of an event as brat writes them: the second `Target` is `Target2`."""
    return [role if (n := roles[: i + 1].count(role)) == 1 else f"{role}{n}" for i, role in enumerate(roles)]


class Writer:
    """Lines of one file, numbered by kind."""

    def __init__(self, text: str):
        self.text = text
        self.lines: list[str] = []
        self._counts: dict[str, int] = {}

    def line(self, kind: str, rest: str) -> str:
        """Add a line and return its id."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        name = f"{kind}{self._counts[kind]}"
        self.lines.append(f"{name}\t{rest}")
        return name

    def bound(self, kind: str, spans: Spans) -> str:
        """Add a span with its words, white space shown as blanks; raises `DataError` where fragments overlap."""
        if any(a[1] > b[0] for a, b in pairwise(spans)):
            raise DataError(
                f"{kind}: fragments {list(map(list, spans))} overlap or are out of order: part and sort them"
            )
        words = " ".join(re.sub(r"\s", " ", self.text[low:high]) for low, high in spans)
        return self.line("T", f"{kind} {';'.join(f'{low} {high}' for low, high in spans)}\t{words}")

    def frame(self, kind: str, trigger: str, arguments: list[tuple[str, str]]) -> str:
        """Add an event."""
        names = with_numbers([role for role, _ in arguments])
        filled = (f"{name}:{target}" for name, (_, target) in zip(names, arguments, strict=True))
        return self.line("E", " ".join((f"{kind}:{trigger}", *filled)))

    @property
    def body(self) -> str:
        """The whole file."""
        return "".join(line + "\n" for line in self.lines)
