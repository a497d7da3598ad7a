# SPDX-License-Identifier: Apache-2.0
"""Street networks in Python: made, saved, asked."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy import sparse
from scipy.sparse import csgraph
from shapely import LineString, Point

import river_town
import sheltermap as sm
from map_data import MapData
from river_town import points
from sheltermap._native import _core


@pytest.fixture
def streets():
    return river_town.streets()


@pytest.fixture
def walk(streets):
    return river_town.on_foot(streets)


@pytest.fixture
def people():
    """On the south bank, on the island, in the fields, nobody knows where."""
    return gpd.GeoDataFrame(
        {"people": [3, 5, 7, 11]}, geometry=[Point(24.0, 57.0), Point(24.01, 57.05), Point(24.0, 57.2), None], crs=4326
    )


@pytest.fixture
def shelters():
    return points([24.0, 24.033], [57.0009, 57.0009], code=["far bank", "bridge head"])


def metres(*places):
    line = gpd.GeoSeries([LineString(places)], crs=4326)
    return float(sm.geodesic_length_m(line)[0])


SOUTH = ((24.0, 57.0), (24.033, 57.0))
CROSSING = ((24.033, 57.0), (24.033, 57.0009))
NORTH = ((24.033, 57.0009), (24.0, 57.0009))


def test_the_far_bank_is_as_far_as_the_bridge(walk, people, shelters):
    answer = sm.nearest(people, shelters, by=walk, facility_id="code")
    assert answer.facility.iloc[0] == "bridge head"
    assert answer.distance_m.iloc[0] == pytest.approx(metres(*SOUTH) + metres(*CROSSING), abs=1e-3)
    assert answer.offroad_m.iloc[0] == pytest.approx(0, abs=1e-3)
    assert list(answer.reason)[1:] == ["no_path", "not_snapped", "missing_geometry"]
    assert_frame_equal(answer[["people", "geometry"]], people)


def test_times_come_from_the_speeds(walk, people, shelters):
    answer = sm.nearest(people, shelters, by=walk, limit="1 h", facility_id="code")
    assert answer.duration_s.iloc[0] == pytest.approx(metres(*SOUTH) / 1 + metres(*CROSSING) / 2, abs=0.01)
    assert "distance_m" not in answer
    assert sm.nearest(people, shelters, by=walk, limit="30 min").reason.iloc[0] == "too_far"
    assert_frame_equal(sm.nearest(people, shelters, by=walk, cost="seconds", facility_id="code"), answer)


def test_within_lists_every_facility_nearest_first(walk, people, shelters):
    pairs = sm.within(people, shelters, "1.5 h", by=walk, facility_id="code")
    assert list(pairs.facility.iloc[:2]) == ["bridge head", "far bank"]
    both = metres(*SOUTH) / 1 + metres(*CROSSING) / 2 + metres(*NORTH) / 1
    assert pairs.duration_s.iloc[1] == pytest.approx(both, abs=0.01)
    assert list(pairs["rank"].iloc[:2]) == [1, 2]


def test_one_way_streets_tell_the_way_there_from_the_way_back(streets, people, shelters):
    drive = sm.Network.from_lines(streets, one_way="way", bridge="bridge")
    there = sm.nearest(people, shelters, k=2, by=drive, facility_id="code")
    back = sm.nearest(people, shelters, k=2, by=drive, direction="from", facility_id="code")
    assert list(there[there.people == 3].facility) == ["bridge head", "far bank"]
    assert list(back[back.people == 3].facility) == ["bridge head"]


def test_the_way_beside_the_street_is_walked(walk, shelters):
    home = points([24.01], [56.997])
    answer = sm.nearest(home, shelters, by=walk, cost="seconds")
    snap = walk.snap(home)
    away = metres((24.01, 56.997), (24.01, 57.0))
    assert answer.offroad_m[0] == pytest.approx(away, abs=0.01)
    assert snap.offroad_m[0] == pytest.approx(away, abs=0.01)
    assert snap.street[0] == "South bank"
    assert snap.geometry[0].y == pytest.approx(57.0, abs=1e-7)
    along = metres((24.01, 57.0), (24.033, 57.0)) + metres(*CROSSING) / 2
    assert answer.duration_s[0] == pytest.approx(away + along, abs=0.05)


def test_nobody_gets_on_along_a_bridge(walk):
    on_the_bridge = walk.snap(points([24.033], [57.00045]))
    assert on_the_bridge.street[0] in ("South bank", "North bank")
    assert on_the_bridge.offroad_m[0] == pytest.approx(50, abs=1)


def test_the_snap_limit_is_the_users(streets, shelters):
    near = sm.Network.from_lines(streets, snap_limit_m=100)
    assert list(sm.nearest(points([24.01], [56.997]), shelters, by=near).reason) == ["not_snapped"]
    with pytest.raises(ValueError, match="snap_limit_m"):
        sm.Network.from_lines(streets, snap_limit_m=-1)


def test_coverage_counts_along_the_streets(walk, people, shelters):
    result = sm.coverage(people, shelters, [500, "2.5 km"], by=walk, weight="people")
    assert list(result.summary.covered) == [0, 3]
    assert list(result.summary.uncovered) == [15, 12]
    assert list(result.summary.unknown) == [11, 11]
    reasons = result.reasons[result.reasons.threshold_m == 2500].set_index("reason").weight
    assert reasons["no_path"] == 5
    assert reasons["not_snapped"] == 7
    assert reasons.drop("missing_geometry").sum() == 12
    assert result.rows.offroad_m.iloc[0] == pytest.approx(0, abs=1e-3)


def test_coverage_in_minutes_goes_all_the_way_to_gaps_and_maps(walk, people, shelters):
    result = sm.coverage(people, shelters, ["15 min", "40 min"], by=walk, weight="people")
    assert list(result.rows.within_15min)[:3] == ["uncovered"] * 3
    assert list(result.rows.within_40min)[:3] == ["covered", "uncovered", "uncovered"]
    assert list(result.summary.threshold_s) == [900, 2400]
    places = result.gaps("40 min")
    assert places.people.sum() == 12
    assert set(places.reason) == {"no_path", "not_snapped"}
    near = result.gaps("15 min").set_index("reason").loc["too_far"]
    assert near.duration_s == near.farthest_s == pytest.approx(2058, abs=10)
    page = MapData(result.explore()._repr_html_())
    assert "within 15 min" in page.legend() and "time on the way" in page.fields()["rows"]
    result.plot(threshold=900)


def test_unused_facilities_are_looked_for_along_the_streets(walk, people, shelters):
    result = sm.coverage(people, shelters.iloc[:1], 2500, by=walk, weight="people")
    unused = shelters.iloc[1:].assign(unused_reason="closed")
    places = result.gaps(2500, unused=unused, facility_id="code").set_index("name")
    assert places.loc[0, "unused_facility"] == "bridge head"
    assert places.loc[0, "unused_distance_m"] == pytest.approx(metres(*SOUTH) + metres(*CROSSING), abs=1e-3)
    assert places.loc[0, "reason"] == "closed"


def test_home_or_work_by_street(walk, shelters):
    places = points([24.0, 24.03, 24.01], [57.0, 57.0, 57.05], person=["A", "A", "B"])
    result = sm.coverage(places, shelters, 500, by=walk, person="person")
    assert list(result.rows.within_500m) == ["covered", "uncovered"]
    assert list(result.rows.reason)[1] == "no_path"


def test_facilities_that_no_street_leads_to_are_counted(walk, people):
    shelters = points([24.0, 25.0], [57.0, 57.0])
    assert sm.coverage(people, shelters, 500, by=walk).facilities_not_snapped == 1


def test_paths_are_lines_with_street_names(walk, people, shelters):
    ways = sm.paths(people, shelters, by=walk, k=2, facility_id="code")
    assert list(ways.index) == [0, 0]
    assert list(ways.facility) == ["bridge head", "far bank"]
    assert list(ways.streets) == ["South bank, Bridge", "South bank, Bridge, North bank"]
    along = (ways.distance_m - ways.offroad_m).to_numpy()
    assert np.asarray(sm.geodesic_length_m(ways.geometry)) == pytest.approx(along, abs=1e-3)
    assert ways.geometry.iloc[0].coords[0] == pytest.approx((24.0, 57.0))
    assert ways.geometry.iloc[0].coords[-1] == pytest.approx((24.033, 57.0009))
    back = sm.paths(people, shelters, by=walk, k=2, direction="from")
    assert [line.coords[:] for line in back.geometry] == [line.coords[::-1] for line in ways.geometry]
    assert len(sm.paths(people, shelters, by=walk, limit="1 min")) == 0


def test_a_saved_network_is_the_same(walk, people, shelters, tmp_path):
    path = tmp_path / "town.graph"
    walk.save(path)
    walk.save(path)  # over the older one
    again = sm.Network.load(path)
    assert_frame_equal(again.edges(), walk.edges())
    assert again.summary.equals(walk.summary)
    assert_frame_equal(sm.nearest(people, shelters, by=again), sm.nearest(people, shelters, by=walk))
    assert [each.name for each in tmp_path.iterdir()] == ["town.graph"]


def test_a_damaged_file_is_an_error(walk, tmp_path):
    path = tmp_path / "town.graph"
    walk.save(path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    with pytest.raises(sm.ReadError, match=r"town\.graph is damaged"):
        sm.Network.load(path)
    with pytest.raises(sm.ReadError, match=r"none\.graph"):
        sm.Network.load(tmp_path / "none.graph")


def test_edges_are_the_pieces_between_junctions(walk):
    edges = walk.edges()
    assert sorted(edges.name.dropna()) == ["Bridge", "North bank", "South bank"]
    assert edges.bridge.sum() == 1
    assert edges.length_m.to_numpy() == pytest.approx(sm.geodesic_length_m(edges.geometry), abs=1e-6)
    assert walk.summary["parts"] == 2
    assert repr(walk) == "<Network for 'lines': 4 edges, 6 km of streets>"


@pytest.mark.parametrize("crs", [3059, 25835])
def test_lines_may_be_in_any_crs(streets, people, shelters, crs):
    usual = sm.nearest(people, shelters, by=sm.Network.from_lines(streets))
    other = sm.nearest(people, shelters, by=sm.Network.from_lines(streets.to_crs(crs)))
    assert other.distance_m.to_numpy() == pytest.approx(usual.distance_m.to_numpy(), abs=0.05, nan_ok=True)


def test_limits_have_a_unit(walk, people, shelters):
    for wrong in ("15", "15 minuets", "min", "-5 m", ""):
        with pytest.raises(ValueError, match="a number with a unit"):
            sm.nearest(people, shelters, by=walk, limit=wrong)
    with pytest.raises(ValueError, match="a Network"):
        sm.nearest(people, shelters, limit="15 min")
    with pytest.raises(ValueError, match="not both"):
        sm.nearest(people, shelters, by=walk, limit="1 km", max_distance_m=5)
    with pytest.raises(ValueError, match="cannot be in seconds"):
        sm.nearest(people, shelters, by=walk, limit="1 km", cost="seconds")
    with pytest.raises(ValueError, match="direction"):
        sm.nearest(people, shelters, by=walk, direction="away")
    with pytest.raises(ValueError, match="not both"):
        sm.coverage(people, shelters, [500, "15 min"], by=walk)
    with pytest.raises(ValueError, match="a Network"):
        sm.coverage(people, shelters, "15 min")


def test_a_limit_in_metres_needs_no_network(people, shelters):
    assert_frame_equal(sm.nearest(people, shelters, limit="2 km"), sm.nearest(people, shelters, max_distance_m=2000))


def test_columns_of_lines_are_checked(streets):
    with pytest.raises(ValueError, match="no column 'speed'"):
        sm.Network.from_lines(streets, speed_kmh="speed")
    with pytest.raises(ValueError, match="-3"):
        sm.Network.from_lines(streets.assign(kmh=[1, 2, -3, 4]), speed_kmh="kmh")
    with pytest.raises(ValueError, match="'perhaps' in row 2"):
        sm.Network.from_lines(streets.assign(way=["no", "perhaps", "", None]), one_way="way")
    with pytest.raises(sm.GeometryError, match="lines belong"):
        sm.Network.from_lines(points([24.0], [57.0]))
    with pytest.raises(sm.CrsError):
        sm.Network.from_lines(streets.set_crs(None, allow_override=True))


def test_facilities_on_a_network_are_points(walk, people, shelters):
    with pytest.raises(sm.GeometryError, match="points belong"):
        sm.nearest(people, shelters.set_geometry(shelters.to_crs(3059).buffer(100).to_crs(4326)), by=walk)


OSM = """<osm version="0.6">
<node id="1" version="1" lat="57.0" lon="24.0"/><node id="2" version="1" lat="57.0" lon="24.02"/>
<node id="3" version="1" lat="57.01" lon="24.02"><tag k="barrier" v="bollard"/></node>
<node id="4" version="1" lat="57.02" lon="24.02"/>
<way id="10" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="99"/>
<tag k="highway" v="residential"/><tag k="name" v="Ķēniņu iela"/></way></osm>"""


def test_an_osm_file_is_read_by_profile(tmp_path):
    path = tmp_path / "town.osm"
    path.write_text(OSM, encoding="utf-8")
    walk = sm.Network.from_osm(path)
    assert walk.edges().name.tolist() == ["Ķēniņu iela"]
    assert walk.edges().forward_kmh.tolist() == pytest.approx([3.96])
    assert walk.summary["points_missing"] == 1
    car = sm.Network.from_osm(path, "car")
    assert car.profile == "car"
    assert car.edges().barrier.tolist() == [True, True]
    with pytest.raises(ValueError, match="no profile 'boat'; there are walk, wheelchair, car, emergency"):
        sm.Network.from_osm(path, "boat")
    with pytest.raises(sm.ReadError, match=r"missing\.osm"):
        sm.Network.from_osm(tmp_path / "missing.osm")


@pytest.mark.parametrize("text", ["<VRTDataset/>", "", "x,y\n1,2\n"])
@pytest.mark.parametrize("name", ["town.osm.pbf", "town.osm", "town.vrt"])
def test_what_is_no_osm_file_is_an_error(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(sm.ReadError, match="town"):
        sm.Network.from_osm(path)


def test_the_documented_speeds_are_those_used(root: Path):
    text = (root / "docs" / "network.md").read_text(encoding="utf-8")
    table = text[text.index("| class (`highway=`)") : text.index("In brackets")]
    head, _, *lines = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.strip().splitlines()]
    assert head[1:] == list(_core.PROFILES)
    for column, profile in enumerate(_core.PROFILES, start=1):
        documented = {row[0]: row[column] for row in lines if row[column] != "–"}
        used = {
            name: f"({kmh:g})" if if_allowed else f"{kmh:g}"
            for name, (kmh, if_allowed) in _core.profile_speeds(profile).items()
        }
        assert documented == used
    for depth in re.findall(r"([0-9.]+) m \|", text.split("closed by water deeper than")[1].splitlines()[0]):
        assert float(depth) in (0, 0.3, 0.6)


def test_random_towns_agree_with_scipy():
    """Against Dijkstra's algorithm as SciPy has it, between the junctions of a lattice with random speeds."""
    random = np.random.default_rng(5)
    side = 12
    lon, lat = np.meshgrid(24 + 0.002 * np.arange(side), 57 + 0.001 * np.arange(side))
    at = np.column_stack([lon.ravel(), lat.ravel()])
    right = [(i, i + 1) for i in range(side * side) if (i + 1) % side]
    up = [(i, i + side) for i in range(side * (side - 1))]
    ends = np.array(right + up)[random.random(len(right) + len(up)) < 0.8]
    lines = gpd.GeoDataFrame(
        {
            "kmh": random.uniform(3, 50, len(ends)),
            "way": random.choice(["yes", "no", "-1"], len(ends), p=[0.2, 0.6, 0.2]),
        },
        geometry=[LineString(at[list(pair)]) for pair in ends],
        crs=4326,
    )
    seconds = sm.geodesic_length_m(lines.geometry) / (lines.kmh.to_numpy(np.float32) / 3.6)
    along, against = (lines.way != "-1").to_numpy(), (lines.way != "yes").to_numpy()
    matrix = sparse.csr_matrix(
        (
            np.concatenate([seconds[along], seconds[against]]),
            (
                np.concatenate([ends[along, 0], ends[against, 1]]),
                np.concatenate([ends[along, 1], ends[against, 0]]),
            ),
        ),
        shape=(side * side, side * side),
    )
    network = sm.Network.from_lines(lines, speed_kmh="kmh", one_way="way", snap_limit_m=1)
    people = points(at[:, 0], at[:, 1])
    chosen = random.choice(side * side, 6, replace=False)
    answer = sm.nearest(people, people.iloc[chosen], by=network, cost="seconds")
    expected = csgraph.dijkstra(matrix.T.tocsr(), indices=chosen).min(axis=0)
    snapped = ~answer.reason.isin(["not_snapped"])
    found = answer.duration_s.to_numpy()
    both = np.isfinite(expected) & snapped.to_numpy()
    assert both.sum() > 100
    assert found[both] == pytest.approx(expected[both], rel=1e-5)
    assert np.isnan(found[np.isinf(expected)]).all()
    assert isinstance(answer.reason, pd.Series)
