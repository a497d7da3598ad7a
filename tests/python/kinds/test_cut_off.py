# SPDX-License-Identifier: Apache-2.0
"""Streets in plans: what they ask, what a run finds and keeps, what the report says, and streets as a cause."""

import json
import shutil
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.assessments.run import assess
from sheltermap.layers.digest import sha256
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from sheltermap.runs.assessment import Assessment
from sheltermap.years.causes import CAUSES
from small_plan import HOMES, MAIN, PLAN, SAMPLE, figures, road, section, with_streets, write_street_town, write_town

EXTRACT = Path(__file__).parents[2] / "data" / "osm" / "helsinki.osm.pbf"
LIECHTENSTEIN = SAMPLE.parent / "liechtenstein"

LINES = 'path = "roads.geojson"\nspeed_kmh = "kmh"\nname = "street"'
ANALYSES = """
[[analyses]]
name = "walk"
kind = "coverage"
demand = "homes"
facilities = "shelters"
by = "roads"
limits = ["5 min", "20 min"]
weight = "people"
areas = "parts"
area_name = "part"
title = { en = "A shelter within a walk", lv = "Patvērums gājiena attālumā" }

[[analyses]]
name = "walk_gaps"
kind = "gaps"
demand = "homes"
facilities = "shelters"
by = "roads"
limit = "20 min"
weight = "people"
title = "Gaps"

[[analyses]]
name = "walk_near"
kind = "nearest"
demand = "homes"
facilities = "shelters"
by = "roads"
title = "Nearest along streets"

[[analyses]]
name = "flooded"
kind = "cut_off"
demand = "homes"
facilities = "shelters"
by = "roads"
limit = "20 min"
zones = "flood"
scenario = "code"
scenario_is = "F1"
critical = 3
weight = "people"
title = { en = "Who is cut off", lv = "Kas ir atgriezts" }
"""
FLOODED = 'limit = "20 min"\nzones = "flood"\nscenario = "code"\nscenario_is = "F1"'
TOWN = with_streets(ANALYSES)


def town(folder: Path, *roads: dict[str, object], plan: str = TOWN, homes: str = HOMES) -> Path:
    """The small town with a street past all its homes and shelters; return the plan."""
    return write_street_town(folder, *roads, plan=plan, homes=homes)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("streets")
    sm.run(town(folder), folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def liechtenstein(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("liechtenstein") / "out"
    sm.run(LIECHTENSTEIN / "plan.toml", folder)
    return folder


def test_minutes_along_a_street_are_those_counted_by_hand(made):
    # 1.1 m/s: 5 min are 330 m, 20 min 1,320 m. A hundredth of a degree is 609 m here: the first home (10 people) has
    # the cellar 61 m away, the second (20) 548 m, the third (30) 6 km.
    near = figures(made, analysis="walk", measure="people", scope="all", threshold_s=300)
    far = figures(made, analysis="walk", measure="people", scope="all", threshold_s=1200)
    keys = ("total", "covered", "uncovered", "unknown", "rows_without_weight")
    assert [near[key] for key in keys] == [60, 10, 50, 0, 1] and [far[key] for key in keys] == [60, 30, 30, 0, 1]
    assert figures(made, analysis="walk_gaps", figure="in_place") == {"1": 30}
    seconds = figures(made, analysis="walk", figure="duration_max_s")["duration_max_s"]
    metres = figures(made, analysis="walk_near", figure="distance_max_m")["distance_max_m"]
    straight = figures(made, analysis="how_far", figure="distance_max_m")["distance_max_m"]
    assert seconds == pytest.approx(metres / 1.1) and straight <= metres < straight * 1.01


def test_who_is_cut_off_sums_to_all_and_every_one_has_a_reason(made):
    # The zone closes the street from its western end to 24.107: the first home and the cellar stand on it, the second
    # home has only the school left, 18 km away.
    found = figures(made, analysis="flooded", measure="people", scenario="F1")
    expected = {"total": 60, "covered_before": 30, "covered": 0, "lost": 30, "uncovered": 30, "unknown": 0}
    assert {key: found[key] for key in expected} == expected and found["rows_without_weight"] == 1
    assert figures(made, analysis="flooded", figure="cut_off_because") == {"street_closed": 10, "too_far": 20}
    assert figures(made, analysis="flooded", figure="not_covered_because") == {"too_far": 30}
    # One edge is the whole town: without it nobody gets anywhere.
    assert figures(made, analysis="flooded", figure="lost_with_critical_street") == {"1": 30}


def test_closed_and_critical_streets_are_layers_with_styles(made):
    closed = sm.read(made / "assessment.gpkg", layer="flooded_closed")
    # From the western end of the street to the edge of the zone, 0.017 degrees.
    length_m = sm.geodesic_distance_m([24.09], [56.95], [24.107], [56.95])[0]
    assert closed["closed_m"].tolist() == pytest.approx([length_m], abs=0.01)
    assert sm.geodesic_length_m(closed.geometry)[0] == pytest.approx(length_m, abs=0.01)
    assert closed["name"].tolist() == ["Main street"]
    with closing(sqlite3.connect(made / "assessment.gpkg")) as connection:
        styled = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))
        people = connection.execute("SELECT people_lost, people_using FROM flooded_critical").fetchall()
    assert 'name="line_width"' in styled["flooded_critical"] and "flooded_closed" in styled
    assert people == [(30, 30)]


