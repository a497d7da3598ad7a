# SPDX-License-Identifier: Apache-2.0
"""Sums of an evacuation: by group, by reason and by shelter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base.exact_sums import total, totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from sheltermap.streets.walking_speeds import Pace

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

GROUP_OF_ALL = "all"
# Sums of weights are rounded: a share counts as reached when it is so but for that.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Counted:
    """What is summed, one entry per row of people; a weight that is not known is NaN and counts as nobody."""

    group: NDArray[Any]
    weight: Numbers
    state: NDArray[Any]
    reason: NDArray[Any]
    shelter: NDArray[np.int32]
    leaves_s: Numbers
    arrives_s: Numbers

    def people(self, rows: Flags) -> float:
        """Return the people of some rows."""
        return total(self.weight[rows])

    def last(self, times: Numbers, rows: Flags) -> float:
        """Return the latest of some rows where there may be somebody; NaN where there is none."""
        found = times[rows & (self.weight != 0)]
        return float(found.max()) if len(found) else math.nan

    def left_by(self, share: float, rows: Flags) -> float:
        """Return when at least a share of the people of some rows has left; NaN where there are none."""
        rows = rows & (self.weight > 0)
        if not rows.any():
            return math.nan
        times, weights = self.leaves_s[rows], self.weight[rows]
        order = np.lexsort((weights, times))
        people = np.cumsum(weights[order])
        return float(times[order][np.searchsorted(people, share * people[-1] * (1 - ROUNDING))])


def summary_table(counted: Counted, paces: Mapping[Any, Pace | None]) -> pd.DataFrame:
    """Return a row per group and one for all."""
    groups = [(label, counted.group == label, pace) for label, pace in paces.items()]
    if list(paces) != [GROUP_OF_ALL]:
        groups.append((GROUP_OF_ALL, np.ones(len(counted.group), dtype=bool), None))
    return pd.DataFrame([_of_group(counted, *each) for each in groups])


def _of_group(counted: Counted, label: Any, rows: Flags, pace: Pace | None) -> dict[str, Any]:
    leave, cannot, unknown = (rows & (counted.state == state) for state in ("leaves", "cannot_leave", "unknown"))
    return {
        "group": label,
        "speed_m_s": math.nan if pace is None else pace.m_s,
        "speed_source": None if pace is None else pace.source,
        "people_in_zone": counted.people(leave | cannot),
        "people_leave": counted.people(leave),
        "people_cannot": counted.people(cannot),
        "people_unknown": counted.people(unknown),
        "rows_in_zone": int((leave | cannot).sum()),
        "rows_without_weight": int(((leave | cannot | unknown) & np.isnan(counted.weight)).sum()),
        "left_50pct_s": counted.left_by(0.5, leave),
        "left_90pct_s": counted.left_by(0.9, leave),
        "last_left_s": counted.last(counted.leaves_s, leave),
        "last_arrived_s": counted.last(counted.arrives_s, leave),
    }


def reason_table(counted: Counted) -> pd.DataFrame:
    """Return rows and people by group and reason."""
    found = []
    stay = np.isin(counted.state, ("cannot_leave", "unknown"))
    for label in sorted(set(counted.group[stay]), key=str):
        here = stay & (counted.group == label)
        for reason in sorted(set(counted.reason[here])):
            rows = here & (counted.reason == reason)
            found.append({"group": label, "reason": reason, "rows": int(rows.sum()), "people": counted.people(rows)})
    return pd.DataFrame(found, columns=["group", "reason", "rows", "people"])


def arrivals(counted: Counted, shelters: int, capacity: Numbers | None) -> dict[str, Numbers]:
    """Return per shelter who arrives, when the last does, and how many are more than it holds."""
    goes = counted.shelter >= 0
    came = totals(counted.weight[goes], counted.shelter[goes], shelters)
    last = np.full(shelters, np.nan)
    goes &= counted.weight != 0
    np.fmax.at(last, counted.shelter[goes], counted.arrives_s[goes])
    columns = {"arrivals": came, "last_arrived_s": last}
    if capacity is not None:
        columns["overflow"] = np.where(np.isnan(capacity), np.nan, np.maximum(came - capacity, 0.0))
    return columns
