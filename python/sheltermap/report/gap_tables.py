# SPDX-License-Identifier: Apache-2.0
"""Tables of gaps in the report: the places to act on, and how they sum."""

from __future__ import annotations

import pandas as pd

from sheltermap.base import scopes, texts
from sheltermap.plans.plan import Plan
from sheltermap.report.tables import (
    LONG,
    Cell,
    Table,
    area_tables,
    cost_word,
    distance_table,
    measure_words,
    reason_words,
    reasons_table,
    text,
    unweighted_table,
)
from sheltermap.runs.figures import records
from sheltermap.runs.outcomes import Outcome


def tables_of(plan: Plan, outcome: Outcome) -> list[Table | None]:
    """Return the tables of gaps."""
    return [
        _places_table(outcome),
        distance_table(outcome),
        *area_tables(outcome)[:1],
        reasons_table(outcome),
        unweighted_table(plan, outcome),
    ]


def _places_table(outcome: Outcome) -> Table:
    """Places of people who are not covered, most people first, with the nearest facility and how far it is."""
    places = outcome.tables["places"]
    groups = list(getattr(outcome.analysis, "groups", ()))
    with_area = "area" in places.columns
    head: list[Cell] = [texts.both("rank"), texts.both("name"), *([texts.both("area")] if with_area else [])]
    head += [texts.both("nearest_facility"), texts.both("reason"), measure_words(outcome, outcome.measure)]
    head += [measure_words(outcome, group) for group in groups] + [cost_word(outcome), texts.both("farthest")]
    costs = (outcome.cost, "farthest_s" if outcome.in_time else "farthest_m")
    rows: list[list[Cell]] = []
    for row in records(places[:LONG]):
        area: list[Cell] = [text(row["area"]) or texts.both(scopes.OUTSIDE_AREAS)] if with_area else []
        nearest = text(row.get("facility_name")) or text(row["facility"])
        people = [texts.number(row[key]) for key in ("people", *groups)]
        away = [outcome.spelt(row[key]) if pd.notna(row[key]) else "–" for key in costs]
        rows.append([str(row["place"]), text(row["name"]), *area, nearest, reason_words(row["reason"]), *people, *away])
    note = None
    if len(places) > LONG:
        layer = f"{outcome.analysis.name}_places"
        note = texts.both("cut", shown=LONG, total=texts.number(len(places)), layer=layer)
    return Table(texts.both("gaps"), head, rows, note, texts_first=4 + with_area)
