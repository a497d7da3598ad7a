# SPDX-License-Identifier: Apache-2.0
"""What pygeoapi reads: a collection for each layer, in every language, whatever is in the texts; and the rows."""

import json
import shutil
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

import sheltermap as sm
from sheltermap.assessments.pygeoapi import CONFIG, LAYERS, write_pygeoapi
from sheltermap.commands.cli import app
from sheltermap.dictionary import layers as dictionary
from sheltermap.postgis.geopackage import contents

URL = "http://localhost:5000"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def config_in(folder: Path) -> Any:
    return yaml.safe_load((folder / CONFIG).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def served(assessment: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pygeoapi") / "served"
    write_pygeoapi(assessment, folder, url=URL)
    return folder


def frames_of(assessment: Path) -> dict[str, geopandas.GeoDataFrame]:
    """The results and inputs that have places."""
    frames = contents(assessment / "assessment.gpkg")
    return {
        name: frame
        for name, frame in frames.items()
        if isinstance(frame, geopandas.GeoDataFrame) and not name.startswith("base_")
    }


def test_each_result_and_input_is_a_collection_in_words(served: Path, assessment: Path) -> None:
    resources = config_in(served)["resources"]
    assert list(resources) == list(frames_of(assessment)) and len(resources) > 5
    for layer in dictionary.read(contents(assessment / "assessment.gpkg")):
        if layer.name in resources:
            assert resources[layer.name]["title"] == layer.title
            assert resources[layer.name]["description"] == layer.description
            kept = resources[layer.name]["providers"][0]
            assert (kept["name"], kept["layer"], kept["id_field"]) == ("OGR", layer.name, "fid")
            assert kept["data"]["source"] == str(served / LAYERS) and kept["storage_crs"] == CRS84
            word = "input data" if layer.analysis is None else "result"
            assert resources[layer.name]["keywords"]["en"] == [word]


def test_rows_and_extents_are_those_of_the_assessment(served: Path, assessment: Path) -> None:
    resources = config_in(served)["resources"]
    for name, frame in frames_of(assessment).items():
        back = sm.read(served / LAYERS, layer=name, strict=False)
        expected = frame.to_crs(4326)
        pd.testing.assert_frame_equal(
            pd.DataFrame(back.drop(columns="geometry")), pd.DataFrame(expected.drop(columns="geometry"))
        )
        assert back.crs.to_epsg() == 4326
        assert back.geometry.isna().equals(expected.geometry.isna())
        assert back.geometry.dropna().geom_equals_exact(expected.geometry.dropna(), 0).all()
        bbox = resources[name]["extents"]["spatial"]["bbox"]
        assert bbox == pytest.approx(list(expected.total_bounds), abs=1e-6)
        code = frame.crs.to_epsg()
        others = [] if code == 4326 else [f"http://www.opengis.net/def/crs/EPSG/0/{code}"]
        assert resources[name]["providers"][0]["crs"][2:] == others


def test_the_whole_says_what_it_is(served: Path, assessment: Path) -> None:
    summary = json.loads((assessment / "summary.json").read_text(encoding="utf-8"))
    config = config_in(served)
    assert config["metadata"]["identification"]["title"] == summary["title"]
    assert config["server"]["languages"] == summary["plan"]["languages"]
    assert config["server"]["bind"] == {"host": "127.0.0.1", "port": 5000}  # nobody else's until somebody says so
    licences = {each["licence"] for each in summary["inputs"] if each["licence"]}
    assert licences and all(each.rstrip(".") in config["metadata"]["license"]["name"] for each in licences)


def test_rows_from_a_database_are_not_copied_and_no_password_is_written(assessment: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["pygeoapi", str(assessment), str(tmp_path / "out"), "--schema", 'y: "1" # x'])
    assert done.exit_code == 0, done.output
    assert [each.name for each in (tmp_path / "out").iterdir()] == [CONFIG]
    for name, each in config_in(tmp_path / "out")["resources"].items():
        provider = each["providers"][0]
        assert (provider["name"], provider["table"], provider["geom_field"]) == ("PostgreSQL", name, "geometry")
        assert provider["data"]["search_path"] == ['y: "1" # x', "public"]
        assert provider["data"]["password"] == "${PGPASSWORD:-}"


ODD = [
    'a: "b" # c',
    "- x",
    "${HOME}",
    "line\nline",
    "'",
    "\\",
    "{{ 7 * 7 }}",
    "ā “ž” \x85\u2028\ufeff\x7f",
    "🜂",
    "null",
]


def test_texts_are_texts_whatever_is_in_them(assessment: Path, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    shutil.copytree(assessment, folder)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    for text in ODD:
        summary["title"] = {"en": text, "lv": text}
        (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
        write_pygeoapi(folder, tmp_path / "out", url=text, schema=text)
        config = config_in(tmp_path / "out")
        assert config["metadata"]["identification"]["title"] == {"en": text, "lv": text}
        assert config["server"]["url"] == text


def test_written_again_it_is_the_same(served: Path, assessment: Path, tmp_path: Path) -> None:
    before = (served / CONFIG).read_bytes()
    done = CliRunner().invoke(app, ["pygeoapi", str(assessment), str(served)])
    assert done.exit_code == 0 and f"PYGEOAPI_CONFIG={served / CONFIG}" in done.output
    assert (served / CONFIG).read_bytes() == before


def test_what_is_no_assessment_is_bad_input(assessment: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["pygeoapi", str(tmp_path), str(tmp_path / "out")])
    assert done.exit_code == 2 and "is no assessment" in done.output
    assert not (tmp_path / "out").exists()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = CliRunner().invoke(app, ["pygeoapi", str(assessment), str(tmp_path / "file")])
    assert done.exit_code == 2 and "cannot write to" in done.output


def test_an_assessment_of_before_the_dictionary_is_told_so(assessment: Path, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    shutil.copytree(assessment, folder)
    (folder / "assessment.gpkg").unlink()
    sm.write({"figures": pd.DataFrame({"x": [1]})}, folder / "assessment.gpkg")
    done = CliRunner().invoke(app, ["pygeoapi", str(folder), str(tmp_path / "out")])
    assert done.exit_code == 2 and "has no dictionary; run the plan again" in done.output
