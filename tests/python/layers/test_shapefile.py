# SPDX-License-Identifier: Apache-2.0
"""Shapefiles: what they can hold comes back, what they cannot is listed."""

import datetime
import zipfile
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import shapely

import odd_layers
import sheltermap as sm
import system_gdal

MEMBERS = [".cpg", ".dbf", ".prj", ".shp", ".shx"]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("ending", [".shp", ".zip"])
@pytest.mark.parametrize("geometry_type", [each for each in odd_layers.GEOMETRIES if each != "mixed"])
def test_every_geometry_type_comes_back(geometry_type: str, ending: str, tmp_path: Path) -> None:
    frame = odd_layers.of_type(geometry_type)
    sm.write(frame, tmp_path / f"a{ending}")
    for read in (sm.read(tmp_path / f"a{ending}"), pyogrio.read_dataframe(tmp_path / f"a{ending}")):
        assert shapely.equals(shapely.normalize(read.geometry.to_numpy()), shapely.normalize(frame.geometry)).all()
        assert list(read.name) == ["Rīga", "Liepāja"]
        assert list(read.id) == [1, 2]
        assert read.crs.to_epsg() == 4326


def test_losses_are_told_and_listed(tmp_path: Path) -> None:
    frame = odd_layers.with_every_type_of_attribute()
    frame["reason_500min"], frame["reason_500m"] = "ķ" * 200, ["", "a", "b"]
    with pytest.warns(sm.LossWarning, match=r"a\.shp: column 'reason_500min' is called.*and \d more \(a\.losses\.txt"):
        sm.write(frame, tmp_path / "a.shp")
    assert (tmp_path / "a.losses.txt").read_text().splitlines() == [
        "What the Shapefile cannot hold as it was:",
        "",
        "- column 'reason_500min' is called 'reason_500'",
        "- column 'reason_500m' is called 'reason_5_1'",
        "- column 'whole' has whole numbers beyond 2^53, so it became text",
        "- column 'number' has numbers of more digits than a field holds, so it became text",
        "- column 'moment' holds times, so it became text: a Shapefile knows days only",
        "- column 'instant' holds times, so it became text: a Shapefile knows days only",
        "- column 'reason_500min': the text of 3 rows, the first of them 1, was cut to 254 bytes",
        "- column 'reason_500m' has empty texts, which cannot be told from missing ones",
        "- empty cells of 'maybe', 'day': ArcGIS may show 0; QGIS shows that they are empty",
    ]
    for read in (sm.read(tmp_path / "a.shp"), pyogrio.read_dataframe(tmp_path / "a.shp")):
        assert list(read.whole.dropna()) == [str(2**53 + 1), str(-(2**62))]
        assert list(read.number.dropna()) == ["0.1", "-1e+300"]
        assert list(read.flag) == [1, 0, 1]
        assert list(read.text.dropna()) == [odd_layers.LATVIAN_LETTERS, frame.text[2]]
        assert set(read.reason_500) == {"ķ" * 127}
        assert list(read.moment.dropna()) == ["2026-10-01T12:34:56.789000", "1969-12-31T23:59:59.001000"]
        assert list(read.instant.dropna()) == ["2026-10-01T09:34:56.789000Z", "1969-12-31T23:59:59.001000Z"]
    assert list(sm.read(tmp_path / "a.shp").day) == [datetime.date(2026, 10, 1), None, datetime.date(1899, 12, 31)]
    fields = system_gdal.look(tmp_path / "a.shp")["layers"]["a"]["fields"]
    assert fields["day"]["type"] == "Date" and fields["count"]["type"] == "Integer"


def test_nothing_is_told_where_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "a.losses.txt").write_text("of an older one")
    sm.write(odd_layers.stations(), tmp_path / "a.shp")
    assert names_in(tmp_path) == [f"a{each}" for each in MEMBERS]
    assert (tmp_path / "a.cpg").read_text() == "UTF-8"
    assert sm.read(tmp_path / "a.shp").crs.to_epsg() == 3059


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    numbers = [506083.123456789, -0.000123456789012, 123456789.987654321]
    frame = odd_layers.stations().assign(exact=numbers, large=[2**53, -(2**53), 2**31])
    sm.write(frame, tmp_path / "a.shp")
    for read in (sm.read(tmp_path / "a.shp"), pyogrio.read_dataframe(tmp_path / "a.shp")):
        assert list(read.exact) == pytest.approx(numbers, rel=1e-9, abs=1e-13)
        assert [int(each) for each in read.large] == [2**53, -(2**53), 2**31]


def test_an_older_one_goes_with_its_indexes(tmp_path: Path) -> None:
    sm.write(odd_layers.stations(5), tmp_path / "a.shp")
    for ending in (".qix", ".sbn", ".shp.xml"):
        (tmp_path / f"a{ending}").write_text("of the older one")
    sm.write(odd_layers.of_type("Polygon"), tmp_path / "a.shp")
    assert names_in(tmp_path) == [f"a{each}" for each in MEMBERS]
    assert len(sm.read(tmp_path / "a.shp")) == 2


def test_a_failure_leaves_the_older_one(tmp_path: Path) -> None:
    sm.write(odd_layers.stations(), tmp_path / "a.shp")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(sm.WriteError, match="holds geometries of several kinds, which a Shapefile cannot hold"):
        sm.write(odd_layers.of_type("mixed"), tmp_path / "a.shp")
    (tmp_path / "a.shp.PC-17.1234.5678.sr.lock").touch()
    with pytest.raises(sm.WriteError, match=r"lock file 'a\.shp\.PC-17"):
        sm.write(odd_layers.stations(1), tmp_path / "a.shp")
    (tmp_path / "a.shp.PC-17.1234.5678.sr.lock").unlink()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_archive_holds_all_of_it_and_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    frame = odd_layers.stations().rename(columns={"people": "reduced_mobility"})
    for name in ("a.zip", "b.zip"):
        with pytest.warns(sm.LossWarning):
            sm.write({"near": frame}, tmp_path / name)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == [f"a{each}" for each in [".cpg", ".dbf", ".losses.txt", ".prj", ".shp", ".shx"]]
    assert (tmp_path / "a.zip").read_bytes().replace(b"a.", b"b.") == (tmp_path / "b.zip").read_bytes()
    assert names_in(tmp_path) == ["a.zip", "b.zip"]


def test_rows_without_geometry_and_layers_without_rows(tmp_path: Path) -> None:
    frame = odd_layers.stations()
    frame.loc[1, "geometry"] = None
    sm.write(frame, tmp_path / "a.shp")
    assert list(sm.read(tmp_path / "a.shp", strict=False).geometry.isna()) == [False, True, False]
    sm.write(frame[:0], tmp_path / "b.shp")
    assert len(sm.read(tmp_path / "b.shp", strict=False)) == 0


def test_a_table_is_no_shapefile(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.shp holds a layer with geometries; write a table as \.xlsx"):
        sm.write(pd.DataFrame({"a": [1]}), tmp_path / "a.shp")
    with pytest.raises(ValueError, match="holds one layer"):
        sm.write({"a": odd_layers.stations(), "b": odd_layers.stations()}, tmp_path / "a.zip")
    assert names_in(tmp_path) == []
