# SPDX-License-Identifier: Apache-2.0
"""What is left of the facilities in a flood: how many are in which state, and their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.layers import frames
from sheltermap.layers.cells import listed, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


def capacities(
    facilities: GeoDataFrame, column: str | None, kind: str = "facilities"
) -> tuple[Numbers | None, list[str]]:
    """Return the places of each facility, NaN where they are not known, and a note on numbers that cannot be meant.

    Those are held to the limits of the shelter register, so that a register analysis of the same file says the same.
    """
    if column is None:
        return None, []
    from sheltermap.registers.schema import schema

    what = frames.describe(facilities, kind)
    places = numbers(facilities, column, what)
    field = schema("shelter").fields["capacity_persons"]
    assert field.min is not None and field.max is not None
    given = ~np.isnan(places)
    wrong = given & ~((places >= field.min) & (places <= field.max) & (places == np.floor(places)))
    if not wrong.any():
        return places, []
    rows = np.flatnonzero(wrong)
    note = (
        f"{what}: column {column!r} holds {listed(facilities, column, rows)}; places are whole numbers from "
        f"{field.min:.0f} to {field.max:.0f}, so these count as {kind} without a number: correct them, or leave "
        "the cells empty"
    )
    return np.where(wrong, np.nan, places), [note]


def supply_rows(name: Any, state: NDArray[Any], states: Sequence[str], places: Numbers | None) -> list[dict[str, Any]]:
    """Return for a scenario how many facilities are in each state and, where asked for, their known places."""
    found = []
    for each in states:
        here = state == each
        row: dict[str, Any] = {"scenario": name, "state": each, "facilities": int(here.sum())}
        if places is not None:
            row |= {"capacity": float(np.nansum(places[here])), "without_capacity": int(np.isnan(places[here]).sum())}
        found.append(row)
    return found
