# SPDX-License-Identifier: Apache-2.0
"""Whom each facility is the nearest for: how many, by area, and within which limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.exact_sums import total, totals
from sheltermap.base.scopes import OUTSIDE_AREAS
from sheltermap.layers.cells import numbers
from sheltermap.page.table import LONG, Cell, Table, cut_note, heads, text
from sheltermap.questions.row_tables import measure_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sheltermap.questions.outcome import Outcome


def nearest_for_table(outcome: Outcome) -> Table | None:
    """Tell for each facility, and each area that its people are in, how many it is the nearest for, by limit.

    The facilities with most people come first; each person counts in the first limit that is met, or beyond all.
    """
    codes, somebodys = pd.factorize(outcome.layer["facility"])
    if not len(somebodys):
        return None
    weighted, has_area = outcome.measure != "rows", "area" in outcome.layer.columns
    people = numbers(outcome.layer, outcome.measure, outcome.analysis.name) if weighted else np.ones(len(codes))
    reached = codes >= 0
    order = np.argsort(-totals(people[reached], codes[reached], len(somebodys)), kind="stable")
    told = np.full(len(somebodys) + 1, -1)  # the last is for rows without any
    told[order[:LONG]] = np.arange(len(order[:LONG]))
    rank = told[codes]
    counts = _counts(outcome, np.flatnonzero(rank >= 0), people).assign(rank=rank[rank >= 0])
    lines: list[list[Cell]] = []
    for _, mine in counts.groupby("rank"):
        for number, (area, part) in enumerate(mine.groupby("area", dropna=False) if has_area else [(None, mine)]):
            where: list[Cell] = [texts.both(OUTSIDE_AREAS) if pd.isna(area) else text(area)] if has_area else []
            lines.append([text(mine["name"].iloc[0]) if number == 0 else "", *where, *_line(outcome, part)])
    limits: list[Cell] = [texts.both("within", distance=texts.distances(each)) for each in outcome.thresholds]
    beyond: Cell = texts.both("beyond", distance=texts.distances(outcome.thresholds[-1]))
    lines += [
        [name, *([""] if has_area else []), *["0"] * (2 + len(outcome.thresholds)), "–"]
        for name in _nobodys(outcome, set(somebodys))[: LONG - min(LONG, len(order))]
    ]
    head = [*heads("facility", *(["area"] if has_area else [])), measure_words(outcome, outcome.measure)]
    head += [*limits, beyond, *heads("farthest")]
    note = cut_note(LONG, len(outcome.context.facilities), outcome.analysis.name)
    return Table(texts.both("nearest_for"), head, lines, note, texts_first=1 + has_area)


def _counts(outcome: Outcome, at: NDArray[np.intp], people: NDArray[np.float64]) -> pd.DataFrame:
    """Return of the rows at these places what the table counts: whom the nearest is, where, how many and how far."""
    rows = outcome.layer
    facility = rows["facility"].iloc[at].astype(object)
    named = rows["facility_name" if "facility_name" in rows.columns else "facility"].iloc[at]
    cost = rows[outcome.cost].iloc[at]
    return pd.DataFrame(
        {
            "name": named.astype(object).where(named.notna(), facility),
            "area": rows["area"].iloc[at].astype(object) if "area" in rows.columns else None,
            "band": np.searchsorted([each.value for each in outcome.thresholds], cost, side="left"),
            "people": people[at],
            "cost": cost,
        }
    ).reset_index(drop=True)


def _line(outcome: Outcome, part: pd.DataFrame) -> list[Cell]:
    bands = [_sum(part["people"][part["band"] == band]) for band in range(len(outcome.thresholds) + 1)]
    return [texts.number(_sum(part["people"])), *map(texts.number, bands), outcome.spelt(float(part["cost"].max()))]


def _nobodys(outcome: Outcome, somebodys: set[Any]) -> list[str]:
    """Return the names of the facilities that are nobody's nearest."""
    facilities, source = outcome.context.facilities, outcome.context.sources["facilities"]
    ids = facilities.index if source.id is None else facilities[source.id]
    column = outcome.context.labels("facilities")
    names = facilities.index if column is None else facilities[column]
    return [text(name) for facility, name in zip(ids, names, strict=True) if facility not in somebodys]


def _sum(people: pd.Series[Any]) -> float:
    return total(people.to_numpy())
