# SPDX-License-Identifier: Apache-2.0
"""An attacker with another library's linear programs, who knows the rules and all numbers, finds nothing small."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from sheltermap.public.disclosure import Rule
from sheltermap.public.suppression import Key, Question, Shown, suppressed

WITHIN = ["within_500m", "within_1000m"]
PATTERNS = [("covered", "covered"), ("uncovered", "covered"), ("uncovered", "uncovered"), ("unknown", "unknown")]


@dataclass
class Town:
    areas: list[str]
    measures: list[str]
    totals: np.ndarray
    questions: list[Question]

    @classmethod
    def random(cls, seed: int, *, areas: int = 4, questions: int = 2, groups: int = 2) -> "Town":
        """Areas of at least ten people, most in few states, so that many numbers are small."""
        draw = np.random.default_rng(seed)
        names = [f"A{number}" for number in range(areas)]
        people = draw.integers(10, 90, areas)
        asked = []
        for number in range(questions):
            counts = np.zeros((areas, len(PATTERNS), 1 + groups))
            for area in range(areas):
                shares = draw.dirichlet(np.full(len(PATTERNS), 0.4))
                counts[area, :, 0] = draw.multinomial(people[area], shares)
            asked.append((f"q{number}", counts, number != 1 or draw.random() < 0.7))
        members = [draw.integers(0, people + 1) for _ in range(groups)]
        for _, counts, _ in asked:  # each group is a sample of the people of each area
            for group, area in product(range(groups), range(areas)):
                counts[area, :, 1 + group] = draw.multivariate_hypergeometric(
                    counts[area, :, 0].astype(int), members[group][area]
                )
        totals = np.column_stack([people, *members]).astype(float)
        found = [Question(name, WITHIN, PATTERNS, counts, by_area) for name, counts, by_area in asked]
        return cls(names, ["people", *(f"g{n}" for n in range(groups))], totals, found)

    def shown(self, rule: Rule, former: dict[Key, int | None] | None = None) -> Shown:
        return suppressed(self.areas, self.measures, self.totals, self.questions, rule, former=former)


def known(rule: Rule, number: int, before: int | None) -> tuple[float, float]:
    """Every whole number that would have been shown so, tried one by one."""
    possible = []
    for count in range(number + 4 * rule.k + 50):
        if 0 < count < rule.k:
            continue
        told = before if before is not None and abs(count - before) < rule.k else round_half_up(count, rule.base)
        if told == number:
            possible.append(count)
    return min(possible), max(possible)


def round_half_up(count: int, base: int) -> int:
    return (2 * count + base) // (2 * base) * base


class Attacker:
    """Unknown: how many of each measure in each area are in each pattern of each question."""

    def __init__(self, town: Town, shown: Shown, rule: Rule, former: dict[Key, int | None] | None = None) -> None:
        self.town = town
        self.shape = (len(town.questions), len(town.areas), len(PATTERNS), len(town.measures))
        self.index = np.arange(np.prod(self.shape)).reshape(self.shape)
        self.upper: list[tuple[np.ndarray, float]] = []
        for key, number in shown.numbers.items():
            row = self.row(key)
            if number is None:
                self.upper.append((-row, -1.0))  # nobody at all is never hidden
                continue
            low, high = known(rule, number, (former or {}).get(key))
            self.upper += [(-row, -low), (row, high)]
        self.equal: list[np.ndarray] = []
        for area, measure in product(range(self.shape[1]), range(self.shape[3])):
            for question in range(1, self.shape[0]):
                row = np.zeros(self.index.size)
                row[self.index[0, area, :, measure]] = 1
                row[self.index[question, area, :, measure]] -= 1
                self.equal.append(row)
        for question, area, pattern, measure in product(*(range(n) for n in self.shape)):
            if measure:
                row = np.zeros(self.index.size)
                row[self.index[question, area, pattern, measure]] = 1
                row[self.index[question, area, pattern, 0]] = -1
                self.upper.append((row, 0.0))

    def row(self, key: Key) -> np.ndarray:
        names = [each.name for each in self.town.questions]
        question = 0 if key.analysis is None else names.index(key.analysis)
        areas = slice(None) if key.area is None else [self.town.areas.index(key.area)]
        patterns = list(range(len(PATTERNS)))
        if key.condition is not None:
            at = WITHIN.index(key.condition)
            patterns = [n for n in patterns if PATTERNS[n][at] == key.status]
        row = np.zeros(self.index.size)
        row[self.index[question][areas][:, patterns, self.town.measures.index(key.measure)].ravel()] = 1
        return row

    def interval(self, row: np.ndarray) -> tuple[float, float]:
        rows, bounds = zip(*self.upper, strict=True)
        options = {
            "A_ub": np.array(rows),
            "b_ub": np.array(bounds),
            "A_eq": np.array(self.equal) if self.equal else None,
            "b_eq": np.zeros(len(self.equal)) if self.equal else None,
            "bounds": (0, 5000),
        }
        least, most = linprog(row, **options), linprog(-row, **options)
        assert least.status == most.status == 0
        return least.fun, -most.fun


def small_numbers(town: Town, rule: Rule, keys) -> list[np.ndarray]:
    """What nobody may learn: small sums that stand in tables, what they are made of, and all but a few of a group."""
    attacker = Attacker.__new__(Attacker)
    attacker.town = town
    attacker.shape = (len(town.questions), len(town.areas), len(PATTERNS), len(town.measures))
    attacker.index = np.arange(np.prod(attacker.shape)).reshape(attacker.shape)
    truth = np.stack([each.counts for each in town.questions]).ravel()
    rows = [attacker.row(key) for key in keys]
    rows += [
        attacker.row(key._replace(measure="people")) - attacker.row(key) for key in keys if key.measure != "people"
    ]
    rows += list(np.eye(attacker.index.size))
    return [row for row in rows if 0 < row @ truth < rule.k]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("k", [3, 10])
def test_no_small_number_can_be_told_from_the_tables(seed, k):
    rule, town = Rule(k), Town.random(seed)
    shown = town.shown(rule)
    attacker = Attacker(town, shown, rule)
    hidden = small_numbers(town, rule, shown.numbers)
    assert hidden
    for row in hidden[:: max(1, len(hidden) // 12)]:
        low, high = attacker.interval(row)
        assert high - low >= k - 1 - 1e-6


def test_the_attacker_finds_what_is_not_hidden_well_enough():
    """The attack is worth something: against numbers hidden one by one it succeeds."""
    rule, town = Rule(10), Town.random(1, questions=1, groups=0)
    exact = dict.fromkeys(town.shown(rule).numbers)
    naive = Attacker(town, Shown(exact, frozenset(), 0, 0, 0), rule)
    truth = np.stack([each.counts for each in town.questions]).ravel()
    naive.upper = []
    for key in exact:
        row = naive.row(key)
        count = row @ truth
        if not 0 < count < 10:
            naive.upper += [(row, count), (-row, -count)]
    intervals = [naive.interval(row) for row in small_numbers(town, rule, exact)]
    assert any(high - low < 1e-6 for low, high in intervals)


@pytest.mark.parametrize("seed", range(6))
def test_no_small_number_is_shown_and_no_single_one_is_missing_in_a_line(seed):
    rule, town = Rule(10), Town.random(seed, areas=5, groups=1)
    shown = town.shown(rule).numbers
    truth = counts_of(town)
    assert truth.keys() == shown.keys()
    for key, number in shown.items():
        if 0 < truth[key] < 10:
            assert number is None
        assert number != 0 or truth[key] == 0
    for question in town.questions:
        if not question.by_area:
            continue
        for measure, condition in product(town.measures, WITHIN):
            for status in ("covered", "uncovered", "unknown"):
                parts = [Key(measure, area, question.name, condition, status) for area in town.areas]
                if shown[Key(measure, None, question.name, condition, status)] is not None:
                    assert sum(shown[key] is None for key in parts) != 1
            for area in town.areas:
                parts = [
                    Key(measure, area, question.name, condition, each) for each in ("covered", "uncovered", "unknown")
                ]
                if shown[Key(measure, area)] is not None:
                    assert sum(shown[key] is None for key in parts) != 1


def counts_of(town: Town) -> dict[Key, float]:
    found = {}
    for at, measure in enumerate(town.measures):
        for area, rows in [(None, slice(None)), *((name, [n]) for n, name in enumerate(town.areas))]:
            found[Key(measure, area)] = town.totals[rows][:, at].sum()
            for question in town.questions:
                if area is not None and not question.by_area:
                    continue
                for place, condition in enumerate(WITHIN):
                    for status in ("covered", "uncovered", "unknown"):
                        mine = [n for n, each in enumerate(PATTERNS) if each[place] == status]
                        key = Key(measure, area, question.name, condition, status)
                        found[key] = question.counts[rows][:, mine, at].sum()
    return found


@pytest.mark.parametrize("seed", range(4))
def test_two_years_tell_no_more_than_one(seed):
    """Some people move: no change of fewer than k is seen, and the second year is as safe as the first."""
    rule, town = Rule(10), Town.random(seed, groups=1)
    first = town.shown(rule)
    draw = np.random.default_rng(100 + seed)
    moved = [each.counts.copy() for each in town.questions]
    for area in range(len(town.areas)):  # the same newcomers in every question
        more = int(draw.integers(0, 7))
        for counts in moved:
            counts[area, int(draw.integers(0, 3)), 0] += more
    questions = [
        Question(each.name, WITHIN, PATTERNS, counts, each.by_area)
        for each, counts in zip(town.questions, moved, strict=True)
    ]
    later = Town(town.areas, town.measures, moved[0].sum(axis=1), questions)
    second = later.shown(rule, first.numbers)
    before, after = counts_of(town), counts_of(later)
    for key, number in second.numbers.items():
        if first.numbers[key] is None:
            assert number is None or after[key] == 0
        elif number is not None and number != first.numbers[key]:
            assert abs(after[key] - first.numbers[key]) >= 10
            assert abs(after[key] - before[key]) >= 5  # what was shown was rounded by no more than five
    attacker = Attacker(later, second, rule, first.numbers)
    hidden = small_numbers(later, rule, second.numbers)
    for row in hidden[:: max(1, len(hidden) // 12)]:
        low, high = attacker.interval(row)
        assert high - low >= 9 - 1e-6


def test_what_is_known_of_the_parts_of_an_area_is_reckoned_with():
    """The parts of the area say that ten to twelve live there: of these nine are covered, so three are not."""
    counts = np.array([[[90.0], [3.0]], [[40.0], [60.0]]])
    question = Question("q", ["within_500m"], [("covered",), ("uncovered",)], counts)
    totals = counts.sum(axis=1)
    free = suppressed(["A", "B"], ["people"], totals, [question], Rule(10))
    bound = suppressed(["A", "B"], ["people"], totals, [question], Rule(10), bounds={"A": (93.0, 93.0)})
    assert free.numbers.keys() == bound.numbers.keys()
    hidden = [sum(number is None for number in each.numbers.values()) for each in (free, bound)]
    assert hidden[0] <= hidden[1]


def test_fractions_of_people_are_hidden_as_well():
    counts = np.array([[[60.5], [2.25]], [[40.25], [61.0]], [[33.3], [44.4]]])
    question = Question("q", ["within_500m"], [("covered",), ("uncovered",)], counts)
    shown = suppressed(["A", "B", "C"], ["people"], counts.sum(axis=1), [question], Rule(10, whole=False))
    assert shown.numbers[Key("people", "A", "q", "within_500m", "uncovered")] is None
    assert shown.numbers[Key("people", "A", "q", "within_500m", "covered")] is None
    assert shown.numbers[Key("people", "C", "q", "within_500m", "covered")] in (30, None)
