# SPDX-License-Identifier: Apache-2.0
"""Risk matrices in plans: figures counted by hand, both languages, and what a year's change does to them."""

import json
import subprocess
import sys

import pytest

import sheltermap as sm
from hazard_town import SCENARIOS, with_scenarios, write_hazard_town
from sheltermap.report.terminal import terminal_lines
from sheltermap.years.year_lines import comparison_lines
from small_plan import HOMES, figures, section

ASKED = """
[[analyses]]
name = "risks"
kind = "risk_matrix"
classes = "example"
title = { en = "Our risks", lv = "Mūsu riski" }

[analyses.impacts]
flood_10 = { human = 0, economic = 40_000 }
flood_100 = { human = 12, economic = 4_000_000, political = 2 }
gas = { human = 150 }
"""
COUNTED = """
[[analyses]]
name = "risks"
kind = "risk_matrix"
classes = "example"
demand = "homes"
weight = "people"
title = { en = "Our risks", lv = "Mūsu riski" }

[analyses.impacts]
gas = { human = 150 }
"""
LIKELY = SCENARIOS.replace('likelihood = "rare"', 'likelihood = "unlikely"')
NAME = "risks"


def run(folder, asked: str = ASKED, *, scenarios: str = LIKELY, year: int = 2025, **files: str) -> sm.Assessment:
    plan = write_hazard_town(folder, plan=with_scenarios(asked, scenarios=scenarios, year=year), **files)
    return sm.run(plan, folder / "out")


def by_scenario(folder, figure: str, **wanted: object) -> dict[str, float]:
    found = json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))["figures"]
    wanted = {"analysis": NAME, "figure": figure, "measure": "risks"} | wanted
    return {each["scenario"]: each["value"] for each in found if wanted.items() <= each.items()}


def test_each_scenario_has_its_classes_level_and_expected_values(tmp_path):
    run(tmp_path)
    # 1/10 a year is class 5, 1/100 class 4, "unlikely" class 2; 40,000 EUR class 1, 4 million 3, 150 people 4.
    assert by_scenario(tmp_path, "likelihood_class") == {"flood_10": 5, "flood_100": 4, "gas": 2}
    assert by_scenario(tmp_path, "impact_class") == {"flood_10": 1, "flood_100": 3, "gas": 4}
    assert by_scenario(tmp_path, "risk_level") == {"flood_10": 2, "flood_100": 3, "gas": 2}
    assert by_scenario(tmp_path, "expected_a_year", measure="economic") == {"flood_10": 4000, "flood_100": 40_000}
    assert by_scenario(tmp_path, "expected_a_year", measure="human") == {"flood_10": 0, "flood_100": 0.12}
    assert by_scenario(tmp_path, "impact_class", measure="political") == {"flood_100": 2}
    out = tmp_path / "out"
    assert figures(out, analysis=NAME, figure="risks_at_level") == {"1": 0, "2": 2, "3": 1, "4": 0}
    assert figures(out, analysis=NAME, figure="risks_not_placed") == {"risks_not_placed": 0}
    assert figures(out, analysis=NAME, figure="reversals") == {"reversals": 0}
    assert figures(out, analysis=NAME, figure="class_from", measure="human") == dict(
        zip("12345", (0, 1, 10, 100, 1000), strict=True)
    )


def test_people_in_the_zones_are_counted_and_given_numbers_stand(tmp_path):
    found = run(tmp_path, COUNTED)
    # 10 people live in the frequent flood, 10 + 20 in the rare one; the home in it without a number counts for nobody.
    assert by_scenario(tmp_path, "impact", measure="human") == {"flood_10": 10, "flood_100": 30, "gas": 150}
    assert by_scenario(tmp_path, "people_unknown", measure="people") == {"flood_10": 0, "flood_100": 0, "gas": 0}
    out = tmp_path / "out"
    assert figures(out, analysis=NAME, figure="total") == {"total": 60}
    assert figures(out, analysis=NAME, figure="rows_without_weight") == {"rows_without_weight": 1}
    (notes,) = (outcome.notes for kind, outcome in found.answers() if kind.name == NAME)
    assert any("the people affected" in note for note in notes)
    assert "The human impact that the plan gives stands: gas." in notes
    assert not any("annual impact" in note or "between levels" in note for note in notes)  # no matrix tells of a year


