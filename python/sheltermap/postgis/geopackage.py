# SPDX-License-Identifier: Apache-2.0
"""All layers and tables of a GeoPackage, as an assessment leaves it, on their way into a database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pandas as pd

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.base.sql_quoting import quoted

CONTENTS = (
    "SELECT table_name, data_type FROM gpkg_contents WHERE data_type IN ('features', 'attributes') ORDER BY rowid"
)
STEPS_PER_LOOK = 1_000_000  # of SQLite's machine
MOST_LOOKS = 2_000  # some ten seconds and more
OF_QGIS = {"layer_styles"}
TYPES = {"BOOLEAN": "boolean", "INTEGER": "Int64", "MEDIUMINT": "Int64", "REAL": "float64", "DOUBLE": "float64"}


def contents(path: Path) -> dict[str, pd.DataFrame]:
    """Return the layers and tables of a GeoPackage by name.

    Raises
    ------
    ReadError
        If it is none, or cannot be read wholly.
    """
    if not path.is_file():
        raise sm.ReadError(f"{path}: there is no such file")
    _core.readable_file(path, _core.ReadOptions())  # nor is anything beside it that SQLite would read for ever
    looks = count()
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)) as connection:
            # A view runs what somebody put into the file, which need not come to an end.
            connection.set_progress_handler(lambda: next(looks) >= MOST_LOOKS, STEPS_PER_LOOK)
            listed = [(name, kind) for name, kind in connection.execute(CONTENTS) if name not in OF_QGIS]
            tables = {name: _table(connection, name) for name, kind in listed if kind == "attributes"}
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise sm.ReadError(f"{path} is damaged, or no GeoPackage: {error}") from None
        what = "a table in it does not come to an end: it is a view; save it as a table of its own"
        raise sm.ReadError(f"{path} was not read wholly: {what}") from None
    except sqlite3.DatabaseError as error:
        raise sm.ReadError(f"{path} is damaged, or no GeoPackage: {error}") from None
    return {
        name: tables[name] if kind == "attributes" else sm.read(path, layer=name, strict=False) for name, kind in listed
    }


def in_crs(layers: dict[str, pd.DataFrame], crs: str | None) -> dict[str, pd.DataFrame]:
    """Return the layers in a reference system, and the tables; all as they are where none is named.

    Raises
    ------
    CrsError
        If there is no such reference system.
    """
    if crs is None:
        return layers
    from geopandas import GeoDataFrame
    from pyproj.exceptions import CRSError

    try:
        return {name: frame.to_crs(crs) if isinstance(frame, GeoDataFrame) else frame for name, frame in layers.items()}
    except CRSError as error:
        raise sm.CrsError(f"there is no reference system {crs!r}: {error}; write one as EPSG:4326") from None


def _table(connection: sqlite3.Connection, name: str) -> pd.DataFrame:
    """Return a table without geometry; its own number of the row is left out."""
    described = connection.execute("SELECT name, type, pk FROM pragma_table_info(?)", (name,)).fetchall()
    kept = [(column, declared.upper()) for column, declared, key in described if not key]
    names = ", ".join(quoted(column) for column, _ in kept)
    rows = connection.execute(f"SELECT {names or 'NULL'} FROM {quoted(name)} ORDER BY rowid").fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(kept)
    return pd.DataFrame(
        {
            column: pd.Series(columns[at], dtype=TYPES.get(declared.partition("(")[0], "object"))
            for at, (column, declared) in enumerate(kept)
        }
    )
