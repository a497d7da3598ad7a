# SPDX-License-Identifier: Apache-2.0
"""What an exposure tells of features that serve people: whom, how long without power, and what the water stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sheltermap.analyses.zone_service import STATES, Service
from sheltermap.base import texts
from sheltermap.base.scopes import INSIDE_ZONES
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.table import LONG, Cell, Table, heads, text
from sheltermap.questions.figures import records

if TYPE_CHECKING:
    from sheltermap.questions.outcome import Outcome

NUMBERS = ("people_served", "backup_power_h", "flood_depth_m", "depth")  # in the order of the table


def service_key_figure(outcome: Outcome, service: Service) -> list[KeyFigure]:
    """Tell how many people what lies in any zone serves, and how many of it the water stops."""
    if service.people_served is None:
        return []
    sums = outcome.tables["service_sums"]
    inside = records(sums[sums["zone"] == INSIDE_ZONES]) or [dict.fromkeys(sums.columns, 0)]
    told = {key: texts.number(inside[0][key]) for key in ("rows", "fails", "fails_unknown", "served_rows_without")}
    detail = texts.both("served_told" if service.depth is None else "served_told_by_depth", **told)
    value = dict.fromkeys(texts.LANGUAGES, texts.number(inside[0]["served"]))
    return [KeyFigure(value, texts.both("served_in_zones"), detail)]


def service_tables(outcome: Outcome, service: Service) -> list[Table | None]:
    """Return what is in the zones, one by one, and its sums by zone; nothing where the plan does not ask for it."""
    if not service.is_asked:
        return []
    return [_sums_table(outcome, service), _feature_table(outcome, service)]


def _sums_table(outcome: Outcome, service: Service) -> Table | None:
    sums = outcome.tables["service_sums"]
    counted = STATES if service.depth is not None else ()
    people = ["served"] if service.people_served is not None else []
    people += ["served_by_failing"] if people and service.depth is not None else []
    if not len(sums) or not (counted or people):
        return None
    lines: list[list[Cell]] = []
    for row in records(sums):
        cells: list[Cell] = [texts.number(row[key]) for key in ("rows", *counted, *people)]
        if people and row["served_rows_without"]:
            missing = {"number": texts.number(row["served"]), "count": texts.number(row["served_rows_without"])}
            cells[1 + len(counted)] = texts.both("and_unknown", **missing)
        lines.append([texts.both(row["zone"]) if row["zone"] == INSIDE_ZONES else texts.name(row["zone"]), *cells])
    head = heads("zone", "rows", *counted, *people)
    return Table(texts.both("service_by_zone"), head, lines[:-1], foot=lines[-1:])


def _feature_table(outcome: Outcome, service: Service) -> Table | None:
    """Everything in a zone by name, where the most people are served first."""
    table = outcome.tables["service"]
    table = table[table["zone"] != INSIDE_ZONES]
    if not len(table):
        return None
    worst_first = table.assign(rank=table["state"].map({state: rank for rank, state in enumerate(STATES)}))
    order, ascending = ["rank", "people_served", "row"], [True, False, True]
    ordered = worst_first.sort_values(order, ascending=ascending, kind="stable")
    column, features = outcome.context.labels("features"), outcome.context.frames["features"]
    names = features.index if column is None else features[column]
    asked = [key for key in NUMBERS if getattr(service, key) is not None]
    lines: list[list[Cell]] = []
    for row in records(ordered[:LONG]):
        name = text(names[row["row"]] if column is None else names.iloc[row["row"]])
        words: list[Cell] = [
            name,
            texts.name(row["zone"]),
            *([texts.both(row["state"])] if service.depth is not None else []),
        ]
        cells = [row["depth_m" if key == "depth" else key] for key in asked]
        lines.append([*words, *("–" if pd.isna(each) else texts.number(float(each)) for each in cells)])
    state = heads("zone_state") if service.depth is not None else []
    head = [*heads("name", "zone"), *state, *(texts.both(f"service_{key}") for key in asked)]
    note = texts.both("service_cut", shown=LONG, total=texts.number(len(table))) if len(table) > LONG else None
    return Table(texts.both("service"), head, lines, note, texts_first=2 + len(state))
