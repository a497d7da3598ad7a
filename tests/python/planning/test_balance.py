# SPDX-License-Identifier: Apache-2.0
"""Balance of places: counted by hand, sums that hold whatever the register, and what cannot be used."""

import math
from random import Random

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import box

import sheltermap as sm
from sheltermap.base.standards import Standard

STATES = ["valid", "renewable", "not_valid", "unknown"]


def places(lons, **columns):
    shapes = gpd.points_from_xy(lons, [56.95] * len(lons))
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)
    frame.loc[np.isnan(np.asarray(lons, float)), "geometry"] = None
    return frame


@pytest.fixture
def homes():
    return places([24.05, 24.15, 24.15, 24.9, math.nan], people=[600, 300, 100, 50, 7])


@pytest.fixture
def parts():
    shapes = [box(24.0, 56.9, 24.1, 57.0), box(24.1, 56.9, 24.2, 57.0), box(24.2, 56.9, 24.3, 57.0)]
    return gpd.GeoDataFrame({"part": ["West", "East", "Wood"], "live": [600, 400, 0]}, geometry=shapes, crs=4326)


@pytest.fixture
def register():
    return places(
        [24.01, 24.02, 24.03, 24.11, 24.12, 24.9, math.nan],
        id=["A", "B", "C", "D", "E", "F", "G"],
        compliance=["full", "partial", "none", "full", None, "partial", "partial"],
        capacity_persons=[250, 200, 100, 420, 30, 60, None],
        usable_area_m2=[187.5, 120.0, None, 315.0, 22.5, 45.0, 75.0],
        improvement_cost_eur=[None, 10_000, 4_000, None, 1_500, None, 5_000],
        in_use=["yes", "yes", "yes", "yes", "yes", None, "yes"],
    )


def balance(homes, register, **asked):
    return sm.balance(homes, register, weight="people", facility_id="id", **asked)


def test_places_are_those_counted_by_hand(homes, register, parts):
    found = balance(homes, register, areas=parts, area_name="part")
    assert found.summary.to_numpy().tolist() == [
        ["valid", 1057, 670, 387, 670 / 1057, 350 + 50 + 7],  # East has 20 to spare, which help nobody in West
        ["renewable", 1057, 930, 127, 930 / 1057, 150 + 7],
        ["present", 1057, 1060, 0, 1060 / 1057, 50 + 7],
    ]
    told = found.by_area[["area", "people", *STATES, "present", "missing_valid", "verdict"]]
    assert told.to_numpy().tolist() == [
        ["West", 600, 250, 200, 100, 0, 550, 350, "short"],
        ["East", 400, 420, 0, 0, 30, 450, 0, "enough"],
        ["Wood", 0, 0, 0, 0, 0, 0, 0, "enough"],
        ["outside every area", 50, 0, 60, 0, 0, 60, 50, "if_renewed"],
        # One of unknown places has no position either: it may be enough for the seven.
        ["position unknown", 7, 0, 0, 0, 0, 0, 7, "unknown"],
    ]
    assert list(found.rows["verdict"]) == ["short", "enough", "enough", "if_renewed", "unknown"]
    assert list(found.areas["share_valid"])[:2] == [250 / 600, 1.05] and math.isnan(found.areas["share_valid"][2])
    assert found.notes == [
        "of 1 structure nobody says whether it is in use: it counts",
        "of 1 of 7 structures the places are not known: there may be more than said",
        "1 structure lies outside every area: F",
        "1 structure has no place: G",
        "1 row of people lies outside every area",
        "1 row of people has no place",
    ]


def test_the_cheapest_places_come_first_and_the_bound_lies_below_the_list(homes, register, parts):
    found = balance(homes, register, areas=parts, area_name="part")
    # C: 40 EUR a place, B and E 50, B is larger; F has no cost, G no places.
    told = found.ranking[["structure", "total_places", "total_cost", "missing_after", "missing_after_in_area"]]
    nothing = [pd.NA] * 4
    assert told.astype(object).where(told.notna(), pd.NA).to_numpy().tolist() == [
        ["C", 100, 4_000, 287, 250],
        ["B", 300, 14_000, 87, 50],
        ["E", 330, 15_500, 57, 0],
        ["F", *nothing],
        ["G", *nothing],
    ]
    assert list(found.ranking["unranked"][3:]) == ["cost_unknown", "places_unknown"]
    closing = found.closing.set_index(found.closing["area"].astype(object).fillna("all")).drop(columns="area")
    named = [
        "missing",
        "liftable",
        "without_cost",
        "closed",
        "cost_at_least",
        "cost_by_list",
        "lifted",
        "still_missing",
    ]
    assert list(closing.columns) == named
    assert closing.loc["all"].tolist() == [387, 390, 60, 330, 15_500, 15_500, 3, 0]
    assert closing.loc["West"].tolist() == [350, 300, 0, 300, 14_000, 14_000, 2, 50]
    assert closing.loc["East"].tolist() == [0, 30, 0, 0, 0, 0, 0, 0]
    assert closing.loc["outside every area"].tolist() == [50, 60, 60, 0, 0, 0, 0, 0]
    assert found.upgrades.to_dict("list") == {
        "facility": ["C", "B", "E", "F"],
        "action": ["adapt"] * 4,
        "cost": [4_000, 10_000, 1_500, pytest.approx(math.nan, nan_ok=True)],
        "places": [100, 200, 30, 60],
    }
    assert found.upgrades.attrs["currency"] == "EUR"
    assert list(found.structures["rank"].fillna(0)) == [0, 2, 1, 0, 3, 0, 0]


