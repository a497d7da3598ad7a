# SPDX-License-Identifier: Apache-2.0
"""Sums by fractions of cells are those of exactextract: real grids, ten thousand polygons, and the awkward places."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from exactextract import exact_extract
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import affinity, box

import sheltermap as sm
from raster_files import write_raster

SAME = 1e-6  # of themselves: exactextract keeps fractions in single precision
GRIDS = (-25.9, 37.6, -25.1, 38.0)  # west, south, east, north
ISLAND = (-25.86, 37.71, -25.13, 37.91)


@pytest.fixture(scope="module")
def grids(root):
    return root / "sample_data" / "sao_miguel"


@pytest.fixture(scope="module")
def municipalities(grids):
    return sm.read(grids / "municipalities.gpkg")


def peer(path, zones, *stats):
    """What exactextract finds, a column per statistic; 0 where a zone has no cell with a value."""
    with rasterio.open(path) as file:
        found = exact_extract(file, zones, list(stats), output="pandas", strategy="raster-sequential")
    return found.astype(float)


def ours(path, zones, *stats, holds="count"):
    return sm.zonal(zones, sm.Raster(path, holds=holds), stats)


def assert_same(found, expected):
    for name in expected:
        one, other = found[name].to_numpy(float), expected[name].to_numpy()
        assert np.nan_to_num(one) == pytest.approx(np.nan_to_num(other), rel=SAME, abs=1e-6), name


def test_people_by_municipality(grids, municipalities):
    stats = ("count", "sum", "mean", "min", "max")
    assert_same(ours(grids / "people.tif", municipalities, *stats), peer(grids / "people.tif", municipalities, *stats))


def test_heights_by_municipality(grids, municipalities):
    stats = ("count", "sum", "mean", "max")
    found = ours(grids / "elevation.tif", municipalities, *stats, holds="elevation_m")
    assert_same(found, peer(grids / "elevation.tif", municipalities, *stats))


def test_shares_of_land_cover(grids, municipalities):
    path = grids / "land_cover.tif"
    with rasterio.open(path) as file:
        expected = exact_extract(file, municipalities, ["unique", "frac"], output="pandas")
    found = sm.zonal(municipalities, sm.Raster(path, holds="class"), "shares")
    for row, each in enumerate(expected.itertuples()):
        for code, share in zip(each.unique, each.frac, strict=True):
            assert found[f"share_{code:.0f}"].iloc[row] == pytest.approx(share, abs=1e-6)
    assert found.filter(like="share_").sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-9)


def stars(count, seed, west, south, east, north, largest):
    """Polygons with 3 to 40 corners, as wide as `largest` and down to 1e-5 of it; every tenth has a hole."""
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        corners = random.integers(3, 41)
        angle = 2 * np.pi * (np.arange(corners) + random.uniform(0, 0.9, corners)) / corners
        radius = random.uniform(0.3, 1, corners) * largest / 2 * 10 ** random.uniform(-5, 0)
        middle = random.uniform([west, south], [east, north])
        ring = middle + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
        star = shapely.Polygon(ring)
        hole = affinity.scale(star, 0.3, 0.3, origin=tuple(middle)) if number % 10 == 0 else None
        made.append(star if hole is None or not star.contains(hole) else star.difference(hole))
    return gpd.GeoDataFrame(geometry=made, crs=4326)


@pytest.mark.parametrize(
    ("name", "largest", "seed"), [("people.tif", 0.3, 1), ("elevation.tif", 0.1, 2), ("land_cover.tif", 0.004, 3)]
)
def test_ten_thousand_polygons(grids, name, largest, seed):
    zones = stars(10_000, seed, *ISLAND, largest)
    holds = {"people.tif": "count", "elevation.tif": "elevation_m", "land_cover.tif": "class_m"}[name]
    found = ours(grids / name, zones, "count", "sum", holds=holds)
    expected = peer(grids / name, zones, "count", "sum")
    for each in ("count", "sum"):
        one, other = np.nan_to_num(found[each].to_numpy(float)), expected[each].fillna(0).to_numpy()
        scale = np.maximum(np.abs(other), np.nanmax(np.abs(other)) * 1e-9)
        assert (np.abs(one - other) <= SAME * scale).all(), each
    assert (expected["count"] > 0).mean() > 0.5  # of the rest most lie in the sea


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_small_grids_of_any_values(tmp_path, seed, south_up):
    random = np.random.default_rng(seed)
    cells = random.integers(0, 100, random.integers(1, 6, 2)).astype(np.float32)
    cells[random.random(cells.shape) < 0.2] = -1
    path = write_raster(tmp_path / "cells.tif", cells, west=24, north=57, cell=0.25, nodata=-1, south_up=south_up)
    zones = stars(20, seed, 23.9, 56, 25.5, 57.1, 1.0)
    # exactextract wants rows that run southwards
    north_up = write_raster(tmp_path / "north_up.tif", cells, west=24, north=57, cell=0.25, nodata=-1)
    stats = ("count", "sum", "min", "max")
    assert_same(ours(path, zones, *stats), peer(north_up, zones, *stats))


AWKWARD = {
    "a cell": box(24.25, 56.5, 24.5, 56.75),
    "half a cell beside": box(24.375, 56.375, 24.625, 56.625),
    "on an edge between cells": box(24.25, 56.25, 24.5, 56.5).intersection(box(24.4, 56.25, 24.5, 56.4)),
    "smaller than a cell": box(24.3, 56.55, 24.31, 56.56),
    "a sliver across all columns": box(23.5, 56.5 - 1e-9, 26, 56.5 + 1e-9),
    "round the void": shapely.Polygon(box(24, 56, 25, 57).exterior, [box(24.5, 56.25, 24.75, 56.5).exterior]),
    "in the void": box(24.55, 56.3, 24.7, 56.45),
    "half outside": box(24.875, 56, 26, 57),
    "outside": box(25.5, 56, 26, 57),
    "all of it": box(24, 56, 25, 57),
    "more than all": box(20, 50, 30, 60),
    "two parts": shapely.MultiPolygon([box(24.1, 56.1, 24.2, 56.2), box(24.8, 56.8, 24.9, 56.9)]),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_places(tmp_path, name):
    cells = np.arange(1, 17, dtype=np.float32).reshape(4, 4)
    cells[2, 2] = -1
    path = write_raster(tmp_path / "cells.tif", cells, west=24, north=57, cell=0.25, nodata=-1)
    zones = gpd.GeoDataFrame(geometry=[AWKWARD[name]], crs=4326)
    assert_same(ours(path, zones, "count", "sum"), peer(path, zones, "count", "sum"))


def test_across_the_antimeridian(tmp_path):
    cells = np.arange(1, 9, dtype=np.float32).reshape(2, 4)
    path = write_raster(tmp_path / "fiji.tif", cells, west=178, north=-16, cell=1.0)
    parts = gpd.GeoDataFrame(geometry=[box(178.5, -17.5, 180, -16.5), box(-180, -17.5, -179.25, -16.5)], crs=4326)
    unrolled = gpd.GeoDataFrame(geometry=[box(178.5, -17.5, 180, -16.5), box(180, -17.5, 180.75, -16.5)], crs=4326)
    assert_same(ours(path, parts, "count", "sum"), peer(path, unrolled, "count", "sum"))


def test_sums_over_disjoint_zones_add_up(grids):
    west, south, east, north = GRIDS
    edges = np.sort(np.r_[west, np.random.default_rng(4).uniform(west, east, 30), east])
    strips = gpd.GeoDataFrame(geometry=[box(a, south, b, north) for a, b in pairwise(edges)], crs=4326)
    people = ours(grids / "people.tif", strips, "sum", "area_m2")
    assert people["sum"].sum() == pytest.approx(145_602.97, abs=0.005)  # as the sample's README counts them
