# SPDX-License-Identifier: Apache-2.0
"""How many people have a facility within 500 m of the ellipsoid, and who."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from common import data, real
from common.ellipsoid import MEAN_RADIUS_M, earth_centred, geodesic_m, nearest_m
from common.engines import Database, connected, copied, duckdb_query, load_places, sedonadb_query
from common.operation import ARRAYS, FRAMES, Answer, Contestant, Operation, Variant, WrongAnswerError

LIMIT_M = 500.0
WORLD_LIMIT_M = 50_000.0
CHECKED_ONE_BY_ONE = 1_000  # homes that are compared with every facility


class Inputs(NamedTuple):
    """Longitudes and latitudes of homes and facilities, people per home, and how far is near enough."""

    homes: NDArray[np.float64]
    facilities: NDArray[np.float64]
    people: NDArray[np.int64]
    limit_m: float


class Frames(NamedTuple):
    """The same as GeoDataFrames."""

    homes: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    limit_m: float


class Found(NamedTuple):
    """Who is covered, row by row, and how many people these are."""

    covered: NDArray[np.bool_]
    people: float


def make(size: Mapping[str, int]) -> Inputs:
    """Return the inputs of a size: made-up homes and facilities, or the world's settlements and big cities."""
    if "world" in size:
        world = real.settlements()
        cities = world.lonlat[world.population >= real.BIG_CITY]
        return Inputs(world.lonlat, cities, world.population, WORLD_LIMIT_M)
    people = np.random.default_rng(500).integers(1, 6, size["homes"])
    return Inputs(data.homes(size["homes"]), data.facilities(size["facilities"]), people, LIMIT_M)


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the first homes, and all facilities."""
    return inputs._replace(homes=inputs.homes[:rows], people=inputs.people[:rows])


def frames(inputs: Inputs) -> Frames:
    """Return GeoDataFrames in EPSG:4326."""
    homes = data.frame(inputs.homes, people=inputs.people)
    return Frames(homes, data.frame(inputs.facilities, id=np.arange(len(inputs.facilities))), inputs.limit_m)


def answer(found: Found) -> Answer:
    """Return the covered rows and the sum."""
    return {"covered": np.asarray(found.covered, np.bool_), "people": np.array([found.people], np.float64)}


def frame_answer(frame: gpd.GeoDataFrame) -> Answer:
    """Return those of a frame with a column `covered`."""
    covered = frame["covered"].to_numpy(np.bool_)
    return answer(Found(covered, float(frame["people"].to_numpy()[covered].sum())))


def sheltermap_frames(inputs: Frames) -> Any:
    """One call; its rows also have the nearest facility, the metres and whether the case is borderline."""
    import sheltermap as sm

    return sm.coverage(inputs.homes, inputs.facilities, inputs.limit_m, weight="people")


def coverage_answer(coverage: Any) -> Answer:
    """Return the covered rows and the sum, of which the summary is the witness."""
    status = coverage.rows[f"within_{coverage.thresholds[0].label}"]
    return answer(Found(status.to_numpy() == "covered", float(coverage.summary["covered"].iloc[0])))


def sheltermap_arrays(inputs: Inputs) -> Found:
    """The functions of the core that coverage stands on."""
    from sheltermap import _core

    reach = _core.geodesic_reach(inputs.homes, inputs.facilities, k=1, max_distance_m=inputs.limit_m)
    reasons = _core.reasons_at(_core.cheapest(reach), inputs.limit_m)
    ledger = _core.Ledger(1, 1, 1)
    ledger.add(0, 0, reasons, inputs.people)
    return Found(reasons == 0, ledger.of_all(0, 0)["covered"][0])


def scipy_arrays(inputs: Inputs) -> Found:
    """By the chord of a mean circle: for 500 m right to a micrometre, farther away worse."""
    from scipy.spatial import cKDTree

    chord_m = 2 * MEAN_RADIUS_M * np.sin(inputs.limit_m / (2 * MEAN_RADIUS_M))
    tree = cKDTree(earth_centred(inputs.facilities))
    # The bound is exclusive.
    bound_m = np.nextafter(chord_m, np.inf)
    metres, _ = tree.query(earth_centred(inputs.homes), distance_upper_bound=bound_m, workers=-1)
    covered = np.isfinite(metres)
    return Found(covered, inputs.people[covered].sum())


def scipy_frames(inputs: Frames) -> gpd.GeoDataFrame:
    """The same with coordinates out of the frames and a column into a new one."""
    homes, facilities = inputs.homes.get_coordinates().to_numpy(), inputs.facilities.get_coordinates().to_numpy()
    found = scipy_arrays(Inputs(homes, facilities, inputs.homes["people"].to_numpy(), inputs.limit_m))
    return inputs.homes.assign(covered=found.covered)


def sklearn_arrays(inputs: Inputs) -> Found:
    """Nearest on the sphere."""
    from sklearn.neighbors import BallTree

    tree = BallTree(np.radians(inputs.facilities[:, ::-1]), metric="haversine")
    radians, _ = tree.query(np.radians(inputs.homes[:, ::-1]), k=1)
    covered = radians[:, 0] * MEAN_RADIUS_M <= inputs.limit_m
    return Found(covered, inputs.people[covered].sum())


def _projected(inputs: Frames) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    return inputs.homes.to_crs(3059), inputs.facilities.to_crs(3059)


def _marked(inputs: Frames, rows: NDArray[Any]) -> gpd.GeoDataFrame:
    covered = np.zeros(len(inputs.homes), np.bool_)
    covered[rows] = True
    return inputs.homes.assign(covered=covered)


def geopandas_join(inputs: Frames) -> gpd.GeoDataFrame:
    """Join in the national grid."""
    homes, facilities = _projected(inputs)
    return _marked(inputs, gpd.sjoin_nearest(homes, facilities, max_distance=inputs.limit_m).index.to_numpy())


def shapely_tree(inputs: Frames) -> gpd.GeoDataFrame:
    """Ask a tree of facilities in the national grid."""
    import shapely

    homes, facilities = _projected(inputs)
    tree = shapely.STRtree(facilities.geometry.to_numpy())
    return _marked(inputs, tree.query(homes.geometry.to_numpy(), predicate="dwithin", distance=inputs.limit_m)[0])


DUCKDB_SQL = "SELECT DISTINCT homes.id FROM homes JOIN facilities ON ST_DWithin(homes.place, facilities.place, {})"
SEDONADB_SQL = (
    "SELECT DISTINCT homes.id FROM homes JOIN facilities ON ST_DWithin(homes.geometry, facilities.geometry, {})"
)


def duckdb_join(inputs: Frames) -> gpd.GeoDataFrame:
    """Join in the national grid."""
    homes, facilities = _projected(inputs)
    found = duckdb_query({"homes": homes, "facilities": facilities}, DUCKDB_SQL.format(inputs.limit_m))
    return _marked(inputs, found["id"])


def sedonadb_join(inputs: Frames) -> gpd.GeoDataFrame:
    """Join in the national grid."""
    homes, facilities = _projected(inputs)
    found = sedonadb_query({"homes": homes, "facilities": facilities}, SEDONADB_SQL.format(inputs.limit_m))
    return _marked(inputs, found["id"])


POSTGIS_SQL = """
    SELECT homes.id FROM homes
    WHERE homes.id < {rows} AND EXISTS (SELECT FROM facilities WHERE ST_DWithin(homes.place, facilities.place, {limit}))
