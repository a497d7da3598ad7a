# SPDX-License-Identifier: Apache-2.0
"""What was really paid, as rates: all that was spent on an item over all that it was for, in the prices of one year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sheltermap.base.exact_sums import total
from sheltermap.layers import frames
from sheltermap.layers.cells import listed
from sheltermap.planning.cost_rates import ITEMS, ONCE, amounts_of, key_of
from sheltermap.planning.price_index import PriceIndex, checked_year


def rates_of_spending(
    spending: pd.DataFrame,
    price_year: int,
    index: Mapping[int, float] | None,
    fixed_index: Mapping[int, float] | None,
) -> pd.DataFrame:
    """Return the rates by category that somebody paid; `ServiceCosts.determined` says what the columns are.

    Raises
    ------
    ValueError
        If an item is none, an amount is negative or not known, units are not above 0, a row has no category, or the
        index lacks a year.
    """
    frames.require_columns(spending, ["category", "item", "amount", "year"], "spending")
    prices, fixed_prices = (
        None if given is None else PriceIndex.of(given, name)
        for name, given in (("index", index), ("fixed_index", fixed_index))
    )
    wanted = checked_year(price_year, "price_year")
    strange = np.flatnonzero(~spending["item"].isin(ITEMS).to_numpy())
    if len(strange):
        told = listed(spending, "item", strange)
        raise ValueError(f"spending: column 'item' holds {told}; it is one of {', '.join(ITEMS)}")
    categories = [key_of(each) for each in spending["category"]]
    if None in categories:
        raise ValueError(f"spending: column 'category' is empty in row {categories.index(None) + 1}; name it")
    amounts = amounts_of(spending, "amount", "spending", known=True)
    units = np.ones(len(spending))
    if "units" in spending:
        units = amounts_of(spending, "units", "spending", known=True)
        if (units == 0).any():
            none = listed(spending, "units", np.flatnonzero(units == 0))
            raise ValueError(f"spending: column 'units' holds {none}; an amount was for something")
    factors = [
        price_factor(prices, fixed_prices, item, checked_year(year, f"spending: year in row {row}"), wanted)
        for row, (item, year) in enumerate(zip(spending["item"], spending["year"], strict=True), 1)
    ]
    paid = pd.DataFrame({"category": categories, "item": list(spending["item"]), "amount": amounts * np.array(factors)})
    lines: dict[Any, dict[str, Any]] = {}
    for (category, item), part in paid.assign(units=units).groupby(["category", "item"], sort=True):
        line = lines.setdefault(category, {"category": category})
        line[str(item)] = total(part["amount"].to_numpy()) / total(part["units"].to_numpy())
    items = [item for item in ITEMS if item in set(paid["item"])]
    return pd.DataFrame(list(lines.values()), columns=["category", *items])


def price_factor(
    index: PriceIndex | None, fixed_index: PriceIndex | None, item: str, of_year: int, in_year: int
) -> float:
    """Return what an amount is multiplied by; what is paid once has prices of its own where they are told.

    Raises
    ------
    ValueError
        If there is no index, or it lacks one of the years.
    """
    prices = fixed_index if item in ONCE and fixed_index is not None else index
    if of_year == in_year:
        return 1.0
    if prices is None:
        raise ValueError(
            f"amounts of {of_year} cannot be brought to the prices of {in_year}: give the index of prices, "
            f"index={{{of_year}: 100, {in_year}: …}}"
        )
    return prices.factor(of_year, in_year)
