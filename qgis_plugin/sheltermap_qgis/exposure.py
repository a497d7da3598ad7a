# SPDX-License-Identifier: Apache-2.0
"""What lies in which zone of danger."""

from __future__ import annotations

from typing import Any, ClassVar

from . import parameters, qt
from .algorithm import Asked, Question


class Exposure(Question):
    """What lies in which zone of danger."""

    NAME: ClassVar[str] = "exposure"
    GROUP: ClassVar[str] = "hazards"

    def ask(self) -> None:
        """Add the parameters of the question."""
        self.add(parameters.layer("FEATURES", qt.ANY_GEOMETRY))
        self.add(parameters.field("FEATURE_WEIGHT", "FEATURES", numeric=True))
        self.add(parameters.layer("ZONES", qt.POLYGONS))
        self.add(parameters.field("ZONE_ID", "ZONES"))
        self.add(parameters.field("FEATURE_ID", "FEATURES"), advanced=True)
        self.add(parameters.field("FEATURE_NAME", "FEATURES"), advanced=True)
        self.add(parameters.field("FEATURE_GROUPS", "FEATURES", numeric=True, several=True), advanced=True)
        parameters.add_areas(self)
        parameters.add_strict(self)

    def analysis(self, asked: Asked) -> dict[str, Any]:
        """Return the keys of the analysis."""
        features = asked.layer("FEATURES", id_field="FEATURE_ID", name_field="FEATURE_NAME")
        keys: dict[str, Any] = {"features": features, "zones": asked.layer("ZONES", id_field="ZONE_ID")}
        keys["zone_id"] = asked.inputs["zones"]["id"]
        weight, groups = asked.field("FEATURE_WEIGHT", of="FEATURES"), asked.fields("FEATURE_GROUPS", of="FEATURES")
        keys |= {"weight": weight} if weight else {}
        keys |= {"groups": groups} if groups else {}
        return keys | parameters.areas(asked)
