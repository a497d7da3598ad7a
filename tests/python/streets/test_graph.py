# SPDX-License-Identifier: Apache-2.0
"""What is kept of streets for the next question, and let go of."""

import geopandas as gpd
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
