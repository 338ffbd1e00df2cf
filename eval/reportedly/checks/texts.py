"""Level text: bytes, normal form, hashes and the table of articles."""

from __future__ import annotations

from collections.abc import Iterator

from ..corpus import Corpus
from ..errors import TextError
from ..text import is_nfc, read_text, text_sha256
from .base import Finding


def check_texts(corpus: Corpus) -> Iterator[Finding]:
    """Yield findings on the article files and their rows."""
    folder = corpus.root / "corpus" / "articles"
    files = {p.stem: p for p in sorted(folder.rglob("*.txt")) if p.is_file()}
    for doc, path in files.items():
        row = corpus.articles.get(doc)
        if row is None:
            yield _finding(
                "text-registered",
                doc,
                str(path.name),
                "has no row in corpus/articles.tsv",
                "add one, or take the file away",
            )
        try:
            text = read_text(path)
        except TextError as error:
            yield _finding("text-encoding", doc, path.name, str(error), "save it as UTF-8")
            continue
        if "\r" in text:
            yield _finding("text-newlines", doc, path.name, "holds a carriage return", "save it with LF line ends")
        if not is_nfc(text):
            yield _finding(
                "text-nfc", doc, path.name, "is not in normal form C", "normalise it, then make its layout anew"
            )
        if row is not None and (row.text_sha256 != text_sha256(text) or row.characters != len(text)):
            yield _finding(
                "text-hash",
                doc,
                path.name,
                f"sha256 or length is not that of its row ({len(text)} characters)",
                "a published text does not change: restore it, or release a new version",
            )
    for doc, row in corpus.articles.items():
        if row.collection != "published" and doc not in files:
            yield _finding(
                "text-present",
                doc,
                "corpus/articles.tsv",
                "has a row but no text",
                f"add corpus/articles/{row.collection}/{doc}.txt",
            )


def _finding(check: str, doc: str, place: str, problem: str, remedy: str) -> Finding:
    return Finding(check, "text", doc, place, problem, remedy)


TEXT_CHECKS = ("text-registered", "text-encoding", "text-newlines", "text-nfc", "text-hash", "text-present")
