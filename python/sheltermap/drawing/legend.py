# SPDX-License-Identifier: Apache-2.0
"""Legends of results: which rows are drawn alike, in maps, reports and QGIS."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Context
from typing import TYPE_CHECKING, Any

import numpy as np

from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.base.sql_quoting import quoted_text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

EDGE_DIGITS = Context(prec=6, rounding=ROUND_CEILING)  # upwards, so that a class keeps the value it ends with
# After Okabe and Ito's palette: told apart by people who do not tell red from green, and in grey print by shape.
COVERED, UNCOVERED, UNKNOWN = "#0072b2", "#d55e00", "#8a8f98"
NOWHERE = "#7f2704"  # none can be reached, however long the way
BEFORE = "#d9b44a"  # not covered even without a flood
GAPS, OTHER_GAPS = ("#7f2704", "#a63603", "#d55e00", "#e8893f", "#f0b98d"), "#f5dcc6"  # many people to few
BANDS = ("#0b4f8a", "#3f8fc9", "#9cc9e8", "#cfe3f2")  # near to far
NOT_CONCERNED = "#c3c9d1"
CLOSED, CRITICAL = "#b3261e", "#7b2d8b"  # streets
CLASSES = ("#d55e00", "#f0b98d", "#9cc9e8", "#3f8fc9", "#0b4f8a", "#062b4d")  # none to many


@dataclass(frozen=True)
class Category:
    """Rows drawn alike: which, how, and what the legend says."""

    rows: np.ndarray[Any, np.dtype[np.bool_]]
    rule: str  #: the same rows as a QGIS expression; of several that hold, the first counts
    colour: str
    marker: str  #: "circle", "diamond" or "cross"
    label: dict[str, str]
    line_mm: float = 0.6  #: width of lines
    counted: int | None = None  #: how many rows they are, where these are not kept

    @property
    def count(self) -> int:
        """Number of rows."""
        return int(np.count_nonzero(self.rows)) if self.counted is None else self.counted

    def without_rows(self) -> Category:
        """Return what a legend says of them: which they are takes a megabyte for a million.

        Examples
        --------
        >>> kept = Category(np.array([True, False]), "TRUE", COVERED, "circle", {"en": "covered"}).without_rows()
        >>> len(kept.rows), kept.count
        (0, 1)
        """
        return replace(self, rows=np.empty(0, np.bool_), counted=self.count)


@dataclass(frozen=True)
class Look:
    """One of the ways to draw a layer: by all limits or by one, in one of several scenarios."""

    key: str  #: as columns spell what it is of, "500m", "1pct"; "" for all of it
    name: dict[str, str]
    categories: list[Category]


def in_scenario(scenario: str) -> str:
    """Return the rule for the rows of a layer that has rows for each scenario."""
    return f'"scenario" = {quoted_text(scenario)}'


def of_one_scenario(categories: Sequence[Category], rows: gpd.GeoDataFrame, scenario: str) -> list[Category]:
    """Return a legend without the rows of all other scenarios."""
    here, rule = (rows["scenario"] == scenario).to_numpy(dtype=bool), in_scenario(scenario)
    return [
        replace(each, rows=each.rows & here, rule=rule if each.rule == "TRUE" else f"{rule} AND ({each.rule})")
        for each in categories
    ]


def coverage_categories(rows: gpd.GeoDataFrame, thresholds: Sequence[Limit]) -> list[Category]:
    """Return the legend of a coverage: by the first distance that is met, then beyond, then unknown."""
    columns = [f"within_{threshold.label}" for threshold in thresholds]
    colours = [COVERED] if len(columns) == 1 else [BANDS[min(i, len(BANDS) - 1)] for i in range(len(columns))]
    taken = np.zeros(len(rows), dtype=bool)
    categories = []
    for threshold, column, colour in zip(thresholds, columns, colours, strict=True):
        here = is_code(rows[column], "covered") & ~taken
        taken |= here
        label = texts.both("within", distance=texts.distances(threshold))
        categories.append(Category(here, f"\"{column}\" = 'covered'", colour, "circle", label))
    beyond = is_code(rows[columns[-1]], "uncovered") & ~taken
    cost, rule = thresholds[-1].cost_column, f"\"{columns[-1]}\" = 'uncovered'"
    nowhere = beyond & rows[cost].isna().to_numpy()  # no street is near, or no way leads to any
    if nowhere.any():
        words = texts.both("none_reached")
        categories.append(Category(nowhere, f'{rule} AND "{cost}" IS NULL', NOWHERE, "diamond", words))
    label = texts.both("beyond", distance=texts.distances(thresholds[-1]))
    categories.append(Category(beyond & ~nowhere, rule, UNCOVERED, "diamond", label))
    return [*categories, _unknown(~taken & ~beyond)]


def reach_categories(rows: gpd.GeoDataFrame, cost_column: str) -> list[Category]:
    """Return the legend of a nearest without a limit: reached, unknown."""
    reached = rows[cost_column].notna().to_numpy()
    known = Category(reached, f'"{cost_column}" IS NOT NULL', COVERED, "circle", texts.both("reached"))
    return [known, _unknown(~reached)]


def class_categories(rows: gpd.GeoDataFrame, labels: Sequence[str]) -> list[Category]:
    """Return the legend of a count: one entry a class, from none to many, then unknown."""
    shades = np.linspace(0, len(CLASSES) - 1, len(labels)).round().astype(int)
    found = rows["class"]
    categories = [
        Category(
            is_code(found, label),
            f"\"class\" = '{label}'",
            CLASSES[shade],
            "diamond" if label == labels[0] else "circle",
            dict.fromkeys(texts.LANGUAGES, label.replace("-", "–")),
        )
        for label, shade in zip(labels, shades, strict=True)
    ]
    return [*categories, _unknown(is_code(found, "unknown"))]


def exposure_categories(rows: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of an exposure: in a zone, in none, unknown."""
    count = rows["zone_count"].to_numpy(dtype=float, na_value=np.nan)
    return [
        Category(count > 0, '"zone_count" > 0', UNCOVERED, "diamond", texts.both("inside")),
        Category(count == 0, '"zone_count" = 0', COVERED, "circle", texts.both("outside")),
        _unknown(np.isnan(count)),
    ]


