# SPDX-License-Identifier: Apache-2.0
"""Legends of vulnerable groups: sites by whether they are in time, shelters by whether they can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.drawing.legend import BEFORE, CLOSED, COVERED, NOT_CONCERNED, UNCOVERED, UNKNOWN, Category, is_code

if TYPE_CHECKING:
    import geopandas as gpd

DRAWN = (
    ("in_time", COVERED, "circle"),
    ("too_late", BEFORE, "circle"),
    ("no_places", UNCOVERED, "diamond"),
    ("no_shelter", CLOSED, "diamond"),
)


def vulnerable_categories(rows: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of sites in parts: in time, too late, no place, no suitable shelter, unknown."""
    state = rows["state"]
    categories = [
        Category(is_code(state, each), f"\"state\" = '{each}'", colour, marker, texts.both(f"vulnerable_{each}"))
        for each, colour, marker in DRAWN
    ]
    return [*categories, Category(is_code(state, "unknown"), "TRUE", UNKNOWN, "cross", texts.both("unknown"))]


def suitable_categories(shelters: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of shelters: somebody comes, nobody does, those in the zone, those of no use."""
    state, comes = shelters["state"], (shelters["arrivals"] > 0).to_numpy()
    usable, inside = is_code(state, "usable"), is_code(state, "in_zone")
    can, cannot = "\"state\" = 'usable'", "\"state\" = 'in_zone'"
    return [
        Category(comes, '"arrivals" > 0', COVERED, "circle", texts.both("vulnerable_shelter_chosen")),
        Category(usable & ~comes, can, NOT_CONCERNED, "circle", texts.both("vulnerable_shelter_usable")),
        Category(inside, cannot, UNCOVERED, "diamond", texts.both("vulnerable_shelter_in_zone")),
        Category(~usable & ~inside, "TRUE", UNKNOWN, "cross", texts.both("closed_facility")),
    ]
