# SPDX-License-Identifier: Apache-2.0
"""Legends of access: against a standard, or in classes of as many rows each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.legend import BEFORE, COVERED, NOT_CONCERNED, UNCOVERED, UNKNOWN, Category, is_code, up_to_edges

if TYPE_CHECKING:
    import geopandas as gpd

PER = 1000  # people, where a number is shown


def spelt(value: float, *, shared: bool) -> dict[str, str]:
    """Write how much there is in every language: per 1,000 people where it is shared, else all that is in reach.

    Examples
    --------
    >>> spelt(0.01234, shared=True)["lv"], spelt(1234.5, shared=False)["en"]
    ('12,3', '1\u202f234')
    """
    return texts.rounded(value * PER if shared else value)


def access_words(key: str, *, shared: bool, **values: float) -> dict[str, str]:
    """Return words about a number of access: ``value``, ``up_to``, ``from_to``, ``enough`` or ``too_little``."""
    written = {name: spelt(value, shared=shared) for name, value in values.items()}
    return texts.both(f"{'access' if shared else 'potential'}_{key}", **written)


def supply_words(state: str) -> dict[str, str]:
    """Say what becomes of what a facility offers."""
    return texts.both(key if (key := f"supply_{state}") in texts.TEXTS else state)


def access_categories(rows: gpd.GeoDataFrame, *, shared: bool, below: float | None) -> list[Category]:
    """Return the legend of an access: nothing, then less and more, then unknown.

    With a standard `below` it says who has less; without one, classes have as many rows each, as far as equal numbers
    allow.
    """
    state = rows["state"]
    values = rows["access"].to_numpy(dtype=float)
    nobody = is_code(state, "enough") & np.isnan(values)
    rule = '"state" = \'enough\' AND "access" IS NULL'
    categories = [
        Category(is_code(state, "none"), "\"state\" = 'none'", UNCOVERED, "diamond", texts.both("access_none")),
        Category(nobody, rule, NOT_CONCERNED, "circle", texts.both("access_nobody")),
    ]
    some = is_code(state, "enough") & ~nobody
    if below is not None:
        words = {name: access_words(name, shared=shared, value=below) for name in ("too_little", "enough")}
        little = is_code(state, "too_little")
        categories.append(Category(little, "\"state\" = 'too_little'", BEFORE, "circle", words["too_little"]))
        categories.append(Category(some, "\"state\" = 'enough'", COVERED, "circle", words["enough"]))
    else:

        def said(low: float | None, edge: float) -> dict[str, str]:
            if low is None:
                return access_words("up_to", shared=shared, value=edge)
            return access_words("from_to", shared=shared, low=low, high=edge)

        categories += up_to_edges(values, some, '"state" = \'enough\' AND "access"', "circle", said, darkest_last=True)
    return [*categories, Category(is_code(state, "unknown"), "TRUE", UNKNOWN, "cross", texts.both("unknown"))]
