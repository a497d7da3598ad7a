# SPDX-License-Identifier: Apache-2.0
"""Continuity: which critical facility takes access, supply or places from most people when it alone fails."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.analyses.areas import Areas
from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.ledger import measures_of, sums_by_state
from sheltermap.analyses.supply import capacities
from sheltermap.base import texts
from sheltermap.base.in_short import Short, counted, name_of, of_all
from sheltermap.base.limits import Limit, LimitLike
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.layers.cells import amounts
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.row_ids import row_ids
from sheltermap.risk import continuity_tables as tables
from sheltermap.risk.dependence import Dependence, chains
from sheltermap.risk.next_nearest import Reached
from sheltermap.risk.places_lost import PlacesLost
from sheltermap.streets.travelling import By, Cost, Direction, question

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map


@dataclass(frozen=True, repr=False)
class Continuity(Drawable, drawn_as="continuity"):
    """What every critical facility takes from people when it fails, alone and with what depends on it.

    Attributes
    ----------
    facilities : GeoDataFrame
        As given, and ``fails_too`` (how many fail with it), ``people_nearest`` (whose nearest of its category it is),
        ``people_losing_access`` (who have one of a category within the limit and none any more; everybody once),
        ``mean_extra_m`` (or ``_s``: how much farther the next is, on average over those who have another, however far),
        ``next_facility`` (where most of these go), ``people_losing_supply`` (served by it and by what fails with it)
        with ``served_unknown`` (facilities of which nobody says how many), ``places_lost`` with ``places_unknown``,
        where it is asked for ``people_losing_place``, and ``rank``, 1 for the one that takes most.
    ranking : DataFrame
        The same columns by rank, each facility under ``facility``.
    worst : DataFrame
        For ``access``, ``supply`` and ``places`` which ``facility`` takes most, and how much that is (``amount``);
        without a row where nothing is lost or asked for.
    chains : DataFrame
        ``facility``, what ``fails`` with it, and after how many ``steps``.
    rows : GeoDataFrame
        The demand with ``state``: ``several`` (access remains whichever fails), ``one_only`` (one failure takes it),
        ``without`` (none within the limit even now) or ``unknown``; of several categories the worst counts; and
        ``depends_on``, the facility whose failure takes access, the highest in the ranking where there are several.
    summary : DataFrame
        People by state: ``area`` (missing for all), ``measure``, ``total = several + one_only + without + unknown``,
        ``rows_without_weight``.
    by_category : DataFrame
        Per ``category``: ``facilities``, and people ``covered``, ``uncovered`` and ``unknown`` as they are now.
    threshold : Limit or None
    areas : GeoDataFrame or None
    notes : list of str

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame({"people": [30]}, geometry=gpd.points_from_xy([24.10], [56.95]), crs=4326)
    >>> works = gpd.GeoDataFrame({"id": ["A", "B"]}, geometry=gpd.points_from_xy([24.10, 24.20], [56.95] * 2), crs=4326)
    >>> sm.continuity(works, homes, limit="1 km", weight="people", facility_id="id")
    <Continuity: 2 facilities, 1 row
      people: 0 of 30 with several (0 %), 30 one only
      2 rows in .ranking>
    """

    facilities: GeoDataFrame
    ranking: pd.DataFrame
    worst: pd.DataFrame
    chains: pd.DataFrame
    rows: GeoDataFrame
    summary: pd.DataFrame
    by_category: pd.DataFrame
    threshold: Limit | None
    areas: GeoDataFrame | None = None
    notes: list[str] = field(default_factory=list)
    by: By | None = None

    def _in_short(self) -> Short:
        of = f"{counted(self.facilities, 'facility', 'facilities')}, {counted(self.rows, 'row')}"
        lines = (
            f"{name_of(each['measure'])}: "
            + of_all(each, "several", "one_only", "without", "unknown", said="with several")
            for each in self.summary[self.summary["area"].isna()].to_dict("records")
        )
        return Short(of, lines, self.ranking, "ranking")

    def plot(
        self,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw whose access hangs on one facility, and the facilities by how many people lose access with them."""
        return self._plotted(figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(
        self,
        *,
        name: str | None = None,
        facility_name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        A click on a facility tells what fails with it and what people lose; on a row, on which facility it depends.

        Parameters
        ----------
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

        Raises
        ------
        ValueError
            If a column is unknown.
        """
        return self._explored(
            name=name, facility_name=facility_name, columns=columns, title=title, lang=lang, context=context
        )


@shows_progress
@takes_frames
def continuity(
    critical: GeoDataFrame,
    demand: GeoDataFrame,
    *,
    limit: LimitLike | None = None,
    by: By | None = None,
    direction: Direction = "to",
    cost: Cost | None = None,
    weight: str | None = None,
    groups: Iterable[str] = (),
    category: str | None = None,
    access_to: Sequence[str] | None = None,
    served: str | None = None,
    capacity: str | None = None,
    allocated: bool = False,
    depends_on: str | None = None,
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
    facility_id: str | None = None,
) -> Continuity:
    """Which critical facility takes access, supply or places from most people when it fails.

    Every facility fails in turn, and with it all that cannot do without it (`depends_on`), in as many steps as there
    are and through circles. Whoever has no other of the category within the limit loses access. The facilities are
    ranked by people who lose access, then supply, then places, then by how much farther people have to go.

    `critical_edges` tells the same of streets. No failure is likely or unlikely here, and back-up power counts for
    nothing: a facility that depends on one that fails, fails.

    Parameters
    ----------
    critical : GeoDataFrame of points, lines or polygons
        In any CRS; along streets points. One without a place is reached by nobody, but others may depend on it.
    demand : GeoDataFrame of points
        In any CRS. A row without a position counts as unknown.
    limit : float, str or Limit, optional
        Up to where a facility gives access: metres, or a text like "500 m", and with `by` "15 min". By default any
        that is reached does.
    by, direction, cost
        As in `nearest`.
    weight : str, optional
        Column of demand with the people per row; by default each row counts as one.
    groups : iterable of str
        Columns with numbers of vulnerable groups, for `Continuity.summary`.
    category : str, optional
        Column of critical with what a facility is: a hospital stands in for a hospital, not for a pumping station. By
        default all are alike.
    access_to : sequence of str, optional
        The categories that people go to. By default all; a power station that only supplies others is none.
    served : str, optional
        Column of critical with the people that each supplies, as ``people_served`` of the register. An empty cell is
        not known.
    capacity : str, optional
        Column of critical with places. What cannot be meant counts as not known, and ``notes`` says so.
    allocated : bool
        Whether to tell how many people have no place any more, as `allocate` gives places within the limit, category
        by category: an optimum for each failure, so it takes longer.
    depends_on : str, optional
        Column of critical with the ids of what a facility cannot do without: ``P1;T1`` where it needs both, ``P1|P2``
        where one of the two is enough.
    areas : GeoDataFrame of polygons, optional
        To sum by.
    area_name : str, optional
        Column that names them; by default the index.
    facility_id : str, optional
        Column that names the facilities; by default the id column the layer was read with, else the index.

    Returns
    -------
    Continuity

    Raises
    ------
    ValueError
        If a column is unknown or holds what it must not, a facility depends on one that is not there, a category is
        that of no facility, a time is asked without `by`, or a layer has a column of a result's name.
    GeometryError, CrsError
        If a row has the wrong kind of geometry, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame({"people": [30, 40]},
    ...     geometry=gpd.points_from_xy([24.10, 24.20], [56.95, 56.95]), crs=4326)
    >>> works = gpd.GeoDataFrame(
    ...     {"id": ["P", "A", "B"], "what": ["power", "water", "water"], "needs": [None, "P", None]},
    ...     geometry=gpd.points_from_xy([24.0, 24.10, 24.20], [56.95, 56.95, 56.95]), crs=4326)
    >>> found = sm.continuity(works, homes, limit="1 km", weight="people", category="what", access_to=["water"],
    ...     depends_on="needs", facility_id="id")
    >>> found.ranking[["facility", "fails_too", "people_losing_access", "next_facility"]]
      facility  fails_too  people_losing_access next_facility
    0        B          0                  40.0             A
    1        P          1                  30.0             B
    2        A          0                  30.0             B
    """
    asked = question(by, limit, None, direction, cost)
    threshold = asked.limit
    asked = replace(asked, limit=None, compared=() if threshold is None else (threshold.value,), some_in_table=True)
    frames.require_geometry(critical, "critical")
    what = frames.describe(critical, "critical")
    frames.require_free(critical, tables.columns_of(asked.cost_column, allocated))
    frames.require_free(demand, ["state", "depends_on", *([] if areas is None else ["area"])])
    frames.require_columns(critical, [each for each in (category, served, capacity) if each is not None], what)
    if allocated and capacity is None:
        raise ValueError("allocated=True tells who loses a place: say which column holds the places, capacity=")
    measures = measures_of(demand, weight, list(groups))
    people = next(iter(measures.values()))
    ids = row_ids(critical, facility_id, "critical", "facility_id")
    needs = Dependence.none(len(critical)) if depends_on is None else Dependence.of(critical, depends_on, ids, what)
    supplied = None if served is None else amounts(critical, served, what, "people served are a number, not negative")
    places, notes = capacities(critical, capacity, "critical")
    kinds = tables.categories_of(critical, category, access_to, what)
    grouping = Areas.of(areas, area_name, frames.lonlat(demand, "demand"), "demand")

    reached = {name: Reached.of(demand, critical, here, asked, facility_id) for name, here in kinds.items()}
    fails = [needs.failing(first) for first in range(len(critical))]
    given = None
    if allocated and capacity is not None:
        where = replace(asked, limit=threshold, compared=())
        given = PlacesLost.of(demand, critical, kinds, where, weight, capacity, facility_id)
        notes += given.notes
    lost, losing = tables.losses(fails, reached, people, supplied, places, given, asked.cost_column, ids)
    order = tables.in_order(lost, ids)
    state, on = tables.states(reached, losing, order, len(demand))
    notes += _notes(people, supplied, places, None if category is None else critical[category], grouping)
    ranked = lost.assign(rank=tables.ranks(order))
    added: dict[str, Any] = {} if grouping is None else {"area": grouping.labels()}
    return Continuity(
        facilities=frames.with_columns(critical, {str(name): ranked[name].array for name in ranked}),
        ranking=tables.ranking(ranked, ids, order),
        worst=tables.worst(ranked, ids, order),
        chains=chains(fails, ids),
        rows=frames.with_columns(demand, {**added, **tables.row_columns(state, on, ids)}),
        summary=sums_by_state(measures, grouping, tables.STATES, state),
        by_category=tables.by_category(reached, kinds, people),
        threshold=threshold,
        areas=areas,
        notes=list(dict.fromkeys(notes)),
        by=by,
    )


def _notes(
    people: NDArray[np.float64],
    supplied: NDArray[np.float64] | None,
    places: NDArray[np.float64] | None,
    category: pd.Series[Any] | None,
    grouping: Areas | None,
) -> list[str]:
    """Say what is not known, so that more may be lost than is told."""
    counts = {"no_category": category, "people_unknown": people, "served_unknown": supplied, "places_unknown": places}
    missing = {word: int(pd.isna(cells).sum()) for word, cells in counts.items() if cells is not None}
    notes: list[str] = [
        texts.Note.of(f"continuity_{word}", count=texts.number(count)) for word, count in missing.items() if count
    ]
    return notes + ([] if grouping is None else grouping.notes)
