# SPDX-License-Identifier: Apache-2.0
"""Why a figure is another one than last year: things are changed from then to now, one after the other, and counted.

Every order of the changes gives causes that sum to the difference, but what two of them bring about together falls to
the later one. Taken once in the order of `CAUSES` and once the other way round, and averaged, each of the two has half
of it, and the way back gives the same causes with the other sign. Facilities are closed before others open both times:
of two that replace each other one loses people and the other gains them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base.limits import Limit
from sheltermap.plans.plan import Plan
from sheltermap.questions.kind import Kind
from sheltermap.runs.running import run_analysis
from sheltermap.streets.reach_table import ReachTable
from sheltermap.years.matching import Keys, match

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.streets.travelling import By
    from sheltermap.years.earlier import Recorded

    Flags = NDArray[np.bool_]
    Values = dict[tuple[Any, ...], float]

CAUSES = ("standard", "areas", "zones", "network", "closed", "opened", "moved", "changed", "data", "people", "software")
_BACKWARDS = ("people", "data", "changed", "moved", "closed", "opened", "network", "zones", "areas", "standard")
# What becomes of the inputs of an analysis, by their role; "barrier" closes streets as zones do.
PEOPLE, GROUND = ("demand", "features"), {"barrier": "zones"}
KEY = ["figure", "measure", "scope", "area", "rank", "scenario"]
COLUMNS = ["analysis", "figure", "measure", "scope", "area", "threshold_m", "threshold_s", "scenario"]
COLUMNS += ["before", "after", "difference"]


def explain(before: Recorded, after: Recorded, name: str) -> pd.DataFrame:
    """Return, for each figure of an analysis that counts who is covered (or inside), its change by cause.

    Raises
    ------
    ValueError, SheltermapError
        If the inputs of the two years do not go together: a column of one year's plan is not there in the other.
    """
    worlds = _Worlds(before, after, name)
    causes = [cause for cause in CAUSES if worlds.differ_in(cause)]
    back = sorted(causes, key=_BACKWARDS.index)
    walks = [_walk(worlds, causes), _walk(worlds, back)] if causes else []
    counted = str(worlds.now.explained)
    recorded = [_keyed(year.figures, name, counted) for year in (before, after)]
    mine = after.figures[_is_explained(after.figures, name, counted)]
    in_time = bool(mine["threshold_s"].notna().any())
    thresholds = sorted(_thresholds(mine).dropna().unique())
    rows = []
    for key, value in recorded[1].items():
        if key not in recorded[0]:
            continue  # counted this year only: nothing to compare
        row: dict[str, Any] = dict(zip(KEY, key, strict=True)) | dict.fromkeys(CAUSES, 0.0)
        rank = row.pop("rank")
        asked = thresholds[rank] if rank >= 0 else np.nan
        row |= {"analysis": name, "threshold_s" if in_time else "threshold_m": asked}
        row |= {"before": recorded[0][key], "after": value, "difference": value - recorded[0][key]}
        for walk in walks:
            for (_, former), (cause, found) in pairwise(walk):
                row[cause] += (found.get(key, 0.0) - former.get(key, 0.0)) / len(walks)
        there = worlds.figures(frozenset()).get(key, 0.0), worlds.figures(frozenset(causes)).get(key, 0.0)
        row["software"] = row["difference"] - (there[1] - there[0])
        rows.append(row)
    return pd.DataFrame(rows, columns=[*COLUMNS, *CAUSES])


def _walk(worlds: _Worlds, causes: list[str]) -> list[tuple[str, Values]]:
    """Return the figures after each change, from those of last year to those of this one."""
    steps = [("", worlds.figures(frozenset()))]
    for number, cause in enumerate(causes, start=1):
        steps.append((cause, worlds.figures(frozenset(causes[:number]))))
    return steps


class _Worlds:
    """An analysis as it would be if some things were as this year and the others as last year."""

    def __init__(self, before: Recorded, after: Recorded, name: str) -> None:
        self._years = (before, after)
        self._plans = (before.plan, after.plan)
        self.then, self.now = (next(each for each in plan.analyses if each.name == name) for plan in self._plans)
        self._known: dict[frozenset[str], Values] = {}

    def differ_in(self, cause: str) -> bool:
        """Whether the years differ in what a cause stands for."""
        if cause == "standard":
            return _asked(self._plans[0], self.then) != _asked(self._plans[1], self.now)
        if cause in ("areas", "zones"):
            return any(self._role_differs(role) for role in self.now.uses if GROUND.get(role, role) == cause)
        if cause == "network":
            streets = [self._network(side) for side in (0, 1)]
            return streets[0] is not None and streets[1] is not None and not _same_network(streets[0], streets[1])
        if cause in ("closed", "opened", "moved", "changed"):
            return self._facilities is not None and self._facilities.differ_in(cause)
        if cause in ("data", "people"):
            sides = [each for each in (self._facilities if cause == "data" else None, self._people) if each is not None]
            return any(each.differ_in(cause) for each in sides)
        return False

    def _role_differs(self, role: str) -> bool:
        frames = [self._frame(side, role) for side in (0, 1)]
        return (frames[0] is None) != (frames[1] is None) or (
            frames[0] is not None and frames[1] is not None and not _same_rows(frames[0], frames[1])
        )

    def _network(self, side: int) -> By | None:
        by, year = getattr((self.then, self.now)[side], "by", None), self._years[side]
        return None if by is None else year.networks[by] if by in year.networks else year.tables[by]

    def figures(self, changed: frozenset[str]) -> Values:
        """Return what the analysis finds when the causes in `changed` are as this year."""
        if changed not in self._known:
            side = int("standard" in changed)
            plan, analysis = self._plans[side], (self.then, self.now)[side]
            if analysis.raster_roles:
                raise ValueError("it reads a raster, of which an assessment keeps only what it was")
            frames = {}
            for role, name in analysis.roles.items():
                frames[name] = self._world(role, changed)
            by = getattr(analysis, "by", None)  # whether streets count at all is what is asked
            streets = self._network(int("network" in changed)) or self._network(side)
            networks = {} if by is None or streets is None else {by: streets}
            found = run_analysis(plan, analysis, frames, networks, {}).figures
            self._known[changed] = _keyed(found, analysis.name, str(analysis.explained))
        return self._known[changed]

    def _world(self, role: str, changed: frozenset[str]) -> GeoDataFrame:
        if role in self.now.registers and self._facilities is not None:
            return self._facilities.world(changed)
        if role in PEOPLE and self._people is not None:
            return self._people.world(changed)
        frame = self._frame(int(GROUND.get(role, role) in changed), role)
        if frame is None:
            raise ValueError(f"{role} are used in one of the years only")
        return frame

    def _frame(self, side: int, role: str) -> GeoDataFrame | None:
        name = (self.then, self.now)[side].roles.get(role)
        if name is None:
            return None
        if name not in self._years[side].frames:
            raise ValueError(f"{name} was asked block by block: an assessment keeps figures of so many rows, not them")
        return self._years[side].frames[name]

    @cached_property
    def _facilities(self) -> _Facilities | None:
        rows = self._rows(self.now.registers)
        return None if rows is None else _Facilities(rows)

    @cached_property
    def _people(self) -> _People | None:
        rows = self._rows(PEOPLE)
        if rows is None:
            return None
        return _People(rows, sorted({*self.then.counted, *self.now.counted}))

    def _rows(self, roles: Sequence[str]) -> _Rows | None:
        role = next((each for each in roles if each in self.now.roles), "")
        frames = [self._frame(side, role) for side in (0, 1)]
        if frames[0] is None or frames[1] is None:
            return None
        keys = [_keys(plan, each.roles[role]) for plan, each in zip(self._plans, (self.then, self.now), strict=True)]
        same_crs = frames[0] if frames[0].crs == frames[1].crs else frames[0].to_crs(frames[1].crs)
        return _Rows.of(same_crs, frames[1], (keys[0], keys[1]))


def _asked(plan: Plan, analysis: Kind) -> tuple[dict[str, Any], list[Limit]]:
    """Return what an analysis asks, without what it is called and which inputs it reads, and its distances."""
    words = {"name", "title", "note", "unit", "by"}
    return analysis.model_dump(mode="json", exclude=words | set(analysis.uses)), plan.thresholds(analysis)


def _is_explained(figures: pd.DataFrame, name: str, counted: str) -> pd.Series[bool]:
    return (figures["analysis"] == name) & (figures["figure"] == counted)


def _thresholds(figures: pd.DataFrame) -> pd.Series[float]:
    return figures["threshold_m"].fillna(figures["threshold_s"])


def _keyed(figures: pd.DataFrame, name: str, counted: str) -> Values:
    """Return the figures that are explained, known by what they count; distances by their rank, as standards change."""
    mine = figures[_is_explained(figures, name, counted)]
    asked = _thresholds(mine)
    ranks = {each: rank for rank, each in enumerate(sorted(asked.dropna().unique()))}
    keyed = mine.assign(rank=asked.map(ranks).fillna(-1).astype(int))
    plain = keyed[KEY].astype(object).where(keyed[KEY].notna(), None)
    return dict(zip(plain.itertuples(index=False, name=None), keyed["value"], strict=True))


def _keys(plan: Plan, name: str) -> Keys:
    return Keys(plan.inputs[name].id, plan.inputs[name].name)


@dataclass(frozen=True)
class _Rows:
    """The rows of two years: matched ones as they were and as they are, those that are gone, those that are new."""

    was: GeoDataFrame
    now: GeoDataFrame
    gone: GeoDataFrame
    new: GeoDataFrame

    @classmethod
    def of(cls, before: GeoDataFrame, after: GeoDataFrame, keys: tuple[Keys, Keys]) -> _Rows:
        pairs = match(before, after, keys)
        here, there = pairs["before"].to_numpy(dtype=int), pairs["after"].to_numpy(dtype=int)
        return cls(
            before.iloc[here].reset_index(drop=True),
            after.iloc[there].reset_index(drop=True),
            before.iloc[np.setdiff1d(np.arange(len(before)), here)],
            after.iloc[np.setdiff1d(np.arange(len(after)), there)],
        )

    @cached_property
    def moved(self) -> Flags:
        """Rows that have another place, known in both years."""
        return self._both_known & ~np.asarray(self.was.geometry.geom_equals(self.now.geometry), dtype=bool)

    @cached_property
    def came_or_lost_place(self) -> Flags:
        """Rows whose place only one of the years knows."""
        return _known(self.was) != _known(self.now)

    @cached_property
    def _both_known(self) -> Flags:
        return _known(self.was) & _known(self.now)

    def with_places(self, attributes: GeoDataFrame, changed: Flags) -> GeoDataFrame:
        """Return rows whose place is this year's where `changed` says so, else last year's."""
        places = self.was.geometry.where(~changed, self.now.geometry)
        return attributes.set_geometry(places.to_numpy(), crs=self.now.crs)


class _Facilities:
    """A register as it would be if some of its changes had been made."""

    def __init__(self, rows: _Rows) -> None:
        self._rows = rows

    def differ_in(self, cause: str) -> bool:
        rows = self._rows
        if cause == "changed":
            return not _same_attributes(rows.was, rows.now)
        found = {"closed": rows.gone, "opened": rows.new, "moved": rows.moved, "data": rows.came_or_lost_place}[cause]
        return len(found) > 0 if cause in ("closed", "opened") else bool(np.any(found))

    def world(self, changed: frozenset[str]) -> GeoDataFrame:
        rows = self._rows
        places = (rows.moved & ("moved" in changed)) | (rows.came_or_lost_place & ("data" in changed))
        kept = rows.with_places(rows.now if "changed" in changed else rows.was, places)
        return _joined(
            kept, *([] if "closed" in changed else [rows.gone]), *([rows.new] if "opened" in changed else [])
        )


class _People:
    """Demand as it would be if its people, or only the data about them, were those of this year."""

    def __init__(self, rows: _Rows, counted: list[str]) -> None:
        self._rows = rows
        self._counted = [column for column in counted if column in rows.was and column in rows.now]

    def differ_in(self, cause: str) -> bool:
        rows = self._rows
        flips = [self._flips(column) for column in self._counted]
        if cause == "data":
            return bool(rows.came_or_lost_place.any() or any(each.any() for each in flips))
        if len(rows.gone) or len(rows.new) or rows.moved.any():
            return True
        settled = self.world(frozenset({"data"}))
        return not _same_attributes(settled, rows.now)

    def world(self, changed: frozenset[str]) -> GeoDataFrame:
        rows = self._rows
        places = (rows.moved & ("people" in changed)) | (rows.came_or_lost_place & ("data" in changed))
        kept = rows.with_places(rows.now if "people" in changed else rows.was, places)
        numbers = {}
        for column in self._counted:
            flipped = rows.now[column] if "data" in changed else rows.was[column]
            both = pd.concat([kept[column], flipped], ignore_index=True)  # whole numbers beside fractions become these
            numbers[column] = both.array.take(np.arange(len(kept)) + len(kept) * self._flips(column))
        return _joined(kept.assign(**numbers), rows.new if "people" in changed else rows.gone)

    def _flips(self, column: str) -> Flags:
        """Rows whose number only one of the years knows."""
        return np.asarray(self._rows.was[column].isna() != self._rows.now[column].isna(), dtype=bool)


def _known(frame: GeoDataFrame) -> Flags:
    return np.asarray(frame.geometry.notna() & ~frame.geometry.is_empty, dtype=bool)


def _same_network(first: By, second: By) -> bool:
    if isinstance(first, ReachTable) or isinstance(second, ReachTable):
        return isinstance(first, ReachTable) and isinstance(second, ReachTable) and first.same_as(second)
    limits = [each.summary["snap_limit_m"] for each in (first, second)]
    return bool(limits[0] == limits[1]) and first.streets.same_as(second.streets)


def _same_rows(first: GeoDataFrame, second: GeoDataFrame) -> bool:
    same = len(first) == len(second) and first.crs == second.crs
    return same and bool(first.geometry.geom_equals(second.geometry).all()) and _same_attributes(first, second)


def _same_attributes(first: GeoDataFrame, second: GeoDataFrame) -> bool:
    columns = list(_attributes(second))
    if sorted(map(str, _attributes(first))) != sorted(map(str, columns)):
        return False
    return all(_equal(first[column], second[column]) for column in columns)


def _attributes(frame: GeoDataFrame) -> Iterator[Any]:
    return (column for column in frame.columns if column != frame.geometry.name)


def _equal(first: pd.Series[Any], second: pd.Series[Any]) -> bool:
    one, other = (side.astype(object).where(side.notna(), None).to_numpy() for side in (first, second))
    return bool(np.array_equal(one, other))


def _joined(*parts: GeoDataFrame) -> GeoDataFrame:
    from geopandas import GeoDataFrame

    filled = [part for part in parts if len(part)]
    if not filled:
        return parts[0].reset_index(drop=True)
    name = filled[0].geometry.name
    same = [part if part.geometry.name == name else part.rename_geometry(name) for part in filled]
    return GeoDataFrame(pd.concat(same, ignore_index=True))
