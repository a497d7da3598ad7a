# SPDX-License-Identifier: Apache-2.0
"""Who has a facility within each of several limits, weighted, by area."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from sheltermap.questions.covering import Covering
from sheltermap.questions.keys import ByPerson, SeveralLimits
from sheltermap.questions.registry import register
from sheltermap.questions.sources import NonEmpty


@register
class Coverage(SeveralLimits, Covering, ByPerson):
    """Who has a facility within each of several limits, weighted, by area."""

    uses: ClassVar = {"demand": ("weight", "groups", "person"), "facilities": (), "areas": ("area_name",)}

    kind: Literal["coverage"]
    weight: NonEmpty | None = None
    groups: list[NonEmpty] = Field(default_factory=list)

    @property
    def in_blocks(self) -> str | None:
        """Each row is covered or not by itself, but those of a person."""
        return "demand" if self.person is None else None
