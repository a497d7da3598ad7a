# SPDX-License-Identifier: Apache-2.0
"""Districts: connected, balanced, few changes; counted by hand, by enumeration, and whatever the order of the rows."""

import re
from itertools import product
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from shapely import LineString, Point, box

import sheltermap as sm
from map_data import MapData
from sheltermap.planning.workload import workload_of

EAST, NORTH = 500_000, 300_000  # in LKS-92


def grid(rows: int, columns: int, work: Any, **more: Any) -> gpd.GeoDataFrame:
    """Return squares of 400 m named by row and column."""
    at = [(x, y) for y in range(rows) for x in range(columns)]
    shapes = [box(EAST + 400 * x, NORTH + 400 * y, EAST + 400 * x + 400, NORTH + 400 * y + 400) for x, y in at]
    ids = [f"{'abcdefghij'[y]}{x}" for x, y in at]
    return gpd.GeoDataFrame({"id": ids, "calls": work, **more}, geometry=shapes, crs=3059)


def graph_of(units: gpd.GeoDataFrame) -> nx.Graph:
    found = sm.neighbours(units, unit_id="id")
    graph = nx.Graph(list(zip(found["unit"], found["neighbour"], strict=True)))
    graph.add_nodes_from(units["id"])
    return graph


def require_connected(units: gpd.GeoDataFrame, rows: gpd.GeoDataFrame) -> None:
    graph = graph_of(units)
    for _, own in rows.groupby("district"):
        assert nx.is_connected(graph.subgraph(own["id"]))


def test_the_tables_are_those_counted_by_hand() -> None:
    units = grid(1, 6, [40, 30, 30, 20, 20, 20], inspector=list("AAABBB"), people=[1, 2, 3, 4, 5, 6])
    found = sm.districts(units, work="calls", present="inspector", tolerance=0.15, unit_id="id", most_work=85)
    assert found.rows["district"].tolist() == list("AABBBB")
    assert found.rows["district_before"].tolist() == list("AAABBB")
    assert found.rows["moved"].tolist() == [False, False, True, False, False, False]
    row = found.summary.set_index("district").loc["A"]
    assert (row["units_before"], row["units"], row["units_gained"], row["units_lost"]) == (3, 2, 0, 1)
    assert (row["work_before"], row["work"], row["pieces_before"], row["pieces"]) == (100, 70, 1, 1)
    assert (row["load_before"], row["load"]) == (1.25, 0.875)
    assert (row["work_per_person_before"], bool(row["over_limit_before"]), bool(row["over_limit"])) == (
        100,
        True,
        False,
    )
    assert row["spread_m"] == pytest.approx(400 * np.sqrt(3 / 7 * 4 / 7), rel=1e-3)  # two places 400 m apart, 40 and 30
    assert row["area_m2"] == pytest.approx(2 * 400 * 400, rel=1e-3)
    assert found.moves.to_dict("records") == [{"unit": "a2", "district_before": "A", "district": "B", "work": 30.0}]
    assert found.steps["largest_load"].tolist() == [1.25, 1.125]
    assert found.steps["work_moved"].tolist() == [0, 30 / 160]
    assert (found.within_tolerance, found.least_moves, found.proven, found.least_load) == (True, 1, True, 1.0)
    measures = found.measures.set_index(["district", "measure"])
    assert measures.loc[("A", "calls")].to_dict() == {"amount": 70, "amount_before": 100}
    assert found.notes == ["at 85 per person the work needs 2 people at least; there are 2"]


def test_present_districts_within_the_tolerance_stay() -> None:
    units = grid(1, 4, [10, 11, 10, 10], inspector=list("ABAB"))
    units["inspector"] = ["A", "A", "B", "B"]
    found = sm.districts(units, work="calls", present="inspector")
    assert not found.rows["moved"].any() and len(found.moves) == 0
    assert (found.least_moves, found.proven, len(found.steps)) == (0, True, 1)


