# SPDX-License-Identifier: Apache-2.0
"""What a GeoPackage keeps for QGIS and others: styles, descriptions, aliases and metadata of each layer."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pyogrio
import pytest

from sheltermap.qgis import rules

SAMPLES = ("latvia", "ogre", "sao_miguel")


@pytest.fixture(params=SAMPLES)
def package(request: pytest.FixtureRequest, sample_assessment: Callable[[str], Path]) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(sample_assessment(request.param) / "assessment.gpkg")) as connection:
        yield connection


def layers_of(package: sqlite3.Connection) -> list[str]:
    return [name for (name,) in package.execute("SELECT table_name FROM gpkg_geometry_columns")]


def test_every_layer_has_one_default_style_and_names_differ(package: sqlite3.Connection) -> None:
    defaults = package.execute("SELECT f_table_name FROM layer_styles WHERE useAsDefault").fetchall()
    assert sorted(name for (name,) in defaults) == sorted(layers_of(package))
    named = package.execute("SELECT f_table_name, styleName FROM layer_styles").fetchall()
    assert len(set(named)) == len(named)
    columns = package.execute("SELECT DISTINCT f_geometry_column FROM layer_styles").fetchall()
    assert columns == [("geom",)]


def test_every_column_that_a_style_names_is_in_its_layer(package: sqlite3.Connection) -> None:
    seen = 0
    for layer, qml, sld in package.execute("SELECT f_table_name, styleQML, styleSLD FROM layer_styles"):
        there = {name for (_, name, *_) in package.execute(f'PRAGMA table_info("{layer}")')}
        style = fromstring(qml)
        renderer = style.find("renderer-v2")
        assert renderer is not None
        named = [each.get("field") for each in style.findall("aliases/alias")]
        named += [each.get("name") for each in style.findall("fieldConfiguration/field")]
        if expression := renderer.get("attr"):
            named += [name for kind, name in rules.tokens(expression) if kind == "column"]
        named += [each.text for each in fromstring(sld).iter("{http://www.opengis.net/ogc}PropertyName")]
        assert set(named) <= there, layer
        seen += len(named)
    assert seen > 100


def test_layers_are_described_and_their_identifiers_are_plain(package: sqlite3.Connection) -> None:
    found = package.execute(
        "SELECT table_name, identifier, description FROM gpkg_contents WHERE data_type = 'features'"
    )
    for name, identifier, description in found:
        assert identifier == name and identifier.isascii()
        assert len(description) > 10


def test_aliases_and_metadata_are_where_others_look_for_them(package: sqlite3.Connection) -> None:
    aliased = package.execute("SELECT table_name, name, count(*) FROM gpkg_data_columns GROUP BY table_name, name")
    assert all(count == 1 for *_, count in aliased)  # GeoPackage wants them to differ
    metadata = package.execute(
        "SELECT r.table_name, m.metadata FROM gpkg_metadata m JOIN gpkg_metadata_reference r ON r.md_file_id = m.id"
    ).fetchall()
    assert sorted(name for name, _ in metadata) == sorted(layers_of(package))
    assert all(fromstring(text).findtext("title") for _, text in metadata)


def test_gdal_reads_the_aliases_and_finds_no_layer_more(sample_assessment: Callable[[str], Path]) -> None:
    path = sample_assessment("ogre") / "assessment.gpkg"
    names = {str(name) for name, _ in pyogrio.list_layers(path)}
    assert not [name for name in names if name.startswith("gpkg_")]
    assert pyogrio.read_info(path, layer="gaps_shelter")["features"] == 2445
