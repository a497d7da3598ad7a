# SPDX-License-Identifier: Apache-2.0
"""A column of yes and no means the same through every door: registers, supply, floods, streets, to-do lists."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import sheltermap as sm

DOORS = {}


def door(ask):
    DOORS[ask.__name__] = ask
    return ask


def points(cells, column):
    lon = [24.1 + row / 100 for row in range(len(cells))]
    return gpd.GeoDataFrame(
        {column: pd.Series(cells, dtype=object)}, geometry=gpd.points_from_xy(lon, [57] * len(cells)), crs=4326
    )


@door
def supply(cells):
    facilities = points(cells, "suits_flood")
    return facilities.index.isin(sm.supply(facilities, suitable_for="flood")[0].index)


@door
def flood(cells):
    facilities = points(cells, "fit")
    zones = gpd.GeoDataFrame({"scenario": ["deep"]}, geometry=[shapely.box(24.1, 57.1, 24.2, 57.2)], crs=4326)
    found = sm.flood(facilities[["geometry"]], facilities, zones, 1, suitable="fit")
    return (found.facilities["state_deep"] == "usable").to_numpy()


def streets(cells, column):
    lines = [shapely.LineString([(24.1, 57 + row / 10), (24.11, 57 + row / 10)]) for row in range(len(cells))]
    frame = gpd.GeoDataFrame({column: pd.Series(cells, dtype=object)}, geometry=lines, crs=4326)
    return sm.Network.from_lines(frame, **{column: column}).edges().sort_values("way_id")


@door
def one_way(cells):
    return (streets(cells, "one_way")["backward_kmh"] == 0).to_numpy()


@door
def bridge(cells):
    return streets(cells, "bridge")["bridge"].to_numpy()


@door
def settlements(cells):
    register = points(["well"], "kind").assign(id="W", geometry=shapely.Point(24.1, 57.1))
    villages = points(cells, "piped").assign(name=[f"V{row}" for row in range(len(cells))])
    tasks = sm.todo(register, "water_intake", 2026, settlements=villages, within_m=1, central_supply="piped")
    return ~villages["name"].isin(tasks["name"]).to_numpy()


@door
def inspect(cells):
    rows = pd.DataFrame({"id": [f"S{row}" for row in range(len(cells))], "suits_flood": pd.Series(cells, dtype=object)})
    return sm.inspect(rows, "shelter").frame["suits_flood"].fillna(False).to_numpy(dtype=bool)


@pytest.mark.parametrize("name", DOORS)
def test_yes_is_yes_through_every_door(name):
    cells = ["JĀ ", "Ir", "1.0", "y", "TRUE", 1, True, "nē", "Nav", "0.0", "N", "false", 0, False, None, ""]
    assert list(DOORS[name](cells)) == [True] * 7 + [False] * 9


@pytest.mark.parametrize("name", [name for name in DOORS if name != "inspect"])
@pytest.mark.parametrize("cell", ["n/a", "varbūt", 2])
def test_what_is_neither_is_an_error_that_names_row_column_value_and_what_is_allowed(name, cell):
    with pytest.raises(
        ValueError, match=r"column '\w+' holds .* in row 2; .*yes or no, jā or nē, true or false, 1 or 0"
    ) as told:
        DOORS[name](["yes", cell, "no"])
    assert str(cell) in str(told.value) and "leave the cell empty" in str(told.value)


def test_a_register_lists_what_is_neither_as_a_finding():
    rows = pd.DataFrame({"id": ["A", "B"], "suits_flood": ["n/a", "varbūt"]})
    found = sm.inspect(rows, "shelter").findings
    told = found[found["column"] == "suits_flood"]
    assert list(zip(told["row"], told["reason"], strict=True)) == [(1, "missing_word"), (2, "not_yes_or_no")]


def test_a_street_goes_against_its_line_where_openstreetmap_says_so():
    edges = streets(["-1", -1.0, "Reverse", "yes"], "one_way")
    assert list(edges["forward_kmh"] == 0) == [True, True, True, False]
    with pytest.raises(ValueError, match=r"'-2' in row 1; .*, or -1, or reverse"):
        streets(["-2"], "one_way")
