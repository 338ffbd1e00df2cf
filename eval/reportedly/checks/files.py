"""Records given by name: what `reportedly check FILE…` finds in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..corpus import Corpus, read_record
from ..errors import UsageError
from ..text import read_text, text_sha256
from . import check_record
from .base import Finding


def check_files(paths: Sequence[Path], text: Path | None, corpus: Corpus) -> list[Finding]:
    """Return the findings of records; the text is named, lies beside the record, or is that of the corpus."""
    if text is not None and len(paths) != 1:
        raise UsageError("check --text: goes with one record")
    found: list[Finding] = []
    for path in paths:
        record = read_record(path)
        source = text or next(
            (p for p in (path.with_suffix(".txt"), corpus.text_path(record.doc)) if p.is_file()), None
        )
        if source is None and record.doc not in corpus.articles:
            raise UsageError(f"{path}: there is no text of {record.doc[:60]!r} to check it with: name it by --text")
        words = read_text(source) if source is not None else None
        if words is not None and record.text_sha256 not in (None, text_sha256(words)):
            found.append(
                Finding(
                    "text-hash",
                    "text",
                    record.doc,
                    str(source),
                    "is not the text of the record: the hashes differ",
                    "name the right one by --text",
                )
            )
            continue
        found += check_record(record, words)
    return found
