"""Level corpus: what only shows when all documents are seen together; and the run of all levels."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec

from ..corpus import Corpus, read_record
from ..errors import DataError, RecordError, TextError
from ..files import decode, read_bytes
from ..records import Document
from ..runs import WORD_RUN, all_runs, fold, run_hashes, unpack, word_list, word_spans
from ..text import MAX_TEXT
from . import check_record
from .base import Finding
from .guidelines import check_guidelines
from .names import check_names
from .stories import check_stories
from .texts import check_texts

CORPUS_CHECKS = (
    "gold-registered",
    "gold-text-hash",
    "published-no-surface",
    "published-text",
    "splits-complete",
    "splits-worlds",
    "surface-two-ways",
    "near-duplicate",
)
DUPLICATE = 0.5


def check_corpus(corpus: Corpus) -> list[Finding]:
    """Return all findings of a checkout that no exception covers; a level with findings hides the later ones of a document."""
    findings = [*check_texts(corpus)]
    records: dict[str, Document] = {}
    for path in sorted((corpus.root / "annotations" / "gold").glob("*.json")):
        try:
            record = read_record(path)
        except RecordError as error:
            findings.append(Finding("record-shape", "structure", path.stem, path.name, str(error), "mend the record"))
            continue
        records[record.doc] = record
        findings += _registered(corpus, record, path)
        text = _text(corpus, record.doc)
        findings += check_record(record, text)
    findings += _splits(corpus, records)
    findings += _two_ways(records, corpus)
    findings += _duplicates(corpus)
    findings += _published_text(corpus)
    findings += check_guidelines(corpus.root)
    findings += check_stories(corpus, records)
    findings += check_names(corpus, records)
    return _without_exceptions(findings, corpus.root / "annotations" / "exceptions.toml")


def _text(corpus: Corpus, doc: str) -> str | None:
    """Return a text; `None` where there is none or it cannot be read, which the level text reports."""
    try:
        return corpus.text(doc)
    except TextError:
        return None


def _registered(corpus: Corpus, record: Document, path: Path) -> Iterator[Finding]:
    row = corpus.articles.get(record.doc)
    if row is None or path.stem != record.doc:
        yield _finding(
            "gold-registered",
            record.doc,
            path.name,
            "has no row in corpus/articles.tsv, or another name than its file",
            "add the row; name the file after the document",
        )
        return
    if record.text_sha256 != row.text_sha256:
        yield _finding(
            "gold-text-hash",
            record.doc,
            "text_sha256",
            "is not that of corpus/articles.tsv",
            "annotate the text that the corpus holds",
        )
    surfaces = (
        [m.surface for m in record.mentions or ()]
        + [v.surface for v in record.events or ()]
        + [a.cue_surface for a in record.attributions or ()]
    )
    if row.collection == "published" and any(s is not None for s in surfaces):
        yield _finding(
            "published-no-surface",
            record.doc,
            "surface",
            "gold of a published article stores words of it",
            "write it again by `reportedly quote --gold`",
        )


def _splits(corpus: Corpus, records: dict[str, Document]) -> Iterator[Finding]:
    places: dict[str, list[str]] = defaultdict(list)
    for split, docs in corpus.splits.items():
        for doc in docs:
            places[doc].append(split)
    for doc in sorted(corpus.articles.keys() | places.keys() | records.keys()):
        found = places.get(doc, [])
        if len(found) != 1 or doc not in corpus.articles:
            yield _finding(
                "splits-complete",
                doc,
                "corpus/splits",
                f"stands in {', '.join(found) or 'no split'}",
                "each document of articles.tsv stands in one split",
            )
    worlds: dict[str, set[str]] = defaultdict(set)
    for split, docs in corpus.splits.items():
        side = "test" if split == "published" else split
        for doc in docs:
            if doc in corpus.articles:
                worlds[corpus.articles[doc].world].add(side)
    for world, sides in sorted(worlds.items()):
        if len(sides) > 1:
            yield _finding(
                "splits-worlds",
                world,
                "corpus/splits",
                f"the story world stands in {', '.join(sorted(sides))}",
                "keep a world in one split",
            )


def _two_ways(records: dict[str, Document], corpus: Corpus) -> Iterator[Finding]:
    """Names that have one coarse type in most places and another in a few."""
    seen: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for doc, record in sorted(records.items()):
        for m in record.mentions or ():
            if m.level == "NAM" and m.surface is not None:
                seen[m.surface][m.type].append(f"{doc} {m.id}")
    for name, kinds in sorted(seen.items()):
        if len(kinds) > 1:
            counts = ", ".join(f"{k} ({', '.join(v[:3])})" for k, v in sorted(kinds.items()))
            yield _finding(
                "surface-two-ways",
                name,
                "mentions",
                f"is annotated as {counts}",
                "make them one, or write an exception with the reason",
            )


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = word_list(text)
    return set(zip(*(words[i:] for i in range(5)), strict=False))


def _duplicates(corpus: Corpus) -> Iterator[Finding]:
    texts = {d: t for d in corpus.articles if (t := _text(corpus, d)) is not None}
    grams = {d: _shingles(t) for d, t in texts.items()}
    for a, b in combinations(sorted(grams), 2):
        if corpus.split_of.get(a) != corpus.split_of.get(b) and grams[a] and grams[b]:
            share = len(grams[a] & grams[b]) / min(len(grams[a]), len(grams[b]))
            if share >= DUPLICATE:
                yield _finding(
                    "near-duplicate",
                    a,
                    b,
                    f"the two share {share:.0%} of their five-word runs across splits",
                    "put them in one split",
                )


def tracked_files(root: Path) -> list[Path]:
    """Return the files that git tracks or would track, or all files where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return sorted(p for p in root.rglob("*") if p.is_file() and ".venv" not in p.parts)
    return sorted(root / name for name in listed.decode().split("\0") if name and (root / name).is_file())


