# SPDX-License-Identifier: Apache-2.0
"""Plans are written as TOML that says what was meant, whatever people call their layers."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sheltermap_qgis import plan_file

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUE = st.one_of(
    TEXT, st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)
)
TABLE = st.dictionaries(TEXT, st.one_of(VALUE, st.lists(VALUE), st.dictionaries(TEXT, VALUE)))


@given(st.dictionaries(TEXT, TABLE, min_size=1), st.lists(TABLE, min_size=1), TEXT)
def test_a_plan_reads_as_it_was_meant(inputs, analyses, title):
    plan = {"schema": 1, "title": title, "languages": ["en"], "inputs": inputs, "analyses": analyses}
    assert tomllib.loads(plan_file.text_of(plan)) == plan


def test_a_path_with_everything_in_it_stays_what_it_is(tmp_path: Path):
    path = tmp_path / "plan.toml"
    plan = {"inputs": {"demand": {"path": "C:\\Ļoti \"garš\" 'ceļš'\x7f\t.gpkg", "strict": False}}}
    plan_file.write(plan, path)
    assert tomllib.loads(path.read_text(encoding="utf-8")) == plan


@pytest.mark.parametrize(("text", "steps"), [("schema = 1\n[inputs.a]\n[inputs.b]\n[[analyses]]\n", 3), ("[", None)])
def test_steps_are_what_is_read_and_asked(tmp_path: Path, text, steps):
    (tmp_path / "plan.toml").write_text(text)
    assert plan_file.steps_of(tmp_path / "plan.toml") == steps


def test_a_plan_that_is_not_there_has_no_steps(tmp_path: Path):
    assert plan_file.steps_of(tmp_path / "plan.toml") is None
