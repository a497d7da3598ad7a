# SPDX-License-Identifier: Apache-2.0
"""Where points are is found once while places are shared, and anew for all else."""

import geopandas
import numpy as np
import shapely

from sheltermap.drawing import shared_places as module
from sheltermap.drawing.shared_places import places_of, shared_places


def series(count=5, crs=4326, shift=0.0):
    places = np.column_stack([np.linspace(24, 25, count) + shift, np.linspace(56, 57, count)])
    return geopandas.GeoSeries(shapely.points(places), crs=crs)


def test_results_share_the_places_of_their_rows():
    rows = geopandas.GeoDataFrame({"a": range(5)}, geometry=series())
    result = rows.assign(b=1)
    with shared_places():
        assert places_of(rows.geometry) is places_of(result.geometry)
        assert places_of(rows.geometry) is not places_of(rows.iloc[1:].geometry)
        with shared_places():  # inside, nothing begins anew
            assert places_of(rows.geometry) is places_of(result.geometry)
        first = places_of(rows.geometry)
        assert places_of(rows.geometry) is first
    assert places_of(rows.geometry) is not first


def test_rows_of_the_same_memory_in_another_system_are_elsewhere():
    given = geopandas.GeoSeries(shapely.points([[5e5, 3e5], [6e5, 3e5]]), crs=3059)
    with shared_places():
        metres, degrees = places_of(given), places_of(given.set_crs(32635, allow_override=True))
    assert not np.allclose(metres.lonlat, degrees.lonlat)
    assert np.allclose(metres.lonlat, shapely.get_coordinates(given.to_crs(4326).to_numpy()))


def test_rows_without_a_place_are_kept_apart_and_others_than_points_are_not_shared():
    given = geopandas.GeoSeries([shapely.Point(24, 56), None, shapely.Point(25, 57)], crs=4326)
    found = places_of(given)
    assert np.isnan(found.lonlat[1]).all() and found.box.tolist() == [24, 56, 25, 57]
    assert np.isnan(places_of(geopandas.GeoSeries([None, None], crs=4326)).box).all()
    for other in ([shapely.box(0, 0, 1, 1)], [shapely.Point()], []):
        assert places_of(geopandas.GeoSeries(other, crs=4326)) is None


def test_what_is_kept_is_let_go_at_the_end():
    with shared_places():
        places_of(series())
        assert len(module._kept.get()) == 1
    assert module._kept.get() is None
