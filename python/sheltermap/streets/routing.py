# SPDX-License-Identifier: Apache-2.0
"""The ways that people take along the streets: their lines, how many go where, and which streets they depend on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sheltermap._native import _core
from sheltermap.base.limits import LimitLike
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.layers.cells import weights_of
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.meeting import placed, require_together
from sheltermap.layers.row_ids import row_ids
from sheltermap.streets.arguments import count as whole_number
from sheltermap.streets.network import require_network
from sheltermap.streets.travelling import Cost, Direction, Question, find, pair_columns, question

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.streets.network import Network


@shows_progress
@takes_frames
def paths(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    *,
    by: Network,
    k: int = 1,
    limit: LimitLike | None = None,
    direction: Direction = "to",
    cost: Cost | None = None,
    facility_id: str | None = None,
) -> GeoDataFrame:
    """The ways to the nearest facilities as lines, for maps.

    Parameters
    ----------
    demand, facilities : GeoDataFrame of points
        In any CRS.
    by, k, limit, direction, cost, facility_id
        As in `nearest`.

    Returns
    -------
    GeoDataFrame of lines in EPSG:4326
        One row per pair that `nearest` finds, with the index of its demand row: ``facility``, ``distance_m`` or
        ``duration_s``, ``offroad_m``, ``rank``, ``streets`` (their names in the order of the way, those without a name
        left out) and the line along the streets in the direction of travel.

    Raises
    ------
    ValueError, GeometryError, CrsError
        As `nearest`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> import sheltermap as sm
    >>> streets = gpd.GeoDataFrame(geometry=[LineString([(24.10, 56.95), (24.12, 56.95), (24.12, 56.96)])], crs=4326)
    >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.11], [56.95]), crs=4326)
    >>> school = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.12], [56.96]), crs=4326)
    >>> sm.paths(homes, school, by=sm.Network.from_lines(streets))[["facility", "distance_m"]].round(0)
       facility  distance_m
    0         0      1722.0
    """
    import geopandas

    from sheltermap.layers.conversion import to_shapely

    require_network(by)
    asked = question(by, limit, None, direction, cost)
    found = find(demand, facilities, asked, whole_number(k, "k"))
    row, columns = pair_columns(found, asked, row_ids(facilities, facility_id, "facilities", "facility_id"))
    there = np.isfinite(columns[asked.cost_column])
    assert found.demand_snaps is not None and found.facility_snaps is not None
    paths = _core.shortest_paths(
        by.travel(asked.unit, direction),
        found.demand_snaps,
        found.facility_snaps,
        row[there],
        found.reach.facility,
        found.reach.cost,
    )
    return geopandas.GeoDataFrame(
        {name: values[there] for name, values in columns.items()} | {"streets": _street_texts(by, paths)},
        geometry=to_shapely(paths.lines),
        crs="EPSG:4326",
        index=demand.index[row[there]],
    )


def _street_texts(by: Network, paths: _core.Paths) -> list[str]:
    """Return the names along every path, each once where it is gone along without a break."""
    columns = by.streets.columns
    number = columns["name"][paths.edges]
    texts = []
    for begin, end in pairwise(paths.offsets.tolist()):
        named = number[begin:end][number[begin:end] > 0]
        texts.append(", ".join(columns["names"][each] for each in named[np.diff(named, prepend=0) != 0]))
    return texts


@shows_progress
@takes_frames
def flows(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    *,
    by: Network,
    limit: LimitLike | None = None,
    direction: Direction = "to",
    cost: Cost | None = None,
    weight: str | None = None,
) -> GeoDataFrame:
    """How many people go along each street when everybody goes to the nearest facility.

    Parameters
    ----------
    demand, facilities : GeoDataFrame of points
        In any CRS.
    by, limit, direction, cost
        As in `nearest`. Who is beyond the limit does not go.
    weight : str, optional
        Column of demand with the people per row; by default each row counts as one. Rows without a weight do not count.

    Returns
    -------
    GeoDataFrame of lines in EPSG:4326
        The edges that somebody goes along, at least in part, as `Network.edges` has them, with ``people``, most first.

    Raises
    ------
    ValueError, GeometryError, CrsError
        As `nearest`, and ValueError for a weight that is negative or not a number.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> import sheltermap as sm
    >>> streets = gpd.GeoDataFrame(geometry=[LineString([(24.10, 56.95), (24.12, 56.95)])], crs=4326)
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [30, 4]}, geometry=gpd.points_from_xy([24.10, 24.12], [56.95] * 2), crs=4326)
    >>> school = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.12], [56.95]), crs=4326)
    >>> sm.flows(homes, school, by=sm.Network.from_lines(streets), weight="people")[["length_m", "people"]].round(0)
          length_m  people
    edge
    0       1217.0    34.0
    """
    ends = _ends(demand, facilities, by, limit, direction, cost, weight)
    travel = by.travel(ends.asked.unit, direction)
    people = _core.street_flows(travel, ends.demand, ends.facilities, limit=ends.asked.limit_value, weight=ends.weight)
    frame = by.edges().assign(people=people)
    return frame[people > 0].sort_values("people", ascending=False, kind="stable")


@shows_progress
@takes_frames
def critical_edges(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    *,
    by: Network,
    limit: LimitLike | None = None,
    direction: Direction = "to",
    cost: Cost | None = None,
    weight: str | None = None,
    count: int = 10,
) -> GeoDataFrame:
    """The streets whose closure alone takes most people beyond the limit, or off every way: computed, not guessed.

    Parameters
    ----------
    demand, facilities : GeoDataFrame of points
        In any CRS.
    by, limit, direction, cost
        As in `nearest`. Without a limit those count who have no way left.
    weight : str, optional
        Column of demand with the people per row; by default each row counts as one. Rows without a weight do not count.
    count : int
        How many edges.

    Returns
    -------
    GeoDataFrame of lines in EPSG:4326
        The edges as `Network.edges` has them, most people first, ties by edge: ``people_lost``, who reach a facility
        within the limit now and would not, were this edge closed, and ``people_using``, whose way leads along it. Fewer
        than `count` where closing no other edge takes anybody.

    Raises
    ------
    ValueError, GeometryError, CrsError
        As `nearest`, and ValueError for a weight that is negative or not a number.

    Notes
    -----
    Nobody is lost whose way does not lead along the edge. So edges are closed one after another in the order of their
    flows, each with a search of its own, until no flow is as large as the losses found. Many edges with large flows and
    good detours make it slow.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> import sheltermap as sm
    >>> streets = gpd.GeoDataFrame(
    ...     {"name": ["Valley road", "Pass"]},
    ...     geometry=[LineString([(24.10, 56.95), (24.12, 56.95)]), LineString([(24.12, 56.95), (24.14, 56.95)])],
    ...     crs=4326)
    >>> walk = sm.Network.from_lines(streets, name="name")
    >>> homes = gpd.GeoDataFrame({"people": [3, 5]}, geometry=gpd.points_from_xy([24.13, 24.14], [56.95] * 2), crs=4326)
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.10], [56.95]), crs=4326)
    >>> sm.critical_edges(homes, shelters, by=walk, weight="people").set_index("name").people_lost.to_dict()
    {'Pass': 8.0, 'Valley road': 8.0}
    """
    count = whole_number(count, "count")
    ends = _ends(demand, facilities, by, limit, direction, cost, weight)
    found = _core.critical_edges(
        by.streets.graph,
        by.changes.traffic,
        ends.asked.unit,
        direction,
        ends.demand,
        ends.facilities,
        limit=ends.asked.limit_value,
        weight=ends.weight,
        count=count,
    )
    return by.edges().loc[found.edge].assign(people_lost=found.lost, people_using=found.using_it)


@dataclass(frozen=True)
class _Ends:
    asked: Question
    demand: _core.Snaps
    facilities: _core.Snaps
    weight: NDArray[np.float64]


def _ends(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    by: Network,
    limit: LimitLike | None,
    direction: Direction,
    cost: Cost | None,
    weight: str | None,
) -> _Ends:
    """Return both ends of the ways on the streets, and the people at the first."""
    require_network(by)
    asked = question(by, limit, None, direction, cost)
    what = frames.describe(demand, "demand")
    weights = weights_of(demand, weight, what)
    from_places, to_places = frames.lonlat(demand, "demand"), frames.lonlat(facilities, "facilities")
    require_together(placed(demand, "demand", from_places), placed(facilities, "facilities", to_places))
    here, there = by.snapped(from_places, "demand"), by.snapped(to_places, "facilities")
    return _Ends(asked, here, there, np.nan_to_num(weights, nan=0.0))
