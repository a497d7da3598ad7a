# SPDX-License-Identifier: Apache-2.0
"""Whom each facility is the nearest for, by area and limit: counted by hand in a small town."""

import re

import numpy as np
import pandas as pd

from sheltermap.assessments.run import assess
from sheltermap.page.table import Table
from sheltermap.plans.plan import load_plan
from sheltermap.questions.facility_tables import nearest_for_table
from small_plan import SHELTERS, write_town

# The cellar is the nearest for three homes in the west: 10 people within 500 m (61 m away), 20 within 1 km (548 m), one
# home without a number; the school, 6 km beyond the third home, for 30 people in no part; nobody lives near the barn.
BARN = "s3,Barn,25.0,56.95\n"


def cells(table: Table) -> list[list[str]]:
    def words(cell: object) -> str:
        return re.sub(r"[\u202f\u00a0]", " ", str(cell["en"] if isinstance(cell, dict) else cell))

    return [[words(cell) for cell in row] for row in table.rows]


def test_people_of_each_facility_by_area_and_limit(tmp_path):
    made = assess(load_plan(write_town(tmp_path, shelters=SHELTERS + BARN)))
    table = nearest_for_table(made.outcomes[0])
    assert [each["en"] for each in table.head[:3]] == ["facility", "area", "people"]
    rows = cells(table)
    assert [row[:-1] for row in rows] == [
        ["Cellar", "West", "30", "10", "20", "0"],
        ["School", "outside every area", "30", "0", "0", "30"],
        ["Barn", "", "0", "0", "0", "0"],
    ]
    assert (rows[0][-1], rows[2][-1]) == ("548 m", "–")


def test_a_limit_that_is_met_exactly_is_met_here_too(tmp_path):
    plan = load_plan(write_town(tmp_path))
    far = float(assess(plan).outcomes[0].layer["distance_m"].max())
    text = (tmp_path / "plan.toml").read_text(encoding="utf-8")
    (tmp_path / "plan.toml").write_text(text.replace("[500, 1000]", f"[500, {far!r}]"), encoding="utf-8")
    rows = cells(nearest_for_table(assess(load_plan(tmp_path / "plan.toml")).outcomes[0]))
    assert [row[-2] for row in rows] == ["0", "0"]


def test_many_homes_are_counted_as_one_by_one(tmp_path):
    rng = np.random.default_rng(5)
    homes, shelters = "id,name,lon,lat,people,children\n", "id,name,lon,lat,compliance\n"
    for number in range(400):
        people = "" if number % 7 == 0 else rng.integers(0, 9)
        homes += f"h{number},Home {number},{24 + rng.random() / 2:.5f},56.950,{people},0\n"
    for number in range(45):
        name = "" if number % 9 == 0 else f"Shelter {number}"
        shelters += f"s{number},{name},{24 + rng.random() / 2:.5f},56.950,full\n"
    made = assess(load_plan(write_town(tmp_path, homes=homes, shelters=shelters))).outcomes[0]
    people, farthest, called = {}, {}, {}
    for row in made.layer.itertuples():
        area = "outside every area" if pd.isna(row.area) else row.area
        mine = people.setdefault(row.facility, {}).setdefault(area, [0, 0, 0])
        band = (row.distance_m > 500) + (row.distance_m > 1000)
        mine[band] += 0 if pd.isna(row.people) else row.people
        farthest[row.facility, area] = max(row.distance_m, farthest.get((row.facility, area), 0))
        called[row.facility] = row.facility if pd.isna(row.facility_name) else row.facility_name
    ranked = sorted(people, key=lambda facility: -sum(map(sum, people[facility].values())))[:30]
    expected = []
    for facility in ranked:
        areas = people[facility]
        for number, area in enumerate(sorted(areas, key=lambda each: (each == "outside every area", each))):
            name = called[facility] if number == 0 else ""
            expected.append([name, area, *(f"{each:.0f}" for each in (sum(areas[area]), *areas[area]))])
    assert [row[:-1] for row in cells(nearest_for_table(made))] == expected
    assert len(people) > 30
