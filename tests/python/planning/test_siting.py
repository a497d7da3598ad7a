# SPDX-License-Identifier: Apache-2.0
"""Siting against enumeration of every choice, with what stands, prices, and upgrades; and what must hold of any."""

import math
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import sheltermap as sm
from interrupts import hear_ctrl_c
from sheltermap.planning import site_reach
from siting_town import LIMIT, choices, matrix, permuted, points, town


def worth(aim, people, cost):
    """What some serving facilities are worth, larger ones better: rows by facilities."""
    near = (cost <= LIMIT).sum(axis=1)
    if aim == "coverage":
        return people[near >= 1].sum()
    if aim == "backup":
        return people[near >= 2].sum()
    least = cost.min(axis=1)
    return -(people * least).sum() if aim == "p_median" else -least[people > 0].max()


def ask(homes, cellars, stands, aim, **also):
    within = LIMIT if aim in ("coverage", "backup", "set_cover") else None
    return sm.site(
        homes,
        cellars,
        existing=stands,
        objective=aim,
        within=within,
        weight="people",
        cost="eur",
        currency="EUR",
        candidate_id="id",
        facility_id="id",
        **also,
    )


@pytest.mark.parametrize("aim", ["coverage", "backup", "p_median", "p_center"])
@pytest.mark.parametrize("seed", range(6))
def test_the_best_is_that_of_all_choices(aim, seed):
    homes, cellars, stands = town(seed, standing=1 + seed % 3)
    people, new, old = homes["people"].to_numpy(), matrix(homes, cellars), matrix(homes, stands)
    price = cellars["eur"].to_numpy()
    for means in ({"p": 1 + seed % 3}, {"budget": 40_000}, {"p": 2, "budget": 30_000}):
        best = max(
            worth(aim, people, np.column_stack([old, new[:, chosen]]))
            for chosen in choices(len(cellars), means.get("p"), price, means.get("budget"))
        )
        found = ask(homes, cellars, stands, aim, **means)
        value = found.objective if aim in ("coverage", "backup") else -found.objective
        assert value == pytest.approx(best, rel=1e-12)
        assert found.proven and found.bound == found.objective and found.gap == 0 and found.stopped == "proven"
        taken = np.flatnonzero(found.chosen["chosen"])
        assert worth(aim, people, np.column_stack([old, new[:, taken]])) == pytest.approx(best, rel=1e-12)
        assert len(taken) <= means.get("p", 99) and price[taken].sum() <= means.get("budget", np.inf)
        assert found.spent == price[taken].sum()


@pytest.mark.parametrize("seed", range(6))
def test_set_covering_is_the_fewest_and_the_cheapest_of_all(seed):
    homes, cellars, stands = town(seed, size=1500.0)
    new, old = matrix(homes, cellars) <= LIMIT, (matrix(homes, stands) <= LIMIT).any(axis=1)
    needed = (homes["people"].to_numpy() > 0) & new.any(axis=1) & ~old
    price = cellars["eur"].to_numpy()
    covering = [chosen for chosen in choices(len(cellars)) if new[:, chosen].any(axis=1)[needed].all()]
    found = ask(homes, cellars, stands, "set_cover")
    assert found.proven and found.objective == min(price[chosen].sum() for chosen in covering) == found.spent
    counted = sm.site(
        homes, cellars, existing=stands, objective="set_cover", within=LIMIT, weight="people", candidate_id="id"
    )
    fewest = min(map(len, covering))
    assert counted.proven and counted.objective == fewest == counted.chosen["chosen"].sum()
    if fewest > 1:
        with pytest.raises(ValueError, match=rf"p = {fewest - 1} is too few .*: p = {fewest} suffices, and less does"):
            ask(homes, cellars, stands, "set_cover", p=fewest - 1)
        short = found.spent - 1000
        with pytest.raises(ValueError, match=r"it lacks 1 000 EUR; .* EUR suffices, and less does not"):
            ask(homes, cellars, stands, "set_cover", budget=short)


UPGRADES = pd.DataFrame(
    {
        "facility": ["S0", "S0", "S1", "S1", "S2"],
        "action": ["improve_access", "improve_access", "adapt", "improve_access", "add_capacity"],
        "access_gain": ["100 m", 250.0, None, "120 m", None],
        "places": [None, None, None, None, 40],
        "eur": [4000, 9000, 8000, 3000, 1000],
        "combinable": ["no", "no", "yes", "yes", "no"],
    }
)


