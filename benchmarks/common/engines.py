# SPDX-License-Identifier: Apache-2.0
"""How tables get into DuckDB, SedonaDB and PostGIS, and answers out of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray


def duckdb_connection() -> Any:
    """Return a fresh database in memory with the spatial extension, which comes as a package of its own."""
    import duckdb
    import duckdb_extension_spatial

    folder = Path(duckdb_extension_spatial.__file__).parent
    extension = next(folder.rglob(f"v{duckdb.__version__}/spatial.duckdb_extension"), None)
    if extension is None:
        raise ModuleNotFoundError(f"duckdb_extension_spatial has nothing for duckdb {duckdb.__version__}")
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    return connection


def duckdb_query(frames: Mapping[str, gpd.GeoDataFrame], query: str) -> dict[str, NDArray[Any]]:
    """Answer a query about frames of points; each is a table of `id` (its row) and `place`.

    Coordinates go in as columns, which is quicker than WKB.
    """
    import pyarrow as pa
    import shapely

    connection = duckdb_connection()
    for name, frame in frames.items():
        x, y = shapely.get_coordinates(frame.geometry.to_numpy()).T
        columns = pa.table({"id": np.arange(len(frame), dtype=np.int32), "x": x, "y": y})
        connection.register(f"{name}_columns", columns)
        connection.execute(f"CREATE TABLE {name} AS SELECT id, x, y, ST_Point(x, y) AS place FROM {name}_columns")
    return dict(connection.execute(query).fetchnumpy())


def sedonadb_query(frames: Mapping[str, gpd.GeoDataFrame], query: str) -> dict[str, NDArray[Any]]:
    """Answer a query about frames of points; each is a view of `id` (its row) and `geometry`."""
    import pyarrow as pa
    import sedonadb

    session = sedonadb.connect()
    for name, frame in frames.items():
        numbered = gpd.GeoDataFrame({"id": np.arange(len(frame))}, geometry=frame.geometry.to_numpy(), crs=frame.crs)
        session.create_data_frame(numbered).to_view(name)
    table = pa.table(session.sql(query))
    return {name: table[name].to_numpy() for name in table.schema.names}


def load_places(connection: Any, tables: Mapping[str, NDArray[np.float64]]) -> None:
    """Put longitudes and latitudes into PostGIS as tables of `id` and `place` (geography), indexed and analysed."""
    for table, lonlat in tables.items():
        connection.execute(f"CREATE UNLOGGED TABLE staged_{table} (id int4, lon float8, lat float8)")
        with connection.cursor().copy(f"COPY staged_{table} FROM STDIN") as copy:
            copy.write("".join(f"{i}\t{lon!r}\t{lat!r}\n" for i, (lon, lat) in enumerate(lonlat.tolist())))
        connection.execute(
            f"CREATE UNLOGGED TABLE {table} AS "
            f"SELECT id, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography AS place FROM staged_{table} ORDER BY id"
        )
        connection.execute(f"CREATE INDEX ON {table} USING gist (place)")
        connection.execute(f"VACUUM ANALYZE {table}")


class Database(NamedTuple):
    """An open connection to PostGIS beside the inputs that lie there too."""

    connection: Any
    inputs: Any


def connected(inputs: Any, first_query: str) -> Database:
    """Open the connection and let the server load its libraries."""
    import os

    import psycopg

    connection = psycopg.connect(os.environ["SHELTERMAP_BENCH_POSTGIS"], autocommit=True)
    connection.execute(first_query).fetchall()
    return Database(connection, inputs)


def copied(connection: Any, query: str, columns: Mapping[str, str]) -> dict[str, NDArray[Any]]:
    """Fetch in binary, the quickest way into arrays; `columns` are names and big-endian types, without nulls."""
    with connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as copy:
        received = b"".join(copy)
    # 19 bytes, then per row the number of fields and each field after its length, then -1 as a number of fields.
    fields = [("count", ">i2")]
    for name, kind in columns.items():
        fields += [(f"length_{name}", ">i4"), (name, kind)]
    row = np.dtype(fields)
    rows = np.frombuffer(received, row, count=(len(received) - 21) // row.itemsize, offset=19)
    return {name: rows[name].astype(rows[name].dtype.newbyteorder("=")) for name in columns}
