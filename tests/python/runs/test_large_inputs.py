# SPDX-License-Identifier: Apache-2.0
"""Inputs that memory is too small for: figures of a plan are those of one piece, and whoever comes later is told."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

import sheltermap as sm
from in_process import sheltermap
from sheltermap.scale import blocks, parquet_blocks

PLAN = """
schema = 1
title = "Large town"
year = 2026
{keys}
[inputs]
homes = {{ path = "{homes}", id = "id"{strict} }}
shelters = {{ path = "shelters.geojson", id = "id", name = "name" }}
wards = {{ path = "wards.geojson" }}
[[analyses]]
name = "near"
title = "Shelter near"
kind = "coverage"
demand = "homes"
facilities = "shelters"
areas = "wards"
area_name = "name"
thresholds_m = [2000, 5000]
weight = "people"
groups = ["children"]
[[analyses]]
name = "way"
title = "Way"
kind = "nearest"
demand = "homes"
facilities = "shelters"
threshold_m = 3000
"""
SMALL_MEMORY = "memory_share = 1e-9"


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (blocks, parquet_blocks):
        monkeypatch.setattr(module, "ROWS_PER_BLOCK", 300)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    random = np.random.default_rng(8)

    def places(count: int) -> Any:
        return gpd.points_from_xy(random.uniform(23, 24, count), random.uniform(56.5, 57, count))

    columns = {"id": np.arange(2_000), "people": random.integers(0, 5, 2_000), "children": random.integers(0, 2, 2_000)}
    homes = gpd.GeoDataFrame(columns, geometry=places(2_000), crs=4326)
    homes.to_parquet(tmp_path / "homes.parquet", row_group_size=170)
    shelters = {"id": [f"S{at}" for at in range(40)], "name": [f"School {at}" for at in range(40)]}
    sm.write(gpd.GeoDataFrame(shelters, geometry=places(40), crs=4326), tmp_path / "shelters.geojson")
    wards = gpd.GeoDataFrame({"name": ["west"]}, geometry=[box(23, 56.5, 23.6, 57)], crs=4326)
    sm.write(wards, tmp_path / "wards.geojson")
    return tmp_path


def plan(town: Path, keys: str = SMALL_MEMORY, **said: str) -> Path:
    path = town / "plan.toml"
    text = PLAN.format(keys=keys, homes=said.pop("homes", "homes.parquet"), strict=said.pop("strict", ""))
    path.write_text(text + said.pop("also", ""), encoding="utf-8")
    return path


def summary(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "summary.json").read_text(encoding="utf-8")))


def test_figures_are_those_of_one_piece(town: Path) -> None:
    whole = sm.run(plan(town, keys=""), town / "whole")
    found = sm.run(plan(town), town / "blocks")
    assert found.figures.equals(whole.figures)
    assert [each.figures.equals(other.figures) for each, other in zip(found.outcomes, whole.outcomes, strict=True)]
    told = [
        {key: summary(town / name)[key] for key in ("figures", "inputs", "refused_rows")}
        for name in ("whole", "blocks")
    ]
    assert told[0] == told[1]
    assert "homes" in whole.frames and "homes" not in found.frames


def test_several_files_are_named_as_in_one_piece(town: Path) -> None:
    homes = gpd.read_parquet(town / "homes.parquet")
    (town / "homes").mkdir()
    for part, rows in enumerate((homes.iloc[:1_000], homes.iloc[1_000:1_900])):
        rows.to_parquet(town / "homes" / f"{part}.parquet", row_group_size=170)
    told = []
    for name, keys in (("whole", ""), ("blocks", SMALL_MEMORY)):
        sm.run(plan(town, keys=keys, homes="homes/*.parquet"), town / name)
        told.append(summary(town / name)["inputs"])
    assert told[0] == told[1]
    begins = ["0.parquet: there are exactly 1000 rows", "homes/0.parquet: SHA-256 ", "homes/1.parquet: SHA-256 "]
    noted = told[1][0]["notes"]
    assert len(noted) == 3 and all(map(str.startswith, noted, begins))


def test_all_rows_are_in_files_with_the_answers_of_the_function(town: Path) -> None:
    found = sm.run(plan(town), town / "blocks")
    rows = sm.read(town / "blocks" / "layers" / "near.parquet")
    homes, shelters, wards = (sm.read(town / name) for name in ("homes.parquet", "shelters.geojson", "wards.geojson"))
    expected = sm.coverage(
        homes,
        shelters,
        [2000, 5000],
        weight="people",
        groups=["children"],
        areas=wards,
        area_name="name",
        facility_id="id",
    ).rows
    assert rows["facility"].to_list() == expected["facility"].to_list()
    assert rows["within_2000m"].to_list() == expected["within_2000m"].astype(str).to_list()
    assert len(rows) == 2_000
    assert set(sm.layer_names(town / "blocks" / "assessment.gpkg")) & {"near", "way", "input_homes"} == set()
    listed = summary(town / "blocks")["files"]
    assert {"layers/near.parquet", "layers/way.parquet"} <= set(listed)
    shown = found.outcomes[0].layer
    assert 0 < len(shown) <= 2_000


def test_the_report_says_that_some_rows_are_drawn_and_counts_all(town: Path) -> None:
    found = sm.run(plan(town, keys=SMALL_MEMORY + '\nlanguages = ["en", "lv"]'), town / "blocks")
    page = (town / "blocks" / "report.html").read_text(encoding="utf-8")
    assert "all of them stand in layers/near.parquet" in page
    assert "visas ir datnē layers/near.parquet" in page
    whole = sm.run(plan(town, keys=""), town / "whole")
    for kind, outcome, other in zip(found.plan.analyses, found.outcomes, whole.outcomes, strict=True):
        assert [each.count for each in kind.legend(outcome)] == [each.count for each in kind.legend(other)]
        assert sum(each.count for each in kind.legend(outcome)) == 2_000


def test_who_asks_a_table_of_costs_has_all_rows_in_memory(town: Path) -> None:
    (town / "costs.csv").write_text("from_id,to_id,travel_time\n0,S1,5\n1,S2,9\n", encoding="utf-8")
    bus = '[tables.bus]\npath = "costs.csv"\nsource = "The timetable"\n[[analyses]]\nname = "bus"\ntitle = "By bus"\n'
    bus += 'kind = "coverage"\ndemand = "homes"\nfacilities = "shelters"\nby = "bus"\nlimits = ["10 min"]\n'
    found = sm.run(plan(town, also=bus), town / "whole")
    assert "homes" in found.frames and all(each.in_file is None for each in found.outcomes)


def test_a_geopackage_is_asked_as_well(town: Path) -> None:
    homes = sm.read(town / "homes.parquet")
    sm.write({"homes": homes, "others": homes.iloc[:3]}, town / "town.gpkg")
    found = sm.run(plan(town, homes='town.gpkg", layer = "homes'), town / "blocks")
    assert "homes" not in found.frames
    assert found.figures.equals(sm.run(plan(town, keys=""), town / "whole").figures)


def test_a_damaged_file_is_told_once_and_by_the_name_of_its_input(town: Path) -> None:
    (town / "homes.parquet").write_bytes((town / "homes.parquet").read_bytes()[:-20])
    with pytest.raises(sm.ReadError, match=r"homes\.parquet cannot be read as GeoParquet") as told:
        sm.run(plan(town), town / "out")
    assert str(told.value).count("homes.parquet") == 1


def test_a_view_is_read_in_one_piece(town: Path) -> None:
    sm.write({"homes": sm.read(town / "homes.parquet")}, town / "town.gpkg")
    with closing(sqlite3.connect(town / "town.gpkg")) as database, database:
        database.execute("CREATE VIEW seen AS SELECT * FROM homes")
        for table, kept in (
            ("gpkg_contents", "data_type, identifier, srs_id"),
            ("gpkg_geometry_columns", "column_name, geometry_type_name, srs_id, z, m"),
        ):
            given = kept.replace("identifier", "'seen'")
            database.execute(f"INSERT INTO {table} (table_name, {kept}) SELECT 'seen', {given} FROM {table} LIMIT 1")
    assert "homes" in sm.run(plan(town, homes='town.gpkg", layer = "seen'), town / "out").frames


def test_an_engine_finds_the_same(town: Path) -> None:
    found = sm.run(plan(town, keys='engine = "dask"'), town / "dask")
    sm.run(plan(town), town / "blocks")
    for name in ("near.parquet", "way.parquet"):
        assert (town / "dask" / "layers" / name).read_bytes() == (town / "blocks" / "layers" / name).read_bytes()
    assert summary(town / "dask")["figures"] == summary(town / "blocks")["figures"]
    assert [each.in_file is not None for each in found.outcomes] == [True, True]


def test_what_needs_all_rows_at_once_is_read_in_one_piece(town: Path) -> None:
    gaps = '[[analyses]]\nname = "gaps"\ntitle = "Gaps"\nkind = "gaps"\ndemand = "homes"\nfacilities = "shelters"\n'
    found = sm.run(plan(town, also=gaps + "threshold_m = 2000\n"), town / "whole")
    assert "homes" in found.frames
    assert not (town / "whole" / "layers").exists()


def test_an_engine_without_a_large_input_is_a_fault(town: Path) -> None:
    sm.write(sm.read(town / "homes.parquet"), town / "homes.gpkg")
    person = (
        plan(town, keys='engine = "dask"')
        .read_text(encoding="utf-8")
        .replace("[[analyses]]", '[[analyses]]\nperson = "id"')
    )
    (town / "plan.toml").write_text(person, encoding="utf-8")
    with pytest.raises(sm.PlanError, match=r'engine: "dask" answers row by row, and no input can be asked so'):
        sm.run(town / "plan.toml", town / "out")
    with pytest.raises(sm.PlanError, match="engine"):
        sm.run(plan(town, keys='engine = "ray"'), town / "out")
    assert not (town / "out").exists()


def test_rows_that_cannot_be_used_stop_the_run_or_are_counted(town: Path) -> None:
    homes = gpd.read_parquet(town / "homes.parquet")
    homes.loc[[7, 900], "geometry"] = None
    homes.to_parquet(town / "homes.parquet", row_group_size=170)
    with pytest.raises(sm.ReadError, match=r"(?s)homes\.parquet, rows 1 to \d+: 1 of .*row 8"):
        sm.run(plan(town), town / "out")
    assert not (town / "out").exists()
    found = sm.run(plan(town, strict=", strict = false"), town / "blocks")
    whole = sm.run(plan(town, keys="", strict=", strict = false"), town / "whole")
    assert found.figures.equals(whole.figures)
    assert summary(town / "blocks")["refused_rows"] == summary(town / "whole")["refused_rows"]
    assert [each.refused for each in found.inputs] == [each.refused for each in whole.inputs] == [2, 0, 0]


def test_a_column_that_is_not_there_is_a_fault_of_the_plan(town: Path) -> None:
    text = plan(town).read_text(encoding="utf-8").replace('weight = "people"', 'weight = "persons"')
    (town / "plan.toml").write_text(text, encoding="utf-8")
    with pytest.raises(sm.PlanError, match=r'analyses\.near\.weight: unknown column "persons"'):
        sm.run(town / "plan.toml", town / "out")


def test_a_later_year_is_held_against_it(town: Path) -> None:
    sm.run(plan(town), town / "2026")
    shelters = sm.read(town / "shelters.geojson")
    sm.write(shelters.iloc[:20], town / "shelters.geojson")
    path = plan(town)
    path.write_text(path.read_text(encoding="utf-8").replace("year = 2026", "year = 2027"), encoding="utf-8")
    checked = sheltermap("check", str(path), "-o", str(town / "2027"), "--against", str(town / "2026"), "-q")
    assert checked.returncode == 1 and "near: covered (people, 2 km)" in checked.stdout
    assert (town / "2027" / "layers" / "near.parquet").exists()
    assert not [each for each in town.iterdir() if each.name.startswith(".")]
    compared = sm.compare(town / "2026", town / "2027")
    assert "homes was asked block by block" in compared.not_explained["near"]
    compared.write_page(town / "change.html")
    judged = compared.judged
    assert (judged.loc[judged["figure"] == "covered_share", "verdict"] == "worse").any()


def test_why_and_publish_say_where_the_rows_are(town: Path) -> None:
    sm.run(plan(town), town / "2026")
    assert "stand in the folder layers" in str(
        sm.why(town / "2026", "near.covered", threshold="2 km", measure="people")
    )
    with pytest.raises(sm.ReadError, match="keeps no rows of homes, which was asked block by block"):
        sm.publish(town / "2026", town / "public")
    assert not (town / "public").exists()
    packed = sm.pack(town / "2026", town / "all.zip")
    assert packed is not None


@pytest.mark.parametrize(
    "numbers", [[], [0.0], [3.0, 1.0], [2.5, 2.5, 1e-300, 7.0, 1e300], list(np.linspace(0, 1, 1001))]
)
def test_the_middle_of_a_column_is_numpys(numbers: list[float], tmp_path: Path) -> None:
    import pandas as pd

    random = np.random.default_rng(1)
    told = random.permutation([*numbers, np.nan, np.inf])
    pd.DataFrame({"cost": told}).to_parquet(tmp_path / "a.parquet", row_group_size=3)
    expected = (len(numbers), float(np.median(numbers)), max(numbers)) if numbers else (0, None, None)
    assert sm.scale.middle(tmp_path / "a.parquet", "cost") == expected
