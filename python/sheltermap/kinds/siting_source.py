# SPDX-License-Identifier: Apache-2.0
"""What the figures of a siting are made of: people by whether they are served before and after, chosen sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.base.sql_quoting import quoted
from sheltermap.questions.figure_source import NotInLayers, Sum, is_not, is_one_of, less, plus, share

if TYPE_CHECKING:
    from sheltermap.questions.figure_source import Asked, Source, Term, Where
    from sheltermap.questions.site_keys import AmongSites

CHOSEN = is_one_of("chosen", 1)
LAYERS = ("sites", "upgrades")  #: ends of the names of the layers with what may be chosen


def siting_source(kind: AmongSites, asked: Asked) -> Source:
    """Return what a figure of a siting is made of."""
    if asked.name == "gap_share":
        return NotInLayers("bound")
    if asked.name in ("sites", "spent", "site_cost", "site_people_gained"):
        return _of_sites(kind, asked)
    if asked.name in ("total", "rows_without_weight"):
        return asked.people() if asked.name == "total" else asked.without_number()
    if asked.name == "unknown":
        return asked.people(is_one_of("state", "unknown"))
    before, after = _served(kind, asked, "before"), _served(kind, asked, "after")
    made: dict[str, Source] = {"covered_before": before, "covered_after": after, "gained": less(after, before)}
    made["covered_share"] = share(after, asked.people())
    made["uncovered"] = less(asked.people(is_not("state", "unknown")), after)
    return made[asked.name]


def _served(kind: AmongSites, asked: Asked, when: str) -> Sum:
    """Return the people who are served before or after: whole rows, or of places the part that has one."""
    served = f"served_{when}"
    if served not in asked.columns():
        return asked.people(is_one_of(f"covered_{when}", 1))
    if asked.measure == kind.measure:
        return asked.of(served, is_not("state", "unknown"))
    part = f"{quoted(served)} / NULLIF({quoted(kind.measure)}, 0)" if kind.measure != "rows" else quoted(served)
    whole = asked.people(is_not("state", "unknown"))
    of = part if whole.of is None else f"ROUND({whole.of} * {part}, 6)"
    return Sum(whole.layer, whole.where, of, called=texts.both("whence.part_served", column=asked.measure))


def _of_sites(kind: AmongSites, asked: Asked) -> Source:
    """Count the chosen sites, or sum what they cost or whom each serves more."""
    ends = [end for end in LAYERS if asked.columns(end)]
    cost = getattr(kind, "cost", None)
    columns = {"sites": "cost" if cost is None or "cost" in asked.columns("sites") else cost, "upgrades": "cost"}
    found: list[Term] = []
    for end in ends:
        mine: tuple[Where, ...] = (CHOSEN,)
        if asked.category is not None:
            named = asked.row_of("candidates", asked.category, end) if end == "sites" else None
            mine = (CHOSEN, asked.told("facility", asked.category, end) if named is None else named)
        if asked.name == "sites":
            found.append(asked.count(*mine, end=end))
        else:
            name = "people_gained" if asked.name == "site_people_gained" else columns[end]
            found.append(asked.of(name, *mine, end=end))
    return plus(*found)
