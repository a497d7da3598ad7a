# SPDX-License-Identifier: Apache-2.0
"""Figures and tables of continuity: what each failure takes, what fails with what, whose access hangs on one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.base import texts
from sheltermap.dictionary.field_words import code_words
from sheltermap.page.key_figure import KeyFigure, share_of
from sheltermap.page.table import LONG, Bar, Cell, Table, Words, cut_note, heads, text
from sheltermap.questions.figures import place_of, records, threshold_of
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.row_tables import TOLD, measure_words, unused_table, unweighted_table
from sheltermap.questions.state_tables import state_tables
from sheltermap.risk.continuity_tables import ALL, STATES, mean_extra

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sheltermap.base.limits import Limit
    from sheltermap.questions.context import Context
    from sheltermap.questions.question import Figure, Question
    from sheltermap.risk.continuity import Continuity

COUNTS = ("total", *STATES, "one_only_share", "rows_without_weight")
WORST = {loss: f"worst_{loss}" for loss in ("access", "supply", "places")}
# What one failure takes, and the heads of its columns.
LOST = {
    "people_losing_access": "continuity_losing_access",
    "people_losing_place": "continuity_losing_place",
    "people_losing_supply": "continuity_losing_supply",
    "places_lost": "continuity_places_lost",
}
UNITS = {"places_lost": "places", "worst_places": "places"}


def frames_of(found: Continuity, context: Context) -> dict[str, pd.DataFrame]:
    """Return the tables that figures and report are made of, by name; facilities by what a person calls them."""
    source, label = context.sources["facilities"], context.labels("facilities")
    facilities = context.facilities
    ids = facilities.index if source.id is None else facilities[source.id]
    called = facilities.index if label is None else facilities[label]
    names = {each: text(name) for each, name in zip(ids, called, strict=True)}

    def named(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
        told = {f"_{column}": [names.get(each, "") for each in table[column]] for column in columns}
        return table.assign(**told)

    return {
        "ranking": named(found.ranking, "facility", "next_facility"),
        "worst": named(found.worst, "facility"),
        "chains": named(found.chains, "facility", "fails"),
        "by_category": found.by_category,
        "sums": found.summary,
    }


def continuity_figures(kind: Question, tables: Mapping[str, pd.DataFrame], limits: Sequence[Limit]) -> list[Figure]:
    """Return whose access hangs on one facility, for all and by area, and what each failure takes."""
    limit: Figure = threshold_of(limits[0]) if limits else {}
    figures = []
    for row in records(tables["sums"]):
        where: Figure = {"measure": row["measure"]} | limit | ({} if pd.isna(row["area"]) else place_of(row["area"]))
        figures += [kind.figure(name, row[name], **where) for name in COUNTS if name != "one_only_share"]
        figures.append(kind.figure("one_only_share", _share(row), **where))
    here: Figure = {"measure": kind.measure} | limit
    amounts = dict(zip(tables["worst"]["loss"], tables["worst"]["amount"], strict=True))
    ranking = tables["ranking"]
    asked = {"access": "people_losing_access", "supply": "people_losing_supply", "places": "places_lost"}
    for loss, name in WORST.items():
        if asked[loss] in ranking:
            figures.append(kind.figure(name, amounts.get(loss, 0.0), **here, **_unit(name)))
    for row in records(ranking):
        own = here | {"category": str(row["facility"])}
        figures += [kind.figure(name, row[name], **own, **_unit(name)) for name in LOST if row.get(name, 0) > 0]
    for row in records(tables["by_category"]):
        own = here | {"category": str(row["category"])}
        figures += [kind.figure(f"category_{name}", row[name], **own) for name in ("covered", "uncovered")]
    return figures


def _unit(name: str) -> Figure:
    return {"unit": UNITS[name]} if name in UNITS else {}


def _share(row: Mapping[str, Any]) -> float:
    """Return which part of those who have access loses it when one facility fails."""
    have = row["several"] + row["one_only"]
    return row["one_only"] / have if have else float("nan")


def continuity_key_figures(outcome: Outcome) -> list[KeyFigure]:
    """Return whose access hangs on one facility, and which failures take most."""
    row, unit = records(outcome.tables["sums"])[0], measure_words(outcome, outcome.measure)
    have = row["several"] + row["one_only"]
    counts = {"one_only": texts.number(row["one_only"]), "with_access": texts.number(have)}
    detail = texts.both("continuity_share_detail", without=texts.number(row["without"]), unit=unit, **counts)
    bar = Bar(row["several"], row["one_only"] + row["without"], row["unknown"])
    figures = [KeyFigure(share_of(row["one_only"], have), texts.both("continuity_share"), detail, bar)]
    fails = dict(zip(outcome.tables["ranking"]["facility"], outcome.tables["ranking"]["fails_too"], strict=True))
    for each in records(outcome.tables["worst"]):
        amount: Words = dict.fromkeys(texts.LANGUAGES, texts.number(each["amount"]))
        label = texts.both(f"continuity_{each['loss']}", facility=each["_facility"])
        figures.append(KeyFigure(amount, label, _also(fails[each["facility"]])))
    return figures


def _also(count: int) -> Words:
    if not count:
        return texts.both("continuity_alone")
    return texts.both("continuity_with_it", fails_too=texts.number(count))


def continuity_tables(outcome: Outcome) -> list[Table | None]:
    """Return the tables of continuity."""
    words: dict[str, Cell] = {state: texts.both(f"continuity_{state}") for state in STATES[:-1]}
    words["unknown"] = texts.both("unknown")
    return [
        _ranking_table(outcome),
        _chain_table(outcome),
        _category_table(outcome),
        *state_tables(outcome, outcome.tables["sums"], words),
        unweighted_table(outcome),
        unused_table(outcome),
    ]


def _ranking_table(outcome: Outcome) -> Table | None:
    """Return what each failure takes, that which takes most first."""
    everyone = outcome.tables["ranking"]
    felt = ["fails_too", "people_nearest", *LOST, "served_unknown", "places_unknown"]
    ranking = everyone[(everyone[[name for name in felt if name in everyone]] != 0).any(axis=1)]
    lost = {name: word for name, word in LOST.items() if name in ranking}
    in_time = mean_extra("duration_s") in ranking
    extra = mean_extra("duration_s" if in_time else "distance_m")
    rows: list[list[Cell]] = [
        [
            row["_facility"],
            row["_next_facility"],
            *(texts.number(row[name]) for name in ("fails_too", *lost, "people_nearest")),
            texts.durations(row[extra]) if in_time else texts.distances(row[extra]),
        ]
        for row in records(ranking[:LONG])
    ]
    head = heads("facility", "continuity_next", "continuity_fails_too", *lost.values(), "continuity_nearest")
    head += heads("continuity_longer" if in_time else "continuity_farther")
    cut = cut_note(LONG, len(ranking), f"{outcome.analysis.name}_facilities")
    said = texts.both("continuity_ranking_note")
    idle = len(everyone) - len(ranking)
    more = [cut, texts.both("continuity_takes_none", count=texts.number(idle)) if idle else None]
    note = {lang: " ".join([said[lang], *(each[lang] for each in more if each is not None)]) for lang in said}
    return Table(texts.both("continuity_ranking"), head, rows, note, texts_first=2) if rows else None


def _chain_table(outcome: Outcome) -> Table | None:
    """Return what fails with what, in the order of the ranking."""
    place = {each: number for number, each in enumerate(outcome.tables["ranking"]["facility"])}
    chains = outcome.tables["chains"]
    chains = chains.assign(_rank=chains["facility"].map(place)).sort_values(["_rank", "steps"], kind="stable")
    rows: list[list[Cell]] = [
        [row["_facility"], row["_fails"], texts.number(row["steps"])] for row in records(chains[:LONG])
    ]
    head = heads("facility", "continuity_fails", "continuity_steps")
    note = cut_note(LONG, len(chains), f"{outcome.analysis.name}_facilities")
    return Table(texts.both("continuity_chains"), head, rows, note, texts_first=2) if rows else None


def _category_table(outcome: Outcome) -> Table | None:
    """Return who has access to which category now; nothing where none are told apart."""
    table = outcome.tables["by_category"]
    if list(table["category"]) == [ALL]:
        return None
    columns = ("facilities", "total", "covered", "uncovered", "unknown")
    rows: list[list[Cell]] = [
        [code_words(row["category"]), *(texts.number(row[name]) for name in columns)] for row in records(table)
    ]
    return Table(texts.both("continuity_by_category"), heads("continuity_category", *columns), rows)


def continuity_told(outcome: Outcome, lang: str) -> str:
    """Name the facilities with which most people lose access."""
    ranking = outcome.tables["ranking"]
    first = ranking[ranking["people_losing_access"] > 0][:TOLD]
    return ", ".join(
        texts.say("continuity_told", lang, facility=row["_facility"], people=texts.number(row["people_losing_access"]))
        for row in records(first)
    )
