# SPDX-License-Identifier: Apache-2.0
"""Where the areas of alerts are: their polygons and circles, what codes stand for, and what nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap._native import _core
from sheltermap.alerts.alert import AlertArea
from sheltermap.alerts.in_force import Part
from sheltermap.layers.conversion import to_shapely

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.alerts.geocodes import CodedAreas

AREA_ERROR = 1e-6  # of circles: of 25 km radius the edge is right to 2 cm
POINT_M = 1.0  # what is this near to a point lies there: alerts have five decimals at most
# Why an area, or how far it reaches, is not known.
NO_TABLE, NO_CODE, NOTHING, ONLY_POINT = "no_table_of_codes", "code_not_in_table", "area_without_place", "only_a_point"


@dataclass(frozen=True)
class Missing:
    """An area that nobody knows, or not how far it reaches."""

    part: int
    area: str
    reason: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ground:
    """The areas of some events.

    Attributes
    ----------
    zones : GeoDataFrame in EPSG:4326
        ``part``, its number, ``area`` and polygons.
    missing : tuple of Missing
    """

    zones: GeoDataFrame
    missing: tuple[Missing, ...]

    def known_in_full(self, part: int | None = None) -> bool:
        """Whether every area of an event, or of all, is known."""
        return not any(part is None or each.part == part for each in self.missing)


def ground_of(parts: Sequence[Part], coded: CodedAreas | None) -> Ground:
    """Return where some events are warned of; `coded` says what codes stand for."""
    import geopandas

    rows: list[dict[str, Any]] = []
    missing: list[Missing] = []
    for number, part in enumerate(parts, start=1):
        if not part.info.areas:
            missing.append(Missing(number, "", NOTHING))
        for area in part.info.areas:
            found, unknown = _shapes_of(area, number, coded)
            missing += unknown
            rows += [{"part": number, "area": area.description, "geometry": shape} for shape in found]
    columns = {name: [row[name] for row in rows] for name in ("part", "area")}
    shapes = geopandas.GeoSeries([row["geometry"] for row in rows], crs="EPSG:4326")
    return Ground(geopandas.GeoDataFrame(columns, geometry=shapes), tuple(missing))


def _shapes_of(area: AlertArea, part: int, coded: CodedAreas | None) -> tuple[list[Any], list[Missing]]:
    """Return the shapes that an area is the union of, none where it is not known, and what of it is not."""
    missing = []
    if area.has_shape:
        # Codes beside shapes describe the same area once more, and often a larger one (CAP 1.2, 3.2.4, geocode (5)).
        shapes = [*area.polygons, *(_disc(each.lon, each.lat, each.radius_km) for each in area.circles)]
        if any(each.radius_km == 0 for each in area.circles):
            missing.append(Missing(part, area.description, ONLY_POINT))
        return shapes, missing
    if not area.geocodes:
        return [], [Missing(part, area.description, NOTHING)]
    if coded is None:
        return [], [Missing(part, area.description, NO_TABLE, tuple(value for _, value in area.geocodes))]
    shape, unknown = coded.shape_of(area.geocodes)
    return [] if shape is None else [shape], [Missing(part, area.description, NO_CODE, unknown)] if unknown else []


def _disc(lon: float, lat: float, radius_km: float) -> Any:
    """Return a circle along the ellipsoid."""
    metres = radius_km * 1000 if radius_km > 0 else POINT_M
    return to_shapely(_core.service_area(np.array([[lon, lat]]), metres, AREA_ERROR))[0]
