# SPDX-License-Identifier: Apache-2.0
"""GeoParquet files as they come about: whole, or block by block in bounded memory, put in their place at the end."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from sheltermap._native import _core
from sheltermap.layers import conversion, frames, plain_wkb, row_ids
from sheltermap.layers.arrow import writable_columns
from sheltermap.layers.geometry_kinds import TYPE_NAMES, of_one_kind, require_single_kinds
from sheltermap.layers.plausible import extent

if TYPE_CHECKING:
    from types import TracebackType

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    Columns = Mapping[str, pa.ChunkedArray | pa.Array]

ROWS_PER_GROUP = 100_000
SIDES = ["xmin", "ymin", "xmax", "ymax"]  # of a box
SCARCE_BYTES = 100_000_000  # of a disk; above it the disk is not what is wrong
ATTRS = "PANDAS_ATTRS"  # the metadata in which pandas and geopandas keep a frame's attrs


class GeoParquetFile:
    """A GeoParquet 1.1 file that is written block by block beside its place, and put there when it is whole.

    Where the rows are cut into blocks leaves no trace: the same rows give the same bytes. As a context it takes away
    what was begun and not finished.

    Parameters
    ----------
    target : path
    crs : pyproj.CRS
    geometry : str
        What the column of geometries is called.
    id_column : str, optional
        Which column names the rows, for whoever reads the file.
    """

    def __init__(self, target: Path, crs: CRS, geometry: str = "geometry", id_column: str | None = None) -> None:
        self._target, self._crs, self._geometry, self._id = target, crs, geometry, id_column
        self._boxes = ""
        self._fresh = Path(_core.sibling_for(target))
        self._writer: pq.ParquetWriter | None = None
        self._held: list[pa.Table] = []  # rows that are no whole group yet
        self._kinds: set[int] = set()
        self._bounds = np.full(4, np.nan)
        self.rows = 0

    def __enter__(self) -> GeoParquetFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._writer is not None:
                self._writer.close()
        except (pa.ArrowException, OSError) as error:
            if fault is None:
                raise failure(self._target, error) from None
        finally:
            self._fresh.unlink(missing_ok=True)

    def add(self, rows: Rows) -> pa.Table:
        """Add rows, and return them as they are written.

        Raises
        ------
        WriteError
            If the disk does not take them.
        ValueError
            If the columns are others than those of the blocks before.
        """
        if self._writer is None:
            self._boxes = _unused("bbox", {*rows.columns, self._geometry})
        table = pa.table({**rows.columns, self._geometry: rows.wkb, self._boxes: _boxes(rows.bounds)})
        self._begin(table, rows.columns)
        assert self._writer is not None
        if table.schema != self._writer.schema:
            raise ValueError(unlike(self._writer.schema, table.schema))
        self._kinds |= rows.kinds
        lower, _ = extent(np.vstack([rows.bounds[:, :2], self._bounds[None, :2]]))
        _, upper = extent(np.vstack([rows.bounds[:, 2:], self._bounds[None, 2:]]))
        self._bounds = np.concatenate([lower, upper])
        self.rows += len(table)
        self._held.append(table)
        held = sum(map(len, self._held))
        if held >= ROWS_PER_GROUP:
            waiting = pa.concat_tables(self._held)
            whole = held - held % ROWS_PER_GROUP
            self._write(waiting.slice(0, whole))
            self._held = [waiting.slice(whole)]
        return table

    def _begin(self, table: pa.Table, columns: Columns) -> None:
        if self._writer is not None:
            return
        try:
            self._writer = pq.ParquetWriter(
                self._fresh,
                table.schema,
                compression="zstd",
                write_page_checksum=True,
                store_schema=False,  # in whose metadata pyarrow would look for those that are known at the end only
                # Of numbers with decimals and of places each is there once: a dictionary takes time and room.
                use_dictionary=[name for name, each in columns.items() if not pa.types.is_floating(each.type)],
            )
        except (pa.ArrowException, OSError) as error:
            raise failure(self._target, error) from None

    def _write(self, rows: pa.Table) -> None:
        assert self._writer is not None
        try:
            for begin in range(0, len(rows), ROWS_PER_GROUP):
                group = rows.slice(begin, ROWS_PER_GROUP).combine_chunks()  # chunks would show in its pages
                self._writer.write_table(group, row_group_size=ROWS_PER_GROUP)
        except (pa.ArrowException, OSError) as error:
            raise failure(self._target, error) from None

    def finish(self, written: pa.Table | None = None) -> None:
        """Read the file back, compare it with what was `written` where that is at hand, and put it in its place.

        Raises
        ------
        WriteError
            If it cannot be done; what was there before is unchanged.
        """
        assert self._writer is not None, "a file has a block, though without rows"
        rest = pa.concat_tables(self._held)
        if len(rest):
            self._write(rest)
        self._held = []
        try:
            geo = {"version": "1.1.0", "primary_column": self._geometry, "columns": {self._geometry: self._about()}}
            kept = {ATTRS: json.dumps({row_ids.ID: self._id})} if self._id in self._writer.schema.names else {}
            self._writer.add_key_value_metadata({"geo": json.dumps(geo), **kept})
            self._writer.close()
            self._writer = None
            if not self._is_sound(written):
                raise failure(self._target, "what was written cannot be read back")
            _core.replace(self._fresh, self._target)
        except (pa.ArrowException, OSError) as error:
            raise failure(self._target, error) from None

    def _about(self) -> dict[str, Any]:
        about = {
            "encoding": "WKB",
            "edges": "planar",
            "crs": self._crs.to_json_dict(),
            "geometry_types": sorted({TYPE_NAMES[kind] for kind in self._kinds}),
            "covering": {"bbox": {side: [self._boxes, side] for side in SIDES}},
        }
        return {**about, "bbox": self._bounds.tolist()} if np.isfinite(self._bounds).all() else about

    def _is_sound(self, written: pa.Table | None) -> bool:
        with pa.OSFile(str(self._fresh)) as source:
            file = pq.ParquetFile(source, page_checksum_verification=True)
            if file.metadata.num_rows != self.rows:
                return False
            begin = 0
            for group in range(file.num_row_groups):
                rows = file.read_row_group(group)
                if written is not None and not rows.cast(written.schema).equals(written.slice(begin, len(rows))):
                    return False
                begin += len(rows)
        return begin == self.rows


def write(name: str, frame: pd.DataFrame, target: Path) -> None:
    """Write a layer as GeoParquet 1.1; see `sheltermap.write`."""
    import geopandas

    frame = conversion.with_index(name, frame)
    if not isinstance(frame, geopandas.GeoDataFrame) or frame._geometry_column_name is None:
        raise ValueError(f"{target} holds a layer with geometries; write a table as .gpkg or .csv")
    what = f"layer '{name}'"
    frames.crs_of(frame, what)
    with GeoParquetFile(target, frame.crs, frame.geometry.name, frame.attrs.get(row_ids.ID)) as file:
        file.finish(file.add(rows_of(frame, what)))


@dataclass(frozen=True)
class Rows:
    """Rows as a file has them.

    Attributes
    ----------
    columns : mapping of arrays
        Of the types that files share; of every block of a layer the same.
    wkb : binary array
        The geometries, null where there is none.
    bounds : ndarray, shape (n, 4)
        Their boxes, NaN where there is none.
    kinds : frozenset of int
        Of the geometries, as shapely counts them.
    """

    columns: Columns
    wkb: pa.Array
    bounds: NDArray[np.float64]
    kinds: frozenset[int]


def rows_of(frame: GeoDataFrame, what: str) -> Rows:
    """Return the rows of a frame as a file has them.

    Raises
    ------
    ValueError
        If a text holds a zero byte.
    GeometryError
        If a geometry is of a kind that files do not share.
    """
    columns = writable_columns(pd.DataFrame(frame.drop(columns=frame.geometry.name)))
    _require_no_zero_bytes(columns, what)
    plain = frames.coordinates_of(frame)
    if plain is not None:
        return Rows(columns, *of_coordinates(plain))
    geometries = of_one_kind(frame.geometry.to_numpy())
    require_single_kinds(geometries, what)
    if shapely.has_z(geometries).any():
        warnings.warn(f"{what}: heights (Z) are not written", stacklevel=4)
        geometries = shapely.force_2d(geometries)
    return Rows(columns, _well_known_binary(geometries), *of_shapes(geometries))


def of_coordinates(points: NDArray[np.float64]) -> tuple[pa.Array, NDArray[np.float64], frozenset[int]]:
    """Return points, NaN where there is none, as well-known binary, boxes and kinds."""
    missing = np.isnan(points[:, 0])
    wkb = plain_wkb.of_points(points)
    if missing.any():
        wkb = pc.if_else(pa.array(missing), pa.scalar(None, pa.binary()), wkb)
    return wkb, np.hstack([points, points]), frozenset() if missing.all() else frozenset([0])


def of_shapes(geometries: NDArray[Any]) -> tuple[NDArray[np.float64], frozenset[int]]:
    """Return the boxes of geometries, and of which kinds there are some."""
    kinds = np.unique(shapely.get_type_id(geometries)).tolist()
    return shapely.bounds(geometries).reshape(-1, 4), frozenset(kind for kind in kinds if kind >= 0)


def failure(target: Path, cause: Exception | str) -> _core.WriteError:
    """Return the error of a file that cannot be written, with the free space where little is left."""
    folder, free = target.absolute().parent, ""
    if folder.is_dir() and (left := shutil.disk_usage(folder).free) < SCARCE_BYTES:
        free = f" ({left / 1e6:.1f} MB free on that disk)"
    said = getattr(cause, "strerror", None) or str(cause)
    return _core.WriteError(f"{target} cannot be written: {said}{free}; what was there before is unchanged")


def unlike(first: pa.Schema, other: pa.Schema) -> str:
    """Say in which column two blocks of rows differ."""
    name = next((each for each in other.names if each not in first.names), None)
    if name is not None:
        return f"column {name!r} is not in the rows before"
    name = next((each for each in first.names if each not in other.names), None)
    if name is not None:
        return f"column {name!r} of the rows before is missing"
    name = next((each for each in first.names if first.field(each).type != other.field(each).type), None)
    if name is None:
        return "the columns stand in another order than those of the rows before"
    return f"column {name!r} holds {other.field(name).type}, and in the rows before {first.field(name).type}"


def _unused(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _boxes(bounds: NDArray[np.float64]) -> pa.Array:
    """Return boxes, rounded outwards to half the bytes: DuckDB and GDAL look there first."""
    near = bounds.astype(np.float32)
    least, most = np.float32(-np.inf), np.float32(np.inf)
    lower = np.where(near > bounds, np.nextafter(near, least), near)[:, :2]
    upper = np.where(near < bounds, np.nextafter(near, most), near)[:, 2:]
    sides = [*lower.T, *upper.T]
    missing = pa.array(np.isnan(bounds).any(axis=1))
    return pa.StructArray.from_arrays([pa.array(side, pa.float32()) for side in sides], SIDES, mask=missing)


def _require_no_zero_bytes(columns: Columns, what: str) -> None:
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
        return plain_wkb.of_points(shapely.get_coordinates(geometries))
    return pa.array(shapely.to_wkb(geometries, include_srid=False, flavor="iso"), pa.binary())
