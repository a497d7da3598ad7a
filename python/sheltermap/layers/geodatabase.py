# SPDX-License-Identifier: Apache-2.0
"""Layers as a File Geodatabase takes them: one kind of geometry each, plain names, the full ones as aliases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from sheltermap._native import _core
from sheltermap.layers import conversion
from sheltermap.layers.field_names import geodatabase_names, layer_names
from sheltermap.layers.geometry_kinds import by_kind
from sheltermap.layers.words import ColumnWords, LayerWords

EXACT = 2**53  # beyond it a double skips whole numbers


def layers(named: Mapping[str, pd.DataFrame], words: Mapping[str, LayerWords]) -> tuple[list[_core.Layer], list[str]]:
    """Return layers of the core that a File Geodatabase holds as they are, and what that cost."""
    parts = [
        (name, part, frame)
        for name, given in named.items()
        for part, frame in by_kind(name, conversion.with_index(name, given))
    ]
    names = layer_names(part for _, part, _ in parts)
    made: list[_core.Layer] = []
    losses: list[str] = []
    for name, part, frame in parts:
        if part != name:
            losses.append(f"layer '{part}' has those of '{name}': a feature class holds points, lines or areas")
        if names[part] != part:
            losses.append(f"layer '{part}' is called '{names[part]}'")
        made.append(_layer(names[part], frame, words.get(name), losses))
    return made, losses


def _layer(name: str, frame: pd.DataFrame, words: LayerWords | None, losses: list[str]) -> _core.Layer:
    geometry = getattr(frame, "_geometry_column_name", None)
    fitted = geodatabase_names(str(each) for each in frame.columns if each != geometry)
    losses += [f"column '{old}' of '{name}' is called '{new}'" for old, new in fitted.items() if old != new]
    losses += [
        f"column '{column}' of '{name}' has whole numbers beyond 2^53, so it holds texts"
        for column in frame.columns
        if column != geometry and _is_beyond(frame[column])
    ]
    renamed = frame.rename(columns={old: new for old, new in fitted.items() if old != new})
    layer = conversion.to_layer(name, renamed)
    known = LayerWords() if words is None else words
    columns = {
        new: replace(told, label=told.label or (old if new != old else ""))
        for old, new in fitted.items()
        for told in (known.columns.get(old, ColumnWords()),)
    }
    layer.words = replace(known, columns=columns).of_core()
    return layer


def _is_beyond(values: pd.Series[Any]) -> bool:
    if not pd.api.types.is_integer_dtype(values.dtype):
        return False
    known = values.dropna()
    return bool(len(known)) and (int(known.max()) > EXACT or int(known.min()) < -EXACT)
