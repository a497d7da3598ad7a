# SPDX-License-Identifier: Apache-2.0
"""Which counts may be shown and what they then tell: the rule that everybody may know, and who reckons with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

SMALLEST_K, USUAL_K = 3, 10
TOLERANCE = 1e-6  # of sums of numbers that are no whole ones


@dataclass(frozen=True)
class Rule:
    """No count from 1 to k - 1 is shown; all others are rounded, each on its own.

    Parameters
    ----------
    k : int
        The fewest people that a number shown may stand for; nobody at all is no secret.
    whole : bool
        Whether counts are whole numbers, which everybody may know.

    Examples
    --------
    >>> rule = Rule(10)
    >>> rule.base, rule.hides(9), rule.hides(0), rule.rounded(14), rule.rounded(15)
    (10, True, False, 10, 20)
    >>> rule.interval(10)
    (10.0, 14.0)
    """

    k: int = USUAL_K
    whole: bool = True

    def __post_init__(self) -> None:
        if isinstance(self.k, bool) or not isinstance(self.k, int) or self.k < SMALLEST_K:
            raise ValueError(
                f"k must be a whole number from {SMALLEST_K} on, not {self.k!r}: counts of one or two people name them"
            )

    @property
    def base(self) -> int:
        """What counts are rounded to: so that the difference of two of them leaves at least k values possible."""
        step = 5
        while 2 * (step - 1) + 1 < self.k:
            step *= 2
        return step

    def hides(self, count: float) -> bool:
        """Whether a count is too small to be shown."""
        return TOLERANCE < count < self.k - TOLERANCE

    def rounded(self, count: float) -> int:
        """Return a count as it is shown, halves upwards."""
        return math.floor(count / self.base + 0.5) * self.base

    def interval(self, shown: int, former: int | None = None) -> tuple[float, float]:
        """Return between which numbers a count can lie for whoever knows what is shown, and how.

        `former` is what was shown the year before: a change of less than k is not shown, the former number is again.
        """
        if shown == 0:  # one to k - 1 would be hidden
            return (0.0, 0.0)
        gap = 1.0 if self.whole else 0.0
        if former is not None and shown == former:
            least = shown - self.k + gap
            return (max(least, float(self.k)) if least > 0 else 0.0, shown + self.k - gap)
        low, high = shown - self.base / 2, shown + self.base / 2
        if self.whole:
            low, high = float(math.ceil(low)), float(math.ceil(high) - 1)
        low = max(low, float(self.k))
        if former is not None:
            low, high = (max(low, former + self.k), high) if shown > former else (low, min(high, former - self.k))
        return (low, high)

    def is_open(self, low: float, high: float) -> bool:
        """Whether at least k values are possible between two numbers: as many as are kept secret of a hidden count."""
        return high - low >= self.k - 1 - TOLERANCE
