"""DyGIE++ JSON lines (Wadden et al. 2019): a document a line, tokens numbered through it, ends on the last token.

`ner`, `events` and `relations` are lists by sentence, `clusters` are lists of spans. Items have no ids: arguments and
clusters name spans, so a span holds one mention. A trigger is one token: of a longer one the first is kept. Arguments
stand in the sentence of their trigger. Clusters of one mention are written.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ..errors import DataError
from ..records import Argument, Event, Mention
from .base import UNTYPED, Content, File, Lost, Options, Outputs, Texted
from .brackets import entities_of
from .words import Words, characters, document_of

_Span = tuple[int, int]
_Cell = int | float | str


class _Document(msgspec.Struct, omit_defaults=True):
    doc_key: str
    sentences: list[list[str]]
    ner: list[list[list[_Cell]]] = []
    relations: list[list[msgspec.Raw]] = []
    events: list[list[list[list[_Cell]]]] = []
    clusters: list[list[_Span]] = []
    event_clusters: list[msgspec.Raw] = []


def read(files: list[File], options: Options, lost: Lost) -> Content:
    """Return the documents of JSON lines; raises `DataError` naming file, line, field and value."""
    decoder = msgspec.json.Decoder(_Document)
    found: list[Texted] = []
    for file in files:
        for place, line in file.lines():
            if line.strip():
                try:
                    found.append(_Reader(place, decoder.decode(line), lost).document())
                except (msgspec.DecodeError, RecursionError) as error:
                    raise DataError(f"{place}: {error}: give one document of DyGIE++ a line") from None
    if not found:
        raise DataError(f"{files[0].path}:1: holds no document: give JSON lines of DyGIE++")
    return Content(tuple(found))


class _Reader:
    """Turns one line into a record."""

    def __init__(self, place: str, line: _Document, lost: Lost):
        self.place = f"{place}: {line.doc_key}"
        self.base = document_of(line.doc_key, line.sentences, place)
        self.line = line
        self.mentions: dict[_Span, str] = {}
        self.types: dict[_Span, str] = {}
        for what, n in (("relations", sum(map(len, line.relations))), ("event_clusters", len(line.event_clusters))):
            if n:
                lost[what, "is not read into records"] += n
        for name in ("ner", "events"):
            if len(getattr(line, name)) not in (0, len(line.sentences)):
                raise DataError(
                    f"{self.place}: {name} has not one list for each of the {len(line.sentences)} sentences"
                )
        self.lost = lost

    def document(self) -> Texted:
        """Return the record and its text."""
        for item in (i for sentence in self.line.ner for i in sentence):
            span, label = self._span(item[:2]), self._label(item, 2)
            if span in self.types:
                self.lost["mentions", "has the span of a mention before it"] += 1
            self.types.setdefault(span, label)
        entities: dict[_Span, str] = {}
        for n, cluster in enumerate(self.line.clusters, 1):
            for span in (self._span(list(s)) for s in cluster):
                if entities.setdefault(span, f"e{n}") != f"e{n}":
                    raise DataError(f"{self.place}: clusters: {list(span)} stands in two clusters: keep one")
                self.types.setdefault(span, UNTYPED)
        fillers = [a for s in self.line.events for event in s for a in event if len(a) > 2]
        for filler in fillers:
            self.types.setdefault(self._span(filler[:2]), UNTYPED)
        self.mentions = {span: f"m{n}" for n, span in enumerate(self.types, 1)}
        mentions = tuple(self._mention(span, entities.get(span)) for span in self.types)
        events = tuple(self._event(n, e) for n, e in enumerate((e for s in self.line.events for e in s), 1))
        record = msgspec.structs.replace(
            self.base.record, mentions=mentions, events=events, entities=entities_of(list(mentions)) or None
        )
        return self.base._replace(record=record)

    def _mention(self, span: _Span, entity: str | None) -> Mention:
        start, end = characters(self.base.record.tokens or (), *span)
        return Mention(id=self.mentions[span], start=start, end=end, type=self.types[span], entity=entity)

    def _event(self, n: int, event: list[list[_Cell]]) -> Event:
        triggers = [item for item in event if len(item) == 2]
        if len(triggers) != 1 or any(len(item) < 2 for item in event):
            raise DataError(
                f"{self.place}: events: {event} is no event: write [[TOKEN, TYPE], [START, END, ROLE], ...]"
            )
        token = self._span([triggers[0][0], triggers[0][0]])
        start, end = characters(self.base.record.tokens or (), *token)
        arguments = tuple(
            Argument(role=self._label(item, 2), target=self.mentions[self._span(item[:2])])
            for item in event
            if len(item) > 2
        )
        return Event(id=f"v{n}", start=start, end=end, type=self._label(triggers[0], 1), arguments=arguments)

    def _span(self, item: list[_Cell] | list[int]) -> _Span:
        n = len(self.base.record.tokens or ())
        match item:
            case [int(start), int(end)] if 0 <= start <= end < n:
                return start, end + 1
        raise DataError(f"{self.place}: {list(item)} is no span of the {n} tokens: give first and last token from 0")

    def _label(self, item: list[_Cell], at: int) -> str:
        label = item[at] if len(item) > at else None
        if not isinstance(label, str) or not label:
            raise DataError(f"{self.place}: {item} lacks its label: give one at place {at + 1}")
        return label


def write(content: Content, options: Options, lost: Lost) -> Outputs:
    """Return one file of JSON lines."""
    return {"": "".join(msgspec.json.encode(_line(d, lost)).decode() + "\n" for d in content.documents)}


def _line(document: Texted, lost: Lost) -> dict[str, object]:
    words = Words(document, lost)
    n = len(words.sentences)
    ner: list[list[object]] = [[] for _ in range(n)]
    spans: dict[str, _Span] = {}
    clusters: dict[str, list[_Span]] = {}
    seen: set[_Span] = set()
    for m in sorted(document.record.mentions or (), key=lambda m: (m.start, m.end, m.entity is None)):
        span = words.inside(m.start, m.end, lost, "mentions")
        if span is None:
            continue
        first, last = spans[m.id] = span[0], span[1] - 1
        if (first, last) in seen:
            lost["mentions", "has the span of another mention"] += 1
            continue
        seen.add((first, last))
        ner[words.sentence(first)].append((first, last, m.type))
        if m.entity is not None:
            clusters.setdefault(m.entity, []).append((first, last))
    events: list[list[object]] = [[] for _ in range(n)]
    for v in sorted(document.record.events or (), key=lambda v: (v.start, v.end)):
        span = words.inside(v.start, v.end, lost, "events")
        if span is not None:
            if span[1] - span[0] > 1:
                lost["events.trigger", "has several tokens: the first is kept"] += 1
            events[words.sentence(span[0])].append([(span[0], v.type), *_fillers(v, words, span[0], spans, lost)])
    return {
        "doc_key": document.record.doc, "sentences": words.sentences, "ner": ner, "relations": [[] for _ in range(n)],
        "events": events, "clusters": list(clusters.values()),
    }  # fmt: skip


def _fillers(
    v: Event, words: Words, trigger: int, spans: dict[str, _Span], lost: Lost
) -> Iterator[tuple[int, int, str]]:
    for a in v.arguments:
        if a.target not in spans:
            lost["events.arguments", "is an event, or a mention that is left out"] += 1
        elif not words.together(spans[a.target][0], trigger):
            lost["events.arguments", "stands in another sentence than the trigger"] += 1
        else:
            yield (*spans[a.target], a.role)
