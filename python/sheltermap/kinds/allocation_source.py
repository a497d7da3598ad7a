# SPDX-License-Identifier: Apache-2.0
"""What the figures of an allocation are made of: people by whether they have a place, how full facilities are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base.reasons import STATUS_OF
from sheltermap.questions.figure_source import NotInLayers, is_empty, is_one_of, mean, share
from sheltermap.questions.figures import NOT_COVERED

if TYPE_CHECKING:
    from sheltermap.questions.figure_source import Asked, Source, Where
    from sheltermap.questions.question import Question


def allocation_source(kind: Question, asked: Asked) -> Source:
    """Return what a figure of an allocation is made of."""
    name, has_place = asked.name, is_empty("reason")
    if name == "covered_share":
        return share(asked.people(has_place), asked.people())
    if name == NOT_COVERED:
        return asked.people(asked.told("reason", asked.category))
    if name.startswith("mean_"):
        people = asked.people(has_place)
        return mean(name.removeprefix("mean_"), people, None if kind.measure == "rows" else kind.measure)
    if name == "load":
        return asked.people(asked.told("facility", asked.category))
    if name == "beyond_optimum" or name.startswith("reading_"):
        return NotInLayers("search" if name == "beyond_optimum" else "other_reading")
    of_facilities = {
        "capacity": lambda: asked.of("places", end="facilities"),
        "facilities_full": lambda: asked.count(is_one_of("state", "full"), end="facilities"),
        "facilities_without_capacity": lambda: asked.count(is_empty("places"), end="facilities"),
    }
    if name in of_facilities:
        return of_facilities[name]()
    if name in ("total", "rows_without_weight"):
        return asked.people() if name == "total" else asked.without_number()
    return asked.people(has_place if name == "covered" else _of_status(asked, name))


def _of_status(asked: Asked, status: str) -> Where:
    """Say that the reason is one of those that stand for a status."""
    return is_one_of("reason", *(reason for reason, stands_for in STATUS_OF.items() if stands_for == status))
