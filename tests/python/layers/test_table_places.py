# SPDX-License-Identifier: Apache-2.0
"""Which columns of a table are coordinates, by the names that people give them."""

import json
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.layers.table_places import CRS_BY_COLUMNS


def of_csv(folder: Path, x: str, y: str, values: tuple[float, float]) -> Path:
    (folder / "a.csv").write_text(f"id;{y};{x}\na;{values[1]};{values[0]}\n", encoding="utf-8")
    return folder / "a.csv"


def of_json(folder: Path, x: str, y: str, values: tuple[float, float]) -> Path:
    (folder / "a.json").write_text(json.dumps([{"id": "a", y: values[1], x: values[0]}]), encoding="utf-8")
    return folder / "a.json"


@pytest.mark.parametrize("made", [of_csv, of_json])
@pytest.mark.parametrize(
    ("x", "y"), [("Lengdegrad", "Breddegrad"), ("longitud", "latitud"), ("GPS_Lon", "GPS_Lat"), ("経度", "緯度")]
)
def test_names_of_degrees_of_other_languages_are_known_and_told(tmp_path, made, x, y):
    path = made(tmp_path, x, y, (10.46, 59.4))
    frame = sm.read(path)
    assert frame.geometry[0].wkt == "POINT (10.46 59.4)" and frame.crs == "EPSG:4326"
    told = f"the columns “{x}” and “{y}” were taken for longitude and latitude in WGS 84 (EPSG:4326)"
    told += ", as they are called so"
    assert frame.attrs["sheltermap_notes"] == [told]
    assert told in sm.read(path, where="id = 'a'").attrs["sheltermap_notes"]
    assert sm.inspect(path, "demand").frame.geometry[0].x == 10.46


@pytest.mark.parametrize("made", [of_csv, of_json])
def test_metres_need_their_reference_system(tmp_path, made):
    path = made(tmp_path, "Point_X", "Point_Y", (506000.0, 306000.0))
    with pytest.raises(sm.CrsError, match="EPSG:3059"):
        sm.read(path)
    assert sm.read(path, crs="EPSG:3059").geometry[0].x == 506000


@pytest.mark.parametrize("made", [of_csv, of_json])
def test_usual_names_come_first_and_nothing_is_said_of_them(tmp_path, made):
    frame = sm.read(made(tmp_path, "lon", "lat", (24.1, 56.9)))
    assert frame.attrs["sheltermap_notes"] == []


@pytest.mark.parametrize("made", [of_csv, of_json])
@pytest.mark.parametrize(
    ("x", "y"), [("Koordināta X (LKS-92)", "Koordināta Y (LKS-92)"), ("LKS92_X", "LKS92_Y"), ("X, LKS-92", "Y, LKS-92")]
)
def test_names_that_say_the_reference_system_are_taken_at_their_word(tmp_path, made, x, y):
    path = made(tmp_path, x, y, (540000.0, 298000.0))
    frame = sm.read(path)
    assert frame.geometry[0].wkt == "POINT (540000 298000)" and frame.crs == "EPSG:3059"
    told = f"the columns “{x}” and “{y}” were taken for easting and northing in EPSG:3059, as they are called so"
    assert frame.attrs["sheltermap_notes"] == [told]
    found = sm.inspect(path, "demand")
    assert found.frame.crs == "EPSG:3059" and found.notes == [told] and x not in found.unused_columns
    assert sm.read(path, crs="EPSG:10306").crs == "EPSG:10306"  # LKS-2020, whose coordinates look the same


def test_coordinates_in_two_systems_are_not_guessed_between(tmp_path):
    head = "X (LKS-92);Y (LKS-92);X (LKS-2020);Y (LKS-2020)"
    (tmp_path / "a.csv").write_text(f"{head}\n540000;298000;540000;298000\n", encoding="utf-8")
    with pytest.raises(sm.ReadError, match="coordinates"):
        sm.read(tmp_path / "a.csv")
    frame = sm.read(tmp_path / "a.csv", x="X (LKS-92)", y="Y (LKS-92)", crs="EPSG:3059")
    assert frame.geometry[0].x == 540000


def test_letters_of_axes_inside_other_words_are_no_coordinates(tmp_path):
    (tmp_path / "a.csv").write_text("x ray;y axis label\n1;2\n", encoding="utf-8")
    with pytest.raises(sm.ReadError, match="coordinates"):
        sm.read(tmp_path / "a.csv")


@pytest.mark.parametrize("made", [of_csv, of_json])
def test_who_takes_degrees_for_wgs_84_by_the_names_of_columns_alone_says_so_once(tmp_path, made):
    path = made(tmp_path, "lon", "lat", (24.1, 56.9))
    assert sm.read(path).attrs[CRS_BY_COLUMNS] == "lon, lat"
    assert sm.read(path, where="id = 'a'").attrs[CRS_BY_COLUMNS] == "lon, lat"
    assert CRS_BY_COLUMNS not in sm.read(path, crs="EPSG:4326").attrs
    for name, input_ in (("plain", f'path = "{path.name}"'), ("said", f'path = "{path.name}"\ncrs = "EPSG:4326"')):
        plan = tmp_path / f"{name}.toml"
        plan.write_text(f"""schema = 1
title = "A"
languages = ["en", "lv"]
[inputs.facilities]
{input_}
[[analyses]]
name = "served"
kind = "service_areas"
facilities = "facilities"
limits = ["500 m"]
title = "A"
""")
    assert [each.crs_by_columns for each in sm.run(tmp_path / "said.toml", tmp_path / "said").inputs] == [None]
    sm.run(tmp_path / "plain.toml", tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("by the names of its columns alone: lon, lat") == 1
    assert page.count("tikai pēc kolonnu nosaukumiem: lon, lat") == 1
