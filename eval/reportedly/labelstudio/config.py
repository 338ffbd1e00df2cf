"""Labelling configurations of Label Studio, made from the inventory and the guideline pages.

What Label Studio needs here, each found by looking at it: one sticky palette with the attributes of the selected
region inside it; every per-region control with a `whenLabelValue` of its own, for else the hotkeys of hidden controls
write values too; `granularity="symbol"`, for whole words cannot be parted from a possessive; lines wide enough for
arcs, with room for their labels on the left, and the palette above them when they are scrolled under it; a palette of
all layers that scrolls by itself, so that text and undecided rows stay in sight; the base direction of each line from its text; no handles to drag, for they save wrong offsets after characters outside the Basic
Multilingual Plane.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from html import escape
from itertools import chain
from xml.etree import ElementTree as ET

from ..errors import DataError, UsageError
from ..guide import Section, sections
from ..labels import coarse, entity_types, event_types
from .controls import (
    ATTRIBUTION,
    CLAIM,
    DETAIL,
    MENTION,
    OPEN,
    TEXT,
    TRIGGER,
    Control,
    arc_labels,
    context_controls,
    own_controls,
    roles,
)
from .parts import ADJUDICATION, ALL, LAYERS

CONFIGS = (*LAYERS, ADJUDICATION, ALL)
FOLDER = "annotations/label_studio"
PAGE = "guidelines/{page}.md#{anchor}"

_LABEL_KEYS = (*"1234567890qwertyiopasdfghjkl", *(f"shift+{c}" for c in "qwertyiopasdfghjkl1234567890"))
_VALUE_KEYS = (*"zxcvbnm", *(f"shift+{c}" for c in "zxcvbnm"))
_COLOURS = (
    "#1f77b4 #e8590c #2b8a3e #0b7285 #8c564b #c92a2a #7048e8 #a28a00 #4c6ef5 #5f5f5f #087f5b #d6336c #9c36b5 #b5651d"
).split()
_ARC_COLOURS = "#ffc9c9 #ffd8a8 #ffec99 #b2f2bb #dee2e6 #96f2d7 #d8f5a2 #a5d8ff #eebefa #d0bfff".split()
_CLAIM_COLOUR = 11
_MANY = 6
_HEADS = {"relation": "relation", "source_entity": "source", "anonymity_reason": "reason"}
_PLACEHOLDERS = {
    "head": "words of the head; empty: all of it",
    "value": "such as 2031-05-09 or 20..",
    "entity": "such as e4, or the name of a new one",
    "event": "such as E2",
    "entities": "id | type | name, such as e4 | ORG.Media | Kessar Post",
    "source_entity": "such as e4",
    "chain": "such as e4 > e7~implicit > OUTLET",
    "factuality": "source tag evidence: AUTHOR Uu @a1",
    "undecided": "delete the row of what is decided",
}
# No `>` in here: Label Studio does not decode it inside a Style.
_STYLE = """
.rp-title h4 { margin: 0 0 2px !important; font-size: 14px !important; line-height: 1.4 !important; }
.rp-bar { position: sticky; top: 0; z-index: 110; margin-left: -14px; padding: 4px 0 6px 14px; background: var(--color-neutral-background, #fff); border-bottom: 1px solid var(--color-neutral-border, #ddd); }
.rp-bar .lsf-labels { display: flex; flex-wrap: wrap; gap: 3px 10px; margin: 0; }
.rp-line { display: flex; flex-wrap: wrap; align-items: center; gap: 3px; }
.rp-line h4 { margin: 0 3px 0 0 !important; font-size: 11px !important; line-height: 1.2 !important; letter-spacing: .02em; color: #777; }
.rp-bar .lsf-label { margin: 0; height: 22px; font-size: 12px; line-height: 20px; padding: 0 5px; }
.rp-region { display: flex; flex-wrap: wrap; gap: 2px 22px; margin-top: 4px; padding: 3px 8px; border-left: 4px solid #6b6be0; background: rgba(107,107,224,.08); }
.rp-region .lsf-choices { margin: 0; }
.rp-region .lsf-choices button { height: 24px; min-height: 24px; padding: 0 8px; font-size: 13px; }
.rp-region .lsf-text-area { margin: 0 !important; min-width: 290px; }
.rp-region [data-testid=textarea-regions] { margin: 0 !important; }
.rp-region [data-testid=htx-textbox-content] { min-height: 26px; padding: 2px 8px; }
.rp-region textarea { height: 28px; min-height: 28px; padding: 3px 8px; }
.rp-text { max-width: 80ch; margin: 18px auto 0 28px; }
.rp-text .lsf-htx-richtext { font-size: 17px; line-height: 2.6; }
.rp-text .lsf-richtext__line { unicode-bidi: plaintext; }
.htx-highlight area { display: none !important; }
.rp-context { display: none; }
.rp-many { max-height: 128px; overflow-y: auto; }
.rp-many ~ .rp-region { max-height: 150px; overflow-y: auto; }
.rp-open form { display: none; }
.rp-open { max-height: 132px; overflow-y: auto; margin-top: 4px; border-top: 1px solid var(--color-neutral-border, #ddd); }
.rp-open .lsf-text-area, .rp-doc .lsf-text-area { margin: 0 !important; }
.rp-open [data-testid=htx-textbox-content], .rp-doc [data-testid=htx-textbox-content] { min-height: 26px; padding: 2px 8px; }
.rp-open [data-testid=textarea-region], .rp-doc [data-testid=textarea-region] { margin: 2px 0 !important; }
.rp-open h4, .rp-doc h4 { margin: 4px 0 !important; font-size: 13px !important; }
.rp-doc { margin-top: 14px; padding-top: 6px; border-top: 1px solid var(--color-neutral-border, #ddd); }
"""


def make(layer: str) -> str:
    """Return the configuration of a layer as XML; raises `UsageError` for a layer that there is not."""
    if layer not in CONFIGS:
        raise UsageError(f"{layer}: is no layer: the layers are {', '.join(CONFIGS)}")
    root = ET.Element("View", className="rp-root")
    _add(root, "Style").text = _STYLE
    _add(_add(root, "View", className="rp-title"), "Header", value="$title", size="6")
    bar = _add(root, "View", className="rp-bar")
    own = own_controls(layer)
    palette = _add(bar, "View", className="rp-many") if layer in (ALL, ADJUDICATION) else bar
    keys = iter(_LABEL_KEYS)
    for control in own:
        if control.kind == "labels":
            _labels(palette, control, keys)
    _document_fields(bar, "rp-open", [c for c in own if c.name == OPEN])
    for target in (MENTION, TRIGGER, ATTRIBUTION):
        fields = [c for c in own if c.on == target]
        if fields:
            _fields(bar, target, fields)
    _arcs(root, arc_labels(layer))
    shown = _add(root, "View", className="rp-text")
    _add(shown, "Text", name=TEXT, value="$text", granularity="symbol", showLabels="true", saveTextResult="yes")
    _document(root, layer, own)
    for control in context_controls(layer):
        _labels(_add(root, "View", className="rp-context"), control, iter(()))
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode") + "\n"


def digest(config: str) -> str:
    """Return the SHA-256 of what results depend on in a configuration: names, kinds and values of its controls.

    Style, hints, hotkeys and the order of labels do not count, so that a better worded hint strands no project. Raises
    `DataError` for what is no XML.
    """
    try:
        root = ET.fromstring(config)
    except ET.ParseError as error:
        raise DataError(
            f"the configuration is no XML ({error}): make it with `reportedly labelstudio config`"
        ) from None
    lines = []
    for element in root.iter():
        if element.tag in ("Labels", "Choices", "TextArea", "Relations", "Text", "Table"):
            counted = ("name", "toName", "value", "choice", "perRegion", "whenLabelValue", "granularity")
            values = sorted(e.get("value", "") for e in element.iter() if e.tag in ("Label", "Choice", "Relation"))
            lines.append("\t".join([element.tag, *(element.get(k, "") for k in counted), *values]))
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


@cache
def digest_of(layer: str) -> str:
    """Return the digest of the configuration of a layer."""
    return digest(make(layer))


def files() -> dict[str, bytes]:
    """Return the configuration of every layer by its path in the checkout."""
    return {f"{FOLDER}/{layer}.xml": make(layer).encode() for layer in CONFIGS}


def instructions(layer: str, page: str = PAGE) -> str:
    """Return what an annotator sees under *Instructions*, as HTML: every label, its definition, a link to its page.

    `page` is the address of a guideline page with `{page}` and `{anchor}` in it; only an `http` address becomes a link.
    """
    rows = []
    for name in chain.from_iterable(_sections_of(c) for c in own_controls(layer)):
        section = sections().get(name)
        if section is None:
            continue
        address = _address(page, section)
        shown = f"<code>{escape(name)}</code>"
        if address.startswith(("http://", "https://")):
            shown = f'<a href="{escape(address)}" target="_blank" rel="noopener">{shown}</a>'
        rows.append(f"<li>{shown} {escape(section.definition)}</li>")
    return f"<ul>{''.join(rows)}</ul>"


def _add(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, tag, attributes)


def _sections_of(control: Control) -> Iterator[str]:
    """Yield the name of the section of each value of a control."""
    for value in control.values:
        if control.name in (MENTION, TRIGGER):
            yield value
        elif control.name == ATTRIBUTION:
            yield f"span:{value}"
        elif control.name != CLAIM:
            yield f"{control.name.partition('-')[0]}={value}"


def _hint(name: str) -> dict[str, str]:
    section = sections().get(name)
    if section is None:
        known = entity_types().get(name) or event_types().get(name)
        return {} if known is None else {"hint": known.definition}
    return {"hint": f"{section.definition} ({_address(PAGE, section)})"}


def _address(page: str, section: Section) -> str:
    return page.replace("{page}", section.page).replace("{anchor}", section.anchor)


def _labels(parent: ET.Element, control: Control, keys: Iterator[str]) -> None:
    labels = _add(parent, "Labels", name=control.name, toName=TEXT, choice="single", showInline="true")
    groups: dict[str, ET.Element] = {}
    names = list(_sections_of(control)) or [""]
    coloured_by_group = control.name in (MENTION, TRIGGER)
    for at, (value, name) in enumerate(zip(control.values, names, strict=True)):
        group = coarse(value) if coloured_by_group else control.name
        if group not in groups:
            groups[group] = _add(labels, "View", className="rp-line")
            if group != value:
                _add(groups[group], "Header", value=group, size="6")
        colour = _CLAIM_COLOUR if control.name == CLAIM else len(groups) - 1 if coloured_by_group else at
        key = next(keys, None)
        _add(
            groups[group],
            "Label",
            value=value,
            background=_COLOURS[colour % len(_COLOURS)],
            html=value.rpartition(".")[2].replace("_", " "),
            **({"hotkey": key} if key else {}),
            **_hint(name),
        )


def _fields(bar: ET.Element, target: str, fields: list[Control]) -> None:
    labels = ",".join(dict.fromkeys(label for control in fields for label in control.when))
    box = _add(
        bar, "View", className="rp-region", visibleWhen="region-selected", whenTagName=target, whenLabelValue=labels
    )
    keys = iter(_VALUE_KEYS)
    for control in fields:
        when = ",".join(control.when)
        line = _add(
            box, "View", className="rp-line", visibleWhen="region-selected", whenTagName=target, whenLabelValue=when
        )
        name = "detail" if control.name.startswith(DETAIL) else control.name
        _add(line, "Header", value=_HEADS.get(name, name).replace("_", " "), size="6")
        if control.kind == "textarea":
            _text_field(line, control, perRegion="true", whenLabelValue=when)
            continue
        shown = {"layout": "select"} if len(control.values) > _MANY else {"showInline": "true"}
        choices = _add(
            line,
            "Choices",
            name=control.name,
            toName=TEXT,
            choice="single" if "layout" in shown else "single-radio",
            perRegion="true",
            whenLabelValue=when,
            **shown,
        )
        for value, section in zip(control.values, _sections_of(control), strict=True):
            key = None if "layout" in shown else next(keys, None)
            _add(choices, "Choice", value=value, **({"hotkey": key} if key else {}), **_hint(section))


def _text_field(parent: ET.Element, control: Control, **more: str) -> None:
    single = {} if control.rows else {"maxSubmissions": "1"}
    _add(
        parent,
        "TextArea",
        name=control.name,
        toName=TEXT,
        editable="true",
        rows="1",
        placeholder=_PLACEHOLDERS[control.name],
        **single,
        **more,
    )


def _arcs(root: ET.Element, labels: tuple[str, ...]) -> None:
    if not labels:
        return
    several = any(label in roles() for label in labels)
    arcs = _add(root, "Relations", choice="multiple" if several else "single")
    for n, label in enumerate(labels):
        _add(arcs, "Relation", value=label, background=_ARC_COLOURS[n % len(_ARC_COLOURS)])


def _document(root: ET.Element, layer: str, own: tuple[Control, ...]) -> None:
    """Add what belongs to the document: differences to decide, text fields, the names that fields refer to."""
    if layer == ADJUDICATION:
        box = _add(root, "View", className="rp-doc")
        _add(box, "Header", value="differences", size="6")
        _add(box, "Table", name="differences", value="$disagreements")
    _document_fields(root, "rp-doc", [c for c in own if c.kind == "textarea" and c.on is None and c.name != OPEN])
    if layer in ("attribution", "factuality", ALL, ADJUDICATION):
        _add(_add(root, "View", className="rp-doc"), "Table", name="names", value="$names")


def _document_fields(parent: ET.Element, style: str, fields: list[Control]) -> None:
    box = _add(parent, "View", className=style) if fields else parent
    for control in fields:
        name = f"{OPEN}: {_PLACEHOLDERS[OPEN]}" if control.name == OPEN else control.name
        _add(box, "Header", value=name, size="6")
        _text_field(box, control)
