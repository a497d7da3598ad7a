# SPDX-License-Identifier: Apache-2.0
"""Figures: every number of an assessment as one row that says what it counts, where and within which distance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sheltermap.analyses.coverage import FIGURES as COVERAGE
from sheltermap.base.limits import Limit
from sheltermap.base.scopes import AREA, NO_AREA, OUTSIDE_AREAS
from sheltermap.questions.question import Figure, Question

COLUMNS = ["analysis", "figure", "measure", "scope", "area", "threshold_m", "threshold_s", "scenario", "category"]
COLUMNS += ["value", "unit"]
NUMBERS = ("threshold_m", "threshold_s", "value")
NOT_COVERED = "not_covered_because"
DISTANCES = ("rows", "rows_without_distance", "distance_median_m", "distance_max_m")
DURATIONS = ("rows_without_duration", "duration_median_s", "duration_max_s")


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, each by column name."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def records_by(frame: pd.DataFrame, column: str) -> dict[Any, list[dict[str, Any]]]:
    """Return the rows of a table by what they hold in a column, in their order; those that hold nothing are left out.

    Examples
    --------
    >>> records_by(pd.DataFrame({"area": ["B", "A", None, "B"], "people": [1, 2, 3, 4]}), "area")["B"]
    [{'area': 'B', 'people': 1}, {'area': 'B', 'people': 4}]
    """
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in records(frame[frame[column].notna()]):
        found.setdefault(row[column], []).append(row)
    return found


def figures_table(figures: Iterable[Figure]) -> pd.DataFrame:
    """Return figures as a table; names that look the same are the same text."""
    types = {column: "float64" if column in NUMBERS else "string" for column in COLUMNS}
    table = pd.DataFrame(list(figures), columns=COLUMNS).astype(types)
    return table.assign(**{name: table[name].str.normalize("NFC") for name in COLUMNS if name not in NUMBERS})


def coverage_figures(kind: Question, tables: Mapping[str, pd.DataFrame]) -> list[Figure]:
    """Return totals by limit and measure, for all and by area, and what is not covered by reason."""
    figures = []
    for row in records(tables["summary"]):
        where = {"measure": row["measure"]} | limit_of(row)
        figures += [kind.figure(name, row[name], **where) for name in COVERAGE]
    for row in records(tables["reasons"]):
        where = {"measure": row["measure"], "category": row["reason"]} | limit_of(row)
        figures.append(kind.figure(NOT_COVERED, row["weight"], **where))
    for row in records(tables["by_area"]) if "by_area" in tables else ():
        where = {"measure": row["measure"]} | limit_of(row) | place_of(row["area"])
        figures += [kind.figure(name, row[name], **where) for name in COVERAGE]
    return figures


def cost_figures(kind: Question, rows: pd.DataFrame, column: str) -> list[Figure]:
    """Return how many rows have a nearest facility, and how far it is or how long the way takes."""
    costs = np.asarray(rows[column], dtype=float)
    known = costs[np.isfinite(costs)]
    spread = (float(np.median(known)), float(known.max())) if len(known) else (None, None)
    return figures_of_costs(kind, column, len(costs), len(known), *spread)


def figures_of_costs(
    kind: Question, column: str, rows: int, known: int, median: float | None, largest: float | None
) -> list[Figure]:
    """Return as figures how many of the rows have a cost, its median and the largest."""
    what, unit = column.split("_")
    figures = [
        kind.figure("rows", rows, measure="rows"),
        kind.figure(f"rows_without_{what}", rows - known, measure="rows"),
    ]
    if median is not None and largest is not None:
        figures.append(kind.figure(f"{what}_median_{unit}", median, measure="rows"))
        figures.append(kind.figure(f"{what}_max_{unit}", largest, measure="rows"))
    return figures


def rows_and_weight(kind: Question, name: str, row: Mapping[str, Any], where: Figure) -> list[Figure]:
    """Return the rows of a table's line, and where people are counted these, and the rows without their number."""
    figures = [kind.figure(name, row["rows"], measure="rows", **where)]
    if kind.measure != "rows":
        figures.append(kind.figure(name, row["weight"], measure=kind.measure, **where))
        missing = row["rows_without_weight"]
        figures.append(kind.figure(f"{name}_rows_without_weight", missing, measure=kind.measure, **where))
    return figures


def threshold_of(threshold: Limit) -> dict[str, float]:
    """Return a distance or time under the column it stands in."""
    return {threshold.threshold_column: threshold.value}


def threshold_in(row: Mapping[str, Any]) -> Limit | None:
    """Return the distance or time that a row with the columns of both is about."""
    if not pd.isna(row["threshold_s"]):
        return Limit(row["threshold_s"], "s")
    return None if pd.isna(row["threshold_m"]) else Limit(row["threshold_m"])


def limit_of(row: Mapping[str, Any]) -> Figure:
    """Return the column of a table's row that says how far or how long."""
    return {key: row[key] for key in ("threshold_m", "threshold_s") if key in row}


def place_of(area: Any) -> Figure:
    """Return the scope of a figure of one area, or of those who are in none."""
    if pd.isna(area):
        return {"scope": OUTSIDE_AREAS}
    return {"scope": area} if area in NO_AREA else {"scope": AREA, "area": str(area)}
