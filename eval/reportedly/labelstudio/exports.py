"""Exports of Label Studio: the file that *Export, JSON* or a snapshot gives, checked and read annotation by annotation.

Nothing is taken from an export whose text, hash or configuration is not ours. All that is wrong is collected and
raised at once, each with project, task, annotation and region.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ..checks.base import View
from ..checks.structure import ids_resolve, ids_unique, no_duplicates, offsets_in_text, parents_acyclic
from ..corpus import LAYOUT, Corpus, read_record
from ..errors import DataError, UsageError
from ..own import is_time
from ..records import Document
from ..text import text_sha256
from .config import CONFIGS, digest_of
from .parts import LAYERS, Parts
from .regions import as_record, read_parts
from .results import Log, Repair

MAX_EXPORT = 1_000_000_000
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_TAKEN = (LAYOUT, "gold")
_CHECKS = (ids_unique, ids_resolve, parents_acyclic, no_duplicates)


class Annotation(msgspec.Struct):
    """An annotation as Label Studio exports it."""

    id: int | None = None
    completed_by: int | str | dict[str, Any] | None = None
    updated_by: int | str | dict[str, Any] | None = None
    result: list[Any] | None = None
    was_cancelled: bool = False
    created_at: str | None = None


class Task(msgspec.Struct):
    """A task as Label Studio exports it."""

    data: dict[str, Any]
    annotations: list[Annotation]
    id: int | None = None
    project: int | None = None
    drafts: list[Any] | None = None


class Data(msgspec.Struct):
    """The data of a task of ours (see `tasks.task`)."""

    doc: str
    text: str
    text_sha256: str
    config_digest: str
    layer: str
    layers: list[str]
    context: Document


class Pass(NamedTuple):
    """What one annotator said of one document: the record, the layers in it that are the annotator's own, and when."""

    annotator: str
    doc: str
    layers: tuple[str, ...]
    record: Document
    place: str
    submitted: str | None = None


class Imported(NamedTuple):
    """The passes of an export, what was repaired on the way, and what was left out: skipped tasks and drafts."""

    passes: tuple[Pass, ...]
    repairs: tuple[Repair, ...]
    left_out: tuple[str, ...]


def read_export(path: Path) -> list[Task]:
    """Return the tasks of an export; raises `UsageError` for no file, `DataError` for one that is cut or no export."""
    if not path.is_file():
        raise UsageError(f"{path}: no such file: name an export of Label Studio (JSON)")
    if path.stat().st_size > MAX_EXPORT:
        raise DataError(f"{path}: is larger than {MAX_EXPORT:,} bytes: export the project in parts")
    return decode_tasks(path.read_bytes(), str(path))


def decode_tasks(data: bytes, place: str) -> list[Task]:
    """Return the tasks of an export in memory; raises `DataError`."""
    try:
        return msgspec.json.decode(data, type=list[Task])
    except msgspec.ValidationError as error:
        raise DataError(f"{place}: {error}: this is no export of kind JSON (JSON_MIN and CSV lose arcs)") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{place}: {error}: the file is cut off or no JSON: export again") from None


def read_passes(
    tasks: Iterable[Task], corpus: Corpus, *, names: Mapping[str, str] | None = None, docs: Iterable[str] | None = None
) -> Imported:
    """Return what the annotators of an export said; `names` gives the pass of an annotator by e-mail or user number.

    Only `docs` are read where they are given. Raises `DataError` with a line for each thing that cannot be decided.
    """
    reader = _Exports(corpus, names or {})
    wanted = None if docs is None else set(docs)
    for task in tasks:
        if wanted is None or task.data.get("doc") in wanted:
            reader.task(task)
    if reader.problems:
        raise DataError(*reader.problems)
    return Imported(tuple(reader.passes), tuple(reader.repairs), tuple(reader.left_out))


