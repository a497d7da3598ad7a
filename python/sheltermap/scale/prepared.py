# SPDX-License-Identifier: Apache-2.0
"""Questions whose answer for one row needs no other row: made ready once, and asked of one block after another."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

import sheltermap as sm
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.precision import coordinate_error_m
from sheltermap.layers.unchanging import Staying
from sheltermap.streets.reach_table import ReachTable

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.analyses.coverage import Coverage
    from sheltermap.analyses.exposure import Exposure


class Sums(Protocol):
    """What is counted of some rows, to be merged with what is counted of others: in any order to the same bytes."""

    def merge(self, other: Any) -> None:
        """Count what was counted of other rows."""

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the sums, rounded once, by the names that the result of all rows in one piece has for them."""


@dataclass(frozen=True)
class Answer:
    """What was found of a block."""

    rows: GeoDataFrame  #: as the function returns them, in the order of the block
    sums: Sums | None
    notes: list[str]


def _of_rows(found: GeoDataFrame) -> Answer:
    return Answer(found, None, [])


def _of_coverage(found: Coverage) -> Answer:
    return Answer(found.rows, found.sums, found.notes)


def _of_exposure(found: Exposure) -> Answer:
    if found.sums is None:
        raise ValueError(
            "lines and polygons are cut by zones in one piece: sm.exposure(features, zones); blocks are of points"
        )
    return Answer(found.rows, found.sums, found.notes)


@dataclass(frozen=True)
class _Kind:
    """How a function is asked block by block."""

    rows: str  #: the parameter that comes in blocks
    answer: Callable[[Any], Answer]
    refused: Mapping[str, str]  #: parameters that need all rows at once, and why


_NAMES = {
    "nearest": _Kind("demand", _of_rows, {}),
    "within": _Kind("demand", _of_rows, {}),
    "count": _Kind("demand", _of_rows, {}),
    "coverage": _Kind("demand", _of_coverage, {"person": "the rows of one person may lie in several blocks"}),
    "exposure": _Kind("features", _of_exposure, {}),
    "sample": _Kind("features", _of_rows, {}),
}


class Prepared:
    """A question with all its sides but the rows that it is asked of. Made by `prepare`; may be pickled.

    Attributes
    ----------
    function : str
        The function that answers: ``nearest``, ``within``, ``count``, ``coverage``, ``exposure`` or ``sample``.
    sides : mapping
        Its arguments by name.
    """

    def __init__(self, function: str, sides: Mapping[str, Any]) -> None:
        self.function, self.sides = function, dict(sides)

    def __repr__(self) -> str:
        told_sides = ", ".join(
            f"{name}={f'<{len(side):,} rows>' if isinstance(side, pd.DataFrame) else told(side)}"
            for name, side in self.sides.items()
        )
        return f"<Prepared {self.function}({self.rows}=…, {told_sides})>"

    @property
    def rows(self) -> str:
        """What the function calls the rows that come in blocks: ``demand`` or ``features``."""
        return _NAMES[self.function].rows

    @property
    def needs_position_error(self) -> bool:
        """Whether it has to know beforehand what the decimals of all rows' coordinates are worth."""
        return self.function == "coverage" and self.sides.get("position_error_m") is None

    def with_position_error(self, of_rows_m: float) -> Prepared:
        """Return it for rows whose coordinates' own error is known, in metres."""
        error = of_rows_m + coordinate_error_m(self.sides["facilities"])
        return Prepared(self.function, self.sides | {"position_error_m": error})

    def answer(self, block: GeoDataFrame) -> Answer:
        """Return what the function finds of some rows; what it looks up of its other sides is made once.

        Raises
        ------
        ValueError, SheltermapError
            Those of the function.
        """
        with self._staying.at_hand():
            return _NAMES[self.function].answer(getattr(sm, self.function)(block, **self.sides))

    @cached_property
    def _staying(self) -> Staying:
        return Staying(side for side in self.sides.values() if hasattr(side, "crs") and hasattr(side, "geometry"))

    def __getstate__(self) -> dict[str, Any]:
        """Return the question alone: indexes are made anew where it is asked."""
        return {"function": self.function, "sides": self.sides}


def prepare(function: Callable[..., Any], **sides: Any) -> Prepared:
    """Make a question ready for layers of any size: all its sides but the rows that are asked about, each by its name.

    Parameters
    ----------
    function : function
        `nearest`, `within`, `count`, `coverage`, `exposure` or `sample`: those whose answer for one row needs no other.
    **sides
        Its other arguments, by name: ``facilities=shelters, limit="1 km"``.

    Returns
    -------
    Prepared
        For `stream`, and for the engines. It may be pickled.

    Raises
    ------
    TypeError
        If the function is none of these, an argument is missing or unknown, or the rows are given, too.
    ValueError
        If an argument needs all rows at once.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> from sheltermap import scale
    >>> shelters = gpd.GeoDataFrame({"id": ["S1"]}, geometry=gpd.points_from_xy([24.110], [56.951]), crs=4326)
    >>> scale.prepare(sm.nearest, facilities=shelters, facility_id="id")
    <Prepared nearest(demand=…, facilities=<1 rows>, facility_id='id')>
    """
    name = getattr(function, "__name__", "")
    if name not in _NAMES or getattr(sm, name) is not function:
        known = ", ".join(f"sm.{each}" for each in _NAMES)
        raise TypeError(f"prepare takes a function that answers row by row ({known}), not {told(function)}")
    kind = _NAMES[name]
    if kind.rows in sides:
        raise TypeError(f"{kind.rows} is what comes in blocks: give it to stream, as demand=")
    try:
        inspect.signature(function).bind(None, **sides)
    except TypeError as error:
        raise TypeError(f"sm.{name}: {error}") from None
    for parameter, why in kind.refused.items():
        if sides.get(parameter) is not None:
            raise ValueError(f"sm.{name} cannot be asked block by block with {parameter}: {why}")
    if isinstance(sides.get("by"), ReachTable):
        raise ValueError(
            f"sm.{name} cannot be asked block by block by a table of costs: that has the rows itself, in memory, "
            "and tells of all of them which it does not know; ask in one piece"
        )
    for side in ("facilities", "zones", "areas", "unused"):
        if sides.get(side) is not None:
            frames.require_geometry(sides[side], side)
    return Prepared(name, sides)
