"""The first system: rules only. No model and no training beyond a gazetteer read from the train split.

Mentions: names of the gazetteer, capitalised runs, pronouns, numbers and dates. Triggers: words that were triggers of
one type in train. Attributions: a speech verb or `according to` with the words around it, quotation marks. Coreference
by equal string. Factuality: uncommitted author inside attributed content, else certain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..records import (
    AUTHOR,
    OUTLET,
    Argument,
    Attribution,
    Claim,
    Document,
    Entity,
    Event,
    Factuality,
    Level,
    Mention,
    Node,
    Sentence,
    Span,
)
from ..text import tokens

_VERBS = (
    "said says saying told tells reported reports claimed claims announced warned denied confirmed insisted added stated argued accused "
    "described conceded admitted acknowledged vowed pledged estimated alleged blamed wrote suggested believes believed explained stressed"
).split()
_CUE = re.compile(rf"\b(?:{'|'.join(_VERBS)})\b")
_ACCORDING = re.compile(r"\b[Aa]ccording to\s+([^,.;]+)")
_HEDGE = re.compile(r"\b(?:reportedly|allegedly)\b")
_CAPITALS = re.compile(
    r"(?<![\w’'-])(?:[A-ZÀ-Þ][\w’-]*|al-[A-Z][\w-]*)(?: (?:of|al-|the )?(?:[A-ZÀ-Þ][\w-]*|al-[A-Z][\w-]*))*"
)
_NUMBER = re.compile(r"\b(?:\d[\d,.]*\d|\d+|two|three|four|five|six|seven|eight|nine|ten|dozens|hundreds)\b")
_DATE = re.compile(
    r"\b(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|\d{1,2} (?:January|February|March|April|May|June|July|August|"
    r"September|October|November|December)(?: \d{4})?|yesterday|last (?:week|month|year))\b"
)
_PRONOUN = re.compile(r"\b(?:he|she|it|they|his|her|its|their|him|them|He|She|It|They|His|Her|Its|Their)\b")
_QUOTE = re.compile(r"[“\"][^“”\"]{2,}[”\"]")
_COMMON = frozenset(
    "The A An In On At But And By For From If When While Two Three Others Nobody Later Even Late After Before It He She They".split()
)


class Lexicon(NamedTuple):
    """What is read from the train split: types of names and of trigger words."""

    names: dict[str, str]
    triggers: dict[str, str]


def read_lexicon(train: Mapping[str, Document], texts: Mapping[str, str]) -> Lexicon:
    """Return the most frequent type of each name and of each trigger word of the train split."""
    names: dict[str, Counter[str]] = {}
    triggers: dict[str, Counter[str]] = {}
    for doc, record in sorted(train.items()):
        text = texts[doc]
        for m in record.mentions or ():
            if m.level == "NAM":
                names.setdefault(text[m.start : m.end], Counter())[m.type] += 1
        for v in record.events or ():
            triggers.setdefault(text[v.start : v.end].lower(), Counter())[v.type] += 1
    return Lexicon(_best(names), _best(triggers))


def _best(counts: Mapping[str, Counter[str]]) -> dict[str, str]:
    return {word: min(c, key=lambda t: (-c[t], t)) for word, c in sorted(counts.items())}


def predict(doc: str, text: str, sentences: tuple[Sentence, ...], lexicon: Lexicon) -> Document:
    """Return the record that the rules make of a text."""
    boundary = {t[0] for t in tokens(text)}, {t[1] for t in tokens(text)}
    mentions = _mentions(text, sentences, lexicon, boundary)
    entities = {m.entity: m for m in mentions if m.entity}
    attributions = tuple(_attributions(text, sentences, mentions))
    events = tuple(_events(text, sentences, lexicon, mentions))
    return Document(
        doc=doc,
        entities=tuple(Entity(id=e, type=m.type, name=text[m.start : m.end]) for e, m in entities.items() if e),
        mentions=tuple(mentions),
        events=events,
        event_links=(),
        attributions=attributions,
        factuality=tuple(_factuality(events, attributions)),
        claims=tuple(_claims(events, attributions)),
    )


def _mentions(
    text: str, sentences: tuple[Sentence, ...], lexicon: Lexicon, boundary: tuple[set[int], set[int]]
) -> list[Mention]:
    found: dict[Span, tuple[str, Level | None]] = {}
    for s in sentences:
        for pattern, kind, level in (
            (_DATE, "TIME.Date", None),
            (_NUMBER, "NUM.Count", None),
            (_PRONOUN, "ORG.ArmedGroup", "PRO"),
        ):
            for match in pattern.finditer(text, s.start, s.end):
                if not any(a <= match.start() < b for a, b in found):
                    found[match.span()] = kind, level  # type: ignore[assignment]
        for match in _CAPITALS.finditer(text, s.start, s.end):
            span = _trim(text, match.span(), s.start)
            if span[0] < span[1] and span not in found and not any(a <= span[0] < b for a, b in found):
                found[span] = lexicon.names.get(text[slice(*span)], _guess(text[slice(*span)])), "NAM"
    ids: dict[str, str] = {}
    made: list[Mention] = []
    for span, (kind, level) in sorted(found.items()):
        if span[0] in boundary[0] and span[1] in boundary[1]:
            entity = None if level is None else ids.setdefault(text[slice(*span)].lower(), f"e{len(ids) + 1}")
            made.append(
                Mention(
                    id=f"m{len(made) + 1}", start=span[0], end=span[1], head=span, type=kind, level=level, entity=entity
                )
            )
    return made


def _trim(text: str, span: Span, sentence: int) -> Span:
    start, end = span
    first = text[start:end].split(" ", 1)[0]
    if first in _COMMON or (
        start == sentence and " " not in text[start:end] and first.lower() == first.casefold() and len(first) < 3
    ):
        start = min(end, start + len(first) + 1)
    if text[start:end].endswith(("'s", "’s")):
        end -= 2
    return start, end


def _guess(name: str) -> str:
    if name.isupper() and len(name) > 1:
        return "ORG.ArmedGroup"
    return "PER.Individual" if " " in name else "GPE.City"


def _events(text: str, sentences: tuple[Sentence, ...], lexicon: Lexicon, mentions: list[Mention]) -> Iterator[Event]:
    from ..labels import event_types

    n = 0
    for s in sentences:
        for start, end in tokens(text, s.start, s.end):
            kind = lexicon.triggers.get(text[start:end].lower())
            if kind is not None:
                n += 1
                roles = event_types()[kind].roles
                before = [m for m in mentions if s.start <= m.start and m.end <= start and m.level]
                after = [m for m in mentions if end <= m.start and m.end <= s.end and m.level]
                pairs = [*zip(roles[:1], before[-1:], strict=False), *zip(roles[1:2], after[:1], strict=False)]
                degree: Any = "unmarked" if event_types()[kind].degree else None
                yield Event(
                    id=f"v{n}", start=start, end=end, type=kind, event=f"E{n}", genericity="specific", tense="past", polarity="+",
                    degree=degree, arguments=tuple(Argument(role=r, target=m.id) for r, m in pairs),
                )  # fmt: skip


def _attributions(text: str, sentences: tuple[Sentence, ...], mentions: list[Mention]) -> Iterator[Attribution]:
    n = 0
    for s in sentences:
        for source, cue, content in _speech_acts(text, s):
            if source is not None and content is not None and source[0] < source[1] and content[0] < content[1]:
                n += 1
                entity = next(
                    (m.entity for m in mentions if source[0] <= m.start and m.end <= source[1] and m.entity), None
                )
                quoted = bool(_QUOTE.search(text, *content))
                chain = (*((Node(node=entity),) if entity else ()), Node(node=OUTLET))
                yield Attribution(
                    id=f"a{n}", source=(source,), cue=(cue,), content=(content,), source_entity=entity,
                    relation="mixed" if quoted else "indirect", content_form="clause", cue_type="assertion",
                    source_kind="institution", source_role="unknown", basis_type="unstated", author_stance="neutral",
                    status="happened", chain=chain,
                )  # fmt: skip


def _speech_acts(text: str, s: Sentence) -> Iterator[tuple[Span | None, Span, Span | None]]:
    end = s.end - (text[s.end - 1] in ".!?")
    for match in _ACCORDING.finditer(text, s.start, s.end):
        rest = (s.start, match.start()) if match.start() > s.start else (match.end(), end)
        yield match.span(1), (match.start(), match.start(1) - 1), _clean(text, *rest)
        return
    for match in _CUE.finditer(text, s.start, s.end):
        before, after = text[s.start : match.start()], text[match.end() : end]
        if "," in before and len(after) < 4:
            comma = before.rindex(",")
            yield _clean(text, s.start + comma + 1, match.start()), match.span(), _clean(text, s.start, s.start + comma)
        else:
            skip = len(" that") if after.startswith(" that ") else 0
            comma = before.rfind(",")
            yield _clean(text, s.start + comma + 1, match.start()), match.span(), _clean(text, match.end() + skip, end)
        return


def _clean(text: str, start: int, end: int) -> Span:
    while start < end and not (text[start].isalnum() or text[start] in '“"'):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in '”"'):
        end -= 1
    return start, end


def _inside(v: Event, attributions: tuple[Attribution, ...]) -> list[Attribution]:
    return [a for a in attributions if any(low <= v.start and v.end <= high for low, high in a.content)]


def _factuality(events: tuple[Event, ...], attributions: tuple[Attribution, ...]) -> Iterator[Factuality]:
    for v in events:
        inside = _inside(v, attributions)
        if inside:
            yield Factuality(
                event=v.id, source=AUTHOR, certainty="uncommitted", polarity="unspecified", evidence=inside[0].cue
            )
        else:
            yield Factuality(event=v.id, source=AUTHOR, certainty="certain", polarity="+")
        yield from (Factuality(event=v.id, source=a.id, certainty="certain", polarity="+") for a in inside)


def _claims(events: tuple[Event, ...], attributions: tuple[Attribution, ...]) -> Iterator[Claim]:
    for n, v in enumerate(events, 1):
        inside = _inside(v, attributions)
        yield Claim(id=f"c{n}", source=inside[0].id if inside else AUTHOR, head=v.id)
