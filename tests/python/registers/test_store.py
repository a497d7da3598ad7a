# SPDX-License-Identifier: Apache-2.0
"""Registers kept over time: what holds when, who changed it, and what is refused."""

import random
import sqlite3
import struct
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from sheltermap.registers import places
from sheltermap.registers.history import guard

NAMES = "SELECT name FROM pragma_table_info(?)"
WHO = {"by": "Anna Ķirse", "why": "survey"}
WELL = {"id": "W1", "kind": "aka", "lon": "24.1", "lat": "56.9", "volume_m3": 80}


@pytest.fixture
def store(tmp_path: Path) -> sm.RegisterStore:
    made = sm.RegisterStore.create(tmp_path / "water.gpkg", "water_intake", crs="EPSG:3059")
    made.add([WELL, {"id": "W2", "kind": "hydrant", "lon": 24.2, "lat": 56.9}], since="2025-01-01", **WHO)
    return made


def test_what_was_added_is_there_in_the_stores_own_system(store):
    rows = store.rows()
    assert rows.crs.to_epsg() == 3059
    assert rows[["id", "kind", "volume_m3"]].astype(object).fillna("").to_numpy().tolist() == [
        ["W1", "well", 80.0],
        ["W2", "hydrant", ""],
    ]
    assert rows.to_crs(4326).geometry[0].x == pytest.approx(24.1, abs=1e-9)


def test_every_version_says_who_when_and_why(store):
    store.update({"id": "W1", "volume_m3": "120,5"}, by="B", why="measured", since="2026-02-01")
    store.close("W1", by="C", why="filled in", since="2026-03-01")
    first, second = store.history("W1").to_dict("records")
    assert (first["valid_from"], first["valid_to"]) == (date(2025, 1, 1), date(2026, 2, 1))
    assert (first["change"], first["changed_by"], first["why"], first["revision"]) == (
        "added",
        "Anna Ķirse",
        "survey",
        1,
    )
    assert (first["end"], first["ended_by"], first["end_why"], first["end_revision"]) == ("updated", "B", "measured", 2)
    assert (second["change"], second["changed_by"], second["volume_m3"]) == ("updated", "B", 120.5)
    assert (second["end"], second["ended_by"], second["end_why"], second["valid_to"]) == (
        "closed",
        "C",
        "filled in",
        date(2026, 3, 1),
    )
    assert first["ended_at"] == second["changed_at"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-12-31", {}),
        ("2025-01-01", {"W1": 80.0, "W2": None}),
        ("2026-01-31", {"W1": 80.0, "W2": None}),
        ("2026-02-01", {"W1": 120.0, "W2": None}),
        ("2026-03-01", {"W2": None}),
        ("2026-04-01", {"W1": 120.0, "W2": None}),
    ],
)
def test_as_of_a_day_is_what_held_at_its_end(store, day, expected):
    store.update({"id": "W1", "volume_m3": 120}, since="2026-02-01", **WHO)
    store.close("W1", since="2026-03-01", **WHO)
    store.reopen("W1", since="2026-04-01", **WHO)
    rows = store.rows(as_of=day)
    found = {
        row_id: None if pd.isna(volume) else volume for row_id, volume in zip(rows.id, rows.volume_m3, strict=True)
    }
    assert found == expected


def test_after_a_revision_is_what_was_recorded_by_then(store):
    store.update({"id": "W1", "volume_m3": 120}, since="2025-06-01", **WHO)
    assert store.rows(revision=1).volume_m3[0] == 80.0
    assert store.rows(revision=2).volume_m3[0] == 120.0
    assert store.rows(revision=0).empty


def test_an_update_leaves_what_it_does_not_name_and_empties_what_it_names_empty(store):
    store.update({"id": "W1", "notes": "gate locked"}, **WHO)
    store.update({"id": "W1", "volume_m3": None}, **WHO)
    row = store.rows().iloc[0]
    assert row.notes == "gate locked" and row.kind == "well" and pd.isna(row.volume_m3)
    assert row.geometry is not None


def test_an_object_that_moved_keeps_its_former_place_in_the_history(store):
    store.update({"id": "W1", "lon": 24.3, "lat": 56.8}, **WHO)
    places = store.history("W1").to_crs(4326).geometry
    assert [round(place.x, 6) for place in places] == [24.1, 24.3]


