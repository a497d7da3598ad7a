# SPDX-License-Identifier: Apache-2.0
"""One page of a service's answer: a file that says so is an error, one with a page's number of rows gets a note."""

import json
import re
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

import sheltermap as sm
from sheltermap.commands.cli import app
from sheltermap.registers import RegisterStore

Members = dict[str, Any]
NEXT = {"rel": "next", "href": "https://example.org/items?offset=2"}
SELF = {"rel": "self", "href": "https://example.org/items"}

PAGES: list[tuple[Members, str]] = [
    ({"exceededTransferLimit": True}, "its member 'exceededTransferLimit' says that there are more than these 2"),
    ({"properties": {"exceededTransferLimit": True}}, "'exceededTransferLimit'"),
    ({"exceededTransferLimit": "true"}, "'exceededTransferLimit'"),
    ({"numberMatched": 3, "numberReturned": 2}, r"it has 2 of 3 features \(numberMatched\)"),
    ({"numberMatched": "3"}, r"it has 2 of 3 features \(numberMatched\)"),
    ({"properties": {"numberMatched": 3}}, r"it has 2 of 3 features \(numberMatched\)"),
    ({"numberReturned": 5, "numberMatched": 1}, r"says that they are 5 \(numberReturned\)"),
    ({"totalFeatures": 12345}, r"it has 2 of 12345 features \(totalFeatures\)"),
    ({"totalFeatures": "unknown", "numberMatched": 2, "totalFeatures ": 1, "numberReturned": 3}, "numberReturned"),
    ({"links": [SELF, NEXT]}, "its link 'next'"),
    ({"links": [{"href": "https://example.org", "rel": "NEXT"}]}, "its link 'next'"),
    ({"links": [SELF, {"rel": "prev", "href": "https://example.org"}]}, "its link 'prev'"),
    ({"links": {"next": "https://example.org"}}, "its link 'next'"),
    ({"_links": {"self": {"href": "https://example.org"}, "next": {"href": "https://example.org"}}}, "its link 'next'"),
    ({"next": "https://example.org/?page=2", "previous": None}, "its member 'next'"),
    ({"next": None, "previous": "https://example.org/?page=1"}, "its member 'previous'"),
]
WHOLE: list[Members] = [
    {"exceededTransferLimit": False},
    {"properties": {"exceededTransferLimit": False, "next": "week"}},
    {"numberMatched": 2, "numberReturned": 2, "links": [SELF]},
    {"numberMatched": 2, "numberReturned": 1, "links": [NEXT]},  # two pages put together
    {"numberMatched": "unknown", "totalFeatures": -1, "links": []},
    {"next": None, "previous": None, "links": {"next": None}},
    {"name": "next", "links": ["next", {"rel": ["next"]}], "properties": None},
]


def collection(members: Members, *, last: bool) -> Members:
    features = [
        {
            "type": "Feature",
            "properties": {"id": f"W{i}", "kind": "hydrant", "exceededTransferLimit": True, "next": "x"},
            "geometry": {"type": "Point", "coordinates": [24 + i / 10, 56.9]},
        }
        for i in range(2)
    ]
    held = {"features": features}
    return {"type": "FeatureCollection", **(held | members if last else members | held)}


@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize(("members", "told"), PAGES)
def test_a_page_is_an_error_at_every_door(members: Members, told: str, last: bool, tmp_path: Path) -> None:
    data = collection(members, last=last)
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(data), encoding="utf-8")
    kept = RegisterStore.create(tmp_path / "kept.gpkg", "water_intake")
    doors: list[Any] = [
        lambda: sm.read(path),
        lambda: sm.read(path, strict=False),
        lambda: sm.read(data),
        lambda: sm.inspect(path, "water_intake"),
        lambda: kept.add(path, by="A", why="new"),
    ]
    for door in doors:
        with pytest.raises(sm.ReadError, match=rf"is not whole: .*{told}.*; fetch the other pages"):
            door()
    done = CliRunner().invoke(app, ["inspect", str(path), "--as", "water_intake"])
    assert done.exit_code == 2 and re.search(told, done.stderr)


@pytest.mark.parametrize("members", WHOLE)
def test_a_collection_that_has_all_its_features_is_read(members: Members) -> None:
    frame = sm.read(collection(members, last=True))
    assert len(frame) == 2 and frame.attrs["sheltermap_notes"] == []