def flood_categories(rows: gpd.GeoDataFrame, label: str) -> list[Category]:
    """Return the legend of a flood's scenario: still covered, lost, not covered before either, unknown."""
    column = f"during_{label}"
    found = rows[column]
    drawn = (("covered", COVERED, "circle"), ("lost", UNCOVERED, "diamond"), ("uncovered", BEFORE, "circle"))
    words = {"covered": "still_covered", "lost": "lost", "uncovered": "not_before"}
    categories = [
        Category(is_code(found, state), f"\"{column}\" = '{state}'", colour, marker, texts.both(words[state]))
        for state, colour, marker in drawn
    ]
    return [*categories, _unknown(is_code(found, "unknown"))]


def flooded_categories(facilities: gpd.GeoDataFrame, label: str) -> list[Category]:
    """Return the legend of facilities in a flood's scenario: which can be used, and why the others cannot."""
    column = f"state_{label}"
    drawn = (
        ("usable", COVERED, "circle"),
        ("flooded", UNCOVERED, "diamond"),
        ("unsuitable", BEFORE, "diamond"),
        ("suitability_unknown", NOT_CONCERNED, "circle"),
    )
    categories = [
        Category(
            is_code(facilities[column], state),
            f"\"{column}\" = '{state}'",
            colour,
            marker,
            texts.both(f"state_{state}"),
        )
        for state, colour, marker in drawn
    ]
    place_unknown = is_code(facilities[column], "place_unknown")
    return [*categories, Category(place_unknown, "TRUE", UNKNOWN, "cross", texts.both("state_place_unknown"))]


