# SPDX-License-Identifier: Apache-2.0
"""Copies that go out to a colleague and come back: what is taken, what is a conflict, and who settles it."""

import csv
import random
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import sheltermap as sm
from sheltermap.registers.sheets import write_sheet

WHO = {"by": "Anna", "why": "merge"}
ROWS = [
    {
        "id": "W1",
        "kind": "well",
        "lon": 24.123456789,
        "lat": 56.9,
        "volume_m3": 1.234,
        "notes": "=1+1",
        "winter_access": "yes",
        "last_inspection": "2025-05-01",
    },
    {"id": "W2", "kind": "hydrant", "lon": 24.2, "lat": 56.9, "volume_m3": 0.1 + 0.2, "taps": 3, "name": "Ķeguma iela"},
    {"id": "W3", "kind": "tank", "notes": "two\nlines"},
]


@pytest.fixture
def store(tmp_path: Path) -> sm.RegisterStore:
    made = sm.RegisterStore.create(tmp_path / "water.gpkg", "water_intake", crs="EPSG:3059")
    made.add(ROWS, since="2025-01-01", **WHO)
    return made


def edited(path: Path, change) -> Path:
    """Change the cells of a CSV copy: `change` gets its rows, by the name of the column."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = list(rows[0])
    rows = change(rows) or rows
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


def copy_of(store: sm.RegisterStore, change=None) -> Path:
    path = store.path.with_name(f"copy{len(list(store.path.parent.glob('copy*')))}.csv")
    store.export(path)
    return path if change is None else edited(path, change)


def setting(row_id: str, **cells: str):
    """Return a change of the cells of one row."""

    def change(rows):
        for row in rows:
            if row["id"] == row_id:
                row.update(cells)

    return change


@pytest.mark.parametrize("lang", ["en", "lv"])
@pytest.mark.parametrize("ending", ["csv", "xlsx", "gpkg"])
def test_a_copy_that_nobody_edited_changes_nothing(store, tmp_path, ending, lang):
    before = store.rows()
    store.export(tmp_path / f"copy.{ending}", lang=lang)
    result = store.merge(tmp_path / f"copy.{ending}", **WHO)
    assert result.differences.empty and result.applied and result.done.revision is None
    assert len(store.history()) == len(before)


def test_what_the_copy_alone_changed_is_taken(store):
    copy = copy_of(store, setting("W1", volume_m3="99", winter_access="nē"))
    store.update({"id": "W1", "notes": "seen"}, **WHO)
    store.update({"id": "W2", "volume_m3": 7}, **WHO)
    result = store.merge(copy, by="Bērziņš", why="field work", **{})
    assert result.applied and result.conflicts.empty
    assert result.differences[["id", "field", "base", "mine", "theirs"]].to_numpy().tolist() == [
        ["W1", "volume_m3", "1.234", "1.234", "99"],
        ["W1", "winter_access", "true", "true", "false"],
    ]
    first, second = store.rows().iloc[0], store.rows().iloc[1]
    assert (first.volume_m3, first.winter_access, first.notes, second.volume_m3) == (99.0, False, "seen", 7.0)
    assert store.history("W1").changed_by.tolist()[-1] == "Bērziņš"


def test_a_place_moved_in_the_copy_is_taken_and_one_rounded_by_it_is_not(store):
    before = store.rows().geometry
    result = store.merge(copy_of(store, setting("W2", lon="24.25")), **WHO)
    after = store.rows().geometry
    assert list(result.differences.field) == ["geometry"]
    assert after[0].equals(before[0]) and after.to_crs(4326)[1].x == pytest.approx(24.25, abs=1e-9)


def test_what_both_changed_to_the_same_is_no_conflict(store):
    copy = copy_of(store, setting("W1", volume_m3="99"))
    store.update({"id": "W1", "volume_m3": 99}, **WHO)
    result = store.merge(copy, **WHO)
    assert result.applied and result.differences.empty


def test_nothing_is_applied_while_a_conflict_is_open(store):
    def change(rows):
        setting("W1", volume_m3="99")(rows)
        setting("W2", volume_m3="55")(rows)

    copy = copy_of(store, change)
    store.update({"id": "W1", "volume_m3": 120}, **WHO)
    before = store.history()
    result = store.merge(copy, **WHO)
    assert not result.applied and len(store.history()) == len(before)
    assert result.conflicts.to_dict("records") == [
        {"row": 1, "id": "W1", "field": "volume_m3", "base": "1.234", "mine": "120", "theirs": "99", "take": None}
    ]


@pytest.mark.parametrize(("take", "volume"), [("mine", 120.0), ("theirs", 99.0)])
def test_a_rule_settles_conflicts(store, take, volume):
    copy = copy_of(store, setting("W1", volume_m3="99", name="Well"))
    store.update({"id": "W1", "volume_m3": 120}, **WHO)
    assert store.merge(copy, take=take, **WHO).applied
    row = store.rows().iloc[0]
    assert (row.volume_m3, row["name"]) == (volume, "Well")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_conflicts_are_settled_one_by_one_in_the_list(store, tmp_path, ending):
    copy = copy_of(store, setting("W1", volume_m3="99", notes="theirs"))
    store.update({"id": "W1", "volume_m3": 120, "notes": "mine"}, **WHO)
    listed = tmp_path / f"conflicts.{ending}"
    table = store.merge(copy, **WHO).conflicts
    write_sheet(table.assign(take=["theirs", None]), listed)
    half = store.merge(copy, settled=listed, **WHO)
    assert not half.applied and list(half.open.field) == ["notes"]
    write_sheet(table.assign(take=["theirs", "mine"]), listed)
    assert store.merge(copy, settled=listed, **WHO).applied
    row = store.rows().iloc[0]
    assert (row.volume_m3, row.notes) == (99.0, "mine")


def test_a_new_row_of_the_copy_is_added(store):
    copy = copy_of(store, lambda rows: [*rows, {"id": "N", "kind": "Hand pump", "lon": "24.5", "lat": "57"}])
    assert store.merge(copy, **WHO).done.added == ["N"]
    assert store.rows().iloc[3].kind == "hand_pump"


def test_a_row_filled_down_by_a_spreadsheet_is_still_new(store):
    def change(rows):
        return [*rows, {**rows[-1], "id": "N", "copy_of": "2" + rows[-1]["copy_of"][1:]}]

    assert store.merge(copy_of(store, change), **WHO).done.added == ["N"]


def test_a_row_added_on_both_sides_is_a_conflict_where_they_differ(store):
    copy = copy_of(store, lambda rows: [*rows, {"id": "N", "kind": "well", "volume_m3": "5"}])
    store.add({"id": "N", "kind": "tank", "notes": "x"}, **WHO)
    result = store.merge(copy, **WHO)
    assert result.conflicts[["id", "field", "base", "mine", "theirs"]].to_numpy().tolist() == [
        ["N", "kind", None, "tank", "well"]
    ]
    store.merge(copy, take="mine", **WHO)
    row = store.rows().iloc[3]
    assert (row.kind, row.volume_m3, row.notes) == ("tank", 5.0, "x")


def test_a_row_the_copy_lacks_is_closed_only_by_rule(store):
    copy = copy_of(store, lambda rows: rows[1:])
    asked = store.merge(copy, **WHO)
    assert not asked.applied
    assert asked.conflicts[["id", "field", "mine", "theirs"]].to_numpy().tolist() == [["W1", "row", "open", "missing"]]
    assert store.merge(copy, missing="keep", **WHO).done.revision is None
    assert store.merge(copy, missing="close", **WHO).done.closed == ["W1"]
    assert list(store.rows().id) == ["W2", "W3"]


def test_a_row_the_copy_lacks_but_we_changed_is_closed_by_no_general_rule(store):
    copy = copy_of(store, lambda rows: rows[1:])
    store.update({"id": "W1", "notes": "new"}, **WHO)
    result = store.merge(copy, missing="close", take="theirs", **WHO)
    assert not result.applied and result.open.mine.tolist() == ["changed"]
    settled = result.conflicts.assign(take="theirs")
    assert store.merge(copy, settled=settled, **WHO).done.closed == ["W1"]


def test_a_row_we_added_since_is_not_missing_from_the_copy(store):
    copy = copy_of(store)
    store.add({"id": "N", "kind": "well"}, **WHO)
    assert store.merge(copy, **WHO).conflicts.empty


def test_a_row_we_closed_and_the_copy_changed_is_a_conflict(store):
    copy = copy_of(store, setting("W1", volume_m3="99"))
    store.close("W1", **WHO)
    asked = store.merge(copy, **WHO)
    assert asked.open.theirs.tolist() == ["changed: volume_m3"]
    assert store.merge(copy, take="mine", **WHO).done.revision is None
    done = store.merge(copy, take="theirs", **WHO).done
    assert done.reopened == ["W1"]
    assert store.rows().set_index("id").volume_m3["W1"] == 99.0


def test_a_row_we_closed_and_the_copy_left_stays_closed(store):
    copy = copy_of(store)
    store.close("W1", **WHO)
    result = store.merge(copy, **WHO)
    assert result.applied and result.conflicts.empty and list(store.rows().id) == ["W2", "W3"]


def test_the_same_copy_merged_again_changes_nothing(store):
    copy = copy_of(store, setting("W1", volume_m3="99"))
    store.merge(copy, **WHO)
    again = store.merge(copy, **WHO)
    assert again.applied and again.differences.empty and again.done.revision is None


def test_refused_values_of_a_copy_refuse_all_of_it(store):
    copy = copy_of(store, setting("W1", volume_m3="12 buckets", notes="fine"))
    with pytest.raises(sm.RegisterError) as refused:
        store.merge(copy, take="theirs", **WHO)
    assert refused.value.findings[["row", "field", "reason"]].to_numpy().tolist() == [
        [1, "volume_m3", "number_with_text"]
    ]
    assert store.rows().notes[0] == "=1+1"


def test_a_copy_with_fewer_columns_leaves_the_others_alone(store, tmp_path):
    table = pd.read_csv(copy_of(store, setting("W1", volume_m3="99")), dtype=str)
    table[["id", "volume_m3", "copy_of"]].to_csv(tmp_path / "few.csv", index=False)
    result = store.merge(tmp_path / "few.csv", **WHO)
    assert list(result.differences.field) == ["volume_m3"] and result.applied
    assert store.rows().geometry[0] is not None and store.rows().kind[0] == "well"


def test_a_new_row_of_a_copy_without_a_needed_column_is_refused(tmp_path):
    store = sm.RegisterStore.create(tmp_path / "stores.gpkg", "reserve_store")
    store.add({"id": "S1", "goods": "beds", "quantity": 5, "quantity_unit": "pieces"}, **WHO)
    table = pd.read_csv(copy_of(store), dtype=str)[["id", "goods", "quantity", "copy_of"]]
    table.loc[len(table)] = ["N", "food", "5", None]
    table.to_csv(tmp_path / "few.csv", index=False)
    with pytest.raises(sm.RegisterError) as refused:
        store.merge(tmp_path / "few.csv", **WHO)
    assert refused.value.findings[["id", "field", "reason"]].to_numpy().tolist() == [
        ["N", "quantity_unit", "missing_value"]
    ]


def test_a_copy_that_lost_its_mark_needs_the_state_it_was_made_from(store, tmp_path):
    table = pd.read_csv(copy_of(store, setting("W1", volume_m3="99")), dtype=str).drop(columns="copy_of")
    table.to_csv(tmp_path / "bare.csv", index=False)
    store.update({"id": "W1", "volume_m3": 120}, **WHO)
    with pytest.raises(sm.ReadError, match="does not say what it is a copy of"):
        store.merge(tmp_path / "bare.csv", **WHO)
    assert len(store.merge(tmp_path / "bare.csv", base=1, **WHO).open) == 1
    # From the state of today the copy has undone our change: that is no conflict.
    assert store.merge(tmp_path / "bare.csv", base="2999-01-01", dry_run=True, **WHO).conflicts.empty
    with pytest.raises(ValueError, match="revisions 0 to 2"):
        store.merge(tmp_path / "bare.csv", base=7, **WHO)


def test_a_copy_of_another_register_is_refused(store, tmp_path):
    other = sm.RegisterStore.create(tmp_path / "other.gpkg", "water_intake")
    other.add(ROWS, **WHO)
    with pytest.raises(sm.ReadError, match="is a copy of another register"):
        store.merge(copy_of(other), **WHO)


def test_a_dry_run_says_what_would_change_and_changes_nothing(store):
    result = store.merge(copy_of(store, setting("W1", volume_m3="99")), dry_run=True, **WHO)
    assert len(result.plan) == 1 and not result.applied
    assert store.rows().volume_m3[0] == 1.234


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        ({"take": "ours"}, ValueError),
        ({"missing": "delete"}, ValueError),
        ({"settled": pd.DataFrame({"id": ["W1"], "field": ["x"], "take": ["both"]})}, sm.ReadError),
        ({"settled": pd.DataFrame({"id": ["W1"]})}, sm.ReadError),
    ],
)
def test_rules_that_are_none_are_refused(store, rules, error):
    with pytest.raises(error):
        store.merge(copy_of(store), **rules, **WHO)


def test_a_spreadsheet_shows_words_dates_and_text_and_no_formula(store, tmp_path):
    store.export(tmp_path / "copy.xlsx", lang="lv")
    sheet = openpyxl.load_workbook(tmp_path / "copy.xlsx").worksheets[0]
    names = [str(cell.value).split("\n")[0] for cell in sheet[1]]
    row = dict(zip(names, sheet[2], strict=True))
    assert (row["kind"].value, row["winter_access"].value) == ("aka", "jā")
    assert row["last_inspection"].is_date and row["notes"].data_type == "s"
    assert row["lon"].value == 24.12345679


def test_a_copy_of_the_past_is_no_ground_to_merge(store, tmp_path):
    store.export(tmp_path / "then.csv", as_of="2025-06-01")
    with pytest.raises(sm.ReadError, match="does not say what it is a copy of"):
        store.merge(tmp_path / "then.csv", **WHO)


def test_random_edits_on_both_sides_lose_nothing(store):
    """A field changed on one side is that side's; changed on both, it is listed, and the rule decides it."""
    seeded = random.Random(6)
    for number in range(25):
        base = store.rows().set_index("id").volume_m3.to_dict()
        mine, theirs = ({key: float(seeded.randrange(1, 4)) for key in base if seeded.random() < 0.6} for _ in "ab")
        copy = copy_of(
            store, lambda rows, new=theirs: [setting(key, volume_m3=str(new[key]))(rows) for key in new] and None
        )
        if mine:
            store.update([{"id": key, "volume_m3": value} for key, value in mine.items()], **WHO)
        take = ("mine", "theirs")[number % 2]
        result = store.merge(copy, take=take, **WHO)
        now = store.rows().set_index("id").volume_m3.to_dict()
        ours = {key: mine.get(key, base[key]) for key in base}
        for key in base:
            changed_here, changed_there = ours[key] != base[key], theirs.get(key, base[key]) != base[key]
            if changed_here and changed_there:
                expected = ours[key] if take == "mine" else theirs[key]
            else:
                expected = theirs[key] if changed_there else ours[key]
            assert now[key] == expected or (pd.isna(now[key]) and pd.isna(expected)), (number, key)
        clashes = {
            key
            for key in base
            if key in theirs and ours[key] != base[key] and theirs[key] not in (base[key], ours[key])
        }
        assert {key for key in result.conflicts.id if not pd.isna(base[key])} == {
            k for k in clashes if not pd.isna(base[k])
        }


