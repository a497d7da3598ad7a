# SPDX-License-Identifier: Apache-2.0
"""Circles along the ellipsoid against Karney's geodesics, and polygons across the antimeridian."""

import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import sheltermap as sm
from alert_text import AT, alert, circle, info, write
from sheltermap.alerts.alert_ground import ground_of
from sheltermap.alerts.cap_shapes import ShapeError, polygon, without
from sheltermap.alerts.cap_shapes import circle as circle_of
from sheltermap.alerts.in_force import in_force
from sheltermap.base.dates import instant_in

GEODTEST = Path(__file__).parents[2] / "data" / "geodtest" / "geodesics.txt"


def zone(folder, text):
    read = sm.read_alert(write(folder, alert(info(circle(text)))))
    return ground_of(in_force([read], instant_in(AT)).parts, None).zones


def test_the_edge_of_a_circle_is_where_karney_has_it(tmp_path):
    """Each geodesic of the published set that is short enough: its end lies in a circle a little wider, not in one a
    little narrower."""
    lines = np.loadtxt(GEODTEST)
    short = lines[(lines[:, 5] > 1000) & (lines[:, 5] < 990_000)][:12]
    assert len(short) == 12
    for lat, lon, _, lat_end, lon_end, metres in short:
        end = shapely.Point(lon_end, lat_end)
        for stretch, inside in ((1 + 2e-6, True), (1 - 2e-6, False)):
            found = zone(tmp_path, f"{lat:.10f},{lon:.10f} {metres * stretch / 1000:.9f}")
            assert bool(found.geometry.iloc[0].covers(end)) is inside, (lat, lon, metres, stretch)


@pytest.mark.parametrize("azimuth", range(0, 360, 45))
def test_a_house_two_centimetres_beyond_five_kilometres_is_outside(tmp_path, azimuth):
    lon, lat = sm.geodesic_destination([24.6, 24.6], [56.8, 56.8], azimuth, [4_999.98, 5_000.02])
    found = zone(tmp_path, "56.8,24.6 5").geometry.iloc[0]
    assert [found.covers(shapely.Point(*each)) for each in zip(lon, lat, strict=True)] == [True, False]


def test_a_circle_across_the_antimeridian_lies_on_both_sides(tmp_path):
    found = zone(tmp_path, "51,180 20").geometry.iloc[0]
    assert found.covers(shapely.Point(179.9, 51)) and found.covers(shapely.Point(-179.9, 51))
    assert not found.covers(shapely.Point(0, 51))


@given(st.integers(-170, 170), st.integers(1, 170), st.integers(-80, 79), st.integers(1, 10))
def test_a_box_is_the_same_wherever_its_edges_cross_the_antimeridian(west, width, south, height):
    """Shifted round the earth, a box that is cut has the area of one that is not."""
    east, north = west + width, min(south + height, 90)
    turned = [each if each <= 180 else each - 360 for each in (west, east)]
    text = " ".join(
        f"{lat},{turned[side]}" for lat, side in ((south, 0), (south, 1), (north, 1), (north, 0), (south, 0))
    )
    shape, notes = polygon(text)
    assert shape.area == pytest.approx(width * (north - south))
    assert bool(notes) is (east > 180)
    assert shape.bounds[0] >= -180 and shape.bounds[2] <= 180


def test_a_box_round_the_whole_earth_crosses_nothing():
    shape, notes = polygon("-60,-180 -60,180 60,180 60,-180 -60,-180")
    assert shape.area == pytest.approx(360 * 120) and notes == []


def test_a_polygon_that_crosses_itself_warns_of_both_loops():
    shape, notes = polygon("0,0 2,2 2,0 0,2 0,0")
    assert shape.area == pytest.approx(2) and "crosses itself" in notes[0]


def test_a_loop_within_a_loop_is_enclosed():
    shape, _ = polygon("0,0 0,4 4,4 4,0 0,0 1,1 1,2 2,2 1,1 0,0")
    assert shape.equals(shapely.box(0, 0, 4, 4))


@given(st.lists(st.tuples(st.integers(-95, 95), st.integers(-185, 185)), min_size=0, max_size=9), st.booleans())
def test_whatever_pairs_come_a_polygon_is_valid_or_refused(pairs, closed):
    text = " ".join(f"{lat},{lon}" for lat, lon in [*pairs, *(pairs[:1] if closed else [])])
    try:
        shape, _ = polygon(text)
    except ShapeError as error:
        assert error.faults
        return
    assert shape.is_valid and shape.area > 0 and shape.geom_type in ("Polygon", "MultiPolygon")
    west, south, east, north = shape.bounds
    assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def comb(teeth, turned=False):
    """Up and down across the square of one degree."""
    pairs = [(at / teeth, end) for at in range(teeth) for end in ((0, 1) if at % 2 else (1, 0))]
    return [each[::-1] for each in pairs] if turned else pairs


def written(pairs):
    return " ".join(f"{lat:.6f},{lon:.6f}" for lat, lon in [*pairs, pairs[0]])


def test_a_polygon_whose_mending_would_take_for_ever_is_refused_at_once():
    began = time.process_time()
    with pytest.raises(ValueError, match="crosses itself or what is cut out of it more than 20,000 times"):
        polygon(written(comb(5000) + comb(5000, turned=True)))
    with pytest.raises(ValueError, match="has 200,002 coordinate pairs; up to 200,000 are read"):
        polygon("0,0 " * 200_002)
    blanks = " " * 4_000_000
    with pytest.raises(ValueError, match="is no coordinate pair"):
        circle_of(f"1{blanks}{blanks}2")
    assert time.process_time() - began < 10


def test_what_is_cut_out_may_not_cross_for_ever_either():
    across, along = (
        shapely.Polygon([each[::-1] for each in comb(4000, turned)]).buffer(1e-9) for turned in (False, True)
    )
    with pytest.raises(ValueError, match="more than 20,000 times"):
        without(across, [along])