def test_what_says_the_same_makes_no_version(store):
    done = store.update({"id": "W1", "volume_m3": "80", "lon": 24.1, "lat": 56.9}, **WHO)
    assert len(done) == 0 and done.revision is None
    assert len(store.history("W1")) == 1


def test_one_refused_row_refuses_all_and_says_what_to_do(store):
    rows = [
        {"id": "W3", "kind": "well"},
        {"id": "W4", "kind": "weel", "volume_m3": "1,200", "next_inspection": "31.02.2026"},
    ]
    with pytest.raises(sm.RegisterError) as refused:
        store.add(rows, **WHO)
    found = refused.value.findings
    assert found[["row", "field", "value", "reason"]].to_numpy().tolist() == [
        [2, "kind", "weel", "code_outside_list"],
        [2, "volume_m3", "1,200", "ambiguous_number"],
        [2, "next_inspection", "31.02.2026", "no_such_date"],
    ]
    assert found["remedy"].str.len().min() > 10
    assert len(store.rows()) == 2
    assert "nekas nav mainīts" in refused.value.told("lv")


@pytest.mark.parametrize(
    ("call", "rows", "reason"),
    [
        ("add", {"id": "W1", "kind": "well"}, "id_taken"),
        ("add", {"id": "C", "kind": "well"}, "id_closed"),
        ("add", {"kind": "well"}, "missing_column"),
        ("add", {"id": "W9", "kind": "well", "volumme": 3}, "unknown_field"),
        ("add", [{"id": "W9", "kind": "well"}, {"id": "W9", "kind": "tank"}], "duplicate_id"),
        ("update", {"id": "W9", "volume_m3": 1}, "id_unknown"),
        ("update", {"id": "C", "volume_m3": 1}, "id_closed"),
        ("update", {"id": None, "kind": "well"}, "missing_value"),
        ("update", {"id": "W1", "volume_m3": "12 m3"}, "number_with_text"),
        ("update", {"id": "W1", "lon": 24.1}, "unknown_field"),
        ("update", {"id": "W1", "lon": 24.1, "lat": "x"}, "bad_coordinate"),
        ("close", "W9", "id_unknown"),
        ("close", "C", "id_closed"),
        ("reopen", "W1", "not_closed"),
    ],
)
def test_a_change_that_cannot_be_is_refused(store, call, rows, reason):
    store.add({"id": "C", "kind": "well"}, **WHO)
    store.close("C", **WHO)
    before = store.history()
    with pytest.raises(sm.RegisterError) as refused:
        getattr(store, call)(rows, **WHO)
    assert list(refused.value.findings["reason"]) == [reason]
    assert len(store.history()) == len(before)


def test_a_change_before_the_last_one_is_refused(store):
    store.update({"id": "W1", "volume_m3": 120}, since="2026-02-01", **WHO)
    with pytest.raises(sm.RegisterError, match="2026-01-31 lies before the last change of the row, 2026-02-01"):
        store.close(["W2", "W1"], since="2026-01-31", **WHO)
    assert len(store.rows()) == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"by": " "}, "by is empty"),
        ({"why": ""}, "why is empty"),
        ({"since": "2999-01-01"}, "lies ahead"),
        ({"since": "01.02.2026"}, "write a day as"),
    ],
)
def test_a_change_without_who_why_or_a_day_that_has_been_is_refused(store, given, message):
    with pytest.raises(ValueError, match=message):
        store.close("W1", **{**WHO, **given})


def test_an_object_whose_place_nobody_knows_is_an_unknown_not_a_fault(store):
    assert store.add({"id": "W3", "kind": "well"}, **WHO).added == ["W3"]
    assert store.rows().geometry[2] is None


def test_layers_and_files_come_in_with_their_own_system_and_columns(store, tmp_path):
    layer = geopandas.GeoDataFrame(
        {"nr": ["A"], "Veids": ["dīķis"], "extra": [1]}, geometry=[shapely.Point(500_000, 300_000)], crs="EPSG:3059"
    )
    sm.write(layer, tmp_path / "new.gpkg")
    done = store.add(tmp_path / "new.gpkg", **WHO)
    assert done.added == ["A"] and done.unused_columns == ["extra"]
    assert store.rows().iloc[2].kind == "open_water"
    assert store.rows().geometry[2].equals(shapely.Point(500_000, 300_000))


