# SPDX-License-Identifier: Apache-2.0
"""What a scenario may say of itself."""

import geopandas as gpd
import pytest
from shapely import box

import sheltermap as sm
from sheltermap.risk.scenario import scenarios_given

ZONES = gpd.GeoDataFrame({"depth_m": [1.0], "word": ["deep"]}, geometry=[box(24, 56, 25, 57)], crs=4326)


@pytest.mark.parametrize(
    ("likelihood", "probability"),
    [
        ({"return_period_years": 100}, 0.01),
        ({"annual_probability": 0.002}, 0.002),
        ({"likelihood": "rare"}, None),
        ({}, None),
    ],
)
def test_a_return_period_is_the_inverse_of_a_probability(likelihood, probability):
    assert sm.Scenario("a", "flood", ZONES, **likelihood).probability == probability


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"return_period_years": 10, "annual_probability": 0.1},
            "scenario a: return_period_years and annual_probability both say how likely it is: give one of them",
        ),
        ({"annual_probability": 0.1, "likelihood": "rare"}, "annual_probability and likelihood both say"),
        ({"return_period_years": 0.5}, "scenario a: a return period is 1 year or longer, not 0.5"),
        ({"return_period_years": float("inf")}, "1 year or longer, not inf"),
        ({"return_period_years": float("nan")}, "1 year or longer, not nan"),
        ({"return_period_years": "100"}, "return_period_years is a number, not '100'"),
        ({"annual_probability": 0.0}, "a probability is above 0 and at most 1, not 0.0"),
        ({"annual_probability": 1.01}, "a probability is above 0 and at most 1, not 1.01"),
        ({"annual_probability": True}, "annual_probability is a number, not True"),
        ({"likelihood": " "}, "likelihood is the name of a class, not ' '"),
        ({"status": "sure"}, 'scenario a: unknown status "sure"; allowed: confirmed, partial, unconfirmed'),
        ({"unit": "m"}, "scenario a: unit is that of the intensity: give intensity, a column of zones"),
        ({"affected_from": 0.5}, "affected_from is that of the intensity"),
        ({"intensity": "depth_m", "affected_from": float("nan")}, "affected_from is a finite number, not nan"),
        ({"intensity": "depth"}, "zones of scenario a has no column 'depth'; it has depth_m, word"),
        ({"intensity": "word"}, "zones of scenario a: column 'word' holds 'deep' in row 1, which is not a number"),
        ({"zones": None, "intensity": "depth_m"}, "scenario a: intensity is a column of zones: give zones"),
        ({"id": ""}, "id of a scenario is a text, not ''"),
        ({"hazard": 5}, "hazard of a scenario is a text, not 5"),
    ],
)
def test_what_cannot_be_is_told(given, told):
    with pytest.raises(ValueError) as raised:
        sm.Scenario(**{"id": "a", "hazard": "flood", "zones": ZONES} | given)
    assert told in str(raised.value)


def test_an_endless_intensity_is_told():
    endless = ZONES.assign(depth_m=[float("inf")])
    with pytest.raises(ValueError, match=r"holds inf in row 1; an intensity is a finite number"):
        sm.Scenario("a", "flood", endless, intensity="depth_m")


def test_zones_without_a_geometry_are_no_zones():
    with pytest.raises(TypeError, match="zones of scenario a is a DataFrame without places"):
        sm.Scenario("a", "flood", ZONES.drop(columns="geometry"))


def test_scenarios_are_told_apart_by_ids_that_name_columns():
    one, other = sm.Scenario("1 %", "flood", ZONES), sm.Scenario("10 %", "flood", ZONES)
    assert scenarios_given(one) == (one,)
    assert scenarios_given(iter([one, other])) == (one, other)
    assert [one.label, other.label] == ["1pct", "10pct"]


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        ([], "there are no scenarios"),
        (["a", "a"], "several scenarios have the id 'a'"),
        (["a b", "a_b"], "the ids 'a b', 'a_b' are too alike to name columns"),
        (["!"], "the ids '!' are too alike"),
    ],
)
def test_scenarios_that_cannot_be_told_apart_are_refused(ids, told):
    with pytest.raises(ValueError, match=told):
        scenarios_given([sm.Scenario(each, "flood") for each in ids])


def test_what_is_no_scenario_is_refused():
    with pytest.raises(TypeError, match=r"a scenario is made by sm.Scenario\(id, hazard, …\), not a GeoDataFrame"):
        scenarios_given([ZONES])