def test_the_displaced_and_the_damage_are_impacts_too(tmp_path):
    asked = (
        COUNTED.replace(
            'weight = "people"',
            """weight = "people"
human = "displaced"
displaced_curve = { intensity = [0, 1], share = [0, 0.5], unit = "m", source = "Test", hazard = "flood" }
critical = "homes"
currency = "EUR\"""",
        )
        + '[[analyses.damage]]\nwhat = "critical"\nvalue = "people"\nshare = 0.1\n'
    )
    found = run(tmp_path, asked)
    # Half of the 10 leave at a depth of 1 m and of 2 m; an eighth of the 20 at 0.25 m. A tenth of 10, 30, 10 is lost.
    human = by_scenario(tmp_path, "impact", measure="human")
    assert human == pytest.approx({"flood_10": 5, "flood_100": 7.5, "gas": 150})
    assert by_scenario(tmp_path, "impact", measure="economic") == pytest.approx(
        {"flood_10": 1, "flood_100": 3, "gas": 1}
    )
    (notes,) = (outcome.notes for kind, outcome in found.answers() if kind.name == NAME)
    assert "The human impact is the people displaced, by the curve." in notes


def test_rows_are_no_people_and_one_currency_is_not_another(tmp_path):
    with pytest.raises(sm.PlanError, match="tell human in rows, and its classes begin at so many people"):
        run(tmp_path, COUNTED.replace('weight = "people"\n', ""))
    damage = '[[analyses.damage]]\nwhat = "critical"\nvalue = "people"\nshare = 0.1\n'
    asked = COUNTED.replace('weight = "people"', 'weight = "people"\ncritical = "homes"\ncurrency = "USD"') + damage
    with pytest.raises(sm.PlanError, match="tell economic in USD, and its classes begin at so many EUR"):
        run(tmp_path, asked)


def test_people_without_a_place_are_unknown_and_said(tmp_path):
    homes = HOMES.replace("h3,Third home,24.300,56.950,30", "h3,Third home,,,30")
    plan = with_scenarios(COUNTED, scenarios=LIKELY).replace('path = "homes.csv"', 'path = "homes.csv"\nstrict = false')
    sm.run(write_hazard_town(tmp_path, plan=plan, homes=homes), tmp_path / "out")
    assert by_scenario(tmp_path, "people_unknown", measure="people") == {"flood_10": 30, "flood_100": 30, "gas": 30}
    assert by_scenario(tmp_path, "impact", measure="human") == {"flood_10": 10, "flood_100": 30, "gas": 150}
    said = section(tmp_path / "out", NAME)
    assert "not known whether they are affected (flood_10: 30, flood_100: 30, gas: 30)" in said


def test_it_is_told_in_both_languages_with_picture_and_map(tmp_path):
    found = run(tmp_path)
    said = section(tmp_path / "out", NAME)
    for words in (
        *("Rare flood", "Reti plūdi", "high", "augsts", "an example, not law", "piemērs, nevis likums"),
        *("expected a year: economic, EUR", "sagaidāms gadā: ekonomika, EUR", "not law", "nevis likums"),
        *("The impact is that of the dimension with the highest class.", "0.12", "0,12", "10 % (5 very likely)"),
    ):
        assert words in said, words
    assert said.count("<img") == 2
    told = " ".join(line for line, _ in terminal_lines(found))
    assert "Rare flood: high; Gas" in told.replace("gas", "Gas") and "an example, not law" in told


def test_reversals_are_in_the_report_and_on_the_terminal(tmp_path):
    # Once in 11 years 9 people, 0.82 a year, in a cell of "medium"; once in 1000 years 100, 0.1 a year, in "high".
    scenarios = SCENARIOS.replace('likelihood = "rare"', "annual_probability = 0.001")
    scenarios = scenarios.replace("return_period_years = 10\n", "return_period_years = 11\n")
    asked = (
        ASKED[: ASKED.index("flood_10")]
        + "flood_10 = { human = 9 }\nflood_100 = { human = 0 }\ngas = { human = 100 }\n"
    )
    found = run(tmp_path, asked, scenarios=scenarios)
    assert by_scenario(tmp_path, "risk_level") == {"flood_10": 2, "flood_100": 1, "gas": 3}
    assert figures(tmp_path / "out", analysis=NAME, figure="reversals") == {"reversals": 1}
    said = section(tmp_path / "out", NAME)
    assert "more is expected of" in said and "vairāk sagaidāms no" in said and "Cox 2008" in said
    told = " ".join(line for line, _ in terminal_lines(found))
    assert "other way round than what is expected of them: 1" in told


