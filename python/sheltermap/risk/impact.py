# SPDX-License-Identifier: Apache-2.0
"""Impact: whom and what each scenario affects, what that costs, and what is to be expected in a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.supply import capacities
from sheltermap.base import texts
from sheltermap.base.given import several
from sheltermap.base.in_short import Short, counted, name_of, of_all
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.risk.affected import Exposed, exposed_people, exposed_things
from sheltermap.risk.damage import Damage, DamageCurve, accepted_curve
from sheltermap.risk.expected_annual import METHODS, Method
from sheltermap.risk.impact_parts import impacts_of, require_fitting, tables_of, with_columns
from sheltermap.risk.levels import expected_of, levels_of, nested_notes, zero_years
from sheltermap.risk.losses import no_curve_note
from sheltermap.risk.lost_access import lost_access
from sheltermap.risk.risk_rows import Consequence, Consequences, risk_rows
from sheltermap.risk.scenario import Scenario, scenarios_given
from sheltermap.streets.network import Network

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes

    from sheltermap.analyses.flood import Flood
    from sheltermap.base.limits import LimitLike
    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map
    from sheltermap.streets.travelling import Direction

THINGS = ("facilities", "critical", "streets", "buildings", "land")


@dataclass(frozen=True, repr=False)
class Impact(Drawable, drawn_as="impact"):
    """Whom and what each scenario affects.

    Attributes
    ----------
    summary : DataFrame
        One row per scenario and what is counted: ``scenario``, ``hazard``, ``return_period_years``,
        ``annual_probability``, ``likelihood``; ``what`` (``people``, ``facilities``, ``critical``, ``streets``,
        ``buildings``, ``land``), ``measure`` (the weight or a group, ``rows``, ``length``, ``area``, the capacity, a
        value) and ``unit`` (people, rows, m, m2, places, the currency); ``total = affected + not_affected + unknown``;
        of a failure ``lost``, those affected whom nothing else serves (missing of zones); and ``rows_without_weight``,
        which are in none of these.
    expected : DataFrame
        What each ``hazard`` is expected to do in a year: ``what`` (``people``, ``displaced``, ``damage``),
        ``measure``, ``unit`` and per ``part`` (``between`` the levels, ``tail``, ``low_end``, ``total``) the value by
        ``trapezoid`` and by ``log_linear``; see `expected_annual`. Of hazards whose scenarios have return periods.
    by_area, by_type : DataFrame or None
        The summary by ``area``; that of the land by ``type``.
    displaced : DataFrame or None
        Per scenario and measure of the people ``affected`` and of these ``displaced``, by ``class`` of the intensity,
        ``below`` all classes, ``unknown`` (at an intensity that nobody knows: none is displaced here) and ``all``.
    damage : DataFrame or None
        Per scenario, layer and its value: the value ``affected``, the ``damage`` in the currency, and
        ``rows_unknown``, of which nobody knows the damage; then ``all`` layers together.
    access : Flood or None
        Who loses the facility within the threshold, as `flood` tells it for these scenarios.
    rows, facilities, critical, streets, buildings, land : GeoDataFrame or None
        The layers with ``state_ID`` per scenario (``affected``, ``not_affected``, ``unknown``), ``intensity_ID`` where
        the scenario has one and, of lines and polygons, ``affected_ID_m`` or ``affected_ID_m2``. The rows of the
        demand also with ``area``.
    scenarios : tuple of Scenario
    method : {"trapezoid", "log_linear"}
    currency : str or None
    notes : list of str
        What bounds the answer: scenarios without a probability, zones that do not lie within one another, curves that
        do not say anything of a scenario.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame({"people": [3, 5]}, geometry=gpd.points_from_xy([24.1, 24.3], [56.9, 56.9]), crs=4326)
    >>> zones = gpd.GeoDataFrame(geometry=[box(24, 56, 24.2, 57)], crs=4326)
    >>> sm.impact(sm.Scenario("f10", "flood", zones, return_period_years=10), demand=homes, weight="people")
    <Impact: 1 scenario
      f10, people (people): 3 of 8 affected (37.5 %), 5 not affected
      1 note in .notes>
    """

    summary: pd.DataFrame
    expected: pd.DataFrame
    by_area: pd.DataFrame | None
    by_type: pd.DataFrame | None
    displaced: pd.DataFrame | None
    damage: pd.DataFrame | None
    access: Flood | None
    rows: GeoDataFrame | None
    facilities: GeoDataFrame | None
    critical: GeoDataFrame | None
    streets: GeoDataFrame | None
    buildings: GeoDataFrame | None
    land: GeoDataFrame | None
    scenarios: tuple[Scenario, ...]
    method: Method = "trapezoid"
    currency: str | None = None
    areas: GeoDataFrame | None = None
    notes: list[str] = field(default_factory=list)

    def _in_short(self) -> Short:
        lines = (
            f"{name_of(each['scenario'])}, {each['what']} ({name_of(each['measure'])}): "
            + of_all(each, "affected", "not_affected", "unknown")
            for each in self.summary.to_dict("records")
        )
        return Short(counted(self.scenarios, "scenario"), lines, self.summary)

    def risks(
        self,
        *,
        human: Consequence = None,
        economic: Consequence = None,
        environmental: Consequence = None,
        political: Consequence = None,
        titles: Mapping[str, str] | None = None,
    ) -> pd.DataFrame:
        """Return a row per scenario with how likely it is and what it does, as a risk matrix takes them.

        Parameters
        ----------
        human, economic, environmental, political : str, (str, str) or mapping, optional
            What stands for the consequence: ``people``, ``displaced``, ``damage`` or another ``what`` of the summary
            (what is counted first of it), a pair of ``what`` and ``measure``, or a number, or class, by the id of each
            scenario. By default people are the human one and damage, if there is any, the economic one.
        titles : mapping, optional
            What scenarios are called, by id.

        Returns
        -------
        DataFrame
            ``scenario``, ``hazard``, ``annual_probability``, ``likelihood``, ``title`` where there are some, and the
            consequences. ``attrs["units"]`` says in which unit each is.

        Raises
        ------
        ValueError
            If something was not counted, or a mapping does not name every scenario.

        Examples
        --------
        >>> import geopandas as gpd
        >>> from shapely import box
        >>> import sheltermap as sm
        >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1, 24.3], [56.9, 56.9]), crs=4326)
        >>> zones = gpd.GeoDataFrame(geometry=[box(24, 56, 24.2, 57)], crs=4326)
        >>> gas = sm.Scenario("gas", "chemical", zones, annual_probability=0.001)
        >>> sm.impact(gas, demand=homes).risks(political={"gas": 2})[["scenario", "human", "political"]]
          scenario  human  political
        0      gas    1.0        2.0
        """
        chosen: dict[str, Consequence] = {"human": human, "economic": economic}
        chosen |= {"environmental": environmental, "political": political}
        if human is None and self.rows is not None:
            chosen["human"] = "people"
        if economic is None and self.damage is not None:
            chosen["economic"] = "damage"
        counted = Consequences(self.summary, self.displaced, self.damage)
        return risk_rows(self.scenarios, counted, chosen, titles)

    def plot(
        self,
        scenario: str | None = None,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a map of a scenario: where it acts, and which rows it affects.

        Parameters
        ----------
        scenario : str, optional
            Id of one of `scenarios`; by default the last.
        """
        return self._plotted(scenario=scenario, figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(
        self,
        scenario: str | None = None,
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
        scenario : str, optional
            Id of one of `scenarios`; by default all of them, as steps to go through, the last first.
        name, facility_name, area_name : str, optional
            Columns of the rows, the facilities and the areas that say what these are called; by default the id column
            the layer was read with, else the index.
        columns : sequence of str
            Further columns of the rows to tell on a click.
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
            If there is no such scenario, or a column is unknown.

        Examples
        --------
        >>> import geopandas as gpd
        >>> from shapely import box
        >>> import sheltermap as sm
        >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1, 24.3], [56.9, 56.9]), crs=4326)
        >>> gas = sm.Scenario("gas", "chemical", gpd.GeoDataFrame(geometry=[box(24, 56, 24.2, 57)], crs=4326))
        >>> sm.impact(gas, demand=homes).explore()
        <Map 'Impact: gas': 2 rows; show it in a notebook or .save('map.html')>
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

    @property
    def main_layer(self) -> tuple[str, GeoDataFrame]:
        """The layer that is drawn, and what it is: the people's, else the first other one."""
        for what in ("rows", *THINGS):
            if (layer := getattr(self, what)) is not None:
                return what, layer
        raise AssertionError("an impact is of something")


