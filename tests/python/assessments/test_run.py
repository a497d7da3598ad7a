# SPDX-License-Identifier: Apache-2.0
"""Assessments: right figures, whole folders, the same again."""

import csv
import hashlib
import json
import math
import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
from pyproj import Geod, Transformer

import sheltermap as sm
from rfc7946 import faults
from sheltermap.assessments import recorded_parts
from sheltermap.assessments.run import run
from sheltermap.questions.plan_error import PlanError
from small_plan import HOMES, PLAN, SAMPLE, write_town

TABLES = {"figures", "inputs", "refused_rows", "parameters", "standards", "versions", "layer_styles"}
TABLES |= {"dictionary_layers", "dictionary_columns", "dictionary_codes"}


@pytest.fixture(scope="module")
def sample(assessment: Path) -> Path:
    return assessment


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    run(write_town(folder), folder / "out")
    return folder / "out"


def summary_of(folder: Path) -> dict:
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def figures(folder: Path, **where) -> dict[str, float]:
    """Values by figure of the rows that match."""
    wanted = {"scope": "all", **where}
    rows = summary_of(folder)["figures"]
    return {row["figure"]: row["value"] for row in rows if all(row[key] == value for key, value in wanted.items())}


def sample_rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def lks92(rows: list[dict[str, str]]) -> list[tuple[float, float]]:
    to_wgs84 = Transformer.from_crs("EPSG:3059", "EPSG:4326", always_xy=True)
    return [to_wgs84.transform(float(row["x"]), float(row["y"])) for row in rows]


def distances_m(place, places) -> list[float]:
    geod = Geod(ellps="WGS84")
    return [geod.inv(*place, *other)[2] for other in places]


@pytest.fixture(scope="module")
def stations() -> list[tuple[float, float]]:
    return lks92(sample_rows("fire_stations.csv"))


def test_the_sample_finds_the_places_of_duty_beyond_100_km_that_pyproj_finds(sample, stations):
    offices = [(float(row["lon"]), float(row["lat"])) for row in sample_rows("psychologists.csv")]
    nearest = [min(distances_m(station, offices)) for station in stations]
    found = figures(sample, analysis="psychologist")
    assert found["total"] == len(stations) == 87
    assert found["uncovered"] == sum(distance > 100_000 for distance in nearest) > 0
    assert found["distance_max_m"] == pytest.approx(max(nearest), abs=0.001)
    layer = pyogrio.read_dataframe(sample / "assessment.gpkg", layer="psychologist")
    # A millimetre: the two PROJ versions may bring EPSG:3059 to degrees with a different last digit.
    assert layer["distance_m"].tolist() == pytest.approx(nearest, abs=0.001)


@pytest.mark.parametrize("threshold_m", [10_000, 25_000, 50_000])
def test_the_sample_counts_the_people_near_a_station_that_pyproj_counts(sample, stations, threshold_m):
    towns = sample_rows("towns.csv")
    known = [row for row in towns if row["population"]]
    near = [min(distances_m((float(row["lng"]), float(row["lat"])), stations)) <= threshold_m for row in known]
    found = figures(sample, analysis="people_near_station", threshold_m=threshold_m, category=None)
    assert found["total"] == sum(int(row["population"]) for row in known) == 1_384_350  # sample_data/README.md
    assert found["covered"] == sum(int(row["population"]) for row, here in zip(known, near, strict=True) if here)
    assert found["rows_without_weight"] == len(towns) - len(known) == 47


def test_the_sample_counts_the_water_points_that_pyproj_counts(sample, stations):
    points = lks92(sample_rows("water_intake_points.csv"))
    counts = [sum(distance <= 10_000 for distance in distances_m(station, points)) for station in stations]
    layer = pyogrio.read_dataframe(sample / "assessment.gpkg", layer="water_near_stations")
    assert layer["within_10000m"].tolist() == counts
    rows = [row for row in summary_of(sample)["figures"] if row["analysis"] == "water_near_stations"]
    classes = {"0": (0, 0), "1-4": (1, 4), "5-19": (5, 19), "20+": (20, math.inf), "unknown": (-1, -1)}
    assert {row["category"]: row["value"] for row in rows} == {
        label: sum(low <= count <= high for count in counts) for label, (low, high) in classes.items()
    }


@pytest.mark.parametrize("folder", ["sample", "town"])
def test_every_total_is_covered_and_uncovered_and_unknown(folder, request):
    rows = summary_of(request.getfixturevalue(folder))["figures"]
    totals = [row for row in rows if row["figure"] == "total"]
    assert totals
    for total in totals:
        place = ("analysis", "measure", "scope", "area", "threshold_m")
        same = {row["figure"]: row["value"] for row in rows if all(row[key] == total[key] for key in place)}
        assert total["value"] == same["covered"] + same["uncovered"] + same["unknown"]


