# SPDX-License-Identifier: Apache-2.0
"""By which way people get to facilities: as the crow flies, along the streets, or as a table of costs has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sheltermap._native import _core
from sheltermap.base.limits import Limit, LimitLike
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.meeting import placed, require_together
from sheltermap.layers.row_ids import take_ids
from sheltermap.layers.unchanging import kept
from sheltermap.streets.arguments import number
from sheltermap.streets.network import Network
from sheltermap.streets.reach_table import ReachTable

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

Direction = Literal["to", "from"]
Cost = Literal["metres", "seconds"]
By = Network | ReachTable  #: what is gone along; None as the crow flies


@dataclass(frozen=True)
class Question:
    """How far is asked: along what, in which unit, which way and up to where."""

    by: By | None
    seconds: bool
    direction: Direction
    limit: Limit | None
    compared: tuple[float, ...] = ()  #: limits that the costs will be held against
    some_in_table: bool = False  #: whether facilities that a table does not know are no surprise

    @property
    def cost_column(self) -> str:
        """``distance_m`` or ``duration_s``."""
        return "duration_s" if self.seconds else "distance_m"

    @property
    def limit_value(self) -> float | None:
        """The limit as the core takes it, in `unit`."""
        return None if self.limit is None else self.limit.value

    @property
    def unit(self) -> Cost:
        """What the core counts in."""
        return "seconds" if self.seconds else "metres"

    @property
    def result_columns(self) -> list[str]:
        """What is known of a pair beside the facility and the reason."""
        return [self.cost_column, "offroad_m"] if isinstance(self.by, Network) else [self.cost_column]


def question(
    by: By | None,
    limit: LimitLike | None,
    max_distance_m: float | None,
    direction: Direction,
    cost: Cost | None,
) -> Question:
    """Return what is asked; ValueError where the parts contradict each other, TypeError where `by` is no such thing."""
    if by is not None and not isinstance(by, By):
        what = "a street network, as sm.Network.from_osm(...) makes it, or a table of costs, as sm.reach_from(...) does"
        raise TypeError(f"by must be {what}, not {told(by)}")
    if direction not in ("to", "from"):
        raise ValueError(f"direction must be 'to' or 'from', not {direction!r}")
    if limit is not None and max_distance_m is not None:
        raise ValueError("give limit or max_distance_m, not both")
    if max_distance_m is not None:
        limit = number(max_distance_m, "max_distance_m")
    parsed = None if limit is None else Limit.of(limit)
    in_time = parsed is not None and parsed.in_time
    if cost not in (None, "metres", "seconds"):
        raise ValueError(f"cost must be 'metres' or 'seconds', not {cost!r}")
    if parsed is not None and cost is not None and in_time != (cost == "seconds"):
        raise ValueError(f"the limit is in {'seconds' if in_time else 'metres'}, so the cost cannot be in {cost}")
    seconds = in_time or cost == "seconds"
    if isinstance(by, ReachTable):
        return _question_of_table(by, parsed, direction, cost)
    if by is None and (seconds or direction != "to"):
        raise ValueError("a time or a direction needs streets to travel along: give by=, a Network")
    return Question(by, seconds, direction, parsed)


def _question_of_table(by: ReachTable, limit: Limit | None, direction: Direction, cost: Cost | None) -> Question:
    """Return what a table is asked, whose unit and direction are given."""
    if direction != by.direction:
        way = "to the facilities" if by.direction == "to" else "from them"
        raise ValueError(f"{by.source} holds the costs of ways {way}: ask with direction={by.direction!r}")
    if cost not in (None, by.pairs.unit):
        raise ValueError(f"{by.source} holds {by.pairs.unit}, so it cannot be asked for {cost}")
    return Question(by, by.in_time, direction, None if limit is None else by.checked(limit))


@dataclass(frozen=True)
class Found:
    """A reach, and what is known of the ends of its pairs.

    Attributes
    ----------
    reach : Reach
    demand_places : ndarray, shape (n, 2)
        Longitude and latitude of the demand rows.
    facilities_without_position, facilities_not_snapped : int
        How many facilities could not count, and why.
    demand_snaps, facility_snaps : Snaps or None
        Where both get on the streets; None as the crow flies, and of a table.
    """

    reach: _core.Reach
    demand_places: NDArray[np.float64]
    facilities_without_position: int
    facilities_not_snapped: int
    demand_snaps: _core.Snaps | None = None
    facility_snaps: _core.Snaps | None = None

    def offroad_m(self, row: NDArray[np.intp], facility: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """Return metres beside the streets per pair, at both ends; of the row alone where the facility is -1."""
        assert self.demand_snaps is not None and self.facility_snaps is not None
        there = np.zeros(len(facility))
        there[facility >= 0] = self.facility_snaps.offroad_m[facility[facility >= 0]]
        total: NDArray[np.float64] = self.demand_snaps.offroad_m[row] + there
        return total


@dataclass(frozen=True)
class FoundInBlocks:
    """A reach whose pairs nobody holds, and what is known of their ends, as `Found` has it."""

    reach: _core.ReachInBlocks
    demand_places: NDArray[np.float64]
    facility_snaps: _core.Snaps | None = None


def find_in_blocks(
    demand: GeoDataFrame, facilities: GeoDataFrame, asked: Question, facility_id: str | None = None
) -> FoundInBlocks:
    """Return everything that demand rows reach, as `find` does, for sums over its pairs."""
    if asked.by is not None or asked.limit_value is None:
        found = find(demand, facilities, asked, None, facility_id)
        return FoundInBlocks(_core.ReachInBlocks(found.reach), found.demand_places, found.facility_snaps)
    from_places, to = _as_the_crow_flies(demand, facilities)
    reach = _core.ReachInBlocks(from_places, to.core, max_distance_m=asked.limit_value)
    return FoundInBlocks(reach, from_places)


def _as_the_crow_flies(demand: GeoDataFrame, facilities: GeoDataFrame) -> tuple[NDArray[np.float64], frames.Facilities]:
    """Return the places of demand rows, and facilities of any shape, that lie together."""
    from_places, to = frames.lonlat(demand, "demand"), frames.facilities(facilities, "facilities")
    points = to.places if to.core is to.places else None
    require_together(placed(demand, "demand", from_places), placed(facilities, "facilities", points))
    return from_places, to


def find(
    demand: GeoDataFrame, facilities: GeoDataFrame, asked: Question, k: int | None, facility_id: str | None = None
) -> Found:
    """Return what each demand row reaches; `facility_id` is the column of facilities that may hold a table's ids."""
    if asked.by is None:
        from_places, to = _as_the_crow_flies(demand, facilities)
        core = to.core
        if isinstance(core, np.ndarray):
            reach = reach_of_places(from_places, core, asked, k)
        else:
            shapes = facilities.geometry.to_numpy()
            index = kept(("shapes", facilities.crs.to_wkt()), [shapes], lambda: _core.ShapeIndex(core))
            reach = _core.geodesic_reach(from_places, core, k=k, max_distance_m=asked.limit_value, index=index)
        return Found(reach, from_places, _without_position(to.places), 0)
    from_places = frames.lonlat(demand, "demand")
    if isinstance(asked.by, ReachTable):
        return _in_table(asked.by, demand, from_places, facilities, asked, k, facility_id)
    to_places = frames.lonlat(facilities, "facilities")
    require_together(placed(demand, "demand", from_places), placed(facilities, "facilities", to_places))
    reach, here, there = along_streets(asked.by, from_places, to_places, asked, k)
    unknown = _without_position(to_places)
    not_snapped = int((there.edge < 0).sum()) - unknown
    return Found(reach, from_places, unknown, not_snapped, here, there)


