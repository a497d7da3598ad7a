# SPDX-License-Identifier: Apache-2.0
"""Tutorials and how-tos do what they say: their commands and code run from the first block of a page to the last.

On these pages a block of ```toml that begins with `# NAME.toml` is written as that file. Of ```console, what stands
behind `$ ` is run by a shell, and what follows is what it prints; a block of ```text behind ```python is what that
prints (`…` stands for anything). A line `<!-- not run: why -->` before a block leaves it out.
"""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib
import pandas as pd
import pytest

import sheltermap as sm
from conftest import ROOT

PAGES = sorted([*(ROOT / "docs" / "how_to").glob("*.md"), *(ROOT / "docs" / "tutorial").glob("*.md")])
BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<left_out>[^\n]+) -->\n)?```(?P<kind>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
PATIENCE_S = 600  # for a command on a busy machine; each takes seconds


@pytest.fixture(scope="module")
def own_files(tmp_path_factory):
    """What a reader may have: files that are called as on the pages, of the samples of Porto Alegre and Ogre."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(ROOT / "sample_data", folder / "sample_data")
    town = folder / "sample_data" / "porto_alegre"
    shutil.copy(town / "people.csv", folder / "homes.csv")
    shutil.copy(town / "cellars.csv", folder / "cellars.csv")
    shutil.copy(town / "porto_alegre.osm.pbf", folder / "town.osm.pbf")
    shutil.copy(folder / "sample_data" / "sao_miguel" / "people.tif", folder / "people.tif")
    sm.write(sm.read(town / "districts.geojson"), folder / "wards.gpkg")
    shelters = pd.read_csv(town / "shelters.csv")
    shelters.to_excel(folder / "shelters.xlsx", index=False)
    ogre = pd.read_csv(folder / "sample_data" / "ogre" / "shelters.csv")
    ogre.to_excel(folder / "patvertnes.xlsx", index=False)
    answer = {"count": len(shelters), "results": shelters.to_dict("records")}
    (folder / "shelters.json").write_text(json.dumps(answer), encoding="utf-8")
    return folder


def same(told: str, expected: str) -> bool:
    """Whether it is what a page shows, whatever the spaces between words."""
    pattern = r".*?".join(re.escape(" ".join(part.split())) for part in expected.split("…"))
    return re.fullmatch(pattern.replace(r"\ ", " ?"), " ".join(told.split())) is not None


def run_commands(code: str, folder: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "120"}
    commands = COMMAND.findall(code)
    assert "".join(f"$ {command}\n{shown}" for command, shown in commands) == code, "a line belongs to no command"
    for command, shown in commands:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert not shown or same(done.stdout, shown), f"{command}\n{done.stdout}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_says_to_do_works(page, own_files, tmp_path, monkeypatch):
    folder = tmp_path / "reader"
    shutil.copytree(own_files, folder)
    monkeypatch.chdir(folder)
    matplotlib.use("agg")
    names: dict[str, object] = {}
    printed = ""
    blocks = list(BLOCK.finditer(page.read_text(encoding="utf-8")))
    assert blocks
    for block in blocks:
        kind, code = block["kind"], block["code"]
        if block["left_out"]:
            continue
        if kind == "console":
            run_commands(code, folder)
        elif kind == "toml":
            name = re.match(r"# (\w+\.toml)\b", code)
            assert name, f"which file is it?\n{code}"
            (folder / name[1]).write_text(code, encoding="utf-8")
        elif kind == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(code, f"{page.name}: {code[:40]!r}", "exec"), names)
            printed = out.getvalue()
        else:
            assert kind == "text", f"a block of {kind} is neither run nor said to be left out"
            assert same(printed, code), printed
