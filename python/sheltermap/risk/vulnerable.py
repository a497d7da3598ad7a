# SPDX-License-Identifier: Apache-2.0
"""Vulnerable groups in a hazard's zone: who is in a suitable shelter with a free place before the hazard arrives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.analyses.areas import Areas
from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.ledger import ROWS, measures_of
from sheltermap.base import texts
from sheltermap.base.in_short import Short, counted, name_of, of_all
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.row_ids import row_ids
from sheltermap.planning.allocation_task import capacity_of
from sheltermap.risk import vulnerable_tables as tables
from sheltermap.risk.lost_access import DEPTH, zones_with_depth
from sheltermap.risk.places_in_time import Places, placed_in_time
from sheltermap.risk.scenario import Scenario, scenarios_given
from sheltermap.risk.suitable_shelters import Suitability
from sheltermap.risk.time_needed import TimeNeeded
from sheltermap.risk.ways_to_shelter import ways_to_shelter
from sheltermap.streets.network import Network, require_network

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map


@dataclass(frozen=True, repr=False)
class Vulnerable(Drawable, drawn_as="vulnerable"):
    """Who in the zones of each scenario reaches a suitable shelter with a place before the hazard arrives.

    Attributes
    ----------
    rows : GeoDataFrame
        The sites in each scenario's zone, and those of which nobody knows whether they are, in parts: a site that is
        divided among shelters stands once for each. ``scenario``; the site's columns, the people divided (``rows``
        where there is no weight); ``state``: ``in_time``, ``too_late``, ``no_places`` (all places of suitable shelters
        that it reaches are taken), ``no_shelter`` (there is none that suits and is reached) or ``unknown``; ``reason``
        of all but the first; ``shelter``; ``way_s`` there, ``time_needed_s`` in all, ``slack_s`` (what is left of the
        warning time, below 0 where it is too short), ``latest_start_min`` (minutes before the hazard arrives at which
        the last must begin) and, where the arrival is given, ``latest_start``; with areas ``area``.
    summary : DataFrame
        A row per scenario and ``group``, and one for ``all`` of them: ``speed_m_s``, ``speed_source``; ``warning_s``;
        ``reach_m``, how far the group gets in it (missing where the warning differs from row to row, or the speed is
        the network's own); people ``total = outside + in_time + too_late + no_places + no_shelter + unknown``, and how
        many are ``in_zone`` (in one of the states but outside, and not unknown for their place); ``in_time_share`` of
        all but those outside; ``rows_without_weight``; and ``warning_needed_s``, within which
        everybody who has a shelter gets there.
    by_area : DataFrame or None
        ``scenario``, ``area`` (missing for all), ``measure``, ``total`` and people by state.
    reasons : DataFrame
        Per ``scenario``, ``state`` and ``reason`` the ``rows`` and ``people``.
    shelters : GeoDataFrame
        Every shelter in every ``scenario``, with ``state`` (``usable``, ``in_zone``, ``unsuitable``,
        ``suitability_unknown``, ``place_unknown``), ``arrivals``, ``last_arrives_s`` from the warning and, with a
        capacity, ``free``: the places left.
    scenarios : tuple of Scenario
    measure : str
        Column of `rows` with the people.
    streets_closed : bool
        Whether streets in the zones were closed.
    lower_bound : bool
        Whether ways are as the crow flies, so that nobody is there sooner.
    areas : GeoDataFrame or None
    notes : list of str

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> zone = gpd.GeoDataFrame(geometry=[box(24.0, 56.9, 24.1, 57)], crs=4326)
    >>> gas = sm.Scenario("gas", "chemical", zone, return_period_years=200)
    >>> school = gpd.GeoDataFrame({"people": [40]}, geometry=gpd.points_from_xy([24.099], [56.95]), crs=4326)
    >>> cellar = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.102], [56.95]), crs=4326)
    >>> sm.vulnerable(gas, school, cellar, warning="10 min", weight="people", speed=1.0)
    <Vulnerable: 1 scenario, 1 row
      gas, all: 40 of 40 in time (100 %)
      2 notes in .notes>
    """

    rows: GeoDataFrame
    summary: pd.DataFrame
    by_area: pd.DataFrame | None
    reasons: pd.DataFrame
    shelters: GeoDataFrame
    scenarios: tuple[Scenario, ...]
    measure: str
    streets_closed: bool
    lower_bound: bool
    areas: GeoDataFrame | None = None
    notes: list[str] = field(default_factory=list)
    by: Network | None = None

    def _in_short(self) -> Short:
        of = f"{counted(self.scenarios, 'scenario')}, {counted(self.rows, 'row')}"
        lines = (
            f"{name_of(each['scenario'])}, {'all' if pd.isna(each['group']) else name_of(each['group'])}: "
            + of_all(each, "in_time", "too_late", "no_places", "no_shelter", "unknown", total="in_zone")
            for each in self.summary.to_dict("records")
        )
        return Short(of, lines, self.summary)

    def plot(
        self,
        scenario: str | None = None,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a scenario: its zones, who is in a shelter in time and who is not, and the shelters.

        Parameters
        ----------
        scenario : str, optional
            Id of one of `scenarios`; by default the last.

        Raises
        ------
        ValueError
            If there is no such scenario.
        """
        return self._plotted(scenario=scenario, figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(
        self,
        scenario: str | None = None,
        *,
        name: str | None = None,
        shelter_name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        A click on a site tells its shelter, how long it needs and when it must begin at the latest, or why it cannot
        be in time; on a shelter, whether it can be used and how many come.

        Parameters
        ----------
        scenario : str, optional
            Id of one of `scenarios`; by default all of them, as steps to go through, the last first.
        name, shelter_name : str, optional
            Columns of the sites and the shelters that say what their rows are called; by default the id column the
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
            If there is no such scenario, or a column is unknown.
        """
        return self._explored(
            scenario=scenario,
            name=name,
            shelter_name=shelter_name,
            columns=columns,
            title=title,
            lang=lang,
            context=context,
        )


@shows_progress
@takes_frames
def vulnerable(
    scenarios: Scenario | Iterable[Scenario],
    sites: GeoDataFrame,
    shelters: GeoDataFrame,
    *,
    warning: str | Mapping[str, str] | None = None,
    warning_min: str | None = None,
    weight: str | None = None,
    group: str | None = None,
    speeds: Mapping[str, float | str] | None = None,
    speed: float | str | None = None,
    reaction: str | Mapping[str, str] | None = None,
    boarding: str | Mapping[str, str] | None = None,
    climb: str | Mapping[str, str] | None = None,
    by: Network | None = None,
    closed: bool = False,
    needs_step_free: str | bool = False,
    step_free: str | None = None,
    suitable: Mapping[str, str] | None = None,
    capacity: str | None = None,
    split: bool = True,
    arrival: datetime | Mapping[str, datetime] | None = None,
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
    shelter_id: str | None = None,
) -> Vulnerable:
    """Whether schools, care homes, hospitals and people with reduced mobility reach a suitable shelter in time.

    A shelter suits that lies outside the scenario's zone, is fit for its hazard (`suitable`), and is step-free for
    those who need it. The time needed is that to react, to board (to dress, to load, to get everybody out), on the way,
    and to climb (into the shelter); a group that is there just when the hazard arrives is in time.

    With a `capacity` no place is promised twice: first as many people as possible are given one that they reach in
    time, of all such plans that with the least time on the way; then those left over are given what is left, however
    late. Without one everybody goes to the nearest in time.

    Nobody is slowed by others. As the crow flies the time on the way is a lower bound; `lower_bound` says so.

    Parameters
    ----------
    scenarios : Scenario or iterable of Scenario
    sites : GeoDataFrame of points
        Where they are, in any CRS. A row without a position is unknown.
    shelters : GeoDataFrame of points
        In any CRS.
    warning : str or mapping
        Time from the warning to the arrival of the hazard: ``"10 min"``, or for each scenario by its id.
    warning_min : str
        Instead, a column of sites with these minutes; where the cell is empty it is unknown whether they are in time.
    weight : str, optional
        Column of sites with the people; by default each row counts as one.
    group : str, optional
        Column of sites with what they are, as ``school``; for speeds, times and sums.
    speeds : mapping, optional
        Group to speed: a number in m/s or the name of a figure of the standard ``walk.jp``, as in `evacuation`. A group
        that is called like a figure needs no entry.
    speed : float or str, optional
        That of all, where no `group` is named. Along streets by default the network's own.
    reaction, boarding, climb : str or mapping, optional
        Times that pass before the way begins, and after it: a text like ``"3 min"``, or one for each group; groups that
        are not named need none.
    by : Network, optional
        Streets to go along. By default as the crow flies.
    closed : bool
        Whether each scenario's zones close the streets in them, as `Network.close` does; where their intensity is a
        depth, only where that stops this means of travel. By default all are open: people go before the hazard arrives.
    needs_step_free : str or bool
        Column of sites that says who needs a shelter without steps; an empty cell counts as yes. True: all do.
    step_free : str, optional
        Column of shelters that says which have none, as ``step_free_access``; an empty cell counts as no.
    suitable : mapping, optional
        Hazard to the column of shelters that says which are fit for it: ``{"flood": "suits_flood"}``. Of a hazard that
        is not named all are, and ``notes`` says so.
    capacity : str, optional
        Column of shelters with their free places. An empty cell is not known and counts as no place.
    split : bool
        Whether a row may be divided among shelters; else each goes to one or none.
    arrival : datetime or mapping, optional
        When the hazard arrives, for all scenarios or by id: then the latest start is told as a time.
    areas : GeoDataFrame of polygons, optional
        To sum by.
    area_name : str, optional
        Column that names them; by default the index.
    shelter_id : str, optional
        Column that names the shelters; by default the id column the layer was read with, else the index.

    Returns
    -------
    Vulnerable

    Raises
    ------
    ValueError
        If there is no warning time, or it is none; a group has no speed; a column is unknown or holds what it must not;
        step-free shelters are needed and nobody says which are; a scenario is a failure without a zone, or
        has none that could close streets; or a layer has a column of a result's name.
    TypeError
        If `by` is no network, or an arrival no datetime.
    GeometryError, CrsError
        If a row is not a point, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> zone = gpd.GeoDataFrame(geometry=[box(24.0, 56.9, 24.1, 57)], crs=4326)
    >>> gas = sm.Scenario("gas", "chemical", zone, return_period_years=200)
    >>> care = gpd.GeoDataFrame({"who": ["school", "care_home"], "people": [40, 20]},
    ...     geometry=gpd.points_from_xy([24.099, 24.099], [56.95, 56.95]), crs=4326)
    >>> cellar = gpd.GeoDataFrame({"id": ["cellar"], "places": [50]},
    ...     geometry=gpd.points_from_xy([24.102], [56.95]), crs=4326)
    >>> found = sm.vulnerable(gas, care, cellar, warning="10 min", weight="people", group="who",
    ...     speeds={"school": 1.0, "care_home": "vulnerable"}, reaction="3 min", climb="3 min", capacity="places",
    ...     shelter_id="id")
    >>> found.rows[["who", "people", "state", "reason", "time_needed_s", "slack_s"]].round()
             who  people      state             reason  time_needed_s  slack_s
    0     school    40.0    in_time                NaN          543.0     57.0
    1  care_home    10.0   too_late  warning_too_short          725.0   -125.0
    1  care_home    10.0  no_places               full            NaN      NaN
    >>> found.summary[["group", "reach_m", "in_time", "too_late", "no_places"]]
           group  reach_m  in_time  too_late  no_places
    0  care_home    120.0      0.0      10.0       10.0
    1     school    240.0     40.0       0.0        0.0
    2        all      NaN     40.0      10.0       10.0
    """
    given = scenarios_given(scenarios)
    if failing := [each.id for each in given if each.failing is not None]:
        raise ValueError(f"scenario {failing[0]} is a failure without a zone to leave: name scenarios that have one")
    if by is not None:
        require_network(by)
    frames.require_geometry(sites, "sites")
    frames.require_geometry(shelters, "shelters")
    needed = TimeNeeded.of(
        sites,
        tuple(each.id for each in given),
        warning=warning,
        warning_min=warning_min,
        group=group,
        speeds=speeds,
        speed=speed,
        losses={"reaction": reaction, "boarding": boarding, "climb": climb},
        streets=by is not None,
        arrival=arrival,
    )
    frames.require_free(sites, tables.row_columns_of(weight, arrival is not None, areas is not None))
    frames.require_free(shelters, ["scenario", "state", "arrivals", "last_arrives_s", *(["free"] if capacity else [])])
    people = next(iter(measures_of(sites, weight, [], "sites").values()))
    suits = Suitability.of(sites, shelters, needs_step_free, step_free, suitable)
    room, notes = (None, []) if capacity is None else capacity_of(shelters, capacity)
    homes, doors = frames.lonlat(sites, "sites"), frames.lonlat(shelters, "shelters")
    grouping = Areas.of(areas, area_name, homes, "sites")
    ids = row_ids(shelters, shelter_id, "shelters", "shelter_id")
    notes += [] if grouping is None else grouping.notes
    way = "lower_bound" if by is None else "streets_closed" if closed else "streets_open"
    notes.append(texts.Note.of(f"vulnerable_{way}"))
    found = []
    for number, scenario in enumerate(given):
        hit, hit_shelters = scenario.hits(sites, "sites"), scenario.hits(shelters, "shelters")
        notes += [*hit.notes, *hit_shelters.notes, *suits.notes_on(scenario.hazard)]
        network = by
        if by is not None and closed:
            if scenario.zones is None:
                raise ValueError(f"scenario {scenario.id} has no zones that could close streets: leave closed out")
            ground = zones_with_depth(scenario)
            network = by.close(ground, depth=DEPTH if ground[DEPTH].notna().any() else None)
        states = suits.states(scenario.hazard, hit_shelters.inside)
        inside = np.flatnonzero(hit.inside == 1)
        ways = ways_to_shelter(homes, doors, inside, suits, states, needed, network, nearest=room is None)
        budget = needed.on_the_way_s(number)
        seated = placed_in_time(ways, budget, people, homes, Places(room, doors, ids, split=split))
        notes += seated.notes
        found.append(tables.InScenario(scenario, number, hit, states, seated))
    rows, measure = tables.rows_of(sites, weight, found, needed, ids, grouping), weight or ROWS
    return Vulnerable(
        rows=rows,
        summary=tables.summary_of(found, needed, people),
        by_area=tables.by_area_of(found, {measure: people}, grouping),
        reasons=tables.reasons_of(rows, measure),
        shelters=tables.shelters_of(shelters, found, needed, room),
        scenarios=given,
        measure=measure,
        streets_closed=closed and by is not None,
        lower_bound=by is None,
        areas=areas,
        notes=list(dict.fromkeys(notes)),
        by=by,
    )
