# SPDX-License-Identifier: Apache-2.0
"""Damage curves: straight between points or in steps, checked, and held to their source."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sheltermap as sm

CURVE = sm.DamageCurve([0, 1, 3], [0, 0.4, 0.75], unit="m", source="An example")


def test_between_points_it_is_straight_and_beyond_them_as_the_last():
    found = CURVE.at([-2, 0, 0.25, 1, 2, 3, 50, np.nan])
    assert found[:-1].tolist() == pytest.approx([0, 0, 0.1, 0.4, 0.575, 0.75, 0.75]) and np.isnan(found[-1])


def test_the_shares_of_displaced_people_are_those_of_inasafe():
    """InaSAFE's flood classes: 0.1, 0.7 and 1.5 m, displacement rates of 1, 3 and 5 %."""
    curve = sm.damage_curves()["inasafe.flood_displaced"]
    assert (list(curve.intensity), list(curve.share)) == ([0.1, 0.7, 1.5], [0.01, 0.03, 0.05])
    assert (curve.status, curve.unit, curve.hazard) == ("confirmed", "m", "flood") and "InaSAFE" in curve.source
    depths = [0, 0.0999, 0.1, 0.6999, 0.7, 1.4999, 1.5, 9, np.nan]
    found = curve.at(depths)
    assert found[:-1].tolist() == [0, 0, 0.01, 0.01, 0.03, 0.03, 0.05, 0.05] and np.isnan(found[-1])
    assert curve.class_of(depths).tolist() == [-1, -1, 0, 0, 1, 1, 2, 2, -2]
    assert curve.names == ("low", "medium", "high")


def test_steps_without_names_are_called_by_where_they_begin():
    curve = sm.DamageCurve([0.5, 2], [0.1, 1], unit="m", source="An example", shape="steps")
    assert curve.names == ("from 0.5 m", "from 2 m")


@given(st.lists(st.floats(-5, 20), min_size=2, max_size=20))
def test_more_intensity_is_never_less_damage(depths):
    ascending = sorted(depths)
    for curve in (CURVE, *sm.damage_curves().values()):
        assert (np.diff(curve.at(ascending)) >= 0).all()


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"share": [0, 0.4]}, "3 intensities, 2 shares"),
        ({"intensity": [], "share": []}, "0 intensities, 0 shares"),
        ({"intensity": [0, 1, 1]}, "intensities ascend, but 1 stands after 1"),
        ({"intensity": [0, 1, float("inf")]}, "an intensity is a finite number"),
        ({"share": [0, 0.4, 0.3]}, "the share falls from 0.4 at 1 to 0.3 at 3"),
        ({"share": [0, 0.4, 40]}, "a share is from 0 to 1, not 40"),
        ({"source": " "}, "give unit and source"),
        ({"unit": ""}, "give unit and source"),
        ({"status": "sure"}, "a status is one of confirmed, partial, unconfirmed"),
        ({"shape": "cubic"}, "a shape is linear or steps"),
        ({"classes": ["low"]}, "classes name the steps, all 3 of them; there are 1"),
    ],
)
def test_a_curve_that_cannot_be_is_refused(given_, told):
    keys = {"intensity": [0, 1, 3], "share": [0, 0.4, 0.75], "unit": "m", "source": "An example"}
    with pytest.raises(ValueError) as raised:
        sm.DamageCurve(**keys | given_)
    assert told in str(raised.value)


def test_damage_names_its_layer_and_its_hazard():
    assert sm.Damage("buildings", "eur", 0.5).is_about("storm")
    about_floods = sm.Damage("buildings", "eur", sm.damage_curves()["inasafe.flood_displaced"])
    assert about_floods.is_about("flood") and not about_floods.is_about("storm")
    assert sm.Damage("land", "eur", 1, hazard="storm").is_about("storm")
    with pytest.raises(ValueError, match="damage is of facilities, critical, streets, buildings, land, not 'people'"):
        sm.Damage("people", "eur", 0.5)
    with pytest.raises(ValueError, match="a share is from 0 to 1, not 2"):
        sm.Damage("buildings", "eur", 2)
