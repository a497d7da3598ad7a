# SPDX-License-Identifier: Apache-2.0
"""What the figures of an evacuation are made of: people by whether and when they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.analyses.evacuation_totals import ROUNDING
from sheltermap.base.sql_quoting import quoted
from sheltermap.questions.figure_source import Query, Sum, compared, holds, is_not, is_one_of, share
from sheltermap.questions.figures import NOT_COVERED

if TYPE_CHECKING:
    from sheltermap.questions.figure_source import Asked, Source, Where

PARTS = {"half_left_s": 0.5, "nine_tenths_left_s": 0.9}  #: of the people who leave, by the figure of the time
LAST = {"last_left_s": "leaves_s", "last_arrived_s": "arrives_s"}  #: columns with the times of which the last is told
TOO_LATE = "too_late"


def evacuation_source(asked: Asked, *, group: str | None, limit_s: float | None) -> Source:
    """Return what a figure of an evacuation is made of; `group` is the column of the groups."""
    name = asked.name
    if name == "arrivals":
        return asked.people(asked.told("shelter", asked.category))
    if name == "overflow":
        return asked.of("overflow", end="facilities")
    if name == NOT_COVERED:
        return asked.people(*_stays(asked, limit_s))
    mine: tuple[Where, ...] = ()
    if name.startswith("group_"):
        name, mine = name.removeprefix("group_"), (asked.told(str(group), asked.category),)
    leaves = is_one_of("state", "leaves")
    if name in PARTS or name in LAST:
        return _time(asked, name, (leaves, *mine))
    if name.startswith("outside"):
        outside = is_one_of("state", "outside")
        return asked.people(outside) if name == "outside" else asked.without_number(outside)
    concerned = is_not("state", "outside")
    in_time = (leaves,) if limit_s is None else (leaves, compared("leaves_s", "<=", limit_s))
    late = "" if limit_s is None else f' OR "leaves_s" > {limit_s:.15g}'
    counted = {
        "total": (concerned,),
        "covered": in_time,
        "uncovered": (holds(f"(\"state\" = 'cannot_leave'{late})", "not_in_time"),),
        "unknown": (is_one_of("state", "unknown"),),
    }
    if name == "covered_share":
        return share(asked.people(*in_time, *mine), asked.people(concerned, *mine))
    if name == "rows_without_weight":
        return asked.without_number(concerned, *mine)
    return asked.people(*counted[name], *mine)


def _stays(asked: Asked, limit_s: float | None) -> tuple[Where, ...]:
    """Say who does not leave for the reason of the figure; who leaves too late has none of its own."""
    if asked.category == TOO_LATE and limit_s is not None:
        return (compared("leaves_s", ">", limit_s),)
    return (is_one_of("state", "cannot_leave", "unknown"), asked.told("reason", asked.category))


def _time(asked: Asked, name: str, where: tuple[Where, ...]) -> Source:
    """Return when a part of the people has left, or the last of them."""
    measure = asked.kind.measure
    weight = "1" if measure == "rows" else quoted(measure)
    somebody = holds(f"COALESCE({weight}, 1) <> 0", "somebody")
    if name not in PARTS:
        return Sum(asked.layer(), (*where, somebody), quoted(LAST[name]), "max")
    people = asked.people(*where, holds(f"{weight} > 0", "somebody"), measure=measure)
    running = (
        f'SELECT "leaves_s" AS time, SUM({weight}) OVER (ORDER BY "leaves_s", {weight} ROWS UNBOUNDED PRECEDING) AS '
        f"gone, SUM({weight}) OVER () AS everybody FROM {quoted(people.layer)} WHERE {people.condition}"
    )
    part = PARTS[name] * (1 - ROUNDING)
    return Query(f"SELECT MIN(time) FROM ({running}) WHERE gone >= {part!r} * everybody", (people,), "time_of_part")