"""


def load(connection: Any, inputs: Inputs) -> None:
    """Put both layers into the database."""
    load_places(connection, {"homes": inputs.homes, "facilities": inputs.facilities})


def postgis_inputs(inputs: Inputs) -> Database:
    """Return frames and an open connection."""
    return connected(frames(inputs), POSTGIS_SQL.format(rows=10, limit=inputs.limit_m))


def postgis_within(database: Database) -> gpd.GeoDataFrame:
    """Ask home by home whether any facility is near."""
    inputs: Frames = database.inputs
    query = POSTGIS_SQL.format(rows=len(inputs.homes), limit=inputs.limit_m)
    return _marked(inputs, copied(database.connection, query, {"id": ">i4"})["id"])


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare with Karney's distances to the facilities of the shortest chords, and these, for some, with all."""
    inputs = make(size)
    covered = nearest_m(inputs.homes, inputs.facilities)[:, 0] <= inputs.limit_m
    for row in range(min(CHECKED_ONE_BY_ONE, len(covered))):
        here = np.broadcast_to(inputs.homes[row], inputs.facilities.shape)
        if covered[row] != (geodesic_m(here, inputs.facilities).min() <= inputs.limit_m):
            raise AssertionError(f"the reference is wrong about home {row}")
    verdicts = {}
    for key, found in answers.items():
        count = len(found["covered"])
        wrong = found["covered"] != covered[:count]
        off = found["people"][0] - inputs.people[:count][covered[:count]].sum()
        people = inputs.people[:count][wrong].sum()
        verdicts[key] = (
            f"{people:,} of {inputs.people[:count].sum():,} people on the wrong side, total off by {off:+,.0f}"
        )
        if key.startswith("sheltermap") and (wrong.any() or off != 0):
            raise WrongAnswerError(f"{key}: {verdicts[key]}")
    return verdicts