def test_polygons_are_kept_and_points_among_them_refused(tmp_path):
    store = sm.RegisterStore.create(tmp_path / "zones.gpkg", "area")
    square = geopandas.GeoDataFrame({"id": ["A"], "name": ["x"]}, geometry=[shapely.box(24, 56, 25, 57)], crs=4326)
    store.add(square, **WHO)
    assert store.rows().geometry[0].equals(square.geometry[0])
    assert len(store.update(square.assign(name="x"), **WHO)) == 0
    with pytest.raises(sm.RegisterError, match="this register holds polygons"):
        store.add(square.assign(id="B", geometry=[shapely.Point(24.5, 56.5)]), **WHO)


def test_the_file_shows_what_holds_now_to_every_reader(store):
    store.close("W2", **WHO)
    seen = sm.read(store.path, layer="water_intake")
    assert list(seen.id) == ["W1"] and list(seen.changed_by) == ["Anna Ķirse"]
    assert sm.inspect(seen, "water_intake").is_clean
    assert len(sm.read(store.path, layer="water_intake_history")) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM water_intake_history",
        "UPDATE water_intake_history SET volume_m3 = 1",
        "UPDATE water_intake_history SET changed_by = 'me'",
        "UPDATE water_intake_history SET end_revision = NULL, valid_to = NULL WHERE end_revision IS NOT NULL",
        "INSERT INTO water_intake_history (id, kind) VALUES ('X', 'well')",
        "INSERT INTO water_intake_history (id, valid_from, change, changed_at, changed_by, why, revision) "
        "VALUES ('W1', '2026-01-01', 'added', '2026', 'me', 'so', 9)",
    ],
)
def test_no_program_deletes_or_overwrites(store, statement):
    store.update({"id": "W2", "volume_m3": 5}, **WHO)
    with closing(sqlite3.connect(store.path)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)


def test_a_store_from_before_a_field_was_added_gets_it_with_the_next_change(store):
    table = "water_intake_history"
    with closing(sqlite3.connect(store.path)) as connection, connection:
        for trigger in ("keeps_values", "is_signed", "ends_once", "keeps_rows"):
            connection.execute(f"DROP TRIGGER {table}_{trigger}")
        connection.execute("DROP VIEW water_intake")
        connection.execute(f"ALTER TABLE {table} DROP COLUMN settlement")
        guard(connection, "water_intake", {name for (name,) in connection.execute(NAMES, (table,))})
    assert store.rows().settlement.isna().all()
    assert store.update({"id": "W1", "settlement": "Ogre"}, **WHO).new_fields == ["settlement"]
    assert store.rows().settlement[0] == "Ogre"
    assert "settlement" in sm.read(store.path, layer="water_intake")
    with closing(sqlite3.connect(store.path)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(f"UPDATE {table} SET settlement = 'x'")


def test_a_store_of_a_newer_sheltermap_is_left_alone(store):
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE sheltermap_register SET format = 2")
    with pytest.raises(sm.ReadError, match="written by a newer sheltermap"):
        sm.RegisterStore(store.path)


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\1" * 200])
def test_what_is_no_store_is_told_so(tmp_path, content):
    (tmp_path / "x.gpkg").write_bytes(content)
    with pytest.raises(sm.ReadError, match=r"x\.gpkg"):
        sm.RegisterStore(tmp_path / "x.gpkg")
    with pytest.raises(sm.ReadError, match="no such file"):
        sm.RegisterStore(tmp_path / "y.gpkg")


def test_an_empty_register_of_the_usual_kind_is_no_store(tmp_path):
    sm.template("water_intake", tmp_path / "x.gpkg")
    with pytest.raises(sm.ReadError, match="sheltermap register create makes one"):
        sm.RegisterStore(tmp_path / "x.gpkg")


def test_what_stands_at_the_place_is_never_overwritten(store):
    before = store.path.read_bytes()
    with pytest.raises(sm.WriteError, match="it exists"):
        sm.RegisterStore.create(store.path, "shelter")
    assert store.path.read_bytes() == before


@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("wells", {}, ValueError),
        ("area", {"geometry": "point"}, ValueError),
        ("shelter", {"crs": "EPSG:1"}, sm.CrsError),
    ],
)
def test_a_store_that_cannot_be_is_refused_and_leaves_nothing(tmp_path, kind, options, error):
    with pytest.raises(error):
        sm.RegisterStore.create(tmp_path / "x.gpkg", kind, **options)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", sm.registers.KINDS)
