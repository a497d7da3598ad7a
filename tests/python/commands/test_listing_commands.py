# SPDX-License-Identifier: Apache-2.0
"""What plans may say, listed on the terminal and for programs, and completed by the shell."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from sheltermap.base.standards import standards
from sheltermap.commands.cli import app
from sheltermap.plans.plan_schema import plan_schema
from sheltermap.questions.registry import KINDS


def said(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


def test_standards_are_listed_with_what_they_say_and_how_sure_that_is():
    told = said("list-standards")
    assert "pl.alt: " in told and "500 m; " in told
    assert [each for each in standards() if f"{each}: " not in told] == []
    assert "daļēji apstiprināts" in said("list-standards", "--lang", "lv")
    assert {each["id"] for each in json.loads(said("list-standards", "--json"))} == set(standards())


def test_kinds_are_listed_with_what_they_need_and_one_with_what_its_keys_mean():
    told = said("list-kinds")
    assert [name for name in KINDS if f"\n{name}: " not in told] == []
    assert "zones*, scenario" in told  # of a flood
    assert "join_distance_m " in said("list-kinds", "gaps")
    flood = json.loads(said("list-kinds", "flood", "--json"))["flood"]
    assert "zones" in flood["needed"] and "scenario" not in flood["needed"]
    assert flood["keys"]["zones"] == "Input of zones"


def test_a_kind_that_there_is_not_is_told_with_what_may_be_meant():
    done = CliRunner().invoke(app, ["list-kinds", "floods"])
    assert done.exit_code == 2 and 'did you mean "flood"?' in done.output


def test_the_schema_is_printed_as_it_is():
    assert json.loads(said("schema")) == plan_schema()


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_bash_completes_commands_once_it_is_installed(tmp_path):
    start = "import sys; sys.argv[0] = 'sheltermap'; from sheltermap.commands.cli import main; main()"
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "sheltermap"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{start}" "$@"\n')
    program.chmod(0o755)
    home = os.environ | {"HOME": str(tmp_path), "PATH": f"{program.parent}:{os.environ['PATH']}"}
    installed = subprocess.run(
        ["sheltermap", "--install-completion", "bash"], env=home, capture_output=True, text=True, check=False
    )
    assert installed.returncode == 0, installed.stderr
    asked = (
        "source ~/.bashrc; COMP_WORDS=(sheltermap list); COMP_CWORD=1; _sheltermap_completion sheltermap; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    found = subprocess.run(["bash", "-c", asked], env=home, capture_output=True, text=True, check=False)
    assert found.stdout.split() == ["list-standards", "list-kinds"], found.stderr
