# SPDX-License-Identifier: Apache-2.0
"""Everywhere that has a facility near enough, as polygons."""

from __future__ import annotations

from typing import Any, ClassVar

from . import parameters
from .algorithm import Asked, Question


class ServiceAreas(Question):
    """Everywhere that has a facility near enough, as polygons."""

    NAME: ClassVar[str] = "service_areas"
    GROUP: ClassVar[str] = "reach"

    def ask(self) -> None:
        """Add the parameters of the question."""
        parameters.add_facilities(self)
        self.add(parameters.text("LIMITS", "500 m; 1 km"))
        self.add(parameters.yes_no("SPLIT", False))
        parameters.add_streets(self)
        self.add(parameters.metres("BESIDE", 50.0, least=1.0), advanced=True)
        parameters.add_strict(self)

    def main_layer(self) -> tuple[str, str]:
        """Return the end of the name of the layer with the answer, and its geometry."""
        return "", "POLYGONS"

    def analysis(self, asked: Asked) -> dict[str, Any]:
        """Return the keys of the analysis."""
        keys = {"limits": asked.limits("LIMITS"), "split": asked.is_set("SPLIT")} | parameters.facilities(asked)
        along = parameters.streets(asked)
        return keys | along | ({"beside_m": asked.number("BESIDE")} if along else {})
