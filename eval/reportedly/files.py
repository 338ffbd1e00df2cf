"""Reading of files: bounded in size, UTF-8, and refused with place, fact and remedy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import msgspec

from .errors import RecordError, TextError

MAX_BYTES = 64_000_000
SHAPE = "see annotations/README.md for the shape of a record"

T = TypeVar("T")


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file; raises `TextError` where it cannot be read or has more than `limit` bytes."""
    try:
        if path.is_dir():
            raise TextError(f"{path}: is a folder: name a file")
        with path.open("rb") as stream:
            data = stream.read(min(limit, os.fstat(stream.fileno()).st_size or limit) + 1)
    except (OSError, ValueError) as error:
        fact = getattr(error, "strerror", None) or error
        raise TextError(f"{path}: cannot be read ({fact}): name a file that exists and may be read") from None
    if len(data) > limit:
        raise TextError(f"{path}: has more than {limit:,} bytes: is it the right file?")
    return data


def decode(data: bytes, place: str) -> str:
    """Return bytes as text, or raise `TextError` naming the first bad byte."""
    if not data:
        raise TextError(f"{place}: is empty: restore it, or name another file")
    if data.startswith(b"\xef\xbb\xbf"):
        raise TextError(f"{place}: starts with a byte-order mark: save it as UTF-8 without one")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TextError(
            f"{place}: byte {error.start} (0x{data[error.start]:02x}) is not UTF-8: save the file as UTF-8"
        ) from None


def decode_json(data: bytes, place: str, kind: type[T], remedy: str) -> T:
    """Return JSON as a value of a type; raises `RecordError` naming the field, the fact and the remedy."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        try:
            decode(data, place)
        except TextError as reason:
            raise RecordError(str(reason)) from None
        raise RecordError(f"{place}: {error}: {remedy}") from None


def read_json(path: Path, kind: type[T], remedy: str) -> T:
    """Return the value in a JSON file; raises `RecordError`."""
    try:
        data = read_bytes(path)
    except TextError as reason:
        raise RecordError(str(reason)) from None
    return decode_json(data, str(path), kind, remedy)
