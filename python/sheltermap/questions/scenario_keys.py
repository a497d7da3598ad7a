# SPDX-License-Identifier: Apache-2.0
"""Keys of questions that are about the scenarios of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from sheltermap.questions.kind import Kind
from sheltermap.questions.sources import NonEmpty

if TYPE_CHECKING:
    from sheltermap.questions.scenario_sources import ScenarioSource


class OfScenarios(Kind):
    """Questions of the plan's scenarios: all of them, or those that it names, in its order."""

    scenarios: Annotated[list[NonEmpty], Field(min_length=1)] | None = None

    def asked_scenarios(self, there: Sequence[ScenarioSource]) -> list[ScenarioSource]:
        """Return the scenarios that it is about, of those in the plan."""
        if self.scenarios is None:
            return list(there)
        by_id = {each.id: each for each in there}
        return [by_id[each] for each in self.scenarios]
