# SPDX-License-Identifier: Apache-2.0
"""Where the rows of a table are: which of its columns are coordinates, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap._native import _core
from sheltermap.base.decimal_marks import decimal_mark
from sheltermap.base.fault import Fault
from sheltermap.base.invisible import visible
from sheltermap.base.numerals import number_in, shown
from sheltermap.base.suggestions import bare, folded, unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.layers.raw_rows import RawRows

CRS_BY_COLUMNS = "sheltermap_crs_by_columns"  # which columns say by their names alone that they are of WGS 84
# The same names as of CSV, in the form of `folded`.
LON_LAT = (
    {"lon", "longitude", "lng", "long", "garums", "ģeogrāfiskais garums"},
    {"lat", "latitude", "platums", "ģeogrāfiskais platums"},
)
X_Y = ({"x", "east", "easting", "e", "x coord", "coord x"}, {"y", "north", "northing", "n", "y coord", "coord y"})
# What such columns are called elsewhere; who takes one for a coordinate says so.
DEGREES_ELSEWHERE = (
    {
        *("longitud", "longitudine", "lengdegrad", "længdegrad", "längengrad", "geographische länge", "lengtegraad"),
        *("ilguma", "pikkuskraad", "pituusaste", "długość geograficzna", "zeměpisná délka", "долгота", "довгота"),
        *(
            "経度",
            "经度",
            "bujur",
            "geo lon",
            "geo lng",
            "geo long",
            "gps lon",
            "gps lng",
            "gps longitude",
            "lon wgs84",
        ),
        *("wgs84 lon", "longitude wgs84", "lon dd", "longitude dd", "lon deg", "decimal longitude", "decimallongitude"),
    },
    {
        *("latitud", "latitudine", "breddegrad", "breddgrad", "breitengrad", "geographische breite", "breedtegraad"),
        *("platuma", "laiuskraad", "leveysaste", "szerokość geograficzna", "zeměpisná šířka", "широта"),
        *("緯度", "纬度", "lintang", "geo lat", "gps lat", "gps latitude", "lat wgs84"),
        *("wgs84 lat", "latitude wgs84", "lat dd", "latitude dd", "lat deg", "decimal latitude", "decimallatitude"),
    },
)
METRES_ELSEWHERE = (
    {"utm x", "x utm", "point x", "xcoord", "coordx", "rechtswert", "ostwert", "øst", "utm east", "este"},
    {"utm y", "y utm", "point y", "ycoord", "coordy", "hochwert", "nordwert", "nord", "utm north", "norte"},
)
# What stands beside the letters of an axis in the name of a column, in the form of `bare`.
BESIDE_AXES = {
    *("coord", "coords", "coordinate", "coordinates", "koord", "koordinata", "koordinatas", "koordinate"),
    *("koordinaten", "koordinat", "coordenada", "coordonnee", "coordinata", "gps", "utm", "tm", "etrs89"),
    *("lks", "lks92", "92", "lks2020", "2020", "wgs", "wgs84", "84", "epsg", "4326", "3059", "10306"),
}
# Systems that the names of columns say, by words that all have to be there.
NAMED_SYSTEMS = (
    *(({"lks92"}, "EPSG:3059"), ({"lks", "92"}, "EPSG:3059"), ({"3059"}, "EPSG:3059")),
    *(({"lks2020"}, "EPSG:10306"), ({"lks", "2020"}, "EPSG:10306"), ({"10306"}, "EPSG:10306")),
)


@dataclass(frozen=True)
class Pair:
    """The columns of the coordinates."""

    x: str
    y: str
    degrees: bool  #: by their names
    is_guess: bool = False  #: by a name that is usual somewhere
    crs: str | None = None  #: that the names say

    @property
    def names(self) -> str:
        """Return both names."""
        return f"{self.x}, {self.y}"

    @property
    def told(self) -> str:
        """Say what was taken for coordinates, and for which."""
        what = "longitude and latitude in WGS 84 (EPSG:4326)" if self.degrees else "easting and northing"
        what += f" in {self.crs}" if self.crs is not None and not self.degrees else ""
        return f"the columns “{visible(self.x)}” and “{visible(self.y)}” were taken for {what}, as they are called so"


@dataclass(frozen=True)
class BadCoordinate:
    """A cell that is no coordinate."""

    row: int  #: from 1
    column: str
    text: str

    @property
    def fault(self) -> Fault:
        """Return why the place of the row is not known."""
        return Fault("bad_coordinate", None, {"detail": f"“{visible(self.text)}” ({visible(self.column)})"})


def coordinate_columns(table: RawRows, x: str | None, y: str | None, crs: str | None) -> Pair | None:
    """Return the columns of coordinates: those that are named, else those whose names tell; None where none do.

    Where both degrees and metres are there, the reference system says which are meant.

    Raises
    ------
    ValueError
        If only one is named.
    ReadError
        If there is no column of such a name.
    """
    if (x is None) != (y is None):
        raise ValueError("x and y belong together: name both columns of the coordinates, or none")
    for name in (x, y):
        if name is not None and name not in table.cells:
            raise _core.ReadError(f"{table.source}: {unknown('no column', name, table.cells)}")
    return named_pair(table.cells, x, y, None if crs is None else _core.Crs(crs).is_geographic)


def named_pair(names: Iterable[str], x: str | None, y: str | None, in_degrees: bool | None) -> Pair | None:
    """Return which of the columns are coordinates, by what is said of them or by their names; None where none are."""
    if x is not None and y is not None:
        in_lon_lat = folded(x) in LON_LAT[0] and folded(y) in LON_LAT[1]
        return Pair(x, y, in_lon_lat, crs="EPSG:4326" if in_lon_lat else _system(x, y))
    listed = list(names)
    usual = (X_Y, LON_LAT) if in_degrees is False else (LON_LAT, X_Y)
    elsewhere = (METRES_ELSEWHERE, DEGREES_ELSEWHERE) if in_degrees is False else (DEGREES_ELSEWHERE, METRES_ELSEWHERE)
    for pair in (*usual, *elsewhere):
        found = [next((column for column in listed if folded(column) in each), None) for each in pair]
        if found[0] is not None and found[1] is not None:
            degrees = pair in (LON_LAT, DEGREES_ELSEWHERE)
            return Pair(found[0], found[1], degrees, pair in elsewhere, "EPSG:4326" if degrees else None)
    worded = [_worded_pair(listed, axes) for axes in usual]
    return next((pair for pair in worded if pair is not None), None)


def _worded_pair(names: Sequence[str], axes: tuple[set[str], set[str]]) -> Pair | None:
    """Return the one column for each axis that has words beside it, as “Koordināta X (LKS-92)”; None where none is."""
    left = {name: " ".join(each for each in bare(name).split() if each not in BESIDE_AXES) for name in names}
    found = [[name for name in names if left[name] in {bare(each) for each in axis}] for axis in axes]
    if [len(each) for each in found] != [1, 1]:
        return None
    (x,), (y,) = found
    degrees = axes is LON_LAT
    return Pair(x, y, degrees, is_guess=True, crs="EPSG:4326" if degrees else _system(x, y))


def _system(x: str, y: str) -> str | None:
    """Return the reference system that the names of both columns say; None where they say none."""
    both = {*bare(x).split()} & {*bare(y).split()}
    return next((crs for system, crs in NAMED_SYSTEMS if system <= both), None)


def points(table: RawRows, pair: Pair, *, in_degrees: bool) -> tuple[NDArray[Any], list[BadCoordinate]]:
    """Return a point per row, None where a coordinate is empty or none, and the cells that are none."""
    import shapely

    bad: list[BadCoordinate] = []
    x, y = (_numbers(name, table.cells[name], bad, in_degrees) for name in (pair.x, pair.y))
    known = np.isfinite(x) & np.isfinite(y)
    places = np.full(table.rows, None, dtype=object)
    places[known] = shapely.points(x[known], y[known])
    return places, bad


def _numbers(name: str, cells: Sequence[Any], bad: list[BadCoordinate], in_degrees: bool) -> NDArray[np.float64]:
    texts = ["" if cell is None else shown(cell) for cell in cells]
    shown_mark = decimal_mark(texts) or "."
    values = np.full(len(texts), np.nan)
    for row, text in enumerate(texts):
        # There are no thousands of degrees: "56,950" has a fraction.
        decimal = ("," if "," in text else ".") if in_degrees else shown_mark
        number = number_in(text, decimal) if text else float("nan")
        if isinstance(number, Fault):
            bad.append(BadCoordinate(row + 1, name, text))
        else:
            values[row] = number
    return values
