"""Errors as HTML: how many of each kind, then those of the first documents, on the text where it may be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from ..records import Region, Spans
from .errors import KINDS, LAYERS, Error, Item
from .marks import Mark, lines, segments
from .survey import Found, Survey

PER_DOCUMENT = 1_000
"""How many errors of one document are listed; how many are left out is said."""

_QUOTED = 90
_KEYS = dict(zip(KINDS[1:], "123456789", strict=True)) | dict(zip(LAYERS, "mtarscof", strict=True))
"""The key that switches a kind or a layer: attribution has `r`, content `o`."""

_SLUG = {kind: kind.replace(" ", "-") for kind in KINDS}


def errors_section(survey: Survey, texts: Callable[[str, str | None], str | None]) -> str:
    """Return the section on errors."""
    if not survey.kinds:
        return "<p>No layer with errors was scored.</p>"
    present = [k for k in KINDS[1:] if any(c[k] for c in survey.kinds.values())]
    return _counts(survey, present) + _browser(survey, present, texts)


def _counts(survey: Survey, present: Sequence[str]) -> str:
    """Return the table of kinds by layer: rows add up to gold and system as the metric counts them."""
    head = "".join(f"<th scope=col class=n>{escape(k)}" for k in ("correct", *present, "gold", "system"))
    rows = []
    for layer, c in survey.kinds.items():
        gold, system = c.total() - c["spurious"], c.total() - c["missed"]
        cells = "".join(f"<td class=n>{n:,}" if n else "<td class=n>" for n in (c[k] for k in ("correct", *present)))
        metric = LAYERS[layer][0]
        rows.append(
            f"<tr><th scope=row>{layer} <small>{metric}</small></th>{cells}<td class=n>{gold:,}<td class=n>{system:,}</tr>"
        )
    return (
        f"<p>Counts over all {survey.documents:,} documents. Each item has one kind, on the alignment of the metric that is named: "
        "correct is its tp; gold is all but the spurious, system all but the missed.</p>"
        f"<div class=scroll tabindex=0><table class=kinds><thead><tr><th scope=col>layer{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>{_legend(present)}"
    )


_MEANING = {
    "missed": "gold has it, the system nothing in its place",
    "spurious": "the system has it, gold nothing in its place",
    "boundary": "overlapping spans, all else equal",
    "type": "same span, other type; of an argument, the event has another type",
    "boundary and type": "overlapping spans of another type",
    "wrong role": "argument of the right event in another role",
    "wrong event": "argument in the right role at another trigger",
    "elsewhere": "part of a matched attribution that shares no character with gold's",
    "wrong tag": "factuality of a matched event and source",
}


def _legend(present: Sequence[str]) -> str:
    return f"<dl class=legend>{''.join(f'<div><dt>{_badge(k)}</dt><dd>{_MEANING[k]}</dd></div>' for k in present)}</dl>"


def _badge(kind: str) -> str:
    return f'<b class="kind k-{_SLUG[kind]}">{kind}</b>'


def _browser(survey: Survey, present: Sequence[str], texts: Callable[[str, str | None], str | None]) -> str:
    shown = survey.found
    left = survey.with_errors - len(shown)
    said = f"{survey.with_errors:,} of {survey.documents:,} documents have errors."
    if left:
        said += f" Below are those of the first {len(shown):,} by name; {left:,} are left out here and counted above."
    if not shown:
        return f"<p>{said}</p>"
    kinds = "".join(_box("k", k, _SLUG[k], _badge(k)) for k in present)
    layers = "".join(_box("l", layer, layer, layer) for layer in survey.kinds)
    options = "".join(f'<option value="d{n}">{escape(f.doc)} ({len(f.errors):,})</option>' for n, f in enumerate(shown))
    controls = (
        '<div class="controls"><div class="pick"><button type="button" data-go="-1">‹ <kbd>[</kbd></button>'
        f'<label>document <select id="doc">{options}</select></label>'
        '<button type="button" data-go="1"><kbd>]</kbd> ›</button><output id="shown" aria-live="polite"></output></div>'
        f'<div class="toggles" role="group" aria-label="Kinds">{kinds}</div>'
        f'<div class="toggles" role="group" aria-label="Layers">{layers}</div>'
        "<p class=keys><kbd>j</kbd> <kbd>k</kbd> next and previous error · <kbd>[</kbd> <kbd>]</kbd> documents · "
        "digits and letters switch kinds and layers · <kbd>0</kbd> all</p></div>"
    )
    articles = "\n".join(_article(f"d{n}", f, texts(f.doc, f.text_sha256)) for n, f in enumerate(shown))
    return f"<p>{said}</p>{controls}{articles}"


def _box(group: str, name: str, value: str, inside: str) -> str:
    key = _KEYS[name]
    return f'<label><input type="checkbox" checked data-{group}="{value}" data-key="{key}" aria-label="{name}"> {inside} <kbd>{key}</kbd></label>'


def _article(name: str, found: Found, text: str | None) -> str:
    errors = found.errors[:PER_DOCUMENT]
    rows = "".join(_row(f"{name}-{n}", e, text) for n, e in enumerate(errors))
    more = len(found.errors) - len(errors)
    rest = f"<p>{more:,} more errors of this document are not listed.</p>" if more else ""
    shown = (
        "".join(_text(name, text, found.regions, errors))
        if text is not None
        else "<p>Offsets only: the text is not part of what may be shown here. <code>reportedly hydrate</code> joins it with a copy "
        "of your own; name its folder by <code>--hydrated</code>.</p>"
    )
    return (
        f'<article class="doc" id="{name}"><h3>{escape(found.doc)}</h3><div class="split{"" if text is not None else " bare"}">'
        f'<div class="text">{shown}</div><div><ol class="errors">{rows}</ol>{rest}</div></div></article>'
    )


def _text(name: str, text: str, regions: Sequence[Region], errors: Sequence[Error]) -> Iterator[str]:
    marks = [
        Mark(start, end, side, f"{name}-{n}")
        for n, e in enumerate(errors)
        for side, item in (("g", e.gold), ("s", e.system))
        if item is not None
        for start, end in item.spans
    ]
    kinds = {f"{name}-{n}": _SLUG[e.kind] for n, e in enumerate(errors)}
    whole = (Region(kind="body", start=0, end=len(text)),)
    for line in lines(text, regions or whole):
        yield f'<{"p" if line.tag == "p" else "h4"} class="r {line.kind}">'
        for words, over in segments(text, line.start, line.end, marks):
            if not over:
                yield words
                continue
            ids = list(dict.fromkeys(m.item for m in over))
            sides = " ".join(sorted({m.kind for m in over}))
            yield f'<span class="x k-{kinds[ids[0]]} {sides}" data-i="{" ".join(ids)}">{words}</span>'
        yield f"</{'p' if line.tag == 'p' else 'h4'}>"


def _row(name: str, error: Error, text: str | None) -> str:
    sides = "".join(
        f'<span class="side"><i>{side}</i> {_item(item, text)}</span>'
        for side, item in (("gold", error.gold), ("system", error.system))
        if item is not None
    )
    return (
        f'<li id="{name}" data-k="{_SLUG[error.kind]}" data-l="{error.layer}" tabindex="-1">{_badge(error.kind)} '
        f"<small>{error.layer}</small> {sides}</li>"
    )


def _item(item: Item, text: str | None) -> str:
    label = f" <code>{escape(item.label)}</code>" if item.label else ""
    hangs = f" {escape(item.of_label)}" if item.of_label else ""
    of = f" <small>at{hangs} {_words(item.of, text)}</small>" if item.of or item.of_label else ""
    return f"{_words(item.spans, text) if item.spans else 'none'}{label}{of}"


def _words(spans: Spans, text: str | None) -> str:
    """Return the words of fragments, with offsets as a hint; offsets alone where there is no text."""
    at = ", ".join(f"{s}–{e}" for s, e in spans)
    if text is None or not spans:
        return f"<span class=at>{at}</span>"
    words = " … ".join(" ".join(text[s:e].split()) for s, e in spans)
    if len(words) > _QUOTED:
        words = f"{words[: _QUOTED // 2]} … {words[-_QUOTED // 2 :]}"
    return f'<q title="{at}">{escape(words)}</q>'
