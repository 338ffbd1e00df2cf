"""Tokens as JSON are the same as tokens decoded, whatever is done to them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reportedly.offsets import Tokens, tokens_of
from reportedly.records import Spans

GIVEN = msgspec.Raw(b"[[0, 5], [6,11],\n[12,17]]")


def test_tokens_are_a_sequence_of_spans() -> None:
    tokens = tokens_of(GIVEN)
    assert isinstance(tokens, Tokens)
    assert list(tokens) == [(0, 5), (6, 11), (12, 17)]
    assert len(tokens) == 3
    assert (tokens[-1], tokens[1], tokens[1:]) == ((12, 17), (6, 11), ((6, 11), (12, 17)))


@pytest.mark.parametrize(
    ("spans", "held"),
    [
        ([(0, 5), (6, 17)], True),
        ([(0, 5), (1, 3)], True),
        ([(0, 5), (1, 5), (0, 4)], False),
        ([(12, 17), (0, 5), (1, 3), (2, 3)], False),
    ],
    ids=["all", "half", "third", "out of order: not sure"],
)
def test_most_spans_are_held(spans: list[tuple[int, int]], held: bool) -> None:
    tokens = tokens_of(GIVEN)
    assert isinstance(tokens, Tokens)
    assert tokens.hold_most(spans) is held


_TEXT = st.text(alphabet='0123456789[], .-e"n', max_size=12)


@given(st.lists(st.tuples(st.integers(0, 2**31), st.integers(0, 2**31)), max_size=4), st.integers(0, 60), _TEXT)
@example([(2**31 - 1, 2**31)], 0, "")
@example([(1, 2)], 60, " ")
def test_the_same_tokens_are_refused(spans: list[tuple[int, int]], at: int, put_in: str) -> None:
    plain = msgspec.json.encode(spans).decode()
    text = (plain[:at] + put_in + plain[at:]).encode()

    def decoded(read: object) -> object:
        try:
            return read()  # type: ignore[operator]
        except msgspec.DecodeError:
            return None

    wanted = decoded(lambda: msgspec.json.decode(text, type=Spans))
    assert decoded(lambda: tuple(tokens_of(msgspec.json.decode(text, type=msgspec.Raw)))) == wanted