class _Exports:
    def __init__(self, corpus: Corpus, names: Mapping[str, str]):
        self.corpus = corpus
        self.names = names
        self.users: dict[str, str] = {}
        self.seen: dict[tuple[str, str, str], str] = {}
        self.passes: list[Pass] = []
        self.repairs: list[Repair] = []
        self.problems: list[str] = []
        self.left_out: list[str] = []

    def task(self, task: Task) -> None:
        place = f"project {task.project}, task {task.id}"
        try:
            data, frame = self._checked(task)
        except DataError as error:
            self.problems.append(f"{place}: {error}")
            return
        place += f" ({data.doc})"
        for draft in task.drafts or ():
            user = draft.get("user") if isinstance(draft, dict) else None
            self.left_out.append(f"{place}: a draft of {user!a}: it was not submitted")
        for annotation in task.annotations:
            self._annotation(annotation, data, frame, f"{place}, annotation {annotation.id}")

    def _checked(self, task: Task) -> tuple[Data, Document]:
        """Return the data of a task and the layout of its document; raises `DataError` where they do not agree."""
        try:
            data = msgspec.convert(task.data, Data)
        except msgspec.ValidationError as error:
            raise DataError(f"{error}: this task was not made by `reportedly labelstudio export`") from None
        if data.layer not in CONFIGS or not set(data.layers) <= set(LAYERS):
            raise DataError(f"layer {data.layer!a}: is no layer: the layers are {', '.join(CONFIGS)}")
        if data.config_digest != digest_of(data.layer):
            raise DataError(
                f"the project was made with another configuration of {data.layer}: import with the version of the "
                "package that made it"
            )
        path = self.corpus.pass_path(LAYOUT, data.doc)
        if data.doc not in self.corpus.articles or not path.is_file():
            raise DataError(f"{data.doc!a}: is no document of the corpus: this is the export of another one")
        frame = read_record(path)
        sha256 = text_sha256(data.text)
        if (
            not sha256 == data.text_sha256 == frame.text_sha256 == data.context.text_sha256
            or data.context.doc != data.doc
        ):
            raise DataError(
                f"{data.doc}: the text of the task is not the text of the corpus (hash {sha256[:12]}, expected "
                f"{(frame.text_sha256 or '')[:12]}): its offsets cannot be trusted"
            )
        for check in (offsets_in_text, ids_unique, ids_resolve):
            for hit in check(View(data.context, data.text)):
                raise DataError(
                    f"{data.doc}: the layers below, {hit.place}: {hit.problem}: they were changed; export anew"
                )
        return data, frame

    def _annotation(self, annotation: Annotation, data: Data, frame: Document, place: str) -> None:
        try:
            annotator = self._annotator(annotation.completed_by)
        except DataError as error:
            self.problems.append(f"{place}: {error}")
            return
        place += f" by {annotator}"
        if annotation.was_cancelled:
            self.left_out.append(f"{place}: skipped")
            return
        before = self.seen.setdefault((annotator, data.doc, data.layer), place)
        if before != place or annotation.result is None:
            reason = "has no result" if annotation.result is None else f"a second one beside {before}"
            self.problems.append(f"{place}: {reason}: delete it in Label Studio, and export again")
            return
        log = Log(place)
        changed = _number(annotation.updated_by)
        if None not in (changed, _number(annotation.completed_by)) and changed != _number(annotation.completed_by):
            log.repair("", f"was last changed by another user, number {changed}; taken as it stands")
        parts = read_parts(
            annotation.result,
            layer=data.layer,
            layers=data.layers,
            text=data.text,
            frame=frame,
            context=data.context,
            log=log,
        )
        if not log.problems:
            at = annotation.created_at
            self._pass(parts, data, frame, annotator, log, at if at and is_time(at) else None)
        self.repairs += log.repairs
        self.problems += log.problems

    def _pass(self, parts: Parts, data: Data, frame: Document, annotator: str, log: Log, at: str | None) -> None:
        record = as_record(parts, frame, data.context)
        view = View(record, data.text)
        for check in _CHECKS:
            for hit in check(view):
                log.refuse(hit.place, f"{hit.problem}: {hit.remedy}")
        self.passes.append(Pass(annotator, data.doc, tuple(data.layers), record, log.place, at))

    def _annotator(self, user: int | str | dict[str, Any] | None) -> str:
        """Return the name of a user's passes; raises `DataError` where there is none that is safe."""
        key = _user(user)
        if key is None:
            raise DataError("has no user: give it one in Label Studio, or delete it")
        name = self.names.get(key)
        if name is None:
            name = key.partition("@")[0].lower() if "@" in key else f"user-{key}"
        if not _NAME.fullmatch(name) or name in _TAKEN:
            raise DataError(f"user {key!a}: cannot name a pass: give --annotator USER=NAME, NAME of a-z 0-9 . _ -")
        other = self.users.setdefault(name, key)
        if other != key:
            raise DataError(f"{key!a} and {other!a} would both be {name}: tell them apart by --annotator")
        return name


def _user(user: int | str | dict[str, Any] | None) -> str | None:
    """Return the e-mail or number of a user, as far as the export tells."""
    if isinstance(user, dict):
        found = user.get("email") or user.get("id")
        return str(found) if found else None
    return None if user is None else str(user)


def _number(user: int | str | dict[str, Any] | None) -> int | None:
    found = user.get("id") if isinstance(user, dict) else user
    return found if isinstance(found, int) else None
