"""Cross-document records as columns: tables of whole stories, beside the tables of their documents.

A unit is a story: `doc` of these tables is the row of the story, `document` the row of the document. Claims are named by
their rows in the table `claims` of the documents. A record is taken as it is: `story_predictions` says what is wrong
with one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

import numpy as np

from .columns import NOTHING, Block, Codes, Column, Table, Tables, tables
from .records import Document
from .stories import Group, Member, Story

OPEN = -1
"""The upper end of an interval that has none."""


@dataclass(frozen=True)
class StoryBlock:
    """Gold and system of the same stories: the block of their documents, and tables of what goes across them.

    `entities`, `events` have a row a mention with `cluster` across documents; `claims` has a row a claim with `cluster`,
    `low` (`NOTHING` where its group has no interval), `high` (`OPEN` where it has none) and `rank` (of its id in its
    document); `relations` (left, right, relation, facet, status) has a row for every pair of claims; `dependence` (source,
    target, kind), `mutations` (source, target, kind) and `derivations` (source, target, kind) a row an edge.
    """

    stories: tuple[str, ...]
    documents: Block
    gold: Tables
    system: Tables
    memo: dict[str, Column] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many stories the block has."""
        return len(self.stories)

    @property
    def codes(self) -> Codes:
        """The vocabulary that gold and system share."""
        return self.documents.codes


class Side(NamedTuple):
    """Documents of gold or of a system, and its cross-document records by story; what is missing counts as empty."""

    documents: Mapping[str, Document]
    stories: Mapping[str, Story]


def story_block(story_of: Mapping[str, str], gold: Side, system: Side) -> StoryBlock:
    """Return the block of some documents and of the stories that they belong to."""
    stories = tuple(sorted(set(story_of.values())))
    names = sorted(story_of, key=lambda d: (story_of[d], d))
    row = {s: n for n, s in enumerate(stories)}
    story = np.array([row[story_of[d]] for d in names], np.int64)
    codes = Codes()
    found = []
    for side in (gold, system):
        clusters = Codes()
        layers = tables(map(side.documents.get, names), codes, clusters)
        found.append((layers, _tables(names, story, stories, side, layers, codes, clusters)))
    documents = Block(tuple(names), found[0][0], found[1][0], codes)
    return StoryBlock(stories, documents, found[0][1], found[1][1])


def _tables(
    names: Sequence[str],
    story: Column,
    stories: Sequence[str],
    side: Side,
    layers: Tables,
    codes: Codes,
    clusters: Codes,
) -> Tables:
    records = [side.stories.get(s, Story(story=s)) for s in stories]
    at = {d: n for n, d in enumerate(names)}
    entities = _across(
        layers["mentions"],
        story,
        clusters,
        [[(at[m.doc], m.id) for m in g.members] for r in records for g in r.entities],
    )
    events = _across(
        layers["events"],
        story,
        clusters,
        [[(at[m.doc], m.id, "event") for m in g.members] for r in records for g in r.events],
    )
    claims = _Claims(names, side.documents, at)
    return {
        "entities": entities,
        "events": events,
        "claims": claims.table(story, [g for r in records for g in r.claims]),
        "relations": _relations(records, claims, codes),
        **_edges(records, claims, at, codes),
    }


def _across(table: Table, story: Column, clusters: Codes, groups: Sequence[Sequence[tuple[object, ...]]]) -> Table:
    """Return mentions with clusters across documents: that of the group, or their own where they are in none."""
    number = np.arange(len(clusters)) + len(groups)
    for n, members in enumerate(groups):
        for key in members:
            if (c := clusters.get(key)) is not None:
                number[c] = n
    inside = table["cluster"] >= 0
    cluster = np.full(len(inside), NOTHING, np.int64)
    cluster[inside] = number[table["cluster"][inside]]
    return {"doc": story[table["doc"]], "document": table["doc"], **_of(table, "start", "end"), "cluster": cluster}


