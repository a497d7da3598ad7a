# SPDX-License-Identifier: Apache-2.0
"""The solvers of siting as Python sees them; what they answer is held against enumeration in tests/cpp/planning."""

import _thread
import itertools
import threading

import numpy as np
import pytest
from numpy.typing import NDArray

from sheltermap import _core
from siting_town import matrix_of

LIMIT_M = 800


def scattered(rows: int, sites: int, limit_m: float | None = None, *, seed: int = 1) -> _core.Reach:
    """Return the reach between random places in a square of about five kilometres."""
    random = np.random.default_rng(seed)
    demand = np.column_stack([random.uniform(24, 24.08, rows), random.uniform(57, 57.045, rows)])
    facilities = np.column_stack([random.uniform(24, 24.08, sites), random.uniform(57, 57.045, sites)])
    return _core.geodesic_reach(demand, facilities, k=None if limit_m else sites, max_distance_m=limit_m)


def people(rows: int) -> NDArray[np.float64]:
    return np.random.default_rng(2).integers(0, 50, rows).astype(float)


def test_maximal_covering_is_the_best_of_all_choices() -> None:
    reach, weight = scattered(80, 10), people(80)
    near = matrix_of(reach, 10) <= LIMIT_M
    best = max(weight[near[:, list(each)].any(axis=1)].sum() for each in itertools.combinations(range(10), 3))
    siting = _core.maximal_covering(reach, weight, LIMIT_M, p=3)
    assert siting.proven and siting.stopped == "proven"
    assert siting.objective == siting.bound == best == weight[near[:, siting.chosen].any(axis=1)].sum()
    assert sorted([*siting.fixed_in, *siting.fixed_out]) == list(range(10))
    assert siting.unreached.tolist() == np.flatnonzero(~near[:, siting.chosen].any(axis=1)).tolist()


def test_p_median_is_the_best_of_all_choices() -> None:
    reach, weight = scattered(80, 10), people(80)
    far = matrix_of(reach, 10)
    choices = [[2, *each] for each in itertools.combinations(range(10), 2)]
    best = min((weight * far[:, each].min(axis=1)).sum() for each in choices)
    siting = _core.p_median(reach, weight, p=2, locked=[2])
    assert siting.proven and 2 in siting.chosen
    assert siting.objective == siting.bound == pytest.approx(best, rel=1e-12)
    assert siting.unreached.tolist() == []


def test_a_budget_buys_only_what_has_a_known_cost() -> None:
    reach, weight = scattered(80, 10), people(80)
    cost = [30, 10, np.nan, 20, 15, 5, 40, np.nan, 12, 18]
    siting = _core.maximal_covering(reach, weight, LIMIT_M, cost=cost, budget=45, locked=[0], forbidden=[5])
    bought = [each for each in siting.chosen if each != 0]
    assert 0 in siting.chosen and sum(cost[each] for each in bought) <= 45
    assert not {2, 5, 7} & set(siting.chosen)


def test_ctrl_c_stops_it_or_takes_the_best_so_far() -> None:
    reach, weight = scattered(6000, 900, 500), people(6000)
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        _core.maximal_covering(reach, weight, 300, p=80, seconds=60)
    timer.join()
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    siting = _core.maximal_covering(reach, weight, 300, p=80, seconds=60, keep_best=True)
    timer.join()
    assert siting.stopped == "interrupted" and len(siting.chosen) == 80
    assert 0 < siting.objective < siting.bound <= weight.sum()


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"p": 1, "copies": 3},
        {"budget": 5.0},
        {"budget": 5.0, "cost": [1.0]},
        {"p": 1, "locked": [0], "forbidden": [0]},
        {"p": 1, "locked": [4], "facilities": 4},
    ],
)
def test_a_wrong_question_is_an_error(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        _core.maximal_covering(scattered(5, 3), people(5), LIMIT_M, **wrong)  # type: ignore[arg-type]
