# SPDX-License-Identifier: Apache-2.0
"""Expected annual impact of several return periods, in parts: between them, beyond the rarest, and below the first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.base.given import is_finite
from sheltermap.base.in_short import Short, ToldInShort, counted
from sheltermap.base.suggestions import told

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

Method = Literal["trapezoid", "log_linear"]
METHODS: tuple[Method, ...] = get_args(Method)
PARTS = ("between", "tail", "low_end", "total")


@dataclass(frozen=True, repr=False)
class ExpectedAnnual(ToldInShort):
    """What several levels of a hazard are expected to do in a year, in parts and by both methods.

    Attributes
    ----------
    parts : DataFrame
        One row per ``part``, with its value by ``trapezoid`` and by ``log_linear``: ``between`` the most frequent level
        and the rarest; ``tail``, what is rarer than the rarest, taken as no worse than it; ``low_end``, what is more
        frequent than the most frequent, down to the years at which nothing happens (0 where nobody says which); and
        ``total``, their sum.
    method : {"trapezoid", "log_linear"}
        Which of the two the attributes below are of.
    levels : DataFrame
        ``return_period_years`` and ``impact``, the most frequent first.
    zero_impact_years : float or None
    notes : list of str
        What bounds the answer: an impact that falls while the return period rises, a single level.

    Examples
    --------
    >>> import sheltermap as sm
    >>> sm.expected_annual([10, 100, 200], [100, 1000, 1500])
    <ExpectedAnnual: 3 levels
      63.25 a year by trapezoid
      4 rows in .parts>
    """

    parts: pd.DataFrame
    method: Method
    levels: pd.DataFrame
    zero_impact_years: float | None = None
    notes: list[str] = field(default_factory=list)

    def _in_short(self) -> Short:
        total = self.parts[self.parts["part"] == "total"].iloc[0]
        lines = [f"{texts.significant(total[self.method])} a year by {self.method}"]
        return Short(counted(self.levels, "level"), lines, self.parts, "parts")

    @property
    def between(self) -> float:
        """What the levels themselves enclose."""
        return self._part("between")

    @property
    def tail(self) -> float:
        """What is rarer than the rarest level."""
        return self._part("tail")

    @property
    def low_end(self) -> float:
        """What is more frequent than the most frequent level."""
        return self._part("low_end")

    @property
    def total(self) -> float:
        """The sum of the parts."""
        return self._part("total")

    def _part(self, name: str) -> float:
        return float(self.parts.set_index("part")[self.method][name])


def expected_annual(
    return_periods: ArrayLike,
    impacts: ArrayLike,
    *,
    method: Method = "trapezoid",
    zero_impact_years: float | None = None,
    falling: Literal["refuse", "report"] = "refuse",
) -> ExpectedAnnual:
    """Return what several levels of a hazard are expected to do in a year.

    The expected impact is the area under the curve of impact over annual probability (HEC-FDA; RA2CE). What the levels
    do not tell, the two ends, is kept apart: it may rule the answer, so look at each part. Between two levels the
    impact is straight in the probability (``trapezoid``), or straight in the logarithm of the return period
    (``log_linear``, Rosbjerg 2024), which gives less where the impact grows slower than the period. Both are computed.

    Parameters
    ----------
    return_periods : array-like of float
        Years, 1 or longer, each once; in any order.
    impacts : array-like of float
        What happens at each: people, a currency; not negative.
    method : {"trapezoid", "log_linear"}
        Which of the two ``total`` and the other attributes are of; `ExpectedAnnual.parts` has both.
    zero_impact_years : float, optional
        The return period at which nothing happens any more, shorter than all the others: from there the impact rises
        to that of the first level. By default the low end is left out, and counts 0.
    falling : {"refuse", "report"}
        What to do where a rarer level does less than a more frequent one: raise an error, or compute with the impacts
        as they are and name the pair in ``notes``.

    Returns
    -------
    ExpectedAnnual

    Raises
    ------
    ValueError
        If the lists differ in length or are empty, a period is shorter than 1 year or there twice, an impact is
        negative or not known, a rarer level does less, or `zero_impact_years` is not below all of the periods.

    Examples
    --------
    >>> import sheltermap as sm
    >>> found = sm.expected_annual([10, 100, 200], [100, 1000, 1500])
    >>> found.parts.round(4)
          part  trapezoid  log_linear
    0  between      55.75     41.2846
    1     tail       7.50      7.5000
    2  low_end       0.00      0.0000
    3    total      63.25     48.7846
    >>> sm.expected_annual([100, 200], [1000, 2000], zero_impact_years=10).total
    62.5
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, not {told(method)}")
    if falling not in ("refuse", "report"):
        raise ValueError(f"falling must be refuse or report, not {told(falling)}")
    years, impact = _ascending(return_periods, impacts)
    notes = _falling(years, impact)
    if notes and falling == "refuse":
        raise ValueError(f"{notes[0]}: correct it, or say falling='report' to compute with the impacts as they are")
    if zero_impact_years is not None and not (is_finite(zero_impact_years) and 1 <= zero_impact_years < years[0]):
        raise ValueError(
            f"zero_impact_years must be at least 1 and below the shortest return period, {years[0]:g} years, not "
            f"{told(zero_impact_years)}"
        )
    if len(years) == 1:
        notes.append("there is one level only, so nothing lies between levels")
    tail = impact[-1] / years[-1]
    columns: dict[str, list[float]] = {}
    for each, area in (("trapezoid", _straight_in_probability), ("log_linear", _straight_in_log)):
        between = total(area(years, impact))
        low_end = 0.0
        if zero_impact_years is not None:
            low_end = total(area(np.array([zero_impact_years, years[0]]), np.array([0.0, impact[0]])))
        columns[each] = [between, tail, low_end, math.fsum((between, tail, low_end))]
    return ExpectedAnnual(
        parts=pd.DataFrame({"part": PARTS, **columns}),
        method=method,
        levels=pd.DataFrame({"return_period_years": years, "impact": impact}),
        zero_impact_years=zero_impact_years,
        notes=notes,
    )


