# SPDX-License-Identifier: Apache-2.0
"""What is wrong with an input of a plan, in words of the plan."""

import hashlib
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
        (HOMES + "a,24.1,56.9,1\nb,24.2,abc,2\n", "or write [inputs.homes] strict = false to go on"),
        (HOMES, "homes.csv has no rows; write [inputs.homes] strict = false if that is meant"),
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
    assert str(raised.value).startswith(f"{plan}, line 4: inputs.homes: homes.csv")
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


def test_several_files_are_an_input_with_the_digest_of_each(tmp_path):
    plan = write_town(tmp_path, plan=PLAN.replace('path = "homes.csv"', 'path = ["homes.csv", "more/*.csv"]'))
    (tmp_path / "more").mkdir()
    more = "id,name,lon,lat,people,children\nh5,Fifth home,24.1012,56.9502,7,0\n"
    (tmp_path / "more" / "north.csv").write_text(more, encoding="utf-8")
    assessment = sm.run(plan, tmp_path / "out")
    (record,) = [each for each in assessment.inputs if each.name == "homes"]
    assert record.rows == 5 and record.path == "homes.csv, more/*.csv"
    digests = {name: sha256(tmp_path / name) for name in ("homes.csv", "more/north.csv")}
    assert [note for note in record.notes if "SHA-256" in note] == [f"{n}: SHA-256 {d}" for n, d in digests.items()]
    listed = "".join(f"{digest}  {name}\n" for name, digest in digests.items())
    assert record.sha256 == hashlib.sha256(listed.encode()).hexdigest()
    total = assessment.figures.query("analysis == 'shelter' and measure == 'people' and scope == 'all'")
    assert total.query("figure == 'total'")["value"].unique().tolist() == [67]
    written = sm.read(tmp_path / "out" / "assessment.gpkg", layer="input_homes")
    assert written["source_file"].tolist() == ["homes.csv"] * 4 + ["north.csv"]


def test_a_row_of_several_files_is_refused_with_its_file(tmp_path):
    text = PLAN.replace('path = "homes.csv"', 'path = "homes*.csv"\nstrict = false')
    plan = write_town(tmp_path, plan=text)
    again = "id,name,lon,lat,people,children\nh1,Home again,24.1012,56.9502,7,0\n"
    (tmp_path / "homes2.csv").write_text(again, encoding="utf-8")
    refused = sm.run(plan, tmp_path / "out").refused_rows
    assert refused[["input", "row", "id", "reason", "detail"]].values.tolist() == [
        ["homes", 1, "h1", "duplicate_id", "homes2.csv: the id 'h1' is also that of row 1 of homes.csv"]
    ]


def test_where_takes_rows_of_an_input_and_says_how_many(tmp_path):
    plan = write_town(tmp_path, plan=PLAN.replace('path = "homes.csv"', 'path = "homes.csv"\nwhere = "people <= 20"'))
    assessment = sm.run(plan, tmp_path / "out")
    total = assessment.figures.query("analysis == 'shelter' and measure == 'people' and scope == 'all'")
    assert total.query("figure == 'total'")["value"].unique().tolist() == [30]
    (record,) = [each for each in assessment.inputs if each.name == "homes"]
    assert "2 of 4 rows taken by where: people <= 20" in record.notes and record.rows == 2
    assert "2 of 4 rows taken by where: people &lt;= 20" in (tmp_path / "out" / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ('path = "homes.csv"\nwhere = "people = = 3"', "inputs.homes.where: position 10: “= 3” is not understood"),
        ('path = ["homes.csv", "none.csv"]', 'inputs.homes.path: no file "none.csv" in '),
        ('path = "none*.csv"', "inputs.homes.path: no file fits “none*.csv” in "),
        ("path = []", "inputs.homes.path: must be the path of a file, a pattern"),
        ('path = ["homes.csv", 3]', "inputs.homes.path: must be the path of a file, a pattern"),
        ('path = ["homes.csv", "people.tif"]', '"people.tif" is a raster: several files are layers of rows'),
    ],
)
def test_paths_and_conditions_of_an_input_are_checked_with_the_plan(tmp_path, keys, fault):
    with pytest.raises(sm.PlanError, match=re.escape(fault)):
        load_plan(grid_town(tmp_path, PLAN.replace('path = "homes.csv"', keys)))
