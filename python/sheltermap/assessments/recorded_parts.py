# SPDX-License-Identifier: Apache-2.0
"""What an assessment records of itself: the tables of its GeoPackage, and its summary as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sheltermap.assessments.folder import SCHEMA
from sheltermap.base.language import LANGUAGES
from sheltermap.plans.plan import Plan
from sheltermap.questions.sources import Input, RasterSource
from sheltermap.runs.assessment import Assessment
from sheltermap.runs.cost_tables import TableRecord
from sheltermap.runs.inputs import InputRecord
from sheltermap.runs.networks import NetworkRecord

TITLES, SCOPES, NOTES = ([f"{key}_{lang}" for lang in LANGUAGES] for key in ("title", "scope", "note"))
STANDARD_COLUMNS = ["id", "distance_m", "figures", *TITLES, *SCOPES, "source", "year", "status", *NOTES]
# Tables of a scenario, told as JSON; missing in all rows, they would have no type.
SCENARIO_TEXTS = dict.fromkeys(("where", "bands", "plume", "failing"), "string")


def assessment_tables(assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Return the tables of an assessment: its figures and what they rest on."""
    plan = assessment.plan
    parameters = [
        {"analysis": analysis.name, "parameter": key, "value": json.dumps(value, ensure_ascii=False)}
        for analysis in plan.analyses
        for key, value in analysis.model_dump(mode="json", exclude={"name"}, exclude_none=True).items()
    ]
    versions = [{"component": name, "version": version} for name, version in assessment.versions.items()]
    return {
        **{f"{found.analysis.name}_{end}": table for found in assessment.outcomes for end, table in found.kept.items()},
        "figures": assessment.figures,
        **({"indicators": assessment.indicators} if plan.indicators else {}),
        "inputs": pd.DataFrame(_input_rows(assessment)).astype({"notes": "string"}),
        **({"networks": pd.DataFrame(_network_rows(assessment))} if plan.networks else {}),
        **({"tables": pd.DataFrame(_table_rows(assessment))} if plan.tables else {}),
        **({"scenarios": pd.DataFrame(_scenario_rows(plan)).astype(SCENARIO_TEXTS)} if plan.scenarios else {}),
        **({"rasters": pd.DataFrame(_raster_rows(assessment))} if plan.rasters else {}),
        **({"base_map": pd.DataFrame(_base_map_rows(assessment))} if assessment.basemap_records else {}),
        "refused_rows": assessment.refused_rows,
        "parameters": pd.DataFrame(parameters),
        "standards": pd.DataFrame(
            [_standard_row(each.model_dump()) for each in plan.standards],
            columns=STANDARD_COLUMNS,
        ),
        "versions": pd.DataFrame(versions),
    }


def write_summary(assessment: Assessment, digests: Mapping[str, str], path: Path) -> None:
    """Write the summary of an assessment with the hashes of its files."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_json(summary(assessment) | {"files": digests}))


def summary(assessment: Assessment) -> dict[str, Any]:
    """Return the assessment as plain data; docs/assessment.md describes it."""
    plan = assessment.plan
    return {
        "schema": SCHEMA,
        "created": assessment.created,
        "title": plan.title.model_dump(),
        "year": assessment.year,
        "plan": plan.model_dump(mode="json", by_alias=True),
        "analyses": [analysis.model_dump(mode="json", exclude_none=True) for analysis in plan.analyses],
        "figures": _plain_records(assessment.figures),
        "indicators": _plain_records(assessment.indicators),
        "refused_rows": _plain_records(assessment.refused_rows),
        "inputs": [row | {"notes": record.notes} for row, record in _inputs_with_plain_records(assessment)],
        "networks": _network_rows(assessment),
        "tables": _table_rows(assessment),
        "scenarios": _scenario_rows(plan),
        "rasters": _raster_rows(assessment),
        "base_map": _base_map_rows(assessment),
        "standards": [standard.model_dump() for standard in plan.standards],
        "versions": assessment.versions,
    }


def _inputs_with_plain_records(assessment: Assessment) -> Iterable[tuple[dict[str, Any], InputRecord]]:
    return zip(_input_rows(assessment), assessment.inputs, strict=True)


def _input_rows(assessment: Assessment) -> list[dict[str, Any]]:
    rows = []
    for record in assessment.inputs:
        source = assessment.plan.inputs[record.name]
        row = {**vars(record), "notes": "\n".join(record.notes) or None, "layer": source.layer}
        rows.append(row | _said_of(source))
    return rows


def _raster_rows(assessment: Assessment) -> list[dict[str, Any]]:
    return [vars(record) | _said_of(assessment.plan.rasters[record.name]) for record in assessment.raster_records]


def _base_map_rows(assessment: Assessment) -> list[dict[str, Any]]:
    source = assessment.plan.map
    said = {"source": source.source, "licence": source.licence, "attribution": source.said}
    return [vars(each) | {"notes": "\n".join(each.notes) or None} | said for each in assessment.basemap_records]


def _said_of(source: Input | RasterSource) -> dict[str, Any]:
    """Return what the plan tells of its data."""
    row = {"illustrative": source.illustrative, "source": source.source, "licence": source.licence}
    return row | {"attribution": source.attribution} | _by_language("note", source.note)


def _network_rows(assessment: Assessment) -> list[dict[str, Any]]:
    return _way_rows(assessment.plan, assessment.network_records)


def _table_rows(assessment: Assessment) -> list[dict[str, Any]]:
    return _way_rows(assessment.plan, assessment.table_records)


def _way_rows(plan: Plan, records: Iterable[NetworkRecord] | Iterable[TableRecord]) -> list[dict[str, Any]]:
    rows = []
    for record in records:
        source = plan.way(record.name)
        row = {**vars(record), "source": source.source, "licence": source.licence, "attribution": source.said}
        rows.append(row | _by_language("note", source.note))
    return rows


def _scenario_rows(plan: Plan) -> list[dict[str, Any]]:
    rows = []
    for scenario in plan.scenarios:
        row = scenario.model_dump(exclude={"title", "season", "note"})
        for key in SCENARIO_TEXTS:
            row[key] = json.dumps(row[key], ensure_ascii=False) if row[key] else None
        for key in ("title", "season", "note"):
            row |= _by_language(key, getattr(scenario, key))
        rows.append(row)
    return rows


def _standard_row(standard: dict[str, Any]) -> dict[str, Any]:
    said = {
        f"{key}_{lang}": text for key in ("title", "scope", "note") for lang, text in (standard.pop(key) or {}).items()
    }
    figures = json.dumps(standard["figures"], ensure_ascii=False) if standard["figures"] else None
    return standard | {"figures": figures} | said


def _by_language(key: str, text: Any) -> dict[str, str | None]:
    return {f"{key}_{lang}": None if text is None else text.get(lang) for lang in LANGUAGES}


def _plain_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain data: nothing for what is not known, whole numbers as such."""
    columns = {str(name): _plain_values(frame[name]) for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain_values(values: pd.Series[Any]) -> list[Any]:
    missing = values.isna().tolist()
    return [None if none else _plain(value) for none, value in zip(missing, values.tolist(), strict=True)]


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _json(said: Mapping[str, Any]) -> Iterator[str]:
    """Give an object as JSON, each of its parts in a line of its own, and of lists each element."""
    line = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    before = "{\n "
    for key, value in said.items():
        yield f"{before}{line(key)}: "
        before = ",\n "
        if not isinstance(value, list) or not value:
            yield line(value)
            continue
        for number, each in enumerate(value):
            yield f"{',' if number else '['}\n  {line(each)}"
        yield "\n ]"
    yield "\n}\n"
