# SPDX-License-Identifier: Apache-2.0
"""Allocation: who is sent to which facility when places are few, proved to be the best, or by rules people keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sheltermap.analyses.areas import Areas
from sheltermap.analyses.ledger import ROWS, measures_of
from sheltermap.analyses.left_out import LeftOut
from sheltermap.analyses.persons import Persons
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.planning import allocation_tables as tables
from sheltermap.planning.allocation_result import Allocation, Asked, tabulated
from sheltermap.planning.allocation_rules import rules_of
from sheltermap.planning.allocation_solving import solve
from sheltermap.planning.allocation_task import Method, Turn, task_of
from sheltermap.streets.travelling import Cost, Direction, question

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.base.limits import LimitLike
    from sheltermap.streets.travelling import By


@shows_progress
@takes_frames
def allocate(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    *,
    capacity: str,
    weight: str | None = None,
    limit: LimitLike | None = None,
    by: By | None = None,
    direction: Direction = "to",
    cost: Cost | None = None,
    method: Method = "optimal",
    turn: Turn = "pairs",
    order: str | None = None,
    own_building: str | None = None,
    household: str | Literal[True] | None = None,
    group: str | None = None,
    group_capacity: str | None = None,
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
    facility_id: str | None = None,
    unused: GeoDataFrame | None = None,
) -> Allocation:
    """Give people places in facilities: as many people as can have one, and of all such plans the one with least way.

    The optimum is a flow of least cost (transportation problem). It is proved: `Allocation.summary` has the cost of the
    plan and the bound that prices of the places give, and both are the same. The order of the rows changes nothing;
    where several plans are equally good, position decides, then the number of people, then the name of the row.

    Parameters
    ----------
    demand : GeoDataFrame of points
        In any CRS. A row may be divided among facilities. A row without a position counts as unknown.
    facilities : GeoDataFrame of points, lines or polygons
        In any CRS. Inside a polygon the distance is 0, else it is that to its boundary.
    capacity : str
        Column of facilities with their places, whole numbers. An empty cell is not known and counts as no place, and
        ``notes`` says so.
    weight : str, optional
        Column of demand with the people per row; by default each row counts as one. Where they are no whole numbers
        places are given by the thousandth of a person, rounded up.
    limit : float, str or Limit, optional
        Nobody goes farther: metres, or a text with a unit: "500 m", and with `by` "15 min". By default any distance.
    by : Network or ReachTable, optional
        Streets to go along, facilities are then points; or a table of costs, from `reach_from`. By default as the crow
        flies.
    direction : {"to", "from"}
        Whether people go to the facility, or help comes from it.
    cost : {"metres", "seconds"}, optional
        What is to be least along streets; by default as the limit, else metres.
    method : {"optimal", "nearest_until_full"}
        Everybody to the nearest until it is full is what happens untold, and what tools do that know no optimum; how
        much worse that is the summary tells.
    turn : {"pairs", "rows", "facilities"}
        Of ``nearest_until_full``: the nearest pair of all first; or row by row, or facility by facility, each taking
        the nearest who have no place yet (as AccessMod does), in an order that has to be said.
    order : str, optional
        Column of the demand (``turn="rows"``) or of the facilities (``"facilities"``): the smallest first.
    own_building : str, optional
        Column of demand that names the facility in the row's own building, empty where there is none. Those have
        their places there first; of more people than it holds, the nearest.
    household : str or True, optional
        Column of demand that says which rows stay together, or True for each row by itself: a household goes to one
        facility or none. Solved by rounding the optimum; how far from it that may be the summary tells.
    group : str, optional
        Column of demand with those among the people of a row who need places fit for them (in a wheelchair).
    group_capacity : str, optional
        Column of facilities: how many of the places are fit for the group. The group has its places first, at least
        cost; the others the best of what is left. Each of the two is an optimum.
    areas : GeoDataFrame of polygons, optional
        To sum by. A point on the border of two areas belongs to the first row.
    area_name : str, optional
        Column of `areas` to sum by; several polygons may share a name. By default the index.
    facility_id : str, optional
        Column that names the facilities; by default the id column the layer was read with, else the index.
    unused : GeoDataFrame, optional
        Facilities that `supply` left out. Who has no place and has one of them within the limit has none for the
        reason of the nearest of them.

    Returns
    -------
    Allocation

    Raises
    ------
    ValueError
        If a number of places is negative or not whole, or none is known; a weight is no number or negative, or all add
        up to more than 2^53 parts; a column is unknown, or one of a result's name is there; a time is asked without
        `by`; rules do not fit together; an own building is no facility; rows of a household lie at different places; a
        group is larger than its row, or its places more than there are.
    GeometryError, CrsError
        If a row has the wrong kind of geometry, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame({"people": [30, 40]}, geometry=gpd.points_from_xy([24.10, 24.11], [57, 57]), crs=4326)
    >>> shelters = gpd.GeoDataFrame(
    ...     {"id": ["A", "B"], "places": [50, 15]}, geometry=gpd.points_from_xy([24.10, 24.12], [57, 57]), crs=4326)
    >>> plan = sm.allocate(homes, shelters, capacity="places", weight="people", facility_id="id")
    >>> plan.rows[["people", "facility", "distance_m", "reason"]].round(0)
       people facility  distance_m reason
    0    30.0        A         0.0    NaN
    1    20.0        A       608.0    NaN
    1    15.0        B       608.0    NaN
    1     5.0      NaN         NaN   full
    >>> plan.summary[["total", "served", "unserved", "unknown", "certified"]]
       total  served  unserved  unknown  certified
    0   70.0    65.0       5.0      0.0       True
    """
    asked = question(by, limit, None, direction, cost)
    taken = ["facility", asked.cost_column, "reason", *(["area"] if areas is not None else [])]
    frames.require_free(demand, [*taken, *([] if weight else [ROWS])])
    frames.require_columns(facilities, [capacity], frames.describe(facilities, "facilities"))
    frames.require_free(facilities, [each for each in tables.COLUMNS if each != capacity])
    measures_of(demand, weight, [group] if group else [])  # refuses what is no number before anything is computed
    task = task_of(demand, facilities, asked, weight, capacity, facility_id)
    task = rules_of(
        task,
        demand,
        facilities,
        method=method,
        turn=turn,
        order=order,
        own_building=own_building,
        household=household,
        group=group,
        group_capacity=group_capacity,
        capacity=capacity,
        facility_id=facility_id,
    )
    grouping = Areas.of(areas, area_name, frames.lonlat(demand, "demand"), "demand")
    if grouping is not None:
        task.notes.extend(grouping.notes)
    left_out = None if unused is None else LeftOut.of(unused, Persons.of(demand, None), asked, facility_id)
    what = Asked(demand, facilities, weight, group, facility_id, grouping, left_out)
    return tabulated(what, solve(task), areas)
