# SPDX-License-Identifier: Apache-2.0
"""What a register asks to be done in a year: inspections, goods past their date, what is missing, small or far."""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

import sheltermap as sm
from sheltermap.base import clock, texts
from sheltermap.layers.cells import answers
from sheltermap.layers.frames_given import takes_frames
from sheltermap.registers.row_checks import check_findings, period_findings
from sheltermap.registers.schema import Schema, schema

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

COLUMNS = ["due", "task", "id", "name", "value", "limit", "what"]


@dataclass(frozen=True)
class Limits:
    """What a register is held against; None: not checked."""

    every_months: int | None = None  #: between inspections, where no next one is recorded
    min_volume_m3: float | None = None
    within_m: float | None = None  #: between a settlement and its point
    min_return_period_years: float | None = None  #: of the flood that protective structures should hold


@dataclass(frozen=True)
class _Task:
    task: str
    id: str | None
    name: str | None
    due: date | None = None
    value: float | None = None
    limit: float | None = None
    settlement: str | None = None
    field: Any = None  #: what a field is called, by language


@takes_frames
def todo(
    register: GeoDataFrame,
    kind: str,
    year: int,
    *,
    today: date | None = None,
    every_months: int | None = None,
    min_volume_m3: float | None = None,
    settlements: GeoDataFrame | None = None,
    settlement_name: str = "name",
    within_m: float | None = None,
    central_supply: str | None = None,
    min_return_period_years: float | None = None,
    lang: str = "en",
) -> pd.DataFrame:
    """List what is to be done for a register until the end of a year.

    Limits have no default: what is not given is not checked, and ``attrs["sheltermap_not_checked"]`` says so.

    Parameters
    ----------
    register : GeoDataFrame
        `RegisterStore.rows`, or the ``frame`` of an `inspect`.
    kind : str
        Of register. ``last_inspection``, ``next_inspection``, ``best_before`` and ``volume_m3`` are looked at where
        the kind has them, and what `inspect` finds in fields together: full compliance without a sign, a dike of
        which nobody knows what it protects.
    year : int
        Dates up to its 31 December count.
    today : date, optional
        What is due before it is overdue.
    every_months : int, optional
        The next inspection is so long after the last, where no next one is recorded.
    min_volume_m3 : float, optional
        Smaller volumes are to be enlarged, unknown ones to be measured.
    settlements : GeoDataFrame of points or polygons, optional
        The settlements that the points are for; with `within_m`.
    settlement_name : str
        Column of their names, as ``settlement`` of the register names them.
    within_m : float, optional
        A point lies at most so far from its settlement (the one it names, else the nearest), and a settlement has a
        point so near; metres along WGS 84.
    central_supply : str, optional
        Yes-or-no column of `settlements`: those with a central supply need no point of their own. What is not recorded
        counts as no.
    min_return_period_years : float, optional
        Protective structures that protect up to a more frequent flood only are to be raised.
    lang : {"en", "lv", …}
        Of the column ``what``.

    Returns
    -------
    DataFrame
        ``due`` (date, None where there is none), ``task`` (a code), ``id``, ``name``, ``value`` and ``limit`` (days,
        m³, m or years), ``what`` (a sentence); the earliest first, then what has no date.

    Raises
    ------
    ValueError
        If a limit is not positive, or a column is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> register = pd.DataFrame({"id": ["W1"], "kind": ["pond"], "lon": [24.1], "lat": [56.9]})
    >>> found = sm.inspect(register, "water_intake")
    >>> sm.todo(found.frame, "water_intake", 2026).iloc[:, :4]
        due                task  id  name
    0  None  inspection_unknown  W1  None
    """
    limits = Limits(every_months, min_volume_m3, within_m, min_return_period_years)
    for name, value in vars(limits).items():
        if value is not None and not (value > 0 and math.isfinite(value)):
            raise ValueError(f"{name} is {value}; it has to be greater than 0")
    if (settlements is None) != (within_m is None):
        raise ValueError("settlements and within_m belong together: give both, or neither")
    if not 1900 <= year <= 2150:
        raise ValueError(f"year is {year}; it has to lie between 1900 and 2150")
    fields = schema(kind).fields
    day = today or clock.now().astimezone().date()
    tasks = [*_dated(register, fields, date(year, 12, 31), day, limits)]
    if "volume_m3" in fields and min_volume_m3 is not None:
        tasks += _volumes(register, min_volume_m3)
    tasks += [*_places(register), *_looked_at(register, schema(kind), min_return_period_years)]
    if settlements is not None and within_m is not None:
        named = _supplied_by_none(settlements, settlement_name, central_supply)
        tasks += [*_distances(register, named, within_m), *_without(register, named, within_m)]
    tasks.sort(key=lambda each: (each.due or date.max, each.task, each.id or "", each.settlement or ""))
    rows = [
        (each.due, each.task, each.id, each.name or each.settlement, each.value, each.limit, _sentence(each, lang))
        for each in tasks
    ]
    table = pd.DataFrame(rows, columns=COLUMNS, dtype=object).astype({"value": float, "limit": float})
    table.attrs["sheltermap_not_checked"] = _not_checked(fields, limits)
    return table


def _not_checked(fields: Any, limits: Limits) -> list[str]:
    """Return the keys of the texts that say what no limit was given for."""
    open_ends = {
        "todo_no_interval": "last_inspection" in fields and limits.every_months is None,
        "todo_no_volume": "volume_m3" in fields and limits.min_volume_m3 is None,
        "todo_no_settlements": "settlement" in fields and limits.within_m is None,
        "todo_no_period": "protects" in fields and limits.min_return_period_years is None,
    }
    return [key for key, unchecked in open_ends.items() if unchecked]


