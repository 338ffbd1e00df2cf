"""Chance-corrected agreement on the values of matched items: Cohen's kappa and Krippendorff's alpha.

All are taken from counts whose last axis may hold resamples. A coefficient that is undefined (no item, or one value
alone) is NaN.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .metrics.base import Counts, Figure, chance_corrected, ratio

Numbers = npt.NDArray[np.int64] | npt.NDArray[np.float64]


def cohen(equal: Counts, first: Counts, second: Counts) -> tuple[Figure, Figure]:
    """Return observed agreement and kappa = (observed - expected)/(1 - expected) (Cohen 1960), each `[replicates]`.

    Args:
        equal: how many items both gave one value: `[replicates]`.
        first: how often the first annotator gave each value: `[values, replicates]`; `second` likewise.
    """
    n = first.sum(axis=0)
    chance = (first * second).sum(axis=0)
    return ratio(equal, n), chance_corrected(equal, n, chance)


def alpha(unequal: Numbers, values: Numbers) -> Figure:
    """Return Krippendorff's alpha of values without order, 1 - observed/expected disagreement (Krippendorff 2011): `[replicates]`.

    A unit with m values adds 1/(m - 1) for each ordered pair of its values: two for two annotators.

    Args:
        unequal: the pairs of different values: `[replicates]`.
        values: the pairs that begin with each value, which is how often it occurs: `[values, replicates]`.
    """
    n = values.sum(axis=0)
    return 1 - ratio((n - 1) * unequal, n * n - (values * values).sum(axis=0))


def ordinal_alpha(pairs: Numbers) -> Figure:
    """Return Krippendorff's alpha of values in their order: those that lie further apart disagree more: `[replicates]`.

    The squared difference of c and k is (n_c + ... + n_k - (n_c + n_k)/2)**2, n being how often each value occurs.

    Args:
        pairs: the pairs of each two values as in `alpha`: `[values, values, replicates]`, symmetric.
    """
    n = pairs.sum(axis=1)
    rank = np.cumsum(n, axis=0) - n / 2
    distance = (rank[:, None] - rank[None, :]) ** 2
    observed = (pairs * distance).sum(axis=(0, 1))
    expected = (n[:, None] * n[None, :] * distance).sum(axis=(0, 1))
    found: Figure = 1 - ratio((n.sum(axis=0) - 1) * observed, expected)
    return found
