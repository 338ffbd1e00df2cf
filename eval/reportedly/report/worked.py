"""The arithmetic of each figure, written out with the counts, so that it can be done again with pencil and paper.

A step is an expression in whole numbers and, where a count is a sum of fractions, decimals; `·` and `−` stand for `*` and `-`,
`√` for the square root of what stands in brackets behind it. A fraction with the denominator 0 is undefined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from ..metrics import METRICS
from ..metrics.base import total_of
from ..metrics.categories import Attribute, Factuality
from ..metrics.clusters import Clusters
from ..metrics.spans import SEMEVAL, Exact, SemEval


class Step(NamedTuple):
    """One figure: its name, and the expression that gives it."""

    figure: str
    expression: str


def steps(metric: str, totals: Mapping[str, int]) -> list[Step]:
    """Return how the figures of a metric follow from its counts over all documents."""
    kind = METRICS[metric]
    if isinstance(kind, SemEval):
        found = [s for name in SEMEVAL for s in _semeval(name, totals)]
        return [Step("f1", found[0].expression), *found]
    if isinstance(kind, Clusters):
        return list(cluster_steps(totals))
    if isinstance(kind, Attribute | Factuality):
        return list(_categories(totals, scale=isinstance(kind, Factuality)))
    found = list(prf_steps("", totals["tp"], totals["gold"], totals["system"]))
    if "dice.high" in totals:
        found.append(Step("dice", f"2·{_rational(totals, 'dice')}/({totals['gold']} + {totals['system']})"))
    if (isinstance(kind, Exact) and kind.by) or any("|" in k for k in totals):
        found.append(macro_step(totals))
    return found


def prf_steps(prefix: str, hits: object, gold: object, system: object) -> Iterator[Step]:
    """Yield F1, precision and recall."""
    yield Step(f"{prefix}f1", f"2·{hits}/({gold} + {system})")
    yield Step(f"{prefix}precision", f"{hits}/{system}")
    yield Step(f"{prefix}recall", f"{hits}/{gold}")


def _semeval(name: str, totals: Mapping[str, int]) -> Iterator[Step]:
    cor, inc, par, mis, spu = (
        totals[f"{name}_{fate}"] for fate in ("correct", "incorrect", "partial", "missing", "spurious")
    )
    hits = f"({cor} + {par}/2)" if par else str(cor)
    yield from prf_steps(f"{name}_", hits, f"({cor} + {inc} + {par} + {mis})", f"({cor} + {inc} + {par} + {spu})")


def macro_step(totals: Mapping[str, int], name: str = "macro_f1") -> Step:
    """Return the mean of F1 over the labels that gold has."""
    labels = sorted({k.rpartition("|")[0] for k in totals if "|" in k})
    terms = [
        f"2·{totals.get(f'{n}|tp', 0)}/{totals[f'{n}|gold'] + totals.get(f'{n}|system', 0)}"
        for n in labels
        if totals.get(f"{n}|gold", 0)
    ]
    return Step(name, f"({' + '.join(terms) or 0})/{len(terms)}")


def _categories(totals: Mapping[str, int], *, scale: bool) -> Iterator[Step]:
    equal, pairs = totals["equal"], totals["pairs"]
    yield from prf_steps("", equal, totals["gold"], totals["system"])
    yield Step("accuracy", f"{equal}/{pairs}")
    yield macro_step(totals)
    labels = sorted({k.rpartition("|")[0] for k in totals if "|" in k})
    both = [(totals.get(f"{n}|gold", 0), totals.get(f"{n}|system", 0)) for n in labels]
    chance = " + ".join(f"{g}·{s}" for g, s in both if g and s) or "0"
    yield Step("kappa", f"({equal}·{pairs} − ({chance}))/({pairs}·{pairs} − ({chance}))")
    if scale:
        x, y, xx, yy, xy = (totals[k] for k in ("x", "y", "xx", "yy", "xy"))
        yield Step("mae", f"{totals['error']}/{pairs}")
        yield Step("pearson", f"({pairs}·{xy} − {x}·({y}))/√(({pairs}·{xx} − {x}·({x}))·({pairs}·{yy} − {y}·({y})))")


def cluster_steps(totals: Mapping[str, int]) -> Iterator[Step]:
    """Yield the figures of all cluster metrics."""
    sizes = {
        "muc": ("muc", [str(totals[f"muc_{s}_hits"]) for s in ("gold", "system")]),
        "b3": ("mentions", [_rational(totals, f"b3_{s}_hits") for s in ("gold", "system")]),
        "ceafm": ("mentions", [str(totals["ceafm_hits"])] * 2),
        "ceafe": ("clusters", [_rational(totals, "ceafe_hits")] * 2),
        "lea": ("mentions", [_rational(totals, f"lea_{s}_hits") for s in ("gold", "system")]),
    }
    found = {
        name: (f"{hits[1]}/{totals[f'{unit}_system']}", f"{hits[0]}/{totals[f'{unit}_gold']}", hits, unit)
        for name, (unit, hits) in sizes.items()
    }
    f1 = {n: _harmonic(p, r, hits, totals[f"{u}_gold"], totals[f"{u}_system"]) for n, (p, r, hits, u) in found.items()}
    yield Step("f1", f"({f1['muc']} + {f1['b3']} + {f1['ceafe']})/3")
    for name, (p, r, _, _) in found.items():
        yield Step(f"{name}_f1", f1[name])
        yield Step(f"{name}_precision", p)
        yield Step(f"{name}_recall", r)
    yield from _blanc(totals)


def _harmonic(p: str, r: str, hits: list[str], gold: int, system: int) -> str:
    """Return 2·P·R/(P + R): one fraction where both have one numerator, 0 where one of the two is 0 or undefined."""
    if not gold and not system:
        return "0/0"
    if not gold or not system or not all(map(float, hits)):
        return "0"
    return f"2·{hits[0]}/({gold} + {system})" if hits[0] == hits[1] else f"2·({p})·({r})/({p} + {r})"


def _blanc(totals: Mapping[str, int]) -> Iterator[Step]:
    """Return the mean over coreferent pairs and other pairs of mentions, of the kinds that gold (else the system) has."""
    links = [totals[f"links_{x}"] for x in ("both", "gold", "system")]
    shared = totals["links_gold_on_shared"] + totals["links_system_on_shared"]
    apart = [totals[f"pairs_{x}"] - n for x, n in zip(("both", "gold", "system"), links, strict=True)]
    apart[0] = totals["pairs_both"] - shared + links[0]
    side = 1 if links[1] or apart[1] else 2
    counted = [kind for kind in (links, apart) if kind[side]]
    for name, below in (("f1", (1, 2)), ("precision", (2,)), ("recall", (1,))):
        terms = [_over(kind, below) for kind in counted]
        yield Step(f"blanc_{name}", f"({' + '.join(terms) or 0})/{len(terms)}")


def _over(kind: list[int], below: tuple[int, ...]) -> str:
    if not sum(kind[n] for n in below):
        return "0"
    return f"2·{kind[0]}/({kind[1]} + {kind[2]})" if len(below) == 2 else f"{kind[0]}/{kind[below[0]]}"


def _rational(totals: Mapping[str, int], name: str) -> str:
    """Return a sum of fractions with six decimals."""
    value = float(total_of({k: np.array([v]) for k, v in totals.items()}, name)[0])
    return f"{value:.6f}".rstrip("0").rstrip(".")
