# SPDX-License-Identifier: Apache-2.0
"""Risk matrices: cases decided by hand, and what holds of every matrix."""

import itertools

import numpy as np
import pandas as pd
import pytest

import sheltermap as sm
from risk_town import FLOODS, STORM, homes

CLASSES = sm.RiskClasses.example()
RISKS = pd.DataFrame(
    {
        "scenario": ["flood_10pct", "flood_1pct", "chemical", "collapse", "heat", "unrest"],
        "hazard": ["flood", "flood", "chemical", "collapse", "heat", "unrest"],
        "return_period_years": [10, 100, np.nan, np.nan, np.nan, np.nan],
        "annual_probability": [np.nan, np.nan, 0.0005, np.nan, 0.2, np.nan],
        "likelihood": [None, None, None, "unlikely", None, None],
        "human": [0, 12, 150, 20, np.nan, 3],
        "economic": [2e6, 40e6, 1e6, np.nan, np.nan, np.nan],
        "political": [1, 3, 2, np.nan, np.nan, 5],
    }
)


def random_risks(seed: int, count: int) -> pd.DataFrame:
    """Risks of all sizes, some of them with parts that nobody knows."""
    rng = np.random.default_rng(seed)

    def some(values: np.ndarray) -> np.ndarray:
        return np.where(rng.random(count) < 0.15, np.nan, values)

    return pd.DataFrame(
        {
            "scenario": [f"r{number}" for number in range(count)],
            "annual_probability": some(10.0 ** rng.uniform(-6, 0, count)),
            "human": some(np.floor(10.0 ** rng.uniform(-1, 4, count))),
            "economic": some(10.0 ** rng.uniform(3, 9, count)),
            "political": some(rng.integers(1, 6, count).astype(float)),
        }
    )


def test_each_risk_stands_where_the_table_says():
    found = sm.risk_matrix(RISKS, CLASSES)
    rows = found.risks.set_index("scenario")
    # Likelihood: 1/10 lies on the limit of class 5, 1/100 on that of class 4, 0.0005 between 0.0001 and 0.001.
    assert rows["likelihood_class"].tolist()[:5] == [5, 4, 2, 2, 5] and pd.isna(rows["likelihood_class"]["unrest"])
    assert rows.loc["flood_10pct", ["human_class", "economic_class", "political_class"]].tolist() == [1, 3, 1]
    assert rows.loc["flood_1pct", ["human_class", "economic_class", "political_class"]].tolist() == [3, 4, 3]
    assert rows["impact_class"].tolist()[:4] == [3, 4, 4, 3] and rows["impact_class"]["unrest"] == 5
    assert rows["decided_by"].tolist()[:4] == ["economic", "economic", "human", "human"]
    assert rows["level_id"].tolist()[:4] == ["high", "high", "medium", "medium"]
    assert rows["unknown_impacts"]["collapse"] == "economic, environmental, political"
    assert rows["human_expected"].tolist()[:3] == pytest.approx([0, 0.12, 0.075])
    assert rows["economic_expected"].tolist()[:3] == pytest.approx([2e5, 4e5, 500])
    assert "political_expected" not in rows
    assert found.not_placed.to_numpy().tolist() == [["heat", "no_impact"], ["unrest", "no_likelihood"]]
    summary = dict(zip(found.summary["level_id"], found.summary["risks"], strict=True))
    assert summary == {
        **{"very_high": 0, "high": 2, "medium": 2, "low": 0},
        **{"no_likelihood": 1, "no_impact": 1, "no_likelihood_and_impact": 0},
    }
    cells = found.cells[found.cells["risks"] > 0]
    assert cells[["likelihood_class", "impact_class", "scenarios"]].to_numpy().tolist() == [
        [2, 3, "collapse"],
        [5, 3, "flood_10pct"],
        [2, 4, "chemical"],
        [4, 4, "flood_1pct"],
    ]
    assert rows["number"].sort_values().index.tolist()[:4] == ["flood_1pct", "flood_10pct", "chemical", "collapse"]


def test_what_is_not_known_and_whose_classes_they_are_is_said():
    notes = sm.risk_matrix(RISKS, CLASSES).notes
    assert "example, not law" in notes[0] and "highest class" in notes[1]
    assert "Not in the matrix, because likelihood or impact is not known (2): heat, unrest." in notes
    assert any(note.startswith("Only a class of likelihood is known") and "(1): collapse" in note for note in notes)


