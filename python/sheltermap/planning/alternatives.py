# SPDX-License-Identifier: Apache-2.0
"""Alternatives: what money buys, where the next sum helps most, and which choice holds if things turn out otherwise."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.analyses.drawable import Drawable
from sheltermap.base import texts
from sheltermap.base.in_short import Short, counted
from sheltermap.base.limits import Limit, LimitLike
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.planning.alternatives_tables import (
    CANDIDATE_COLUMNS,
    Running,
    budgets_frame,
    candidates_frame,
    frontier_frame,
    next_best_frame,
    rows_frame,
    summary_frame,
    upgrades_frame,
)
from sheltermap.planning.budget_search import BudgetSearch, Clock, look_at_budgets
from sheltermap.planning.cost_sensitivity import Sensitivity
from sheltermap.planning.feasible import require_means
from sheltermap.planning.named_alternatives import named_choices, named_frame
from sheltermap.planning.scenario_choices import (
    checked_probabilities,
    read_scenarios,
    require_scenarios,
    robust_choices,
)
from sheltermap.planning.site_options import Prices
from sheltermap.planning.site_setting import setting_of
from sheltermap.planning.siting_words import seconds_of
from sheltermap.streets.arguments import count as whole_number
from sheltermap.streets.arguments import number
from sheltermap.streets.travelling import By, Direction

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map
    from sheltermap.planning.service_costs import ServiceCosts

OF_FRONTIER = 0.6  #: part of the time, where something else is asked as well


@dataclass(frozen=True, repr=False)
class Alternatives(Drawable, drawn_as="alternatives"):
    """What money buys: the frontier of cost and people newly covered, and what is decided by it.

    Attributes
    ----------
    frontier : DataFrame
        Choices that no other one found dominates, the cheapest first: ``point``, ``cost``, ``people_gained``,
        ``people_covered``, ``bound`` (no choice for that money gains more), ``gap``, ``proven`` (none gains more for
        that money, and none as many for less), ``sites`` (ids of candidates, and (facility, action) of upgrades),
        ``added`` and ``dropped`` against the point before, ``cost_per_person``, ``marginal_cost_per_person`` (of those
        gained beyond the point before) and ``supported`` (not dearer per person than a mix of two other points).
    exact : bool
        Whether the frontier has every choice that is not dominated, all of them proven.
    budgets : DataFrame or None
        What each budget buys, where some were given or the frontier has too many points: ``budget``, ``cost``,
        ``people_gained``, ``people_covered``, ``bound``, ``gap``, ``proven``, ``sites``.
    next_best : DataFrame
        Investments one by one, each the cheapest per person newly covered beside those before: ``order``, ``action``,
        ``facility``, ``cost``, ``people_gained``, ``cost_per_person``, ``cost_so_far``, ``people_so_far``,
        ``people_covered``, ``most_for_cost_so_far`` (the best choice found for as much money gains these); with
        `service_costs` also ``running`` and ``for_people`` a year, ``annual`` (both and the annual equivalent of the
        cost) and ``annual_cost_per_person``.
    named : DataFrame
        The alternatives with names, "do nothing" first: ``alternative``, ``cost``, ``covered_before``,
        ``people_covered``, ``people_gained``, ``uncovered``, ``cost_per_person``, ``dominated_by`` (another of them
        that costs no more and gains no fewer), ``most_for_cost`` (what the best choice found for as much money gains),
        ``most_is_proven``, ``sites``, ``marginal_cost_per_person`` (against the next cheaper that is not dominated).
    scenarios, choices, robust : DataFrame or None
        By alternative and scenario ``people_covered``, ``people_gained``, ``uncovered``, ``best`` (covered by the best
        choice for the budget), ``regret`` and ``affordable``; by alternative ``expected``, ``worst`` and
        ``max_regret``; and by criterion the alternative that is best by it, for `budget`, with ``value``, ``bound``
        and ``proven``.
    sensitivity : DataFrame or None
        Of all costs together and of each option: ``facility``, ``action``, ``cost``, ``chosen``, ``state``
        (``steady``, ``changes``, ``not_known``), the shares from which on higher or lower costs change the choice for
        `budget` (missing where not within `cost_share`), and ``people_if_higher``, ``people_if_lower``.
    chosen : GeoDataFrame
        The candidates as they were, with ``enters_at`` (cost of the first point that has it), ``points_share`` (in how
        much of the points that gain anybody), ``order``, ``people_gained`` and ``cost_per_person`` of `next_best`,
        ``people_alone``, ``in_choice`` (of the best for `budget`), ``left_out`` and ``cost``.
    upgrades : GeoDataFrame or None
        The same of every way to improve a structure.
    summary : DataFrame
        People by measure: ``total = covered_before + uncovered + unknown``, ``rows_without_weight``, ``reachable``.
    rows : DataFrame
        What becomes of each row of the demand, in its order: ``people``, ``state`` as things stand
        (``covered_before``, ``uncovered``, ``unknown``), ``reachable``, and ``covered_after``, by the best for
        `budget` (missing without one).

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [30, 50, 20]}, geometry=gpd.points_from_xy([24.10, 24.20, 24.21], [57, 57, 57]), crs=4326)
    >>> cellars = gpd.GeoDataFrame(
    ...     {"id": ["A", "B"], "eur": [9000, 14000]}, geometry=gpd.points_from_xy([24.101, 24.205], [57, 57]), crs=4326)
    >>> sm.alternatives(homes, cellars, within=500, weight="people", cost="eur", currency="EUR", candidate_id="id")
    <Alternatives: 4 points on the frontier within 500 m
      at most 100 gained, for 23 000 EUR; all proven
      4 rows in .frontier>
    """

    frontier: pd.DataFrame
    exact: bool
    budgets: pd.DataFrame | None
    next_best: pd.DataFrame
    named: pd.DataFrame
    scenarios: pd.DataFrame | None
    choices: pd.DataFrame | None
    robust: pd.DataFrame | None
    sensitivity: pd.DataFrame | None
    chosen: GeoDataFrame
    upgrades: GeoDataFrame | None
    summary: pd.DataFrame
    budget: float | None
    currency: str
    cost_share: float
    within: Limit
    existing: GeoDataFrame | None
    seconds: float
    stopped: str
    by: By | None = None
    notes: list[str] = field(default_factory=list)
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)

    def _in_short(self) -> Short:
        of = f"{counted(self.frontier, 'point')} on the frontier within {texts.distance(self.within, 'en')}"
        best = self.frontier.iloc[-1]
        gained, cost = texts.number(best["people_gained"]), texts.number(best["cost"])
        proof = "all proven" if self.exact else f"{counted(int((~self.frontier['proven']).sum()), 'point')} not proven"
        return Short(of, [f"at most {gained} gained, for {cost} {self.currency}; {proof}"], self.frontier, "frontier")

    def plot(self, *, figsize: tuple[float, float] | None = None, ax: Axes | None = None, lang: str = "en") -> Axes:
        """Draw the frontier: money against people newly covered, what is proven filled, and the alternatives named."""
        return self._plotted(figsize=figsize, ax=ax, lang=lang)

    def explore(
        self,
        *,
        candidate_name: str | None = None,
        facility_name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map of the candidates by the budget at which they enter.

        Parameters
        ----------
        candidate_name, facility_name : str, optional
            Columns of the candidates and the existing facilities that say what they are called.
        columns : sequence of str
            Further columns of `chosen` to tell on a click.
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
            candidate_name=candidate_name,
            facility_name=facility_name,
            columns=columns,
            title=title,
            lang=lang,
            context=context,
        )


@shows_progress
@takes_frames
def alternatives(
    demand: GeoDataFrame,
    candidates: GeoDataFrame,
    *,
    within: LimitLike,
    cost: str,
    currency: str,
    existing: GeoDataFrame | None = None,
    budgets: Iterable[float] | None = None,
    steps: int | None = None,
    budget: float | None = None,
    weight: str | None = None,
    upgrades: pd.DataFrame | None = None,
    named: Mapping[str, Sequence[Any]] | None = None,
    scenarios: Mapping[str, Mapping[str, Any]] | None = None,
    probabilities: Mapping[str, float] | None = None,
    cost_share: float = 0.2,
    service_costs: ServiceCosts | None = None,
    category: str = "category",
    places: str | None = None,
    price_year: int | None = None,
    by: By | None = None,
    direction: Direction = "to",
    time_limit: float | str = 60.0,
    prove: bool | None = None,
    candidate_id: str | None = None,
    facility_id: str | None = None,
) -> Alternatives:
    """Compare alternatives: people newly covered against cost, under scenarios, and when costs are wrong.

    Parameters
    ----------
    demand : GeoDataFrame of points
        In any CRS. A row without a position counts as unknown.
    candidates : GeoDataFrame
        Where something may be built, as in `site`.
    within : float, str or Limit
        Who has a facility within this is covered: metres, "500 m", and with `by` "15 min".
    cost, currency : str
        Column with what each candidate, and each upgrade, costs; and in which currency, "EUR". What has no known cost
        cannot be bought, and is named in `notes`.
    existing : GeoDataFrame, optional
        Facilities that stand and go on serving.
    budgets : iterable of float, optional
        Budgets to look at. Without them the frontier is looked for whole: at twenty budgets evenly apart, then
        between two points where most may lie, a hundred times at most or until time is over.
    steps : int, optional
        So many budgets evenly apart instead.
    budget : float, optional
        That which the sensitivity and the scenarios are about; by default the largest of `budgets`.
    weight : str, optional
        Column of demand with the people per row; by default each row counts as one.
    upgrades : DataFrame, optional
        What may be done to existing facilities, as in `site`.
    named : mapping, optional
        Alternatives by name: what each builds and improves, as ids of candidates, or (facility, action) of upgrades
        (the facility alone where only one upgrade is about it).
    scenarios : mapping, optional
        By name what is otherwise: ``demand``, ``existing``, ``within``, ``by``, ``weight``, and ``closed``, a list of
        facilities and candidates that do not serve. Only these count; ``{"today": {}}`` is the question as it is.
    probabilities : mapping, optional
        Of the scenarios; they sum to 1.
    cost_share : float
        By which share costs may be wrong: 0.2 for 20 %; 0 leaves the sensitivity out.
    service_costs : ServiceCosts, optional
        What sites cost every year once they are there, by the column `category` of the candidates (and `places` where
        something is paid per place), in the prices of `price_year`.
    by, direction
        As in `nearest`.
    time_limit : float or str
        Seconds for the searches, or "2 min"; reach and tables come on top. When they are over, the best found until
        then is returned with its bounds; so it is when Ctrl-C is pressed in a search.
    prove : bool, optional
        As in `site`.
    candidate_id, facility_id : str, optional
        As in `site`.

    Returns
    -------
    Alternatives
        The same whatever the order of the rows, unless the time limit cuts in.

    Raises
    ------
    ValueError
        If keys do not fit each other, a number cannot be meant, no candidate reaches anybody, a budget is below the
        cheapest option, an alternative names what is no option, or probabilities do not sum to 1.
    SheltermapError
        If a proof was asked for and HiGHS cannot be loaded.
    GeometryError, CrsError
        As `coverage`.

    Notes
    -----
    The frontier is that of ε-constraints (Haimes, Lasdon, Wismer 1971): of each budget most people, then the least cost
    for as many. Regret is that of Savage (1951): what a choice covers less than the best for the same budget would,
    had the scenario been known.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [30, 50, 20]}, geometry=gpd.points_from_xy([24.10, 24.20, 24.21], [57, 57, 57]), crs=4326)
    >>> cellars = gpd.GeoDataFrame(
    ...     {"id": ["A", "B"], "eur": [9000, 14000]}, geometry=gpd.points_from_xy([24.101, 24.205], [57, 57]), crs=4326)
    >>> found = sm.alternatives(homes, cellars, within=500, weight="people", cost="eur", currency="EUR",
    ...                         candidate_id="id", named={"the near one": ["A"]})
    >>> found.frontier[["cost", "people_gained", "marginal_cost_per_person", "proven"]]
          cost  people_gained  marginal_cost_per_person  proven
    0      0.0            0.0                       NaN    True
    1   9000.0           30.0                     300.0    True
    2  14000.0           70.0                     125.0    True
    3  23000.0          100.0                     300.0    True
    >>> found.next_best["facility"].tolist(), found.named["people_covered"].tolist()
    (['B', 'A'], [0.0, 30.0])
    """
    began = time.monotonic()
    clock = Clock(seconds_of(time_limit), prove)
    share = number(cost_share, "cost_share")
    if share >= 1:
        raise ValueError(f"cost_share is a part of 1, as 0.2, below 1, not {cost_share!r}")
    wanted = _budgets(budgets, steps)
    decided = max(wanted) if budget is None and wanted else None if budget is None else number(budget, "budget")
    if scenarios is not None:
        require_scenarios(scenarios)
        if decided is None:
            raise ValueError("scenarios are compared for a budget: give it, budget=100_000")
    elif probabilities is not None:
        raise ValueError("probabilities are those of scenarios: give these, too")
    prices = Prices.of(cost, currency, None)
    shares = None if scenarios is None else checked_probabilities(scenarios, probabilities)
    frames.require_free(candidates, [*CANDIDATE_COLUMNS, *(["cost"] if cost != "cost" else [])])
    given: dict[str, Any] = {
        "demand": demand,
        "candidates": candidates,
        "objective": "coverage",
        "existing": existing,
        "limit": within,
        "prices": prices,
        "weight": weight,
        "upgrades": upgrades,
        "by": by,
        "direction": direction,
        "candidate_id": candidate_id,
        "facility_id": facility_id,
    }
    setting = setting_of(**given)
    search = BudgetSearch(setting.solving, clock)
    for each in [*wanted, *([] if decided is None else [decided])]:
        require_means(replace(setting.solving, budget=each), prices)
    running = None if service_costs is None else Running(setting, service_costs, category, places, price_year)

    order = search.one_by_one()
    alternatives_named = named_choices(setting, search, named)
    parsed = None if scenarios is None else read_scenarios(setting, scenarios, given)
    exact, shown = look_at_budgets(search, wanted, steps, decided, OF_FRONTIER if scenarios or share else 1.0)
    points = search.frontier()
    budgets_table = budgets_frame(setting, search, shown) if shown else None
    choice = None if decided is None else search.best(decided).taken
    robust = None
    if parsed is not None and decided is not None:
        robust = robust_choices(setting, search, parsed, shares, decided, alternatives_named, points)
    sensitivity = Sensitivity(setting, search, decided, share).frame() if decided is not None and share else None
    next_best = next_best_frame(setting, search, order, running)
    if running is not None and running.unknown:
        clock.note(f"what these cost a year is not known: {', '.join(map(str, dict.fromkeys(running.unknown)))}")
    frontier = frontier_frame(setting, search, points)
    if clock.stopped in ("time", "interrupted"):
        why = "its time was over" if clock.stopped == "time" else "Ctrl-C was pressed"
        clock.note(f"the search ended when {why}: what was best until then")
    return Alternatives(
        frontier=frontier,
        exact=exact and bool(frontier["proven"].all()),
        budgets=budgets_table,
        next_best=next_best,
        named=named_frame(setting, search, alternatives_named),
        scenarios=None if robust is None else robust.by_scenario,
        choices=None if robust is None else robust.choices,
        robust=None if robust is None else robust.criteria,
        sensitivity=sensitivity,
        chosen=candidates_frame(setting, points, next_best, order, choice),
        upgrades=upgrades_frame(setting, points, next_best, order, choice),
        summary=summary_frame(setting),
        budget=decided,
        currency=currency,
        cost_share=share,
        within=Limit.of(within),
        existing=existing,
        seconds=time.monotonic() - began,
        stopped=clock.stopped,
        by=by,
        notes=[*setting.notes, *clock.notes],
        rows=rows_frame(setting, choice),
    )


def _budgets(budgets: Iterable[float] | None, steps: int | None) -> list[float]:
    """Return the budgets that were given, each once, ascending."""
    if steps is not None:
        if budgets is not None:
            raise ValueError("budgets says which to look at, steps how many evenly apart: give one of the two")
        if whole_number(steps, "steps") < 2:
            raise ValueError("steps must be at least 2: the cheapest option and what gains most")
        return []
    if budgets is None:
        return []
    if isinstance(budgets, str | bytes) or not isinstance(budgets, Iterable):
        raise ValueError(f"budgets is a list of amounts, [50_000, 100_000], not {told(budgets)}")
    found = sorted({number(each, "a budget") for each in budgets})
    if not found or math.isinf(found[-1]):
        raise ValueError("budgets is a list of finite amounts, [50_000, 100_000]: give one at least")
    return found
