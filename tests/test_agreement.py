"""Consistency figures against hand-counted ones and against scikit-learn."""

from __future__ import annotations

import pytest

from reportedly.agreement import agreement, kappa
from reportedly.differences import differences
from reportedly.records import Document


def test_a_pass_agrees_with_itself(record: Document) -> None:
    found = agreement({"d": record}, {"d": record})
    none_there = {"attribution_basis_f1", "attribution_parent_f1"}
    assert {n: f for n, f in found.f1.items() if f != 1.0} == dict.fromkeys(none_there)
    assert {k.observed for k in found.kappa.values()} == {1.0}
    assert differences(record, record) == []


def test_kappa_is_the_one_of_the_text_book() -> None:
    # yes/yes 20, yes/no 5, no/yes 10, no/no 15: observed 35/50; expected (25*30 + 25*20)/2500 = 0.5; (0.7 - 0.5)/0.5.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == (50, pytest.approx(0.7), pytest.approx(0.4))


def test_kappa_of_one_value_is_undefined() -> None:
    assert kappa([("y", "y")] * 3) == (3, 1.0, None)
    assert kappa([]) == (0, None, None)


def test_kappa_equals_that_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    pairs = [("abc"[i % 3], "abc"[(i * i) % 3]) for i in range(50)]
    assert kappa(pairs).kappa == pytest.approx(metrics.cohen_kappa_score(*zip(*pairs, strict=True)))
