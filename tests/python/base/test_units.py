# SPDX-License-Identifier: Apache-2.0
"""Units are defined once."""

import math
import re
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import sheltermap as sm
from sheltermap.base.units import UNITS, conversion

SIZES = re.compile(r"(?<![\w.])(3_?600(\.0)?|86_?400|604_?800|3\.6|0\.3048|3\.785\d*|1\.609\d*)(?![\w.])")


def test_no_other_module_knows_how_big_a_unit_is():
    package = Path(sm.__file__).parent
    found = {
        path.relative_to(package).as_posix(): SIZES.findall(code)
        for path in package.rglob("*.py")
        if SIZES.search(code := re.sub(r'"""[\s\S]*?"""|#.*', "", path.read_text(encoding="utf-8")))
    }
    sizes_of_marks = "drawing/plots.py"  # 3.6 points wide
    assert set(found) - {sizes_of_marks} == {"base/units.py"}


@pytest.mark.parametrize("unit", ["m", "km", "s", "min", "h"])
def test_a_limit_has_the_size_of_its_unit(unit):
    kind, size = UNITS[unit]
    street = gpd.GeoDataFrame(geometry=[shapely.LineString([(24, 0), (24.5, 0)])], crs=4326)  # the equator: a geodesic
    by = sm.Network.from_lines(street, speed_kmh=3.6) if kind == "time" else None  # a metre a second
    degrees = 2 * float(size) / (math.pi / 180 * 6_378_137)  # of WGS 84
    home = gpd.GeoDataFrame(geometry=[shapely.Point(24, 0)], crs=4326)
    for part, reached in ((0.999, True), (1.001, False)):
        there = gpd.GeoDataFrame(geometry=[shapely.Point(24 + part * degrees, 0)], crs=4326)
        assert sm.nearest(home, there, limit=f"2 {unit}", by=by).facility.notna()[0] == reached


def test_speeds_are_converted_exactly():
    assert float(conversion("m/s", "km/h")) == 3.6 and conversion("km/h", "m/s") * conversion("m/s", "km/h") == 1