def test_a_run_keeps_its_networks_with_the_hash_of_their_source(made):
    summary = json.loads((made / "summary.json").read_text(encoding="utf-8"))
    (network,) = summary["networks"]
    assert (network["name"], network["profile"], network["points_missing"]) == ("roads", "lines", 0)
    assert network["sha256"] == sha256(made.parent / "roads.geojson")
    assert "networks/roads.graph" in summary["files"]
    assert len(sm.Network.load(made / "networks" / "roads.graph").edges()) == 1
    with closing(sqlite3.connect(made / "assessment.gpkg")) as connection:
        assert connection.execute("SELECT name, edges, attribution FROM networks").fetchall() == [
            ("roads", 1, "© The town")
        ]


@pytest.mark.parametrize(
    "words",
    [
        ("within 20 min with the streets closed", "līdz 20 min, kad ielas slēgtas"),
        ("the street at the door is closed", "iela pie durvīm ir slēgta"),
        ("Streets whose closure alone cuts off most", "Ielas, kuru slēgšana vien atgriež visvairāk"),
        ("Along the streets, to the facility", "Pa ielām, virzienā uz objektu"),
    ],
)
def test_the_report_speaks_of_streets_in_both_languages(made, words):
    page = (made / "report.html").read_text(encoding="utf-8")
    assert all(each in page for each in words)
    assert "Streets of the town" in page and section(made, "flooded").count("© The town") == 1


