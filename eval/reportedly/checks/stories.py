"""Cross-document records: what they name exists, and links do not contradict each other."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from pathlib import Path

from ..corpus import Corpus
from ..errors import RecordError
from ..labels import inventory
from ..records import Document
from ..stories import ClaimRelation, Link, Story, read_story
from .base import Finding
from .story_links import check_links, circles

STORY_CHECKS = ("story-shape", "story-resolves", "story-labels", "story-acyclic")


def check_stories(corpus: Corpus, records: Mapping[str, Document]) -> Iterator[Finding]:
    """Yield findings on `annotations/stories/*.json`."""
    for path in sorted((corpus.root / "annotations" / "stories").glob("*.json")):
        try:
            story = read_story(path)
        except RecordError as error:
            yield _finding("story-shape", path.stem, path.name, str(error), "mend the record")
            continue
        unresolved = [*_resolves(story, records)]
        yield from unresolved
        yield from _labels(story, path)
        yield from _acyclic(story)
        if not unresolved:
            yield from check_links(story, records, corpus.articles)


def _resolves(story: Story, records: Mapping[str, Document]) -> Iterator[Finding]:
    entities = {(d, e.id) for d, r in records.items() for e in r.entities or ()}
    events = {(d, v.event) for d, r in records.items() for v in r.events or ()}
    claims = {(d, c.id) for d, r in records.items() for c in r.claims or ()}
    known: dict[str, Container[object]] = {"entity": entities, "event": events, "claim": claims}
    for kind, groups in story.kinds():
        for group in groups:
            for member in group.members:
                if (member.doc, member.id) not in known[kind]:
                    yield _finding(
                        "story-resolves",
                        story.story,
                        f"{kind} {group.id}",
                        f"{member.doc} has no {kind} {member.id}",
                        "name one that exists",
                    )
    ids = {g.id for _, groups in story.kinds() for g in groups}
    links: tuple[Link | ClaimRelation, ...] = (*story.entity_links, *story.event_links, *story.claim_relations)
    for link in links:
        for name in (link.source, link.target):
            if name not in ids:
                yield _finding(
                    "story-resolves",
                    story.story,
                    f"link {link.source} {link.target}",
                    f"there is no group {name}",
                    "name a group of this story",
                )
    for edge in story.dependence:
        for member in (edge.source, edge.target):
            if (member.doc, member.id) not in claims:
                yield _finding(
                    "story-resolves",
                    story.story,
                    "dependence",
                    f"{member.doc} has no claim {member.id}",
                    "name one that exists",
                )
    for derivation in story.derivations:
        for doc in (derivation.doc, derivation.derived_from):
            if doc not in records:
                yield _finding(
                    "story-resolves",
                    story.story,
                    "derivations",
                    f"there is no gold of {doc}",
                    "name a document of the corpus",
                )


def _labels(story: Story, path: Path) -> Iterator[Finding]:
    known = inventory().cross_document
    used = (
        [("entity_link", x.relation) for x in story.entity_links]
        + [("event_link", x.relation) for x in story.event_links]
        + [("claim_relation", x.relation) for x in story.claim_relations]
        + [("contradiction_facet", x.facet) for x in story.claim_relations if x.facet]
        + [("conflict_status", x.status) for x in story.claim_relations if x.status]
        + [("dependence", x.kind) for x in story.dependence]
        + [("mutation", m) for x in story.dependence for m in x.mutations]
        + [("document_derivation", x.extent) for x in story.derivations]
        + [("truth", g.truth) for g in story.claims if g.truth]
    )
    for name, value in used:
        if value not in known[name]:
            yield _finding(
                "story-labels",
                story.story,
                path.name,
                f"{value!r} is no value of {name}",
                f"choose one of {' '.join(known[name])}",
            )
    for x in story.claim_relations:
        complete = x.facet is not None and x.status is not None
        if complete if x.relation != "contradicts" else not complete:
            yield _finding(
                "story-labels",
                story.story,
                f"{x.source} {x.target}",
                f"{x.relation} with facet {x.facet} and status {x.status}",
                "a contradiction has facet and status, and only it",
            )


def _acyclic(story: Story) -> Iterator[Finding]:
    parents: dict[str, set[str]] = {}
    for d in story.derivations:
        parents.setdefault(d.doc, set()).add(d.derived_from)
    for doc in circles(parents):
        yield _finding(
            "story-acyclic",
            story.story,
            doc,
            "the document derives from itself",
            "let derivation run from the later text to the earlier",
        )


def _finding(check: str, doc: str, place: str, problem: str, remedy: str) -> Finding:
    return Finding(check, "corpus", doc, place, problem, remedy)
