# SPDX-License-Identifier: Apache-2.0
"""How much of a city lies in zones that adjoin, zone by zone and in any of them, as flood polygons and cadastres do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from common.data import seeded
from common.operation import ARRAYS, FRAMES, Answer, Contestant, Operation, Variant, WrongAnswerError

BOX = shapely.box(24, 56.8, 24.4, 57)
LEFT_OUT = 4  # one zone in so many is dry
STEP = 0.0005  # degrees between the vertices of a zone
CORNERS = 2000  # of the city
SAME_SHARE = 1e-3  # planar shares differ from those on the ellipsoid, as the scale changes from south to north


class Inputs(NamedTuple):
    """A city and the zones, shapely's polygons."""

    city: NDArray[np.object_]
    zones: NDArray[np.object_]


class Columns(NamedTuple):
    """The same in the core's form."""

    city: Any
    zones: Any


class Layers(NamedTuple):
    """The same as GeoDataFrames."""

    city: Any
    zones: Any


def make(size: Mapping[str, int]) -> Inputs:
    """Return the inputs of a size: Voronoi cells, less every fourth, and a city with bays that most of them lie in."""
    rng = seeded("adjoining zones")
    west, south, east, north = BOX.bounds
    count = size["zones"] * LEFT_OUT // (LEFT_OUT - 1)
    sites = np.column_stack([rng.uniform(west, east, count), rng.uniform(south, north, count)])
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(sites), extend_to=BOX))
    cells = shapely.segmentize(shapely.intersection(cells, BOX), STEP)
    turn = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radius = 1 + 0.1 * np.sin(17 * turn) + 0.05 * np.sin(41 * turn)
    outline = np.column_stack([24.2 + 0.15 * radius * np.cos(turn), 56.9 + 0.08 * radius * np.sin(turn)])
    return Inputs(np.array([shapely.Polygon(outline)]), cells[np.arange(len(cells)) % LEFT_OUT > 0])


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the city and the first zones."""
    return inputs._replace(zones=inputs.zones[:rows])


def columns(inputs: Inputs) -> Columns:
    """Return the core's columns."""
    from sheltermap.layers import frames

    city, zones = layers(inputs)
    return Columns(frames.polygons(city, "city"), frames.polygons(zones, "zones"))


def layers(inputs: Inputs) -> Layers:
    """Return GeoDataFrames in EPSG:4326."""
    return Layers(
        gpd.GeoDataFrame(geometry=inputs.city, crs=4326),
        gpd.GeoDataFrame({"zone": np.arange(len(inputs.zones))}, geometry=inputs.zones, crs=4326),
    )


def sheltermap_arrays(inputs: Columns) -> Any:
    """Square metres on the ellipsoid, per zone and in any zone."""
    from sheltermap import _core

    return _core.overlap(inputs.city, inputs.zones, np.empty(0, np.int64))


def core_answer(found: Any) -> Answer:
    """Return the share in any zone."""
    return {"share": found.inside / found.whole}


def sheltermap_frames(inputs: Layers) -> Any:
    """One call."""
    import sheltermap as sm

    return sm.exposure(inputs.city, inputs.zones, zone_id="zone").rows


def rows_answer(found: Any) -> Answer:
    """Return the share in any zone."""
    return {"share": found["exposed_share"].to_numpy()}


def shapely_union(inputs: Inputs) -> NDArray[np.float64]:
    """The union of the zones, the overlay, its area."""
    inside = shapely.intersection(inputs.city, shapely.union_all(inputs.zones))
    return np.asarray(shapely.area(inside) / shapely.area(inputs.city))


def share_answer(found: NDArray[np.float64]) -> Answer:
    """Return the share in any zone."""
    return {"share": found}


def geopandas_union(inputs: Layers) -> NDArray[np.float64]:
    """The same from frames."""
    inside = inputs.city.geometry.intersection(inputs.zones.geometry.union_all())
    return np.asarray(inside.area / inputs.city.geometry.area)


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare with GEOS' union."""
    true = shapely_union(make(size))
    verdicts = {}
    for key, found in answers.items():
        off = float(np.abs(found["share"] - true).max())
        verdicts[key] = f"{found['share'][0]:.4%} of the city, off by {off:.1e}"
        if key.startswith("sheltermap") and off > SAME_SHARE:
            raise WrongAnswerError(f"{key}: {verdicts[key]}")
    return verdicts


SHELTERMAP = "sheltermap"

OPERATION = Operation(
    title="Area of a city in zones that adjoin",
    sizes={
        "small": (Variant({"zones": 300}),),
        "full": (
            Variant({"zones": 1_200}, goals={ARRAYS: 1}),
            Variant({"zones": 3_600}, goals={ARRAYS: 1}),
        ),
    },
    rows="zones",
    contestants=(
        Contestant(SHELTERMAP, sheltermap_arrays, core_answer, columns, ARRAYS, ("sheltermap",)),
        Contestant("shapely union_all, intersection, area", shapely_union, share_answer, form=ARRAYS),
        Contestant(SHELTERMAP, sheltermap_frames, rows_answer, layers, FRAMES, ("sheltermap",)),
        Contestant("geopandas union_all, intersection, area", geopandas_union, share_answer, layers),
    ),
    make=make,
    first_rows=first_rows,
    check=check,
    notes="The zones are Voronoi cells with a vertex every 30 to 55 m, one in four left out; the city has 2,000 "
    "corners. sheltermap also tells how much lies in each zone, in square metres on the ellipsoid; the peers' areas "
    "are square degrees, which is why shares are compared. From frames it refuses invalid polygons too.",
)
