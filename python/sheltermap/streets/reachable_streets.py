# SPDX-License-Identifier: Apache-2.0
"""Which streets are within limits of the nearest facility, and the areas beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.limits import Limit, LimitLike, limits_of
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.layers.conversion import to_shapely
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.row_ids import row_ids, take_ids
from sheltermap.streets.network import require_network
from sheltermap.streets.travelling import Direction, question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.streets.network import Network

# Why a facility has no area of its own.
REASONS = pd.Index(["missing_geometry", "not_snapped", "too_far", "street_closed", "no_street_nearest"])


@dataclass(frozen=True)
class Stretches:
    """Parts of edges by edge and along it, each with one nearest facility; see `_core.reached_streets`."""

    edge: NDArray[np.int64]
    facility: NDArray[np.int64]
    limit: NDArray[np.int64]
    begin_m: NDArray[np.float64]
    end_m: NDArray[np.float64]
    begin_cost: NDArray[np.float64]
    end_cost: NDArray[np.float64]

    @classmethod
    def find(cls, by: Network, facilities: _core.Snaps, limits: tuple[Limit, ...], direction: Direction) -> Stretches:
        """Return what lies within the limits, which may stand in any order; `limit` is their place in it."""
        asked = question(by, limits[0], None, direction, None)
        values = np.array([each.value for each in limits])
        order = np.argsort(values)
        found = _core.reached_streets(by.travel(asked.unit, direction), facilities, values[order])
        costs = found.begin_cost, found.end_cost
        return cls(found.edge, found.facility, order[found.limit], found.begin_m, found.end_m, *costs)

    def take(self, kept: NDArray[np.bool_]) -> Stretches:
        """Return some of them."""
        return Stretches(*(column[kept] for column in vars(self).values()))

    def lines(self, by: Network) -> _core.GeometryColumn:
        """Return them as lines."""
        return _core.edge_parts(by.streets.graph, self.edge, self.begin_m, self.end_m)

    def joined(self, by_facility: bool) -> Stretches:
        """Return stretches that end where the next begins as one, of the same facility where that matters."""
        if not len(self.edge):
            return self
        goes_on = (self.edge[1:] == self.edge[:-1]) & (self.begin_m[1:] == self.end_m[:-1])
        if by_facility:
            goes_on &= self.facility[1:] == self.facility[:-1]
        first = np.flatnonzero(np.append(True, ~goes_on))
        last = np.append(first[1:] - 1, len(self.edge) - 1)
        ends = {"end_m": self.end_m[last], "end_cost": self.end_cost[last]}
        return Stretches(**{name: ends.get(name, column[first]) for name, column in vars(self).items()})


@shows_progress
@takes_frames
def reachable_streets(
    facilities: GeoDataFrame,
    limits: LimitLike | Sequence[LimitLike],
    *,
    by: Network,
    direction: Direction = "to",
    facility_id: str | None = None,
) -> GeoDataFrame:
    """The streets within limits of the nearest facility as lines, cut exactly where a limit is reached.

    Parameters
    ----------
    facilities : GeoDataFrame of points
        In any CRS.
    limits : float, str, Limit or a sequence of them
        Metres, or texts with a unit: "500 m", "15 min". All of them distances or all of them times.
    by : Network
        Streets to go along.
    direction : {"to", "from"}
        Whether people go to the facility, or help comes from it.
    facility_id : str, optional
        Column that names the facilities; by default the id column the layer was read with, else the index.

    Returns
    -------
    GeoDataFrame of lines in EPSG:4326
        Parts of edges, by edge and along it: ``edge`` (as in `Network.edges`), ``street`` (its name), ``facility`` (the
        nearest; ties go to the lower row), ``distance_m`` or ``duration_s`` (the least of the limits that the part lies
        within), ``begin_m`` and ``end_m`` (metres along the edge from its first vertex, right within 1 µm), and
        ``begin_distance_m`` and ``end_distance_m``, or ``begin_duration_s`` and ``end_duration_s``: what the way
        between the facility's door and there costs, which changes evenly in between. An edge is cut where a limit is
        reached, where another facility becomes the nearest, where the way to it turns, and where it is closed or gets
        slower (`Network.slow`). Parts do
        not overlap: what lies within a limit are those of the lesser limits too.

    Raises
    ------
    ValueError
        If limits are none, negative, without a unit or of both kinds, or a column is unknown.
    GeometryError, CrsError
        If a row is not a point, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> import sheltermap as sm
    >>> streets = gpd.GeoDataFrame({"name": ["Long"]}, geometry=[LineString([(24.1, 56.95), (24.2, 56.95)])], crs=4326)
    >>> walk = sm.Network.from_lines(streets, name="name", speed_kmh=6)
    >>> schools = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1], [56.95]), crs=4326)
    >>> near = sm.reachable_streets(schools, ["5 min", "15 min"], by=walk)
    >>> near[["street", "duration_s", "begin_m", "end_m"]].round()
      street  duration_s  begin_m   end_m
    0   Long       300.0      0.0   500.0
    1   Long       900.0    500.0  1500.0
    """
    import geopandas

    require_network(by)
    asked = limits_of(limits)
    ids = row_ids(facilities, facility_id, "facilities", "facility_id")
    found = Stretches.find(by, by.snapped(frames.lonlat(facilities, "facilities"), "facilities"), asked, direction)
    cost = asked[0].cost_column
    columns = {
        "edge": found.edge,
        "street": by.streets.names[found.edge],
        "facility": take_ids(ids, found.facility.astype(np.int32)),
        cost: np.array([each.value for each in asked])[found.limit],
        "begin_m": found.begin_m,
        "end_m": found.end_m,
        f"begin_{cost}": found.begin_cost,
        f"end_{cost}": found.end_cost,
    }
    return geopandas.GeoDataFrame(columns, geometry=to_shapely(found.lines(by)), crs="EPSG:4326")


def areas(
    facilities: GeoDataFrame,
    limits: tuple[Limit, ...],
    by: Network,
    direction: Direction,
    *,
    split: bool,
    beside_m: float,
    fill_holes_m2: float,
    facility_id: str | None,
) -> GeoDataFrame:
    """Return `service_areas` along streets, the rows of one limit after those of another."""
    import geopandas

    places = frames.lonlat(facilities, "facilities")
    ids = row_ids(facilities, facility_id, "facilities", "facility_id")
    snaps = by.snapped(places, "facilities")
    found = Stretches.find(by, snaps, limits, direction)
    got_on = ~by.streets.flagged("bridge", "tunnel", "ferry", "no_entry")[found.edge]
    positioned = np.isfinite(places[:, 0]) & np.isfinite(places[:, 1])
    snapped = snaps.edge >= 0
    values = np.array([each.value for each in limits])
    parts = []
    for limit in limits:
        near = found.take(got_on & (values[found.limit] <= limit.value)).joined(split)
        lines = near.lines(by)
        columns: dict[str, Any]
        if split:
            column = _core.areas_beside_lines_by_nearest(lines, near.facility, len(places), beside_m, fill_holes_m2)
            area_m2 = _core.lonlat_area_m2(column)
            why = np.where(np.isnan(area_m2), _why_none(by, snaps, positioned, limit), -1)
            columns = {"facility": ids, "reason": pd.Categorical.from_codes(why, REASONS)}
            area_m2 = np.where(positioned, np.nan_to_num(area_m2), np.nan)
        else:
            column = _core.area_beside_lines(lines, beside_m, fill_holes_m2)
            area_m2 = np.nan_to_num(_core.lonlat_area_m2(column))
            columns = {
                "facilities": [int(snapped.sum())],
                "facilities_without_position": [int((~positioned).sum())],
                "facilities_not_snapped": [int((positioned & ~snapped).sum())],
            }
        columns |= {limit.cost_column: limit.value, "area_m2": area_m2}
        parts.append(geopandas.GeoDataFrame(columns, geometry=to_shapely(column), crs="EPSG:4326"))
    return geopandas.GeoDataFrame(pd.concat(parts, ignore_index=True))


def _why_none(by: Network, snaps: _core.Snaps, positioned: NDArray[np.bool_], limit: Limit) -> NDArray[np.int64]:
    """Return per facility why it would have no area: its place in `REASONS`."""
    offroad = snaps.offroad_m / by.walking_m_s if limit.in_time else snaps.offroad_m
    why: NDArray[np.int64] = np.select(
        [~positioned, snaps.edge < 0, offroad >= limit.value, by.on_closed_stretch(snaps)], [0, 1, 2, 3], default=4
    )
    return why
