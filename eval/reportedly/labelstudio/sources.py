"""Which records become tasks: gold, a pass, the predictions of a system, or nothing but the layout of a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from .. import GUIDELINES
from ..corpus import LAYOUT, Corpus, read_record
from ..errors import UsageError
from ..predictions import read_records
from ..records import Document
from .tasks import task

GOLD = "gold"
_SUFFIXES = (".json", ".jsonl", ".gz", ".zst", ".parquet")


class Tasks(NamedTuple):
    """Tasks, and the documents left out because there is no text of them, with the reason."""

    tasks: tuple[dict[str, Any], ...]
    left_out: tuple[str, ...]


def make_tasks(
    corpus: Corpus,
    layer: str,
    *,
    origin: str = GOLD,
    docs: Iterable[str] | None = None,
    hydrated: Path | None = None,
    blank: bool = False,
    guidelines: str = GUIDELINES,
) -> Tasks:
    """Return documents as tasks of a layer.

    `origin` is `gold`, `layout` (no annotation), an annotator, or a file of predictions; `hydrated` a folder made by
    `reportedly hydrate`, for the published articles. With `blank` the origin gives the layers below alone. `guidelines`
    is the version that is written where the origin names none. Raises `UsageError` for a document, origin or text that
    is not there.
    """
    records = _records(corpus, origin)
    wanted = list(records) if docs is None else list(dict.fromkeys(docs))
    if unknown := [doc for doc in wanted if doc not in records]:
        raise UsageError(f"{unknown[0]}: {origin} has no such document: it has {', '.join(records)}")
    made, left_out = [], []
    for doc in wanted:
        text = corpus.hydrated_text(doc, hydrated)
        if text is None:
            left_out.append(f"{doc}: the corpus holds no text of it: run `reportedly hydrate` and give --hydrated")
            continue
        record = _framed(records[doc], read_record(corpus.pass_path(LAYOUT, doc)), guidelines)
        article = corpus.articles[doc]
        title = " · ".join(x for x in (doc, article.outlet, article.date) if x)
        made.append(task(record, text, layer, model=_model(origin), title=title, blank=blank))
    if docs is not None and left_out:
        raise UsageError(left_out[0])
    return Tasks(tuple(made), tuple(left_out))


def encode_tasks(tasks: Iterable[Mapping[str, Any]]) -> bytes:
    """Return tasks as the JSON file that Label Studio imports."""
    return b"[\n" + b",\n".join(map(msgspec.json.encode, tasks)) + b"\n]\n"


def _model(origin: str) -> str:
    return Path(origin).stem if _is_file(origin) else origin


def _is_file(origin: str) -> bool:
    return Path(origin).suffix in _SUFFIXES


def _records(corpus: Corpus, origin: str) -> dict[str, Document]:
    path = Path(origin)
    if _is_file(origin):
        found = {r.doc: r for r in [read_record(path)]} if path.suffix == ".json" else read_records(path)
        return {doc: r for doc, r in found.items() if doc in corpus.articles}
    folder = corpus.root / "annotations" / (GOLD if origin == GOLD else f"passes/{origin}")
    paths = sorted(folder.glob("*.json")) if path.name == origin else []
    if not paths:
        known = sorted(p.name for p in (corpus.root / "annotations" / "passes").iterdir() if p.is_dir())
        raise UsageError(f"{origin}: is no annotator and no file of predictions: there are gold, {', '.join(known)}")
    return {p.stem: read_record(p) for p in paths}


def _framed(record: Document, layout: Document, guidelines: str) -> Document:
    if record.text_sha256 not in (None, layout.text_sha256):
        raise UsageError(f"{record.doc}: the record was made on another text than that of the corpus: its hash differs")
    return msgspec.structs.replace(
        record,
        text_sha256=layout.text_sha256,
        guidelines=record.guidelines or guidelines,
        regions=layout.regions,
        sentences=layout.sentences,
        tokens=layout.tokens,
    )