def test_reversals_that_cox_describes_are_found():
    # One dimension; "often" is expected to hurt 0.9 persons a year in a cell of low, "seldom" 0.0101 in one of high.
    classes = sm.RiskClasses.read(
        {
            "title": "By hand", "source": "test", "joined": "max",
            "likelihood": {"from": [0, 0.001, 0.1]},
            "dimensions": {"human": {"unit": "people", "from": [0, 10, 1000]}},
            "levels": [{"id": "low"}, {"id": "medium"}, {"id": "high"}],
            "matrix": {"levels": [["low", "low", "low"], ["low", "medium", "high"], ["medium", "high", "high"]]},
        }
    )  # fmt: skip
    risks = pd.DataFrame(
        {"scenario": ["often", "seldom", "fair"], "annual_probability": [0.1, 0.00101, 0.9], "human": [9, 10, 5000]}
    )
    found = sm.risk_matrix(risks, classes)
    assert found.risks["level_id"].tolist() == ["low", "medium", "high"]
    (pair,) = found.reversals.to_dict("records")
    assert (pair["higher"], pair["lower"], pair["dimension"], pair["unit"]) == ("seldom", "often", "human", "people")
    assert pair["expected_of_higher"] == pytest.approx(0.0101) and pair["expected_of_lower"] == pytest.approx(0.9)
    assert (pair["level_of_higher"], pair["level_of_lower"], pair["in_all"]) == (2, 1, True)
    assert "seldom – often" in found.notes[-1] and ": 1 " in found.notes[-1]


def test_a_reversal_of_one_dimension_may_be_none_of_another():
    risks = pd.DataFrame(
        {"scenario": ["a", "b"], "annual_probability": [0.01, 0.01], "human": [0, 9], "economic": [2e8, 1e5]}
    )
    found = sm.risk_matrix(risks, CLASSES).reversals
    assert found[["dimension", "higher", "lower", "in_all"]].to_numpy().tolist() == [["human", "a", "b", False]]


@pytest.mark.parametrize("seed", range(5))
def test_counts_sum_and_reversals_are_those_of_brute_force(seed):
    risks = random_risks(seed, 60)
    found = sm.risk_matrix(risks, CLASSES)
    assert found.summary["risks"].sum() == len(risks)
    assert found.cells["risks"].sum() + len(found.not_placed) == len(risks)
    expected = set()
    rows = found.risks.dropna(subset=["level"]).to_dict("records")
    for one, other in itertools.permutations(rows, 2):
        for name in ("human", "economic"):
            more = one["annual_probability"] * one[name] > other["annual_probability"] * other[name]
            if more and one["level"] < other["level"]:
                expected.add((name, other["scenario"], one["scenario"]))
    named = found.reversals[["dimension", "higher", "lower"]]
    assert set(named.itertuples(index=False, name=None)) == expected and len(named) == len(expected) > 0


@pytest.mark.parametrize("joined", ["max", "mean"])
def test_more_likely_or_worse_never_lowers_the_level(joined):
    said = CLASSES.model_dump(by_alias=True, exclude_none=True)
    classes = sm.RiskClasses.read(said | {"joined": joined})
    risks = random_risks(11, 300).dropna().reset_index(drop=True)
    before = sm.risk_matrix(risks, classes).risks["level"]
    rng = np.random.default_rng(3)
    for column, most in (("annual_probability", 1.0), ("human", 1e6), ("economic", 1e12), ("political", 5.0)):
        if column == "political":
            raised = np.minimum(risks[column] + rng.integers(0, 3, len(risks)), most)
        else:
            raised = np.minimum(risks[column] * 10.0 ** rng.uniform(0, 2, len(risks)), most)
        after = sm.risk_matrix(risks.assign(**{column: raised}), classes).risks["level"]
        assert (after >= before).all() and (after > before).any()


def moved(before: pd.DataFrame, after: pd.DataFrame, classes=CLASSES, earlier=CLASSES) -> dict[str, tuple]:
    found = sm.risk_matrix(after, classes).movement(sm.risk_matrix(before, earlier))
    return {row["scenario"]: (row["move"], row["cause"]) for row in found.replace({pd.NA: None}).to_dict("records")}


def risks_of(**rows: tuple) -> pd.DataFrame:
    """Risks by name: probability, human."""
    return pd.DataFrame(
        [(name, *row) for name, row in rows.items()], columns=["scenario", "annual_probability", "human"]
    )


def test_every_movement_has_its_cause():
    before = risks_of(
        a=(0.002, 40), b=(0.002, 40), c=(0.002, 40), d=(0.02, 400), e=(0.002, 40), f=(0.002, 40), g=(None, 40),
        h=(0.002, 40), i=(0.00002, 40), j=(0.0002, 40),
    )  # fmt: skip
    after = risks_of(
        a=(0.02, 40), b=(0.002, 400), c=(0.02, 400), d=(0.02, 40), e=(0.003, 50), h=(0.002, None), g=(0.02, 40),
        i=(0.00002, 4), j=(0.002, 40), new=(0.1, 1),
    )  # fmt: skip
    assert moved(before, after) == {
        "a": ("up", "likelihood"),
        "b": ("up", "impact"),
        "c": ("up", "likelihood, impact"),
        "d": ("down_within", "impact"),  # high before and after
        "e": ("same", None),
        "h": ("no_longer_placed", "impact"),
        "g": ("placed", "likelihood"),
        "i": ("down_within", "impact"),
        "j": ("up_within", "likelihood"),
        "new": ("new", None),
        "f": ("gone", None),
    }


