# SPDX-License-Identifier: Apache-2.0
"""`sheltermap network`: of layers of lines, saved networks, and with options that are not for them."""

import json

import pytest
from typer.testing import CliRunner

import sheltermap as sm
from osm_text import node, osm, way
from sheltermap.commands.cli import app
from small_plan import collection, road

ROADS = (
    road((24.09, 56.95), (24.42, 56.95), over="no"),
    road((24.2, 56.94), (24.2, 56.96), over="no"),
    road((24.3, 56.94), (24.3, 56.96), over="yes"),
    road((24.1, 56.95), (24.1, 56.96), over="no"),
)


def told(*arguments: object) -> dict[str, object]:
    done = CliRunner().invoke(app, ["network", *map(str, arguments), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def roads(tmp_path):
    path = tmp_path / "roads.geojson"
    path.write_text(collection(*ROADS), encoding="utf-8")
    return path


def test_a_layer_of_lines_is_made_and_told(roads, tmp_path):
    found = told(roads, "--bridge", "over")
    assert (found["profile"], found["parts"], found["ends_joined"], found["crossings_unjoined"]) == ("lines", 3, 1, 1)
    met = told(roads, "--bridge", "over", "--node", "--speed-kmh", "kmh", "-o", tmp_path / "r.graph")
    assert (met["parts"], met["crossings_joined"], met["crossings_unjoined"]) == (2, 1, 0)
    assert told(tmp_path / "r.graph") == met
    assert told(roads, "--join-ends-m", "0")["ends_unjoined"] == 1
    slow = told(roads, "--speed-kmh", "3.5", "-o", tmp_path / "slow.graph")
    assert slow["edges"] > 0
    assert sm.Network.load(tmp_path / "slow.graph").edges().forward_kmh.round(6).unique().tolist() == [3.5]


def test_openstreetmap_is_made_to_meet_when_asked_for(tmp_path):
    nodes = [node(1, 24, 57), node(2, 24.02, 57), node(3, 24.01, 56.99), node(4, 24.01, 57.01)]
    ways = [way(7, [1, 2], {"highway": "residential"}), way(8, [3, 4], {"highway": "residential"})]
    (tmp_path / "town.osm").write_text(osm(*nodes, *ways), encoding="utf-8")
    assert [told(tmp_path / "town.osm")[key] for key in ("parts", "crossings_unjoined")] == [2, 1]
    assert [told(tmp_path / "town.osm", "--node")[key] for key in ("parts", "crossings_unjoined")] == [1, 0]


@pytest.mark.parametrize(
    ("file", "options", "said"),
    [
        ("roads.geojson", ["--profile", "walk"], "--profile is for files of OpenStreetMap"),
        ("town.osm", ["--bridge", "b"], "--bridge is for layers of lines"),
        ("r.graph", ["--join-ends-m", "1"], "--join-ends-m is for what streets are made of"),
        ("roads.geojson", ["--speed-kmh", "speeed"], "no column 'speeed'"),
        ("roads.geojson", ["--level", "street"], "'street'"),
    ],
)
def test_an_option_that_does_not_fit_is_named(roads, file, options, said):
    done = CliRunner().invoke(app, ["network", str(roads.parent / file), *options])
    assert done.exit_code == 2 and said in done.output
