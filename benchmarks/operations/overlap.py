# SPDX-License-Identifier: Apache-2.0
"""How much of 100,000 parcels lies in 10,000 overlapping zones, pair by pair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from common import polygons
from common.operation import ARRAYS, FRAMES, Answer, Contestant, Operation, Variant, WrongAnswerError

SHAPES = "arrays to arrays, with the geometry of every pair"
# Of a parcel: a peer's planar shares differ from those on the ellipsoid, as the scale changes across a parcel.
SAME_SHARE = 1e-4


class Inputs(NamedTuple):
    """Corners of parcels, four each and the first again, and zones in shapely's ragged arrays."""

    corners: NDArray[np.float64]
    vertices: NDArray[np.float64]
    rings: NDArray[np.int64]
    zones: NDArray[np.int64]


class Layers(NamedTuple):
    """Parcels and zones in a contestant's form."""

    parcels: Any
    zones: Any


def make(size: Mapping[str, int]) -> Inputs:
    """Return the inputs of a size."""
    _, vertices, (rings, zones) = shapely.to_ragged_array(polygons.zones(size["zones"]))
    return Inputs(shapely.get_coordinates(polygons.parcels(size["parcels"])), vertices, rings, zones)


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the first parcels, and all zones."""
    return inputs._replace(corners=inputs.corners[: 5 * rows])


def shapes(inputs: Inputs) -> Layers:
    """Return arrays of shapely's polygons."""
    kind = shapely.GeometryType.POLYGON
    zones = shapely.from_ragged_array(kind, inputs.vertices, (inputs.rings, inputs.zones))
    return Layers(shapely.polygons(inputs.corners.reshape(-1, 5, 2)), zones)


def frames(inputs: Inputs) -> Layers:
    """Return GeoDataFrames in EPSG:4326."""
    parcels, zones = shapes(inputs)
    return Layers(
        gpd.GeoDataFrame({"parcel": np.arange(len(parcels))}, geometry=parcels, crs=4326),
        gpd.GeoDataFrame({"zone": np.arange(len(zones))}, geometry=zones, crs=4326),
    )


def answer(parcel: Any, zone: Any, share: Any) -> Answer:
    """Return pairs in one order with the share of the parcel; what only touches is none."""
    parcel, zone, share = np.asarray(parcel, np.int64), np.asarray(zone, np.int64), np.asarray(share, np.float64)
    order = np.lexsort((zone, parcel))
    order = order[share[order] > 0]
    return {"parcel": parcel[order], "zone": zone[order], "share": share[order]}


def _columns(inputs: Inputs) -> tuple[Any, Any]:
    from sheltermap import _core

    nothing = np.empty(0, np.int64)
    parcels, zones = len(inputs.corners) // 5, len(inputs.zones) - 1
    corners = np.arange(parcels + 1) * 5
    of_parcels = ("Polygon", np.arange(parcels), inputs.corners, corners, np.arange(parcels + 1), nothing)
    of_zones = ("Polygon", np.arange(zones), inputs.vertices, inputs.rings, inputs.zones, nothing)
    return (
        _core.GeometryColumn(parcels, [_core.GeometryPiece(*of_parcels)]),
        _core.GeometryColumn(zones, [_core.GeometryPiece(*of_zones)]),
    )


def sheltermap_arrays(inputs: Inputs) -> Any:
    """Square metres on the ellipsoid, per pair, per parcel and in any zone."""
    from sheltermap import _core

    return _core.overlap(*_columns(inputs), np.empty(0, np.int64))


def sheltermap_shapes(inputs: Inputs) -> Any:
    """The same, and what the pairs have in common."""
    from sheltermap import _core

    return _core.overlap(*_columns(inputs), np.empty(0, np.int64), shapes=True)


def core_answer(found: Any) -> Answer:
    """Return the pairs of compressed sparse rows."""
    parcel = np.repeat(np.arange(len(found)), np.diff(found.offsets))
    return answer(parcel, found.zone, found.amount / found.whole[parcel])


def sheltermap_frames(inputs: Layers) -> Any:
    """One call."""
    import sheltermap as sm

    return sm.overlap(inputs.parcels, inputs.zones, zone_id="zone")


def overlap_answer(found: Any) -> Answer:
    """Return the pairs of a table."""
    return answer(found["row"], found["zone"], found["share"])


class Planar(NamedTuple):
    """Pairs with what they have in common."""

    parcel: NDArray[Any]
    zone: NDArray[Any]
    area: NDArray[np.float64]
    whole: NDArray[np.float64]
    shape: NDArray[np.object_]


