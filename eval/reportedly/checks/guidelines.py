"""Guideline pages: every example parses and keeps the rules, and every label, role and value has its section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import QuoteError
from ..guide import page_sections
from ..labels import inventory
from ..quoting import read_snippet, snippet_blocks
from ..text import read_text
from . import check_record
from .base import Finding
from .pairs import pair_problems

GUIDELINE_CHECKS = ("guideline-example", "guideline-section", "guideline-parts", "guideline-pair")


def check_guidelines(root: Path) -> list[Finding]:
    """Return the findings of all pages of `guidelines/`, and the labels without a section."""
    folder = root / "guidelines"
    if not folder.is_dir():
        return []
    pages = sorted(folder.rglob("*.md"))
    found = check_pages(pages)
    sections: dict[str, list[str]] = {}
    for page in pages:
        for name, _ in page_sections(read_text(page)):
            sections.setdefault(name, []).append(str(page.relative_to(root)))
    for name in wanted_sections():
        if name not in sections:
            found.append(
                _finding("guideline-section", "guidelines", name, "has no section", f"write one headed ### `{name}`")
            )
        elif len(sections[name]) > 1:
            found.append(
                _finding(
                    "guideline-section", "guidelines", name, f"has sections in {', '.join(sections[name])}", "keep one"
                )
            )
    return found


def wanted_sections() -> list[str]:
    """Return the names that need a section: every type, role and value of the inventory."""
    labels = inventory()
    roles = dict.fromkeys(r for t in labels.event_types for r in t.roles)
    details = dict.fromkeys(d for t in labels.event_types for d in t.details)
    values = {**labels.event, **labels.attribution, "level": labels.mention["level"], "kind": labels.region}
    values |= {"certainty": labels.factuality["certainty"], "link": labels.event_link, "chain": labels.chain}
    return [
        *(t.type for t in labels.entity_types),
        *(t.type for t in labels.event_types),
        *(f"role:{r}" for r in roles),
        *(f"detail={d}" for d in details),
        *(f"span:{s}" for s in labels.attribution_spans),
        *(f"{name}={value}" for name, choices in values.items() for value in choices),
        *(f"{name}={value}" for name, choices in labels.cross_document.items() for value in choices),
        *(f"tag={tag}" for tag in labels.factuality["tags"]),
    ]


def _parts(page: Path, name: str, body: str) -> Iterator[Finding]:
    missing = [
        part for part in ("**Definition.**", "**Test.**", "**Not this.**", "**Neighbours.**") if part not in body
    ]
    examples = body.count("```annotated") + body.count("```pair")
    if examples < 2:
        missing.append(f"two examples (it has {examples})")
    if missing:
        yield _finding("guideline-parts", page.name, name, f"lacks {', '.join(missing)}", "write them")


def check_pages(paths: Iterable[Path]) -> list[Finding]:
    """Return the findings of guideline pages: example by example, then what sections lack."""
    found: list[Finding] = []
    for path in paths:
        found += _page(path)
        for name, body in page_sections(read_text(path)):
            found += _parts(path, name, body)
            found += [
                _finding("guideline-pair", path.name, name, problem, "mend the pair")
                for problem in pair_problems(name, body)
            ]
    return found


def _page(path: Path) -> Iterator[Finding]:
    for line, block in snippet_blocks(read_text(path)):
        place = f"{path}:{line}"
        try:
            snippet = read_snippet(block, place)
        except QuoteError as error:
            for problem in str(error).split("\n"):
                yield _finding("guideline-example", path.name, f"line {line}", problem, "mend the example")
            continue
        for found in check_record(snippet.record, snippet.text, gold=False):
            yield found._replace(doc=path.name, place=f"line {line}: {found.place}")


def _finding(check: str, doc: str, place: str, problem: str, remedy: str) -> Finding:
    return Finding(check, "guideline", doc, place, problem, remedy)
