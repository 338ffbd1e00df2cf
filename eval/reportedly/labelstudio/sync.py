"""Push and pull: the tasks of a plan on a server, each document once, and its annotations back.

A task is known by its document, the hash of its text and the digest of the configuration. Push looks what the server
has and adds what is missing until nothing is, so an interrupted push is resumed by pushing again. Neither changes a
task, an annotation or a configuration that is on the server; what does not fit is refused before anything is added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..errors import DataError, ServerError, UnansweredError, UsageError
from ..text import text_sha256
from .client import ATTEMPTS, PAGE, Held, Project, Server
from .config import digest
from .exports import Task, decode_tasks
from .parts import PASSES

MAX_TITLE = 50
SHOWN = 20
_DESCRIPTION = "{} documents, by `reportedly labelstudio push`. Do not edit the labelling interface or the tasks' data."
_COUNT = re.compile(r"^(\d+) documents")


class Plan(NamedTuple):
    """What a project should be: title, configuration, tasks, how many annotate each, and what they are told (HTML)."""

    title: str
    configuration: str
    tasks: tuple[dict[str, Any], ...]
    annotators: int = 2
    instructions: str = ""


class Pushed(NamedTuple):
    """The outcome of a push: where annotators go, the documents added and those that were there."""

    project: int
    stream: str
    created: tuple[str, ...]
    kept: tuple[str, ...]


class Pulled(NamedTuple):
    """The outcome of a pull: tasks as exported, what does not fit, and what should be there and is not."""

    project: int
    tasks: list[Task]
    refused: tuple[str, ...]
    missing: tuple[str, ...]


def title_of(layer: str) -> str:
    """Return the title of the project of a layer."""
    return f"Reportedly: {layer}"


def push(
    server: Server, plan: Plan, *, project: int | None = None, say: Callable[[str], None] = lambda message: None
) -> Pushed:
    """Make or complete the project of a plan; raises `DataError` or `UsageError` before anything is added.

    Args:
        server: where to.
        plan: title, configuration and tasks; a document that the server has is left as it is.
        project: the number of the project, where the title is not enough to know it.
        say: takes a line on how far it is.
    """
    if not plan.tasks:
        raise UsageError("push: there is no document to push: name documents or a split that has some")
    if len(plan.title) > MAX_TITLE:
        raise UsageError(f"push: the title {plan.title!r} has more than {MAX_TITLE} characters: give a shorter --title")
    if plan.annotators < 1:
        raise UsageError(f"push: {plan.annotators} annotators: give --annotators of 1 or more")
    target = _find(server, plan.title, plan.configuration, project) or _create(server, plan)
    held = server.tasks(target.id)
    texts = {t["data"]["doc"]: t["data"]["text_sha256"] for t in plan.tasks}
    place = _place(server, target.id)
    problems = _other_passes(held, plan, place) | _problems(held, texts, digest(plan.configuration), place)
    if problems:
        raise DataError(_listed(problems.values()))
    total = len(texts.keys() | {t.data["doc"] for t in held})
    if (target.annotators, target.description) != (plan.annotators, _DESCRIPTION.format(total)):
        server.update(target.id, _settings(plan, total))
    created = _fill(server, target.id, plan, held, say)
    versions = {t["predictions"][0]["model_version"] for t in plan.tasks if t.get("predictions")}
    if versions:
        server.update(target.id, {"model_version": min(versions)})
    kept = tuple(d for t in plan.tasks if (d := t["data"]["doc"]) not in created)
    return Pushed(target.id, f"{place}/data?labeling=1", tuple(sorted(created)), kept)


def pull(
    server: Server,
    title: str,
    configuration: str,
    texts: Mapping[str, str],
    *,
    docs: Collection[str] = (),
    project: int | None = None,
) -> Pulled:
    """Return tasks as the server exports them, and name what does not fit and what is missing.

    Args:
        server: where from.
        title: the title of the project.
        configuration: the labelling configuration that it must have.
        texts: the SHA-256 of the text of each document of the corpus.
        docs: the documents asked for; all that the project has where left out.
        project: the number of the project, where the title is not enough to know it.
    """
    target = _find(server, title, configuration, project)
    if target is None:
        raise UsageError(f"{server.address}: no project is named {title!r}: push it first, or name it by --project")
    place = _place(server, target.id)
    exported = decode_tasks(server.snapshot(target.id), f"{place}: its export")
    held = [Held(t.id or 0, t.data, len(t.annotations)) for t in exported]
    problems = _problems(held, texts, digest(configuration), place)
    sound = [t for t in exported if t.id not in problems and (not docs or t.data["doc"] in docs)]
    return Pulled(target.id, sound, tuple(problems.values()), tuple(_missing_from(target, held, docs, place)))


def _missing_from(target: Project, held: Iterable[Held], docs: Collection[str], place: str) -> Iterator[str]:
    """Yield what a project should have and has not: by name where documents are asked for, else by number."""
    there = {t.data.get("doc") for t in held}
    remedy = "deleted on the server, or a push was interrupted: push again to make it anew"
    yield from (f"{place}: {doc}: there is no task of it: {remedy}" for doc in docs if doc not in there)
    counted = _COUNT.search(target.description)
    if not docs and counted and len(there) < int(counted[1]):
        yield f"{place}: {int(counted[1]) - len(there)} of {counted[1]} documents have no task: {remedy}"


def _settings(plan: Plan, total: int) -> dict[str, Any]:
    """Return the settings of a project: each task to `annotators` people, who see only their own work in the stream."""
    return {
        "maximum_annotations": plan.annotators,
        "overlap_cohort_percentage": 100,
        "sampling": "Sequential sampling",
        "show_collab_predictions": True,
        "reveal_preannotations_interactively": False,
        "show_annotation_history": False,
        "enable_empty_annotation": True,
        "show_skip_button": True,
        "expert_instruction": plan.instructions,
        "show_instruction": bool(plan.instructions),
        "description": _DESCRIPTION.format(total),
    }


def _find(server: Server, title: str, configuration: str, number: int | None) -> Project | None:
    """Return the project of a title or number, `None` where there is none; refuses one of another configuration."""
    named = [server.project(number)] if number is not None else server.projects(title)
    if len(named) > 1:
        numbers = " and ".join(str(p.id) for p in named)
        raise DataError(
            f"{server.address}: projects {numbers} are all named {title!r}: name one by --project, or rename the others"
        )
    if not named:
        return None
    theirs, ours = digest(named[0].configuration), digest(configuration)
    if theirs != ours:
        raise DataError(
            f"{_place(server, named[0].id)}: its labelling configuration ({theirs[:12]}) is not the one of this checkout "
            f"({ours[:12]}): pull it by the checkout that made it, then push to a new project by --title"
        )
    return named[0]


def _create(server: Server, plan: Plan) -> Project:
    """Make the project, looking again by its title after each attempt whose outcome is not known."""
    settings = _settings(plan, len(plan.tasks))
    for attempt in range(1, ATTEMPTS):
        try:
            return server.create(plan.title, plan.configuration, settings)
        except UnansweredError as error:
            server.pause(attempt, error)
        found = _find(server, plan.title, plan.configuration, None)
        if found is not None:
            return found
    return server.create(plan.title, plan.configuration, settings)


def _fill(server: Server, project: int, plan: Plan, held: list[Held], say: Callable[[str], None]) -> set[str]:
    """Add the missing tasks, looking anew at what is there until nothing is missing; return the documents added.

    A request that was thought lost may still be carried out. A task that it put twice is dropped again while it has no
    annotation and is younger than this push.
    """
    newest = max((t.id for t in held), default=0)
    before = {t.data["doc"] for t in held}
    missing, fruitless = _missing(plan, held), 0
    while missing:
        try:
            done = len(plan.tasks) - len(missing)
            for batch in _batches(missing):
                server.add(project, batch)
                done += len(batch)
                say(f"{done:,} of {len(plan.tasks):,} tasks")
            held = _settled(server, project, plan)
            break
        except UnansweredError as error:
            fruitless += 1
            if fruitless == ATTEMPTS:
                raise
            server.pause(fruitless, error)
            held = server.tasks(project)
            left = _missing(plan, held)
            fruitless = fruitless if len(left) == len(missing) else 0
            missing = left
    _drop_surplus(server, held, newest)
    return {t["data"]["doc"] for t in plan.tasks} - before


def _settled(server: Server, project: int, plan: Plan) -> list[Held]:
    """Return the tasks once all that were accepted are there: a server may add them after it has answered."""
    for attempt in range(1, ATTEMPTS):
        held = server.tasks(project)
        missing = _missing(plan, held)
        if not missing:
            return held
        server.pause(
            attempt, UnansweredError(f"{_place(server, project)}: {len(missing)} accepted tasks are not there yet")
        )
    raise ServerError(
        f"{_place(server, project)}: accepted tasks are not there, such as {missing[0]['data']['doc']}: "
        "see the server's log, then push again"
    )


def _missing(plan: Plan, held: Iterable[Held]) -> list[dict[str, Any]]:
    there = {t.data.get("doc") for t in held}
    return [t for t in plan.tasks if t["data"]["doc"] not in there]


def _drop_surplus(server: Server, held: Iterable[Held], newest: int) -> None:
    seen: set[str] = set()
    for task in held:
        doc = task.data["doc"]
        if doc in seen and task.id > newest and not task.annotations:
            server.drop(task.id)
        seen.add(doc)


def _batches(
    tasks: Iterable[dict[str, Any]], number: int = PAGE, size: int = 1_000_000
) -> Iterable[list[dict[str, Any]]]:
    """Yield the tasks in order, in lists of at most `number` tasks and, where there are several, `size` bytes."""
    batch: list[dict[str, Any]] = []
    room = size
    for task in tasks:
        needed = len(json.dumps(task))
        if batch and (len(batch) == number or needed > room):
            yield batch
            batch, room = [], size
        batch.append(task)
        room -= needed
    if batch:
        yield batch


def _problems(tasks: Iterable[Held], texts: Mapping[str, str], ours: str, place: str) -> dict[int, str]:
    """Return what is wrong with tasks on the server, by the number of the task."""
    found: dict[int, str] = {}
    holders: dict[str, list[int]] = {}
    for task in tasks:
        problem = _problem(task.data, texts, ours)
        if problem is not None:
            found[task.id] = f"{place}/data?task={task.id}: {task.data.get('doc') or 'task'}: {problem}"
        else:
            holders.setdefault(task.data["doc"], []).append(task.id)
    for doc, numbers in holders.items():
        if len(numbers) > 1:
            several = ", ".join(map(str, numbers))
            problem = f"tasks {several} hold the same document: keep one, that which has annotations"
            found |= {n: f"{place}/data?task={n}: {doc}: {problem}" for n in numbers}
    return found


def _other_passes(tasks: Iterable[Held], plan: Plan, place: str) -> dict[int, str]:
    """Return which tasks on the server adjudicate other passes than those of the plan, by the number of the task."""
    ours = {t["data"]["doc"]: t["data"].get(PASSES) for t in plan.tasks}
    return {
        t.id: f"{place}/data?task={t.id}: {doc}: it was started from other passes, or from none, or a pass has changed "
        "since: delete the task, and push again"
        for t in tasks
        if (doc := str(t.data.get("doc"))) in ours and t.data.get(PASSES) != ours[doc]
    }


def _problem(data: Mapping[str, Any], texts: Mapping[str, str], ours: str) -> str | None:
    doc, text, sha256 = (data.get(key) for key in ("doc", "text", "text_sha256"))
    if not (isinstance(doc, str) and isinstance(text, str) and isinstance(sha256, str)):
        return "is no task of ours: delete it, or move it to a project of its own"
    if data.get("config_digest") != ours:
        return "was made with another configuration: pull it by the checkout that made it"
    if text_sha256(text) != sha256:
        return (
            "its text was edited on the server, so that offsets no longer fit: "
            "restore it there, or delete the task and push again"
        )
    if texts.get(doc, sha256) != sha256:
        return (
            f"its text ({sha256[:12]}) is not the one here ({texts[doc][:12]}): "
            "pull it by the checkout that has that text, or delete the task and push again"
        )
    return None


def _place(server: Server, project: int) -> str:
    return f"{server.address}/projects/{project}"


def _listed(problems: Iterable[str]) -> str:
    lines = list(problems)
    more = len(lines) - SHOWN
    return "\n".join(lines[:SHOWN]) + (f"\n... and {more} more" if more > 0 else "")
