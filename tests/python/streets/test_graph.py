# SPDX-License-Identifier: Apache-2.0
"""What is kept of streets for the next question, and let go of."""

import geopandas as gpd
import numpy as np
from pandas.testing import assert_frame_equal
from shapely import LineString

import sheltermap as sm


def test_streets_that_let_go_of_their_index_answer_as_before():
    lines = [LineString([(24.10, 56.95), (24.12, 56.95)]), LineString([(24.12, 56.95), (24.12, 56.96)])]
    streets = sm.Network.from_lines(gpd.GeoDataFrame(geometry=lines, crs=4326))
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.101, 24.119], [56.9501, 56.9502]), crs=4326)
    shelter = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.12], [56.959]), crs=4326)
    before = sm.nearest(homes, shelter, by=streets)
    assert "index" in vars(streets.streets)
    streets.forget()
    assert "index" not in vars(streets.streets) and not streets.streets._snapped
    assert_frame_equal(sm.nearest(homes, shelter, by=streets), before)
    elsewhere = homes.set_geometry(homes.translate(yoff=0.0001))  # not among the places that are known
    assert sm.nearest(elsewhere, shelter, by=streets)["distance_m"].notna().all()


def test_vertices_of_streets_are_those_of_their_columns_and_do_not_keep_these():
    line = LineString([(24.10, 56.95), (24.11, 56.951), (24.12, 56.95)])
    streets = sm.Network.from_lines(gpd.GeoDataFrame(geometry=[line, line.reverse()], crs=4326)).streets
    vertices, begin = streets.vertices
    assert "columns" not in vars(streets)
    assert np.array_equal(vertices, streets.columns["vertices"])
    assert np.array_equal(begin, streets.columns["vertex_begin"])
