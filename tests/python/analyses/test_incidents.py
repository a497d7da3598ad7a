# SPDX-License-Identifier: Apache-2.0
"""Citizens' reports by area and category, this year against the last."""

import random
from collections import Counter
from datetime import date, datetime

import geopandas
import pandas as pd
import pytest
import shapely

import sheltermap as sm

TODAY = date(2027, 1, 15)


def reports(*rows):
    """Reports: category, day, longitude (None for no place)."""
    table = pd.DataFrame([row[:2] for row in rows], columns=["category", "date"], dtype=object)
    places = [None if lon is None else shapely.Point(lon, 57) for *_, lon in rows]
    return geopandas.GeoDataFrame(table, geometry=places, crs=4326)


AREAS = geopandas.GeoDataFrame(
    {"name": ["West", "East"]}, geometry=[shapely.box(24, 56, 25, 58), shapely.box(25, 56, 26, 58)], crs=4326
)


def test_this_year_against_the_last_by_area_and_category():
    given = reports(
        ("flooding", "2026-05-01", 24.5),
        ("flooding", "01.06.2026", 24.6),
        ("flooding", date(2025, 7, 1), 24.5),
        ("power", datetime(2025, 12, 31, 23, 59), 24.5),
        ("power", "2026-01-01", 25.5),
        ("power", "2024-12-31", 25.5),
        ("fire", "2026-01-01", 30.0),
        (None, "2026-01-01", None),
    )
    found = sm.incidents(given, AREAS, year=2026, area_name="name", today=TODAY)
    columns = ["area", "category", "count", "count_before", "change"]
    assert found.by_area[columns].to_numpy().tolist() == [
        ["West", "flooding", 2, 1, 1],
        ["West", "power", 0, 1, -1],
        ["East", "power", 1, 0, 1],
        ["outside every area", "fire", 1, 0, 1],
        ["position unknown", "not_recorded", 1, 0, 1],
    ]
    assert found.by_category[columns[1:]].to_numpy().tolist() == [
        ["fire", 1, 0, 1],
        ["flooding", 2, 1, 1],
        ["not_recorded", 1, 0, 1],
        ["power", 1, 1, 0],
    ]
    assert found.by_area.change_share.tolist()[:2] == [1.0, -1.0] and found.by_area.change_share[2:].isna().all()
    assert (
        list(found.rows.period)
        == ["this_year"] * 2 + ["last_year"] * 2 + ["this_year", "other_time"] + ["this_year"] * 2
    )


def test_a_year_that_is_not_over_is_held_against_the_same_days():
    given = reports(("a", "2026-03-01", 24), ("a", "2025-03-01", 24), ("a", "2025-03-02", 24), ("a", "2026-03-02", 24))
    found = sm.incidents(given, year=2026, today=date(2026, 3, 1))
    assert found.by_category[["count", "count_before"]].to_numpy().tolist() == [[1, 1]]
    assert found.last == date(2026, 3, 1) and found.notes == ["both years are counted up to 01.03."]
    assert sm.incidents(given, year=2026, today=TODAY).by_category["count_before"].tolist() == [2]
    assert sm.incidents(given, year=2026, until=date(2026, 3, 2), today=TODAY).by_category["count"].tolist() == [2]


def test_days_that_cannot_be_told_are_in_neither_year_and_are_said():
    given = reports(
        ("a", "02/03/26", 24), ("a", "31.02.2026", 24), ("a", None, 24), ("a", "", 24), ("a", "2026-01-01", 24)
    )
    found = sm.incidents(given, year=2026, today=TODAY)
    assert found.by_category[["count", "count_before", "undated"]].to_numpy().tolist() == [[1, 0, 4]]
    assert found.notes == ["4 reports have no day that can be told; they are in neither year"]


def test_a_leap_day_is_counted():
    given = reports(("a", "2024-02-29", 24), ("a", "2023-02-28", 24))
    found = sm.incidents(given, year=2024, until=date(2024, 2, 29))
    assert found.by_category[["count", "count_before"]].to_numpy().tolist() == [[1, 1]]