def place_categories(places: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of the places of the uncovered: those with most people by number, then the others."""
    place = places["place"].to_numpy(dtype=float, na_value=np.nan)
    categories = [
        Category(place == number, f'"place" = {number}', colour, "diamond", texts.both("place", number=number))
        for number, colour in enumerate(GAPS, start=1)
    ]
    return [*categories, Category(place > len(GAPS), "TRUE", OTHER_GAPS, "diamond", texts.both("other_places"))]


def evacuation_categories(rows: gpd.GeoDataFrame, limit_s: float | None = None) -> list[Category]:
    """Return the legend of an evacuation: who leaves the zones, within a limit and later, who cannot, unknown.

    Those who need not leave have no part in it.
    """
    state = rows["state"]
    leaves, rule = is_code(state, "leaves"), "\"state\" = 'leaves'"
    cannot, cannot_rule = is_code(state, "cannot_leave"), "\"state\" = 'cannot_leave'"
    categories = [Category(cannot, cannot_rule, UNCOVERED, "diamond", texts.both("cannot_leave"))]
    if limit_s is not None:
        late = leaves & (rows["leaves_s"].to_numpy(dtype=float) > limit_s)
        categories.insert(0, Category(late, rule, BEFORE, "circle", texts.both("too_late")))
        leaves, rule = leaves & ~late, f'{rule} AND "leaves_s" <= {limit_s:.15g}'
    in_time = Category(leaves, rule, COVERED, "circle", texts.both("leaves"))
    return [in_time, *categories, _unknown(is_code(state, "unknown"))]


def gap_categories(rows: gpd.GeoDataFrame, threshold: Limit) -> list[Category]:
    """Return the legend of gaps: the places with most people by number, the other places, who is covered, unknown."""
    place = rows["place"].to_numpy(dtype=float, na_value=np.nan)
    categories = [
        Category(place == number, f'"place" = {number}', colour, "diamond", texts.both("place", number=number))
        for number, colour in enumerate(GAPS, start=1)
    ]
    others = texts.both("other_places")
    categories.append(Category(place > len(GAPS), f'"place" > {len(GAPS)}', OTHER_GAPS, "diamond", others))
    column = f"within_{threshold.label}"
    covered = is_code(rows[column], "covered")
    label = texts.both("within", distance=texts.distances(threshold))
    categories.append(Category(covered, f"\"{column}\" = 'covered'", COVERED, "circle", label))
    return [*categories, _unknown(np.isnan(place) & ~covered)]


def cut_off_categories(rows: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of closed streets: still reached, cut off, not reached before either, unknown."""
    found = rows["state"]
    drawn = (
        ("reached", COVERED, "circle", "still_covered"),
        ("cut_off", UNCOVERED, "diamond", "cut_off"),
        ("not_reached_before", BEFORE, "circle", "not_reached_before"),
    )
    categories = [
        Category(is_code(found, state), f"\"state\" = '{state}'", colour, marker, texts.both(word))
        for state, colour, marker, word in drawn
    ]
    return [*categories, _unknown(is_code(found, "unknown"))]


def street_categories(layers: Mapping[str, gpd.GeoDataFrame]) -> dict[str, list[Category]]:
    """Return the legends of closed and of critical streets: each is drawn alike."""
    return {
        end: [Category(np.ones(len(layers[end]), dtype=bool), "TRUE", colour, "line", texts.both(word), width)]
        for end, colour, word, width in (
            ("closed", CLOSED, "closed_street", 0.9),
            ("critical", CRITICAL, "critical_street", 1.6),
        )
        if end in layers
    }


def register_categories(rows: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of a register: by compliance where it is recorded, else by whether a row is to be mended."""
    if "compliance" not in rows:
        to_mend = (rows["errors"] > 0).to_numpy(dtype=bool)
        return [
            Category(to_mend, '"errors" > 0', UNCOVERED, "diamond", texts.both("to_mend")),
            Category(~to_mend, "TRUE", COVERED, "circle", texts.both("nothing_to_mend")),
        ]
    found = rows["compliance"]
    drawn = (("full", COVERED, "circle"), ("partial", BEFORE, "circle"), ("none", UNCOVERED, "diamond"))
    categories = [
        Category(
            is_code(found, grade), f"\"compliance\" = '{grade}'", colour, marker, texts.both(f"compliance_{grade}")
        )
        for grade, colour, marker in drawn
    ]
    missing = rows["compliance"].isna().to_numpy(dtype=bool)
    return [*categories, Category(missing, "TRUE", UNKNOWN, "cross", texts.both("not_recorded"))]


def reserve_categories(rows: gpd.GeoDataFrame, days: float) -> list[Category]:
    """Return the legend of reserves: whether the stock of the nearest store lasts so many days, or there is none."""
    verdict = rows["verdict"]
    drawn = (
        ("lasts", COVERED, "circle"),
        ("less", UNCOVERED, "diamond"),
        ("without_store", BEFORE, "diamond"),
        ("unknown", UNKNOWN, "cross"),
    )
    words = {state: texts.both(f"reserve_{state}", days=f"{days:g}") for state, _, _ in drawn}
    return [
        Category(is_code(verdict, state), f"\"verdict\" = '{state}'", colour, marker, words[state])
        for state, colour, marker in drawn
    ]


def incident_categories(rows: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of reports: of the year, of the one before, of another time, of no known day."""
    period = rows["period"]
    drawn = (
        ("this_year", UNCOVERED, "diamond"),
        ("last_year", BEFORE, "circle"),
        ("other_time", COVERED, "circle"),
        ("undated", UNKNOWN, "cross"),
    )
    return [
        Category(is_code(period, name), f"\"period\" = '{name}'", colour, marker, texts.both(name))
        for name, colour, marker in drawn
    ]


def class_edges(values: np.ndarray[Any, np.dtype[np.float64]] | pd.Series[float]) -> list[float]:
    """Return the upper ends of at most as many classes as there are shades, each a value that there is.

    Examples
    --------
    >>> class_edges(np.array([1.0, 1, 1, 1, 2, 3, 4, 5])), class_edges(np.array([]))
    ([1.0, 3.0, 5.0], [])
    """
    if not len(values):
        return []
    marks = np.arange(1, len(BANDS) + 1) / len(BANDS)
    return [float(each) for each in np.unique(np.quantile(values, marks, method="inverted_cdf"))]


def up_to_edges(
    values: np.ndarray[Any, np.dtype[np.float64]],
    some: np.ndarray[Any, np.dtype[np.bool_]],
    rule: str,
    marker: str,
    words: Callable[[float | None, float], dict[str, str]],
    *,
    darkest_last: bool = False,
) -> list[Category]:
    """Return `some` rows in classes from little to much; all of one number are in one class.

    Parameters
    ----------
    values : ndarray, shape (rows,)
    some : ndarray of bool, shape (rows,)
        Those that are classed.
    rule : str
        What the rule of a class says before ``<= edge``.
    marker : str
    words : callable
        What the legend says of a class, from the edge below it (None for the first) and its own.
    darkest_last : bool
        Whether much is dark, not little.
    """
    edges = list(dict.fromkeys(map(_rounded_up, class_edges(values[some]))))
    shades = BANDS[: len(edges)][::-1] if darkest_last else BANDS[: len(edges)]
    low, left, found = None, some, []
    for edge, colour in zip(edges, shades, strict=True):
        here = left & (values <= edge)
        found.append(Category(here, f"{rule} <= {edge!r}", colour, marker, words(low, edge)))
        low, left = edge, left & ~here
    return found


def _rounded_up(edge: float) -> float:
    """Return an edge in digits that every program keeps: QGIS reads six of a filter for map servers."""
    return float(EDGE_DIGITS.create_decimal(repr(edge)))


def _unknown(rows: np.ndarray[Any, np.dtype[np.bool_]]) -> Category:
    return Category(rows, "TRUE", UNKNOWN, "cross", texts.both("unknown"))


def is_code(values: pd.Series[Any], wanted: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which values are a code; what is missing is none."""
    return (values == wanted).to_numpy(dtype=bool, na_value=False)
