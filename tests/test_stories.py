"""Metrics over stories: figures with their arithmetic on a made-up story of three documents, then properties."""

from __future__ import annotations

import json
import math
import re
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly import align
from reportedly.cli import main
from reportedly.compare import Across, compare_files
from reportedly.errors import RecordError, ReportedlyError, UsageError
from reportedly.metrics import STORY_METRICS
from reportedly.metrics.about import about
from reportedly.metrics.stories import _order
from reportedly.records import Attribution, Claim, Document, Entity, Event, Mention
from reportedly.report.worked_stories import story_steps
from reportedly.scoring import Scores
from reportedly.signature import Settings
from reportedly.stories import Story
from reportedly.story_predictions import within
from reportedly.story_scoring import gold_stories, score_stories
from test_page import value

replace = msgspec.structs.replace
OWN = Settings("own", "stories", resamples=20)


def document(doc: str, story: str = "harbour") -> Document:
    """Return a document with two entities, four events, an attribution of the first three, and a claim for each event."""
    spans = [(10 * n, 10 * n + 4) for n in range(1, 5)]
    return Document(
        doc=doc,
        story=story,
        entities=tuple(Entity(id=f"e{n}", type="GPE.City") for n in (1, 2)),
        mentions=tuple(Mention(id=f"m{n}", start=n, end=n + 1, type="GPE.City", entity=f"e{n}") for n in (1, 2)),
        events=tuple(
            Event(id=f"v{n}", start=a, end=b, type="Casualty.Die", event=f"E{n}") for n, (a, b) in enumerate(spans, 1)
        ),
        attributions=(Attribution(id="a1", cue=((4, 8),), content=((10, 36),)),),
        claims=tuple(Claim(id=f"c{n}", source="a1" if n < 4 else "AUTHOR", head=f"v{n}") for n in range(1, 5)),
    )


DOCUMENTS = [document(f"h{n}") for n in (1, 2, 3)]


def members(*names: str) -> list[dict[str, str]]:
    """Return members from names such as `h1.c2`."""
    return [dict(zip(("doc", "id"), n.split("."), strict=True)) for n in names]


def group(name: str, *items: str, low: int | None = None, high: int | None = None) -> dict[str, Any]:
    return {"id": name, "name": "", "members": members(*items), "independent_low": low, "independent_high": high}


def edge(source: str, target: str, kind: str, *mutations: str) -> dict[str, Any]:
    a, b = members(source, target)
    return {"source": a, "target": b, "kind": kind, "mutations": mutations}


def relation(source: str, target: str, name: str, **more: str) -> dict[str, str]:
    return {"source": source, "target": target, "relation": name, **more}


GOLD: dict[str, Any] = {
    "story": "harbour",
    "entities": [group("G1", "h1.e1", "h2.e1", "h3.e1")],
    "events": [group("V1", "h1.E1", "h2.E1")],
    "claims": [
        group("K1", "h1.c1", "h2.c1", low=1, high=1),
        group("K2", "h3.c1", low=1, high=2),
        group("K3", "h1.c2", "h2.c2", "h3.c2", low=2),
        group("K4", "h3.c3"),
    ],
    "claim_relations": [
        relation("K1", "K2", "contradicts", facet="quantity", status="hard"),
        relation("K1", "K3", "narrower"),
        relation("K4", "K2", "updates"),
    ],
    "dependence": [
        edge("h1.c1", "h2.c1", "paraphrase", "source-changed", "quantity-changed"),
        edge("h1.c2", "h2.c2", "same-utterance"),
        edge("h2.c2", "h3.c2", "independent"),
    ],
    "derivations": [
        {"doc": "h2", "derived_from": "h1", "extent": "partially"},
        {"doc": "h3", "derived_from": "h1", "extent": "none"},
    ],
}

