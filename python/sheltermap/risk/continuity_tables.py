# SPDX-License-Identifier: Apache-2.0
"""Tables of continuity: what each failure takes, in which order, and on what each row depends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base.exact_sums import total
from sheltermap.base.suggestions import unknown
from sheltermap.layers.row_ids import take_ids
from sheltermap.risk.next_nearest import STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.risk.next_nearest import Loss, Reached
    from sheltermap.risk.places_lost import PlacesLost

    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

STATES = ("several", "one_only", "without", "unknown")  # of a row
LOSSES = {"access": "people_losing_access", "supply": "people_losing_supply", "places": "places_lost"}
ALL = "all"  # the category where none are told apart


def columns_of(cost_column: str, allocated: bool) -> list[str]:
    """Return the columns that facilities get, so far as they can be asked for."""
    extra = mean_extra(cost_column)
    lost = ["people_losing_supply", "served_unknown", "places_lost", "places_unknown"]
    lost += ["people_losing_place"] if allocated else []
    return ["fails_too", "people_nearest", "people_losing_access", extra, "next_facility", *lost, "rank"]


def mean_extra(cost_column: str) -> str:
    """Return ``mean_extra_m``, or of times ``mean_extra_s``."""
    return f"mean_extra_{cost_column[-1]}"


def categories_of(
    facilities: GeoDataFrame, column: str | None, wanted: Sequence[str] | None, what: str
) -> dict[Any, Flags]:
    """Return which facilities are of each category that people go to; those without one are of none."""
    if column is None:
        if wanted is not None:
            raise ValueError("access_to names categories: say which column holds them, category=")
        return {ALL: np.ones(len(facilities), bool)}
    cells = facilities[column]
    there = list(dict.fromkeys(cells[cells.notna()]))
    for each in wanted or ():
        if each not in there:
            raise ValueError(f"access_to: {unknown(f'{what} has no category', str(each), map(str, there))}")
    found = {each: (cells == each).fillna(False).to_numpy(bool) for each in (there if wanted is None else wanted)}
    return found or {ALL: np.zeros(len(facilities), bool)}  # nobody says what any of them is


def losses(
    fails: Sequence[Mapping[int, int]],
    reached: Mapping[Any, Reached],
    people: Numbers,
    supplied: Numbers | None,
    places: Numbers | None,
    given: PlacesLost | None,
    cost_column: str,
    ids: pd.Index[Any],
) -> tuple[pd.DataFrame, list[NDArray[np.intp]]]:
    """Return a row per facility with what it takes when it fails, but for the rank, and the rows that lose access."""
    found, losing = [], []
    for first, closed in enumerate(fails):
        mine = [each.by_nearest[first] for each in reached.values() if first in each.by_nearest]
        lost = [each.without(closed) for each in reached.values()]
        losing.append(np.unique(np.concatenate([each.row[each.loses] for each in lost] or [np.empty(0, np.intp)])))
        line: dict[str, Any] = {
            "fails_too": len(closed) - 1,
            "people_nearest": total(people[mine[0]]) if mine else 0.0,
            "people_losing_access": total(people[losing[first]]),
            **_next(lost, people, cost_column),
        }
        gone = np.array(list(closed))
        if supplied is not None:
            line["people_losing_supply"] = total(supplied[gone])
            line["served_unknown"] = int(np.isnan(supplied[gone]).sum())
        if places is not None:
            line |= {"places_lost": total(places[gone]), "places_unknown": int(np.isnan(places[gone]).sum())}
        if given is not None:
            line["people_losing_place"] = given.without(closed)
        found.append(line)
    table = pd.DataFrame(found, columns=[*found[0]] if found else columns_of(cost_column, given is not None)[:-1])
    return table.assign(next_facility=take_ids(ids, table["next_facility"].to_numpy(np.intp))), losing


def _next(lost: Sequence[Loss], people: Numbers, cost_column: str) -> dict[str, Any]:
    """Return how much farther the next facility is on average, and which is that of most people; -1 for none."""
    row, other, extra = (
        np.concatenate([getattr(each, name) for each in lost] or [np.empty(0)]) for name in ("row", "other", "extra")
    )
    weights, there = np.nan_to_num(people[row.astype(np.intp)]), other >= 0
    everybody, going = total(weights[there]), -1
    if there.any():
        who, codes = np.unique(other[there], return_inverse=True)
        going = int(who[np.argmax(np.bincount(codes, weights[there]))])
    mean = total(weights[there] * extra[there]) / everybody if everybody else np.nan
    return {mean_extra(cost_column): mean, "next_facility": going}


def in_order(lost: pd.DataFrame, ids: pd.Index[Any]) -> NDArray[np.intp]:
    """Return the facilities, that which takes most first: access, a place, supply, places, others, longer ways."""
    by = ["people_losing_access", "people_losing_place", "people_losing_supply", "places_lost"]
    by = [name for name in by if name in lost] + ["fails_too"]
    by += [name for name in map(str, lost.columns) if name.startswith("mean_extra_")] + ["people_nearest"]
    keys = [-np.nan_to_num(lost[name].to_numpy(np.float64)) for name in by]
    return np.lexsort((np.array(ids.astype(str)), *keys[::-1]))


def ranks(order: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the place of each facility in the order, from 1."""
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return rank


