# SPDX-License-Identifier: Apache-2.0
"""What a rounded number tells, against every count that may stand behind it."""

import pytest

from sheltermap.public.disclosure import Rule


def told(rule: Rule, count: int, former: int | None) -> int | None:
    if 0 < count < rule.k:
        return None
    if former is not None and abs(count - former) < rule.k:
        return former
    return rule.rounded(count)


@pytest.mark.parametrize("k", [3, 4, 5, 9, 10, 11, 19, 20, 50])
@pytest.mark.parametrize("former", [None, 0, 10, 40, 100])
def test_an_interval_is_that_of_all_counts_that_are_shown_so(k, former):
    rule = Rule(k)
    if former is not None and former % rule.base:
        return
    behind: dict[int, list[int]] = {}
    for count in range(600):
        number = told(rule, count, former)
        if number is not None:
            behind.setdefault(number, []).append(count)
    for number, counts in behind.items():
        if max(counts) < 550:
            assert rule.interval(number, former) == (min(counts), max(counts)), number


@pytest.mark.parametrize("k", [3, 5, 9, 10, 19, 20, 100])
def test_the_difference_of_two_numbers_leaves_k_values(k):
    base = Rule(k).base
    widest = 2 * (base - 1) + 1
    assert widest >= k
    assert base == 5 or 2 * (base // 2 - 1) + 1 < k


def test_fractions_are_between_the_halves():
    rule = Rule(10, whole=False)
    assert rule.interval(20) == (15.0, 25.0)
    assert rule.interval(20, 20) == (10.0, 30.0)
    assert rule.rounded(14.999) == 10
