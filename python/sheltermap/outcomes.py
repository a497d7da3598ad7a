# SPDX-License-Identifier: Apache-2.0
"""One analysis of a plan, run: its layer, its tables and its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import sheltermap as sm
from sheltermap import legend
from sheltermap.legend import Category, metres_key
from sheltermap.plan import Analysis, Count, Coverage, Exposure, Nearest, Plan

if TYPE_CHECKING:
    import geopandas as gpd

    Frames = Mapping[str, gpd.GeoDataFrame]

FIGURE_COLUMNS = ["analysis", "figure", "measure", "scope", "area", "threshold_m", "category", "value", "unit"]
MEASURES = ["total", "covered", "uncovered", "unknown", "covered_share", "borderline", "rows_without_weight"]


@dataclass(frozen=True)
class Outcome:
    """What one analysis found."""

    analysis: Analysis
    layer: gpd.GeoDataFrame  #: the demand or feature rows with what was found for each
    figures: pd.DataFrame  #: FIGURE_COLUMNS, one figure a row
    thresholds_m: list[float] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    facilities_without_position: int = 0

    @property
    def measure(self) -> str:
        """Column that is counted, or "rows"."""
        return getattr(self.analysis, "weight", None) or "rows"

    def not_covered(self, threshold_m: float) -> gpd.GeoDataFrame:
        """Return the rows not known to be covered within a distance: unknown ones first, then the farthest."""
        rows = self.layer[(self.layer[f"within_{metres_key(threshold_m)}"] != "covered").to_numpy()]
        return rows.sort_values("distance_m", ascending=False, na_position="first", kind="stable")

    def without_weight(self) -> gpd.GeoDataFrame:
        """Return the rows whose own number is not known: they are in no total."""
        return self.layer[:0] if self.measure == "rows" else self.layer[self.layer[self.measure].isna().to_numpy()]

    @property
    def legend(self) -> list[Category]:
        """How its rows are drawn."""
        if isinstance(self.analysis, Count):
            return legend.class_categories(self.layer, class_labels(self.analysis.classes))
        if isinstance(self.analysis, Exposure):
            return legend.exposure_categories(self.layer)
        if self.thresholds_m:
            return legend.coverage_categories(self.layer, self.thresholds_m)
        return legend.reach_categories(self.layer)


def run_analysis(plan: Plan, analysis: Analysis, frames: Frames) -> Outcome:
    """Run one analysis of a plan on the inputs that were read."""
    return _RUNNERS[type(analysis)](plan, analysis, frames)


def unit_of(analysis: Analysis, measure: str) -> str:
    """Return what a measure counts, in English: the word for machines and tables."""
    if measure == "rows" and getattr(analysis, "weight", None):
        return "rows"
    return analysis.unit.en if analysis.unit is not None else measure


def _run_reaching(plan: Plan, analysis: Nearest | Coverage, frames: Frames) -> Outcome:
    demand, facilities = frames[analysis.demand], frames[analysis.facilities]
    facility_id = plan.inputs[analysis.facilities].id
    thresholds_m = plan.thresholds_m(analysis)
    if not thresholds_m:
        layer = sm.nearest(demand, facilities, facility_id=facility_id)
        layer = _with_facility_name(plan, analysis, layer, facilities)
        return Outcome(analysis, layer, _figures(_distance_figures(analysis, layer)))
    found = sm.coverage(
        demand,
        facilities,
        thresholds_m,
        weight=getattr(analysis, "weight", None),
        groups=tuple(getattr(analysis, "groups", ())),
        areas=None if analysis.areas is None else frames[analysis.areas],
        area_name=analysis.area_name,
        person=analysis.person,
        facility_id=facility_id,
        position_error_m=analysis.position_error_m,
    )
    layer = _with_facility_name(plan, analysis, found.rows, facilities)
    tables = {"summary": found.summary, "reasons": found.reasons}
    if analysis.areas is not None:
        tables["by_area"] = found.by_area
    figures = _coverage_figures(analysis, tables) + _distance_figures(analysis, layer)
    return Outcome(
        analysis, layer, _figures(figures), thresholds_m, tables, found.facilities_without_position
    )


def _with_facility_name(
    plan: Plan, analysis: Nearest | Coverage, layer: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Put the facility's name beside its id, where the plan says which column holds it."""
    source = plan.inputs[analysis.facilities]
    if source.name is None or "facility_name" in layer.columns:
        return layer
    keys = facilities[source.id] if source.id is not None else facilities.index
    names = dict(zip(keys, facilities[source.name], strict=True))
    layer = layer.copy(deep=False)
    after = layer.columns.get_loc("facility") + 1
    layer.insert(after, "facility_name", layer["facility"].map(names).astype("string"))
    return layer


