"""Intervals, p values and corrections with their arithmetic."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from reportedly.resample import caution, expanded_tail, holm, interval, p_value, swaps, weights


def test_the_expanded_tail_is_that_of_student_widened_by_n_over_n_minus_1() -> None:
    # n = 10: t of 9 degrees at 2.5 % is 2.262157, times sqrt(10/9) = 1.054093 makes 2.384524; Phi(-2.384524) = 0.008551
    assert expanded_tail(10, 0.95) == pytest.approx(0.008551, abs=1e-6)
    # n = 2: t of 1 degree is 12.7062, times sqrt(2) makes 17.97: nothing is left out
    assert expanded_tail(2, 0.95) < 1e-60
    assert expanded_tail(10**7, 0.95) == pytest.approx(0.025, abs=1e-6)


def test_the_interval_takes_these_percentiles_of_the_replicates() -> None:
    figure = np.concatenate(([500.0], np.arange(1001.0)))
    found, undefined = interval(figure, 10)
    assert found == pytest.approx((8.551, 991.449), abs=1e-2) and undefined == 0
    assert interval(figure, 1) == (None, 0)
    assert interval(np.array([np.nan, 1, 2]), 10) == (None, 0)
    assert interval(np.array([1, np.nan, 2]), 10) == (None, 1)


def test_holm_multiplies_the_least_by_all_and_never_falls() -> None:
    # sorted: .01 x 3 = .03; .03 x 2 = .06; .04 x 1 = .04, raised to .06; the undefined one is no test
    found = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": None})
    assert found == {"a": pytest.approx(0.03), "b": pytest.approx(0.06), "c": pytest.approx(0.06), "d": None}
    assert holm({"a": 0.6, "b": 0.7}) == {"a": 1.0, "b": 1.0}


def test_p_counts_the_observed_among_the_permuted() -> None:
    # |permuted| >= 0.2 for two of four; (1 + 2)/(1 + 4)
    assert p_value(0.2, np.array([0.1, -0.2, 0.0, 0.3])) == pytest.approx(3 / 5)
    assert p_value(float("nan"), np.array([0.1])) is None


def test_weights_and_swaps_are_drawn_for_a_unit_whatever_stands_beside_it() -> None:
    for draw in (weights, swaps):
        both = draw(["s1", "s2"], 50, 13)
        assert (both[1] == draw(["s2"], 50, 13)[0]).all()
        assert (both[:, :20] == draw(["s1", "s2"], 20, 13)).all()
        assert (both[0] != draw(["s1"], 50, 14)[0]).any()


def test_weights_have_mean_and_variance_one_and_swaps_are_fair() -> None:
    drawn = weights([f"s{n}" for n in range(400)], 1_000, 13).astype(float)
    # 400,000 draws: standard error of the mean 1/632, of the variance sqrt(3/400,000)
    assert drawn.mean() == pytest.approx(1, abs=4 / 632)
    assert drawn.var() == pytest.approx(1, abs=4 * (3 / 400_000) ** 0.5)
    assert swaps([f"s{n}" for n in range(400)], 1_000, 13).mean() == pytest.approx(0.5, abs=4 * 0.5 / 632)


def test_few_stories_are_cautioned_against() -> None:
    assert "one story" in str(caution(1)) and caution(6) is None
    # three stories are all on one side of the truth in 2 of 8 cases
    sides = list(itertools.product((0, 1), repeat=3))
    assert f"{1 - sum(len(set(s)) == 1 for s in sides) / len(sides):.0%}" in str(caution(3))
