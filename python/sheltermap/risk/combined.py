# SPDX-License-Identifier: Apache-2.0
"""Several hazards at once: which act on each row, how many, and the worst class among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from sheltermap.analyses.areas import Areas
from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.ledger import measures_of, sums_by_state
from sheltermap.base.in_short import Short, counted, name_of, of_all
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.risk.hits import STATES, Hits
from sheltermap.risk.nesting import nesting_notes
from sheltermap.risk.scenario import Scenario, scenarios_given
from sheltermap.risk.worst_class import Classes, class_limits, highest_class, worst_classes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map

How = Literal["any", "count", "worst"]
UNKNOWN = "unknown"


@dataclass(frozen=True, repr=False)
class Combined(Drawable, drawn_as="combined"):
    """What several hazards do at once.

    Attributes
    ----------
    rows : GeoDataFrame
        The features with ``state_ID`` per scenario (``affected``, ``not_affected``, ``unknown``), ``intensity_ID``
        where the scenario has one, ``hazards`` (those that act, "flood, chemical"; missing where none is known to),
        ``hazard_count`` (missing where it is not known), ``worst_class`` if asked (0 where none acts, missing where
        not known), ``combined``, what they come to as `how` says, and ``area``.
    scenario_totals : DataFrame
        ``total = affected + not_affected + unknown`` per ``scenario`` (with its ``hazard``) and ``measure``, of all
        (``area`` missing) and of each area; ``rows_without_weight`` are in no total.
    any_totals, count_totals, worst_totals : DataFrame
        The same of what they come to: of whether any acts; of how many hazards do, in columns ``0``, ``1``, … and
        ``unknown``; of the worst class, likewise (None without classes). Each row's columns sum to ``total``.
    how : {"any", "count", "worst"}
    scenarios : tuple of Scenario
    notes : list of str
        What bounds the answer: zones of unknown intensity, levels that do not lie in one another.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> zone = gpd.GeoDataFrame(geometry=[box(24.0, 56.9, 24.2, 57)], crs=4326)
    >>> scenarios = [sm.Scenario("flood", "flood", zone), sm.Scenario("gas", "chemical", zone)]
    >>> homes = gpd.GeoDataFrame({"people": [2, 4]}, geometry=gpd.points_from_xy([24.05, 24.5], [56.95] * 2), crs=4326)
    >>> sm.combined(scenarios, homes, "count", weight="people")
    <Combined: 2 rows, 2 scenarios
      people in any of them: 2 of 6 affected (33.3 %), 4 not affected>
    """

    rows: GeoDataFrame
    scenario_totals: pd.DataFrame
    any_totals: pd.DataFrame
    count_totals: pd.DataFrame
    worst_totals: pd.DataFrame | None
    how: How
    scenarios: tuple[Scenario, ...]
    areas: GeoDataFrame | None = None
    notes: list[str] = field(default_factory=list)

    def _in_short(self) -> Short:
        of = f"{counted(self.rows, 'row')}, {counted(self.scenarios, 'scenario')}"
        lines = (
            f"{name_of(each['measure'])} in any of them: {of_all(each, 'affected', 'not_affected', 'unknown')}"
            for each in self.any_totals[self.any_totals["area"].isna()].to_dict("records")
        )
        return Short(of, lines, self.any_totals, "any_totals")

    @property
    def states(self) -> tuple[str, ...]:
        """What ``combined`` may be, ``unknown`` last."""
        return tuple(self.rows["combined"].cat.categories)

    @property
    def zones(self) -> GeoDataFrame | None:
        """The zones of all scenarios that are known to affect, in WGS 84, with ``scenario``; None without any."""
        import geopandas

        drawn = [(each.id, zones.geometry) for each in self.scenarios if (zones := each.acting_zones) is not None]
        if not drawn:
            return None
        shapes = [each for _, geometry in drawn for each in geometry.to_crs(4326)]
        named = [name for name, geometry in drawn for _ in geometry]
        return geopandas.GeoDataFrame({"scenario": named}, geometry=shapes, crs=4326)

    def plot(
        self,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a map of the zones, and of the rows by what the hazards come to."""
        return self._plotted(figsize=figsize, ax=ax, context=context, lang=lang)

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

        A click on a row tells which hazards act on it, and how each scenario affects it.

        Parameters
        ----------
        name : str, optional
            Column of the rows that says what they are called; by default the id column the layer was read with, else
            the index.
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
        return self._explored(name=name, columns=columns, title=title, lang=lang, context=context)


