# SPDX-License-Identifier: Apache-2.0
"""Who has a place in which facility, where each has room for so many."""

from __future__ import annotations

from typing import Any, ClassVar

from . import parameters
from .algorithm import Asked, Question
from .command_line import CommandError
from .words import say

METHODS = ("optimal", "nearest_until_full")


class Allocation(Question):
    """Who has a place in which facility, where each has room for so many."""

    NAME: ClassVar[str] = "allocation"
    GROUP: ClassVar[str] = "decisions"
    LAYERS: ClassVar[dict[str, tuple[str, str]]] = {
        "FULLNESS": ("_facilities", "ANY_GEOMETRY"),
        "SENT": ("_spill", "LINES"),
    }

    def ask(self) -> None:
        """Add the parameters of the question."""
        parameters.add_demand(self, groups=False)
        parameters.add_facilities(self)
        self.add(parameters.field("CAPACITY", "FACILITIES", numeric=True, optional=False))
        self.add(parameters.text("LIMIT", optional=True))
        self.add(parameters.choice("METHOD", METHODS))
        parameters.add_streets(self)
        parameters.add_areas(self)
        parameters.add_strict(self)

    def analysis(self, asked: Asked) -> dict[str, Any]:
        """Return the keys of the analysis."""
        capacity = asked.field("CAPACITY", of="FACILITIES")
        if capacity is None:
            raise CommandError(say("field.none", label=say("label.CAPACITY")))
        keys = {"capacity": capacity, "method": asked.choice("METHOD", METHODS)}
        keys |= parameters.demand(asked, groups=False) | parameters.facilities(asked)
        keys |= parameters.streets(asked) | parameters.areas(asked)
        limit = asked.limit("LIMIT")
        return keys if limit is None else {**keys, "limit": limit}
