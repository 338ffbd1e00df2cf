"""Every check has an example that it alone finds, and says what is wrong and how to mend it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from conftest import annotate
from reportedly.checks import CHECKS, check_record
from reportedly.checks.base import Finding
from reportedly.checks.corpus import CORPUS_CHECKS, check_corpus
from reportedly.checks.guidelines import GUIDELINE_CHECKS, check_guidelines, check_pages
from reportedly.checks.names import NAME_CHECKS
from reportedly.checks.stories import STORY_CHECKS
from reportedly.checks.story_links import LINK_CHECKS
from reportedly.checks.texts import TEXT_CHECKS
from reportedly.corpus import Corpus, read_record
from reportedly.text import read_text

INVALID = Path(__file__).parent / "data" / "invalid"
ALL = (
    *(c.id for c in CHECKS),
    *TEXT_CHECKS,
    *CORPUS_CHECKS,
    *STORY_CHECKS,
    *LINK_CHECKS,
    *NAME_CHECKS,
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


TURNS = """Orlen: the evening talk

VARO: Nobody left the village. We wanted that bridge whole.
"""
TURN_QUOTES = """
E | e1 | PER.Individual | Varo
M | m1 | 2:VARO | = | e1 | NAM
A | a1 | source=2:VARO | content=2-3:Nobody [...] whole. | entity=e1 | relation=direct content_form=clause cue_type=none source_kind=person-named source_role=other basis_type=unstated author_stance=neutral status=happened | chain=e1 > OUTLET
A | a2 | source=3:We | cue=3:wanted | content=3:that bridge whole | entity=e1 | relation=direct content_form=clause cue_type=eventuality source_kind=person-named source_role=other basis_type=unstated author_stance=neutral status=happened | parent=a1 | chain=e1 > OUTLET
"""


@pytest.mark.parametrize(
    ("old", "new", "check"), [("VARO:", "VARO", "content-quotes"), ("wanted", "say", "content-that")]
)
def test_a_turn_of_a_transcript_needs_no_marks_and_wanting_no_conjunction(old: str, new: str, check: str) -> None:
    """The two findings come only where there is no colon, and after a verb that takes a that-clause."""
    found = []
    for a, b in ((old, old), (old, new)):
        text, quotes = TURNS.replace(a, b), TURN_QUOTES.replace(f"cue=3:{a}", f"cue=3:{b}")
        record = annotate(text, quotes, ["headline=1", "body=3-"], "talk")
        found.append({f.check for f in check_record(record, text)} & {"content-quotes", "content-that"})
    assert found == [set(), {check}]


VERSIONS = {"1.0": False, "1.1": True, "1.10": True, None: True, "": True, "a draft": True, "1." + "0" * 5000: True}


def test_a_rule_of_later_guidelines_spares_older_annotation() -> None:
    folder = INVALID / "losses-injure"
    record, text = read_record(folder / "record.json"), read_text(folder / "record.txt")
    found = {v: check_record(msgspec.structs.replace(record, guidelines=v), text) for v in VERSIONS}
    assert {v: bool(f) for v, f in found.items()} == VERSIONS
