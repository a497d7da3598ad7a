# SPDX-License-Identifier: Apache-2.0
"""The compiled module, loaded so that its GDAL, PROJ and GEOS stay its own."""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING

# One function of each library that a wheel may bring its own copy of.
_SHARED = ("GDALVersionInfo", "GEOSversion", "proj_info", "sqlite3_libversion")


def _load() -> ModuleType:
    """Import the compiled module, its symbols its own whatever flags the program has set.

    With RTLD_GLOBAL our libraries would answer for those of pyogrio, rasterio or shapely. Where theirs were loaded
    that way and would answer for ours, ours are searched first (RTLD_DEEPBIND); not always, as that would part us
    from a memory allocator that was preloaded.
    """
    usual = sys.getdlopenflags()
    flags = usual & ~os.RTLD_GLOBAL
    seen_by_all = ctypes.CDLL(None)
    if any(hasattr(seen_by_all, name) for name in _SHARED):
        flags |= getattr(os, "RTLD_DEEPBIND", 0)  # known to glibc alone
    sys.setdlopenflags(flags)
    try:
        return importlib.import_module("sheltermap._core")
    finally:
        sys.setdlopenflags(usual)


if TYPE_CHECKING:
    from sheltermap import _core as _core
else:
    _core = _load()

CrsError = _core.CrsError
GeometryError = _core.GeometryError
ReadError = _core.ReadError
SheltermapError = _core.SheltermapError
WriteError = _core.WriteError
set_threads = _core.set_threads
threads = _core.threads
