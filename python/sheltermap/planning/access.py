# SPDX-License-Identifier: Apache-2.0
"""Access: how much of what facilities offer each person can count on, when all who see them share it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.analyses.areas import Areas
from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.ledger import measures_of, sums_by_state
from sheltermap.analyses.persons import Persons
from sheltermap.base import texts
from sheltermap.base.in_short import Short, counted, name_of, of_all
from sheltermap.base.limits import Limit, LimitLike
from sheltermap.base.progress import shows_progress
from sheltermap.base.reasons import OF_REACH, REASONS, STATUS_OF, labels_of
from sheltermap.layers import frames
from sheltermap.layers.cells import weights_of
from sheltermap.layers.frames_given import takes_frames
from sheltermap.planning.access_sums import SUPPLY_STATES, supply_states, supply_sums, with_means
from sheltermap.planning.decay import Decay, DecayLike
from sheltermap.planning.equity import Equity, equity, is_amount, is_below
from sheltermap.streets.reach_table import ReachTable
from sheltermap.streets.travelling import By, Cost, Direction, FoundInBlocks, find_in_blocks, question

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map

    Numbers = NDArray[np.float64]

Method = Literal["2sfca", "e2sfca", "3sfca", "gravity"]
METHODS = {"2sfca": "two_step", "e2sfca": "two_step", "3sfca": "three_step", "gravity": "gravity"}
STATES = ("enough", "too_little", "none", "unknown")  #: of a person; without a standard nobody has too little
ROW_COLUMNS = ("access", "facilities_seen", "state", "reason")
FACILITY_COLUMNS = ("ratio", "people_near", "weighted_demand", "supply_state")


@dataclass(frozen=True, repr=False)
class Access(Drawable, drawn_as="access"):
    """How much of what facilities offer each person can count on.

    Attributes
    ----------
    rows : GeoDataFrame
        The demand with ``access`` (supply per person; 0 where no facility is seen, missing where the position is not
        known), ``facilities_seen``, ``state`` (``enough``, ``too_little`` with a standard, ``none``, ``unknown``),
        ``reason`` why somebody sees none, and ``area`` where areas were given.
    facilities : GeoDataFrame
        The facilities with ``ratio`` (supply per person who sees it, in parts where a decay weighs them; missing where
        nobody does, and by gravity, which divides nothing), ``people_near`` (all who see it), ``weighted_demand`` (the
        same, each by the weight that the supply is divided with) and ``supply_state``: ``reached``, ``nobody_near``,
        ``nothing_to_offer`` (0), ``supply_unknown``, ``not_snapped``, ``not_in_table``, ``missing_geometry`` or
        ``row_refused``.
    summary : DataFrame
        One row per measure: ``total = enough + too_little + none + unknown``, ``rows_without_weight`` (counted nowhere
        else), ``enough_share`` of the total; ``access_mean`` over the people whose access is known, ``none_share`` and
        with a standard ``below_share`` of these people, and their ``gini``.
    by_area : DataFrame or None
        The same by ``area``; people outside every area, and people whose position is unknown, have their own rows.
    supply : DataFrame
        One row: ``total`` of the supply, ``reached`` (its people have it all among them), ``unreached`` (nobody is near
        enough), ``unplaced`` (of facilities without a position or a street); and how many ``facilities`` there are,
        and of how many the supply is 0 or not known (``facilities_without_supply``, ``facilities_supply_unknown``).
    supply_column, method, limit, decay, below, weight
        What was asked.
    notes : list of str
        What bounds the answer.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [100, 300]}, geometry=gpd.points_from_xy([24.105, 24.112], [56.950, 56.950]), crs=4326)
    >>> shelters = gpd.GeoDataFrame({"places": [200]}, geometry=gpd.points_from_xy([24.106], [56.950]), crs=4326)
    >>> sm.access(homes, shelters, supply="places", weight="people", limit=250)
    <Access: 2 rows, 1 facility, 2sfca
      people: 100 of 400 with enough (25.0 %), 300 none>
    """

    rows: GeoDataFrame
    facilities: GeoDataFrame
    summary: pd.DataFrame
    by_area: pd.DataFrame | None
    supply: pd.DataFrame
    supply_column: str
    method: Method
    limit: Limit | None
    decay: Decay
    below: float | None
    weight: str | None
    areas: GeoDataFrame | None
    notes: list[str] = field(default_factory=list)
    by: By | None = None
    direction: Direction = "to"

    def _in_short(self) -> Short:
        of = f"{counted(self.rows, 'row')}, {counted(self.facilities, 'facility', 'facilities')}, {self.method}"
        lines = (
            f"{name_of(each['measure'])}: {of_all(each, 'enough', 'too_little', 'none', 'unknown', said='with enough')}"
            for each in self.summary.to_dict("records")
        )
        return Short(of, lines, self.summary)

    def equity(self, *, standard: float | None = None, group: str | None = None) -> Equity:
        """How evenly access is shared; see `sheltermap.equity`.

        Parameters
        ----------
        standard : float, optional
            Supply per person that everybody should have; by default `below`.
        group : str, optional
            Column of `rows`, as ``area``.

        Returns
        -------
        Equity
        """
        asked = self.below if standard is None else standard
        return equity(pd.DataFrame(self.rows), self.weight, standard=asked, group=group)

    def plot(
        self,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a map of who has access to how much, and the facilities; those that nobody is near are hollow."""
        return self._plotted(figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(
        self,
        *,
        name: str | None = None,
        facility_name: str | None = None,
        area_name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        Parameters
        ----------
        name, facility_name, area_name : str, optional
            Columns that say what rows, facilities and areas are called; by default the id column, else the index.
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
        """
        return self._explored(
            name=name,
            facility_name=facility_name,
            area_name=area_name,
            columns=columns,
            title=title,
            lang=lang,
            context=context,
        )


@shows_progress
@takes_frames
def access(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    *,
    supply: str,
    limit: LimitLike | None = None,
    weight: str | None = None,
    method: Method = "2sfca",
    decay: DecayLike | Decay = "binary",
    by: By | None = None,
    direction: Direction = "to",
    groups: Iterable[str] = (),
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
    below: float | None = None,
    facility_id: str | None = None,
) -> Access:
    """How much of what facilities offer each person can count on, when all who see a facility share it.

    A facility is seen by everybody within the limit. Its supply (places, litres, doctors) is divided among them, and a
    person's access is the sum of the shares in all the facilities that he sees.

    Parameters
    ----------
    demand : GeoDataFrame of points
        In any CRS. A row without a position counts as unknown.
    facilities : GeoDataFrame of points, lines or polygons
        In any CRS.
    supply : str
        Column of facilities with what each offers. Missing is not known: it offers nothing that could be counted on.
    limit : float, str or Limit
        How far a facility is seen, inclusive: metres, or a text with its unit, "500 m", with `by` "15 min". Where
        `decay` is in steps, the last of them is the limit.
    weight : str, optional
        Column of demand with the people per row; by default each row counts as one. A row whose number is missing
        competes for nothing.
    method : {"2sfca", "e2sfca", "3sfca", "gravity"}
        ``2sfca``: supply is divided among all who see it (Luo, Wang 2003). ``e2sfca``: the same, and must have a
        `decay` (Luo, Qi 2009). ``3sfca``: people first divide themselves among the facilities that they see, by the
        weights of these, so that demand is not counted several times (Wan, Zou, Sternberg 2012). ``gravity``: everybody
        has all that he sees, by its weight (Hansen 1959): potential, not shares.
    decay : str, mapping or Decay
        How a facility weighs less farther away: ``"binary"``, ``"linear"``, ``"kernel"``, ``"bell"``,
        ``{"steps": {"10 min": 1, "20 min": 0.68, "30 min": 0.22}}``, ``{"gaussian": "500 m"}``,
        ``{"exponential": "500 m"}``, ``{"power": "100 m", "exponent": 2}``; `sheltermap.planning.decay.Decay` says what
        each is.
    by : Network or ReachTable, optional
        Streets to go along, or a table of costs; by default as the crow flies.
    direction : {"to", "from"}
        Whether people go to the facility, or help comes from it.
    groups : iterable of str
        Further columns of people, counted by state like `weight`. Supply is divided by `weight` alone.
    areas : GeoDataFrame of polygons, optional
        To sum by. A point on the border of two areas belongs to the first row.
    area_name : str, optional
        Column of `areas` to sum by. By default the index.
    below : float, optional
        A standard: supply per person that everybody should have. Exactly so much is enough.
    facility_id : str, optional
        Column of facilities that holds the ids of a table of costs, where the table does not say it itself.

    Returns
    -------
    Access

    Raises
    ------
    ValueError
        If the limit is missing, a supply or a weight is negative or no number, a column is unknown, `decay` is none,
        or a frame already has a column of a result's name.
    GeometryError, CrsError
        If a row has the wrong kind of geometry, or a CRS is missing or does not fit.

    Notes
    -----
    But for gravity, people times access sums to the supply that somebody sees: nothing is invented, and what nobody
    is near is told in `Access.supply`. Somebody beyond the limit has no part in any sum.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [100, 300]}, geometry=gpd.points_from_xy([24.105, 24.112], [56.950, 56.950]), crs=4326)
    >>> shelters = gpd.GeoDataFrame(
    ...     {"places": [200, 150]}, geometry=gpd.points_from_xy([24.106, 24.113], [56.950, 56.950]), crs=4326)
    >>> found = sm.access(homes, shelters, supply="places", weight="people", limit=450, below=1)
    >>> found.rows[["access", "facilities_seen", "state"]]
       access  facilities_seen       state
    0     0.5                1  too_little
    1     1.0                2      enough
    """
    way, chosen, limit_found = _asked(method, decay, limit, by, below)
    in_time = chosen.in_time if limit_found is None else limit_found.in_time
    cost: Cost | None = None if in_time is None else "seconds" if in_time else "metres"
    asked = question(by, limit_found, None, direction, cost)
    measures = measures_of(demand, weight, list(groups))
    frames.require_free(demand, [*ROW_COLUMNS, *(["area"] if areas is not None else [])])
    frames.require_free(facilities, list(FACILITY_COLUMNS))
    offered = weights_of(facilities, supply, frames.describe(facilities, "facilities"))
    found = find_in_blocks(demand, facilities, asked, facility_id)
    people = next(iter(measures.values()))
    try:
        shared = _core.floating_catchment(found.reach, people, offered, way, chosen.core(limit_found))
    except OverflowError as error:
        raise ValueError(f"{error}: give a decay that falls more slowly") from None

    persons = Persons.of(demand, None)
    codes = _codes(persons, shared, offered)
    states = _states(codes, shared.access, below)
    notes: list[str] = []
    columns: dict[str, Any] = {
        "access": shared.access,
        "facilities_seen": shared.seen,
        "state": pd.Categorical.from_codes(states, categories=pd.Index(STATES)),
        "reason": labels_of(codes, persons.reasons(OF_REACH)),
    }
    grouping = Areas.of(areas, area_name, found.demand_places, "demand")
    if grouping is not None:
        notes += grouping.notes
        columns["area"] = grouping.labels()
    sums = sums_by_state(measures, grouping, STATES, states)
    told = supply_states(facilities, offered, shared.people, _off_the_ways(facilities, found, by, facility_id))
    ratio = np.full(len(offered), np.nan) if way == "gravity" else shared.ratio
    offices = frames.with_columns(
        facilities,
        {
            "ratio": ratio,
            "people_near": shared.people,
            "weighted_demand": shared.weighted_demand,
            "supply_state": pd.Categorical(told, categories=SUPPLY_STATES),
        },
    )
    means = with_means(sums, measures, shared.access, grouping, below)
    result = Access(
        rows=frames.with_columns(demand, columns),
        facilities=offices,
        summary=means[means["area"].isna()].drop(columns="area").reset_index(drop=True),
        by_area=None if grouping is None else means[means["area"].notna()].reset_index(drop=True),
        supply=supply_sums(offered, told),
        supply_column=supply,
        method=method,
        limit=limit_found,
        decay=chosen,
        below=below,
        weight=weight,
        areas=areas,
        notes=notes,
        by=by,
        direction=direction,
    )
    result.notes.extend(each["en"] for each in bounds_told(result))
    return result


def _asked(
    method: Method, decay: DecayLike | Decay, limit: LimitLike | None, by: By | None, below: float | None
) -> tuple[str, Decay, Limit | None]:
    """Return the core's name of the method, the decay, and how far a facility is seen."""
    if method not in METHODS:
        raise ValueError(f"method is one of {', '.join(METHODS)}, not {method!r}")
    chosen = Decay.of(decay)
    if method == "e2sfca" and chosen.family == "binary":
        raise ValueError("e2sfca weighs what is far for less: name a decay, or ask for 2sfca, which does not")
    if below is not None and not is_amount(below):
        raise ValueError(f"below is the supply per person that everybody should have, a number above 0, not {below!r}")
    seen = chosen.limit(None if limit is None else Limit.of(limit))
    if seen is None and by is None:
        raise ValueError("say how far people go: limit='500 m', or a decay in steps, which ends at the last")
    return METHODS[method], chosen, seen


