# SPDX-License-Identifier: Apache-2.0
"""Tables of districts: loads before and after, what changes hands, and what more changes bring."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base import texts
from sheltermap.base.exact_sums import total, totals
from sheltermap.layers import frames
from sheltermap.layers.cells import first_few

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.planning.district_names import Named
    from sheltermap.planning.district_search import Division, Found
    from sheltermap.planning.neighbours import Sides
    from sheltermap.planning.offices import Offices
    from sheltermap.planning.workload import Workload

    Codes = NDArray[np.int32]

FEW = 8  # districts that have a colour each


@dataclass(frozen=True)
class Counted:
    """What the tables are made from; per placed unit, in the order of `neighbours.by_place`."""

    names: Named
    ids: pd.Index[Any]  #: of all units
    rows: NDArray[np.intp]  #: where the placed ones stand among them
    load: Workload  #: of all
    pairs: NDArray[np.int64]  #: neighbours, shape (m, 2)
    staff: NDArray[np.float64]
    division: Division
    before: Codes | None
    found: Found

    @property
    def moved(self) -> NDArray[np.bool_]:
        """Which change hands."""
        if self.before is None:
            return np.zeros(len(self.rows), bool)
        return self.changed(self.found.district)

    def changed(self, district: Codes) -> NDArray[np.bool_]:
        """Which would change hands."""
        assert self.before is not None
        changed: NDArray[np.bool_] = (self.before >= 0) & (district != self.before)
        return changed

    @property
    def work(self) -> NDArray[np.float64]:
        """The work of each."""
        return self.load.work[self.rows]

    def sums(self, values: NDArray[np.float64], district: Codes) -> NDArray[np.float64]:
        """Return the sums per district."""
        return totals(values, district + 1, len(self.staff) + 1)[1:]

    def loads(self, district: Codes) -> NDArray[np.float64]:
        """Return the load of each district."""
        part = self.staff / self.staff.sum() * total(self.work)
        loads: NDArray[np.float64] = self.sums(self.work, district) / part
        return loads


def rows_table(units: GeoDataFrame, counted: Counted) -> GeoDataFrame:
    """Return the units with what was found for each."""
    district = np.full(len(units), -1, np.int32)
    district[counted.rows] = counted.found.district
    moved = np.zeros(len(units), bool)
    moved[counted.rows] = counted.moved
    columns: dict[str, Any] = {"work": np.where(counted.load.unknown, np.nan, counted.load.work)}
    if counted.names.before is not None:
        columns["district_before"] = counted.names.take(counted.names.before)
    return units.assign(**columns, district=counted.names.take(district), moved=moved)


def summary_table(
    units: GeoDataFrame, counted: Counted, seats: Offices | None, most_work: float | None
) -> pd.DataFrame:
    """Return a row per district."""
    names = counted.names.take(np.arange(len(counted.staff), dtype=np.int32))
    columns: dict[str, Any] = {"district": names, "staff": counted.staff, "colour": _colours(counted)}
    ends = {"": counted.found.district} | ({} if counted.before is None else {"_before": counted.before})
    for end, district in ends.items():
        known = district >= 0
        pieces = np.zeros(len(counted.staff), np.int64)
        np.maximum.at(pieces, district[known], counted.division.pieces(district)[known] + 1)
        columns[f"units{end}"] = np.bincount(district[known], minlength=len(counted.staff))
        columns[f"work{end}"] = counted.sums(counted.work, district)
        columns[f"load{end}"] = counted.loads(district)
        columns[f"pieces{end}"] = pieces
        columns[f"spread_m{end}"] = _spread_m(counted, district)
        if seats is not None:
            columns[f"{seats.column}{end}"] = _mean_way(counted, district, seats.ways)
    if counted.before is not None:
        moved = counted.moved
        for name, district in (("gained", counted.found.district), ("lost", counted.before)):
            columns[f"units_{name}"] = np.bincount(district[moved], minlength=len(counted.staff))
    if not frames.are_points(units, "units"):
        area_m2 = _core.lonlat_area_m2(frames.polygons(units, "units"))[counted.rows]
        columns["area_m2"] = counted.sums(area_m2, counted.found.district)
    if most_work is not None:
        for end in ends:
            columns[f"work_per_person{end}"] = columns[f"work{end}"] / counted.staff
            columns[f"over_limit{end}"] = columns[f"work_per_person{end}"] > most_work
    return pd.DataFrame(columns)


def _colours(counted: Counted) -> NDArray[np.int64]:
    """Return numbers that differ between districts that are neighbours, now or then; all differ where they are few."""
    if len(counted.staff) <= FEW:
        return np.arange(len(counted.staff))
    beside = np.zeros((len(counted.staff),) * 2, bool)
    for district in (counted.found.district, *(() if counted.before is None else (counted.before,))):
        one, other = district[counted.pairs].T
        both = (one >= 0) & (other >= 0) & (one != other)
        beside[one[both], other[both]] = beside[other[both], one[both]] = True
    colours = np.full(len(counted.staff), -1, np.int64)
    for row in range(len(colours)):
        taken = set(colours[beside[row]].tolist())
        colours[row] = next(colour for colour in range(len(colours)) if colour not in taken)
    return colours


def _spread_m(counted: Counted, district: Codes) -> NDArray[np.float64]:
    """Return how far work is from the middle of its district, root mean square; of units where there is no work."""
    place_m, spread = counted.division.place_m, np.full(len(counted.staff), np.nan)
    for each in range(len(spread)):
        rows = np.flatnonzero(district == each)
        if len(rows):
            weight = counted.work[rows] if counted.work[rows].any() else np.ones(len(rows))
            middle = np.average(place_m[rows], axis=0, weights=weight)
            spread[each] = math.sqrt(np.average(((place_m[rows] - middle) ** 2).sum(axis=1), weights=weight))
    return spread


def _mean_way(counted: Counted, district: Codes, ways: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.flatnonzero(district >= 0)
    own = np.zeros(len(district))
    own[known] = ways[district[known], known]
    own[counted.work == 0] = 0  # nobody goes there, so that nothing is lost where no way leads
    work = counted.sums(counted.work, district)
    lost = np.bincount(district[known], np.isnan(own[known]), len(counted.staff)) > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(lost | (work == 0), np.nan, counted.sums(np.nan_to_num(own) * counted.work, district) / work)


def measures_table(counted: Counted) -> pd.DataFrame:
    """Return how much of each measure lies in each district."""
    tables = []
    for measure, values in counted.load.measures.items():
        columns = {
            "district": counted.names.take(np.arange(len(counted.staff), dtype=np.int32)),
            "measure": measure,
            "amount": counted.sums(values[counted.rows], counted.found.district),
        }
        if counted.before is not None:
            columns["amount_before"] = counted.sums(values[counted.rows], counted.before)
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["district", "measure", "amount"])


def steps_table(counted: Counted) -> pd.DataFrame:
    """Return what more changes bring."""
    divisions = [*counted.found.steps, counted.found.district]
    rows = []
    for number, district in enumerate(divisions, start=1):
        loads = counted.loads(district)
        moved = np.zeros(len(district), bool) if counted.before is None else counted.changed(district)
        share = total(counted.work[moved]) / total(counted.work)
        rows.append((int(moved.sum()), share, loads.max(), loads.min(), number == len(divisions)))
    return pd.DataFrame(rows, columns=["units_moved", "work_moved", "largest_load", "smallest_load", "chosen"])


def moves_table(counted: Counted) -> pd.DataFrame:
    """Return the units that change hands, by their present districts and as they stand."""
    own = np.flatnonzero(counted.moved)
    before = np.zeros(0, np.int32) if counted.before is None else counted.before[own]
    order = np.lexsort((counted.rows[own], before))
    own, before = own[order], before[order]
    return pd.DataFrame(
        {
            "unit": counted.ids.take(counted.rows[own]),
            "district_before": counted.names.take(before),
            "district": counted.names.take(counted.found.district[own]),
            "work": counted.work[own],
        }
    )


def input_notes(ids: pd.Index[Any], load: Workload, rows: NDArray[np.intp]) -> list[str]:
    """Tell of units without a place, which are in no district, and of those whose work is not known."""
    notes = []
    missing = np.setdiff1d(np.arange(len(ids)), rows)
    if len(missing):
        work = total(load.work[missing])
        notes.append(
            f"{len(missing)} units have no place and are in no district, with work of {work:g}: "
            f"{first_few(ids[missing])}"
        )
    unknown = np.flatnonzero(load.unknown)
    if len(unknown):
        notes.append(
            f"the work of {len(unknown)} units is not known, or not wholly; what is not adds nothing: "
            f"{first_few(ids[unknown])}"
        )
    return notes


def island_notes(sides: Sides, ids: pd.Index[Any]) -> list[str]:
    """Tell which units were connected only by the shortest link."""
    rows = np.flatnonzero(sides.how == "island")
    return [
        f"{ids[sides.pairs[row, 0]]!r} and {ids[sides.pairs[row, 1]]!r} are taken for neighbours, "
        f"{sides.length_m[row]:,.0f} m apart: nothing else connects them with the others"
        for row in rows
    ]


def result_notes(counted: Counted, most_work: float | None) -> list[str]:
    """Tell what was made whole, what is out of reach, and how many people the work needs."""
    notes: list[str] = []
    names, before, found = counted.names.names, counted.before, counted.found
    if before is not None:
        pieces = counted.division.pieces(before)
        apart = sorted({int(each) for each in before[pieces > 0]})
        notes += [
            texts.Note.of("district_in_pieces", name=str(names[each]), count=str(pieces[before == each].max() + 1))
            for each in apart
        ]
        if (before < 0).any():
            notes.append(texts.Note.of("units_in_no_district", count=texts.number(int((before < 0).sum()))))
    tolerance = counted.division.tolerance
    if counted.division.loads(found.district).beyond > 0:
        least = counted.division.least_load
        told = {"tolerance": tolerance, "largest": counted.loads(found.district).max(), "least": least}
        shares = {name: texts.shares(float(value)) for name, value in told.items()}
        key = "no_division_within" if least > 1 + tolerance else "no_division_found_within"
        notes.append(texts.Note.of(key, **shares))
    if most_work is not None:
        needed = math.ceil(total(counted.work) / most_work)
        notes.append(
            f"at {most_work:g} per person the work needs {needed} people at least; there are {counted.staff.sum():g}"
        )
    return notes
