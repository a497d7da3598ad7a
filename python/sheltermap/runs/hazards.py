# SPDX-License-Identifier: Apache-2.0
"""The scenarios of a plan, made of its inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base.invisible import visible
from sheltermap.base.language import REFERENCE
from sheltermap.layers.cells import first_few
from sheltermap.risk.bands import bands
from sheltermap.risk.failure import Failing
from sheltermap.risk.plume import plume
from sheltermap.risk.scenario import Scenario

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.layers.raster import Raster
    from sheltermap.plans.plan import Plan
    from sheltermap.questions.scenario_sources import ScenarioSource, Where
    from sheltermap.streets.travelling import By

    Frames = Mapping[str, GeoDataFrame]  #: inputs by name


def scenario_of(
    source: ScenarioSource, inputs: Frames, rasters: Mapping[str, Raster], by: By | None = None
) -> Scenario:
    """Return a scenario of a plan; `by` is what its failing facilities serve along, where it names something.

    Raises
    ------
    ValueError
        If its zones do not fit what the plan says of them.
    """
    told = {"id", "hazard", "unit", "affected_from", "return_period_years", "annual_probability", "likelihood"}
    kept = source.model_dump(include={*told, "source", "status"})
    kept["season"] = None if source.season is None else source.season.get(REFERENCE)
    if source.raster is not None:
        return Scenario(raster=rasters[source.raster], **kept)
    if (failing := source.failing) is not None:
        facilities = inputs[failing.facilities]
        out = _chosen(facilities, failing.where)
        return Scenario(
            failing=Failing(facilities, out, limit=failing.limit, by=by, direction=failing.direction), **kept
        )
    zones = None
    if source.chosen is not None:
        _, name, where = source.chosen
        zones = inputs[name][_chosen(inputs[name], where)] if where else inputs[name]
    if source.drawn is not None and zones is not None:
        zones = (plume if source.bands is None else bands)(zones, **source.drawn.making())
    return Scenario(zones=zones, intensity=source.strength, **kept)


def scenario_faults(plan: Plan, inputs: Frames) -> Iterator[str]:
    """Give what of each scenario does not fit its input: values that are nowhere, intensities that are no numbers."""
    for source in plan.scenarios:
        if source.chosen is None:
            continue
        key, name, where = source.chosen
        if name not in inputs:
            continue  # it could not be read, which is told
        if not set(source.columns.values()) <= set(inputs[name].columns):
            continue  # which is told already
        if where and not _chosen(inputs[name], where).any():
            yield f"scenarios.{source.id}.{key}: {_none_chosen(inputs[name], name, where)}"
            continue
        if source.zones is not None:
            try:
                scenario_of(source, inputs, {})
            except ValueError as error:
                yield f"scenarios.{source.id}: {error}"


def _chosen(frame: GeoDataFrame, where: Where) -> NDArray[np.bool_]:
    """Return which rows hold what is asked in every column; of a list, any of its values."""
    chosen = np.ones(len(frame), dtype=bool)
    for column, wanted in where.items():
        chosen &= _holds(frame[column], wanted if isinstance(wanted, list) else [wanted])
    return chosen


def _holds(cells: pd.Series[Any], wanted: list[Any]) -> NDArray[np.bool_]:
    """Compare numbers as numbers, so that 100 is 100.0, and all else as it is written."""
    numeric = pd.api.types.is_numeric_dtype(cells.dtype) and not pd.api.types.is_bool_dtype(cells.dtype)
    found = np.zeros(len(cells), dtype=bool)
    for value in wanted:
        if numeric and isinstance(value, int | float) and not isinstance(value, bool):
            found |= (cells == value).fillna(False).to_numpy(bool)
        else:
            found |= (cells.astype("string") == str(value)).fillna(False).to_numpy(bool)
    return found


def _none_chosen(frame: GeoDataFrame, name: str, where: Where) -> str:
    """Say which values there are: of the first column that holds none of those that are asked, else of all columns."""
    nowhere = [column for column, value in where.items() if not _chosen(frame, {column: value}).any()]
    asked = {column: where[column] for column in nowhere[:1] or where}
    there = frame[list(asked)].dropna().drop_duplicates().sort_values(list(asked), key=lambda cells: cells.astype(str))
    rows = there.itertuples(index=False, name=None)
    names = [" and ".join(f"{column} = {_told(cell)}" for column, cell in zip(asked, row, strict=True)) for row in rows]
    wanted = " and ".join(f"{column} = {_told(value)}" for column, value in asked.items())
    return f"no row of {name} has {wanted}; there is {first_few(names) or 'none with a value'}"


def _told(value: Any) -> str:
    if isinstance(value, list):
        return " or ".join(map(_told, value))
    return f'"{visible(value)}"' if isinstance(value, str) else f"{value}"
