# SPDX-License-Identifier: Apache-2.0
"""Zones of a raster of depths: its cells by class, dissolved."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from sheltermap._native import _core
from sheltermap.analyses.raster_cells import CellRows, cell_rows, corners, middles
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.raster import as_raster

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.layers.raster import Raster

    Codes = NDArray[np.int16]

DRY, VOID = 0, -1  # codes of cells; classes count from 1
NO_VALUE = "void"  #: the class of voids


@shows_progress
def depth_zones(raster: Raster, classes: Sequence[float]) -> GeoDataFrame:
    r"""Polygons of a raster of depths by class, for whatever takes zones.

    Parameters
    ----------
    raster : Raster
        That holds depths in metres: ``holds="depth_m"``.
    classes : sequence of float
        Where classes begin, ascending, in metres: ``[0, 0.5, 1.5]``. Classes are half-open: a depth on a limit is in
        the class that begins there. The last one has no end. What is below the first is in none, and so is a depth of
        0, which is dry.

    Returns
    -------
    GeoDataFrame of polygons in the raster's CRS
        A row for each class that occurs, the least deep first: ``depth_class`` (``"0.5–1.5 m"``), ``depth_from_m``,
        ``depth_to_m`` (missing without an end) and ``area_m2`` of its cells on the WGS 84 ellipsoid. What has no value
        and is enclosed by water is the last row, of class ``void``, whose depths are missing: nobody knows how deep it
        is there. What has no value elsewhere is in no zone.

    Raises
    ------
    ValueError
        If the raster holds something else or does not say what, or `classes` are none, do not ascend or are below 0.
    ReadError
        If the file cannot be read, or has a depth below 0.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import sheltermap as sm
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "depth.asc"
    >>> head = ["ncols 3", "nrows 1", "xllcorner 24", "yllcorner 56.9", "cellsize 0.1", "nodata_value -9"]
    >>> _ = path.write_text("\n".join([*head, "0.2 1.5 -9"]))
    >>> depth = sm.Raster(path, holds="depth_m", crs="EPSG:4326")
    >>> sm.depth_zones(depth, [0, 0.5])[["depth_class", "area_m2"]].round(-3)
      depth_class     area_m2
    0     0–0.5 m  67766000.0
    1     ≥ 0.5 m  67766000.0
    """
    raster = as_raster(raster)
    require_depths(raster)
    limits = depth_limits(classes)
    edges = _edges(raster, limits)
    faces = shapely.get_parts(shapely.polygonize(shapely.linestrings(edges.lines)))
    codes = depth_codes(_core.sample_cells(_points_in(faces), raster.core)[0], limits)
    codes[_open(faces, codes, edges.shores)] = DRY
    return _zones(raster, faces, codes, limits)


class _Edges(NamedTuple):
    """Where cells of different classes meet."""

    lines: NDArray[np.float64]  #: shape (n, 2, 2), in the raster's CRS; they meet at their ends only
    shores: NDArray[
        np.float64
    ]  #: shape (n, 2): places in voids that have dry land beside them, or the end of the raster


def holds_depths(raster: Raster) -> bool:
    """Return whether a raster holds depths in metres."""
    return raster.holds is not None and raster.holds.startswith("depth") and raster.unit == "m"


def require_depths(raster: Raster) -> None:
    """Raise ValueError unless a raster holds depths in metres."""
    if not holds_depths(raster):
        said = "does not say what its cells hold" if raster.holds is None else f'holds "{raster.holds}"'
        raise ValueError(f'{raster.path.name} {said} where depths are asked for: holds="depth_m"')


def depth_limits(classes: Sequence[float]) -> NDArray[np.float64]:
    """Return where classes of depth begin; ValueError unless these ascend from 0 on."""
    if not isinstance(classes, Iterable):
        raise TypeError(f"classes are where each begins, [0, 0.5, 1.5], not {told(classes)}")
    given = list(classes)
    if not given:
        raise ValueError("classes are none; give where each begins: [0, 0.5, 1.5]")
    for each in given:
        if isinstance(each, bool) or not isinstance(each, Real) or not 0 <= each < math.inf:
            raise ValueError(f"classes begin at depths from 0 on, in metres, not at {told(each)}")
    for one, other in pairwise(given):
        if not one < other:
            raise ValueError(
                f"classes ascend, and {other:g} comes after {one:g}: write each once, the least deep first"
            )
    return np.array(given, float)


def depth_codes(depths: NDArray[np.float64], limits: NDArray[np.float64]) -> Codes:
    """Return the class of each depth, from 1, 0 of dry ones and -1 of unknown ones.

    A depth on a limit is in the class that begins there.
    """
    codes = np.searchsorted(limits, depths, side="right").astype(np.int16)
    codes[depths <= 0] = DRY
    codes[np.isnan(depths)] = VOID
    return codes


def _edges(raster: Raster, limits: NDArray[np.float64]) -> _Edges:
    rows, columns = raster.shape
    outside = np.full((1, columns + 2), DRY, np.int16)
    before, lines, shores = outside, [], []
    for part in cell_rows(raster, range(rows), range(columns)):
        codes = np.concatenate(
            [
                before,
                np.pad(depth_codes(part.cells, limits), ((0, 0), (1, 1)), constant_values=DRY),
                *([outside] * (part.row + len(part.cells) == rows)),
            ]
        )
        lines += _lines(raster, codes, part)
        shores += _shores(raster, codes, part)
        before = codes[len(part.cells) : len(part.cells) + 1]
    return _Edges(np.concatenate(lines), np.concatenate(shores))


def _lines(raster: Raster, codes: Codes, part: CellRows) -> list[NDArray[np.float64]]:
    """Return the edges above and within some rows, each as far as it goes straight and nothing meets it.

    `codes` are those of these rows, of the one above, of the one below the last row of all, and of a column more on
    either side: what is outside of the raster is dry.
    """
    deep = len(part.cells)
    level = (codes[:-1] != codes[1:])[:, 1:-1]  # between two rows, at each column
    upright = codes[:, :-1] != codes[:, 1:]  # left of each column, and right of the last
    beside = np.pad(level, ((0, 0), (1, 1)))
    line, start, end = _runs(level, (upright[:-1] | upright[1:])[:, :-1])
    row, column = line + part.row, (start, end)
    found = [np.stack([corners(raster, row, each) for each in column], axis=1)]
    line, start, end = _runs(upright[1 : deep + 1].T, (beside[:deep, :-1] | beside[:deep, 1:]).T)
    return [*found, np.stack([corners(raster, each + part.row, line) for each in (start, end)], axis=1)]


def _runs(edges: NDArray[np.bool_], met: NDArray[np.bool_]) -> tuple[NDArray[np.intp], ...]:
    """Return line, start and end of edges in a row; where another one meets the start of an edge, it begins anew."""
    begins, goes_on = edges.copy(), edges[:, :-1] & edges[:, 1:] & ~met[:, 1:]
    begins[:, 1:] &= ~goes_on
    ends = edges.copy()
    ends[:, :-1] &= ~goes_on
    line, start = np.nonzero(begins)
    return line, start, np.nonzero(ends)[1] + 1


def _shores(raster: Raster, codes: Codes, part: CellRows) -> list[NDArray[np.float64]]:
    """Return the middles of cells without a value that have dry land beside them, or the end of the raster."""
    found = []
    inner = codes[1 : len(part.cells) + 1]
    for one, other, (row, column) in (
        (codes[:-1], codes[1:], (0, 0)),
        (codes[1:], codes[:-1], (1, 0)),
        (inner[:, :-1], inner[:, 1:], (1, 0)),
        (inner[:, 1:], inner[:, :-1], (1, 1)),
    ):
        at_row, at_column = np.nonzero((one == VOID) & (other == DRY))
        found.append(middles(raster, at_row + row + part.row - 1, at_column + column - 1))
    return found


def _points_in(faces: NDArray[Any]) -> NDArray[np.float64]:
    return shapely.get_coordinates(shapely.point_on_surface(faces))


def _open(faces: NDArray[Any], codes: Codes, shores: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which faces are voids that dry land or the end of the raster is beside."""
    found = np.zeros(len(faces), dtype=bool)
    voids = np.flatnonzero(codes == VOID)
    hit = shapely.STRtree(shapely.points(shores)).query(faces[voids], predicate="contains")[0]
    found[voids[hit]] = True
    return found


def _zones(raster: Raster, faces: NDArray[Any], codes: Codes, limits: NDArray[np.float64]) -> GeoDataFrame:
    import geopandas

    there = [code for code in (*range(1, len(limits) + 1), VOID) if (codes == code).any()]
    ends = [*limits[1:], np.nan]
    table = {
        "depth_class": pd.array([_name(code, limits) for code in there], dtype="string"),
        "depth_from_m": [math.nan if code == VOID else limits[code - 1] for code in there],
        "depth_to_m": [math.nan if code == VOID else ends[code - 1] for code in there],
    }
    shapes = [shapely.multipolygons(shapely.simplify(faces[codes == code], 0)) for code in there]
    zones = geopandas.GeoDataFrame(table, geometry=shapes, crs=raster.crs)
    areas = _core.zonal_statistics(frames.column(zones, "zones"), raster.core, areas=True)
    zones.insert(3, "area_m2", areas.area_m2 + areas.void_m2)
    return zones


def _name(code: int, limits: NDArray[np.float64]) -> str:
    if code == VOID:
        return NO_VALUE
    return f"≥ {limits[-1]:g} m" if code == len(limits) else f"{limits[code - 1]:g}–{limits[code]:g} m"
