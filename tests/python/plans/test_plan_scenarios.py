# SPDX-License-Identifier: Apache-2.0
"""Scenarios of a plan: what is accepted, what is said about what is not, and what an assessment keeps of them."""

import json
import sqlite3
from contextlib import closing
from typing import ClassVar, Literal

import pytest
from typer.testing import CliRunner

import sheltermap as sm
from hazard_town import SCENARIOS, with_scenarios, write_hazard_town
from outside_kind import NorthOf
from raster_files import write_raster
from sheltermap.commands.cli import app
from sheltermap.plans.plan import load_plan
from sheltermap.questions.context import Context
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.plan_error import PlanError
from sheltermap.questions.registry import KINDS
from sheltermap.questions.scenario_keys import OfScenarios
from sheltermap.report.terminal import terminal_lines
from small_plan import MAIN, collection, told_of

ASKED = """
[[analyses]]
name = "wet"
kind = "wet_north"
demand = "homes"
weight = "people"
latitude = 56.9505
title = { en = "Wet in the north", lv = "Slapji ziemeļos" }
"""


class WetNorth(NorthOf, OfScenarios):
    """Tells in notes whom the scenarios hit, besides who lives north of a line."""

    kind: Literal["wet_north"]  # type: ignore[assignment]
    seen: ClassVar[list[Context]] = []

    def run(self, context: Context) -> Outcome:
        self.seen[:] = [context]
        outcome = super().run(context)
        demand = context.frames["demand"]
        outcome.notes.extend(f"{each.id}: {each.hits(demand).inside.tolist()}" for each in context.scenarios.values())
        return outcome


@pytest.fixture
def wet_north(monkeypatch):
    monkeypatch.setitem(KINDS, "wet_north", WetNorth)


def faults_of(folder, plan: str) -> list[str]:
    with pytest.raises(PlanError) as raised:
        sm.run(write_hazard_town(folder, plan=plan), folder / "out")
    assert not (folder / "out").exists()
    return raised.value.faults


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('zones = "water"', 'zones = "watr"', 'scenarios.flood_10.zones: unknown input "watr"; did you mean "water"?'),
        ('id = "flood_100"', 'id = "flood_10"', 'scenarios: id "flood_10" is used 2 times'),
        (
            "return_period_years = 10\n",
            "return_period_years = 10\nannual_probability = 0.1\n",
            "scenarios.flood_10: return_period_years and annual_probability both say how likely it is",
        ),
        ("return_period_years = 10\n", "return_period_years = 0\n", "a return period is 1 year or longer, not 0"),
        ("return_period_years = 10\n", 'return_period_years = "10"\n', "return_period_years: must be a valid number"),
        ('likelihood = "rare"', "probability = 1", 'scenarios.gas.probability: unknown key "probability"'),
        ('hazard = "chemical"\n', "", "scenarios.gas.hazard: is missing"),
        ('id = "gas"', 'id = "gas 1"', '"gas 1" cannot be a name'),
        ('unit = "m"\n', 'unit = "m"\naffected_from = inf\n', "scenarios.flood_10.affected_from: "),
        ('intensity = "depth_m"\n', "", "scenarios.flood_10: unit is that of the intensity: give intensity"),
        ('zones = "gas"\n', "", "scenarios.gas: where is about zones: name the input that has them"),
        (
            'intensity = "depth_m"',
            'intensity = "depth"',
            'scenarios.flood_10.intensity: unknown column "depth"; did you mean "depth_m"?',
        ),
        (
            "where = { years = 10 }",
            "where = { year = 10 }",
            'scenarios.flood_10.where.year: unknown column "year"; did you mean "years"?',
        ),
        (
            "where = { years = 10 }",
            "where = { years = 50 }",
            "scenarios.flood_10.where: no row of water has years = 50; there is years = 10, years = 100",
        ),
        (
            'where = { level = "red" }',
            'where = { level = ["blue", "green"] }',
            'scenarios.gas.where: no row of gas has level = "blue" or "green"; there is level = "red"',
        ),
        (
            "where = { years = 10 }",
            "where = { years = 10, depth_m = 2 }",
            "no row of water has years = 10 and depth_m = 2; there is years = 10 and depth_m = 1.0, years = 100 and",
        ),
        (
            'where = { level = "red" }',
            'intensity = "level"',
            "scenarios.gas: zones of scenario gas (gas.geojson): column 'level' holds 'red' in row 1",
        ),
        (
            "accept_unconfirmed = true\n",
            "",
            "scenarios.gas.status: the scenario is unconfirmed; confirm its source, or write accept_unconfirmed = true",
        ),
        ('status = "unconfirmed"', 'status = "sure"', 'scenarios.gas.status: unknown value "sure"'),
        (
            'zones = "gas"\n',
            'zones = "gas"\nfailing = { facilities = "shelters" }\n',
            "scenarios.gas: zones and failing both say where it acts: give one of the two",
        ),
        ("[[scenarios]]", "[scenarios]", "scenarios: must be a list of tables: write [[scenarios]]"),
        ('name = "choice"', 'name = "scenarios"', "analyses.scenarios.name: is kept for the assessment itself"),
    ],
)
def test_a_fault_says_which_scenario_and_what_there_is(tmp_path, old, new, told):
    plan = with_scenarios()
    assert old in plan
    several = plan.count("[[scenarios]]") if old == "[[scenarios]]" else 1
    plan = plan.replace(old, new, 1) if several == 1 else with_scenarios(scenarios='[scenarios]\nid = "a"\n')
    assert told in "\n".join(faults_of(tmp_path, plan))