SYSTEM: dict[str, Any] = {
    "story": "harbour",
    "entities": [group("x", "h1.e1", "h2.e1")],
    "events": [group("x", "h1.E1", "h2.E1")],
    "claims": [
        group("P1", "h1.c1", "h2.c1", low=1, high=1),
        group("P2", "h3.c1", low=2, high=4),
        group("P3", "h1.c2", "h2.c2", low=3),
        group("P4", "h3.c3", low=5, high=5),
    ],
    "claim_relations": [
        relation("P2", "P1", "contradicts", facet="quantity", status="soft"),
        relation("P3", "P1", "broader"),
        relation("P2", "P4", "updates"),
    ],
    "dependence": [
        edge("h1.c1", "h2.c1", "verbatim", "source-changed"),
        edge("h2.c2", "h1.c2", "same-utterance"),
        edge("h2.c2", "h3.c2", "same-source"),
    ],
    "derivations": [
        {"doc": "h2", "derived_from": "h1", "extent": "wholly"},
        {"doc": "h3", "derived_from": "h1", "extent": "partially"},
    ],
}


def write(path: Path, *rows: object) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in rows))
    return path


def run(
    tmp: Path,
    gold: list[dict[str, Any]],
    system: list[dict[str, Any]],
    documents: list[Document] = DOCUMENTS,
    own: list[Document] | None = None,
    **options: Any,
) -> Scores:
    truth, mine = write(tmp / "gold.jsonl", *documents), write(tmp / "own.jsonl", *(own or documents))
    known = gold_stories(write(tmp / "gold-stories.jsonl", *gold), None)
    return score_stories(mine, truth, OWN, known, write(tmp / "stories.jsonl", *system), **options)


def figures(tmp: Path, metric: str) -> dict[str, float | None]:
    return run(tmp, [GOLD], [SYSTEM]).scores()[metric]


def test_clusters_go_over_documents_and_keep_what_is_in_no_group(tmp_path: Path) -> None:
    # gold: one cluster of 3 mentions and e2 of each document; the system leaves h3 out of the first
    found = figures(tmp_path, "cross_entity_conll")
    muc = 2 * 1 * (1 / 2) / (1 + 1 / 2)  # 1 of 2 links found, 1 of 1 right
    recall = ((4 + 1) / 3 + 3) / 6  # B3: the cluster of 3 is cut into 2 and 1; precision 1
    ceafe = 2 * (2 * 2 / (3 + 2) + 3) / (4 + 5)  # phi4 of the first clusters 4/5, three singletons; 4 and 5 clusters
    assert found["muc_f1"] == pytest.approx(muc)
    assert found["b3_f1"] == pytest.approx(2 * recall / (1 + recall))
    assert found["ceafe_f1"] == pytest.approx(ceafe)
    assert found["f1"] == pytest.approx((muc + 2 * recall / (1 + recall) + ceafe) / 3)
    assert figures(tmp_path, "cross_event_conll")["f1"] == 1.0


def test_a_group_takes_nothing_but_its_members(tmp_path: Path) -> None:
    # e2 of two documents is one cluster, e2 of the third and e1 of each are four more
    counts = run(tmp_path, [GOLD | {"entities": [group("G1", "h1.e2", "h2.e2")]}], []).totals("cross_entity_conll")
    assert (counts["clusters_gold"], counts["clusters_system"], counts["muc_gold"]) == (5, 6, 1)


def test_groups_of_claims_are_clusters(tmp_path: Path) -> None:
    # links: gold 1 + 2, system 1 + 1, both right; B3: the group of 3 of 12 claims is cut into 2 and 1
    found = figures(tmp_path, "claim_group_conll")
    assert (found["muc_precision"], found["muc_recall"]) == (1.0, pytest.approx(2 / 3))
    assert found["b3_recall"] == pytest.approx((9 + 5 / 3) / 12)
    # one dispute, K1 with K2, found whole although its pairs are named the other way round
    assert figures(tmp_path, "contradiction_conll")["f1"] == 1.0
    # gold: {h1c1 h2c1} and {h1c2 h2c2}; the system joins h3c2 to the second: links 2 of 2 found, 2 of 3 right
    one_origin = figures(tmp_path, "dependence_conll")
    assert (one_origin["muc_recall"], one_origin["muc_precision"]) == (1.0, pytest.approx(2 / 3))


