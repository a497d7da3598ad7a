# SPDX-License-Identifier: Apache-2.0
"""Vulnerable groups in plans: who is in a shelter in time, counted by hand, told in both languages, year by year."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import sheltermap as sm
from hazard_town import with_scenarios, write_hazard_town
from small_plan import STREETS, changed, collection, figures, refusal, refusal_of_run, road, section

ASKED = """
[[analyses]]
name = "in_time"
kind = "vulnerable"
demand = "homes"
facilities = "shelters"
warning = { flood_10 = "1 h", flood_100 = "20 min", gas = "10 min" }
reaction = "2 min"
boarding = { care = "1 min" }
weight = "people"
group = "who"
speeds = { care = 0.8, pupils = 1.0, other = "crowd" }
suitable = { flood = "dry" }
needs_step_free = "needs"
step_free = "flat"
capacity = "room"
areas = "parts"
area_name = "part"
title = { en = "Care homes in time", lv = "Pansionāti laikus" }
"""
HOMES = """id,name,lon,lat,people,children,who,needs
h1,Care home,24.100,56.950,10,2,care,yes
h2,School,24.110,56.950,20,,pupils,no
h3,Dry home,24.300,56.950,30,5,other,no
h4,Home without number,24.105,56.951,,1,other,no
"""
SHELTERS = """id,name,lon,lat,dry,flat,room
s1,Cellar,24.101,56.950,yes,yes,100
s2,Steps,24.1125,56.950,yes,no,15
s3,Hall,24.115,56.950,yes,yes,12
s4,Pit,24.1121,56.950,no,yes,50
"""
HUNDREDTH_M = 609.0  # of a degree of longitude here


def town(folder: Path, *, asked: str = ASKED, year: int = 2025, shelters: str = SHELTERS, streets: str = "") -> Path:
    plan = with_scenarios(asked, year=year).replace("[[standards]]", streets + "\n[[standards]]", 1)
    return write_hazard_town(folder, plan=plan, homes=HOMES, shelters=shelters)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("in_time")
    sm.run(town(folder), folder / "out")
    return folder / "out"


def counted(folder: Path, scenario: str) -> dict[str, float]:
    return figures(folder, analysis="in_time", scenario=scenario, measure="people", scope="all", category=None)


def test_who_is_in_time_is_counted_by_hand(made):
    # The cellar lies in every zone, the pit is no use in a flood. The care home needs the hall, 1.5 hundredths away:
    # 913 m at 0.8 m/s and 3 min before, 22 min; there is time in a frequent flood only. The school has 15 places at the
    # steps (152 m) and finds the other 5 in the hall, where the care home finds the 7 that are left, too late.
    frequent, rare, gas = (counted(made, each) for each in ("flood_10", "flood_100", "gas"))
    assert {key: frequent[key] for key in ("total", "in_zone", "in_time", "outside")} == {
        "total": 60,
        "in_zone": 10,
        "in_time": 10,
        "outside": 50,
    }
    assert (rare["in_time"], rare["too_late"], rare["no_places"], rare["no_shelter"]) == (20, 7, 3, 0)
    assert rare["in_time_share"] == 20 / 30 and rare["rows_without_weight"] == 1
    needed = 180 + 1.5 * HUNDREDTH_M / 0.8
    assert frequent["warning_needed_s"] == pytest.approx(needed, rel=2e-3)
    assert (gas["too_late"], gas["outside"]) == (10, 50)
    because = {"analysis": "in_time", "figure": "not_covered_because"}
    assert figures(made, scenario="flood_100", **because) == {"full": 3, "warning_too_short": 7}
    arrivals = figures(made, analysis="in_time", figure="arrivals", scenario="flood_100")
    assert arrivals == {"s2": 15, "s3": 12}
    shares = figures(made, analysis="in_time", figure="group_in_time_share", scenario="flood_100")
    assert shares["pupils"] == 1 and shares["care"] == 0
    west = figures(made, analysis="in_time", scenario="flood_100", scope="area", area="West")
    assert (west["total"], west["in_time"]) == (30, 20)


def test_in_a_gas_cloud_the_pit_counts_since_nobody_says_otherwise(made):
    with closing(sqlite3.connect(made / "assessment.gpkg")) as connection:
        goes = connection.execute("SELECT scenario, id, state, shelter_name FROM in_time WHERE id = 'h1'").fetchall()
        states = dict(
            connection.execute("SELECT id, state FROM in_time_facilities WHERE scenario = 'flood_100'").fetchall()
        )
        styled = {name for (name,) in connection.execute("SELECT f_table_name FROM layer_styles")}
    assert ("gas", "h1", "too_late", "Pit") in goes and ("flood_10", "h1", "in_time", "Hall") in goes
    assert states == {"s1": "in_zone", "s2": "usable", "s3": "usable", "s4": "unsuitable"}
    assert {"in_time", "in_time_facilities"} <= styled


def test_the_report_tells_it_in_both_languages(made):
    page, text = (made / "report.html").read_text(encoding="utf-8"), section(made, "in_time")
    for words in (
        "of those in the zone are in a suitable shelter in time: Rare flood",
        "no zonā esošajiem laikus nokļūst piemērotā patvertnē: Reti plūdi",
        "20 of 30 people; 7 too late, 3 without a place",
        "20 no 30 (iedzīvotāji); 7 nokļūst par vēlu",
    ):
        assert words in page
    for words in (
        "the warning time is too short",
        "brīdinājuma laiks ir par īsu",
        "Ways are as the crow flies, so the times are lower bounds",
        "Ceļš mērīts taisnā līnijā",
        "which shelters are fit for the hazard “chemical accident”",
        "Who is not in time: Rare flood",
        "zone of the hazard",
        "Home without number",
        "By area: people: Rare flood",
        "Hall",
    ):
        assert words in text
    assert text.count("<img") == 3


def test_the_terminal_names_who_is_not_in_time_most_people_first(tmp_path):
    found = sm.run(town(tmp_path), tmp_path / "out")
    kind, outcome = next(each for each in found.answers() if each[0].name == "in_time")
    assert kind.told(outcome, "lv") == (
        "Care home, gas (brīdinājuma laiks ir par īsu), Care home, Reti plūdi (brīdinājuma laiks ir par īsu), "
        "Care home, Reti plūdi (visi pietiekami tuvu esošie ir pilni)"
    )
    drawn = kind.legends_beside(outcome)["facilities"]
    assert [each.count for each in drawn] == [4, 3, 3, 2]  # in all three scenarios


def test_without_groups_weights_and_places_rows_go_to_the_nearest(tmp_path):
    kept = ("[[", "name", "kind", "demand", "facilities", "title")
    plain = "\n".join(line for line in ASKED.splitlines() if line.startswith(kept))
    asked = plain + '\nscenarios = ["flood_100"]\nspeed = "crowd"\nwarning_min = "lon"\nneeds_step_free = true\n'
    sm.run(town(tmp_path, asked=asked + 'step_free = "flat"\n'), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="in_time", measure="rows", category=None)
    # All three in the zone go to the pit, 1.2 hundredths away from the first: 731 m at 1.1 m/s; they have 24 minutes.
    assert (found["total"], found["in_time"], found["outside"]) == (4, 3, 1)
    assert found["warning_needed_s"] == pytest.approx(1.21 * HUNDREDTH_M / 1.1, rel=2e-3)
    told = section(tmp_path / "out", "in_time")
    assert "Everybody of whom this is known" in told
    assert ">warning<" not in told  # it has no one number: the column is left out, and the report says why
    assert "the warning differs from place to place" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_along_streets_that_the_zones_close_nobody_leaves(tmp_path):
    roads = STREETS.replace('path = "roads.geojson"', 'path = "roads.geojson"\nwalking_kmh = 3.96')
    for closed, in_time, no_shelter in ((False, 20, 0), (True, 0, 30)):
        folder = tmp_path / str(closed)
        asked = ASKED.replace("suitable", f'by = "roads"\nclosed = {str(closed).lower()}\nsuitable', 1)
        plan = town(folder, asked=asked, streets=roads)
        (folder / "roads.geojson").write_text(collection(road((24.09, 56.95), (24.42, 56.95))), encoding="utf-8")
        sm.run(plan, folder / "out")
        rare = counted(folder / "out", "flood_100")
        assert (rare["in_time"], rare["no_shelter"]) == (in_time, no_shelter)
    assert "Streets in the zone count as closed." in section(tmp_path / "True" / "out", "in_time")


def test_fewer_places_the_year_after_fail_the_gate(tmp_path):
    sm.run(town(tmp_path / "then"), tmp_path / "before")
    fewer = SHELTERS.replace("yes,no,15", "yes,no,5").replace("yes,yes,12", "yes,yes,2")
    after = sm.run(town(tmp_path / "now", year=2026, shelters=fewer), tmp_path / "after")
    change = sm.compare(tmp_path / "before", after)
    assert not len(change.not_compared)
    findings = sm.check(after, tmp_path / "before").findings
    mine = {(each.kind, each.state) for each in findings if each.subject == "in_time"}
    assert ("coverage_fell", "failed") in mine and ("detail_worse", "noted") in mine


def test_a_column_called_otherwise_the_year_after_is_the_same_one(tmp_path):
    sm.run(town(tmp_path / "then"), tmp_path / "before")
    renamed = town(
        tmp_path / "now", year=2026, asked=ASKED.replace('"dry"', '"safe"'), shelters=SHELTERS.replace("dry", "safe")
    )
    after = sm.run(renamed, tmp_path / "after")
    assert not len(sm.compare(tmp_path / "before", after).not_compared)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("warning = {", "#", "give warning, as"),
        ('flood_10 = "1 h"', 'flood_10 = "1 km"', 'warning is a time, as "10 min", not "1 km"'),
        ('group = "who"\n', "", "speeds are those of groups"),
        ("speeds = {", "speed = 1.0\n#", "speed is that of all"),
        ('step_free = "flat"\n', "", "say which shelters have no steps"),
        ("suitable", "closed = true\nsuitable", "closed says that zones close streets"),
        ('capacity = "room"', "split = false", "split is about places"),
        ("care = 0.8", "care = 0", "analyses.in_time.speeds.care"),
        ("weight", 'scenarios = ["flood_1"]\nweight', "flood_1"),
    ],
)
def test_wrong_keys_are_told(tmp_path, old, new, told):
    assert told in refusal(town(tmp_path, asked=changed(ASKED, old, new)))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"dry"', '"damp"', 'analyses.in_time.suitable: unknown column "damp"'),
        ('"needs"', '"need"', 'analyses.in_time.needs_step_free: unknown column "need"'),
        ("care = 0.8, ", "", "no speed for the group 'care'"),
        ('gas = "10 min"', 'fire = "10 min"', "there is no scenario"),
        ('capacity = "room"', 'capacity = "name"', "column 'name' holds 'Cellar' in row 1"),
    ],
)
def test_files_that_do_not_fit_are_told(tmp_path, old, new, told):
    assert told in refusal_of_run(town(tmp_path, asked=changed(ASKED, old, new)))
