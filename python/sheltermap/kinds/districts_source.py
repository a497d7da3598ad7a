# SPDX-License-Identifier: Apache-2.0
"""What the figures of districts are made of: the work of units by the district that they are in, or were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base.sql_quoting import quoted
from sheltermap.questions.figure_source import Computed, NotInLayers, Query, Sum, is_given, is_one_of, share

if TYPE_CHECKING:
    from sheltermap.questions.figure_source import Asked, Source, Term

OF = "areas"  #: end of the name of the layer with the districts
EXTREMES = {"largest_load": "MAX", "smallest_load": "MIN"}


def district_source(asked: Asked) -> Source:
    """Return what a figure of districts is made of."""
    before = asked.name.endswith("_before")
    name, district = asked.name.removesuffix("_before"), "district_before" if before else "district"
    if name == "least_load":
        return NotInLayers("least_load")
    placed = asked.of("work", is_given("district"))
    if name == "total":
        return asked.of("work", is_given(district))
    if name == "units_moved":
        return asked.count(is_one_of("moved", 1))
    if name == "work_moved_share":
        return share(asked.of("work", is_one_of("moved", 1)), placed)
    if name in EXTREMES:
        return _extreme(asked, EXTREMES[name], district, placed)
    if name == "over_limit":
        return asked.count(is_one_of(asked.name, 1), end=OF)
    mine = asked.told(district, asked.category)
    if name == "district_units":
        return asked.count(mine)
    work = asked.of("work", mine)
    return _load(asked, work, placed) if name == "district_load" else work


def _load(asked: Asked, work: Sum, everything: Sum) -> Computed:
    """Return the work of a district by the part that its staff is of all."""
    staff = asked.of("staff", asked.told("district", asked.category, OF), end=OF)
    terms: tuple[Term, ...] = (work, share(staff, asked.of("staff", end=OF)), everything)
    return Computed("{0} / ({1} * {2})", terms, "load")


def _extreme(asked: Asked, how: str, district: str, everything: Sum) -> Query:
    """Return the largest or the smallest load."""
    units, districts = quoted(asked.layer()), quoted(asked.layer(OF))
    work = f'SELECT TOTAL("work") FROM {units} WHERE {quoted(district)} = d."district"'
    part = f'd."staff" / (SELECT TOTAL("staff") FROM {districts}) * ({everything.sql})'
    sql = f"SELECT {how}(({work}) / ({part})) FROM {districts} AS d"
    return Query(sql, (asked.of("work", is_given(district)),), f"load_{how.lower()}")
