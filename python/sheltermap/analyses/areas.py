# SPDX-License-Identifier: Apache-2.0
"""Which area each row counts in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base import texts
from sheltermap.base.counted_notes import CountedNote
from sheltermap.base.scopes import NO_AREA, require_own_names
from sheltermap.base.suggestions import one_form
from sheltermap.layers import frames
from sheltermap.layers.meeting import placed, placed_lonlat, require_together
from sheltermap.layers.refused_rows import without_place
from sheltermap.layers.row_ids import take_ids
from sheltermap.layers.unchanging import kept

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


class Areas:
    """Which area each row counts in; the two numbers after the areas are those of `NO_AREA`.

    Attributes
    ----------
    names : list
        Of the areas, each once.
    codes : ndarray
        Number of each row's area.
    own_codes : ndarray
        Number of the name of each row of the areas themselves.
    notes : list of str
        What bounds the answer.
    """

    @classmethod
    def of(
        cls, areas: GeoDataFrame | None, area_name: str | None, places: NDArray[np.float64], what: str
    ) -> Areas | None:
        """Return them where areas are given; ValueError where only the column with their names is."""
        if areas is not None:
            return cls(areas, area_name, places, what)
        if area_name is not None:
            raise ValueError("area_name is a column of areas: give areas")
        return None

    @classmethod
    def of_features(
        cls, areas: GeoDataFrame | None, area_name: str | None, features: GeoDataFrame, what: str
    ) -> Areas | None:
        """Return them as `of` does: a line or polygon counts where a point on it lies."""
        if areas is not None and not frames.are_points(features, what):
            features = features.set_geometry(features.geometry.representative_point())
        return cls.of(areas, area_name, np.empty((0, 2)) if areas is None else frames.lonlat(features, what), what)

    def __init__(self, areas: GeoDataFrame, area_name: str | None, places: NDArray[np.float64], what: str) -> None:
        frames.require_geometry(areas, "areas")
        if area_name is not None:
            frames.require_columns(areas, [area_name], "areas")
        names = pd.Series(areas.index.to_flat_index() if area_name is None else areas[area_name].to_numpy())
        if names.isna().any():
            raise ValueError(f"areas: row {int(np.flatnonzero(names.isna())[0]) + 1} has no name in {area_name!r}")
        require_own_names(names, frames.describe(areas, "areas"))
        codes, _ = pd.factorize(names.map(one_form))
        self.own_codes = codes.astype(np.int64)
        self.names = list(names[~pd.Series(codes).duplicated()])
        lie = [places, areas.geometry.to_numpy()]

        def look() -> _core.ZonesOfPoints:
            return _core.zones_of_points(places, frames.zone_index(areas, "areas"))

        found = kept(("areas", areas.crs.to_wkt() if areas.crs is not None else None), lie, look)
        require_together(placed_lonlat(places, what), placed(areas, "areas"))
        self.codes = kept(("codes", self.own_codes.tobytes()), lie, lambda: self._codes_of(found))
        self.notes = [*ground_notes(areas, "areas"), *self._overlap_note(found.offsets, found.zone, codes)]

    def _codes_of(self, found: _core.ZonesOfPoints) -> NDArray[np.int64]:
        counts = np.diff(found.offsets)
        codes = np.full(len(counts), len(self.names), np.int64)
        codes[counts > 0] = self.own_codes[found.zone[found.offsets[:-1][counts > 0]]]
        codes[found.known == 0] = len(self.names) + 1
        codes.flags.writeable = False  # others may be given the same
        return codes

    @staticmethod
    def _overlap_note(offsets: NDArray[np.int64], zone: NDArray[np.int32], codes: NDArray[np.intp]) -> list[str]:
        counts = np.diff(offsets)
        if counts.max(initial=0) <= 1:
            return []
        row_of_pair = np.repeat(np.arange(len(counts)), counts)
        first_of_pair = np.repeat(offsets[:-1], counts)  # the pair that decides where its row counts
        several = np.unique(row_of_pair[codes[zone] != codes[zone[first_of_pair]]])
        if not len(several):
            return []
        said = "rows lie in several areas (overlaps or shared borders) and count in the first of them"
        return [CountedNote.of(len(several), said)]

    def labels(self) -> Any:
        """Return the area of each row; missing outside every area and where the position is unknown."""

        def take() -> Any:
            return take_ids(pd.Index(self.names), np.where(self.codes < len(self.names), self.codes, -1))

        return kept(("labels", tuple(self.names)), [self.codes], take).copy()  # which of Arrow's texts takes no memory

    def rows(self) -> dict[Any, NDArray[np.intp]]:
        """Return the rows of each area, and of those in none, ascending."""
        names = self.all_names()
        order = np.argsort(self.codes, kind="stable")
        ends = np.searchsorted(self.codes[order], np.arange(1, len(names)))
        return dict(zip(names, np.split(order, ends), strict=True))

    def all_names(self) -> list[Any]:
        """Return what the codes stand for: the areas, then who is in none."""
        return [*self.names, *NO_AREA]


def ground_notes(frame: GeoDataFrame, role: Literal["zones", "areas"]) -> list[str]:
    """Return notes where zones or areas have no place or were refused: nobody can be counted as lying in them."""
    counts = zip(("without_place", "refused"), without_place(frame), strict=True)
    return [texts.Note.of(f"{role}_{what}", count=texts.number(count)) for what, count in counts if count]
