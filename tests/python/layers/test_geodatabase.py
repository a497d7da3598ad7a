# SPDX-License-Identifier: Apache-2.0
"""File Geodatabases: what goes in comes back, in our reading, in pyogrio's and in that of the system's GDAL."""

import datetime
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

import odd_layers
import sheltermap as sm
import system_gdal
from sheltermap.layers import files
from sheltermap.layers.field_names import GEODATABASE_TAKEN
from sheltermap.layers.words import ColumnWords, LayerWords


def test_attributes_come_back_with_the_types_that_arcgis_has(tmp_path: Path) -> None:
    frame = odd_layers.with_every_type_of_attribute()
    with pytest.warns(sm.LossWarning, match=r"column 'whole' of 'a' has whole numbers beyond 2\^53, so it holds texts"):
        sm.write(frame, tmp_path / "a.gdb")
    found = system_gdal.look(tmp_path / "a.gdb")
    fields = found["layers"]["a"]["fields"]
    assert {name: (each["type"], each["subtype"]) for name, each in fields.items()} == {
        "text": ("String", "None"),
        "whole": ("String", "None"),
        "count": ("Integer", "None"),
        "number": ("Real", "None"),
        "flag": ("Integer", "Int16"),
        "maybe": ("Integer", "Int16"),
        "day": ("DateTime", "None"),
        "moment": ("DateTime", "None"),
        "instant": ("DateTime", "None"),
    }
    assert found["domains"] == {"yes_no": {"0": "no", "1": "yes"}}
    assert fields["flag"]["domain"] == fields["maybe"]["domain"] == "yes_no"
    for read in (sm.read(tmp_path / "a.gdb"), pyogrio.read_dataframe(tmp_path / "a.gdb")):
        assert list(read.text.dropna()) == [odd_layers.LATVIAN_LETTERS, frame.text[2]]
        assert list(read.whole.dropna()) == [str(2**53 + 1), str(-(2**62))]
        assert list(read["count"]) == [0, 1, 2]
        assert list(read.number.dropna()) == [0.1, -1e300]
        assert list(read.flag) == [1, 0, 1]
        assert list(read.maybe.dropna()) == [1, 0]
        assert [each.date() for each in read.day.dropna()] == [frame.day[0], datetime.date(1899, 12, 31)]
        for column in ("moment", "instant"):  # to the second, those with a zone in UTC
            times, given = (each[column].dropna().dt.tz_localize(None) for each in (read, frame))
            late = (times - given.dt.round("s")).dt.total_seconds()
            assert late.iloc[0] == 0 and late.iloc[1] in (0, 1)  # GDAL 3.6 reads times before 1970 a second late
        assert read.crs.to_epsg() == 4326


@pytest.mark.parametrize("numbers", [[2**31 - 1, -(2**31)], [2**31, -1], [2**53, -(2**53)]])
def test_whole_numbers_are_whole_to_the_last_digit(numbers: list[int], tmp_path: Path) -> None:
    sm.write(odd_layers.of_type("Point").assign(n=numbers), tmp_path / "a.gdb")
    assert [int(each) for each in sm.read(tmp_path / "a.gdb").n] == numbers
    kind = "Integer" if max(map(abs, numbers)) <= 2**31 and max(numbers) < 2**31 else "Real"
    assert system_gdal.look(tmp_path / "a.gdb")["layers"]["a"]["fields"]["n"]["type"] == kind


@pytest.mark.parametrize("geometry_type", [each for each in odd_layers.GEOMETRIES if each != "mixed"])
def test_every_geometry_type_comes_back(geometry_type: str, tmp_path: Path) -> None:
    frame = odd_layers.of_type(geometry_type)
    sm.write(frame, tmp_path / "a.gdb")
    for read in (sm.read(tmp_path / "a.gdb"), pyogrio.read_dataframe(tmp_path / "a.gdb")):
        apart = shapely.hausdorff_distance(read.geometry.to_numpy(), frame.geometry.to_numpy())
        assert (apart < 1e-8).all()  # kept as whole numbers of a billionth of a degree
        assert list(read.name) == ["Rīga", "Liepāja"]


def test_layers_of_several_kinds_become_a_feature_class_each(tmp_path: Path) -> None:
    frame = odd_layers.of_type("mixed")
    frame.loc[2] = [3, "nowhere", None]
    told = r"a\.gdb: layer 'a_points' has those of 'a': .*; layer 'a_lines' has those of 'a'"
    with pytest.warns(sm.LossWarning, match=told):
        sm.write(frame, tmp_path / "a.gdb")
    layers = system_gdal.look(tmp_path / "a.gdb")["layers"]
    assert {name: (each["geometry"], [row["id"] for row in each["rows"]]) for name, each in layers.items()} == {
        "a_points": ("Point", ["1", "3"]),
        "a_lines": ("Multi Line String", ["2"]),
    }


