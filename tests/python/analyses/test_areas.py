# SPDX-License-Identifier: Apache-2.0
"""Which rows count in which area."""

import geopandas as gpd
import numpy as np
import shapely

from sheltermap.analyses.areas import Areas


def test_rows_of_areas_are_those_with_their_codes():
    rng = np.random.default_rng(1)
    places = np.column_stack([rng.uniform(24, 25, 500), rng.uniform(56.5, 57, 500)])
    places[::50] = np.nan
    west = np.linspace(24, 24.8, 9)
    boxes = shapely.box(west[:-1], 56.5, west[1:], 57)
    names = ["A", "B", "C", "A", "D", "E", "F", "Nobody's"]  # one of two parts
    empty = gpd.GeoDataFrame({"name": [*names, "Far"]}, geometry=[*boxes, shapely.box(26, 57, 27, 58)], crs=4326)
    areas = Areas(empty, "name", places, "demand")
    found = areas.rows()
    assert list(found) == areas.all_names() and len(found["Far"]) == 0 and len(found[areas.all_names()[-1]]) == 10
    for number, name in enumerate(areas.all_names()):
        assert found[name].tolist() == np.flatnonzero(areas.codes == number).tolist()
    assert areas.notes == []


def test_rows_in_several_areas_are_told():
    two = gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=[shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)], crs=4326)
    areas = Areas(two, "name", np.array([[0.5, 0.5], [1.5, 0.5], [2.5, 0.5]]), "demand")
    assert areas.codes.tolist() == [0, 0, 1]
    assert areas.notes[0].startswith("1 rows lie in several areas")
