# SPDX-License-Identifier: Apache-2.0
"""Equity against values worked out by hand, and against sums over every pair of people."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sheltermap as sm

MARK = [0, 1, 2, 4]  # held against a standard of 2


def line(values, weight=None, **asked):
    return sm.equity(values, weight, **asked).summary.iloc[0]


@pytest.mark.parametrize(
    ("values", "weights", "gini"),
    [
        ([1, 1, 1, 1], None, 0),
        ([0, 0, 0, 1], None, 0.75),
        ([1, 2, 3, 4, 5], None, 4 / 15),
        ([1, 3], [3, 1], 0.25),
        ([1, 1, 1, 3], None, 0.25),
        ([0.331444117, 0.579828132, 7.286418170], [100, 50, 10], 0.534730979),  # the three towns of PySAL's access
    ],
)
def test_gini(values, weights, gini):
    assert line(values, weights)["gini"] == pytest.approx(gini, abs=1e-9)


def test_below_a_standard_by_hand():
    found = line(MARK, standard=2)
    # 0 lacks all of it, 1 a half; 2 has just enough.
    assert (found["people_below"], found["below_share"]) == (2, 0.5)
    assert (found["fgt1"], found["fgt2"]) == (pytest.approx(1.5 / 4), pytest.approx(1.25 / 4))


def test_what_only_rounding_keeps_from_the_standard_has_reached_it():
    assert 0.1 + 0.2 > 0.3 and 1 - 0.9 < 0.1
    assert line([1 - 0.9], standard=0.1)["people_below"] == 0
    assert line([0.0999], standard=0.1)["people_below"] == 1


def test_palma_and_theil_by_hand():
    # Of ten people four have 1 each, five have 2, one has 6: the richest tenth has 6, the poorest two fifths have 4.
    assert line([1, 2, 6], [4, 5, 1])["palma"] == pytest.approx(1.5)
    assert line([3, 3, 3])["palma"] == pytest.approx(0.25)
    assert line([0, 0, 0, 0, 1])["palma"] == math.inf
    assert line([0, 0, 0, 1])["theil"] == pytest.approx(math.log(4))  # one has everything: ln n
    assert line([1, 3])["theil"] == pytest.approx((0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2)


def test_theil_is_the_sum_of_its_parts():
    rows = pd.DataFrame({"access": [0, 1, 2, 5, 3.5], "people": [3, 2, 2, 1, 4], "area": ["a", "a", "b", "b", "b"]})
    found = sm.equity(rows, "people", group="area")
    assert found.theil_within + found.theil_between == pytest.approx(found.summary["theil"].iloc[0])
    assert found.summary["group"].tolist() == [None, "a", "b"]
    alone = sm.equity(rows[rows["area"] == "b"], "people").summary.iloc[0]
    assert found.summary.iloc[2].drop("group").equals(alone.drop("group"))


def test_nobody_and_nothing_are_no_share():
    for values, weights in (([0, 0], None), ([], None), ([1, 2], [0, 0]), ([math.nan], [3])):
        found = line(values, weights, standard=1)
        assert all(math.isnan(found[name]) for name in ("gini", "palma", "theil"))
    assert line([0, 0], standard=1)["below_share"] == 1
    assert math.isnan(line([1], [0], standard=1)["below_share"])
    assert len(sm.equity([0, 0]).lorenz) == 0


def test_one_person_shares_evenly():
    found = line([7], [3])
    assert (found["gini"], found["theil"], found["people"]) == (0, 0, 3)


def test_what_is_unknown_is_counted_apart():
    found = line([1, math.nan, 3, 4], [1, 5, 1, math.nan])
    assert (found["people"], found["unknown"], found["rows_without_weight"], found["mean"]) == (2, 5, 1, 2)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"rows": [1, -1]}, r"holds -1 in row 2; what people share is finite"),
        ({"rows": [1, math.inf]}, "holds inf in row 2"),
        ({"rows": [1, 2], "weight": [1, -2]}, "a weight is a finite number"),
        ({"rows": [1, 2], "weight": [1]}, "their lengths are"),
        ({"rows": [1, 2], "standard": 0}, "a standard is a number above 0, not 0"),
        ({"rows": [1, 2], "standard": True}, "a standard is a number above 0, not True"),
        ({"rows": pd.DataFrame({"a": [1]})}, "no column 'access'"),
        ({"rows": pd.DataFrame({"access": [1]}), "weight": [1]}, "weight is the name of a column"),
        ({"rows": ["much"]}, "which is not a number"),
    ],
)
def test_what_cannot_be_is_refused(asked, message):
    with pytest.raises(ValueError, match=message):
        sm.equity(**asked)


amounts = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 6)), min_size=1, max_size=25)


@settings(max_examples=60, deadline=None)
@given(amounts, st.randoms(use_true_random=False))
def test_it_is_what_every_pair_of_people_says(rows, random):
    values, weights = (np.array(each, float) for each in zip(*rows, strict=True))
    everybody = np.repeat(values, weights.astype(int))
    found = line(values, weights, standard=5)
    if not everybody.sum():
        assert math.isnan(found["gini"])
    else:
        # Gini as half the relative mean difference (Sen 1973), Theil as its sum over people.
        apart = np.abs(everybody[:, None] - everybody[None, :]).mean()
        assert found["gini"] == pytest.approx(apart / (2 * everybody.mean()), abs=1e-12)
        relative = everybody[everybody > 0] / everybody.mean()
        assert found["theil"] == pytest.approx((relative * np.log(relative)).sum() / len(everybody), abs=1e-12)
    if len(everybody):
        lacking = np.maximum(0, 5 - everybody) / 5
        assert found["below_share"] == pytest.approx((everybody < 5).mean())
        assert (found["fgt1"], found["fgt2"]) == (pytest.approx(lacking.mean()), pytest.approx((lacking**2).mean()))
    order = list(range(len(rows)))
    random.shuffle(order)
    assert line(values[order], weights[order], standard=5).equals(found)
    pd.testing.assert_frame_equal(sm.equity(values[order], weights[order]).lorenz, sm.equity(values, weights).lorenz)


def test_lorenz_begins_with_nobody_and_ends_with_all():
    curve = sm.equity([3, 1], [1, 3]).curve()
    assert curve.to_numpy().tolist() == [[0, 0], [0.75, 0.5], [1, 1]]
    with pytest.raises(ValueError, match="there is no group 'x'; there are \\[\\]"):
        sm.equity([3, 1]).curve("x")


def test_the_curve_is_drawn_below_the_line_of_those_who_have_the_same():
    ax = sm.equity([3, 1], [1, 3]).plot(lang="lv")
    even, curve = ax.get_lines()
    assert even.get_xydata().tolist() == [[0, 0], [100, 100]]
    assert curve.get_xydata().tolist() == [[0, 0], [75, 50], [100, 100]]
    assert ax.get_xlabel() == "iedzīvotāju daļa; vispirms tie, kam ir vismazāk"
    assert len(sm.equity([0, 0]).plot().get_lines()) == 1
