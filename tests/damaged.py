"""A copy of the Orlen record with one fault of each kind, and how many of each that makes, derived by hand."""

from __future__ import annotations

import msgspec

from conftest import TEXT
from reportedly.records import Argument, Attribution, Document, Event, Factuality, Mention

replace = msgspec.structs.replace

KINDS = {
    # 23: m22 dropped, m18 of another type, m11 cut short, m14 both, m99 added
    "mention": {"correct": 19, "missed": 1, "type": 1, "boundary": 1, "boundary and type": 1, "spurious": 1},
    # 7: v7 dropped, v3 of another type
    "trigger": {"correct": 5, "missed": 1, "type": 1},
    # 11: m11 and m14 are arguments of v2; v3 has one argument, v7 one; Speaker of v5 becomes Target, the Target of v6
    # goes to v4, v1 gains a Time
    "argument": {"correct": 5, "boundary": 2, "type": 1, "missed": 1, "wrong role": 1, "wrong event": 1, "spurious": 1},
    # 4: a3 dropped, a9 added
    "attribution": {"correct": 3, "missed": 1, "spurious": 1},
    # that of a3 is missed with it, a9 has none, that of a2 stands at other words
    "source": {"correct": 2, "missed": 1, "elsewhere": 1},
    # that of a4 grows by a word
    "cue": {"correct": 2, "missed": 1, "boundary": 1, "spurious": 1},
    # that of a4 is cut short
    "content": {"correct": 2, "missed": 1, "boundary": 1, "spurious": 1},
    # 12: two of a3 and one of v7 are gone, v5 has another tag, v5 by a4 is added
    "factuality": {"correct": 8, "missed": 3, "wrong tag": 1, "spurious": 1},
}


def at(words: str, after: str = "") -> tuple[int, int]:
    """Return the place of words in the text, the first after some others."""
    start = TEXT.index(words, TEXT.index(after))
    return start, start + len(words)


def damage(record: Document) -> Document:
    """Return the damaged copy."""
    mentions = [_mention(m) for m in record.mentions or () if m.id != "m22"]
    hurt = at("hurt")
    mentions.append(Mention(id="m99", start=hurt[0], end=hurt[1], type="GPE.City", level="NAM"))
    events = tuple(_event(v) for v in record.events or () if v.id != "v7")
    attributions = [_attribution(a) for a in record.attributions or () if a.id != "a3"]
    attributions.append(Attribution(id="a9", cue=(at("near"),), content=(at("Orlen", "near"),)))
    factuality = [
        replace(f, certainty="probable") if f.event == "v5" else f
        for f in record.factuality or ()
        if f.source != "a3" and f.event != "v7"
    ]
    factuality.append(Factuality(event="v5", source="a4", certainty="certain", polarity="+"))
    claims = tuple(c for c in record.claims or () if c.source != "a3" and c.head != "v7")
    return replace(
        record,
        mentions=tuple(mentions),
        events=events,
        attributions=tuple(attributions),
        factuality=tuple(factuality),
        claims=claims,
    )


def _mention(m: Mention) -> Mention:
    if m.id == "m18":
        return replace(m, type="ORG.Other")
    if m.id == "m11":
        return replace(m, end=m.end - len(" near Orlen"))
    if m.id == "m14":
        return replace(m, start=m.start - len("on "), type="TIME.Duration")
    return m


def _event(v: Event) -> Event:
    if v.id == "v1":
        return replace(v, arguments=(*v.arguments, Argument(role="Time", target="m8")))
    if v.id == "v3":
        return replace(v, type="Force.Advance")
    if v.id == "v4":
        return replace(v, arguments=(Argument(role="Target", target="m21"),))
    if v.id == "v5":
        return replace(v, arguments=tuple(replace(a, role=a.role.replace("Speaker", "Target")) for a in v.arguments))
    if v.id == "v6":
        return replace(v, arguments=tuple(a for a in v.arguments if a.role != "Target"))
    return v


def _attribution(a: Attribution) -> Attribution:
    if a.id == "a2":
        return replace(a, source=(at("Friday"),))
    if a.id == "a4":
        ((start, end),) = a.content
        return replace(a, cue=(at("denied that"),), content=((start, end - len(" the villages")),))
    return a