def improved(old, taken):
    """Metres of every pair when some upgrades are made; None where they cannot be taken together."""
    mine = UPGRADES.loc[taken]
    if mine[mine["combinable"] == "no"]["facility"].duplicated().any():
        return None
    cost = old.copy()
    cost[:, 1] = np.inf  # S1 does not count today
    for facility, rows in mine.groupby("facility"):
        at = int(facility[1])
        gains = [float(str(each).split()[0]) for each in rows["access_gain"].dropna()]
        if at == 1 and "adapt" not in set(rows["action"]):
            continue  # nobody gets into it
        cost[:, at] = np.maximum(old[:, at] - sum(gains), 0)
    return cost


@pytest.mark.parametrize("aim", ["coverage", "backup", "p_median", "p_center"])
@pytest.mark.parametrize("seed", range(5))
def test_upgrades_are_weighed_against_new_sites(aim, seed):
    homes, cellars, stands = town(seed, sites=4, standing=3)
    people, new, old = homes["people"].to_numpy(), matrix(homes, cellars), matrix(homes, stands)
    price, count = np.append(cellars["eur"].to_numpy(), UPGRADES["eur"].to_numpy()), 4 + len(UPGRADES)
    for means in ({"p": 2}, {"budget": 20_000}):
        best = -np.inf
        for chosen in choices(count, means.get("p"), price, means.get("budget")):
            cost = improved(old, [each - 4 for each in chosen if each >= 4])
            if cost is not None:
                sites = [each for each in chosen if each < 4]
                best = max(best, worth(aim, people, np.column_stack([cost, new[:, sites]])))
        found = ask(homes, cellars, stands, aim, upgrades=UPGRADES, **means)
        value = found.objective if aim in ("coverage", "backup") else -found.objective
        assert found.proven and value == pytest.approx(best, rel=1e-12)
        taken = found.upgrades[found.upgrades["chosen"]]
        assert len(taken) + found.chosen["chosen"].sum() <= means.get("p", 99)
        assert found.spent == found.chosen["eur"][found.chosen["chosen"]].sum() + taken["eur"].sum()
        assert found.spent <= means.get("budget", np.inf)
        if found.aim == "coverage":
            assert found.proposal["people_gained"].sum() == found.summary["gained"].sum()


@pytest.mark.parametrize("aim", ["coverage", "backup", "p_median", "p_center", "set_cover"])
def test_the_order_of_the_rows_changes_nothing(aim):
    homes, cellars, stands = town(3, rows=60, sites=10)
    cellars["eur"] = 1000  # everything is tied
    homes["people"] = 1
    means = {} if aim == "set_cover" else {"p": 3}
    one = ask(homes, cellars, stands, aim, upgrades=UPGRADES[:2], **means)
    other = ask(
        permuted(homes, 1), permuted(cellars, 2), permuted(stands, 3), aim, upgrades=permuted(UPGRADES[:2], 4), **means
    )
    pd.testing.assert_frame_equal(one.proposal, other.proposal)
    pd.testing.assert_frame_equal(one.summary, other.summary)
    pd.testing.assert_frame_equal(pd.DataFrame(one.rows), pd.DataFrame(other.rows.sort_index()))
    pd.testing.assert_frame_equal(pd.DataFrame(one.chosen), pd.DataFrame(other.chosen.sort_index()))
    assert (one.objective, one.bound) == (other.objective, other.bound)


@pytest.mark.parametrize("aim", ["coverage", "backup", "p_median", "p_center", "set_cover"])
def test_of_what_stands_at_one_place_the_same_one_serves_in_any_order_of_the_rows(aim):
    homes, cellars, stands = town(5, rows=60, sites=8, standing=4)
    twice = pd.concat([stands, stands.assign(id=[f"{each} too" for each in stands["id"]])], ignore_index=True)
    means = {} if aim == "set_cover" else {"p": 2}
    one, other = (ask(homes, cellars, each, aim, **means) for each in (twice, permuted(twice, 3)))
    assert one.rows["facility"].isin(twice["id"]).any()
    pd.testing.assert_frame_equal(pd.DataFrame(one.rows), pd.DataFrame(other.rows))
    pd.testing.assert_frame_equal(one.proposal, other.proposal)
    pd.testing.assert_frame_equal(one.summary, other.summary)