SHELTERMAP = "sheltermap"
SCIPY = "scipy cKDTree (ECEF), chord of the limit, by hand"
SKLEARN = "scikit-learn BallTree, haversine"
POSTGIS = "PostGIS geography ST_DWithin"

OPERATION = Operation(
    title="People with a facility within 500 m",
    sizes={
        "small": (Variant({"homes": 100_000, "facilities": 1_000}, cores=True),),
        "full": (
            Variant({"homes": 1_000_000, "facilities": 10_000}, cores=True, goals={ARRAYS: 0.20, FRAMES: 0.40}),
            Variant(
                {"homes": real.COUNT, "world": 1},
                title=f"the world's {real.COUNT:,} settlements, big cities within 50 km",
                only=(SHELTERMAP, SCIPY, SKLEARN, POSTGIS),
                needs=real.NEEDS,
                goals={ARRAYS: 0.20, FRAMES: 0.40},
            ),
        ),
    },
    rows="homes",
    contestants=(
        Contestant(SHELTERMAP, sheltermap_arrays, answer, form=ARRAYS, needs=("sheltermap",), scales=True),
        Contestant(SCIPY, scipy_arrays, answer, form=ARRAYS, needs=("scipy",), scales=True),
        Contestant(SKLEARN, sklearn_arrays, answer, form=ARRAYS, needs=("sklearn",), most_rows=100_000),
        Contestant(SHELTERMAP, sheltermap_frames, coverage_answer, frames, needs=("sheltermap",), scales=True),
        Contestant(SCIPY, scipy_frames, frame_answer, frames, needs=("scipy",), scales=True),
        Contestant("shapely STRtree dwithin, to_crs(3059) included", shapely_tree, frame_answer, frames),
        Contestant(
            "geopandas sjoin_nearest(max_distance), to_crs(3059) included", geopandas_join, frame_answer, frames
        ),
        Contestant(
            "DuckDB ST_DWithin, to_crs(3059) included",
            duckdb_join,
            frame_answer,
            frames,
            needs=("duckdb", "duckdb_extension_spatial"),
        ),
        Contestant(
            "SedonaDB ST_DWithin, to_crs(3059) included", sedonadb_join, frame_answer, frames, needs=("sedonadb",)
        ),
        Contestant(
            POSTGIS,
            postgis_within,
            frame_answer,
            postgis_inputs,
            postgis=True,
            given="its tables, loaded and indexed",
            most_rows=100_000,
            memory_note="client only",
        ),
    ),
    make=make,
    first_rows=first_rows,
    load=load,
    check=check,
    notes="The arrays of sheltermap are those of its core. From GeoDataFrame to GeoDataFrame it also tells every "
    "home's nearest facility, the metres to it and whether the coordinates' decimals leave the case open; the others "
    "only who is covered. Big cities: 100,000 people or more, after GeoNames (CC BY 4.0).",
)
