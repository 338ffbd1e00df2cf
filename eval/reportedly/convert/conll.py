"""CoNLL-2003 and other BIO columns: a token a line, its tag in the last column, a blank line after a sentence.

A document starts with a line `-DOCSTART-`, with its name in brackets as in AIDA (`-DOCSTART- (orlen-01) O`); without
one it is named after the file. Read are the first column and the last. The scheme of the tags is named by `--scheme`.
Nested and overlapping mentions do not fit: the longest is kept, among equals the first (`reportedly.tags.outermost`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from ..errors import DataError, TagError, UsageError
from ..records import Mention
from ..tags import SCHEMES, TagSpan, decode, encode, outermost, scheme_name
from .base import Content, File, Lost, Options, Outputs, Texted, columns
from .words import Words, characters, document_of

START = "-DOCSTART-"
_NAMED = re.compile(rf"{START}[ \t]+\((.+)\)(?:[ \t]+\S+)*[ \t]*")

_Row = tuple[str, list[str]]
Part = tuple[str, str, list[list[_Row]]]


def read(files: list[File], options: Options, lost: Lost) -> Content:
    """Return the documents of columns; raises `DataError` naming file, line and value."""
    if options.scheme is None:
        raise UsageError(f"conll: name the scheme of the tags by --scheme: {' '.join(SCHEMES)}")
    scheme = scheme_name(options.scheme)
    made = [_document(part, scheme, lost) for file in files for part in parts(file)]
    return Content(tuple(d for d, _ in made), repairs=sum(n for _, n in made))


def parts(file: File) -> Iterator[Part]:
    """Yield for each document its name, place and sentences of rows."""
    width = 0
    found: list[Part] = []
    sentences: list[list[_Row]] = [[]]
    for place, line in file.lines():
        if not line.strip(" \t"):
            sentences.append([])
        elif line.startswith(START):
            named = _NAMED.fullmatch(line)
            sentences = [[]]
            found.append((named[1] if named else "", place, sentences))
        else:
            row = columns(line)
            if len(row) < 2 or width not in (0, len(row)):
                raise DataError(
                    f"{place}: {line!r} has {len(row)} columns, not {width or 'two or more'}: mend the line"
                )
            width = len(row)
            if not found:
                found.append(("", place, sentences))
            sentences[-1].append((place, row))
    if not found:
        raise DataError(f"{file.path}:1: holds no token: give lines of a token and a tag")
    for n, (name, place, rows) in enumerate(found, 1):
        yield name or (file.doc if len(found) == 1 else f"{file.doc}-{n}"), place, rows


def _document(part: Part, scheme: str, lost: Lost) -> tuple[Texted, int]:
    name, place, sentences = part
    document = document_of(name, [[row[0] for _, row in rows] for rows in sentences], place)
    tokens = document.record.tokens or ()
    mentions: list[Mention] = []
    first = repairs = 0
    for rows in sentences:
        try:
            found = decode([row[-1] for _, row in rows], scheme)
        except TagError as error:
            raise DataError(
                f"{rows[error.position][0]}: {error.problem}: mend the tag or name another --scheme"
            ) from None
        repairs += found.repairs
        for start, end, kind in found.spans:
            low, high = characters(tokens, first + start, first + end)
            mentions.append(Mention(id=f"m{len(mentions) + 1}", start=low, end=high, type=kind))
        first += len(rows)
    between = sum(len(row) - 2 for rows in sentences for _, row in rows)
    if between:
        lost["columns", "stands between the token and its tag"] += between
    return document._replace(record=msgspec.structs.replace(document.record, mentions=tuple(mentions))), repairs


def write(content: Content, options: Options, lost: Lost) -> Outputs:
    """Return one file of two columns, token and tag."""
    scheme = scheme_name(options.scheme or "iob2")
    return {"": "".join(line + "\n" for d in content.documents for line in _lines(d, scheme, lost))}


def _lines(document: Texted, scheme: str, lost: Lost) -> Iterator[str]:
    words = Words(document, lost)
    doc = document.record.doc
    if re.search(r"[\n\r]", doc):
        raise DataError(f"{doc!r}: cannot stand in a line: rename the document")
    yield f"{START} ({doc}) O"
    yield ""
    spans = _flat(document, words, lost)
    for n, sentence in enumerate(words.for_columns(lost)):
        for word, tag in zip(sentence, encode(spans[n], len(sentence), scheme), strict=True):
            if word.startswith(START):
                raise DataError(f"{doc}: the token {word!r} would start a document: leave the document out")
            yield f"{word} {tag}"
        yield ""


def _flat(document: Texted, words: Words, lost: Lost) -> dict[int, list[TagSpan]]:
    """Return the mentions that are kept by sentence, in tokens of the sentence."""
    spans: list[TagSpan] = []
    for m in document.record.mentions or ():
        found = words.inside(m.start, m.end, lost, "mentions")
        if re.search(r"\s", m.type) or not m.type:
            raise DataError(f"{words.doc}: mentions[{m.id}].type: {m.type!r} cannot be a tag: rename the type")
        if found:
            spans.append((*found, m.type))
    kept = outermost(spans)
    if len(kept) < len(spans):
        lost["mentions", "stands in or overlaps a longer one, or an equal one before it"] += len(spans) - len(kept)
    by_sentence: dict[int, list[TagSpan]] = defaultdict(list)
    for start, end, kind in kept:
        n = words.sentence(start)
        by_sentence[n].append((start - words.firsts[n], end - words.firsts[n], kind))
    return by_sentence
