# SPDX-License-Identifier: Apache-2.0
"""What decisions share: demand rows that none of them can tell apart are one."""

import geopandas as gpd
import numpy as np

import sheltermap as sm
from sheltermap import _core


def test_rows_that_reach_the_same_are_one_group() -> None:
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1, 24.1, 24.3, 25.9], [57, 57, 57, 57]), crs=4326)
    shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.11, 24.29], [57, 57]), crs=4326)
    reach = sm.reach(homes, shelters, limit="20 km")
    alike = _core.merged_rows(reach)
    assert (alike.group.tolist(), alike.first.tolist(), len(alike)) == ([0, 0, 0, -1], [0], 1)
    alike = _core.merged_rows(reach, with_costs=True)
    assert (alike.group.tolist(), alike.first.tolist()) == ([0, 0, 1, -1], [0, 2])
    assert np.array_equal(_core.merged_rows(reach, limit=1000).group, [0, 0, 1, -1])
