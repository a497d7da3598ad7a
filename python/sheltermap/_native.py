# SPDX-License-Identifier: Apache-2.0
"""The compiled module, loaded so that its GDAL, PROJ and GEOS stay its own."""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

# One function of each library that a wheel may bring its own copy of.
_SHARED = ("GDALVersionInfo", "GEOSversion", "proj_info", "sqlite3_libversion")
# What PROJ and GDAL read, in a wheel that has both inside; built from source, they read what the system has.
_BUNDLED = Path(__file__).with_name("_bundled")


def _load() -> ModuleType:
    """Import the compiled module, its symbols its own whatever flags the program has set.

    With RTLD_GLOBAL our libraries would answer for those of pyogrio, rasterio or shapely. Where theirs were loaded
    that way and would answer for ours, ours are searched first (RTLD_DEEPBIND); not always, as that would part us
    from a memory allocator that was preloaded. A wheel has its libraries inside the module, where nobody sees them.
    """
    bundled = _BUNDLED.is_dir()
    if sys.platform == "win32":  # every library finds its own there, whatever else is loaded
        core = importlib.import_module("sheltermap._core")
    else:
        usual = sys.getdlopenflags()
        flags = usual & ~os.RTLD_GLOBAL
        if not bundled:
            seen_by_all = ctypes.CDLL(None)
            if any(hasattr(seen_by_all, name) for name in _SHARED):
                flags |= getattr(os, "RTLD_DEEPBIND", 0)  # known to glibc alone
        sys.setdlopenflags(flags)
        try:
            core = importlib.import_module("sheltermap._core")
        finally:
            sys.setdlopenflags(usual)
    if bundled:
        core.start_runtime(_BUNDLED / "proj", _BUNDLED / "gdal")
    return core


if TYPE_CHECKING:
    from sheltermap import _core as _core
else:
    _core = _load()

CrsError = _core.CrsError
GeometryError = _core.GeometryError
ReadError = _core.ReadError
SheltermapError = _core.SheltermapError
WriteError = _core.WriteError

# How each error comes about, for `help`.
_EXAMPLES = {
    CrsError: """
>>> import geopandas as gpd
>>> import sheltermap as sm
>>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1], [56.9]))
>>> try:
...     sm.nearest(homes, homes)
... except sm.CrsError as error:
...     print(str(error)[:18])
demand has no CRS;
""",
    GeometryError: """
>>> import geopandas as gpd
>>> from shapely import box
>>> import sheltermap as sm
>>> blocks = gpd.GeoDataFrame(geometry=[box(24, 56, 25, 57)], crs=4326)
>>> try:
...     sm.nearest(blocks, blocks)
... except sm.GeometryError as error:
...     print(str(error)[:62])
demand: row 1 (index 0) is a Polygon where points belong, 1 ro
""",
    ReadError: """
>>> import sheltermap as sm
>>> try:
...     sm.read("none.gpkg")
... except sm.ReadError as error:
...     print(error)
none.gpkg does not exist
""",
    SheltermapError: """
>>> import sheltermap as sm
>>> issubclass(sm.ReadError, sm.SheltermapError)
True
""",
    WriteError: """
>>> import geopandas as gpd
>>> import sheltermap as sm
>>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.1], [56.9]), crs=4326)
>>> try:
...     sm.write(homes, "no/such/folder/homes.gpkg")
... except sm.WriteError as error:
...     print("no/such/folder" in str(error))
True
""",
}
for _error, _example in _EXAMPLES.items():
    _error.__doc__ = f"{_error.__doc__}\n\nExamples\n--------{_example}"


def set_threads(count: int) -> None:
    """Set the number of threads for computations; results do not depend on it.

    Parameters
    ----------
    count : int
        0 for as many as the machine has.

    Examples
    --------
    >>> import sheltermap as sm
    >>> before = sm.threads()
    >>> sm.set_threads(1)
    >>> sm.threads()
    1
    >>> sm.set_threads(before)
    """
    _core.set_threads(count)


def threads() -> int:
    """Return the number that `set_threads` set.

    Returns
    -------
    int
        0 for as many as the machine has.

    Examples
    --------
    >>> import sheltermap as sm
    >>> sm.threads()
    0
    """
    return int(_core.threads())
