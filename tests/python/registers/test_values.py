# SPDX-License-Identifier: Apache-2.0
"""One cell at a time: what is read, what is refused, and what is offered instead."""

from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheltermap.base.decimal_marks import decimal_mark
from sheltermap.base.fault import Fault
from sheltermap.base.numerals import number_in
from sheltermap.base.units import conversion
from sheltermap.registers.mapping import Column
from sheltermap.registers.schema import schema
from sheltermap.registers.values import digits_shown, read_cell

COLUMN = Column(column="x")


def read(field: str, cell: object, kind: str = "shelter", column: Column = COLUMN) -> object:
    return read_cell(cell, schema(kind).fields[field], column)


def fault(field: str, cell: object, **options: object) -> tuple[str, str | None]:
    found = read(field, cell, **options)
    assert isinstance(found, Fault), found
    return found.reason, found.suggestion


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("120", 120),
        ("-5", -5),
        ("\N{MINUS SIGN}5", -5),
        ("3,5", 3.5),
        ("3.5", 3.5),
        ("0,750", 0.75),
        ("1234,567", 1234.567),
        ("1 200", 1200),
        ("1\u00a0200,5", 1200.5),
        ("12\u202f345\u202f678", 12_345_678),
        ("1\u2009200", 1200),
        ("1'200", 1200),
        ("1,200.5", 1200.5),
        ("1.200,5", 1200.5),
        ("1,200,000", 1_200_000),
        ("1.200.000", 1_200_000),
        ("1e9", 1e9),
    ],
)
def test_a_number_is_read_as_people_write_it(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("text", "reason", "suggestion"),
    [
        ("1,200", "ambiguous_number", None),
        ("12.345", "ambiguous_number", None),
        ("120 vietas", "number_with_text", "120"),
        ("ap 1 200 cilv.", "number_with_text", "1200"),
        ("120 m2", "number_with_text", "120"),
        ("75,5 m³", "number_with_text", "75.5"),
        ("~120", "number_with_text", "120"),
        ("100-150", "not_a_number", None),
        ("no 10 līdz 20", "not_a_number", None),
        ("1 20", "not_a_number", None),
        ("daudz", "not_a_number", None),
        ("12:30", "not_a_number", None),
    ],
)
def test_what_is_no_clear_number_is_refused_and_the_likely_one_offered(text, reason, suggestion):
    found = number_in(text)
    assert isinstance(found, Fault)
    assert (found.reason, found.suggestion) == (reason, suggestion)


def test_the_mapping_or_the_column_decides_what_a_mark_means():
    assert number_in("1,200", ",") == 1.2 and number_in("1.200", ",") == 1200
    assert number_in("1,200", ".") == 1200 and number_in("1.200", ".") == 1.2
    assert isinstance(number_in("1.5", ","), Fault)
    assert decimal_mark(["1,200", "3,5"]) == ","
    assert decimal_mark(["1,200", "3,5", "2.5"]) is None and decimal_mark(["1,200"]) is None


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_a_program_wrote_comes_back_or_is_refused_as_ambiguous(value):
    found = number_in(repr(value))
    assert found == value or (isinstance(found, Fault) and found.reason == "ambiguous_number")


@settings(deadline=None, max_examples=30)  # a time limit would test the machine
@given(st.text(max_size=12))
def test_no_text_breaks_a_reader(text):
    for kind in ("shelter", "reserve_store"):
        for field in schema(kind).fields.values():
            read_cell(text, field, COLUMN)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("-5", "below_minimum"),
        (-5, "below_minimum"),
        ("1e9", "above_maximum"),
        (1e9, "above_maximum"),
        ("12,5", "not_whole"),
        ("inf", "not_a_number"),
        ("1e999", "not_a_number"),
        (float("inf"), "not_a_number"),
        ("nezināms", "missing_word"),
        (datetime(2025, 3, 5), "not_a_number"),
    ],
)
def test_a_capacity_that_cannot_be_is_refused(cell, reason):
    assert fault("capacity_persons", cell)[0] == reason


def test_a_capacity_in_words_is_refused_with_the_number_it_may_be():
    assert fault("capacity_persons", "120 vietas") == ("number_with_text", "120")
    assert read("capacity_persons", "1 200") == 1200 and read("capacity_persons", 1200.0) == 1200
    assert read("capacity_persons", "") is None and read("capacity_persons", float("nan")) is None


