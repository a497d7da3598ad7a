# SPDX-License-Identifier: Apache-2.0
"""Tables of closed streets in the report: before and after, who is cut off and why, what is closed, what matters."""

from __future__ import annotations

import pandas as pd

from sheltermap.base import texts
from sheltermap.report.tables import LONG, Bar, Cell, Table, Words, measure_words, reason_words, text
from sheltermap.runs.cut_off import StreetsClosed
from sheltermap.runs.figures import records
from sheltermap.runs.outcomes import Outcome

STATE_WORDS = {"cut_off": "cut_off", "not_reached_before": "not_reached_before", "unknown": "unknown"}


def tables_of(outcome: Outcome, closed: StreetsClosed) -> list[Table | None]:
    """Return the tables of closed streets."""
    return [
        _before_and_after(outcome, closed),
        _reasons(outcome, closed),
        _closed_streets(outcome, closed),
        _critical_streets(outcome, closed),
    ]


def _before_and_after(outcome: Outcome, closed: StreetsClosed) -> Table:
    totals = closed.totals
    keys = ("total", "before", "covered", "cut_off", "not_reached_before", "unknown", "share")
    numbers = ("total", "covered_before", "covered", "lost", "uncovered", "unknown")
    bar = Bar(totals["covered"], totals["lost"] + totals["uncovered"], totals["unknown"])
    row: list[Cell] = [measure_words(outcome, outcome.measure), *(texts.number(totals[key]) for key in numbers)]
    head: list[Cell] = [texts.both("measure"), *(texts.both(key) for key in keys), ""]
    return Table(texts.both("before_and_after"), head, [[*row, texts.shares(totals["covered_share"]), bar]])


def _reasons(outcome: Outcome, closed: StreetsClosed) -> Table | None:
    """Who is not reached and why, with the rows that have no number; below, what the others have to go further."""
    unit = measure_words(outcome, outcome.measure)
    rows: list[list[Cell]] = []
    weighted = outcome.measure != "rows"
    for row in records(closed.summary):
        if row["state"] != "reached":
            missing = [texts.number(row["rows_without_weight"])] if weighted else []
            counts = [texts.number(row["rows"]), texts.number(row["weight"]), *missing]
            rows.append([texts.both(STATE_WORDS[row["state"]]), reason_words(row["reason"]), *counts])
    head: list[Cell] = [texts.both("state"), texts.both("reason"), texts.both("rows"), unit]
    head += [texts.both("rows_without_weight")] if weighted else []
    note = _detour(closed)
    if not rows and note is None:
        return None
    return Table(texts.both("cut_off_reasons"), head, rows, note, texts_first=2)


def _detour(closed: StreetsClosed) -> Words | None:
    reached = closed.summary[closed.summary["state"] == "reached"]
    if not len(reached) or pd.isna(extra := reached[f"mean_{closed.extra}"].iloc[0]):
        return None
    said = texts.both("mean_delay" if closed.in_time else "mean_detour")
    much = texts.durations(extra) if closed.in_time else texts.distances(extra)
    return {lang: f"{said[lang]}: {much[lang]}" for lang in texts.LANGUAGES}


def _closed_streets(outcome: Outcome, closed: StreetsClosed) -> Table | None:
    """What is closed, by street; those without a name together."""
    edges = pd.DataFrame(closed.edges.drop(columns="geometry"))
    if not len(edges):
        return None
    nameless = edges["name"].isna()
    streets = edges[~nameless].groupby("name", sort=True)["closed_m"].sum()
    streets = streets.sort_values(ascending=False, kind="stable")
    rows: list[list[Cell]] = [[str(name), texts.distances(metres)] for name, metres in streets[:LONG].items()]
    if nameless.any():
        ways = texts.both("nameless_ways", count=texts.number(edges.loc[nameless, "way_id"].nunique()))
        rows.append([ways, texts.distances(float(edges.loc[nameless, "closed_m"].sum()))])
    layer = f"{outcome.analysis.name}_closed"
    note = texts.both("cut", shown=LONG, total=texts.number(len(streets)), layer=layer)
    foot: list[list[Cell]] = [[texts.both("all"), texts.distances(float(edges["closed_m"].sum()))]]
    head: list[Cell] = [texts.both("street"), texts.both("closed_length")]
    return Table(texts.both("closed_streets"), head, rows, note if len(streets) > LONG else None, foot=foot)


def _critical_streets(outcome: Outcome, closed: StreetsClosed) -> Table | None:
    """Streets by how many their closure alone cuts off, and how many go along them now."""
    if closed.critical is None:
        return None
    rows: list[list[Cell]] = []
    for rank, row in enumerate(records(pd.DataFrame(closed.critical)), start=1):
        name: Cell = text(row["name"]) or texts.both("nameless")
        numbers = [texts.number(row["people_lost"]), texts.number(row["people_using"])]
        rows.append([str(rank), name, str(row["way_id"]), texts.distances(row["length_m"]), *numbers])
    head = [texts.both(key) for key in ("rank", "street", "way", "length", "people_lost", "people_using")]
    return Table(texts.both("critical_streets"), head, rows, texts.both("critical_why"), texts_first=3)
