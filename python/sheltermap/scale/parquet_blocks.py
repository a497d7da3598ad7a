# SPDX-License-Identifier: Apache-2.0
"""GeoParquet files read by groups of rows, those of several files one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sheltermap._native import _core
from sheltermap.layers import conversion, files, geoarrow, parquet
from sheltermap.layers.arrow import readable_column, series
from sheltermap.layers.gathered import paths_of
from sheltermap.scale.blocks import ROWS_PER_BLOCK, Block, Layout, checked_block, of_shapes
from sheltermap.scale.row_source import Part, Seen, Source

if TYPE_CHECKING:
    import os


@dataclass(frozen=True)
class _File:
    """A file, and what its metadata say of its geometries."""

    seen: Seen
    geo: Mapping[str, Any]
    schema: pa.Schema
    groups: tuple[int, ...]  #: rows of each


class ParquetSource(Source):
    """The rows of one GeoParquet file, or of several with the same columns and reference system.

    Memory holds some `ROWS_PER_BLOCK` rows, or the largest group of rows that a file has: files with groups of a
    hundred thousand rows, as `sheltermap.write` makes them, are read in least memory.

    Parameters
    ----------
    paths : path, pattern, or list of them
    id_column, crs, strict
        As ``id``, ``crs`` and ``strict`` of `sheltermap.read`.
    """

    def __init__(
        self,
        paths: str | os.PathLike[str] | Sequence[Any],
        *,
        id_column: str | None = None,
        crs: Any = None,
        strict: bool = True,
    ) -> None:
        self._files = [_looked_at(each) for each in paths_of(paths)]
        first = self._files[0]
        for other in self._files[1:]:
            _require_alike(first, other)
        name = first.geo["primary_column"]
        found = parquet.crs_in(first.seen.path.name, first.geo["columns"][name], given=crs)
        noted = parquet.noted_id(first.schema)
        more = f" and {len(self._files) - 1} more" if len(self._files) > 1 else ""
        self.layout = Layout(
            f"{first.seen.path.name}{more}",
            name,
            conversion.chosen_crs(found, crs if crs is not None else found, first.seen.path.name),
            id_column or (noted if noted in first.schema.names else None),
            strict=strict,
        )
        if self.layout.id is not None and self.layout.id not in first.schema.names:
            there = ", ".join(each for each in first.schema.names if each != name)
            raise _core.ReadError(f"{self.layout.source} has no column '{self.layout.id}' (id=); it has {there}")

    def parts(self) -> Sequence[Part]:
        """Return groups of rows, put together up to `ROWS_PER_BLOCK`."""
        parts: list[Part] = []
        first = 0
        for at, file in enumerate(self._files):
            groups: list[int] = []
            rows = 0
            for group, count in enumerate(file.groups):
                if groups and rows + count > ROWS_PER_BLOCK:
                    parts.append(Part(len(parts), first, (at, tuple(groups))))
                    first, groups, rows = first + rows, [], 0
                groups.append(group)
                rows += count
            if groups or not parts:
                parts.append(Part(len(parts), first, (at, tuple(groups))))
            first += rows
        return parts

    def blocks(self, part: Part) -> Iterator[Block]:
        """Read groups of rows."""
        at, groups = part.at
        file = self._files[at]
        file.seen.require()
        path = file.seen.path
        name = file.geo["primary_column"]
        try:
            with pa.OSFile(str(path)) as source:
                opened = parquet.opened(source, path)
                boxes = parquet.boxes_name(file.geo["columns"][name])
                wanted = [each for each in opened.schema_arrow.names if each != boxes]
                table = parquet.sound_table(source, opened, path, groups, wanted)
        except MemoryError:
            raise parquet.too_large(path) from None
        except (pa.ArrowException, OSError) as error:
            file.seen.require()
            raise _core.ReadError(
                f"{path.name}, groups of rows {groups[0]} to {groups[-1]} cannot be read: {str(error).strip()}"
            ) from None
        for begin in range(0, max(len(table), 1), ROWS_PER_BLOCK):
            yield self._block(file, table.slice(begin, ROWS_PER_BLOCK), part.first + begin)

    def _block(self, file: _File, table: pa.Table, first: int) -> Block:
        name, path = self.layout.geometry, file.seen.path
        notes: list[str] = []
        attributes = {}
        for column in table.column_names:
            if column != name and (values := readable_column(column, table.column(column), notes)) is not None:
                attributes[column] = series(values)
        frame = pd.DataFrame(attributes, index=pd.RangeIndex(len(table)), copy=False)
        encoding = file.geo["columns"][name]["encoding"]
        cells = table.column(name)
        if encoding == "WKB":
            if not (pa.types.is_binary(cells.type) or pa.types.is_large_binary(cells.type)):
                raise _core.ReadError(
                    f"{path.name}: the geometry column '{name}' holds {cells.type}, not well-known binary"
                )
            return checked_block(frame, cells, self.layout, first, notes)
        shapes, damaged = geoarrow.geometries(f"{path.name}: the geometry column '{name}'", cells, encoding)
        return of_shapes(frame, parquet.flat(shapes, notes), damaged, self.layout, first, notes)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(sum(file.groups) for file in self._files)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return the least x and y and the largest of all rows: as the files say, else by looking at them."""
        name = self.layout.geometry
        told = [file.geo["columns"][name].get("bbox") for file in self._files]
        corners = [each for each in told if each is not None and len(each) == 4]
        if len(corners) < len(self._files):
            looked = (block.frame.total_bounds for part in self.parts() for block in self.blocks(part))
            corners = [each for each in looked if np.isfinite(each).all()] or [(0.0, 0.0, 0.0, 0.0)]
        sides = np.array(corners, np.float64)
        (west, south), (east, north) = sides[:, :2].min(axis=0), sides[:, 2:].max(axis=0)
        return float(west), float(south), float(east), float(north)

    def require_unchanged(self) -> None:
        """Raise ReadError where a file was written to since."""
        for file in self._files:
            file.seen.require()