def test_points_missing_in_an_extract_are_told_beside_every_figure(tmp_path):
    homes = "id,name,lon,lat,people,children\nh1,Home,26.95,60.53,5,1\n"
    shelters = "id,name,lon,lat\ns1,Cellar,26.951,60.531\n"
    plan = PLAN.split("[[analyses]]")[0] + '[networks.foot]\npath = "helsinki.osm.pbf"\nprofile = "walk"\n'
    plan += '[[analyses]]\nname = "walk"\nkind = "coverage"\ndemand = "homes"\nfacilities = "shelters"\nby = "foot"\n'
    path = write_town(tmp_path, plan=plan + 'limits = ["15 min"]\ntitle = "Walk"\n', homes=homes, shelters=shelters)
    shutil.copy(EXTRACT, tmp_path)
    sm.run(path, tmp_path / "out")
    (network,) = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["networks"]
    missing = sm.Network.from_osm(EXTRACT, "walk").summary["points_missing"]
    assert missing > 0 and network["points_missing"] == missing
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("points that streets lead through are missing in the file") >= 2
    assert "© OpenStreetMap contributors, ODbL" in section(tmp_path / "out", "walk")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('limits = ["5 min", "20 min"]', 'limits = ["5", "20 min"]', "analyses.walk.limits[1]: a limit is a number"),
        ('limit = "20 min"\nzones', "limit = 20\nzones", "analyses.flooded.limit: a limit is a number with a unit"),
        ('limits = ["5 min", "20 min"]', 'limits = ["500 m", "20 min"]', "either distances or times, not both"),
        ('by = "roads"\nlimits', "limits", "analyses.walk: a time needs streets to travel along: name one"),
        ('by = "roads"\ntitle', 'direction = "from"\ntitle', "analyses.walk_near: direction needs streets"),
        ('by = "roads"\nlimits', 'by = "rods"\nlimits', 'walk.by: unknown network "rods"; did you mean "roads"?'),
        ('path = "roads.geojson"', 'path = "road.geojson"', 'networks.roads.path: no file "road.geojson"'),
        ('"roads.geojson"\n', '"roads.geojson"\nprofile = "walk"\n', "networks.roads: profile is for"),
        (
            LINES,
            'path = "flood.geojson.pbf"\nprofile = "walkk"',
            'networks.roads.profile: unknown value "walkk"; did you mean "walk"?',
        ),
        ('path = "roads.geojson"', 'path = "roads.pbf"\nprofile = "walk"', "networks.roads: speed_kmh is for layers"),
        ('zones = "flood"\nscenario = "code"\nscenario_is = "F1"', "", "analyses.flooded: nothing closes or slows"),
        ('scenario_is = "F1"', "", "analyses.flooded: scenario (the column) and scenario_is (its value)"),
        ("critical = 3", "closing_depth_m = 0.3", "closing_depth_m is compared with the depth of the zones"),
        ('name = "walk_gaps"', 'name = "flooded_closed"', "is the second layer of another analysis"),
        ('speed_kmh = "kmh"', "speed_kmh = 0", "roads.speed_kmh: must be the name of a column, or a speed"),
        (LINES, 'path = "roads.graph"\nstrict = false', "networks.roads: strict is for layers of lines"),
        (FLOODED, 'limit = "1 km"\nspeed_factor = 0.5', "speed_factor changes times only, and the limit is a distance"),
        (FLOODED, "speed_factor = 0.5", "analyses.flooded: speed_factor changes times only, and there is no limit"),
    ],
)  # fmt: skip
def test_faults_of_streets_are_told_with_their_key(tmp_path, old, new, told):
    assert old in TOWN
    with pytest.raises(PlanError) as raised:
        load_plan(town(tmp_path, plan=TOWN.replace(old, new, 1)))
    assert told in str(raised.value)


def test_a_fault_is_told_once(tmp_path):
    for old, new in (('speed_kmh = "kmh"', "speed_kmh = 0"), ('["5 min", "20 min"]', '["5 min", "1 km"]')):
        with pytest.raises(PlanError) as raised:
            load_plan(town(tmp_path, plan=TOWN.replace(old, new, 1)))
        assert len(raised.value.faults) == 1
        assert raised.value.faults[0].count(", not") == 1
        assert raised.value.faults[0].count("1 km") <= 1


