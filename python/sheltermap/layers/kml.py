# SPDX-License-Identifier: Apache-2.0
"""KML and KMZ: placemarks as rows, with what they say of themselves as columns. Links in them are not followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap._native import _core
from sheltermap.layers import conversion
from sheltermap.layers.archive_parts import opened, parts_of
from sheltermap.layers.raw_rows import typed
from sheltermap.layers.xml_parts import read_parts

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

CRS = "EPSG:4326"  # OGC 12-007r2: longitude and latitude, always
SAYS = ("name", "description", "address", "phoneNumber", "when", "begin", "end")  # of a placemark or its time
LINES, AREAS = {"LineString", "LinearRing"}, {"Polygon"}
SHAPES = {"Point", "MultiGeometry", *LINES, *AREAS}
BEYOND = {"Model", "Track", "MultiTrack"}  # shapes that nothing here computes with
LINKS = {"NetworkLink", "GroundOverlay", "ScreenOverlay", "PhotoOverlay"}


class _Placemark:
    """One row while it is read."""

    def __init__(self) -> None:
        self.cells: dict[str, str] = {}
        self.shapes: list[Any] = []
        self.fault: tuple[str, str] | None = None

    def refuse(self, reason: str, detail: str) -> None:
        self.fault = self.fault or (reason, detail)

    def geometry(self) -> Any:
        """Return the geometry; None where there is none, or it is refused."""
        if self.fault is None and len(self.shapes) > 1:
            return shapely.GeometryCollection(self.shapes)  # of one kind, or refused with all others
        return self.shapes[0] if self.fault is None and self.shapes else None


class _Reader:
    """Collects placemarks from the parts of a document."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.path: list[str] = []
        self.folders: list[str] = []
        self.placemark: _Placemark | None = None
        self.placemarks: list[_Placemark] = []
        self.left_out: Counter[str] = Counter()
        self.pieces: list[str] = []
        self.data_name = ""
        self.rings: list[Any] = []
        self.heights = 0

    def begin(self, element: str, attributes: Mapping[str, str]) -> None:
        self.path.append(element)
        self.pieces = []
        if element == "Folder":
            self.folders.append("")
        elif element in LINKS:
            self.left_out[element] += 1
        elif element == "Placemark":
            if self.placemark is not None:
                raise _core.ReadError(f"{self.source} is damaged: a Placemark lies in another one")
            self.placemark = _Placemark()
            if "id" in attributes:
                self.placemark.cells["placemark_id"] = attributes["id"]
        elif self.placemark is not None:
            if element in BEYOND:
                said = f"a {element} is not read; make points, lines or polygons of it"
                self.placemark.refuse("unsupported_geometry", said)
            elif element in ("Data", "SimpleData"):
                self.data_name = attributes.get("name", "")
            elif element == "Polygon":
                self.rings = []

    def text(self, text: str) -> None:
        self.pieces.append(text)

    def end(self, element: str) -> None:
        said = "".join(self.pieces).strip()
        self.pieces = []
        self.path.pop()
        above = self.path[-1] if self.path else ""
        if element == "Folder":
            self.folders.pop()
        elif element == "name" and above == "Folder":
            self.folders[-1] = said
        elif self.placemark is not None:
            self._end_inside(self.placemark, element, above, said)

    def _end_inside(self, row: _Placemark, element: str, above: str, said: str) -> None:
        if element == "Placemark":
            if folder := "/".join(each for each in self.folders if each):
                row.cells.setdefault("folder", folder)
            self.placemarks.append(row)
            self.placemark = None
        elif element == "SimpleData" or (element == "value" and above == "Data"):
            if said:
                self._say(row, self.data_name, said)
        elif element in SAYS and above in ("Placemark", "TimeStamp", "TimeSpan"):
            if said:
                self._say(row, element, said)
        elif element == "coordinates":
            self._shape(row, above, said)
        elif element == "Polygon" and not set(self.path) & BEYOND:
            shell, *holes = self.rings or [None]
            row.shapes.append(shapely.Polygon() if shell is None else _polygon(row, shell, holes))

    def _say(self, row: _Placemark, name: str, said: str) -> None:
        if name in row.cells:
            row.refuse("damaged_row", f"it says '{name}' twice")
        row.cells[name] = said

    def _shape(self, row: _Placemark, kind: str, said: str) -> None:
        try:
            vertices = [_vertex(each) for each in said.split()]
        except ValueError as error:
            row.refuse("bad_coordinate", str(error))
            return
        self.heights += any(len(each) > 2 and each[2] for each in vertices)
        flat = [each[:2] for each in vertices]
        if "Polygon" in self.path:
            self.rings.insert(0 if "outerBoundaryIs" in self.path else len(self.rings), flat)
        elif kind == "Point":
            if len(flat) > 1:
                row.refuse("bad_coordinate", f"a point has {len(flat)} positions")
            else:
                row.shapes.append(shapely.Point(*flat))
        elif kind in LINES:
            if len(flat) == 1:
                row.refuse("invalid_geometry", "a line has fewer than 2 vertices")
            else:
                row.shapes.append(shapely.LineString(flat))


