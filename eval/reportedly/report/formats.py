"""Scores as CSV, LaTeX and Markdown; whatever comes from a file is escaped for each of them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from ..scoring import Scores
from .tables import HEADS, notes, printable, score_rows

CSV_COLUMNS = ("metric", "figure", "value", "low", "high", "undefined_resamples", "counts", "signature")


def as_csv(scores: Scores) -> str:
    """Return one row a metric and figure, the summary first: value and interval with all digits (empty where undefined), counts as `key=value`."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    found = scores.to_json()
    for figure, s in found["summary"].items():
        writer.writerow(
            ("summary", figure, s["value"], *(s["interval"] or (None, None)), None, None, found["signature"])
        )
    for name, m in found["metrics"].items():
        counts = " ".join(f"{k}={v}" for k, v in m["counts"].items())
        for figure, between in m["intervals"].items():
            low, high = between or (None, None)
            undefined = m["undefined"].get(figure, 0)
            writer.writerow((name, figure, m[figure], low, high, undefined, counts, found["signature"]))
    return stream.getvalue()


_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "|": r"\textbar{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': "''",
    **{c: "\\" + c for c in "&%$#_{}"},
}


def latex_escape(text: str) -> str:
    """Return text in which no character has a meaning for LaTeX, on one line."""
    return "".join(_LATEX.get(c, c) for c in _one_line(text))


def as_latex(scores: Scores) -> str:
    """Return a table with rules of the package booktabs; notes stand in its caption."""
    rows = [" & ".join((_texttt(name), *map(_latex_figure, rest))) + r" \\" for name, *rest in score_rows(scores)]
    head = " & ".join(latex_escape(h) for h in HEADS) + r" \\"
    notes_ = ". ".join(latex_escape(_breakable(n)) for n in notes(scores))
    return "\n".join(
        (
            r"% \usepackage{booktabs}",
            r"\begin{table}",
            r"\centering",
            rf"\begin{{tabular}}{{l{'r' * (len(HEADS) - 1)}}}",
            r"\toprule",
            head,
            r"\midrule",
            *rows,
            r"\bottomrule",
            r"\end{tabular}",
            rf"\caption{{{notes_}.}}",
            r"\end{table}",
            "",
        )
    )


def _texttt(name: str) -> str:
    return rf"\texttt{{{latex_escape(name)}}}"


def _latex_figure(cell: str) -> str:
    """Return a cell: `--` for a dash between numbers, thin spaces for thousands."""
    return "--" if cell == "-" else latex_escape(cell.replace("-", "--").replace(",", "\0")).replace("\0", r"\,")


def _breakable(note: str) -> str:
    """Return a note in which the parts of a signature stand apart, so that lines can break."""
    return note.replace("|", " | ")


_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~&$-])")


def markdown_escape(text: str) -> str:
    """Return text in which no character has a meaning for Markdown or HTML, on one line."""
    return _MARKDOWN.sub(r"\\\1", _one_line(text)).replace("\\<", "&lt;").replace("\\&", "&amp;")


def as_markdown(scores: Scores) -> str:
    """Return a table of GitHub's Markdown, and the notes below it."""
    lines = [f"| {' | '.join(HEADS)} |", "|---|" + "--:|" * (len(HEADS) - 1)]
    lines += [f"| `{name}` | {' | '.join(c.replace('-', '–') for c in rest)} |" for name, *rest in score_rows(scores)]
    return "\n".join((*lines, "", *(f"- {markdown_escape(n)}" for n in notes(scores)), ""))


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))


WRITERS: dict[str, Callable[[Scores], str]] = {"csv": as_csv, "latex": as_latex, "markdown": as_markdown}