def _in_table(
    table: ReachTable,
    demand: GeoDataFrame,
    from_places: NDArray[np.float64],
    facilities: GeoDataFrame,
    asked: Question,
    k: int | None,
    facility_id: str | None,
) -> Found:
    """Return what a table says that each demand row reaches."""
    if asked.compared:
        table.checked(Limit(max(asked.compared), "s" if asked.seconds else "m"))
    to_places = frames.facilities(facilities, "facilities").places
    rows = table.demand_rows(demand, _placed(from_places))
    there = table.facility_rows(facilities, _placed(to_places), facility_id, some=asked.some_in_table)
    reach = _core.part_of(table.pairs, rows, there, k=k, limit=asked.limit_value)
    return Found(reach, from_places, _without_position(to_places), 0)


def reach_of_places(
    from_places: NDArray[np.float64], to_places: NDArray[np.float64], asked: Question, k: int | None
) -> _core.Reach:
    """Return what each place reaches as the crow flies."""
    index = kept(("places",), [to_places], lambda: _core.PlaceIndex(to_places))
    return _core.geodesic_reach(
        from_places, to_places, k=k, max_distance_m=asked.limit_value, limits_m=list(asked.compared), index=index
    )


def along_streets(
    by: Network, from_places: NDArray[np.float64], to_places: NDArray[np.float64], asked: Question, k: int | None
) -> tuple[_core.Reach, _core.Snaps, _core.Snaps]:
    """Return what each place reaches along a network, and where both ends get on it; no place is NaN."""
    travel = by.travel(asked.unit, asked.direction)
    here, there = by.snapped(from_places, "demand"), by.snapped(to_places, "facilities")
    return _core.network_reach(travel, here, there, k=k, limit=asked.limit_value), here, there


def _placed(places: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(places).all(axis=1), np.bool_)


def _without_position(places: NDArray[np.float64]) -> int:
    return int((~_placed(places)).sum())


def pair_columns(found: Found, asked: Question, ids: Any) -> tuple[NDArray[np.intp], dict[str, Any]]:
    """Return the demand row of every pair, and its columns; rows that reached nothing stand once."""
    reach = found.reach
    counts = np.diff(reach.offsets)
    if (counts == 1).all():
        rows, rank = np.arange(len(counts)), np.ones(len(counts), np.int64)
        facility, cost = reach.facility, reach.cost.copy()
    else:
        repeats = np.maximum(counts, 1)
        rows = np.repeat(np.arange(len(counts)), repeats)
        reached = np.repeat(counts > 0, repeats)
        facility = np.full(len(reached), -1, np.int32)
        facility[reached] = reach.facility
        cost = np.full(len(reached), np.nan)
        cost[reached] = reach.cost
        rank = np.arange(len(reached)) - np.repeat(np.cumsum(repeats) - repeats, repeats) + 1
    columns: dict[str, Any] = {"facility": take_ids(ids, facility), asked.cost_column: cost}
    if found.facility_snaps is not None:
        columns["offroad_m"] = found.offroad_m(rows, facility)
    columns["rank"] = rank
    return rows, columns
