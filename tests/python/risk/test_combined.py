# SPDX-License-Identifier: Apache-2.0
"""Several hazards at once: counted by hand, and by brute force over what is known and what is not."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

import sheltermap as sm


def strip(west: float, east: float, **columns: object) -> gpd.GeoDataFrame:
    cells = {name: [value] for name, value in columns.items()}
    return gpd.GeoDataFrame(cells, geometry=[box(west, 56.9, east, 57)], crs=4326)


# From west to east: the flood of 10 years to 24.2, that of 100 years to 24.3 (deep 0.4), gas from 24.1 to 24.4.
OFTEN = sm.Scenario("f10", "flood", strip(24.0, 24.2, deep=1.5), intensity="deep", unit="m", return_period_years=10)
RARE = sm.Scenario("f100", "flood", strip(24.0, 24.3, deep=0.4), intensity="deep", unit="m", return_period_years=100)
GAS = sm.Scenario("gas", "chemical", strip(24.1, 24.4), likelihood="rare")
ALL = (OFTEN, RARE, GAS)
HOMES = gpd.GeoDataFrame(
    {"people": [1, 2, 4, 8, 16, 32]},
    geometry=[*(Point(lon, 56.95) for lon in (24.05, 24.15, 24.25, 24.35, 24.45)), None],
    crs=4326,
)


def sums(table) -> dict[str, float]:
    row = table[table["area"].isna()].iloc[0]
    return row.drop(["area", "measure", "rows_without_weight"]).to_dict()


def test_scenarios_of_one_hazard_are_one_hazard():
    found = sm.combined(ALL, HOMES, "count", weight="people")
    assert found.rows["hazards"].fillna("").tolist() == [
        "flood",
        "flood, chemical",
        "flood, chemical",
        "chemical",
        "",
        "",
    ]
    assert found.rows["hazard_count"].fillna(-1).tolist() == [1, 2, 2, 1, 0, -1]
    assert sums(found.count_totals) == {"total": 63, "0": 16, "1": 9, "2": 6, "unknown": 32}
    assert sums(found.any_totals) == {"total": 63, "affected": 15, "not_affected": 16, "unknown": 32}
    by_scenario = found.scenario_totals.set_index("scenario")["affected"].to_dict()
    assert by_scenario == {"f10": 3, "f100": 7, "gas": 14}
    assert found.states == ("0", "1", "2", "unknown") and found.worst_totals is None
    assert found.rows["intensity_f10"].tolist()[:2] == [1.5, 1.5] and "intensity_gas" not in found.rows
    assert not found.notes


def test_the_worst_class_is_half_open_and_a_value_on_a_limit_goes_up():
    # Depths 1.5 and 0.4 with limits 0.4 and 2: class 2 both; gas is 3 wherever it acts.
    found = sm.combined(ALL, HOMES, "worst", weight="people", classes={"flood": [0.4, 2.0], "gas": 3})
    assert found.rows["worst_class"].fillna(-1).tolist() == [2, 3, 3, 3, 0, -1]
    assert sums(found.worst_totals) == {"total": 63, "0": 16, "1": 0, "2": 1, "3": 14, "unknown": 32}
    lower = sm.combined(ALL, HOMES, "worst", classes={"f10": [2.0], "f100": [0.5], "gas": 1})
    assert lower.rows["worst_class"].fillna(-1).tolist() == [1, 1, 1, 1, 0, -1]


def test_what_is_not_known_of_one_hazard_is_not_guessed():
    unknown = sm.Scenario(
        "u", "fire", strip(24.0, 24.2, heat=None), intensity="heat", affected_from=1.0, annual_probability=0.1
    )
    found = sm.combined([unknown, GAS], HOMES[:4], "any", classes={"fire": [2.0], "gas": 2})
    assert found.rows["combined"].tolist() == ["unknown", "affected", "affected", "affected"]
    assert found.rows["hazard_count"].fillna(-1).tolist() == [-1, -1, 1, 1]
    assert found.rows["hazards"].fillna("").tolist() == ["", "chemical", "chemical", "chemical"]
    assert found.rows["worst_class"].fillna(-1).tolist() == [-1, 2, 2, 2]  # the fire is class 2 at worst


def test_areas_and_groups_sum_to_all():
    areas = gpd.GeoDataFrame(
        {"part": ["West", "East"]}, geometry=[box(24, 56, 24.2, 58), box(24.2, 56, 25, 58)], crs=4326
    )
    homes = HOMES.assign(children=[1, 0, 0, 1, 0, None])
    found = sm.combined(ALL, homes, "any", weight="people", groups=["children"], areas=areas, area_name="part")
    people = found.any_totals[found.any_totals["measure"] == "people"].set_index("area")
    assert people.loc["West", ["total", "affected"]].tolist() == [3, 3]
    assert people.loc["East", ["total", "affected", "not_affected"]].tolist() == [28, 12, 16]
    children = found.any_totals[(found.any_totals["measure"] == "children") & found.any_totals["area"].isna()].iloc[0]
    assert (children["total"], children["affected"], children["rows_without_weight"]) == (2, 2, 1)
    assert found.rows["area"].fillna("").tolist() == ["West", "West", "East", "East", "East", ""]


def test_a_building_counts_where_any_part_of_it_is():
    blocks = gpd.GeoDataFrame(geometry=[box(24.29, 56.94, 24.31, 56.96), box(24.41, 56.94, 24.42, 56.96)], crs=4326)
    found = sm.combined(ALL, blocks, "count")
    assert found.rows["hazard_count"].tolist() == [2, 0]


@settings(max_examples=60, deadline=None)
@given(
    states=st.lists(st.lists(st.sampled_from(["in", "out", "unsure"]), min_size=3, max_size=3), min_size=1, max_size=6),
    classes=st.lists(st.integers(1, 4), min_size=3, max_size=3),
)
def test_any_count_and_worst_by_all_that_the_unknown_may_be(states, classes):
    """A result is known exactly where all ways that the unknown may turn out lead to it."""
    homes = gpd.GeoDataFrame(geometry=[Point(24 + row, 56.5) for row in range(len(states))], crs=4326)
    given_scenarios = []
    for number in range(3):
        strength = {"in": 1.0, "out": 0.0, "unsure": None}
        zones = gpd.GeoDataFrame(
            {"much": np.array([strength[row[number]] for row in states], float)},
            geometry=[box(23.9 + row, 56, 24.1 + row, 57) for row in range(len(states))],
            crs=4326,
        )
        given_scenarios.append(sm.Scenario(f"s{number}", f"h{number}", zones, intensity="much", affected_from=0.5))
    by_id = {each.id: kind for each, kind in zip(given_scenarios, classes, strict=True)}
    found = sm.combined(given_scenarios, homes, "worst", classes=by_id).rows
    any_of = sm.combined(given_scenarios, homes, "any").rows["combined"].tolist()
    for row, mine in enumerate(states):
        worlds = (
            np.array(np.meshgrid(*[{"in": [1], "out": [0], "unsure": [0, 1]}[each] for each in mine])).reshape(3, -1).T
        )
        ways = {
            "any": {bool(world.any()) for world in worlds},
            "count": {int(world.sum()) for world in worlds},
            "worst": {int((world * classes).max()) for world in worlds},
        }
        known = {name: way.pop() if len(way) == 1 else None for name, way in ways.items()}
        assert any_of[row] == {True: "affected", False: "not_affected", None: "unknown"}[known["any"]]
        assert found["hazard_count"].fillna(-1)[row] == (-1 if known["count"] is None else known["count"])
        assert found["worst_class"].fillna(-1)[row] == (-1 if known["worst"] is None else known["worst"])


@pytest.mark.parametrize(
    ("how", "classes", "told"),
    [
        ("all", None, "how is 'any', 'count' or 'worst', not 'all'"),
        ("worst", None, "how='worst' needs classes"),
        ("worst", {"flood": 1}, "nothing says how bad gas is; name the scenario, or its hazard chemical"),
        ("worst", {"flood": 1, "gas": 0}, "that of gas is 1 or more, not 0"),
        ("worst", {"flood": [2.0, 1.0], "gas": 1}, "the limits of f10 are numbers, the least first, each once"),
        ("worst", {"flood": 1, "gas": [1.0]}, "gas has no intensity to compare with limits; give it one class"),
        ("worst", {"flood": "deep", "gas": 1}, "give f10 a class, 1 or more, or limits of its intensity, not 'deep'"),
        ("any", {"flod": 1}, "'flod' is neither a scenario nor a hazard"),
    ],
)
def test_what_cannot_be_is_told(how, classes, told):
    with pytest.raises(ValueError) as raised:
        sm.combined(ALL, HOMES, how, classes=classes)
    assert told in str(raised.value)


def test_a_column_of_the_result_is_not_overwritten():
    with pytest.raises(ValueError, match="the frame already has a column 'state_gas'"):
        sm.combined(ALL, HOMES.assign(state_gas=1))


@pytest.mark.parametrize("how", ["any", "count", "worst"])
def test_it_is_drawn_and_looked_around_in(how, tmp_path):
    classes = {"flood": [0.4, 2.0], "gas": 3}
    found = sm.combined(ALL, HOMES, how, classes=classes)
    legend = {text.get_text() for text in found.plot(lang="lv").get_legend().get_texts()}
    wanted = {
        "any": {"skarts (4)", "nav skarts (1)"},
        "count": {"neviens apdraudējums (1)", "apdraudējumi: 1 (2)", "apdraudējumi: 2 (2)"},
        "worst": {"neviens apdraudējums (1)", "2. klase (1)", "3. klase (3)"},
    }
    assert legend == wanted[how] | {"nezināms (1)"}
    page = tmp_path / "map.html"
    found.explore(lang="en").save(page)
    assert "Several hazards" in page.read_text(encoding="utf-8")
    assert found.zones["scenario"].tolist() == ["f10", "f100", "gas"]
