# SPDX-License-Identifier: Apache-2.0
"""How much work there is in each unit: one measure, or several of them weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sheltermap.base.exact_sums import total
from sheltermap.layers import frames
from sheltermap.layers.cells import weights_of
from sheltermap.streets.arguments import number

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

Weighing = Literal["shares", "amounts"]


@dataclass(frozen=True)
class Workload:
    """The work in each unit.

    Attributes
    ----------
    work : ndarray of float
    measures : dict of str to ndarray
        What it is made of, NaN where that is not known.
    """

    work: Numbers
    measures: dict[str, Numbers]

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """The units of which a measure is not known; it adds nothing to their work."""
        return np.isnan(np.array(list(self.measures.values())).reshape(-1, len(self.work))).any(axis=0)

    def parts(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the work of some units in whole parts, a power of two to one, so that no sum of them is rounded."""
        work = self.work[rows]
        exponent = int(np.floor(np.log2(2.0**52 / total(work))))
        return np.rint(np.ldexp(work, exponent)).astype(np.int64)


def workload_of(units: GeoDataFrame, work: str | Mapping[str, float] | None, weighing: Weighing) -> Workload:
    """Return the work of each unit.

    Parameters
    ----------
    units : GeoDataFrame
    work : str, mapping or None
        A column; columns with what each weighs; None: every unit is as much work as another.
    weighing : {"shares", "amounts"}
        Whether a weight is that of a measure's share of its total in all units, which makes measures in different units
        comparable, or that of one: the hours that an incident takes.

    Raises
    ------
    ValueError
        If a column is missing, or holds what is no number or below 0; a weight is not above 0; or a measure is 0
        everywhere.

    Examples
    --------
    >>> import geopandas as gpd
    >>> units = gpd.GeoDataFrame({"incidents": [30, 10], "street_km": [4, 4]}, geometry=[None, None])
    >>> workload_of(units, {"incidents": 3, "street_km": 1}, "shares").work.tolist()
    [0.6875, 0.3125]
    >>> workload_of(units, {"incidents": 1.5, "street_km": 2}, "amounts").work.tolist()
    [53.0, 23.0]
    """
    what = frames.describe(units, "units")
    if weighing not in ("shares", "amounts"):
        raise ValueError(f"weighing must be 'shares' or 'amounts', not {weighing!r}")
    if work is None or isinstance(work, str):
        measures = {} if work is None else {work: weights_of(units, work, what)}
        alone = np.ones(len(units)) if work is None else np.nan_to_num(measures[str(work)])
        _require_some(alone, work)
        return Workload(alone, measures)
    if not isinstance(work, Mapping) or not work:
        raise ValueError('work must be a column, or columns with their weights: {"incidents": 0.6, "street_km": 0.4}')
    weights = {column: number(weight, f"work[{column!r}]", above_zero=True) for column, weight in work.items()}
    measures = {column: weights_of(units, column, what) for column in weights}
    parts = []
    for column, values in measures.items():
        _require_some(values, column)
        per_one = weights[column]
        if weighing == "shares":
            per_one /= sum(weights.values()) * total(values)
        parts.append(per_one * np.nan_to_num(values))
    return Workload(np.sum(parts, axis=0), measures)


def _require_some(values: Numbers, column: str | None) -> None:
    if not total(values) > 0:
        raise ValueError(f"units: {f'column {column!r} holds' if column else 'there is'} no work in any of them")
