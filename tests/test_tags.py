"""Tags of tokens: what each scheme reads, refuses, repairs and writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.errors import DataError, TagError, UsageError
from reportedly.tags import PREFIXES, SCHEMES, WRITABLE, decode, encode, outermost

PER = "PER"


@pytest.mark.parametrize(
    ("scheme", "tags"),
    [
        ("iob1", "I-PER I-PER B-PER O I-LOC"),
        ("iob2", "B-PER I-PER B-PER O B-LOC"),
        ("bio", "B-PER I-PER B-PER O B-LOC"),
        ("iobes", "B-PER E-PER S-PER O S-LOC"),
        ("bioes", "B-PER E-PER S-PER O S-LOC"),
        ("bilou", "B-PER L-PER U-PER O U-LOC"),
        ("conlleval", "B-PER I-PER B-PER O B-LOC"),
        ("conlleval", "B-PER E-PER S-PER O S-LOC"),
        ("discard", "B-PER I-PER B-PER O B-LOC"),
    ],
)
def test_every_scheme_reads_the_same_spans_from_its_own_tags(scheme: str, tags: str) -> None:
    assert decode(tags.split(), scheme) == (((0, 2, PER), (2, 3, PER), (4, 5, "LOC")), 0)


@pytest.mark.parametrize(
    ("scheme", "tags", "position"),
    [
        ("iob2", "O I-PER", 1),
        ("iob2", "B-PER I-LOC", 1),
        ("iob2", "I-PER", 0),
        ("iob2", "B-PER S-PER", 1),
        ("iob1", "O B-PER", 1),
        ("iob1", "I-LOC B-PER", 1),
        ("iobes", "O B-PER O", 1),
        ("iobes", "B-PER I-PER O", 1),
        ("iobes", "B-PER B-PER E-PER", 0),
        ("iobes", "E-PER", 0),
        ("iobes", "S-PER E-PER", 1),
        ("bilou", "U-PER L-PER", 1),
        ("bilou", "B-PER E-PER", 1),
        ("conlleval", "U-PER", 0),
        ("conlleval", "O o", 1),
        ("iob2", "B-", 0),
        ("iob2", "BPER", 0),
        ("iob2", "O-PER", 0),
        ("iob2", "O O ", 2),
    ],
)
def test_a_tag_that_the_scheme_does_not_allow_is_refused_with_its_position(
    scheme: str, tags: str, position: int
) -> None:
    with pytest.raises(TagError) as refused:
        decode(tags.split(" "), scheme)
    assert refused.value.position == position


def test_the_message_names_the_tag_and_a_valid_one() -> None:
    with pytest.raises(TagError, match="tag 2: 'L-PER' cannot stand here in bilou, where 'U-PER' would be valid"):
        decode(["O", "L-PER"], "bilou")


@pytest.mark.parametrize(
    ("tags", "spans", "repairs"),
    [
        ("I-PER I-PER O", [(0, 2, PER)], 1),  # B01: an I- after nothing opens
        ("B-PER I-LOC I-PER O", [(0, 1, PER), (1, 2, "LOC"), (2, 3, PER)], 2),  # B03: so does a change of type
        ("B-PER B-PER I-PER O", [(0, 1, PER), (1, 3, PER)], 0),  # B06
        ("O O", [], 0),  # B07
        ("B-LOC-GPE I-LOC-GPE B-LOC", [(0, 2, "LOC-GPE"), (2, 3, "LOC")], 0),  # B09: hyphens belong to the type
        ("S-PER B-ORG I-ORG O", [(0, 1, PER), (1, 3, "ORG")], 1),  # B10: the span lacks its E-
        ("B I B B", [(0, 2, "_"), (2, 3, "_"), (3, 4, "_")], 0),  # B12: no type
        ("E-PER E-PER", [(0, 1, PER), (1, 2, PER)], 2),
        ("B-PER I-PER S-PER", [(0, 2, PER), (2, 3, PER)], 1),
    ],
)
def test_conlleval_keeps_every_span_and_counts_what_it_repaired(tags: str, spans: object, repairs: int) -> None:
    assert decode(tags.split(), "conlleval") == (tuple(spans), repairs)  # type: ignore[call-overload]


def test_discard_drops_what_no_first_tag_opens() -> None:
    assert decode("B-PER I-LOC I-PER O".split(), "discard") == (((0, 1, PER),), 2)
    assert decode("I-PER I-PER O".split(), "discard") == ((), 2)


def test_a_sentence_is_a_sequence_of_its_own() -> None:
    """B05: a span does not cross the break, so the I- that follows it opens another."""
    assert [decode(s, "conlleval") for s in (["B-PER"], ["I-PER", "O"])] == [(((0, 1, PER),), 0), (((0, 1, PER),), 1)]


@pytest.mark.parametrize(
    "spans", [[(0, 0, PER)], [(-1, 1, PER)], [(1, 3, PER)], [(0, 1, "")], [(0, 2, PER), (1, 2, PER)]]
)
def test_spans_that_tags_cannot_hold_are_refused(spans: list[tuple[int, int, str]]) -> None:
    with pytest.raises(DataError):
        encode(spans, 2, "iob2")


def test_an_unknown_scheme_and_a_scheme_that_only_reads_are_refused() -> None:
    with pytest.raises(UsageError, match="choose one of"):
        decode(["O"], "iobx")
    with pytest.raises(UsageError, match="only reads"):
        encode([], 1, "conlleval")


def test_of_overlapping_spans_the_longest_is_kept_then_the_first() -> None:
    """3-4 stands in 2-5; 4-6 overlaps it and is shorter; of 6-8 and 7-9 the first stays; LOC comes before PER."""
    spans = [(3, 4, PER), (7, 9, PER), (2, 5, PER), (4, 6, PER), (6, 8, PER), (0, 1, PER), (0, 1, "LOC"), (0, 1, "LOC")]
    assert outermost(spans) == [(0, 1, "LOC"), (2, 5, PER), (6, 8, PER)]
    assert outermost(reversed(spans)) == outermost(spans)


@st.composite
def flat(draw: st.DrawFn) -> tuple[list[tuple[int, int, str]], int]:
    spans, at = [], 0
    for gap, size, kind in draw(
        st.lists(
            st.tuples(st.integers(0, 2), st.integers(1, 3), st.sampled_from(["PER", "LOC", "_", "A-B"])), max_size=6
        )
    ):
        spans.append((at + gap, at + gap + size, kind))
        at += gap + size
    return spans, at + draw(st.integers(0, 2))


@given(flat(), st.sampled_from(WRITABLE))
def test_writing_and_reading_gives_the_spans_back(case: tuple[list[tuple[int, int, str]], int], scheme: str) -> None:
    spans, n = case
    assert decode(encode(spans, n, scheme), scheme) == (tuple(spans), 0)


@given(
    st.lists(st.tuples(st.sampled_from("BIOELUS"), st.sampled_from(["", "-PER", "-LOC"])), max_size=8),
    st.sampled_from(SCHEMES),
)
def test_any_tags_are_read_or_refused_and_repaired_tags_are_valid(parts: list[tuple[str, str]], scheme: str) -> None:
    tags = [p if p == "O" else p + t for p, t in parts]
    try:
        found = decode(tags, scheme)
    except TagError as error:
        assert 0 <= error.position < len(tags)
        return
    assert {t[0] for t in tags} <= set(PREFIXES[{"bio": "iob2", "bioes": "iobes"}.get(scheme, scheme)])
    assert decode(encode(found.spans, len(tags), "iob2"), "iob2").spans == found.spans
