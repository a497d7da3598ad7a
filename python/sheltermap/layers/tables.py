# SPDX-License-Identifier: Apache-2.0
"""Spreadsheets and lists in JSON as layers: rows with coordinates in two of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sheltermap._native import _core
from sheltermap.base.invisible import visible
from sheltermap.layers import conversion
from sheltermap.layers.raw_rows import RawRows, typed
from sheltermap.layers.table_places import CRS_BY_COLUMNS, coordinate_columns, points

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def read(
    table: RawRows, options: _core.ReadOptions, crs: Any, id_column: str | None, *, x: str | None, y: str | None
) -> GeoDataFrame:
    """Return a table as a layer; see `sheltermap.read`."""
    import geopandas

    given = conversion.crs_text(crs)
    pair = coordinate_columns(table, x, y, given or None)
    if pair is None:
        raise _core.ReadError(
            f"{table.source} has no columns that are clearly coordinates; name them with x= and y=; it has "
            f"{', '.join(map(visible, table.cells))}"
        )
    said = given or pair.crs
    if said is None:
        raise _core.CrsError(
            f"{table.source} has coordinates in '{pair.x}' and '{pair.y}' and names no reference system; pass the one "
            "they are in, for example crs='EPSG:3059' for LKS-92"
        )
    places, bad = points(table, pair, in_degrees=_core.Crs(said).is_geographic)
    notes = [*table.notes, *([pair.told] if pair.is_guess else [])]
    frame = typed(table.cells, notes, numbers_in_texts=not table.is_json)
    name = next(each for each in ("geometry", "geom", "geometry_of_row") if each not in frame.columns)
    frame[name] = geopandas.GeoSeries(places, index=frame.index, crs=crs or said)
    layer = geopandas.GeoDataFrame(frame, geometry=name)
    layer.attrs["sheltermap_source"] = table.source
    told = {each.row: ("bad_coordinate", _said(each.column, each.text)) for each in reversed(bad)}
    told |= {row: ("damaged_row", why) for row, why in table.bad_rows.items()}
    damaged = [_core.RefusedRow(row, *why) for row, why in sorted(told.items())]
    checked = conversion.checked(layer, options, crs, id_column, damaged=damaged, notes=notes)
    if not given and pair.degrees:
        checked.attrs[CRS_BY_COLUMNS] = pair.names
    return checked


def _said(column: str, text: str) -> str:
    return f"column '{visible(column)}': '{visible(text)}' is not a number"
