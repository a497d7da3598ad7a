# SPDX-License-Identifier: Apache-2.0
"""Figures and tables of vulnerable groups: who is in time by group and area, who is not and why, where they go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.dictionary.field_words import code_words
from sheltermap.drawing.vulnerable_maps import of_scenario
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.table import LONG, Bar, Cell, Table, Words, cut_note, heads, text, why_words
from sheltermap.questions.figures import NOT_COVERED, place_of, records
from sheltermap.questions.finding import Finding, Step, figure_of, found, said
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.row_tables import TOLD, measure_words, row_labels, unused_table, unweighted_table
from sheltermap.questions.state_tables import state_tables
from sheltermap.risk.vulnerable_tables import STATES
from sheltermap.streets.walking_speeds import GROUP_OF_ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from sheltermap.questions.context import Context
    from sheltermap.questions.question import Figure, Question
    from sheltermap.risk.vulnerable import Vulnerable

COUNTS = ("total", "in_zone", *STATES, "in_time_share", "rows_without_weight", "warning_needed_s")
OF_GROUP = ("total", "in_zone", "in_time", "in_time_share", "warning_needed_s")
FAILING = ("too_late", "no_places", "no_shelter")
SHOWN = ("total", "outside", "in_time", *FAILING, "unknown")


def frames_of(found: Vulnerable, context: Context) -> dict[str, pd.DataFrame]:
    """Return the tables that figures and report are made of, by name."""
    shelters = pd.DataFrame(found.shelters.drop(columns=found.shelters.geometry.name))
    column, label = context.sources["facilities"].id, context.labels("facilities")
    ids, names = (shelters.index if each is None else shelters[each] for each in (column, label))
    named = {"_id": [str(each) for each in ids], "_name": [text(each) for each in names]}
    tables = {"summary": found.summary, "reasons": found.reasons, "shelters": shelters.assign(**named)}
    return tables if found.by_area is None else tables | {"by_area": found.by_area}


def vulnerable_figures(kind: Question, tables: Mapping[str, pd.DataFrame]) -> list[Figure]:
    """Return who is in time, for all, by group, area and reason, and who comes to which shelter, in each scenario."""
    figures = []
    for row in records(tables["summary"]):
        where: Figure = {"measure": kind.measure, "scenario": row["scenario"]}
        if row["group"] == GROUP_OF_ALL:
            figures += [kind.figure(name, row[name], **where) for name in COUNTS]
        else:
            where["category"] = str(row["group"])
            figures += [kind.figure(f"group_{name}", row[name], **where) for name in OF_GROUP]
    for (scenario, reason), part in tables["reasons"].groupby(["scenario", "reason"], observed=True, sort=True):
        here: Figure = {"measure": kind.measure, "scenario": scenario, "category": reason}
        figures.append(kind.figure(NOT_COVERED, float(part["people"].sum()), **here))
    for row in records(tables["by_area"]) if "by_area" in tables else ():
        if pd.isna(row["area"]):
            continue
        of_area: Figure = {"measure": kind.measure, "scenario": row["scenario"]} | place_of(row["area"])
        figures += [kind.figure(name, row[name], **of_area) for name in ("total", *STATES, "rows_without_weight")]
    shelters = tables["shelters"]
    for row in records(shelters[shelters["arrivals"] > 0]):
        comes: Figure = {"measure": kind.measure, "scenario": row["scenario"], "category": row["_id"]}
        figures.append(kind.figure("arrivals", row["arrivals"], **comes))
    return figures


def vulnerable_key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return for each scenario the share that is in time, and how long a warning the last needs."""
    summary, unit = outcome.tables["summary"], measure_words(outcome, outcome.measure)
    figures = []
    for row in records(summary[summary["group"] == GROUP_OF_ALL]):
        name = outcome.context.scenario_words(row["scenario"])
        counts = {key: texts.number(row[key]) for key in ("in_time", *FAILING, "outside")}
        concerned = texts.number(row["total"] - row["outside"])
        detail = texts.both("vulnerable_detail", total=concerned, unit=unit, **counts)
        label = texts.both("vulnerable_figure", scenario=name)
        figures.append(KeyFigure(texts.shares(row["in_time_share"]), label, detail, _bar(row)))
        if np.isfinite(row["warning_needed_s"]):
            needed = texts.durations(row["warning_needed_s"])
            figures.append(KeyFigure(needed, texts.both("vulnerable_needed", scenario=name), _warned(row)))
    return figures


