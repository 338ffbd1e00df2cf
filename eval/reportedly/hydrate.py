"""Joining a user's own copies of the published articles with their stand-off annotation.

A copy is recognised by the hashed word runs that it shares with an article, and aligned token by token through them:
a token of the article is placed only where a run that holds it stands in the copy, so a span never lands on other
words. A span is placed when all its tokens are, one after the other. `coverage` is the share of the spans placed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from .corpus import Corpus, encode, write_atomically
from .errors import DataError, UsageError
from .files import decode, read_bytes
from .records import SPAN_FIELDS, Document, Span, Spans
from .runs import Runs, all_runs, fold, region_tokens, run_hashes, unpack, window_of
from .text import MAX_TEXT, text_sha256, tokens

RECOGNISED = 0.2
MAX_COPY = 1_000_000
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_SUFFIXES = (".txt", ".md", ".html", ".htm")


class Copy(NamedTuple):
    """A user's file: its text, and the folded tokens with their offsets into it."""

    path: Path
    text: str
    spans: list[Span]
    words: list[str]


class Placed(NamedTuple):
    """An article joined with a copy."""

    doc: str
    path: Path
    text: str
    record: Document
    spans: int
    placed: int
    unplaced: tuple[str, ...]

    @property
    def coverage(self) -> float:
        """The share of annotated spans that were placed exactly."""
        return self.placed / self.spans if self.spans else 1.0


class Hydrated(NamedTuple):
    """The outcome for a folder: articles placed, files refused with the reason, articles without a copy."""

    placed: tuple[Placed, ...]
    refused: dict[str, str]
    missing: tuple[str, ...]