def _of(table: Table, *names: str) -> Table:
    return {n: table[n] for n in names}


class _Claims:
    """Rows of claims by document and id, in the order of the table `claims`."""

    def __init__(self, names: Sequence[str], records: Mapping[str, Document], at: Mapping[str, int]) -> None:
        of = [(at[d], c.id) for d in names if d in records for c in records[d].claims or ()]
        self.at = at
        self.rows = {key: n for n, key in enumerate(of)}
        self.document = np.array([d for d, _ in of], np.int64)
        self.rank = np.zeros(len(of), np.int64)
        for n, key in enumerate(sorted(of)):
            self.rank[self.rows[key]] = n

    def row(self, member: Member) -> int | None:
        """Return the row of a claim, `None` for one that stands outside the annotated regions."""
        return self.rows.get((self.at[member.doc], member.id))

    def members(self, group: Group) -> list[int]:
        """Return the rows of the claims of a group."""
        return [r for m in group.members if (r := self.row(m)) is not None]

    def table(self, story: Column, groups: Sequence[Group]) -> Table:
        """Return all claims with the number and the interval of their group."""
        cluster = np.arange(len(self.document)) + len(groups)
        low, high = np.full(len(cluster), NOTHING), np.full(len(cluster), OPEN)
        for n, g in enumerate(groups):
            rows = self.members(g)
            cluster[rows] = n
            if g.independent_low is not None:
                low[rows] = g.independent_low
                high[rows] = OPEN if g.independent_high is None else g.independent_high
        return {"doc": story[self.document], "cluster": cluster, "low": low, "high": high, "rank": self.rank}


def _relations(records: Sequence[Story], claims: _Claims, codes: Codes) -> Table:
    """Return the pairs of claims that are related: all across two related groups, and the pairs within a group."""
    rows: list[tuple[int, int, int, int, int, int]] = []
    for at, record in enumerate(records):
        members = {g.id: claims.members(g) for g in record.claims}
        same, none = codes["equivalent"], codes[None]
        for group in members.values():
            rows += [(at, a, b, same, none, none) for a, b in combinations(group, 2)]
        for r in record.claim_relations:
            if r.relation == "unrelated":
                continue
            left, right = (r.target, r.source) if r.relation == "broader" else (r.source, r.target)
            name = codes["narrower" if r.relation == "broader" else r.relation]
            facet, status = codes[r.facet], codes[r.status]
            rows += [(at, a, b, name, facet, status) for a in members[left] for b in members[right]]
    return _columns(rows, ("doc", "left", "right", "relation", "facet", "status"))


def _edges(records: Sequence[Story], claims: _Claims, at: Mapping[str, int], codes: Codes) -> Tables:
    return {
        name: _columns(list(rows), ("doc", "source", "target", "kind"))
        for name, rows in (
            ("dependence", _dependence(records, claims, codes, mutations=False)),
            ("mutations", _dependence(records, claims, codes, mutations=True)),
            (
                "derivations",
                (
                    (n, at[d.derived_from], at[d.doc], codes[d.extent])
                    for n, r in enumerate(records)
                    for d in r.derivations
                ),
            ),
        )
    }


def _dependence(
    records: Sequence[Story], claims: _Claims, codes: Codes, *, mutations: bool
) -> Iterator[tuple[int, int, int, int]]:
    for n, record in enumerate(records):
        for d in record.dependence:
            source, target = claims.row(d.source), claims.row(d.target)
            if source is not None and target is not None:
                for kind in dict.fromkeys(d.mutations) if mutations else (d.kind,):
                    yield n, source, target, codes[kind]


def _columns(rows: Sequence[tuple[int, ...]], names: Sequence[str]) -> Table:
    values = np.array(rows, np.int64).reshape(len(rows), len(names))
    return {name: values[:, n].copy() for n, name in enumerate(names)}
