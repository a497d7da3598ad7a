# SPDX-License-Identifier: Apache-2.0
"""Costs of services: by hand, brought to the prices of a year, and what is not known never 0."""

import math

import numpy as np
import pandas as pd
import pytest

import sheltermap as sm

TOML = """
currency = "EUR"
price_year = 2024
discount_rate = 0.03
horizon_years = 30

[index]
2023 = 96
2024 = 100
2026 = 110

[fixed_index]
2023 = 90
2024 = 100
2026 = 120

[[rates]]
category = "I"
fixed = 100000
fixed_per_place = 500
running = 2000
running_per_place = 10
per_person = 1.5
source = "Tender 12 \\"A\\""

[[rates]]
category = "II"
fixed = 0
fixed_per_place = 0
running = 1500
running_per_place = 0
per_person = 0
price_year = 2023

[[rates]]
facility = "s4"
fixed = 7000
fixed_per_place = 0
running = 0
running_per_place = 0
per_person = 0
"""
SHELTERS = pd.DataFrame(
    {"id": ["s1", "s2", "s3", "s4", "s5"], "category": ["I", "II", None, "I", "III"], "places": [200, 50, 9, 9, 9]}
)
ANNUITY = 0.03 / (1 - 1.03**-30)  # of 1 paid now, over 30 years at 3 %


@pytest.fixture
def costs(tmp_path) -> sm.ServiceCosts:
    (tmp_path / "costs.toml").write_text(TOML, encoding="utf-8")
    return sm.ServiceCosts.read(tmp_path / "costs.toml")


def of(costs, **asked):
    given = {"people_served": [300, 40, 1, 1, 1], "year": 2026, "places": "places", "facility_id": "id"} | asked
    return costs.of(SHELTERS, **given).set_index("facility")


def why(found):
    return [None if pd.isna(each) else each for each in found["reason"]]


def test_each_facility_by_hand(costs):
    found = of(costs)
    # Once 100 000 + 200 * 500, prices of building rise by 20 %; a year 2 000 + 200 * 10 and 300 * 1.5, by 10 %.
    first = found.loc["s1"]
    assert (first["fixed"], first["running"]) == (pytest.approx(240_000), pytest.approx(4_400))
    assert first["for_people"] == pytest.approx(495)
    assert first["annual_of_fixed"] == pytest.approx(240_000 * ANNUITY)
    assert first["annual"] == pytest.approx(240_000 * ANNUITY + 4_895)
    assert first["annual_per_person"] == pytest.approx((240_000 * ANNUITY + 4_895) / 300)
    assert found.loc["s2", "running"] == pytest.approx(1_500 * 110 / 96)  # the prices of this rate are of 2023
    assert found.loc["s4", "fixed"] == pytest.approx(8_400)  # its own rate, not that of its category
    assert set(found["currency"]) == {"EUR"} and set(found["price_year"]) == {2026}
    assert why(found) == [None, None, "no_category", None, "no_rate"]
    assert found.loc[["s3", "s5"], "annual"].isna().all()


def test_annual_equivalents_are_those_of_a_table_of_annuities():
    def annual(rate, years):
        rates = pd.DataFrame({"category": ["I"], "fixed": [1]})
        given = {"currency": "EUR", "price_year": 2025, "discount_rate": rate, "horizon_years": years}
        return sm.ServiceCosts.read(rates, **given).annual_of(1)

    # Annuity factors of 10 years at 5 % and of 20 years at 8 %, as every table of them has: 7.7217 and 9.8181.
    assert 1 / annual(0.05, 10) == pytest.approx(7.7217, abs=5e-5)
    assert 1 / annual(0.08, 20) == pytest.approx(9.8181, abs=5e-5)
    assert annual(0, 20) == 0.05 and annual(1e-12, 20) == pytest.approx(0.05)


