"""From quoted annotation to passes and gold."""

from __future__ import annotations

from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

import msgspec

from .corpus import Corpus, read_record
from .errors import QuoteError, UsageError
from .quoting import read_quotes
from .records import LAYERS, Document
from .text import read_text

_ORIGINS = ("mentions", "events", "attributions", "factuality", "claims")


def resolve(layout: Document, path: Path, text: str, guidelines: str) -> Document:
    """Return the record of a file of quoted annotation on the layout of a document; raises `QuoteError`."""
    record = read_quotes(read_text(path), doc=layout.doc, text=text, sentences=layout.sentences or (), name=str(path))
    if not any(getattr(record, layer) for layer in LAYERS):
        raise QuoteError(f"{path}: holds no item: write one a line, as annotations/README.md says")
    return framed(record, layout, guidelines)


def framed(record: Document, layout: Document, guidelines: str) -> Document:
    """Return a record with regions, sentences, tokens and hash of the layout of its document."""
    return msgspec.structs.replace(
        record,
        text_sha256=layout.text_sha256,
        guidelines=guidelines,
        regions=layout.regions,
        sentences=layout.sentences,
        tokens=layout.tokens,
    )


def passes_of(corpus: Corpus, name: str, docs: Sequence[str] | None = None) -> dict[str, Document]:
    """Return the passes of an annotator by document; the annotator `gold` is the gold. Raises `UsageError` where there is none."""
    folder = corpus.root / "annotations" / ("gold" if name == "gold" else f"passes/{name}")
    paths = [p for p in sorted(folder.glob("*.json")) if docs is None or p.stem in docs]
    if not paths:
        raise UsageError(f"{folder}: holds no pass{' of these documents' if docs else ''}")
    return {p.stem: read_record(p) for p in paths}


def two_passes(
    corpus: Corpus, annotators: Sequence[str], docs: Sequence[str] | None
) -> tuple[dict[str, Document], dict[str, Document]]:
    """Return the passes of two annotators over the documents that both did; the annotator `gold` is the gold."""
    if len(annotators) != 2:
        raise UsageError("agreement: name two annotators, such as: forward hunter")
    found = [passes_of(corpus, name, docs) for name in annotators]
    both = found[0].keys() & found[1].keys()
    missing = sorted(set(docs or ()) - both)
    if missing or not both:
        names = ", ".join(missing) or "any document"
        raise UsageError(f"agreement: {' and '.join(annotators)} have no two passes over {names}: name others")
    return {d: found[0][d] for d in both}, {d: found[1][d] for d in both}


def gold_of(
    corpus: Corpus,
    record: Document,
    text: str,
    *,
    passes: Sequence[str] | None = None,
    given: Container[str] = (),
) -> Document:
    """Return an adjudicated record as gold: the origin of each item, and surfaces where the licence allows text.

    Args:
        passes: the annotators whose passes were adjudicated; all that the document has where left out.
        given: layers of a record (such as `mentions`) that the annotators were given: their items keep the origin that
            they have in the gold that is there.
    """
    names = corpus.annotators(record.doc) if passes is None else passes
    known = [(name, _layers_by_key(read_record(corpus.pass_path(name, record.doc)))) for name in names]
    path = corpus.gold_path(record.doc)
    old = _layers_by_key(read_record(path)) if path.is_file() and given else {}
    layers: dict[str, Any] = {}
    for layer in _ORIGINS:
        items = getattr(record, layer)
        if items is None:
            continue
        made = []
        for item, key in zip(items, _keys(record, layer), strict=True):
            origin = _origin([name for name, found in known if key in found[layer]], len(known))
            if layer in given and key in old.get(layer, {}):
                origin = old[layer][key].origin
            made.append(msgspec.structs.replace(item, origin=origin))
        layers[layer] = tuple(made)
    if corpus.article(record.doc).collection != "published":
        layers |= _surfaces(layers, text)
    return msgspec.structs.replace(record, verified_by_human=False, **layers)


def _layers_by_key(record: Document) -> dict[str, dict[Any, Any]]:
    return {layer: dict(zip(_keys(record, layer), getattr(record, layer) or (), strict=True)) for layer in _ORIGINS}


def _origin(names: list[str], passes: int) -> str:
    if not names:
        return "new"
    return "both" if len(names) == passes and passes > 1 else "+".join(names)


def _surfaces(layers: dict[str, Any], text: str) -> dict[str, Any]:
    replace = msgspec.structs.replace
    made = {
        "mentions": tuple(replace(m, surface=text[m.start : m.end]) for m in layers.get("mentions", ())),
        "events": tuple(replace(v, surface=text[v.start : v.end]) for v in layers.get("events", ())),
        "attributions": tuple(
            replace(a, cue_surface=" ".join(text[s:e] for s, e in a.cue) if a.cue else None)
            for a in layers.get("attributions", ())
        ),
    }
    return {name: made[name] for name in made if name in layers}


def _keys(record: Document, layer: str) -> list[Any]:
    """Return what each item of a layer says, by spans instead of ids, so that it can be found in another record."""
    spans = {x.id: (x.start, x.end) for items in (record.mentions, record.events) for x in items or ()}
    acts = {a.id: (a.cue, a.content) for a in record.attributions or ()}
    items: Sequence[Any] = getattr(record, layer) or ()
    if layer == "mentions":
        return [(m.start, m.end, m.type) for m in items]
    if layer == "events":
        return [
            (v.start, v.end, v.type, tuple(sorted((a.role, spans.get(a.target, (0, 0))) for a in v.arguments)))
            for v in items
        ]
    if layer == "attributions":
        return [(a.source, a.cue, a.content) for a in items]
    if layer == "factuality":
        return [(spans.get(f.event), acts.get(f.source, f.source), f.certainty, f.polarity) for f in items]
    return [(acts.get(c.source, c.source), spans.get(c.head)) for c in items]
