"""The checkout as data: articles, layouts, passes, gold and splits, each read from its one place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import msgspec

from .errors import DataError, UsageError
from .files import SHAPE, read_json
from .records import Document
from .text import read_text, tab_rows, text_sha256

SPLITS = ("train", "validation", "test", "published")
COLLECTIONS = ("published", "reports", "theatre")
LAYOUT = "layout"


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `corpus/articles.tsv`: what is known of a document beside its annotation."""

    doc: str
    collection: str
    world: str
    story: str
    outlet: str
    date: str
    register: str
    authored_by: str
    derived_from: str
    text_license: str
    annotation_license: str
    characters: int
    text_sha256: str


COLUMNS = tuple(f.name for f in msgspec.structs.fields(Article))


class Corpus:
    """A checkout of the corpus, or a folder of the same layout."""

    def __init__(self, root: Path):
        self.root = root

    @cached_property
    def articles(self) -> dict[str, Article]:
        """The rows of `corpus/articles.tsv` by document."""
        return read_articles(self.root / "corpus" / "articles.tsv")

    @cached_property
    def splits(self) -> dict[str, tuple[str, ...]]:
        """Documents by split, in the order of `corpus/splits/*.txt`."""
        folder = self.root / "corpus" / "splits"
        return {s: tuple(read_text(folder / f"{s}.txt").split()) for s in SPLITS if (folder / f"{s}.txt").exists()}

    @cached_property
    def split_of(self) -> dict[str, str]:
        """The split of each document."""
        return {doc: split for split, docs in self.splits.items() for doc in docs}

    def article(self, doc: str) -> Article:
        """Return the row of a document; raises `DataError`."""
        if doc not in self.articles:
            raise DataError(f"corpus/articles.tsv: has no row for {doc}: add it, or take the document away")
        return self.articles[doc]

    def split(self, doc: str) -> str:
        """Return the split of a document; raises `DataError`."""
        if doc not in self.split_of:
            raise DataError(f"corpus/splits: {doc} stands in no split: add it to one file")
        return self.split_of[doc]

    def text_path(self, doc: str) -> Path:
        """Return where the text of an authored document lies."""
        collection = self.articles[doc].collection if doc in self.articles else "reports"
        return self.root / "corpus" / "articles" / collection / f"{doc}.txt"

    def text(self, doc: str) -> str | None:
        """Return the exact text of a document, `None` where the licence keeps it out of the corpus."""
        path = self.text_path(doc)
        return read_text(path) if path.is_file() else None

    def hydrated_text(self, doc: str, folder: Path | None) -> str | None:
        """Return the exact text of a document, from a folder made by `reportedly hydrate` where the corpus holds none.

        `None` where neither has it; raises `UsageError` where there is no such folder, or it has another text.
        """
        refuse_no_folder(folder)
        text = self.text(doc)
        path = None if folder is None else folder / f"{doc}.txt"
        if text is None and path is not None and path.is_file():
            text = read_text(path)
            if text_sha256(text) != self.article(doc).text_sha256:
                raise UsageError(f"{path}: is not the exact text of {doc}: annotate on a copy with coverage 1.0")
        return text

    def source(self, doc: str, given: Path | None = None) -> Path:
        """Return the file with the text of a document: the one given, else that of the corpus; raises `UsageError`."""
        path = given or self.text_path(doc)
        if given is None and not path.is_file():
            raise UsageError(f"{doc}: the corpus holds no text of it: name the document rightly, or its text by --text")
        return path

    def layout(self, doc: str) -> Document:
        """Return the layout of a document; raises `UsageError` where it has none yet."""
        path = self.pass_path(LAYOUT, doc)
        if not path.is_file():
            raise UsageError(f"{doc}: has no layout: run `reportedly layout {doc} headline=1 body=3-` first")
        return read_record(path)

    def pass_path(self, annotator: str, doc: str) -> Path:
        """Return where the pass of an annotator over a document lies."""
        return self.root / "annotations" / "passes" / annotator / f"{doc}.json"

    def gold_path(self, doc: str) -> Path:
        """Return where the gold of a document lies."""
        return self.root / "annotations" / "gold" / f"{doc}.json"

    def gold(self, doc: str) -> Document:
        """Return the gold of a document; raises `RecordError`."""
        path = self.gold_path(doc)
        if not path.is_file():
            known = ", ".join(p.stem for p in sorted(path.parent.glob("*.json"))) or "none yet"
            raise UsageError(f"{doc}: no such document: the documents with gold are {known}")
        return read_record(path)

    def all_gold(self) -> Iterator[Document]:
        """Yield the gold of every document, by name."""
        for path in sorted((self.root / "annotations" / "gold").glob("*.json")):
            yield read_record(path)

    def all_annotators(self) -> list[str]:
        """Return who made passes, the layout apart."""
        folder = self.root / "annotations" / "passes"
        return [p.name for p in sorted(folder.glob("*")) if p.name != LAYOUT and any(p.glob("*.json"))]

    def annotators(self, doc: str) -> tuple[str, ...]:
        """Return who made a pass over a document, the layout apart."""
        folder = self.root / "annotations" / "passes"
        return tuple(p.parent.name for p in sorted(folder.glob(f"*/{doc}.json")) if p.parent.name != LAYOUT)


def refuse_no_folder(hydrated: Path | None) -> None:
    """Raise `UsageError` where the folder of texts that a user named is none."""
    if hydrated is not None and not hydrated.is_dir():
        raise UsageError(f"{hydrated}: is no folder: name one made by `reportedly hydrate`, or one of texts as DOC.txt")


def read_record(path: Path) -> Document:
    """Return the record in a JSON file; raises `RecordError` naming file, field and fact."""
    return read_json(path, Document, SHAPE)


def encode(record: Document) -> bytes:
    """Return the canonical JSON of a record: one item a line, so that differences can be read."""
    value = msgspec.to_builtins(record)
    lines = []
    for key, item in value.items():
        if key == "story" and item is None:  # the corpus has it in articles.tsv
            continue
        if isinstance(item, list) and item and key != "tokens":
            inner = ",\n  ".join(msgspec.json.encode(x).decode() for x in item)
            lines.append(f' "{key}": [\n  {inner}\n ]')
        else:
            lines.append(f' "{key}": {msgspec.json.encode(item).decode()}')
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def read_articles(path: Path) -> dict[str, Article]:
    """Return the rows of `articles.tsv`; raises `DataError` naming line and column."""
    found: dict[str, Article] = {}
    for number, values in tab_rows(path, COLUMNS):
        if len(values) != len(COLUMNS):
            raise DataError(f"{path}:{number}: {len(values)} columns, not {len(COLUMNS)}: part them by tabs")
        try:
            row = msgspec.convert(dict(zip(COLUMNS, values, strict=True)), Article, strict=False)
        except msgspec.ValidationError as error:
            raise DataError(f"{path}:{number}: {error}") from None
        if row.doc in found:
            raise DataError(f"{path}:{number}: {row.doc} has two rows: keep one")
        found[row.doc] = row
    return found


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file beside its place and rename it, so that it is never half-written; raises `DataError`.

    A link is followed; a device or a pipe is written to, since a rename would put a file in its place.
    """
    if path.is_dir():
        raise DataError(f"{path}: is a folder: name a file in it")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise DataError(
            f"{path}: cannot be written ({error.strerror}): choose a folder that you may write to"
        ) from None
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        beside.chmod(0o644)
        beside.replace(path)
    except OSError as error:
        raise DataError(f"{path}: cannot be written ({error.strerror}): the old file, if any, is whole") from None
    finally:
        beside.unlink(missing_ok=True)
