# SPDX-License-Identifier: Apache-2.0
"""Alternatives against enumeration of every choice: frontier, scenarios, sensitivity; and numbers counted by hand."""

import math
from functools import partial

import numpy as np
import pandas as pd
import pytest

import sheltermap as sm
from map_data import MapData
from sheltermap.planning import budget_search
from sheltermap.planning.site_options import Prices
from sheltermap.planning.site_setting import setting_of
from siting_town import LIMIT, choices, matrix, points
from siting_town import town as town_of

town = partial(town_of, sites=7)


def ask(homes, cellars, stands=None, **also):
    return sm.alternatives(
        homes,
        cellars,
        existing=stands,
        **{"within": LIMIT, "weight": "people", "cost": "eur", "currency": "EUR", "candidate_id": "id"}
        | ({} if stands is None else {"facility_id": "id"})
        | also,
    )


def near(homes, facilities, limit=LIMIT):
    """Whether each row has each facility within the limit, by the library's own reach."""
    return matrix(homes, facilities) <= limit


class Enumerated:
    """Every choice of candidates: its cost, and whom it covers."""

    def __init__(self, homes, cellars, stands, limit=LIMIT):
        self.sites = list(choices(len(cellars)))
        price = cellars["eur"].to_numpy(float)
        self.cost = np.array([price[each].sum() for each in self.sites])
        people = homes["people"].to_numpy(float)
        served, standing = near(homes, cellars, limit), near(homes, stands, limit).any(axis=1)
        covers = [served[:, each].any(axis=1) | standing for each in self.sites]
        self.covered = np.array([people[each].sum() for each in covers])

    def frontier(self):
        found = []
        for at in np.lexsort((-self.covered, self.cost)):
            if not found or self.covered[at] > found[-1][1]:
                found.append((self.cost[at], self.covered[at]))
        return found


@pytest.mark.parametrize("seed", range(6))
def test_the_frontier_is_every_choice_that_no_other_dominates(seed):
    homes, cellars, stands = town(seed)
    found = ask(homes, cellars, stands)
    expected = Enumerated(homes, cellars, stands).frontier()
    assert list(zip(found.frontier["cost"], found.frontier["people_covered"], strict=True)) == expected
    assert found.exact and found.frontier["proven"].all() and found.stopped == "proven"
    served, standing = near(homes, cellars), near(homes, stands).any(axis=1)
    for _, row in found.frontier.iterrows():  # the sites named are the sites counted
        mine = cellars["id"].isin(row["sites"]).to_numpy()
        covered = served[:, mine].any(axis=1) | standing
        assert cellars["eur"][mine].sum() == row["cost"]
        assert homes["people"][covered].sum() == row["people_covered"]
    assert (found.summary["total"] == found.summary[["covered_before", "uncovered", "unknown"]].sum(axis=1)).all()
    assert found.frontier["people_covered"].iloc[-1] == found.summary["reachable"].iloc[0]


def test_marginal_costs_and_the_points_that_a_mix_beats():
    homes, cellars, stands = town(1)
    frontier = ask(homes, cellars, stands).frontier
    cost, people = frontier["cost"].to_numpy(), frontier["people_gained"].to_numpy()
    np.testing.assert_allclose(frontier["marginal_cost_per_person"][1:], np.diff(cost) / np.diff(people))
    for at in range(1, len(cost) - 1):  # a point is beaten where some line between two others runs above it
        beaten = any(
            people[a] + (people[b] - people[a]) * (cost[at] - cost[a]) / (cost[b] - cost[a]) > people[at] + 1e-9
            for a in range(at)
            for b in range(at + 1, len(cost))
        )
        assert frontier["supported"][at] == (not beaten)


@pytest.mark.parametrize("seed", range(3))
def test_budgets_and_steps_never_buy_fewer_for_more(seed):
    homes, cellars, stands = town(seed, sites=8)
    every = Enumerated(homes, cellars, stands)
    asked = [21_000, 35_000.5, 60_000, 80_000]
    found = ask(homes, cellars, stands, budgets=asked)
    assert found.budgets["budget"].tolist() == asked and found.budget == 80_000
    for _, row in found.budgets.iterrows():
        assert row["people_covered"] == every.covered[every.cost <= row["budget"]].max()
        assert row["proven"] and row["gap"] == 0
    unproven = ask(homes, cellars, stands, steps=6, prove=False)
    assert unproven.budgets["people_gained"].is_monotonic_increasing
    assert unproven.frontier["people_gained"].is_monotonic_increasing and not unproven.exact
    for _, row in unproven.frontier.iterrows():  # a bound is never below what can be had
        best = every.covered[every.cost <= row["cost"]].max() - found.summary["covered_before"].iloc[0]
        assert row["people_gained"] <= best <= row["bound"]
        assert not row["proven"] or row["people_gained"] == best


