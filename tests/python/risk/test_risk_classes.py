# SPDX-License-Identifier: Apache-2.0
"""Classes of risk: every limit from both sides, joining by hand, and classes that cannot be meant."""

import itertools
import math

import pytest

import sheltermap as sm
from sheltermap.base import texts

EXAMPLE = sm.RiskClasses.example()
SMALL = {
    "title": "Two by two",
    "source": "our council",
    "joined": "max",
    "likelihood": {"from": [0, 0.01]},
    "dimensions": {"human": {"unit": "people", "from": [0, 100]}},
    "levels": [{"id": "low"}, {"id": "high"}],
    "matrix": {"levels": [["low", "low"], ["low", "high"]]},
}


def with_(**changed: object) -> dict[str, object]:
    return SMALL | changed


def test_a_value_on_a_limit_goes_up_and_just_below_it_stays():
    limits = {"likelihood": EXAMPLE.likelihood.limits}
    limits |= {name: each.limits for name, each in EXAMPLE.dimensions.items() if each.limits is not None}
    assert list(limits) == ["likelihood", "human", "economic", "environmental"]
    for name, bounds in limits.items():
        for number, limit in enumerate(bounds, 1):
            on, below = (
                EXAMPLE.likelihood_class(value) if name == "likelihood" else EXAMPLE.impact_class(name, value)
                for value in (limit, limit * (1 - 1e-6))
            )
            assert on == number, (name, limit)
            assert below == max(1, number - 1), (name, limit)


def test_a_limit_is_met_by_what_rounding_alone_keeps_below_it():
    assert EXAMPLE.likelihood_class(math.nextafter(0.1, 0)) == 5
    assert EXAMPLE.likelihood_class(1 / 100) == EXAMPLE.likelihood_class(0.01) == 4
    assert EXAMPLE.impact_class("human", sum([0.1] * 100)) == 3  # 9.99999999999998 is ten tenths ten times over


def test_qualitative_impacts_are_classes_themselves():
    assert [EXAMPLE.impact_class("political", each) for each in (1, 3.0, 5)] == [1, 3, 5]
    for wrong in (0, 6, 2.5):
        with pytest.raises(ValueError, match="political is qualitative: a class from 1 to 5"):
            EXAMPLE.impact_class("political", wrong)


def test_the_example_is_marked_and_rises_in_both_directions():
    assert EXAMPLE.is_example and "SEC(2010) 1626" in EXAMPLE.source
    assert "an example, not law" in EXAMPLE.said()[0]
    assert "piemērs, nevis likums" in EXAMPLE.said()[0].words["lv"]
    for likelihood, impact in itertools.product(range(1, 6), repeat=2):
        here = EXAMPLE.level(likelihood, impact)
        assert likelihood == 5 or EXAMPLE.level(likelihood + 1, impact) >= here
        assert impact == 5 or EXAMPLE.level(likelihood, impact + 1) >= here
    # As the table is drawn: the corners, and the middle.
    corners = [EXAMPLE.level(*each) for each in ((1, 1), (5, 1), (1, 5), (5, 5), (3, 3))]
    assert [EXAMPLE.level_words(each)["en"] for each in corners] == ["low", "medium", "medium", "very high", "medium"]