def test_more_means_and_a_longer_way_never_give_less():
    homes, cellars, stands = town(11, rows=80, sites=10, size=1800.0)
    covered = [ask(homes, cellars, stands, "coverage", p=p).objective for p in (1, 2, 3, 4)]
    bought = [ask(homes, cellars, stands, "coverage", budget=b).objective for b in (30_000, 40_000, 60_000)]
    ways = [ask(homes, cellars, stands, "p_median", p=p).objective for p in (1, 2, 3, 4)]
    assert covered == sorted(covered) and bought == sorted(bought) and ways == sorted(ways, reverse=True)
    fewest = []
    for within in (700, 800, 1000, 1400):
        found = sm.site(homes, cellars, objective="set_cover", within=within, weight="people", candidate_id="id")
        reached = sm.coverage(homes, cellars, within, weight="people").summary["covered"].iloc[0]
        assert found.summary["covered_after"].iloc[0] == reached
        if reached == homes["people"].sum():  # of the same people
            fewest.append(found.objective)
    assert fewest == sorted(fewest, reverse=True) and len(fewest) > 1


def test_sums_add_up_and_name_who_is_not_known():
    homes, cellars, stands = town(5)
    homes["people"] = homes["people"].astype("Float64")
    homes.loc[3, "people"] = None
    homes.loc[4, "geometry"] = None
    areas = points([0], [0], part=["West"])
    areas.geometry = areas.to_crs(3059).buffer(1000).to_crs(4326)
    found = ask(homes, cellars, stands, "coverage", p=2, areas=areas, area_name="part", groups=["people"])
    (row,) = found.summary.to_dict("records")
    assert row["total"] == row["covered_after"] + row["uncovered"] + row["unknown"] == homes["people"].sum()
    assert row["covered_after"] == row["covered_before"] + row["gained"] == found.objective
    assert row["unknown"] == homes["people"][4] and row["rows_without_weight"] == 1
    assert found.by_area["total"].sum() == row["total"] and set(found.by_area["area"]) > {"West", "position unknown"}
    assert pd.isna(found.rows["covered_after"][4]) and found.rows["reason"][4] == "missing_geometry"
    before = sm.coverage(homes, stands, LIMIT, weight="people").summary["covered"].iloc[0]
    after = pd.concat([stands[["geometry"]], cellars[found.chosen["chosen"]][["geometry"]]], ignore_index=True)
    assert row["covered_before"] == before
    assert row["covered_after"] == sm.coverage(homes, after, LIMIT, weight="people").summary["covered"].iloc[0]
    # The nearest that serves is told, and how far it is.
    nearest = sm.nearest(homes, after, facility_id=None)["distance_m"]
    served = found.rows["covered_after"].fillna(False).astype(bool)
    assert np.allclose(found.rows["distance_m"][served], nearest[served])


BAD = [
    ({"objective": "covering"}, r'unknown objective "covering"; did you mean "coverage"\?'),
    ({"objective": "coverage", "p": 2}, r"coverage is about people within a distance .* within='500 m'"),
    ({"objective": "p_median"}, r"p_median asks for the best of so many sites, p=3, or of what a budget buys"),
    ({"within": 500, "p": 0}, "p must be at least 1, not 0"),
    ({"within": 500, "p": 9}, "p = 9, but there are only 8 that can be chosen: lower p"),
    ({"within": -1, "p": 2}, "a limit must not be negative"),
    ({"within": "15 min", "p": 2}, "a time or a direction needs streets"),
    ({"within": 500, "budget": 10_000, "cost": None, "currency": None}, "a budget needs to know what each site costs"),
    ({"within": 500, "p": 2, "currency": None}, r"costs without a currency are no amounts: .* currency='EUR'"),
    ({"within": 500, "p": 2, "currency": "euro"}, r"three letters \(ISO 4217\), as 'EUR', not 'euro'"),
    ({"within": 500, "p": 2, "cost": None}, "currency is that of a cost"),
    ({"within": 500, "budget": 4_999}, r"the budget of 4 999 EUR is below the cheapest of all, \d+ 000 EUR: it lacks"),
    ({"within": 500, "budget": -1}, "budget must not be negative"),
    ({"within": 500, "p": 2, "capacity": "eur"}, "belongs to objective='capacitated'"),
    (
        {"within": 0.001, "p": 2},
        r"no candidate reaches any row .* within 0.001 m; the nearest is \d+ m away",
    ),
    ({"within": 500, "p": 2, "weight": "eur"}, "has no column 'eur'"),
    ({"within": 500, "p": 2, "time_limit": "5 km"}, "a time limit is a time"),
    ({"objective": "p_center", "p": 1, "within": 600}, r"p = 1 is too few .*: p = \d suffices, and less does not"),
    (
        {"objective": "p_center", "budget": 30_000, "within": 600},
        r"it lacks \d+ 000 EUR; \d+ 000 EUR suffices",
    ),
]