def test_several_measures_are_weighed_by_their_shares_or_by_what_one_takes() -> None:
    units = grid(1, 3, [30, 10, 0], street_km=[4.0, 4.0, 8.0])
    shares = workload_of(units, {"calls": 3, "street_km": 1}, "shares").work
    assert shares == pytest.approx([0.75 * 0.75 + 0.25 * 0.25, 0.75 * 0.25 + 0.25 * 0.25, 0.25 * 0.5])
    hours = workload_of(units, {"calls": 1.5, "street_km": 2}, "amounts").work
    assert hours.tolist() == [53, 23, 16]
    assert workload_of(units, None, "shares").work.tolist() == [1, 1, 1]
    found = sm.districts(units, count=2, work={"calls": 1.5, "street_km": 2}, weighing="amounts", tolerance=0.2)
    assert sorted(found.summary["work"]) == [39, 53]
    assert set(found.measures["measure"]) == {"calls", "street_km"}


def test_drawn_districts_are_as_balanced_as_the_best_of_all_divisions() -> None:
    random = np.random.default_rng(7)
    for _ in range(3):
        units = grid(2, 5, random.integers(1, 20, 10))
        graph, names = graph_of(units), units["id"].to_numpy()
        divisions = np.array([(0, *each) for each in product(range(3), repeat=9)])
        work = np.stack([(units["calls"].to_numpy() * (divisions == each)).sum(axis=1) for each in range(3)], axis=1)
        beyond = np.maximum(np.abs(work / (units["calls"].sum() / 3) - 1) - 0.01, 0).sum(axis=1)
        own = (
            beyond[row]
            for row in np.argsort(beyond, kind="stable")
            if len(set(divisions[row])) == 3
            and all(nx.is_connected(graph.subgraph(names[divisions[row] == each])) for each in range(3))
        )
        best = next(own)
        found = sm.districts(units, count=3, work="calls", tolerance=0.01, unit_id="id")
        loads = found.summary["load"].to_numpy()
        assert np.maximum(np.abs(loads - 1) - 0.01, 0).sum() == pytest.approx(best, abs=1e-9)
        assert found.least_load <= loads.max() + 1e-12
        require_connected(units, found.rows)


@pytest.mark.parametrize("redraw", [False, True])
def test_the_order_of_the_rows_changes_nothing(redraw: bool) -> None:
    random = np.random.default_rng(1)
    units = grid(5, 6, random.gamma(2, 10, 30))  # no whole numbers
    units["inspector"] = np.where(np.arange(30) % 6 < 3, "A", np.where(np.arange(30) < 12, "B", "C"))
    asked: dict[str, Any] = {"work": "calls", "present": "inspector", "unit_id": "id", "redraw": redraw}
    found = sm.districts(units, **asked)
    assert found.within_tolerance
    require_connected(units, found.rows)
    mixed = sm.districts(units.sample(frac=1, random_state=2), **asked)
    assert found.rows.set_index("id")["district"].to_dict() == mixed.rows.set_index("id")["district"].to_dict()
    assert found.summary.equals(mixed.summary) and found.steps.equals(mixed.steps)


def test_steps_get_better_and_stop_where_asked() -> None:
    units = grid(4, 4, [9, 8, 7, 6, 5, 4, 3, 2, 1, 2, 3, 4, 5, 6, 7, 8])
    units["inspector"] = ["A"] * 8 + ["B"] * 4 + ["C"] * 4
    asked: dict[str, Any] = {"work": "calls", "present": "inspector", "unit_id": "id", "tolerance": 0.05}
    found = sm.districts(units, **asked)
    assert found.steps["units_moved"].is_monotonic_increasing and found.steps["units_moved"].iloc[0] == 0
    assert found.steps["chosen"].tolist() == [False] * (len(found.steps) - 1) + [True]
    assert len(found.moves) == found.steps["units_moved"].iloc[-1] >= (found.least_moves or 0)
    for most in (0, 1, 2):
        fewer = sm.districts(units, **asked, most_moves=most)
        assert len(fewer.moves) == most
        assert fewer.steps.drop(columns="chosen").equals(found.steps.drop(columns="chosen")[: most + 1])
        assert not fewer.within_tolerance and "no division was found" in fewer.notes[-1]


