"""Files of records as lines, and lines of gold and system paired by document in chunks, in bounded memory.

Two files that are sorted by document are read in step. Others are spread over parts by a hash of the document (in
memory as long as they are small, else in temporary files): the same pairs come out, only in another order.
"""

from __future__ import annotations

import io
import re
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, get_args

import msgspec

from .errors import DataError, LimitError, RecordError, UsageError
from .files import MAX_BYTES, SHAPE, decode_json

MAX_LINE = MAX_BYTES
MAX_LINES = 10_000_000
MAX_RATIO = 200
"""How many times its size a compressed file may unpack to, beyond `MAX_LINE` bytes; a plain file has no such limit."""

CHUNK = 512
CHUNK_BYTES = 8_000_000
BATCH_BYTES = 256_000_000
FEWEST = 16
BUCKET_BYTES = 64_000_000

Field = Literal["doc", "story"]
"""The field that names a record: `doc` of a document, `story` of cross-document records."""

_NAMES = {f: re.compile(rb'\s*\{\s*"%s"\s*:\s*"([^"\\]{1,500})"\s*[,}]' % f.encode()) for f in get_args(Field)}


class Line(NamedTuple):
    """One record as it stands in a file: its document (or story), its bytes, and its place for messages."""

    doc: str
    data: bytes
    place: str


class Chunk(NamedTuple):
    """Lines of gold, and those lines of the system that belong to the same documents."""

    gold: tuple[Line, ...]
    system: tuple[Line, ...]


_SHAPES: dict[str, type[msgspec.Struct]] = {f: msgspec.defstruct("Named", [(f, str)]) for f in get_args(Field)}


def lines(path: str | Path) -> Iterator[Line]:
    """Yield the records of a file: JSON Lines (plain, `.gz`, `.zst`) or Parquet, local or by URI (`s3://...`).

    Raises:
        UsageError: no such file, or a folder.
        RecordError: a line is too long, or cannot be decoded so far as to find its document.
        LimitError: it unpacks to more than `MAX_RATIO` times its size.
        DataError: the file is cut or is not what its name says.
    """
    name = str(path)
    yield from _parquet(name) if name.endswith(".parquet") else _json_lines(name, "doc")


def story_lines(path: str | Path) -> Iterator[Line]:
    """Yield the cross-document records of a file of JSON Lines, one story a line; raises as `lines` does."""
    if str(path).endswith(".parquet"):
        raise UsageError(f"{path}: stories are read from JSON Lines: name a .jsonl, .jsonl.gz or .jsonl.zst file")
    yield from _json_lines(str(path), "story")


def _json_lines(name: str, field: Field) -> Iterator[Line]:
    number = unpacked = 0
    try:
        with _opened(name) as stream:
            most = most_bytes(name)
            while data := stream.readline(MAX_LINE + 1):
                number += 1
                if len(data) > MAX_LINE:
                    raise RecordError(f"{name}:{number}: is longer than {MAX_LINE:,} bytes: give one record a line")
                if number > MAX_LINES:
                    raise RecordError(f"{name}:{number}: is past line {MAX_LINES:,}: is it a file of records?")
                unpacked += len(data)
                if most is not None and unpacked > most:
                    raise LimitError(f"{name}:{number}: {_unpacks(most)}")
                if not data.isspace():
                    place = f"{name}:{number}"
                    yield Line(named(data, place, field), data, place)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{name}: cannot be read after line {number} ({error}): is the file whole?") from None


def most_bytes(name: str) -> int | None:
    """Return how many bytes a file may unpack to, `None` for one that is not compressed."""
    if not name.endswith((".gz", ".zst", ".parquet")):
        return None
    if "://" in name:
        from pyarrow import fs

        system, inner = fs.FileSystem.from_uri(name)
        size = system.get_file_info(inner).size or 0
    else:
        size = Path(name).stat().st_size
    return max(MAX_LINE, MAX_RATIO * size)


def _unpacks(most: int) -> str:
    return f"the file unpacks to more than {most:,} bytes: if it is what you mean to give, unpack it first"


