# SPDX-License-Identifier: Apache-2.0
"""Impacts in plans: counted by hand, told in both languages, drawn and styled, judged against the year before."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import sheltermap as sm
from hazard_town import WATER, with_scenarios, write_hazard_town
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from small_plan import HOMES, MAIN, collection, figures, section, square

ASKED = """
[inputs.houses]
path = "houses.geojson"
title = { en = "The houses", lv = "Mājas" }

[inputs.roads]
path = "roads.geojson"

[[analyses]]
name = "hit"
kind = "impact"
demand = "homes"
weight = "people"
groups = ["children"]
facilities = "shelters"
streets = "roads"
buildings = "houses"
areas = "parts"
area_name = "part"
limit = "500 m"
displaced = "inasafe.flood_displaced"
currency = "EUR"
zero_impact_years = { flood = 2 }
title = { en = "Whom floods hit", lv = "Ko skar plūdi" }
unit = { en = "people", lv = "iedzīvotāji" }

[[analyses.damage]]
what = "buildings"
value = "eur"
own_curve = { intensity = [0, 2], share = [0, 0.5], unit = "m", source = "An example", hazard = "flood" }

[[checks]]
id = "few"
title = "People in the rare flood"
figure = { analysis = "hit", figure = "affected", measure = "people", scenario = "flood_100" }
at_most = 30
"""
HOUSE = square(24.0995, 56.9495, 24.1005, 56.9505, eur=100_000)  # as deep in the water as the first home


def town(folder: Path, *, asked: str = ASKED, year: int = 2026, **files: object) -> Path:
    path = write_hazard_town(folder, plan=with_scenarios(asked, year=year), **files)
    (folder / "houses.geojson").write_text(collection(HOUSE), encoding="utf-8")
    (folder / "roads.geojson").write_text(collection(MAIN), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def hit(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hit")
    sm.run(town(folder), folder / "out")
    return folder / "out"


def test_the_figures_are_those_counted_by_hand(hit):
    def of(scenario: str, **more: object) -> dict[str, float]:
        return figures(hit, analysis="hit", scenario=scenario, scope="all", **more)

    names = ("total", "affected", "not_affected", "unknown", "rows_without_weight")
    counted = {each: of(each, measure="people") for each in ("flood_10", "flood_100", "gas")}
    assert [counted["flood_10"][name] for name in names] == [60, 10, 50, 0, 1]
    assert [counted["flood_100"][name] for name in names] == [60, 30, 30, 0, 1]
    assert [counted["gas"][name] for name in names] == [60, 10, 50, 0, 1]
    assert counted["flood_100"]["affected_share"] == 0.5
    assert of("flood_100", measure="children", figure="affected") == {"affected": 3}
    west = figures(hit, analysis="hit", scenario="flood_100", measure="people", area="West")
    assert (west["total"], west["affected"]) == (30, 30)
    things = of("flood_10", measure="rows")
    assert (things["facilities_total"], things["facilities_affected"], things["buildings_affected"]) == (2, 1, 1)
    # Within 500 m of the cellar lives the first home only, and the cellar lies in the water.
    assert (counted["flood_10"]["access_before"], counted["flood_10"]["access_lost"]) == (10, 10)


def test_streets_displaced_people_and_damage_are_those_counted_by_hand(hit):
    metres = figures(hit, analysis="hit", scenario="flood_100", measure="length")
    # 0.017 of the 0.33 degrees along the parallel.
    assert metres["streets_affected"] / metres["streets_total"] == pytest.approx(17 / 330, rel=1e-5)
    # 3 % of 10 people at 1 m; 5 % of 10 at 2 m and 1 % of 20 at 0.25 m.
    assert figures(
        hit, analysis="hit", scenario="flood_10", figure="displaced", category="medium", measure="people"
    ) == {"medium": 0.3}
    rare = figures(hit, analysis="hit", scenario="flood_100", figure="displaced", measure="people")
    assert rare == {"low": pytest.approx(0.2), "medium": 0, "high": 0.5, "displaced": pytest.approx(0.7)}
    lost = figures(hit, analysis="hit", scenario="flood_100", figure="damage", measure="damage")
    assert lost == {"damage": 50_000}


def test_what_is_expected_in_a_year_stands_by_both_methods_in_parts(hit):
    found = {
        name: value
        for name in ("expected_people", "expected_people_trapezoid", "expected_people_tail", "expected_damage")
        for value in figures(
            hit, analysis="hit", figure=name, category="flood", measure=("people", "damage")["damage" in name]
        ).values()
    }
    # People: 20 * 0.09 between, 0.3 beyond, 5 * 0.4 from 2 years on; damage: 37 500 * 0.09 + 500 + 12 500 * 0.4.
    expected = {"expected_people": 4.1, "expected_people_trapezoid": 4.1, "expected_people_tail": 0.3}
    assert found == pytest.approx(expected | {"expected_damage": 8_875})
    apart = sm.expected_annual([10, 100], [10, 30], zero_impact_years=2, method="log_linear")
    other = figures(hit, analysis="hit", figure="expected_people_log_linear", measure="people")
    assert list(other.values()) == [pytest.approx(apart.total)]


def test_it_is_told_in_both_languages(hit):
    page, told = (hit / "report.html").read_text(encoding="utf-8"), section(hit, "hit")
    for words in (
        *("affected: Rare flood, people", "skarti: Reti plūdi, iedzīvotāji", "buildings 1", "damage 50\u202f000 EUR"),
        *("damage in an average year: flood", "zaudējumi vidēji gadā: plūdi", "8\u202f875 EUR", "trapezoid 4.1"),
    ):
        assert words in page, words
    for words in (
        *("People affected by scenario", "Skartie iedzīvotāji pa scenārijiem", "Who leaves home", "Kas atstāj mājas"),
        *("What else is affected by scenario", "Kas vēl tiek skarts pa scenārijiem", "reizi 100 gados"),
        *("Expected in an average year", "Sagaidāms vidēji gadā", "rarer than the rarest", "retāk par retāko"),
        *("Within 500 m of a facility, before and during", "Objekts 500 m attālumā pirms notikuma un tā laikā"),
        *("Nobody says how often “gas” happens", "Nav zināms, cik bieži iestājas „gas”", "426 m", "once in 100 years"),
    ):
        assert words in told, words


def test_a_failure_tells_who_has_no_other_supply(tmp_path):
    dry = """
