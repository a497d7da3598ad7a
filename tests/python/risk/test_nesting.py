# SPDX-License-Identifier: Apache-2.0
"""Levels of one hazard lie in one another, or it is told where they do not."""

import geopandas as gpd
import pytest
from shapely import box

import sheltermap as sm
from sheltermap.risk.nesting import nesting_notes


def level(years: float, *boxes: tuple[float, float], hazard: str = "flood", **more: object) -> sm.Scenario:
    shapes = [box(west, 56.9, east, 57) for west, east in boxes]
    zones = gpd.GeoDataFrame({"deep": [1.0, 0.1][: len(shapes)]}, geometry=shapes, crs=4326)
    return sm.Scenario(f"{hazard}_{years:g}", hazard, zones, return_period_years=years, **more)


def test_levels_that_lie_in_one_another_are_not_told():
    assert not len(sm.not_nested([level(10, (24.0, 24.1)), level(100, (24.0, 24.1)), level(1000, (23.9, 24.2))]))


def test_what_a_frequent_level_alone_reaches_is_told_with_its_area():
    often, rarer = level(10, (24.0, 24.1), (24.05, 24.2)), level(100, (24.0, 24.15), (24.16, 24.3))
    found = sm.not_nested([rarer, often])
    assert found[["hazard", "scenario", "rarer"]].values.tolist() == [["flood", "flood_10", "flood_100"]]
    # A hundredth of a degree by a tenth; the zones overlap, and count once.
    parts = {width: sm.overlap(band(24.15, 24.16), band(24, 25))["area_m2"][0] for width in (0.01,)}
    assert found["area_m2"][0] == pytest.approx(parts[0.01], rel=1e-8)
    assert found["share"][0] == pytest.approx(0.05, rel=1e-8)
    (note,) = nesting_notes([often, rarer])
    assert (
        note
        == "flood_10 reaches 6.78 km² (5.0 % of it) that the rarer flood_100 does not: one of the two is drawn wrong."
    )
    assert note.words["lv"].startswith("flood_10 aptver 6,78 km²")


def band(west: float, east: float) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[box(west, 56.9, east, 57)], crs=4326)


def test_only_zones_that_affect_are_levels():
    # The second zone of the frequent level is 0.1 deep, which does not affect.
    often = level(10, (24.0, 24.1), (24.1, 24.3), intensity="deep", affected_from=0.5)
    assert not len(sm.not_nested([often, level(100, (24.0, 24.1))]))
    assert len(sm.not_nested([level(10, (24.0, 24.1), (24.1, 24.3)), level(100, (24.0, 24.1))])) == 1


def test_other_hazards_and_classes_are_no_levels():
    wide, narrow = level(10, (24.0, 24.3)), level(100, (24.0, 24.1), hazard="gas")
    likely = sm.Scenario("likely", "flood", band(25, 26), likelihood="likely")
    heat = sm.Scenario("heat", "flood", return_period_years=50)
    assert not len(sm.not_nested([wide, narrow, likely, heat]))


def test_borders_drawn_twice_are_no_difference():
    assert not len(sm.not_nested([level(10, (24.0, 24.1 + 1e-12)), level(100, (24.0, 24.1))]))
