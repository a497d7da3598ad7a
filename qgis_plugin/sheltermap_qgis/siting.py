# SPDX-License-Identifier: Apache-2.0
"""Which sites to build, what they bring and how sure that is."""

from __future__ import annotations

from typing import Any, ClassVar

from . import parameters, qt
from .algorithm import Asked, Question

OBJECTIVES = ("coverage", "set_cover", "backup", "p_median", "p_center", "capacitated")
BY_ITSELF = ("set_cover", "backup")  # these say themselves how many sites it takes


class Siting(Question):
    """Which sites to build, what they bring and how sure that is."""

    NAME: ClassVar[str] = "siting"
    GROUP: ClassVar[str] = "decisions"
    LAYERS: ClassVar[dict[str, tuple[str, str]]] = {"SITES": ("_sites", "ANY_GEOMETRY")}

    def ask(self) -> None:
        """Add the parameters of the question."""
        parameters.add_demand(self)
        self.add(parameters.layer("CANDIDATES", qt.ANY_GEOMETRY))
        self.add(parameters.field("CANDIDATE_ID", "CANDIDATES"))
        self.add(parameters.choice("OBJECTIVE", OBJECTIVES))
        self.add(parameters.text("LIMIT", "500 m", optional=True))
        self.add(parameters.number("COUNT", 1, least=1, whole=True, optional=True))
        parameters.add_facilities(self, optional=True)
        self.add(parameters.field("COST", "CANDIDATES", numeric=True), advanced=True)
        self.add(parameters.text("CURRENCY", "EUR", optional=True), advanced=True)
        self.add(parameters.number("BUDGET", None, least=0.0, optional=True), advanced=True)
        self.add(parameters.field("SITE_CAPACITY", "CANDIDATES", numeric=True), advanced=True)
        self.add(parameters.field("CANDIDATE_NAME", "CANDIDATES"), advanced=True)
        self.add(parameters.number("TIME_LIMIT", 60.0, least=1.0), advanced=True)
        parameters.add_streets(self)
        parameters.add_areas(self)
        parameters.add_strict(self)

    def analysis(self, asked: Asked) -> dict[str, Any]:
        """Return the keys of the analysis."""
        objective = asked.choice("OBJECTIVE", OBJECTIVES)
        candidates = asked.layer("CANDIDATES", id_field="CANDIDATE_ID", name_field="CANDIDATE_NAME")
        keys = {"objective": objective, "candidates": candidates, "time_limit": f"{asked.number('TIME_LIMIT'):g} s"}
        keys |= parameters.demand(asked) | parameters.facilities(asked)
        keys |= parameters.streets(asked) | parameters.areas(asked)
        cost, capacity = asked.field("COST", of="CANDIDATES"), asked.field("SITE_CAPACITY", of="CANDIDATES")
        keys |= {"cost": cost, "currency": asked.text("CURRENCY") or "EUR"} if cost else {}
        optional = {
            "limit": asked.limit("LIMIT"),
            "p": None if objective in BY_ITSELF else asked.count("COUNT"),
            "budget": asked.number("BUDGET"),
            "capacity": capacity,
        }
        return keys | {key: value for key, value in optional.items() if value is not None}
