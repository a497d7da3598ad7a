# SPDX-License-Identifier: Apache-2.0
"""Access against sums over every pair, what is conserved, and what nobody can count on."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from map_data import MapData
from sheltermap import _core
from sheltermap.planning.decay import Decay

BANDS = {"steps": {"300 m": 1, "600 m": 0.68, "900 m": 0.22}}


def frame(at, **columns):
    lon, lat = (np.array(each, float) for each in zip(*at, strict=True))
    return gpd.GeoDataFrame(
        pd.DataFrame(columns, index=range(len(lon))), geometry=gpd.points_from_xy(lon, lat), crs=4326
    )


def town(seed, rows=60, sites=12):
    """Homes and shelters in a square of some two kilometres, with numbers and capacities that have fractions."""
    random = np.random.default_rng(seed)

    def around(count):
        return np.column_stack([24.1 + 0.03 * random.random(count), 56.95 + 0.016 * random.random(count)])

    people = np.where(random.random(rows) < 0.1, 0, random.integers(1, 400, rows) / 8)
    return frame(around(rows), people=people), frame(around(sites), places=random.integers(0, 900, sites) / 4)


def distances(homes, shelters):
    x, y = homes.geometry.x, homes.geometry.y
    ways = [sm.geodesic_distance_m(x, y, np.full(len(x), one.x), np.full(len(y), one.y)) for one in shelters.geometry]
    return np.array(ways).T


def by_hand(homes, shelters, method, decay, limit):
    """The definitions of the papers, written out over all pairs."""
    given = Decay.of(decay)
    weight = np.array(
        [_core.decay_weights(line, given.core(given.limit(limit))) for line in distances(homes, shelters)]
    )
    supply, people = shelters["places"].to_numpy(), homes["people"].to_numpy()
    weight = weight * (supply > 0)
    if method == "gravity":
        return weight @ supply
    if method == "3sfca":
        chosen = weight.sum(axis=1, keepdims=True)
        weight = weight * np.divide(weight, chosen, out=np.zeros_like(weight), where=chosen > 0)
    demand = people @ weight
    return weight @ np.divide(supply, demand, out=np.full(len(supply), np.nan), where=demand > 0)


@pytest.mark.parametrize("decay", ["binary", "linear", "kernel", "bell", BANDS, {"gaussian": "300 m"}])
@pytest.mark.parametrize("method", ["2sfca", "3sfca", "gravity"])
def test_it_is_what_the_definitions_say(method, decay):
    homes, shelters = town(1)
    found = sm.access(homes, shelters, supply="places", weight="people", limit=900, method=method, decay=decay)
    expected = by_hand(homes, shelters, method, decay, sm.Limit(900))
    assert found.rows["access"].to_numpy() == pytest.approx(expected, rel=1e-9, nan_ok=True)
    if method != "gravity":
        held = np.nansum(found.rows["access"] * homes["people"])
        assert held == pytest.approx(found.supply["reached"].iloc[0])
    line = found.supply.iloc[0]
    assert line["reached"] + line["unreached"] + line["unplaced"] == pytest.approx(shelters["places"].sum())


def test_everybody_is_counted_once_and_the_limit_is_not_ignored():
    homes, shelters = town(2)
    near = sm.access(homes, shelters, supply="places", weight="people", limit=200, below=1)
    far = sm.access(homes, shelters, supply="places", weight="people", limit=900, below=1)
    for found in (near, far):
        (line,) = found.summary.to_dict("records")
        assert line["enough"] + line["too_little"] + line["none"] + line["unknown"] == line["total"]
        assert line["total"] == homes["people"].sum()
    assert near.summary["none"].iloc[0] > far.summary["none"].iloc[0]
    # All as far as 900 m, and more in proportion: twice the supply is twice the access, twice the people half of it.
    twice = sm.access(
        homes, shelters.assign(places=shelters["places"] * 2), supply="places", weight="people", limit=900
    )
    crowded = sm.access(homes.assign(people=homes["people"] * 2), shelters, supply="places", weight="people", limit=900)
    assert np.allclose(twice.rows["access"], 2 * far.rows["access"], equal_nan=True)
    assert np.allclose(crowded.rows["access"], far.rows["access"] / 2, equal_nan=True)


def test_the_order_of_rows_and_facilities_and_the_threads_leave_no_trace():
    homes, shelters = town(3)
    asked = {"supply": "places", "weight": "people", "limit": 900, "method": "3sfca", "decay": "bell", "below": 1}
    found = sm.access(homes, shelters, **asked)
    sm.set_threads(3)
    try:
        turned = sm.access(homes[::-1], shelters[::-1], **asked)
    finally:
        sm.set_threads(0)
    assert turned.rows[::-1].equals(found.rows)
    assert turned.facilities[::-1].equals(found.facilities)
    pd.testing.assert_frame_equal(turned.summary, found.summary)
    pd.testing.assert_frame_equal(turned.supply, found.supply)


def small(**changes):
    homes = frame(
        [(24.105, 56.95), (24.112, 56.95), (24.106, 56.95), (25, 57), (math.nan, math.nan)],
        people=[100, 300, None, 5, 7],
        children=[10, 20, 30, 1, 0],
    )
    shelters = frame(
        [(24.106, 56.95), (24.113, 56.95), (24.11, 56.95), (24.11, 56.95), (26, 57)], places=[200, 150, 0, None, 9]
    )
    asked = {"supply": "places", "weight": "people", "limit": 450, "below": 1}
    return sm.access(homes, shelters, **(asked | changes))


def test_a_small_town_by_hand():
    found = small(groups=["children"])
    # The first shelter is shared by 400 people, the second, which only the second home sees, by 300.
    assert found.rows["access"].tolist()[:4] == [0.5, 1.0, 1.0, 0.0] and math.isnan(found.rows["access"].iloc[4])
    assert found.rows["state"].tolist() == ["too_little", "enough", "enough", "none", "unknown"]
    assert found.rows["reason"].astype(object).where(found.rows["reason"].notna(), None).tolist() == [
        None,
        None,
        None,
        "too_far",
        "missing_geometry",
    ]
    told = ["reached", "reached", "nothing_to_offer", "supply_unknown", "nobody_near"]
    assert found.facilities["supply_state"].tolist() == told
    assert found.facilities["people_near"].tolist() == [400, 300, 0, 0, 0]
    first, second = found.summary.to_dict("records")
    assert [first[name] for name in ("total", "enough", "too_little", "none", "unknown")] == [412, 300, 100, 5, 7]
    assert first["rows_without_weight"] == 1 and first["access_mean"] == pytest.approx(350 / 405)
    assert (first["below_share"], first["none_share"]) == (pytest.approx(105 / 405), pytest.approx(5 / 405))
    assert second["measure"] == "children" and second["too_little"] == 10
    line = found.supply.iloc[0]
    assert (line["total"], line["reached"], line["unreached"]) == (359, 350, 9)
    assert (line["facilities_without_supply"], line["facilities_supply_unknown"]) == (1, 1)
    assert [note.split()[0] for note in found.notes] == ["Of", "1", "1"]


def test_areas_sum_to_all():
    areas = gpd.GeoDataFrame(
        {"part": ["A"]}, geometry=gpd.GeoSeries.from_wkt(["POLYGON((24 56,24.2 56,24.2 57.5,24 57.5,24 56))"]), crs=4326
    )
    found = small(areas=areas, area_name="part")
    assert found.by_area["area"].tolist() == ["A", "outside every area", "position unknown"]
    for state in ("total", "enough", "too_little", "none", "unknown"):
        assert found.by_area[state].sum() == found.summary[state].iloc[0]
    assert found.by_area["access_mean"].iloc[0] == pytest.approx(350 / 400)
    assert found.equity(group="area").summary["below_share"].tolist() == [pytest.approx(105 / 405), 0.25]


def test_nothing_to_offer_anywhere_is_said():
    homes, shelters = town(4)
    found = sm.access(homes, shelters.assign(places=0), supply="places", weight="people", limit=900)
    assert set(found.rows["reason"]) == {"no_facility"} and found.rows["access"].eq(0).all()
    assert math.isnan(found.summary["gini"].iloc[0]) and found.summary["none_share"].iloc[0] == 1
    nobody = sm.access(homes, shelters[:0], supply="places", weight="people", limit=900)
    assert set(nobody.rows["reason"]) == {"no_facility"} and len(nobody.facilities) == 0


def test_a_refused_row_is_told_from_one_without_a_place(tmp_path):
    (tmp_path / "homes.csv").write_text("id,lon,lat,people\na,24.105,56.95,3\na,24.106,56.95,4\n", encoding="utf-8")
    (tmp_path / "shelters.csv").write_text("id,lon,lat,places\ns,24.105,56.95,3\ns,24.1,57,9\n", encoding="utf-8")
    homes, shelters = (
        sm.read(tmp_path / f"{name}.csv", crs="EPSG:4326", id="id", strict=False) for name in ("homes", "shelters")
    )
    found = sm.access(homes, shelters, supply="places", weight="people", limit=500)
    assert found.rows["reason"].iloc[1] == "row_refused" and found.facilities["supply_state"].iloc[1] == "row_refused"
    assert found.supply["unplaced"].iloc[0] == 9


def test_a_weight_of_zero_on_a_place_is_not_divided_by():
    homes = frame([(24.105, 56.95), (24.2, 56.95)], people=[0, 5])
    shelters = frame([(24.105, 56.95), (24.2, 56.95)], places=[10, 10])
    found = sm.access(homes, shelters, supply="places", weight="people", limit=100)
    assert math.isnan(found.rows["access"].iloc[0]) and found.rows["access"].iloc[1] == 2
    assert found.supply["unreached"].iloc[0] == 10 and found.summary["total"].iloc[0] == 5


def test_along_streets_in_time():
    homes, shelters = frame([(24.10, 56.95)], people=[4]), frame([(24.12, 56.95)], places=[2])
    lines = gpd.GeoDataFrame(
        {"kmh": [60]}, geometry=gpd.GeoSeries.from_wkt(["LINESTRING(24.09 56.95, 24.13 56.95)"]), crs=4326
    )
    streets = sm.Network.from_lines(lines, speed_kmh="kmh")
    quick = sm.access(homes, shelters, supply="places", weight="people", by=streets, limit="2 min")
    slow = sm.access(homes, shelters, supply="places", weight="people", by=streets, decay={"steps": {"1 min": 1}})
    assert (quick.rows["access"].iloc[0], slow.rows["access"].iloc[0]) == (0.5, 0)
    far = frame([(24.12, 56.99)], places=[2])
    away = sm.access(homes, far, supply="places", weight="people", by=streets, limit="2 min")
    assert away.facilities["supply_state"].tolist() == ["not_snapped"]
    with pytest.raises(ValueError, match="needs streets"):
        sm.access(homes, shelters, supply="places", limit="2 min")


def three_towns(costs, **asked):
    """The towns of PySAL's access, access/tests/test_hospital_example.py: 100, 50, 10 people, 15, 20, 100 doctors."""
    towns = frame([(24, 57), (25, 57), (26, 57)], id=["a", "b", "c"], people=[100, 50, 10], doctors=[15, 20, 100])
    table = sm.reach_from(np.array(costs, float), unit="min")
    return sm.access(towns, towns, supply="doctors", weight="people", by=table, **asked)


