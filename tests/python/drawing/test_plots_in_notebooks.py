# SPDX-License-Identifier: Apache-2.0
"""A picture shows itself in a notebook: once, where it was asked for, whatever the cell ends with."""

import nbclient
import nbformat
import pytest

SETUP = """
import warnings
warnings.simplefilter("error")
import geopandas, sheltermap as sm
homes = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([24.1, 24.2], [56.9, 56.9]), crs=4326)
found = sm.coverage(homes, homes[:1], 500)
"""
LEFT = "import matplotlib.pyplot as plt; print(plt.get_fignums())"
CELLS = (
    "found.plot()",
    "found.plot();",
    "axes = found.plot(figsize=(3, 2), lang='lv')\naxes.set_title('later')\nNone",
    "for _ in range(25):\n    found.plot(figsize=(3, 2))",
    "import matplotlib.pyplot as plt\n_, axes = plt.subplots(figsize=(3, 2))\nfound.plot(ax=axes);",
    "from matplotlib.figure import Figure\nfound.plot(ax=Figure().add_subplot());",
    "try:\n    found.plot(threshold=7)\nexcept ValueError:\n    pass",
    "found.explore().picture;",
)
PICTURES = (1, 1, 1, 25, 1, 0, 0, 0)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"):
            patch.setenv(name, str(folder))
        cells = [SETUP, *(cell for each in CELLS for cell in (each, LEFT))]
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        place = {"metadata": {"path": str(folder)}}
        client = nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3", resources=place)
        return client.execute().cells[1:]


@pytest.mark.parametrize("at", range(len(CELLS)), ids=CELLS)
def test_a_cell_shows_what_it_draws_once_and_leaves_no_figure(run, at):
    drawing, left = run[2 * at], run[2 * at + 1]
    assert sum("image/png" in output.get("data", {}) for output in drawing.outputs) == PICTURES[at]
    assert not [output for output in drawing.outputs if output.get("name") == "stderr"]
    assert left.outputs[0].text == "[]\n"
