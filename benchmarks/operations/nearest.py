# SPDX-License-Identifier: Apache-2.0
"""The nearest facility of every home and the metres to it, exact on the ellipsoid, GeoDataFrame to GeoDataFrame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from common import data
from common.operation import Answer, Contestant, Operation

# WGS 84
A = 6_378_137.0
E2 = 6.694379990141316e-3
WORSE_M = 1e-6  # a facility this much farther than the nearest one is not the nearest: 60 times the inverse's 15 nm


class Inputs(NamedTuple):
    """Homes and facilities with an `id`, in EPSG:4326."""

    homes: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame


def make(size: Mapping[str, int]) -> Inputs:
    """Return the inputs of a size."""
    return Inputs(
        data.frame(data.homes(size["homes"]), people=np.ones(size["homes"], np.int64)),
        data.frame(data.facilities(size["facilities"]), id=np.arange(size["facilities"])),
    )


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the first homes, and all facilities."""
    return inputs._replace(homes=inputs.homes.iloc[:rows])


def answer(frame: gpd.GeoDataFrame) -> Answer:
    """Return facility and metres, one per home: a join may give a home several rows where distances are equal."""
    frame = frame[~frame.index.duplicated()]
    return {
        "facility": frame["facility"].to_numpy(np.int64),
        "distance_m": frame["distance_m"].to_numpy(np.float64),
    }


def sheltermap(inputs: Inputs) -> gpd.GeoDataFrame:
    """One call."""
    import sheltermap as sm

    return sm.nearest(inputs.homes, inputs.facilities, facility_id="id")


def lks92(inputs: Inputs) -> Inputs:
    """Return the inputs in Latvia's national grid."""
    return Inputs(inputs.homes.to_crs(3059), inputs.facilities.to_crs(3059))


def geopandas_join(inputs: Inputs) -> gpd.GeoDataFrame:
    """Join in a plane: metres are those of the projection."""
    named = inputs.facilities.rename(columns={"id": "facility"})
    return gpd.sjoin_nearest(inputs.homes, named, distance_col="distance_m").drop(columns="index_right")


def geopandas_from_lonlat(inputs: Inputs) -> gpd.GeoDataFrame:
    """Project first, as those do who have longitudes and latitudes."""
    return geopandas_join(lks92(inputs))