SCENARIO_0 = [[1, 80, 40], [80, 1, 40], [40, 40, 1]]


def test_a_table_of_costs_gives_the_values_that_are_published():
    binary = three_towns(SCENARIO_0, limit="61 min").rows["access"]
    assert binary.tolist() == pytest.approx([0.761363636, 0.958333333, 1.094696970], abs=5e-10)
    inverse = three_towns(SCENARIO_0, limit="61 min", decay={"power": "1 min"})
    assert inverse.rows["access"].tolist() == pytest.approx([0.331444117, 0.579828132, 7.286418170], abs=5e-10)
    assert inverse.summary["gini"].iloc[0] == pytest.approx(0.534730979, abs=5e-10)
    assert (inverse.rows["access"] * inverse.rows["people"]).sum() == pytest.approx(135)


def test_one_way_costs_are_not_swapped():
    # To c it takes 20 minutes, back from it 40: within 30 everybody sees the doctors of c, and c only its own.
    found = three_towns([[1, 80, 20], [80, 1, 20], [40, 40, 1]], limit="30 min")
    assert found.rows["facilities_seen"].tolist() == [2, 2, 1]
    assert found.facilities["people_near"].tolist() == [100, 50, 160]
    assert found.rows["access"].tolist() == pytest.approx([15 / 100 + 100 / 160, 20 / 50 + 100 / 160, 100 / 160])


