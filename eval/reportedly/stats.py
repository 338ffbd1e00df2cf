"""Counts of the corpus: by document, split and collection, and in total."""

from __future__ import annotations

from typing import Any

from .corpus import Corpus
from .records import Document

COUNTED = (
    "documents",
    "tokens",
    "sentences",
    "entities",
    "mentions",
    "events",
    "arguments",
    "attributions",
    "factuality",
    "claims",
)


def count_document(record: Document) -> dict[str, int]:
    """Return the counts of one document."""
    found = {layer: len(getattr(record, layer) or ()) for layer in COUNTED if layer not in ("documents", "arguments")}
    return {"documents": 1, **found, "arguments": sum(len(v.arguments) for v in record.events or ())}


def statistics(corpus: Corpus) -> dict[str, Any]:
    """Return `{"total", "collections", "splits", "documents"}`, whole numbers throughout."""
    documents = {r.doc: count_document(r) for r in corpus.all_gold()}
    collections: dict[str, list[str]] = {}
    splits: dict[str, list[str]] = {}
    for doc in documents:
        collections.setdefault(corpus.article(doc).collection, []).append(doc)
        splits.setdefault(corpus.split(doc), []).append(doc)

    def add(docs: list[str]) -> dict[str, int]:
        return {name: sum(documents[d][name] for d in docs) for name in COUNTED}

    return {
        "total": add(list(documents)),
        "collections": {name: add(docs) for name, docs in sorted(collections.items())},
        "splits": {name: add(splits[name]) for name in corpus.splits if name in splits},
        "documents": {doc: {name: counts[name] for name in COUNTED} for doc, counts in documents.items()},
    }
