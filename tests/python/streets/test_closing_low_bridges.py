# SPDX-License-Identifier: Apache-2.0
"""A bridge stays open in a flood where it stays above the water, and only there."""

import geopandas as gpd
import pytest
from shapely import box

import sheltermap as sm
from osm_text import node, osm, way

STREET = {"highway": "residential"}
FLOOD = gpd.GeoDataFrame({"depth_m": [2.0]}, geometry=[box(24.0203, 56.99, 24.0207, 57.01)], crs=4326)


def reached(tmp_path, tags, *, profile="car", in_the_middle=None) -> bool:
    nodes = [node(i, lon, 57) for i, lon in enumerate([24.0, 24.02, 24.021, 24.04], start=1)]
    text = osm(
        *nodes,
        node(5, 24.0205, 57, in_the_middle),
        way(10, [1, 2], STREET),
        way(11, [2, 5, 3], STREET | tags),
        way(12, [3, 4], STREET),
    )
    (tmp_path / "town.osm").write_text(text, encoding="utf-8")
    network = sm.Network.from_osm(tmp_path / "town.osm", profile).close(FLOOD, depth="depth_m")
    ends = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.001, 24.039], [57, 57]), crs=4326)
    return bool(sm.nearest(ends[:1], ends[1:], by=network).reason.isna().all())


@pytest.mark.parametrize("profile", ["walk", "car", "emergency"])
@pytest.mark.parametrize("value", ["yes", "viaduct", "movable", "covered", "suspension", "yes;viaduct", "1", "true"])
def test_a_bridge_above_the_water_stays_open(tmp_path, value, profile):
    assert reached(tmp_path, {"bridge": value}, profile=profile)


LOW = """low_water_crossing culvert boardwalk simple_brunnel proposed planned construction removed demolished abandoned
pontoon no yes;low_water_crossing whatever"""


@pytest.mark.parametrize("value", LOW.split())
def test_what_does_not_stay_above_the_water_is_closed(tmp_path, value):
    assert not reached(tmp_path, {"bridge": value})


@pytest.mark.parametrize(
    "tags",
    [{"ford": "yes"}, {"ford": "stepping_stones"}, {"flood_prone": "yes"}, {"bridge:structure": "floating"}],
)
def test_a_bridge_that_is_flooded_by_its_own_tags_is_closed(tmp_path, tags):
    assert not reached(tmp_path, {"bridge": "yes"} | tags)
    assert reached(tmp_path, {"bridge": "yes"} | dict.fromkeys(tags, "no"))


@pytest.mark.parametrize("tags", [{"ford": "yes"}, {"highway": "ford"}])
def test_a_ford_on_a_bridge_closes_it(tmp_path, tags):
    assert not reached(tmp_path, {"bridge": "yes"}, in_the_middle=tags)


@pytest.mark.parametrize("value", ["culvert", "building_passage", "proposed", "no"])
def test_a_street_over_a_culvert_is_no_tunnel(tmp_path, value):
    (tmp_path / "town.osm").write_text(
        osm(node(1, 24, 57), node(2, 24.03, 57), way(7, [1, 2], STREET | {"tunnel": value})), encoding="utf-8"
    )
    assert not sm.Network.from_osm(tmp_path / "town.osm").edges().tunnel.any()


@pytest.mark.parametrize("word", ["low_water_crossing", "viaduct"])
def test_a_layer_of_lines_says_yes_or_no(word):
    lines = gpd.GeoDataFrame(
        {"bridge": [word]}, geometry=gpd.GeoSeries.from_wkt(["LINESTRING (24 57, 24.1 57)"]), crs=4326
    )
    with pytest.raises(ValueError, match=f"'bridge' holds '{word}' in row 1"):
        sm.Network.from_lines(lines, bridge="bridge")
