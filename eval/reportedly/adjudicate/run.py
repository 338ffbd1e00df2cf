"""The two steps of adjudication, on files: what is written, and what is said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..corpus import Corpus, write_atomically
from ..errors import DataError, UsageError
from ..labelstudio.exports import Task, read_export
from ..labelstudio.sources import encode_tasks
from ..records import Document
from ..text import read_text, text_of
from . import files, studio
from .gold import GOLD, Finished, make_gold, place_of, put
from .laid import lay_out


class Started(NamedTuple):
    """A document to adjudicate: how many items both have alike, how many are open, how many follow from those."""

    doc: str
    agreed: int
    open: int
    following: int


def start(
    corpus: Corpus, docs: Sequence[str], names: Sequence[str], text: Path | None, output: Path, *, tasks: bool = False
) -> list[Started]:
    """Write what is to be adjudicated: quoted annotation, or tasks of Label Studio; raises `ReportedlyError`."""
    if tasks:
        found, made = lay_tasks(corpus, docs, names, text)
        write_atomically(output, encode_tasks(made))
        return found
    if len(docs) > 1:
        raise UsageError("adjudicate: a file of quoted annotation is for one document: name one")
    if output.is_file():
        raise UsageError(f"{output}: is there already, perhaps with decisions in it: name another file")
    laid = lay_out(corpus, docs[0], names)
    words = text_of(laid.first, corpus.source(docs[0], text))
    content = files.write(laid, words)
    write_atomically(output, content.encode())
    return [_started(docs[0], (state for state, _, _ in files.sorted_items(laid, words)))]


def lay_tasks(
    corpus: Corpus, docs: Sequence[str], names: Sequence[str], text: Path | None
) -> tuple[list[Started], list[dict[str, Any]]]:
    """Return what is to be adjudicated as tasks of Label Studio; raises `ReportedlyError`."""
    if len(docs) > 1 and text is not None:
        raise UsageError("adjudicate: --text is for one document: name one")
    found, made = [], []
    for doc in dict.fromkeys(docs):
        laid = lay_out(corpus, doc, names)
        made.append(studio.make_task(corpus, laid, text_of(laid.first, corpus.source(doc, text))))
        found.append(_started(doc, (state for state, _ in studio.sorted_items(laid))))
    return found, made


def _started(doc: str, states: Iterable[str]) -> Started:
    counts = Counter(states)
    return Started(doc, counts["agreed"], counts["open"], counts["follows"])


def finish(
    corpus: Corpus, path: Path, text: Path | None, output: str, guidelines: str, *, replace: bool = False
) -> list[Finished]:
    """Make gold of a decided file (of an export of Label Studio where its name ends in .json), all or nothing.

    Raises `ReportedlyError`: anything is undecided or does not fit, or other gold is there and `replace` is false.
    """
    made: dict[str, Document] = {}
    if path.suffix == ".json":
        made = decided(corpus, read_export(path), str(path), text, guidelines)
    else:
        content = read_text(path)
        doc, names = files.read_head(content, str(path))
        laid = lay_out(corpus, doc, names)
        words = text_of(laid.first, corpus.source(doc, text))
        made[doc] = files.read(corpus, laid, content, str(path), words, guidelines)
    return put_all(corpus, made, output, replace=replace)


def decided(
    corpus: Corpus, tasks: Sequence[Task], place: str, text: Path | None, guidelines: str
) -> dict[str, Document]:
    """Return the gold that exported tasks make, by document; `place` is what messages call the export."""
    if not tasks:
        raise DataError(f"{place}: has no task: start the adjudication first")
    return {
        doc: make_gold(corpus, laid, record, text_of(laid.first, corpus.source(doc, text)), guidelines)
        for doc, (laid, record) in studio.read(corpus, tasks, place).items()
    }


def put_all(corpus: Corpus, made: Mapping[str, Document], output: str, *, replace: bool) -> list[Finished]:
    """Put gold in its place in the corpus or, of one document, into a file; raises `ReportedlyError`."""
    if len(made) > 1 and output != GOLD:
        raise UsageError(f"-o {output}: is one file, and these are {len(made)} documents: give -o gold")
    return put({place_of(corpus, output, doc): gold for doc, gold in made.items()}, replace=replace)
