# SPDX-License-Identifier: Apache-2.0
"""Comments on tables, views and columns, in the words of the assessment; and the types that columns have."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest
from typer.testing import CliRunner

import sheltermap as sm
from sheltermap.commands.cli import app
from sheltermap.dictionary import layers as dictionary
from sheltermap.postgis.geopackage import contents

COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL), col_description(c.oid, a.attnum) FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'y'::regnamespace AND c.relkind = %s
AND a.attnum > 0 AND NOT a.attisdropped"""
# What a GeoPackage declares -> what the database has.
TYPES = {
    **{"TEXT": "text", "INTEGER": "bigint", "MEDIUMINT": "bigint", "REAL": "double precision", "BOOLEAN": "boolean"},
    **{"DATE": "date", "DATETIME": "timestamp with time zone"},
}


@pytest.fixture
def written(database: Any, assessment: Path) -> Any:
    done = CliRunner().invoke(app, ["postgis", "write", str(assessment), "y", "--lang", "lv"])
    assert done.exit_code == 0, done.output
    return database


def test_every_column_says_what_it_is(written: Any, assessment: Path) -> None:
    told = {each.name: each for each in dictionary.read(contents(assessment / "assessment.gpkg"))}
    found = {row[:2]: row[3] for row in written.execute(COLUMNS, ("r",)).fetchall()}
    assert len(told) > 5
    for layer in told.values():
        for column in layer.columns:
            said = found[layer.name, column.name]
            assert said.startswith(column.label["lv"]), column
            for code, words in layer.codes.get(column.name, {}).items():
                assert f"{code} = {words['lv']}" in said
    assert any(". Kodi: " in (said or "") for said in found.values())


def test_tables_views_and_their_columns_say_what_they_are_of(written: Any, assessment: Path) -> None:
    query = "SELECT obj_description(to_regclass(%s), 'pg_class')"
    assert written.execute(query, ("y.figures",)).fetchone() == ("Novērtējuma rādītāji, katrs savā rindā",)
    views = dict(written.execute("SELECT name, view_of FROM y.sheltermap_contents WHERE view_of <> ''").fetchall())
    told = {each.name: each for each in dictionary.read(contents(assessment / "assessment.gpkg"))}
    for view, table in views.items():
        (of_table,) = written.execute(query, (f"y.{table}",)).fetchone()
        (of_view,) = written.execute(query, (f'y."{view}"',)).fetchone()
        assert of_table.startswith(told[table].title["lv"]) and told[table].description["lv"] in of_table
        assert of_view.startswith(of_table) and table in of_view.removeprefix(of_table)
    columns = {row[:2]: row[3] for row in written.execute(COLUMNS, ("v",)).fetchall()}
    assert {name for name, _ in columns} == set(views)
    assert all(said.startswith(f"{views[view]}.") for (view, _), said in columns.items())


def test_columns_have_the_types_that_the_file_declares(written: Any, assessment: Path) -> None:
    found = {row[:2]: row[2] for row in written.execute(COLUMNS, ("r",)).fetchall()}
    with closing(sqlite3.connect(assessment / "assessment.gpkg")) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents") if name != "layer_styles"
        ]
        seen = set()
        for table in tables:
            for _, name, kind, _, _, key in connection.execute(f'PRAGMA table_info("{table}")'):
                if name != "geom" and not key:
                    seen.add(kind)
                    assert found[table, name] == TYPES[kind], (table, name)
    assert {"TEXT", "INTEGER", "REAL", "BOOLEAN"} <= seen


def test_without_a_dictionary_a_comment_of_somebodys_stays(database: Any) -> None:
    sm.write_postgis({"figures": pd.DataFrame({"x": [1]})}, "y")
    database.execute("COMMENT ON TABLE y.figures IS 'mine'")
    sm.write_postgis({"figures": pd.DataFrame({"x": [2]})}, "y")
    assert database.execute("SELECT obj_description('y.figures'::regclass, 'pg_class')").fetchone() == ("mine",)


def test_all_layers_in_one_reference_system(database: Any, assessment: Path) -> None:
    command = ["postgis", "write", str(assessment), "y", "--crs"]
    refused = CliRunner().invoke(app, [*command, "EPSG:0"])
    assert refused.exit_code == 2 and "there is no reference system 'EPSG:0'" in refused.output
    done = CliRunner().invoke(app, [*command, "EPSG:4326"])
    assert done.exit_code == 0, done.output
    found = database.execute("SELECT DISTINCT srid FROM geometry_columns WHERE f_table_schema = 'y'").fetchall()
    assert found == [(4326,)]
    for name, frame in contents(assessment / "assessment.gpkg").items():
        if isinstance(frame, geopandas.GeoDataFrame):
            back = sm.read_postgis(name, schema="y", strict=False)
            assert back.geometry.geom_equals_exact(frame.to_crs(4326).geometry, 1e-9)[frame.geometry.notna()].all()
