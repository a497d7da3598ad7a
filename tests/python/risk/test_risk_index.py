# SPDX-License-Identifier: Apache-2.0
"""Risk indexes: means by hand, and rankings against all weights that were tried one by one."""

import math
from statistics import geometric_mean

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

import sheltermap as sm

PARTS = pd.DataFrame(
    {
        "hazard": [8.0, 4, 6, 10],
        "exposure": [5.0, 5, 9, 1],
        "vulnerability": [2.0, 8, 4, np.nan],
        "capacity": [5.0, 5, 2, 7],
    },
    index=["Upper", "Lower", "Isle", "Far"],
)
TEN = dict.fromkeys(PARTS.columns, (0, 10))
EQUAL = dict.fromkeys(PARTS.columns, 1)


def random_index(seed: int, combined: str, areas: int = 12) -> sm.RiskIndex:
    rng = np.random.default_rng(seed)
    parts = pd.DataFrame(rng.random((areas, 4)), columns=["a", "b", "c", "d"])
    weights = dict(zip("abcd", rng.uniform(0.5, 2, 4), strict=True))
    return sm.risk_index(parts, weights=weights, combined=combined, normalised=dict.fromkeys("abcd", (-0.1, 1.1)))


def order_with(found: sm.RiskIndex, weights: dict[str, float]) -> list[str]:
    """The areas by their mean with other weights, by the definition of the means."""
    whole = sum(weights.values())
    scores = {}
    for row in found.rows.to_dict("records"):
        values = {part: row[f"{part}_normalised"] for part in weights}
        if found.combined == "geometric":
            scores[row["area"]] = math.prod(values[part] ** (weight / whole) for part, weight in weights.items())
        else:
            scores[row["area"]] = sum(values[part] * weight for part, weight in weights.items()) / whole
    return sorted(scores, key=lambda area: -scores[area])


def test_means_by_hand():
    found = sm.risk_index(PARTS, weights=EQUAL, normalised=TEN, more_is_better=["capacity"])
    rows = found.rows.set_index("area")
    assert rows["index"]["Upper"] == pytest.approx(geometric_mean([0.8, 0.5, 0.2, 0.5]))
    assert rows["index"]["Isle"] == pytest.approx(geometric_mean([0.6, 0.9, 0.4, 0.8]))
    assert rows["rank"].tolist()[:3] == [3, 2, 1] and pd.isna(rows["rank"]["Far"])
    assert rows["capacity_normalised"].tolist() == pytest.approx([0.5, 0.5, 0.8, 0.3])
    assert found.not_ranked.to_numpy().tolist() == [["Far", "vulnerability"]]
    assert found.weights == dict.fromkeys(PARTS.columns, 0.25)
    limits = {"hazard": (0, 20), "exposure": (0, 10)}
    plain = sm.risk_index(PARTS, weights={"hazard": 3, "exposure": 1}, normalised=limits, combined="arithmetic")
    assert plain.rows["index"].tolist() == pytest.approx([0.425, 0.275, 0.45, 0.4])
    assert plain.rows["rank"].tolist() == [2, 4, 1, 3]


def test_how_it_was_made_is_said():
    found = sm.risk_index(PARTS, weights=EQUAL, normalised=TEN, more_is_better=["capacity"])
    for words in (
        "geometric mean of the parts, with the weights hazard 0.25; exposure 0.25",
        "given limits: hazard 0 – 10",
        "count the other way round: capacity",
        "Not ranked, because a part is not known (1): Far",
    ):
        assert any(words in note for note in found.notes), words


def test_min_max_makes_the_least_0_and_the_greatest_1_and_zeros_are_named():
    found = sm.risk_index(PARTS[["hazard", "exposure"]], weights={"hazard": 1, "exposure": 1})
    rows = found.rows.set_index("area")
    assert rows["hazard_normalised"].tolist() == pytest.approx([2 / 3, 0, 1 / 3, 1])
    assert rows["index"].tolist() == pytest.approx([math.sqrt(2 / 3 * 0.5), 0, math.sqrt(1 / 3), 0])
    assert rows["rank"].tolist() == [1, 3, 1, 3]  # 2/3 x 1/2 is 1/3 x 1
    assert "The index is 0 because one part is (2): Lower, Far." in found.notes
    assert found.limits == {"hazard": (4, 10), "exposure": (1, 9)} and found.normalised == "min_max"


