# SPDX-License-Identifier: Apache-2.0
"""Registers kept over time: every change with who, when and why; nothing is deleted."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

import sheltermap as sm
from sheltermap._native import _core
from sheltermap.base import clock
from sheltermap.layers import files
from sheltermap.registers.batch import THE_FRAME, RegisterError, batch, table_of
from sheltermap.registers.changes import Changes
from sheltermap.registers.copies import read_copy, write_copy
from sheltermap.registers.history import SPAN, Version, found_store, opened
from sheltermap.registers.inspection import PANDAS_TYPES
from sheltermap.registers.mapping import load_mapping
from sheltermap.registers.merging import Merge, Rules, Side, merged
from sheltermap.registers.qgis_form import add_form
from sheltermap.registers.revisions import (
    add_rows,
    apply,
    close_rows,
    day_of,
    id_rows,
    reopen_rows,
    signature,
    update_rows,
)
from sheltermap.registers.schema import Schema, schema
from sheltermap.registers.templates import Geometry, shape_of, write_layer

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


class RegisterStore:
    """A register with its history in a GeoPackage.

    Every row has versions; each says from when until when it held, who wrote it, when and why, and who ended it. Every
    call is one transaction: all of it happens, or nothing, also when the program is killed. Two programs may write to
    one store: the second waits, up to 4 s, and starts from what the first has written. The layer named after the kind
    shows the rows that hold now, in QGIS and for `sheltermap.read`.

    Parameters
    ----------
    path : path
        Of a store that `create` has made.

    Raises
    ------
    ReadError
        If it is none.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import sheltermap as sm
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = sm.RegisterStore.create(pathlib.Path(folder.name) / "water.gpkg", "water_intake")
    >>> who = {"by": "A. Liepa", "why": "survey"}
    >>> store.add({"id": "W1", "kind": "well", "lon": 24.1, "lat": 56.9}, since="2025-05-01", **who).added
    ['W1']
    >>> store.update({"id": "W1", "volume_m3": "120"}, since="2026-02-01", **who).updated
    ['W1']
    >>> store.rows().volume_m3.tolist(), store.rows(as_of="2025-12-31").volume_m3.tolist()
    ([120.0], [nan])
    >>> folder.cleanup()
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        with opened(self.path) as history:
            self.kind, self.crs = history.meta.kind, history.meta.crs

    def __repr__(self) -> str:
        return f"RegisterStore({str(self.path)!r}, {self.kind})"

    @property
    def schema(self) -> Schema:
        """The fields of the register."""
        return schema(self.kind)

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        kind: str,
        *,
        crs: str = "EPSG:4326",
        geometry: Geometry | None = None,
        lang: str = "en",
    ) -> RegisterStore:
        """Make an empty store; what stands at the place is never overwritten.

        Parameters
        ----------
        path : path
            A new ``.gpkg``.
        kind : str
            Of register: "water_intake", … (`sheltermap.registers.KINDS`).
        crs : str
            Reference system that places are kept in.
        geometry : {"point", "line", "polygon"}, optional
            Where the kind takes any: points unless you say otherwise.
        lang : {"en", "lv", …}
            Of the labels that QGIS shows.

        Raises
        ------
        WriteError
            If the file exists or cannot be written.
        """
        register, target = schema(kind), Path(path)
        shape = shape_of(register, geometry)
        _core.Crs(crs)  # CrsError where there is no such system
        if target.suffix.lower() != ".gpkg":
            raise sm.WriteError(f"cannot write {target}: a register with a history is a .gpkg")
        if target.exists():
            raise sm.WriteError(f"cannot write {target}: it exists, and may hold a register; choose another name")
        try:
            with TemporaryDirectory(prefix=".sheltermap-", dir=target.absolute().parent) as folder:
                fresh = Path(folder) / target.name
                write_layer(fresh, register, crs, shape, f"{kind}_history")
                with closing(sqlite3.connect(fresh)) as connection, connection:
                    found_store(connection, register, crs)
                    add_form(connection, register, lang)
                files.replace(fresh, target)
        except OSError as error:
            raise sm.WriteError(f"cannot write {target}: {error.strerror}") from None
        except sqlite3.Error as error:
            raise sm.WriteError(f"cannot write {target}: {error}") from None
        return cls(target)

    def rows(self, as_of: str | date | None = None, *, revision: int | None = None) -> GeoDataFrame:
        """Return the register as it is now, was at the end of a day, or after a revision.

        Parameters
        ----------
        as_of : date or str, optional
            ``"2025-12-31"``: by the days from which changes hold, whenever they were recorded.
        revision : int, optional
            After that transaction: what was recorded by then.

        Returns
        -------
        GeoDataFrame
            The fields of the schema and the geometry, one row an object, in the order in which they were added.
        """
        if as_of is not None and revision is not None:
            raise ValueError("give as_of or revision, not both")
        with opened(self.path) as history:
            versions = history.versions()
        if as_of is not None:
            day = day_of(as_of, "as_of")
            versions = [each for each in versions if each.held_on(day)]
        elif revision is not None:
            versions = [each for each in versions if each.held_at(revision)]
        else:
            versions = [each for each in versions if each.holds]
        return self._frame(versions)

    def history(self, id: str | None = None) -> GeoDataFrame:  # noqa: A002
        """Return every version of one row, or of all: its span (from, until, who, when, why) and its values."""
        with opened(self.path) as history:
            versions = history.versions(None if id is None else [id])
        if id is not None and not versions:
            raise ValueError(f"{self.path} has no row {id!r}")
        frame = self._frame(versions)
        for at, name in enumerate(SPAN):
            kind = "Int64" if SPAN[name] == "INTEGER" else "object" if SPAN[name] == "DATE" else "string"
            frame.insert(1 + at, name, pd.Series([each.span[name] for each in versions], dtype=kind))
        return frame

    def _frame(self, versions: Sequence[Version]) -> GeoDataFrame:
        import geopandas

        table = pd.DataFrame(index=pd.RangeIndex(len(versions)))
        for name, each in self.schema.fields.items():
            table[name] = pd.Series([version.cells[name] for version in versions], dtype=PANDAS_TYPES[each.type])
        places = geopandas.GeoSeries([version.geometry for version in versions], crs=self.crs)
        return geopandas.GeoDataFrame(table, geometry=places)

    def add(
        self,
        rows: Any,
        *,
        by: str,
        why: str,
        since: str | date | None = None,
        mapping: Any = None,
        crs: str | None = None,
    ) -> Changes:
        """Add objects: all of them, or none where any is refused.

        Parameters
        ----------
        rows : mapping, list of mappings, DataFrame, GeoDataFrame or path
            Field to value, as people write them; files as `sheltermap.inspect` reads them. Places are a geometry, or
            ``lon`` and ``lat``, or ``x`` and ``y`` with ``crs``.
        by, why : str
            Who adds them, and for what reason.
        since : date or str, optional
            The day from which they hold; today unless you say otherwise.
        mapping, crs : optional
            As of `sheltermap.inspect`.

        Returns
        -------
        Changes

        Raises
        ------
        RegisterError
            With every refused value, why, and what to do; an identifier that is, or ever was, in the register is
            refused too.
        """
        return self._write(rows, by, why, since, mapping, crs, add_rows, partial=False)

    def update(
        self,
        rows: Any,
        *,
        by: str,
        why: str,
        since: str | date | None = None,
        mapping: Any = None,
        crs: str | None = None,
    ) -> Changes:
        """Change objects: the columns that are there, besides ``id``; an empty value empties the field.

        Parameters and errors are those of `add`. What says the same as before makes no new version.
        """
        return self._write(rows, by, why, since, mapping, crs, update_rows, partial=True)

    def close(self, ids: str | Iterable[str], *, by: str, why: str, since: str | date | None = None) -> Changes:
        """Say that objects are no more: they leave the register from that day on, and stay in its history."""
        return self._write(id_rows(ids), by, why, since, None, None, close_rows, partial=True)

    def reopen(self, ids: str | Iterable[str], *, by: str, why: str, since: str | date | None = None) -> Changes:
        """Put closed objects back as they were last."""
        return self._write(id_rows(ids), by, why, since, None, None, reopen_rows, partial=True)

    def _write(
        self,
        rows: Any,
        by: str,
        why: str,
        since: str | date | None,
        mapping: Any,
        crs: str | None,
        how: Any,
        *,
        partial: bool,
    ) -> Changes:
        stamp = signature(by, why, since)
        column_mapping = load_mapping(mapping)
        if crs is not None:
            column_mapping = column_mapping.model_copy(update={"crs": crs})
        table = table_of(rows, column_mapping)
        with opened(self.path, writing=True) as history:
            today = clock.now().astimezone().date()
            try:
                taken = batch(table, history.register, history.meta, today, column_mapping, partial=partial)
                changes = how(history, taken, stamp)
            except RegisterError as error:
                source = str(self.path) if error.source == THE_FRAME else error.source
                raise RegisterError(source, error.noted) from None
        warnings = [*taken.warnings, *changes.warnings]
        return replace(changes, warnings=warnings, notes=taken.table.notes, unused_columns=taken.unused_columns)

    def export(self, path: str | os.PathLike[str], *, as_of: str | date | None = None, lang: str = "en") -> None:
        """Write a copy of the register for a colleague to edit, `.xlsx`, `.csv` or `.gpkg`; `merge` takes it back.

        Its column ``copy_of`` names the store and its revision, and tells `merge` what the colleague started from. What
        stands at the place is never overwritten.
        """
        rows = self.rows(None if as_of is None else day_of(as_of, "as_of"))
        # A state of the past is no ground to edit: what is merged must start from what a revision says.
        write_copy(self.path, rows, Path(path), lang, marked=as_of is None)

    def merge(
        self,
        copy: Any,
        *,
        by: str,
        why: str,
        since: str | date | None = None,
        take: Side | None = None,
        missing: Literal["keep", "close"] | None = None,
        settled: Any = None,
        base: int | str | date | None = None,
        mapping: Any = None,
        crs: str | None = None,
        dry_run: bool = False,
    ) -> Merge:
        """Take back an edited copy: what only the copy changed is taken, what both changed is a conflict.

        Nothing is applied while a conflict is open.

        Parameters
        ----------
        copy : path or frame
            What `export` wrote and somebody edited.
        by, why, since
            As of `add`.
        take : {"mine", "theirs"}, optional
            The rule for conflicts: what the register says, or what the copy says.
        missing : {"keep", "close"}, optional
            The rule for rows that the copy no longer has.
        settled : path or DataFrame, optional
            Conflicts one by one: columns ``id``, ``field`` and ``take``, as `Merge.conflicts` lists them.
        base : int, date or str, optional
            What the copy was made from, where it has lost its column ``copy_of``: a revision, or a day on which nothing
            was changed, or a time of this machine's clock (``"2025-12-31T14:30"``).
        mapping, crs : optional
            As of `sheltermap.inspect`.
        dry_run : bool
            Only say what would be done.

        Returns
        -------
        Merge
            ``.conflicts``, ``.changes``, and whether it was ``.applied``.

        Raises
        ------
        RegisterError
            If the copy holds values that are refused.
        """
        stamp = signature(by, why, since)
        rules = Rules.of(take, missing, settled)
        with opened(self.path, writing=not dry_run) as history:
            today = clock.now().astimezone().date()
            theirs = read_copy(copy, history, today, mapping=mapping, crs=crs, base=base)
            result = merged(history, theirs, rules)
            if result.open.empty and not dry_run:
                result.applied = True
                result.done = apply(history, result.plan, stamp)
        result.done.warnings = [*theirs.batch.warnings, *result.done.warnings]
        result.done.notes = theirs.batch.table.notes
        result.done.unused_columns = theirs.batch.unused_columns
        return result
