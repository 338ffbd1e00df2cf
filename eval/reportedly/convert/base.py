"""What all formats share: documents with their texts, the count of what is lost, files, names that need escaping."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ..errors import DataError
from ..records import Document
from ..stories import Story

Lost = Counter[tuple[str, str]]
"""How many of what (`mentions`, `mentions.head`) are lost, and why."""

Outputs = dict[str, str]
"""Contents of files by name: relative to the folder OUT, or "" for the one file OUT."""

UNTYPED = "_"
MAX_FILE = 1_000_000_000


class Texted(NamedTuple):
    """A record and the text that its offsets count in."""

    record: Document
    text: str


class Content(NamedTuple):
    """What a file holds, in the shape of records; `repairs` counts tags that a scheme mended."""

    documents: tuple[Texted, ...]
    story: Story | None = None
    repairs: int = 0


class File(NamedTuple):
    """A file of another format: its path, the name of its document, its body, and the text beside it."""

    path: str
    doc: str
    body: str
    text: str | None = None

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield place (`path:line`) and line without its end; only line feeds end a line."""
        for number, line in enumerate(self.body.split("\n"), 1):
            yield f"{self.path}:{number}", line.removesuffix("\r")


class Options(NamedTuple):
    """What the command says beside the formats."""

    scheme: str | None = None
    texts: Path | None = None
    story: Path | None = None


def read_file(path: Path) -> str:
    """Return the text of a file; raises `DataError` where it is missing, too large, or not UTF-8."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise DataError(f"{path}: is larger than {MAX_FILE:,} bytes: cut it into several files")
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}): name an existing file") from None
    if data.startswith(b"\xef\xbb\xbf"):
        raise DataError(f"{path}:1: starts with a byte-order mark: save the file as UTF-8 without one")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}:{line}: 0x{data[error.start]:02x} is not UTF-8: save the file as UTF-8") from None


def file_name(doc: str, suffix: str) -> str:
    """Return the name of a file for a document; raises `DataError` where the name would leave the folder."""
    parts = doc.split("/")
    if not all(parts) or {".", ".."} & set(parts) or any(ord(c) < 32 or c == "\\" for c in doc) or len(doc) > 200:
        raise DataError(f"{doc!r}: cannot name a file: give the document a name of letters, digits, dots and hyphens")
    return doc + suffix


def columns(line: str) -> list[str]:
    """Return the columns of a line, parted by tabs or blanks (no other white space parts them)."""
    return re.split(r"[ \t]+", line.strip(" \t"))


def escape(value: str, reserved: str = "", keep: str = "") -> str:
    """Return a value with `%`, controls, white space but `keep`, and `reserved` as `%` and hexadecimal digits."""
    if value.isalnum():
        return value
    return "".join(
        "".join(f"%{byte:02X}" for byte in c.encode("utf-8", "surrogatepass"))
        if c not in keep and (c == "%" or c in reserved or c.isspace() or ord(c) < 32)
        else c
        for c in value
    )


def unescape(value: str) -> str:
    """Return what `escape` was given; what is no such escape stays as it is."""

    def decode(match: re.Match[str]) -> str:
        try:
            return bytes.fromhex(match[0].replace("%", "")).decode("utf-8")
        except UnicodeDecodeError:
            return match[0]

    return re.sub(r"(?:%[0-9A-F]{2})+", decode, value)


def numbered(prefix: str, taken: Iterable[str] = ()) -> Iterator[str]:
    """Yield `m1`, `m2` and so on, without those that are taken."""
    used = set(taken)
    number = 0
    while True:
        number += 1
        if f"{prefix}{number}" not in used:
            yield f"{prefix}{number}"


def add(lost: Lost, found: Mapping[tuple[str, str], int]) -> None:
    """Add counts, without those of 0."""
    for key, n in found.items():
        if n:
            lost[key] += n
