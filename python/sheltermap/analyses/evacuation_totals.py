# SPDX-License-Identifier: Apache-2.0
"""Sums of an evacuation: by group, by reason and by shelter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.exact_sums import totals
from sheltermap.base.reasons import STATUSES, codes_of
from sheltermap.streets.walking_speeds import GROUP_OF_ALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sheltermap.streets.walking_speeds import Pace

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

# Sums of weights are rounded: a share counts as reached when it is so but for that.
ROUNDING = 1e-12
_STATUSES = {"leaves": "covered", "cannot_leave": "uncovered", "unknown": "unknown"}
_STATUS_CODES = {state: STATUSES.index(status) for state, status in _STATUSES.items()}
_SUMS = ("marked", "covered", "uncovered", "unknown", "rows_without_weight")


@dataclass(frozen=True)
class Counted:
    """What is summed, one entry per row of people; a weight that is not known is NaN and counts as nobody."""

    groups: Sequence[Any]  # what they are called
    group: NDArray[np.int64]  # number of each row's
    weight: Numbers
    state: NDArray[Any]
    reason: NDArray[Any]
    shelter: NDArray[np.int32]
    leaves_s: Numbers
    arrives_s: Numbers

    @cached_property
    def ledger(self) -> _core.Ledger:
        """Those who should leave, and those of whom nobody knows whether, by group; in a zone are the marked."""
        ledger = _core.Ledger(1, 1, len(self.groups))
        rows = self.state != "outside"
        state = self.state[rows]
        status = np.array([_STATUS_CODES[each] for each in state], np.uint8)
        in_zone = (state != "unknown").view(np.uint8)
        ledger.add(0, 0, codes_of(self.reason[rows]), self.weight[rows], self.group[rows], in_zone, status)
        return ledger

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
    by_group = counted.ledger.by_area(0, 0)
    lines = [
        _of_group(counted, label, counted.group == number, pace, {key: by_group[key][number] for key in _SUMS})
        for number, (label, pace) in enumerate(paces.items())
    ]
    if list(paces) != [GROUP_OF_ALL]:
        of_all, everybody = counted.ledger.of_all(0, 0), np.ones(len(counted.group), dtype=bool)
        lines.append(_of_group(counted, GROUP_OF_ALL, everybody, None, {key: of_all[key][0] for key in _SUMS}))
    return pd.DataFrame(lines)


def _of_group(counted: Counted, label: Any, rows: Flags, pace: Pace | None, sums: Mapping[str, Any]) -> dict[str, Any]:
    leave, cannot = rows & (counted.state == "leaves"), rows & (counted.state == "cannot_leave")
    return {
        "group": label,
        "speed_m_s": math.nan if pace is None else pace.m_s,
        "speed_source": None if pace is None else pace.source,
        "people_in_zone": sums["marked"],
        "people_leave": sums["covered"],
        "people_cannot": sums["uncovered"],
        "people_unknown": sums["unknown"],
        "rows_in_zone": int((leave | cannot).sum()),
        "rows_without_weight": sums["rows_without_weight"],
        "left_50pct_s": counted.left_by(0.5, leave),
        "left_90pct_s": counted.left_by(0.9, leave),
        "last_left_s": counted.last(counted.leaves_s, leave),
        "last_arrived_s": counted.last(counted.arrives_s, leave),
    }


def reason_table(counted: Counted) -> pd.DataFrame:
    """Return rows and people by group and reason."""
    found = [
        (counted.groups[group], reason, rows, people)
        for _, _, group, status, reason, rows, people, _ in counted.ledger.cells()
        if status != "covered"
    ]
    found.sort(key=lambda each: (str(each[0]), each[1]))
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
