"""The controls of every configuration, from the inventory: one table for the XML, the tasks and the reader."""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from ..labels import event_types, inventory
from ..records import ATTRIBUTION_ATTRIBUTES
from .parts import ADJUDICATION, ALL, LAYERS

TEXT = "text"
MENTION, TRIGGER, ATTRIBUTION, CLAIM = "mention", "trigger", "attribution", "claim"
PARENT, FRAGMENT = "parent", "fragment"
DETAIL = "detail-"
OPEN = "undecided"
"""The field of an adjudicated document with a row for each disagreement: who has decided it deletes the row."""


class Control(NamedTuple):
    """A control: what it is, which values it takes, and on regions of which labels it stands (none: the document)."""

    name: str
    kind: Literal["labels", "choices", "textarea"]
    layer: str
    values: tuple[str, ...] = ()
    on: str | None = None
    when: tuple[str, ...] = ()
    rows: bool = False


# The label controls that a layer shows of the layers below it.
CONTEXT: dict[str, tuple[str, ...]] = {
    "entities": (),
    "events": (MENTION,),
    "coreference": (MENTION, TRIGGER),
    "attribution": (),
    "factuality": (TRIGGER, ATTRIBUTION),
    "claims": (MENTION, TRIGGER, ATTRIBUTION),
}


def valued(label: str) -> bool:
    """Say whether mentions of a type have a value instead of level and entity."""
    return label.startswith(("TIME.", "NUM."))


@cache
def controls() -> dict[str, Control]:
    """Return every control by name."""
    labels = inventory()
    mentions = tuple(t.type for t in labels.entity_types)
    events = tuple(t.type for t in labels.event_types)
    spans = ("cue", "content", *(s for s in labels.attribution_spans if s not in ("cue", "content")))
    referring = tuple(t for t in mentions if not valued(t))
    graded = tuple(t.type for t in labels.event_types if t.degree)
    found = [
        Control(MENTION, "labels", "entities", mentions),
        Control("level", "choices", "entities", labels.mention["level"], MENTION, referring),
        Control("head", "textarea", "entities", (), MENTION, mentions),
        Control("value", "textarea", "entities", (), MENTION, tuple(t for t in mentions if valued(t))),
        Control(TRIGGER, "labels", "events", events),
        *(
            Control(n, "choices", "events", labels.event[n], TRIGGER, events)
            for n in ("genericity", "tense", "polarity")
        ),
        Control("degree", "choices", "events", labels.event["degree"], TRIGGER, graded),
        *(
            Control(detail_control(t.type), "choices", "events", t.details, TRIGGER, (t.type,))
            for t in labels.event_types
            if t.details
        ),
        Control("entity", "textarea", "coreference", (), MENTION, referring),
        Control("event", "textarea", "coreference", (), TRIGGER, events),
        Control("entities", "textarea", "coreference", rows=True),
        Control(ATTRIBUTION, "labels", "attribution", spans),
        *(
            Control(n, "choices", "attribution", labels.attribution[n], ATTRIBUTION, ("cue", "content"))
            for n in ATTRIBUTION_ATTRIBUTES
        ),
        Control("source_entity", "textarea", "attribution", (), ATTRIBUTION, ("cue", "content")),
        Control("chain", "textarea", "attribution", (), ATTRIBUTION, ("cue", "content")),
        Control("factuality", "textarea", "factuality", (), TRIGGER, events, rows=True),
        Control(CLAIM, "labels", "claims", (CLAIM,)),
        Control(OPEN, "textarea", ADJUDICATION, rows=True),
    ]
    return {c.name: c for c in found}


def detail_control(event_type: str) -> str:
    """Return the name of the control for the detail of a type of event: each type has values of its own."""
    return DETAIL + event_type.replace(".", "-")


def own_controls(layer: str) -> tuple[Control, ...]:
    """Return the controls that the annotators of a layer use."""
    layers = {ALL: LAYERS, ADJUDICATION: (*LAYERS, ADJUDICATION)}.get(layer, (layer,))
    return tuple(c for c in controls().values() if c.layer in layers)


def context_controls(layer: str) -> tuple[Control, ...]:
    """Return the label controls of the layers below that a layer shows."""
    return tuple(controls()[name] for name in CONTEXT.get(layer, ()))


@cache
def roles() -> tuple[str, ...]:
    """Return every role of the inventory once."""
    return tuple(dict.fromkeys(r for t in event_types().values() for r in t.roles))


def arc_labels(layer: str) -> tuple[str, ...]:
    """Return the labels that arcs may have in a layer."""
    found = {"events": roles(), "coreference": inventory().event_link, "attribution": (PARENT, FRAGMENT)}
    layers = LAYERS if layer in (ALL, ADJUDICATION) else (layer,)
    return tuple(label for name in layers for label in found.get(name, ()))