def named(data: bytes, place: str, field: Field = "doc") -> str:
    """Return what a line names; raises `RecordError` where it cannot be decoded so far."""
    if found := _NAMES[field].match(data):
        try:
            return found[1].decode()
        except UnicodeDecodeError:
            pass
    return str(getattr(decode_json(data, place, _SHAPES[field], SHAPE), field))


def _opened(name: str) -> IO[bytes]:
    if "://" in name:
        import pyarrow as pa
        from pyarrow import fs

        try:
            system, inner = fs.FileSystem.from_uri(name)
            kind = {"gz": "gzip", "zst": "zstd"}.get(name.rpartition(".")[2])
            return io.BufferedReader(system.open_input_stream(inner, compression=kind), 2**20)
        except (OSError, pa.ArrowInvalid) as error:
            raise UsageError(f"{name}: cannot be opened ({error})") from None
    path = Path(name)
    if not path.exists():
        raise UsageError(f"{path}: no such file: write predictions with `reportedly predict`")
    if path.is_dir():
        raise UsageError(f"{path}: is a folder: name a .jsonl, .jsonl.gz, .jsonl.zst or .parquet file")
    if path.suffix == ".gz":
        import gzip

        return gzip.open(path, "rb")  # type: ignore[return-value]
    if path.suffix == ".zst":
        import pyarrow as pa

        return io.BufferedReader(pa.input_stream(str(path), compression="zstd"), 2**20)
    return path.open("rb", buffering=2**20)


def _parquet(name: str) -> Iterator[Line]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from .records import Document

    known = {f.encode_name for f in msgspec.structs.fields(Document)}
    if "://" not in name and not Path(name).exists():
        raise UsageError(f"{name}: no such file: write predictions with `reportedly predict`")
    number = 0
    try:
        source = name
        filesystem = None
        if "://" in name:
            from pyarrow import fs

            filesystem, source = fs.FileSystem.from_uri(name)
        with pq.ParquetFile(source, filesystem=filesystem) as file:
            columns = [c for c in file.schema_arrow.names if c in known]
            for batch in file.iter_batches(batch_size=_batch_size(file, name), columns=columns):
                for row in _rows(batch, f"{name}: row", number):
                    number += 1
                    place = f"{name}: row {number}"
                    if not isinstance(row.get("doc"), str):
                        raise RecordError(f"{place}: doc: is missing: give the name of the document")
                    yield Line(row["doc"], msgspec.json.encode(row), place)
    except (UnicodeDecodeError, OverflowError, TypeError) as error:
        raise DataError(f"{name}: row {number} or one after it cannot be read ({error}): is the file whole?") from None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise DataError(f"{name}: is no Parquet file ({error}): give JSON Lines or Parquet") from None


