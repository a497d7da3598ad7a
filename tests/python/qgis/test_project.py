# SPDX-License-Identifier: Apache-2.0
"""QGIS opens the project of each sample: layers drawn, named and told, its themes, layouts and styles for servers."""

import hashlib
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

import sheltermap as sm
from sheltermap.base import texts
from system_qgis import has_qgis, in_qgis

PROBES = Path(__file__).parents[2] / "probes"
SAMPLES = ("latvia", "liechtenstein", "ogre", "porto_alegre", "sao_miguel")
REMOTE = re.compile(r"https?://")
SCHEMAS = {"http://mrcc.com/qgis.dtd", "http://www.opengis.net"}


Opened = tuple[Path, dict[str, Any]]


@pytest.fixture(scope="module")
def opened(
    sample_assessment: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Opened]:
    """Opens the project of a sample once and tells what QGIS says of it, and where it put its pictures."""
    if not has_qgis():
        pytest.skip("QGIS is not installed (Debian: python3-qgis)")

    @cache
    def of(sample: str) -> Opened:
        pictures = tmp_path_factory.mktemp(sample)
        what = "tls" if sample == "ogre" else "s"
        done = in_qgis(str(PROBES / "project_in_qgis.py"), str(sample_assessment(sample)), str(pictures), what)
        assert done.returncode == 0, done.stderr
        return pictures, json.loads(done.stdout)

    return of


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_layer_opens_drawn_named_and_read_only(
    opened: Callable[[str], Opened], sample_assessment: Callable[[str], Path], sample: str
) -> None:
    _, seen = opened(sample)
    assert seen["read"] and seen["error"] == "" and seen["crs"].startswith("EPSG:")
    with closing(sqlite3.connect(sample_assessment(sample) / "assessment.gpkg")) as connection:
        there = {name for (name,) in connection.execute("SELECT table_name FROM gpkg_geometry_columns")}
        styles = connection.execute("SELECT f_table_name, count(*) FROM layer_styles GROUP BY 1").fetchall()
    layers = {name.removeprefix("sheltermap_"): layer for name, layer in seen["layers"].items()}
    assert {name for name, layer in layers.items() if layer["spatial"]} == there
    assert {name: len(layers[name]["styles"]) for name, _ in styles} == dict(styles)
    for name, layer in layers.items():
        assert layer["valid"] and layer["read_only"], name
        if not layer["spatial"]:
            continue
        assert layer["crs"] and layer["missing"] == [], name
        for look in layer["looks"].values():
            several = look["renderer"] == "categorizedSymbol"
            assert several or look["renderer"] == "singleSymbol", name
            assert all(label for label, _ in look["legend"]) or not several, name
        assert layer["display"] and layer["metadata_title"] and layer["abstract"], name
        assert "<table>" in layer["tip"]
        assert all(alias for column, alias in layer["aliases"].items() if column != "fid"), name


@pytest.mark.parametrize("sample", SAMPLES)
def test_styles_for_servers_take_the_rows_of_their_rules(
    opened: Callable[[str], Opened], sample_assessment: Callable[[str], Path], sample: str
) -> None:
    _, seen = opened(sample)
    with closing(sqlite3.connect(sample_assessment(sample) / "assessment.gpkg")) as connection:
        kept = connection.execute("SELECT f_table_name, styleQML, styleSLD FROM layer_styles").fetchall()
        written = {path.read_text(encoding="utf-8") for path in (sample_assessment(sample) / "sld").iterdir()}
        assert written == {sld for *_, sld in kept}
        counted = 0
        for layer, qml, sld in kept:
            name = str(fromstring(sld).findtext(".//{*}UserStyle/{*}Name"))
            found = seen["sld"][name if name in seen["sld"] else layer]
            assert found["done"], found["message"]
            renderer = fromstring(qml).find("renderer-v2")
            assert renderer is not None
            if found["renderer"] != "RuleRenderer":
                assert renderer.get("type") == "singleSymbol"
                continue
            numbers = connection.execute(f'SELECT {renderer.get("attr")}, count(*) FROM "{layer}" GROUP BY 1')
            rows = dict(numbers.fetchall())
            assert found["counts"] == [rows.get(at, 0) for at in range(len(found["rules"]))], name
            counted += 1
        assert counted >= 5


def test_themes_show_the_layers_of_an_analysis_in_its_scenario(opened: Callable[[str], Opened]) -> None:
    _, seen = opened("ogre")
    title = "An accommodation centre within 5 km, before a flood and during it"
    assert {f"{title}: {scenario}" for scenario in ("10 %", "1 %", "0.5 %")} <= set(seen["themes"])
    drawn = seen["drawn"][f"{title}: 10 %"]
    assert drawn["errors"] == []
    shown = [each.removeprefix("sheltermap_") for each in drawn["layers"]]
    assert shown == ["centre_in_flood_facilities", "centre_in_flood", "input_areas", "input_zones"]
    styles = {name.removeprefix("sheltermap_"): style for name, style in drawn["styles"].items()}
    assert {styles[each] for each in ("centre_in_flood", "input_zones")} == {"10 %"}


def test_first_the_first_analysis_is_seen_with_its_inputs_alone(opened: Callable[[str], Opened]) -> None:
    _, seen = opened("ogre")
    spatial = {name for name, layer in seen["layers"].items() if layer["spatial"]}
    assert [each for each in seen["visible"] if each in spatial] == [
        "sheltermap_shelters_state",
        "sheltermap_input_areas",
    ]
    assert seen["order"][0] == texts.say("qgis_places", "en") and seen["order"][-1] == texts.say("qgis_tables", "en")


def test_pages_are_exported_as_pdf(opened: Callable[[str], Opened]) -> None:
    pictures, seen = opened("ogre")
    assert sorted(seen["layouts"]) == sorted(seen["themes"])
    assert seen["exported"]
    for number, page in enumerate(seen["exported"]):
        assert page["done"] == [0, 0]
        assert (pictures / f"layout-{number}.pdf").read_bytes().startswith(b"%PDF")
        assert page["scale_bar_mm"] > 25  # else it is a stroke
        assert page["labels"]["title"] == page["name"]
        assert page["labels"]["date"].startswith("Made on ")


def test_a_tip_shows_what_stands_in_a_cell_and_runs_nothing(opened: Callable[[str], Opened]) -> None:
    _, seen = opened("ogre")
    assert seen["tip_of_markup"] == "&lt;img src=x>&amp;"


def test_the_same_plan_has_the_same_project_and_nothing_from_outside(
    tmp_path: Path, sample_plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    digests = set()
    for name in ("first", "second"):
        sm.run(sample_plan, tmp_path / name)
        kept = [tmp_path / name / each for each in ("project.qgz", "assessment.gpkg", "sld/psychologist.sld")]
        digests.add(tuple(hashlib.sha256(each.read_bytes()).hexdigest() for each in kept))
    assert len(digests) == 1
    with zipfile.ZipFile(tmp_path / "first" / "project.qgz") as archive:
        (content,) = archive.infolist()
        written = archive.read(content).decode()
    assert content.filename == "project.qgs" and content.date_time == (1980, 1, 1, 0, 0, 0)
    sources = set(re.findall(r"<datasource>(.*?)</datasource>", written))
    assert sources and all(each.startswith("./assessment.gpkg|layername=") for each in sources)
    assert str(tmp_path) not in written
    links = {line for line in written.splitlines() if REMOTE.search(line)}
    assert all(any(schema in line for schema in SCHEMAS) for line in links)
