"""Regions, sentences and tokens of a new document: what stands before any annotation.

A layout is a record that has only these three layers; it is stored as the pass of the annotator `layout`.
"""

from __future__ import annotations

import re
from typing import get_args

from .errors import TextError, UsageError
from .records import Document, Region, RegionKind, Span
from .text import is_nfc, sentences, text_sha256, tokens

_PART = re.compile(r"(?P<kind>[a-z]+)=(?P<low>\d{1,9})(?:-(?P<high>\d{0,9}))?(?:@(?P<quote>.+))?", re.ASCII)


def make_layout(doc: str, text: str, lines: list[str]) -> Document:
    """Return the layout of a text from parts such as `headline=1`, `body=5-`, `dateline=5@BEIRUT, 8 January`.

    Lines count from 1; `5-` runs to the end. Consecutive lines of one part make one region. A part with `@quote` takes
    only these words out of its line; the rest of the line belongs to the part that also names the line.
    """
    if "\r" in text or not is_nfc(text):
        raise TextError(f"{doc}: the text has carriage returns or is not in normal form C: save it with LF, as NFC")
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    regions = sorted((_region(text, starts, part) for part in lines), key=lambda r: (r.start, -r.end))
    parted = tuple(_without_inner(text, regions))
    covered: list[Span] = [t for r in parted for t in tokens(text, r.start, r.end)]
    return Document(
        doc=doc,
        text_sha256=text_sha256(text),
        regions=parted,
        sentences=sentences(text, parted),
        tokens=tuple(sorted(covered)),
    )


def _region(text: str, starts: list[int], part: str) -> Region:
    match = _PART.fullmatch(part)
    if match is None or match["kind"] not in get_args(RegionKind):
        raise UsageError(
            f"{part!r}: write a part as kind=line or kind=line-line; kinds: {', '.join(get_args(RegionKind))}"
        )
    low = int(match["low"])
    high = low if match["high"] is None else int(match["high"] or len(starts))
    if not 1 <= low <= high <= len(starts):
        raise UsageError(f"{part!r}: the text has lines 1 to {len(starts)}")
    start, end = starts[low - 1], (starts[high] if high < len(starts) else len(text))
    if match["quote"]:
        start = text.find(match["quote"], start, end)
        if start < 0:
            raise UsageError(f"{part!r}: {match['quote']!r} does not stand in line {low}")
        end = start + len(match["quote"])
    start, end = _strip(text, start, end)
    if start == end:
        raise UsageError(f"{part!r}: the line is empty")
    return Region(kind=match["kind"], start=start, end=end)  # type: ignore[arg-type]


def _without_inner(text: str, regions: list[Region]) -> list[Region]:
    found: list[Region] = []
    for region in regions:
        outer = found[-1] if found else None
        if outer is not None and region.start < outer.end:
            found.pop()
            pieces = [
                (outer.start, region.start, outer.kind),
                (region.start, region.end, region.kind),
                (region.end, outer.end, outer.kind),
            ]
            for start, end, kind in pieces:
                low, high = _strip(text, start, end)
                if low < high:
                    found.append(Region(kind=kind, start=low, end=high))
        else:
            found.append(region)
    return found


def _strip(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def numbered(record: Document, text: str) -> list[tuple[int, str, str]]:
    """Return number, kind of region and text of each sentence."""
    regions = record.regions or ()
    kind = {s: next(r.kind for r in regions if r.start <= s.start < r.end) for s in record.sentences or ()}
    return [(n, kind[s], text[s.start : s.end]) for n, s in enumerate(record.sentences or (), 1)]
