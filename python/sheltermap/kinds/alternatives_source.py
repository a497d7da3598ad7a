# SPDX-License-Identifier: Apache-2.0
"""What the figures of alternatives are made of: the choices that the search found, and the people whom they cover."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.base.sql_quoting import quoted
from sheltermap.page.table import text
from sheltermap.questions.figure_source import NotInLayers, Sum, is_empty, is_one_of, less, plus, share

if TYPE_CHECKING:
    from sheltermap.planning.alternatives import Alternatives
    from sheltermap.questions.figure_source import Asked, Source, Where

KEPT = ("people", "points", "next", "named", "scenarios", "robust")  #: ends of the names of tables
TABLES = {"points": "frontier", "next": "next_best"}  #: that are called otherwise in the result
COLUMNS = {
    "points": ("point", "cost", "people_gained", "people_covered", "bound", "gap"),
    "next": ("order", "option", "cost", "people_gained"),
    "named": ("alternative", "cost", "people_gained"),
    "scenarios": ("scenario", "alternative", "people_covered"),
    "robust": ("criterion", "value"),
}


def kept_of(found: Alternatives, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables that the figures rest on: the people row by row, and what the searches found."""
    kept = {"people": found.rows.assign(row_fid=np.arange(1, len(found.rows) + 1))}
    for end, columns in COLUMNS.items():
        table = tables.get(TABLES.get(end, end))
        if table is None:
            continue
        if end == "next":
            options = [option(row, action) for row, action in zip(table["facility"], table["action"], strict=True)]
            table = table.assign(option=options)
        table = table[[*columns]]
        words = dict.fromkeys(table.columns[[kind == "O" for kind in (each.kind for each in table.dtypes)]], "string")
        kept[end] = table.astype(words)
    return kept


def option(facility: object, action: object) -> str:
    """Return what figures call something that may be built or improved."""
    return f"{text(facility)} ({action})"


def alternatives_source(asked: Asked) -> Source:
    """Return what a figure of alternatives is made of."""
    name = asked.name
    searched = {"gap_share": "bound", "cost_change_share": "cost_sensitivity"}
    if name in searched:
        return NotInLayers(searched[name])
    if name == "points":
        return Sum(asked.layer("points"))
    if name == "spent":
        return plus(*(asked.of("cost", is_one_of("in_choice", 1), end=end) for end in ("", "upgrades")))
    of_tables = {
        "next_people_gained": ("next", "people_gained"),
        "next_cost": ("next", "cost"),
        "alternative_people_gained": ("named", "people_gained"),
        "alternative_cost": ("named", "cost"),
        "scenario_covered": ("scenarios", "people_covered"),
    }
    if name in of_tables:
        end, of = of_tables[name]
        named = is_one_of("option" if end == "next" else "alternative", str(asked.category))
        scenario = () if asked.scenario is None else (is_one_of("scenario", asked.scenario),)
        return Sum(asked.layer(end), (named, *scenario), quoted(of), "only")
    if name.startswith("robust_"):
        where = (is_one_of("criterion", name.removeprefix("robust_")),)
        return Sum(asked.layer("robust"), where, quoted("value"), "only")
    return _people(asked)


def _people(asked: Asked) -> Source:
    """Count the people by what becomes of their row."""

    def people(*where: Where) -> Sum:
        return Sum(asked.layer("people"), where, quoted("people"))

    before, after = people(is_one_of("state", "covered_before")), people(is_one_of("covered_after", 1))
    known = people(is_one_of("state", "covered_before", "uncovered"))
    made: dict[str, Source] = {"total": people(), "covered_before": before, "covered_after": after}
    made |= {"gained": less(after, before), "uncovered": less(known, after)}
    made["unknown"] = people(is_one_of("state", "unknown"))
    made["reachable"] = people(is_one_of("reachable", 1))
    made["rows_without_weight"] = Sum(asked.layer("people"), (is_empty("people"),))
    made["covered_share"] = share(after, people())
    return made[asked.name]
