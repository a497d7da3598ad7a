# SPDX-License-Identifier: Apache-2.0
"""The nearest facilities of every home and the metres to them, exact on the ellipsoid."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from common import data, real
from common.ellipsoid import geodesic_m, metres_text, nearest_m
from common.operation import ARRAYS, FRAMES, Answer, Contestant, Operation, Variant, WrongAnswerError
from operations import _nearest_peers as peers
from operations._nearest_peers import Found, Frames, Inputs

WORSE_M = 1e-6  # a facility this much farther than the nearest one is not the nearest: 60 times the inverse's 15 nm
MOST_CHECKED = 1_000_000  # rows


def make(size: Mapping[str, int]) -> Inputs:
    """Return the inputs of a size: made-up homes, or all settlements and the big cities among them as facilities."""
    if "world" in size:
        world = real.settlements()
        return Inputs(world.lonlat, world.lonlat[world.population >= real.BIG_CITY], size.get("k", 1))
    return Inputs(data.homes(size["homes"]), data.facilities(size["facilities"]), size.get("k", 1))


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the first homes, and all facilities."""
    return inputs._replace(homes=inputs.homes[:rows])


def sheltermap_frames(inputs: Frames) -> Found:
    """One call."""
    import sheltermap as sm

    return Found(sm.nearest(inputs.homes, inputs.facilities, k=inputs.k, facility_id="id"), inputs.k)


def sheltermap_arrays(inputs: Inputs) -> Found:
    """The core's own function, which takes and returns arrays."""
    from sheltermap import _core

    found = _core.geodesic_reach(inputs.homes, inputs.facilities, k=inputs.k)
    return Found({"facility": found.facility, "distance_m": found.cost}, inputs.k)


def answer(found: Found) -> Answer:
    """Return facilities and metres, shape (n, k)."""
    return {
        "facility": np.asarray(found.table["facility"], np.int32).reshape(-1, found.k),
        "distance_m": np.asarray(found.table["distance_m"], np.float64).reshape(-1, found.k),
    }


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare with the least of Karney's distances to the facilities of the shortest chords."""
    inputs = make(size)
    most = min(max((len(a["facility"]) for a in answers.values()), default=0), MOST_CHECKED)
    homes = inputs.homes[:most]
    least = nearest_m(homes, inputs.facilities, inputs.k)
    verdicts = {}
    for key, found in answers.items():
        count = min(len(found["facility"]), most)
        facility, metres = found["facility"][:count], found["distance_m"][:count]
        true = np.column_stack([geodesic_m(homes[:count], inputs.facilities[f]) for f in facility.T])
        wrong = int((true > least[:count] + WORSE_M).sum())
        error_m = float(np.abs(metres - least[:count]).max())
        verdicts[key] = f"{wrong:,} of {true.size:,} not the nearest, metres off by {metres_text(error_m)}"
        if key.startswith("sheltermap") and (wrong or error_m > WORSE_M):
            raise WrongAnswerError(f"{key}: {verdicts[key]}")
    return verdicts


SHELTERMAP = "sheltermap"
SCIPY = "scipy cKDTree (ECEF) + pyproj.Geod, by hand"
GEOPANDAS = "geopandas sjoin_nearest, to_crs(3059) included"
SEDONADB = "SedonaDB ST_KNN, to_crs(3059) included"
SEDONADB_SPHERE = "SedonaDB ST_KNN on the sphere, ST_Distance of geographies"
SKLEARN = "scikit-learn BallTree, haversine"
POSTGIS = "PostGIS geography KNN (LATERAL <->, ST_Distance)"
EVERYWHERE = (SHELTERMAP, SCIPY, SKLEARN)  # no national grid, and quick enough for any size

