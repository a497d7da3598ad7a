# SPDX-License-Identifier: Apache-2.0
"""What closing a gap by lifting grades costs: bounds against every choice of structures."""

from fractions import Fraction
from itertools import combinations
from random import Random

from sheltermap.planning.places_to_gain import costs_of


def cheapest_choice(pairs, gap):
    """The least cost of any choice of whole structures that closes the gap; None where none does."""
    costs = [
        sum((cost for _, cost in chosen), Fraction(0))
        for count in range(len(pairs) + 1)
        for chosen in combinations(pairs, count)
        if sum(size for size, _ in chosen) >= gap
    ]
    return min(costs, default=None)


def test_the_bounds_hold_against_every_choice():
    chance = Random(7)
    closed = 0
    for _ in range(300):
        pairs = [(chance.randint(1, 90), Fraction(chance.randint(0, 500))) for _ in range(chance.randint(0, 8))]
        pairs.sort(key=lambda each: each[1] / each[0])
        gap = Fraction(chance.randint(0, 300))
        least, by_list, lifted = costs_of(pairs, gap)
        true = cheapest_choice(pairs, gap)
        if true is None:
            assert least == by_list == sum(cost for _, cost in pairs) and lifted == len(pairs)
            continue
        closed += 1
        assert least <= true <= by_list
        assert sum(size for size, _ in pairs[:lifted]) >= gap
        # The list is one structure away from the bound at most.
        assert by_list - least <= (pairs[lifted - 1][1] if lifted else 0)
    assert closed > 100


def test_the_bound_is_met_where_whole_structures_close_the_gap_to_the_place():
    pairs = [(100, Fraction(1000)), (50, Fraction(1000)), (10, Fraction(900))]
    assert costs_of(pairs, Fraction(150)) == (2000, 2000, 2)
    assert costs_of(pairs, Fraction(0)) == (0, 0, 0)
