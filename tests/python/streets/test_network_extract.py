# SPDX-License-Identifier: Apache-2.0
"""A real extract of OpenStreetMap: by every profile, beside SciPy and networkx, and refused where it is damaged."""

import shutil
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Geod
from scipy import sparse
from scipy.sparse import csgraph

import sheltermap as sm


@pytest.fixture(scope="module")
def extract() -> Path:
    return Path(__file__).parents[2] / "data" / "osm" / "helsinki.osm.pbf"


def junctions(network, edges):
    """Where the nodes are, those alone at their place that are snapped without a way beside the street."""
    at = np.full((int(edges[["from_node", "to_node"]].to_numpy().max()) + 1, 2), np.nan)
    at[edges.from_node] = [line.coords[0] for line in edges.geometry]
    at[edges.to_node] = [line.coords[-1] for line in edges.geometry]
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy(at[:, 0], at[:, 1]), crs=4326)
    _, same, count = np.unique(at, axis=0, return_inverse=True, return_counts=True)
    return places, np.flatnonzero((network.snap(places).offroad_m < 1e-6).to_numpy() & (count[same] == 1))


@pytest.mark.parametrize("direction", ["to", "from"])
@pytest.mark.parametrize(("profile", "least"), [("walk", 400), ("wheelchair", 350), ("car", 250), ("emergency", 250)])
def test_times_are_those_of_dijkstra(extract, profile, least, direction):
    network = sm.Network.from_osm(extract, profile)
    edges = network.edges()
    assert np.asarray(sm.geodesic_length_m(edges.geometry)) == pytest.approx(edges.length_m.to_numpy(), abs=1e-6)
    steps: dict[tuple[int, int], float] = {}
    for edge in edges.itertuples():
        for start, end, kmh in (
            (edge.from_node, edge.to_node, edge.forward_kmh),
            (edge.to_node, edge.from_node, edge.backward_kmh),
        ):
            if kmh > 0:
                pair = (end, start) if direction == "to" else (start, end)
                steps[pair] = min(steps.get(pair, np.inf), edge.length_m / (kmh / 3.6))
    places, usable = junctions(network, edges)
    assert len(usable) > least
    rows, columns = np.array(list(steps)).T
    matrix = sparse.csr_matrix((list(steps.values()), (rows, columns)), shape=(len(places), len(places)))
    chosen = np.random.default_rng(2).choice(usable, 8, replace=False)
    expected = csgraph.dijkstra(matrix, indices=chosen, min_only=True)[usable]
    answer = sm.nearest(places.iloc[usable], places.iloc[chosen], by=network, cost="seconds", direction=direction)
    found = answer.duration_s.to_numpy()
    assert (np.isnan(found) == np.isinf(expected)).all()
    assert found[np.isfinite(found)] == pytest.approx(expected[np.isfinite(found)], abs=1e-6)


def test_missing_nodes_are_counted(extract):
    summary = sm.Network.from_osm(extract).summary
    assert summary["points_missing"] > 0
    assert summary["ways_used"] > 200


def test_an_extract_cut_in_half_or_with_flipped_bytes_is_an_error_or_itself(extract, tmp_path):
    whole = extract.read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(sm.ReadError, match=r"cut\.osm\.pbf cannot be read .*is the file whole"):
        sm.Network.from_osm(path)
    random = np.random.default_rng(8)
    refused = 0
    for at in random.integers(len(whole), size=40):
        data = bytearray(whole)
        data[at] ^= 1 << random.integers(8)
        path.write_bytes(data)
        try:
            sm.Network.from_osm(path)
        except sm.ReadError:
            refused += 1
    assert refused >= 38  # blocks are deflated with a checksum; what lies between them may change without harm


def test_the_name_decides_how_a_file_is_read(extract, tmp_path):
    with pytest.raises(sm.ReadError, match="osm"):
        sm.Network.from_osm(shutil.copy(extract, tmp_path / "town.osm"))


def test_distances_are_those_of_networkx_on_the_ways_as_gdal_reads_them(extract):
    """Vertex by vertex on lines of another reader, joined and searched by another library; only the ways are ours."""
    network = sm.Network.from_osm(extract, "walk")
    assert not network.edges().barrier.any()  # which the other reader's lines do not have
    lines = pyogrio.read_dataframe(extract, layer="lines", columns=["osm_id"])
    lines = lines[lines.osm_id.astype("int64").isin(network.edges().way_id)]
    at, line = shapely.get_coordinates(lines.geometry.to_numpy(), return_index=True)
    vertex = [tuple(place) for place in np.rint(at * 1e7).astype(np.int64).tolist()]
    graph = nx.Graph()
    for i in np.flatnonzero(line[1:] == line[:-1]):
        metres = Geod(ellps="WGS84").inv(*at[i], *at[i + 1])[2]
        if metres < graph.get_edge_data(vertex[i], vertex[i + 1], {"metres": np.inf})["metres"]:
            graph.add_edge(vertex[i], vertex[i + 1], metres=metres)
    parts = list(nx.connected_components(graph))
    assert len(parts) == network.summary["parts"]
    places = np.array(sorted(max(parts, key=len)))
    people = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*(places / 1e7).T), crs=4326)
    chosen = np.random.default_rng(3).choice(len(places), 10, replace=False)
    least = nx.multi_source_dijkstra_path_length(graph, [tuple(places[i].tolist()) for i in chosen], weight="metres")
    found = sm.nearest(people, people.iloc[chosen], by=network).distance_m.to_numpy()
    assert len(found) > 900
    assert found == pytest.approx([least[tuple(place)] for place in places.tolist()], abs=1e-6)


def test_no_way_is_shorter_than_the_crow_flies(extract):
    network = sm.Network.from_osm(extract, "walk")
    west, south, east, north = network.edges().total_bounds
    lon, lat = np.random.default_rng(4).uniform([west, south], [east, north], (500, 2)).T
    people = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
    pairs = sm.within(people.iloc[:480], people.iloc[480:].reset_index(drop=True), "3 km", by=network)
    reached = pairs[pairs.distance_m.notna()]
    assert len(reached) > 1000
    here = people.geometry.loc[reached.index]
    there = people.geometry.iloc[480:].iloc[reached.facility.astype(int).to_numpy()]
    crow = sm.geodesic_distance_m(here.x, here.y, there.x, there.y)
    assert (reached.distance_m.to_numpy() >= crow - 1e-3).all()
