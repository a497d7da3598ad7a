# SPDX-License-Identifier: Apache-2.0
"""GeoParquet: the same honesty as every other file, and geopandas reads what we write and the other way round."""

import contextlib
import json
import os
import random
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas
import geopandas.testing
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import odd_layers
import sheltermap as sm
from sheltermap.commands import cli
from small_plan import write_town

BOW_TIE = shapely.Polygon([(24, 57), (25, 58), (25, 57), (24, 58)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.parquet"


def refusals(source: Any, **options: Any) -> list[tuple[int, str]]:
    listed = sm.refused(sm.read(source, strict=False, **options))
    return list(zip(listed.row, listed.reason, strict=True))


def table_of(path: Path) -> pa.Table:
    """Return the rows of a file, with what it says of its geometries."""
    return pq.read_table(path).replace_schema_metadata({"geo": json.dumps(metadata_of(path))})


def metadata_of(path: Path) -> Any:
    """Return what a file says of its geometries."""
    return json.loads(pq.read_metadata(path).metadata[b"geo"])


def with_metadata(path: Path, **column: Any) -> None:
    """Change what a file says of its geometry column; None takes a key away."""
    table = table_of(path)
    geo = metadata_of(path)
    about = geo["columns"]["geometry"]
    for key, value in column.items():
        about.pop(key, None) if value is ... else about.update({key: value})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)


@pytest.mark.parametrize("geometry_type", odd_layers.GEOMETRIES)
def test_every_geometry_type_comes_back(geometry_type: str, path: Path) -> None:
    frame = odd_layers.of_type(geometry_type)
    sm.write(frame, path)
    for read in (sm.read(path), geopandas.read_parquet(path)):
        geopandas.testing.assert_geodataframe_equal(read, frame, check_dtype=False)
    frame.to_parquet(path)
    geopandas.testing.assert_geodataframe_equal(sm.read(path), frame, check_dtype=False)


@pytest.mark.parametrize("geometry_type", ["Point", "LineString", "Polygon", "MultiPoint", "MultiPolygon"])
def test_geoarrow_encodings_are_read(geometry_type: str, path: Path) -> None:
    frame = odd_layers.of_type(geometry_type)
    frame.to_parquet(path, geometry_encoding="geoarrow", schema_version="1.1.0")
    geopandas.testing.assert_geodataframe_equal(sm.read(path), frame, check_dtype=False)


def test_attributes_keep_type_and_value(path: Path) -> None:
    frame = odd_layers.with_every_type_of_attribute()
    sm.write(frame, path)
    read = sm.read(path)
    assert list(read.columns) == list(frame.columns)
    for name in frame.columns.drop("geometry"):
        expected = [None if pd.isna(value) else value for value in frame[name]]
        assert [None if pd.isna(value) else value for value in read[name]] == expected, name
    assert read.whole.dtype == "Int64"
    assert read.maybe.dtype == "boolean"


def test_what_has_no_type_of_ours_is_told(path: Path) -> None:
    frame = odd_layers.of_type("Point")
    table = pa.table(
        {
            "tags": [["a", "ķ"], None],
            "raw": [b"\x00", b"\x01"],
            "small": pa.array([1, None], pa.uint8()),
            "huge": pa.array([2**64 - 1, 1], pa.uint64()),
            "kind": pa.array(["x", "y"]).dictionary_encode(),
            "geometry": frame.geometry.to_wkb(),
        }
    )
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    read = sm.read(path)
    assert read.crs.to_epsg() == 4326  # the specification's default, by its usual code
    assert list(read.columns) == ["tags", "small", "huge", "kind", "geometry"]
    assert read.tags[0] == '["a", "ķ"]'
    assert read.huge[0] == str(2**64 - 1)
    assert list(read.kind) == ["x", "y"]
    told = " ".join(read.attrs["sheltermap_notes"])
    assert "column 'tags' holds list" in told
    assert "column 'raw' holds binary data and was left out" in told
    assert "column 'huge' holds uint64" in told


def test_heights_are_left_out_both_ways(path: Path) -> None:
    frame = geopandas.GeoDataFrame(geometry=[shapely.Point(24, 57, 3), shapely.Point(25, 57)], crs=4326)
    frame.to_parquet(path)
    read = sm.read(path)
    assert not read.has_z.any()
    assert read.attrs["sheltermap_notes"] == ["heights (Z) or measures (M) of 1 rows were left out"]
    with pytest.warns(UserWarning, match="heights"):
        sm.write(frame, path)
    assert not geopandas.read_parquet(path).has_z.any()


@pytest.mark.parametrize("code", [4326, 3059, 10306, 25835])
def test_the_crs_comes_back(code: int, path: Path) -> None:
    frame = odd_layers.stations()
    sm.write(frame.set_crs(code, allow_override=True) if code in (3059, 10306) else frame.to_crs(code), path)
    assert sm.read(path).crs.to_epsg() == code
    assert geopandas.read_parquet(path).crs.to_epsg() == code


def test_a_missing_crs_says_how_to_give_one(path: Path) -> None:
    frame = odd_layers.stations()
    sm.write(frame, path)
    with_metadata(path, crs=None)
    with pytest.raises(sm.CrsError, match=r"a\.parquet has no CRS; .*crs='EPSG:3059'"):
        sm.read(path)
    assert sm.read(path, crs="EPSG:3059").crs.to_epsg() == 3059
    sm.write(frame, path)
    with pytest.raises(sm.CrsError, match=r"EPSG:3059, not in EPSG:25835"):
        sm.read(path, crs="EPSG:25835")
    with_metadata(path, crs={"type": "nonsense"})
    with pytest.raises(sm.CrsError, match="a CRS that is not known"):
        sm.read(path)
    with pytest.raises(sm.CrsError, match="has no CRS"):
        sm.write(geopandas.GeoDataFrame(geometry=[shapely.Point(24, 57)]), path)


def test_great_circles_are_told(path: Path) -> None:
    sm.write(odd_layers.of_type("LineString"), path)
    with_metadata(path, edges="spherical")
    assert "great circles" in sm.read(path).attrs["sheltermap_notes"][0]


def test_rows_that_cannot_be_used_are_listed(path: Path) -> None:
    rows = [
        (shapely.Point(24, 57), None),
        (None, "missing_geometry"),
        (shapely.Point(), "missing_geometry"),
        (shapely.Point(24, np.inf), "bad_coordinate"),
        (shapely.GeometryCollection([shapely.Point(24, 57), BOW_TIE]), "unsupported_geometry"),
        (BOW_TIE, "invalid_geometry"),
        (shapely.Point(24, 95), "swapped_axes"),
    ]
    frame = geopandas.GeoDataFrame({"id": range(len(rows))}, geometry=[shape for shape, _ in rows], crs=4326)
    frame.to_parquet(path)
    assert refusals(path) == [(row + 1, why) for row, (_, why) in enumerate(rows) if why]
    with pytest.raises(sm.ReadError, match=r"a\.parquet: 6 of 7 rows cannot be used"):
        sm.read(path)
    assert (6, "invalid_geometry") not in refusals(path, invalid="repair")
    frame.iloc[[0, 0]].to_parquet(path)
    assert refusals(path, id="id") == [(2, "duplicate_id")]


def test_bytes_that_are_no_geometry_are_a_refused_row(path: Path) -> None:
    sm.write(odd_layers.of_type("Point"), path)
    table = table_of(path)
    damaged = [table.column("geometry")[0].as_py(), b"\x01\x63nonsense"]
    pq.write_table(table.set_column(2, "geometry", pa.array(damaged, pa.binary())), path)
    assert refusals(path) == [(2, "damaged_row")]


def test_a_vertex_that_is_no_number_is_a_refused_row_and_no_warning_of_numpy(path: Path) -> None:
    sm.write(odd_layers.of_type("LineString"), path)
    table = table_of(path)
    broken = struct.pack("<BIIdddd", 1, 2, 2, 24, 57, float("nan"), 57)
    cells = [table.column("geometry")[0].as_py(), broken]
    pq.write_table(table.set_column(2, "geometry", pa.array(cells, pa.binary())), path)
    assert refusals(path) == [(2, "bad_coordinate")]


def test_a_file_of_no_layer_is_an_error(path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(sm.ReadError, match=r"a\.parquet has no GeoParquet metadata"):
        sm.read(path)
    for geo in ("nonsense", "{}", '{"primary_column": "g", "columns": {}}', "[]"):
        pq.write_table(pa.table({"a": [1]}).replace_schema_metadata({"geo": geo}), path)
        with pytest.raises(sm.ReadError, match="do not follow the specification"):
            sm.read(path)
    path.write_text('{"type": "FeatureCollection", "features": []}')
    with pytest.raises(sm.ReadError, match=r"a\.parquet cannot be read as GeoParquet"):
        sm.read(path)
    odd_layers.of_type("Point").iloc[:0].to_parquet(path)
    with pytest.raises(sm.ReadError, match="has no rows"):
        sm.read(path)


def test_what_arrow_says_of_a_damaged_footer_is_one_line(path: Path) -> None:
    sm.write(odd_layers.of_type("Point"), path)
    content = path.read_bytes()
    (footer,) = struct.unpack("<I", content[-8:-4])
    path.write_bytes(content[: -8 - footer] + b"\x15" * footer + content[-8:])
    with pytest.raises(sm.ReadError, match=r"a\.parquet cannot be read as GeoParquet: .*thrift") as failure:
        sm.read(path)
    assert "\n" not in str(failure.value)


def test_options_for_other_formats_are_mistakes(path: Path) -> None:
    sm.write(odd_layers.of_type("Point"), path)
    with pytest.raises(sm.ReadError, match="no layer 'b'; it has 'a'"):
        sm.read(path, layer="b")
    with pytest.raises(ValueError, match="x and y are for tables"):
        sm.read(path, x="a", y="b")
    with pytest.raises(ValueError, match="encoding is for"):
        sm.read(path, encoding="windows-1257")
    with pytest.raises(sm.ReadError, match="does not exist"):
        sm.read(path.with_name("b.parquet"))
    with pytest.raises(sm.ReadError, match="not a file on this machine"):
        sm.read("s3://bucket/a.parquet")


def test_a_table_or_several_layers_are_not_written(path: Path) -> None:
    with pytest.raises(ValueError, match="layer with geometries"):
        sm.write(pd.DataFrame({"a": [1]}), path)
    points = odd_layers.of_type("Point")
    with pytest.raises(ValueError, match="one layer"):
        sm.write({"a": points, "b": points}, path)
    with pytest.raises(ValueError, match="bytes"):
        sm.write(points.assign(raw=[b"x", b"y"]), path)
    assert not path.exists()


def large() -> geopandas.GeoDataFrame:
    chosen = np.random.default_rng(5)
    places = chosen.uniform((21, 56), (28, 58), (3_000, 2))
    return geopandas.GeoDataFrame({"n": range(3_000)}, geometry=shapely.points(places), crs=4326)


def test_a_cut_file_is_noticed(path: Path) -> None:
    sm.write(large(), path)
    data = path.read_bytes()
    for offset in random.Random(1).sample(range(len(data)), 60):
        path.write_bytes(data[:offset])
        with pytest.raises(sm.ReadError, match=r"a\.parquet"):
            sm.read(path)


def test_flipped_bytes_are_noticed(path: Path) -> None:
    sm.write(large(), path)
    whole, data = sm.read(path), path.read_bytes()
    chosen = random.Random(2)
    for _ in range(200):
        damaged = bytearray(data)
        damaged[chosen.randrange(len(data))] ^= 1 << chosen.randrange(8)
        path.write_bytes(damaged)
        try:
            read = sm.read(path)
        except sm.SheltermapError as error:
            assert "a.parquet" in str(error)
        else:  # a byte that holds no data: statistics, the name of the writer
            assert read.n.tolist() == whole.n.tolist()
            assert (read.geometry.to_wkb() == whole.geometry.to_wkb()).all()


def test_damaged_metadata_of_columns_are_noticed(path: Path) -> None:
    # pyarrow counts levels of columns there, and ends the process when it is asked for counts that do not fit.
    sm.write(large(), path)
    data = path.read_bytes()
    length = int.from_bytes(data[-8:-4], "little")
    for offset in range(len(data) - 8 - length, len(data) - 8, 3):
        damaged = bytearray(data)
        damaged[offset] ^= 2
        path.write_bytes(damaged)
        with contextlib.suppress(sm.SheltermapError):
            assert len(sm.read(path)) == 3_000


def test_an_older_file_is_replaced_and_nothing_else_is_left(path: Path) -> None:
    path.write_text("old")
    sm.write(odd_layers.stations(), path)
    assert len(sm.read(path)) == 3
    assert [each.name for each in path.parent.iterdir()] == ["a.parquet"]
    with pytest.raises(sm.WriteError, match="nowhere"):
        sm.write(odd_layers.stations(), path.parent / "nowhere" / "a.parquet")


WRITE_WITH_LITTLE_SPACE = """
import resource, signal, sys
from pathlib import Path
import pyarrow.parquet
from typer.testing import CliRunner

import odd_layers
import sheltermap as sm
from sheltermap.commands import cli
from small_plan import write_town
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
frame = odd_layers.stations(20_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    sm.write(frame, Path(sys.argv[1]))
except sm.WriteError as error:
    print(error)
"""


@pytest.mark.parametrize("limit", [0, 4096, 50_000])
def test_a_full_disk_leaves_the_old_file_and_says_why(limit: int, path: Path) -> None:
    path.write_text("old")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])}
    done = subprocess.run(
        [sys.executable, "-c", WRITE_WITH_LITTLE_SPACE, str(path), str(limit)],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    assert "a.parquet cannot be written: " in done.stdout
    assert "MB free" not in done.stdout  # it is a limit of the process that is reached: the disk has room
    assert path.read_text() == "old"
    assert [each.name for each in path.parent.iterdir()] == ["a.parquet"]


def test_curves_and_surfaces_are_refused_by_their_rows(path: Path) -> None:
    """Well-known binary of ISO 13249-3: an arc of three points, also inside a collection, and a triangle."""
    points = b"".join(np.array(xy, "<f8").tobytes() for xy in [(24, 57), (24.1, 57.1), (24.2, 57)])
    count = lambda n: n.to_bytes(4, "little")  # noqa: E731
    arc = b"\x01" + count(8) + count(3) + points
    triangle = b"\x01" + count(17) + count(1) + count(4) + points + points[:16]
    blobs = [arc, shapely.to_wkb(shapely.Point(24, 57)), triangle, b"\x01" + count(7) + count(1) + arc, b"\x01", None]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    table = pa.table({"geometry": pa.array(blobs, pa.binary())}).replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, path)
    frame = sm.read(path, strict=False)
    assert sm.refused(frame)[["row", "reason"]].to_numpy().tolist() == [
        [1, "unsupported_geometry"],
        [3, "unsupported_geometry"],
        [4, "unsupported_geometry"],
        [5, "damaged_row"],
        [6, "missing_geometry"],
    ]
    assert frame.geometry[1] == shapely.Point(24, 57) and frame.geometry.notna().sum() == 1


