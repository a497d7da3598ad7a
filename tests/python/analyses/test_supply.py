# SPDX-License-Identifier: Apache-2.0
import geopandas as gpd
import numpy as np
import pytest
from pandas.testing import assert_frame_equal

import sheltermap as sm


@pytest.fixture
def register():
    return gpd.GeoDataFrame(
        {
            "id": ["A", "B", "C", "D", "E"],
            "category": ["I", "II", "III", None, "I"],
            "compliance": ["full", "partial", "none", "full", None],
            "suits_flood": [True, False, None, "yes", "No"],
            "opening": ["always", "on_alarm", "key_holder", "always", None],
        },
        geometry=gpd.points_from_xy([24.0, 24.01, 24.02, 24.03, 24.04], [57.0] * 5),
        crs=4326,
    )


def reasons(unused):
    return dict(zip(unused.id, unused.unused_reason, strict=True))


def test_without_a_filter_every_facility_is_usable(register):
    usable, unused = sm.supply(register)
    assert_frame_equal(usable, register)
    assert len(unused) == 0 and {"unused_reason", "unused_detail"} <= set(unused.columns)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"category": "I"}, dict.fromkeys("BCD", "wrong_category")),
        ({"category": ["I", "II"]}, dict.fromkeys("CD", "wrong_category")),
        ({"compliance": "full"}, {"B": "not_compliant", "C": "not_compliant", "E": "unknown_compliance"}),
        ({"compliance": "renewable"}, {"C": "not_compliant", "E": "unknown_compliance"}),
        ({"compliance": "any"}, {"E": "unknown_compliance"}),
        ({"suitable_for": "flood"}, dict.fromkeys("BCE", "unsuitable")),
        ({"open_when": ["always", "on_alarm"]}, dict.fromkeys("CE", "closed")),
        (
            {"category": ["I", "II", "III"], "compliance": "renewable", "suitable_for": "flood", "open_when": "always"},
            {"B": "unsuitable", "C": "not_compliant", "D": "wrong_category", "E": "unknown_compliance"},
        ),
    ],
)
def test_each_unused_facility_has_the_first_reason(register, options, expected):
    usable, unused = sm.supply(register, **options)
    assert reasons(unused) == expected
    assert sorted([*usable.id, *unused.id]) == list("ABCDE")
    assert_frame_equal(unused.drop(columns=["unused_reason", "unused_detail"]), register[register.id.isin(expected)])


def test_the_detail_tells_the_column_and_its_value(register):
    _, unused = sm.supply(register, category="I")
    assert unused.unused_detail.tolist() == ["category II", "category III", "category is not recorded"]


def test_a_register_may_have_columns_of_its_own(register):
    latvian = register.rename(columns={"category": "kategorija", "suits_flood": "der_plūdos"})
    columns = {"category": "kategorija", "suits_flood": "der_plūdos"}
    usable, _ = sm.supply(latvian, category=["I", "II"], suitable_for="flood", columns=columns)
    assert usable.id.tolist() == ["A"]


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {"compliance": "partly"}, "compliance must be one of full, renewable, any, not 'partly'"),
        ({}, {"suitable_for": "tsunami"}, "no column 'suits_tsunami'; it has id, category"),
        (
            {"compliance": "good"},
            {"compliance": "full"},
            "'compliance' holds 'good' in row 1, .*; a grade is one of full",
        ),
        (
            {"suits_flood": "maybe"},
            {"suitable_for": "flood"},
            "'suits_flood' holds 'maybe' in row 1, .*; an answer is yes",
        ),
        ({"unused_reason": "x"}, {}, "already has a column 'unused_reason'"),
    ],
)
def test_what_cannot_be_judged_is_a_value_error(register, change, options, message):
    with pytest.raises(ValueError, match=message):
        sm.supply(register.assign(**change), **options)


def test_words_that_are_no_answer_are_named_all_at_once_and_count_as_not_recorded_where_asked(tmp_path, register):
    given = register[["id", "geometry"]].assign(compliance=["pusdaļēji", "full", "labi", "full", None])
    given.to_file(tmp_path / "all.gpkg")
    with pytest.raises(
        ValueError, match=r"'pusdaļēji' in row 1 \(id A\), 'labi' in row 3 \(id C\); a grade .*: correct"
    ):
        sm.supply(sm.read(tmp_path / "all.gpkg", id="id"), compliance="any")
    _, unused = sm.supply(sm.read(tmp_path / "all.gpkg", id="id", strict=False), compliance="any")
    assert {"compliance pusdaļēji", "compliance labi"} <= set(unused.unused_detail)
    assert set(unused.unused_reason) == {"unknown_compliance"}


def test_a_gap_names_the_unused_facility_that_would_serve_it(register):
    homes = gpd.GeoDataFrame(
        {"people": [10, 20, 40]}, geometry=gpd.points_from_xy([24.0, 24.0201, 25.0], [57.0] * 3), crs=4326
    )
    usable, unused = sm.supply(register, compliance="full", category=["I", "II", "III"])
    assert usable.id.tolist() == ["A"]
    result = sm.coverage(homes, usable, 500, weight="people", facility_id="id")
    places = result.gaps(500, unused=unused, facility_id="id")
    assert places.people.tolist() == [40, 20]
    assert places.reason.tolist() == ["too_far", "not_compliant"]
    assert places.facility.tolist() == ["A", "A"]  # the nearest that would do
    assert places.unused_facility.isna().tolist() == [True, False]
    assert places.unused_facility[1] == "C"
    assert places.unused_distance_m[1] == pytest.approx(6.1, abs=0.1)
    assert np.isnan(places.unused_distance_m[0])
    assert places.people.sum() == result.summary.uncovered[0]


def test_what_is_said_to_be_out_of_use_does_not_count_and_what_nobody_says_does(register):
    told = register.assign(in_use=["yes", "nē", None, True, ""])
    usable, unused = sm.supply(told, in_use=True)
    assert reasons(unused) == {"B": "out_of_use"} and unused.unused_detail.tolist() == ["in_use nē"]
    assert usable.attrs["sheltermap_notes"] == ["of 2 facilities nobody says whether they are in use: they count"]
    usable, unused = sm.supply(told, in_use=True, category="I", compliance="full")
    assert reasons(unused)["B"] == "out_of_use"  # of another category, too: but that would not open it
    assert len(sm.supply(told)[1]) == 0 and "sheltermap_notes" not in sm.supply(told.dropna(), in_use=True)[0].attrs


def test_who_has_only_a_facility_out_of_use_near_is_told_so(register):
    closed = register.assign(lieto=[False, True, True, True, True])
    usable, unused = sm.supply(closed, in_use=True, columns={"in_use": "lieto"})
    homes = gpd.GeoDataFrame({"people": [5]}, geometry=gpd.points_from_xy([23.9999], [57.0]), crs=4326)
    found = sm.coverage(homes, usable, [100], weight="people", unused=unused, facility_id="id")
    assert found.rows[["reason_100m", "unused_facility"]].to_numpy().tolist() == [["out_of_use", "A"]]


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (["yes", "maybe", "no", "no", "no"], "column 'in_use' holds 'maybe' in row 2; an answer is yes or no"),
        (None, "facilities has no column 'in_use'"),
    ],
)
def test_an_unclear_answer_or_none_at_all_is_an_error(register, column, told):
    with pytest.raises(ValueError, match=told):
        sm.supply(register if column is None else register.assign(in_use=column), in_use=True)
