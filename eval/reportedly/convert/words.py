"""Tokens in sentences: how formats of tokens see a document, and how a document is made of them.

A document made of tokens has the text of its tokens joined by one blank, one sentence a line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from ..errors import DataError
from ..records import Document, Region, Sentence, Span, Spans
from ..text import sentences as cut_sentences
from ..text import text_sha256, tokens
from .base import Lost, Texted

OFF_TOKENS = "does not begin and end at tokens of sentences"
ACROSS = "crosses the end of a sentence"


class Words:
    """The tokens of a document that stand in sentences, numbered through the document from 0.

    Where a record has no tokens or no sentences, those of the rules of `reportedly.text` stand in. What cannot be
    shown is counted: tokens outside sentences, and spacing other than a blank or the end of a sentence.
    """

    def __init__(self, document: Texted, lost: Lost):
        record, text = document
        self.spans, outside = _in_sentences(document)
        self.sentences = [[text[s:e] for s, e in sentence] for sentence in self.spans]
        self.firsts = [0]
        for sentence in self.spans:
            self.firsts.append(self.firsts[-1] + len(sentence))
        flat = [t for sentence in self.spans for t in sentence]
        self._starts = {start: i for i, (start, _) in enumerate(flat)}
        self._ends = {end: i + 1 for i, (_, end) in enumerate(flat)}
        if not flat:
            raise DataError(f"{record.doc}: has no token in a sentence: leave the document out, or give it tokens")
        if outside:
            lost["tokens", "stands in no sentence"] += outside
        if text.strip() != join(self.sentences).strip():
            lost["text", "spacing other than a blank between tokens and a line a sentence"] += 1
        self.doc = record.doc

    def span(self, start: int, end: int) -> Span | None:
        """Return first token and token past the last of a span in characters, `None` where it cuts a token."""
        first, last = self._starts.get(start), self._ends.get(end)
        return None if first is None or last is None or first >= last else (first, last)

    def sentence(self, token: int) -> int:
        """Return the number of the sentence of a token, from 0."""
        return bisect_right(self.firsts, token) - 1

    def together(self, *at: int) -> bool:
        """Say whether tokens stand in one sentence."""
        return len({self.sentence(i) for i in at}) == 1

    def inside(self, start: int, end: int, lost: Lost, what: str) -> Span | None:
        """Return a span in tokens of one sentence, or count why there is none."""
        found = self.span(start, end)
        if found is None:
            lost[what, OFF_TOKENS] += 1
        elif not self.together(found[0], found[1] - 1):
            lost[what, ACROSS] += 1
            return None
        return found

    def for_columns(self, lost: Lost) -> list[list[str]]:
        """Return the sentences with `_` for white space inside of tokens, which parts columns."""
        changed = sum(1 for s in self.sentences for w in s if re.search(r"\s", w))
        if changed:
            lost["tokens.form", "white space inside is written as _"] += changed
        return [[re.sub(r"\s+", "_", w) for w in sentence] for sentence in self.sentences]


def _in_sentences(document: Texted) -> tuple[list[list[Span]], int]:
    """Return the tokens by sentence, sentences without any left out, and how many tokens stand in none."""
    record, text = document
    spans = tokens(text) if record.tokens is None else record.tokens
    whole = (Region(kind="body", start=0, end=len(text)),)
    parts = cut_sentences(text, record.regions or whole) if record.sentences is None else record.sentences
    for name, items in (("tokens", spans), ("sentences", [(s.start, s.end) for s in parts])):
        for n, (a, b) in enumerate(pairwise([(0, 0), *items])):
            if not a[1] <= b[0] < b[1] <= len(text):
                raise DataError(
                    f"{record.doc}: {name}[{n}]: {list(b)} is empty, past the end or not in order: sort them"
                )
    found: list[list[Span]] = [[] for _ in parts]
    starts = [s.start for s in parts]
    outside = 0
    for start, end in spans:
        at = bisect_right(starts, start) - 1
        if at >= 0 and end <= parts[at].end:
            found[at].append((start, end))
        else:
            outside += 1
    return [sentence for sentence in found if sentence], outside


def join(sentences: Sequence[Sequence[str]]) -> str:
    """Return tokens as text: joined by one blank, one sentence a line."""
    return "".join(" ".join(words) + "\n" for words in sentences)


def document_of(doc: str, sentences: Sequence[Sequence[str]], place: str) -> Texted:
    """Return a document with tokens and sentences alone; raises `DataError` for an empty token or no token."""
    spans: list[Span] = []
    lines: list[Sentence] = []
    at = 0
    for words in sentences:
        if not words:
            continue
        start = at
        for word in words:
            if not word.strip():
                raise DataError(f"{place}: {word!r} is no token: give each token at least one visible character")
            spans.append((at, at + len(word)))
            at += len(word) + 1
        lines.append(Sentence(start=start, end=at - 1))
    if not spans:
        raise DataError(f"{place}: document {doc!r} has no tokens: is the file whole?")
    text = join([words for words in sentences if words])
    record = Document(doc=doc, text_sha256=text_sha256(text), sentences=tuple(lines), tokens=tuple(spans))
    return Texted(record, text)


def characters(spans: Spans, first: int, last: int) -> Span:
    """Return the characters of the tokens from `first` to before `last`."""
    return spans[first][0], spans[last - 1][1]


def run(numbers: Sequence[int], around: int | None = None) -> Span:
    """Return the run of consecutive numbers that holds `around`, else the longest, the earlier one of equals."""
    ordered = sorted(set(numbers))
    cuts = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(ordered)) if b != a + 1), len(ordered)]
    runs = [(ordered[low], ordered[high - 1] + 1) for low, high in pairwise(cuts)]
    return max(runs, key=lambda r: (around is not None and r[0] <= around < r[1], r[1] - r[0], -r[0]))