def test_a_gap_that_one_part_of_a_structure_closes_costs_at_least_that_part(register):
    found = balance(places([24.05], people=[670 + 150]), register)
    gap = found.closing.iloc[0]
    assert (gap["missing"], gap["cost_at_least"], gap["cost_by_list"], gap["lifted"]) == (150, 4_000 + 2_500, 14_000, 2)


def test_the_survey_of_latvia_counts_its_grades():
    # The fire service's survey: 394 of 1,200 structures can be used.
    grades = ["full"] * 394 + ["none"] * 806
    found = sm.balance(
        places([24.05], people=[100_000]),
        places([24.1] * 1200, compliance=grades, capacity_persons=[100] * 1200),
        weight="people",
    )
    counts = found.grades.set_index("state")["structures"]
    assert (counts["valid"], counts["not_valid"], counts.sum()) == (394, 806, 1200)
    assert list(found.summary["places"]) == [39_400, 39_400, 120_000]
    assert list(found.summary["missing"]) == [60_600, 60_600, 0]
    assert found.closing.iloc[0][["liftable", "without_cost", "closed", "cost_at_least"]].tolist() == [
        80_600,
        80_600,
        0,
        0,
    ]


def test_a_standard_lets_no_structure_hold_more_than_its_area(homes, register):
    found = balance(homes, register, standard="fi.s1")
    # B: 120 m² are 160 places, not 200. C has no area, and keeps its 100. G has no number, and 75 m² are 100 places.
    assert list(found.structures["counted_places"]) == [250, 160, 100, 420, 30, 60, 100]
    assert list(found.structures["places_by"]) == [
        "recorded",
        "area",
        "recorded",
        "recorded",
        "recorded",
        "recorded",
        "area",
    ]
    assert found.summary["missing_m2"][0] == pytest.approx(387 * 0.75)
    assert found.notes[1:] == [
        "1 structure is recorded with more places than its usable area holds by fi.s1, 40 too many: what the area "
        "holds counts",
        "of 1 structure the usable area is not known: its recorded places count",
    ]
    without = balance(homes, register.drop(columns="capacity_persons"), standard="fi.s1")
    assert without.structures["counted_places"].fillna(-1).tolist() == [250, 160, -1, 420, 30, 60, 100]


def test_places_are_required_by_share_of_people(homes, register):
    assert balance(homes, register, places_per_person=0.3).summary["required"][0] == pytest.approx(
        1057 * 0.3, abs=1e-12
    )
    shared = Standard.model_validate(
        {"id": "stay", "title": "Who stays", "source": "A plan", "status": "confirmed"}
        | {"figures": {"places_per_person": {"value": 25, "unit": "%"}}}
    )
    assert balance(homes, register, standard=shared).summary["required"][0] == 1057 / 4
    assert balance(homes, register, standard=shared, places_per_person=1).summary["required"][0] == 1057


def test_inhabitants_may_be_those_of_the_areas(register, parts):
    found = sm.balance(None, register, weight="live", areas=parts, area_name="part", facility_id="id")
    assert found.rows is None and list(found.by_area["people"]) == [600, 400, 0, 0, 0]
    assert found.summary["required"][0] == 1000
    unknown = sm.balance(
        None, register, weight="live", areas=parts.assign(live=[None, 400, 0]), area_name="part", facility_id="id"
    )
    assert list(unknown.by_area["verdict"]) == ["unknown", "enough", "enough", "enough", "enough"]


