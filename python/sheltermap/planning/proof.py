# SPDX-License-Identifier: Apache-2.0
"""Mixed-integer models and the solver that proves them, HiGHS: built in blocks, stopped by the clock or by Ctrl-C."""

from __future__ import annotations

import atexit
import importlib
import sys
import time
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sheltermap._native import SheltermapError
from sheltermap.base.system import nothing_printed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Indices = NDArray[np.integer[Any]]

Stopped = Literal["proven", "time", "interrupted", "infeasible"]
_LISTENING_S, _PATIENCE_S = 0.05, 2.0  # how often Ctrl-C is looked for, and how long its answer is waited for
_LAST_PATIENCE_S = 60.0  # how long the end of the process is held up by it
RELATIVE_GAP = 1e-9  #: sums of people × metres are not whole; closer than this they are the same
_ROWWISE, _MINIMIZE, _MAXIMIZE, _FEASIBLE, _UNBOUNDED = 2, 1, -1, 2, 1e30  # as HiGHS has them


@dataclass
class Model:
    """A model in blocks: variables from 0 up to a bound, and rows that hold a sum of them between two others."""

    maximize: bool
    _cost: list[Numbers] = field(default_factory=list)
    _lower: list[Numbers] = field(default_factory=list)
    _upper: list[Numbers] = field(default_factory=list)
    _whole: list[NDArray[np.int32]] = field(default_factory=list)
    _lengths: list[Indices] = field(default_factory=list)
    _index: list[Indices] = field(default_factory=list)
    _value: list[Numbers] = field(default_factory=list)
    _row_lower: list[Numbers] = field(default_factory=list)
    _row_upper: list[Numbers] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def variables(
        self, cost: Any, *, count: int, lower: Any = 0.0, upper: Any = 1.0, whole: bool = False
    ) -> NDArray[np.int64]:
        """Add variables; return their numbers."""
        numbers = np.arange(self.columns, self.columns + count)
        for into, given in ((self._cost, cost), (self._lower, lower), (self._upper, upper)):
            into.append(np.broadcast_to(np.asarray(given, np.float64), count))
        self._whole.append(np.full(count, int(whole), np.int32))
        self.columns += count
        return numbers

    def constrain(
        self, row: Indices, column: Indices, value: Any, *, count: int, lower: Any = -np.inf, upper: Any = np.inf
    ) -> None:
        """Add `count` rows from their entries: `row` (from 0, of this block), `column` and `value`, in any order."""
        order = np.lexsort((column, row))
        self._lengths.append(np.bincount(row, minlength=count))
        self._index.append(np.asarray(column)[order])
        self._value.append(np.broadcast_to(np.asarray(value, np.float64), len(row))[order])
        for into, given in ((self._row_lower, lower), (self._row_upper, upper)):
            into.append(np.broadcast_to(np.asarray(given, np.float64), count))
        self.rows += count

    @property
    def entries(self) -> int:
        """Return how many numbers its rows hold."""
        return sum(map(len, self._index))

    @property
    def costs(self) -> Numbers:
        """Return what each variable is worth."""
        return np.concatenate(self._cost)

    def arguments(self) -> tuple[Any, ...]:
        """Return the model as HiGHS takes it."""

        def joined(parts: list[Any], kind: Any) -> NDArray[Any]:
            return np.ascontiguousarray(np.concatenate(parts), kind) if parts else np.empty(0, kind)

        starts = np.concatenate([[0], np.cumsum(joined(self._lengths, np.int64))]).astype(np.int32)
        return (
            *(self.columns, self.rows, self.entries, _ROWWISE, _MAXIMIZE if self.maximize else _MINIMIZE, 0.0),
            *(joined(part, np.float64) for part in (self._cost, self._lower, self._upper)),
            *(joined(part, np.float64) for part in (self._row_lower, self._row_upper)),
            *(starts, joined(self._index, np.int32), joined(self._value, np.float64)),
            joined(self._whole, np.int32),
        )


@dataclass(frozen=True)
class Proof:
    """What the solver found: values of the variables (None without any), and what nothing can be better than."""

    values: Numbers | None
    bound: float
    stopped: Stopped


