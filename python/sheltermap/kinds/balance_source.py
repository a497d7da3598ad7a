# SPDX-License-Identifier: Apache-2.0
"""What the figures of a balance are made of: people, and the places of structures by their state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base.sql_quoting import quoted
from sheltermap.planning.structure_places import COUNTED
from sheltermap.questions.figure_source import (
    GEOMETRY,
    Computed,
    Query,
    Sum,
    at_least_nothing,
    is_empty,
    is_given,
    is_one_of,
    less,
    literal,
    share,
    times,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from sheltermap.questions.figure_source import Asked, Source, Term

OF = "structures"  #: end of the name of the layer with the structures
PLACES = "counted_places"
HELD = {"valid": ("valid",), "renewable": ("valid", "renewable"), "present": COUNTED}  #: states that a reading counts
READINGS = {
    "places_missing": "valid",
    "places_missing_if_renewed": "renewable",
    "places_missing_of_present": "present",
    "valid_share": "valid",
    "renewable_share": "renewable",
}


def balance_source(asked: Asked, per_person: Fraction) -> Source:
    """Return what a figure of a balance is made of; so many places each person needs."""
    name = asked.name
    if name == "places_missing_in_areas":
        return _missing_in_areas(asked, float(per_person))
    if name in ("total", "rows_without_weight"):
        return asked.people() if name == "total" else asked.without_number()
    measure = asked.kind.measure
    required: Term = times(asked.people(measure=measure), float(per_person))
    if name == "places_required":
        return required
    if name.startswith("structures"):
        without = (is_empty(PLACES),) if name.endswith("without_places") else ()
        return asked.count(is_one_of("state", *COUNTED), *without, end=OF)
    if name in READINGS:
        held = _places(asked, *HELD[READINGS[name]])
        return share(held, required) if name.endswith("share") else at_least_nothing(less(required, held))
    missing = at_least_nothing(less(required, _places(asked, "valid")))
    if name in ("liftable_places", "liftable_without_cost", "still_missing", "cost_at_least", "cost_by_list"):
        return _closing(asked, missing)
    state = name.removeprefix("places_")
    return _places(asked, *(COUNTED if state == "present" else (state,)))


def _places(asked: Asked, *states: str) -> Sum:
    return asked.of(PLACES, is_one_of("state", *states), end=OF)


def _closing(asked: Asked, missing: Computed) -> Source:
    """Return what lifting grades brings and costs: those first where a place costs least, until nothing is missing."""
    liftable = is_one_of("state", *COUNTED[1:])
    if asked.name == "liftable_without_cost":
        return asked.of(PLACES, liftable, is_empty("lifting_cost"), end=OF)
    places = asked.of(PLACES, liftable, end=OF)
    if asked.name in ("liftable_places", "still_missing"):
        return places if asked.name == "liftable_places" else at_least_nothing(less(missing, places))
    ranked = asked.of("lifting_cost", is_given("rank"), end=OF)
    before = f'TOTAL("{PLACES}") OVER (ORDER BY "rank" ROWS UNBOUNDED PRECEDING) - "{PLACES}"'
    rows = (
        f'SELECT "lifting_cost" AS cost, "{PLACES}" AS places, {before} AS before, ({missing.sql}) AS gap '
        f"FROM {quoted(ranked.layer)} WHERE {ranked.condition}"
    )
    part = "cost * MIN(1.0, (gap - before) * 1.0 / places)" if asked.name == "cost_at_least" else "cost"
    return Query(f"SELECT TOTAL({part}) FROM ({rows}) WHERE before < gap", (ranked, *missing.parts), asked.name)


def _missing_in_areas(asked: Asked, per_person: float) -> Query:
    """Return what is missing in each area, summed: what one has too many another cannot use."""
    measure = asked.kind.measure
    people = "1" if measure == "rows" else quoted(measure)
    place = f"{quoted(GEOMETRY)} IS NULL"
    demand, structures = asked.people(measure=measure), _places(asked, "valid")
    both = (
        f'SELECT "area" AS area, {place} AS nowhere, {people} AS people, 0 AS places FROM {quoted(demand.layer)} '
        f'UNION ALL SELECT "area", {place}, 0, "{PLACES}" FROM {quoted(structures.layer)} WHERE {structures.condition}'
    )
    lines = f"SELECT TOTAL(people) * {literal(per_person)} - TOTAL(places) AS missing FROM ({both}) GROUP BY area, "
    nowhere = "CASE WHEN area IS NULL THEN nowhere END"
    sql = f"SELECT TOTAL(MAX(missing, 0)) FROM ({lines}{nowhere})"
    return Query(sql, (demand, structures), "missing_in_areas")
