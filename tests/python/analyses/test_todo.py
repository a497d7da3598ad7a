# SPDX-License-Identifier: Apache-2.0
"""The yearly to-do list of a register: what is due, too small, too far, or not known."""

from datetime import date

import geopandas
import pandas as pd
import pytest
import shapely

import sheltermap as sm

TODAY = date(2026, 3, 1)
WHO = {"by": "A", "why": "test"}


def register(rows, tmp_path, kind="water_intake"):
    store = sm.RegisterStore.create(tmp_path / "x.gpkg", kind, crs="EPSG:3059")
    store.add(rows, **WHO)
    return store.rows()


def listed(tasks):
    return [(each.due, each.task, each.id) for each in tasks.itertuples()]


def settlements():
    """Villages one degree of longitude apart."""
    return geopandas.GeoDataFrame(
        {"name": ["Āraiši", "Birzgale", "Ciecere"], "piped": ["no", None, "yes"]},
        geometry=geopandas.points_from_xy([24.0, 25.0, 26.0], [57.0, 57.0, 57.0]),
        crs=4326,
    )


def test_inspections_are_overdue_due_or_unknown(tmp_path):
    rows = register(
        [
            {"id": "late", "kind": "well", "next_inspection": "2026-02-27"},
            {"id": "today", "kind": "well", "next_inspection": "2026-03-01"},
            {"id": "end", "kind": "well", "next_inspection": "2026-12-31"},
            {"id": "later", "kind": "well", "next_inspection": "2027-01-01"},
            {"id": "interval", "kind": "well", "last_inspection": "2025-01-31"},
            {"id": "never", "kind": "well", "lon": 24, "lat": 57},
        ],
        tmp_path,
    )
    tasks = sm.todo(rows.assign(geometry=shapely.Point(5e5, 3e5)), "water_intake", 2026, today=TODAY, every_months=13)
    assert listed(tasks) == [
        (date(2026, 2, 27), "inspection_overdue", "late"),
        (date(2026, 2, 28), "inspection_overdue", "interval"),
        (date(2026, 3, 1), "inspection_due", "today"),
        (date(2026, 12, 31), "inspection_due", "end"),
        (None, "inspection_unknown", "never"),
    ]
    assert list(tasks.value[:2]) == [2, 1]


@pytest.mark.parametrize(
    ("last", "months", "due"),
    [
        ("2026-01-31", 1, date(2026, 2, 28)),
        ("2024-01-31", 1, date(2024, 2, 29)),  # a leap year
        ("2025-12-31", 2, date(2026, 2, 28)),
        ("2025-08-31", 6, date(2026, 2, 28)),
        ("2026-03-31", 1, date(2026, 4, 30)),
        ("2025-11-30", 1, date(2025, 12, 30)),
        ("2024-02-29", 12, date(2025, 2, 28)),
    ],
)
def test_the_last_day_of_a_month_stays_the_last(tmp_path, last, months, due):
    rows = register([{"id": "a", "kind": "well", "last_inspection": last, "lon": 24, "lat": 57}], tmp_path)
    found = sm.todo(rows, "water_intake", due.year, today=date(due.year, 1, 1), every_months=months)
    assert list(found[found.task.str.startswith("inspection")].due) == [due]


def test_volumes_below_the_limit_and_unknown_ones(tmp_path):
    rows = register(
        [
            {"id": "A", "kind": "tank", "volume_m3": 49.9, "next_inspection": "2030-01-01"},
            {"id": "B", "kind": "tank", "volume_m3": 50, "next_inspection": "2030-01-01"},
            {"id": "C", "kind": "tank", "next_inspection": "2030-01-01"},
        ],
        tmp_path,
    ).assign(geometry=shapely.Point(5e5, 3e5))
    tasks = sm.todo(rows, "water_intake", 2026, today=TODAY, min_volume_m3=50, lang="lv")
    assert listed(tasks) == [(None, "volume_low", "A"), (None, "volume_unknown", "C")]
    assert tasks.what[0] == "palielināt vai aizstāt: 49,9 m³, vajadzīgi 50 m³"
    assert sm.todo(rows, "water_intake", 2026, today=TODAY).empty


def test_points_far_from_their_settlement_and_settlements_without_a_point(tmp_path):
    # At 57° N, 0.01° of longitude is 607.72 m (WGS 84: pi / 180 · a · cos φ / sqrt(1 - e² sin² φ) · 0.01).
    rows = register(
        [
            {"id": "near", "kind": "well", "lon": 24.008, "lat": 57, "next_inspection": "2030-01-01"},
            {"id": "far", "kind": "well", "lon": 24.01, "lat": 57, "next_inspection": "2030-01-01"},
            {"id": "other", "kind": "well", "lon": 24, "lat": 57.001, "settlement": "Birzgale"}
            | {"next_inspection": "2030-01-01"},
            {"id": "who", "kind": "well", "lon": 24, "lat": 57, "settlement": "X", "next_inspection": "2030-01-01"},
            {"id": "nowhere", "kind": "well", "next_inspection": "2030-01-01"},
        ],
        tmp_path,
    )
    tasks = sm.todo(
        rows, "water_intake", 2026, today=TODAY, settlements=settlements(), within_m=500, central_supply="piped"
    )
    assert sorted((each.task, each.id or each.name) for each in tasks.itertuples()) == [
        ("place_unknown", "nowhere"),
        ("settlement_unknown", "who"),
        ("settlement_without", "Birzgale"),
        ("too_far", "far"),
        ("too_far", "other"),
    ]
    far = tasks.set_index("id").loc["far"]
    assert far.value == pytest.approx(607.72, abs=0.01) and far.limit == 500


