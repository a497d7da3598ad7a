# SPDX-License-Identifier: Apache-2.0
"""What the codes of alerts stand for: areas with a column of codes, or a table that names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

import sheltermap as sm
from sheltermap.alerts.alert import Pairs
from sheltermap.base.suggestions import one_form, unknown
from sheltermap.layers import frames
from sheltermap.layers.conversion import to_shapely
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.layers.plain_tables import plain_table

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".ods")  #: of tables that name areas
CODE, AREA, SCHEME = "code", "area", "scheme"  # columns of a table, and of a layer of areas with codes


@dataclass(frozen=True)
class CodedAreas:
    """Areas by their codes: by the name of the list that a code is of and the code; of any list under ``None``."""

    shapes: Mapping[tuple[str | None, str], Any]

    def shape_of(self, geocodes: Pairs) -> tuple[Any, tuple[str, ...]]:
        """Return the union of the areas of some codes, and the codes that stand for none.

        Codes of several lists describe one area several times: those of the list that is known best count.
        """
        lists: dict[str, list[str]] = {}
        for name, code in geocodes:
            lists.setdefault(name, []).append(code)
        found = {
            name: [self.shapes.get((name, code), self.shapes.get((None, code))) for code in codes]
            for name, codes in lists.items()
        }
        best = max(found, key=lambda name: sum(each is not None for each in found[name]) / len(found[name]))
        shapes = [each for each in found[best] if each is not None]
        absent = [code for code, shape in zip(lists[best], found[best], strict=True) if shape is None]
        return shapely.union_all(shapes) if shapes else None, tuple(absent)


def of_areas(areas: GeoDataFrame, code: str = CODE, scheme: str | None = None) -> CodedAreas:
    """Return areas by the codes in a column of theirs.

    Parameters
    ----------
    areas : GeoDataFrame of polygons
        In any CRS.
    code : str
        The column with the codes.
    scheme : str, optional
        The list they are of, as ``valueName`` of alerts has it: EMMA_ID. By default the column ``scheme`` says it row
        by row where there is one; else the codes are of any list.

    Raises
    ------
    ValueError
        If there is no such column.
    """
    frames.require_columns(areas, [code], frames.describe(areas, "geocodes"))
    in_wgs84 = to_shapely(frames.polygons(areas, "geocodes"))
    names = (
        areas[SCHEME] if scheme is None and SCHEME in areas.columns else pd.Series(scheme, areas.index, dtype=object)
    )
    shapes: dict[tuple[str | None, str], list[Any]] = {}
    for shape, there, value, name in zip(in_wgs84, has_place(in_wgs84), areas[code], names, strict=True):
        if there and not pd.isna(value):
            shapes.setdefault((None if pd.isna(name) else str(name), _text(value)), []).append(shape)
    return CodedAreas({key: shapely.union_all(each) for key, each in shapes.items()})


def of_table(path: Path, areas: GeoDataFrame, area_name: str, scheme: str | None = None) -> CodedAreas:
    """Return areas by the codes that a table gives them: a CSV or spreadsheet with ``code`` and ``area``.

    A column ``scheme`` may say which list each code is of.

    Raises
    ------
    ReadError
        If the table cannot be read.
    ValueError
        If it lacks a column, or names areas that there are not.
    """
    table = plain_table(path, None)
    if table is None:
        raise sm.ReadError(f"{path} is no table of codes: CSV or a spreadsheet with the columns {CODE} and {AREA}")
    frames.require_columns(table, [CODE, AREA], path.name)
    frames.require_columns(areas, [area_name], frames.describe(areas, "areas"))
    known = {str(one_form(each)): each for each in areas[area_name].dropna()}
    named = table[AREA].map(one_form)
    for row, name in enumerate(named, start=1):
        if pd.isna(name) or str(name) not in known:
            raise ValueError(f"{path.name}: row {row}: {unknown('unknown area', str(name), known)}")
    own = areas[area_name].map(lambda each: None if pd.isna(each) else str(one_form(each)))
    columns = [CODE, *([SCHEME] if SCHEME in table.columns else [])]
    rows = areas.assign(**{AREA: own})[[AREA, areas.geometry.name]].merge(
        table.assign(**{AREA: named})[[AREA, *columns]], on=AREA
    )
    return of_areas(rows.set_geometry(areas.geometry.name, crs=areas.crs), CODE, scheme)


def _text(value: Any) -> str:
    """Return a code as alerts write it: a number without decimals."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
