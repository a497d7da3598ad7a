# SPDX-License-Identifier: Apache-2.0
"""GeoParquet files, read with every check that other files go through."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from sheltermap._native import _core
from sheltermap.base.counted_notes import CountedNote
from sheltermap.layers import conversion, geoarrow, plain_wkb, row_ids, wkb
from sheltermap.layers.arrow import readable_columns
from sheltermap.layers.parquet_writing import ATTRS
from sheltermap.layers.unpacking import unpacked

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

_DEFAULT_CRS = "OGC:CRS84"  # where the metadata has none: specification 1.1.0, section "crs"


def read(path: Path, options: _core.ReadOptions, crs: Any, id_column: str | None) -> GeoDataFrame:
    """Read a GeoParquet file; see `sheltermap.read`."""
    import geopandas

    try:
        table, geo = _table(path)
        name = geo["primary_column"]
        boxes = boxes_name(geo["columns"][name], table.schema)
        plain = plain_wkb.plain(table.column(name)) if geo["columns"][name]["encoding"] == "WKB" else None
        shapes, damaged = (
            geometries(path.name, table.column(name), name, geo) if plain is None else (plain.geometries, [])
        )
        found_crs = crs_in(path.name, geo["columns"][name], given=crs)
    except MemoryError:  # pyarrow's own is one, and an ArrowException too
        raise too_large(path) from None
    except (pa.ArrowException, OSError) as error:
        raise _core.ReadError(f"{path.name} cannot be read as GeoParquet: {str(error).strip()}") from None
    notes: list[str] = []
    attributes = readable_columns(table, notes, {name, boxes})
    if plain is None:
        shapes = flat(shapes, notes)
    if geo["columns"][name].get("edges", "planar") != "planar":
        notes.append("edges are said to follow great circles: they were taken as straight in the CRS")
    attributes[name] = geopandas.GeoSeries(shapes, crs=found_crs)
    frame = geopandas.GeoDataFrame(pd.DataFrame(attributes, copy=False), geometry=name, copy=False)
    frame.attrs["sheltermap_source"] = path.name
    if (noted := noted_id(table.schema)) in frame.columns:
        row_ids.note(frame, str(noted), path.name)
    return conversion.checked(
        frame, options, crs, id_column, damaged=damaged, notes=notes, column=None if plain is None else plain.column
    )


def boxes_name(about: Mapping[str, Any], schema: pa.Schema) -> str | None:
    """Return the column of the boxes of geometries, which says nothing that these do not; None where there is none."""
    try:
        named = about["covering"]["bbox"]["xmin"][0]
    except (KeyError, TypeError, IndexError):
        return None
    are_boxes = isinstance(named, str) and named in schema.names and pa.types.is_struct(schema.field(named).type)
    return named if are_boxes else None


def cells(path: Path) -> pd.DataFrame:
    """Return the columns of a Parquet file of whatever kind but geometries; ReadError as `read`."""
    try:
        with pa.OSFile(str(path)) as source:
            table = sound_table(source, opened(source, path), path)
    except MemoryError:
        raise too_large(path) from None
    except (pa.ArrowException, OSError) as error:
        raise _core.ReadError(f"{path.name} cannot be read as Parquet: {str(error).strip()}") from None
    if len(set(table.column_names)) < table.num_columns:
        raise _core.ReadError(f"{path.name} has two columns of one name; write it anew with a name for each")
    notes: list[str] = []
    return pd.DataFrame(readable_columns(table, notes), copy=False)


def too_large(path: Path) -> _core.ReadError:
    """Return the error of a file that memory does not hold."""
    return _core.ReadError(f"{path.name} does not fit into memory; split it")


def noted_id(schema: pa.Schema) -> str | None:
    """Return the id column that the layer was read with before it was written; None where the file does not say."""
    try:
        noted = json.loads((schema.metadata or {})[ATTRS.encode()])[row_ids.ID]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return noted if isinstance(noted, str) else None


def _table(path: Path) -> tuple[pa.Table, dict[str, Any]]:
    """Return all columns and the metadata named "geo", both found sound."""
    with pa.OSFile(str(path)) as source:
        file = opened(source, path)
        geo = metadata_in(path.name, file.metadata.metadata or {}, file.schema_arrow.names)
        return sound_table(source, file, path), geo


def opened(source: pa.NativeFile, path: Path) -> pq.ParquetFile:
    """Return a file of which the metadata are read, its pages to be checked; ReadError of one with too many columns."""
    file = pq.ParquetFile(source, page_checksum_verification=True)
    _core.require_few_columns(len(file.schema_arrow.names), path.name)
    return file


def sound_table(
    source: pa.NativeFile,
    file: pq.ParquetFile,
    path: Path,
    groups: Sequence[int] | None = None,
    columns: Sequence[str] | None = None,
) -> pa.Table:
    """Return the columns of a file, of all groups of rows or of some, found sound; ReadError where they are not."""
    table = unpacked(source, file, path.name, groups, columns)
    table.validate(full=True)  # texts in UTF-8, offsets within bounds
    about = file.metadata
    promised = about.num_rows if groups is None else sum(about.row_group(each).num_rows for each in groups)
    if len(table) != promised:
        raise _core.ReadError(f"{path.name} is damaged: it speaks of {promised} rows and {len(table)} could be read")
    return table


def metadata_in(file_name: str, metadata: Mapping[bytes, bytes], names: list[str]) -> dict[str, Any]:
    """Return what the file says of its geometries; ReadError where that is nothing one can use."""
    if b"geo" not in metadata:
        raise _core.ReadError(
            f"{file_name} has no GeoParquet metadata, so nothing says which column holds geometries, nor their CRS; "
            "write it anew with geopandas: frame.to_parquet()"
        )
    try:
        geo = json.loads(metadata[b"geo"])
        primary = geo["primary_column"]
        sound = isinstance(geo["columns"][primary]["encoding"], str)
    except (ValueError, KeyError, TypeError, RecursionError):
        sound = False
    if not sound:
        raise _core.ReadError(f"{file_name} has GeoParquet metadata that do not follow the specification")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise _core.ReadError(f"{file_name} has two columns named '{twice}'; write it anew with a name for each")
    if primary not in names:
        raise _core.ReadError(f"{file_name} has no column '{primary}', which its metadata call the geometry")
    return dict(geo)


def geometries(
    file_name: str, column: pa.ChunkedArray, name: str, geo: Mapping[str, Any]
) -> tuple[NDArray[Any], list[_core.RefusedRow]]:
    """Return the geometries of a column, and the rows whose bytes are none that can be used."""
    encoding = geo["columns"][name]["encoding"]
    if encoding != "WKB":
        return geoarrow.geometries(f"{file_name}: the geometry column '{name}'", column, encoding)
    return wkb.geometries(wkb_of(file_name, name, column).to_numpy())


def wkb_of(file_name: str, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of well-known binary; ReadError where it holds something else."""
    if not (pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)):
        raise _core.ReadError(f"{file_name}: the geometry column '{name}' holds {column.type}, not well-known binary")
    return column


def crs_in(file_name: str, about: Mapping[str, Any], given: Any) -> CRS | None:
    """Return the CRS of the file, WGS 84 by its usual code; None where it has none and one is given."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    definition = about.get("crs", _DEFAULT_CRS)
    if definition is None:
        if given is None:
            raise _core.CrsError(
                f"{file_name} has no CRS; pass the one its coordinates are in, for example crs='EPSG:3059' for LKS-92"
            )
        return None
    try:
        crs = CRS.from_user_input(definition)
        return CRS("EPSG:4326") if _core.Crs(crs.to_wkt()).is_lonlat else crs
    except CRSError as error:
        raise _core.CrsError(f"{file_name} names a CRS that is not known: {error}") from None


def flat(geometries: NDArray[Any], notes: list[str]) -> NDArray[Any]:
    """Return the geometries without heights."""
    high = int((shapely.has_z(geometries) | shapely.has_m(geometries)).sum())
    if not high:
        return geometries
    notes.append(CountedNote.of(high, "rows were left out", before="heights (Z) or measures (M) of "))
    flat: NDArray[Any] = shapely.force_2d(geometries)
    return flat
