"""Two passes side by side: what both say, what is open, what follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..annotate import passes_of
from ..corpus import Corpus, encode
from ..differences import Difference, of_item, show
from ..errors import DataError, UsageError
from ..labelstudio.parts import as_pass, join, split
from ..own import attempted, own_layers, path_of, read_own
from ..pairing import Both, renamed, side_by_side
from ..records import Document

FIELDS = {
    "entities": "mentions",
    "events": "events",
    "attribution": "attributions",
    "factuality": "factuality",
    "claims": "claims",
}
"""The field of a record that holds the items of a layer and their origins."""

_QUOTED = 60


class Laid(NamedTuple):
    """Two passes under common ids; only the layers that both attempted, of which `own` are both annotators' work."""

    names: tuple[str, str]
    first: Document
    second: Document
    layers: tuple[str, ...]
    own: tuple[str, ...]
    sha256: str
    """The hash of whose the passes are and what they say in these layers: it shows where one changed after `start`."""

    @property
    def given(self) -> tuple[str, ...]:
        """The fields of a record that the annotators were given."""
        return tuple(FIELDS[layer] for layer in self.layers if layer in FIELDS and layer not in self.own)

    def items(self) -> list[Both]:
        """Return all items."""
        return list(side_by_side(self.first, self.second))

    def differences(self, both: Both) -> list[Difference]:
        """Return what an item differs in; nothing where both say the same."""
        return of_item(both, self.first, self.second)

    def follows(self, both: Both) -> bool:
        """Say whether an item stands or falls with others, so that nobody has to decide on it.

        Such are an entity that one pass alone has, with the items that name it, and a value, a claim or a link that one
        pass alone has, with an event or attribution that only this pass has.
        """
        if both.first is not None and both.second is not None:
            return False
        item, mine, other = (
            (both.first, self.first, self.second) if both.second is None else (both.second, self.second, self.first)
        )
        if both.kind == "E":
            return True
        if both.kind in "MVA":
            return False
        ends = {"F": ("event", "source"), "C": ("source", "head"), "L": ("source", "target")}[both.kind]
        alone = _named(mine) - _named(other)
        return any(getattr(item, end) in alone for end in ends)

    def describe(self, both: Both, text: str) -> str:
        """Return in one line what is open in an item."""
        if both.first is None or both.second is None:
            said = (_short(show(d.first or d.second, text)) for d in self.differences(both))
            return " ".join((f"only {self.names[0 if both.second is None else 1]}", *said))
        parts = (
            f"{d.field} {_short(show(d.first, text))} / {_short(show(d.second, text))}" for d in self.differences(both)
        )
        return " ".join("; ".join(parts).split()) or "type of its entity"

    def pages(self, both: Both) -> tuple[str, ...]:
        """Return the places in the guidelines that settle what is open in an item."""
        return tuple(dict.fromkeys(page for d in self.differences(both) for page in d.pages))


def lay_out(corpus: Corpus, doc: str, names: Sequence[str]) -> Laid:
    """Return the passes of two annotators over a document side by side.

    Raises:
        UsageError: they are not two, or one has no pass over the document.
        DataError: the passes are over different texts, have no layer in common, or were made on different layers below.
    """
    if len(set(names)) != 2 or "gold" in names:
        raise UsageError("adjudicate: name two annotators by --passes, such as: --passes forward hunter")
    one, other = names
    first, second = (passes_of(corpus, name, [doc])[doc] for name in names)
    if first.text_sha256 != second.text_sha256:
        raise DataError(f"{doc}: {one} and {other} annotated different texts: let one annotate the text of the corpus")
    layers = tuple(layer for layer in attempted(first) if layer in attempted(second))
    if not layers:
        raise DataError(f"{doc}: {one} and {other} have no layer in common: there is nothing to adjudicate")
    works = [
        own_layers(record, read_own(path_of(corpus, name)).get(doc))
        for name, record in zip(names, (first, second), strict=True)
    ]
    first, second = (as_pass(join(split(record).only(layers), record)) for record in (first, second))
    own = tuple(layer for layer in layers if all(layer in w for w in works))
    sha256 = hashlib.sha256(f"{one}\n{other}\n".encode() + encode(first) + encode(second)).hexdigest()
    laid = Laid((one, other), first, renamed(first, second), layers, own, sha256)
    for both in laid.items():
        for d in laid.differences(both):
            if d.layer not in own:
                raise DataError(
                    f"{doc}: {d.item}: {one} and {other} differ in {d.layer}, which is not the work of both: "
                    "adjudicate passes that were made on the same layers below"
                )
    return laid


def _named(record: Document) -> set[str]:
    """Return the ids that values, claims and links can name."""
    items: tuple[Any, ...] = (*(record.mentions or ()), *(record.events or ()), *(record.attributions or ()))
    return {x.id for x in items} | {v.event for v in record.events or () if v.event is not None}


def _short(said: str) -> str:
    return said if len(said) <= _QUOTED else f"{said[: _QUOTED // 2]} ... {said[-_QUOTED // 2 :]}"
