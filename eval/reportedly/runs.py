"""Salted hashes of word runs: what the repository holds of an article instead of its text.

A run is `WINDOW` consecutive tokens of one region (the whole region where it is shorter), folded so that case and the
kind of quotation mark, dash or space make no difference. `WORD_RUN` words of the raw text, punctuation left out, make
the runs by which `check` finds text of a published article in a tracked file.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import msgspec

from .files import read_json
from .records import Document, Span
from .text import tokens

WINDOW = 5
WORD_RUN = 8
_BYTES = 6
_FOLD = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‘": "'",
        "’": "'",
        "‛": "'",
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
    }
)


class Runs(msgspec.Struct, frozen=True):
    """The hashes of one article: for each region one hash a token that begins a run, and those of its word runs."""

    doc: str
    salt: str
    regions: tuple[str, ...]
    words: str


def fold(word: str) -> str:
    """Return a token without what may differ between copies: case, kind of quotation mark and dash, ligatures."""
    return unicodedata.normalize("NFKC", word).translate(_FOLD).casefold()


def run_hashes(words: Sequence[str], size: int, salt: bytes) -> list[bytes]:
    """Return the hash of each run of `size` folded words, 6 bytes each."""
    return [
        hashlib.blake2b("\x1f".join(words[i : i + size]).encode(), key=salt, digest_size=_BYTES).digest()
        for i in range(len(words) - size + 1)
    ]


def window_of(length: int) -> int:
    """Return the size of the runs of a region of `length` tokens."""
    return min(WINDOW, length)


def make_runs(record: Document, text: str, salt: bytes) -> Runs:
    """Return the hashes of an article from its exact text."""
    regions = []
    for region in record.regions or ():
        words = [fold(text[s:e]) for s, e in region_tokens(record, region.start, region.end)]
        regions.append(_pack(run_hashes(words, window_of(len(words)), salt)))
    return Runs(record.doc, salt.hex(), tuple(regions), _pack(sorted(set(run_hashes(word_list(text), WORD_RUN, salt)))))


def region_tokens(record: Document, start: int, end: int) -> list[Span]:
    """Return the stored tokens of a region."""
    return [t for t in record.tokens or () if start <= t[0] and t[1] <= end]


def word_list(text: str) -> list[str]:
    """Return the folded words of a text, punctuation left out."""
    return [fold(text[s:e]) for s, e in word_spans(text)]


def word_spans(text: str) -> list[Span]:
    """Return the tokens of a text that are words or numbers."""
    return [(s, e) for s, e in tokens(text) if text[s].isalnum()]


def _pack(hashes: Sequence[bytes]) -> str:
    return base64.b64encode(b"".join(hashes)).decode()


def unpack(packed: str) -> list[bytes]:
    """Return the hashes of a packed string."""
    data = base64.b64decode(packed)
    return [data[i : i + _BYTES] for i in range(0, len(data), _BYTES)]


def read_runs(path: Path) -> Runs:
    """Return the hashes in a file; raises `RecordError`."""
    return read_json(path, Runs, "make it again by `reportedly runs`")


def all_runs(root: Path) -> dict[str, Runs]:
    """Return the hashes of all published articles by document."""
    return {p.stem: read_runs(p) for p in sorted((root / "annotations" / "runs").glob("*.json"))}


def salt_of(root: Path) -> bytes:
    """Return the salt that the hashes of all articles share: that of the first, or a new one."""
    known = all_runs(root)
    return bytes.fromhex(next(iter(known.values())).salt) if known else secrets.token_bytes(16)
