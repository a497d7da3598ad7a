# SPDX-License-Identifier: Apache-2.0
"""Figures: every number of an assessment as one row that says what it counts, where and within which distance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base.limits import Seconds, parse, threshold_column
from sheltermap.base.scopes import ALL, INSIDE_ZONES, OUTSIDE_ZONES, UNKNOWN, figure_scope
from sheltermap.plans.kinds import Analysis, Count, CutOff, Exposure, Flood, Gaps, Register
from sheltermap.registers import grades
from sheltermap.registers.schema import schema

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.registers.schema import Schema
    from sheltermap.runs.cut_off import StreetsClosed

COLUMNS = ["analysis", "figure", "measure", "scope", "area", "threshold_m", "threshold_s", "scenario", "category"]
COLUMNS += ["value", "unit"]
NUMBERS = ("threshold_m", "threshold_s", "value")
COVERAGE = ["total", "covered", "uncovered", "unknown", "covered_share", "borderline", "rows_without_weight"]
FLOOD = ["total", "covered_before", "covered", "lost", "uncovered", "unknown", "covered_share_before", "covered_share"]
FLOOD += ["in_zone", "rows_without_weight"]
CUT_OFF = [
    "total",
    "covered_before",
    "covered",
    "lost",
    "uncovered",
    "unknown",
    "covered_share_before",
    "covered_share",
]
CUT_OFF += ["rows_without_weight"]

Figure = dict[str, Any]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, each by column name."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def figures_table(figures: Iterable[Figure]) -> pd.DataFrame:
    """Return figures as a table; names that look the same are the same text."""
    types = {column: "float64" if column in NUMBERS else "string" for column in COLUMNS}
    table = pd.DataFrame(list(figures), columns=COLUMNS).astype(types)
    return table.assign(**{name: table[name].str.normalize("NFC") for name in COLUMNS if name not in NUMBERS})


def coverage_figures(analysis: Analysis, tables: Mapping[str, pd.DataFrame]) -> list[Figure]:
    """Return totals by distance and measure, for all and by area, and what is not covered by reason."""
    figures = []
    for row in records(tables["summary"]):
        where = {"measure": row["measure"]} | _limit(row)
        figures += [_figure(analysis, name, row[name], **where) for name in COVERAGE]
    for row in records(tables["reasons"]):
        where = {"measure": row["measure"], "category": row["reason"]} | _limit(row)
        figures.append(_figure(analysis, "not_covered_because", row["weight"], **where))
    for row in records(tables["by_area"]) if "by_area" in tables else ():
        where = {"measure": row["measure"]} | _limit(row) | figure_scope(row["area"])
        figures += [_figure(analysis, name, row[name], **where) for name in COVERAGE]
    return figures


def cost_figures(analysis: Analysis, rows: pd.DataFrame, column: str) -> list[Figure]:
    """Return how many rows have a nearest facility, and how far it is or how long the way takes."""
    costs = np.asarray(rows[column], dtype=float)
    known = costs[np.isfinite(costs)]
    what, unit = column.split("_")
    figures = [
        _figure(analysis, "rows", len(costs), measure="rows"),
        _figure(analysis, f"rows_without_{what}", len(costs) - len(known), measure="rows"),
    ]
    if len(known):
        figures.append(_figure(analysis, f"{what}_median_{unit}", float(np.median(known)), measure="rows"))
        figures.append(_figure(analysis, f"{what}_max_{unit}", float(known.max()), measure="rows"))
    return figures


def cut_off_figures(analysis: CutOff, closed: StreetsClosed) -> list[Figure]:
    """Return who still reaches a facility, who no longer and why, the detour, and what is closed."""
    measure = analysis.weight or "rows"
    limit = {} if analysis.limit is None else threshold_of(parse(analysis.limit))
    where: Figure = {"measure": measure, "scenario": analysis.scenario_is} | limit
    figures = [_figure(analysis, name, closed.totals[name], **where) for name in CUT_OFF]
    for row in records(closed.summary):
        if row["state"] == "reached":
            name = f"mean_{closed.extra}"
            figures.append(_figure(analysis, name, row[name], **where))
        elif row["state"] == "cut_off":
            figures.append(_figure(analysis, "cut_off_because", row["weight"], category=row["reason"], **where))
        else:
            name = "not_covered_because"
            figures.append(_figure(analysis, name, row["weight"], category=row["reason"], **where))
    streets: Figure = {"measure": "streets", "scenario": analysis.scenario_is}
    figures.append(_figure(analysis, "streets_closed", len(closed.edges), **streets))
    figures.append(_figure(analysis, "streets_closed_m", float(closed.edges["closed_m"].sum()), **streets))
    for rank, row in enumerate(records(closed.critical) if closed.critical is not None else (), start=1):
        own: Figure = {"measure": measure, "category": str(rank)} | limit
        figures.append(_figure(analysis, "lost_with_critical_street", row["people_lost"], **own))
    return figures


def threshold_of(threshold: float) -> dict[str, float]:
    """Return a distance or time under the column it stands in."""
    return {threshold_column(threshold): float(threshold)}


def threshold_in(row: Mapping[str, Any]) -> float | None:
    """Return the distance, or the time as `Seconds`, that a row with the columns of both is about."""
    if not pd.isna(row["threshold_s"]):
        return Seconds(row["threshold_s"])
    return None if pd.isna(row["threshold_m"]) else float(row["threshold_m"])


def _limit(row: Figure) -> Figure:
    """Return the column of a table's row that says how far or how long."""
    return {key: row[key] for key in ("threshold_m", "threshold_s") if key in row}


