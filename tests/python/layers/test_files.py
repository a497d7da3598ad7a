# SPDX-License-Identifier: Apache-2.0
"""Reading sound layers: files of every format, frames and streams."""

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import geopandas.testing
import numpy as np
import pandas as pd
import pyarrow as pa
import pyproj
import pytest
import shapely

import odd_layers
import sheltermap as sm

SINGLE_TYPES = [name for name in odd_layers.GEOMETRIES if name != "mixed"]
DRIVERS = {
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".fgb": "FlatGeobuf",
    ".shp": "ESRI Shapefile",
    ".gdb": "OpenFileGDB",
}


def written_by_pyogrio(frame: geopandas.GeoDataFrame, path: Path, **options: Any) -> Path:
    frame.to_file(path, driver=DRIVERS[path.suffix], **options)
    return path


def wkt(frame: geopandas.GeoDataFrame) -> list[str]:
    """Geometries as text, parts of one kind merged: some formats know multiple lines and polygons only."""
    return [shapely.to_wkt(shapely.normalize(shapely.multipolygons([g]) if g.geom_type == "Polygon" else g))
            for g in frame.geometry]  # fmt: skip


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".fgb"])
@pytest.mark.parametrize("geometry_type", odd_layers.GEOMETRIES)
def test_every_geometry_type_is_read_as_pyogrio_wrote_it(ending: str, geometry_type: str, tmp_path: Path) -> None:
    frame = odd_layers.of_type(geometry_type)
    options = {"SPATIAL_INDEX": "NO"} if ending == ".fgb" else {}
    read = sm.read(written_by_pyogrio(frame, tmp_path / f"layer{ending}", **options))
    assert list(read.geometry) == list(frame.geometry)
    assert list(read.name) == list(frame.name)
    assert read.crs == frame.crs
    assert isinstance(read.index, pd.RangeIndex)


@pytest.mark.parametrize("ending", [".shp", ".gdb"])
@pytest.mark.parametrize("geometry_type", ["Point", "Polygon", "MultiPoint", "MultiPolygon"])
def test_shapefiles_and_geodatabases_are_read(ending: str, geometry_type: str, tmp_path: Path) -> None:
    frame = odd_layers.of_type(geometry_type)
    read = sm.read(written_by_pyogrio(frame, tmp_path / f"layer{ending}"))
    assert wkt(read) == wkt(frame)
    assert list(read.name) == ["Rīga", "Liepāja"]


def test_attributes_of_a_geopackage_keep_type_and_value(tmp_path: Path) -> None:
    frame = odd_layers.with_every_type_of_attribute()
    read = sm.read(written_by_pyogrio(frame, tmp_path / "a.gpkg"))
    assert read.text[0] == odd_layers.LATVIAN_LETTERS
    assert pd.isna(read.text[1])
    assert read.text[2] == frame.text[2]
    assert read.whole.dtype == "Int64"
    assert list(read.whole.dropna()) == [2**53 + 1, -(2**62)]
    assert read["count"].dtype == np.int64
    assert read.number[0] == 0.1
    assert pd.isna(read.number[1])
    assert read.flag.dtype == bool
    assert read.maybe.dtype == "boolean"
    assert read.moment[0] == pd.Timestamp("2026-10-01T12:34:56.789")
    assert read.instant[0] == pd.Timestamp("2026-10-01T09:34:56.789", tz="UTC")


@pytest.mark.parametrize("ending", [".gpkg", ".fgb", ".shp", ".gdb", ".geojson"])
def test_lks_2020_written_by_newer_software_opens(ending: str, tmp_path: Path) -> None:
    # EPSG:10306 is unknown to PROJ 9.1.
    frame = odd_layers.stations().set_crs("EPSG:10306", allow_override=True)
    if ending == ".geojson":
        frame.to_file(tmp_path / "a.geojson", RFC7946="NO")
    else:
        written_by_pyogrio(frame, tmp_path / f"a{ending}")
    read = sm.read(tmp_path / f"a{ending}")
    assert read.crs == pyproj.CRS("EPSG:10306")
    assert len(read) == 3


@pytest.mark.parametrize("code", [4326, 3059, 25835, 3857, 10306])
def test_the_crs_of_the_file_is_kept(code: int, tmp_path: Path) -> None:
    frame = odd_layers.stations().to_crs(code)
    assert sm.read(written_by_pyogrio(frame, tmp_path / "a.gpkg")).crs.to_epsg() == code


def test_a_named_layer_of_several_is_read(tmp_path: Path) -> None:
    for name in ["first", "second"]:
        odd_layers.stations().assign(layer=name).to_file(tmp_path / "two.gpkg", layer=name)
    assert set(sm.read(tmp_path / "two.gpkg", layer="second").layer) == {"second"}


def test_the_only_layer_with_geometries_is_taken(tmp_path: Path) -> None:
    sm.write({"stations": odd_layers.stations(), "figures": pd.DataFrame({"total": [3]})}, tmp_path / "a.gpkg")
    assert len(sm.read(tmp_path / "a.gpkg")) == 3


