# SPDX-License-Identifier: Apache-2.0
"""What people give where a GeoDataFrame belongs: geometries alone are taken as one, all else is told apart by kind."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd
import shapely

P = ParamSpec("P")
R = TypeVar("R")

FRAMES = {"GeoDataFrame", "pd.DataFrame"}
# How a parameter that takes more than frames says so in its annotation, and which values may then be meant.
OTHERS: dict[type | tuple[type, ...], tuple[str, ...]] = {
    (str, os.PathLike): ("str", "Path", "Literal"),
    Mapping: ("Mapping", "dict"),
    (Sequence, np.ndarray): ("Sequence", "Iterable", "Numbers", "NDArray", "list"),
}


ALSO = dict(zip(OTHERS, ("a path", "several by name", "a list"), strict=True))


def takes_frames(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that says what is wrong with what stands for a frame, before it looks at anything else.

    Which parameters are frames their annotations say. A GeoSeries is taken as a frame that has no other column.

    Examples
    --------
    >>> import geopandas as gpd
    >>> @takes_frames
    ... def columns(demand: GeoDataFrame) -> list[str]:
    ...     return list(demand.columns)
    >>> columns(gpd.GeoSeries.from_xy([24.1], [56.9], crs=4326))
    ['geometry']
    >>> columns("homes.gpkg")
    Traceback (most recent call last):
    TypeError: demand is a path; read the layer first: sm.read('homes.gpkg')
    """
    signature = inspect.signature(function)
    asked = {name: _kinds(each.annotation) for name, each in signature.parameters.items()}
    frames = {name: kinds for name, kinds in asked.items() if kinds & FRAMES}

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            given = signature.bind(*args, **kwargs)
        except TypeError:
            return function(*args, **kwargs)  # which says better what is missing
        for name in frames.keys() & given.arguments.keys():
            given.arguments[name] = _taken(given.arguments[name], name, frames[name])
        return function(*given.args, **given.kwargs)

    return wrapper


def _kinds(annotation: Any) -> frozenset[str]:
    return frozenset(each.strip() for each in str(annotation).split("|"))


def _taken(value: Any, name: str, kinds: frozenset[str]) -> Any:
    import geopandas

    if isinstance(value, pd.DataFrame) or (value is None and "None" in kinds):
        return value
    if isinstance(value, geopandas.GeoSeries):
        return value if "GeoSeries" in kinds else value.to_frame(value.name or "geometry")
    if any(isinstance(value, types) and _names(kinds, words) for types, words in OTHERS.items()):
        return value
    told_apart = value is None or isinstance(value, (shapely.Geometry, *_flat(OTHERS)))
    if not told_apart and any(not _is_known(kind) for kind in kinds):
        return value  # a network, a raster: the function knows
    told = no_frame(value, name) if "GeoDataFrame" in kinds else no_table(value, name)
    raise TypeError(told + "".join(f", or {ALSO[types]}" for types, words in OTHERS.items() if _names(kinds, words)))


def _names(kinds: frozenset[str], words: tuple[str, ...]) -> bool:
    return any(kind.split("[")[0].split(".")[-1].startswith(words) for kind in kinds)


def _is_known(kind: str) -> bool:
    known = kind in FRAMES | {"None", "GeoSeries"}
    return known or any(_names(frozenset([kind]), words) for words in OTHERS.values())


def _flat(types: Mapping[type | tuple[type, ...], Any]) -> tuple[type, ...]:
    return tuple(each for kind in types for each in (kind if isinstance(kind, tuple) else (kind,)))


def no_frame(value: Any, what: str) -> str:
    """Say what stands where a GeoDataFrame belongs, and what to give instead.

    Examples
    --------
    >>> no_frame([shapely.Point(24, 57)], "demand")[:70]
    'demand is a list of shapes; give a GeoDataFrame, which says where they'
    >>> no_frame(5, "demand")
    'demand is a int; give a GeoDataFrame: sm.read(...)'
    """
    if value is None:
        return f"{what} is None; give a GeoDataFrame: sm.read(...)"
    if isinstance(value, (str, os.PathLike)):
        return f"{what} is a path; read the layer first: sm.read({os.fspath(value)!r})"
    if isinstance(value, Mapping) and "type" in value:
        return f"{what} is GeoJSON; read it first: sm.read({what})"
    shapes = [value] if isinstance(value, shapely.Geometry) else value
    if isinstance(shapes, (Sequence, np.ndarray)) and len(shapes) and isinstance(shapes[0], shapely.Geometry):
        of = "shape" if shapes is not value else f"{type(value).__name__} of shapes"
        shown = "[shape]" if shapes is not value else "shapes"
        return (
            f"{what} is a {of}; give a GeoDataFrame, which says where they are: "
            f"geopandas.GeoDataFrame(geometry={shown}, crs='EPSG:4326')"
        )
    return f"{what} is a {type(value).__name__}; give a GeoDataFrame: sm.read(...)"


def no_table(value: Any, what: str) -> str:
    """Say what stands where a table belongs that needs no places.

    Examples
    --------
    >>> no_table("risks.csv", "risks")
    "risks is a path; read it first: pandas.read_csv('risks.csv')"
    """
    if isinstance(value, (str, os.PathLike)):
        path = os.fspath(value)
        reader = "pandas.read_csv" if path.lower().endswith(".csv") else "sm.read"
        return f"{what} is a path; read it first: {reader}({path!r})"
    return f"{what} is {'None' if value is None else f'a {type(value).__name__}'}; give a DataFrame"
