"""Adjudication by a file: quoted annotation in which both versions of each open item stand side by side.

    D | orlen-01 | anna | ben | entities events coreference attribution factuality claims
    M | m1 | 1:Shield fighters | fighters | e2 | NOM
    ? M m5: level NOM / NAM (entities/README.md#levels)
    1> M | m5 | 1:Orlen | = | e4 | NOM
    2> M | m5 | 1:Orlen | = | e4 | NAM
    ~> E | e12 | PER.Group | residents

Agreed items are plain lines. One decides by writing, in place of `?`, `1` or `2` (this version stands; where it has none,
the item goes), `0` (the item goes) or `+` (neither: the item follows on a plain line). Lines with `~>` stand or fall with
what they belong to. The ids are those of the first pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..corpus import Corpus
from ..errors import DataError, QuoteError
from ..pairing import Both
from ..quoting import Writer, read_quotes
from ..records import AUTHOR, OUTLET, Document
from .gold import make_gold
from .laid import Laid

_HEAD = re.compile(r"(?P<choice>\S{1,20}) (?P<kind>[EMVLAFC]) (?P<name>[^\s|]+?(?: [^\s|]+?)??): .*")
_VERSION = re.compile(r"(?P<mark>[12~])>\s*(?P<line>.*)")
_CHOICES = ("1", "2", "0", "+")
_HELP = "write 1, 2, 0 or + in place of ?"
_NEEDED = ("entities", "coreference")


class _Block(NamedTuple):
    """A head, where it stands, and the versions below it."""

    place: str
    choice: str
    versions: dict[str, tuple[int, str]]


def write(laid: Laid, text: str) -> str:
    """Return the file in which two passes over a document are adjudicated.

    Raises `DataError` where the passes cannot be written as quoted annotation.
    """
    doc, names = laid.first.doc, laid.names
    if missing := [layer for layer in _NEEDED if layer not in laid.layers]:
        raise DataError(
            f"{doc}: quoted annotation needs {' and '.join(missing)}, which the passes lack: adjudicate with --label-studio"
        )
    lines = list(_lines(laid, text))
    left = sum(line.startswith("? ") for line in lines)
    head = [
        f"# Adjudication of {doc}: 1 is {names[0]}, 2 is {names[1]}; {left} to decide.",
        "# In place of each ? write 1 or 2 (this version stands), 0 (the item goes) or + (the item follows on a line of its own).",
        "# Lines with ~> stand or fall with what they belong to. Pages are those of guidelines/.",
        f"D | {doc} | {names[0]} | {names[1]} | {' '.join(laid.layers)}",
    ]
    return "\n".join((*head, *lines)) + "\n"


def _lines(laid: Laid, text: str) -> Iterator[str]:
    for state, both, versions in sorted_items(laid, text):
        one = versions[0] or versions[1] or ""
        if state == "open":
            pages = " ".join(laid.pages(both))
            yield f"? {both.kind} {both.name}: {laid.describe(both, text)}{f' ({pages})' if pages else ''}"
            yield from (f"{n}> {line}" for n, line in enumerate(versions, 1) if line is not None)
        else:
            yield one if state == "agreed" else f"~> {one}"


def sorted_items(laid: Laid, text: str) -> Iterator[tuple[str, Both, list[str | None]]]:
    """Yield for each item whether it is `agreed`, `open` or `follows`, and its line in either pass."""
    writers = Writer(laid.first, text), Writer(laid.second, text)
    for both in laid.items():
        versions = [None if x is None else w.line(x) for w, x in zip(writers, (both.first, both.second), strict=True)]
        if _agreed(laid, both, versions):
            yield "agreed", both, versions
        else:
            yield "follows" if laid.follows(both) else "open", both, versions


def _agreed(laid: Laid, both: Both, versions: list[str | None]) -> bool:
    """Say whether the lines are equal, or differ in nothing that counts: the name of an entity, an order."""
    if None in versions:
        return False
    return versions[0] == versions[1] or not laid.differences(both)


def read(corpus: Corpus, laid: Laid, content: str, name: str, text: str, guidelines: str) -> Document:
    """Return the gold that a decided file makes; `name` is what messages call it.

    Raises `DataError` naming each line and item that is undecided, is missing or does not fit.
    """
    doc = laid.first.doc
    reader = _Decisions(content, name)
    reader.check({(both.kind, both.name) for state, both, _ in sorted_items(laid, text) if state == "open"})
    kept = reader.kept()
    if reader.problems:
        raise DataError(*reader.problems)
    lines = "\n".join(kept.get(n, "") for n in range(1, content.count("\n") + 2))
    record = read_quotes(lines, doc=doc, text=text, sentences=laid.first.sentences or (), name=name)
    places = {item: f"{name}:{n}" for n, line in kept.items() for _, item in _keys(line)}
    return make_gold(corpus, laid, record, text, guidelines, places)


def read_head(content: str, place: str) -> tuple[str, list[str]]:
    """Return the document and the annotators that a file is about; raises `QuoteError`."""
    for number, line in enumerate(content.split("\n"), 1):
        fields = [f.strip() for f in line.split(" | ")]
        if fields[0] == "D" and len(fields) == 5:
            return fields[1], fields[2:4]
        if line.strip() and not line.startswith("#"):
            raise QuoteError(f"{place}:{number}: the line D that `reportedly adjudicate start` wrote should come first")
    raise QuoteError(f"{place}: has no line D: make the file by `reportedly adjudicate start`")


class _Decisions:
    """The lines of a file sorted into plain ones, blocks with versions, and those that follow."""

    def __init__(self, content: str, name: str):
        self.name = name
        self.problems: list[str] = []
        self.plain: dict[int, str] = {}
        self.follow: dict[int, str] = {}
        self.blocks: dict[tuple[str, str], _Block] = {}
        block: _Block | None = None
        for number, raw in enumerate(content.split("\n"), 1):
            line = raw.strip()
            if not line or line[0] == "#" or line.startswith("D | "):
                continue
            place = f"{name}:{number}"
            if head := _HEAD.fullmatch(line):
                block = self._block(place, head)
            elif version := _VERSION.fullmatch(line):
                if version["mark"] == "~":
                    self.follow[number] = version["line"]
                elif block is None or version["mark"] in block.versions:
                    self.problems.append(f"{place}: a version without its line of decision: put the line with ? back")
                else:
                    block.versions[version["mark"]] = number, version["line"]
            else:
                self.plain[number] = line
                block = None

    def _block(self, place: str, head: re.Match[str]) -> _Block:
        made = _Block(place, head["choice"], {})
        key = (head["kind"], head["name"])
        if key in self.blocks:
            self.problems.append(
                f"{place}: {' '.join(key)} is decided twice, first in {self.blocks[key].place}: keep one"
            )
        if made.choice == "?":
            self.problems.append(f"{place}: {' '.join(key)} is undecided: {_HELP}")
        elif made.choice not in _CHOICES:
            self.problems.append(f"{place}: {' '.join(key)}: {made.choice!r} is no decision: {_HELP}")
        self.blocks.setdefault(key, made)
        return made

    def check(self, wanted: set[tuple[str, str]]) -> None:
        """Note what the passes leave open and the file does not decide, and what it decides though it is not open."""
        for key in sorted(wanted - self.blocks.keys()):
            self.problems.append(f"{self.name}: {' '.join(key)} is open and has no line here: put its lines back")
        for key in sorted(self.blocks.keys() - wanted):
            self.problems.append(
                f"{self.blocks[key].place}: {' '.join(key)} is not open between these passes: take the lines away"
            )

    def kept(self) -> dict[int, str]:
        """Return the lines that stand, by number."""
        found = dict(self.plain)
        for key, block in self.blocks.items():
            if block.choice in block.versions:
                number, line = block.versions[block.choice]
                found[number] = line
            elif block.choice == "+" and key not in {k for line in self.plain.values() for k in _keys(line)}:
                self.problems.append(f"{block.place}: {' '.join(key)}: + needs the item on a line of its own below")
        named = {AUTHOR, OUTLET} | {name for line in found.values() for _, name in _keys(line)}
        events = {f[4] for f in map(_fields, found.values()) if f[0] == "V" and len(f) > 4}
        for number, line in self.follow.items():
            if line.startswith("E") or _ends(line) <= (events if line.startswith("L") else named):
                found[number] = line
        return found


def _fields(line: str) -> list[str]:
    return [f.strip() for f in re.split(r"\s\|(?:\s|$)", line)]


def _keys(line: str) -> Iterator[tuple[str, str]]:
    """Yield kind and name of the items of a line."""
    f = _fields(line)
    if f[0] == "F" and len(f) > 2:
        yield from (("F", f"{f[1]} {field.split(' ')[0]}") for field in f[2:])
    elif f[0] == "L" and len(f) > 3:
        yield "L", f"{f[1]} {f[3]}"
    elif len(f) > 1:
        yield f[0], f[1]


def _ends(line: str) -> set[str]:
    """Return what a value, claim or link is about."""
    f = _fields(line)
    if f[0] == "F":
        return {f[1], *(field.split(" ")[0] for field in f[2:])}
    if f[0] == "L" and len(f) > 3:
        return {f[1], f[3]}
    return set(f[2:4])
