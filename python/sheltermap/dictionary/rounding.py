# SPDX-License-Identifier: Apache-2.0
"""Results in as many decimals as they mean, for files that are handed on as texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sheltermap.dictionary.columns import Column

    Frame = TypeVar("Frame", bound=pd.DataFrame)

# A centimetre, as coordinates of seven decimals have it; a tenth of a second; a cent; else what no count needs.
DECIMALS = {"m": 2, "m2": 1, "s": 1, "min": 3, "h": 4, "km/h": 2, "EUR": 2, "person m": 1, "person s": 1}
OTHERWISE = 6


def rounded(frame: Frame, columns: Sequence[Column]) -> Frame:
    """Return a layer whose results are rounded to what they mean; what came with the rows stays as it is.

    Examples
    --------
    >>> from sheltermap.dictionary.columns import told
    >>> near = pd.DataFrame({"distance_m": [512.3487239847], "height_m": [3.14159265]})
    >>> rounded(near, [told("distance_m"), told("height_m", given=True)]).to_dict("records")
    [{'distance_m': 512.35, 'height_m': 3.14159265}]
    """
    decimals = {
        column.name: DECIMALS.get(column.unit or "", OTHERWISE)
        for column in columns
        if column.is_result and pd.api.types.is_float_dtype(frame[column.name].dtype)
    }
    if not decimals:
        return frame
    result = frame.copy(deep=False)
    for name, digits in decimals.items():
        result[name] = frame[name].round(digits)
    return result
