# SPDX-License-Identifier: Apache-2.0
"""What of a layer a scenario affects: rows, people, places, metres and square metres, of all, by area and by type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.analyses.areas import Areas
from sheltermap.analyses.ledger import ROWS, measures_of
from sheltermap.base.exact_sums import total, totals
from sheltermap.base.scopes import NO_AREA
from sheltermap.layers import frames
from sheltermap.layers.cells import amounts
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.risk.hits import STATES, Hits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from sheltermap.risk.scenario import Scenario

    Numbers = NDArray[np.float64]

A_VALUE = "a value is a finite number, not negative"  # in errors about cells
MEASURED = {"m": "length", "m2": "area"}  # what is counted of lines and of polygons, by its unit
SUMS = ("total", *STATES)


@dataclass(frozen=True, eq=False)
class Counted:
    """One thing that is counted of the rows of a layer.

    Attributes
    ----------
    measure, unit : str
    values : ndarray or None
        Of each row, NaN where it is not known; None for how long or how large it is.
    spread : bool
        Whether only the part of a line or polygon counts that is affected; else a row that is touched counts whole.
    """

    measure: str
    unit: str
    values: Numbers | None
    spread: bool = False

    def parts(self, hits: Hits) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Return of each row all of it, and what of it is affected, is not, and of what nobody knows."""
        share, unsure = (hits.inside == 1).astype(float), (hits.inside == -1).astype(float)
        values = self.values
        if self.spread and hits.amount is not None and hits.whole is not None and hits.amount_unknown is not None:
            large = hits.whole > 0  # not where there is no geometry: all of that is unknown
            share[large] = hits.amount[large] / hits.whole[large]
            unsure[large] = hits.amount_unknown[large] / hits.whole[large]
            values = hits.whole if values is None else values
        assert values is not None, "only lines and polygons have a size, and they are spread"
        affected, unknown = values * share, values * unsure
        return values, affected, np.maximum(values - affected - unknown, 0.0), unknown


@dataclass(frozen=True, eq=False)
class Exposed:
    """A layer that hazards may affect: its rows, what is counted of them, in which area and of which type each is."""

    what: str
    frame: GeoDataFrame
    counted: Sequence[Counted]
    areas: Areas | None = None
    types: pd.Series[Any] | None = None

    def lines(self, keys: dict[str, Any], hits: Hits) -> list[dict[str, Any]]:
        """Return a line per measure with its sums of all rows."""
        found = []
        for each in self.counted:
            parts = each.parts(hits)
            sums: dict[str, Any] = dict(zip(SUMS, map(total, parts), strict=True))
            sums["lost"] = np.nan if hits.lost is None else total(parts[0][hits.lost == 1])
            found.append(self._line(keys, each) | sums | {"rows_without_weight": int(np.isnan(parts[0]).sum())})
        return found

    def lines_by_area(self, keys: dict[str, Any], hits: Hits) -> list[dict[str, Any]]:
        """Return a line per area and measure; those in no area where there are some."""
        if self.areas is None:
            return []
        return self._grouped("area", self.areas.all_names(), self.areas.codes, keys, hits, len(NO_AREA))

    def lines_by_type(self, keys: dict[str, Any], hits: Hits) -> list[dict[str, Any]]:
        """Return a line per type and measure; those without one last, called by nothing, where there are some."""
        if self.types is None:
            return []
        codes, names = pd.factorize(self.types, sort=True)
        codes = np.where(codes < 0, len(names), codes)
        return self._grouped("type", [*names, None], codes, keys, hits, 1)

    def _grouped(
        self,
        group: str,
        names: Sequence[Any],
        codes: NDArray[np.integer[Any]],
        keys: dict[str, Any],
        hits: Hits,
        optional: int,
    ) -> list[dict[str, Any]]:
        found = []
        rows = np.bincount(codes, minlength=len(names))
        for each in self.counted:
            parts = each.parts(hits)
            columns = [totals(part, codes, len(names)) for part in parts]
            without = np.bincount(codes[np.isnan(parts[0])], minlength=len(names))
            for at, name in enumerate(names):
                if at < len(names) - optional or rows[at]:
                    sums = {sum_: float(column[at]) for sum_, column in zip(SUMS, columns, strict=True)}
                    found.append(
                        {group: name} | self._line(keys, each) | sums | {"rows_without_weight": int(without[at])}
                    )
        return found

    def _line(self, keys: dict[str, Any], counted: Counted) -> dict[str, Any]:
        return keys | {"what": self.what, "measure": counted.measure, "unit": counted.unit}

    def labelled(self, label: str, hits: Hits, with_intensity: bool) -> dict[str, Any]:
        """Return the columns of a scenario: what becomes of each row, how strongly it is hit, how much of it."""
        state = pd.Categorical.from_codes(hits.state, categories=pd.Index(STATES))
        columns: dict[str, Any] = {f"state_{label}": state}
        if with_intensity:
            columns[f"intensity_{label}"] = hits.intensity
        if hits.amount is not None:
            columns[f"affected_{label}_{hits.unit}"] = hits.amount
        if hits.lost is not None:
            columns[f"lost_{label}"] = pd.arrays.BooleanArray(hits.lost == 1, hits.lost < 0)
        return columns