def test_what_cannot_be_placed_is_named(tmp_path):
    scenarios = SCENARIOS.replace('likelihood = "rare"', 'season = "winter"')
    run(tmp_path, ASKED.replace("flood_10 = { human = 0, economic = 40_000 }\n", ""), scenarios=scenarios)
    assert figures(tmp_path / "out", analysis=NAME, figure="risks_not_placed") == {"risks_not_placed": 2}
    said = section(tmp_path / "out", NAME)
    for words in (
        "not in the matrix: likelihood unknown",
        "nav matricā: ietekme nav zināma",
        "Not in the matrix, because likelihood or impact is not known (2): “Frequent flood”, “gas”.",
    ):
        assert words in said


def test_rare_risks_are_never_written_as_powers_of_ten(tmp_path):
    # One in ten million years, and 150 people: 0.00001 % a year, 0.000015 people a year.
    run(tmp_path, scenarios=SCENARIOS.replace('likelihood = "rare"', "annual_probability = 1e-7"))
    said = section(tmp_path / "out", NAME)
    assert "0.00001 % (" in said and "0,00001 % (" in said and "0.000015" in said and "e-0" not in said
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "0.00001 % a year" in page and "0,00001 % gadā" in page


def test_scenarios_that_are_asked_for_only(tmp_path):
    asked = ASKED.replace('classes = "example"', 'classes = "example"\nscenarios = ["gas"]')
    with pytest.raises(sm.PlanError, match='unknown scenario "flood_10"'):
        run(tmp_path, asked)
    run(tmp_path / "b", asked.replace("flood_10 = { human = 0, economic = 40_000 }\n", "").replace(
        "flood_100 = { human = 12, economic = 4_000_000, political = 2 }\n", ""))  # fmt: skip
    assert by_scenario(tmp_path / "b", "risk_level") == {"gas": 2}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('classes = "example"', 'classes = "none.toml"', r"analyses\.risks\.classes: .*none\.toml cannot be read"),
        ("human = 150", "humans = 150", r'analyses\.risks\.impacts\.gas: unknown dimension "humans"; did you mean'),
        ("gas = {", "gass = {", r'analyses\.risks\.impacts: unknown scenario "gass"; did you mean "gas"'),
        ("human = 150", "political = 2.5", r"gas: political is qualitative: a class from 1 to 5, not 2\.5"),
        ("human = 150", "human = -1", r"analyses\.risks\.impacts\.gas\.human"),
        ('classes = "example"', "", r"analyses\.risks\.classes"),
        ('classes = "example"', 'classes = "example"\nweight = "people"', "weight is about demand: name demand"),
        ('classes = "example"', 'classes = "example"\ndemand = "homes"\ngroups = ["children"]',
         'groups has no bearing on a matrix: ask for it in an analysis of kind "impact"'),
        ('classes = "example"', 'classes = "example"\nhuman = "displaced"', "displaced people are told by a curve"),
        (ASKED[ASKED.index("[analyses.impacts]"):], "", "nothing says how bad the scenarios are"),
    ],
)  # fmt: skip
def test_keys_that_do_not_fit_are_faults(tmp_path, old, new, fault):
    assert old in ASKED
    with pytest.raises(sm.PlanError, match=fault):
        run(tmp_path, ASKED.replace(old, new))


def test_an_unknown_class_of_likelihood_is_a_fault(tmp_path):
    with pytest.raises(sm.PlanError, match='likelihood of gas: unknown class of likelihood "rare"'):
        run(tmp_path, scenarios=SCENARIOS)


