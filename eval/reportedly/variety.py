"""How varied the corpus is: lengths, cues, sources, nesting, chains, openings, quoted words, and what texts share.

Counts come from gold; what needs words leaves out documents whose text is not at hand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

from .corpus import Corpus
from .records import OUTLET, Document
from .runs import word_list

GRAM = 5
"""Words of a run that two texts may share."""

_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
_SAY = frozenset(("say", "says", "said", "saying"))


def variety(corpus: Corpus, hydrated: Path | None = None) -> dict[str, dict[str, Any]]:
    """Return the measures of all documents with gold, of each collection and each split."""
    records = {r.doc: r for r in corpus.all_gold()}
    texts = {doc: t for doc in records if (t := corpus.hydrated_text(doc, hydrated)) is not None}
    groups: dict[str, list[str]] = {"all": list(records)}
    for doc in records:
        groups.setdefault(corpus.article(doc).collection, []).append(doc)
    for split in corpus.splits:
        groups[f"split {split}"] = [d for d in records if corpus.split(d) == split]
    related = _related(corpus, records)
    return {
        name: measures([records[d] for d in docs], {d: texts[d] for d in docs if d in texts}, related)
        for name, docs in groups.items()
        if docs
    }


def measures(
    records: Sequence[Document], texts: Mapping[str, str], related: frozenset[frozenset[str]] = frozenset()
) -> dict[str, Any]:
    """Return the measures of some documents; shares are from 0 to 1 and `None` where there is nothing to divide by.

    `related` are pairs of documents of which one derives from the other: they share words on purpose.
    """
    attributions = [a for r in records for a in r.attributions or ()]
    sources = [a for a in attributions if a.source_kind not in (None, "author", "unstated")]
    cues = Counter(c for r in records if r.doc in texts for c in _cues(r, texts[r.doc]))
    chains = [sum(n.node != OUTLET for n in a.chain) for a in attributions]
    lengths = {r.doc: _length(r) for r in records}
    quoted = [_quoted(t) for t in texts.values()]
    return {
        "documents": len(records),
        "tokens": _spread(lengths.values()),
        "lengths": lengths,
        "attributions": len(attributions),
        "cues": dict(cues.most_common()),
        "distinct_cues": len(cues),
        "said": _share(sum(n for c, n in cues.items() if c in _SAY), cues.total()),
        "commonest_cue": _share(max(cues.values(), default=0), cues.total()),
        "source_kinds": dict(Counter(a.source_kind or "(none)" for a in attributions).most_common()),
        "anonymous": _share(sum("anonymous" in str(a.source_kind) for a in sources), len(sources)),
        "nested": _share(sum(a.parent is not None for a in attributions), len(attributions)),
        "nesting": _counted(_depths(records)),
        "chains": _counted(chains),
        "denials": sum(v.detail == "deny" for r in records for v in r.events or ()),
        "refused_or_negated": sum(a.status in ("refused", "negated") for a in attributions),
        "disputed": sum(a.author_stance == "disputing" for a in attributions),
        "openings": openings(records, texts),
        "quoted_words": _share(sum(n for n, _ in quoted), sum(n for _, n in quoted)),
        "events": dict(Counter(v.type for r in records for v in r.events or ()).most_common()),
        "shared_runs": shared_runs(texts, related),
    }


def openings(records: Iterable[Document], texts: Mapping[str, str]) -> dict[str, int]:
    """Return how often texts begin with which two words of their first sentence of body."""
    found: Counter[str] = Counter()
    for r in records:
        body = next((x for x in r.regions or () if x.kind == "body"), None)
        if body is not None and r.doc in texts:
            found[" ".join(word_list(texts[r.doc][body.start : body.end])[:2]).casefold()] += 1
    return dict(found.most_common())


def shared_runs(texts: Mapping[str, str], related: frozenset[frozenset[str]]) -> dict[str, float | None]:
    """Return which share of the five-word runs of the shorter text two texts have in common.

    `mean` and `most` are over pairs that do not derive from each other, `related` the mean of those that do.
    """
    grams = {doc: _grams(text) for doc, text in texts.items()}
    apart: list[float] = []
    near: list[float] = []
    for a, b in combinations(sorted(grams), 2):
        if grams[a] and grams[b]:
            share = len(grams[a] & grams[b]) / min(len(grams[a]), len(grams[b]))
            (near if frozenset((a, b)) in related else apart).append(share)
    return {
        "mean": sum(apart) / len(apart) if apart else None,
        "most": max(apart, default=None),
        "related": sum(near) / len(near) if near else None,
    }


def _related(corpus: Corpus, records: Mapping[str, Document]) -> frozenset[frozenset[str]]:
    """Return pairs of documents of which one derives from the other, by way of others too."""
    parents = {d: corpus.article(d).derived_from.split() for d in records}
    found: set[frozenset[str]] = set()
    for doc in records:
        todo = list(parents[doc])
        while todo:
            at = todo.pop()
            if frozenset((doc, at)) not in found:
                found.add(frozenset((doc, at)))
                todo += parents.get(at, ())
    return frozenset(found)


def _grams(text: str) -> set[tuple[str, ...]]:
    words = [w.casefold() for w in word_list(text)]
    return set(zip(*(words[n:] for n in range(GRAM)), strict=False))


def _cues(record: Document, text: str) -> Iterable[str]:
    for a in record.attributions or ():
        if a.cue:
            yield " ".join(text[start:end] for start, end in a.cue).casefold()


def _depths(records: Iterable[Document]) -> list[int]:
    """Return for each attribution in how many others it stands."""
    found = []
    for r in records:
        parents = {a.id: a.parent for a in r.attributions or ()}
        for name in parents:
            depth, at = 0, parents[name]
            while at is not None:
                depth, at = depth + 1, parents.get(at)
            found.append(depth)
    return found


def _quoted(text: str) -> tuple[int, int]:
    """Return the words in quotation marks and all words."""
    return sum(len(word_list(m[0])) for m in _QUOTED.finditer(text)), len(word_list(text))


def _length(record: Document) -> int:
    return len(record.tokens or ())


def _spread(values: Iterable[int]) -> dict[str, float]:
    found = sorted(values)
    return {"least": found[0], "median": median(found), "most": found[-1]} if found else {}


def _counted(values: Iterable[int]) -> dict[str, int]:
    return {str(k): n for k, n in sorted(Counter(values).items())}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
