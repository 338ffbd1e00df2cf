"""brat stand-off: DOC.ann beside DOC.txt; all layers but factuality, claims and the layout.

Mentions are `T` lines, events and attributions `E` lines (an attribution has the type `Attribution`, its spans are
arguments such as `Source`, the attribution that it stands in is `Parent`), links between events are `R` lines between
their first mentions. Attributes are `A` lines named as in a record, values escaped (`%20`); `entity` and `event` say
which mentions are one, and so does an `Equiv` line. The name of an entity is a note `EntityName` on its first mention.
A mention or trigger in several fragments is read as the longest of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec

from ..errors import DataError
from ..records import (
    ATTRIBUTION_ATTRIBUTES,
    OUTLET,
    SPAN_FIELDS,
    Argument,
    Attribution,
    Document,
    Entity,
    Event,
    EventLink,
    Mention,
    Record,
    Span,
    Spans,
)
from ..text import text_sha256
from .base import Content, File, Lost, Options, Outputs, Texted, escape, file_name, numbered, unescape
from .standoff import Bound, Frame, Mark, Standoff, Writer

_Item = TypeVar("_Item", bound=Record)

FRAME = "Attribution"
NO_SOURCE = "Attribution-no-source"
ROLES = {"".join(part.capitalize() for part in field.split("_")): field for field in SPAN_FIELDS}
PARENT = "Parent"
NAME = "EntityName"
TYPE = "entity_type"
LINKS = ("subevent", "near-identity")
_MENTION = ("level", "value", "head", "entity", "origin", TYPE)
_EVENT = ("event", "genericity", "tense", "polarity", "degree", "detail", "origin")
_ATTRIBUTION = (*ATTRIBUTION_ATTRIBUTES, "source_entity", "chain", "origin")


def read(files: list[File], options: Options, lost: Lost) -> Content:
    """Return the documents of .ann files with their texts; raises `DataError` naming file, line and value."""
    return Content(tuple(_Reader(file, lost).document() for file in files))


class _Reader:
    """Turns the lines of one file into a record."""

    def __init__(self, file: File, lost: Lost):
        self.lines = Standoff(file, lost)
        self.doc = file.doc
        self.lost = lost
        frames = self.lines.frames
        self.attributions = {k: f for k, f in frames.items() if f.type in (FRAME, NO_SOURCE)}
        self.events = {k: f for k, f in frames.items() if k not in self.attributions}
        parts = {t for f in self.attributions.values() for role, t in f.arguments if role in ROLES}
        hidden = self.lines.triggers | parts
        self.mentions = {k: b for k, b in self.lines.bounds.items() if k not in hidden}
        self.ids = {
            **dict(zip(self.mentions, numbered("m"), strict=False)),
            **dict(zip(self.events, numbered("v"), strict=False)),
            **dict(zip(self.attributions, numbered("a"), strict=False)),
        }
        self.marks = self._marks()
        self.groups = self._groups("entity", self.mentions, "e") | self._groups("event", self.events, "E")

    def document(self) -> Texted:
        """Return the record with its text."""
        mentions = tuple(self._mention(k, b) for k, b in self.mentions.items())
        links = tuple(self._links())
        record = Document(
            doc=self.doc,
            text_sha256=text_sha256(self.lines.text),
            entities=tuple(self._entities()),
            mentions=mentions,
            events=tuple(self._event(k, f) for k, f in self.events.items()),
            event_links=links or None,
            attributions=tuple(self._attribution(k, f) for k, f in self.attributions.items()),
        )
        return Texted(record, self.lines.text)

    def _marks(self) -> dict[str, dict[str, Mark]]:
        """Return the attributes of items that records have, by id and name; the others are counted."""
        known: dict[str, tuple[str, ...]] = {}
        known |= dict.fromkeys(self.mentions, _MENTION)
        known |= dict.fromkeys(self.events, _EVENT)
        known |= dict.fromkeys(self.attributions, _ATTRIBUTION)
        found: dict[str, dict[str, Mark]] = {}
        for mark in self.lines.marks:
            if mark.name not in known.get(mark.target, ()) or not mark.value:
                self.lost["attributes", "is none of a record"] += 1
            elif mark.name in found.setdefault(mark.target, {}):
                raise DataError(f"{mark.place}: {mark.target} has a {mark.name} already: keep one of them")
            else:
                found[mark.target][mark.name] = mark._replace(value=unescape(mark.value))
        return found

    def _groups(self, name: str, items: Iterable[str], prefix: str) -> dict[str, str]:
        """Return the entity or event of items, by attribute or by equivalence."""
        own = {k: self.marks[k][name].value for k in items if name in self.marks.get(k, {})}
        fresh, known = numbered(prefix, own.values()), set(items)
        for place, members in self.lines.equal:
            if not set(members) <= known:
                continue
            names = {own[k] for k in members if k in own}
            if len(names) > 1:
                raise DataError(f"{place}: makes {' and '.join(sorted(names))} one: mend the attributes {name}")
            own |= dict.fromkeys(members, names.pop() if names else next(fresh))
        return own

    def _longest(self, bound: Bound, what: str) -> Span:
        if len(bound.spans) > 1:
            self.lost[what, "has several fragments: the longest is kept"] += 1
        return max(bound.spans, key=lambda s: (s[1] - s[0], -s[0]))

    def _values(self, key: str, names: Iterable[str]) -> dict[str, Any]:
        return {name: mark.value for name, mark in self.marks.get(key, {}).items() if name in names}

    def _convert(self, key: str, place: str, values: dict[str, Any], kind: type[_Item]) -> _Item:
        try:
            return msgspec.convert({"id": self.ids[key], **values}, kind)
        except msgspec.ValidationError as error:
            marks = ", ".join(m.place for m in self.marks.get(key, {}).values())
            raise DataError(f"{place}: {key}: {error}: mend its attributes ({marks or 'none'})") from None

    def _mention(self, key: str, bound: Bound) -> Mention:
        start, end = self._longest(bound, "mentions")
        values = self._values(key, ("level", "value", "origin"))
        if "head" in self.marks.get(key, {}):
            values["head"] = _span(self.marks[key]["head"], len(self.lines.text))
        values |= {"start": start, "end": end, "type": unescape(bound.type), "entity": self.groups.get(key)}
        return self._convert(key, bound.place, values, Mention)

    def _entities(self) -> Iterator[Entity]:
        names: dict[str, str] = {}
        for note in self.lines.notes:
            if note.name == NAME and note.target in self.mentions and note.target in self.groups:
                names.setdefault(self.groups[note.target], unescape(note.value))
            else:
                self.lost["notes", "is no name of an entity"] += 1
        types: dict[str, str] = {}
        for key, bound in self.mentions.items():
            if key in self.groups:
                mark = self.marks.get(key, {}).get(TYPE)
                types.setdefault(self.groups[key], mark.value if mark else unescape(bound.type))
        return (Entity(id=k, type=kind, name=names.get(k, "")) for k, kind in types.items())

    def _event(self, key: str, frame: Frame) -> Event:
        start, end = self._longest(self.lines.bounds[frame.trigger], "events")
        arguments = []
        for role, target in frame.arguments:
            if target in self.mentions or target in self.events:
                arguments.append(Argument(role=unescape(role), target=self.ids[target]))
            else:
                self.lost["events.arguments", "is neither a mention nor an event"] += 1
        values = self._values(key, _EVENT) | {"start": start, "end": end, "type": unescape(frame.type)}
        values["event"] = self.groups.get(key)
        made = self._convert(key, frame.place, values, Event)
        return msgspec.structs.replace(made, arguments=tuple(arguments))

    def _links(self) -> Iterator[EventLink]:
        fresh = numbered("E", self.groups.values())
        for edge in self.lines.edges.values():
            if edge.type not in LINKS or not {edge.first, edge.second} <= set(self.events):
                self.lost["relations", "is no link between events"] += 1
                continue
            for key in (edge.first, edge.second):
                if key not in self.groups:
                    self.groups[key] = next(fresh)
            source, target = self.groups[edge.first], self.groups[edge.second]
            yield EventLink(source=source, target=target, relation=edge.type)  # type: ignore[arg-type]

    def _attribution(self, key: str, frame: Frame) -> Attribution:
        values = self._values(key, _ATTRIBUTION)
        spans: dict[str, list[Span]] = {}
        for role, target in frame.arguments:
            if role in ROLES and target in self.lines.bounds:
                spans.setdefault(ROLES[role], []).extend(self.lines.bounds[target].spans)
            elif role == PARENT and target in self.attributions and "parent" not in values:
                values["parent"] = self.ids[target]
            else:
                self.lost["attributions", "has an argument that is none of a record"] += 1
        if "chain" in values:
            values["chain"] = [_node(node) for node in values["chain"].split(",")]
        return self._convert(key, frame.place, values | {k: sorted(set(v)) for k, v in spans.items()}, Attribution)


def _span(mark: Mark, length: int) -> list[int]:
    match = re.fullmatch(r"(\d{1,9}):(\d{1,9})", mark.value, re.ASCII)
    if match is None or not int(match[1]) < int(match[2]) <= length:
        raise DataError(f"{mark.place}: {mark.value!r} is no span of the text: write START:END")
    return [int(match[1]), int(match[2])]


def _node(value: str) -> dict[str, str]:
    node, _, status = value.rpartition(":")
    return {"node": unescape(node), "status": status}


def write(content: Content, options: Options, lost: Lost) -> Outputs:
    """Return an .ann and a .txt file for each document."""
    found: Outputs = {}
    for document in content.documents:
        found[file_name(document.record.doc, ".ann")] = _Marker(document, lost).body()
        found[file_name(document.record.doc, ".txt")] = document.text
    return found


class _Marker:
    """Turns a record into lines."""

    def __init__(self, document: Texted, lost: Lost):
        self.record = document.record
        self.lines = Writer(document.text)
        self.lost = lost
        self.targets: dict[str, str] = {}
        self.first: dict[str, str] = {}

    def body(self) -> str:
        """Return the whole file."""
        self._mentions()
        self._events()
        self._attributions()
        return self.lines.body

    def _marks(self, target: str, values: Iterable[tuple[str, str | None]]) -> None:
        for name, value in values:
            if value:
                self.lines.line("A", f"{name} {target} {escape(value, keep=' ')}")

    def _equal(self, groups: dict[str, list[str]]) -> None:
        for members in groups.values():
            if len(members) > 1:
                self.lines.lines.append(f"*\tEquiv {' '.join(members)}")

    def _mentions(self) -> None:
        entities = {e.id: e for e in self.record.entities or ()}
        groups: dict[str, list[str]] = {}
        for m in self.record.mentions or ():
            key = self.targets[m.id] = self.lines.bound(escape(m.type), ((m.start, m.end),))
            head = f"{m.head[0]}:{m.head[1]}" if m.head else None
            marks = [("level", m.level), ("value", m.value), ("head", head), ("entity", m.entity), ("origin", m.origin)]
            self._marks(key, marks)
            if m.entity is not None:
                groups.setdefault(m.entity, []).append(key)
                entity = entities.get(m.entity)
                if entity is not None and len(groups[m.entity]) == 1:
                    self._marks(key, [(TYPE, entity.type if entity.type != m.type else None)])
                    if entity.name:
                        self.lines.line("#", f"{NAME} {key}\t{escape(entity.name, keep=' ')}")
        self.named = set(groups)
        without = len(set(entities) - self.named)
        if without:
            self.lost["entities", "has no mention to stand on"] += without
        self._equal(groups)

    def _events(self) -> None:
        events = self.record.events or ()
        self.targets |= {v.id: f"E{n}" for n, v in enumerate(events, 1)}
        triggers = [self.lines.bound(escape(v.type), ((v.start, v.end),)) for v in events]
        groups: dict[str, list[str]] = {}
        for v, trigger in zip(events, triggers, strict=True):
            filled = [(escape(a.role), self.targets[a.target]) for a in v.arguments]
            key = self.lines.frame(escape(v.type), trigger, filled)
            self._marks(key, ((name, getattr(v, name)) for name in _EVENT))
            if v.event is not None:
                groups.setdefault(v.event, []).append(key)
        self._equal(groups)
        for link in self.record.event_links or ():
            first, second = groups[link.source][0], groups[link.target][0]
            self.lines.line("R", f"{link.relation} Arg1:{first} Arg2:{second}")

    def _attributions(self) -> None:
        kept = [a for a in self.record.attributions or () if any(getattr(a, field) for field in SPAN_FIELDS)]
        if len(kept) < len(self.record.attributions or ()):
            self.lost["attributions", "has no span"] += len(self.record.attributions or ()) - len(kept)
        before = len(self.record.events or ())
        self.targets |= {a.id: f"E{n}" for n, a in enumerate(kept, before + 1)}
        for a in kept:
            fields = [(role, getattr(a, field)) for role, field in ROLES.items() if getattr(a, field)]
            trigger: Spans = a.cue or a.content or a.source or fields[0][1]
            filled = [(role, self.lines.bound(role, spans)) for role, spans in fields]
            if a.parent in self.targets:
                filled.append((PARENT, self.targets[a.parent]))
            key = self.lines.frame(FRAME, self.lines.bound(FRAME, trigger), filled)
            self._marks(key, ((name, getattr(a, name)) for name in (*ATTRIBUTION_ATTRIBUTES, "origin")))
            self._marks(key, [("source_entity", a.source_entity if a.source_entity in self.named else None)])
            nodes = [n for n in a.chain if n.node in self.named or n.node == OUTLET]
            if nodes:
                chain = ",".join(f"{escape(n.node, ',:')}:{n.status}" for n in nodes)
                self.lines.line("A", f"chain {key} {chain}")
