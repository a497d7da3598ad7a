# SPDX-License-Identifier: Apache-2.0
"""Costs that another program computed answer as our own do."""

import json
import pickle
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from sheltermap.streets.cost_columns import id_text

HOMES = ["H1", "H2", "H3", "H4", "H5"]
SHELTERS = ["S1", "S2"]
# H1 to H3 as r5py would tell them; H4 has no way, H5 stands nowhere.
LONG = pd.DataFrame(
    {
        "from_id": ["H1", "H1", "H2", "H2", "H3", "H3", "H4", "H4"],
        "to_id": SHELTERS * 4,
        "travel_time": [7, 4, 12.5, 30, 20, 20, None, None],
    }
)
NEAREST_S = [240, 750, 1200]


def layer(ids, **columns):
    places = gpd.points_from_xy(24.1 + 0.01 * np.arange(len(ids)), np.full(len(ids), 56.95))
    return gpd.GeoDataFrame({"id": ids, **columns}, geometry=places, crs=4326)


@pytest.fixture
def homes():
    return layer(HOMES, people=[1, 2, 4, 8, 16])


@pytest.fixture
def shelters():
    return layer(SHELTERS)


def taken(table=LONG, **given):
    return sm.reach_from(table, **{"demand_id": "id", "facility_id": "id", **given})


