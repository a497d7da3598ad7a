# SPDX-License-Identifier: Apache-2.0
"""Key figures and tables of alternatives in the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.kinds.siting_tables import action_words, certainty_figure, left_out_table, same_words
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.table import LONG, Bar, Cell, Table, Words, cut_note, heads, title_words
from sheltermap.planning.named_alternatives import DO_NOTHING
from sheltermap.questions.figures import records
from sheltermap.questions.maps import found_at
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.row_tables import measure_words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
from sheltermap.questions.site_keys import BUILT

CRITERIA = ("expected", "worst", "max_regret")
CRITERION_OF = {"expected": "expected", "worst": "worst", "max_regret": "regret"}


def title_of(outcome: Outcome, name: str) -> Words:
    """Return what the plan calls an alternative; doing nothing, and what was found beside them, in words of its own."""
    if name == DO_NOTHING:
        return texts.both("alternatives_nothing")
    for each in getattr(outcome.analysis, "alternatives", ()):
        if each.name == name:
            return title_words(each.title, name)
    for each in getattr(outcome.analysis, "scenarios", ()):
        if name == f"best if {each.name}":
            return texts.both("alternatives_best_if", what=title_words(each.title, each.name))
    found, _, what = name.partition(" ")
    if found == "point":
        return texts.both("alternatives_point", point=what)
    return texts.both("alternatives_best_by", what=texts.both(f"alternatives_{what}"))


def alternatives_key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return whom the budget serves more, what it costs, and how sure that is."""
    (answer,) = records(outcome.tables["answer"])
    currency = _currency(outcome)
    counts = {key: texts.number(answer[key]) for key in ("covered_before", "covered_after", "total")}
    label = texts.both("alternatives_figure", budget=texts.number(answer["budget"]), currency=currency)
    detail = texts.both("site_detail", unit=measure_words(outcome, outcome.measure), **counts)
    bar = Bar(answer["covered_after"], answer["uncovered"], answer["unknown"])
    figures = [KeyFigure(same_words(f"+{texts.number(answer['gained'])}"), label, detail, bar)]
    if answer["gained"]:
        each = texts.number(round(answer["spent"] / answer["gained"]))
        per_person = texts.both("site_cost_each", cost=each, currency=currency)
        spent = same_words(f"{texts.number(answer['spent'])} {currency}")
        figures.append(KeyFigure(spent, texts.both("alternatives_spent"), per_person))
    figures.append(certainty_figure(answer))
    return figures


def alternatives_tables(outcome: Outcome) -> list[Table | None]:
    """Return the next best, the alternatives, the frontier, the scenarios, wrong costs, and what cannot be chosen."""
    return [
        _next_best_table(outcome),
        _named_table(outcome),
        _frontier_table(outcome),
        _robust_table(outcome),
        _scenarios_table(outcome),
        _sensitivity_table(outcome),
        left_out_table(outcome, outcome.layer, outcome.analysis.name),
    ]


def _next_best_table(outcome: Outcome) -> Table:
    table = outcome.tables["next_best"]
    title = texts.both("alternatives_next_best")
    if not len(table):
        return Table(title, [], [], texts.both("site_nothing"))
    head = [*heads("rank", "site_what", "name"), *_money(outcome, "site_cost_of")]
    head += [*heads("site_people_gained"), *_money(outcome, "alternatives_each")]
    head += [*_money(outcome, "alternatives_cost_so_far"), *heads("site_people_so_far", "alternatives_most")]
    rows: list[list[Cell]] = [
        [
            str(row["order"]),
            action_words(row["action"]),
            row["name"],
            texts.number(row["cost"]),
            texts.number(row["people_gained"]),
            texts.number(round(row["cost_per_person"])),
            texts.number(row["cost_so_far"]),
            texts.number(row["people_so_far"]),
            texts.number(row["most_for_cost_so_far"]),
        ]
        for row in records(table[:LONG])
    ]
    note = cut_note(LONG, len(table), outcome.analysis.name) or texts.both("alternatives_next_note")
    return Table(title, head, rows, note, texts_first=3, **found_at(outcome, next_best_sites(outcome)[:LONG]))


