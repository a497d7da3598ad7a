# SPDX-License-Identifier: Apache-2.0
"""Assessments of former years, as their folders recorded them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import sheltermap as sm
from sheltermap.assessments.folder import GEOPACKAGE, NETWORKS, TABLES
from sheltermap.assessments.former import recorded_plan, recorded_summary
from sheltermap.layers.digest import sha256
from sheltermap.plans.plan import Plan
from sheltermap.questions.figures import figures_table
from sheltermap.questions.in_blocks import LAYERS
from sheltermap.questions.sources import SAVED_ENDING
from sheltermap.streets import kept_tables

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.questions.kind import Kind
    from sheltermap.runs.assessment import Assessment


@dataclass(frozen=True)
class Recorded:
    """An assessment: its plan, the inputs as they were read, and what was found.

    What was asked block by block is neither among the inputs nor the layers: figures alone are told of it.
    """

    name: str
    plan: Plan
    year: int
    frames: Mapping[str, GeoDataFrame]
    layers: Mapping[str, GeoDataFrame]  #: of the analyses, by name
    figures: pd.DataFrame
    refused_rows: pd.DataFrame
    networks: Mapping[str, sm.Network] = field(default_factory=dict)
    tables: Mapping[str, sm.ReachTable] = field(default_factory=dict)


def recorded(source: str | Path | Assessment | Recorded) -> Recorded:
    """Return an assessment from its folder, or one that was just made.

    Raises
    ------
    ReadError
        If the folder is no assessment, was made by a version that recorded less, or one of its files was changed.
    """
    if isinstance(source, Recorded):
        return source
    if not isinstance(source, (str, Path)):
        return _of(source)
    return _read(Path(source))


def common_analyses(first: Recorded, second: Recorded) -> list[Kind]:
    """Return the analyses of the second year that the first has too, under the same name and of the same kind."""
    former = {each.name: each.kind for each in first.plan.analyses}
    return [each for each in second.plan.analyses if former.get(each.name) == each.kind]


def _of(assessment: Assessment) -> Recorded:
    layers = {name: layer for outcome in assessment.outcomes for name, layer in outcome.layers.items()}
    return Recorded(
        str(assessment.year),
        assessment.plan,
        assessment.year,
        assessment.frames,
        layers,
        assessment.figures,
        assessment.refused_rows,
        assessment.networks,
        assessment.tables,
    )


def _read(folder: Path) -> Recorded:
    summary = recorded_summary(folder)
    for name, digest in summary["files"].items():
        path = folder / name
        if not path.is_file() or sha256(path) != digest:
            what = "was changed after it was made" if path.is_file() else "is missing"
            raise sm.ReadError(f"{path} {what}: the assessment cannot be trusted; run its plan again")
    plan = recorded_plan(folder, summary)
    geopackage = folder / GEOPACKAGE
    in_files = [each for each in plan.analyses if f"{LAYERS}/{each.name}.parquet" in summary["files"]]
    large = {each.roles[each.in_blocks] for each in in_files if each.in_blocks is not None}
    inputs = [name for name in plan.inputs if name not in large]
    frames = {name: sm.read(geopackage, layer=f"input_{name}", strict=False) for name in inputs}
    names = [analysis.name for analysis in plan.analyses if analysis not in in_files]
    names += [f"{analysis.name}_{analysis.traced}" for analysis in plan.analyses if analysis.traced is not None]
    layers = {name: sm.read(geopackage, layer=name, strict=False) for name in names}
    refused = pd.DataFrame(summary["refused_rows"], columns=["input", "row", "id", "reason", "detail"])
    networks = {
        name: sm.Network.load(folder / NETWORKS / f"{name}{SAVED_ENDING}", snap_limit_m=source.snap_limit_m)
        for name, source in plan.networks.items()
    }
    tables = {name: kept_tables.load(folder / TABLES / f"{name}{kept_tables.ENDING}") for name in plan.tables}
    figures = figures_table(summary["figures"])
    return Recorded(folder.name, plan, summary["year"], frames, layers, figures, refused, networks, tables)
