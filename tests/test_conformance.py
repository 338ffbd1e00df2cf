"""Recorded figures of other scorers: nothing differs without a rule, and a fault of ours would show."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reportedly.bio import read_pair
from reportedly.cli import main
from reportedly.conformance import run
from reportedly.conformance.base import DIFFERS, SAME, verdict
from reportedly.errors import DataError, RecordError
from reportedly.metrics.rules import RULES, Compared, Input

CASES = Path(__file__).parent / "data" / "conformance" / "cases.jsonl"


@pytest.fixture(scope="module")
def results() -> list[run.Result]:
    return run.results(CASES)


def results_of(path: Path, case: dict[str, Any]) -> dict[str, str]:
    path.write_text(json.dumps(case))
    return {r.scorer: r.verdict for r in run.results(path)}


def test_no_recorded_figure_differs_without_a_rule(results: list[run.Result]) -> None:
    assert [(r.case, r.scorer) for r in results if r.verdict == DIFFERS] == []


def test_every_case_is_compared(results: list[run.Result]) -> None:
    assert {r.case for r in results} == {json.loads(line)["id"] for line in CASES.read_text().splitlines()}


def test_every_rule_has_words_and_no_rule_names_a_case() -> None:
    assert len({r.id for r in RULES}) == len(RULES)
    assert all(r.statement.endswith(".") and r.why.endswith(".") for r in RULES)


def test_most_figures_are_the_same(results: list[run.Result]) -> None:
    figures = [v for r in results for _, v in r.figures]
    assert figures.count(SAME) > 0.85 * len(figures)


def wrong_count(case: dict[str, Any]) -> None:
    case["recorded"]["textee"]["AC"][2] += 1


def wrong_share(case: dict[str, Any]) -> None:
    case["recorded"]["coval"]["bcub"][0] += 1e-9


def wrong_fate(case: dict[str, Any]) -> None:
    case["recorded"]["nervaluate"]["overall"]["partial"]["PAR"] += 1


def wrong_mean(case: dict[str, Any]) -> None:
    case["recorded"]["seqeval_default"]["micro"][0] = 0.25


@pytest.mark.parametrize(
    ("layer", "number", "change"),
    [("event", 0, wrong_count), ("coref", 0, wrong_share), ("span", 4, wrong_fate), ("bio", 0, wrong_mean)],
)
def test_a_changed_figure_differs(
    tmp_path: Path, layer: str, number: int, change: Callable[[dict[str, Any]], None]
) -> None:
    cases = [json.loads(line) for line in CASES.read_text().splitlines()]
    case = [c for c in cases if c["layer"] == layer][number]
    assert DIFFERS not in results_of(tmp_path / "c.jsonl", case).values()
    change(case)
    assert DIFFERS in results_of(tmp_path / "c.jsonl", case).values()


def test_an_unknown_scorer_differs_and_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = {"id": "x", "layer": "factuality", "gold": [1], "pred": [1], "recorded": {"rmse": 0}}
    (tmp_path / "c.jsonl").write_text(json.dumps(case))
    assert run.main([str(tmp_path / "c.jsonl"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["verdicts"] == {DIFFERS: 1}


def test_a_case_of_another_shape_is_refused_by_line(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text('{"id": "x", "layer": "bio", "recorded": {"seqscore": {}}, "gold": 3}\n{}')
    with pytest.raises(RecordError, match=r"c\.jsonl:2: is no case"):
        run.results(tmp_path / "c.jsonl")


def test_whole_numbers_are_compared_exactly_and_shares_closely() -> None:
    assert verdict(Compared("s", "tp", 10**15, 10**15 + 1, Input())) == DIFFERS
    assert verdict(Compared("s", "f1", 0.1 + 0.2, 0.3, Input())) == SAME
    assert verdict(Compared("s", "f1", 0.3, 0.3 + 1e-11, Input())) == DIFFERS


def test_a_tag_outside_the_scheme_is_refused_by_rule(tmp_path: Path) -> None:
    sides = {"gold": [["U-PER", "O"]], "pred": [["U-PER", "O"]]}
    case = {"id": "x", "layer": "bio", **sides, "recorded": {"seqeval_default": {"micro": [1.0, 1.0, 1.0, 1]}}}
    assert results_of(tmp_path / "c.jsonl", case) == {"seqeval_default": "differs by rule named-scheme"}


def columns(path: Path, *tags: str) -> Path:
    path.write_text("-DOCSTART- (a) O\n\n" + "".join(f"w {t}\n" if t else "\n" for t in tags))
    return path


def test_tagged_files_are_scored_in_tokens_and_repairs_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = columns(tmp_path / "g.conll", "B-PER", "I-PER", "", "O", "B-LOC")
    system = columns(tmp_path / "s.conll", "I-PER", "I-PER", "", "O", "B-PER")
    arguments = ["score", "--bio", str(gold), str(system), "--resamples", "0", "--json", "--scheme"]
    assert main([*arguments, "conlleval"]) == 0
    found = json.loads(capsys.readouterr().out)
    # both spans found, one of the right type: 2·1/(2 + 2); one I- at the start was mended
    assert (found["metrics"]["mention_f1"]["f1"], found["metrics"]["mention_span_f1"]["f1"]) == (0.5, 1.0)
    assert found["repairs"] == {"gold": 0, "system": 1}
    assert main([*arguments, "iob2"]) == 1
    assert "s.conll:3: 'I-PER' cannot stand here in iob2" in capsys.readouterr().err


def test_tagged_files_of_other_tokens_are_refused(tmp_path: Path) -> None:
    gold = columns(tmp_path / "g.conll", "B-PER", "I-PER")
    with pytest.raises(DataError, match="sentence 1 of 'a' has other tokens"):
        read_pair(gold, columns(tmp_path / "s.conll", "B-PER"), "iob2")
