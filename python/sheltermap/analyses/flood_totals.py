# SPDX-License-Identifier: Apache-2.0
"""The sums of a flood: who stays covered, who loses it, and why, by area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.analyses.totals import Areas

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

# Why somebody is not covered during a flood; each belongs to one status, in this order.
LOST = {"flooded": "closed_by_flood", "unsuitable": "unsuitable", "suitability_unknown": "suitability_unknown"}
LOST_WAYS = ("street_closed", "way_closed", "detour_too_far")  # at the door; no way is left; the one left is too long
REASONS = (*LOST.values(), "too_far", "no_facility", "missing_geometry")
REASONS_ALONG_STREETS = (*LOST.values(), *LOST_WAYS, "too_far", "no_path", "not_snapped", *REASONS[-2:])
STATUS_OF = dict.fromkeys((*LOST.values(), *LOST_WAYS), "lost")
STATUS_OF |= dict.fromkeys(("too_far", "no_path", "not_snapped", "no_facility"), "uncovered")
STATUS_OF |= {"missing_geometry": "unknown"}


class FloodTables:
    """Collects totals per scenario, measure and area."""

    def __init__(self, measures: dict[str, Numbers], areas: Areas | None, reasons: tuple[str, ...]) -> None:
        self._measures, self._areas, self._told = measures, areas, reasons
        self.overall: list[dict[str, Any]] = []
        self.by_area: list[dict[str, Any]] = []
        self.reasons: list[dict[str, Any]] = []

    def add(self, scenario: Any, reason: NDArray[Any], in_zone: Flags) -> None:
        """Sum what a scenario leaves: a reason per row, "" for who stays covered, and whether it lies in the zone."""
        for measure, weights in self._measures.items():
            key = {"scenario": scenario, "measure": measure}
            (all_parts,) = _parts(reason, in_zone, weights, np.zeros(len(reason), np.int64), 1)
            self.overall.append(key | _figures(all_parts))
            self.reasons += [{**key, "reason": each, "weight": all_parts[each]} for each in self._told]
            if self._areas is None:
                continue
            names = self._areas.all_names()
            parts = _parts(reason, in_zone, weights, self._areas.codes, len(names))
            for number, (name, part) in enumerate(zip(names, parts, strict=True)):
                figures = _figures(part)
                # The last two, outside and unknown, are only shown where somebody is in them.
                if number < len(names) - 2 or figures["total"] or figures["rows_without_weight"]:
                    self.by_area.append({"area": name} | key | figures)


def _parts(
    reason: NDArray[Any], in_zone: Flags, weights: Numbers, areas: NDArray[np.int64], count: int
) -> list[dict[str, float]]:
    """Weight by reason, and of those in a zone, for each area."""
    order = ["", *STATUS_OF]
    codes = pd.Categorical(reason, categories=order).codes.astype(np.int64)
    by_reason = _sums(weights, areas * len(order) + codes, count * len(order))
    flooded = _sums(weights, areas * 2 + in_zone, count * 2)
    keys = ["covered", *STATUS_OF]
    parts = []
    for area in range(count):
        sums = by_reason["total"][area * len(order) : (area + 1) * len(order)]
        part = dict(zip(keys, (float(each) for each in sums), strict=True))
        part["in_zone"] = float(flooded["total"][2 * area + 1])
        part["rows_without_weight"] = int(flooded["without_weight"][2 * area : 2 * area + 2].sum())
        parts.append(part)
    return parts


def _sums(weights: Numbers, codes: NDArray[np.int64], count: int) -> dict[str, Any]:
    reached = np.zeros(len(codes), np.uint8)
    totals: dict[str, Any] = _core.coverage_totals(reached, reached, weights, codes, count)
    return totals


def _figures(part: dict[str, float]) -> dict[str, float]:
    by_status = {
        status: sum(part[each] for each in STATUS_OF if STATUS_OF[each] == status)
        for status in ("lost", "uncovered", "unknown")
    }
    covered, lost = part["covered"], by_status["lost"]
    total = covered + lost + by_status["uncovered"] + by_status["unknown"]
    return {
        "total": total,
        "covered_before": covered + lost,
        "covered": covered,
        **by_status,
        "covered_share_before": (covered + lost) / total if total else np.nan,
        "covered_share": covered / total if total else np.nan,
        "in_zone": part["in_zone"],
        "rows_without_weight": part["rows_without_weight"],
    }
