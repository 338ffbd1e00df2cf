"""Variety as rows of figures, for a terminal and for pages in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .tables import print_table

ROWS = (
    ("tokens a document: least", "tokens", "least"),
    ("tokens a document: median", "tokens", "median"),
    ("tokens a document: most", "tokens", "most"),
    ("attributions", "attributions", ""),
    ("different cues", "distinct_cues", ""),
    ("forms of *say* among cues", "said", ""),
    ("the commonest cue", "commonest_cue", ""),
    ("anonymous among told sources", "anonymous", ""),
    ("attributions inside another", "nested", ""),
    ("stations of the longest chain", "chains", "most"),
    ("chains of two stations and more", "chains", "long"),
    ("events of denial", "denials", ""),
    ("records refused or negated", "refused_or_negated", ""),
    ("words in quotation marks", "quoted_words", ""),
    ("commonest two words of an opening", "openings", "most"),
    ("five-word runs shared, mean of pairs", "shared_runs", "mean"),
    ("five-word runs shared, most", "shared_runs", "most"),
    ("the same of texts that derive, mean", "shared_runs", "related"),
)
WHOLE = frozenset(("tokens", "attributions", "distinct_cues", "denials", "refused_or_negated", "openings"))


def rows(found: Mapping[str, Mapping[str, Any]], groups: Sequence[str]) -> list[tuple[str, ...]]:
    """Return a row for each measure: its name, then its figure in each group."""
    return [(name, *(_figure(found[g], measure, part) for g in groups)) for name, measure, part in ROWS]


def print_variety(found: Mapping[str, Mapping[str, Any]]) -> None:
    """Print the measures by group."""
    print_table(("", *found), [(name.replace("*", ""), *cells) for name, *cells in rows(found, list(found))])


def markdown(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the measures by group as a table."""
    groups = list(found)
    head = "| | " + " | ".join(groups) + " |\n|---|" + "--:|" * len(groups) + "\n"
    return head + "".join(f"| {' | '.join(cells)} |\n" for cells in rows(found, groups))


def types_markdown(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Return how often each event type stands in each split, the commonest first."""
    splits = [g for g in found if g.startswith("split ")]
    types = list(found["all"]["events"])
    head = "| event type | all | " + " | ".join(s.removeprefix("split ") for s in splits) + " |\n|---|--:|"
    lines = [head + "--:|" * len(splits) + "\n"]
    for name in types:
        counts = [found[g]["events"].get(name, 0) for g in ("all", *splits)]
        lines.append(f"| `{name}` | " + " | ".join(f"{n:,}" for n in counts) + " |\n")
    return "".join(lines)


def _figure(measures: Mapping[str, Any], name: str, part: str) -> str:
    value: Any = measures[name]
    if name == "chains":
        chains = {int(k): n for k, n in value.items()}
        if part == "most":
            return str(max(chains, default="–"))
        value = sum(n for k, n in chains.items() if k > 1) / sum(chains.values()) if chains else None
    elif name == "openings":
        value = max(value.values(), default=None)
    elif part:
        value = value.get(part)
    if value is None:
        return "–"
    if name in WHOLE:
        return f"{value:,.0f}"
    return f"{value:.2%}" if name == "shared_runs" else f"{value:.1%}"
