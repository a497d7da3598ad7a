# SPDX-License-Identifier: Apache-2.0
"""Which figures each kind of analysis makes: a plan that asks for another one is told before its data are read."""

_WITHIN = "total covered uncovered unknown covered_share borderline rows_without_weight not_covered_because"
_DISTANCES = "rows rows_without_distance distance_median_m distance_max_m"
_DURATIONS = "rows_without_duration duration_median_s duration_max_s"
_CUT_OFF = "total covered_before covered lost uncovered unknown covered_share_before covered_share rows_without_weight"
_CUT_OFF += " not_covered_because cut_off_because mean_detour_m mean_delay_s streets_closed streets_closed_m"
_CUT_OFF += " lost_with_critical_street"
_ZONES = ("in_zone", "inside", "outside", "unknown")
_FLOOD = "total covered_before covered lost uncovered unknown covered_share_before covered_share in_zone"
_FLOOD += " rows_without_weight not_covered_because facilities capacity without_capacity"
_REGISTER = "rows rows_to_mend errors warnings rows_to_look_at filled empty refused condition graded"
_REGISTER += " graded_rows_without improvements improvements_without_cost improvement_cost"
FIGURES_OF: dict[str, list[str]] = {
    "nearest": f"{_WITHIN} {_DISTANCES} {_DURATIONS}".split(),
    "coverage": f"{_WITHIN} {_DISTANCES} {_DURATIONS}".split(),
    "count": ["with_facilities", "with_facilities_rows_without_weight"],
    "exposure": [*_ZONES, *(f"{name}_rows_without_weight" for name in _ZONES)],
    "flood": _FLOOD.split(),
    "cut_off": _CUT_OFF.split(),
    "gaps": f"{_WITHIN} in_place".split(),
    "register": _REGISTER.split(),
}
