# SPDX-License-Identifier: Apache-2.0
"""What the figures of a register are made of: its rows by grade and condition, and what was noted of its cells."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sheltermap.base.sql_quoting import quoted
from sheltermap.kinds.register_structures import HOLDING
from sheltermap.questions.figure_source import NotInLayers, Sum, compared, holds, is_empty, is_given, is_one_of, less
from sheltermap.questions.shared_sources import YES
from sheltermap.registers.grades import NOT_RECORDED

if TYPE_CHECKING:
    from sheltermap.questions.figure_source import Asked, Source, Where
    from sheltermap.questions.question import Question

FINDINGS = "findings"  #: end of the name of the table of what was noted
ANSWERS = {"yes": YES, "no": 0}  #: how grades tell flags, and how a GeoPackage keeps them
NEEDED = ("shortcomings", "improvements")  #: columns that say that something is to be improved
COST = "improvement_cost_eur"


def register_source(kind: Question, asked: Asked) -> Source:
    """Return what a figure of a register is made of."""
    name, category = asked.name, asked.category
    if name in ("errors", "warnings"):
        return Sum(asked.layer(FINDINGS), (is_one_of("severity", name[:-1]),))
    if name in ("filled", "empty", "refused"):
        return _filling(asked, str(category))
    if name in HOLDING:
        return asked.count(is_one_of("holding", name))
    if name in ("graded", "graded_rows_without", "condition"):
        field, _, grade = str(category).partition(": ")
        where = _graded(asked, field, grade)
        return asked.count(where, is_empty(asked.measure)) if name.endswith("_without") else asked.people(where)
    if name.startswith("amount"):
        return asked.people() if name == "amount" else asked.count(is_empty(asked.measure))
    if name.startswith("improvement"):
        return _improvements(asked)
    rows = {
        "rows": (),
        "rows_to_mend": (compared("errors", ">", 0),),
        "rows_to_look_at": (is_one_of("errors", 0), compared("warnings", ">", 0)),
    }
    return asked.count(*rows[name])


def _filling(asked: Asked, field: str) -> Source:
    filled = asked.count(is_given(field))
    refused = Sum(asked.layer(FINDINGS), (is_one_of("field", field), is_one_of("refuses", YES), is_given("row")))
    if asked.name == "empty":
        return less(asked.count(is_empty(field)), refused)
    return filled if asked.name == "filled" else refused


def _graded(asked: Asked, field: str, grade: str) -> Where:
    """Say which rows have a grade or a condition: a code, yes or no, or nothing that is recorded."""
    if grade == NOT_RECORDED:
        return is_empty(field)
    if asked.columns().get(field) == "BOOLEAN" and grade in ANSWERS:
        return is_one_of(field, ANSWERS[grade])
    return is_one_of(field, grade)


def _improvements(asked: Asked) -> Source:
    """Count the objects that need an improvement, or sum what these cost."""
    if math.isnan(float(asked.row["value"])):
        return NotInLayers("not_recorded")
    given = [each for each in (*NEEDED, COST) if each in asked.columns()]
    tests = [f"{quoted(each)} > 0" if each == COST else f"{quoted(each)} IS NOT NULL" for each in given]
    needed = holds(f"({' OR '.join(tests)})" if tests else "0", "improved")
    if asked.name == "improvements":
        return asked.count(needed)
    if asked.name == "improvement_cost":
        return asked.of(COST, needed) if COST in given else asked.count(needed)
    return asked.count(needed, *([is_empty(COST)] if COST in given else []))
