# SPDX-License-Identifier: Apache-2.0
"""Ferries and roundabouts, views that leave no trace, and bad input to a network: each one clear error or reason."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, box

import sheltermap as sm

SPOKE = {1: (24.00, 57.000), 2: (24.01, 57.000), 3: (24.01, 57.005), 4: (24.00, 57.005)}  # a ring, counter-clockwise
ENDS = {5: (23.98, 57.000), 6: (24.03, 57.000), 7: (24.03, 57.005)}


def points(*lonlat, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*zip(*lonlat, strict=True)), crs=4326)


def metres(*places):
    return float(sm.geodesic_length_m(gpd.GeoSeries([LineString(places)], crs=4326))[0])


def osm(path, ways):
    """Write an .osm file: every way a list of nodes and its tags."""
    nodes = [f'<node id="{i}" version="1" lon="{x}" lat="{y}"/>' for i, (x, y) in (SPOKE | ENDS).items()]
    lines = [
        f'<way id="{number}" version="1">'
        + "".join(f'<nd ref="{i}"/>' for i in along)
        + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        + "</way>"
        for number, (along, tags) in enumerate(ways, start=1)
    ]
    path.write_text(f'<osm version="0.6">{"".join(nodes + lines)}</osm>', encoding="utf-8")
    return path


ROAD = {"highway": "residential"}  # 25 km/h by car


def test_a_roundabout_is_gone_one_way_by_car_and_both_ways_on_foot(tmp_path):
    ring = ([1, 2, 3, 4, 1], ROAD | {"junction": "roundabout"})
    file = osm(tmp_path / "ring.osm", [ring, ([5, 1], ROAD), ([2, 6], ROAD), ([3, 7], ROAD)])
    west, east = points(ENDS[5]), points(ENDS[6])
    spurs = metres(ENDS[5], SPOKE[1]) + metres(SPOKE[2], ENDS[6])
    quarter = metres(SPOKE[1], SPOKE[2])
    rest = metres(SPOKE[2], SPOKE[3], SPOKE[4], SPOKE[1])
    car = sm.Network.from_osm(file, "car")
    assert sm.nearest(west, east, by=car).distance_m[0] == pytest.approx(spurs + quarter, abs=1e-3)
    assert sm.nearest(east, west, by=car).distance_m[0] == pytest.approx(spurs + rest, abs=1e-3)
    assert car.edges().set_index("way_id").loc[1, "roundabout"].all()
    walk = sm.Network.from_osm(file, "walk")
    assert sm.nearest(east, west, by=walk).distance_m[0] == pytest.approx(spurs + quarter, abs=1e-3)


def test_a_ferry_takes_its_duration_and_nobody_gets_on_at_sea(tmp_path):
    ferry = ([1, 2, 3], {"route": "ferry", "duration": "00:10", "motor_vehicle": "yes", "foot": "yes"})
    file = osm(tmp_path / "ferry.osm", [([5, 1], ROAD), ferry, ([3, 7], ROAD)])
    driven = metres(ENDS[5], SPOKE[1]) + metres(SPOKE[3], ENDS[7])
    for profile, m_s in (("car", 25 / 3.6), ("walk", 1.1)):
        network = sm.Network.from_osm(file, profile)
        answer = sm.nearest(points(ENDS[5]), points(ENDS[7]), by=network, cost="seconds")
        assert answer.duration_s[0] == pytest.approx(driven / m_s + 600, abs=1e-3)
    at_sea = network.snap(points(SPOKE[2]))
    assert at_sea.offroad_m[0] == pytest.approx(min(metres(SPOKE[2], SPOKE[1]), metres(SPOKE[2], SPOKE[3])), abs=0.01)


@pytest.fixture
def street():
    lines = gpd.GeoDataFrame(geometry=[LineString([(24.0, 57.0), (24.05, 57.0), (24.1, 57.0)])], crs=4326)
    return sm.Network.from_lines(lines)


def test_reopening_restores_every_byte(street, tmp_path):
    people, shelter = points((24.0, 57.0), (24.02, 57.0), (24.09, 57.0)), points((24.1, 57.0))

    def told(network):
        answer = sm.nearest(people, shelter, by=network)
        network.save(tmp_path / "town.graph")
        return answer.distance_m.to_numpy().tobytes(), (tmp_path / "town.graph").read_bytes()

    before = told(street)
    flood = gpd.GeoDataFrame(geometry=[box(24.04, 56.9, 24.06, 57.1)], crs=4326)
    closed = street.close(flood).close(ways=[0]).slow(0.5)
    assert np.isnan(sm.nearest(people, shelter, by=closed).distance_m[0])
    assert told(street) == before
    assert told(closed)[1] == before[1]  # closures are not saved
    assert told(sm.Network.load(tmp_path / "town.graph")) == before


def test_a_facility_far_off_the_network_is_no_answer_and_counted(street):
    home, far, near = points((24.0, 57.0)), (24.0, 57.45), (24.1, 57.0)  # 50 km to the north
    assert metres((24.0, 57.0), far) > 50_000
    assert sm.nearest(home, points(far), by=street).reason[0] == "no_path"
    both = sm.nearest(home, points(far, near, code=["far", "near"]), by=street, facility_id="code")
    assert both.facility[0] == "near"
    assert sm.coverage(home, points(far, near), "10 km", by=street).facilities_not_snapped == 1


@pytest.mark.parametrize("wrong", ["15", "15 "])
def test_a_limit_without_a_unit_is_refused_with_the_units_there_are(street, wrong):
    here = points((24.0, 57.0))
    words = rf"a number with a unit, '500 m', '2 km', '90 s', '15 min' or '1 h', not '{wrong}'"
    for ask in (
        lambda: sm.nearest(here, here, by=street, limit=wrong),
        lambda: sm.within(here, here, wrong, by=street),
        lambda: sm.coverage(here, here, wrong, by=street),
    ):
        with pytest.raises(ValueError, match=words):
            ask()


VRT = '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"/></VRTDataset>'


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("town.osm.pbf", "PBF error"),
        ("town.osm", "Unknown top-level element: VRTDataset"),
        ("town.vrt", "Could not detect file format"),
    ],
)
def test_a_vrt_is_no_map_whatever_its_name(tmp_path, name, why):
    path = tmp_path / name
    path.write_text(VRT, encoding="utf-8")
    with pytest.raises(sm.ReadError, match=rf"{name} cannot be read as OpenStreetMap data.*{why}.*of that kind\?$"):
        sm.Network.from_osm(path)
    with pytest.raises(sm.ReadError, match=rf"{name} is no saved network$"):
        sm.Network.load(path)


def test_a_flipped_byte_anywhere_in_a_saved_network_is_an_error(street, tmp_path):
    path = tmp_path / "town.graph"
    street.save(path)
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        data = bytearray(whole)
        data[at] ^= 1 << (at % 8)
        path.write_bytes(data)
        with pytest.raises(
            sm.ReadError, match=r"town\.graph (is damaged; make it anew|is no saved|was saved by another)"
        ):
            sm.Network.load(path)


def test_an_unknown_profile_is_told_those_there_are(tmp_path):
    file = osm(tmp_path / "town.osm", [([5, 1], ROAD)])
    with pytest.raises(ValueError, match="no profile 'bicycle'; there are walk, wheelchair, car, emergency"):
        sm.Network.from_osm(file, "bicycle")


def test_lines_without_a_street_are_one_clear_error():
    still = gpd.GeoDataFrame({"kmh": [0.0]}, geometry=[LineString([SPOKE[1], SPOKE[2]])], crs=4326)
    for lines in (still, still[:0]):
        with pytest.raises(ValueError, match="there is no street"):
            sm.Network.from_lines(lines, speed_kmh="kmh")
