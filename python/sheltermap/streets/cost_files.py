# SPDX-License-Identifier: Apache-2.0
"""Tables of costs as other programs write them: frames, CSV, Parquet, spreadsheets, JSON of routing services."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.suggestions import told
from sheltermap.layers import files
from sheltermap.layers.plain_tables import plain_table
from sheltermap.layers.raw_rows import text_of

PARQUET = (".parquet",)
KINDS = {"durations": "durations", "time": "durations", "distances": "distances", "distance": "distances"}
_LENGTHS = {"kilometers": "km", "km": "km", "miles": "mi", "mi": "mi", "m": "m", "meters": "m"}


@dataclass(frozen=True)
class CostSource:
    """What was given, before anybody says which column is which."""

    name: str  #: for messages
    frame: pd.DataFrame
    is_matrix: bool = False  #: rows and columns stand for the rows of the layers, in their order
    is_file: bool = False  #: so that its index says nothing
    unit: str | None = None  #: that the source says


def opened(table: Any, encoding: str | None, cost: str | None) -> CostSource:
    """Return a table of costs that was given as a path, a frame or a matrix.

    Raises
    ------
    ReadError
        If a file cannot be read, or is damaged.
    TypeError
        If it is nothing of the kind.
    """
    if isinstance(table, (str, os.PathLike)):
        return _of_file(table, encoding, cost)
    if encoding is not None:
        raise ValueError("encoding is for files")
    if isinstance(table, pd.DataFrame):
        return CostSource(str(table.attrs.get("sheltermap_source", "the table")), table)
    if isinstance(table, Mapping):
        return _of_service(table, "the response", cost)
    if isinstance(table, np.ndarray):
        if table.ndim != 2 or table.dtype.kind not in "iuf":
            raise ValueError(f"a matrix of costs has two dimensions and numbers, not {table.ndim} of {table.dtype}")
        return CostSource("the matrix", pd.DataFrame(table), is_matrix=True)
    raise TypeError(f"a table of costs is a path, a DataFrame, a matrix or a service's response, not {told(table)}")


def _of_file(path: str | os.PathLike[str], encoding: str | None, cost: str | None) -> CostSource:
    name, ending = Path(path).name, Path(path).suffix.lower()
    try:
        if ending in PARQUET:
            from sheltermap.layers import parquet

            return CostSource(name, parquet.cells(files.readable(path, encoding)), is_file=True)
        rows = plain_table(path, encoding)
        if rows is not None:
            return CostSource(name, rows, is_file=True)
        if ending == ".json":
            return _of_service(_json(files.readable(path, encoding), encoding), name, cost)
    except OSError as error:
        raise _core.ReadError(f"{path} cannot be read: {error.strerror}") from None
    raise _core.ReadError(f"{name}: a table of costs is a .csv, .parquet, .xlsx, .ods or .json file")


def _json(path: Path, encoding: str | None) -> Mapping[str, Any]:
    try:
        found = json.loads(text_of(path, encoding))
    except RecursionError:
        raise _core.ReadError(f"{path.name} is not JSON that can be read: it is nested too deeply") from None
    except ValueError as error:
        raise _core.ReadError(f"{path.name} is not JSON that can be read: {error}") from None
    if not isinstance(found, dict):
        raise _core.ReadError(f"{path.name} holds no matrix of a routing service")
    return found


def _of_service(response: Mapping[str, Any], name: str, cost: str | None) -> CostSource:
    """Return the matrix in a response of OSRM, openrouteservice or Valhalla: seconds, or lengths in their unit."""
    if response.get("code", "Ok") != "Ok":
        raise _core.ReadError(f"{name}: the service answered {response['code']!r}, not a matrix")
    valhalla = response.get("sources_to_targets")
    given = valhalla if isinstance(valhalla, Mapping) else response
    matrices = {kind: given[kind] for kind in ("durations", "distances") if given.get(kind) is not None}
    if isinstance(valhalla, list):
        matrices = {
            kind: _of_objects(valhalla, key, name) for key, kind in (("time", "durations"), ("distance", "distances"))
        }
    if not matrices:
        raise _core.ReadError(f"{name} holds no durations and no distances")
    wanted = next(iter(matrices)) if cost is None and len(matrices) == 1 else KINDS.get(str(cost))
    if wanted not in matrices:
        raise ValueError(
            f"{name} holds {' and '.join(matrices)}: say which are the costs, cost={next(iter(matrices))!r}"
        )
    unit = "s" if wanted == "durations" else _length_unit(response, name, valhalla is not None)
    try:
        matrix = np.array(matrices[wanted], np.float64)
    except (ValueError, TypeError):
        matrix = np.empty(0)
    if matrix.ndim != 2:
        raise _core.ReadError(f"{name}: its {wanted} are no matrix of numbers")
    return CostSource(name, pd.DataFrame(matrix), is_matrix=True, unit=unit)


def _of_objects(rows: list[Any], key: str, name: str) -> list[list[Any]]:
    try:
        return [[cell[key] for cell in row] for row in rows]
    except (TypeError, KeyError):
        raise _core.ReadError(f"{name}: a cell of sources_to_targets has no {key}") from None


def _length_unit(response: Mapping[str, Any], name: str, valhalla: bool) -> str:
    """Return the unit of distances: OSRM has metres, the others may be asked for another and say which."""
    query = response.get("metadata") or {}
    said = response.get("units", (query.get("query") or {}).get("units") if isinstance(query, Mapping) else None)
    if said is None and not valhalla:
        return "m"
    if said not in _LENGTHS:
        raise _core.ReadError(f"{name}: units is {said!r}, not one of {', '.join(_LENGTHS)}")
    return _LENGTHS[said]
