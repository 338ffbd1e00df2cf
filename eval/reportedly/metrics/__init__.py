"""All metrics: `METRICS` is the one literal table of what is measured; families say how."""

from __future__ import annotations

from .clusters import Clusters
from .spans import Exact, Metric, Overlap

METRICS: dict[str, Metric] = {
    "mention_f1": Exact("mentions", ("start", "end", "type")),
    "mention_coarse_f1": Exact("mentions", ("start", "end", "coarse")),
    "mention_span_f1": Exact("mentions", ("start", "end")),
    "coref_conll": Clusters(),
    "trigger_f1": Exact("events", ("start", "end", "type")),
    "trigger_span_f1": Exact("events", ("start", "end")),
    "argument_f1": Exact("arguments", ("start", "end", "type", "role", "target")),
    "argument_span_f1": Exact("arguments", ("start", "end", "target")),
    "attribution_f1": Exact("attributions", ("source", "cue", "content")),
    "attribution_cue_f1": Exact("cues", ("cue",)),
    "attribution_overlap_f1": Overlap(),
}

LAYERS = ("mentions", "events", "arguments", "attributions")

__all__ = ["LAYERS", "METRICS", "Clusters", "Exact", "Metric", "Overlap"]
