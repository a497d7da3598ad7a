# SPDX-License-Identifier: Apache-2.0
"""Files of OpenStreetMap that hold deleted objects, or objects in several versions."""

import bz2
import gzip

import pytest

import sheltermap as sm
from osm_text import multipolygon, node, osm, way

STREET = {"highway": "residential"}
NODES = [node(i, 24 + 0.02 * i, 57) for i in range(1, 6)]


def network(tmp_path, *objects: str, name: str = "town.osm") -> sm.Network:
    packed = {".gz": gzip.compress, ".bz2": bz2.compress}.get(name[name.rindex(".") :], bytes)
    (tmp_path / name).write_bytes(packed(osm(*objects).encode()))
    return sm.Network.from_osm(tmp_path / name)


def ways(found: sm.Network) -> list[int]:
    return sorted(found.edges().way_id.unique())


@pytest.mark.parametrize("name", ["town.osm", "town.osm.gz", "town.osm.bz2"])
def test_what_an_editor_marked_as_deleted_is_gone(tmp_path, name):
    deleted = way(8, [2, 3], STREET, action="delete", visible="true")
    found = network(tmp_path, *NODES, way(7, [1, 2], STREET, action="modify"), deleted, name=name)
    assert ways(found) == [7]
    assert found.summary["ways_outdated"] == 1


def test_the_mark_is_found_wherever_it_stands(tmp_path):
    # Text is read in pieces of 1 MiB; no other attribute or tag is a mark.
    text = way(8, [2, 3], STREET, user="to delete", action="delete")
    for fill in range(1_048_540, 1_048_580, 3):
        before = f"<!--{'x' * (fill - 200 - len(''.join(NODES)))}-->"
        found = network(tmp_path, before, *NODES, way(7, [1, 2], STREET | {"note": "action=delete"}), text)
        assert ways(found) == [7]


def test_a_deleted_node_cuts_its_way(tmp_path):
    gone = node(3, 24.06, 57, action="delete")
    found = network(tmp_path, *NODES[:2], gone, *NODES[3:], way(7, [1, 2, 3, 4, 5], STREET))
    assert found.summary["points_missing"] == 1 and found.summary["parts"] == 2


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_the_newest_version_counts_whatever_the_order(tmp_path, order):
    versions = [
        way(7, [1, 2], STREET, version=1),
        way(7, [1, 2, 3], STREET, version=2),
        way(7, [1, 2], {"highway": "proposed"}, version=3),
    ]
    found = network(tmp_path, *NODES, *(versions[i] for i in order), way(8, [4, 5], STREET), name="town.osh")
    assert ways(found) == [8] and found.summary["ways_outdated"] == 2
    found = network(tmp_path, *NODES, *(versions[i] for i in order if i < 2), way(8, [4, 5], STREET))
    assert len(found.edges()) == 2 and ways(found) == [7, 8]
    assert found.summary["length_km"] == pytest.approx(3 * 1.2158, rel=1e-3)


def test_versions_that_stand_apart_are_one_object(tmp_path):
    old, new = way(7, [1, 2], STREET, version=1), way(7, [4, 5], STREET, version=2)
    for first, second in ((old, new), (new, old)):
        found = network(tmp_path, *NODES, first, way(9, [3, 4], STREET), second)
        assert ways(found) == [7, 9] and found.summary["parts"] == 1 and len(found.edges()) == 2


def test_a_way_deleted_in_its_newest_version_is_gone(tmp_path):
    gone = way(7, [], version=2, visible="false")
    found = network(tmp_path, *NODES, way(7, [1, 2], STREET), gone, way(8, [4, 5], STREET))
    assert ways(found) == [8]


def test_the_newest_place_of_a_node_counts(tmp_path):
    moved = node(2, 24.5, 57, version=2)
    for nodes in ([*NODES, moved], [moved, *NODES]):
        found = network(tmp_path, *nodes, way(7, [1, 2], STREET))
        assert found.edges().geometry[0].bounds[2] == pytest.approx(24.5)
    gone = node(2, 24.5, 57, version=3, visible="false")
    assert network(tmp_path, *NODES, gone, way(7, [1, 2, 3, 4], STREET)).summary["points_missing"] == 1


def test_squares_are_deleted_and_renewed_too(tmp_path):
    corners = [node(11, 24.02, 57.0001), node(12, 24.021, 57.0001), node(13, 24.021, 57.001)]
    ring = way(20, [11, 12, 13, 11])
    square = {"highway": "pedestrian"}
    found = network(tmp_path, *NODES, *corners, way(7, [1, 2], STREET), ring, multipolygon(3, {20: "outer"}, square))
    assert found.summary["areas_crossed"] == 1
    deleted = multipolygon(3, {20: "outer"}, square, action="delete")
    found = network(tmp_path, *NODES, *corners, way(7, [1, 2], STREET), ring, deleted)
    assert found.summary["areas_crossed"] == 0 and found.summary["ways_outdated"] == 1
    newer = multipolygon(3, {20: "outer"}, {"landuse": "grass"}, version=2)
    both = (multipolygon(3, {20: "outer"}, square), newer)
    assert network(tmp_path, *NODES, *corners, way(7, [1, 2], STREET), ring, *both).summary["areas_crossed"] == 0


def test_a_doctype_is_refused_with_marks_too(tmp_path):
    text = osm(*NODES, way(7, [1, 2], STREET), way(8, [2, 3], STREET, action="delete"))
    (tmp_path / "town.osm").write_text("<!DOCTYPE osm [<!ENTITY a 'aaaa'>]>" + text, encoding="utf-8")
    with pytest.raises(sm.ReadError, match=r"town\.osm"):
        sm.Network.from_osm(tmp_path / "town.osm")