def _published_text(corpus: Corpus) -> Iterator[Finding]:
    """No tracked file holds a run of eight words of a published article, by hashes."""
    known: dict[bytes, str] = {}
    salt = b""
    for doc, runs in all_runs(corpus.root).items():
        salt = bytes.fromhex(runs.salt)
        known |= dict.fromkeys(unpack(runs.words), doc)
    if not known:
        return
    for path in tracked_files(corpus.root):
        if path.suffix in (".parquet", ".png", ".lock"):
            continue
        name = str(path.relative_to(corpus.root))
        if path.stat().st_size > MAX_TEXT:
            problem, remedy = f"has more than {MAX_TEXT:,} bytes, too many to look through", "let git ignore it"
            yield _finding("published-text", "corpus", name, problem, remedy)
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        words = [text[start:end] for start, end in word_spans(text)]
        hashes = run_hashes([fold(w) for w in words], WORD_RUN, salt)
        at = next((n for n, h in enumerate(hashes) if h in known and not _is_name(words[n : n + WORD_RUN])), None)
        if at is not None:
            problem = f"holds {WORD_RUN} words in a row of the article (word {at + 1})"
            yield _finding(
                "published-text", known[hashes[at]], name, problem, "take the words out: the text is copyrighted"
            )


_INSIDE_NAMES = frozenset(("the", "of", "and", "al", "in", "for", "a", "an"))


def _is_name(words: list[str]) -> bool:
    """Say whether a run is nothing but one long name, which belongs to nobody."""
    return all(w[0].isupper() or w.casefold() in _INSIDE_NAMES for w in words)


class Exemption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dated exception: which finding is accepted, and why."""

    check: str
    doc: str
    place: str
    since: date
    reason: str


def read_exceptions(path: Path) -> list[Exemption]:
    """Return the exceptions of a file; raises `DataError` for one without date or reason."""
    import tomllib

    if not path.exists():
        return []
    try:
        rows: Any = tomllib.loads(decode(read_bytes(path), str(path))).get("exception", [])
        return msgspec.convert(rows, list[Exemption])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise DataError(f"{path}: {error}: an exception has check, doc, place, since and reason") from None


def _without_exceptions(findings: list[Finding], path: Path) -> list[Finding]:
    exceptions = {(e.check, e.doc, e.place) for e in read_exceptions(path)}
    used = {(f.check, f.doc, f.place) for f in findings} & exceptions
    unused = [
        Finding(
            "exception-unused",
            "corpus",
            doc,
            f"{check} {place}",
            "covers no finding",
            "take it out of annotations/exceptions.toml",
        )
        for check, doc, place in sorted(exceptions - used)
    ]
    return [f for f in findings if (f.check, f.doc, f.place) not in exceptions] + unused


def _finding(check: str, doc: str, place: str, problem: str, remedy: str) -> Finding:
    return Finding(check, "corpus", doc, place, problem, remedy)
