# SPDX-License-Identifier: Apache-2.0
"""Layers as Shapefiles, with a list of what these cannot hold."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sheltermap._native import _core
from sheltermap.layers import conversion, frames
from sheltermap.layers.arrow import writable_columns
from sheltermap.layers.field_names import shapefile_names
from sheltermap.layers.format_losses import tell

TEXT_BYTES = 254  # of a field of dBASE
EXACT = 2**53  # beyond it a double skips whole numbers
LARGEST = 1e17  # with a fraction beside it, in the 24 letters of a field
DATE_TIME = (1980, 1, 1, 0, 0, 0)  # of the members of an archive, so that the same layer gives the same bytes
LIST = ".losses.txt"
HEAD = "What the Shapefile cannot hold as it was:\n\n"


def write(name: str, frame: pd.DataFrame, target: Path) -> None:
    """Write a layer as `.shp` and the files beside it, or all of them in a `.zip`; see `sheltermap.write`."""
    is_archive = target.suffix.lower() == ".zip"
    stem = target.stem.removesuffix(".shp") if is_archive else target.stem
    layer, losses = fitted(name, frame, target)
    text = "".join([HEAD, *(f"- {each}\n" for each in losses)]) if losses else ""
    if is_archive:
        _write_archive(target, stem, layer, text)
    else:
        _core.write_layers(target, [layer])
        _write_list(target.with_suffix(LIST), text)
    tell(target, losses, listed=f"{stem}{LIST}")


def _write_list(path: Path, text: str) -> None:
    """Write the list of losses beside the Shapefile; that of an older one goes where nothing is lost."""
    try:
        if not text:
            path.unlink(missing_ok=True)
            return
        fresh = Path(_core.sibling_for(path))
        fresh.write_text(text, encoding="utf-8", newline="\n")
        _core.replace(fresh, path)
    except OSError as error:
        raise _core.WriteError(f"{path} cannot be written: {error.strerror}") from None


def _write_archive(target: Path, stem: str, layer: _core.Layer, text: str) -> None:
    fresh = Path(_core.sibling_for(target))
    try:
        with TemporaryDirectory(prefix=".sheltermap-", dir=target.absolute().parent) as folder:
            _core.write_layers(Path(folder) / f"{stem}.shp", [layer])
            if text:
                (Path(folder) / f"{stem}{LIST}").write_text(text, encoding="utf-8", newline="\n")
            with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
                for each in sorted(Path(folder).iterdir()):
                    with each.open("rb") as source, archive.open(zipfile.ZipInfo(each.name, DATE_TIME), "w") as member:
                        shutil.copyfileobj(source, member)
        _core.replace(fresh, target)
    except OSError as error:
        raise _core.WriteError(f"{target} cannot be written: {error.strerror or error}") from None
    finally:
        fresh.unlink(missing_ok=True)


def fitted(name: str, given: pd.DataFrame, target: Path) -> tuple[_core.Layer, list[str]]:
    """Return a layer that a Shapefile holds as it is, and what that cost.

    Raises
    ------
    ValueError
        If it has no geometries.
    """
    frame = conversion.with_index(name, given)
    geometry = getattr(frame, "_geometry_column_name", None)
    if geometry is None:
        raise ValueError(f"{target} holds a layer with geometries; write a table as .xlsx, .csv or .gpkg")
    losses: list[str] = []
    columns = {
        column: _held(column, values, losses)
        for column, values in writable_columns(pd.DataFrame(frame.drop(columns=geometry))).items()
    }
    names = shapefile_names(columns)
    renamed = [f"column '{old}' is called '{new}'" for old, new in names.items() if old != new]
    empty = [column for column, values in columns.items() if values.null_count and not _is_text(values)]
    if empty:
        told = ", ".join(f"'{each}'" for each in empty)
        losses.append(f"empty cells of {told}: ArcGIS may show 0; QGIS shows that they are empty")
    what = f"layer '{name}'"
    table = pa.table({names[column]: values for column, values in columns.items()})
    core_table = _core.Table.from_stream(table) if columns else _core.Table(len(frame))
    return _core.Layer(name, frames.crs_of(frame, what), core_table, frames.column(frame, what)), [*renamed, *losses]


def _is_text(values: Any) -> bool:
    return bool(pa.types.is_large_string(values.type))


def _held(name: str, values: Any, losses: list[str]) -> Any:
    """Return a column of a type that dBASE has, with what that cost."""
    if pa.types.is_timestamp(values.type):
        losses.append(f"column '{name}' holds times, so it became text: a Shapefile knows days only")
        return _written_times(values)
    if pa.types.is_int64(values.type):
        ends = pc.min_max(values).as_py()
        if ends["max"] is not None and max(ends["max"], -ends["min"]) > EXACT:
            losses.append(f"column '{name}' has whole numbers beyond 2^53, so it became text")
            return values.cast(pa.large_string())
        return values
    if pa.types.is_float64(values.type):
        return _held_numbers(name, values, losses)
    if not _is_text(values):
        return values
    if pc.any(pc.equal(values, "")).as_py():
        losses.append(f"column '{name}' has empty texts, which cannot be told from missing ones")
    return _short_texts(name, values, losses)


def _held_numbers(name: str, values: Any, losses: list[str]) -> Any:
    numbers = values.to_numpy(zero_copy_only=False)
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return values
    if not np.isfinite(known).all() or np.abs(known).max() >= LARGEST:
        losses.append(f"column '{name}' has numbers of more digits than a field holds, so it became text")
        texts = [None if np.isnan(each) else repr(float(each)) for each in numbers]
        return pa.array(texts, pa.large_string())
    least = np.abs(known[known != 0]).min(initial=1)
    if least < 1e-6:
        losses.append(f"column '{name}' keeps 15 decimals of its numbers at most; the smallest is {least:g}")
    return values


def _short_texts(name: str, values: Any, losses: list[str]) -> Any:
    lengths = pc.fill_null(pc.binary_length(values.cast(pa.large_binary())), 0)
    rows = np.flatnonzero(lengths.to_numpy(zero_copy_only=False) > TEXT_BYTES)
    if not len(rows):
        return values
    texts = values.to_pylist()
    for row in rows:
        texts[row] = texts[row].encode()[:TEXT_BYTES].decode(errors="ignore")
    of = f"row {rows[0] + 1}" if len(rows) == 1 else f"{len(rows)} rows, the first of them {rows[0] + 1},"
    losses.append(f"column '{name}': the text of {of} was cut to {TEXT_BYTES} bytes")
    return pa.array(texts, pa.large_string())


def _written_times(values: Any) -> Any:
    zone = "Z" if values.type.tz else ""
    told = [None if each is None else f"{each.replace(tzinfo=None).isoformat()}{zone}" for each in values.to_pylist()]
    return pa.array(told, pa.large_string())
