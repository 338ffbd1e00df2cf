"""Gold and Parquet: `build` writes everything that is generated, `load` reads it back.

A build is made in full in memory, then each file is written beside its place and renamed. Rebuilding gives identical
bytes with the locked pyarrow; `digest` is independent of its version.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from .corpus import SPLITS, Corpus
from .errors import DataError, UsageError
from .labels import data_root
from .records import Document
from .text import text_of

if TYPE_CHECKING:
    import pyarrow as pa

    from .tables import Source


class Built(NamedTuple):
    """What a build makes: bytes by path from the root."""

    files: dict[str, bytes]
    digest: str


def sources(corpus: Corpus, split: str) -> Iterator[Source]:
    """Yield the documents of a split that have gold, in the order of the split."""
    from .tables import Source

    for doc in corpus.splits.get(split, ()):
        if corpus.gold_path(doc).is_file():
            article, record = corpus.article(doc), corpus.gold(doc)
            published = article.collection == "published"
            yield Source(record, article, None if published else text_of(record, corpus.text_path(doc)))


def table(config: str, documents: list[Source]) -> pa.Table:
    """Return the rows of a config as an Arrow table; JSON in between, since both ends do it in compiled code."""
    import pyarrow.json as pj

    from .tables import CONFIGS, schema

    encode = msgspec.json.Encoder().encode
    lines = b"\n".join(encode(row) for s in documents for row in CONFIGS[config].make(s))
    if not lines:
        return schema(config).empty_table()
    options = pj.ParseOptions(explicit_schema=schema(config), unexpected_field_behavior="error")
    block = pj.ReadOptions(block_size=max(1 << 20, 2 * len(lines)), use_threads=False)
    return pj.read_json(io.BytesIO(lines), read_options=block, parse_options=options).combine_chunks()


def parquet_bytes(rows: pa.Table) -> bytes:
    """Return a table as Parquet: zstd, page index, no metadata of any library."""
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(rows, stream, compression="zstd", write_page_index=True, row_group_size=1000, store_schema=False)
    return stream.getvalue()


def data_path(config: str, split: str) -> str:
    """Return the path of the Parquet file of a config and split, from the root."""
    return f"corpus/data/{config}/{split}-00000-of-00001.parquet"


def digest(tables: dict[str, pa.Table]) -> str:
    """Return the SHA-256 of the rows as canonical JSON, independent of the version of pyarrow."""
    found = hashlib.sha256()
    for name, rows in sorted(tables.items()):
        found.update(name.encode() + b"\n")
        for row in rows.to_pylist():
            found.update(msgspec.json.encode(row, order="sorted") + b"\n")
    return found.hexdigest()


def read_gold(rows: pa.Table) -> Iterator[Document]:
    """Yield the records of rows of the config `documents`: exactly the gold that they were made of."""
    names = {f.encode_name for f in msgspec.structs.fields(Document)} - {"story"}
    for row in rows.to_pylist():
        yield msgspec.convert({k: v for k, v in row.items() if k in names}, Document)


def load(config: str = "documents", split: str = "train", *, root: Path | None = None) -> list[dict[str, Any]]:
    """Return the rows of a config and split as dictionaries.

    Args:
        config: one of `documents`, `entities`, `mentions`, `events`, `arguments`, `attributions`, `factuality`,
            `claims`, `tokens`.
        split: one of `train`, `validation`, `test`, `published`.
        root: a checkout; the packed data or the checkout of the package where left out.

    Raises:
        UsageError: for a config or split that does not exist.
    """
    from .tables import CONFIGS

    if config not in CONFIGS:
        raise UsageError(f"{config!r} is no config: choose one of {' '.join(CONFIGS)}")
    if split not in SPLITS:
        raise UsageError(f"{split!r} is no split: choose one of {' '.join(SPLITS)}")
    rows: list[dict[str, Any]] = _built(config, split, root).to_pylist()
    return rows


def _built(config: str, split: str, root: Path | None) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = (root or data_root()) / data_path(config, split)
    if not path.is_file():
        raise DataError(f"{path}: is missing: run `reportedly build`")
    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{path}: cannot be read ({error}): run `reportedly build`") from None


@cache
def gold(split: str, root: Path | None = None) -> dict[str, Document]:
    """Return the gold records of a split by document, from the built data."""
    return {r.doc: r for r in read_gold(_built("documents", split, root))}


@cache
def stories(root: Path | None = None) -> dict[str, str]:
    """Return the story of every document, from the built data."""
    import pyarrow.parquet as pq

    found: dict[str, str] = {}
    for split in SPLITS:
        path = (root or data_root()) / data_path("documents", split)
        if path.is_file():
            rows = pq.read_table(path, columns=["doc", "story"])
            found |= dict(zip(rows["doc"].to_pylist(), rows["story"].to_pylist(), strict=True))
    return found


def texts(split: str, root: Path | None = None) -> dict[str, str]:
    """Return the texts of a split by document, as far as the corpus holds them."""
    return {row["doc"]: row["text"] for row in load("documents", split, root=root) if row["text"] is not None}