def test_who_is_not_in_a_table_is_unknown_and_what_is_not_cannot_count():
    homes = frame([(24, 57), (25, 57)], id=["a", "b"], people=[4, 6])
    shelters = frame([(24, 57), (25, 57)], id=["s", "t"], places=[2, 3])
    pairs = pd.DataFrame({"home": ["a"], "shelter": ["s"], "minutes": [5]})
    table = sm.reach_from(pairs, demand="home", facility="shelter", cost="minutes", unit="min", demand_id="id")
    asked = {"supply": "places", "weight": "people", "by": table, "facility_id": "id"}
    with pytest.warns(UserWarning, match="not in the table"):
        found = sm.access(homes, shelters, **asked)
    assert found.rows["state"].tolist() == ["enough", "unknown"] and found.rows["access"].iloc[0] == 0.5
    assert found.facilities["supply_state"].tolist() == ["reached", "not_in_table"]
    assert found.summary["unknown"].iloc[0] == 6 and found.supply["unplaced"].iloc[0] == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"method": "4sfca"}, "method is one of 2sfca"),
        ({"method": "e2sfca"}, "name a decay"),
        ({"limit": None}, "say how far people go"),
        ({"limit": None, "decay": {"gaussian": 300}}, "say how far people go"),
        ({"limit": -1}, "must not be negative"),
        ({"below": 0}, "below is the supply per person"),
        ({"below": "1"}, "below is the supply per person"),
        ({"below": True}, "below is the supply per person"),
        ({"supply": "beds"}, "no column 'beds'"),
        ({"weight": "inhabitants"}, "no column 'inhabitants'"),
        ({"decay": "steep"}, "a decay is one of"),
    ],
)
def test_what_cannot_be_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        small(**changes)


