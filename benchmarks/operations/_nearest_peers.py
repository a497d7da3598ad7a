# SPDX-License-Identifier: Apache-2.0
"""How the peers find nearest facilities."""

from __future__ import annotations

from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from common import data
from common.ellipsoid import MEAN_RADIUS_M, earth_centred
from common.engines import Database, connected, copied, duckdb_query, load_places, sedonadb_query


class Inputs(NamedTuple):
    """Longitudes and latitudes, and how many facilities each home asks for."""

    homes: NDArray[np.float64]
    facilities: NDArray[np.float64]
    k: int


class Frames(NamedTuple):
    """The same as GeoDataFrames; facilities have an `id`."""

    homes: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    k: int


class Found(NamedTuple):
    """Columns `facility` and `distance_m`, k rows (or a row of k) per home, nearest first."""

    table: Any
    k: int


def frames(inputs: Inputs) -> Frames:
    """Return GeoDataFrames in EPSG:4326."""
    return Frames(
        data.frame(inputs.homes, people=np.ones(len(inputs.homes), np.int64)),
        data.frame(inputs.facilities, id=np.arange(len(inputs.facilities))),
        inputs.k,
    )


def lks92(inputs: Inputs) -> Frames:
    """Return GeoDataFrames in Latvia's national grid."""
    return projected(frames(inputs))


def projected(inputs: Frames) -> Frames:
    """Return them in Latvia's national grid."""
    return inputs._replace(homes=inputs.homes.to_crs(3059), facilities=inputs.facilities.to_crs(3059))


def scipy_arrays(inputs: Inputs) -> Found:
    """Order by the chord through the earth, which has no bound on its error, then metres of the chosen ones."""
    from pyproj import Geod
    from scipy.spatial import cKDTree

    tree = cKDTree(earth_centred(inputs.facilities))
    row = tree.query(earth_centred(inputs.homes), k=inputs.k, workers=-1)[1].ravel()
    lon, lat = np.repeat(inputs.homes, inputs.k, axis=0).T if inputs.k > 1 else inputs.homes.T
    metres = Geod(ellps="WGS84").inv(lon, lat, *inputs.facilities[row].T)[2]
    return Found({"facility": row, "distance_m": metres}, inputs.k)


def scipy_frames(inputs: Frames) -> Found:
    """The same with coordinates out of the frames and columns into a new one."""
    bare = Inputs(inputs.homes.get_coordinates().to_numpy(), inputs.facilities.get_coordinates().to_numpy(), inputs.k)
    found = scipy_arrays(bare).table
    return _table(inputs, found["facility"], found["distance_m"])


def sklearn_arrays(inputs: Inputs) -> Found:
    """Nearest on the sphere."""
    from sklearn.neighbors import BallTree

    tree = BallTree(np.radians(inputs.facilities[:, ::-1]), metric="haversine")
    radians, row = tree.query(np.radians(inputs.homes[:, ::-1]), k=inputs.k)
    return Found({"facility": row, "distance_m": radians * MEAN_RADIUS_M}, inputs.k)


def geopandas_join(inputs: Frames) -> Found:
    """Join in a plane; where distances are equal a home gets several rows, of which the first counts."""
    named = inputs.facilities.rename(columns={"id": "facility"})
    joined = gpd.sjoin_nearest(inputs.homes, named, distance_col="distance_m").drop(columns="index_right")
    return Found(joined[~joined.index.duplicated()], 1)


def geopandas_from_lonlat(inputs: Frames) -> Found:
    """Project first, as those do who have longitudes and latitudes."""
    return geopandas_join(projected(inputs))


SEDONADB_SQL = """
    SELECT homes.id AS home, facilities.id AS facility, {metres} AS distance_m
    FROM homes JOIN facilities ON ST_KNN(homes.geometry, facilities.geometry, {k}, {sphere})
"""


def sedonadb_plane(inputs: Frames) -> Found:
    """Nearest in the national grid."""
    metres = "ST_Distance(homes.geometry, facilities.geometry)"
    return _sedonadb(inputs, projected(inputs), SEDONADB_SQL.format(metres=metres, k=inputs.k, sphere="false"))


def sedonadb_sphere(inputs: Frames) -> Found:
    """Nearest on the sphere."""
    sides = (f"ST_GeogFromWKB(ST_AsBinary({side}.geometry))" for side in ("homes", "facilities"))
    metres = f"ST_Distance({', '.join(sides)})"
    return _sedonadb(inputs, inputs, SEDONADB_SQL.format(metres=metres, k=inputs.k, sphere="true"))


def _sedonadb(given: Frames, asked: Frames, query: str) -> Found:
    found = sedonadb_query({"homes": asked.homes, "facilities": asked.facilities}, query)
    return _sorted_table(given, found)


DUCKDB_SQL = """
    SELECT homes.id AS home,
        arg_min(facilities.id, ST_Distance_Spheroid(ST_Point(homes.y, homes.x), ST_Point(facilities.y, facilities.x)))
            AS facility,
        min(ST_Distance_Spheroid(ST_Point(homes.y, homes.x), ST_Point(facilities.y, facilities.x))) AS distance_m
    FROM homes CROSS JOIN facilities GROUP BY homes.id
"""


def duckdb_cross_join(inputs: Frames) -> Found:
    """All pairs; the function wants latitude first."""
    found = duckdb_query({"homes": inputs.homes, "facilities": inputs.facilities}, DUCKDB_SQL)
    return _sorted_table(inputs, found)


POSTGIS_SQL = """
    SELECT homes.id, near.id, ST_Distance(homes.place, near.place)
    FROM homes CROSS JOIN LATERAL (
        SELECT facilities.id, facilities.place FROM facilities ORDER BY homes.place <-> facilities.place LIMIT {k}
    ) AS near
    WHERE homes.id < {rows}
"""


def load(connection: Any, inputs: Inputs) -> None:
    """Put both layers into the database."""
    load_places(connection, {"homes": inputs.homes, "facilities": inputs.facilities})


def postgis_inputs(inputs: Inputs) -> Database:
    """Return frames and an open connection."""
    return connected(frames(inputs), POSTGIS_SQL.format(k=inputs.k, rows=10))


def postgis_knn(database: Database) -> Found:
    """Query, and fetch in binary."""
    inputs: Frames = database.inputs
    query = POSTGIS_SQL.format(k=inputs.k, rows=len(inputs.homes))
    columns = {"home": ">i4", "facility": ">i4", "distance_m": ">f8"}
    return _sorted_table(inputs, copied(database.connection, query, columns))


def _sorted_table(inputs: Frames, found: dict[str, NDArray[Any]]) -> Found:
    """Return pairs that came in any order."""
    order = np.lexsort((found["distance_m"], found["home"])) if inputs.k > 1 else np.argsort(found["home"])
    return _table(inputs, found["facility"][order], found["distance_m"][order])


def _table(inputs: Frames, row: NDArray[Any], metres: NDArray[np.float64]) -> Found:
    homes = inputs.homes
    if inputs.k > 1:
        homes = homes.iloc[np.repeat(np.arange(len(homes)), inputs.k)]
    facility = inputs.facilities["id"].to_numpy()[row.ravel()]
    return Found(homes.assign(facility=facility, distance_m=metres.ravel()), inputs.k)
