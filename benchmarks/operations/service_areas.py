# SPDX-License-Identifier: Apache-2.0
"""Where there is one of 10,000 facilities within 500 m: circles, united."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from common import data
from common.engines import duckdb_connection
from common.operation import ARRAYS, FRAMES, Answer, Contestant, Operation, Variant, WrongAnswerError

DISTANCE_M = 500.0
AREA_ERROR = 1e-3
# Sides of a circle for the same error: a regular polygon of n corners misses (2 pi / n)^2 / 6 of its circle.
QUARTER_SIDES = 21


class Inputs(NamedTuple):
    """Longitudes and latitudes of facilities."""

    facilities: NDArray[np.float64]


def make(size: Mapping[str, int]) -> Inputs:
    """Return the inputs of a size: spread evenly, or like homes, three in four in towns."""
    return Inputs(data.homes(size["homes"]) if "homes" in size else data.facilities(size["facilities"]))


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the first facilities."""
    return Inputs(inputs.facilities[:rows])


def frame(inputs: Inputs) -> gpd.GeoDataFrame:
    """Return a GeoDataFrame in EPSG:4326."""
    return data.frame(inputs.facilities)


def lks92(inputs: Inputs) -> gpd.GeoDataFrame:
    """Return it in Latvia's national grid."""
    return frame(inputs).to_crs(3059)


def planar_points(inputs: Inputs) -> NDArray[np.object_]:
    """Return shapely's points in the national grid."""
    points: NDArray[np.object_] = lks92(inputs).geometry.to_numpy()
    return points


def area_answer(area: Any, crs: int) -> Answer:
    """Return its square metres on the ellipsoid, how many rings it has, and whether it is valid."""
    import sheltermap as sm

    row = gpd.GeoSeries([area], crs=crs)
    parts = shapely.get_parts(area)
    rings = len(parts) + int(shapely.get_num_interior_rings(parts).sum())
    return {
        "m2": sm.geodesic_area_m2(row.to_crs(4326)),
        "rings": np.array([rings]),
        "valid": np.array([shapely.is_valid(area)]),
    }


def sheltermap_arrays(inputs: Inputs) -> Any:
    """A column of one row."""
    from sheltermap import _core

    return _core.service_area(inputs.facilities, DISTANCE_M, AREA_ERROR)


def column_answer(column: Any) -> Answer:
    """Return the answer of a column of the core."""
    from sheltermap.layers.conversion import to_shapely

    return area_answer(to_shapely(column)[0], 4326)


def sheltermap_frames(facilities: gpd.GeoDataFrame) -> Any:
    """One call; it also tells the area."""
    import sheltermap as sm

    return sm.service_areas(facilities, DISTANCE_M, area_error=AREA_ERROR)


def frame_answer(area: gpd.GeoDataFrame) -> Answer:
    """Return the answer of a frame of one row."""
    return area_answer(area.geometry.iloc[0], int(area.crs.to_epsg()))


def shapely_union(points: NDArray[np.object_]) -> Any:
    """Buffers, united."""
    return shapely.union_all(shapely.buffer(points, DISTANCE_M, quad_segs=QUARTER_SIDES))


def planar_answer(area: Any) -> Answer:
    """Return the answer of a geometry in the national grid."""
    return area_answer(area, 3059)


def geopandas_union(facilities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Buffers, dissolved, from degrees and back to them."""
    circles = facilities.to_crs(3059).geometry.buffer(DISTANCE_M, resolution=QUARTER_SIDES)
    return gpd.GeoDataFrame(geometry=[circles.union_all()], crs=3059).to_crs(4326)


def duckdb_points(inputs: Inputs) -> Any:
    """Return a database with the points in the national grid."""
    import pyarrow as pa

    connection = duckdb_connection()
    x, y = shapely.get_coordinates(planar_points(inputs)).T
    connection.register("places", pa.table({"x": x, "y": y}))
    connection.execute("CREATE TABLE points AS SELECT ST_Point(x, y) AS place FROM places")
    return connection


def duckdb_union(connection: Any) -> Any:
    """Buffers, united."""
    query = f"SELECT ST_AsWKB(ST_Union_Agg(ST_Buffer(place, {DISTANCE_M}, {QUARTER_SIDES}))) FROM points"
    return shapely.from_wkb(bytes(connection.execute(query).fetchone()[0]))


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare with the area that our circles have at a hundredth of the error."""
    from sheltermap import _core

    exact = _core.geodesic_area_m2(_core.service_area(make(size).facilities, DISTANCE_M, AREA_ERROR / 100))[0]
    verdicts = {}
    for key, found in answers.items():
        off = found["m2"][0] / exact - 1
        sound = "valid" if found["valid"][0] else "NOT valid"
        verdicts[key] = f"{found['m2'][0] / 1e6:,.2f} km² ({off:+.2%}), {found['rings'][0]:,} rings, {sound}"
        if key.startswith("sheltermap") and (abs(off) > AREA_ERROR or not found["valid"][0]):
            raise WrongAnswerError(f"{key}: {verdicts[key]}")
    return verdicts


SHELTERMAP = "sheltermap"
GOALS = {ARRAYS: 0.02}

OPERATION = Operation(
    title="Service area of facilities, dissolved",
    sizes={
        "small": (Variant({"facilities": 1_000}, cores=True),),
        "full": (
            Variant({"facilities": 10_000}, cores=True, goals=GOALS),
            Variant({"facilities": 10_000, "homes": 10_000}, title="10,000 facilities, most in towns", goals=GOALS),
        ),
    },
    rows="facilities",
    contestants=(
        Contestant(SHELTERMAP, sheltermap_arrays, column_answer, form=ARRAYS, needs=("sheltermap",), scales=True),
        Contestant("shapely buffer, union_all", shapely_union, planar_answer, planar_points, ARRAYS),
        Contestant(
            "DuckDB ST_Union_Agg(ST_Buffer)",
            duckdb_union,
            planar_answer,
            duckdb_points,
            ARRAYS,
            needs=("duckdb", "duckdb_extension_spatial"),
        ),
        Contestant(SHELTERMAP, sheltermap_frames, frame_answer, frame, FRAMES, ("sheltermap",), scales=True),
        Contestant("geopandas buffer, union_all, to_crs(3059) and back", geopandas_union, frame_answer, frame),
    ),
    make=make,
    first_rows=first_rows,
    check=check,
    notes="Circles of sheltermap are geodesic, with vertices for an area right within 0.1 %; those of the peers planar "
    "in EPSG:3059, with as many sides, their points projected before (from frames: during) the measurement.",
)
