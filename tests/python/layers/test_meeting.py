# SPDX-License-Identifier: Apache-2.0
"""Layers that meet in an analysis: exchanged axes of one of them, layers too far apart."""

import warnings
from collections.abc import Callable
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from shapely import LineString, Point, box

import sheltermap as sm
from sheltermap.layers.meeting import far_apart

LON, LAT = 24.1, 56.95
SPREAD = np.random.default_rng(3).uniform(-0.02, 0.02, (40, 2)) + np.array([LON, LAT])


def frame(shapes: Any, crs: int = 4326, **columns: Any) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=4326).to_crs(crs)


def exchanged(layer: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    return layer.set_geometry(layer.geometry.apply(lambda g: shapely.transform(g, lambda xy: xy[:, ::-1])))


FAR = np.array([5, 0])
HOMES = frame(shapely.points(SPREAD))
SHELTERS = frame(shapely.points(SPREAD[:10] + 0.001), category=["I"] * 10)
ZONES = frame([box(LON - 0.03, LAT - 0.03, LON, LAT + 0.03)], scenario=["1 %"], name=["A"])
PARCELS = frame([box(LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01)])
BARRIER = frame([LineString([(LON, LAT - 0.03), (LON, LAT + 0.03)])])
WALK = sm.Network.from_lines(frame([LineString([(LON - 0.03, LAT), (LON + 0.03, LAT)])]))

MEETINGS: dict[str, Callable[[], Any]] = {
    "demand and facilities": lambda: sm.nearest(HOMES, exchanged(SHELTERS)),
    "features and zones": lambda: sm.exposure(HOMES, exchanged(ZONES)),
    "features and zones of parcels": lambda: sm.exposure(exchanged(PARCELS), ZONES),
    "features and zones overlaid": lambda: sm.overlap(PARCELS, exchanged(ZONES)),
    "demand and zones": lambda: sm.flood(HOMES, SHELTERS, exchanged(ZONES), 500, scenario="scenario"),
    "demand and areas": lambda: sm.coverage(HOMES, SHELTERS, 500, areas=exchanged(ZONES), area_name="name"),
    "zones and the streets": lambda: WALK.close(exchanged(ZONES)),
    "zones and the streets slowed": lambda: WALK.slow(0.5, exchanged(ZONES)),
    "barrier and the streets": lambda: WALK.close(barrier=exchanged(BARRIER)),
    "zones and the streets to leave": lambda: sm.evacuation(HOMES, SHELTERS, exchanged(ZONES), by=WALK),
    "facilities and the streets": lambda: sm.service_areas(exchanged(SHELTERS), "5 min", by=WALK),
}


@pytest.mark.parametrize("meeting", MEETINGS)
def test_exchanged_axes_are_an_error_wherever_layers_meet(meeting: str) -> None:
    words = meeting.split(" of parcels")[0].removesuffix(" overlaid").removesuffix(" slowed").removesuffix(" to leave")
    with pytest.raises(sm.CrsError, match=rf"^{words} lie 4,\d\d\d km apart, but \d+ km with the axes of one"):
        MEETINGS[meeting]()


# Both orders of CS92 lie in Poland, 200 km apart.
def test_exchanged_metres_are_known_by_the_other_layer_where_the_area_of_use_holds_both() -> None:
    homes = frame(shapely.points(SPREAD - np.array([LON - 21, LAT - 52.2])), 2180)
    flood = frame([box(20.97, 52.17, 21.03, 52.23)], 2180)
    with pytest.raises(sm.CrsError, match=r"features and zones lie 2.. km apart, but .* km with the axes of one"):
        sm.exposure(homes, exchanged(flood))
    assert sm.exposure(homes, flood).rows["zone_count"].sum() == 40


def test_some_exchanged_rows_are_named_by_the_other_layer() -> None:
    wrong = SPREAD[:10].copy()
    wrong[[2, 7]] = wrong[[2, 7], ::-1]
    told = r"facilities: 2 of 10 rows lie 4,\d\d\d km or more from demand, .* in row 3, 8\?"
    with pytest.raises(sm.CrsError, match=told):
        sm.coverage(HOMES, frame(shapely.points(wrong)), 500)
    with pytest.raises(sm.CrsError, match=r"demand: 2 of 10 rows lie .* in row 3, 8\?"):
        sm.coverage(frame(shapely.points(wrong)), SHELTERS, 500)


def test_right_rows_are_not_blamed_where_the_other_layer_is_wide() -> None:
    # One shelter in Oman, one that is its mirror image in Latvia: both are right, and both have homes.
    places = [Point(LON, LAT), Point(LAT, LON)]
    found = sm.nearest(frame(places), frame(places))
    assert found["distance_m"].tolist() == [0, 0]


def test_layers_farther_apart_than_they_are_wide_are_told() -> None:
    far = frame(shapely.points(SPREAD + FAR))
    with pytest.warns(sm.FarApartWarning, match=r"^demand and facilities lie 30\d km apart, farther than either"):
        found = sm.nearest(HOMES, far)
    assert (found["distance_m"] > 300_000).all()
    with pytest.warns(sm.FarApartWarning, match="zones and the streets"):
        WALK.close(frame([box(29, 57, 29.1, 57.1)]))
    wide = frame([Point(20, 56), Point(20.1, 56), Point(29, 56)])  # 560 km: a layer of a country beside one place
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sm.nearest(wide, frame([Point(31, 56)]))
        sm.nearest(HOMES, frame([Point(LON + 1, LAT)]))  # 60 km is a matter of the plan


def test_what_is_collected_is_told_once_and_other_warnings_go_on() -> None:
    with pytest.warns(RuntimeWarning, match="another"), far_apart() as notes:
        for _ in range(2):
            sm.nearest(HOMES, frame(shapely.points(SPREAD + FAR)))
        warnings.warn("another", RuntimeWarning, stacklevel=1)
    assert len(notes) == 1 and notes[0].startswith("demand and facilities lie")


def test_layers_without_a_place_and_across_the_antimeridian_meet_in_silence() -> None:
    nowhere = frame([None, None])
    assert sm.nearest(HOMES, nowhere)["reason"].tolist() == ["no_facility"] * 40
    fiji = frame([Point(179.9, -17), Point(-179.9, -17)])
    assert sm.nearest(fiji, fiji)["distance_m"].tolist() == [0, 0]
