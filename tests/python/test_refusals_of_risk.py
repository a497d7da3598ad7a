# SPDX-License-Identifier: Apache-2.0
"""What cannot be meant where hazards, impacts and rasters are asked about: refused in one sentence that says why."""

import math
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely

import sheltermap as sm
from raster_files import write_raster
from risk_town import FLOODS, frame, homes, houses, shelters

HOMES, SHELTERS = homes(), shelters()
TABLE = pd.DataFrame({"people": [1]})


@pytest.fixture(scope="module")
def depth(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("depth")
    return write_raster(folder / "depth.tif", [[1, 2], [0, 0.5]], west=24.0, north=57.0, cell=0.1, nodata=-9)


LAYERS = {
    "combined": lambda layer: sm.combined(FLOODS, layer),
    "combined by area": lambda layer: sm.combined(FLOODS, HOMES, areas=layer),
    "failing": lambda layer: sm.Failing(layer, [True]),
    "people": lambda layer: sm.impact(FLOODS, demand=layer),
    "facilities": lambda layer: sm.impact(FLOODS, facilities=layer),
    "buildings": lambda layer: sm.impact(FLOODS, buildings=layer),
    "impact by area": lambda layer: sm.impact(FLOODS, demand=HOMES, areas=layer),
    "sites": lambda layer: sm.vulnerable(FLOODS, layer, SHELTERS, warning="1 h", speed=1.0),
    "shelters": lambda layer: sm.vulnerable(FLOODS, HOMES, layer, warning="1 h", speed=1.0),
    "critical": lambda layer: sm.continuity(layer, HOMES),
    "people of critical": lambda layer: sm.continuity(SHELTERS, layer),
    "bands": lambda layer: sm.bands(layer, [100]),
    "plume": lambda layer: sm.plume(layer, 270, [100], width_deg=30),
}


@pytest.mark.parametrize("role", LAYERS)
@pytest.mark.parametrize("layer", [3, "homes.csv", [1, 2], TABLE], ids=lambda layer: type(layer).__name__)
def test_what_is_no_layer(role, layer):
    told = r"is a (\w+( without places)?; give a GeoDataFrame|path; read the layer first)"
    with pytest.raises((TypeError, ValueError), match=told):
        LAYERS[role](layer)


def test_geometries_alone_are_a_layer_without_columns(depth):
    raster = sm.Raster(depth, holds="depth_m")
    for role in ("combined", "people", "facilities", "critical", "bands", "plume"):
        assert LAYERS[role](HOMES.geometry) is not None
    alone, whole = (sm.sample(layer, raster) for layer in (HOMES.geometry, HOMES))
    assert set(whole) - set(alone) == set(HOMES) - {"geometry"}
    for scenario in (sm.Scenario("a", "flood", raster=raster), FLOODS[0]):
        assert scenario.hits(HOMES.geometry).inside.tolist() == scenario.hits(HOMES).inside.tolist()


@pytest.mark.parametrize("given", [None, 3, [1], TABLE], ids=lambda given: type(given).__name__)
def test_what_is_made_by_something_else(given):
    with pytest.raises(TypeError, match=r"^a scenario is made by sm.Scenario\("):
        sm.impact(given, demand=HOMES)
    with pytest.raises(TypeError, match=r"^a measure is made by sm.Measure\("):
        sm.avoided(5.0, given, years=3, discount_rate=0.1, currency="EUR")
    with pytest.raises(TypeError, match=r"^damage is made by sm.Damage\("):
        sm.impact(FLOODS, buildings=houses(), damage=given, currency="EUR")
    with pytest.raises(TypeError, match=r"^raster is "):
        sm.population_grid(given)
    with pytest.raises(TypeError, match=r"^raster is "):
        sm.depth_zones(given, [0])
    with pytest.raises(TypeError, match=r"^an alert is "):
        sm.warn(given, "plan.toml")
    with pytest.raises(TypeError, match=r"^an alert is read from its file"):
        sm.read_alert(given)


def test_a_path_says_nothing_of_what_its_cells_hold(depth):
    with pytest.raises(ValueError, match="does not say what its cells hold"):
        sm.population_grid(depth)
    with pytest.raises(ValueError, match="does not say what its cells hold"):
        sm.depth_zones(depth, [0])


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda depth: sm.Raster(depth, holds=3), "holds is a text"),
        (lambda depth: sm.Raster(depth, band="1"), "band is the number of a band, from 1, not '1'"),
        (lambda depth: sm.Raster(depth, band=True), "band is the number of a band"),
        (lambda depth: sm.Raster(depth, nodata="-9"), "nodata is a number"),
        (lambda depth: sm.Raster(depth, crs=3.5), "crs is a code"),
        (lambda depth: sm.depth_zones(sm.Raster(depth, holds="depth_m"), None), "classes are where each begins"),
        (lambda depth: sm.zonal(houses(), depth, None), "a statistic is one of"),
        (
            lambda depth: sm.Scenario("a", "flood", raster=sm.Raster(depth, holds="depth_m"), affected_from="1"),
            "scenario a: affected_from is a finite number",
        ),
    ],
)
def test_what_is_said_of_a_raster(depth, ask, said):
    with pytest.raises((TypeError, ValueError), match=said):
        ask(depth)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: sm.expected_annual("often", [1]), "return periods are numbers, not 'often'"),
        (lambda: sm.expected_annual([10], {10: 1}), "impacts are numbers, not a dict"),
        (lambda: sm.expected_annual([10], [1], zero_impact_years="2"), "zero_impact_years .* not '2'"),
        (lambda: sm.impact(FLOODS, demand=HOMES, zero_impact_years={"flood": None}), "zero_impact_years.*not None"),
        (lambda: sm.impact(FLOODS, demand=HOMES, zero_impact_years=math.nan), "zero_impact_years.*not nan"),
        (lambda: sm.impact(FLOODS, demand=HOMES, displaced=3), "a damage curve is made by"),
        (lambda: sm.Damage("buildings", "eur", "x"), "a share is from 0 to 1, not 'x'"),
        (lambda: sm.impact(FLOODS, demand=HOMES, weight=3), "has no column 3"),
        (lambda: sm.impact(FLOODS, demand=HOMES, weight=["people"]), "has no column a list"),
        (lambda: sm.impact(FLOODS, demand=HOMES).risks(titles=3), "titles are texts"),
        (
            lambda: sm.impact(FLOODS, demand=HOMES).risks(human={"flood_10": "x", "flood_100": 2}),
            "human: a consequence is a number, not 'x'",
        ),
        (lambda: sm.combined(FLOODS, HOMES, "worst", classes={"flood": ["a"]}), "the limits of flood_10 are numbers"),
        (lambda: sm.bands(SHELTERS, None), "a distance is metres"),
        (lambda: sm.bands(SHELTERS, [100], area_error="a"), "area_error"),
        (lambda: sm.bands(SHELTERS, [100], intensities=3), "intensities are numbers"),
        (lambda: sm.risk_index(TABLE, weights={"people": 1}, normalised=None), "normalised is"),
        (
            lambda: sm.vulnerable(FLOODS, HOMES, SHELTERS, warning="1 h", speed=1.0, arrival="now"),
            "arrival is a datetime",
        ),
        (lambda: sm.Measure("", after=1.0), "the name of a measure is a text"),
    ],
)
def test_what_is_no_number_no_text_and_no_time(ask, said):
    with pytest.raises((TypeError, ValueError), match=said):
        ask()


