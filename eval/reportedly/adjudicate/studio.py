"""Adjudication in Label Studio: a third project whose tasks show both passes, what is open, and what to start from.

A task starts from all that both say, of what they say differently the version of the first, and all that one alone says.
The table *differences* names what is open with both versions and the page that settles it; the field *undecided* has a row
for each, which the adjudicator deletes with the decision. The passes themselves are the predictions beside it. The hash
of the passes goes with the task, and nothing is read of a task whose passes have changed since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from ..corpus import Corpus
from ..errors import DataError
from ..labelstudio.controls import OPEN, TEXT
from ..labelstudio.exports import Task, read_passes
from ..labelstudio.parts import ADJUDICATION, PASSES
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
    made["data"] |= {"passes": list(laid.names), PASSES: laid.sha256}
    made["data"]["disagreements"] = {name: " · ".join((said[name], *laid.pages(both))) for name, both in open_.items()}
    for name, record in zip(laid.names, (laid.first, laid.second), strict=True):
        made["predictions"] += [p | {"model_version": name} for p in task(record, text, ADJUDICATION)["predictions"]]
    rows = [f"{name}: {words}" for name, words in said.items()]
    for prediction in made["predictions"] if rows else ():
        prediction["result"].append(
            {"id": OPEN, "from_name": OPEN, "to_name": TEXT, "type": "textarea", "value": {"text": rows}}
        )
    return made


def read(corpus: Corpus, tasks: Sequence[Task], place: str) -> dict[str, tuple[Laid, Document]]:
    """Return the passes that were adjudicated and the decided record of every document in an export of such a project.

    `place` is what messages call the export. Raises `DataError`: something is undecided, a document was not
    adjudicated, or twice, its passes have changed, or it is no task of `adjudicate start`.
    """
    asked = {str(t.data.get("doc")): _checked(t, place) for t in tasks}
    found = read_passes(tasks, corpus)
    records = {p.doc: p.record for p in found.passes}
    problems = [f"{place}: {reason}" for reason in found.left_out]
    if len(records) < len(found.passes):
        problems.append(f"{place}: a document has two adjudicated annotations: delete one in Label Studio")
    problems += [f"{place}: {doc} has no submitted annotation: submit it" for doc in asked if doc not in records]
    if problems:
        raise DataError(*problems)
    laid = {doc: lay_out(corpus, doc, names) for doc, (names, _) in asked.items()}
    if changed := [doc for doc, (_, sha256) in asked.items() if laid[doc].sha256 != sha256]:
        remedy = "start it anew (on a server delete its task first)"
        raise DataError(*(f"{place}: {doc}: a pass has changed since this was started: {remedy}" for doc in changed))
    return {doc: (laid[doc], records[doc]) for doc in asked}


def _checked(found: Task, place: str) -> tuple[list[str], object]:
    """Return the annotators of the passes of a task, and the hash that the passes had."""
    names = found.data.get("passes")
    if (
        found.data.get("layer") != ADJUDICATION
        or not isinstance(names, list)
        or not all(isinstance(n, str) for n in names)
    ):
        raise DataError(f"{place}: task {found.id}: was not made by `reportedly adjudicate start`")
    return names, found.data.get(PASSES)


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
