# SPDX-License-Identifier: Apache-2.0
"""Which scenarios of a plan come true: by the kind and the colour of warnings, and by a forecast level of water."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sheltermap.alerts.alert import COLOURS
from sheltermap.alerts.in_force import Part
from sheltermap.base.texts import Note, decimals
from sheltermap.plans.plan import Plan
from sheltermap.plans.warning_rules import Trigger, WaterLevel

BY_WARNING, BY_LEVEL = "warning", "level"


@dataclass(frozen=True)
class Triggered:
    """One scenario that comes true, and why."""

    scenario: str
    by: str  #: "warning" or "level"
    part: int | None  #: number of the event
    rule: str  #: what the plan says: "awareness_type = 12"
    at_least: str  #: the colour, or the level in metres, from which on it does


def by_parts(parts: Sequence[Part], triggers: Sequence[Trigger], notes: list[str]) -> list[Triggered]:
    """Return the scenarios that events stand for: of the rules about one kind the highest colour that is reached."""
    found = []
    for number, part in enumerate(parts, start=1):
        ordered = sorted((each for each in triggers if _is_about(each, part)), key=lambda each: each.told)
        for rule, alike in groupby(ordered, key=lambda each: each.told):
            if part.info.colour not in COLOURS:
                notes.append(Note.of("alert_without_level", event=part.info.event, rule=rule))
                continue
            reached = [each for each in alike if _rank(each.at_least) <= _rank(part.info.colour)]
            if reached:
                highest = max(reached, key=lambda each: _rank(each.at_least))
                found.append(Triggered(highest.scenario, BY_WARNING, number, rule, highest.at_least))
    return found


def by_level(level_m: float, levels: Sequence[WaterLevel], notes: list[str]) -> list[Triggered]:
    """Return the scenario of a level of water: that of the highest limit it reaches; on a limit it counts above."""
    if not levels:
        raise ValueError("a level was given, and the plan has no levels: write them in [warnings] as levels = [{…}]")
    reached = [each for each in levels if each.at_least_m <= level_m]
    if not reached:
        notes.append(
            Note.of("level_below_all", level=decimals(f"{level_m:g}"), lowest=decimals(f"{levels[0].at_least_m:g}"))
        )
        return []
    highest = reached[-1]
    return [Triggered(highest.scenario, BY_LEVEL, None, f"level = {level_m:g}", f"{highest.at_least_m:g}")]


def described(plan: Plan, triggered: Triggered) -> dict[str, Any]:
    """Return a scenario that comes true with what the plan says of it."""
    scenario = next(each for each in plan.scenarios if each.id == triggered.scenario)
    title = {} if scenario.title is None else {"title": scenario.title.model_dump()}
    return {
        "scenario": triggered.scenario,
        "hazard": scenario.hazard,
        **title,
        "return_period_years": scenario.return_period_years,
        "annual_probability": scenario.annual_probability,
        "likelihood": scenario.likelihood,
        "by": triggered.by,
        "part": triggered.part,
        "rule": triggered.rule,
        "at_least": triggered.at_least,
    }


def _rank(colour: str) -> int:
    return COLOURS.index(colour)


def _is_about(trigger: Trigger, part: Part) -> bool:
    if trigger.awareness_type is not None:
        return part.info.awareness_type == trigger.awareness_type
    if trigger.event_code is not None:
        return any(value == trigger.event_code for each in part.infos for _, value in each.event_codes)
    assert trigger.event is not None
    return any(each.event.casefold() == trigger.event.casefold() for each in part.infos)
