# SPDX-License-Identifier: Apache-2.0
"""Whom each facility is the nearest for, by area and limit: counted by hand in a small town."""

import re

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
