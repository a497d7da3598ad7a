# SPDX-License-Identifier: Apache-2.0
"""Equity: how evenly something is shared among people, and how many have less than a standard asks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.analyses.drawable import Drawable
from sheltermap.base import texts
from sheltermap.base.exact_sums import total, totals
from sheltermap.base.in_short import Short, counted, name_of
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.cells import amounts, weights_of
from sheltermap.layers.frames_given import takes_frames

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

ALMOST = 1e-12  # of a standard: what only rounding keeps from it has reached it
POOREST, RICHEST = 0.4, 0.1  # of the people, for Palma's ratio
INEQUALITY = ("gini", "palma", "theil")
POVERTY = ("people_below", "below_share", "fgt1", "fgt2")


@dataclass(frozen=True, repr=False)
class Equity(Drawable, drawn_as="equity"):
    """How evenly something is shared among people.

    Attributes
    ----------
    summary : DataFrame
        One row for all (``group`` missing), then one per group: ``people`` whose value is known, ``unknown`` people,
        ``rows_without_weight`` (in neither), ``mean``; ``gini`` (0 when all have the same, towards 1 when one has
        everything), ``palma`` (what the tenth with most has, over what the two fifths with least have; infinite where
        these have nothing) and ``theil`` (0 when all have the same, at most the logarithm of the people). Missing
        where nobody is, or nobody has anything: then there is no share to be even or uneven. With a standard also
        ``people_below`` it, ``below_share`` of the people whose value is known (Foster, Greer and Thorbecke's FGT0),
        ``fgt1``, the mean of what is lacking as a share of the standard, and ``fgt2``, the mean of its square.
    lorenz : DataFrame
        Lorenz's curve, for all and by group: ``group``, ``people_share`` and the ``value_share`` that these people,
        those with least first, have. People of one value are one step; between two points the curve is straight.
    standard : float or None
    theil_within, theil_between : float or None
        With groups: the two parts that Theil's index of all is the sum of, inequality within the groups and between
        their means.

    Examples
    --------
    >>> import sheltermap as sm
    >>> sm.equity([1, 2, 3, 4, 5])
    <Equity: 1 row
      all: mean 3, Gini 0.267>
    """

    summary: pd.DataFrame
    lorenz: pd.DataFrame
    standard: float | None = None
    theil_within: float | None = None
    theil_between: float | None = None

    def _in_short(self) -> Short:
        lines = (
            ("all" if pd.isna(each["group"]) else name_of(each["group"]))
            + f": mean {texts.significant(each['mean'])}, Gini {texts.significant(each['gini'], 3)}"
            for each in self.summary.to_dict("records")
        )
        return Short(counted(self.summary, "row"), lines, self.summary)

    def plot(
        self, *, group: Any = None, figsize: tuple[float, float] | None = None, ax: Axes | None = None, lang: str = "en"
    ) -> Axes:
        """Draw Lorenz's curve of all, or of one group, beside the line of those who all have the same.

        Parameters
        ----------
        group : optional
            One of the groups; by default all.

        Raises
        ------
        ValueError
            If there is no such group.
        """
        return self._plotted(group=group, figsize=figsize, ax=ax, lang=lang)

    def curve(self, group: Any = None) -> pd.DataFrame:
        """Return the points of Lorenz's curve of all, or of one group; ValueError where there is no such."""
        groups = self.lorenz["group"].astype(object)
        rows = groups.isna() if group is None else groups == group
        if group is not None and group not in set(self.summary["group"].dropna()):
            raise ValueError(f"there is no group {group!r}; there are {list(self.summary['group'].dropna())}")
        return self.lorenz[rows.to_numpy(dtype=bool)].drop(columns="group").reset_index(drop=True)


@takes_frames
def equity(
    rows: pd.DataFrame | Sequence[float] | Numbers,
    weight: str | Sequence[float] | Numbers | None = None,
    *,
    value: str = "access",
    standard: float | None = None,
    group: str | Sequence[Any] | None = None,
) -> Equity:
    """How evenly something is shared among people: Gini, Lorenz, Palma, Theil, and how many have less than a standard.

    Parameters
    ----------
    rows : DataFrame, or a sequence of numbers
        What each row's people have, each of them: of a frame its column `value`. Missing is unknown, not 0.
    weight : str, or a sequence of numbers, optional
        The people of each row; of a frame a column. By default each row counts as one. It says how many people a row
        is, so that (1, 3) with weights (3, 1) is (1, 1, 1, 3).
    value : str
        Column of the frame.
    standard : float, optional
        How much everybody should have, in the unit of the values. Exactly so much is enough.
    group : str, or a sequence, optional
        In which area or group each row's people are; of a frame a column. Rows without one count for all only.

    Returns
    -------
    Equity

    Raises
    ------
    ValueError
        If a value or a weight is negative, infinite or no number, lengths differ, a column is unknown or the standard
        is not above 0.

    Notes
    -----
    Gini is one less twice the area under Lorenz's curve, ``1 - Σ (P_k - P_{k-1})(L_k + L_{k-1})`` (Lorenz 1905; Gini
    1912), without a correction for few rows; Palma's ratio is read from the curve (Palma 2011), so people of one row
    may be on both sides of the mark; Theil's index is ``Σ w/W y/μ ln(y/μ)`` (Theil 1967), where nothing adds nothing.
    Below a standard z: ``Σ w/W ((z - y) / z)^a`` over those with y < z, a = 0, 1, 2 (Foster, Greer, Thorbecke 1984).
    Sums are exact, and people of one value are put together, so the order of the rows leaves no trace.

    Examples
    --------
    >>> import sheltermap as sm
    >>> found = sm.equity([1, 2, 3, 4, 5], standard=3)
    >>> found.summary[["people", "mean", "gini", "below_share"]].round(4)
       people  mean    gini  below_share
    0     5.0   3.0  0.2667          0.4
    """
    if standard is not None and (
        isinstance(standard, bool) or not isinstance(standard, Real) or not 0 < standard < math.inf
    ):
        raise ValueError(f"a standard is a number above 0, not {told(standard)}")
    frame, weight_column, group_column = _as_frame(rows, weight, value, group)
    what = frames.describe(frame, "rows")
    values = amounts(frame, value, what, "what people share is finite, and not negative")
    people = weights_of(frame, weight_column, what)
    given = None if standard is None else float(standard)
    names: list[Any] = []
    codes = np.full(len(values), -1)
    if group_column is not None:
        names = sorted(set(frame[group_column].dropna()), key=lambda name: (str(name), type(name).__name__))
        codes = pd.Index(names, dtype=object).get_indexer(frame[group_column].astype(object))
    parts = [np.ones(len(values), bool), *(codes == number for number in range(len(names)))]
    shared = [Shared.of(values[part], people[part]) for part in parts]
    lines = [each.line(given) for each in shared]
    labels = pd.Series([None, *names], dtype=object)
    curves = [each.curve().assign(group=name) for each, name in zip(shared, labels, strict=True)]
    within, between = (None, None) if group_column is None else _theil_parts(shared[1:])
    return Equity(
        pd.DataFrame(lines).assign(group=labels)[["group", *lines[0]]],
        pd.concat(curves, ignore_index=True)[["group", "people_share", "value_share"]],
        given,
        within,
        between,
    )


def is_below(values: Numbers, standard: float) -> NDArray[np.bool_]:
    """Return which values are below a standard, and not by rounding only; what is not known is not."""
    below: NDArray[np.bool_] = values < standard * (1 - ALMOST)
    return below


def is_amount(value: Any) -> bool:
    """Whether a value is a number above 0, and finite."""
    return isinstance(value, Real) and not isinstance(value, bool) and 0 < float(value) < math.inf


@dataclass(frozen=True)
class Shared:
    """The distinct values of some people, the smallest first, and how many have each."""

    value: Numbers
    people: Numbers
    unknown: float
    without_weight: int

    @classmethod
    def of(cls, values: Numbers, people: Numbers) -> Shared:
        """Return what people have, each of a row so much; NaN is not known, of the value or of the people."""
        counted = ~np.isnan(people)
        known = counted & ~np.isnan(values) & (people > 0)
        distinct, codes = np.unique(values[known], return_inverse=True)
        unknown = total(people[counted & np.isnan(values)])
        return cls(distinct, totals(people[known], codes, len(distinct)), unknown, int((~counted).sum()))

    @property
    def held(self) -> Numbers:
        """How much all of each value have together."""
        held: Numbers = self.value * self.people
        return held

    def shares(self) -> tuple[Numbers, Numbers]:
        """Return the points of Lorenz's curve, from nobody to all; of nothing everybody has nothing to share."""
        everybody, everything = total(self.people), total(self.held)
        if not everything:
            return np.empty(0), np.empty(0)
        people = np.concatenate([[0.0], np.cumsum(self.people) / everybody])
        held = np.concatenate([[0.0], np.cumsum(self.held) / everything])
        people[-1] = held[-1] = 1.0
        return people, held

    def curve(self) -> pd.DataFrame:
        """Return Lorenz's curve as a table."""
        people, held = self.shares()
        return pd.DataFrame({"people_share": people, "value_share": held})

    def line(self, standard: float | None) -> dict[str, float]:
        """Return all that is said of them."""
        everybody, everything = total(self.people), total(self.held)
        line: dict[str, float] = {"people": everybody, "unknown": self.unknown}
        line["rows_without_weight"] = self.without_weight
        line["mean"] = everything / everybody if everybody else math.nan
        line |= dict(zip(INEQUALITY, self._inequality(), strict=True))
        if standard is not None:
            line |= dict(zip(POVERTY, self._poverty(standard, everybody), strict=True))
        return line

    def _inequality(self) -> tuple[float, float, float]:
        people, held = self.shares()
        if not len(people):
            return math.nan, math.nan, math.nan
        gini = max(0.0, 1 - total(np.diff(people) * (held[1:] + held[:-1])))
        poorest, rest = np.interp([POOREST, 1 - RICHEST], people, held)
        palma = float((1 - rest) / poorest) if poorest > 0 else math.inf
        return (gini if len(self.value) > 1 else 0.0), palma, self.theil()

    def theil(self) -> float:
        """Return Theil's index; missing where there is nothing to share."""
        everybody, everything = total(self.people), total(self.held)
        if not everything:
            return math.nan
        if len(self.value) == 1:
            return 0.0
        some = self.value > 0
        relative = self.value[some] * (everybody / everything)
        return max(0.0, total(self.people[some] / everybody * relative * np.log(relative)))

    def _poverty(self, standard: float, everybody: float) -> tuple[float, float, float, float]:
        below = is_below(self.value, standard)
        people, lacking = self.people[below], (standard - self.value[below]) / standard
        if not everybody:
            return 0.0, math.nan, math.nan, math.nan
        sums = [total(people * lacking**power) for power in (0, 1, 2)]
        return sums[0], sums[0] / everybody, sums[1] / everybody, sums[2] / everybody


def _theil_parts(groups: Sequence[Shared]) -> tuple[float, float]:
    """Return Theil's index within groups and between them; rows of no group have no part in it."""
    held = np.array([total(each.held) for each in groups])
    people = np.array([total(each.people) for each in groups])
    everything, everybody = total(held), total(people)
    if not everything:
        return math.nan, math.nan
    some = held > 0
    share = held[some] / everything
    within = total(share * np.array([each.theil() for each in groups])[some])
    between = total(share * np.log(share / (people[some] / everybody)))
    return within, max(0.0, between)


def _as_frame(rows: Any, weight: Any, value: str, group: Any) -> tuple[pd.DataFrame, str | None, str | None]:
    """Return everything as columns of one frame, and what those of the weights and the groups are called."""
    if isinstance(rows, pd.DataFrame):
        for name, given in (("weight", weight), ("group", group)):
            if given is not None and not isinstance(given, str):
                raise ValueError(f"of a frame, {name} is the name of a column, not {told(given)}")
        frames.require_columns(rows, [each for each in (value, weight, group) if each is not None], "rows")
        return rows, weight, group
    columns = {"value": rows, "weight": weight, "group": group}
    series = {name: pd.Series(each).reset_index(drop=True) for name, each in columns.items() if each is not None}
    lengths = {name: len(each) for name, each in series.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"values, weights and groups belong to the same rows; their lengths are {lengths}")
    frame = pd.DataFrame(series).rename(columns={"value": value})
    return frame, *(name if columns[name] is not None else None for name in ("weight", "group"))  # type: ignore[return-value]