def test_what_is_not_known_is_not_0(costs):
    found = of(costs, people_served=None, places=None)
    assert why(found) == ["places_unknown", None, "no_category", None, "no_rate"]
    assert found.loc["s1", ["fixed", "running", "for_people", "annual"]].isna().all()
    assert of(costs, people_served={"s2": 5}).loc["s1", "reason"] == "people_unknown"
    rates = pd.DataFrame({"category": ["I", "II"], "running": [5, 6], "fixed": [None, 7]})
    lacking = sm.ServiceCosts.read(rates, currency="EUR", price_year=2024).of(SHELTERS, facility_id="id")
    assert why(lacking) == ["cost_unknown", "horizon_unknown", "no_category", "cost_unknown", "no_rate"]
    assert lacking["fixed"].tolist()[1] == 7 and lacking["running"].tolist()[0] == 5
    assert lacking["annual"].isna().all()


def test_totals_by_category_name_those_without(costs):
    found = costs.totals(of(costs).reset_index())
    assert found["category"].tolist() == ["I", "II", "III", "", None]
    assert found["facilities"].tolist() == [2, 1, 1, 1, 5] and found["without_cost"].tolist() == [0, 0, 1, 1, 2]
    assert found["fixed"].tolist() == pytest.approx([248_400, 0, 0, 0, 248_400])
    assert found["people"].tolist() == [301, 40, 1, 1, 343]
    mixed = pd.concat([of(costs), of(costs).assign(currency="USD")]).reset_index()
    with pytest.raises(ValueError, match="several currencies, EUR, USD: they cannot be added up"):
        costs.totals(mixed)


def test_updating_there_and_back_changes_nothing(costs):
    there = costs.updated(2026)
    assert set(there.rates["price_year"]) == {2026} and there.rates["fixed"][0] == pytest.approx(120_000)
    back = there.updated(2024).rates
    assert back.loc[0, "running"] == pytest.approx(2_000) and back.loc[1, "running"] == pytest.approx(1_500 / 0.96)
    pd.testing.assert_frame_equal(of(there, year=None), of(costs))


def test_it_is_recorded_and_read_again(costs, tmp_path):
    written = costs.write(tmp_path / "kept.toml")
    again = sm.ServiceCosts.read(written)
    pd.testing.assert_frame_equal(again.rates, costs.rates)
    assert (again.index, again.fixed_index, again.discount_rate) == (costs.index, costs.fixed_index, 0.03)
    assert again.rates["source"][0] == 'Tender 12 "A"'
    odd = sm.ServiceCosts.read(
        pd.DataFrame({"category": ['a"\\b\n\x7fā'], "running": [1.5]}), currency="EUR", price_year=2024
    )
    assert sm.ServiceCosts.read(odd.write(written)).rates["category"].tolist() == odd.rates["category"].tolist()
    with pytest.raises(sm.WriteError, match=r"costs are written as \.toml"):
        costs.write(tmp_path / "kept.csv")


def test_tables_are_read_as_files_and_frames_are(tmp_path):
    rows = "category,running,price_year,currency\nI,2000,2024,EUR\n2,1500,2024,EUR\n"
    (tmp_path / "costs.csv").write_text(rows, encoding="utf-8")
    costs = sm.ServiceCosts.read(tmp_path / "costs.csv")
    assert costs.currency == "EUR" and costs.rates["price_year"].tolist() == [2024, 2024]
    numbered = pd.DataFrame({"category": [2.0, None]}, index=[7, 8])  # as pandas makes numbers with a gap
    assert costs.of(numbered)["running"].tolist()[0] == 1500
    with pytest.raises(sm.ReadError, match="costs are a"):
        sm.ServiceCosts.read(tmp_path / "costs.pdf")
    (tmp_path / "costs.toml").write_text("currency = ", encoding="utf-8")
    with pytest.raises(sm.ReadError, match="is not TOML"):
        sm.ServiceCosts.read(tmp_path / "costs.toml")


PAID = pd.DataFrame(
    {
        "category": ["I", "I", "I", "II"],
        "item": ["running", "running", "per_person", "fixed"],
        "amount": [900, 2_000, 30, 50_000],
        "units": [1, 2, 20, 1],
        "year": [2024, 2025, 2025, 2024],
    }
)


