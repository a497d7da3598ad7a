# SPDX-License-Identifier: Apache-2.0
"""Standards against the numbers of their sources, the time they are per, and what has to be accepted."""

from fractions import Fraction

import pandas as pd
import pytest

import sheltermap as sm
from sheltermap.base.standards import Standard, standards
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import PLAN, write_town

# Written down from the sources themselves (named in standards.toml), not from our file.
PUBLISHED = [
    ("sphere.living", "area_per_person", 3.5, "m2/person", "confirmed"),
    ("sphere.living", "ceiling_height", 2, "m", "confirmed"),
    ("unhcr.cold", "area_per_person", 4.5, "m2/person", "partial"),
    ("unhcr.site", "site_area_per_person", 45, "m2/person", "unconfirmed"),
    ("fema.tornado", "area_per_person", 5, "ft2/person", "confirmed"),
    ("fema.tornado", "area_per_wheelchair", 10, "ft2/person", "confirmed"),
    ("fema.tornado", "area_per_bed", 30, "ft2/person", "confirmed"),
    ("fema.tornado", "persons_per_wheelchair_place", 200, "person", "confirmed"),
    ("fema.hurricane", "area_per_person", 20, "ft2/person", "partial"),
    ("redcross", "area_per_person", 20, "ft2/person", "confirmed"),
    ("redcross", "area_per_person_long_stay", 40, "ft2/person", "confirmed"),
    ("fi.s1", "area_per_person", 0.75, "m2/person", "confirmed"),
    ("fi.s1", "ready_within", 3, "day", "confirmed"),
    ("ee.draft", "area_per_person", 0.75, "m2/person", "confirmed"),
    ("se", "area_per_person", 0.75, "m2/person", "confirmed"),
    ("se", "ready_within", 2, "day", "confirmed"),
    ("ch.space", "area_per_person", 1, "m2/person", "confirmed"),
    ("ch.space", "volume_per_person", 2.5, "m3/person", "confirmed"),
    ("kr.new", "area_per_person", 1.4, "m2/person", "confirmed"),
    ("kr.other", "area_per_person", 0.825, "m2/person", "unconfirmed"),
    ("jp.special", "area_per_person", 2, "m2/person", "partial"),
    ("jp.classic", "area_per_person", 1.65, "m2/person", "unconfirmed"),
    ("ua", "area_per_person", 0.6, "m2/person", "unconfirmed"),
    ("ua", "distance", 500, "m", "unconfirmed"),
    ("ch.walk", "walk", 0.5, "h", "confirmed"),
    ("ch.walk", "walk_in_hard_terrain", 1, "h", "confirmed"),
    ("fi.dist", "distance", 500, "m", "partial"),
    ("fi.dist", "distance_in_target_areas", 250, "m", "partial"),
    ("pl.alt", "distance", 500, "m", "confirmed"),
    ("shelter.500", "distance", 500, "m", "unconfirmed"),
    ("il.time", "siren", 90, "s", "confirmed"),
    ("lv.app", "distance", 300, "m", "partial"),
    ("lv.duty", "duty_from", 2500, "m2", "confirmed"),
    ("lv.psych", "distance", 100, "km", "confirmed"),
    ("sphere.water", "distance", 500, "m", "confirmed"),
    ("sphere.water", "water", 15, "l/person/day", "confirmed"),
    ("sphere.water", "water_survival", 2.5, "l/person/day", "confirmed"),
    ("sphere.water", "people_per_tap", 250, "person", "confirmed"),
    ("sphere.water", "tap_flow", 7.5, "l/min", "confirmed"),
    ("sphere.water", "people_per_hand_pump", 500, "person", "confirmed"),
    ("sphere.water", "hand_pump_flow", 17, "l/min", "confirmed"),
    ("sphere.water", "people_per_well", 400, "person", "confirmed"),
    ("sphere.water", "well_flow", 12.5, "l/min", "confirmed"),
    ("sphere.water", "hours_of_supply", 8, "h/day", "confirmed"),
    ("sphere.queue", "queue", 15, "min", "confirmed"),
    ("sphere.queue_later", "queue", 30, "min", "unconfirmed"),
    ("sphere.toilet", "people_per_toilet", 20, "person", "confirmed"),
    ("walk.jp", "helped_on_stairs", 0.4, "m/s", "confirmed"),
    ("walk.jp", "vulnerable", 0.5, "m/s", "confirmed"),
    ("lv.flood", "rare", 0.5, "%/year", "confirmed"),
    ("road.pass", "cars", 30, "cm", "confirmed"),
    ("road.pass", "emergency_vehicles", 60, "cm", "confirmed"),
    ("ch.dam", "buildings", 1, "m", "confirmed"),
    ("inasafe.flood", "high_from", 1.5, "m", "confirmed"),
    ("pregnolato", "stop", 30, "cm", "unconfirmed"),
]


