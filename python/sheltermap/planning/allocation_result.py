# SPDX-License-Identifier: Apache-2.0
"""What an allocation answers: its tables, and what if a facility were closed or had more places."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.ledger import ROWS, measures_of
from sheltermap.base.in_short import Short, counted, name_of, of_all
from sheltermap.layers.row_ids import row_ids
from sheltermap.planning import allocation_tables as tables
from sheltermap.planning.allocation_solving import Answer, optimal, solve
from sheltermap.streets.arguments import count as whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

    from sheltermap.analyses.areas import Areas
    from sheltermap.analyses.left_out import LeftOut
    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map
    from sheltermap.streets.travelling import By

MOST_STEPS = 1_000_000  # of a curve: more would take gigabytes, and say nothing more


@dataclass(frozen=True)
class Asked:
    """What an allocation was asked for, kept to answer what if."""

    demand: GeoDataFrame
    facilities: GeoDataFrame
    weight: str | None
    group: str | None
    facility_id: str | None
    grouping: Areas | None
    left_out: LeftOut | None


@dataclass(frozen=True, repr=False)
class Allocation(Drawable, drawn_as="allocation"):
    """Who is sent to which facility, who has no place and why, and where places are worth most.

    Costs are per person, in metres or seconds as the columns say; "person_m" is people times metres. The optimum is
    that with most people served, and of all these the one with the least people times cost.

    Attributes
    ----------
    rows : GeoDataFrame
        The demand in parts: a row for each facility that people of it are sent to, nearest first, and one for those
        without a place. The columns of the weight and of the group are divided, so that they hold the people of the
        part and sum to what they did; without a weight that is the column ``rows``. ``facility``; ``distance_m`` or
        ``duration_s`` of each person; ``reason`` of those without a place: ``full``, ``too_far``, ``no_path``, …,
        ``missing_geometry``; with areas ``area``.
    summary : DataFrame
        A row per measure, the weight and the group: ``total = served + unserved + unknown``, ``served_share``,
        ``rows_without_weight`` (in no number); in the first row also ``mean_distance_m``, ``person_m`` (the sum of
        people times metres), ``primal_person_m`` and ``dual_person_m``: what the plan costs, and what no plan can be
        below, with costs rounded to a thousandth. ``certified``: both are equal, and no facility that was not looked at
        can change that. ``rows_widened`` had to look beyond the 20 nearest; ``rows_split`` go to several facilities;
        ``places``, ``facilities_without_capacity``. Under other rules than the optimum ``unserved_beyond_optimum`` and
        ``person_m_beyond_optimum``: more than the optimum without these rules (less cost where more are unserved).
    facilities : GeoDataFrame
        As given, with ``places``, ``load``, ``free``, ``utilisation``; ``state``: ``has_room``, ``full``,
        ``no_places``, ``capacity_unknown``, ``closed``, ``not_snapped``, ``place_unknown``; ``mean_distance_m`` and
        ``farthest_distance_m`` of those who come; ``fills_as``, its number in the order in which facilities fill when
        all leave at once (that whose last comes from nearest is the first). Of an optimum also ``next_place_serves``
        and ``next_place_saves_person_m``: how many more have a place, and how much people times metres is saved (less
        than 0 where somebody more comes), if there were one place more; ``last_place_serves`` and
        ``last_place_saves_person_m`` what the last one is worth. They differ, and neither is the worth of many places:
        for that see `curve`.
    by_area : DataFrame or None
        ``total``, ``served``, ``unserved``, ``unknown``, ``served_share``, ``rows_without_weight`` by area and measure.
    reasons : DataFrame
        ``people`` by measure and ``reason``; sums to unserved + unknown.
    areas : GeoDataFrame or None
        As given.
    notes : list of str

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame({"people": [30, 40]}, geometry=gpd.points_from_xy([24.10, 24.11], [57, 57]), crs=4326)
    >>> shelters = gpd.GeoDataFrame(
    ...     {"id": ["A", "B"], "places": [50, 15]}, geometry=gpd.points_from_xy([24.10, 24.12], [57, 57]), crs=4326)
    >>> plan = sm.allocate(homes, shelters, capacity="places", weight="people", facility_id="id")
    >>> plan
    <Allocation: 4 rows, 2 facilities
      people, optimal: 65 of 70 served (92.9 %), 5 unserved>
    >>> plan.facilities[["id", "load", "free"]]
      id  load  free
    0  A  50.0   0.0
    1  B  15.0   0.0
    """

    rows: GeoDataFrame
    summary: pd.DataFrame
    facilities: GeoDataFrame
    by_area: pd.DataFrame | None
    reasons: pd.DataFrame
    areas: GeoDataFrame | None
    notes: list[str] = field(default_factory=list)
    by: By | None = None
    _asked: Asked = field(repr=False, default=None)  # type: ignore[assignment]
    _answer: Answer = field(repr=False, default=None)  # type: ignore[assignment]
    _parts: tables.Parts = field(repr=False, default=None)  # type: ignore[assignment]

    def _in_short(self) -> Short:
        of = f"{counted(self.rows, 'row')}, {counted(self.facilities, 'facility', 'facilities')}"
        lines = (
            f"{name_of(each['measure'])}, {each['method']}: {of_all(each, 'served', 'unserved', 'unknown')}"
            for each in self.summary.to_dict("records")
        )
        return Short(of, lines, self.summary)

    @property
    def measure(self) -> str:
        """The column of `rows` with the people: the weight, or ``rows``."""
        return self._asked.weight or ROWS

    @cached_property
    def spill(self) -> GeoDataFrame:
        """Lines from rows to the facilities that their people are sent to, most people first, in the demand's CRS.

        Geodesics, whatever the way was. ``demand`` (what names the row), ``facility``, ``people``, the cost, and
        ``nearest``: whether none is nearer, however full.
        """
        reach, task = self._answer.found.reach, self._answer.task
        nearest = np.full(len(task.demand), np.inf)
        reached = np.diff(reach.offsets) > 0
        nearest[reached] = reach.cost[reach.offsets[:-1][reached]]
        given = np.empty_like(nearest)
        given[task.rows] = nearest
        demand = self._asked.demand
        names = row_ids(demand, None, "demand", None, each_its_own=False)
        cost = task.asked.cost_column
        columns = {
            "demand": names[self._parts.row],
            "facility": self.rows["facility"].array,
            "people": self._parts.people,
            cost: self._parts.cost,
        }
        return tables.spill_lines(demand, self._asked.facilities, self._parts, given, columns)

    def without(self, facility: Any) -> Allocation:
        """Return the allocation if a facility were closed: exact again, from the one that is there.

        Parameters
        ----------
        facility
            What names it, as in ``rows``.

        Returns
        -------
        Allocation

        Raises
        ------
        ValueError
            If no facility is called so, or several are.

        Examples
        --------
        >>> import geopandas as gpd
        >>> import sheltermap as sm
        >>> homes = gpd.GeoDataFrame(
        ...     {"people": [30, 40]}, geometry=gpd.points_from_xy([24.10, 24.11], [57, 57]), crs=4326)
        >>> shelters = gpd.GeoDataFrame(
        ...     {"id": ["A", "B"], "places": [50, 35]}, geometry=gpd.points_from_xy([24.10, 24.12], [57, 57]), crs=4326)
        >>> plan = sm.allocate(homes, shelters, capacity="places", weight="people", facility_id="id")
        >>> plan.without("B").summary[["served", "unserved"]]
           served  unserved
        0    50.0      20.0
        """
        at = self._facility(facility)
        answer = self._answer
        task = answer.task.without(at)
        if answer.core is None:
            return tabulated(self._asked, solve(task), self.areas)
        return tabulated(self._asked, optimal(task, answer.found, answer.core.without(at), answer.looked), self.areas)

    def with_places(self, facility: Any, places: int) -> Allocation:
        """Return the allocation if a facility had more places, or fewer where the number is below 0: exact again.

        Parameters
        ----------
        facility
            What names it, as in ``rows``.
        places : int
            How many more.

        Returns
        -------
        Allocation

        Raises
        ------
        ValueError
            As `without`; also if the facility has not so many places to lose.
        TypeError
            If `places` is no whole number.
        """
        at = self._facility(facility)
        more = whole_number(abs(places), "places") if places else 0
        more = more if places >= 0 else -more
        answer, task = self._answer, self._answer.task
        now = 0.0 if at in task.closed else float(np.nan_to_num(task.capacity[at]))
        if now + more < 0:
            raise ValueError(f"facility {facility!r} has {now:.0f} places, so {-more} cannot be taken away")
        changed = replace(task, closed=tuple(each for each in task.closed if each != at))
        changed = changed.with_capacity(at, now + more)
        if answer.core is None:
            return tabulated(self._asked, solve(changed), self.areas)
        difference = int(changed.places[at]) - int(task.places[at])
        core = answer.core.with_places(at, difference)
        return tabulated(self._asked, optimal(changed, answer.found, core, answer.looked), self.areas)

    def curve(self, facility: Any, places: int) -> pd.DataFrame:
        """Return what 1, 2, … more places in a facility would be worth, step by step.

        Parameters
        ----------
        facility
            What names it, as in ``rows``.
        places : int
            Up to how many more.

        Returns
        -------
        DataFrame
            ``places`` from 1; ``serves``, how many more have a place with so many more places; and
            ``saves_person_m`` or ``saves_person_s``, less than 0 where more come.

        Raises
        ------
        ValueError
            As `without`; also where other rules than the optimum were asked for, or for more than a million places.
        """
        at = self._facility(facility)
        steps = whole_number(places, "places")
        if steps > MOST_STEPS:
            raise ValueError(
                f"a curve has at most {MOST_STEPS} places, not {steps}; with_places tells of so many at once"
            )
        core, task = self._answer.core, self._answer.task
        if core is None:
            raise ValueError("what places are worth is told of the optimum only: leave the other rules out")
        people, cost = core.curve(at, steps * task.parts)
        last = slice(task.parts - 1, None, task.parts)
        return pd.DataFrame(
            {
                "places": np.arange(1, steps + 1),
                "serves": np.asarray(people)[last] / task.parts,
                f"saves_person_{_unit(task.asked.cost_column)}": -np.asarray(cost, float)[last] / task.parts + 0.0,
            }
        )

    def _facility(self, facility: Any) -> int:
        """Return the number in the task of the facility that is called so."""
        ids = row_ids(self._asked.facilities, self._asked.facility_id, "facilities", "facility_id")
        found = np.flatnonzero(ids == facility)
        if len(found) != 1:
            how_many = "no facility is" if not len(found) else f"{len(found)} facilities are"
            raise ValueError(f"{how_many} called {facility!r}")
        return int(np.flatnonzero(self._answer.task.facility_rows == found[0])[0])

    def plot(
        self,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a map: who has a place and who has none, and lines to the facilities as wide as people are many."""
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

        A click on a row tells where its people go, or why they have no place; on a facility, how full it is and what
        one more place would be worth; on a line, how many go along.

        Parameters
        ----------
        name, facility_name, area_name : str, optional
            Columns of the rows, the facilities and the areas that say what they are called; by default the id column
            the layer was read with, else the index.
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
        return self._explored(
            name=name,
            facility_name=facility_name,
            area_name=area_name,
            columns=columns,
            title=title,
            lang=lang,
            context=context,
        )