def test_the_same_layer_gives_the_same_bytes(path: Path) -> None:
    sm.write(large(), path)
    first = path.read_bytes()
    sm.write(large(), path)
    assert path.read_bytes() == first


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_schema_comes_back(path: Path, data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 5))

    def cells(values: st.SearchStrategy[Any]) -> list[Any]:
        return data.draw(st.lists(st.none() | values, min_size=rows, max_size=rows))

    texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)
    frame = geopandas.GeoDataFrame(
        {
            data.draw(texts.filter(lambda name: name not in ("whole", "flag", "geometry"))): cells(texts),
            "whole": pd.array(cells(st.integers(-(2**63), 2**63 - 1)), dtype="Int64"),
            "flag": pd.array(cells(st.booleans()), dtype="boolean"),
        },
        geometry=shapely.points(
            data.draw(
                st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)).filter(any), min_size=rows, max_size=rows)
            )
        ),
        crs=4326,
    )
    sm.write(frame, path)
    for read in (sm.read(path), geopandas.read_parquet(path)):
        assert shapely.to_wkb(read.geometry).tolist() == shapely.to_wkb(frame.geometry).tolist()
        for name in frame.columns.drop("geometry"):
            assert [None if pd.isna(value) else value for value in read[name]] == [
                None if pd.isna(value) else value for value in frame[name]
            ]


