# SPDX-License-Identifier: Apache-2.0
"""How many places each structure of a shelter register has, whether they count, and what lifting its grade costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.analyses.supply import capacities, grades_of, use_unsaid
from sheltermap.base import texts
from sheltermap.base.exact_sums import total
from sheltermap.base.standards import capacity
from sheltermap.base.suggestions import unknown
from sheltermap.layers import frames
from sheltermap.layers.cells import amounts, answers, listed, numbers
from sheltermap.planning.price_index import A_COST, checked_currency
from sheltermap.registers.schema import schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.base.standards import Standard

    Numbers = NDArray[np.float64]

COUNTED = ("valid", "renewable", "not_valid", "unknown")  # by grade: full, partial, none, not recorded
STATES = (*COUNTED, "out_of_use", "other_kind")
FIELDS = ("compliance", "in_use", "kind", "capacity_persons", "usable_area_m2", "improvement_cost_eur")
ROOFLESS = ("collective_centre", "assembly_point")  # kinds of the register that shelter nobody from blast


@dataclass(frozen=True)
class StructurePlaces:
    """The structures of a register, row by row.

    Attributes
    ----------
    state : ndarray
        Number of each row's state in `STATES`.
    places : ndarray
        Whole places; NaN where nobody knows them.
    by_area : ndarray of bool
        Where the usable area says how many they are, not the number recorded.
    cost : ndarray
        What lifting the grade costs; NaN where nobody says so.
    currency : str
    notes : list of str
    """

    state: NDArray[np.int64]
    places: Numbers
    by_area: NDArray[np.bool_]
    cost: Numbers
    currency: str
    notes: list[str]

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Which rows count at all: in use, and of a kind that was asked for."""
        return self.state < len(COUNTED)


def structure_places(
    shelters: GeoDataFrame,
    *,
    standard: Standard | None,
    kinds: Sequence[str] | None,
    cost: str | None,
    currency: str | None,
    columns: Mapping[str, str] | None,
) -> StructurePlaces:
    """Read the state, the places and the cost of each structure.

    Raises
    ------
    ValueError
        If a column is missing or holds what it cannot hold, or a cost has no currency.
    """
    named = _named(columns)
    what = frames.describe(shelters, "shelters")
    notes: list[str] = []
    state = _states(shelters, named, kinds, what, notes)
    places, by_area = _places(shelters, named, standard, what, notes)
    costs, money = _costs(shelters, named, cost, currency, what)
    return StructurePlaces(state, places, by_area, costs, money, notes)


def _named(columns: Mapping[str, str] | None) -> dict[str, str]:
    """Return the register's own column of each field, as it is called there."""
    for field in columns or {}:
        if field not in FIELDS:
            raise ValueError(unknown("columns: unknown field", field, FIELDS))
    return {field: field for field in FIELDS} | dict(columns or {})


def _states(
    shelters: GeoDataFrame, named: Mapping[str, str], kinds: Sequence[str] | None, what: str, notes: list[str]
) -> NDArray[np.int64]:
    grade = grades_of(shelters, named["compliance"], what)
    state = np.where(grade < 0, COUNTED.index("unknown"), grade)
    kind = named["kind"]
    if kinds is not None:
        wanted = [kinds] if isinstance(kinds, str) else list(kinds)
        known = [code.code for code in schema("shelter").fields["kind"].codes]
        for each in wanted:
            if each not in known:
                raise ValueError(unknown("kinds: no kind of shelter is called", each, known))
        frames.require_columns(shelters, [kind], what)
        state[~shelters[kind].isin(wanted).to_numpy(dtype=bool)] = STATES.index("other_kind")
    if named["in_use"] in shelters:
        state[answers(shelters, named["in_use"], what)[1]] = STATES.index("out_of_use")
        unsaid = use_unsaid(shelters[state < len(COUNTED)], named["in_use"])
        if unsaid:
            notes.append(texts.Note.of("structures_use_unsaid", count=int(unsaid)))
    if kinds is None and kind in shelters:
        count = int((shelters[kind].isin(ROOFLESS).to_numpy(dtype=bool) & (state < len(COUNTED))).sum())
        if count:
            notes.append(texts.Note.of("structures_roofless", count=count))
    return state


