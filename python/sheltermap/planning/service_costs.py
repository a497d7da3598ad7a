# SPDX-License-Identifier: Apache-2.0
"""What services cost, as data: determined from spending, recorded by category, brought to the prices of a year."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.exact_sums import total
from sheltermap.base.in_short import Short, ToldInShort, counted
from sheltermap.layers import frames
from sheltermap.layers.row_ids import row_ids
from sheltermap.layers.toml_files import write_toml
from sheltermap.planning.cost_rates import (
    ITEMS,
    amounts_of,
    between,
    checked_rates,
    key_of,
    opened,
    people_of,
    toml_text,
)
from sheltermap.planning.price_index import PriceIndex, checked_year, require_currency
from sheltermap.planning.spending import price_factor, rates_of_spending

SUMS = ("fixed", "running", "for_people", "annual_of_fixed", "annual")
REASONS = ("no_category", "no_rate", "cost_unknown", "places_unknown", "people_unknown", "horizon_unknown")


@dataclass(frozen=True, repr=False)
class ServiceCosts(ToldInShort):
    """What services cost by category, in the prices of a year.

    Attributes
    ----------
    rates : DataFrame
        One row per category, or per facility of its own: ``category``, ``facility``, ``fixed`` (once) and
        ``fixed_per_place``, ``running`` (a year), ``running_per_place`` and ``per_person`` (a year, for everyone
        served); only those that somebody wrote. ``price_year``, and ``source`` where it is told.
    currency : str
        Three letters, as "EUR".
    index, fixed_index : PriceIndex or None
        Prices by year, that of what is paid once apart where they rise otherwise (building, wages).
    discount_rate : float or None
        A year, 0.03 for 3 %.
    horizon_years : float or None
        For how many years something that is paid once serves.

    Examples
    --------
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> rates = pd.DataFrame({"category": ["I", "II"], "fixed": [100_000, 40_000], "running": [2_000, 1_500]})
    >>> sm.ServiceCosts.read(rates, currency="EUR", price_year=2024)
    <ServiceCosts: 2 rates in EUR>
    """

    rates: pd.DataFrame
    currency: str
    index: PriceIndex | None = None
    fixed_index: PriceIndex | None = None
    discount_rate: float | None = None
    horizon_years: float | None = None

    def _in_short(self) -> Short:
        return Short(f"{counted(self.rates, 'rate')} in {self.currency}", (), self.rates, "rates")

    @classmethod
    def read(
        cls,
        source: str | os.PathLike[str] | pd.DataFrame | Mapping[str, Any],
        *,
        currency: str | None = None,
        price_year: int | None = None,
        index: Mapping[int, float] | None = None,
        fixed_index: Mapping[int, float] | None = None,
        discount_rate: float | None = None,
        horizon_years: float | None = None,
        encoding: str | None = None,
    ) -> ServiceCosts:
        """Return the costs that a file, a frame or a mapping tells.

        Parameters
        ----------
        source : path, DataFrame or mapping
            A TOML file (or a mapping like it) with the other parameters as keys and a list ``[[rates]]``; or a table
            of rates, as a frame, CSV or spreadsheet. A rate has a ``category``, or a ``facility`` whose own it is. A
            cell left empty is not known; where there is no such cost, write 0.
        currency : str, optional
            Three letters; may stand in a column or a key as well.
        price_year : int, optional
            The year whose prices the rates are in; rows may have their own.
        index, fixed_index : mapping of year to number, optional
            Of prices; any base.
        discount_rate, horizon_years : float, optional
            For annual equivalents of what is paid once.
        encoding : str, optional
            Of a CSV.

        Returns
        -------
        ServiceCosts

        Raises
        ------
        ReadError
            If a file cannot be read.
        ValueError
            If there is no currency or there are several, no price year, a cost is negative or no number, a rate is for
            nothing or two are for the same, or a key is unknown; naming the row.

        Examples
        --------
        >>> import pandas as pd
        >>> import sheltermap as sm
        >>> rates = pd.DataFrame({"category": ["I", "II"], "fixed": [100_000, 40_000], "running": [2_000, 1_500]})
        >>> costs = sm.ServiceCosts.read(rates, currency="EUR", price_year=2024, index={2024: 100, 2026: 110},
        ...                              discount_rate=0.03, horizon_years=30)
        >>> shelters = pd.DataFrame({"category": ["I", "II", "II"]}, index=["s1", "s2", "s3"])
        >>> costs.of(shelters, year=2026)[["facility", "fixed", "running", "annual"]].round(2)
          facility     fixed  running   annual
        s1       s1  110000.0   2200.0  7812.12
        s2       s2   44000.0   1650.0  3894.85
        s3       s3   44000.0   1650.0  3894.85
        """
        given = {
            "currency": currency,
            "price_year": price_year,
            "index": index,
            "fixed_index": fixed_index,
            "discount_rate": discount_rate,
            "horizon_years": horizon_years,
        }
        name, head, rates = opened(source, encoding)
        for key, value in given.items():
            if value is not None and head.get(key) is not None:
                raise ValueError(f"{name} says {key} itself, {head[key]!r}; leave one of the two out")
        said = {**head, **{key: value for key, value in given.items() if value is not None}}
        table, of_rows = checked_rates(rates, name, said.get("price_year"))
        written = [each for each in (said.get("currency"), *of_rows) if each is not None]
        indexes = {
            key: None if said.get(key) is None else PriceIndex.of(said[key], key) for key in ("index", "fixed_index")
        }
        rate, years = said.get("discount_rate"), said.get("horizon_years")
        return cls(
            table,
            require_currency(written, name),
            **indexes,
            discount_rate=None if rate is None else between(rate, "discount_rate", 0, 1),
            horizon_years=None if years is None else between(years, "horizon_years", 0, math.inf),
        )

    @classmethod
    def determined(
        cls,
        spending: pd.DataFrame,
        *,
        currency: str,
        price_year: int,
        index: Mapping[int, float] | None = None,
        fixed_index: Mapping[int, float] | None = None,
        discount_rate: float | None = None,
        horizon_years: float | None = None,
    ) -> ServiceCosts:
        """Return the rates that were really paid: all spending on an item over all that it was for.

        Parameters
        ----------
        spending : DataFrame
            What was paid: ``category``, ``item`` (one of ``fixed``, ``fixed_per_place``, ``running``,
            ``running_per_place``, ``per_person``), ``amount``, ``units`` (for how many facilities, places or persons,
            of what is paid every year times the years; 1 without the column) and ``year``.
        currency, index, fixed_index, discount_rate, horizon_years
            As in `read`.
        price_year : int
            All amounts are brought to its prices first.

        Returns
        -------
        ServiceCosts
            An item of a category that nobody paid for is not known, where others of its category were paid.

        Raises
        ------
        ValueError
            If an item is none, an amount is negative or not known, units are not above 0, or the index lacks a year.

        Examples
        --------
        >>> import pandas as pd
        >>> import sheltermap as sm
        >>> paid = pd.DataFrame({"category": "I", "item": "running", "amount": [900, 1_100], "units": [1, 1],
        ...                      "year": [2024, 2025]})
        >>> sm.ServiceCosts.determined(paid, currency="EUR", price_year=2025, index={2024: 90, 2025: 100}).rates
          category  running  price_year
        0        I   1050.0        2025
        """
        rates = rates_of_spending(spending, price_year, index, fixed_index)
        return cls.read(
            rates,
            currency=currency,
            price_year=price_year,
            index=index,
            fixed_index=fixed_index,
            discount_rate=discount_rate,
            horizon_years=horizon_years,
        )

    def updated(self, year: int) -> ServiceCosts:
        """Return the same costs in the prices of another year.

        Parameters
        ----------
        year : int

        Returns
        -------
        ServiceCosts

        Raises
        ------
        ValueError
            If there is no index, or it lacks the year or a price year.
        """
        wanted = checked_year(year, "year")
        rates = self.rates.copy()
        for item in ITEMS:
            if item in rates:
                factors = [
                    price_factor(self.index, self.fixed_index, item, int(each), wanted) for each in rates["price_year"]
                ]
                rates[item] = rates[item] * np.array(factors)
        return replace(self, rates=rates.assign(price_year=wanted))

    def annual_of(self, amount: float) -> float:
        """Return the yearly payment over the horizon that is worth an amount paid now.

        Notes
        -----
        ``amount r / (1 - (1 + r)^-n)``, and ``amount / n`` where r is 0 (WHO-CHOICE, Drummond et al. 2015). Missing
        where the discount rate or the horizon is not told.

        Examples
        --------
        >>> import pandas as pd
        >>> import sheltermap as sm
        >>> rates = pd.DataFrame({"category": ["I"], "fixed": [1]})
        >>> costs = sm.ServiceCosts.read(rates, currency="EUR", price_year=2025, discount_rate=0.05, horizon_years=10)
        >>> round(costs.annual_of(1000), 2)
        129.5
        """
        rate, years = self.discount_rate, self.horizon_years
        if rate is None or years is None:
            return math.nan
        return amount / years if rate == 0 else amount * rate / -math.expm1(-years * math.log1p(rate))

    def of(
        self,
        facilities: pd.DataFrame,
        people_served: str | Mapping[Any, float] | Sequence[float] | None = None,
        year: int | None = None,
        *,
        category: str = "category",
        places: str | None = None,
        facility_id: str | None = None,
    ) -> pd.DataFrame:
        """Return what each facility costs.

        Parameters
        ----------
        facilities : DataFrame or GeoDataFrame
        people_served : str, mapping or sequence, optional
            How many people each serves: a column, a number by facility, or one per row. Needed for ``per_person``.
        year : int, optional
            In the prices of which year; by default that of the rates, which are then all of one.
        category : str
            Column with the category of each facility.
        places : str, optional
            Column with its places. Needed for what is paid per place.
        facility_id : str, optional
            Column that names the facilities; by default the id column they were read with, else the index.

        Returns
        -------
        DataFrame
            Rows as the facilities: ``facility``, ``category``, ``fixed`` (once), ``running`` and ``for_people`` (a
            year), ``annual_of_fixed`` (its annual equivalent), ``annual`` (all that a year costs), ``people``,
            ``annual_per_person``, ``currency``, ``price_year`` and ``reason`` why a cost is not known: ``no_category``,
            ``no_rate``, ``cost_unknown``, ``places_unknown``, ``people_unknown``, or
            ``horizon_unknown`` (of what is paid once nobody says for how long it serves). Not known is missing, not 0.

        Raises
        ------
        ValueError
            If a column is missing, a number is negative, the index lacks a year, or rates of several years are asked
            for without one.
        """
        frames.require_columns(facilities, [category, *([places] if places is not None else [])], "facilities")
        costs = self.updated(year) if year is not None else self
        price_years = sorted(set(costs.rates["price_year"]))
        if len(price_years) > 1:
            raise ValueError(
                f"the rates are in prices of {', '.join(map(str, price_years))}: say in those of which year="
            )
        ids = row_ids(facilities, facility_id, "facilities", "facility_id", each_its_own=False)
        held = np.full(len(ids), np.nan) if places is None else amounts_of(facilities, places, "facilities")
        people = people_of(facilities, people_served, ids)
        own, by_category = costs._rows_for("facility"), costs._rows_for("category")
        kinds = [key_of(each) for each in facilities[category]]
        rates = costs.rates.to_dict("records")
        chosen = [own.get(key_of(name), by_category.get(kind)) for name, kind in zip(ids, kinds, strict=True)]
        rows = [
            costs._line(None if at is None else rates[at], kind, *amounts)
            for at, kind, *amounts in zip(chosen, kinds, held, people, strict=True)
        ]
        found = pd.DataFrame(rows, index=facilities.index, columns=[*SUMS, "reason"])
        found.insert(0, "facility", list(ids))
        found.insert(1, "category", facilities[category].to_numpy())
        found["people"] = people
        found["reason"] = pd.Categorical(found["reason"], categories=pd.Index(REASONS))
        with np.errstate(divide="ignore", invalid="ignore"):
            found["annual_per_person"] = np.where(people > 0, found["annual"].to_numpy(float) / people, np.nan)
        columns = ["facility", "category", *SUMS, "people", "annual_per_person"]
        return found.assign(currency=costs.currency, price_year=price_years[0])[
            [*columns, "currency", "price_year", "reason"]
        ]

    def _rows_for(self, column: str) -> dict[str | None, int]:
        """Return the rows of the rates by the category, or the facility, that they are for."""
        if column not in self.rates:
            return {}
        mine = self.rates[column].notna()
        if column == "category" and "facility" in self.rates:
            mine &= self.rates["facility"].isna()  # a rate of one facility is not that of its category
        return {self.rates[column].iloc[at]: int(at) for at in np.flatnonzero(mine)}

    def _line(self, rate: Mapping[Any, Any] | None, kind: str | None, held: float, people: float) -> dict[str, Any]:
        """Return what one facility costs by its rate, and why something of it is not known."""
        if rate is None:
            return dict.fromkeys(SUMS, math.nan) | {"reason": "no_category" if kind is None else "no_rate"}
        reasons: dict[str, None] = {}

        def amount(item: str, times: float, unknown: str) -> float:
            if rate.get(item, 0) == 0:
                return 0.0
            if pd.isna(rate[item]) or math.isnan(times):
                reasons.setdefault("cost_unknown" if pd.isna(rate[item]) else unknown)
                return math.nan
            return float(rate[item]) * times

        fixed = amount("fixed", 1, "") + amount("fixed_per_place", held, "places_unknown")
        running = amount("running", 1, "") + amount("running_per_place", held, "places_unknown")
        for_people = amount("per_person", people, "people_unknown")
        of_fixed = 0.0 if fixed == 0 else self.annual_of(fixed)
        if math.isnan(of_fixed) and not math.isnan(fixed):
            reasons.setdefault("horizon_unknown")
        sums = (fixed, running, for_people, of_fixed, of_fixed + running + for_people)
        return dict(zip(SUMS, sums, strict=True)) | {"reason": next(iter(reasons), None)}

    @staticmethod
    def totals(rows: pd.DataFrame) -> pd.DataFrame:
        """Return the sums of what `of` gave, by category and, last, of all (``category`` missing).

        Parameters
        ----------
        rows : DataFrame
            From `of`.

        Returns
        -------
        DataFrame
            ``category``, ``facilities``, ``without_cost`` (those of which a cost is not known: they are in the sums
            with what is), the sums, ``people``, ``currency``, ``price_year``.
        """
        frames.require_columns(rows, ["category", *SUMS, "people", "currency", "price_year", "reason"], "the costs")
        currencies = rows["currency"].dropna().unique().tolist()
        years = rows["price_year"].dropna().unique().tolist()
        for what, each in (("currencies", currencies), ("price years", years)):
            if len(each) > 1:
                raise ValueError(f"the costs have several {what}, {', '.join(map(str, each))}: they cannot be added up")
        names = sorted(set(rows["category"].dropna()), key=str)
        parts = [(name, (rows["category"] == name).fillna(False).to_numpy(dtype=bool)) for name in names]
        nameless = rows["category"].isna().to_numpy(dtype=bool)
        parts += [("", nameless)] if nameless.any() else []
        parts.append((None, np.ones(len(rows), bool)))
        lines = [
            {
                "category": name,
                "facilities": int(part.sum()),
                "without_cost": int(rows["reason"][part].notna().sum()),
                **{each: total(rows[each].to_numpy(float)[part]) for each in (*SUMS, "people")},
                "currency": currencies[0] if currencies else None,
                "price_year": years[0] if years else None,
            }
            for name, part in parts
        ]
        labels = pd.Series([line["category"] for line in lines], dtype=object)
        return pd.DataFrame(lines).assign(category=labels)

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write the costs as a TOML file that `read` reads; WriteError where the name does not end in .toml."""
        target = Path(path)
        if target.suffix.lower() != ".toml":
            raise _core.WriteError(f"cannot write {target}: costs are written as .toml")
        head = {key: getattr(self, key) for key in ("currency", "discount_rate", "horizon_years")}
        indexes = {each.name: dict(each.by_year) for each in (self.index, self.fixed_index) if each is not None}
        write_toml(target, toml_text(head, indexes, self.rates))
        return target