def test_every_settlement_needs_a_point_where_the_register_is_empty(tmp_path):
    rows = sm.RegisterStore.create(tmp_path / "x.gpkg", "water_intake").rows()
    tasks = sm.todo(rows, "water_intake", 2026, today=TODAY, settlements=settlements(), within_m=500)
    assert list(tasks.name) == ["Birzgale", "Ciecere", "Āraiši"]


def test_polygons_of_settlements_are_near_inside(tmp_path):
    rows = register(
        [{"id": "in", "kind": "well", "lon": 24.01, "lat": 57.0, "next_inspection": "2030-01-01"}], tmp_path
    )
    towns = settlements().iloc[:1].assign(geometry=[shapely.box(23.9, 56.9, 24.1, 57.1)])
    assert sm.todo(rows, "water_intake", 2026, today=TODAY, settlements=towns, within_m=1).empty


def test_goods_past_their_date(tmp_path):
    common = {"goods": "food", "quantity": 1, "quantity_unit": "kg", "next_inspection": "2030-01-01"}
    rows = register(
        [
            {"id": "gone", **common, "best_before": "2026-02-01"},
            {"id": "soon", **common, "best_before": "2026-08-01"},
            {"id": "good", **common, "best_before": "2027-08-01"},
        ],
        tmp_path,
        "reserve_store",
    ).assign(geometry=shapely.Point(5e5, 3e5))
    tasks = sm.todo(rows, "reserve_store", 2026, today=TODAY)
    assert listed(tasks) == [(date(2026, 2, 1), "expired", "gone"), (date(2026, 8, 1), "expiring", "soon")]


def test_what_is_not_checked_is_said(tmp_path):
    rows = register([{"id": "A", "kind": "well", "lon": 24, "lat": 57}], tmp_path)
    tasks = sm.todo(rows, "water_intake", 2026, today=TODAY)
    assert tasks.attrs["sheltermap_not_checked"] == ["todo_no_interval", "todo_no_volume", "todo_no_settlements"]


def test_the_order_of_rows_does_not_matter(tmp_path):
    rows = register(
        [{"id": f"W{n}", "kind": "well", "next_inspection": f"2026-0{1 + n % 5}-01"} for n in range(9)], tmp_path
    )
    one, other = (sm.todo(each, "water_intake", 2026, today=TODAY) for each in (rows, rows.iloc[::-1]))
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"every_months": 0}, "greater than 0"),
        ({"min_volume_m3": float("nan")}, "greater than 0"),
        ({"within_m": 500}, "belong together"),
        ({"year": 20266}, "between 1900 and 2150"),
        ({"settlements": "towns", "within_m": 5, "settlement_name": "nme"}, "no column 'nme'"),
        ({"settlements": "towns", "within_m": 5, "central_supply": "name"}, "an answer is yes or no"),
    ],
)
def test_limits_that_are_none_are_refused(tmp_path, given, message):
    rows = register([{"id": "A", "kind": "well"}], tmp_path)
    if "settlements" in given:
        given = {**given, "settlements": settlements()}
    with pytest.raises(ValueError, match=message):
        sm.todo(rows, "water_intake", **{"year": 2026, **given})


def dikes():
    rows = {"id": ["D1", "D2", "D3"], "kind": ["flood_dike", "flood_wall", "fire_break"], "name": ["North", None, None]}
    rows |= {"protects": ["Town", None, "Depot"], "return_period_years": [50.0, 200.0, None]}
    rows |= {"crest_height_m": [4.2, None, None], "last_inspection": [date(2026, 1, 1)] * 3}
    return geopandas.GeoDataFrame(rows, geometry=[shapely.Point(24, 57)] * 3, crs=4326)


def test_what_a_structure_does_not_say_and_does_not_hold_is_to_be_done():
    tasks = sm.todo(dikes(), "protective_structure", 2026, today=TODAY, every_months=60, min_return_period_years=100)
    assert [(each.task, each.id, each.value, each.limit) for each in tasks.fillna(0).itertuples()] == [
        ("holds_too_little", "D1", 50, 100),
        ("not_told", "D2", 0, 0),
        ("not_told", "D2", 0, 0),
    ]
    assert list(tasks["what"]) == [
        "raise or strengthen: it protects up to 50 years, 100 belong",
        "find out and record “What it protects”",
        "find out and record “Height of the crest, m above sea level”",
    ]
    latvian = sm.todo(dikes(), "protective_structure", 2026, today=TODAY, every_months=60, lang="lv")
    assert latvian["what"].iloc[0] == "noskaidrot un ierakstīt „Ko tā aizsargā”"
    assert latvian.attrs["sheltermap_not_checked"] == ["todo_no_period"]


def test_a_return_period_is_asked_of_protective_structures_only(tmp_path):
    rows = register([{"id": "A", "kind": "well"}], tmp_path)
    with pytest.raises(ValueError, match="min_return_period_years is what protective structures should hold"):
        sm.todo(rows, "water_intake", 2026, today=TODAY, min_return_period_years=100)


def test_a_sign_that_is_missing_and_a_place_that_may_not_be_shown_are_to_be_mended(tmp_path):
    common = {"kind": "shelter", "next_inspection": "2030-01-01", "compliance": "full", "lon": 24, "lat": 57}
    rows = register(
        [
            {"id": "A", **common, "sign_placed": "no"},
            {"id": "B", **common, "lon": 25, "sign_placed": "yes", "public": "no", "on_public_map": "yes"},
            {"id": "C", **common, "lon": 26},
        ],
        tmp_path,
        "shelter",
    )
    tasks = sm.todo(rows, "shelter", 2026, today=TODAY)
    assert listed(tasks) == [(None, "no_sign", "A"), (None, "published", "B")]