def class_figures(analysis: Count, classes: pd.DataFrame) -> list[Figure]:
    """Return how many rows, and people, have how many facilities."""
    figures = []
    for row in records(classes):
        where = {"threshold_m": analysis.distance_m, "category": row["class"]}
        figures += _rows_and_weight(analysis, "with_facilities", row, where)
    return figures


def exposure_figures(analysis: Exposure, zones: pd.DataFrame) -> list[Figure]:
    """Return how many rows, and people, lie in each zone, in any, in none, or nobody knows where."""
    sums = {INSIDE_ZONES: "inside", OUTSIDE_ZONES: "outside", UNKNOWN: "unknown"}
    figures = []
    rows = records(zones)
    for row in rows[: -len(sums)]:
        figures += _rows_and_weight(analysis, "in_zone", row, {"category": str(row["zone"])})
    for row in rows[-len(sums) :]:
        figures += _rows_and_weight(analysis, sums[row["zone"]], row, {})
    return figures


def flood_figures(analysis: Flood, threshold_m: float, tables: Mapping[str, pd.DataFrame]) -> list[Figure]:
    """Return totals by scenario and measure, for all and by area, why people are not covered, and what is left."""
    figures = []
    for row in [*records(tables["summary"]), *(records(tables["by_area"]) if "by_area" in tables else ())]:
        where = {"measure": row["measure"], "threshold_m": threshold_m, "scenario": str(row["scenario"])}
        if "area" in row:
            where |= figure_scope(row["area"])
        figures += [_figure(analysis, name, row[name], **where) for name in FLOOD]
    for row in records(tables["reasons"]):
        where = {"measure": row["measure"], "threshold_m": threshold_m, "scenario": str(row["scenario"])}
        figures.append(_figure(analysis, "not_covered_because", row["weight"], category=row["reason"], **where))
    for row in records(tables["supply"]):
        where = {"scenario": str(row["scenario"]), "category": row["state"]}
        figures.append(_figure(analysis, "facilities", row["facilities"], measure="facilities", **where))
        if analysis.capacity is not None:
            for name in ("capacity", "without_capacity"):
                figures.append(_figure(analysis, name, row[name], measure=analysis.capacity, **where))
    return figures


def gap_figures(analysis: Gaps, threshold_m: float, tables: Mapping[str, pd.DataFrame]) -> list[Figure]:
    """Return totals as of a coverage, and the people of every place by its number."""
    figures = coverage_figures(analysis, tables)
    for row in records(tables["places"]):
        where = {"category": str(row["place"])} | threshold_of(threshold_m)
        if row.get("area") is not None:
            where |= figure_scope(row["area"])
        measure = analysis.weight or "rows"
        figures.append(_figure(analysis, "in_place", row["people"], measure=measure, **where))
    return figures


