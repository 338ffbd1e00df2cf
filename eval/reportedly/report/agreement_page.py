"""Agreement between annotators as a page: figures, values of matched items, confusions, drift, differences on the text.

One file that needs no network, with the style and script of the page of a scored file. All that comes from data is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from ..differences import Difference, Value, show
from ..pairwise import OPEN, Attribute, Layer, Pair, Report
from ..records import ANNOTATED, Region
from .charts import AXIS, between, row, section
from .marks import Mark, html, lines, segments
from .matrix import Cell, Sides, confusion
from .tables import figure

Texts = Mapping[str, str | None]

_LOOK = {"only": "missed", "span": "boundary", "type": "type", "role": "wrong-role", "value": "wrong-tag"}
_KEYS = dict(zip((*_LOOK, *ANNOTATED), "12345" + "mvcaft", strict=True))
"""The key that switches a kind of difference or a layer."""

_SAID = {
    "only": "only one of the two has it",
    "span": "other words",
    "type": "another type, entity or event",
    "role": "an argument, a source, a parent or a chain that differs",
    "value": "another value of an attribute",
}


def page(report: Report, texts: Texts) -> str:
    """Return the page of a report; differences stand on the text where `texts` has one."""
    names = sorted({name for p in report.pairs for name in (p.first, p.second)})
    title = f"Agreement of {', '.join(names)}"
    links = (("figures", "Figures"), ("values", "Values"), ("confusions", "Confusions"), ("drift", "Drift"))
    notes = "".join(f"<li>{escape(n)}</li>" for n in report.notes)
    drawn = f"{report.resamples:,} resamples with seed {report.seed}" if report.resamples else "no resamples"
    body = (
        "<header><strong>Reportedly</strong>"
        + "".join(f'<a href="#{i}">{t}</a>' for i, t in (*links, ("differences", "Differences")))
        + f"</header><main><h1>{escape(title)}</h1><p>{drawn}.</p><ul class=notes>{notes}</ul>"
        + section("figures", "Figures", _figures(report.pairs))
        + section("values", "Values of matched items", "".join(map(_values, report.pairs)))
        + section("confusions", "Confusions", "".join(map(_confusions, report.pairs)))
        + section("drift", "Drift", _drift(report))
        + section("differences", "Differences", _differences(report, texts))
        + "</main>"
    )
    return html(title, "page", body)


def _figures(pairs: Sequence[Pair]) -> str:
    intro = "<p>F1 is the same whichever of the two is taken as gold. The bar is the 95 % interval, the tick the figure.</p>"
    return intro + "".join(
        f"<h3>{escape(p.first)} and {escape(p.second)}</h3>" + "".join(_layer(n, x) for n, x in p.layers.items())
        for p in pairs
    )


def _layer(name: str, layer: Layer) -> str:
    kind = layer.unit if layer.units == 1 else {"story": "stories"}.get(layer.unit, f"{layer.unit}s")
    head = (
        f'<div class="row head"><span>{name}</span><span>F1</span><span>95 %</span>{AXIS}'
        f"<span>{len(layer.documents)} documents, {layer.units} {kind}</span></div>"
    )
    rows = "".join(row(n, f.value, f.interval, "") for n, f in layer.figures.items())
    return f'<div class="family">{head}{rows}</div>'


def _values(pair: Pair) -> str:
    rows = "".join(_attribute(n, x) for layer in pair.layers.values() for n, x in layer.attributes.items())
    head = "".join(
        f"<th scope=col{'' if n == 0 else ' class=n'}>{h}"
        for n, h in enumerate(("value", "items", "equal", "kappa", "95 %", "alpha", "95 %"))
    )
    return (
        f"<h3>{escape(pair.first)} and {escape(pair.second)}</h3><p>Cohen's kappa and Krippendorff's alpha, which is ordinal where it says so.</p>"
        f"<div class=scroll tabindex=0><table class=kinds><thead><tr>{head}<th scope=col>kind of alpha</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _attribute(name: str, x: Attribute) -> str:
    return (
        f"<tr><th scope=row>{escape(name)}</th><td class=n>{x.items:,}<td class=n>{figure(x.observed.value)}"
        f"<td class=n>{figure(x.kappa.value)}<td class=n>{between(x.kappa.interval)}"
        f"<td class=n>{figure(x.alpha.value)}<td class=n>{between(x.alpha.interval)}<td>{x.scale}</tr>"
    )


def _confusions(pair: Pair) -> str:
    found = [
        confusion(name, _cells(x), sides=Sides(f"all of {pair.first}"))
        for layer in pair.layers.values()
        for name, x in layer.attributes.items()
        if x.confusions and name not in OPEN
    ]
    intro = f"<h3>Rows are {escape(pair.first)}, columns {escape(pair.second)}</h3>"
    return intro + ("".join(found) or "<p>No value of a matched item was confused.</p>")


def _cells(x: Attribute) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    for pair, n in x.values.items():
        found[pair] = n
    return found


def _drift(report: Report) -> str:
    if not report.drift:
        return "<p>No pass has a time of submission, and all follow one version of the guidelines.</p>"
    rows = "".join(
        f"<tr><th scope=row>{escape(d.annotator)}</th><td>{d.layer}<td>{escape(d.period)}<td class=n>{d.documents:,}"
        f"<td>{d.metric}<td class=n>{figure(d.value)}</tr>"
        for d in report.drift
    )
    return (
        "<p>The head figure of a layer for one annotator against all the others, by the day on which the annotator submitted "
        "the layer, or by the version of the guidelines where no day is known.</p><div class=scroll tabindex=0><table class=kinds>"
        "<thead><tr><th scope=col>annotator<th scope=col>layer<th scope=col>period<th scope=col class=n>documents"
        f"<th scope=col>figure<th scope=col class=n>F1</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _differences(report: Report, texts: Texts) -> str:
    groups: list[tuple[Pair, str, list[Difference]]] = []
    for pair in report.pairs:
        for doc in pair.documents:
            found = [d for d in pair.differences if d.doc == doc]
            if found:
                groups.append((pair, doc, found))
    if not groups:
        return "<p>There is none.</p>"
    every = [d for _, _, found in groups for d in found]
    kinds = Counter(_kind(d) for d in every)
    layers = Counter(d.layer for d in every)
    options = "".join(
        f'<option value="d{n}">{escape(doc)}: {escape(p.first)} / {escape(p.second)} ({len(found):,})</option>'
        for n, (p, doc, found) in enumerate(groups)
    )
    boxes = "".join(
        _box("k", k, _LOOK[k], f'<b class="kind k-{_LOOK[k]}">{k}</b> {_SAID[k]}') for k in _LOOK if kinds[k]
    )
    by_layer = "".join(_box("l", name, name, f"{name} ({layers[name]:,})") for name in ANNOTATED if layers[name])
    return (
        '<div class="controls"><div class="pick"><button type="button" data-go="-1">‹ <kbd>[</kbd></button>'
        f'<label>document <select id="doc">{options}</select></label>'
        '<button type="button" data-go="1"><kbd>]</kbd> ›</button><output id="shown" data-what="differences" aria-live="polite"></output></div>'
        f'<div class="toggles" role="group" aria-label="Kinds">{boxes}</div>'
        f'<div class="toggles" role="group" aria-label="Layers">{by_layer}</div>'
        "<p class=keys><kbd>j</kbd> <kbd>k</kbd> next and previous · <kbd>[</kbd> <kbd>]</kbd> documents · "
        "digits and letters switch kinds and layers · <kbd>0</kbd> all</p></div>"
        + "\n".join(_article(f"d{n}", *group, report, texts.get(group[1])) for n, group in enumerate(groups))
    )


def _kind(d: Difference) -> str:
    if d.first is None or d.second is None:
        return "role" if d.field == "argument" else "only"
    if d.field in ("type", "entity", "event"):
        return "type"
    if d.field in ("source_entity", "parent", "chain", "link", "source") and not (d.first.spans or d.second.spans):
        return "role"
    return "span" if d.first.spans or d.second.spans else "value"


def _box(group: str, name: str, value: str, inside: str) -> str:
    key = _KEYS[name]
    return (
        f'<label><input type="checkbox" checked data-{group}="{value}" data-key="{key}" aria-label="{name}"> '
        f"{inside} <kbd>{key}</kbd></label>"
    )


def _article(name: str, pair: Pair, doc: str, found: list[Difference], report: Report, text: str | None) -> str:
    rows = "".join(_row(f"{name}-{n}", pair, d, text) for n, d in enumerate(found))
    regions = report.records[pair.first][doc].record.regions or ()
    shown = (
        "".join(_text(name, text, regions, found))
        if text is not None
        else "<p>Offsets only: the text is not part of what may be shown here. <code>reportedly hydrate</code> joins it with a copy "
        "of your own; name its folder by <code>--hydrated</code>.</p>"
    )
    bare = "" if text is not None else " bare"
    return (
        f'<article class="doc" id="{name}"><h3>{escape(doc)}: {escape(pair.first)} / {escape(pair.second)}</h3>'
        f'<div class="split{bare}"><div class="text">{shown}</div><div><ol class="errors">{rows}</ol></div></div></article>'
    )


def _row(name: str, pair: Pair, d: Difference, text: str | None) -> str:
    sides = "".join(
        f'<span class="side"><i>{escape(who)}</i> {escape(_show(value, text))}</span>'
        for who, value in ((pair.first, d.first), (pair.second, d.second))
    )
    kind = _kind(d)
    return (
        f'<li id="{name}" data-k="{_LOOK[kind]}" data-l="{d.layer}" tabindex="-1"><b class="kind k-{_LOOK[kind]}">{kind}</b> '
        f"<small>{d.layer} {escape(d.item)} {d.field}</small> {sides}"
        f'<span class="side"><small>{escape(", ".join(d.pages))}</small></span></li>'
    )


def _show(value: Value | None, text: str | None) -> str:
    return "nothing" if value is None else show(value, text)


def _text(name: str, text: str, regions: Iterable[Region], found: Sequence[Difference]) -> Iterator[str]:
    marks = [
        Mark(start, end, side, f"{name}-{n}")
        for n, d in enumerate(found)
        for side, value in (("g", d.first), ("s", d.second))
        for start, end in (value.spans if value is not None and value.spans else d.spans)
    ]
    look = {f"{name}-{n}": _LOOK[_kind(d)] for n, d in enumerate(found)}
    whole = (Region(kind="body", start=0, end=len(text)),)
    for line in lines(text, tuple(regions) or whole):
        tag = "p" if line.tag == "p" else "h4"
        yield f'<{tag} class="r {line.kind}">'
        for words, over in segments(text, line.start, line.end, marks):
            ids = list(dict.fromkeys(m.item for m in over))
            sides = " ".join(sorted({m.kind for m in over}))
            yield f'<span class="x k-{look[ids[0]]} {sides}" data-i="{" ".join(ids)}">{words}</span>' if ids else words
        yield f"</{tag}>"
