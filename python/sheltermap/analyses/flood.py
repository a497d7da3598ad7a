# SPDX-License-Identifier: Apache-2.0
"""Floods: who has a facility near enough before a flood and during it, and why the others have lost theirs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.analyses.areas import Areas, ground_notes
from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.exposure import in_any_zone
from sheltermap.analyses.ledger import COUNTS, Ledger, measures_of
from sheltermap.analyses.left_out import LeftOut, unused_columns
from sheltermap.analyses.nearest import known_costs
from sheltermap.analyses.persons import Persons
from sheltermap.analyses.supply import UNUSED_REASONS, capacities, supply_rows
from sheltermap.base import texts
from sheltermap.base.in_short import Short, counted, name_of, of_all
from sheltermap.base.limits import Limit, LimitLike
from sheltermap.base.progress import shows_progress
from sheltermap.base.reasons import REASONS as ALL_REASONS
from sheltermap.base.reasons import codes_of, known, labels_of, names_of, statuses_of
from sheltermap.base.renamed import renamed_parameter, warn_renamed
from sheltermap.base.scenarios import cost_during, scenario_label
from sheltermap.layers import frames
from sheltermap.layers.cells import answers
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.meeting import placed, require_together
from sheltermap.layers.row_ids import row_ids, take_ids
from sheltermap.streets.network import Network, require_network
from sheltermap.streets.travelling import Direction, Question, along_streets, question, reach_of_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

# What becomes of a facility: the first that holds counts.
STATES = ("place_unknown", "flooded", "unsuitable", "suitability_unknown", "usable")
BEFORE = ("covered", "uncovered", "unknown")  # what becomes of a person before; during a flood also "lost"
# Why somebody is not covered during a flood: the state of the facility that is lost, else what reach tells.
LOST = {"flooded": "closed_by_flood", "unsuitable": "unsuitable", "suitability_unknown": "suitability_unknown"}
LOST_WAYS = ("street_closed", "way_closed", "detour_too_far")  # at the door; no way is left; the one left is too long
REASONS = known(*LOST.values(), "too_far", "no_facility", "missing_geometry")
REASONS_ALONG_STREETS = known(*LOST.values(), *LOST_WAYS, "too_far", "no_path", "not_snapped", *REASONS[-2:])
_REASON_NAMES = pd.array(names_of(np.arange(len(ALL_REASONS), dtype=np.uint8)), dtype="string")
FIGURES = (*COUNTS, "covered_share_before", "covered_share", "in_zone", "rows_without_weight")


@dataclass(frozen=True, repr=False)
class Flood(Drawable, drawn_as="flood"):
    """Who has a facility near enough before and during each scenario.

    Attributes
    ----------
    rows : GeoDataFrame
        The demand's columns, ``area`` where areas were given; of the time before: ``facility``, ``distance_m`` (for
        times ``duration_s``), ``reason`` (why there is none) and ``before`` (``covered``, ``uncovered`` or
        ``unknown``); and per scenario, here ``1 %``: ``during_1pct`` (``covered``, ``lost``, ``uncovered`` or
        ``unknown``), ``reason_1pct``, ``facility_1pct`` and ``distance_1pct_m`` (``duration_1pct_s``) of the nearest
        usable one, and ``in_zone_1pct``.
    summary : DataFrame
        One row per scenario and measure: ``total = covered + lost + uncovered + unknown``; ``covered_before = covered +
        lost``; both shares, of the total; ``in_zone``, whose own place is flooded; ``rows_without_weight``, counted
        nowhere else.
    by_area : DataFrame or None
        The same by ``area``; people outside every area, and people whose position is unknown, have their own rows.
    reasons : DataFrame
        Per scenario and measure how many are not covered by ``reason``; sums to lost + uncovered + unknown.
    supply : DataFrame
        Per scenario how many ``facilities`` are in which ``state`` and, where asked for, their ``capacity`` and how
        many of them are ``without_capacity``: their number is not known, or cannot be meant.
    facilities : GeoDataFrame
        The facilities with ``state_1pct`` for each scenario: ``usable``, ``flooded``, ``unsuitable``,
        ``suitability_unknown`` or ``place_unknown``.
    scenarios : tuple
        In the order of the zones' rows.
    threshold : Limit

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [3, 5]}, geometry=gpd.points_from_xy([24.105, 24.205], [56.950, 56.950]), crs=4326)
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.106, 24.206], [56.951, 56.951]), crs=4326)
    >>> zones = gpd.GeoDataFrame({"scenario": ["1 %"]}, geometry=[box(24.2, 56.9, 24.3, 57)], crs=4326)
    >>> sm.flood(homes, shelters, zones, 500, weight="people")
    <Flood: 2 rows, 2 facilities, within 500 m
      1 %, people: 3 of 8 covered (37.5 %); 8 covered before>
    """

    rows: GeoDataFrame
    summary: pd.DataFrame
    by_area: pd.DataFrame | None
    reasons: pd.DataFrame
    supply: pd.DataFrame
    facilities: GeoDataFrame
    zones: GeoDataFrame
    scenario: str  #: column of `zones`
    scenarios: tuple[Any, ...]
    threshold: Limit
    areas: GeoDataFrame | None = None
    notes: list[str] = field(default_factory=list)
    by: Network | None = None

    def _in_short(self) -> Short:
        of = f"{counted(self.rows, 'row')}, {counted(self.facilities, 'facility', 'facilities')}"
        lines = (
            f"{name_of(each['scenario'])}, {name_of(each['measure'])}: "
            f"{of_all(each, 'covered', 'uncovered', 'unknown')}; {texts.number(each['covered_before'])} covered before"
            for each in self.summary.to_dict("records")
        )
        return Short(f"{of}, within {texts.distance(self.threshold, 'en')}", lines, self.summary)

    @property
    def threshold_m(self) -> float:
        """The metres of `threshold`: the old name."""
        warn_renamed("threshold_m", "threshold")
        return self.threshold.value

    def plot(
        self,
        scenario: Any = None,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a map of a scenario: its zones, who keeps and who loses a facility, which facilities are left.

        Parameters
        ----------
        scenario : optional
            One of `scenarios`; by default the last.
        """
        return self._plotted(scenario=scenario, figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(
        self,
        scenario: Any = None,
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

        A click on a row tells whether it keeps a facility in the scenario or loses it and why, the nearest facility
        before and during the flood and how far that is; a click on a facility, whether it can be used.

        Parameters
        ----------
        scenario : optional
            One of `scenarios`; by default all of them, as steps to go through, the last first.
        name, facility_name, area_name : str, optional
            Columns of the demand, the facilities and the areas that say what their rows are called; by default the id
            column the layer was read with, else the index.
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
            If there is no such scenario, or a column is unknown.

        Examples
        --------
        >>> import geopandas as gpd
        >>> from shapely import box
        >>> import sheltermap as sm
        >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.105, 24.205], [56.950, 56.950]), crs=4326)
        >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.106, 24.206], [56.951, 56.951]), crs=4326)
        >>> zones = gpd.GeoDataFrame({"scenario": ["1 %"]}, geometry=[box(24.2, 56.9, 24.3, 57)], crs=4326)
        >>> sm.flood(homes, shelters, zones, 500).explore()
        <Map 'Flood: 1 %': 2 rows; show it in a notebook or .save('map.html')>
        """
        return self._explored(
            scenario=scenario,
            name=name,
            facility_name=facility_name,
            area_name=area_name,
            columns=columns,
            title=title,
            lang=lang,
            context=context,
        )


@shows_progress
@renamed_parameter("threshold_m", "threshold")
@takes_frames
def flood(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    zones: GeoDataFrame,
    threshold: LimitLike,
    *,
    scenario: str = "scenario",
    weight: str | None = None,
    groups: Iterable[str] = (),
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
    facility_id: str | None = None,
    suitable: str | None = None,
    capacity: str | None = None,
    by: Network | None = None,
    direction: Direction = "to",
    depth: str | None = None,
    unused: GeoDataFrame | None = None,
) -> Flood:
    """Who has a facility within a threshold before a flood and during each of its scenarios.

    During a scenario a facility in its zones leaves the supply, and so does one that is unsuitable, or not known to be
    suitable. Who was covered and has no usable facility within the threshold any more has lost it, for the reason that
    took the facility nearest before. People whose own place is flooded stay in every total; ``in_zone`` tells how many
    they are.

    Along streets (`by`) the scenario's zones close these, too, as `Network.close` does; bridges stay open. Who was
    covered and has the nearest facility left, but not the way there, has lost it since the street at the door is closed
    (``street_closed``), no way is left to any usable facility (``way_closed``), or the one left is longer than the
    threshold (``detour_too_far``).

    Parameters
    ----------
    demand, facilities : GeoDataFrame of points
        In any CRS. A demand row without a position counts as unknown.
    zones : GeoDataFrame of polygons
        The whole extent of every scenario: a zone of the 10 % flood is not flooded at 1 % unless a zone says so.
    threshold : float, str or Limit
        Metres, or a text like "500 m", and with `by` "15 min"; a facility at exactly the threshold covers.
    scenario : str
        Column of zones that names the scenario.
    weight, groups, areas, area_name, facility_id
        As in `coverage`.
    suitable : str, optional
        Column of facilities, true where it may be used in a flood, like ``suits_flood`` of the shelter register. Texts
        ``yes``/``no``, ``true``/``false``, ``jā``/``nē`` and ``1``/``0`` are understood.
    capacity : str, optional
        Column of facilities with their places, summed in ``supply``. What is below 0, above 100 000 or not whole (the
        limits of the shelter register) counts as not known, and ``notes`` says so.
    by : Network, optional
        Streets to go along, as they are before the flood. By default as the crow flies, over closed streets and water.
    direction : {"to", "from"}
        Whether people go to the facility, or help comes from it.
    depth : str, optional
        Column of zones with the depth of the water in metres: only where it is deeper than what closes a street to this
        means of travel, or not known, are streets closed. By default all zones close them. Facilities in a zone leave
        the supply however deep it is.
    unused : GeoDataFrame, optional
        Facilities that `supply` left out, as in `coverage`: why people are not covered before either.

    Returns
    -------
    Flood

    Raises
    ------
    ValueError
        If a zone names no scenario, a column is unknown or holds something else than it should, or demand or facilities
        already have a column of a result's name.
    GeometryError, CrsError
        If a row has the wrong kind of geometry, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [3, 5]}, geometry=gpd.points_from_xy([24.105, 24.205], [56.950, 56.950]), crs=4326)
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.106, 24.206], [56.951, 56.951]), crs=4326)
    >>> zones = gpd.GeoDataFrame({"scenario": ["1 %"]}, geometry=[box(24.2, 56.9, 24.3, 57)], crs=4326)
    >>> result = sm.flood(homes, shelters, zones, 500, weight="people")
    >>> result.summary[["scenario", "total", "covered_before", "covered", "lost", "in_zone"]]
      scenario  total  covered_before  covered  lost  in_zone
    0      1 %    8.0             8.0      3.0   5.0      5.0
    >>> result.reasons.query("weight > 0")[["reason", "weight"]]
                reason  weight
    0  closed_by_flood     5.0
    """
    limit = Limit.of(threshold)
    if by is not None:
        require_network(by)
    asked = replace(question(by, limit, None, direction, None), limit=None, compared=(limit.value,))
    if by is None and depth is not None:
        raise ValueError("depth says which zones close streets: give by=, a Network")
    names = _scenarios(zones, scenario)
    _require_free(demand, facilities, names, asked, areas is not None, unused is not None)
    weights = measures_of(demand, weight, list(groups))
    from_places, to_places = frames.lonlat(demand, "demand"), frames.lonlat(facilities, "facilities")
    _require_together(demand, from_places, facilities, to_places, zones)
    fitness = _fitness(facilities, suitable)
    ids = row_ids(facilities, facility_id, "facilities", "facility_id")
    places, notes = capacities(facilities, capacity)
    before, _ = _nearest(from_places, to_places, asked)
    persons, left_out = Persons.of(demand, None), None
    was = persons.told(_core.reasons_at(before, limit.value))
    among = persons.reasons(REASONS if by is None else REASONS_ALONG_STREETS)
    if unused is not None:
        left_out = LeftOut.of(unused, persons, asked, facility_id)
        among = tuple(dict.fromkeys((*UNUSED_REASONS, *among)))

    def explained(reasons: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return reasons if left_out is None else left_out.reasons(reasons, limit.value)

    grouping = Areas.of(areas, area_name, from_places, "demand")
    rows = demand if grouping is None else demand.assign(area=grouping.labels())
    rows = rows.assign(
        **{"facility": take_ids(ids, before.facility), limit.cost_column: known_costs(before)},
        reason=labels_of(explained(was), among),
        before=statuses_of(was, BEFORE),
        **({} if left_out is None else left_out.columns(explained(was), limit.cost_column)),
    )
    ledger = Ledger(weights, "scenario", list(names), grouping, FIGURES, "in_zone")
    states: dict[str, pd.Categorical[Any]] = {}
    supply: list[dict[str, Any]] = []
    for number, (name, label) in enumerate(names.items()):
        flooded = zones[(zones[scenario] == name).to_numpy()]
        index = _core.ZoneIndex(frames.polygons(flooded, "zones"))
        in_zone, known = in_any_zone(from_places, index)
        state = _states(to_places, fitness, index)
        usable = np.where((state == "usable")[:, None], to_places, np.nan)
        then = asked if by is None else replace(asked, by=by.close(flooded, depth=depth))
        during, at_closed_street = _nearest(from_places, usable, then)
        then_reasons = _core.reasons_at(during, limit.value)
        found = _reasons(was, then_reasons, before.facility, state, at_closed_street)
        status, reason = statuses_of(found), explained(found)
        rows = rows.assign(
            **{
                f"during_{label}": status,
                f"reason_{label}": _REASON_NAMES.take(reason),
                f"facility_{label}": take_ids(ids, during.facility),
                cost_during(asked.cost_column, label): known_costs(during),
                f"in_zone_{label}": pd.arrays.BooleanArray(in_zone, ~known),
            }
        )
        ledger.add(number, reason, in_zone, status)
        states[f"state_{label}"] = pd.Categorical(state, categories=list(STATES))
        supply += supply_rows(name, state, STATES, places)
    return Flood(
        rows=rows,
        summary=ledger.summary(),
        by_area=ledger.by_area(),
        reasons=ledger.reasons(among),
        supply=pd.DataFrame(supply),
        facilities=facilities.assign(**states),
        zones=zones,
        scenario=scenario,
        scenarios=tuple(names),
        threshold=limit,
        areas=areas,
        notes=[*notes, *ground_notes(zones, "zones"), *([] if grouping is None else grouping.notes)],
        by=by,
    )


def _require_together(
    demand: GeoDataFrame, from_places: Numbers, facilities: GeoDataFrame, to_places: Numbers, zones: GeoDataFrame
) -> None:
    here, there = placed(demand, "demand", from_places), placed(facilities, "facilities", to_places)
    require_together(here, there)
    frames.polygons(zones, "zones")  # refuses what is none
    water = placed(zones, "zones")
    require_together(here, water)
    require_together(there, water)


def _nearest(from_places: Numbers, to_places: Numbers, asked: Question) -> tuple[_core.Access, Flags]:
    """Return the nearest facility of each row, and which rows would get on the streets where these are closed."""
    if not isinstance(asked.by, Network):
        return _core.cheapest(reach_of_places(from_places, to_places, asked, 1)), np.zeros(len(from_places), dtype=bool)
    reach, here, _ = along_streets(asked.by, from_places, to_places, asked, 1)
    return _core.cheapest(reach), asked.by.on_closed_stretch(here)


def _scenarios(zones: GeoDataFrame, column: str) -> dict[Any, str]:
    """Scenarios in the order of their first zones, with their labels."""
    frames.require_columns(zones, [column], frames.describe(zones, "zones"))
    missing = np.flatnonzero(zones[column].isna())
    if len(missing) or not len(zones):
        where = f"row {int(missing[0]) + 1} names no scenario" if len(missing) else "there are no zones"
        raise ValueError(f"zones: {where} in {column!r}")
    labels = {name: scenario_label(name) for name in pd.unique(zones[column])}
    if len(set(labels.values())) < len(labels) or not all(labels.values()):
        raise ValueError(
            f"zones: the scenarios {list(labels)} are too alike to name columns; use other letters and digits"
        )
    return labels


def _require_free(
    demand: GeoDataFrame,
    facilities: GeoDataFrame,
    names: dict[Any, str],
    asked: Question,
    with_area: bool,
    with_unused: bool,
) -> None:
    columns = ["facility", asked.cost_column, "reason", "before", *(["area"] if with_area else [])]
    columns += unused_columns(asked.cost_column) if with_unused else []
    for label in names.values():
        columns += [f"{part}_{label}" for part in ("during", "reason", "facility", "in_zone")]
        columns.append(cost_during(asked.cost_column, label))
    frames.require_free(demand, columns)
    frames.require_free(facilities, [f"state_{label}" for label in names.values()])


def _fitness(facilities: GeoDataFrame, column: str | None) -> NDArray[Any]:
    """State of each facility as far as its suitability goes."""
    if column is None:
        return np.full(len(facilities), "usable", dtype=object)
    what = frames.describe(facilities, "facilities")
    return np.select(list(answers(facilities, column, what)), ["usable", "unsuitable"], "suitability_unknown").astype(
        object
    )


def _states(places: Numbers, fitness: NDArray[Any], index: Any) -> NDArray[Any]:
    inside, known = in_any_zone(places, index)
    return np.where(known, np.where(inside, "flooded", fitness), "place_unknown").astype(object)


def _reasons(
    was: NDArray[np.uint8],
    then: NDArray[np.uint8],
    facility: NDArray[np.int32],
    state: NDArray[Any],
    at_closed_street: Flags,
) -> NDArray[np.uint8]:
    """Return the code of why each row is not covered during a scenario; `facility` is the nearest before.

    What becomes of the facility comes before what becomes of the way to it.
    """
    reason, lost = was.copy(), np.flatnonzero((was == 0) & (then != 0))
    no_path = then[lost] == ALL_REASONS.index("no_path")
    door, way, detour = codes_of(LOST_WAYS)
    on_the_way = np.select([at_closed_street[lost], no_path], [door, way], detour)
    taken = codes_of([LOST.get(each) for each in state])[facility[lost]]
    reason[lost] = np.where(taken == 0, on_the_way, taken)
    return reason