def test_too_many_points_become_budgets_evenly_apart(monkeypatch):
    monkeypatch.setattr("sheltermap.planning.budget_search.MOST_POINTS", 3)
    monkeypatch.setattr("sheltermap.planning.budget_search.STEPS", 5)
    homes, cellars, stands = town(2)
    found = ask(homes, cellars, stands)
    assert not found.exact and len(found.budgets) == 5
    every = Enumerated(homes, cellars, stands)
    for _, row in found.budgets.iterrows():
        assert row["people_covered"] == every.covered[every.cost <= row["budget"]].max()


def test_the_next_best_is_the_cheapest_per_person_beside_those_before():
    homes = points([0, 2000, 2050, 4000], [0] * 4, people=[30, 50, 20, 10])
    cellars = points([10, 2010, 4010], [0] * 3, id=["A", "B", "C"], eur=[9_000, 14_000, 500])
    found = ask(homes, cellars)
    table = found.next_best
    assert table["facility"].tolist() == ["C", "B", "A"]  # 50, 200 and 300 a head
    assert table["people_gained"].tolist() == [10, 70, 30]
    assert table["cost_per_person"].tolist() == [50, 200, 300]
    assert table["cost_so_far"].tolist() == [500, 14_500, 23_500]
    assert table["people_so_far"].tolist() == [10, 80, 110]
    assert found.chosen["order"].tolist() == [3, 2, 1]
    assert found.chosen["enters_at"].tolist() == [9_000, 14_000, 500]


def test_running_costs_beside_the_investment():
    homes = points([0, 2000], [0, 0], people=[30, 50])
    cellars = points([10, 2010], [0, 0], id=["A", "B"], eur=[9_000, 20_000], category=["I", "X"])
    rates = pd.DataFrame({"category": ["I"], "running": [700], "per_person": [4]})
    costs = sm.ServiceCosts.read(rates, currency="EUR", price_year=2025, discount_rate=0.0, horizon_years=30)
    found = ask(homes, cellars, service_costs=costs)
    first = found.next_best.set_index("facility").loc["A"]
    assert (first["running"], first["for_people"], first["annual"]) == (700, 120, 9_000 / 30 + 820)
    assert first["annual_cost_per_person"] == (9_000 / 30 + 820) / 30
    assert found.next_best.set_index("facility")["annual"].isna().loc["B"]
    assert "what these cost a year is not known: B" in found.notes
    dollars = sm.ServiceCosts.read(rates, currency="USD", price_year=2025)
    with pytest.raises(ValueError, match="in USD, those of candidates in EUR"):
        ask(homes, cellars, service_costs=dollars)


def test_named_alternatives_side_by_side():
    homes = points([0, 2000, 2050, 4000], [0] * 4, people=[30, 50, 20, 10])
    homes.loc[4, "people"] = 7  # nobody knows where
    stands = points([4000], [0], id=["S"])
    cellars = points([10, 2010], [0] * 2, id=["A", "B"], eur=[9_000, 14_000])
    works = pd.DataFrame({"facility": ["S"], "action": ["improve_access"], "access_gain": ["50 m"], "eur": [400]})
    found = ask(
        homes,
        cellars,
        stands,
        upgrades=works,
        named={"near": ["A"], "far and door": ["B", ("S", "improve_access")], "far": ["B"], "both": ["A", "B"]},
    )
    table = found.named.set_index("alternative")
    assert table.index.tolist() == ["do nothing", "near", "far and door", "far", "both"]
    assert table["cost"].tolist() == [0, 9_000, 14_400, 14_000, 23_000]
    assert table["people_covered"].tolist() == [10, 40, 80, 80, 110]
    assert table["uncovered"].tolist() == [100, 70, 30, 30, 0]
    assert table["dominated_by"].fillna("").tolist() == ["", "", "far", "", ""]
    np.testing.assert_array_equal(table["marginal_cost_per_person"], [np.nan, 300, np.nan, 5_000 / 40, 9_000 / 30])
    assert table.loc["near", "most_for_cost"] == 30 and table["most_is_proven"].all()
    assert table.loc["far and door", "sites"] == (("S", "improve_access"), "B")
    assert found.summary["unknown"].tolist() == [7]


