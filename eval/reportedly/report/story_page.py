"""The reporting graph of a story as a page: who told whom, how claims travel and change, what contradicts what.

One file that needs no network. Documents are columns in the order of time; all that comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from ..reporting import Graph, Source, Telling, Told
from .charts import section
from .marks import html
from .story_figures import claims_figure, legend, sources_figure

ROWS = 40
"""How many rows a long figure has: as many as stand on one printed page."""

Quotes = Mapping[tuple[str, str], str]
"""The words of a claim by document and claim, for texts that may be shown."""


def page(graph: Graph, quotes: Quotes) -> str:
    """Return the page of a graph."""
    conflicts = list(_conflicts(graph))
    shown = {c.id for group in conflicts for c in group}
    travel = [c for c in graph.claims if len({t.doc for t in c.tellings}) > 1 and c.id not in shown]
    rest = [c for c in graph.claims if c.id not in shown and c not in travel]
    links = (("told", "Who told whom"), ("conflicts", "Contradictions"), ("travel", "Claims that travel"))
    body = (
        "<header><strong>Reportedly</strong>"
        + "".join(f'<a href="#{i}">{t}</a>' for i, t in (*links, ("rest", "Other claims")))
        + f"</header><main><h1>The reporting of {escape(graph.name)}</h1>{_summary(graph)}"
        + section("told", "Who told whom", _documents(graph) + legend("sources") + _sources(graph))
        + section(
            "conflicts",
            f"Contradictions ({sum(r.relation == 'contradicts' for r in graph.relations)})",
            legend("claims")
            + "".join(_conflict(graph, n, group, quotes) for n, group in enumerate(conflicts, 1))
            + ("" if conflicts else "<p>None.</p>"),
        )
        + section(
            "travel",
            f"Claims that travel ({len(travel)})",
            claims_figure(graph, travel) + _entries(graph, travel, quotes),
        )
        + section(
            "rest",
            f"Claims of one document ({len(rest)})",
            _entries(graph, [c for c in rest if ":" not in c.id], quotes) + _single(graph, rest),
        )
        + "</main>"
    )
    return html(f"The reporting of {graph.name}", "story", body)


def _summary(graph: Graph) -> str:
    copied = sum(d.kind in ("verbatim", "paraphrase", "translation") for d in graph.dependence)
    tellings = sum(len(c.tellings) for c in graph.claims)
    return (
        f"<p>{len(graph.documents)} documents, {len(graph.sources)} sources, {len(graph.claims)} claims in {tellings} tellings, "
        f"{copied} of them copied, {sum(r.relation == 'contradicts' for r in graph.relations)} contradictions.</p>"
    )


def _documents(graph: Graph) -> str:
    parents: dict[str, list[str]] = {}
    for d in (d for d in graph.derivations if d.extent != "none"):
        parents.setdefault(d.doc, []).append(f"{_mark(graph, d.derived_from)} {escape(d.extent)}")
    rows = "".join(
        f"<tr><td>{_mark(graph, d.doc)}</td><td>{escape(d.date)}</td><td>{escape(d.outlet)}</td><td>{escape(d.register)}</td>"
        f"<td>{d.claims}</td><td>{', '.join(parents.get(d.doc, [])) or '–'}</td><td><code>{escape(d.doc)}</code></td></tr>"
        for d in graph.documents
    )
    heads = (
        "<th></th><th>date</th><th>outlet</th><th>register</th><th>claims</th><th>derives from</th><th>document</th>"
    )
    return f'<div class="scroll"><table class="documents"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _sources(graph: Graph) -> str:
    several = [s for s in graph.sources if len(s.documents) > 1]
    single = [s for s in graph.sources if len(s.documents) == 1]
    found = sources_figure(graph, several)
    if single:
        figures = (sources_figure(graph, single[n : n + ROWS], outlets=False) for n in range(0, len(single), ROWS))
        found += f"<details><summary>{len(single)} sources in one document only</summary>{''.join(figures)}</details>"
    return found


def _conflicts(graph: Graph) -> Iterator[list[Told]]:
    """Yield claims that contradict each other, those together that are joined by contradictions, by first telling."""
    beside: dict[str, set[str]] = {}
    for r in graph.relations:
        if r.relation == "contradicts":
            beside.setdefault(r.source, set()).add(r.target)
            beside.setdefault(r.target, set()).add(r.source)
    seen: set[str] = set()
    for claim in graph.claims:
        if claim.id not in beside or claim.id in seen:
            continue
        todo, group = [claim.id], {claim.id}
        while todo:
            new = beside[todo.pop()] - group
            group |= new
            todo += new
        seen |= group
        yield [c for c in graph.claims if c.id in group]


def _conflict(graph: Graph, number: int, group: list[Told], quotes: Quotes) -> str:
    inside = {c.id for c in group}
    facets = sorted(
        {r.facet or "" for r in graph.relations if r.relation == "contradicts" and {r.source, r.target} <= inside}
    )
    return (
        f"<h3>{number}. {escape(', '.join(facets))}: {len(group)} claims</h3>"
        + claims_figure(graph, group)
        + _entries(graph, group, quotes)
    )


def _entries(graph: Graph, claims: Iterable[Told], quotes: Quotes) -> str:
    found = "".join(_entry(graph, c, quotes) for c in claims)
    return f'<div class="claims">{found}</div>' if found else ""


def _entry(graph: Graph, claim: Told, quotes: Quotes) -> str:
    low, high = claim.independent_low, claim.independent_high
    many = "" if low is None else f"{low}" if low == high else f"{low} to {high or 'any number'}"
    said = [
        f"Independent sources: {many}." if many else "",
        f"In the plan of the world: {claim.truth}." if claim.truth else "",
    ]
    units = f"<p>{' '.join(escape(s) for s in said if s)}</p>" if any(said) else ""
    tellings = "".join(_telling(graph, t, quotes) for t in claim.tellings)
    return (
        f'<details id="{escape(claim.id)}"><summary><code>{escape(claim.id)}</code> {escape(claim.name)} '
        + (f'<i class="truth {claim.truth}">{escape(claim.truth)}</i> ' if claim.truth else "")
        + f"<small>{' '.join(dict.fromkeys(_mark(graph, t.doc) for t in claim.tellings))}</small></summary>"
        f"{units}<ul class=tellings>{tellings}</ul>{_relations(graph, claim)}</details>"
    )


def _telling(graph: Graph, t: Telling, quotes: Quotes) -> str:
    names = {s.id: s for s in graph.sources}
    stations = [_station(names, s.at) + ("" if s.status == "explicit" else f" ({s.status})") for s in t.chain[:-1]]
    who = " → ".join(map(escape, stations)) or ("the outlet" if t.attribution is None else "source not told")
    facts = [x for x in (t.basis, t.stance, t.status) if x and x not in ("unstated", "neutral", "happened")]
    more = f" [{', '.join(facts)}]" if facts else ""
    words = quotes.get((t.doc, t.claim))
    rests = [
        f"{escape(d.kind)}, from {_mark(graph, d.source.doc)}"
        + escape(f": {', '.join(d.mutations)}" if d.mutations else "")
        for d in graph.dependence
        if (d.target.doc, d.target.id) == (t.doc, t.claim)
    ]
    return (
        f"<li>{_mark(graph, t.doc)} {who}{escape(more)}"
        + (f"<q>{escape(words)}</q>" if words else "")
        + "".join(f"<small>{r}</small>" for r in rests)
        + "</li>"
    )


def _station(names: Mapping[str, Source], at: str) -> str:
    return names[at].name if at in names else at


_INVERSE = {"narrower": "broader", "broader": "narrower", "updates": "updated by"}


def _relations(graph: Graph, claim: Told) -> str:
    names = {c.id: c.name for c in graph.claims}
    found = []
    for r in graph.relations:
        if claim.id not in (r.source, r.target):
            continue
        forward = r.source == claim.id
        other = r.target if forward else r.source
        said = {"narrower": "narrower than", "broader": "broader than"}
        name = r.relation if forward else _INVERSE.get(r.relation, r.relation)
        more = f" ({r.facet}, {r.status})" if r.relation == "contradicts" else ""
        found.append(
            f'<li class="{r.relation}">{escape(said.get(name, name) + more)} '
            f'<a href="#{escape(other)}">{escape(names[other])}</a></li>'
        )
    return f"<ul class=relations>{''.join(found)}</ul>" if found else ""


def _single(graph: Graph, rest: list[Told]) -> str:
    counts: dict[str, int] = {}
    for c in rest:
        if ":" in c.id:
            counts[c.tellings[0].doc] = counts.get(c.tellings[0].doc, 0) + 1
    if not counts:
        return ""
    listed = ", ".join(f"{_mark(graph, d)} {n}" for d, n in counts.items())
    return f"<p class=notes>Claims that stand in one document and in no relation to another: {listed}.</p>"


def _mark(graph: Graph, doc: str) -> str:
    number = next(n for n, d in enumerate(graph.documents, 1) if d.doc == doc)
    return f'<b class="doc" title="{escape(doc)}">{number}</b>'
