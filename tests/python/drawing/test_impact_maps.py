# SPDX-License-Identifier: Apache-2.0
"""Maps of impacts: which rows are drawn how, in pictures and on pages."""

import pytest

import sheltermap as sm
from map_data import MapData
from risk_town import FLOODS, STORM, fields, homes, parts, shelters, street
from sheltermap.drawing.impact_legends import impact_categories


def test_rows_are_drawn_by_what_becomes_of_them():
    found = sm.impact([*FLOODS, STORM], demand=homes(), facilities=shelters(), streets=street(), areas=parts())
    assert [each.count for each in impact_categories(found.rows, "flood_10")] == [2, 2, 1]
    assert [each.count for each in impact_categories(found.rows, "storm")] == [2, 2, 1]
    ax = found.plot("flood_10", lang="lv")
    said = [each.get_text() for each in ax.get_legend().get_texts()]
    assert said == ["skarts (2)", "nav skarts (2)", "nezināms (1)"]
    with pytest.raises(ValueError, match='unknown scenario "flood_50"; did you mean "flood_10"'):
        found.plot("flood_50")


def test_without_people_the_first_other_layer_is_drawn():
    found = sm.impact(FLOODS, land=fields())
    assert found.main_layer[0] == "land"
    said = [each.get_text() for each in found.plot().get_legend().get_texts()]
    assert said[0] == "affected (2)"


def test_the_page_says_of_each_row_what_becomes_of_it():
    found = sm.impact(FLOODS, demand=homes(), facilities=shelters(), areas=parts(), area_name="part")
    page = found.explore(
        "flood_100", name="id", facility_name="places", area_name="part", columns=["people"], lang="lv"
    )
    told = MapData(page.html)
    assert "Ietekme: flood_100" in page.html and told.legend() == {"skarts": 3, "nav skarts": 1, "nezināms": 1}
    assert told.fields()["rows"]["stāvoklis"] == {"skarts", "nav skarts"}
    assert told.fields()["rows"]["people"] == {"5", "10", "20"}
    english = MapData(found.explore().html)
    titles = [each["title"] for each in english.page["views"]]
    assert titles == ["Impact: flood_100", "Impact: flood_10"] and "intensity (m)" in english.fields()["rows"]
    with pytest.raises(ValueError, match="peple"):
        found.explore(columns=["peple"])


def test_zones_of_other_hazards_are_no_water():
    pages = [MapData(sm.impact(each, demand=homes()).explore().html) for each in (FLOODS[0], STORM)]
    called = [[each["called"] for each in page.page["layers"]] for page in pages]
    assert called == [["flood zone", "rows"], ["zones", "rows"]]
