"""Imported passes put in place: a file an annotator and document, immutable once it is there.

A pass may gain a layer that it did not have. A layer that it has stays: an import that says something else is refused,
and then nothing is written at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..corpus import Corpus, encode, read_record, write_atomically
from ..errors import DataError
from ..own import Own, encode_own, own_layers, path_of, read_own
from ..records import Document
from .exports import Pass
from .parts import Coreference, join, split


class Placed(NamedTuple):
    """A pass and its file: `new`, `extended` by a layer, or `unchanged`."""

    annotator: str
    doc: str
    layers: tuple[str, ...]
    path: Path
    status: str


def write(corpus: Corpus, passes: Iterable[Pass], *, dry: bool = False) -> list[Placed]:
    """Put passes in place, all or none, and return where; with `dry` only say what would be written.

    Raises `DataError` where a file holds something else.
    """
    there: dict[Path, Document | None] = {}
    records: dict[Path, Document] = {}
    labels: dict[Path, list[Pass]] = {}
    problems = []
    for item in passes:
        path = corpus.pass_path(item.annotator, item.doc)
        if path not in there:
            there[path] = read_record(path) if path.is_file() else None
        old = records.get(path) or there[path]
        try:
            records[path] = item.record if old is None else merge(old, item.record)
        except DataError as error:
            problems.append(f"{item.place}: {path}: {error}")
        labels.setdefault(path, []).append(item)
    if problems:
        raise DataError(*problems)
    placed = []
    for path, record in records.items():
        first, old = labels[path][0], there[path]
        status = "new" if old is None else "unchanged" if record == old else "extended"
        layers = tuple(dict.fromkeys(name for item in labels[path] for name in item.layers))
        placed.append(Placed(first.annotator, first.doc, layers, path, status))
    if not dry:
        _note_own(corpus, labels, there)
    for made in placed if not dry else ():
        if made.status != "unchanged":
            write_atomically(made.path, encode(records[made.path]))
    return placed


def _note_own(corpus: Corpus, made: Mapping[Path, list[Pass]], there: Mapping[Path, Document | None]) -> None:
    """Note which layers are the annotators' own, before the passes are written: a note alone harms nothing."""
    notes: dict[Path, dict[str, Own]] = {}
    for path, items in made.items():
        for item in items:
            place = path_of(corpus, item.annotator)
            old = there[path]
            noted = notes.setdefault(place, read_own(place))
            before = noted.get(item.doc, {} if old is None else own_layers(old, None))
            mine: Own = dict.fromkeys(item.layers, item.submitted)
            noted[item.doc] = mine | before
    for place, noted in notes.items():
        if noted != read_own(place):
            write_atomically(place, encode_own(noted))


def merge(old: Document, new: Document) -> Document:
    """Return a pass with the layers that another adds; raises `DataError` where they say different things."""
    if old.text_sha256 != new.text_sha256:
        raise DataError("is a pass over another text: name another annotator")
    if old.guidelines != new.guidelines:
        raise DataError(f"follows guidelines {old.guidelines}, this {new.guidelines}: name another annotator")
    mine, other = split(old), split(new)
    for layer in mine.attempted:
        if layer in other.attempted and _as_set(getattr(mine, layer)) != _as_set(getattr(other, layer)):
            raise DataError(
                f"has other {layer}, and a pass is never changed once it is imported: name another annotator by "
                "--annotator USER=NAME"
            )
    added = {layer: getattr(other, layer) for layer in other.attempted if layer not in mine.attempted}
    return join(mine.replace(added), old)


def _as_set(part: tuple[Any, ...] | Coreference) -> object:
    """Return what a layer says, whatever the order of its items, which the editor of Label Studio changes."""
    if isinstance(part, Coreference):
        return frozenset(part.entities), part.entity_of, part.event_of, frozenset(part.links)
    return frozenset(part)
