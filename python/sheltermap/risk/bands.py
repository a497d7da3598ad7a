# SPDX-License-Identifier: Apache-2.0
"""Distance bands round plants, depots and lines, as zones of a scenario."""

from __future__ import annotations

from collections.abc import Sized
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap._native import _core
from sheltermap.base.given import is_finite, several
from sheltermap.base.limits import Limit, LimitLike
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.conversion import to_shapely
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.row_ids import row_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

LARGEST_M = 1_000_000.0  # as far as the core draws circles
MOST_PLACES = 5_000_000  # circles along one source; beyond, a computer is busy for minutes
M_PER_DEGREE = 111_700.0  # more than a degree of latitude, or of longitude at the equator, has anywhere


@shows_progress
@takes_frames
def bands(
    source: GeoDataFrame,
    distances: LimitLike | Sequence[LimitLike],
    *,
    together: bool = False,
    intensities: Sequence[float] | None = None,
    source_id: str | None = None,
    area_error: float = 1e-3,
) -> GeoDataFrame:
    """Bands of distance round points, lines or polygons along the WGS 84 ellipsoid: zones of a plant, a depot, a pipe.

    Parameters
    ----------
    source : GeoDataFrame of points, lines and polygons
        In any CRS; edges are straight in it. Inside a polygon the distance is 0.
    distances : float, str or a sequence of them
        Where bands end, the nearest first: metres, or texts with a unit, "500 m", "2 km"; at most 1,000,000 m.
    together : bool
        Whether the bands are of the distance to the nearest source, so that none overlap; by default each source has
        bands of its own.
    intensities : sequence of float, optional
        How strong the hazard is in each band, for a column ``intensity`` that a `Scenario` may name.
    source_id : str, optional
        Column that names the sources; by default the id column the layer was read with, else the index.
    area_error : float
        How far the limit of a band may be off, as a share of its distance; in [1e-6, 0.1]. It decides how many vertices
        there are.

    Returns
    -------
    GeoDataFrame in EPSG:4326
        The nearest band of all sources, then the next: ``source`` (together: ``sources`` and
        ``sources_without_position``, how many), ``band`` (from 1), ``from_m``, ``to_m``, ``intensity`` if asked,
        ``area_m2``, and polygons by RFC 7946, cut at the antimeridian. Bands of one source do not overlap; what they
        have in common is their border, and `exposure` counts a place on it in the first, nearer one. A source without
        a position has bands without a polygon.

        Limits are where the distance is ``to_m``, within ``area_error`` of it and as a rule nearer: circles with
        vertices on them, and round lines and polygons circles so close that they leave no more out.

    Raises
    ------
    ValueError
        If distances are none, not ascending, closer together than their error, out of range or times, intensities are
        not one per band, or a column is unknown.
    GeometryError, CrsError
        If a polygon is invalid, a row mixes kinds of geometry, or a CRS is missing or does not fit.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> plant = gpd.GeoDataFrame({"name": ["Depot"]}, geometry=gpd.points_from_xy([24.1], [56.95]), crs=4326)
    >>> zones = sm.bands(plant, [100, "500 m"], source_id="name")
    >>> zones[["source", "band", "from_m", "to_m"]].assign(hectares=(zones.area_m2 / 10_000).round(1))
      source  band  from_m   to_m  hectares
    0  Depot     1     0.0  100.0       3.1
    1  Depot     2   100.0  500.0      75.3
    """
    import geopandas

    limits = band_limits(distances, area_error)
    strengths = band_intensities(intensities, len(limits))
    ids = row_ids(source, source_id, "source", "source_id")
    shapes = _shapes(source)
    placed = np.array([each is not None for each in shapes], dtype=bool)
    columns: dict[str, Any]
    if together:
        rings = _rings([each for each in shapes if each is not None], limits, area_error)
        geometry = rings
        band = np.arange(len(limits))
        columns = {"sources": int(placed.sum()), "sources_without_position": int((~placed).sum())}
    else:
        by_source = [_rings([] if each is None else [each], limits, area_error) for each in shapes]
        geometry = [rings[number] for number in range(len(limits)) for rings in by_source]
        band = np.repeat(np.arange(len(limits)), len(shapes))
        columns = {"source": np.tile(ids.to_numpy(), len(limits))}
    return geopandas.GeoDataFrame(
        columns | band_columns(limits, band, strengths) | {"area_m2": band_areas_m2(geometry)},
        geometry=geometry,
        crs=4326,
    )