def test_more_districts_than_now_and_fewer() -> None:
    units = grid(3, 4, [1] * 12, office=[1, 1, 2, 2] * 3)
    more = sm.districts(units, work="calls", present="office", count=3, unit_id="id")
    assert more.summary["district"].tolist() == [1, 2, 3] and more.summary["units"].tolist() == [4, 4, 4]
    assert more.within_tolerance
    require_connected(units, more.rows)
    units["office"] = ["north", "north", "south", "east"] * 3
    named = sm.districts(units, work="calls", present="office", count=4, unit_id="id", tolerance=0.1)
    assert named.summary["district"].tolist() == ["east", "north", "south", "new"]
    fewer = sm.districts(units, work="calls", present="office", count=2, unit_id="id")
    assert fewer.notes[0] == "given up, as those with least work: east"
    assert fewer.rows["district_before"].isna().sum() == 3 and fewer.summary["units"].tolist() == [6, 6]


def test_staff_has_work_by_its_number() -> None:
    units = grid(1, 6, [10] * 6, team=["A"] * 3 + ["B"] * 3)
    found = sm.districts(units, work="calls", present="team", staff={"A": 1, "B": 2}, unit_id="id")
    assert found.summary["units"].tolist() == [2, 4] and found.summary["load"].tolist() == [1, 1]
    drawn = sm.districts(units, work="calls", count=2, staff=[1, 2])
    assert drawn.summary["units"].tolist() == [2, 4]


def test_offices_keep_their_units_and_take_what_is_near() -> None:
    units = grid(1, 8, [10] * 8)
    at = [Point(EAST + 200 + 400 * x, NORTH + 200) for x in (0, 7, 3)]
    offices = gpd.GeoDataFrame({"name": ["west", "east", "middle"], "people": [1, 1, 2]}, geometry=at, crs=3059)
    asked: dict[str, Any] = {"work": "calls", "offices": offices, "office_id": "name", "unit_id": "id"}
    found = sm.districts(units, **asked, staff="people")
    assert found.rows["district"].tolist() == ["west"] * 2 + ["middle"] * 4 + ["east"] * 2
    assert found.offices is not None and found.offices["seat"].tolist() == ["a7", "a3", "a0"]
    assert found.summary.set_index("district")["distance_m"]["west"] == pytest.approx(200, rel=1e-3)
    two = sm.districts(units, **asked, count=2)
    # In steps of 400 m: middle and east 3 + 2 + 1 + 0 + 1 + 2 and 1 + 0, west and either of the others 12.
    assert two.summary["district"].tolist() == ["east", "middle"]
    assert "of 3 offices these are not needed: west" in two.notes
    # A sixth office beside five, as two beside one: it grows from its unit until the work is even.
    units["office"] = ["west"] * 4 + ["east"] * 4
    third = sm.districts(units, **asked, present="office", tolerance=0.26)
    assert third.within_tolerance and set(third.rows["district"]) == {"west", "middle", "east"}
    assert third.rows["district"].tolist()[3] == "middle"
    require_connected(units, third.rows)


def test_the_way_to_offices_may_be_along_streets() -> None:
    units = grid(1, 4, [10] * 4)
    street = LineString([(EAST + 200, NORTH + 200), (EAST + 1400, NORTH + 200)])
    walk = sm.Network.from_lines(gpd.GeoDataFrame(geometry=[street], crs=3059), speed_kmh=6)
    at = [Point(EAST + 200 + 400 * x, NORTH + 200) for x in (0, 3)]
    offices = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=at, crs=3059)
    found = sm.districts(
        units, work="calls", offices=offices, office_id="name", by=walk, cost="seconds", neighbours="streets"
    )
    assert found.summary["duration_s"].to_numpy() == pytest.approx([120, 120], rel=0.01)  # half of 400 m at 6 km/h


