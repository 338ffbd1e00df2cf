"""The reporting graph of a story: which source told which outlet what, who took it from whom, what contradicts what.

Built from the gold of its documents (claims, attributions, chains) and the cross-document record of its world.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from .corpus import Article, Corpus
from .errors import UsageError
from .records import AUTHOR, OUTLET, Attribution, Document, NodeStatus
from .stories import ClaimRelation, Dependence, Derivation, Member, Story, read_story


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A document of the story: what an outlet published, and when."""

    doc: str
    outlet: str
    date: str
    register: str
    story: str
    claims: int


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks or passes on: an entity, the same one across documents where the record of the world joins them."""

    id: str
    name: str
    type: str
    kinds: tuple[str, ...]
    roles: tuple[str, ...]
    documents: tuple[str, ...]


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """A station of a chain: a source, or the document that it ends in."""

    at: str
    status: NodeStatus


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as one document tells it; no `source` and no chain where the outlet tells it in its own voice."""

    doc: str
    claim: str
    attribution: str | None
    source: str | None
    chain: tuple[Station, ...]
    kind: str | None
    basis: str | None
    stance: str | None
    status: str | None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A claim of the story with all its tellings, by time, and how many sources stand behind it independently.

    A claim that the record of the world does not name has the id `DOC:CLAIM` and the type of its head as name.
    """

    id: str
    name: str
    independent_low: int | None
    independent_high: int | None
    truth: str | None = None
    tellings: tuple[Telling, ...]


class Graph(msgspec.Struct, frozen=True, kw_only=True):
    """The reporting graph: documents by time, sources by first appearance, claims by first telling, and what joins them."""

    name: str
    world: str
    documents: tuple[Report, ...]
    sources: tuple[Source, ...]
    claims: tuple[Told, ...]
    derivations: tuple[Derivation, ...]
    dependence: tuple[Dependence, ...]
    relations: tuple[ClaimRelation, ...]

    def contradicted(self) -> set[str]:
        """Return the claims that contradict another one."""
        return {end for r in self.relations if r.relation == "contradicts" for end in (r.source, r.target)}


def reporting_graph(corpus: Corpus, name: str) -> Graph:
    """Return the graph of a story world, or of one of its stories; raises `UsageError` where there is none of that name."""
    worlds = {p.stem for p in (corpus.root / "annotations" / "stories").glob("*.json")}
    chosen = [a for a in corpus.articles.values() if name in (a.world, a.story) and a.world in worlds]
    articles = {a.doc: a for a in chosen if corpus.gold_path(a.doc).is_file()}
    if not articles:
        known = sorted({x for a in corpus.articles.values() if a.world in worlds for x in (a.world, a.story)})
        raise UsageError(
            f"story {name}: no cross-document record of that name: choose one of {', '.join(known) or 'none yet'}"
        )
    world = next(iter(articles.values())).world
    story = read_story(corpus.root / "annotations" / "stories" / f"{world}.json")
    return build_graph(name, story, {doc: corpus.gold(doc) for doc in articles}, articles)


def build_graph(name: str, story: Story, records: Mapping[str, Document], articles: Mapping[str, Article]) -> Graph:
    """Return the graph of the documents given; what the record says of other documents is left out."""
    order = in_time(articles.values(), story.derivations)
    unit = {m: g for g in story.entities for m in g.members}
    tellings = {Member(doc=doc, id=t.claim): t for doc in order for t in _tellings(records[doc], unit)}
    types = {Member(doc=doc, id=c): t for doc in order for c, t in _types(records[doc])}
    claims, grouped = [], set[Member]()
    for group in story.claims:
        members = sorted((m for m in group.members if m in tellings), key=lambda m: (order.index(m.doc), _number(m.id)))
        grouped.update(members)
        if members:
            whole = len(members) == len(group.members)
            claims.append(
                Told(
                    id=group.id,
                    name=group.name,
                    independent_low=group.independent_low if whole else None,
                    independent_high=group.independent_high if whole else None,
                    truth=group.truth,
                    tellings=tuple(tellings[m] for m in members),
                )
            )
    claims += [
        Told(id=f"{m.doc}:{m.id}", name=types[m], independent_low=None, independent_high=None, tellings=(t,))
        for m, t in tellings.items()
        if m not in grouped
    ]
    claims.sort(key=lambda c: (order.index(c.tellings[0].doc), _number(c.tellings[0].claim), _number(c.id)))
    ids = {c.id for c in claims}
    return Graph(
        name=name,
        world=story.story,
        documents=tuple(_report(articles[doc], len(records[doc].claims or ())) for doc in order),
        sources=tuple(_sources(order, records, unit, tellings.values())),
        claims=tuple(claims),
        derivations=tuple(d for d in story.derivations if d.doc in articles and d.derived_from in articles),
        dependence=tuple(d for d in story.dependence if d.source in tellings and d.target in tellings),
        relations=tuple(r for r in story.claim_relations if r.source in ids and r.target in ids),
    )


def in_time(articles: Iterable[Article], derivations: Iterable[Derivation]) -> list[str]:
    """Return documents by date; those of one day after what they derive from, else by name."""
    dates = {a.doc: a.date for a in articles}
    parents = {d: [x.derived_from for x in derivations if x.doc == d and x.derived_from in dates] for d in dates}

    def depth(doc: str, seen: tuple[str, ...] = ()) -> int:
        return 0 if doc in seen else max((1 + depth(p, (*seen, doc)) for p in parents[doc]), default=0)

    return sorted(dates, key=lambda doc: (dates[doc], depth(doc), doc))


def _types(record: Document) -> Iterator[tuple[str, str]]:
    """Yield for each claim the type of its head."""
    heads = {m.id: m.type for m in record.mentions or ()} | {v.id: v.type for v in record.events or ()}
    for claim in record.claims or ():
        yield claim.id, heads.get(claim.head, "")


def _tellings(record: Document, unit: Mapping[Member, Any]) -> Iterator[Telling]:
    attributions = {a.id: a for a in record.attributions or ()}
    for claim in record.claims or ():
        a = attributions.get(claim.source) if claim.source != AUTHOR else None
        yield Telling(
            doc=record.doc,
            claim=claim.id,
            attribution=None if a is None else a.id,
            source=None if a is None or a.source_entity is None else _unit(record.doc, a.source_entity, unit),
            chain=() if a is None else tuple(_stations(record.doc, a, unit)),
            kind=None if a is None else a.source_kind,
            basis=None if a is None else a.basis_type,
            stance=None if a is None else a.author_stance,
            status=None if a is None else a.status,
        )


def _stations(doc: str, a: Attribution, unit: Mapping[Member, Any]) -> Iterator[Station]:
    for node in a.chain:
        yield Station(at=doc if node.node == OUTLET else _unit(doc, node.node, unit), status=node.status)


def _unit(doc: str, entity: str, unit: Mapping[Member, Any]) -> str:
    """Return the group of an entity, `DOC:ENTITY` where it stands in one document only."""
    group = unit.get(Member(doc=doc, id=entity))
    return f"{doc}:{entity}" if group is None else str(group.id)


def _sources(
    order: list[str], records: Mapping[str, Document], unit: Mapping[Member, Any], tellings: Iterable[Telling]
) -> Iterator[Source]:
    """Yield who stands in a chain of a claim or is the source of a record, in the order of first appearance."""
    told: dict[str, list[str]] = {doc: [] for doc in order}
    for t in tellings:
        told[t.doc] += [*(s.at for s in t.chain if s.at != t.doc), *([t.source] if t.source else [])]
    groups = {g.id: g.name for g in unit.values()}
    found: dict[str, dict[str, Any]] = {}
    for doc in order:
        record = records[doc]
        names = {_unit(doc, e.id, unit): (e.name or e.id, e.type) for e in record.entities or ()}
        kinds: dict[str, list[Attribution]] = {}
        for a in record.attributions or ():
            if a.source_entity is not None:
                kinds.setdefault(_unit(doc, a.source_entity, unit), []).append(a)
        for at in dict.fromkeys([*kinds, *told[doc]]):
            name, kind = names.get(at, (at, ""))
            one = found.setdefault(
                at, {"name": groups.get(at, name), "type": kind, "kinds": [], "roles": [], "documents": []}
            )
            one["documents"].append(doc)
            one["kinds"] += [a.source_kind for a in kinds.get(at, ()) if a.source_kind]
            one["roles"] += [a.source_role for a in kinds.get(at, ()) if a.source_role]
    for at, one in found.items():
        yield Source(
            id=at,
            name=one["name"],
            type=one["type"],
            kinds=tuple(dict.fromkeys(one["kinds"])),
            roles=tuple(dict.fromkeys(one["roles"])),
            documents=tuple(one["documents"]),
        )


def _report(article: Article, claims: int) -> Report:
    return Report(
        doc=article.doc,
        outlet=article.outlet,
        date=article.date,
        register=article.register,
        story=article.story,
        claims=claims,
    )


def _number(name: str) -> int:
    return int("".join(c for c in name if c.isdigit()) or 0)


def edges(graph: Graph) -> Iterator[tuple[str, str, dict[str, str | int]]]:
    """Yield the edges between sources and documents: who passes which claims on to whom, and which text derives from which."""
    passed: dict[tuple[str, str], list[str]] = {}
    group = {(t.doc, t.claim): c.id for c in graph.claims for t in c.tellings}
    for claim in graph.claims:
        for t in claim.tellings:
            for one, other in itertools.pairwise(t.chain):
                passed.setdefault((one.at, other.at), []).append(group[t.doc, t.claim])
    contradicted = graph.contradicted()
    for (teller, hearer), claims in passed.items():
        names = list(dict.fromkeys(claims))
        yield (
            teller,
            hearer,
            {
                "kind": "tells",
                "claims": " ".join(names),
                "tellings": len(claims),
                "contradicted": sum(n in contradicted for n in names),
            },
        )
    for d in graph.derivations:
        yield d.derived_from, d.doc, {"kind": "derives", "extent": d.extent}


def to_json(graph: Graph) -> dict[str, Any]:
    """Return the graph as plain values, with its edges."""
    found: dict[str, Any] = msgspec.to_builtins(graph)
    return found | {"edges": [{"from": a, "to": b, **more} for a, b, more in edges(graph)]}


def quotes(corpus: Corpus, graph: Graph, hydrated: Path | None = None) -> dict[tuple[str, str], str]:
    """Return the words of each claim whose text is at hand: the content of its attribution, else the sentence of its head."""
    found: dict[tuple[str, str], str] = {}
    for report in graph.documents:
        text, record = corpus.hydrated_text(report.doc, hydrated), corpus.gold(report.doc)
        if text is None:
            continue
        content = {a.id: a.content for a in record.attributions or ()}
        heads = {m.id: m.start for m in record.mentions or ()} | {v.id: v.start for v in record.events or ()}
        for claim in record.claims or ():
            at = heads.get(claim.head, 0)
            own = tuple((s.start, s.end) for s in record.sentences or () if s.start <= at < s.end)
            spans = content.get(claim.source) or own
            found[report.doc, claim.id] = " … ".join(" ".join(text[start:end].split()) for start, end in spans)
    return found
