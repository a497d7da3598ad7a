# SPDX-License-Identifier: Apache-2.0
"""Maps: every row is drawn once, as what it is."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point, box

import sheltermap as sm
from sheltermap.base.limits import limits_of
from sheltermap.drawing.legend import class_categories, coverage_categories, exposure_categories


@pytest.fixture
def homes() -> gpd.GeoDataFrame:
    lon, lat = [24.100, 24.110, 24.300, np.nan], [56.95, 56.95, 56.95, np.nan]
    frame = gpd.GeoDataFrame({"people": [1, 2, 3, 4]}, geometry=gpd.points_from_xy(lon, lat), crs=4326)
    frame.loc[3, "geometry"] = None
    return frame


@pytest.fixture
def shelters() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.101], [56.95]), crs=4326)


def test_every_row_of_a_coverage_is_in_one_entry_of_the_legend(homes, shelters):
    rows = sm.coverage(homes, shelters, [500, 1000]).rows
    counts = [category.count for category in coverage_categories(rows, limits_of([500, 1000]))]
    assert counts == [1, 1, 1, 1]  # within 500 m, within 1 km, beyond, unknown


def test_every_row_of_an_exposure_is_in_one_entry_of_the_legend(homes):
    flood = gpd.GeoDataFrame(geometry=[box(24.0, 56.9, 24.2, 57.0)], crs=4326)
    assert [category.count for category in exposure_categories(sm.exposure(homes, flood).rows)] == [2, 1, 1]


def test_classes_come_from_none_to_many_and_unknown_last(homes):
    rows = homes.assign(**{"class": ["0", "1-4", "5+", "unknown"]})
    labels = [category.label["en"] for category in class_categories(rows, ["0", "1-4", "5+"])]
    assert labels == ["0", "1–4", "5+", "unknown"]


@pytest.mark.parametrize(("lang", "words"), [("en", "within 500 m (1)"), ("lv", "līdz 500 m (1)")])
def test_a_map_of_a_coverage_has_a_legend_in_the_language_asked_for(homes, shelters, lang, words):
    axes = sm.coverage(homes, shelters, [500, 1000]).plot(lang=lang)
    assert words in [text.get_text() for text in axes.get_legend().get_texts()]


def test_a_map_of_one_threshold_shows_covered_or_not(homes, shelters):
    result = sm.coverage(homes, shelters, [500, 1000])
    texts = [text.get_text() for text in result.plot(threshold=1000).get_legend().get_texts()]
    assert texts == ["within 1 km (2)", "beyond 1 km (1)", "unknown (1)"]
    with pytest.raises(ValueError, match="750"):
        result.plot(threshold=750)


def test_facilities_are_drawn_as_points_lines_and_polygons(homes):
    shapes = [Point(24.1, 56.95), LineString([(24.1, 56.9), (24.2, 56.9)]), box(24.2, 56.94, 24.25, 56.96), None]
    axes = sm.coverage(homes, gpd.GeoDataFrame(geometry=shapes, crs=4326), 500).plot()
    (triangles,) = [line for line in axes.lines if line.get_marker() == "^"]
    assert triangles.get_xydata().tolist() == [[24.1, 56.95]]
    assert [[24.1, 56.9], [24.2, 56.9]] in [line.get_xydata().tolist() for line in axes.lines]
    (park,) = [path for each in axes.collections for path in each.get_paths()]
    assert park.get_extents().bounds == pytest.approx((24.2, 56.94, 0.05, 0.02))


def test_a_map_keeps_to_the_axes_it_is_given(homes):
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    flood = gpd.GeoDataFrame(geometry=[box(24.0, 56.9, 24.2, 57.0)], crs=4326)
    assert sm.exposure(homes, flood).plot(ax=axes) is axes


def test_a_map_of_nothing_is_still_a_map(homes, shelters):
    nowhere = homes.assign(geometry=gpd.GeoSeries([None] * 4, crs=4326))
    axes = sm.coverage(nowhere, shelters, 500).plot()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["unknown (4)"]


def test_reserves_show_for_whom_stocks_last_and_which_stores_are_empty(homes):
    lots = gpd.GeoDataFrame(
        {"id": ["S1", "S2"], "goods": ["drinking_water"] * 2, "quantity": [900.0, 0.0], "quantity_unit": ["l"] * 2},
        geometry=[Point(24.1, 56.95), Point(24.3, 56.95)],
        crs=4326,
    )
    found = sm.reserves(lots, homes, "sphere.water", figure="water", weight="people", accept_unconfirmed=True)
    axes = found.plot(lang="lv")
    # The store without stock is nobody's; where the last home is nobody knows.
    told = [text.get_text().rpartition(" ")[2] for text in axes.get_legend().get_texts()]
    assert told == ["(3)", "(1)"]
    triangles = {line.get_markerfacecolor(): len(line.get_xdata()) for line in axes.lines if line.get_marker() == "^"}
    assert triangles == {"#111827": 1, "white": 1}


def test_incidents_are_told_apart_by_year(homes):
    reports = homes.assign(category="power", date=["2025-02-03", "2024-02-03", "2024-05-01", "2025-03-01"])
    axes = sm.incidents(reports, year=2025).plot()
    told = [text.get_text() for text in axes.get_legend().get_texts()]
    assert [text.rpartition(" ")[2] for text in told] == ["(2)", "(2)"]


def test_numbers_that_would_hide_each_other_are_left_out():
    from sheltermap.drawing.plots import apart

    # A map of 60 km (at 60 degrees north 1 degree east is 56 km): numbers are 2 km apart at least, 0.036 degrees east.
    around = gpd.GeoDataFrame(geometry=[Point(24, 60), Point(25.074, 60)], crs=4326)
    lon = [24.0, 24.02, 24.05, None, *(24.1 + number / 10 for number in range(9))]
    places = gpd.GeoDataFrame(
        {"place": range(1, 14)}, geometry=[None if each is None else Point(each, 60) for each in lon], crs=4326
    )
    assert apart(places, around)["place"].tolist() == [1, 3, 5, 6, 7, 8, 9, 10, 11, 12]  # ten, none nowhere
