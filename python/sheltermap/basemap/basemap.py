# SPDX-License-Identifier: Apache-2.0
"""A base map: layers of the ground by class, drawn under what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.base.in_short import Short, ToldInShort, name_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

# From the ground up, as they are drawn; the last are points with names, all others lines or polygons.
CLASSES = ("land", "woods", "built_up", "water", "waterways", "railways", "streets", "boundaries", "places")


@dataclass(frozen=True, repr=False)
class Basemap(ToldInShort):
    """Layers of the ground, in WGS 84.

    Attributes
    ----------
    layers : mapping of str to GeoDataFrame
        By class, from the ground up, those that have rows: ``land``, ``woods``, ``built_up``, ``water`` (polygons),
        ``waterways``, ``railways``, ``streets``, ``boundaries`` (lines), ``places`` (points). Columns: ``name`` (text,
        may be missing) and ``rank`` (whole number from 1, the most important; of streets by class, of boundaries by
        level of administration, of places by kind: city, town, village, hamlet).
    attribution : str
        What every map has to say of where it is from; empty where nobody said.
    notes : tuple of str
        What was left out or simplified, and by how much.
    box : tuple of float, optional
        West, south, east, north of what it was made for; beyond it nothing is known.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> river = gpd.GeoDataFrame({"name": ["Ogre"], "rank": [1]}, geometry=[box(24.6, 56.8, 24.7, 56.81)], crs=4326)
    >>> sm.Basemap({"water": river}, attribution="© the town")
    <Basemap: 1 water
      © the town>
    """

    layers: Mapping[str, GeoDataFrame] = field(default_factory=lambda: MappingProxyType({}))
    attribution: str = ""
    notes: tuple[str, ...] = ()
    box: tuple[float, float, float, float] | None = None

    def _in_short(self) -> Short:
        told = ", ".join(f"{texts.number(len(frame))} {name.replace('_', ' ')}" for name, frame in self.layers.items())
        return Short(told or "nothing", [name_of(self.attribution)] if self.attribution else [])