def test_counts_agree_with_counting_by_hand_and_no_order_matters():
    seeded = random.Random(3)
    rows = [
        (
            seeded.choice(["a", "b", None]),
            seeded.choice([None, f"{seeded.randrange(2023, 2027)}-0{seeded.randrange(1, 10)}-01"]),
            seeded.choice([None, 23.5, 24.5, 25.5]),
        )
        for _ in range(400)
    ]
    found = sm.incidents(reports(*rows), AREAS, year=2026, area_name="name", today=TODAY)
    names = {None: "position unknown", 23.5: "outside every area", 24.5: "West", 25.5: "East"}
    expected = Counter((names[lon], kind or "not_recorded", (day or "----")[:4]) for kind, day, lon in rows)
    for row in found.by_area.itertuples():
        key = (row.area, row.category)
        assert (row.count_before, row.undated) == (expected[(*key, "2025")], expected[(*key, "----")])
        assert found.by_area["count"][row.Index] == expected[(*key, "2026")]
    assert found.by_area["count"].sum() == sum(n for (*_, year), n in expected.items() if year == "2026")
    seeded.shuffle(rows)
    turned = sm.incidents(reports(*rows), AREAS, year=2026, area_name="name", today=TODAY)
    pd.testing.assert_frame_equal(found.by_area, turned.by_area)


def test_no_reports_count_nothing():
    found = sm.incidents(reports(), AREAS, year=2026, today=TODAY)
    assert found.by_area.empty and found.by_category.empty and found.notes == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"year": 20266}, "between 1851 and 2150"),
        ({"year": 2026, "until": date(2025, 1, 1)}, "not in 2026"),
        ({"year": "2026"}, "year is '2026'; it has to be a whole number"),
        ({"year": 2026, "until": "soon"}, "until is 'soon'; give a date"),
        ({"year": 2026, "today": 20260101}, "today is 20260101; give a date"),
        ({"year": 2026, "time_zone": "Riga"}, "time_zone is 'Riga'; give a name of the IANA database"),
        ({"year": 2026, "category": "kind"}, "no column 'kind'"),
        ({"year": 2026, "area_name": "title"}, "no column 'title'"),
    ],
)
def test_questions_that_make_no_sense_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        sm.incidents(reports(("a", "2026-01-01", 24.5)), AREAS, **options)


def in_riga(*times):
    """Reports at times of the clocks in Riga."""
    given = reports(*[("a", None, 24) for _ in times])
    return given.assign(date=pd.to_datetime(list(times)).tz_localize("Europe/Riga"))


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb"])
def test_the_first_hours_of_a_year_belong_to_it_also_after_a_file(tmp_path, suffix):
    given = in_riga("2026-01-01 00:30", "2026-01-01 01:30")
    whole = {"year": 2026, "until": "2026-12-31"}
    counts = ["count", "count_before"]
    assert sm.incidents(given, **whole).by_category[counts].to_numpy().tolist() == [[2, 0]]
    sm.write(given, tmp_path / f"reports.{suffix}")
    back = sm.read(tmp_path / f"reports.{suffix}")
    named = sm.incidents(back, **whole, time_zone="Europe/Riga")
    assert named.by_category[counts].to_numpy().tolist() == [[2, 0]]
    assert list(named.rows.day) == [date(2026, 1, 1)] * 2
    with pytest.raises(ValueError, match=r"2 instants in column 'date' are in UTC.*in row 1.*time_zone='Europe/Riga'"):
        sm.incidents(back, **whole)
    assert sm.incidents(back, **whole, time_zone="UTC").by_category[counts].to_numpy().tolist() == [[0, 2]]


def test_instants_in_utc_need_a_zone_only_where_it_decides():
    given = in_riga("2026-03-01 12:30").assign(date=lambda frame: frame["date"].dt.tz_convert("UTC"))
    assert sm.incidents(given, year=2026, until="2026-12-31").by_category["count"].tolist() == [1]
    assert sm.incidents(given, year=2026, until="2026-03-04").by_category["count"].tolist() == [1]
    with pytest.raises(ValueError, match="time_zone"):  # on the last day that counts, or the one after it
        sm.incidents(given, year=2026, until="2026-03-01")
    # In the far east it is tomorrow, in the far west yesterday; only on its own day does it count.
    noon = reports(("a", "2026-01-01T10:30:00Z", 24))
    with pytest.raises(ValueError, match="time_zone"):
        sm.incidents(noon, year=2026, until="2026-01-01")


@pytest.mark.parametrize("text", ["2025-12-31T22:30:00Z", "2025-12-31 22:30:00.5+00", "2026-01-01T02:30+04:00"])
def test_texts_that_name_their_zone_are_instants(text):
    found = sm.incidents(reports(("a", text, 24)), year=2026, until="2026-12-31", time_zone="Europe/Riga")
    assert list(found.rows.day) == [date(2026, 1, 1)]


def test_times_without_a_zone_stay_on_their_day():
    given = reports(("a", datetime(2025, 12, 31, 23, 30), 24), ("a", "2025-12-31 23:30", 24), ("a", pd.NaT, 24))
    found = sm.incidents(given, year=2026, until="2026-12-31", time_zone="Asia/Tokyo")
    assert list(found.rows.day) == [date(2025, 12, 31)] * 2 + [None]