@pytest.mark.parametrize(
    ("scenarios", "asked", "told"),
    [
        (
            SCENARIOS,
            'scenarios = ["flood_1"]',
            'analyses.wet.scenarios: unknown scenario "flood_1"; did you mean "flood',
        ),
        (SCENARIOS, 'scenarios = ["gas", "gas"]', 'analyses.wet.scenarios: "gas" is named 2 times'),
        (SCENARIOS, "scenarios = []", "analyses.wet.scenarios: must not be empty"),
        ("", "", "analyses.wet: it is about scenarios, and the plan has none: write [[scenarios]]"),
    ],
)
def test_an_analysis_asks_for_scenarios_that_there_are(tmp_path, wet_north, scenarios, asked, told):
    assert told in "\n".join(faults_of(tmp_path, with_scenarios(ASKED, asked, scenarios=scenarios)))


def test_an_analysis_is_given_the_scenarios_that_it_asks_for_in_its_order(tmp_path, wet_north):
    plan = load_plan(write_hazard_town(tmp_path, plan=with_scenarios(ASKED, 'scenarios = ["gas", "flood_100"]')))
    wet = plan.analyses[-1]
    assert [name for name, _ in plan.data_of(wet)] == ["homes", "gas", "water"]
    assert [name for name, _ in plan.made_up(wet)] == ["gas"] and plan.attributions(wet) == ["© The river"]
    outcome = sm.run(plan, tmp_path / "out").outcomes[-1]
    assert outcome.notes[-2:] == ["gas: [1, 0, 0, 0]", "flood_100: [1, 1, 0, 1]"]
    (context,) = WetNorth.seen
    flood = context.scenarios["flood_100"]
    assert (flood.hazard, flood.probability, flood.season, flood.unit) == ("flood", 0.01, None, "m")
    assert flood.hits(context.frames["demand"]).intensity.tolist()[:2] == [2.0, 0.25]
    assert context.scenario_words("gas") == {"en": "gas", "lv": "gas"}
    assert context.scenario_words("flood_100")["lv"] == "Reti plūdi"


