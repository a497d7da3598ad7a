# SPDX-License-Identifier: Apache-2.0
"""What the figures of an access are made of: people by how much they can count on, and supply by what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base.sql_quoting import quoted
from sheltermap.planning.access_sums import AWAY
from sheltermap.questions.figure_source import Query, holds, is_given, is_not, is_one_of, mean, share

if TYPE_CHECKING:
    from sheltermap.questions.figure_source import Asked, Source, Sum

UNREACHED = {"supply_reached": ("reached",), "supply_unreached": ("nobody_near",), "supply_unplaced": AWAY}


def access_source(supply: str, asked: Asked) -> Source:
    """Return what a figure of an access is made of; `supply` is the column of what facilities offer."""
    name = asked.name
    if name == "facilities":
        return asked.count(is_one_of("supply_state", str(asked.category)), end="facilities")
    if name.startswith("supply_"):
        where = () if name == "supply_total" else (is_one_of("supply_state", *UNREACHED[name]),)
        return asked.of(supply, *where, end="facilities")
    if name in ("total", "rows_without_weight"):
        return asked.people() if name == "total" else asked.without_number()
    known = asked.people(is_not("state", "unknown"))
    if name == "access_mean":
        return mean("access", asked.people(), None if asked.measure == "rows" else asked.measure)
    if name == "access_gini":
        return _gini(asked)
    states = {"none_share": ("none",), "below_share": ("none", "too_little")}
    if name in states:
        return share(asked.people(is_one_of("state", *states[name])), known)
    if name == "enough_share":
        return share(asked.people(is_one_of("state", "enough")), asked.people())
    return asked.people(is_one_of("state", name))


def _gini(asked: Asked) -> Query:
    """Return one less twice the area under Lorenz's curve: people of one value are one step of it."""
    weight = "1" if asked.measure == "rows" else quoted(asked.measure)
    shared: Sum = asked.people(is_given("access"), holds(f"{weight} > 0", "somebody"))
    values = (
        f'SELECT "access" AS value, TOTAL({weight}) AS people FROM {quoted(shared.layer)} '
        f'WHERE {shared.condition} GROUP BY "access"'
    )
    steps = (
        "SELECT people, people * value AS held, SUM(people * value) OVER (ORDER BY value) AS so_far, "
        f"SUM(people) OVER () AS everybody, SUM(people * value) OVER () AS everything FROM ({values})"
    )
    area = "SUM(people * (2 * so_far - held)) / (MAX(everybody) * NULLIF(MAX(everything), 0))"
    return Query(f"SELECT MAX(0, 1 - {area}) FROM ({steps})", (shared,), "gini")
