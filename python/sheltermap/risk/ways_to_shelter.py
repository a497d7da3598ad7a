# SPDX-License-Identifier: Apache-2.0
"""How long the way from sites to every shelter that suits them takes, each group at its own pace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap._native import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.risk.suitable_shelters import Suitability
    from sheltermap.risk.time_needed import TimeNeeded
    from sheltermap.streets.network import Network
    from sheltermap.streets.walking_speeds import Pace

    Numbers = NDArray[np.float64]
    Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Ways:
    """Pairs of sites and suitable shelters.

    Attributes
    ----------
    rows : ndarray
        The sites that are asked about.
    shelters : int
        How many there are.
    row, shelter, seconds : ndarray
        Per pair: number in `rows`, shelter, time on the way.
    reason : ndarray
        Per site of `rows` why it reaches none, where it does not.
    """

    rows: Rows
    shelters: int
    row: Rows
    shelter: NDArray[np.int32]
    seconds: Numbers
    reason: NDArray[Any]


def ways_to_shelter(
    homes: Numbers,
    doors: Numbers,
    rows: Rows,
    suits: Suitability,
    states: NDArray[Any],
    needed: TimeNeeded,
    by: Network | None,
    *,
    nearest: bool,
) -> Ways:
    """Return the ways of some sites to the shelters that suit them, all or the nearest of each.

    A shelter without a street near is marked so in `states`.
    """
    usable = states == "usable"
    if by is not None:
        states[usable & (by.snapped(doors, "shelters").edge < 0)] = "not_snapped"
    found: list[tuple[Rows, NDArray[np.int32], Numbers]] = []
    reason = np.full(len(rows), None, object)
    for label, pace in needed.paces.items():
        for flat in (False, True):
            mine = np.flatnonzero((needed.labels[rows] == label) & (suits.needs_step_free[rows] == flat))
            good = usable & suits.step_free if flat else usable
            if not len(mine):
                continue
            if not good.any():
                reason[mine] = _no_door(states, usable, doors)
                continue
            there = np.where(good[:, None], doors, np.nan)
            reach, why = _seconds(homes[rows[mine]], there, pace, by, 1 if nearest else int(good.sum()))
            reason[mine] = why
            found.append((mine[np.repeat(np.arange(len(mine)), np.diff(reach.offsets))], reach.facility, reach.cost))
            if by is None and pace is not None:
                found[-1] = (*found[-1][:2], reach.cost / pace.m_s)
    row, shelter, seconds = (np.concatenate(each) for each in zip(*found, strict=True)) if found else _NOTHING
    return Ways(rows, len(doors), row, shelter, seconds, reason)


_NOTHING = (np.empty(0, np.intp), np.empty(0, np.int32), np.empty(0))


def _no_door(states: NDArray[Any], usable: NDArray[np.bool_], doors: Numbers) -> str:
    """Return why no shelter is open to some: for want of one without steps, of one that is fit, or of any outside."""
    if usable.any():
        return "no_step_free_shelter"
    outside = ~np.isin(states, ("in_zone", "place_unknown")) & np.isfinite(doors).all(axis=1)
    return "no_suitable_shelter" if outside.any() else "no_shelter_outside"


def _seconds(
    homes: Numbers, doors: Numbers, pace: Pace | None, by: Network | None, k: int
) -> tuple[_core.Reach, NDArray[Any]]:
    """Return what is reached, in seconds along streets and else in metres, and why nothing is."""
    if by is None:
        return _core.geodesic_reach(homes, doors, k=k), np.full(len(homes), None, object)
    travel = by.travel("seconds", "to", None if pace is None else pace.m_s)
    here, there = by.snapped(homes, "sites"), by.snapped(doors, "shelters")
    reach = _core.network_reach(travel, here, there, k=k)
    stuck = by.on_closed_stretch(here)
    why = np.select([here.edge < 0, stuck], ["not_snapped", "street_closed"], "no_path").astype(object)
    return reach, why
