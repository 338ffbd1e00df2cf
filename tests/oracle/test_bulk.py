"""Values that were printed once for a workload of 60 mentions in 20 clusters a document; runs where its files are.

`REPORTEDLY_BULK` names a folder with `gold.jsonl` and `pred.jsonl`: lines of id and mentions with start, end, label and
cluster.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from oracle.test_oracle import record, scored
from oracle.workload import Item, Pair
from reportedly.records import Document

FOLDER = os.environ.get("REPORTEDLY_BULK", "")

PRINTED = {
    1_000: {
        "mention_f1": {"f1": 0.8574909072, "precision": 0.8970979136, "recall": 0.8212333333},
        "mention_span_f1": {"f1": 0.885944},
        "mention_semeval": {"partial_f1": 0.898961},
        "coref_conll": {
            "muc_f1": 0.751509, "b3_f1": 0.735044, "ceafm_f1": 0.794877, "ceafe_f1": 0.755806, "lea_f1": 0.645169
        },
    },
    10_000: {
        "mention_f1": {"f1": 0.857416},
        "mention_span_f1": {"f1": 0.885832},
        "coref_conll": {"muc_f1": 0.751545, "b3_f1": 0.735547, "ceafe_f1": 0.756905, "lea_f1": 0.646048},
    },
}  # fmt: skip
"""By number of documents, to as many digits as were printed."""


def records(path: Path) -> list[Document]:
    found = []
    for line in path.read_text().splitlines():
        case = json.loads(line)
        items = [Item(m["start"], m["end"], m["label"], m["cluster"]) for m in case["mentions"]]
        found.append(record(Pair(case["id"], 0, [], []), items))
    return found


@pytest.mark.skipif(not FOLDER, reason="REPORTEDLY_BULK names no folder")
def test_the_printed_values_are_ours() -> None:
    gold, system = (records(Path(FOLDER) / name) for name in ("gold.jsonl", "pred.jsonl"))
    scores = scored(gold, system).scores()
    for metric, figures in PRINTED[len(gold)].items():
        for key, printed in figures.items():
            digits = len(str(printed)) - 2
            assert scores[metric][key] == pytest.approx(printed, abs=0.51 * 10**-digits), (metric, key)
