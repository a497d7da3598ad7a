# SPDX-License-Identifier: Apache-2.0
"""Who has a facility within each of several limits."""

from __future__ import annotations

from typing import Any, ClassVar

from . import parameters
from .algorithm import Asked, Question


class Coverage(Question):
    """Who has a facility within each of several limits."""

    NAME: ClassVar[str] = "coverage"
    GROUP: ClassVar[str] = "reach"

    def ask(self) -> None:
        """Add the parameters of the question."""
        parameters.add_demand(self)
        parameters.add_facilities(self)
        self.add(parameters.text("LIMITS", "500 m; 1 km"))
        parameters.add_streets(self)
        parameters.add_areas(self)
        parameters.add_strict(self)

    def analysis(self, asked: Asked) -> dict[str, Any]:
        """Return the keys of the analysis."""
        limits = {"limits": asked.limits("LIMITS")}
        keys = limits | parameters.demand(asked) | parameters.facilities(asked)
        return keys | parameters.streets(asked) | parameters.areas(asked)