def test_pieces_islands_and_unknown_work_are_told() -> None:
    units = grid(1, 6, [10, 10, 10, np.nan, 10, 10], team=list("ABAABB"))
    units.geometry = [
        each if row < 5 else box(EAST + 9000, NORTH, EAST + 9400, NORTH + 400)
        for row, each in enumerate(units.geometry)
    ]
    found = sm.districts(units, work="calls", present="team", unit_id="id", tolerance=0.3)
    assert "the work of 1 units is not known, or not wholly; what is not adds nothing: a3" in found.notes
    (island,) = (note for note in found.notes if "neighbours" in note)
    assert re.fullmatch(r"'a4' and 'a5' are taken for neighbours, 7,00\d m apart: nothing else connects .*", island)
    assert [note for note in found.notes if "pieces" in note] == [
        "the present district A is in 2 pieces",
        "the present district B is in 2 pieces",
    ]
    assert found.summary["pieces"].tolist() == [1, 1] and found.summary["pieces_before"].tolist() == [2, 2]
    require_connected(units, found.rows)


def test_units_without_a_place_are_in_no_district_and_told() -> None:
    units = grid(1, 5, [10, 10, 10, 10, 7], team=list("AABBB"))
    units.loc[4, "geometry"] = None
    found = sm.districts(units, work="calls", present="team", unit_id="id")
    assert found.rows["district"].isna().tolist() == [False] * 4 + [True]
    assert found.summary["work"].sum() + 7 == units["calls"].sum()
    assert found.notes == ["1 units have no place and are in no district, with work of 7: a4"]


def test_neighbours_may_be_given() -> None:
    units = grid(2, 2, [10, 10, 10, 10])
    listed = sm.neighbours(units, unit_id="id")
    river = listed[~((listed["unit"] == "a0") & (listed["neighbour"] == "b0"))]
    river = river[~((river["unit"] == "a1") & (river["neighbour"] == "b1"))]
    found = sm.districts(units, count=2, work="calls", neighbours=river, joined=[("a0", "b0")], unit_id="id")
    assert found.rows["district"].nunique() == 2
    by_row = found.rows.set_index("id")["district"]
    assert by_row["a0"] == by_row["a1"] != by_row["b0"] == by_row["b1"]


def test_points_are_units_too() -> None:
    random = np.random.default_rng(3)
    places = gpd.points_from_xy(EAST + random.uniform(0, 5000, 40), NORTH + random.uniform(0, 5000, 40))
    cells = gpd.GeoDataFrame({"people": random.integers(1, 9, 40)}, geometry=places, crs=3059)
    found = sm.districts(cells, count=4, work="people", tolerance=0.1)
    assert found.within_tolerance and "area_m2" not in found.summary
    assert found.plot().get_legend() is not None


def test_a_unit_that_is_too_much_for_one_is_told_with_the_bound() -> None:
    units = grid(1, 3, [100, 10, 10])
    found = sm.districts(units, count=2, work="calls")
    assert found.least_load == pytest.approx(100 / 60) and not found.within_tolerance and not found.proven
    assert found.notes[-1] == (
        "no division has all loads within 5.0 % of the mean; "
        "the largest load is 166.7 %, and none has a smaller one than 166.7 %"
    )


