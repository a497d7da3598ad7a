# SPDX-License-Identifier: Apache-2.0
"""A register row by row: each fault with row, field, value, reason and remedy; what is refused is unknown."""

import csv
import json
from datetime import date
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from sheltermap.base import texts
from sheltermap.registers.findings import REASONS, WARNINGS
from small_plan import collection, square

NORWAY = Path(__file__).parents[2] / "data" / "registers" / "shelters_norway_excerpt.csv"
WATER = Path(__file__).parents[3] / "sample_data" / "latvia" / "water_intake_points.csv"
NORWEGIAN = """
[columns]
id = "lokalId"
address = "adresse"
capacity_persons = "plasser"
kind = { value = "shelter" }
"""
BAD = """id;veids;kategorija;ietilpība;platība;pēdējā pārbaude;lon;lat
0001;patvertne;II kategorija;120;90,5;28.02.2025;24,10;56,95
0002;patvertne;IV kategorija;120 vietas;-5;31.02.2025;24,11;56,95
3;patvertne;I;-5;1 200,0;02/03/24;24,12;56,95
0004;patvertne;;1e9;;;24,13;56,95
0005;patvertne;III;50;40,0;2099-01-01;24,14;56,95
0005;patvertne;III;60;40,0;;24,15;56,95
0001;patvertne;II kategorija;120;90,5;28.02.2025;24,10;56,95
0008;;I;0;12,0;;24,16;
0009;patvertne;I
"""
TODAY = date(2026, 1, 1)


@pytest.fixture
def bad(tmp_path: Path) -> sm.Inspection:
    (tmp_path / "register.csv").write_text(BAD, encoding="utf-8")
    return sm.inspect(tmp_path / "register.csv", "shelter", today=TODAY)


def test_every_fault_stands_with_row_field_value_and_reason(bad):
    listed = [(each.row, each.field, each.value, each.reason) for each in bad.noted]
    assert listed == [
        (2, "category", "IV kategorija", "code_outside_list"),
        (2, "capacity_persons", "120 vietas", "number_with_text"),
        (2, "usable_area_m2", "-5", "below_minimum"),
        (2, "last_inspection", "31.02.2025", "no_such_date"),
        (3, "id", "3", "leading_zeros_lost"),
        (3, "capacity_persons", "-5", "below_minimum"),
        (3, "last_inspection", "02/03/24", "ambiguous_date"),
        (4, "capacity_persons", "1e9", "above_maximum"),
        (5, "last_inspection", "2099-01-01", "future_date"),
        (6, "id", "0005", "duplicate_id"),
        (7, "id", "0001", "doubled_row"),
        (8, "geometry", None, "missing_geometry"),
        (8, "kind", "", "missing_value"),
        (8, "capacity_persons", "0", "doubtful_zero"),
        (9, None, None, "damaged_row"),
    ]
    assert bad.findings.loc[1, ["id", "column", "suggestion"]].tolist() == ["0002", "ietilpība", "120"]


def test_what_is_refused_is_missing_from_the_frame_and_nothing_else_is(bad):
    assert bad.frame.capacity_persons.tolist() == [120, pd.NA, pd.NA, pd.NA, 50, 60, 120, 0, pd.NA]
    assert bad.frame.usable_area_m2.dropna().tolist() == [90.5, 1200, 40, 40, 90.5, 12]
    assert bad.frame.last_inspection[0] == date(2025, 2, 28)
    assert bad.frame.geometry.isna().tolist() == [False] * 7 + [True, True]
    assert len(bad.frame) == bad.rows == 9


def test_filled_empty_and_refused_sum_to_the_rows(bad):
    state = bad.state.set_index("field")
    assert (state.sum(axis=1) == bad.rows).all()
    assert state.loc["capacity_persons"].tolist() == [5, 1, 3]
    assert state.loc["last_inspection"].tolist() == [2, 4, 3]


def test_every_finding_has_a_sentence_and_a_remedy_in_both_languages(bad):
    for lang in texts.LANGUAGES:
        found = bad.findings_in(lang)
        assert found.message.str.len().min() > 5 and found.remedy.str.len().min() > 5
    assert "Ietilpība" in bad.findings_in("lv").message[13] and "{" not in bad.findings_in("lv").remedy.str.cat()
    assert "write 120 (person)" in bad.findings.remedy[1]