def ranking(ranked: pd.DataFrame, ids: pd.Index[Any], order: NDArray[np.intp]) -> pd.DataFrame:
    """Return the facilities by rank, each by its id."""
    table = ranked.iloc[order].reset_index(drop=True)
    table.insert(0, "facility", ids.array.take(order))
    return table


def worst(ranked: pd.DataFrame, ids: pd.Index[Any], order: NDArray[np.intp]) -> pd.DataFrame:
    """Return per kind of loss the facility that takes most; of several the one of the first rank."""
    found = []
    for loss, column in LOSSES.items():
        amounts = ranked[column].to_numpy(np.float64)[order] if column in ranked else np.zeros(0)
        if amounts.size and amounts.max() > 0:
            found.append((loss, ids[order[int(np.argmax(amounts))]], float(amounts.max())))
    return pd.DataFrame(found, columns=["loss", "facility", "amount"])


def states(
    reached: Mapping[Any, Reached], losing: Sequence[NDArray[np.intp]], order: NDArray[np.intp], rows: int
) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return each row's state by its number, the worst of all categories, and the facility that its access hangs on.

    `losing` are the rows that lose access with each facility.
    """
    on = np.full(rows, -1, np.intp)
    for first in order[::-1]:  # the highest rank last, so that it is the one that is told
        on[losing[first]] = first
    status = [each.status.codes for each in reached.values()]
    without = np.any([each == STATUSES.index("uncovered") for each in status], axis=0)
    nobody_knows = np.any([each == STATUSES.index("unknown") for each in status], axis=0)
    return np.select([nobody_knows, without, on >= 0], [3, 2, 1], 0).astype(np.int64), on


def row_columns(state: NDArray[np.int64], on: NDArray[np.intp], ids: pd.Index[Any]) -> dict[str, Any]:
    """Return the state of each row and what its access depends on."""
    return {
        "state": pd.Categorical.from_codes(state, categories=pd.Index(STATES)),
        "depends_on": take_ids(ids, on),
    }


def by_category(reached: Mapping[Any, Reached], categories: Mapping[Any, Flags], people: Numbers) -> pd.DataFrame:
    """Return per category how many facilities there are, and how many people have one within the limit now."""
    found = []
    for name, each in reached.items():
        line: dict[str, Any] = {"category": name, "facilities": int(categories[name].sum()), "total": total(people)}
        line |= {status: total(people[(each.status == status).nonzero()[0]]) for status in STATUSES}
        found.append(line)
    return pd.DataFrame(found, columns=["category", "facilities", "total", *STATUSES])
