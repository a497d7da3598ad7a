# SPDX-License-Identifier: Apache-2.0
"""The recipes of docs/years.md for runs that nobody watches, run as cron runs them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import sheltermap as sm
from small_plan import HOMES, PLAN, write_town

DAY = {2026: 1767322800, 2027: 1798858800}  # 2 January, 3:00 UTC
COMMAND = "/opt/sheltermap/.venv/bin/sheltermap"
SMALL = "[[analyses]]".join(PLAN.split("[[analyses]]")[:2])


class Place:
    """A folder with a plan, and the recipes as they would be there."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder / "civil-protection"
        self._bin = folder / "bin"
        self._bin.mkdir()
        self._script("sheltermap", f'exec "{sys.executable}" -m sheltermap "$@"')
        text = (root / "docs" / "years.md").read_text(encoding="utf-8")
        recipes = re.findall(r"```sh\n(.*?)```", text.split("### Unattended")[1], re.DOTALL)
        changed = {COMMAND: str(self._bin / "sheltermap"), "/srv/civil-protection": str(self.folder)}
        for old, new in changed.items():
            assert all(old in each for each in recipes)
            recipes = [each.replace(old, new) for each in recipes]
        self._first, self._yearly = recipes

    def _script(self, name: str, text: str) -> None:
        (self._bin / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (self._bin / name).chmod(0o755)

    def run(self, year: int, *, first: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a recipe on 2 January of a year, with the few paths and variables that cron gives."""
        self._script("date", f"echo {year}")
        surrounding = {
            "PATH": f"{self._bin}:/usr/bin:/bin",
            "SOURCE_DATE_EPOCH": str(DAY[year]),
            "PYTHONPATH": str(Path(sm.__file__).parents[1]),
        }
        command = ["sh", "-c", self._first if first else self._yearly]
        return subprocess.run(command, env=surrounding, cwd="/", capture_output=True, text=True, check=False)

    @property
    def last(self) -> str:
        return (self.folder / "out" / "last").resolve().name


@pytest.fixture
def place(root: Path, tmp_path: Path) -> Place:
    made = Place(root, tmp_path)
    write_town(made.folder, plan=SMALL)
    assert made.run(2026, first=True).returncode == 0 and made.last == "2026"
    return made


def test_a_year_that_passes_is_the_one_the_next_is_compared_with(place):
    done = place.run(2027)
    assert (done.returncode, done.stderr) == (0, "") and place.last == "2027"
    done = place.run(2027)
    assert done.returncode == 2 and "-o and --against are both" in done.stderr
    assert sm.compare(place.folder / "out" / "2026", place.folder / "out" / "last").after.year == 2027


def test_a_year_that_fails_is_kept_and_said_but_nothing_is_compared_with_it(place):
    write_town(place.folder, plan=SMALL, homes=HOMES.replace(",10,2", ",5,2"))
    done = place.run(2027)
    assert done.returncode == 1 and place.last == "2026"
    assert f"look at {place.folder}/out/2027/report.html" in done.stdout
    write_town(place.folder, plan=SMALL)
    assert place.run(2027).returncode == 0 and place.last == "2027"


def test_bad_input_is_said_and_points_at_no_report(place):
    (place.folder / "homes.csv").unlink()
    done = place.run(2027)
    assert done.returncode == 2 and place.last == "2026" and "not checked (exit code 2)" in done.stdout
    assert "report.html" not in done.stdout and not (place.folder / "out" / "2027").exists()
