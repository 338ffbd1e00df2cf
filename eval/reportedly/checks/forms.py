"""Level guideline, from version 1.1 on: decisions of `guidelines/CHANGES.md` that the form of the words decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..labels import coarse, event_types
from ..records import Event, Mention
from .base import Hit, View, covers

_NUMERAL = re.compile(
    r"\d[\d,.]*|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|dozens?|scores|hundreds?|thousands?)",
    re.IGNORECASE,
)
_AREA = re.compile(r"(?:near|around|outside)\s", re.IGNORECASE)
_TIE = re.compile(r"\b(?:in|inside|at|near|on|outside)(?:\s(?:the|a|an))?\s$", re.IGNORECASE)
_FINDING = re.compile(r"\b(?:found|finds?|finding|establish(?:es|ed|ing)?|determine[sd]?|determining)\b", re.IGNORECASE)
_PLACES = ("GPE", "LOC", "FAC")


def _is_place(mention: Mention) -> bool:
    return coarse(mention.type) in _PLACES


def head_twice(view: View) -> Iterator[Hit]:
    """No word is the head of a mention of somebody or something and the trigger of an event (45)."""
    triggers = {(v.start, v.end): v.id for v in view.record.events or ()}
    for m in view.record.mentions or ():
        if m.entity is not None and m.head in triggers:
            yield Hit(
                f"mentions[{m.id}].head",
                f"is the trigger of {triggers[m.head]} too",
                "keep the trigger where a numeral stands before it without a determiner, else the mention (decision 45)",
            )


def numeral_alone(view: View) -> Iterator[Hit]:
    """A bare numeral is a count, and no mention of people (36)."""
    if view.text is None:
        return
    for m in view.record.mentions or ():
        if m.level == "NAM" or coarse(m.type) not in ("PER", "ORG"):
            continue
        if found := _NUMERAL.fullmatch(view.text, m.start, m.end):
            yield Hit(f"mentions[{m.id}]", f"{found[0]!r} is a bare numeral", "leave the NUM.Count alone (decision 36)")


def place_without_preposition(view: View) -> Iterator[Hit]:
    """A place begins after *near*, *around* or *outside* (43)."""
    if view.text is None:
        return
    for m in view.record.mentions or ():
        if _is_place(m) and _AREA.match(view.text, m.start):
            yield Hit(f"mentions[{m.id}]", "begins with a preposition", "begin it after that word (decision 43)")


def losses_injure(view: View) -> Iterator[Hit]:
    """*losses* is no death (47)."""
    if view.text is None:
        return
    for v in view.record.events or ():
        if v.type == "Casualty.Die" and view.text[v.start : v.end].lower() == "losses":
            yield Hit(f"events[{v.id}]", "'losses' is Casualty.Die", "make it Casualty.Injure (decision 47)")


def threat_eventuality(view: View) -> Iterator[Hit]:
    """A cue that threatens is of type eventuality (48)."""
    threats = {(v.start, v.end) for v in view.record.events or () if v.type == "Politics.Threaten"}
    for a in view.record.attributions or ():
        if a.cue_type != "eventuality" and any(covers(a.cue, *span) for span in threats):
            yield Hit(
                f"attributions[{a.id}].cue_type",
                f"{a.cue_type!r} on a trigger of Politics.Threaten",
                "make it 'eventuality' (decision 48)",
            )


def degree_of_one(view: View) -> Iterator[Hit]:
    """A full and a partial mention are not one event (51)."""
    degrees: dict[str, dict[str, str]] = {}
    for v in view.record.events or ():
        if v.event is not None and v.degree in ("full", "partial"):
            degrees.setdefault(v.event, {})[v.degree] = v.id
    for event, found in degrees.items():
        if len(found) == 2:
            yield Hit(
                f"events[{found['partial']}].event",
                f"{event} is full in {found['full']} and partial here",
                "give it an event id of its own, near-identity (decision 51)",
            )


def basis_in_sentence(view: View) -> Iterator[Hit]:
    """A basis stands in a sentence in which the record has its source, cue or content (67)."""
    sentences = [(s.start, s.end) for s in view.record.sentences or ()]
    for a in view.record.attributions or ():
        parts = (*a.source, *a.cue, *a.content)
        for start, end in a.basis:
            around = [s for s in sentences if s[0] <= start and end <= s[1]]
            if around and not any(low < around[0][1] and around[0][0] < high for low, high in parts):
                yield Hit(
                    f"attributions[{a.id}].basis",
                    "stands in another sentence than the record",
                    "drop the span, keep the type (decision 67)",
                )


def finding_neutral(view: View) -> Iterator[Hit]:
    """Words of finding do not endorse (76)."""
    if view.text is None:
        return
    for a in view.record.attributions or ():
        if a.cue_type == "fact" and a.author_stance == "endorsing":
            words = view.words(a.cue)
            if _FINDING.search(words):
                yield Hit(
                    f"attributions[{a.id}].author_stance", f"{words!r} as endorsing", "make it 'neutral' (decision 76)"
                )


def place_inside(view: View) -> Iterator[Hit]:
    """A place tied by a preposition inside what is hit, damaged or taken fills `Place`, or `Origin` of a removal (62)."""
    if view.text is None:
        return
    places = [m for m in view.record.mentions or () if _is_place(m)]
    for v in view.record.events or ():
        wanted = "Origin" if v.type == "Property.Remove" else "Place"
        if v.type not in event_types() or wanted not in event_types()[v.type].roles or _has(v, wanted):
            continue
        for a in v.arguments:
            filler = view.mentions.get(a.target)
            if filler is None or a.role not in ("Target", "Property", "Territory"):
                continue
            for p in places:
                inside = filler.start < p.start and p.end <= filler.end
                if inside and _TIE.search(view.text[filler.start : p.start]):
                    yield Hit(
                        f"events[{v.id}].arguments",
                        f"{a.role} holds the place {p.id} and {wanted} is not filled",
                        f"fill {wanted} with the place (decision 62)",
                    )
                    break


def _has(event: Event, role: str) -> bool:
    return any(a.role == role for a in event.arguments)
