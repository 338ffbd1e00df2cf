"""What a page shows: records with their texts, from the corpus, a split or a file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from ..checks import USABLE, refuse
from ..checks.structure import sentences_in_order
from ..corpus import LAYOUT, Corpus, read_record
from ..dataset import sources
from ..errors import RecordError, UsageError
from ..predictions import read_records
from ..records import LAYERS, Document, Region
from ..text import text_of

MAX_ITEMS = 20_000


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


def of_target(corpus: Corpus, target: str, text: Path | None) -> list[Shown]:
    """Return a document of the corpus, a record with its text beside it or named by `text`, or a file of predictions."""
    path = Path(target)
    if path.suffix == ".json":
        record = read_record(path)
        beside = path.with_suffix(".txt")
        source = corpus.source(record.doc, text or (beside if beside.is_file() else None))
        return [shown(record, text_of(record, source), str(path))]
    if path.suffix in (".jsonl", ".gz", ".zst", ".parquet"):
        records = read_records(path)
        return [shown(r, text_of(r, corpus.source(r.doc, text)), str(path), corpus) for r in records.values()]
    record, article = corpus.gold(target), corpus.article(target)
    if text is None and article.collection == "published":
        raise UsageError(f"{target}: the corpus holds no text of it: hydrate your copy, then view OUT/{target}.json")
    caption = f"{article.outlet}, {article.date}, {article.register}"
    return [shown(record, text_of(record, corpus.source(target, text)), caption)]


def shown(record: Document, text: str, caption: str, corpus: Corpus | None = None) -> Shown:
    """Return a record to show, with the regions of the corpus or else all of the text; raises `RecordError`."""
    if record.regions is None and corpus is not None and corpus.pass_path(LAYOUT, record.doc).is_file():
        layout = corpus.layout(record.doc)
        record = msgspec.structs.replace(record, regions=layout.regions, sentences=layout.sentences)
    if record.regions is None:
        record = msgspec.structs.replace(record, regions=(Region(kind="body", start=0, end=len(text)),))
    items = sum(len(getattr(record, layer) or ()) for layer in LAYERS)
    if items > MAX_ITEMS:
        raise RecordError(f"{caption}: {record.doc}: {items:,} items, more than the {MAX_ITEMS:,} that a page can show")
    refuse(record, text, f"{caption}: {record.doc}", (*USABLE, sentences_in_order))
    return Shown(record, text, caption)
