# SPDX-License-Identifier: Apache-2.0
"""Rows on their way into a register with a history: read, inspected by its schema, refused whole or taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

import sheltermap as sm
from sheltermap._native import SheltermapError
from sheltermap.base import texts
from sheltermap.registers.findings import Finding
from sheltermap.registers.history import SHAPES, Meta
from sheltermap.registers.inspection import COLUMNS, Inspection, finding_record, inspected
from sheltermap.registers.kept_rows import RawTable, read_table
from sheltermap.registers.mapping import Mapping as ColumnMapping
from sheltermap.registers.schema import Schema

if TYPE_CHECKING:
    from geopandas import GeoSeries

THE_FRAME = "the frame"  # what a table that is no file is called
SHOWN = 20  # findings in the message of an error
MISPLACED = {"outside_crs", "swapped_axes", "bad_coordinate"}
UNPLACED = {"missing_geometry", "no_positions"}  # a place nobody knows yet is an unknown, no fault of the row


class RegisterError(SheltermapError):
    """Rows that a register refuses; nothing of what they came with was taken.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import sheltermap as sm
    >>> wells = sm.RegisterStore.create(Path(tempfile.mkdtemp()) / "wells.gpkg", "water_intake")
    >>> try:
    ...     wells.add({"id": "W1", "kind": "weel"}, by="A. Ozola", why="found on the map")
    ... except sm.RegisterError as error:
    ...     print(error.findings["reason"].tolist())
    ['code_outside_list']
    """

    def __init__(self, source: str, noted: Sequence[Finding]) -> None:
        self.noted, self.source = list(noted), source
        super().__init__(self.told("en"))

    @property
    def findings(self) -> pd.DataFrame:
        """What is wrong, one a row: row, id, field, value, reason, message, remedy."""
        return pd.DataFrame([finding_record(each, "en") for each in self.noted], columns=COLUMNS, dtype=object)

    def told(self, lang: str) -> str:
        """Say what is wrong and what to do, two lines a finding."""
        lines = [line for each in self.noted[:SHOWN] for line in each.lines(lang)]
        more = len(self.noted) - SHOWN
        rest = [texts.say("and_more", lang, count=more).strip()] if more > 0 else []
        return "\n".join([texts.say("register_refused", lang, source=self.source), *lines, *rest])


@dataclass(frozen=True)
class Incoming:
    """A row that may be taken."""

    row: int  #: of the source, from 1
    cells: dict[str, Any]  #: of the fields that the source has
    geometry: Any  #: in the store's system; None where the place is not known


@dataclass(frozen=True)
class Batch:
    """The rows of one source."""

    rows: list[Incoming]
    source: str
    fields: list[str]  #: that the source has
    placed: bool  #: whether the source says where its rows are
    table: RawTable
    warnings: list[Finding]
    unused_columns: list[str]


def table_of(source: Any, mapping: ColumnMapping) -> RawTable:
    """Read a file, a frame, a mapping from field to value, or several of these."""
    if isinstance(source, Mapping) and "type" not in source:
        source = [source]
    if isinstance(source, Sequence) and not isinstance(source, str):
        source = pd.DataFrame([dict(row) for row in source], dtype=object)
    return read_table(source, mapping)


def batch(
    table: RawTable, register: Schema, meta: Meta, today: date, mapping: ColumnMapping, *, partial: bool = False
) -> Batch:
    """Check the rows of a table; `partial` where rows that are there already need not have every column.

    Raises
    ------
    RegisterError
        If any value is refused; with all that is wrong.
    """
    found = inspected(table, register, mapping, today)
    placed = _placed(found, meta)
    geometries = [None if geometry is None or geometry.is_empty else geometry for geometry in placed]
    # What stands for an unknown place, like (0, 0), is a fault where it was written.
    wrong = [
        each
        for each in found.noted
        if each.severity == "error" and (each.reason not in UNPLACED or each.value is not None)
    ]
    if partial:
        wrong = [each for each in wrong if each.reason != "missing_column" or each.field == "id"]
    wrong += _misshapen(found, geometries, meta) + _outside(found, placed, meta) + _unknown_columns(found, register)
    if wrong:
        raise RegisterError(found.source, wrong)
    names = list(found.columns)
    columns = [[_plain(value) for value in found.frame[name]] for name in names]
    records = [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]
    rows = [
        Incoming(row, values, shaped(geometry, meta.shape))
        for row, (values, geometry) in enumerate(zip(records, geometries, strict=True), start=1)
    ]
    warnings = [each for each in found.noted if each.severity == "warning"]
    if partial:
        warnings = [each for each in warnings if each.reason != "not_told" or each.row is not None]
    return Batch(rows, found.source, names, table.places is not None, table, warnings, found.unused_columns)


def _placed(found: Inspection, meta: Meta) -> GeoSeries:
    """Return where the rows are, in the store's system."""
    placed = found.frame.geometry
    return placed.to_crs(meta.crs) if placed.crs is not None and placed.notna().any() else placed


