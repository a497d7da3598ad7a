# SPDX-License-Identifier: Apache-2.0
"""A register row by row against its schema: what is wrong, what to do, and what can be used as it is."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.decimal_marks import decimal_mark
from sheltermap.base.fault import Fault
from sheltermap.base.in_short import Short, ToldInShort, counted, name_of
from sheltermap.base.numerals import shown
from sheltermap.base.progress import shows_progress
from sheltermap.layers import frames
from sheltermap.registers import grades
from sheltermap.registers.extent import Extent, extent_of
from sheltermap.registers.findings import Finding, Severity, field_finding
from sheltermap.registers.kept_rows import RawTable, read_table
from sheltermap.registers.mapping import Column, Mapping, fitted, load_mapping
from sheltermap.registers.row_checks import check_findings, order_findings, period_findings
from sheltermap.registers.schema import Field, Schema, schema
from sheltermap.registers.values import digits_shown, read_cell

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map

COLUMNS = ["row", "id", "field", "column", "value", "severity", "reason", "message", "remedy", "suggestion"]
PANDAS_TYPES = {
    "text": "string",
    "code": "string",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "date": "object",
}
WANTED = {"point": {"Point"}, "polygon": {"Polygon", "MultiPolygon"}}


@dataclass(frozen=True, repr=False)
class Inspection(ToldInShort):
    """A register as `inspect` found it.

    Examples
    --------
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> register = pd.DataFrame({"id": ["P1"], "veids": ["patvertne"], "ietilpība": ["120 vietas"],
    ...     "lon": [24.1], "lat": [56.9]})
    >>> found = sm.inspect(register, "shelter")
    >>> found
    <Inspection: the frame as shelter, 1 row
      1 error>
    >>> found.is_clean
    False
    """

    kind: str
    source: str
    rows: int
    columns: dict[str, str | None]  #: field -> column of the file; None where the mapping gives one value for all
    unused_columns: list[str]  #: the file has them, the schema does not
    noted: list[Finding]
    frame: GeoDataFrame  #: the rows in the fields of the schema; what was refused is missing, so unknown in totals
    notes: list[str] = field(default_factory=list)  #: of the reader: what it passed over, what to look at

    def _in_short(self) -> Short:
        found = Counter(each.severity for each in self.noted)
        of = f"{name_of(self.source)} as {self.kind}, {counted(self.rows, 'row')}"
        told = ", ".join(counted(found[each], each) for each in ("error", "warning") if found[each])
        return Short(of, [told or "nothing to mend"])

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to mend and nothing to look at."""
        return not self.noted

    @cached_property
    def findings(self) -> pd.DataFrame:
        """The findings in English, one a row; `findings_in` has them in other languages."""
        return self.findings_in("en")

    def findings_in(self, lang: str) -> pd.DataFrame:
        """Return the findings in a language: `row` counts from 1; empty for the whole table."""
        rows = [finding_record(each, lang) for each in self.noted]
        frame = pd.DataFrame(rows, columns=COLUMNS, dtype=object)
        return frame.astype({"row": "Int64"})

    @cached_property
    def state(self) -> pd.DataFrame:
        """Field by field: in how many rows it is filled, empty, and refused; the three sum to the rows."""
        refused = Counter(
            each.field for each in self.noted if each.field is not None and each.row is not None and _refuses(each)
        )
        filled = {name: int(self.frame[name].notna().sum()) for name in self.columns}
        rows = [
            {"field": name, "filled": count, "empty": self.rows - count - refused[name], "refused": refused[name]}
            for name, count in filled.items()
        ]
        return pd.DataFrame(rows, columns=["field", "filled", "empty", "refused"])

    @cached_property
    def extent(self) -> Extent | None:
        """The box around the places that can be used, in degrees; None where there is none."""
        return extent_of(self.frame)

    def noted_cells(self) -> pd.DataFrame:
        """Return what was noted, one a row, without sentences: which cell, why, and whether it takes the value away.

        Returns
        -------
        DataFrame
            ``row`` (from 1, missing for the whole table), ``id``, ``field``, ``severity``, ``reason``, ``refuses``.
        """
        rows = [(each.row, each.id, each.field, each.severity, each.reason, _refuses(each)) for each in self.noted]
        table = pd.DataFrame(rows, columns=["row", "id", "field", "severity", "reason", "refuses"], dtype=object)
        texts_of = dict.fromkeys(("id", "field", "severity", "reason"), "string")
        return table.astype({"row": "Int64", "refuses": "bool", **texts_of})

    def per_row(self, severity: Severity) -> NDArray[np.int64]:
        """Return how many errors, or warnings, each row has.

        Parameters
        ----------
        severity : {"error", "warning"}

        Returns
        -------
        ndarray
        """
        rows = [each.row for each in self.noted if each.row is not None and each.severity == severity]
        return np.bincount(rows, minlength=self.rows + 1)[1:]

    def explore(
        self,
        *,
        name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in: the rows by grade, or by whether they are to be mended, and what is wrong.

        Parameters
        ----------
        name : str, optional
            Field that says what the rows are called; by default their name, else their id.
        columns, title, lang, context
            As in `Coverage.explore`.

        Returns
        -------
        Map
            ``.save("map.html")`` writes the page.

        Raises
        ------
        ValueError
            If a column is unknown.
        """
        from sheltermap import map as maps

        return maps.explored("register", self, name=name, columns=columns, title=title, lang=lang, context=context)

    @cached_property
    def grades(self) -> pd.DataFrame:
        """Rows and sums by each grade (a shelter's compliance, category and kind); the rows sum to the register."""
        return grades.grades(self.frame, schema(self.kind))

    @cached_property
    def conditions(self) -> pd.DataFrame:
        """How many objects have each part in which grades."""
        return grades.conditions(self.frame, schema(self.kind))

    @cached_property
    def improvements(self) -> pd.DataFrame:
        """The objects that need an improvement, with its cost, those first where a place costs least."""
        return grades.improvements(self.frame)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data, the sentences in every language."""
        findings = []
        for each in self.noted:
            record: dict[str, Any] = finding_record(each, "en")
            findings.append(record | {name: _both(each, name) for name in ("message", "remedy")})
        return {
            "schema": "sheltermap-inspection/1",
            "kind": self.kind,
            "source": self.source,
            "rows": self.rows,
            "columns": self.columns,
            "unused_columns": self.unused_columns,
            "extent": None if self.extent is None else asdict(self.extent),
            "notes": self.notes,
            "state": self.state.to_dict("records"),
            "findings": findings,
        }


def _refuses(finding: Finding) -> bool:
    """Whether the finding took a value out of the register that was written there."""
    kept = {"missing_value", "doubtful_zero", "duplicate_id", "doubled_row"}
    return finding.reason not in kept and finding.severity == "error"


def finding_record(finding: Finding, lang: str) -> dict[str, Any]:
    """Return a finding as plain data, its sentences in a language."""
    own = {name: getattr(finding, name) for name in COLUMNS if name not in ("message", "remedy")}
    return {**own, "message": finding.message(lang), "remedy": finding.remedy(lang)}


def _both(finding: Finding, name: str) -> dict[str, str]:
    return {lang: getattr(finding, name)(lang) for lang in texts.LANGUAGES}


@shows_progress
def inspect(
    source: Any,
    kind: str,
    mapping: Any = None,
    *,
    crs: str | None = None,
    layer: str | None = None,
    today: date | None = None,
    min_return_period_years: float | None = None,
) -> Inspection:
    """Check a register row by row: what is wrong, where, why, and what to do.

    Parameters
    ----------
    source : path, DataFrame, GeoDataFrame, or object with ``__geo_interface__``
        What `sheltermap.read` reads, CSV, XLSX and JSON lists of objects with or without coordinates, and frames.
        Cells are taken as they stand: what can mean two things ("02/03/24", "1,200") is refused, not guessed.
    kind : str
        Of register: "shelter", "water_intake", … (`sheltermap.registers.KINDS`).
    mapping : path or dict, optional
        How people's own columns become the fields of the register; docs/registers.md describes it. Columns that have
        the name of a field, its label in any language, or a usual other name need none.
    crs : str, optional
        Reference system of the coordinates, where neither the source nor the mapping names it.
    layer : str, optional
        Of a file with several, or the sheet of a spreadsheet. Of a register with a history (`RegisterStore`) it is the
        rows that hold now, unless you say otherwise.
    today : date, optional
        Dates of what has been done cannot lie after it.
    min_return_period_years : float, optional
        Of protective structures: the flood they should hold. Those that protect up to a more frequent one only are to
        be looked at.

    Returns
    -------
    Inspection
        ``.findings``, ``.state`` per field, and ``.frame``: the register in the fields of its schema, where whatever
        was refused is missing.

    Raises
    ------
    ReadError, CrsError
        If the source cannot be read at all.
    MappingError
        If the mapping does not fit the register or the file.
    ValueError
        If there is no such kind, or a return period is asked for of another one.

    Examples
    --------
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> register = pd.DataFrame({"id": ["P1"], "veids": ["patvertne"], "ietilpība": ["120 vietas"],
    ...     "lon": [24.1], "lat": [56.9]})
    >>> found = sm.inspect(register, "shelter")
    >>> found.findings[["row", "field", "value", "reason", "suggestion"]]
       row             field       value            reason suggestion
    0    1  capacity_persons  120 vietas  number_with_text        120

    """
    register = schema(kind)
    how = load_mapping(mapping)
    given = {"crs": crs, "layer": layer or how.layer or _layer_of_store(source, kind)}
    how = how.model_copy(update={name: value for name, value in given.items() if value is not None})
    return inspected(read_table(source, how), register, how, today or date.today(), min_return_period_years)


def _layer_of_store(source: Any, kind: str) -> str | None:
    """Return the layer of what holds now where a file is a register of this kind with its history; else None."""
    if not isinstance(source, (str, os.PathLike)) or Path(source).suffix.lower() != ".gpkg":
        return None
    from sheltermap._native import _core
    from sheltermap.registers.history import opened

    try:
        with opened(Path(source)) as history:
            return kind if history.meta.kind == kind else None
    except _core.ReadError:  # what is no store is a file like any other
        return None


def inspected(
    table: RawTable, register: Schema, how: Mapping, today: date, min_return_period_years: float | None = None
) -> Inspection:
    """Check a table that has been read."""
    columns = fitted(how, register, list(table.cells))
    values, findings = _values(table, register, columns, today)
    findings += _missing_columns(register, columns, table) + _place_findings(table, register)
    findings += [*_twin_findings(table, register, values), *order_findings(register, values)]
    whole = [row for row in range(1, table.rows + 1) if row not in table.bad_rows]
    refused = {(each.row, each.field) for each in findings if each.severity == "error"}
    findings += check_findings(register, values, whole, refused)
    findings += period_findings(register, values, min_return_period_years)
    ids = values.get("id", [None] * table.rows)
    order = {name: place for place, name in enumerate(register.fields)}
    return Inspection(
        register.kind,
        table.source,
        table.rows,
        {name: column.column for name, column in columns.items()},
        [name for name in table.cells if name not in _used(columns, table)],
        sorted(
            (_identified(each, ids) for each in findings),
            key=lambda each: (each.row or 0, order.get(each.field or "", -1)),
        ),
        _frame(table, register, values),
        table.notes,
    )


def _used(columns: dict[str, Column], table: RawTable) -> set[str | None]:
    return {column.column for column in columns.values()} | set(table.position_columns)


def _identified(finding: Finding, ids: list[Any]) -> Finding:
    """Return the finding with the id of its row."""
    found = None if finding.row is None else ids[finding.row - 1]
    return Finding(**{**vars(finding), "id": found})


def _values(
    table: RawTable, register: Schema, columns: dict[str, Column], today: date
) -> tuple[dict[str, list[Any]], list[Finding]]:
    """Read every cell of every known column."""
    values: dict[str, list[Any]] = {}
    findings: list[Finding] = []
    for name, column in columns.items():
        field = register.fields[name]
        cells = [column.value] * table.rows if column.column is None else list(table.cells[column.column])
        column = _with_evidence(column, field, cells)
        values[name] = [None] * table.rows
        for row, cell in enumerate(cells):
            if row + 1 in table.bad_rows:
                continue
            read = _checked(read_cell(cell, field, column), field, today)
            if not isinstance(read, Fault):
                values[name][row] = read
                read = _doubt(read, field)
            if read is not None:
                findings.append(field_finding(row + 1, field, column.column, cell, read))
    return values, findings


def _with_evidence(column: Column, field: Field, cells: list[Any]) -> Column:
    """Add what the column as a whole shows of how it is written, where the mapping does not say."""
    if field.type in ("integer", "number") and column.decimal is None:
        mark = decimal_mark(cell.strip() for cell in cells if isinstance(cell, str))
        return column.model_copy(update={"decimal": mark})
    if field.name == "id" and column.digits is None:
        digits = digits_shown(shown(cell) for cell in cells if cell is not None)
        return column.model_copy(update={"digits": digits})
    return column


def _checked(read: Any, field: Field, today: date) -> Any:
    """Refuse what is there, or missing, against the schema."""
    if read is None and field.required:
        return Fault("missing_value")
    if field.past and isinstance(read, date) and read > today:
        return Fault("future_date")
    return read


def _doubt(value: Any, field: Field) -> Fault | None:
    return Fault("doubtful_zero") if field.doubtful_zero and value == 0 and value is not None else None


def _missing_columns(register: Schema, columns: dict[str, Column], table: RawTable) -> list[Finding]:
    found = []
    for name, each in register.fields.items():
        if each.required and name not in columns:
            alike = texts.both("findings.alike", field=name, value=next(iter(each.answers), "…"))
            details = {"columns": ", ".join(table.cells), "alike": "" if name == "id" else alike}
            found.append(field_finding(None, each, None, None, Fault("missing_column", None, details)))
    if table.places is None:
        found.append(Finding(None, None, None, None, None, "no_positions", None, {}))
    return found


def _place_findings(table: RawTable, register: Schema) -> list[Finding]:
    """Tell which rows have no usable place, or one of the wrong kind, and which lines are damaged."""
    found = [
        Finding(each.row, None, "geometry", each.column, each.value, each.fault.reason, None, each.fault.details)
        for each in table.bad_places
    ]
    for row, detail in table.bad_rows.items():
        found.append(Finding(row, None, None, None, None, "damaged_row", None, {"detail": detail}))
    if table.places is not None and register.geometry in WANTED:
        told = texts.both(f"findings.{register.geometry}")
        for row, given in enumerate(table.places.geom_type, start=1):
            if isinstance(given, str) and given not in WANTED[register.geometry]:
                details = {"given": given, "wanted": told}
                found.append(Finding(row, None, "geometry", None, None, "wrong_geometry", None, details))
                table.places.loc[table.places.index[row - 1], "geometry"] = None
    return found + list(_stray_findings(table))


def _stray_findings(table: RawTable) -> Iterator[Finding]:
    """Tell which rows lie hundreds of kilometres from all others."""
    for rows, gap_m, fits_swapped in [] if table.places is None else frames.stray_rows(table.places, table.source):
        for row in rows:
            details = {"distance": texts.number(round(gap_m / 1000))}
            reason = "perhaps_swapped" if fits_swapped else "far_from_others"
            yield Finding(row + 1, None, "geometry", None, None, reason, None, details)


def _twin_findings(table: RawTable, register: Schema, values: dict[str, list[Any]]) -> Iterator[Finding]:
    """Tell of rows that say the same, have the same id, or lie in the same place."""
    wkb = [None] * table.rows if table.places is None else list(table.places.geometry.to_wkb())
    ids = values.get("id", [None] * table.rows)
    cells = list(table.cells.values())
    placeless = set() if table.position_columns else {each.row for each in table.bad_places}
    seen: dict[str, dict[Any, int]] = {"id": {}, "row": {}, "place": {}}
    for row in range(table.rows):
        if row + 1 in table.bad_rows:
            continue
        content = (wkb[row], *(None if column[row] is None else shown(column[row]) for column in cells))
        same_id = None if ids[row] is None else seen["id"].setdefault(ids[row], row)
        # A row whose geometry is refused has nothing left to tell it from others with the same attributes.
        same_row = row if row + 1 in placeless else seen["row"].setdefault(content, row)
        same_place = None if wkb[row] is None else seen["place"].setdefault(wkb[row], row)
        id_field = register.fields["id"]
        if same_row != row:
            yield field_finding(row + 1, id_field, None, ids[row], Fault("doubled_row", None, {"other": same_row + 1}))
        elif same_id not in (None, row):
            assert same_id is not None
            yield field_finding(row + 1, id_field, None, ids[row], Fault("duplicate_id", None, {"other": same_id + 1}))
        elif same_place not in (None, row):
            assert same_place is not None
            details = {"other": same_place + 1}
            yield Finding(row + 1, None, "geometry", None, None, "same_place", None, details)


def _frame(table: RawTable, register: Schema, values: dict[str, list[Any]]) -> GeoDataFrame:
    import geopandas

    frame = pd.DataFrame(index=pd.RangeIndex(table.rows))
    for name, column in values.items():
        frame[name] = pd.Series(column, dtype=PANDAS_TYPES[register.fields[name].type])
    if table.places is None:
        places: Any = geopandas.GeoSeries([None] * table.rows, crs="EPSG:4326")
    else:
        places = geopandas.GeoSeries(table.places.geometry.to_numpy(), crs=table.places.crs)
    result = geopandas.GeoDataFrame(frame, geometry=places)
    result.attrs["sheltermap_source"] = table.source
    return result