def test_values_beyond_given_limits_are_the_limit_and_named():
    limits = {"hazard": (0, 6), "exposure": (2, 10)}
    found = sm.risk_index(PARTS, weights={"hazard": 1, "exposure": 1}, normalised=limits, combined="arithmetic")
    assert found.rows["hazard_normalised"].tolist() == pytest.approx([1, 2 / 3, 1, 1])
    assert "Beyond the limits of hazard, so taken as the limit (2): Upper, Far." in found.notes
    assert "Beyond the limits of exposure, so taken as the limit (1): Far." in found.notes


@pytest.mark.parametrize("combined", ["arithmetic", "geometric"])
@pytest.mark.parametrize("seed", range(4))
def test_the_interval_of_a_weight_is_where_the_order_stays(combined, seed):
    found = random_index(seed, combined)
    now = order_with(found, found.weights)
    assert now == found.rows.sort_values("rank")["area"].tolist()
    for row in found.sensitivity().weights.to_dict("records"):
        part, low, high = row["part"], row["stays_from"], row["stays_to"]
        assert low <= found.weights[part] <= high
        top = high if math.isfinite(high) else 50.0
        for weight in np.linspace(max(low, 0) + 1e-9, top - 1e-9, 40):
            assert order_with(found, found.weights | {part: float(weight)}) == now
        if low > 0:
            assert order_with(found, found.weights | {part: low - 1e-6}) != now
        if math.isfinite(high):
            assert order_with(found, found.weights | {part: high + 1e-6}) != now


@pytest.mark.parametrize("combined", ["arithmetic", "geometric"])
def test_ranks_of_all_weights_in_the_ranges_lie_within_the_bounds(combined):
    found = random_index(9, combined)
    ranges = {part: (0.7 * weight, 1.5 * weight) for part, weight in found.weights.items()}
    ranks = found.sensitivity(ranges=ranges).ranks.set_index("area")
    seen = {area: set() for area in ranks.index}
    rng = np.random.default_rng(1)
    for _ in range(3000):
        order = order_with(found, {part: float(rng.uniform(*between)) for part, between in ranges.items()})
        for rank, area in enumerate(order, 1):
            seen[area].add(rank)
    for area, row in ranks.iterrows():
        assert row["best"] <= min(seen[area]) and max(seen[area]) <= row["worst"]
        assert row["best"] <= row["best_reached"] <= row["rank"] <= row["worst_reached"] <= row["worst"]
        assert row["best_reached"] <= min(seen[area]) + 1 and row["worst_reached"] >= max(seen[area]) - 1
    assert (ranks["best"] < ranks["worst"]).any()


def test_one_free_weight_has_bounds_that_are_reached():
    # With two areas that change places at 0.375 (see the docstring of sensitivity) the bounds are reached at its ends.
    parts = pd.DataFrame({"hazard": [0.9, 0.2, 0.5], "vulnerability": [0.1, 0.6, 0.4]}, index=["A", "B", "C"])
    found = sm.risk_index(parts, weights={"hazard": 1, "vulnerability": 1}, combined="arithmetic",
                          normalised=dict.fromkeys(parts, (0, 1)))  # fmt: skip
    ranks = found.sensitivity(ranges={"hazard": (0.36, 0.5)}).ranks.set_index("area")
    assert ranks.loc["A", ["best", "worst", "best_reached", "worst_reached"]].tolist() == [1, 2, 1, 2]
    assert ranks.loc["B", ["best", "worst"]].tolist() == [3, 3]
    # 0.35 and 0.5: A 0.365, B 0.37, C 0.375
    lower = found.sensitivity(by=0.3).weights.set_index("part").loc["hazard"]
    assert (lower["weight_low"], lower["moved_low"], lower["farthest_low"]) == (pytest.approx(0.35), 3, 2)
    assert (lower["moved_high"], lower["farthest_high"]) == (0, 0)


def test_equal_areas_share_a_rank_and_any_weight_parts_them():
    parts = pd.DataFrame({"a": [0.2, 0.8, 0.5, 0.1], "b": [0.8, 0.2, 0.5, 0.1]})
    found = sm.risk_index(parts, weights={"a": 1, "b": 1}, combined="arithmetic", normalised={"a": (0, 1), "b": (0, 1)})
    assert found.rows["rank"].tolist() == [1, 1, 1, 4]
    rows = found.sensitivity().weights
    assert rows["stays_from"].tolist() == rows["stays_to"].tolist() == [0.5, 0.5]