def _outside(found: Inspection, placed: GeoSeries, meta: Meta) -> list[Finding]:
    """Refuse places outside the area of the store's system: nothing could read them back."""
    import shapely

    given = found.frame.geometry
    refused = _misplaced(placed, meta)
    if not refused:
        return []
    points = (given.geom_type == "Point").to_numpy() & ~given.is_empty.to_numpy()
    turned = given.copy()
    turned[points] = [shapely.Point(each.y, each.x) for each in given[points]]
    swapped = {row for row in refused if points[row]} - set(_misplaced(turned.to_crs(meta.crs), meta))
    ids = found.frame["id"] if "id" in found.frame else [None] * len(given)
    return [
        Finding(
            row + 1,
            _plain(ids[row]),
            "geometry",
            None,
            shown,
            "swapped_axes" if row in swapped else reason,
            None,
            {"detail": texts.both("findings.outside", place=shown, crs=meta.crs)},
        )
        for row, reason in refused.items()
        for shown in [_spot(given[row])]
    ]


def _misplaced(placed: GeoSeries, meta: Meta) -> dict[int, str]:
    """Return the rows, from 0, that `sheltermap.read` would refuse for where they are, with its reason."""
    import geopandas

    frame = geopandas.GeoDataFrame(geometry=placed.to_numpy(), crs=meta.crs)
    refused = sm.refused(sm.read(frame, strict=False))
    rows = zip(refused["row"], refused["reason"], strict=True)
    return {int(row) - 1: str(reason) for row, reason in rows if reason in MISPLACED}


def _spot(geometry: Any) -> str:
    x, y = geometry.centroid.coords[0]
    return f"({x:.15g}, {y:.15g})"


def _unknown_columns(found: Inspection, register: Schema) -> list[Finding]:
    """Refuse rows given by name whose names are none; files may have columns of their own."""
    if found.source != THE_FRAME:
        return []
    details = {"columns": ", ".join(register.fields)}
    return [Finding(None, None, name, None, name, "unknown_field", None, details) for name in found.unused_columns]


def _misshapen(found: Inspection, geometries: Sequence[Any], meta: Meta) -> list[Finding]:
    """Refuse what the layer cannot hold; the schema has spoken of points and polygons already."""
    allowed = SHAPES[meta.shape]
    noted = []
    for row, geometry in enumerate(geometries, start=1):
        if geometry is not None and geometry.geom_type not in allowed:
            details = {"given": geometry.geom_type, "wanted": " / ".join(sorted(allowed))}
            noted.append(Finding(row, None, "geometry", None, None, "wrong_geometry", None, details))
    return noted


def shaped(geometry: Any, shape: str) -> Any:
    """Return a geometry in the form of its layer: polygons and lines as multiple ones."""
    import shapely

    single = {"LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}
    if geometry is None or shape == "POINT" or geometry.geom_type not in single:
        return geometry
    return single[geometry.geom_type]([geometry])


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return value.item() if hasattr(value, "item") else value
