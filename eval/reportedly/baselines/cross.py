"""Baselines across documents: the same head lemma, the same name, and two simple beliefs about claims.

Events are one where the heads of their triggers have one lemma; entities where they have one name; claims where their
heads are one event (or one wording, where the head is a mention). `every-outlet` believes that each outlet has a source of
its own and that nobody copies; `first-published` that the outlet that came first is the source of all others.
Relations between claims are not attempted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from ..corpus import Article, Corpus, write_atomically
from ..dataset import gold
from ..errors import UsageError
from ..labels import data_root
from ..predictions import read_records
from ..records import Document
from ..stories import Dependence, Derivation, Group, Member
from ..story_scoring import gold_stories
from .run import texts_of

System = Literal["every-outlet", "first-published"]

_PARTICLES = frozenset(
    "about against around at away back by down for forward from in into of off on out over to up with".split()
)
_WORD = re.compile(r"[^\W\d_]+")


class Told(NamedTuple):
    """A document as the baselines see it: its record, its text, its row of articles."""

    record: Document
    text: str
    article: Article


def lemma(trigger: str) -> str:
    """Return the head of a trigger without its ending: its last word that is no particle, lowercased.

    Endings are those of English verbs and nouns: -ies and -ied become y; -es after s, x, z, ch, sh and other -s, -ed and -ing
    go where a vowel is left before them; a doubled consonant and a final e go with them.
    """
    words: list[str] = _WORD.findall(trigger.lower()) or [trigger.lower()]
    word = next((w for w in reversed(words) if w not in _PARTICLES), words[-1])
    if re.fullmatch(r".{2,}ie[sd]", word):
        return word[:-3] + "y"
    if re.fullmatch(r".+(?:[sxz]|ch|sh)es", word):
        word = word[:-2]
    elif re.fullmatch(r".+[^siu]s", word):
        word = word[:-1]
    else:
        word = re.sub(r"^(.*[aeiouy].*)(?:ed|ing)$", r"\1", word)
        word = re.sub(r"([bdfgmnprt])\1$", r"\1", word)
    return word.removesuffix("e")


def name_of(name: str) -> str:
    """Return a name as it is compared: without article and possessive, case folded."""
    return re.sub(r"^the |['’]s?$", "", " ".join(name.casefold().split()))


def _commonest(found: Mapping[str, list[str]]) -> dict[str, str]:
    """Return the most frequent value of each key, the first where there are several."""
    return {key: Counter(values).most_common(1)[0][0] for key, values in found.items()}


def names(told: Told) -> dict[str, str]:
    """Return for each entity that is named its most frequent name."""
    found: dict[str, list[str]] = {}
    for m in sorted(told.record.mentions or (), key=lambda m: (m.start, m.end)):
        if m.level == "NAM" and m.entity is not None:
            found.setdefault(m.entity, []).append(name_of(told.text[m.start : m.end]))
    return _commonest(found)


def lemmas(told: Told) -> dict[str, str]:
    """Return for each event the most frequent lemma of its triggers."""
    found: dict[str, list[str]] = {}
    for v in sorted(told.record.events or (), key=lambda v: (v.start, v.end)):
        if v.event is not None:
            found.setdefault(v.event, []).append(lemma(told.text[v.start : v.end]))
    return _commonest(found)


def claim_keys(told: Told) -> dict[str, str]:
    """Return for each claim what it is about: the lemma of its head event, or the words of its head mention."""
    of_event = lemmas(told)
    keys = {m.id: f"mention {name_of(told.text[m.start : m.end])}" for m in told.record.mentions or ()}
    keys |= {
        v.id: f"event {of_event.get(v.event or '', lemma(told.text[v.start : v.end]))}"
        for v in told.record.events or ()
    }
    return {c.id: keys[c.head] for c in told.record.claims or ()}


def _groups(prefix: str, keyed: Iterable[tuple[str, Mapping[str, str]]], least: int) -> list[Group]:
    """Return the items of all documents that have one key, where there are at least so many."""
    members: dict[str, list[Member]] = {}
    for doc, keys in keyed:
        for item, key in keys.items():
            members.setdefault(key, []).append(Member(doc=doc, id=item))
    kept = [(k, m) for k, m in sorted(members.items()) if len(m) >= least]
    return [Group(id=f"{prefix}{n}", name=k, members=tuple(m)) for n, (k, m) in enumerate(kept, 1)]


def predict_story(story: str, documents: Iterable[Told], system: System) -> dict[str, Any]:
    """Return the cross-document records of a story: only the layers that the baselines attempt."""
    told = sorted(documents, key=lambda t: (t.article.date, t.record.doc))
    order = {t.record.doc: n for n, t in enumerate(told)}
    outlets = {t.record.doc: t.article.outlet for t in told}
    claims = _groups("K", [(t.record.doc, claim_keys(t)) for t in told], 1)
    by_first: list[Dependence] = []
    counted = []
    for g in claims:
        independent = len({outlets[m.doc] for m in g.members}) if system == "every-outlet" else 1
        counted.append(msgspec.structs.replace(g, independent_low=independent, independent_high=independent))
        first = min(g.members, key=lambda m: order[m.doc])
        by_first += [Dependence(source=first, target=m, kind="paraphrase") for m in g.members if m.doc != first.doc]
    edges = by_first if system == "first-published" else []
    pairs = sorted({(d.target.doc, d.source.doc) for d in edges if order[d.source.doc] == 0})
    return {
        "story": story,
        "entities": _groups("G", [(t.record.doc, names(t)) for t in told], 2),
        "events": _groups("V", [(t.record.doc, lemmas(t)) for t in told], 2),
        "claims": counted,
        "dependence": edges,
        "derivations": [Derivation(doc=a, derived_from=b, extent="partially") for a, b in pairs],
    }


class LemmaPairs(NamedTuple):
    """Pairs of events of two documents of a story: what the lemma of the trigger finds, misses and joins wrongly."""

    found: int
    missed: int
    wrong: int


def lemma_pairs(documents: Iterable[Told], groups: Iterable[Group]) -> LemmaPairs:
    """Count pairs of events by whether gold's `groups` and their lemmas hold them for one."""
    event_of = {(m.doc, m.id): g.id for g in groups for m in g.members}
    keyed = [
        (t.record.doc, found, event_of.get((t.record.doc, event)))
        for t in documents
        for event, found in lemmas(t).items()
    ]
    pairs = Counter(
        (x is not None and x == y, word == other) for (a, word, x), (b, other, y) in combinations(keyed, 2) if a != b
    )
    return LemmaPairs(pairs[True, True], pairs[True, False], pairs[False, True])


