# SPDX-License-Identifier: Apache-2.0
"""What codes of alerts stand for: areas with a column of codes, tables that name areas."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Transformer

import sheltermap as sm
from sheltermap.alerts import geocodes

WEST, EAST = shapely.box(24.0, 56.9, 24.2, 57.0), shapely.box(24.2, 56.9, 24.29, 57.0)


def areas(**columns):
    return gpd.GeoDataFrame({"part": ["West", "East"], **columns}, geometry=[WEST, EAST], crs=4326)


def table(folder, text, name="codes.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_column_of_the_areas_has_the_codes():
    found = geocodes.of_areas(areas(code=["LV003", "LV004"]))
    shape, absent = found.shape_of((("EMMA_ID", "LV003"),))
    assert shape.equals(WEST) and absent == ()
    shape, absent = found.shape_of((("EMMA_ID", "LV003"), ("EMMA_ID", "LV004")))
    assert shape.equals(shapely.union(WEST, EAST)) and absent == ()


def test_a_code_that_stands_for_nothing_is_named():
    found = geocodes.of_areas(areas(code=["LV003", None]))
    shape, absent = found.shape_of((("EMMA_ID", "LV003"), ("EMMA_ID", "LV004")))
    assert shape.equals(WEST) and absent == ("LV004",)
    assert found.shape_of((("EMMA_ID", "LV009"),)) == (None, ("LV009",))


def test_codes_of_several_lists_say_one_area_several_times():
    found = geocodes.of_areas(areas(code=["006075", "006041"]), scheme="SAME")
    shape, absent = found.shape_of((("UGC", "CAC075"), ("SAME", "006075")))
    assert shape.equals(WEST) and absent == ()
    assert found.shape_of((("UGC", "006075"),)) == (None, ("006075",))  # the same digits of another list


def test_numbers_are_codes_without_decimals():
    shape, _ = geocodes.of_areas(areas(code=[1000512.0, None])).shape_of((("Taiwan_Geocode_100", "1000512"),))
    assert shape.equals(WEST)


def test_several_areas_of_one_code_are_its_union():
    shape, _ = geocodes.of_areas(areas(code=["LV003", "LV003"])).shape_of((("EMMA_ID", "LV003"),))
    assert shape.equals(shapely.union(WEST, EAST))


def test_edges_of_areas_are_straight_in_their_own_reference_system():
    metres = areas(code=["A", "B"]).to_crs(3059)
    shape, _ = geocodes.of_areas(metres).shape_of((("X", "A"),))
    north = sorted(metres.geometry.iloc[0].exterior.coords[:4], key=lambda each: each[1])[2:]
    middle = Transformer.from_crs(3059, 4326, always_xy=True).transform(*np.mean(north, axis=0))
    assert shape.boundary.distance(shapely.Point(middle)) < 1e-7  # a centimetre
    assert WEST.boundary.distance(shapely.Point(middle)) > 3e-5  # an edge that is straight in degrees is 4 m off


def test_a_table_names_the_areas_and_keeps_zeros_in_front(tmp_path):
    path = table(tmp_path, "scheme,code,area\nSAME,006109,West\nEMMA_ID,LV004,East\n")
    found = geocodes.of_table(path, areas(), "part")
    assert found.shape_of((("SAME", "006109"),))[0].equals(WEST)
    assert found.shape_of((("EMMA_ID", "LV004"),))[0].equals(EAST)
    assert found.shape_of((("EMMA_ID", "006109"),)) == (None, ("006109",))


def test_names_are_compared_however_their_marks_are_written(tmp_path):
    composed = areas()
    composed["part"] = ["Ā", "East"]
    found = geocodes.of_table(table(tmp_path, "code,area\nLV1,Ā\n"), composed, "part")
    assert found.shape_of((("EMMA_ID", "LV1"),))[0].equals(WEST)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,area\nLV003,Wset\n", 'row 1: unknown area "Wset"; did you mean "West"'),
        ("code,area\nLV003,\n", "row 1: unknown area"),
        ("code,name\nLV003,West\n", "has no column 'area'"),
        ("kods,area\nLV003,West\n", "has no column 'code'"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(tmp_path, text, said):
    with pytest.raises(ValueError, match=said):
        geocodes.of_table(table(tmp_path, text), areas(), "part")


def test_areas_without_the_column_or_without_polygons_are_refused(tmp_path):
    with pytest.raises(ValueError, match="has no column 'code'"):
        geocodes.of_areas(areas())
    points = gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.Point(24, 57)], crs=4326)
    with pytest.raises(sm.GeometryError, match="is a Point where polygons belong"):
        geocodes.of_areas(points)
    with pytest.raises(sm.ReadError, match="is no table of codes"):
        geocodes.of_table(table(tmp_path, "", "codes.gpkg"), areas(), "part")
