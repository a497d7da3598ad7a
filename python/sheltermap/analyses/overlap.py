# SPDX-License-Identifier: Apache-2.0
"""Overlap: how much of polygons and lines lies in zones, in square metres or metres on the WGS 84 ellipsoid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.analyses.ledger import zone_summary
from sheltermap.base.exact_sums import total, totals
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.layers.conversion import to_shapely
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.meeting import placed, require_together
from sheltermap.layers.row_ids import row_ids, take_ids

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Overlaps:
    """The core's answer: pairs of feature and zone by rows of features, and each feature's whole and inside."""

    unit: str  # "m2" or "m"
    names: pd.Index[Any]  # of the zones
    zone: NDArray[np.int64]  # position in names, per pair
    amount: NDArray[np.float64]
    whole: NDArray[np.float64]
    inside: NDArray[np.float64]
    counts: NDArray[np.int64]  # pairs per feature
    shapes: _core.GeometryColumn | None

    @property
    def measure(self) -> str:
        """Column that whole and parts stand in."""
        return "area_m2" if self.unit == "m2" else "length_m"

    @property
    def row_of_pair(self) -> NDArray[np.intp]:
        """Position of the feature, per pair."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    @property
    def share(self) -> NDArray[np.float64]:
        """Part of the feature, per pair."""
        return _ratio(self.amount, self.whole[self.row_of_pair])

    @property
    def inside_share(self) -> NDArray[np.float64]:
        """Part of each feature that lies in any zone."""
        return _ratio(self.inside, self.whole)


def overlaps(
    features: GeoDataFrame, zones: GeoDataFrame, zone_id: str | None, *, with_shapes: bool = False
) -> Overlaps:
    """Overlay features, all polygons or all lines, with zones; polygons of one name are one zone."""
    frames.require_geometry(features, "features")
    lines = frames.are_lines(features)
    column = frames.lines(features, "features") if lines else frames.polygons(features, "features")
    codes, names = pd.factorize(row_ids(zones, zone_id, "zones", "zone_id"))
    if (codes < 0).any():
        raise ValueError(f"zones: row {int(np.flatnonzero(codes < 0)[0]) + 1} has no name")
    ground = frames.polygons(zones, "zones")
    require_together(placed(features, "features"), placed(zones, "zones"))
    found = _core.overlap(column, ground, codes.astype(np.int64), shapes=with_shapes)
    return Overlaps(
        unit="m" if lines else "m2",
        names=pd.Index(names),
        zone=found.zone,
        amount=found.amount,
        whole=found.whole,
        inside=found.inside,
        counts=np.diff(found.offsets),
        shapes=found.shape if with_shapes else None,
    )


@shows_progress
@takes_frames
def overlap(
    features: GeoDataFrame, zones: GeoDataFrame, *, zone_id: str | None = None, geometry: bool = False
) -> pd.DataFrame:
    """How much of each feature lies in each zone, on the WGS 84 ellipsoid.

    Parameters
    ----------
    features : GeoDataFrame of polygons or of lines
        In any CRS; edges are straight in it. Rows without a geometry have no pairs.
    zones : GeoDataFrame of polygons
        In any CRS; they may overlap.
    zone_id : str, optional
        Column that names the zones; polygons that share a name are one zone, counted once where they overlap. By
        default the id column the layer was read with, else the index.
    geometry : bool
        Also give the part of the feature in the zone, in WGS 84.

    Returns
    -------
    DataFrame, or GeoDataFrame in EPSG:4326
        One row per feature and zone that overlap (what only touches does not): ``row`` (index of the feature),
        ``zone``, ``area_m2`` (of lines ``length_m``) and ``share`` of the feature, in [0, 1].

    Raises
    ------
    ValueError
        If a column is unknown, or a zone has no name.
    GeometryError, CrsError
        If a row has the wrong kind of geometry or an invalid one, or a CRS is missing.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> blocks = gpd.GeoDataFrame(geometry=[box(24.0, 56.9, 24.01, 56.91)], crs=4326)
    >>> flood = gpd.GeoDataFrame({"scenario": ["1 %"]}, geometry=[box(24.005, 56, 25, 57)], crs=4326)
    >>> sm.overlap(blocks, flood, zone_id="scenario").round(3)
       row zone     area_m2  share
    0    0  1 %  339235.713    0.5
    """
    found = overlaps(features, zones, zone_id, with_shapes=geometry)
    table = pair_table(features, found)
    if found.shapes is None:
        return table
    import geopandas

    clipped: pd.DataFrame = geopandas.GeoDataFrame(table, geometry=to_shapely(found.shapes), crs="EPSG:4326")
    return clipped


def pair_table(features: GeoDataFrame, found: Overlaps) -> pd.DataFrame:
    """Return every pair of a feature and a zone with how much of the feature it is."""
    return pd.DataFrame(
        {
            "row": features.index.take(found.row_of_pair),
            "zone": found.names.take(found.zone),
            found.measure: found.amount,
            "share": found.share,
        }
    )


def exposed_rows(features: GeoDataFrame, found: Overlaps) -> GeoDataFrame:
    """Return the features with what `sm.exposure` tells of polygons and lines."""
    most = np.full(len(features), -1, np.int64)
    # Pairs are ascending by zone, so that a stable sort leaves the first of equals first.
    order = np.lexsort((-found.amount, found.row_of_pair))
    starts = np.cumsum(found.counts) - found.counts
    some = found.counts > 0
    most[some] = found.zone[order[starts[some]]]
    return features.assign(
        **{
            "zone": take_ids(found.names, most),
            "zone_count": pd.arrays.IntegerArray(found.counts, mask=np.isnan(found.whole)),
            found.measure: found.whole,
            f"exposed_{found.unit}": found.inside,
            "exposed_share": found.inside_share,
        }
    )


def exposed_summary(found: Overlaps, weights: NDArray[np.float64]) -> pd.DataFrame:
    """Return the figures per zone, inside, outside and unknown; see `Exposure.summary`."""
    known, touched = ~np.isnan(found.whole), found.counts > 0
    outside = known & ~touched
    table = zone_summary(found.names, found.zone, found.row_of_pair, touched, known, weights)
    share = np.nan_to_num(found.inside_share)
    rest = np.nan_to_num(found.whole) - np.nan_to_num(found.inside)
    count = len(found.names)
    # What of a touched feature lies outside counts outside, so that areas and people by share sum to all of them.
    table[found.measure] = [
        *totals(found.amount, found.zone, count),
        total(found.inside[touched]),
        total(found.whole[outside]) + total(rest[touched]),
        0.0,
    ]
    table["weight_by_share"] = [
        *totals(weights[found.row_of_pair] * found.share, found.zone, count),
        total((weights * share)[touched]),
        total(weights[outside]) + total((weights * (1 - share))[touched]),
        total(weights[~known]),
    ]
    return table


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    share = np.full(len(part), np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share
