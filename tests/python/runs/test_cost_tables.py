# SPDX-License-Identifier: Apache-2.0
"""Tables of costs of a plan: whom they say is covered, what is told of them, and what a faster bus changes."""

import json
import warnings

import pandas as pd
import pytest
from typer.testing import CliRunner

import sheltermap as sm
from sheltermap.commands.cli import app
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from sheltermap.streets import kept_tables
from small_plan import PLAN, figures, told_of, write_town

TABLE = """
[tables.bus]
path = "bus.csv"
title = { en = "Times by bus", lv = "Laiki ar autobusu" }
source = "The town's timetable"
attribution = "© The bus"
"""
ASKED = """
[[analyses]]
name = "by_bus"
kind = "coverage"
demand = "homes"
facilities = "shelters"
by = "bus"
limits = ["10 min", "30 min"]
weight = "people"
title = { en = "By bus", lv = "Ar autobusu" }

[[analyses]]
name = "bus_gaps"
kind = "gaps"
demand = "homes"
facilities = "shelters"
by = "bus"
limit = "10 min"
weight = "people"
title = "Gaps"
"""
# h1 has 10 people, h2 20, h3 30, h4 is without a number.
TIMES = "from_id,to_id,travel_time\nh1,s1,5\nh1,s2,50\nh2,s1,15\nh2,s2,12\nh3,s1,\nh3,s2,\n"


def town(folder, times=TIMES, asked=ASKED, table=TABLE, **more):
    plan = PLAN.partition("[[standards]]")[0] + table + asked
    for old, new in more.items():
        plan = plan.replace(old, new)
    path = write_town(folder, plan=plan)
    (folder / "bus.csv").write_text(times, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bus")
    return folder / "out", sm.run(town(folder), folder / "out")


def test_figures_are_those_of_the_table(made):
    folder, _ = made
    for limit, covered, uncovered in ((600, 10, 50), (1800, 30, 30)):
        found = figures(folder, analysis="by_bus", measure="people", scope="all", threshold_s=limit)
        assert (found["covered"], found["uncovered"], found["unknown"]) == (covered, uncovered, 0)
    rows = made[1].outcomes[-2].layer.set_index("id")
    assert rows.duration_s.dropna().to_dict() == {"h1": 300, "h2": 720}
    assert rows.facility.dropna().to_dict() == {"h1": "s1", "h2": "s2"}
    assert rows.reason.dropna().to_dict() == {"h2": "too_far", "h3": "no_path", "h4": "not_in_table"}
    assert made[1].outcomes[-1].beside["places"].people.tolist() == [30, 20]


NEAREST = """
[[analyses]]
name = "way"
kind = "nearest"
demand = "homes"
facilities = "shelters"
by = "bus"
title = { en = "The way by bus", lv = "Ceļš ar autobusu" }
"""


def test_the_way_without_a_limit_is_in_the_unit_of_the_table(tmp_path):
    done = sm.run(town(tmp_path, asked=NEAREST), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="way", measure="rows")
    assert (found["duration_median_s"], found["duration_max_s"], found["rows_without_duration"]) == (510, 720, 2)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "median time to the nearest" in page and "laika mediāna līdz tuvākajam" in page
    assert [each.count for each in done.outcomes[-1].analysis.legend(done.outcomes[-1])] == [2, 2]


def test_what_was_read_is_recorded(made):
    folder, found = made
    (record,) = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["tables"]
    assert (record["demand_ids"], record["facility_ids"], record["pairs"], record["unit"]) == (3, 2, 4, "seconds")
    assert record["path"] == "bus.csv" and len(record["sha256"]) == 64 and record["source"] == "The town's timetable"
    kept = kept_tables.load(folder / "tables" / "bus.arrow")
    assert kept.same_as(found.tables["bus"]) and kept.demand_ids.tolist() == ["h1", "h2", "h3"]


def test_the_report_tells_of_it_in_both_languages(made):
    folder, _ = made
    page = (folder / "report.html").read_text(encoding="utf-8")
    told = told_of(folder, "by_bus")
    for words in (
        "table “Times by bus”, computed elsewhere",
        "tabulas „Laiki ar autobusu”",
        "1 of 4 rows are not in bus.csv",
    ):
        assert words in told
    for words in (
        "4 pairs of 3 places and 2 facilities",
        "4 pāri: 3 vietas un 2 objekti",
        "© The bus",
        "attālumu un laiku tabulas",
    ):
        assert words in page
    assert "Along the streets" not in told


def test_later_buses_are_a_cause_and_fail_the_gate(tmp_path, made):
    late = TIMES.replace("h2,s1,15", "h2,s1,45").replace("h2,s2,12", "h2,s2,40")
    worse = sm.run(town(tmp_path, late), tmp_path / "out")
    compared = sm.compare(made[0], tmp_path / "out")
    (cause,) = compared.causes.query("analysis == 'by_bus' and threshold_s == 1800 and measure == 'people'").to_dict(
        "records"
    )
    assert (cause["difference"], cause["network"]) == (-20, -20)
    assert not compared.not_explained
    assert not sm.check(worse, made[0]).passed
    assert sm.check(made[1], made[0]).passed


TITLE = 'title = { en = "Times'


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('by = "bus"', 'by = "bsu"', 'analyses.by_bus.by: unknown network or table "bsu"; did you mean "bus"?'),
        ('path = "bus.csv"', 'path = "bsu.csv"', 'tables.bus.path: no file "bsu.csv"'),
        (TITLE, f'unit = "minutes"\n{TITLE}', 'unknown unit "minutes"; did you mean "min"?'),
        (TITLE, f'limit = "60"\n{TITLE}', "tables.bus: a limit is a number with a unit"),
        (TITLE, f'demnad = "x"\n{TITLE}', 'unknown key "demnad"; did you mean "demand"?'),
        ('kind = "gaps"', 'kind = "flood"\nzones = "flood"', '"bus" is a table of costs, and this kind needs streets'),
    ],
)
def test_faults_are_found_before_anything_is_read(tmp_path, old, new, fault):
    with pytest.raises(PlanError) as error:
        load_plan(town(tmp_path, **{old: new}))
    assert fault in str(error.value)