FAILURE = """
[[scenarios]]
id = "dry"
hazard = "water"
failing = { facilities = "shelters", where = { name = "Cellar" }, limit = "20 km" }
likelihood = "likely"
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            '"shelters"',
            '"shelter"',
            'scenarios.dry.failing.facilities: unknown input "shelter"; did you mean "shelters"',
        ),
        (
            '"Cellar"',
            '"Cave"',
            'scenarios.dry.failing.where: no row of shelters has name = "Cave"; there is name = "Cell',
        ),
        ("name =", "nam =", 'scenarios.dry.failing.where.nam: unknown column "nam"; did you mean "name"?'),
        ('"20 km"', '"20 min"', "scenarios.dry.failing: a time or a direction needs streets: name one of the networks"),
        ('"20 km"', '"20 km", by = "walk"', 'scenarios.dry.failing.by: unknown network or table "walk"; allowed: none'),
        ('"20 km"', '"far"', "scenarios.dry.failing: a limit is a number with a unit"),
    ],
)
def test_what_fails_is_there(tmp_path, old, new, told):
    assert told in "\n".join(faults_of(tmp_path, with_scenarios(scenarios=FAILURE.replace(old, new))))


def test_a_failure_takes_out_whom_its_facilities_serve(tmp_path, wet_north):
    # Cellar at 24.101, School at 24.4, 20 km: three homes have the Cellar next; the third the School, 6.1 km away.
    plan = load_plan(write_hazard_town(tmp_path, plan=with_scenarios(ASKED, scenarios=FAILURE)))
    assert [name for name, _ in plan.data_of(plan.analyses[-1])] == ["homes", "shelters"]
    outcome = sm.run(plan, tmp_path / "out").outcomes[-1]
    assert outcome.notes[-1] == "dry: [1, 1, 0, 1]"
    hits = outcome.context.scenarios["dry"].hits(outcome.context.frames["demand"])
    assert hits.lost.tolist() == [0, 0, 0, 0]  # the School is 18.2 km away at most
    with closing(sqlite3.connect(tmp_path / "out" / "assessment.gpkg")) as connection:
        ((kept,),) = connection.execute("SELECT failing FROM scenarios").fetchall()
    assert json.loads(kept) == {
        "facilities": "shelters",
        "where": {"name": "Cellar"},
        "limit": "20 km",
        "by": None,
        "direction": "to",
    }


def test_a_failure_along_streets_has_their_attribution(tmp_path, wet_north):
    streets = '[networks.roads]\npath = "roads.geojson"\nspeed_kmh = "kmh"\nattribution = "© The town"\n'
    failure = FAILURE.replace('limit = "20 km"', 'limit = "60 min", by = "roads"')
    plan = with_scenarios(ASKED, scenarios=streets + failure)
    path = write_hazard_town(tmp_path, plan=plan)
    (tmp_path / "roads.geojson").write_text(collection(MAIN), encoding="utf-8")
    plan_read = load_plan(path)
    assert plan_read.attributions(plan_read.analyses[-1]) == ["© The town"]
    outcome = sm.run(path, tmp_path / "out").outcomes[-1]
    assert outcome.notes[-1] == "dry: [1, 1, 0, 1]"


DRAWN = """
[[scenarios]]
id = "leak"
hazard = "chemical"
bands = { source = "shelters", where = { name = "Cellar" }, distances = ["100 m", 1000], intensities = [3, 1] }
affected_from = 1
unit = "class"
likelihood = "rare"

