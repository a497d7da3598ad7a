# SPDX-License-Identifier: Apache-2.0
"""Scenarios of one hazard as its levels: what they are expected to do in a year, and whether they fit each other."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.given import is_finite
from sheltermap.base.scenarios import hazard_words
from sheltermap.base.suggestions import told
from sheltermap.risk.expected_annual import METHODS, PARTS, expected_annual

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sheltermap.risk.hits import Hits
    from sheltermap.risk.scenario import Scenario

COLUMNS = ("hazard", "what", "measure", "unit", "part", *METHODS)


def levels_of(scenarios: Sequence[Scenario]) -> tuple[dict[str, list[Scenario]], list[str]]:
    """Return the scenarios of each hazard that have a probability, the most frequent first, and what is left out.

    A hazard with two scenarios of one return period has no levels: nobody can say which of them happens.
    """
    found: dict[str, list[Scenario]] = {}
    notes: list[str] = []
    for hazard in dict.fromkeys(each.hazard for each in scenarios):
        mine = [each for each in scenarios if each.hazard == hazard]
        known = sorted((each for each in mine if each.probability is not None), key=_period)
        if silent := [each.id for each in mine if each.probability is None]:
            notes.append(texts.Note.of("impact_no_probability", {"scenarios": silent}))
        twice = [(one.id, other.id) for one, other in pairwise(known) if _period(one) == _period(other)]
        if twice:
            notes.append(texts.Note.of("impact_same_period", {"scenarios": twice[0]}, hazard=hazard_words(hazard)))
        elif known:
            found[hazard] = known
            if len(known) == 1:
                notes.append(
                    texts.Note.of("impact_one_level", {"scenario": [known[0].id]}, hazard=hazard_words(hazard))
                )
    return found, notes


def expected_of(
    levels: Mapping[str, Sequence[Scenario]],
    impacts: Mapping[tuple[str, str, str], Mapping[str, float]],
    zero_impact_years: Mapping[str, float],
) -> tuple[pd.DataFrame, list[str]]:
    """Return what each hazard is expected to do in a year, in parts and by both methods, and where a level does less.

    `impacts` tells by what is counted, measure and unit how much of it each scenario affects; those that do not tell
    it of every level of a hazard are left out there.
    """
    lines: list[dict[str, Any]] = []
    notes: list[str] = []
    for hazard, mine in levels.items():
        for (what, measure, unit), of in impacts.items():
            if not all(each.id in of for each in mine):
                continue
            values = [of[each.id] for each in mine]
            periods = [_period(each) for each in mine]
            found = expected_annual(periods, values, zero_impact_years=zero_impact_years.get(hazard), falling="report")
            for number, part in enumerate(PARTS):
                both = {each: float(found.parts[each].iloc[number]) for each in METHODS}
                lines.append({"hazard": hazard, "what": what, "measure": measure, "unit": unit, "part": part} | both)
            for (often, rarer), (more, less) in zip(pairwise(mine), pairwise(values), strict=True):
                if less < more:
                    said = {"less": texts.number(less), "more": texts.number(more), "measure": measure}
                    notes.append(texts.Note.of("impact_falls", {"rarer": [rarer.id], "often": [often.id]}, **said))
    return pd.DataFrame(lines, columns=list(COLUMNS)), notes


def nested_notes(levels: Mapping[str, Sequence[Scenario]], hits: Mapping[str, Hits], what: dict[str, str]) -> list[str]:
    """Return notes where rows are affected by a level, and known not to be by the next rarer one."""
    notes: list[str] = []
    for mine in levels.values():
        for often, rarer in pairwise(mine):
            count = int(((hits[often.id].inside == 1) & (hits[rarer.id].inside == 0)).sum())
            if count:
                ids = {"often": [often.id], "rarer": [rarer.id]}
                notes.append(texts.Note.of("impact_not_nested", ids, what=what, count=texts.number(count)))
    return notes


def zero_years(given: float | Mapping[str, float] | None, levels: Mapping[str, Sequence[Scenario]]) -> dict[str, float]:
    """Return by hazard the years at which nothing happens; ValueError where they are not below all of its levels."""
    if given is None:
        return {}
    by_hazard = dict(given) if isinstance(given, Mapping) else dict.fromkeys(levels, given)
    for hazard, years in by_hazard.items():
        if hazard not in levels:
            known = ", ".join(levels) or "none"
            raise ValueError(
                f"zero_impact_years: no levels of {hazard!r} have return periods; those that have: {known}"
            )
        least = _period(levels[hazard][0])
        if not (is_finite(years) and 1 <= years < least):
            raise ValueError(
                f"zero_impact_years: of {hazard} it is at least 1 and below its shortest return period, {least:g} "
                f"years, not {told(years)}"
            )
    return by_hazard


def _period(scenario: Scenario) -> float:
    probability = scenario.probability
    assert probability is not None, "it is a level"
    return scenario.return_period_years or float(np.reciprocal(probability))