@pytest.fixture
def noted():
    """Warnings of ids that a table does not know are what a test looks at."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sm.NotInTableWarning)
        yield


@pytest.mark.usefixtures("noted")
def test_nearest_takes_the_cheapest_of_the_table(homes, shelters):
    found = sm.nearest(homes, shelters, by=taken(), facility_id="id")
    assert found.duration_s.dropna().tolist() == NEAREST_S
    assert found.facility.dropna().tolist() == ["S2", "S1", "S1"]
    assert found.reason.astype(object).tolist()[3:] == ["no_path", "not_in_table"]
    assert "offroad_m" not in found


@pytest.mark.usefixtures("noted")
def test_coverage_counts_who_is_not_in_the_table_as_unknown(homes, shelters):
    result = sm.coverage(homes, shelters, ["5 min", "15 min"], by=taken(), weight="people", facility_id="id")
    summary = result.summary.set_index("threshold_s")[["total", "covered", "uncovered", "unknown"]]
    assert summary.loc[300].tolist() == [31, 1, 14, 16]
    assert summary.loc[900].tolist() == [31, 3, 12, 16]
    reasons = result.reasons.query("threshold_s == 300 and people > 0") if "people" in result.reasons else None
    assert reasons is None or set(reasons.reason) == {"too_far", "no_path", "not_in_table"}
    assert result.rows.reason_5min.astype(object).tolist()[1:] == ["too_far", "too_far", "no_path", "not_in_table"]
    assert result.gaps("15 min").people.sum() == 12


@pytest.mark.usefixtures("noted")
def test_somebody_with_a_place_outside_the_table_is_unknown_until_another_is_covered(shelters):
    places = layer(["H2", "H5", "H1", "H5"], who=["a", "a", "b", "b"])
    rows = sm.coverage(places, shelters, "10 min", by=taken(), person="who", facility_id="id").rows
    assert rows.within_10min.astype(object).tolist() == ["unknown", "covered"]
    assert rows.reason_10min.astype(object).tolist()[0] == "not_in_table"


def test_rows_that_the_table_does_not_know_are_named(homes, shelters):
    with pytest.warns(
        sm.NotInTableWarning, match=r"demand: 1 of 5 rows are not in the table, and they count as unknown"
    ):
        sm.nearest(homes, shelters, by=taken())
    more = layer(["S1", "S2", "S9"])
    with pytest.warns(
        sm.NotInTableWarning, match=r"1 of 3 rows .* they cannot count: 'S9' in row 3; the table has 'S1', 'S2'"
    ):
        sm.nearest(homes[:4], more, by=taken())


def test_a_table_that_knows_nobody_is_an_error(homes, shelters):
    numbered = LONG.assign(from_id=[1, 1, 2, 2, 3, 3, 4, 4])
    with pytest.raises(ValueError, match=r"demand: 5 of 5 rows are not in the table.*demand_id= of sm.reach_from"):
        sm.nearest(homes, shelters, by=taken(numbered))
    zeros = layer(["001", "002"])
    with pytest.raises(ValueError, match=r"but for zeros in front, '001' would be there"):
        sm.nearest(zeros, shelters, by=taken(numbered))


@pytest.mark.parametrize(
    ("value", "text"), [(1, "1"), (1.0, "1"), ("1", "1"), ("001", "001"), ("1.0", "1.0"), (1.5, "1.5")]
)
def test_ids_are_compared_as_texts(value, text):
    assert id_text(value) == text
    assert id_text(np.array([value])[0]) == text


def test_numbers_and_their_texts_are_one_id(shelters):
    table = LONG.assign(from_id=[1, 1, 2, 2, 3, 3, 4, 4])
    found = sm.nearest(layer(["1", "2", "3"]), shelters, by=taken(table))
    assert found.duration_s.tolist() == NEAREST_S


def test_our_own_reach_read_again_gives_the_same_answer(tmp_path):
    rng = np.random.default_rng(5)
    homes, shelters = (
        gpd.GeoDataFrame(
            {"id": [f"{letter}{n:03}" for n in range(count)], "people": rng.integers(1, 9, count)},
            geometry=gpd.points_from_xy(*rng.uniform([24.0, 56.9], [24.2, 57.0], (count, 2)).T),
            crs=4326,
        )
        for letter, count in (("H", 300), ("S", 12))
    )
    given = {"weight": "people", "facility_id": "id"}
    own = sm.coverage(homes, shelters, [1000, "2 km"], position_error_m=0, **given)
    pairs = pd.DataFrame(sm.within(homes, shelters, "20 km", facility_id="id").drop(columns="geometry"))
    pairs = pairs.sample(frac=1, random_state=1)
    pairs.to_csv(tmp_path / "pairs.csv", index=False)
    pairs.to_parquet(tmp_path / "pairs.parquet")
    named = {"demand": "id", "facility": "facility", "limit": "20 km", "demand_id": "id"}
    for table in (pairs, tmp_path / "pairs.csv", tmp_path / "pairs.parquet"):
        again = sm.coverage(homes, shelters, [1000, "2 km"], by=sm.reach_from(table, **named), **given)
        pd.testing.assert_frame_equal(pd.DataFrame(again.rows), pd.DataFrame(own.rows), check_exact=True)
        pd.testing.assert_frame_equal(again.summary, own.summary)
        pd.testing.assert_frame_equal(again.reasons, own.reasons)
        pd.testing.assert_frame_equal(pd.DataFrame(again.gaps(1000)), pd.DataFrame(own.gaps(1000)))


def test_a_cut_table_calls_too_far_what_it_does_not_hold(homes, shelters):
    cut = LONG[LONG.travel_time <= 15]
    table = taken(cut, limit="15 min")
    with pytest.warns(sm.NotInTableWarning, match="they count as farther than 15 min"):
        found = sm.nearest(homes, shelters, by=table)
    assert found.reason.astype(object).tolist()[2:] == ["too_far"] * 3
    for asked in (
        lambda: sm.coverage(homes[:2], shelters, "16 min", by=table),
        lambda: sm.within(homes[:2], shelters, "1 h", by=table),
    ):
        with pytest.raises(ValueError, match="holds every pair up to 15 min, so it cannot tell"):
            asked()
    with pytest.raises(ValueError, match=r"3 pairs cost more than 15 min.*'H2' and 'S2', costs 1800 s"):
        taken(limit="15 min")
    with pytest.raises(ValueError, match="holds seconds, the limit is 500 m"):
        taken(limit=500)


def test_units_and_directions_are_not_mixed(homes, shelters):
    table = taken()
    with pytest.raises(ValueError, match=r"the table holds seconds, so it cannot be asked for 500 m"):
        sm.nearest(homes, shelters, by=table, limit="500 m")
    with pytest.raises(ValueError, match=r"holds seconds, so it cannot be asked for metres"):
        sm.coverage(homes, shelters, 500, by=table)
    with pytest.raises(ValueError, match=r"ways to the facilities: ask with direction='to'"):
        sm.nearest(homes, shelters, by=table, direction="from")
    with pytest.raises(ValueError, match="a table of times does not say how fast"):
        sm.coverage(homes[:3], shelters, "5 min", by=table, position_error_m=5)


def test_costs_have_their_direction(homes, shelters):
    there, back = (
        pd.DataFrame({"from_id": ["H1"], "to_id": ["S1"], "x_s": [5]}),
        pd.DataFrame({"from_id": ["S1"], "to_id": ["H1"], "x_s": [9]}),
    )
    to = sm.nearest(homes[:1], shelters[:1], by=taken(there))
    from_ = sm.nearest(homes[:1], shelters[:1], by=taken(back, direction="from"), direction="from")
    assert (to.duration_s[0], from_.duration_s[0]) == (5, 9)


def test_what_needs_streets_says_so(homes, shelters):
    zone = gpd.GeoDataFrame(geometry=[shapely.box(24.0, 56.9, 24.2, 57.0)], crs=4326)
    table = taken()
    for asked in (
        lambda: sm.flood(homes, shelters, zone, "5 min", by=table),
        lambda: sm.service_areas(shelters, "5 min", by=table),
        lambda: sm.paths(homes, shelters, by=table),
        lambda: sm.evacuation(homes, shelters, zone, by=table),
    ):
        with pytest.raises(TypeError, match=r"by must be a street network.*not a ReachTable"):
            asked()
    with pytest.raises(TypeError, match=r"or a table of costs, as sm.reach_from"):
        sm.nearest(homes, shelters, by="table")


def test_an_unused_facility_may_be_missing_from_the_table(homes, shelters):
    unused = layer(["S7", "S2"]).assign(unused_reason="not_compliant")
    rows = sm.coverage(homes[:3], shelters[:1], "5 min", by=taken(), unused=unused, facility_id="id").rows
    assert rows.reason.astype(object).tolist() == ["not_compliant", "too_far", "too_far"]
    assert rows.unused_facility[0] == "S2"


def test_rows_without_a_position_are_unknown_and_facilities_without_one_do_not_count(homes, shelters):
    homes.loc[0, "geometry"] = None
    shelters.loc[1, "geometry"] = None
    result = sm.coverage(homes[:2], shelters, "15 min", by=taken())
    assert result.rows.reason.astype(object).tolist()[0] == "missing_geometry"
    assert result.rows.facility.tolist()[1] == 0
    assert result.facilities_without_position == 1
    none = sm.nearest(homes[1:2], shelters[1:], by=taken())
    assert none.reason.tolist() == ["no_facility"]


# Where tables come from


def services():
    seconds = [[420, 240], [750, None]]
    return {
        "osrm": {"code": "Ok", "durations": seconds, "sources": []},
        "openrouteservice": {"durations": seconds, "metadata": {"query": {"units": "m"}}},
        "valhalla": {
            "sources_to_targets": [[{"time": t, "distance": 1} for t in row] for row in seconds],
            "units": "kilometers",
        },
        "valhalla, short": {"sources_to_targets": {"durations": seconds}, "units": "kilometers"},
    }


@pytest.mark.parametrize("service", services())
def test_responses_of_services_are_matrices_in_the_order_of_the_layers(service, homes, shelters, tmp_path):
    response = services()[service]
    path = tmp_path / "matrix.json"
    path.write_text(json.dumps(response))
    which = {"cost": "durations"} if service == "valhalla" else {}
    for table in (response, path):
        found = sm.within(homes[:2], shelters, "1 h", by=sm.reach_from(table, **which))
        assert found.duration_s.tolist() == [240, 420, 750]
        with pytest.raises(ValueError, match="matrix with 2 rows, and demand has 5 rows"):
            sm.nearest(homes, shelters, by=sm.reach_from(table, **which))


def test_lengths_of_services_have_their_units():
    both = {"durations": [[1]], "distances": [[1.5]]}
    assert sm.reach_from(both, cost="distances").pairs.cost.tolist() == [1.5]
    for units, metres in (("km", 1500), ("mi", 2414.016), ("m", 1.5)):
        told = {**both, "metadata": {"query": {"units": units}}}
        assert sm.reach_from(told, cost="distances").pairs.cost.tolist() == [metres]
    valhalla = {"sources_to_targets": {"distances": [[1.5]]}, "units": "miles"}
    assert sm.reach_from(valhalla).pairs.cost.tolist() == [2414.016]
    with pytest.raises(ValueError, match="holds durations and distances: say which"):
        sm.reach_from(both)
    with pytest.raises(sm.ReadError, match="units is None"):
        sm.reach_from({"sources_to_targets": {"distances": [[1.5]]}})
    for bad in (
        {"durations": [[1], [1, 2]]},
        {"durations": "x"},
        {"durations": [1]},
        {"code": "NoRoute"},
        {"sources_to_targets": [[{}]]},
        {},
    ):
        with pytest.raises(sm.ReadError):
            sm.reach_from(bad, cost="durations")


@pytest.mark.parametrize(
    ("column", "value", "unit", "base"),
    [
        ("Total_Minutes", 2, "seconds", 120),
        ("Total_Kilometers", 2, "metres", 2000),
        ("Total_Miles", 2, "metres", 3218.688),
        ("travel_time_p50", 2, "seconds", 120),
        ("duration_h", 2, "seconds", 7200),
        ("length_km", 2, "metres", 2000),
    ],
)
def test_columns_that_say_their_unit(column, value, unit, base):
    table = sm.reach_from(pd.DataFrame({"OriginID": [1], "DestinationID": [2], column: [value]}))
    assert (table.pairs.unit, table.pairs.cost.tolist()) == (unit, [base])


def test_the_names_of_arcgis_lines_are_taken_apart():
    lines = pd.DataFrame(
        {"Name": ["A - X", "B - X", "A - Y"], "Total_Minutes": [1, 2, 3], "Total_Kilometers": [1, 1, 1]}
    )
    table = sm.reach_from(lines, demand="Name", facility="Name", cost="Total_Minutes")
    assert table.demand_ids.tolist() == ["A", "B"]
    assert table.between(["B", "A"], ["Y", "X"]).cost.tolist() == [120, 60, 180]
    with pytest.raises(ValueError, match="'A - X - 1' in row 2, 'B' in row 3, which is not two names"):
        sm.reach_from(
            lines.assign(Name=["A - X", "A - X - 1", "B"]), demand="Name", facility="Name", cost="Total_Minutes"
        )
    with pytest.raises(ValueError, match="several columns of costs: Total_Minutes, Total_Kilometers; give cost="):
        sm.reach_from(lines, demand="Name", facility="Name")


def test_wide_tables_have_a_column_per_facility(tmp_path, homes, shelters):
    wide = pd.DataFrame({"home": ["H1", "H2", "H3"], "S1": [7, 12.5, 20], "S2": [4, np.inf, 20]})
    wide.to_csv(tmp_path / "wide.csv", index=False)
    given = {"wide": True, "unit": "min"}
    for table in (
        taken(wide, demand="home", **given),
        taken(wide.set_index("home"), **given),
        taken(tmp_path / "wide.csv", **given),
    ):
        assert sm.nearest(homes[:3], shelters, by=table).duration_s.tolist() == NEAREST_S
        assert len(table) == 5
    with pytest.raises(ValueError, match="nothing says what the costs are counted in; give unit="):
        taken(wide, demand="home", wide=True)
    with pytest.raises(ValueError, match="row 2 has no id"):
        taken(wide.assign(home=["H1", None, "H3"]), demand="home", **given)


def test_a_matrix_alone_is_asked_by_its_numbers():
    table = sm.reach_from(np.array([[5.0, np.nan, 3.0], [1, 2, 2]]), unit="km")
    reach = table.between([1, 0, 7], [0, 1, 2], k=2, limit="4 km")
    assert reach.offsets.tolist() == [0, 2, 3, 3]
    assert reach.facility.tolist() == [0, 1, 2]
    assert reach.cost.tolist() == [1000, 2000, 3000]
    assert repr(table) == "<ReachTable 'the matrix': 2 demand rows, 3 facilities, 5 pairs in metres>"


@pytest.mark.parametrize(
    ("changed", "given", "message"),
    [
        ({"travel_time": -1}, {}, r"column 'travel_time' holds -1 in row 1, .*; a cost is not negative"),
        ({"travel_time": "soon"}, {}, r"'soon' in row 1, .*none of which is a number"),
        ({"from_id": None}, {}, r"column 'from_id' is empty in row 1, which has a cost"),
        ({"to_id": " "}, {}, r"column 'to_id' is empty in row 1, which has a cost"),
        ({"to_id": "S1"}, {}, r"2 pairs stand there with two costs; the first, 'H1' and 'S1', with 240 and 420 s"),
        ({}, {"unit": "s"}, r"says that it is in min, not in s"),
        ({}, {"unit": "parsec"}, r'unknown unit "parsec"'),
        ({}, {"cost": "time"}, r"nothing says what the costs are counted in|time"),
        ({}, {"demand": "from_id"}, r"give demand= and facility="),
        ({"to_id": "S1", "travel_time": 3, "waiting_s": 4}, {}, r"several columns of costs: travel_time, waiting_s"),
    ],
)
def test_what_a_table_does_not_say_is_asked_for(changed, given, message):
    with pytest.raises(ValueError, match=message):
        taken(LONG.assign(**changed), **given)


def test_a_pair_that_stands_twice_with_one_cost_counts_once():
    assert len(taken(pd.concat([LONG, LONG]))) == len(taken())


def test_damaged_files_are_refused(tmp_path):
    files = {
        "short.csv": b"from_id,to_id,travel_time\nH1,S1\n",
        "zeros.csv": b"from_id,to_id,travel_time\nH1,\0,3\n",
        "latin.csv": "from_id,to_id,travel_time\nĀ,S1,3\n".encode("cp1257"),
        "cut.parquet": b"PAR1",
        "cut.json": b'{"durations": [[1,',
        "deep.json": b'{"a": ' + b"[" * 100_000,
        "text.json": b'"durations"',
        "streets.graph": b"x",
        "empty.csv": b"",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(sm.ReadError, match=name.partition(".")[0]):
            sm.reach_from(tmp_path / name)
    with pytest.raises(sm.ReadError):
        sm.reach_from(tmp_path / "missing.csv")
    with pytest.raises(sm.ReadError):
        sm.reach_from(tmp_path)
    with pytest.raises(TypeError, match="a table of costs is a path"):
        sm.reach_from(5)


def test_texts_of_a_csv_keep_their_zeros(tmp_path, shelters):
    (tmp_path / "zeros.csv").write_text("from_id,to_id,travel_time\n001,S1,7\n002,S1,\n")
    found = sm.nearest(layer(["002", "001"]), shelters[:1], by=taken(tmp_path / "zeros.csv"))
    assert found.reason.astype(object).tolist()[0] == "no_path"
    assert found.duration_s.tolist()[1] == 420


@pytest.mark.parametrize("limit", [None, "20 min"])
def test_a_table_that_was_pickled_is_the_same(limit):
    pairs = pd.DataFrame(
        {"home": ["H2", "H1", "H1", "H3"], "shelter": ["S1", "S2", "S1", "S2"], "minutes": [9, 7, 4, 7]}
    )
    columns = {"demand": "home", "facility": "shelter", "cost": "minutes", "unit": "min", "limit": limit}
    table = sm.reach_from(pairs, direction="from", **columns, demand_id="id", facility_id="code")
    same = pickle.loads(pickle.dumps(table))
    assert same.same_as(table)
    assert same.pairs.limit == table.pairs.limit
    assert (same.demand_id, same.facility_id) == ("id", "code")
    asked = ["H1", "H3", "H9"], ["S2", "S1"]
    assert np.array_equal(same.between(*asked).cost, table.between(*asked).cost)
    assert np.array_equal(same.between(*asked).reason, table.between(*asked).reason)


def test_a_matrix_that_was_pickled_is_the_same():
    table = sm.reach_from(np.array([[7.0, 4.0, np.inf], [np.inf] * 3]), unit="min")
    assert pickle.loads(pickle.dumps(table)).same_as(table)