def test_aliases_and_coded_values_are_there(tmp_path: Path) -> None:
    frame = odd_layers.stations().assign(state=["lost", "kept", None], state_2=["kept"] * 3, open=[True, False, True])
    codes = {"lost": "zaudē", "kept": "paliek"}
    words = LayerWords(
        "Patvertnes tuvumā",
        {
            "people": ColumnWords("Iedzīvotāji"),
            "state": ColumnWords("Stāvoklis", codes),
            "state_2": ColumnWords("Stāvoklis plūdos", codes),
        },
        ("jā", "nē"),
    )
    other = LayerWords("", {"state": ColumnWords("State", {"lost": "loses it"})})
    files.prepared({"near": frame, "far": frame}, tmp_path / "a.gdb", {"near": words, "far": other})()
    found = system_gdal.look(tmp_path / "a.gdb")
    near, far = found["layers"]["near"], found["layers"]["far"]
    assert near["alias"] == "Patvertnes tuvumā" and near["crs"] == "3059"
    assert near["fields"]["people"]["alias"] == "Iedzīvotāji"
    assert near["fields"]["state"]["domain"] == near["fields"]["state_2"]["domain"] == "state"
    assert [row["state"] for row in near["rows"]] == ["lost", "kept", None]
    assert far["fields"]["state"]["domain"] == "far_state"
    assert found["domains"]["state"] == codes
    assert found["domains"]["far_state"] == {"lost": "loses it"}
    assert {"0": "nē", "1": "jā"} in found["domains"].values() and {"0": "no", "1": "yes"} in found["domains"].values()


def test_names_that_arcgis_refuses_are_changed_and_kept_as_aliases(tmp_path: Path) -> None:
    frame = odd_layers.stations().rename(columns={"people": "people 65+"}).assign(OBJECTID=[7, 8, 9], select="a")
    told = "column 'people 65\\+' of 'near_2026' is called 'people_65_'"
    with pytest.warns(sm.LossWarning, match=told):
        sm.write({"near 2026": frame}, tmp_path / "a.gdb")
    fields = system_gdal.look(tmp_path / "a.gdb")["layers"]["near_2026"]["fields"]
    assert {name: each["alias"] for name, each in fields.items()} == {
        "id": "",
        "people_65_": "people 65+",
        "OBJECTID_1": "OBJECTID",
        "select_1": "select",
    }


def test_tables_and_layers_without_rows_come_back(tmp_path: Path) -> None:
    figures = pd.DataFrame({"threshold_m": [500.0], "covered": [12]})
    sm.write({"empty": odd_layers.stations()[:0], "figures": figures}, tmp_path / "a.gdb")
    empty = sm.read(tmp_path / "a.gdb", layer="empty", strict=False)
    assert len(empty) == 0 and empty.crs.to_epsg() == 3059
    pd.testing.assert_frame_equal(
        pyogrio.read_dataframe(tmp_path / "a.gdb", layer="figures"), figures, check_dtype=False
    )


def test_many_rows_keep_their_order(tmp_path: Path) -> None:
    places = np.random.default_rng(3).uniform((32e4, 17e4), (76e4, 43e4), (5000, 2))
    frame = geopandas.GeoDataFrame({"n": range(5000)}, geometry=shapely.points(places), crs=3059)
    sm.write(frame, tmp_path / "a.gdb")
    read = sm.read(tmp_path / "a.gdb")
    assert list(read.n) == list(range(5000))
    assert np.abs(shapely.get_coordinates(read.geometry) - places).max() <= 1e-4


def test_the_same_layers_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        sm.write({"near": odd_layers.stations(), "open": odd_layers.of_type("Polygon")}, tmp_path / f"{name}.gdb")
    once, again = ({each.name: each.read_bytes() for each in (tmp_path / f"{n}.gdb").iterdir()} for n in "ab")
    assert once == again


def test_a_geodatabase_is_replaced_as_a_whole(tmp_path: Path) -> None:
    sm.write({"old": odd_layers.stations(), "older": odd_layers.stations()}, tmp_path / "a.gdb")
    sm.write({"new": odd_layers.stations()}, tmp_path / "a.gdb")
    assert sm.layer_names(tmp_path / "a.gdb") == ["new"]
    assert [each.name for each in tmp_path.iterdir()] == ["a.gdb"]


def test_one_that_arcgis_has_open_stays(tmp_path: Path) -> None:
    sm.write({"old": odd_layers.stations()}, tmp_path / "a.gdb")
    (tmp_path / "a.gdb" / "_gdb.PC-17.1234.5678.sr.lock").touch()
    with pytest.raises(sm.WriteError, match=r"lock file '_gdb\.PC-17.*close it there, or delete that file"):
        sm.write({"new": odd_layers.stations()}, tmp_path / "a.gdb")
    assert sm.layer_names(tmp_path / "a.gdb") == ["old"]
    assert [each.name for each in tmp_path.iterdir()] == ["a.gdb"]


def test_what_is_no_geodatabase_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.gdb").mkdir()
    (tmp_path / "a.gdb" / "letter.txt").write_text("mine")
    with pytest.raises(sm.WriteError, match="holds something else than a File Geodatabase"):
        sm.write(odd_layers.stations(), tmp_path / "a.gdb")
    assert [each.name for each in (tmp_path / "a.gdb").iterdir()] == ["letter.txt"]
    (tmp_path / "b.gdb").write_text("mine")
    with pytest.raises(sm.WriteError, match=r"b\.gdb cannot be written: it is a file, not a folder"):
        sm.write(odd_layers.stations(), tmp_path / "b.gdb")
    assert (tmp_path / "b.gdb").read_text() == "mine"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.gdb", "b.gdb"]


def test_every_name_that_is_taken_gets_another(tmp_path: Path) -> None:
    taken = sorted(GEODATABASE_TAKEN)
    with pytest.warns(sm.LossWarning, match="column 'add' of 'a' is called 'add_1'"):
        sm.write(pd.DataFrame({name: [1] for name in taken}), tmp_path / "a.gdb")
    fields = system_gdal.look(tmp_path / "a.gdb")["layers"]["a"]["fields"]
    assert [each["alias"] for each in fields.values()] == taken and "date" in taken
