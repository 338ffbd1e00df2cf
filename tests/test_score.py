"""Figures with their arithmetic, then properties that any metric has to keep."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import annotate
from reportedly.align import best_cells
from reportedly.counts import count
from reportedly.metrics import METRICS
from reportedly.predictions import read_predictions
from reportedly.records import Document, Entity, Mention
from reportedly.scoring import score_file
from reportedly.signature import Settings

replace = msgspec.structs.replace
OWN = Settings("own", resamples=20)


def write(path: Path, *records: Document) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in records))
    return path


def f1(gold: Document, system: Document, metric: str) -> float | None:
    return count({gold.doc: gold}, {system.doc: system}).scores()[metric]["f1"]


def pruned(record: Document) -> Document:
    """Return the record without what names an item that is gone."""
    known = {x.id for layer in (record.mentions, record.events) for x in layer or ()}
    events = tuple(
        replace(v, arguments=tuple(a for a in v.arguments if a.target in known)) for v in record.events or ()
    )
    factuality = tuple(f for f in record.factuality or () if f.event in known)
    claims = tuple(c for c in record.claims or () if c.head in known)
    return replace(record, events=events, factuality=factuality, claims=claims)


@pytest.mark.parametrize("metric", METRICS)
def test_gold_against_itself_is_one(record: Document, metric: str) -> None:
    none_there = metric in ("attribution_basis_f1", "attribution_parent_f1")
    assert f1(record, record, metric) == (None if none_there else 1.0)


def test_an_empty_file_scores_zero_in_every_layer(record: Document, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    scores = score_file(tmp_path / "empty.jsonl", {record.doc: record}, OWN)
    assert scores.missing == [record.doc]
    none_there = {"attribution_basis_f1", "attribution_parent_f1"}
    assert {name: s["f1"] for name, s in scores.scores().items()} == {
        name: None if name in none_there else 0.0 for name in METRICS
    }
    assert all(s.get("precision") is None for s in scores.scores().values())


def test_nothing_on_both_sides_is_undefined() -> None:
    empty = Document(doc="d", mentions=(), events=(), attributions=(), entities=())
    assert {f1(empty, empty, m) for m in METRICS} == {None}


def test_a_damaged_copy_has_the_figures_counted_by_hand(record: Document) -> None:
    mentions = list(record.mentions or ())
    assert len(mentions) == 23
    events = list(record.events or ())
    assert len(events) == 7 and sum(len(v.arguments) for v in events) == 11
    attributions = list(record.attributions or ())
    damaged = pruned(
        replace(
            record,
            # two mentions dropped, one of another fine type of the same coarse type: tp 20, system 21, gold 23
            mentions=tuple(
                replace(m, type="ORG.Other") if m.id == "m18" else m for m in mentions if m.id not in ("m22", "m8")
            ),
            # one trigger of another type, one dropped: tp 5, system 6, gold 7
            events=tuple(replace(v, type="Force.Advance") if v.id == "v3" else v for v in events if v.id != "v7"),
            # one content cut short: exact tp 3 of 4, by overlap still 4 of 4
            attributions=tuple(
                replace(a, content=((a.content[0][0], a.content[0][1] - 9),)) if a.id == "a4" else a
                for a in attributions
            ),
        )
    )
    assert f1(record, damaged, "mention_f1") == pytest.approx(2 * 20 / (23 + 21))
    assert f1(record, damaged, "mention_coarse_f1") == pytest.approx(2 * 21 / (23 + 21))
    assert f1(record, damaged, "mention_span_f1") == pytest.approx(2 * 21 / (23 + 21))
    assert f1(record, damaged, "trigger_f1") == pytest.approx(2 * 5 / (7 + 6))
    assert f1(record, damaged, "trigger_span_f1") == pytest.approx(2 * 6 / (7 + 6))
    # v3 had 1 argument (now of the wrong type), v7 had 1 (gone): tp 9, system 10, gold 11
    assert f1(record, damaged, "argument_f1") == pytest.approx(2 * 9 / (11 + 10))
    # with type and trigger 9 too; what any one event of the type has is all there but for v3 and v7
    assert f1(record, damaged, "argument_attached_f1") == pytest.approx(2 * 9 / (11 + 10))
    # four attributions matched, contents of three equal
    assert f1(record, damaged, "attribution_content_f1") == pytest.approx(2 * 3 / (4 + 4))
    assert f1(record, damaged, "attribution_source_f1") == 1.0
    # v3 and v7 have another type or are gone: tags of the author 7 and 6, all events that are left matched by span
    assert f1(record, damaged, "factuality_author") == pytest.approx(2 * 6 / (7 + 6))
    assert f1(record, damaged, "factuality_sources") == 1.0
    assert f1(record, damaged, "attribution_f1") == pytest.approx(2 * 3 / (4 + 4))
    assert f1(record, damaged, "attribution_cue_f1") == 1.0
    assert f1(record, damaged, "attribution_overlap_f1") == 1.0


def clusters(groups: dict[str, list[int]]) -> Document:
    mentions = [
        Mention(id=f"m{i}", start=i, end=i + 1, type="GPE.City", level="NAM", entity=e)
        for e, spans in groups.items()
        for i in spans
    ]
    return Document(doc="d", entities=tuple(Entity(id=e, type="GPE.City") for e in groups), mentions=tuple(mentions))


def test_coreference_has_the_figures_counted_by_hand() -> None:
    gold = clusters({"a": [1, 2, 3], "b": [4, 5, 6, 7]})
    system = clusters({"x": [1, 2], "y": [3, 4, 5], "z": [6, 7]})
    found = count({"d": gold}, {"d": system}, ["coref_conll"]).scores()["coref_conll"]
    # MUC recall: a is split in {1,2}{3}: 3-2 of 2; b in {4,5}{6,7}: 4-2 of 3: 3/5. Precision: x 1/1, y {3}{4,5} 1/2, z 1/1: 3/4.
    assert (found["muc_recall"], found["muc_precision"]) == (pytest.approx(3 / 5), pytest.approx(3 / 4))
    # B3 recall: (4/3 + 1/3 + 4/4 + 4/4)/7; precision: (4/2 + 1/3 + 4/3 + 4/2)/7.
    assert found["b3_recall"] == pytest.approx((4 / 3 + 1 / 3 + 1 + 1) / 7)
    assert found["b3_precision"] == pytest.approx((2 + 1 / 3 + 4 / 3 + 2) / 7)
    # CEAFe: a-x 2*2/5, b-z 2*2/6 or b-y 2*2/7: best is 4/5 + 4/6, over 2 and 3 clusters.
    best = 4 / 5 + 4 / 6
    assert (found["ceafe_recall"], found["ceafe_precision"]) == (pytest.approx(best / 2), pytest.approx(best / 3))


def test_two_predicted_attributions_cannot_both_match_one(record: Document) -> None:
    (first, *rest) = record.attributions or ()
    system = replace(record, attributions=(first, replace(first, id="a9", source=()), *rest))
    assert f1(record, system, "attribution_overlap_f1") == pytest.approx(2 * 4 / (4 + 5))


def test_predictions_outside_the_regions_are_passed_over(record: Document, tmp_path: Path) -> None:
    outside = Mention(id="m99", start=54, end=56, type="GPE.City", level="NAM", entity="e1")
    system = replace(record, mentions=(*(record.mentions or ()), outside))
    gold = replace(record, regions=tuple(r for r in record.regions or ()))
    scores = score_file(write(tmp_path / "p.jsonl", system), {gold.doc: gold}, OWN)
    inside = any(r.start <= 54 and r.end >= 56 for r in record.regions or ())
    assert (scores.totals("mention_f1")["system"] == 23) is not inside


def test_a_layer_that_is_left_out_is_not_scored(record: Document, tmp_path: Path) -> None:
    scores = score_file(
        write(tmp_path / "p.jsonl", replace(record, attributions=None, factuality=None, claims=None)),
        {record.doc: record},
        OWN,
    )
    assert set(scores.skipped) == {n for n in METRICS if n.startswith(("attribution", "factuality"))}


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_order_swap_and_extra_items(seed: int) -> None:
    rng = random.Random(seed)
    gold = annotate()
    drop = [m for m in gold.mentions or () if rng.random() < 0.7]
    events = tuple(v for v in gold.events or () if rng.random() < 0.7)
    system = pruned(replace(gold, mentions=tuple(drop), events=events))
    shuffled = replace(
        system,
        mentions=tuple(rng.sample(drop, len(drop))),
        attributions=tuple(rng.sample(system.attributions or (), len(system.attributions or ()))),
    )
    a, b = count({"d": gold}, {"d": system}), count({"d": gold}, {"d": shuffled})
    assert a.scores() == b.scores()
    swapped = count({"d": system}, {"d": gold}).scores()
    for name, s in a.scores().items():
        for key in s:
            # BLANC asks which kinds of links gold has; arguments through coreference take the entities of gold
            if key.endswith("precision") and name != "argument_coref_f1" and "blanc" not in key:
                twin = key.replace("precision", "recall")
                assert (name, s[key], s[twin]) == (name, swapped[name][twin], swapped[name][key])
    wrong = Mention(id="m99", start=0, end=999, type="GPE.City", level="NAM", entity="e1")
    worse = count({"d": gold}, {"d": replace(system, mentions=(*drop, wrong))}).scores()["mention_f1"]["precision"]
    before = a.scores()["mention_f1"]["precision"]
    assert before is None or (worse is not None and worse <= before)


def test_counts_of_documents_add_up(record: Document) -> None:
    two = {"a": record, "b": replace(record, doc="b")}
    system = {"a": record, "b": pruned(replace(record, doc="b", mentions=(record.mentions or ())[:10]))}
    whole = count(two, system)
    parts = [count({d: two[d]}, {d: system[d]}) for d in two]
    for name in METRICS:
        assert whole.totals(name) == {k: sum(p.totals(name).get(k, 0) for p in parts) for k in whole.totals(name)}


@given(st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_matching_is_as_good_as_brute_force(rows: list[list[int]]) -> None:
    from itertools import permutations

    import numpy as np

    weights = np.array(rows, dtype=float)
    at = np.argwhere(weights > 0)
    cells = weights[at[:, 0], at[:, 1]]
    taken = best_cells(at[:, 0], at[:, 1], cells)
    n = max(len(rows), 3)
    padded = np.zeros((n, n))
    padded[: len(rows), :3] = weights
    assert cells[taken].sum() == max(sum(padded[i, p[i]] for i in range(n)) for p in permutations(range(n)))
    assert all(len(set(at[taken, side])) == taken.sum() for side in (0, 1))


def test_compressed_and_columnar_files_read_the_same(record: Document, tmp_path: Path) -> None:
    import gzip

    import pyarrow as pa
    import pyarrow.parquet as pq

    from reportedly.dataset import parquet_bytes
    from reportedly.tables import arrow_type

    line = msgspec.json.encode(record) + b"\n"
    with gzip.open(tmp_path / "p.jsonl.gz", "wb") as stream:
        stream.write(line)
    with pa.CompressedOutputStream(pa.OSFile(str(tmp_path / "p.jsonl.zst"), "wb"), "zstd") as stream:
        stream.write(line)
    kind = arrow_type(Document)
    table = pa.Table.from_pylist([msgspec.to_builtins(record)], schema=pa.schema(list(kind)))
    (tmp_path / "p.parquet").write_bytes(parquet_bytes(table))
    pq.read_table(tmp_path / "p.parquet")
    for name in ("p.jsonl.gz", "p.jsonl.zst", "p.parquet"):
        assert read_predictions(tmp_path / name, {record.doc: record}).records == {record.doc: record}
