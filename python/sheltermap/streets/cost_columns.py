# SPDX-License-Identifier: Apache-2.0
"""Which columns of a table of costs are which, what they are counted in, and the pairs that they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base.suggestions import one_form, unknown
from sheltermap.base.units import conversion
from sheltermap.layers import frames
from sheltermap.layers.cells import listed, numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.streets.cost_files import CostSource

UNITS = {"s": "s", "min": "s", "h": "s", "m": "m", "km": "m", "ft": "m", "mi": "m"}  # and what each becomes
ENDS = (("from_id", "to_id"), ("originid", "destinationid"), ("origin_id", "destination_id"))  # r5py, ArcGIS, others
_ARCGIS = {
    "seconds": "s",
    "minutes": "min",
    "hours": "h",
    "meters": "m",
    "kilometers": "km",
    "miles": "mi",
    "feet": "ft",
}
_R5 = re.compile(r"travel_time(_p[0-9]{1,3})?")
_BETWEEN = " - "  # of the two names in ArcGIS's column Name


@dataclass(frozen=True)
class Pairs:
    """The pairs of a table that have a way; codes number the ids, which are texts.

    Attributes
    ----------
    demand_ids, facility_ids : Index or None
        What the table calls them; None where they are the rows of the layers, in their order.
    shape : tuple of int
        How many of both there are.
    row, facility : ndarray of int32
    cost : ndarray of float64
        Metres or seconds, as `unit` says.
    """

    demand_ids: pd.Index[Any] | None
    facility_ids: pd.Index[Any] | None
    shape: tuple[int, int]
    row: NDArray[np.int32]
    facility: NDArray[np.int32]
    cost: NDArray[np.float64]
    unit: str


@dataclass(frozen=True)
class Columns:
    """Which columns were said to be which, by the caller."""

    demand: str | None
    facility: str | None
    cost: str | None
    unit: str | None
    wide: bool
    towards: bool  #: whether the costs lead from the demand to the facilities


def id_text(value: Any) -> str:
    """Return an id as ids are compared: 1, 1.0 and "1" are one, "001" is another; an empty text where there is none.

    Examples
    --------
    >>> id_text(1.0), id_text("001"), id_text(" A1 "), id_text(None)
    ('1', '001', 'A1', '')
    """
    if isinstance(value, str):
        text: str = one_form(value).strip()
        return text
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, Real) and value != value):
        return ""
    if isinstance(value, Integral) and not isinstance(value, bool):
        return str(int(value))
    return str(int(float(value))) if isinstance(value, Real) and float(value).is_integer() else str(value)


def id_texts(values: Iterable[Any]) -> pd.Index[Any]:
    """Return ids as they are compared."""
    codes, kept = coded(pd.Series(values))
    return pd.Index(np.append(kept.to_numpy(object), "")[codes], dtype=object)


def coded(values: pd.Series[Any]) -> tuple[NDArray[np.int32], pd.Index[Any]]:
    """Return the number of each value's id, -1 where it has none, and the ids in the order in which they come."""
    codes, found = pd.factorize(values)
    texts = [id_text(each) for each in np.asarray(found, object)]
    of_text, kept = pd.factorize(np.array([text or None for text in texts], object))
    return np.append(of_text, -1)[codes].astype(np.int32), pd.Index(kept, dtype=object)


def pairs_of(source: CostSource, said: Columns) -> Pairs:
    """Return the pairs of a table; ValueError where it does not say what it holds, naming rows that cannot be used."""
    if said.unit is not None and said.unit not in UNITS:
        raise ValueError(unknown("unknown unit", said.unit, UNITS))
    if source.is_matrix or said.wide:
        return _of_wide(source, said)
    return _of_long(source, said)


def _of_wide(source: CostSource, said: Columns) -> Pairs:
    if said.facility is not None or (said.cost is not None and source.unit is None):
        raise ValueError("in a wide table each column is a facility and its cells are costs: say demand= only")
    frame = source.frame
    if said.demand is not None and source.is_matrix:
        raise ValueError("a matrix has no column of ids: its rows are those of the demand, its columns the facilities")
    column = said.demand
    if column is None and source.is_file and not source.is_matrix:
        column = str(frame.columns[0]) if len(frame.columns) else None
    if column is not None:
        frames.require_columns(frame, [column], source.name)
        ids, costs = frame[column], frame.drop(columns=column)
    else:
        ids, costs = frame.index.to_series(), frame
    if not costs.columns.is_unique:
        twice = costs.columns[costs.columns.duplicated()][0]
        raise ValueError(f"{source.name} has two columns of one name: {twice!r}")
    unit = _checked_unit(source, said.unit, source.unit, "the table")
    values = [_costs(costs.reset_index(drop=True), name, source.name) for name in costs.columns]
    cost = np.column_stack(values) if values else np.empty((len(costs), 0))
    rows, demand_ids = (np.arange(len(costs), dtype=np.int32), None) if source.is_matrix else coded(ids)
    columns, facility_ids = (
        (np.arange(cost.shape[1], dtype=np.int32), None) if source.is_matrix else coded(pd.Series(costs.columns))
    )
    if (rows < 0).any():
        raise ValueError(f"{source.name}: row {int(np.flatnonzero(rows < 0)[0]) + 1} has no id of the demand")
    at, to = np.nonzero(np.isfinite(cost))
    shape = (
        len(costs) if demand_ids is None else len(demand_ids),
        cost.shape[1] if facility_ids is None else len(facility_ids),
    )
    return Pairs(demand_ids, facility_ids, shape, rows[at], columns[to], _converted(cost[at, to], unit), UNITS[unit])


