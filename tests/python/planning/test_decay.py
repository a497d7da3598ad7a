# SPDX-License-Identifier: Apache-2.0
"""Decays as they are given, in plans and in Python."""

import math

import numpy as np
import pytest

from sheltermap import _core
from sheltermap.base.limits import Limit
from sheltermap.planning.decay import Decay

BANDS = {"steps": {"20 min": 0.68, "10 min": 1, "30 min": 0.22}}


def weights(given, costs, limit=None):
    decay = Decay.of(given)
    reach = decay.limit(None if limit is None else Limit.of(limit))
    return _core.decay_weights(np.array(costs, float), decay.core(reach)).tolist()


def test_bands_are_in_order_and_end_at_the_last():
    assert weights(BANDS, [0, 600, 601, 1800, 1801]) == [1, 1, 0.68, 0.22, 0]
    assert weights(BANDS, [600, 1200, 1201], "20 min") == [1, 0.68, 0]  # a limit before the last band ends it
    assert Decay.of(BANDS).limit(Limit.of("1 h")) == Limit.of("30 min")
    assert Decay.of(Decay.of(BANDS)) == Decay.of(BANDS)


def test_families_by_hand():
    assert weights("linear", [0, 250, 500], 500) == [1, 0.5, 0]
    assert weights("kernel", [0, 250, 501], 500) == [1, 0.75, 0]
    assert weights("binary", [0, 500, 501], 500) == [1, 1, 0]
    assert weights("bell", [0, 500], 500) == [1, 0]
    assert weights({"gaussian": "500 m"}, [500], "2 km") == [pytest.approx(0.6065306597)]
    assert weights({"exponential": 500}, [500, 1000]) == [pytest.approx(math.exp(-1)), pytest.approx(math.exp(-2))]
    assert weights({"power": "100 m", "exponent": 2}, [0, 100, 200, 1000]) == [1, 1, 0.25, pytest.approx(0.01)]


@pytest.mark.parametrize(
    ("given", "limit", "message"),
    [
        ("gaussian", "1 km", "a decay is one of"),
        ("nearby", "1 km", "not 'nearby'"),
        ({"gaussian": "500 m", "exponent": 2}, None, "a decay is one of"),
        ({"gaussian": "500 m", "power": "1 m"}, None, "a decay is one of"),
        ({}, None, "a decay is one of"),
        ({"gaussian": 0}, None, "above 0 and finite"),
        ({"gaussian": "quickly"}, None, "a number with a unit"),
        ({"power": "1 m", "exponent": -1}, None, "what is far must not count for more"),
        ({"power": "1 m", "exponent": "2"}, None, "an exponent of a decay is a number"),
        ({"steps": {}}, None, "steps are limits and their weights"),
        ({"steps": {"10 min": 0.5, "20 min": 1}}, None, "weights fall with the way: 10 min has 0.5, and 20 min has 1"),
        ({"steps": {"10 min": 1, "20 m": 0.5}}, None, "either distances or times"),
        ({"steps": {"10 min": 2}}, None, "above 0 and at most 1, not 2"),
        ({"steps": {"10 min": True}}, None, "a weight of a decay is a number"),
        (BANDS, "500 m", "one is a time, the other a distance"),
        ("linear", None, "say how far people go"),
        ("bell", 0, "give one above 0"),
    ],
)
def test_what_cannot_be_is_refused(given, limit, message):
    with pytest.raises(ValueError, match=message):
        weights(given, [1], limit)