def test_relations_of_groups_are_those_of_all_pairs(tmp_path: Path) -> None:
    # gold 2·1 + 2·3 + 1 = 9; system 2 + 4 + 1 = 7, of which the update is turned round: tp 6
    found = figures(tmp_path, "claim_relation_f1")
    assert (found["f1"], found["precision"], found["recall"]) == (2 * 6 / 16, 6 / 7, 6 / 9)
    # pairs within groups: gold 1 + 3, system 1 + 1
    assert found["equivalent_f1"] == pytest.approx(2 * 2 / 6)
    # contradicts 1, narrower 2·4/(6 + 4), updates 0, equivalent 2/3
    assert found["macro_f1"] == pytest.approx((1 + 0.8 + 0 + 2 / 3) / 4)


def test_unrelated_is_no_relation(tmp_path: Path) -> None:
    system = GOLD | {"claim_relations": [*GOLD["claim_relations"], relation("K4", "K1", "unrelated")]}
    assert run(tmp_path, [GOLD], [system]).scores()["claim_relation_f1"]["f1"] == 1.0


def test_contradictions_have_facet_and_status(tmp_path: Path) -> None:
    found = figures(tmp_path, "contradiction_f1")
    assert (found["f1"], found["facet_f1"], found["status_f1"], found["facet_accuracy"]) == (1.0, 1.0, 0.0, 1.0)


def test_dependence_is_a_pair_then_a_kind_then_mutations(tmp_path: Path) -> None:
    # pairs that say dependence: gold 2 (not the independent one), system 3, tp 2
    found = figures(tmp_path, "dependence_f1")
    assert found["f1"] == pytest.approx(2 * 2 / 5)
    # kinds: 3 and 3 edges; the same utterance is right, its direction does not matter
    assert found["kind_f1"] == pytest.approx(2 * 1 / 6)
    assert figures(tmp_path, "mutation_f1")["f1"] == pytest.approx(2 * 1 / 3)


def test_a_copy_that_is_turned_round_is_wrong(tmp_path: Path) -> None:
    system = GOLD | {"dependence": [edge("h2.c1", "h1.c1", "paraphrase", "source-changed")]}
    scores = run(tmp_path, [GOLD], [system]).scores()
    assert (scores["dependence_f1"]["f1"], scores["mutation_f1"]["f1"]) == (0.0, 0.0)


def test_a_copy_called_one_utterance_is_the_pair_but_not_the_kind(tmp_path: Path) -> None:
    system = GOLD | {"dependence": [edge("h2.c1", "h1.c1", "same-utterance")]}
    scores = run(tmp_path, [GOLD], [system]).scores()["dependence_f1"]
    # gold 2, system 1, tp 1; edges of all kinds 3 and 1, none right
    assert (scores["f1"], scores["kind_f1"]) == (pytest.approx(2 / 3), 0.0)


def test_derivation_counts_what_derives_then_how_far(tmp_path: Path) -> None:
    # gold 1 (none is no derivation), system 2, tp 1; no extent is right
    found = figures(tmp_path, "derivation_f1")
    assert (found["f1"], found["kind_f1"]) == (pytest.approx(2 / 3), 0.0)


