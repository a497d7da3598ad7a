# SPDX-License-Identifier: Apache-2.0
"""Tables of closed streets in the report: before and after, who is cut off and why, what is closed, what matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.page.table import LONG, Bar, Cell, Table, Words, cut_note, heads, text, why_words
from sheltermap.questions.figures import records
from sheltermap.questions.maps import found_at, numbered
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.row_tables import measure_words, unused_table, unweighted_table
from sheltermap.questions.state_tables import state_tables

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

STATES = {
    "reached": "covered",
    "cut_off": "cut_off",
    "not_reached_before": "not_reached_before",
    "unknown": "unknown",
}


def cut_off_tables(outcome: Outcome) -> list[Table | None]:
    """Return the tables of closed streets."""
    return [
        _before_and_after(outcome),
        *state_tables(outcome, outcome.tables["sums"], {state: texts.both(word) for state, word in STATES.items()}),
        _reasons(outcome),
        _closed_streets(outcome),
        _critical_streets(outcome),
        unweighted_table(outcome),
        unused_table(outcome),
    ]


def totals_of(outcome: Outcome) -> dict[str, Any]:
    """Return the sums of people by state."""
    return records(outcome.tables["totals"])[0]


def _before_and_after(outcome: Outcome) -> Table:
    totals = totals_of(outcome)
    numbers = ("total", "covered_before", "covered", "lost", "uncovered", "unknown")
    bar = Bar(totals["covered"], totals["lost"] + totals["uncovered"], totals["unknown"])
    row: list[Cell] = [measure_words(outcome, outcome.measure), *(texts.number(totals[key]) for key in numbers)]
    keys = ("measure", "total", "before", "covered", "cut_off", "not_reached_before", "unknown", "share")
    rows = [[*row, texts.shares(totals["covered_share"]), bar]]
    return Table(texts.both("before_and_after"), [*heads(*keys), ""], rows)


def _reasons(outcome: Outcome) -> Table | None:
    """Who is not reached and why, with the rows that have no number; below, what the others have to go further."""
    weighted = outcome.measure != "rows"
    rows: list[list[Cell]] = []
    for row in records(outcome.tables["summary"]):
        if row["state"] != "reached":
            missing = [texts.number(row["rows_without_weight"])] if weighted else []
            counts = [texts.number(row["rows"]), texts.number(row["weight"]), *missing]
            rows.append([texts.both(row["state"]), why_words(row["reason"]), *counts])
    head = [*heads("state", "reason", "rows"), measure_words(outcome, outcome.measure)]
    head += heads("rows_without_weight") if weighted else []
    note = _detour(outcome)
    if not rows and note is None:
        return None
    return Table(texts.both("cut_off_reasons"), head, rows, note, texts_first=2)


def _detour(outcome: Outcome) -> Words | None:
    summary, key = outcome.tables["summary"], "mean_delay" if outcome.in_time else "mean_detour"
    reached = summary[summary["state"] == "reached"]
    if not len(reached) or pd.isna(extra := reached[f"{key}_s" if outcome.in_time else f"{key}_m"].iloc[0]):
        return None
    said = texts.both(key)
    much = texts.durations(extra) if outcome.in_time else texts.distances(extra)
    return {lang: f"{said[lang]}: {much[lang]}" for lang in texts.LANGUAGES}


def _closed_streets(outcome: Outcome) -> Table | None:
    """What is closed, by street; those without a name together."""
    edges = outcome.tables["closed"]
    if not len(edges):
        return None
    nameless = edges["name"].isna()
    streets = edges[~nameless].groupby("name", sort=True)["closed_m"].sum()
    streets = streets.sort_values(ascending=False, kind="stable")
    rows: list[list[Cell]] = [[str(name), texts.distances(metres)] for name, metres in streets[:LONG].items()]
    if nameless.any():
        ways = texts.both("nameless_ways", count=texts.number(edges.loc[nameless, "way_id"].nunique()))
        rows.append([ways, texts.distances(float(edges.loc[nameless, "closed_m"].sum()))])
    note = cut_note(LONG, len(streets), f"{outcome.analysis.name}_closed")
    foot: list[list[Cell]] = [[texts.both("all"), texts.distances(float(edges["closed_m"].sum()))]]
    return Table(texts.both("closed_streets"), heads("street", "closed_length"), rows, note, foot)


def _critical_streets(outcome: Outcome) -> Table | None:
    """Streets by how many their closure alone cuts off, and how many go along them now."""
    if "critical" not in outcome.tables:
        return None
    rows: list[list[Cell]] = []
    for rank, row in enumerate(records(outcome.tables["critical"]), start=1):
        name: Cell = text(row["name"]) or texts.both("nameless")
        numbers = [texts.number(row["people_lost"]), texts.number(row["people_using"])]
        rows.append([str(rank), name, str(row["way_id"]), texts.distances(row["length_m"]), *numbers])
    head = heads("rank", "street", "way", "length", "people_lost", "people_using")
    found = found_at(outcome, critical_streets(outcome), "flows")
    return Table(texts.both("critical_streets"), head, rows, texts.both("critical_why"), texts_first=3, **found)


def critical_streets(outcome: Outcome) -> GeoDataFrame:
    """Return the streets whose closure alone cuts off most, each with the number of its `place`; none is an answer."""
    return numbered(outcome.beside["critical"] if "critical" in outcome.beside else outcome.layer[:0])
