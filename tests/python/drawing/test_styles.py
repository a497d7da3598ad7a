# SPDX-License-Identifier: Apache-2.0
"""QGIS opens the GeoPackage of an assessment: all layers, drawn in the colours of our legends."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pyogrio
import pytest

PYTHON = "/usr/bin/python3"  # the one that QGIS belongs to; the virtual environment does not see it
PROBE = Path(__file__).parents[2] / "probes" / "open_in_qgis.py"


def in_qgis(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONPATH", None)
    return subprocess.run([PYTHON, *arguments], capture_output=True, text=True, env=environment, timeout=300)


@pytest.fixture(scope="module")
def seen(assessment: Path) -> dict[str, dict[str, Any]]:
    """What QGIS tells of every layer."""
    if in_qgis("-c", "import qgis.core").returncode != 0:
        pytest.skip("QGIS is not installed (Debian: python3-qgis)")
    done = in_qgis(str(PROBE), str(assessment / "assessment.gpkg"))
    assert done.returncode == 0, done.stderr
    layers: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return layers


def test_every_layer_and_table_opens_with_all_its_rows(seen: dict[str, dict[str, Any]], assessment: Path) -> None:
    package = assessment / "assessment.gpkg"
    expected = {
        str(name): pyogrio.read_info(package, layer=name)["features"] for name, _ in pyogrio.list_layers(package)
    }
    expected.pop("layer_styles", None)  # QGIS keeps it to itself
    assert all(layer["valid"] for layer in seen.values())
    assert {name: layer["rows"] for name, layer in seen.items() if name != "layer_styles"} == expected


def test_every_layer_with_geometries_has_a_reference_system(seen: dict[str, dict[str, Any]]) -> None:
    spatial = {name: layer["crs"] for name, layer in seen.items() if "drawn" in layer}
    assert spatial
    assert all(spatial.values())


def test_results_are_drawn_in_the_colours_of_their_legend(seen: dict[str, dict[str, Any]]) -> None:
    styled = {name: layer for name, layer in seen.items() if "legend" in layer}
    assert styled
    for name, layer in styled.items():
        shown = [colour for colour in layer["drawn"] if colour in layer["legend"]]
        assert len(shown) >= 2, f"{name}: {layer['drawn'][:5]} of {layer['legend']}"
