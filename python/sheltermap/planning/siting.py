# SPDX-License-Identifier: Apache-2.0
"""Siting: which candidates to build and which structures to upgrade, so that most is gained, and how sure that is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.analyses.areas import Areas
from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.persons import Persons
from sheltermap.base import texts
from sheltermap.base.in_short import Short, counted, name_of, of_all
from sheltermap.base.limits import Limit, LimitLike
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.planning.feasible import require_means, require_solved
from sheltermap.planning.site_options import Prices
from sheltermap.planning.site_reach import for_solving, with_all_ways
from sheltermap.planning.site_setting import Setting, setting_of
from sheltermap.planning.siting_problem import Objective
from sheltermap.planning.siting_search import needed_only
from sheltermap.planning.siting_solve import solve
from sheltermap.planning.siting_tables import (
    RESULT_COLUMNS,
    ROW_COLUMNS,
    Served,
    candidates_frame,
    people_alone,
    proposal_frame,
    rows_frame,
    sums,
    upgrades_frame,
)
from sheltermap.planning.siting_words import notes_of, require_keys, seconds_of
from sheltermap.streets.arguments import count as whole_number
from sheltermap.streets.arguments import number
from sheltermap.streets.travelling import By, Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map


@dataclass(frozen=True, repr=False)
class Siting(Drawable, drawn_as="siting"):
    """Which sites to choose, what they bring, and how much better any other choice could be.

    Attributes
    ----------
    aim : str
        What was asked for: one of the objectives of `site`.
    chosen : GeoDataFrame
        The candidates as they were, and ``chosen`` (bool), ``order`` (from 1, the one that helps most first),
        ``people_alone`` (whom it would serve beside what stands, by itself), ``people_gained`` (whom it serves beside
        those before it), ``left_out`` (why it could not be chosen: ``existing``, ``place_unknown``, ``cost_unknown``,
        ``capacity_unknown``) and, where the column of costs has another name, ``cost``.
    upgrades : GeoDataFrame or None
        The same of the upgrades, at the places of their structures.
    proposal : DataFrame
        What to do, in the order of benefit: ``order``, ``action`` (``build``, or that of the upgrade), ``facility``,
        ``cost``, ``cost_so_far``, ``people_alone``, ``people_gained``, ``people_so_far``; after each step the mean
        ``mean_distance_m`` per person served and ``farthest_m`` (in times ``mean_duration_s``, ``farthest_s``).
    rows : GeoDataFrame
        The demand with ``covered_before`` and ``covered_after`` (missing where the position is unknown), ``state``
        (``covered_before``, ``gained``, ``uncovered``, ``unknown``), ``facility`` and ``distance_m`` (or
        ``duration_s``) of the nearest that serves it then, and ``reason`` where none does. Of ``capacitated`` a row
        counts as covered when all its people have a place, ``served_before`` and ``served_after`` say how many have,
        `facility` is where most of them have it, and the reason may be ``full``.
    summary, by_area : DataFrame
        Per measure, and by area: ``total = covered_after + uncovered + unknown``, ``covered_before``, ``gained``,
        ``rows_without_weight``. `by_area` is None without areas.
    objective, bound : float
        What the choice is worth, and what no other choice can be better than: people covered (of ``coverage``,
        ``backup``), sites or money (``set_cover``), people × metres or seconds (``p_median``), the largest distance or
        time (``p_center``), people served (``capacitated``).
    proven : bool
        Whether no other choice is better.
    seconds : float
        Of the clock, that the search took.
    stopped : {"proven", "time", "converged", "interrupted"}
        Why it ended.
    spent : float
        What the choice costs; NaN where nothing has a price.
    travel, travel_bound : float
        Of ``capacitated`` the people × metres (or seconds) to their places, and what no choice that serves as many can
        be below; it is `proven` when both are. Else NaN.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [30, 50, 20]}, geometry=gpd.points_from_xy([24.10, 24.20, 24.21], [57, 57, 57]), crs=4326)
    >>> cellars = gpd.GeoDataFrame(
    ...     {"id": ["A", "B"], "eur": [9000, 12000]}, geometry=gpd.points_from_xy([24.101, 24.205], [57, 57]), crs=4326)
    >>> sm.site(homes, cellars, objective="coverage", within=500, p=1, weight="people", cost="eur", currency="EUR",
    ...     candidate_id="id")
    <Siting: 1 of 2 candidates chosen for coverage
      proven the best; 12 000 EUR spent
      people: 70 of 100 covered (70.0 %), 30 uncovered, 70 gained>
    """

    aim: Objective
    chosen: GeoDataFrame
    upgrades: GeoDataFrame | None
    proposal: pd.DataFrame
    rows: GeoDataFrame
    summary: pd.DataFrame
    by_area: pd.DataFrame | None
    objective: float
    bound: float
    proven: bool
    seconds: float
    stopped: str
    spent: float
    travel: float
    travel_bound: float
    currency: str | None
    within: Limit | None
    existing: GeoDataFrame | None
    areas: GeoDataFrame | None
    cost_column: str
    by: By | None = None
    direction: Direction = "to"
    notes: list[str] = field(default_factory=list)

    def _in_short(self) -> Short:
        chosen = int(self.chosen["chosen"].sum())
        of = f"{texts.number(chosen)} of {counted(self.chosen, 'candidate')} chosen for {self.aim}"
        lines = [
            f"{name_of(each['measure'])}: {of_all(each, 'covered_after', 'uncovered', 'unknown', said='covered')}, "
            f"{texts.number(each['gained'])} gained"
            for each in self.summary.to_dict("records")
            if "gained" in each
        ]
        proof = "proven the best" if self.proven else f"not proven: the bound is {texts.significant(self.bound)}"
        spent = "" if self.currency is None else f"; {texts.number(self.spent)} {self.currency} spent"
        return Short(of, [proof + spent, *lines], self.summary)

    @property
    def gap(self) -> float:
        """How far the bound is from the objective, as a part of the larger one: 0 where it is proven."""
        largest = max(abs(self.objective), abs(self.bound))
        return 0.0 if self.proven or largest == 0 else abs(self.bound - self.objective) / largest

    def plot(
        self,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a map of who is newly served, the sites chosen and those not."""
        return self._plotted(figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(
        self,
        *,
        name: str | None = None,
        candidate_name: str | None = None,
        facility_name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in, as `Coverage.explore` does.

        Parameters
        ----------
        name, candidate_name, facility_name : str, optional
            Columns of the rows, the candidates and the existing facilities that say what they are called.
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
            name=name,
            candidate_name=candidate_name,
            facility_name=facility_name,
            columns=columns,
            title=title,
            lang=lang,
            context=context,
        )


@shows_progress
@takes_frames
def site(
    demand: GeoDataFrame,
    candidates: GeoDataFrame,
    *,
    objective: Objective,
    existing: GeoDataFrame | None = None,
    within: LimitLike | None = None,
    p: int | None = None,
    budget: float | None = None,
    cost: str | None = None,
    currency: str | None = None,
    weight: str | None = None,
    groups: Iterable[str] = (),
    capacity: str | None = None,
    upgrades: pd.DataFrame | None = None,
    by: By | None = None,
    direction: Direction = "to",
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
    time_limit: float | str = 60.0,
    prove: bool | None = None,
    candidate_id: str | None = None,
    facility_id: str | None = None,
) -> Siting:
    """Choose sites so that most is gained, with a bound on what any other choice could gain.

    Parameters
    ----------
    demand : GeoDataFrame of points
        In any CRS. A row without a position counts as unknown.
    candidates : GeoDataFrame
        Where something may be built. One at the place of an existing facility, or with its id, is not chosen again.
    objective : {"coverage", "set_cover", "backup", "p_median", "p_center", "capacitated"}
        ``coverage``: most people with a facility within the limit. ``set_cover``: the fewest sites, or with `cost` the
        cheapest, by which everybody whom any option reaches has one. ``backup``: most people with two within the limit;
        without `p` and `budget` of the smallest choices by which everybody has one. ``p_median``: most people reached,
        then least people × distance. ``p_center``: the smallest largest distance. ``capacitated``: most people with a
        place, then least people × distance, where each site holds no more than its `capacity`.
    existing : GeoDataFrame, optional
        Facilities that stand and go on serving. They count neither in `p` nor in the budget.
    within : float, str or Limit, optional
        Who is farther than this from a facility is not served by it: metres, "500 m", and with `by` "15 min".
    p : int, optional
        At most so many new sites, each upgrade counting as one. One that adds nothing is not chosen.
    budget : float, optional
        At most so much for all of them.
    cost, currency : str, optional
        Column with what each candidate, and each upgrade, costs; and in which currency, "EUR". What has no known cost
        cannot be chosen, and is named in `notes`.
    weight : str, optional
        Column of demand with the people per row; by default each row counts as one.
    groups : iterable of str
        Further columns of people, which `summary` and `by_area` tell as well.
    capacity : str, optional
        Column of candidates and existing facilities with their places, for ``capacitated``.
    upgrades : DataFrame, optional
        What may be done to existing facilities, an option a row: ``facility`` (its id), ``action``, the column of
        costs, ``places`` and ``access_gain``. ``adapt``: it does not count today and does then. ``add_capacity``: so
        many `places` more. ``improve_access``: all ways to it are shorter by ``access_gain``, a number in the unit of
        the ways or a text, "150 m". At most one per facility, but for those that are yes in ``combinable``.
    by, direction
        As in `nearest`.
    areas, area_name
        As in `coverage`.
    time_limit : float or str
        Seconds, or "2 min". When they are over, the best found until then is returned with its bound; so it is when
        Ctrl-C is pressed in the search.
    prove : bool, optional
        Whether HiGHS is asked to prove what the own bound leaves open: by default where it can be; True makes it an
        error where it is needed and cannot be loaded, False leaves it out.
    candidate_id, facility_id : str, optional
        Columns that name candidates and existing facilities; by default the id columns the layers were read with, else
        the index.

    Returns
    -------
    Siting
        The same whatever the order of the rows, unless the time limit cuts in.

    Raises
    ------
    ValueError
        If keys do not fit each other, a number cannot be meant, no candidate reaches anybody, p is larger than the
        candidates, the budget is below the cheapest, or what is asked for cannot be had, with what would do.
    SheltermapError
        If a proof was asked for that only HiGHS can give, and it cannot be loaded.
    GeometryError, CrsError
        As `coverage`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [30, 50, 20]}, geometry=gpd.points_from_xy([24.10, 24.20, 24.21], [57, 57, 57]), crs=4326)
    >>> cellars = gpd.GeoDataFrame(
    ...     {"id": ["A", "B"], "eur": [9000, 12000]}, geometry=gpd.points_from_xy([24.101, 24.205], [57, 57]), crs=4326)
    >>> best = sm.site(homes, cellars, objective="coverage", within=500, p=1, weight="people", cost="eur",
    ...                currency="EUR", candidate_id="id")
    >>> best.proposal[["facility", "cost", "people_gained"]]
      facility     cost  people_gained
    0        B  12000.0           70.0
    >>> best.objective, best.bound, best.proven
    (70.0, 70.0, True)
    """
    began = time.monotonic()
    seconds = seconds_of(time_limit)
    require_keys(objective, within, p, budget, capacity)
    p = None if p is None else whole_number(p, "p")
    budget = None if budget is None else number(budget, "budget")
    prices = Prices.of(cost, currency, budget)
    frames.require_free(candidates, _candidate_columns(prices))
    setting = setting_of(
        demand,
        candidates,
        objective=objective,
        existing=existing,
        limit=within,
        prices=prices,
        weight=weight,
        groups=groups,
        capacity=capacity,
        upgrades=upgrades,
        by=by,
        direction=direction,
        candidate_id=candidate_id,
        facility_id=facility_id,
    )
    asked, table, offered = setting.asked, setting.table, setting.offered
    frames.require_free(demand, [*ROW_COLUMNS, asked.cost_column, *(["area"] if areas is not None else [])])
    solving = replace(setting.solving, p=p, budget=budget)
    require_means(solving, prices)
    solution, more = solve(solving, seconds=seconds - (time.monotonic() - began), prove=prove)
    require_solved(solving, solution, prices, seconds)
    alone = people_alone(solving if capacity is not None else table.problem)
    of_cover = objective == "backup" and p is None and budget is None  # each is needed for the first of the two
    if table.problem.beyond is not None:  # what it is worth is seen with all ways there are
        chosen = solution.chosen
        table = with_all_ways(table, demand, offered, asked, chosen)
        solving = replace(for_solving(table, ~np.isnan(setting.people))[0], p=p, budget=budget)
        value = table.problem.value(chosen)
        proven = solution.proven and value <= solution.bound * (1 + 1e-9)
        stopped = solution.stopped if proven or solution.stopped != "proven" else "converged"
        bound = value if proven else min(solution.bound, value)
        solution = replace(solution, objective=value, bound=bound, proven=proven, stopped=stopped)
    else:
        chosen = solution.chosen if of_cover else needed_only(solving, solution.chosen)
    notes = [*setting.notes, *more, *notes_of(demand, table, solving, solution, chosen, asked)]

    persons = Persons.of(demand, None)
    served = Served.by(table.problem, chosen)
    rows, states = rows_frame(demand, persons, table, served, setting.ids, asked.cost_column)
    grouping = Areas.of(areas, area_name, table.found.demand_places, "demand")
    if grouping is not None:
        notes += grouping.notes
        rows = frames.with_columns(rows, {"area": grouping.labels()})
    summary, by_area = sums(setting.measures, grouping, states, served)
    proposal = proposal_frame(table, solving, chosen, setting.ids, setting.actions)
    return Siting(
        aim=objective,
        chosen=candidates_frame(offered, table.columns, proposal, alone, prices),
        upgrades=_upgrades(setting, proposal, alone),
        proposal=_told(proposal, asked.cost_column),
        rows=rows,
        summary=summary,
        by_area=by_area,
        objective=solution.objective + setting.already,
        bound=solution.bound + setting.already,
        proven=solution.proven,
        seconds=time.monotonic() - began,
        stopped=solution.stopped,
        travel=solution.second,
        travel_bound=solution.second_bound,
        spent=float(proposal["cost"].sum()) if prices.column is not None else float("nan"),
        currency=prices.currency,
        within=setting.limit,
        existing=existing,
        areas=areas,
        cost_column=asked.cost_column,
        by=by,
        direction=direction,
        notes=notes,
    )


def _candidate_columns(prices: Prices) -> list[str]:
    return [*RESULT_COLUMNS, "left_out", *(["cost"] if prices.column not in (None, "cost") else [])]


def _upgrades(setting: Setting, proposal: pd.DataFrame, alone: NDArray[np.float64]) -> GeoDataFrame | None:
    if setting.upgrades is None or setting.existing is None or setting.existing_ids is None:
        return None
    given = (setting.upgrades, setting.improved, setting.existing, setting.table.columns)
    return upgrades_frame(*given, proposal, alone, setting.existing_ids)


def _told(proposal: pd.DataFrame, cost_column: str) -> pd.DataFrame:
    names = {"mean": f"mean_{cost_column}", "farthest": "farthest_" + cost_column.rpartition("_")[2]}
    return proposal.drop(columns="_column").rename(columns=names)
