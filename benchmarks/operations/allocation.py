# SPDX-License-Identifier: Apache-2.0
"""People allocated to places at the least cost, with places to spare and with too few; and again once one closes."""

from __future__ import annotations

import ctypes
import functools
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from common import data
from common.operation import ARRAYS, Answer, Contestant, Operation, Variant, WrongAnswerError

NEAREST = 20
OVERFLOW = 1_000_000  # metres: what somebody without a place costs the peers, more than any chain of moves here
CLOSED = "arrays to arrays, one shelter closes"
CLOSES = 13  # this one


class Inputs(NamedTuple):
    """Homes with one person each, their nearest shelters by the whole metre, and the places there."""

    facility: NDArray[np.int32]  # (homes, nearest), nearest first
    metres: NDArray[np.int32]
    places: NDArray[np.int64]

    @property
    def closed(self) -> Inputs:
        """The same without the places of one shelter."""
        return self._replace(places=np.where(np.arange(len(self.places)) == CLOSES, 0, self.places))


class Columns(NamedTuple):
    """The same in the core's form."""

    reach: Any
    people: NDArray[np.int64]
    places: NDArray[np.int64]


class Flow(NamedTuple):
    """The same in whole numbers for LEMON."""

    facility: NDArray[np.int32]
    metres: NDArray[np.int32]
    people: NDArray[np.int32]
    places: NDArray[np.int32]


