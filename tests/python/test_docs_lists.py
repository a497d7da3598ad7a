# SPDX-License-Identifier: Apache-2.0
"""The lists of the site, made of what the program says itself, are whole."""

import importlib.util
import re

import pytest
from typer.main import get_command

from conftest import ROOT
from sheltermap.base.standards import standards
from sheltermap.commands.cli import app
from sheltermap.plans.plan_schema import plan_schema


@pytest.fixture(scope="module")
def lists():
    spec = importlib.util.spec_from_file_location("docs_lists", ROOT / "scripts" / "docs_lists.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_command_has_a_section_with_its_options(lists, tmp_path):
    lists.commands(tmp_path / "page.md")
    told = (tmp_path / "page.md").read_text(encoding="utf-8")
    names = [f"sheltermap {name}" for name in get_command(app).commands]
    assert [name for name in names if f"\n## `{name}`\n" not in told] == []
    assert "\n### `sheltermap postgis read`\n" in told
    assert "`--against <path>`" in told
    assert "..." not in re.sub(r"```.*?```", "", told, flags=re.DOTALL)  # no sentence is cut


def test_every_key_of_every_table_of_a_plan_is_listed(lists, tmp_path):
    lists.plan_keys(tmp_path / "page.md")
    told = (tmp_path / "page.md").read_text(encoding="utf-8")
    sections = [set(re.findall(r"^\| `(\w+)`", part, re.MULTILINE)) for part in told.split("\n## ")[1:]]
    tables = [set(part["properties"]) for part in plan_schema()["$defs"].values() if "properties" in part]
    texts = set(plan_schema()["$defs"]["Text"].get("properties", ()))  # no table of its own
    assert [keys for keys in tables if keys not in sections and keys != texts] == []
    assert '\n## `[[analyses]] kind = "coverage"`\n' in told
    assert "\n## `[analyses.supply]`\n" in told


def test_every_standard_is_listed_with_its_source(lists, tmp_path):
    page = tmp_path / "standards.md"
    page.write_text("# Standards\n", encoding="utf-8")
    lists.published_standards(page)
    told = page.read_text(encoding="utf-8")
    assert [each.id for each in standards().values() if f"\n`{each.id}` " not in told or each.source not in told] == []
