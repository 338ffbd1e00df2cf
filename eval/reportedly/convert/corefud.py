"""CorefUD: CoNLL-U with `Entity=` in the last column, its fields named by `# global.Entity`.

Written are `eid-etype-head-minspan-level-value`: entity, type, number of the head word in the mention (the last word of
the head; 1 where a record has none, and then no minspan), the words of the head, level and value of the mention. There
is no syntax: those columns are `_`. Entities keep their ids, or are numbered through the file where two documents use
the same id. A mention in several parts (`e1[1/2]`) is read as the part that holds its head; empty nodes are left out.
Source: the CorefUD format 1.0 (Nedoluzhko et al. 2022) and the reading of it in udapi.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, get_args

import msgspec

from ..errors import DataError
from ..records import Level, Mention, Spans
from .base import UNTYPED, Content, File, Lost, Options, Outputs, Texted, escape, unescape
from .brackets import Bracketed, Stacks, bracketed, cells, entities_of
from .words import Words, characters, document_of, run

FIELDS = "eid-etype-head-minspan-level-value"
_READ = frozenset(FIELDS.split("-"))
_RESERVED = "-=|()[],:"
_CHUNK = re.compile(r"\([^()]+\)?|[^()]+\)")
_PART = re.compile(r"(.+)\[([1-9]\d{0,8})/([1-9]\d{0,8})\]", re.ASCII)


class _Row(NamedTuple):
    place: str
    number: int | None
    form: str
    misc: str


class _Draft(NamedTuple):
    """A mention as it is read: its rows in the document and the values of its fields."""

    entity: str
    rows: list[int]
    values: dict[str, str]
    fields: list[str]
    place: str


class _Document(NamedTuple):
    name: str
    place: str
    sentences: list[list[_Row]]
    fields: list[str]


def read(files: list[File], options: Options, lost: Lost) -> Content:
    """Return the documents of CoNLL-U files; raises `DataError` naming file, line and value."""
    found: list[Texted] = []
    for file in files:
        parts = list(_documents(file, lost))
        for n, part in enumerate(parts, 1):
            name = part.name or (file.doc if len(parts) == 1 else f"{file.doc}-{n}")
            found.append(_read_document(part._replace(name=name), lost))
    return Content(tuple(found))


def _documents(file: File, lost: Lost) -> Iterator[_Document]:
    part: _Document | None = None
    fields: list[str] = []
    for place, line in file.lines():
        if line.startswith("#"):
            key, _, value = (x.strip() for x in line[1:].partition("="))
            if key == "global.Entity":
                fields = value.split("-")
                if "eid" not in fields:
                    raise DataError(f"{place}: {value!r} has no field eid: write # global.Entity = {FIELDS}")
                if part is not None:
                    part.fields[:] = fields
            if key in ("newdoc", "newdoc id"):
                if part is not None:
                    yield part
                part = _Document(value, place, [[]], list(fields))
        elif not line.strip():
            if part is not None:
                part.sentences.append([])
        else:
            if part is None:
                part = _Document("", place, [[]], list(fields))
            row = _row(place, line, sum(r.number is not None for r in part.sentences[-1]), lost)
            if row is not None:
                part.sentences[-1].append(row)
    if part is None:
        raise DataError(f"{file.path}:1: holds no token: give CoNLL-U with Entity= in the last column")
    yield part


def _row(place: str, line: str, before: int, lost: Lost) -> _Row | None:
    cells_ = line.split("\t")
    if len(cells_) != 10:
        raise DataError(f"{place}: {line[:60]!r} has {len(cells_)} columns, not 10: part them by single tabs")
    name, form, misc = cells_[0], cells_[1], cells_[9]
    if re.fullmatch(r"\d+-\d+", name, re.ASCII):
        lost["tokens", "is a word of several tokens, shown by its parts"] += 1
        return None
    if not re.fullmatch(rf"{before + 1}|{before}\.\d+", name, re.ASCII):
        raise DataError(f"{place}: {name!r} is not the number of a word: number the words of a sentence from 1")
    other = sum(cell != "_" for cell in cells_[2:9]) + sum(
        item not in ("_", "") and not item.startswith("Entity=") for item in misc.split("|")
    )
    if other:
        lost["columns", "says something else than the form and Entity"] += other
    return _Row(place, before if "." not in name else None, form, misc)


def _read_document(part: _Document, lost: Lost) -> Texted:
    words = [[row.form for row in sentence if row.number is not None] for sentence in part.sentences]
    document = document_of(part.name, words, part.place)
    rows = [row for sentence in part.sentences for row in sentence]
    tokens: dict[int, int] = {}
    for at, row in enumerate(rows):
        if row.number is not None:
            tokens[at] = len(tokens)
    read_ = [_mention(draft, tokens, document.record.tokens or (), lost) for draft in _drafts(rows, part.fields)]
    ordered = sorted((m for m in read_ if m is not None), key=lambda m: (m.start, -m.end, m.entity or ""))
    mentions = [msgspec.structs.replace(m, id=f"m{n}") for n, m in enumerate(ordered, 1)]
    record = msgspec.structs.replace(document.record, mentions=tuple(mentions), entities=entities_of(mentions))
    return document._replace(record=record)


def _drafts(rows: list[_Row], fields: list[str]) -> Iterator[_Draft]:
    """Yield the mentions of a document, the parts of one put together."""
    stacks = Stacks()
    parts: dict[str, list[_Draft]] = {}
    for at, row in enumerate(rows):
        for item in row.misc.split("|"):
            if not item.startswith("Entity="):
                continue
            value = item.removeprefix("Entity=")
            chunks = _CHUNK.findall(value)
            if "".join(chunks) != value or not chunks:
                raise DataError(f"{row.place}: {value!r} is no Entity: write (e1-TYPE-1, e1) or (e1-TYPE-1)")
            if not fields:
                raise DataError(f"{row.place}: Entity= without its fields: write # global.Entity = {FIELDS} first")
            for chunk in chunks:
                name = chunk.strip("()")
                if chunk.startswith("("):
                    values = dict(zip(fields, name.split("-", len(fields) - 1), strict=False))
                    if not values.get("eid"):
                        raise DataError(f"{row.place}: {chunk!r} names no entity: fill the field eid")
                    stacks.push(values["eid"], row.place, at, chunk)
                    name = values["eid"]
                if chunk.endswith(")"):
                    start, opened = stacks.pop(name, row.place)
                    values = dict(zip(fields, opened.strip("()").split("-", len(fields) - 1), strict=False))
                    yield from _whole(_Draft(name, list(range(start, at + 1)), values, fields, row.place), parts)
    stacks.finish()
    for waiting in parts.values():
        for draft in waiting:
            raise DataError(f"{draft.place}: {draft.values['eid']!r} lacks its later parts: give them all")


def _whole(draft: _Draft, parts: dict[str, list[_Draft]]) -> Iterator[_Draft]:
    """Yield a mention when its last part is there; `parts` holds those that wait for more."""
    match = _PART.fullmatch(draft.entity)
    if match is None:
        yield draft
        return
    number, total = int(match[2]), int(match[3])
    waiting = parts.setdefault(f"{match[1]}/{total}", [])
    if number > 1:
        before = next((i for i, d in enumerate(waiting) if d.entity == f"{match[1]}[{number - 1}/{total}]"), None)
        if before is None:
            raise DataError(f"{draft.place}: {draft.entity!r} comes without the part before it: number them from 1")
        draft = draft._replace(rows=waiting.pop(before).rows + draft.rows)
    if number >= total:
        yield draft._replace(entity=match[1])
    else:
        waiting.append(draft)


def _mention(draft: _Draft, tokens: dict[int, int], spans: Spans, lost: Lost) -> Mention | None:
    """Return a mention without its id, `None` where it has no token."""
    real = [tokens[at] for at in draft.rows if at in tokens]
    if not real:
        lost["mentions", "stands on empty nodes alone"] += 1
        return None
    head = [tokens[at] for at in _head(draft) if at in tokens]
    start, end = run(real, head[-1] if head else None)
    if end - start < len(set(real)):
        lost["mentions", "has several parts: the one with its head is kept"] += 1
    inside = [n for n in head if start <= n < end]
    low, high = characters(spans, start, end)
    spare = sum(1 for name, value in draft.values.items() if value and name not in _READ)
    if spare:
        lost["mentions.fields", "is a field of Entity that records do not have"] += spare
    level, value = draft.values.get("level") or None, draft.values.get("value") or None
    if level not in (None, *get_args(Level)):
        raise DataError(f"{draft.place}: level {level!r} is none of {', '.join(get_args(Level))}: mend it")
    return Mention(
        id="", start=low, end=high, type=unescape(draft.values.get("etype") or UNTYPED), entity=unescape(draft.entity),
        head=characters(spans, min(inside), max(inside) + 1) if inside else None,
        level=level, value=None if value is None else unescape(value),  # type: ignore[arg-type]
    )  # fmt: skip


def _head(draft: _Draft) -> list[int]:
    """Return the rows of the head: those of minspan where there is such a field, else the one of head."""
    value = draft.values.get("minspan" if "minspan" in draft.fields else "head", "")
    if not value:
        return []
    numbers = value.replace("%2C", ",").split(",")
    if not all(re.fullmatch(r"[1-9]\d{0,8}", n, re.ASCII) and int(n) <= len(draft.rows) for n in numbers):
        raise DataError(
            f"{draft.place}: {value!r} is no word of {draft.entity}, which has {len(draft.rows)}: count from 1"
        )
    return [draft.rows[int(n) - 1] for n in numbers]


def write(content: Content, options: Options, lost: Lost) -> Outputs:
    """Return one file of CoNLL-U without syntax."""
    found = []
    for document in content.documents:
        words = Words(document, lost)
        found.append((document, words, bracketed(document, words, lost, one_sentence=True)))
    ids = [(words.doc, b.entity) for _, words, mentions in found for b in mentions]
    unique = len({entity for _, entity in ids}) == len(set(ids))
    eids = {key: key[1] if unique else f"e{n}" for n, key in enumerate(dict.fromkeys(ids), 1)}
    lines = (
        line
        for document, words, mentions in found
        for line in _lines(document, words, [b._replace(entity=eids[words.doc, b.entity]) for b in mentions], lost)
    )
    return {"": "".join(line + "\n" for line in lines)}


def _lines(document: Texted, words: Words, mentions: list[Bracketed], lost: Lost) -> Iterator[str]:
    doc = document.record.doc
    if re.search(r"[\n\r]|^\s|\s$", doc) or not doc:
        raise DataError(f"{doc!r}: cannot stand in a comment: rename the document")
    _count_types(document, mentions, lost)
    entity = [_entity(words, *cell) for cell in cells(mentions, words.firsts[-1])]
    at = 0
    for n, sentence in enumerate(words.for_columns(lost), 1):
        if n == 1:
            yield f"# newdoc id = {doc}"
            yield f"# global.Entity = {FIELDS}"
        yield f"# sent_id = {escape(doc)}-{n}"
        yield f"# text = {' '.join(sentence)}"
        for number, word in enumerate(sentence, 1):
            yield "\t".join((str(number), word, *"_______", f"Entity={entity[at]}" if entity[at] else "_"))
            at += 1
        yield ""


def _count_types(document: Texted, mentions: list[Bracketed], lost: Lost) -> None:
    """Count the entities whose own type would not come back, since only mentions have one here."""
    first = {b.mention.entity: b.mention.type for b in reversed(mentions)}
    changed = sum(1 for e in document.record.entities or () if e.id in first and first[e.id] != e.type)
    if changed:
        lost["entities.type", "is not the type of its first mention, which stands for it"] += changed


def _entity(words: Words, closes: list[Bracketed], opens: list[Bracketed], ones: list[Bracketed]) -> str:
    """Return the brackets of a token in the order of udapi: single words first where nothing opens, else last."""
    single = "".join(f"({_opening(b, words)})" for b in ones)
    closing = "".join(f"{escape(b.entity, _RESERVED)})" for b in closes)
    opening = "".join(f"({_opening(b, words)}" for b in opens)
    return closing + opening + single if opens else single + closing


def _opening(b: Bracketed, words: Words) -> str:
    m = b.mention
    head = words.span(*m.head) if m.head is not None else None
    inside = [n - b.start + 1 for n in range(*head)] if head and b.start <= head[0] < head[1] <= b.end else []
    values = (
        escape(b.entity, _RESERVED),
        escape(m.type, _RESERVED),
        str(inside[-1] if inside else 1),
        ",".join(map(str, inside)),
        m.level or "",
        escape(m.value or "", _RESERVED),
    )
    return "-".join(values).rstrip("-")
