# SPDX-License-Identifier: Apache-2.0
"""Reserves: how many days the stock of each store lasts for the people whose nearest it is, by a standard."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.analyses.drawable import Drawable
from sheltermap.analyses.nearest import nearest
from sheltermap.base import clock, texts
from sheltermap.base.dates import day_given, day_in, is_empty
from sheltermap.base.exact_sums import total
from sheltermap.base.in_short import Short, counted, of_all
from sheltermap.base.progress import shows_progress
from sheltermap.base.reasons import UNPLACED
from sheltermap.base.standards import Figure, Standard, accepted
from sheltermap.base.units import conversion, unit_parts
from sheltermap.layers import frames
from sheltermap.layers.cells import answers, listed, numbers, weights_of
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.refused_rows import refused_otherwise

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map

USABLE = "usable_stock"
STATES = (USABLE, "expired", "out_of_use", "quantity_unknown", "unit_does_not_fit", "missing_geometry")
UNKNOWN = ("quantity_unknown", "unit_does_not_fit")  # there is something, but nobody can say how much
PERSON_DAYS = "person_days"
VERDICTS = ("lasts", "less", "without_store", "unknown")  # of a number of days


@dataclass(frozen=True, repr=False)
class Reserves(Drawable, drawn_as="reserves"):
    """What `reserves` found.

    Attributes
    ----------
    stores : GeoDataFrame
        One row per store: ``store``, ``rows`` and ``unknown_rows`` of the register, ``stock`` and ``expired`` (in
        `unit`), ``people`` whose nearest it is, ``rows_without_number`` among them, ``need_per_day`` (in `unit`),
        ``days`` (missing where nobody is allocated, or the whole stock is unknown) and ``lacking`` (in `unit`): what
        is missing to last the longest of the days asked for; missing itself where that is not known: the whole stock is
        unknown, or a part of it and what is known is not enough, or it is enough for the people whose number is known.
    demand : GeoDataFrame
        The demand with ``facility`` (the store), ``distance_m``, ``reason``, ``days`` and ``verdict``: the stock
        ``lasts`` the longest of the days asked for or ``less``, the row is ``without_store``, or that is ``unknown``.
    rows : GeoDataFrame
        The rows of the register that are of these goods, each with its ``state``.
    summary : DataFrame
        Per number of ``days``: the people for whom it ``lasts``, for whom it is ``less``, those ``without_store``, the
        ``unknown``; their sum is the ``total``.
    unit : str
        Of stocks and needs.
    notes : list of str
        What bounds the answer.
    weight : str or None
        The column of `demand` with the people.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> stores = gpd.GeoDataFrame({"id": ["S1"], "goods": ["drinking_water"], "quantity": [9.0],
    ...     "quantity_unit": ["m3"]}, geometry=gpd.points_from_xy([24.1], [56.9]), crs=4326)
    >>> homes = gpd.GeoDataFrame({"people": [120]}, geometry=gpd.points_from_xy([24.1], [56.9]), crs=4326)
    >>> sm.reserves(stores, homes, "sphere.water", figure="water", weight="people", days=[3, 7])
    <Reserves: 1 store, 1 row
      3 days: 120 of 120 have enough (100 %)
      7 days: 0 of 120 have enough (0 %), 120 less>
    """

    stores: GeoDataFrame
    demand: GeoDataFrame
    rows: GeoDataFrame
    summary: pd.DataFrame
    unit: str
    standard: Standard
    figure: str
    notes: list[str]
    weight: str | None = None

    @property
    def longest_days(self) -> float:
        """The longest of the days asked for, which `demand` has the verdict on."""
        return float(self.summary["days"].max())

    def plot(
        self,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw a map: people by how long the stock of their nearest store lasts, and the stores, empty ones hollow."""
        return self._plotted(figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(
        self,
        *,
        name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        A click on a row tells its store and how long the stock lasts; on a store, what it holds and lacks. A store
        without any stock is hollow.

        Parameters
        ----------
        name : str, optional
            Column of the demand that says what its rows are called; by default the id column it was read with, else
            the index.
        columns : sequence of str
            Further columns of `demand` to tell on a click.
        title : str, optional
        lang : {"en", "lv", …}
        context : path, mapping or Basemap, optional
            What to draw under the rows, as `sheltermap.basemap` takes it: water, streets, names of places.

        Returns
        -------
        Map
            ``.save("map.html")`` writes the page.

        Raises
        ------
        ValueError
            If a column is unknown.
        """
        return self._explored(name=name, columns=columns, title=title, lang=lang, context=context)

    def _in_short(self) -> Short:
        of = f"{counted(self.stores, 'store')}, {counted(self.demand, 'row')}"
        lines = (
            f"{texts.number(each['days'])} days: "
            + of_all(each, "lasts", "less", "without_store", "unknown", said="have enough")
            for each in self.summary.to_dict("records")
        )
        return Short(of, lines, self.summary)


@shows_progress
@takes_frames
def reserves(
    stores: GeoDataFrame,
    demand: GeoDataFrame,
    standard: str | Standard,
    *,
    figure: str | None = None,
    goods: str | None = "drinking_water",
    weight: str | None = None,
    days: float | Sequence[float] = 1,
    store: str | None = None,
    max_distance_m: float | None = None,
    today: date | str | None = None,
    accept_unconfirmed: bool = False,
) -> Reserves:
    """Stock per store against the need per person and day, and the days it lasts for the people allocated there.

    People go to the nearest store that has, or may have, something left. Nothing is guessed: goods past their date do
    not count; what is not known is unknown, and counted so.

    Parameters
    ----------
    stores : GeoDataFrame of points
        The fields of a `reserve_store` register: ``quantity``, ``quantity_unit``, and where they are there ``goods``,
        ``best_before`` and ``in_use``. One row is one lot; the lots of one place are one store.
    demand : GeoDataFrame of points
        Where people are.
    standard : str or Standard
        The id of a shipped one (``"sphere.water"``: 15 l per person and day), or your own.
    figure : str, optional
        Which of its figures; needed where several are per person and day.
    goods : str or None
        Which goods of the register; None for all rows.
    weight : str, optional
        Column of `demand` with people; without it every row counts as one.
    days : float or sequence of float
        For how long it should last.
    store : str, optional
        Column that names the store a row belongs to, where lots of one store lie in several places; people then go to
        the nearest of its places.
    max_distance_m : float, optional
        People farther from every store have none; metres along WGS 84.
    today : date or str, optional
        A ``best_before`` earlier than this is past. Days are dates or texts that mean one day only (``2026-02-28``,
        ``28.02.2026``), as CSV and GeoJSON hold them.
    accept_unconfirmed : bool
        Needed for a standard whose source is not confirmed.

    Returns
    -------
    Reserves

    Raises
    ------
    ValueError
        If the standard has no such figure, a column is missing, a number is negative or not finite, or a
        ``best_before`` is no day.
    GeometryError, CrsError
        If a row is not a point, or a CRS is missing.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> stores = gpd.GeoDataFrame({"id": ["S1"], "goods": ["drinking_water"], "quantity": [9.0],
    ...     "quantity_unit": ["m3"]}, geometry=gpd.points_from_xy([24.1], [56.9]), crs=4326)
    >>> homes = gpd.GeoDataFrame({"people": [120, 80]},
    ...     geometry=gpd.points_from_xy([24.1, 24.2], [56.9, 56.9]), crs=4326)
    >>> found = sm.reserves(stores, homes, "sphere.water", figure="water", weight="people", days=[3, 7])
    >>> found.stores[["store", "people", "need_per_day", "days"]]
      store  people  need_per_day  days
    0    S1   200.0        3000.0   3.0
    >>> found.summary[["days", "lasts", "less", "unknown"]]
       days  lasts   less  unknown
    0   3.0  200.0    0.0      0.0
    1   7.0    0.0  200.0      0.0
    """
    chosen = accepted(standard, accept_unconfirmed)
    name, rate = _per_person_and_day(chosen, figure)
    wanted = _checked_days(days)
    this_day = clock.now().astimezone().date() if today is None else day_given(today, "today")
    rows = _lots(stores, goods, rate, this_day, places_needed=store is None)
    people = weights_of(demand, weight, frames.describe(demand, "demand"))
    frames.require_free(demand, ["facility", "distance_m", "reason", "days", "verdict"])
    keys = _keys(rows, store)
    reached = nearest(demand, _open(rows, keys), max_distance_m=max_distance_m, facility_id="_store")
    table, exact = _balance(rows, keys, reached, people, rate, max(wanted))
    by_store = dict(zip(table["store"], table["days"], strict=True))
    verdicts = {each: _verdicts(each, table, exact, reached) for each in wanted}
    allocated = reached.assign(
        days=[by_store.get(each, math.nan) for each in reached["facility"].astype(object)],
        verdict=pd.Categorical(verdicts[max(wanted)], categories=VERDICTS),
    )
    summary = pd.DataFrame([_lasting(each, names, people) for each, names in verdicts.items()])
    unit = rate.unit.split("/")[0].strip()
    return Reserves(
        table,
        allocated,
        rows.drop(columns="_exact"),
        summary,
        unit,
        chosen,
        name,
        _notes(rows, reached, people),
        weight,
    )


def _per_person_and_day(standard: Standard, figure: str | None) -> tuple[str, Figure]:
    """Return the figure that is per person and day."""
    fitting = {
        name: each
        for name, each in standard.figures.items()
        if unit_parts(each.unit)[0][1:] == ("persons", "time") and each.unit.count("/") == 2
    }
    told = ", ".join(f"{name} ({each.value:g} {each.unit})" for name, each in fitting.items()) or "none"
    if figure is None and len(fitting) == 1:
        return next(iter(fitting.items()))
    if figure is None:
        raise ValueError(f"the standard {standard.id} has per person and day: {told}; name one as figure")
    if figure not in fitting:
        raise ValueError(f"the standard {standard.id} has no figure {figure!r} per person and day; it has {told}")
    return figure, fitting[figure]


def _checked_days(days: float | Sequence[float]) -> list[float]:
    wanted = sorted({float(each) for each in ([days] if isinstance(days, int | float) else days)})
    if not wanted or not all(0 < each < math.inf for each in wanted):
        raise ValueError(f"days is {days!r}; give one or several numbers greater than 0")
    return wanted


def _lots(stores: GeoDataFrame, goods: str | None, rate: Figure, today: date, *, places_needed: bool) -> GeoDataFrame:
    """Return the rows of the goods with their state, and the stock of each, exact, in the standard's unit."""
    what = frames.describe(stores, "stores")
    frames.require_columns(stores, ["quantity", "quantity_unit", *(["goods"] if goods is not None else [])], what)
    frames.require_free(stores, ["state", "_exact", "_store"])
    frames.lonlat(stores, "stores")  # refuses what is no point
    rows = stores if goods is None else stores[(stores["goods"] == goods).fillna(False).to_numpy(dtype=bool)]
    quantities = _not_negative(numbers(rows, "quantity", what), "quantity", what)
    best_before = _days(rows, "best_before", what) if "best_before" in rows else [None] * len(rows)
    unused = answers(rows, "in_use", what)[1] if "in_use" in rows else np.zeros(len(rows), bool)
    states, exact = [], []
    cells = (quantities, rows["quantity_unit"], best_before, unused, rows.geometry)
    for quantity, unit, best, is_unused, place in zip(*cells, strict=True):
        stock = None if math.isnan(quantity) else _in_unit(quantity, unit, rate)
        state = USABLE if stock is not None else "quantity_unknown" if math.isnan(quantity) else "unit_does_not_fit"
        state = "expired" if best is not None and best < today else state
        state = "out_of_use" if is_unused else state
        states.append("missing_geometry" if places_needed and (place is None or place.is_empty) else state)
        exact.append(stock)
    return rows.assign(state=pd.Categorical(states, categories=STATES), _exact=pd.Series(exact, rows.index, object))


def _in_unit(quantity: float, unit: Any, rate: Figure) -> Fraction | None:
    """Return a quantity in the unit of the standard; None where it measures something else."""
    own = rate.unit.split("/")[0]
    if unit == PERSON_DAYS:  # rations: as many days of a person as there are
        return Fraction(str(quantity)) * rate.to(f"{own}/person/day")
    try:
        return Fraction(str(quantity)) * conversion(str(unit), own)
    except ValueError:
        return None


def _days(rows: GeoDataFrame, name: str, what: str) -> list[date | None]:
    days = [day_in(value) for value in rows[name]]
    none = [row for row, value in enumerate(rows[name]) if days[row] is None and not is_empty(value)]
    if none:
        raise ValueError(
            f"{what}: column {name!r} holds {listed(rows, name, np.array(none))}; give a day like 2026-02-28, or leave "
            "the cell empty where it is not known"
        )
    return days


def _not_negative(values: NDArray[np.float64], name: str, what: str) -> NDArray[np.float64]:
    wrong = np.flatnonzero((values < 0) | np.isinf(values))
    if len(wrong):
        row = int(wrong[0])
        raise ValueError(f"{what}: column {name!r} holds {values[row]:g} in row {row + 1}; it cannot be that")
    return values


def _keys(rows: GeoDataFrame, store: str | None) -> pd.Series[Any]:
    """Return the store of each row: what it is called, or the id of the first row in that place."""
    if store is not None:
        frames.require_columns(rows, [store], "stores")
        nameless = np.flatnonzero(rows[store].isna())
        if len(nameless):
            raise ValueError(f"stores: column {store!r} is empty in row {int(nameless[0]) + 1}; which store is it?")
        return rows[store].astype(object)
    ids = rows["id"] if "id" in rows else pd.Series(rows.index, rows.index)
    places = rows.geometry.to_wkb()
    first: dict[Any, Any] = {}
    for place, row_id in sorted(zip(places, ids, strict=True), key=lambda each: str(each[1])):
        if place is not None:
            first.setdefault(place, row_id)
    return pd.Series([first.get(place) for place in places], rows.index, dtype=object)


def _open(rows: GeoDataFrame, keys: pd.Series[Any]) -> GeoDataFrame:
    """Return the lots of the stores that have, or may have, something left, in an order of their own."""
    left = [
        state in UNKNOWN or (state == USABLE and exact > 0)
        for state, exact in zip(rows["state"], rows["_exact"], strict=True)
    ]
    stocked = set(keys[left].dropna())
    named = rows.assign(_store=keys)[keys.isin(stocked).to_numpy()]
    order = sorted(range(len(named)), key=lambda at: (str(named["_store"].iloc[at]), str(named.geometry.iloc[at])))
    return named.iloc[order]


def _balance(
    rows: GeoDataFrame,
    keys: pd.Series[Any],
    reached: GeoDataFrame,
    people: NDArray[np.float64],
    rate: Figure,
    longest: float,
) -> tuple[GeoDataFrame, dict[Any, tuple[Fraction, Fraction]]]:
    """Hold the stock of every store against the need of its people; the two of them, exact, by store."""
    import geopandas

    own = rate.unit.split("/")[0].strip()
    per_person = rate.to(f"{own}/person/day")
    numbers = pd.Series(people, reached.index).groupby(reached["facility"].astype(object).to_numpy(), sort=False)
    allocated = {key: group.to_numpy() for key, group in numbers}
    records, exact = [], {}
    for key, lots in rows.groupby(keys, sort=True):
        usable = sum((each for each in lots["_exact"][lots["state"] == USABLE]), Fraction(0))
        gone = sum((each for each in lots["_exact"][lots["state"] == "expired"] if each is not None), Fraction(0))
        mine = allocated.get(key, np.empty(0))
        count = sum((Fraction(str(each)) for each in mine if not math.isnan(each)), Fraction(0))
        need = count * per_person
        exact[key] = (usable, need)
        unknown = int(lots["state"].isin(UNKNOWN).sum())
        missing = max(need * Fraction(str(longest)) - usable, Fraction(0))
        uncounted = int(np.isnan(mine).sum())
        unsure = (unknown and (missing or not usable)) or (uncounted and not missing)
        lasts = float(usable / need) if need and (usable or not unknown) else math.nan
        records.append(
            {
                "store": key,
                "rows": len(lots),
                "unknown_rows": unknown,
                "stock": float(usable),
                "expired": float(gone),
                "people": float(count),
                "rows_without_number": uncounted,
                "need_per_day": float(need),
                "days": lasts,
                "lacking": math.nan if unsure else float(missing),
                "geometry": min((place for place in lots.geometry if place is not None), key=str, default=None),
            }
        )
    columns = ["store", "rows", "unknown_rows", "stock", "expired", "people", "rows_without_number"]
    table = pd.DataFrame(records, columns=[*columns, "need_per_day", "days", "lacking", "geometry"])
    return geopandas.GeoDataFrame(table, geometry="geometry", crs=rows.crs), exact


def _verdicts(
    days: float, table: GeoDataFrame, exact: dict[Any, tuple[Fraction, Fraction]], reached: GeoDataFrame
) -> NDArray[np.object_]:
    """Say of each row whether the stock of its store lasts; a bound decides only on its own side."""
    verdict = {}
    for each in table.itertuples(index=False):
        at_most, at_least = each.rows_without_number > 0, each.unknown_rows > 0
        stock, need = exact[each.store]
        lasts = stock >= need * Fraction(str(days))
        unsure = at_most if lasts else at_least
        verdict[each.store] = "unknown" if unsure else "lasts" if lasts else "less"
    found = reached["facility"].astype(object)
    names = np.where(reached["reason"].isin(UNPLACED), "unknown", "without_store").astype(object)
    pairs = zip(found, names, strict=True)
    return np.array([verdict[each] if not pd.isna(each) else name for each, name in pairs], dtype=object)


def _lasting(days: float, names: NDArray[np.object_], people: NDArray[np.float64]) -> dict[str, float | int]:
    """Divide the people by the verdict on their row."""
    known = ~np.isnan(people)
    parts = {name: total(people[known & (names == name)]) for name in VERDICTS}
    return {"days": days, **parts, "total": total(people), "rows_without_number": int((~known).sum())}


def _notes(rows: GeoDataFrame, reached: GeoDataFrame, people: NDArray[np.float64]) -> list[str]:
    """Say what bounds the answer."""
    placeless, refused = ((reached["reason"] == reason).sum() for reason in UNPLACED)
    lots_refused = (refused_otherwise(rows) & (rows["state"] == "missing_geometry")).sum()
    counts = rows["state"].value_counts()
    found = {
        "rows_placeless": placeless,
        "rows_uncounted": np.isnan(people).sum(),
        "rows_refused": refused,
        "lots_placeless": counts["missing_geometry"] - lots_refused,
        "lots_refused": lots_refused,
        "lots_expired": counts["expired"],
        "lots_out_of_use": counts["out_of_use"],
        "lots_unknown": counts[list(UNKNOWN)].sum(),
    }
    return [texts.Note.of(f"reserves_{what}", count=int(count)) for what, count in found.items() if count]
