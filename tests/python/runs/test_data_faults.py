# SPDX-License-Identifier: Apache-2.0
"""What a plan asks of its inputs and they do not have is found before anything is computed."""

import pytest

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.runs.plan_data import read_plan_data
from small_plan import HOMES, write_town


def faults(plan) -> list[str]:
    with pytest.raises(sm.PlanError) as raised:
        read_plan_data(load_plan(plan), lambda _: None)
    return raised.value.faults


def test_columns_of_people_are_numbers_and_all_that_are_not_are_told(tmp_path):
    homes = HOMES.replace(",20,", ",about 20,").replace(",5\n", ",-5\n")
    found = faults(write_town(tmp_path, homes=homes))
    assert len(found) == 2
    assert found[0].startswith("analyses.shelter.weight: inputs.homes (homes.csv): column 'people' holds 'about 20'")
    assert found[1].startswith("analyses.shelter.groups: inputs.homes (homes.csv): column 'children' holds -5")


def test_layers_that_meet_only_with_the_axes_of_one_exchanged_are_told(tmp_path):
    turned = "id,name,lon,lat\ns1,Cellar,56.950,24.101\ns2,School,56.950,24.400\n"
    found = faults(write_town(tmp_path, shelters=turned))
    assert found[0].startswith("analyses.shelter: demand (homes.csv) and facilities (shelters.csv) lie 4,")
    assert all("(shelters.csv)" in each for each in found)


def test_layers_that_lie_far_apart_are_no_fault(tmp_path):
    far = "id,name,lon,lat\ns1,Cellar,-8.5,41.5\n"
    assert read_plan_data(load_plan(write_town(tmp_path, shelters=far)), lambda _: None).frames