@pytest.mark.parametrize(("keys", "told"), BAD)
def test_what_cannot_be_meant_is_told(keys, told):
    homes, cellars, _ = town(1)
    usual = {"objective": "coverage", "weight": "people", "cost": "eur", "currency": "EUR", "candidate_id": "id"}
    with pytest.raises(ValueError, match=told):
        sm.site(homes, cellars, **usual | keys)


@pytest.mark.parametrize("value", [-1, np.inf, "cheap"])
def test_prices_are_amounts(value):
    homes, cellars, stands = town(1)
    cellars["eur"] = cellars["eur"].astype(object)
    cellars.loc[2, "eur"] = value
    with pytest.raises(ValueError, match=r"candidates: column 'eur' holds .* in row 3"):
        ask(homes, cellars, stands, "coverage", p=2)


def test_what_cannot_be_bought_is_named_and_never_free():
    homes, cellars, stands = town(1)
    cellars["eur"] = cellars["eur"].astype(float)
    cellars.loc[[2, 5], "eur"] = np.nan
    cellars.loc[3, "geometry"] = None
    cellars.loc[6, "geometry"] = stands.geometry[0]
    found = ask(homes, cellars, stands, "coverage", p=4)
    left_out = {2: "cost_unknown", 3: "place_unknown", 5: "cost_unknown", 6: "existing"}
    assert found.chosen["left_out"].dropna().to_dict() == left_out
    assert (
        not found.chosen["chosen"][list(left_out)].any() and found.chosen["people_alone"][list(left_out)].isna().all()
    )
    assert "candidates whose cost is unknown, which nobody can buy: 2 (C2, C5)" in found.notes
    assert "candidates that stand already, not chosen again: 1 (C6)" in found.notes
    with pytest.raises(ValueError, match="p = 5, but there are only 4 that can be chosen"):
        ask(homes, cellars, stands, "coverage", p=5)
    with pytest.raises(ValueError, match="none of the 1 candidates can be chosen: candidates whose cost is unknown"):
        ask(homes, cellars[2:3], stands, "coverage", p=1)
    with pytest.raises(ValueError, match="there are no candidates"):
        ask(homes, cellars[:0], stands, "coverage", p=1)


def test_an_id_that_stands_elsewhere_is_an_error_but_numbers_of_rows_are_none():
    homes, cellars, stands = town(1)
    with pytest.raises(ValueError, match=r"candidates: row 1 has the id 'S0' of an existing facility that stands else"):
        ask(homes, cellars.assign(id=["S0", *cellars["id"][1:]]), stands, "coverage", p=1)
    plain = sm.site(homes, cellars[["geometry"]], existing=stands[["geometry"]], objective="coverage", within=500, p=1)
    assert plain.chosen["left_out"].isna().all()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"facility": "S9"}, "upgrades: row 1: no existing facility is called 'S9'"),
        ({"action": "adopt"}, r'upgrades: row 1: unknown action "adopt"; did you mean "adapt"\?'),
        ({"action": "add_capacity"}, "add_capacity says in the column places"),
        ({"access_gain": None}, "improve_access says in the column access_gain"),
        ({"access_gain": "2 min"}, "column 'access_gain' holds '2 min'; ways are counted in metres"),
        ({"access_gain": "near"}, "row 1, column 'access_gain': a limit is a number with a unit"),
        ({"eur": -4}, "upgrades: column 'eur' holds -4 in row 1"),
        ({"places": -1}, "upgrades: column 'places' holds -1 in row 1; places are whole numbers"),
    ],
)
def test_upgrades_that_cannot_be_meant_are_told(change, told):
    homes, cellars, stands = town(1, standing=3)
    upgrades = UPGRADES.astype(object)
    upgrades.loc[0, list(change)] = list(change.values())
    with pytest.raises(ValueError, match=told):
        ask(homes, cellars, stands, "coverage", p=1, upgrades=upgrades)
    with pytest.raises(ValueError, match="give existing, too"):
        ask(homes, cellars, None, "coverage", p=1, upgrades=UPGRADES)