[[scenarios]]
id = "cloud"
hazard = "chemical"
plume = { source = "shelters", where = { name = "Cellar" }, wind_from_deg = 270, width_deg = 40, distances = [1000] }
likelihood = "rare"
"""


def test_bands_and_plumes_are_zones(tmp_path, wet_north):
    # From the Cellar the first home is 61 m to the west, the second 547 m to the east, the last 267 m away at 65°.
    plan = with_scenarios(ASKED, scenarios=DRAWN)
    assessment = sm.run(write_hazard_town(tmp_path, plan=plan), tmp_path / "out")
    outcome = assessment.outcomes[-1]
    assert outcome.notes[-2:] == ["leak: [1, 1, 0, 1]", "cloud: [0, 1, 0, 0]"]
    hits = outcome.context.scenarios["leak"].hits(outcome.context.frames["demand"])
    assert hits.intensity.tolist()[:2] == [3.0, 1.0]
    with closing(sqlite3.connect(tmp_path / "out" / "assessment.gpkg")) as connection:
        kept = connection.execute("SELECT bands, plume FROM scenarios").fetchall()
    assert json.loads(kept[0][0])["distances"] == ["100 m", 1000] and json.loads(kept[1][1])["wind_from_deg"] == 270


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'bands = { source = "shelters"',
            'bands = { source = "shelter"',
            'scenarios.leak.bands.source: unknown input "sh',
        ),
        ('["100 m", 1000]', '["1 km", 100]', "scenarios.leak.bands: write each distance once, the nearest first"),
        ('["100 m", 1000]', '["5 min", "9 min"]', "scenarios.leak.bands: bands are of distances, and 5 min is a time"),
        ("[3, 1]", "[3]", "scenarios.leak.bands: there are 2 bands and 1 intensities; give one for each band"),
        (
            "wind_from_deg = 270",
            "wind_from_deg = 400",
            "scenarios.cloud.plume.wind_from_deg: must be less than or equal",
        ),
        ("wind_from_deg = 270, ", "", "scenarios.cloud.plume.wind_from_deg: is missing"),
        (", intensities = [3, 1]", "", "scenarios.leak: unit is that of the intensity"),
        ('"Cellar" }, wind', '"Cave" }, wind', 'scenarios.cloud.plume.where: no row of shelters has name = "Cave"'),
    ],
)
def test_bands_and_plumes_that_cannot_be_are_told(tmp_path, old, new, told):
    assert told in "\n".join(faults_of(tmp_path, with_scenarios(scenarios=DRAWN.replace(old, new, 1))))


DEPTHS = """
[rasters.depth]
path = "depth.tif"
holds = "depth_m"
attribution = "© The modellers"
illustrative = true