def _of_long(source: CostSource, said: Columns) -> Pairs:
    frame = source.frame.reset_index(drop=True)
    demand, facility = _ends(source, said)
    cost, unit = _cost_column(source, said, (demand, facility))
    frames.require_columns(frame, [demand, facility, cost], source.name)
    here, there = (
        (frame[demand], frame[facility])
        if demand != facility
        else _taken_apart(frame, demand, said.towards, source.name)
    )
    row, demand_ids = coded(here)
    to, facility_ids = coded(there)
    values = _costs(frame, cost, source.name)
    known = np.isfinite(values)
    for column, codes in ((demand, row), (facility, to)):
        nameless = np.flatnonzero(known & (codes < 0))
        if len(nameless):
            raise ValueError(
                f"{source.name}: column {column!r} is empty in row {int(nameless[0]) + 1}, which has a cost"
            )
    shape = (len(demand_ids), len(facility_ids))
    return Pairs(demand_ids, facility_ids, shape, row[known], to[known], _converted(values[known], unit), UNITS[unit])


def _ends(source: CostSource, said: Columns) -> tuple[str, str]:
    """Return the columns of demand and facilities."""
    if said.demand is not None and said.facility is not None:
        return said.demand, said.facility
    folded = {str(name).casefold(): str(name) for name in source.frame.columns}
    known = next(((folded[one], folded[other]) for one, other in ENDS if one in folded and other in folded), None)
    if known is None or (said.demand, said.facility) != (None, None):
        raise ValueError(
            f"{source.name} does not say which of its columns name demand and facility: give demand= and facility=; or "
            f"wide=True where each facility has a column. It has {', '.join(map(str, source.frame.columns))}"
        )
    return known if said.towards else known[::-1]


def _cost_column(source: CostSource, said: Columns, ends: tuple[str, str]) -> tuple[str, str]:
    """Return the column of costs and its unit."""
    names = [str(name) for name in source.frame.columns if name not in ends]
    if said.cost is not None:
        frames.require_columns(source.frame, [said.cost], source.name)
        return said.cost, _checked_unit(source, said.unit, _unit_said(said.cost), f"column {said.cost!r}")
    told = [name for name in names if _unit_said(name) is not None]
    if said.unit is not None and len(told) != 1:
        told = [name for name in told if _unit_said(name) == said.unit] or told
    if len(told) != 1:
        what = f"several columns of costs: {', '.join(told)}" if told else "no column that is clearly of costs"
        raise ValueError(f"{source.name} has {what}; give cost=. It has {', '.join(names)}")
    return told[0], _checked_unit(source, said.unit, _unit_said(told[0]), f"column {told[0]!r}")


def _unit_said(name: str) -> str | None:
    """Return the unit that the name of a column says; None where it says none.

    Examples
    --------
    >>> [_unit_said(name) for name in ("travel_time_p50", "Total_Kilometers", "duration_s", "cost")]
    ['min', 'km', 's', None]
    """
    if _R5.fullmatch(name):
        return "min"
    start, _, rest = name.casefold().rpartition("_")
    if start == "total" and rest in _ARCGIS:
        return _ARCGIS[rest]
    return rest if start and rest in UNITS else None


def _checked_unit(source: CostSource, given: str | None, said: str | None, what: str) -> str:
    if given is None and said is None:
        raise ValueError(
            f"{source.name}: nothing says what the costs are counted in; give unit=, one of {', '.join(UNITS)}"
        )
    if given is not None and said is not None and given != said:
        raise ValueError(
            f"{source.name}: {what} says that it is in {said}, not in {given}: leave out unit, or rename it"
        )
    return str(given or said)


def _costs(frame: pd.DataFrame, name: Any, what: str) -> NDArray[np.float64]:
    """Return costs as numbers, not finite where a pair has no way: the cell is empty, or infinite."""
    values = numbers(frame, name, what)
    below = np.flatnonzero(values < 0)
    if len(below):
        raise ValueError(
            f"{what}: column {name!r} holds {listed(frame, name, below)}; a cost is not negative: leave the cell empty "
            "where there is no way"
        )
    return values


def _converted(cost: NDArray[np.float64], unit: str) -> NDArray[np.float64]:
    factor = conversion(unit, UNITS[unit])
    return cost if factor == 1 else cost * float(factor)


def _taken_apart(frame: pd.DataFrame, column: str, towards: bool, what: str) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return both names in ArcGIS's "origin - destination"."""
    texts = frame[column].astype("string")
    wrong = np.flatnonzero(texts.str.count(_BETWEEN).fillna(0).to_numpy() != 1)
    if len(wrong):
        raise ValueError(
            f"{what}: column {column!r} holds {listed(frame, column, wrong)}, which is not two names with "
            f"{_BETWEEN!r} between them: name the columns with the ids"
        )
    parts = texts.str.split(_BETWEEN, expand=True)
    one, other = (parts[0], parts[1]) if towards else (parts[1], parts[0])
    return one, other
