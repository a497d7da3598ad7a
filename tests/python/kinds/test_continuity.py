# SPDX-License-Identifier: Apache-2.0
"""Continuity in plans: what each failure takes, counted by hand, told in both languages, held against another year."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import sheltermap as sm
from small_plan import HOMES, PLAN, changed, figures, in_year, refusal, refusal_of_run, section, write_town

ASKED = """
[[analyses]]
name = "failures"
kind = "continuity"
demand = "homes"
facilities = "shelters"
limit = "2 km"
weight = "people"
groups = ["children"]
category = "what"
access_to = ["water"]
served = "serves"
capacity = "room"
allocated = true
depends_on = "needs"
areas = "parts"
area_name = "part"
title = { en = "What must not fail", lv = "Kas nedrīkst apstāties" }
"""
# A hundredth of a degree is 609 m: the first two homes (10 and 20 people) reach both wells, the third none but its own.
WORKS = """id,name,lon,lat,what,needs,serves,room
w1,Well,24.100,56.950,water,p1,30,25
w2,Pump,24.120,56.950,water,p1|p2,20,20
w3,East well,24.310,56.950,water,p2,,15
p1,Power,24.150,56.950,power,,100,
p2,Old power,24.160,56.950,power,,10,
"""


def town(folder: Path, *, asked: str = ASKED, works: str = WORKS, year: int = 2025) -> Path:
    plan = PLAN.split("[[analyses]]", maxsplit=1)[0] + asked
    return write_town(folder, plan=in_year(year, plan), homes=HOMES, shelters=works)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("failures")
    sm.run(town(folder), folder / "out")
    return folder / "out"


def test_what_each_failure_takes_is_counted_by_hand(made):
    found = figures(made, analysis="failures", measure="people", scope="all", category=None)
    assert {key: found[key] for key in ("total", "several", "one_only", "without", "unknown")} == {
        "total": 60,
        "several": 30,
        "one_only": 30,
        "without": 0,
        "unknown": 0,
    }
    assert (found["one_only_share"], found["rows_without_weight"]) == (0.5, 1)
    assert (found["worst_access"], found["worst_supply"], found["worst_places"]) == (30, 130, 25)
    lost = figures(made, analysis="failures", figure="people_losing_access")
    assert lost == {"w3": 30, "p2": 30}  # the east well by itself, and with its power
    assert figures(made, analysis="failures", figure="people_losing_supply") == {
        "w1": 30,
        "w2": 20,
        "p1": 130,
        "p2": 10,
    }
    # In the west 30 people have 45 places, of which 20 are left without the well; in the east 30 people have 15.
    assert figures(made, analysis="failures", figure="people_losing_place") == {
        "w1": 10,
        "w2": 5,
        "p1": 10,
        "w3": 15,
        "p2": 15,
    }
    assert figures(made, analysis="failures", figure="category_covered") == {"water": 60}
    children = figures(made, analysis="failures", measure="children", scope="all", category=None)
    assert (children["total"], children["one_only"]) == (8, 5)
    outside = figures(made, analysis="failures", measure="people", scope="outside every area", category=None)
    assert outside["one_only"] == 30  # the third home


def test_homes_and_works_are_layers_with_styles(made):
    with closing(sqlite3.connect(made / "assessment.gpkg")) as connection:
        rows = connection.execute("SELECT id, state, depends_on, depends_on_name FROM failures ORDER BY id").fetchall()
        ranks = dict(connection.execute("SELECT id, rank FROM failures_facilities"))
        styled = {name for (name,) in connection.execute("SELECT f_table_name FROM layer_styles")}
    assert rows[2] == ("h3", "one_only", "p2", "Old power") and rows[0][1] == "several"
    assert ranks["p2"] == 1 and ranks["w3"] == 2  # as many lose access; with the power more fails
    assert {"failures", "failures_facilities"} <= styled


def test_the_report_tells_it_in_both_languages(made):
    page, text = (made / "report.html").read_text(encoding="utf-8"), section(made, "failures")
    for words in (
        "of those with access lose it when one facility fails",
        "no tiem, kam ir piekļuve, to zaudē, ja darbu pārtrauc viens objekts",
        "30 of 60 people; 0 have no access even now",
        "lose access when “Old power” fails",
        "zaudē apgādi, ja darbu pārtrauc „Power”",
        "places are lost when “Power” fails",  # with its well; the well alone takes as many,
    ):
        assert words in page
    for words in (
        *("Which failure takes most", "What fails with what", "Access by category", "East well"),
        *("Kas nedarbojas bez kā", "lose their place", "1 facilities do not say how many people they serve"),
        "Home without number",
    ):
        assert words in text
    assert text.count("<img") == 2


def test_the_terminal_names_with_whom_most_lose_access(tmp_path):
    found = sm.run(town(tmp_path), tmp_path / "out")
    kind, outcome = next(each for each in found.answers() if each[0].name == "failures")
    assert kind.told(outcome, "en") == "Old power: 30, East well: 30"
    assert [each.count for each in kind.legend(outcome)] == [3, 1, 0, 0]
    assert [each.count for each in kind.legends_beside(outcome)["facilities"]] == [3, 2]


def test_without_keys_all_facilities_are_alike_and_rows_are_counted(tmp_path):
    kept = ("name", "kind", "demand", "facilities", "title", "[[", "limit")
    plain = "\n".join(line for line in ASKED.splitlines() if line.startswith(kept)) + "\n"
    sm.run(town(tmp_path, asked=plain), tmp_path / "out")
    found = figures(tmp_path / "out", analysis="failures", measure="rows", category=None)
    assert (found["total"], found["one_only"], found["worst_access"]) == (4, 1, 1)
    assert "worst_supply" not in found and "Access by category" not in section(tmp_path / "out", "failures")


def test_what_takes_nothing_from_anybody_is_counted_and_not_listed(tmp_path):
    sm.run(town(tmp_path, works=WORKS + "q1,Mast,24.150,56.950,telephone,,0,0\n"), tmp_path / "out")
    said = section(tmp_path / "out", "failures")
    assert "Facilities whose failure takes nothing from anybody: 1." in said and "neko neatņem: 1." in said
    assert "Old power" in said and "Mast" not in said


def test_a_pump_less_the_year_after_fails_the_gate(tmp_path):
    sm.run(town(tmp_path / "then"), tmp_path / "before")
    fewer = "\n".join(line for line in WORKS.splitlines() if not line.startswith("w2")) + "\n"
    after = sm.run(town(tmp_path / "now", year=2026, works=fewer), tmp_path / "after")
    change = sm.compare(tmp_path / "before", after)
    assert not len(change.not_compared)
    findings = sm.check(after, tmp_path / "before").findings
    mine = {(each.kind, each.state) for each in findings if each.subject == "failures"}
    assert {("figure_worse", "failed"), ("detail_worse", "noted")} <= mine


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('category = "what"\n', "", "access_to names categories"),
        ('capacity = "room"\n', "", "allocated tells who loses a place"),
        ('limit = "2 km"', 'limit = "15 min"', "a time needs streets"),
        ('limit = "2 km"', 'limit = "2 km"\nthreshold_m = 1', "give standard, threshold_m or limit"),
    ],
)
def test_wrong_keys_are_told(tmp_path, old, new, told):
    assert told in refusal(town(tmp_path, asked=changed(ASKED, old, new)))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"needs"', '"need"', 'analyses.failures.depends_on: unknown column "need"'),
        ('["water"]', '["heat"]', 'has no category "heat"'),
        ('served = "serves"', 'served = "name"', "column 'name' holds 'Well' in row 1"),
        ('depends_on = "needs"', 'depends_on = "what"', "names 'water' in row 1"),
    ],
)
def test_files_that_do_not_fit_are_told(tmp_path, old, new, told):
    assert told in refusal_of_run(town(tmp_path, asked=changed(ASKED, old, new)))


def test_failures_have_the_numbers_of_the_picture_and_lead_to_the_map(made):
    text = section(made, "failures")
    assert text.count('<figure id="failures-map">') == 1
    ranking = text.split("Which failure takes most")[1].split("</table>")[0]
    first, second = ranking.split("<tbody>")[1].split("<tr>")[1:3]
    assert '<th scope="row"><a href="#failures-map">1</a></th>' in first and ">Old power</a>" in first
    assert '<a href="#failures-map">2</a>' in second and ">East well</a>" in second
    assert "map.html#failures/facilities/" in first
