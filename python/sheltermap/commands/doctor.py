# SPDX-License-Identifier: Apache-2.0
"""What is at work on this machine, whether it computes right, and what to do where it does not.

Each look stands alone: whatever it meets becomes a finding, so that one broken part does not hide the others.
"""

from __future__ import annotations

import importlib
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

State = Literal["right", "absent", "wrong"]

NEIGHBOURS = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "pyarrow", "pydantic", "matplotlib", "jinja2")
# Packages that not everybody needs, and what is not there without them.
OPTIONAL = {
    "pyogrio": "geopandas reads files by itself, sheltermap does not need it",
    "highspy": "no proof that a choice of sites is the best beyond our own bounds",
    "psycopg": "no tables of PostGIS: pip install 'sheltermap[postgis]'",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# LKS-92 / Latvia TM of 24.1 E 56.95 N, by cs2cs of PROJ 9.1.1; half a metre is far above any difference of versions.
LKS92, LONLAT, TOLERANCE_DEG = (506083.0, 311825.0), (24.1, 56.95), 1e-5
# A wheel brings its libraries along; from source they are compiled in the checkout.
_AS_A_WHEEL = (Path(__file__).parents[1] / "_bundled").is_dir()
BUILD = "set sheltermap up anew: " + ("pip install --force-reinstall its wheel" if _AS_A_WHEEL else "./scripts/setup")


@dataclass(frozen=True)
class Finding:
    """What one look found."""

    name: str
    found: str
    state: State = "right"  #: "absent": a part that not everybody needs is not there
    remedy: str | None = None


def examine() -> list[Finding]:
    """Return what all looks found; whatever goes wrong in one is its finding."""
    return [
        *_look("python", lambda: [Finding("python", sys.version.split()[0])], BUILD),
        *_look("system", lambda: [Finding("system", platform.platform())], BUILD),
        *_look("compiled module", _libraries, BUILD),
        *(each for name in NEIGHBOURS for each in _look(name, partial(_package, name), _install(name))),
        *(each for name in OPTIONAL for each in _look(name, partial(_package, name), _install(name))),
        *_look("browser", _browser, "install chromium"),
        *_look("transformation", _transformation, f"PROJ's database is missing or another one is found: {BUILD}"),
        *_look("layers", _written_and_read, f"GDAL's drivers or its data are missing: {BUILD}"),
        *_look("folder", lambda: _writable("folder", Path.cwd()), "go to a folder that is yours, or name one by -o"),
        *_look(
            "temporary files",
            lambda: _writable("temporary files", Path(tempfile.gettempdir())),
            "name a folder that can be written in the variable TMPDIR",
        ),
    ]


def healthy(findings: list[Finding]) -> bool:
    """Whether nothing is wrong."""
    return not any(each.state == "wrong" for each in findings)


def told(findings: list[Finding]) -> Iterator[str]:
    """Give the findings as lines, each remedy below its own."""
    for each in findings:
        yield f"{each.name:<16} {each.found}"
        if each.remedy is not None:
            yield f"{'':<16} → {each.remedy}"


def as_data(findings: list[Finding]) -> dict[str, Any]:
    """Return the findings as plain data."""
    return {
        "schema": "sheltermap-doctor/1",
        "healthy": healthy(findings),
        "findings": [vars(each) for each in findings],
    }


def _look(name: str, looking: Callable[[], list[Finding]], remedy: str) -> list[Finding]:
    try:
        return looking()
    except Exception as error:  # whatever it is: a doctor tells it
        return [Finding(name, f"WRONG: {type(error).__name__}: {error}", "wrong", remedy)]


def _libraries() -> list[Finding]:
    """Return the versions of the compiled module and of what it is linked with."""
    from sheltermap.layers import files

    return [
        Finding(name, str(value)) for name, value in files.versions().items() if name not in ("python", *NEIGHBOURS)
    ]


def _package(name: str) -> list[Finding]:
    """Import a package: one that is there may still be broken."""
    try:
        found = version(name)
    except PackageNotFoundError:
        if name in OPTIONAL:
            return [Finding(name, "not installed", "absent", OPTIONAL[name])]
        return [Finding(name, "WRONG: not installed", "wrong", _install(name))]
    importlib.import_module(name)
    return [Finding(name, found)]


def _install(name: str) -> str:
    return f"install it anew: {sys.executable} -m pip install --force-reinstall {name}"


def _browser() -> list[Finding]:
    found = next((path for name in BROWSERS if (path := shutil.which(name)) is not None), None)
    if found is None:
        return [Finding("browser", "not found", "absent", "no report.pdf: install chromium; all else works without it")]
    return [Finding("browser", found)]


def _transformation() -> list[Finding]:
    from sheltermap._native import _core

    lon, lat = _core.to_lonlat([LKS92], _core.Crs("EPSG:3059"))[0]
    said = f"EPSG:3059 506083 311825 -> {lon:.6f} {lat:.6f}"
    if abs(lon - LONLAT[0]) < TOLERANCE_DEG and abs(lat - LONLAT[1]) < TOLERANCE_DEG:
        return [Finding("transformation", f"{said}: right")]
    raise ValueError(f"{said}, expected {LONLAT[0]} {LONLAT[1]}")


def _written_and_read() -> list[Finding]:
    import geopandas
    import shapely

    import sheltermap as sm

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.gpkg"
        sm.write(geopandas.GeoDataFrame({"people": [3]}, geometry=[shapely.Point(24.1, 56.95)], crs="EPSG:4326"), path)
        if (people := sm.read(path)["people"].tolist()) != [3]:
            raise ValueError(f"a layer with 3 people came back with {people}")
    return [Finding("layers", "a GeoPackage is written and read back: right")]


def _writable(name: str, folder: Path) -> list[Finding]:
    with tempfile.TemporaryFile(dir=folder):
        return [Finding(name, f"{folder} can be written")]
