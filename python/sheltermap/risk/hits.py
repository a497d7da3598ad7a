# SPDX-License-Identifier: Apache-2.0
"""What a hazard hits: which rows of a layer it acts on, how strongly, and of which nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.analyses.areas import ground_notes
from sheltermap.analyses.overlap import Overlaps, overlaps
from sheltermap.base import texts
from sheltermap.base.reasons import UNPLACED
from sheltermap.layers import frames
from sheltermap.layers.cells import listed, numbers
from sheltermap.layers.meeting import placed, require_together
from sheltermap.layers.refused_rows import refused_otherwise

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

STATES = ("affected", "not_affected", "unknown")  #: of a row, with regard to a scenario
REASONS = (*UNPLACED, "intensity_unknown", "not_in_table", "void", "outside_raster")  #: why it is unknown
ZONE = "_zone"


@dataclass(frozen=True, eq=False)
class Hits:
    """Which rows of a layer a scenario acts on.

    Attributes
    ----------
    inside : ndarray of int8, shape (n,)
        1 where it acts on the row, of lines and polygons on any part of it; 0 where it does not; -1 where nobody knows.
    intensity : ndarray of float64, shape (n,)
        The highest known one that acts on the row, in the scenario's unit; NaN where it does not act, or none is known.
    reason : Categorical
        Why nobody knows: ``missing_geometry``, ``row_refused``; ``intensity_unknown`` (only zones of unknown intensity
        are there, and the scenario affects from an intensity on); ``void`` (no value, with the water of a raster all
        round) or ``outside_raster``; ``not_in_table`` (a failure along a table of costs that does not know the row).
        Missing elsewhere.
    amount, whole, amount_unknown : ndarray of float64, optional
        Of lines in metres, of polygons in square metres on the WGS 84 ellipsoid: how much of the row it acts on, the
        whole row, and of how much of it nobody knows for want of an intensity. None of points; NaN without a geometry.
    unit : str, optional
        ``m`` or ``m2``, that of these.
    lost : ndarray of int8, optional
        Of a failure: 1 where it acts and no other facility serves the row, 0 where another one does or it does not act,
        -1 where nobody knows.
    notes : list of str
        What bounds the answer.
    """

    inside: NDArray[np.int8]
    intensity: Numbers
    reason: pd.Categorical[Any]
    amount: Numbers | None = None
    whole: Numbers | None = None
    amount_unknown: Numbers | None = None
    unit: str | None = None
    lost: NDArray[np.int8] | None = None
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.inside)

    @property
    def state(self) -> NDArray[np.intp]:
        """The position in `STATES` of what each row is."""
        return np.array([1, 0, 2])[self.inside]


@dataclass(frozen=True, eq=False)
class HazardZones:
    """Zones in which a hazard acts, and how strongly.

    Attributes
    ----------
    what : str
        What messages call them, but for the file they are from.
    zones : GeoDataFrame of polygons
    intensity : str, optional
        Column of `zones`; an empty cell is not known.
    affected_from : float, optional
        The intensity from which on it affects: a value on it does. Without it every zone does.
    """

    what: str
    zones: GeoDataFrame
    intensity: str | None = None
    affected_from: float | None = None

    @cached_property
    def values(self) -> Numbers:
        """The intensity of each zone; NaN where it is not known.

        Raises
        ------
        ValueError
            Naming the rows, if a cell is no number or not finite.
        """
        if self.intensity is None:
            return np.full(len(self.zones), np.nan)
        what = frames.describe(self.zones, self.what)
        values = numbers(self.zones, self.intensity, what)
        endless = np.flatnonzero(np.isinf(values))
        if len(endless):
            raise ValueError(
                f"{what}: column {self.intensity!r} holds {listed(self.zones, self.intensity, endless)}; an "
                "intensity is a finite number: correct it, or leave the cell empty where it is not known"
            )
        return values

    @property
    def acting(self) -> Flags:
        """Which zones are known to affect."""
        if self.affected_from is None:
            return np.ones(len(self.zones), dtype=bool)
        return self.values >= self.affected_from  # half-open: a value on the limit is above it; NaN is not

    @property
    def unsure(self) -> Flags:
        """Of which zones nobody knows whether they affect."""
        return np.isnan(self.values) & ~self.acting

    @cached_property
    def _index(self) -> _core.ZoneIndex:
        return _core.ZoneIndex(frames.polygons(self.zones, self.what))

    def hits(self, features: GeoDataFrame, role: str) -> Hits:
        """Return which features they hit; see `Scenario.hits`."""
        found = self._points(features, role) if frames.are_points(features, role) else self._shapes(features, role)
        found.notes.extend(ground_notes(self.zones, "zones"))
        return found

    def _points(self, features: GeoDataFrame, role: str) -> Hits:
        places = frames.lonlat(features, role)
        index = self._index
        require_together(placed(features, role, places), placed(self.zones, self.what))
        found = _core.zones_of_points(places, index)
        row = np.repeat(np.arange(len(features)), np.diff(found.offsets))
        affected = _any_of(row, self.acting[found.zone], len(features))
        unsure = _any_of(row, self.unsure[found.zone], len(features)) & ~affected
        return Hits(
            _inside(affected, unsure, found.known.astype(bool)),
            self._highest(row, found.zone, len(features)),
            _reasons(features, unsure, ~found.known.astype(bool)),
            notes=self._notes(_any_of(row, np.isnan(self.values[found.zone]), len(features))),
        )

    def _shapes(self, features: GeoDataFrame, role: str) -> Hits:
        acting = self._overlaps(features, self.acting, role)
        with_unsure = self._overlaps(features, self.acting | self.unsure, role) if self.unsure.any() else acting
        at_unsure = _any_of(with_unsure.row_of_pair, self.unsure[_zones(with_unsure)], len(features))
        rest = np.where(at_unsure, np.maximum(with_unsure.inside - acting.inside, 0.0), 0.0)
        affected, placeless = acting.counts > 0, np.isnan(acting.whole)
        unsure = at_unsure & ~affected
        unknown = np.isnan(self.values[_zones(with_unsure)])
        return Hits(
            _inside(affected, unsure, ~placeless),
            self._highest(acting.row_of_pair, _zones(acting), len(features)),
            _reasons(features, unsure, placeless),
            acting.inside,
            acting.whole,
            np.where(placeless, np.nan, rest),
            acting.unit,
            notes=self._notes(_any_of(with_unsure.row_of_pair, unknown, len(features))),
        )

    def _overlaps(self, features: GeoDataFrame, wanted: Flags, role: str) -> Overlaps:
        """Overlay features with some zones, each of which keeps its position among all."""
        return overlaps(features, self.zones.assign(**{ZONE: np.arange(len(self.zones))})[wanted], ZONE)

    def _highest(self, row: NDArray[np.intp], zone: NDArray[np.integer[Any]], rows: int) -> Numbers:
        highest = np.full(rows, np.nan)
        acting = self.acting[zone]
        np.fmax.at(highest, row[acting], self.values[zone[acting]])
        return highest

    def _notes(self, at_unknown: Flags) -> list[str]:
        if self.intensity is None or not at_unknown.any():
            return []
        what = frames.describe(self.zones, self.what)
        return [texts.Note.of("hits_intensity", what=what, count=texts.number(int(at_unknown.sum())))]


def _zones(found: Overlaps) -> NDArray[np.intp]:
    """Return the zone of each pair by its position among all."""
    return found.names.to_numpy(np.intp)[found.zone]


def _any_of(row: NDArray[np.intp], flags: Flags, rows: int) -> Flags:
    found = np.zeros(rows, dtype=bool)
    found[row[flags]] = True
    return found


def _inside(affected: Flags, unsure: Flags, known: Flags) -> NDArray[np.int8]:
    return np.where(~known | unsure, -1, affected).astype(np.int8)


def _reasons(features: GeoDataFrame, unsure: Flags, placeless: Flags) -> pd.Categorical[Any]:
    refused = refused_otherwise(features) & placeless
    codes = np.select([refused, placeless, unsure], [1, 0, 2], -1)
    return pd.Categorical.from_codes(codes, categories=pd.Index(REASONS))
