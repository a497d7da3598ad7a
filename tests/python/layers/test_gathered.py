# SPDX-License-Identifier: Apache-2.0
"""Some rows of a file, and several files as one layer."""

import re
from pathlib import Path

import geopandas
import pytest
import shapely

import sheltermap as sm

ONE = """id,kind,people,lon,lat
a,shelter,10,24.1,56.9
b,school,20,24.2,56.9
c,shelter,,24.3,no place
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder in which one stands, with a CSV in degrees and a GeoPackage in metres."""
    monkeypatch.chdir(tmp_path)
    Path("one.csv").write_text(ONE, encoding="utf-8")
    places = [shapely.Point(24.15, 56.95), shapely.Point(24.16, 56.96)]
    two = geopandas.GeoDataFrame({"id": ["d", "a"], "kind": "shelter", "people": [1, 2]}, geometry=places, crs=4326)
    sm.write(two.to_crs(3059), "two.gpkg")
    return tmp_path


def test_rows_that_are_not_taken_are_neither_checked_nor_counted(here):
    taken = sm.read("one.csv", id="id", where="id in ('a', 'b')")
    assert taken["id"].tolist() == ["a", "b"] and taken.index.tolist() == [0, 1]
    assert taken.attrs["sheltermap_notes"] == ["2 of 3 rows taken by where: id in ('a', 'b')"]
    twice = ONE.replace("b,school", "a,school")
    Path("one.csv").write_text(twice, encoding="utf-8")
    assert len(sm.read("one.csv", id="id", where="kind = 'shelter' and people = 10")) == 1


def test_a_refused_row_has_the_number_it_has_in_the_file(here):
    with pytest.raises(sm.ReadError, match=r"one\.csv: 1 of 2 rows cannot be used:\n  row 3 \(id 'c'\): column 'lat'"):
        sm.read("one.csv", id="id", where="kind = 'shelter'")
    kept = sm.read("one.csv", id="id", where="kind = 'shelter'", strict=False)
    assert sm.refused(kept)[["row", "id", "reason"]].values.tolist() == [[3, "c", "bad_coordinate"]]


def test_a_condition_that_takes_nothing_is_an_error_unless_it_is_meant(here):
    with pytest.raises(sm.ReadError, match=re.escape("one.csv has no rows that where takes (kind = 'cave')")):
        sm.read("one.csv", where="kind = 'cave'")
    assert not len(sm.read("one.csv", where="kind = 'cave'", strict=False))


def test_frames_and_mappings_have_conditions_too(here):
    frame = sm.read("two.gpkg").set_index("id")
    assert sm.read(frame, where="people = 2").index.tolist() == ["a"]
    feature = {"type": "Feature", "properties": {"n": 1}, "geometry": {"type": "Point", "coordinates": [24.1, 56.9]}}
    both = {"type": "FeatureCollection", "features": [feature, {**feature, "properties": {"n": 2}}]}
    assert sm.read(both, where="n > 1")["n"].tolist() == [2]


def test_several_files_are_one_layer_in_the_system_of_the_first(here):
    both = sm.read(["two.gpkg", "one.csv"], where="people > 1")
    assert both["source_file"].tolist() == ["two.gpkg", "one.csv", "one.csv"]
    assert both.crs == "EPSG:3059" and both.index.tolist() == [0, 1, 2]
    back = both.geometry.to_crs(4326)
    assert back.x.round(6).tolist() == [24.16, 24.1, 24.2]
    assert {"lon", "lat"}.isdisjoint(both.columns)  # the coordinates of the one are no column of the other
    assert (
        "one.csv is in EPSG:4326: its coordinates were brought into EPSG:3059 of two.gpkg"
        in (both.attrs["sheltermap_notes"])
    )


def test_an_id_is_unique_in_all_files(here):
    with pytest.raises(sm.ReadError) as raised:
        sm.read(["one.csv", "two.gpkg"], id="id")
    assert "row 3 (id 'c'): one.csv: column 'lat'" in str(raised.value)
    assert "row 2 (id 'a'): two.gpkg: the id 'a' is also that of row 1 of one.csv" in str(raised.value)
    kept = sm.read(["one.csv", "two.gpkg"], id="id", strict=False)
    assert sm.refused(kept)["reason"].tolist() == ["bad_coordinate", "duplicate_id"]
    assert kept["people"].tolist()[-2:] == [1, 2] and kept["people"].isna().sum() == 1


def test_files_are_found_by_a_pattern_in_the_order_of_their_names(here):
    Path("one.csv").write_text("id,lon,lat\nb,24.2,56.9\n", encoding="utf-8")
    Path("also.csv").write_text("id,lon,lat\na,24.1,56.9\n", encoding="utf-8")
    Path(".hidden.csv").write_text("nothing", encoding="utf-8")
    assert sm.read("*.csv")["id"].tolist() == ["a", "b"]
    Path("o[n]e.csv").write_text("id,lon,lat\nc,24.1,56.9\n", encoding="utf-8")
    assert sm.read("o[n]e.csv")["id"].tolist() == ["c"]  # a file that is called so is that file


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("none-*.csv", "no file fits “none-*.csv” in "),
        ([], "no file is named"),
        (["one.csv", "one.csv"], "one.csv is named twice"),
    ],
)
def test_files_that_are_none_or_twice_are_told(here, source, said):
    with pytest.raises(sm.ReadError, match=re.escape(said)):
        sm.read(source)


def test_the_decimals_of_the_worst_file_count(here):
    from sheltermap.layers.precision import coordinate_error_m

    Path("one.csv").write_text("id,lon,lat\na,24.1,56.9\n", encoding="utf-8")
    Path("fine.csv").write_text("id,lon,lat\nb,24.123456789,56.123456789\n", encoding="utf-8")
    sm.write(sm.read("fine.csv").to_crs(3059)[["id", "geometry"]], "fine.gpkg")
    coarse = coordinate_error_m(sm.read("one.csv"))
    assert coarse > 1000
    assert coordinate_error_m(sm.read(["fine.gpkg", "one.csv"])) == coarse
    assert coordinate_error_m(sm.read(["one.csv", "fine.gpkg"])) == coarse
