# SPDX-License-Identifier: Apache-2.0
"""Losses avoided: by formulas written out, between impacts, and with costs of alternatives."""

import math

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

import sheltermap as sm
from risk_town import FLOODS, flood, homes, houses

CURVE = sm.DamageCurve([0, 1, 2], [0, 0.2, 0.5], unit="m", source="An example")
TERMS = {"years": 30, "discount_rate": 0.03, "currency": "EUR"}
DIKE = sm.Measure("dike", after=2_000.0, cost=50_000.0, running=500.0, not_monetised=["the view of the river"])


def lost(scenarios, **more):
    damage = [sm.Damage("buildings", "eur", CURVE)]
    people = {"demand": homes(), "weight": "people"}
    return sm.impact(scenarios, buildings=houses(), damage=damage, currency="EUR", **people | more)


def behind_a_dike():
    """The floods as they are where nobody lives."""
    return [flood(years, {"depth_m": [3.0], "geometry": [box(24.45, 56.9, 24.5, 57.0)]}) for years in (10, 100)]


def test_the_present_worth_is_that_of_a_sum_over_the_years():
    (row,) = sm.avoided(10_000.0, [DIKE], **TERMS).measures.to_dict("records")
    factor = sum(1.03**-year for year in range(1, 31))
    assert row["avoided"] == 8_000 and row["avoided_share"] == 0.8
    assert row["present_benefit"] == pytest.approx(8_000 * factor)
    assert row["present_cost"] == pytest.approx(50_000 + 500 * factor)
    assert row["benefit_cost"] == pytest.approx(8_000 * factor / (50_000 + 500 * factor))
    assert row["net_present_value"] == pytest.approx(7_500 * factor - 50_000)
    assert row["payback_years"] == pytest.approx(50_000 / 7_500)
    # After so many years, the last in part, the discounted sums make up for the cost.
    years = row["discounted_payback_years"]
    assert 7_500 * (1 - 1.03**-years) / 0.03 == pytest.approx(50_000)
    assert row["pays_back"] and row["not_monetised"] == ("the view of the river",)


def test_without_discount_years_are_added_up_and_what_never_pays_is_told():
    terms = TERMS | {"discount_rate": 0}
    found = sm.avoided(10_000.0, [DIKE, sm.Measure("wall", 9_900.0, 9_000.0, 200.0)], **terms)
    assert found.measures["measure"].tolist() == ["dike", "wall"] and found.measures["rank"].tolist() == [1, 2]
    dike, wall = found.measures.to_dict("records")
    assert dike["present_benefit"] == 240_000 and dike["discounted_payback_years"] == dike["payback_years"]
    assert math.isnan(wall["payback_years"]) and not wall["pays_back"]
    costly = sm.avoided(10_000.0, [sm.Measure("moat", 9_000.0, 40_000.0)], **TERMS).measures.iloc[0]
    assert costly["payback_years"] == 40 and math.isnan(costly["discounted_payback_years"])  # the interest is more
    harm = sm.avoided(10_000.0, [sm.Measure("canal", 12_000.0, 1_000.0)], **TERMS)
    assert harm.notes == ["canal: more is lost with it than without"] and harm.measures["avoided"].iloc[0] == -2_000


def test_a_measure_that_works_for_fewer_years_is_worth_less():
    short = sm.Measure("sandbags", 9_000.0, 100.0, years=2)
    row = sm.avoided(10_000.0, [short], **TERMS).measures.iloc[0]
    assert row["present_benefit"] == pytest.approx(1_000 / 1.03 + 1_000 / 1.03**2) and row["years"] == 2


def test_losses_by_return_periods_are_compared_part_by_part_and_by_both_methods():
    before = sm.expected_annual([10, 100, 200], [100, 1000, 1500])
    after = sm.expected_annual([10, 100, 200], [0, 0, 1500])
    measure = sm.Measure("dike", after, cost=100.0)
    found = sm.avoided(before, [measure], years=1, discount_rate=0, currency="EUR")
    parts = found.parts.set_index("part")
    # Trapezoid: 55.75 and 7.5 before, 1500 / 2 * 0.005 and 7.5 after.
    assert parts["trapezoid"].tolist() == pytest.approx([52, 0, 0, 52])
    assert parts["log_linear"]["between"] == pytest.approx(before.parts["log_linear"][0] - after.parts["log_linear"][0])
    row = found.measures.iloc[0]
    assert row["benefit_cost"] == row["benefit_cost_trapezoid"] == pytest.approx(0.52)
    other = sm.avoided(before, [measure], years=1, discount_rate=0, currency="EUR", method="log_linear")
    assert other.measures["benefit_cost"].iloc[0] == row["benefit_cost_log_linear"]


def test_a_dike_that_takes_all_avoids_all_of_an_impact():
    before, after = lost(FLOODS), lost(behind_a_dike())
    found = sm.avoided(before, [sm.Measure("dike", after, cost=50_000.0)], **TERMS)
    row = found.measures.iloc[0]
    # 20 000 and 80 000 of damage at 10 and 100 years; 10 and 30 people.
    assert row["loss_before"] == row["avoided"] == pytest.approx(50_000 * 0.09 + 800) and row["loss_after"] == 0
    assert row["people_before"] == row["people_avoided"] == pytest.approx(20 * 0.09 + 0.3) and row["people_after"] == 0
    total = before.expected[before.expected["what"] == "damage"].set_index("part")
    assert found.parts.set_index("part")["log_linear"].to_dict() == total["log_linear"].to_dict()