def exposed_people(
    demand: GeoDataFrame, weight: str | None, groups: Iterable[str], areas: GeoDataFrame | None, area_name: str | None
) -> Exposed:
    """Return the people of a demand; those of polygons are spread evenly over them."""
    spread = not frames.are_points(demand, "demand")
    counted = [
        Counted(measure, ROWS if measure == ROWS else "people", values, spread and measure != ROWS)
        for measure, values in measures_of(demand, weight, list(groups), "demand").items()
    ]
    return Exposed("people", demand, counted, Areas.of_features(areas, area_name, demand, "demand"))


def exposed_things(
    what: str,
    frame: GeoDataFrame,
    *,
    capacity: Numbers | None = None,
    capacity_name: str | None = None,
    values: Sequence[str] = (),
    currency: str | None = None,
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
    type_column: str | None = None,
) -> Exposed:
    """Return a layer of things: how many there are, how long or large, their places, and their values.

    Streets and land are affected as far as they lie in the zones, and so are their values; of the others a whole row
    is.
    """
    spread = what in ("streets", "land")
    counted = [] if spread else [Counted(ROWS, ROWS, np.ones(len(frame)))]
    if not frames.are_points(frame, what):
        unit = "m" if frames.are_lines(frame) else "m2"
        counted.append(Counted(MEASURED[unit], unit, None, spread=True))
    elif spread:
        if has_place(frame.geometry.to_numpy()).any():
            raise ValueError(f"{frames.describe(frame, what)} are points, which have neither length nor area")
        unit = "m" if what == "streets" else "m2"
        counted.append(Counted(MEASURED[unit], unit, np.full(len(frame), np.nan)))
    if capacity is not None and capacity_name is not None:
        counted.append(Counted(capacity_name, "places", capacity))
    for column in dict.fromkeys(values):
        cells = amounts(frame, column, frames.describe(frame, what), A_VALUE)
        counted.append(Counted(column, str(currency), cells, spread))
    types = None
    if type_column is not None:
        frames.require_columns(frame, [type_column], frames.describe(frame, what))
        types = frame[type_column].astype("string")
    return Exposed(what, frame, counted, Areas.of_features(areas, area_name, frame, what), types)


def keys_of(scenario: Scenario) -> dict[str, Any]:
    """Return what a line of a table says of its scenario."""
    probability = scenario.probability
    return {
        "scenario": scenario.id,
        "hazard": scenario.hazard,
        "return_period_years": np.nan if probability is None else scenario.return_period_years or 1 / probability,
        "annual_probability": np.nan if probability is None else probability,
        "likelihood": scenario.likelihood,
    }
