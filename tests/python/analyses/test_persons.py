# SPDX-License-Identifier: Apache-2.0
"""A row that was refused for its id is not said to have no place, whatever is asked of it."""

import geopandas as gpd
import pytest
from shapely import LineString, box

import sheltermap as sm

HOMES = """id,who,lon,lat,people
a,x,24.100,56.95,1
a,x,24.101,56.95,2
b,z,,,4
,v,24.102,56.95,8
c,z,24.103,56.95,16
"""
SHELTERS = gpd.GeoDataFrame({"id": ["S"]}, geometry=gpd.points_from_xy([24.1], [56.95]), crs=4326).rename_axis("row")
WATER = gpd.GeoDataFrame({"scenario": ["1 %"]}, geometry=[box(25.0, 56.9, 25.1, 57.0)], crs=4326)
WALK = sm.Network.from_lines(gpd.GeoDataFrame(geometry=[LineString([(24.09, 56.95), (24.12, 56.95)])], crs=4326))
WHY = [None, "row_refused", "missing_geometry", "row_refused", None]
ASKED = {
    "nearest": lambda homes: sm.nearest(homes, SHELTERS),
    "within": lambda homes: sm.within(homes, SHELTERS, 500),
    "coverage": lambda homes: sm.coverage(homes, SHELTERS, 500).rows,
    "streets": lambda homes: sm.coverage(homes, SHELTERS, "10 min", by=WALK).rows,
    "flood": lambda homes: sm.flood(homes, SHELTERS, WATER, 500).rows,
    "cut_off": lambda homes: sm.cut_off(homes, SHELTERS, WALK, WALK).rows,
    "evacuation": lambda homes: sm.evacuation(homes, SHELTERS, WATER, by=WALK).rows,
}


@pytest.fixture
def homes(tmp_path):
    (tmp_path / "homes.csv").write_text(HOMES)
    return sm.read(tmp_path / "homes.csv", crs="EPSG:4326", id="id", strict=False)


@pytest.mark.parametrize("kind", ASKED)
def test_refused_rows_say_so(homes, kind):
    rows = ASKED[kind](homes)
    assert [each if isinstance(each, str) and each else None for each in rows["reason"]] == WHY


def test_they_stay_unknown_in_every_total(homes):
    found = sm.coverage(homes, SHELTERS, 500, weight="people")
    assert found.summary[["covered", "uncovered", "unknown"]].to_numpy().tolist() == [[17, 0, 14]]
    told = found.reasons.set_index("reason").weight
    assert told[told > 0].to_dict() == {"missing_geometry": 4, "row_refused": 10}
    flood = sm.flood(homes, SHELTERS, WATER, 500, weight="people")
    assert flood.summary.unknown.tolist() == [14] and flood.reasons.weight.sum() == 14


def test_a_person_is_refused_only_where_all_its_rows_without_a_place_are(homes):
    far = SHELTERS.set_geometry(gpd.points_from_xy([24.9], [56.95]), crs=4326)
    rows = sm.coverage(homes, far, 500, person="who").rows.set_index("who")
    assert rows["reason"].to_dict() == {"x": "row_refused", "z": "missing_geometry", "v": "row_refused"}
    near = sm.coverage(homes, SHELTERS, 500, person="who").rows.set_index("who")
    assert near["reason"].isna().to_dict() == {"x": True, "z": True, "v": False}
