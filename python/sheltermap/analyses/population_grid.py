# SPDX-License-Identifier: Apache-2.0
"""People of a raster as demand: a point in the middle of each cell where somebody lives."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from sheltermap._native import _core
from sheltermap.analyses.raster_cells import CellRows, boxes, cell_areas_m2, cell_rows, cells_round, lonlat_middles
from sheltermap.base.exact_sums import total
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.raster import as_raster, polygons_on
from sheltermap.layers.row_ids import note

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.layers.raster import Raster

    Numbers = NDArray[np.float64]

COUNT, DENSITY = "count", "density_per_km2"
M2_PER_KM2 = 1e6
#: People per km2 that no place ever had; Kowloon Walled City, the densest that is known, had below two millions.
IMPOSSIBLE_PER_KM2 = 2e6


@shows_progress
@takes_frames
def population_grid(raster: Raster, *, areas: GeoDataFrame | None = None, at_least: float = 0) -> GeoDataFrame:
    """The people of a raster as demand points.

    Parameters
    ----------
    raster : Raster
        That ``holds="count"``, the people in each cell, or ``holds="density_per_km2"``, people per square kilometre,
        which become people by the area that each cell has on the WGS 84 ellipsoid. Which of the two is said when the
        raster is opened, and never guessed.
    areas : GeoDataFrame of polygons, optional
        Only the cells whose middles lie in one of them, its border included; in any CRS. By default all cells.
    at_least : float
        Cells with fewer people are left out. Those with nobody always are.

    Returns
    -------
    GeoDataFrame of points in EPSG:4326
        The middles of cells, row by row: ``cell`` (the row and the column, from 1: ``"12/34"``, the id of the frame),
        ``people`` and ``area_m2``. ``attrs["sheltermap_notes"]`` tells how many people there are, how many cells have
        no value, how many were left out with how many people, and how many people live in cells that `areas` cut and
        whose middles lie outside of them, as in the sea: see `sheltermap.zonal` for sums by fractions of cells.

    Raises
    ------
    ValueError
        If the raster holds something else or does not say what, `at_least` is no number from 0 on, a cell has a
        number below 0, or more people to the square kilometre than ever lived anywhere, so that counts and densities
        must have been mixed up.
    GeometryError, CrsError
        If `areas` hold other geometries or invalid ones, or have no CRS.

    Examples
    --------
    >>> import sheltermap as sm
    >>> people = sm.Raster("sample_data/sao_miguel/people.tif", holds="count")
    >>> homes = sm.population_grid(people, at_least=1)
    >>> homes.columns.tolist()
    ['cell', 'people', 'area_m2', 'geometry']
    >>> float(homes.people.sum().round())
    145513.0
    """
    raster = as_raster(raster)
    if raster.holds not in (COUNT, DENSITY):
        said = "does not say what its cells hold" if raster.holds is None else f'holds "{raster.holds}", not people'
        raise ValueError(
            f'{raster.path.name} {said}: open it with holds="{COUNT}" (people in each cell) or holds="{DENSITY}" '
            "(people per square kilometre); which of the two it is nobody can tell from the numbers"
        )
    if isinstance(at_least, bool) or not isinstance(at_least, Real) or not 0 <= at_least < math.inf:
        raise ValueError(f"at_least is a number of people from 0 on, not {told(at_least)}")
    within = _Within(areas, raster)
    parts = [_people(raster, part, within, at_least) for part in cell_rows(raster, within.rows, within.columns)]
    return _frame(parts, at_least, raster)


class _Within:
    """Which cells are asked about."""

    def __init__(self, areas: GeoDataFrame | None, raster: Raster) -> None:
        self.rows, self.columns = (range(count) for count in raster.shape)
        self._zones = None
        if areas is not None:
            self._zones = _core.ZoneIndex(frames.polygons(areas, "areas"))
            self._shapes = areas.geometry.to_crs(raster.crs).to_numpy()
            self.rows, self.columns = cells_round(raster, polygons_on(raster, areas, "areas"))

    def holds(self, places: Numbers) -> NDArray[np.bool_]:
        """Return which places lie in the areas."""
        if self._zones is None:
            return np.ones(len(places), dtype=bool)
        return np.diff(_core.zones_of_points(places, self._zones).offsets) > 0

    def cut(self, cells: NDArray[Any]) -> NDArray[np.bool_]:
        """Return which of the cells that are not in the areas have something in common with them."""
        found = np.zeros(len(cells), dtype=bool)
        if self._zones is not None:
            found[shapely.STRtree(cells).query(self._shapes, predicate="intersects")[1]] = True
        return found


class _Part(NamedTuple):
    """Some rows of cells: the cells with people enough, and what was left out."""

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    people: Numbers
    area_m2: Numbers
    small: int  #: cells with too few people
    in_small: float  #: people in them
    cut: int  #: cells that the areas cut, with their middles outside
    in_cut: float  #: people in them
    nobody: int  #: cells without people
    no_value: int


def _people(raster: Raster, part: CellRows, within: _Within, at_least: float) -> _Part:
    row, column = (
        each.ravel() + first for each, first in zip(np.indices(part.cells.shape), (part.row, part.column), strict=True)
    )
    value = part.cells.ravel()
    inside = within.holds(lonlat_middles(raster, row, column))
    no_value, nobody = int(np.isnan(value[inside]).sum()), int((value[inside] == 0).sum())
    some = value > 0
    row, column, value, inside = row[some], column[some], value[some], inside[some]
    area_m2 = cell_areas_m2(raster, row, column)
    people = value * area_m2 / M2_PER_KM2 if raster.holds == DENSITY else value
    _require_possible(raster, row, column, value, people / area_m2 * M2_PER_KM2)
    small, in_cut = inside & (people < at_least), people[~inside]
    in_cut = in_cut[within.cut(boxes(raster, row[~inside], column[~inside]))]
    kept = inside & ~small
    return _Part(
        row[kept],
        column[kept],
        people[kept],
        area_m2[kept],
        small=int(small.sum()),
        in_small=total(people[small]),
        cut=len(in_cut),
        in_cut=total(in_cut),
        nobody=nobody,
        no_value=no_value,
    )


def _require_possible(raster: Raster, row: Any, column: Any, value: Numbers, per_km2: Numbers) -> None:
    too_many = np.flatnonzero(per_km2 > IMPOSSIBLE_PER_KM2)
    if len(too_many):
        first = too_many[0]
        other = DENSITY if raster.holds == COUNT else COUNT
        raise ValueError(
            f'{raster.path.name}: {value[first]:,.15g} as "{raster.holds}" in the cell in row {row[first] + 1}, column '
            f"{column[first] + 1} would be {per_km2[first]:,.0f} people per km2, {len(too_many)} cells in all, and no "
            f'place ever had {IMPOSSIBLE_PER_KM2:,.0f}: does it hold "{other}"?'
        )


def _frame(parts: list[_Part], at_least: float, raster: Raster) -> GeoDataFrame:
    import geopandas

    row, column = (_joined([getattr(each, name) for each in parts], np.intp) for name in ("row", "column"))
    people, area_m2 = (_joined([getattr(each, name) for each in parts], np.float64) for name in ("people", "area_m2"))
    names = np.char.add(np.char.add((row + 1).astype(str), "/"), (column + 1).astype(str))
    frame = geopandas.GeoDataFrame(
        {"cell": pd.array(names.astype(object), dtype="string"), "people": people, "area_m2": area_m2},
        geometry=shapely.points(lonlat_middles(raster, row, column)),
        crs="EPSG:4326",
    )
    note(frame, "cell", raster.path.name)
    no_value, nobody = (sum(getattr(each, name) for each in parts) for name in ("no_value", "nobody"))
    notes = [
        f"{total(people):,.0f} people in {len(people):,} cells",
        f"{no_value:,} cells have no value, and {nobody:,} have nobody",
    ]
    if small := sum(each.small for each in parts):
        people_in = total(np.array([each.in_small for each in parts]))
        notes.append(f"{small:,} cells with fewer than {at_least:g} people, {people_in:,.1f} in all, are left out")
    if cut := sum(each.cut for each in parts):
        people_in = total(np.array([each.in_cut for each in parts]))
        notes.append(f"{cut:,} cells that the areas cut, with {people_in:,.1f} people, have their middles outside")
    frame.attrs["sheltermap_source"], frame.attrs["sheltermap_notes"] = raster.path.name, notes
    return frame


def _joined(parts: list[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate([np.empty(0, kind), *parts])
