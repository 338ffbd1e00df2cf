"""Quotes become offsets, or are refused by line and sentence."""

from __future__ import annotations

import pytest

from conftest import QUOTES, TEXT, annotate
from reportedly.checks import check_record
from reportedly.errors import QuoteError
from reportedly.quoting import write_quotes
from reportedly.records import Document


def test_the_example_keeps_all_rules(record: Document, text: str) -> None:
    assert check_record(record, text) == []


def test_offsets_are_those_of_the_quote(record: Document, text: str) -> None:
    assert [text[v.start : v.end] for v in record.events or ()] == [
        "leave",
        "left",
        "gone",
        "hurt",
        "denied",
        "shelled",
        "send",
    ]


def test_an_elided_quote_runs_over_sentences(record: Document, text: str) -> None:
    (span,) = (record.attributions or ())[2].content
    assert text[slice(*span)] == '"They are gone. Nobody was hurt,"'


def test_writing_and_reading_gives_the_same_record(record: Document, text: str) -> None:
    again = annotate(text, write_quotes(record, text))
    assert again == record


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("M | m99 | 3:Valdor | = | e1 | NAM", "does not stand there as whole words"),
        ("M | m99 | 3:Fight | = | e2 | NOM", "does not stand there as whole words"),
        ("M | m99 | 3:Orlen | = | e4 | NAM", "stands there 2 times"),
        ("M | m99 | 3#3:Orlen | = | e4 | NAM", "occurrence 3 asked for"),
        ("M | m99 | 88:Orlen | = | e4 | NAM", "sentences run from 1 to 7"),
        ("M | m99 | Orlen | = | e4 | NAM", "is no span"),
        ("M | m99 | 1:Orlen | town | e4 | NAM", "does not stand there"),
        ("M | m1 | 7:troops | = | e9 | NOM", "used twice"),
        ("M | m99 | 7:troops | = | e77 | NOM", "is no entity of this file"),
        ("M | m99 | 7:troops | = | e9 | BIG", "is not one of"),
        ("V | v99 | 7:send | Force.Deploy | E9 | specific future +", "four attributes"),
        ("V | v99 | 7:send | Force.Deploy | E9 | specific future + full | m1", "Role=m1"),
        ("A | a99 | colour=red", "is no field of an attribution"),
        ("F | v1 | AUTHOR XX", "is no tag"),
        ("F | v1 | AUTHOR Uu @a77", "there is no attribution a77"),
        ("C | c99 | a1", "should read"),
        ("A", "should read"),
        ("M | m99 | 9999999:Orlen | = | e4 | NAM", "is no span"),
        ("M | m99 | 1:Orlen | ²#Orlen | e4 | NAM", "does not stand there"),
        ("V | v99 | 7:send | Force.Deploy | E9 | specific future x full | -", "polarity 'x' is not one of"),
        ("Z | 1", "is no kind of item"),
    ],
)
def test_bad_lines_are_refused_with_place_and_remedy(line: str, message: str) -> None:
    with pytest.raises(QuoteError, match=message) as caught:
        annotate(TEXT, QUOTES + line)
    assert f"quotes:{QUOTES.count(chr(10)) + 1}" in str(caught.value)


def test_all_bad_lines_are_named_at_once() -> None:
    with pytest.raises(QuoteError) as caught:
        annotate(TEXT, QUOTES + "M | m98 | 3:Valdor | = | e1 | NAM\nZ | 1\n")
    assert len(str(caught.value).split("\n")) == 2


def test_typographic_quotation_marks_and_spaces_count_as_equal() -> None:
    text = "“It is\u00a0over,” she said.\n"
    quotes = 'E | e1 | PER.Individual | she\nM | m1 | 1:she | = | e1 | PRO\nA | a1 | source=1:she | cue=1:said | content=1:"It is over,"'
    record = annotate(text, quotes, ["body=1"])
    (span,) = (record.attributions or ())[0].content
    assert text[slice(*span)] == "“It is\u00a0over,”"


def test_offsets_count_code_points_after_an_emoji() -> None:
    text = "\U0001f525\U0001f525 Fire took Orlen.\n"
    record = annotate(text, "E | e1 | GPE.City | Orlen\nM | m1 | 1:Orlen | = | e1 | NAM", ["body=1"])
    (m,) = record.mentions or ()
    assert text[m.start : m.end] == "Orlen"
