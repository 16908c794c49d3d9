"""Says how far apart two samples of times are: by their middles, by their shapes, and by who tends to be slower."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median


@dataclass(frozen=True)
class Difference:
    """Medians and means as a part of the smaller one; `ks` and `p` of Kolmogorov and Smirnov; `slower` as below."""

    medians: float
    means: float
    ks: float  # the most by which the two distributions differ, 0 to 1
    p: float  # how often chance alone would differ as much
    slower: float  # how often one drawn from the first is slower than one from the second; 0.5: nobody can tell

    def __str__(self) -> str:
        middles = f"medians {self.medians:.2%} apart, means {self.means:.2%}"
        return f"{middles}; KS {self.ks:.4f} (p {self.p:.3f}); slower {self.slower:.1%} of the time"


def apart(one: Sequence[float], two: Sequence[float]) -> Difference:
    ks = kolmogorov_smirnov(one, two)
    p = chance(ks, len(one), len(two))
    return Difference(_part(median(one), median(two)), _part(fmean(one), fmean(two)), ks, p, slower(one, two))


def _part(one: float, two: float) -> float:
    return max(one, two) / min(one, two) - 1


def kolmogorov_smirnov(one: Sequence[float], two: Sequence[float]) -> float:
    """The largest distance between the two empirical distributions."""
    first, second = sorted(one), sorted(two)
    return max(
        abs(bisect_right(first, value) / len(first) - bisect_right(second, value) / len(second))
        for value in (*first, *second)
    )


def chance(ks: float, one: int, two: int) -> float:
    """The probability of a distance at least as large between two samples of one distribution.

    Numerical Recipes (Press and others, 3rd edition), 14.3.3: good from four of each on.
    """
    root = math.sqrt(one * two / (one + two))
    scaled = (root + 0.12 + 0.11 / root) * ks
    if scaled < 0.2:  # the sum comes to 1, but too slowly
        return 1.0
    series = sum((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, 2 * series))


def slower(one: Sequence[float], two: Sequence[float]) -> float:
    """The effect size of Mann and Whitney: of all pairs, the part in which the first is larger; ties count half."""
    second = sorted(two)
    wins = sum((bisect_left(second, value) + bisect_right(second, value)) / 2 for value in one)
    return wins / (len(one) * len(two))