def next_best_sites(outcome: Outcome) -> GeoDataFrame:
    """Return the next best sites in their order, each with the number of its `place`."""
    import geopandas

    sites, table, own = outcome.layer, outcome.tables["next_best"], outcome.context.sources["candidates"].id
    frames = [sites.set_index(sites.index if own is None else own)]
    if "upgrades" in outcome.beside:
        frames.append(outcome.beside["upgrades"].set_index("facility"))
    at = pd.concat([geopandas.GeoSeries(each.geometry.to_crs(4326)) for each in frames])
    shapes = at[~at.index.duplicated()].reindex(table["facility"])
    return geopandas.GeoDataFrame({"place": table["order"].array}, geometry=shapes.array, crs=4326)


def _named_table(outcome: Outcome) -> Table | None:
    named = outcome.tables["named"]
    if len(named) == 1:
        return None
    head = [*heads("alternatives_number", "alternatives_alternative"), *_money(outcome, "site_cost_of")]
    head += [*heads("site_after", "site_people_gained", "uncovered"), *_money(outcome, "alternatives_each")]
    head += heads("alternatives_most", "alternatives_dominated")
    rows: list[list[Cell]] = []
    for number, row in enumerate(records(named)):
        dominated: Cell = "" if pd.isna(row["dominated_by"]) else title_of(outcome, row["dominated_by"])
        each = row["cost_per_person"]
        rows.append(
            [
                str(number) if number else "",
                title_of(outcome, row["alternative"]),
                texts.number(row["cost"]),
                texts.number(row["people_covered"]),
                texts.number(row["people_gained"]),
                texts.number(row["uncovered"]),
                "–" if pd.isna(each) else texts.number(round(each)),
                texts.number(row["most_for_cost"]),
                dominated,
            ]
        )
    return Table(texts.both("alternatives_named"), head, rows, texts.both("alternatives_named_note"), texts_first=2)


def _frontier_table(outcome: Outcome) -> Table:
    frontier = outcome.tables["frontier"]
    (answer,) = records(outcome.tables["answer"])
    head = [*heads("alternatives_number"), *_money(outcome, "site_cost_of"), *heads("site_people_gained")]
    head += [*_money(outcome, "alternatives_marginal"), *heads("alternatives_bound", "alternatives_sites")]
    rows: list[list[Cell]] = []
    long = len(frontier) > LONG
    for row in records(frontier[frontier["supported"].to_numpy(bool)] if long else frontier):
        marginal = row["marginal_cost_per_person"]
        rows.append(
            [
                str(row["point"]),
                texts.number(row["cost"]),
                texts.number(row["people_gained"]),
                "–" if pd.isna(marginal) else texts.number(round(marginal)),
                texts.both("site_proven") if row["proven"] else same_words(f"≤ {texts.number(row['bound'])}"),
                sites_words(outcome, row["sites"]),
            ]
        )
    note = texts.both("alternatives_exact_note" if answer["exact"] else "alternatives_bound_note")
    if long:
        note = texts.both("alternatives_corners_note", shown=texts.number(len(rows)), total=texts.number(len(frontier)))
    return Table(texts.both("alternatives_frontier"), head, rows, note)


def sites_words(outcome: Outcome, sites: Sequence[Any]) -> Words:
    """Return what a choice consists of, in words."""
    kind: Any = outcome.analysis  # it is about sites
    pairs = [each if isinstance(each, tuple) else (each, BUILT) for each in sites]
    names = kind.site_names(outcome.context, [each for each, _ in pairs], [action for _, action in pairs])
    told = [_called(name, action) for name, (_, action) in zip(names, pairs, strict=True)]
    return {lang: ", ".join(each[lang] for each in told) or "–" for lang in texts.LANGUAGES}


