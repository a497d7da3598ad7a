# SPDX-License-Identifier: Apache-2.0
"""Ways out of zones: where they leave them for the last time, and who goes along which street."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap._native import _core
from sheltermap.layers import frames
from sheltermap.layers.conversion import to_shapely
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.layers.meeting import placed, require_together
from sheltermap.streets.closing import in_shapes

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.streets.closing import Stretches
    from sheltermap.streets.network import Network
    from sheltermap.streets.walking_speeds import Pace

    Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Zones:
    """What is to be left, and where the streets lie in it."""

    shapes: NDArray[Any]
    index: _core.ZoneIndex
    stretches: Stretches

    @classmethod
    def of(cls, zones: GeoDataFrame, by: Network) -> Zones:
        """Return zones by their frame; ValueError where there is none."""
        column = frames.polygons(zones, "zones")
        require_together(placed(zones, "zones"), by.streets.placed)
        shapes = to_shapely(column)
        shapes = shapes[has_place(shapes)]
        if not len(shapes):
            raise ValueError("zones: there is no polygon, so there is nothing to leave")
        return cls(shapes, _core.ZoneIndex(column), in_shapes(by.streets, shapes))

    def last_metres(self, begin: Numbers, end: Numbers) -> Numbers:
        """Return per straight way how far from its beginning its last point in a zone is; NaN where it has none."""
        ways = shapely.linestrings(np.stack([begin, end], axis=1))
        way, shape = shapely.STRtree(self.shapes).query(ways, predicate="intersects")
        at, pair = shapely.get_coordinates(shapely.intersection(ways[way], self.shapes[shape]), return_index=True)
        metres = np.full(len(begin), np.nan)
        np.fmax.at(metres, way[pair], _core.geodesic_distance_m(begin[way[pair]], at))
        return metres


@dataclass(frozen=True)
class Doors:
    """The shelters outside the zones: where the streets are left for them, and what of the way to the door is dry.

    ``dry_m`` are the metres before the door after the last point in a zone; NaN where the way has none.
    """

    snaps: _core.Snaps
    dry_m: Numbers
    any_outside: bool  #: whether there is a shelter that counts, near a street or not

    @classmethod
    def of(cls, places: Numbers, zones: Zones, by: Network) -> Doors:
        """Return shelters by their places, NaN for those that do not count."""
        snaps = by.snapped(places, "shelters")
        dry_m = np.full(len(places), np.nan)
        there = snaps.edge >= 0
        dry_m[there] = np.maximum(snaps.offroad_m[there] - zones.last_metres(snaps.at[there], places[there]), 0.0)
        return cls(snaps, dry_m, bool(np.isfinite(places).all(axis=1).any()))


@dataclass(frozen=True)
class Left:
    """What becomes of every row, filled in group by group: seconds from the departure, NaN where nobody leaves."""

    shelter: NDArray[np.int32]
    leaves_s: Numbers
    arrives_s: Numbers
    reason: NDArray[Any]
    people_on_edge: Numbers

    @classmethod
    def nobody(cls, rows: int, by: Network) -> Left:
        """Return that nobody has left yet."""
        return cls(
            np.full(rows, -1, np.int32),
            np.full(rows, np.nan),
            np.full(rows, np.nan),
            np.full(rows, None, dtype=object),
            np.zeros(len(by.streets.length_m)),
        )

    def send(
        self,
        rows: NDArray[np.intp],
        homes: Numbers,
        people: Numbers,
        doors: Doors,
        zones: Zones,
        by: Network,
        pace: Pace | None,
    ) -> None:
        """Send rows on their way at one pace, None for the network's own."""
        here = by.snapped(homes, "people")
        travel = by.travel("seconds", "to", None if pace is None else pace.m_s)
        walking_m_s = by.walking_m_s if pace is None else pace.m_s
        parts = zones.stretches
        found = _core.ways_out(travel, here, doors.snaps, edge=parts.edge, begin_m=parts.begin_m, end_m=parts.end_m)
        shelter, arrives, beyond = found.facility, found.cost, found.beyond
        goes = shelter >= 0
        arrives[~goes] = np.nan
        # What lies in a zone last decides: the way from the street to the door, the streets, the way to the street.
        dry_s = doors.dry_m[shelter[goes]] / walking_m_s
        beyond[goes] = np.where(np.isnan(dry_s), beyond[goes], dry_s)
        leaves = arrives - beyond
        beside = goes & np.isnan(beyond)
        wet_m = np.minimum(zones.last_metres(homes[beside], here.at[beside]), here.offroad_m[beside])
        leaves[beside] = np.nan_to_num(wet_m) / walking_m_s
        self.shelter[rows], self.leaves_s[rows], self.arrives_s[rows] = shelter, leaves, arrives
        closed = by.on_closed_stretch(here)
        why = np.select([here.edge < 0, closed], ["not_snapped", "street_closed"], "no_path").astype(object)
        if not doors.any_outside:
            why[:] = "no_shelter_outside"
        self.reason[rows[~goes]] = why[~goes]
        self.people_on_edge[:] += _core.street_flows(travel, here, doors.snaps, limit=None, weight=people)
