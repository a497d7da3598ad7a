# SPDX-License-Identifier: Apache-2.0
"""Scenarios of rasters: depths at points and footprints, voids in the water, dry land, and beyond the raster."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point, box

import sheltermap as sm
from raster_files import write_raster

NO = -9.0
# Cells of 0.01°, from 24.00 and 56.95: water in the west round a void, dry and empty in the east.
CELLS = [
    [0.3, 0.3, 0.3, 0.0, NO],
    [0.3, NO, 2.0, 0.0, NO],
    [0.3, 0.5, 1.0, 0.0, NO],
]


@pytest.fixture
def depth(tmp_path):
    path = write_raster(tmp_path / "depth.tif", CELLS, west=24.0, north=56.95, cell=0.01, nodata=NO)
    return sm.Raster(path, holds="depth_m")


def flood(depth, **more: object) -> sm.Scenario:
    return sm.Scenario("flood", "flood", raster=depth, return_period_years=100, **more)


def at(*places: tuple[int, int] | None) -> gpd.GeoDataFrame:
    """Points in the middles of cells, by row and column."""
    shapes = [None if each is None else Point(24.005 + 0.01 * each[1], 56.945 - 0.01 * each[0]) for each in places]
    return gpd.GeoDataFrame(geometry=shapes, crs=4326)


PLACES = at((0, 0), (1, 2), (2, 1), (1, 1), (0, 3), (0, 4), (5, 0), None)
WHY = ["", "", "", "void", "", "", "outside_raster", "missing_geometry"]


def test_points_have_the_depth_of_their_cell_and_a_void_in_the_water_is_not_known(depth):
    hits = flood(depth).hits(PLACES)
    assert hits.inside.tolist() == [1, 1, 1, -1, 0, 0, -1, -1]
    np.testing.assert_allclose(hits.intensity, [0.3, 2.0, 0.5, *[np.nan] * 5], rtol=1e-7)
    assert [each if isinstance(each, str) else "" for each in hits.reason] == WHY
    assert (flood(depth).intensity, flood(depth).unit) == ("depth_m", "m")


def test_a_depth_on_the_limit_affects(depth):
    hits = flood(depth, affected_from=0.5).hits(PLACES)
    assert hits.inside.tolist() == [0, 1, 1, -1, 0, 0, -1, -1]
    assert flood(depth, affected_from=0.5000001).hits(PLACES).inside.tolist()[2] == 0


def test_a_void_among_what_is_too_shallow_to_affect_is_not_known_either(depth):
    assert flood(depth, affected_from=5.0).hits(PLACES).inside.tolist() == [0, 0, 0, -1, 0, 0, -1, -1]


def test_polygons_have_the_deepest_cell_they_touch_and_count_by_square_metres(depth):
    # Half in 0.3 and half in 2.0 m; in the void and 0.5; dry; half beyond the raster; in the void alone.
    blocks = gpd.GeoDataFrame(
        geometry=[
            box(24.022, 56.932, 24.028, 56.948),
            box(24.012, 56.922, 24.018, 56.938),
            box(24.032, 56.932, 24.038, 56.948),
            box(24.035, 56.90, 24.039, 56.94),
            box(24.012, 56.932, 24.018, 56.938),
            None,
        ],
        crs=4326,
    )
    hits = flood(depth, affected_from=0.5).hits(blocks)
    assert hits.inside.tolist() == [1, 1, 0, -1, -1, -1]
    np.testing.assert_allclose(hits.intensity[:2], [2.0, 0.5])
    assert np.isnan(hits.intensity[2:]).all() and hits.unit == "m2"
    assert list(hits.reason[3:]) == ["outside_raster", "void", "missing_geometry"]

    def area(*corners: float) -> float:
        whole = gpd.GeoDataFrame(geometry=[box(*corners)], crs=4326)
        return sm.overlap(whole, whole)["area_m2"][0]

    amounts = [area(24.022, 56.932, 24.028, 56.94), area(24.012, 56.922, 24.018, 56.93), 0, 0, 0]
    unknown = [0, area(24.012, 56.93, 24.018, 56.938), 0, area(24.035, 56.90, 24.039, 56.92), hits.whole[4]]
    np.testing.assert_allclose(hits.amount[:5], amounts, rtol=1e-8)
    np.testing.assert_allclose(hits.amount_unknown[:5], unknown, rtol=1e-8, atol=1e-3)


def test_a_building_cut_out_at_the_shore_is_not_dry(tmp_path):
    cells = [[0.3, 0.3, 0.0], [0.3, NO, 0.0], [0.3, 0.3, 0.0]]
    path = write_raster(tmp_path / "shore.tif", cells, west=24.0, north=56.95, cell=0.01, nodata=NO)
    shore = flood(sm.Raster(path, holds="depth_m"))
    footprint = gpd.GeoDataFrame(geometry=[box(24.012, 56.932, 24.018, 56.938)], crs=4326)
    for hits in (shore.hits(at((1, 1))), shore.hits(footprint)):
        assert (hits.inside.tolist(), list(hits.reason)) == ([-1], ["void"])
    assert hits.amount_unknown is not None and hits.amount_unknown[0] == hits.whole[0]


def test_lines_count_by_the_metres_in_the_water(depth):
    street = gpd.GeoDataFrame(geometry=[LineString([(24.005, 56.925), (24.045, 56.925)])], crs=4326)
    hits = flood(depth).hits(street)
    wet = sm.geodesic_length_m(gpd.GeoDataFrame(geometry=[LineString([(24.005, 56.925), (24.03, 56.925)])], crs=4326))[
        0
    ]
    assert (hits.inside.tolist(), hits.unit) == ([1], "m")
    assert hits.amount[0] == pytest.approx(wet, rel=1e-7) and np.isnan(hits.intensity[0])
    assert hits.notes[0].words["lv"].startswith("raster of scenario flood: līnijas")


def test_depths_in_metres_of_a_projection_are_the_same(tmp_path, depth):
    homes = at((0, 0), (1, 2), (1, 1), (0, 4)).to_crs(3059)
    assert flood(depth).hits(homes).inside.tolist() == [1, 1, -1, 0]


def test_its_zones_are_told_beside_those_of_others(depth):
    zones = gpd.GeoDataFrame(geometry=[box(24.0, 56.92, 24.05, 56.95)], crs=4326)
    often = sm.Scenario("often", "flood", zones, return_period_years=10)
    found = sm.not_nested([often, flood(depth)])
    dry_and_void = sm.overlap(zones, gpd.GeoDataFrame(geometry=[box(24.03, 56.92, 24.05, 56.95)], crs=4326))["area_m2"][
        0
    ]
    void = sm.overlap(zones, gpd.GeoDataFrame(geometry=[box(24.01, 56.93, 24.02, 56.94)], crs=4326))["area_m2"][0]
    assert found["area_m2"][0] == pytest.approx(dry_and_void + void, rel=1e-7)
    both = sm.combined([often, flood(depth)], PLACES, "any")
    assert both.rows["state_flood"].tolist()[:2] == ["affected", "affected"]
    assert both.zones["scenario"].tolist() == ["often", "flood"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"affected_from": 0.0}, "raster of scenario flood: a depth that affects is above 0, not 0.0"),
        ({"intensity": "depth", "unit": "m"}, "scenario flood: intensity and unit are those of zones"),
        (
            {"zones": gpd.GeoDataFrame(geometry=[box(24, 56, 25, 57)], crs=4326)},
            "zones and raster both say where it acts",
        ),
    ],
)
def test_what_cannot_be_is_told(depth, more, told):
    with pytest.raises(ValueError, match=told):
        flood(depth, **more)


def test_a_raster_of_something_else_is_no_flood(tmp_path, depth):
    people = sm.Raster(depth.path, holds="count")
    with pytest.raises(ValueError, match="raster of scenario flood holds 'count', and a scenario reads depths"):
        flood(people)
    with pytest.raises(TypeError, match=r"raster of scenario flood is made by sm.Raster\(...\), not 'depth.tif'"):
        flood("depth.tif")
