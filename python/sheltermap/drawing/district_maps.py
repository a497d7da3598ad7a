# SPDX-License-Identifier: Apache-2.0
"""Maps of districts: neighbours in different colours, what changes hands with a border of its own."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base import texts
from sheltermap.base.sql_quoting import quoted_text
from sheltermap.drawing.legend import UNKNOWN, Category
from sheltermap.drawing.plots import INK, LEGEND, draw_map, legend_handles

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.planning.districts import Districts

# After Okabe and Ito's palette, the lighter ones first; neighbours differ as far as there are colours.
COLOURS = ("#56b4e9", "#e69f00", "#009e73", "#f0e442", "#cc79a7", "#0072b2", "#d55e00", "#8c510a")


def plot_districts(
    districts: Districts,
    *,
    before: bool = False,
    figsize: tuple[float, float] | None = None,
    ax: Axes | None = None,
    context: BasemapSource | None = None,
    lang: str = "en",
) -> Axes:
    """Draw the units by district; `Districts.plot` says what the parameters mean."""
    from matplotlib.lines import Line2D

    column = "district_before" if before else "district"
    if column not in districts.rows:
        raise ValueError("there are no districts before: name the column that holds them with present=")
    categories = district_categories(districts.rows, districts.summary, column)
    moved = None if before else districts.rows["moved"].to_numpy(dtype=bool)
    ax = draw_map(
        districts.rows,
        categories,
        facilities=districts.offices,
        bordered=moved,
        figsize=figsize,
        ax=ax,
        context=context,
        lang=None,
    )
    handles = legend_handles(categories, lang)
    if moved is not None and moved.any():
        handles.append(Line2D([], [], color=INK, lw=1.6, label=texts.say("changes_hands", lang)))
    ax.legend(handles=handles, bbox_to_anchor=(1.0, 1.0), **LEGEND)  # beside the map: districts fill it
    return ax


def district_categories(rows: gpd.GeoDataFrame, summary: pd.DataFrame, column: str = "district") -> list[Category]:
    """Return the legend of districts, and of units that are in none."""
    found = rows[column].to_numpy(dtype=object, na_value=None)
    categories = []
    for name, colour in zip(summary["district"], summary["colour"], strict=True):
        plain = name.item() if isinstance(name, np.generic) else name
        label = texts.both("district_named", name=plain)
        rule = f'"{column}" = {_literal(plain)}'
        categories.append(Category(found == plain, rule, COLOURS[colour % len(COLOURS)], "circle", label))
    none = rows[column].isna().to_numpy(dtype=bool)
    return [*categories, Category(none, "TRUE", UNKNOWN, "cross", texts.both("in_no_district"))]


def _literal(name: Any) -> str:
    """Return a value as QGIS writes it."""
    if isinstance(name, Real):
        return f"{name}"
    return quoted_text(str(name))
