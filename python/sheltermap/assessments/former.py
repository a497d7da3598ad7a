# SPDX-License-Identifier: Apache-2.0
"""What the folder of a former assessment recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sheltermap._native import ReadError
from sheltermap.assessments.folder import GEOPACKAGE, MOST_SUMMARY, SCHEMA, SUMMARY
from sheltermap.base import ordinary_files
from sheltermap.plans.faults import schema_faults
from sheltermap.plans.plan import Plan
from sheltermap.questions.figures import NUMBERS, figures_table
from sheltermap.questions.registry import KINDS
from sheltermap.runs.assessment import Former

REMEDY = "run its plan again, or take the folder from a copy"


def former(folder: str | Path) -> Former:
    """Return the figures of a former assessment from its folder.

    Raises
    ------
    ReadError
        If the folder is no assessment, was made by a version that recorded less, or its summary is damaged.
    """
    summary = recorded_summary(Path(folder))
    kinds = {str(each.get("name")): str(each.get("kind")) for each in summary["analyses"]}
    return Former(summary["year"], kinds, figures_table(summary["figures"]))


def recorded_summary(folder: Path) -> dict[str, Any]:
    """Return what the summary of an assessment's folder tells, as plain data.

    Raises
    ------
    ReadError
        If the folder is no assessment, was made by a version that recorded less, or its summary is damaged.
    """
    path = folder / SUMMARY
    try:
        content = json.loads(ordinary_files.content(path, MOST_SUMMARY))
    except OSError:
        raise ReadError(f"{folder} is no assessment: it has no {SUMMARY}; name a folder that run wrote") from None
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{path} is damaged: {error}") from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise ReadError(f"{path} is not of the form {SCHEMA}")
    if "plan" not in content:
        raise ReadError(f"{folder} records no plan: it was made by an older sheltermap; run its plan again")
    wrong = next((key for key, is_sound in _SOUND.items() if not is_sound(content.get(key))), None)
    if wrong is not None:
        raise ReadError(f'{path} is damaged: "{wrong}" is missing or not what belongs there; {REMEDY}')
    return content


def recorded_plan(folder: Path, summary: Mapping[str, Any]) -> Plan:
    """Return the plan that the summary of an assessment's folder has.

    Raises
    ------
    ReadError
        If it cannot be understood: a later sheltermap wrote it, or somebody changed it.
    """
    try:
        return Plan.model_validate_json(json.dumps(summary["plan"]))
    except ValidationError as error:
        faults = "; ".join(schema_faults(error, summary["plan"], Plan, KINDS))
        raise ReadError(f"{folder / SUMMARY}: its plan cannot be understood: {faults}; {REMEDY}") from None


def _is_digests(value: Any) -> bool:
    """Whether it names at least what is read, each file with its digest."""
    return isinstance(value, dict) and GEOPACKAGE in value and all(isinstance(each, str) for each in value.values())


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
    "analyses": lambda value: _is_rows(value),
    "year": lambda value: isinstance(value, int),
    "files": _is_digests,
    "figures": _is_figures,
    "refused_rows": _is_rows,
}
