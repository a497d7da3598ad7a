# SPDX-License-Identifier: Apache-2.0
"""Floods along streets: a flooded facility, a closed street and a way that got too long are told apart."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, box

import sheltermap as sm
from map_data import MapData
from river_town import on_foot, points, streets

THOUSANDTH_M = 60.8  # of a degree of longitude at 57 N
SCENARIOS = {
    "bank": box(24.010, 56.9995, 24.012, 57.0005),  # the south bank in the west
    "detour": box(24.026, 56.9995, 24.028, 57.0005),  # the south bank in the east, before the bridge
    "shelter": box(24.0195, 56.9995, 24.0205, 57.0005),  # the shelter on the south bank
    "bridge": box(24.0329, 57.0002, 24.0331, 57.0007),  # the water under the bridge
}
HOMES = {"west": 1, "middle": 2, "east": 4, "north": 8, "over the bridge": 16, "nowhere near": 32, "unknown": 64}


def zones(**columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"scenario": list(SCENARIOS), **columns}, geometry=list(SCENARIOS.values()), crs=4326)


@pytest.fixture(scope="module")
def homes() -> gpd.GeoDataFrame:
    lon = [24.005, 24.011, 24.025, 24.002, 24.030, 24.0, np.nan]
    lat = [57.0, 57.0, 57.0, 57.0009, 57.0009, 56.9, np.nan]
    found = points(lon, lat, name=list(HOMES), people=list(HOMES.values()))
    found.loc[6, "geometry"] = None
    return found


@pytest.fixture(scope="module")
def shelters() -> gpd.GeoDataFrame:
    return points([24.020, 24.001], [57.0, 57.0009], id=["south", "north"])


@pytest.fixture(scope="module")
def town(homes, shelters) -> sm.Flood:
    return sm.flood(homes, shelters, zones(), 1200, weight="people", facility_id="id", by=on_foot(streets()))


def reasons(flood: sm.Flood, scenario: str) -> dict[str, float]:
    mine = flood.reasons[(flood.reasons["scenario"] == scenario) & (flood.reasons["weight"] > 0)]
    return dict(zip(mine["reason"], mine["weight"], strict=True))


def test_each_reason_is_told_apart_from_the_others(town):
    # Nobody but "nowhere near" was without a shelter before; the island's way and the bridge stay open in all.
    never = {"not_snapped": 32, "missing_geometry": 64}
    assert reasons(town, "bank") == {"way_closed": 1, "street_closed": 2} | never
    # Who lives over the bridge had 16 thousandths and the bridge to the south; the north is 29 away.
    assert reasons(town, "detour") == {"detour_too_far": 16} | never
    assert reasons(town, "shelter") == {"closed_by_flood": 1 + 2 + 4 + 16} | never
    assert reasons(town, "bridge") == never
    before = dict(zip(town.rows["name"], town.rows["before"], strict=True))
    assert before == dict.fromkeys(list(HOMES)[:5], "covered") | {"nowhere near": "uncovered", "unknown": "unknown"}


def test_the_sums_hold_and_the_ways_are_those_counted_by_hand(town):
    for row in town.summary.to_dict("records"):
        assert row["total"] == 127 == row["covered"] + row["lost"] + row["uncovered"] + row["unknown"]
        assert row["covered_before"] == 31 == row["covered"] + row["lost"]
    rows = town.rows.set_index("name")
    assert rows.loc["over the bridge", "distance_m"] == pytest.approx(16 * THOUSANDTH_M + 100.3, abs=1)
    assert rows.loc["over the bridge", "facility_detour"] == "north"
    assert rows.loc["over the bridge", "distance_detour_m"] == pytest.approx(29 * THOUSANDTH_M, abs=1)
    assert rows.loc["west", ["facility_bank", "distance_bank_m"]].isna().all()


def test_minutes_are_told_in_seconds(homes, shelters):
    walk = on_foot(streets())  # 1 m/s, over the bridge 2 m/s
    found = sm.flood(homes, shelters, zones(), "20 min", weight="people", by=walk)
    assert found.threshold == sm.Limit(1200, "s")
    rows = found.rows.set_index("name")
    assert rows.loc["over the bridge", "duration_s"] == pytest.approx(16 * THOUSANDTH_M + 50.2, abs=1)
    assert rows.loc["over the bridge", "duration_detour_s"] == pytest.approx(29 * THOUSANDTH_M, abs=1)
    assert "distance_m" not in rows and reasons(found, "detour")["detour_too_far"] == 16
    fields = MapData(found.explore("detour", name="name").html).layer("rows")["fields"]
    assert "time on the way" in [field["label"] for field in fields]
    assert found.plot("detour").get_legend() is not None


def test_shallow_water_closes_no_street_but_takes_the_shelter(homes, shelters):
    deep = zones(depth_m=[0.1, None, 0.1, 0.1])
    walk = sm.Network.from_lines(streets(), speed_kmh="kmh", bridge="bridge", closing_depth_m=0.3)
    found = sm.flood(homes, shelters, deep, 1200, weight="people", by=walk, depth="depth_m")
    lost = dict(zip(found.summary["scenario"], found.summary["lost"], strict=True))
    assert lost == {"bank": 0, "detour": 16, "shelter": 23, "bridge": 0}  # of unknown depth is deep


def test_the_direction_tells_one_way_streets(shelters):
    one_way = sm.Network.from_lines(streets(), speed_kmh="kmh", one_way="way", bridge="bridge")  # north bank: westwards
    home = points([24.002], [57.0009])
    there = sm.flood(home, shelters, zones(), 1200, by=one_way, facility_id="id").rows
    back = sm.flood(home, shelters, zones(), 1200, by=one_way, direction="from", facility_id="id").rows
    assert (there["before"][0], there["facility"][0]) == ("covered", "north")
    assert (back["before"][0], back["facility"][0]) == ("uncovered", "south")  # help comes over the bridge, too far


def test_what_contradicts_itself_is_an_error(homes, shelters):
    with pytest.raises(ValueError, match="a time or a direction needs streets"):
        sm.flood(homes, shelters, zones(), "20 min")
    with pytest.raises(ValueError, match="a time or a direction needs streets"):
        sm.flood(homes, shelters, zones(), 1200, direction="from")
    with pytest.raises(ValueError, match="depth says which zones close streets: give by="):
        sm.flood(homes, shelters, zones(depth_m=1.0), 1200, depth="depth_m")
    with pytest.raises(TypeError, match="by"):
        sm.flood(homes, shelters, zones(), 1200, by=streets())


LON, LAT = [24 + step / 400 for step in range(11)], [57 + step / 750 for step in range(11)]
# Every other street of eleven each way, a kilometre and a half across; they meet where they cross.
GRID = [LineString([(lon, lat) for lat in LAT]) for lon in LON[::2]]
GRID += [LineString([(lon, lat) for lon in LON]) for lat in LAT[::2]]
WALK = sm.Network.from_lines(gpd.GeoDataFrame(geometry=GRID, crs=4326))
place = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda p: (24 + p[0] / 2000, 57 + p[1] / 3750))
boxes = st.tuples(place, st.integers(1, 12), st.integers(1, 12)).map(
    lambda b: box(b[0][0] - 0.0001, b[0][1] - 0.0001, b[0][0] + b[1] / 2000 + 0.0001, b[0][1] + b[2] / 3750 + 0.0001)
)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_flood_is_the_coverage_of_what_is_left_along_the_streets_that_are_left(data):
    at = data.draw(st.lists(place, min_size=1, max_size=12))
    homes = points(*zip(*at, strict=True))
    shelters_at = data.draw(st.lists(place, min_size=1, max_size=5))
    shelters = points(*zip(*shelters_at, strict=True), fit=[data.draw(st.booleans()) for _ in shelters_at])
    water = gpd.GeoDataFrame({"scenario": ["a", "b", "b"]}, geometry=[data.draw(boxes) for _ in range(3)], crs=4326)
    limit = data.draw(st.sampled_from(["300 m", "900 m", "10 min"]))
    direction = data.draw(st.sampled_from(["to", "from"]))
    asked = {"by": WALK, "direction": direction}
    found = sm.flood(homes, shelters, water, limit, suitable="fit", **asked)

    column = f"within_{sm.Limit.of(limit).label}"
    before = sm.coverage(homes, shelters, limit, **asked).rows
    assert list(found.rows["before"]) == list(before[column])
    was = (before[column] == "covered").to_numpy()
    for name in ("a", "b"):
        flooded = water[water["scenario"] == name]
        inside = shelters.geometry.apply(flooded.union_all().covers).to_numpy()
        left, after = shelters[~inside & shelters["fit"].to_numpy()], WALK.close(flooded)
        during = sm.coverage(homes, left, limit, by=after, direction=direction).rows
        now = (during[column] == "covered").to_numpy()
        assert not (now & ~was).any()
        assert list(found.rows[f"during_{name}"] == "covered") == list(now)
        assert list(found.rows[f"during_{name}"] == "lost") == list(was & ~now)
        why = found.rows[f"reason_{name}"].to_numpy(dtype=object)
        nearest = before["facility"].to_numpy(dtype=int, na_value=-1)
        cut = sm.cut_off(homes, shelters, WALK, after, direction=direction).rows["reason"].astype(object)
        for row in np.flatnonzero(was & ~now):
            if inside[nearest[row]]:
                assert why[row] == "closed_by_flood"
            elif not shelters["fit"].iloc[nearest[row]]:
                assert why[row] == "unsuitable"
            elif pd.isna(during["facility"].iloc[row]):
                assert why[row] == ("street_closed" if cut.iloc[row] == "street_closed" else "way_closed")
            else:
                assert why[row] == "detour_too_far"
