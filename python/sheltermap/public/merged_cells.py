# SPDX-License-Identifier: Apache-2.0
"""Cells and areas merged until none has fewer than k people, into one partition: sums of its parts are all there is.

As all that is shown of people by place are sums of these parts, nothing smaller can be had by taking one number from
another. What was merged once stays merged, so that two years cannot be taken from each other either.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sheltermap.public.disclosure import TOLERANCE

Cell = tuple[int, int]  #: column and row
Atom = tuple[str, Cell]  #: an area and a cell: the smallest that is looked at


@dataclass(frozen=True)
class Part:
    """Cells of one area, or of areas together, that are counted as one."""

    areas: tuple[str, ...]
    cells: tuple[Atom, ...]
    people: float


def merged_areas(
    people: Mapping[str, float],
    middles: Mapping[str, tuple[float, float]],
    k: int,
    *,
    together: Sequence[Sequence[str]] = (),
) -> list[tuple[str, ...]]:
    """Return areas in groups of nobody or at least k people; one of fewer joins the group whose middle is nearest.

    Parameters
    ----------
    people, middles : mapping
        By area: how many live there, and where, in metres.
    k : int
    together : sequence of sequence of str
        Areas that are one already, as they were the year before.

    Returns
    -------
    list of tuple of str
        Sorted.

    Raises
    ------
    ValueError
        If all together are fewer than k.

    Examples
    --------
    >>> merged_areas({"A": 50, "B": 4, "C": 70}, {"A": (0, 0), "B": (3, 0), "C": (9, 0)}, 10)
    [('A', 'B'), ('C',)]
    """
    all_people = math.fsum(people.values())
    if all_people < k - TOLERANCE:
        raise ValueError(f"k is {k}, and the layer of people has fewer in all: no number of them can be published")
    groups = {frozenset(area for area in each if area in people) for each in together} - {frozenset()}
    taken = set().union(*groups) if groups else set()
    groups |= {frozenset([area]) for area in people.keys() - taken}

    def count(group: frozenset[str]) -> float:
        return math.fsum(people[area] for area in sorted(group))

    def middle(group: frozenset[str]) -> tuple[float, float]:
        weight = max(count(group), TOLERANCE)
        x, y = (math.fsum(people[area] * middles[area][axis] for area in sorted(group)) / weight for axis in (0, 1))
        return x, y

    while True:
        small = [each for each in groups if TOLERANCE < count(each) < k - TOLERANCE]
        if not small:
            return sorted(tuple(sorted(each)) for each in groups)
        least = min(small, key=lambda each: (count(each), sorted(each)))
        lived_in = [each for each in groups - {least} if count(each) > 0]
        near = min(lived_in, key=lambda each: (math.dist(middle(each), middle(least)), sorted(each)))
        groups = (groups - {least, near}) | {least | near}


def merged_cells(
    people: Mapping[Atom, float],
    groups: Sequence[Sequence[str]],
    k: int,
    *,
    former: Sequence[Sequence[Atom]] = (),
) -> list[Part]:
    """Return the cells of each group of areas in parts of at least k people, those close together first.

    Cells of fewer go together with others of the same square of two by two cells, then of four by four, and so on up to
    the whole group. Parts of the year before stay whole; cells that are new join them where they are too few.

    Parameters
    ----------
    people : mapping of (area, cell) to float
        How many live in the part of a cell that lies in an area.
    groups : sequence of sequence of str
        Of areas, as `merged_areas` gives them.
    k : int
    former : sequence of sequence of (area, cell)
        The parts of the year before.

    Returns
    -------
    list of Part
        Sorted; parts without anybody are not there.

    Examples
    --------
    >>> homes = {("A", (0, 0)): 12, ("A", (1, 0)): 3, ("A", (0, 1)): 8, ("A", (9, 9)): 2}
    >>> [(part.people, [cell for _, cell in part.cells]) for part in merged_cells(homes, [("A",)], 10)]
    [(12.0, [(0, 0)]), (13.0, [(0, 1), (1, 0), (9, 9)])]
    """
    found: list[Part] = []
    for group in groups:
        mine = sorted(atom for atom, count in people.items() if atom[0] in group and count > 0)
        if mine:
            kept = [here for each in former if (here := sorted(atom for atom in each if atom[0] in group))]
            for cells in _parts(mine, people, k, kept):
                found.append(Part(tuple(group), tuple(cells), math.fsum(people.get(each, 0.0) for each in cells)))
    return sorted(found, key=lambda part: (part.areas, part.cells))


def _parts(
    mine: Sequence[Atom], people: Mapping[Atom, float], k: int, kept: Sequence[Sequence[Atom]]
) -> list[list[Atom]]:
    """Return the parts of one group of areas."""
    old = {atom for each in kept for atom in each}
    blocks = [list(each) for each in kept] + [[atom] for atom in mine if atom not in old]

    def count(block: Sequence[Atom]) -> float:
        return math.fsum(people.get(atom, 0.0) for atom in block)

    done: list[list[Atom]] = [each for each in blocks if count(each) >= k - TOLERANCE]
    waiting = [each for each in blocks if count(each) < k - TOLERANCE]
    nobody = [each for each in waiting if count(each) <= TOLERANCE]  # of the year before: they stay as they were
    waiting = [each for each in waiting if count(each) > TOLERANCE]
    level = 1
    while len(waiting) > 1 and level < 64:
        squares: dict[Cell, list[list[Atom]]] = defaultdict(list)
        for each in waiting:
            column, row = min(cell for _, cell in each)
            squares[column >> level, row >> level].append(each)
        waiting = []
        for square in sorted(squares):
            joined = _joined(squares[square])
            (done if count(joined) >= k - TOLERANCE else waiting).append(joined)
        level += 1
    if not done:  # squares on either side of the grid's origin never meet
        done, waiting = [_joined(waiting)], []
    for rest in waiting:  # too few to the end: they join the nearest part
        at = min(range(len(done)), key=lambda number: (_apart(done[number], rest), done[number]))
        done[at] = _joined([done[at], rest])
    return [each for each in (*done, *nobody) if count(each) > 0]


def _joined(blocks: Sequence[Sequence[Atom]]) -> list[Atom]:
    return sorted(atom for block in blocks for atom in block)


def _apart(block: Sequence[Atom], other: Sequence[Atom]) -> float:
    return math.dist(_middle(block), _middle(other))


def _middle(block: Sequence[Atom]) -> tuple[float, float]:
    return (
        math.fsum(cell[0] for _, cell in block) / len(block),
        math.fsum(cell[1] for _, cell in block) / len(block),
    )
