# SPDX-License-Identifier: Apache-2.0
"""Plans: what is accepted, and what is said about what is not."""

import tomllib

import pytest

import sheltermap as sm
from sheltermap.kinds.coverage import Coverage
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import PLAN, SAMPLE, write_town


def faults_of(folder, plan: str) -> list[str]:
    with pytest.raises(PlanError) as raised:
        load_plan(write_town(folder, plan=plan))
    assert all(fault in str(raised.value) for fault in raised.value.faults)
    assert str(folder / "plan.toml") in str(raised.value)
    return raised.value.faults


def test_the_sample_plan_is_valid():
    plan = load_plan(SAMPLE / "plan.toml")
    assert [analysis.kind for analysis in plan.analyses] == ["nearest", "nearest", "coverage", "count", "count"]
    assert plan.thresholds(plan.analyses[0]) == [sm.Limit(100_000)]  # lv.psych
    assert [name for name, _ in plan.made_up(plan.analyses[0])] == ["psychologists"]


def test_three_faults_are_told_at_once_each_with_what_may_have_been_meant(tmp_path):
    plan = (
        PLAN.replace("weight =", "weigth =", 1)
        .replace('"homes.csv"', '"hoems.csv"')
        .replace('kind = "count"', 'kind = "cuont"')
    )
    faults = faults_of(tmp_path, plan)
    assert len(faults) == 3
    told = "\n".join(faults)
    assert 'analyses.shelter.weigth: unknown key "weigth"; did you mean "weight"? allowed: area_name, areas,' in told
    assert 'inputs.homes.path: no file "hoems.csv"' in told and 'did you mean "homes.csv"?' in told
    assert 'analyses.choice: unknown kind "cuont"; did you mean "count"? allowed: ' in told


def test_a_path_too_long_for_a_file_is_a_fault_beside_all_others(tmp_path):
    plan = PLAN.replace('"homes.csv"', f'"{"x" * 3000}"').replace("weight =", "weigth =", 1)
    assert [each.partition(": ")[0] for each in faults_of(tmp_path, plan)] == [
        "analyses.shelter.weigth",
        "inputs.homes.path",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("schema = 1", "schema = 2", "schema: "),
        (
            'crs = "EPSG:4326"',
            'crs = "EPSG:43260"',
            "inputs.homes.crs: 'EPSG:43260' is not a coordinate",
        ),
        ("schema = 1", "", "schema: is missing"),
        ('demand = "homes"', 'demand = "home"', 'analyses.shelter.demand: unknown input "home"; did you mean "homes"?'),
        (
            'standard = "walk"',
            'standard = "wlak"',
            'analyses.nearest_shelter.standard: unknown standard "wlak"; did you mean "walk"?',
        ),
        ("distance_m = 500", 'distance_m = "500"', "standards.walk.distance_m: must be a valid number, not '500'"),
        (
            "distance_m = 500",
            'distance_m = "5 km"',
            "is a number, its unit stands in the name of the key: write 5000",
        ),
        ("distance_m = 500", 'distance_m = "5 min"', "standards.walk.distance_m: must be a valid number, not '5 min'"),
        ("[500, 1000]", '["500 metres"]', "analyses.shelter.thresholds_m[1]: is a number, its unit stands in the name"),
        (
            "thresholds_m = [500, 1000]",
            'limits = ["1,5 km"]',
            "limits[1]: decimals of a limit stand behind a point: write '1.5 km', not '1,5 km'",
        ),
        ("distance_m = 500", "distance_m = 0", "standards.walk.distance_m: must be greater than 0, not 0"),
        ("distance_m = 500", "distance_m = nan", "standards.walk.distance_m: "),
        ("[500, 1000]", "[1000, 500]", "analyses.shelter.thresholds_m: write each distance once, the smallest first"),
        ("[[standards]]", "[standards]", "standards: must be a list of tables: write [[standards]]"),
        ("[500, 1000]", "500", "analyses.shelter.thresholds_m: must be a valid list, not 500"),
        ("[500, 1000]", "[]", "analyses.shelter.thresholds_m: "),
        (
            "thresholds_m = [500, 1000]",
            "",
            "analyses.shelter: give thresholds_m, limits or standards, one",
        ),
        ('area_name = "part"', "", "analyses.shelter: areas and area_name belong together"),
        (
            'standard = "walk"',
            'standard = "walk"\nthreshold_m = 5',
            "analyses.nearest_shelter: give standard, threshold_m or limit",
        ),
        ("classes = [0, 1, 2]", "classes = [1, 2]", "analyses.choice.classes: lower ends of the classes: start with 0"),
        ('name = "choice"', 'name = "how_far"', 'analyses: the name "how_far" is used 2 times'),
        ('name = "choice"', 'name = "Figures"', "is kept for the assessment itself"),
        ('name = "choice"', 'name = "a b"', '"a b" cannot be a name'),
        ('status = "confirmed"', 'status = "confirmd"', 'unknown value "confirmd"; did you mean "confirmed"?'),
        ("schema = 1", 'schema = 1\nlanguages = ["en", "de"]', 'languages[2]: unknown value "de"; allowed: en, lv'),
        ('lv = "Maza pilsēta"', 'de = "Kleinstadt"', 'title.de: unknown key "de"; allowed: en, lv'),
    ],
)
def test_a_fault_names_its_place_and_what_is_allowed(tmp_path, old, new, told):
    assert old in PLAN
    assert any(told in fault for fault in faults_of(tmp_path, PLAN.replace(old, new, 1)))


