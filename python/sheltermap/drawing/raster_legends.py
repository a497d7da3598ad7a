# SPDX-License-Identifier: Apache-2.0
"""Legends of rasters: how deep the water is at each place, what a raster holds in each area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.legend import BANDS, NOT_CONCERNED, UNKNOWN, Category, is_code, up_to_edges

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

# Of classes, the most frequent first; told apart by people who do not tell red from green.
CLASSES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
OTHER_CLASS = "#b9bec6"


def depth_words(low: float, high: float | None) -> dict[str, str]:
    """Name a class of depth in every language: from its lower limit on, up to the next one or without an end."""
    values = {"low": texts.rounded(low)} | ({} if high is None else {"high": texts.rounded(high)})
    return texts.both("depth_from" if high is None else "depth_from_to", **values)


def depth_categories(rows: gpd.GeoDataFrame, labels: Sequence[str], words: Sequence[dict[str, str]]) -> list[Category]:
    """Return the legend of depths: dry, then from shallow to deep, then unknown; `labels` begin with what is dry."""
    found = rows["depth_class"]
    shades = np.linspace(len(BANDS) - 1, 0, max(len(labels) - 1, 1)).round().astype(int)
    colours = [NOT_CONCERNED, *(BANDS[shade] for shade in shades)]
    categories = [
        Category(is_code(found, label), f"\"depth_class\" = '{label}'", colour, "diamond" if at else "circle", said)
        for at, (label, colour, said) in enumerate(zip(labels, colours, words, strict=False))
    ]
    return [*categories, Category(is_code(found, "unknown"), "TRUE", UNKNOWN, "cross", texts.both("unknown"))]


def value_categories(rows: gpd.GeoDataFrame, column: str, limits: Sequence[float] | None) -> list[Category]:
    """Return the legend of a value by area: in half-open classes that begin at `limits`, else as many areas in each."""
    values = rows[column].to_numpy(dtype=float)
    known = ~np.isnan(values)
    if limits is None:

        def said(low: float | None, edge: float) -> dict[str, str]:
            if low is None:
                return texts.both("value_up_to", value=texts.rounded(edge))
            return texts.both("value_from_to", low=texts.rounded(low), high=texts.rounded(edge))

        drawn = up_to_edges(values, known, f'"{column}"', "circle", said, darkest_last=True)
    else:
        drawn = _from_limits(values, column, limits)
    return [*drawn, Category(~known, "TRUE", UNKNOWN, "cross", texts.both("unknown"))]


def _from_limits(values: NDArray[np.float64], column: str, limits: Sequence[float]) -> list[Category]:
    """Return half-open classes: less than the first limit, then from each limit on."""
    code = np.searchsorted(limits, values, side="right")
    shades = np.linspace(len(BANDS) - 1, 0, len(limits) + 1).round().astype(int)
    categories = []
    for number, shade in enumerate(shades):
        here = (code == number) & ~np.isnan(values)
        if number == len(limits):
            words, rule = texts.both("value_from", low=texts.rounded(limits[-1])), f'"{column}" >= {limits[-1]!r}'
        else:
            rule = f'"{column}" < {limits[number]!r}'
            told: dict[str, Any] = {"high": texts.rounded(limits[number])}
            told |= {"low": texts.rounded(limits[number - 1])} if number else {}
            words = texts.both("value_between" if number else "value_below", **told)
        categories.append(Category(here, rule, BANDS[shade], "circle", words))
    return categories


def class_categories_of_areas(
    rows: gpd.GeoDataFrame, columns: Sequence[str], words: Sequence[dict[str, str]]
) -> list[Category]:
    """Return the legend of the class that most of each area has; `columns` hold the shares of the classes."""
    shares = rows[list(columns)].to_numpy(dtype=float)
    known = ~np.isnan(shares).all(axis=1) & (np.nan_to_num(shares).sum(axis=1) > 0)
    largest = np.where(known, np.nan_to_num(shares).argmax(axis=1), -1)
    counts = np.bincount(largest[known], minlength=len(columns))
    order = [at for at in np.argsort(-counts, kind="stable") if counts[at]]
    categories = []
    for at, colour in zip(order[: len(CLASSES)], CLASSES, strict=False):
        most = [f'"{columns[at]}" >= "{each}"' for each in columns if each != columns[at]]
        rule = " AND ".join([f'"{columns[at]}" > 0', *most])
        categories.append(Category(largest == at, rule, colour, "circle", words[at]))
    others = np.isin(largest, order[len(CLASSES) :])
    if others.any():
        some = " OR ".join(f'"{each}" > 0' for each in columns)
        categories.append(Category(others, some, OTHER_CLASS, "circle", texts.both("class_other")))
    return [*categories, Category(~known, "TRUE", UNKNOWN, "cross", texts.both("unknown"))]
