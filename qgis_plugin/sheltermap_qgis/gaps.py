# SPDX-License-Identifier: Apache-2.0
"""Where those live who have no facility near enough, as places."""

from __future__ import annotations

from typing import Any, ClassVar

from . import parameters
from .algorithm import Asked, Question
from .command_line import CommandError
from .words import say


class Gaps(Question):
    """Where those live who have no facility near enough, as places."""

    NAME: ClassVar[str] = "gaps"
    GROUP: ClassVar[str] = "reach"
    LAYERS: ClassVar[dict[str, tuple[str, str]]] = {"PLACES": ("_places", "POINTS")}

    def ask(self) -> None:
        """Add the parameters of the question."""
        parameters.add_demand(self)
        parameters.add_facilities(self)
        self.add(parameters.text("LIMIT", "500 m"))
        self.add(parameters.metres("JOIN_DISTANCE", 1000.0, least=0.001))
        parameters.add_streets(self)
        parameters.add_areas(self)
        parameters.add_strict(self)

    def analysis(self, asked: Asked) -> dict[str, Any]:
        """Return the keys of the analysis."""
        limit = asked.limit("LIMIT")
        if limit is None:
            raise CommandError(say("limits.none", label=say("label.LIMIT")))
        keys = {"limit": limit, "join_distance_m": asked.number("JOIN_DISTANCE")}
        keys |= parameters.demand(asked) | parameters.facilities(asked)
        return keys | parameters.streets(asked) | parameters.areas(asked)
