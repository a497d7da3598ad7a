# SPDX-License-Identifier: Apache-2.0
"""Maps of results: rows coloured by what was found, over the outlines of areas. matplotlib, no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import shapely

from sheltermap.base import texts
from sheltermap.base.limits import Limit, LimitLike, chosen
from sheltermap.base.scenarios import scenario_label
from sheltermap.drawing.ground import LAND, draw_ground, draw_names, fill
from sheltermap.drawing.legend import Category, coverage_categories, exposure_categories, flood_categories
from sheltermap.drawing.new_axes import axes_for
from sheltermap.drawing.shared_places import Places, places_of
from sheltermap.drawing.small_picture import drawn_rows, is_small
from sheltermap.layers.geometry_kinds import has_place

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from sheltermap.analyses.flood import Flood
    from sheltermap.basemap.making import BasemapSource
    from sheltermap.drawing.crowded import Lines
    from sheltermap.streets.network import Network

INK, BORDER, FACILITY = "#1f2933", "#c9c4b6", "#111827"
WATER, STREET = "#8fb8de", "#b9bcc2"
MARKERS = {"circle": "o", "diamond": "D", "cross": "X"}
RASTER_ABOVE = 4000  # so many rows make a vector picture heavier than a raster one
CROWDED_SIZE = 3.0  # points of their symbols then
DENSE_ABOVE = 1000  # so many rows hide each other and the map under them when drawn large
NUMBERED = 10  # places with their number on the map
APART = 30  # of the width of a map: so far numbers stand from each other at least
BESIDE = 3  # points between the middle of a symbol and its number
METRES_PER_DEGREE = 111_320.0  # along the equator; only the scale bar and the shape of the map rest on it
# Where outlines are finer than a tenth of a printed point, they only weigh.
OUTLINE_STEPS = 2000
LEGEND: dict[str, Any] = {"frameon": False, "fontsize": 8, "loc": "upper left", "borderaxespad": 0.2}


@dataclass(frozen=True)
class Streets:
    """Lines drawn alike."""

    lines: gpd.GeoDataFrame | Lines
    colour: str
    width: float  #: in points
    order: float = 2.5  #: what is higher is drawn later; rows begin at 3


def ground_streets(network: Network) -> Streets:
    """Return a network as the ground of a map; small pictures have none."""
    from sheltermap.drawing.crowded import Lines

    if is_small():
        return Streets(Lines(np.empty((0, 2)), np.empty(0, np.bool_)), STREET, 0.4, order=1.2)
    return Streets(Lines.of_offsets(*network.streets.vertices), STREET, 0.4, order=1.2)


class CoverageLike(Protocol):
    """What a map of coverage needs; `sheltermap.coverage` returns one."""

    @property
    def rows(self) -> gpd.GeoDataFrame:
        """Return the demand rows with `within_…` columns."""

    @property
    def thresholds(self) -> Sequence[Limit]:
        """Return the distances or times asked about."""

    @property
    def facilities(self) -> gpd.GeoDataFrame:
        """Return what is near or not."""

    @property
    def areas(self) -> gpd.GeoDataFrame | None:
        """Return the areas it was summed by, if any."""


class ExposureLike(Protocol):
    """What a map of exposure needs; `sheltermap.exposure` returns one."""

    @property
    def rows(self) -> gpd.GeoDataFrame:
        """Return the feature rows with `zone_count`."""

    @property
    def zones(self) -> gpd.GeoDataFrame:
        """Return the zones."""


def plot_coverage(
    coverage: CoverageLike,
    *,
    threshold: LimitLike | None = None,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the demand rows, coloured by the distance within which they have a facility.

    `Coverage.plot` says what the parameters mean.
    """
    categories = coverage_categories(coverage.rows, chosen_thresholds(coverage, threshold))
    return draw_map(
        coverage.rows,
        categories,
        facilities=coverage.facilities,
        outlines=coverage.areas,
        figsize=figsize,
        ax=ax,
        context=context,
        lang=lang,
    )


def chosen_thresholds(coverage: CoverageLike, threshold: LimitLike | None) -> list[Limit]:
    """Return the one threshold asked for, or all; ValueError where the coverage was not asked about it."""
    return list(coverage.thresholds) if threshold is None else [chosen(coverage.thresholds, threshold)]


