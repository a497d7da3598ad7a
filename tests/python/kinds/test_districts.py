# SPDX-License-Identifier: Apache-2.0
"""Districts in plans: counted by hand, told in both languages, and held against a worse year."""

import sqlite3
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point, box

import sheltermap as sm
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import figures

PLAN = """schema = 1
year = {year}
title = {{ en = "Patrols", lv = "Patruļas" }}

[inputs.quarters]
path = "quarters.geojson"
id = "id"
name = "name"

[inputs.stations]
path = "stations.geojson"
id = "id"
name = "id"

[[analyses]]
name = "patrols"
kind = "districts"
units = "quarters"
work = ["calls"]
present = "inspector"
tolerance = 0.15
most_work = 85
title = {{ en = "Who has how much to do", lv = "Kam cik darba" }}
"""
CALLS = (40, 30, 30, 20, 20, 20)


def town(folder: Path, *, calls: tuple[int, ...] = CALLS, year: int = 2026, plan: str = PLAN) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    shapes = [box(24.1 + 0.01 * x, 56.9, 24.11 + 0.01 * x, 56.905) for x in range(6)]
    content = {
        "id": [f"q{x}" for x in range(6)],
        "name": [f"Quarter {x}" for x in range(6)],
        "calls": calls,
        "street_km": [3, 3, 3, 4, 4, 4],
        "inspector": list("AAABBB"),
    }
    gpd.GeoDataFrame(content, geometry=shapes, crs=4326).to_file(folder / "quarters.geojson")
    stations = [Point(24.105, 56.902), Point(24.155, 56.902)]
    gpd.GeoDataFrame({"id": ["A", "B"], "staff": [1, 1]}, geometry=stations, crs=4326).to_file(
        folder / "stations.geojson"
    )
    (folder / "plan.toml").write_text(plan.format(year=year), encoding="utf-8")
    return folder / "plan.toml"


def test_the_figures_are_those_counted_by_hand(tmp_path: Path) -> None:
    sm.run(town(tmp_path), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="patrols", category=None)
    assert found["total"] == 160 and found["least_load"] == 1
    assert (found["largest_load_before"], found["smallest_load_before"]) == (1.25, 0.75)
    assert (found["largest_load"], found["smallest_load"]) == (1.125, 0.875)
    assert (found["units_moved"], found["work_moved_share"]) == (1, 30 / 160)
    assert (found["over_limit_before"], found["over_limit"]) == (1, 1)  # A has 100, then B 90
    assert figures(tmp_path / "out", figure="district_work") == {"A": 70, "B": 90}
    assert figures(tmp_path / "out", figure="district_units_before") == {"A": 3, "B": 3}


def test_it_is_told_in_both_languages_and_drawn(tmp_path: Path) -> None:
    found = sm.run(town(tmp_path), tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="patrols">')[1].split("</section>")[0]
    for words in ("no fewer would do", "ar mazāk nepietiktu"):
        assert words in page
    for words in ("125.0 %", "125,0 %", "What changes hands", "Kas maina iecirkni", "Quarter 2"):
        assert words in section
    for words in ("the proposal", "priekšlikums", "What more changes bring", "Ko dod vairāk izmaiņu"):
        assert words in section
    (answer,) = found.answers()
    kind, outcome = answer
    assert kind.told(outcome, "lv") == "A 125,0 %, B 75,0 %"
    assert [each.count for each in kind.legend(outcome)] == [2, 4, 0]
    assert len(kind.pictures(outcome, None)) == 2
    with sqlite3.connect(next((tmp_path / "out").glob("*.gpkg"))) as store:
        styles = dict(store.execute("SELECT f_table_name, group_concat(styleQML) FROM layer_styles GROUP BY 1"))
    assert "&quot;district&quot; = 'A'" in styles["patrols"] and "patrols_areas" in styles


def test_a_year_in_which_one_has_more_to_do_is_worse(tmp_path: Path) -> None:
    first = sm.run(town(tmp_path / "a", year=2025), tmp_path / "before")
    second = sm.run(town(tmp_path / "b", calls=(80, 30, 30, 20, 20, 20)), tmp_path / "after")
    change = sm.compare(first, second)
    judged = change.judged[change.judged["analysis"] == "patrols"]
    told = judged[judged["category"].isna()].set_index("figure")["verdict"].to_dict()
    # The proposal is even better than before, but today's load is what somebody has.
    assert told == {"largest_load": "better", "largest_load_before": "worse", "over_limit": "worse"}
    gate = sm.check(second, first)
    assert not gate.passed
    failed = {each.message["en"] for each in gate.findings if each.state == "failed"}
    assert "largest load of a district today (work): 140.0 % after 125.0 %" in failed


def test_several_measures_offices_and_a_new_drawing(tmp_path: Path) -> None:
    plan = PLAN.replace('work = ["calls"]', 'work = ["calls", "street_km"]\nweights = [2, 1]')
    plan = plan.replace("most_work = 85", 'offices = "stations"\nstaff = "staff"\nredraw = true')
    found = sm.run(town(tmp_path, plan=plan), tmp_path / "out")
    ((_, outcome),) = found.answers()
    assert outcome.tables["summary"]["distance_m"].notna().all()
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for words in ("street_km, today", "mean way to the office", "vidējais ceļš līdz birojam"):
        assert words in page


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'work = ["calls"]',
            'work = ["calls"]\nweights = [1, 2]',
            "weights says what 2 columns weigh, and work names 1",
        ),
        ('present = "inspector"\n', "", "count says how many districts"),
        ("most_work = 85", 'staff = "staff"', "staff is a column of offices"),
        ("most_work = 85", 'neighbours = "streets"', "neighbours along streets need streets"),
        ("most_work = 85", "most_work = 0", "most_work: must be greater than 0"),
        ("tolerance = 0.15", "tolerance = -1", "tolerance: must be"),
        ('work = ["calls"]', "work = []", "work: "),
    ],
)
def test_faults_are_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(PlanError) as raised:
        load_plan(town(tmp_path, plan=PLAN.replace(old, new)))
    assert "analyses.patrols" in str(raised.value) and told in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('work = ["calls"]', 'work = ["cals"]', 'work: unknown column "cals"; did you mean "calls"?'),
        ("most_work = 85", "count = 9", "9 districts cannot be made of 6 units"),
    ],
)
def test_what_the_inputs_do_not_hold_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises((PlanError, ValueError)) as raised:
        sm.run(town(tmp_path, plan=PLAN.replace(old, new)), tmp_path / "out")
    assert told in str(raised.value) and "patrols" in str(raised.value)
