# SPDX-License-Identifier: Apache-2.0
"""GeoParquet files read by groups of rows, those of several files one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from sheltermap._native import _core
from sheltermap.layers import conversion, files, parquet, plain_wkb
from sheltermap.layers.arrow import readable_column
from sheltermap.layers.gathered import paths_of
from sheltermap.layers.unpacking import look_into
from sheltermap.scale.blocks import (
    ROWS_PER_BLOCK,
    Block,
    Kept,
    Layout,
    attributes_of,
    checked_block,
    of_shapes,
    with_days,
)
from sheltermap.scale.box import Box, boxes_of_groups
from sheltermap.scale.row_source import Named, Part, Seen, Source, Watched

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from sheltermap.scale.box import Sides


@dataclass(frozen=True)
class _File:
    """A file, and what its metadata say of its geometries."""

    seen: Seen
    geo: Mapping[str, Any]
    schema: pa.Schema
    groups: tuple[int, ...]  #: rows of each
    boxes: tuple[tuple[float, float, float, float] | None, ...]  #: where they lie, where the file tells and it matters
    days: frozenset[str]  #: columns of dates that hold any, or may


class ParquetSource(Source):
    """The rows of one GeoParquet file, or of several with the same columns and reference system.

    Memory holds some `ROWS_PER_BLOCK` rows, or the largest group of rows that a file has: files with groups of a
    hundred thousand rows, as `sheltermap.write` makes them, are read in least memory.

    Parameters
    ----------
    paths : path, pattern, or list of them
    id_column, crs, strict
        As ``id``, ``crs`` and ``strict`` of `sheltermap.read`.
    box : west, south, east, north, optional
        Only rows that lie there, or reach there with the box around them, in the layer's own reference system; west is
        greater than east where it crosses 180°. Groups of rows that lie elsewhere by what the file says of them are not
        read: in a file that `sort_along_curve` wrote, most. Rows without a place lie nowhere.

    Raises
    ------
    ReadError
        If a file cannot be read, or has other columns or another reference system than the first.
    CrsError
        If the reference system is missing, unknown, or contradicts ``crs``.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> from sheltermap import scale
    >>> homes = gpd.GeoDataFrame({"people": [3, 5]}, geometry=gpd.points_from_xy([24.1, 24.2], [56.9, 57.0]), crs=4326)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sm.write(homes, pathlib.Path(folder) / "homes.parquet")
    ...     scale.ParquetSource(pathlib.Path(folder) / "homes.parquet", box=(24.15, 56.5, 25, 57.5))
    <ParquetSource homes.parquet: 2 rows, in a box>
    """

    def __init__(
        self,
        paths: str | os.PathLike[str] | Sequence[Any],
        *,
        id_column: str | None = None,
        crs: Any = None,
        strict: bool = True,
        box: Sequence[float] | None = None,
    ) -> None:
        self._files = [_looked_at(each, box is not None) for each in paths_of(paths)]
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
        self._days = frozenset().union(*(file.days for file in self._files))
        self._box = None if box is None else Box.of(box, self.layout.crs)

    def __repr__(self) -> str:
        return f"<ParquetSource {self.layout.source}: {self.count:,} rows{'' if self._box is None else ', in a box'}>"

    def parts(self) -> Sequence[Part]:
        """Return groups of rows, put together up to `ROWS_PER_BLOCK`."""
        parts: list[Part] = []
        first = 0
        for at, file in enumerate(self._files):
            groups: list[int] = []
            rows = 0
            for group, count in enumerate(file.groups):
                is_read = self._is_read(file, group)
                if groups and (not is_read or rows + count > ROWS_PER_BLOCK):
                    parts.append(Part(len(parts), first, (at, tuple(groups))))
                    first, groups, rows = first + rows, [], 0
                if not is_read:
                    first += count
                    continue
                groups.append(group)
                rows += count
            if groups:
                parts.append(Part(len(parts), first, (at, tuple(groups))))
            first += rows
        return parts or [Part(0, 0, (0, ()))]

    def _is_read(self, file: _File, group: int) -> bool:
        if self._box is None or (box := file.boxes[group]) is None:
            return True
        return bool(self._box.meets(np.array([box]))[0])

    def notes(self, left_out: int) -> list[str]:
        """Return how many groups of rows were not read, and how many rows of the others were left out."""
        if self._box is None:
            return []
        groups = sum(len(file.groups) for file in self._files)
        skipped = sum(not self._is_read(file, group) for file in self._files for group in range(len(file.groups)))
        return [
            f"box: {skipped:,} of {groups:,} groups of rows lie elsewhere and were not read; {left_out:,} rows of the "
            "others lie outside and were left out"
        ]

    def blocks(self, part: Part) -> Iterator[Block]:
        """Read groups of rows."""
        at, groups = part.at
        file = self._files[at]
        file.seen.require()
        boxes = parquet.boxes_name(file.geo["columns"][self.layout.geometry], file.schema)
        table = _table(file, groups, [each for each in file.schema.names if each != boxes])
        file.seen.require()
        for begin in range(0, max(len(table), 1), ROWS_PER_BLOCK):
            yield self._block(file, table.slice(begin, ROWS_PER_BLOCK), part.first + begin)

    def ids(self, part: Part) -> Iterator[Named]:
        """Read what names the rows of groups of rows, and nothing else where all of their rows are wanted."""
        if self._box is not None:
            yield from super().ids(part)
            return
        assert self.layout.id is not None
        at, groups = part.at
        table = _table(self._files[at], groups, [self.layout.id])
        for begin in range(0, max(len(table), 1), ROWS_PER_BLOCK):
            some = table.slice(begin, ROWS_PER_BLOCK)
            ids = readable_column(self.layout.id, some.column(0), [])
            if ids is not None:
                yield Named(part.first + begin + 1 + np.arange(len(some)), ids)

    def _block(self, file: _File, table: pa.Table, first: int) -> Block:
        name, notes, kept = self.layout.geometry, list[str](), None
        if self._box is not None:
            kept = Kept(self._inside(file, table), len(table))
            table = table.take(kept.rows)
        frame = with_days(attributes_of(table, self.layout, notes), self._days)
        cells = table.column(name)
        if file.geo["columns"][name]["encoding"] == "WKB":
            return checked_block(
                frame, parquet.wkb_of(file.seen.path.name, name, cells), self.layout, first, notes, kept=kept
            )
        shapes, damaged = self._shapes(file, cells)
        return of_shapes(frame, parquet.flat(shapes, notes), damaged, self.layout, first, notes, kept=kept)

    def _inside(self, file: _File, table: pa.Table) -> NDArray[np.intp]:
        """Return the rows that lie in the box, and those whose bytes are none of a geometry."""
        assert self._box is not None
        cells = table.column(self.layout.geometry)
        points = plain_wkb.coordinates_of_points(cells)
        if points is not None:
            return np.flatnonzero(self._box.meets(np.hstack([points, points])))
        shapes, damaged = self._shapes(file, cells)
        inside = self._box.meets(shapely.bounds(shapes).reshape(-1, 4))
        inside[[row.row - 1 for row in damaged]] = True
        return np.flatnonzero(inside)

    def _shapes(self, file: _File, cells: pa.ChunkedArray) -> tuple[NDArray[Any], list[_core.RefusedRow]]:
        return parquet.geometries(file.seen.path.name, cells, self.layout.geometry, file.geo)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(sum(file.groups) for file in self._files)

    def page_limit_notes(self) -> list[str]:
        """Return the note of the layer; of several files those of each, with its name."""
        if len(self._files) == 1:
            return super().page_limit_notes()
        noted = ((file.seen.path.name, _core.page_limit_note(sum(file.groups))) for file in self._files)
        return [f"{name}: {note}" for name, note in noted if note]

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

    @property
    def files(self) -> Sequence[Watched]:
        """The files, in the order of their rows."""
        return [file.seen for file in self._files]


def _table(file: _File, groups: Sequence[int], columns: Sequence[str]) -> pa.Table:
    """Return some columns of groups of rows."""
    path = file.seen.path
    try:
        with pa.OSFile(str(path)) as source:
            return parquet.sound_table(source, parquet.opened(source, path), path, groups, columns)
    except MemoryError:
        raise parquet.too_large(path) from None
    except (pa.ArrowException, OSError, _core.ReadError) as error:
        file.seen.require()
        if isinstance(error, _core.ReadError):
            raise
        raise _core.ReadError(
            f"{path.name}, groups of rows {groups[0]} to {groups[-1]} cannot be read: {str(error).strip()}"
        ) from None


def _looked_at(path: Path, in_box: bool) -> _File:
    full = files.readable_of_any_size(path, "GeoParquet", files.PARQUET)
    seen = Seen.of(full)
    try:
        with pa.OSFile(str(full)) as source:
            opened = parquet.opened(source, full)
            about = opened.metadata
            geo = parquet.metadata_in(full.name, about.metadata or {}, opened.schema_arrow.names)
            groups = tuple(about.row_group(group).num_rows for group in range(about.num_row_groups))
            of_geometry = geo["columns"][geo["primary_column"]]
            boxes = _boxes(opened, of_geometry) if in_box else []
            return _File(seen, geo, opened.schema_arrow, groups, tuple(boxes), _days(opened))
    except (pa.ArrowException, OSError) as error:
        raise _core.ReadError(f"{full.name} cannot be read as GeoParquet: {str(error).strip()}") from None


def _boxes(file: pq.ParquetFile, of_geometry: Mapping[str, Any]) -> Sequence[Sides | None]:
    """Return where the rows of each group lie, where a column of boxes tells."""
    groups = range(file.num_row_groups)
    if (named := parquet.boxes_name(of_geometry, file.schema_arrow)) is None:
        return [None] * len(groups)
    look_into(file, groups, [named])
    return boxes_of_groups(file.metadata, of_geometry, named)


def _days(file: pq.ParquetFile) -> frozenset[str]:
    """Return the columns of dates but those whose statistics say that nothing is in them."""
    about, groups = file.metadata, range(file.num_row_groups)
    dates = [field.name for field in file.schema_arrow if pa.types.is_date(field.type)]
    if not dates:
        return frozenset()
    look_into(file, groups, dates)
    places = {about.schema.column(at).path: at for at in range(len(about.schema))}
    chunks = {name: [about.row_group(group).column(places[name]) for group in groups] for name in dates}
    return frozenset(name for name, of_groups in chunks.items() if any(map(_may_hold_some, of_groups)))


def _may_hold_some(chunk: pq.ColumnChunkMetaData) -> bool:
    told = chunk.statistics
    return told is None or not told.has_null_count or told.null_count < chunk.num_values


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
