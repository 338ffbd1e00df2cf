"""Files around lines: plain, compressed, Parquet; whole, cut, damaged, or of another content than their name says."""

from __future__ import annotations

import contextlib
import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from .mutate import flipped

KINDS = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet")


def packed(data: bytes, kind: str) -> bytes:
    """Return bytes as a file of the kind has them."""
    if kind == ".jsonl.gz":
        return gzip.compress(data, 1)
    if kind == ".jsonl.zst":
        return bytes(pa.Codec("zstd").compress(data, asbytes=True))
    return data


def write(at: random.Random, stem: Path, lines: list[bytes]) -> Path:
    """Write lines as a file of some kind, in one case of three with damage; return its path."""
    kind = at.choice((".jsonl", *KINDS))
    path = stem.with_name(stem.name + kind)
    end = at.choice((b"\n", b"\n", b"\r\n", b"\n\n", b"", b"\n \t\n"))
    data = end.join(lines) + end
    if kind == ".parquet":
        _write_parquet(path, lines, data)
    else:
        path.write_bytes(packed(data, kind))
    fate = at.random()
    if fate < 0.2:
        path.write_bytes(flipped(at, path.read_bytes()))
    elif fate < 0.3:
        path.write_bytes(packed(data, at.choice(KINDS)))
    elif fate < 0.33 and kind != ".parquet":
        path.write_bytes(packed(flipped(at, data), kind))
    elif fate < 0.35:
        path.write_bytes(b"")
    elif fate < 0.37 and kind != ".parquet":
        path.write_bytes(path.read_bytes() * 2)
    return path


def _write_parquet(path: Path, lines: list[bytes], data: bytes) -> None:
    """Write the lines as rows where Arrow has a type for them, else as the text that they are."""
    rows = []
    for line in lines:
        with contextlib.suppress(ValueError, RecursionError):
            rows.append(json.loads(line))
    try:
        pq.write_table(pa.Table.from_pylist(rows), path)
    except (pa.ArrowException, TypeError, ValueError, OverflowError, AttributeError, RecursionError):
        path.write_bytes(data)


def bombs(folder: Path, megabytes: int) -> Iterator[tuple[str, Path]]:
    """Write small files that unpack to many megabytes, and yield what each holds."""
    block = 1_000_000
    contents = {
        "zeros": b"\x00" * block,
        "empty lines": b"\n" * block,
        "one long record": b'{"doc":"d","mentions":[' + b" " * block,
        "short records": b'{"doc":"d"}\n' * (block // 12),
        "numbered records": b"".join(b'{"doc":"%d"}\n' % n for n in range(block // 12)),
    }
    for name, data in contents.items():
        path = folder / "bomb.jsonl.gz"
        part = gzip.compress(data, 9)
        path.write_bytes(part * megabytes)
        yield f"gzip of {name}", path
        path.unlink()
        path = folder / "bomb.jsonl.zst"
        with pa.output_stream(str(path), compression="zstd") as stream:
            for _ in range(megabytes):
                stream.write(data)
        yield f"zstd of {name}", path
        path.unlink()
