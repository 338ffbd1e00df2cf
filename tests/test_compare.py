"""Comparisons on made-up counts whose figures are derived by hand, and on damaged copies of gold."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from reportedly.cli import main
from reportedly.compare import Comparison, compare_files, names_of, ranks_of
from reportedly.dataset import gold as gold_of
from reportedly.dataset import stories as stories_of
from reportedly.records import Document, Mention
from reportedly.signature import Settings

replace = msgspec.structs.replace


def write(path: Path, *records: Document) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in records))
    return path


def document(story: int, right: int, wrong: int = 0) -> Document:
    """Return mentions of one character: `right` from 0 on, `wrong` from 1,000 on."""
    starts = (*range(right), *range(1_000, 1_000 + wrong))
    mentions = tuple(Mention(id=f"m{n}", start=n, end=n + 1, type="GPE.City") for n in starts)
    return Document(doc=f"d{story}", story=f"s{story}", mentions=mentions)


GOLD, FIRST, SECOND = (10, 20, 5, 30, 10, 15), (9, 15, 5, 20, 8, 12), (7, 16, 2, 17, 8, 9)
WRONG = ((1, 0, 2, 3, 0, 1), (2, 3, 0, 1, 1, 4))


def f1(right: int, system: int) -> float:
    return 2 * right / (sum(GOLD) + system)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    write(tmp_path / "gold.jsonl", *(document(n, g) for n, g in enumerate(GOLD)))
    pairs = zip(("one", "two"), (FIRST, SECOND), WRONG, strict=True)
    return [
        write(
            tmp_path / f"{name}.jsonl", *(document(n, r, w) for n, (r, w) in enumerate(zip(right, wrong, strict=True)))
        )
        for name, right, wrong in pairs
    ]


def compared(files: list[Path], resamples: int = 200, **options: object) -> Comparison:
    settings = Settings("gold.jsonl", "mentions", resamples)
    return compare_files(files, files[0].parent / "gold.jsonl", settings, **options)  # type: ignore[arg-type]


def test_the_p_value_is_that_of_all_64_swaps_within_its_standard_error(files: list[Path]) -> None:
    replicates = 20_000
    (found,) = compared(files, replicates).differences
    one = [(r, r + w) for r, w in zip(FIRST, WRONG[0], strict=True)]
    two = [(r, r + w) for r, w in zip(SECOND, WRONG[1], strict=True)]
    apart = []
    for swap in itertools.product((False, True), repeat=6):
        a = [y if s else x for s, x, y in zip(swap, one, two, strict=True)]
        b = [x if s else y for s, x, y in zip(swap, one, two, strict=True)]
        apart.append(f1(*map(sum, zip(*a, strict=True))) - f1(*map(sum, zip(*b, strict=True))))
    # right 69 of 76 against 59 of 70, gold 90; the first of the 64 swaps nothing
    assert apart[0] == pytest.approx(2 * 69 / (90 + 76) - 2 * 59 / (90 + 70))
    assert found.difference == pytest.approx(apart[0])
    exact = sum(abs(x) >= abs(apart[0]) - 1e-12 for x in apart) / 64
    assert 0.02 < exact < 0.5
    assert found.p == pytest.approx(exact, abs=3 * (exact * (1 - exact) / replicates) ** 0.5 + 1 / replicates)


def test_the_paired_interval_is_narrower_where_systems_find_the_same_stories_hard(tmp_path: Path) -> None:
    found_of_40 = (39, 8, 35, 15, 38, 11, 30, 20)
    write(tmp_path / "gold.jsonl", *(document(n, 40) for n in range(8)))
    files = [
        write(tmp_path / "better.jsonl", *(document(n, r) for n, r in enumerate(found_of_40))),
        write(tmp_path / "worse.jsonl", *(document(n, r - 3 + n % 2) for n, r in enumerate(found_of_40))),
    ]
    comparison = compared(files, 500)
    (found,) = comparison.differences
    singles = [s["metrics"]["mention_f1"]["interval"] for s in comparison.to_json()["systems"]]
    unpaired = sum((high - low) ** 2 for low, high in singles) ** 0.5
    assert found.interval is not None and found.interval[0] > 0
    assert found.interval[1] - found.interval[0] < unpaired / 5
    # the single intervals overlap all the same
    assert singles[0][0] < singles[1][1]


def test_files_of_the_same_bytes_differ_by_nothing(files: list[Path]) -> None:
    twin = files[0].with_name("twin.jsonl")
    twin.write_bytes(files[0].read_bytes())
    (found,) = compared([files[0], twin]).differences
    assert (found.difference, found.interval, found.p, found.p_holm) == (0.0, (0.0, 0.0), 1.0, 1.0)


def test_holm_goes_over_all_metrics_and_pairs(files: list[Path]) -> None:
    worst = write(files[0].with_name("three.jsonl"), *(document(n, 1) for n in range(6)))
    comparison = compared([*files, worst], metrics=("mention_span_f1",))
    assert [(d.metric, d.first, d.second) for d in comparison.differences] == [
        (m, a, b)
        for m in ("mention_f1", "mention_span_f1")
        for a, b in (("one", "two"), ("one", "three"), ("two", "three"))
    ]
    least = min(d.p for d in comparison.differences if d.p is not None)
    assert min(d.p_holm for d in comparison.differences if d.p_holm is not None) == pytest.approx(6 * least)
    assert comparison.to_json()["tests"] == 6


def test_ranks_are_shared_by_equals_and_range_over_resamples(files: list[Path]) -> None:
    # 0.5 is beaten by two in the first replicate; equals share the better rank; what is undefined has none
    ranks = ranks_of(np.array([[0.9, 0.5, 0.5], [0.9, 0.7, np.nan], [0.5, 0.8, 0.6]]))
    assert ranks[:, :2].tolist() == [[1, 3], [1, 2], [3, 1]] and np.isnan(ranks[1, 2])
    assert ranks[[0, 2], 2].tolist() == [2, 1]
    places = compared(files).places
    assert places["mention_f1", "one"].rank == 1 and places["mention_f1", "two"].rank == 2
    assert places["mention_f1", "two"].between == (2, 2)
    # each is better in three stories, the first by one mention more in all: who leads depends on the draw
    close = [
        write(files[0].with_name(f"{n}.jsonl"), *(document(i, r) for i, r in enumerate(found)))
        for n, found in enumerate(((9, 10, 5, 20, 9, 10), (5, 15, 2, 25, 5, 10)))
    ]
    places = compared(close).places
    assert [places["mention_f1", n] for n in "01"] == [(1, (1, 2)), (2, (1, 2))]


def test_one_story_has_neither_intervals_nor_tests(tmp_path: Path) -> None:
    write(tmp_path / "gold.jsonl", document(0, 10))
    files = [write(tmp_path / f"{r}.jsonl", document(0, r)) for r in (9, 5)]
    comparison = compared(files)
    (found,) = comparison.differences
    assert found.difference == pytest.approx(18 / 19 - 10 / 15)
    assert (found.interval, found.p, found.p_holm) == (None, None, None)
    assert "one story" in comparison.notes()[0]


def test_the_order_of_documents_changes_nothing(files: list[Path]) -> None:
    before = compared(files)
    for path in files:
        path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))
    assert compared(files).to_json() == before.to_json()


def test_a_layer_that_one_system_left_out_is_not_compared(files: list[Path]) -> None:
    none = write(files[0].with_name("none.jsonl"), *(Document(doc=f"d{n}", events=()) for n in range(6)))
    comparison = compared([files[0], none])
    assert comparison.differences == () and "none did not attempt mention_f1" in comparison.notes()[-1]


def test_systems_get_different_names() -> None:
    paths = [Path("a/x.jsonl"), Path("b/x.jsonl.gz"), Path("y.parquet"), Path("y.parquet")]
    assert names_of(paths) == ["a/x.jsonl", "b/x.jsonl.gz", "y.parquet", "y.parquet (2)"]


def damaged(records: dict[str, Document]) -> tuple[list[Document], list[Document]]:
    """Return gold without pronouns and arguments, and gold with every common noun a weapon and campaigns of another type."""
    first = [
        replace(
            r,
            mentions=tuple(m for m in r.mentions or () if m.level != "PRO"),
            events=tuple(replace(v, arguments=()) for v in r.events or ()),
            claims=None,
        )
        for r in records.values()
    ]
    second = [
        replace(
            r,
            mentions=tuple(replace(m, type="WEA") if m.level == "NOM" else m for m in r.mentions or ()),
            events=tuple(replace(v, type="Other") if v.type == "Conflict.Campaign" else v for v in r.events or ()),
        )
        for r in records.values()
    ]
    return first, second


def test_damaged_copies_of_gold_differ_as_derived_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = gold_of("published")
    for name, made in zip(("first", "second"), damaged(records), strict=True):
        write(tmp_path / f"{name}.jsonl", *made)
    mentions = [m for r in records.values() for m in r.mentions or ()]
    events = [v for r in records.values() for v in r.events or ()]
    m, e, k = len(mentions), len(events), sum(len(v.arguments) for v in events)
    pronouns = sum(x.level == "PRO" for x in mentions)
    nouns = sum(x.level == "NOM" and x.type != "WEA" for x in mentions)
    campaigns = [v for v in events if v.type == "Conflict.Campaign"]
    moved = sum(len(v.arguments) for v in campaigns)
    assert min(pronouns, nouns, moved) > 0
    expected = {
        # without pronouns: m - p right of m - p, gold m; with wrong nouns: m - n right of m, gold m
        "mention_f1": 2 * (m - pronouns) / (2 * m - pronouns) - (m - nouns) / m,
        # all right; all but the campaigns right
        "trigger_f1": 1 - (e - len(campaigns)) / e,
        # none given: 0; all but those of campaigns right
        "argument_f1": 0 - (k - moved) / k,
        # untouched on both sides: attributions, and events by span
        "attribution_overlap_f1": 0.0,
        "factuality_all": 0.0,
    }
    arguments = [str(tmp_path / "first.jsonl"), str(tmp_path / "second.jsonl"), "--split", "published"]
    assert main(["compare", *arguments, "--json", "--slices"]) == 0
    found = json.loads(capsys.readouterr().out)
    apart = {d["metric"]: d for d in found["differences"]}
    assert {name: apart[name]["difference"] for name in expected} == pytest.approx(expected)
    assert apart["factuality_all"]["p"] == apart["factuality_all"]["p_holm"] == 1.0
    assert found["units"] == len({stories_of()[d] for d in records})
    assert all(s["signature"].startswith("reportedly:") and s["signature_short"] for s in found["systems"])
    levels = found["slices"]["level"]["mention_f1"]
    # no pronoun found: 0 of 0, recall 0; every pronoun kept with its type
    assert [levels["PRO"]["systems"][s]["f1"] for s in ("first", "second")] == [0.0, 1.0]
    assert [levels["NAM"]["systems"][s]["f1"] for s in ("first", "second")] == [1.0, 1.0]
    kept = sum(x.level == "NOM" and x.type == "WEA" for x in mentions)
    # wrong nouns are unmatched, so that they count under their own level: right only what was a weapon before
    assert levels["NOM"]["systems"]["second"]["f1"] == pytest.approx(kept / (nouns + kept))
    (collection,) = found["slices"]["collection"]["mention_f1"].values()
    assert collection["differences"][0]["difference"] == pytest.approx(expected["mention_f1"])
    assert collection["differences"][0]["interval"] == apart["mention_f1"]["interval"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["one.jsonl"], "needs two prediction files"),
        (["one.jsonl", "two.jsonl", "--metric", "mention"], "is no metric"),
        (["one.jsonl", "two.jsonl", "--layer", "words"], "no metric is of the layer"),
        (["one.jsonl", "nowhere.jsonl"], "no such file"),
    ],
)
def test_wrong_use_is_answered_by_a_message(
    options: list[str],
    message: str,
    files: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(files[0].parent)
    assert main(["compare", *options, "--gold", "gold.jsonl"]) == 2
    captured = capsys.readouterr()
    assert message in captured.err and captured.out == ""


def test_the_table_names_systems_tests_and_signatures(files: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    gold = str(files[0].parent / "gold.jsonl")
    assert (
        main(["compare", *map(str, files), "--gold", gold, "--layer", "mentions", "--resamples", "50", "--slices"]) == 0
    )
    shown = capsys.readouterr().out
    assert f"{2 * 69 / 166 - 2 * 59 / 160:+.3f}" in shown
    for words in ("one - two", "p (Holm)", "signature of two", "mention_f1 by length", "mention_f1 by story"):
        assert words in shown
    assert "by outlet" not in shown