def _places(
    shelters: GeoDataFrame, named: Mapping[str, str], standard: Standard | None, what: str, notes: list[str]
) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return the recorded places or, by a standard, no more than the usable area holds; and where the area decides."""
    recorded = np.full(len(shelters), np.nan)
    column, area = named["capacity_persons"], named["usable_area_m2"]
    measured = standard is not None and "area_per_person" in standard.figures
    if not (measured and column not in shelters):
        known, told = capacities(shelters, column, "shelters")
        assert known is not None
        recorded, notes[len(notes) :] = known, told
    if not measured:
        return recorded, np.zeros(len(shelters), bool)
    assert standard is not None
    frames.require_columns(shelters, [area], what)
    held = capacity(_areas(shelters, area, what, notes), standard, accept_unconfirmed=True)  # asked for by the caller
    by_standard = held.to_numpy(np.float64, na_value=np.nan)
    decides = ~np.isnan(by_standard) & ~(recorded <= by_standard)
    fewer = decides & (recorded > by_standard)
    if fewer.any():
        lost = float((recorded - by_standard)[fewer].sum())
        held_by = {"standard": standard.id, "lost": texts.number(round(lost))}
        notes.append(texts.Note.of("structures_too_many_places", count=int(fewer.sum()), **held_by))
    bare = np.isnan(by_standard) & ~np.isnan(recorded)
    if bare.any():
        notes.append(texts.Note.of("structures_area_unknown", count=int(bare.sum())))
    return np.where(decides, by_standard, recorded), decides


def _areas(shelters: GeoDataFrame, column: str, what: str, notes: list[str]) -> Numbers:
    """Return usable areas, NaN where they are not known, and note those that cannot be meant."""
    areas = numbers(shelters, column, what)
    field = schema("shelter").fields["usable_area_m2"]
    assert field.min is not None and field.max is not None
    wrong = ~np.isnan(areas) & ~((areas >= field.min) & (areas <= field.max))
    if wrong.any():
        notes.append(
            f"{what}: column {column!r} holds {listed(shelters, column, np.flatnonzero(wrong))}; an area is from "
            f"{field.min:.0f} to {field.max:.0f} m², so these count as not known: correct them, or leave them empty"
        )
    return np.where(wrong, np.nan, areas)


def _costs(
    shelters: GeoDataFrame, named: Mapping[str, str], cost: str | None, currency: str | None, what: str
) -> tuple[Numbers, str]:
    """Return costs and their currency; the field of the register is in euros, as its name says."""
    if cost is not None and currency is None:
        raise ValueError(f'the cost in column {cost!r} has no currency: say which it is, currency="EUR"')
    if currency is not None:
        checked_currency(currency)
    own = named["improvement_cost_eur"]
    if cost is None and currency not in (None, "EUR"):
        raise ValueError(
            f"the column {own!r} is of the register's field improvement_cost_eur, in EUR, not in {currency}: name the "
            "column that holds the cost, cost=..."
        )
    money = currency or "EUR"
    column = own if cost is None else cost
    if cost is None and column not in shelters:
        return np.full(len(shelters), np.nan), money
    costs = amounts(shelters, column, what, A_COST)
    if "currency" in shelters:
        told = shelters["currency"].astype("string").str.strip().str.upper()
        other = np.flatnonzero((~np.isnan(costs)) & told.notna().to_numpy() & (told != money).fillna(False).to_numpy())
        if len(other):
            raise ValueError(
                f"{what}: column 'currency' holds {listed(shelters, 'currency', other)}, and the costs are summed in "
                f"{money}: convert them, or leave the cost empty where it is not known"
            )
    return costs, money


def graded(structures: StructurePlaces) -> pd.DataFrame:
    """Count structures, known places and known costs by state; the rows sum to the register.

    ``cost`` is of all structures of the state whose cost is known, ``without_cost`` counts the others.
    """
    lines = []
    for number, state in enumerate(STATES):
        here = structures.state == number
        places, cost = structures.places[here], structures.cost[here]
        lines.append(
            {
                "state": state,
                "structures": int(here.sum()),
                "places": total(places),
                "without_places": int(np.isnan(places).sum()),
                "cost": total(cost),
                "without_cost": int(np.isnan(cost).sum()),
            }
        )
    return pd.DataFrame(lines)
