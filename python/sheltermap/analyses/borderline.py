# SPDX-License-Identifier: Apache-2.0
"""Rows too close to a limit to say: by how much their costs may be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.layers.precision import coordinate_error_m
from sheltermap.streets.reach_table import ReachTable

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.streets.travelling import Found, Question


def errors_of(
    demand: GeoDataFrame, facilities: GeoDataFrame, found: Found, asked: Question, position_error_m: float | None
) -> tuple[float, float]:
    """Return by how much positions may be wrong, in metres, and costs for it, in their unit.

    Raises
    ------
    ValueError
        If `position_error_m` is given for a table of times.
    """
    error = position_error_m
    if isinstance(asked.by, ReachTable):  # whoever computed it took coordinates that nobody knows here
        if error is not None and asked.seconds:
            raise ValueError("position_error_m is a distance, and a table of times does not say how fast people walk")
        return error or 0.0, error or 0.0
    if error is None:
        error = coordinate_error_m(demand, found.demand_places) + coordinate_error_m(facilities)
    return error, error / asked.by.walking_m_s if asked.by is not None and asked.seconds else error
