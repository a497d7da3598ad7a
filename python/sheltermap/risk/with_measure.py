# SPDX-License-Identifier: Apache-2.0
"""Scenarios as they are once a measure is there: some do not happen any more, others happen otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sheltermap.base.suggestions import unknown
from sheltermap.risk.scenario import Scenario


def with_measure(
    scenarios: Sequence[Scenario], prevented: Sequence[str], instead: Mapping[str, Scenario]
) -> list[Scenario]:
    """Return the same levels of the same hazards, each as it is with a measure.

    A scenario that is `prevented` acts nowhere; one that happens otherwise takes place as another one says, and stays
    as likely as it was. All others are as they were.

    Raises
    ------
    ValueError
        If a scenario is none of these, both is said of one, or what is prevented has no zones.
    """
    ids = [each.id for each in scenarios]
    for name in (*prevented, *instead):
        if name not in ids:
            raise ValueError(unknown("unknown scenario", name, ids))
    if both := set(prevented) & set(instead):
        raise ValueError(f"{min(both)} is prevented, and happens otherwise: say one of the two")
    found = []
    for each in scenarios:
        if each.id in prevented:
            if each.zones is None:
                raise ValueError(f"{each.id} has no zones that a measure could keep it from; say what happens instead")
            each = replace(each, zones=each.zones[:0])
        elif each.id in instead:
            each = replace(
                instead[each.id],
                id=each.id,
                hazard=each.hazard,
                return_period_years=each.return_period_years,
                annual_probability=each.annual_probability,
                likelihood=each.likelihood,
            )
        found.append(each)
    return found
