# SPDX-License-Identifier: Apache-2.0
"""GPX, what devices and field apps write: waypoints as points, routes and tracks as lines, in WGS 84."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap._native import _core
from sheltermap.base.suggestions import unknown
from sheltermap.layers import conversion
from sheltermap.layers.raw_rows import typed
from sheltermap.layers.xml_parts import read_parts

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

CRS = "EPSG:4326"  # GPX 1.1: latitude and longitude, always
LAYERS = {"wpt": "waypoints", "rte": "routes", "trk": "tracks"}  # named as GDAL has them
POSITIONS = ("wpt", "rtept", "trkpt")
SAYS = (
    "name",
    "cmt",
    "desc",
    "src",
    "sym",
    "type",
    "number",
    "time",
    "ele",
)  # of a row, where it stands right below it
HEIGHT = "ele"


class _Row:
    """A waypoint, a route or a track while it is read."""

    def __init__(self) -> None:
        self.cells: dict[str, str] = {}
        self.lines: list[list[tuple[float, float]]] = []
        self.fault: tuple[str, str] | None = None

    def geometry(self, layer: str) -> Any:
        """Return its geometry; None where there is none, or it is refused."""
        lines = [line for line in self.lines if line]
        if self.fault is not None or not lines:
            return None
        if layer == "waypoints":
            return shapely.Point(lines[0][0])
        if any(len(line) < 2 for line in lines):
            self.fault = ("invalid_geometry", "a line has fewer than 2 vertices")
            return None
        return shapely.LineString(lines[0]) if len(lines) == 1 else shapely.MultiLineString(lines)


class _Reader:
    """Collects the rows of each layer."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.path: list[str] = []
        self.pieces: list[str] = []
        self.rows: dict[str, list[_Row]] = {layer: [] for layer in LAYERS.values()}
        self.row: _Row | None = None

    def begin(self, element: str, attributes: Mapping[str, str]) -> None:
        if not self.path and element != "gpx":
            raise _core.ReadError(f"{self.source} is not GPX: it begins with <{element[:40]}>")
        self.path.append(element)
        self.pieces = []
        if element in LAYERS and len(self.path) == 2:
            self.row = _Row()
            self.rows[LAYERS[element]].append(self.row)
        if self.row is None:
            return
        if element in ("rte", "trkseg", "wpt"):
            self.row.lines.append([])
        if element in POSITIONS:
            self._position(self.row, attributes)

    def _position(self, row: _Row, attributes: Mapping[str, str]) -> None:
        told = [attributes.get(name, "") for name in ("lon", "lat")]
        try:
            x, y = (float(text) for text in told)
        except ValueError:
            x = y = np.nan
        if not (np.isfinite(x) and np.isfinite(y)):
            said = f"lon='{told[0][:40]}' lat='{told[1][:40]}' is not a position in degrees"
            row.fault = row.fault or ("bad_coordinate", said)
        elif row.lines:
            row.lines[-1].append((x, y))

    def text(self, text: str) -> None:
        self.pieces.append(text)

    def end(self, element: str) -> None:
        said = "".join(self.pieces).strip()
        self.pieces = []
        self.path.pop()
        if self.row is None:
            return
        if element in SAYS and len(self.path) == 2 and said:
            self.row.cells.setdefault(element, said)
        elif len(self.path) == 1:
            self.row = None


def _read(path: Path) -> _Reader:
    reader = _Reader(path.name)
    try:
        with path.open("rb") as stream:
            read_parts(stream, path.name, reader.begin, reader.text, reader.end)
    except OSError as error:
        raise _core.ReadError(f"{path.name} cannot be read: {error.strerror}") from None
    return reader


def layer_names(path: Path) -> list[str]:
    """Return the layers that hold something: waypoints, routes, tracks."""
    return [layer for layer, rows in _read(path).rows.items() if rows]


def read(path: Path, layer: str | None, options: _core.ReadOptions, crs: Any, id_column: str | None) -> GeoDataFrame:
    """Read a layer of a GPX file; see `sheltermap.read`."""
    import geopandas

    found = _read(path).rows
    there = [layer for layer, each in found.items() if each]
    wanted = layer or (there[0] if len(there) == 1 else "" if there else "waypoints")
    if not wanted:
        raise _core.ReadError(f"{path.name} has several layers: {', '.join(there)}; name one with layer=")
    if wanted not in found:
        raise _core.ReadError(f"{path.name}: {unknown('no layer', wanted, there)}")
    rows = found[wanted]
    shapes = np.full(len(rows), None, dtype=object)
    for at, row in enumerate(rows):
        shapes[at] = row.geometry(wanted)
    names = dict.fromkeys(name for row in rows for name in row.cells)
    notes: list[str] = []
    frame = typed({name: [row.cells.get(name) for row in rows] for name in names}, notes, numbers_in_texts=True)
    frame["geometry"] = geopandas.GeoSeries(shapes, index=frame.index if len(names) else None, crs=CRS)
    made = geopandas.GeoDataFrame(frame, geometry="geometry")
    made.attrs["sheltermap_source"] = path.name
    damaged = [_core.RefusedRow(at, *row.fault) for at, row in enumerate(rows, start=1) if row.fault is not None]
    return conversion.checked(made, options, crs, id_column, damaged=damaged, notes=notes)
