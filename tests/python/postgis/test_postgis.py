# SPDX-License-Identifier: Apache-2.0
"""Registers from a PostGIS database, results into it; a database of the tests' own, reached by a unix socket."""

import json
import os
import re
import shutil
import signal
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

import sheltermap as sm
from sheltermap.commands.cli import app
from sheltermap.postgis import writing
from sheltermap.postgis.geopackage import contents
from sheltermap.postgis.session import Session

psycopg = pytest.importorskip("psycopg")


WELLS = """
CREATE TABLE wells (
    id text PRIMARY KEY, capacity int4, depth numeric(6, 2), flow float4, "Dzeramais ūdens" bool, checked date,
    seen timestamptz, kind varchar(9), tags jsonb, geom geometry(Point, 3059));
INSERT INTO wells VALUES
    ('b', 7, 12.25, 1.5, true, '2025-05-01', '2025-05-01 12:00+03', 'well', '{"a": 1}', ST_Point(500000, 300000, 3059)),
    ('a', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ST_Point(510000, 300000, 3059))"""


def shelters(count: int = 3, start: int = 0) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        {
            "name": [f"Ķegums {n}" for n in range(start, start + count)],
            "places": pd.Series([None, *range(1, count)], dtype="Int64"),
            "area_m2": [0.1 + n for n in range(count)],
            "open": pd.Series([True, None, False, *[True] * (count - 3)][:count], dtype="boolean"),
            "checked": [date(2025, 1, 1), None, date(2026, 2, 28), *[None] * (count - 3)][:count],
        },
        geometry=geopandas.points_from_xy(range(500_000, 500_000 + count), [300_000] * count),
        crs="EPSG:3059",
    )