def plot_exposure(
    exposure: ExposureLike,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the features, coloured by whether they lie in a zone.

    `Exposure.plot` says what the parameters mean.
    """
    categories = exposure_categories(exposure.rows)
    return draw_map(
        exposure.rows, categories, outlines=exposure.zones, figsize=figsize, ax=ax, context=context, lang=lang
    )


def plot_flood(
    flood: Flood,
    scenario: Any = None,
    *,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw a scenario: its zones, the demand rows by what becomes of them, and the facilities; closed ones hollow.

    `Flood.plot` says what the parameters mean.
    """
    scenario = chosen_scenario(flood, scenario)
    label = scenario_label(scenario)
    ax = draw_map(
        flood.rows,
        flood_categories(flood.rows, label),
        facilities=flood.facilities,
        closed=(flood.facilities[f"state_{label}"] != "usable").to_numpy(),
        water=flood.zones[(flood.zones[flood.scenario] == scenario).to_numpy()],
        outlines=flood.areas,
        streets=[] if flood.by is None else [ground_streets(flood.by)],
        figsize=figsize,
        ax=ax,
        context=context,
        lang=lang,
    )
    return ax


def chosen_scenario(flood: Flood, scenario: Any) -> Any:
    """Return the scenario asked for, or the last; ValueError where the flood has no such."""
    if scenario is None and flood.scenarios:
        return flood.scenarios[-1]
    if scenario not in flood.scenarios:
        raise ValueError(f"scenario is {scenario!r}; this flood has {list(flood.scenarios)}")
    return scenario


def draw_map(
    rows: gpd.GeoDataFrame,
    categories: Sequence[Category],
    *,
    facilities: gpd.GeoDataFrame | None = None,
    closed: np.ndarray[Any, np.dtype[np.bool_]] | None = None,
    outlines: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    places: gpd.GeoDataFrame | None = None,
    numbers_beside: bool = False,
    streets: Sequence[Streets] = (),
    bordered: np.ndarray[Any, np.dtype[np.bool_]] | None = None,
    context: BasemapSource | None = None,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    lang: str | None = "en",
) -> Axes:
    """Draw rows by category over a base map, outlines, flooded zones and streets, with a scale bar.

    `context` is what `sheltermap.basemap` takes; what its sources demand to be said is always shown.
    Facilities that are `closed` are hollow; the first `places` bear their numbers, on the place or, where these are
    symbols that have to be seen, beside it; polygons of rows that are `bordered`
    have a dark border. Without `lang` there is no legend.
    """
    ax = axes_for(ax, figsize, (8, 6))
    drawn = drawn_rows(len(rows), [each.rows for each in categories])
    given = rows.geometry.iloc[drawn]
    points = places_of(given)
    crowded = len(given) > RASTER_ABOVE
    shapes = np.empty(0, dtype=object) if crowded and points is not None and bordered is None else lonlat_shapes(given)
    ground = lonlat_shapes(_part(outlines)) if outlines is not None else np.empty(0, dtype=object)
    offices = lonlat_shapes(_part(facilities)) if facilities is not None else np.empty(0, dtype=object)
    boxes = shapely.bounds(shapes) if points is None else points.box
    _frame(ax, [boxes, shapely.bounds(ground), shapely.bounds(offices)])
    under = None if context is None else draw_ground(ax, context, lang)
    _outlines(ax, ground, face=LAND if under is None else "none")
    if water is not None:
        _polygons(ax, lonlat_shapes(_part(water)), facecolor=WATER, edgecolor="none", alpha=0.75, zorder=1.5)
    for each in streets:
        _streets(ax, each)
    step = min(1.0, 5 / max(len(categories), 1))  # all below what is drawn above the rows
    for order, category in enumerate(reversed(categories)):
        here = category.rows[drawn]
        if crowded and points is not None:
            _crowded(ax, points, here, category, order=3 + step * order)
        else:
            _draw(ax, shapes[here], category, crowded=crowded, order=3 + step * order)
    if bordered is not None:
        polygons = shapes[bordered[drawn] & (shapely.get_dimensions(shapes) == 2)]
        _polygons(ax, polygons, facecolor="none", edgecolor=INK, linewidth=1.6, zorder=8)
    if closed is not None:
        closed = closed[drawn_rows(len(closed))]
        _facilities(ax, offices[~closed], face=FACILITY, edge="white", size=8, order=9)
        _facilities(ax, offices[closed], face="white", edge=FACILITY, size=7, order=8)
    elif len(offices):
        many = len(offices) > 25  # hollow and below the rows then, which must stay visible
        face, edge = ("none", FACILITY) if many else (FACILITY, "white")
        _facilities(ax, offices, face=face, edge=edge, size=5 if len(offices) > 100 else 8, order=2 if many else 9)
    if places is not None:
        _numbers(ax, places[:NUMBERED], beside=numbers_beside)
    if under is not None:
        draw_names(ax, under, _middles(offices if places is None else lonlat_shapes(places[:NUMBERED])), lang)
    _scale_bar(ax)
    if lang is not None:
        _legend(ax, categories, lang)
    return ax


def _facilities(ax: Axes, shapes: np.ndarray[Any, Any], *, face: str, edge: str, size: float, order: int) -> None:
    """Draw points as triangles, lines as lines and polygons tinted with their border."""
    from matplotlib.colors import to_rgba

    present = shapes[has_place(shapes)]
    kind = shapely.get_dimensions(present)
    points = shapely.get_coordinates(present[kind == 0])
    ax.plot(*points.T, "^", ms=size, mfc=face, mec=edge, mew=0.8, zorder=order)
    for part in shapely.get_parts(present[kind == 1]):
        ax.plot(*shapely.get_coordinates(part).T, color=FACILITY, lw=1.4, zorder=order)
    tint = to_rgba(FACILITY, 0.15)
    _polygons(ax, present[kind == 2], facecolor=tint, edgecolor=FACILITY, linewidth=1.2, zorder=2)


def _streets(ax: Axes, streets: Streets) -> None:
    """Draw lines as one path, a million of them by their pixels."""
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    from sheltermap.drawing.crowded import SEGMENTS_DRAWN, CrowdedStreets, Lines

    given = streets.lines
    lines = given if isinstance(given, Lines) else Lines.of_shapes(lonlat_shapes(given))
    if len(lines.vertices) > SEGMENTS_DRAWN:
        crowded = CrowdedStreets(lines, streets.colour, streets.width)
        crowded.set(zorder=streets.order, rasterized=True)
        ax.add_artist(crowded)
    elif len(lines.vertices):
        path = Path(lines.vertices, np.where(lines.begins, Path.MOVETO, Path.LINETO).astype(Path.code_type))
        drawn = PathCollection([path], facecolors="none", edgecolors=streets.colour, linewidths=streets.width)
        drawn.set(capstyle="round", zorder=streets.order, rasterized=int(lines.begins.sum()) > RASTER_ABOVE)
        ax.add_collection(drawn, autolim=False)


def _numbers(ax: Axes, places: gpd.GeoDataFrame, *, beside: bool) -> None:
    from matplotlib.patheffects import withStroke

    for number, place in zip(places["place"], lonlats(places), strict=True):
        if place is None:
            continue
        halo = [withStroke(linewidth=3, foreground="white")]
        look: dict[str, Any] = {"fontsize": 11, "fontweight": "bold", "color": INK, "path_effects": halo, "zorder": 11}
        aligned: dict[str, Any] = {"ha": "left", "va": "bottom"} if beside else {"ha": "center", "va": "center"}
        ax.annotate(
            str(number), place, (BESIDE, BESIDE) if beside else (0, 0), **look, **aligned, textcoords="offset points"
        )


def _part(frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    return frame.geometry.iloc[drawn_rows(len(frame))]


def lonlat_shapes(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return the geometries of a frame in degrees, as they are drawn."""
    shapes = frame.geometry if frame.crs is None else frame.geometry.to_crs("EPSG:4326")
    return np.asarray(shapes.array, dtype=object)


def lonlats(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> list[tuple[float, float] | None]:
    """Return a place on each geometry of a frame, in degrees; None where it has none."""
    shapes = lonlat_shapes(frame)
    return [place_on(shape) if here else None for shape, here in zip(shapes.tolist(), has_place(shapes), strict=True)]


def apart(places: gpd.GeoDataFrame, around: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the first places whose numbers do not hide each other on a map of the rows `around`."""
    west, south, east, north = _box_around(around)
    if np.isnan(west):
        return places[:NUMBERED]
    narrow = float(np.cos(np.radians((south + north) / 2)))
    least = max((east - west) * narrow, north - south) / APART
    kept: list[int] = []
    taken: list[tuple[float, float]] = []
    for row, place in enumerate(lonlats(places)):
        if place is None or len(kept) == NUMBERED:
            continue
        x, y = place[0] * narrow, place[1]
        if all(max(abs(x - other_x), abs(y - other_y)) > least for other_x, other_y in taken):
            kept.append(row)
            taken.append((x, y))
    return places.iloc[kept]


def _box_around(frame: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """Return west, south, east and north of all rows in degrees; NaN where none has a place."""
    points = places_of(frame.geometry)
    if points is not None:
        west, south, east, north = points.box.tolist()
        return west, south, east, north
    boxes = shapely.bounds(lonlat_shapes(frame))
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return np.nan, np.nan, np.nan, np.nan
    (west, south), (east, north) = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def place_on(shape: Any) -> tuple[float, float]:
    """Return a place on a geometry in degrees that has one, where a number stands and a link leads."""
    point = shapely.point_on_surface(shape)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def _frame(ax: Axes, groups: Sequence[np.ndarray[Any, Any]]) -> None:
    """Set the extent, around boxes, and the shape of the map: degrees east shrink with latitude."""
    boxes = np.concatenate([group.reshape(-1, 4) for group in groups])
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    west, south, east, north = (0.0, 0.0, 1.0, 1.0) if not len(boxes) else (*boxes[:, :2].min(0), *boxes[:, 2:].max(0))
    side, top = max(0.03 * (east - west), 0.002), max(0.03 * (north - south), 0.002)
    ax.set_xlim(west - side, east + side)
    ax.set_ylim(south - 4 * top, north + top)  # room for the scale bar
    middle = np.radians(np.clip((south + north) / 2, -85, 85))
    ax.set_aspect(1 / np.cos(middle))
    ax.set_axis_off()


def _middles(shapes: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return where names should not stand: at the facilities, or at numbers, where these are few."""
    present = shapes[has_place(shapes)]
    return shapely.get_coordinates(shapely.point_on_surface(present[: DENSE_ABOVE // 10]))


def _outlines(ax: Axes, shapes: np.ndarray[Any, Any], *, face: str) -> None:
    if not len(shapes):
        return
    west, east = ax.get_xlim()
    simple = shapely.simplify(shapes, (east - west) / OUTLINE_STEPS)
    _polygons(ax, simple, facecolor=face, edgecolor=BORDER, linewidth=0.5, zorder=1)


def _draw(ax: Axes, shapes: np.ndarray[Any, Any], category: Category, *, crowded: bool, order: float) -> None:
    present = shapes[has_place(shapes)]
    kind = shapely.get_dimensions(present)
    points = shapely.get_coordinates(present[kind == 0])
    if crowded:
        _crowded(ax, Places.of(points), np.ones(len(points), np.bool_), category, order=order)
    else:
        _symbols(ax, points, category, size=5.5 if len(shapes) <= DENSE_ABOVE else 3.6, order=order)
    for line in present[kind == 1]:
        for part in shapely.get_parts(line):
            ax.plot(*shapely.get_coordinates(part).T, color=category.colour, lw=1.2, zorder=order)
    _polygons(
        ax, present[kind == 2], facecolor=category.colour, edgecolor="white", linewidth=0.3, alpha=0.8, zorder=order
    )


def _symbols(ax: Axes, points: np.ndarray[Any, Any], category: Category, *, size: float, order: float) -> None:
    if len(points):
        ax.plot(*points.T, mew=0.5, **_symbol_style(category, size, order))


def _crowded(
    ax: Axes, places: Places, rows: np.ndarray[Any, np.dtype[np.bool_]], category: Category, *, order: float
) -> None:
    from sheltermap.drawing.crowded import CrowdedSymbols

    if rows.any():
        style = _symbol_style(category, CROWDED_SIZE, order)
        ax.add_artist(CrowdedSymbols(places, rows, mew=0.0, rasterized=True, **style))  # the map has its extent already


def _symbol_style(category: Category, size: float, order: float) -> dict[str, Any]:
    return {
        "ls": "",
        "marker": MARKERS[category.marker],
        "ms": size,
        "mfc": category.colour,
        "mec": "white",
        "zorder": order,
    }


def _polygons(ax: Axes, shapes: np.ndarray[Any, Any], **style: Any) -> None:
    fill(ax, shapes, rasterized=len(shapes) > RASTER_ABOVE, **style)


def _scale_bar(ax: Axes) -> None:
    """Draw a bar of a round length, about a fifth of the width, true at the middle of the map."""
    west, east = ax.get_xlim()
    south, north = ax.get_ylim()
    metres_per_unit = METRES_PER_DEGREE / float(ax.get_aspect())
    fifth = (east - west) * metres_per_unit / 5
    step = 10.0 ** np.floor(np.log10(fifth))
    length = max(factor * step for factor in (1, 2, 5) if factor * step <= fifth)
    left, low, height = west + 0.02 * (east - west), south + 0.02 * (north - south), 0.012 * (north - south)
    right = left + length / metres_per_unit
    ax.plot([left, left, right, right], [low + height, low, low, low + height], color=INK, lw=1, zorder=10)
    text = texts.distance(length, "en")
    ax.text((left + right) / 2, low + height, text, ha="center", va="bottom", fontsize=8, color=INK, zorder=10)


def _legend(ax: Axes, categories: Sequence[Category], lang: str) -> None:
    handles = legend_handles(categories, lang)
    if handles:
        ax.legend(handles=handles, **LEGEND)


def legend_handles(categories: Sequence[Category], lang: str) -> list[Line2D]:
    """Return what stands in a legend for categories that have rows, with how many."""
    from matplotlib.lines import Line2D

    return [
        Line2D(
            [],
            [],
            ls="",
            marker=MARKERS[each.marker],
            color=each.colour,
            mec="white",
            ms=7,
            label=f"{texts.pick(each.label, lang)} ({texts.number(each.count)})",
        )
        for each in categories
        if each.count
    ]