def test_upgrades_are_points_of_the_frontier():
    homes = points([0, 0, 3000], [0, 480, 0], people=[5, 20, 30])
    stands = points([0], [-400], id=["S"])
    cellars = points([3000], [10], id=["A"], eur=[20_000])
    works = pd.DataFrame({"facility": ["S"], "action": ["improve_access"], "access_gain": [400], "eur": [3_000]})
    found = ask(homes, cellars, stands, upgrades=works)
    door = ("S", "improve_access")
    assert found.frontier["sites"].tolist() == [(), (door,), ("A",), (door, "A")]
    assert found.frontier["people_covered"].tolist() == [5, 25, 35, 55]
    assert found.frontier["dropped"].tolist() == [(), (), (door,), ()]
    assert found.upgrades["enters_at"].tolist() == [3_000] and found.chosen["enters_at"].tolist() == [20_000]


SCENARIOS = {"today": {}, "flood": {"closed": ["S0", "C1"]}, "slow": {"within": 350}}


@pytest.mark.parametrize("seed", range(4))
def test_the_robust_choice_is_the_best_of_all_choices_by_each_criterion(seed):
    homes, cellars, stands = town(seed)
    budget = 45_000
    found = ask(
        homes,
        cellars,
        stands,
        budget=budget,
        scenarios=SCENARIOS,
        probabilities={"today": 0.5, "flood": 0.2, "slow": 0.3},
        cost_share=0,
    )
    today, slow = (Enumerated(homes, cellars, stands, limit) for limit in (LIMIT, 350))
    people = homes["people"].to_numpy(float)
    served, standing = near(homes, cellars), near(homes, stands.iloc[1:]).any(axis=1)
    served[:, 1] = False
    flood = np.array([people[served[:, each].any(axis=1) | standing].sum() for each in today.sites])
    paid = today.cost <= budget
    value = np.array([today.covered, flood, slow.covered])[:, paid]
    regret = (value.max(axis=1, keepdims=True) - value).max(axis=0)
    criteria = found.robust.set_index("criterion")
    assert criteria["proven"].all()
    assert criteria.loc["expected", "value"] == pytest.approx((np.array([0.5, 0.2, 0.3]) @ value).max())
    assert criteria.loc["worst", "value"] == value.min(axis=0).max()
    assert criteria.loc["regret", "value"] == regret.min()
    assert (criteria["cost"] <= budget).all()
    row_of = {tuple(cellars["id"].iloc[each]): at for at, each in enumerate(np.array(today.sites, object)[paid])}
    for _, row in found.choices[found.choices["affordable"]].iterrows():
        at = row_of[tuple(row["sites"])]
        assert row["worst"] == value[:, at].min() and row["max_regret"] == regret[at]
    best = found.scenarios.groupby("scenario", sort=False)["best"].first()
    assert best.tolist() == value.max(axis=1).tolist()
    assert (found.scenarios["regret"].dropna() >= 0).all()


def test_regret_by_hand():
    homes = points([0, 2000], [0, 0], people=[60, 50])
    moved = homes.assign(people=[10, 80])
    cellars = points([10, 2010], [0, 0], id=["A", "B"], eur=[1_000, 1_000])
    found = ask(
        homes,
        cellars,
        budget=1_000,
        scenarios={"today": {}, "summer": {"demand": moved}},
        probabilities={"today": 0.9, "summer": 0.1},
        named={"a": ["A"], "b": ["B"]},
    )
    table = found.choices.set_index("alternative")
    assert table["max_regret"].to_dict() == {"do nothing": 80, "a": 70, "b": 10}
    assert table["worst"].to_dict() == {"do nothing": 0, "a": 10, "b": 50}
    assert table["expected"].to_dict() == pytest.approx({"do nothing": 0, "a": 55, "b": 53})
    assert found.robust["alternative"].tolist() == ["a", "b", "b"]


