# SPDX-License-Identifier: Apache-2.0
"""Tables of several hazards in the report: by scenario, by number of hazards, by class, by area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.base.scenarios import hazard_words
from sheltermap.drawing.combined_legends import combined_words
from sheltermap.page.table import Cell, Table, heads
from sheltermap.questions.figures import records
from sheltermap.questions.row_tables import measure_words
from sheltermap.questions.scenario_tables import likelihood_words
from sheltermap.questions.state_tables import state_tables

if TYPE_CHECKING:
    from sheltermap.questions.outcome import Outcome

WORDS = {"affected": "in_any_hazard", "not_affected": "no_hazard", "unknown": "unknown"}


def hazards_tables(outcome: Outcome) -> list[Table | None]:
    """Return the tables of several hazards."""
    words: dict[str, Cell] = {state: texts.both(word) for state, word in WORDS.items()}
    return [
        _scenario_table(outcome),
        _number_table(outcome, "count"),
        _number_table(outcome, "worst") if "worst" in outcome.tables else None,
        *state_tables(outcome, outcome.tables["any"], words),
    ]


def _scenario_table(outcome: Outcome) -> Table:
    """Every scenario: how likely it is, who says so, and how many of each measure it affects."""
    sums = outcome.tables["scenarios"]
    sums = sums[sums["area"].isna()]
    measures = list(dict.fromkeys(sums["measure"]))
    rows: list[list[Cell]] = []
    for name, told in outcome.context.hazards.items():
        mine = {row["measure"]: row for row in records(sums[sums["scenario"] == name])}
        cells: list[Cell] = [outcome.context.scenario_words(name), hazard_words(told.hazard), likelihood_words(told)]
        cells += [told.source or "–", texts.both(told.status)]
        cells += [texts.number(mine[each]["affected"]) for each in measures]
        first = mine[outcome.measure]
        share = first["affected"] / first["total"] if first["total"] else float("nan")
        rows.append([*cells, texts.shares(share), texts.number(first["unknown"])])
    head = [*heads("scenario", "hazard", "likelihood", "source", "status")]
    head += [measure_words(outcome, each) for each in measures]
    return Table(texts.both("people_by_scenario"), [*head, *heads("affected_share", "unknown")], rows, texts_first=5)


def _number_table(outcome: Outcome, how: str) -> Table:
    """Every number of hazards, or class, with how many of each measure are in it."""
    sums = outcome.tables[how]
    of_all = {row["measure"]: row for row in records(sums[sums["area"].isna()])}
    states = [name for name in sums.columns if name.isdigit()] + ["unknown"]
    rows: list[list[Cell]] = [
        [combined_words(how, state), *(texts.number(row[state]) for row in of_all.values())] for state in states
    ]
    head = [*heads("hazards" if how == "count" else "hazard_class"), *(measure_words(outcome, each) for each in of_all)]
    foot: list[list[Cell]] = [[texts.both("all"), *(texts.number(row["total"]) for row in of_all.values())]]
    return Table(texts.both(f"by_{'hazard_count' if how == 'count' else 'worst_class'}"), head, rows, foot=foot)