def solved(model: Model, *, seconds: float, start: Numbers | None = None, apart: float = 0.0) -> Proof:
    """Solve a model until it is proven, time is up or Ctrl-C is pressed; the last two return the best so far.

    Parameters
    ----------
    model : Model
    seconds : float
        Of the clock.
    start : ndarray, optional
        Values to begin with; NaN for those that are not known.
    apart : float
        Solutions whose values differ by no more than this are taken for equally good: just below 1 where they are
        whole numbers.

    Returns
    -------
    Proof

    Raises
    ------
    SheltermapError
        If HiGHS cannot be loaded, or refuses the model.
    """
    began = time.monotonic()
    found, told = _once(model, seconds, start, apart)
    if start is None or found.values is None or found.stopped != "proven" or _is_worth(model, found.values, told):
        return found
    # HiGHS 1.16 may take a start that its presolve has moved for better than it is, and then finds nothing above that.
    # What it says of the optimum is then no proof: without a start it is.
    again, _ = _once(model, seconds - (time.monotonic() - began), None, apart)
    return again if again.stopped == "proven" else replace(again, values=found.values, bound=found.bound)


def _once(model: Model, seconds: float, start: Numbers | None, apart: float) -> tuple[Proof, float]:
    """Solve a model; return also what the solver says its solution is worth."""
    highs = solver()
    options = {
        "threads": 1,  # the same answer on every machine
        "random_seed": 1,
        "time_limit": max(float(seconds), 0.0),
        "mip_rel_gap": RELATIVE_GAP,
        "mip_abs_gap": max(apart, RELATIVE_GAP),
        "mip_feasibility_tolerance": 1e-7,
    }
    for name, value in options.items():
        highs.setOptionValue(name, value)
    if "kError" in str(highs.passModel(*model.arguments())):
        raise SheltermapError("HiGHS refuses the model: its numbers may be too large; are all weights and costs meant?")
    if start is not None:
        known = np.flatnonzero(~np.isnan(start)).astype(np.int32)
        highs.setSolution(len(known), known, np.ascontiguousarray(start[known], np.float64))
    interrupted, ended = _run(highs)
    if not ended:
        return Proof(None, np.inf if model.maximize else -np.inf, "interrupted"), np.nan
    status = str(highs.getModelStatus()).rpartition(".")[2]
    if status in ("kInfeasible", "kUnboundedOrInfeasible"):
        return Proof(None, np.nan, "infeasible"), np.nan
    info = highs.getInfo()
    values = np.array(highs.getSolution().col_value) if info.primal_solution_status == _FEASIBLE else None
    worth, bound = float(info.objective_function_value), float(info.mip_dual_bound)
    if not np.isfinite(bound) or abs(bound) >= _UNBOUNDED:
        bound = np.inf if model.maximize else -np.inf
    elif values is not None:  # what it holds its solution for may be more than it is; nothing above that was looked at
        bound = max(bound, worth) if model.maximize else min(bound, worth)
    stopped: Stopped = "proven" if status == "kOptimal" else "interrupted" if interrupted else "time"
    return Proof(values, bound, stopped), worth


def _is_worth(model: Model, values: Numbers, told: float) -> bool:
    """Return whether a solution is worth what the solver says."""
    return abs(float(model.costs @ values) - told) <= 1e-6 * max(1.0, abs(told))


def _run(highs: Any) -> tuple[bool, bool]:
    """Run the solver in a thread of its own, so that Ctrl-C is heard; return whether it was pressed, and it ended.

    HiGHS looks between its steps only whether it should stop, and in the first of them, a large relaxation, it may be
    for minutes: then it is left to itself until its next look. A process that ended before would be aborted.
    """
    highs.HandleUserInterrupt = True
    until = None
    highs.startSolve()
    while True:
        try:
            while not highs.wait(_LISTENING_S)[0]:
                if until is not None and time.monotonic() > until:
                    atexit.register(_waited_for, highs)
                    return True, False
            return until is not None, True
        except KeyboardInterrupt:
            until = time.monotonic() + _PATIENCE_S if until is None else until
            highs.cancelSolve()


def _waited_for(highs: Any) -> None:
    until = time.monotonic() + _LAST_PATIENCE_S
    while not highs.wait(_LISTENING_S)[0] and time.monotonic() < until:
        pass


def solver() -> Any:
    """Return a solver that prints nothing; SheltermapError where HiGHS cannot be loaded."""
    highs = _loaded().Highs()
    highs.setOptionValue("output_flag", False)
    return highs


@lru_cache(maxsize=1)
def _loaded() -> Any:
    """Import HiGHS and make a first solver, which greets on the standard output unasked."""
    try:
        highspy = importlib.import_module("highspy")
    except ImportError as error:
        beside = ", as OR-tools, which brings a HiGHS of its own, was loaded before" if "ortools" in sys.modules else ""
        raise SheltermapError(
            f"HiGHS, which proves what is best, cannot be loaded in this process{beside} ({error}): ask in a process "
            "of its own, or with prove=False, which gives the best found and a bound"
        ) from None
    with nothing_printed():
        highspy.Highs()
    return highspy