def test_areas_and_outside_every_area_sum_to_all(town):
    for threshold_m in (500, 1000):
        where = {"analysis": "shelter", "measure": "people", "threshold_m": threshold_m, "figure": "total"}
        rows = [row for row in summary_of(town)["figures"] if all(row[key] == value for key, value in where.items())]
        everywhere = [row["value"] for row in rows if row["scope"] == "all"]
        assert sum(row["value"] for row in rows if row["scope"] != "all") == everywhere[0] == 60
        assert [row["value"] for row in rows if row["scope"] == "outside every area"] == [30]  # the third home


def test_reasons_sum_to_the_gap(town):
    rows = [row for row in summary_of(town)["figures"] if row["measure"] == "people" and row["threshold_m"] == 500]
    rows = [row for row in rows if row["analysis"] == "shelter" and row["scope"] == "all"]
    gap = sum(row["value"] for row in rows if row["figure"] in ("uncovered", "unknown"))
    assert sum(row["value"] for row in rows if row["figure"] == "not_covered_because") == gap == 50


def test_exposure_and_count_are_in_the_figures(town):
    exposed = figures(town, analysis="in_flood", measure="people")
    assert [exposed[name] for name in ("inside", "outside", "unknown")] == [10, 50, 0]
    assert exposed["in_zone"] == 10 and exposed["in_zone_rows_without_weight"] == 1  # the fourth home
    rows = [row for row in summary_of(town)["figures"] if row["analysis"] == "choice" and row["measure"] == "people"]
    rows = [row for row in rows if row["figure"] == "with_facilities"]
    assert {row["category"]: row["value"] for row in rows} == {"0": 30, "1": 30, "2+": 0, "unknown": 0}


def test_the_geopackage_holds_all_layers_and_tables(town):
    found = dict(pyogrio.list_layers(town / "assessment.gpkg"))
    assert set(found) >= TABLES | {
        "shelter",
        "nearest_shelter",
        "how_far",
        "choice",
        "in_flood",
        "input_homes",
        "input_parts",
    }
    assert found["shelter"] == "Point" and found["figures"] is None
    nearest = pyogrio.read_dataframe(town / "assessment.gpkg", layer="nearest_shelter")
    assert nearest["facility_name"].tolist() == ["Cellar", "Cellar", "School", "Cellar"]
    assert nearest["within_500m"].tolist() == ["covered", "uncovered", "uncovered", "covered"]


def test_every_layer_has_a_style_for_qgis(town):
    with sqlite3.connect(town / "assessment.gpkg") as connection:
        styles = connection.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault").fetchall()
        layers = [name for (name,) in connection.execute("SELECT table_name FROM gpkg_geometry_columns")]
    assert sorted(name for name, _ in styles) == sorted(layers)  # each has one default
    results = [style for name, style in styles if not name.startswith("input_")]
    assert results and all("categorizedSymbol" in style and "CASE WHEN" in style for style in results)


@pytest.mark.parametrize("folder", ["sample", "town"])
def test_every_geojson_keeps_rfc_7946(folder, request):
    paths = sorted((request.getfixturevalue(folder) / "geojson").iterdir())
    assert len(paths) >= 9
    assert {path.name: faults(path) for path in paths if faults(path)} == {}


def test_layers_of_many_rows_are_left_out_of_geojson_and_the_report_says_so(town, tmp_path, monkeypatch):
    kept = {path.stem for path in (town / "geojson").iterdir()}
    rows = {name: len(pyogrio.read_dataframe(town / "assessment.gpkg", layer=name)) for name in kept}
    most = min(rows.values())
    assert 0 < len({name for name in kept if rows[name] <= most}) < len(kept)
    said = "are not in the folder “geojson”; assessment.gpkg has all of them."
    assert said not in (town / "report.html").read_text(encoding="utf-8")
    monkeypatch.setattr("sheltermap.runs.assessment.GEOJSON_ROWS", most)
    run(write_town(tmp_path), tmp_path / "out")
    written = {path.stem for path in (tmp_path / "out" / "geojson").iterdir()}
    assert written == {name for name in kept if rows[name] <= most}
    assert kept <= {name for name, _ in pyogrio.list_layers(tmp_path / "out" / "assessment.gpkg")}
    assert said in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_inputs_are_named_by_the_sha256_of_their_files(sample):
    for row in summary_of(sample)["inputs"]:
        assert row["sha256"] == hashlib.sha256((SAMPLE / row["path"]).read_bytes()).hexdigest()
    by_name = {row["name"]: row for row in summary_of(sample)["inputs"]}
    assert by_name["stations"]["crs"] == "EPSG:3059" and by_name["stations"]["transformation"]
    assert by_name["psychologists"]["illustrative"] is True


