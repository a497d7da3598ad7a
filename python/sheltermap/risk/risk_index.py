# SPDX-License-Identifier: Apache-2.0
"""Risk index of areas from its parts: hazard, exposure, vulnerability, lack of capacity, each with a weight."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import geopandas
import numpy as np
import pandas as pd

from sheltermap.analyses.drawable import Drawable
from sheltermap.base import texts
from sheltermap.base.in_short import Short, counted, name_of
from sheltermap.base.suggestions import told, unknown
from sheltermap.layers import frames
from sheltermap.layers.cells import first_few
from sheltermap.layers.frames_given import takes_frames
from sheltermap.risk.index_parts import MIN_MAX, better_of, limits_of, names_of, scaled_parts, shares_of, values_of
from sheltermap.risk.rank_ranges import RankSensitivity, exact_interval, rank_ranges, ranks_of, weighted_sum

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map

    Numbers = NDArray[np.float64]

Combined = Literal["geometric", "arithmetic"]


@dataclass(frozen=True, repr=False)
class RiskIndex(Drawable, drawn_as="risk_index"):
    """What `risk_index` found.

    Attributes
    ----------
    rows : DataFrame or GeoDataFrame
        One row per area, as given: ``area``, the parts as they were given, ``…_normalised`` (0 to 1, more is worse),
        ``index`` (0 to 1), ``rank`` (1 is the greatest risk; equal ones share it), ``missing`` (the parts that nobody
        knows: such an area has no index and no rank).
    weights : dict of str to float
        By part; they sum to 1.
    limits : dict of str to tuple of float
        By part: what is 0 and what is 1.
    more_is_better : tuple of str
        Parts that lower the risk.
    normalised, combined : str
    not_ranked : DataFrame
        ``area``, ``missing``.
    notes : list of str
        How it was made, and what bounds the answer.

    Examples
    --------
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> parts = pd.DataFrame({"hazard": [8, 4], "vulnerability": [2, 8]}, index=["Upper", "Lower"])
    >>> limits = {"hazard": (0, 10), "vulnerability": (0, 10)}
    >>> sm.risk_index(parts, weights={"hazard": 1, "vulnerability": 1}, normalised=limits)
    <RiskIndex: 2 areas, 2 parts, geometric
      1. Lower: 0.566
      2. Upper: 0.4
      2 notes in .notes>
    """

    rows: pd.DataFrame
    weights: dict[str, float]
    limits: dict[str, tuple[float, float]]
    more_is_better: tuple[str, ...]
    normalised: str
    combined: Combined
    not_ranked: pd.DataFrame
    notes: list[str]

    def _in_short(self) -> Short:
        ranked = self.rows[self.rows["rank"].notna()].sort_values("rank", kind="stable")
        of = f"{counted(self.rows, 'area')}, {counted(self.weights, 'part')}, {self.combined}"
        lines = (
            f"{rank}. {name_of(area)}: {texts.significant(index, 3)}"
            for rank, area, index in zip(ranked["rank"], ranked["area"], ranked["index"], strict=True)
        )
        return Short(of, lines, self.rows, "rows")

    def sensitivity(
        self, *, by: float = 0.2, ranges: Mapping[str, tuple[float, float]] | None = None
    ) -> RankSensitivity:
        """Return how the ranking moves when the weights move.

        Parameters
        ----------
        by : float
            Each weight by so much of itself up and down.
        ranges : mapping of part to (low, high), optional
            Between which weights may be, in place of `by`; a part left out keeps its weight. As the weights, they are
            taken relative to each other: only their ratios count.

        Returns
        -------
        RankSensitivity

        Raises
        ------
        ValueError
            If `by` is not from 0 to below 1, a range does not hold its weight, or a part is unknown.

        Notes
        -----
        Of one weight, all others as they are, the interval within which no two areas change places is exact: in both
        means the order rests on sums that are linear in each weight (of geometric ones, the logarithms). Of all weights
        at once within their ranges, ``best`` and ``worst`` bound the rank of each area: no weights in the ranges pass
        them, since of each pair of areas it is known whether one is before the other for all, for some or for no such
        weights; ``best_reached`` and ``worst_reached`` are ranks that the corners of the ranges do give.

        Examples
        --------
        >>> import pandas as pd
        >>> import sheltermap as sm
        >>> parts = pd.DataFrame({"hazard": [0.9, 0.2, 0.5], "vulnerability": [0.1, 0.6, 0.4]}, index=["A", "B", "C"])
        >>> index = sm.risk_index(parts, weights={"hazard": 0.5, "vulnerability": 0.5}, combined="arithmetic",
        ...                       normalised={"hazard": (0, 1), "vulnerability": (0, 1)})
        >>> index.sensitivity(by=0.2).weights[["part", "weight", "stays_from", "stays_to"]].round(3)
                    part  weight  stays_from  stays_to
        0         hazard     0.5       0.375       inf
        1  vulnerability     0.5       0.000     0.667
        """
        return sensitivity_of(self, by, ranges)

    def plot(
        self,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw the areas by their index, those not ranked apart; where areas have no shapes, the indexes as bars."""
        return self._plotted(figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(self, *, title: str | None = None, lang: str = "en", context: BasemapSource | None = None) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        A click on an area tells its rank, its index and its parts.

        Parameters
        ----------
        title : str, optional
        lang : {"en", "lv", …}
        context : path, mapping or Basemap, optional
            What to draw under the rows, as `sheltermap.basemap` takes it: water, streets, names of places.

        Returns
        -------
        Map

        Raises
        ------
        ValueError
            If the areas have no shapes.
        """
        return self._explored(title=title, lang=lang, context=context)


@takes_frames
def risk_index(
    parts: pd.DataFrame,
    *,
    weights: Mapping[str, float],
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
    normalised: str | Mapping[str, tuple[float, float]] = MIN_MAX,
    combined: Combined = "geometric",
    more_is_better: Sequence[str] | None = None,
) -> RiskIndex:
    """Rank areas by a risk index made of parts, each normalised and weighted, as INFORM and its like do.

    Parameters
    ----------
    parts : DataFrame or GeoDataFrame
        One row per area with a number for each part: hazard, exposure, vulnerability, lack of coping capacity, or
        others. An empty cell is not known.
    weights : mapping of part to number
        The columns that are parts, and what each weighs; only their ratios count.
    areas : GeoDataFrame of polygons, optional
        Where the areas are, for maps, if `parts` has no shapes; rows are matched by name.
    area_name : str, optional
        Column that names the areas, in both; by default the index does.
    normalised : "min_max" or mapping of part to (low, high)
        Either the least value of each part is 0 and the greatest 1: the index then tells areas of this table apart, and
        changes where another one joins. Or 0 and 1 are what you say, values beyond are 0 or 1 and named in the notes:
        then years can be compared.
    combined : {"geometric", "arithmetic"}
        Which weighted mean. In the geometric one, which INFORM takes, an area with 0 in a part has the index 0; in the
        arithmetic one a good part makes up for a bad one.
    more_is_better : sequence of str, optional
        Parts that lower the risk: they count the other way round. Of a part called ``capacity`` it has to be said, as
        ``["capacity"]``, or ``[]`` where the column is a lack of it.

    Returns
    -------
    RiskIndex

    Raises
    ------
    ValueError
        If a part is no column or has no number, a weight is not above 0, areas are there twice or have no name, a part
        has the same value everywhere and no limits, limits do not ascend, or nobody says which way capacity counts.

    Notes
    -----
    INFORM (European Commission, JRC): the geometric mean of hazard and exposure, vulnerability, and lack of coping
    capacity, with equal weights.

    Examples
    --------
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> parts = pd.DataFrame({"hazard": [8, 4, 6], "vulnerability": [2, 8, None], "capacity": [5, 5, 2]},
    ...                      index=["Upper", "Lower", "Isle"])
    >>> limits = {"hazard": (0, 10), "vulnerability": (0, 10), "capacity": (0, 10)}
    >>> found = sm.risk_index(parts, weights={"hazard": 1, "vulnerability": 1, "capacity": 1}, normalised=limits,
    ...                       more_is_better=["capacity"])
    >>> found.rows[["area", "index", "rank", "missing"]].round(3)
        area  index  rank        missing
    0  Upper  0.431     2           <NA>
    1  Lower  0.543     1           <NA>
    2   Isle    NaN  <NA>  vulnerability
    """
    if combined not in ("geometric", "arithmetic"):
        raise ValueError(unknown("combined: unknown mean", str(combined), ("geometric", "arithmetic")))
    what = frames.describe(parts, "parts")
    shares = shares_of(weights)
    better = better_of(more_is_better, shares)
    frames.require_columns(parts, list(shares), what)
    names = names_of(parts, area_name, what)
    values = {part: values_of(parts, part, what) for part in shares}
    limits = limits_of(values, normalised)
    scaled, beyond = scaled_parts(values, limits, better)
    index = combined_index(scaled, shares, combined)
    missing = [", ".join(part for part in shares if math.isnan(values[part][row])) or None for row in range(len(names))]
    rows = pd.DataFrame({"area": names})
    for part in shares:
        rows[part] = values[part]
        rows[f"{part}_normalised"] = scaled[part]
    rows["index"] = index
    rows["rank"] = pd.array(ranks_of(index), dtype="Int64")
    rows["missing"] = pd.array(missing, dtype="string")
    shown, unmatched = _with_shapes(rows, parts, areas, area_name)
    lacking = rows.loc[rows["missing"].notna(), ["area", "missing"]].reset_index(drop=True)
    way = MIN_MAX if isinstance(normalised, str) else "limits"
    notes = _notes(shares, limits, better, way, combined)
    notes += _row_notes(rows, shares, beyond, unmatched, combined)
    return RiskIndex(shown, shares, limits, better, way, combined, lacking, notes)


def combined_index(scaled: Mapping[str, Numbers], weights: Mapping[str, float], combined: Combined) -> Numbers:
    """Return the weighted mean of the normalised parts; NaN where one is not known."""
    whole = math.fsum(weights.values())
    with np.errstate(divide="ignore"):
        terms = {part: _linear(scaled[part], combined) for part in weights}
    mean = weighted_sum(terms, weights) / whole
    return np.asarray(np.exp(mean) if combined == "geometric" else mean)


def _linear(scaled: Numbers, combined: Combined) -> Numbers:
    """Return what is added up: of the geometric mean the logarithms."""
    return np.log(scaled) if combined == "geometric" else scaled


def sensitivity_of(index: RiskIndex, by: float, ranges: Mapping[str, tuple[float, float]] | None) -> RankSensitivity:
    """Return how the ranking moves with the weights; see `RiskIndex.sensitivity`."""
    if isinstance(by, bool) or not isinstance(by, int | float) or not 0 <= by < 1:
        raise ValueError(f"by is a share from 0 to below 1, 0.2 for a fifth, not {told(by)}")
    weights = index.weights
    between = {part: (weight * (1 - by), weight * (1 + by)) for part, weight in weights.items()}
    if ranges is not None:
        between = _checked_ranges(ranges, weights)
    ranked = index.rows[index.rows["rank"].notna()]
    with np.errstate(divide="ignore"):
        linear = {part: _linear(ranked[f"{part}_normalised"].to_numpy(float), index.combined) for part in weights}
    lines = []
    for part, weight in weights.items():
        low, high = exact_interval(linear, weights, part)
        row: dict[str, Any] = {"part": part, "weight": weight, "stays_from": low, "stays_to": high}
        for side, other in zip(("low", "high"), between[part], strict=True):
            moved = ranks_of(weighted_sum(linear, weights | {part: other}))
            change = np.abs(np.array(moved, dtype=float) - ranked["rank"].to_numpy(float))
            row |= {f"weight_{side}": other, f"moved_{side}": int((change > 0).sum())}
            row[f"farthest_{side}"] = int(change.max(initial=0))
        lines.append(row)
    return RankSensitivity(pd.DataFrame(lines), rank_ranges(ranked["area"], linear, weights, between), between)


def _checked_ranges(
    ranges: Mapping[str, tuple[float, float]], weights: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    for part in ranges:
        if part not in weights:
            raise ValueError(f"ranges: {unknown('unknown part', str(part), weights)}")
    found = {}
    for part, weight in weights.items():
        low, high = ranges.get(part, (weight, weight))
        if not 0 < low <= weight * (1 + 1e-9) or not weight * (1 - 1e-9) <= high < math.inf:
            raise ValueError(
                f"ranges: {part} weighs {weight:g} of 1 in all, which is not between {low:g} and {high:g}; give ranges "
                "of the weights as shares of 1, with each weight inside its own"
            )
        found[part] = (float(low), float(high))
    return found


def _with_shapes(
    rows: pd.DataFrame, parts: pd.DataFrame, areas: GeoDataFrame | None, area_name: str | None
) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows with the shapes of their areas, where there are some, and the areas that only one side has."""
    if areas is None:
        if not isinstance(parts, geopandas.GeoDataFrame):
            return rows, []
        frames.polygons(parts, "parts")
        return geopandas.GeoDataFrame(rows, geometry=parts.geometry.array, crs=parts.crs), []
    names = names_of(areas, area_name, frames.describe(areas, "areas"))
    frames.polygons(areas, "areas")
    row_of = {name: row for row, name in enumerate(names)}
    at = [row_of.get(name, -1) for name in rows["area"]]
    shapes = areas.geometry.array.take(at, allow_fill=True)
    unmatched = [name for name, row in zip(rows["area"], at, strict=True) if row < 0]
    unmatched += [name for name in names if name not in set(rows["area"])]
    if len(unmatched) == len(names) + len(rows):
        raise ValueError(
            f"areas: none of them is called as in parts: {names[0]!r} there, {rows['area'].iloc[0]!r} here"
        )
    return geopandas.GeoDataFrame(rows, geometry=shapes, crs=areas.crs), unmatched


def _notes(
    weights: Mapping[str, float],
    limits: Mapping[str, tuple[float, float]],
    better: tuple[str, ...],
    normalised: str,
    combined: Combined,
) -> list[str]:
    """Say how the index is made."""
    shown = "; ".join(f"{part} {texts.significant(weight, 3)}" for part, weight in weights.items())
    span = "; ".join(
        f"{part} {texts.significant(low, 15)} – {texts.significant(high, 15)}" for part, (low, high) in limits.items()
    )
    notes: list[str] = [
        texts.Note.of(f"risk_index_{combined}", weights=shown),
        texts.Note.of(f"risk_index_{normalised}", limits=span),
    ]
    if better:
        notes.append(texts.Note.of("risk_index_better", parts=", ".join(better)))
    return notes


def _row_notes(
    rows: pd.DataFrame,
    weights: Mapping[str, float],
    beyond: Mapping[str, NDArray[np.bool_]],
    unmatched: list[str],
    combined: Combined,
) -> list[str]:
    """Name the areas that are not ranked, without a shape, beyond a limit, or without risk for want of one part."""
    lacking = rows.loc[rows["missing"].notna(), "area"]
    nothing = rows.loc[rows["index"] == 0, "area"] if combined == "geometric" else rows["area"][:0]
    named = {
        "risk_index_not_ranked": list(lacking),
        "risk_index_zero": list(nothing),
        "risk_index_unmatched": unmatched,
        **{f"risk_index_beyond {part}": list(rows.loc[beyond[part], "area"]) for part in weights},
    }
    return [
        texts.Note.of(key.split()[0], count=texts.number(len(names)), names=first_few(names), part=key.split()[-1])
        for key, names in named.items()
        if names
    ]
