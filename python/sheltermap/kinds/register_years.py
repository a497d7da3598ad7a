# SPDX-License-Identifier: Apache-2.0
"""What two years of a register are held against each other by: its defects, and what has a grade or a better one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from sheltermap.base import texts
from sheltermap.questions.figures import records
from sheltermap.questions.kind import Kind
from sheltermap.registers.grades import BROKEN
from sheltermap.registers.schema import Schema

if TYPE_CHECKING:
    from sheltermap.questions.question import Figure

TOLD = {"defects": "defects", "improvement_cost": "cost", "amount": "places"}


def derived(kind: Kind, figures: pd.DataFrame, register: Schema) -> list[Figure]:
    """Return how many parts are broken or missing, and by ranked grade what has it or a better one, also by area.

    An object that loses its grade, or is gone, is then a loss; one that comes with a bad grade takes nothing away.
    """
    found = []
    broken = figures[(figures["figure"] == "condition") & figures["category"].str.endswith(tuple(BROKEN), na=False)]
    if len(broken):
        found.append(kind.figure("defects", math.fsum(broken["value"]), measure="rows"))
    graded = figures[figures["figure"] == "graded"]
    for name in register.ranked:
        ranks = {f"{name}: {grade}": rank for rank, grade in enumerate(register.fields[name].answers)}
        mine = graded[graded["category"].isin(ranks)]
        for _, part in mine.groupby(["measure", "scope", "area"], dropna=False):
            first = records(part[:1])[0]
            where = {key: first[key] for key in ("scope", "area", "unit")}
            counts = dict(zip(part["category"].map(ranks), part["value"], strict=True))
            for grade, at in list(ranks.items())[:-1]:
                value = math.fsum(counts[rank] for rank in range(at + 1))
                found.append(kind.figure("graded_at_least", value, measure=first["measure"], category=grade, **where))
    return found


def told(change: pd.DataFrame) -> dict[str, str] | None:
    """Say how many defects were removed, how much less is to do, how many places there are more; or the reverse."""
    said = []
    whole = change[(change["scope"] == "all") & change["figure"].isin(TOLD)]
    for row in sorted(records(whole), key=lambda each: list(TOLD).index(each["figure"])):
        if row["figure"] == "amount" and row["measure"] != "capacity_persons":
            continue
        count = abs(row["difference"])
        key = f"told_{TOLD[row['figure']]}_{'more' if row['difference'] > 0 else 'less'}"
        is_cost = row["figure"] == "improvement_cost"
        said.append(texts.both(key, count=texts.number(count)) if is_cost else texts.counted(key, round(count)))
    return {lang: ", ".join(each[lang] for each in said) for lang in texts.LANGUAGES} if said else None