CONTESTANTS = (
    Contestant(SHELTERMAP, sheltermap_arrays, answer, form=ARRAYS, needs=("sheltermap",), scales=True),
    Contestant(SCIPY, peers.scipy_arrays, answer, form=ARRAYS, needs=("scipy", "pyproj"), scales=True),
    Contestant(SKLEARN, peers.sklearn_arrays, answer, form=ARRAYS, needs=("sklearn",), most_rows=100_000),
    Contestant(SHELTERMAP, sheltermap_frames, answer, prepare=peers.frames, needs=("sheltermap",), scales=True),
    Contestant(SCIPY, peers.scipy_frames, answer, prepare=peers.frames, needs=("scipy", "pyproj"), scales=True),
    Contestant(GEOPANDAS, peers.geopandas_from_lonlat, answer, prepare=peers.frames),
    Contestant(
        "geopandas sjoin_nearest", peers.geopandas_join, answer, prepare=peers.lks92, given="layers in EPSG:3059"
    ),
    Contestant(SEDONADB, peers.sedonadb_plane, answer, prepare=peers.frames, needs=("sedonadb",)),
    Contestant(
        SEDONADB_SPHERE, peers.sedonadb_sphere, answer, prepare=peers.frames, needs=("sedonadb",), most_rows=2_000
    ),
    Contestant(
        "DuckDB cross join (it has no KNN), ST_Distance_Spheroid",
        peers.duckdb_cross_join,
        answer,
        prepare=peers.frames,
        needs=("duckdb", "duckdb_extension_spatial"),
        most_rows=500,
    ),
    Contestant(
        POSTGIS,
        peers.postgis_knn,
        answer,
        prepare=peers.postgis_inputs,
        postgis=True,
        given="its tables, loaded and indexed",
        most_rows=50_000,
        memory_note="client only",
    ),
)

WORLD = {"homes": real.COUNT, "world": 1}
WORLD_TITLE = f"the world's {real.COUNT:,} settlements to its big cities"

OPERATION = Operation(
    title="Nearest facilities of every home, with their distances on the ellipsoid",
    sizes={
        "small": (
            Variant({"homes": 100_000, "facilities": 1_000}, cores=True),
            Variant({"homes": 20_000, "facilities": 1_000, "k": 5}, only=(*EVERYWHERE, POSTGIS)),
            Variant(WORLD, WORLD_TITLE, only=(SHELTERMAP, SCIPY), needs=real.NEEDS),
        ),
        "full": (
            Variant(
                {"homes": 1_000_000, "facilities": 10_000}, cores=True, growth=True, goals={ARRAYS: 0.10, FRAMES: 0.25}
            ),
            Variant(
                {"homes": 1_000_000, "facilities": 1_000},
                only=(*EVERYWHERE, GEOPANDAS, SEDONADB),
                goals={ARRAYS: 0.10, FRAMES: 0.25},
            ),
            Variant(
                {"homes": 1_000_000, "facilities": 100_000},
                only=(*EVERYWHERE, SEDONADB),  # geopandas takes minutes
                goals={ARRAYS: 0.15, FRAMES: 0.25},
            ),
            Variant(
                {"homes": 1_000_000, "facilities": 10_000, "k": 5},
                only=(*EVERYWHERE, SEDONADB, POSTGIS),
                goals={ARRAYS: 0.15, FRAMES: 0.25},
            ),
            Variant({"homes": 100_000, "facilities": 10_000}, only=(SHELTERMAP, SCIPY), growth=True),
            Variant({"homes": 10_000_000, "facilities": 10_000}, only=(SHELTERMAP, SCIPY), growth=True),
            Variant(
                WORLD,
                WORLD_TITLE,
                only=(*EVERYWHERE, SEDONADB_SPHERE, POSTGIS),
                needs=real.NEEDS,
                goals={ARRAYS: 0.10, FRAMES: 0.25},
            ),
        ),
    },
    rows="homes",
    contestants=CONTESTANTS,
    make=make,
    first_rows=first_rows,
    load=peers.load,
    check=check,
    notes="The arrays of sheltermap are those of its core, which its public functions stand on. Distances are compared "
    "with those of pyproj's own copy of PROJ; those from EPSG:3059 are of the projection, those from haversine of a "
    "sphere. Big cities: 100,000 people or more, after GeoNames (CC BY 4.0).",
)