def test_ids_that_lost_their_zeros_are_refused_not_added(tmp_path):
    store = sm.RegisterStore.create(tmp_path / "water.gpkg", "water_intake")
    rows = [{"id": f"{n:05}", "kind": "well", "lon": 24 + n / 100, "lat": 57} for n in range(1, 4)]
    store.add(rows, since="2025-01-01", **WHO)

    def as_numbers(lines):
        for line in lines:
            line["id"] = line["id"].lstrip("0")

    tries = [
        lambda: store.merge(copy_of(store, as_numbers), missing="keep", **WHO),
        lambda: store.add([{**row, "id": row["id"].lstrip("0")} for row in rows], **WHO),
        lambda: store.update([{"id": str(n), "volume_m3": 5} for n in (1, 2, 3)], **WHO),
    ]
    for each in tries:
        with pytest.raises(sm.RegisterError) as refused:
            each()
        found = refused.value.findings[["id", "reason", "suggestion"]].to_numpy().tolist()
        assert found == [[str(n), "id_without_zeros", f"0000{n}"] for n in (1, 2, 3)]
        assert "izklājlapa" in refused.value.told("lv")
    assert len(store.rows()) == 3


def test_a_register_that_has_both_ids_takes_a_copy_with_both(tmp_path):
    store = sm.RegisterStore.create(tmp_path / "water.gpkg", "water_intake")
    store.add([{"id": "1", "kind": "well"}, {"id": "A1", "kind": "well"}], **WHO)
    store.add({"id": "01", "kind": "tank"}, **WHO)
    assert store.merge(copy_of(store, setting("1", volume_m3="5")), **WHO).done.updated == ["1"]