def test_it_is_drawn_and_looked_around_in() -> None:
    units = grid(2, 3, [1, 2, 3, 4, 5, 6], team=list("AABABB"))
    offices = gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=units.representative_point()[[0, 5]].to_numpy(), crs=3059)
    found = sm.districts(units, work="calls", present="team", offices=offices, office_id="name", unit_id="id")
    labels = [each.get_text() for each in found.plot(lang="lv").get_legend().get_texts()]
    assert labels[0].startswith("iecirknis A (") and labels[-1] == "maina iecirkni"
    assert found.plot(before=True).get_legend() is not None
    page = found.explore(columns=["calls"], title="Patrols").html
    assert MapData(page).legend() == {"district A": 4, "district B": 2, "in no district": 0} and "Patrols" in page
    with pytest.raises(ValueError, match="present="):
        sm.districts(units, work="calls", count=2).plot(before=True)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"count": 7}, "7 districts cannot be made of 6 units"),
        ({"count": 0}, "count must be at least 1"),
        ({}, "count= says how many"),
        ({"count": 2, "work": "cals"}, "no column 'cals'"),
        ({"count": 2, "work": "bad"}, "column 'bad' holds -1"),
        ({"count": 2, "work": "nothing"}, "column 'nothing' holds no work in any of them"),
        ({"count": 2, "work": {}}, "work must be a column"),
        ({"count": 2, "work": {"calls": 0}}, r"work\['calls'\] must be above 0"),
        ({"count": 2, "work": {"calls": 1}, "weighing": "share"}, "weighing must be"),
        ({"present": "no"}, "no column 'no'"),
        ({"present": "empty"}, "column 'empty' is empty"),
        ({"count": 2, "tolerance": -0.1}, "tolerance must not be negative"),
        ({"count": 2, "staff": [1]}, "staff says how many work in 1 districts, and there are 2"),
        ({"count": 2, "staff": {1: 1}}, "staff does not say how many work in 2"),
        ({"count": 2, "staff": {1: 1, 2: 1, 3: 1}}, "staff names 3, which is none"),
        ({"count": 2, "staff": {1: 1, 2: 0}}, "above 0"),
        ({"count": 2, "staff": "people"}, "staff='people' is a column of offices"),
        ({"count": 2, "neighbours": "streets"}, "give by="),
        ({"count": 2, "neighbours": "rivers"}, "neighbours must be 'borders'"),
        ({"count": 2, "most_work": 0}, "most_work must be above 0"),
        ({"present": "team", "most_moves": 0}, "most_moves=0 is too few"),
        ({"present": "team", "most_moves": 1.5}, "most_moves must be a whole number"),
    ],
)
def test_what_cannot_be_meant_is_told(given: dict[str, Any], told: str) -> None:
    units = grid(1, 6, [1] * 6, bad=[-1] * 6, nothing=0, empty=None, team=list("ABABAB"))
    with pytest.raises((ValueError, TypeError), match=told):
        sm.districts(units, **given)


def test_offices_that_do_not_fit_are_told() -> None:
    units = grid(1, 6, [1] * 6, team=list("AAABBC"))
    places = units.representative_point()

    def ask(names: list[Any], rows: list[int], **more: Any) -> None:
        offices = gpd.GeoDataFrame({"name": names}, geometry=places.iloc[rows].to_numpy(), crs=3059)
        sm.districts(units, work="calls", offices=offices, office_id="name", unit_id="id", **more)

    with pytest.raises(ValueError, match="'C' in column 'team' is none of the offices: 'A', 'B'"):
        ask(["A", "B"], [0, 5], present="team")
    with pytest.raises(ValueError, match="'A' and 'B' are both in unit 'a2'"):
        ask(["A", "B"], [2, 2])
    with pytest.raises(ValueError, match="each needs a name of its own"):
        ask(["A", "A"], [0, 2])
    with pytest.raises(ValueError, match="count=3 districts need as many offices, and there are 2"):
        ask(["A", "B"], [0, 2], count=3)
    with pytest.raises(ValueError, match="already has a column 'work'"):
        sm.districts(units.rename(columns={"calls": "work"}), count=2)


def test_five_regions_of_municipalities_become_six(root: Path) -> None:
    # Real outlines (119 municipalities of Latvia before 2021), made-up work: 20 and a thousandth of their km².
    units = sm.read(root / "sample_data" / "latvia" / "areas.geojson")
    plane = units.to_crs(3059)
    units["work_of_office"] = 20 + plane.area / 1e9
    found = sm.districts(units, work="work_of_office", present="region", count=6, tolerance=0.1)
    assert found.within_tolerance and len(found.summary) == 6
    assert found.summary["district"].tolist()[-1] == "new"
    assert (found.summary["pieces"] == 1).all()
    assert found.summary["units"].sum() == 119 == found.summary["units_before"].sum()
    assert (found.rows["moved"] == (found.rows["region"] != found.rows["district"])).all()
    assert len(found.moves) == found.steps["units_moved"].iloc[-1] < 60
    # The borders, looked at in another projection and without any tolerance.
    borders = plane.boundary.to_numpy()
    one, other = np.triu_indices(len(units), 1)
    near = shapely.distance(borders[one], borders[other]) < 1
    one, other = one[near], other[near]
    shared = shapely.length(shapely.intersection(borders[one], borders[other])) > 10
    listed, ids = sm.neighbours(units), units.index.to_numpy()
    expected = set(zip(ids[one[shared]], ids[other[shared]], strict=True))
    assert set(zip(listed["unit"], listed["neighbour"], strict=True)) == expected
