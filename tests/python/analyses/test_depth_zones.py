# SPDX-License-Identifier: Apache-2.0
"""Depths by class as polygons: each cell in the class of its depth, voids in the water known as such, no part lost."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import sheltermap as sm
from cell_areas import cell_m2
from raster_files import write_raster
from sheltermap.analyses import raster_cells

V = -9999.0  # no value
WEST, NORTH, CELL = 24.0, 57.0, 0.125
POND = [
    [0.0, 0.2, 0.5, 0.4],
    [0.2, 1.5, V, 0.7],
    [0.5, 2.0, 9.0, 0.0],
]


def depths(tmp_path, cells=POND, **options):
    options = {"west": WEST, "north": NORTH, "cell": CELL, "nodata": V, **options}
    return sm.Raster(write_raster(tmp_path / "depth.tif", cells, **options), holds="depth_m")


def area_m2(*rows):
    """Of a cell in each of the rows, which count from 0."""
    return sum(cell_m2(0, NORTH - (row + 1) * CELL, CELL, NORTH - row * CELL) for row in rows)


def test_cells_are_dissolved_by_class(tmp_path):
    zones = sm.depth_zones(depths(tmp_path), [0, 0.5, 1.5])
    assert zones.depth_class.tolist() == ["0–0.5 m", "0.5–1.5 m", "≥ 1.5 m", "void"]
    assert zones.depth_from_m.tolist()[:3] == [0, 0.5, 1.5] and zones.depth_to_m.tolist()[:2] == [0.5, 1.5]
    assert zones.loc[3, ["depth_from_m", "depth_to_m"]].isna().all() and np.isnan(zones.depth_to_m[2])
    # A depth on a limit is in the class that begins there; what is 0 is dry.
    expected = [area_m2(0, 0, 1), area_m2(0, 1, 2), area_m2(1, 2, 2), area_m2(1)]
    assert zones.area_m2.tolist() == pytest.approx(expected, rel=1e-9)
    assert zones.crs.to_epsg() == 4326 and zones.is_valid.all()
    deep = zones.geometry[2]
    assert deep.equals(
        shapely.union_all([shapely.box(24.125, 56.75, 24.25, 56.875), shapely.box(24.125, 56.625, 24.375, 56.75)])
    )
    assert len(shapely.get_coordinates(deep)) == 7  # an L has six corners, and none between them


def test_what_is_less_deep_than_the_first_class_is_in_none(tmp_path):
    zones = sm.depth_zones(depths(tmp_path), [0.5])
    assert zones.depth_class.tolist() == ["≥ 0.5 m", "void"]
    assert zones.area_m2[0] == pytest.approx(area_m2(0, 1, 1, 2, 2, 2), rel=1e-9)


def planar(zones):
    """How many cells they have room for, in degrees."""
    return shapely.area(zones.geometry.to_numpy()).sum() / CELL**2


@pytest.mark.parametrize(
    ("cells", "enclosed"),
    [
        ([[1, 1, 1], [1, V, 1], [1, 1, 1]], 1),
        ([[1, 1, 1], [1, V, 0], [1, 1, 1]], 0),  # dry land beside it: its shore
        ([[1, V, 1], [1, V, 1], [1, 1, 1]], 0),  # at the end of the raster nobody knows what is beyond
        ([[1, 1, 1, 1], [1, V, V, 1], [1, 1, 1, 1]], 2),
        ([[0, 1, 1], [1, V, 1], [1, 1, 0]], 1),  # dry at its corners only
        ([[V, V, V, V, V], [V, 1, 1, 1, V], [V, 1, V, 1, V], [V, 1, 1, 1, V], [V, V, V, V, V]], 1),
        ([[1] * 5, [1, V, V, V, 1], [1, V, 1, V, 1], [1, V, V, V, 1], [1] * 5], 8),
    ],
)
@pytest.mark.parametrize("at_once", [1, 1 << 20])
def test_a_void_in_the_water_is_no_dry_land(tmp_path, monkeypatch, cells, enclosed, at_once):
    monkeypatch.setattr(raster_cells, "CELLS_AT_ONCE", at_once)
    zones = sm.depth_zones(depths(tmp_path, cells, west=0, north=1, cell=0.125), [0, 0.5])
    voids = zones[zones.depth_class == "void"]
    assert planar(voids) == enclosed
    assert zones.depth_class.tolist() == ["≥ 0.5 m", *["void"] * bool(enclosed)]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=arrays(
        np.float32, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.sampled_from([V, 0, 0.5, 1, 3])
    ),
    south_up=st.booleans(),
    at_once=st.integers(1, 30),
)
def test_each_cell_is_in_the_zone_of_its_class_and_in_no_other(tmp_path, monkeypatch, cells, south_up, at_once):
    monkeypatch.setattr(raster_cells, "CELLS_AT_ONCE", at_once)
    given_raster = depths(tmp_path, cells, south_up=south_up)
    limits = [0, 0.75, 2]
    zones = sm.depth_zones(given_raster, limits)
    assert zones.is_valid.all()
    by_class = {row.depth_from_m: row.geometry for row in zones.itertuples() if row.depth_class != "void"}
    for (row, column), depth in np.ndenumerate(cells):
        middle = shapely.Point(WEST + (column + 0.5) * CELL, NORTH - (row + 0.5) * CELL)
        expected = [max(each for each in limits if each <= depth)] if depth > 0 else []
        assert [begin for begin, shape in by_class.items() if shape.contains(middle)] == expected
    wet = np.nonzero(cells > 0)[0]
    known = zones[zones.depth_class != "void"]
    assert known.area_m2.sum() == pytest.approx(area_m2(*wet.tolist()), rel=1e-9)
    assert planar(known) == pytest.approx(len(wet), rel=1e-12)


def test_they_are_zones_of_a_flood_and_of_a_scenario(tmp_path):
    zones = sm.depth_zones(depths(tmp_path), [0, 0.5, 1.5])
    places = gpd.points_from_xy([24.05, 24.2, 24.3, 24.3], [56.95, 56.8, 56.8, 56.95])  # dry, deep, void, 0.5
    homes = gpd.GeoDataFrame({"id": ["dry", "deep", "void", "wet"]}, geometry=places, crs=4326)
    flood = sm.flood(homes, homes, zones[zones.depth_from_m >= 1.5], 1, scenario="depth_class")
    assert flood.rows.filter(like="during_").squeeze().tolist() == ["covered", "lost", "covered", "covered"]
    asked = {"intensity": "depth_from_m", "unit": "m", "affected_from": 0.5}
    hits = sm.Scenario("rain", "flood", zones, **asked).hits(homes)
    assert hits.inside.tolist() == [0, 1, -1, 1]  # of the void nobody knows
    assert hits.reason[2] == "intensity_unknown"


def test_a_raster_without_water_has_no_zones(tmp_path):
    zones = sm.depth_zones(depths(tmp_path, [[0, V]]), [0, 1])
    assert len(zones) == 0
    assert zones.columns.tolist() == ["depth_class", "depth_from_m", "depth_to_m", "area_m2", "geometry"]


@pytest.mark.parametrize(
    ("classes", "fault"),
    [
        ([], "classes are none"),
        ([0.5, 0.5], r"classes ascend, and 0\.5 comes after 0\.5"),
        ([1, 0.5], r"classes ascend, and 0\.5 comes after 1"),
        ([-1, 0], "classes begin at depths from 0 on, in metres, not at -1"),
        ([0, float("inf")], "not at inf"),
        ([0, "1 m"], "not at '1 m'"),
        ([True], "not at True"),
    ],
)
def test_classes_that_are_none_are_refused(tmp_path, classes, fault):
    with pytest.raises(ValueError, match=fault):
        sm.depth_zones(depths(tmp_path), classes)


@pytest.mark.parametrize("holds", [None, "elevation_m", "depth_cm", "count"])
def test_only_depths_in_metres_have_zones_of_depth(tmp_path, holds):
    raster = sm.Raster(depths(tmp_path).path, holds=holds)
    with pytest.raises(ValueError, match='where depths are asked for: holds="depth_m"'):
        sm.depth_zones(raster, [0])
