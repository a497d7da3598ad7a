# SPDX-License-Identifier: Apache-2.0
"""Tables of vulnerable groups: sites in parts, people by group, area and reason, and who comes to which shelter."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.analyses.ledger import ROWS, sums_by_state
from sheltermap.base.exact_sums import total, totals
from sheltermap.layers import frames
from sheltermap.layers.row_ids import take_ids
from sheltermap.risk.suitable_shelters import STATES as SHELTER_STATES
from sheltermap.streets.walking_speeds import GROUP_OF_ALL

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.analyses.areas import Areas
    from sheltermap.risk.hits import Hits
    from sheltermap.risk.places_in_time import Seated
    from sheltermap.risk.scenario import Scenario
    from sheltermap.risk.time_needed import TimeNeeded

    Numbers = NDArray[np.float64]

STATES = ("in_time", "too_late", "no_places", "no_shelter", "unknown", "outside")
NEEDS = STATES[:-1]  # those of rows in the zone, or nobody knows


@dataclass(frozen=True)
class InScenario:
    """What was found in one scenario.

    Attributes
    ----------
    scenario : Scenario
    number : int
        Of it among all.
    hit : Hits
        Of the sites.
    shelter_states : ndarray of str
    seated : Seated
    """

    scenario: Scenario
    number: int
    hit: Hits
    shelter_states: NDArray[Any]
    seated: Seated

    @property
    def entries(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows of the sites and the numbers of their states: parts in the zone, then the unknown, then those outside.

        Those in the zone come in the order of `seated`.
        """
        unknown, outside = np.flatnonzero(self.hit.inside < 0), np.flatnonzero(self.hit.inside == 0)
        of_parts = pd.Index(STATES).get_indexer(pd.Index(self.seated.state))
        others = (np.full(len(unknown), STATES.index("unknown")), np.full(len(outside), STATES.index("outside")))
        return np.concatenate([self.seated.row, unknown, outside]), np.concatenate([of_parts, *others])

    def people(self, by_row: Numbers) -> Numbers:
        """Return the people of the entries."""
        rows, _ = self.entries
        return np.concatenate([self.seated.people, by_row[rows[len(self.seated.row) :]]])


def row_columns_of(weight: str | None, timed: bool, by_area: bool) -> list[str]:
    """Return the columns that sites get."""
    columns = ["scenario", "state", "reason", "shelter", "way_s", "time_needed_s", "slack_s", "latest_start_min"]
    more = {"latest_start": timed, ROWS: weight is None, "area": by_area}
    return columns + [name for name, there in more.items() if there]


def rows_of(
    sites: GeoDataFrame,
    weight: str | None,
    found: Sequence[InScenario],
    needed: TimeNeeded,
    ids: pd.Index[Any],
    grouping: Areas | None,
) -> GeoDataFrame:
    """Return the sites in parts, scenario by scenario, in the order of the sites."""
    parts = [_parts_of(sites, weight, each, needed, ids, grouping) for each in found]
    rows = pd.concat(parts)
    names = [each.scenario.id for each in found]
    rows["scenario"] = pd.Categorical(rows["scenario"], categories=names)
    rows["state"] = pd.Categorical(rows["state"], categories=NEEDS)
    rows.attrs = dict(sites.attrs)
    return rows


def _parts_of(
    sites: GeoDataFrame,
    weight: str | None,
    found: InScenario,
    needed: TimeNeeded,
    ids: pd.Index[Any],
    grouping: Areas | None,
) -> GeoDataFrame:
    seated, unknown = found.seated, np.flatnonzero(found.hit.inside < 0)
    rows = np.concatenate([seated.row, unknown])
    nothing = np.full(len(unknown), np.nan)
    way = np.concatenate([seated.way_s, nothing])
    time_needed = way + needed.lost_s[rows]
    warned = needed.warning_s[found.number]
    people = np.ones(len(unknown)) if weight is None else sites[weight].to_numpy(float, na_value=np.nan)[unknown]
    columns: dict[str, Any] = {
        weight or ROWS: np.concatenate([seated.people, people]),
        "scenario": found.scenario.id,
        "state": np.concatenate([seated.state, np.full(len(unknown), "unknown", object)]),
        "reason": np.concatenate([seated.reason, found.hit.reason.astype(object)[unknown]]),
        "shelter": take_ids(ids, np.concatenate([seated.shelter, np.full(len(unknown), -1)])),
        "way_s": way,
        "time_needed_s": time_needed,
        "slack_s": (warned if isinstance(warned, float) else warned[rows]) - time_needed,
        "latest_start_min": time_needed / 60,
    }
    if any(each is not None for each in needed.arrival):
        columns["latest_start"] = _latest(needed.arrival[found.number], time_needed)
    if grouping is not None:
        columns["area"] = grouping.labels()[rows]
    order = np.argsort(rows, kind="stable")
    return frames.with_columns(sites.iloc[rows[order]], {name: _taken(cells, order) for name, cells in columns.items()})


