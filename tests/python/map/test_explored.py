# SPDX-License-Identifier: Apache-2.0
"""What the maps of results show: every result that has places has one, in words, with people, steps and usable ones."""

import dataclasses
import functools
import inspect
import typing

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from sheltermap import map as maps
from sheltermap.map.packed_layers import Layer
from sheltermap.map.view import View

# Questions and their parts, not answers: they have places, and nothing was found of them.
GIVEN = {sm.Basemap, sm.Failing, sm.ReachTable, sm.Scenario}


def line(names: str, west: float = 24.0, **columns: object) -> gpd.GeoDataFrame:
    """Places 0.01° apart, from west to east."""
    points = gpd.points_from_xy(west + 0.01 * np.arange(len(names)), np.full(len(names), 57.0))
    return gpd.GeoDataFrame({"name": list(names), **columns}, geometry=points, crs=4326)


def box(west: float, east: float, **columns: object) -> gpd.GeoDataFrame:
    rows = {each: [value] for each, value in columns.items()}
    return gpd.GeoDataFrame(rows, geometry=[shapely.box(west, 56.9, east, 57.1)], crs=4326)


HOMES = line("abcd", people=[1, 20, 300, 4])
SHELTERS = line("ST", west=24.0, fit=["yes", "yes"], places=[10, 100])
AREAS = box(23.9, 24.1, name="Ward")
ZONES = pd.concat([box(24.005, 24.02, scenario="10 %"), box(23.99, 24.02, scenario="1 %")], ignore_index=True)
FLOODS = [
    sm.Scenario(name, "flood", ZONES[ZONES["scenario"] == zone]) for name, zone in (("ten", "10 %"), ("one", "1 %"))
]


def streets() -> sm.Network:
    lines = [shapely.LineString([(24 + 0.01 * at, 57.0), (24.01 + 0.01 * at, 57.0)]) for at in range(3)]
    return sm.Network.from_lines(
        gpd.GeoDataFrame({"name": ["First", "Second", "Third"]}, geometry=lines, crs=4326), name="name", speed_kmh=4
    )


def inspected() -> sm.Inspection:
    table = pd.DataFrame({"id": ["1", "2"], "name": ["North", "South"], "lon": [24.0, 24.1], "lat": [57.0, 57.0]})
    return sm.inspect(table.assign(capacity=["10", "many"], contact="Anna"), "shelter", {"x": "lon", "y": "lat"})


def sited() -> sm.Siting:
    return sm.site(
        HOMES, line("PQ", west=24.02), objective="coverage", existing=SHELTERS, within=500, p=1, weight="people"
    )


def weighed() -> sm.Alternatives:
    candidates = line("PQ", west=24.02, cost=[1.0, 2.0])
    asked = {"within": 500, "cost": "cost", "currency": "EUR", "existing": SHELTERS, "weight": "people"}
    return sm.alternatives(HOMES, candidates, **asked)


def indexed() -> sm.RiskIndex:
    parts = pd.DataFrame({"name": ["Ward"], "hazard": [0.9]})
    return sm.risk_index(parts, weights={"hazard": 1}, areas=AREAS, area_name="name", normalised={"hazard": (0, 1)})


def supplied() -> sm.Reserves:
    lots = line("L", quantity=[100], quantity_unit=["l"], goods=["drinking_water"])
    return sm.reserves(lots, HOMES, "sphere.water", figure="water", weight="people", accept_unconfirmed=True)


def divided() -> sm.Districts:
    units = HOMES.assign(now=["E", "E", "E", "W"])
    near = pd.DataFrame({"unit": [0, 1, 2], "neighbour": [1, 2, 3]})
    return sm.districts(units, work="people", present="now", neighbours=near, tolerance=0.9)


def balanced() -> sm.Balance:
    shelters = SHELTERS.assign(capacity_persons=[10, 10], compliance=["full", "none"])
    return sm.balance(HOMES, shelters, weight="people", places_per_person=1)


def reported() -> sm.Incidents:
    reports = line("xy", category=["power", "flooding"], date=["2025-02-03", "2024-02-03"])
    return sm.incidents(reports, AREAS, year=2025, area_name="name")


def evacuated() -> sm.Evacuation:
    return sm.evacuation(HOMES, SHELTERS, box(23.99, 24.005), by=streets(), weight="people")


def cut() -> sm.CutOff:
    walk = streets()
    return sm.cut_off(HOMES, SHELTERS[:1], walk, walk.close(ways=[1]), weight="people")


