"""Every check has an example that it alone finds, and says what is wrong and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from reportedly.checks import CHECKS, check_record
from reportedly.checks.base import Finding
from reportedly.checks.corpus import CORPUS_CHECKS, check_corpus
from reportedly.checks.guidelines import GUIDELINE_CHECKS, check_guidelines, check_pages
from reportedly.checks.stories import STORY_CHECKS
from reportedly.checks.texts import TEXT_CHECKS
from reportedly.corpus import Corpus, read_record
from reportedly.text import read_text

INVALID = Path(__file__).parent / "data" / "invalid"
ALL = (
    *(c.id for c in CHECKS),
    *TEXT_CHECKS,
    *CORPUS_CHECKS,
    *STORY_CHECKS,
    *GUIDELINE_CHECKS,
    "record-shape",
    "exception-unused",
)


def findings_in(folder: Path) -> list[Finding]:
    if (folder / "record.json").is_file():
        return check_record(read_record(folder / "record.json"), read_text(folder / "record.txt"))
    if (folder / "corpus").is_dir():
        return check_corpus(Corpus(folder))
    if (folder / "guidelines").is_dir():
        return check_guidelines(folder)
    return check_pages(sorted(folder.glob("*.md")))


@pytest.mark.parametrize("check", ALL)
def test_the_example_is_found_by_its_check_alone(check: str) -> None:
    found = findings_in(INVALID / check)
    assert {f.check for f in found} == {check}
    assert all(f.problem and f.remedy and f.place for f in found)


def test_no_example_is_left_without_a_check() -> None:
    assert {p.name for p in INVALID.iterdir()} == set(ALL)
