# SPDX-License-Identifier: Apache-2.0
"""What the figures of a risk matrix are made of: its scenarios, the classes that place them, and whom they affect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.base.scenarios import scenario_label
from sheltermap.base.sql_quoting import quoted
from sheltermap.layers.cells import weights_of
from sheltermap.questions.figure_source import Computed, Query, Sum, is_empty, is_given, is_one_of, literal, never
from sheltermap.questions.figures import records

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.questions.figure_source import Asked, Source, Term
    from sheltermap.questions.question import Figure

CLASSES, CELLS, PEOPLE = "classes", "cells", "people"  #: ends of the names of tables
OF_CLASSES = ("class_from", "joined_by", "joining_weight")  #: figures that the table of classes holds
EXPECTED = "_expected"
STATE = "state_"


def matrix_tables(classes: list[Figure], rows: GeoDataFrame | None, weight: str | None) -> dict[str, pd.DataFrame]:
    """Return the limits of classes and how they are joined, the level of each cell, and what becomes of each row."""
    table = pd.DataFrame(classes, columns=["figure", "measure", "category", "value"])
    table = table.astype({"figure": "string", "measure": "string", "category": "string"})
    of_cells = table["figure"] == "cell_level"
    found = {CLASSES: table[table["figure"].isin(OF_CLASSES)].reset_index(drop=True)}
    cells = [(*_numbers_of(row["category"]), int(row["value"])) for row in records(table[of_cells])]
    found[CELLS] = pd.DataFrame(cells, columns=["likelihood_class", "impact_class", "level"])
    if rows is not None:
        people = pd.DataFrame({"row_fid": np.arange(1, len(rows) + 1)})
        people["people"] = weights_of(rows, weight, "demand")
        states = [str(each) for each in rows.columns if str(each).startswith(STATE)]
        found[PEOPLE] = people.assign(**{each: rows[each].astype("string").array for each in states})
    return found


def _numbers_of(cell: str) -> tuple[int, int]:
    """Return the classes of likelihood and of impact of a cell, as figures tell it."""
    likelihood, impact = cell.split("/")
    return int(likelihood), int(impact)


def matrix_source(asked: Asked, *, joined_by_highest: bool, counted: bool) -> Source:
    """Return what a figure of a matrix is made of.

    `joined_by_highest` says how the classes of dimensions become one, `counted` that the human impact is counted.
    """
    name = asked.name
    if name in ("total", "rows_without_weight", "people_unknown"):
        return _people(asked)
    if name in OF_CLASSES:
        category = () if asked.category is None else (is_one_of("category", asked.category),)
        where = (is_one_of("figure", name), is_one_of("measure", asked.measure), *category)
        return Sum(asked.layer(CLASSES), where, quoted("value"), "only")
    if name == "cell_level":
        likelihood, impact = _numbers_of(str(asked.category))
        where = (is_one_of("likelihood_class", likelihood), is_one_of("impact_class", impact))
        return Sum(asked.layer(CELLS), where, quoted("level"), "only")
    if name == "reversals":
        return _reversals(asked)
    counts = {
        "risks": (),
        "risks_not_placed": (is_given("not_placed"),),
        "risks_at_level": (is_one_of("level", int(asked.category or 0)),),
    }
    if name in counts:
        return asked.count(*counts[name])
    return _of_risk(asked, joined_by_highest=joined_by_highest, counted=counted)


def _people(asked: Asked) -> Source:
    table = asked.layer(PEOPLE)
    if asked.name == "rows_without_weight":
        return Sum(table, (is_empty("people"),))
    unknown = () if asked.scenario is None else (is_one_of(f"{STATE}{scenario_label(asked.scenario)}", "unknown"),)
    return Sum(table, unknown, quoted("people"))


def _of_risk(asked: Asked, *, joined_by_highest: bool, counted: bool) -> Source:
    """Return what is known of the scenario of the figure, from its row and the classes."""
    mine = is_one_of("scenario", str(asked.scenario))
    dimension = asked.measure

    def told(name: str) -> Sum:
        return asked.of(name, mine, how="only")

    if asked.name == "risk_level":
        terms: tuple[Term, ...] = (told("likelihood_class"), told("impact_class"))
        cell = f'SELECT "level" FROM {quoted(asked.layer(CELLS))}'
        return Computed(f'({cell} WHERE "likelihood_class" = {{0}} AND "impact_class" = {{1}})', terms, "level_of_cell")
    if asked.name == "likelihood_class":
        return _class_of(asked, "likelihood", told("annual_probability"), told("likelihood_class"))
    if asked.name == "impact_class" and dimension != "risks":
        return _class_of(asked, dimension, told(dimension), told(f"{dimension}_class"))
    if asked.name == "impact_class":
        others = ("likelihood_class", "impact_class")
        classes = [quoted(each) for each in asked.columns() if each.endswith("_class") and each not in others]
        if not joined_by_highest or not classes:
            return told("impact_class")
        known = ", ".join(f"COALESCE({each}, 0)" for each in classes)
        highest = f"MAX({known})" if len(classes) > 1 else classes[0]
        return Sum(asked.layer(), (mine,), highest, "only")
    if asked.name == "expected_a_year":
        return Computed("{0} * {1}", (told("annual_probability"), told(dimension)), "product")
    if asked.name == "impact":
        state = f"{STATE}{scenario_label(str(asked.scenario))}"
        if counted and dimension == "human" and state in asked.columns(PEOPLE):
            return Sum(asked.layer(PEOPLE), (is_one_of(state, "affected"),), quoted("people"))
        return told(dimension)
    return told(asked.name)


def _class_of(asked: Asked, measure: str, value: Sum, given: Sum) -> Source:
    """Return the highest class that begins at a value or below; as the plan says it where it gives no value."""
    of = f'"figure" = \'class_from\' AND "measure" = {literal(measure)}'
    highest = f'SELECT MAX(CAST("category" AS INTEGER)) FROM {quoted(asked.layer(CLASSES))}'
    return Computed(f'COALESCE(({highest} WHERE {of} AND "value" <= {{0}}), {{1}})', (value, given), "class_of")


def _reversals(asked: Asked) -> Source:
    """Count the pairs in which more is expected of the risk of the lower level, in each dimension."""
    matrix, pairs = quoted(asked.layer()), []
    placed = Sum(asked.layer(), (is_given("level"),))
    for name in [quoted(each) for each in asked.columns() if each.endswith(EXPECTED)]:
        lower = f'lower."level" < higher."level" AND lower.{name} > higher.{name}'
        pairs.append(f"(SELECT COUNT(*) FROM {matrix} AS higher JOIN {matrix} AS lower ON {lower})")
    if not pairs:
        return asked.count(never())
    return Query(f"SELECT {' + '.join(pairs)}", (placed,), "reversed")
