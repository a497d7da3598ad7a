# SPDX-License-Identifier: Apache-2.0
"""GeoParquet whose geometries are lists of coordinates, sound and not."""

import json
from pathlib import Path
from typing import Any

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

import odd_layers
import sheltermap as sm


def written(path: Path, cells: pa.Array | pa.ChunkedArray, encoding: str, **about: Any) -> Path:
    """A file whose only column says that it has an encoding."""
    geo = {"version": "1.1.0", "primary_column": "g", "columns": {"g": {"encoding": encoding, **about}}}
    pq.write_table(pa.table({"g": cells}).replace_schema_metadata({"geo": json.dumps(geo)}), path, row_group_size=2)
    return path


@pytest.mark.parametrize("interleaved", [False, True], ids=["x and y apart", "x and y side by side"])
@pytest.mark.parametrize("kind", [name for name in odd_layers.GEOMETRIES if name != "mixed"])
def test_every_encoding_is_read_with_rows_that_have_no_place(tmp_path: Path, kind: str, interleaved: bool) -> None:
    shapes = [None, *odd_layers.of_type(kind).geometry, None, *odd_layers.of_type(kind).geometry[::-1]]
    frame = geopandas.GeoDataFrame(geometry=shapes, crs=4326)
    cells = pa.array(frame.geometry.to_arrow(geometry_encoding="geoarrow", interleaved=interleaved))
    storage = cells.storage if isinstance(cells, pa.ExtensionArray) else cells
    path = written(tmp_path / "a.parquet", storage, kind.lower())
    read = sm.read(path, strict=False)
    assert [None if shape is None else shape.wkt for shape in read.geometry] == [
        None if shape is None else shape.wkt for shape in shapes
    ]
    assert list(sm.refused(read).row) == [1, 4]


def test_a_shape_that_cannot_be_made_is_named_by_its_row(tmp_path: Path) -> None:
    ring = [{"x": 24.0, "y": 57.0}, {"x": 24.4, "y": 57.0}, {"x": 24.4, "y": 57.4}, {"x": 24.0, "y": 57.0}]
    coordinates = pa.struct([("x", pa.float64()), ("y", pa.float64())])
    cells = pa.array([[ring], [ring[:2]], None, [ring]], pa.list_(pa.list_(coordinates)))
    path = written(tmp_path / "a.parquet", cells, "polygon")
    with pytest.raises(sm.ReadError, match=r"(?s)row 2.*its coordinates make no polygon"):
        sm.read(path)
    read = sm.read(path, strict=False)
    assert sm.refused(read).row.tolist() == [2, 3]
    assert read.geometry[3].equals(shapely.Polygon([(24, 57), (24.4, 57), (24.4, 57.4)]))


POINTS = pa.array([{"x": 24.0, "y": 57.0}], pa.struct([("x", pa.float64()), ("y", pa.float64())]))


@pytest.mark.parametrize(
    ("cells", "encoding", "said"),
    [
        (pa.array(["POINT (24 57)"]), "WKT", "column 'g' is encoded as 'WKT', which cannot be read; known are WKB"),
        (POINTS, "polygon", r"column 'g' holds struct<.*>, not what its encoding 'polygon' says"),
        (pa.array([[1.0, 2.0]]), "point", r"holds list<.*double>, not what its encoding 'point' says"),
        (pa.array([[POINTS[0].as_py()]]), "point", r"holds list<.*, not what its encoding 'point' says"),
        (pa.array([{"lon": 24.0, "lat": 57.0}]), "point", r"holds struct<.*, not what its encoding 'point' says"),
        (pa.array([{"x": "24", "y": "57"}]), "point", r"holds struct<.*, not what its encoding 'point' says"),
    ],
)
def test_an_encoding_that_is_not_so_is_said(tmp_path: Path, cells: pa.Array, encoding: str, said: str) -> None:
    with pytest.raises(sm.ReadError, match=said):
        sm.read(written(tmp_path / "a.parquet", cells, encoding))


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "GeographicCRS", "name": ["WGS 84"]},
        {"type": "GeographicCRS", "name": "WGS 84", "datum_ensemble": {"members": [1]}},
        [],
        7.5,
    ],
)
def test_a_damaged_reference_system_is_an_error_of_ours(tmp_path: Path, crs: Any) -> None:
    with pytest.raises(sm.CrsError, match=r"a\.parquet names a CRS that is not known"):
        sm.read(written(tmp_path / "a.parquet", POINTS, "point", crs=crs))
