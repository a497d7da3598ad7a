# SPDX-License-Identifier: Apache-2.0
"""Rasters of a plan: opened, given to who names them, told of, and recorded by what is in the file."""

import json
import sqlite3
from contextlib import closing
from typing import ClassVar, Literal

import numpy as np
import pytest
from typer.testing import CliRunner

import sheltermap as sm
from outside_kind import NorthOf
from raster_files import write_raster
from sheltermap.commands.cli import app
from sheltermap.layers.digest import sha256
from sheltermap.plans.plan import load_plan
from sheltermap.questions.plan_error import PlanError
from sheltermap.questions.registry import KINDS
from small_plan import PLAN, section, write_town

RASTER = """
[rasters.depth]
path = "depth.tif"
holds = "depth_m"
illustrative = true
title = { en = "Depth of the flood", lv = "Plūdu dziļums" }
source = "A model"
licence = "CC0-1.0"
attribution = "© The modellers"
note = { en = "Made for a lesson.", lv = "Sagatavots mācībām." }
"""
ASKED = """
[[analyses]]
name = "wet"
kind = "seen"
demand = "homes"
weight = "people"
latitude = 56.9505
raster = "depth"
title = { en = "Seen", lv = "Redzēts" }
"""


class Seen(NorthOf):
    """Tells which raster it was given."""

    reads_rasters: ClassVar = ("raster",)

    kind: Literal["seen"]
    raster: str

    def run(self, context):
        given = context.rasters["raster"]
        outcome = super().run(context)
        outcome.notes.append(f"{given.holds} in {given.shape[0]} rows of {given.shape[1]}")
        return outcome


class Changing(Seen):
    """Somebody writes another raster while it runs."""

    kind: Literal["changing"]

    def run(self, context):
        write_depths(context.plan.parent, 2.0)
        return super().run(context)


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setitem(KINDS, "seen", Seen)
    monkeypatch.setitem(KINDS, "changing", Changing)


def write_depths(folder, depth):
    write_raster(folder / "depth.tif", np.full((3, 4), depth), west=24.0, north=57.0, cell=0.1, nodata=-9999.0)


def town(folder, raster=RASTER, asked=ASKED):
    path = write_town(folder, plan=PLAN.replace("[[standards]]", f"{raster}\n[[standards]]") + asked)
    write_depths(folder, 1.0)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rasters")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(KINDS, "seen", Seen)
        return folder / "out", sm.run(town(folder), folder / "out")


def test_who_names_a_raster_is_given_it(made):
    assert "depth_m in 3 rows of 4" in made[1].outcomes[-1].notes
    assert not made[1].outcomes[0].context.rasters


def test_what_was_read_is_recorded(made):
    folder, _ = made
    (record,) = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["rasters"]
    assert record["sha256"] == sha256(folder.parent / "depth.tif")
    wanted = {
        "name": "depth",
        "path": "depth.tif",
        "holds": "depth_m",
        "band": 1,
        "rows": 3,
        "columns": 4,
        "crs": "EPSG:4326",
        "nodata": -9999,
        "illustrative": True,
        "source": "A model",
        "licence": "CC0-1.0",
        "attribution": "© The modellers",
        "note_lv": "Sagatavots mācībām.",
    }
    assert wanted.items() <= record.items()
    with closing(sqlite3.connect(folder / "assessment.gpkg")) as database:
        assert database.execute("SELECT name, holds, rows FROM rasters").fetchall() == [("depth", "depth_m", 3)]


def test_the_report_tells_of_it_in_both_languages(made):
    folder, _ = made
    page = (folder / "report.html").read_text(encoding="utf-8")
    told = section(folder, "wet") + section(folder, "inputs")
    for words in ("Made for a lesson.", "Sagatavots mācībām.", "© The modellers", "Depth of the flood"):
        assert words in told
    sources = section(folder, "inputs")
    for words in (
        "3 × 4 cells, holding the depth of the water, m",
        "3 × 4 šūnas, tajās: ūdens dziļums, m",
        "cells without a value hold -9999",
        "Plūdu dziļums",
        "A model",
        "CC0-1.0",
    ):
        assert words in sources
    assert 'class="banner"' in page and "Depth of the flood" in page.split("</section>")[0]
    assert "Depth of the flood" not in section(folder, "shelter")


def test_a_recorded_assessment_is_compared_without_the_raster(tmp_path, made):
    plan = town(tmp_path)
    fewer = (tmp_path / "homes.csv").read_text(encoding="utf-8").replace("56.950,10,2", "56.960,8,2")
    (tmp_path / "homes.csv").write_text(fewer, encoding="utf-8")
    sm.run(plan, tmp_path / "out")
    change = sm.compare(made[0], tmp_path / "out")
    mine = change.figures.query("analysis == 'wet' and figure == 'covered'")
    assert mine["difference"].tolist() == [8]
    assert change.not_explained == {"wet": "it reads a raster, of which an assessment keeps only what it was"}


PATH = 'path = "depth.tif"'


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('raster = "depth"', 'raster = "deph"', 'analyses.wet.raster: unknown raster "deph"; did you mean "depth"?'),
        (PATH, 'path = "deph.tif"', 'rasters.depth.path: no file "deph.tif"'),
        ('holds = "depth_m"\n', "", "rasters.depth.holds: is missing"),
        (PATH, f"{PATH}\nbnad = 1", 'rasters.depth.bnad: unknown key "bnad"; did you mean "band"?'),
        (PATH, f"{PATH}\nband = 0", "rasters.depth.band: "),
        (PATH, f'{PATH}\ncrs = "EPSG:999999"', "rasters.depth.crs: "),
        (PATH, f"{PATH}\nnodata = inf", "rasters.depth.nodata: must be the number that stands for no value"),
        (PATH, f'{PATH}\nnodata = "no"', 'stands for no value, or "none" where all cells'),
    ],
)
def test_faults_are_found_before_anything_is_read(tmp_path, old, new, fault):
    with pytest.raises(PlanError) as error:
        load_plan(town(tmp_path, RASTER.replace(old, new), ASKED.replace(old, new)))
    assert fault in str(error.value)


def test_a_file_that_is_no_raster_is_refused_by_its_name(tmp_path):
    plan = town(tmp_path)
    (tmp_path / "depth.tif").write_text("no raster", encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(plan), "--out", str(tmp_path / "out")])
    assert done.exit_code == 2 and "rasters.depth.path" in done.output
    assert not (tmp_path / "out").exists()


def test_a_raster_that_changes_while_it_is_read_stops_the_run(tmp_path):
    with pytest.raises(sm.ReadError, match=r"rasters\.depth\.path: it was changed while it was read"):
        sm.run(town(tmp_path, asked=ASKED.replace('"seen"', '"changing"')), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_line_names_the_rasters(tmp_path):
    done = CliRunner().invoke(app, ["validate", str(town(tmp_path))])
    assert done.exit_code == 0 and "  raster        depth " in done.output
