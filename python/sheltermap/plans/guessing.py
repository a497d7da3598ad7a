# SPDX-License-Identifier: Apache-2.0
"""What a file may be to a plan: people, facilities, areas, zones, streets; by its name, its shapes, its columns."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype, is_string_dtype

from sheltermap._native import CrsError, ReadError
from sheltermap.base.language import all_words
from sheltermap.base.ordinary_files import is_there
from sheltermap.base.suggestions import bare, one_form
from sheltermap.basemap.openstreetmap import OSM_ENDINGS
from sheltermap.layers import files
from sheltermap.layers.plain_tables import CSV
from sheltermap.layers.raster import Raster
from sheltermap.layers.refused_rows import refused
from sheltermap.questions.sources import RASTER_ENDINGS, SAVED_ENDING
from sheltermap.registers.schema import abroad

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Role = Literal["people", "facilities", "areas", "zones", "streets"]
Shape = Literal["points", "lines", "polygons", "cells"]
SHAPES: dict[str, Shape] = {"Point": "points", "LineString": "lines", "Polygon": "polygons"}
MOST_SCENARIOS = 50  # values of a column that tells scenarios apart: more are names or numbers of something
# Of files in a folder these are looked at; of a Shapefile the rest lies beside it.
LAYERS = (*files.PARQUET, *files.SPREADSHEET, *files.KML, *files.JSON, *CSV, ".gpkg", ".shp", ".fgb", ".gdb")
# Which fields of registers hold what is looked for: their names in other languages are known.
FIELDS = {
    "id_column": ("id",),
    "name_column": ("name", "address"),
    "people_column": ("people",),
    "capacity_column": ("capacity_persons",),
    "scenario_column": ("scenario",),
}
ENDINGS = (*LAYERS, *OSM_ENDINGS, SAVED_ENDING, *RASTER_ENDINGS)
COUNT, DENSITY, DEPTH = "count", "density_per_km2", "depth_m"  # what the cells of a raster may hold
_PARTS_OF_NAMES = re.compile(r"[A-ZÀ-Þ]?[a-zß-ÿĀ-ž]+|[A-ZÀ-ÞĀ-Ž]+(?![a-z])")


@dataclass(frozen=True)
class Candidate:
    """A layer of a file, or a file of streets: what was seen of it, and how a plan has to read it."""

    path: Path
    layer: str | None = None  #: where the file has several
    shape: Shape | None = None  #: of most rows; nothing of a street network
    rows: int = 0
    unusable: int = 0  #: rows without a usable place
    crs: str = ""
    reading: dict[str, Any] = field(default_factory=dict)  #: keys of the input beside path and layer
    id: str | None = None
    name: str | None = None
    weights: tuple[str, ...] = ()  #: columns of numbers that may be people, the likeliest first
    names: tuple[str, ...] = ()  #: columns that may hold what people call the rows, the likeliest first
    scenarios: tuple[str, ...] = ()  #: columns that may tell scenarios apart, the likeliest first
    capacity: str | None = None

    def column(self, role: Role) -> str | None:
        """Return the column that a role asks for: the one that is called so; of areas any of texts.

        Of a raster it is what its cells hold, where its name says it.
        """
        if self.is_raster:
            return next((each for each in self.columns(role) if _means(f"{each}_file", self._named)), None)
        if role == "people":
            return next((each for each in self.weights if _is_called("people_column", each)), None)
        if role == "zones":
            return next((each for each in self.scenarios if _is_called("scenario_column", each)), None)
        return next(iter(self.names), None) if role == "areas" else None

    def columns(self, role: Role) -> tuple[str, ...]:
        """Return the columns that a role may ask for, the likeliest first; of a raster what its cells may hold."""
        if self.is_raster:
            return {"people": (COUNT, DENSITY), "zones": (DEPTH,)}.get(role, ())
        return {"people": self.weights, "areas": self.names, "zones": self.scenarios}.get(role, ())

    @property
    def is_network(self) -> bool:
        """Whether it is made for streets: a file of OpenStreetMap, or a saved network."""
        return self.shape is None

    @property
    def is_raster(self) -> bool:
        """Whether it has cells."""
        return self.shape == "cells"

    @property
    def _named(self) -> list[str]:
        return [*_words(self.path.stem), *_words(self.layer or "")]

    @property
    def called(self) -> str:
        """What people call it: the file, and the layer where it has several."""
        return self.path.name if self.layer is None else f"{self.path.name}, {self.layer}"

    @property
    def allowed(self) -> tuple[Role, ...]:
        """What its shapes can be."""
        return _allowed(self.shape)

    @property
    def roles(self) -> tuple[Role, ...]:
        """What it can be, the likeliest first; nothing where its name and its columns tell nothing."""
        if self.is_network:
            return ("streets",)
        if self.is_raster:
            return tuple(role for role in self.allowed if self.column(role) is not None)
        by_name: list[Role] = [role for role in self.allowed if _means(f"{role}_file", self._named)]
        return tuple(dict.fromkeys([*by_name, *self._by_columns()]))

    def _by_columns(self) -> Iterator[Role]:
        allowed = self.allowed
        if "zones" in allowed and self.scenarios and _is_called("scenario_column", self.scenarios[0]):
            yield "zones"
        if "people" in allowed and self.weights and _is_called("people_column", self.weights[0]):
            yield "people"
        if self.shape == "points":
            yield "facilities"
        if "areas" in allowed and self.names:
            yield "areas"


def _allowed(shape: Shape | None) -> tuple[Role, ...]:
    if shape == "cells":
        return ("people", "zones")
    if shape == "polygons":
        return ("zones", "facilities", "areas")
    return ("facilities", "people") if shape == "points" else ("streets",)


def look(path: Path, crs: str | None = None) -> list[Candidate]:
    """Look at a file: every layer of it, read as a plan would read it.

    Parameters
    ----------
    path : path-like
        A file that plans read.
    crs : str, optional
        The reference system, where the file names none.

    Returns
    -------
    list of Candidate
        One for each layer that has rows with places, or for a raster.

    Raises
    ------
    ReadError
        If it cannot be read, or has no row with a place.
    CrsError
        If nobody says its reference system.
    """
    if path.name.lower().endswith((*OSM_ENDINGS, SAVED_ENDING)):
        return [Candidate(path)]
    if path.name.lower().endswith(RASTER_ENDINGS):
        raster = Raster(path, crs=crs)
        called = raster.core.crs.code or raster.core.crs.name
        named_there = None if crs is None else {"crs": crs}
        return [Candidate(path, None, "cells", math.prod(raster.shape), crs=called, reading=named_there or {})]
    named = files.layer_names(path)
    layers: Sequence[str | None] = named if len(named) > 1 else [None]
    found: list[Candidate] = []
    why = ""
    for layer in layers:
        frame, reading = _read(path, layer, crs)
        if (seen := _seen(frame, path, layer, reading)) is not None:
            found.append(seen)
        elif len(bad := refused(frame)):
            why = f": row {bad['row'].iloc[0]}: {bad['detail'].iloc[0]}; {bad['remedy'].iloc[0]}"
    if not found:
        raise ReadError(f"{path.name} has no row with a usable place{why}")
    return found


def data_files(paths: Iterable[Path]) -> list[Path]:
    """Return some paths, in the place of each folder the files in it that plans read.

    Raises
    ------
    ReadError
        If a path leads nowhere, or to a folder without such a file.
    """
    found: list[Path] = []
    for path in paths:
        if not is_there(path):
            raise ReadError(f"no file {path}")
        if not path.is_dir() or path.suffix.lower() == ".gdb":
            found.append(path)
            continue
        inside = sorted(each for each in path.iterdir() if each.name.lower().endswith(ENDINGS))
        if not inside:
            raise ReadError(f"{path} is a folder without a file that plans read: {', '.join(ENDINGS)}")
        found += inside
    return list(dict.fromkeys(found))


def _seen(frame: GeoDataFrame, path: Path, layer: str | None, reading: dict[str, Any]) -> Candidate | None:
    """Return what is seen of a layer; nothing where no row has a place."""
    kinds = frame.geom_type.dropna().str.removeprefix("Multi").value_counts()
    shape = SHAPES.get(str(kinds.index[0])) if len(kinds) else None
    if shape is None:
        return None
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    named = tuple(_ranked("name_column", _texts(table)))
    ids = [each for each in table.columns if _is_called("id_column", each) and _is_key(table[each])]
    numbers = list(_numbers(table, {*ids}))
    capacity = next((each for each in numbers if _is_called("capacity_column", each)), None)
    return Candidate(
        path,
        layer,
        shape,
        len(frame),
        int((~_placed(frame)).sum()),
        frame.crs.to_string() if frame.crs.to_authority() else frame.crs.name,
        reading,
        id=next(iter(ids), None),
        name=next((each for each in named if _is_called("name_column", each)), None),
        weights=tuple(_ranked("people_column", [each for each in numbers if each != capacity])),
        names=named,
        scenarios=tuple(_ranked("scenario_column", [each for each in table.columns if _tells_apart(table[each])])),
        capacity=capacity,
    )


def _read(path: Path, layer: str | None, crs: str | None) -> tuple[GeoDataFrame, dict[str, Any]]:
    """Return a layer, and the keys of an input by which a plan reads it without stopping."""
    reading: dict[str, Any] = {}
    try:
        frame = files.read(path, layer=layer, strict=False)
    except CrsError:
        if crs is None:
            raise
        reading["crs"] = crs
        frame = files.read(path, layer=layer, strict=False, crs=crs)
    if (refused(frame)["reason"] == "invalid_geometry").any():
        reading["invalid"] = "repair"
        frame = files.read(path, layer=layer, strict=False, **reading)
    if len(refused(frame)):
        reading["strict"] = False
    return frame, reading


def _placed(frame: GeoDataFrame) -> pd.Series[bool]:
    return frame.geometry.notna() & ~frame.geometry.is_empty


def _texts(table: pd.DataFrame) -> list[str]:
    """Return the columns of texts that are mostly filled, those of the most different texts first."""
    kept = [each for each in table.columns if is_string_dtype(table[each]) and table[each].notna().mean() > 0.5]
    return sorted(kept, key=lambda each: -table[each].nunique())


def _numbers(table: pd.DataFrame, ids: set[str]) -> Iterator[str]:
    """Give the columns that can be counts: no ids, no coordinates, nothing below zero, not all of them zero."""
    for name in table.columns:
        column = table[name]
        if name in ids or is_bool_dtype(column) or not is_numeric_dtype(column) or _is_called("place_column", name):
            continue
        known = column.dropna()
        if len(known) and known.min() >= 0 and known.sum() > 0:
            yield name


def _is_key(column: pd.Series[Any]) -> bool:
    return bool(column.notna().all() and column.is_unique)


def _tells_apart(column: pd.Series[Any]) -> bool:
    values = column.dropna()
    return bool(len(values) == len(column) and 1 < values.nunique() <= min(MOST_SCENARIOS, max(1, len(column) - 1)))


def _ranked(key: str, columns: Iterable[str]) -> list[str]:
    """Return columns with those first that are called as a key of the languages' files has it."""
    return sorted(columns, key=lambda each: not _is_called(key, each))


