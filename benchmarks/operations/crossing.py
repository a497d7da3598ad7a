# SPDX-License-Identifier: Apache-2.0
"""The way into the core and back: points of a GeoDataFrame to coordinates, result columns into a GeoDataFrame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from common import data
from common.operation import FRAMES, Answer, Contestant, Operation, Variant, WrongAnswerError


class Inputs(NamedTuple):
    """Longitudes and latitudes."""

    homes: NDArray[np.float64]


class Prepared(NamedTuple):
    """Points, one facility, and what a search for it has found."""

    homes: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    core: Replay | None = None


class Replay:
    """The core as a module sees it, whose functions give again, at once, what they gave the first time."""

    def __init__(self, core: Any) -> None:
        self._core = core
        self._found: dict[str, Any] = {}
        self.given_again = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._core, name)
        if not callable(real):
            return real

        def call(*arguments: Any, **options: Any) -> Any:
            if name in self._found:
                self.given_again += 1
                return self._found[name]
            self._found[name] = real(*arguments, **options)
            return self._found[name]

        return call


def make(size: Mapping[str, int]) -> Inputs:
    """Return the inputs of a size."""
    return Inputs(data.homes(size["points"]))


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the first points."""
    return Inputs(inputs.homes[:rows])


def prepared(inputs: Inputs) -> Prepared:
    """Return GeoDataFrames in EPSG:4326."""
    homes = data.frame(inputs.homes, people=np.ones(len(inputs.homes), np.int64))
    return Prepared(homes, data.frame(data.facilities(1), id=np.zeros(1, np.int64)))


def searched(inputs: Inputs) -> Prepared:
    """Let sheltermap search once and remember what the core found."""
    import sheltermap as sm
    from sheltermap import _core
    from sheltermap.streets import travelling

    ready = prepared(inputs)
    core = Replay(_core)
    travelling._core = core  # type: ignore[assignment]
    sm.nearest(ready.homes, ready.facilities, facility_id="id")
    return ready._replace(core=core)


def sheltermap_without_search(ready: Prepared) -> gpd.GeoDataFrame:
    """All of a call but the search itself."""
    import sheltermap as sm

    found = sm.nearest(ready.homes, ready.facilities, facility_id="id")
    if ready.core is None or not ready.core.given_again:
        raise RuntimeError("nearest no longer searches through travelling._core: this measured the search too")
    return found


def result_columns(frame: gpd.GeoDataFrame) -> Answer:
    """Return what came out."""
    return {
        "coordinates": frame.get_coordinates().to_numpy(),
        "distance_m": frame["distance_m"].to_numpy(np.float64),
        "found": np.asarray(frame["facility"].to_numpy() == 0),
    }


def shapely_coordinates(ready: Prepared) -> NDArray[np.float64]:
    """Half of the way: in, with nothing to bring back."""
    import shapely

    coordinates: NDArray[np.float64] = shapely.get_coordinates(ready.homes.geometry.to_numpy())
    return coordinates


def coordinates_and_columns(ready: Prepared) -> gpd.GeoDataFrame:
    """What a careful person writes: coordinates in, three columns out."""
    coordinates = shapely_coordinates(ready)
    count = len(coordinates)
    return ready.homes.assign(
        facility=np.zeros(count, np.int64), distance_m=coordinates[:, 0].copy(), reason=np.zeros(count, np.int8)
    )


def geopandas_xy(ready: Prepared) -> NDArray[np.float64]:
    """In by geopandas' own accessors."""
    return np.column_stack([ready.homes.geometry.x.to_numpy(), ready.homes.geometry.y.to_numpy()])


def geoarrow(ready: Prepared) -> Any:
    """In by geopandas' own Arrow export."""
    return ready.homes.to_arrow(geometry_encoding="geoarrow", index=False, interleaved=True)


def arrow_coordinates(table: Any) -> Answer:
    """Return the coordinates of an Arrow table of points."""
    import pyarrow as pa

    column = pa.table(table)["geometry"].combine_chunks()
    column = getattr(column, "storage", column)
    return {"coordinates": column.flatten().to_numpy().reshape(-1, 2)}


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare bit by bit with the coordinates that the points were made from, and the metres with Karney's."""
    from common.ellipsoid import geodesic_m

    homes = make(size).homes
    there = np.broadcast_to(data.facilities(1), homes.shape)
    verdicts = {}
    for key, found in answers.items():
        same = np.array_equal(found["coordinates"], homes)
        verdicts[key] = "coordinates bit-equal" if same else "coordinates differ"
        if key.startswith("sheltermap"):
            error_m = float(np.abs(found["distance_m"] - geodesic_m(homes, there)).max())
            verdicts[key] += ", results in their rows"
            if not same or not found["found"].all() or error_m > 1e-6:
                raise WrongAnswerError(f"{key}: wrong coordinates or results, metres off by {error_m:g}")
    return verdicts


OPERATION = Operation(
    title="The crossing: points into the core, result columns out",
    sizes={
        "small": {"points": 100_000},
        "full": (Variant({"points": 1_000_000}, goals={FRAMES: 1.3}),),
    },
    rows="points",
    contestants=(
        Contestant(
            "sheltermap.nearest without its search",
            sheltermap_without_search,
            result_columns,
            searched,
            needs=("sheltermap",),
        ),
        Contestant(
            "shapely.get_coordinates alone, nothing out",
            shapely_coordinates,
            lambda found: {"coordinates": found},
            prepared,
        ),
        Contestant(
            "shapely.get_coordinates, three columns out",
            coordinates_and_columns,
            lambda frame: {"coordinates": frame.get_coordinates().to_numpy()},
            prepared,
        ),
        Contestant("geopandas .x and .y, nothing out", geopandas_xy, lambda found: {"coordinates": found}, prepared),
        Contestant("geopandas to_arrow (GeoArrow), nothing out", geoarrow, arrow_coordinates, prepared),
    ),
    make=make,
    first_rows=first_rows,
    check=check,
    notes="Of sheltermap all of a call is measured but the search, whose result is kept from a call before: checks of "
    "types, positions and reference systems, coordinates in; facility, metres and reason out. Only the coordinates "
    "alone are the peer to beat, so that what comes on top of them shows.",
)
