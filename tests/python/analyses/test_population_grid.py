# SPDX-License-Identifier: Apache-2.0
"""People of a raster as demand: whom each cell holds, where, on how much ground, and what was left out."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Geod
from shapely.geometry import Polygon, box

import sheltermap as sm
from cell_areas import cell_m2
from raster_files import write_raster
from sheltermap.analyses import raster_cells

CELLS = [[10, 0, -1, 3], [0.5, 7, -1, 2], [1, 1, 1, 1]]
NODATA = -1


def raster(tmp_path, cells=CELLS, holds="count", west=24.0, north=57.0, cell=0.1, **options):
    options = {"nodata": NODATA, **options}
    path = write_raster(tmp_path / "people.tif", cells, west=west, north=north, cell=cell, **options)
    return sm.Raster(path, holds=holds)


def notes(frame):
    return frame.attrs["sheltermap_notes"]


def test_each_cell_with_people_is_a_point_in_its_middle(tmp_path):
    found = sm.population_grid(raster(tmp_path))
    assert found.crs.to_epsg() == 4326
    assert found.cell.tolist() == ["1/1", "1/4", "2/1", "2/2", "2/4", "3/1", "3/2", "3/3", "3/4"]
    assert found.people.tolist() == [10, 3, 0.5, 7, 2, 1, 1, 1, 1]
    places = np.column_stack([found.geometry.x, found.geometry.y])
    assert places[:3] == pytest.approx(np.array([[24.05, 56.95], [24.35, 56.95], [24.05, 56.85]]), abs=1e-12)
    assert notes(found) == ["26 people in 9 cells", "2 cells have no value, and 1 have nobody"]


def test_areas_of_cells_are_those_of_the_ellipsoid(tmp_path):
    found = sm.population_grid(raster(tmp_path)).set_index("cell")
    for row, north in ((1, 57.0), (2, 56.9), (3, 56.8)):
        expected = cell_m2(24.0, north - 0.1, 24.1, north)
        assert found.loc[f"{row}/1", "area_m2"] == pytest.approx(expected, rel=1e-9)


def test_areas_of_projected_cells_are_those_of_their_outlines(tmp_path):
    found = sm.population_grid(raster(tmp_path, crs="EPSG:3059", west=500_000, north=300_000, cell=1000))
    west, south, east, north = 500_000, 299_000, 501_000, 300_000  # the first cell
    outline = box(west, south, east, north).segmentize(1.0)
    lon, lat = gpd.GeoSeries([outline], crs=3059).to_crs(4326).iloc[0].exterior.xy
    expected = abs(Geod(ellps="WGS84").polygon_area_perimeter(lon, lat)[0])
    assert found.area_m2.iloc[0] == pytest.approx(expected, rel=1e-9)


def test_densities_become_people_by_the_area_of_each_cell(tmp_path):
    count = sm.population_grid(raster(tmp_path))
    density = sm.population_grid(raster(tmp_path, holds="density_per_km2"))
    assert density.cell.tolist() == count.cell.tolist()
    expected = 10 * cell_m2(24.0, 56.9, 24.1, 57.0) / 1e6
    assert density.people.iloc[0] == pytest.approx(expected, rel=1e-9)
    assert np.allclose(density.people, count.people * count.area_m2 / 1e6, rtol=1e-12)


def test_small_cells_are_left_out_and_told(tmp_path):
    found = sm.population_grid(raster(tmp_path), at_least=1)
    assert found.people.min() == 1
    assert notes(found)[2] == "1 cells with fewer than 1 people, 0.5 in all, are left out"


def test_only_cells_with_their_middles_in_the_areas(tmp_path):
    # Up to the middles of the second column, which are in; the third column of the last row is cut and stays outside.
    areas = gpd.GeoDataFrame(geometry=[box(24, 56.625, 24.1875, 57), box(24.27, 56.625, 24.3, 56.75)], crs=4326)
    given = raster(tmp_path, cell=0.125)
    found = sm.population_grid(given, areas=areas)
    assert found.cell.tolist() == ["1/1", "2/1", "2/2", "3/1", "3/2"]
    assert notes(found) == [
        "20 people in 5 cells",
        "0 cells have no value, and 1 have nobody",
        "1 cells that the areas cut, with 1.0 people, have their middles outside",
    ]
    in_metres = sm.population_grid(given, areas=areas.to_crs(3059).buffer(0.1).to_frame("geometry"))
    assert in_metres.cell.tolist() == found.cell.tolist()


@pytest.mark.parametrize("south_up", [False, True])
def test_rows_may_run_either_way(tmp_path, south_up):
    found = sm.population_grid(raster(tmp_path, south_up=south_up))
    places = found.assign(x=found.geometry.x.round(6), y=found.geometry.y.round(6)).set_index(["x", "y"]).people
    assert places[(24.05, 56.95)] == 10 and places[(24.15, 56.85)] == 7 and places[(24.35, 56.75)] == 1


def test_a_raster_across_the_antimeridian(tmp_path):
    given = raster(tmp_path, [[1, 2], [3, 4]], west=179.0, north=-16.0, cell=1.0)
    found = sm.population_grid(given)
    assert found.geometry.x.tolist() == [179.5, -179.5, 179.5, -179.5]
    fiji = gpd.GeoDataFrame(geometry=[box(-180, -18, -179, -16)], crs=4326)
    east = sm.population_grid(given, areas=fiji)
    assert east.people.tolist() == [2, 4]
    assert found.area_m2.iloc[1] == pytest.approx(cell_m2(180, -17, 181, -16), rel=1e-9)


@pytest.mark.parametrize("cells", [1, 5, 8])
def test_windows_change_nothing(tmp_path, monkeypatch, cells):
    whole = sm.population_grid(raster(tmp_path), at_least=1)
    monkeypatch.setattr(raster_cells, "CELLS_AT_ONCE", cells)
    parts = sm.population_grid(raster(tmp_path), at_least=1)
    pd.testing.assert_frame_equal(pd.DataFrame(whole), pd.DataFrame(parts), check_exact=True)
    assert notes(whole) == notes(parts)


def test_sao_miguel(root):
    people = sm.Raster(root / "sample_data" / "sao_miguel" / "people.tif", holds="count")
    found = sm.population_grid(people)
    # As the sample's README counts them with another library.
    assert found.people.sum() == pytest.approx(145_602.97, abs=0.005)
    assert notes(found)[1] == f"{96 * 48 - 1242:,} cells have no value, and {1242 - len(found)} have nobody"
    municipalities = sm.read(root / "sample_data" / "sao_miguel" / "municipalities.gpkg")
    inside = sm.population_grid(people, areas=municipalities)
    in_the_sea = float(notes(inside)[2].split("with ")[1].split(" people")[0].replace(",", ""))
    assert 0 <= 145_602.97 - inside.people.sum() - in_the_sea < 0.2  # the rest is in cells that touch no land


def test_it_is_demand(tmp_path):
    homes = sm.population_grid(raster(tmp_path))
    shelters = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.05], [56.95]), crs=4326)
    found = sm.coverage(homes, shelters, [1000], weight="people").summary
    row = found[found["measure"] == "people"].iloc[0]
    assert (row["covered"], row["uncovered"]) == (10, 16.5)


@pytest.mark.parametrize("holds", [None, "depth_m", "class"])
def test_what_a_cell_holds_is_said_and_never_guessed(tmp_path, holds):
    with pytest.raises(ValueError, match=r'open it with holds="count" .* or holds="density_per_km2"'):
        sm.population_grid(raster(tmp_path, holds=holds))


def test_what_cannot_be_is_refused(tmp_path):
    with pytest.raises(sm.ReadError, match=r"people\.tif"):
        sm.population_grid(raster(tmp_path, [[1, -5]]))
    # 100 m by 100 m: a density of 30,000 per km2 read as people in the cell would be three millions per km2.
    fine = {"crs": "EPSG:3059", "west": 500_000, "north": 300_000, "cell": 100}
    with pytest.raises(ValueError, match=r'row 1, column 2 would be 2,99\d,\d\d\d people per km2.*"density_per_km2"\?'):
        sm.population_grid(raster(tmp_path, [[300, 30_000]], **fine))
    dense = sm.population_grid(raster(tmp_path, [[300, 30_000]], holds="density_per_km2", **fine))
    assert dense.people.tolist() == pytest.approx([3, 300], rel=0.002)
    for at_least in (-1, float("nan"), "1", True):
        with pytest.raises(ValueError, match="at_least is a number of people from 0 on"):
            sm.population_grid(raster(tmp_path), at_least=at_least)
    crossed = gpd.GeoDataFrame(geometry=[Polygon([(24, 56), (25, 57), (25, 56), (24, 57)])], crs=4326)
    with pytest.raises(sm.GeometryError, match="areas: row 1 is not a valid polygon"):
        sm.population_grid(raster(tmp_path), areas=crossed)


def test_nothing_there_is_an_empty_frame(tmp_path):
    found = sm.population_grid(raster(tmp_path, [[0, -1]]))
    assert len(found) == 0 and found.columns.tolist() == ["cell", "people", "area_m2", "geometry"]
    elsewhere = gpd.GeoDataFrame(geometry=[box(10, 50, 11, 51)], crs=4326)
    with pytest.warns(sm.FarApartWarning, match="areas and the raster .* lie"):
        assert len(sm.population_grid(raster(tmp_path), areas=elsewhere)) == 0