@pytest.mark.parametrize(
    ("times", "fault"),
    [
        (TIMES.replace("travel_time", "cost"), "tables.bus: bus.csv has no column that is clearly of costs"),
        (TIMES + "h1,s1,6\n", "tables.bus: bus.csv: 1 pairs stand there with two costs"),
        (TIMES.replace("h1", "1").replace("h2", "2").replace("h3", "3"), "analyses.by_bus: along tables.bus: "),
    ],
)
def test_tables_that_do_not_fit_are_faults_of_the_plan(tmp_path, times, fault):
    with pytest.raises(PlanError) as error:
        sm.run(town(tmp_path, times), tmp_path / "out")
    assert fault in str(error.value)
    assert not (tmp_path / "out").exists()


def test_distances_cannot_be_asked_of_times(tmp_path):
    plan = town(tmp_path, **{'limits = ["10 min", "30 min"]': "thresholds_m = [500]"})
    with pytest.raises(PlanError, match=r"along tables\.bus: bus\.csv holds seconds, so it cannot be asked for metres"):
        sm.run(plan, tmp_path / "out")


def test_a_table_of_metres_is_asked_for_metres(tmp_path):
    metres = TIMES.replace("travel_time", "way_m").replace("h1,s1,5\n", "h1,s1,500\n")
    asked = ASKED.replace('limits = ["10 min", "30 min"]', "thresholds_m = [500]").replace('"10 min"', '"500 m"')
    sm.run(town(tmp_path, metres, asked), tmp_path / "out")
    assert figures(tmp_path / "out", analysis="by_bus", measure="people", scope="all")["covered"] == 60 - 30


def test_the_command_line_validates_and_exits_with_2(tmp_path):
    good = CliRunner().invoke(app, ["validate", str(town(tmp_path))])
    assert good.exit_code == 0 and "  table         bus " in good.output
    bad = CliRunner().invoke(app, ["run", str(town(tmp_path, "no,table\n1,2\n")), "--out", str(tmp_path / "out")])
    assert bad.exit_code == 2 and "tables.bus" in bad.output


def test_two_runs_are_the_same_whatever_the_order_of_the_pairs(tmp_path):
    head, *rows = TIMES.splitlines(keepends=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error", sm.NotInTableWarning)  # they are notes of the plan
        answers = [
            sm.run(town(tmp_path / str(step), head + "".join(rows[::step])), tmp_path / str(step) / "out")
            .outcomes[-2]
            .layer
            for step in (1, -1)
        ]
    pd.testing.assert_frame_equal(*(pd.DataFrame(each) for each in answers), check_exact=True)