def _looked_at(path: Path) -> _File:
    full = files.readable_parquet(path)
    seen = Seen.of(full)
    try:
        with pa.OSFile(str(full)) as source:
            opened = parquet.opened(source, full)
            about = opened.metadata
            geo = parquet.metadata_in(full.name, about.metadata or {}, opened.schema_arrow.names)
            groups = tuple(about.row_group(group).num_rows for group in range(about.num_row_groups))
            return _File(seen, geo, opened.schema_arrow, groups)
    except (pa.ArrowException, OSError) as error:
        raise _core.ReadError(f"{full.name} cannot be read as GeoParquet: {str(error).strip()}") from None


def _require_alike(first: _File, other: _File) -> None:
    """Raise ReadError where the columns of a file, or its reference system, are others than those of the first."""
    here, there = other.seen.path.name, first.seen.path.name
    if other.geo["primary_column"] != first.geo["primary_column"]:
        raise _core.ReadError(
            f"{here} calls its geometry '{other.geo['primary_column']}', {there} '{first.geo['primary_column']}'; "
            "parts of one layer have the same columns"
        )
    about, of_first = (each.geo["columns"][first.geo["primary_column"]] for each in (other, first))
    systems = [parquet.crs_in(file.seen.path.name, each, given=0) for file, each in ((other, about), (first, of_first))]
    if systems[0] != systems[1]:
        told = [each.to_string() if each is not None else "none" for each in systems]
        raise _core.ReadError(
            f"{here} is in {told[0]}, {there} in {told[1]}; parts of one layer have the same reference system"
        )
    for name in first.schema.names:
        if name not in other.schema.names:
            raise _core.ReadError(f"{here} has no column '{name}', which {there} has; parts of one layer have the same")
        types = other.schema.field(name).type, first.schema.field(name).type
        if types[0] != types[1]:
            raise _core.ReadError(
                f"{here}: column '{name}' holds {types[0]}, in {there} {types[1]}; parts of one layer have the same"
            )
    more = [name for name in other.schema.names if name not in first.schema.names]
    if more:
        raise _core.ReadError(f"{here} has a column '{more[0]}', and {there} has not; parts of one layer have the same")
    if other.schema.names != first.schema.names:
        raise _core.ReadError(f"{here} has its columns in another order than {there}; write the parts alike")
