# SPDX-License-Identifier: Apache-2.0
"""Access in plans: what each person can count on, counted by hand, in both languages, against a worse year."""

import sqlite3
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.questions.plan_error import PlanError
from small_plan import changed, figures, refusal, section, with_streets, write_street_town

# From the cellar (24.101) the first home is 61 m away, the second 548 m; the school is far from everybody.
SHELTERS = """id,name,lon,lat,places
s1,Cellar,24.101,56.950,15
s2,School,24.400,56.950,40
s3,Ruin,24.102,56.950,
s4,Shed,24.102,56.950,0
"""
ASKED = """
[[analyses]]
name = "places"
kind = "access"
demand = "homes"
facilities = "shelters"
capacity = "places"
limit = "600 m"
below = 1.0
weight = "people"
groups = ["children"]
areas = "parts"
area_name = "part"
title = { en = "Places for everybody", lv = "Vietas visiem" }
"""


def town(folder: Path, *, asked: str = ASKED, shelters: str = SHELTERS, year: int = 2025) -> Path:
    return write_street_town(folder, plan=with_streets(asked, year=year), shelters=shelters)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("access")
    sm.run(town(folder), folder / "out")
    return folder / "out"


def test_the_figures_are_those_counted_by_hand(made):
    # 15 places for 10 + 20 people: half a place each. The third home has nothing near, of the fourth nobody knows how
    # many live there.
    mine = figures(made, analysis="places", scope="all", measure="people")
    states = {"total": 60, "enough": 0, "too_little": 30, "none": 30, "unknown": 0}
    assert states.items() <= mine.items() and mine["rows_without_weight"] == 1
    assert (mine["enough_share"], mine["none_share"], mine["below_share"]) == (0, 0.5, 1)
    assert mine["access_mean"] == 0.25 and mine["access_gini"] == pytest.approx(0.5)
    assert figures(made, analysis="places", scope="all", measure="children")["too_little"] == 3
    supply = figures(made, analysis="places", measure="places")
    assert supply == {"supply_total": 55, "supply_reached": 15, "supply_unreached": 40, "supply_unplaced": 0}
    told = figures(made, analysis="places", figure="facilities")
    assert told == {"reached": 1, "nobody_near": 1, "nothing_to_offer": 1, "supply_unknown": 1}
    west = figures(made, analysis="places", area="West", measure="people")
    assert (west["total"], west["too_little"], west["access_mean"]) == (30, 30, 0.5)
    outside = figures(made, analysis="places", scope="outside every area", measure="people")
    assert outside["none"] == 30


def test_the_layers_say_it_row_by_row_and_qgis_draws_them(made):
    rows = sm.read(made / "assessment.gpkg", layer="places").set_index("id")
    assert rows["access"].to_dict() == {"h1": 0.5, "h2": 0.5, "h3": 0, "h4": 0.5}
    assert rows["state"].to_dict() == {"h1": "too_little", "h2": "too_little", "h3": "none", "h4": "too_little"}
    offices = sm.read(made / "assessment.gpkg", layer="places_facilities").set_index("id")
    assert offices["supply_state"].to_dict()["s2"] == "nobody_near" and offices["ratio"]["s1"] == 0.5
    with sqlite3.connect(made / "assessment.gpkg") as connection:
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    for layer, words in (("places", "less than 1"), ("places_facilities", "nobody is near enough")):
        assert words in styles[layer]


def test_it_is_told_in_both_languages(made):
    page, text = (made / "report.html").read_text(encoding="utf-8"), section(made, "places")
    assert "100 % have less than that" in page and "100 % ir mazāk" in page and "0.500" in page and "0,500" in page
    for words in (
        "Access, per 1\u202f000 people",
        "Pieejamība uz 1\u202f000 iedzīvotājiem",
        "40 of the supply reach nobody",
        "Nevienam nav sasniedzams: 40.",
        "How evenly it is shared",
        "Cik vienmērīgi tas sadalīts",
        "nobody is near enough",
        "pietiekami tuvu neviens nedzīvo",
    ):
        assert words in text
    assert text.count("<img") == 2


