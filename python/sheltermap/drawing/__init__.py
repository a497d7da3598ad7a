# SPDX-License-Identifier: Apache-2.0
"""How results are drawn: which rows alike, in pictures, in QGIS, and in the colours that all pages share."""

from sheltermap.drawing.access_maps import plot_access, plot_equity
from sheltermap.drawing.allocation_maps import plot_allocation
from sheltermap.drawing.alternatives_maps import plot_alternatives
from sheltermap.drawing.balance_maps import plot_balance
from sheltermap.drawing.combined_maps import plot_combined
from sheltermap.drawing.continuity_maps import plot_continuity
from sheltermap.drawing.cut_off_maps import plot_cut_off
from sheltermap.drawing.district_maps import plot_districts
from sheltermap.drawing.flow_maps import plot_evacuation
from sheltermap.drawing.impact_maps import plot_avoided, plot_impact
from sheltermap.drawing.incidents_maps import plot_incidents
from sheltermap.drawing.plots import plot_coverage, plot_exposure, plot_flood
from sheltermap.drawing.reserves_maps import plot_reserves
from sheltermap.drawing.risk_index_maps import plot_risk_index
from sheltermap.drawing.risk_matrix_plots import plot_risk_matrix
from sheltermap.drawing.siting_maps import plot_siting
from sheltermap.drawing.vulnerable_maps import plot_vulnerable
from sheltermap.drawing.warned_maps import plot_warned

__all__ = [
    "plot_access",
    "plot_allocation",
    "plot_alternatives",
    "plot_avoided",
    "plot_balance",
    "plot_combined",
    "plot_continuity",
    "plot_coverage",
    "plot_cut_off",
    "plot_districts",
    "plot_equity",
    "plot_evacuation",
    "plot_exposure",
    "plot_flood",
    "plot_impact",
    "plot_incidents",
    "plot_reserves",
    "plot_risk_index",
    "plot_risk_matrix",
    "plot_siting",
    "plot_vulnerable",
    "plot_warned",
]
