"""Text of articles: reading exact bytes, tokens and sentences by a short documented rule.

Tokens: a run of letters and digits, with apostrophes inside it kept (`Ma'moun`) and a final possessive cut off
(`'s`); a number keeps its points and commas (`1,200`, `3.5`); every other visible character is a token of its own, the
hyphen included, so that `US-led` is three tokens.

Sentences: inside a region, a line is cut after `.`, `!`, `?` or an ellipsis and any closing quotation marks or
brackets, when white space and then a capital, a digit or an opening mark follow; not after a known abbreviation or an
initial. Results are stored in gold, so the rule is not run again by users.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from .errors import DataError, TextError
from .files import decode, read_bytes
from .records import Document, Region, Sentence, Span

_WORD = r"[^\W_][\w\u0300-\u036f]*"
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)+|{_WORD}(?:['’]{_WORD})*|\S")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_END = re.compile(r"(?:\.{3}|[.!?…])[\"”’')\]]*(?=\s+[\"“‘'(\[]?[A-Z0-9À-Þ])")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen col lt capt cmdr maj sgt brig st no nos vs etc e.g i.e u.s u.n a.m p.m jan feb mar apr jun jul aug sep "
    "sept oct nov dec".split()
)
MAX_TEXT = 10_000_000


def read_text(path: Path) -> str:
    """Return the exact text of a file: UTF-8, no newline translation.

    Raises `TextError` for a file that is missing, empty, over 10 MB, not UTF-8 or with a byte-order mark.
    """
    return decode(read_bytes(path, MAX_TEXT), str(path))


def tab_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Yield number and values of each row of a table parted by tabs; raises `DataError` where it has another head."""
    lines = read_text(path).split("\n")
    if tuple(lines[0].split("\t")) != columns:
        raise DataError(f"{path}:1: the columns should be {' '.join(columns)}")
    for number, line in enumerate(lines[1:], 2):
        if line:
            yield number, line.split("\t")


def text_of(record: Document, path: Path) -> str:
    """Return the text that a record annotates; raises `TextError` for a file that holds another one."""
    words = read_text(path)
    if record.text_sha256 not in (None, text_sha256(words)):
        raise TextError(
            f"{path}: is not the text of {record.doc}: the hashes differ: restore it, or name the right one by --text"
        )
    return words


def text_sha256(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def is_nfc(text: str) -> bool:
    """Say whether the text is in Unicode normalisation form C."""
    return unicodedata.is_normalized("NFC", text)


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the tokens of `text[start:end]` as half-open offsets into `text`."""
    found: list[Span] = []
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        low, high = match.span()
        possessive = _POSSESSIVE.search(text[low:high])
        if possessive and possessive.start() > 0:
            cut = low + possessive.start()
            found += [(low, cut), (cut, high)]
        else:
            found.append((low, high))
    return found


def sentences(text: str, regions: tuple[Region, ...]) -> tuple[Sentence, ...]:
    """Return the sentences inside the regions, in order of the text."""
    found: list[Sentence] = []
    for region in sorted(regions, key=lambda r: r.start):
        for line in re.finditer(r"[^\n]+", text[region.start : region.end]):
            found += _cut(text, region.start + line.start(), region.start + line.end())
    return tuple(found)


def _cut(text: str, start: int, end: int) -> list[Sentence]:
    found: list[Sentence] = []
    low = start
    for match in _END.finditer(text, start, end):
        if not _is_abbreviation(text[low : match.start() + 1]):
            found.append(_strip(text, low, match.end()))
            low = match.end()
    found.append(_strip(text, low, end))
    return [s for s in found if s.start < s.end]


def _is_abbreviation(before: str) -> bool:
    if not before.endswith("."):
        return False
    word = before[:-1].rsplit(None, 1)[-1].lstrip("(\"“‘'[") if before[:-1].strip() else ""
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())


def _strip(text: str, start: int, end: int) -> Sentence:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Sentence(start=start, end=end)