def hydrate(folder: Path, corpus: Corpus) -> Hydrated:
    """Join every copy in a folder with its annotation; raises `UsageError` for a folder that has no copies."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: is no folder: name the folder that holds your copies of the articles")
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in _SUFFIXES and p.is_file())
    if not paths:
        raise UsageError(f"{folder}: holds no .txt, .md, .html or .htm file: save your copies there")
    articles = all_runs(corpus.root)
    refused: dict[str, str] = {}
    found: dict[str, list[Copy]] = {}
    for path in paths:
        try:
            copy = read_copy(path)
            found.setdefault(recognise(copy, articles), []).append(copy)
        except DataError as error:
            refused[str(path)] = str(error)
    placed = []
    for doc, copies in sorted(found.items()):
        if len(copies) > 1:
            names = ", ".join(str(c.path) for c in copies)
            refused |= {str(c.path): f"{c.path}: two copies of {doc} ({names}): keep one of them" for c in copies}
        else:
            placed.append(place(copies[0], corpus.gold(doc), articles[doc]))
    done = {p.doc for p in placed}
    return Hydrated(tuple(placed), refused, tuple(d for d in articles if d not in done))


def read_copy(path: Path) -> Copy:
    """Return a copy: text as it is, of an HTML page the article; raises `DataError`."""
    data = read_bytes(path, MAX_TEXT).removeprefix(b"\xef\xbb\xbf")
    text = article_of(data, path) if path.suffix.lower() in (".html", ".htm") else decode(data, str(path))
    if len(text) > MAX_COPY:
        raise DataError(
            f"{path}: {len(text):,} characters, more than the {MAX_COPY:,} that a copy may have: save the article alone"
        )
    return as_copy(path, text)


def as_copy(path: Path, text: str) -> Copy:
    """Return a text as tokens; invisible characters inside words are passed over."""
    keep = [i for i, c in enumerate(text) if ord(c) not in _INVISIBLE]
    seen = text if len(keep) == len(text) else "".join(text[i] for i in keep)
    found = tokens(seen)
    return Copy(path, text, [(keep[s], keep[e - 1] + 1) for s, e in found], [fold(seen[s:e]) for s, e in found])


def article_of(data: bytes, path: Path) -> str:
    """Return the article of an HTML page, taken out of it by trafilatura; raises `DataError`."""
    try:
        import trafilatura
    except ImportError:
        raise DataError(f"{path}: to read HTML pages, install reportedly[html], or save the page as text") from None
    text = trafilatura.extract(
        data, favor_recall=True, include_comments=False, include_tables=False, output_format="txt"
    )
    if not text:
        raise DataError(f"{path}: holds no article that could be found: save its text as a .txt file")
    return str(text)


def recognise(copy: Copy, articles: Mapping[str, Runs]) -> str:
    """Return the article of which a text is a copy: the one most of whose runs stand in it; raises `DataError`."""
    shares = {}
    hashes: dict[str, set[bytes]] = {}
    for doc, runs in articles.items():
        wanted = {h for region in runs.regions for h in unpack(region)}
        if runs.salt not in hashes:
            size = window_of(len(copy.words))
            hashes[runs.salt] = set(run_hashes(copy.words, size, bytes.fromhex(runs.salt)))
        have = hashes[runs.salt]
        shares[doc] = len(wanted & have) / max(len(wanted), 1)
    best = max(shares, key=lambda d: shares[d], default=None)
    if best is None or shares[best] < RECOGNISED:
        nearest = f" (nearest: {best}, {shares[best]:.0%} of its word runs)" if best else ""
        raise DataError(
            f"{copy.path}: is none of the published articles{nearest}: compare it with the list in DATASHEET.md"
        )
    return best


def align(copy: Copy, record: Document, runs: Runs) -> dict[int, int]:
    """Return for tokens of the article (position among the stored tokens) the token of the copy with the same word."""
    salt = bytes.fromhex(runs.salt)
    position = {t: i for i, t in enumerate(record.tokens or ())}
    starts: list[int] = []
    wanted: list[bytes] = []
    sizes: list[int] = []
    for region, packed in zip(record.regions or (), runs.regions, strict=True):
        inside = [position[t] for t in region_tokens(record, region.start, region.end)]
        size = window_of(len(inside))
        hashes = unpack(packed)
        starts += inside[: len(hashes)]
        wanted += hashes
        sizes += [size] * len(hashes)
    placed: dict[int, int] = {}
    full = [k for k, size in enumerate(sizes) if size == max(sizes)]
    have = run_hashes(copy.words, max(sizes), salt)
    matcher = difflib.SequenceMatcher(None, [wanted[k] for k in full], have, autojunk=False)
    for a, b, n in matcher.get_matching_blocks():
        for k in range(n):
            for step in range(max(sizes)):
                placed.setdefault(starts[full[a + k]] + step, b + k + step)
    for k, size in enumerate(sizes):
        if size < max(sizes):
            _place_short(copy, placed, starts[k], size, wanted[k], salt)
    return _monotone(placed)


def _place_short(copy: Copy, placed: dict[int, int], start: int, size: int, wanted: bytes, salt: bytes) -> None:
    """Place a region shorter than a run where its words stand just once between its neighbours."""
    before = max((placed[i] for i in placed if i < start), default=-1)
    after = min((placed[i] for i in placed if i >= start + size), default=len(copy.words))
    hits = [j for j, h in enumerate(run_hashes(copy.words[before + 1 : after], size, salt)) if h == wanted]
    close = [j for j in hits if before + 1 + j + size == after] or hits
    if len(close) == 1:
        for step in range(size):
            placed[start + step] = before + 1 + close[0] + step


def _monotone(placed: dict[int, int]) -> dict[int, int]:
    kept: dict[int, int] = {}
    last = -1
    for i in sorted(placed):
        if placed[i] > last:
            kept[i] = last = placed[i]
    return kept


def place(copy: Copy, record: Document, runs: Runs) -> Placed:
    """Return the record with its offsets moved onto a copy; what cannot be placed exactly is left out and named."""
    if text_sha256(copy.text) == record.text_sha256:
        total = sum(1 for _ in _all_spans(record))
        return Placed(record.doc, copy.path, copy.text, record, total, total, ())
    mover = _Mover(copy, record, align(copy, record, runs))
    moved = mover.record(text_sha256(copy.text))
    spans = [(name, mover.span(span)) for name, span in _all_spans(record)]
    unplaced = tuple(dict.fromkeys(name for name, span in spans if span is None))
    return Placed(record.doc, copy.path, copy.text, moved, len(spans), sum(s is not None for _, s in spans), unplaced)


def _all_spans(record: Document) -> Iterator[tuple[str, Span]]:
    for m in record.mentions or ():
        yield m.id, (m.start, m.end)
    for v in record.events or ():
        yield v.id, (v.start, v.end)
    for a in record.attributions or ():
        for field in SPAN_FIELDS:
            for span in getattr(a, field):
                yield f"{a.id}.{field}", span


class _Mover:
    """Moves spans, and drops the items whose spans cannot be moved together with whatever names them."""

    def __init__(self, copy: Copy, original: Document, placed: dict[int, int]):
        self.copy = copy
        self.original = original
        self.placed = placed
        self.starts = {t[0]: i for i, t in enumerate(original.tokens or ())}
        self.ends = {t[1]: i for i, t in enumerate(original.tokens or ())}

    def span(self, span: Span) -> Span | None:
        first, last = self.starts.get(span[0]), self.ends.get(span[1])
        if first is None or last is None:
            return None
        moved = [self.placed.get(i) for i in range(first, last + 1)]
        known = [m for m in moved if m is not None]
        if len(known) != len(moved) or known[-1] - known[0] != len(known) - 1:
            return None
        return self.copy.spans[known[0]][0], self.copy.spans[known[-1]][1]

    def ends_of(self, item: Any) -> Span | None:
        """Return the hull of a region or sentence whose first and last tokens are placed."""
        inside = [
            self.placed[i]
            for i, t in enumerate(self.original.tokens or ())
            if item.start <= t[0] < item.end and i in self.placed
        ]
        return (self.copy.spans[inside[0]][0], self.copy.spans[inside[-1]][1]) if inside else None

    def record(self, sha256: str) -> Document:
        old = self.original
        mentions = tuple(self.items(old.mentions or (), head=True))
        events = tuple(self.items(old.events or ()))
        known = {x.id for x in (*mentions, *events)}
        events = tuple(
            msgspec.structs.replace(v, arguments=tuple(a for a in v.arguments if a.target in known)) for v in events
        )
        attributions = self.attributions()
        sources = {a.id for a in attributions} | {"AUTHOR"}
        groups = {v.event for v in events}
        return msgspec.structs.replace(
            old,
            text_sha256=sha256,
            regions=tuple(self.hulls(old.regions or ())),
            sentences=tuple(self.hulls(old.sentences or ())),
            tokens=tuple(self.copy.spans[j] for _, j in sorted(self.placed.items())),
            mentions=mentions,
            events=events,
            event_links=tuple(k for k in old.event_links or () if {k.source, k.target} <= groups),
            attributions=attributions,
            factuality=tuple(
                msgspec.structs.replace(f, evidence=self.some(f.evidence))
                for f in old.factuality or ()
                if f.event in known and f.source in sources
            ),
            claims=tuple(c for c in old.claims or () if c.head in known and c.source in sources),
        )

    def hulls(self, items: Sequence[Any]) -> Iterator[Any]:
        for item in items:
            moved = self.ends_of(item)
            if moved is not None:
                yield msgspec.structs.replace(item, start=moved[0], end=moved[1])

    def items(self, items: Sequence[Any], head: bool = False) -> Iterator[Any]:
        for item in items:
            moved = self.span((item.start, item.end))
            if moved is not None:
                extra = {"head": self.span(item.head) if item.head else None} if head else {}
                yield msgspec.structs.replace(item, start=moved[0], end=moved[1], **extra)

    def some(self, spans: Spans) -> Spans:
        return tuple(m for m in map(self.span, spans) if m is not None)

    def attributions(self) -> tuple[Any, ...]:
        found = []
        for a in self.original.attributions or ():
            moved = {field: self.some(getattr(a, field)) for field in SPAN_FIELDS}
            if all(len(moved[field]) == len(getattr(a, field)) for field in SPAN_FIELDS):
                found.append(msgspec.structs.replace(a, **moved))
        kept = {a.id for a in found}
        return tuple(
            a if a.parent in kept or a.parent is None else msgspec.structs.replace(a, parent=None) for a in found
        )


def write(outcome: Hydrated, out: Path) -> None:
    """Write for each article its text and its record into a folder; raises `DataError` where it cannot be written."""
    for p in outcome.placed:
        write_atomically(out / f"{p.doc}.txt", p.text.encode("utf-8", "surrogatepass"))
        write_atomically(out / f"{p.doc}.json", encode(p.record))


def summary(outcome: Hydrated) -> dict[str, Any]:
    """Return the outcome as plain values for `--json`."""
    return {
        "documents": {
            p.doc: {
                "file": str(p.path),
                "coverage": p.coverage,
                "spans": p.spans,
                "placed": p.placed,
                "unplaced": list(p.unplaced),
            }
            for p in outcome.placed
        },
        "missing": list(outcome.missing),
        "refused": outcome.refused,
    }
