# SPDX-License-Identifier: Apache-2.0
"""What the sample of Porto Alegre tells of places, against flows and choices counted without any of our solvers."""

from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

import sheltermap as sm
from conftest import ROOT

DATA = ROOT / "sample_data" / "porto_alegre"
BUDGET = 3_000_000


@pytest.fixture(scope="module")
def sample():
    """People, shelters that comply, cellars, and the streets."""
    people, register, cellars = (
        sm.read(DATA / f"{name}.csv", crs="EPSG:4326", id="id") for name in ("people", "shelters", "cellars")
    )
    shelters, _ = sm.supply(register, compliance="full")
    return people, shelters, cellars, sm.Network.from_osm(DATA / "porto_alegre.osm.pbf", "walk")


@pytest.fixture(scope="module")
def placed(sample):
    """How many people can have a place with these cellars open, by a maximum flow of SciPy."""
    people, shelters, cellars, walk = sample
    both = gpd.GeoDataFrame(pd.concat([shelters, cellars], ignore_index=True), crs=people.crs)
    reach = sm.reach(people, both, limit="20 min", by=walk)
    count, need = len(people), people["need_place"].to_numpy()
    rows = np.repeat(np.arange(count), np.diff(reach.offsets))
    source, sink = count + len(both), count + len(both) + 1

    def flow(opened: set[str]) -> int:
        places = both["capacity_persons"].to_numpy(copy=True)
        places[len(shelters) :][~cellars["id"].isin(opened).to_numpy()] = 0
        starts = np.concatenate([np.full(count, source), rows, count + np.arange(len(both))])
        ends = np.concatenate([np.arange(count), count + reach.facility, np.full(len(both), sink)])
        sizes = np.concatenate([need, need[rows], places]).astype(np.int32)
        return int(
            maximum_flow(csr_array((sizes, (starts, ends)), shape=(sink + 1, sink + 1)), source, sink).flow_value
        )

    return flow


def test_as_many_have_a_place_as_a_maximum_flow_can_send(sample, placed):
    people, shelters, _, walk = sample
    plan = sm.allocate(
        people, shelters, capacity="capacity_persons", weight="need_place", limit="20 min", by=walk, facility_id="id"
    )
    summary = plan.summary.iloc[0]
    assert summary["served"] == placed(set())
    assert summary["certified"] and summary["primal_person_s"] == summary["dual_person_s"]


def test_no_cellars_for_the_money_give_more_people_a_place(sample, placed):
    """Flows bring no more together than each alone, so the best affordable sum of these is a bound on all choices."""
    people, shelters, cellars, walk = sample
    best = sm.site(
        people,
        cellars,
        objective="capacitated",
        existing=shelters,
        within="20 min",
        capacity="capacity_persons",
        weight="need_place",
        by=walk,
        budget=BUDGET,
        cost="adapt_brl",
        currency="BRL",
    )
    chosen = set(best.proposal["facility"])
    today = placed(set())
    alone = {each: placed({each}) - today for each in cellars["id"]}
    cost = dict(zip(cellars["id"], cellars["adapt_brl"], strict=True))
    most = int(BUDGET // min(cost.values()))
    sums = (
        sum(alone[each] for each in choice)
        for size in range(1, most + 1)
        for choice in combinations(alone, size)
        if sum(cost[each] for each in choice) <= BUDGET
    )
    assert best.objective == placed(chosen) == today + max(sums)
    assert best.proven and best.bound == best.objective
    assert best.spent == sum(cost[each] for each in chosen) <= BUDGET
