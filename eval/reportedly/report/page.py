"""The page of a scored file: figures with intervals and their arithmetic, types, slices, confusions, errors on the text.

One file that needs no network. All that comes from a file is escaped. What is drawn also stands there in figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby
from typing import Any

from ..metrics import ALL_METRICS, HEAD, STORY_METRICS
from ..metrics.about import about
from ..metrics.categories import Attribute
from ..scoring import Scores
from .charts import AXIS, between, math, plot, plots, row, section
from .errors_page import errors_section
from .marks import html
from .matrix import confusion
from .survey import Slice, Survey
from .tables import figure, notes
from .worked import Step, steps
from .worked_stories import story_steps

Texts = Callable[[str, str | None], str | None]
"""The text of a document, given its name and the hash of the text that gold belongs to; `None` where there is none."""

LABELS_OF = ("mention_coarse_f1", "mention_f1", "trigger_f1", "argument_f1")
"""The metrics whose figures by type are drawn; the others have theirs in confusions and in `--json`."""

ACROSS = "Across documents"
"""The title of the metrics over stories."""

_FAMILIES = {
    "mention": "Mentions",
    "coref": "Coreference",
    "trigger": "Events",
    "event": "Events",
    "argument": "Arguments",
    "attribution": "Attributions",
    "factuality": "Factuality",
}


def page(name: str, scores: Scores, survey: Survey, texts: Texts) -> str:
    """Return the page of a prediction file called `name`."""
    title = f"{name} against {scores.settings.data}"
    found = scores.to_json()
    links = (
        ("figures", "Figures"),
        ("types", "Types"),
        ("slices", "Slices"),
        ("confusions", "Confusions"),
        ("errors", "Errors"),
    )
    body = (
        "<header><strong>Reportedly</strong>"
        + "".join(f'<a href="#{i}">{t}</a>' for i, t in links)
        + f"</header><main><h1>{escape(title)}</h1>{_summary(scores)}"
        + section("figures", "Figures", _figures(scores, found["metrics"], found["summary"]))
        + section("types", "Figures by type", _types(found["metrics"]))
        + section("slices", "Slices", _slices(survey.slices()))
        + section("confusions", "Confusions", _confusions(survey))
        + section("errors", "Errors", errors_section(survey, texts))
        + "</main>"
    )
    return html(title, "page", body)


def _summary(scores: Scores) -> str:
    kind = scores.signature.unit
    units = f"{scores.units:,} {kind if scores.units == 1 else {'story': 'stories'}.get(kind, kind + 's')}"
    drawn = f", {scores.settings.resamples:,} resamples of {units} with seed {scores.settings.seed}"
    lines = "".join(f"<li>{escape(n)}</li>" for n in notes(scores))
    return f"<p>{scores.documents:,} documents, {scores.predicted:,} of them predicted{drawn}.</p><ul class=notes>{lines}</ul>"


def _figures(scores: Scores, metrics: dict[str, Any], summary: dict[str, Any]) -> str:
    head = [n for n in HEAD if n in metrics]
    intro = (
        "<p>The bar is the 95 % interval of F1, the tick F1 itself. Each row opens to all figures of the metric, its formula and "
        "convention, and the arithmetic with the counts of this file.</p>"
    )
    terms = " + ".join(figure(metrics[n]["f1"]) for n in head)
    means = "".join(
        row("summary", s["value"], s["interval"], f"({terms})/{len(head)}, the mean of the rows above")
        for s in summary.values()
    )
    parts = [intro, _family("Head figures", head, scores, metrics, means)]
    rest = [n for n in metrics if n not in head]
    for title, names in groupby(sorted(rest, key=_order), key=_title):
        parts.append(_family(title, list(names), scores, metrics))
    return "".join(parts)


def _title(name: str) -> str:
    if name in STORY_METRICS:
        return ACROSS
    if isinstance(ALL_METRICS[name], Attribute):
        return "Attributes of matched items"
    prefix = name.partition("_")[0]
    return _FAMILIES.get(prefix, prefix.capitalize())


def _steps(name: str, totals: dict[str, int]) -> list[Step]:
    return list(story_steps(STORY_METRICS[name], totals)) if name in STORY_METRICS else steps(name, totals)


def _order(name: str) -> int:
    titles = [*dict.fromkeys(_FAMILIES.values())]
    title = _title(name)
    return titles.index(title) if title in titles else len(titles)


def _family(title: str, names: Sequence[str], scores: Scores, metrics: dict[str, Any], more: str = "") -> str:
    rows = "".join(_metric(n, scores, metrics[n]) for n in names) + more
    head = f'<div class="row head"><span>{escape(title)}</span><span>F1</span><span>95 %</span>{AXIS}<span>from the counts</span></div>'
    return f'<div class="family">{head}{rows}</div>'


def _metric(name: str, scores: Scores, m: dict[str, Any]) -> str:
    words = about(name, ALL_METRICS[name])
    worked = {s.figure: s.expression for s in _steps(name, scores.totals(name))}
    rows = "".join(
        f"<tr><th scope=row>{k}</th><td class=n>{figure(m[k])}<td class=n>{between(m['intervals'][k])}"
        f"<td class=math>= {math(worked.get(k, ''))}{_undefined(m['undefined'].get(k), scores)}</tr>"
        for k in m["intervals"]
    )
    convention = f"<p>{escape(words.formula)}.</p><p>{escape(words.convention)}. <cite>{escape(words.paper)}</cite></p>"
    table = (
        "<table class=worked><thead><tr><th scope=col>figure<th scope=col class=n>value<th scope=col class=n>95 %"
        f"<th scope=col>from the counts</tr></thead><tbody>{rows}</tbody></table>"
    )
    summary = (
        f"<summary class=row><span class=name>{name}</span><span class=n>{figure(m['f1'])}</span>"
        f"<span class=n>{between(m['intervals']['f1'])}</span>{plot(m['f1'], m['intervals']['f1'])}"
        f"<span class=math>{math(worked['f1'])}</span></summary>"
    )
    return f"<details class=metric>{summary}<div class=about>{convention}{table}{_label_counts(m)}</div></details>"


def _label_counts(m: dict[str, Any]) -> str:
    """Return tp, gold and system of each label, from which macro F1 and kappa follow."""
    if not m.get("labels"):
        return ""
    rows = "".join(
        f"<tr><th scope=row>{escape(label)}</th><td class=n>{c['tp']:,}<td class=n>{c['gold']:,}<td class=n>{c['system']:,}</tr>"
        for label, c in sorted(m["labels"].items(), key=lambda item: (-item[1]["gold"], item[0]))
    )
    return (
        f"<details class=labels><summary>Counts by value ({len(m['labels'])})</summary><table><thead><tr><th scope=col>value"
        f"<th scope=col class=n>tp<th scope=col class=n>gold<th scope=col class=n>system</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _undefined(resamples: int | None, scores: Scores) -> str:
    if not resamples:
        return ""
    return f"<br><small>undefined in {resamples:,} of {scores.settings.resamples:,} resamples</small>"


def _types(metrics: dict[str, Any]) -> str:
    parts: list[str] = []
    for name in LABELS_OF:
        labels = metrics.get(name, {}).get("labels")
        if not labels:
            continue
        rows = [
            (label, c["f1"], c["interval"], f"2·{c['tp']}/({c['gold']} + {c['system']})")
            for label, c in sorted(labels.items(), key=lambda item: (-item[1]["gold"], item[0]))
        ]
        parts.append(
            plots(f"{name}, {len(rows)} labels", ("label", "F1", "2·tp/(gold + system)"), rows, opened=not parts)
        )
    return "".join(parts) or "<p>No metric with types was scored.</p>"


def _slices(slices: Sequence[Slice]) -> str:
    parts = [
        "<p>F1 of the documents of one kind; of kinds of items the recall: how many of gold's items of that kind the system found. "
        "There is no interval where all is of one story, and no slice where all documents are of one kind.</p>"
    ]
    ordered = sorted(slices, key=lambda s: (not s.documents, s.title, _rank(s.metric), -s.items, s.value))
    for title, group in groupby(ordered, key=lambda s: s.title):
        found = list(group)
        of_documents = bool(found[0].documents)
        if of_documents and len({s.value for s in found}) == 1:
            continue
        rows = [
            (
                f"{s.value} · {s.metric}" if of_documents else s.value,
                s.figure,
                s.between,
                s.expression + (f" in {s.documents:,} document{'s' * (s.documents != 1)}" if of_documents else ""),
            )
            for s in found
        ]
        heads = ("", "F1", "from the counts") if of_documents else (found[0].metric, "recall", "found/gold")
        parts.append(plots(f"By {title}", heads, rows, opened=len(parts) == 1))
    return "".join(parts)


def _rank(metric: str) -> tuple[int, str]:
    return (HEAD.index(metric) if metric in HEAD else len(HEAD), metric)


def _confusions(survey: Survey) -> str:
    by_title: dict[str, Counter[tuple[str | None, str | None]]] = {}
    for (title, gold, system), n in survey.confusions.items():
        by_title.setdefault(title, Counter())[gold, system] += n
    intro = (
        "<p>Rows are gold, columns the system; the first number of a row is how many of gold's items with that value there are. "
        "Only values that were ever confused have a row or column.</p>"
    )
    return intro + "".join(confusion(t, c, opened=n == 0) for n, (t, c) in enumerate(by_title.items()))
