"""Tagged tokens as records: spans from tags under a named scheme, with tokens as the unit of all offsets.

Scores of such records are those of mentions. Tags are repaired only where the scheme says so, and every repair counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from .errors import DataError, TagError
from .records import Document, Mention
from .signature import Settings, settings_of
from .tags import decode, scheme_name


def settings_for(gold: Path, scheme: str, resamples: int, seed: int, signature: str | None) -> Settings:
    """Return the settings of a run on tagged files: the scheme stands beside the name of the data."""
    settings = Settings(f"{gold.name}@{scheme_name(scheme)}", "mentions", resamples, seed)
    return settings_of(signature, settings) if signature else settings


METRICS_OF_TAGS = ("mention_f1", "mention_span_f1", "mention_overlap_f1", "mention_semeval")
"""The metrics that say something of tags: they have no heads, levels or entities."""


class Tagged(NamedTuple):
    """A record whose mentions count in tokens, and how many tags were repaired."""

    record: Document
    repairs: int


class Pair(NamedTuple):
    """Gold and system of tagged files by document, and how many tags of each were repaired."""

    gold: dict[str, Document]
    system: dict[str, Document]
    gold_repairs: int
    system_repairs: int


def tagged(doc: str, sentences: Sequence[Sequence[str]], scheme: str) -> Tagged:
    """Return the record of tagged sentences; raises `TagError` with the position of the tag in the document."""
    mentions: list[Mention] = []
    first = repairs = 0
    for tags in sentences:
        try:
            found = decode(tags, scheme)
        except TagError as error:
            raise TagError(first + error.position, error.problem) from None
        repairs += found.repairs
        for start, end, kind in found.spans:
            mentions.append(Mention(id=f"m{len(mentions) + 1}", start=first + start, end=first + end, type=kind))
        first += len(tags)
    return Tagged(Document(doc=doc, mentions=tuple(mentions)), repairs)


def read_pair(gold: Path, system: Path, scheme: str) -> Pair:
    """Return the records of two files of columns, the tag in the last; documents are paired by order, tokens by number.

    Raises:
        DataError: a file cannot be read, a tag is not of the scheme, or the two differ in documents or in sentences.
    """
    sides = [_read(path) for path in (gold, system)]
    if len(sides[0]) != len(sides[1]):
        raise DataError(f"{system}: has {len(sides[1])} documents, {gold} {len(sides[0])}: give both the same")
    records: list[dict[str, Document]] = [{}, {}]
    repairs = [0, 0]
    for (name, place, rows), (_, other, tokens) in zip(*sides, strict=True):
        if name in records[0]:
            raise DataError(f"{place}: the document {name!r} stands there twice: name each once")
        lengths = [[len(s) for s in part if s] for part in (rows, tokens)]
        if lengths[0] != lengths[1]:
            at = next((n for n, (a, b) in enumerate(zip(*lengths, strict=False)) if a != b), min(map(len, lengths)))
            raise DataError(
                f"{other}: sentence {at + 1} of {name!r} has other tokens than in {gold}: tag the same text"
            )
        for side, part in enumerate((rows, tokens)):
            made = _tagged(name, part, scheme)
            records[side][name] = made.record
            repairs[side] += made.repairs
    return Pair(records[0], records[1], repairs[0], repairs[1])


_Rows = list[list[tuple[str, list[str]]]]


def _read(path: Path) -> list[tuple[str, str, _Rows]]:
    from .convert.base import File, read_file
    from .convert.conll import parts

    return list(parts(File(str(path), "doc", read_file(path))))


def _tagged(name: str, sentences: _Rows, scheme: str) -> Tagged:
    try:
        return tagged(name, [[row[-1] for _, row in rows] for rows in sentences], scheme)
    except TagError as error:
        places = [place for rows in sentences for place, _ in rows]
        raise DataError(f"{places[error.position]}: {error.problem}: mend the tag or name another --scheme") from None
