"""The guideline pages as data: where each label is explained, and where each question that annotators part on is settled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from .labels import data_root, entity_types, event_types
from .text import read_text

_SECTION = re.compile(r"^### `([^`]+)`\s*$", re.MULTILINE)

TOPICS: dict[tuple[str, str], str] = {
    ("entities", "item"): "entities/README.md#what-a-mention-is",
    ("entities", "span"): "entities/README.md#extent",
    ("entities", "head"): "entities/README.md#head",
    ("entities", "level"): "entities/README.md#levels",
    ("entities", "value"): "entities/README.md#values-of-time-and-num",
    ("coreference", "entity"): "entities/README.md#coreference",
    ("coreference", "type"): "entities/README.md#people-or-body",
    ("coreference", "event"): "events/README.md#event-identity",
    ("coreference", "link"): "events/README.md#links",
    ("events", "item"): "events/README.md#what-a-trigger-is",
    ("events", "span"): "events/README.md#the-span-of-a-trigger",
    ("events", "type"): "events/README.md#near-types",
    ("attribution", "item"): "attribution/README.md#the-decision-flow",
    ("attribution", "source_entity"): "attribution/chains.md#source-units",
    ("attribution", "parent"): "attribution/chains.md#parents-and-nesting",
    ("attribution", "chain"): "attribution/chains.md#recipient-and-outlet",
    ("factuality", "item"): "factuality/README.md#what-is-annotated",
    ("factuality", "tag"): "factuality/README.md#decision-flow",
    ("factuality", "evidence"): "factuality/README.md#evidence",
    ("claims", "item"): "stories/README.md#what-a-claim-is",
    ("claims", "source"): "stories/README.md#cutting-content-into-claims",
}
"""The page and heading, below `guidelines/`, that settles a field of a layer; labels have sections of their own."""


class Section(NamedTuple):
    """Where a label is explained, and its definition in one sentence."""

    page: str
    anchor: str
    definition: str


@cache
def sections() -> dict[str, Section]:
    """Return the sections of the guidelines by label: empty where the guidelines are not at hand."""
    folder = data_root() / "guidelines"
    found = {}
    for path in sorted(folder.rglob("*.md")):
        page = path.relative_to(folder).with_suffix("").as_posix()
        for name, body in page_sections(read_text(path)):
            found[name] = Section(page, anchor(name), _definition(name, body))
    return found


def page_sections(markdown: str) -> Iterator[tuple[str, str]]:
    """Yield the label and the body of each section of a page."""
    heads = list(_SECTION.finditer(markdown))
    for n, head in enumerate(heads):
        end = heads[n + 1].start() if n + 1 < len(heads) else len(markdown)
        yield head[1], markdown[head.end() : end]


def pages(layer: str, field: str, labels: Iterable[str] = ()) -> tuple[str, ...]:
    """Return where the guidelines settle a field of a layer, as `page.md#heading`: in general, then for each label."""
    known = sections()
    general = [TOPICS[layer, field]] if (layer, field) in TOPICS else []
    own = [f"{known[x].page}.md#{known[x].anchor}" for x in labels if x in known]
    return tuple(dict.fromkeys((*general, *own)))


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as sites and viewers of Markdown make it."""
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower())


def _definition(name: str, body: str) -> str:
    known = entity_types().get(name) or event_types().get(name)
    if known is not None:
        return known.definition
    match = re.search(r"\*\*Definition\.\*\*\s+(.+?\.)(?:\s|$)", body)
    return re.sub(r"[*`]|\]\([^)]*\)|\[", "", match[1]) if match else ""
