"""From a scored file to its page: which texts may be shown, by what documents are sliced, and the survey of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..corpus import Corpus, refuse_no_folder, write_atomically
from ..dataset import gold as gold_of
from ..dataset import stories as stories_of
from ..dataset import texts as texts_of
from ..labels import data_root
from ..records import Document
from ..scoring import Scores
from ..text import read_text, text_sha256
from .page import page
from .survey import DOCUMENTS, Groups, Survey, survey

DIMENSIONS = ("collection", "outlet", "register")
"""The columns of `corpus/articles.tsv` that make slices."""


def groups() -> Groups:
    """Return what each document of the corpus is, for slices."""
    articles = Corpus(data_root()).articles
    return {doc: {name: getattr(article, name) for name in DIMENSIONS} for doc, article in articles.items()}


def texts(split: str | None, hydrated: Path | None) -> Callable[[str, str | None], str | None]:
    """Return how to find the text of a document: in the corpus, where it holds texts of the split, and in a folder.

    A text in the folder counts only if it is the one that gold has its offsets in, where gold says which that is.

    Raises:
        UsageError: the folder is none.
    """
    refuse_no_folder(hydrated)
    held = texts_of(split) if split else {}

    def find(doc: str, sha256: str | None) -> str | None:
        if doc in held:
            return held[doc]
        path = None if hydrated is None or Path(doc).name != doc else hydrated / f"{doc}.txt"
        if path is None or not path.is_file():
            return None
        text = read_text(path)
        return text if sha256 in (None, text_sha256(text)) else None

    return find


def write_page(
    output: Path,
    file: Path,
    scores: Scores,
    *,
    split: str = "test",
    gold: Path | None = None,
    hydrated: Path | None = None,
    first: int = DOCUMENTS,
    **options: Any,
) -> Survey:
    """Write the page of a prediction file that was scored against a split, or against a file of gold, and return its survey.

    Raises:
        UsageError: `hydrated` is no folder.
        DataError: the page cannot be written; and what `survey` raises.
    """
    found = texts(split if gold is None else None, hydrated)
    known: Mapping[str, Document] | Path = gold_of(split) if gold is None else gold
    of_corpus: dict[str, Any] = {"stories": stories_of(), "groups": groups()} if gold is None else {}
    made = survey(file, known, scores, first=first, **of_corpus, **options)
    write_atomically(output, page(file.name, scores, made, found).encode())
    return made
