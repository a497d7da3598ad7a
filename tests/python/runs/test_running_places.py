# SPDX-License-Identifier: Apache-2.0
"""Inputs of a plan whose places cannot be meant: an error in the plan's words, or a note of the analysis."""

import json

import pytest
import shapely
from typer.testing import CliRunner

from sheltermap.assessments.run import assess
from sheltermap.commands.cli import app
from sheltermap.plans.plan import load_plan
from small_plan import FLOOD, PLAN, SHELTERS, write_town


def run(path):
    done = CliRunner().invoke(app, ["run", str(path), "-o", str(path.parent / "out")], terminal_width=200)
    return done.exit_code, done.output, (path.parent / "out").exists()


def exchange(path):
    """Put latitude first in all geometries of a GeoJSON file."""
    collection = json.loads(path.read_text())
    for feature in collection["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        feature["geometry"] = shapely.geometry.mapping(shapely.transform(shape, lambda xy: xy[:, ::-1]))
    path.write_text(json.dumps(collection))


def test_degrees_that_the_plan_calls_metres_stop_it(tmp_path):
    path = write_town(tmp_path, plan=PLAN.replace('"homes.csv"\ncrs = "EPSG:4326"', '"homes.csv"\ncrs = "EPSG:3059"'))
    code, output, written = run(path)
    assert (code, written) == (2, False)
    assert "homes.csv has degrees for coordinates" in output and 'crs = "EPSG:4326"' in output


@pytest.mark.parametrize(("layer", "analysis", "role"), [("flood", "in_flood", "zones"), ("parts", "shelter", "areas")])
def test_exchanged_axes_of_zones_and_areas_stop_it(tmp_path, layer, analysis, role):
    path = write_town(tmp_path, plan=PLAN + FLOOD)
    exchange(tmp_path / f"{layer}.geojson")
    code, output, written = run(path)
    assert (code, written) == (2, False)
    assert f"analyses.{analysis}: " in output and f"{role} ({layer}.geojson) lie 4," in output
    assert "axes of one of them swapped" in output


def test_layers_far_apart_are_a_note_of_the_analysis(tmp_path):
    far = SHELTERS.replace("24.101", "20.101").replace("24.400", "20.400")
    outcomes = {each.analysis.name: each for each in assess(load_plan(write_town(tmp_path, shelters=far))).outcomes}
    told = [note for note in outcomes["shelter"].notes if "farther than either is wide" in note]
    assert len(told) == 1 and told[0].startswith("demand (homes.csv) and facilities (shelters.csv) lie 22")


def test_rows_with_exchanged_axes_are_named_by_the_other_layer(tmp_path):
    path = write_town(tmp_path, shelters=SHELTERS + "s3,Cellar,56.950,24.101\n")
    code, output, written = run(path)
    assert (code, written) == (2, False)
    assert "facilities (shelters.csv): 1 of 3 rows lie 4," in output and "in row 3?" in output


def test_rows_far_from_all_others_are_noted_of_the_input(tmp_path):
    far = SHELTERS + "s3,Cellar,2.3,48.9\n"
    records = {each.name: each for each in assess(load_plan(write_town(tmp_path, shelters=far))).inputs}
    assert any(note.startswith("row 3 lies 1") for note in records["shelters"].notes)