[[scenarios]]
id = "deep"
hazard = "flood"
raster = "depth"
affected_from = 0.5
return_period_years = 200
"""


def write_depth_town(folder, plan: str):
    # Three cells of 0.01° from 24.095 on: 2.0 m at the first home, 0.5 m at the second, dry.
    path = write_hazard_town(folder, plan=plan)
    write_raster(folder / "depth.tif", [[2.0, 0.5, 0.0]], west=24.095, north=56.955, cell=0.01, nodata=-9)
    return path


def test_a_raster_of_depths_is_a_scenario(tmp_path, wet_north):
    plan = load_plan(write_depth_town(tmp_path, with_scenarios(ASKED, scenarios=DEPTHS)))
    wet = plan.analyses[-1]
    assert [name for name, _ in plan.data_of(wet)] == ["homes", "depth"]
    assert plan.attributions(wet) == ["© The modellers"] and [name for name, _ in plan.made_up(wet)] == ["depth"]
    outcome = sm.run(plan, tmp_path / "out").outcomes[-1]
    assert outcome.notes[-1] == "deep: [1, 1, -1, 1]"  # the third home lies beyond the raster
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "depth (m), from 0.5 m on" in page and "depth (m), sākot no 0,5 m" in page


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('raster = "depth"', 'raster = "dept"', 'scenarios.deep.raster: unknown raster "dept"; did you mean "depth"?'),
        ('"depth_m"', '"count"', 'scenarios.deep.raster: "depth" holds "count", and a scenario reads depths'),
        ("from = 0.5", "from = 0.0", "scenarios.deep: affected_from is a depth above 0, not 0.0"),
        (
            'raster = "depth"',
            'raster = "depth"\nunit = "m"',
            "scenarios.deep: unit is that of an intensity; the raster tells its own",
        ),
        ('raster = "depth"', 'raster = "depth"\nzones = "gas"', "scenarios.deep: zones and raster both say where"),
    ],
)
def test_a_raster_of_a_scenario_is_one_of_depths(tmp_path, old, new, told):
    with pytest.raises(PlanError) as raised:
        load_plan(write_depth_town(tmp_path, with_scenarios(scenarios=DEPTHS.replace(old, new))))
    assert told in str(raised.value)


def test_all_scenarios_are_asked_for_where_none_are_named(tmp_path, wet_north):
    sm.run(write_hazard_town(tmp_path, plan=with_scenarios(ASKED)), tmp_path / "out")
    (context,) = WetNorth.seen
    assert list(context.scenarios) == ["flood_10", "flood_100", "gas"]
    assert context.scenarios["flood_10"].season == "spring"


def test_an_assessment_keeps_the_scenarios_and_tells_them_in_every_language(tmp_path, wet_north):
    sm.run(write_hazard_town(tmp_path, plan=with_scenarios(ASKED)), tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "out" / "assessment.gpkg")) as connection:
        columns = 'id, hazard, zones, "where", return_period_years, likelihood, season_lv, source, status'
        kept = connection.execute(f"SELECT {columns} FROM scenarios").fetchall()
    assert kept == [
        ("flood_10", "flood", "water", '{"years": 10}', 10.0, None, "pavasaris", "The river authority", "confirmed"),
        (
            "flood_100",
            "flood",
            "water",
            '{"years": [100, 1000]}',
            100.0,
            None,
            None,
            "The river authority",
            "confirmed",
        ),
        ("gas", "chemical", "gas", '{"level": "red"}', None, "rare", None, None, "unconfirmed"),
    ]
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert [each["id"] for each in summary["scenarios"]] == ["flood_10", "flood_100", "gas"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    told = page.split('<section id="scenarios">')[1].split("</section>")[0]
    for words in ("Rare flood", "Reti plūdi", "once in 100 years", "reizi 100 gados", "ķīmiskā avārija", "pavasaris"):
        assert words in told
    section = told_of(tmp_path / "out", "wet")
    assert "Scenarios of status “unconfirmed”: “gas”." in section
    assert "Scenāriji ar statusu „neapstiprināts”: „gas”." in section
    assert "illustrative" in section


def test_a_plan_without_scenarios_has_no_table_of_them(tmp_path):
    sm.run(write_hazard_town(tmp_path, plan=with_scenarios(scenarios="")), tmp_path / "out")
    assert '<section id="scenarios">' not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "out" / "assessment.gpkg")) as connection:
        names = {name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents")}
    assert "scenarios" not in names and "standards" in names


def test_refused_zones_of_a_scenario_are_told_as_ground(tmp_path):
    plan = with_scenarios().replace('path = "gas.geojson"', 'path = "gas.geojson"\nstrict = false')
    path = write_hazard_town(tmp_path, plan=plan)
    gas = json.loads((tmp_path / "gas.geojson").read_text(encoding="utf-8"))
    gas["features"].append({"type": "Feature", "properties": {"level": "red"}, "geometry": None})
    (tmp_path / "gas.geojson").write_text(json.dumps(gas), encoding="utf-8")
    lines = [line for line, _ in terminal_lines(sm.run(path, tmp_path / "out"))]
    assert lines[-1].startswith("1 rows of “gas” could not be used; what lies in them is not counted there")


def test_validate_says_which_hazards_a_plan_is_about_and_how_likely(tmp_path):
    done = CliRunner().invoke(app, ["validate", str(write_hazard_town(tmp_path, plan=with_scenarios()))])
    assert done.exit_code == 0
    said = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert [line[1:] for line in said if line[0] == "scenario"] == [
        ["flood_10", "flood, once in 10 years, confirmed"],
        ["flood_100", "flood, once in 100 years, confirmed"],
        ["gas", "chemical accident, rare, unconfirmed"],
    ]
