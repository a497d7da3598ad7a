# SPDX-License-Identifier: Apache-2.0
"""Scenarios in the names of columns."""

import unicodedata

import geopandas
import pytest
import shapely

import sheltermap as sm
from sheltermap.base.scenarios import scenario_label


@pytest.mark.parametrize(
    ("scenario", "label"),
    [
        ("10 %", "10pct"),
        ("0.5 %", "0_5pct"),
        (200, "200"),
        ("vidēja varbūtība", "vidēja_varbūtība"),
        (unicodedata.normalize("NFD", "vidēja"), "vidēja"),
        ("высокая вода", "высокая_вода"),
        ("洪水（大）", "洪水_大"),
        ("हिन्दी", "हिन्दी"),
        ("\u202ea\u202c $b$", "a_b"),
        ("—", ""),
    ],
)
def test_letters_and_digits_of_any_script_stay(scenario, label):
    assert scenario_label(scenario) == label


def test_scenarios_in_any_script_are_scenarios():
    homes = geopandas.GeoDataFrame(geometry=[shapely.Point(24, 57)], crs=4326)
    names = ["想定最大", "高潮", "مد عال"]
    zones = geopandas.GeoDataFrame({"scenario": names}, geometry=[shapely.box(24, 57, 25, 58)] * 3, crs=4326)
    found = sm.flood(homes, homes, zones, 500, scenario="scenario")
    assert {f"state_{each}" for each in ("想定最大", "高潮", "مد_عال")} <= set(found.facilities.columns)
    for each in names:
        assert found.plot(each)
    with pytest.raises(ValueError, match="too alike to name columns; use other letters and digits"):
        sm.flood(homes, homes, zones.assign(scenario=["+", "-", "x"]), 500, scenario="scenario")
