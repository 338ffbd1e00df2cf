"""Agreement between annotators as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from ..differences import around, show
from ..pairwise import OPEN, Figure, Pair, Report
from .tables import between, figure, print_table, printable

CONFUSED = 3
"""How many confusions of an attribute are printed; `--json` and the page have all."""


def print_report(report: Report) -> None:
    """Print figures by layer, values of matched items, the most frequent confusions, drift, notes."""
    for pair in report.pairs:
        docs = pair.documents
        print(f"{pair.first} and {pair.second}, {len(docs)} document{'s' if len(docs) != 1 else ''}: {', '.join(docs)}")
        rows = [
            (name, layer, figure(f.value), between(f.interval))
            for layer, found in pair.layers.items()
            for name, f in found.figures.items()
        ]
        print_table(("figure", "layer", "F1", "95 %"), rows)
        print()
        _print_attributes(pair)
    if report.drift:
        cells = [(d.annotator, d.layer, d.period, str(d.documents), d.metric, figure(d.value)) for d in report.drift]
        print_table(("annotator", "layer", "period", "documents", "figure", "with the others"), cells)
        print()
    for note in report.notes:
        print(printable(note))


def _print_attributes(pair: Pair) -> None:
    rows = [
        (name, str(x.items), figure(x.observed.value), *_cells(x.kappa), *_cells(x.alpha), x.scale)
        for found in pair.layers.values()
        for name, x in found.attributes.items()
    ]
    head = ("values of matched items", "items", "equal", "kappa", "95 %", "alpha", "95 %", "scale")
    if rows:
        print_table(head, rows)
        print()
    confused = [
        (name, f"{a} / {b}", str(n))
        for found in pair.layers.values()
        for name, x in found.attributes.items()
        if name not in OPEN
        for (a, b), n in list(x.confusions.items())[:CONFUSED]
    ]
    if confused:
        print_table((f"most often confused ({CONFUSED} each)", f"{pair.first} / {pair.second}", "items"), confused)
        print()


def _cells(f: Figure) -> tuple[str, str]:
    return figure(f.value), between(f.interval)


def print_differences(report: Report, texts: Mapping[str, str | None]) -> None:
    """Print every difference: document, layer, item, field, what each says, the text around, the guideline page."""
    for pair in report.pairs:
        print(f"{pair.first} / {pair.second}")
        for d in pair.differences:
            text = texts.get(d.doc)
            said = f"{show(d.first, text)} / {show(d.second, text)}"
            where = f"{d.doc} {d.layer} {d.item} {d.field}"
            print(printable(f"{where} | {said} | {around(d.spans, text)} | {' '.join(d.pages) or '-'}"))
