# SPDX-License-Identifier: Apache-2.0
"""A raster of depths as the place of a hazard: how deep the water is at each row, and where nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from sheltermap.analyses.depth_zones import depth_zones, holds_depths
from sheltermap.analyses.overlap import overlaps
from sheltermap.analyses.sampling import At, sample
from sheltermap.base import texts
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.raster import Raster
from sheltermap.layers.refused_rows import refused_otherwise
from sheltermap.risk.hits import REASONS, HazardZones, Hits

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

ROUNDING = 1e-9  # of a line or polygon


@dataclass(frozen=True, eq=False)
class HazardDepths:
    """Where water stands by a raster, and how deep.

    Attributes
    ----------
    what : str
        What messages call it.
    raster : Raster
        Of depths in metres.
    affected_from : float, optional
        The depth from which on it affects, above 0: a depth on it does. Without it any water does.

    Raises
    ------
    TypeError, ValueError
        If it is no raster of depths, or `affected_from` is not above 0.
    """

    what: str
    raster: Raster
    affected_from: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.raster, Raster):
            raise TypeError(f"{self.what} is made by sm.Raster(...), not {told(self.raster)}")
        if not holds_depths(self.raster):
            raise ValueError(
                f'{self.what} holds {told(self.raster.holds)}, and a scenario reads depths: holds="depth_m"; of others '
                "make zones"
            )
        if self.affected_from is not None and not self.affected_from > 0:
            raise ValueError(f"{self.what}: a depth that affects is above 0, not {self.affected_from}")

    @cached_property
    def _zones(self) -> GeoDataFrame:
        """Where it is less deep than affects, where it affects, and the voids in the water."""
        return depth_zones(self.raster, [0.0] if self.affected_from is None else [0.0, self.affected_from])

    @property
    def acting(self) -> GeoDataFrame:
        """Where it is known to be as deep as affects."""
        return self._zones[(self._zones["depth_from_m"] >= (self.affected_from or 0.0)).to_numpy(bool)]

    def hits(self, features: GeoDataFrame, role: str) -> Hits:
        """Return which features it hits; see `Scenario.hits`."""
        return self._points(features) if frames.are_points(features, role) else self._shapes(features, role)

    def _sampled(self, features: GeoDataFrame, at: At) -> tuple[Numbers, NDArray[Any]]:
        found = sample(features[[features.geometry.name]], self.raster, at)
        return found["value"].to_numpy(np.float64), found["reason"].to_numpy(object, na_value=None)

    def _points(self, features: GeoDataFrame) -> Hits:
        depth, why = self._sampled(features, "cell")
        affected = depth > 0 if self.affected_from is None else depth >= self.affected_from
        why[why == "no_value"] = None  # nothing is round it that says that it should have one: dry land
        unknown = np.array([each is not None for each in why], dtype=bool)
        return Hits(
            np.where(unknown, -1, affected).astype(np.int8),
            np.where(affected, depth, np.nan),
            _reasons(features, why),
        )

    def _shapes(self, features: GeoDataFrame, role: str) -> Hits:
        zones = HazardZones(self.what, self._zones, "depth_from_m", self.affected_from or 0.0)
        found = zones.hits(features, role)
        assert found.amount is not None and found.amount_unknown is not None and found.whole is not None
        beyond = np.maximum(found.whole - overlaps(features, self._extent, None).inside, 0.0)
        beyond[beyond <= ROUNDING * found.whole] = 0.0
        unsure = found.amount_unknown + beyond
        why = np.array(found.reason, dtype=object)
        why[found.reason.isna()] = None
        highest = np.full(len(features), np.nan)
        if found.unit == "m2":
            highest, reason = self._sampled(features, "max")
            cut_out = reason == "void"  # nothing under it has a value: a building that is missing in the water
            unsure[cut_out] = found.whole[cut_out]
            why[cut_out] = "void"
        affected, placeless = found.inside == 1, np.isnan(found.whole)
        why[why == "intensity_unknown"] = "void"
        why[~affected & ~placeless & (beyond > 0)] = "outside_raster"
        why[affected] = None
        unknown = ~affected & (placeless | (unsure > 0))
        return Hits(
            np.where(unknown, -1, affected).astype(np.int8),
            np.where(affected, highest, np.nan),
            _reasons(features, why),
            found.amount,
            found.whole,
            unsure,
            found.unit,
            notes=[] if found.unit == "m2" else [texts.Note.of("depths_of_lines", what=self.what)],
        )

    @property
    def _extent(self) -> GeoDataFrame:
        import geopandas

        return geopandas.GeoDataFrame(geometry=[shapely.box(*self.raster.bounds)], crs=self.raster.crs)


def _reasons(features: GeoDataFrame, why: NDArray[Any]) -> pd.Categorical[Any]:
    why[refused_otherwise(features) & (why == "missing_geometry")] = "row_refused"
    return pd.Categorical(why, categories=list(REASONS))
