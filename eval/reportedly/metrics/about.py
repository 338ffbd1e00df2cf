"""What `reportedly metrics` says of each metric: formula, convention, paper."""

from __future__ import annotations

from typing import NamedTuple

from .base import Scored
from .categories import Attribute, Factuality
from .clusters import Clusters
from .relations import Attributions, Chains, CoreferentArguments, Parents
from .spans import Exact, Overlap, SemEval
from .stories import ClaimClusters, ClaimRelations, Contradictions, Corroboration, CrossClusters, Edges, Mutations


class About(NamedTuple):
    """One metric in words."""

    name: str
    formula: str
    convention: str
    paper: str
    layers: tuple[str, ...]


_F1 = "P = tp/system, R = tp/gold, F1 = 2·tp/(gold + system)"


def about(name: str, metric: Scored) -> About:
    """Return the description of a metric of `METRICS`."""
    formula, convention, paper = _words(metric)
    return About(name, formula, convention, paper, metric.layers)


def _words(metric: Scored) -> tuple[str, str, str]:
    if isinstance(metric, Exact):
        labels = f"; macro F1 is the mean over the {metric.by} values of gold" if metric.by else ""
        keys = ", ".join(metric.key).replace("_", " ")
        return (
            _F1 + labels,
            f"{metric.table} are equal where document, {keys} are; an item that stands there twice counts once",
            "Tjong Kim Sang and De Meulder 2003 (CoNLL-2003)"
            if metric.table == "mentions"
            else "Huang et al. 2024 (TextEE)"
            if metric.table in ("events", "arguments")
            else "Pareti 2016",
        )
    if isinstance(metric, Overlap):
        return (
            f"{_F1}; Dice of a pair = 2·shared/(both lengths), in characters",
            f"{metric.table} one to one, optimal: most equal span and type, then equal span, equal type, pairs, characters",
            "Kuhn 1955 (assignment); Dice 1945",
        )
    if isinstance(metric, SemEval):
        return (
            "COR, INC, PAR, MIS, SPU; P = (COR + PAR/2)/(COR + INC + PAR + SPU), R likewise with MIS",
            f"strict, exact, partial and type on the one optimal matching of {metric.table}; f1 is that of strict",
            "Segura-Bedmar et al. 2013 (SemEval-2013 task 9.1)",
        )
    if isinstance(metric, Clusters):
        kept = "kept" if metric.singletons else "dropped on both sides"
        return (
            "f1 = (MUC + B3 + CEAFe)/3 of F1; CEAFm, LEA and BLANC beside it",
            f"clusters of spans of {metric.table}, singletons {kept}; a span in two clusters belongs to the earlier one; "
            "sums over documents before any division",
            "Vilain et al. 1995; Bagga and Baldwin 1998; Luo 2005; Luo et al. 2014; Moosavi and Strube 2016; Pradhan et al. 2011",
        )
    if isinstance(metric, CoreferentArguments):
        return (
            f"{_F1}; macro F1 is the mean over the roles of gold",
            "equal where trigger span, type and role are and the span is any gold mention of the entity",
            "Li, Ji and Han 2021",
        )
    if isinstance(metric, Attributions):
        part = f"; right where the {metric.part} is equal in all fragments, with Dice beside it" if metric.part else ""
        return (
            _F1,
            f"attributions one to one where cues overlap (contents, where both have no cue), optimal{part}",
            "Pareti 2016; Kuhn 1955",
        )
    if isinstance(metric, Parents):
        return (_F1, "edges from an attribution to the one that contains it, both ends matched by cue", "this project")
    if isinstance(metric, Chains):
        return (
            _F1,
            "steps from station to station of matched attributions; entities are matched by most shared mentions",
            "this project",
        )
    if isinstance(metric, Attribute):
        return (
            "f1 = 2·equal/(gold + system) over all items; accuracy, macro F1 and Cohen's kappa over matched ones",
            f"{metric.attribute} of {metric.table} that match by span (attributions by cue)",
            "Cohen 1960",
        )
    if isinstance(metric, Factuality):
        return (
            "f1 = 2·equal/(gold + system) over pairs of event and source; accuracy, macro F1, kappa, MAE and Pearson's r "
            "of matched ones, on -3..3",
            f"tags of events of equal span, for {metric.which}; sources match as attributions do",
            "Sauri and Pustejovsky 2009 (FactBank); Stanovsky et al. 2017",
        )
    return _words_of_stories(metric)


_CLUSTERS = "f1 = (MUC + B3 + CEAFe)/3 of F1; CEAFm, LEA and BLANC beside it"
_ALIGNED = "claims one to one where document, span of the head and matched source are equal"


def _words_of_stories(metric: Scored) -> tuple[str, str, str]:
    if isinstance(metric, CrossClusters):
        return (
            _CLUSTERS,
            f"clusters of spans of {metric.table} over all documents of a story: "
            + (
                "only those of two documents and more, on either side; "
                if metric.linked
                else "groups, and every cluster of a document that is in none; singletons kept; "
            )
            + "sums over stories before any division",
            "Pradhan et al. 2011; across documents Bagga and Baldwin 1998",
        )
    if isinstance(metric, ClaimClusters):
        what = (
            f"clusters of claims that hang together by {metric.edges}: {', '.join(metric.kinds)}; claims without one left out"
            if metric.edges
            else "groups of claims, a claim in no group by itself"
        )
        return _CLUSTERS, f"{what}; {_ALIGNED}", "Pradhan et al. 2011; Moosavi and Strube 2016"
    if isinstance(metric, ClaimRelations):
        return (
            f"{_F1}; macro F1 is the mean over the relations of gold, `equivalent` among them",
            "pairs of claims across two groups that a relation joins; pairs within a group are equivalent and stand apart; "
            f"broader is narrower turned round, unrelated is no relation; {_ALIGNED}",
            "this project",
        )
    if isinstance(metric, Contradictions):
        return (
            f"{_F1}; with facet, with status: right where both pair and value are",
            f"pairs of claims across two groups that contradict each other; {_ALIGNED}",
            "this project",
        )
    if isinstance(metric, Edges):
        return (
            f"{_F1}; kind_f1 over edges of every kind, equal where kind and direction are",
            f"pairs joined by {', '.join(metric.asserting)}, of whatever kind and not turned round "
            f"({', '.join(metric.directed)} have a direction)"
            + ("" if metric.table == "derivations" else f"; {_ALIGNED}"),
            "this project",
        )
    if isinstance(metric, Mutations):
        return _F1, f"an edge of dependence in its direction with one mutation; {_ALIGNED}", "this project"
    if isinstance(metric, Corroboration):
        return (
            "f1 = 2·equal/(gold + system) over claims with an interval; mae of the lower ends (mae_high of closed upper "
            "ends), tau_b = (C - D)/sqrt((n - ties in gold)(n - ties in system)) over pairs of claims of one story",
            f"number of independent sources, of the group that a claim is in; silent gold is not asked; {_ALIGNED}",
            "Kendall 1945",
        )
    raise TypeError(metric)
