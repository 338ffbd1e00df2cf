"""Results of Label Studio as regions, fields and arcs: shape checked, spans trimmed, nothing yet understood.

The server checks nothing inside a result, so all is checked here, and what is wrong is named by region.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from ..checks.base import View
from ..records import Document, Span
from .controls import TEXT, Control, arc_labels, context_controls, own_controls


class Repair(NamedTuple):
    """Something that was put right, or left out for a reason: where, and what."""

    place: str
    region: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}, region {self.region!a}: {self.what}" if self.region else f"{self.place}: {self.what}"


class Log:
    """Collects what was repaired and what is refused in one annotation."""

    def __init__(self, place: str):
        self.place = place
        self.repairs: list[Repair] = []
        self.problems: list[str] = []

    def repair(self, region: str, what: str) -> None:
        """Note a repair."""
        self.repairs.append(Repair(self.place, region, what))

    def refuse(self, region: str, why: str) -> None:
        """Note what cannot be decided; the message says why and how to mend it."""
        self.problems.append(str(Repair(self.place, region, why)))


class Region(NamedTuple):
    """A labelled span: its id in Label Studio, its control and label, and whether an annotator drew it."""

    id: str
    control: str
    label: str
    start: int
    end: int
    manual: bool = False

    @property
    def span(self) -> Span:
        """The span."""
        return self.start, self.end


class Arc(NamedTuple):
    """An arc between two regions, as it was drawn."""

    source: str
    target: str
    labels: tuple[str, ...]
    both: bool


class Sheet(NamedTuple):
    """All that one annotation says."""

    regions: list[Region]
    fields: dict[tuple[str, str], list[str]]
    arcs: list[Arc]

    def of(self, control: str) -> list[Region]:
        """Return the regions of a label control, as they are listed."""
        return [r for r in self.regions if r.control == control]

    def by_text(self, control: str) -> list[Region]:
        """Return the regions of a label control in order of the text, the longer first."""
        return sorted(self.of(control), key=lambda r: (r.start, -r.end))

    def field(self, region: str, control: str) -> str | None:
        """Return the one value of a field, `None` where it is empty."""
        found = self.fields.get((region, control))
        return found[0] if found else None


class _Value(msgspec.Struct):
    start: int | None = None
    end: int | None = None
    text: str | list[str] | None = None
    labels: list[str] | None = None
    choices: list[str] | None = None


class _Result(msgspec.Struct):
    type: str
    id: str | None = None
    from_name: str | None = None
    to_name: str | None = None
    value: _Value | None = None
    from_id: str | None = None
    to_id: str | None = None
    direction: str | None = None
    labels: list[str] | None = None
    origin: str | None = None
    meta: dict[str, Any] | None = None


def read_sheet(results: Iterable[Any], layer: str, text: str, frame: Document, log: Log) -> Sheet:
    """Return what results say; `frame` has the tokens and regions of the text. Problems go to the log."""
    reader = _Sheets(layer, text, frame, log)
    found = [r for n, raw in enumerate(results, 1) if (r := reader.convert(n, raw)) is not None]
    for result in found:
        if result.type == "labels":
            reader.region(result)
    for result in found:
        if result.type in ("choices", "textarea"):
            reader.field(result)
        elif result.type == "relation":
            reader.arc(result)
    return reader.sheet


class _Sheets:
    def __init__(self, layer: str, text: str, frame: Document, log: Log):
        self.controls: Mapping[str, Control] = {c.name: c for c in (*own_controls(layer), *context_controls(layer))}
        self.context = {c.name for c in context_controls(layer)}
        self.arc_labels = set(arc_labels(layer))
        self.text = text
        self.view = View(frame, text)
        self.starts = [s for s, _ in self.view.tokens]
        self.log = log
        self.sheet = Sheet([], {}, [])
        self.labels: dict[tuple[str, str], str] = {}

    def convert(self, number: int, raw: Any) -> _Result | None:
        name = f"result {number}"
        try:
            result = msgspec.convert(raw, _Result)
        except msgspec.ValidationError as error:
            name = raw["id"] if isinstance(raw, dict) and isinstance(raw.get("id"), str) else name
            self.log.refuse(name, f"{error}: it was not written by Label Studio for this configuration")
            return None
        if result.type == "relation":
            return result
        control = self.controls.get(result.from_name or "")
        if result.id is None or result.value is None:
            self.log.refuse(name, "has no id or no value: export again as JSON")
        elif control is None:
            self.log.refuse(result.id, f"the control {result.from_name!a} is none of this configuration: delete it")
        elif control.kind != result.type or result.to_name != TEXT:
            self.log.refuse(result.id, f"{control.name} holds {result.type!a} of {result.to_name!a}: delete it")
        else:
            return result
        return None

    def region(self, result: _Result) -> None:
        name, value = result.id or "", result.value or _Value()
        control = self.controls[result.from_name or ""]
        labels = value.labels or []
        if len(labels) != 1 or labels[0] not in control.values:
            shown = ", ".join(map(ascii, labels)) or "no label"
            return self.log.refuse(name, f"{shown}: give it one label of {control.name} that the inventory has")
        if (name, control.name) in self.labels:
            return self.log.refuse(name, f"two regions of {control.name} have this id: delete one")
        if value.start is None or value.end is None or not 0 <= value.start < value.end <= len(self.text):
            return self.log.refuse(
                name,
                f"[{value.start}, {value.end}) is no span of the text ({len(self.text)} characters): draw it again",
            )
        span: Span | None = (value.start, value.end)
        if control.name not in self.context:
            span = self._whole(name, value.start, value.end)
        if span is None:
            return None
        self.labels[name, control.name] = labels[0]
        self.sheet.regions.append(Region(name, control.name, labels[0], *span, result.origin == "manual"))
        for note in (result.meta or {}).get("text") or ():
            self.log.repair(name, f"its note is not part of the record: {note!a}")
        return None

    def _whole(self, name: str, start: int, end: int) -> Span | None:
        """Return a span without white space at its ends and with whole words; `None` where there is no such span."""
        low, high = start, end
        while low < high and self.text[low].isspace():
            low += 1
        while low < high and self.text[high - 1].isspace():
            high -= 1
        if low == high:
            self.log.refuse(name, f"[{start}, {end}) is white space alone: delete it")
            return None
        if (low, high) != (start, end):
            self.log.repair(name, f"[{start}, {end}) had white space at its ends: taken as [{low}, {high})")
        if not self.view.in_region(low, high):
            self.log.refuse(name, f"[{low}, {high}) stands outside the annotated regions of the text: delete it")
            return None
        first, last = bisect_right(self.starts, low) - 1, bisect_right(self.starts, high - 1) - 1
        whole = self.view.tokens[first][0], max(high, self.view.tokens[last][1])
        if whole != (low, high):
            self.log.repair(name, f"[{low}, {high}) cut a word: widened to [{whole[0]}, {whole[1]})")
        return whole

    def field(self, result: _Result) -> None:
        name, value = result.id or "", result.value or _Value()
        control = self.controls[result.from_name or ""]
        rows = self._values(control, value)
        unknown = [v for v in rows if control.values and v not in control.values]
        if unknown:
            return self.log.refuse(name, f"{control.name}: {unknown[0]!a} is not one of {' '.join(control.values)}")
        if not rows:
            return None
        if control.on is None:
            self.sheet.fields.setdefault(("", control.name), []).extend(rows)
            return None
        label = self.labels.get((name, control.on))
        if label is None:
            return self.log.refuse(name, f"{control.name} stands on no region of {control.on}: delete it")
        if label not in control.when:
            return self.log.repair(name, f"{control.name} left out: {label} has none")
        there = self.sheet.fields.setdefault((name, control.name), [])
        there += [row for row in rows if row not in there]
        if len(there) > 1 and not control.rows:
            self.log.refuse(name, f"{control.name} has two values: {', '.join(map(ascii, there))}: keep one")
        return None

    def _values(self, control: Control, value: _Value) -> list[str]:
        if control.kind == "choices":
            return value.choices or []
        rows = [value.text] if isinstance(value.text, str) else value.text or []
        return [row.strip() for row in rows if row.strip()]

    def arc(self, result: _Result) -> None:
        source, target = result.from_id or "", result.to_id or ""
        shown = f"{source} -> {target}"
        known = {r.id for r in self.sheet.regions}
        if missing := [name for name in (source, target) if name not in known]:
            return self.log.refuse(shown, f"the arc leads to {missing[0]!a}, which is no region here: delete it")
        if source == target:
            return self.log.refuse(shown, "the arc leads from a region to itself: delete it")
        if unknown := [label for label in result.labels or () if label not in self.arc_labels]:
            return self.log.refuse(shown, f"{unknown[0]!a} is no label of an arc in this layer: choose another")
        if result.direction == "left":
            self.log.repair(shown, "its arrow pointed back: turned")
            source, target = target, source
        self.sheet.arcs.append(Arc(source, target, tuple(result.labels or ()), result.direction == "bi"))
        return None


def regions_of(results: Iterable[Mapping[str, Any]]) -> Iterator[Region]:
    """Yield the regions of results that we wrote ourselves."""
    for r in results:
        if r["type"] == "labels":
            yield Region(r["id"], r["from_name"], r["value"]["labels"][0], r["value"]["start"], r["value"]["end"])
