"""Slices: labels derived by hand, and counts of labels that add up to the whole."""

from __future__ import annotations

import json
import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import annotate
from reportedly.cli import main
from reportedly.counts import count
from reportedly.metrics.slices import SLICED, SLICES, name_of
from reportedly.records import Attribution, Document, Mention, Node, Spans
from reportedly.slicing import thirds

replace = msgspec.structs.replace


def write(path: Path, *records: Document) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in records))
    return path


def mentions(*items: tuple[int, int, str, str | None]) -> Document:
    made = (Mention(id=f"m{n}", start=s, end=e, type=t, level=v) for n, (s, e, t, v) in enumerate(items))  # type: ignore[arg-type]
    return Document(doc="d", mentions=tuple(made))


def sliced(gold: Document, system: Document, metric: str, by: str) -> dict[str, tuple[int, int, int]]:
    """Return tp, gold, system by label."""
    totals = count({"d": gold}, {"d": system}, [name_of(metric, by)]).totals(name_of(metric, by))
    labels = {f.rpartition("|")[0] for f in totals if "|" in f}
    return {n: (totals[f"{n}|tp"], totals[f"{n}|gold"], totals[f"{n}|system"]) for n in labels}


NESTED = mentions((0, 10, "ORG", "NOM"), (2, 4, "GPE", "NAM"), (3, 4, "NUM", None), (3, 11, "PER", "NAM"))


def test_nesting_counts_the_spans_that_contain_a_span() -> None:
    # [2, 4) stands in [0, 10); [3, 4) in [0, 10), [2, 4) and [3, 11); [3, 11) crosses [0, 10)
    assert sliced(NESTED, NESTED, "mention_f1", "nesting") == {
        "depth 0": (2, 2, 2),
        "depth 1": (1, 1, 1),
        "depth 2 or more": (1, 1, 1),
    }


def test_a_matched_item_has_the_label_of_gold_and_an_unmatched_one_its_own() -> None:
    # alone [2, 4) would be of depth 0 in the system, but gold says 1; [20, 21) is spurious and of depth 0
    system = mentions((2, 4, "GPE", "NAM"), (20, 21, "GPE", "PRO"))
    assert sliced(NESTED, system, "mention_f1", "nesting") == {
        "depth 0": (0, 2, 1),
        "depth 1": (1, 1, 1),
        "depth 2 or more": (0, 1, 0),
    }
    # the level of a matched mention is gold's too
    other = mentions((2, 4, "GPE", "PRO"))
    assert sliced(NESTED, other, "mention_f1", "level") == {"NAM": (1, 2, 1), "NOM": (0, 1, 0), "(none)": (0, 1, 0)}


def test_equal_items_count_once_whatever_their_order() -> None:
    twice = [(2, 4, "GPE", "PRO"), (2, 4, "GPE", "NAM")]
    for order in (twice, twice[::-1]):
        assert sliced(mentions(*order), mentions(*order), "mention_f1", "level") == {"NAM": (1, 1, 1)}


def attribution(n: int, kind: str, parent: str | None, stations: int, relation: str) -> Attribution:
    cue: Spans = ((10 * n, 10 * n + 3),)
    chain = tuple(Node(node="OUTLET") for _ in range(stations))
    return Attribution(id=f"a{n}", cue=cue, source_kind=kind, parent=parent, chain=chain, relation=relation)


