# SPDX-License-Identifier: Apache-2.0
"""Columns come back as they were, and the same ones are held once."""

import numpy as np
import pytest
import shapely

from map_data import MapData
from sheltermap.map.packed_columns import LINE, POINT, RING, Columns


def read(columns: Columns) -> MapData:
    return MapData(f'<script type="application/octet-stream" id="data">{columns.packed({})}</script>')


@pytest.mark.parametrize(
    "values",
    [[], [0], [2**31 - 1, -(2**31), 2**31 - 1], [-1, 1, -180_000_000, 180_000_000], list(range(1000))],
)
def test_whole_numbers_come_back(values):
    columns = Columns()
    number = columns.whole(np.array(values, dtype=np.int64))
    assert read(columns).column(number).tolist() == values


def test_real_numbers_come_back_to_seven_digits():
    columns = Columns()
    values = np.array([0.1, 300.0, 1e6 + 1, np.nan, -2.5])
    number = columns.real(values)
    assert np.array_equal(read(columns).column(number), values.astype(np.float32), equal_nan=True)


def test_texts_come_back_none_as_none():
    columns = Columns()
    said = ["b", None, "a", "b", "\u2028</script>", "\ud800"]
    packed = columns.texts(said)
    assert read(columns).texts(packed) == ["b", None, "a", "b", "\u2028</script>", "?"]


def test_the_same_column_is_held_once_and_another_kind_apart():
    columns = Columns()
    first, again, other = (columns.small(np.array(values)) for values in ([1, 2], [1, 2], [2, 1]))
    assert first == again != other
    assert columns.texts(["x"])["texts"] == columns.texts(["x", "x"])["texts"]


def test_shapes_of_every_kind_become_parts_with_their_owner():
    hole = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(1, 1), (2, 1), (2, 2)]])
    collection = shapely.GeometryCollection([shapely.MultiPoint([(5, 5), (6, 6)]), shapely.MultiPolygon([hole])])
    line = shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3), (4, 4)]])
    columns = Columns()
    packed = columns.outlines(np.array([line, collection, shapely.Point(7, 7)], dtype=object))
    data = read(columns)
    assert data.column(packed["owner"]).tolist() == [0, 0, 1, 1, 1, 1, 2]
    assert data.column(packed["kind"]).tolist() == [LINE, LINE, POINT, POINT, RING, RING, POINT]
    assert data.column(packed["vertices"]).tolist() == [2, 3, 1, 1, 5, 4, 1]
    assert data.places(packed)[0].tolist() == [0.0, 0.0] and data.places(packed)[-1].tolist() == [7.0, 7.0]
