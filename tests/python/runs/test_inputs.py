# SPDX-License-Identifier: Apache-2.0
"""What is wrong with an input of a plan, in words of the plan."""

import re
from pathlib import Path

import pytest

import sheltermap as sm
from raster_files import write_raster
from sheltermap.layers.digest import sha256
from sheltermap.plans.plan import load_plan
from small_plan import PLAN, write_town

HOMES = "id,lon,lat,people\n"


@pytest.mark.parametrize(
    ("homes", "told"),
    [
        (HOMES + "a,24.1,56.9,1\nb,24.2,abc,2\n", "or read with strict = false to go on"),
        (HOMES, "homes.csv has no rows; read with strict = false if that is meant"),
        ("id,a,b,people\na,24.1,56.9,1\n", "name them with x and y;"),
        (
            (HOMES + "\N{LATIN SMALL LETTER A WITH MACRON},24.1,56.9,1\n").encode("windows-1257"),
            "say by encoding in which one the file was written",
        ),
    ],
)
def test_a_remedy_names_the_key_of_the_input(tmp_path, homes, told):
    plan = write_town(tmp_path)
    (tmp_path / "homes.csv").write_bytes(homes if isinstance(homes, bytes) else homes.encode())
    with pytest.raises(sm.SheltermapError) as raised:
        sm.run(plan, tmp_path / "out")
    assert str(raised.value).startswith("inputs.homes: homes.csv")
    assert told in str(raised.value)
    assert not (tmp_path / "out").exists()


GRID = PLAN.replace(
    'path = "homes.csv"\ncrs = "EPSG:4326"\nid = "id"\nname = "name"', 'path = "people.tif"\nholds = "count"'
)
GRID = GRID.replace('groups = ["children"]\n', "").replace('"children"', '"people"')


def grid_town(folder: Path, plan: str) -> Path:
    """The town with a cell for each of its first two homes, 10 and 20 people, and one without a value between them."""
    path = write_town(folder, plan=plan)
    write_raster(folder / "people.tif", [[10, -1, 20]], west=24.0975, north=56.9525, cell=0.005, nodata=-1)
    return path


def test_cells_of_a_raster_of_people_are_demand(tmp_path):
    assessment = sm.run(grid_town(tmp_path, GRID), tmp_path / "out")
    figures = assessment.figures.query("analysis == 'shelter' and measure == 'people' and scope == 'all'")
    assert figures.query("figure == 'total'")["value"].unique().tolist() == [30]
    # The cellar is 61 m from the middle of the first cell, 547 m from that of the second.
    assert figures.query("figure == 'covered'")["value"].tolist() == [10, 30]
    (record,) = [each for each in assessment.inputs if each.name == "homes"]
    assert record.rows == 2 and any("1 cell" in note for note in record.notes)
    assert record.sha256 == sha256(tmp_path / "people.tif")


@pytest.mark.parametrize(
    ("holds", "fault"),
    [
        ("", 'a raster has no rows: say holds = "count"'),
        ('holds = "people"', "inputs.homes.holds: "),
        ('holds = "count"\nid = "cell"', "id is for layers; a raster has cells"),
        ('holds = "count"\nlayer = "a"', "layer is for layers; a raster has cells"),
    ],
)
def test_what_a_raster_of_people_holds_is_said(tmp_path, holds, fault):
    with pytest.raises(sm.PlanError, match=re.escape(fault)):
        load_plan(grid_town(tmp_path, GRID.replace('holds = "count"', holds)))


def test_a_layer_holds_rows(tmp_path):
    plan = PLAN.replace('path = "homes.csv"', 'path = "homes.csv"\nholds = "count"')
    with pytest.raises(sm.PlanError, match="holds is for rasters"):
        load_plan(grid_town(tmp_path, plan))


def test_people_below_zero_are_refused_with_their_cell(tmp_path):
    path = grid_town(tmp_path, GRID)
    write_raster(tmp_path / "people.tif", [[10, -5, 20]], west=24.0975, north=56.9525, cell=0.005, nodata=-1)
    with pytest.raises(sm.ReadError, match=r"inputs\.homes: .*people\.tif.*-5"):
        sm.run(path, tmp_path / "out")
