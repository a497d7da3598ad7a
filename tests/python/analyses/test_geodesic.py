# SPDX-License-Identifier: Apache-2.0
import geopandas as gpd
import numpy as np
import pyproj
import pytest
from shapely import LineString, Point, Polygon, box

import sheltermap as sm

GEOD = pyproj.Geod(ellps="WGS84")  # an independent build of the same published method


def test_distances_agree_with_pyproj():
    rng = np.random.default_rng(1)
    lon1, lon2 = rng.uniform(-180, 180, (2, 1000))
    lat1, lat2 = rng.uniform(-90, 90, (2, 1000))
    expected = GEOD.inv(lon1, lat1, lon2, lat2)[2]
    assert np.abs(sm.geodesic_distance_m(lon1, lat1, lon2, lat2) - expected).max() < 15e-9 * 2


def test_a_missing_coordinate_has_no_distance():
    assert np.isnan(sm.geodesic_distance_m([np.nan], [57.0], [24.0], [57.0])).all()


def test_the_line_between_two_places_has_a_length_and_two_directions():
    rng = np.random.default_rng(5)
    lon1, lat1, lon2, lat2 = (rng.uniform(-limit, limit, 500) for limit in (180, 89, 180, 89))
    distance_m, from_deg, to_deg = sm.geodesic_line(lon1, lat1, lon2, lat2)
    forward, back, expected_m = GEOD.inv(lon1, lat1, lon2, lat2)
    assert distance_m == pytest.approx(expected_m, abs=2e-8)
    assert from_deg == pytest.approx(forward, abs=1e-6)
    assert np.cos(np.radians(to_deg - back)) == pytest.approx(-np.ones(500), abs=1e-12)  # onwards, not back
    assert np.isnan(sm.geodesic_line([np.nan], [57], [24], [57])).all()
    with pytest.raises(ValueError, match="outside"):
        sm.geodesic_line([24], [91], [24], [57])
    with pytest.raises(ValueError, match="length"):
        sm.geodesic_line([24, 25], [57, 57], [24], [57])


def test_lengths_that_differ_and_impossible_latitudes_are_refused():
    with pytest.raises(ValueError, match="lengths differ"):
        sm.geodesic_distance_m([24.0, 25.0], [57.0], [24.0], [57.0])
    with pytest.raises(ValueError, match=r"row 1 has latitude 91.* outside \[-90, 90\]"):
        sm.geodesic_distance_m([24.0], [91.0], [24.0], [57.0])


def test_a_destination_is_as_far_as_was_asked():
    lon, lat = sm.geodesic_destination([24.1] * 360, [56.95] * 360, np.arange(360), 500)
    assert sm.geodesic_distance_m([24.1] * 360, [56.95] * 360, lon, lat) == pytest.approx([500] * 360, abs=3e-8)


@pytest.mark.parametrize("crs", [4326, 3059, 3857, 25835])
def test_area_does_not_depend_on_the_crs(crs):
    # One kilometre square at the eastern edge of Latvia, far from the central meridian of LKS-92.
    corners = [(27.9, 56.0), (27.916, 56.0), (27.916, 56.009), (27.9, 56.009)]
    expected = abs(GEOD.polygon_area_perimeter(*zip(*corners, strict=True))[0])
    area = sm.geodesic_area_m2(gpd.GeoSeries([Polygon(corners)], crs=4326).to_crs(crs))
    # The edges of a short box in a projection and on the ellipsoid part by less than a millimetre.
    assert area[0] == pytest.approx(expected, rel=1e-6)


def test_length_of_a_line_and_of_a_boundary():
    geometries = gpd.GeoSeries(
        [LineString([(24, 56), (25, 57), (24, 57)]), box(24, 56, 25, 57), None, Point(0, 0)], crs=4326
    )
    length = sm.geodesic_length_m(geometries)
    assert length[0] == pytest.approx(GEOD.line_length([24, 25, 24], [56, 57, 57]), abs=1e-6)
    assert length[1] == pytest.approx(GEOD.line_length([24, 25, 25, 24, 24], [56, 56, 57, 57, 56]), abs=1e-6)
    assert np.isnan(length[2]) and length[3] == 0


def test_without_a_crs_there_is_no_area():
    with pytest.raises(sm.CrsError, match="no CRS"):
        sm.geodesic_area_m2(gpd.GeoSeries([box(24, 56, 25, 57)]))