def test_corroboration_compares_intervals(tmp_path: Path) -> None:
    # gold has intervals for 2 + 1 + 3 claims, the system for 5 of them (P4 is not asked: gold is silent), 2 are equal
    found = figures(tmp_path, "corroboration")
    assert (found["f1"], found["accuracy"]) == (pytest.approx(2 * 2 / (6 + 5)), 2 / 5)
    # lower ends: P1 0, 0; P2 1; P3 1, 1. Closed upper ends: P1 0, 0; P2 2
    assert (found["mae"], found["mae_high"]) == (pytest.approx(3 / 5), pytest.approx(2 / 3))
    # (1,1) (1,1) (1,2) (2,3) (2,3): 10 pairs, 3 + 1 tied in gold, 1 + 1 in the system, 6 in order
    assert found["tau_b"] == pytest.approx(6 / math.sqrt((10 - 4) * (10 - 2)))


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_pairs_in_order_are_those_of_brute_force(items: list[tuple[int, int, int]]) -> None:
    found = _order(*(np.array(c) for c in zip(*items, strict=True)), 2)
    for unit in (0, 1):
        mine = [(a, b) for u, a, b in items if u == unit]
        signs = [((a > c) - (a < c), (b > d) - (b < d)) for (a, b), (c, d) in combinations(mine, 2)]
        in_gold, in_system = (sum(s[k] == 0 for s in signs) for k in (0, 1))
        ways = [sum(a * b == w for a, b in signs) for w in (1, -1)]
        assert found[unit].tolist() == [len(signs), in_gold, in_system, *ways]


@pytest.mark.parametrize("metric", STORY_METRICS)
def test_gold_against_itself_is_one(tmp_path: Path, metric: str) -> None:
    assert run(tmp_path, [GOLD], [GOLD]).scores()[metric]["f1"] == 1.0
    assert about(metric, STORY_METRICS[metric]).formula


def test_an_empty_file_leaves_documents_apart(tmp_path: Path) -> None:
    scores = run(tmp_path, [GOLD], [])
    found = scores.scores()
    assert scores.to_json()["missing_stories"] == ["harbour"]
    # every mention by itself: 4 clusters of gold, 6 of the system, phi4 1/2 + 3
    assert found["cross_entity_conll"]["ceafe_f1"] == pytest.approx(2 * 3.5 / 10)
    rest = [m for m in STORY_METRICS if m not in ("cross_entity_conll", "cross_event_conll", "claim_group_conll")]
    assert {found[m]["f1"] for m in rest} == {0.0}


def test_a_layer_that_is_left_out_is_not_attempted(tmp_path: Path) -> None:
    scores = run(tmp_path, [GOLD], [{k: v for k, v in SYSTEM.items() if k in ("story", "claims")}])
    assert scores.attempted == ("claim_group_conll", "corroboration")


@pytest.mark.parametrize("metric", STORY_METRICS)
def test_every_figure_can_be_worked_out_by_hand(tmp_path: Path, metric: str) -> None:
    scores = run(tmp_path, [GOLD], [SYSTEM])
    found = {s.figure: value(s.expression) for s in story_steps(STORY_METRICS[metric], scores.totals(metric))}
    assert found == pytest.approx(scores.scores()[metric], abs=1e-6)


def test_swap_and_order(tmp_path: Path) -> None:
    there, back = run(tmp_path, [GOLD], [SYSTEM]).scores(), run(tmp_path, [SYSTEM], [GOLD]).scores()
    for name in there:
        if name != "corroboration":  # gold's silence is not the system's
            assert there[name]["f1"] == back[name]["f1"]
            assert there[name].get("precision") == back[name].get("recall")
    turned = {k: v if isinstance(v, str) else v[::-1] for k, v in SYSTEM.items()}
    turned["claims"] = [g | {"members": g["members"][::-1]} for g in turned["claims"]]
    shuffled = [replace(d, claims=(d.claims or ())[::-1], events=(d.events or ())[::-1]) for d in DOCUMENTS[::-1]]
    assert run(tmp_path, [GOLD], [turned], own=shuffled).scores() == there


