# SPDX-License-Identifier: Apache-2.0
"""First plans: what is asked of which files, in TOML that is a plan."""

import tomllib
from pathlib import Path

import pytest

from sheltermap.base.limits import Limit
from sheltermap.plans.drafting import Draft, Part, plan_text
from sheltermap.plans.faults import cross_faults
from sheltermap.plans.guessing import Candidate
from sheltermap.plans.plan import Plan
from sheltermap.questions.registry import KINDS

HERE = Path("/data")
HOMES = Part(Candidate(HERE / "homes.csv", shape="points", rows=4, id="id"), "people", "people")
SHELTERS = Part(Candidate(HERE / "shelters.csv", shape="points", rows=2), "facilities")
SCHOOLS = Part(Candidate(HERE / "skolas (2026).csv", shape="points", rows=2), "facilities")
WARDS = Part(
    Candidate(HERE / "w.gpkg", "wards", shape="polygons", rows=2, reading={"invalid": "repair"}), "areas", "name"
)
FLOOD = Part(Candidate(HERE / "flood.shp", shape="polygons", rows=2), "zones", "scenario")
ZONES = Part(Candidate(HERE / "zones.shp", shape="polygons", rows=2), "zones")
STREETS = Part(Candidate(HERE / "town.osm.pbf"), "streets")


def plan(*parts: Part, within: str = "500 m", lang: str = "en", folder: Path = HERE) -> dict:
    return tomllib.loads(plan_text(Draft('A "town"', parts, Limit.parse(within)), folder, lang))


def asked(*parts: Part) -> list[tuple[str, str]]:
    return [(each["name"], each["kind"]) for each in plan(*parts)["analyses"]]


def test_what_is_asked_goes_by_what_is_there():
    assert asked(SHELTERS) == [("served", "service_areas")]
    assert asked(HOMES, SHELTERS) == [("near", "coverage"), ("gaps", "gaps")]
    assert asked(FLOOD, SHELTERS, HOMES) == [
        ("near", "coverage"),
        ("gaps", "gaps"),
        ("flood", "flood"),
        ("people_in_zones", "exposure"),
        ("in_zones", "exposure"),
    ]
    assert asked(HOMES, SHELTERS, ZONES)[2:] == [("people_in_zones", "exposure"), ("in_zones", "exposure")]
    assert asked(ZONES, WARDS) == [("areas_in_zones", "exposure")]
    assert asked(HOMES, SHELTERS, SCHOOLS) == [
        ("near_shelters", "coverage"),
        ("gaps_shelters", "gaps"),
        ("near_skolas_2026", "coverage"),
        ("gaps_skolas_2026", "gaps"),
    ]


def test_names_are_unlike_short_enough_and_plain_however_many_files_there_are_and_whatever_they_are_called(tmp_path):
    named = ["facilities", "zones", "Glābšanas un ugunsdzēsības dienesta posteņi 2026", "防空壕", "42", 'a"b\x07\nc\\d']
    places = [Part(Candidate(HERE / f"{name}.csv", shape="points", rows=2), "facilities") for name in named]
    floods = [
        Part(Candidate(HERE / f"{name}.shp", shape="polygons", rows=2), "zones", "scenario") for name in reversed(named)
    ]
    text = plan_text(Draft("x", [HOMES, *places, *floods], Limit(500)), HERE, "en")
    checked = Plan.model_validate(tomllib.loads(text))
    assert len(checked.inputs) == 13
    faults = cross_faults(tomllib.loads(text), HERE, KINDS)
    assert [fault for fault in faults if ".path: no file" not in fault] == []
    names = [each.name.lower() for each in checked.analyses]
    assert len(set(names)) == len(names) == 6 * 2 + 6 * 6 * 2 + 6
    assert [each.path for each in checked.inputs.values() if each.path and "\x07" in each.path] == [
        'a"b\x07\nc\\d.csv',
        'a"b\x07\nc\\d.shp',
    ]


def test_keys_are_those_of_the_files():
    made = plan(HOMES, SHELTERS, WARDS, STREETS, within="15 minutes", folder=HERE / "plans")
    assert made["title"] == 'A "town"' and made["languages"] == ["en"]
    assert made["inputs"]["people"] == {"path": "../homes.csv", "id": "id", "title": "homes"}
    assert made["inputs"]["areas"] == {"path": "../w.gpkg", "layer": "wards", "title": "wards", "invalid": "repair"}
    assert made["networks"] == {"streets": {"path": "../town.osm.pbf", "profile": "walk"}}
    near = made["analyses"][0]
    assert (near["limits"], near["by"], near["weight"]) == (["15 min"], "streets", "people")
    assert (near["areas"], near["area_name"]) == ("areas", "name")
    assert near["title"]["lv"].endswith("15 min") and near["title"]["en"] != near["title"]["lv"]


def test_a_file_of_openstreetmap_lies_under_the_maps_too():
    text = plan_text(Draft("x", [SHELTERS, STREETS], Limit(500)), HERE / "plans", "en")
    assert tomllib.loads(text)["map"] == {"context": "../town.osm.pbf"}
    lines = Part(Candidate(HERE / "streets.gpkg", shape="lines", rows=9), "streets")
    assert "map" not in tomllib.loads(plan_text(Draft("x", [SHELTERS, lines], Limit(500)), HERE, "en"))


def test_the_plan_speaks_the_language_that_is_asked_for():
    text = plan_text(Draft("x", [SHELTERS], Limit(500)), HERE, "lv", "./plan.schema.json")
    assert text.startswith("#:schema ./plan.schema.json\n") and "Uzrakstījis" in text and 'languages = ["lv"]' in text


@pytest.mark.parametrize(
    ("parts", "within", "told"),
    [
        ([HOMES], "500 m", "nothing can be asked of these files: name facilities"),
        ([WARDS, STREETS], "500 m", "nothing can be asked"),
        ([HOMES, HOMES, SHELTERS], "500 m", "are both people: a plan begins with one of them; name it by --people"),
        ([HOMES, SHELTERS], "15 min", "15 min is a time, and a time needs streets: name their file by --streets"),
    ],
)
def test_what_cannot_be_asked_is_told(parts, within, told):
    with pytest.raises(ValueError, match=told):
        plan(*parts, within=within)
