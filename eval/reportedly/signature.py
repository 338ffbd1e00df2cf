"""The signature of a result: what has to be equal for two figures to be comparable."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from . import __version__
from .corpus import encode
from .records import Document


def gold_digest(gold: Mapping[str, Document]) -> str:
    """Return the SHA-256 of gold records, in order of documents."""
    found = hashlib.sha256()
    for doc in sorted(gold):
        found.update(encode(gold[doc]))
    return found.hexdigest()


def signature(gold: Mapping[str, Document], split: str) -> str:
    """Return the signature of a run: split, documents, digest of gold, matching, singletons, version."""
    return (
        f"reportedly:{__version__}|split:{split}|docs:{len(gold)}|gold:{gold_digest(gold)[:12]}"
        "|match:exact,overlap=optimal|singletons:keep|duplicates:once|missing:empty|undefined:null"
    )
