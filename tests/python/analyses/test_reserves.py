# SPDX-License-Identifier: Apache-2.0
"""Reserves: how long the stock of each store lasts, and what nobody can say."""

import random
from datetime import date

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from sheltermap.base.standards import Standard

TODAY = date(2026, 3, 1)
WATER = {"figure": "water", "weight": "people", "today": TODAY}  # 15 l per person and day


def lots(*rows, crs=4326):
    """Lots of drinking water: id, longitude (None for no place), quantity, unit, best before."""
    names = ["id", "lon", "quantity", "quantity_unit", "best_before"]
    table = pd.DataFrame([(*row, None)[:5] for row in rows], columns=names, dtype=object)
    places = [None if lon is None else shapely.Point(lon, 57) for lon in table.pop("lon")]
    return geopandas.GeoDataFrame(table.assign(goods="drinking_water"), geometry=places, crs=crs)


def homes(*rows):
    """Homes: longitude, people."""
    places = [None if lon is None else shapely.Point(lon, 57) for lon, _ in rows]
    return geopandas.GeoDataFrame({"people": [people for _, people in rows]}, geometry=places, crs=4326)


def test_the_stock_lasts_as_long_as_the_standard_says():
    found = sm.reserves(
        lots(("S", 24.0, 3000, "l")), homes((24.0, 60), (24.1, 40)), "sphere.water", **WATER, days=[2, 3]
    )
    (row,) = found.stores.to_dict("records")
    assert (row["people"], row["need_per_day"], row["days"], row["lacking"]) == (100, 1500, 2.0, 1500)
    assert found.unit == "l" and found.figure == "water"
    assert found.summary[["days", "lasts", "less", "without_store", "unknown", "total"]].to_numpy().tolist() == [
        [2, 100, 0, 0, 0, 100],
        [3, 0, 100, 0, 0, 100],
    ]
    assert list(found.demand.days) == [2.0, 2.0]


@pytest.mark.parametrize(
    ("quantity", "unit", "days"), [(3, "m3", 2.0), (3000, "l", 2.0), (250, "person_days", 2.5), (0.1, "m3", 1 / 15)]
)
def test_units_are_converted_exactly(quantity, unit, days):
    found = sm.reserves(lots(("S", 24.0, quantity, unit)), homes((24.0, 100)), "sphere.water", **WATER)
    assert found.stores.days[0] == days


def test_what_lasts_to_the_day_lasts():
    stores = lots(("A", 24.0, 0.1, "l"), ("B", 24.0, 0.2, "l"))
    own = {"id": "o", "title": "x", "source": "x", "status": "confirmed"}
    standard = Standard.model_validate({**own, "figures": {"water": {"value": 0.1, "unit": "l/person/day"}}})
    found = sm.reserves(stores, homes((24.0, 1)), standard, weight="people", days=[3, 3.01])
    assert found.summary[["lasts", "less"]].to_numpy().tolist() == [[1, 0], [0, 1]]


def test_a_standard_per_week_is_a_seventh_per_day():
    weekly = Standard.model_validate(
        {
            "id": "own",
            "title": "x",
            "source": "x",
            "status": "confirmed",
            "figures": {"food": {"value": 3.5, "unit": "kg/person/week"}},
        }
    )
    found = sm.reserves(
        lots(("S", 24.0, 1, "t"), ("T", 24.0, 500_000, "g")), homes((24.0, 100)), weekly, weight="people"
    )
    assert (found.stores.stock[0], found.stores.need_per_day[0], found.stores.days[0]) == (1500, 50, 30)


def test_people_go_to_the_nearest_store_and_lots_of_one_place_are_one_store():
    stores = lots(("B", 24.0, 900, "l"), ("A", 24.0, 600, "l"), ("C", 24.5, 150, "l"))
    found = sm.reserves(stores, homes((24.01, 50), (24.4, 10)), "sphere.water", **WATER, days=2)
    assert found.stores[["store", "rows", "stock", "people", "days"]].to_numpy().tolist() == [
        ["A", 2, 1500, 50, 2.0],
        ["C", 1, 150, 10, 1.0],
    ]
    assert list(found.demand.facility) == ["A", "C"]


def test_a_named_store_may_have_lots_in_several_places():
    stores = lots(("1", 24.0, 900, "l"), ("2", 24.5, 600, "l"), ("3", None, 750, "l")).assign(depot="D")
    found = sm.reserves(stores, homes((24.01, 50), (24.4, 100)), "sphere.water", **WATER, store="depot")
    assert found.stores[["store", "rows", "stock", "people", "days"]].to_numpy().tolist() == [["D", 3, 2250, 150, 1.0]]


def test_goods_past_their_date_and_empty_stores_send_people_on():
    stores = lots(("old", 24.0, 900, "l", date(2026, 2, 28)), ("none", 24.1, 0, "l"), ("good", 25.0, 900, "l", TODAY))
    found = sm.reserves(stores, homes((24.0, 50)), "sphere.water", **WATER)
    table = found.stores.set_index("store")
    assert list(found.demand.facility) == ["good"]
    assert (table.stock["old"], table.expired["old"], table.people["old"]) == (0, 900, 0)
    assert np.isnan(table.days["old"]) and "1 lot is past its date and does not count" in found.notes


