"""Which layers of a pass are its annotator's own, and when each was submitted: `annotations/passes/<annotator>/layers.tsv`.

A pass made in a project of one layer also holds the layers below it, which the annotator was given: they say nothing
about the annotator. A document without a row is the annotator's own in all its layers, at a time that nobody noted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from .corpus import Corpus
from .errors import DataError
from .records import ANNOTATED, Document
from .text import tab_rows

Own = dict[str, str | None]
"""The time of submission of each layer that is the annotator's own, as Label Studio writes it; `None` where unknown."""

COLUMNS = ("doc", "layer", "submitted")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)


def path_of(corpus: Corpus, annotator: str) -> Path:
    """Return where the own layers of an annotator are noted."""
    return corpus.root / "annotations" / "passes" / annotator / "layers.tsv"


def read_own(path: Path) -> dict[str, Own]:
    """Return the own layers by document, none where there is no such file; raises `DataError` naming the line."""
    if not path.is_file():
        return {}
    found: dict[str, Own] = {}
    for number, values in tab_rows(path, COLUMNS):
        if len(values) != len(COLUMNS) or values[1] not in ANNOTATED or not (values[2] == "" or is_time(values[2])):
            raise DataError(f"{path}:{number}: write document, layer ({', '.join(ANNOTATED)}) and time, parted by tabs")
        found.setdefault(values[0], {})[values[1]] = values[2] or None
    return found


def encode_own(own: Mapping[str, Own]) -> bytes:
    """Return the file that reads back to the same."""
    rows = [(doc, layer, at or "") for doc, layers in sorted(own.items()) for layer, at in sorted(layers.items())]
    return ("\n".join("\t".join(row) for row in (COLUMNS, *rows)) + "\n").encode()


def is_time(value: str) -> bool:
    """Say whether a value is a date or a time as Label Studio writes them."""
    return _TIME.fullmatch(value) is not None


def attempted(record: Document) -> tuple[str, ...]:
    """Return the layers that a record has, the annotator's own or not."""
    there = {
        "entities": record.mentions is not None,
        "events": record.events is not None,
        "coreference": record.entities is not None or record.event_links is not None,
        "attribution": record.attributions is not None,
        "factuality": record.factuality is not None,
        "claims": record.claims is not None,
    }
    return tuple(layer for layer in ANNOTATED if there[layer])


def own_layers(record: Document, noted: Own | None) -> Own:
    """Return the layers of a pass that are its annotator's own."""
    if noted is None:
        return dict.fromkeys(attempted(record))
    return {layer: noted[layer] for layer in attempted(record) if layer in noted}
