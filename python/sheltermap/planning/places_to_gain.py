# SPDX-License-Identifier: Apache-2.0
"""The cheapest places to gain: structures ranked by what a place costs, and what closing a gap costs at least."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.planning.structure_places import COUNTED, StructurePlaces

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

RANKING = ["rank", "structure", "area", "state", "places", "cost", "cost_per_place", "total_places", "total_cost"]
RANKING += ["missing_after", "missing_after_in_area", "unranked"]
CLOSING = ["area", "missing", "liftable", "without_cost", "closed", "cost_at_least", "cost_by_list", "lifted"]
CLOSING += ["still_missing"]
UPGRADES = ["facility", "action", "cost", "places"]
ADAPT = "adapt"  # of `sheltermap.site`: the structure becomes one that counts


def in_order(structures: StructurePlaces, ids: pd.Index[Any], places: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the rows that could be lifted, those first where a place costs least.

    Ties go to the larger one, then by id, then by position, so that the order of the rows decides nothing. After them
    come those of unknown cost, the largest first, and those of unknown places; those with none have nothing to give.
    """
    liftable = structures.counted & (structures.state != COUNTED.index("valid")) & ~(structures.places == 0)

    def key(row: int) -> tuple[Any, ...]:
        size, cost = structures.places[row], structures.cost[row]
        last = (str(ids[row]), *np.nan_to_num(places[row], nan=math.inf).tolist(), COUNTED[structures.state[row]])
        if math.isnan(size):
            return (2, Fraction(0), 0.0, *last, math.inf if math.isnan(cost) else cost)
        if math.isnan(cost):
            return (1, Fraction(0), -size, *last, math.inf)
        return (0, exact(cost) / int(size), -size, *last, cost)

    return np.array(sorted(np.flatnonzero(liftable).tolist(), key=key), dtype=np.intp)


def exact(cost: float) -> Fraction:
    """Return the amount that was written: 0.1 is a tenth."""
    return Fraction(str(float(cost)))


def ranking(
    structures: StructurePlaces,
    order: NDArray[np.intp],
    ids: Sequence[Any],
    areas: Sequence[Any] | None,
    missing: dict[Any, float],
) -> pd.DataFrame:
    """Return the structures to lift in their order, with what is still missing after each; `ids` and `areas` in it.

    `missing` is by area, None for all. Those without a cost or a number of places have no rank, and say so.
    """
    left = {area: Fraction(str(value)) for area, value in missing.items()}
    lines, sum_places, sum_cost = [], 0, Fraction(0)
    for number, row in enumerate(order.tolist()):
        size, cost = float(structures.places[row]), float(structures.cost[row])
        area = None if areas is None else areas[number]
        line: dict[str, Any] = {"structure": ids[number], "area": area, "state": COUNTED[structures.state[row]]}
        line |= {"places": size, "cost": cost, "unranked": None}
        if math.isnan(size) or math.isnan(cost):
            line["unranked"] = "places_unknown" if math.isnan(size) else "cost_unknown"
        else:
            sum_places, sum_cost = sum_places + int(size), sum_cost + exact(cost)
            scopes = (None,) if areas is None else (None, area)
            for scope in scopes:
                left[scope] = max(left[scope] - int(size), Fraction(0))
            line |= {"rank": number + 1, "cost_per_place": float(exact(cost) / int(size))}
            line |= {"total_places": float(sum_places), "total_cost": float(sum_cost)}
            line["missing_after"] = float(left[None])
            line["missing_after_in_area"] = math.nan if areas is None else float(left[area])
        lines.append(line)
    types = {"rank": "Int64", "state": "string", "unranked": "string"}
    types |= dict.fromkeys(RANKING[4:11], "float64")
    return pd.DataFrame(lines, columns=RANKING).astype(types)


def closing(ranked: pd.DataFrame, missing: dict[Any, float]) -> pd.DataFrame:
    """Return what closing the gap by lifting grades costs and leaves open: for all (area None), then by area."""
    lines = []
    for area, wanted in missing.items():
        here = np.array([area is None or each == area for each in ranked["area"]], bool)
        mine = ranked[here]
        priced = mine[mine["unranked"].isna()]
        pairs = [(int(size), exact(cost)) for size, cost in zip(priced["places"], priced["cost"], strict=True)]
        unpriced = mine[(mine["unranked"] == "cost_unknown").fillna(False).to_numpy(bool)]
        without_cost = int(unpriced["places"].sum())
        gap, liftable = Fraction(str(wanted)), sum(size for size, _ in pairs) + without_cost
        least, by_list, lifted = costs_of(pairs, gap)
        line = {"area": area, "missing": wanted, "liftable": float(liftable), "without_cost": float(without_cost)}
        line |= {"closed": float(min(gap, Fraction(liftable - without_cost))), "cost_at_least": float(least)}
        line |= {"cost_by_list": float(by_list), "lifted": lifted}
        lines.append(line | {"still_missing": float(max(gap - liftable, Fraction(0)))})
    return pd.DataFrame(lines, columns=CLOSING)


def costs_of(pairs: Iterable[tuple[int, Fraction]], gap: Fraction) -> tuple[Fraction, Fraction, int]:
    """Return what closing a gap costs at least, what it costs down the list, and how many structures that lifts.

    `pairs` are places and cost, those first where a place costs least. The last structure counts in part for the bound
    (the relaxed knapsack of Dantzig 1957: no choice of whole structures is cheaper), and whole for the list. Where all
    of them are not enough, both are what all cost.

    Examples
    --------
    >>> costs_of([(100, Fraction(1000)), (50, Fraction(1000))], Fraction(125))
    (Fraction(1500, 1), Fraction(2000, 1), 2)
    """
    least, by_list, lifted = Fraction(0), Fraction(0), 0
    for size, cost in pairs:
        if gap <= 0:
            break
        least += cost * min(Fraction(1), gap / size)
        by_list, lifted, gap = by_list + cost, lifted + 1, gap - size
    return least, by_list, lifted


def upgrades(ranked: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return the structures to lift as `sheltermap.site` takes them; a cost that is not known stays missing."""
    known = ranked[ranked["places"].notna()]
    table = known.rename(columns={"structure": "facility"}).assign(action=ADAPT)[UPGRADES].reset_index(drop=True)
    table.attrs["currency"] = currency
    return table
