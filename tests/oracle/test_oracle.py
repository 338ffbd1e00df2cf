"""Our figures against real scorers on generated documents; runs where `scripts/oracle` has made their environment."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from oracle.workload import Item, Pair, broken, conll, documents, tags
from reportedly.bio import tagged
from reportedly.counts import as_totals
from reportedly.metrics.base import mean, prf, total_of
from reportedly.metrics.clusters import kinds_of_links
from reportedly.metrics.spans import labels_of
from reportedly.records import Document, Entity, Mention
from reportedly.scoring import Scores, lines_of, score
from reportedly.signature import Settings

PEERS = Path(__file__).parents[2] / ".venv-oracle" / "bin" / "python"
SEEDS = {13: 200, 29: 200, 71: 250, 113: 300}
"""How many documents are made from each seed."""

pytestmark = pytest.mark.skipif(not PEERS.exists(), reason="scripts/oracle makes the environment of the real scorers")
exactly = {"rel": 1e-9, "abs": 1e-12}


class Made(NamedTuple):
    """Documents of a seed, what the real scorers say of them, and our scores of all."""

    pairs: list[Pair]
    theirs: dict[str, Any]
    ours: Scores
    broken: list[list[str]]


def record(pair: Pair, items: list[Item]) -> Document:
    return Document(
        doc=pair.doc,
        entities=tuple(Entity(id=f"e{c}", type="_") for c in sorted({i.cluster for i in items})),
        mentions=tuple(
            Mention(id=f"m{n}", start=s, end=e, type=t, entity=f"e{c}") for n, (s, e, t, c) in enumerate(items)
        ),
    )


def scored(gold: list[Document], system: list[Document]) -> Scores:
    g, s = (lines_of({d.doc: d for d in side}) for side in (gold, system))
    return score(g, s, Settings("oracle", resamples=0))


def unambiguous(pair: Pair) -> bool:
    """Say whether no mention overlaps two of the other side: there, any matching is the best."""
    meeting = [(g, s) for g in pair.gold for s in pair.system if g.start < s.end and s.start < g.end]
    return all(n == 1 for side in (0, 1) for n in Counter(m[side] for m in meeting).values())


@pytest.fixture(scope="module", params=SEEDS, ids="seed-{}".format)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("oracle")
    pairs = documents(SEEDS[request.param], request.param)
    clear = [p for p in pairs if unambiguous(p)]
    gold, system = ([s for p in pairs for s in tags(side(p), p.tokens)] for side in (_gold, _system))
    cut = broken(system, request.param)
    sides = {"gold_tags": gold, "system_tags": system, "broken_tags": cut}
    spans = {"gold": [p.gold for p in clear], "system": [p.system for p in clear]}
    (folder / "input.json").write_text(json.dumps(sides | spans))
    for name, sentences in (("gold", gold), ("system", cut)):
        (folder / f"{name}.bio").write_text("".join("".join(f"w {t}\n" for t in s) + "\n" for s in sentences))
    for name, side in (("key", "gold"), ("response", "system")):
        (folder / f"{name}.conll").write_text(conll(pairs, side))
    run = subprocess.run([PEERS, Path(__file__).parent / "peers.py", folder], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    ours = scored([record(p, p.gold) for p in pairs], [record(p, p.system) for p in pairs])
    return Made(pairs, json.loads(run.stdout), ours, cut)


def _gold(pair: Pair) -> list[Item]:
    return pair.gold


def _system(pair: Pair) -> list[Item]:
    return pair.system


def of_tags(made: Made, sentences: list[list[str]], scheme: str) -> Scores:
    gold = [s for p in made.pairs for s in tags(p.gold, p.tokens)]
    return scored([tagged("d", gold, scheme).record], [tagged("d", sentences, scheme).record])


def averages(scores: Scores) -> dict[str, list[float]]:
    """Return precision, recall and F1: micro, the mean over labels, and the mean weighted by gold."""
    totals = {k: np.array([v]) for k, v in scores.totals("mention_f1").items()}
    names = ("precision", "recall", "f1")
    labels = {n: prf(c["tp"], c["gold"], c["system"]) for n, c in labels_of(totals).items()}
    weight = {n: int(c["gold"][0]) for n, c in labels_of(totals).items()}
    micro = prf(totals["tp"], totals["gold"], totals["system"])
    return {
        "micro": [float(micro[k][0]) for k in names],
        "macro": [float(mean([v[k] for v in labels.values()])[0]) for k in names],
        "weighted": [sum(weight[n] * float(v[k][0]) for n, v in labels.items()) / sum(weight.values()) for k in names],
    }


@pytest.mark.parametrize("scheme", ["conlleval", "discard"])
@pytest.mark.parametrize("kind", ["valid", "broken"])
def test_tags_score_as_in_seqeval(made: Made, kind: str, scheme: str) -> None:
    valid = [s for p in made.pairs for s in tags(p.system, p.tokens)]
    scores = of_tags(made, valid if kind == "valid" else made.broken, scheme)
    for average, ours in averages(scores).items():
        *theirs, support = made.theirs["seqeval"][f"{kind} {scheme} {average}"]
        assert ours == pytest.approx(theirs, **exactly)
        assert support == scores.totals("mention_f1")["gold"]


@pytest.mark.parametrize("scheme", ["conlleval", "discard"])
def test_broken_tags_score_as_in_seqscore(made: Made, scheme: str) -> None:
    scores = of_tags(made, made.broken, scheme)
    totals = scores.totals("mention_f1")
    for label, theirs in made.theirs["seqscore"][scheme].items():
        name = "" if label == "ALL" else f"{label}|"
        counts = [totals[f"{name}{p}"] for p in ("gold", "system", "tp")]
        assert counts == theirs[3:]
        figures = prf([counts[2]], [counts[0]], [counts[1]])
        assert [figures[k][0] for k in ("precision", "recall", "f1")] == pytest.approx(theirs[:3], **exactly)


def test_the_four_evaluations_are_those_of_nervaluate(made: Made) -> None:
    clear = [p for p in made.pairs if unambiguous(p)]
    assert len(clear) > len(made.pairs) / 4
    scores = scored([record(p, p.gold) for p in clear], [record(p, p.system) for p in clear])
    totals, figures = scores.totals("mention_semeval"), scores.scores()["mention_semeval"]
    for name, theirs in made.theirs["nervaluate"].items():
        ours = {"ent_type": "type"}.get(name, name)
        fates = ("correct", "incorrect", "partial", "missing", "spurious")
        assert [totals[f"{ours}_{f}"] for f in fates] == theirs[:5]
        assert [figures[f"{ours}_{k}"] for k in ("precision", "recall", "f1")] == pytest.approx(theirs[5:], **exactly)


def test_coreference_counts_are_those_of_the_perl_scorer(made: Made) -> None:
    whole = made.ours.totals("coref_conll")
    totals = as_totals(whole)

    def rational(name: str) -> float:
        return float(total_of(totals, name)[0])

    links, apart = kinds_of_links(totals)
    ours = {
        "muc": [whole[n] for n in ("muc_gold_hits", "muc_gold", "muc_system_hits", "muc_system")],
        "bcub": [
            rational("b3_gold_hits"),
            whole["mentions_gold"],
            rational("b3_system_hits"),
            whole["mentions_system"],
        ],
        "ceafm": [whole[n] for n in ("ceafm_hits", "mentions_gold", "ceafm_hits", "mentions_system")],
        "ceafe": [rational("ceafe_hits"), whole["clusters_gold"], rational("ceafe_hits"), whole["clusters_system"]],
        "blanc": [int(kind[n][0]) for kind in (links, apart) for n in (0, 1, 0, 2)],
    }
    for metric, wanted in ours.items():
        assert wanted == pytest.approx(made.theirs["perl"][metric][: len(wanted)], **exactly), metric


def test_coreference_of_single_documents_is_that_of_scorch(made: Made) -> None:
    clear = [p for p in made.pairs if unambiguous(p)]
    for pair, theirs in zip(clear, made.theirs["scorch"], strict=False):
        ours = scored([record(pair, pair.gold)], [record(pair, pair.system)]).scores()["coref_conll"]
        for metric, wanted in theirs.items():
            found = [ours[f"{metric}_{k}"] for k in ("recall", "precision", "f1")]
            assert found == pytest.approx(wanted, **exactly), metric