def _coverage_figures(analysis: Analysis, tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    figures = []
    for table, scope in (("summary", "all"), ("by_area", "area")):
        for row in tables.get(table, pd.DataFrame()).to_dict("records"):
            area = row.get("area")
            known_area = scope == "all" or not pd.isna(area)
            figures += [
                _figure(
                    analysis,
                    name,
                    row[name],
                    measure=row["measure"],
                    scope=scope if known_area else "outside every area",
                    area=area if known_area else None,
                    threshold_m=row["threshold_m"],
                )
                for name in MEASURES
            ]
    figures += [
        _figure(
            analysis,
            "not_covered_because",
            row["weight"],
            measure=row["measure"],
            threshold_m=row["threshold_m"],
            category=row["reason"],
        )
        for row in tables["reasons"].to_dict("records")
    ]
    return figures


def _distance_figures(analysis: Analysis, layer: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    distance_m = layer["distance_m"].to_numpy(dtype=float, na_value=np.nan)
    known = distance_m[np.isfinite(distance_m)]
    counts = {"rows": len(distance_m), "rows_without_distance": len(distance_m) - len(known)}
    figures = [_figure(analysis, name, value, measure="rows") for name, value in counts.items()]
    if len(known):
        for name, value in (("median", np.median(known)), ("max", known.max())):
            figures.append(_figure(analysis, f"distance_{name}_m", float(value), measure="rows"))
    return figures


def class_labels(classes: list[int]) -> list[str]:
    """Return the names of classes given by their lower ends.

    Examples
    --------
    >>> class_labels([0, 1, 5, 20])
    ['0', '1-4', '5-19', '20+']
    """
    ends = [upper - 1 for upper in classes[1:]]
    closed = [f"{low}" if low == high else f"{low}-{high}" for low, high in zip(classes, ends, strict=False)]
    return [*closed, f"{classes[-1]}+"]


def _run_count(plan: Plan, analysis: Count, frames: Frames) -> Outcome:
    demand, facilities = frames[analysis.demand], frames[analysis.facilities]
    reach = sm.reach(demand, facilities, max_distance_m=analysis.distance_m)
    known = demand.geometry.notna().to_numpy() & ~demand.geometry.is_empty.to_numpy()
    counts = pd.array(reach.counts, dtype="Int64")
    counts[~known] = pd.NA
    layer = demand.copy(deep=False)
    labels = class_labels(analysis.classes)
    position = np.searchsorted(analysis.classes, reach.counts, side="right") - 1
    classes = pd.Series(np.array(labels)[position], index=demand.index, dtype="string")
    layer[f"within_{metres_key(analysis.distance_m)}"] = counts
    layer["class"] = classes.where(known, "unknown")
    weight = _weights(demand, analysis.weight)
    table = pd.DataFrame(
        [
            {"class": label, "rows": int(inside.sum()), "weight": float(weight[inside].sum())}
            for label in [*labels, "unknown"]
            for inside in [(layer["class"] == label).to_numpy()]
        ]
    )
    figures = []
    for row in table.to_dict("records"):
        for measure in dict.fromkeys(["rows", analysis.weight or "rows"]):
            value = row["rows"] if measure == "rows" else row["weight"]
            figures.append(
                _figure(
                    analysis,
                    "with_facilities",
                    value,
                    measure=measure,
                    threshold_m=analysis.distance_m,
                    category=row["class"],
                )
            )
    missing = int(facilities.geometry.isna().sum() + facilities.geometry.is_empty.sum())
    return Outcome(analysis, layer, _figures(figures), [analysis.distance_m], {"classes": table}, missing)


def _weights(frame: gpd.GeoDataFrame, column: str | None) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the weight of each row; unknown weights count nothing."""
    if column is None:
        return np.ones(len(frame))
    return np.nan_to_num(frame[column].to_numpy(dtype=float, na_value=np.nan))


def _run_exposure(plan: Plan, analysis: Exposure, frames: Frames) -> Outcome:
    found = sm.exposure(
        frames[analysis.features], frames[analysis.zones], zone_id=analysis.zone_id, weight=analysis.weight
    )
    layer = found.rows
    weight = _weights(layer, analysis.weight)
    count = layer["zone_count"].to_numpy(dtype=float, na_value=np.nan)
    states = {"inside": count > 0, "outside": count == 0, "unknown": np.isnan(count)}
    figures = []
    for name, where in states.items():
        figures.append(_figure(analysis, name, int(where.sum()), measure="rows"))
        if analysis.weight is not None:
            figures.append(_figure(analysis, name, float(weight[where].sum()), measure=analysis.weight))
    return Outcome(analysis, layer, _figures(figures), [], {"zones": found.summary})


def _figure(analysis: Analysis, name: str, value: float, *, measure: str, **where: Any) -> dict[str, Any]:
    if name.endswith("_m"):
        unit = "m"
    elif name.endswith("_share"):
        unit = "1"
    else:
        unit = "rows" if name == "rows_without_weight" else unit_of(analysis, measure)
    place = {"scope": "all", **where}
    return {"analysis": analysis.name, "figure": name, "measure": measure, "value": value, "unit": unit, **place}


def _figures(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=FIGURE_COLUMNS)
    texts = [column for column in FIGURE_COLUMNS if column not in ("threshold_m", "value")]
    return frame.astype({**dict.fromkeys(texts, "string"), "threshold_m": "float64", "value": "float64"})


_RUNNERS: dict[type, Callable[[Plan, Any, Any], Outcome]] = {
    Nearest: _run_reaching,
    Coverage: _run_reaching,
    Count: _run_count,
    Exposure: _run_exposure,
}
