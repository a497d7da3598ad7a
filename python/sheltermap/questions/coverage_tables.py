# SPDX-License-Identifier: Apache-2.0
"""Tables and key figures of who is covered: by limit, by area, and why the others are not."""

from __future__ import annotations

from typing import Any

from sheltermap.base import texts
from sheltermap.base.scopes import NO_AREA, last_in_order
from sheltermap.page.key_figure import KeyFigure, count_of
from sheltermap.page.table import Bar, Cell, Table, Words, heads, why_words
from sheltermap.questions.figures import records, records_by
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.row_tables import cost_word, measure_words

STATES = ("total", "covered", "uncovered", "unknown")


def coverage_key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return the share covered within each limit."""
    summary = outcome.tables["summary"]
    return [
        KeyFigure(
            texts.shares(row["covered_share"]),
            texts.both("within", distance=_limit(outcome, row)),
            count_of(row["covered"], row["total"], measure_words(outcome, outcome.measure)),
            Bar(row["covered"], row["uncovered"], row["unknown"]),
        )
        for row in records(summary[summary["measure"] == outcome.measure])
    ]


def distance_table(outcome: Outcome) -> Table | None:
    """Every limit and measure of a coverage: covered, not, unknown; nothing of one only, which the key figure tells."""
    if len(outcome.tables["summary"]) == 1:
        return None
    rows: list[list[Cell]] = []
    for row in records(outcome.tables["summary"]):
        limit = texts.both("within", distance=_limit(outcome, row))
        rows.append([limit, measure_words(outcome, row["measure"]), *_states(row)])
    title = texts.both("by_duration" if outcome.in_time else "by_distance")
    return Table(title, [cost_word(outcome), *heads("measure", *STATES, "share"), ""], rows, texts_first=2)


def area_tables(outcome: Outcome) -> list[Table]:
    """For each measure: every area, with what is covered within each limit; of one limit, most people without first."""
    by_area = outcome.tables.get("by_area")
    if by_area is None:
        return []
    return [_area_table(outcome, measure) for measure in by_area["measure"].unique()]


def _area_table(outcome: Outcome, measure: str) -> Table:
    by_area, summary = outcome.tables["by_area"], outcome.tables["summary"]
    single = len(outcome.thresholds) == 1
    limits: list[Cell] = [texts.both("within", distance=texts.distances(each)) for each in outcome.thresholds]
    banded = [*heads("total"), *limits, *heads("unknown")]
    head = [*heads("area"), *([*heads(*STATES, "share"), ""] if single else banded)]
    weighted = measure != "rows"
    if weighted:
        head += heads("rows_without_weight")

    def line(label: Cell, totals: list[dict[str, Any]]) -> list[Cell]:
        cells = _states(totals[0]) if single else _bands(totals)
        return [label, *cells, *([texts.number(totals[0]["rows_without_weight"])] if weighted else [])]

    mine = by_area[by_area["measure"] == measure]
    by_name = records_by(mine, "area")

    def rank(area: Any) -> tuple[bool, float, str]:  # by people without, where the table tells them
        in_none, name = last_in_order(area)
        return in_none, -by_name[area][0]["uncovered"] if single else 0.0, name

    ordered = sorted(by_name, key=rank)
    rows = [line(area_words(area), by_name[area]) for area in ordered]
    concern = [by_name[area][-1]["uncovered"] for area in ordered]
    total = records(summary[summary["measure"] == measure])
    title = texts.both("by_area")
    if weighted and len(by_area["measure"].unique()) > 1:
        title = {lang: f"{title[lang]}: {measure_words(outcome, measure)[lang]}" for lang in title}
    return Table(title, head, rows, foot=[line(texts.both("all"), total)], concern=concern)


def area_words(area: Any) -> Cell:
    """Return an area's name, or in words where people in no area are."""
    return texts.both(str(area)) if area in NO_AREA else str(area)


def reasons_table(outcome: Outcome) -> Table | None:
    """Why something is not covered, the reasons summing to the gap; nothing where all are only too far."""
    told = outcome.tables["reasons"]
    if set(told["reason"][told["weight"] > 0]) <= {"too_far"}:
        return None
    rows: list[list[Cell]] = [
        [
            texts.both("within", distance=_limit(outcome, row)),
            why_words(row["reason"]),
            measure_words(outcome, row["measure"]),
            texts.number(row["weight"]),
        ]
        for row in records(outcome.tables["reasons"])
        if row["weight"]
    ]
    head = [cost_word(outcome), *heads("reason", "measure", "total")]
    return Table(texts.both("reasons"), head, rows, texts_first=3) if rows else None


def _limit(outcome: Outcome, row: dict[str, Any]) -> Words:
    """Return the threshold of a row of a coverage's tables."""
    return outcome.spelt(row["threshold_s" if outcome.in_time else "threshold_m"])


def _states(row: dict[str, Any]) -> list[Cell]:
    counts = [texts.number(row[key]) for key in STATES]
    return [*counts, texts.shares(row["covered_share"]), Bar(row["covered"], row["uncovered"], row["unknown"])]


def _bands(totals: list[dict[str, Any]]) -> list[Cell]:
    within: list[Cell] = [
        {
            lang: f"{texts.number(row['covered'])} · {texts.share(row['covered_share'], lang)}"
            for lang in texts.LANGUAGES
        }
        if row["total"]
        else "–"
        for row in totals
    ]
    return [texts.number(totals[0]["total"]), *within, texts.number(totals[-1]["unknown"])]