def band_limits(distances: LimitLike | Sequence[LimitLike], area_error: float) -> Numbers:
    """Return where bands begin and end, shape (n, 2), in metres; ValueError where that cannot be."""
    given: tuple[Any, ...] = several(
        distances, (int, float, str, Limit, np.number), "a distance is metres, or a text with a unit, '2 km'"
    )
    if not (is_finite(area_error) and 1e-6 <= area_error <= 0.1):
        raise ValueError(f"area_error has to be in [1e-6, 0.1], it is {told(area_error)}")
    asked = [Limit.of(each) for each in given]
    if not asked:
        raise ValueError("there are no distances; give where each band ends, the nearest first")
    for each in asked:
        if each.in_time:
            raise ValueError(f"bands are of distances, and {each} is a time")
        if not 0 < each.value <= LARGEST_M:
            raise ValueError(f"a band ends at more than 0 and at most 1,000,000 m, not at {each.value:.15g}")
    ends = np.array([each.value for each in asked])
    begins = np.append(0.0, ends[:-1])
    if (ends <= begins).any():
        raise ValueError(f"write each distance once, the nearest first, not {', '.join(map(str, asked))}")
    thin = np.flatnonzero(ends - begins <= area_error * (ends + begins))
    if len(thin):
        raise ValueError(
            f"the band from {begins[thin[0]]:.15g} to {ends[thin[0]]:.15g} m is thinner than its limits may be off: "
            "give a smaller area_error"
        )
    return np.column_stack([begins, ends])


def band_intensities(intensities: Sequence[float] | None, count: int) -> Numbers | None:
    """Return how strong a hazard is in each band; ValueError where that is not one finite number for each."""
    if intensities is None:
        return None
    if isinstance(intensities, str) or not isinstance(intensities, Sized):
        raise TypeError(f"intensities are numbers, one for each band, not {told(intensities)}")
    if len(intensities) != count:
        raise ValueError(f"there are {count} bands and {len(intensities)} intensities; give one for each band")
    for each in intensities:
        if isinstance(each, bool) or not isinstance(each, int | float | np.number) or not np.isfinite(each):
            raise ValueError(f"an intensity is a finite number, not {told(each)}")
    return np.array(intensities, np.float64)


def band_columns(limits: Numbers, band: NDArray[np.intp], intensities: Numbers | None) -> dict[str, Any]:
    """Return what is told of each of some bands, by their positions in the limits."""
    columns: dict[str, Any] = {"band": band + 1, "from_m": limits[band, 0], "to_m": limits[band, 1]}
    return columns if intensities is None else {**columns, "intensity": intensities[band]}


def band_areas_m2(geometry: Sequence[Any]) -> Numbers:
    """Return the area of each polygon in WGS 84; NaN where there is none."""
    return _core.lonlat_area_m2(frames.column_as_given(np.array(geometry, dtype=object), "bands"))


def _shapes(source: GeoDataFrame) -> list[Any]:
    """Return the rows as shapes in WGS 84; None for one without a position."""
    found = frames.facilities(source, "source")
    shapes = shapely.points(found.places) if isinstance(found.core, np.ndarray) else to_shapely(found.core)
    nowhere = np.isnan(found.places[:, 0])
    return [None if gone else shape for shape, gone in zip(shapes, nowhere, strict=True)]


def _rings(shapes: list[Any], limits: Numbers, area_error: float) -> list[Any]:
    """Return the bands round shapes, all of one distance; None for each where there are no shapes."""
    if not shapes:
        return [None] * len(limits)
    inner, rings = None, []
    for _, end in limits:
        outer = _within(shapes, float(end), area_error)
        rings.append(outer if inner is None else shapely.difference(outer, inner))
        inner = outer
    return rings


def _within(shapes: list[Any], distance_m: float, area_error: float) -> Any:
    """Return where some shape is within a distance: its circles, so close that no more than the error is left out."""
    # Half the chord s / 2 between circles leaves out s² / (8 d): a quarter of the error, the edges of circles the rest.
    spacing_m = distance_m * np.sqrt(2 * area_error)
    places = np.concatenate([_places_on(shape, spacing_m) for shape in shapes])
    (circles,) = to_shapely(_core.service_area(places, distance_m, area_error))
    filled = [shape for shape in shapes if shapely.get_dimensions(shape) == 2]
    return shapely.union_all([circles, *filled]) if filled else circles


def _places_on(shape: Any, spacing_m: float) -> Numbers:
    """Return places along a shape's lines and borders, none farther from the next than the spacing."""
    if shapely.get_dimensions(shape) == 0:
        return shapely.get_coordinates(shape)
    lines = shapely.get_parts(shapely.boundary(shape) if shapely.get_dimensions(shape) == 2 else shape)
    return np.concatenate([_places_along(shapely.get_coordinates(line), spacing_m) for line in lines])


def _places_along(vertices: Numbers, spacing_m: float) -> Numbers:
    steps = np.diff(vertices, axis=0)
    lat = np.abs(vertices[:, 1])
    crosses = vertices[:-1, 1] * vertices[1:, 1] < 0
    nearest_lat = np.where(crosses, 0.0, np.minimum(lat[:-1], lat[1:]))  # where a degree of longitude is longest
    longest_m = M_PER_DEGREE * np.hypot(steps[:, 0] * np.cos(np.radians(nearest_lat)), steps[:, 1])
    counts = np.maximum(np.ceil(longest_m / spacing_m), 1).astype(np.int64)
    if counts.sum() > MOST_PLACES:
        raise ValueError(
            f"a line of {longest_m.sum() / 1000:,.0f} km is too long for a band of {spacing_m:,.2g} m between circles: "
            "give a larger area_error, or cut the line"
        )
    step = np.repeat(np.arange(len(counts)), counts)
    at = (np.arange(len(step)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[step]
    return np.vstack([vertices[:-1][step] + at[:, None] * steps[step], vertices[-1:]])
