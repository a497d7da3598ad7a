# SPDX-License-Identifier: Apache-2.0
"""Cells and areas in one partition, of which no part has fewer than k people, this year and the next."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheltermap.public.merged_cells import merged_areas, merged_cells

CELLS = st.tuples(st.sampled_from("ABCD"), st.tuples(st.integers(-40, 40), st.integers(-40, 40)))
PEOPLE = st.dictionaries(CELLS, st.integers(0, 25), min_size=1, max_size=60)


def groups_of(people, k, together=()):
    counts = {}
    for (area, _), count in people.items():
        counts[area] = counts.get(area, 0) + count
    middles = {area: (float(at), 0.0) for at, area in enumerate("ABCD") if area in counts}
    return merged_areas(counts, middles, k, together=together)


@settings(max_examples=150, deadline=None)
@given(PEOPLE, st.integers(3, 20))
def test_parts_cover_everybody_once_and_none_is_small(people, k):
    if sum(people.values()) < k:
        with pytest.raises(ValueError, match=f"k is {k}, and the layer of people has fewer in all"):
            groups_of(people, k)
        return
    groups = groups_of(people, k)
    parts = merged_cells(people, groups, k)
    cells = [atom for part in parts for atom in part.cells]
    assert sorted(cells) == sorted(atom for atom, count in people.items() if count)
    assert all(part.people >= k for part in parts)
    assert all(part.people == sum(people[atom] for atom in part.cells) for part in parts)
    assert all(atom[0] in part.areas for part in parts for atom in part.cells)
    assert sorted(area for group in groups for area in group) == sorted({area for area, _ in people})


@settings(max_examples=100, deadline=None)
@given(PEOPLE, PEOPLE, st.integers(3, 20))
def test_what_was_together_stays_together(first, second, k):
    if min(sum(first.values()), sum(second.values())) < k:
        return
    before_groups = groups_of(first, k)
    before = merged_cells(first, before_groups, k)
    groups = groups_of(second, k, together=before_groups)
    after = merged_cells(second, groups, k, former=[part.cells for part in before])
    lived_in = {area for area, _ in second}
    for group in before_groups:
        here = {area for area in group if area in lived_in}
        assert not here or any(here <= set(each) for each in groups)
    for part in before:
        there = [set(each.cells) for each in after if set(part.cells) & set(each.cells)]
        assert len(there) <= 1
        known = {atom for atom in part.cells if atom[0] in lived_in}
        assert not there or known <= there[0]
    assert all(part.people >= k for part in after)
    assert sum(part.people for part in after) == sum(second.values())


def test_the_order_of_rows_changes_nothing():
    draw = np.random.default_rng(3)
    items = [(("A", (int(x), int(y))), int(count)) for x, y, count in draw.integers(0, 30, (80, 3))]
    people = dict(items)
    again = dict(reversed(list(people.items())))
    assert merged_cells(people, [("A",)], 10) == merged_cells(again, [("A",)], 10)


def test_few_live_far_from_all_others():
    """Three on the far side of the grid's origin join the nearest part, and do not stand alone."""
    people = {("A", (-1, -1)): 3, ("A", (5, 5)): 12, ("A", (30, 30)): 20}
    parts = merged_cells(people, [("A",)], 10)
    assert [part.people for part in parts] == [15, 20]