@shows_progress
@takes_frames
def combined(
    scenarios: Scenario | Iterable[Scenario],
    features: GeoDataFrame,
    how: How = "any",
    *,
    classes: Classes | None = None,
    weight: str | None = None,
    groups: Iterable[str] = (),
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
) -> Combined:
    """What several hazards do at once: to whom any of them, how many of them, and the worst of them.

    Parameters
    ----------
    scenarios : Scenario or several
        Scenarios of one ``hazard`` are one hazard, which acts where any of them does.
    features : GeoDataFrame of points, of lines or of polygons
        In any CRS. A line or polygon counts as a whole where a hazard acts on any part of it.
    how : {"any", "count", "worst"}
        What they come to in each row: whether any acts, how many hazards act, or the worst class among scenarios.
    classes : mapping, optional
        How bad a scenario is, by its id or its hazard, from 1; needed for ``worst``. A number is its class wherever it
        acts; a list are limits of its intensity between classes, the least first: half-open, a value on a limit is in
        the higher class, so that ``[0.5, 1.5]`` makes the classes 1 below 0.5, 2 from 0.5 on and 3 from 1.5 on.
    weight, groups, areas, area_name
        As in `exposure`.

    Returns
    -------
    Combined
        Nothing is guessed: where one hazard is not known to act, the count is unknown, and "any" is known only where
        another one does; the worst class is known where no unknown one could be worse.

    Raises
    ------
    ValueError
        If there are no scenarios or two have one id, `how` is none of the three, classes are missing, not ascending or
        of a scenario without intensity, a column is unknown, a weight is no number, or features already has a column of
        a result's name.
    GeometryError, CrsError
        If a row has the wrong kind of geometry, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> def zone(west, east):
    ...     return gpd.GeoDataFrame(geometry=[box(west, 56.9, east, 57)], crs=4326)
    >>> flood = sm.Scenario("flood", "flood", zone(24.0, 24.2))
    >>> gas = sm.Scenario("gas", "chemical", zone(24.1, 24.3))
    >>> homes = gpd.GeoDataFrame(
    ...     {"people": [2, 3, 4]}, geometry=gpd.points_from_xy([24.05, 24.15, 24.5], [56.95] * 3), crs=4326)
    >>> both = sm.combined([flood, gas], homes, "count", weight="people")
    >>> both.rows["hazards"].tolist()
    ['flood', 'flood, chemical', <NA>]
    >>> both.count_totals.drop(columns="area")
      measure  total    0    1    2  unknown  rows_without_weight
    0  people    9.0  4.0  2.0  3.0      0.0                    0
    """
    given = scenarios_given(scenarios)
    if how not in get_args(How):
        raise ValueError(f"how is 'any', 'count' or 'worst', not {told(how)}")
    limits = None if classes is None else class_limits(given, classes)
    if how == "worst" and limits is None:
        raise ValueError("how='worst' needs classes: how bad each scenario is")
    hazards = list(dict.fromkeys(each.hazard for each in given))
    _require_free(given, features, limits is not None, areas is not None)
    measures = measures_of(features, weight, list(groups), "features")
    grouping = Areas.of_features(areas, area_name, features, "features")
    hits = {each.id: each.hits(features) for each in given}
    by_hazard = {name: _hazard(hits[each.id].inside for each in given if each.hazard == name) for name in hazards}
    acting = np.array(list(by_hazard.values()))
    counts = np.where((acting == -1).any(axis=0), -1, (acting == 1).sum(axis=0))
    columns = {"hazards": _named(by_hazard), "hazard_count": pd.arrays.IntegerArray(counts, counts < 0)}
    found = {"any": _codes_of_any(_hazard(acting)), "count": counts}
    states = {"any": STATES, "count": _numbers(len(hazards))}
    if limits is not None:
        found["worst"] = worst_classes(given, hits, limits)
        states["worst"] = _numbers(max(map(highest_class, limits.values())))
        columns["worst_class"] = pd.arrays.IntegerArray(found["worst"], found["worst"] < 0)
    codes = {name: np.where(each < 0, len(states[name]) - 1, each) for name, each in found.items()}
    columns["combined"] = pd.Categorical.from_codes(codes[how], categories=pd.Index(states[how]))
    columns |= {} if grouping is None else {"area": grouping.labels()}
    sums = {name: sums_by_state(measures, grouping, states[name], codes[name]) for name in codes}
    totals = [
        sums_by_state(measures, grouping, STATES, hits[each.id].state).assign(scenario=each.id, hazard=each.hazard)
        for each in given
    ]
    notes = [note for each in hits.values() for note in each.notes] + nesting_notes(given)
    return Combined(
        rows=features.assign(**_columns(given, hits), **columns),
        scenario_totals=pd.concat(totals, ignore_index=True),
        any_totals=sums["any"],
        count_totals=sums["count"],
        worst_totals=sums.get("worst"),
        how=how,
        scenarios=given,
        areas=areas,
        notes=list(dict.fromkeys([*notes, *([] if grouping is None else grouping.notes)])),
    )


def _require_free(scenarios: Sequence[Scenario], features: GeoDataFrame, with_classes: bool, with_areas: bool) -> None:
    names = [f"{part}_{each.label}" for each in scenarios for part in ("state", "intensity")]
    names += ["hazards", "hazard_count", "combined", *(["worst_class"] if with_classes else [])]
    frames.require_free(features, [*names, *(["area"] if with_areas else [])])


def _hazard(states: Iterable[NDArray[np.int8]]) -> NDArray[np.int8]:
    """Return whether any of them acts: 1 where one does, else -1 where one is unknown, else 0."""
    every = np.array(list(states))
    return np.where((every == 1).any(axis=0), 1, np.where((every == -1).any(axis=0), -1, 0)).astype(np.int8)


def _named(by_hazard: Mapping[str, NDArray[np.int8]]) -> Any:
    """Return the hazards that act on each row in words; missing where none is known to."""
    acts = np.array(list(by_hazard.values())) == 1
    patterns, pattern_of_row = np.unique(acts, axis=1, return_inverse=True)
    named = [", ".join(name for name, here in zip(by_hazard, each, strict=True) if here) for each in patterns.T]
    return pd.array([each or None for each in named], dtype="string").take(pattern_of_row.reshape(-1))


def _numbers(most: int) -> tuple[str, ...]:
    return (*map(str, range(most + 1)), UNKNOWN)


def _codes_of_any(acts: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return the position in `STATES` of whether any acts; -1 where that is unknown."""
    return np.array([1, 0, -1])[acts]


def _columns(scenarios: Sequence[Scenario], hits: Mapping[str, Hits]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for each in scenarios:
        columns[f"state_{each.label}"] = pd.Categorical.from_codes(hits[each.id].state, categories=pd.Index(STATES))
        if each.intensity is not None:
            columns[f"intensity_{each.label}"] = hits[each.id].intensity
    return columns
