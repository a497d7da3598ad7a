# SPDX-License-Identifier: Apache-2.0
"""The best allocation by the simplest method there is: along one cheapest chain after the other (Bellman and Ford)."""

from __future__ import annotations


def cheapest_plan(costs: dict[tuple[int, int], int], people: list[int], places: list[int]) -> tuple[int, int]:
    """Return how many have a place at most, and the least sum of people times cost at which so many have one.

    `costs` are those of each pair of row and facility that may be used.
    """
    source, sink = len(people) + len(places), len(people) + len(places) + 1
    ends: list[tuple[int, int]] = []
    room: list[int] = []
    cost: list[int] = []

    def add(start: int, end: int, holds: int, each: int) -> None:
        ends.extend([(start, end), (end, start)])
        room.extend([holds, 0])
        cost.extend([each, -each])

    for row, count in enumerate(people):
        add(source, row, count, 0)
    for (row, facility), each in costs.items():
        add(row, len(people) + facility, people[row], each)
    for facility, count in enumerate(places):
        add(len(people) + facility, sink, count, 0)

    served = spent = 0
    while True:
        far = {source: 0}
        by: dict[int, int] = {}
        changed = True
        while changed:
            changed = False
            for arc, (start, end) in enumerate(ends):
                if room[arc] and start in far and far[start] + cost[arc] < far.get(end, 1 << 62):
                    far[end], by[end], changed = far[start] + cost[arc], arc, True
        if sink not in far:
            return served, spent
        chain, at = [], sink
        while at != source:
            chain.append(by[at])
            at = ends[by[at]][0]
        go = min(room[arc] for arc in chain)
        for arc in chain:
            room[arc] -= go
            room[arc ^ 1] += go
        served, spent = served + go, spent + go * far[sink]
