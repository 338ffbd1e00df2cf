"""Scoring of cross-document records: documents gathered by story, whole stories counted in chunks, sums as for documents.

A story is in a split with those of its documents that are in it. A story of gold for which the system has no record counts
as one in which nothing goes across documents, and is named.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from .engines import Engine, run
from .errors import LimitError, RecordError, UsageError
from .metrics import METRICS, STORY_METRICS
from .predictions import attempted, check_prediction, decode, inside_regions
from .records import Document
from .scoring import Keep, Part, Scores, chosen, digest_of, lines_of, score_file
from .signature import Settings
from .stories import Story, read_story
from .story_columns import Side, story_block
from .story_predictions import attempted_layers, check_members, decode_story, documents_of, within
from .stream import CHUNK, CHUNK_BYTES, Line, Lines, lines, spread, story_lines


class StoryChunk(NamedTuple):
    """Some whole stories: the story of each document, lines of documents, and lines of cross-document records."""

    story_of: dict[str, str]
    gold: tuple[Line, ...]
    system: tuple[Line, ...]
    gold_stories: tuple[Line, ...]
    system_stories: tuple[Line, ...]


@dataclass(frozen=True)
class GoldStories:
    """Cross-document records of gold by story, and what is known of documents: their world, and which are elsewhere.

    `worlds` says to which story a document belongs; where it does not know one, the record says it (`story`), or the
    cross-document records name it. Documents of `worlds` that are not in the gold at hand are passed over.
    """

    lines: dict[str, Line]
    worlds: Mapping[str, str] = field(default_factory=dict)


def read_stories(found: Iterable[Line]) -> dict[str, Line]:
    """Return the lines of stories by name; raises `RecordError` where one stands there twice."""
    read: dict[str, Line] = {}
    for line in found:
        if line.doc in read:
            raise RecordError(f"{line.place}: story: {line.doc!r} stands there twice: give one row a story")
        read[line.doc] = line
    return read


def gold_stories(path: Path | str | None, root: Path | None) -> GoldStories:
    """Return gold from a file of JSON Lines, one story a line, or from the corpus at `root`.

    In the corpus a story is a world of `corpus/articles.tsv`. Raises `UsageError` where neither is given.
    """
    if root is None:
        if path is None:
            raise UsageError("--stories with --gold: name the cross-document records of that gold by --gold-stories")
        return GoldStories(read_stories(story_lines(path)))
    from .corpus import Corpus

    worlds = {doc: a.world for doc, a in Corpus(root).articles.items()}
    return GoldStories(read_stories(story_lines(path) if path else _of_corpus(root)), worlds)


def _of_corpus(root: Path) -> Iterator[Line]:
    for path in sorted((root / "annotations" / "stories").glob("*.json")):
        story = read_story(path)
        yield Line(story.story, msgspec.json.encode(story), path.name)


class _Story(msgspec.Struct):
    story: str | None = None


_peek = msgspec.json.Decoder(_Story)


def stories_of(gold: Lines, known: GoldStories) -> dict[str, str]:
    """Return the story of every document of gold that belongs to one; raises `RecordError` where two name it."""
    named: dict[str, str] = {}
    for line in known.lines.values():
        for doc in documents_of(decode_story(line)):
            if named.setdefault(doc, line.doc) != line.doc:
                raise RecordError(f"{line.place}: {doc} is named by {named[doc]} as well: a document is of one story")
    found = {}
    for line in gold():
        story = known.worlds.get(line.doc) or named.get(line.doc) or _peek.decode(line.data).story
        if story is not None and story in known.lines:
            found[line.doc] = story
    return found


def story_chunks(
    gold: Lines, system: Lines, story_of: Mapping[str, str], known: Mapping[str, Line], given: Mapping[str, Line]
) -> Generator[StoryChunk, None, None]:
    """Yield whole stories with all their documents; lines are spread over files by story, so that memory stays bounded."""
    with tempfile.TemporaryDirectory(prefix="reportedly-") as folder:
        sides = [
            spread((x for x in read() if x.doc in story_of), Path(folder), side, lambda line: story_of[line.doc])
            for read, side in ((gold, "gold"), (system, "system"))
        ]
        for g, s in zip(*sides, strict=True):
            by_story: dict[str, tuple[list[Line], list[Line]]] = {}
            for at, part in enumerate((g, s)):
                for line in part:
                    by_story.setdefault(story_of[line.doc], ([], []))[at].append(line)
            for names in _batches(by_story):
                yield StoryChunk(
                    {line.doc: n for n in names for line in by_story[n][0]},
                    tuple(line for n in names for line in by_story[n][0]),
                    tuple(line for n in names for line in by_story[n][1]),
                    tuple(known[n] for n in names),
                    tuple(given[n] for n in names if n in given),
                )


def _batches(by_story: Mapping[str, tuple[list[Line], list[Line]]]) -> Iterator[list[str]]:
    names: list[str] = []
    documents = size = 0
    for name in sorted(by_story):
        names.append(name)
        documents += len(by_story[name][0])
        size += sum(len(line.data) for side in by_story[name] for line in side)
        if documents >= CHUNK or size >= CHUNK_BYTES:
            yield names
            names, documents, size = [], 0, 0
    if names:
        yield names


def count_story_chunk(
    chunk: StoryChunk, metrics: Sequence[str], story_of: Mapping[str, str], elsewhere: frozenset[str]
) -> Part:
    """Return the counts of some stories, one row each."""
    gold = {line.doc: decode(line) for line in chunk.gold}
    own: dict[str, Document] = {}
    for line in chunk.system:
        own[line.doc] = record = decode(line)
        check_prediction(record, gold[line.doc], line.place)
    truth = _records(chunk.gold_stories, gold, chunk.story_of, story_of, elsewhere, of_gold=True)
    given = _records(chunk.system_stories, own, chunk.story_of, story_of, elsewhere)
    inside = {doc: inside_regions(record, gold[doc]) for doc, record in own.items()}
    try:
        block = story_block(chunk.story_of, Side(gold, truth), Side(inside, given))
        counted = {name: STORY_METRICS[name].count(block) for name in metrics}
    except LimitError as error:
        raise LimitError(f"in the stories {', '.join(truth)}, {error}") from None
    return Part(
        documents=list(block.stories),
        units=list(block.stories),
        lengths=[0] * block.size,
        fields=[(name, f) for name, c in counted.items() for f in c.fields],
        rows=np.concatenate([c.rows for c in counted.values()], axis=1),
        missing=[s for s in block.stories if s not in given],
        layers=frozenset(attempted(own.values()) if own else ()).union(*map(attempted_layers, chunk.system_stories)),
        predicted=len(given),
        stories=frozenset(block.stories),
        digest=sum(map(digest_of, chunk.gold_stories)),
    )


def _records(
    records: Iterable[Line],
    documents: Mapping[str, Document],
    here: Mapping[str, str],
    story_of: Mapping[str, str],
    elsewhere: frozenset[str],
    *,
    of_gold: bool = False,
) -> dict[str, Story]:
    """Return the cross-document records of one side, cut to the documents at hand and checked against them."""
    found = {}
    for line in records:
        story = within(decode_story(line), elsewhere)
        check_members(
            story, {d: r for d, r in documents.items() if here[d] == story.story}, story_of, line.place, gold=of_gold
        )
        found[line.doc] = story
    return found


def score_stories(
    path: Path | str,
    gold: Mapping[str, Document] | Path | str,
    settings: Settings,
    known: GoldStories,
    stories: Path | str,
    units: Mapping[str, str] | None = None,
    known_labels: bool = False,
    engine: Engine = "serial",
    workers: int = 2,
    scheduler: str = "",
    progress: Callable[[int], None] | None = None,
    metrics: Sequence[str] | None = None,
    keep: Keep = "sums",
) -> Scores:
    """Return the scores of a prediction file with those of its cross-document records.

    Args:
        path: the documents of the system.
        gold: the documents of gold, in memory or in a file.
        settings: as for `scoring.score_file`, which scores the documents.
        known: the cross-document records of gold.
        stories: the file with those of the system; their members name ids of its own documents.
        units: the story of each document, by which the scores of documents are resampled.
        known_labels: types and roles of predictions have to be those of the inventory.
        engine: with `workers`, `scheduler`, `progress` and `keep` as for `scoring.score`.
        metrics: names of `ALL_METRICS`; those of the layer of the settings where left out.

    Raises:
        RecordError: the file names a story that gold has not, or one twice; a document that gold has not or that is of another
            story; an id that the system's record has not; a group twice, or an item in two groups.
        UsageError: the layer of the settings has no metric over stories.
    """
    names = (*chosen(settings.layer), *chosen(settings.layer, STORY_METRICS)) if metrics is None else tuple(metrics)
    across = [m for m in names if m in STORY_METRICS]
    if not across:
        raise UsageError(
            f"--stories: the layer {settings.layer!r} has no metric over stories: leave one of the two out"
        )
    scores = score_file(
        path,
        gold,
        settings,
        stories=units,
        known_labels=known_labels,
        engine=engine,
        workers=workers,
        scheduler=scheduler,
        progress=progress,
        metrics=[m for m in names if m in METRICS],
        keep=keep,
    )
    scores.expect_stories(across)
    truth = lines_of(gold) if isinstance(gold, Mapping) else partial(lines, gold)
    story_of = stories_of(truth, known)
    given = read_stories(story_lines(stories))
    for story, line in given.items():
        decode_story(line)
        if story not in known.lines:
            some = ", ".join(sorted(known.lines)[:6])
            raise RecordError(f"{line.place}: story: {story!r} is no story of gold: the stories are {some}")
    elsewhere = frozenset(known.worlds) - frozenset(story_of)
    work = partial(count_story_chunk, metrics=across, story_of=story_of, elsewhere=elsewhere)
    with closing(story_chunks(truth, partial(lines, path), story_of, known.lines, given)) as parts:
        for part in run(work, parts, engine, workers, scheduler):
            scores.add_stories(part)
    return scores
