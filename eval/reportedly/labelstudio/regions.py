"""From the results of one annotation to the layers of a record.

Offsets are taken as they are: whoever calls has compared the text and its hash. Ids of regions that we exported come
back as ids; regions that an annotator drew get the next free ones. What can be put right without a choice is, and the
log says so; what cannot is refused in the log, by region.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from ..errors import QuoteError
from ..labels import entity_types, event_types
from ..quoting import Place
from ..records import (
    ATTRIBUTION_ATTRIBUTES,
    AUTHOR,
    FACTUALITY_TAGS,
    SPAN_FIELDS,
    Argument,
    Attribution,
    Claim,
    Document,
    Entity,
    Event,
    EventLink,
    Factuality,
    Mention,
    Span,
)
from .acts import Act, acts
from .arcs import ARGUMENT, HEAD, LINK, PART, SOURCE, understand
from .controls import (
    ATTRIBUTION,
    CLAIM,
    CONTEXT,
    FRAGMENT,
    MENTION,
    OPEN,
    PARENT,
    TRIGGER,
    detail_control,
    valued,
)
from .fields import Fields, is_id, read_chain, read_entity
from .parts import LAYERS, Coreference, Parts, join, split
from .results import Log, Region, Sheet, read_sheet, regions_of
from .tasks import Writer

_PREFIX = {MENTION: "m", TRIGGER: "v", ATTRIBUTION: "a", CLAIM: "c"}
_ENTITY_ID = re.compile(r"e\d+")


def read_parts(
    results: Iterable[Any],
    *,
    layer: str,
    layers: Iterable[str],
    text: str,
    frame: Document,
    context: Document,
    log: Log,
) -> Parts:
    """Return the layers of an annotation: those below from `context`, those of the annotator from the results.

    `frame` has the regions, sentences and tokens of the text. With problems in the log the parts are of no use; while
    regions, fields or arcs have the wrong shape, what they mean is not looked at.
    """
    sheet = read_sheet(results, layer, text, frame, log)
    for row in sheet.fields.get(("", OPEN), ()):
        log.refuse(OPEN, f"{row!a} is not decided: decide it, and delete its row")
    base = split(context)
    whole = join(base, frame)
    shown = list(regions_of(Writer(whole, text).context(layer)))
    sheet = _with_context(sheet, layer, shown, log)
    if log.problems:
        return base
    return _Reader(sheet, tuple(layers), text, frame, base, log).parts()


def _with_context(sheet: Sheet, layer: str, shown: list[Region], log: Log) -> Sheet:
    """Put the regions of the layers below as they were exported: annotators of a layer do not change them."""
    controls = CONTEXT.get(layer, ())
    there = {(r.id, r.control): r for r in sheet.regions if r.control in controls}
    deleted = [r.id for r in shown if (r.id, r.control) not in there]
    if deleted:
        named = ", ".join(deleted[:8]) + (" ..." if len(deleted) > 8 else "")
        log.repair("", f"{len(deleted)} regions of the layers below {layer} were deleted and stay: {named}")
    for region in shown:
        found = there.pop((region.id, region.control), None)
        if found is None:
            continue
        if (found.label, found.span) != (region.label, region.span):
            log.repair(region.id, f"was changed: it belongs to a layer below {layer} and stays as it was")
    for region in there.values():
        log.refuse(region.id, f"a new {region.control} in the layer {layer}: add it in the project of its own layer")
    return sheet._replace(regions=[*shown, *(r for r in sheet.regions if r.control not in controls)])


class _Reader:
    def __init__(self, sheet: Sheet, layers: tuple[str, ...], text: str, frame: Document, base: Parts, log: Log):
        self.sheet = sheet
        self.layers = tuple(name for name in LAYERS if name in layers)
        self.text = text
        self.frame = frame
        self.base = base
        self.log = log
        self.arcs = understand(sheet, self.layers, log)
        self.items = base
        self.acts = (
            acts(sheet.of(ATTRIBUTION), (*self.arcs[PART], *self.arcs[FRAGMENT]), log)
            if self._does("attribution")
            else []
        )
        self.names = self._names()
        self.fields = Fields(text, frame.sentences or (), {})

    def _does(self, layer: str) -> bool:
        return layer in self.layers

    def parts(self) -> Parts:
        """Return the layers below with the annotator's put in place."""
        for layer in self.layers:
            made = getattr(self, f"_{layer}")()
            self.items = self.items.replace({layer: made})
        for control, layer in (
            (MENTION, "entities"),
            (TRIGGER, "events"),
            (ATTRIBUTION, "attribution"),
            (CLAIM, "claims"),
        ):
            extra = [r for r in self.sheet.of(control) if getattr(self.items, layer) is None]
            for region in extra:
                self.log.refuse(region.id, f"the layer {layer} was not asked for in this task: delete the region")
        return self.items

    def _names(self) -> dict[Region, str]:
        """Return the id of each region: ours where we exported it, else the next free one of its kind."""
        owners = {r: a.anchor for a in self.acts for r in a.regions if r == a.anchor}
        named = [
            r
            for control in (MENTION, TRIGGER, ATTRIBUTION, CLAIM)
            for r in self.sheet.by_text(control)
            if control != ATTRIBUTION or r in owners or not self._does("attribution")
        ]
        found: dict[Region, str] = {}
        for r in named:
            if not r.manual and is_id(r.id) and r.id not in found.values():
                found[r] = r.id
        taken = {*found.values(), *self._reserved()}
        for r in named:
            if r not in found:
                found[r] = self._free(_PREFIX[r.control], taken)
        return found

    def _reserved(self) -> list[str]:
        below = [getattr(self.base, name) or () for name in ("entities", "events", "attribution", "claims")]
        return [x.id for items in below for x in items]

    def _free(self, prefix: str, taken: set[str]) -> str:
        numbers = (int(n[len(prefix) :]) for n in taken if re.fullmatch(rf"{prefix}\d{{1,9}}", n))
        name = f"{prefix}{max(numbers, default=0) + 1}"
        taken.add(name)
        return name

    def _place(self, region: str, row: int = 1) -> Place:
        return Place(f"{self.log.place}, region {region!a}", row)

    def _entities(self) -> tuple[Mention, ...]:
        return tuple(self._mention(r) for r in self.sheet.by_text(MENTION))

    def _mention(self, r: Region) -> Mention:
        head: Span | None = r.span
        try:
            head = self.fields.read_head(self.sheet.field(r.id, "head") or "", r.span, self._place(r.id))
        except QuoteError as error:
            self.log.problems.append(f"{error}: mend the head")
        return Mention(
            id=self.names[r],
            start=r.start,
            end=r.end,
            type=r.label,
            head=head,
            level=self.sheet.field(r.id, "level"),  # type: ignore[arg-type]
            value=self.sheet.field(r.id, "value"),
        )

    def _events(self) -> tuple[Event, ...]:
        arguments: dict[Region, list[Argument]] = {}
        for arc in self.arcs[ARGUMENT]:
            argument = Argument(role=arc.label or "", target=self.names[arc.target])
            arguments.setdefault(arc.source, []).append(argument)
        found = []
        for r in self.sheet.by_text(TRIGGER):
            values: dict[str, Any] = {
                n: self.sheet.field(r.id, n) for n in ("genericity", "tense", "polarity", "degree")
            }
            detail = self.sheet.field(r.id, detail_control(r.label)) if event_types()[r.label].details else None
            made = tuple(arguments.get(r, ()))
            found.append(
                Event(id=self.names[r], start=r.start, end=r.end, type=r.label, detail=detail, arguments=made, **values)
            )
        return tuple(found)

    def _coreference(self) -> Coreference:
        entities = self._entity_rows()
        entity_of = self._entity_of(entities)
        event_of = {}
        for r in self.sheet.by_text(TRIGGER):
            name = self.sheet.field(r.id, "event")
            if name is not None and not is_id(name):
                self.log.refuse(r.id, f"event {name!a}: name an event such as E2")
            elif name is not None:
                event_of[self.names[r]] = name
        return Coreference(tuple(entities.values()), entity_of, event_of, self._links(event_of))

    def _entity_rows(self) -> dict[str, Entity]:
        found: dict[str, Entity] = {}
        for n, row in enumerate(self.sheet.fields.get(("", "entities"), ()), 1):
            try:
                entity = read_entity(row, self._place("entities", n))
            except QuoteError as error:
                self.log.problems.append(str(error))
                continue
            if entity.type not in entity_types() or valued(entity.type) or entity.id in found or not is_id(entity.id):
                self.log.refuse(
                    "entities", f"row {n}: {row!a}: give each entity one row, with a type that entities have"
                )
            found[entity.id] = entity
        return found

    def _entity_of(self, entities: dict[str, Entity]) -> dict[str, str]:
        by_name: dict[str, list[str]] = {}
        for e in entities.values():
            by_name.setdefault(e.name, []).append(e.id)
        typed = {name for (_, control), rows in self.sheet.fields.items() if control == "entity" for name in rows}
        taken = {*entities, *self.names.values(), *typed}
        found = {}
        for r in self.sheet.by_text(MENTION):
            name = self.sheet.field(r.id, "entity")
            if name is None:
                continue
            if name not in entities:
                same = by_name.get(name, [])
                if len(same) > 1:
                    self.log.refuse(r.id, f"entity {name!a}: {', '.join(same)} have this name: give the id")
                if not same:
                    made = self._new_entity(name, r, taken)
                    entities[made.id] = made
                    by_name.setdefault(made.name, []).append(made.id)
                    same = [made.id]
                    self.log.repair(r.id, f"entity {name!a} was new: made {made.id}, a {made.type}")
                name = same[0]
            found[self.names[r]] = name
        return found

    def _new_entity(self, name: str, r: Region, taken: set[str]) -> Entity:
        if _ENTITY_ID.fullmatch(name):
            return Entity(id=name, type=r.label, name=self.text[r.start : r.end])
        return Entity(id=self._free("e", taken), type=r.label, name=name)

    def _links(self, event_of: dict[str, str]) -> tuple[EventLink, ...]:
        taken = set(event_of.values())
        found: list[EventLink] = []
        for arc in self.arcs[LINK]:
            ends = []
            for r in (arc.source, arc.target):
                if self.names[r] not in event_of:
                    event_of[self.names[r]] = self._free("E", taken)
                    self.log.repair(r.id, f"had a link and no event: made {event_of[self.names[r]]}")
                ends.append(event_of[self.names[r]])
            made = EventLink(source=ends[0], target=ends[1], relation=arc.label)  # type: ignore[arg-type]
            if ends[0] == ends[1]:
                self.log.refuse(arc.source.id, f"a link from {ends[0]} to itself: delete it")
            elif made not in found:
                found.append(made)
        return tuple(found)

    def _attribution(self) -> tuple[Attribution, ...]:
        parents = self._parents()
        return tuple(self._act(act, parents) for act in self.acts)

    def _act(self, act: Act, parents: dict[str, str]) -> Attribution:
        name = self.names[act.anchor]
        values: dict[str, Any] = {n: self._of_act(act, n) for n in (*ATTRIBUTION_ATTRIBUTES, "source_entity")}
        entity = values["source_entity"]
        if entity is not None and not is_id(entity):
            self.log.refuse(act.anchor.id, f"source_entity {entity!a}: name an entity by its id, such as e4")
        chain = self._of_act(act, "chain")
        try:
            values["chain"] = read_chain(chain, self._place(act.anchor.id)) if chain else ()
        except QuoteError as error:
            self.log.problems.append(str(error))
        values |= {field: act.spans(field) for field in SPAN_FIELDS}
        return Attribution(id=name, parent=parents.get(name), **values)

    def _of_act(self, act: Act, control: str) -> str | None:
        """Return the value of a field of a record: that of its anchor, else the one that another part has."""
        own = self.sheet.field(act.anchor.id, control)
        others = {
            r.id: v for r in act.regions if r != act.anchor and (v := self.sheet.field(r.id, control)) is not None
        }
        values = {own, *others.values()} - {None}
        if len(values) > 1:
            self.log.refuse(
                act.anchor.id, f"{control} is {' and '.join(sorted(map(ascii, values)))} on its parts: keep one"
            )
        for name, value in others.items():
            if own is None:
                self.log.repair(name, f"{control} {value!a} was not on the {act.anchor.label}: taken over")
        return own if own is not None else next(iter(others.values()), None)

    def _parents(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for arc in self.arcs[PARENT]:
            child, parent = (self._record_of(r) for r in (arc.source, arc.target))
            shown = f"{arc.source.id} -> {arc.target.id}"
            if child is None or parent is None or child == parent:
                self.log.refuse(shown, "the arc parent does not lead from one record to another: draw it between cues")
                continue
            if _inside(parent, child) and not _inside(child, parent):
                self.log.repair(shown, "the arc parent led from the outer to the inner record: turned")
                child, parent = parent, child
            name, outer = self.names[child.anchor], self.names[parent.anchor]
            if found.setdefault(name, outer) != outer:
                self.log.refuse(shown, f"{name} has two parents: keep one")
        return found

    def _record_of(self, region: Region) -> Act | None:
        own = [a for a in self.acts if a.anchor == region] or [a for a in self.acts if region in a.regions]
        return own[0] if len(own) == 1 else None

    def _factuality(self) -> tuple[Factuality, ...]:
        cues = {a.id: a.cue for a in self.items.attribution or ()}
        fields = Fields(self.text, self.frame.sentences or (), cues)
        triggers = {r.id: r for r in self.sheet.of(TRIGGER)}
        found: dict[tuple[str, str], Factuality] = {}
        for (region, control), rows in self.sheet.fields.items():
            if control != "factuality":
                continue
            r = triggers[region]
            for n, text in enumerate(rows, 1):
                try:
                    row = fields.read_row(text, r.span, self._place(region, n))
                except QuoteError as error:
                    self.log.problems.append(str(error))
                    continue
                if row.source != AUTHOR and row.source not in cues:
                    self.log.refuse(region, f"factuality: there is no attribution {row.source!a}: name one that exists")
                if (self.names[r], row.source) in found:
                    self.log.refuse(region, f"factuality: {row.source} has two values: keep one")
                certainty, polarity = FACTUALITY_TAGS[row.tag]
                found[self.names[r], row.source] = Factuality(
                    event=self.names[r],
                    source=row.source,
                    certainty=certainty,
                    polarity=polarity,
                    evidence=row.evidence,
                )
        return tuple(found.values())

    def _claims(self) -> tuple[Claim, ...]:
        sources: dict[Region, list[str]] = {}
        for arc in self.arcs[SOURCE]:
            record = self._record_of(arc.target)
            name = self.names[record.anchor] if record else self._context_record(arc.target)
            if name not in sources.setdefault(arc.source, []):
                sources[arc.source].append(name)
        heads: dict[Region, list[Region]] = {}
        for arc in self.arcs[HEAD]:
            heads.setdefault(arc.source, []).append(arc.target)
        found = []
        for r in self.sheet.of(CLAIM):
            source = sources.get(r, [AUTHOR])
            same = [x for x in self.sheet.regions if x.control in (MENTION, TRIGGER) and x.span == r.span]
            head = heads.get(r, same)
            if len(source) > 1:
                self.log.refuse(r.id, f"the claim has two sources, {' and '.join(source)}: keep one arc")
            elif len(head) != 1:
                fact = "several heads" if head else "no head: no trigger or mention has its span"
                self.log.refuse(r.id, f"the claim has {fact}: draw an arc to its head")
            else:
                found.append(Claim(id=self.names[r], source=source[0], head=self.names[head[0]]))
        return tuple(found)

    def _context_record(self, region: Region) -> str:
        """Return the attribution of the layers below that a region is a piece of."""
        for a in self.base.attribution or ():
            if region.id == a.id or re.fullmatch(rf"{re.escape(a.id)}-(cue|content)-\d+", region.id):
                return a.id
        self.log.refuse(region.id, "belongs to no attribution, or to two: draw the arc to a cue")
        return region.id


def _inside(inner: Act, outer: Act) -> bool:
    content = outer.spans("content")
    spans = inner.spans("content") + inner.spans("cue")
    return bool(content) and all(any(low <= s and e <= high for low, high in content) for s, e in spans)


def as_record(parts: Parts, frame: Document, context: Document) -> Document:
    """Return the layers as a record of the guidelines under which they were made."""
    return join(parts, msgspec.structs.replace(frame, guidelines=context.guidelines))
