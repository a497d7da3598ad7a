# SPDX-License-Identifier: Apache-2.0
"""The sites from which everybody together has the least to go: p-median."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.operation import ARRAYS, Answer, Contestant, Operation, Variant
from operations._siting import NEAREST, Costs, Inputs, first_rows, found, make, matrix, spopt_chosen, table, verdicts


def nearest(inputs: Inputs) -> Costs:
    """Return sheltermap's table of the nearest candidates."""
    return table(inputs, min(NEAREST, len(inputs.candidates)), None)


def sheltermap_sites(costs: Costs) -> Any:
    """Search with a bound, in the core."""
    from sheltermap import _core

    return _core.p_median(costs.metres, costs.people, p=costs.p, seconds=300)


def spopt_sites(costs: Costs) -> Any:
    """Build the model and solve it."""
    import pulp
    from spopt.locate import PMedian

    model = PMedian.from_cost_matrix(costs.metres, costs.people, costs.p)
    return model.solve(pulp.HiGHS(msg=False))


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Add up what everybody has to go to the nearest of each choice."""
    inputs = make(size)

    def person_metres(metres: NDArray[np.float64]) -> float:
        return float((inputs.people * metres).sum())

    return verdicts(inputs, answers, person_metres, "person metres", larger=False)


SHELTERMAP = "sheltermap"
LARGE = {"homes": 100_000, "candidates": 1_000}

OPERATION = Operation(
    title="The p sites from which everybody together has the least to go (p-median)",
    sizes={
        "small": {"homes": 300, "candidates": 40, "p": 5},
        "full": (
            Variant({"homes": 2_000, "candidates": 200, "p": 20}, goals={ARRAYS: 0.1}),
            *(Variant({**LARGE, "p": p}, only=(SHELTERMAP,)) for p in (20, 50, 100)),
        ),
    },
    rows="homes",
    contestants=(
        Contestant(SHELTERMAP, sheltermap_sites, found, nearest, ARRAYS, ("sheltermap",)),
        Contestant(
            "spopt PMedian, HiGHS", spopt_sites, spopt_chosen, matrix, ARRAYS, ("sheltermap", "spopt", "highspy")
        ),
    ),
    make=make,
    first_rows=first_rows,
    check=check,
    notes="Three in four homes and candidates in the same 80 towns, one to five people in a home. Metres on the "
    f"ellipsoid are given to both, to sheltermap as its table of each home's {NEAREST} nearest candidates, to spopt as "
    "a matrix. Large cases are for sheltermap alone.",
)
