"""Level inventory: labels, roles and values are those of `annotations/labels.json`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..labels import entity_types, event_types, inventory
from ..records import ATTRIBUTION_ATTRIBUTES, Entity, Mention
from .base import Hit, View

_NUMBER = r"\d+(?:\.\d+)?"
_VALUES = {
    "NUM.Count": re.compile(rf"~?(?:{_NUMBER}|{_NUMBER}\.\.|\.\.{_NUMBER}|{_NUMBER}\.\.{_NUMBER})"),
    "NUM.Proportion": re.compile(rf"~?(?:{_NUMBER}|{_NUMBER}\.\.|\.\.{_NUMBER}|{_NUMBER}\.\.{_NUMBER})%"),
    "NUM.Distance": re.compile(r"~?[\d.]+ (?:km|m|mi|mile|miles|nmi|ft|cm)"),
    "NUM.Money": re.compile(r"[A-Z]{3} ~?[\d.]+"),
    "TIME.Duration": re.compile(r"P(?=[\dXT])[\dXYMWDTHS.]+"),
}


def labels_known(view: View) -> Iterator[Hit]:
    """Types of entities, mentions and events are in the inventory."""
    r = view.record
    items: tuple[Entity | Mention, ...] = (*(r.entities or ()), *(r.mentions or ()))
    for item in items:
        if item.type not in entity_types():
            yield Hit(item.id, f"{item.type!r} is no type of entity", f"choose one of {' '.join(entity_types())}")
    for v in r.events or ():
        if v.type not in event_types():
            yield Hit(v.id, f"{v.type!r} is no type of event", f"choose one of {' '.join(event_types())}")


def roles_allowed(view: View) -> Iterator[Hit]:
    """A role is one that its type of event has."""
    for v in view.record.events or ():
        known = event_types().get(v.type)
        for a in v.arguments:
            if known is not None and a.role not in known.roles:
                yield Hit(
                    f"events[{v.id}].arguments",
                    f"{v.type} has no role {a.role!r}",
                    f"choose one of {' '.join(known.roles)}",
                )


def values_known(view: View) -> Iterator[Hit]:
    """Attributes of attributions have values of the inventory."""
    known = inventory().attribution
    for a in view.record.attributions or ():
        for name in ATTRIBUTION_ATTRIBUTES:
            value = getattr(a, name)
            if value is not None and value not in known[name]:
                yield Hit(
                    f"attributions[{a.id}].{name}",
                    f"{value!r} is no value of {name}",
                    f"choose one of {' '.join(known[name])}",
                )


def attributes_complete(view: View) -> Iterator[Hit]:
    """Gold and passes give every attribute of events and attributions."""
    for a in view.record.attributions or ():
        missing = [n for n in ATTRIBUTION_ATTRIBUTES if getattr(a, n) is None] + ([] if a.chain else ["chain"])
        if missing:
            yield Hit(f"attributions[{a.id}]", f"{', '.join(missing)} missing", "give all attributes and the chain")
    for v in view.record.events or ():
        absent = [n for n in ("event", "genericity", "tense", "polarity") if getattr(v, n) is None]
        if absent:
            yield Hit(f"events[{v.id}]", f"{', '.join(absent)} missing", "give event, genericity, tense and polarity")


def degree_allowed(view: View) -> Iterator[Hit]:
    """Force and Territory types have a degree, all others none."""
    for v in view.record.events or ():
        known = event_types().get(v.type)
        if known is not None and known.degree != (v.degree is not None):
            remedy = "give full, partial, attempted or unmarked" if known.degree else "leave it out (-)"
            yield Hit(f"events[{v.id}].degree", f"{v.type} with degree {v.degree}", remedy)


def detail_allowed(view: View) -> Iterator[Hit]:
    """A detail is one that its type of event knows."""
    for v in view.record.events or ():
        known = event_types().get(v.type)
        if known is not None and v.detail is not None and v.detail not in known.details:
            remedy = f"choose one of {' '.join(known.details)}" if known.details else "leave it out"
            yield Hit(f"events[{v.id}].detail", f"{v.type} with detail {v.detail!r}", remedy)


def level_allowed(view: View) -> Iterator[Hit]:
    """Mentions of entities have a level, times and numbers have none."""
    for m in view.record.mentions or ():
        value = m.type.startswith(("TIME.", "NUM."))
        if value and (m.level is not None or m.entity is not None):
            yield Hit(f"mentions[{m.id}]", f"{m.type} with a level or an entity", "times and numbers have neither (-)")
        elif not value and (m.level is None or m.entity is None):
            yield Hit(f"mentions[{m.id}]", f"{m.type} without level or entity", "give NAM, NOM or PRO, and the entity")


def value_form(view: View) -> Iterator[Hit]:
    """A value has the form that `annotations/README.md` lays down for its type."""
    for m in view.record.mentions or ():
        pattern = _VALUES.get(m.type)
        if m.value is not None and pattern is not None and not pattern.fullmatch(m.value):
            yield Hit(
                f"mentions[{m.id}].value", f"{m.value!r} is no value of {m.type}", "see Values in annotations/README.md"
            )