def _ascending(return_periods: ArrayLike, impacts: ArrayLike) -> tuple[Numbers, Numbers]:
    """Return the levels, the most frequent first."""
    years, impact = _numbers(return_periods, "return periods"), _numbers(impacts, "impacts")
    if years.ndim != 1 or impact.ndim != 1 or len(years) != len(impact) or not len(years):
        raise ValueError(
            f"give as many impacts as return periods, at least one; not {years.size} return periods and {impact.size} "
            "impacts"
        )
    _require(np.isfinite(years) & (years >= 1), years, "a return period is 1 year or longer", "return periods")
    _require(np.isfinite(impact) & (impact >= 0), impact, "an impact is a finite number, not negative", "impacts")
    order = np.argsort(years, kind="stable")
    years, impact = years[order], impact[order]
    for one, other in pairwise(years):
        if one == other:
            raise ValueError(f"the return period of {one:g} years is there twice: which of its impacts counts?")
    return years, impact


def _numbers(given: ArrayLike, what: str) -> Numbers:
    if not isinstance(given, str | Mapping):
        with suppress(TypeError, ValueError):
            return np.asarray(given, np.float64)
    raise TypeError(f"{what} are numbers, not {told(given)}")


def _require(good: NDArray[np.bool_], values: Numbers, rule: str, what: str) -> None:
    wrong = np.flatnonzero(~good)
    if len(wrong):
        raise ValueError(f"{what}: number {wrong[0] + 1} is {values[wrong[0]]:g}; {rule}")


def _falling(years: Numbers, impact: Numbers) -> list[str]:
    """Name each pair of neighbouring levels of which the rarer does less."""
    pairs = zip(pairwise(years), pairwise(impact), strict=True)
    return [
        f"the impact falls from {more:.15g} at {often:g} years to {less:.15g} at {rarer:g} years"
        for (often, rarer), (more, less) in pairs
        if less < more
    ]


def _straight_in_probability(years: Numbers, impact: Numbers) -> Numbers:
    probability = 1 / years
    return (impact[:-1] + impact[1:]) / 2 * (probability[:-1] - probability[1:])


def _straight_in_log(years: Numbers, impact: Numbers) -> Numbers:
    """Return the integral of a + b ln T over p = 1/T between neighbours."""
    probability = 1 / years
    width, log = probability[:-1] - probability[1:], np.log(years[1:] / years[:-1])
    slope = (impact[1:] - impact[:-1]) / log
    result: Numbers = impact[:-1] * width + slope * (width - probability[1:] * log)
    return result