@pytest.mark.parametrize(
    ("old", "new", "error", "told"),
    [
        ('speed_kmh = "kmh"', 'speed_kmh = "kmhh"', PlanError, 'networks.roads.speed_kmh: unknown column "kmhh"'),
        ('speed_kmh = "kmh"', 'speed_kmh = "still"', PlanError, "networks.roads: lines"),
        ('scenario_is = "F1"', 'scenario_is = "F2"', PlanError, 'analyses.flooded.scenario_is: unknown scenario "F2"'),
        ('zones = "flood"\nscenario', 'depth = "dep"\nzones = "flood"\nscenario', PlanError, 'unknown column "dep"'),
        (
            'zones = "flood"\nscenario',
            'ways = [3]\nzones = "flood"\nscenario',
            PlanError,
            "analyses.flooded: along networks.roads: the network has no way 3",
        ),
        (
            'name = "walk_near"\nkind = "nearest"\ndemand = "homes"\nfacilities = "shelters"',
            'name = "walk_near"\nkind = "nearest"\ndemand = "homes"\nfacilities = "parts"',
            PlanError,
            "analyses.walk_near.facilities: inputs.parts holds other shapes than points",
        ),
        (
            LINES,
            'path = "homes.osm.pbf"\nprofile = "walk"',
            sm.ReadError,
            "networks.roads.path: ",
        ),
        (
            LINES,
            'path = "saved.graph"\nprofile = "car"',
            PlanError,
            'networks.roads.profile: the saved network is for "walk", not for "car"',
        ),
        (
            LINES,
            'path = "cut.graph"',
            sm.ReadError,
            "networks.roads.path: ",
        ),
    ],
)  # fmt: skip
def test_files_that_do_not_fit_are_told_with_their_key(tmp_path, old, new, error, told):
    plan = town(tmp_path, plan=TOWN.replace(old, new, 1))
    (tmp_path / "homes.osm.pbf").write_text(HOMES, encoding="utf-8")
    sm.Network.from_osm(EXTRACT, "walk").save(tmp_path / "saved.graph")
    (tmp_path / "cut.graph").write_bytes((tmp_path / "saved.graph").read_bytes()[:-100])
    with pytest.raises(error) as raised:
        sm.run(plan, tmp_path / "out")
    assert told in str(raised.value) and not (tmp_path / "out").exists()


def causes(change: sm.Comparison, analysis: str) -> dict[str, float]:
    rows = change.causes.query("analysis == @analysis and measure == 'people' and scope == 'all'")
    row = rows.sort_values("threshold_s").iloc[-1]
    return {cause: float(row[cause]) for cause in CAUSES if row[cause]}


def year(folder: Path, *roads: dict[str, object], **files: str) -> Assessment:
    return assess(load_plan(town(folder, *roads, plan=TOWN.replace("schema = 1", "schema = 1\nyear = 2026"), **files)))


def test_other_streets_are_a_cause_and_the_way_back_is_its_mirror(tmp_path):
    # The street is broken between the first two homes: the second one has the cellar no longer.
    broken = (road((24.09, 56.95), (24.108, 56.95)), road((24.109, 56.95), (24.42, 56.95)))
    whole = year(tmp_path / "whole", MAIN)
    sm.run(whole.plan, tmp_path / "out")
    later = year(tmp_path / "later", *broken, homes=HOMES.replace("56.950,20,", "56.950,26,"))
    there, back = sm.compare(tmp_path / "out", later), sm.compare(later, whole)
    assert not there.not_explained and not back.not_explained
    # 20 people lose it, 6 more would have come: of these each cause has half, of those the streets have all.
    for name in ("walk", "walk_gaps"):
        assert causes(there, name) == {"network": -23.0, "people": 3.0}
        assert causes(back, name) == {"network": 23.0, "people": -3.0}
    assert causes(there, "shelter") == {"people": 6.0}  # as the crow flies no street counts


def test_the_same_streets_of_another_file_are_no_cause(tmp_path):
    former = year(tmp_path / "a")
    plan = town(tmp_path / "b", plan=TOWN.replace(LINES, 'path = "roads.graph"'))
    lines = sm.read(tmp_path / "b" / "roads.geojson")
    sm.Network.from_lines(lines, speed_kmh="kmh", name="street").save(tmp_path / "b" / "roads.graph")
    change = sm.compare(former, assess(load_plan(plan)))
    assert causes(change, "walk") == {} and not change.causes["network"].any()