def test_a_day_with_changes_is_no_base(store, tmp_path, monkeypatch):
    def at(clock: str) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", f"{datetime.fromisoformat(clock).timestamp():.0f}")

    at("2030-05-04T09:00:00")
    store.update({"id": "W2", "volume_m3": 20}, **WHO)
    copy = copy_of(store, setting("W2", volume_m3="33", copy_of=""))
    edited(copy, lambda rows: [{**row, "copy_of": ""} for row in rows])
    at("2030-05-04T11:00:00")
    store.update({"id": "W2", "volume_m3": 44}, **WHO)
    at("2030-05-06T08:00:00")
    for unclear in ("2030-05-04", date(2030, 5, 4)):
        with pytest.raises(ValueError, match="revision 2 at 09:00:00, 3 at 11:00:00"):
            store.merge(copy, base=unclear, **WHO)
    with pytest.raises(ValueError, match="revision 3 at 11:00:00"):
        store.merge(copy, base="2030-05-04T11:00", **WHO)
    with pytest.raises(ValueError, match="write the number of a revision, a day"):
        store.merge(copy, base="yesterday", **WHO)
    for made_from in (2, "2030-05-04T10:59", "2030-05-04T09:00:01"):
        (conflict,) = store.merge(copy, base=made_from, **WHO).open.to_dict("records")
        assert (conflict["id"], conflict["base"], conflict["mine"], conflict["theirs"]) == ("W2", "20", "44", "33")
    assert store.merge(copy, base="2030-05-05", dry_run=True, **WHO).open.empty
