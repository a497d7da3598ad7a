# SPDX-License-Identifier: Apache-2.0
"""What figures are made of that several kinds have: who is covered, how far it is, people by state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.sql_quoting import quoted
from sheltermap.questions.figure_source import Sum, holds, is_empty, is_given, is_not, is_one_of, literal, share
from sheltermap.questions.figures import NOT_COVERED
from sheltermap.registers.schema import schema

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.questions.figure_source import Asked, Source, Where

YES = 1  #: how a GeoPackage keeps what is true


def places_known(name: str) -> Where:
    """Say that a column holds a number of places that can be meant: one within the limits of the shelter register."""
    field = schema("shelter").fields["capacity_persons"]
    assert field.min is not None and field.max is not None, "the register limits it"
    told = {"low": texts.number(field.min), "high": texts.number(field.max), "column": name}
    cell = f"CAST({quoted(name)} AS REAL)"
    sql = f"{quoted(name)} IS NOT NULL AND {cell} BETWEEN {field.min:.15g} AND {field.max:.15g}"
    return holds(f"{sql} AND {cell} = CAST({cell} AS INTEGER)", "places_known", **told)


def covered_source(asked: Asked) -> Source:
    """Return what a total within a limit is made of: people by the column that says who is within it."""
    within, reason = f"within_{asked.label}", f"reason_{asked.label}"
    if asked.name == "covered_share":
        return share(asked.people(is_one_of(within, "covered")), asked.people())
    if asked.name == NOT_COVERED:
        return asked.people(is_not(within, "covered"), asked.told(reason, asked.category))
    if asked.name == "borderline":
        return asked.people(is_one_of(f"borderline_{asked.label}", YES))
    return of_state(asked, within, {each: each for each in ("covered", "uncovered", "unknown")})


def of_state(asked: Asked, name: str, states: dict[str, str], *where: Where) -> Source:
    """Return what a sum by state is made of; `states` are the values of the column `name` by the figure."""
    if asked.name in ("total", "rows_without_weight"):
        return asked.people(*where) if asked.name == "total" else asked.without_number(*where)
    return asked.people(is_one_of(name, states[asked.name]), *where)


def cost_source(asked: Asked) -> Sum:
    """Return what is made of the column that says how far the nearest facility is, or how long the way takes."""
    if asked.name == "rows":
        return asked.count()
    in_time = asked.name.startswith("duration") or asked.name.endswith("duration")
    cost = "duration_s" if in_time else "distance_m"
    if asked.name.startswith("rows_without_"):
        return asked.count(is_empty(cost))
    return Sum(asked.layer(), (is_given(cost),), quoted(cost), asked.name.split("_")[1])


PAIRS = "pairs"  #: end of the name of the table of rows and the zones that they lie in


def pairs_of(rows: GeoDataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return in which zones each row of a layer lies, by its number there, ``fid``; a zone of several parts once."""
    at = rows.index.get_indexer(pairs["row"]) + 1
    table = pd.DataFrame({"row_fid": at.astype("int64"), "zone": pairs["zone"].astype(str).astype("string").array})
    return table.drop_duplicates(ignore_index=True)


def within_pairs(asked: Asked, zone: str | None) -> Where:
    """Say that a row of the layer lies in a zone, by the table of pairs."""
    sql = f'"fid" IN (SELECT "row_fid" FROM {quoted(asked.layer(PAIRS))} WHERE "zone" = {literal(str(zone))})'
    return holds(sql, "in_zone", zone=str(zone))
