"""Predictions of a system: JSON Lines (plain, `.gz` or `.zst`) or Parquet, one document a row, refused by line and field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from .checks.base import View
from .checks.structure import ids_resolve, ids_unique, parents_acyclic
from .errors import DataError, RecordError, UsageError
from .records import LAYERS, SPAN_FIELDS, Document, Span

MAX_LINE = 64_000_000
_CONTEXT = ("regions", "sentences", "tokens", "event_links")


class Predictions(NamedTuple):
    """Records by document, and the layers that the system attempted."""

    records: dict[str, Document]
    layers: tuple[str, ...]


def read_predictions(path: Path, gold: Mapping[str, Document]) -> Predictions:
    """Return the predictions of a file, checked against the documents of gold.

    A file without any document counts as an empty attempt at every layer.

    Raises:
        UsageError: the file does not exist or is a folder.
        RecordError: a line is cut off, a field is unknown or of the wrong type, a document is unknown or stands there
            twice, an offset is past the end, an id is used twice or names nothing. All is named by file, line, field.
    """
    records = read_records(path, gold)
    attempted = tuple(n for n in LAYERS if not records or any(getattr(r, n) is not None for r in records.values()))
    return Predictions(records, attempted)


def read_records(path: Path, gold: Mapping[str, Document] | None = None) -> dict[str, Document]:
    """Return the records of a file by document, checked against gold where it is given."""
    if not path.exists():
        raise UsageError(f"{path}: no such file: write predictions with `reportedly predict`")
    if path.is_dir():
        raise UsageError(f"{path}: is a folder: name a .jsonl, .jsonl.gz, .jsonl.zst or .parquet file")
    records: dict[str, Document] = {}
    for place, record in _records(path):
        if record.doc in records:
            raise RecordError(f"{place}: doc: {record.doc!r} stands there twice: give one row a document")
        if gold is not None and record.doc not in gold:
            known = ", ".join(sorted(gold)[:6])
            raise RecordError(f"{place}: doc: {record.doc!r} is no document of gold: the documents are {known}")
        check_prediction(record, record if gold is None else gold[record.doc], place)
        records[record.doc] = record
    return records


def _records(path: Path) -> Iterator[tuple[str, Document]]:
    if path.suffix == ".parquet":
        yield from _parquet(path)
        return
    decoder = msgspec.json.Decoder(Document)
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        if number == 1 and line.startswith(b"\xef\xbb\xbf"):
            raise RecordError(f"{place}: starts with a byte-order mark: save the file as UTF-8 without one")
        try:
            yield place, decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RecordError(f"{place}: {error}: see annotations/README.md for the shape of a record") from None
        except RecursionError:
            raise RecordError(f"{place}: is nested too deeply to be a record") from None


def _lines(path: Path) -> Iterator[bytes]:
    import gzip
    import io
    import zlib

    import pyarrow as pa

    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rb") as stream:
                yield from _limited(path, stream)
        elif path.suffix == ".zst":
            with io.BufferedReader(pa.input_stream(str(path), compression="zstd")) as stream:
                yield from _limited(path, stream)
        else:
            with path.open("rb") as stream:
                yield from _limited(path, stream)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: cannot be read ({error}): is the file whole?") from None


def _limited(path: Path, stream: object) -> Iterator[bytes]:
    number = 0
    while line := stream.readline(MAX_LINE + 1):  # type: ignore[attr-defined]
        number += 1
        if len(line) > MAX_LINE:
            raise RecordError(f"{path}:{number}: is longer than {MAX_LINE:,} bytes: give one document a line")
        yield line


def _parquet(path: Path) -> Iterator[tuple[str, Document]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = {f.encode_name for f in msgspec.structs.fields(Document)}
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise DataError(f"{path}: is no Parquet file ({error}): give JSON Lines or Parquet") from None
    for batch in file.iter_batches(columns=[c for c in file.schema_arrow.names if c in names]):
        for number, row in enumerate(batch.to_pylist(), 1):
            try:
                yield f"{path}: row {number}", msgspec.convert(row, Document)
            except msgspec.ValidationError as error:
                raise RecordError(f"{path}: row {number}: {error}") from None


def check_prediction(record: Document, gold: Document, place: str) -> None:
    """Raise `RecordError` for offsets past the end, empty spans, ids used twice or naming nothing."""
    length = gold.tokens[-1][1] if gold.tokens else 2**31
    for where, (start, end) in View(record, None).spans:
        if start >= end:
            raise RecordError(f"{place}: {where}: start {start} is not before end {end}: offsets are half-open")
        if end > length:
            raise RecordError(f"{place}: {where}: end {end} is past the end of {record.doc} ({length} characters)")
    if record.text_sha256 is not None and gold.text_sha256 is not None and record.text_sha256 != gold.text_sha256:
        raise RecordError(
            f"{place}: text_sha256: is not that of {record.doc}: predict on the text of this version of the corpus"
        )
    view = View(record, None)
    for check in (ids_unique, ids_resolve, parents_acyclic):
        for hit in check(view):
            raise RecordError(f"{place}: {hit.place}: {hit.problem}: {hit.remedy}")


def inside_regions(record: Document, gold: Document) -> Document:
    """Return the record without the items that stand outside the annotated regions, which a scorer passes over."""
    if not gold.regions:
        return record
    view = View(gold, None)

    def keep(*spans: Span) -> bool:
        return all(view.in_region(*s) for s in spans)

    replace = msgspec.structs.replace
    mentions = None if record.mentions is None else tuple(m for m in record.mentions if keep((m.start, m.end)))
    events = None if record.events is None else tuple(v for v in record.events if keep((v.start, v.end)))
    attributions = (
        None
        if record.attributions is None
        else tuple(a for a in record.attributions if keep(*(s for f in SPAN_FIELDS for s in getattr(a, f))))
    )
    known = {x.id for layer in (mentions, events) for x in layer or ()}
    if events is not None:
        events = tuple(replace(v, arguments=tuple(a for a in v.arguments if a.target in known)) for v in events)
    return replace(record, mentions=mentions, events=events, attributions=attributions)
