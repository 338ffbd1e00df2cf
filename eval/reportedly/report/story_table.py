"""A reporting graph as a table for a terminal: documents, then what contradicts what."""

from __future__ import annotations

from ..reporting import Graph
from .tables import print_table


def print_story(graph: Graph) -> None:
    """Print the documents of a graph with their sources and claims, and its contradictions."""
    rows = []
    for d in graph.documents:
        sources = sum(d.doc in s.documents for s in graph.sources)
        parents = " ".join(x.derived_from for x in graph.derivations if x.doc == d.doc)
        rows.append((d.doc, d.date, d.outlet, d.register, f"{sources:,}", f"{d.claims:,}", parents or "-"))
    print_table(("document", "date", "outlet", "register", "sources", "claims", "derives from"), rows)
    names = {c.id: f"{c.id} {c.name}" for c in graph.claims}
    found = [r for r in graph.relations if r.relation == "contradicts"]
    if found:
        print()
        print_table(
            ("contradiction", "status", "claim", "against"),
            [(r.facet or "", r.status or "", names[r.source], names[r.target]) for r in found],
        )
