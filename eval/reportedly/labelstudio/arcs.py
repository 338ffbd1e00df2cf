"""What an arc between two regions means: decided by the controls of its ends and its label, turned where it must be."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from ..labels import event_types, inventory
from .controls import ATTRIBUTION, CLAIM, FRAGMENT, MENTION, PARENT, TRIGGER, roles
from .results import Arc, Log, Region, Sheet

# Roles that a time, a sum or a distance can fill; a role is inferred where its type of event has just one of them.
_ROLES_OF = {
    "TIME.Date": ("Time", "Deadline", "Duration"),
    "TIME.Duration": ("Time", "Deadline", "Duration"),
    "NUM.Money": ("Amount",),
    "NUM.Distance": ("Extent",),
}
ARGUMENT, LINK, PART, SOURCE, HEAD = "argument", "link", "part", "source", "head"
_LAYER = {
    ARGUMENT: "events",
    LINK: "coreference",
    PART: "attribution",
    FRAGMENT: "attribution",
    PARENT: "attribution",
    SOURCE: "claims",
    HEAD: "claims",
}


class Meant(NamedTuple):
    """An arc understood: its kind, its ends in the right order, and its label."""

    kind: str
    source: Region
    target: Region
    label: str | None


def understand(sheet: Sheet, layers: tuple[str, ...], log: Log) -> dict[str, list[Meant]]:
    """Return the arcs by kind; those that cannot be decided go to the log."""
    regions: dict[str, list[Region]] = defaultdict(list)
    for region in sheet.regions:
        regions[region.id].append(region)
    found: dict[str, list[Meant]] = defaultdict(list)
    for arc in sheet.arcs:
        for label in arc.labels or (None,):
            meant = _meant(arc, label, regions, layers, log)
            if meant is not None and meant not in found[meant.kind]:
                found[meant.kind].append(meant)
    return found


def _meant(
    arc: Arc, label: str | None, regions: dict[str, list[Region]], layers: tuple[str, ...], log: Log
) -> Meant | None:
    shown = f"{arc.source} -> {arc.target}"
    options = [
        (kind, a, b)
        for a in regions[arc.source]
        for b in regions[arc.target]
        if (kind := _kind(a, b, label)) is not None and _LAYER[kind] in layers
    ]
    if not options:
        ends = f"{regions[arc.source][0].label} and {regions[arc.target][0].label}"
        wanted = f"no arc {label}" if label else "no arc without a label"
        log.refuse(shown, f"{wanted} can join {ends} in this layer: label it or delete it")
        return None
    if len(options) > 1:
        log.refuse(shown, "an end of the arc has two labels, so it could mean two things: draw it again")
        return None
    kind, a, b = options[0]
    if arc.both and kind not in (PART, FRAGMENT) and a.control == b.control:
        log.refuse(shown, f"the arc {label} points both ways: choose one")
        return None
    if _backwards(kind, a, b, label):
        log.repair(shown, f"the arc was drawn from {a.label} to {b.label}: turned")
        a, b = b, a
    if kind == ARGUMENT:
        return _argument(shown, a, b, label, log)
    return Meant(kind, a, b, label)


def _kind(a: Region, b: Region, label: str | None) -> str | None:
    """Return what an arc between two regions can be, whichever way it points."""
    ends = {a.control, b.control}
    if label in roles():
        return ARGUMENT if ends in ({TRIGGER}, {TRIGGER, MENTION}) else None
    if label in inventory().event_link:
        return LINK if ends == {TRIGGER} else None
    if label in (PARENT, FRAGMENT):
        return label if ends == {ATTRIBUTION} else None
    if ends == {TRIGGER, MENTION}:
        return ARGUMENT
    if ends == {ATTRIBUTION}:
        return PART
    if ends == {CLAIM, ATTRIBUTION}:
        return SOURCE
    return HEAD if ends in ({CLAIM, TRIGGER}, {CLAIM, MENTION}) else None


def _backwards(kind: str, a: Region, b: Region, label: str | None) -> bool:
    if kind == ARGUMENT and a.control == b.control:
        return label not in event_types()[a.label].roles and label in event_types()[b.label].roles
    return (kind == ARGUMENT and b.control == TRIGGER) or (kind in (SOURCE, HEAD) and b.control == CLAIM)


def _argument(shown: str, trigger: Region, target: Region, label: str | None, log: Log) -> Meant | None:
    known = event_types()[trigger.label].roles
    if label is None:
        possible = [r for r in _ROLES_OF.get(target.label, ()) if r in known]
        if len(possible) != 1:
            log.refuse(shown, f"the arc from {trigger.label} to {target.label} has no role: label it")
            return None
        label = possible[0]
        log.repair(shown, f"the arc from {trigger.label} to {target.label} had no role: taken as {label}")
    if label not in known:
        log.refuse(shown, f"{trigger.label} has no role {label}: choose one of {' '.join(known)}")
        return None
    return Meant(ARGUMENT, trigger, target, label)
