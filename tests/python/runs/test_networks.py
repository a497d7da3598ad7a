# SPDX-License-Identifier: Apache-2.0
"""Networks of a plan: how streets are made to meet, and what is told of those that do not."""

import json
import shutil

import pytest

import sheltermap as sm
from osm_text import node, osm, way
from sheltermap.questions.plan_error import PlanError
from sheltermap.report.terminal import terminal_lines
from small_plan import figures, road, told_of, with_streets, write_street_town

WALK = """
[[analyses]]
name = "walk"
kind = "coverage"
demand = "homes"
facilities = "shelters"
by = "roads"
limits = ["40 min"]
weight = "people"
title = "Walk"
"""
LINES = 'path = "roads.geojson"'
# The homes live west of a gap of 1.2 m, the school east of it; a lane crosses the street in the west.
GAP = (
    road((24.09, 56.95), (24.38, 56.95)),
    road((24.38002, 56.95), (24.42, 56.95)),
    road((24.2, 56.94), (24.2, 56.96)),
)
SHELTERS = "id,name,lon,lat\ns2,School,24.40,56.950\n"
HOMES = "id,name,lon,lat,people,children\nh1,Home,24.37,56.95,10,2\n"


def assessed(folder, more: str = "", homes: str = HOMES) -> dict[str, object]:
    plan = with_streets(WALK).replace(LINES, LINES + more)
    sm.run(write_street_town(folder, *GAP, plan=plan, homes=homes, shelters=SHELTERS), folder / "out")
    return json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))["networks"][0]


def covered(folder) -> float:
    return figures(folder / "out", analysis="walk", measure="people", scope="all")["covered"]


def test_streets_that_do_not_meet_are_told_beside_every_figure(tmp_path):
    network = assessed(tmp_path)
    assert (network["ends_unjoined"], network["crossings_unjoined"], network["ends_joined"]) == (2, 1, 0)
    assert covered(tmp_path) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for words in ("2 streets end within 5 m of another one that they do not meet", "At 1 place streets cross"):
        assert page.count(words) == 2 and words in told_of(tmp_path / "out", "walk")  # once more among the inputs
    assert "2 ielas beidzas tuvāk par 5 m" in page


def test_a_plan_says_how_streets_meet(tmp_path):
    network = assessed(tmp_path, "\njoin_ends_m = 1.5\nnode = true")
    assert (network["ends_unjoined"], network["crossings_unjoined"]) == (0, 0)
    assert (network["ends_joined"], network["crossings_joined"], network["parts"]) == (2, 1, 1)
    assert covered(tmp_path) == 10
    assert "do not meet" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_levels_and_tunnels_are_columns_of_a_plan(tmp_path):
    path = write_street_town(
        tmp_path,
        *(road(*each["geometry"]["coordinates"], high=int(each is GAP[2]), under="no") for each in GAP),
        plan=with_streets(WALK).replace(LINES, f'{LINES}\nlevel = "high"\ntunnel = "under"\nnode = true'),
        homes=HOMES,
        shelters=SHELTERS,
    )
    (record,) = sm.run(path, tmp_path / "out").network_records
    assert (record.crossings_joined, record.crossings_unjoined) == (0, 0)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("\njoin_ends_m = -1", "networks.roads.join_ends_m: "),
        ("\njoin_ends_m = inf", "networks.roads.join_ends_m: "),
        ('\nnode = "perhaps"', "networks.roads.node: "),
        ('\nlevel = "hihg"', "networks.roads.level: unknown column"),
        ('\ntunnel = "kmh"', "networks.roads: "),
    ],
)
def test_a_fault_is_named_by_its_key(tmp_path, more, told):
    with pytest.raises(PlanError, match=told):
        assessed(tmp_path, more)


def test_a_saved_network_has_met(tmp_path):
    sm.Network.from_lines(sm.read(write_street_town(tmp_path, plan="").parent / "roads.geojson")).save(
        tmp_path / "r.graph"
    )
    plan = with_streets(WALK).split("[networks.roads]")[0] + '[networks.roads]\npath = "r.graph"\nnode = true\n'
    with pytest.raises(PlanError, match=r"node is for what streets are made of"):
        sm.run(write_street_town(tmp_path, plan=plan + "\n[[standards]]" + WALK), tmp_path / "out")


def test_places_beside_a_fragment_are_told_with_how_far(tmp_path):
    homes = HOMES + "h2,Courtyard,24.300,56.9512,5,1\n"
    plan = with_streets(WALK)
    courtyard = road((24.2995, 56.9513), (24.3005, 56.9513))
    path = write_street_town(tmp_path, *GAP, courtyard, plan=plan, homes=homes, shelters=SHELTERS)
    assessment = sm.run(path, tmp_path / "out")
    told = "1 place has a nearer street that belongs to a part of less than 1 km"
    assert told in told_of(tmp_path / "out", "walk") and "134 m away" in told_of(tmp_path / "out", "walk")
    assert any(told in line for line, _ in terminal_lines(assessment))


def test_squares_that_are_not_crossed_are_told(tmp_path):
    nodes = [node(1, 24.3, 56.95), node(2, 24.42, 56.95), node(3, 24.3, 56.951), node(5, 24.301, 56.951)]
    square = way(8, [1, 3, 4, 5, 1], {"highway": "pedestrian", "area": "yes"})  # 4 is not in the file
    path = write_street_town(
        tmp_path,
        plan=with_streets(WALK).split("[networks.roads]")[0]
        + '[networks.roads]\npath = "town.osm"\nprofile = "walk"\n'
        + WALK,
        homes=HOMES,
        shelters=SHELTERS,
    )
    (tmp_path / "town.osm").write_text(
        osm(*nodes, way(7, [1, 2], {"highway": "residential"}), square), encoding="utf-8"
    )
    (record,) = sm.run(path, tmp_path / "out").network_records
    assert (record.areas_gone_round, record.areas_crossed, record.points_missing) == (1, 0, 1)
    assert "1 square is gone round along its border" in told_of(tmp_path / "out", "walk")
    shutil.rmtree(tmp_path / "out")
