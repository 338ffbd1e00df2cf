"""Guideline pages: every example parses and keeps the rules, and every label, role and value has its section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import QuoteError
from ..quoting import read_snippet, snippet_blocks
from ..text import read_text
from . import check_record
from .base import Finding


def check_pages(paths: Iterable[Path]) -> list[Finding]:
    """Return the findings of guideline pages, example by example."""
    return [finding for path in paths for finding in _page(path)]


def _page(path: Path) -> Iterator[Finding]:
    for line, block in snippet_blocks(read_text(path)):
        place = f"{path}:{line}"
        try:
            snippet = read_snippet(block, place)
        except QuoteError as error:
            for problem in str(error).split("\n"):
                yield Finding("guideline-example", "guideline", path.name, f"line {line}", problem, "mend the example")
            continue
        for found in check_record(snippet.record, snippet.text, gold=False):
            yield found._replace(doc=path.name, place=f"line {line}: {found.place}")
