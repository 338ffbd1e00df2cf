"""OneIE JSON lines (Lin et al. 2020): a sentence a line, tokens numbered in the sentence, ends past the last token.

Read are both shapes: `entity_mentions` and `event_mentions` (what it is trained on) and `graph` (what it predicts).
Written is the first. A type `ORG.ArmedGroup` is `entity_type` ORG with `entity_subtype` ArmedGroup; an entity of the
document is the part of `entity_id` before its last hyphen (`orlen-01-e2-m1`). A sentence is all that OneIE sees, so
arguments in another sentence and events as arguments do not fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ..errors import DataError
from ..records import Argument, Event, Mention
from .base import Content, File, Lost, Options, Outputs, Texted, numbered
from .brackets import entities_of
from .words import Words, characters, document_of

_UNKNOWN = "UNK"
_Graph = list[tuple[Any, ...]]


class _Span(msgspec.Struct):
    start: int
    end: int


class _Mention(_Span):
    entity_type: str
    id: str = ""
    entity_subtype: str = ""
    mention_type: str = _UNKNOWN
    entity_id: str = ""


class _Filler(msgspec.Struct):
    entity_id: str
    role: str


class _Event(msgspec.Struct):
    event_type: str
    trigger: _Span
    id: str = ""
    arguments: list[_Filler] = []


class _Drawn(msgspec.Struct):
    """A graph: entities `[start, end, type, level?, score?]`, triggers, relations, roles `[trigger, entity, role]`."""

    entities: list[list[int | float | str]] = []
    triggers: list[list[int | float | str]] = []
    relations: list[list[int | float | str]] = []
    roles: list[list[int | float | str]] = []


class _Sentence(msgspec.Struct):
    doc_id: str
    tokens: list[str]
    sent_id: str = ""
    wnd_id: str = ""
    entity_mentions: list[_Mention] | None = None
    event_mentions: list[_Event] | None = None
    relation_mentions: list[msgspec.Raw] = []
    graph: _Drawn | None = None


def read(files: list[File], options: Options, lost: Lost) -> Content:
    """Return the documents of JSON lines; raises `DataError` naming file, line, field and value."""
    decoder = msgspec.json.Decoder(_Sentence)
    found: list[Texted] = []
    for file in files:
        by_doc: dict[str, list[tuple[str, _Sentence]]] = {}
        for place, line in file.lines():
            if line.strip():
                try:
                    sentence = decoder.decode(line)
                except (msgspec.DecodeError, RecursionError) as error:
                    raise DataError(f"{place}: {error}: give one sentence of OneIE a line") from None
                by_doc.setdefault(sentence.doc_id, []).append((place, sentence))
        if not by_doc:
            raise DataError(f"{file.path}:1: holds no sentence: give JSON lines of OneIE")
        found += [_Reader(doc, sentences, lost).document() for doc, sentences in by_doc.items()]
    return Content(tuple(found))


class _Reader:
    """Puts the sentences of a document together."""

    def __init__(self, doc: str, sentences: list[tuple[str, _Sentence]], lost: Lost):
        self.base = document_of(doc, [s.tokens for _, s in sentences], sentences[0][0])
        self.sentences = [(place, _plain(place, s, lost)) for place, s in sentences]
        self.prefix = f"{doc}-"
        own = [m.id for _, s in self.sentences for m in s.entity_mentions or ()]
        own += [v.id for _, s in self.sentences for v in s.event_mentions or ()]
        names = [s.sent_id or s.wnd_id for _, s in sentences if s.sent_id or s.wnd_id]
        for what, ids in (("id", [i for i in own if i]), ("sent_id", names)):
            twice = next((i for i in ids if ids.count(i) > 1), None) if len(set(ids)) < len(ids) else None
            if twice is not None:
                raise DataError(f"{sentences[0][0]}: {what} {twice!r} stands twice in document {doc!r}: keep one")
        self.mentions_left, self.events_left = numbered("m", own), numbered("v", own)

    def document(self) -> Texted:
        """Return the record and its text."""
        mentions: list[Mention] = []
        events: list[Event] = []
        first = 0
        for place, sentence in self.sentences:
            ids: dict[str, str] = {}
            for m in sentence.entity_mentions or ():
                made = self._mention(place, m, first, len(sentence.tokens))
                ids[m.id] = made.id
                mentions.append(made)
            for v in sentence.event_mentions or ():
                events.append(self._event(place, v, first, len(sentence.tokens), ids))
            first += len(sentence.tokens)
        record = msgspec.structs.replace(
            self.base.record, mentions=tuple(mentions), events=tuple(events), entities=entities_of(mentions) or None
        )
        return self.base._replace(record=record)

    def _characters(self, place: str, span: _Span, first: int, n: int) -> tuple[int, int]:
        if not 0 <= span.start < span.end <= n:
            raise DataError(
                f"{place}: {span.start}-{span.end} is no span of the {n} tokens: ends are past the last token"
            )
        return characters(self.base.record.tokens or (), first + span.start, first + span.end)

    def _mention(self, place: str, m: _Mention, first: int, n: int) -> Mention:
        start, end = self._characters(place, m, first, n)
        entity = m.entity_id.removeprefix(self.prefix)
        own = f"-{m.id}"
        entity = entity.removesuffix(own) if entity.endswith(own) else entity.rpartition("-")[0] or entity
        kind = f"{m.entity_type}.{m.entity_subtype}" if m.entity_subtype else m.entity_type
        level = None if m.mention_type == _UNKNOWN else m.mention_type
        made = {
            "id": m.id or next(self.mentions_left),
            "start": start,
            "end": end,
            "type": kind,
            "entity": entity or None,
        }
        try:
            return msgspec.convert(made | {"level": level}, Mention)
        except msgspec.ValidationError:
            raise DataError(f"{place}: mention_type {level!r}: give NAM, NOM, PRO or {_UNKNOWN}") from None

    def _event(self, place: str, v: _Event, first: int, n: int, ids: dict[str, str]) -> Event:
        start, end = self._characters(place, v.trigger, first, n)
        for filler in v.arguments:
            if not filler.entity_id or filler.entity_id not in ids:
                raise DataError(f"{place}: argument {filler.entity_id!r}: there is no such mention in this sentence")
        arguments = tuple(Argument(role=f.role, target=ids[f.entity_id]) for f in v.arguments)
        name = v.id or next(self.events_left)
        return Event(id=name, start=start, end=end, type=v.event_type, arguments=arguments)


def _plain(place: str, s: _Sentence, lost: Lost) -> _Sentence:
    """Return a sentence in the shape of mentions, whichever shape it came in."""
    if s.relation_mentions:
        lost["relations", "has no place in a record"] += len(s.relation_mentions)
    if s.graph is None:
        if s.entity_mentions is None and s.event_mentions is None:
            raise DataError(f"{place}: has neither graph nor entity_mentions: is it OneIE?")
        return s
    if s.entity_mentions or s.event_mentions:
        raise DataError(f"{place}: has both a graph and mentions: keep one of the two")
    if s.graph.relations:
        lost["relations", "has no place in a record"] += len(s.graph.relations)
    try:
        mentions = [_drawn_mention(n, item) for n, item in enumerate(s.graph.entities)]
        events = [_Event(event_type=_text(i[2]), trigger=_Span(_number(i[0]), _number(i[1]))) for i in s.graph.triggers]
        for role in s.graph.roles:
            target = f"{_number(role[1])}"
            events[_number(role[0])].arguments.append(_Filler(target, _text(role[2])))
    except (TypeError, IndexError) as error:
        raise DataError(
            f"{place}: graph: {error}: write [start, end, type, ...] and [trigger, entity, role, ...]"
        ) from None
    made = _Sentence(
        doc_id=s.doc_id, tokens=s.tokens, sent_id=s.sent_id, entity_mentions=mentions, event_mentions=events
    )
    return made


def _drawn_mention(n: int, item: list[int | float | str]) -> _Mention:
    level = item[3] if len(item) > 3 and isinstance(item[3], str) else _UNKNOWN
    return _Mention(_number(item[0]), _number(item[1]), _text(item[2]), str(n), mention_type=level)


def _number(value: int | float | str) -> int:
    if not isinstance(value, int) or value < 0:
        raise TypeError(f"{value!r} is no index")
    return value


def _text(value: int | float | str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no label")
    return value


def write(content: Content, options: Options, lost: Lost) -> Outputs:
    """Return one file of JSON lines."""
    lines = (msgspec.json.encode(line).decode() for d in content.documents for line in _sentences(d, lost))
    return {"": "".join(line + "\n" for line in lines)}


def _sentences(document: Texted, lost: Lost) -> Iterator[dict[str, Any]]:
    words = Words(document, lost)
    doc = document.record.doc
    lines: list[dict[str, Any]] = [
        {
            "doc_id": doc, "sent_id": f"{doc}-{n}", "tokens": sentence, "sentence": " ".join(sentence),
            "entity_mentions": [], "relation_mentions": [], "event_mentions": [],
        }
        for n, sentence in enumerate(words.sentences)
    ]  # fmt: skip
    where: dict[str, int] = {}
    for m in document.record.mentions or ():
        span = words.inside(m.start, m.end, lost, "mentions")
        if span is not None:
            where[m.id] = words.sentence(span[0])
            lines[where[m.id]]["entity_mentions"].append(_mention(doc, m, words, span))
    for v in document.record.events or ():
        span = words.inside(v.start, v.end, lost, "events")
        if span is not None:
            at = words.sentence(span[0])
            lines[at]["event_mentions"].append(_event(v, words, span, where, lost))
    yield from lines


def _here(words: Words, span: tuple[int, int]) -> dict[str, Any]:
    first = words.firsts[words.sentence(span[0])]
    tokens = words.sentences[words.sentence(span[0])]
    start, end = span[0] - first, span[1] - first
    return {"start": start, "end": end, "text": " ".join(tokens[start:end])}


def _mention(doc: str, m: Mention, words: Words, span: tuple[int, int]) -> dict[str, Any]:
    kind, _, subtype = m.type.partition(".")
    if not kind or not subtype:
        kind, subtype = m.type, ""
    entity = {"entity_id": f"{doc}-{m.entity}-{m.id}"} if m.entity else {}
    return {
        "id": m.id, **_here(words, span), "entity_type": kind, "entity_subtype": subtype,
        "mention_type": m.level or _UNKNOWN, **entity,
    }  # fmt: skip


def _event(v: Event, words: Words, span: tuple[int, int], where: dict[str, int], lost: Lost) -> dict[str, Any]:
    arguments = []
    for a in v.arguments:
        if a.target not in where:
            lost["events.arguments", "is an event, or a mention that is left out"] += 1
        elif where[a.target] != words.sentence(span[0]):
            lost["events.arguments", "stands in another sentence than the trigger"] += 1
        else:
            arguments.append({"entity_id": a.target, "role": a.role})
    return {"id": v.id, "event_type": v.type, "trigger": _here(words, span), "arguments": arguments}
