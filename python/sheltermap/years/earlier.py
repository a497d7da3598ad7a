# SPDX-License-Identifier: Apache-2.0
"""Assessments of former years, as their folders recorded them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import ValidationError

import sheltermap as sm
from sheltermap.assessments.folder import MOST_SUMMARY, NETWORKS, SCHEMA, SUMMARY, TABLES
from sheltermap.base import ordinary_files
from sheltermap.layers.digest import sha256
from sheltermap.plans.faults import schema_faults
from sheltermap.plans.plan import Plan
from sheltermap.questions.figures import NUMBERS, figures_table
from sheltermap.questions.registry import KINDS
from sheltermap.questions.sources import SAVED_ENDING
from sheltermap.streets import kept_tables

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.questions.kind import Kind
    from sheltermap.runs.assessment import Assessment

LAYERS = "assessment.gpkg"
REMEDY = "run its plan again, or take the folder from a copy"


@dataclass(frozen=True)
class Recorded:
    """An assessment: its plan, the inputs as they were read, and what was found."""

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
    summary = _summary(folder)
    for name, digest in summary["files"].items():
        path = folder / name
        if not path.is_file() or sha256(path) != digest:
            what = "was changed after it was made" if path.is_file() else "is missing"
            raise sm.ReadError(f"{path} {what}: the assessment cannot be trusted; run its plan again")
    try:
        plan = Plan.model_validate_json(json.dumps(summary["plan"]))
    except ValidationError as error:
        faults = "; ".join(schema_faults(error, summary["plan"], Plan, KINDS))
        raise sm.ReadError(f"{folder / SUMMARY}: its plan cannot be understood: {faults}; {REMEDY}") from None
    geopackage = folder / LAYERS
    frames = {name: sm.read(geopackage, layer=f"input_{name}", strict=False) for name in plan.inputs}
    names = [analysis.name for analysis in plan.analyses]
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


def _summary(folder: Path) -> dict[str, Any]:
    path = folder / SUMMARY
    try:
        content = json.loads(ordinary_files.content(path, MOST_SUMMARY))
    except OSError:
        raise sm.ReadError(f"{folder} is no assessment: it has no {SUMMARY}; name a folder that run wrote") from None
    except (ValueError, RecursionError) as error:
        raise sm.ReadError(f"{path} is damaged: {error}") from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise sm.ReadError(f"{path} is not of the form {SCHEMA}")
    if "plan" not in content:
        raise sm.ReadError(f"{folder} records no plan: it was made by an older sheltermap; run its plan again")
    wrong = next((key for key, is_sound in _SOUND.items() if not is_sound(content.get(key))), None)
    if wrong is not None:
        raise sm.ReadError(f'{path} is damaged: "{wrong}" is missing or not what belongs there; {REMEDY}')
    return content


def _is_digests(value: Any) -> bool:
    """Whether it names at least what is read, each file with its digest."""
    return isinstance(value, dict) and LAYERS in value and all(isinstance(each, str) for each in value.values())


def _is_figures(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_figure(each) for each in value)


def _is_figure(value: Any) -> bool:
    named = isinstance(value, dict) and all(
        isinstance(value.get(key), str) for key in ("analysis", "figure", "measure")
    )
    return named and all(isinstance(value.get(key), int | float | None) for key in NUMBERS)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


_SOUND: dict[str, Callable[[Any], bool]] = {
    "plan": lambda value: isinstance(value, dict),
    "year": lambda value: isinstance(value, int),
    "files": _is_digests,
    "figures": _is_figures,
    "refused_rows": _is_rows,
}