def reached() -> sm.Vulnerable:
    return sm.vulnerable(FLOODS, line("v", people=[3]), SHELTERS, weight="people", warning="1 h", speed=1)


MADE = {
    sm.Access: lambda: sm.access(HOMES, SHELTERS, supply="places", limit=2000, weight="people"),
    sm.Allocation: lambda: sm.allocate(HOMES, SHELTERS, capacity="places", weight="people", facility_id="name"),
    sm.Alternatives: weighed,
    sm.Balance: balanced,
    sm.Combined: lambda: sm.combined(FLOODS, HOMES, weight="people"),
    sm.Continuity: lambda: sm.continuity(SHELTERS, HOMES, limit=900, weight="people"),
    sm.Coverage: lambda: sm.coverage(HOMES, SHELTERS, 500, areas=AREAS, area_name="name", weight="people"),
    sm.CutOff: cut,
    sm.Districts: divided,
    sm.Evacuation: evacuated,
    sm.Exposure: lambda: sm.exposure(HOMES, ZONES, zone_id="scenario", weight="people"),
    sm.Flood: lambda: sm.flood(HOMES, SHELTERS, ZONES, 900, facility_id="name", weight="people"),
    sm.Impact: lambda: sm.impact(FLOODS, demand=HOMES, weight="people", facilities=SHELTERS),
    sm.Incidents: reported,
    sm.Inspection: inspected,
    sm.Reserves: supplied,
    sm.RiskIndex: indexed,
    sm.Siting: sited,
    sm.Vulnerable: lambda: sm.vulnerable(
        FLOODS, line("v", people=[3]), SHELTERS, weight="people", warning="1 h", speed=1
    ),
}
MADE_ELSEWHERE = {sm.Warned, sm.Assessment, sm.Comparison}  # of files: their tests make maps of them


def has_places(result: type) -> bool:
    """Whether one of its fields is a frame with shapes, or holds some."""
    return dataclasses.is_dataclass(result) and any(
        "GeoDataFrame" in str(each.type) for each in dataclasses.fields(result)
    )


def test_every_result_with_places_has_a_map():
    classes = {each for name in sm.__all__ if inspect.isclass(each := getattr(sm, name))}
    with_places = {each for each in classes if has_places(each)} - GIVEN
    assert with_places >= {sm.CutOff, sm.Reserves, sm.Incidents, sm.Coverage}
    assert {each for each in with_places if not hasattr(each, "explore")} == set()
    assert with_places | {sm.RiskIndex} == set(MADE) | MADE_ELSEWHERE  # whose rows have shapes where areas are given


@functools.cache
def made(result: type) -> object:
    return MADE[result]()


@pytest.mark.parametrize("result", MADE, ids=lambda each: each.__name__)
@pytest.mark.parametrize("lang", ["en", "lv"])
def test_a_map_says_everything_in_words(result, lang):
    views = views_of(made(result), lang=lang)
    for view in views:
        assert view.title
        for layer in view.layers:
            assert all(len(each.said) == len(layer.shapes) for each in layer.fields)
            assert not [each.label for each in layer.fields if "_" in each.label]  # a column, or a key
            assert not [text for each in layer.fields for text in each.said if "_" in (text or "")]  # a code
        (rows,) = [each for each in view.layers if each.role == "rows"]
        assert rows.category is not None
        assert rows.category.max(initial=0) < len(view.categories)
    assert view.draw().get_figure() is not None


def views_of(result: object, **asked: typing.Any) -> list[View]:
    """The views of a map, as the page gets them."""
    seen = []
    original = maps.explored.__globals__["Map"]
    maps.explored.__globals__["Map"] = lambda title, views, **options: seen.append((title, views))
    try:
        result.explore(**asked)
    finally:
        maps.explored.__globals__["Map"] = original
    return list(seen[0][1])


def layer_of(view: View, role: str) -> Layer:
    return next(each for each in view.layers if each.role == role)


def said(layer: Layer, label: str) -> list[str | None]:
    return list(next(each for each in layer.fields if each.label == label).said)


NO_PEOPLE = {sm.Alternatives, sm.Balance, sm.Districts, sm.Incidents, sm.Inspection, sm.RiskIndex}
COUNTING = [each for each in MADE if each not in NO_PEOPLE]


@pytest.mark.parametrize("result", COUNTING, ids=lambda each: each.__name__)
def test_symbols_are_as_large_as_people_are_many(result):
    view = views_of(made(result))[0]
    rows = layer_of(view, "rows")
    assert rows.weight is not None
    in_zone = {sm.Evacuation: [1.0], sm.Vulnerable: [3.0]}.get(result, [1.0, 20.0, 300.0, 4.0])
    assert sorted(rows.weight[rows.weight > 0].tolist()) == sorted(in_zone) or result is sm.Allocation
    assert rows.weight.sum() == sum(in_zone)
    assert said(rows, "people")[0] is not None