@pytest.mark.parametrize("seed", range(4))
def test_costs_change_the_choice_from_the_share_that_enumeration_gives(seed):
    homes, cellars, stands = town(seed)
    every, budget, share = Enumerated(homes, cellars, stands), 40_000.0, 0.3
    found = ask(homes, cellars, stands, budget=budget, cost_share=share)
    most = every.covered[every.cost <= budget].max()
    least = every.cost[every.covered == most].min()
    more = every.covered > most
    table = found.sensitivity
    everything = table.iloc[0]
    expected = 1 - budget / every.cost[more].min() if more.any() else np.inf
    assert _within(everything["changes_if_lower"], expected, share)
    assert _within(everything["changes_if_higher"], budget / least - 1, share)
    assert everything["people_if_higher"] == _most(every, every.cost * (1 + share), budget, found)
    assert everything["people_if_lower"] == _most(every, every.cost * (1 - share), budget, found)
    assert len(table) == len(cellars) + 1 and table["chosen"].iloc[1:].sum() == found.chosen["in_choice"].sum()
    for _, row in table.iloc[1:].iterrows():
        at = cellars["id"].tolist().index(row["facility"])
        has = np.array([at in each for each in every.sites])
        with_more = every.cost[more & has]
        lower = (with_more.min() - budget) / row["cost"] if len(with_more) else np.inf
        assert _within(row["changes_if_lower"], lower, share)
        assert _within(row["changes_if_higher"], (budget - least) / row["cost"] if row["chosen"] else np.inf, share)
        for way, factor in (("higher", 1 + share), ("lower", 1 - share)):
            priced = every.cost + has * row["cost"] * (factor - 1)
            assert row[f"people_if_{way}"] == _most(every, priced, budget, found)
        assert (row["state"] == "changes") == (not row[["changes_if_higher", "changes_if_lower"]].isna().all())


def _within(found, expected, share):
    return math.isnan(found) if expected > share else found == pytest.approx(expected)


def _most(every, cost, budget, found):
    return every.covered[cost <= budget].max() - found.summary["covered_before"].iloc[0]


def test_a_threshold_by_hand():
    homes = points([0, 2000], [0, 0], people=[60, 50])
    cellars = points([10, 2010], [0, 0], id=["A", "B"], eur=[1_000, 400])
    found = ask(homes, cellars, budget=1_300)
    table = found.sensitivity.set_index("facility")
    assert table.loc["A", "changes_if_lower"] == pytest.approx(0.1)  # both for 1 300 when A costs 900
    assert math.isnan(table.loc["B", "changes_if_lower"])  # would have to cost a quarter less
    assert math.isnan(table.loc["A", "changes_if_higher"])  # 1 300 pay it until it costs 30 % more
    assert table.loc["B", "state"] == "steady"
    assert table.loc["", "changes_if_lower"] == pytest.approx(1 - 1_300 / 1_400)


def test_the_order_of_the_rows_changes_nothing():
    homes, cellars, stands = town(4)
    also = {"budget": 40_000, "scenarios": SCENARIOS, "named": {"x": ["C2", "C5"]}}
    first = ask(homes, cellars, stands, **also)
    second = ask(homes[::-1], cellars.sample(frac=1, random_state=3), stands[::-1], **also)
    for name in ("frontier", "next_best", "named", "scenarios", "choices", "robust", "sensitivity", "summary"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name), check_exact=True)
    pd.testing.assert_frame_equal(
        first.chosen.set_index("id").drop(columns="geometry"),
        second.chosen.set_index("id").drop(columns="geometry").loc[cellars["id"]],
        check_exact=True,
    )


def test_no_time_leaves_bounds_that_hold():
    homes, cellars, stands = town(5, rows=60, sites=9)
    found = ask(homes, cellars, stands, time_limit=0.0, budget=30_000, scenarios=SCENARIOS)
    assert found.stopped == "time" and any("its time was over" in each for each in found.notes)
    every = Enumerated(homes, cellars, stands)
    before = found.summary["covered_before"].iloc[0]
    for _, row in found.frontier.iterrows():
        assert row["bound"] >= every.covered[every.cost <= row["cost"]].max() - before


def test_a_candidate_of_unknown_cost_is_named_and_never_bought():
    homes, cellars, stands = town(0)
    cellars["eur"] = cellars["eur"].astype(float)
    cellars.loc[3, "eur"] = np.nan
    found = ask(homes, cellars, stands)
    assert any("cost is unknown" in each and "C3" in each for each in found.notes)
    assert not any("C3" in sites for sites in found.frontier["sites"])
    assert found.chosen["left_out"].tolist()[3] == "cost_unknown" and math.isnan(found.chosen["enters_at"][3])


