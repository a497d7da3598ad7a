# SPDX-License-Identifier: Apache-2.0
"""Columns of a plan's inputs that an assessment cannot hold, or that its results need themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.layers.cells import listed
from sheltermap.questions.plan_error import PlanError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.layers.frames import ColumnTakenError
    from sheltermap.plans.plan import Plan
    from sheltermap.questions.kind import Kind
    from sheltermap.questions.outcome import Outcome

    Frames = Mapping[str, GeoDataFrame]  #: inputs by name


def storage_faults(plan: Plan, frames: Frames) -> Iterator[str]:
    """Give what of each input could not be written into the assessment: it is told before anything is computed."""
    for name, frame in frames.items():
        where = f"inputs.{name} ({plan.inputs[name].said})"
        for one, other in _twins(frame):
            yield (
                f'{where}: the columns "{one}" and "{other}" differ in capitals only, which databases do not tell '
                "apart: rename one of them"
            )
        for column in frame.columns[[kind == "f" for kind in (dtype.kind for dtype in frame.dtypes)]]:
            rows = np.flatnonzero(np.isinf(frame[column].to_numpy(np.float64, na_value=np.nan)))
            if len(rows):
                yield (
                    f'{where}: column "{column}" holds {listed(frame, column, rows)}, which the GeoJSON files of the '
                    "assessment cannot say: correct it, or leave the cell empty where it is not known"
                )


def require_distinct(plan: Plan, outcome: Outcome) -> None:
    """Raise PlanError where a result's column and one of the input differ in capitals only."""
    for name, layer in outcome.layers.items():
        for one, other in _twins(layer):
            raise PlanError(
                plan.path,
                [
                    f'analyses.{name}: the result has the columns "{one}" and "{other}", which databases do not tell '
                    "apart: rename the one that an input has"
                ],
            )


def taken_fault(plan: Plan, analysis: Kind, inputs: Frames, error: ColumnTakenError) -> PlanError:
    """Return the fault of an input that has a column which the result needs."""
    holders = [name for name in analysis.roles.values() if error.column in inputs[name].columns]
    if not holders:  # a result of one step that another one needs
        return PlanError(plan.path, [f"analyses.{analysis.name}: {error}"])
    whose = " or ".join(f'the input "{name}" ({plan.inputs[name].said})' for name in dict.fromkeys(holders))
    return PlanError(
        plan.path,
        [f'analyses.{analysis.name}: {whose} has a column "{error.column}", which the result needs: rename it there'],
    )


def _twins(frame: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Give the columns whose names differ in capitals only."""
    seen: dict[str, str] = {}
    for column in map(str, frame.columns):
        first = seen.setdefault(column.lower(), column)
        if first is not column:
            yield first, column
