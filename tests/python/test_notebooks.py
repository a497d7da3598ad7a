# SPDX-License-Identifier: Apache-2.0
"""The notebooks run from first cell to last, as for somebody who has just cloned the repository."""

import shutil
from pathlib import Path

import nbclient
import nbformat
import pytest

from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TESTED = ROOT / "build" / "notebooks"
LONGEST = 25  # cells a reader follows in one go
PATIENCE_S = 600  # for a cell on a busy machine; each takes seconds


def read(path: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def run(path: Path, folder: Path) -> nbformat.NotebookNode:
    """Run a notebook in a copy of its surroundings, so that what it writes does not land in the checkout."""
    (folder / "notebooks").mkdir()
    (folder / "sample_data").symlink_to(ROOT / "sample_data")
    shutil.copy(path, folder / "notebooks")
    notebook = read(path)
    place = {"metadata": {"path": str(folder / "notebooks")}}
    return nbclient.NotebookClient(notebook, timeout=PATIENCE_S, kernel_name="python3", resources=place).execute()


def outputs(notebook: nbformat.NotebookNode, kind: str) -> list[str]:
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [output.data[kind] for cell in cells for output in cell.outputs if kind in output.get("data", {})]


def test_there_are_notebooks():
    assert "01_first_answer.ipynb" in [path.name for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_short_and_kept_without_outputs(path):
    notebook = read(path)
    assert len(notebook.cells) <= LONGEST
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_its_plots_and_maps(path, tmp_path, monkeypatch):
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "jupyter"))
    done = run(path, tmp_path)
    TESTED.mkdir(parents=True, exist_ok=True)
    nbformat.write(done, TESTED / path.name)  # `scripts/docs --as-tested` shows them
    assert outputs(done, "image/png")
    explores = any(".explore(" in cell.source for cell in done.cells)
    assert explores == any("<iframe sandbox" in page for page in outputs(done, "text/html"))
    written = {file.suffix for file in (tmp_path / "out").rglob("*") if file.is_file()}
    assert {".gpkg", ".html"} <= written
