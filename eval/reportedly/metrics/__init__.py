"""All metrics: `METRICS` is the one literal table of what is measured; families say how."""

from __future__ import annotations

from ..records import ATTRIBUTION_ATTRIBUTES
from ..stories import COPIES
from .base import Counted, Counts, Figures, Metric, Scored, StoryMetric, Totals
from .categories import Attribute, Factuality
from .clusters import Clusters
from .relations import Attributions, Chains, CoreferentArguments, Parents
from .spans import Exact, Overlap, SemEval
from .stories import (
    DEPENDENT,
    DERIVED,
    ONE_ORIGIN,
    ClaimClusters,
    ClaimRelations,
    Contradictions,
    Corroboration,
    CrossClusters,
    Edges,
    Mutations,
)

_M, _E, _A, _ME = ("mentions",), ("events",), ("attributions",), ("mentions", "events")
_TRIGGER, _TARGET = ("start", "end", "type"), ("target_start", "target_end")

METRICS: dict[str, Metric] = {
    "mention_f1": Exact("mentions", ("start", "end", "type"), "type", _M),
    "mention_coarse_f1": Exact("mentions", ("start", "end", "coarse"), "coarse", _M),
    "mention_span_f1": Exact("mentions", ("start", "end"), None, _M),
    "mention_head_f1": Exact("mentions", ("head_start", "head_end", "type"), "type", _M),
    "mention_overlap_f1": Overlap("mentions", _M),
    "mention_semeval": SemEval("mentions", _M),
    "mention_level": Attribute("mentions", "level", _M),
    "coref_conll": Clusters("mentions", (*_M, "entities")),
    "coref_linked_conll": Clusters("mentions", (*_M, "entities"), singletons=False),
    "trigger_f1": Exact("events", _TRIGGER, "type", _E),
    "trigger_span_f1": Exact("events", ("start", "end"), None, _E),
    "trigger_semeval": SemEval("events", _E),
    "event_coref_conll": Clusters("events", _E),
    "event_genericity": Attribute("events", "genericity", _E),
    "event_tense": Attribute("events", "tense", _E),
    "event_polarity": Attribute("events", "polarity", _E),
    "event_degree": Attribute("events", "degree", _E),
    "event_detail": Attribute("events", "detail", _E),
    "argument_f1": Exact("arguments", (*_TRIGGER, *_TARGET, "role"), "role", _ME),
    "argument_identified_f1": Exact("arguments", ("type", *_TARGET), None, _ME),
    "argument_classified_f1": Exact("arguments", ("type", *_TARGET, "role"), "role", _ME),
    "argument_attached_f1": Exact("arguments", (*_TRIGGER, *_TARGET), None, _ME),
    "argument_coref_f1": CoreferentArguments(),
    "attribution_f1": Exact("attributions", ("source", "cue", "content"), None, _A),
    "attribution_cue_f1": Exact("cues", ("cue",), None, _A),
    "attribution_overlap_f1": Attributions(),
    "attribution_source_f1": Attributions("source"),
    "attribution_content_f1": Attributions("content"),
    "attribution_recipient_f1": Attributions("recipient"),
    "attribution_basis_f1": Attributions("basis"),
    "attribution_parent_f1": Parents(),
    "attribution_chain_f1": Chains(),
    **{f"attribution_{name}": Attribute("attributions", name, _A) for name in ATTRIBUTION_ATTRIBUTES},
    "factuality_author": Factuality("author"),
    "factuality_sources": Factuality("sources"),
    "factuality_all": Factuality("all"),
}

_C, _R, _D = "stories.claims", "stories.claim_relations", "stories.dependence"

STORY_METRICS: dict[str, StoryMetric] = {
    "cross_entity_conll": CrossClusters("entities", ("stories.entities", "mentions", "entities")),
    "cross_event_conll": CrossClusters("events", ("stories.events", "events")),
    "cross_entity_linked_conll": CrossClusters("entities", ("stories.entities", "mentions", "entities"), linked=True),
    "cross_event_linked_conll": CrossClusters("events", ("stories.events", "events"), linked=True),
    "claim_group_conll": ClaimClusters(),
    "claim_relation_f1": ClaimRelations(),
    "contradiction_f1": Contradictions(),
    "contradiction_conll": ClaimClusters("relations", ("contradicts",), (_R, _C, "claims")),
    "dependence_f1": Edges("dependence", DEPENDENT, COPIES, (_D, "claims")),
    "dependence_conll": ClaimClusters("dependence", ONE_ORIGIN, (_D, "claims")),
    "mutation_f1": Mutations(),
    "corroboration": Corroboration(),
    "derivation_f1": Edges("derivations", DERIVED, DERIVED, ("stories.derivations",)),
}
"""The metrics whose unit is a story: they need cross-document records beside those of the documents."""

ALL_METRICS: dict[str, Scored] = {**METRICS, **STORY_METRICS}

HEAD = ("mention_f1", "coref_conll", "trigger_f1", "argument_f1", "attribution_overlap_f1", "factuality_all")
"""The head figure of each layer (`guidelines/reporting.md` says why it is these)."""

STORY_HEAD = ("cross_entity_conll", "cross_event_conll", "claim_relation_f1", "dependence_f1", "corroboration")
"""The head figures across documents; they are in no summary, since few systems attempt them."""

LAYERS = ("mentions", "entities", "events", "attributions", "factuality", "claims")

__all__ = [
    "ALL_METRICS",
    "HEAD",
    "LAYERS",
    "METRICS",
    "STORY_HEAD",
    "STORY_METRICS",
    "Counted",
    "Counts",
    "Figures",
    "Metric",
    "Scored",
    "StoryMetric",
    "Totals",
]
