# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of plans, by which editors complete keys and mark mistakes while one types."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from pydantic import BaseModel

from sheltermap.plans.faults import models_in
from sheltermap.plans.plan import Plan
from sheltermap.questions.kind import Kind
from sheltermap.questions.registry import KINDS

SCHEMA_FILE = "plan.schema.json"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
# Tables that a text may stand for, and what it says then.
OR_TEXT = {"Text": "the same text in every language", "Column": "the column's name"}


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema of plans, with all kinds of analyses and a sentence on every key.

    What it marks is a fault; some faults, as one key that excludes another, only `sheltermap validate` finds.
    """
    schema = Plan.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    parts = schema.pop("$defs")
    models = dict(_models(Plan))
    for name, kind in sorted(KINDS.items()):
        own = kind.model_json_schema(ref_template="#/$defs/{model}")
        parts |= own.pop("$defs", {})
        models |= dict(_models(kind))
        parts[_part_of(name)] = own | {"title": name}
    for name, model in models.items():
        if name in parts:
            _describe(parts[name], model)
    for name, kind in KINDS.items():
        _describe(parts[_part_of(name)], kind)
    _describe(schema, Plan)
    for name, told in OR_TEXT.items():
        parts[name] = {"anyOf": [{"type": "string", "description": told}, parts[name]]}
    for lang_table in parts["Text"]["anyOf"][1:]:
        lang_table.pop("required")
        lang_table["minProperties"] = 1
    schema["properties"]["analyses"]["items"] = {"oneOf": [{"$ref": f"#/$defs/{_part_of(name)}"} for name in KINDS]}
    listed = schema["properties"]["indicators"]
    told = listed.pop("description")
    schema["properties"]["indicators"] = {"description": told, "anyOf": [{"type": "string", "minLength": 1}, listed]}
    head = {"$schema": DRAFT, "title": "A plan of sheltermap", "description": str(Plan.__doc__)}
    return head | _plain(schema | {"$defs": dict(sorted(parts.items()))}, head)


def schema_text() -> str:
    """Return the JSON Schema of plans as a file has it."""
    return json.dumps(plan_schema(), ensure_ascii=False, indent=1) + "\n"


def key_descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Return what each key of a table of a plan means.

    Examples
    --------
    >>> from sheltermap.questions.registry import KINDS
    >>> key_descriptions(KINDS["gaps"])["join_distance_m"]
    'Rows so near to each other are one place, in metres'
    """
    told = _descriptions()
    levels: list[Mapping[str, Any]] = [told["all"]]
    if issubclass(model, Kind):
        name = get_args(model.model_fields["kind"].annotation)
        levels += [told["Kind"], told["kinds"].get(name[0] if name else "", {})]
    else:
        levels += [told.get(each.__name__, {}) for each in reversed(model.__mro__)]
    said = {key: text for level in levels for key, text in level.items() if isinstance(text, str)}
    return {key: said[key] for key in model.model_fields if key in said}


@cache
def _descriptions() -> dict[str, Any]:
    return tomllib.loads((files("sheltermap.plans") / "key_descriptions.toml").read_text(encoding="utf-8"))


def _models(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Return a model and all that its fields speak of, by name."""
    found: dict[str, type[BaseModel]] = {}
    ahead = [model]
    while ahead:
        each = ahead.pop()
        if each.__name__ not in found:
            found[each.__name__] = each
            ahead += [inner for field in each.model_fields.values() for inner in models_in(field.annotation)]
    return found


def _part_of(kind: str) -> str:
    return f"kind.{kind}"


def _describe(part: dict[str, Any], model: type[BaseModel]) -> None:
    """Put what each key means into the schema of a table."""
    told = key_descriptions(model)
    for key, field in model.model_fields.items():
        name = field.alias or key
        if name in part.get("properties", {}) and key in told:
            part["properties"][name]["description"] = told[key]


def _plain(part: Any, head: Mapping[str, Any] | None = None) -> Any:
    """Return a schema without what TOML does not have, null, and titles that only repeat keys."""
    if isinstance(part, list):
        return [_plain(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {key: value for key, value in part.items() if not (key == "default" and value is None)}
    if isinstance(kept.get("anyOf"), list):
        choices = [each for each in kept["anyOf"] if each != {"type": "null"}]
        kept |= {"anyOf": choices} if len(choices) > 1 else {}
        if len(choices) == 1:
            del kept["anyOf"]
            kept = choices[0] | kept
    if isinstance(kept.get("title"), str):
        del kept["title"]
    return {key: _plain(value) for key, value in kept.items() if head is None or key not in head}