def test_a_zipped_shapefile_is_read(tmp_path: Path) -> None:
    written_by_pyogrio(odd_layers.stations(), tmp_path / "s.shp")
    with zipfile.ZipFile(tmp_path / "s.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in tmp_path.glob("s.[!z]*"):
            archive.write(part, f"folder/{part.name}")
    assert list(sm.read(tmp_path / "s.zip").id) == ["S1", "S2", "S3"]


def test_one_of_two_zipped_shapefiles_is_chosen_by_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        for name, rows in [("small", 1), ("large", 5)]:
            written_by_pyogrio(odd_layers.stations(rows), tmp_path / f"{name}.shp")
            for part in tmp_path.glob(f"{name}.*"):
                archive.write(part, part.name)
    assert len(sm.read(tmp_path / "two.zip", layer="large")) == 5
    with pytest.raises(sm.ReadError, match="'large', 'small'"):
        sm.read(tmp_path / "two.zip")


def test_a_path_with_letters_and_blanks_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "mape ar ķ un ā"
    folder.mkdir()
    assert len(sm.read(written_by_pyogrio(odd_layers.stations(), folder / "slānis ā.gpkg"))) == 3


def test_heights_are_left_out_with_a_note(tmp_path: Path) -> None:
    frame = odd_layers.of_type("Point")
    frame.geometry = shapely.force_3d(frame.geometry, 12.0)
    read = sm.read(written_by_pyogrio(frame, tmp_path / "a.gpkg"))
    assert not read.has_z.any()
    assert any("heights" in note and "2 rows" in note for note in read.attrs["sheltermap_notes"])


def test_lists_become_json_text_with_a_note() -> None:
    feature = {
        "type": "Feature",
        "properties": {"kinds": ["flood", "fire"]},
        "geometry": {"type": "Point", "coordinates": [24, 57]},
    }
    read = sm.read({"type": "FeatureCollection", "features": [feature]})
    assert json.loads(read.kinds[0]) == ["flood", "fire"]
    assert any("'kinds'" in note for note in read.attrs["sheltermap_notes"])


def test_ids_of_geojson_features_become_a_column(tmp_path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "id": f"way/{i}",
            "properties": None,
            "geometry": {"type": "Point", "coordinates": [24, 57]},
        }
        for i in range(2)
    ]
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert list(sm.read(tmp_path / "a.geojson", id="id").id) == ["way/0", "way/1"]


def test_the_row_number_of_a_geopackage_can_be_the_id(tmp_path: Path) -> None:
    read = sm.read(written_by_pyogrio(odd_layers.stations(), tmp_path / "a.gpkg"), id="fid")
    assert list(read.fid) == [1, 2, 3]


def test_the_old_crs_member_of_geojson_is_understood(tmp_path: Path) -> None:
    odd_layers.stations().to_file(tmp_path / "a.geojson")  # pyogrio writes urn:ogc:def:crs:EPSG::3059
    assert sm.read(tmp_path / "a.geojson").crs.to_epsg() == 3059


def test_an_untagged_geojson_in_metres_is_read_with_crs(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text('{"type": "Point", "coordinates": [506083, 311825]}')
    assert sm.read(tmp_path / "a.geojson", crs="EPSG:3059").crs.to_epsg() == 3059


def test_a_frame_comes_back_with_index_columns_and_geometry_untouched() -> None:
    frame = odd_layers.stations().set_index(pd.Index([7, 5, 3], name="number")).rename_geometry("place")
    frame["when"] = pd.to_timedelta([1, 2, 3], unit="h")
    frame.attrs["mine"] = 1
    read = sm.read(frame, id="id")
    geopandas.testing.assert_geodataframe_equal(read, frame)
    assert read is not frame
    assert read.attrs["mine"] == 1
    assert "sheltermap_notes" not in frame.attrs


def test_a_refused_row_of_a_frame_loses_its_geometry_on_a_copy_only() -> None:
    frame = odd_layers.stations()
    frame.loc[1, "id"] = "S1"
    read = sm.read(frame, id="id", strict=False)
    assert list(read.geometry.isna()) == [False, True, False]
    assert not frame.geometry.isna().any()
    assert list(sm.refused(read).reason) == ["duplicate_id"]


def test_an_object_with_geo_interface_is_read() -> None:
    class Shelter:
        __geo_interface__ = {"type": "Point", "coordinates": (24.1, 56.9)}

    assert list(sm.read(Shelter()).geometry) == [shapely.Point(24.1, 56.9)]


def test_a_geoseries_is_read() -> None:
    assert len(sm.read(odd_layers.stations().geometry)) == 3


def test_an_arrow_stream_is_read() -> None:
    frame = odd_layers.stations()
    read = sm.read(pa.table(frame.to_arrow()))
    assert list(read.geometry) == list(frame.geometry)
    assert read.crs == frame.crs


def test_a_dataframe_without_geometry_is_a_type_error_with_advice() -> None:
    with pytest.raises(TypeError, match="points_from_xy"):
        sm.read(pd.DataFrame({"lon": [24.0]}))


def test_refused_is_empty_for_a_sound_layer() -> None:
    listed = sm.refused(sm.read(odd_layers.stations()))
    assert list(listed.columns) == ["row", "id", "reason", "detail", "remedy"]
    assert listed.empty


def test_the_source_is_remembered_in_the_frame(tmp_path: Path) -> None:
    read = sm.read(written_by_pyogrio(odd_layers.stations(), tmp_path / "a.gpkg"), id="id")
    assert read.attrs["sheltermap_source"] == "a.gpkg"
    assert read.attrs["sheltermap_id"] == "id"
