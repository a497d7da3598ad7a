# SPDX-License-Identifier: Apache-2.0
"""The published case of San Francisco (pysal/spopt): what the best choices are is known from trying all of them."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from san_francisco import SITES, people_and_metres
from sheltermap import _core

Case = tuple[_core.Reach, NDArray[np.float64]]


@pytest.fixture(scope="module")
def tracts(root: Path) -> Case:
    """Return the whole table of distances as a reach, and people; facilities are the SITES."""
    people, metres = people_and_metres(root)
    pairs = np.indices(metres.shape).reshape(2, -1).astype(np.int32)
    reach = _core.reach_from_pairs(len(people), len(SITES), pairs[0], pairs[1], metres.ravel(), unit="metres")
    return reach, people.astype(float)


def sites(siting: _core.Siting) -> set[int]:
    return {SITES[row] for row in siting.chosen}


def test_four_sites_cover_875_247_people_within_5_km(tracts: Case) -> None:
    reach, people = tracts
    siting = _core.maximal_covering(reach, people, 5000, p=4)
    assert people.sum() == 955_113
    assert siting.proven and siting.objective == 875_247 and sites(siting) == {2, 11, 12, 15}
    assert len(siting.unreached) == 21


def test_the_median_and_the_centre_of_four_sites(tracts: Case) -> None:
    reach, people = tracts
    median = _core.p_median(reach, people, p=4)
    assert median.proven and median.objective == pytest.approx(2_848_268_129.7145, abs=0.1)
    centre = _core.p_center(reach, p=4)
    assert centre.proven and centre.objective == pytest.approx(7_403.063811, abs=1e-5)


@pytest.mark.parametrize(("limit", "backed_up"), [(5000, 145), (8000, 140)])
def test_of_the_fewest_sites_those_with_most_backup(tracts: Case, limit: float, backed_up: int) -> None:
    reach, people = tracts
    ones = np.ones(len(people))
    fewest = _core.set_covering(reach, limit)
    assert fewest.proven and not len(fewest.unreached)
    if limit == 5000:
        assert fewest.objective == 8
    p = int(fewest.objective)
    backup = _core.maximal_covering(reach, ones, limit, p=p, copies=2, everyone_once=True)
    assert backup.proven and backup.objective == backed_up
    assert _core.maximal_covering(reach, ones, limit, p=p, copies=2).objective >= backed_up
    assert not len(_core.maximal_covering(reach, ones, limit, p=p, start=backup.chosen.tolist()).unreached)
