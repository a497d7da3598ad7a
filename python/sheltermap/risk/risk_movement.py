# SPDX-License-Identifier: Apache-2.0
"""What became of each risk between two matrices, and whether likelihood, impact or the classes moved it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from sheltermap.risk.risk_classes import RiskClasses

CAUSES = ("likelihood", "impact", "classes")
ASIDE = ("new", "gone", "same")  #: moves without a cause


@dataclass(frozen=True)
class Place:
    """Where a risk stands; None for what is not known."""

    likelihood: int | None
    impact: int | None
    level: int | None


def movement_of(
    before: pd.DataFrame, before_classes: RiskClasses, after: pd.DataFrame, after_classes: RiskClasses
) -> pd.DataFrame:
    """Return what became of each risk; see `RiskMatrix.movement`.

    Both frames have ``scenario``, ``annual_probability``, ``likelihood_class``, and a column per dimension.
    """
    former, present = _by_scenario(before), _by_scenario(after)
    dimensions = [
        each
        for each in dict.fromkeys([*after_classes.dimensions, *before_classes.dimensions])
        if each in before or each in after
    ]
    rows = []
    for scenario in dict.fromkeys([*present, *former]):
        old, new = former.get(scenario), present.get(scenario)
        was = None if old is None else place_of(old, before_classes)
        now = None if new is None else place_of(new, after_classes)
        move = _move(was, now)
        causes = []
        if old is not None and new is not None and move not in ASIDE:
            causes = _causes(old, before_classes, new, after_classes)
        row = {"scenario": scenario, "move": move, "cause": ", ".join(causes) or None}
        for when, risk, place in (("before", old, was), ("after", new, now)):
            row |= _figures(risk, place, when, dimensions)
        rows.append(row)
    names = [f"{name}_{when}" for name in ("level", "likelihood_class", "impact_class") for when in ("before", "after")]
    values = [f"{name}_{when}" for name in ("annual_probability", *dimensions) for when in ("before", "after")]
    frame = pd.DataFrame(rows, columns=["scenario", "move", "cause", *names, *values])
    types: dict[str, Any] = dict.fromkeys(names, "Int64") | dict.fromkeys(values, "float64") | {"cause": "string"}
    return frame.astype(types)


def _by_scenario(risks: pd.DataFrame) -> dict[str, dict[str, Any]]:
    rows = ({str(key): value for key, value in row.items()} for row in risks.to_dict("records"))
    return {str(row["scenario"]): row for row in rows}


def place_of(risk: Mapping[str, Any], classes: RiskClasses) -> Place:
    """Return where a risk stands by some classes, which may be others than it was placed by."""
    likelihood, impact = _likelihood_in(risk, classes), _impact_in(risk, classes)
    level = None if likelihood is None or impact is None else classes.level(likelihood, impact)
    return Place(likelihood, impact, level)


def _likelihood_in(risk: Mapping[str, Any], classes: RiskClasses) -> int | None:
    if not pd.isna(risk["annual_probability"]):
        return classes.likelihood_class(risk["annual_probability"])
    named = risk["likelihood_class"]
    return None if pd.isna(named) or named > classes.likelihood_count else int(named)


def _impact_in(risk: Mapping[str, Any], classes: RiskClasses) -> int | None:
    known = {}
    for name, dimension in classes.dimensions.items():
        value = risk.get(name)
        strange = dimension.qualitative and value not in range(1, classes.impact_count + 1)
        if value is not None and not pd.isna(value) and not strange:
            known[name] = classes.impact_class(name, value)
    return classes.joined_class(known) if known else None


def _move(was: Place | None, now: Place | None) -> str:
    if was is None or now is None:
        return "new" if was is None else "gone"
    if was.level is None or now.level is None:
        return "same" if was.level == now.level else "placed" if was.level is None else "no_longer_placed"
    if was.level != now.level:
        return "up" if now.level > was.level else "down"
    assert was.likelihood is not None and was.impact is not None, "who has a level has both classes"
    assert now.likelihood is not None and now.impact is not None, "who has a level has both classes"
    steps = {(now.likelihood > was.likelihood) - (now.likelihood < was.likelihood)}
    steps.add((now.impact > was.impact) - (now.impact < was.impact))
    if steps == {0}:
        return "same"
    return "across" if steps == {1, -1} else "up_within" if 1 in steps else "down_within"


def _causes(
    old: Mapping[str, Any], old_classes: RiskClasses, new: Mapping[str, Any], new_classes: RiskClasses
) -> list[str]:
    """Return what moved a risk: each is held against the other year's by both years' classes."""
    both = (old_classes, new_classes)
    acts = {
        "likelihood": any(_likelihood_in(old, each) != _likelihood_in(new, each) for each in both),
        "impact": any(_impact_in(old, each) != _impact_in(new, each) for each in both),
        "classes": any(place_of(risk, old_classes) != place_of(risk, new_classes) for risk in (old, new)),
    }
    return [cause for cause in CAUSES if acts[cause]]


def _figures(risk: Mapping[str, Any] | None, place: Place | None, when: str, dimensions: list[str]) -> dict[str, Any]:
    if risk is None or place is None:
        return {}
    named = {"level": place.level, "likelihood_class": place.likelihood, "impact_class": place.impact}
    values = {name: risk.get(name) for name in ("annual_probability", *dimensions)}
    return {f"{name}_{when}": value for name, value in (named | values).items()}