def test_claims_are_aligned_by_head_and_source(tmp_path: Path) -> None:
    other_cue = [
        replace(d, attributions=(Attribution(id="a1", cue=((50, 54),), content=((10, 36),)),)) for d in DOCUMENTS
    ]
    by_author = [replace(d, claims=tuple(replace(c, source="AUTHOR") for c in d.claims or ())) for d in DOCUMENTS]
    for own in (other_cue, by_author):
        scores = run(tmp_path, [GOLD], [GOLD], own=own).scores()
        assert (
            scores["claim_relation_f1"]["f1"] == scores["dependence_f1"]["f1"] == scores["corroboration"]["f1"] == 0.0
        )
        assert scores["derivation_f1"]["f1"] == 1.0


def test_a_source_that_gold_has_not_is_not_the_author(tmp_path: Path) -> None:
    a2 = Attribution(id="a2", cue=((50, 54),), content=((40, 44),))
    own = [
        replace(
            d,
            attributions=(*(d.attributions or ()), a2),
            claims=tuple(replace(c, source="a2") if c.id == "c4" else c for c in d.claims or ()),
        )
        for d in DOCUMENTS
    ]
    counts = run(tmp_path, [GOLD], [GOLD], own=own).totals("claim_group_conll")
    # all but c4 of each document are aligned: 9 of 12 mentions are shared
    assert counts["pairs_both"] == 9 * 8 // 2


def test_claims_that_stand_alike_are_paired_by_id_in_any_order(tmp_path: Path) -> None:
    twice = [replace(d, claims=(*(d.claims or ()), Claim(id="c5", source="a1", head="v1"))) for d in DOCUMENTS]
    turned = [replace(d, claims=(d.claims or ())[::-1]) for d in twice]
    assert run(tmp_path, [GOLD], [GOLD], documents=twice, own=turned).scores()["claim_group_conll"]["f1"] == 1.0


def second_story() -> tuple[list[Document], dict[str, Any], dict[str, Any]]:
    named = [replace(d, doc=d.doc.replace("h", "p"), story="port") for d in DOCUMENTS]
    gold, system = (
        json.loads(re.sub(r'"h(\d)"', r'"p\1"', json.dumps(s)).replace("harbour", "port")) for s in (GOLD, SYSTEM)
    )
    return named, gold, system


def test_stories_add_up_and_engines_agree(tmp_path: Path) -> None:
    named, gold, system = second_story()
    alone = run(tmp_path, [GOLD], [SYSTEM])
    both = run(tmp_path, [gold, GOLD], [SYSTEM, system], documents=[*DOCUMENTS, *named])
    assert both.scores() == alone.scores()
    assert both.totals("claim_relation_f1")["tp"] == 2 * alone.totals("claim_relation_f1")["tp"]
    assert both.to_json()["metrics"]["claim_relation_f1"]["intervals"]["f1"] == [0.75, 0.75]
    assert alone.to_json()["metrics"]["claim_relation_f1"]["intervals"]["f1"] is None
    part = run(tmp_path, [GOLD], [SYSTEM], documents=[*DOCUMENTS, *named])
    assert (part.units, part.across.stories) == (2, 1)
    assert part.to_json()["metrics"]["claim_relation_f1"]["intervals"]["f1"] is None
    spread = run(tmp_path, [gold, GOLD], [SYSTEM, system], documents=[*DOCUMENTS, *named], engine="processes")
    assert spread.to_json() == both.to_json()


def test_systems_are_compared_by_stories(tmp_path: Path) -> None:
    named, gold, system = second_story()
    documents = write(tmp_path / "documents.jsonl", *DOCUMENTS, *named)
    known = gold_stories(write(tmp_path / "truth.jsonl", GOLD, gold), None)
    files = [write(tmp_path / "right.jsonl", GOLD, gold), write(tmp_path / "wrong.jsonl", SYSTEM, system)]
    found = compare_files(
        [documents, documents], documents, OWN, across=Across(known, files), metrics=["derivation_f1"]
    )
    by_metric = {d.metric: d for d in found.differences}
    assert by_metric["claim_relation_f1"].difference == 1 - 0.75
    assert by_metric["claim_relation_f1"].interval == (0.25, 0.25)
    assert by_metric["derivation_f1"].difference == pytest.approx(1 - 2 / 3)
    assert by_metric["derivation_f1"].p is not None
    with pytest.raises(UsageError, match="1 files of stories for 2 systems"):
        compare_files([documents, documents], documents, OWN, across=Across(known, files[:1]))
    with pytest.raises(UsageError, match="derivation_f1 is over stories"):
        compare_files([documents, documents], documents, Settings("own"), metrics=["derivation_f1"])


