# SPDX-License-Identifier: Apache-2.0
"""Exposure: what lies in which zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.analyses.areas import Areas, ground_notes
from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.ledger import StateSums, ZoneSums, measures_of, sums_by_state
from sheltermap.analyses.overlap import exposed_rows, exposed_summary, overlaps, pair_table
from sheltermap.base.in_short import Short, counted, name_of, of_all
from sheltermap.base.progress import shows_progress
from sheltermap.base.scopes import require_own_names
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.meeting import placed, require_together
from sheltermap.layers.row_ids import row_ids, take_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map

STATES = ("inside", "outside", "unknown")  #: of a feature, with regard to all zones


@dataclass
class ExposureSums:
    """What points count by zone, and by state and area."""

    by_zone: ZoneSums
    by_state: StateSums

    def merge(self, other: ExposureSums) -> None:
        """Count what an exposure of other points, asked the same, has counted."""
        self.by_zone.merge(other.by_zone)
        self.by_state.merge(other.by_state)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return `Exposure.summary` and `totals` by these names."""
        return {"summary": self.by_zone.table(), "totals": self.by_state.table()}


@dataclass(frozen=True, repr=False)
class Exposure(Drawable, drawn_as="exposure"):
    """What lies in which zone.

    Attributes
    ----------
    rows : GeoDataFrame
        The features with ``zone`` (the first they lie in, by row; missing where none) and ``zone_count`` (missing where
        the position is unknown). Polygons have besides ``area_m2``, ``exposed_m2`` (in any zone, each square metre
        once) and ``exposed_share``, lines ``length_m``, ``exposed_m`` and ``exposed_share``; their ``zone`` is the one
        that holds most of them.
    pairs : DataFrame
        Every feature with every zone it lies in: ``row`` (index of the feature) and ``zone``; of polygons and lines
        also how much, as `overlap` tells.
    summary : DataFrame
        ``rows`` and ``weight`` per ``zone``, then ``inside any zone``, ``outside every zone`` and ``position unknown``.
        These three sum to all features; the zones' own figures overlap where zones do. ``rows_without_weight`` have no
        weight and count in ``rows`` only. Polygons and lines count with the zones that they reach into; their
        ``area_m2`` (``length_m``) and ``weight_by_share``, people spread evenly over them, are divided exactly: inside
        and outside sum to all.
    totals : DataFrame
        ``total = inside + outside + unknown`` per ``measure`` (the weight, then the groups), of all (``area`` missing)
        and of each area, then of those in none; ``rows_without_weight`` are in no total.
    notes : list of str
        What bounds the answer: zones without a place, in which nothing can be counted.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1, 25.5], [56.9, 56.9]), crs=4326)
    >>> flood = gpd.GeoDataFrame(geometry=[box(24, 56, 25, 57)], crs=4326)
    >>> sm.exposure(shelters, flood)
    <Exposure: 2 rows, 1 zone
      rows: 1 of 2 inside (50.0 %), 1 outside>
    """

    rows: GeoDataFrame
    pairs: pd.DataFrame
    summary: pd.DataFrame
    totals: pd.DataFrame
    zones: GeoDataFrame
    notes: list[str] = field(default_factory=list)
    sums: ExposureSums | None = field(default=None, repr=False)  # of points

    def _in_short(self) -> Short:
        of = f"{counted(self.rows, 'row')}, {counted(self.zones, 'zone')}"
        lines = (
            f"{name_of(each['measure'])}: {of_all(each, 'inside', 'outside', 'unknown')}"
            for each in self.totals[self.totals["area"].isna()].to_dict("records")
        )
        return Short(of, lines, self.totals, "totals")

    def plot(
        self,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a map of the zones and of what lies in them."""
        return self._plotted(figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(
        self,
        *,
        name: str | None = None,
        zone_name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        A click on a feature tells its name, whether it lies in a zone, and in which. Above 200 000 features those of
        one state that lie close together are one circle; the page then says so.

        Parameters
        ----------
        name, zone_name : str, optional
            Columns of the features and of the zones that say what they are called; by default the id column the layer
            was read with, else the index.
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

        Examples
        --------
        >>> import geopandas as gpd
        >>> from shapely import box
        >>> import sheltermap as sm
        >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1, 25.5], [56.9, 56.9]), crs=4326)
        >>> flood = gpd.GeoDataFrame({"scenario": ["1 %"]}, geometry=[box(24, 56, 25, 57)], crs=4326)
        >>> sm.exposure(shelters, flood, zone_id="scenario").explore(zone_name="scenario")
        <Map 'What lies in the zones': 2 rows; show it in a notebook or .save('map.html')>
        """
        return self._explored(name=name, zone_name=zone_name, columns=columns, title=title, lang=lang, context=context)


@shows_progress
@takes_frames
def exposure(
    features: GeoDataFrame,
    zones: GeoDataFrame,
    *,
    zone_id: str | None = None,
    weight: str | None = None,
    groups: Iterable[str] = (),
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
) -> Exposure:
    """Which features lie in which zone; a point on a zone's boundary lies inside.

    Parameters
    ----------
    features : GeoDataFrame of points, of polygons or of lines
        In any CRS. A row without a position is unknown, never outside.
    zones : GeoDataFrame of polygons
        In any CRS; their edges are straight in it. They may overlap.
    zone_id : str, optional
        Column that names the zones; several polygons may share a name. By default the id column the layer was read
        with, else the index.
    weight : str, optional
        Column with the people (or value) per feature; by default each counts as one.
    groups : iterable of str
        Columns with numbers of vulnerable groups.
    areas : GeoDataFrame of polygons, optional
        Municipalities or the like, in any CRS, for `totals` of each; a line or polygon counts where a point on it lies.
    area_name : str, optional
        Column that names the areas; by default their index.

    Returns
    -------
    Exposure

    Raises
    ------
    ValueError
        If a column is unknown, a weight is not a number, features already has a column of a result's name, or a zone
        is called as the summary calls those in none.
    GeometryError, CrsError
        If a row has the wrong kind of geometry, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1, 25.5], [56.9, 56.9]), crs=4326)
    >>> flood = gpd.GeoDataFrame({"scenario": ["1 %"]}, geometry=[box(24, 56, 25, 57)], crs=4326)
    >>> sm.exposure(shelters, flood, zone_id="scenario").summary
                     zone  rows  weight  rows_without_weight
    0                 1 %     1     1.0                    0
    1     inside any zone     1     1.0                    0
    2  outside every zone     1     1.0                    0
    3    position unknown     0     0.0                    0
    """
    frames.require_free(features, ["zone", "zone_count"])
    measures = measures_of(features, weight, list(groups), "features")
    weights = next(iter(measures.values()))
    ids = row_ids(zones, zone_id, "zones", "zone_id")
    require_own_names(ids, frames.describe(zones, "zones"))
    if not frames.are_points(features, "features"):
        return _exposure_of_shapes(features, zones, zone_id, measures, areas, area_name)
    places = frames.lonlat(features, "features")
    grouping = Areas.of(areas, area_name, places, "features")
    index = frames.zone_index(zones, "zones")
    require_together(placed(features, "features", places), placed(zones, "zones"))
    found = _core.zones_of_points(places, index)
    zone, known = found.zone, found.known
    counts = np.diff(found.offsets)
    first = np.full(len(features), -1, np.int64)
    first[counts > 0] = zone[found.offsets[:-1][counts > 0]]
    row_of_pair = np.repeat(np.arange(len(features)), counts)
    inside, is_known = counts > 0, known == 1
    sums = ExposureSums(
        _zone_sums(ids, zone, row_of_pair, inside, is_known, weights),
        StateSums(measures, grouping, STATES, _states(inside, is_known)),
    )
    return Exposure(
        rows=features.assign(
            zone=take_ids(ids, first),
            zone_count=pd.arrays.IntegerArray(counts, mask=known == 0),
        ),
        pairs=pd.DataFrame({"row": features.index.take(row_of_pair), "zone": ids.take(zone)}),
        **sums.tables(),
        zones=zones,
        notes=[*ground_notes(zones, "zones"), *([] if grouping is None else grouping.notes)],
        sums=sums,
    )


def in_any_zone(places: NDArray[np.float64], zones: _core.ZoneIndex) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return whether each place lies in a zone, its boundary included, and whether that is known."""
    found = _core.zones_of_points(places, zones)
    return np.diff(found.offsets) > 0, found.known.astype(bool)


def _exposure_of_shapes(
    features: GeoDataFrame,
    zones: GeoDataFrame,
    zone_id: str | None,
    measures: dict[str, NDArray[np.float64]],
    areas: GeoDataFrame | None,
    area_name: str | None,
) -> Exposure:
    found = overlaps(features, zones, zone_id)
    frames.require_free(features, [found.measure, f"exposed_{found.unit}", "exposed_share"])
    grouping = Areas.of_features(areas, area_name, features, "features")
    return Exposure(
        rows=exposed_rows(features, found),
        pairs=pair_table(features, found),
        summary=exposed_summary(found, next(iter(measures.values()))),
        totals=sums_by_state(measures, grouping, STATES, _states(found.counts > 0, ~np.isnan(found.whole))),
        zones=zones,
        notes=[*ground_notes(zones, "zones"), *([] if grouping is None else grouping.notes)],
    )


def _states(inside: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.integer[Any]]:
    return np.select([~known, ~inside], [2, 1], 0)


def _zone_sums(
    ids: pd.Index[Any],
    zone: NDArray[np.int32],
    row: NDArray[np.intp],
    inside: NDArray[np.bool_],
    known: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> ZoneSums:
    codes, names = pd.factorize(ids)
    pairs = pd.DataFrame({"zone": codes[zone], "row": row})
    if len(names) < len(ids):  # polygons that share a name are one zone: a feature in two of them counts once
        pairs = pairs.drop_duplicates()
    return ZoneSums(pd.Index(names), pairs["zone"].to_numpy(), pairs["row"].to_numpy(), inside, known, weights)
