# SPDX-License-Identifier: Apache-2.0
"""Keys of questions that are about zones: which of them count, and where they close streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import model_validator

from sheltermap.base.suggestions import unknown
from sheltermap.questions.keys import NotNegative
from sheltermap.questions.kind import Kind
from sheltermap.questions.sources import NonEmpty

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.questions.context import Context


class OneScenario(Kind):
    """Questions of zones: all of a layer, or those of one of its scenarios."""

    zones: NonEmpty | None = None
    scenario: NonEmpty | None = None
    scenario_is: NonEmpty | None = None

    @model_validator(mode="after")
    def _scenario_has_a_value(self) -> OneScenario:
        if (self.scenario is None) != (self.scenario_is is None):
            raise ValueError("scenario (the column) and scenario_is (its value) belong together")
        return self

    def chosen_zones(self, context: Context) -> GeoDataFrame | None:
        """Return the zones that count: all, or those of the scenario."""
        zones = context.frames.get("zones")
        if zones is None or self.scenario is None:
            return zones
        named = zones[self.scenario].astype(str)
        here = (named == self.scenario_is).to_numpy()
        if not here.any():
            raise context.fault("scenario_is", unknown("unknown scenario", str(self.scenario_is), set(named)))
        return zones[here]


class Closing(Kind):
    """Questions of streets that zones close: how deep the water is that does, and whether it closes bridges, too."""

    depth: NonEmpty | None = None
    closing_depth_m: NotNegative | None = None
    bridges: bool = False

    @model_validator(mode="after")
    def _depth_is_known(self) -> Closing:
        if self.closing_depth_m is not None and self.depth is None:
            raise ValueError("closing_depth_m is compared with the depth of the zones: give depth, their column")
        return self
