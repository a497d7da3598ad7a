# SPDX-License-Identifier: Apache-2.0
"""Zonal statistics: fractions of cells against shapely's intersections, areas against closed forms, refusals."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

import sheltermap as sm
from raster_files import write_raster

WEST, NORTH, CELL, SHAPE = 24.0, 57.0, 0.1, (30, 40)


def values():
    grid = np.random.default_rng(1).random(SHAPE).astype(np.float32)
    grid[10:14, 20:25] = -9999
    return grid


@pytest.fixture(scope="module")
def raster(tmp_path_factory):
    path = tmp_path_factory.mktemp("zonal") / "values.tif"
    return sm.Raster(write_raster(path, values(), west=WEST, north=NORTH, cell=CELL, nodata=-9999))


def stars(count):
    """Polygons from a hundredth of a cell to half the raster, some beyond its edges."""
    random = np.random.default_rng(2)
    made = []
    while len(made) < count:
        corners = random.integers(3, 20)
        angle, radius = np.sort(random.uniform(0, 2 * np.pi, corners)), random.uniform(0.3, 1, corners)
        radius *= 10 ** random.uniform(-3, 0.2)
        middle = random.uniform([WEST, NORTH - 3], [WEST + 4, NORTH])
        star = shapely.Polygon(middle + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))
        if star.is_valid:
            made.append(star)
    ring = box(24.5, 54.5, 27.5, 56.5).exterior.coords
    made.append(shapely.Polygon(ring, [box(25.03, 55.04, 26, 56).exterior.coords]))
    made.append(shapely.MultiPolygon([box(24.1, 56.1, 24.2, 56.3), box(25.15, 55, 25.2, 55.5)]))
    return gpd.GeoDataFrame(geometry=made, crs=4326)


def fractions(polygon):
    """Return how much of each cell lies in a polygon."""
    rows, columns = np.indices(SHAPE)
    west, north = WEST + columns * CELL, NORTH - rows * CELL
    cells = shapely.box(west, north - CELL, west + CELL, north)
    return shapely.area(shapely.intersection(cells, polygon)) / CELL**2


def test_statistics_are_those_of_exact_fractions(raster):
    zones, grid = stars(60), values().astype(float)
    found = sm.zonal(zones, raster, ("count", "sum", "mean", "min", "max"))
    known = grid != -9999
    for row, polygon in zip(found.itertuples(), zones.geometry, strict=True):
        part, size = fractions(polygon), polygon.area / CELL**2
        count = part[known].sum()
        assert row.count == pytest.approx(count, rel=1e-8, abs=1e-9 * size)
        assert row.unknown == pytest.approx(1 - count / size, abs=1e-9)
        touched = known & (part > 1e-9 * min(1, size))
        if touched.any():
            assert row.sum == pytest.approx((part * grid)[known].sum(), rel=1e-8, abs=1e-9 * size)
            assert row.mean == pytest.approx((part * grid)[known].sum() / count, rel=1e-8)
            assert (row.min, row.max) == (grid[touched].min(), grid[touched].max())
        else:
            assert np.isnan([row.sum, row.mean, row.min, row.max]).all()


@pytest.mark.parametrize("south_up", [False, True])
@pytest.mark.parametrize("west", [-180.0, 0.0, 170.0, 180.0])
def test_zones_lie_on_a_raster_that_begins_anywhere_and_runs_either_way(tmp_path, west, south_up):
    grid = np.arange(36 * 18, dtype=float).reshape(18, 36)
    grid = np.roll(grid, round((-180 - west) / 10), axis=1)  # the same values at the same places
    path = write_raster(tmp_path / "world.tif", grid, west=west, north=90, cell=10, nodata=-1, south_up=south_up)
    zones = gpd.GeoDataFrame(
        geometry=[
            box(-5, -5, 5, 5),
            shapely.MultiPolygon([box(175, 0, 180, 10), box(-180, 0, -175, 10)]),
            box(-180, -90, 180, 90),
            box(164, 42, 176, 44),
        ],
        crs=4326,
    )
    found = sm.zonal(zones, path, ("sum", "count"))
    at = np.arange(36 * 18).reshape(18, 36)  # column 0 begins at -180, row 0 at 90
    middle = at[8:10, 17:19].sum() / 4
    across = (at[8, 35] + at[8, 0]) / 2
    shallow = 0.2 * (0.6 * at[4, 34] + 0.6 * at[4, 35])
    assert found["sum"].tolist() == pytest.approx([middle, across, at.sum(), shallow])
    assert found["count"].tolist() == pytest.approx([1, 1, 36 * 18, 0.24])
    assert found["unknown"].tolist() == pytest.approx([0] * 4, abs=1e-12)


def test_areas_are_those_of_the_ellipsoid(tmp_path):
    path = write_raster(tmp_path / "world.tif", np.ones((18, 36)), west=-180, north=90, cell=10)
    found = sm.zonal(gpd.GeoDataFrame(geometry=[box(-180, -90, 180, 90)], crs=4326), path, "area_m2")
    assert found["area_m2"][0] == pytest.approx(510_065_621_724_088.4, rel=1e-12)  # of WGS 84 (GeographicLib)


@pytest.mark.parametrize(("cell", "near"), [(0.1, 3e-7), (0.01, 3e-9)])
def test_parts_of_cells_have_the_area_of_where_they_lie(tmp_path, cell, near):
    whole = box(WEST - 2, NORTH - 5, WEST + 6, NORTH + 2)
    shape = round(7 / cell), round(8 / cell)
    path = write_raster(tmp_path / "ones.tif", np.ones(shape), west=WEST - 2, north=NORTH + 2, cell=cell)
    zones = stars(60)
    straight = sm.overlap(zones, gpd.GeoDataFrame(geometry=[whole], crs=4326))[
        "area_m2"
    ]  # in degrees, as in the raster
    assert sm.zonal(zones, path, "area_m2")["area_m2"].to_numpy() == pytest.approx(straight.to_numpy(), rel=near)


def test_areas_of_a_projection_are_those_of_the_zone(tmp_path):
    grid = np.ones((400, 500))
    grid[100:200, 100:300] = -1
    path = write_raster(tmp_path / "tm.tif", grid, west=300_000, north=400_000, cell=250, crs="EPSG:3059", nodata=-1)
    zone = gpd.GeoDataFrame(geometry=[box(310_000, 310_000, 420_000, 390_000)], crs=3059)
    void = gpd.GeoDataFrame(geometry=[box(325_000, 350_000, 375_000, 375_000)], crs=3059)
    whole, without = (float(sm.geodesic_area_m2(each.segmentize(1000))[0]) for each in (zone, void))
    found = sm.zonal(zone, path, ("area_m2", "unknown_m2")).iloc[0]
    assert found["unknown_m2"] == pytest.approx(without, rel=1e-8)
    assert found["area_m2"] == pytest.approx(whole - without, rel=1e-8)


def test_shares_of_classes_and_the_unknown_are_the_whole(tmp_path):
    path = write_raster(tmp_path / "class.tif", [[1, 1, 2], [2, 0, -1]], west=24, north=57, cell=0.5, nodata=-1)
    zones = gpd.GeoDataFrame(
        geometry=[box(24, 56, 25.5, 57), box(24, 56.5, 24.5, 57), box(25, 55.75, 26, 56.25)], crs=4326
    )
    found = sm.zonal(zones, sm.Raster(path, holds="class"), "shares")
    assert found["share_0"].tolist() == pytest.approx([1 / 6, 0, 0])
    assert found["share_1"].tolist() == pytest.approx([2 / 6, 1, 0])
    assert found["share_2"].tolist() == pytest.approx([2 / 6, 0, 0])
    assert found["unknown"].tolist() == pytest.approx([1 / 6, 0, 1])
    with pytest.raises(ValueError, match="holds classes, which have no mean"):
        sm.zonal(zones, sm.Raster(path, holds="class"), "mean")


def test_what_is_no_grid_of_classes_is_told(tmp_path, raster):
    zone = gpd.GeoDataFrame(geometry=[box(24, 54, 28, 57)], crs=4326)
    with pytest.raises(sm.SheltermapError, match=r"classes, which are whole numbers, and a cell holds 0\."):
        sm.zonal(zone, raster, "shares")
    path = write_raster(tmp_path / "many.tif", np.arange(1200.0).reshape(SHAPE), west=WEST, north=NORTH, cell=CELL)
    with pytest.raises(sm.SheltermapError, match="more than 1000 different values"):
        sm.zonal(zone, path, "shares")


def test_a_density_is_no_count(tmp_path):
    path = write_raster(tmp_path / "people.tif", [[1.0]], west=24, north=57, cell=0.5)
    zone = gpd.GeoDataFrame(geometry=[box(24, 56, 25, 57)], crs=4326)
    with pytest.raises(ValueError, match=r"people\.tif holds density_per_km2, and densities of cells do not add up"):
        sm.zonal(zone, sm.Raster(path, holds="density_per_km2"))
    assert sm.zonal(zone, sm.Raster(path, holds="density_per_km2"), "mean")["mean"].tolist() == [1.0]


def test_a_zone_without_a_geometry_is_unknown(raster):
    zones = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[box(24, 56, 25, 57), None], crs=4326)
    found = sm.zonal(zones, raster, ("count", "sum", "area_m2", "mean"), zone_id="name")
    assert found.loc["b", ["count", "sum", "mean", "area_m2"]].isna().all()
    assert found["unknown"].tolist() == pytest.approx([0, 1], abs=1e-12)


def test_the_number_of_threads_changes_nothing(raster):
    zones, before = stars(60), sm.threads()
    stats = ("count", "sum", "min", "max", "area_m2", "unknown_m2")
    try:
        tables = []
        for threads in (1, 2, 5):
            sm.set_threads(threads)
            tables.append(sm.zonal(zones, raster, stats).drop(columns="geometry").to_numpy().tobytes())
    finally:
        sm.set_threads(before)
    assert len(set(tables)) == 1


def test_columns_and_statistics_are_checked(raster):
    zones = gpd.GeoDataFrame({"sum": [1]}, geometry=[box(24, 56, 25, 57)], crs=4326)
    with pytest.raises(ValueError, match="the frame already has a column 'sum'"):
        sm.zonal(zones, raster)
    with pytest.raises(ValueError, match='statistic "men"; did you mean "mean"'):
        sm.zonal(zones, raster, "men")
    with pytest.raises(ValueError, match=r"zones has no column .nmae."):
        sm.zonal(zones, raster, "mean", zone_id="nmae")
