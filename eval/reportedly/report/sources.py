"""What a page shows: records with their texts, from the corpus, a split or a file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ..corpus import Corpus, read_record
from ..dataset import sources
from ..errors import DataError, UsageError
from ..records import Document
from ..text import read_text, text_sha256


class Shown(NamedTuple):
    """A record, its text, and a line that says what it is."""

    record: Document
    text: str
    caption: str


def of_split(corpus: Corpus, split: str) -> list[Shown]:
    """Return the documents of a split; raises `UsageError` where the corpus holds no text of them."""
    found = [
        Shown(s.record, s.text, f"{s.article.outlet}, {s.article.date}, {s.article.register}")
        for s in sources(corpus, split)
        if s.text is not None
    ]
    if not found:
        raise UsageError(
            f"view --split {split}: the corpus holds no text of these: hydrate them, then view OUT/DOC.json"
        )
    return found


def of_target(corpus: Corpus, target: str, text: Path | None) -> Shown:
    """Return a document of the corpus, or a file with its text beside it or named by `text`."""
    path = Path(target)
    if path.suffix == ".json":
        record = read_record(path)
        source = text or (
            path.with_suffix(".txt") if path.with_suffix(".txt").is_file() else corpus.text_path(record.doc)
        )
        words = read_text(source)
        if record.text_sha256 not in (None, text_sha256(words)):
            raise DataError(f"{source}: is not the text of {path}: the hashes differ; name the right one by --text")
        return Shown(record, words, str(path))
    record = corpus.gold(target)
    words_or_none = read_text(text) if text else corpus.text(target)
    if words_or_none is None:
        raise UsageError(f"{target}: the corpus holds no text of it: hydrate your copy, then view OUT/{target}.json")
    article = corpus.articles[target]
    return Shown(record, words_or_none, f"{article.outlet}, {article.date}, {article.register}")