@shows_progress
@takes_frames
def impact(
    scenarios: Scenario | Iterable[Scenario],
    *,
    demand: GeoDataFrame | None = None,
    weight: str | None = None,
    groups: Iterable[str] = (),
    facilities: GeoDataFrame | None = None,
    capacity: str | None = None,
    critical: GeoDataFrame | None = None,
    streets: GeoDataFrame | Network | None = None,
    buildings: GeoDataFrame | None = None,
    land: GeoDataFrame | None = None,
    land_type: str | None = None,
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
    displaced: DamageCurve | str | None = None,
    damage: Sequence[Damage] = (),
    currency: str | None = None,
    threshold: LimitLike | None = None,
    by: Network | None = None,
    direction: Direction = "to",
    method: Method = "trapezoid",
    zero_impact_years: float | Mapping[str, float] | None = None,
    accept_unconfirmed: bool = False,
) -> Impact:
    """Whom and what each scenario affects, and what is to be expected in a year.

    A row that a zone touches is affected; of streets and land it is as much of it as lies in the zones, and people of
    polygons are spread evenly over them. What has no position, or whose intensity nobody knows where that decides, is
    unknown and never "not affected".

    Parameters
    ----------
    scenarios : Scenario, or several
        Those of one hazard with return periods are its levels.
    demand : GeoDataFrame of points or polygons, optional
        Where people are.
    weight, groups
        Columns of the demand with people per row, and of vulnerable groups; by default each row counts as one.
    facilities, critical, buildings : GeoDataFrame, optional
        Shelters and the like; critical infrastructure; buildings (polygons also by area).
    capacity : str, optional
        Column of the facilities with their places.
    streets : GeoDataFrame of lines, or Network, optional
    land : GeoDataFrame of polygons, optional
    land_type : str, optional
        Its column with what it is used for.
    areas, area_name
        Polygons to tell everything by, and their column with names; a line or polygon counts where a point on it lies.
    displaced : DamageCurve or str, optional
        Which share of the people leave their homes at which intensity; a string is the id of one of `damage_curves`.
    damage : sequence of Damage, optional
        What is lost of which values. One layer may have several, each about its hazard.
    currency : str, optional
        Of all values, as ISO 4217 writes it; needed with damage.
    threshold : float, str or Limit, optional
        With demand and facilities: within which distance or time a facility has to be, to tell who loses it.
    by : Network, optional
        Streets to go along, which the scenarios close; by default as the crow flies.
    direction : {"to", "from"}
        Whether people go to the facility, or help comes from it.
    method : {"trapezoid", "log_linear"}
        Which of the two other answers build on; `Impact.expected` has both.
    zero_impact_years : float or mapping, optional
        The return period at which nothing happens any more, of all hazards or by hazard; see `expected_annual`.
    accept_unconfirmed : bool
        Whether curves may be used whose source was not seen.

    Returns
    -------
    Impact

    Raises
    ------
    ValueError
        If there is nothing to be affected, a column is unknown or holds no amounts, a key misses the one it belongs
        to, a curve measures something else than a scenario, or a layer already has a column of a result's name.
    GeometryError, CrsError
        If a row has the wrong kind of geometry, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame({"people": [3, 5]}, geometry=gpd.points_from_xy([24.1, 24.3], [56.9, 56.9]), crs=4326)
    >>> zones = {10: box(24, 56, 24.2, 57), 100: box(24, 56, 24.4, 57)}
    >>> scenarios = [
    ...     sm.Scenario(f"f{years}", "flood", gpd.GeoDataFrame(geometry=[zone], crs=4326), return_period_years=years)
    ...     for years, zone in zones.items()]
    >>> result = sm.impact(scenarios, demand=homes, weight="people")
    >>> result.summary[["scenario", "measure", "total", "affected", "not_affected", "unknown"]]
      scenario measure  total  affected  not_affected  unknown
    0      f10  people    8.0       3.0           5.0      0.0
    1     f100  people    8.0       8.0           0.0      0.0
    >>> result.expected[["hazard", "part", "trapezoid", "log_linear"]].round(3)
      hazard     part  trapezoid  log_linear
    0  flood  between      0.495       0.415
    1  flood     tail      0.080       0.080
    2  flood  low_end      0.000       0.000
    3  flood    total      0.575       0.495
    """
    asked = scenarios_given(scenarios)
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, not {told(method)}")
    if isinstance(streets, Network):
        edges = streets.edges()
        streets = edges[~edges["across"]].reset_index()
    things = dict(zip(THINGS, (facilities, critical, streets, buildings, land), strict=True))
    given = {what: frame for what, frame in things.items() if frame is not None}
    for what, frame in given.items():
        frames.require_geometry(frame, what)
    damage = several(damage, Damage, "damage is made by sm.Damage(what, value, curve)")
    groups = list(groups)
    belonging: dict[str, tuple[object, str]] = {"capacity": (capacity, "facilities"), "land_type": (land_type, "land")}
    belonging |= {"weight": (weight, "demand"), "displaced": (displaced, "demand"), "by": (by, "demand")}
    belonging |= {"groups": (groups or None, "demand"), "threshold": (threshold, "facilities")}
    require_fitting(demand, given, damage, currency, areas=areas, area_name=area_name, belonging=belonging)
    curve = None if displaced is None else accepted_curve(displaced, accept_unconfirmed)
    for each in damage:
        if isinstance(each.curve, DamageCurve):
            accepted_curve(each.curve, accept_unconfirmed)
    places, notes = (None, []) if facilities is None else capacities(facilities, capacity)
    ground: dict[str, Any] = {"areas": areas, "area_name": area_name}
    layers: dict[str, Exposed] = {}
    if demand is not None:
        layers["people"] = exposed_people(demand, weight, groups, **ground)
    for what, frame in given.items():
        own: dict[str, Any] = {"capacity": places, "capacity_name": capacity} if what == "facilities" else {}
        own |= {"type_column": land_type} if what == "land" else {}
        values = [each.value for each in damage if each.what == what]
        layers[what] = exposed_things(what, frame, values=values, currency=currency, **own, **ground)
    hits = {what: {each.id: each.hits(layer.frame, what) for each in asked} for what, layer in layers.items()}
    tables = tables_of(asked, layers, hits, damage, curve, currency)
    levels, level_notes = levels_of(asked)
    expected, falls = expected_of(levels, impacts_of(tables), zero_years(zero_impact_years, levels))
    notes += [*level_notes, *falls, *no_curve_note(asked, damage, curve)]
    for what, of in hits.items():
        notes += nested_notes(levels, of, texts.both(f"impact_{what}"))
        notes += [note for each in of.values() for note in each.notes]
    notes += [note for layer in layers.values() if layer.areas is not None for note in layer.areas.notes]
    access = None
    if threshold is not None and demand is not None and facilities is not None:
        access, more = lost_access(asked, demand, facilities, threshold, weight, groups, by, direction)
        notes += more
    drawn = {what: with_columns(layer, hits[what], asked) for what, layer in layers.items()}
    return Impact(
        summary=tables["summary"],
        expected=expected,
        by_area=tables["by_area"] if areas is not None else None,
        by_type=tables["by_type"] if land_type is not None else None,
        displaced=tables["displaced"] if curve is not None else None,
        damage=tables["damage"] if damage else None,
        access=access,
        rows=drawn.get("people"),
        **{what: drawn.get(what) for what in THINGS},
        scenarios=asked,
        method=method,
        currency=currency,
        areas=areas,
        notes=list(dict.fromkeys(notes)),
    )
