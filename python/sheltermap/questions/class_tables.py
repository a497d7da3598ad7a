# SPDX-License-Identifier: Apache-2.0
"""Rows and people by class: their sums, the table of them, and which share is in a class or a higher one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.page.table import Cell, Table, Words
from sheltermap.questions.figures import records
from sheltermap.questions.row_tables import measure_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sheltermap.questions.outcome import Outcome
    from sheltermap.questions.question import Figure, Question

UNKNOWN = "unknown"  #: the last class


def class_sums(labels: Sequence[str], position: NDArray[np.integer[Any]], weight: NDArray[np.float64]) -> pd.DataFrame:
    """Count the rows and people of each class; `position` is that of each row's class among the labels."""
    here = [position == number for number in range(len(labels))]
    return pd.DataFrame(
        {
            "class": list(labels),
            "rows": [int(rows.sum()) for rows in here],
            "weight": [total(weight[rows]) for rows in here],
            "rows_without_weight": [int(np.isnan(weight[rows]).sum()) for rows in here],
        }
    )


def class_table(
    outcome: Outcome, classes: pd.DataFrame, title: Words, heading: Words, words: Mapping[str, Cell]
) -> Table:
    """Tell how many rows and people are in each class, and how large a part of the rows that is."""
    everybody = classes["rows"].sum()
    weighted = outcome.measure != "rows"
    head: list[Cell] = [heading, measure_words(outcome, "rows"), "%"]
    head += [measure_words(outcome, outcome.measure)] if weighted else []
    rows: list[list[Cell]] = []
    for row in records(classes):
        if row["class"] == UNKNOWN and not row["rows"]:
            continue
        part: Cell = texts.shares(row["rows"] / everybody) if everybody else "–"
        counted = [texts.number(row["weight"])] if weighted else []
        rows.append([words[row["class"]], texts.number(row["rows"]), part, *counted])
    return Table(title, head, rows)


def at_least_shares(
    kind: Question, figures: pd.DataFrame, name: str, share_name: str, classes: Mapping[str, float], where: Figure
) -> list[Figure]:
    """Return which share is in a class or a higher one, for each but the first; `classes` are where they begin."""
    mine = figures[(figures["figure"] == name)]
    mine = mine[(mine["measure"] != "rows") | (kind.measure == "rows")]
    labels, found = list(classes), []
    for _, part in mine.groupby(["measure", "scope", "area"], dropna=False):
        counted, everybody = part.set_index("category")["value"], math.fsum(part["value"])
        first = records(part[:1])[0]
        place = {key: first[key] for key in ("measure", "scope", "area")} | where
        for at, low in enumerate(classes.values()):
            if at and everybody:
                share = math.fsum(counted[labels[at:]]) / everybody
                found.append(kind.figure(share_name, share, category=f"{low:g}+", **place))
    return found