def test_without_a_proof_there_is_still_a_bound_that_is_never_wrong():
    for seed in range(8):
        homes, cellars, stands = town(seed, rows=60)
        for aim in ("coverage", "backup", "p_median", "p_center"):
            best = ask(homes, cellars, stands, aim, p=3).objective
            for quick in (
                ask(homes, cellars, stands, aim, p=3, prove=False),
                ask(homes, cellars, stands, aim, p=3, time_limit=0.0),
            ):
                better = (1 if aim in ("coverage", "backup") else -1) * (best - quick.objective)
                apart = (1 if aim in ("coverage", "backup") else -1) * (quick.bound - best)
                assert better >= 0 and apart >= -1e-9 * abs(best)
                assert quick.proven == (quick.stopped == "proven") == (quick.gap == 0)


def test_the_best_until_time_was_over_comes_with_its_bound():
    homes, cellars, _ = town(2, rows=400, sites=60, size=8000.0)
    found = sm.site(homes, cellars, objective="coverage", within=700, p=12, weight="people", time_limit=0.001)
    assert found.chosen["chosen"].sum() and found.bound >= found.objective
    if not found.proven:
        assert found.stopped == "time" and "the search ended when its time was over" in " ".join(found.notes)


WITHOUT_SOLVER = """
import sys, types
import geopandas as gpd
import sheltermap as sm
class Clashing:
    def find_spec(self, name, path=None, target=None):
        if name == "highspy":
            raise ImportError("undefined symbol: _ZN5Highs3runEv")
sys.meta_path.insert(0, Clashing())
sys.modules["ortools"] = types.ModuleType("ortools")
x = [24.0, 24.004, 24.008, 24.012, 24.016]
homes = gpd.GeoDataFrame({"people": [5, 4, 3, 4, 5]}, geometry=gpd.points_from_xy(x, [57] * 5), crs=4326)
cellars = homes[["geometry"]].assign(places=6)
ask = {"objective": "capacitated", "capacity": "places", "within": 250, "weight": "people", "p": 2}
found = sm.site(homes, cellars, **ask)
print(found.objective, found.bound >= 12, [each for each in found.notes if "not proven" in each])
try:
    sm.site(homes, cellars, prove=True, **ask)
except sm.SheltermapError as error:
    print(error)
"""


def test_where_or_tools_brings_another_highs_one_sentence_says_so():
    done = subprocess.run([sys.executable, "-c", WITHOUT_SOLVER], capture_output=True, text=True, check=True)
    assert done.stdout.count("as OR-tools, which brings a HiGHS of its own, was loaded before") >= 1
    assert "True" in done.stdout.splitlines()[0]


LONG_WORK = """
import geopandas as gpd
import numpy as np
import sheltermap as sm
from sheltermap.planning import siting_solve
siting_solve.searched = lambda *_, **_keys: None  # the core would have proven it by then
rng = np.random.default_rng(1)
homes = gpd.GeoDataFrame(
    {"people": rng.integers(1, 99, 900)},
    geometry=gpd.points_from_xy(*rng.uniform([[24], [57]], [[24.5], [57.2]], (2, 900))),
    crs=4326)
cellars = homes[["geometry"]][:300]
print("started", flush=True)
found = sm.site(homes, cellars, objective="p_median", p=25, weight="people", time_limit=600)
print(found.stopped, found.chosen["chosen"].sum(), found.bound <= found.objective, flush=True)
print(*found.notes)
"""


