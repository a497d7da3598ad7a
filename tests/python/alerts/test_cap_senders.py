# SPDX-License-Identifier: Apache-2.0
"""Alerts in the structure of public senders: what they say, decided by hand from the files in tests/data/cap."""

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shapely

import sheltermap as sm
from sheltermap.alerts.alert import Circle
from sheltermap.alerts.alert_ground import ground_of
from sheltermap.alerts.in_force import in_force

FOLDER = Path(__file__).parents[2] / "data" / "cap"
UNKNOWN = "unknown"

# status, message type, colour, MeteoAlarm's kind, events after translations, languages, polygons, circles, codes of the
# first text; when it begins and expires, in UTC.
SENDERS = {
    "met_norway": ("Actual", "Update", "orange", 10, 1, ["no", "en-GB"], 1, 0, 0, "0914T0600", "0915T1800"),
    "dwd": ("Actual", "Alert", "orange", None, 1, ["de-DE", "en-GB"], 1, 0, 2, "0914T0800", "0914T2000"),
    "meteoalarm": ("Actual", "Alert", "red", 12, 1, ["lv-LV", "en-GB"], 0, 0, 2, "0914T0900", "0914T1800"),
    "nws": ("Actual", "Alert", "orange", None, 1, ["en-US"], 2, 0, 4, "0914T2053", "0915T0000"),
    "eccc": ("Actual", "Alert", "green", None, 1, ["en-CA", "fr-CA"], 1, 0, 3, "0914T1759", "0915T0159"),
    "bom": ("Actual", "Alert", UNKNOWN, None, 1, ["en-AU"], 0, 0, 3, "0914T0315", "0914T0615"),
    "nsw_rfs": ("Actual", "Alert", "red", None, 1, ["en-AU"], 0, 1, 1, "0914T1304", "0915T1304"),
    "iceland": ("Actual", "Alert", "yellow", None, 1, ["is-IS", "en-US"], 1, 0, 1, "0914T1800", "0915T1000"),
    "pagasa": ("Test", "Alert", "green", None, 1, ["en-US"], 1, 0, 0, "0914T0657", "0914T1957"),
    "taiwan_wra": ("Actual", "Alert", "yellow", None, 1, ["zh-tw"], 0, 0, 1, "0914T1210", "0914T1310"),
    "tsunami_centre": ("Actual", "Update", "red", None, 1, ["en-US"], 1, 0, 2, "0914T1136", "0914T1236"),
    "usgs": ("Actual", "Alert", UNKNOWN, None, 1, ["en-US", "es-US"], 0, 1, 0, "0914T0509", "0916T0509"),
    "sweden": ("Actual", "Alert", UNKNOWN, None, 1, ["sv-SE"], 0, 0, 0, "0914T0905", None),
}
BEFORE = datetime(2026, 9, 13, tzinfo=UTC)


def test_every_file_is_here():
    assert {each.stem for each in FOLDER.glob("*.xml")} == set(SENDERS)


@pytest.mark.parametrize("name", SENDERS)
def test_what_a_sender_says(name):
    status, kind, colour, awareness, events, languages, polygons, circles, codes, begins, expires = SENDERS[name]
    alert = sm.read_alert(FOLDER / f"{name}.xml")
    assert (alert.status, alert.msg_type, alert.is_actual) == (status, kind, status == "Actual")
    parts = in_force([alert], BEFORE).parts
    assert len(parts) == events
    info, areas = parts[0].info, parts[0].info.areas
    assert (info.colour, info.awareness_type) == (colour, awareness)
    assert [each.language for each in parts[0].infos] == languages
    assert [sum(len(getattr(each, what)) for each in areas) for what in ("polygons", "circles")] == [polygons, circles]
    assert sum(len(each.geocodes) for each in areas) == codes
    assert f"{parts[0].begins.astimezone(UTC):%m%dT%H%M}" == begins
    told = info.expires
    assert (None if told is None else f"{told.astimezone(UTC):%m%dT%H%M}") == expires


def ground(name):
    return ground_of(in_force([sm.read_alert(FOLDER / f"{name}.xml")], BEFORE).parts, None)


def test_latitude_is_first_and_areas_in_two_languages_are_one():
    zones = ground("met_norway").zones
    assert len(zones) == 1 and zones.geometry.iloc[0].equals(shapely.box(5, 60, 6, 61))
    assert zones["area"].tolist() == ["Deler av Vestland"]


def test_what_dwd_cuts_out_is_not_warned_and_its_cells_are_not_known_without_a_table():
    found = ground("dwd")
    shape = found.zones.geometry.iloc[0]
    assert shape.equals(shapely.box(9, 54, 10, 54.5).difference(shapely.box(9.4, 54.2, 9.6, 54.3)))
    assert [(each.area, each.reason, each.codes) for each in found.missing] == [
        ("Nordfriesische Küste", "no_table_of_codes", ("501000005", "SH"))
    ]


def test_two_polygons_of_an_area_are_its_union_and_codes_beside_them_say_the_same_again():
    found = ground("nws")
    both = (shapely.box(-122.5, 37.7, -122.3, 37.8), shapely.box(-122.6, 37.9, -122.5, 38.0))
    assert all(one.equals(other) for one, other in zip(found.zones.geometry, both, strict=True))
    assert set(found.zones["area"]) == {"San Francisco; Marin"} and found.missing == ()


def test_a_circle_is_in_kilometres():
    assert sm.read_alert(FOLDER / "nsw_rfs.xml").infos[0].areas[0].circles == (Circle(147.0, -35.0, 25.0),)
    area = sm.geodesic_area_m2(ground("nsw_rfs").zones).iloc[0]
    # Of a geodesic circle, to the fourth order: pi r² (1 - K r² / 12), with K, the curvature, some 1 / (6371 km)².
    assert area == pytest.approx(math.pi * 25_000**2 * (1 - (25 / 6371) ** 2 / 12), rel=1e-6)


def test_a_point_is_known_and_how_far_the_danger_reaches_is_not():
    found = ground("usgs")
    assert [each.reason for each in found.missing] == ["only_a_point"]
    assert found.zones.geometry.iloc[0].contains(shapely.Point(-173.274, -16.053))


def test_across_the_antimeridian_the_short_way_is_meant():
    shape = ground("tsunami_centre").zones.geometry.iloc[0]
    assert shape.equals(shapely.union(shapely.box(179, 51, 180, 52), shapely.box(-180, 51, -179, 52)))


def test_an_area_with_neither_shape_nor_code_is_not_nobody():
    found = ground("sweden")
    assert len(found.zones) == 0 and [each.reason for each in found.missing] == ["area_without_place"]


def test_references_are_read_whoever_they_name():
    first, second = sm.read_alert(FOLDER / "met_norway.xml").references
    assert (first.identifier, first.sent) == (
        "2.49.0.1.578.0.20260912073744.015",
        datetime(2026, 9, 12, 7, 41, 23, tzinfo=UTC),
    )
    assert second.sender == "urn:oid:2.49.0.0.578.0"
    assert sm.read_alert(FOLDER / "tsunami_centre.xml").references[0].sender == "PAAQ"


def test_heights_are_feet():
    area = sm.read_alert(FOLDER / "dwd.xml").infos[0].areas[0]
    assert (area.altitude_ft, area.ceiling_ft) == (0.0, 9842.5197)