def test_every_reason_has_a_remedy_and_every_warning_is_a_reason():
    assert {f"findings.{reason}.remedy" for reason in REASONS} <= texts.TEXTS.keys()
    assert WARNINGS < REASONS


def test_the_norwegian_list_is_read_through_a_mapping(tmp_path):
    (tmp_path / "norway.toml").write_text(NORWEGIAN, encoding="utf-8")
    found = sm.inspect(NORWAY, "shelter", tmp_path / "norway.toml")
    assert [(each.row, each.field, each.reason, each.severity) for each in found.noted] == [
        (3, "geometry", "same_place", "warning"),
        (7, "capacity_persons", "doubtful_zero", "warning"),
    ]
    # Sum of "plasser" in the excerpt, by awk.
    assert found.frame.capacity_persons.sum() == 3502 and found.unused_columns == ["romnr"]
    assert found.frame.crs == "EPSG:4326" and (found.frame.kind == "shelter").all()


def test_the_norwegian_list_without_a_mapping_is_read_by_its_own_names_but_for_what_it_does_not_say():
    found = sm.inspect(NORWAY, "shelter")
    missing = found.findings[found.findings.reason == "missing_column"]
    assert missing.field.tolist() == ["kind"] and missing.row.isna().all()
    assert 'all rows are alike, kind = { value = "shelter" }; the file has: lokalId, romnr' in missing.remedy[0]
    assert found.columns == {"id": "lokalId", "capacity_persons": "plasser", "address": "adresse"}
    assert found.frame.capacity_persons.sum() == 3502  # by awk, as above


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["Nombre", "Dirección", "Aforo"], ["name", "address", "capacity_persons"]),
        (
            ["Bezeichnung", "Anschrift", "Plätze", "Fläche (ha)"],
            ["name", "address", "capacity_persons", "usable_area_m2"],
        ),
        (["NAMA", "ALAMAT", "Daya_Tampung"], ["name", "address", "capacity_persons"]),
        (["designacao", "Endereço", "Lotação (pers.)"], ["name", "address", "capacity_persons"]),
        (["nazwa", "adres", "liczba miejsc"], ["name", "address", "capacity_persons"]),
        (
            ["Objekta nosaukums", "Adrese", "Ietilpība (cilvēki)", "Platība, m²"],
            ["name", "address", "capacity_persons", "usable_area_m2"],
        ),
        (["Назва", "Адреса", "Місткість"], ["name", "address", "capacity_persons"]),
    ],
)
def test_columns_are_known_by_their_names_in_other_languages(names, fields):
    cells = {"id": ["a"], "kind": ["shelter"], "lon": [24.1], "lat": [56.9]}
    cells |= {name: ["2" if at > 1 else "text"] for at, name in enumerate(names)}
    found = sm.inspect(pd.DataFrame(cells), "shelter")
    assert {field: found.columns.get(field) for field in fields} == dict(zip(fields, names, strict=True))
    assert found.frame.capacity_persons[0] == 2
    if "Fläche (ha)" in names:
        assert found.frame.usable_area_m2[0] == 20_000


@pytest.mark.parametrize("name", ["Ietilpība (tūkst.)", "Capacity, kg", "capacity of beds"])
def test_a_column_in_another_unit_or_of_something_else_is_not_taken(name):
    found = sm.inspect(pd.DataFrame({"id": ["a"], name: ["2"], "lon": [24.1], "lat": [56.9]}), "shelter")
    assert "capacity_persons" not in found.columns and found.unused_columns == [name]


def test_the_latvian_water_points_are_sound_and_their_unknown_volumes_counted():
    found = sm.inspect(WATER, "water_intake", crs="EPSG:3059")
    assert found.is_clean and found.columns["volume_m3"] == "tilpums"
    assert found.state.set_index("field").loc["volume_m3"].tolist() == [78, 58, 0]  # sample_data/README.md
    assert found.frame.volume_m3.sum() == 33_680
    assert found.frame.crs.to_epsg() == 3059


