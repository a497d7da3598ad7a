# SPDX-License-Identifier: Apache-2.0
"""Sites to choose among candidates: data, peer and verdict that the operations of siting share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from common import data
from common.operation import Answer, WrongAnswerError

SAME = 1e-9  # objectives of the same choice, added up in another order
NEAREST = 250  #: candidates of a home that a p-median of many looks at; beyond them its bound says so


class Inputs(NamedTuple):
    """Longitudes and latitudes of homes and candidates, people per home, and how many sites to choose."""

    homes: NDArray[np.float64]
    candidates: NDArray[np.float64]
    people: NDArray[np.float64]
    p: int


class Costs(NamedTuple):
    """Metres between homes and candidates, as sheltermap's table or as a matrix; infinite where there is no way."""

    metres: Any
    people: NDArray[np.float64]
    p: int


def make(size: Mapping[str, int]) -> Inputs:
    """Return the inputs of a size: homes and candidates in the same towns, three in four of both."""
    people = data.seeded("people").integers(1, 6, size["homes"]).astype(np.float64)
    return Inputs(data.homes(size["homes"]), data.homes(size["candidates"]), people, size["p"])


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the first homes."""
    return inputs._replace(homes=inputs.homes[:rows], people=inputs.people[:rows])


def table(inputs: Inputs, k: int | None, within_m: float | None) -> Costs:
    """Return the costs as sheltermap's table: of the k nearest, or of all within some metres."""
    from sheltermap import _core

    reach = _core.geodesic_reach(inputs.homes, inputs.candidates, k=k, max_distance_m=within_m)
    return Costs(reach, inputs.people, inputs.p)


def matrix(inputs: Inputs) -> Costs:
    """Return the same metres of all pairs as a matrix."""
    count = len(inputs.candidates)
    reach = table(inputs, count, None).metres
    metres = np.empty((len(inputs.homes), count))
    metres[np.repeat(np.arange(len(inputs.homes)), count), reach.facility] = reach.cost
    return Costs(metres, inputs.people, inputs.p)


def found(siting: Any) -> Answer:
    """Return what sheltermap chose, and what it says of it."""
    told = np.array([siting.objective, siting.bound])
    return {"chosen": siting.chosen, "told": told}


def spopt_chosen(model: Any) -> Answer:
    """Return what a model of spopt chose."""
    return {"chosen": np.array([i for i, each in enumerate(model.fac_vars) if each.value() > 0.5], np.int32)}


def nearest_m(inputs: Inputs, chosen: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the metres of each home to the nearest of a choice."""
    from sheltermap import _core

    reach = _core.geodesic_reach(inputs.homes, inputs.candidates[chosen], k=1, max_distance_m=None)
    metres: NDArray[np.float64] = reach.cost
    return metres


def verdicts(
    inputs: Inputs, answers: Mapping[str, Answer], value_of: Any, unit: str, *, larger: bool
) -> dict[str, str]:
    """Say what each choice is worth, by the nearest of its sites, and how far the own bound is from it.

    Raises
    ------
    WrongAnswerError
        If too many are chosen, the value told is another one, or somebody's choice is better than our bound.
    """
    values = {key: value_of(nearest_m(inputs, each["chosen"])) for key, each in answers.items()}
    best = (max if larger else min)(values.values())
    said = {}
    for key, each in answers.items():
        value = values[key]
        said[key] = f"{value:,.0f} {unit}"
        if "told" not in each:
            continue
        objective, bound = each["told"]
        gap = abs(bound - value) / max(bound, value)
        said[key] += ", proven" if bound == objective else f", no choice is better by more than {gap:.3%}"
        beaten = best > bound * (1 + SAME) if larger else best < bound * (1 - SAME)
        if len(each["chosen"]) > inputs.p or beaten:
            raise WrongAnswerError(f"{key}: {said[key]}, but there is one of {best:,.0f}")
        if abs(value - objective) > SAME * value:
            raise WrongAnswerError(f"{key}: {said[key]}, but told was {objective:,.0f}")
    return said
