"""Kappa against scikit-learn, alpha against the worked examples of Krippendorff (2011), Computing Krippendorff's Alpha-Reliability."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportedly.reliability import alpha, cohen, ordinal_alpha

# Example C there: four observers, twelve units, some values missing.
UNITS = ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555", "..11", "..3."]


def pairs_of(units: Sequence[str], values: str) -> npt.NDArray[np.float64]:
    """Return coincidences: each unit with m values adds 1/(m - 1) for each ordered pair of them."""
    found = np.zeros((len(values), len(values)))
    for unit in units:
        known = unit.replace(".", "")
        for a, b in permutations(known, 2):
            found[values.index(a), values.index(b)] += 1 / (len(known) - 1)
    return found[..., None]


def nominal(pairs: npt.NDArray[np.float64]) -> float:
    return float(alpha(pairs.sum(axis=(0, 1)) - np.einsum("iir->r", pairs), pairs.sum(axis=1))[0])


def test_alpha_of_two_observers_and_two_values() -> None:
    # Example A: coincidences 0-0 10, 0-1 4, 1-0 4, 1-1 2; n = 14 and 6: 1 - 19·4/(14·6) = 0.095.
    meg, owen = "0100000010", "1110010000"
    assert nominal(pairs_of([a + b for a, b in zip(meg, owen, strict=True)], "01")) == pytest.approx(1 - 19 * 4 / 84)


def test_alpha_of_two_observers_and_five_values() -> None:
    # Example B, printed there as 0.692: 3 of 12 units differ; 1 - 23·6/(24² - 4² - 6² - 6² - 6² - 2²) = 1 - 138/448.
    ben, gerry = "aabbdcccedda", "babbbccceddd"
    pairs = pairs_of([a + b for a, b in zip(ben, gerry, strict=True)], "abcde")
    assert pairs.sum(axis=1)[:, 0].tolist() == [4, 6, 6, 6, 2]
    assert nominal(pairs) == pytest.approx(1 - 138 / 448)


def test_alpha_of_four_observers_with_values_missing() -> None:
    # Example C, printed there: nominal 0.743, ordinal 0.815.
    pairs = pairs_of(UNITS, "12345")
    assert pairs.sum(axis=1)[:, 0].tolist() == pytest.approx([9, 13, 10, 5, 3])
    assert nominal(pairs) == pytest.approx(0.743, abs=5e-4)
    assert float(ordinal_alpha(pairs)[0]) == pytest.approx(0.815, abs=5e-4)


def test_one_value_alone_has_no_coefficient() -> None:
    pairs = pairs_of(["11", "11"], "12")
    assert np.isnan(nominal(pairs)) and np.isnan(ordinal_alpha(pairs)[0])


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    first, second = (np.array([[sum(p[n] == v for p in pairs)] for v in "abc"], np.int64) for n in (0, 1))
    equal = np.array([sum(a == b for a, b in pairs)], np.int64)
    found = cohen(equal, first, second)[1][0]
    if len({v for p in pairs for v in p}) == 1:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(metrics.cohen_kappa_score(*zip(*pairs, strict=True)))


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("ab")), min_size=1))
def test_two_values_have_one_distance(pairs: list[tuple[str, str]]) -> None:
    """With two values there is nothing between them, so that order does not matter."""
    table = pairs_of([a + b for a, b in pairs], "ab")
    assert nominal(table) == pytest.approx(float(ordinal_alpha(table)[0]), nan_ok=True)