def test_classes_that_change_are_a_cause_of_their_own():
    said = CLASSES.model_dump(by_alias=True, exclude_none=True)
    stricter = {"unit": "people", "from": [0.0, 1.0, 5.0, 30.0, 1000.0]}
    classes = sm.RiskClasses.read(said | {"dimensions": said["dimensions"] | {"human": stricter}})
    before = risks_of(still=(0.002, 40), more=(0.002, 40), out=(0.002, 6))
    after = risks_of(still=(0.002, 40), more=(0.02, 40), out=(0.002, 4))
    assert moved(before, after, classes) == {
        "still": ("up", "classes"),
        "more": ("up", "likelihood, classes"),
        "out": ("same", None),  # fewer people, and fewer make the class: it stands where it stood
    }
    backwards = moved(after, before, CLASSES, classes)
    assert backwards["still"] == ("down", "classes") and backwards["more"] == ("down", "likelihood, classes")


def test_figures_of_both_years_stand_beside_the_movement():
    found = sm.risk_matrix(risks_of(a=(0.02, 40)), CLASSES).movement(sm.risk_matrix(risks_of(a=(0.002, 4)), CLASSES))
    (row,) = found.to_dict("records")
    told = [row[f"{name}_{when}"] for name in ("annual_probability", "human") for when in ("before", "after")]
    assert told == [0.002, 0.02, 4, 40]
    assert [row[f"level_{when}"] for when in ("before", "after")] == [2, 3]
    with pytest.raises(TypeError, match="earlier is a RiskMatrix"):
        sm.risk_matrix(risks_of(a=(0.02, 40)), CLASSES).movement(found)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"scenario": ["a", "a"]}, "the scenario 'a' is there twice"),
        ({"scenario": ["a", None]}, "row 2 names no scenario"),
        ({"annual_probability": [0.1, 1.2]}, "annual_probability of b is 1.2; it is above 0 and at most 1"),
        ({"annual_probability": [0.1, 0.0]}, "annual_probability of b is 0"),
        ({"return_period_years": [10, 0.5]}, "return_period_years of b is 0.5; it is 1 year or longer"),
        ({"return_period_years": [20, None]}, "a has the probability 0.1 and a return period of 20 years"),
        ({"likelihood": ["likely", None]}, "a is said to be of the likelihood likely, and its"),
        ({"likelihood": [None, "sure"]}, 'likelihood of b: unknown class of likelihood "sure"'),
        ({"human": [1, -5]}, "b: human: an impact is a finite number, not negative, not -5.0"),
        ({"human": [1, "many"]}, "column 'human' holds 'many' in row 2"),
        ({"political": [2.5, 1]}, "a: political is qualitative: a class from 1 to 5, not 2.5"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_meant_are_named(change, fault):
    risks = pd.DataFrame({"scenario": ["a", "b"], "annual_probability": [0.1, np.nan], "human": [1, 5]})
    with pytest.raises(ValueError) as error:
        sm.risk_matrix(risks.assign(**change), CLASSES)
    assert fault in str(error.value)


def test_the_risks_of_an_impact_are_placed_in_its_units():
    found = sm.impact((*FLOODS, STORM), demand=homes(), weight="people")
    # 10 people are deep in the flood of 10 years, 30 in that of 100; the storm, which is rare, meets 25.
    said = CLASSES.model_dump(by_alias=True, exclude_none=True)
    names = [{"en": name, "lv": name} for name in ("never", "rare", "seldom", "often", "always")]
    classes = sm.RiskClasses.read(said | {"likelihood": said["likelihood"] | {"names": names}})
    placed = sm.risk_matrix(found.risks(), classes).risks
    assert placed["human"].tolist() == [10, 30, 25]
    assert placed["likelihood_class"].tolist() == [5, 4, 2] and placed["human_class"].tolist() == [3, 3, 3]
    rows = sm.impact(FLOODS, demand=homes())
    with pytest.raises(ValueError, match="tell human in rows, and its classes begin at so many people"):
        sm.risk_matrix(rows.risks(), classes)


def test_an_impact_without_classes_and_no_impact_at_all_are_refused():
    risks = risks_of(a=(0.02, 40)).assign(cultural=3, political=1)
    said = CLASSES.model_dump(by_alias=True, exclude_none=True)
    human = sm.RiskClasses.read(said | {"dimensions": {"human": said["dimensions"]["human"]}})
    with pytest.raises(
        ValueError, match="have the impact 'political', of which the classes say nothing; they have human"
    ):
        sm.risk_matrix(risks, human)
    with pytest.raises(ValueError, match="the risks have no impact: a column of human is needed"):
        sm.risk_matrix(risks[["scenario", "annual_probability"]], human)
    with pytest.raises(ValueError, match="the risks have no row"):
        sm.risk_matrix(risks[:0], CLASSES)
    with pytest.raises(TypeError, match=r"sm\.RiskClasses\.example\(\), which is an example and no law"):
        sm.risk_matrix(risks, None)
    with pytest.raises(TypeError, match="risks is a list; give a DataFrame"):
        sm.risk_matrix([1], CLASSES)