def test_rates_are_determined_from_what_was_paid():
    prices, building = {2024: 90, 2025: 100}, {2024: 80, 2025: 100}
    costs = sm.ServiceCosts.determined(PAID, currency="EUR", price_year=2025, index=prices, fixed_index=building)
    # 900 of 2024 are 1 000 now, for one year of a shelter; 2 000 for two: 3 000 over 3. Building rose by a quarter.
    assert costs.rates["running"].tolist()[0] == pytest.approx(1_000) and costs.rates["per_person"][0] == 1.5
    assert costs.rates["fixed"].tolist()[1] == pytest.approx(62_500)
    assert math.isnan(costs.rates["fixed"][0])  # nobody paid for that: not known
    turned = sm.ServiceCosts.determined(PAID[::-1], currency="EUR", price_year=2025, index=prices, fixed_index=building)
    pd.testing.assert_frame_equal(turned.rates, costs.rates)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"item": "rent"}, "column 'item' holds 'rent' in row 1"),
        ({"amount": -1}, "column 'amount' holds -1 in row 1"),
        ({"amount": None}, "column 'amount' is empty in row 1"),
        ({"units": 0}, "an amount was for something"),
        ({"year": 20245}, "no year of four digits"),
        ({"year": 2019}, "index has no 2019; it has 2024, 2025"),
        ({"category": None}, "column 'category' is empty in row 1"),
    ],
)
def test_spending_that_cannot_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        sm.ServiceCosts.determined(PAID.assign(**change), currency="EUR", price_year=2025, index={2024: 90, 2025: 100})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('currency = "EUR"', "", "costs have no currency"),
        ('currency = "EUR"', 'currency = "Euro"', "three letters"),
        ("price_year = 2024\n", "", "nobody says of which year the prices of row 1 are"),
        ("discount_rate = 0.03", "discount_rate = 3", "from 0 to below 1, 0.03 for 3 %, not 3"),
        ("horizon_years = 30", "horizon_years = 0", "horizon_years is a number above 0, not 0"),
        ("2024 = 100", "2024 = 0", "index: 2024 is 0; prices are above 0"),
        ('category = "II"', 'category = "I"', "rows 1 and 2 are both for the category 'I'"),
        ('category = "II"', "", "row 2 is for nothing"),
        ("running = 1500", 'running = "much"', "which is not a number"),
        ("running = 1500", "running = -1500", "column 'running' holds -1500 in row 2"),
        ("running = 1500", "runing = 1500", 'unknown column "runing"; did you mean "running"'),
        ("discount_rate", "discont_rate", 'unknown key "discont_rate"; did you mean "discount_rate"'),
        ('category = "II"', 'category = "II"\ncurrency = "USD"', "costs are in EUR and USD, which cannot be added up"),
    ],
)
def test_costs_that_cannot_be_are_refused(tmp_path, old, new, message):
    assert old in TOML
    (tmp_path / "costs.toml").write_text(TOML.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        sm.ServiceCosts.read(tmp_path / "costs.toml")


def test_what_is_asked_has_to_fit(costs, tmp_path):
    with pytest.raises(ValueError, match="in prices of 2023, 2024: say in those of which year="):
        of(costs, year=None)
    with pytest.raises(ValueError, match=r"has no 2030; it has 2023, 2024, 2026: add the year"):
        of(costs, year=2030)
    with pytest.raises(ValueError, match="no column 'kind'"):
        of(costs, category="kind")
    with pytest.raises(ValueError, match="people_served names 's9', which is none of the facilities"):
        of(costs, people_served={"s9": 1})
    with pytest.raises(ValueError, match="people_served has 1 numbers, and there are 5 facilities"):
        of(costs, people_served=np.array([1]))
    with pytest.raises(ValueError, match=r"costs\.toml says currency itself"):
        sm.ServiceCosts.read(costs.write(tmp_path / "costs.toml"), currency="EUR")
    rates = pd.DataFrame({"category": ["I"], "running": [1]})
    with pytest.raises(ValueError, match="give the index of prices"):
        sm.ServiceCosts.read(rates, currency="EUR", price_year=2024).updated(2025)
    with pytest.raises(TypeError, match="a path, a DataFrame or a mapping"):
        sm.ServiceCosts.read(5)
    with pytest.raises(ValueError, match="has no rates"):
        sm.ServiceCosts.read({"currency": "EUR"})
    with pytest.raises(ValueError, match="holds no cost; a rate has one of fixed"):
        sm.ServiceCosts.read(pd.DataFrame({"category": ["I"]}), currency="EUR")
