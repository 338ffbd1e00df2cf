"""A reporting graph as GraphML, by networkx."""

from __future__ import annotations

import io

from ..errors import UsageError
from ..reporting import Graph, edges


def graphml(graph: Graph) -> bytes:
    """Return documents and sources as nodes, tellings and derivations as edges; raises `UsageError` without networkx."""
    try:
        import networkx
    except ModuleNotFoundError:
        raise UsageError(
            "story --graphml: networkx is not installed: install the extra `graph`, or use --json"
        ) from None
    found = networkx.MultiDiGraph(name=graph.name, world=graph.world)
    for d in graph.documents:
        found.add_node(d.doc, kind="document", label=d.outlet, date=d.date, register=d.register, claims=d.claims)
    for s in graph.sources:
        found.add_node(s.id, kind="source", label=s.name, type=s.type, kinds=" ".join(s.kinds), roles=" ".join(s.roles))
    for one, other, more in edges(graph):
        found.add_edge(one, other, **more)
    out = io.BytesIO()
    networkx.write_graphml_xml(found, out, encoding="utf-8", prettyprint=True)
    return out.getvalue() + b"\n"
