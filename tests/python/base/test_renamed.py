# SPDX-License-Identifier: Apache-2.0
"""Old names go on working, and say the new one to whoever wrote them."""

import inspect

import pytest

import sheltermap as sm
from sheltermap.base.renamed import renamed_parameter


@renamed_parameter("size_m", "size")
def doubled(size: float, *, times: int = 2) -> float:
    """Return it twice."""
    return size * times


def test_an_old_name_warns_at_the_line_that_uses_it():
    with pytest.warns(DeprecationWarning, match="^doubled: size_m is called size now; the old name will go$") as warned:
        assert doubled(size_m=3) == 6
    assert [each.filename for each in warned] == [__file__]


def test_new_names_and_positions_do_not_warn(recwarn):
    assert doubled(3) == doubled(size=3) == 6
    assert not recwarn.list
    assert list(inspect.signature(doubled).parameters) == ["size", "times"]
    assert doubled.__doc__ == "Return it twice."


def test_both_names_at_once_are_refused():
    with pytest.raises(TypeError, match="doubled: size_m is the old name of size: give size only"):
        doubled(size=3, size_m=3)
    with pytest.raises(TypeError, match="size"), pytest.warns(DeprecationWarning):
        doubled(3, size_m=3)


@pytest.mark.parametrize(
    ("function", "old", "new"),
    [
        (sm.coverage, "thresholds_m", "thresholds"),
        (sm.flood, "threshold_m", "threshold"),
        (sm.within, "distance_m", "limit"),
        (sm.service_areas, "distance_m", "limits"),
        (sm.Coverage.plot, "threshold_m", "threshold"),
        (sm.Coverage.explore, "threshold_m", "threshold"),
        (sm.Coverage.gaps, "threshold_m", "threshold"),
        (sm.Coverage.gap_rows, "threshold_m", "threshold"),
    ],
)
def test_every_parameter_that_took_a_time_by_the_name_of_metres_has_a_new_name(function, old, new):
    assert new in inspect.signature(function).parameters
    with (
        pytest.warns(DeprecationWarning, match=f"{function.__name__}: {old} is called {new} now"),
        pytest.raises(TypeError, match=r"missing|unexpected"),
    ):
        function(**{old: 500, "no_such_parameter": 1})