def test_units_are_converted_exactly():
    litres = Column(column="x", unit="l").model_copy(update={"factor": conversion("l", "m3")})
    assert read("volume_m3", "300000", "water_intake", litres) == 300
    feet = Column(column="x", unit="ft2").model_copy(update={"factor": conversion("ft2", "m2")})
    assert read("usable_area_m2", 10, column=feet) == pytest.approx(0.9290304, rel=1e-15)


def test_a_unit_of_time_is_a_part_of_the_unit():
    assert conversion("l/person/day", "l/person/week") == 7
    assert conversion("m3/h", "l/min") == Fraction(50, 3)
    for given_unit, wanted in (("l/person/day", "l/person"), ("l", "kg"), ("m2", "m"), ("m3/h", "m3")):
        with pytest.raises(ValueError, match=r"cannot become|unknown unit"):
            conversion(given_unit, wanted)


def test_a_spreadsheets_count_of_days_is_refused_with_the_day_it_would_be():
    # 1 January 2025 is day 45658 of a spreadsheet (LibreOffice: =DATEVALUE("2025-01-01")).
    assert fault("last_inspection", 45658) == ("serial_number", "2025-01-01")
    assert fault("last_inspection", "45658") == ("serial_number", "2025-01-01")
    assert read("last_inspection", datetime(2025, 1, 1)) == date(2025, 1, 1)


@pytest.mark.parametrize("cell", ["jā", "Jā", "YES", "Yes", "ir", "1", 1, 1.0, True])
def test_yes_is_yes_in_either_language_and_any_case(cell):
    assert read("sign_placed", cell) is True


def test_neither_yes_nor_no_is_refused():
    assert fault("sign_placed", "daļēji")[0] == "not_yes_or_no"
    assert read("sign_placed", "Nē") is False


@pytest.mark.parametrize("cell", ["II", "ii", "II kategorija", "category II", "2", 2, 2.0, " II  kategorija "])
def test_a_code_may_be_written_as_code_label_or_usual_name(cell):
    assert read("category", cell) == "II"


def test_a_code_outside_the_list_is_refused_with_what_may_be_meant():
    several = read("category", "IV kategorija")
    assert isinstance(several, Fault) and (several.reason, several.suggestion) == ("code_outside_list", None)
    assert {"I (category I)", "II (category II)"} <= set(several.details["meant"]["en"][13:-2].split(" or "))
    assert fault("opening", "alwys open") == ("code_outside_list", "always")
    assert fault("compliance", "zaļš") == ("code_outside_list", None)
    mapped = Column(column="x", codes={"zaļš": "full"})
    assert read("compliance", "zaļš", column=mapped) == "full"


def test_zeros_in_front_that_are_gone_are_noticed():
    assert fault("municipality_code", "1000") == ("leading_zeros_lost", "0001000")  # Riga in the Latvian ATVK
    assert fault("municipality_code", 1000.0) == ("leading_zeros_lost", "0001000")
    assert fault("municipality_code", "LV00001")[0] == "wrong_digits"
    assert read("municipality_code", "301", column=Column(column="x", digits=3)) == "301"
    assert fault("id", "1,23E+05")[0] == "number_for_text"
    assert digits_shown(["0012", "0123", "45"]) == 4
    assert digits_shown(["12", "123", "5"]) == 0 and digits_shown(["007", "0008", "9"]) == 0
    assert digits_shown(["0", "5"]) == 0 and digits_shown(["001", "A2"]) == 0


@pytest.mark.parametrize("text", ["12345 678", "12345 678 x", "12345 678,5", "x 12345\u00a0678 y"])
def test_digits_grouped_as_no_number_is_are_a_finding_and_offer_nothing(text: str) -> None:
    assert number_in(text) == number_in(text, ",") == Fault("not_a_number")


@pytest.mark.parametrize("text", ["1e5000", "9" * 400, "9" * 400 + " m"])
def test_what_no_number_holds_is_none(text: str) -> None:
    assert number_in(text) == Fault("not_a_number")


@pytest.mark.parametrize("field", ["capacity_persons", "usable_area_m2", "last_inspection", "kind"])
def test_a_cell_that_is_far_too_long_says_how_long_it_is(field: str) -> None:
    found = read(field, "1" * 32_000 + "x")
    assert isinstance(found, Fault) and found.reason == "too_long" and found.details["count"] == 32_001
    assert read(field, int("9" * 4000)).reason == "too_long"  # as JSON may hold it; beyond the range of doubles


def test_a_sentence_quotes_the_beginning_of_a_long_value() -> None:
    from sheltermap.registers.findings import Finding

    long = Finding(1, None, "id", "id", "7" * 32_000, "wrong_digits", None, {"digits": 4})
    assert len(long.message("en")) < 200 and "7…" in long.message("lv")