def _is_called(key: str, column: str) -> bool:
    """Whether a column is called as a key of the languages' files has it, or as a register's field in any language."""
    return _means(key, _words(column)) or bare(column) in _abroad(key)


@cache
def _abroad(key: str) -> frozenset[str]:
    return frozenset(bare(name) for field in FIELDS.get(key, ()) for name in abroad(field))


def _means(key: str, words: Iterable[str]) -> bool:
    """Whether one of some words begins as one of those that a key of the languages' files has; "id." has to be all."""
    begins, whole = _known(key)
    return any(word.startswith(begins) or word in whole for word in words)


@cache
def _known(key: str) -> tuple[tuple[str, ...], frozenset[str]]:
    given = {word for own in all_words()[f"guess.{key}"].values() for word in own.split()}
    return tuple(word for word in given if not word.endswith(".")), frozenset(
        word[:-1] for word in given if word.endswith(".")
    )


def _words(name: str) -> list[str]:
    """Return the words of a name in small letters: of "KAB_NAME", "lokalId" and "poa_hexgrid".

    Examples
    --------
    >>> _words("KAB_NAME"), _words("lokalId"), _words("Jakarta_RW_2007flood")
    (['kab', 'name'], ['lokal', 'id'], ['jakarta', 'rw', 'flood'])
    """
    return [part.casefold() for part in _PARTS_OF_NAMES.findall(str(one_form(name)))]
