# SPDX-License-Identifier: Apache-2.0
"""Tables and key figures of access: people by state, how evenly it is shared, and each facility with who shares it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base import texts
from sheltermap.base.scopes import last_in_order
from sheltermap.drawing.access_legends import access_words, spelt, supply_words
from sheltermap.layers.cells import numbers
from sheltermap.page.key_figure import KeyFigure, count_of
from sheltermap.page.table import LONG, Bar, Cell, Table, Words, cut_note, heads, text
from sheltermap.questions.coverage_tables import area_words
from sheltermap.questions.figures import records
from sheltermap.questions.finding import Finding, figure_of, found, said
from sheltermap.questions.row_tables import TOLD, measure_words, row_labels, unused_table, unweighted_table

if TYPE_CHECKING:
    import pandas as pd

    from sheltermap.questions.outcome import Outcome


def access_key_figures(outcome: Outcome, *, shared: bool, below: float | None) -> list[KeyFigure]:
    """Return who has enough, or anything, and Gini's index beside the share that lacks it."""
    row = _line(outcome)
    word = measure_words(outcome, outcome.measure)
    label = texts.both("access_some") if below is None else access_words("enough", shared=shared, value=below)
    lacking = row["none_share"] if below is None else row["below_share"]
    beside = texts.both("access_have_none" if below is None else "access_have_less", share=texts.shares(lacking))
    supply = records(outcome.tables["supply"])[0]
    return [
        KeyFigure(
            texts.shares(row["enough_share"]),
            label,
            count_of(row["enough"], row["total"], word),
            Bar(row["enough"], row["too_little"] + row["none"], row["unknown"]),
        ),
        KeyFigure(
            access_words("value", shared=shared, value=row["access_mean"]),
            texts.both("access_on_average"),
            count_of(supply["reached"], supply["total"], texts.both("access_of_supply")),
        ),
        KeyFigure(_index(row["gini"]), texts.both("gini"), beside),
    ]


def access_finding(outcome: Outcome, *, shared: bool, below: float | None) -> Finding:
    """Say who has enough, or anything."""
    row = _line(outcome)
    counts = {"part": row["enough"], "total": row["total"]}
    if below is None:
        words = said(outcome, "finding_access_some", counts, label=texts.both("access_some"))
    else:
        words = said(outcome, "finding_access", counts, label=access_words("enough", shared=shared, value=below))
    figure = figure_of(outcome, "enough_share")
    return found(outcome, words, row["too_little"] + row["none"], row["total"], figure=figure)


def access_tables(outcome: Outcome, *, capacity: str, shared: bool, below: float | None) -> list[Table | None]:
    """Return people by state for each measure and area, the facilities, and what is not known."""
    summary, by_area = outcome.tables["summary"], outcome.tables.get("by_area")
    tables = [_by_group(outcome, summary, shared=shared, below=below)]
    if by_area is not None:
        tables += [_by_area(outcome, by_area, measure, shared=shared, below=below) for measure in summary["measure"]]
    return [*tables, _facilities(outcome, capacity, shared=shared), unweighted_table(outcome), unused_table(outcome)]


def least_told(outcome: Outcome, lang: str) -> str:
    """Name the rows with most people who have nothing, or too little, those with nothing first."""
    order = {"none": 0, "too_little": 1}
    rows = outcome.layer[outcome.layer["state"].isin(list(order))]
    people = np.ones(len(rows)) if outcome.measure == "rows" else numbers(rows, outcome.measure, outcome.analysis.name)
    ranks = rows["state"].astype(object).map(order).to_numpy()
    rows = rows.iloc[np.lexsort((-np.nan_to_num(people), ranks))]
    more = texts.and_more(len(rows), TOLD, lang)
    shown = zip(row_labels(outcome, rows[:TOLD]), rows["state"][:TOLD], strict=True)
    return ", ".join(f"{name} ({texts.say(f'access_state_{state}', lang)})" for name, state in shown) + more


