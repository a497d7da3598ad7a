# SPDX-License-Identifier: Apache-2.0
"""What is wrong between the scenarios of a plan, its inputs, and the analyses that are about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sheltermap.base.suggestions import unknown
from sheltermap.questions.kind import Kind
from sheltermap.questions.scenario_keys import OfScenarios


def scenario_faults(
    scenarios: Sequence[Mapping[str, Any]],
    inputs: Mapping[str, Any],
    rasters: Mapping[str, Mapping[str, Any]],
    ways: Iterable[str],
    accepted: bool,
) -> Iterator[str]:
    """Give scenarios of what is not there, and those that nobody confirmed and the plan does not accept.

    `ways` are the names of the networks and the tables of costs.
    """
    for number, item in enumerate(scenarios, start=1):
        name = item.get("id")
        where = f"scenarios.{name if isinstance(name, str) else f'[{number}]'}"
        if isinstance(zones := item.get("zones"), str) and zones and zones not in inputs:
            yield f"{where}.zones: {unknown('unknown input', zones, inputs)}"
        if isinstance(raster := item.get("raster"), str) and raster:
            yield from (f"{where}.raster: {told}" for told in _raster_faults(raster, rasters))
        for part, key in (("failing", "facilities"), ("bands", "source"), ("plume", "source")):
            inner = item.get(part)
            if isinstance(inner, dict) and isinstance(name := inner.get(key), str) and name and name not in inputs:
                yield f"{where}.{part}.{key}: {unknown('unknown input', name, inputs)}"
        failing = item.get("failing")
        if isinstance(failing, dict) and isinstance(by := failing.get("by"), str) and by and by not in ways:
            yield f"{where}.failing.by: {unknown('unknown network or table', by, ways)}"
        if (status := item.get("status")) in ("partial", "unconfirmed") and not accepted:
            yield (
                f"{where}.status: the scenario is {status}; confirm its source, or write accept_unconfirmed = true at "
                "the top of the plan"
            )


def _raster_faults(name: str, rasters: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if name not in rasters:
        yield unknown("unknown raster", name, rasters)
    elif isinstance(holds := rasters[name].get("holds"), str) and not (
        holds.startswith("depth") and holds.endswith("_m")
    ):
        yield f'"{name}" holds "{holds}", and a scenario reads depths: holds = "depth_m"; of others make zones'


def asked_faults(
    where: str, item: Mapping[str, Any], kind: type[Kind] | None, scenarios: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Give the scenarios that an analysis asks about and the plan does not have."""
    if kind is None or not issubclass(kind, OfScenarios):
        return
    there = [name for each in scenarios if isinstance(name := each.get("id"), str)]
    asked = item.get("scenarios")
    if not scenarios and asked is None:
        yield f"{where}: it is about scenarios, and the plan has none: write [[scenarios]]"
    named = Counter(name for name in (asked if isinstance(asked, list) else ()) if isinstance(name, str))
    for name, count in named.items():
        if name not in there:
            yield f"{where}.scenarios: {unknown('unknown scenario', name, there)}"
        elif count > 1:
            yield f'{where}.scenarios: "{name}" is named {count} times'
