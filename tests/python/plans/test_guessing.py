# SPDX-License-Identifier: Apache-2.0
"""What files are taken for: by their names, their shapes and their columns, in the languages of sheltermap."""

import json

import geopandas
import pytest
import shapely

import sheltermap as sm
from raster_files import write_raster
from sheltermap.plans.guessing import Candidate, data_files, look

PEOPLE = ("people", "facilities")  # the likeliest first
SQUARE = shapely.box(24.1, 56.9, 24.2, 57.0)
BOW_TIE = shapely.Polygon([(24.1, 56.9), (24.2, 57.0), (24.2, 56.9), (24.1, 57.0)])


def seen(path, **given) -> Candidate:
    (found,) = look(path, **given)
    return found


def csv(folder, name: str, head: str, *rows: str):
    (folder / name).write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return folder / name


def polygons(path, shapes, **columns):
    geopandas.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_file(path)
    return path


def test_a_list_of_shelters_in_norwegian_is_facilities_with_their_id_and_address(tmp_path):
    rows = [
        {"lokalId": f"5{at}", "romnr": 770 + at, "plasser": 400, "adresse": f"Torget {at}"}
        | {"latitude": 59.4, "longitude": 10.4 + at}
        for at in range(3)
    ]
    (tmp_path / "shelters_norway.json").write_text(json.dumps(rows), encoding="utf-8")
    found = seen(tmp_path / "shelters_norway.json")
    assert (found.shape, found.rows, found.roles[0]) == ("points", 3, "facilities")
    assert (found.id, found.name, found.capacity) == ("lokalId", "adresse", "plasser")


@pytest.mark.parametrize(
    ("name", "head", "row", "roles", "column"),
    [
        ("hexgrid.csv", "id,lon,lat,population,jobs", "8{n},24.{n},56.9,3{n},5", PEOPLE, "population"),
        ("iedzivotaji.csv", "kods;lon;lat;skaits", "{n};24.{n};56.9;3{n}", PEOPLE, "skaits"),
        ("anything.csv", "lon,lat,Residents", "24.{n},56.9,3{n}", PEOPLE, "Residents"),
        ("points_of_interest.csv", "id,lat,lon", "m{n},56.9,24.{n}", ("facilities",), None),
        ("patvertnes.csv", "nr,nosaukums,lon,lat,vietas", "{n},Skola,24.{n},56.9,50", ("facilities",), None),
    ],
)
def test_points_are_people_or_facilities(tmp_path, name, head, row, roles, column):
    found = seen(csv(tmp_path, name, head, *(row.format(n=n) for n in range(1, 5))))
    assert found.roles == roles
    assert found.column("people") == column


def test_ids_and_coordinates_are_never_taken_for_people(tmp_path):
    found = seen(csv(tmp_path, "x.csv", "id,lon,lat,pop,below", "1,24.1,56.9,3,-1", "2,24.2,56.9,4,5"))
    assert found.weights == ("pop",)


def test_polygons_are_zones_or_areas_and_broken_ones_are_read_so_that_a_plan_runs(tmp_path):
    flood = polygons(tmp_path / "x_flood.shp", [SQUARE, BOW_TIE], KEL_NAME=["A", "B"], FLOODPRONE=["YES", "Yes"])
    found = seen(flood)
    assert (found.shape, found.roles[0], found.reading) == ("polygons", "zones", {"invalid": "repair"})
    assert found.column("zones") is None and found.column("areas") == "KEL_NAME"
    wards = seen(polygons(tmp_path / "kabupaten.gpkg", [SQUARE, SQUARE], KAB_NAME=["A", "B"]))
    assert (wards.roles, wards.column("areas")) == (("areas",), "KAB_NAME")
    levels = seen(polygons(tmp_path / "any.gpkg", [SQUARE] * 3, scenario=["10", "10", "100"], name=["a", "b", "c"]))
    assert (levels.roles[0], levels.column("zones")) == ("zones", "scenario")


def test_rows_without_a_place_are_counted_and_the_plan_is_not_to_stop(tmp_path):
    found = seen(csv(tmp_path, "homes.csv", "lon,lat,people", "24.1,56.9,3", ",,4"))
    assert (found.rows, found.unusable, found.reading) == (2, 1, {"strict": False})


def test_a_file_that_names_no_reference_system_needs_one(tmp_path):
    path = csv(tmp_path, "homes.csv", "x,y,people", "506083,311825,3", "506183,311825,4")
    with pytest.raises(sm.CrsError, match="names no CRS"):
        look(path)
    assert seen(path, crs="EPSG:3059").reading == {"crs": "EPSG:3059"}


def test_every_layer_of_a_file_is_looked_at(tmp_path):
    homes = geopandas.GeoDataFrame({"people": [3]}, geometry=[shapely.Point(24.1, 56.9)], crs="EPSG:4326")
    wards = geopandas.GeoDataFrame({"name": ["A"]}, geometry=[SQUARE], crs="EPSG:4326")
    sm.write({"homes": homes, "wards": wards}, tmp_path / "town.gpkg")
    assert [(each.layer, each.roles[0]) for each in look(tmp_path / "town.gpkg")] == [
        ("homes", "people"),
        ("wards", "areas"),
    ]


def test_folders_give_what_plans_read_and_nothing_else(tmp_path):
    polygons(tmp_path / "zones.shp", [SQUARE], scenario=["10"])
    for name in ("notes.txt.bak", "readme.md", "town.osm.pbf"):
        (tmp_path / name).touch()
    assert [path.name for path in data_files([tmp_path])] == ["town.osm.pbf", "zones.shp"]
    assert seen(tmp_path / "town.osm.pbf").roles == ("streets",)
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "no.csv"):
        with pytest.raises(sm.ReadError, match=path.name):
            data_files([path])


@pytest.mark.parametrize(
    ("name", "roles", "people", "zones"),
    [
        ("gpw_v4_count_2020.tif", ("people",), "count", None),
        ("gpw_v4_density.tif", ("people",), "density_per_km2", None),
        ("iedzivotaju_blivums.tif", ("people",), "density_per_km2", None),
        ("flood_depth_100.tif", ("zones",), None, "depth_m"),
        ("elevation.tif", (), None, None),
        ("population.tif", (), None, None),  # counts or densities: nobody says
    ],
)
def test_a_raster_is_what_its_name_says_that_cells_hold_and_nothing_is_made_up(tmp_path, name, roles, people, zones):
    found = seen(write_raster(tmp_path / name, [[1, 2, 3], [4, 5, 6]], west=24.1, north=56.9, cell=0.01))
    assert (found.shape, found.rows, found.crs, found.roles) == ("cells", 6, "EPSG:4326", roles)
    assert (found.column("people"), found.column("zones")) == (people, zones)
    assert found.columns("people") == ("count", "density_per_km2") and found.allowed == ("people", "zones")
