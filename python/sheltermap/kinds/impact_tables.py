# SPDX-License-Identifier: Apache-2.0
"""What a report tells of an impact: key figures, and tables of people, things, land, damage and what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.base.scenarios import hazard_words
from sheltermap.base.scopes import last_in_order
from sheltermap.page.key_figure import KeyFigure, count_of, share_of
from sheltermap.page.table import Bar, Cell, Table, Words, heads, text
from sheltermap.questions.coverage_tables import area_words
from sheltermap.questions.figures import records
from sheltermap.questions.finding import Finding, figure_of, found, said
from sheltermap.questions.row_tables import measure_words, unweighted_table
from sheltermap.questions.scenario_tables import likelihood_words
from sheltermap.risk.expected_annual import METHODS
from sheltermap.risk.impact import THINGS
from sheltermap.risk.losses import EVERYTHING, NO_CLASS, UNKNOWN_CLASS

if TYPE_CHECKING:
    from sheltermap.questions.outcome import Outcome

SIDES = ("total", "affected", "not_affected", "unknown")
WORDS = {"affected": "impact_affected_head", "not_affected": "impact_not_affected_head"}


def impact_key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return for each scenario whom it affects, else what; then what is expected in a year, by hazard."""
    summary = outcome.tables["summary"]
    first = summary[(summary["what"] == summary["what"].iloc[0]) & (summary["measure"] == summary["measure"].iloc[0])]
    figures = []
    for row in records(first):
        told = {"scenario": outcome.context.scenario_words(row["scenario"])}
        label = texts.both("impact_figure", **told, what=_counted(outcome, row))
        detail = count_of(row["affected"], row["total"], _counted(outcome, row))
        others = _others(outcome, summary, row["scenario"])
        detail = {lang: "; ".join([detail[lang], *(each[lang] for each in others)]) for lang in texts.LANGUAGES}
        bar = Bar(row["not_affected"], row["affected"], row["unknown"])
        figures.append(KeyFigure(share_of(row["affected"], row["total"]), label, detail, bar))
    return figures + _expected_figures(outcome)


def impact_finding(outcome: Outcome) -> Finding:
    """Say which scenario affects most, and how many."""
    summary = outcome.tables["summary"]
    first = summary[(summary["what"] == summary["what"].iloc[0]) & (summary["measure"] == summary["measure"].iloc[0])]
    row = records(first.sort_values("affected", kind="stable"))[-1]
    told = {"scenario": outcome.context.scenario_words(row["scenario"]), "unit": _counted(outcome, row)}
    words = said(outcome, "finding_impact", {"part": row["affected"], "total": row["total"]}, **told)
    figure = figure_of(outcome, "affected", scenario=row["scenario"])
    return found(outcome, words, row["affected"], row["total"], figure=figure, also=("affected_share",))


def _others(outcome: Outcome, summary: pd.DataFrame, scenario: str) -> list[Words]:
    """Return how much of each layer of things a scenario affects, and what it destroys."""
    found = []
    for what in THINGS:
        mine = summary[(summary["what"] == what) & (summary["scenario"] == scenario)]
        if len(mine) and what != summary["what"].iloc[0]:
            row = records(mine)[0]
            told = {"what": texts.both(f"impact_{what}"), "amount": _amount(row["affected"], row["unit"])}
            found.append(texts.both("impact_also", **told))
    here = summary[(summary["scenario"] == scenario) & summary["lost"].notna()]
    for row in records(here[here["what"] == "people"][:1]):
        found.append(texts.both("impact_without_supply", count=texts.number(row["lost"])))
    damage = outcome.tables.get("damage")
    if damage is not None:
        mine = damage[(damage["scenario"] == scenario) & (damage["what"] == EVERYTHING)]
        found += [texts.both("impact_lost", amount=_amount(row["damage"], row["unit"])) for row in records(mine)]
    return found