def test_who_has_anything_is_told_where_no_least_is_asked_for(tmp_path):
    found = sm.run(town(tmp_path, asked=ASKED.replace("below = 1.0\n", "")), tmp_path / "out")
    ((kind, outcome),) = [each for each in found.answers() if each[0].name == "places"]
    (finding,) = kind.findings(outcome)
    assert finding.words["en"] == "50.0 % have something within reach (30 of 60 people)."
    assert finding.words["lv"].startswith("50,0 % ir kaut kas sasniedzamā attālumā (30 no 60; ")


def test_fewer_places_are_worse_and_the_cause_is_told(tmp_path):
    better = SHELTERS.replace(",15", ",30")
    before = sm.run(town(tmp_path / "a", shelters=better), tmp_path / "before")
    kind, outcome = next(each for each in before.answers() if each[0].name == "places")
    assert (
        kind.told(outcome, "en") == "Third home (nothing)"
        and figures(tmp_path / "before", analysis="places", scope="all", measure="people")["enough"] == 30
    )
    after = sm.run(town(tmp_path / "b", year=2026), tmp_path / "after")
    result = sm.check(after, tmp_path / "before")
    mine = {each.kind: each for each in result.findings if each.subject == "places" and each.state == "failed"}
    assert mine["coverage_fell"].message["en"].startswith("have enough, or anything (people, 600 m): 0 % after 50.0 %")
    assert mine["coverage_fell"].message["lv"].startswith("ir pietiekami vai vispār kaut kas")
    change = sm.compare(before, after)
    cause = change.causes[(change.causes["analysis"] == "places") & (change.causes["scope"] == "all")].iloc[0]
    assert cause["difference"] == -30
    assert not [each for each in result.findings if each.kind == "not_judged" and each.subject == "places"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ('method = "gravity"', {"h1": 15, "h3": 0}),
        ('method = "3sfca"\ndecay = "linear"', {"h3": 0}),
        ('method = "e2sfca"\ndecay = { steps = { "100 m" = 1, "600 m" = 0.5 } }', {"h1": 0.75, "h2": 0.375, "h3": 0}),
        ('by = "roads"\ndecay = { gaussian = "300 m" }', {"h3": 0}),
    ],
)
def test_methods_and_decays(tmp_path, changed, expected):
    sm.run(town(tmp_path, asked=ASKED.replace("below = 1.0", changed)), tmp_path / "out")
    rows = sm.read(tmp_path / "out" / "assessment.gpkg", layer="places").set_index("id")["access"]
    assert expected.items() <= rows.to_dict().items()
    mine = figures(tmp_path / "out", analysis="places", scope="all", measure="people")
    assert "below_share" not in mine and mine["enough"] + mine["none"] == 60
    if "gravity" not in changed:
        assert rows["h1"] * 10 + rows["h2"] * 20 == pytest.approx(15)
    assert "nothing within reach" in section(tmp_path / "out", "places")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('limit = "600 m"', "", "say how far people go"),
        ('limit = "600 m"', 'limit = "5 min"', "a time needs streets"),
        ('limit = "600 m"', 'decay = { steps = { "5 min" = 1 } }', "a time needs streets to travel along"),
        ('limit = "600 m"', 'limit = "600 m"\ndecay = "steep"', "analyses.places.decay: a decay is one of"),
        ('limit = "600 m"', 'limit = "600 m"\nmethod = "e2sfca"', "name a decay"),
        ('limit = "600 m"', 'limit = "600 m"\nmethod = "4sfca"', "analyses.places.method"),
        ("below = 1.0", "below = 0", "analyses.places.below: must be greater than 0"),
        ('capacity = "places"', "", "analyses.places.capacity: is missing"),
    ],
)
def test_wrong_keys_are_told(tmp_path, old, new, told):
    assert told in refusal(town(tmp_path, asked=changed(ASKED, old, new)))


def test_a_capacity_that_cannot_be_is_told(tmp_path):
    with pytest.raises(PlanError, match=r"analyses.places: facilities .*column 'places' holds -15 in row 1 \(id s1\)"):
        sm.run(town(tmp_path, shelters=SHELTERS.replace(",15", ",-15")), tmp_path / "out")
    with pytest.raises(PlanError, match="beds"):
        sm.run(town(tmp_path, asked=ASKED.replace('"places"\nlimit', '"beds"\nlimit')), tmp_path / "out")
