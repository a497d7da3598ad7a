# SPDX-License-Identifier: Apache-2.0
"""Columns that were renamed, ids that lost their zeros, other units: the same, with a note; rows without an id."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import sheltermap as sm
from sheltermap.assessments.run import assess
from sheltermap.plans.plan import load_plan
from sheltermap.questions.figures import figures_table
from sheltermap.runs.assessment import Assessment
from sheltermap.years.alignment import aligned
from sheltermap.years.causes import CAUSES
from sheltermap.years.earlier import recorded
from sheltermap.years.year_lines import comparison_lines, gate_lines
from small_plan import FLOOD, HOMES, PLAN, SHELTERS, write_town

WITH_ZEROS = (HOMES.replace("\nh", "\n00"), SHELTERS.replace("\ns", "\n0"))
WITHOUT = (HOMES.replace("\nh", "\n"), SHELTERS.replace("\ns", "\n"))
ASKED = PLAN + FLOOD


def made(folder: Path, year: int, plan: str = ASKED, **files: str) -> Assessment:
    text = plan.replace("schema = 1", f"schema = 1\nyear = {year}")
    return assess(load_plan(write_town(folder / str(year), plan=text, **files)))


def acted(change: sm.Comparison, analysis: str = "gaps") -> dict[str, float]:
    rows = change.causes.query("analysis == @analysis and measure == 'people' and scope == 'all'")
    return {cause: float(rows[cause].iloc[0]) for cause in CAUSES if rows[cause].iloc[0]}


def noted(change: sm.Comparison) -> set[tuple[str, str, str, str]]:
    return set(change.notes[["subject", "what", "before", "after"]].itertuples(index=False, name=None))


@pytest.fixture(scope="module")
def with_zeros(tmp_path_factory) -> Assessment:
    homes, shelters = WITH_ZEROS
    return made(tmp_path_factory.mktemp("zeros"), 2025, homes=homes, shelters=shelters)


def test_ids_that_lost_their_zeros_are_the_same(with_zeros, tmp_path):
    homes, shelters = WITHOUT
    change = sm.compare(with_zeros, made(tmp_path, 2026, homes=homes, shelters=shelters.replace("24.101", "25.101")))
    assert noted(change) == {("homes", "id", "001", "1"), ("shelters", "id", "01", "1")}
    assert set(change.facilities["change"]) == {"moved"} and not change.not_explained
    assert acted(change) == {"moved": -10.0}
    assert set(change.gaps["fate"]) == {"persists", "opened"}
    text = "\n".join(comparison_lines(change, "en"))
    assert "homes: ids with other zeros before them (001 → 1): taken for the same (4 rows)" in text
    result = sm.check(made(tmp_path, 2026, homes=homes, shelters=shelters), with_zeros)
    assert result.passed and {each.kind for each in result.findings} == {"matched_otherwise"}
    assert any("taken for the same" in line for line in gate_lines(result, "en"))
    assert "facility_closed" not in {each.kind for each in result.findings}


def test_zeros_that_came_back_and_decimals_that_a_spreadsheet_adds_are_no_other_ids(with_zeros, tmp_path):
    homes, shelters = WITHOUT
    behind = shelters.replace("\n1,", "\n1.0,").replace("\n2,", "\n2.0,")
    change = sm.compare(made(tmp_path, 2025, homes=homes, shelters=behind), with_zeros)
    assert not len(change.facilities) and {row[1] for row in noted(change)} == {"id"}


def test_ids_that_may_mean_two_rows_are_left_apart(tmp_path):
    two = SHELTERS.replace("s1", "07").replace("s2", "7")
    change = sm.compare(
        made(tmp_path / "a", 2025, shelters=two),
        made(tmp_path / "b", 2026, shelters=SHELTERS.replace("s1", "007").replace("s2", "9")),
    )
    assert not len(change.notes)
    assert set(change.facilities["matched_by"].dropna()) <= {"place and name"}


def test_renamed_columns_are_the_same_and_the_causes_are_split(tmp_path):
    former = made(tmp_path / "a", 2025)
    plan = (
        ASKED.replace('id = "id"', 'id = "nr"').replace('name = "name"', 'name = "title"').replace('"people"', '"folk"')
    )
    plan = plan.replace('"children"', '"minors"')
    homes = HOMES.replace("id,name,lon,lat,people,children", "nr,title,lon,lat,folk,minors")
    shelters = SHELTERS.replace("id,name", "nr,title").replace("24.101", "25.101").replace("Cellar", "Old cellar")
    change = sm.compare(former, made(tmp_path / "b", 2026, plan, homes=homes, shelters=shelters))
    assert not change.not_explained and not len(change.not_compared)
    assert noted(change) == {
        ("homes", "column", "id", "nr"),
        ("homes", "column", "name", "title"),
        ("homes", "column", "people", "folk"),
        ("homes", "column", "children", "minors"),
        ("shelters", "column", "id", "nr"),
        ("shelters", "column", "name", "title"),
    }
    rows = change.causes.query("measure == 'folk' and scope == 'all' and analysis == 'gaps'")
    assert rows["moved"].tolist() == [-10] and rows["difference"].tolist() == [-10]
    assert set(change.facilities["change"]) == {"moved", "renamed"}
    result = sm.check(made(tmp_path / "c", 2026, plan, homes=homes, shelters=shelters), former)
    assert "coverage_fell" in {each.kind for each in result.findings if each.state == "failed"}


def test_a_column_that_both_years_have_is_not_taken_for_another(tmp_path):
    homes = HOMES.replace("lat,people,children", "lat,people,children,folk").replace(",10,2", ",10,2,7")
    homes = homes.replace(",20,\n", ",20,,8\n").replace(",30,5", ",30,5,9").replace(",,1", ",,1,1")
    change = sm.compare(
        made(tmp_path / "a", 2025), made(tmp_path / "b", 2026, ASKED.replace('"people"', '"folk"'), homes=homes)
    )
    assert not len(change.notes) and "people" in set(change.not_compared["value"])


def test_a_supply_whose_column_was_renamed_goes_on_counting(tmp_path):
    supply = '[analyses.supply]\ncategory = ["I"]\n'
    plan = ASKED + supply
    graded = "id,name,lon,lat,category\ns1,Cellar,24.101,56.950,I\ns2,School,24.400,56.950,II\n"
    other = plan + 'columns = { category = "klase" }\n'
    now = graded.replace("category", "klase").replace("56.950,II", "56.950,I").replace("24.400", "24.300")
    change = sm.compare(
        made(tmp_path / "a", 2025, plan, shelters=graded), made(tmp_path / "b", 2026, other, shelters=now)
    )
    assert ("shelters", "column", "category", "klase") in noted(change) and not change.not_explained
    assert sum(acted(change).values()) == 30


def test_rows_without_an_id_are_not_said_to_be_new_or_gone(tmp_path):
    plan = ASKED.replace('id = "id"\nname = "name"\n\n[inputs.parts]', 'id = "nr"\nstrict = false\n\n[inputs.parts]')
    nameless = SHELTERS.replace("id,name", "nr,label")
    former = made(tmp_path / "a", 2025, plan, shelters=nameless.replace("s2,School", ",School"))
    now = nameless.replace("s2,School,24.400", ",School,24.700") + ",Tent,24.5,56.95\ns4,Barn,24.6,56.95\n"
    change = sm.compare(former, made(tmp_path / "b", 2026, plan, shelters=now))
    assert list(change.facilities["change"]) == ["perhaps_closed", "perhaps_opened", "perhaps_opened", "opened"]
    text = "\n".join(comparison_lines(change, "en"))
    assert "has no id: not known whether it is new" in text


def test_a_geopackage_of_last_year_holds_the_same_ids(tmp_path):
    homes, _ = WITHOUT
    folder = write_town(tmp_path / "a", plan=ASKED.replace("schema = 1", "schema = 1\nyear = 2025"), homes=homes).parent
    table = pd.read_csv(write_town(tmp_path / "csv", shelters=WITH_ZEROS[1]).parent / "shelters.csv", dtype={"id": str})
    places = gpd.points_from_xy(table["lon"], table["lat"])
    sm.write(
        gpd.GeoDataFrame(table.assign(id=table["id"].astype(int)), geometry=places, crs=4326), folder / "shelters.gpkg"
    )
    plan = (folder / "plan.toml").read_text(encoding="utf-8")
    (folder / "plan.toml").write_text(
        plan.replace('"shelters.csv"\ncrs = "EPSG:4326"', '"shelters.gpkg"'), encoding="utf-8"
    )
    sm.run(folder / "plan.toml", tmp_path / "2025")
    change = sm.compare(tmp_path / "2025", made(tmp_path / "b", 2026, homes=homes, shelters=WITH_ZEROS[1]))
    assert not len(change.facilities) and not change.not_explained
    assert ("shelters", "id", "1", "01") in noted(change)


def test_figures_in_another_unit_are_converted_and_those_of_unlike_things_are_not_compared(tmp_path):
    year = recorded(made(tmp_path, 2026))
    row = {"analysis": "shelter", "measure": "stock", "scope": "all", "value": 2.0}
    then = [
        row | {"figure": "a", "unit": "m3"},
        row | {"figure": "b", "unit": "m3"},
        row | {"figure": "c", "unit": "folk"},
    ]
    now = [
        row | {"figure": "a", "unit": "l"},
        row | {"figure": "b", "unit": "kg"},
        row | {"figure": "c", "unit": "people"},
    ]
    first = type(year)(**(vars(year) | {"figures": figures_table(then)}))
    former, notes = aligned(first, type(year)(**(vars(year) | {"figures": figures_table(now)})))
    mine = former.figures.set_index("figure")
    assert mine.loc["a", ["value", "unit"]].tolist() == [2000.0, "l"]
    assert mine["measure"].to_dict() == {"a": "stock", "b": "stock, m3", "c": "stock"}
    assert notes[["what", "before", "after"]].to_numpy().tolist() == [["unit", "m3", "l"]]
