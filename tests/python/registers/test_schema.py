# SPDX-License-Identifier: Apache-2.0
"""The schemas of the registers: whole, in both languages, and each field with who records it so."""

import tomllib
from importlib.resources import files

import pytest
from pydantic import ValidationError

from sheltermap.base.texts import LANGUAGES
from sheltermap.registers import KINDS, schema
from sheltermap.registers.findings import REASONS, WARNINGS
from sheltermap.registers.schema import Schema, abroad, folded

FIELD = {"type": "text", "label": {"en": "A", "lv": "A"}, "recorded_by": "us"}


def made(**fields: dict) -> Schema:
    named = {name: {"name": name, **FIELD, **field} for name, field in {"id": {}, **fields}.items()}
    return Schema.model_validate({"kind": "x", "title": "X", "geometry": "point", "fields": named})


def toml(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_two_labels_and_says_who_records_it_so(kind):
    register = schema(kind)
    assert next(iter(register.fields)) == "id" and register.fields["id"].required
    for field in register.fields.values():
        assert field.recorded_by
        for label in (field.label, *(code.label for code in field.codes)):
            assert all(label.get(lang) for lang in LANGUAGES)
    for lang in LANGUAGES:
        assert len({field.label.get(lang) for field in register.fields.values()}) == len(register.fields)


def test_every_label_of_the_schemas_is_given_in_both_languages():
    folder = files("sheltermap.registers")
    fields = [each for path in (folder / "schemas").iterdir() for each in toml(path)["fields"].values()]
    codes = [code for codes in toml(folder / "codes.toml").values() for code in codes.values()]
    for label in (*(each["label"] for each in fields), *codes):
        assert {"en", "lv"} <= label.keys()


def test_a_shelter_holds_what_the_field_asks_for():
    fields = schema("shelter").fields
    assert [code.code for code in fields["category"].codes] == ["I", "II", "III"]
    assert [code.code for code in fields["compliance"].codes] == ["full", "partial", "none"]
    # The eight hazards of Japan's designated emergency evacuation sites (Geospatial Information Authority).
    hazards = ["flood", "landslide", "storm_surge", "earthquake", "tsunami", "large_fire", "inland_flooding", "volcano"]
    assert [name for name in fields if name.startswith("suits_")] == [f"suits_{each}" for each in hazards]
    # The checklist of the Latvian audit of 311 shelters in 2008.
    parts = ["water_ingress", "drainage", "heating", "ventilation", "sewer", "power", "doors", "filters"]
    assert [name for name in fields if name.startswith("condition_")] == [f"condition_{each}" for each in parts]
    wanted = {"capacity_persons", "wheelchair_places", "usable_area_m2", "step_free_access", "protection_factor"}
    wanted |= {"ready_within_h", "opening", "shortcomings", "improvements", "improvement_cost_eur", "owner"}
    assert wanted | {"last_inspection", "next_inspection", "sign_placed", "stock_water_l"} <= fields.keys()


def test_an_unknown_kind_says_what_may_be_meant():
    with pytest.raises(ValueError, match='did you mean "shelter"'):
        schema("shelters")


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ({"type": "code"}, "codes belong to type code"),
        ({"unit": "m"}, "belong to numbers"),
        ({"type": "number"}, "a number has min and max"),
        ({"type": "number", "min": 1.0, "max": 0.0}, "min is less"),
        ({"type": "number", "min": 0.0, "max": 1.0, "unit": "parsec"}, 'unknown unit "parsec"'),
        ({"past": True}, "past belongs to dates"),
        ({"recorded_by": ""}, "recorded_by"),
        ({"lable": "x"}, "lable"),
        ({"label": {"en": "ID", "lv": "Cits"}}, '"id" may mean id or other'),
    ],
)
def test_a_faulty_schema_does_not_load(field, told):
    with pytest.raises(ValidationError) as raised:
        made(other=field)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    "check",
    [
        {"field": "sign", "holds": "yes"},
        {"field": "kind", "holds": "bunker"},
        {"field": "kind", "holds": "shelter", "where": {"sign": ("yes",)}},
        {"field": "name", "where": {"name": ("yes",)}},
    ],
)
def test_a_check_of_rows_asks_for_what_they_can_say(check):
    own = schema("shelter").model_dump()
    with pytest.raises(ValueError, match="row_checks: no_sign asks for what no row of this register can say"):
        Schema.model_validate(own | {"row_checks": ({**check, "reason": "no_sign"},)})


def test_every_check_of_rows_has_words():
    assert {check.reason for kind in KINDS for check in schema(kind).row_checks} <= WARNINGS & REASONS


def test_whether_an_object_is_in_use_is_asked_in_every_language():
    for kind in ("shelter", "protective_structure", "water_intake", "service_point", "critical_infrastructure"):
        assert {"in use", "ir lietošanā"} <= {folded(each) for each in schema(kind).fields["in_use"].spellings}
    assert "in_use" in schema("reserve_store").fields and "in_use" not in schema("demand").fields


def test_names_of_columns_in_other_languages_are_of_fields_and_mean_one_of_them():
    names = toml(files("sheltermap.registers") / "column_names.toml")
    fields = {name: field for kind in KINDS for name, field in schema(kind).fields.items()}
    assert names.keys() <= fields.keys()
    assert {lang for each in names.values() for lang in each} >= {"de", "es", "fi", "fr", "id", "nb", "pl", "pt", "sv"}
    for kind in KINDS:  # a schema in which two fields have one name does not load
        assert all(field.abroad == abroad(name) for name, field in schema(kind).fields.items())


def test_names_alike_but_for_accents_and_marks_mean_one_field():
    with pytest.raises(ValidationError, match='"capacite" may mean first or second'):
        labels = {name: {"label": {"en": name, "lv": name}} for name in ("first", "second")}
        made(
            first=labels["first"] | {"aliases": ("Capacité",)},
            second=labels["second"] | {"abroad": ("capacite.",)},
        )