def register_figures(analysis: Register, layer: GeoDataFrame, tables: Mapping[str, pd.DataFrame]) -> list[Figure]:
    """Return what is to be mended in a register, its grades for all and by area, defects, improvements and cost."""
    register = schema(analysis.as_register)
    errors, warnings = layer["errors"], layer["warnings"]
    counted = {
        "rows": len(layer),
        "rows_to_mend": int((errors > 0).sum()),
        "errors": int((tables["findings"]["severity"] == "error").sum()),
        "warnings": int((tables["findings"]["severity"] == "warning").sum()),
        "rows_to_look_at": int(((errors == 0) & (warnings > 0)).sum()),
    }
    figures = [_figure(analysis, name, value, measure="rows") for name, value in counted.items()]
    for row in records(tables["state"]):
        for name in ("filled", "empty", "refused"):
            figures.append(_figure(analysis, name, row[name], measure="rows", category=row["field"]))
    figures += _state_figures(analysis, register, layer)
    if "area" in layer:
        for area, part in sorted(layer.groupby("area"), key=lambda each: str(each[0])):
            figures += _state_figures(analysis, register, part, **figure_scope(area))
    for row in records(tables["conditions"]):
        part = row.pop("field")
        figures += [
            _figure(analysis, "condition", count, measure="rows", category=f"{part}: {code}")
            for code, count in row.items()
        ]
    return figures


def _state_figures(analysis: Register, register: Schema, rows: GeoDataFrame, **where: Any) -> list[Figure]:
    """Return rows and sums by grade, and the improvements with what they cost."""
    table = grades.grades(rows, register)
    sums = [name for name in register.sums if name in table]
    figures = []
    for row in records(table):
        category = f"{row['field']}: {row['grade']}"
        figures.append(_figure(analysis, "graded", row["rows"], measure="rows", category=category, **where))
        for name in sums:
            own = {"measure": name, "category": category, "unit": register.fields[name].unit} | where
            figures.append(_figure(analysis, "graded", row[name], **own))
            missing = row[f"without_{name}"]
            figures.append(_figure(analysis, "graded_rows_without", missing, **(own | {"unit": "rows"})))
    cost = grades.improvements(rows)["improvement_cost_eur"]
    needed = {"improvements": len(cost), "improvements_without_cost": int(cost.isna().sum())}
    figures += [_figure(analysis, name, value, measure="rows", **where) for name, value in needed.items()]
    own = {"measure": "improvement_cost_eur", "unit": "EUR"} | where
    return [*figures, _figure(analysis, "improvement_cost", float(cost.sum()), **own)]


def _rows_and_weight(analysis: Count | Exposure, name: str, row: Figure, where: Figure) -> list[Figure]:
    figures = [_figure(analysis, name, row["rows"], measure="rows", **where)]
    if analysis.weight is not None:
        figures.append(_figure(analysis, name, row["weight"], measure=analysis.weight, **where))
        missing = row["rows_without_weight"]
        figures.append(_figure(analysis, f"{name}_rows_without_weight", missing, measure=analysis.weight, **where))
    return figures


def _figure(analysis: Analysis, name: str, value: float, *, measure: str, **where: Any) -> Figure:
    figure = {"analysis": analysis.name, "figure": name, "measure": measure, "value": value, "scope": ALL}
    return figure | {"unit": _unit(analysis, name, measure)} | where


def _unit(analysis: Analysis, name: str, measure: str) -> str:
    if name.endswith(("_m", "_s")):
        return name[-1]
    if "_share" in name:
        return "1"
    weight = getattr(analysis, "weight", None)
    if name in ("facilities", "capacity"):
        return name
    if name == "without_capacity":
        return "facilities"
    if measure == "streets":
        return measure
    if name.endswith("rows_without_weight") or (measure == "rows" and weight is not None):
        return "rows"
    return measure if analysis.unit is None else analysis.unit.en
