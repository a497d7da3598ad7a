# SPDX-License-Identifier: Apache-2.0
"""Tables of a database a piece at a time: types, order and rows are those of one piece, in one state."""

import pickle
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

import sheltermap as sm
from sheltermap import scale
from sheltermap.scale import postgis_blocks

psycopg = pytest.importorskip("psycopg")

SHELTERS = gpd.GeoDataFrame({"id": ["S1", "S2"]}, geometry=gpd.points_from_xy([24.1, 24.5], [56.5, 56.6]), crs=4326)
NEAREST = scale.prepare(sm.nearest, facilities=SHELTERS, facility_id="id")
HOMES = """
CREATE TABLE homes (
    key {key}, name text, people int4, exact numeric, huge numeric, fine numeric, price numeric(6, 2), share float4,
    flag bool, day date, never date, seen timestamptz, plain timestamp, geom geometry(Point, 4326));
INSERT INTO homes SELECT
    n * 1000000, 'H' || (n * 37 % 101), CASE WHEN n > 50 THEN n END, CASE WHEN n % 2 = 0 THEN n END,
    CASE WHEN n = 77 THEN 1e30 ELSE n END, CASE WHEN n = 3 THEN 0.5 WHEN n = 4 THEN 'NaN' ELSE n END, n / 4.0, n / 8.0,
    CASE WHEN n > 40 THEN n % 2 = 0 END,
    CASE WHEN n > 60 THEN date '2026-01-01' + n WHEN n = 5 THEN 'infinity' END, NULL,
    CASE WHEN n < 30 THEN timestamptz '2026-01-01 12:00+02' + n * interval '1 hour' END,
    timestamp '2026-01-01' + n * '1 s'::interval,
    ST_Point(24 + n / 100.0, 56 + n / 200.0, 4326) FROM generate_series(1, 90) n ORDER BY n * 13 % 91"""


@pytest.fixture
def homes(database: Any) -> Any:
    database.execute(HOMES.format(key="int8 PRIMARY KEY"))
    return database


@pytest.fixture(params=[1, 7, 1000])
def cut(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(postgis_blocks, "ROWS_PER_BLOCK", request.param)
    yield request.param


def connections_go(database: Any) -> bool:
    """Whether none of ours is left; the server takes a moment to notice."""
    for _ in range(1000):
        (count,) = database.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sheltermap'"
        ).fetchone()
        if not count:
            return True
        time.sleep(0.01)
    return False


def same_as_in_one_piece(folder: Path, **options: Any) -> scale.Streamed:
    """Answer both ways, and compare the files; return what the blocks gave."""
    whole = sm.read_postgis("homes", **options)
    sm.write(sm.nearest(whole, SHELTERS, facility_id="id"), folder / "one.parquet")
    with scale.PostgisSource("homes", **options) as source:
        found = scale.stream(NEAREST, demand=source, into=folder / "many.parquet")
    assert (folder / "many.parquet").read_bytes() == (folder / "one.parquet").read_bytes()
    assert found.notes == whole.attrs["sheltermap_notes"]
    return found


def test_answers_have_the_bytes_of_one_piece(homes: Any, tmp_path: Path, cut: int) -> None:
    found = same_as_in_one_piece(tmp_path)
    assert found.rows == 90 and "day: what is infinite" in found.notes[0]
    table = pd.read_parquet(tmp_path / "many.parquet")
    assert {name: str(table[name].dtype) for name in ("exact", "huge", "fine")} == {
        "exact": "float64",  # whole numbers with gaps, as pandas reads them
        "huge": "str",
        "fine": "float64",
    }


def test_rows_come_in_the_order_of_the_id(homes: Any, tmp_path: Path, cut: int) -> None:
    homes.execute("DELETE FROM homes WHERE key > 80000000")
    found = same_as_in_one_piece(tmp_path, id="name")
    assert sm.read(tmp_path / "many.parquet").name.is_monotonic_increasing and found.rows == 80


def test_a_table_without_a_key_is_read_as_it_comes(database: Any, tmp_path: Path, cut: int) -> None:
    database.execute(HOMES.format(key="int8"))
    found = same_as_in_one_piece(tmp_path)
    assert "no primary key" in found.notes[0]


def test_a_key_of_several_columns_is_one_part(homes: Any, tmp_path: Path, cut: int) -> None:
    homes.execute("ALTER TABLE homes DROP CONSTRAINT homes_pkey, ADD PRIMARY KEY (name, key)")
    same_as_in_one_piece(tmp_path)


def test_two_rows_of_one_id_are_named(homes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgis_blocks, "ROWS_PER_BLOCK", 10)
    homes.execute("ALTER TABLE homes DROP CONSTRAINT homes_pkey")
    homes.execute("UPDATE homes SET people = 1000000 - key / 1000000")
    homes.execute("UPDATE homes SET people = 999985 WHERE key = 47000000")
    with scale.PostgisSource("homes", id="people") as source:
        assert [part.at for part in source.parts()] == [()]
        with pytest.raises(sm.ReadError, match="999985"):
            scale.stream(NEAREST, demand=source)


