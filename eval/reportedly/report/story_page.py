"""The reporting graph of a story as a page: who told whom, how claims travel and change, what contradicts what.

One file that needs no network. Documents are columns in the order of time; all that comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from ..reporting import Graph, Telling, Told
from ..stories import COPIES, ClaimRelation, Dependence, closure
from .charts import section
from .marks import html
from .story_figures import claims_figure, legend, sources_figure

ROWS = 40
"""How many rows a long figure has: as many as stand on one printed page."""

Quotes = Mapping[tuple[str, str], str]
"""The words of a claim by document and claim, for texts that may be shown."""


class _LookUps:
    """A graph, the words of its claims, and what is looked up in it again and again."""

    def __init__(self, graph: Graph, quotes: Quotes) -> None:
        self.graph = graph
        self.quotes = quotes
        self.marks = {
            d.doc: f'<b class="doc" title="{escape(d.doc)}">{n}</b>' for n, d in enumerate(graph.documents, 1)
        }
        self.sources = {s.id: s.name for s in graph.sources}
        self.claims = {c.id: c.name for c in graph.claims}
        self.rests: dict[tuple[str, str], list[Dependence]] = {}
        for d in graph.dependence:
            self.rests.setdefault((d.target.doc, d.target.id), []).append(d)
        self.relations: dict[str, list[ClaimRelation]] = {}
        for r in graph.relations:
            for end in dict.fromkeys((r.source, r.target)):
                self.relations.setdefault(end, []).append(r)


def page(graph: Graph, quotes: Quotes) -> str:
    """Return the page of a graph."""
    conflicts = _conflicts(graph)
    look = _LookUps(graph, quotes)
    shown = {c.id for group in conflicts for c in group}
    travel = [c for c in graph.claims if len({t.doc for t in c.tellings}) > 1 and c.id not in shown]
    rest = [c for c in graph.claims if c.id not in shown and c not in travel]
    links = (("told", "Who told whom"), ("conflicts", "Contradictions"), ("travel", "Claims that travel"))
    body = (
        "<header><strong>Reportedly</strong>"
        + "".join(f'<a href="#{i}">{t}</a>' for i, t in (*links, ("rest", "Other claims")))
        + f"</header><main><h1>The reporting of {escape(graph.name)}</h1>{_summary(graph)}"
        + section("told", "Who told whom", _documents(look) + legend("sources") + _sources(graph))
        + section(
            "conflicts",
            f"Contradictions ({sum(r.relation == 'contradicts' for r in graph.relations)})",
            legend("claims")
            + "".join(_conflict(look, n, group) for n, group in enumerate(conflicts, 1))
            + ("" if conflicts else "<p>None.</p>"),
        )
        + section(
            "travel",
            f"Claims that travel ({len(travel)})",
            claims_figure(graph, travel) + _entries(look, travel),
        )
        + section(
            "rest",
            f"Claims of one document ({len(rest)})",
            _entries(look, [c for c in rest if ":" not in c.id]) + _single(look, rest),
        )
        + "</main>"
    )
    return html(f"The reporting of {graph.name}", "story", body)


def _summary(graph: Graph) -> str:
    copied = sum(d.kind in COPIES for d in graph.dependence)
    tellings = sum(len(c.tellings) for c in graph.claims)
    return (
        f"<p>{len(graph.documents)} documents, {len(graph.sources)} sources, {len(graph.claims)} claims in {tellings} tellings, "
        f"{copied} of them copied, {sum(r.relation == 'contradicts' for r in graph.relations)} contradictions.</p>"
    )


def _documents(look: _LookUps) -> str:
    parents: dict[str, list[str]] = {}
    for d in (d for d in look.graph.derivations if d.extent != "none"):
        parents.setdefault(d.doc, []).append(f"{look.marks[d.derived_from]} {escape(d.extent)}")
    rows = "".join(
        f"<tr><td>{look.marks[d.doc]}</td><td>{escape(d.date)}</td><td>{escape(d.outlet)}</td><td>{escape(d.register)}</td>"
        f"<td>{d.claims}</td><td>{', '.join(parents.get(d.doc, [])) or '–'}</td><td><code>{escape(d.doc)}</code></td></tr>"
        for d in look.graph.documents
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


def _conflicts(graph: Graph) -> list[list[Told]]:
    """Return claims that contradict each other, those together that are joined by contradictions, by first telling."""
    joined = closure((r.source, r.target) for r in graph.relations if r.relation == "contradicts")
    contradicted = graph.contradicted()
    found: dict[str, list[Told]] = {}
    for claim in graph.claims:
        if claim.id in contradicted:
            found.setdefault(joined(claim.id), []).append(claim)
    return list(found.values())


def _conflict(look: _LookUps, number: int, group: list[Told]) -> str:
    inside = {c.id for c in group}
    facets = sorted(
        {r.facet or "" for r in look.graph.relations if r.relation == "contradicts" and {r.source, r.target} <= inside}
    )
    return (
        f"<h3>{number}. {escape(', '.join(facets))}: {len(group)} claims</h3>"
        + claims_figure(look.graph, group)
        + _entries(look, group)
    )


def _entries(look: _LookUps, claims: Iterable[Told]) -> str:
    found = "".join(_entry(look, c) for c in claims)
    return f'<div class="claims">{found}</div>' if found else ""


def _entry(look: _LookUps, claim: Told) -> str:
    low, high = claim.independent_low, claim.independent_high
    many = "" if low is None else f"{low}" if low == high else f"{low} to {high or 'any number'}"
    said = [
        f"Independent sources: {many}." if many else "",
        f"In the plan of the world: {claim.truth}." if claim.truth else "",
    ]
    units = f"<p>{' '.join(escape(s) for s in said if s)}</p>" if any(said) else ""
    tellings = "".join(_telling(look, t) for t in claim.tellings)
    return (
        f'<details id="{escape(claim.id)}"><summary><code>{escape(claim.id)}</code> {escape(claim.name)} '
        + (f'<i class="truth {claim.truth}">{escape(claim.truth)}</i> ' if claim.truth else "")
        + f"<small>{' '.join(dict.fromkeys(look.marks[t.doc] for t in claim.tellings))}</small></summary>"
        f"{units}<ul class=tellings>{tellings}</ul>{_relations(look, claim)}</details>"
    )


def _telling(look: _LookUps, t: Telling) -> str:
    stations = [
        look.sources.get(s.at, s.at) + ("" if s.status == "explicit" else f" ({s.status})") for s in t.chain[:-1]
    ]
    who = " → ".join(map(escape, stations)) or ("the outlet" if t.attribution is None else "source not told")
    facts = [x for x in (t.basis, t.stance, t.status) if x and x not in ("unstated", "neutral", "happened")]
    more = f" [{', '.join(facts)}]" if facts else ""
    words = look.quotes.get((t.doc, t.claim))
    rests = [
        f"{escape(d.kind)}, from {look.marks[d.source.doc]}"
        + escape(f": {', '.join(d.mutations)}" if d.mutations else "")
        for d in look.rests.get((t.doc, t.claim), ())
    ]
    return (
        f"<li>{look.marks[t.doc]} {who}{escape(more)}"
        + (f"<q>{escape(words)}</q>" if words else "")
        + "".join(f"<small>{r}</small>" for r in rests)
        + "</li>"
    )


_INVERSE = {"narrower": "broader", "broader": "narrower", "updates": "updated by"}


def _relations(look: _LookUps, claim: Told) -> str:
    found = []
    for r in look.relations.get(claim.id, ()):
        forward = r.source == claim.id
        other = r.target if forward else r.source
        said = {"narrower": "narrower than", "broader": "broader than"}
        name = r.relation if forward else _INVERSE.get(r.relation, r.relation)
        more = f" ({r.facet}, {r.status})" if r.relation == "contradicts" else ""
        found.append(
            f'<li class="{r.relation}">{escape(said.get(name, name) + more)} '
            f'<a href="#{escape(other)}">{escape(look.claims[other])}</a></li>'
        )
    return f"<ul class=relations>{''.join(found)}</ul>" if found else ""


def _single(look: _LookUps, rest: list[Told]) -> str:
    counts: dict[str, int] = {}
    for c in rest:
        if ":" in c.id:
            counts[c.tellings[0].doc] = counts.get(c.tellings[0].doc, 0) + 1
    if not counts:
        return ""
    listed = ", ".join(f"{look.marks[d]} {n}" for d, n in counts.items())
    return f"<p class=notes>Claims that stand in one document and in no relation to another: {listed}.</p>"