def test_attributions_are_cut_by_source_relation_nesting_and_chain() -> None:
    items = (
        attribution(1, "person-anonymous", None, 5, "direct"),
        attribution(2, "institution", "a1", 2, "indirect"),
        attribution(3, "document-or-recording", "a2", 1, "indirect"),
        attribution(4, "group-anonymous", "a3", 0, "mixed"),
    )
    gold = Document(doc="d", attributions=items)
    # the second is found by an overlapping cue and called anonymous and direct there: gold's labels count
    found = replace(items[1], id="a9", cue=((21, 23),), source_kind="person-anonymous", relation="direct", parent=None)
    system = Document(doc="d", attributions=(found,))
    by = {by: sliced(gold, system, "attribution_overlap_f1", by) for by in ("source", "relation", "nesting", "chain")}
    assert by == {
        "source": {"anonymous": (0, 2, 0), "named": (1, 1, 1), "document-or-recording": (0, 1, 0)},
        "relation": {"direct": (0, 1, 0), "indirect": (1, 2, 1), "mixed": (0, 1, 0)},
        "nesting": {"depth 0": (0, 1, 0), "depth 1": (1, 1, 1), "depth 2 or more": (0, 2, 0)},
        "chain": {
            "no chain": (0, 1, 0),
            "1 station": (0, 1, 0),
            "2 stations": (1, 1, 1),
            "4 stations or more": (0, 1, 0),
        },
    }


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_labels_add_up_to_the_metric(seed: int) -> None:
    rng = random.Random(seed)
    gold = annotate()
    system = replace(
        gold,
        mentions=tuple(
            replace(m, start=m.start - (rng.random() < 0.2 and m.start > 0), type=rng.choice([m.type, "WEA"]))
            for m in rng.sample(gold.mentions or (), len(gold.mentions or ()))
        ),
        events=tuple(replace(v, type=rng.choice([v.type, "Other"])) for v in gold.events or ()),
        attributions=tuple(replace(a, parent=None) for a in gold.attributions or () if rng.random() < 0.8),
        factuality=None,
        claims=None,
    )
    table = count({"d": gold}, {"d": system}, [*SLICED, *{m for cut in SLICES.values() for m in cut}])
    for by, cut in SLICES.items():
        for metric in cut:
            totals, whole = table.totals(name_of(metric, by)), table.totals(metric)
            for part in ("tp", "gold", "system"):
                summed = sum(n for f, n in totals.items() if f.endswith(f"|{part}"))
                assert summed == totals[part] == whole[part]


def test_thirds_are_even_and_keep_equal_lengths_together() -> None:
    assert thirds({"a": 10, "b": 20, "c": 30, "d": 40, "e": 1_500, "f": 60}) == {
        "short (to 20)": ["a", "b"],
        "middle (to 40)": ["c", "d"],
        "long (to 1,500)": ["e", "f"],
    }
    assert thirds({"a": 5, "b": 5, "c": 5}) == {"short (to 5)": ["a", "b", "c"]}


def test_slices_of_documents_have_the_figures_of_their_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("d1", "north", 10, 9), ("d2", "north", 20, 15), ("d3", "south", 30, 10)]

    def document(doc: str, story: str | None, n: int) -> Document:
        items = tuple(Mention(id=f"m{i}", start=i, end=i + 1, type="GPE.City") for i in range(n))
        return Document(doc=doc, story=story, mentions=items)

    gold = write(tmp_path / "gold.jsonl", *(document(d, s, g) for d, s, g, _ in rows))
    system = write(tmp_path / "system.jsonl", *(document(d, None, n) for d, _, _, n in rows))
    options = ["--gold", str(gold), "--layer", "mentions", "--resamples", "50", "--slices"]
    assert main(["score", str(system), *options, "--json"]) == 0
    slices = json.loads(capsys.readouterr().out)["slices"]
    north, south = (slices["story"]["mention_f1"][s] for s in ("north", "south"))
    # 9 + 15 found of 10 + 20, nothing wrong; 10 of 30
    assert north["f1"] == pytest.approx(2 * 24 / (30 + 24)) and north["size"] == 2
    assert south["f1"] == pytest.approx(2 * 10 / (30 + 10))
    assert north["interval"] is None and north["units"] == 1
    # the length of gold of one's own is to its last item
    assert list(slices["length"]["mention_f1"]) == ["short (to 10)", "middle (to 20)", "long (to 30)"]
    assert set(slices) == {"type", "level", "nesting", "story", "length"}
    assert main(["score", str(system), *options]) == 0
    assert "mention_f1 by story" in capsys.readouterr().out
