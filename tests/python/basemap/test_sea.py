# SPDX-License-Identifier: Apache-2.0
"""Where the sea is, told from coastlines with the land to their left."""

import numpy as np
import pytest
import shapely

from osm_text import node, osm, way
from sheltermap.basemap.openstreetmap import read_osm
from sheltermap.basemap.sea import sea_of

BOX = (0.0, 0.0, 10.0, 10.0)


def coast(*lines):
    return np.array([shapely.LineString(each) for each in lines], dtype=object)


@pytest.mark.parametrize(("line", "sea_at"), [([(5, -1), (5, 11)], (8, 5)), ([(5, 11), (5, -1)], (2, 5))])
def test_the_sea_is_to_the_right(line, sea_at):
    sea = sea_of(coast(line), BOX)
    assert sea.area == pytest.approx(50)
    assert sea.contains(shapely.Point(sea_at))


def test_islands_are_holes_and_lagoons_are_sea():
    island = [(7, 4), (8, 4), (8, 5), (7, 5), (7, 4)]  # against the clock: land inside
    sea = sea_of(coast([(5, -1), (5, 11)], island), BOX)
    assert sea.area == pytest.approx(49)


def test_pieces_of_a_coast_are_one():
    assert sea_of(coast([(5, -1), (5, 4)], [(5, 4), (5, 11)]), BOX).area == pytest.approx(50)


def test_a_coast_that_ends_inside_leaves_it_open():
    assert sea_of(coast([(5, -1), (5, 6)]), BOX) is None


def test_the_sea_of_a_file_is_water_and_an_open_coast_a_line(tmp_path):
    path = tmp_path / "island.osm"
    corners = [(24.0, 57.0), (24.1, 57.0), (24.1, 57.1), (24.0, 57.1)]
    nodes = [node(number, *at) for number, at in enumerate(corners, 1)]
    path.write_text(osm(*nodes, way(1, [1, 2, 3, 4, 1], {"natural": "coastline"})), encoding="utf-8")
    water = read_osm(path, (23.9, 56.9, 24.2, 57.2), [], 6).layers["water"]
    assert shapely.area(water.geometry.to_numpy()).sum() == pytest.approx(0.3**2 - 0.1**2)
    path.write_text(osm(*nodes, way(1, [1, 2, 3], {"natural": "coastline"})), encoding="utf-8")
    found = read_osm(path, (23.9, 56.9, 24.2, 57.2), [], 6)
    assert list(found.layers) == ["waterways"]
    assert "the coast ends inside" in found.notes[0]