def test_every_kind_makes_a_store_that_starts_empty(kind, tmp_path):
    store = sm.RegisterStore.create(tmp_path / "x.gpkg", kind, crs="EPSG:3059", lang="lv")
    assert store.rows().empty and store.history().empty
    assert sm.read(tmp_path / "x.gpkg", layer=kind, strict=False).empty


def test_any_history_agrees_with_a_plain_list_of_what_happened(tmp_path):
    """Random changes on random days: every day and every revision are what a list of the changes says."""
    seeded, first = random.Random(7), date(2024, 1, 1)
    store = sm.RegisterStore.create(tmp_path / "water.gpkg", "water_intake")
    happened: dict[str, list[tuple[date, float | None]]] = {}  # id -> from which day, which volume (None: closed)
    revisions: list[dict[str, float]] = [{}]
    for number in range(120):
        row_id = f"W{seeded.randrange(8)}"
        past = happened.get(row_id, [])
        day = (past[-1][0] if past else first) + timedelta(days=seeded.randrange(8))
        volume, who = float(number + 1), {"since": day, **WHO}
        if not past:
            store.add({"id": row_id, "volume_m3": volume}, **who)
        elif past[-1][1] is None:
            volume = next(each for _, each in reversed(past) if each is not None)
            store.reopen(row_id, **who)
        elif seeded.random() < 0.3:
            volume = None
            store.close(row_id, **who)
        else:
            store.update({"id": row_id, "volume_m3": volume}, **who)
        happened.setdefault(row_id, []).append((day, volume))
        now = {each: events[-1][1] for each, events in happened.items()}
        revisions.append({each: now[each] for each in now if now[each] is not None})
    for number in range(0, 121, 10):
        rows = store.rows(revision=number)
        assert dict(zip(rows.id, rows.volume_m3, strict=True)) == revisions[number]
    last = max(events[-1][0] for events in happened.values())
    for days in range(-1, (last - first).days + 2, 5):
        day = first + timedelta(days=days)
        then = {each: [volume for since, volume in events if since <= day] for each, events in happened.items()}
        expected = {each: volumes[-1] for each, volumes in then.items() if volumes and volumes[-1] is not None}
        rows = store.rows(as_of=day)
        assert dict(zip(rows.id, rows.volume_m3, strict=True)) == expected
    assert dict(zip(store.rows().id, store.rows().volume_m3, strict=True)) == revisions[-1]


@pytest.mark.parametrize(
    ("lon", "lat", "reason"), [(56.9, 24.1, "swapped_axes"), (0, 0, "missing_geometry"), (2.3, 48.9, "outside_crs")]
)
def test_a_place_that_the_store_could_not_be_read_back_with_is_refused(store, tmp_path, lon, lat, reason):
    place = {"lon": lon, "lat": lat}
    rows = [{"id": "W3", "kind": "well"}, {"id": "W4", "kind": "well", "lon": 24.3, "lat": 57}]
    (tmp_path / "new.csv").write_text(f"id,kind,lon,lat\nW1,well,{lon},{lat}\n")
    tries = [
        lambda: store.add([*rows, {"id": "W5", "kind": "well", **place}], **WHO),
        lambda: store.update({"id": "W1", **place}, **WHO),
        lambda: store.merge(tmp_path / "new.csv", base=1, missing="keep", **WHO),
    ]
    for each in tries:
        with pytest.raises(sm.RegisterError) as refused:
            each()
        ((field, why, row_id),) = refused.value.findings[["field", "reason", "id"]].to_numpy().tolist()
        assert (field, why) == ("geometry", reason) and row_id in ("W1", "W5")
    assert len(sm.read(store.path, layer="water_intake")) == 2


def test_a_polygon_outside_the_stores_area_is_refused(tmp_path):
    made = sm.RegisterStore.create(tmp_path / "areas.gpkg", "area", crs="EPSG:3059", geometry="polygon")
    frame = geopandas.GeoDataFrame(
        {"id": ["A", "B"], "name": ["A", "B"]}, geometry=[shapely.box(24, 56, 25, 57)] * 2, crs=4326
    )
    frame.loc[1, "geometry"] = shapely.box(1, 1, 2, 2)
    with pytest.raises(sm.RegisterError) as refused:
        made.add(frame, **WHO)
    assert refused.value.findings[["row", "reason"]].to_numpy().tolist() == [[2, "outside_crs"]]


