# SPDX-License-Identifier: Apache-2.0
"""Styles in the database: QGIS shows tables like the layers of the GeoPackage; what people saved there stays."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas
import pytest
from typer.testing import CliRunner

import sheltermap as sm
import system_qgis
from sheltermap.commands.cli import app
from sheltermap.layers.style_table import add_style
from sheltermap.postgis.kept_styles import styles_in

PROBE = Path(__file__).parents[2] / "probes" / "open_postgis_in_qgis.py"
STYLES = "SELECT f_table_name, stylename, useasdefault, owner, styleqml::text FROM public.layer_styles ORDER BY id"


def in_qgis(*arguments: Any) -> Any:
    """What the probe prints; libpq's environment leads it to the database."""
    if not system_qgis.has_qgis():
        pytest.skip("QGIS is not installed (Debian: python3-qgis)")
    done = system_qgis.in_qgis(str(PROBE), *map(str, arguments))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def write(*arguments: Any, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["postgis", "write", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


def package(path: Path, style: str = "<qgis/>") -> Path:
    """A GeoPackage with a layer that has a style."""
    layer = geopandas.GeoDataFrame({"id": ["a"]}, geometry=geopandas.points_from_xy([24], [57]), crs=4326)
    sm.write({"wells": layer}, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        add_style(connection, "wells", style)
    return path


def test_qgis_shows_every_table_like_the_layer_of_the_file(database: Any, assessment: Path) -> None:
    source = assessment / "assessment.gpkg"
    write(assessment, "y")
    names = sorted({each.table for each in styles_in(source)})
    assert len(names) >= 5
    seen = in_qgis(source, "y", *names)
    for name in names:
        file, table = seen["files"][name], seen["tables"][name]
        assert table["valid"] and table["rows"] == file["rows"] > 0, name
        assert table["renderer"] == file["renderer"], name
        assert set(table["styles"]) == set(file["styles"]) != set(), name
        assert sum(map(bool, table["comments"])) == len(table["comments"]) - 1, name  # all but the row's number


def test_all_of_a_style_comes_along(database: Any, assessment: Path) -> None:
    source = assessment / "assessment.gpkg"
    write(source, "y")
    kept = {(each.table, each.name): each for each in styles_in(source)}
    query = "SELECT f_table_name, stylename, styleqml::text, stylesld::text, useasdefault, f_geometry_column, "
    rows = database.execute(query + "f_table_catalog, f_table_schema, update_time IS NULL FROM layer_styles").fetchall()
    assert {row[:2] for row in rows} == set(kept)
    for table, name, qml, sld, is_default, *where in rows:
        style = kept[table, name]
        assert (qml, sld, is_default) == (style.qml, style.sld, style.is_default)
        assert where == ["geometry", "tests", "y", False]


def test_a_style_that_somebody_saved_in_qgis_stays_and_is_the_default(database: Any, assessment: Path) -> None:
    source = assessment / "assessment.gpkg"
    table = next(each.table for each in styles_in(source) if each.is_default)
    write(source, "y")
    of_table = "SELECT count(*) FROM layer_styles WHERE f_table_name = %s"
    (before,) = database.execute(of_table, (table,)).fetchone()
    assert in_qgis("--save", source, "y", table, "my own")["error"] == ""
    write(source, "y")
    write(source, "y")
    found = [row[:3] for row in database.execute(STYLES).fetchall() if row[0] == table]
    assert (table, "my own", True) in found and len(found) == before + 1
    assert [row for row in found if row[2]] == [(table, "my own", True)]


def test_another_schema_and_what_is_gone(database: Any, tmp_path: Path) -> None:
    source = package(tmp_path / "a.gpkg")
    write(source, "one")
    write(source, "other")
    write(source, "one", "--no-styles")
    assert len(database.execute(STYLES).fetchall()) == 2  # left alone
    with closing(sqlite3.connect(source)) as connection, connection:
        connection.execute("DELETE FROM layer_styles")
    write(source, "one")
    where = "SELECT f_table_schema FROM layer_styles"
    assert database.execute(where).fetchall() == [("other",)]


def test_without_styles_no_table_is_made(database: Any, tmp_path: Path) -> None:
    layer = geopandas.GeoDataFrame({"id": ["a"]}, geometry=geopandas.points_from_xy([24], [57]), crs=4326)
    sm.write({"wells": layer}, tmp_path / "a.gpkg")
    assert styles_in(tmp_path / "a.gpkg") == []
    assert "1 tables with 1 rows in the schema y" in write(tmp_path / "a.gpkg", "y")
    write(package(tmp_path / "b.gpkg"), "y", "--no-styles")
    assert database.execute("SELECT to_regclass('public.layer_styles')").fetchone() == (None,)


@pytest.mark.parametrize("made_by_qgis", [False, True])
def test_who_may_not_write_styles_gets_the_tables_and_is_told(
    database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_by_qgis: bool
) -> None:
    source = package(tmp_path / "a.gpkg")
    if made_by_qgis:
        write(source, "before")
    database.execute("DROP ROLE IF EXISTS planner")
    database.execute("CREATE ROLE planner LOGIN; GRANT CREATE ON DATABASE tests TO planner")
    monkeypatch.setenv("PGUSER", "planner")
    said = write(source, "y")
    assert "note: the layers have no styles: permission denied for" in said and "GRANT" in said
    assert "1 tables with 1 rows in the schema y" in said
    assert len(sm.read_postgis("wells", schema="y")) == 1
    database.execute("DROP OWNED BY planner")


@pytest.mark.parametrize("style", ["<qgis>", "<qgis/><qgis/>", "no XML"])
def test_a_style_that_is_no_xml_changes_nothing(database: Any, tmp_path: Path, style: str) -> None:
    write(package(tmp_path / "a.gpkg"), "y")
    before = database.execute(STYLES).fetchall()
    said = write(package(tmp_path / "b.gpkg", style), "y", code=2)
    assert "public.layer_styles: invalid XML document; nothing was changed" in said
    assert database.execute(STYLES).fetchall() == before


def test_a_table_of_styles_that_is_somebody_elses_is_left_alone(database: Any, tmp_path: Path) -> None:
    database.execute("CREATE TABLE public.layer_styles (colour text)")
    said = write(package(tmp_path / "a.gpkg"), "y")
    assert "the layers have no styles: column" in said and "1 tables" in said
    assert database.execute("SELECT count(*) FROM layer_styles").fetchone() == (0,)
