# SPDX-License-Identifier: Apache-2.0
"""Legends of a balance of places: areas by their share, structures by state, people by what their area has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.legend import BEFORE, CLASSES, COVERED, NOT_CONCERNED, UNCOVERED, UNKNOWN, Category, is_code

if TYPE_CHECKING:
    import geopandas as gpd


def share_categories(areas: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of areas: by the share of the places required that are valid."""
    share = areas["share_valid"].to_numpy(dtype=float)
    enough = Category(share >= 1, '"share_valid" >= 1', CLASSES[4], "circle", texts.both("balance_enough"))
    categories, above = [enough], 1.0
    for shade, least in ((3, 0.75), (2, 0.5), (1, 0.25), (0, 0.0)):
        here = (share >= least) & (share < above)
        words = texts.both("balance_share_from", least=f"{100 * least:.0f}", below=f"{100 * above:.0f}")
        marker = "circle" if least else "diamond"
        categories.append(Category(here, f'"share_valid" >= {least:g}', CLASSES[shade], marker, words))
        above = least
    nobody = Category(np.isnan(share), "TRUE", UNKNOWN, "cross", texts.both("balance_nobody"))
    return [*categories, nobody]


def structure_categories(structures: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of a register's structures: by whether their places are valid, or can become so."""
    state = structures["state"]
    drawn = (
        ("valid", COVERED, "circle"),
        ("renewable", BEFORE, "circle"),
        ("not_valid", UNCOVERED, "diamond"),
        ("out_of_use", NOT_CONCERNED, "cross"),
        ("other_kind", NOT_CONCERNED, "cross"),
    )
    categories = [
        Category(is_code(state, each), f"\"state\" = '{each}'", colour, marker, texts.both(f"places_{each}"))
        for each, colour, marker in drawn
    ]
    return [*categories, Category(is_code(state, "unknown"), "TRUE", UNKNOWN, "cross", texts.both("places_unknown"))]


def verdict_categories(rows: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of the demand of a balance: by whether the places of the area are enough."""
    verdict = rows["verdict"]
    drawn = (("enough", COVERED, "circle"), ("if_renewed", BEFORE, "circle"), ("short", UNCOVERED, "diamond"))
    categories = [
        Category(is_code(verdict, each), f"\"verdict\" = '{each}'", colour, marker, texts.both(f"balance_{each}"))
        for each, colour, marker in drawn
    ]
    return [*categories, Category(is_code(verdict, "unknown"), "TRUE", UNKNOWN, "cross", texts.both("unknown"))]
