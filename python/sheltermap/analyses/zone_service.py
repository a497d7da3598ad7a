# SPDX-License-Identifier: Apache-2.0
"""What lies in zones and serves people: whom, how long without power from outside, and whether the water stops it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sheltermap.analyses.exposure import exposure
from sheltermap.base.exact_sums import total
from sheltermap.base.scopes import INSIDE_ZONES
from sheltermap.layers import frames
from sheltermap.layers.cells import numbers, weights_of
from sheltermap.layers.row_ids import row_ids

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

STATES = ("fails", "fails_unknown", "works")  #: the worst first
TABLE = ["row", "zone", "depth_m", "flood_depth_m", "state", "people_served", "backup_power_h"]


@dataclass(frozen=True)
class Service:
    """Columns of the features that say whom they serve and what they stand; None: nothing is known of it."""

    people_served: str | None = None
    backup_power_h: str | None = None  #: how long they run without power from outside
    flood_depth_m: str | None = None  #: from which depth of water they fail
    depth: str | None = None  #: of the zones: how deep the water is there, in metres

    @property
    def is_asked(self) -> bool:
        """Whether anything is to be told."""
        return any(vars(self).values())


def service_in_zones(
    features: GeoDataFrame, zones: GeoDataFrame, zone_id: str | None, service: Service
) -> pd.DataFrame:
    """Return a row per feature and zone that it lies in, and one for all zones together.

    Where polygons that share a name overlap, the deepest water counts. A feature ``fails`` where the water is as deep
    as it fails at, or deeper; it ``works`` where every depth is known and less; else that is not known.

    Returns
    -------
    DataFrame
        ``row`` (number of the feature, from 0), ``zone``, then what `Service` names. Zones come in the order of their
        rows, then ``inside any zone``.
    """
    import geopandas

    what = frames.describe(features, "features")
    shapes = geopandas.GeoDataFrame(geometry=features.geometry.to_numpy(), crs=features.crs)
    found = exposure(shapes, zones.assign(_number=np.arange(len(zones))), zone_id="_number").pairs
    row, polygon = found["row"].to_numpy(np.intp), found["zone"].to_numpy(np.intp)
    codes, names = pd.factorize(row_ids(zones, zone_id, "zones", "zone_id"))
    depth = _column(zones, service.depth, frames.describe(zones, "zones"))[polygon]
    fails_at = _column(features, service.flood_depth_m, what)
    told = {
        "flood_depth_m": fails_at,
        "people_served": weights_of(features, service.people_served, what)
        if service.people_served
        else _none(features),
        "backup_power_h": _column(features, service.backup_power_h, what),
    }
    parts = [_deepest(row, codes[polygon], depth), _deepest(row, np.full(len(row), len(names)), depth)]
    table = pd.concat(parts, ignore_index=True)
    at = table["row"].to_numpy(np.intp)
    stops = table["depth_m"].to_numpy(np.float64) >= fails_at[at]
    unsure = table["unsure"].to_numpy(bool) | np.isnan(fails_at[at])
    state = np.array(STATES, object)[np.select([stops, unsure], [0, 1], 2)]
    named = np.array([*names, INSIDE_ZONES], object)[table["zone"].to_numpy(np.intp)]
    return table.assign(zone=named, state=state, **{name: cells[at] for name, cells in told.items()})[TABLE]


def service_sums(table: pd.DataFrame) -> pd.DataFrame:
    """Return per ``zone`` how many ``rows`` are in each state, and the people that they and those that fail serve."""
    records = []
    for zone, part in table.groupby("zone", sort=False):
        people, fails = part["people_served"].to_numpy(np.float64), (part["state"] == "fails").to_numpy()
        records.append(
            {
                "zone": zone,
                "rows": len(part),
                **{state: int((part["state"] == state).sum()) for state in STATES},
                "served": total(people),
                "served_by_failing": total(people[fails]),
                "served_rows_without": int(np.isnan(people).sum()),
            }
        )
    columns = ["zone", "rows", *STATES, "served", "served_by_failing", "served_rows_without"]
    return pd.DataFrame(records, columns=columns)


def _deepest(row: NDArray[np.intp], zone: NDArray[np.intp], depth: Numbers) -> pd.DataFrame:
    """Return the greatest known depth of each feature in each zone, and whether there is one that is not known."""
    pairs = pd.DataFrame({"zone": zone, "row": row, "depth_m": depth, "unsure": np.isnan(depth)})
    return pairs.groupby(["zone", "row"], as_index=False).agg({"depth_m": "max", "unsure": "any"})


def _column(frame: GeoDataFrame, column: str | None, what: str) -> Numbers:
    return _none(frame) if column is None else numbers(frame, column, what)


def _none(frame: GeoDataFrame) -> Numbers:
    return np.full(len(frame), np.nan)