def _codes(persons: Persons, shared: _core.FloatingCatchment, offered: Numbers) -> NDArray[np.uint8]:
    """Return why each row sees nothing: also where all that it reaches offers nothing, or weighs nothing."""
    codes = persons.told(shared.reason)
    nothing = "too_far" if (offered > 0).any() else "no_facility"
    return np.where((codes == 0) & (shared.seen == 0), np.uint8(REASONS.index(nothing)), codes)


def _states(codes: NDArray[np.uint8], per_person: Numbers, below: float | None) -> NDArray[np.int8]:
    """Return the number in `STATES` of each row."""
    not_known = [REASONS.index(name) for name in REASONS[1:] if STATUS_OF[name] == "unknown"]
    little = np.zeros(len(codes), bool) if below is None else is_below(per_person, below)
    number = {name: np.int8(at) for at, name in enumerate(STATES)}
    found: NDArray[np.int8] = np.select(
        [np.isin(codes, not_known), codes != 0, little],
        [number["unknown"], number["none"], number["too_little"]],
        number["enough"],
    ).astype(np.int8)
    return found


def _off_the_ways(
    facilities: GeoDataFrame, found: FoundInBlocks, by: By | None, facility_id: str | None
) -> tuple[str, NDArray[np.bool_]]:
    """Say why facilities with a place cannot be gone to, and which these are."""
    if found.facility_snaps is not None:
        return "not_snapped", np.asarray(found.facility_snaps.edge) < 0
    if isinstance(by, ReachTable):
        placed = np.ones(len(facilities), bool)
        return "not_in_table", by.facility_rows(facilities, placed, facility_id, some=True) < 0
    return "not_snapped", np.zeros(len(facilities), bool)


def bounds_told(found: Access) -> list[dict[str, str]]:
    """Say in every language what bounds the answer: what is not known, and what reaches nobody."""
    line = found.supply.to_dict("records")[0]
    uncounted = 0 if found.method == "gravity" else int(found.summary["rows_without_weight"].iloc[0])
    told = {
        "access_supply_unknown": (int(line["facilities_supply_unknown"]), 0.0),
        "access_uncounted": (uncounted, 0.0),
        "access_unreached": (int(line["facilities_unreached"]), line["unreached"]),
        "access_unplaced": (int(line["facilities_unplaced"]), line["unplaced"]),
    }
    return [
        texts.both(key, count=texts.number(count), supply=texts.number(amount))
        for key, (count, amount) in told.items()
        if count
    ]
