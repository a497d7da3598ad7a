# SPDX-License-Identifier: Apache-2.0
"""Tables of a flood in the report: before and during, by area, why, and which facilities are left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.analyses.flood import STATES
from sheltermap.analyses.ledger import COUNTS
from sheltermap.base import texts
from sheltermap.base.scenarios import scenario_label
from sheltermap.base.scopes import last_in_order
from sheltermap.page.table import Bar, Cell, Table, heads, reason_words, text
from sheltermap.questions.coverage_tables import area_words
from sheltermap.questions.figures import records, records_by
from sheltermap.questions.maps import found_at, numbered
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.row_tables import measure_words, unused_table

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def flood_tables(outcome: Outcome, capacity: str | None) -> list[Table | None]:
    """Return the tables of a flood; `capacity` is the column with the places of facilities."""
    return [
        _scenario_table(outcome),
        _area_table(outcome),
        _reasons_table(outcome),
        _supply_table(outcome),
        _closed_table(outcome, capacity),
        unused_table(outcome),
    ]


def scenarios_of(outcome: Outcome) -> list[Any]:
    """Return the scenarios in the order of the zones' rows."""
    return list(dict.fromkeys(outcome.tables["summary"]["scenario"]))


def state_bar(row: dict[str, Any]) -> Bar:
    """Return the people of a scenario as a bar: still covered, not, unknown."""
    return Bar(row["covered"], row["lost"] + row["uncovered"], row["unknown"])


def _scenario_table(outcome: Outcome) -> Table:
    """Every scenario and measure: who is covered before and during, who loses it, who lives in the zone."""
    rows: list[list[Cell]] = []
    for row in records(outcome.tables["summary"]):
        words: list[Cell] = [texts.name(row["scenario"]), measure_words(outcome, row["measure"])]
        cells: list[Cell] = [texts.number(row[key]) for key in (*COUNTS, "in_zone")]
        rows.append([*words, *cells, texts.shares(row["covered_share"]), state_bar(row)])
    head = heads("scenario", "measure", "total", "before", *COUNTS[2:], "in_flood_zone", "share")
    return Table(texts.both("by_scenario"), [*head, ""], rows, texts_first=2)


def _area_table(outcome: Outcome) -> Table | None:
    """Every area: the share covered before, and of every scenario the share covered and how many lose it."""
    by_area, summary = outcome.tables.get("by_area"), outcome.tables["summary"]
    if by_area is None:
        return None
    mine = by_area[by_area["measure"] == outcome.measure]
    head = heads("area", "total", "share_before")
    for scenario in scenarios_of(outcome):
        head += [texts.both(key, scenario=texts.name(scenario)) for key in ("during", "loses")]
    by_name = records_by(mine, "area")
    ordered = sorted(by_name, key=last_in_order)
    rows = [_area_line(area_words(area), by_name[area]) for area in ordered]
    foot = [_area_line(texts.both("all"), records(summary[summary["measure"] == outcome.measure]))]
    concern = [float(max(line["lost"] for line in by_name[area])) for area in ordered]
    return Table(texts.both("by_area"), head, rows, foot=foot, concern=concern)


def _area_line(label: Cell, lines: list[dict[str, Any]]) -> list[Cell]:
    cells: list[Cell] = [label, texts.number(lines[0]["total"]), texts.shares(lines[0]["covered_share_before"])]
    for line in lines:
        cells += [texts.shares(line["covered_share"]), texts.number(line["lost"])]
    return cells


def _reasons_table(outcome: Outcome) -> Table | None:
    """Why people are not covered during each scenario; the reasons sum to the gap."""
    reasons, scenarios = outcome.tables["reasons"], scenarios_of(outcome)
    mine = reasons[reasons["measure"] == outcome.measure]
    wide = mine.pivot_table(index="reason", columns="scenario", values="weight", sort=False)
    wide = wide[wide.sum(axis=1) > 0]
    if wide.empty:
        return None
    head: list[Cell] = [*heads("reason"), *(texts.name(scenario) for scenario in scenarios)]
    rows: list[list[Cell]] = [
        [reason_words(str(reason)), *(texts.number(line[scenario]) for scenario in scenarios)]
        for reason, line in wide.iterrows()
    ]
    sums = [texts.number(wide[scenario].sum()) for scenario in scenarios]
    return Table(texts.both("reasons"), head, rows, foot=[[texts.both("all"), *sums]])


def _supply_table(outcome: Outcome) -> Table:
    """How many facilities are in which state, with their places where these are known."""
    supply = outcome.tables["supply"]
    states = [state for state in STATES if supply.loc[supply["state"] == state, "facilities"].any()]
    with_places = "capacity" in supply.columns
    rows: list[list[Cell]] = []
    for scenario in scenarios_of(outcome):
        mine = supply[supply["scenario"] == scenario].set_index("state")
        rows.append([texts.name(scenario), *(_supply_cell(dict(mine.loc[state]), with_places) for state in states)])
    return Table(texts.both("supply"), heads("scenario", *(f"state_{state}" for state in states)), rows)


def _supply_cell(row: dict[str, Any], with_places: bool) -> Cell:
    count = texts.number(row["facilities"])
    if not with_places:
        return count
    key = "capacity_known" if row["without_capacity"] else "capacity_of_all"
    told = {"places": texts.number(row["capacity"]), "missing": texts.number(row["without_capacity"])}
    return {lang: f"{count} ({texts.say(key, lang, **told)})" for lang in texts.LANGUAGES}


def _closed_table(outcome: Outcome, size: str | None) -> Table:
    """Which facilities cannot be used in some scenario, and why."""
    scenarios, closed = scenarios_of(outcome), closed_facilities(outcome)
    columns = _state_columns(outcome)
    if not len(closed):
        return Table(texts.both("closed_facilities"), [], [], note=texts.both("none_closed"))
    named = outcome.context.labels("facilities")
    head: list[Cell] = [*heads("rank", "name"), *(texts.name(scenario) for scenario in scenarios)]
    head += heads("places_capacity") if size else []
    rows: list[list[Cell]] = []
    for number, row in enumerate(records(closed.assign(_name=closed.index if named is None else closed[named])), 1):
        places: list[Cell] = []
        if size:
            places = [texts.number(float(row[size])) if pd.notna(row[size]) else "–"]
        states: list[Cell] = [texts.both(f"state_{row[column]}") for column in columns]
        rows.append([str(number), text(row["_name"]), *states, *places])
    found = found_at(outcome, closed, "facilities", crowded=True)
    return Table(texts.both("closed_facilities"), head, rows, texts_first=2 + len(columns), **found)


def closed_facilities(outcome: Outcome) -> GeoDataFrame:
    """Return the facilities that cannot be used in some scenario, each with the number of its `place`."""
    facilities = outcome.beside["facilities"]
    return numbered(facilities[(facilities[_state_columns(outcome)] != "usable").any(axis=1).to_numpy()])


def _state_columns(outcome: Outcome) -> list[str]:
    return [f"state_{scenario_label(scenario)}" for scenario in scenarios_of(outcome)]
