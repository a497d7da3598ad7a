# SPDX-License-Identifier: Apache-2.0
"""The GeoPackage of an assessment, asked in SQL: only read, whatever a query says."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sheltermap._native import ReadError
from sheltermap.base.sql_quoting import quoted
from sheltermap.base.suggestions import one_form


class StoredLayers:
    """The layers and tables of a GeoPackage, for `questions.figure_source`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._spelt: dict[tuple[str, str], dict[str, list[Any]]] = {}
        self._columns: dict[str, dict[str, str]] = {}

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        try:
            opened = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
            opened.execute("SELECT COUNT(*) FROM gpkg_contents")
        except sqlite3.Error as error:
            raise ReadError(f"{self.path} cannot be read: {error}") from None
        return opened

    def columns(self, layer: str) -> dict[str, str]:
        """Return the types of a layer's columns by name; nothing where there is no such layer."""
        if layer not in self._columns:
            found = self._connection.execute("SELECT name, type FROM pragma_table_info(?)", [layer])
            self._columns[layer] = dict(found.fetchall())
        return self._columns[layer]

    def spelt(self, layer: str, name: str, told: str) -> Sequence[Any]:
        """Return the values of a column that a figure tells as this text, as the layer spells them."""
        if (layer, name) not in self._spelt:
            known: dict[str, list[Any]] = {}
            if name in self.columns(layer):
                sql = f"SELECT DISTINCT {quoted(name)} FROM {quoted(layer)} WHERE {quoted(name)} IS NOT NULL"
                for (value,) in self.answers(sql):
                    for said in {one_form(str(value)), f"{value:g}" if isinstance(value, float) else str(value)}:
                        known.setdefault(said, []).append(value)
            self._spelt[layer, name] = known
        return self._spelt[layer, name].get(one_form(told), [])

    def answers(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows that a query gives.

        Raises
        ------
        ReadError
            If the GeoPackage does not hold what it asks for: it was changed, or is of an older sheltermap.
        """
        try:
            return self._connection.execute(sql).fetchall()
        except sqlite3.Error as error:
            raise self._lacks(error) from None

    def number(self, sql: str) -> float:
        """Return the one number that a query gives, NaN for nothing."""
        rows = self.answers(sql)
        return float("nan") if not rows or rows[0][0] is None else float(rows[0][0])

    def frame(self, sql: str) -> pd.DataFrame:
        """Return what a query gives as a table."""
        try:
            return pd.read_sql_query(sql, self._connection)
        except (sqlite3.Error, pd.errors.DatabaseError) as error:
            raise self._lacks(error) from None

    def _lacks(self, error: Exception) -> ReadError:
        return ReadError(
            f"{self.path} does not hold what the figure is made of ({error}): it was changed, or an older sheltermap "
            "wrote it; run the plan again"
        )
