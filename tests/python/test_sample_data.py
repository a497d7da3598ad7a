# SPDX-License-Identifier: Apache-2.0
"""The sample data are what sample_data/README.md says they are."""

import csv
import json
import runpy

import numpy as np
import pyproj
import rasterio

import sheltermap as sm
from sheltermap.assessments.run import assess
from sheltermap.plans.plan import load_plan
from small_plan import SAMPLE

OGRE = SAMPLE.parent / "ogre"
LIECHTENSTEIN = SAMPLE.parent / "liechtenstein"
PORTO_ALEGRE = SAMPLE.parent / "porto_alegre"
SAO_MIGUEL = SAMPLE.parent / "sao_miguel"


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def ogre_rows(name: str) -> list[dict[str, str]]:
    with (OGRE / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_counts_are_those_of_the_readme():
    areas = json.loads((SAMPLE / "areas.geojson").read_text(encoding="utf-8"))["features"]
    counts = [len(rows("fire_stations.csv")), len(rows("water_intake_points.csv")), len(rows("towns.csv")), len(areas)]
    assert counts == [87, 136, 114, 119]
    assert sum(int(row["population"] or 0) for row in rows("towns.csv")) == 1_384_350
    assert sum(not row["tilpums"] for row in rows("water_intake_points.csv")) == 58


def test_every_office_says_that_it_is_made_up():
    offices = rows("psychologists.csv")
    assert {row["illustrative"] for row in offices} == {"yes"}
    assert all("(illustrative)" in row["name"] for row in offices)


def test_the_regions_come_out_again(tmp_path):
    script = runpy.run_path(str(SAMPLE / "derive_regions.py"))
    script["main"](SAMPLE / "areas.geojson", SAMPLE / "fire_stations.csv", tmp_path / "areas.geojson")
    assert (tmp_path / "areas.geojson").read_bytes() == (SAMPLE / "areas.geojson").read_bytes()


def test_the_places_of_ogre_are_those_of_the_source_and_keep_its_remarks():
    points, centres = ogre_rows("assembly_points.csv"), ogre_rows("accommodation_centres.csv")
    assert (len(points), len(centres)) == (25, 13)
    assert sum(int(row["ietilpiba"]) for row in centres) == 8_925
    remarks = [row["piezime"] for row in points if row["piezime"]]
    printed = ("24.029", "23.942", "23.825", "56.562")
    assert [number in remark for number, remark in zip(printed, remarks, strict=True)] == [True] * 4


def test_whatever_is_made_up_in_ogre_says_so_in_every_row():
    for name in ("population.csv", "shelters.csv", "infrastructure.csv", "reserve_stores.csv", "reports.csv"):
        assert {row["illustrative"] for row in ogre_rows(name)} == {"yes"}
    zones = json.loads((OGRE / "flood_zones.geojson").read_text(encoding="utf-8"))["features"]
    assert {(zone["properties"]["illustrative"], zone["properties"]["official"]) for zone in zones} == {("yes", False)}
    assert len(zones) == 9 and sum(int(row["people"]) for row in ogre_rows("population.csv")) == 55_381


def test_a_rarer_flood_of_ogre_covers_that_of_a_more_frequent_one():
    people = sm.read(OGRE / "population.csv", crs="EPSG:3059", id="id")
    zones = sm.read(OGRE / "flood_zones.geojson")
    inside = [
        set(sm.exposure(people, zones[(zones["scenario"] == each).to_numpy()]).pairs["row"])
        for each in ("10 %", "1 %", "0.5 %")
    ]
    assert inside[0] < inside[1] < inside[2]


def test_the_illustrative_files_come_out_again(tmp_path):
    runpy.run_path(str(OGRE / "make_illustrative.py"))["main"](SAMPLE / "areas.geojson", tmp_path)
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (OGRE / made.name).read_bytes(), made.name


def test_the_year_after_comes_out_again_and_says_it_is_illustrative(tmp_path):
    runpy.run_path(str(OGRE / "make_next_year.py"))["main"](OGRE, tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in (OGRE / "2027").iterdir())
    for name in made:
        assert (tmp_path / name).read_bytes() == (OGRE / "2027" / name).read_bytes(), name
    for name in ("shelters.csv", "population.csv"):
        assert set(sm.read(OGRE / "2027" / name, crs="EPSG:3059")["illustrative"]) == {"yes"}


def test_the_shelter_register_of_ogre_lacks_nothing_but_signs():
    found = sm.inspect(OGRE / "shelters.csv", "shelter", crs="EPSG:3059").findings
    without = [
        row["id"] for row in ogre_rows("shelters.csv") if (row["compliance"], row["sign_placed"]) == ("full", "no")
    ]
    assert set(found["reason"]) == {"no_sign"} and list(found["id"]) == without and len(without) == 5


def test_the_dikes_of_ogre_are_illustrative_and_show_what_a_register_of_them_should_say():
    features = json.loads((OGRE / "protective_structures.geojson").read_text(encoding="utf-8"))["features"]
    assert all(each["properties"]["illustrative"] == "yes" for each in features)
    assert all("(illustrative)" in each["properties"]["name"] for each in features)
    found = sm.inspect(OGRE / "protective_structures.geojson", "protective_structure", min_return_period_years=100)
    assert found.findings[["id", "field", "reason"]].to_numpy().tolist() == [
        ["D3", "return_period_years", "holds_too_little"],
        ["D4", "return_period_years", "not_told"],
        ["D5", "crest_height_m", "not_told"],
    ]


def test_the_places_of_liechtenstein_are_those_of_the_extract(tmp_path):
    runpy.run_path(str(LIECHTENSTEIN / "extract_places.py"))["main"](LIECHTENSTEIN / "liechtenstein.osm.pbf", tmp_path)
    counts = {}
    for name in ("fire_stations", "schools"):
        made, kept = (sm.read(folder / f"{name}.csv", crs="EPSG:4326") for folder in (tmp_path, LIECHTENSTEIN))
        assert made[["id", "name"]].equals(kept[["id", "name"]])
        # Another GEOS may choose another point inside.
        places = [column for frame in (made, kept) for column in (frame.geometry.x, frame.geometry.y)]
        assert (sm.geodesic_distance_m(*places) < 1).all()
        counts[name] = len(kept)
    assert counts == {"fire_stations": 8, "schools": 23}
    areas = json.loads((LIECHTENSTEIN / "municipalities.geojson").read_text(encoding="utf-8"))["features"]
    made = json.loads((tmp_path / "municipalities.geojson").read_text(encoding="utf-8"))["features"]
    names = [each["properties"] for each in areas]
    assert names == [each["properties"] for each in made] and len(names) == 11


def test_whatever_is_made_up_in_liechtenstein_says_so_and_comes_out_again(tmp_path):
    runpy.run_path(str(LIECHTENSTEIN / "make_illustrative.py"))["main"](
        LIECHTENSTEIN / "liechtenstein.osm.pbf", tmp_path
    )
    made, kept = (sm.read(folder / "population.csv", crs="EPSG:2056") for folder in (tmp_path, LIECHTENSTEIN))
    assert made.equals(kept) and set(kept["illustrative"]) == {"yes"} and kept["people"].sum() == 38_672
    zones, again = (sm.read(folder / "flood_zones.geojson") for folder in (LIECHTENSTEIN, tmp_path))
    assert set(zones["illustrative"]) == {"yes"} and not zones["official"].any()
    apart = zones.geometry.symmetric_difference(again.geometry).to_crs("EPSG:2056").area
    assert (apart < 100).all()  # square metres of some square kilometres: another GEOS rounds otherwise


def test_officials_of_latvia_come_out_again_and_are_near_from_home_or_work(tmp_path):
    runpy.run_path(str(SAMPLE / "make_officials.py"))["main"](
        SAMPLE / "fire_stations.csv", SAMPLE / "towns.csv", tmp_path / "officials.csv"
    )
    assert (tmp_path / "officials.csv").read_bytes() == (SAMPLE / "officials.csv").read_bytes()
    geod = pyproj.Geod(ellps="WGS84")
    offices = [(float(row["lon"]), float(row["lat"])) for row in rows("psychologists.csv")]
    near: dict[str, set[bool | None]] = {}
    for row in rows("officials.csv"):
        place = (float(row["lon"]), float(row["lat"])) if row["lon"] else None
        within = None if place is None else min(geod.inv(*place, *each)[2] for each in offices) <= 100_000
        near.setdefault(row["official"], set()).add(within)
    states = [True if True in each else None if None in each else False for each in near.values()]
    plan = load_plan(SAMPLE / "plan.toml")
    found = next(each for each in assess(plan).outcomes if each.analysis.name == "officials_psychologist")
    summary = found.tables["summary"].iloc[0]
    assert [summary[name] for name in ("total", "covered", "uncovered", "unknown")] == [
        len(states),
        states.count(True),
        states.count(False),
        states.count(None),
    ]


def test_the_people_of_porto_alegre_are_those_of_the_source():
    with (PORTO_ALEGRE / "hexagons.csv").open(encoding="utf-8") as stream:
        hexagons = list(csv.DictReader(stream))
    counts = [sum(int(row[name] or 0) for row in hexagons) for name in ("population", "schools", "healthcare")]
    assert (len(hexagons), *counts) == (1_227, 812_935, 194, 141)
    assert sum(not row["healthcare"] for row in hexagons) == 5
    people = sm.read(PORTO_ALEGRE / "people.csv", crs="EPSG:4326")
    assert (len(people), people["population"].sum(), people["need_place"].sum()) == (1_124, 812_935, 81_362)


def test_whatever_is_made_up_in_porto_alegre_says_so_and_comes_out_again(tmp_path):
    runpy.run_path(str(PORTO_ALEGRE / "make_illustrative.py"))["main"](PORTO_ALEGRE / "hexagons.csv", tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == ["cellars.csv", "districts.geojson", "people.csv", "shelters.csv"]
    for name in made:
        assert (tmp_path / name).read_bytes() == (PORTO_ALEGRE / name).read_bytes(), name
        assert set(sm.read(PORTO_ALEGRE / name, crs="EPSG:4326")["illustrative"]) == {"yes"}
    shelters, cellars = (sm.read(PORTO_ALEGRE / f"{name}.csv", crs="EPSG:4326") for name in ("shelters", "cellars"))
    full = shelters[shelters["compliance"] == "full"]
    assert (len(shelters), len(full), full["capacity_persons"].sum(), len(cellars)) == (40, 21, 20_851, 24)
    assert not set(shelters["hexagon"]) & set(cellars["hexagon"])
    assert sm.inspect(PORTO_ALEGRE / "shelters.csv", "shelter", crs="EPSG:4326").findings.empty


def test_the_rasters_of_sao_miguel_are_those_of_the_source():
    with rasterio.open(SAO_MIGUEL / "people.tif") as file:
        people = file.read(1, masked=True)
    assert people.count() == 1_242 and round(float(people.sum(dtype=np.float64)), 2) == 145_602.97
    with rasterio.open(SAO_MIGUEL / "elevation.tif") as file, rasterio.open(SAO_MIGUEL / "land_cover.tif") as cover:
        assert (file.shape, cover.shape) == ((192, 384), (1920, 3840))
        assert (cover.read(1) == 44).sum() == 5_620_259  # the sea


def test_whatever_is_made_up_in_sao_miguel_says_so_and_comes_out_again(tmp_path):
    runpy.run_path(str(SAO_MIGUEL / "make_illustrative.py"))["main"](SAO_MIGUEL, tmp_path)
    made = {path.name for path in tmp_path.iterdir()}
    lists = {"shelters.csv", "homes_and_schools.csv", "infrastructure.csv", "waterworks.csv"}
    zones, surges = {"eruption.geojson", "harbour.geojson"}, {f"surge_{years}.tif" for years in (50, 200, 500)}
    assert made == lists | zones | surges | {"risk_parts.geojson"}
    for name in made - surges:
        kept = sm.read(SAO_MIGUEL / name, crs="EPSG:4326")
        assert set(kept["illustrative"]) == {"yes"}
        assert kept.drop(columns="geometry").equals(sm.read(tmp_path / name, crs="EPSG:4326").drop(columns="geometry"))
    for name in lists:
        assert (tmp_path / name).read_bytes() == (SAO_MIGUEL / name).read_bytes(), name
    for name in zones:  # another GEOS rounds otherwise
        apart = sm.read(SAO_MIGUEL / name).geometry.symmetric_difference(sm.read(tmp_path / name).geometry)
        assert (apart.to_crs("EPSG:32626").area < 100).all()
    for name in surges:
        with rasterio.open(SAO_MIGUEL / name) as kept, rasterio.open(tmp_path / name) as again:
            assert np.array_equal(kept.read(1), again.read(1)) and kept.nodata == -1
