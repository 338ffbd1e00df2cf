"""Quoted annotation: spans named by sentence number, quote and occurrence, resolved to offsets.

The format is described in `annotations/README.md`. Nothing is guessed: a quote that is absent, or stands more than once
without a number, is refused with the line, the sentence and the places where it stands. Curly and straight quotation
marks count as equal, and so do no-break and plain spaces; the fold is one character for one, so that offsets stay
exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from .errors import QuoteError
from .records import (
    ATTRIBUTION_ATTRIBUTES,
    FACTUALITY_TAGS,
    SPAN_FIELDS,
    Argument,
    Attribution,
    Claim,
    Document,
    Entity,
    Event,
    EventLink,
    Factuality,
    Mention,
    Node,
    Region,
    Sentence,
    Span,
    Spans,
)

_FOLD = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " "}
)
_SPAN = re.compile(r"(?P<low>\d{1,6})(?:-(?P<high>\d{1,6}))?(?:#(?P<n>\d{1,6}))?:(?P<quote>.*)", re.DOTALL | re.ASCII)
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_ELISION = re.compile(r"\s*\[\.\.\.\]\s*")
_SPAN_KEYS = {**{f: f for f in SPAN_FIELDS}, "reason": "anonymity_reason"}
_PREFIXES = ("E", "M", "V", "L", "A", "F", "C")


class Place(NamedTuple):
    """Where a line of quoted annotation stands, for messages."""

    name: str
    line: int

    def __str__(self) -> str:
        return f"{self.name}:{self.line}"


class Quoted:
    """A text with its sentences, in which quotes are found."""

    def __init__(self, text: str, sentences: Sequence[Sentence]):
        self.text = text
        self.folded = text.translate(_FOLD)
        self.sentences = sentences

    def spans(self, expression: str, place: Place) -> Spans:
        """Resolve fragments joined by ` ++ `; raises `QuoteError`."""
        return tuple(self.span(part.strip(), place) for part in expression.split(" ++ "))

    def span(self, expression: str, place: Place) -> Span:
        """Resolve one `sentence[-sentence][#n]:quote`; raises `QuoteError`."""
        match = _SPAN.fullmatch(expression)
        if match is None:
            raise QuoteError(f"{place}: {expression!r} is no span: write it as sentence:quote, such as 3:left the town")
        low, high = int(match["low"]), int(match["high"] or match["low"])
        if not 1 <= low <= high <= len(self.sentences):
            raise QuoteError(f"{place}: {expression!r}: sentences run from 1 to {len(self.sentences)}")
        pieces = _ELISION.split(match["quote"].translate(_FOLD).strip())
        if len(pieces) > 2 or not all(pieces):
            raise QuoteError(f"{place}: {expression!r}: a quote needs words, and at most one [...] between two quotes")
        start_sentence, end_sentence = self.sentences[low - 1], self.sentences[high - 1]
        limit = end_sentence.end
        first_limit = limit if len(pieces) == 1 else start_sentence.end
        start = self._one(pieces[0], start_sentence.start, first_limit, match["n"], expression, place)
        if len(pieces) == 1:
            return start, start + len(pieces[0])
        inner = max(start + len(pieces[0]), end_sentence.start)
        end = self._one(pieces[1], inner, limit, None, expression, place)
        return start, end + len(pieces[1])

    def inside(self, quote: str, outer: Span, place: Place) -> Span:
        """Resolve a quote inside a span, such as a head; `n#quote` takes the n-th; raises `QuoteError`."""
        number, mark, words = quote.partition("#")
        if not (mark and _NUMBER.fullmatch(number)):
            number, words = "", quote
        start = self._one(words.strip().translate(_FOLD), *outer, number or None, quote, place)
        return start, start + len(words.strip())

    def _one(self, quote: str, low: int, high: int, n: str | None, expression: str, place: Place) -> int:
        starts = list(self._occurrences(quote, low, high))
        where = f"{place}: {expression!r}"
        if not starts:
            raise QuoteError(f"{where}: {quote!r} does not stand there as whole words: {self.text[low:high][:160]!r}")
        if n is not None:
            if not 1 <= int(n) <= len(starts):
                raise QuoteError(f"{where}: occurrence {n} asked for, but {quote!r} stands there {len(starts)} times")
            return starts[int(n) - 1]
        if len(starts) > 1:
            raise QuoteError(
                f"{where}: {quote!r} stands there {len(starts)} times: add #1 ... #{len(starts)} to the number"
            )
        return starts[0]

    def _occurrences(self, quote: str, low: int, high: int) -> Iterator[int]:
        at = self.folded.find(quote, low, high)
        while at >= 0:
            end = at + len(quote)
            if not (_inside_word(self.text, at) or _inside_word(self.text, end)):
                yield at
            at = self.folded.find(quote, at + 1, high)


def _inside_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def read_quotes(
    lines: str,
    *,
    doc: str,
    text: str,
    sentences: tuple[Sentence, ...],
    name: str = "quotes",
    guidelines: str | None = None,
) -> Document:
    """Turn quoted annotation into a record; all bad lines are named in one `QuoteError`.

    `lines` is the content of a file in the format of `annotations/README.md`, `name` what messages call it.
    """
    reader = _Reader(Quoted(text, sentences))
    problems: list[str] = []
    numbered = [(Place(name, n), line.strip()) for n, line in enumerate(lines.split("\n"), 1)]
    items = [
        (place, [f.strip() for f in re.split(r"\s\|(?:\s|$)", line)])
        for place, line in numbered
        if line and line[0] != "#"
    ]
    for wanted in _PREFIXES:
        for place, fields in items:
            if fields[0] == wanted:
                try:
                    reader.read(place, fields)
                except QuoteError as error:
                    problems.append(str(error))
    problems += [
        f"{place}: {fields[0]!r} is no kind of item: a line starts with one of {' '.join(_PREFIXES)}"
        for place, fields in items
        if fields[0] not in _PREFIXES
    ]
    if problems:
        raise QuoteError(*problems)
    return reader.document(doc, sentences, guidelines)


class _Reader:
    """Collects items; entities come before mentions and attributions before factuality, whatever the order of lines."""

    def __init__(self, quoted: Quoted):
        self.q = quoted
        self.items: dict[str, list[Any]] = {p: [] for p in _PREFIXES}
        self.types: dict[str, str] = {}
        self.ids: set[str] = set()
        self.cues: dict[str, Spans] = {}

    def read(self, place: Place, fields: list[str]) -> None:
        kind, rest = fields[0], fields[1:]
        getattr(self, f"_read_{kind.lower()}")(place, rest)

    def document(self, doc: str, sentences: tuple[Sentence, ...], guidelines: str | None) -> Document:
        made = {p: tuple(v) for p, v in self.items.items()}
        return Document(
            doc=doc,
            guidelines=guidelines,
            entities=made["E"],
            mentions=tuple(sorted(made["M"], key=lambda m: (m.start, -m.end))),
            events=tuple(sorted(made["V"], key=lambda v: (v.start, -v.end))),
            event_links=made["L"],
            attributions=made["A"],
            factuality=made["F"],
            claims=made["C"],
        )

    def _need(self, place: Place, fields: list[str], low: int, high: int, shape: str) -> None:
        if not low <= len(fields) <= high:
            raise QuoteError(f"{place}: {len(fields) + 1} fields: the line should read {shape}")

    def _new_id(self, place: Place, name: str) -> str:
        if name in self.ids:
            raise QuoteError(f"{place}: the id {name} is used twice: ids are unique in a document")
        self.ids.add(name)
        return name

    def _read_e(self, place: Place, f: list[str]) -> None:
        self._need(place, f, 3, 3, "E | id | type | name")
        self.types[self._new_id(place, f[0])] = f[1]
        self.items["E"].append(Entity(id=f[0], type=f[1], name=f[2]))

    def _read_m(self, place: Place, f: list[str]) -> None:
        self._need(place, f, 4, 6, "M | id | span | head | entity or type | level | value")
        f += ["-"] * (5 - len(f))
        start, end = self.q.span(f[1], place)
        head = (start, end) if f[2] == "=" else self.q.inside(f[2], (start, end), place)
        value = f[5] if len(f) > 5 and f[5] not in ("-", "") else None
        entity, kind = (f[3], self.types[f[3]]) if f[3] in self.types else (None, f[3])
        if entity is None and not kind.startswith(("TIME.", "NUM.")):
            raise QuoteError(
                f"{place}: {kind!r} is no entity of this file: define it by a line E, or name a TIME or NUM type"
            )
        if value and value.startswith("type="):
            kind, value = value[5:], None
        self.items["M"].append(
            Mention(
                id=self._new_id(place, f[0]),
                start=start,
                end=end,
                head=head,
                type=kind,
                level=_choice(place, "level", f[4], ("NAM", "NOM", "PRO")),
                entity=entity,
                value=value,
            )
        )

    def _read_v(self, place: Place, f: list[str]) -> None:
        self._need(place, f, 5, 7, "V | id | span | type | event | genericity tense polarity degree | roles | detail")
        start, end = self.q.span(f[1], place)
        attributes = f[4].split()
        if len(attributes) != 4:
            raise QuoteError(f"{place}: {f[4]!r}: four attributes are needed: genericity tense polarity degree")
        arguments = tuple(self._argument(place, a) for a in (f[5].split() if len(f) > 5 and f[5] != "-" else ()))
        self.items["V"].append(
            Event(
                id=self._new_id(place, f[0]),
                start=start,
                end=end,
                type=f[2],
                event=f[3],
                genericity=_choice(place, "genericity", attributes[0], ("specific", "generic")),
                tense=_choice(place, "tense", attributes[1], ("past", "ongoing", "future")),
                polarity=_polarity(place, attributes[2]),
                degree=_choice(place, "degree", attributes[3], ("full", "partial", "attempted", "unmarked")),
                detail=f[6] if len(f) > 6 and f[6] not in ("-", "") else None,
                arguments=arguments,
            )
        )

    def _argument(self, place: Place, text: str) -> Argument:
        role, mark, target = text.partition("=")
        if not (mark and role and target):
            raise QuoteError(f"{place}: {text!r}: an argument reads Role=m1")
        return Argument(role=role, target=target)

    def _read_l(self, place: Place, f: list[str]) -> None:
        self._need(place, f, 3, 3, "L | event | relation | event")
        relation = _choice(place, "relation", f[1], ("subevent", "near-identity"))
        if relation is None:
            raise QuoteError(f"{place}: a link needs a relation: subevent or near-identity")
        self.items["L"].append(EventLink(source=f[0], target=f[2], relation=relation))

    def _read_a(self, place: Place, f: list[str]) -> None:
        self._need(place, f, 1, 30, "A | id | key=value | ...")
        made: dict[str, Any] = {"id": self._new_id(place, f[0])}
        for field in f[1:]:
            key, mark, value = field.partition("=")
            value = value.strip()
            if not mark:
                raise QuoteError(f"{place}: {field!r}: a field of an attribution reads key=value")
            if key in _SPAN_KEYS:
                made[_SPAN_KEYS[key]] = () if value in ("-", "") else self.q.spans(value, place)
            elif key == "entity":
                made["source_entity"] = None if value == "-" else value
            elif key == "parent":
                made["parent"] = None if value == "-" else value
            elif key == "chain":
                made["chain"] = tuple(self._node(place, n) for n in value.split(">"))
            else:
                for pair in field.split():
                    made.update([self._attribute(place, pair)])
        attribution = Attribution(**made)
        self.cues[attribution.id] = attribution.cue
        self.items["A"].append(attribution)

    def _attribute(self, place: Place, pair: str) -> tuple[str, str]:
        key, mark, value = pair.partition("=")
        if not mark or key not in ATTRIBUTION_ATTRIBUTES:
            known = " ".join((*_SPAN_KEYS, "entity", "parent", "chain", *ATTRIBUTION_ATTRIBUTES))
            raise QuoteError(f"{place}: {pair!r} is no field of an attribution: the fields are {known}")
        return key, value

    def _node(self, place: Place, text: str) -> Node:
        node, _, status = text.strip().partition("~")
        chosen = _choice(place, "chain status", status or "explicit", ("explicit", "implicit", "inferred"))
        return Node(node=node.strip(), status=chosen or "explicit")

    def _read_f(self, place: Place, f: list[str]) -> None:
        self._need(place, f, 2, 20, "F | event mention | source tag evidence | ...")
        for field in f[1:]:
            source, _, rest = field.partition(" ")
            tag, _, evidence = rest.strip().partition(" ")
            if tag not in FACTUALITY_TAGS:
                raise QuoteError(f"{place}: {tag!r} is no tag: write one of {' '.join(FACTUALITY_TAGS)}")
            certainty, polarity = FACTUALITY_TAGS[tag]
            self.items["F"].append(
                Factuality(
                    event=f[0],
                    source=source,
                    certainty=certainty,
                    polarity=polarity,
                    evidence=self._evidence(place, evidence.strip()),
                )
            )

    def _evidence(self, place: Place, text: str) -> Spans:
        found: list[Span] = []
        for part in (p.strip() for p in text.split(" ++ ") if p.strip()):
            if part.startswith("@"):
                if part[1:] not in self.cues:
                    raise QuoteError(f"{place}: {part}: there is no attribution {part[1:]}")
                found += self.cues[part[1:]]
            else:
                found.append(self.q.span(part, place))
        return tuple(found)

    def _read_c(self, place: Place, f: list[str]) -> None:
        self._need(place, f, 3, 3, "C | id | source | head")
        self.items["C"].append(Claim(id=self._new_id(place, f[0]), source=f[1], head=f[2]))


def _polarity(place: Place, value: str) -> Any:
    if value not in ("+", "-"):
        raise QuoteError(f"{place}: polarity {value!r} is not one of + -")
    return value


def _choice(place: Place, field: str, value: str, allowed: tuple[str, ...]) -> Any:
    if value == "-":
        return None
    if value not in allowed:
        raise QuoteError(f"{place}: {field} {value!r} is not one of {' '.join(allowed)}")
    return value


def write_quotes(record: Document, text: str) -> str:
    """Return a record as quoted annotation that reads back to the same record."""
    return "\n".join(Writer(record, text).lines()) + "\n"


class Writer:
    """Writes the items of a record as lines of quoted annotation."""

    def __init__(self, record: Document, text: str):
        self.r = record
        self.q = Quoted(text, record.sentences or ())
        self.names = {e.id: e for e in record.entities or ()}

    def lines(self) -> Iterator[str]:
        """Yield every item; the values of one event stand on one line."""
        r = self.r
        for layer in (r.entities, r.mentions, r.events, r.event_links, r.attributions):
            yield from (self.line(item) for item in layer or ())
        by_event: dict[str, list[str]] = {}
        for f in r.factuality or ():
            by_event.setdefault(f.event, []).append(self.value(f))
        yield from (f"F | {event} | " + " | ".join(fields) for event, fields in by_event.items())
        yield from (self.line(c) for c in r.claims or ())

    def line(self, item: Entity | Mention | Event | EventLink | Attribution | Factuality | Claim) -> str:
        """Return one item as a line of its own; raises `QuoteError` for a span that no quote can name."""
        match item:
            case Entity():
                return f"E | {item.id} | {item.type} | {item.name}"
            case Mention():
                return self.mention(item)
            case Event():
                return self.event(item)
            case EventLink():
                return f"L | {item.source} | {item.relation} | {item.target}"
            case Attribution():
                return self.attribution(item)
            case Factuality():
                return f"F | {item.event} | {self.value(item)}"
            case Claim():
                return f"C | {item.id} | {item.source} | {item.head}"

    def mention(self, m: Mention) -> str:
        """Return a mention: its type stands there only where it is not that of its entity."""
        fields = [m.id, self.span((m.start, m.end)), self.head(m), m.entity or m.type, m.level or "-"]
        if m.entity in self.names and self.names[m.entity].type != m.type:
            fields.append(f"type={m.type}")
        elif m.value:
            fields.append(m.value)
        return "M | " + " | ".join(fields)

    def event(self, v: Event) -> str:
        """Return an event mention."""
        attributes = " ".join(a or "-" for a in (v.genericity, v.tense, v.polarity, v.degree))
        roles = " ".join(f"{a.role}={a.target}" for a in v.arguments) or "-"
        tail = f" | {v.detail}" if v.detail else ""
        return (
            f"V | {v.id} | {self.span((v.start, v.end))} | {v.type} | {v.event or '-'} | {attributes} | {roles}{tail}"
        )

    def value(self, f: Factuality) -> str:
        """Return a factuality value as a field: source, tag, evidence."""
        return f"{f.source} {_TAGS[f.certainty, f.polarity]} {self.spans(f.evidence)}".strip()

    def head(self, m: Mention) -> str:
        """Return the head of a mention."""
        if m.head is None or m.head == (m.start, m.end):
            return "="
        quote = self.q.text[m.head[0] : m.head[1]]
        starts = list(self.q._occurrences(quote.translate(_FOLD), m.start, m.end))
        return quote if len(starts) == 1 else f"{self.number(starts, m.head)}#{quote}"

    def span(self, span: Span) -> str:
        """Return a span as sentence and quote; raises `QuoteError`."""
        numbers = [n for n, s in enumerate(self.q.sentences, 1) if s.start < span[1] and span[0] < s.end]
        if not numbers:
            raise QuoteError(
                f"{self.r.doc}: span {span} stands in no sentence of the record: run `reportedly check` on it"
            )
        low, high = numbers[0], numbers[-1]
        quote = " ".join(self.q.text[span[0] : span[1]].split("\n"))
        if "\n" in self.q.text[span[0] : span[1]]:
            quote = self._elided(span, low, high)
        area = self.q.sentences[low - 1].start, self.q.sentences[high - 1].end
        starts = list(self.q._occurrences(quote.translate(_FOLD), *area))
        number = f"{low}" if low == high else f"{low}-{high}"
        return f"{number}:{quote}" if len(starts) < 2 else f"{number}#{self.number(starts, span)}:{quote}"

    def number(self, starts: Sequence[int], span: Span) -> int:
        """Return which of the places where a quote stands is the span's; raises `QuoteError`."""
        if span[0] not in starts:
            raise QuoteError(f"{self.r.doc}: span {span} is no whole words: run `reportedly check` on the record")
        return starts.index(span[0]) + 1

    def _elided(self, span: Span, low: int, high: int) -> str:
        first = self.q.text[span[0] : min(span[1], self.q.sentences[low - 1].end)]
        last = self.q.text[max(span[0], self.q.sentences[high - 1].start) : span[1]]
        return f"{first} [...] {last}"

    def spans(self, spans: Spans) -> str:
        """Return fragments."""
        return " ++ ".join(self.span(s) for s in spans)

    def attribution(self, a: Attribution) -> str:
        """Return an attribution."""
        fields = [a.id]
        fields += [
            f"{'reason' if f == 'anonymity_reason' else f}={self.spans(getattr(a, f))}"
            for f in SPAN_FIELDS
            if getattr(a, f)
        ]
        fields.append(f"entity={a.source_entity or '-'}")
        fields.append(" ".join(f"{k}={getattr(a, k)}" for k in ATTRIBUTION_ATTRIBUTES if getattr(a, k) is not None))
        fields.append(f"parent={a.parent or '-'}")
        nodes = (n.node if n.status == "explicit" else f"{n.node}~{n.status}" for n in a.chain)
        fields.append("chain=" + " > ".join(nodes))
        return "A | " + " | ".join(f for f in fields if f and f != "chain=")


_TAGS = {value: tag for tag, value in FACTUALITY_TAGS.items()}


class Snippet(NamedTuple):
    """An annotated example: where it stands, its text, and the record that its lines make."""

    place: str
    text: str
    record: Document


_BLOCK = re.compile(r"^```annotated\n(.*?)^```", re.MULTILINE | re.DOTALL)


def read_snippet(block: str, place: str) -> Snippet:
    """Read a text, a line `---` and items; raises `QuoteError`."""
    from .text import sentences as cut

    text, mark, lines = block.partition("\n---\n")
    if not mark:
        raise QuoteError(f"{place}: the block has no line --- between text and items")
    text = text.strip("\n")
    region = (Region(kind="body", start=0, end=len(text)),)
    found = cut(text, region)
    record = read_quotes(lines, doc="example", text=text, sentences=found, name=f"{place} items")
    return Snippet(place, text, msgspec.structs.replace(record, regions=region))


def snippet_blocks(markdown: str) -> Iterator[tuple[int, str]]:
    """Yield the line number and content of each fenced block with the info string `annotated`."""
    for match in _BLOCK.finditer(markdown):
        yield markdown.count("\n", 0, match.start()) + 1, match[1]
