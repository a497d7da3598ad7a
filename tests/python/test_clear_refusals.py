# SPDX-License-Identifier: Apache-2.0
"""Questions that cannot be meant: each is refused with one sentence that says what to give."""

import geopandas
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import PLAN, write_town

HOMES = geopandas.GeoDataFrame(geometry=[shapely.Point(24, 57)], crs=4326)
ZONES = geopandas.GeoDataFrame({"scenario": ["1 %"]}, geometry=[shapely.box(23, 56, 25, 58)], crs=4326)
TABLE = pd.DataFrame({"people": [1]})


@pytest.mark.parametrize("threshold", [None, float("nan"), [500, None], "500", object()])
def test_a_threshold_that_is_no_distance(threshold):
    with pytest.raises(ValueError, match=r"a (threshold|limit) is a number"):
        sm.coverage(HOMES, HOMES, threshold)
    with pytest.raises(ValueError, match=r"a (threshold|limit) is a number"):
        sm.flood(HOMES, HOMES, ZONES, threshold)


def test_a_flood_without_streets_is_asked_about_a_distance():
    with pytest.raises(ValueError, match="a time or a direction needs streets to travel along: give by="):
        sm.flood(HOMES, HOMES, ZONES, "15 min")
    found = sm.flood(HOMES, HOMES, ZONES, "0.5 km")
    assert found.threshold == sm.Limit(500)
    with pytest.warns(DeprecationWarning, match="threshold_m is called threshold now"):
        assert found.threshold_m == 500


@pytest.mark.parametrize(
    ("role", "ask"),
    [
        ("demand", lambda: sm.coverage(TABLE, HOMES, 100)),
        ("facilities", lambda: sm.coverage(HOMES, TABLE, 100)),
        ("facilities", lambda: sm.nearest(HOMES, TABLE)),
        ("areas", lambda: sm.coverage(HOMES, HOMES, 100, areas=TABLE)),
        ("features", lambda: sm.exposure(TABLE, ZONES)),
        ("zones", lambda: sm.exposure(HOMES, TABLE)),
    ],
)
def test_a_table_without_places(role, ask):
    with pytest.raises(TypeError, match=f"^{role} is a DataFrame without places; give a GeoDataFrame"):
        ask()


FLOOD = sm.Scenario("flood", "flood", ZONES, return_period_years=100)


@pytest.mark.parametrize(
    "ask",
    [
        lambda **named: sm.coverage(HOMES, HOMES, 100, **named),
        lambda **named: sm.flood(HOMES, HOMES, ZONES, 100, **named),
        lambda **named: sm.exposure(HOMES, ZONES, **named),
        lambda **named: sm.exposure(ZONES, ZONES, **named),
        lambda **named: sm.access(HOMES, HOMES.assign(staff=1), supply="staff", limit="1 km", **named),
        lambda **named: sm.combined(FLOOD, HOMES, **named),
        lambda **named: sm.impact(FLOOD, demand=HOMES, **named),
        lambda **named: sm.continuity(HOMES, HOMES, limit=100, **named),
        lambda **named: sm.vulnerable(FLOOD, HOMES, HOMES, warning="5 min", speed=1.0, **named),
    ],
)
def test_a_column_of_areas_needs_areas(ask):
    with pytest.raises(ValueError, match="area_name is a column of areas: give areas"):
        ask(area_name="part")


@pytest.mark.parametrize(
    ("there", "instead", "fault"),
    [
        ("schema = 1", 'schema = "1"', 'schema: must be the number 1, not the text "1": write it without quotes'),
        ("schema = 1", 'schema = 1\nlanguages = ["en", "en"]', "languages: write each language once"),
        ('path = "homes.csv"', 'path = ".."', 'inputs.homes.path: ".." is a folder; name a file in it'),
        (
            "thresholds_m = [500, 1000]",
            "thresholds_m = [500, 500.0000001]",
            "analyses.shelter.thresholds_m: 500 and 500.0000001 are less than 1 apart, which no report shows",
        ),
        ("thresholds_m = [500, 1000]", 'limits = ["500 m", "500.2 m"]', "500 and 500.2 are less than 1 apart"),
    ],
)
def test_a_plan_that_would_fail_or_mislead_later(tmp_path, there, instead, fault):
    with pytest.raises(PlanError) as caught:
        load_plan(write_town(tmp_path, plan=PLAN.replace(there, instead, 1)))
    assert len(caught.value.faults) == 1 and fault in caught.value.faults[0]


@pytest.mark.parametrize(
    "ask",
    [
        lambda layer: sm.allocate(layer, HOMES, capacity="places"),
        lambda layer: sm.allocate(HOMES, layer, capacity="places"),
        lambda layer: sm.access(layer, HOMES, supply="places", limit=100),
        lambda layer: sm.access(HOMES, layer, supply="places", limit=100),
        lambda layer: sm.balance(HOMES, layer),
        lambda layer: sm.districts(layer, count=2),
        lambda layer: sm.neighbours(layer),
        lambda layer: sm.site(layer, HOMES, objective="coverage", within=100, p=1),
        lambda layer: sm.site(HOMES, layer, objective="coverage", within=100, p=1),
        lambda layer: sm.coverage(layer, HOMES, 100),
    ],
)
@pytest.mark.parametrize("layer", [[1, 2], "homes.csv", {"a": 1}])
def test_what_is_no_layer_at_all(ask, layer):
    told = "is a path; read the layer first" if isinstance(layer, str) else f"is a {type(layer).__name__}; give a GeoDa"
    with pytest.raises(TypeError, match=told):
        ask(layer)


def test_costs_in_a_column_that_is_not_there():
    table = pd.DataFrame({"home": ["a"], "shelter": ["s"], "time_min": [5]})
    with pytest.raises(ValueError, match="has no column 'tim_min'"):
        sm.reach_from(table, demand="home", facility="shelter", cost="tim_min", unit="min")
    with pytest.raises(ValueError, match="has no column 'tim'"):
        sm.reach_from(table, demand="home", facility="shelter", cost="tim")


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ('kind = "districts"\nunits = "homes"\ncount = 2\nwork = { people = 1 }', "work: must be a valid list"),
        ('kind = "districts"\nunits = "homes"\ncount = 2\nwork = []', "work: must not be empty"),
        (
            'kind = "balance"\ndemand = "homes"\nshelters = "shelters"\ncost = "eur"\ncurrency = "euros"',
            'currency: a currency is told by its three letters (ISO 4217), as "EUR", not "euros"',
        ),
        (
            'kind = "access"\ndemand = "homes"\nfacilities = "shelters"\n'
            'capacity = "places"\nlimit = "500 m"\ndecay = 5',
            "decay: a decay is one of ",
        ),
    ],
)
def test_keys_of_planning_are_refused_in_a_planner_s_words(tmp_path, keys, fault):
    plan = PLAN + f'\n[[analyses]]\nname = "asked"\ntitle.en = "x"\ntitle.lv = "x"\n{keys}\n'
    with pytest.raises(PlanError) as caught:
        load_plan(write_town(tmp_path, plan=plan))
    assert len(caught.value.faults) == 1 and caught.value.faults[0].startswith(f"analyses.asked.{fault}")