def tabulated(asked: Asked, answer: Answer, areas: GeoDataFrame | None) -> Allocation:
    """Return an answer as the tables of an allocation."""
    task = answer.task
    measures = measures_of(asked.demand, asked.weight, [asked.group] if asked.group else [])
    named = list(measures)
    members = None if asked.group is None else measures[asked.group][task.rows]
    why = tables.reasons_of(answer, asked.demand, asked.left_out)
    parts = tables.Parts.of(answer, why, members)
    among = tables.reasons_there_may_be(asked.demand, asked.left_out is not None, bool(task.closed))
    counted = {named[0]: parts.people} | ({} if parts.group is None else {named[1]: parts.group})
    ledger = tables.ledger_of(parts, counted, task.rules.method, asked.grouping)
    cost, unit = task.asked.cost_column, _unit(task.asked.cost_column)
    summary = ledger.summary().rename(columns=tables.SERVED)
    for name, value in tables.figures_of(answer, unit, cost).items():
        summary[name] = [value, *[None] * (len(summary) - 1)] if len(summary) > 1 else value
    by_area = ledger.by_area()
    ids = row_ids(asked.facilities, asked.facility_id, "facilities", "facility_id")
    return Allocation(
        rows=tables.rows_of(asked.demand, parts, ids, among, cost, counted, asked.grouping),
        summary=summary,
        facilities=tables.facilities_of(answer, asked.facilities, unit),
        by_area=None if by_area is None else by_area.rename(columns=tables.SERVED),
        reasons=ledger.reasons(among).rename(columns={"weight": "people"}),
        areas=areas,
        notes=task.notes,
        by=task.asked.by,
        _asked=asked,
        _answer=answer,
        _parts=parts,
    )


def _unit(cost_column: str) -> str:
    """Return "m" or "s"."""
    return cost_column[-1]
