"""The grammar of the text fields: heads, evidence, chains, entities. What is written reads back to the same value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ..errors import DataError, QuoteError
from ..quoting import Place, Quoted
from ..records import FACTUALITY_TAGS, Entity, Factuality, Node, Sentence, Span, Spans, factuality_tag

_OFFSETS = re.compile(r"\[(\d+)-(\d+)\]")
_NUMBERED = re.compile(r"\d+(?:-\d+)?(?:#\d+)?:.+", re.DOTALL)
_ENTITY = re.compile(r"\s*(\S+)\s*\|\s*(\S+)\s*\|\s?(.*)", re.DOTALL)
_NODE = re.compile(r"(?P<node>[^\s>~]+)(?:~(?P<status>explicit|implicit|inferred))?")
_ID = re.compile(r"[^\s>~|@\"]{1,64}")
NONE, UNDECIDED = "-", "?"


class UndecidedError(QuoteError):
    """A field that was left for the annotator and not filled."""


class Row(NamedTuple):
    """One row of the field `factuality`: a source, its tag, and the evidence."""

    source: str
    tag: str
    evidence: Spans


class Fields:
    """Reads and writes the text fields of one document."""

    def __init__(self, text: str, sentences: tuple[Sentence, ...], cues: Mapping[str, Spans]):
        self.text = text
        self.sentences = sentences
        self.quoted = Quoted(text, sentences)
        self.cues = cues

    def write_head(self, mention: Span, head: Span | None) -> str:
        """Return the field `head`: empty for the whole mention, `-` for none."""
        if head is None:
            return NONE
        return "" if head == mention else self._written(head, mention, lambda e: self.read_head(e, mention, _NOWHERE))

    def read_head(self, field: str, mention: Span, place: Place) -> Span | None:
        """Return the head that a field names; raises `QuoteError`."""
        field = field.strip()
        if field in ("", "="):
            return mention
        return None if field == NONE else self._offsets(field, place) or self.quoted.inside(field, mention, place)

    def write_row(self, item: Factuality, trigger: Span, nearest: tuple[str, ...]) -> str:
        """Return a value as a row; `nearest` are attributions whose cue is named first where the evidence is a cue."""
        tag = factuality_tag(item.certainty, item.polarity)
        if tag is None:
            raise DataError(
                f"factuality[{item.event} {item.source}]: {item.certainty} {item.polarity} has no tag: "
                f"use one of {' '.join(FACTUALITY_TAGS)}"
            )
        return f"{item.source} {tag} {self._evidence(item.evidence, trigger, nearest)}".strip()

    def read_row(self, row: str, trigger: Span, place: Place) -> Row:
        """Return what a row says; raises `QuoteError`."""
        source, _, rest = row.strip().partition(" ")
        tag, _, evidence = rest.strip().partition(" ")
        if tag == UNDECIDED:
            raise UndecidedError(f"{place}: {source} has no tag yet: write one of {' '.join(FACTUALITY_TAGS)}")
        if tag not in FACTUALITY_TAGS:
            raise QuoteError(
                f"{place}: {row!r}: a row reads source, tag, evidence, such as AUTHOR Uu @a1; "
                f"the tags are {' '.join(FACTUALITY_TAGS)}"
            )
        return Row(source, tag, self._read_evidence(evidence.strip(), trigger, place))

    def _evidence(self, spans: Spans, trigger: Span, nearest: tuple[str, ...]) -> str:
        for name in (*nearest, *self.cues):
            if spans and self.cues.get(name) == spans and _ID.fullmatch(name):
                return f"@{name}"
        sentence = self._sentence_of(trigger)
        return " ++ ".join(
            self._written(s, sentence, lambda e: self._single(self._read_evidence(e, trigger, _NOWHERE))) for s in spans
        )

    def _read_evidence(self, field: str, trigger: Span, place: Place) -> Spans:
        found: list[Span] = []
        for part in (p.strip() for p in field.split(" ++ ") if p.strip()):
            if part.startswith("@"):
                if part[1:] not in self.cues:
                    raise QuoteError(f"{place}: {part}: there is no attribution {part[1:]}")
                found += self.cues[part[1:]]
            elif offsets := self._offsets(part, place):
                found.append(offsets)
            elif _NUMBERED.fullmatch(part):
                found.append(self.quoted.span(part, place))
            else:
                found.append(self.quoted.inside(part, self._sentence_of(trigger), place))
        return tuple(found)

    def _single(self, spans: Spans) -> Span | None:
        return spans[0] if len(spans) == 1 else None

    def _sentence_of(self, span: Span) -> Span:
        for s in self.sentences:
            if s.start <= span[0] < s.end:
                return s.start, s.end
        return 0, len(self.text)

    def _offsets(self, field: str, place: Place) -> Span | None:
        match = _OFFSETS.fullmatch(field)
        if match is None:
            return None
        start, end = int(match[1]), int(match[2])
        if not start < end <= len(self.text):
            raise QuoteError(f"{place}: {field} is no span of the text ({len(self.text)} characters)")
        return start, end

    def _written(self, span: Span, near: Span, read: Callable[[str], Span | None]) -> str:
        """Return the first expression that reads back to the span."""
        for expression in self._expressions(span, near):
            try:
                if read(expression) == span:
                    return expression
            except QuoteError:
                continue
        return f"[{span[0]}-{span[1]}]"

    def _expressions(self, span: Span, near: Span) -> Iterator[str]:
        quote = self.text[span[0] : span[1]]
        if "\n" in quote or "\r" in quote or " ++ " in quote:
            return
        yield quote
        yield from (f"{n}#{quote}" for n in range(1, self.text.count(quote, *near) + 1))
        for number, s in enumerate(self.sentences, 1):
            if s.start <= span[0] < s.end:
                yield f"{number}:{quote}"
                yield from (f"{number}#{n}:{quote}" for n in range(1, self.text.count(quote, s.start, s.end) + 1))


_NOWHERE = Place("", 0)


def write_entity(entity: Entity) -> str:
    """Return an entity as a row of the field `entities`."""
    return f"{entity.id} | {entity.type} | {entity.name}"


def read_entity(row: str, place: Place) -> Entity:
    """Return the entity of a row; raises `QuoteError`."""
    match = _ENTITY.fullmatch(row)
    if match is None:
        raise QuoteError(f"{place}: {row!r}: a row reads id | type | name, such as e1 | ORG.Media | Kessar Post")
    return Entity(id=match[1], type=match[2], name=match[3])


def write_chain(chain: tuple[Node, ...]) -> str:
    """Return a reporting chain as a field, such as `e4 > e7~implicit > OUTLET`."""
    return " > ".join(n.node if n.status == "explicit" else f"{n.node}~{n.status}" for n in chain)


def read_chain(field: str, place: Place) -> tuple[Node, ...]:
    """Return the chain of a field; raises `QuoteError`."""
    found = []
    for part in field.split(">"):
        match = _NODE.fullmatch(part.strip())
        if match is None:
            raise QuoteError(f"{place}: {field!r}: a chain reads e4 > e7~implicit > OUTLET")
        found.append(Node(node=match["node"], status=match["status"] or "explicit"))  # type: ignore[arg-type]
    return tuple(found)


def is_id(name: str) -> bool:
    """Say whether an id can be named in the text fields."""
    return _ID.fullmatch(name) is not None