@pytest.mark.parametrize(("standard_id", "figure", "value", "unit", "status"), PUBLISHED)
def test_a_standard_says_what_its_source_says(standard_id, figure, value, unit, status):
    standard = standards()[standard_id]
    said = Fraction(standard.distance) * (Fraction(1, 1000) if unit == "km" else 1) if figure == "distance" else None
    assert (standard.figures[figure].to(unit) if said is None else said) == Fraction(str(value))
    assert standard.status == status and standard.source


def test_every_shipped_standard_is_compared_with_its_source():
    assert {each[0] for each in PUBLISHED} == standards().keys()


def test_fifteen_litres_are_per_day_and_not_per_week():
    """InaSAFE's minimum needs keep Sphere's 15 litres a day as 15 litres weekly."""
    water = standards()["sphere.water"].figures["water"]
    assert water.to("l/person/day") == 15 and water.to("l/person/week") == 105
    with pytest.raises(ValueError, match="cannot become"):
        water.to("l/person")


def test_every_standard_has_titles_in_both_languages():
    for standard in standards().values():
        assert standard.title.get("en") != standard.title.get("lv")


def test_capacity_is_whole_persons_by_the_named_standard():
    areas = pd.Series([75.0, 74.9, 0.0, None, -1.0, float("inf")], index=list("abcdef"))
    places = sm.capacity(areas, "fi.s1")
    assert places.tolist() == [100, 99, 0, pd.NA, pd.NA, pd.NA] and places.index.tolist() == list("abcdef")
    # 100 m² are 1076.39 ft², 215 places of 5 ft² (FEMA).
    assert sm.capacity([100.0], "fema.tornado").tolist() == [215]


def test_capacity_counts_the_decimals_as_written():
    tenth = Standard(
        id="x",
        title="x",
        source="x",
        status="confirmed",
        figures={"area_per_person": {"value": 0.1, "unit": "m2/person"}},
    )
    assert sm.capacity([0.3], tenth).tolist() == [3]  # 0.3 / 0.1 is 2.9999999999999996


@pytest.mark.parametrize(
    ("standard", "told"),
    [
        ("fi.s2", "no standard 'fi.s2'"),
        ("pl.alt", "no area_per_person"),
        ("ua", "is unconfirmed"),
        ("jp.special", "is partial"),
    ],
)
def test_capacity_needs_a_confirmed_standard_with_an_area(standard, told):
    with pytest.raises(ValueError, match=told):
        sm.capacity([10.0], standard)


def test_what_is_not_confirmed_can_be_accepted():
    assert sm.capacity([6.0], "ua", accept_unconfirmed=True).tolist() == [10]


def plan_with(standard: str) -> str:
    return PLAN.replace('standard = "walk"', f'standard = "{standard}"')


def test_a_plan_names_a_shipped_standard_and_the_assessment_records_it(tmp_path):
    assessment = sm.run(write_town(tmp_path, plan=plan_with("sphere.water")), tmp_path / "out")
    plan = assessment.plan
    assert plan.thresholds(plan.analyses[1]) == [sm.Limit(500)]
    assert [standard.id for standard in plan.standards] == ["walk", "sphere.water"]
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "sphere.water" in report and "15 l/person/day" in report


def test_a_plans_own_number_comes_before_the_shipped_one(tmp_path):
    own = PLAN.replace('id = "walk"', 'id = "sphere.water"').replace('"walk"', '"sphere.water"')
    plan = load_plan(write_town(tmp_path, plan=own.replace("distance_m = 500", "distance_m = 450")))
    assert plan.thresholds(plan.analyses[1]) == [sm.Limit(450)] and len(plan.standards) == 1


@pytest.mark.parametrize("standard", ["shelter.500", "lv.app"])
def test_a_shipped_standard_that_is_not_confirmed_has_to_be_accepted(tmp_path, standard):
    with pytest.raises(PlanError, match="accept_unconfirmed = true"):
        load_plan(write_town(tmp_path, plan=plan_with(standard)))
    plan = load_plan(write_town(tmp_path, plan="accept_unconfirmed = true\n" + plan_with(standard)))
    assert {each.id: each.status for each in plan.standards}[standard] != "confirmed"


@pytest.mark.parametrize(
    ("standard", "told"), [("sphere.watre", 'did you mean "sphere.water"'), ("fi.s1", "has no distance")]
)
def test_a_standard_a_plan_cannot_use_is_told(tmp_path, standard, told):
    with pytest.raises(PlanError, match=told):
        load_plan(write_town(tmp_path, plan=plan_with(standard)))
