# SPDX-License-Identifier: Apache-2.0
"""Whom each facility is the nearest for: how many, by area, and within which limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.base.scopes import OUTSIDE_AREAS
from sheltermap.page.table import LONG, Cell, Table, cut_note, heads, text
from sheltermap.questions.row_tables import measure_words

if TYPE_CHECKING:
    from sheltermap.questions.outcome import Outcome


def nearest_for_table(outcome: Outcome) -> Table | None:
    """Tell for each facility, and each area that its people are in, how many it is the nearest for, by limit.

    The facilities with most people come first; each person counts in the first limit that is met, or beyond all.
    """
    rows = outcome.layer[outcome.layer["facility"].notna()]
    if not len(rows):
        return None
    weighted, has_area = outcome.measure != "rows", "area" in rows.columns
    label = "facility_name" if "facility_name" in rows.columns else "facility"
    counts = pd.DataFrame(
        {
            "facility": rows["facility"].astype(object),
            "name": rows[label].astype(object).where(rows[label].notna(), rows["facility"].astype(object)),
            "area": rows["area"].astype(object) if has_area else None,
            "band": np.searchsorted([each.value for each in outcome.thresholds], rows[outcome.cost], side="left"),
            "people": rows[outcome.measure].astype(float) if weighted else 1.0,
            "cost": rows[outcome.cost],
        }
    )
    order = counts.groupby("facility", sort=False)["people"].apply(_sum).sort_values(ascending=False, kind="stable")
    by_facility = dict(list(counts.groupby("facility", sort=False)))
    lines: list[list[Cell]] = []
    for facility in order.index[:LONG]:
        mine = by_facility[facility]
        for number, (area, part) in enumerate(mine.groupby("area", dropna=False) if has_area else [(None, mine)]):
            where: list[Cell] = [texts.both(OUTSIDE_AREAS) if pd.isna(area) else text(area)] if has_area else []
            lines.append([text(mine["name"].iloc[0]) if number == 0 else "", *where, *_line(outcome, part)])
    limits: list[Cell] = [texts.both("within", distance=texts.distances(each)) for each in outcome.thresholds]
    beyond: Cell = texts.both("beyond", distance=texts.distances(outcome.thresholds[-1]))
    lines += [
        [name, *([""] if has_area else []), *["0"] * (2 + len(outcome.thresholds)), "–"]
        for name in _nobodys(outcome, set(by_facility))[: LONG - min(LONG, len(order))]
    ]
    head = [*heads("facility", *(["area"] if has_area else [])), measure_words(outcome, outcome.measure)]
    head += [*limits, beyond, *heads("farthest")]
    note = cut_note(LONG, len(outcome.context.facilities), outcome.analysis.name)
    return Table(texts.both("nearest_for"), head, lines, note, texts_first=1 + has_area)


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
