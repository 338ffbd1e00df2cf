"""CoNLL-2012 coreference columns: `(0|(1)|0)` in the last column, documents between `#begin` and `#end document`.

The columns are document, part, number of the word, the word, others, coreference. The part is kept in the name of the
document: `name` is part 000, `name#001` part 001. Entities have numbers: `e5` is written as 5 if all entities of the
document are called so, else they are numbered in order of the text. Singletons are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from ..errors import DataError
from ..records import Mention
from .base import UNTYPED, Content, File, Lost, Options, Outputs, Texted, columns
from .brackets import Bracketed, Stacks, bracketed, cells, entities_of
from .words import Words, characters, document_of

_BEGIN = re.compile(r"#begin document \((.*)\);?(?:[ \t]*part[ \t]+(\d{1,9}))?[ \t]*")
_END = re.compile(r"#end document(?:[ \t].*)?")
_CHUNK = re.compile(r"\((\d+)(\))?|(\d+)\)", re.ASCII)
_NAME = re.compile(r"(.*)#(\d{3,9})", re.DOTALL)
NONE = ("-", "_", "*")
_FILLED = ("-", "*", "-", "-", "-", "-", "*")


def read(files: list[File], options: Options, lost: Lost) -> Content:
    """Return the documents of coreference columns; raises `DataError` naming file, line and value."""
    return Content(tuple(d for file in files for d in _documents(file, lost)))


def _documents(file: File, lost: Lost) -> Iterator[Texted]:
    name: str | None = None
    begun = ""
    rows: list[list[tuple[str, list[str]]]] = []
    seen = 0
    for place, line in file.lines():
        begin = _BEGIN.fullmatch(line)
        if begin:
            if name is not None:
                raise DataError(f"{place}: a document begins inside of {name!r}: close that with #end document")
            part = begin[2] or "000"
            name, begun, rows = (begin[1] if not int(part) else f"{begin[1]}#{part}"), place, [[]]
        elif _END.fullmatch(line) and name is not None:
            yield _document(name, begun, rows, lost)
            name, seen = None, seen + 1
        elif not line.strip(" \t"):
            rows.append([])
        elif name is None:
            raise DataError(f"{place}: {line[:40]!r} stands outside of #begin document (NAME); part 000: begin it")
        else:
            rows[-1].append((place, _row(place, line)))
    if name is not None:
        raise DataError(f"{begun}: document {name!r} does not end: is the file whole? close it with #end document")
    if not seen:
        raise DataError(f"{file.path}:1: holds no document: begin one with #begin document (NAME); part 000")


def _row(place: str, line: str) -> list[str]:
    row = columns(line)
    if len(row) < 5:
        raise DataError(
            f"{place}: {line!r} has {len(row)} columns: give document, part, number, word, ..., coreference"
        )
    return row


def _document(name: str, begun: str, sentences: list[list[tuple[str, list[str]]]], lost: Lost) -> Texted:
    document = document_of(name, [[row[3] for _, row in rows] for rows in sentences], begun)
    tokens = document.record.tokens or ()
    stacks = Stacks()
    found: list[tuple[int, int, str]] = []
    flat = [item for rows in sentences for item in rows]
    others = 0
    for at, (place, row) in enumerate(flat):
        others += sum(cell not in NONE for cell in row[4:-1])
        for chunk in [] if row[-1] in NONE else row[-1].split("|"):
            match = _CHUNK.fullmatch(chunk)
            if match is None:
                raise DataError(f"{place}: {chunk!r} is no coreference: write (0, (0) or 0), parted by |")
            if match[1] and not match[2]:
                stacks.push(match[1], place, at, chunk)
            elif match[1]:
                found.append((at, at + 1, match[1]))
            else:
                found.append((stacks.pop(match[3], place)[0], at + 1, match[3]))
    stacks.finish()
    if others:
        lost["columns", "stands between the word and its coreference"] += others
    mentions = []
    for n, (start, end, number) in enumerate(sorted(found, key=lambda f: (f[0], -f[1], f[2])), 1):
        low, high = characters(tokens, start, end)
        mentions.append(Mention(id=f"m{n}", start=low, end=high, type=UNTYPED, entity=f"e{number}"))
    record = msgspec.structs.replace(document.record, mentions=tuple(mentions), entities=entities_of(mentions))
    return document._replace(record=record)


def write(content: Content, options: Options, lost: Lost) -> Outputs:
    """Return one file of twelve columns; all but document, part, number, word and coreference say nothing."""
    return {"": "".join(line + "\n" for d in content.documents for line in _lines(d, lost))}


def _lines(document: Texted, lost: Lost) -> Iterator[str]:
    words = Words(document, lost)
    named = _NAME.fullmatch(words.doc)
    name, part = (named[1], named[2]) if named and int(named[2]) else (words.doc, "000")
    if re.search(r"\s", words.doc):
        raise DataError(f"{words.doc!r}: has white space, which parts columns: rename the document")
    mentions = bracketed(document, words, lost, one_sentence=False)
    numbers = _numbers(mentions)
    column = [
        "|".join(
            [f"({numbers[b.entity]}" for b in opens]
            + [f"({numbers[b.entity]})" for b in ones]
            + [f"{numbers[b.entity]})" for b in closes]
        )
        for closes, opens, ones in cells(mentions, words.firsts[-1])
    ]
    yield f"#begin document ({name}); part {part}"
    at = 0
    for sentence in words.for_columns(lost):
        for number, word in enumerate(sentence):
            yield "\t".join((name, str(int(part)), str(number), word, *_FILLED, column[at] or "-"))
            at += 1
        yield ""
    yield "#end document"


def _numbers(mentions: list[Bracketed]) -> dict[str, str]:
    names = list(dict.fromkeys(b.entity for b in mentions))
    own = [match[1] for name in names if (match := re.fullmatch(r"e(0|[1-9]\d*)", name, re.ASCII))]
    return dict(zip(names, own if len(own) == len(names) else map(str, range(len(names))), strict=True))
