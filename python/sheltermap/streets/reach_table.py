# SPDX-License-Identifier: Apache-2.0
"""Reach from elsewhere: costs that another program computed, matched with the rows of layers by their ids."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base import caller
from sheltermap.base.limits import Limit, LimitLike
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.layers.cells import SHOWN, first_few
from sheltermap.layers.meeting import NotInTableWarning
from sheltermap.layers.row_ids import row_ids
from sheltermap.streets.cost_columns import Columns, Pairs, id_texts, pairs_of
from sheltermap.streets.cost_files import opened

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Rows = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class ReachTable:
    """Costs between demand and facilities that another program computed; see `reach_from`. It goes where `by` stands.

    Attributes
    ----------
    source : str
        Where it is from, for messages.
    pairs : Reach
        Of the table's own rows and facilities.
    demand_ids, facility_ids : Index or None
        What the table calls them, as texts; None where they are the rows of the layers, in their order.
    facility_count : int
    direction : {"to", "from"}
        Whether the costs are those of people who go to the facilities, or of help that comes from them.
    limit : Limit or None
        Up to which the table holds every pair.
    demand_id, facility_id : str or None
        Columns of the layers that hold these ids.

    Examples
    --------
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> table = pd.DataFrame({"home": ["H1", "H2"], "shelter": ["S1", "S1"], "minutes": [4, 9]})
    >>> sm.reach_from(table, demand="home", facility="shelter", cost="minutes", unit="min")
    <ReachTable 'the table': 2 demand rows, 1 facilities, 2 pairs in seconds>
    """

    source: str
    pairs: _core.Reach = field(repr=False)
    demand_ids: pd.Index[Any] | None = field(repr=False)
    facility_ids: pd.Index[Any] | None = field(repr=False)
    facility_count: int
    direction: Literal["to", "from"]
    limit: Limit | None
    demand_id: str | None = None
    facility_id: str | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return the pairs as arrays, for another process."""
        pairs = self.pairs
        row = np.repeat(np.arange(len(pairs), dtype=np.int32), np.diff(pairs.offsets))
        return self.__dict__ | {"pairs": (len(pairs), row, pairs.facility, pairs.cost, pairs.unit)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        rows, row, facility, cost, unit = state["pairs"]
        upto = None if state["limit"] is None else state["limit"].value
        facilities = state["facility_count"]
        pairs = _core.reach_from_pairs(rows, facilities, row, facility, cost, unit=unit, limit=upto)
        self.__dict__.update(state | {"pairs": pairs})

    def __len__(self) -> int:
        return len(self.pairs.cost)

    def __repr__(self) -> str:
        what = (
            f"{len(self.pairs)} demand rows, {self.facility_count} facilities, {len(self)} pairs in {self.pairs.unit}"
        )
        return f"<ReachTable {self.source!r}: {what}{'' if self.limit is None else f' up to {self.limit}'}>"

    @property
    def in_time(self) -> bool:
        """Whether the costs are times; else they are distances."""
        return self.pairs.unit == "seconds"

    @property
    def summary(self) -> dict[str, Any]:
        """What was read: how many demand ids, facility ids and pairs, in which unit, up to which limit."""
        return {
            "demand_ids": len(self.pairs),
            "facility_ids": self.facility_count,
            "pairs": len(self),
            "unit": self.pairs.unit,
            "direction": self.direction,
            "limit": None if self.limit is None else str(self.limit),
        }

    def same_as(self, other: ReachTable) -> bool:
        """Whether another table holds the same costs under the same ids."""
        ids = zip((self.demand_ids, self.facility_ids), (other.demand_ids, other.facility_ids), strict=True)
        alike = all(one is other or (one is not None and other is not None and one.equals(other)) for one, other in ids)
        numbers = ((getattr(each.pairs, name) for each in (self, other)) for name in ("offsets", "facility", "cost"))
        return alike and self.summary == other.summary and all(np.array_equal(*pair) for pair in numbers)

    def between(
        self,
        demand: Iterable[Any],
        facilities: Iterable[Any],
        *,
        k: int | None = None,
        limit: LimitLike | None = None,
    ) -> _core.Reach:
        """Return what demand reaches, given by ids alone: for those who have no layers.

        Parameters
        ----------
        demand, facilities : iterable
            Ids as the table has them, or the numbers of rows and columns of a matrix, from 0.
        k : int, optional
            At most this many facilities each, cheapest first.
        limit : float, str or Limit, optional
            No farther than this.

        Returns
        -------
        Reach
            In the order of the ids; unknown ones have the reason ``not_in_table``, or are reached by nobody.

        Raises
        ------
        ValueError
            If the limit is not in the table's unit, or above its own.

        Examples
        --------
        >>> import numpy as np
        >>> import sheltermap as sm
        >>> table = sm.reach_from(np.array([[7.0, 4.0], [12.0, np.inf]]), unit="min")
        >>> reach = table.between([0, 1], [0, 1], k=1)
        >>> reach.facility.tolist(), reach.cost.tolist()
        ([1, 0], [240.0, 720.0])
        """
        asked = None if limit is None else self.checked(Limit.of(limit))
        row = _found(self.demand_ids, len(self.pairs), id_texts(demand))
        facility = _found(self.facility_ids, self.facility_count, id_texts(facilities))
        return _core.part_of(self.pairs, row, facility, k=k, limit=None if asked is None else asked.value)

    def checked(self, limit: Limit) -> Limit:
        """Return a limit that the table can be asked for; ValueError where it is of another unit or beyond its own."""
        if limit.in_time != self.in_time:
            raise ValueError(
                f"{self.source} holds {self.pairs.unit}, so it cannot be asked for {limit}; "
                f"ask for {'a time, as 15 min' if self.in_time else 'a distance, as 500 m'}"
            )
        if self.limit is not None and limit > self.limit:
            raise ValueError(
                f"{self.source} holds every pair up to {self.limit}, so it cannot tell who reaches what within {limit}"
            )
        return limit

    def demand_rows(self, demand: GeoDataFrame, placed: NDArray[np.bool_]) -> Rows:
        """Return which row of the table each row of a layer is; ValueError where the table knows none of them.

        Warns
        -----
        NotInTableWarning
            If it does not know some.
        """
        if self.demand_ids is None:
            rows = _in_order(self, demand, len(self.pairs), "demand")
        else:
            ids = row_ids(demand, self.demand_id, "demand", None, each_its_own=False)
            known = "as unknown" if self.limit is None else f"as farther than {self.limit}"
            rows = self._matched(demand, ids, placed, "demand", f"they count {known}")
        return np.where(placed, rows, np.int32(_core.ROW_WITHOUT_POSITION)).astype(np.int32)

    def facility_rows(
        self, facilities: GeoDataFrame, placed: NDArray[np.bool_], facility_id: str | None, *, some: bool
    ) -> Rows:
        """Return which facility of the table each row of a layer is; as `demand_rows`, where not `some` are enough."""
        if self.facility_ids is None:
            rows = _in_order(self, facilities, self.facility_count, "facilities")
        else:
            ids = row_ids(facilities, self.facility_id or facility_id, "facilities", None)
            if some:
                rows = _found(self.facility_ids, self.facility_count, id_texts(ids))
            else:
                rows = self._matched(facilities, ids, placed, "facilities", "they cannot count")
        return np.where(placed, rows, np.int32(-1)).astype(np.int32)

    def _matched(self, frame: GeoDataFrame, ids: pd.Index[Any], placed: NDArray[np.bool_], what: str, so: str) -> Rows:
        known = self.demand_ids if what == "demand" else self.facility_ids
        assert known is not None
        texts = id_texts(ids)
        rows = _found(known, len(known), texts)
        missing = np.flatnonzero((rows < 0) & placed)
        if not len(missing):
            return rows
        parameter = "demand_id" if what == "demand" else "facility_id"
        told = first_few([f"{texts[row]!r} in row {row + 1}" for row in missing.tolist()])
        rest = f"{told}; the table has {', '.join(map(repr, known[:SHOWN])) or 'none'}"
        rest += _zeros(texts[missing], known)
        about = f"{frames.describe(frame, what)}: {len(missing)} of {int(placed.sum())} rows are not in {self.source}"
        if len(missing) == placed.sum():
            raise ValueError(f"{about}: {rest}. Say which column holds the table's ids: {parameter}= of sm.reach_from")
        warnings.warn(f"{about}, and {so}: {rest}", NotInTableWarning, stacklevel=caller.stacklevel())
        return rows


@shows_progress
def reach_from(
    table: Any,
    *,
    demand: str | None = None,
    facility: str | None = None,
    cost: str | None = None,
    unit: str | None = None,
    direction: Literal["to", "from"] = "to",
    limit: LimitLike | None = None,
    wide: bool = False,
    demand_id: str | None = None,
    facility_id: str | None = None,
    encoding: str | None = None,
) -> ReachTable:
    """Take distances or times that another program computed, so that every analysis can be asked along them.

    Parameters
    ----------
    table : DataFrame, path, ndarray or mapping
        A row per pair, as r5py, r5r and ArcGIS (lines of an OD cost matrix) write them, or with columns that are named
        here; a file of it (CSV, Parquet, spreadsheet, list in JSON); a matrix of rows of the demand by facilities; or
        the response of OSRM, openrouteservice or Valhalla, also as a JSON file. A pair that does not stand there, has
        an empty cell, or costs infinity, has no way. A pair may stand several times with one cost.
    demand, facility, cost : str, optional
        Columns with the ids of both and the costs; known by themselves for r5py, r5r and ArcGIS. Of ArcGIS's lines
        ``Name``, "origin - destination", may be given as both. Of a service's response `cost` is "durations" or
        "distances", where it holds both.
    unit : {"s", "min", "h", "m", "km", "ft", "mi"}, optional
        What costs are counted in, where neither the source nor the name of the column says it (``travel_time`` of
        r5py, ``Total_Minutes``, ``duration_s``, ``length_km``).
    direction : {"to", "from"}
        Whether the costs are those of the way to the facilities, or from them, where help comes from there. Origins
        that are known by themselves are the demand, or then the facilities.
    limit : str, float or Limit, optional
        Up to where the table holds every pair, if it was cut: farther pairs are ``too_far``. Without a limit, a pair
        that does not stand in the table has ``no_path``.
    wide : bool
        Whether each facility is a column: then the first column of a file, or `demand`, or the index of a frame, has
        the ids of the demand.
    demand_id, facility_id : str, optional
        Columns of the layers that hold the table's ids; by default the id column a layer was read with, else the index.
        1 and "1" are the same id, "001" is another. Rows and columns of a matrix are those of the layers, in order.
    encoding : str, optional
        Of a CSV or JSON file; by default UTF-8.

    Returns
    -------
    ReachTable
        Goes where `by` stands, in `coverage`, `nearest`, `within` and `reach`. Analyses that close streets or draw
        along them need a `Network`. A demand row that the table does not know is unknown, ``not_in_table``; facilities
        that it does not know cannot count, and a warning names them; rows without a position are left out, as always.

    Raises
    ------
    ValueError
        If nothing says which columns are which, or in which unit; a cost is negative or no number, a pair has two
        costs, a cost lies above `limit`, or an id is missing.
    ReadError
        If a file cannot be read.
    TypeError
        If the table is nothing of all this.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(
    ...     {"id": ["H1", "H2"]}, geometry=gpd.points_from_xy([24.105, 23.713], [56.950, 56.652]), crs=4326)
    >>> shelters = gpd.GeoDataFrame({"id": ["S1"]}, geometry=gpd.points_from_xy([24.110], [56.951]), crs=4326)
    >>> of_r5py = pd.DataFrame({"from_id": ["H1", "H2"], "to_id": ["S1", "S1"], "travel_time": [7, None]})
    >>> by_bus = sm.reach_from(of_r5py, demand_id="id", facility_id="id")
    >>> sm.nearest(homes, shelters, by=by_bus, facility_id="id")[["facility", "duration_s", "reason"]]
      facility  duration_s   reason
    0       S1       420.0      NaN
    1      NaN         NaN  no_path
    """
    if direction not in ("to", "from"):
        raise ValueError(f"direction must be 'to' or 'from', not {direction!r}")
    source = opened(table, encoding, cost)
    pairs = pairs_of(source, Columns(demand, facility, cost, unit, wide, direction == "to"))
    upto = None if limit is None else Limit.of(limit)
    if upto is not None and upto.unit != pairs.unit:
        raise ValueError(f"{source.name} holds {'seconds' if pairs.unit == 's' else 'metres'}, the limit is {upto}")
    _require_within(source.name, pairs, upto)
    return ReachTable(
        source.name,
        _reach_of(source.name, pairs, upto),
        pairs.demand_ids,
        pairs.facility_ids,
        pairs.shape[1],
        direction,
        upto,
        demand_id,
        facility_id,
    )


def _reach_of(name: str, pairs: Pairs, limit: Limit | None) -> _core.Reach:
    unit = "seconds" if pairs.unit == "s" else "metres"
    upto = None if limit is None else limit.value
    try:
        return _core.reach_from_pairs(*pairs.shape, pairs.row, pairs.facility, pairs.cost, unit=unit, limit=upto)
    except ValueError:
        _require_one_cost(name, pairs)  # tells the same with ids
        raise


def _pair(pairs: Pairs, at: np.intp) -> str:
    """Return how a message calls a pair."""
    ids = zip((pairs.demand_ids, pairs.facility_ids), (pairs.row[at], pairs.facility[at]), strict=True)
    return " and ".join(repr(str(number + 1 if known is None else known[number])) for known, number in ids)


def _require_within(name: str, pairs: Pairs, limit: Limit | None) -> None:
    if limit is None or not (above := np.flatnonzero(pairs.cost > limit.value)).size:
        return
    raise ValueError(
        f"{name}: {len(above)} pairs cost more than {limit}, up to which the table is said to hold every pair; "
        f"the first, {_pair(pairs, above[0])}, costs {pairs.cost[above[0]]:.15g} {pairs.unit}"
    )


def _require_one_cost(name: str, pairs: Pairs) -> None:
    key = pairs.row.astype(np.int64) * max(pairs.shape[1], 1) + pairs.facility
    order = np.lexsort([pairs.cost, key])
    twice = np.flatnonzero((np.diff(key[order]) == 0) & (np.diff(pairs.cost[order]) > 0))
    if len(twice):
        one, other = order[twice[0]], order[twice[0] + 1]
        raise ValueError(
            f"{name}: {len(twice)} pairs stand there with two costs; the first, {_pair(pairs, one)}, with "
            f"{pairs.cost[one]:.15g} and {pairs.cost[other]:.15g} {pairs.unit}: leave one of them"
        )


def _found(known: pd.Index[Any] | None, count: int, texts: pd.Index[Any]) -> Rows:
    """Return the place of each id among the known ones, -1 where it is none of them."""
    if known is None:
        known = pd.Index([str(number) for number in range(count)], dtype=object)
    return known.get_indexer(texts).astype(np.int32)


def _in_order(table: ReachTable, frame: pd.DataFrame, count: int, what: str) -> Rows:
    if len(frame) != count:
        side = "rows" if what == "demand" else "columns"
        raise ValueError(
            f"{table.source} is a matrix with {count} {side}, and {frames.describe(frame, what)} has {len(frame)} "
            "rows: give a table with ids, or the layers that it was computed for"
        )
    return np.arange(count, dtype=np.int32)


def _zeros(texts: pd.Index[Any], known: pd.Index[Any]) -> str:
    """Say so where ids would be the same but for zeros in front, which a program took for numbers and dropped."""
    bare = {text.lstrip("0").removesuffix(".0") for text in known}
    lost = [text for text in texts if text and text.lstrip("0").removesuffix(".0") in bare]
    if not lost:
        return ""
    return f"; but for zeros in front, {lost[0]!r} would be there: one side lost them where texts were read as numbers"
