# SPDX-License-Identifier: Apache-2.0
"""The figures of an assessment's folder, each with what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheltermap._native import ReadError
from sheltermap.assessments.folder import GEOPACKAGE
from sheltermap.assessments.former import recorded_plan, recorded_summary
from sheltermap.evidence.stored_layers import StoredLayers
from sheltermap.layers.digest import sha256
from sheltermap.questions.figure_source import Asked, NotInLayers
from sheltermap.questions.figures import figures_table
from sheltermap.questions.in_blocks import LAYERS

if TYPE_CHECKING:
    import pandas as pd

    from sheltermap.plans.indicators import Indicator
    from sheltermap.plans.plan import Plan
    from sheltermap.questions.figure_source import Source
    from sheltermap.questions.kind import Kind


@dataclass(frozen=True)
class AskedFigures:
    """An assessment as its folder recorded it, whose figures are asked what they are made of."""

    folder: Path
    summary: Mapping[str, Any]
    plan: Plan
    layers: StoredLayers

    @classmethod
    def of(cls, folder: str | Path) -> AskedFigures:
        """Return those of a folder.

        Raises
        ------
        ReadError
            If the folder is no assessment, was made by a version that recorded less, or its GeoPackage is gone.
        """
        folder = Path(folder)
        summary = recorded_summary(folder)
        layers = folder / GEOPACKAGE
        if not layers.is_file():
            raise ReadError(f"{layers} is missing, and the rows of the figures are there; run the plan again")
        return cls(folder, summary, recorded_plan(folder, summary), StoredLayers(layers))

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Its figures, one a row."""
        return figures_table(self.summary["figures"])

    @cached_property
    def is_unchanged(self) -> bool:
        """Whether the GeoPackage is as it was written."""
        return sha256(self.layers.path) == self.summary["files"][GEOPACKAGE]

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Its analyses by name."""
        return {each.name: each for each in self.plan.analyses}

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Its indicators by id."""
        return {each.id: each for each in self.plan.indicators}

    def asked(self, row: Mapping[str, Any]) -> Asked:
        """Return a figure as its kind is asked about it."""
        kind = self.kinds[row["analysis"]]
        ids = {role: self.plan.inputs[name].id for role, name in kind.roles.items()}
        limits, standards = self.plan.thresholds(kind), self.plan.standards_of(kind)
        return Asked(kind, row, self.layers, limits, standards, self.plan.scenarios_of(kind), ids)

    def source(self, row: Mapping[str, Any]) -> Source:
        """Return what a figure is made of."""
        if f"{LAYERS}/{row['analysis']}.parquet" in self.summary["files"]:
            return NotInLayers("in_file")
        asked = self.asked(row)
        return self.kinds[row["analysis"]].source(asked)