def test_esri_json_is_called_by_its_name(tmp_path: Path) -> None:
    esri = {
        "geometryType": "esriGeometryPoint",
        "spatialReference": {"wkid": 4326},
        "features": [{"attributes": {"id": 1}, "geometry": {"x": 24, "y": 56}}],
        "exceededTransferLimit": True,
    }
    (tmp_path / "a.json").write_text(json.dumps(esri), encoding="utf-8")
    for door in (sm.read, lambda path: sm.inspect(path, "water_intake")):
        with pytest.raises(sm.ReadError, match=r"a\.json is Esri JSON, not GeoJSON: ask the service for f=geojson"):
            door(tmp_path / "a.json")


def points(rows: int) -> geopandas.GeoDataFrame:
    places = shapely.points([24 + i / rows for i in range(rows)], 56.9)
    return geopandas.GeoDataFrame({"id": [f"W{i}" for i in range(rows)], "kind": "hydrant"}, geometry=places, crs=4326)


@pytest.mark.parametrize("ending", [".csv", ".geojson", ".gpkg", ".parquet", ".fgb", ".shp"])
def test_exactly_a_pages_number_of_rows_is_noted_in_every_format(ending: str, tmp_path: Path) -> None:
    for rows in (999, 1000, 2000):
        path = tmp_path / f"a{rows}{ending}"
        if ending == ".shp":
            points(rows).to_file(path)
        else:
            sm.write(points(rows), path)
        notes = sm.read(path).attrs["sheltermap_notes"]
        told = [note for note in notes if f"exactly {rows} rows" in note]
        assert len(told) == (0 if rows == 999 else 1)
        assert told == [note for note in sm.inspect(path, "water_intake").notes if "exactly" in note]


@pytest.mark.parametrize("ending", [".xlsx", ".json", ".csv"])
@pytest.mark.parametrize("placed", [True, False])
def test_exactly_a_pages_number_of_rows_is_noted_of_tables(ending: str, placed: bool, tmp_path: Path) -> None:
    path = tmp_path / f"a{ending}"
    table = pd.DataFrame(points(1000).drop(columns="geometry"))
    if placed:
        table = table.assign(lon=points(1000).geometry.x, lat=56.9)
    if ending == ".xlsx":
        from sheltermap.registers.sheets import write_sheet

        write_sheet(table, path)
    elif ending == ".json":
        table.to_json(path, orient="records")
    else:
        table.to_csv(path, index=False)
    [note] = sm.inspect(path, "water_intake").notes
    assert "exactly 1000 rows" in note


@pytest.mark.parametrize("rows", [3000, 5000, 8000, 10_000, 32_000, 65_535, 1_000_000, 1_048_575])
def test_the_limits_of_services_and_spreadsheets_are_known(rows: int) -> None:
    from sheltermap._native import _core

    assert f"exactly {rows} rows" in _core.page_limit_note(rows)
    assert _core.page_limit_note(rows + 7) == _core.page_limit_note(rows - 7) == ""


def test_more_columns_than_a_spreadsheet_has_are_one_error(tmp_path: Path) -> None:
    wide = {f"c{i}": 1 for i in range(16_385)}
    place = {"type": "Point", "coordinates": [24, 56]}
    feature = {"type": "Feature", "properties": wide, "geometry": place}
    for properties in ([wide], [dict.fromkeys(list(wide)[:9000], 1), dict.fromkeys(list(wide)[9000:], 1)]):
        features = [feature | {"properties": each} for each in properties]
        with pytest.raises(sm.ReadError, match="more than 16384 columns"):
            sm.read({"type": "FeatureCollection", "features": features})
    (tmp_path / "a.json").write_text(json.dumps([wide]), encoding="utf-8")
    with pytest.raises(sm.ReadError, match=r"a\.json has more than 16384 columns"):
        sm.inspect(tmp_path / "a.json", "water_intake")
    frame = geopandas.GeoDataFrame({name: [1] for name in wide}, geometry=[shapely.Point(24, 56)], crs=4326)
    frame.to_parquet(tmp_path / "a.parquet")
    with pytest.raises(sm.ReadError, match=r"a\.parquet has more than 16384 columns"):
        sm.read(tmp_path / "a.parquet")