def test_ctrl_c_in_the_search_returns_the_best_so_far():
    process = subprocess.Popen(
        [sys.executable, "-c", LONG_WORK], stdout=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    try:
        process.communicate(timeout=8)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=150)
    assert rest.startswith("interrupted 25 True\n") and "Ctrl-C was pressed" in rest
    assert process.returncode == 0


@pytest.mark.parametrize("standing", [0, 2])
@pytest.mark.parametrize("seed", range(6))
def test_with_the_nearest_candidates_only_values_are_true_and_bounds_hold(seed, standing, monkeypatch):
    monkeypatch.setattr(site_reach, "MANY_PAIRS", 0)
    monkeypatch.setattr(site_reach, "NEAREST", 4)
    homes, cellars, stands = town(seed, sites=10, standing=standing)
    existing = stands if standing else None
    far = matrix(homes, cellars)
    now = matrix(homes, stands).min(axis=1) if standing else np.full(len(homes), np.inf)
    people = homes["people"].to_numpy()
    best = min((people * np.minimum(now, far[:, each].min(axis=1))).sum() for each in choices(10, 3) if len(each) == 3)
    ask = {"objective": "p_median", "p": 3, "existing": existing, "weight": "people"}
    found = sm.site(homes, cellars, **ask)
    rows = np.flatnonzero(found.chosen["chosen"])
    metres = np.minimum(now, far[:, rows].min(axis=1))
    assert found.objective == pytest.approx((people * metres).sum(), rel=1e-9)
    assert found.bound <= best * (1 + 1e-9) <= found.objective * (1 + 1e-8)
    assert not found.proven or found.objective == pytest.approx(best, rel=1e-9)
    assert found.rows["distance_m"].to_numpy() == pytest.approx(metres, rel=1e-9)
    late = sm.site(homes, cellars, time_limit=0.0, **ask)
    assert len(late.proposal) and late.objective >= best * (1 - 1e-9) and late.bound <= best * (1 + 1e-9)
    again = sm.site(permuted(homes, seed), permuted(cellars, seed), **ask)
    assert again.objective == found.objective and set(again.proposal["facility"]) == set(found.proposal["facility"])


def test_more_pairs_than_a_machine_holds_are_an_error_that_says_what_to_do(monkeypatch):
    monkeypatch.setattr(site_reach, "MOST_PAIRS", 100)
    homes, cellars, _ = town(1)
    with pytest.raises(ValueError, match="too many pairs: say with within="):
        sm.site(homes, cellars, objective="p_median", p=2)


@pytest.mark.parametrize("aim", ["coverage", "p_median", "backup"])
@pytest.mark.parametrize("seed", range(4))
def test_what_each_step_brings_is_what_its_sites_and_those_that_stand_bring(aim, seed):
    homes, cellars, stands = town(seed, rows=120, standing=4)
    homes["people"] = homes["people"] * 0.1  # no whole numbers
    found = ask(homes, cellars, stands, aim, p=4)
    people, old = homes["people"].to_numpy(), matrix(homes, stands)
    column = dict(zip(cellars["id"], matrix(homes, cellars).T, strict=True))
    far = LIMIT if aim in ("coverage", "backup") else np.inf
    copies = 2 if aim == "backup" else 1

    def there(sites):
        cost = np.column_stack([old, *(column[each] for each in sites)])
        return np.where(cost <= far, cost, np.inf)

    def served(sites):
        return math.fsum(people[np.isfinite(there(sites)).sum(axis=1) >= copies])

    steps, so_far = found.proposal, []
    assert len(steps) > 1
    for step in steps.itertuples():
        alone = served([step.facility]) - served([])
        gained = served([*so_far, step.facility]) - served(so_far)
        so_far.append(step.facility)
        assert (step.people_alone, step.people_gained, step.people_so_far) == (alone, gained, served(so_far))
        least = there(so_far).min(axis=1)
        reached = np.isfinite(least) & (people > 0)
        assert step.mean_distance_m == pytest.approx(np.average(least[reached], weights=people[reached]), rel=1e-12)
        assert step.farthest_m == least[reached].max()
    nearest = np.array([*stands["id"], *so_far])[there(so_far).argmin(axis=1)]
    reached = np.isfinite(there(so_far).min(axis=1))
    assert found.rows["facility"][reached].tolist() == nearest[reached].tolist()
    assert found.rows["facility"][~reached].isna().all()