def _taken(cells: Any, order: NDArray[np.intp]) -> Any:
    return cells if isinstance(cells, str) else cells[order]


def _latest(arrival: Any, time_needed: Numbers) -> pd.DatetimeIndex:
    if arrival is None:
        return pd.DatetimeIndex([pd.NaT] * len(time_needed))
    return pd.DatetimeIndex(pd.Timestamp(arrival) - pd.to_timedelta(time_needed, unit="s"))


def summary_of(found: Sequence[InScenario], needed: TimeNeeded, people: Numbers) -> pd.DataFrame:
    """Return a row per scenario and group, and one for all."""
    groups = list(needed.paces)
    lines = []
    for each in found:
        rows, codes = each.entries
        weights = each.people(people)
        number = pd.Index(groups, dtype=object).get_indexer(pd.Index(needed.labels, dtype=object))[rows]
        sums = totals(weights, number * len(STATES) + codes, len(groups) * len(STATES)).reshape(-1, len(STATES))
        of_all = totals(weights, codes, len(STATES))
        parts = [(group, number == at, sums[at]) for at, group in enumerate(groups)]
        if groups != [GROUP_OF_ALL]:
            parts.append((GROUP_OF_ALL, np.ones(len(rows), bool), of_all))
        lines += [_line(each, needed, group, here, weights, line) for group, here, line in parts]
    return pd.DataFrame(lines)


def _line(
    found: InScenario, needed: TimeNeeded, group: Any, here: NDArray[np.bool_], weights: Numbers, sums: Numbers
) -> dict[str, Any]:
    pace, warned, seated = needed.paces.get(group), needed.warning_s[found.number], found.seated
    counts = dict(zip(STATES, sums.tolist(), strict=True))
    everybody = total(weights[here])
    concerned = total(weights[here & (found.entries[1] != STATES.index("outside"))])
    longest = (seated.way_s + needed.lost_s[seated.row])[here[: len(seated.row)]]
    return {
        "scenario": found.scenario.id,
        "hazard": found.scenario.hazard,
        "group": group,
        "speed_m_s": math.nan if pace is None else pace.m_s,
        "speed_source": None if pace is None else pace.source,
        "warning_s": warned if isinstance(warned, float) else math.nan,
        "reach_m": needed.reach_m(found.number, group),
        "total": everybody,
        "in_zone": total(seated.people[here[: len(seated.row)]]),
        **counts,
        "in_time_share": counts["in_time"] / concerned if concerned else math.nan,
        "rows_without_weight": int(np.isnan(weights[here]).sum()),
        "warning_needed_s": float(np.nanmax(longest)) if np.isfinite(longest).any() else math.nan,
    }


def by_area_of(
    found: Sequence[InScenario], measures: Mapping[str, Numbers], grouping: Areas | None
) -> pd.DataFrame | None:
    """Return the people by state of each scenario and area, of all where the area is missing; None without areas."""
    if grouping is None:
        return None
    tables = []
    for each in found:
        rows, codes = each.entries
        by_entry = copy.copy(grouping)
        by_entry.codes = grouping.codes[rows]
        weights = {name: each.people(people) for name, people in measures.items()}
        table = sums_by_state(weights, by_entry, STATES, codes)
        table.insert(0, "scenario", each.scenario.id)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def reasons_of(rows: GeoDataFrame, measure: str) -> pd.DataFrame:
    """Return rows and people by scenario, state and reason, of those who are not in time."""
    late = rows[rows["reason"].notna()]
    found = []
    for (scenario, state, reason), part in late.groupby(["scenario", "state", "reason"], observed=True, sort=True):
        people = part[measure].to_numpy(np.float64)
        found.append(
            {"scenario": scenario, "state": state, "reason": reason, "rows": len(part), "people": total(people)}
        )
    return pd.DataFrame(found, columns=["scenario", "state", "reason", "rows", "people"])


def shelters_of(
    shelters: GeoDataFrame, found: Sequence[InScenario], needed: TimeNeeded, room: Numbers | None
) -> GeoDataFrame:
    """Return every shelter in every scenario: its state, who comes, when the last does, which places are left."""
    tables = []
    for each in found:
        seated = each.seated
        goes = seated.shelter >= 0
        there = seated.shelter[goes]
        came = totals(seated.people[goes], there, len(shelters))
        last = np.full(len(shelters), np.nan)
        np.fmax.at(last, there, (seated.way_s + needed.lost_s[seated.row])[goes])
        columns: dict[str, Any] = {
            "scenario": each.scenario.id,
            "state": pd.Categorical(each.shelter_states, categories=SHELTER_STATES),
            "arrivals": came,
            "last_arrives_s": last,
        }
        if room is not None:
            columns["free"] = room - came
        tables.append(frames.with_columns(shelters, columns))
    joined = pd.concat(tables)
    joined["scenario"] = pd.Categorical(joined["scenario"], categories=[each.scenario.id for each in found])
    joined.attrs = dict(shelters.attrs)
    return joined