def test_own_classes_are_read_beside_the_plan(tmp_path):
    tmp_path.mkdir(exist_ok=True)
    said = sm.RiskClasses.example().model_dump(by_alias=True, exclude_none=True)
    sm.RiskClasses.read(said | {"example": False, "title": "Council of 2026"}).write(tmp_path / "own.toml")
    run(tmp_path, ASKED.replace('"example"', '"own.toml"'))
    said = section(tmp_path / "out", NAME)
    assert "Council of 2026" in said and "not law" not in said


def test_a_risk_that_moved_up_fails_the_gate_and_names_its_cause(tmp_path):
    former = run(tmp_path / "a", year=2025)
    now = run(tmp_path / "b", ASKED.replace("human = 150", "human = 1500"), year=2026)
    result = sm.check(now, former)
    failed = sorted(each.message["en"] for each in result.findings if each.state == "failed")
    assert failed == [
        "class of impact (human, gas): 5 after 4",
        "class of impact (risks, gas): 5 after 4",
        "level of the risk (risks, gas): 3 after 2",
    ]
    assert {each.place for each in result.findings if each.state == "failed"} == {"gas"}
    lines = "\n".join(comparison_lines(sm.compare(former, now), "en"))
    assert "What became of the risks" in lines
    assert "gas, level up, impact, level 2 → 3, likelihood 2, impact 4 → 5, figures human 150 → 1\u202f500" in lines
    page = tmp_path / "change.html"
    sm.compare(former, now).write_page(page)
    html = page.read_text(encoding="utf-8")
    for words in (
        "What became of the risks",
        "Kā riski mainījušies",
        "level up",
        "līmenis augstāks",
        "cilvēki 150 →",
    ):
        assert words in html
    # The other way round it is better, and passes.
    back = run(tmp_path / "c", year=2026)
    assert sm.check(back, run(tmp_path / "d", ASKED.replace("human = 150", "human = 1500"), year=2025)).passed


def test_the_command_fails_where_a_risk_moved_up(tmp_path):
    run(tmp_path / "a", year=2025)
    likelier = LIKELY.replace('likelihood = "unlikely"', 'likelihood = "likely"')
    plan = write_hazard_town(tmp_path / "b", plan=with_scenarios(ASKED, scenarios=likelier, year=2026))
    command = [sys.executable, "-m", "sheltermap", "check", plan, "--against", tmp_path / "a" / "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "level of the risk (risks, gas): 3 after 2" in done.stdout


def test_a_risk_that_went_is_not_compared_and_a_new_one_is_noted(tmp_path):
    former = run(tmp_path / "a", year=2025)
    gone = LIKELY[: LIKELY.rindex("[[scenarios]]")]
    now = run(tmp_path / "b", ASKED.replace("gas = { human = 150 }\n", ""), scenarios=gone, year=2026)
    found = {(each.kind, each.place) for each in sm.check(now, former).findings if each.state == "failed"}
    assert ("not_compared", "gas") in found
    assert ("nothing_before", "gas") in {(each.kind, each.place) for each in sm.check(
        run(tmp_path / "c", year=2026), run(tmp_path / "d", ASKED.replace("gas = { human = 150 }\n", ""),
        scenarios=gone, year=2025)).findings if each.state == "noted"}  # fmt: skip


def test_other_classes_are_told_as_the_cause(tmp_path):
    former = run(tmp_path / "a", year=2025)
    (tmp_path / "b").mkdir()
    said = sm.RiskClasses.example().model_dump(by_alias=True, exclude_none=True)
    strict = {"unit": "people", "from": [0.0, 1.0, 10.0, 50.0, 150.0]}
    own = sm.RiskClasses.read(said | {"dimensions": said["dimensions"] | {"human": strict}})
    own.write(tmp_path / "b" / "own.toml")
    now = run(tmp_path / "b", ASKED.replace('"example"', '"own.toml"'), year=2026)
    change = sm.compare(former, now)
    lines = "\n".join(comparison_lines(change, "lv"))
    assert "gas, līmenis augstāks, citas klases, līmenis 2 → 3, iespējamība 2, ietekme 4 → 5" in lines
    unjudged = [each.message["en"] for each in sm.check(now, former).findings if each.kind == "not_judged"]
    assert any("class_from" in each for each in unjudged)
    assert by_scenario(tmp_path / "b", "impact", measure="human")["gas"] == 150