class TestReading:
    def test_a_table_comes_with_its_types_in_the_order_of_its_key(self, database: Any) -> None:
        database.execute(WELLS)
        frame = sm.read_postgis("wells")
        assert list(frame.id) == ["a", "b"] and frame.crs.to_epsg() == 3059
        row = frame.iloc[1]
        assert (row.capacity, row.depth, row.flow, row["Dzeramais ūdens"]) == (7, 12.25, 1.5, True)
        assert (row.checked, row.kind, row.tags) == (date(2025, 5, 1), "well", '{"a": 1}')
        assert row.seen == pd.Timestamp("2025-05-01 09:00", tz="UTC")
        assert frame.iloc[0].drop(["id", "geometry"]).isna().all()
        assert str(frame.capacity.dtype) == "Int64" and row.geometry.equals(shapely.Point(500_000, 300_000))
        assert frame.attrs["sheltermap_notes"] == []

    def test_a_register_in_a_view_goes_through_inspection(self, database: Any) -> None:
        database.execute(WELLS)
        database.execute("CREATE VIEW open_wells AS SELECT id, kind, capacity AS volume_m3, geom FROM wells")
        frame = sm.read_postgis("open_wells", id="id")
        assert sm.inspect(frame, "water_intake").is_clean
        assert frame.attrs["sheltermap_notes"] == []
        assert "no primary key" in sm.read_postgis("open_wells").attrs["sheltermap_notes"][0]

    def test_names_are_names_whatever_is_in_them(self, database: Any) -> None:
        odd = 'w"; DROP TABLE wells; --'
        database.execute(WELLS)
        quoted = odd.replace('"', '""')
        database.execute(f'CREATE SCHEMA "{quoted}"')
        database.execute(f'CREATE TABLE "{quoted}"."{quoted}" ("{quoted}" text, geom geometry(Point, 4326))')
        database.execute(f'INSERT INTO "{quoted}"."{quoted}" VALUES (\'x\', ST_Point(24, 57, 4326))')
        assert sm.read_postgis(odd, schema=odd, id=odd)[odd].tolist() == ["x"]
        with pytest.raises(sm.ReadError, match="unknown table"):
            sm.read_postgis(odd)
        assert len(sm.read_postgis("wells")) == 2

    def test_nothing_of_somebody_elses_is_run(self, database: Any) -> None:
        """A function of the reader's own schema is not taken for PostGIS', nor a table for the catalogue's."""
        database.execute(WELLS)
        database.execute("CREATE SCHEMA postgres")  # first in the usual search path of the user postgres
        body = "SELECT 1 / 0; SELECT ''::bytea"
        made = f"CREATE FUNCTION postgres.st_asbinary(geometry) RETURNS bytea LANGUAGE sql AS $$ {body} $$"
        database.execute(made)
        database.execute("CREATE TABLE postgres.pg_class (oid oid)")
        assert len(sm.read_postgis("wells")) == 2

    def test_a_table_without_geometry_is_a_frame(self, database: Any) -> None:
        database.execute("CREATE TABLE people (id int PRIMARY KEY, lon float8, lat float8)")
        database.execute("INSERT INTO people VALUES (1, 24.1, 56.9)")
        frame = sm.read_postgis("people")
        assert not isinstance(frame, geopandas.GeoDataFrame) and frame.lon.tolist() == [24.1]

    def test_one_of_several_geometries_has_to_be_named(self, database: Any) -> None:
        database.execute("CREATE TABLE t (id int PRIMARY KEY, a geometry(Point, 4326), b geometry(Point, 4326))")
        database.execute("INSERT INTO t VALUES (1, ST_Point(24, 57, 4326), ST_Point(25, 57, 4326))")
        with pytest.raises(sm.ReadError, match="several geometries: a, b"):
            sm.read_postgis("t")
        frame = sm.read_postgis("t", geometry="b")
        assert frame.geometry.x[0] == 25 and frame.attrs["sheltermap_notes"] == [
            "left out: column a, a second geometry"
        ]

    @pytest.mark.parametrize("kind", ["geography(Point, 4326)", "geometry(PointZ, 4326)", "geometry"])
    def test_geographies_heights_and_untyped_columns_are_read(self, database: Any, kind: str) -> None:
        database.execute(f"CREATE TABLE t (id int PRIMARY KEY, geom {kind})")
        point = "ST_SetSRID(ST_MakePoint(24, 57, 5), 4326)" if "Z" in kind else "ST_Point(24, 57, 4326)"
        database.execute(f"INSERT INTO t VALUES (1, {point}), (2, NULL)")
        frame = sm.read_postgis("t", strict=False)
        assert frame.geometry[0].wkt == "POINT (24 57)" and frame.geometry[1] is None
        assert sm.refused(frame).reason.tolist() == ["missing_geometry"]
        with pytest.raises(sm.ReadError):
            sm.read_postgis("t")

    def test_a_system_has_to_be_known_and_one(self, database: Any) -> None:
        database.execute("CREATE TABLE t (id int PRIMARY KEY, geom geometry)")
        database.execute("INSERT INTO t VALUES (1, ST_MakePoint(24, 57))")
        with pytest.raises(sm.CrsError, match="SRID 0"):
            sm.read_postgis("t")
        assert sm.read_postgis("t", crs="EPSG:4326").crs.to_epsg() == 4326
        database.execute("INSERT INTO t VALUES (2, ST_Point(500000, 300000, 3059))")
        with pytest.raises(sm.ReadError, match="mixes reference systems: SRID 0, 3059"):
            sm.read_postgis("t")
        database.execute("DELETE FROM t; INSERT INTO t VALUES (2, ST_SetSRID(ST_MakePoint(24, 57), 990000))")
        with pytest.raises(sm.CrsError, match="990000, which the database does not define"):
            sm.read_postgis("t")

    def test_what_is_not_there_is_told_with_what_may_be_meant(self, database: Any) -> None:
        database.execute(WELLS)
        with pytest.raises(sm.ReadError, match='did you mean "wells"'):
            sm.read_postgis("well")
        with pytest.raises(sm.ReadError, match='unknown column "ID"'):
            sm.read_postgis("wells", id="ID")
        with pytest.raises(sm.ReadError, match='no column of geometries "place"'):
            sm.read_postgis("wells", geometry="place")

    def test_what_may_not_be_read_is_told(self, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        database.execute(WELLS)
        database.execute("DROP ROLE IF EXISTS reader")
        database.execute("CREATE ROLE reader LOGIN")
        monkeypatch.setenv("PGUSER", "reader")
        with pytest.raises(sm.ReadError, match="may not be read"):
            sm.read_postgis("wells")

    @pytest.mark.parametrize(
        ("kind", "value", "last"),
        [
            ("date", "infinity", "9999-12-31"),
            ("date", "0044-03-15 BC", "0001-01-01"),
            ("timestamp", "-infinity", "9999-12-31 23:59:59"),
            ("timestamptz", "infinity", "0001-01-01 00:00+00"),
            ("timestamptz", "10000-01-01 00:00+00", "9999-12-31 23:59+00"),
        ],
    )
    def test_a_day_that_is_none_here_is_empty_with_a_note(
        self, database: Any, kind: str, value: str, last: str
    ) -> None:
        database.execute("ALTER DATABASE tests SET timezone = 'Europe/Riga'")  # where the last evening is a year later
        database.execute(f"CREATE TABLE t (id int PRIMARY KEY, until {kind}, geom geometry(Point, 4326))")
        values = f"(1, '{value}'), (2, '{last}'), (3, NULL), (4, '{value}')"
        database.execute(
            f"INSERT INTO t SELECT id, until::{kind}, ST_Point(24, 57, 4326) FROM (VALUES {values}) v (id, until)"
        )
        frame = sm.read_postgis("t")
        assert frame.until.isna().tolist() == [True, False, True, True]
        assert str(frame.until[1])[:16] == last[:16]
        assert frame.attrs["sheltermap_notes"] == [
            "column until: what is infinite or outside the years 1 to 9999 was read as empty (rows: 2)"
        ]

    @pytest.mark.parametrize(
        ("shape", "name"),
        [
            ("CIRCULARSTRING(500000 300000, 500100 300100, 500200 300000)", "a CircularString"),
            ("COMPOUNDCURVE((500000 300000, 500100 300100))", "a CompoundCurve"),
            ("CURVEPOLYGON((0 0, 9 0, 9 9, 0 0))", "a CurvePolygon"),
            ("MULTICURVE((0 0, 9 0))", "a MultiCurve"),
            ("MULTISURFACE(((0 0, 9 0, 9 9, 0 0)))", "a MultiSurface"),
            ("TRIANGLE((0 0, 9 0, 9 9, 0 0))", "a Triangle"),
            ("TIN(((0 0, 9 0, 9 9, 0 0)))", "a TIN"),
            ("POLYHEDRALSURFACE(((0 0, 9 0, 9 9, 0 0)))", "a PolyhedralSurface"),
            ("GEOMETRYCOLLECTION(CIRCULARSTRING(0 0, 1 1, 2 0))", "a GeometryCollection"),
        ],
    )
    def test_a_curve_or_a_surface_is_refused_by_its_row(self, database: Any, shape: str, name: str) -> None:
        database.execute("CREATE TABLE t (id text PRIMARY KEY, geom geometry(Geometry, 3059))")
        database.execute("INSERT INTO t VALUES ('a', ST_Point(500000, 300000, 3059)), ('c', NULL)")
        database.execute(f"INSERT INTO t VALUES ('b', ST_GeomFromText('{shape}', 3059))")
        frame = sm.read_postgis("t", id="id", strict=False)
        listed = sm.refused(frame)
        assert listed[["row", "id", "reason"]].to_numpy().tolist() == [
            [2, "b", "unsupported_geometry"],
            [3, "c", "missing_geometry"],
        ]
        assert listed.detail[0].startswith(name)
        assert frame.geometry[0].wkt == "POINT (500000 300000)" and frame.geometry[1] is None
        with pytest.raises(sm.ReadError, match="row 2"):
            sm.read_postgis("t", id="id")

    @pytest.mark.parametrize("content", ["", "INSERT INTO t VALUES (1, NULL)"])
    def test_without_a_geometry_the_column_says_the_reference_system(self, database: Any, content: str) -> None:
        database.execute("CREATE TABLE t (id int PRIMARY KEY, geom geometry(Point, 3059))")
        database.execute(content)
        database.execute("CREATE VIEW v AS SELECT * FROM t")
        for name in ("t", "v"):
            frame = sm.read_postgis(name, strict=False)
            assert frame.crs.to_epsg() == 3059 and frame.geometry.isna().all()
        with pytest.raises(sm.CrsError, match="not in EPSG:4326"):
            sm.read_postgis("t", crs="EPSG:4326", strict=False)
        database.execute("CREATE TABLE g (id int PRIMARY KEY, geog geography); CREATE TABLE n (geom geometry)")
        assert sm.read_postgis("g", strict=False).crs.to_epsg() == 4326
        with pytest.raises(sm.CrsError, match="SRID 0"):
            sm.read_postgis("n")

    def test_a_number_of_ones_own_for_a_system_of_epsg_is_that_system(self, database: Any, tmp_path: Path) -> None:
        database.execute(
            "INSERT INTO spatial_ref_sys SELECT 990001, 'custom', 990001, srtext, proj4text FROM spatial_ref_sys "
            "WHERE srid = 3059; INSERT INTO spatial_ref_sys SELECT 990002, 'custom', 990002, "
            "replace(srtext, '\"central_meridian\",24', '\"central_meridian\",25'), '' FROM spatial_ref_sys "
            "WHERE srid = 3059; INSERT INTO spatial_ref_sys VALUES (990003, NULL, NULL, '', '')"
        )
        database.execute("CREATE TABLE t (id int PRIMARY KEY, geom geometry)")
        database.execute("INSERT INTO t VALUES (1, ST_Point(500000, 300000, 990001))")
        frame = sm.read_postgis("t")
        assert frame.crs.to_epsg() == 3059
        sm.write(frame, tmp_path / "t.gpkg")
        database.execute("UPDATE t SET geom = ST_SetSRID(geom, 990002)")
        assert sm.read_postgis("t").crs.to_epsg() is None
        with pytest.raises(sm.WriteError, match="calls itself EPSG:3059 and is defined otherwise"):
            sm.write(sm.read_postgis("t"), tmp_path / "t.gpkg")
        database.execute("UPDATE t SET geom = ST_SetSRID(geom, 990003)")
        with pytest.raises(sm.CrsError, match="990003, which the database does not define"):
            sm.read_postgis("t")

    def test_whole_numbers_stay_whole(self, database: Any) -> None:
        database.execute(
            "CREATE DOMAIN cadastre AS numeric(14, 0);"
            "CREATE TABLE t (id numeric PRIMARY KEY, parcel numeric(14), place cadastre, gap numeric(5, 0), "
            "part numeric(6, 2), mixed numeric, rounded numeric(4, -2), none numeric(3))"
        )
        database.execute(
            "INSERT INTO t VALUES (12345678901234567891, 80760030001, 80760030001, NULL, 2, 'NaN', 1234, 'NaN'),"
            "(12345678901234567890, 80760030002, 80760030002, 7, 2.5, 0.5, 5678, NULL)"
        )
        frame = sm.read_postgis("t", id="id")
        assert frame.id.tolist() == ["12345678901234567890", "12345678901234567891"]
        assert str(frame.parcel.dtype) == "int64" and frame.parcel.tolist() == [80760030002, 80760030001]
        assert str(frame.place.dtype) == "int64"
        assert str(frame.gap.dtype) == "Int64" and frame.gap[0] == 7 and frame.gap.isna()[1]
        assert frame.part.tolist() == [2.5, 2.0]
        assert frame.mixed[0] == 0.5 and pd.isna(frame.mixed[1])
        assert frame.rounded.tolist() == [5700, 1200]
        assert str(frame.none.dtype) == "Int64" and frame.none.isna().all()

    def test_a_column_called_geometry_is_kept_beside_the_geometries(self, database: Any) -> None:
        database.execute("CREATE TABLE t (id int PRIMARY KEY, geometry text, shape geometry(Point, 3059))")
        database.execute("INSERT INTO t VALUES (1, 'kept', ST_Point(500000, 300000, 3059))")
        frame = sm.read_postgis("t")
        assert frame.geometry.name == "shape" and frame["geometry"].tolist() == ["kept"]

    @pytest.mark.parametrize(
        ("schema", "table", "told"),
        [
            ("REG", "Homes", 'no REG.Homes; unknown schema "REG"; did you mean "reg.homes"? schemas with tables: reg'),
            ("reg", "HOMES", 'unknown table "HOMES"; did you mean "homes"? allowed: homes'),
            ("public", "homes", 'unknown table "homes"; did you mean "reg.homes"? allowed: none'),
            ("nothing", "alike", 'unknown schema "nothing"; schemas with tables: reg'),
        ],
    )
    def test_a_name_in_other_letters_or_elsewhere_is_found(
        self, database: Any, schema: str, table: str, told: str
    ) -> None:
        database.execute("CREATE SCHEMA reg; CREATE TABLE reg.homes (id int)")
        with pytest.raises(sm.ReadError, match=re.escape(told)):
            sm.read_postgis(table, schema=schema)

    def test_an_error_of_a_view_names_the_view(self, database: Any) -> None:
        database.execute("CREATE VIEW broken AS SELECT 1 / (n - 1) FROM generate_series(1, 3) n")
        with pytest.raises(sm.ReadError) as error:
            sm.read_postgis("broken")
        assert str(error.value) == "the database of the environment: public.broken: division by zero"

    def test_a_locked_table_is_told(self, database: Any) -> None:
        database.execute(WELLS)
        with psycopg.connect() as other:
            other.execute("LOCK TABLE wells IN ACCESS EXCLUSIVE MODE")
            since = time.monotonic()
            with pytest.raises(sm.ReadError, match=r"public\.wells: .*locked for 4 s$"):
                sm.read_postgis("wells")
            assert time.monotonic() - since < 8  # 4 s of it waiting

    def test_a_database_without_postgis_is_told(self, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        database.execute("DROP EXTENSION postgis")
        with pytest.raises(sm.ReadError, match="CREATE EXTENSION postgis"):
            sm.read_postgis("wells")


def test_without_the_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(sm.ReadError, match=r"pip install 'psycopg\[binary\]'"):
        sm.read_postgis("wells")


class TestWhereItIs:
    SECRET = "hunter2-secret"

    def told(self, service: str | None) -> str:
        with pytest.raises(sm.ReadError) as error:
            sm.read_postgis("wells", service=service)
        done = CliRunner().invoke(
            app, ["postgis", "read", "wells", "x.gpkg", "--debug"] + (["--service", service] if service else [])
        )
        assert done.exit_code == 2
        return str(error.value) + done.output

    @pytest.fixture(autouse=True)
    def service_file(self, database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
        secret = f"password={self.SECRET}\n"
        (tmp_path / "services").write_text(
            f"[good]\nhost={host}\nuser=postgres\ndbname=tests\n{secret}"
            f"[stranger]\nhost={host}\nuser=private-person\ndbname=tests\n{secret}"
            f"[nowhere]\nhost=127.0.0.1\nport=1\nuser=private-person\n{secret}"
            f"[unknown]\nhost=private-machine.invalid\nuser=private-person\n{secret}"
            f"[other]\nhost={host}\nuser=postgres\ndbname=private-base\n{secret}"
        )
        monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))

    def test_a_service_leads_to_the_database(self, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        database.execute(WELLS)
        monkeypatch.delenv("PGHOST")
        assert len(sm.read_postgis("wells", service="good")) == 2
        monkeypatch.setenv("PGSERVICE", "good")
        assert len(sm.read_postgis("wells")) == 2

    @pytest.mark.parametrize(
        ("service", "reason"),
        [
            ("stranger", "it does not know the user"),
            ("nowhere", "nothing answers there"),
            ("unknown", "its host is not known"),
            ("other", "there is no such database"),
            ("missing", "the service file has no such service"),
        ],
    )
    def test_what_is_in_the_service_file_is_never_told(self, service: str, reason: str) -> None:
        told = self.told(service)
        assert f"cannot connect to the database of service '{service}': {reason}" in told
        for secret in (self.SECRET, "private-", "127.0.0.1"):
            assert secret not in told

    def test_nor_what_is_in_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PGUSER", "private-person")
        monkeypatch.setenv("PGPASSWORD", self.SECRET)
        told = self.told(None)
        assert "the database of the environment: it does not know the user" in told
        assert self.SECRET not in told and "private-" not in told


class TestWriting:
    def test_what_is_written_is_read_back(self, database: Any) -> None:
        layer = shelters()
        sm.write_postgis({"shelters": layer, "figures": pd.DataFrame({"value": [1.5]})}, "assessment_2026")
        back = sm.read_postgis("shelters", schema="assessment_2026")
        assert back.fid.tolist() == [1, 2, 3]
        pd.testing.assert_frame_equal(
            pd.DataFrame(back.drop(columns=["fid", "geometry"])),
            pd.DataFrame(layer.drop(columns="geometry")),
            check_dtype=False,
        )
        assert back.geometry.equals(layer.geometry) and back.crs == layer.crs
        assert sm.read_postgis("figures", schema="assessment_2026").value.tolist() == [1.5]
        described = "SELECT type, srid FROM geometry_columns WHERE f_table_schema = 'assessment_2026'"
        assert database.execute(described).fetchall() == [("POINT", 3059)]

    def test_polygons_and_multipolygons_are_one_kind(self, database: Any) -> None:
        square = shapely.box(24, 56, 25, 57)
        both = geopandas.GeoDataFrame(geometry=[square, shapely.MultiPolygon([square]), None], crs=4326)
        sm.write_postgis(both, "s", name="zones")
        assert database.execute("SELECT GeometryType(geometry) FROM s.zones ORDER BY fid").fetchall() == [
            ("MULTIPOLYGON",),
            ("MULTIPOLYGON",),
            (None,),
        ]

    def test_odd_names_and_texts_are_kept(self, database: Any) -> None:
        odd = 'a"; DROP SCHEMA public; --'
        layer = pd.DataFrame({odd: ["tab\t, line\n, \\N and 'quote'", None, ""], "mixed": [1, "x", None]})
        sm.write_postgis({odd: layer}, odd)
        back = sm.read_postgis(odd, schema=odd)
        assert back[odd][0] == layer[odd][0] and back[odd].isna().tolist() == [False, True, False]
        assert back.mixed.tolist()[:2] == ["1", "x"]

    def test_a_year_written_again_keeps_rights_and_views(self, database: Any) -> None:
        sm.write_postgis({"shelters": shelters(), "old": pd.DataFrame({"x": [1]})}, "y")
        database.execute("DROP ROLE IF EXISTS reader")
        database.execute("CREATE ROLE reader; GRANT SELECT ON y.shelters TO reader")
        database.execute("CREATE VIEW y.names AS SELECT name FROM y.shelters")
        sm.write_postgis({"shelters": shelters(5), "new": pd.DataFrame({"x": [1]})}, "y")
        assert database.execute("SELECT count(*) FROM y.names").fetchone() == (5,)
        assert database.execute("SELECT has_table_privilege('reader', 'y.shelters', 'SELECT')").fetchone() == (True,)
        assert database.execute("SELECT to_regclass('y.old') IS NULL, to_regclass('y.new') IS NULL").fetchone() == (
            True,
            False,
        )

    def test_a_table_whose_columns_changed_is_made_anew(self, database: Any) -> None:
        sm.write_postgis({"shelters": shelters()}, "y")
        sm.write_postgis({"shelters": shelters()[["name", "geometry"]].to_crs(4326)}, "y")
        back = sm.read_postgis("shelters", schema="y")
        assert list(back.columns) == ["fid", "name", "geometry"] and back.crs.to_epsg() == 4326

    def test_what_others_made_is_left_alone(self, database: Any) -> None:
        database.execute("CREATE SCHEMA y; CREATE TABLE y.theirs (x int); CREATE TABLE y.shelters (x int)")
        with pytest.raises(sm.WriteError, match=r"y\.shelters is there already and is not of sheltermap"):
            sm.write_postgis({"shelters": shelters()}, "y")
        sm.write_postgis({"ours": shelters()}, "y")
        sm.write_postgis({"ours2": shelters()}, "y")
        tables = database.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'y'::regnamespace AND relkind = 'r'"
        )
        assert {name for (name,) in tables} == {"theirs", "shelters", "ours2", "sheltermap_contents"}

    def test_a_view_on_a_table_that_would_go_stops_it_and_nothing_changes(self, database: Any) -> None:
        sm.write_postgis({"shelters": shelters(), "b": pd.DataFrame({"x": [1]})}, "y")
        database.execute("CREATE VIEW names AS SELECT name FROM y.shelters")
        with pytest.raises(sm.WriteError, match="other objects depend on it; nothing was changed"):
            sm.write_postgis({"b": pd.DataFrame({"x": [1, 2]})}, "y")
        assert len(sm.read_postgis("b", schema="y")) == 1

    @pytest.mark.parametrize(
        ("layers", "schema", "error"),
        [
            ({"sheltermap_contents": pd.DataFrame({"x": [1]})}, "y", ValueError),
            ({"a" * 64: pd.DataFrame({"x": [1]})}, "y", ValueError),
            ({"a": pd.DataFrame({"ū" * 40: [1]})}, "y", ValueError),
            ({"a": pd.DataFrame({"x": [1]})}, "", ValueError),
            ({"a": pd.DataFrame({"fid": [1]})}, "y", ValueError),
            ({"a": shelters().set_crs(None, allow_override=True)}, "y", sm.CrsError),
            (
                {
                    "a": shelters()
                    .set_crs("ESRI:102001", allow_override=True)
                    .set_crs("+proj=ortho", allow_override=True)
                },
                "y",
                sm.WriteError,
            ),
            ({"a": pd.DataFrame({"x": [1]})}, "pg_mine", sm.WriteError),
        ],
    )
    def test_what_cannot_be_written_is_refused_and_leaves_nothing(
        self, database: Any, layers: Any, schema: str, error: Any
    ) -> None:
        with pytest.raises(error):
            sm.write_postgis(layers, schema)
        assert database.execute("SELECT count(*) FROM pg_namespace WHERE nspname IN ('y', 'pg_mine')").fetchone() == (
            0,
        )


def held_up(monkeypatch: pytest.MonkeyPatch, what: Any) -> list[int]:
    """Call `what` after the first table of each attempt has been copied; return the numbers of the attempts."""
    copy, attempts = writing._copy, []

    def copying(session: Any, schema: str, table: Any) -> None:
        copy(session, schema, table)
        if table.name == "a":
            attempts.append(session.attempt)
            what(session)

    monkeypatch.setattr(writing, "_copy", copying)
    return attempts


class TestFailures:
    LAYERS = {"a": shelters(4), "b": shelters(4)}

    @pytest.fixture(autouse=True)
    def before(self, database: Any) -> None:
        sm.write_postgis({"a": shelters(3), "b": shelters(3)}, "y")

    def state(self) -> tuple[int, int]:
        return len(sm.read_postgis("a", schema="y")), len(sm.read_postgis("b", schema="y"))

    def terminate(self, session: Any) -> None:
        with psycopg.connect(autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", (session.connection.info.backend_pid,))

    def test_a_dropped_backend_is_survived_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        attempts = held_up(monkeypatch, lambda session: self.terminate(session) if session.attempt == 1 else None)
        sm.write_postgis(self.LAYERS, "y")
        assert attempts == [1, 2] and self.state() == (4, 4)

    def test_one_dropped_twice_leaves_the_state_before(self, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
        attempts = held_up(monkeypatch, self.terminate)
        with pytest.raises(sm.WriteError, match="went away, 2 times; nothing was changed"):
            sm.write_postgis(self.LAYERS, "y")
        assert attempts == [1, 2] and self.state() == (3, 3)
        assert capfd.readouterr().err == ""

    def test_a_killed_backend_which_restarts_the_server_is_survived(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def kill(session: Any) -> None:
            if session.attempt == 1:
                os.kill(session.connection.info.backend_pid, signal.SIGKILL)

        held_up(monkeypatch, kill)
        sm.write_postgis(self.LAYERS, "y")
        assert self.state() == (4, 4)

    def test_a_connection_lost_after_the_commit_writes_nothing_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        attempts = held_up(monkeypatch, lambda session: None)
        commit = psycopg.Connection.commit
        lost = []

        def losing(connection: Any) -> None:
            commit(connection)
            if not lost:
                lost.append(1)
                connection.close()
                raise psycopg.errors.AdminShutdown

        monkeypatch.setattr(psycopg.Connection, "commit", losing)
        sm.write_postgis(self.LAYERS, "y")
        assert lost and attempts == [1] and self.state() == (4, 4)

    def test_an_error_midway_leaves_the_state_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(session: Any) -> None:
            raise KeyboardInterrupt

        held_up(monkeypatch, fail)
        with pytest.raises(KeyboardInterrupt):
            sm.write_postgis(self.LAYERS, "y")
        assert self.state() == (3, 3)

    def test_readers_see_the_former_rows_and_do_not_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen = []
        held_up(monkeypatch, lambda session: seen.append(self.state()))
        with psycopg.connect() as early:  # began to read before, and goes on after
            early.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            early.execute("SELECT 1")
            sm.write_postgis(self.LAYERS, "y")
            assert early.execute("SELECT count(*) FROM y.a").fetchone() == (3,)
        assert seen == [(3, 3)] and self.state() == (4, 4)

    def test_a_locked_table_is_told_and_nothing_changes(self) -> None:
        with psycopg.connect() as other:
            other.execute("LOCK TABLE y.b IN SHARE MODE")
            since = time.monotonic()
            with pytest.raises(sm.WriteError, match=r"y\.b: .*locked for 4 s; nothing was changed"):
                sm.write_postgis(self.LAYERS, "y")
            assert time.monotonic() - since < 8  # 4 s of it waiting
        assert self.state() == (3, 3)

    def test_two_writers_leave_the_whole_of_one(self) -> None:
        errors: list[BaseException] = []

        def writer(count: int) -> None:
            try:
                for _ in range(5):
                    sm.write_postgis({"a": shelters(count), "b": shelters(count)}, "y")
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=writer, args=(count,)) for count in (10, 20)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            one, other = self.state()
            assert {one, other} <= {3, 10, 20}
        for thread in threads:
            thread.join()
        assert not errors and self.state() in {(10, 10), (20, 20)}


class TestCommands:
    def call(self, *arguments: Any, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["postgis", *map(str, arguments)])
        assert done.exit_code == code, done.output
        return done.output

    def test_an_assessment_goes_into_its_year_whole(self, database: Any, assessment: Path) -> None:
        said = self.call("write", assessment, "assessment_2026")
        layers = contents(assessment / "assessment.gpkg")
        assert f"{len(layers)} tables" in said and {"figures", "inputs", "standards"} < set(layers)
        tables = "SELECT name, row_count FROM assessment_2026.sheltermap_contents WHERE view_of IS NULL"
        counts = dict(database.execute(tables).fetchall())
        assert counts == {name: len(frame) for name, frame in layers.items()}
        for name, frame in layers.items():
            back = sm.read_postgis(
                name, schema="assessment_2026", **({"strict": False} if hasattr(frame, "crs") else {})
            )
            assert len(back) == len(frame) and set(back.columns) == {"fid", *frame.columns}, name

    def test_another_year_is_replaced_only_if_that_is_said(
        self, database: Any, assessment: Path, tmp_path: Path
    ) -> None:
        year = json.loads((assessment / "summary.json").read_text(encoding="utf-8"))["year"]
        other = tmp_path / "other"
        shutil.copytree(assessment, other)
        text = (other / "summary.json").read_text(encoding="utf-8")
        (other / "summary.json").write_text(text.replace(f'"year": {year}', f'"year": {year + 1}'), encoding="utf-8")
        self.call("write", assessment, "kept")
        self.call("write", assessment, "kept")  # the same year again
        query = "SELECT DISTINCT run, year FROM kept.sheltermap_contents"
        before = database.execute(query).fetchall()
        assert [each[1] for each in before] == [year]
        said = self.call("write", other, "kept", code=2)
        assert f"the schema kept holds the assessment of {year}" in said and "--replace" in said
        with pytest.raises(sm.WriteError, match=f"kept holds the assessment of {year}"):
            sm.write_postgis({"shelters": shelters()}, "kept")  # of no year: it would take all the others away
        assert database.execute(query).fetchall() == before
        self.call("write", other, "kept", "--replace")
        assert {each[1] for each in database.execute(query).fetchall()} == {year + 1}

    def test_a_schema_of_an_older_version_is_taken_over(self, database: Any) -> None:
        sm.write_postgis({"shelters": shelters()}, "old")
        database.execute("ALTER TABLE old.sheltermap_contents DROP COLUMN year")
        sm.write_postgis({"shelters": shelters()}, "old", year=2026)
        assert database.execute("SELECT year FROM old.sheltermap_contents").fetchall() == [(2026,)]

    def test_a_table_becomes_a_file_that_plans_read(self, database: Any, tmp_path: Path) -> None:
        database.execute(WELLS)
        assert (
            self.call("read", "wells", tmp_path / "wells.gpkg")
            == f"2 rows of public.wells in {tmp_path / 'wells.gpkg'}\n"
        )
        assert list(sm.read(tmp_path / "wells.gpkg").id) == ["a", "b"]

    def test_rows_that_lose_their_place_are_listed(self, database: Any, tmp_path: Path) -> None:
        database.execute("CREATE TABLE doubled (id text, geom geometry(Point, 3059))")
        database.execute(
            "INSERT INTO doubled VALUES ('1', ST_Point(500000, 300000, 3059)), ('1', ST_Point(510000, 300000, 3059)),"
            " ('3', NULL)"
        )
        said = self.call("read", "doubled", tmp_path / "doubled.gpkg", "--id", "id", code=1)
        assert "3 rows of public.doubled" in said and "2 of them refused" in said
        assert re.findall(r"row (\d), id (\d): ", said) == [("2", "1"), ("3", "3")]
        assert "give each row an id of its own" in said and "give its place" in said

    def test_a_register_with_its_history_goes_into_the_database(self, database: Any, tmp_path: Path) -> None:
        store = sm.RegisterStore.create(tmp_path / "water.gpkg", "water_intake")
        store.add({"id": "W1", "kind": "well", "lon": 24, "lat": 57}, by="A", why="b")
        self.call("write", store.path, "registers")
        assert len(sm.read_postgis("water_intake", schema="registers")) == 1
        assert len(sm.read_postgis("water_intake_history", schema="registers")) == 1

    def test_what_is_no_assessment_is_bad_input(self, database: Any, tmp_path: Path) -> None:
        assert "no such file" in self.call("write", tmp_path, "y", code=2)
        (tmp_path / "x.gpkg").write_bytes(b"x" * 200)
        assert "no GeoPackage" in self.call("write", tmp_path / "x.gpkg", "y", code=2)


class TestPlans:
    PLAN = """
schema = 1
title = "Wells"
year = 2026

[inputs.homes]
{homes}

[inputs.wells]
{wells}

[[analyses]]
name = "near"
kind = "coverage"
title = "People near a well"
demand = "homes"
facilities = "wells"
weight = "people"
thresholds_m = [500, 3000]

[[analyses]]
name = "state"
kind = "register"
title = "Wells"
features = "wells"
as_register = "water_intake"
columns = {{ kind = "sort" }}
"""
    HOMES = """
CREATE SCHEMA census;
CREATE TABLE census.homes (id int4 PRIMARY KEY, people int4, geom geometry(Point, 4326));
INSERT INTO census.homes SELECT n, n % 7, ST_Transform(ST_Point(500000 + 37 * n, 300100, 3059), 4326)
FROM generate_series(1, 300) n"""
    KINDS = """
CREATE TABLE registered (id text PRIMARY KEY, sort text, geom geometry(Point, 3059));
INSERT INTO registered VALUES
    ('b', 'well', ST_Point(500000, 300000, 3059)), ('a', 'sea', ST_Point(510000, 300000, 3059))"""

    def plan(self, folder: Path, homes: str, wells: str) -> Path:
        path = folder / "plan.toml"
        path.write_text(self.PLAN.format(homes=homes, wells=wells))
        return path

    def tables(self, folder: Path) -> Path:
        return self.plan(folder, 'table = "census.homes"\nid = "id"', 'table = "registered"')

    def test_a_plan_on_tables_finds_what_the_same_plan_finds_on_files(self, database: Any, tmp_path: Path) -> None:
        database.execute(self.HOMES)
        database.execute(self.KINDS)
        of_tables = sm.run(self.tables(tmp_path), tmp_path / "tables")
        for name, schema in (("homes", "census"), ("registered", "public")):
            sm.write(sm.read_postgis(name, schema=schema), tmp_path / f"{name}.gpkg")
        plan = self.plan(tmp_path, 'path = "homes.gpkg"', 'path = "registered.gpkg"')
        of_files = sm.run(plan, tmp_path / "files")
        pd.testing.assert_frame_equal(of_tables.figures, of_files.figures)
        near = of_tables.figures.query("analysis == 'near' and figure == 'covered'")
        assert 0 < near.value.iloc[0] < near.value.iloc[1] < sum(n % 7 for n in range(1, 301))
        findings = next(each for each in of_tables.outcomes if each.analysis.name == "state").tables["findings"]
        assert "sea" in findings.to_string()  # no kind of water intake: the register is checked, too
        assert "table of the database" in (tmp_path / "tables" / "report.html").read_text(encoding="utf-8")

    def test_where_takes_the_rows_of_a_table_that_it_takes_of_a_file(self, database: Any, tmp_path: Path) -> None:
        database.execute(self.HOMES)
        database.execute(self.KINDS)
        where = '\nwhere = "people >= 3 and id not in (4, 5)"'
        of_table = sm.run(
            self.plan(tmp_path, 'table = "census.homes"\nid = "id"' + where, 'table = "registered"'), tmp_path / "table"
        )
        for name, schema in (("homes", "census"), ("registered", "public")):
            sm.write(sm.read_postgis(name, schema=schema), tmp_path / f"{name}.gpkg")
        plan = self.plan(tmp_path, 'path = "homes.gpkg"\nid = "id"' + where, 'path = "registered.gpkg"')
        pd.testing.assert_frame_equal(of_table.figures, sm.run(plan, tmp_path / "files").figures)
        kept = sum(n % 7 >= 3 and n not in (4, 5) for n in range(1, 301))
        assert of_table.inputs[0].rows == kept
        assert f"{kept} of 300 rows taken by where: people >= 3 and id not in (4, 5)" in of_table.inputs[0].notes
        bare = sm.read_postgis("homes", schema="census", where="people = 6")
        assert set(bare["people"]) == {6}

    def test_streets_are_a_table_of_lines(self, database: Any, tmp_path: Path) -> None:
        database.execute(self.HOMES)
        database.execute(self.KINDS)
        database.execute("CREATE TABLE roads (id int4, speed float8, open bool, geom geometry(LineString, 3059))")
        for row, is_open, north in ((1, "true", 300050), (2, "false", 310000)):
            line = f"ST_MakeLine(ST_Point(499000, {north}, 3059), ST_Point(512000, {north}, 3059))"
            database.execute(f"INSERT INTO roads VALUES ({row}, 5, {is_open}, {line})")
        plan = self.tables(tmp_path)
        network = '\n[networks.roads]\ntable = "roads"\nspeed_kmh = "speed"\nwhere = "open = true"\n\n[[analyses]]'
        text = (
            plan.read_text()
            .replace("[[analyses]]", network, 1)
            .replace('weight = "people"', 'weight = "people"\nby = "roads"')
        )
        plan.write_text(text)
        assessment = sm.run(plan, tmp_path / "out")
        (record,) = assessment.network_records
        report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
        assert "table of the database" in report.partition("<dd>roads<br>")[0][-200:]
        assert record.path == "roads" and record.length_km == pytest.approx(13, rel=0.01) and len(record.sha256) == 64
        for wrong, told in (
            ('table = "road"', "networks.roads.table: .*did you mean"),
            ('table = "roads"\nlayer = "a"', "layer is for files"),
        ):
            plan.write_text(text.replace('table = "roads"', wrong))
            with pytest.raises(sm.SheltermapError, match=told):
                sm.run(plan, tmp_path / "out")

    def test_costs_are_a_table_without_places(self, database: Any, tmp_path: Path) -> None:
        database.execute(self.HOMES)
        database.execute(self.KINDS)
        database.execute("CREATE TABLE census.walks (home int4, well text, minutes float8)")
        database.execute("INSERT INTO census.walks SELECT n, 'b', n / 30.0 FROM generate_series(1, 300) n")
        plan = tmp_path / "plan.toml"
        text = """schema = 1
title = "A"
[inputs.homes]
table = "census.homes"
id = "id"
[inputs.wells]
table = "registered"
id = "id"
[tables.walks]
table = "census.walks"
demand = "home"
facility = "well"
cost = "minutes"
unit = "min"
[[analyses]]
name = "near"
kind = "coverage"
demand = "homes"
weight = "people"
facilities = "wells"
by = "walks"
limits = ["5 min"]
title = "A"
"""
        plan.write_text(text)
        found = sm.run(plan, tmp_path / "out")
        covered = found.figures.query("figure == 'covered' and measure == 'people'").value
        assert covered.tolist() == [sum(n % 7 for n in range(1, 151))]
        (record,) = found.table_records
        assert (record.path, record.pairs) == ("census.walks", 300) and len(record.sha256) == 64
        report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
        assert "table of the database" in report.partition("<dd>census.walks<br>")[0][-200:]
        for wrong, told in (
            ('table = "census.walk"', 'tables.walks.table: .*did you mean "walks"'),
            ('table = "census.walks"\nencoding = "utf-8"', "encoding is for files"),
            ('table = "census.walks"\npath = "a.csv"', "one of the two"),
        ):
            plan.write_text(text.replace('table = "census.walks"', wrong))
            with pytest.raises(sm.SheltermapError, match=told):
                sm.run(plan, tmp_path / "out")

    def test_the_rows_are_named_by_what_is_in_them(self, database: Any, tmp_path: Path) -> None:
        database.execute(self.HOMES)
        database.execute(self.KINDS)
        plan = self.tables(tmp_path)
        digests = []
        for change in (
            "SELECT 1",
            "UPDATE census.homes SET people = people WHERE id = 1",  # moves the row within the table
            "UPDATE census.homes SET people = 5 WHERE id = 1",
            "UPDATE census.homes SET people = 1, geom = ST_Translate(geom, 0.00001, 0) WHERE id = 1",
        ):
            database.execute(change)
            digests.append([record.sha256 for record in sm.run(plan, tmp_path / "out").inputs])
        homes, wells = zip(*digests, strict=True)
        assert homes[0] == homes[1] and len(set(homes)) == 3 and len(set(wells)) == 1

    def test_all_tables_are_of_one_state(self, database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A home that somebody moves into another table while the plan is read is counted once."""
        database.execute(self.HOMES)
        database.execute(self.KINDS)
        rows, moved = Session.rows, []

        def moving(session: Any, query: Any, parameters: Any = None) -> Any:
            found = rows(session, query, parameters)
            if session.at == "census.homes" and len(found) == 300 and not moved:
                moved.append(1)
                database.execute("INSERT INTO registered VALUES ('c', 'well', ST_Point(520000, 300000, 3059))")
            return found

        monkeypatch.setattr(Session, "rows", moving)
        assessment = sm.run(self.tables(tmp_path), tmp_path / "out")
        assert moved and [record.rows for record in assessment.inputs] == [300, 2]

    def test_what_is_wrong_is_told_by_the_table_and_nothing_is_written(self, database: Any, tmp_path: Path) -> None:
        database.execute(self.HOMES)
        database.execute(self.KINDS)
        database.execute("CREATE TABLE bare (id int4)")
        database.execute("UPDATE census.homes SET geom = NULL WHERE id = 7")
        for homes, told in (
            ('table = "census.homes"', "census.homes.*row 7"),
            ('table = "census.houses"', 'no census.houses; unknown table "houses"; did you mean "homes"'),
            ('table = "bare"', "bare has no geometries"),
        ):
            plan = self.plan(tmp_path, homes, 'table = "registered"')
            with pytest.raises(sm.ReadError, match=re.compile(told, re.DOTALL)):
                sm.run(plan, tmp_path / "out")
            assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize(
        ("homes", "told"),
        [
            ('path = "plan.toml"\ntable = "homes"', "path names a file, table one of a database"),
            ('id = "id"', "path names a file, table one of a database"),
            ('table = "homes"\nlayer = "x"', "layer is for files"),
            ('path = "plan.toml"\nservice = "x"', "service is for tables"),
            ('table = "a.b.c"', 'must be "table" or "schema.table"'),
            ('table = "a."', 'must be "table" or "schema.table"'),
            ('tabel = "homes"', 'did you mean "table"'),
        ],
    )
    def test_an_input_is_a_file_or_a_table(self, tmp_path: Path, homes: str, told: str) -> None:
        with pytest.raises(sm.PlanError, match=re.escape(told)):
            sm.run(self.plan(tmp_path, homes, 'table = "registered"'), tmp_path / "out")
