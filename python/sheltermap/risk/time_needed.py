# SPDX-License-Identifier: Apache-2.0
"""How long vulnerable groups need beside the way itself, how fast they are on it, and how long the warning is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from sheltermap.base.limits import Limit
from sheltermap.base.suggestions import told, unknown
from sheltermap.layers import frames
from sheltermap.layers.cells import amounts
from sheltermap.streets.walking_speeds import GROUP_OF_ALL, Pace, pace_of, paces_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

T = TypeVar("T")
Times = str | Mapping[str, str] | None
Said = float | str | None


@dataclass(frozen=True)
class TimeNeeded:
    """Times per row and group, in seconds.

    Attributes
    ----------
    labels : ndarray
        The group of each row.
    paces : dict
        Group to pace; None for the network's own.
    lost_by_group : dict
        Group to what passes before the way begins and after it.
    lost_s : ndarray
        The same per row.
    warning_s : list of float or ndarray
        Per scenario: from the warning to the arrival, for all or per row (NaN where that is not known).
    arrival : list of datetime or None
        Per scenario.
    """

    labels: NDArray[Any]
    paces: dict[Any, Pace | None]
    lost_by_group: dict[Any, float]
    lost_s: Numbers
    warning_s: list[float | Numbers]
    arrival: list[datetime | None]

    @classmethod
    def of(
        cls,
        sites: GeoDataFrame,
        scenarios: Sequence[str],
        *,
        warning: Times,
        warning_min: str | None,
        group: str | None,
        speeds: Mapping[str, float | str] | None,
        speed: Said,
        losses: Mapping[str, Times],
        streets: bool,
        arrival: datetime | Mapping[str, datetime] | None,
    ) -> TimeNeeded:
        """Return what is said; ValueError, by name, where it contradicts itself or something is missing."""
        labels, paces = _paces(sites, group, speeds, speed)
        if not streets and (slow := [each for each, pace in paces.items() if pace is None]):
            raise ValueError(f"as the crow flies nobody knows how fast {slow[0]!r} are: give speed= in m/s, or by=")
        lost = {label: sum(_of_group(each, name, labels, label) for name, each in losses.items()) for label in paces}
        per_row = np.array([lost[each] for each in labels], np.float64)
        warned = _warnings(sites, scenarios, warning, warning_min)
        arrivals = _each(arrival, "arrival", scenarios, missing=None)
        if wrong := [each for each in arrivals if each is not None and not isinstance(each, datetime)]:
            raise TypeError(f"arrival is a datetime, when the hazard arrives, not {told(wrong[0])}")
        return cls(labels, paces, lost, per_row, warned, arrivals)

    def on_the_way_s(self, scenario: int) -> Numbers:
        """Return per row how long it may be on the way; below 0 where nothing is left for it, NaN where not known."""
        return self.warning_s[scenario] - self.lost_s

    def reach_m(self, scenario: int, group: Any) -> float:
        """Return how far a group gets within the warning time: speed x (warning - what is lost); NaN where not known.

        Examples
        --------
        >>> walker = TimeNeeded(np.array([]), {"all": Pace(1.0, "")}, {"all": 360.0}, np.array([]), [600.0], [None])
        >>> walker.reach_m(0, "all")
        240.0
        """
        warned, pace = self.warning_s[scenario], self.paces.get(group)
        if pace is None or not isinstance(warned, float):
            return math.nan
        return pace.m_s * max(0.0, warned - self.lost_by_group[group])


def _paces(
    sites: GeoDataFrame, group: str | None, speeds: Mapping[str, float | str] | None, speed: Said
) -> tuple[NDArray[Any], dict[Any, Pace | None]]:
    labels, paces = paces_of(sites, group, speeds)
    if speed is None:
        return labels, paces
    if group is not None:
        raise ValueError("speed is that of all: where there are groups, give speeds")
    return labels, {GROUP_OF_ALL: pace_of(GROUP_OF_ALL, {GROUP_OF_ALL: speed})}


def _of_group(times: Times, name: str, labels: NDArray[Any], label: Any) -> float:
    """Return a time of a group; 0 where none is said."""
    if isinstance(times, Mapping):
        there = set(labels)
        for each in times:
            if each not in there:
                raise ValueError(f"{name}: {unknown('there is no group', str(each), map(str, there))}")
        times = times.get(label)
    return 0.0 if times is None else _seconds(times, name)


def _seconds(text: str, name: str) -> float:
    parsed = Limit.of(text)
    if not parsed.in_time:
        raise ValueError(f"{name} is a time, as '3 min', not {text!r}")
    return parsed.value


def _warnings(
    sites: GeoDataFrame, scenarios: Sequence[str], warning: Times, column: str | None
) -> list[float | Numbers]:
    if (warning is None) == (column is None):
        raise ValueError(
            "how long before the hazard arrives are they warned? Give warning='10 min' (for all, or by scenario), or "
            "warning_min, a column of sites with minutes: one of the two"
        )
    if column is not None:
        what = frames.describe(sites, "sites")
        return [60.0 * amounts(sites, column, what, "a warning time is in minutes, not negative")] * len(scenarios)
    return [_seconds(each, "warning") for each in _each(warning, "warning", scenarios) if each is not None]


def _each(given: T | Mapping[str, T] | None, name: str, scenarios: Sequence[str], missing: Any = ...) -> list[T | None]:
    """Return what is said for each scenario: one for all, or by id; those not named are `missing`, if they may be."""
    if not isinstance(given, Mapping):
        return [given] * len(scenarios)
    for each in given:
        if each not in scenarios:
            raise ValueError(f"{name}: {unknown('there is no scenario', str(each), scenarios)}")
    without = [each for each in scenarios if each not in given]
    if without and missing is ...:
        raise ValueError(f"{name}: nothing is said for the scenario {told(without[0])}")
    return [given.get(each, missing) for each in scenarios]
