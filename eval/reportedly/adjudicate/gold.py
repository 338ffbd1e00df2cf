"""An adjudicated record as gold: checked, with the origin of each item, put in place whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from ..annotate import framed, gold_of
from ..checks import check_record
from ..corpus import Corpus, encode, write_atomically
from ..errors import DataError
from ..labelstudio.parts import join, split
from ..records import Document
from .laid import FIELDS, Laid

GOLD = "gold"


class Finished(NamedTuple):
    """Gold that was put in place (`new`, `replaced` or `unchanged`), and where its items come from."""

    doc: str
    path: Path
    status: str
    origins: dict[str, int]


def make_gold(
    corpus: Corpus, laid: Laid, record: Document, text: str, guidelines: str, lines: Mapping[str, str] | None = None
) -> Document:
    """Return gold from a decided record; `lines` says where an item was decided, for messages.

    Raises `DataError` with every finding of `check`: what was decided does not fit together.
    """
    record = join(split(record).only(laid.layers), framed(record, corpus.layout(record.doc), guidelines))
    record = _without_unused(record, laid)
    findings = check_record(record, text)
    if findings:
        found = []
        for f in findings:
            named = re.search(r"\[([^\]]+)\]", f.place)
            place = (lines or {}).get(named[1] if named else "", "")
            found.append(f"{place}{': ' if place else ''}{f}")
        raise DataError(*found)
    return gold_of(corpus, record, text, passes=laid.names, given=laid.given)


def _without_unused(record: Document, laid: Laid) -> Document:
    """Return a record without the entities of one pass alone that nothing names: they went with what named them."""
    if record.entities is None:
        return record
    used = {m.entity for m in record.mentions or ()} | {a.source_entity for a in record.attributions or ()}
    used |= {n.node for a in record.attributions or () for n in a.chain}
    alone = {both.name for both in laid.items() if both.kind == "E" and laid.follows(both)}
    kept = tuple(e for e in record.entities if e.id in used or e.id not in alone)
    return msgspec.structs.replace(record, entities=kept)


def place_of(corpus: Corpus, output: str, doc: str) -> Path:
    """Return where gold goes: `gold` is the place that the corpus has for it."""
    return corpus.gold_path(doc) if output == GOLD else Path(output)


def put(made: Mapping[Path, Document], *, replace: bool) -> list[Finished]:
    """Write gold, all or none, and say what became of it.

    Raises `DataError` where other gold is there and is not to be replaced.
    """
    there = {path: path.read_bytes() if path.is_file() else None for path in made}
    found = []
    for path, gold in made.items():
        old = there[path]
        status = "new" if old is None else "unchanged" if old == encode(gold) else "replaced"
        if status == "replaced" and not replace:
            raise DataError(f"{path}: holds other gold: give --replace, or another -o")
        items = (x for field in FIELDS.values() for x in getattr(gold, field) or ())
        found.append(Finished(gold.doc, path, status, dict(Counter(str(x.origin) for x in items).most_common())))
    for one in found:
        if one.status != "unchanged":
            write_atomically(one.path, encode(made[one.path]))
    return found
