# SPDX-License-Identifier: Apache-2.0
"""Offices of districts: in which unit each is, how far it is from all, and which are kept where there are too many."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from numbers import Real
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from sheltermap._native import _core
from sheltermap.layers import frames
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.layers.row_ids import row_ids
from sheltermap.planning.neighbours import plane_shapes
from sheltermap.streets.travelling import Question, find

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Offices:
    """Offices, in the order of their names.

    Attributes
    ----------
    offices : GeoDataFrame
    names, all_names : list
        Of these, and also of those that are not kept.
    unit : ndarray of int32
        The unit that each is in, or nearest to.
    ways : ndarray, shape (offices, units)
        Metres or seconds; NaN where no way leads.
    column : str
        ``distance_m`` or ``duration_s``.
    reach : Reach
        From all units to all offices that were given.
    """

    offices: GeoDataFrame
    names: list[Any]
    all_names: list[Any]
    unit: NDArray[np.int32]
    ways: Numbers
    column: str
    reach: _core.Reach = field(repr=False)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls, offices: GeoDataFrame, office_id: str | None, units: GeoDataFrame, unit_ids: pd.Index[Any], asked: Question
    ) -> Offices:
        """Return where offices are; `units` all have a place.

        Raises
        ------
        ValueError
            If an office has no place or no name of its own, or two are in one unit.
        """
        what = frames.describe(offices, "offices")
        frames.lonlat(offices, "offices")
        ids = row_ids(offices, office_id, "offices", "office_id")
        if not len(offices):
            raise ValueError(f"{what}: there is none; leave offices= out")
        if ids.hasnans or ids.duplicated().any():
            raise ValueError(f"{what}: each needs a name of its own; say which column holds it: office_id=...")
        missing = np.flatnonzero(~has_place(offices.geometry.to_numpy()))
        if len(missing):
            raise ValueError(f"{what}: {ids[missing[0]]!r} has no place, so no district can be around it")
        names = in_order(ids)
        ordered = offices.iloc[ids.get_indexer(pd.Index(names))]
        shapes = plane_shapes(units)
        office, unit = shapely.STRtree(shapes).query_nearest(plane_shapes(ordered, units), all_matches=True)
        seat = np.full(len(names), len(units), np.int32)
        np.minimum.at(seat, office, unit.astype(np.int32))  # on a border the first, from west to east
        for row, each in enumerate(seat.tolist()):
            if each in seat[:row]:
                other = names[int(np.flatnonzero(seat[:row] == each)[0])]
                raise ValueError(
                    f"{what}: {other!r} and {names[row]!r} are both in unit {unit_ids[each]!r}, which can be in one "
                    "district only; leave one out, or divide the unit"
                )
        apart = shapely.distance(shapes[seat], plane_shapes(ordered, units))
        notes = [
            f"office {names[row]!r} is in no unit; the nearest, {unit_ids[seat[row]]!r}, is {apart[row]:,.0f} m away"
            for row in np.flatnonzero(apart > 0)
            if not frames.are_points(units, "units")
        ]
        inner = shapely.point_on_surface(units.geometry.to_crs(4326).to_numpy())
        places = units.set_geometry(geopandas.GeoSeries(inner, index=units.index, crs=4326))
        reach = find(places, ordered, asked, len(ordered)).reach
        ways = np.full((len(names), len(units)), np.nan)
        ways[reach.facility, np.repeat(np.arange(len(units)), np.diff(reach.offsets))] = reach.cost
        lost = np.flatnonzero(np.isnan(ways).all(axis=0))
        if len(lost):
            notes.append(
                f"{len(lost)} units reach no office, the first is {unit_ids[lost[0]]!r}; they lie as borders say"
            )
        return cls(ordered, names, names, seat, ways, asked.cost_column, reach, notes)

    def known_ways(self) -> Numbers:
        """Return the ways, twice the longest where none leads."""
        longest = np.nanmax(self.ways, initial=1.0, where=~np.isnan(self.ways))
        ways: Numbers = np.where(np.isnan(self.ways), 2 * longest, self.ways)
        return ways

    def chosen(self, count: int, work: Numbers) -> Offices:
        """Return the offices from which all work is nearest, so many of them (p-median).

        Raises
        ------
        ValueError
            If there are fewer.
        """
        if count > len(self.names):
            raise ValueError(f"count={count} districts need as many offices, and there are {len(self.names)}")
        if count == len(self.names):
            return self
        found = _core.p_median(self.reach, work, p=count)
        # One that is nobody's nearest is not chosen; it fills up what is asked for.
        others = (row for row in range(len(self.names)) if row not in found.chosen)
        kept = sorted([*found.chosen.tolist(), *islice(others, count - len(found.chosen))])
        left = [name for row, name in enumerate(self.names) if row not in kept]
        told = f"of {len(self.names)} offices these are not needed: {', '.join(map(str, left))}"
        if not found.proven:
            told += f"; no choice has less than {found.bound / found.objective:.1%} of the ways from these"
        return replace(
            self,
            offices=self.offices.iloc[kept],
            names=[self.names[row] for row in kept],
            unit=self.unit[kept],
            ways=self.ways[kept],
            notes=[*self.notes, told],
        )

    def told(self, unit_ids: pd.Index[Any]) -> GeoDataFrame:
        """Return the offices with the unit that each is in."""
        frames.require_free(self.offices, ["seat"])
        return self.offices.assign(seat=unit_ids.take(self.unit))


def in_order(values: Any) -> list[Any]:
    """Return different values that are no gaps in their order: numbers, then texts.

    Examples
    --------
    >>> in_order(["north", 10, 9, "east", 9, None])
    [9, 10, 'east', 'north']
    """
    different = pd.Series(values, dtype=object).dropna().unique().tolist()
    return sorted(different, key=lambda each: (0, each, "") if isinstance(each, Real) else (1, 0, str(each)))