def test_what_is_not_known_is_unknown_on_the_side_it_bounds():
    stores = lots(("A", 24.0, None, "l"), ("B", 25.0, 20, "pieces"), ("C", 26.0, 1500, "l"), ("C2", 26.0, None, "l"))
    people = homes((24.0, 1), (25.0, 2), (26.0, 100), (26.0, 7))
    found = sm.reserves(stores, people, "sphere.water", **WATER, days=[0.5, 2])
    assert list(found.rows.state) == ["quantity_unknown", "unit_does_not_fit", "usable_stock", "quantity_unknown"]
    # C lasts 0.93 days at least: half a day surely, two days perhaps.
    assert found.summary[["lasts", "less", "unknown"]].to_numpy().tolist() == [[107, 0, 3], [0, 0, 110]]
    assert np.isnan(found.stores.days[:2]).all()


def test_what_is_lacking_is_unknown_where_the_stock_or_the_need_is():
    stores = lots(
        ("none near", 20.0, None, "l"), ("some near", 24.0, None, "l"), ("other unit", 25.0, 9, "pieces"),
        ("enough", 26.0, 900, "l"), ("enough", 26.0, None, "l"), ("short", 27.0, 9, "l"), ("short", 27.0, None, "l"),
        ("known", 28.0, 9, "l"), ("uncounted", 29.0, 900, "l"), ("short, uncounted", 30.0, 9, "l"),
    )  # fmt: skip
    people = homes((24.0, 2), (25.0, 2), (26.0, 2), (27.0, 2), (28.0, 2), (29.0, None), (30.0, 2), (30.0, None))
    found = sm.reserves(stores, people, "sphere.water", **WATER)
    lacking = found.stores.set_index("store").lacking
    assert {store: None if np.isnan(much) else much for store, much in lacking.items()} == {
        "none near": None, "some near": None, "other unit": None, "enough": 0, "short": None, "known": 21,
        "uncounted": None, "short, uncounted": 21,
    }  # fmt: skip
    assert "2 rows of the demand have no number: days are at most, what is lacking at least" in found.notes


def test_homes_without_a_number_make_days_an_upper_bound():
    people = homes((24.0, 100), (24.0, None), (25.0, 4))
    found = sm.reserves(
        lots(("S", 24.0, 3000, "l"), ("T", 25.0, 60, "l")), people, "sphere.water", **WATER, days=[1, 3]
    )
    assert found.stores.rows_without_number.tolist() == [1, 0]
    assert found.summary[["lasts", "less", "unknown", "total", "rows_without_number"]].to_numpy().tolist() == [
        [4, 0, 100, 104, 1],
        [0, 104, 0, 104, 1],
    ]


def test_people_without_a_place_or_a_near_store_are_counted_so():
    people = homes((24.0, 10), (None, 20), (30.0, 40))
    found = sm.reserves(lots(("S", 24.0, 3000, "l")), people, "sphere.water", **WATER, max_distance_m=1000)
    assert found.summary[["lasts", "without_store", "unknown", "total"]].to_numpy().tolist() == [[10, 40, 20, 70]]
    assert list(found.demand.reason[1:]) == ["missing_geometry", "too_far"]
    none = sm.reserves(lots(("S", None, 3000, "l")), people, "sphere.water", **WATER)
    assert none.summary.without_store[0] == 50 and none.summary.unknown[0] == 20 and none.stores.empty


def test_other_goods_do_not_count():
    stores = lots(("S", 24.0, 3000, "l")).assign(goods="fuel")
    assert sm.reserves(stores, homes((24.0, 1)), "sphere.water", **WATER).stores.empty
    assert len(sm.reserves(stores, homes((24.0, 1)), "sphere.water", goods=None, **WATER).stores) == 1


def test_a_register_that_was_inspected_goes_in_as_it_is():
    table = pd.DataFrame({"id": ["S"], "preces": ["dzeramais ūdens"], "daudzums": ["3 m3"], "mērvienība": ["m³"]})
    frame = sm.inspect(
        table.assign(daudzums="3,5", lon=24.0, lat=57.0).rename(columns={"preces": "goods"}), "reserve_store"
    )
    found = sm.reserves(frame.frame, homes((24.0, 100)), "sphere.water", **WATER)
    assert found.stores.days[0] == 3500 / 1500


