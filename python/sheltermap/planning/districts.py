# SPDX-License-Identifier: Apache-2.0
"""Districts of as much work: who has too much today, and which units change hands so that nobody has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from sheltermap.analyses.drawable import Drawable
from sheltermap.base import texts
from sheltermap.base.in_short import Short, counted
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.row_ids import row_ids
from sheltermap.planning import district_tables as tables
from sheltermap.planning.district_names import named, staff_of
from sheltermap.planning.district_search import Division
from sheltermap.planning.neighbours import (
    Sides,
    by_place,
    connected,
    joined_sides,
    listed,
    named_pairs,
    plane_shapes,
    sides_of,
)
from sheltermap.planning.offices import Offices
from sheltermap.planning.workload import Weighing, workload_of
from sheltermap.streets import arguments
from sheltermap.streets.network import Network, require_network
from sheltermap.streets.travelling import By, Cost, Direction, question

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map


@dataclass(frozen=True, repr=False)
class Districts(Drawable, drawn_as="districts"):
    """Units in districts, before and after.

    A load is the work of a district over its part of all the work, which is that of its staff among all: 1 is the mean,
    1.31 is 31 % more than that.

    Attributes
    ----------
    rows : GeoDataFrame
        The units' columns; ``work``; ``district_before`` with `present`; ``district``, missing without a place;
        ``moved``: whether it changes hands.
    summary : DataFrame
        A row per district: ``district``, ``staff``; ``colour``, a number that differs between neighbours; ``units``,
        ``work``, ``load``, ``pieces`` (1 where all its units
        hang together) and ``spread_m`` (how far its work is from its middle, root mean square), with present districts
        also each with ``_before``; ``units_gained`` and ``units_lost``; of polygons ``area_m2``; with `offices`
        ``distance_m`` or ``duration_s``, the mean way per work, NaN where a unit has none; with `most_work`
        ``work_per_person`` and ``over_limit``.
    measures : DataFrame
        ``district``, ``measure``, ``amount`` and with present districts ``amount_before`` of what work is made of.
    steps : DataFrame
        What more changes bring: ``units_moved``, ``work_moved`` (a share of all), ``largest_load``, ``smallest_load``,
        ``chosen``. From the present districts on, where it got better with one unit more; else only before and after.
    moves : DataFrame
        The units that change hands: ``unit``, ``district_before``, ``district``, ``work``.
    within_tolerance : bool
        Whether every load is.
    least_load : float
        No division has a smaller largest load, whatever its shape.
    least_moves : int or None
        So many units change hands at least until every load is within the tolerance; None without present districts, or
        where that cannot be.
    proven : bool
        Whether no fewer changes would do. How compact districts are is never proven: the search is a heuristic.
    offices : GeoDataFrame or None
        Those of the districts, in the order of `summary`, with ``seat``: the unit each is in or nearest to.
    notes : list of str
        What in the input cannot be meant, and what was done about it.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> blocks = gpd.GeoDataFrame(
    ...     {"calls": [40, 30, 30, 20, 20, 20], "inspector": ["A", "A", "A", "B", "B", "B"]},
    ...     geometry=[box(500_000 + 400 * x, 300_000, 500_400 + 400 * x, 300_400) for x in range(6)], crs=3059)
    >>> sm.districts(blocks, work="calls", present="inspector", tolerance=0.15)
    <Districts: 6 units in 2 districts
      1 unit moved; largest load 112.5 % of an even share, within the tolerance
      2 rows in .summary>
    """

    rows: GeoDataFrame
    summary: pd.DataFrame
    measures: pd.DataFrame
    steps: pd.DataFrame
    moves: pd.DataFrame
    within_tolerance: bool
    least_load: float
    least_moves: int | None
    proven: bool
    offices: GeoDataFrame | None = None
    notes: list[str] = field(default_factory=list)

    def _in_short(self) -> Short:
        last = self.steps.iloc[-1]
        of = f"{counted(self.rows, 'unit')} in {counted(self.summary, 'district')}"
        load = f"largest load {texts.share(last['largest_load'], 'en')} of an even share"
        within = "within" if self.within_tolerance else "not within"
        return Short(of, [f"{counted(self.moves, 'unit')} moved; {load}, {within} the tolerance"], self.summary)

    @property
    def outlines(self) -> GeoDataFrame:
        """The summary, with the units of each district as one shape, in the CRS of the units."""
        import geopandas
        import shapely

        own = self.rows["district"].to_numpy(dtype=object, na_value=None)
        units = self.rows.geometry.to_numpy()
        shapes = [shapely.union_all(units[own == name]) for name in self.summary["district"].tolist()]
        return geopandas.GeoDataFrame(self.summary, geometry=shapes, crs=self.rows.crs)

    def plot(
        self,
        *,
        before: bool = False,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw the units by district, those that change hands with a border of their own, and the offices.

        Parameters
        ----------
        before : bool
            Draw the present districts instead.

        Raises
        ------
        ValueError
            If `before` is asked for and there are no present districts.
        """
        return self._plotted(before=before, figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(
        self,
        *,
        name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        Parameters
        ----------
        name : str, optional
            Column that says what units are called; by default the id column they were read with, else the index.
        columns : sequence of str
            Further columns of `rows` to tell on a click.
        title : str, optional
        lang : {"en", "lv", …}
            Language of the page.
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
        return self._explored(name=name, columns=columns, title=title, lang=lang, context=context)


@shows_progress
@takes_frames
def districts(
    units: GeoDataFrame,
    *,
    count: int | None = None,
    work: str | Mapping[str, float] | None = None,
    weighing: Weighing = "shares",
    present: str | None = None,
    redraw: bool = False,
    tolerance: float = 0.05,
    most_moves: int | None = None,
    staff: Mapping[Any, float] | Sequence[float] | str | None = None,
    most_work: float | None = None,
    offices: GeoDataFrame | None = None,
    office_id: str | None = None,
    neighbours: pd.DataFrame | Literal["borders", "streets"] = "borders",
    joined: Iterable[tuple[Any, Any]] = (),
    by: By | None = None,
    direction: Direction = "to",
    cost: Cost | None = None,
    unit_id: str | None = None,
) -> Districts:
    """Divide units into connected districts of as much work per person, with as few changes as possible, or anew.

    From the present districts on, units along borders change hands one by one until every load is within the tolerance:
    a beam search, which looks at all of them in each step. The first step is the best there is; later ones are the best
    found, and `proven` says whether fewer would not do. Drawn anew, districts are within the tolerance where that is
    found, and then as compact as is found: in work times squared metres from their middles (Weaver and Hess 1963), or
    with offices in work times the way to them. Half of what compactness weighs is the work, half the number of units,
    so that units without work lie with their district, too; the way to offices is weighed by the work alone.

    Parameters
    ----------
    units : GeoDataFrame of polygons or points
        Neighbourhoods, beats, cells; in any CRS.
    count : int, optional
        Districts; by default as many as present, or as offices. Where there are to be more than at present, the new
        one is cut off the fullest or grows from its office; where fewer, those with least work are given up.
    work : str or mapping, optional
        Column with the work per unit, or columns with what each weighs, as ``{"incidents": 0.5, "inhabitants": 0.3,
        "street_km": 0.2}``. By default every unit is as much.
    weighing : {"shares", "amounts"}
        Whether a weight is that of the measure's share of its total, which makes different units comparable and all
        work add up to 1, or of one: hours per incident.
    present : str, optional
        Column with the district a unit is in now; empty where it is in none.
    redraw : bool
        Draw anew; the present districts only give their names and tell what changes.
    tolerance : float
        How far a load may be from 1.
    most_moves : int, optional
        At most so many units change hands.
    staff : mapping, sequence or str, optional
        People per district, by its name or in their order, or the column of offices that holds them; by default one
        each. Two have twice the work of one.
    most_work : float, optional
        What one person can do, as the work counts. Who has more is told, and how many people it takes at least.
    offices : GeoDataFrame of points, optional
        A district each, named as it is, that keeps the unit the office is in. `present` holds their names.
    office_id : str, optional
        Column that names the offices; by default the id column the layer was read with, else the index.
    neighbours : {"borders", "streets"} or DataFrame
        Which units hang together: where they share a border (points: with nothing between them), where a street of `by`
        leads from one to the other, or as `neighbours` lists them, perhaps with rows that somebody took out.
    joined : iterable of pairs of ids
        Further neighbours: a ferry, a bridge.
    by, direction, cost
        How units and offices are reached, as in `nearest`; by default as the crow flies.
    unit_id : str, optional
        Column that names the units; by default the id column the layer was read with, else the index.

    Returns
    -------
    Districts

    Raises
    ------
    ValueError
        If there are fewer units than districts, work is missing, negative or nowhere, names do not fit each other, two
        offices are in one unit, or the units already have a column of the result's name.
    TypeError
        If `by` is no network.
    GeometryError, CrsError
        If a row has the wrong kind of geometry, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> blocks = gpd.GeoDataFrame(
    ...     {"calls": [40, 30, 30, 20, 20, 20], "inspector": ["A", "A", "A", "B", "B", "B"]},
    ...     geometry=[box(500_000 + 400 * x, 300_000, 500_400 + 400 * x, 300_400) for x in range(6)], crs=3059)
    >>> found = sm.districts(blocks, work="calls", present="inspector", tolerance=0.15)
    >>> found.steps.round(3)
       units_moved  work_moved  largest_load  smallest_load  chosen
    0            0       0.000         1.250          0.750   False
    1            1       0.188         1.125          0.875    True
    >>> found.moves
       unit district_before district  work
    0     2               A        B  30.0
    >>> found.proven
    True
    """
    frames.require_free(units, ["work", "district", "moved", *(["district_before"] if present is not None else [])])
    tolerance = arguments.distance(tolerance, "tolerance")
    if most_moves is not None and arguments.number(most_moves, "most_moves") % 1:
        raise ValueError(f"most_moves must be a whole number, not {most_moves}")
    if most_work is not None:
        arguments.number(most_work, "most_work", above_zero=True)
    if count is not None:
        arguments.count(count, "count")
    ids = row_ids(units, unit_id, "units", "unit_id")
    load = workload_of(units, work, weighing)
    rows = by_place(units)
    inner, inner_ids = units.iloc[rows], ids[rows]
    notes = tables.input_notes(ids, load, rows)
    seats = None
    if offices is not None:
        seats = Offices.of(offices, office_id, inner, inner_ids, question(by, None, None, direction, cost))
        seats = seats.chosen(len(seats.names) if count is None else count, load.work[rows])
        notes += seats.notes
    names = named(units, present, count, seats, load.work)
    notes += names.notes
    if len(names.names) > len(rows):
        raise ValueError(f"{len(names.names)} districts cannot be made of {len(rows)} units that have a place")
    sides = _sides(inner, inner_ids, neighbours, joined, by)
    people = staff_of(staff, names.names, None if seats is None else seats.offices)
    asked = Division.of(inner, sides, load.parts(rows), people, tolerance, seats)
    before = None if names.before is None else names.before[rows]
    found = asked.drawn(before) if before is None or redraw else asked.changed(before, most_moves)
    counted = tables.Counted(names, ids, rows, load, sides.pairs, people, asked, before, found)
    notes += tables.island_notes(sides, inner_ids) + tables.result_notes(counted, most_work)
    return Districts(
        rows=tables.rows_table(units, counted),
        summary=tables.summary_table(units, counted, seats, most_work),
        measures=tables.measures_table(counted),
        steps=tables.steps_table(counted),
        moves=tables.moves_table(counted),
        within_tolerance=asked.loads(found.district).beyond == 0,
        least_load=asked.least_load,
        least_moves=found.least_moves,
        proven=found.proven,
        offices=None if seats is None else seats.told(inner_ids),
        notes=notes,
    )


def _sides(
    units: GeoDataFrame,
    ids: pd.Index[Any],
    neighbours: pd.DataFrame | str,
    joined: Iterable[tuple[Any, Any]],
    by: By | None,
) -> Sides:
    pairs = named_pairs(joined, ids, "joined")
    if isinstance(neighbours, pd.DataFrame):
        return connected(plane_shapes(units), listed(neighbours, ids), joined_sides(pairs))
    if neighbours not in ("borders", "streets"):
        raise ValueError(f"neighbours must be 'borders', 'streets' or what sm.neighbours returns, not {neighbours!r}")
    if neighbours == "borders":
        return sides_of(units, None, pairs)
    if by is None:
        raise ValueError("neighbours along streets need streets: give by=, a Network")
    require_network(by)
    assert isinstance(by, Network)
    return sides_of(units, by, pairs)
