# SPDX-License-Identifier: Apache-2.0
"""Well-known binary that is read in one go is read as geometry by geometry, or not at all."""

import struct

import numpy as np
import pyarrow as pa
import pytest
import shapely

from sheltermap.layers import conversion, frames
from sheltermap.layers.plain_wkb import plain

RNG = np.random.default_rng(1)
POINTS = shapely.points(RNG.uniform(20, 60, (7, 2)))
LINES = np.array([shapely.LineString(RNG.uniform(20, 60, (vertices, 2))) for vertices in (2, 3, 2, 9)])


def column(*chunks):
    blobs = [[each if each is None or isinstance(each, bytes) else shapely.to_wkb(each) for each in c] for c in chunks]
    return pa.chunked_array([pa.array(each, pa.binary()) for each in blobs], pa.binary())


@pytest.mark.parametrize("shapes", [POINTS, LINES], ids=["points", "lines"])
def test_geometries_and_the_cores_column_are_those_of_each_row(shapes):
    read = plain(column(shapes[:2], [], shapes[2:]))
    assert shapely.equals_identical(read.geometries, shapes).all()
    assert shapely.equals_identical(conversion.to_shapely(read.column), shapes).all()
    (mine,), (usual,) = read.column.pieces(), frames.column_as_given(shapes, "these").pieces()
    assert mine.type == usual.type and np.array_equal(mine.rows, usual.rows)
    assert np.array_equal(mine.coordinates, usual.coordinates)
    assert np.array_equal(mine.vertex_offsets, usual.vertex_offsets)


def test_a_slice_of_a_column_is_its_rows():
    assert shapely.equals_identical(plain(column(LINES).slice(1, 2)).geometries, LINES[1:3]).all()


def line(count, *vertices, order="<", kind=2):
    return struct.pack(f"{order}BII{len(vertices)}d", int(order == "<"), kind, count, *vertices)


@pytest.mark.parametrize(
    "other",
    [
        None,
        b"",
        b"\x01",
        POINTS[0],
        shapely.Polygon(RNG.uniform(20, 60, (3, 2))),
        shapely.MultiLineString([LINES[0]]),
        shapely.from_wkt("LINESTRING Z (1 2 3, 4 5 6)"),
        shapely.from_wkt("LINESTRING EMPTY"),
        line(1, 24, 57),
        line(3, 24, 57, 25, 58),
        line(2, 24, 57, 25, 58) + b"\0",
        line(2, 24, 57, float("nan"), 58),
        line(2, 24, 57, float("inf"), 58),
        line(2, 24, 57, 25, 58, order=">"),
        line(2, 24, 57, 25, 58, kind=0x20000002),
    ],
)
def test_what_is_no_plain_line_is_left_to_those_who_look_at_each_row(other):
    assert plain(column(LINES, [other])) is None


@pytest.mark.parametrize("other", [None, LINES[0], shapely.Point(), struct.pack("<BIdd", 1, 1, 24, float("nan"))])
def test_what_is_no_plain_point_is_left_to_them_too(other):
    assert plain(column(POINTS, [other])) is None


def test_nothing_is_nothing():
    assert plain(column([])) is None
    assert plain(pa.chunked_array([pa.array([shapely.to_wkb(POINTS[0])], pa.large_binary())])) is None
