# SPDX-License-Identifier: Apache-2.0
"""Numbers and dates are the same where the machine writes 0,5 for a half."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import odd_layers
import sheltermap as sm
from small_plan import PLAN, write_town

PROBE = """
import locale, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import odd_layers
import sheltermap as sm

locale.setlocale(locale.LC_ALL, "")
assert locale.localeconv()["decimal_point"] == ",", locale.localeconv()
frame = odd_layers.with_every_type_of_attribute().drop(columns=["moment", "instant", "day"])
for ending in [".gpkg", ".geojson", ".fgb", ".csv"]:
    sm.write(frame, Path(sys.argv[2]) / f"a{ending}")
    read = sm.read(Path(sys.argv[2]) / f"a{ending}")
    assert list(read.number.dropna()) == [0.1, -1e300], ending
    assert list(read.geometry) == list(frame.geometry), ending
"""


def compiled(name: str, folder: Path) -> dict[str, str]:
    """Environment in which the locale is in force; made here, as machines seldom have it installed."""
    language = name.split(".")[0]
    done = subprocess.run(["localedef", "-i", language, "-f", "UTF-8", folder / name], capture_output=True, check=False)
    if done.returncode not in (0, 1) or not (folder / name / "LC_NUMERIC").exists():
        pytest.skip(f"the definition of {name} is not on this machine (Debian: locales)")
    return {**os.environ, "LOCPATH": str(folder), "LC_ALL": name}


@pytest.mark.parametrize("name", ["lv_LV.UTF-8", "de_DE.UTF-8"])
def test_files_are_the_same_under_a_locale_with_decimal_commas(name: str, tmp_path: Path) -> None:
    environment = compiled(name, tmp_path) | {"SOURCE_DATE_EPOCH": "0"}
    for folder in ["here", "there"]:
        (tmp_path / folder).mkdir()
    arguments = [str(Path(odd_layers.__file__).parent), str(tmp_path / "there")]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")

    frame = odd_layers.with_every_type_of_attribute().drop(columns=["moment", "instant", "day"])
    for ending in [".geojson", ".fgb", ".csv"]:
        sm.write(frame, tmp_path / "here" / f"a{ending}")
        here, there = ((tmp_path / folder / f"a{ending}").read_bytes() for folder in ["here", "there"])
        assert here == there, ending


RUN = """
import locale, sys
import sheltermap as sm

locale.setlocale(locale.LC_ALL, "")
sm.run(sys.argv[1], sys.argv[2], pictures=True)
"""


def test_an_assessment_is_the_same_under_a_locale_with_decimal_commas(tmp_path: Path) -> None:
    plan = write_town(tmp_path, plan=PLAN)
    environment = compiled("lv_LV.UTF-8", tmp_path) | {"SOURCE_DATE_EPOCH": "1800000000"}
    there = {**environment, "LC_ALL": "C.UTF-8"}
    made = []
    for name, each in (("here", environment), ("there", there)):
        subprocess.run([sys.executable, "-c", RUN, plan, tmp_path / name], env=each, check=True)
        files = [path for path in (tmp_path / name).rglob("*") if path.is_file()]
        made.append({path.relative_to(tmp_path / name): path.read_bytes() for path in files})
    assert made[0].keys() == made[1].keys() and Path("report.html") in made[0]
    assert [str(path) for path in made[0] if made[0][path] != made[1][path]] == []