def earth_centred(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return earth-centred coordinates of points on WGS 84, in metres."""
    lam, phi = np.radians(lon), np.radians(lat)
    n = A / np.sqrt(1 - E2 * np.sin(phi) ** 2)
    return np.column_stack([n * np.cos(phi) * np.cos(lam), n * np.cos(phi) * np.sin(lam), n * (1 - E2) * np.sin(phi)])


def scipy_by_hand(inputs: Inputs) -> gpd.GeoDataFrame:
    """Order by the chord through the earth, which has no bound on its error, then metres of the chosen ones."""
    from pyproj import Geod
    from scipy.spatial import cKDTree

    homes, facilities = inputs.homes.geometry, inputs.facilities.geometry
    lon, lat = homes.x.to_numpy(), homes.y.to_numpy()
    to_lon, to_lat = facilities.x.to_numpy(), facilities.y.to_numpy()
    _, row = cKDTree(earth_centred(to_lon, to_lat)).query(earth_centred(lon, lat), workers=-1)
    metres = Geod(ellps="WGS84").inv(lon, lat, to_lon[row], to_lat[row])[2]
    return inputs.homes.assign(facility=inputs.facilities["id"].to_numpy()[row], distance_m=metres)


def load(connection: Any, inputs: Inputs) -> None:
    """Put both layers into the database, indexed and analysed."""
    for table, frame in (("homes", inputs.homes), ("facilities", inputs.facilities)):
        connection.execute(f"CREATE UNLOGGED TABLE staged_{table} (id int4, lon float8, lat float8)")
        rows = np.column_stack([np.arange(len(frame)), frame.geometry.x, frame.geometry.y])
        with connection.cursor().copy(f"COPY staged_{table} FROM STDIN") as copy:
            copy.write("".join(f"{int(i)}\t{lon!r}\t{lat!r}\n" for i, lon, lat in rows.tolist()))
        connection.execute(
            f"CREATE UNLOGGED TABLE {table} AS "
            f"SELECT id, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography AS place FROM staged_{table} ORDER BY id"
        )
        connection.execute(f"CREATE INDEX ON {table} USING gist (place)")
        connection.execute(f"VACUUM ANALYZE {table}")


NEAREST_SQL = """
    SELECT homes.id, near.id, ST_Distance(homes.place, near.place)
    FROM homes CROSS JOIN LATERAL (
        SELECT facilities.id, facilities.place FROM facilities ORDER BY homes.place <-> facilities.place LIMIT 1
    ) AS near
    WHERE homes.id < {rows}
"""
# What COPY sends in binary: 19 bytes, then per row the number of fields and each field after its length, then -1.
COPIED_ROW = np.dtype(
    [("n", ">i2"), ("a", ">i4"), ("home", ">i4"), ("b", ">i4"), ("id", ">i4"), ("c", ">i4"), ("m", ">f8")]
)


class Database(NamedTuple):
    """An open connection beside the inputs that lie in the database too."""

    connection: Any
    inputs: Inputs


def connected(inputs: Inputs) -> Database:
    """Open the connection and let the server load its libraries."""
    import os

    import psycopg

    connection = psycopg.connect(os.environ["SHELTERMAP_BENCH_POSTGIS"], autocommit=True)
    connection.execute(NEAREST_SQL.format(rows=10)).fetchall()
    return Database(connection, inputs)


def postgis_knn(database: Database) -> gpd.GeoDataFrame:
    """Query, and fetch in binary, which is the quickest way into arrays."""
    homes, facilities = database.inputs
    query = NEAREST_SQL.format(rows=len(homes))
    with database.connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as copy:
        received = b"".join(copy)
    rows = np.frombuffer(received, COPIED_ROW, count=len(homes), offset=19)
    facility, metres = np.empty(len(homes), np.int64), np.empty(len(homes))
    facility[rows["home"]] = facilities["id"].to_numpy()[rows["id"]]
    metres[rows["home"]] = rows["m"]
    return homes.assign(facility=facility, distance_m=metres)


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare with the least of Karney's distances to the four facilities of the shortest chords.

    Geodesic and chord can order facilities differently only within some 1e-9 of their distance at 10 km, where four
    facilities do not lie in data like these.
    """
    from pyproj import Geod
    from scipy.spatial import cKDTree

    inverse = Geod(ellps="WGS84").inv
    homes, facilities = data.homes(size["homes"]), data.facilities(size["facilities"])
    _, rows = cKDTree(earth_centred(*facilities.T)).query(earth_centred(*homes.T), k=4, workers=-1)
    least = np.min([inverse(*homes.T, *facilities[rows[:, i]].T)[2] for i in range(4)], axis=0)
    verdicts = {}
    for name, found in answers.items():
        count = len(found["facility"])
        true = inverse(*homes[:count].T, *facilities[found["facility"]].T)[2]
        wrong = int((true > least[:count] + WORSE_M).sum())
        error = float(np.abs(found["distance_m"] - least[:count]).max())
        verdicts[name] = f"{wrong:,} of {count:,} not the nearest, metres off by {metres_text(error)}"
    return verdicts


def metres_text(error: float) -> str:
    """Return the largest error in words a reader takes in at a glance."""
    if error < 1e-9:
        return "less than 1 nm"
    return f"up to {error * 1e9:.0f} nm" if error < 1e-6 else f"up to {error:.2g} m"


OPERATION = Operation(
    title="Nearest facility of every home, with its distance on the ellipsoid",
    sizes={"small": {"homes": 100_000, "facilities": 1_000}, "full": {"homes": 1_000_000, "facilities": 10_000}},
    rows="homes",
    contestants=(
        Contestant("sheltermap", sheltermap, answer, needs=("sheltermap",)),
        Contestant("scipy cKDTree (ECEF) + pyproj.Geod, by hand", scipy_by_hand, answer, needs=("scipy", "pyproj")),
        Contestant("geopandas sjoin_nearest, given in EPSG:3059", geopandas_join, answer, prepare=lks92),
        Contestant("geopandas sjoin_nearest, to_crs(3059) included", geopandas_from_lonlat, answer),
        Contestant(
            "PostGIS geography KNN (LATERAL <->, ST_Distance)",
            postgis_knn,
            answer,
            prepare=connected,
            postgis=True,
            most_rows=50_000,
            memory_note="client only",
        ),
    ),
    make=make,
    first_rows=first_rows,
    load=load,
    check=check,
    notes="PostGIS: data loaded, indexed and analysed beforehand; only query and fetching are timed. Distances are "
    "compared with those of pyproj's own copy of PROJ.",
)
