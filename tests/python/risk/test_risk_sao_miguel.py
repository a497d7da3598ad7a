# SPDX-License-Identifier: Apache-2.0
"""What the sample of São Miguel tells of hazards, against distances and cells counted without any of our code."""

from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio

from sheltermap.assessments.run import assess
from sheltermap.plans.plan import load_plan

DATA = Path(__file__).parents[3] / "sample_data" / "sao_miguel"
VOLCANOES = ((-25.78, 37.86), (-25.47, 37.76), (-25.32, 37.76))


@pytest.fixture(scope="module")
def counted():
    """How many people each scenario affects, by the sample's plan."""
    made = assess(load_plan(DATA / "plan.toml"))
    figures = made.figures.query("analysis == 'impact' and figure == 'affected' and scope == 'all'")
    return figures.set_index("scenario")["value"]


@pytest.fixture(scope="module")
def cells():
    """The middles of the cells where somebody lives, and how many do."""
    with rasterio.open(DATA / "people.tif") as file:
        people = file.read(1, masked=True)
        row, column = np.nonzero(~people.mask & (people.data > 0))
        east, north = file.xy(row, column)
    return np.array(east), np.array(north), people.data[row, column].astype(np.float64)


@pytest.mark.parametrize(("scenario", "within_m"), [("eruption_small", 4_000), ("eruption_large", 9_000)])
def test_an_eruption_affects_those_whose_cells_are_so_near_to_a_volcano(counted, cells, scenario, within_m):
    east, north, people = cells
    geod = pyproj.Geod(ellps="WGS84")
    far = [geod.inv(east, north, np.full(len(east), lon), np.full(len(east), lat))[2] for lon, lat in VOLCANOES]
    assert counted[scenario] == pytest.approx(people[np.min(far, axis=0) <= within_m].sum(), rel=1e-12)


@pytest.mark.parametrize("years", [50, 200, 500])
def test_a_surge_affects_those_whose_cells_it_covers(counted, cells, years):
    east, north, people = cells
    with rasterio.open(DATA / f"surge_{years}.tif") as file:
        depth = np.array([each[0] for each in file.sample(zip(east, north, strict=True))])
    assert counted[f"surge_{years}"] == pytest.approx(people[depth >= 0.1].sum(), rel=1e-12)