def test_a_split_cuts_a_story(tmp_path: Path) -> None:
    cut = within(msgspec.convert(GOLD, Story), {"h3"})
    assert {g.id: len(g.members) for g in cut.claims} == {"K1": 2, "K3": 2}
    assert [(r.source, r.target) for r in cut.claim_relations] == [("K1", "K3")]
    assert {g.id: g.independent_low for g in cut.claims} == {"K1": 1, "K3": None}
    assert (len(cut.dependence), len(cut.derivations)) == (2, 1)


def changed(**fields: Any) -> dict[str, Any]:
    return SYSTEM | fields


BAD: list[tuple[dict[str, Any], str]] = [
    (changed(story="nowhere"), "story: 'nowhere' is no story of gold: the stories are harbour"),
    (changed(entities=[group("x", "q9.e1")]), "entities[x].members: 'q9' is no document of gold"),
    (changed(entities=[group("x", "p1.e1")]), "entities[x].members: p1 belongs to the story port"),
    (changed(claims=[group("x", "h1.c9")], claim_relations=[]), "claims[x].members: h1 has no claim 'c9'"),
    (changed(events=[group("x", "h1.v1")]), "events[x].members: h1 has no event 'v1' in the predictions"),
    (changed(entities=[group("x", "h1.e1"), group("x", "h2.e1")]), "entities[x].id: the id is used twice"),
    (changed(entities=[group("x", "h1.e1"), group("y", "h1.e1")]), "h1 e1 stands in x already"),
    (changed(entities=[group("x")]), "entities[x].members: the group is empty"),
    (changed(claims=[group("x", "h1.c1", low=3, high=2)]), "claims[x].independent_high: 2 is the upper end"),
    (changed(claims=[group("x", "h1.c1", low=10**30)]), "claims[x].independent_low: is not between"),
    (changed(claims=[group("x", "h1.c1", low=-1)]), "claims[x].independent_low: is not between"),
    (changed(claim_relations=[relation("P1", "P9", "overlaps")]), "claim_relations[0].target: there is no group 'P9'"),
    (changed(claim_relations=[relation("P1", "P1", "overlaps")]), "claim_relations[0]: both ends are the same"),
    (changed(claim_relations=[relation("P1", "P2", "denies")]), "claim_relations[0].relation: 'denies' is no value of"),
    (
        changed(claim_relations=[relation("P1", "P2", "overlaps"), relation("P2", "P1", "overlaps")]),
        "claim_relations[1]: P2 and P1 are joined twice",
    ),
    (changed(dependence=[edge("h1.c1", "h2.c9", "verbatim")]), "dependence[0].target: h2 has no claim 'c9'"),
    (changed(dependence=[edge("h1.c1", "h2.c1", "copied")]), "dependence[0].kind: 'copied' is no value of dependence"),
    (changed(dependence=[edge("h1.c1", "h2.c1", "verbatim", "odd")]), "dependence[0].mutations: 'odd' is no value"),
    (
        changed(derivations=[{"doc": "h1", "derived_from": "h9", "extent": "wholly"}]),
        "derivations: 'h9' is no document of gold",
    ),
    (changed(derivations=[{"doc": "h1", "derived_from": "h1", "extent": "wholly"}]), "derivations[0]: both ends are"),
    (changed(authors=[]), "Object contains unknown field `authors`"),
]


