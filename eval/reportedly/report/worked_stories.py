"""How the figures over stories follow from counts: expressions with the numbers of a file, to check by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..metrics.base import Scored
from ..metrics.stories import ClaimClusters, ClaimRelations, Contradictions, Corroboration, CrossClusters, Edges
from .worked import Step, cluster_steps, macro_step, prf_steps


def story_steps(kind: Scored, totals: Mapping[str, int]) -> Iterator[Step]:
    """Yield how the figures of a metric over stories follow from its counts over all stories."""
    if isinstance(kind, CrossClusters | ClaimClusters):
        yield from cluster_steps(totals)
        return
    gold, system = totals["gold"], totals["system"]
    yield from prf_steps("", totals["equal" if isinstance(kind, Corroboration) else "tp"], gold, system)
    if isinstance(kind, Corroboration):
        yield from _corroboration(totals)
    elif isinstance(kind, Contradictions):
        yield macro_step(totals, "facet_macro_f1")
        for name in ("facet", "status"):
            yield Step(f"{name}_f1", f"2·{totals[name]}/({gold} + {system})")
            yield Step(f"{name}_accuracy", f"{totals[name]}/{totals['tp']}")
    elif isinstance(kind, Edges):
        yield macro_step(totals, "kind_macro_f1")
        by_part = {p: [n for k, n in totals.items() if k.endswith(f"|{p}")] for p in ("tp", "gold", "system")}
        yield Step("kind_f1", f"2·{sum(by_part['tp'])}/({sum(by_part['gold'])} + {sum(by_part['system'])})")
    else:
        yield macro_step(totals, "macro_f1")
        if isinstance(kind, ClaimRelations):
            same = [totals.get(f"equivalent|{p}", 0) for p in ("tp", "gold", "system")]
            yield Step("equivalent_f1", f"2·{same[0]}/({same[1]} + {same[2]})")


def _corroboration(totals: Mapping[str, int]) -> Iterator[Step]:
    yield Step("accuracy", f"{totals['equal']}/{totals['pairs']}")
    yield Step("mae", f"{totals['error']}/{totals['pairs']}")
    yield Step("mae_high", f"{totals['error_high']}/{totals['closed']}")
    ways = totals["ranked"]
    below = f"√(({ways} − {totals['tied_gold']})·({ways} − {totals['tied_system']}))"
    yield Step("tau_b", f"({totals['concordant']} − {totals['discordant']})/{below}")
