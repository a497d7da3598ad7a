# SPDX-License-Identifier: Apache-2.0
"""Which way lines may be gone along, and which lines have a length."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, MultiLineString

import sheltermap as sm
from sheltermap.streets.line_layers import directions_of, with_length

STREET, POINT = LineString([(24, 57), (24.1, 57)]), LineString([(24, 57), (24, 57)])


def lines(*shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4326)


@pytest.mark.parametrize("dtype", ["object", "str", "string", "category"])
def test_every_way_of_saying_one_way_is_told_apart(dtype):
    said = ["yes", "no", "-1", " REVERSE", None, "", "jā"]
    given = lines(*[STREET] * len(said), oneway=pd.Series(said).astype(dtype))
    along, against = directions_of(given, "oneway", "lines")
    assert along.tolist() == [True, True, False, False, True, True, True]
    assert against.tolist() == [False, True, True, True, True, True, False]


@pytest.mark.parametrize("dtype", ["bool", "object", "boolean"])
def test_flags_are_ways_too(dtype):
    given = lines(STREET, STREET, oneway=pd.Series([True, False]).astype(dtype))
    assert [each.tolist() for each in directions_of(given, "oneway", "lines")] == [[True, True], [False, True]]


@pytest.mark.parametrize("shape", [POINT, MultiLineString([STREET, POINT])])
def test_one_line_without_length_among_many_is_found(shape):
    given = lines(STREET, STREET, shape, None, LineString())
    with pytest.raises(sm.GeometryError, match="row 3 holds a line without length, 1 rows"):
        with_length(given, "lines", strict=True)
    left = with_length(given, "lines", strict=False).geometry
    assert left.iloc[0] == STREET and (left.iloc[2] is None or left.iloc[2] == MultiLineString([STREET]))


def test_a_layer_of_streets_alone_is_as_it_was():
    given = lines(STREET, STREET)
    assert with_length(given, "lines", strict=True) is given