def test_what_is_out_of_use_or_of_another_kind_does_not_count(homes, register):
    kinds = ["shelter", "adaptable_structure", "assembly_point", "shelter", "shelter", "shelter", None]
    asked = register.assign(in_use=["no", *["yes"] * 6], kind=kinds)
    found = balance(homes, asked, kinds=["shelter", "adaptable_structure"])
    counts = found.grades.set_index("state")[["structures", "places"]]
    assert counts.loc["out_of_use"].tolist() == [1, 250] and counts.loc["other_kind"].tolist() == [2, 100]
    assert found.summary["places"][2] == 200 + 420 + 30 + 60
    assert not set(found.ranking["structure"]) & {"A", "C", "G"}
    told = balance(homes, asked).notes
    assert any(note.startswith("1 structure is a collective centre or an assembly point") for note in told)


def test_the_register_may_call_its_columns_otherwise_and_price_in_other_money(homes, register):
    names = {"capacity_persons": "vietas", "usable_area_m2": "area", "compliance": "atbilst"}
    own = register.rename(columns=names).rename(columns={"improvement_cost_eur": "cost"}).assign(currency=" chf")
    found = balance(homes, own, columns=names, cost="cost", currency="CHF", standard="fi.s1")
    plain = balance(homes, register, standard="fi.s1")
    assert_frame_equal(found.ranking, plain.ranking)
    assert found.currency == found.upgrades.attrs["currency"] == "CHF"


def test_areas_that_overlap_are_told(homes, register, parts):
    wide = parts.assign(geometry=[parts.geometry[0], box(24.0, 56.9, 24.2, 57.0), parts.geometry[2]])
    found = balance(homes, register, areas=wide, area_name="part")
    assert (
        "structures: 3 rows lie in several areas (overlaps or shared borders) and count in the first of them"
        in found.notes
    )
    assert (
        "rows of people: 1 rows lie in several areas (overlaps or shared borders) and count in the first of them"
        in found.notes
    )


def test_a_register_without_a_place_recorded_has_none_and_says_so(homes, register):
    found = balance(homes, register.assign(capacity_persons=None))
    assert list(found.summary["places"]) == [0, 0, 0] and found.total["without_places"] == 7
    assert found.total["verdict"] == "unknown" and set(found.ranking["unranked"]) == {"places_unknown"}
    assert len(found.upgrades) == 0


def test_it_is_drawn_and_explored(homes, register, parts):
    found = balance(homes, register, areas=parts, area_name="part")
    drawn = [text.get_text() for text in found.plot().get_legend().get_texts()]
    assert drawn == [
        "enough valid places (1)",
        "25 % to less than 50 % of the places required (1)",
        "nobody is known to need one (1)",
    ]
    alone = balance(homes, register)
    drawn = [text.get_text() for text in alone.plot(lang="lv").get_legend().get_texts()]
    assert drawn[0] == "derīga: pilnībā atbilst prasībām (2)" and drawn[-1] == "atbilstība nav norādīta (1)"
    assert "Balance of places" in found.explore(area_name="part", name="id").html
    assert "Vietu bilance" in alone.explore(lang="lv", name="id", columns=["id"]).html


@pytest.mark.parametrize(
    ("columns", "asked", "told"),
    [
        ({"improvement_cost_eur": -1}, {}, r"'improvement_cost_eur' holds -1 in row 1.*a cost is a finite number"),
        (
            {"improvement_cost_eur": "5 chf"},
            {},
            r"'improvement_cost_eur' holds '5 chf' in row 1.*none of which is a number",
        ),
        ({"price": 1.0}, {"cost": "price"}, r"the cost in column 'price' has no currency: .*currency=\"EUR\""),
        ({"price": 1.0}, {"cost": "price", "currency": "euro"}, r"three letters \(ISO 4217\), as 'EUR', not 'euro'"),
        ({}, {"currency": "CHF"}, r"improvement_cost_eur, in EUR, not in CHF: name the column"),
        ({"currency": "CHF"}, {}, r"column 'currency' holds 'CHF' in row 2.*summed in EUR"),
        ({"compliance": "so-so"}, {}, r"'compliance' holds 'so-so' in row 1.*full, partial, none"),
        ({}, {"kinds": ["sheltr"]}, r'no kind of shelter is called "sheltr"; did you mean "shelter"'),
        ({}, {"columns": {"capacity": "x"}}, r'columns: unknown field "capacity"'),
        (
            {},
            {"standard": "sphere.water"},
            r"sphere.water has neither area_per_person nor places_per_person; it has water",
        ),
        ({}, {"standard": "kr.other"}, r"kr.other is unconfirmed; say accept_unconfirmed=True"),
        ({}, {"places_per_person": 0}, r"places_per_person is 0; give a number greater than 0"),
        ({}, {"places_per_person": math.nan}, r"places_per_person is nan"),
        ({"rank": 1}, {}, r"rank"),
    ],
)
def test_what_cannot_be_used_is_an_error_that_says_what_to_do(homes, register, columns, asked, told):
    with pytest.raises(ValueError, match=told):
        balance(homes, register.assign(**columns), **asked)


