# SPDX-License-Identifier: Apache-2.0
"""Which homes lie in which of 10,000 overlapping zones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from common import data, polygons
from common.operation import ARRAYS, FRAMES, Answer, Contestant, Operation, Variant, WrongAnswerError

KEPT = "arrays to arrays, zones indexed before"
CHECKED = 20_000  # homes compared with GEOS, zone by zone


class Inputs(NamedTuple):
    """Longitudes and latitudes of homes, and zones in shapely's ragged arrays."""

    homes: NDArray[np.float64]
    vertices: NDArray[np.float64]
    rings: NDArray[np.int64]
    zones: NDArray[np.int64]


class Kept(NamedTuple):
    """Homes, and the zones as the contestant likes them best."""

    homes: Any
    zones: Any


Pairs = tuple[NDArray[Any], NDArray[Any]]  # home and zone


def make(size: Mapping[str, int]) -> Inputs:
    """Return the inputs of a size."""
    _, vertices, (rings, zones) = shapely.to_ragged_array(polygons.zones(size["zones"]))
    return Inputs(data.homes(size["homes"]), vertices, rings, zones)


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the first homes, and all zones."""
    return inputs._replace(homes=inputs.homes[:rows])


def zone_shapes(inputs: Inputs) -> NDArray[np.object_]:
    """Return the zones as shapely's polygons."""
    shapes: NDArray[np.object_] = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, inputs.vertices, (inputs.rings, inputs.zones)
    )
    return shapes


def shapes(inputs: Inputs) -> Kept:
    """Return homes and zones as arrays of shapely's geometries, which are the arrays of all peers."""
    return Kept(shapely.points(inputs.homes), zone_shapes(inputs))


def frames(inputs: Inputs) -> Kept:
    """Return GeoDataFrames in EPSG:4326."""
    zones = zone_shapes(inputs)
    numbered = gpd.GeoDataFrame({"zone": np.arange(len(zones))}, geometry=zones, crs=4326)
    return Kept(data.frame(inputs.homes, home=np.arange(len(inputs.homes))), numbered)


def answer(pairs: Pairs) -> Answer:
    """Return homes and zones in one order."""
    home, zone = (np.asarray(column, np.int64) for column in pairs)
    order = np.lexsort((zone, home))
    return {"home": home[order], "zone": zone[order]}


def table_answer(table: Any) -> Answer:
    """Return those of a table with columns `home` and `zone`."""
    return answer((table["home"].to_numpy(), table["zone"].to_numpy()))


def _column(inputs: Inputs) -> Any:
    from sheltermap import _core

    count = len(inputs.zones) - 1
    nothing = np.empty(0, np.int64)
    piece = _core.GeometryPiece("Polygon", np.arange(count), inputs.vertices, inputs.rings, inputs.zones, nothing)
    return _core.GeometryColumn(count, [piece])


def indexed(inputs: Inputs) -> Kept:
    """Return the zones indexed, and used once: what is prepared when it is first needed is there."""
    from sheltermap import _core

    index = _core.ZoneIndex(_column(inputs))
    _core.zones_of_points(inputs.homes, index)
    return Kept(inputs.homes, index)


def sheltermap_kept(inputs: Kept) -> Any:
    """Offsets per home and zones."""
    from sheltermap import _core

    return _core.zones_of_points(inputs.homes, inputs.zones)


def sheltermap_arrays(inputs: Inputs) -> Any:
    """Index and ask."""
    from sheltermap import _core

    return _core.zones_of_points(inputs.homes, _core.ZoneIndex(_column(inputs)))


def offsets_answer(found: Any) -> Answer:
    """Return the pairs of compressed sparse rows."""
    return answer((np.repeat(np.arange(len(found)), np.diff(found.offsets)), found.zone))


def sheltermap_frames(inputs: Kept) -> Any:
    """One call."""
    import sheltermap as sm

    return sm.exposure(inputs.homes, inputs.zones, zone_id="zone")


def exposure_answer(exposure: Any) -> Answer:
    """Return the pairs."""
    return answer((exposure.pairs["row"].to_numpy(), exposure.pairs["zone"].to_numpy()))


def shapely_prepared(inputs: Kept) -> Pairs:
    """Prepared zones ask a tree of homes."""
    shapely.destroy_prepared(inputs.zones)  # of a call before
    shapely.prepare(inputs.zones)
    zone, home = shapely.STRtree(inputs.homes).query(inputs.zones, predicate="intersects")
    return home, zone