def _line(outcome: Outcome) -> dict[str, Any]:
    return next(row for row in records(outcome.tables["summary"]) if row["measure"] == outcome.measure)


def _columns(below: float | None) -> list[str]:
    return ["total", "enough", *(["too_little"] if below is not None else []), "none", "unknown"]


def _head(below: float | None, *, shared: bool) -> list[Cell]:
    words: dict[str, Words] = {"total": texts.both("total"), "none": texts.both("access_none")}
    words |= {"unknown": texts.both("unknown"), "enough": texts.both("access_some")}
    if below is not None:
        words |= {name: access_words(name, shared=shared, value=below) for name in ("enough", "too_little")}
    return [*(words[name] for name in _columns(below)), texts.both("access_on_average"), texts.both("gini")]


def _cells(row: dict[str, Any], below: float | None, *, shared: bool) -> list[Cell]:
    counts = [texts.number(row[name]) for name in _columns(below)]
    return [*counts, spelt(row["access_mean"], shared=shared), _index(row["gini"])]


def _by_group(outcome: Outcome, summary: pd.DataFrame, *, shared: bool, below: float | None) -> Table:
    """Everybody by measure, with what bounds the answer."""
    rows = [[measure_words(outcome, row["measure"]), *_cells(row, below, shared=shared)] for row in records(summary)]
    bounds = outcome.tables["bounds"]
    note = {lang: " ".join(bounds[lang]) for lang in texts.LANGUAGES} if len(bounds) else None
    title = texts.both("access_by_people" if shared else "potential_by_people")
    return Table(title, [*heads("measure"), *_head(below, shared=shared)], rows, note)


def _by_area(outcome: Outcome, by_area: pd.DataFrame, measure: str, *, shared: bool, below: float | None) -> Table:
    mine = {row["area"]: row for row in records(by_area[by_area["measure"] == measure])}
    ordered = sorted(mine, key=last_in_order)
    rows = [[area_words(area), *_cells(mine[area], below, shared=shared)] for area in ordered]
    everybody = next(row for row in records(outcome.tables["summary"]) if row["measure"] == measure)
    title = {lang: f"{word}: {measure_words(outcome, measure)[lang]}" for lang, word in texts.both("by_area").items()}
    foot: list[list[Cell]] = [[texts.both("all"), *_cells(everybody, below, shared=shared)]]
    concern = [mine[area]["none"] for area in ordered]
    return Table(title, [*heads("area"), *_head(below, shared=shared)], rows, foot=foot, concern=concern)


def _facilities(outcome: Outcome, capacity: str, *, shared: bool) -> Table:
    """Every facility: those with least for each person first, then those that nobody shares."""
    offices = outcome.tables["facilities"]
    offices = offices.assign(**{capacity: numbers(offices, capacity, outcome.analysis.name)})
    key = "ratio" if shared else "people_near"
    ordered = offices.sort_values(key, ascending=shared, na_position="last", kind="stable")
    column = outcome.context.labels("facilities")
    names = ordered.index if column is None else ordered[column]
    rows: list[list[Cell]] = []
    for name, row in zip(names[:LONG], records(ordered[:LONG]), strict=True):
        offered: Cell = texts.both("unknown") if np.isnan(row[capacity]) else texts.number(row[capacity])
        each: list[Cell] = [spelt(row["ratio"], shared=True)] if shared else []
        rows.append([text(name), supply_words(row["supply_state"]), offered, texts.number(row["people_near"]), *each])
    head: list[Cell] = [*heads("facility", "state"), capacity, *heads("access_shared_by")]
    head += heads("access_ratio") if shared else []
    note = cut_note(LONG, len(ordered), f"{outcome.analysis.name}_facilities")
    return Table(texts.both("access_facilities"), head, rows, note, texts_first=2)


def _index(value: float) -> Words:
    """Write an index between 0 and 1 in every language."""
    written = "–" if np.isnan(value) else f"{value:.3f}"
    return texts.decimals(written)
