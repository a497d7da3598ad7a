# SPDX-License-Identifier: Apache-2.0
"""The compiled module, loaded so that its GDAL, PROJ and GEOS stay its own."""

from __future__ import annotations

import os
import sys

_flags = sys.getdlopenflags()
# A user may have asked for RTLD_GLOBAL; our libraries must not answer for those of pyogrio, rasterio or shapely.
sys.setdlopenflags(_flags & ~os.RTLD_GLOBAL)
try:
    from sheltermap import _core as _core
finally:
    sys.setdlopenflags(_flags)

CrsError = _core.CrsError
GeometryError = _core.GeometryError
ReadError = _core.ReadError
SheltermapError = _core.SheltermapError
WriteError = _core.WriteError
set_threads = _core.set_threads
threads = _core.threads
