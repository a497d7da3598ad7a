# SPDX-License-Identifier: Apache-2.0
"""Legends of continuity: people by whether their access hangs on one facility, facilities by what they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.drawing.legend import BEFORE, COVERED, NOT_CONCERNED, UNCOVERED, UNKNOWN, Category, is_code, up_to_edges

if TYPE_CHECKING:
    import geopandas as gpd

DRAWN = (("several", COVERED, "circle"), ("one_only", UNCOVERED, "diamond"), ("without", BEFORE, "circle"))
TAKES = "people_losing_access"


def continuity_categories(rows: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of people: access remains, hangs on one facility, is not there even now, unknown."""
    state = rows["state"]
    categories = [
        Category(is_code(state, each), f"\"state\" = '{each}'", colour, marker, texts.both(f"continuity_{each}"))
        for each, colour, marker in DRAWN
    ]
    return [*categories, Category(is_code(state, "unknown"), "TRUE", UNKNOWN, "cross", texts.both("unknown"))]


def failure_categories(facilities: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of facilities: in classes by how many people lose access with them, the most dark."""
    taken = facilities[TAKES].to_numpy(dtype=float)
    nobody = Category(taken == 0, f'"{TAKES}" = 0', NOT_CONCERNED, "circle", texts.both("continuity_takes_nothing"))
    return [nobody, *up_to_edges(taken, taken > 0, f'"{TAKES}"', "diamond", _words, darkest_last=True)]


def _words(low: float | None, edge: float) -> dict[str, str]:
    if low is None:
        return texts.both("continuity_takes_up_to", edge=texts.number(edge))
    return texts.both("continuity_takes_from", low=texts.number(low), edge=texts.number(edge))
