# SPDX-License-Identifier: Apache-2.0
"""Before and after: who is cut off when streets close, and which detour the others face."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from sheltermap._native import _core
from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.left_out import LeftOut
from sheltermap.analyses.nearest import known_costs
from sheltermap.analyses.persons import Persons
from sheltermap.analyses.supply import UNUSED_REASONS
from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.base.in_short import Short, counted
from sheltermap.base.limits import LimitLike
from sheltermap.base.progress import shows_progress
from sheltermap.base.reasons import OF_REACH, STATUSES, codes_of, known, names_of
from sheltermap.base.reasons import REASONS as CODES
from sheltermap.layers import frames
from sheltermap.layers.cells import weights_of
from sheltermap.layers.conversion import to_shapely
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.row_ids import row_ids, take_ids
from sheltermap.streets.network import require_network
from sheltermap.streets.travelling import Cost, Direction, find, question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map
    from sheltermap.streets.network import Network

STATES = ("reached", "cut_off", "not_reached_before", "unknown")  # in the order of `STATUSES`: covered, lost, …
REASONS = known("street_closed", *OF_REACH)


@dataclass(frozen=True, repr=False)
class CutOff(Drawable, drawn_as="cut_off"):
    """Who reaches a facility before and after streets are closed.

    Attributes
    ----------
    rows : GeoDataFrame
        The demand's columns; ``facility_before``, ``distance_m_before`` (or ``duration_s_before``), the same after;
        ``detour_m`` (``delay_s``), what the way after costs more, where both are reached; ``state``: ``reached`` (after
        too), ``cut_off`` (before only), ``not_reached_before``, ``unknown`` (no position); and ``reason`` of the last
        three: for those cut off ``street_closed`` (where they get on the streets), ``no_path`` or ``too_far``.
    summary : DataFrame
        ``rows`` and ``weight`` by state and reason, and of the reached the ``mean_detour_m`` (``mean_delay_s``),
        weighted; the weights sum to all. ``rows_without_weight`` count in ``rows`` only.
    facilities : GeoDataFrame
        Those that are open after.
    weight : str or None
        The column with the people.
    after : Network
        The streets as they are then.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, box
    >>> import sheltermap as sm
    >>> streets = gpd.GeoDataFrame(geometry=[LineString([(24.10, 56.95), (24.12, 56.95)])], crs=4326)
    >>> walk = sm.Network.from_lines(streets)
    >>> flood = gpd.GeoDataFrame(geometry=[box(24.11, 56.94, 24.115, 56.96)], crs=4326)
    >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.102, 24.112, 24.118], [56.95] * 3), crs=4326)
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.12], [56.95]), crs=4326)
    >>> sm.cut_off(homes, shelters, walk, walk.close(flood))
    <CutOff: 3 rows
      1 reached, 2 cut off
      3 rows in .summary>
    """

    rows: GeoDataFrame
    summary: pd.DataFrame
    facilities: GeoDataFrame
    weight: str | None
    after: Network = field(repr=False)

    @cached_property
    def closed(self) -> GeoDataFrame:
        """The closed streets, each name once, the longest first."""
        return closed_streets(self.after)

    @takes_frames
    def plot(
        self,
        *,
        zones: GeoDataFrame | None = None,
        critical: GeoDataFrame | None = None,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a map: the demand by what becomes of it, the facilities, and the streets, closed ones red.

        Parameters
        ----------
        zones : GeoDataFrame, optional
            What closes the streets, to be seen below them.
        critical : GeoDataFrame, optional
            The streets that matter most, as `critical_edges` returns them.
        """
        return self._plotted(zones=zones, critical=critical, figsize=figsize, ax=ax, context=context, lang=lang)

    @takes_frames
    def explore(
        self,
        *,
        zones: GeoDataFrame | None = None,
        critical: GeoDataFrame | None = None,
        name: str | None = None,
        facility_name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        A click on a row tells which facility it reaches then, how far that is and how much farther than before, or why
        it reaches none; on a closed street, its name; on one that matters most, how many its closure alone cuts off.

        Parameters
        ----------
        zones : GeoDataFrame, optional
            What closes the streets, to be seen below them.
        critical : GeoDataFrame, optional
            The streets that matter most, as `critical_edges` returns them: as wide as they cut off many.
        name, facility_name : str, optional
            Columns of the demand and the facilities that say what their rows are called; by default the id column the
            layer was read with, else the index.
        columns : sequence of str
            Further columns of `rows` to tell on a click.
        title : str, optional
        lang : {"en", "lv", …}
        context : path, mapping or Basemap, optional
            What to draw under the rows, as `sheltermap.basemap` takes it: water, streets, names of places.

        Returns
        -------
        Map
            ``.save("map.html")`` writes the page.

        Raises
        ------
        ValueError
            If a column is unknown.
        TypeError
            If zones or critical streets are no frame.
        """
        return self._explored(
            zones=zones,
            critical=critical,
            name=name,
            facility_name=facility_name,
            columns=columns,
            title=title,
            lang=lang,
            context=context,
        )

    def _in_short(self) -> Short:
        people = self.summary.groupby("state", sort=False)["weight"].sum()
        told = [f"{texts.number(amount)} {str(state).replace('_', ' ')}" for state, amount in people.items()]
        return Short(counted(self.rows, "row"), [", ".join(told)], self.summary)


@shows_progress
@takes_frames
def cut_off(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    before: Network,
    after: Network,
    *,
    limit: LimitLike | None = None,
    direction: Direction = "to",
    cost: Cost | None = None,
    weight: str | None = None,
    facilities_after: GeoDataFrame | None = None,
    facility_id: str | None = None,
    unused: GeoDataFrame | None = None,
) -> CutOff:
    """Who is cut off when streets close, why, and which detour the others face.

    Parameters
    ----------
    demand, facilities : GeoDataFrame of points
        In any CRS.
    before, after : Network
        As usual, and with streets closed or slower: ``before.close(zones)``.
    limit, direction, cost
        As in `nearest`.
    weight : str, optional
        Column of demand with the people per row; by default each row counts as one.
    facilities_after : GeoDataFrame of points, optional
        Those that are open after; by default all of them.
    facility_id : str, optional
        Column that names the facilities; by default the id column the layer was read with, else the index.
    unused : GeoDataFrame of points, optional
        Facilities that `supply` left out, as in `coverage`: why people were not reached before.

    Returns
    -------
    CutOff

    Raises
    ------
    ValueError
        As `nearest`, or if a weight is not a number, or `before` and `after` are not views of the same streets.
    TypeError
        If one of them is no network.
    GeometryError, CrsError
        If a row is not a point, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, box
    >>> import sheltermap as sm
    >>> streets = gpd.GeoDataFrame(geometry=[LineString([(24.10, 56.95), (24.12, 56.95)])], crs=4326)
    >>> walk = sm.Network.from_lines(streets)
    >>> flood = gpd.GeoDataFrame(geometry=[box(24.11, 56.94, 24.115, 56.96)], crs=4326)
    >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.102, 24.112, 24.118], [56.95] * 3), crs=4326)
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.12], [56.95]), crs=4326)
    >>> sm.cut_off(homes, shelters, walk, walk.close(flood)).rows[["state", "reason"]]
         state         reason
    0  cut_off        no_path
    1  cut_off  street_closed
    2  reached            NaN
    """
    require_network(before, "before")
    require_network(after, "after")
    if before.streets is not after.streets and not before.streets.same_as(after.streets):
        raise ValueError("before and after are different networks; make after of before, as before.close(zones)")
    asked = question(before, limit, None, direction, cost)
    scenario = question(after, limit, None, direction, cost)
    extra = "delay_s" if asked.seconds else "detour_m"
    names = [f"{name}_{when}" for when in ("before", "after") for name in ("facility", asked.cost_column)]
    frames.require_free(demand, [*names, extra, "state", "reason"])
    what = frames.describe(demand, "demand")
    weights = weights_of(demand, weight, what)
    open_after = facilities if facilities_after is None else facilities_after
    found, then = find(demand, facilities, asked, 1), find(demand, open_after, scenario, 1)
    was, now = _core.cheapest(found.reach), _core.cheapest(then.reach)
    assert then.demand_snaps is not None
    persons = Persons.of(demand, None)
    never, among = persons.told(was.reason), persons.reasons(REASONS)
    if unused is not None:
        left_out = LeftOut.of(unused, persons, asked, facility_id)
        never, among = left_out.reasons(never, np.inf), (*UNUSED_REASONS, *among)
    reason = _reasons(never, now.reason, after.on_closed_stretch(then.demand_snaps))
    state = _states(was.reason, now.reason)
    ids = row_ids(facilities, facility_id, "facilities", "facility_id")
    after_ids = ids
    if open_after is not facilities:
        after_ids = row_ids(open_after, facility_id, "facilities_after", "facility_id")
    rows = demand.assign(
        **_columns(was, asked.cost_column, "before", ids),
        **_columns(now, asked.cost_column, "after", after_ids),
    )
    detour = known_costs(now) - known_costs(was)
    rows = rows.assign(
        **{extra: detour},
        state=pd.Categorical(state, categories=STATES),
        reason=pd.Categorical(reason, categories=among),
    )
    return CutOff(rows, _summary(rows, weights, detour, f"mean_{extra}"), open_after, weight, after)


def ledger_of(rows: GeoDataFrame, weights: NDArray[np.float64]) -> _core.Ledger:
    """Count the rows of a `CutOff` by what becomes of them and why."""
    ledger = _core.Ledger(1, 1, 1)
    state = rows["state"].cat.codes.to_numpy().astype(np.uint8)
    ledger.add(0, 0, codes_of(rows["reason"]), weights, status=state)
    return ledger


def _columns(access: _core.Access, cost: str, when: str, ids: pd.Index[Any]) -> dict[str, Any]:
    return {
        f"facility_{when}": take_ids(ids, access.facility),
        f"{cost}_{when}": known_costs(access),
    }


def _states(was: NDArray[np.uint8], now: NDArray[np.uint8]) -> NDArray[Any]:
    choices = [was == CODES.index("missing_geometry"), was != CODES.index("reached"), now == CODES.index("reached")]
    states: NDArray[Any] = np.select(choices, ["unknown", "not_reached_before", "reached"], "cut_off").astype(object)
    return states


def _reasons(was: NDArray[np.uint8], now: NDArray[np.uint8], closed: NDArray[np.bool_]) -> NDArray[Any]:
    """Return why a row is not reached after; of those that never were, why not before."""
    before, after = names_of(was), names_of(now)
    no_path = now == CODES.index("no_path")
    reasons: NDArray[Any] = np.where(pd.notna(before), before, np.where(no_path & closed, "street_closed", after))
    return reasons


def _summary(
    rows: GeoDataFrame, weights: NDArray[np.float64], detour: NDArray[np.float64], mean_name: str
) -> pd.DataFrame:
    found = []
    for _, _, _, status, reason, count, people, without in ledger_of(rows, weights).cells():
        state = STATES[STATUSES.index(status)]
        why = np.nan if state == "reached" else reason
        found.append({"state": state, "reason": why, "rows": count, "weight": people, "rows_without_weight": without})
    table = pd.DataFrame(found, columns=["state", "reason", "rows", "weight", "rows_without_weight"])
    order = {name: number for number, name in enumerate((*STATES, *rows["reason"].cat.categories))}
    table = table.sort_values(["state", "reason"], key=lambda column: column.map(order), ignore_index=True)
    reached = table["state"] == "reached"
    more = total((weights * detour)[(rows["state"] == "reached").to_numpy()])
    return table.assign(**{mean_name: (more / table["weight"]).where(reached & (table["weight"] > 0))})


def closed_streets(after: Network) -> GeoDataFrame:
    """Return the closed streets, each as far as it is closed; the whole line where it is closed at points only.

    Straight ways across squares are no streets that one could count.
    """
    edges = after.closed_edges()
    edges = edges[~edges["across"]]
    closed = after.changes.closed()
    long = (closed.end_m - closed.begin_m >= 0.01) & np.isin(closed.edge, edges.index)
    column = _core.edge_parts(after.streets.graph, closed.edge[long], closed.begin_m[long], closed.end_m[long])
    row = np.searchsorted(edges.index, closed.edge[long])
    parts = edges.geometry.to_numpy().copy()
    shapely.multilinestrings(to_shapely(column), indices=row, out=parts)
    alone = shapely.get_num_geometries(parts) == 1
    parts[alone] = shapely.get_geometry(parts[alone], 0)
    kept = ["name", "way_id", "length_m", "bridge", "tunnel", "closed_m", "geometry"]
    return edges.set_geometry(parts)[kept].reset_index()
