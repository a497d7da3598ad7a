# SPDX-License-Identifier: Apache-2.0
"""GPX: waypoints, routes and tracks as layers, and every one that cannot be used named."""

from pathlib import Path

import pytest

import sheltermap as sm

POINTS = (
    '<wpt lat="56.95" lon="24.1"><ele>7.5</ele><name>P1</name><desc>Cellar</desc>'
    "<extensions><name>inner</name></extensions></wpt>"
    '<wpt lat="56.96" lon="24.2"><name>P2</name></wpt>'
)
TRACK = (
    '<trk><name>T</name><trkseg><trkpt lat="56" lon="24"/><trkpt lat="56.1" lon="24.1"><ele>3</ele></trkpt></trkseg>'
    '<trkseg><trkpt lat="57" lon="24"/><trkpt lat="57.1" lon="24"/></trkseg></trk>'
)
ROUTE = '<rte><number>3</number><rtept lat="56" lon="24"><name>a</name></rtept><rtept lat="56.1" lon="24"/></rte>'


def gpx(*parts: str) -> str:
    return (
        '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">' + "".join(parts) + "</gpx>"
    )


@pytest.fixture
def written(tmp_path):
    """Write a GPX file; return its path."""

    def write(*parts: str) -> Path:
        (tmp_path / "a.gpx").write_text(gpx(*parts), encoding="utf-8")
        return tmp_path / "a.gpx"

    return write


def test_waypoints_are_points_with_what_they_say_as_columns(written):
    frame = sm.read(written("<metadata><name>file</name></metadata>", POINTS), id="name")
    assert frame["name"].tolist() == ["P1", "P2"] and frame["ele"][0] == 7.5 and frame["desc"][0] == "Cellar"
    assert frame.geometry.to_wkt().tolist() == ["POINT (24.1 56.95)", "POINT (24.2 56.96)"]
    assert frame.crs == "EPSG:4326"


def test_routes_and_tracks_are_lines(written):
    path = written(POINTS, ROUTE, TRACK)
    assert sm.layer_names(path) == ["waypoints", "routes", "tracks"]
    tracks = sm.read(path, layer="tracks")
    assert tracks["name"].tolist() == ["T"]
    assert tracks.geometry[0].wkt == "MULTILINESTRING ((24 56, 24.1 56.1), (24 57, 24 57.1))"
    routes = sm.read(path, layer="routes")
    assert routes["number"].tolist() == [3] and routes.geometry[0].wkt == "LINESTRING (24 56, 24 56.1)"


@pytest.mark.parametrize(
    ("parts", "options", "said"),
    [
        ((POINTS, TRACK), {}, "has several layers: waypoints, tracks; name one with layer="),
        ((POINTS,), {"layer": "track"}, 'no layer "track"'),
        ((POINTS,), {"crs": "EPSG:3059"}, "not in EPSG:3059"),
        (('<wpt lat="abc" lon="24"/>',), {}, "row 1: lon='24' lat='abc' is not a position in degrees"),
        (('<wpt lat="24.1" lon="156.95e9"/>',), {}, "row 1"),
        (('<trk><trkseg><trkpt lat="56" lon="24"/></trkseg></trk>',), {}, "row 1: a line has fewer than 2 vertices"),
        (("<trk/>",), {}, "row 1"),
        ((), {}, "has no rows"),
    ],
)
def test_what_cannot_be_used_is_told(written, parts, options, said):
    with pytest.raises(sm.SheltermapError) as raised:
        sm.read(written(*parts), **options)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<kml/>", "is not GPX: it begins with <kml>"),
        (gpx(POINTS)[:-20], "is damaged: its XML cannot be read"),
        ('<!DOCTYPE gpx [<!ENTITY a "b">]><gpx/>', "declares a type"),
        ("", "is damaged"),
    ],
)
def test_what_is_no_gpx_is_told(tmp_path, text, said):
    (tmp_path / "a.gpx").write_text(text)
    for door in (sm.read, sm.layer_names):
        with pytest.raises(sm.ReadError) as raised:
            door(tmp_path / "a.gpx")
        assert said in str(raised.value)
    with pytest.raises(sm.ReadError, match="does not exist"):
        sm.read(tmp_path / "none.gpx")
    (tmp_path / "folder.gpx").mkdir()
    with pytest.raises(sm.ReadError, match="cannot be read"):
        sm.read(tmp_path / "folder.gpx")


def test_a_row_that_is_refused_stays_and_registers_read_gpx(written):
    kept = sm.read(written(POINTS, '<wpt lat="x" lon="1"><name>P3</name></wpt>'), strict=False)
    assert sm.refused(kept)[["row", "reason"]].values.tolist() == [[3, "bad_coordinate"]]
    assert sm.inspect(written(POINTS), "demand").frame.shape[0] == 2
