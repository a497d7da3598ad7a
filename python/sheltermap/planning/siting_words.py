# SPDX-License-Identifier: Apache-2.0
"""What a question of siting may say, and what is to be known of its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.base.limits import Limit, LimitLike
from sheltermap.base.suggestions import told, unknown
from sheltermap.layers.row_ids import row_ids
from sheltermap.planning.site_options import named
from sheltermap.planning.siting_problem import OBJECTIVES
from sheltermap.planning.siting_tables import UNKNOWN
from sheltermap.streets.arguments import number

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.planning.site_reach import SiteTable
    from sheltermap.planning.siting_problem import Problem, Rows, Solution
    from sheltermap.streets.travelling import Question


def seconds_of(time_limit: float | str) -> float:
    """Return a time limit in seconds; ValueError for a distance."""
    if isinstance(time_limit, str):
        parsed = Limit.parse(time_limit)
        if not parsed.in_time:
            raise ValueError(f"a time limit is a time, as '2 min', not {time_limit!r}")
        return parsed.value
    return number(time_limit, "time_limit")


def require_keys(
    objective: str, within: LimitLike | None, p: int | None, budget: float | None, capacity: str | None
) -> None:
    """Raise ValueError where the keys of a question do not fit each other."""
    if objective not in OBJECTIVES:
        raise ValueError(
            unknown("unknown objective", told(objective) if not isinstance(objective, str) else objective, OBJECTIVES)
        )
    if objective in ("coverage", "set_cover", "backup") and within is None:
        raise ValueError(f"{objective} is about people within a distance or a time: say which, within='500 m'")
    if objective not in ("set_cover", "backup") and p is None and budget is None:
        raise ValueError(f"{objective} asks for the best of so many sites, p=3, or of what a budget buys: give one")
    if (capacity is not None) != (objective == "capacitated"):
        raise ValueError("capacity, the column of places, belongs to objective='capacitated', and that to capacity")


def notes_of(
    demand: GeoDataFrame, table: SiteTable, solving: Problem, solution: Solution, chosen: Rows, asked: Question
) -> list[texts.Note]:
    """Return what is to be known of an answer: whom nothing reaches, and what was not proven."""
    notes = []
    problem = table.problem
    nowhere = np.isinf(problem.cheapest(problem.locked | problem.open)) & ~np.isin(table.reasons, UNKNOWN)
    if nowhere.any():
        people = texts.number(total(problem.people[nowhere]))
        ids = named(row_ids(demand, None, "demand", None, each_its_own=False), np.flatnonzero(nowhere))
        told = {"people": people, "rows": ids, "limit": str(asked.limit)}
        notes.append(texts.Note.of("site_nowhere" if asked.limit is None else "site_nowhere_within", **told))
    if solution.stopped in ("time", "interrupted"):
        notes.append(texts.Note.of(f"site_stopped_{solution.stopped}"))
    if solving.p is not None and int(solving.size[chosen].sum()) < solving.p and solving.budget is None:
        count = int(solving.size[chosen].sum())
        notes.append(texts.Note.of("site_fewer_suffice", count=texts.number(count), p=str(solving.p)))
    return notes