@pytest.mark.parametrize(
    ("also", "words"),
    [
        ({"budgets": [1.0]}, "below the cheapest of all"),
        ({"budget": 10}, "below the cheapest of all"),
        ({"budgets": []}, "finite amounts"),
        ({"budgets": "100"}, "a list of amounts"),
        ({"budgets": [-5]}, "must not be negative"),
        ({"budgets": [np.inf]}, "finite amounts"),
        ({"budgets": [50_000], "steps": 3}, "give one of the two"),
        ({"steps": 1}, "at least 2"),
        ({"currency": "euro"}, "three letters"),
        ({"currency": None}, "without a currency"),
        ({"cost_share": -0.1}, "must not be negative"),
        ({"cost_share": 1.0}, "below 1"),
        ({"named": {"x": ["C99"]}}, "neither a candidate nor an upgrade"),
        ({"named": {"x": ["S0"]}}, "neither a candidate nor an upgrade"),
        ({"named": {"x": []}}, "needs a list"),
        ({"named": {"x": "C1"}}, "needs a list"),
        ({"named": {"x": ["C1", "C1"]}}, "twice"),
        ({"named": {"do nothing": ["C1"]}}, "cannot be the name"),
        ({"named": ["C1"]}, "by its name"),
        ({"scenarios": {"a": {}}}, "for a budget"),
        ({"probabilities": {"a": 1}}, "give these, too"),
        ({"budget": 50_000, "scenarios": {}}, "by name"),
        ({"budget": 50_000, "scenarios": {"a": {"capacity": 3}}}, "unknown key"),
        ({"budget": 50_000, "scenarios": {"a": ["S0"]}}, "what is otherwise"),
        ({"budget": 50_000, "scenarios": {"a": {"closed": ["S9"]}}}, "scenario 'a': closed names 'S9'"),
        ({"budget": 50_000, "scenarios": {"a": {"closed": "S0"}}}, "list of ids"),
        ({"budget": 50_000, "scenarios": {"a": {"within": "1 h"}}}, "scenario 'a': "),
        ({"budget": 50_000, "scenarios": {"a": {}, "b": {}}, "probabilities": {"a": 1}}, "that of 'b' is missing"),
        ({"budget": 50_000, "scenarios": {"a": {}}, "probabilities": {"c": 1}}, "unknown scenario"),
        ({"budget": 50_000, "scenarios": {"a": {}, "b": {}}, "probabilities": {"a": 0.5, "b": 0.4}}, "sum to 1"),
        ({"budget": 50_000, "scenarios": {"a": {}}, "probabilities": {"a": -1}}, "must not be negative"),
    ],
)
def test_what_cannot_be_meant_is_said(also, words):
    homes, cellars, stands = town(0, rows=12)
    with pytest.raises(ValueError, match=words):
        ask(homes, cellars, stands, **also)


def test_sums_of_prices_are_apart_by_their_common_part():
    homes, cellars, stands = town(0)
    setting_prices = {"whole": [5_000, 7_500, 10_000], "cents": [0.1, 0.25, 5], "thirds": [1 / 3, 2 / 3, 1]}
    steps = {"whole": 2_500, "cents": 0.05, "thirds": None}
    for name, prices in setting_prices.items():
        few = cellars.iloc[:3].assign(eur=prices)
        found = ask(homes, few, stands)
        assert found.exact
        setting = setting_of(
            homes, few, objective="coverage", existing=stands, limit=LIMIT, prices=Prices("eur", "EUR"),
            weight="people", upgrades=None, by=None, direction="to", candidate_id="id", facility_id="id",
        )  # fmt: skip
        step = budget_search.BudgetSearch(setting.solving, budget_search.Clock(1.0, None)).step
        assert step == steps[name] if steps[name] else 0 < step < 1e-6


def test_the_frontier_is_drawn_and_candidates_are_mapped():
    homes, cellars, stands = town(1)
    found = ask(homes, cellars, stands, budget=40_000, named={"one of them": ["C0", "C1"]})
    drawn = found.plot()
    marks = [line for line in drawn.lines if line.get_marker() == "o"]
    assert len(marks[0].get_xdata()) == len(found.frontier) and not len(marks[1].get_xdata())
    assert "one of them" in [each.get_text() for each in drawn.texts]
    legend = [each.get_text() for each in drawn.get_legend().get_texts()]
    assert drawn.get_xlabel() == "cost, EUR" and "budget" in legend
    unproven = ask(homes, cellars, stands, steps=3, prove=False).plot(lang="lv")
    assert len(unproven.collections) == 1 and unproven.get_xlabel() == "izmaksas, EUR"
    page = MapData(found.explore(candidate_name="id", facility_name="id")._repr_html_())
    assert "8\u202f000" in page.said("rows", "in the choice from, EUR") and page.legend()["in none of the choices"] == 3
