# SPDX-License-Identifier: Apache-2.0
"""Empty registers to fill in: a GeoPackage with forms for QGIS, a spreadsheet with drop-downs, a CSV."""

from __future__ import annotations

import csv
import io
import os
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal, get_args

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.base.texts import LANGUAGES
from sheltermap.layers import files
from sheltermap.registers.qgis_form import add_form
from sheltermap.registers.schema import Schema, schema
from sheltermap.registers.workbook import write_workbook

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Geometry = Literal["point", "line", "polygon"]
POSITION = ("lon", "lat")  # of tables; WGS 84 degrees
# A value of each type: the layer is written with one row, so that its columns get their types, and then emptied.
SPECIMENS: dict[str, Any] = {
    "text": "x",
    "code": "x",
    "integer": 1,
    "number": 0.5,
    "boolean": True,
    "date": date(2025, 1, 1),
}


def template(
    kind: str,
    path: str | os.PathLike[str],
    *,
    lang: str = "en",
    crs: str = "EPSG:4326",
    geometry: Geometry | None = None,
) -> None:
    """Write an empty register to fill in.

    Parameters
    ----------
    kind : str
        Of register: "shelter", "water_intake", … (`sheltermap.registers.KINDS`).
    path : path
        ``.gpkg``: QGIS shows it with labels, drop-downs, calendars and limits. ``.xlsx``: with drop-downs, limits and a
        sheet that explains the columns. ``.csv``: the names of the columns. What stands there is never overwritten.
    lang : {"en", "lv", …}
        Language of labels and drop-downs; `sheltermap.inspect` understands all.
    crs : str
        Reference system of the GeoPackage; tables have columns for longitude and latitude.
    geometry : {"point", "line", "polygon"}, optional
        Of a GeoPackage whose kind takes any: points unless you say otherwise.

    Raises
    ------
    WriteError
        If the file exists, cannot be written, or is of another kind.
    CrsError
        If there is no such reference system.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import sheltermap as sm
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sm.template("shelter", pathlib.Path(folder) / "shelters.gpkg", crs="EPSG:3059")

    """
    register, target = schema(kind), Path(path)
    if lang not in LANGUAGES:
        raise ValueError(f"lang is {lang!r}; it has to be one of {', '.join(LANGUAGES)}")
    shape = shape_of(register, geometry)
    _core.Crs(crs)  # CrsError where there is no such system
    suffix = target.suffix.lower()
    if suffix not in (".gpkg", ".xlsx", ".csv"):
        raise sm.WriteError(f"cannot write {target}: a register is .gpkg, .xlsx or .csv")
    if suffix != ".gpkg" and shape != "point":
        raise sm.WriteError(f"cannot write {target}: rows of {kind} are drawn on a map; choose .gpkg")
    if target.exists():
        raise sm.WriteError(f"cannot write {target}: it exists, and may hold a register; choose another name")
    try:
        with TemporaryDirectory(prefix=".sheltermap-", dir=target.absolute().parent) as folder:
            fresh = Path(folder) / target.name
            if suffix == ".gpkg":
                write_geopackage(fresh, register, lang, crs, shape)
            elif suffix == ".xlsx":
                write_workbook(fresh, register, POSITION, lang)
            else:
                fresh.write_text(
                    _csv_line(register), encoding="utf-8-sig", newline=""
                )  # the mark tells spreadsheets it is UTF-8
            files.replace(fresh, target)
    except OSError as error:
        raise sm.WriteError(f"cannot write {target}: {error.strerror}") from None
    except sqlite3.Error as error:
        raise sm.WriteError(f"cannot write {target}: {error}") from None


def shape_of(register: Schema, wanted: Geometry | None) -> Geometry:
    """Return what the rows of a register are; ValueError where they cannot be what is wanted."""
    own: Geometry = "point" if register.geometry == "any" else register.geometry
    if wanted not in (None, own) and (register.geometry != "any" or wanted not in get_args(Geometry)):
        raise ValueError(f"a register of {register.kind} cannot hold {wanted!r}, only {own!r}")
    return wanted or own


def _csv_line(register: Schema) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([*register.fields, *POSITION])
    return text.getvalue()


def write_geopackage(
    path: Path,
    register: Schema,
    lang: str,
    crs: Any,
    geometry: str,
    rows: GeoDataFrame | None = None,
) -> None:
    """Write a register, empty or with rows (their columns may be more than the fields), and its form."""
    write_layer(path, register, crs, geometry, register.kind, rows)
    with closing(sqlite3.connect(path)) as connection, connection:
        add_form(connection, register, lang)


def write_layer(
    path: Path, register: Schema, crs: Any, geometry: str, layer: str, rows: GeoDataFrame | None = None
) -> None:
    """Write a layer whose columns have the types of the schema, whatever the rows hold."""
    import geopandas
    import pandas as pd
    import shapely

    shapes = {
        "point": shapely.Point(24, 57),
        "line": shapely.MultiLineString([[(24, 57), (25, 58)]]),
        "polygon": shapely.MultiPolygon([shapely.box(24, 57, 25, 58)]),
    }
    row: dict[str, Any] = {name: [SPECIMENS[field.type]] for name, field in register.fields.items()}
    row |= {name: ["x"] for name in ([] if rows is None else rows.columns) if name not in (*row, "geometry")}
    content = geopandas.GeoDataFrame(row, geometry=[shapes[geometry]], crs="EPSG:4326").to_crs(crs)
    if rows is not None and len(rows):
        content = pd.concat([content.astype(rows.dtypes.to_dict()), rows], ignore_index=True)
    sm.write({layer: content}, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        _drop_specimen(connection, layer)


def _drop_specimen(connection: sqlite3.Connection, table: str) -> None:
    """Delete the specimens, and what the GeoPackage remembers of them."""
    connection.execute(f'DELETE FROM "{table}" WHERE fid = 1')
    if connection.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (0,):
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
    bounds = "min_x = NULL, min_y = NULL, max_x = NULL, max_y = NULL"
    connection.execute(f"UPDATE gpkg_contents SET {bounds} WHERE table_name = ?", (table,))