@pytest.mark.parametrize("result", [sm.Flood, sm.Impact, sm.Vulnerable], ids=lambda each: each.__name__)
def test_without_a_scenario_all_are_steps_and_the_last_is_first(result):
    views = views_of(made(result))
    names = {sm.Flood: ["1 %", "10 %"]}.get(result, ["one", "ten"])
    assert [each.step for each in views] == names
    assert len({each.group for each in views}) == 1
    assert views[0].group
    assert [each.title.endswith(each.step) for each in views] == [True, True]
    (alone,) = views_of(made(result), scenario=names[1])
    assert (alone.step, alone.group) == (names[1], "")
    titled = views_of(made(result), title="Here")
    assert [each.title for each in titled] == [f"Here: {each}" for each in names]


def test_several_hazards_are_seen_together_and_one_by_one():
    views = views_of(made(sm.Combined))
    assert [each.step for each in views] == ["together", "ten", "one"]
    assert said(layer_of(views[1], "rows"), "ten") == ["not affected", "affected", "affected", "not affected"]


def test_a_change_of_districts_is_seen_before_and_after():
    views = views_of(made(sm.Districts))
    assert [each.step for each in views] == ["proposed", "today"]


@pytest.mark.parametrize(
    ("result", "usable"),
    [
        (sm.Flood, [[False, False], [True, False]]),
        (sm.Impact, [[False, False], [True, False]]),
        (sm.Evacuation, [[False, True]]),
        (sm.Allocation, [[True, True]]),
        (sm.Reserves, [[True]]),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_facilities_that_cannot_be_used_are_told_apart(result, usable):
    found = [layer_of(each, "facilities").usable for each in views_of(made(result))]
    assert [each.tolist() for each in found] == usable


def test_gaps_are_numbered_with_their_people():
    found = sm.coverage(HOMES, SHELTERS[:1], 500, weight="people").explore_gaps(500, join_distance_m=700, name="name")
    assert "Places to act on" in found.html
    (view,) = maps.VIEWS["gaps"](MADE[sm.Coverage](), maps.Asked(), threshold=500, join_distance_m=700)
    rows = layer_of(view, "rows")
    assert said(rows, "place, by people") == [None, None, "1", "1"]
    assert said(rows, "people of the place") == [None, None, "304", "304"]


def test_a_register_is_told_in_the_words_of_its_schema_without_whom_to_call():
    layer = layer_of(views_of(inspected(), lang="lv")[0], "rows")
    told = {each.label: list(each.said) for each in layer.fields}
    assert layer.fields[0].said == ["North", "South"]
    assert not [each for each in told.values() if "Anna" in each]
    assert sum("many" in str(each) for each in told["jālabo vai jāpārbauda"]) == 1


def test_columns_that_are_asked_for_are_told_as_they_are():
    homes = HOMES.assign(**{"<b>kind</b>": ["a", "<script>", None, "javascript:alert(1)"]})
    layer = layer_of(views_of(sm.coverage(homes, SHELTERS, 500), columns=["<b>kind</b>"])[0], "rows")
    assert said(layer, "<b>kind</b>") == ["a", "<script>", None, "javascript:alert(1)"]


def test_too_many_rows_are_groups_in_which_nobody_is_lost():
    rng = np.random.default_rng(3)
    homes = gpd.GeoDataFrame(
        {"people": np.arange(5000) % 7},
        geometry=gpd.points_from_xy(24 + 0.1 * rng.random(5000), 57 + 0.1 * rng.random(5000)),
        crs=4326,
    )
    homes.loc[3, "geometry"] = None
    result = sm.coverage(homes, SHELTERS, 2000, weight="people")
    (view,) = maps.VIEWS["coverage"](result, maps.Asked(most=300))
    rows = layer_of(view, "rows")
    assert len(rows.shapes) <= 300
    assert rows.weight.sum() == homes["people"].sum() - homes["people"][3]
    covered = result.rows[(result.rows["within_2000m"] == "covered").to_numpy()]
    assert rows.weight[rows.category == 0].sum() == covered["people"].sum()
    assert [each.label for each in rows.fields] == ["name", "people"]


def test_an_unknown_language_is_named():
    with pytest.raises(ValueError, match="unknown language"):
        MADE[sm.Coverage]().explore(lang="xx")
