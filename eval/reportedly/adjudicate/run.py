"""The two steps of adjudication on files: what is written, and what is said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..corpus import Corpus, write_atomically
from ..errors import UsageError
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
    if len(docs) > 1 and (text is not None or not tasks):
        raise UsageError("adjudicate: a file of quoted annotation, and --text, are for one document: name one")
    if output.is_file() and not tasks:
        raise UsageError(f"{output}: is there already, perhaps with decisions in it: name another file")
    found, made, content = [], [], ""
    for doc in dict.fromkeys(docs):
        laid = lay_out(corpus, doc, names)
        words = text_of(laid.first, corpus.source(doc, text))
        if tasks:
            made.append(studio.make_task(corpus, laid, words))
            states = Counter(state for state, _ in studio.sorted_items(laid))
        else:
            content = files.write(laid, words)
            states = Counter(state for state, _, _ in files.sorted_items(laid, words))
        found.append(Started(doc, states["agreed"], states["open"], states["follows"]))
    write_atomically(output, encode_tasks(made) if tasks else content.encode())
    return found


def finish(
    corpus: Corpus, path: Path, text: Path | None, output: str, guidelines: str, *, replace: bool = False
) -> list[Finished]:
    """Make gold of a decided file (of an export of Label Studio where its name ends in .json), all or nothing.

    Raises `ReportedlyError`: anything is undecided or does not fit, or other gold is there and `replace` is false.
    """
    made: dict[str, Document] = {}
    if path.suffix == ".json":
        for doc, (laid, record) in studio.read(corpus, path).items():
            words = text_of(laid.first, corpus.source(doc, text))
            made[doc] = make_gold(corpus, laid, record, words, guidelines)
    else:
        content = read_text(path)
        doc, names = files.read_head(content, str(path))
        laid = lay_out(corpus, doc, names)
        words = text_of(laid.first, corpus.source(doc, text))
        made[doc] = files.read(corpus, laid, content, str(path), words, guidelines)
    if len(made) > 1 and output != GOLD:
        raise UsageError(f"-o {output}: is one file, and these are {len(made)} documents: give -o gold")
    return put({place_of(corpus, output, doc): gold for doc, gold in made.items()}, replace=replace)
