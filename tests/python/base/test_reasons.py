# SPDX-License-Identifier: Apache-2.0
"""Python's reasons are those of the core's table."""

import numpy as np
import pandas as pd
import pytest

from sheltermap.analyses import cut_off, evacuation, flood, supply
from sheltermap.base import reasons, texts


def test_a_reach_tells_why_nothing_is_reached():
    assert reasons.OF_REACH == ("too_far", "no_facility", "missing_geometry", "not_snapped", "no_path", "not_in_table")


def test_every_reason_stands_for_a_status():
    assert set(reasons.STATUS_OF) == set(reasons.REASONS)
    assert set(reasons.STATUS_OF.values()) == set(reasons.STATUSES) == {"covered", "lost", "uncovered", "unknown"}
    assert [name for name, status in reasons.STATUS_OF.items() if status == "covered"] == ["reached"]


@pytest.mark.parametrize("name", reasons.REASONS[1:])
def test_every_reason_has_words(name):
    assert {name, f"unused_{name}"} & set(texts.TEXTS)


def test_every_reason_of_an_analysis_is_in_the_table():
    used = {
        *flood.REASONS,
        *flood.REASONS_ALONG_STREETS,
        *cut_off.REASONS,
        *evacuation.REASONS,
        *supply.UNUSED_REASONS,
        *reasons.OF_REACH,
        *reasons.known("full"),  # of an allocation
    }
    assert used == set(reasons.REASONS[1:])
    with pytest.raises(ValueError, match="'to_far' is no reason"):
        reasons.known("too_far", "to_far")


def test_codes_and_names_are_each_other_s_inverse():
    codes = np.arange(len(reasons.REASONS), dtype=np.uint8)
    assert reasons.codes_of(reasons.names_of(codes)).tolist() == codes.tolist()
    assert reasons.codes_of(pd.Series(["", None, np.nan, "no_path"])).tolist() == [0, 0, 0, 5]


def test_an_unknown_reason_is_not_taken_for_reached():
    with pytest.raises(ValueError):
        reasons.codes_of(["too_near"])
