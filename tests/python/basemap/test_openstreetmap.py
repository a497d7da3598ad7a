# SPDX-License-Identifier: Apache-2.0
"""The ground in files of OpenStreetMap, beside what GDAL's driver finds there."""

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

import sheltermap as sm
from osm_pbf import osm_pbf
from osm_text import multipolygon, node, osm, way
from sheltermap import _core
from sheltermap.basemap.openstreetmap import OSM_ATTRIBUTION, read_osm
from sheltermap.layers.conversion import to_shapely

SQUARE = (node(1, 24.0, 57.0), node(2, 24.1, 57.0), node(3, 24.1, 57.1), node(4, 24.0, 57.1))


@pytest.fixture(scope="module")
def extract(root: Path) -> Path:
    return root / "sample_data" / "liechtenstein" / "liechtenstein.osm.pbf"


@pytest.fixture(scope="module")
def layers(extract):
    return _core.basemap_from_osm(extract, within=None, languages=[], streets_to_rank=6)["layers"]


@pytest.mark.parametrize(
    ("name", "key", "values"),
    [
        ("woods", "natural", {"wood"}),
        ("woods", "landuse", {"forest"}),
        ("water", "natural", {"water"}),
        ("built_up", "landuse", {"residential", "industrial", "commercial", "retail"}),
    ],
)
def test_areas_are_those_that_gdal_assembles(extract, layers, name, key, values):
    ours = dict(zip(layers[name]["id"].tolist(), to_shapely(layers[name]["shapes"]), strict=True))
    theirs = pyogrio.read_dataframe(extract, layer="multipolygons")
    theirs = theirs[theirs[key].isin(values)]
    ids = theirs.osm_way_id.fillna("-" + theirs.osm_id.fillna("")).astype(int)
    assert len(ids) > 50
    assert set(ids) <= set(ours)
    assert shapely.is_valid(list(ours.values())).all()
    sound = theirs.is_valid.to_numpy()  # some of GDAL's have rings that touch along an edge
    assert sound.mean() > 0.95
    both = zip(ids[sound], theirs.geometry[sound], strict=True)
    assert all(shapely.equals(ours[row], shape) for row, shape in both)


def test_streets_are_those_of_gdal_with_its_classes(extract, layers):
    streets = layers["streets"]
    ours = dict(zip(streets["id"].tolist(), to_shapely(streets["shapes"]), strict=True))
    theirs = pyogrio.read_dataframe(extract, layer="lines")
    ranks = theirs.highway.map(lambda value: _core.ground_of("highway", value) if isinstance(value, str) else None)
    theirs = theirs[ranks.notna()]
    assert len(theirs) > 7000
    assert all(shapely.equals(ours[int(row)], shape) for row, shape in zip(theirs.osm_id, theirs.geometry, strict=True))
    known = dict(zip(streets["id"].tolist(), streets["rank"].tolist(), strict=True))
    assert [known[int(each)] for each in theirs.osm_id] == [rank for _, rank in ranks.dropna()]


def test_places_have_their_names_and_the_largest_come_first(extract):
    places = read_osm(extract, None, [], 6).layers["places"]
    theirs = pyogrio.read_dataframe(extract, layer="points", where="place IN ('town', 'village')")
    assert set(theirs.name) <= set(places.name)
    assert places["rank"].is_monotonic_increasing
    assert places.name[:3].tolist() == ["Schaan", "Vaduz", "Balzers"]


def test_what_it_demands_to_be_said_is_said(extract):
    assert sm.basemap(extract).attribution == OSM_ATTRIBUTION


def test_areas_whose_border_is_not_whole_are_counted(tmp_path):
    path = tmp_path / "town.osm"
    lake = way(1, [1, 2, 3]), multipolygon(7, {1: "outer", 99: "outer"}, {"natural": "water"})
    path.write_text(osm(*SQUARE, *lake, way(2, [1, 2], {"highway": "primary"})), encoding="utf-8")
    found = read_osm(path, None, [], 6)
    assert list(found.layers) == ["streets"]
    assert found.notes[0].startswith("Base map: 1 areas are left out")


@pytest.mark.parametrize("name", ["東京都", "القاهرة", "תל אביב", "Ventspils", "<script>alert(1)</script>"])
def test_names_of_every_script_pass_through(tmp_path, name):
    path = tmp_path / "town.osm"
    escaped = name.replace("<", "&lt;")
    path.write_text(osm(node(1, 24.0, 57.0, {"place": "city", "name": escaped})), encoding="utf-8")
    assert sm.basemap(path).layers["places"].name.tolist() == [name]


def test_ids_may_come_in_any_order(tmp_path):
    path = tmp_path / "town.osm"
    path.write_text(osm(way(5, [3, 1], {"highway": "primary"}), *reversed(SQUARE)), encoding="utf-8")
    street = read_osm(path, None, [], 6).layers["streets"].geometry[0]
    assert np.allclose(shapely.get_coordinates(street), [(24.1, 57.1), (24.0, 57.0)])


def test_a_file_cut_short_is_refused_by_name(extract, tmp_path):
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(extract.read_bytes()[:200_000])
    with pytest.raises(sm.ReadError, match=r"cut\.osm\.pbf cannot be read as OpenStreetMap data"):
        sm.basemap(path)


@pytest.mark.parametrize("reader", [sm.basemap, sm.Network.from_osm])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        (b"Br\xefv\xeebas iela", "bytes that are not UTF-8 in the name of way 7"),
        (b"Br\0vibas iela", "a zero byte in a tag of way 7"),
        (b"\0", "a zero byte in a tag of way 7"),
    ],
)
def test_texts_that_no_map_holds_are_refused_by_way(tmp_path, reader, name, said):
    path = tmp_path / "town.osm.pbf"
    places = {1: (24.0, 57.0), 2: (24.1, 57.0)}
    path.write_bytes(osm_pbf([b"highway", b"primary", b"name", "Brīvības iela".encode()], places, {7: [1, 2]}))
    reader(path)
    path.write_bytes(osm_pbf([b"highway", b"primary", b"name", name], places, {7: [1, 2]}))
    with pytest.raises(sm.ReadError, match=rf"town\.osm\.pbf cannot be read as OpenStreetMap data.*{said}"):
        reader(path)


def test_ids_may_be_large_and_negative(tmp_path):
    path = tmp_path / "town.osm.pbf"
    least, most = -(2**62), 2**62 - 1
    places = {least: (24.0, 57.0), most: (24.1, 57.0)}
    path.write_bytes(osm_pbf([b"highway", b"primary"], places, {2**63 - 1: [least, most]}))
    street = read_osm(path, None, [], 6).layers["streets"].geometry[0]
    assert np.allclose(shapely.get_coordinates(street), [(24.0, 57.0), (24.1, 57.0)])
    path.write_bytes(osm_pbf([b"highway", b"primary"], {-(2**63): (24.0, 57.0), 2: (24.1, 57.0)}, {7: [2]}))
    with pytest.raises(sm.ReadError, match="no map has the id of node -9223372036854775808"):
        read_osm(path, None, [], 6)