def test_the_summary_lists_every_file_with_its_sha256(town):
    listed = summary_of(town)["files"]
    written = {path.relative_to(town).as_posix() for path in town.rglob("*") if path.is_file()}
    assert set(listed) == written - {"summary.json"}
    assert all(hashlib.sha256((town / name).read_bytes()).hexdigest() == digest for name, digest in listed.items())


def test_the_same_inputs_give_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    plan = write_town(tmp_path)
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        run(plan, folder)
    one, two = ({path.relative_to(f): path.read_bytes() for path in f.rglob("*") if path.is_file()} for f in folders)
    assert [name for name in one if one[name] != two.get(name)] == []
    assert summary_of(folders[0])["created"] == "2026-01-01T00:00:00Z"


def test_a_row_without_a_place_is_refused_listed_and_unknown_in_every_total(tmp_path):
    plan = PLAN.replace('path = "homes.csv"', 'path = "homes.csv"\nstrict = false')
    run(write_town(tmp_path, plan=plan, homes=HOMES + "h5,Fifth home,,,40,1\n"), tmp_path / "out")
    refused = summary_of(tmp_path / "out")["refused_rows"]
    assert [(row["input"], row["row"], row["id"]) for row in refused] == [("homes", 5, "h5")]
    (homes,) = (row for row in summary_of(tmp_path / "out")["inputs"] if row["name"] == "homes")
    assert (homes["rows"], homes["refused"]) == (5, 1)
    found = figures(tmp_path / "out", analysis="shelter", measure="people", threshold_m=500, category=None)
    assert (found["total"], found["unknown"]) == (100, 40)
    assert figures(tmp_path / "out", analysis="in_flood", measure="people")["unknown"] == 40


def test_a_row_without_a_place_stops_a_strict_run_and_leaves_nothing(tmp_path):
    plan = write_town(tmp_path, homes=HOMES + "h5,Fifth home,,,40,1\n")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(sm.ReadError, match="5"):
        run(plan, tmp_path / "out")
    assert sorted(tmp_path.iterdir()) == before


def test_every_column_the_data_do_not_have_is_told(tmp_path):
    plan = PLAN.replace('weight = "people"', 'weight = "poeple"').replace('zone_id = "code"', 'zone_id = "kode"')
    with pytest.raises(PlanError) as raised:
        run(write_town(tmp_path, plan=plan), tmp_path / "out")
    assert len(raised.value.faults) == 4
    told = 'analyses.shelter.weight: unknown column "poeple"; did you mean "people"?'
    assert raised.value.faults[0].startswith(told)


def test_progress_counts_to_the_end(tmp_path):
    seen = []
    run(write_town(tmp_path), tmp_path / "out", progress=lambda done, total, step: seen.append((done, total, step)))
    assert [done for done, _, _ in seen] == list(range(len(seen)))
    assert seen[-1][0] == seen[-1][1] and len({total for _, total, _ in seen}) == 1


def test_whoever_is_called_shows_the_steps_and_nobody_else_does(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr("sheltermap.base.progress.PATIENCE_S", 0.0)
    caplog.set_level("INFO", "sheltermap")
    plan = write_town(tmp_path)
    run(plan, tmp_path / "out", progress=lambda done, total, step: None)
    assert caplog.messages == []
    run(plan, tmp_path / "out")
    told = " ".join(caplog.messages)
    assert "Analyse shelter (" in told and ": done after " in caplog.messages[-1]


def test_a_summary_has_a_line_for_each_figure_and_is_the_json_that_it_was():
    rows = pd.DataFrame(
        {
            "n": pd.array([1, None], "Int64"),
            "x": [2.0, np.nan],
            "y": [2.5, 1e300],
            "t": ['ā"\n', None],
            "b": [True, False],
        }
    )
    told = {"a": {"k": [1, {}]}, "none": [], "figures": recorded_parts._plain_records(rows), "b": None}
    plain = [
        {"n": 1, "x": 2, "y": 2.5, "t": 'ā"\n', "b": True},
        {"n": None, "x": None, "y": int(1e300), "t": None, "b": False},
    ]
    assert told["figures"] == plain and type(told["figures"][0]["x"]) is int
    text = "".join(recorded_parts._json(told))
    assert json.loads(text) == told and text.count("\n") == 9
    assert '\n  {"n": 1, "x": 2, "y": 2.5, "t": "ā\\"\\n", "b": true},\n' in text