def test_areas_of_no_risk_stay_last_whatever_the_weights():
    parts = pd.DataFrame({"a": [0.0, 0.5, 0.4, 1.0], "b": [0.9, 0.5, 0.7, 0.0]})
    found = sm.risk_index(parts, weights={"a": 1, "b": 1}, normalised={"a": (0, 1), "b": (0, 1)})
    assert found.rows["rank"].tolist() == [3, 2, 1, 3]
    moved = found.sensitivity(by=0.9)
    assert moved.ranks[["best", "worst"]].to_numpy().tolist() == [[3, 3], [1, 2], [1, 2], [3, 3]]
    # ln 0.5 / 0.4 against ln 0.7 / 0.5: at equal sums w ln 1.25 = 0.5 ln 1.4
    assert moved.weights["stays_to"][0] == pytest.approx(0.5 * math.log(1.4) / math.log(1.25))


def test_shapes_come_from_the_areas_and_what_does_not_match_is_named():
    areas = gpd.GeoDataFrame(
        {"name": ["Lower", "Upper", "Other"]}, geometry=[box(at, 56, at + 1, 57) for at in (24, 25, 26)], crs=4326
    )
    parts = PARTS.reset_index(names="name")
    found = sm.risk_index(parts, weights={"hazard": 1, "exposure": 1}, areas=areas, area_name="name")
    shapes = found.rows.set_index("area").geometry
    assert shapes["Upper"].equals(box(25, 56, 26, 57)) and shapes["Isle"] is None
    assert "Areas that only one of the tables has (3): Isle, Far, Other." in found.notes
    with pytest.raises(ValueError, match="areas: none of them is called as in parts"):
        sm.risk_index(parts, weights={"hazard": 1}, areas=areas.assign(name=["x", "y", "z"]), area_name="name")
    whole = gpd.GeoDataFrame(parts, geometry=[box(at, 56, at + 1, 57) for at in (24, 25, 26, 27)], crs=4326)
    assert sm.risk_index(whole, weights={"hazard": 1}, area_name="name").rows.geometry.notna().all()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"weights": EQUAL, "more_is_better": None}, 'which way "capacity" counts'),
        ({"weights": {}}, "weights say which columns are parts"),
        ({"weights": {"hazard": 0}}, "weights: hazard is 0; a weight is a number above 0"),
        ({"weights": {"hazrd": 1}}, "hazrd"),
        ({"weights": {"rank": 1}}, "a part cannot be called 'rank'"),
        ({"more_is_better": ["exposure"]}, 'more_is_better: unknown part "exposure"'),
        ({"normalised": "zscore"}, 'normalised is "min_max", or limits by part'),
        ({"normalised": {"hazard": (5, 5)}}, "the limits of hazard do not ascend: 5, 5"),
        ({"normalised": {}}, "hazard has no limits"),
        ({"normalised": {"hazard": (0, 1), "b": (0, 1)}}, 'unknown part "b"'),
        ({"combined": "harmonic"}, 'combined: unknown mean "harmonic"'),
        ({"parts": PARTS.assign(hazard=3)}, "hazard is the same in all areas"),
        ({"parts": PARTS.assign(hazard=np.inf)}, "column 'hazard' is endless in row 1"),
        ({"parts": PARTS.rename(index={"Lower": "Upper"})}, "the area 'Upper' is there twice"),
        ({"parts": PARTS.rename(index={"Lower": None})}, "row 2 has no name"),
        ({"parts": PARTS[:0]}, "there is no area"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(change, fault):
    asked = {"parts": PARTS, "weights": {"hazard": 1}, "more_is_better": []} | change
    with pytest.raises(ValueError) as error:
        sm.risk_index(asked.pop("parts"), **asked)
    assert fault in str(error.value)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"by": 1}, "by is a share from 0 to below 1"),
        ({"ranges": {"b": (0, 1)}}, 'ranges: unknown part "b"'),
        ({"ranges": {"hazard": (0.1, 0.4)}}, "ranges: hazard weighs 0.5 of 1 in all, which is not between 0.1 and 0.4"),
    ],
)  # fmt: skip
def test_moves_that_cannot_be_meant_are_refused(asked, fault):
    found = sm.risk_index(PARTS, weights={"hazard": 1, "exposure": 1})
    with pytest.raises(ValueError) as error:
        found.sensitivity(**asked)
    assert fault in str(error.value)
