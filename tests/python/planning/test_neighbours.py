# SPDX-License-Identifier: Apache-2.0
"""Which units lie side by side: borders, streets, points; islands; whatever the order of the rows."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, MultiPolygon, Point, box
from shapely.affinity import rotate

import sheltermap as sm

EAST, NORTH = 500_000, 300_000  # in LKS-92


def squares(*corners: tuple[float, float], side: float = 100) -> gpd.GeoDataFrame:
    """Return squares named a, b, … by their lower left corners, in metres."""
    shapes = [box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + side) for x, y in corners]
    return gpd.GeoDataFrame({"id": list("abcdefghi"[: len(shapes)])}, geometry=shapes, crs=3059)


def pairs(found: pd.DataFrame) -> dict[str, str]:
    return {
        f"{one}{other}": how for one, other, how in zip(found["unit"], found["neighbour"], found["how"], strict=True)
    }


def test_a_border_makes_neighbours_and_a_corner_does_not() -> None:
    found = sm.neighbours(squares((0, 0), (100, 0), (100, 100), (0, 100)), unit_id="id")
    assert pairs(found) == dict.fromkeys(("ab", "ad", "bc", "cd"), "border")
    assert found["length_m"].to_numpy() == pytest.approx(np.full(4, 102), abs=0.5)  # 100 m, and 1 m round each end


def test_borders_that_are_drawn_twice_meet_within_the_gap() -> None:
    units = squares((0, 0), (100.8, 0), (202.5, 0))
    assert pairs(sm.neighbours(units, unit_id="id")) == {"ab": "border", "bc": "island"}
    assert pairs(sm.neighbours(units, unit_id="id", gap_m=2)) == {"ab": "border", "bc": "border"}
    overlapping = squares((0, 0), (99.5, 0))
    assert pairs(sm.neighbours(overlapping, unit_id="id")) == {"ab": "border"}


def test_a_hole_is_filled_by_its_neighbour_and_parts_count() -> None:
    whole = box(EAST, NORTH, EAST + 300, NORTH + 300)
    hole = box(EAST + 100, NORTH + 100, EAST + 200, NORTH + 200)
    far = box(EAST + 300, NORTH, EAST + 400, NORTH + 100)
    parts = MultiPolygon([far, box(EAST, NORTH - 500, EAST + 9, NORTH - 400)])
    units = gpd.GeoDataFrame({"id": list("abc")}, geometry=[whole - hole, hole, parts], crs=3059)
    assert pairs(sm.neighbours(units, unit_id="id")) == {"ab": "border", "ac": "border"}


def test_islands_get_the_shortest_link_and_a_ferry_comes_first() -> None:
    units = squares((0, 0), (100, 0), (500, 0), (600, 0), (0, 900))
    found = sm.neighbours(units, unit_id="id")
    assert pairs(found) == {"ab": "border", "bc": "island", "cd": "border", "ae": "island"}
    assert found["length_m"][found["how"] == "island"].to_numpy() == pytest.approx([800, 300], abs=0.5)
    ferry = sm.neighbours(units, unit_id="id", joined=[("e", "d")])
    assert pairs(ferry) == {"ab": "border", "bc": "island", "cd": "border", "de": "joined"}


def test_streets_connect_what_they_lead_to_over_the_river_too() -> None:
    units = squares((0, 0), (100, 0), (100, 150), (0, 150))
    bridge = LineString(
        [(EAST + 50, NORTH + 50), (EAST + 50, NORTH + 110), (EAST + 50, NORTH + 140), (EAST + 50, NORTH + 160)]
    )
    road = LineString([(EAST + 50, NORTH + 50), (EAST + 150, NORTH + 50)])
    streets = sm.Network.from_lines(gpd.GeoDataFrame(geometry=[bridge, road], crs=3059))
    assert pairs(sm.neighbours(units, by=streets, unit_id="id")) == {"ab": "street", "ad": "street", "cd": "island"}
    water = gpd.GeoDataFrame(geometry=[box(EAST, NORTH + 101, EAST + 200, NORTH + 149)], crs=3059)
    assert pairs(sm.neighbours(units, by=streets.close(water), unit_id="id")).get("ad") != "street"


def test_points_are_neighbours_with_nothing_between_them() -> None:
    places = [(0, 0), (100, 0), (200, 0), (100, 60)]
    units = gpd.GeoDataFrame({"id": list("abcd")}, geometry=[Point(EAST + x, NORTH + y) for x, y in places], crs=3059)
    assert pairs(sm.neighbours(units, unit_id="id")) == dict.fromkeys(("ab", "bc", "bd"), "near") | (
        {"ad": "near", "cd": "near"}
    )
    line = gpd.GeoDataFrame({"id": list("abc")}, geometry=[Point(24, 56), Point(24.1, 56), Point(24.2, 56)], crs=4326)
    assert pairs(sm.neighbours(line, unit_id="id")) == {"ab": "near", "bc": "near"}
    same = gpd.GeoDataFrame({"id": list("abc")}, geometry=[Point(24, 56), Point(24, 56), Point(24.2, 56)], crs=4326)
    assert len(sm.neighbours(same, unit_id="id")) == 2


def test_the_gabriel_graph_is_that_of_its_definition() -> None:
    random = np.random.default_rng(2)
    xy = random.uniform(0, 5000, (60, 2))
    units = gpd.GeoDataFrame(geometry=gpd.points_from_xy(EAST + xy[:, 0], NORTH + xy[:, 1]), crs=3059)
    found = sm.neighbours(units)
    expected = set()
    for one in range(60):
        for other in range(one + 1, 60):
            middle, radius = (xy[one] + xy[other]) / 2, np.linalg.norm(xy[one] - xy[other]) / 2
            inside = np.linalg.norm(xy - middle, axis=1) < radius - 1e-6
            if not inside.any():
                expected.add((one, other))
    assert set(zip(found["unit"], found["neighbour"], strict=True)) == expected


def test_points_along_streets_are_neighbours_where_their_streets_meet() -> None:
    units = gpd.GeoDataFrame(
        {"id": list("abc")}, geometry=[Point(EAST + x, NORTH + 5) for x in (100, 500, 900)], crs=3059
    )
    streets = sm.Network.from_lines(
        gpd.GeoDataFrame(
            geometry=[LineString([(EAST + x, NORTH), (EAST + x + 100, NORTH)]) for x in range(0, 1000, 100)], crs=3059
        )
    )
    assert pairs(sm.neighbours(units, by=streets, unit_id="id")) == {"ab": "street", "bc": "street"}


def test_the_order_of_rows_and_the_reference_system_change_nothing() -> None:
    grid = [(100 * x, 100 * y) for x in range(3) for y in range(3)]
    units = squares(*grid)
    units.geometry = [rotate(each, 30, origin=(EAST, NORTH)) for each in units.geometry]
    expected = {frozenset(each) for each in pairs(sm.neighbours(units, unit_id="id"))}
    assert len(expected) == 12
    for other in (units.sample(frac=1, random_state=3), units.to_crs(4326)):
        assert {frozenset(each) for each in pairs(sm.neighbours(other, unit_id="id"))} == expected


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"joined": [("a", "z")]}, "'z' is none of the units that have a place"),
        ({"joined": ["ab"]}, "'ab' is no pair"),
        ({"joined": [("a", "a")]}, "'a' cannot be its own neighbour"),
        ({"border_m": 3}, "border_m must be above four times gap_m"),
        ({"gap_m": -1}, "gap_m must not be negative"),
        ({"gap_m": np.nan}, "gap_m must"),
    ],
)
def test_what_cannot_be_meant_is_told(given, told) -> None:
    with pytest.raises(ValueError, match=told):
        sm.neighbours(squares((0, 0), (100, 0)), unit_id="id", **given)


def test_a_row_without_a_place_has_no_neighbours() -> None:
    units = squares((0, 0), (100, 0), (200, 0))
    units.loc[1, "geometry"] = None
    assert pairs(sm.neighbours(units, unit_id="id")) == {"ac": "island"}
    with pytest.raises(TypeError, match="by must be a street network"):
        sm.neighbours(units, by="walk")
    with pytest.raises(sm.GeometryError, match="LineString where polygons belong"):
        sm.neighbours(gpd.GeoDataFrame(geometry=[box(24, 56, 25, 57), LineString([(24, 56), (25, 57)])], crs=4326))


@pytest.mark.parametrize("rows", [0, 3])
def test_where_nothing_has_a_place_nobody_has_neighbours(rows: int) -> None:
    nowhere = gpd.GeoDataFrame({"id": list("abc"[:rows])}, geometry=gpd.GeoSeries([None] * rows, crs=3059), crs=3059)
    assert sm.neighbours(nowhere, unit_id="id").empty
