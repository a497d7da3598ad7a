# SPDX-License-Identifier: Apache-2.0
"""Which gaps closed, opened or persist, and how old they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sheltermap.questions.figures import records
from sheltermap.years.matching import shown

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.years.earlier import Recorded

PLACE = ("place", "name", "area", "areas", "people", "geometry")  # of a place, as far as the year tells it
COLUMNS = ["analysis", "fate", *PLACE[:-1], "people_before", "since", "age_years", "geometry"]


def gap_ages(years: Sequence[Recorded], name: str) -> GeoDataFrame:
    """Return the gaps of the last two of several years: open ones by their number, then those that closed.

    A gap persists where one of its rows (by id, else by place) was in a gap the year before; it is as old as the oldest
    gap it goes back to.
    """
    from geopandas import GeoDataFrame

    former, last = years[-2], years[-1]
    since = _since(years, name)
    members = [_members(each, name) for each in (former, last)]
    traced = next(each.traced for each in last.plan.analyses if each.name == name)
    frames = [each.layers[f"{name}_{traced}"] for each in (former, last)]
    earlier = dict(zip(frames[0]["place"], records(frames[0]), strict=True))
    rows: list[dict[str, Any]] = []
    for place in records(frames[1]):
        parents = _parents(members[1][place["place"]], members[0])
        first = since[place["place"]]
        row = _row(name, "persists" if parents else "opened", place, first, last.year)
        row["people_before"] = float(sum(earlier[parent]["people"] for parent in parents))
        rows.append(row)
    living = {parent for keys in members[1].values() for parent in _parents(keys, members[0])}
    before = _since(years[:-1], name)
    for number, place in earlier.items():
        if number not in living:
            row = _row(name, "closed", place, before[number], last.year)
            rows.append(row | {"people": 0.0, "people_before": place["people"]})
    places = GeoDataFrame(rows, columns=COLUMNS, geometry="geometry", crs=frames[1].crs)
    return places.astype({"people": float, "people_before": float})


def _row(name: str, fate: str, place: dict[str, Any], since: int, year: int) -> dict[str, Any]:
    known = {key: place.get(key) for key in PLACE}
    return {"analysis": name, "fate": fate, "since": since, "age_years": year - since} | known


def _members(year: Recorded, name: str) -> dict[int, set[Any]]:
    """Return what each gap's rows are known by."""
    layer = year.layers[name]
    analysis = next(each for each in year.plan.analyses if each.name == name)
    column = year.plan.inputs[analysis.roles["demand"]].id
    inside = layer[layer["place"].notna().to_numpy()]
    known = inside.geometry.to_wkb() if column is None else inside[column].map(shown)
    return {int(place): set(keys) for place, keys in known.groupby(inside["place"].astype(int))}


def _parents(keys: set[Any], former: dict[int, set[Any]]) -> list[int]:
    return [number for number, others in former.items() if keys & others]


def _since(years: Sequence[Recorded], name: str) -> dict[int, int]:
    """Return for each gap of the last year the first one in which it was there."""
    known: dict[int, int] = {}
    former: dict[int, set[Any]] = {}
    for year in years:
        members = _members(year, name)
        known = {
            place: min([known[parent] for parent in _parents(keys, former)], default=year.year)
            for place, keys in members.items()
        }
        former = members
    return known