def _vertex(text: str) -> tuple[float, ...]:
    parts = text.split(",")
    try:
        found = tuple(float(part) for part in parts)
    except ValueError:
        found = ()
    if not 2 <= len(found) <= 3 or not all(map(np.isfinite, found)):
        raise ValueError(f"'{text[:40]}' is not a position: longitude,latitude or longitude,latitude,height")
    return found


def _polygon(row: _Placemark, shell: list[Any], holes: list[list[Any]]) -> Any:
    rings = [shell, *(hole for hole in holes if hole)]
    if any(0 < len(ring) < 4 or (ring and ring[0] != ring[-1]) for ring in rings):
        row.refuse("invalid_geometry", "a ring is not closed, or has fewer than 4 vertices")
        return shapely.Polygon()
    return shapely.Polygon(shell, rings[1:])


def read(path: Path, options: _core.ReadOptions, crs: Any, id_column: str | None) -> GeoDataFrame:
    """Read a KML or KMZ file; see `sheltermap.read`."""
    import geopandas

    reader = _Reader(path.name)
    if path.suffix.lower() == ".kmz":
        with parts_of(path, "a KMZ file") as archive:
            name = next((each for each in archive.namelist() if each.lower().endswith(".kml")), None)
            stream = None if name is None else opened(archive, name)
            if stream is None:
                raise _core.ReadError(f"{path.name} holds no .kml file")
            with stream:
                _parse(stream, reader)
    else:
        try:
            with path.open("rb") as stream:
                _parse(stream, reader)
        except OSError as error:
            raise _core.ReadError(f"{path.name} cannot be read: {error.strerror}") from None
    rows = reader.placemarks
    names = dict.fromkeys(name for row in rows for name in row.cells)
    notes = [
        f"{count} × {kind} was left out: nothing it points to is opened" for kind, count in reader.left_out.items()
    ]
    if reader.heights:
        notes.append(f"heights (Z) of {reader.heights} geometries were left out")
    frame = typed({name: [row.cells.get(name) for row in rows] for name in names}, notes, numbers_in_texts=True)
    shapes = np.full(len(rows), None, dtype=object)
    for at, row in enumerate(rows):
        shapes[at] = row.geometry()
    geometry = next(each for each in ("geometry", "geom", "geometry_of_row") if each not in frame.columns)
    frame[geometry] = geopandas.GeoSeries(shapes, crs=CRS)
    layer = geopandas.GeoDataFrame(frame, geometry=geometry)
    layer.attrs["sheltermap_source"] = path.name
    damaged = [_core.RefusedRow(at, *row.fault) for at, row in enumerate(rows, start=1) if row.fault is not None]
    return conversion.checked(layer, options, crs, id_column, damaged=damaged, notes=notes)


def _parse(stream: IO[bytes], reader: _Reader) -> None:
    saw_root = False

    def begin(element: str, attributes: Mapping[str, str]) -> None:
        nonlocal saw_root
        if not saw_root and element != "kml":
            raise _core.ReadError(f"{reader.source} is not KML: it begins with <{element[:40]}>")
        saw_root = True
        reader.begin(element, attributes)

    read_parts(stream, reader.source, begin, reader.text, reader.end)