def test_ids_in_the_order_of_a_language_are_looked_at_again(homes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database may sort texts otherwise than bytes are."""
    monkeypatch.setattr(postgis_blocks, "ROWS_PER_BLOCK", 2)
    homes.execute("DELETE FROM homes WHERE key > 6000000")
    homes.execute('ALTER TABLE homes ALTER name TYPE text COLLATE "und-x-icu"')
    homes.execute("UPDATE homes SET name = (ARRAY['a', 'B', 'b', 'C', 'c', 'D'])[key / 1000000]")
    with scale.PostgisSource("homes", id="name") as source:
        assert scale.stream(NEAREST, demand=source).rows == 6


def test_all_is_of_the_state_at_the_start(homes: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgis_blocks, "ROWS_PER_BLOCK", 10)
    with scale.PostgisSource("homes") as source:
        first, *others = source.parts()
        (block,) = source.blocks(first)
        homes.execute("UPDATE homes SET people = -1")
        homes.execute("DELETE FROM homes WHERE key > 30000000")
        rows = [len(each.frame) for part in others for each in source.blocks(part)]
        assert len(block.frame) == 10 and sum(rows) == 80 and source.count == 90
        assert scale.stream(NEAREST, demand=source, into=tmp_path / "a.parquet").rows == 90
        assert (sm.read(tmp_path / "a.parquet").people.dropna() > 0).all()


def test_another_process_reads_the_same_state(homes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgis_blocks, "ROWS_PER_BLOCK", 40)
    with scale.PostgisSource("homes", id="key") as source:
        sent = pickle.dumps(source)
        homes.execute("DELETE FROM homes WHERE key > 5000000")
        with pickle.loads(sent) as other:
            assert [(part.first, part.at) for part in other.parts()] == [
                (0, (1_000_000, 41_000_000)),
                (40, (41_000_000, 81_000_000)),
                (80, (81_000_000, None)),
            ]
            for part in source.parts():
                (here,), (there,) = source.blocks(part), other.blocks(part)
                pd.testing.assert_frame_equal(pd.DataFrame(here.frame), pd.DataFrame(there.frame))
                assert len(there.frame) == min(40, 90 - part.first)
    with pytest.raises(sm.ReadError, match="snapshot"):
        pickle.loads(sent)


@pytest.mark.parametrize("options", [{"id": "name"}, {}])
def test_rows_that_cannot_be_parted_stay_in_one_process(database: Any, options: Any) -> None:
    database.execute(HOMES.format(key="text PRIMARY KEY"))
    database.execute("DELETE FROM homes WHERE key > '80'")
    with scale.PostgisSource("homes", **options) as source, pytest.raises(sm.ReadError, match="cannot be shared among"):
        pickle.dumps(source)


def test_rows_that_cannot_be_used_have_their_numbers(homes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgis_blocks, "ROWS_PER_BLOCK", 10)
    homes.execute("UPDATE homes SET geom = NULL WHERE key = 44000000")
    with scale.PostgisSource("homes", strict=False) as source:
        found = scale.stream(NEAREST, demand=source)
    assert found.refused[["row", "reason"]].to_numpy().tolist() == [[44, "missing_geometry"]]
    with (
        scale.PostgisSource("homes") as source,
        pytest.raises(sm.ReadError, match=r"rows 41 to 50: 1 of 10 .*\n  row 44:"),
    ):
        scale.stream(NEAREST, demand=source)


def test_coverage_asks_twice_and_gets_the_same(homes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgis_blocks, "ROWS_PER_BLOCK", 10)
    whole = sm.coverage(sm.read_postgis("homes"), SHELTERS, thresholds="20 km", weight="key")
    question = scale.prepare(sm.coverage, facilities=SHELTERS, thresholds="20 km", weight="key")
    with scale.PostgisSource("homes") as source:
        found = scale.stream(question, demand=source)
    pd.testing.assert_frame_equal(found.tables["summary"], whole.summary)


def test_no_rows_are_a_layer_without_any(homes: Any, tmp_path: Path) -> None:
    homes.execute("DELETE FROM homes")
    with scale.PostgisSource("homes", strict=False) as source:
        assert scale.stream(NEAREST, demand=source, into=tmp_path / "a.parquet").rows == 0
    with scale.PostgisSource("homes") as source, pytest.raises(sm.ReadError, match=r"public\.homes has no rows"):
        scale.stream(NEAREST, demand=source)


def test_a_connection_that_is_lost_is_told(homes: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgis_blocks, "ROWS_PER_BLOCK", 10)
    with scale.PostgisSource("homes") as source:
        first, second, *_ = source.parts()
        list(source.blocks(first))
        homes.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        with pytest.raises(sm.ReadError, match="the database of the environment went away while it was read"):
            list(source.blocks(second))
        with pytest.raises(sm.ReadError, match="went away"):
            scale.stream(NEAREST, demand=source, into=tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"table": "hoems"}, sm.ReadError, "unknown table"),
        ({"table": "homes", "id": "nmae"}, sm.ReadError, "unknown column"),
        ({"table": "homes", "crs": "EPSG:3059"}, sm.CrsError, "EPSG:3059"),
        ({"table": "bare"}, sm.ReadError, "has no geometries"),
        ({"table": "unknown"}, sm.CrsError, "SRID 0"),
    ],
)
def test_what_is_not_there_is_told(homes: Any, options: Any, error: type[Exception], said: str) -> None:
    homes.execute("CREATE TABLE bare (id int PRIMARY KEY)")
    homes.execute("CREATE TABLE unknown (id int PRIMARY KEY, geom geometry(Point))")
    with pytest.raises(error, match=said):
        scale.PostgisSource(**options)
    assert connections_go(homes)


def test_a_source_that_nobody_holds_lets_the_connection_go(homes: Any) -> None:
    source = scale.PostgisSource("homes")
    assert repr(source) == "<PostgisSource public.homes>"
    del source
    assert connections_go(homes)