def geopandas_join(inputs: Kept) -> Any:
    """Join."""
    return gpd.sjoin(inputs.homes, inputs.zones)


QUERY = "SELECT homes.home, zones.zone FROM homes JOIN zones ON ST_Intersects(zones.geometry, homes.geometry)"


def sedonadb_tables(inputs: Inputs) -> Any:
    """Return a session with both tables in memory, in its own format."""
    import sedonadb

    session = sedonadb.connect()
    homes, zones = frames(inputs)
    session.create_data_frame(homes).to_memtable().to_view("homes")
    session.create_data_frame(zones).to_memtable().to_view("zones")
    return session


def sedonadb_arrays(session: Any) -> Any:
    """Join its own tables."""
    import pyarrow as pa

    return pa.table(session.sql(QUERY))


def sedonadb_frames(inputs: Kept) -> Any:
    """Join frames."""
    import pyarrow as pa
    import sedonadb

    session = sedonadb.connect()
    session.create_data_frame(inputs.homes).to_view("homes")
    session.create_data_frame(inputs.zones).to_view("zones")
    return pa.table(session.sql(QUERY)).to_pandas()


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare some homes with every zone by GEOS, and all contestants with the first one."""
    inputs = make(size)
    some = shapely.points(inputs.homes[:CHECKED])
    true = {(int(home), zone) for zone, shape in enumerate(zone_shapes(inputs)) for home in _inside(shape, some)}
    verdicts, first = {}, None
    for key, found in answers.items():
        few = found["home"] < CHECKED
        pairs = set(zip(found["home"][few].tolist(), found["zone"][few].tolist(), strict=True))
        wrong = len(pairs ^ true)
        first = first or found
        others = "" if _same(found, first) else ", not those of the others"
        verdicts[key] = f"{len(found['home']):,} pairs{others}; {wrong} wrong of the first {CHECKED:,} homes"
        if key.startswith("sheltermap") and (wrong or others):
            raise WrongAnswerError(f"{key}: {verdicts[key]}")
    return verdicts


def _inside(shape: Any, points: NDArray[np.object_]) -> NDArray[np.intp]:
    shapely.prepare(shape)
    return np.flatnonzero(shapely.intersects(shape, points))


def _same(a: Answer, b: Answer) -> bool:
    return np.array_equal(a["home"], b["home"]) and np.array_equal(a["zone"], b["zone"])


SHELTERMAP = "sheltermap"
SEDONADB = "SedonaDB ST_Intersects"
SHAPELY = "shapely prepared polygons, STRtree of points"

OPERATION = Operation(
    title="Homes in zones",
    sizes={
        "small": (Variant({"homes": 100_000, "zones": 1_000}, cores=True),),
        "full": (
            Variant({"homes": 100_000, "zones": 10_000}, goals={ARRAYS: 0.5}),
            Variant({"homes": 1_000_000, "zones": 10_000}, cores=True, goals={ARRAYS: 0.25, KEPT: 0.15, FRAMES: 0.40}),
        ),
    },
    rows="homes",
    contestants=(
        Contestant(SHELTERMAP, sheltermap_arrays, offsets_answer, form=ARRAYS, needs=("sheltermap",), scales=True),
        Contestant(SEDONADB, sedonadb_arrays, table_answer, sedonadb_tables, ARRAYS, needs=("sedonadb",)),
        Contestant(SHAPELY, shapely_prepared, answer, shapes, ARRAYS),
        Contestant(SHELTERMAP, sheltermap_kept, offsets_answer, indexed, KEPT, needs=("sheltermap",), scales=True),
        Contestant(SEDONADB, sedonadb_arrays, table_answer, sedonadb_tables, KEPT, needs=("sedonadb",)),
        Contestant(SHELTERMAP, sheltermap_frames, exposure_answer, frames, needs=("sheltermap",), scales=True),
        Contestant("geopandas sjoin", geopandas_join, table_answer, frames),
        Contestant(SEDONADB, sedonadb_frames, table_answer, frames, needs=("sedonadb",)),
    ),
    make=make,
    first_rows=first_rows,
    check=check,
    notes="Zones have 275 vertices on average. Arrays are coordinates and offsets for sheltermap, geometries for "
    "shapely, tables in its own format for SedonaDB, which keeps no index of them between calls. From frames "
    "sheltermap also refuses invalid zones, and sums up per zone.",
)
