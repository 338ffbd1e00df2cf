"""Adjudication in Label Studio: a third project whose tasks show both passes, what is open, and what to start from.

A task starts from all that both say, of what they say differently the version of the first, and all that one alone says.
The table *differences* names what is open with both versions and the page that settles it; the field *undecided* has a row
for each, which the adjudicator deletes with the decision. The passes themselves are the predictions beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..corpus import Corpus
from ..errors import DataError
from ..labelstudio.controls import OPEN, TEXT
from ..labelstudio.exports import Task, read_export, read_passes
from ..labelstudio.parts import ADJUDICATION
from ..labelstudio.tasks import task
from ..pairing import KINDS, Both
from ..records import Document
from .laid import Laid, lay_out

AGREED = "agreed"


def make_task(corpus: Corpus, laid: Laid, text: str) -> dict[str, Any]:
    """Return the task in which two passes over a document are adjudicated; raises `DataError` for what cannot be shown."""
    doc = laid.first.doc
    article = corpus.article(doc)
    title = " · ".join(x for x in (doc, article.outlet, article.date) if x)
    made = task(_union(laid), text, ADJUDICATION, model=AGREED, title=title)
    open_ = {f"{both.kind} {both.name}": both for state, both in sorted_items(laid) if state == "open"}
    said = {name: laid.describe(both, text) for name, both in open_.items()}
    made["data"]["passes"] = list(laid.names)
    made["data"]["disagreements"] = {
        name: f"{said[name]} {' '.join(laid.pages(both))}".strip() for name, both in open_.items()
    }
    for name, record in zip(laid.names, (laid.first, laid.second), strict=True):
        made["predictions"] += [p | {"model_version": name} for p in task(record, text, ADJUDICATION)["predictions"]]
    if open_ and made["predictions"]:
        rows = [f"{name}: {words}" for name, words in said.items()]
        made["predictions"][0]["result"].append(
            {"id": OPEN, "from_name": OPEN, "to_name": TEXT, "type": "textarea", "value": {"text": rows}}
        )
    return made


def read(corpus: Corpus, path: Path) -> dict[str, tuple[Laid, Document]]:
    """Return the passes that were adjudicated and the decided record of every document in an export of such a project.

    Raises:
        UsageError: there is no such file.
        DataError: something is undecided, a document was not adjudicated, or twice, or is no task of `adjudicate start`.
    """
    tasks = read_export(path)
    found = read_passes(tasks, corpus)
    records = {p.doc: p.record for p in found.passes}
    problems = [f"{path}: {reason}" for reason in found.left_out]
    if len(records) < len(found.passes):
        problems.append(f"{path}: a document has two adjudicated annotations: delete one in Label Studio")
    asked = {str(t.data.get("doc")): _names(t, str(path)) for t in tasks}
    problems += [f"{path}: {doc} has no submitted annotation: submit it" for doc in asked if doc not in records]
    if problems:
        raise DataError(*problems)
    return {doc: (lay_out(corpus, doc, names), records[doc]) for doc, names in asked.items()}


def _names(found: Task, place: str) -> list[str]:
    names = found.data.get("passes")
    if (
        found.data.get("layer") != ADJUDICATION
        or not isinstance(names, list)
        or not all(isinstance(n, str) for n in names)
    ):
        raise DataError(f"{place}: task {found.id}: was not made by `reportedly adjudicate start --label-studio`")
    return names


def sorted_items(laid: Laid) -> Iterator[tuple[str, Both]]:
    """Yield for each item whether it is `agreed`, `open` or `follows`."""
    for both in laid.items():
        if both.first is not None and both.second is not None and not laid.differences(both):
            yield "agreed", both
        else:
            yield "follows" if laid.follows(both) else "open", both


def _union(laid: Laid) -> Document:
    """Return all items of both: of what both have the version of the first; no link to an event that is not left then."""
    made: dict[str, list[Any]] = {}
    for both in laid.items():
        made.setdefault(KINDS[both.kind], []).append(both.second if both.first is None else both.first)
    events = {v.event for v in made.get("events", ())}
    made["event_links"] = [k for k in made.get("event_links", ()) if {k.source, k.target} <= events]
    there = (field for field in KINDS.values() if getattr(laid.first, field) is not None)
    return msgspec.structs.replace(laid.first, **{field: tuple(made.get(field, ())) for field in there})
