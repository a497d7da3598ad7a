# SPDX-License-Identifier: Apache-2.0
"""The map of an exposure: zones, and the rows by whether they lie in one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sheltermap.drawing.legend import exposure_categories
from sheltermap.drawing.plots import plot_exposure
from sheltermap.map.asked import Asked
from sheltermap.map.packed_layers import Field, value_texts
from sheltermap.map.result_layers import named_layer, rows_layer
from sheltermap.map.view import View

if TYPE_CHECKING:
    import pandas as pd

    from sheltermap.analyses.exposure import Exposure


def exposure_views(exposure: Exposure, asked: Asked) -> list[View]:
    """Return the view of an exposure; `Exposure.explore` says what the parameters mean."""
    rows, totals = exposure.rows, exposure.totals
    categories = exposure_categories(rows)
    measure = str(totals["measure"].iloc[0]) if len(totals) else None
    layers = [
        named_layer("zones", exposure.zones, "zone_name", asked),
        rows_layer(rows, categories, asked, lambda: [Field(asked.says("zone"), _zones(rows, asked))], measure=measure),
    ]
    draw = partial(plot_exposure, exposure, lang=asked.lang)
    return [View(asked.heading("exposure"), layers, categories, draw)]


def _zones(rows: pd.DataFrame, asked: Asked) -> list[str | None]:
    """Name the first zone of each row, and how many more there are."""
    names = value_texts(rows["zone"], asked.lang)
    counts = rows["zone_count"].to_numpy(dtype=float, na_value=np.nan)
    return [
        f"{name}{asked.says('and_more', count=int(count) - 1)}" if name is not None and count > 1 else name
        for name, count in zip(names, counts, strict=True)
    ]
