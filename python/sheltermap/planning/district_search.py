# SPDX-License-Identifier: Apache-2.0
"""Units divided into districts by the core: from the present ones on, or drawn anew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from sheltermap._native import _core
from sheltermap.planning.district_names import renamed
from sheltermap.planning.neighbours import plane_shapes

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.planning.neighbours import Sides
    from sheltermap.planning.offices import Offices

    Codes = NDArray[np.int32]

OF_UNITS = 1e-6  # so much of what compactness weighs is the number of units, where travel is weighed


@dataclass(frozen=True)
class Found:
    """A division, and what leads there.

    Attributes
    ----------
    district : ndarray of int32
        Per unit.
    steps : list of ndarray
        Divisions of fewer changes, the present one first where it has all units in connected districts.
    least_moves : int or None
    proven : bool
    """

    district: Codes
    steps: list[Codes]
    least_moves: int | None
    proven: bool


@dataclass(frozen=True)
class Division:
    """What is divided, and what the districts keep to."""

    units: _core.WorkUnits
    rules: _core.DistrictRules
    parts: NDArray[np.int64]
    staff: NDArray[np.float64]
    tolerance: float
    place_m: NDArray[np.float64]
    seated: bool

    @classmethod
    def of(
        cls,
        units: GeoDataFrame,
        sides: Sides,
        parts: NDArray[np.int64],
        staff: NDArray[np.float64],
        tolerance: float,
        seats: Offices | None,
    ) -> Division:
        """Return units with their neighbours, in the order of `neighbours.by_place`, as the core takes them."""
        place_m = np.zeros((len(units), 3))
        place_m[:, :2] = shapely.get_coordinates(shapely.point_on_surface(plane_shapes(units)))
        offsets, neighbour = sides.rows(len(units))
        weight = parts / parts.sum() + (1 if seats is None else OF_UNITS) / len(units)
        rules = _core.DistrictRules(
            staff / staff.sum(),
            tolerance=tolerance,
            seat=None if seats is None else seats.unit,
            travel_cost=None if seats is None else seats.known_ways(),
        )
        core = _core.WorkUnits(offsets=offsets, neighbour=neighbour, work=parts, weight=weight, place_m=place_m)
        return cls(core, rules, parts, staff, tolerance, place_m, seats is not None)

    def loads(self, district: Codes) -> _core.DistrictLoads:
        """Return how balanced districts are."""
        return _core.district_loads(self.units, self.rules, district)

    def pieces(self, district: Codes) -> Codes:
        """Return per unit the piece of its district that it is in."""
        return _core.district_pieces(self.units, district)

    @cached_property
    def least_load(self) -> float:
        """No division has a smaller largest load."""
        return _core.least_largest_load(self.units, self.rules)

    def drawn(self, before: Codes | None) -> Found:
        """Return districts drawn anew, named as the present ones they have most work of, else from west to east."""
        district = _core.drawn_districts(self.units, self.rules)
        if not self.seated and before is not None:
            district = renamed(district, before, self.parts, self.staff)
        elif not self.seated and len(set(self.staff)) == 1:
            _, first, code = np.unique(district, return_index=True, return_inverse=True)
            district = np.argsort(np.argsort(first)).astype(np.int32)[code]
        return Found(district, [] if before is None else [before], None, proven=False)

    def changed(self, before: Codes, most_moves: int | None) -> Found:
        """Return the division with the fewest changes that is within the tolerance, or the most balanced one found."""
        first = _core.changed_districts(self.units, self.rules, before, most_changes=0).first
        forced = _moved(before, first)
        if most_moves is not None and forced > most_moves:
            raise ValueError(
                f"most_moves={most_moves} is too few: {forced} units change hands before any work is moved, so that "
                "every district has units that hang together and its office"
            )
        most = -1 if most_moves is None else most_moves - forced
        steps = _core.changed_districts(self.units, self.rules, before, most_changes=most)
        divisions, least = [first], self.loads(first).beyond
        for step in np.flatnonzero(steps.beyond < np.minimum.accumulate([least, *steps.beyond])[:-1]):
            changes = slice(steps.offsets[step], steps.offsets[step + 1])
            district = first.copy()
            district[steps.unit[changes]] = steps.to[changes]
            divisions.append(district)
        if (before != first).any():
            divisions.insert(0, before)
        return self._judged(before, divisions, as_now=bool((before == first).all()))

    def _judged(self, before: Codes, divisions: list[Codes], *, as_now: bool) -> Found:
        """Tell what is proven of the last of some divisions."""
        district = divisions[-1]
        within = self.loads(district).beyond == 0
        moved = _moved(before, district)
        least = None
        if (before >= 0).all():
            bound = _core.least_changes(self.units, self.rules, before)
            least = None if bound < 0 else bound
            # All single changes were looked at: where none was enough, two are needed.
            if least == 1 and as_now and moved > 1 and within:
                least = 2
        # Units that a new district was cut off with may go back: then a later division, which is better, has fewer.
        fewest, steps = moved, []
        for each in reversed(divisions[:-1]):
            if _moved(before, each) < fewest:
                fewest = _moved(before, each)
                steps.append(each)
        return Found(district, steps[::-1], least, proven=within and moved == least)


def _moved(before: Codes, district: Codes) -> int:
    return int(((before >= 0) & (district != before)).sum())