def make(size: Mapping[str, int]) -> Inputs:
    """Return the homes and shelters of a size: places per hundred people, more where many homes are near.

    Homes in one building have the same metres; there are so many in each.
    """
    from scipy.spatial import cKDTree

    in_building = size.get("in each building", 1)
    shelters = data.facilities(size["shelters"])
    metres, facility = cKDTree(on_sphere(shelters)).query(
        on_sphere(data.homes(size["homes"] // in_building)), k=min(NEAREST, len(shelters))
    )
    metres = np.rint(metres).astype(np.int32)
    order = np.lexsort((facility, metres), axis=1)
    metres, facility = (np.take_along_axis(each, order, 1).astype(np.int32) for each in (metres, facility))
    share = np.bincount(facility[:, :5].ravel(), minlength=len(shelters))
    share = share * data.seeded("places").uniform(0.5, 1.5, len(shelters))
    places = np.rint(share / share.sum() * size["homes"] * size["places in a hundred"] / 100).astype(np.int64)
    shuffled = data.seeded("homes of buildings").permutation(size["homes"]) // in_building
    return Inputs(facility[shuffled], metres[shuffled], places)


def on_sphere(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return earth-centred metres; chords between them are as good as ways here."""
    lon, lat = np.radians(lonlat).T
    return 6_371_008.8 * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def first_rows(inputs: Inputs, rows: int) -> Inputs:
    """Return the first homes, with as many places for each."""
    rows = min(rows, len(inputs.facility))
    return Inputs(inputs.facility[:rows], inputs.metres[:rows], inputs.places * rows // len(inputs.facility))


def columns(inputs: Inputs) -> Columns:
    """Return the core's reach."""
    from sheltermap import _core

    rows, nearest = inputs.facility.shape
    row = np.repeat(np.arange(rows, dtype=np.int32), nearest)
    facility, metres = inputs.facility.ravel(), inputs.metres.ravel().astype(np.float64)
    reach = _core.reach_from_pairs(rows, len(inputs.places), row, facility, metres, unit="metres")
    return Columns(reach, np.ones(rows, np.int64), inputs.places)


def sheltermap_plan(inputs: Columns) -> Any:
    """Who goes where."""
    from sheltermap import _core

    plan = _core.allocate(inputs.reach, inputs.people, inputs.places)
    return plan, plan.row, plan.facility, plan.people


def planned(inputs: Inputs) -> Any:
    """Return the plan with all shelters."""
    return sheltermap_plan(columns(inputs))[0]


def sheltermap_closed(plan: Any) -> Any:
    """The plan without the shelter, from that with it."""
    return (plan.without(CLOSES),)


def sheltermap_closed_pairs(plan: Any) -> Any:
    """The same, and who goes where."""
    then = plan.without(CLOSES)
    return then, then.row, then.facility, then.people


def plan_answer(found: Any) -> Answer:
    """Return the total as peers have it, and what one more place is worth."""
    plan = found[0]
    left = int(plan.unserved.sum())
    worth = plan.gain_people * OVERFLOW - plan.gain_cost
    return {"total": np.array([round(plan.total_cost) + OVERFLOW * left]), "left": np.array([left]), "worth": worth}


def flow(inputs: Inputs) -> Flow:
    """Return 32-bit numbers."""
    people = np.ones(len(inputs.facility), np.int32)
    return Flow(inputs.facility, inputs.metres, people, inputs.places.astype(np.int32))


def flow_closed(inputs: Inputs) -> Flow:
    """The same without the places of the shelter."""
    return flow(inputs.closed)


@functools.cache
def lemon() -> Any:
    """Return LEMON's program, compiled."""
    program = Path(tempfile.mkdtemp()) / "lemon.so"
    source = Path(__file__).with_name("_lemon.cpp")
    subprocess.run(
        ["g++", "-std=c++17", "-O3", "-DNDEBUG", "-w", "-shared", "-fPIC", str(source), "-o", str(program)], check=True
    )
    allocate = ctypes.CDLL(str(program)).allocate
    allocate.restype = ctypes.c_int64
    return allocate


def lemon_ready(inputs: Inputs) -> Flow:
    """Return the numbers, with the program compiled."""
    lemon()
    return flow(inputs)


def lemon_ready_closed(inputs: Inputs) -> Flow:
    """The same without the places of the shelter."""
    lemon()
    return flow_closed(inputs)


def lemon_total(inputs: Flow) -> int:
    """LEMON's NetworkSimplex<SmartDigraph, int, int>, graph and all."""
    arrays = [np.ascontiguousarray(each, np.int32) for each in inputs]
    pointers = [each.ctypes.data_as(ctypes.c_void_p) for each in arrays]
    rows, nearest = inputs.facility.shape
    return int(lemon()(rows, len(inputs.places), nearest, *pointers, OVERFLOW))


def lemon_merged_total(inputs: Flow) -> int:
    """The same after homes that reach the same at the same metres are one row."""
    keys = np.ascontiguousarray(np.hstack([inputs.facility, inputs.metres]))
    whole = keys.view(np.dtype((np.void, keys.itemsize * keys.shape[1]))).ravel()
    _, first, group = np.unique(whole, return_index=True, return_inverse=True)
    people = np.bincount(group, inputs.people).astype(np.int32)
    return lemon_total(Flow(inputs.facility[first], inputs.metres[first], people, inputs.places))


def ortools_total(inputs: Flow) -> int:
    """OR-tools' cost scaling, graph and all."""
    from ortools.graph.python import min_cost_flow

    rows, nearest = inputs.facility.shape
    shelters, row = len(inputs.places), np.arange(rows, dtype=np.int32)
    sink = np.int32(rows + shelters)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        np.repeat(row, nearest),
        rows + inputs.facility.ravel(),
        np.repeat(inputs.people, nearest),
        inputs.metres.ravel(),
    )
    solver.add_arcs_with_capacity_and_unit_cost(
        row, np.full(rows, sink, np.int32), inputs.people, np.full(rows, OVERFLOW, np.int64)
    )
    at = rows + np.arange(shelters, dtype=np.int32)
    solver.add_arcs_with_capacity_and_unit_cost(
        at, np.full(shelters, sink, np.int32), inputs.places, np.zeros(shelters, np.int64)
    )
    solver.set_nodes_supplies(
        np.append(row, sink), np.append(inputs.people.astype(np.int64), -inputs.people.sum(dtype=np.int64))
    )
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("OR-tools found no optimum")
    return int(solver.optimal_cost())


def total_answer(found: int) -> Answer:
    """Return the total, with what overflows."""
    return {"total": np.array([found])}


def form_of(key: str) -> str:
    """Return the form that a contestant's key ends with."""
    return CLOSED if key.endswith(CLOSED) else ARRAYS


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare with the bound that the worth of a place proves, worked out here from all that homes reach."""
    inputs = make(size)
    verdicts: dict[str, str] = {}
    bounds: dict[str, int] = {}
    for key, found in answers.items():
        if "worth" in found:
            form = form_of(key)
            town = inputs.closed if form == CLOSED else inputs
            worth = np.rint(found["worth"]).astype(np.int64)
            least = np.minimum((town.metres + worth[town.facility]).min(axis=1), OVERFLOW)
            bounds[form] = int(least.sum() - (worth * town.places).sum())
            if found["total"][0] != bounds[form]:
                raise WrongAnswerError(f"{key}: {found['total'][0]:,}, but the bound is {bounds[form]:,}")
    for key, found in answers.items():
        if form_of(key) not in bounds:  # ours failed
            continue
        off = found["total"][0] - bounds[form_of(key)]
        verdicts[key] = "the optimum: equal to the bound" if off == 0 else f"{off:,} above the bound"
        if "left" in found:
            verdicts[key] += f"; {found['left'][0]:,} without a place"
    return verdicts


SHELTERMAP = "sheltermap"
WITH_PAIRS = "sheltermap, and who goes where"
LEMON = "LEMON NetworkSimplex, 32 bits"
LEMON_MERGED = "LEMON, rows merged with numpy.unique"
OR_TOOLS = "OR-tools SimpleMinCostFlow"
HEADERS = ("lemon/network_simplex.h",)
BUILDINGS = {"homes": 1_000_000, "shelters": 1_000, "places in a hundred": 110, "in each building": 40}

OPERATION = Operation(
    title="People allocated to places, the least metres",
    sizes={
        "small": (
            Variant({"homes": 5_000, "shelters": 100, "places in a hundred": 110}),
            Variant({"homes": 5_000, "shelters": 100, "places in a hundred": 80}),
        ),
        "full": (
            Variant(
                {"homes": 100_000, "shelters": 1_000, "places in a hundred": 110},
                only=(SHELTERMAP, WITH_PAIRS, LEMON, OR_TOOLS),
                goals={ARRAYS: 0.5, CLOSED: 0.01},
            ),
            Variant(
                {"homes": 100_000, "shelters": 1_000, "places in a hundred": 80},
                only=(SHELTERMAP, WITH_PAIRS, LEMON, OR_TOOLS),
                goals={ARRAYS: 0.5, CLOSED: 0.01},
            ),
            Variant(BUILDINGS, only=(SHELTERMAP, LEMON_MERGED), goals={ARRAYS: 0.5}),
        ),
    },
    rows="homes",
    contestants=(
        Contestant(SHELTERMAP, sheltermap_plan, plan_answer, columns, ARRAYS, ("sheltermap",)),
        Contestant(LEMON, lemon_total, total_answer, lemon_ready, ARRAYS, headers=HEADERS),
        Contestant(LEMON_MERGED, lemon_merged_total, total_answer, lemon_ready, ARRAYS, headers=HEADERS),
        Contestant(OR_TOOLS, ortools_total, total_answer, flow, ARRAYS, ("ortools",)),
        Contestant(SHELTERMAP, sheltermap_closed, plan_answer, planned, CLOSED, ("sheltermap",)),
        Contestant(WITH_PAIRS, sheltermap_closed_pairs, plan_answer, planned, CLOSED, ("sheltermap",)),
        Contestant(LEMON, lemon_total, total_answer, lemon_ready_closed, CLOSED, headers=HEADERS),
        Contestant(OR_TOOLS, ortools_total, total_answer, flow_closed, CLOSED, ("ortools",)),
    ),
    make=make,
    first_rows=first_rows,
    check=check,
    notes=f"One person a home, its {NEAREST} nearest shelters by whole metres, the same whole numbers for all; all "
    "make their graphs within the time. Peers pay 1,000 km for somebody without a place, sheltermap seats as many as "
    "can be first and proves it. Once a shelter closes, sheltermap goes on from the plan that it has; peers, which "
    "keep none, are asked anew. Every total is compared with the bound that sheltermap's worth of a place proves, "
    "worked out apart.",
)