def vulnerable_finding(outcome: Outcome) -> Finding:
    """Say who is in a suitable shelter in time in the scenario in which most are not."""
    row = _worst(outcome)
    concerned = row["total"] - row["outside"]
    told = {"scenario": outcome.context.scenario_words(row["scenario"])}
    words = said(outcome, "finding_vulnerable", {"part": row["in_time"], "total": concerned}, **told)
    figure = figure_of(outcome, "in_time_share", scenario=row["scenario"])
    return found(outcome, words, concerned - row["in_time"], concerned, figure=figure)


def vulnerable_steps(outcome: Outcome) -> list[Step]:
    """Say how long before the hazard to warn, where the warning comes too late for somebody."""
    row = _worst(outcome)
    if not (row["too_late"] and row["warning_needed_s"] > row["warning_s"]):
        return []
    told = {"scenario": outcome.context.scenario_words(row["scenario"])}
    told |= {"needed": texts.durations(row["warning_needed_s"]), "warning": texts.durations(row["warning_s"])}
    return [Step(texts.both("step_warn", **told), float(row["too_late"]))]


def _worst(outcome: Outcome) -> dict[str, Any]:
    summary = outcome.tables["summary"]
    of_all = summary[summary["group"] == GROUP_OF_ALL]
    late = of_all["total"] - of_all["outside"] - of_all["in_time"]
    return records(of_all.assign(_late=late).sort_values("_late", kind="stable"))[-1]


def _warned(row: dict[str, Any]) -> Words:
    if np.isnan(row["warning_s"]):
        return texts.both("vulnerable_needed_differs")
    return texts.both("vulnerable_needed_detail", warning=texts.durations(row["warning_s"]))


def vulnerable_tables(outcome: Outcome) -> list[Table | None]:
    """Return the tables of vulnerable groups, scenario by scenario."""
    tables: list[Table | None] = []
    for scenario in outcome.context.scenarios:
        tables += [
            _group_table(outcome, scenario),
            *_area_tables(outcome, scenario),
            _late_table(outcome, scenario),
            _shelter_table(outcome, scenario),
        ]
    once = replace(outcome, layer=outcome.layer[~outcome.layer.index.duplicated()])
    return [*tables, unweighted_table(once), unused_table(outcome)]


def _titled(outcome: Outcome, key: str, scenario: str) -> Words:
    return texts.both(key, scenario=outcome.context.scenario_words(scenario))


def _group_table(outcome: Outcome, scenario: str) -> Table:
    """Return who is in time by group, with how fast and how far each gets."""
    summary = outcome.tables["summary"]
    *groups, everybody = records(summary[summary["scenario"] == scenario])
    words: list[Cell] = [texts.both(f"vulnerable_{state}") for state in ("in_time", *FAILING)]
    head = [*heads("group", "total", "outside"), *words, *heads("unknown", "vulnerable_speed", "vulnerable_warning")]
    head += [*heads("vulnerable_reach", "vulnerable_last"), ""]
    lines = [_group_line(code_words(row["group"]), row) for row in groups]
    of_all = [_group_line(texts.both("all"), everybody)]
    return Table(_titled(outcome, "vulnerable_groups", scenario), head, lines or of_all, foot=of_all if lines else [])


def _group_line(label: Cell, row: dict[str, Any]) -> list[Cell]:
    speed = row["speed_m_s"]
    return [
        label,
        *(texts.number(row[key]) for key in SHOWN),
        "–" if np.isnan(speed) else texts.decimals(f"{speed:g}"),
        texts.durations(row["warning_s"]),
        texts.distances(row["reach_m"]),
        texts.durations(row["warning_needed_s"]),
        _bar(row),
    ]


