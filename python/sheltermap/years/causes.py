# SPDX-License-Identifier: Apache-2.0
"""Why a figure is another one than last year: one thing after the other is changed from then to now, and counted.

The steps are taken in the order of `CAUSES`, each on top of those before it, so that their changes sum to the
difference; what only two changes bring about together counts for the later one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.plan import Analysis, Plan
from sheltermap.running import run_analysis
from sheltermap.years.matching import Keys, match

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.years.recorded import Recorded

CAUSES = ("standard", "areas", "zones", "closed", "opened", "moved", "changed", "data", "people", "software")
EXPLAINED = {"nearest": "covered", "coverage": "covered", "gaps": "covered", "flood": "covered", "exposure": "inside"}
KEY = ["figure", "measure", "scope", "area", "rank", "scenario"]
COLUMNS = ["analysis", "figure", "measure", "scope", "area", "threshold_m", "scenario", "before", "after", "difference"]


def explain(before: Recorded, after: Recorded, name: str) -> pd.DataFrame:
    """Return, for each figure of an analysis that counts who is covered (or inside), its change by cause.

    Raises
    ------
    ValueError, SheltermapError
        If the inputs of the two years do not go together: a column of this year's plan was not there last year.
    """
    analysis = _analysis(after.plan, name)
    counted = EXPLAINED[analysis.kind]
    stages = [("before", _keyed(before.figures, name, counted))]
    for cause, frames in _stages(before, after, analysis):
        stages.append((cause, _keyed(run_analysis(after.plan, analysis, frames).figures, name, counted)))
    stages.append(("software", _keyed(after.figures, name, counted)))
    now = after.figures[_is_explained(after.figures, name, counted)]
    thresholds = sorted(now["threshold_m"].dropna().unique())
    rows = []
    for key, value in stages[-1][1].items():
        if key not in stages[0][1]:
            continue  # counted this year only: nothing to compare
        row: dict[str, Any] = dict(zip(KEY, key, strict=True)) | dict.fromkeys(CAUSES, 0.0)
        rank = row.pop("rank")
        row |= {"analysis": name, "threshold_m": thresholds[rank] if rank >= 0 else np.nan}
        row |= {"before": stages[0][1][key], "after": value, "difference": value - stages[0][1][key]}
        for (_, former), (cause, found) in pairwise(stages):
            row[cause] += found.get(key, 0.0) - former.get(key, 0.0)
        rows.append(row)
    return pd.DataFrame(rows, columns=[*COLUMNS, *CAUSES])


def _analysis(plan: Plan, name: str) -> Analysis:
    return next(each for each in plan.analyses if each.name == name)


def _is_explained(figures: pd.DataFrame, name: str, counted: str) -> pd.Series[bool]:
    return (figures["analysis"] == name) & (figures["figure"] == counted)


def _keyed(figures: pd.DataFrame, name: str, counted: str) -> dict[tuple[Any, ...], float]:
    """Return the figures that are explained, known by what they count; distances by their rank, as standards change."""
    mine = figures[_is_explained(figures, name, counted)]
    ranks = {each: rank for rank, each in enumerate(sorted(mine["threshold_m"].dropna().unique()))}
    keyed = mine.assign(rank=mine["threshold_m"].map(ranks).fillna(-1).astype(int))
    plain = keyed[KEY].astype(object).where(keyed[KEY].notna(), None)
    return dict(zip(plain.itertuples(index=False, name=None), keyed["value"], strict=True))


def _stages(before: Recorded, after: Recorded, analysis: Analysis) -> Iterator[tuple[str, dict[str, GeoDataFrame]]]:
    """Give the inputs after each step, from those of last year to those of this one."""
    then = _analysis(before.plan, analysis.name)
    now: dict[str, GeoDataFrame] = {}
    ours: dict[str, str] = {}
    for role in analysis.uses:
        name, former = getattr(analysis, role), getattr(then, role, None)
        if name is None:
            continue
        ours[role] = name
        now[name] = after.frames[name] if former is None else _in_crs_of(before.frames[former], after.frames[name])
    yield "standard", now
    for role in ("areas", "zones"):
        if role in ours:
            now = now | {ours[role]: after.frames[ours[role]]}
            yield role, now
    for role, steps in (("facilities", _facility_steps), ("features", _people_steps), ("demand", _people_steps)):
        if role in ours and getattr(then, role, None) is not None:
            keys = _keys(before.plan, getattr(then, role)), _keys(after.plan, ours[role])
            for cause, frame in steps(_Rows.of(now[ours[role]], after.frames[ours[role]], keys), _counted(analysis)):
                now = now | {ours[role]: frame}
                yield cause, now


def _keys(plan: Plan, name: str) -> Keys:
    return Keys(plan.inputs[name].id, plan.inputs[name].name)


def _counted(analysis: Analysis) -> list[str]:
    """Return the columns whose missing numbers take a row out of a total."""
    weight = getattr(analysis, "weight", None)
    return [*([weight] if weight else []), *getattr(analysis, "groups", ())]


def _in_crs_of(frame: GeoDataFrame, other: GeoDataFrame) -> GeoDataFrame:
    return frame if frame.crs == other.crs else frame.to_crs(other.crs)


@dataclass(frozen=True)
class _Rows:
    """The rows of two years: matched ones as they were and as they are, those that are gone, those that are new."""

    was: GeoDataFrame
    now: GeoDataFrame
    gone: GeoDataFrame
    new: GeoDataFrame
    after: GeoDataFrame  #: this year's layer

    @classmethod
    def of(cls, before: GeoDataFrame, after: GeoDataFrame, keys: tuple[Keys, Keys]) -> _Rows:
        pairs = match(before, after, keys)
        here, there = pairs["before"].to_numpy(dtype=int), pairs["after"].to_numpy(dtype=int)
        return cls(
            before.iloc[here].reset_index(drop=True),
            after.iloc[there].reset_index(drop=True),
            before.iloc[np.setdiff1d(np.arange(len(before)), here)],
            after.iloc[np.setdiff1d(np.arange(len(after)), there)],
            after,
        )


def _facility_steps(rows: _Rows, _: list[str]) -> Iterator[tuple[str, GeoDataFrame]]:
    yield "closed", rows.was
    yield "opened", _joined(rows.was, rows.new)
    moved = _with_places(rows.was, rows.now, _known(rows.was) & _known(rows.now))
    yield "moved", _joined(moved, rows.new)
    yield "changed", _joined(rows.now.set_geometry(moved.geometry.to_numpy(), crs=rows.now.crs), rows.new)
    yield "data", rows.after


def _people_steps(rows: _Rows, counted: list[str]) -> Iterator[tuple[str, GeoDataFrame]]:
    same = _with_places(rows.was, rows.now, _known(rows.was) != _known(rows.now))
    yield "data", _joined(_with_numbers(same, rows.now, counted), rows.gone)
    yield "people", rows.after


def _known(frame: GeoDataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.asarray(frame.geometry.notna() & ~frame.geometry.is_empty, dtype=bool)


def _joined(*parts: GeoDataFrame) -> GeoDataFrame:
    from geopandas import GeoDataFrame

    filled = [part for part in parts if len(part)]
    if not filled:
        return parts[0].reset_index(drop=True)
    name = filled[0].geometry.name
    same = [part if part.geometry.name == name else part.rename_geometry(name) for part in filled]
    return GeoDataFrame(pd.concat(same, ignore_index=True))


def _with_places(rows: GeoDataFrame, other: GeoDataFrame, where: np.ndarray[Any, np.dtype[np.bool_]]) -> GeoDataFrame:
    return rows.set_geometry(rows.geometry.where(~where, other.geometry))


def _with_numbers(rows: GeoDataFrame, other: GeoDataFrame, columns: list[str]) -> GeoDataFrame:
    """Take over the numbers that only one of the years knows."""
    changed: Mapping[str, Any] = {
        column: rows[column].where(rows[column].isna() == other[column].isna(), other[column]) for column in columns
    }
    return rows.assign(**changed)