def _expected_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return what each hazard is expected to do in a year: of the people that are counted first, and of damage."""
    expected = outcome.tables["expected"]
    if not len(expected):
        return []
    chosen = str(getattr(outcome.analysis, "method", METHODS[0]))
    figures = []
    for (hazard, what, measure), part in expected.groupby(["hazard", "what", "measure"], sort=False):
        if what == "displaced" or (what == "people" and measure != outcome.measure):
            continue
        lines = {row["part"]: row for row in records(part)}
        unit = lines["total"]["unit"] if what == "damage" else None
        value = _amount(lines["total"][chosen], unit)
        label = texts.both(f"impact_expected_{what}", hazard=hazard_words(str(hazard)))
        told: dict[str, Any] = {each: _amount(lines["total"][each], unit) for each in METHODS}
        told |= {each: _amount(lines[each][chosen], unit) for each in ("between", "tail", "low_end")}
        figures.append(KeyFigure(value, label, texts.both("impact_expected_detail", **told)))
    return figures


def impact_tables(outcome: Outcome) -> list[Table | None]:
    """Return the tables of an impact, the first ones first."""
    return [
        _people_table(outcome),
        _things_table(outcome),
        _area_table(outcome),
        _type_table(outcome),
        _displaced_table(outcome),
        _damage_table(outcome),
        _access_table(outcome),
        _expected_table(outcome),
        unweighted_table(outcome),
    ]


def _people_table(outcome: Outcome) -> Table | None:
    """Every scenario and measure of people: how many are affected, are not, and of how many nobody knows."""
    summary = outcome.tables["summary"]
    mine = summary[summary["what"] == "people"]
    if not len(mine):
        return None
    failures = bool(mine["lost"].notna().any())
    lines: list[list[Cell]] = []
    for row in records(mine):
        source = outcome.context.hazards[row["scenario"]]
        words: list[Cell] = [outcome.context.scenario_words(row["scenario"]), likelihood_words(source)]
        words.append(measure_words(outcome, row["measure"]))
        cells: list[Cell] = [texts.number(row[name]) for name in (*SIDES, "rows_without_weight")]
        lost: list[Cell] = ["–" if pd.isna(row["lost"]) else texts.number(row["lost"])] if failures else []
        lines.append([*words, *cells, *lost, share_of(row["affected"], row["total"])])
    also = ["impact_lost_head"] if failures else []
    head = heads("scenario", "likelihood", "measure", *_sides(), "rows_without_weight", *also, "impact_share")
    return Table(texts.both("impact_of_people"), head, lines, texts_first=3)


def _things_table(outcome: Outcome) -> Table | None:
    """Every scenario and layer of things, each in its own unit."""
    summary = outcome.tables["summary"]
    mine = summary[summary["what"] != "people"]
    if not len(mine):
        return None
    lines: list[list[Cell]] = []
    for row in records(mine):
        words: list[Cell] = [outcome.context.scenario_words(row["scenario"]), texts.both(f"impact_{row['what']}")]
        words.append(_counted(outcome, row))
        lines.append([*words, *(_amount(row[name], row["unit"]) for name in SIDES)])
    return Table(
        texts.both("impact_of_things"), heads("scenario", "impact_what", "measure", *_sides()), lines, texts_first=3
    )


def _area_table(outcome: Outcome) -> Table | None:
    """Every area: all people, or things where no people are counted, and those affected by each scenario."""
    by_area = outcome.tables.get("by_area")
    if by_area is None:
        return None
    summary = outcome.tables["summary"]
    what, measure, unit = (str(summary[name].iloc[0]) for name in ("what", "measure", "unit"))
    mine = by_area[(by_area["what"] == what) & (by_area["measure"] == measure)]
    scenarios = list(outcome.context.scenarios)
    head: list[Cell] = [*heads("area", "total"), *(outcome.context.scenario_words(each) for each in scenarios)]
    parts = sorted(mine.groupby("area", sort=False), key=lambda each: last_in_order(each[0]))

    def line(label: Cell, table: pd.DataFrame) -> list[Cell]:
        by_scenario = table.set_index("scenario")
        total = by_scenario["total"].iloc[0]
        return [label, *(_amount(each, unit) for each in (total, *by_scenario["affected"].reindex(scenarios)))]

    everything = summary[(summary["what"] == what) & (summary["measure"] == measure)]
    rows = [line(area_words(area), part) for area, part in parts]
    return Table(texts.both("impact_by_area"), head, rows, foot=[line(texts.both("all"), everything)])


def _type_table(outcome: Outcome) -> Table | None:
    """Land by what it is used for: all of it, and what each scenario affects."""
    by_type = outcome.tables.get("by_type")
    if by_type is None:
        return None
    scenarios = list(outcome.context.scenarios)
    mine = by_type[by_type["measure"] == "area"]
    lines: list[list[Cell]] = []
    for kept, part in mine.groupby("type", sort=False, dropna=False):
        by_scenario = part.set_index("scenario")
        cells = [by_scenario["total"].iloc[0], *by_scenario["affected"].reindex(scenarios)]
        lines.append([text(kept) or "–", *(_amount(each, "m2") for each in cells)])
    head: list[Cell] = [
        *heads("impact_land_type", "total"),
        *(outcome.context.scenario_words(each) for each in scenarios),
    ]
    return Table(texts.both("impact_of_land"), head, lines)


def _displaced_table(outcome: Outcome) -> Table | None:
    """How many leave their homes, by class of the intensity, of those affected."""
    displaced = outcome.tables.get("displaced")
    if displaced is None or not len(displaced):
        return None
    own = {NO_CLASS: "impact_below", UNKNOWN_CLASS: "impact_unknown_intensity", EVERYTHING: "all"}
    lines: list[list[Cell]] = []
    for row in records(displaced[displaced["measure"] == outcome.measure]):
        called: Cell = texts.both(own[row["class"]]) if row["class"] in own else _class_words(row["class"])
        counts: list[Cell] = [_amount(row[name], None) for name in ("affected", "displaced")]
        lines.append([outcome.context.scenario_words(row["scenario"]), called, *counts])
    head = heads("scenario", "impact_class", "impact_affected_head", "impact_displaced")
    return Table(texts.both("impact_of_displaced"), head, lines, texts_first=2)


def _damage_table(outcome: Outcome) -> Table | None:
    """What is lost of each layer, and of how many rows nobody knows."""
    damage = outcome.tables.get("damage")
    if damage is None or not len(damage):
        return None
    lines: list[list[Cell]] = []
    for row in records(damage):
        of_all = row["what"] == EVERYTHING
        what = texts.both("all") if of_all else texts.both(f"impact_{row['what']}")
        cells: list[Cell] = [_amount(row[name], row["unit"]) for name in ("affected", "damage")]
        lines.append([outcome.context.scenario_words(row["scenario"]), what, *cells, texts.number(row["rows_unknown"])])
    head = heads("scenario", "impact_what", "impact_value", "impact_damage", "impact_rows_unknown")
    return Table(texts.both("impact_of_damage"), head, lines, texts_first=2)


def _access_table(outcome: Outcome) -> Table | None:
    """Who has a facility near enough before and during each scenario."""
    access = outcome.tables.get("access")
    if access is None:
        return None
    lines: list[list[Cell]] = []
    for row in records(access):
        words: list[Cell] = [outcome.context.scenario_words(row["scenario"]), measure_words(outcome, row["measure"])]
        lines.append([*words, *(texts.number(row[name]) for name in ("covered_before", "covered", "lost"))])
    head = heads("scenario", "measure", "before", "impact_during", "lost")
    title = texts.both("impact_of_access", distance=texts.distances(outcome.thresholds[0]))
    return Table(title, head, lines, texts_first=2)


def _expected_table(outcome: Outcome) -> Table | None:
    """What each hazard is expected to do in a year, part by part and by both methods."""
    expected = outcome.tables["expected"]
    if not len(expected):
        return None
    lines: list[list[Cell]] = []
    for row in records(expected):
        unit = row["unit"] if row["what"] == "damage" else None
        of_what = texts.both("impact_damage" if row["what"] == "damage" else f"impact_{row['what']}")
        words: list[Cell] = [hazard_words(row["hazard"]), of_what]
        words.append("" if row["what"] == "damage" else measure_words(outcome, row["measure"]))
        words.append(texts.both(f"impact_part_{row['part']}"))
        lines.append([*words, *(_amount(row[each], unit) for each in METHODS)])
    head = heads("hazard", "impact_what", "measure", "impact_part", *(f"impact_{each}" for each in METHODS))
    return Table(texts.both("impact_of_a_year"), head, lines, texts.both("impact_of_a_year_note"), texts_first=4)


def _sides() -> list[str]:
    return [WORDS.get(name, name) for name in SIDES]


def _counted(outcome: Outcome, row: dict[str, Any]) -> Words:
    """Return what a line counts: people as the plan calls them, places, length, area, or a column's name."""
    if row["what"] == "people":
        return measure_words(outcome, row["measure"])
    key = {"rows": "impact_count", "length": "impact_length", "area": "impact_area"}.get(row["measure"])
    if row["what"] == "facilities" and row["measure"] == getattr(outcome.analysis, "capacity", None):
        key = "impact_places"
    return texts.both(key) if key is not None else dict.fromkeys(texts.LANGUAGES, row["measure"])


def _class_words(name: str) -> Words:
    key = f"impact_class_{name}"
    return texts.both(key) if key in texts.TEXTS else dict.fromkeys(texts.LANGUAGES, name)


def _amount(value: float, unit: str | None) -> Words:
    """Write an amount: lengths as such, areas in hectares, money with its currency, all else as a count."""
    if unit == "m":
        return texts.distances(value)
    if unit == "m2":
        return texts.hectares(value)
    if unit is not None and len(unit) == 3 and unit.isupper():
        return dict.fromkeys(texts.LANGUAGES, f"{texts.number(round(value, 0))} {unit}")
    # What is expected in a year may be less than one, and is not nothing.
    said = texts.significant(value, 2) if 0 < value < 1 else texts.number(value)
    return texts.decimals(said)