def test_a_list_of_objects_is_a_register(tmp_path):
    with NORWAY.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        row |= {"plasser": int(row["plasser"]), "latitude": float(row["latitude"])}
    rows[1]["rom"] = {"nr": [1, 2]}
    rows[2]["plasser"] = float("nan")
    (tmp_path / "shelters.json").write_text(json.dumps([*rows, "Oslo"]), encoding="utf-8")
    mapping = {"columns": {"id": "lokalId", "capacity_persons": "plasser", "kind": {"value": "shelter"}}}
    found = sm.inspect(tmp_path / "shelters.json", "shelter", mapping)
    assert found.rows == 9 and found.frame.geometry.notna().sum() == 8
    assert found.frame.capacity_persons.sum() == 3502 - int(
        sm.inspect(NORWAY, "shelter", mapping).frame.capacity_persons[2]
    )
    (damaged,) = found.findings[found.findings.reason == "damaged_row"].itertuples()
    assert damaged.row == 9 and "it is not an object" in damaged.message
    with pytest.raises(sm.ReadError, match=r"shelters\.json: 1 of 9 rows cannot .*\n  row 9: it is not an object"):
        sm.read(tmp_path / "shelters.json")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"id": 1, "id": 2}]', "an object names 'id' twice"),
        ('[{"id": 1}', "not JSON that can be read"),
        ("[1, 2]", "a list without objects"),
        ("[]", "a list without objects"),
        ("[" * 100_000, "not JSON that can be read"),
        ('[{"id": ' + "9" * 5000 + "}]", "not JSON that can be read"),
    ],
)
def test_a_list_that_is_no_register_says_why(tmp_path, text, told):
    (tmp_path / "shelters.json").write_text(text, encoding="utf-8")
    with pytest.raises(sm.ReadError, match=told):
        sm.inspect(tmp_path / "shelters.json", "shelter")


def test_a_register_entered_twice_counts_once(tmp_path):
    header, *lines = BAD.splitlines()[:2]
    (tmp_path / "twice.csv").write_text("\n".join([header, *lines, *lines]), encoding="utf-8")
    found = sm.inspect(tmp_path / "twice.csv", "shelter", today=TODAY)
    assert found.findings.reason.tolist() == ["doubled_row"] * len(lines)
    assert found.findings.row.tolist() == [2]
    assert found.findings.remedy.tolist() == ["delete one of them"]


def test_a_mapping_converts_units_and_words():
    register = pd.DataFrame({"nr": ["U1", "U2"], "litri": ["300 000", "nav zināms"], "kur": ["dīķis", "sētā"]})
    mapping = {
        "columns": {
            "volume_m3": {"column": "litri", "unit": "l", "missing": ["nav zināms"]},
            "kind": {"column": "kur", "codes": {"sētā": "well"}},
        }
    }
    found = sm.inspect(register, "water_intake", mapping)
    assert found.frame.volume_m3[0] == 300 and pd.isna(found.frame.volume_m3[1])
    assert found.frame.kind.tolist() == ["open_water", "well"]
    assert found.findings.reason.tolist() == ["no_positions"]


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"columns": {"volume": "litri"}}, 'columns.volume: unknown field "volume"; did you mean "volume_m3"?'),
        ({"columns": {"volume_m3": "ltri"}}, 'the file has no column "ltri"; did you mean "litri"?'),
        ({"columns": {"volume_m3": {"column": "litri", "unit": "kg"}}}, "kg (mass) cannot become m3 (volume)"),
        ({"columns": {"volume_m3": {"column": "litri", "unit": "stone"}}}, 'unknown unit "stone"'),
        ({"columns": {"volume_m3": {"column": "litri", "unit": "l/min"}}}, "cannot become m3"),
        ({"columns": {"name": {"column": "nr", "unit": "l"}}}, "this field has no unit"),
        ({"columns": {"kind": {"column": "nr", "codes": {"a": "pond"}}}}, 'unknown code "pond"'),
        ({"columns": {"id": "nr", "name": "nr"}}, '"nr" is given to 2 fields'),
        ({"columns": {"id": {"column": "nr", "uint": "l"}}}, 'unknown key "uint"; did you mean "unit"?'),
        ({"columns": {"id": {}}}, "give column or value"),
        ({"colums": {}}, 'did you mean "columns"?'),
    ],
)
def test_a_faulty_mapping_says_where_and_what_is_allowed(mapping, told):
    with pytest.raises(sm.MappingError) as raised:
        sm.inspect(pd.DataFrame({"nr": ["1"], "litri": ["5"]}), "water_intake", mapping)
    assert told in str(raised.value)


