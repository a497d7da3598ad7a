# SPDX-License-Identifier: Apache-2.0
"""Maps to look around in: one HTML page each that needs nothing else, neither a network nor a server."""

from sheltermap.map.access_page import explore_access
from sheltermap.map.allocation_page import explore_allocation
from sheltermap.map.alternatives_page import explore_alternatives
from sheltermap.map.balance_page import explore_balance
from sheltermap.map.combined_page import explore_combined
from sheltermap.map.continuity_page import explore_continuity
from sheltermap.map.districts_page import explore_districts
from sheltermap.map.impact_page import explore_impact
from sheltermap.map.page import Map
from sheltermap.map.results import (
    explore_coverage,
    explore_evacuation,
    explore_exposure,
    explore_flood,
)
from sheltermap.map.risk_index_page import explore_risk_index
from sheltermap.map.siting_page import explore_siting
from sheltermap.map.vulnerable_page import explore_vulnerable
from sheltermap.map.warned_page import explore_warned

__all__ = [
    "Map",
    "explore_access",
    "explore_allocation",
    "explore_alternatives",
    "explore_balance",
    "explore_combined",
    "explore_continuity",
    "explore_coverage",
    "explore_districts",
    "explore_evacuation",
    "explore_exposure",
    "explore_flood",
    "explore_impact",
    "explore_risk_index",
    "explore_siting",
    "explore_vulnerable",
    "explore_warned",
]
