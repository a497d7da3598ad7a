# SPDX-License-Identifier: Apache-2.0
"""How a ranking by a weighted sum moves when the weights move: exact for one weight, bounded for all at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base.in_short import Short, ToldInShort, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Ranges = Mapping[str, tuple[float, float]]

TIE = 1e-12  # sums that differ by no more than this are equal
MOST_CORNERS = 1024  # of the ranges that are tried; with more parts the ends of each range, one after the other


@dataclass(frozen=True, repr=False)
class RankSensitivity(ToldInShort):
    """How a ranking moves when the weights move.

    Attributes
    ----------
    weights : DataFrame
        Per ``part``: ``weight``; ``stays_from`` and ``stays_to``, between which this weight may lie, the others as they
        are, before two areas change places; at ``weight_low`` and ``weight_high``, the others as they are, how many
        areas have another rank (``moved_low``, ``moved_high``) and by how many ranks at most (``farthest_low``,
        ``farthest_high``).
    ranks : DataFrame
        Per ``area``: ``rank``; ``best`` and ``worst``, which no weights within the ranges pass; ``best_reached`` and
        ``worst_reached``, which some of them give.
    ranges : dict of str to tuple of float
        Between which weights were moved.

    Examples
    --------
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> parts = pd.DataFrame({"hazard": [0.9, 0.2, 0.5], "vulnerability": [0.1, 0.6, 0.4]}, index=["A", "B", "C"])
    >>> index = sm.risk_index(parts, weights={"hazard": 0.5, "vulnerability": 0.5}, combined="arithmetic",
    ...     normalised={"hazard": (0, 1), "vulnerability": (0, 1)})
    >>> index.sensitivity(by=0.2)
    <RankSensitivity: 3 areas, 2 parts
      an area moves by at most 2 ranks
      3 rows in .ranks>
    """

    weights: pd.DataFrame
    ranks: pd.DataFrame
    ranges: dict[str, tuple[float, float]]

    def _in_short(self) -> Short:
        wide = self.ranks.assign(between=self.ranks["worst"] - self.ranks["best"])["between"].max()
        told = [] if pd.isna(wide) else [f"an area moves by at most {counted(int(wide), 'rank')}"]
        return Short(f"{counted(self.ranks, 'area')}, {counted(self.weights, 'part')}", told, self.ranks, "ranks")


def weighted_sum(terms: Mapping[str, Numbers], weights: Mapping[str, float]) -> Numbers:
    """Return the sums of terms times weights."""
    return np.asarray(np.sum([weight * terms[part] for part, weight in weights.items()], axis=0))


def ranks_of(sums: Numbers) -> list[int | None]:
    """Return the rank of each sum, 1 for the largest; equal ones share it; None for those not known.

    Examples
    --------
    >>> ranks_of(np.array([0.2, np.nan, 0.5, 0.2, 0.1]))
    [2, None, 1, 2, 4]
    """
    found: list[int | None] = [None] * len(sums)
    known = np.flatnonzero(~np.isnan(sums))
    order = known[np.argsort(-sums[known], kind="stable")]
    rank = 0
    for place, row in enumerate(order):
        if place == 0 or not _alike(sums[order[place - 1]], sums[row]):
            rank = place + 1
        found[row] = rank
    return found


def _alike(one: float, other: float) -> bool:
    return one == other or abs(one - other) <= TIE


def exact_interval(terms: Mapping[str, Numbers], weights: Mapping[str, float], part: str) -> tuple[float, float]:
    """Return between which values the weight of a part may lie, the others as they are, without a change of places.

    The sums are linear in it, and the first two that meet are neighbours in the ranking.
    """
    sums, slope = weighted_sum(terms, weights), terms[part]
    order = np.argsort(-sums, kind="stable")
    low, high = 0.0, math.inf
    for before, after in pairwise(order):
        if math.isinf(sums[after]):  # nothing, whatever the weights
            continue
        apart, turn = sums[before] - sums[after], slope[before] - slope[after]
        if abs(turn) <= TIE:
            continue
        if _alike(sums[before], sums[after]):
            return weights[part], weights[part]
        if turn < 0:
            high = min(high, weights[part] - apart / turn)
        else:
            low = max(low, weights[part] - apart / turn)
    return low, high


def rank_ranges(
    areas: pd.Series[Any], terms: Mapping[str, Numbers], weights: Mapping[str, float], ranges: Ranges
) -> pd.DataFrame:
    """Return for each area between which ranks it stays for all weights within their ranges."""
    nothing = np.any([np.isneginf(each) for each in terms.values()], axis=0)
    table = np.array([np.where(nothing, 0.0, terms[part]) for part in weights])
    low, high = (np.array([ranges[part][side] for part in weights])[:, None] for side in (0, 1))
    best, worst = np.ones(len(areas), np.int64), np.ones(len(areas), np.int64)
    for row in range(len(areas)):
        difference = table - table[:, [row]]
        least = np.where(difference > 0, low, high) * difference
        most = np.where(difference > 0, high, low) * difference
        always, sometimes = least.sum(axis=0) > TIE, most.sum(axis=0) > TIE
        if nothing[row]:
            always = sometimes = ~nothing
        else:
            always, sometimes = always & ~nothing, sometimes & ~nothing
        best[row] += always.sum()
        worst[row] += sometimes.sum()
    tried = np.array([ranks_of(weighted_sum(terms, each)) for each in _corners(weights, ranges)], dtype=np.int64)
    ranks = pd.DataFrame({"area": areas.to_numpy(), "rank": tried[0], "best": best, "worst": worst})
    return ranks.assign(best_reached=tried.min(axis=0), worst_reached=tried.max(axis=0))


def _corners(weights: Mapping[str, float], ranges: Ranges) -> list[dict[str, float]]:
    """Return the weights themselves and the corners of their ranges, or the ends of each where there are too many."""
    free = [part for part, (low, high) in ranges.items() if low < high]
    found = [dict(weights)]
    if 2 ** len(free) > MOST_CORNERS:
        return found + [dict(weights) | {part: end} for part in free for end in ranges[part]]
    return found + [
        dict(weights) | dict(zip(free, ends, strict=True)) for ends in product(*(ranges[part] for part in free))
    ]
