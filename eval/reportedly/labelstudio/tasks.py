"""Records as tasks of Label Studio: the text, what proves it the same on return, and a record as a prediction.

The offsets of a task are those of the record: code points into the text, half-open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from ..checks.base import View
from ..errors import DataError
from ..records import ATTRIBUTION_ATTRIBUTES, AUTHOR, SPAN_FIELDS, Attribution, Document, Entity, Event, Mention, Span
from ..text import text_sha256
from .config import digest_of
from .controls import ATTRIBUTION, CLAIM, FRAGMENT, MENTION, PARENT, TEXT, TRIGGER, detail_control
from .fields import UNDECIDED, Fields, is_id, write_chain, write_entity
from .parts import ADJUDICATION, ALL, LAYERS, Parts, as_pass, below, join, split

_ANCHORS = ("cue", "content")
_SHOWN = 60


def task(
    record: Document,
    text: str,
    layer: str,
    *,
    model: str = "",
    title: str = "",
    blank: bool = False,
) -> dict[str, Any]:
    """Return a document as a task for the annotators of a layer.

    The record gives the layers below, and, unless `blank`, what the layer is pre-annotated with; `model` names where
    that comes from. Raises `DataError` where text and record do not belong together, or the record holds what cannot be
    shown: an attribution with neither cue nor content, a factuality value without a tag, an id with a space.
    """
    sha256 = text_sha256(text)
    if record.text_sha256 is not None and record.text_sha256 != sha256:
        raise DataError(f"{record.doc}: the text is not the one that was annotated: its hash differs")
    parts = split(record)
    own = LAYERS if layer in (ALL, ADJUDICATION) else (layer,)
    missing = [name for name in _needed(layer) if getattr(parts, name) is None]
    if missing:
        raise DataError(f"{record.doc}: {layer} needs {', '.join(missing)}: export from a record that has them")
    made = parts if not blank else Parts().replace({name: getattr(parts, name) for name in below(layer)})
    context = join(parts.only(below(layer)), as_pass(msgspec.structs.replace(record, text_sha256=sha256)))
    written = Writer(msgspec.structs.replace(join(made, record), text_sha256=sha256), text)
    results = written.results(layer, prompt=blank)
    ids = Counter(r["id"] for r in results if r["type"] == "labels")
    if twice := [name for name, n in ids.items() if n > 1]:
        raise DataError(f"{record.doc}: the ids {', '.join(twice)} would stand for two regions: rename the items")
    differences: dict[str, dict[str, str]] = {"disagreements": {}} if layer == ADJUDICATION else {}
    return {
        "data": {
            "doc": record.doc,
            "title": title or record.doc,
            "text": text,
            "text_sha256": sha256,
            "config_digest": digest_of(layer),
            "layer": layer,
            "layers": list(own if blank or layer in LAYERS else parts.attempted or own),
            "names": written.names(layer),
            "context": msgspec.to_builtins(msgspec.structs.replace(context, regions=None, sentences=None, tokens=None)),
            **differences,
        },
        "predictions": [{"model_version": model or "none", "result": results}] if results else [],
    }


def _needed(layer: str) -> tuple[str, ...]:
    return {
        "events": ("entities",),
        "coreference": ("entities", "events"),
        "factuality": ("events", "attribution"),
        "claims": ("entities", "events", "attribution"),
    }.get(layer, ())


class Writer:
    """Writes the layers of a record in the result of Label Studio."""

    def __init__(self, record: Document, text: str):
        self.r = record
        self.text = text
        self.fields = Fields(text, record.sentences or (), {a.id: a.cue for a in record.attributions or ()})
        self.view = View(record, text)
        items: tuple[Entity | Mention | Event | Attribution, ...] = (
            *(record.entities or ()),
            *(record.mentions or ()),
            *(record.events or ()),
            *(record.attributions or ()),
        )
        if bad := [x.id for x in items if not is_id(x.id)]:
            raise DataError(f"{record.doc}: {bad[0]!r} cannot be named in a text field: rename the item")

    def results(self, layer: str, *, prompt: bool = False) -> list[dict[str, Any]]:
        """Return the results of a layer, with the regions of the layers below it that it shows."""
        if layer in (ALL, ADJUDICATION):
            return [r for name in LAYERS for r in self._own(name)] + self._arcs(LAYERS)
        own = list(self._prompts() if prompt and layer == "factuality" else self._own(layer))
        return [*self.context(layer), *own, *self._arcs((layer,))]

    def context(self, layer: str) -> Iterator[dict[str, Any]]:
        """Yield the regions of the layers below that a layer shows."""
        if layer in ("events", "coreference", "claims"):
            yield from (self._region(m.id, MENTION, m.type, (m.start, m.end)) for m in self.r.mentions or ())
        if layer in ("coreference", "factuality", "claims"):
            yield from (self._region(v.id, TRIGGER, v.type, (v.start, v.end)) for v in self.r.events or ())
        if layer in ("factuality", "claims"):
            for a in self.r.attributions or ():
                yield from (self._region(n, ATTRIBUTION, f, s) for n, f, s in pieces(a) if f in _ANCHORS)

    def names(self, layer: str) -> dict[str, str]:
        """Return the ids that the text fields of a layer refer to, each with what it stands for."""
        found: dict[str, str] = {}
        if layer in ("attribution", ALL, ADJUDICATION):
            found |= {e.id: f"{e.name} ({e.type})" for e in self.r.entities or ()}
        if layer in ("factuality", ALL, ADJUDICATION):
            found |= {a.id: self._shown(a) for a in self.r.attributions or ()}
        return found

    def _shown(self, a: Attribution) -> str:
        words = [" ... ".join(self.text[s:e] for s, e in getattr(a, f)) for f in ("source", "cue", "content")]
        return " | ".join(w if len(w) <= _SHOWN else w[: _SHOWN - 3] + "..." for w in words)

    def _own(self, layer: str) -> Iterator[dict[str, Any]]:
        if layer == "entities":
            for m in self.r.mentions or ():
                yield from self._mention(m)
        elif layer == "events":
            for v in self.r.events or ():
                yield from self._event(v)
        elif layer == "coreference":
            yield from self._coreference()
        elif layer == "attribution":
            for a in self.r.attributions or ():
                yield from self._attribution(a)
        elif layer == "factuality":
            yield from self._factuality()
        else:
            yield from self._claims()

    def _mention(self, m: Mention) -> Iterator[dict[str, Any]]:
        span = (m.start, m.end)
        yield self._region(m.id, MENTION, m.type, span)
        if m.level is not None:
            yield self._choice(m.id, "level", span, m.level)
        if head := self.fields.write_head(span, m.head):
            yield self._field(m.id, "head", span, [head])
        if m.value is not None:
            yield self._field(m.id, "value", span, [m.value])

    def _event(self, v: Event) -> Iterator[dict[str, Any]]:
        span = (v.start, v.end)
        yield self._region(v.id, TRIGGER, v.type, span)
        for name in ("genericity", "tense", "polarity", "degree"):
            if (value := getattr(v, name)) is not None:
                yield self._choice(v.id, name, span, value)
        if v.detail is not None:
            yield self._choice(v.id, detail_control(v.type), span, v.detail)

    def _coreference(self) -> Iterator[dict[str, Any]]:
        for m in self.r.mentions or ():
            if m.entity is not None:
                yield self._field(m.id, "entity", (m.start, m.end), [m.entity])
        for v in self.r.events or ():
            if v.event is not None:
                yield self._field(v.id, "event", (v.start, v.end), [v.event])
        if self.r.entities:
            rows = [write_entity(e) for e in self.r.entities]
            yield {
                "id": "entities",
                "from_name": "entities",
                "to_name": TEXT,
                "type": "textarea",
                "value": {"text": rows},
            }

    def _attribution(self, a: Attribution) -> Iterator[dict[str, Any]]:
        found = list(pieces(a))
        if not found or found[0][1] not in _ANCHORS:
            raise DataError(f"{self.r.doc}: {a.id} has neither cue nor content: there is no region to hold it")
        span = found[0][2]
        for name, field, fragment in found:
            yield self._region(name, ATTRIBUTION, field, fragment)
        for name in ATTRIBUTION_ATTRIBUTES:
            if (value := getattr(a, name)) is not None:
                yield self._choice(a.id, name, span, value)
        if a.source_entity is not None:
            yield self._field(a.id, "source_entity", span, [a.source_entity])
        if a.chain:
            yield self._field(a.id, "chain", span, [write_chain(a.chain)])

    def _factuality(self) -> Iterator[dict[str, Any]]:
        rows: dict[str, list[str]] = {}
        for f in self.r.factuality or ():
            v = self.view.events[f.event]
            rows.setdefault(f.event, []).append(
                self.fields.write_row(f, (v.start, v.end), self.view.contents.get(f.event, ()))
            )
        for name, found in rows.items():
            v = self.view.events[name]
            yield self._field(name, "factuality", (v.start, v.end), found)

    def _prompts(self) -> Iterator[dict[str, Any]]:
        """Yield for each trigger a row for every source that must have a value, its tag left open."""
        for v in self.r.events or ():
            sources = (AUTHOR, *self.view.contents.get(v.id, ()))
            yield self._field(v.id, "factuality", (v.start, v.end), [f"{s} {UNDECIDED}" for s in sources])

    def _claims(self) -> Iterator[dict[str, Any]]:
        for c in self.r.claims or ():
            yield self._region(c.id, CLAIM, CLAIM, self._head(c.head))

    def _head(self, name: str) -> Span:
        item = self.view.mentions.get(name) or self.view.events.get(name)
        if item is None:
            raise DataError(f"{self.r.doc}: there is no {name}: mend the record")
        return item.start, item.end

    def _arcs(self, layers: tuple[str, ...]) -> list[dict[str, Any]]:
        """Return the arcs of the layers: one for each ordered pair, for the editor keeps no second one."""
        labels: dict[tuple[str, str], list[str]] = {}
        for source, target, label in self._pairs(layers):
            found = labels.setdefault((source, target), [])
            if label is not None and label not in found:
                found.append(label)
        return [
            {"type": "relation", "from_id": source, "to_id": target, "direction": "right"}
            | ({"labels": found} if found else {})
            for (source, target), found in labels.items()
        ]

    def _pairs(self, layers: tuple[str, ...]) -> Iterator[tuple[str, str, str | None]]:
        arguments = {v.id: [(v.id, a.target, a.role) for a in v.arguments] for v in self.r.events or ()}
        links: list[tuple[str, str, str]] = []
        if "coreference" in layers:
            first = {v.event: v.id for v in reversed(self.r.events or ())}
            links = [(first[k.source], first[k.target], k.relation) for k in self.r.event_links or ()]
        yield from _in_order(arguments if "events" in layers else {}, links)
        if "attribution" in layers:
            for a in self.r.attributions or ():
                (anchor, field, _), *others = pieces(a)
                yield from ((anchor, name, FRAGMENT if f == field else None) for name, f, _ in others)
                if a.parent is not None:
                    yield a.id, a.parent, PARENT
        if "claims" in layers:
            heads = Counter((m.start, m.end) for m in self.r.mentions or ())
            heads.update((v.start, v.end) for v in self.r.events or ())
            for c in self.r.claims or ():
                if c.source != AUTHOR:
                    yield c.id, c.source, None
                if heads[self._head(c.head)] > 1:
                    yield c.id, c.head, None

    def _region(self, name: str, control: str, label: str, span: Span) -> dict[str, Any]:
        return self._result(name, control, "labels", span, {"text": self.text[slice(*span)], "labels": [label]})

    def _choice(self, name: str, control: str, span: Span, value: str) -> dict[str, Any]:
        return self._result(name, control, "choices", span, {"choices": [value]})

    def _field(self, name: str, control: str, span: Span, rows: list[str]) -> dict[str, Any]:
        return self._result(name, control, "textarea", span, {"text": rows})

    def _result(self, name: str, control: str, kind: str, span: Span, value: dict[str, Any]) -> dict[str, Any]:
        place = {"start": span[0], "end": span[1]}
        return {"id": name, "from_name": control, "to_name": TEXT, "type": kind, "value": place | value}


def _in_order(
    arguments: dict[str, list[tuple[str, str, str]]], links: list[tuple[str, str, str]]
) -> Iterator[tuple[str, str, str]]:
    """Yield arguments and links, each in its order, though a pair that has both makes one arc."""
    linked = {source for source, _, _ in links}
    yield from (pair for source, pairs in arguments.items() if source not in linked for pair in pairs)
    for source, target, relation in links:
        pairs = arguments.get(source, [])
        last = max((n for n, pair in enumerate(pairs, 1) if pair[1] == target), default=0)
        yield from pairs[:last]
        yield source, target, relation
    yield from (pair for source in arguments if source in linked for pair in arguments[source])


def pieces(a: Attribution) -> Iterator[tuple[str, str, Span]]:
    """Yield the region of each fragment: id, field and span; the first is the cue, or without one the content."""
    fields = (*_ANCHORS, *(f for f in SPAN_FIELDS if f not in _ANCHORS))
    first = True
    for field in fields:
        for n, span in enumerate(getattr(a, field), 1):
            yield (a.id if first else f"{a.id}-{field}-{n}"), field, span
            first = False