[[scenarios]]
id = "dry"
hazard = "water"
failing = { facilities = "shelters", where = { name = "Cellar" }, limit = "600 m" }
annual_probability = 0.05
"""
    asked = ASKED.replace('demand = "homes"', 'scenarios = ["dry"]\ndemand = "homes"').replace(
        "zero_impact_years", "# "
    )
    asked = asked[: asked.index("[[checks]]")] + dry
    sm.run(town(tmp_path, asked=asked), tmp_path / "out")
    # The cellar serves the first home (61 m) and the second (547 m); the school is 6 km from the third: too far.
    found = figures(tmp_path / "out", analysis="hit", scenario="dry", measure="people", scope="all")
    assert [found[name] for name in ("total", "affected", "without_supply", "unknown")] == [60, 30, 30, 0]
    assert list(figures(tmp_path / "out", analysis="hit", figure="expected_people", measure="people").values()) == [1.5]
    told = section(tmp_path / "out", "hit")
    assert "without other supply" in told and "bez cita nodrošinājuma" in told


def test_streets_of_the_network_land_and_critical_infrastructure_count_too(tmp_path):
    asked = ASKED.replace(
        'streets = "roads"\nbuildings = "houses"', 'by = "walk"\nstreets_of_network = true\nland = "uses"'
    )
    asked = asked.replace('land = "uses"', 'land = "uses"\nland_type = "use"\ncritical = "shelters"')
    asked = asked.split("[[analyses.damage]]")[0].replace('currency = "EUR"\n', "")
    more = '\n[inputs.uses]\npath = "uses.geojson"\n[networks.walk]\npath = "roads.geojson"\nspeed_kmh = "kmh"\n'
    plan = town(tmp_path, asked=asked + more)
    uses = square(24.0, 56.94, 24.1, 56.96, use="field"), square(24.3, 56.94, 24.4, 56.96, use="wood")
    (tmp_path / "uses.geojson").write_text(collection(*uses), encoding="utf-8")
    sm.run(plan, tmp_path / "out")
    length = figures(tmp_path / "out", analysis="hit", scenario="flood_10", measure="length")
    assert length["streets_affected"] / length["streets_total"] == pytest.approx(7 / 330, rel=1e-5)
    # Half the height and a twentieth of the width of the field; edges of squares are straight in degrees.
    field = figures(tmp_path / "out", analysis="hit", scenario="flood_10", category="field", figure="land_affected")
    whole = figures(tmp_path / "out", analysis="hit", scenario="flood_10", category="field", figure="land_total")
    assert field["field"] / whole["field"] == pytest.approx(0.5 * 0.05, rel=1e-4)
    wood = figures(tmp_path / "out", analysis="hit", scenario="flood_100", category="wood", figure="land_affected")
    assert wood == {"wood": 0}
    things = figures(tmp_path / "out", analysis="hit", scenario="gas", measure="rows", scope="all")
    assert (things["critical_affected"], things["critical_not_affected"]) == (1, 1)
    told = section(tmp_path / "out", "hit")
    assert "Land affected by use" in told and "Skartā zeme pēc lietojuma" in told and "critical infrastructure" in told


def test_layers_and_styles_are_in_the_store(hit):
    with closing(sqlite3.connect(hit / "assessment.gpkg")) as store:
        homes = store.execute(
            "SELECT id, state_flood_10, state_flood_100, intensity_flood_100 FROM hit ORDER BY id"
        ).fetchall()
        shelters = store.execute("SELECT id, state_gas FROM hit_facilities ORDER BY id").fetchall()
        (metres,) = store.execute("SELECT affected_flood_10_m FROM hit_streets").fetchone()
        styles = dict(store.execute("SELECT f_table_name, group_concat(styleQML) FROM layer_styles GROUP BY 1"))
    assert homes[:3] == [
        ("h1", "affected", "affected", 2.0),
        ("h2", "not_affected", "affected", 0.25),
        ("h3", "not_affected", "not_affected", None),
    ]
    assert shelters == [("s1", "affected"), ("s2", "not_affected")] and 420 < metres < 430
    assert "&quot;state_gas&quot; = 'affected'" in styles["hit"] and "hit_streets" in styles


def test_the_last_scenario_is_told_by_what_it_strikes_and_each_is_drawn(tmp_path):
    found = sm.run(town(tmp_path), tmp_path / "out")
    kind, outcome = next((kind, each) for kind, each in found.answers() if kind.name == "hit")
    assert kind.told(outcome, "en") == "Cellar"
    assert [each.count for each in kind.legend(outcome)] == [1, 3, 0]
    assert [each.title["lv"] for each in kind.pictures(outcome, None)][1:] == [
        "Karte: Ko skar plūdi, Reti plūdi",
        "Karte: Ko skar plūdi, gas",
    ]


def test_a_deeper_and_wider_flood_is_worse_and_fails_the_gate(tmp_path):
    first = sm.run(town(tmp_path / "a", year=2025), tmp_path / "before")
    wider = (*WATER, square(24.29, 56.945, 24.31, 56.955, years=100, depth_m=1.0))
    later = sm.run(town(tmp_path / "b", water=wider), tmp_path / "after")
    judged = sm.compare(first, later).judged
    mine = judged[(judged["analysis"] == "hit") & (judged["scope"] == "all") & (judged["figure"] == "affected")]
    assert mine[["measure", "scenario", "before", "after"]].to_numpy().tolist() == [
        ["children", "flood_100", 3, 8],
        ["people", "flood_100", 30, 60],
    ]
    findings = [
        (each.kind, each.message["en"])
        for each in sm.check(later, tmp_path / "before").findings
        if each.state == "failed"
    ]
    assert ("check", "People in the rare flood: 60 is more than 30") in findings
    assert any(kind == "figure_worse" and told.startswith("affected (people") for kind, told in findings)
    fewer = HOMES.replace("24.110,56.950,20", "24.310,56.950,20")
    better = sm.run(town(tmp_path / "c", homes=fewer), tmp_path / "better")
    findings = sm.check(better, tmp_path / "before").findings
    assert not [each for each in findings if each.state == "failed" and each.subject == "hit"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('demand = "homes"\nweight = "people"\ngroups = ["children"]\n', "", "is about demand: name demand"),
        ('facilities = "shelters"\n', "", "limit is about facilities: name facilities"),
        ('currency = "EUR"\n', "", 'a damage needs the currency of its values: write currency = "EUR"'),
        ('buildings = "houses"\n', "", "damage is told of buildings: name buildings"),
        ('"inasafe.flood_displaced"', '"guess"', "no damage curve 'guess'"),
        ("share = [0, 0.5]", "share = [0.6, 0.5]", "the share falls from 0.6 at 0 to 0.5 at 2"),
        ("own_curve = {", "share = 1\nown_curve = {", "give curve (the id of a published one), own_curve or share"),
        ('limit = "500 m"', 'limit = "500 m"\nstreets_of_network = true', "name by, and no other streets"),
        ('displaced = "', 'land_type = "use"\ndisplaced = "', "land_type is about land: name land"),
    ],
)
def test_faults_are_told(tmp_path, old, new, told):
    with pytest.raises(PlanError, match=r"analyses\.hit") as raised:
        load_plan(town(tmp_path, asked=ASKED.replace(old, new, 1)))
    assert told in str(raised.value)


def test_values_that_cannot_be_and_curves_that_were_not_seen_are_told_with_the_analysis(tmp_path):
    with pytest.raises(
        PlanError, match=r"analyses\.hit: buildings \(houses\.geojson\) has no column 'usd'; it has eur"
    ):
        sm.run(town(tmp_path / "a", asked=ASKED.replace('value = "eur"', 'value = "usd"')), tmp_path / "out")
    unseen = ASKED.replace('source = "An example"', 'source = "An example", status = "unconfirmed"')
    plan = town(tmp_path / "b", asked=unseen)
    assert sm.run(plan, tmp_path / "out").figures is not None  # the plan accepts what is not confirmed
    text = plan.read_text(encoding="utf-8").replace("accept_unconfirmed = true\n", "")
    plan.write_text(text.replace('status = "unconfirmed"\n', "", 1), encoding="utf-8")
    with pytest.raises(PlanError, match="the curve is unconfirmed"):
        sm.run(plan, tmp_path / "other")