def _rows(register: GeoDataFrame) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    columns = [name for name in register.columns if name != register.geometry.name]
    for cells in zip(*(register[name] for name in columns), strict=True):
        row = {name: None if pd.isna(cell) else cell for name, cell in zip(columns, cells, strict=True)}
        yield str(row["id"]), row.get("name"), row


def _dated(register: GeoDataFrame, fields: Any, end: date, today: date, limits: Limits) -> Iterator[_Task]:
    """Tell of inspections and of goods: late, due in the year, or without any date."""
    for row_id, name, row in _rows(register):
        if "next_inspection" in fields:
            due = row.get("next_inspection") or _after(row.get("last_inspection"), limits.every_months)
            if due is not None and due <= end:
                late = (today - due).days
                task = "inspection_overdue" if late > 0 else "inspection_due"
                yield _Task(task, row_id, name, due, late if late > 0 else None)
            elif due is None and row.get("last_inspection") is None:
                yield _Task("inspection_unknown", row_id, name)
        best_before = row.get("best_before")
        if best_before is not None and best_before <= end:
            late = (today - best_before).days
            yield _Task("expired" if late > 0 else "expiring", row_id, name, best_before, late if late > 0 else None)


def _after(day: date | None, months: int | None) -> date | None:
    """Return the same day of a later month, or its last where there is none."""
    if day is None or months is None:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _volumes(register: GeoDataFrame, least: float) -> Iterator[_Task]:
    for row_id, name, row in _rows(register):
        volume = row.get("volume_m3")
        if volume is None:
            yield _Task("volume_unknown", row_id, name, limit=least)
        elif volume < least:
            yield _Task("volume_low", row_id, name, value=volume, limit=least)


def _places(register: GeoDataFrame) -> Iterator[_Task]:
    placeless = register[register.geometry.isna()]
    for row_id, name, _ in _rows(placeless):
        yield _Task("place_unknown", row_id, name)


def _looked_at(register: GeoDataFrame, fields: Schema, least_years: float | None) -> Iterator[_Task]:
    """Tell what rows say together that is to be mended, and what they do not say."""
    known = register[[name for name in fields.fields if name in register]].astype(object)
    values = {str(name): cells.where(cells.notna(), None).tolist() for name, cells in known.items()}
    found = [
        *check_findings(fields, values, range(1, len(register) + 1), ()),
        *period_findings(fields, values, least_years),
    ]
    rows = list(_rows(register))
    for each in found:
        row_id, name, row = rows[each.row - 1] if each.row is not None else (None, None, {})
        value, limit = (row["return_period_years"], least_years) if each.reason == "holds_too_little" else (None, None)
        yield _Task(each.reason, row_id, name, value=value, limit=limit, field=each.details["label"])


def _supplied_by_none(settlements: GeoDataFrame, name: str, central_supply: str | None) -> GeoDataFrame:
    """Return the settlements without a central supply, their names as `settlement`."""
    for column in (name, central_supply):
        if column is not None and column not in settlements:
            raise ValueError(f"the settlements have no column {column!r}; they have {', '.join(settlements.columns)}")
    kept = settlements
    if central_supply is not None:
        kept = settlements[~answers(settlements, central_supply, "the settlements", always=True)[0]]
    return kept.set_geometry(kept.geometry.rename("geometry"))[["geometry"]].assign(
        settlement=[str(each) for each in kept[name]]
    )


def _distances(register: GeoDataFrame, settlements: GeoDataFrame, limit: float) -> Iterator[_Task]:
    """Tell of the points that are too far from their settlement: the one they name, else the nearest."""
    placed = register[register.geometry.notna()]
    wanted = placed["settlement"] if "settlement" in placed else pd.Series(None, index=placed.index, dtype=object)
    known = set(settlements["settlement"])
    for own, rows in placed.groupby(wanted.fillna(""), sort=True):
        if own and own not in known:
            for row_id, name, _ in _rows(rows):
                yield _Task("settlement_unknown", row_id, name, settlement=str(own))
            continue
        among = settlements[settlements["settlement"] == own] if own else settlements
        bare = rows[["id", *(["name"] if "name" in rows else []), rows.geometry.name]]
        found = sm.nearest(bare, among, facility_id="settlement")
        for row_id, name, row in _rows(found):
            if row["distance_m"] is not None and row["distance_m"] > limit:
                yield _Task("too_far", row_id, name, None, row["distance_m"], limit, str(row["facility"]))


def _without(register: GeoDataFrame, settlements: GeoDataFrame, limit: float) -> Iterator[_Task]:
    """Tell of the settlements that have no point near enough."""
    numbered = settlements.reset_index(drop=True)
    served: set[int] = set()
    placed = register[register.geometry.notna()]
    if len(placed):
        pairs = sm.within(placed[[placed.geometry.name]], numbered, limit)
        served = {int(each) for each in pairs["facility"].dropna()}
    for at, name in enumerate(numbered["settlement"]):
        if at not in served and numbered.geometry[at] is not None:
            yield _Task("settlement_without", None, None, limit=limit, settlement=name)


def _sentence(task: _Task, lang: str) -> str:
    numbers = {
        name: "" if value is None else texts.number(round(value, 1))
        for name, value in (("value", task.value), ("limit", task.limit))
    }
    return texts.say(f"todo_{task.task}", lang, settlement=task.settlement, field=task.field, **numbers)
