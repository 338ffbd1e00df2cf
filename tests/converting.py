"""Helpers: conversion in memory, and what two records have in common whatever their ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from reportedly.convert import FORMATS, Content, File, Lost, Options
from reportedly.convert.base import Texted
from reportedly.convert.run import read_format, reread, write_format
from reportedly.records import Document
from reportedly.stories import Story

IOB2 = Options(scheme="iob2")


def parse(
    name: str, body: str, *, text: str | None = None, options: Options = IOB2, doc: str = "x"
) -> tuple[Content, Lost]:
    """Read a body in a format."""
    lost: Lost = Counter()
    return read_format([File("f", doc, body, text)], FORMATS[name], options, lost), lost


def there_and_back(
    name: str, *documents: Texted, story: Story | None = None, options: Options = IOB2
) -> tuple[Content, Lost]:
    """Write documents in a format and read them again; returns what came back and what was said to be lost."""
    lost: Lost = Counter()
    outputs = write_format(Content(documents, story), FORMATS[name], options, lost)
    return read_format(reread(outputs, FORMATS[name]), FORMATS[name], options, Counter()), lost


def in_tokens(record: Document) -> Callable[[int, int], tuple[int, int]]:
    """Return what turns a span of characters into a span of tokens, which survives another spacing."""
    starts = {s: i for i, (s, _) in enumerate(record.tokens or ())}
    ends = {e: i + 1 for i, (_, e) in enumerate(record.tokens or ())}
    return lambda start, end: (starts[start], ends[end])


def clusters(record: Document) -> dict[str, Any]:
    """Return for each entity the spans of its mentions in tokens."""
    span = in_tokens(record)
    found: dict[str, Any] = {}
    for m in record.mentions or ():
        if m.entity is not None:
            found.setdefault(m.entity, set()).add(span(m.start, m.end))
    return {k: frozenset(v) for k, v in found.items()}


def mentions(record: Document, *fields: str) -> Counter[Any]:
    """Return the mentions as spans of tokens with some fields, the entity as its cluster."""
    span, of = in_tokens(record), clusters(record)
    values = {"entity": lambda m: of.get(m.entity or ""), "head": lambda m: m.head and span(*m.head)}
    return Counter(
        (span(m.start, m.end), *(values.get(f, lambda m, f=f: getattr(m, f))(m) for f in fields))
        for m in record.mentions or ()
    )


def events(record: Document, *fields: str) -> Counter[Any]:
    """Return the events as spans of tokens with some fields, arguments as the span of what fills them."""
    span = in_tokens(record)
    where = {i.id: span(i.start, i.end) for layer in (record.mentions, record.events) for i in layer or ()}

    def value(v: Any, field: str) -> Any:
        if field == "arguments":
            return frozenset((a.role, where[a.target]) for a in v.arguments)
        if field == "event":
            return frozenset(where[o.id] for o in record.events or () if o.event == v.event)
        return getattr(v, field)

    return Counter((where[v.id], *(value(v, f) for f in fields)) for v in record.events or ())


def renamed(record: Document, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a record with ids numbered in order, without surfaces and some layers; an empty layer as none."""
    layers = (("entities", "e"), ("mentions", "m"), ("events", "v"), ("attributions", "a"))
    names: dict[str, str] = {}
    order = list(dict.fromkeys(m.entity for m in record.mentions or () if m.entity))
    names |= {name: f"e{n}" for n, name in enumerate(order, 1)}
    for layer, prefix in layers[1:]:
        names |= {item.id: f"{prefix}{n}" for n, item in enumerate(getattr(record, layer) or (), 1)}
    groups = dict.fromkeys(v.event for v in record.events or () if v.event)
    names |= {name: f"E{n}" for n, name in enumerate(groups, 1)}

    def rename(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: rename(v) for k, v in value.items() if "surface" not in k}
        if isinstance(value, (list, tuple)):
            return [rename(v) for v in value]
        return names.get(value, value) if isinstance(value, str) else value

    plain = {k: v or None for k, v in msgspec.to_builtins(record).items() if k not in without}
    found: dict[str, Any] = rename(plain)
    if found.get("entities"):
        found["entities"].sort(key=lambda e: e["id"])
    return found
