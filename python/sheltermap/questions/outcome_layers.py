# SPDX-License-Identifier: Apache-2.0
"""The layers of an answer before they are written, for `figure_source`: as the GeoPackage will have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base.suggestions import one_form
from sheltermap.questions.figure_source import GEOMETRY, INPUT

if TYPE_CHECKING:
    from sheltermap.questions.outcome import Outcome


class OutcomeLayers:
    """The layers, kept tables and inputs of one answer."""

    def __init__(self, outcome: Outcome) -> None:
        name, roles = outcome.analysis.name, outcome.analysis.roles
        self._frames: dict[str, pd.DataFrame] = {**outcome.layers}
        self._frames |= {f"{name}_{end}": table for end, table in outcome.kept.items()}
        given = outcome.context.frames
        self._frames |= {f"{INPUT}{roles[role]}": frame for role, frame in given.items() if role in roles}

    def columns(self, layer: str) -> Mapping[str, str]:
        """Return the types of a layer's columns by name; nothing where there is no such layer, or it has no rows."""
        frame = self._frames.get(layer)
        return {} if frame is None else {_name(each): _type(frame[each]) for each in frame.columns}

    def spelt(self, layer: str, column: str, told: str) -> Sequence[Any]:
        """Return the values of a column that a figure tells as this text, as the layer spells them."""
        frame = self._frames.get(layer)
        if frame is None or column not in frame:
            return []
        return [each for each in map(_plain, frame[column].dropna().unique()) if one_form(told) in _said(each)]


def _name(column: Any) -> str:
    return GEOMETRY if str(column) == "geometry" else str(column)


def _type(cells: pd.Series[Any]) -> str:
    if pd.api.types.is_bool_dtype(cells.dtype):
        return "BOOLEAN"
    return "REAL" if pd.api.types.is_numeric_dtype(cells.dtype) else "TEXT"


def _plain(value: Any) -> Any:
    """Return a value as SQLite has it."""
    return value.item() if hasattr(value, "item") else value


def _said(value: Any) -> set[str]:
    """Return how figures may tell a value."""
    return {str(one_form(str(value))), f"{value:g}" if isinstance(value, float) else str(value)}