def test_one_text_of_what_has_no_price_is_one_thing():
    measure = sm.Measure("dike", after=1.0, cost=1.0, not_monetised="the view")
    found = sm.avoided(5.0, measure, years=3, discount_rate=0.1, currency="EUR")
    assert found.measures["not_monetised"].tolist() == [("the view",)]


def test_nothing_to_draw_round_is_no_band_and_no_plume():
    nowhere = frame(geometry=[shapely.Point(math.inf, 9)])
    assert sm.plume(nowhere, 270, [100], width_deg=30).geometry.isna().all()
    (band,) = sm.bands(SHELTERS.iloc[:0], [100], together=True).itertuples()
    assert (band.sources, band.sources_without_position, band.geometry) == (0, 0, None)


def test_a_raster_far_away_is_told_and_one_with_exchanged_axes_is_refused(tmp_path, depth):
    homes = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([24.05, 24.15], [56.95, 56.85]), crs=4326)
    swapped = write_raster(tmp_path / "swapped.tif", [[1, 2], [0, 0.5]], west=56.8, north=24.2, cell=0.1)
    with pytest.raises(sm.CrsError, match=r"features and the raster swapped.tif lie .* with the axes of one of them"):
        sm.sample(homes, swapped)
    away = write_raster(tmp_path / "away.tif", [[1, 2], [0, 0.5]], west=10, north=10, cell=0.1)
    with pytest.warns(sm.FarApartWarning, match="features and the raster away.tif lie"):
        assert (sm.sample(homes, away)["reason"] == "outside_raster").all()
    metres = homes.to_crs(3059)
    grid = write_raster(
        tmp_path / "metres.tif", [[1, 2], [0, 0.5]], west=500_000, north=320_000, cell=10_000, crs="EPSG:3059"
    )
    assert sm.sample(metres, grid)["value"].notna().all()
    assert (sm.sample(homes, depth)["reason"].isna()).all()


def test_a_layer_is_named_with_its_file_once(tmp_path):
    path = tmp_path / "water.geojson"
    frame(geometry=[shapely.Point(24, 57)]).to_file(path)
    with pytest.raises(sm.GeometryError, match=r"^zones of scenario a \([^()]*water.geojson\): row 1 is a Point"):
        sm.Scenario("a", "flood", sm.read(path)).hits(HOMES)