def test_the_sums_of_liechtenstein_hold_and_every_map_says_illustrative_and_whose_streets(liechtenstein):
    for name in ("fire_in_flood", "school_in_flood"):
        found = figures(liechtenstein, analysis=name, measure="people")
        assert found["covered"] + found["lost"] + found["uncovered"] + found["unknown"] == found["total"] == 38_672
        assert found["covered_before"] == found["covered"] + found["lost"] and found["lost"] > 0
        because = figures(liechtenstein, analysis=name, figure="cut_off_because")
        assert sum(because.values()) == found["lost"] and because["street_closed"] > 0
        missed = figures(liechtenstein, analysis=name, figure="not_covered_because")
        assert sum(missed.values()) == found["uncovered"] + found["unknown"]
        text = section(liechtenstein, name)
        assert text.count("<img") == text.count("© OpenStreetMap contributors, ODbL") == 1
        assert "Flood of the Rhine (illustrative, not official)" in text
        assert "Reinas plūdi (izdomāti, nav oficiāli)" in text
    closed = sm.read(liechtenstein / "assessment.gpkg", layer="school_in_flood_closed")
    long = closed[closed["closed_m"] > 0.01]  # streets that several zones close have several parts
    assert (sm.geodesic_length_m(long.geometry) - long["closed_m"]).abs().max() < 0.01
    assert (long.geometry.count_geometries() > 1).any()
    lost = list(figures(liechtenstein, figure="lost_with_critical_street").values())
    assert len(lost) == 5 and lost == sorted(lost, reverse=True) and lost[-1] > 0


def test_a_value_of_any_wrong_type_in_networks_and_their_analyses_is_a_fault_and_never_a_crash(tmp_path, monkeypatch):
    path = town(tmp_path)
    raw = tomllib.loads(TOWN)
    tables = [*raw["networks"].values(), *(each for each in raw["analyses"] if "by" in each)]
    more = ("ways", "barrier", "depth", "closing_depth_m", "bridges", "speed_factor", "direction", "profile", "layer")
    monkeypatch.setattr("sheltermap.plans.plan._toml", lambda _: raw)
    faults = 0
    for table in tables:
        for key in (*table, *more):
            kept = dict(table)
            for value in (None, 0, -1.5, float("nan"), True, "", "\0", [], [[]], [{}], {}, {"en": 1}, ["5 min", 5]):
                table[key] = value
                try:
                    load_plan(path)
                except PlanError as error:
                    faults += 1
                    assert all(error.faults)
            table.clear()
            table.update(kept)
    load_plan(path)
    assert faults > 500


@pytest.mark.parametrize(
    ("closing_keys", "lost", "because"),
    [
        ("ways = [0]", 30, {"street_closed": 30}),
        ('barrier = "flood"', 30, {"street_closed": 10, "too_far": 20}),  # the same stretch as the zone's
        # 548 m take the second home 33 minutes at a quarter of 1.1 m/s, 61 m the first one 4.
        ("speed_factor = 0.25", 20, {"too_far": 20}),
    ],
)
def test_ways_barriers_and_slower_streets_cut_off_as_zones_do(tmp_path, closing_keys, lost, because):
    zones = 'zones = "flood"\nscenario = "code"\nscenario_is = "F1"'
    assert zones in TOWN
    sm.run(town(tmp_path, plan=TOWN.replace(zones, closing_keys, 1)), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="flooded", measure="people")
    assert (found["lost"], found["covered"], found["total"]) == (lost, 30 - lost, 60)
    assert figures(tmp_path / "out", analysis="flooded", figure="cut_off_because") == because


def test_the_map_of_a_plan_has_zones_and_critical_streets_and_their_numbers_lead_to_the_picture(made):
    view = next(each for each in assess(load_plan(made.parent / "plan.toml")).explore().views if each.name == "flooded")
    layers = {each.role: each for each in view.layers}
    assert layers["water"].title == "zone that closes streets"
    assert list(layers["flows"].fields[0].said) == ["Main street"]
    text = section(made, "flooded")
    assert '<figure id="flooded-map">' in text
    critical = text.split("Streets whose closure alone")[1]
    assert '<th scope="row"><a href="#flooded-map">1</a></th>' in critical
    assert '<a class="beside" href="map.html#flooded/flows/' in critical