def _area_tables(outcome: Outcome, scenario: str) -> list[Table]:
    if "by_area" not in outcome.tables:
        return []
    sums = outcome.tables["by_area"]
    words: dict[str, Cell] = {state: texts.both(f"vulnerable_{state}") for state in ("in_time", *FAILING)}
    words |= {"unknown": texts.both("unknown"), "outside": texts.both("outside")}
    of_it = sums[sums["scenario"] == scenario].drop(columns="scenario")
    name = outcome.context.scenario_words(scenario)
    return [
        replace(each, title={lang: f"{words}: {name[lang]}" for lang, words in each.title.items()})
        for each in state_tables(outcome, of_it, words)
    ]


def _not_in_time(outcome: Outcome, scenario: str) -> GeoDataFrame:
    """Return the sites of a scenario that are not in time, those of most people first."""
    rows = of_scenario(outcome.layer, scenario)
    rows = rows[rows["state"].isin(FAILING).to_numpy()]
    return rows.sort_values(outcome.measure, ascending=False, kind="stable", na_position="last")


def _late_table(outcome: Outcome, scenario: str) -> Table:
    """Return the sites that are not in time, why, where they would go, and when they would have to begin."""
    rows = _not_in_time(outcome, scenario)
    title = _titled(outcome, "vulnerable_late", scenario)
    if not len(rows):
        return Table(title, [], [], texts.both("vulnerable_everybody"))
    cells: list[list[Cell]] = []
    for label, row in zip(row_labels(outcome, rows[:LONG]), records(rows[:LONG]), strict=True):
        shelter = text(row.get("shelter_name")) or text(row["shelter"])
        times = (texts.durations(row["time_needed_s"]), _signed(row["slack_s"]))
        state = texts.both(f"vulnerable_{row['state']}")
        cells.append([label, state, why_words(row["reason"]), shelter, texts.number(row[outcome.measure]), *times])
    head = [*heads("name", "state", "reason", "goes_to"), measure_words(outcome, outcome.measure)]
    head += heads("vulnerable_latest_start", "vulnerable_slack")
    return Table(title, head, cells, cut_note(LONG, len(rows), outcome.analysis.name), texts_first=4)


def _signed(seconds: float) -> Cell:
    """Write a time that may be below 0: then it is wanting."""
    if not np.isfinite(seconds):
        return "–"
    return {lang: ("−" if seconds < 0 else "") + texts.duration(abs(seconds), lang) for lang in texts.LANGUAGES}


def _shelter_table(outcome: Outcome, scenario: str) -> Table | None:
    """Return who comes to which shelter, most people first, and which places are left."""
    shelters = of_scenario(outcome.tables["shelters"], scenario)
    chosen = shelters[shelters["arrivals"] > 0].sort_values("arrivals", ascending=False, kind="stable")
    counted = "free" in chosen
    rows: list[list[Cell]] = [
        [
            row["_name"],
            texts.number(row["arrivals"]),
            texts.durations(row["last_arrives_s"]),
            *([texts.number(row["free"])] if counted else []),
        ]
        for row in records(chosen[:LONG])
    ]
    head = heads("facility", "arrivals", "vulnerable_last_arrives", *(["vulnerable_free"] if counted else []))
    note = cut_note(LONG, len(chosen), f"{outcome.analysis.name}_facilities")
    return Table(_titled(outcome, "vulnerable_where", scenario), head, rows, note) if rows else None


def vulnerable_told(outcome: Outcome, lang: str) -> str:
    """Name the sites that are not in time, those of most people first."""
    rows = pd.concat([_not_in_time(outcome, each) for each in outcome.context.scenarios])
    rows = rows.sort_values(outcome.measure, ascending=False, kind="stable", na_position="last")
    shown = zip(row_labels(outcome, rows[:TOLD]), records(rows[:TOLD]), strict=True)
    more = texts.and_more(len(rows), TOLD, lang)
    names = [
        texts.say(
            "vulnerable_told",
            lang,
            name=name,
            scenario=outcome.context.scenario_words(row["scenario"]),
            why=why_words(row["reason"]),
        )
        for name, row in shown
    ]
    return ", ".join(names) + more


def _bar(row: dict[str, Any]) -> Bar:
    return Bar(row["in_time"], sum(row[key] for key in FAILING), row["unknown"])
