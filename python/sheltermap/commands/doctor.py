# SPDX-License-Identifier: Apache-2.0
"""What is at work on this machine, and whether it computes right."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from sheltermap._native import _core
from sheltermap.layers import files

NEIGHBOURS = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "pydantic", "matplotlib")
# LKS-92 / Latvia TM of 24.1 E 56.95 N, by cs2cs of PROJ 9.1.1; half a metre is far above any difference of versions.
LKS92, LONLAT, TOLERANCE_DEG = (506083.0, 311825.0), (24.1, 56.95), 1e-5


def examine() -> tuple[dict[str, str], bool]:
    """Return findings by name, and whether all of them are as they should be."""
    findings = {name: str(value) for name, value in files.versions().items()}
    findings |= {"python": sys.version.split()[0], "system": platform.platform()}
    for name in NEIGHBOURS:
        try:
            findings[name] = version(name)
        except PackageNotFoundError:
            findings[name] = "not installed"
    lon, lat = _core.to_lonlat([LKS92], _core.Crs("EPSG:3059"))[0]
    healthy = abs(lon - LONLAT[0]) < TOLERANCE_DEG and abs(lat - LONLAT[1]) < TOLERANCE_DEG
    verdict = "right" if healthy else f"WRONG, expected {LONLAT[0]} {LONLAT[1]}"
    findings["transformation"] = f"EPSG:3059 506083 311825 -> {lon:.6f} {lat:.6f}: {verdict}"
    return findings, healthy
