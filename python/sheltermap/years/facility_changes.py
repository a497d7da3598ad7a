# SPDX-License-Identifier: Apache-2.0
"""What became of each object of a register between two years: opened, closed, moved, renamed, changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.plans.plan import Plan
from sheltermap.questions.figures import records
from sheltermap.years.matching import Keys, match, shown

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.years.earlier import Recorded

MOVED_M = 1.0  # below that the same place was written with other decimals
COORDINATES = {"x", "y", "lon", "lat", "longitude", "latitude"}  # as columns of a CSV: a place, told as such
COLUMNS = ["input", "change", "id", "name", "field", "before", "after", "distance_m", "matched_by", "confidence"]


def register_changes(before: Recorded, after: Recorded) -> pd.DataFrame:
    """Return one row per change of an object in the registers of facilities both years have."""
    found = [
        change
        for name in facility_inputs(after.plan)
        if name in before.frames
        for change in _changes(name, before, after)
    ]
    return pd.DataFrame(found, columns=COLUMNS)


def facility_inputs(plan: Plan) -> list[str]:
    """Return the inputs that are registers of facilities."""
    used = [each.roles.get("facilities") for each in plan.analyses if "facilities" in each.registers]
    used += [each.roles.get(role) for each in plan.analyses for role in each.registers if role != "facilities"]
    return list(dict.fromkeys(name for name in used if name is not None))


def _changes(name: str, before: Recorded, after: Recorded) -> Iterator[dict[str, Any]]:
    first, second = before.frames[name], after.frames[name]
    keys = tuple(Keys(plan.inputs[name].id, plan.inputs[name].name) for plan in (before.plan, after.plan))
    pairs = match(first, second, (keys[0], keys[1]))
    by_id = keys[0].id is not None and keys[1].id is not None
    for row in sorted(set(range(len(first))) - set(pairs["before"])):
        labels = _labels(first, row, keys[0])
        yield {"input": name, "change": "closed" if _is_known(labels, by_id) else "perhaps_closed"} | labels
    for row in sorted(set(range(len(second))) - set(pairs["after"])):
        labels = _labels(second, row, keys[1])
        yield {"input": name, "change": "opened" if _is_known(labels, by_id) else "perhaps_opened"} | labels
    source = after.plan.inputs[name]
    places = {first.geometry.name, second.geometry.name, source.id, source.x, source.y}
    fields = [
        column
        for column in second.columns
        if column in first.columns and column not in places and str(column).casefold() not in COORDINATES
    ]
    for pair in records(pairs):
        known = {"input": name, "matched_by": pair["matched_by"], "confidence": pair["confidence"]}
        known |= _labels(second, pair["after"], keys[1])
        if pair["distance_m"] > MOVED_M:
            yield known | {"change": "moved", "distance_m": pair["distance_m"]}
        for field in fields:
            old, new = first[field].iloc[pair["before"]], second[field].iloc[pair["after"]]
            if _differ(old, new):
                what = "renamed" if field == keys[1].name else "changed"
                yield known | {"change": what, "field": field, "before": shown(old), "after": shown(new)}


def _labels(frame: GeoDataFrame, row: int, keys: Keys) -> dict[str, str | None]:
    columns = {"id": keys.id, "name": keys.name}
    return {key: None if column is None else shown(frame[column].iloc[row]) for key, column in columns.items()}


def _is_known(labels: dict[str, str | None], by_id: bool) -> bool:
    """Whether a row that matches none is another object: it has an id, or a name where the register goes by these."""
    return labels["id"] is not None or (not by_id and labels["name"] is not None)


def _differ(old: Any, new: Any) -> bool:
    if pd.isna(old) or pd.isna(new):
        return bool(pd.isna(old)) != bool(pd.isna(new))
    return bool(old != new) and shown(old) != shown(new)
