# SPDX-License-Identifier: Apache-2.0
"""Pages of the site that are lists of what the program itself says: its commands, the keys of plans, standards."""

import json
import re
from pathlib import Path
from typing import Any

import typer
from typer.cli import get_docs_for_click
from typer.main import get_command

from sheltermap.base.standards import standards
from sheltermap.commands.cli import app
from sheltermap.commands.listing_commands import demands
from sheltermap.plans.plan_schema import plan_schema

SHORTENED = re.compile(r"\*\*Commands\*\*:\n\n(\* .*\n)+\n?")  # every command has its own section
Schema = dict[str, Any]


def commands(path: Path) -> None:
    """Write the page of all commands, as `--help` tells them."""
    command = get_command(app)
    told = get_docs_for_click(obj=command, ctx=typer.Context(command, info_name="sheltermap"), name="sheltermap")
    told = SHORTENED.sub("", told).replace("# `sheltermap`", "# Command line", 1)
    told = re.sub(r"\{([A-Z][^}]*)\}", r"\1", told)  # braces round what is needed mean nothing to readers
    path.write_text(told.replace("```console", "```text"), encoding="utf-8")


def plan_keys(path: Path) -> None:
    """Write the page of all keys of plans, as the JSON Schema has them."""
    schema = plan_schema()
    text = "# Keys of plans\n\nAll keys, as `sheltermap schema` has them for editors; marked with * are those that are "
    text += "needed. What they are for, with examples, is in [plans](../plan.md).\n"
    for title, part in tables(schema):
        text += f"\n## {title}\n\n{part.get('description', '')}\n\n| key | | |\n| --- | --- | --- |\n"
        for key, value in part["properties"].items():
            needed = " *" if key in part.get("required", ()) else ""
            text += f"| `{key}`{needed} | {in_a_cell(kind_of(value))} | {in_a_cell(value.get('description', ''))} |\n"
    path.write_text(text, encoding="utf-8")


def tables(schema: Schema) -> list[tuple[str, Schema]]:
    """Return the tables of a plan, each with how its head is written, in the order in which a plan names them."""
    found: dict[str, tuple[str, Schema]] = {}

    def look(part: Schema, place: str) -> None:
        for key, value in part.get("properties", {}).items():
            inside = f"{place}.{key}" if place else key
            for form, reference in references(value):
                name = reference.removeprefix("#/$defs/")
                target = schema["$defs"][name]
                head = form.format(inside)
                if name.startswith("kind."):
                    head += f' kind = "{name.removeprefix("kind.")}"'
                if "properties" in target and name not in found:
                    found[name] = (f"`{head}`", target)
                    look(target, inside if "NAME" not in form else f"{inside}.NAME")

    look(schema, "")
    return [("At the top", schema), *found.values()]


def references(value: Schema, form: str = "[{}]") -> list[tuple[str, str]]:
    """Return what definitions a key leads to, each with how the head of such a table is written."""
    if "$ref" in value:
        return [(form, value["$ref"])]
    inner = [(form, each) for each in (*value.get("anyOf", ()), *value.get("oneOf", ()))]
    inner += [("[{}.NAME]", each) for each in value.get("patternProperties", {}).values()]
    if isinstance(value.get("additionalProperties"), dict):
        inner.append(("[{}.NAME]", value["additionalProperties"]))
    if "items" in value:
        inner.append(("[[{}]]", value["items"]))
    return [found for each_form, each in inner for found in references(each, each_form)]


def kind_of(value: Schema) -> str:
    """Say in words what a key takes."""
    if "$ref" in value:
        return "text" if value["$ref"].endswith("/Text") else "table"
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    if "enum" in value:
        return " or ".join(f"`{json.dumps(each, ensure_ascii=False)}`" for each in value["enum"])
    if "anyOf" in value or "oneOf" in value:
        kinds = [kind_of(each) for each in value.get("anyOf", value.get("oneOf"))]
        return " or ".join(dict.fromkeys(each for each in kinds if each))
    if value.get("type") == "array":
        return f"list of: {kind_of(value.get('items', {}))}"
    names = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "table", "null": ""}
    return names.get(value.get("type", ""), value.get("type", "any"))


def in_a_cell(text: str) -> str:
    """Return it as a cell of a table in Markdown."""
    return text.replace("|", "\\|").replace("\n", " ")


def published_standards(path: Path) -> None:
    """Add the list of all standards to the page about them, each with who says so."""
    text = path.read_text(encoding="utf-8") + "\n## The list\n"
    for each in standards().values():
        source = each.source if each.year is None else f"{each.source} ({each.year})"
        scope = "" if each.scope is None else f" {each.scope.get('en')}."
        text += f"\n`{each.id}` {each.title.get('en')}\n"
        text += f": {demands(each, 'en')}; `{each.status}`.{scope} Source: {source}.\n"
    path.write_text(text, encoding="utf-8")
