"""Tags of tokens (`B-PER I-PER O`) to spans and back, under a scheme that is named and never guessed.

A span here is `(start, end, type)`, half-open, in tokens. Every scheme is read by one rule: a tag continues the span
before it if it is an inner or last tag and the tag before it is a first or inner tag of the same type; any other tag
than `O` opens a span. A sequence is valid exactly if writing its spans in the same scheme gives it back, so:

- `iob1`, `iob2` (also called `bio`), `iobes` (`bioes`) and `bilou` refuse a tag that writing would not give back;
- `conlleval` keeps all spans of that rule, as the Perl `conlleval` (Tjong Kim Sang and Buchholz 2000) does for `B I O`
  and as the default of seqeval does for `B I O E S` (the Perl script knows no `S`);
- `discard` reads `iob2` and drops what no `B-` opens, as the strict mode of seqeval and `discard` of seqscore do.

The last two count as repairs the tags that writing would not give back (in `iobes` where the sequence has `E` or `S`,
else in `iob2`). A tag without a type (`B`) has the type `_`; hyphens inside a type belong to it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from .errors import DataError, TagError, UsageError

TagSpan = tuple[int, int, str]
_Tag = tuple[str, str]

UNTYPED = "_"
OUTSIDE = "O"

ALIASES = {"bio": "iob2", "bioes": "iobes"}
PREFIXES = {"iob1": "BIO", "iob2": "BIO", "iobes": "BIOES", "bilou": "BIOLU", "conlleval": "BIOES", "discard": "BIO"}
REPAIRING = ("conlleval", "discard")
WRITABLE = tuple(name for name in PREFIXES if name not in REPAIRING)
SCHEMES = (*PREFIXES, *ALIASES)
_PLAIN = {"L": "E", "U": "S"}
_BILOU = {plain: own for own, plain in _PLAIN.items()}


class Decoded(NamedTuple):
    """The spans of a sequence in order of the text, and how many of its tags had to be repaired."""

    spans: tuple[TagSpan, ...]
    repairs: int


def decode(tags: Sequence[str], scheme: str) -> Decoded:
    """Return the spans of the tags of one sentence.

    Raises:
        TagError: a tag that is none of the scheme, or stands where the scheme does not allow it; names the first.
        UsageError: there is no such scheme.
    """
    name = scheme_name(scheme)
    parsed = [_parse(tag, name, at) for at, tag in enumerate(tags)]
    spans = tuple(_spans(parsed, opened_by_first=name == "discard"))
    if name in REPAIRING:
        written = "iobes" if any(prefix in "ES" for prefix, _ in parsed) else "iob2"
        return Decoded(spans, sum(a != b for a, b in zip(parsed, _tags(spans, len(parsed), written), strict=True)))
    for at, (found, valid) in enumerate(zip(parsed, _tags(spans, len(parsed), name), strict=True)):
        if found != valid:
            raise TagError(at, f"{tags[at]!r} cannot stand here in {name}, where {_name(valid, name)!r} would be valid")
    return Decoded(spans, 0)


def encode(spans: Iterable[TagSpan], n: int, scheme: str) -> list[str]:
    """Return the tags of `n` tokens for spans that do not overlap.

    Raises:
        DataError: a span is empty, has no type, overlaps another or is past the end.
        UsageError: there is no such scheme, or it only reads.
    """
    name = scheme_name(scheme)
    if name in REPAIRING:
        raise UsageError(f"{scheme!r} only reads: write one of {' '.join(WRITABLE)}")
    ordered = sorted(spans)
    for start, end, kind in ordered:
        if not 0 <= start < end <= n or not kind:
            raise DataError(f"span {start}-{end} {kind!r}: needs a type and 0 <= start < end <= {n}")
    for (a, end, _), (start, b, _) in pairwise(ordered):
        if start < end:
            raise DataError(f"spans {a}-{end} and {start}-{b} overlap: tags hold flat spans, choose one of them")
    tags = _tags(ordered, n, name)
    names = {tag: _name(tag, name) for tag in set(tags)}
    return [names[tag] for tag in tags]


def outermost(spans: Iterable[TagSpan]) -> list[TagSpan]:
    """Return flat spans in order of the text: of those that overlap the longest, then the first by start and type.

    Independent of the order of `spans`; of equal ones one is kept.
    """
    kept: list[TagSpan] = []
    for span in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        at = bisect_left(kept, span)
        if (at == 0 or kept[at - 1][1] <= span[0]) and (at == len(kept) or span[1] <= kept[at][0]):
            kept.insert(at, span)
    return kept


def scheme_name(scheme: str) -> str:
    """Return the one name of a scheme; raises `UsageError` where there is none."""
    name = ALIASES.get(scheme, scheme)
    if name not in PREFIXES:
        raise UsageError(f"{scheme!r} is no scheme of tags: choose one of {' '.join(SCHEMES)}")
    return name


def _parse(tag: str, scheme: str, at: int) -> _Tag:
    parsed = _parts(tag)
    if parsed is None or parsed[0] not in PREFIXES[scheme]:
        known = " ".join(PREFIXES[scheme])
        raise TagError(at, f"{tag!r} is no tag of {scheme}: write O, or one of {known} with -TYPE or alone")
    return (_PLAIN.get(parsed[0], parsed[0]), parsed[1]) if scheme == "bilou" else parsed


@lru_cache(maxsize=4096)
def _parts(tag: str) -> _Tag | None:
    """Return prefix and type, `None` where the tag does not have this form."""
    if len(tag) == 1:
        return tag, "" if tag == OUTSIDE else UNTYPED
    return (tag[0], tag[2:]) if len(tag) > 2 and tag[1] == "-" and tag[0] != OUTSIDE else None


def _spans(tags: list[_Tag], opened_by_first: bool) -> Iterable[TagSpan]:
    """Yield spans by the rule of the module; `opened_by_first`: only `B` opens one."""
    start: int | None = None
    before: _Tag = (OUTSIDE, "")
    for at, (prefix, kind) in enumerate(tags):
        if prefix in "IE" and before[0] in "BI" and before[1] == kind:
            before = (prefix, kind)
            continue
        if start is not None:
            yield start, at, before[1]
        start = None
        before = (OUTSIDE, "")
        if prefix != OUTSIDE and not (opened_by_first and prefix != "B"):
            start, before = at, (prefix, kind)
    if start is not None:
        yield start, len(tags), before[1]


def _tags(spans: Iterable[TagSpan], n: int, scheme: str) -> list[_Tag]:
    """Return prefix and type of `n` tokens, for `bilou` by the letters of `iobes`."""
    tags: list[_Tag] = [(OUTSIDE, "")] * n
    closing = scheme in ("iobes", "bilou")
    for start, end, kind in spans:
        tags[start:end] = [("I", kind)] * (end - start)
        touching = start > 0 and tags[start - 1][1] == kind
        if scheme != "iob1" or touching:
            tags[start] = ("B", kind)
        if closing:
            tags[end - 1] = ("E" if end - start > 1 else "S", kind)
    return tags


def _name(tag: _Tag, scheme: str) -> str:
    prefix = _BILOU.get(tag[0], tag[0]) if scheme == "bilou" else tag[0]
    return prefix if tag[1] in ("", UNTYPED) else f"{prefix}-{tag[1]}"
