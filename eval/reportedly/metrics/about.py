"""What `reportedly metrics` says of each metric: formula, convention, paper."""

from __future__ import annotations

from typing import NamedTuple

from .base import Metric
from .categories import Attribute, Factuality
from .clusters import Clusters
from .relations import Attributions, Chains, CoreferentArguments, Parents
from .spans import Exact, Overlap, SemEval


class About(NamedTuple):
    """One metric in words."""

    name: str
    formula: str
    convention: str
    paper: str
    layers: tuple[str, ...]


_F1 = "P = tp/system, R = tp/gold, F1 = 2·tp/(gold + system)"


def about(name: str, metric: Metric) -> About:
    """Return the description of a metric of `METRICS`."""
    formula, convention, paper = _words(metric)
    return About(name, formula, convention, paper, metric.layers)


def _words(metric: Metric) -> tuple[str, str, str]:
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
    raise TypeError(metric)
