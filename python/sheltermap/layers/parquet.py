# SPDX-License-Identifier: Apache-2.0
"""GeoParquet files: read with every check that other files go through, written whole or not at all."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from sheltermap._native import _core
from sheltermap.layers import conversion, frames, geoarrow, plain_wkb, row_ids, wkb
from sheltermap.layers.arrow import readable_column, series, writable_columns
from sheltermap.layers.geometry_kinds import TYPE_NAMES, of_one_kind, require_single_kinds
from sheltermap.layers.unpacking import unpacked

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

ROWS_PER_GROUP = 100_000
SIDES = ["xmin", "ymin", "xmax", "ymax"]  # of a box
SCARCE_BYTES = 100_000_000  # of a disk; above it the disk is not what is wrong
_ATTRS = "PANDAS_ATTRS"  # the metadata in which pandas and geopandas keep a frame's attrs
_DEFAULT_CRS = "OGC:CRS84"  # where the metadata has none: specification 1.1.0, section "crs"


def read(path: Path, options: _core.ReadOptions, crs: Any, id_column: str | None) -> GeoDataFrame:
    """Read a GeoParquet file; see `sheltermap.read`."""
    import geopandas

    try:
        table, geo = _table(path)
        name = geo["primary_column"]
        boxes = _boxes_name(geo["columns"][name])
        plain = plain_wkb.plain(table.column(name)) if geo["columns"][name]["encoding"] == "WKB" else None
        geometries, damaged = _geometries(path, table, geo) if plain is None else (plain.geometries, [])
        found_crs = _crs(path.name, geo["columns"][name], given=crs)
    except MemoryError:  # pyarrow's own is one, and an ArrowException too
        raise _too_large(path) from None
    except (pa.ArrowException, OSError) as error:
        raise _core.ReadError(f"{path.name} cannot be read as GeoParquet: {str(error).strip()}") from None
    notes: list[str] = []
    attributes: dict[str, pd.Series[Any]] = {}
    for column in table.column_names:
        if column == name or (column == boxes and pa.types.is_struct(table.schema.field(column).type)):
            continue
        values = readable_column(column, table.column(column), notes)
        if values is not None:
            attributes[column] = series(values)
    if plain is None:
        geometries = _flat(geometries, notes)
    if geo["columns"][name].get("edges", "planar") != "planar":
        notes.append("edges are said to follow great circles: they were taken as straight in the CRS")
    attributes[name] = geopandas.GeoSeries(geometries, crs=found_crs)
    frame = geopandas.GeoDataFrame(pd.DataFrame(attributes, copy=False), geometry=name, copy=False)
    frame.attrs["sheltermap_source"] = path.name
    if (noted := _noted_id(table)) in frame.columns:
        row_ids.note(frame, str(noted), path.name)
    return conversion.checked(
        frame, options, crs, id_column, damaged=damaged, notes=notes, column=None if plain is None else plain.column
    )


def _boxes_name(about: Mapping[str, Any]) -> str | None:
    """Return the column of the boxes of geometries, which says nothing that these do not; None where there is none."""
    try:
        named = about["covering"]["bbox"]["xmin"][0]
    except (KeyError, TypeError, IndexError):
        return None
    return named if isinstance(named, str) else None


def cells(path: Path) -> pd.DataFrame:
    """Return the columns of a Parquet file of whatever kind but geometries; ReadError as `read`."""
    try:
        with pa.OSFile(str(path)) as source:
            table = _sound_table(source, _opened(source, path), path)
    except MemoryError:
        raise _too_large(path) from None
    except (pa.ArrowException, OSError) as error:
        raise _core.ReadError(f"{path.name} cannot be read as Parquet: {str(error).strip()}") from None
    if len(set(table.column_names)) < table.num_columns:
        raise _core.ReadError(f"{path.name} has two columns of one name; write it anew with a name for each")
    notes: list[str] = []
    columns = {name: readable_column(name, table.column(name), notes) for name in table.column_names}
    return pd.DataFrame({name: series(each) for name, each in columns.items() if each is not None}, copy=False)


def _too_large(path: Path) -> _core.ReadError:
    return _core.ReadError(f"{path.name} does not fit into memory; split it")


def _noted_id(table: pa.Table) -> str | None:
    """Return the id column that the layer was read with before it was written; None where the file does not say."""
    try:
        noted = json.loads((table.schema.metadata or {})[_ATTRS.encode()])[row_ids.ID]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return noted if isinstance(noted, str) else None


def _table(path: Path) -> tuple[pa.Table, dict[str, Any]]:
    """Return all columns and the metadata named "geo", both found sound."""
    with pa.OSFile(str(path)) as source:
        file = _opened(source, path)
        geo = _metadata(path.name, file.metadata.metadata or {}, file.schema_arrow.names)
        return _sound_table(source, file, path), geo


def _opened(source: pa.NativeFile, path: Path) -> pq.ParquetFile:
    file = pq.ParquetFile(source, page_checksum_verification=True)
    _core.require_few_columns(len(file.schema_arrow.names), path.name)
    return file


def _sound_table(source: pa.NativeFile, file: pq.ParquetFile, path: Path) -> pa.Table:
    table = unpacked(source, file, path.name)
    table.validate(full=True)  # texts in UTF-8, offsets within bounds
    if len(table) != file.metadata.num_rows:
        raise _core.ReadError(
            f"{path.name} is damaged: it speaks of {file.metadata.num_rows} rows and {len(table)} could be read"
        )
    return table


def _metadata(file_name: str, metadata: Mapping[bytes, bytes], names: list[str]) -> dict[str, Any]:
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


def _geometries(path: Path, table: pa.Table, geo: Mapping[str, Any]) -> tuple[NDArray[Any], list[_core.RefusedRow]]:
    """Return the geometries, and the rows whose bytes are none that can be used."""
    name = geo["primary_column"]
    column, encoding = table.column(name), geo["columns"][name]["encoding"]
    what = f"{path.name}: the geometry column '{name}'"
    if encoding != "WKB":
        return geoarrow.geometries(what, column, encoding)
    if not (pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)):
        raise _core.ReadError(f"{what} holds {column.type}, not well-known binary")
    return wkb.geometries(column.to_numpy())


def _crs(file_name: str, about: Mapping[str, Any], given: Any) -> CRS | None:
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


def _flat(geometries: NDArray[Any], notes: list[str]) -> NDArray[Any]:
    """Return the geometries without heights."""
    high = int((shapely.has_z(geometries) | shapely.has_m(geometries)).sum())
    if not high:
        return geometries
    notes.append(f"heights (Z) or measures (M) of {high} rows were left out")
    flat: NDArray[Any] = shapely.force_2d(geometries)
    return flat


def write(name: str, frame: pd.DataFrame, target: Path) -> None:
    """Write a layer as GeoParquet 1.1; see `sheltermap.write`."""
    table = _layer_table(name, frame, target)
    fresh = Path(_core.sibling_for(target))
    try:
        pq.write_table(table, fresh, row_group_size=ROWS_PER_GROUP, compression="zstd", write_page_checksum=True)
        with pa.OSFile(str(fresh)) as source:
            back = pq.ParquetFile(source, page_checksum_verification=True).read()
        if not back.equals(table):
            raise _failure(target, "what was written cannot be read back")
        _core.replace(fresh, target)
    except (pa.ArrowException, OSError) as error:
        raise _failure(target, getattr(error, "strerror", None) or str(error)) from None
    finally:
        fresh.unlink(missing_ok=True)


def _failure(target: Path, cause: str) -> _core.WriteError:
    folder, free = target.absolute().parent, ""
    if folder.is_dir() and (left := shutil.disk_usage(folder).free) < SCARCE_BYTES:
        free = f" ({left / 1e6:.1f} MB free on that disk)"
    return _core.WriteError(f"{target} cannot be written: {cause}{free}; what was there before is unchanged")


def _layer_table(name: str, frame: pd.DataFrame, target: Path) -> pa.Table:
    """Return the columns of a layer, its geometry and the boxes last, with the metadata that make it GeoParquet."""
    import geopandas

    frame = conversion.with_index(name, frame)
    if not isinstance(frame, geopandas.GeoDataFrame) or frame._geometry_column_name is None:
        raise ValueError(f"{target} holds a layer with geometries; write a table as .gpkg or .csv")
    what = f"layer '{name}'"
    frames.crs_of(frame, what)
    column = frame.geometry.name
    geometries = of_one_kind(frame.geometry.to_numpy())
    require_single_kinds(geometries, what)
    if shapely.has_z(geometries).any():
        warnings.warn(f"{what}: heights (Z) are not written", stacklevel=4)
        geometries = shapely.force_2d(geometries)
    columns = writable_columns(pd.DataFrame(frame.drop(columns=column)))
    _require_no_zero_bytes(columns, what)
    boxes = _unused("bbox", {*columns, column})
    table = pa.table({**columns, column: _well_known_binary(geometries), boxes: _boxes(geometries)})
    about = _about(frame.crs, geometries) | {"covering": {"bbox": {side: [boxes, side] for side in SIDES}}}
    geo = {"version": "1.1.0", "primary_column": column, "columns": {column: about}}
    noted = frame.attrs.get(row_ids.ID)
    kept = {_ATTRS: json.dumps({row_ids.ID: noted})} if noted in columns else {}
    return table.replace_schema_metadata({"geo": json.dumps(geo), **kept})


def _about(crs: CRS, geometries: NDArray[Any]) -> dict[str, Any]:
    kinds = [kind for kind in np.unique(shapely.get_type_id(geometries)).tolist() if kind >= 0]
    about = {
        "encoding": "WKB",
        "edges": "planar",
        "crs": crs.to_json_dict(),
        "geometry_types": sorted({TYPE_NAMES[kind] for kind in kinds}),
    }
    if not kinds:
        return about
    bounds = shapely.total_bounds(geometries)
    return {**about, "bbox": bounds.tolist()} if np.isfinite(bounds).all() else about


def _unused(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _boxes(geometries: NDArray[Any]) -> pa.Array:
    """Return the box of each geometry, rounded outwards to half the bytes: DuckDB and GDAL look there first."""
    bounds = shapely.bounds(geometries)
    near = bounds.astype(np.float32)
    least, most = np.float32(-np.inf), np.float32(np.inf)
    lower = np.where(near > bounds, np.nextafter(near, least), near)[:, :2]
    upper = np.where(near < bounds, np.nextafter(near, most), near)[:, 2:]
    sides = [*lower.T, *upper.T]
    missing = pa.array(np.isnan(bounds).any(axis=1))
    return pa.StructArray.from_arrays([pa.array(side, pa.float32()) for side in sides], SIDES, mask=missing)


def _require_no_zero_bytes(columns: Mapping[str, pa.ChunkedArray | pa.Array], what: str) -> None:
    """Raise, as the core does for the other formats, where a text holds a character that would end it."""
    for name, column in columns.items():
        if not pa.types.is_large_string(column.type):
            continue
        found = pc.index(pc.match_substring(column, "\0"), True).as_py()
        if found >= 0:
            raise ValueError(
                f"{what}, column '{name}', row {found + 1}: the text holds a zero byte, which files cannot hold; "
                "take it out"
            )


def _well_known_binary(geometries: NDArray[Any]) -> pa.Array:
    """Return well-known binary; that of points, all alike, is put together in one go."""
    if len(geometries) and (shapely.get_type_id(geometries) == 0).all() and not shapely.is_empty(geometries).any():
        points = np.empty(len(geometries), plain_wkb.POINT)
        points["order"], points["type"] = 1, 1
        points["x"], points["y"] = shapely.get_coordinates(geometries).T
        ends = np.arange(len(points) + 1, dtype=np.int64) * plain_wkb.POINT.itemsize
        values = [None, pa.py_buffer(ends), pa.py_buffer(points)]
        return pa.Array.from_buffers(pa.large_binary(), len(points), values).cast(pa.binary())
    return pa.array(shapely.to_wkb(geometries, include_srid=False, flavor="iso"), pa.binary())
