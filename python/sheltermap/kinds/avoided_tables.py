# SPDX-License-Identifier: Apache-2.0
"""What a report tells of measures: what each saves for its cost, in which part, and what has no price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.drawing.impact_maps import draw_avoided
from sheltermap.drawing.legend import COVERED, UNCOVERED
from sheltermap.page.key_figure import KeyFigure
from sheltermap.page.picture import LegendEntry, MapPicture, drawn_picture
from sheltermap.page.table import Cell, Table, Words, heads, title_words, words_of
from sheltermap.questions.figures import records
from sheltermap.risk.expected_annual import METHODS

if TYPE_CHECKING:
    from sheltermap.questions.outcome import Outcome

BARS = (("present_cost", UNCOVERED), ("present_benefit", COVERED))


def measure_title(outcome: Outcome, name: str) -> Words:
    """Return what the plan calls a measure in every language."""
    planned: Any = outcome.analysis
    (mine,) = (each for each in planned.measures if each.name == name)
    return title_words(mine.title, name)


def avoided_key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return for each measure its benefit-cost ratio, with what it saves a year and when it pays for itself."""
    planned: Any = outcome.analysis
    figures = []
    for row in records(outcome.tables["measures"]):
        told: dict[str, Any] = {name: _money(row[name], planned.currency) for name in ("avoided", "cost", "running")}
        told |= {each: _ratio(row[f"benefit_cost_{each}"]) for each in METHODS}
        payback = row["discounted_payback_years"]
        key = "avoided_never" if pd.isna(payback) else "avoided_payback"
        years = {} if pd.isna(payback) else {"years": _years(payback)}
        detail = texts.both("avoided_detail", **told, payback=texts.both(key, **years))
        label = texts.both("avoided_figure", measure=measure_title(outcome, row["measure"]))
        figures.append(KeyFigure(_ratio(row["benefit_cost"]), label, detail))
    return figures


def avoided_tables(outcome: Outcome) -> list[Table | None]:
    """Return the tables of measures."""
    return [_measures_table(outcome), _parts_table(outcome), _not_monetised_table(outcome)]


def _measures_table(outcome: Outcome) -> Table:
    planned: Any = outcome.analysis
    lines: list[list[Cell]] = []
    for row in records(outcome.tables["measures"]):
        money = [row[name] for name in ("cost", "running", "loss_before", "loss_after", "avoided")]
        cells: list[Cell] = [_money(each, planned.currency) for each in money]
        cells += [_money(row["net_present_value"], planned.currency), _ratio(row["benefit_cost"])]
        cells += [
            "–" if pd.isna(row[name]) else _years(row[name]) for name in ("payback_years", "discounted_payback_years")
        ]
        lines.append([str(row["rank"]), measure_title(outcome, row["measure"]), *cells])
    money_heads = ("avoided_cost", "avoided_running", "avoided_before", "avoided_after", "avoided_saved")
    head = heads("rank", "avoided_measure", *money_heads, "avoided_net", "avoided_ratio")
    head += heads("avoided_simple", "avoided_discounted")
    terms = {"years": str(planned.years), "rate": texts.shares(planned.discount_rate)}
    return Table(texts.both("avoided_measures"), head, lines, texts.both("avoided_terms", **terms), texts_first=2)


def _parts_table(outcome: Outcome) -> Table:
    """What each measure saves in a year, part by part and by both methods."""
    planned: Any = outcome.analysis
    lines: list[list[Cell]] = [
        [
            measure_title(outcome, row["measure"]),
            texts.both(f"impact_part_{row['part']}"),
            *(_money(row[each], planned.currency) for each in METHODS),
        ]
        for row in records(outcome.tables["parts"])
    ]
    head = heads("avoided_measure", "impact_part", *(f"impact_{each}" for each in METHODS))
    return Table(texts.both("avoided_parts"), head, lines, texts_first=2)


def _not_monetised_table(outcome: Outcome) -> Table | None:
    """What each measure does beside that, which has no price: people spared, and what the plan names."""
    planned: Any = outcome.analysis
    people = {row["measure"]: row.get("people_avoided") for row in records(outcome.tables["measures"])}
    lines: list[list[Cell]] = []
    for each in planned.measures:
        spared = people.get(each.name)
        if spared is not None:
            said = texts.both("avoided_people", count=_plain(spared))
            lines.append([measure_title(outcome, each.name), said])
        lines += [[measure_title(outcome, each.name), words_of(text)] for text in each.not_monetised]
    return (
        Table(texts.both("avoided_beside"), heads("avoided_measure", "avoided_what"), lines, texts_first=2)
        if lines
        else None
    )


def avoided_picture(outcome: Outcome) -> MapPicture:
    """Return what measures cost beside what they save, numbered by their rank."""
    table, planned = outcome.tables["measures"], outcome.analysis
    numbered = table.assign(measure=table["rank"].astype(str))
    picture = drawn_picture(lambda ax: draw_avoided(ax, numbered), (8, 0.8 + 0.7 * len(table)))
    entries = [LegendEntry(colour, "square", texts.both(f"avoided_{column}"), "") for column, colour in BARS]
    for row in records(table):
        title = measure_title(outcome, row["measure"])
        label = {lang: f"{row['rank']} {title[lang]}" for lang in texts.LANGUAGES}
        entries.append(LegendEntry("none", "circle", label, ""))
    title = texts.both("avoided_axis", currency=getattr(planned, "currency", ""))
    return MapPicture(texts.both("avoided_picture", what=title), picture, entries)


def _money(value: float, currency: str) -> Words:
    return dict.fromkeys(texts.LANGUAGES, f"{texts.number(round(value, 0))} {currency}")


def _ratio(value: float) -> Words:
    return texts.decimals(f"{value:.2f}")


def _years(value: float) -> Words:
    return texts.decimals(f"{value:.1f}")


def _plain(value: float) -> Words:
    written = texts.significant(value, 2) if abs(value) < 10 else texts.number(value)
    return texts.decimals(written)
