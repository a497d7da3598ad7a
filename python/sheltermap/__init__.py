# SPDX-License-Identifier: Apache-2.0
"""Shelter and risk mapping on the ellipsoid.

Who has no shelter, water point or psychologist near enough, and which of them lie in a flood zone? GeoDataFrames go in
and come out; distances and areas are in metres along WGS 84; nothing that was dropped is hidden.

>>> import sheltermap as sm
>>> homes = sm.read({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "A"},
...     "geometry": {"type": "Point", "coordinates": [24.105, 56.950]}}]})
>>> shelters = sm.read({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "S1"},
...     "geometry": {"type": "Point", "coordinates": [24.110, 56.951]}}]}, id="id")
>>> sm.nearest(homes, shelters)[["id", "facility", "distance_m"]].round(1)
  id facility  distance_m
0  A       S1       324.0
"""

import sys as _sys
from types import ModuleType as _ModuleType
from typing import Any as _Any

import lazy_loader as _lazy_loader

# Modules are imported when a name of theirs is first used, so that `import sheltermap` and `sheltermap --help` stay
# quick. The names stand in __init__.pyi.
__getattr__, __dir__, __all__ = _lazy_loader.attach_stub(__name__, __file__)


class _Package(_ModuleType):
    """Leaves `sheltermap.basemap` to the function: Python would put the room of that name there when it is imported."""

    @property
    def __version__(self) -> str:
        """The version that was compiled: what computes here."""
        from sheltermap._native import _core

        return _core.__version__

    def __setattr__(self, name: str, value: _Any) -> None:
        if not (name == "basemap" and isinstance(value, _ModuleType)):
            super().__setattr__(name, value)


_sys.modules[__name__].__class__ = _Package
