"""Cross-document records: relations between claims agree, copies do not run back in time, counts of sources are possible."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

from ..corpus import Article
from ..records import AUTHOR, Document
from ..stories import Member, Story, closure
from .base import Finding

T = TypeVar("T", bound=Hashable)

LINK_CHECKS = ("story-disjoint", "story-relations", "story-time", "story-units", "story-truth")


def check_links(story: Story, records: Mapping[str, Document], articles: Mapping[str, Article]) -> Iterator[Finding]:
    """Yield findings on a record whose names all resolve."""
    yield from _disjoint(story)
    yield from _relations(story)
    yield from _time(story, articles)
    yield from _units(story, records, articles)
    yield from _truth(story, articles)


def _disjoint(story: Story) -> Iterator[Finding]:
    """An item stands in one group."""
    for kind, groups in story.kinds():
        counts = Counter(m for g in groups for m in g.members)
        for m in (m for m, n in counts.items() if n > 1):
            names = " and ".join(g.id for g in groups if m in g.members)
            yield _finding(
                "story-disjoint",
                story,
                f"{kind} {m.doc} {m.id}",
                f"stands in {names}",
                "keep it in one group, or join them",
            )


def _relations(story: Story) -> Iterator[Finding]:
    """A pair of claims has one relation; equivalent ones nothing else between them; narrower runs in no circle."""
    pairs = Counter(frozenset((r.source, r.target)) for r in story.claim_relations)
    for pair in (p for p, n in pairs.items() if n > 1 or len(p) == 1):
        found = ", ".join(r.relation for r in story.claim_relations if {r.source, r.target} == pair)
        yield _finding(
            "story-relations",
            story,
            " ".join(sorted(pair)),
            f"has the relations {found}" if len(pair) > 1 else "is related to itself",
            "keep one relation a pair, written once",
        )
    same = closure((r.source, r.target) for r in story.claim_relations if r.relation == "equivalent")
    for r in story.claim_relations:
        if r.relation != "equivalent" and same(r.source) == same(r.target) and r.source != r.target:
            yield _finding(
                "story-relations",
                story,
                f"{r.source} {r.target}",
                f"{r.relation}, yet a chain of equivalent claims joins them",
                "equivalence is transitive: mend one of the relations",
            )
    above: dict[str, set[str]] = defaultdict(set)
    for r in story.claim_relations:
        if r.relation in ("narrower", "broader"):
            low, high = (r.source, r.target) if r.relation == "narrower" else (r.target, r.source)
            above[same(low)].add(same(high))
    for name in circles(above):
        yield _finding(
            "story-relations",
            story,
            name,
            "is narrower than itself by way of others",
            "narrower and broader are inverse: mend one of the relations",
        )


def _time(story: Story, articles: Mapping[str, Article]) -> Iterator[Finding]:
    """Nothing derives from or rests on what was published on a later day, and no claim on itself."""
    copied = [(d.doc, d.derived_from, "derivations") for d in story.derivations if d.extent != "none"]
    rests = [(d.target.doc, d.source.doc, f"dependence {d.source.id} {d.target.id}") for d in story.dependence]
    for later, earlier, place in (*copied, *rests):
        if later in articles and earlier in articles and articles[later].date < articles[earlier].date:
            yield _finding(
                "story-time",
                story,
                place,
                f"{later} of {articles[later].date} comes after {earlier} of {articles[earlier].date}",
                "turn the edge round, or mend the date",
            )
    below: dict[Member, set[Member]] = defaultdict(set)
    for d in story.dependence:
        below[d.target].add(d.source)
    for m in circles(below):
        yield _finding(
            "story-time", story, f"{m.doc} {m.id}", "the claim rests on itself", "take one edge of the circle out"
        )


def _units(story: Story, records: Mapping[str, Document], articles: Mapping[str, Article]) -> Iterator[Finding]:
    """No claim has more independent sources than units that tell it; groups, documents and those named as basis are no bound."""
    unit = {m: g.id for g in story.entities for m in g.members}
    for group in story.claims:
        low, high = group.independent_low, group.independent_high
        if low is not None and high is not None and low > high:
            yield _finding(
                "story-units", story, group.id, f"{low} to {high} independent sources", "the lower count comes first"
            )
        units = [_unit(m, records[m.doc], articles, unit) for m in group.members if m.doc in articles]
        least = max(x for x in (low, high, 0) if x is not None)
        if None not in units and least > len(set(units)):
            yield _finding(
                "story-units",
                story,
                group.id,
                f"{least} independent sources, yet {len(set(units))} source units tell it",
                "count an institution and who speaks for it as one",
            )


def _truth(story: Story, articles: Mapping[str, Article]) -> Iterator[Finding]:
    """Only of a fictional world is it known what is true."""
    for kind, groups in story.kinds():
        for g in (g for g in groups if g.truth is not None):
            real = {articles[m.doc].collection for m in g.members if m.doc in articles} - {"theatre"}
            if kind != "claim" or real:
                yield _finding(
                    "story-truth",
                    story,
                    g.id,
                    f"truth {g.truth} of {'a claim of a real story' if real else f'an {kind}'}",
                    "leave it out: only claims of fictional worlds have it",
                )


def _unit(m: Member, record: Document, articles: Mapping[str, Article], unit: Mapping[Member, str]) -> str | None:
    """Return who is behind a telling, `None` where that may be any number of people."""
    source = next(c.source for c in record.claims or () if c.id == m.id)
    if source == AUTHOR:
        return f"outlet {articles[m.doc].outlet}"
    a = next(a for a in record.attributions or () if a.id == source)
    types = {e.id: e.type for e in record.entities or ()}
    several = a.source_kind in ("group-anonymous", "document-or-recording") or bool(a.basis) or len(a.source) > 1
    if a.source_entity is None or several or types.get(a.source_entity) == "PER.Group":
        return None
    return unit.get(Member(doc=m.doc, id=a.source_entity), f"{m.doc} {a.source_entity}")


def circles(above: Mapping[T, set[T]]) -> Iterator[T]:
    """Yield the nodes that reach themselves."""
    for start in list(above):
        todo, seen = list(above[start]), set()
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo += above.get(at, ())
        if start in seen:
            yield start


def _finding(check: str, story: Story, place: str, problem: str, remedy: str) -> Finding:
    return Finding(check, "corpus", story.story, place, problem, remedy)
