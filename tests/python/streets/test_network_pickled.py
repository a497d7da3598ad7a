# SPDX-License-Identifier: Apache-2.0
"""Networks go to other processes, as workers need them: with their closures, and the same answers."""

import pickle

import geopandas as gpd
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_series_equal
from shapely import Point, box

import river_town
import sheltermap as sm
from river_town import points

PEOPLE = gpd.GeoDataFrame(geometry=[Point(24.0, 57.0), Point(24.01, 57.05), Point(24.02, 57.0009), None], crs=4326)
SHELTERS = points([24.0, 24.033], [57.0009, 57.0009], code=["far bank", "bridge head"])


def views() -> list[sm.Network]:
    """Open streets, streets where a bank is under water, and where all go slowly."""
    walk = river_town.on_foot(river_town.streets())
    flood = gpd.GeoDataFrame(geometry=[box(24.01, 57.0005, 24.015, 57.001)], crs=4326)
    return [walk, walk.close(flood), walk.slow(0.5)]


def test_a_network_that_was_pickled_answers_the_same() -> None:
    asked = views()
    for each in asked:  # what was made for an answer stays here
        sm.nearest(PEOPLE, SHELTERS, by=each, facility_id="code", limit="3 h")
    for before, after in zip(asked, pickle.loads(pickle.dumps(asked)), strict=True):
        assert repr(after) == repr(before)
        assert_series_equal(after.summary, before.summary)
        found, expected = (
            sm.nearest(PEOPLE, SHELTERS, by=each, facility_id="code", limit="3 h") for each in (after, before)
        )
        assert_geodataframe_equal(found, expected)
        assert_geodataframe_equal(after.closed_edges(), before.closed_edges())


def test_views_share_their_streets_in_another_process_too() -> None:
    walk, closed, slow = pickle.loads(pickle.dumps(views()))
    assert walk.streets is closed.streets is slow.streets


def test_the_limit_of_snapping_goes_along() -> None:
    near = sm.Network.from_lines(river_town.streets(), snap_limit_m=50)
    assert pickle.loads(pickle.dumps(near)).summary["snap_limit_m"] == 50