def test_a_plan_and_the_command_line_read_it(tmp_path: Path) -> None:
    plan = write_town(tmp_path)
    homes = sm.read(tmp_path / "homes.csv")
    sm.write(homes, tmp_path / "homes.parquet")
    plan.write_text(
        plan.read_text(encoding="utf-8").replace('"homes.csv"\ncrs = "EPSG:4326"', '"homes.parquet"'), encoding="utf-8"
    )
    (tmp_path / "homes.csv").unlink()
    run = CliRunner().invoke(cli.app, ["run", str(plan), "--out", str(tmp_path / "out")])
    assert run.exit_code == 0, run.output
    assert len(sm.read(tmp_path / "out" / "assessment.gpkg", layer="input_homes")) == len(homes)
    looked = CliRunner().invoke(cli.app, ["inspect", str(tmp_path / "homes.parquet"), "--as", "shelter"])
    assert "homes.parquet" in looked.output


@pytest.mark.parametrize(
    ("times", "texts"),
    [
        (pa.array([20_000, 10**7], pa.int32()).cast(pa.date32()), ["2024-10-04", "29349-01-26"]),
        (pa.array([0, 2**40, -(2**40)], pa.timestamp("s")), ["1970-01-01T00:00:00.000", "36812-02-20T00:36:16.000"]),
        (pa.array([None, 253_402_300_800], pa.timestamp("s", tz="UTC")), [None, "10000-01-01T00:00:00.000"]),
    ],
)
def test_a_time_that_no_calendar_here_has_is_named_and_read_as_text(
    times: pa.Array, texts: list[str | None], tmp_path: Path
) -> None:
    frame = geopandas.GeoDataFrame(geometry=shapely.points(np.arange(len(times)), 57), crs=4326)
    frame.to_parquet(tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    pq.write_table(table.append_column("t", times), tmp_path / "a.parquet")
    read = sm.read(tmp_path / "a.parquet")
    assert [None if pd.isna(text) else text for text in read.t][: len(texts)] == texts
    (note,) = read.attrs["sheltermap_notes"]
    assert note.startswith(f"column 't' holds {texts[1]} in row 2") and note.endswith("it was read as text")


@pytest.mark.parametrize("geometry_type", odd_layers.GEOMETRIES)
def test_boxes_cover_their_geometries_and_are_no_column(geometry_type: str, path: Path) -> None:
    frame = odd_layers.of_type(geometry_type).to_crs(3059)
    frame.loc[2] = [3, "nowhere", None]
    sm.write(frame, path)
    about = metadata_of(path)
    assert about["version"] == "1.1.0" and about["columns"]["geometry"]["edges"] == "planar"
    assert about["columns"]["geometry"]["covering"]["bbox"]["ymax"] == ["bbox", "ymax"]
    boxes = pq.read_table(path).column("bbox").to_pylist()
    for box, (xmin, ymin, xmax, ymax) in zip(boxes[:2], frame.bounds.to_numpy()[:2], strict=True):
        assert box["xmin"] <= xmin <= xmax <= box["xmax"] and box["ymin"] <= ymin <= ymax <= box["ymax"]
        assert box["xmax"] - box["xmin"] <= xmax - xmin + 0.2  # half the bytes: some centimetres in a country
    assert boxes[2] is None
    for read in (sm.read(path, strict=False), geopandas.read_parquet(path)):
        assert list(read.columns) == ["id", "name", "geometry"]
    window = frame.total_bounds[0] - 1, frame.total_bounds[1] - 1, *frame.bounds.iloc[1, 2:]
    assert 2 in list(geopandas.read_parquet(path, bbox=tuple(window)).id)


def test_a_column_called_bbox_stays_one(path: Path) -> None:
    frame = odd_layers.of_type("Point").assign(bbox=["mine", "too"])
    sm.write(frame, path)
    assert list(sm.read(path).bbox) == ["mine", "too"]
    assert list(sm.read(path).columns) == ["id", "name", "bbox", "geometry"]
