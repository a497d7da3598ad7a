# SPDX-License-Identifier: Apache-2.0
"""Who is not covered, and why: by people, joined into places, each with its own reasons."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sheltermap.assessments.run import assess
from sheltermap.plans.plan import load_plan
from sheltermap.questions.place_tables import people_by
from small_plan import HOMES, PLAN, write_town


def not_covered(folder: Path, homes: str, plan: str = PLAN, **town: str):
    made = assess(load_plan(write_town(folder, plan=plan, homes=homes, **town)))
    kind, outcome = next(made.answers())
    (table,) = [each for each in kind.tables(outcome) if each and each.title["en"].startswith("Who is not covered")]
    return table, kind, outcome


def column(table, name: str) -> list:
    heads = [head["en"] if isinstance(head, dict) else head for head in table.head]
    return [row[heads.index(name)] for row in table.rows]


def test_neighbours_are_one_place_and_most_people_come_first(tmp_path):
    # 24.500 and 24.501 are 61 m apart: one village of two addresses; h3 is far from both.
    homes = HOMES + "v1,Village,24.500,56.950,40,0\nv2,Other end,24.501,56.950,35,0\n"
    table, _, _ = not_covered(tmp_path, homes)
    assert table.title == {
        "en": "Who is not covered within 1 km, and why",
        "lv": "Kas līdz 1 km nav sasniedzams un kāpēc",
    }
    assert column(table, "name") == ["Village", "Third home"]
    assert column(table, "people") == ["75", "30"]
    assert column(table, "addresses") == ["2", "1"]
    assert [row[0] for row in table.rows] == ["1", "2"]


def test_every_reason_of_a_place_is_told_with_its_people(tmp_path):
    # s3 does not comply and stands at v1: of the two neighbours v1 has one near enough, v2 (850 m on) none.
    shelters = "id,name,lon,lat,compliance\ns1,Cellar,24.101,56.950,full\ns3,Shed,24.490,56.950,none\n"
    homes = HOMES + "v1,Village,24.500,56.950,40,0\nv2,Other end,24.514,56.950,35,0\n"
    plan = PLAN.replace('title = { en = "People near', 'supply.compliance = "full"\ntitle = { en = "People near', 1)
    table, _, _ = not_covered(tmp_path, homes, plan, shelters=shelters)
    village = column(table, "name").index("Village")
    assert column(table, "reason")[village]["en"] == "one near enough does not comply: 40; beyond 1 km: 35"


def test_a_chain_of_homes_through_a_town_is_not_one_place(tmp_path):
    # Every 300 m one home: joined at 1 km they would be one place with all of them.
    chain = "".join(f"c{number},Home {number},{24.5 + number / 200},56.950,{number + 1},0\n" for number in range(120))
    table, _, outcome = not_covered(tmp_path, HOMES + chain)
    assert outcome.tables["joined"]["distance_m"].iloc[0] == 250
    assert column(table, "name")[:2] == ["Home 119", "Home 118"]
    assert table.note["en"].startswith("Rows up to 250 m from each other are one place.")


def test_where_no_place_stands_out_areas_are_where_to_begin(tmp_path):
    # Every 61 m a home of 20 people, from 24.12 to 24.2 in the west and on to 24.29 in the east.
    chain = "".join(f"c{number},Home {number},{24.1205 + number / 1000},56.950,20,0\n" for number in range(169))
    _, kind, outcome = not_covered(tmp_path, HOMES + chain)
    assert outcome.tables["joined"]["distance_m"].iloc[0] == 50
    (step,) = kind.first_steps(outcome)
    assert step.words["en"] == "begin where most have none within 1 km: East (1\u202f780), West (1\u202f600)."
    assert step.people == 1780


def test_who_has_several_rows_is_named_row_by_row(tmp_path):
    plan = PLAN.replace('weight = "people"\ngroups = ["children"]\n', 'person = "id"\n', 1)
    table, _, outcome = not_covered(tmp_path, HOMES, plan)
    assert "places" not in outcome.tables
    assert "Third home" in [row[0] for row in table.rows]


@pytest.mark.parametrize("by", [None, "area", "reason"])
def test_people_of_places_are_those_of_their_parts_one_by_one(by):
    rng = np.random.default_rng(3)
    area = pd.Series(rng.choice(np.array(["East", "West", None], object), 500)).astype("str")
    reason = pd.Categorical(rng.choice(["too_far", "no_path"], 500), categories=["no_path", "too_far", "full"])
    parts = pd.DataFrame(
        {"place": rng.integers(1, 40, 500), "area": area, "reason": reason, "people": rng.choice([0.1, 0.2, 1e9], 500)}
    )
    expected = {}
    for row in parts.itertuples():
        value = None if by is None else getattr(row, by)
        expected.setdefault((row.place, "missing" if value is not None and pd.isna(value) else value), []).append(
            row.people
        )
    found = [
        ((place, "missing" if by is not None and pd.isna(value) else value), people)
        for place, value, people in people_by(parts, by)
    ]
    assert found == [(key, math.fsum(people)) for key, people in expected.items()]  # in the order of the parts
    assert all(type(place) is int and type(people) is float for (place, _), people in found)
