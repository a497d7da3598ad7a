# SPDX-License-Identifier: Apache-2.0
"""Questions made ready once: which there are, what is refused, and that they go to other processes."""

import pickle
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from shapely import box

import sheltermap as sm
from sheltermap import _core, scale


def points(lon: list[float], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, [56.95] * len(lon)), crs=4326)


HOMES = points([24.10, 24.12, 24.30], people=[1, 2, 3])
SHELTERS = points([24.10, 24.20], code=["A", "B"])
SHAPES = SHELTERS.set_geometry(SHELTERS.to_crs(3059).buffer(100))
ZONES = gpd.GeoDataFrame({"depth": [1.0]}, geometry=[box(24.0, 56.9, 24.11, 57)], crs=4326)

SIDES = {
    sm.nearest: {"facilities": SHELTERS, "facility_id": "code"},
    sm.within: {"facilities": SHELTERS, "limit": "3 km"},
    sm.count: {"facilities": SHELTERS, "limit": "3 km"},
    sm.coverage: {"facilities": SHELTERS, "thresholds": ["1 km", "3 km"], "weight": "people"},
    sm.exposure: {"zones": ZONES, "weight": "people"},
}


@pytest.mark.parametrize("function", SIDES, ids=lambda function: function.__name__)
def test_a_prepared_question_answers_as_its_function_does_and_so_does_its_pickle(function) -> None:
    sides = SIDES[function]
    question = scale.prepare(function, **sides)
    whole = function(HOMES, **sides)
    for asked in (question, pickle.loads(pickle.dumps(question))):
        answer = asked.answer(HOMES)
        assert_frame_equal(answer.rows, getattr(whole, "rows", whole))
        for name, table in (answer.sums.tables() if answer.sums else {}).items():
            assert_frame_equal(table, getattr(whole, name))


@pytest.mark.parametrize("function", [sm.coverage, sm.exposure], ids=lambda function: function.__name__)
def test_sums_are_merged_in_other_processes_to_the_same_digits(function) -> None:
    random = np.random.default_rng(5)
    lon = random.uniform(24, 24.4, 500).tolist()
    homes = points(lon, people=random.uniform(0, 1, 500) * 10.0 ** random.integers(-9, 9, 500))
    sides = SIDES[function] | {"areas": ZONES, "area_name": "depth"}
    question, whole = scale.prepare(function, **sides), function(homes, **sides)
    parts = [question.answer(homes.iloc[at::7]).sums for at in range(7)]
    for order in (range(7), [6, 2, 0, 5, 1, 4, 3]):
        merged, *others = [pickle.loads(pickle.dumps(parts[at])) for at in order]
        for other in others:
            merged.merge(other)
        for name, table in merged.tables().items():
            assert_frame_equal(table, getattr(whole, name), check_exact=True)


@pytest.mark.parametrize("facilities", [SHELTERS, SHAPES], ids=["points", "shapes"])
@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS")
def test_what_is_looked_up_is_made_once(facilities, monkeypatch) -> None:
    made: list[str] = []
    for name in ("PlaceIndex", "ShapeIndex", "ZoneIndex"):
        usual = getattr(_core, name)

        def counted(*args: Any, usual: Any = usual, name: str = name) -> Any:
            made.append(name)
            return usual(*args)

        monkeypatch.setattr(_core, name, counted)
    question = scale.prepare(sm.coverage, facilities=facilities, thresholds=500, areas=ZONES)
    for _ in range(5):
        question.answer(HOMES.copy())
    assert sorted(made) == ["ShapeIndex" if facilities is SHAPES else "PlaceIndex", "ZoneIndex"]


def test_sides_are_named_and_known() -> None:
    with pytest.raises(TypeError, match=r"takes a function that answers row by row \(sm.nearest, .*not "):
        scale.prepare(sm.flood, demand=HOMES)
    with pytest.raises(TypeError, match="takes a function that answers row by row"):
        scale.prepare("nearest", facilities=SHELTERS)
    with pytest.raises(TypeError, match="demand is what comes in blocks"):
        scale.prepare(sm.nearest, demand=HOMES, facilities=SHELTERS)
    with pytest.raises(TypeError, match="features is what comes in blocks"):
        scale.prepare(sm.exposure, features=HOMES, zones=ZONES)
    with pytest.raises(TypeError):
        scale.prepare(sm.nearest, SHELTERS)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"sm\.nearest: missing a required argument: 'facilities'"):
        scale.prepare(sm.nearest, k=3)
    with pytest.raises(TypeError, match=r"sm\.nearest: got an unexpected keyword argument 'facility'"):
        scale.prepare(sm.nearest, facilities=SHELTERS, facility=1)
    with pytest.raises(ValueError, match="cannot be asked block by block with person: the rows of one person may lie"):
        scale.prepare(sm.coverage, facilities=SHELTERS, thresholds=500, person="people")
    with pytest.raises(TypeError, match="facilities is a str without places"):
        scale.prepare(sm.nearest, facilities="shelters.gpkg")


def test_a_table_of_costs_is_asked_in_one_piece() -> None:
    costs = pd.DataFrame({"home": [1], "shelter": ["A"], "m": [40]})
    table = sm.reach_from(
        costs, demand="home", facility="shelter", cost="m", unit="m", demand_id="people", facility_id="code"
    )
    with pytest.raises(ValueError, match="cannot be asked block by block by a table of costs"):
        scale.prepare(sm.nearest, facilities=SHELTERS, by=table)


def test_shapes_that_zones_cut_are_asked_in_one_piece() -> None:
    question = scale.prepare(sm.exposure, zones=ZONES)
    with pytest.raises(ValueError, match="lines and polygons are cut by zones in one piece"):
        question.answer(ZONES[["geometry"]])