@pytest.mark.parametrize(
    ("name", "lon", "told"),
    [
        ("Ogres aka", 24.1003, ["W1"]),  # 18 m
        ("ogres  akа", 24.1, ["W1"]),  # a Cyrillic letter, as a person would not see
        (None, 24.1, ["W1"]),
        ("Ogres aka", 24.1005, []),  # 30 m
        ("Pulkveža dīķis", 24.1, []),
    ],
)
def test_a_new_row_at_the_place_of_another_is_taken_with_a_warning(store, name, lon, told):
    store.update({"id": "W1", "name": "Ogres aka"}, **WHO)
    done = store.add({"id": "N1", "kind": "well", "lon": lon, "lat": 56.9, "name": name}, **WHO)
    assert done.added == ["N1"]
    assert [(each.id, each.details["other"]) for each in done.warnings] == [("N1", other) for other in told]
    for each in done.warnings:
        assert each.severity == "warning" and "„W1” (Ogres aka)" in each.message("lv")


def test_beside_a_closed_row_there_is_room(store):
    store.close("W1", **WHO)
    assert store.add({"id": "N1", "kind": "well", "lon": 24.1, "lat": 56.9}, **WHO).warnings == []


def test_inspect_looks_at_what_holds_now_in_a_store(store):
    store.close("W2", **WHO)
    assert sm.inspect(store.path, "water_intake").frame.id.tolist() == ["W1"]
    history = sm.inspect(store.path, "water_intake", layer="water_intake_history")
    assert history.frame.id.tolist() == ["W1", "W2"]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM sheltermap_register", "is damaged: sheltermap_register"),
        ("UPDATE sheltermap_register SET kind = 'castle'", "unknown kind of register"),
        ("UPDATE sheltermap_register SET revision = 'many'", "is damaged: sheltermap_register"),
        ("UPDATE sheltermap_register SET srs_id = x'00'", "is damaged: sheltermap_register: srs_id is of type bytes"),
        ("UPDATE sheltermap_register SET srs_id = 1 << 40", "is damaged: sheltermap_register: srs_id is 1099511627776"),
        ("UPDATE sheltermap_register SET crs = 'EP'", "is damaged: sheltermap_register: 'EP' is not a coordinate ref"),
        ("UPDATE sheltermap_register SET crs = x'4750'", "is damaged: sheltermap_register: crs is of type bytes"),
        ("UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVE'", "is damaged: .*: its geometries are called"),
        (
            "UPDATE sqlite_master SET name = CAST(x'ff' AS TEXT) WHERE name = 'layer_styles'",
            "is damaged: its tables: 'utf-8'",
        ),
        ("DELETE FROM gpkg_geometry_columns", "is damaged: sheltermap_register"),
        ("UPDATE water_intake_history SET geom = 'here'", "is damaged: version 1"),
        ("UPDATE water_intake_history SET changed_at = 5, valid_from = 5", "is damaged: version 1"),
        ("UPDATE water_intake_history SET id = CAST(x'ff' AS TEXT)", "UTF-8"),
    ],
)
def test_a_store_that_holds_what_does_not_belong_there_is_damaged(tmp_path, damage, told):
    path = tmp_path / "water.gpkg"
    store = sm.RegisterStore.create(path, "water_intake")
    store.add({"id": "W1", "kind": "well", "lon": 24.1, "lat": 56.9}, by="A. Liepa", why="survey")
    with closing(sqlite3.connect(path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("PRAGMA writable_schema = on")
        connection.execute(damage)
    with pytest.raises(sm.ReadError, match=told) as failure:
        sm.RegisterStore(path).rows()
        sm.RegisterStore(path).add({"id": "W2", "kind": "well", "lon": 24.2, "lat": 56.9}, by="A. Liepa", why="survey")
    assert "water.gpkg" in str(failure.value)


def test_a_vertex_that_is_no_number_brings_no_warning_of_numpy():
    line = struct.pack("<BIIdddd", 1, 2, 2, 24, 57, float("nan"), 57)
    assert places.unpacked(b"GP\0\1" + bytes(4) + line).coords[0] == (24, 57)
