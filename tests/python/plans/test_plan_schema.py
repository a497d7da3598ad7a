# SPDX-License-Identifier: Apache-2.0
"""The schema of plans for editors: what is valid passes, what is misspelt does not, and every key has a sentence."""

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from sheltermap.plans.faults import models_in
from sheltermap.plans.plan import Plan
from sheltermap.plans.plan_schema import key_descriptions, plan_schema, schema_text
from sheltermap.questions.kind import Kind
from sheltermap.questions.registry import KINDS
from small_plan import PLAN

ROOT = Path(__file__).parents[3]
PLANS = sorted(ROOT.glob("sample_data/*/plan*.toml"))


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    made = plan_schema()
    jsonschema.Draft202012Validator.check_schema(made)
    return jsonschema.Draft202012Validator(made)


def plain(value: Any) -> Any:
    """TOML as editors hold it against a schema: days are texts."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def faults(schema: jsonschema.Draft202012Validator, plan: str) -> list[str]:
    return [each.message for each in schema.iter_errors(plain(tomllib.loads(plan)))]


@pytest.mark.parametrize("path", PLANS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_plans_of_the_samples_pass(schema, path):
    assert faults(schema, path.read_text(encoding="utf-8")) == []


def test_the_small_plan_passes_as_far_as_plans_are_sound(schema):
    assert faults(schema, PLAN) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("schema = 1", "schema = 2"),
        ("schema = 1", 'schema = 1\nlanguages = ["xx"]'),
        ("schema = 1", "schema = 1\nyears = 2026"),
        ('path = "homes.csv"', 'pth = "homes.csv"'),
        ('crs = "EPSG:4326"', "crs = 4326"),
        ("distance_m = 500", 'distance_m = "500"'),
        ("distance_m = 500", "distance_m = 0"),
        ('status = "confirmed"', 'status = "sure"'),
        ('kind = "coverage"', 'kind = "coverag"'),
        ("weight =", "weigth ="),
        ("[500, 1000]", "[]"),
        ("classes = [0, 1, 2]", 'classes = "all"'),
        ("[[standards]]", "[standards]"),
    ],
)
def test_what_is_wrong_does_not_pass(schema, old, new):
    assert old in PLAN
    assert faults(schema, PLAN.replace(old, new, 1)) != []


def tables() -> list[type[BaseModel]]:
    """Every table of a plan, of all kinds."""
    found: dict[str, type[BaseModel]] = {}
    ahead: list[type[BaseModel]] = [Plan, *KINDS.values()]
    while ahead:
        model = ahead.pop()
        if model.__name__ not in found:
            found[model.__name__] = model
            ahead += [inner for field in model.model_fields.values() for inner in models_in(field.annotation)]
    return sorted(found.values(), key=lambda each: each.__name__)


def test_every_key_of_every_table_has_a_sentence():
    unsaid = [
        f"{model.__name__}.{key}"
        for model in tables()
        for key, field in model.model_fields.items()
        if not field.exclude and key not in key_descriptions(model)
    ]
    assert unsaid == []


def test_no_sentence_is_of_a_key_that_is_not_there():
    told = tomllib.loads((ROOT / "python/sheltermap/plans/key_descriptions.toml").read_text(encoding="utf-8"))
    models = {model.__name__: set(model.model_fields) for model in tables()}
    models["Series"] = models["Indicator"]
    of_kinds = {name: set(kind.model_fields) for name, kind in KINDS.items()}
    all_keys = {key for keys in (*models.values(), *of_kinds.values()) for key in keys}
    assert set(told) - {"all", "Kind", "kinds"} <= set(models)
    for table, texts in told.items():
        allowed = all_keys if table in ("all", "Kind", "kinds") else models[table]
        assert {key for key, text in texts.items() if isinstance(text, str)} <= allowed, table
    for kind, texts in told["kinds"].items():
        assert set(texts) <= of_kinds[kind], kind


def test_the_sentences_stand_in_the_schema_of_every_kind(schema):
    for name, kind in KINDS.items():
        part = schema.schema["$defs"][f"kind.{name}"]
        assert part["description"] == kind.__doc__
        assert {key for key, each in part["properties"].items() if "description" not in each} == set()
        assert issubclass(kind, Kind)


def test_the_same_schema_is_made_every_time_and_stands_in_the_docs():
    assert schema_text() == schema_text()
    assert json.loads(schema_text()) == plan_schema()
    shipped = ROOT / "docs" / "plan.schema.json"
    assert shipped.read_text(encoding="utf-8") == schema_text()  # sheltermap schema > docs/plan.schema.json
