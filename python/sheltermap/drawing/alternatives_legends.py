# SPDX-License-Identifier: Apache-2.0
"""Legends of alternatives: candidates by the cost of the first choice that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.drawing.legend import NOT_CONCERNED, UNKNOWN, Category, up_to_edges
from sheltermap.drawing.siting_legends import left_out

if TYPE_CHECKING:
    import pandas as pd


def entry_categories(sites: pd.DataFrame, currency: str) -> list[Category]:
    """Return the legend of candidates or upgrades: those that enter early first, then those that never do."""
    enters = sites["enters_at"].to_numpy(dtype=float)
    never = np.isnan(enters)
    out, rule = left_out(sites)

    def words(low: float | None, edge: float) -> dict[str, str]:
        money = {"high": texts.number(edge), "currency": currency}
        if low is None:
            return texts.both("alternatives_up_to", **money)
        return texts.both("alternatives_from_to", low=texts.number(low), **money)

    return [
        *up_to_edges(enters, ~never, '"enters_at"', "diamond", words),
        Category(never & ~out, f'"enters_at" IS NULL{rule}', NOT_CONCERNED, "circle", texts.both("alternatives_never")),
        Category(out, "TRUE", UNKNOWN, "cross", texts.both("site_left_out")),
    ]
