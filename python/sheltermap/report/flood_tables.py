# SPDX-License-Identifier: Apache-2.0
"""Tables of a flood in the report: before and during, by area, why, and which facilities are left."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sheltermap.analyses.flood import STATES, Flood, scenario_label
from sheltermap.base import scopes, texts
from sheltermap.plans.plan import Plan
from sheltermap.report.tables import Bar, Cell, Table, measure_words, reason_words, text
from sheltermap.runs.figures import records
from sheltermap.runs.outcomes import Outcome


def tables_of(plan: Plan, outcome: Outcome) -> list[Table | None]:
    """Return the tables of a flood."""
    flood = outcome.flood
    assert flood is not None
    return [
        _scenario_table(outcome, flood),
        _area_table(outcome, flood),
        _reasons_table(outcome, flood),
        _supply_table(flood),
        _closed_table(plan, outcome, flood),
    ]


def _scenario_table(outcome: Outcome, flood: Flood) -> Table:
    """Every scenario and measure: who is covered before and during, who loses it, who lives in the zone."""
    keys = (
        "scenario",
        "measure",
        "total",
        "before",
        "covered",
        "lost",
        "uncovered",
        "unknown",
        "in_flood_zone",
        "share",
    )
    rows: list[list[Cell]] = []
    for row in records(flood.summary):
        numbers = ("total", "covered_before", "covered", "lost", "uncovered", "unknown", "in_zone")
        bar = Bar(row["covered"], row["lost"] + row["uncovered"], row["unknown"])
        words: list[Cell] = [str(row["scenario"]), measure_words(outcome, row["measure"])]
        cells: list[Cell] = [texts.number(row[key]) for key in numbers]
        rows.append([*words, *cells, texts.shares(row["covered_share"]), bar])
    return Table(texts.both("by_scenario"), [*(texts.both(key) for key in keys), ""], rows, texts_first=2)


def _area_table(outcome: Outcome, flood: Flood) -> Table | None:
    """Every area: the share covered before, and of every scenario the share covered and how many lose it."""
    if flood.by_area is None:
        return None
    mine = flood.by_area[flood.by_area["measure"] == outcome.measure]
    overall = flood.summary[flood.summary["measure"] == outcome.measure]
    head: list[Cell] = [texts.both("area"), texts.both("total"), texts.both("share_before")]
    for scenario in flood.scenarios:
        head += [texts.both("during", scenario=scenario), texts.both("loses", scenario=scenario)]
    rows = []
    for area, part in sorted(mine.groupby("area", sort=False), key=lambda each: scopes.last_in_order(each[0])):
        rows.append(_area_line(scopes.words(area), part))
    return Table(texts.both("by_area"), head, rows, foot=[_area_line(texts.both("all"), overall)])


def _area_line(label: Cell, scenarios: pd.DataFrame) -> list[Cell]:
    lines = records(scenarios)
    cells: list[Cell] = [label, texts.number(lines[0]["total"]), texts.shares(lines[0]["covered_share_before"])]
    for line in lines:
        cells += [texts.shares(line["covered_share"]), texts.number(line["lost"])]
    return cells


def _reasons_table(outcome: Outcome, flood: Flood) -> Table | None:
    """Why people are not covered during each scenario; the reasons sum to the gap."""
    reasons = flood.reasons[flood.reasons["measure"] == outcome.measure]
    wide = reasons.pivot_table(index="reason", columns="scenario", values="weight", sort=False)
    wide = wide[wide.sum(axis=1) > 0]
    if wide.empty:
        return None
    head: list[Cell] = [texts.both("reason"), *(str(scenario) for scenario in flood.scenarios)]
    rows: list[list[Cell]] = [
        [reason_words(str(reason)), *(texts.number(line[scenario]) for scenario in flood.scenarios)]
        for reason, line in wide.iterrows()
    ]
    sums = [texts.number(wide[scenario].sum()) for scenario in flood.scenarios]
    return Table(texts.both("reasons"), head, rows, foot=[[texts.both("all"), *sums]])


def _supply_table(flood: Flood) -> Table:
    """How many facilities are in which state, with their places where these are known."""
    states = [state for state in STATES if flood.supply.loc[flood.supply["state"] == state, "facilities"].any()]
    with_places = "capacity" in flood.supply.columns
    rows: list[list[Cell]] = []
    for scenario in flood.scenarios:
        mine = flood.supply[flood.supply["scenario"] == scenario].set_index("state")
        rows.append([str(scenario), *(_supply_cell(dict(mine.loc[state]), with_places) for state in states)])
    head = [texts.both("scenario"), *(texts.both(f"state_{state}") for state in states)]
    return Table(texts.both("supply"), head, rows)


def _supply_cell(row: dict[str, Any], with_places: bool) -> Cell:
    count = texts.number(row["facilities"])
    if not with_places:
        return count
    key = "capacity_known" if row["without_capacity"] else "capacity_of_all"
    told = {"places": texts.number(row["capacity"]), "missing": texts.number(row["without_capacity"])}
    return {lang: f"{count} ({texts.say(key, lang, **told)})" for lang in texts.LANGUAGES}


def _closed_table(plan: Plan, outcome: Outcome, flood: Flood) -> Table:
    """Which facilities cannot be used in some scenario, and why."""
    columns = [f"state_{scenario_label(scenario)}" for scenario in flood.scenarios]
    closed = flood.facilities[(flood.facilities[columns] != "usable").any(axis=1).to_numpy()]
    if not len(closed):
        return Table(texts.both("closed"), [], [], note=texts.both("none_closed"))
    source = plan.inputs[outcome.analysis.facilities]  # type: ignore[union-attr]
    named = source.name or source.id
    capacity = getattr(outcome.analysis, "capacity", None)
    head: list[Cell] = [texts.both("name"), *(str(scenario) for scenario in flood.scenarios)]
    head += [texts.both("places_capacity")] if capacity else []
    rows: list[list[Cell]] = []
    for row in records(closed.assign(_name=closed.index if named is None else closed[named])):
        size: list[Cell] = [texts.number(float(row[capacity])) if pd.notna(row[capacity]) else "–"] if capacity else []
        rows.append([text(row["_name"]), *(texts.both(f"state_{row[column]}") for column in columns), *size])
    return Table(texts.both("closed"), head, rows, texts_first=1 + len(columns))