def shapely_tree(inputs: Layers) -> Planar:
    """Pairs by a tree, then the overlay of each."""
    parcel, zone = shapely.STRtree(inputs.zones).query(inputs.parcels, predicate="intersects")
    shape = shapely.intersection(inputs.parcels[parcel], inputs.zones[zone])
    return Planar(parcel, zone, shapely.area(shape), shapely.area(inputs.parcels), shape)


def planar_answer(found: Planar) -> Answer:
    """Return the pairs."""
    return answer(found.parcel, found.zone, found.area / found.whole[found.parcel])


def geopandas_overlay(inputs: Layers) -> Any:
    """Overlay."""
    found = gpd.overlay(inputs.parcels, inputs.zones, keep_geom_type=True)
    whole = shapely.area(inputs.parcels.geometry.to_numpy())
    return found.assign(share=shapely.area(found.geometry.to_numpy()) / whole[found["parcel"]])


def table_answer(found: Any) -> Answer:
    """Return the pairs of a table."""
    return answer(found["parcel"].to_numpy(), found["zone"].to_numpy(), found["share"].to_numpy())


QUERY = (
    "SELECT parcels.parcel, zones.zone, ST_Area(ST_Intersection(parcels.geometry, zones.geometry)) "
    "/ ST_Area(parcels.geometry) AS share FROM parcels JOIN zones ON ST_Intersects(parcels.geometry, zones.geometry)"
)


def sedonadb_tables(inputs: Inputs) -> Any:
    """Return a session with both tables in memory, in its own format."""
    import sedonadb

    session = sedonadb.connect()
    for name, layer in frames(inputs)._asdict().items():
        session.create_data_frame(layer).to_memtable().to_view(name)
    return session


def sedonadb_join(session: Any) -> Any:
    """Join and overlay its own tables."""
    import pyarrow as pa

    return pa.table(session.sql(QUERY))


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare with GEOS' overlay, pair by pair; tiny pairs may be found or not."""
    true = planar_answer(shapely_tree(shapes(make(size))))
    verdicts = {}
    for key, found in answers.items():
        count = len(np.unique(found["parcel"]))
        off = _largest_difference(found, true)
        verdicts[key] = f"{len(found['share']):,} pairs of {count:,} parcels, shares off by up to {off:.1e}"
        if key.startswith("sheltermap") and off > SAME_SHARE:
            raise WrongAnswerError(f"{key}: {verdicts[key]}")
    return verdicts


def _largest_difference(a: Answer, b: Answer) -> float:
    keys = [found["parcel"] << 32 | found["zone"] for found in (a, b)]
    every = np.union1d(*keys)
    shares = np.zeros((2, len(every)))
    for row, (key, found) in enumerate(zip(keys, (a, b), strict=True)):
        shares[row, np.searchsorted(every, key)] = found["share"]
    return float(np.abs(shares[0] - shares[1]).max(initial=0))


SHELTERMAP = "sheltermap"
SHAPELY = "shapely STRtree, intersection, area"

OPERATION = Operation(
    title="Area of parcels in zones",
    sizes={
        "small": (Variant({"parcels": 10_000, "zones": 1_000}, cores=True),),
        "full": (Variant({"parcels": 100_000, "zones": 10_000}, cores=True, goals={ARRAYS: 0.10, SHAPES: 0.5}),),
    },
    rows="parcels",
    contestants=(
        Contestant(SHELTERMAP, sheltermap_arrays, core_answer, form=ARRAYS, needs=("sheltermap",), scales=True),
        Contestant(SHAPELY, shapely_tree, planar_answer, shapes, ARRAYS),
        Contestant(
            "SedonaDB ST_Area(ST_Intersection)", sedonadb_join, table_answer, sedonadb_tables, ARRAYS, ("sedonadb",)
        ),
        Contestant(SHELTERMAP, sheltermap_shapes, core_answer, form=SHAPES, needs=("sheltermap",), scales=True),
        Contestant(SHAPELY, shapely_tree, planar_answer, shapes, SHAPES),
        Contestant(SHELTERMAP, sheltermap_frames, overlap_answer, frames, FRAMES, ("sheltermap",), scales=True),
        Contestant("geopandas overlay", geopandas_overlay, table_answer, frames),
    ),
    make=make,
    first_rows=first_rows,
    check=check,
    notes="Parcels have four corners, zones 275 vertices on average. Areas of sheltermap are square metres on the "
    "ellipsoid, those of the peers square degrees, which is why shares are compared; it also tells what lies in any "
    "zone, each square metre once. From frames it refuses invalid polygons too.",
)