@given(st.floats(0, 1e6), st.floats(0, 1), st.floats(0, 0.2), st.integers(1, 80), st.floats(1, 1e6), st.floats(0, 1e3))
def test_all_or_part_of_a_loss(before, share, rate, years, cost, running):
    terms = {"years": years, "discount_rate": rate, "currency": "EUR"}
    everything = sm.Measure("all", 0.0, cost, running)
    part = sm.Measure("part", before * (1 - share), cost, running)
    found = sm.avoided(before, [everything, part], **terms).measures.set_index("measure")
    assert found.loc["all", "avoided"] == before
    assert found.loc["part", "benefit_cost"] <= found.loc["all", "benefit_cost"] * (1 + 1e-9)
    factor = np.sum((1 + rate) ** -np.arange(1.0, years + 1))
    assert found.loc["all", "present_benefit"] == pytest.approx(before * factor, rel=1e-9)


def test_costs_may_be_those_of_alternatives_with_names():
    people = gpd.GeoDataFrame({"people": [30]}, geometry=gpd.points_from_xy([24.10], [57]), crs=4326)
    sites = {"id": ["A", "B"], "eur": [9000, 14000]}
    cellars = gpd.GeoDataFrame(sites, geometry=gpd.points_from_xy([24.101, 24.102], [57, 57]), crs=4326)
    named = {"one": ["A"], "both": ["A", "B"]}
    options = {"weight": "people", "cost": "eur", "currency": "EUR", "candidate_id": "id", "named": named}
    alternatives = sm.alternatives(people, cellars, within=500, **options)
    measures = [sm.Measure("both", 0.0), sm.Measure("one", 500.0), sm.Measure("pump", 100.0, cost=7.0)]
    found = sm.avoided(1_000.0, measures, alternatives=alternatives, **TERMS).measures.set_index("measure")
    assert found["cost"].to_dict() == {"one": 9_000, "both": 23_000, "pump": 7}
    with pytest.raises(ValueError, match="two: give its cost, or alternatives in which it is named"):
        sm.avoided(1_000.0, [sm.Measure("two", 0.0)], alternatives=alternatives, **TERMS)
    with pytest.raises(ValueError, match="the alternatives are in EUR, the losses in USD"):
        sm.avoided(1_000.0, measures, alternatives=alternatives, **TERMS | {"currency": "USD"})


def test_costs_and_savings_are_drawn_in_both_languages():
    found = sm.avoided(10_000.0, [DIKE], **TERMS)
    for lang, words in (("en", "as of today, EUR"), ("lv", "šodienas vērtībā, EUR")):
        ax = found.plot(lang=lang)
        assert ax.get_xlabel() == words and [each.get_text() for each in ax.get_yticklabels()] == ["dike"]
        widths = [each.get_width() for each in ax.patches]
        assert widths == pytest.approx(found.measures[["present_cost", "present_benefit"]].iloc[0].tolist())


@pytest.mark.parametrize(
    ("before", "measures", "terms", "told"),
    [
        (1.0, [], {}, "give at least one measure"),
        (1.0, [DIKE, DIKE], {}, "two measures are called 'dike'"),
        (-1.0, [DIKE], {}, "before: a loss a year is a finite number, not negative, not -1"),
        (1.0, [sm.Measure("a", 0.0, -5.0)], {}, "a: cost is a finite number, not negative, not -5"),
        (1.0, [sm.Measure("a", 0.0, 5.0, math.nan)], {}, "a: running is a finite number"),
        (1.0, [DIKE], {"years": 0}, "dike: years is a whole number, 1 or more, not 0"),
        (1.0, [DIKE], {"years": 2.5}, "years is a whole number"),
        (1.0, [DIKE], {"discount_rate": 3}, "discount_rate is from 0 to below 1, 0.03 for 3 %, not 3"),
        (1.0, [DIKE], {"currency": "euro"}, "a currency is told by its three letters"),
        (1.0, [DIKE], {"method": "sum"}, "method must be one of trapezoid, log_linear"),
        (
            sm.expected_annual([10], [1]),
            [DIKE],
            {},
            "dike: one number cannot be compared with a loss by return periods",
        ),
        ("much", [DIKE], {}, "before: a loss is an impact, an expected annual loss or a number, not 'much'"),
    ],
)
def test_what_cannot_be_is_refused(before, measures, terms, told):
    with pytest.raises(ValueError) as raised:
        sm.avoided(before, measures, **TERMS | terms)
    assert told in str(raised.value)


def test_impacts_that_cannot_be_compared_are_refused():
    before = lost(FLOODS)
    without = sm.impact(FLOODS, demand=homes(), weight="people")
    with pytest.raises(ValueError, match="dike: the impact has no damage"):
        sm.avoided(before, [sm.Measure("dike", without, 1.0)], **TERMS)
    with pytest.raises(ValueError, match="before: the impact is in EUR, the costs are in USD"):
        sm.avoided(before, [sm.Measure("dike", before, 1.0)], **TERMS | {"currency": "USD"})
    children = lost(FLOODS, weight="children")
    with pytest.raises(ValueError, match="dike: what is counted after is not what is counted before"):
        sm.avoided(before, [sm.Measure("dike", children, 1.0)], **TERMS)
    storm = sm.Scenario("storm", "flood", behind_a_dike()[0].zones, intensity="depth_m", unit="m", likelihood="rare")
    with pytest.raises(ValueError, match="dike: no damage is expected by return periods"):
        sm.avoided(before, [sm.Measure("dike", lost([storm]), 1.0)], **TERMS)