def test_parts_sum_to_the_total_and_the_order_of_rows_changes_nothing():
    seeded = random.Random(5)
    units = ["l", "m3", "pieces", "person_days"]
    for _ in range(30):
        stores = lots(
            *(
                (
                    f"S{n}",
                    seeded.choice([None, 24 + seeded.randrange(4) / 10]),
                    seeded.choice([None, 0, seeded.randrange(5000) / 7]),
                    seeded.choice(units),
                    seeded.choice([None, date(2026, 1, 1), date(2027, 1, 1)]),
                )
                for n in range(12)
            )
        )
        people = homes(
            *(
                (seeded.choice([None, 24 + seeded.random()]), seeded.choice([None, seeded.random() * 9]))
                for _ in range(40)
            )
        )
        found = sm.reserves(stores, people, "sphere.water", **WATER, days=[1, 9], max_distance_m=30_000)
        parts = found.summary[["lasts", "less", "without_store", "unknown"]].sum(axis=1)
        assert parts.to_numpy() == pytest.approx(found.summary.total.to_numpy(), rel=1e-12)
        turned = sm.reserves(
            stores.sample(frac=1, random_state=1),
            people.sample(frac=1, random_state=2),
            "sphere.water",
            **WATER,
            days=[1, 9],
            max_distance_m=30_000,
        )
        pd.testing.assert_frame_equal(pd.DataFrame(found.stores), pd.DataFrame(turned.stores), check_exact=True)
        pd.testing.assert_frame_equal(found.summary, turned.summary, check_exact=True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"standard": "none"}, "no standard 'none'"),
        ({"standard": "fi.s1"}, "no figure 'water' per person and day"),
        ({"figure": None}, r"water \(15 l/person/day\), water_survival"),
        ({"figure": "tap_flow"}, "no figure 'tap_flow'"),
        ({"days": 0}, "greater than 0"),
        ({"days": []}, "greater than 0"),
        ({"weight": "nobody"}, "no column 'nobody'"),
        ({"store": "depot"}, "no column 'depot'"),
    ],
)
def test_questions_that_make_no_sense_are_refused(changes, message):
    given = {"standard": "sphere.water", **WATER, **changes}
    with pytest.raises(ValueError, match=message):
        sm.reserves(lots(("S", 24.0, 1, "l")), homes((24.0, 1)), given.pop("standard"), **given)


@pytest.mark.parametrize("people", [-1, float("inf")])
def test_numbers_that_cannot_be_are_refused(people):
    with pytest.raises(ValueError, match=r"'people' holds .* in row 1; a weight is .* not negative: correct it"):
        sm.reserves(lots(("S", 24.0, 1, "l")), homes((24.0, people)), "sphere.water", **WATER)


def test_an_unconfirmed_standard_has_to_be_accepted():
    own = {"id": "o", "title": "x", "source": "x", "status": "partial"}
    standard = Standard.model_validate({**own, "figures": {"water": {"value": 3.0, "unit": "l/person/day"}}})
    with pytest.raises(ValueError, match="accept_unconfirmed"):
        sm.reserves(lots(("S", 24.0, 1, "l")), homes((24.0, 1)), standard, **WATER)
    found = sm.reserves(lots(("S", 24.0, 6, "l")), homes((24.0, 1)), standard, **WATER, accept_unconfirmed=True)
    assert found.stores.days[0] == 2


@pytest.mark.parametrize("suffix", ["csv", "geojson"])
def test_days_of_files_that_keep_them_as_texts_are_read(tmp_path, suffix):
    given = lots(("old", 24, 900, "l", "2026-02-28"), ("new", 25, 900, "l", "01.03.2026"), ("open", 26, 900, "l", None))
    sm.write(given, tmp_path / f"stores.{suffix}")
    stores = sm.read(tmp_path / f"stores.{suffix}")
    found = sm.reserves(stores, homes((24, 1)), "sphere.water", **(WATER | {"today": "2026-03-01"}))
    assert dict(zip(found.rows["id"], found.rows["state"], strict=True)) == {
        "old": "expired",
        "new": "usable_stock",
        "open": "usable_stock",
    }


@pytest.mark.parametrize("text", ["02/03/26", "soon", "31.02.2026"])
def test_a_best_before_that_is_no_day_is_named(text):
    with pytest.raises(ValueError, match=rf"column 'best_before' holds '{text}' in row 2; give a day"):
        sm.reserves(lots(("a", 24, 1, "l", " "), ("b", 24, 1, "l", text)), homes((24, 1)), "sphere.water", **WATER)


def test_a_today_that_is_no_day_is_refused():
    with pytest.raises(ValueError, match="today is 'tomorrow'; give a date"):
        sm.reserves(lots(("a", 24, 1, "l")), homes((24, 1)), "sphere.water", **(WATER | {"today": "tomorrow"}))


def test_what_is_said_to_be_out_of_use_does_not_count():
    stores = lots(("A", 24, 30, "l"), ("B", 25, 30, "l"), ("C", 26, 30, "l")).assign(in_use=["no", "jā", None])
    found = sm.reserves(stores, homes((24, 1), (25, 1), (26, 1)), "sphere.water", **WATER)
    assert found.rows["state"].tolist() == ["out_of_use", "usable_stock", "usable_stock"]
    assert found.demand["facility"].tolist() == ["B", "B", "C"]
    assert "1 lot is said to be out of use and does not count" in found.notes
