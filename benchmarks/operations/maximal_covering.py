# SPDX-License-Identifier: Apache-2.0
"""The sites from which most people are within 5 km: maximal covering."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.operation import ARRAYS, Answer, Contestant, Operation, Variant
from operations._siting import Costs, Inputs, first_rows, found, make, matrix, spopt_chosen, table, verdicts

WITHIN_M = 5_000.0


def near(inputs: Inputs) -> Costs:
    """Return sheltermap's table of all within the limit."""
    return table(inputs, None, WITHIN_M)


def sheltermap_sites(costs: Costs) -> Any:
    """Search with a bound, in the core."""
    from sheltermap import _core

    return _core.maximal_covering(costs.metres, costs.people, WITHIN_M, p=costs.p, seconds=60)


def spopt_sites(costs: Costs) -> Any:
    """Build the model and solve it."""
    import pulp
    from spopt.locate import MCLP

    model = MCLP.from_cost_matrix(costs.metres, costs.people, WITHIN_M, costs.p)
    return model.solve(pulp.HiGHS(msg=False))


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Count the people within the limit of each choice."""
    inputs = make(size)

    def people(metres: NDArray[np.float64]) -> float:
        return float(inputs.people[metres <= WITHIN_M].sum())

    return verdicts(inputs, answers, people, "people", larger=True)


SHELTERMAP = "sheltermap"
LARGE = {"homes": 100_000, "candidates": 1_000}

OPERATION = Operation(
    title="The p sites from which most people are within 5 km (maximal covering)",
    sizes={
        "small": {"homes": 500, "candidates": 50, "p": 5},
        "full": (
            Variant({"homes": 2_000, "candidates": 200, "p": 20}, goals={ARRAYS: 0.1}),
            *(Variant({**LARGE, "p": p}, only=(SHELTERMAP,)) for p in (20, 50, 100)),
        ),
    },
    rows="homes",
    contestants=(
        Contestant(SHELTERMAP, sheltermap_sites, found, near, ARRAYS, ("sheltermap",)),
        Contestant("spopt MCLP, HiGHS", spopt_sites, spopt_chosen, matrix, ARRAYS, ("sheltermap", "spopt", "highspy")),
    ),
    make=make,
    first_rows=first_rows,
    check=check,
    notes="Three in four homes and candidates in the same 80 towns, one to five people in a home. Metres on the "
    "ellipsoid are given to both, to sheltermap as its table of pairs within 5 km, to spopt as a matrix. HiGHS proves; "
    "sheltermap tells a bound, which often is a proof, too. Large cases are for sheltermap alone.",
)
