"""Cross-document records of a story: which entities, events and claims of its documents are the same, and who copies whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from .files import read_json
from .records import Record


class Member(Record, frozen=True):
    """An item of a document: an entity (`e1`), an event (`E1`) or a claim (`c1`)."""

    doc: str
    id: str


class Group(Record, frozen=True):
    """Items of several documents that are one: an entity, an event, or a claim that is told more than once.

    `truth` says what the plan of a fictional world holds of a claim; it is `None` everywhere else.
    """

    id: str
    name: str
    members: tuple[Member, ...]
    independent_low: int | None = None
    independent_high: int | None = None
    truth: str | None = None


class Link(Record, frozen=True):
    """A link between two groups."""

    source: str
    target: str
    relation: str


class ClaimRelation(Record, frozen=True):
    """How two groups of claims relate; a contradiction has a facet and a conflict status."""

    source: str
    target: str
    relation: str
    facet: str | None = None
    status: str | None = None


class Dependence(Record, frozen=True):
    """On which other claim a claim rests, and what changed on the way from `source` to `target`."""

    source: Member
    target: Member
    kind: str
    mutations: tuple[str, ...] = ()


class Derivation(Record, frozen=True):
    """From which document another derives."""

    doc: str
    derived_from: str
    extent: str
    note: str = ""


class Story(Record, frozen=True):
    """All cross-document records of one story."""

    story: str
    entities: tuple[Group, ...] = ()
    events: tuple[Group, ...] = ()
    claims: tuple[Group, ...] = ()
    entity_links: tuple[Link, ...] = ()
    event_links: tuple[Link, ...] = ()
    claim_relations: tuple[ClaimRelation, ...] = ()
    dependence: tuple[Dependence, ...] = ()
    derivations: tuple[Derivation, ...] = ()

    def kinds(self) -> tuple[tuple[str, tuple[Group, ...]], ...]:
        """Return the groups by what they group."""
        return ("entity", self.entities), ("event", self.events), ("claim", self.claims)


COPIES = ("verbatim", "paraphrase", "translation")
"""The kinds of dependence of a claim whose wording was taken over."""


def closure(pairs: Iterable[tuple[str, str]]) -> Callable[[str], str]:
    """Return a function from a name to the one that stands for all names that pairs join to it."""
    stands: dict[str, str] = {}

    def find(name: str) -> str:
        while stands.get(name, name) != name:
            name = stands[name]
        return name

    for one, other in pairs:
        stands[find(one)] = find(other)
    return find


def read_story(path: Path) -> Story:
    """Return the records of a file; raises `RecordError`."""
    return read_json(path, Story, "see annotations/README.md")