@pytest.mark.parametrize(("story", "message"), BAD)
def test_bad_records_are_refused_by_file_line_and_field(tmp_path: Path, story: dict[str, Any], message: str) -> None:
    named, gold, system = second_story()
    with pytest.raises(RecordError) as refused:
        run(tmp_path, [gold, GOLD], [system, story], documents=[*DOCUMENTS, *named])
    assert str(refused.value).startswith(str(tmp_path / "stories.jsonl") + ":2: ")
    assert message in str(refused.value)


def test_bad_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="2: story: 'harbour' stands there twice"):
        run(tmp_path, [GOLD], [SYSTEM, SYSTEM])
    with pytest.raises(RecordError, match="the predictions have no record of h3"):
        run(tmp_path, [GOLD], [SYSTEM], own=DOCUMENTS[:2])
    with pytest.raises(RecordError, match="h1 is named by port as well"):
        run(tmp_path, [second_story()[1] | {"entities": [group("x", "h1.e1")]}, GOLD], [])
    (tmp_path / "cut.jsonl").write_text('{"story": "harbour", "claims": [')
    known = gold_stories(write(tmp_path / "gold-stories.jsonl", GOLD), None)
    with pytest.raises(RecordError, match=r"cut\.jsonl:1: .*"):
        score_stories(tmp_path / "gold.jsonl", tmp_path / "gold.jsonl", OWN, known, tmp_path / "cut.jsonl")
    with pytest.raises(UsageError, match="no such file"):
        score_stories(tmp_path / "gold.jsonl", tmp_path / "gold.jsonl", OWN, known, tmp_path / "none.jsonl")
    with pytest.raises(ReportedlyError, match="--gold-stories"):
        gold_stories(None, None)


def test_too_many_pairs_are_refused(tmp_path: Path) -> None:
    many = [Claim(id=f"c{n}", source="AUTHOR", head="v1") for n in range(3_000)]
    story = {"story": "harbour", "claims": [group("x", *(f"h1.c{n}" for n in range(3_000)))]}
    with pytest.raises(RecordError, match="claim_relations: the relations come to 4,498,500 pairs of claims"):
        run(tmp_path, [GOLD], [story], own=[replace(DOCUMENTS[0], claims=tuple(many)), *DOCUMENTS[1:]])


@pytest.mark.parametrize("seed", range(5))
def test_large_components_are_assigned_as_well_as_small_ones(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(seed)
    cells = np.unique(rng.integers(0, 42, 16))
    rows, columns, weight = cells // 6, cells % 6, rng.integers(1, 2**43, len(cells)).astype(np.float64)
    best = max(
        sum(weight[(rows == r) & (columns == c)].sum() for c, r in enumerate(order))
        for order in permutations(range(7), 6)
    )
    monkeypatch.setattr(align, "_DENSE", 0)
    assert weight[align.best_cells(rows, columns, weight)].sum() == best


def test_the_command_scores_stories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = write(tmp_path / "gold.jsonl", *DOCUMENTS)
    truth, mine = write(tmp_path / "truth.jsonl", GOLD), write(tmp_path / "mine.jsonl", SYSTEM)
    command = ["score", str(gold), "--gold", str(gold), "--stories", str(mine), "--gold-stories", str(truth)]
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["metrics"]["claim_relation_f1"]["f1"] == 0.75
    assert found["metrics"]["trigger_f1"]["f1"] == 1.0
    assert found["stories"] == 1
    assert "|stories:" in found["signature"]
    assert main([*command, "--signature", found["signature"]]) == 0
    assert main([*command[:4], "--signature", found["signature"]]) == 2
    assert "cross-document records" in capsys.readouterr().err
    assert main([*command, "--html", str(tmp_path / "page.html")]) == 0
    assert "Across documents" in (tmp_path / "page.html").read_text()
    assert main([*command, "--layer", "mentions"]) == 2
    assert main(command[:-2]) == 2
    capsys.readouterr()