def test_without_people_a_grade_or_places_there_is_no_balance(homes, register, parts):
    with pytest.raises(ValueError, match="whom are the places for"):
        sm.balance(None, register, areas=parts, area_name="part")
    for column in ("compliance", "capacity_persons"):
        with pytest.raises(ValueError, match=column):
            balance(homes, register.drop(columns=column))
    with pytest.raises(ValueError, match="usable_area_m2"):
        balance(homes, register.drop(columns=["capacity_persons", "usable_area_m2"]), standard="fi.s1")
    wrong = Standard.model_validate(
        {"id": "air", "title": "Air", "source": "A plan", "status": "confirmed"}
        | {"figures": {"area_per_person": {"value": 2.5, "unit": "m3/person"}}}
    )
    with pytest.raises(ValueError, match=r"m3/person .* cannot become m2/person"):
        balance(homes, register, standard=wrong)
    with pytest.raises(ValueError, match="a weight is a finite number, not negative"):
        balance(homes.assign(people=-1), register)


@pytest.mark.parametrize("wrong", [-1, 12.5, 200_000])
def test_places_that_cannot_be_meant_are_unknown_and_told(homes, register, wrong):
    found = balance(homes, register.assign(capacity_persons=[wrong, *register["capacity_persons"][1:]]))
    assert math.isnan(found.structures["counted_places"][0]) and found.total["without_places"] == 2
    assert any(f"holds {wrong:g} in row 1" in note for note in found.notes)


def test_an_area_that_cannot_be_meant_leaves_the_recorded_places(homes, register):
    found = balance(homes, register.assign(usable_area_m2=[-5.0, *register["usable_area_m2"][1:]]), standard="fi.s1")
    assert found.structures["counted_places"][0] == 250
    assert any("holds -5 in row 1" in note and "m²" in note for note in found.notes)


grades = st.sampled_from(["full", "partial", "none", None])
counts = st.one_of(st.none(), st.integers(0, 500))
costs = st.one_of(st.none(), st.integers(0, 90_000).map(lambda cents: cents / 100))
spots = st.sampled_from([24.05, 24.15, 24.9, math.nan])
row = st.tuples(spots, grades, counts, costs, st.sampled_from(["yes", "no", None]))
home = st.tuples(spots, st.one_of(st.none(), st.integers(0, 900)))


@settings(max_examples=25, deadline=None)
@given(st.lists(row, min_size=1, max_size=12), st.lists(home, min_size=1, max_size=8), st.integers(0, 2**32))
def test_sums_hold_and_the_order_of_the_rows_leaves_no_trace(rows, people, seed):
    shapes = [box(24.0, 56.9, 24.1, 57.0), box(24.1, 56.9, 24.2, 57.0)]
    areas = gpd.GeoDataFrame({"part": ["West", "East"]}, geometry=shapes, crs=4326)

    def found_for(rows, people):
        lon, grade, size, cost, used = zip(*rows, strict=True)
        register = places(
            list(lon),
            id=[str(each) for each in rows],
            compliance=pd.array(grade, dtype="string"),
            capacity_persons=pd.array(size, dtype="Int64"),
            improvement_cost_eur=pd.array(cost, dtype="Float64"),
            in_use=pd.array(used, dtype="string"),
        )
        where, count = zip(*people, strict=True)
        homes = places(list(where), people=pd.array(count, dtype="Int64"))
        return balance(homes, register, areas=areas, area_name="part")

    found = found_for(rows, people)
    for line in [found.total, *found.by_area.to_dict("records")]:
        assert line["present"] == sum(line[state] for state in STATES)
        assert line["missing_valid"] == max(line["required"] - line["valid"], 0)
    for name in ("people", "required", "present", "structures", "without_places", "rows_without_weight"):
        assert found.by_area[name].sum() == found.total[name]
    assert found.grades["structures"].sum() == len(rows)
    ranked = found.ranking[found.ranking["unranked"].isna()]
    assert ranked["cost_per_place"].is_monotonic_increasing
    gap = found.closing.iloc[0]
    assert gap["cost_at_least"] <= gap["cost_by_list"] <= ranked["cost"].sum() + 1e-6
    assert gap["closed"] == min(gap["missing"], ranked["places"].sum())
    assert found.summary["missing_in_areas"][0] >= gap["missing"]

    chance = Random(seed)
    again = found_for(chance.sample(rows, len(rows)), chance.sample(people, len(people)))
    for name in ("summary", "by_area", "grades", "ranking", "closing", "upgrades"):
        assert_frame_equal(getattr(found, name), getattr(again, name), check_exact=True)
    assert found.notes == again.notes