@pytest.mark.parametrize(
    ("joined", "weights", "classes", "joint", "decides"),
    [
        ("max", None, {"human": 2, "economic": 4, "environmental": 4}, 4, ["economic", "environmental"]),
        ("mean", None, {"human": 2, "economic": 4}, 3, ["economic"]),
        ("mean", None, {"human": 1, "economic": 1, "environmental": 2}, 2, ["environmental"]),  # 4/3 is rounded up
        ("mean", None, {"human": 2}, 2, ["human"]),
        # 0.7 x 2 + 0.1 x 2 + 0.2 x 2 is 2 in decimals, and a little more in binary
        ("weighted", {"human": 0.7, "economic": 0.1, "environmental": 0.2},
         {"human": 2, "economic": 2, "environmental": 2}, 2, ["human"]),
        ("weighted", {"human": 3.0, "economic": 1.0, "environmental": 1.0},
         {"human": 1, "economic": 4}, 2, ["economic"]),
    ],
)  # fmt: skip
def test_joining_by_each_rule(joined, weights, classes, joint, decides):
    limits = {"unit": "people", "from": [0.0, 1.0, 2.0, 3.0]}
    said = with_(
        joined=joined,
        dimensions=dict.fromkeys(("human", "economic", "environmental"), limits),
        matrix={"levels": [["low", "low"]] * 3 + [["low", "high"]]},
        **({} if weights is None else {"weights": weights}),
    )
    found = sm.RiskClasses.read(said)
    assert found.joined_class(classes) == joint
    assert found.decided_by(classes) == decides
    assert ("human 0.7" in found.said()[1]) == (weights is not None and weights["human"] == 0.7)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"likelihood": {"from": [0.0, 0.1, 0.1]}}, "likelihood: limits ascend: 0.1 does not come after 0.1"),
        ({"likelihood": {"from": [0.01, 0.1]}}, "likelihood: the first class begins at 0, not at 0.01"),
        ({"likelihood": {"from": [0, 2]}}, "an annual probability is at most 1; the last class begins at 2"),
        ({"likelihood": {"from": [0, 0.1], "names": ["a"]}}, "there are 2 classes and 1 names"),
        ({"impact": {"names": ["a", "b", "c"]}}, "impact has 3 names, and the matrix has 2 classes of impact"),
        ({"dimensions": {"human": {"from": [0, 1]}}}, "dimensions.human: give from, where each class begins"),
        ({"dimensions": {"human": {"unit": "people", "from": [0, 1, 2]}}}, "dimensions.human has 3 classes"),
        ({"dimensions": {"political": {"qualitative": True, "unit": "x"}}}, "leave out from and unit"),
        ({"matrix": {"levels": [["low", "high"], ["low", "low"]]}},
         'likelihood 2 with impact 2 is "low", lower than "high" of likelihood 2 with impact 1'),
        ({"matrix": {"levels": [["high", "low"], ["high", "high"]]}}, 'likelihood 2 with impact 1 is "low"'),
        ({"matrix": {"levels": [["low", "low"], ["low", "hihg"]]}}, 'unknown level "hihg"; did you mean "high"'),
        ({"matrix": {"levels": [["low", "low"], ["low", "low", "high"]]}}, "list 2 has 3 levels"),
        ({"levels": [{"id": "low"}, {"id": "low"}]}, 'two have the id "low"'),
        ({"levels": [{"id": "low", "colour": "red"}, {"id": "high"}]}, "levels.0.colour"),
        ({"joined": "weighted"}, 'joined = "weighted" needs weights'),
        ({"joined": "weighted", "weights": {"huma": 1.0}}, 'unknown dimension "huma"; did you mean "human"'),
        ({"weights": {"human": 1.0}}, 'weights are for joined = "weighted"'),
        ({"joined": "median"}, "joined: must be 'max', 'mean' or 'weighted'"),
        ({"colours": []}, "colours"),
        ({"likelihood": {"from": [0, math.nan]}}, "likelihood.from.1"),
    ],
)  # fmt: skip
def test_classes_that_cannot_be_meant_are_refused(changed, fault):
    with pytest.raises(ValueError) as error:
        sm.RiskClasses.read(with_(**changed))
    assert fault in str(error.value) and str(error.value).startswith("the classes of risk: ")


def test_own_classes_are_written_and_read(tmp_path):
    own = sm.RiskClasses.read(
        with_(joined="weighted", weights={"human": 2.5}, title={"en": "Ours", "lv": "Mūsu \"klases\""})
    )  # fmt: skip
    own.write(tmp_path / "own.toml")
    again = sm.RiskClasses.read(tmp_path / "own.toml")
    assert again == own and again.title.get("lv") == 'Mūsu "klases"' and not again.is_example
    assert "example" not in again.said()[0]
    (tmp_path / "broken.toml").write_text("title = ", encoding="utf-8")
    with pytest.raises(sm.ReadError, match="is not TOML"):
        sm.RiskClasses.read(tmp_path / "broken.toml")
    with pytest.raises(sm.ReadError, match="cannot be read"):
        sm.RiskClasses.read(tmp_path / "none.toml")
    with pytest.raises(TypeError, match="a path or a mapping, not 5"):
        sm.RiskClasses.read(5)


def test_classes_of_likelihood_are_known_by_number_and_by_name_in_every_language():
    for name in ("3", "possible", "Possible", "iespējams"):
        assert EXAMPLE.likelihood_named(name) == 3
    with pytest.raises(ValueError, match='unknown class of likelihood "posible"; did you mean "possible"'):
        EXAMPLE.likelihood_named("posible")
    assert EXAMPLE.likelihood_words(3) == {"en": "3 possible", "lv": "3 iespējams"}
    assert set(EXAMPLE.impact_words(1)) == set(texts.LANGUAGES)
