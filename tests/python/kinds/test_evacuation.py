# SPDX-License-Identifier: Apache-2.0
"""Evacuation in plans: who leaves in time, counted by hand, told in both languages, held against the year before."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.questions.plan_error import PlanError
from small_plan import changed, figures, refusal, refusal_of_run, road, section, with_streets, write_street_town

ASKED = """
[[analyses]]
name = "leaving"
kind = "evacuation"
demand = "homes"
facilities = "shelters"
by = "roads"
zones = "flood"
limit = "10 min"
delay = "1 min"
weight = "people"
group = "who"
speeds = { quick = 2.2 }
capacity = "room"
title = { en = "Who gets out in time", lv = "Kas paspēj aiziet" }
"""
# The zone reaches from 24.09 to 24.107; a hundredth of a degree is 609 m here. The street leads east, to the school.
LIVE = """id,name,lon,lat,people,children,who
h1,At the edge,24.104,56.950,10,2,crowd
h2,In the middle,24.100,56.950,20,,crowd
h3,Quick ones,24.097,56.950,30,5,quick
h4,Home without number,24.105,56.951,,1,quick
h5,Outside,24.200,56.950,7,1,crowd
h6,Uncounted outside,24.210,56.950,,1,crowd
h7,Nowhere near,24.105,56.9599,4,1,crowd
"""
SHELTERS = """id,name,lon,lat,room
s1,Cellar,24.101,56.950,100
s2,School,24.400,56.950,50
"""
HUNDREDTH_M = 609.0


def town(folder: Path, *roads, asked: str = ASKED, homes: str = LIVE, year: int = 2025, snap_m: int = 1000) -> Path:
    plan = with_streets(asked, year=year).replace('name = "street"', f'name = "street"\nsnap_limit_m = {snap_m}')
    return write_street_town(folder, *roads, plan=plan, homes=homes, shelters=SHELTERS)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("leaving")
    sm.run(town(folder, snap_m=600), folder / "out")
    return folder / "out"


def test_who_leaves_in_time_is_counted_by_hand(made):
    # A minute after the warning they go 1.1 m/s: h1 has 0.3 hundredths to the edge of the zone (3.8 min in all), h2
    # 0.7 (7.5 min), the quick ones 1.0 at twice the speed (5.6 min); h7 has no street within 600 m.
    found = figures(made, analysis="leaving", measure="people", category=None)
    expected = {"total": 64, "covered": 60, "uncovered": 4, "unknown": 0, "outside": 7, "overflow": 10}
    assert {key: found[key] for key in expected} == expected and found["covered_share"] == 60 / 64
    assert (found["rows_without_weight"], found["outside_rows_without_weight"]) == (1, 1)
    assert found["last_left_s"] == pytest.approx(60 + 0.7 * HUNDREDTH_M / 1.1, rel=2e-3)
    assert found["half_left_s"] == pytest.approx(60 + 1.0 * HUNDREDTH_M / 2.2, rel=2e-3)  # 10 of 60, then 30 more
    assert found["last_arrived_s"] == pytest.approx(60 + 30 * HUNDREDTH_M / 1.1, rel=2e-3)
    assert figures(made, analysis="leaving", figure="not_covered_because") == {"not_snapped": 4}
    assert figures(made, analysis="leaving", figure="group_covered") == {"crowd": 30, "quick": 30}
    assert figures(made, analysis="leaving", figure="group_uncovered") == {"crowd": 4, "quick": 0}
    assert figures(made, analysis="leaving", figure="arrivals") == {"s2": 60}  # the cellar is in the zone


def test_rows_shelters_and_streets_are_layers_with_styles(made):
    with closing(sqlite3.connect(made / "assessment.gpkg")) as connection:
        rows = dict(connection.execute("SELECT id, state FROM leaving"))
        goes = connection.execute("SELECT shelter, shelter_name FROM leaving WHERE id = 'h2'").fetchall()
        states = dict(connection.execute("SELECT id, state FROM leaving_facilities"))
        people = connection.execute("SELECT max(people) FROM leaving_flows").fetchone()
        styled = {name for (name,) in connection.execute("SELECT f_table_name FROM layer_styles")}
    assert rows["h2"] == "leaves" and rows["h5"] == "outside" and rows["h7"] == "cannot_leave"
    assert goes == [("s2", "School")] and states == {"s1": "in_zone", "s2": "usable"} and people == (60,)
    assert {"leaving", "leaving_facilities", "leaving_flows"} <= styled


def test_the_report_tells_it_in_both_languages(made):
    page, text = (made / "report.html").read_text(encoding="utf-8"), section(made, "leaving")
    assert "are out of the zones within 10 min" in page and "ir ārpus zonām 10 min laikā" in page
    assert "60 of 64 people; 7 live in no zone" in page and "more people come than the shelters hold" in page
    for words in (
        "the times are lower bounds",
        "laiki ir mazākie iespējamie",
        "no street is near enough",
        "crowd",
        "School",
        "Along the streets, to the facility",
        "streets that at least 30 go along",
    ):
        assert words in text
    assert text.count("<img") == 1


@pytest.mark.parametrize(
    ("old", "new", "covered", "because"),
    [
        ('limit = "10 min"\n', "", 64, {}),  # with all of them near a street
        ('limit = "10 min"', 'limit = "6 min"', 40, {"too_late": 24}),  # h2, and h7 who is beside the street for long
        # The water closes the street from its western end to the edge of the zone.
        ("delay", "closed = true\ndelay", 0, {"street_closed": 64}),
        ("delay", 'scenario = "code"\nscenario_is = "F1"\ndelay', 60, {"too_late": 4}),
    ],
)
def test_what_the_plan_asks_decides_who_leaves(tmp_path, old, new, covered, because):
    sm.run(town(tmp_path, asked=ASKED.replace(old, new, 1), snap_m=2000), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="leaving", measure="people", category=None)
    assert (found["covered"], found["total"]) == (covered, 64)
    assert figures(tmp_path / "out", analysis="leaving", figure="not_covered_because") == because


def test_without_groups_and_weights_rows_are_counted(tmp_path):
    lines = ("weight", "group", "speeds", "capacity", "limit")
    plain = "\n".join(line for line in ASKED.splitlines() if not line.startswith(lines))
    sm.run(town(tmp_path, asked=plain + "\n", snap_m=2000), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="leaving", measure="rows", category=None)
    assert (found["total"], found["covered"], found["outside"]) == (5, 5, 2)
    table = section(tmp_path / "out", "leaving").split("Who leaves the zones, and when")[1].split("</table>")[0]
    assert "the last has left" in table and "<td" in table
    # The last is who lives 0.0099 degrees, 1,103 m, north of the street.
    assert found["last_left_s"] == pytest.approx(60 + (1103 + 0.2 * HUNDREDTH_M) / 1.1, rel=2e-3)
    assert "overflow" not in found and not figures(tmp_path / "out", analysis="leaving", figure="group_total")


def test_a_broken_street_explains_who_no_longer_leaves_and_the_gate_fails(tmp_path):
    sm.run(town(tmp_path / "then", snap_m=2000), tmp_path / "before")
    broken = (road((24.07, 56.95), (24.102, 56.95)), road((24.103, 56.95), (24.42, 56.95)))
    after = sm.run(town(tmp_path / "now", *broken, year=2026, snap_m=2000), tmp_path / "after")
    change = sm.compare(tmp_path / "before", after)
    assert not change.not_explained and not len(change.not_compared)
    row = change.causes[change.causes["analysis"] == "leaving"].iloc[0]
    assert (row["before"], row["after"], row["network"]) == (60, 10, -50)
    findings = sm.check(after, tmp_path / "before").findings
    mine = {(each.kind, each.state) for each in findings if each.subject == "leaving"}
    assert mine == {("coverage_fell", "failed"), ("figure_worse", "failed"), ("detail_worse", "noted")}


def test_a_smaller_zone_is_a_cause_and_no_loss_of_people(tmp_path):
    sm.run(town(tmp_path / "then"), tmp_path / "before")
    plan = town(tmp_path / "now", year=2026)
    zones = (plan.parent / "flood.geojson").read_text(encoding="utf-8")
    (plan.parent / "flood.geojson").write_text(zones.replace("24.107", "24.103"), encoding="utf-8")
    after = sm.run(plan, tmp_path / "after")
    row = sm.compare(tmp_path / "before", after).causes.query("analysis == 'leaving'").iloc[0]
    assert (row["before"], row["after"], row["zones"]) == (60, 50, -10)
    assert "total_smaller" not in {each.kind for each in sm.check(after, tmp_path / "before").findings}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('by = "roads"\n', "", "analyses.leaving.by: is missing"),
        ('zones = "flood"\n', "", "analyses.leaving.zones: is missing"),
        ('zones = "flood"', 'zones = "floods"', 'unknown input "floods"; did you mean "flood"?'),
        ('limit = "10 min"', 'limit = "500 m"', 'analyses.leaving: limit is a time, as "30 min", not "500 m"'),
        ('delay = "1 min"', 'delay = "1 km"', 'analyses.leaving: delay is a time, as "30 min", not "1 km"'),
        ('group = "who"\n', "", "analyses.leaving: speeds are those of groups: name their column as group"),
        ("speeds = { quick = 2.2 }", "speeds = { quick = 0 }", "analyses.leaving.speeds.quick"),
        ("delay", 'scenario_is = "F1"\ndelay', "scenario (the column) and scenario_is (its value) belong together"),
        ("delay", "bridges = true\ndelay", "bridges says which streets the zones close: write closed = true"),
        ("delay", "closed = true\nclosing_depth_m = 1\ndelay", "closing_depth_m is compared with the depth"),
    ],
)
def test_wrong_keys_are_told(tmp_path, old, new, told):
    assert told in refusal(town(tmp_path, asked=changed(ASKED, old, new)))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("quick = 2.2", "slow = 2.2", "analyses.leaving: along networks.roads: "),
        ('group = "who"', 'group = "whom"', 'analyses.leaving.group: unknown column "whom"'),
        ('capacity = "room"', 'capacity = "rooms"', 'analyses.leaving.capacity: unknown column "rooms"'),
        ("delay", 'scenario = "code"\nscenario_is = "F2"\ndelay', 'scenario_is: unknown scenario "F2"'),
    ],
)
def test_files_that_do_not_fit_are_told(tmp_path, old, new, told):
    assert told in refusal_of_run(town(tmp_path, asked=changed(ASKED, old, new)))


def test_homes_without_a_group_are_told(tmp_path):
    homes = LIVE.replace("20,,crowd", "20,,")
    with pytest.raises(PlanError, match=r"row 2 has no group in 'who'"):
        sm.run(town(tmp_path, homes=homes), tmp_path / "out")
