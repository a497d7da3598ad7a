# SPDX-License-Identifier: Apache-2.0
"""An assessment as a File Geodatabase and in other formats, by the command line as well."""

import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import sheltermap as sm
import system_gdal
from in_process import sheltermap
from sheltermap.assessments.handed_over import hand_over
from small_plan import write_town


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("town")
    sm.run(write_town(place), place / "out")
    return place / "out"


def test_a_geodatabase_has_every_layer_and_table_with_its_words(folder: Path, tmp_path: Path) -> None:
    written = hand_over(folder, tmp_path / "a.gdb", lang="lv")
    found = system_gdal.look(tmp_path / "a.gdb")
    assert set(found["layers"]) == set(written) >= {"figures", "dictionary_codes"}
    name = next(
        each
        for each in written
        if f"input_{each}" not in written and each in sm.layer_names(folder / "assessment.gpkg")
    )
    layer, read = found["layers"][name], sm.read(folder / "assessment.gpkg", layer=name, strict=False)
    assert len(layer["rows"]) == len(read) and layer["alias"]
    for column, field in layer["fields"].items():
        if field["domain"]:
            values = {row[column] for row in layer["rows"]} - {None}
            assert values <= found["domains"][field["domain"]].keys() | values
    reasons = [field["domain"] for column, field in layer["fields"].items() if column.startswith("reason")]
    assert reasons and all(found["domains"][each]["too_far"] == "tuvākais ir tālāk" for each in reasons)
    figures = pd.DataFrame(found["layers"]["figures"]["rows"])
    assert len(figures) > 0 and figures.analysis.notna().all()


def test_the_command_writes_an_assessment_in_another_format(folder: Path, tmp_path: Path) -> None:
    done = sheltermap("convert", folder, tmp_path / "a.xlsx")
    assert done.returncode == 0, done.stderr
    assert "layers and tables in" in done.stdout
    names = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True).sheetnames
    assert "figures" in names


def test_the_command_writes_one_layer(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "assessment.gpkg", tmp_path / "a.gpkg")
    name = sm.layer_names(tmp_path / "a.gpkg")[0]
    done = sheltermap("convert", tmp_path / "a.gpkg", tmp_path / "a.parquet", "--layer", name)
    assert done.returncode == 0, done.stderr
    assert len(sm.read(tmp_path / "a.parquet", strict=False)) > 0
    again = sheltermap("convert", tmp_path / "a.parquet", tmp_path / "b.geojson")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "b.geojson").exists()
    done = sheltermap("convert", tmp_path / "a.gpkg", tmp_path / "b.parquet", "--layer", "nosuch")
    assert done.returncode == 2 and "has no layer 'nosuch'; it has" in done.stderr