def predict_stories(split: str, predictions: str, path: Path, system: System, hydrated: Path | None = None) -> int:
    """Write the cross-document records of a split as JSON Lines and return how many stories there are.

    Story worlds of which gold has no cross-document records yet are left out, since a scorer refuses them.

    Args:
        split: a split of the corpus.
        predictions: a file of predictions, or `gold` for the records of gold.
        path: where to write.
        system: what is believed of claims.
        hydrated: a folder made by `reportedly hydrate`, for the split `published`.

    Raises:
        UsageError: no such file, or no text of a document.
        RecordError: the predictions are refused.
    """
    truth = gold(split)
    records = dict(truth) if predictions == "gold" else read_records(Path(predictions), truth)
    texts = texts_of(split, hydrated)
    if lacking := sorted(set(records) - set(texts)):
        raise UsageError(f"predict-stories: there is no text of {', '.join(lacking)}: name a folder made by hydrate")
    articles = Corpus(data_root()).articles
    told = (Told(record, texts[doc], articles[doc]) for doc, record in sorted(records.items()))
    worlds = by_world(told, gold_stories(None, data_root()).lines)
    write_atomically(path, encoded(worlds, system))
    return len(worlds)


def by_world(documents: Iterable[Told], linked: Container[str]) -> dict[str, list[Told]]:
    """Return the documents of each story world that is among those that have cross-document records."""
    worlds: dict[str, list[Told]] = {}
    for told in documents:
        if told.article.world in linked:
            worlds.setdefault(told.article.world, []).append(told)
    return dict(sorted(worlds.items()))


def encoded(worlds: Mapping[str, Iterable[Told]], system: System) -> bytes:
    """Return the cross-document records of worlds as JSON Lines."""
    return b"".join(msgspec.json.encode(predict_story(w, told, system)) + b"\n" for w, told in worlds.items())
