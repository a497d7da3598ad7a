# SPDX-License-Identifier: Apache-2.0
"""Risk indexes in plans: means by hand, both languages, and years with and without limits."""

import json

import pytest

import sheltermap as sm
from sheltermap.report.terminal import terminal_lines
from small_plan import PLAN, collection, figures, in_year, section, square, write_town

NAME = "by_part"
LIMITS = "limits = { hazard = [0, 10], vulnerability = [0, 10], lack = [0, 10] }"
ASKED = f"""
[[analyses]]
name = "{NAME}"
kind = "risk_index"
areas = "districts"
area_name = "name"
weights = {{ hazard = 2, vulnerability = 1, lack = 1 }}
{LIMITS}
combined = "arithmetic"
title = {{ en = "Risk by district", lv = "Risks pa apkaimēm" }}
"""
INPUT = """
[inputs.districts]
path = "districts.geojson"
"""
CELLS = (("North", 8, 2, 5), ("South", 4, 8, 5), ("West", 6, None, 2), ("East", 1, 1, 1))


def run(folder, asked: str = ASKED, *, cells: tuple = CELLS, year: int = 2025) -> sm.Assessment:
    plan = in_year(year, PLAN).replace("[[standards]]", INPUT + "\n[[standards]]", 1) + asked
    path = write_town(folder, plan=plan)
    shapes = [
        square(24 + at, 56, 25 + at, 57, name=name, hazard=hazard, vulnerability=vulnerability, lack=lack)
        for at, (name, hazard, vulnerability, lack) in enumerate(cells)
    ]
    (folder / "districts.geojson").write_text(collection(*shapes), encoding="utf-8")
    return sm.run(path, folder / "out")


def by_area(folder, figure: str) -> dict[str, float]:
    found = json.loads((folder / "out" / "summary.json").read_text(encoding="utf-8"))["figures"]
    return {each["area"]: each["value"] for each in found if (each["analysis"], each["figure"]) == (NAME, figure)}


def test_index_and_rank_by_hand(tmp_path):
    run(tmp_path)
    # Twice the hazard, once the others, of 4 in all: (16 + 2 + 5) / 40, (8 + 8 + 5) / 40, (2 + 1 + 1) / 40.
    assert by_area(tmp_path, "risk_index") == pytest.approx({"North": 0.575, "South": 0.525, "East": 0.1})
    assert by_area(tmp_path, "risk_rank") == {"North": 1, "South": 2, "East": 3}
    out = tmp_path / "out"
    assert figures(out, analysis=NAME, measure="areas", scope="all") == {"areas": 4, "areas_not_ranked": 1}
    told = figures(out, analysis=NAME, measure="hazard", scope="all")
    # North and South meet where 0.4 w = 0.6 / 4, below 0.5.
    assert told == pytest.approx({"part_weight": 0.5, "part_0_at": 0, "part_1_at": 10, "weight_stays_from": 0.375})


def test_it_is_told_in_both_languages(tmp_path):
    found = run(tmp_path)
    said = section(tmp_path / "out", NAME)
    for words in (
        *("Areas by risk", "Teritorijas pēc riska", "0.575", "0,575", "not ranked: a part is not known"),
        *("arithmetic mean of the parts", "aritmētiskais vidējais", "How the ranking moves with the weights", "West"),
        *("0.375 – ∞", "0,375 – ∞", "Not ranked, because a part is not known (1): West"),
    ):
        assert words in said, words
    assert "1. North 0.575, 2. South 0.525, 3. East 0.100" in " ".join(line for line, _ in terminal_lines(found))


def test_a_greater_index_is_noted_and_an_area_without_one_fails(tmp_path):
    former = run(tmp_path / "a", year=2025)
    worse = (("North", 8, 2, 5), ("South", 9, 8, 5), ("West", 6, None, 2), ("East", None, 1, 1))
    result = sm.check(run(tmp_path / "b", cells=worse, year=2026), former)
    failed = [each.message["en"] for each in result.findings if each.state == "failed"]
    assert "areas without a rank (areas): 2 after 1" in failed
    noted = [each.message["en"] for each in result.findings if each.kind == "detail_worse"]
    assert any(each.startswith("risk index (areas), South: 77.5 % after 52.5 %") for each in noted)


def test_without_limits_years_are_not_held_against_each_other(tmp_path):
    asked = ASKED.replace(LIMITS, "")
    former = run(tmp_path / "a", asked, year=2025)
    worse = (("North", 8, 2, 5), ("South", 9, 8, 5), ("West", 6, None, 2), ("East", 1, 1, 1))
    result = sm.check(run(tmp_path / "b", asked, cells=worse, year=2026), former)
    assert not [each for each in result.findings if each.kind in ("figure_worse", "detail_worse")]
    assert "cannot be held against that of others or of another year" in section(tmp_path / "b" / "out", NAME)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("hazard = 2", "hazzard = 2", 'limits: unknown part "hazard"; did you mean "hazzard"'),
        ("hazard = 2", "hazard = 0", "weights.hazard"),
        ("[0, 10], lack", "[10, 0], lack", "the limits of vulnerability do not ascend"),
        (", lack = [0, 10] }", " }", "lack has no limits"),
        ('"arithmetic"', '"harmonic"', "combined"),
        ("weights =", 'more_is_better = ["capacity"]\nweights =', 'more_is_better: unknown part "capacity"'),
        (LIMITS, "weights_by = 1.5", "weights_by"),
    ],
)
def test_keys_that_do_not_fit_are_faults(tmp_path, old, new, fault):
    assert old in ASKED
    with pytest.raises(sm.PlanError, match=fault):
        run(tmp_path, ASKED.replace(old, new))


def test_a_column_that_is_not_there_is_a_fault(tmp_path):
    asked = ASKED.replace("lack = 1 }", "need = 1 }").replace("lack = [0, 10]", "need = [0, 10]")
    with pytest.raises((sm.PlanError, ValueError), match="need"):
        run(tmp_path, asked)
