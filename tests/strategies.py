"""Hypothesis strategies for whole valid records in all layers, over so few offsets and types that items often meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from reportedly.records import (
    Argument,
    Attribution,
    Claim,
    Document,
    Entity,
    Event,
    Factuality,
    Mention,
    Node,
)

LENGTH = 12
TYPES = ("GPE.City", "PER.Group", "PER.Individual")
EVENT_TYPES = ("Force.Deploy", "Conflict.Shelling")
ROLES = ("Force", "Target")


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, int]:
    start = draw(st.integers(0, LENGTH - 1))
    return start, draw(st.integers(start + 1, min(start + 5, LENGTH)))


fragments = st.lists(spans(), max_size=2).map(tuple)


def ids(prefix: str, n: int) -> list[str]:
    return [f"{prefix}{k}" for k in range(1, n + 1)]


@st.composite
def records(draw: st.DrawFn, doc: str = "d", size: int = 5) -> Document:
    """Return a record with up to `size` mentions, and fewer items of the other layers."""
    count = st.integers(0, size)
    entities = ids("e", draw(st.integers(0, 3)))
    names = ids("m", draw(count))
    event_names = ids("v", draw(st.integers(0, 3)))
    sources = ids("a", draw(st.integers(0, 3)))
    targets = names + event_names
    tags = st.sampled_from(
        [("certain", "+"), ("certain", "-"), ("probable", "+"), ("possible", "-"), ("uncommitted", "unspecified")]
    )
    pairs = [(v, s) for v in event_names for s in ["AUTHOR", *sources]]
    told = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=4)) if pairs else []
    heads = draw(st.lists(st.sampled_from(targets), max_size=2)) if targets else []
    mentions = tuple(draw(_mention(m, entities)) for m in names)
    placed = sorted({m.entity for m in mentions if m.entity})
    return Document(
        doc=doc,
        entities=tuple(Entity(id=e, type=TYPES[0]) for e in entities),
        mentions=mentions,
        events=tuple(draw(_event(v, names + event_names[:n])) for n, v in enumerate(event_names)),
        attributions=tuple(draw(_attribution(a, sources[:n], placed)) for n, a in enumerate(sources)),
        factuality=tuple(_factuality(v, s, *draw(tags)) for v, s in told),
        claims=tuple(
            Claim(id=f"c{n}", source=draw(st.sampled_from(["AUTHOR", *sources])), head=h) for n, h in enumerate(heads)
        ),
    )


def _factuality(event: str, source: str, certainty: Any, polarity: Any) -> Factuality:
    return Factuality(event=event, source=source, certainty=certainty, polarity=polarity)


@st.composite
def _mention(draw: st.DrawFn, name: str, entities: list[str]) -> Mention:
    start, end = draw(spans())
    return Mention(
        id=name,
        start=start,
        end=end,
        head=draw(st.sampled_from([None, (start, start + 1), (start, end)])),
        type=draw(st.sampled_from(TYPES)),
        level=draw(st.sampled_from(["NAM", "PRO", None])),
        entity=draw(st.sampled_from([None, *entities])),
    )


@st.composite
def _event(draw: st.DrawFn, name: str, targets: list[str]) -> Event:
    start, end = draw(spans())
    roles = st.builds(Argument, role=st.sampled_from(ROLES), target=st.sampled_from(targets or ["none"]))
    return Event(
        id=name,
        start=start,
        end=end,
        type=draw(st.sampled_from(EVENT_TYPES)),
        event=draw(st.sampled_from([None, "E1", "E2"])),
        polarity=draw(st.sampled_from(["+", "-", None])),
        tense=draw(st.sampled_from(["past", None])),
        arguments=tuple(draw(st.lists(roles, max_size=2))) if targets else (),
    )


@st.composite
def _attribution(draw: st.DrawFn, name: str, earlier: list[str], entities: list[str]) -> Attribution:
    nodes = st.builds(Node, node=st.sampled_from(["OUTLET", *entities]))
    return Attribution(
        id=name,
        source=draw(fragments),
        cue=draw(fragments),
        content=draw(fragments),
        recipient=draw(fragments),
        source_entity=draw(st.sampled_from([None, *entities])),
        relation=draw(st.sampled_from(["direct", "indirect", None])),
        parent=draw(st.sampled_from([None, *earlier])),
        chain=tuple(draw(st.lists(nodes, max_size=3))),
    )


@st.composite
def pairs(draw: st.DrawFn, doc: str = "d", size: int = 5) -> tuple[Document, Document]:
    """Return gold and system of one document: drawn apart, or the system equal to gold but for one layer."""
    gold, system = draw(records(doc, size)), draw(records(doc, size))
    kept = draw(st.sampled_from(["nothing", "mentions", "attributions"]))
    if kept == "nothing":
        return gold, system
    from msgspec.structs import replace

    if kept == "mentions":
        return gold, replace(system, entities=gold.entities, mentions=gold.mentions, events=(), attributions=(), factuality=(), claims=())  # fmt: skip
    return gold, replace(gold, attributions=tuple(replace(a, relation="direct", recipient=()) for a in gold.attributions or ()))  # fmt: skip