def test_a_layer_keeps_its_reference_system_and_its_refused_rows_are_findings(tmp_path):
    bow_tie = square(24.1, 56.9, 24.2, 57.0, id="Z2", scenario="1 %", FLOODPRONE="Yes")
    ring = bow_tie["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    zones = collection(square(24, 56.9, 24.1, 57, id="Z1", scenario="1 %", FLOODPRONE="YES"), bow_tie)
    (tmp_path / "zones.geojson").write_text(zones, encoding="utf-8")
    found = sm.inspect(tmp_path / "zones.geojson", "flood_zone")
    assert [(each.row, each.id, each.reason) for each in found.noted] == [(2, "Z2", "invalid_geometry")]
    assert found.frame.flooded.tolist() == [True, True]  # Jakarta writes both "YES" and "Yes"
    assert found.frame.geometry.isna().tolist() == [False, True]


def test_a_place_of_the_wrong_kind_is_refused():
    line = geopandas.GeoDataFrame(
        {"id": ["a"], "kind": ["shelter"]}, geometry=[shapely.LineString([(24, 57), (25, 57)])], crs="EPSG:4326"
    )
    found = sm.inspect(line, "shelter")
    assert found.findings.reason.tolist() == ["wrong_geometry"] and found.frame.geometry.isna().all()


def test_an_order_that_cannot_be_is_to_be_looked_at():
    register = pd.DataFrame(
        {
            "id": ["a"],
            "kind": ["shelter"],
            "capacity_persons": [10],
            "wheelchair_places": [20],
            "lon": [24.0],
            "lat": [57.0],
        }
    )
    (finding,) = sm.inspect(register, "shelter").noted
    assert (finding.field, finding.reason, finding.severity) == ("wheelchair_places", "greater_than_other", "warning")


def noted(register, kind, **asked):
    found = sm.inspect(pd.DataFrame(register).assign(lon=range(20, 20 + len(register["id"])), lat=57.0), kind, **asked)
    assert {each.severity for each in found.noted} <= {"warning"}
    return [(each.row, each.field, each.reason) for each in found.noted]


def test_a_shelter_that_complies_without_a_sign_and_one_that_is_shown_unasked_are_to_be_looked_at():
    register = {
        "id": list("abcdef"),
        "kind": ["shelter"] * 6,
        "compliance": ["full", "full", "full", "partial", "full", None],
        "sign_placed": ["no", "yes", None, "no", "nē", "no"],
        "on_public_map": ["yes", "jā", "yes", "no", None, "yes"],
        "public": ["yes", "nē", None, "no", "no", "yes"],
    }
    assert noted(register, "shelter") == [
        (1, "sign_placed", "no_sign"),
        (2, "on_public_map", "published"),
        (5, "sign_placed", "no_sign"),
    ]
    assert noted({name: register[name] for name in ("id", "kind", "compliance")}, "shelter") == []


STRUCTURES = {
    "id": list("abcd"),
    "kind": ["flood_dike", "aizsargsiena", "pumping_station", "fire_break"],
    "protects": ["Town", None, "Fields", "Depot"],
    "return_period_years": [100, None, 99.5, None],
    "crest_height_m": [None, 4.5, None, None],
}


def test_a_structure_says_what_it_protects_up_to_which_flood_and_how_high_it_is():
    assert noted(STRUCTURES, "protective_structure") == [
        (1, "crest_height_m", "not_told"),
        (2, "protects", "not_told"),
        (2, "return_period_years", "not_told"),
    ]
    found = noted(STRUCTURES, "protective_structure", min_return_period_years=100)
    assert [each for each in found if each[2] != "not_told"] == [(3, "return_period_years", "holds_too_little")]


def test_a_column_that_is_not_there_at_all_is_told_once_and_a_refused_cell_is_not_said_to_be_empty():
    bare = {name: STRUCTURES[name] for name in ("id", "kind")}
    assert noted(bare, "protective_structure") == [
        (None, "protects", "not_told"),
        (None, "return_period_years", "not_told"),
        (None, "crest_height_m", "not_told"),
    ]
    breaks = {"id": ["a"], "kind": ["fire_break"], "protects": ["Depot"]}
    assert noted(breaks, "protective_structure") == []
    register = pd.DataFrame({"id": ["a"], "kind": ["flood_wall"], "protects": ["x"], "lon": [24.0], "lat": [57.0]})
    told = sm.inspect(register.assign(return_period_years="often", crest_height_m=[3]), "protective_structure")
    assert [each.reason for each in told.noted] == ["not_a_number"]


@pytest.mark.parametrize(
    ("kind", "years", "told"),
    [
        ("flood_zone", 100, "is what protective structures should hold, none of flood_zone"),
        ("protective_structure", 0, "min_return_period_years is 0; it has to be greater than 0"),
        ("protective_structure", float("nan"), "has to be greater than 0"),
    ],
)
def test_a_return_period_that_cannot_be_asked_for_is_refused(kind, years, told):
    with pytest.raises(ValueError, match=told):
        sm.inspect(pd.DataFrame(STRUCTURES), kind, min_return_period_years=years)


def test_bad_coordinates_are_findings_with_their_column(tmp_path):
    rows = ["id,kind,x,y", "a,shelter,506083,311825", "b,shelter,pie dīķa,311825", "c,shelter,nan,311825"]
    (tmp_path / "places.csv").write_text("\n".join(rows), encoding="utf-8")
    found = sm.inspect(tmp_path / "places.csv", "shelter", crs="EPSG:3059")
    assert [(each.row, each.column, each.reason) for each in found.noted] == [
        (2, "x", "bad_coordinate"),
        (3, "x", "bad_coordinate"),
    ]
    assert found.frame.geometry.isna().tolist() == [False, True, True]


def test_degrees_with_a_comma_and_three_digits_are_no_thousands_and_people_may_be(tmp_path):
    rows = ["id;kind;capacity_persons;lon;lat", "a;shelter;1.200;24,105;56,950", "b;shelter;120;24,110;56.951"]
    (tmp_path / "places.csv").write_text("\n".join(rows), encoding="utf-8")
    found = sm.inspect(tmp_path / "places.csv", "shelter")
    assert found.frame.geometry.x.tolist() == [24.105, 24.11] and found.frame.geometry.y.tolist() == [56.95, 56.951]
    told = [(each.row, each.column, each.reason) for each in found.noted if each.reason == "ambiguous_number"]
    assert told == [(1, "capacity_persons", "ambiguous_number")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "is empty"),
        ("id,nosaukums\n1,Ķekava\n".encode("windows-1257"), "encoding = … .*windows-1257 in the Baltic"),
        (b"id,id\n1,2\n", "two columns are named 'id'"),
        (b"id,x\n1,\x00\n", "NUL"),
        (b'id,x\n1,"open\n', "line 2: a quote .* is opened and never closed"),
        (b"id,x,y\n1,506083,311825\n", 'crs = "EPSG:3059"'),
    ],
)
def test_a_file_that_cannot_be_read_at_all_says_why(tmp_path, text, told):
    (tmp_path / "file.csv").write_bytes(text)
    with pytest.raises((sm.ReadError, sm.CrsError), match=told):
        sm.inspect(tmp_path / "file.csv", "water_intake")


def test_all_of_it_is_plain_data_in_both_languages(bad):
    data = json.loads(json.dumps(bad.to_dict(), ensure_ascii=False, allow_nan=False))
    assert data["findings"][1]["message"]["lv"] == "„120 vietas” ir skaitlis ar vārdiem"
    assert data["findings"][1]["row"] == 2 and data["kind"] == "shelter" and data["rows"] == 9


def test_what_is_checked_can_be_used_and_the_refused_count_as_unknown(bad):
    homes = geopandas.GeoDataFrame({"people": [5]}, geometry=[shapely.Point(24.1, 56.95)], crs="EPSG:4326")
    summary = sm.coverage(bad.frame, homes, [1000], weight="capacity_persons").summary
    row = summary[summary.measure == "capacity_persons"].iloc[0]
    assert row.covered + row.uncovered + row.unknown == row.total == 350