def test_weights_too_small_to_divide_by_are_said():
    homes, shelters = frame([(24.105, 56.95)], people=[1]), frame([(24.106, 56.95)], places=[1e9])
    (way,) = sm.within(homes, shelters, 100)["distance_m"]
    with pytest.raises(ValueError, match="too small to divide its supply among them: give a decay that falls more"):
        sm.access(homes, shelters, supply="places", weight="people", limit=100, decay={"exponential": way / 744})


def test_columns_that_the_result_needs_are_free_and_amounts_are_amounts():
    homes, shelters = town(5)
    asked = {"supply": "places", "limit": 500}
    with pytest.raises(ValueError, match="already has a column 'access'"):
        sm.access(homes.assign(access=1), shelters, **asked)
    with pytest.raises(ValueError, match="already has a column 'ratio'"):
        sm.access(homes, shelters.assign(ratio=1), **asked)
    with pytest.raises(ValueError, match=r"facilities: column 'places' holds -1 in row 1"):
        sm.access(homes, shelters.assign(places=-1), **asked)


def test_it_is_drawn_in_both_languages():
    found = small(areas=None)
    told = [text.get_text() for text in found.plot().get_legend().get_texts()]
    assert told == [
        "nothing within reach (1)",
        "less than 1\u202f000 per 1\u202f000 people (1)",
        "1\u202f000 per 1\u202f000 people or more (2)",
        "unknown (1)",
    ]
    page = small(below=None).explore(lang="lv", title="Vietas").html
    legend = MapData(page).legend()
    assert "Vietas" in page and legend["sasniedzamā attālumā nav nekā"] == 1
    assert legend["no 500 līdz 1\u202f000 uz 1\u202f000 iedzīvotājiem"] == 2
    potential = small(method="gravity", below=None).plot(lang="lv").get_legend().get_texts()
    assert potential[1].get_text() == "sasniedzami līdz 200 (1)"


def test_classes_hold_every_row_once():
    from sheltermap.drawing.access_maps import categories_of

    homes, shelters = town(6)
    for below in (None, 0.7):
        found = sm.access(homes, shelters, supply="places", weight="people", limit=300, below=below)
        drawn = np.sum([each.rows for each in categories_of(found)], axis=0)
        assert (drawn == 1).all() and len(homes) == sum(each.count for each in categories_of(found))


def test_where_nothing_is_in_reach_of_anybody_there_are_no_classes():
    from sheltermap.drawing.access_maps import categories_of

    homes, shelters = town(6)
    found = sm.access(homes, shelters.translate(1).to_frame("geometry").assign(places=5.0), supply="places", limit=300)
    drawn = {each.label["en"]: each.count for each in categories_of(found) if each.count}
    assert list(drawn.values()) == [len(homes)] and found.rows["state"].eq("none").all()
    assert found.plot() is not None


def test_means_of_an_area_are_those_of_its_rows():
    homes, shelters = town(11, rows=200)
    (west, south, east, north), count = homes.total_bounds, 7
    steps = np.linspace(west, east - (east - west) / 10, count + 1)  # the easternmost are in none
    areas = gpd.GeoDataFrame(
        {"name": [f"A{number}" for number in range(count)]},
        geometry=shapely.box(steps[:-1], south, steps[1:], north),
        crs=homes.crs,
    )
    found = sm.access(homes, shelters, supply="places", weight="people", limit=900, areas=areas, area_name="name")
    rows = found.rows[found.rows["people"].notna() & (found.rows["people"] > 0) & found.rows["access"].notna()]
    told = found.by_area.set_index("area")["access_mean"]
    assert "outside every area" in told and len(told) > count
    for area, mean in told.items():
        mine = rows[rows["area"].isna() if area == "outside every area" else rows["area"] == area]
        if len(mine):
            assert mean == pytest.approx(np.average(mine["access"], weights=mine["people"]), rel=1e-12)
