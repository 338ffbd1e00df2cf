"""How often 95 % intervals of mention F1, and of a difference of two systems, hold the true figure: printed, never asserted.

    python benchmarks/coverage.py [--corpora 2000] [--resamples 1000] [--stories 3 5 10 20 40] [--seed 13]

A made-up corpus has some stories of 1 to 4 documents. A story has effects of its own: how long its documents are
(gamma), how much of gold is found (beta: some stories are hard) and how much is found that is not there (gamma); the
counts of a document are Poisson and binomial given these. Systems share the length and part of the difficulty of a
story. True figures are ratios of the expectations of the model, in closed form. Works on counts with the weights,
score and intervals of the package; the plain percentile interval stands beside for comparison.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from reportedly.metrics import METRICS
from reportedly.metrics.base import Counts, Figure
from reportedly.resample import exact_product, interval, weights

MENTIONS = 60.0
LENGTH_SHAPE = 4.0
"""Of the gamma distribution (mean 1) of a story's length: its standard deviation is half its mean."""

SHARED, OWN_EASY, HARD = 10.0, 4.0, 4.0
"""Found of gold is Beta(10 + 4, 4) for the first system: 10 of the first parameter come from what systems share."""

SECOND_EASY = 1.0
SPURIOUS = 0.15
"""Found that is not there: a gamma variable of mean 0.15 (shape 2) for each mention of gold's expectation."""

FIELDS = ("tp", "gold", "system")


def recall(easy: float) -> float:
    """Return the expectation of Beta(SHARED + easy, HARD)."""
    return (SHARED + easy) / (SHARED + easy + HARD)


def truth(easy: float) -> float:
    """Return F1 = 2 E[tp]/(E[gold] + E[system]), where all expectations are multiples of E[gold]."""
    return 2 * recall(easy) / (1 + recall(easy) + SPURIOUS)


def corpora(number: int, stories: int, rng: np.random.Generator) -> tuple[Counts, Counts]:
    """Return tp, gold and system of each story for two systems, each `[corpora, stories, fields]`."""
    shape = (number, stories)
    documents = rng.integers(1, 5, shape)
    expected = MENTIONS * documents * rng.gamma(LENGTH_SHAPE, 1 / LENGTH_SHAPE, shape)
    gold = rng.poisson(expected)
    shared, hard = rng.gamma(SHARED, 1.0, shape), rng.gamma(HARD, 1.0, shape)
    found = []
    for easy in (OWN_EASY, SECOND_EASY):
        a = shared + rng.gamma(easy, 1.0, shape)
        tp = rng.binomial(gold, a / (a + hard))
        spurious = rng.poisson(expected * rng.gamma(2.0, SPURIOUS / 2, shape))
        found.append(np.stack((tp, gold, tp + spurious), axis=2).astype(np.int64))
    return found[0], found[1]


def replicated(counts: Counts, draws: npt.NDArray[np.int8]) -> Figure:
    """Return F1 of the whole and of each replicate: `[1 + replicates]`."""
    sums = np.concatenate((counts.sum(axis=0)[:, None], exact_product(counts, draws)), axis=1)
    return METRICS["mention_span_f1"].score(dict(zip(FIELDS, sums, strict=True)))["f1"]


def plain(figure: Figure) -> tuple[float, float]:
    """Return the percentile interval without any correction."""
    low, high = np.nanquantile(figure[1:], (0.025, 0.975))
    return float(low), float(high)


def cover(number: int, stories: int, resamples: int, seed: int) -> None:
    """Print the coverage and the mean width of the intervals for corpora of so many stories."""
    rng = np.random.default_rng((seed, stories))
    first, second = corpora(number, stories, rng)
    true = truth(OWN_EASY)
    targets = {"F1": true, "difference": true - truth(SECOND_EASY)}
    hits = {(what, how): 0 for what in targets for how in ("percentile", "expanded")}
    width = dict.fromkeys(hits, 0.0)
    for c in range(number):
        draws = weights([f"{c}/{s}" for s in range(stories)], resamples, seed)
        one, two = replicated(first[c], draws), replicated(second[c], draws)
        for what, figure in (("F1", one), ("difference", one - two)):
            between, _ = interval(figure, stories)
            for how, pair in (("percentile", plain(figure)), ("expanded", between)):
                if pair is not None:
                    hits[what, how] += pair[0] <= targets[what] <= pair[1]
                    width[what, how] += pair[1] - pair[0]
    for (what, how), n in hits.items():
        share = n / number
        error = (share * (1 - share) / number) ** 0.5
        mean = width[what, how] / number
        print(f"{stories:7}  {what:10}  {how:10}  {share:8.1%} ± {error:.1%}  {mean:10.4f}", flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    """Print one line for each number of stories, figure and kind of interval."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--corpora", type=int, default=2_000)
    parser.add_argument("--resamples", type=int, default=1_000)
    parser.add_argument("--stories", type=int, nargs="+", default=[3, 5, 10, 20, 40])
    parser.add_argument("--seed", type=int, default=13)
    args = parser.parse_args(argv)
    start = time.perf_counter()
    print(f"{args.corpora:,} corpora, {args.resamples:,} resamples; true F1 {truth(OWN_EASY):.4f}")
    print("stories  figure      interval    coverage (± s.e.)  mean width")
    for stories in args.stories:
        cover(args.corpora, stories, args.resamples, args.seed)
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