def _called(name: str, action: str) -> Words:
    """Return what is built by its name, and what is improved with what is done to it."""
    return same_words(name) if action == BUILT else _in_brackets(name, action_words(action))


def _in_brackets(name: str, words: Words) -> Words:
    return {lang: f"{name} ({words[lang]})" for lang in texts.LANGUAGES}


def _robust_table(outcome: Outcome) -> Table | None:
    """Return which choice is best by each criterion."""
    robust = outcome.tables.get("robust")
    if robust is None:
        return None
    head = [*heads("alternatives_criterion", "alternatives_alternative", "alternatives_sites")]
    head += [*_money(outcome, "site_cost_of"), *heads("alternatives_value", "alternatives_certain")]
    rows: list[list[Cell]] = [
        [
            texts.both(f"alternatives_{row['criterion']}"),
            title_of(outcome, row["alternative"]),
            sites_words(outcome, row["sites"]),
            texts.number(row["cost"]),
            texts.number(row["value"]),
            texts.both("site_proven" if row["proven"] else "alternatives_unproven"),
        ]
        for row in records(robust)
    ]
    return Table(texts.both("alternatives_robust"), head, rows, texts.both("alternatives_robust_note"), texts_first=3)


def _scenarios_table(outcome: Outcome) -> Table | None:
    """Return people covered by alternative and scenario, and what each is worth by the criteria."""
    values, choices = outcome.tables.get("scenarios"), outcome.tables.get("choices")
    if values is None or choices is None:
        return None
    scenarios = getattr(outcome.analysis, "scenarios", ())
    told = [each for each in CRITERIA if each in choices]
    head = [*heads("alternatives_alternative"), *_money(outcome, "site_cost_of")]
    head += [title_words(each.title, each.name) for each in scenarios]
    head += heads(*(f"alternatives_{CRITERION_OF[each]}" for each in told))
    covered = {(row["alternative"], row["scenario"]): row["people_covered"] for row in records(values)}
    rows: list[list[Cell]] = []
    for row in records(choices[:LONG]):
        worth = [texts.number(row[each]) for each in told]
        by_scenario = [texts.number(covered[row["alternative"], each.name]) for each in scenarios]
        rows.append([title_of(outcome, row["alternative"]), texts.number(row["cost"]), *by_scenario, *worth])
    return Table(texts.both("alternatives_scenarios"), head, rows, texts.both("alternatives_scenarios_note"))


def _sensitivity_table(outcome: Outcome) -> Table | None:
    """Return from which share on wrong costs change the choice: first of all together, then those that do."""
    table = outcome.tables.get("sensitivity")
    if table is None:
        return None
    share = texts.shares(getattr(outcome.analysis, "cost_share", 0.0))
    shown = [row for row in records(table) if row["action"] == "all" or row["state"] != "steady"]
    steady = len(table) - len(shown)
    head = [*heads("name", "alternatives_state")]
    head += heads(
        "alternatives_if_lower", "alternatives_if_higher", "alternatives_gain_lower", "alternatives_gain_higher"
    )
    rows: list[list[Cell]] = []
    for row in shown[:LONG]:
        of_all = row["action"] == "all"
        name: Cell = texts.both("alternatives_all_costs") if of_all else _called(row["name"], row["action"])
        limits = [row[f"changes_if_{way}"] for way in ("lower", "higher")]
        shares: list[Cell] = ["–" if pd.isna(each) else texts.shares(each) for each in limits]
        people: list[Cell] = [texts.number(row[f"people_if_{way}"]) for way in ("lower", "higher")]
        rows.append([name, texts.both(f"alternatives_{row['state']}"), *shares, *people])
    note = texts.both("alternatives_steady_note", count=texts.number(steady), share=share)
    return Table(texts.both("alternatives_sensitivity"), head, rows, note, texts_first=2)


def _currency(outcome: Outcome) -> str:
    return str(getattr(outcome.analysis, "currency", ""))


def _money(outcome: Outcome, key: str) -> list[Cell]:
    return [texts.both(key, currency=_currency(outcome))]
