"""Scores in every format say the same, and nothing in a name can leave its cell."""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path

import msgspec
import pytest

from damaged import damage
from reportedly.records import Document
from reportedly.report.formats import CSV_COLUMNS, as_csv, as_latex, as_markdown, latex_escape, markdown_escape
from reportedly.report.tables import print_scores
from reportedly.scoring import Scores, score_file
from reportedly.signature import Settings

HOSTILE = 'g_%&#${}~^\\|<b>*"\n\x1b[31m`x.jsonl'


@pytest.fixture(scope="module")
def scores(record: Document, tmp_path_factory: pytest.TempPathFactory) -> Scores:
    """The damaged copy and two whole ones, of three stories; one document is missing."""
    path = tmp_path_factory.mktemp("scores") / "p.jsonl"
    gold = {d: msgspec.structs.replace(record, doc=d, story=d) for d in ("a", "b", "c", HOSTILE)}
    system = [damage(gold["a"]), gold["b"], gold["c"]]
    path.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in system))
    return score_file(path, gold, Settings(HOSTILE, resamples=50))


def test_csv_has_a_row_for_each_metric_and_figure(scores: Scores) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(scores))))
    found = scores.to_json()["metrics"]
    assert tuple(rows[0]) == CSV_COLUMNS
    expected = [("summary", "f1"), *((n, k) for n, m in found.items() for k in m["intervals"])]
    assert [(r["metric"], r["figure"]) for r in rows] == expected
    first = rows[1]
    # 19 + 23 + 23 of 4·23 in gold, 3·23 in the system
    assert float(first["value"]) == pytest.approx(2 * 65 / (92 + 69))
    assert float(first["low"]) <= float(first["value"]) <= float(first["high"])
    assert first["counts"] == "tp=65 gold=92 system=69"
    undefined = next(r for r in rows if r["metric"] == "attribution_parent_f1")
    assert (undefined["value"], undefined["low"]) == ("", "")
    assert {r["signature"] for r in rows} == {str(scores.signature)}


def test_latex_has_a_row_for_each_metric_and_escapes_names(scores: Scores) -> None:
    found = as_latex(scores)
    body = found.split("\\midrule\n")[1].split("\\bottomrule")[0]
    assert len(body.splitlines()) == len(scores.attempted)
    assert all(len(re.findall(r"(?<!\\)&", row)) == 7 for row in body.splitlines())
    assert body.startswith(r"\texttt{mention\_f1} & 0.807 & ")
    caption = found.split("\\caption")[1]
    assert not re.search(r"(?<!\\)[%&#$_~^|<>\n\x1b]", caption.split("\n\\end")[0])
    assert caption.count("{") - caption.count("\\{") == caption.count("}") - caption.count("\\}")


def test_markdown_keeps_its_columns_and_holds_no_markup(scores: Scores) -> None:
    lines = as_markdown(scores).split("\n")
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 2 + len(scores.attempted) and {line.count("|") for line in table} == {9}
    assert "| `mention_f1` | 0.807 |" in table[2]
    below = [line for line in lines if line.startswith("- ")]
    assert len(below) == 4 and "<b>" not in "".join(below) and "\x1b" not in "".join(below)


@pytest.mark.parametrize(
    ("escape", "text", "expected"),
    [
        (latex_escape, "a_b & 5 %", r"a\_b \& 5 \%"),
        (latex_escape, "\\x{}", r"\textbackslash{}x\{\}"),
        (markdown_escape, "a|b*c", r"a\|b\*c"),
        (markdown_escape, "<i>&amp;", r"&lt;i\>&amp;amp;"),
        (markdown_escape, "a\n# b", r"a \# b"),
    ],
)
def test_escapes(escape: object, text: str, expected: str) -> None:
    assert callable(escape) and escape(text) == expected


def test_a_terminal_without_rich_gets_the_plain_table(
    scores: Scores, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    print_scores(scores)
    plain = capsys.readouterr().out
    assert "\x1b" not in plain and plain.splitlines()[1].startswith("mention_f1 ")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setitem(sys.modules, "rich", None)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    print_scores(scores)
    assert capsys.readouterr().out == plain


@pytest.mark.parametrize(("columns", "drawn"), [("140", True), ("60", False)])
def test_a_wide_terminal_gets_a_table_by_rich(
    columns: str, drawn: bool, scores: Scores, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("rich")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", columns)
    print_scores(scores)
    out = capsys.readouterr().out
    assert ("─" in out) is drawn
    assert re.search(r"mention_f1\s+0\.807", re.sub(r"\x1b\[[0-9;]*m", "", out))
    assert "\x1b[31m" not in out


def test_every_format_is_a_choice_of_the_command(
    record: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from reportedly.cli import main

    for name, one in (("p", damage(record)), ("g", record)):
        (tmp_path / f"{name}.jsonl").write_bytes(msgspec.json.encode(one) + b"\n")
    command = ["score", str(tmp_path / "p.jsonl"), "--gold", str(tmp_path / "g.jsonl"), "--resamples", "0", "--format"]
    starts = {"table": "metric ", "csv": "metric,figure", "latex": "% \\usepackage", "markdown": "| metric"}
    for name, start in starts.items():
        assert main([*command, name]) == 0
        captured = capsys.readouterr()
        assert captured.out.startswith(start)
        assert "signature" in captured.out + captured.err
