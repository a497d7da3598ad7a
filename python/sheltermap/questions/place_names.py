# SPDX-License-Identifier: Apache-2.0
"""What places of people are called where their rows have codes only: as the base map and the areas call them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.drawing.plots import lonlats

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.questions.context import Context

NEAR = "2 km"  # how far from a town, village or quarter people still call a place so
DECIMALS = 4  # of degrees: ten metres
ASCII_DIGIT = "[0-9]"


def with_place_names(places: GeoDataFrame, context: Context) -> GeoDataFrame:
    """Return the places of a demand, each with a ``name`` that a person knows.

    It is that of the row with most people. Where a plan gives no column of names but the ids, and these are codes, it
    is the name of the nearest town, village or quarter of the base map within 2 km, else that of the area, else
    latitude and longitude; of several with the same name each has its number behind it.
    """
    if not len(places) or not _are_codes(places["name"], context):
        return places
    names = pd.Series([_degrees(each) for each in lonlats(places)], dtype=object)
    if "area" in places:
        area = places["area"].astype(object).reset_index(drop=True)
        names = area.where(area.notna(), names)
    if context.towns is not None and len(context.towns):
        towns = context.towns.reset_index(drop=True).rename_axis("town")
        near = sm.nearest(places[[places.geometry.name]], towns, limit=NEAR)["facility"]
        town = near.map(towns["name"]).astype(object).reset_index(drop=True)
        names = town.where(town.notna(), names)
    names, numbers = names.astype(str), places["place"].astype(str).reset_index(drop=True)
    told = names.where(~names.duplicated(keep=False), names + " " + numbers)
    return places.assign(name=np.asarray(told, dtype=object))


def without_codes(notes: Iterable[str], rows: GeoDataFrame, context: Context) -> list[str]:
    """Return notes that count the rows of a demand and do not list them, where their ids are codes."""
    ids = rows.index if context.labels("demand") is None else rows[context.labels("demand")]
    if not _are_codes(ids, context):
        return list(notes)
    return [note.counting("rows") if isinstance(note, texts.Note) else note for note in notes]


def _are_codes(names: pd.Series[Any] | pd.Index[Any], context: Context) -> bool:
    """Whether a plan has no names for its demand, and what there is are no words: each has digits and no space."""
    source = context.sources["demand"]
    if source.name is not None and source.name != source.id:
        return False
    return _all_are_codes(pd.Series(names, copy=False))


def _all_are_codes(names: pd.Series[Any]) -> bool:
    """Whether each name, as a text, has digits and no space; of texts that Arrow holds it looks at few one by one."""
    if isinstance(names.array, pd.arrays.ArrowStringArray):
        if names.isna().any() or names.str.contains(" ", regex=False).any():
            return False
        names = names[~names.str.contains(ASCII_DIGIT)]
    return all(any(letter.isdigit() for letter in each) and " " not in each for each in map(str, names))


def _degrees(place: tuple[float, float] | None) -> str:
    return "" if place is None else f"{place[1]:.{DECIMALS}f}, {place[0]:.{DECIMALS}f}"