def test_an_unconfirmed_standard_has_to_be_accepted(tmp_path):
    unconfirmed = PLAN.replace('status = "confirmed"', 'status = "unconfirmed"')
    (fault,) = faults_of(tmp_path, unconfirmed)
    assert "accept_unconfirmed = true" in fault
    plan = load_plan(write_town(tmp_path, plan="accept_unconfirmed = true\n" + unconfirmed))
    assert {each.id: each.status for each in plan.standards}["walk"] == "unconfirmed"


def test_a_plan_that_is_not_toml_is_told_with_its_line(tmp_path):
    (fault,) = faults_of(tmp_path, PLAN.replace("schema = 1", "schema = = 1"))
    assert "is not TOML" in fault and "line 1" in fault


def test_a_plan_in_another_encoding_is_told(tmp_path):
    path = write_town(tmp_path)
    path.write_bytes(PLAN.encode("windows-1257"))
    with pytest.raises(PlanError, match="is not UTF-8"):
        load_plan(path)


def test_a_missing_plan_is_told(tmp_path):
    with pytest.raises(PlanError, match="No such file"):
        load_plan(tmp_path / "plan.toml")


def test_a_bare_text_stands_for_both_languages(tmp_path):
    plan = load_plan(write_town(tmp_path))
    assert plan.analyses[2].title.get("en") == plan.analyses[2].title.get("lv") == "How far"


def test_standards_of_a_coverage_become_its_distances(tmp_path):
    plan = load_plan(write_town(tmp_path, plan=PLAN.replace("thresholds_m = [500, 1000]", 'standards = ["walk"]')))
    assert isinstance(plan.analyses[0], Coverage)
    assert plan.thresholds(plan.analyses[0]) == [sm.Limit(500)]


def places_in(value: object, here: tuple = ()) -> list[tuple]:
    """Every place in a nest of tables and lists."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, part in items for place in [(*here, key), *places_in(part, (*here, key))]]


@pytest.mark.parametrize("place", places_in(tomllib.loads(PLAN)), ids=lambda place: ".".join(map(str, place)))
def test_a_value_of_any_wrong_type_anywhere_is_a_fault_and_never_a_crash(tmp_path, monkeypatch, place):
    path = write_town(tmp_path)
    for value in (None, 0, -1.5, True, "", "\0", [], [[]], [{}], {}, {"en": 1}, {"": {}}):
        raw = tomllib.loads(PLAN)
        table = raw
        for key in place[:-1]:
            table = table[key]
        table[place[-1]] = value
        monkeypatch.setattr("sheltermap.plans.plan._toml", lambda _, raw=raw: raw)
        try:
            load_plan(path)
        except PlanError as error:
            assert all(error.faults)
