# SPDX-License-Identifier: Apache-2.0
"""Tables of a GeoPackage read by ranges of the ids of their rows."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sheltermap._native import _core
from sheltermap.base.counted_notes import CountedNote
from sheltermap.layers import conversion, files
from sheltermap.layers.arrow import from_table
from sheltermap.scale.blocks import ROWS_PER_BLOCK, Block, Layout, of_layer, with_days
from sheltermap.scale.row_source import Part, Seen, Source, Watched

if TYPE_CHECKING:
    import pandas as pd

_HEIGHTS = re.compile(r"(heights \(Z\) or measures \(M\) of )(\d+) (rows were left out)")
_NO_ROWS = _core.IdRange(0, -1, 0, 0)


class GeoPackageSource(Source):
    """The rows of a table of a GeoPackage, in the order of their ids.

    The ids are gone through once, so that each block has as many rows however large the gaps between them are. Views,
    and tables without ids, are read in one piece: `sheltermap.read`.

    Parameters
    ----------
    path : path
    layer : str, optional
        Which table, of a file that has several.
    id_column, crs, strict
        As ``id``, ``crs`` and ``strict`` of `sheltermap.read`.

    Raises
    ------
    ReadError
        If the file cannot be read, has no such layer, or one that cannot be cut by ids.
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
    ...     sm.write({"homes": homes, "other": homes}, pathlib.Path(folder) / "town.gpkg")
    ...     scale.GeoPackageSource(pathlib.Path(folder) / "town.gpkg", layer="homes")
    <GeoPackageSource town.gpkg, layer 'homes': 2 rows>
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        layer: str | None = None,
        *,
        id_column: str | None = None,
        crs: Any = None,
        strict: bool = True,
    ) -> None:
        self._table = layer or ""
        self._crs = conversion.crs_text(crs)
        asked = _core.ReadOptions(layer=self._table, crs=self._crs)
        full = files.readable_of_any_size(path, "GeoPackage", files.GEOPACKAGE)
        self._seen = _States.of(full)
        found = _core.ranges_by_id(full, asked, ROWS_PER_BLOCK)
        self._zoned, self._days = tuple(found.zoned_times), tuple(found.days)
        self._ranges = tuple((each.first, each.last, each.rows, each.before) for each in found.ranges)
        empty = _core.read_layer(full, self._options(_NO_ROWS, id_column))
        system = conversion.pyproj_crs(conversion.crs_of(empty, full.name))
        self._types = pa.schema([(each.name, self._type(each)) for each in _schema(empty)])
        if id_column is not None and id_column not in self._types.names:
            raise _core.ReadError(
                f"{full.name} has no column '{id_column}' (id=); it has {', '.join(self._types.names)}"
            )
        geometry = conversion.geometry_name(self._types.names)
        self.layout = Layout(full.name, geometry, system, id_column, strict=strict)

    def __repr__(self) -> str:
        layer = f", layer {self._table!r}" if self._table else ""
        return f"<GeoPackageSource {self.layout.source}{layer}: {self.count:,} rows>"

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(rows for _, _, rows, _ in self._ranges)

    def parts(self) -> Sequence[Part]:
        """Return ranges of ids with `ROWS_PER_BLOCK` rows each."""
        ranges = self._ranges or ((0, -1, 0, 0),)
        return [Part(number, each[3], each) for number, each in enumerate(ranges)]

    def blocks(self, part: Part) -> Iterator[Block]:
        """Read a range of ids."""
        self.require_unchanged()
        try:
            layer = _core.read_layer(self._seen.path, self._options(_core.IdRange(*part.at), self.layout.id))
        except _core.ReadError:
            self.require_unchanged()
            raise
        self.require_unchanged()
        notes: list[str] = []
        block = of_layer(layer, self._attributes(layer, part, notes), self.layout, part.first, notes)
        yield replace(block, notes=tuple(map(_counted, block.notes)))

    @property
    def files(self) -> Sequence[Watched]:
        """The GeoPackage."""
        return (self._seen,)

    def _options(self, ids: _core.IdRange, id_column: str | None) -> _core.ReadOptions:
        return _core.ReadOptions(layer=self._table, crs=self._crs, id=id_column or "", ids=ids, strict=False)

    def _type(self, column: pa.Field) -> pa.DataType:
        return pa.timestamp("us", tz="UTC") if column.name in self._zoned else column.type

    def _attributes(self, layer: _core.Layer, part: Part, notes: list[str]) -> pd.DataFrame:
        """Return the columns of a range, of the types that the table declares."""
        attributes = from_table(layer.table)
        for column in _schema(layer):
            wanted = self._types.field(column.name).type
            if column.type == wanted:
                continue
            if not pa.types.is_timestamp(column.type):
                told = next((note for note in layer.notes if note.startswith(f"column '{column.name}' ")), "")
                raise _core.ReadError(
                    f"{self.layout.source}, rows {part.first + 1:,} to {part.first + len(attributes):,} (row 1 is the "
                    f"first of these): {told.partition(': it was')[0]}; correct the cells, or read the layer in one "
                    "piece, where the whole column changes"
                )
            times = attributes[column.name]
            if times.notna().any():
                notes.append(f"column '{column.name}': times without a zone were taken as UTC")
            attributes[column.name] = times.dt.tz_localize("UTC")
        return with_days(attributes, self._days)


@dataclass(frozen=True)
class _States:
    """A database as it was when it was first looked at: the file, and what waits beside it to be put into it."""

    file: Seen
    waiting: Seen | None

    @classmethod
    def of(cls, path: Path) -> _States:
        beside = path.with_name(f"{path.name}-wal")
        waits = beside.exists() and beside.stat().st_size > 0
        return cls(Seen.of(path), Seen.of(beside) if waits else None)

    @property
    def path(self) -> Path:
        return self.file.path

    def require(self) -> None:
        self.file.require()
        if _States.of(self.path) != self:
            raise self.file.changed()


def _counted(note: str) -> str:
    """Return a note of the core that counts rows as one that those of other blocks can be added to."""
    found = _HEIGHTS.fullmatch(note)
    return note if found is None else CountedNote.of(int(found[2]), found[3], before=found[1])


def _schema(layer: _core.Layer) -> pa.Schema:
    return pa.table(layer.table).schema if layer.table.width else pa.schema([])
