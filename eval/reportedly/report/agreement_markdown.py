"""Consistency of the two passes as tables of the datasheet: with intervals by collection, by label, and what was confused most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..annotate import two_passes
from ..columns import block
from ..corpus import Corpus
from ..errors import UsageError
from ..guide import pages, sections
from ..metrics import METRICS
from ..pairwise import FIGURES, OPEN, Figure, Report, report
from ..records import Document

MOST_CONFUSED = 10
FEWEST = 20
"""A label that fewer items bear in the two passes together is not listed."""

_LABELLED = (("mentions", "mention_f1"), ("triggers", "trigger_f1"), ("arguments", "argument_f1"))
_DERIVED = (".certainty", ".polarity")
"""Attributes that say again what the tag of factuality says."""


def agreement_tables(corpus: Corpus, passes: tuple[str, str]) -> dict[str, str]:
    """Return the generated parts `agreement-intervals`, `agreement-labels` and `confused`; empty where there are no passes."""
    done = [d for docs in corpus.splits.values() for d in docs if corpus.gold_path(d).is_file()]
    try:
        first, second = two_passes(corpus, passes, done)
    except UsageError:
        return dict.fromkeys(("agreement-intervals", "agreement-labels", "confused"), "")
    groups: dict[str, list[str]] = {"all": done}
    for doc in done:
        groups.setdefault(corpus.article(doc).collection, []).append(doc)
    found = {name: report(corpus, passes, docs) for name, docs in groups.items()}
    return {
        "agreement-intervals": _intervals(found),
        "agreement-labels": _labels(first, second),
        "confused": _confused(found["all"]),
    }


def _intervals(found: Mapping[str, Report]) -> str:
    lines = ["| figure | " + " | ".join(found) + " |\n|---|" + "--:|" * len(found) + "\n"]
    names = [(layer, name) for layer, figures in FIGURES.items() for name in figures]
    for layer, name in names:
        cells = [r.pairs[0].layers[layer].figures[name] for r in found.values()]
        lines.append(f"| `{name}` | " + " | ".join(map(_cell, cells)) + " |\n")
    attributes = [
        (layer, name)
        for layer, one in found["all"].pairs[0].layers.items()
        for name in one.attributes
        if name not in OPEN and not name.endswith(_DERIVED)
    ]
    for layer, name in attributes:
        values = [r.pairs[0].layers[layer].attributes.get(name) for r in found.values()]
        lines.append(f"| {name}, kappa | " + " | ".join("–" if v is None else _cell(v.kappa) for v in values) + " |\n")
    return "".join(lines)


def _cell(f: Figure) -> str:
    if f.value is None:
        return "–"
    return f"{f.value:.3f}" + (f" [{f.interval[0]:.3f}, {f.interval[1]:.3f}]" if f.interval else "")


def _labels(first: Mapping[str, Document], second: Mapping[str, Document]) -> str:
    whole = block(tuple(sorted(first)), first, second)
    lines = ["| layer | label | items of both passes | F1 |\n|---|---|--:|--:|\n"]
    for layer, metric in _LABELLED:
        counted = METRICS[metric].count(whole)
        sums = dict(zip(counted.fields, counted.rows.sum(axis=0).tolist(), strict=True))
        names = {f.partition("|")[0] for f in counted.fields if "|" in f}
        items = {n: int(sums[f"{n}|gold"] + sums[f"{n}|system"]) for n in names}
        for name in sorted((n for n in names if items[n] >= FEWEST), key=lambda n: (-items[n], n)):
            lines.append(f"| {layer} | `{name}` | {items[name]:,} | {2 * sums[f'{name}|tp'] / items[name]:.3f} |\n")
    return "".join(lines)


def _confused(found: Report) -> str:
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for layer, one in found.pairs[0].layers.items():
        for name, attribute in one.attributes.items():
            if name not in OPEN and not name.endswith(_DERIVED):
                for (a, b), n in attribute.confusions.items():
                    low, high = sorted((a, b))
                    counts[layer, name, low, high] += n
    lines = ["| attribute | values | items | what the guidelines say |\n|---|---|--:|---|\n"]
    for (layer, name, low, high), n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_CONFUSED]:
        field = "tag" if layer == "factuality" else name.partition(".")[2]
        labels = [x if field == "type" else f"{field}={x}" for x in (low, high)]
        known = [x for x in labels if x in sections()]
        links = ", ".join(f"[{p.partition('#')[2]}](guidelines/{p})" for p in pages(layer, field, ()))
        said = "; ".join(
            f"[{x.partition('=')[2] or x}](guidelines/{sections()[x].page}.md#{sections()[x].anchor}): {sections()[x].definition}"
            for x in known
        )
        lines.append(f"| {name} | {low} / {high} | {n} | {' '.join(x for x in (said, links) if x)} |\n")
    return "".join(lines)
