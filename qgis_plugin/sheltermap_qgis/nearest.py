# SPDX-License-Identifier: Apache-2.0
"""How far each row of the demand is from its nearest facility."""

from __future__ import annotations

from typing import Any, ClassVar

from . import parameters
from .algorithm import Asked, Question


class Nearest(Question):
    """How far each row of the demand is from its nearest facility."""

    NAME: ClassVar[str] = "nearest"
    GROUP: ClassVar[str] = "reach"

    def ask(self) -> None:
        """Add the parameters of the question."""
        parameters.add_demand(self, weight=False, groups=False)
        parameters.add_facilities(self)
        self.add(parameters.text("LIMIT", optional=True))
        parameters.add_streets(self)
        parameters.add_areas(self)
        parameters.add_strict(self)

    def analysis(self, asked: Asked) -> dict[str, Any]:
        """Return the keys of the analysis."""
        keys = parameters.demand(asked, weight=False, groups=False) | parameters.facilities(asked)
        keys |= parameters.streets(asked) | parameters.areas(asked)
        limit = asked.limit("LIMIT")
        return keys if limit is None else {**keys, "limit": limit}
