# SPDX-License-Identifier: Apache-2.0
"""Exposure in plans: what in the zones serves people, how long without power, and what the water stops."""

import json
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import PLAN, write_town

PLACES = """id,name,lon,lat,serves,hours,stands
k1,Waterworks,24.10,56.95,900,12,0.5
k2,Substation,24.11,56.95,,0,1.5
k3,Pumps,24.12,56.95,50,,
k4,Hill,24.90,56.95,7,1,1
"""
ASKED = """
[inputs.places]
path = "places.csv"
id = "id"
name = "name"

[inputs.water]
path = "water.geojson"

[[analyses]]
name = "stands"
kind = "exposure"
features = "places"
zones = "water"
zone_id = "scenario"
people_served = "serves"
backup_power_h = "hours"
flood_depth_m = "stands"
depth = "deep"
title = { en = "Infrastructure in the water", lv = "Infrastruktūra ūdenī" }
"""


def write(folder: Path, plan: str = ASKED, places: str = PLACES) -> Path:
    (folder / "places.csv").write_text(places, encoding="utf-8")
    ring = [[24, 56.9], [24.2, 56.9], [24.2, 57], [24, 57], [24, 56.9]]
    zone = {"type": "Feature", "properties": {"scenario": "1 %", "deep": 1.0}}
    zone |= {"geometry": {"type": "Polygon", "coordinates": [ring]}}
    collection = {"type": "FeatureCollection", "features": [zone]}
    (folder / "water.geojson").write_text(json.dumps(collection), encoding="utf-8")
    return write_town(folder, plan=PLAN + plan)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    return sm.run(write(folder), folder / "out"), folder / "out"


def test_whom_it_serves_and_what_fails_are_figures(done):
    found = done[0].outcomes[-1].figures
    mine = found[found["category"].isna() & (found["scope"] == "all")]
    figures = dict(zip(mine["figure"], mine["value"], strict=True))
    assert {name: figures[name] for name in ("fails", "works", "fails_unknown")} == {
        "fails": 1,
        "works": 1,
        "fails_unknown": 1,
    }
    assert (figures["served"], figures["served_by_failing"], figures["served_rows_without"]) == (950, 900, 1)
    assert set(found[found["category"] == "1 %"]["figure"]) > {"fails", "served", "served_by_failing"}


def test_the_layer_and_the_report_say_it_of_each_in_both_languages(done):
    layer = done[0].outcomes[-1].layer.set_index("id")
    assert layer["zone_state"].fillna("").to_dict() == {"k1": "fails", "k2": "works", "k3": "fails_unknown", "k4": ""}
    page = (done[1] / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="stands">')[1].split("</section>")[0]
    assert section.index("Waterworks") < section.index("Pumps") < section.index("Substation")
    for words in (
        "stands in water but works",
        "950, 1 not known",
        "nav zināms, vai darbojas",
        "rezerves elektroapgāde, h",
    ):
        assert words in section
    head = ("people served by what lies in a zone", "1 fail, of 1 that", "iedzīvotāji, ko apkalpo zonās esošais")
    assert all(words in page for words in head)


def test_a_year_in_which_more_fails_is_worse():
    judged = {each.figure: each.worse for each in load_kind().judged()}
    assert {f"figure_{name}" for name in (*judged, "works", "served_rows_without")} <= set(texts.TEXTS)
    assert judged["fails"] == judged["served"] == judged["served_by_failing"] == "higher"


def load_kind():
    from sheltermap.kinds.exposure import Exposure

    return Exposure(name="a", kind="exposure", title="A", features="f", zones="z")


def test_an_exposure_that_does_not_ask_tells_nothing_new(tmp_path):
    plain = "".join(
        line + "\n" for line in ASKED.splitlines() if not line.startswith(("people_", "backup", "flood_", "depth"))
    )
    outcome = sm.run(write(tmp_path, plain), tmp_path / "out").outcomes[-1]
    assert "service" not in outcome.tables and "zone_state" not in outcome.layer
    assert not set(outcome.figures["figure"]) & {"fails", "works", "served"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'depth = "deep"\n',
            "",
            "stands: flood_depth_m (the column of the features with the depth at which they fail)",
        ),
        ('"serves"', '"served"', 'stands.people_served: unknown column "served"; did you mean "serves"?'),
        ('"deep"', '"dep"', 'stands.depth: unknown column "dep"'),
    ],
)
def test_keys_that_do_not_fit_are_told(tmp_path, old, new, told):
    with pytest.raises(PlanError, match="stands") as raised:
        sm.run(write(tmp_path, ASKED.replace(old, new)), tmp_path / "out")
    assert told in str(raised.value)


def test_the_plan_is_checked_before_anything_is_read(tmp_path):
    with pytest.raises(PlanError, match="belong together"):
        load_plan(write(tmp_path, ASKED.replace('flood_depth_m = "stands"\n', "")))
