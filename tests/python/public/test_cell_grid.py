# SPDX-License-Identifier: Apache-2.0
"""Cells and their names, against PROJ and the grid of Europe's statistics."""

import geopandas as gpd
import pytest
from shapely import Point, box

from sheltermap.public.cell_grid import CellGrid

RIGA = gpd.GeoSeries([Point(24.105, 56.95)], crs=4326)


def test_a_place_lies_in_the_cell_that_names_it():
    grid = CellGrid.of("1 km", RIGA)
    ((column, row),) = grid.cells(RIGA).tolist()
    x, y = RIGA.to_crs(3035).iloc[0].coords[0]
    assert grid.code(column, row) == f"CRS3035RES1000mN{int(y // 1000)}000E{int(x // 1000)}000"
    assert grid.cell(grid.code(column, row)) == (column, row)
    assert grid.outline([(column, row)]).equals(
        box(x // 1000 * 1000, y // 1000 * 1000, x // 1000 * 1000 + 1000, y // 1000 * 1000 + 1000)
    )


def test_south_of_the_equator_the_grid_of_the_world_is_taken():
    places = gpd.GeoSeries([Point(-51.2, -30.03)], crs=4326)
    grid = CellGrid.of(500, places)
    assert grid.epsg == 6933
    ((column, row),) = grid.cells(places).tolist()
    assert column < 0
    assert row < 0
    assert grid.cell(grid.code(column, row)) == (column, row)


def test_a_snapped_place_is_the_middle_of_its_cell_and_tells_no_more():
    grid = CellGrid(1000, 3035)
    near = gpd.GeoSeries([Point(24.105, 56.95), Point(24.1051, 56.9501)], crs=4326)
    one, other = grid.snapped(near)
    assert one.equals(other)
    x, y = gpd.GeoSeries([one], crs=4326).to_crs(3035).iloc[0].coords[0]
    assert x % 1000 == pytest.approx(500, abs=1e-3)
    assert y % 1000 == pytest.approx(500, abs=1e-3)


def test_a_name_of_another_grid_is_refused():
    with pytest.raises(ValueError, match="is no cell of 1000 m in EPSG:3035"):
        CellGrid(1000, 3035).cell("CRS3035RES500mN3700000E5300000")
