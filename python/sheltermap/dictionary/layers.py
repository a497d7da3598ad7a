# SPDX-License-Identifier: Apache-2.0
"""Layers as a reader knows them, and the tables in which an assessment keeps that for whoever opens it later."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base.language import LANGUAGES, REFERENCE
from sheltermap.dictionary import columns
from sheltermap.dictionary.columns import Column

if TYPE_CHECKING:
    from sheltermap.page.table import Words

MOST_CODES = 100  # different texts; a column with more holds names
LOOKED_AT = 1000  # rows that tell of most columns of names that they are such
LAYERS, COLUMNS, CODES = "dictionary_layers", "dictionary_columns", "dictionary_codes"  #: names of the tables
TITLES, LABELS, NOTES = ([f"{key}_{lang}" for lang in LANGUAGES] for key in ("title", "label", "description"))
HEADS = {
    LAYERS: ["layer", "analysis", *TITLES, *NOTES],
    COLUMNS: ["layer", "column", *LABELS, "unit", "is_result"],
    CODES: ["layer", "column", "code", *LABELS],
}


@dataclass(frozen=True)
class Layer:
    """A layer as a reader knows it."""

    name: str
    title: Words
    description: Words
    analysis: str | None  #: that made it; None for inputs and the base map
    columns: Sequence[Column]
    codes: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)  #: by column, then by code


def told(
    name: str,
    frame: pd.DataFrame,
    title: Words,
    description: Words,
    *,
    analysis: str | None = None,
    given: Iterable[str] = (),
    scenarios: Mapping[str, Words] | None = None,
) -> Layer:
    """Return a layer with the words of its columns and codes.

    `given` are the columns that came with the rows; `scenarios` has what scenarios are
    called, by their names in columns.
    """
    came = set(given) if analysis is not None else set(map(str, frame.columns))
    geometry = getattr(frame, "_geometry_column_name", None)
    found = [
        columns.told(str(each), given=str(each) in came, scenarios=scenarios)
        for each in frame.columns
        if each != geometry
    ]
    codes = {column.name: _codes(column, frame[column.name]) for column in found}
    return Layer(name, title, description, analysis, found, {each: mine for each, mine in codes.items() if mine})


def _codes(column: Column, values: pd.Series[Any]) -> dict[str, Words]:
    """Return the codes of a column with their words, in the order of categories, else of the alphabet."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        listed = [str(each) for each in values.cat.categories]
    elif pd.api.types.is_object_dtype(values.dtype) or pd.api.types.is_string_dtype(values.dtype):
        listed = _few_texts(values)
    else:
        return {}
    words = {code: column.code_words(code) for code in listed}
    return {code: each for code, each in words.items() if each is not None}


def _few_texts(values: pd.Series[Any]) -> list[str]:
    """Return the different texts of a column in alphabetical order; none of one that holds names."""
    for part in (values.iloc[:LOOKED_AT], values):
        different = part.dropna().unique()
        if len(different) > MOST_CODES:
            return []
    return sorted({str(each) for each in different})


def tables(layers: Iterable[Layer]) -> dict[str, pd.DataFrame]:
    """Return the dictionary as tables of layers, of columns and of codes, with a column for each language."""
    found: dict[str, list[dict[str, Any]]] = {LAYERS: [], COLUMNS: [], CODES: []}
    for layer in layers:
        words = _in_columns("title", layer.title) | _in_columns("description", layer.description)
        found[LAYERS].append({"layer": layer.name, "analysis": layer.analysis, **words})
        for column in layer.columns:
            own = {"layer": layer.name, "column": column.name, "unit": column.unit, "is_result": column.is_result}
            found[COLUMNS].append(own | _in_columns("label", column.label))
            for code, said in layer.codes.get(column.name, {}).items():
                own = {"layer": layer.name, "column": column.name, "code": code}
                found[CODES].append(own | _in_columns("label", said))
    made = {name: pd.DataFrame(rows, columns=HEADS[name]) for name, rows in found.items()}
    texts = {name: [each for each in frame.columns if each != "is_result"] for name, frame in made.items()}
    return {
        name: frame.astype(dict.fromkeys(texts[name], "string")).astype({"is_result": bool} if name == COLUMNS else {})
        for name, frame in made.items()
    }


def read(kept: Mapping[str, pd.DataFrame]) -> list[Layer]:
    """Return the layers that the tables of an assessment tell of."""
    codes: dict[tuple[str, str], dict[str, Words]] = {}
    for row in kept[CODES].to_dict("records"):
        codes.setdefault((row["layer"], row["column"]), {})[row["code"]] = _words("label", row)
    found: dict[str, list[Column]] = {name: [] for name in kept[LAYERS]["layer"]}
    for row in kept[COLUMNS].to_dict("records"):
        unit = None if pd.isna(row["unit"]) else str(row["unit"])
        found[row["layer"]].append(Column(row["column"], _words("label", row), unit, bool(row["is_result"])))
    return [
        Layer(
            row["layer"],
            _words("title", row),
            _words("description", row),
            None if pd.isna(row["analysis"]) else row["analysis"],
            found[row["layer"]],
            {name: words for (layer, name), words in codes.items() if layer == row["layer"]},
        )
        for row in kept[LAYERS].to_dict("records")
    ]


def _in_columns(key: str, words: Words) -> dict[str, str]:
    return {f"{key}_{lang}": words.get(lang, words[REFERENCE]) for lang in LANGUAGES}


def _words(key: str, row: Mapping[Hashable, Any]) -> Words:
    said = {lang: row.get(f"{key}_{lang}") for lang in LANGUAGES}
    return {lang: "" if pd.isna(text) else str(text) for lang, text in said.items()}
