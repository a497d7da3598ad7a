# SPDX-License-Identifier: Apache-2.0
"""Rows on their way into a register with a history: read, inspected by its schema, refused whole or taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from sheltermap import texts
from sheltermap._native import SheltermapError
from sheltermap.registers.findings import Finding
from sheltermap.registers.history import Meta
from sheltermap.registers.inspection import COLUMNS, Inspection, finding_record, inspected
from sheltermap.registers.mapping import Mapping as ColumnMapping
from sheltermap.registers.schema import Schema
from sheltermap.registers.tables import RawTable, read_table

THE_FRAME = "the frame"  # what a table that is no file is called
SHOWN = 20  # findings in the message of an error
UNPLACED = {"missing_geometry", "no_positions"}  # a place nobody knows yet is an unknown, no fault of the row
SHAPES = {
    "POINT": {"Point"},
    "MULTILINESTRING": {"LineString", "MultiLineString"},
    "MULTIPOLYGON": {"Polygon", "MultiPolygon"},
}


class RegisterError(SheltermapError):
    """Rows that a register refuses; nothing of what they came with was taken."""

    def __init__(self, source: str, noted: Sequence[Finding]) -> None:
        self.noted, self.source = list(noted), source
        super().__init__(self.told("en"))

    @property
    def findings(self) -> pd.DataFrame:
        """What is wrong, one a row: row, id, field, value, reason, message, remedy."""
        return pd.DataFrame([finding_record(each, "en") for each in self.noted], columns=COLUMNS, dtype=object)

    def told(self, lang: str) -> str:
        """Say what is wrong and what to do, two lines a finding."""
        from sheltermap.registers.listing import finding_lines

        lines = [line for each in self.noted[:SHOWN] for line in finding_lines(each, lang)]
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
    geometries = _places(found, meta)
    wrong = [each for each in found.noted if each.severity == "error" and each.reason not in UNPLACED]
    if partial:
        wrong = [each for each in wrong if each.reason != "missing_column" or each.field == "id"]
    wrong += _misshapen(found, geometries, meta) + _unknown_columns(found, register)
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
    return Batch(rows, found.source, names, table.places is not None, table, warnings, found.unused_columns)


def _places(found: Inspection, meta: Meta) -> list[Any]:
    placed = found.frame.geometry
    if placed.crs is not None and placed.notna().any():
        placed = placed.to_crs(meta.crs)
    return [None if geometry is None or geometry.is_empty else geometry for geometry in placed]


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