def _rows(batch: Any, place: str, before: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of a batch as plain values, one after the other where they are large; raises `RecordError`."""
    if batch.nbytes <= MAX_LINE:
        yield from batch.to_pylist()
        return
    for n in range(batch.num_rows):
        row = batch.slice(n, 1)
        if row.nbytes > MAX_LINE:
            raise RecordError(f"{place} {before + n + 1}: is longer than {MAX_LINE:,} bytes: give one document a row")
        yield from row.to_pylist()


def _batch_size(file: Any, name: str) -> int:
    """Return how many rows of a Parquet file are read at a time; raises `LimitError` for one that unpacks to too much.

    A value of a dictionary may stand in every row, so that fewer rows are read where a group is large. Only sums over groups are
    looked at: pyarrow ends the process where it is asked for a column whose metadata are damaged.
    """
    most = most_bytes(name) or 0
    groups = [file.metadata.row_group(n).total_byte_size for n in range(file.metadata.num_row_groups)]
    if sum(groups) > most:
        raise LimitError(f"{name}: {_unpacks(most)}")
    return max(FEWEST, min(CHUNK, BATCH_BYTES // max(groups, default=1))) if max(groups, default=0) > 0 else CHUNK


Lines = Callable[[], Iterator[Line]]
"""A function that starts reading anew."""


def chunks(gold: Lines, system: Lines, *, in_step: bool) -> Iterator[Chunk]:
    """Yield all documents of gold with their lines of the system.

    In step, nothing is kept: it needs both sorted by document. Otherwise the order does not matter.

    Raises:
        OutOfOrderError: in step, one of the two is not sorted; nothing that was yielded may be used.
        RecordError: the system has a document that gold has not; one of the two has a document twice.
    """
    if in_step:
        yield from _chunked(_merged(_sorted(gold()), _sorted(system())))
        return
    with tempfile.TemporaryDirectory(prefix="reportedly-") as folder:
        for g, s in zip(spread(gold(), Path(folder), "gold"), spread(system(), Path(folder), "system"), strict=True):
            yield from _chunked(_merged(sorted(g), sorted(s)))


class OutOfOrderError(Exception):
    """A file is not sorted by document."""


def _sorted(found: Iterator[Line]) -> Iterator[Line]:
    last = ""
    for line in found:
        if line.doc < last:
            raise OutOfOrderError
        last = line.doc
        yield line


def _merged(gold: Iterable[Line], system: Iterable[Line]) -> Iterator[tuple[Line, Line | None]]:
    """Pair two sorted sequences; every document of gold comes out, and every one of the system must be paired."""
    waiting = iter(system)
    other = next(waiting, None)
    last = ""
    for line in gold:
        if line.doc == last:
            raise RecordError(f"{line.place}: doc: {line.doc!r} stands there twice: give one row a document")
        if other is not None and other.doc < line.doc:
            raise _unknown(other, last)
        last = line.doc
        if other is not None and other.doc == line.doc:
            yield line, other
            other = next(waiting, None)
        else:
            yield line, None
    if other is not None:
        raise _unknown(other, last)


def _unknown(line: Line, last: str) -> RecordError:
    if line.doc == last:
        return RecordError(f"{line.place}: doc: {line.doc!r} stands there twice: give one row a document")
    return RecordError(f"{line.place}: doc: {line.doc!r} is no document of gold: give only documents that gold has")


def _chunked(pairs: Iterator[tuple[Line, Line | None]]) -> Iterator[Chunk]:
    gold: list[Line] = []
    system: list[Line] = []
    size = 0
    for g, s in pairs:
        gold.append(g)
        size += len(g.data)
        if s is not None:
            system.append(s)
            size += len(s.data)
        if len(gold) >= CHUNK or size >= CHUNK_BYTES:
            yield Chunk(tuple(gold), tuple(system))
            gold, system, size = [], [], 0
    if gold:
        yield Chunk(tuple(gold), tuple(system))


BUCKETS = 64


def spread(
    found: Iterable[Line], folder: Path, side: str, key: Callable[[Line], str] = lambda line: line.doc
) -> Iterator[list[Line]]:
    """Spread lines over files by a hash of the document, or of another key, then yield the lines of each file.

    What is small stays in memory: the first files are written when `BUCKET_BYTES` have been read.
    """
    held: list[list[Line]] = [[] for _ in range(BUCKETS)]
    size = 0
    spilled = False
    for line in found:
        held[zlib.crc32(key(line).encode("utf-8", "surrogatepass")) % BUCKETS].append(line)
        size += len(line.data)
        if size > BUCKET_BYTES:
            _spill(held, folder, side)
            size, spilled = 0, True
    if spilled:
        _spill(held, folder, side)
    for n in range(BUCKETS):
        path = folder / f"{side}-{n}"
        if not spilled:
            yield held[n]
        else:
            yield _held(path) if path.exists() else []


def _spill(held: list[list[Line]], folder: Path, side: str) -> None:
    for n, part in enumerate(held):
        if part:
            with (folder / f"{side}-{n}").open("ab") as stream:
                for line in part:
                    packed = msgspec.msgpack.encode(line)
                    stream.write(len(packed).to_bytes(4, "little") + packed)
            part.clear()


def _held(path: Path) -> list[Line]:
    found = []
    with path.open("rb") as stream:
        while size := stream.read(4):
            found.append(msgspec.msgpack.decode(stream.read(int.from_bytes(size, "little")), type=Line))
    return found
