# SPDX-License-Identifier: Apache-2.0
"""Groups of rows are the same whether they are found anew or known from another answer or language."""

import geopandas
import numpy as np
import pytest
import shapely

from sheltermap.map.middles import Middles
from sheltermap.map.thinning import CELLS_ACROSS, Cells, group_points


@pytest.fixture
def rows():
    places = np.random.default_rng(5).normal((24.1, 56.9), (0.3, 0.2), (4000, 2))
    shapes = shapely.points(places)
    shapes[[7, 90]] = None
    return geopandas.GeoDataFrame({"n": range(4000)}, geometry=shapes, crs=4326)


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in vars(one))


@pytest.mark.parametrize("most", [10, 500, 100_000])
def test_groups_are_those_of_a_plain_loop(rows, most):
    category = np.random.default_rng(6).integers(0, 3, len(rows)).astype(np.uint8)
    groups = Middles().grouped(rows, category, most)
    here = rows.geometry.notna().to_numpy()
    lon, lat = shapely.get_coordinates(rows.geometry[here].to_numpy()).T
    east, north = (lon - lon.min()) * np.cos(np.radians(lat.mean())), lat - lat.min()
    side = max(east.max(), north.max()) / CELLS_ACROSS
    while True:
        members = {}
        for row, each in enumerate(zip(east, north, category[here], strict=True)):
            members.setdefault((int(each[0] / side), int(each[1] / side), each[2]), []).append(row)
        if len(members) <= most:
            break
        side *= 2
    expected = [members[key] for key in sorted(members)]
    assert groups.counts.tolist() == [len(each) for each in expected] and groups.counts.sum() == here.sum()
    for number, each in enumerate(expected):
        assert (groups.member_of[each] == number).all()
        assert groups.places[number] == pytest.approx((lon[each].mean(), lat[each].mean()))
    people = np.arange(here.sum(), dtype=float)
    assert groups.sums(people) == pytest.approx([people[each].sum() for each in expected])


def test_answers_share_cells_and_languages_groups(rows):
    middles = Middles()
    one, other = (np.arange(len(rows)) % kinds for kinds in (2, 3))
    first = middles.grouped(rows, one.astype(np.uint8), 500)
    again = middles.grouped(rows.assign(more=1), one.astype(np.uint8), 500)
    assert again is first
    for category, most in ((other, 500), (one, 50)):
        found = middles.grouped(rows, category.astype(np.uint8), most)
        assert same(found, Middles().grouped(rows, category.astype(np.uint8), most)) and found is not first


def test_lines_and_polygons_are_grouped_by_their_middles():
    shapes = [shapely.box(24, 56, 24.2, 56.2), shapely.LineString([(24.1, 56.1), (24.1, 56.1001)]), None]
    rows = geopandas.GeoDataFrame(geometry=shapes, crs=4326)
    middles = Middles()
    assert middles.of(rows)[0].tolist() == [0, 1]
    assert middles.grouped(rows, np.zeros(3, np.uint8), 1).counts.tolist() == [2]
    nowhere = geopandas.GeoDataFrame(geometry=[None, None], crs=4326)
    assert len(middles.grouped(nowhere, np.zeros(2, np.uint8), 5).counts) == 0


def test_cells_are_found_once():
    places = np.array([(24.0, 56.0), (24.5, 56.5)])
    cells = Cells(places)
    assert cells.of(0.1) is cells.of(0.1)
    alone = group_points(places, np.zeros(2, np.uint8))
    assert same(alone, group_points(places, np.zeros(2, np.uint8), cells=cells))
