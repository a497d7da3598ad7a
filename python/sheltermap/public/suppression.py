# SPDX-License-Identifier: Apache-2.0
"""Tables of people by area, group and answer, in which no small number can be had from those around it.

Three steps, as statistics offices do it: numbers too small are hidden; where one alone is hidden in a line whose sum is
shown, another one is hidden as well; and then linear programs ask, as somebody would who knows all that is shown and
all the rules, between which limits every small number can lie: as long as fewer than k values are left, more is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sheltermap._native import SheltermapError
from sheltermap.planning.proof import solver
from sheltermap.public.disclosure import TOLERANCE, Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

PEOPLE = "people"
PRIMAL = 4  # of HiGHS' simplex methods: it goes on from the solution before, which stays possible
SEED, IDLE, FEW = 1, 3, 0.02  # of programs about many numbers at once: so many that open hardly any are enough


class Key(NamedTuple):
    """Which number it is: nothing as analysis for totals, nothing as area for all areas together."""

    measure: str
    area: str | None = None
    analysis: str | None = None
    condition: str | None = None
    status: str | None = None


@dataclass(frozen=True)
class Question:
    """Answers of an analysis: how many of each measure are in each state of all its conditions at once, by area.

    Parameters
    ----------
    name : str
    conditions : sequence of str
        "within_500m", "within_1000m".
    patterns : sequence of tuple of str
        The states that rows have in these conditions, in their order.
    counts : ndarray of shape (areas, patterns, measures)
    by_area : bool
        Whether numbers of single areas are shown, too.
    """

    name: str
    conditions: Sequence[str]
    patterns: Sequence[tuple[str, ...]]
    counts: NDArray[np.float64]
    by_area: bool = True

    def states(self, condition: str) -> list[str]:
        """Return the states that any row has in a condition."""
        at = list(self.conditions).index(condition)
        return sorted({pattern[at] for pattern in self.patterns})


@dataclass(frozen=True)
class Shown:
    """What is shown of each number: None where it is hidden, and how many are so for which reason."""

    numbers: dict[Key, int | None]
    held: frozenset[Key]  #: shown as the year before
    small: int  #: hidden as they are too small
    beside: int  #: hidden as others could be had from them
    kept_hidden: int  #: hidden as they were the year before


@dataclass
class _Target:
    """A number that must not be had: the variables that make it up, and those that are taken off."""

    plus: NDArray[np.intp]
    minus: NDArray[np.intp]
    measure: str
    areas: frozenset[str]
    analysis: str | None


def suppressed(
    areas: Sequence[str],
    measures: Sequence[str],
    totals: NDArray[np.float64],
    questions: Sequence[Question],
    rule: Rule,
    *,
    former: Mapping[Key, int | None] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
) -> Shown:
    """Return what may be shown of tables of people.

    Parameters
    ----------
    areas, measures : sequence of str
        The first measure is all people, the others groups of them.
    totals : ndarray of shape (areas, measures)
    questions : sequence of Question
        With the same totals.
    rule : Rule
    former : mapping, optional
        What was shown the year before: smaller changes than k are not shown, and what was hidden stays hidden.
    bounds : mapping, optional
        Between which numbers the people of an area can lie by what else is shown of them.

    Returns
    -------
    Shown

    Raises
    ------
    SheltermapError
        If HiGHS cannot be loaded, or a number cannot be hidden.

    Examples
    --------
    >>> import numpy as np
    >>> near = Question("near", ["within_500m"], [("covered",), ("uncovered",)],
    ...     np.array([[[70.0], [4.0]], [[40], [30]]]))
    >>> shown = suppressed(["A", "B"], ["people"], np.array([[74.0], [70.0]]), [near], Rule(10))
    >>> [shown.numbers[Key("people", area, "near", "within_500m", "uncovered")] for area in ("A", "B", None)]
    [None, None, 30]
    """
    table = _Table(areas, measures, totals, questions, rule, former or {}, bounds or {})
    table.hide_small()
    table.hide_beside()
    table.hide_inferred()
    return table.shown()


@dataclass
class _Table:
    areas: Sequence[str]
    measures: Sequence[str]
    totals: NDArray[np.float64]
    questions: Sequence[Question]
    rule: Rule
    former: Mapping[Key, int | None]
    bounds: Mapping[str, tuple[float, float]]
    hidden: dict[Key, str] = field(default_factory=dict)  #: with the reason

    def __post_init__(self) -> None:
        plain = Question("", [], [()], self.totals[:, None, :])
        self.blocks = [plain, *self.questions]
        sizes = [each.counts.size for each in self.blocks]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        self.variables: list[NDArray[np.intp]] = [
            np.arange(start, start + size).reshape(each.counts.shape)
            for each, start, size in zip(self.blocks, starts, sizes, strict=False)
        ]
        self.values = np.concatenate([each.counts.ravel() for each in self.blocks])
        self.rows = dict(self._rows())
        self.counts = {key: float(self.values[rows].sum()) for key, rows in self.rows.items()}
        self.lines = [line for line in self._lines() if len(line[1]) > 1 or line[1][0] != line[0]]

    def _rows(self) -> Iterator[tuple[Key, NDArray[np.intp]]]:
        """Give every number that may be shown, with the variables that it is the sum of."""
        scopes: list[tuple[str | None, slice | list[int]]] = [(None, slice(None))]
        scopes += [(area, [at]) for at, area in enumerate(self.areas)]
        for (measure_at, measure), (area, at) in product(enumerate(self.measures), scopes):
            yield Key(measure, area), self.variables[0][at][:, :, measure_at].ravel()
            for question, variables in zip(self.questions, self.variables[1:], strict=True):
                if area is not None and not question.by_area:
                    continue
                for place, condition in enumerate(question.conditions):
                    for state in question.states(condition):
                        mine = [n for n, pattern in enumerate(question.patterns) if pattern[place] == state]
                        rows = variables[at][:, mine, measure_at].ravel()
                        yield Key(measure, area, question.name, condition, state), rows

    def _lines(self) -> Iterator[tuple[Key, list[Key]]]:
        """Give every sum that is shown, with its parts."""
        for measure in self.measures:
            yield Key(measure), [Key(measure, area) for area in self.areas]
            for question in self.questions:
                areas = [None, *self.areas] if question.by_area else [None]
                for condition in question.conditions:
                    named = [(question.name, condition, state) for state in question.states(condition)]
                    for area in areas:
                        yield Key(measure, area), [Key(measure, area, *name) for name in named]
                    if question.by_area:
                        for name in named:
                            yield Key(measure, None, *name), [Key(measure, area, *name) for area in self.areas]

    # ---- what is hidden ----

    def hide_small(self) -> None:
        """Hide what is too small, what all but a few are, and what was hidden the year before."""
        for key, count in self.counts.items():
            if self.rule.hides(count):
                self.hidden[key] = "small"
            elif key.measure != self.measures[0] and count > TOLERANCE:
                everybody = self.counts[key._replace(measure=self.measures[0])]
                if self.rule.hides(everybody - count):
                    self.hidden[key] = "small"
            if key not in self.hidden and count > TOLERANCE and self.former.get(key, 0) is None:
                self.hidden[key] = "kept"

    def hide_beside(self) -> None:
        """Hide a second one wherever one alone is hidden in a line whose sum is shown."""
        again = True
        while again:
            again = False
            for total, parts in self.lines:
                alive = [key for key in parts if self.counts[key] > TOLERANCE]
                hidden = [key for key in alive if key in self.hidden]
                if total in self.hidden or len(hidden) != 1:
                    continue
                others = [key for key in alive if key not in self.hidden]
                self.hidden[min(others, key=self._order, default=total)] = "beside"
                again = True

    def _order(self, key: Key) -> tuple[bool, bool, float, tuple[str, ...]]:
        """Return the order in which numbers are given up: of areas before of all, the smallest first."""
        return (key.area is None, key.analysis is None, self.counts[key], tuple(each or "" for each in key))

    def hide_inferred(self) -> None:
        """Hide more, until everybody who reckons with all that is shown is left with k values for each small number."""
        targets = list(self._targets())
        if not targets:
            return
        for area in self.areas:  # alone, which is quick, and tells of too little in most cases
            self._hide_until_open([each for each in targets if each.areas == {area}], area)
        self._hide_until_open(targets, None)

    def _hide_until_open(self, targets: Sequence[_Target], area: str | None) -> None:
        """Hide more until enough is open for targets, to whom looks at one area only, or at all of them."""
        if not targets:
            return
        attack = _Attack(self, targets, area)
        attack.try_many()
        for number, target in enumerate(targets):
            while not attack.is_open(number):
                before = set(self.hidden)
                self._give_up(target)
                self.hide_beside()
                attack.hide(self.hidden.keys() - before)

    def _give_up(self, target: _Target) -> None:
        mine = {*target.plus.tolist(), *target.minus.tolist()}
        near = []
        for key, rows in self.rows.items():
            if key not in self.hidden and self.counts[key] > TOLERANCE:
                touches = not mine.isdisjoint(rows.tolist())
                beside = key.area in target.areas and key.analysis == target.analysis
                others = (not touches, not beside, key.area not in target.areas, key.measure != target.measure)
                near.append((*others, *self._order(key), key))
        if not near:
            raise SheltermapError(
                "a small number of people could not be hidden well enough: publish fewer groups or areas, or with a "
                "larger k"
            )
        self.hidden[min(near)[-1]] = "beside"

    def _targets(self) -> Iterator[_Target]:
        """Give the small numbers: those that may be shown, what they are made of, and all but a group of them."""
        nothing = np.empty(0, np.intp)
        seen = set()
        single = [np.array([each], np.intp) for block in self.variables for each in block.ravel()]
        named = [(rows, key.measure) for key, rows in self.rows.items()]
        count = len(self.measures)
        named += [(rows, self.measures[int(rows[0]) % count]) for rows in single]  # measures are the last axis
        for rows, measure in named:
            at = self.measures.index(measure) if measure in self.measures else 0
            for plus, minus in [(rows, nothing), *([(rows - at, rows)] if at else [])]:
                size = float(self.values[plus].sum() - self.values[minus].sum())
                mark = (plus.tobytes(), minus.tobytes())
                if self.rule.hides(size) and mark not in seen:
                    seen.add(mark)
                    yield _Target(plus, minus, measure, *self._of(int(rows[0]), rows))

    def _of(self, first: int, rows: NDArray[np.intp]) -> tuple[frozenset[str], str | None]:
        """Return the areas and the analysis that variables are of."""
        at = max(n for n, each in enumerate(self.variables) if each.flat[0] <= first)
        patterns, measures = self.variables[at].shape[1:3]
        areas = (rows - self.variables[at].flat[0]) // (patterns * measures)
        return frozenset(self.areas[each] for each in areas), self.blocks[at].name or None

    # ---- what is known ----

    def interval(self, key: Key) -> tuple[float, float]:
        """Return between which numbers a number lies for whoever knows what is shown and how."""
        if key in self.hidden:
            low, high = (1.0 if self.rule.whole else 0.0), np.inf
        else:
            low, high = self.rule.interval(self._number(key), self.former.get(key))
        if (
            key.area is not None
            and key.area in self.bounds
            and key.analysis is None
            and key.measure == self.measures[0]
        ):
            least, most = self.bounds[key.area]
            low, high = max(low, least), min(high, most)
        return low, high

    def _number(self, key: Key) -> int:
        count, before = self.counts[key], self.former.get(key)
        if before is not None and self.is_held(key):
            return before
        return self.rule.rounded(count) if count > TOLERANCE else 0

    def is_held(self, key: Key) -> bool:
        """Whether the number of the year before is shown again, as the change is too small."""
        before = self.former.get(key)
        return before is not None and abs(self.counts[key] - before) < self.rule.k - TOLERANCE

    def shown(self) -> Shown:
        """Return what is shown in the end."""
        numbers = {key: None if key in self.hidden else self._number(key) for key in self.rows}
        reasons = list(self.hidden.values())
        return Shown(
            numbers,
            frozenset(key for key, number in numbers.items() if number is not None and self.is_held(key)),
            *(reasons.count(each) for each in ("small", "beside", "kept")),
        )


class _Attack:
    """Whoever knows what is shown, of one area or of all, and the rules, and asks linear programs for the rest."""

    def __init__(self, table: _Table, targets: Sequence[_Target], area: str | None) -> None:
        self._table, self._targets = table, targets
        at = slice(None) if area is None else [list(table.areas).index(area)]
        self._mine = np.concatenate([each[at].ravel() for each in table.variables])
        self._number = np.full(len(table.values), -1, np.int32)
        self._number[self._mine] = np.arange(len(self._mine), dtype=np.int32)
        self._keys = {key: row for row, key in enumerate(key for key in table.rows if area in (None, key.area))}
        sizes = np.array([len(each.plus) + len(each.minus) for each in targets])
        self._of = np.repeat(np.arange(len(targets)), sizes)
        self._at = self._number[np.concatenate([np.concatenate([each.plus, each.minus]) for each in targets])]
        self._sign = np.concatenate([np.repeat([1.0, -1.0], [len(each.plus), len(each.minus)]) for each in targets])
        # What is true is possible, and so is every solution of a program: what they differ by is left open.
        self._least = self._most = self._of_targets(table.values[self._mine])
        self._highs = self._model([variables[at] for variables in table.variables])

    def is_open(self, number: int) -> bool:
        """Whether at least k values are left possible for a target."""
        if self._spread(number):
            return True
        for direction in (-1.0, 1.0):
            wanted = np.zeros(len(self._targets))
            wanted[number] = direction
            self._solve(wanted)
            if self._spread(number):
                return True
        return False

    def try_many(self) -> None:
        """Ask for many targets in one program, some as large and some as small as can be: most are open by that."""
        draw, idle = np.random.default_rng(SEED), 0
        while idle < IDLE:
            left = np.array([number for number in range(len(self._targets)) if not self._spread(number)], np.intp)
            if not len(left):
                return
            wanted = np.zeros(len(self._targets))
            wanted[left] = draw.choice([-1.0, 1.0], len(left))
            self._solve(wanted)
            idle = 0 if sum(self._spread(number) for number in left.tolist()) > FEW * len(left) else idle + 1

    def hide(self, keys: Iterable[Key]) -> None:
        """Forget what was shown of some numbers."""
        for key in keys:
            if key in self._keys:
                self._highs.changeRowBounds(self._keys[key], *self._table.interval(key))

    def _spread(self, number: int) -> bool:
        return self._table.rule.is_open(self._least[number], self._most[number])

    def _of_targets(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        weights = self._sign * values[self._at]
        return np.bincount(self._of, weights=weights, minlength=len(self._targets)).astype(np.float64)

    def _solve(self, wanted: NDArray[np.float64]) -> None:
        """Make targets as small as can be, or as large where what is wanted of them is below zero."""
        count = len(self._mine)
        cost = np.bincount(self._at, weights=self._sign * wanted[self._of], minlength=count).astype(np.float64)
        self._highs.changeColsCost(count, np.arange(count, dtype=np.int32), cost)
        self._highs.run()
        if not str(self._highs.getModelStatus()).endswith("kOptimal"):
            raise SheltermapError("HiGHS could not say what the published numbers tell: nothing was published")
        found = self._of_targets(np.array(self._highs.getSolution().col_value))
        self._least, self._most = np.minimum(self._least, found), np.maximum(self._most, found)

    def _model(self, blocks: Sequence[NDArray[np.intp]]) -> Any:
        table, highs = self._table, solver()
        for name, value in {"threads": 1, "random_seed": 1, "simplex_strategy": PRIMAL}.items():
            highs.setOptionValue(name, value)
        most = 4.0 * float(table.totals[:, 0].sum()) + 10.0 * table.rule.k  # more than anybody thinks there are
        for _ in self._mine:
            highs.addVar(0.0, most)
        for key in self._keys:
            rows = table.rows[key]
            self._add(highs, *table.interval(key), rows, np.ones(len(rows)))
        for variables in blocks:
            for area, measure in product(range(variables.shape[0]), range(variables.shape[2])):
                mine = variables[area, :, measure]
                if variables is not blocks[0]:
                    rows = np.concatenate([mine, blocks[0][area, :, measure]])
                    self._add(highs, 0.0, 0.0, rows, np.repeat([1.0, -1.0], [len(mine), len(rows) - len(mine)]))
                if measure:
                    for group, everybody in zip(mine, variables[area, :, 0], strict=True):
                        self._add(highs, 0.0, np.inf, np.array([everybody, group]), np.array([1.0, -1.0]))
        return highs

    def _add(self, highs: Any, low: float, high: float, rows: NDArray[Any], signs: NDArray[np.float64]) -> None:
        highs.addRow(low, high, len(rows), self._number[rows], signs)
