# SPDX-License-Identifier: Apache-2.0
"""Days in texts: what is read, what is refused, and what is offered instead."""

from datetime import date

import pytest

from sheltermap.base.dates import date_in
from sheltermap.base.fault import Fault


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-02-28", (2025, 2, 28)),
        ("2025-02-28T10:30:00Z", (2025, 2, 28)),
        ("28.02.2025", (2025, 2, 28)),
        ("2.3.2024.", (2024, 3, 2)),
        ("2024.03.02.", (2024, 3, 2)),
        ("25/03/2024", (2024, 3, 25)),
        ("03/25/2024", (2024, 3, 25)),
        ("05/05/2024", (2024, 5, 5)),
    ],
)
def test_a_date_is_read_where_only_one_day_can_be_meant(text, day):
    assert date_in(text) == date(*day)


@pytest.mark.parametrize(
    ("text", "reason", "suggestion"),
    [
        ("31.02.2025", "no_such_date", None),
        ("2025-13-01", "no_such_date", None),
        ("02/03/24", "ambiguous_date", None),
        ("02/03/2024", "ambiguous_date", None),
        ("02.03.24", "ambiguous_date", None),
        ("31/12/99", "ambiguous_date", "2099-12-31"),
        ("pavasarī", "not_a_date", None),
        ("0025-02-28", "date_out_of_range", None),
    ],
)
def test_a_date_that_is_none_or_several_is_refused(text, reason, suggestion):
    found = date_in(text)
    assert isinstance(found, Fault)
    assert (found.reason, found.suggestion) == (reason, suggestion)


def test_a_stated_format_settles_what_a_date_means():
    assert date_in("02/03/24", "%d/%m/%y") == date(2024, 3, 2)
    assert date_in("02/03/24", "%m/%d/%y") == date(2024, 2, 3)
